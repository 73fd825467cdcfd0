"""--bad-cells unknown: a cell that cannot be read costs only itself, is counted and listed, and the row is judged as if it were empty."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from evaluator.cli.main import run
from tests.populations.runs import write_rules
from tests.reading.tables.workbooks import write_workbook

Capture = pytest.CaptureFixture[str]
TABLE = """id,role,years,as_of
a,manager,9,
b,manager,many,
c,managr,9,
d,manager,x,soon
,manager,x,
e,manager,9,2026-10-01
e,manager,y,
"""
BLANK = "id,role,years,as_of\na,manager,9,\nb,manager,,\nc,,9,\ne,manager,9,2026-10-01\n"
MORE = ("--as-of", "2026-11-01", "--seed", "1", "--role", "director")
SKIPPED = ("--bad-cells", "unknown")


@pytest.fixture(name="place")
def _place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    write_rules(tmp_path / "rules")
    (tmp_path / "people.csv").write_text(TABLE, encoding="utf-8")
    (tmp_path / "blank.csv").write_text(BLANK, encoding="utf-8")
    return tmp_path


@pytest.mark.parametrize("engine", ["columns", "inference", "reference"])
def test_a_row_is_judged_as_if_its_bad_cells_were_empty(engine: str, place: Path, capfd: Capture) -> None:
    """A bad day or no id still costs the row, with all that is wrong with it."""
    assert run(["evaluate", "people.csv", "-o", "out.csv", "--engine", engine, *SKIPPED, *MORE]) == 1
    said = " ".join(capfd.readouterr().out.split())
    assert "Rows read 7 = 4 judged + 3 rejected" in said
    assert "Unread 2 cells that cannot be read count as unknown: role (1), years (1); each with its reason in out.csv.unread.csv" in said
    unread = pl.read_csv(place / "out.csv.unread.csv")
    assert unread.select("row", "column", "id", "text", "code").rows() == [
        (2, "years", "b", "many", "P102"),
        (3, "role", "c", "managr", "P105"),
    ]
    rejected = pl.read_csv(place / "out.csv.rejected.csv").select("row", "column").rows()
    assert sorted(rejected) == [(4, "as_of"), (4, "years"), (5, "id"), (5, "years"), (7, "id")]
    assert run(["evaluate", "blank.csv", "-o", "blank.out.csv", "--engine", engine, *MORE]) == 0
    ours, theirs = (pl.read_csv(place / name).drop("row") for name in ("out.csv", "blank.out.csv"))
    assert ours.equals(theirs)


def test_cells_of_a_workbook_that_have_no_value_are_skipped_too(place: Path, capfd: Capture) -> None:
    """An error of a formula is known to be wrong before anything is read."""
    write_workbook(place / "p.xlsx", {"P": [["id", "role", "years"], ["a", "manager", ("error", "#DIV/0!")], ["b", "manager", 9]]})
    assert run(["evaluate", "p.xlsx", "-o", "out.csv", *SKIPPED, *MORE]) == 0
    assert "years (1)" in capfd.readouterr().out
    assert pl.read_csv(place / "out.csv")["id"].to_list() == ["a", "b"]


def test_the_list_goes_when_nothing_is_wrong_any_more(place: Path) -> None:
    """As that of rejected rows does; without the option there is none."""
    assert run(["evaluate", "people.csv", "-o", "out.csv", *SKIPPED, *MORE]) == 1
    assert (place / "out.csv.unread.csv").exists()
    (place / "people.csv").write_text(BLANK, encoding="utf-8")
    assert run(["evaluate", "people.csv", "-o", "out.csv", *SKIPPED, *MORE]) == 0
    assert not (place / "out.csv.unread.csv").exists()


def test_strict_runs_count_them_and_standard_output_tells_them(place: Path, capfd: Capture) -> None:
    """So that a job that nobody watches does not pass over them."""
    (place / "people.csv").write_text("id,role,years\na,manager,9\nb,manager,many\n", encoding="utf-8")
    assert run(["evaluate", "people.csv", "-o", "out.csv", "--strict", *SKIPPED, *MORE]) == 1
    assert "1 cell cannot be read and counts as unknown" in capfd.readouterr().err
    assert run(["evaluate", "people.csv", "--format", "csv", *SKIPPED, *MORE]) == 0
    assert "1 cell that cannot be read counts as unknown: years (1)" in " ".join(capfd.readouterr().err.split())


def test_a_run_does_not_go_on_with_another_cost(place: Path, capfd: Capture) -> None:
    """What a bad cell costs is among what a run is known by."""
    from evaluator.populations.evaluate.resume_differences import changes

    same = {"tool": ["1", "2"], "pack": ["a", "b", "c"], "sources": [], "request": {}}
    told = changes({**same, "options": {"bad_cells": ""}}, {**same, "options": {"bad_cells": "unknown"}})
    assert told == ("--bad-cells was not given and is unknown now",)
    assert not capfd.readouterr().out
    assert (place / "people.csv").exists()
