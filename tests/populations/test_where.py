"""Whom a run is about: conditions on the columns of a table and on results, in every engine and format, with counts that add up."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from jsonschema import Draft202012Validator

from evaluator.cli.main import run
from evaluator.core.model import Profile
from evaluator.core.results import Evaluation
from evaluator.engines.readiness import Evaluator
from evaluator.populations.judging import Judge
from evaluator.report.json_documents import schema
from tests.populations.runs import write_rules

Capture = pytest.CaptureFixture[str]
MORE = ("--as-of", "2026-11-01", "--seed", "1", "--check", "0")
_COLUMNS = ("id", "name", "role", "years", "reports", "level", "owns", "areas", "Cost center", "unit")
_ROWS: tuple[tuple[object, ...], ...] = (
    ("a", "Ann", "manager", 9.5, 3, "good", True, "pricing", "17", "Pay"),
    ("b", "Bob", "manager", 3.0, 0, "none", False, "none", "5", "Pay"),
    ("c", "Cyd", "manager", 8.0, 2, "some", True, "pricing; research", None, "Sales"),
    ("d", "Dee", "Baker", 1.0, None, None, None, None, "9", None),
    ("e", "O'Hara", None, None, 1, "good", False, "research", "40", "Pay"),
    ("f", "Fay", "Baker", 2.0, 1, "some", True, "pricing", "3", "Sales"),
)
PEOPLE = [dict(zip(_COLUMNS, row, strict=True)) for row in _ROWS]
CONDITIONS: tuple[tuple[str, str], ...] = (
    ("unit = 'Pay'", "abe"),
    ("UNIT <> 'Pay'", "cf"),
    ("unit is null", "d"),
    ("not unit = 'Pay'", "cf"),
    ("unit in ('Sales', 'Legal') or years > 9", "acf"),
    ("lower(unit) like 'pa%'", "abe"),
    ('"Cost center" >= 9', "ade"),
    ("\"cost CENTER\" = '17'", "a"),
    ("Years between 2 and 8", "bcf"),
    ("years > -1 and years < 2.5", "df"),
    ("3 <= years", "abc"),
    ("reports + 1 >= 3", "ac"),
    ("level >= 'SOME'", "acef"),
    ("level = 'none'", "b"),
    ("Level not in ('good', 'some')", "b"),
    ("owns", "acf"),
    ("not owns", "be"),
    ("owns = true and areas like '%research%'", "c"),
    ("areas = 'pricing; research'", "c"),
    ("role = 'Manager'", "abc"),
    ("role is null", "def"),
    ("name = 'O''Hara'", "e"),
    ("id in ('a', 'f')", "af"),
)
"""Conditions, and whom each takes by a look at the table."""


@pytest.fixture(name="place")
def _place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    write_rules(tmp_path / "rules")
    frame = pl.DataFrame(PEOPLE)
    frame.write_csv("people.csv")
    frame.with_columns(areas=pl.col("areas").str.split("; ")).write_ndjson("people.jsonl")
    frame.with_columns(pl.col("Cost center").cast(pl.Int64)).write_parquet("people.parquet")
    return tmp_path


def evaluate(where: str, *more: str, people: str = "people.csv") -> int:
    return run(["evaluate", people, "-o", "out.csv", *MORE, "--all-roles", "--where", where, *more])


def ids(path: str = "out.csv") -> str:
    return "".join(sorted(set(pl.read_csv(path, infer_schema=False)["id"])))


@pytest.mark.parametrize(("where", "taken"), CONDITIONS)
@pytest.mark.usefixtures("place")
def test_who_is_taken(where: str, taken: str, capfd: Capture) -> None:
    """Each is told with its counts, which add up."""
    assert evaluate(where) == 0
    assert ids() == taken
    said = capfd.readouterr().out
    assert re.search(rf"^Rows read +6 = {len(taken)} judged \+ 0 rejected \+ {6 - len(taken)} left out$", said, re.MULTILINE)
    assert f"{where}: {len(taken)} of 6 people" in " ".join(said.split())


@pytest.mark.parametrize(("people", "more"), [
    ("people.jsonl", ()),
    ("people.parquet", ()),
    ("people.csv", ("--chunk-rows", "1")),
    ("people.csv", ("--engine", "reference")),
    ("people.csv", ("--engine", "inference", "--level", "criteria")),
])  # fmt: skip
@pytest.mark.usefixtures("place")
def test_the_same_people_in_every_format_engine_and_level(people: str, more: tuple[str, ...]) -> None:
    """Over several conditions; a number of a typed table is one."""
    for where, taken in (CONDITIONS[0], CONDITIONS[6], CONDITIONS[12], CONDITIONS[17], CONDITIONS[19]):
        assert evaluate(where, *more, people=people) == 0
        assert ids() == taken, where


@pytest.mark.usefixtures("place")
def test_duckdb_takes_the_same_people_of_a_file(capfd: Capture) -> None:
    """And says of a table of its own that it cannot."""
    given = ["evaluate", "people.csv", "-o", "out.csv", *MORE, "--role", "director", "--engine", "duckdb", "--where", "unit = 'Pay'"]
    assert run(given) == 0
    assert ids() == "abe"
    assert run([*given[:1], "base.duckdb::people", *given[2:]]) == 2
    assert "has no `--where`" in capfd.readouterr().err


def test_profiles_are_chosen_by_their_attributes(place: Path, capfd: Capture) -> None:
    """A folder of them has no columns of its own."""
    (place / "people").mkdir()
    for name, years in (("a", 9), ("b", 3)):
        (place / "people" / f"{name}.yaml").write_text(f"profile: {name}\nrole: manager\nattributes: {{years: {years}}}\n")
    assert evaluate("years > 5", people="people") == 0
    assert ids() == "a"
    assert evaluate("unit = 'Pay'", people="people") == 2
    assert "profiles have no column `unit`" in capfd.readouterr().err


@pytest.mark.usefixtures("place")
def test_results_choose_after_everybody_is_judged(capfd: Capture) -> None:
    """A is ready, c is not sure to be: counted by hand from the rules; a condition with both kinds goes after."""
    everybody = ["evaluate", "people.csv", *MORE, "--role", "director"]
    assert run([*everybody, "-o", "all.csv"]) == 0
    found = pl.read_csv("all.csv", infer_schema=False)
    ready = "".join(found.filter(pl.col("verdict") == "ready")["id"])
    assert "a" in ready
    for where, taken in (
        ("verdict = 'Ready'", ready),
        ("verdict = 'ready' and unit = 'Pay'", "".join(one for one in ready if one in "abe")),
        ("verdict <> 'ready'", "".join(one for one in "abcdef" if one not in ready)),
        ("score_worse >= 0.75", "".join(found.filter(pl.col("score_worse").cast(pl.Float64) >= 0.75)["id"])),
        ("gaps like '%years%'", "".join(found.filter(pl.col("gaps").str.contains("years"))["id"])),
        ("judged_role = 'Director' and id <> 'a'", "bcdef"),
    ):
        for level in ("people", "roles"):
            assert run([*everybody, "-o", "out.csv", "--where", where, "--level", level]) == 0
            assert ids() == taken, where
    assert f"{len(ready)} of 6 people" in capfd.readouterr().out


@pytest.mark.usefixtures("place")
def test_roles_that_the_pack_does_not_have_are_counted_of_those_who_are_taken(capfd: Capture) -> None:
    """Of two bakers one is taken."""
    assert evaluate("unit = 'Sales'") == 0
    assert "1 person with a role that the pack does not have, judged without one: Baker (1)" in " ".join(capfd.readouterr().out.split())


@pytest.mark.usefixtures("place")
def test_what_is_not_known_is_told(capfd: Capture) -> None:
    """Whoever has no unit is in neither half."""
    assert evaluate("unit = 'Pay' or unit <> 'Pay'") == 0
    assert "5 of 6 people; of 1 it is not known, and that one is left out" in " ".join(capfd.readouterr().out.split())


@pytest.mark.parametrize(("where", "said"), [
    ("untt = 'Pay'", "did you mean `unit`?"),
    ("verdct = 'ready'", "did you mean `verdict`?"),
    ('unit = "Pay"', "a text stands in single quotes"),
    ("verdict = 'redy'", "did you mean `ready`?"),
    ("verdict = 'undecided'", "`verdict like 'undecided%'` takes"),
    ("verdict > 'nearly'", "has no order"),
    ("level = 'god'", "did you mean `good`?"),
    ("level like 'g%'", "a level of a scale, and no text"),
    ("role = 'Directr'", "did you mean `director`?"),
    ("years = 'nine'", "`years` in --where is a number, and `nine` is none"),
    ("unit = 5", "holds `unit` against a number, and `"),
    ("unit = 5 or unit = 'x'", "against a number and against a text"),
    ("owns = 'yes'", "write `owns` alone, or `not owns`"),
    ("as_of > '2026'", "write it as '20"),
    ("id = 5", "write '5'"),
    ("sum(years) > 3", "is no function of what one person's row says"),
    ("lowr(unit) = 'pay'", "did you mean `lower`?"),
    ("years > 3 and", "is no whole condition"),
    ("(years > 3", "a bracket is not opened or not closed"),
    ("years > 3)(", "a bracket is not opened or not closed"),
    ("unit = 'Pay", "a quote is not closed"),
    ("years > 3; drop table people", "nothing can be done with `; drop table people`"),
    ("years", "is no condition that somebody meets or does not"),
    ("lower(years) = 'x'", "puts together what is of different kinds"),
    ("1 = 1", "names no column"),
    ("", "names no column"),
    ("unit = 'pay'", "nobody of 6 people meets --where `unit = 'pay'`, and of 1 it is not known"),
    ("sex = 'f'", "a fact of people's groups"),
    ('"group:sex" = \'f\'', "a fact of people's groups"),
    ("group:* = 'f'", "a fact of people's groups"),
    ("Ethnicity is not null", "a fact of people's groups"),
])  # fmt: skip
def test_what_is_no_condition_is_told_with_a_way_out(where: str, said: str, place: Path, capfd: Capture) -> None:
    """Nothing is written then."""
    assert run(["evaluate", "people.csv", "-o", "out.csv", *MORE, "--where", where]) == 2
    assert said in " ".join(capfd.readouterr().err.split())
    assert not (place / "out.csv").exists()


@pytest.mark.parametrize("show", [lambda: ("--format", "csv"), lambda: ()], ids=["csv", "table"])
def test_people_who_are_shown_one_by_one_are_chosen_too(show: Callable[[], tuple[str, ...]], place: Path, capfd: Capture) -> None:  # noqa: ARG001
    """On the screen, where their names are."""
    assert (
        run(["evaluate", "people.csv", "--role", "director", "--as-of", "2026-11-01", "--where", "unit = 'Pay' and years > 5", *show()])
        == 0
    )
    said = capfd.readouterr()
    assert "Ann" in said.out
    assert "Bob" not in said.out
    assert "1 of 6 people" in " ".join(said.err.split())


@pytest.mark.usefixtures("place")
def test_a_run_that_goes_on_takes_the_same_people(monkeypatch: pytest.MonkeyPatch, capfd: Capture) -> None:
    """Another condition is another run."""
    from evaluator.populations.evaluate import runner

    def stopped(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(runner, "write", stopped)
        assert evaluate("unit = 'Pay'", "--chunk-rows", "2") == 130
    assert evaluate("unit = 'Sales'", "--chunk-rows", "2", "--resume") == 2
    assert "--where was unit = 'Pay' and is unit = 'Sales' now" in capfd.readouterr().err
    assert evaluate("unit = 'Pay'", "--chunk-rows", "2", "--resume") == 0
    assert ids() == "abe"
    assert "3 of 6 people" in " ".join(capfd.readouterr().out.split())


@pytest.mark.usefixtures("place")
def test_the_summary_counts_who_is_left_out() -> None:
    """As JSON."""
    assert evaluate("unit = 'Pay'", "--summary", "run.json") == 0
    told = json.loads(Path("run.json").read_text())
    Draft202012Validator(schema("run")).validate(told)
    assert told["where"] == "unit = 'Pay'"
    assert told["rows"] == {"read": 6, "judged": 3, "rejected": 0, "left_out": 3, "left_out_as_unknown": 1}


@pytest.mark.usefixtures("place")
def test_rejected_rows_are_in_no_count_of_a_condition(capfd: Capture) -> None:
    """A row that cannot be read is told as that, whatever its unit."""
    text = Path("people.csv").read_text().replace("3.0", "many")
    Path("people.csv").write_text(text)
    assert evaluate("unit = 'Pay'") == 1
    assert "2 of 5 people" in " ".join(capfd.readouterr().out.split())


@pytest.mark.usefixtures("place")
def test_a_ranking_is_of_those_who_are_taken(capfd: Capture) -> None:
    """Before they are judged, or after; a verdict can be named by itself."""
    given = ["rank", "people.csv", "--role", "director", "--as-of", "2026-11-01", "--format", "json"]
    for more, people, taken in (
        (("--where", "unit = 'Pay'"), 6, 3),
        (("--verdict", "ready"), 3, None),
        (("--where", "years < 9", "--verdict", "ready,nearly"), 3, None),
    ):
        assert run([*given, *more]) == 0
        told = json.loads(capfd.readouterr().out)
        Draft202012Validator(schema("ranking")).validate(told)
        assert told["where"]["people"] == people
        assert taken in {None, told["where"]["taken"]}
        if "--verdict" in more:
            assert {one["verdict"] for one in told["candidates"]} <= {"ready", "nearly"}
            assert told["considered"] == told["where"]["taken"] == len(told["candidates"])
    assert run([*given, "--verdict", "redy"]) == 2
    assert "did you mean `ready`?" in capfd.readouterr().err
    assert run([*given, "--where", "years < 0"]) == 2
    assert "nobody of 6 people meets" in capfd.readouterr().err


@pytest.mark.usefixtures("place")
def test_who_is_shown_by_a_verdict_is_judged_once(monkeypatch: pytest.MonkeyPatch, capfd: Capture) -> None:
    """One by one, each person of the table, and by no other engine before."""
    calls: list[str] = []
    once = Evaluator.evaluate

    def counted(self: Evaluator, profile: Profile, **given: Any) -> Evaluation:
        calls.append(profile.id)
        return once(self, profile, **given)

    monkeypatch.setattr(Evaluator, "evaluate", counted)
    monkeypatch.setattr(Judge, "judge", None)
    assert run(["evaluate", "people.csv", "--role", "director", "--where", "verdict = 'ready'", "--as-of", "2026-11-01"]) == 0
    assert calls == list("abcdef")
    shown = capfd.readouterr()
    assert "verdict = 'ready': 2 of 6 people" in shown.err
    assert [name for name in ("Ann", "Bob", "Cyd", "Dee", "O'Hara", "Fay") if f"{name} " in shown.out] == ["Ann", "Cyd"]
