"""A population run says of everybody what the reference says, whole or not at all."""

from __future__ import annotations

import html
import random
import subprocess
import sys
from pathlib import Path

import attrs
import polars as pl
import pytest
from polars.testing import assert_frame_equal

from evaluator.core.model import Pack
from evaluator.diagnostics.errors import Disagreement
from evaluator.engines.columns.codec import exact
from evaluator.engines.columns.decode import decoded
from evaluator.engines.readiness import Evaluator
from evaluator.engines.rule_layers import EngineProblem
from evaluator.populations.evaluate.cross_check import Sample, lots
from evaluator.populations.evaluate.runner import Level, Request, Run, Target
from evaluator.populations.judging import Judge
from evaluator.populations.profile_codes import answers
from evaluator.reading.pack.pack import load_pack
from tests.populations.runs import AS_OF, Chunks, chunk, frame_with_rows, random_people, write_people, write_rules
from tests.strategies import random_pack

PACKS = 24
PEOPLE = 30


@pytest.fixture(name="pack", scope="module")
def _pack(tmp_path_factory: pytest.TempPathFactory) -> Pack:
    return load_pack(write_rules(tmp_path_factory.mktemp("rules")))


@pytest.mark.slow
@pytest.mark.parametrize("level", list(Level))
def test_columns_say_what_the_reference_says(level: Level) -> None:
    """Every number that a level is made from is the reference's, of random packs and people, with no help from it but in doubt."""
    compared = 0
    for place in range(PACKS):
        chance = random.Random(f"{level}/{place}")
        pack = random_pack(chance)
        request = Request(level=level, role=chance.choice([None, *(role.id for role in pack.judged_roles)]))
        people = random_people(chance, pack, PEOPLE)
        try:
            judge = Judge(pack=pack, request=request, few=0, many=chance.choice([0, 500]))
            found = judge.judge(frame_with_rows(pack, people))
        except EngineProblem:
            continue
        reference = Evaluator(pack, engine="reference")
        expected = answers([reference.evaluate(one.profile, as_of=one.as_of) for one in people], pack, request)
        assert_frame_equal(found, expected)
        compared += 1
    assert compared > PACKS * 0.8


def test_a_row_comes_back_as_the_profile_it_was() -> None:
    """What is stated comes back exactly; entries of records come back as what was computed from them."""
    chance = random.Random(5)
    for _ in range(PACKS):
        pack = random_pack(chance)
        people = random_people(chance, pack, 10)
        kinds = {name: str(attribute.kind) for name, attribute in pack.attributes.items()}
        for person, again in zip(people, decoded(pack, frame_with_rows(pack, people)), strict=True):
            stated = {name: value for name, value in person.profile.given.items() if kinds[name] != "records"}
            assert {name: again.profile.given.get(name) for name in stated} == stated
            assert (again.profile.id, again.profile.role, again.as_of) == (person.profile.id, person.profile.role, person.as_of)


@pytest.mark.parametrize(
    ("number", "shown"), [(7.5, "15/2"), (85 / 12, "85/12"), (1 / 3, "1/3"), (0.1, "1/10"), (3.0, "3"), (1e-07, "1/10000000")]
)
def test_a_float_is_read_as_the_number_it_was_made_from(number: float, shown: str) -> None:
    """Decimals stay decimals and parts of years stay parts."""
    assert str(exact(number)) == shown


def test_every_row_is_in_the_results_or_in_the_quarantine(pack: Pack, tmp_path: Path) -> None:
    """The counts add up and each side names its rows."""
    people = tmp_path / "people.csv"
    write_people(people, 100, bad=10)
    assert _run(people, tmp_path, "--keep", "team", "-o", str(tmp_path / "out.csv"), "--chunk-rows", "30") == 1
    judged = pl.read_csv(tmp_path / "out.csv", infer_schema=False)
    rejected = pl.read_csv(tmp_path / "out.csv.rejected.csv", infer_schema=False)
    assert sorted([*judged["row"].cast(int), *rejected["row"].cast(int)]) == list(range(1, 101))
    assert set(rejected["text"]) == {"ninety"}
    assert judged["name"][0] == "'=Name 0"
    assert judged["team"][0] == "'+team 0"
    assert judged["pack_hash"][0] == pack.content_hash
    assert not list(tmp_path.glob(".*"))


def _run(people: Path, folder: Path, *more: str) -> int:
    from evaluator.cli.main import run

    rules = str(write_rules(folder / "rules"))
    return run(["evaluate", str(people), "--rules", rules, "--as-of", str(AS_OF), "--seed", "7", *more])


def test_formats_hold_the_same_rows(tmp_path: Path) -> None:
    """CSV, JSON Lines, Parquet, Excel and HTML say the same."""
    calamine = pytest.importorskip("python_calamine")
    people = write_people(tmp_path / "people.csv", 40)
    for ending in ("csv", "jsonl", "parquet", "xlsx", "html"):
        assert _run(people, tmp_path, "-o", str(tmp_path / f"out.{ending}")) == 0
    table = pl.read_csv(tmp_path / "out.csv", infer_schema=False)
    parquet = pl.read_parquet(tmp_path / "out.parquet")
    assert pl.read_ndjson(tmp_path / "out.jsonl")["gaps"].to_list() == parquet["gaps"].to_list()
    assert parquet["next_role"].cast(str).to_list() == [word or None for word in table["next_role"]]
    sheet = calamine.CalamineWorkbook.from_path(str(tmp_path / "out.xlsx")).get_sheet_by_index(0).to_python()
    assert sheet[0] == table.columns
    assert [row[0] for row in sheet[1:]] == table["id"].to_list()
    page = (tmp_path / "out.html").read_text(encoding="utf-8")
    assert page.count("<tr>") == 41
    assert "'=Name 0" in html.unescape(page)


def test_a_table_without_rows_gives_nothing(tmp_path: Path) -> None:
    """There is nobody to judge, which is told, and no empty table that looks like a result."""
    people = write_people(tmp_path / "people.csv", 0)
    assert _run(people, tmp_path, "-o", str(tmp_path / "out.csv")) == 2
    assert not (tmp_path / "out.csv").exists()


def test_one_difference_stops_the_run_and_nothing_is_written(pack: Pack, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The error names the person and says what each engine makes of every criterion."""
    frame = frame_with_rows(pack, random_people(random.Random(1), pack, 20))
    judged = Judge.judge

    def wrong(judge: Judge, people: pl.DataFrame) -> pl.DataFrame:
        found = judged(judge, people)
        return found.with_columns(pl.when(pl.int_range(pl.len()) == 3).then(pl.lit("made-up")).otherwise("gaps").alias("gaps"))

    monkeypatch.setattr(Judge, "judge", wrong)
    target = Target(output=tmp_path / "out.csv", format="csv", rejected=tmp_path / "rejected.csv")
    with pytest.raises(Disagreement, match=r"columns and inference do not judge the person `p3` in row 4 alike") as problem:
        Run(pack=pack, request=Request(role="director"), people=Chunks(chunks=[chunk(frame)])).to(target)
    assert any(line.startswith("gaps: columns says 'made-up', inference says ") for line in problem.value.lines)
    assert any("both say held" in line for line in problem.value.lines)
    assert not target.output.exists()


def test_engines_by_name_give_the_same_bytes(tmp_path: Path) -> None:
    """Columns, inference and the reference write the same file."""
    people = write_people(tmp_path / "people.csv", 60)
    written = []
    for engine in ("columns", "inference", "reference"):
        assert _run(people, tmp_path, "--engine", engine, "-o", str(tmp_path / f"{engine}.csv")) == 0
        written.append((tmp_path / f"{engine}.csv").read_bytes())
    assert written[0] == written[1] == written[2]


def test_lots_are_even() -> None:
    """The lowest of so many even random numbers is one over one more of them on average, the second lowest two, and so on."""
    rows, runs = 9, 4000
    drawn = [list(lots(seed, 0, rows, rows)) for seed in range(runs)]
    for place in range(rows):
        mean, expected = sum(one[place] for one in drawn) / runs, (place + 1) / (rows + 1)
        spread = (expected * (1 - expected) / (rows + 2) / runs) ** 0.5
        assert abs(mean - expected) < 4 * spread


def test_the_sample_is_even_and_of_the_size_asked_for() -> None:
    """Whatever the chunks, at least as many as asked for are drawn, and the first chunk does not have more of them than its share."""
    assert len(list(lots(1, 0, 5, 200))) == 5
    assert list(lots(1, 0, 10_000, 50)) == sorted(lots(1, 0, 10_000, 50))
    last = []
    for seed in range(200):
        sample = Sample(seed=seed, most=20)
        drawn = [sample.draw(place, 100) for place in range(5)]
        assert len(drawn[0]) == 20
        assert all(places == sorted(set(places)) and places[-1] < 100 for places in drawn if places)
        last.append(len(drawn[-1]))
    assert 3 < sum(last) / len(last) < 5


def test_answers_of_nobody_have_the_columns_of_everybody(pack: Pack) -> None:
    """A chunk in which every row was rejected is no special case."""
    judge = Judge(pack=pack, request=Request(level=Level.ROLES))
    some = frame_with_rows(pack, random_people(random.Random(1), pack, 5))
    assert judge.judge(some.clear()).schema == judge.judge(some).schema
    assert judge.judge(some.clear()).height == 0
    assert attrs.evolve(judge, request=Request(engine="reference")).judge(some.clear()).height == 0


@pytest.mark.parametrize(
    ("more", "said"),
    [
        (["-o", "/dev/null", "--format", "csv"], "/dev/null is no file that results could take the place of"),
        (["-o", "nowhere/out.csv"], "there is no folder nowhere"),
        (["-o", "out.docx", "--format", "csv", "--rejected", "out.docx"], "-o and --rejected both name out.docx"),
        (["-o", "people.csv"], "which is read as input"),
        (["--level", "roles", "--format", "markdown"], "markdown is written of a few people at a time"),
        (["-o", "out.csv", "--map", "years"], "`--map years` maps nothing; write it as --map COLUMN=ATTRIBUTE"),
    ],
)
def test_what_cannot_be_written_is_a_sentence(
    more: list[str], said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Nothing is put in the place of a device, of the input or of another output."""
    monkeypatch.chdir(tmp_path)
    people = write_people(tmp_path / "people.csv", 5)
    before = people.read_bytes()
    assert _run(people, tmp_path, *more) == 2
    assert said in capsys.readouterr().err
    assert people.read_bytes() == before


def test_results_go_to_standard_output_alone(tmp_path: Path) -> None:
    """Without -o the rows go to standard output, and what is said of them to standard error."""
    rules, people = write_rules(tmp_path / "rules"), write_people(tmp_path / "people.csv", 30, bad=10)
    command = [sys.executable, "-m", "evaluator.cli.main", "evaluate", str(people), "--rules", str(rules), "--format", "csv"]
    ran = subprocess.run(command, capture_output=True, text=True, check=False)
    assert ran.returncode == 1
    assert len(ran.stdout.splitlines()) == 28
    assert ran.stdout.startswith("id,name,role,")
    assert "Rows read  30 = 27 judged + 3 rejected" in ran.stderr
    assert "row 10, line 11, years: ninety" in ran.stderr
