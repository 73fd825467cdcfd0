"""Workbooks of the old kind and of OpenDocument mean what those of today mean: cell by cell, message by message."""

from __future__ import annotations

import struct
from collections.abc import Sequence
from pathlib import Path

import pytest

from evaluator.reading.tables import Options
from tests.populations.people_pack import Read, read
from tests.reading.tables.old_books import Record, label, number, old_book, records
from tests.reading.tables.old_books import text as old_text
from tests.reading.tables.open_books import cells, ods, table
from tests.reading.tables.shown import write_shown

SAVED = Path(__file__).parent / "saved"
HEADER = [label(0, 0, "id"), label(0, 1, "years")]


def told(found: Read) -> tuple[object, ...]:
    """Return everything that was read and said."""
    frames = [(*(chunk.frame.to_dict(as_series=False).items(),), chunk.kept.to_dict(as_series=False)) for chunk in found.chunks]
    return frames, found.messages, [(one.line, one.column, one.text, one.reason) for one in found.rejected]


@pytest.mark.parametrize("name", ["shown.xls", "shown.ods"])
def test_a_sheet_says_the_same_in_every_kind_of_workbook(name: str, tmp_path: Path) -> None:
    """Formats, dates, truths, errors, merged and hidden cells: what LibreOffice saved of a sheet is read as the sheet."""
    pytest.importorskip("xlsxwriter")
    keep = Options(keep=("kept",))
    expected = told(read(write_shown(tmp_path / "shown.xlsx"), options=keep))
    assert told(read(SAVED / name, options=keep)) == expected
    assert len(str(expected)) > 3000


@pytest.mark.parametrize("name", ["shown.xls", "shown.ods"])
def test_a_library_of_others_sees_the_same_texts_and_numbers(name: str) -> None:
    """What python-calamine makes of the cells that hold plain texts and numbers."""
    calamine = pytest.importorskip("python_calamine")
    rows = calamine.CalamineWorkbook.from_path(SAVED / name).get_sheet_by_name("People").to_python()
    names = {row[0]: row[1] for row in rows[1:]}
    years = {row[0]: row[3] for row in rows[1:]}
    found = read(SAVED / name)
    ada = found.ids.index("x y")
    assert found.column("name")[ada] == names["x y "]
    assert found.column("a.years")[found.ids.index("12345678901")] == years[12345678901]


@pytest.mark.parametrize("sheet", ["2", "Notes"])
@pytest.mark.parametrize("name", ["shown.xls", "shown.ods"])
def test_sheets_are_named_and_counted_as_ever(name: str, sheet: str) -> None:
    """A hidden one has no place, and is read where it is named."""
    assert read(SAVED / name, options=Options(sheet=sheet)).messages == ["D105 the table has no column `id`"]
    assert read(SAVED / name, options=Options(sheet="Hidden")).ids == ["zz"]


def old(folder: Path, *cells: Record, before: Sequence[Record] = ()) -> Read:
    """Read a workbook of the old kind with some cells under its header."""
    (folder / "p.xls").write_bytes(old_book(records([*HEADER, *cells], before=before)))
    return read(folder / "p.xls")


def test_numbers_of_four_bytes_are_unpacked(tmp_path: Path) -> None:
    """Whole ones, halves of floats, and hundredths of both."""
    short = [
        4 << 2 | 2,
        450 << 2 | 3,
        struct.unpack("<I", struct.pack("<d", 2.5)[4:])[0],
        struct.unpack("<I", struct.pack("<d", 250)[4:])[0] | 1,
    ]
    cells = [one for at, value in enumerate(short, 1) for one in (label(at, 0, f"p{at}"), (0x27E, struct.pack("<HHHI", at, 1, 0, value)))]
    assert old(tmp_path, *cells).column("a.years") == [4, 4.5, 2.5, 2.5]


def test_a_row_of_numbers_in_one_record(tmp_path: Path) -> None:
    """The first of them is the id."""
    row = struct.pack("<HH", 1, 0) + struct.pack("<HI", 0, 7 << 2 | 2) + struct.pack("<HI", 0, 5 << 2 | 2) + struct.pack("<H", 1)
    found = old(tmp_path, (0xBD, row))
    assert (found.ids, found.column("a.years")) == (["7"], [5])


def test_the_result_of_a_formula_counts(tmp_path: Path) -> None:
    """A number, a text in a record of its own; one that nobody worked out is refused."""
    formula = struct.pack("<HHH", 1, 1, 0) + struct.pack("<d", 4.5) + bytes(8)
    words = struct.pack("<HHH", 2, 0, 0) + b"\0\0\0\0\0\0\xff\xff" + bytes(8)
    later = struct.pack("<HHH", 3, 1, 0) + bytes(8) + struct.pack("<H", 2) + bytes(6)
    cells = [label(1, 0, "a"), (6, formula), (6, words), (0x4BC, bytes(8)), (0x207, old_text("b")), label(3, 0, "c"), (6, later)]
    found = old(tmp_path, *cells)
    assert (found.ids, found.column("a.years")) == (["a", "b"], [4.5, None])
    assert "no result beside it" in found.rejected[0].reason


def test_texts_that_cells_share_go_on_in_the_next_record(tmp_path: Path) -> None:
    """Within a text its width is said again; looks and readings of Asian words behind a text are no part of it."""
    long = "x" * 10
    first = struct.pack("<IIHB", 2, 3, 3, 0) + b"ada" + struct.pack("<HBH", 10, 8, 1) + long[:4].encode()
    more = b"\1" + long[4:].encode("utf-16-le") + bytes(4) + struct.pack("<HBI", 2, 5, 6) + "Zö".encode("utf-16-le") + bytes(6)
    cells = [(0xFD, struct.pack("<HHHI", row, 0, 0, row - 1)) for row in (1, 2, 3)]
    assert old(tmp_path, *cells, before=[(0xFC, first), (0x3C, more)]).ids == ["ada", long, "Zö"]


def test_formats_and_the_first_day_are_those_of_the_workbook(tmp_path: Path) -> None:
    """A format of its own, and days counted from 1904."""
    styles = [
        (0x41E, struct.pack("<H", 200) + old_text("00000")),
        *((0xE0, struct.pack("<HH", 0, code) + bytes(16)) for code in (0, 200, 14)),
    ]
    cells = [label(0, 2, "since"), number(1, 0, 42, 1), number(1, 2, 43956, 2)]
    found = old(tmp_path, *cells, before=[*styles, (0x22, b"\1\0")])
    assert (found.ids, found.column("a.since")) == (["00042"], [20240506])


def test_cells_may_stand_in_any_order(tmp_path: Path) -> None:
    """As programs write that go column by column."""
    found = old(tmp_path, label(1, 0, "a"), label(2, 0, "b"), number(2, 1, 2), number(1, 1, 1))
    assert (found.ids, found.column("a.years")) == (["a", "b"], [1, 2])


def opened(folder: Path, content: str, **more: str) -> Read:
    """Read an OpenDocument spreadsheet."""
    (folder / "p.ods").write_bytes(ods(content, styles=more.get("styles", "")))
    return read(folder / "p.ods")


def test_rows_and_cells_that_are_repeated_stand_there_as_often(tmp_path: Path) -> None:
    """Each at its own place; what is empty a million times is nothing."""
    empty = '<table:table-row table:number-rows-repeated="{}"><table:table-cell table:number-columns-repeated="1024"/></table:table-row>'
    twice = '<table:table-cell office:value-type="float" office:value="3" table:number-columns-repeated="2"/>'
    found = opened(
        tmp_path,
        table(empty.format(3), cells("id", "years", "reports"), cells("a", twice), empty.format(2), cells("b"), empty.format(1_048_000)),
    )
    assert (found.ids, found.column("a.years"), found.column("a.reports")) == (["a", "b"], [3, None], [3, None])
    assert found.column("line") == [5, 8]


def test_a_text_is_what_is_shown_of_it(tmp_path: Path) -> None:
    """Paragraphs are lines, runs of spaces are counted, and notes, pictures and links are none of it or only their text."""
    note = "<office:annotation><text:p>no</text:p></office:annotation>"
    first = f"{note}<text:p>A<text:span>d</text:span>a<text:s text:c='2'/>L.</text:p>"
    shown = f"<table:table-cell>{first}<text:p><text:a>x</text:a></text:p></table:table-cell>"
    found = opened(tmp_path, table(cells("id", "name"), cells("a", shown)))
    assert found.column("name") == ["Ada  L.\nx"]


def test_a_format_may_come_from_the_column(tmp_path: Path) -> None:
    """Where neither the cell nor its row has one."""
    digits = '<number:number number:decimal-places="0" number:min-integer-digits="{}"/>'
    styles = (
        f'<number:percentage-style style:name="N1">{digits.format(1)}<number:text>%</number:text></number:percentage-style>'
        f'<number:number-style style:name="N2">{digits.format(5)}</number:number-style>'
        '<style:style style:name="c1" style:family="table-cell" style:data-style-name="N1"/>'
        '<style:style style:name="c2" style:family="table-cell" style:data-style-name="N2"/>'
    )
    columns = '<table:table-column table:default-cell-style-name="c2"/><table:table-column table:default-cell-style-name="c1"/>'
    of = '<table:table-cell office:value-type="float" office:value="{}"/>'
    found = opened(tmp_path, table(columns, cells("id", "years"), cells(of.format(42), of.format(0.5))), styles=styles)
    assert [one.id for one in found.rejected] == ["00042"]
    assert "the cell shows 50%" in found.rejected[0].reason


NAMED = [
    ("p.xls", b"id\tyears\nada\t3.5\n", ["ada"], []),
    ("p.xls", "id\tyears\nada\t3.5\n".encode("utf-16"), ["ada"], []),
    ("p.xlsx", b"id,years\nada,3.5\n", ["ada"], []),
    ("p.ods", b"\xef\xbb\xbfid;years\nada;3\n", ["ada"], []),
    (
        "p.xls",
        b"<html><body><table><tr><td>id</td></tr></table></body></html>",
        [],
        ["D101 the file is a web page, whatever its name says"],
    ),
    ("p.xls", b"\r\n  <TABLE><TR><TD>id", [], ["D101 the file is a web page, whatever its name says"]),
    ("p.csv", b"<!DOCTYPE html><html>", [], ["D101 the file is a web page, whatever its name says"]),
    ("p.html", b"<html></html>", [], ["D101 the file is a web page, whatever its name says"]),
    (
        "p.xls",
        b'<?xml version="1.0"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet">',
        [],
        ["D101 the file is a workbook in the XML of Excel 2003, whatever its name says"],
    ),
    ("p.xls", b"", [], ["D101 the file is empty"]),
    ("p.ods", b"", [], ["D101 the file is empty"]),
    ("p.xls", bytes(range(256)) * 40, [], ["D101 the file is no Excel workbook, or it is damaged"]),
    ("p.xlsx", old_book(records([*HEADER, label(1, 0, "ada")])), ["ada"], []),
    ("p.csv", old_book(records([*HEADER, label(1, 0, "ada")])), ["ada"], []),
    ("p.xls", ods(table(cells("id"), cells("ada"))), ["ada"], []),
    ("p.xls", records([*HEADER, label(1, 0, "ada")]), ["ada"], []),
]


@pytest.mark.parametrize(("name", "content", "ids", "messages"), NAMED, ids=range(len(NAMED)))
def test_a_file_is_what_it_holds_whatever_it_is_called(
    name: str, content: bytes, ids: list[str], messages: list[str], tmp_path: Path
) -> None:
    """As many programs write text, pages and older workbooks under the name of a workbook."""
    (tmp_path / name).write_bytes(content)
    found = read(tmp_path / name)
    assert (found.ids, found.messages) == (ids, messages)
