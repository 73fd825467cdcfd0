"""Decisions are read through the door that people are read through: every format, encoding, separator and size."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import polars as pl
import pytest

from evaluator.diagnostics import Problems
from evaluator.reading.decisions import Decision, read_decisions
from evaluator.reading.tables import Options
from tests.populations.people_pack import PACK
from tests.reading.tables.workbooks import write_workbook

NAMES = ("person", "role", "decision", "date")
ROWS = [("ada", "junior", "promoted", "2026-05-01"), ("zoë", "junior", "deferred", "2026-05-02")]
TEXT = "\n".join(",".join(row) for row in (NAMES, *ROWS)) + "\n"


def decided(path: Path, options: Options | None = None) -> tuple[list[tuple[str, str]], list[str], tuple[Decision, ...]]:
    """Return who was decided on and how, and what was said."""
    problems = Problems()
    found = read_decisions(str(path), PACK, problems, options=options)
    return [(one.person, str(one.decision)) for one in found], [one.message for one in problems.errors], found


EXPECTED = [("ada", "promoted"), ("zoë", "deferred")]


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "windows-1252"])
@pytest.mark.parametrize("ends", ["\n", "\r\n", "\r"])
def test_text_is_read_as_the_text_of_people_is(delimiter: str, encoding: str, ends: str, tmp_path: Path) -> None:
    """By its separator, its encoding, named where nothing tells it, and whatever ends its lines."""
    path = tmp_path / "decisions.csv"
    path.write_bytes(TEXT.replace(",", delimiter).replace("\n", ends).encode(encoding))
    named = Options(encoding=encoding) if encoding in {"utf-16-le", "windows-1252"} else None
    assert decided(path, named)[:2] == (EXPECTED, [])


def test_an_encoding_that_nothing_tells_costs_the_rows_that_need_it(tmp_path: Path) -> None:
    """And the message names the option that reads them."""
    (tmp_path / "d.csv").write_bytes(TEXT.encode("windows-1252"))
    assert decided(tmp_path / "d.csv")[:2] == (EXPECTED[:1], ["the byte 0xeb in this cell is no UTF-8"])


def records() -> list[dict[str, str]]:
    """Return the rows as objects."""
    return [dict(zip(NAMES, row, strict=True)) for row in ROWS]


@pytest.mark.parametrize(
    "name", ["d.json", "d.jsonl", "d.ndjson", "d.csv", "d.parquet", "d.pq", "d.xlsx", "d.csv.gz", "d.jsonl.gz", "folder"]
)
def test_every_format_is_read(name: str, tmp_path: Path) -> None:
    """Those that people are read of, by the same door."""
    path = tmp_path / name
    lines = "".join(json.dumps(row) + "\n" for row in records())
    if name == "folder":
        path.mkdir()
        (path / "a.csv").write_text(TEXT.rsplit("\n", 2)[0] + "\n")
        (path / "b.jsonl").write_text(lines.splitlines()[1])
    elif name.endswith(("parquet", "pq")):
        pl.DataFrame(records()).write_parquet(path)
    elif name.endswith("xlsx"):
        write_workbook(path, {"Decisions": [list(NAMES), *map(list, ROWS)]})
    else:
        content = {"json": json.dumps(records(), indent=1), "jsonl": lines, "ndjson": lines, "csv": TEXT}[name.split(".")[1]]
        path.write_bytes(gzip.compress(content.encode()) if name.endswith("gz") else content.encode())
    assert decided(path)[:2] == (EXPECTED, [])


def test_days_and_numbers_of_a_typed_table_are_read_as_written(tmp_path: Path) -> None:
    """A date is a date, and 7 is the person called 7."""
    frame = pl.DataFrame({"person": [7], "role": ["junior"], "decision": ["declined"], "date": ["2026-05-01"]})
    frame.with_columns(pl.col("date").str.to_date()).write_parquet(tmp_path / "d.parquet")
    people, said, found = decided(tmp_path / "d.parquet")
    assert (people, said, str(found[0].date)) == ([("7", "declined")], [], "2026-05-01")


@pytest.mark.slow
def test_a_large_table_is_read(tmp_path: Path) -> None:
    """Nine megabytes of CSV, and the last row is told by its line."""
    count = 30_000
    rows = "".join(f"{'person-of-a-long-name' * 13}-{number},junior,promoted,2026-05-01\n" for number in range(count))
    (tmp_path / "d.csv").write_text(",".join(NAMES) + "\n" + rows + "x,junior,perhaps,2026-05-01\n")
    problems = Problems()
    assert len(read_decisions(str(tmp_path / "d.csv"), PACK, problems)) == count
    assert [(one.span.line, one.message) for one in problems.errors] == [(count + 2, "`perhaps` is no decision")]


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ('x,"lead,promoted,2026-05-01', "a quote that begins in this row is not closed"),
        ("x,junior,promoted", "the row has 3 cells, and the table 4 columns"),
        ('"x"y,junior,promoted,2026-05-01', "text goes on after a closing quote in this row"),
        ("x\0,junior,promoted,2026-05-01", "the cell holds a NUL character"),
        ("x,junior,promoted,2026-05-01,,", "the row has 6 cells, and the table 4 columns"),
        ("x,boss,promoted,2026-05-01", "`boss` is no role of the pack"),
        ("x,junior,promoted,03/04/2026", "`03/04/2026` is no date"),
    ],
)
def test_a_broken_row_costs_itself(row: str, said: str, tmp_path: Path) -> None:
    """The rows around it are read."""
    path = tmp_path / "d.csv"
    path.write_text(TEXT.replace("zoë", f"{row}\nzoë") if row.count('"') != 1 else TEXT + row + "\n")
    people, messages, _ = decided(path)
    assert people == EXPECTED
    assert len(messages) == 1
    assert said in messages[0]


def test_spaces_around_quotes_do_not_count(tmp_path: Path) -> None:
    """As in the tables of people."""
    (tmp_path / "d.csv").write_text('person,role,decision,date\n"ada" , "junior","promoted" ,2026-05-01\n')
    assert decided(tmp_path / "d.csv")[:2] == (EXPECTED[:1], [])


def test_a_file_that_is_not_there_is_a_sentence(tmp_path: Path) -> None:
    """And no traceback."""
    assert decided(tmp_path / "gone.csv")[1] == ["the file cannot be read: there is no such file, or it may not be read"]
