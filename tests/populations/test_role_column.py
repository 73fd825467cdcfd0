"""Each person is judged for the role that a column names, as `--role` judges that person alone, in every engine and at every level."""

from __future__ import annotations

import csv
import json
import shlex
from pathlib import Path

import polars as pl
import pytest

from evaluator.cli.main import run
from tests.populations.runs import write_rules
from tests.reading.tables.workbooks import write_workbook

Capture = pytest.CaptureFixture[str]
DAY = "--as-of 2026-11-01"
COLUMN = "--role-column 'Target role'"
HEADER = ("id", "name", "role", "years", "reports", "level", "owns", "areas", "Target role", "unit")
ROWS = (
    ("a", "Ann", "manager", "9.5", "3", "good", "true", "pricing", "DIRECTOR", "Pay"),
    ("b", "Bob", "manager", "3.0", "0", "none", "false", "none", "Expert", "Pay"),
    ("c", "Cyd", "manager", "8.0", "2", "some", "true", "pricing; research", "", "Sales"),
    ("d", "Dee", "", "", "", "", "", "", "manager", "Pay"),
    ("e", "Eve", "", "2", "1", "good", "false", "research", "Baker", "Pay"),
    ("f", "Fay", "expert", "2.0", "1", "some", "true", "pricing", "n/a", "Sales"),
    ("g", "Gus", "expert", "12", "9", "good", "true", "pricing", "director", "Sales"),
)
NAMED = {"a": "director", "b": "expert", "d": "manager", "g": "director"}
"""Whom a look at the table has judged for what; `e` is to be a baker, which the pack has not, and of `c` and `f` nothing is said."""


@pytest.fixture(autouse=True)
def _place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    write_rules(tmp_path / "rules")
    write("people.csv", ROWS)


def write(name: str, rows: tuple[tuple[str, ...], ...], header: tuple[str, ...] = HEADER) -> None:
    with Path(name).open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([header, *rows])


def called(words: str) -> int:
    return run(shlex.split(words))


def read(name: str) -> list[dict[str, str]]:
    with Path(name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.mark.parametrize(
    ("engine", "level"),
    [(engine, level) for engine in ("columns", "inference", "reference") for level in ("people", "roles", "criteria")]
    + [("duckdb", "people")],
)
def test_each_row_is_what_the_role_alone_makes_of_the_person(engine: str, level: str) -> None:
    """Line by line, and in the order of the table; whose cell is empty has no verdict, whose role is none of the pack no row."""
    if engine == "duckdb":
        pytest.importorskip("duckdb")
    assert called(f"evaluate people.csv {COLUMN} --engine {engine} --level {level} -o out.csv --seed 1 --check 7 {DAY}") == 1
    found = read("out.csv")
    expected = []
    for row in ROWS:
        if row[0] in NAMED:
            write("one.csv", (row,))
            assert called(f"evaluate one.csv --role {NAMED[row[0]]} --engine reference --level {level} -o one-out.csv --seed 1 {DAY}") == 0
            expected += read("one-out.csv")
    judged = [row for row in found if row["judged_role"]]
    assert [{**row, "row": ""} for row in judged] == [{**row, "row": ""} for row in expected]
    assert list(dict.fromkeys(row["id"] for row in found)) == (list("abcdfg") if level == "people" else list("abdg"))
    assert all(not row["verdict"] and not row["gaps"] for row in found if row["id"] in {"c", "f"})


@pytest.mark.parametrize("ending", ["jsonl", "parquet", "xlsx"])
def test_every_format_names_the_role(ending: str) -> None:
    """As the table of text does; in JSON Lines, each line by itself."""
    frame = pl.read_csv("people.csv", infer_schema=False)
    path = Path(f"others.{ending}")
    if ending == "xlsx":
        write_workbook(path, {"People": [frame.columns, *frame.rows()]})
    elif ending == "parquet":
        frame.write_parquet(path)
    else:
        lines = ({name: value for name, value in row.items() if value} for row in frame.iter_rows(named=True))
        path.write_text("".join(f"{json.dumps(line)}\n" for line in lines), encoding="utf-8")
    for name, more in (("people.csv", ""), (str(path), " --chunk-rows 1")):
        assert called(f"evaluate {name} {COLUMN} {DAY} -o {name}.out.csv --check 0{more}") == 1
    told = ("id", "judged_role", "verdict", "score_worse", "score_better")
    found, wanted = ([{key: row[key] for key in told} for row in read(f"{name}.out.csv")] for name in (path, "people.csv"))
    assert found == wanted


def test_the_summary_tells_who_is_judged_for_what(capfd: Capture) -> None:
    """Verdicts by role, who has none named, the column, and the rejected row with the cell as it is written."""
    assert called(f"evaluate people.csv {COLUMN} -o out.csv --summary run.json {DAY}") == 1
    told = capfd.readouterr().out
    assert "Verdicts by role" in told
    assert "none: no role is named to be judged for" in told
    assert "Judged for  the role that the column `Target role` names" in told
    assert "7 = 6 judged + 1 rejected" in told
    rejected = read("out.csv.rejected.csv")
    assert [(row["id"], row["code"], row["column"]) for row in rejected] == [("e", "P105", "Target role")]
    assert "the pack has no role called `Baker`, to judge the row for" in rejected[0]["reason"]
    summary = json.loads(Path("run.json").read_text(encoding="utf-8"))
    assert summary["role_column"] == "Target role"
    assert summary["without_verdict"] == {"no role is named to be judged for": 2}
    assert {one["role"]: one["people"] for one in summary["verdicts"]} == {"manager": 1, "director": 2, "expert": 1}


def test_people_are_shown_on_a_screen_too(capfd: Capture) -> None:
    """One by one, with their titles; what cannot be judged is told and costs the exit code."""
    assert called(f"evaluate people.csv {COLUMN} {DAY}") == 1
    shown = capfd.readouterr()
    lines = {line.split()[0]: line for line in shown.out.splitlines() if line[:3] in {"Ann", "Bob", "Cyd", "Dee", "Eve", "Fay", "Gus"}}
    assert sorted(lines) == ["Ann", "Bob", "Cyd", "Dee", "Fay", "Gus"]
    titles = {"Ann": "Director", "Gus": "Director"}
    assert all(title in lines[name] for name, title in titles.items())
    assert "no role is named to be judged for: Cyd, Fay" in shown.out
    assert "1 of 7 rows cannot be judged and is left out" in shown.err
    assert "--role-column 'Target role'" in shown.err


def test_conditions_know_of_the_column_and_it_can_be_carried_along() -> None:
    """--where names what comes of it, and --keep the column itself."""
    assert (
        called(
            f"evaluate people.csv {COLUMN} --where \"judged_role = 'Director' and unit = 'Sales'\" -o out.csv --keep 'Target role' {DAY}"
        )
        == 1
    )
    assert [(row["id"], row["Target role"]) for row in read("out.csv")] == [("g", "director")]


def test_titles_of_a_mapping_are_roles_there_too() -> None:
    """The table of roles that a mapping has for today's role holds for the column."""
    Path("hr.yaml").write_text("roles:\n  Baker: expert\n", encoding="utf-8")
    assert called(f"evaluate people.csv {COLUMN} --map-file hr.yaml -o out.csv {DAY}") == 0
    assert {row["id"]: row["judged_role"] for row in read("out.csv")}["e"] == "expert"


def test_everybody_can_be_judged_for_the_role_that_they_hold() -> None:
    """The column may be the one of today's role."""
    assert called(f"evaluate people.csv --role-column role -o out.parquet {DAY}") == 0
    frame = pl.read_parquet("out.parquet")
    assert dict(zip(frame["id"], frame["judged_role"], strict=True)) == {row[0]: row[2] or None for row in ROWS}


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("people.csv --role-column Goal", "--role-column names the column `Goal`, which the table has not"),
        ("people.csv --role-column Goal -o out.csv", "--role-column names the column `Goal`, which the table has not"),
        ("people.csv --role-column group:sex -o out.csv", "--role-column names `group:sex`, a fact of people's groups"),
        ("people.csv --role-column Gender -o out.csv", "--role-column names `Gender`, a fact of people's groups"),
        ("people.csv --role-column twice -o out.csv", "--role-column names `twice`, and 2 columns are called so"),
        (f"people.csv {COLUMN} --role expert", "`--role` and `--role-column` exclude each other"),
        (f"people.csv {COLUMN} --all-roles", "`--role-column` and `--all-roles` exclude each other"),
        (f"ada.yaml {COLUMN}", "profiles as in ada.yaml have no columns"),
        (f"people.csv {COLUMN} --format json", "json tells of everybody every role"),
        (
            f"company.duckdb::people {COLUMN} --engine duckdb -o out.csv",
            "judges everybody of a table for one role, and has no `--role-column`",
        ),
        ("people.csv --role-column empty", "none of 7 people is judged, as the column `empty` names no role"),
        ("people.csv --role-column empty -o out.csv", "none of 7 people is judged, as the column `empty` names no role"),
    ],
)
def test_what_cannot_be_is_refused(words: str, said: str, capfd: Capture) -> None:
    """In a sentence, with exit code 2."""
    Path("ada.yaml").write_text("profile: ada\n", encoding="utf-8")
    beside = ("", "zyxfemale", "zyxwoman", "expert", "director")
    write("people.csv", tuple((*row, *beside) for row in ROWS), (*HEADER, "empty", "group:sex", "Gender", "twice", "Twice"))
    assert called(f"evaluate {words} {DAY}") == 2
    shown = capfd.readouterr().err
    assert said in shown
    assert "zyx" not in shown
    assert not [*Path().glob("out.csv*")]
