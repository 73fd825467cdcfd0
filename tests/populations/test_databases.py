"""A table is judged where it lies, in DuckDB, and comes out as from any other engine; what cannot be done is refused by name."""

from __future__ import annotations

import datetime
import random
import subprocess
import sys
from decimal import Decimal
from pathlib import Path
from types import ModuleType
from typing import Any

import attrs
import polars as pl
import pytest
from polars.testing import assert_frame_equal

from evaluator.cli.main import run
from evaluator.diagnostics import Problems
from evaluator.engines.columns import language as x
from evaluator.engines.columns.language import Of
from evaluator.engines.columns.stages import Stages
from evaluator.engines.readiness import Evaluator
from evaluator.populations.databases.tables import open_table
from evaluator.populations.evaluate.runner import Request
from evaluator.populations.judging import Judge
from evaluator.populations.profile_codes import answers
from evaluator.reading.tables import Options
from tests.clock.sitecustomize import NOW
from tests.naturals import natural, told, unfit
from tests.populations.runs import AS_OF, write_people, write_rules
from tests.slow import mostly_slow
from tests.strategies import random_as_of, random_pack, random_profile

duckdb = pytest.importorskip("duckdb", reason="needs the extra duckdb")
Capture = pytest.CaptureFixture[str]
ALWAYS = ("--as-of", str(AS_OF), "--seed", "7")


@pytest.fixture(name="place")
def _place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a folder to work in, with the small pack as its rules, 200 people as CSV and as typed Parquet."""
    monkeypatch.chdir(tmp_path)
    write_rules(tmp_path / "rules")
    write_people(tmp_path / "people.csv", 200)
    write_people(tmp_path / "bad.csv", 200, bad=7)
    _typed(tmp_path / "people.csv").write_parquet("people.parquet")
    return tmp_path


def _typed(path: Path) -> pl.DataFrame:
    frame = pl.read_csv(path, schema_overrides={"years": pl.Float64, "reports": pl.Int64, "owns": pl.Boolean})
    areas = pl.when(pl.col("areas") == "none").then(pl.lit([], pl.List(pl.String))).otherwise(pl.col("areas").str.split("; "))
    return frame.with_columns(areas=areas)


def _evaluate(*arguments: str, engine: str = "duckdb") -> int:
    return run(["evaluate", *arguments, "--engine", engine, *ALWAYS])


def _left_over(place: Path) -> list[str]:
    return [one.name for one in place.iterdir() if one.name.startswith(".")]


def test_the_command_line_judges_a_parquet_file_in_duckdb(place: Path) -> None:
    """The whole program: the file that comes out is that of the columns engine, the summary says who judged and for which day."""
    command = [sys.executable, "-m", "evaluator", "evaluate", "people.parquet", "--engine", "duckdb", "-o", "out.parquet", *ALWAYS]
    ran = subprocess.run(command, capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stderr
    assert "Rows read  200 = 200 judged + 0 rejected" in ran.stdout
    assert "200 people judged again by inference, no difference (seed 7)" in ran.stdout
    assert f"As of      {AS_OF}" in ran.stdout
    assert "duckdb engine" in ran.stdout
    assert _evaluate("people.parquet", "-o", "columns.parquet", engine="columns") == 0
    assert_frame_equal(pl.read_parquet("out.parquet"), pl.read_parquet("columns.parquet"))
    assert not _left_over(place)


@pytest.mark.slow
@pytest.mark.parametrize("more", [(), ("--role", "director"), ("--keep", "team", "--chunk-rows", "7")], ids=["best", "role", "kept"])
def test_csv_comes_out_byte_for_byte_as_from_the_columns_engine(place: Path, more: tuple[str, ...]) -> None:
    """Results and rejected rows are the same, and so is the exit code."""
    codes = [_evaluate("bad.csv", "-o", f"{engine}.csv", *more, engine=engine) for engine in ("duckdb", "columns")]
    assert codes == [1, 1]
    assert Path("duckdb.csv").read_bytes() == Path("columns.csv").read_bytes()
    same = ("row", "column", "id", "text", "code", "reason", "path")
    rejected = [pl.read_csv(f"{engine}.csv.rejected.csv").select(same) for engine in ("duckdb", "columns")]
    assert_frame_equal(*rejected)
    assert rejected[0].height == 28
    assert not _left_over(place)


HOSTILE = {
    "nul.csv": b"id,role,years\nb\0,manager,6\na,manager,6\n",
    "numbers.csv": b"id,role,years,reports\na,manager,6.1234567,6.0\nb,manager,59.99999999999,1,000\nc,manager,007,12\n",
    "long.csv": b"id,role,reports\n1500000000,manager,1500000000\n1.0,manager,2\n1,manager,3\n",
    "sets.csv": b"id,role,areas,level\na,manager,pricing;,Good\nb,manager,;,good \nc,manager,N/A,exprt\n",
    "ends.csv": b"id,role,years\r\na,manager,6\nb,manager,7\r\nc,manager,8\r",
    "quotes.csv": b'id,role,years\na,manager,6\nb,"manager,7\nc,manager,8\n"d" ,"manager" ,9\n',
    "ragged.csv": b"id,role,years\n" + b"".join(b"p%d,manager,1\n" % number for number in range(3000)) + b"b,manager,2,5\nc,manager\n",
    "latin.csv": "id,role,name\na,manager,Zo\xeb\nb,manager,Bo\n".encode("latin-1"),
    "utf16.csv": "id;role;name\na;manager;Zo\xeb\n".encode("utf-16"),
    "semicolons.csv": b"id;role;years\na;manager;1.234\nb;manager;3,5\nc;manager;3.5\n",
    "twice.csv": b"id,role,years\na,manager,1\na,manager,2\n,manager,3\n",
}


@pytest.mark.parametrize("name", [*(name for name in HOSTILE if name != "ragged.csv"), pytest.param("ragged.csv", marks=pytest.mark.slow)])
def test_engines_agree_on_acceptance_ids_and_results_of_hostile_tables(place: Path, name: str, capsys: Capture) -> None:
    """One door: what columns takes, so do duckdb, inference and the reference, and the files that come out are the same to the byte."""
    Path(name).write_bytes(HOSTILE[name])
    came = {}
    for engine in ("columns", "duckdb", "inference", "reference"):
        code = _evaluate(name, "-o", f"{engine}.csv", "--role", "director", "--check", "0", engine=engine)
        out, rejected = place / f"{engine}.csv", place / f"{engine}.csv.rejected.csv"
        came[engine] = (code, out.read_bytes() if out.exists() else b"", rejected.read_bytes() if rejected.exists() else b"")
    capsys.readouterr()
    assert len(set(came.values())) == 1, came
    assert not _left_over(place)


@pytest.mark.parametrize("ids", [[1.0, 2.0], [10.0, 10_000_000.0], [1, 2]])
def test_ids_of_floats_are_the_same_in_every_engine(place: Path, ids: list[float]) -> None:
    """Without a point, so that results still join."""
    pl.DataFrame({"id": ids, "role": ["manager"] * 2, "years": [6.0, 7.0]}).write_parquet("ids.parquet")
    for engine in ("columns", "duckdb"):
        assert _evaluate("ids.parquet", "-o", f"{engine}.csv", "--check", "0", engine=engine) == 0
    assert Path("duckdb.csv").read_bytes() == Path("columns.csv").read_bytes()
    assert pl.read_csv("duckdb.csv", infer_schema=False)["id"].to_list() == [str(int(one)) for one in ids]
    assert not _left_over(place)


def test_a_table_inside_a_database_file_is_named_behind_two_colons(place: Path) -> None:
    """Also one in a schema of its own; the database is only read."""
    with duckdb.connect("company.duckdb") as connection:
        connection.execute("create table people as from 'people.parquet'; create schema hr; create view hr.\"all\" as from people")
    before = Path("company.duckdb").read_bytes()
    assert _evaluate("people.parquet", "-o", "file.csv") == 0
    for path in ("company.duckdb::people", "company.duckdb::hr.all"):
        assert _evaluate(path, "-o", "table.csv") == 0
        assert Path("table.csv").read_bytes() == Path("file.csv").read_bytes()
    assert Path("company.duckdb").read_bytes() == before
    assert not _left_over(place)


def test_a_folder_of_parquet_files_is_one_table(place: Path) -> None:
    """In the order of their names."""
    people = pl.read_parquet("people.parquet")
    (place / "parts").mkdir()
    people[:20].write_parquet("parts/a.parquet")
    people[20:].write_parquet("parts/b.parquet")
    assert _evaluate("parts", "-o", "parts.csv") == 0
    assert _evaluate("people.parquet", "-o", "file.csv") == 0
    assert Path("parts.csv").read_bytes() == Path("file.csv").read_bytes()


def test_what_does_not_fit_is_left_out_with_its_reason(place: Path, capsys: Capture) -> None:
    """Of typed columns too: NaN, infinity, a range, an option, a member, an id twice or missing; the counts add up."""
    frame = pl.DataFrame(
        {
            "id": ["a", "b", "c", "d", "e", "f", None, "a", "g"],
            "role": ["manager", "managr", *["manager"] * 7],
            "years": [float("nan"), 1.0, float("inf"), 61.0, 1.0, 1.0, 1.0, 1.0, 1.0],
            "areas": [["pricing"], [], [], [], ["pricing", "x"], [], [], [], []],
            "level": ["good", "good", "good", "good", "good", "best", "good", "good", "good"],
        },
        schema_overrides={"areas": pl.List(pl.String)},
    )
    pl.concat([frame, frame[-1:]]).write_parquet("odd.parquet")
    assert _evaluate("odd.parquet", "-o", "odd.csv") == 1
    assert "Rows read  10 = 2 judged + 8 rejected" in capsys.readouterr().out
    rejected = pl.read_csv("odd.csv.rejected.csv", infer_schema=False).select("row", "column", "id", "code").rows()
    assert rejected == [
        ("1", "years", "a", "P102"),
        ("2", "role", "b", "P105"),
        ("3", "years", "c", "P102"),
        ("4", "years", "d", "P103"),
        ("5", "areas", "e", "P102"),
        ("6", "level", "f", "P102"),
        ("7", "id", None, "D105"),
        ("10", "id", "g", "D104"),
    ]
    assert pl.read_csv("odd.csv", infer_schema=False)["id"].to_list() == ["a", "g"]
    assert not _left_over(place)


def test_numbers_too_long_for_a_float_are_put_right_by_the_reference(place: Path) -> None:
    """A decimal just below a threshold is below it; one with more digits than any door takes is left out."""
    years = [Decimal("7.9999999999999"), Decimal("8.0000000000000"), Decimal("7.99999999999999999"), None]
    frame = pl.DataFrame({"id": list("abcd"), "role": ["manager"] * 4, "years": pl.Series(years, dtype=pl.Decimal(38, 17))})
    frame.write_parquet("long.parquet")
    assert _evaluate("long.parquet", "--role", "director", "-o", "long.csv") == 1
    assert _evaluate("long.parquet", "--role", "director", "-o", "columns.csv", engine="columns") == 1
    assert Path("long.csv").read_bytes() == Path("columns.csv").read_bytes()
    assert "a,,manager" in Path("long.csv").read_text()
    assert (place / "long.csv.rejected.csv").read_text().count("more than 15 digits") == 1


def test_each_row_can_have_a_day_of_its_own(place: Path) -> None:  # noqa: ARG001 - the folder
    """As with the columns engine, --as-of comes before it."""
    days = [datetime.date(2025, 1, 31), None]
    pl.DataFrame({"id": ["a", "b"], "role": ["manager"] * 2, "as_of": days}).write_parquet("days.parquet")
    assert run(["evaluate", "days.parquet", "--engine", "duckdb", "--seed", "1", "-o", "days.csv"]) == 0
    assert pl.read_csv("days.csv")["as_of"].to_list() == ["2025-01-31", str(NOW.date())]
    assert _evaluate("days.parquet", "-o", "days.csv") == 0
    assert pl.read_csv("days.csv")["as_of"].to_list() == [str(AS_OF)] * 2


@pytest.mark.parametrize("seed", mostly_slow(range(6), quick=2, ordinary=4))
def test_random_packs_and_people_come_out_as_in_the_reference(seed: int, tmp_path: Path) -> None:
    """Every number, gap and question, with no help from the reference but for rows in doubt."""
    chance = random.Random(7000 + seed)
    pack, day = random_pack(chance), random_as_of(chance)
    profiles = [told(attrs.evolve(random_profile(chance, pack), id=f"p{place}"), pack) for place in range(30)]
    people = [one for one in profiles if unfit(one, pack) is None]
    natural(pack, people).write_parquet(tmp_path / "people.parquet")
    opened = open_table(
        "duckdb",
        str(tmp_path / "people.parquet"),
        pack,
        Options(),
        as_of=day,
        as_of_wins=True,
        chunk_rows=1000,
        scratch=tmp_path / "scratch",
        problems=Problems(),
    )
    assert opened is not None
    (chunk,) = opened
    assert not chunk.rejected
    request = Request(engine="duckdb", role=chance.choice([None, *(role.id for role in pack.judged_roles)]))
    found = Judge(pack=pack, request=request, few=0).judge(chunk.frame)
    reference = Evaluator(pack, engine="reference")
    assert_frame_equal(found, answers([reference.evaluate(one, as_of=day) for one in people], pack, request))


def test_a_different_verdict_stops_the_run(place: Path, capsys: Capture, monkeypatch: pytest.MonkeyPatch) -> None:
    """Both explanations are shown, and nothing is written."""
    judged = Stages.judged

    def lying(stages: Stages, frame: Any) -> Any:
        return judged(stages, frame).with_columns(x.cast(x.lit(0), Of.TINY).alias("v.director.low"))

    monkeypatch.setattr(Stages, "judged", lying)
    assert _evaluate("people.parquet", "--role", "director", "-o", "out.csv") == 2
    said = capsys.readouterr().err
    assert "duckdb and inference do not judge the person" in said
    assert "inference comes to" in said
    assert "roles/director.yaml" in said
    assert not Path("out.csv").exists()
    assert not _left_over(place)


REFUSED = [
    (("people.parquet", "people.csv"), "the engine duckdb judges one table at a time"),
    (("-",), "the engine duckdb reads no standard input"),
    (("people.parquet", "--level", "roles"), "the engine duckdb gives a row for each person, and no `--level roles`"),
    (("people.parquet", "--all-roles"), "the engine duckdb gives a row for each person, and no `--all-roles`"),
    (("people.parquet", "--resume"), "the engine duckdb begins every run anew, and has no `--resume`"),
    (("people.parquet", "--encoding", "latin-1"), "the engine duckdb reads tables as they are, and has no `--encoding`"),
    (("company.duckdb::people", "--decimal", ","), "the engine duckdb reads tables as they are, and has no `--decimal`"),
    (("people.csv", "--format", "json"), "the engine duckdb writes tables, and no json"),
    (("people.jsonl",), "the engine duckdb does not read people.jsonl"),
    (("nobody.parquet",), "nobody.parquet: there is no such file"),
    (("nobody.duckdb::people",), "nobody.duckdb: there is no such file"),
    (("company.duckdb",), "company.duckdb is a database, and no table of it is named"),
    (("company.duckdb::peple",), "the database company.duckdb has no table `peple`"),
    (("company.duckdb::people", "-o", "company.duckdb"), "-o names company.duckdb, which is read as input"),
    (("company.duckdb::people", "--rejected", "company.duckdb"), "--rejected names company.duckdb, which is read as input"),
    (("company.duckdb::wrong",), "the column `years` holds String, and `years` is a number"),
    (("empty-folder",), "empty-folder holds no Parquet files"),
]


@pytest.mark.parametrize(("arguments", "sentence"), REFUSED, ids=[" ".join(arguments) for arguments, _ in REFUSED])
def test_what_cannot_be_done_is_refused_by_name(place: Path, capsys: Capture, arguments: tuple[str, ...], sentence: str) -> None:
    """One sentence and a next step, exit code 2, nothing written, nothing left."""
    with duckdb.connect("company.duckdb") as connection:
        connection.execute("create table people as from 'people.parquet'")
        connection.execute("create table wrong as select 'a' as id, '7' as years")
    Path("people.jsonl").write_text('{"id": "a"}\n')
    Path("empty-folder").mkdir()
    before = Path("company.duckdb").read_bytes()
    there = sorted(one.name for one in place.iterdir())
    assert _evaluate(*(() if "-o" in arguments else ("-o", "out.csv")), *arguments) == 2
    said = capsys.readouterr().err
    assert sentence in said
    assert "\nhelp: " in said
    assert "Traceback" not in said
    assert sorted(one.name for one in place.iterdir()) == there
    assert Path("company.duckdb").read_bytes() == before


@pytest.mark.parametrize(("engine", "module", "who"), [("duckdb", "duckdb", "DuckDB"), ("spark", "pyspark", "PySpark")])
def test_a_missing_extra_is_one_sentence(  # noqa: PLR0913, PLR0917 - fixtures
    place: Path, capsys: Capture, monkeypatch: pytest.MonkeyPatch, engine: str, module: str, who: str
) -> None:
    """With the command that installs it."""
    monkeypatch.setitem(sys.modules, module, None)
    assert _evaluate("people.parquet", "-o", "out.csv", engine=engine) == 2
    said = capsys.readouterr().err
    assert said == (
        f"error: the engine {engine} needs {who}, which is not installed\n"
        f"help: install the extra: pip install 'promotion-readiness-evaluator[{engine}]'\n"
    )
    assert not _left_over(place)


@pytest.mark.parametrize(
    ("version", "sentence"), [(None, "needs Java, and there is none"), ("11.0.2", "needs Java 17 or later, and this is 11")]
)
def test_missing_or_old_java_is_one_sentence(
    place: Path, capsys: Capture, monkeypatch: pytest.MonkeyPatch, version: str | None, sentence: str
) -> None:
    """Before Spark is started."""
    for name, members in (("pyspark", ["SparkConf"]), ("pyspark.sql", ["SparkSession"])):
        stub = ModuleType(name)
        for member in members:
            setattr(stub, member, object)
        monkeypatch.setitem(sys.modules, name, stub)
    monkeypatch.delenv("JAVA_HOME", raising=False)
    monkeypatch.setenv("PATH", str(place / "bin"))
    if version is not None:
        (place / "bin").mkdir()
        (place / "bin" / "java").write_text(f"#!/bin/sh\necho 'openjdk version \"{version}\"' >&2\n")
        (place / "bin" / "java").chmod(0o755)
    assert _evaluate("people.parquet", "-o", "out.csv", engine="spark") == 2
    said = capsys.readouterr().err
    assert f"error: the engine spark {sentence}\nhelp: install Java 17" in said


def test_other_verbs_have_no_such_engines(place: Path, capsys: Capture) -> None:  # noqa: ARG001 - the folder
    """To rank takes all details, which these engines do not give."""
    assert run(["rank", "people.parquet", "--role", "director", "--engine", "duckdb"]) == 2
    assert "duckdb" in capsys.readouterr().err
