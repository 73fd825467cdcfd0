"""Columns that are carried along come out as what they were, where the format of the results has types."""

from __future__ import annotations

import datetime
import json
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from evaluator.cli.main import run
from tests.populations.people_pack import AS_OF
from tests.populations.runs import write_rules

DAY = datetime.date(2024, 5, 6)
KEPT = {
    "grade": [7, -5, None],
    "pay": [1200.5, 7.0, 0.1],
    "part": [None, 0.5, 2.0],
    "since": [DAY, None, DAY],
    "remote": [True, False, None],
    "phone": ["+49 30", "007", "1200"],
    "mixed": ["a", "-5", "3"],
}
WHOLE = {**KEPT, "pay": [1200.5, 7, 0.1], "part": [None, 0.5, 2]}


def source(folder: Path, ending: str) -> Path:
    """Write people with columns of every type, as Parquet or as a workbook."""
    people = pl.DataFrame({"id": ["a", "b", "c"], **KEPT})
    path = folder / f"people.{ending}"
    if ending == "parquet":
        people.write_parquet(path)
        return path
    xlsxwriter = pytest.importorskip("xlsxwriter")
    with xlsxwriter.Workbook(path) as book:
        sheet, day = book.add_worksheet("People"), book.add_format({"num_format": "dd.mm.yyyy"})
        sheet.write_row(0, 0, people.columns)
        for row, cells in enumerate(people.iter_rows(), 1):
            for column, cell in enumerate(cells):
                if isinstance(cell, datetime.date):
                    sheet.write_datetime(row, column, datetime.datetime.combine(cell, datetime.time()), day)
                elif isinstance(cell, str):
                    sheet.write_string(row, column, cell)
                elif cell is not None:
                    sheet.write(row, column, cell)
    return path


def results(folder: Path, people: Path, ending: str, *more: str) -> Path:
    """Judge people with all columns kept."""
    out = folder / f"{'-'.join((people.suffix[1:], *more)).replace('--', '')}.{ending}"
    rules = folder / "rules"
    if not rules.exists():
        write_rules(rules)
    kept = [word for name in KEPT for word in ("--keep", name)]
    command = ["evaluate", str(people), "--rules", str(rules), "--as-of", str(AS_OF), "--role", "Director", "--check", "0", *kept, *more]
    assert run([*command, "-o", str(out)]) == 0
    return out


@pytest.mark.parametrize("start", ["parquet", "xlsx"])
def test_types_survive(tmp_path: Path, start: str) -> None:
    """Numbers can be summed in a workbook, days are days in Parquet, numbers are numbers in JSON Lines; text stays text, zeros and all."""
    people = source(tmp_path, start)
    frame = pl.read_parquet(results(tmp_path, people, "parquet")).select(list(KEPT))
    assert [*frame.dtypes] == [pl.Int64, pl.Float64, pl.Float64, pl.Date, pl.Boolean, pl.String, pl.String]
    assert frame.to_dict(as_series=False) == KEPT
    lines = results(tmp_path, people, "jsonl").read_text(encoding="utf-8").splitlines()
    told = [{name: json.loads(line)[name] for name in KEPT} for line in lines]
    days = [None if day is None else str(day) for day in KEPT["since"]]
    assert told == [{name: cells[at] for name, cells in {**KEPT, "since": days}.items()} for at in range(3)]
    assert cells_of(results(tmp_path, people, "xlsx")) == WHOLE


def cells_of(path: Path) -> dict[str, list[object]]:
    """Read the kept columns of a workbook by another library, as the types that it finds there."""
    calamine = pytest.importorskip("python_calamine")
    header, *rows = calamine.CalamineWorkbook.from_path(str(path)).get_sheet_by_index(0).to_python()
    columns: dict[str, list[Any]] = {name: [row[header.index(name)] for row in rows] for name in KEPT}
    return {name: [None if cell == "" else cell for cell in cells] for name, cells in columns.items()}


def test_csv_has_no_types(tmp_path: Path) -> None:
    """There everything is as before: a text begins with an apostrophe where a spreadsheet would run it, a number does not."""
    table = results(tmp_path, source(tmp_path, "parquet"), "csv")
    found = pl.read_csv(table, infer_schema=False)
    assert (found["grade"].to_list(), found["phone"].to_list()) == (["7", "-5", None], ["'+49 30", "007", "1200"])


def test_engines_agree_on_types(tmp_path: Path) -> None:
    """DuckDB carries the same columns along as the same types."""
    pytest.importorskip("duckdb")
    people = source(tmp_path, "parquet")
    both = [
        pl.read_parquet(results(tmp_path, people, "parquet", "--engine", engine)).select(list(KEPT)) for engine in ("columns", "duckdb")
    ]
    assert both[0].equals(both[1])
    assert both[0].schema == both[1].schema


@pytest.mark.parametrize("names", ["ab", "ba"])
def test_tables_that_differ_are_text(tmp_path: Path, names: str) -> None:
    """Where one file has numbers and another has text, the column of both is text."""
    folder = tmp_path / "people"
    folder.mkdir()
    pl.DataFrame({"id": ["a"], "grade": [7]}).write_parquet(folder / f"{names[0]}.parquet")
    pl.DataFrame({"id": ["b"], "grade": ["x"]}).write_parquet(folder / f"{names[1]}.parquet")
    write_rules(tmp_path / "rules")
    out = tmp_path / "out.parquet"
    command = ["evaluate", str(folder), "--rules", str(tmp_path / "rules"), "--as-of", str(AS_OF), "--role", "Director", "--keep", "grade"]
    assert run([*command, "--check", "0", "-o", str(out)]) == 0
    assert sorted(pl.read_parquet(out)["grade"]) == ["7", "x"]
