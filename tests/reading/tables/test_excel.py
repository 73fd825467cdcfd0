"""Cells of a workbook mean what its reader sees; what a reader may not see is told."""

from __future__ import annotations

import datetime
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import attrs
import pytest

from evaluator.reading.tables import Options
from tests.core.build import attribute, pack, simple_role, value_type
from tests.populations.people_pack import PACK, Read, read
from tests.reading.tables.workbooks import write_workbook

xlsxwriter = pytest.importorskip("xlsxwriter")

PERCENT = pack(
    attrs.evolve(attribute("roadmap"), type=value_type("number", unit="percent")),
    attrs.evolve(attribute("years"), type=value_type("number", unit="years")),
    attribute("rating"),
    roles=[simple_role("junior")],
)
Fill = Callable[[Any, Any], None]


def book(folder: Path, fill: Fill, *more: tuple[str, Fill]) -> Path:
    """Write a workbook with XlsxWriter: a sheet `People`, and others before or after."""
    path = folder / "p.xlsx"
    with xlsxwriter.Workbook(path) as made:
        for name, one in (("People", fill), *more):
            one(made, made.add_worksheet(name))
    return path


def rows(*cells: tuple[object, ...]) -> Fill:
    """Return what writes rows; a pair of a number and a text is a number in that format."""

    def fill(made: Any, sheet: Any) -> None:
        for row, line in enumerate(cells):
            for column, cell in enumerate(line):
                if isinstance(cell, tuple):
                    sheet.write_number(row, column, cell[0], made.add_format({"num_format": cell[1]}))
                elif cell is not None:
                    sheet.write(row, column, cell)

    return fill


def reasons(found: Read) -> list[str]:
    """Return why rows were put aside."""
    return [one.reason for one in found.rejected]


def test_per_cent_are_what_the_sheet_shows(tmp_path: Path) -> None:
    """A cell that shows 87.5% holds 0.875; one that holds 87.5 shows that."""
    lines = [("id", "roadmap"), ("a", (0.875, "0.0%")), ("b", 87.5), ("c", (0.875, "0%")), ("d", (0.29, "0%")), ("e", (87.5, '0.0"%"'))]
    found = read(book(tmp_path, rows(*lines)), of=PERCENT)
    assert found.column("a.roadmap") == [87.5, 87.5, 87.5, 29, 87.5]


@pytest.mark.parametrize(("name", "counted"), [("years", "is counted in years"), ("rating", "is not counted in per cent")])
def test_per_cent_of_what_is_none_has_two_readings(tmp_path: Path, name: str, counted: str) -> None:
    """90% of years, or of a rating without a unit, is 0.9 or 90: both are named."""
    found = read(book(tmp_path, rows(("id", name), ("a", (0.9, "0%")))), of=PERCENT)
    assert reasons(found) == [f"the cell shows 90%, and `{name}` {counted}; give it an ordinary number format, and write 0.9 or 90"]


@pytest.mark.parametrize("plain", [0.9, 90])
def test_the_advice_about_per_cent_is_right_when_followed(tmp_path: Path, plain: float) -> None:
    """Either number that the message names is taken in an ordinary format."""
    assert read(book(tmp_path, rows(("id", "rating"), ("a", plain))), of=PERCENT).column("a.rating") == [plain]


def test_ids_keep_the_zeros_that_are_shown(tmp_path: Path) -> None:
    """An id is its text: 42 in the format 00000 is 00042, as in the sheet saved as CSV; thousands are no part of it."""
    ids = [(42, "00000"), (10023, "00000000"), "00010024", (7, '"E-"000'), (1234, "#,##0"), 8]
    found = read(book(tmp_path, rows(("id", "years"), *((one, 1) for one in ids))))
    assert found.ids == ["00042", "00010023", "00010024", "E-007", "1234", "8"]


def test_dates_count_as_far_as_they_are_shown(tmp_path: Path) -> None:
    """`May 2024`, which Excel keeps as the first of May, names no day; a time that is not shown is none."""
    day = 45418  # the sixth of May 2024
    lines = [("id", "since", "month"), ("a", (day, "dd.mm.yyyy"), (day, "mmm yyyy")), ("b", (day + 0.6, "yyyy-mm-dd"), (day, "d mmm yyyy"))]
    found = read(book(tmp_path, rows(*lines, ("x", (day, "mmm yyyy"), None), ("y", (day, "d mmm"), None))))
    assert (found.column("a.since"), found.column("a.month")) == ([20240506, 20240506], [20240501, 20240501])
    assert ["names no day" in reasons(found)[0], "without its year" in reasons(found)[1]] == [True, True]


def test_merged_rows_have_what_is_seen_beside_them(tmp_path: Path) -> None:
    """A role over two rows is the role of both, and the run says which cells those are."""

    def fill(made: Any, sheet: Any) -> None:
        rows(("id", "role", "years"), ("a", None, 1), ("b", None, 2), ("c", "junior", 3))(made, sheet)
        sheet.merge_range("B2:B3", "lead")

    found = read(book(tmp_path, fill))
    assert found.column("role") == [1, 1, 0]
    assert found.messages == ["D203 merged cells are read as if each of their rows held what stands there: B2:B3"]


def test_a_value_over_several_columns_is_of_none(tmp_path: Path) -> None:
    """5 over years and reports is not both."""

    def fill(made: Any, sheet: Any) -> None:
        rows(("id", "years", "reports"), ("a", None, None), ("b", 1, 2))(made, sheet)
        sheet.merge_range("B2:C2", 5)

    found = read(book(tmp_path, fill))
    assert (found.ids, [one.column for one in found.rejected]) == (["b"], ["reports"])
    assert "merged with B2, and one value cannot stand for several columns" in reasons(found)[0]


@pytest.mark.parametrize("ranges", [["B2:B3", "B3:B4"], ["A2:C4", "B2:C4"]])
def test_merged_ranges_that_overlap_are_refused(tmp_path: Path, ranges: list[str]) -> None:
    """Nobody sees what such a sheet shows; and work on them could be without end."""
    lines = [["id", "years", "reports"], ["a", 1, 2], ["b", 1, 2], ["c", 1, 2]]
    found = read(write_workbook(tmp_path / "p.xlsx", {"A": lines}, merged=ranges * 3))
    assert found.messages == ["D101 merged ranges of the sheet overlap"]


def test_what_lies_under_merged_cells_is_not_read(tmp_path: Path) -> None:
    """A value that a merged cell covers is seen by nobody."""
    lines = [["id", "years"], ["a", 1], ["b", 99], ["c", 3]]
    assert read(write_workbook(tmp_path / "p.xlsx", {"A": lines}, merged=["B2:B3"])).column("a.years") == [1, 1, 3]


def test_hidden_rows_and_columns_are_told(tmp_path: Path) -> None:
    """Rows that a filter hides are people like all others, and the run says so."""

    def fill(made: Any, sheet: Any) -> None:
        rows(("id", "years", "reports"), ("a", 1, 1), ("b", 2, 2), ("c", 3, 3))(made, sheet)
        sheet.autofilter("A1:C4")
        sheet.set_row(2, None, None, {"hidden": True})
        sheet.set_column("C:C", None, None, {"hidden": True})

    found = read(book(tmp_path, fill))
    assert found.ids == ["a", "b", "c"]
    assert found.messages == [
        "D203 a column that is hidden is read like all others: `reports`",
        "D203 a row that is hidden is read like all others: 3",
    ]


def test_cells_beside_the_table_are_told(tmp_path: Path) -> None:
    """A note to the right of the table is in no column."""
    found = read(book(tmp_path, rows(("id", "years"), ("a", 1, None, "please check"))))
    assert found.messages == ["D203 cells that stand in no column of the table are not read, such as D2"]


OTHER = [("Employee ID", "Name", "role"), ("1", "Ann New", "junior")]


def test_a_sheet_that_looks_like_people_is_not_passed_over(tmp_path: Path) -> None:
    """Where the id of the first sheet has another name, the second is not silently taken."""
    path = book(tmp_path, rows(("id", "name", "role"), ("1", "Ann Old", "junior")), ("Q4", rows(*OTHER)))
    assert read(path).messages == ["D101 the workbook has 2 sheets: `People`, `Q4`"]


@pytest.mark.parametrize(("sheet", "ids"), [("People", ["1"]), ("1", ["1"]), ("2", ["x"]), ("2024", ["y"]), ("3", ["y"])])
def test_a_sheet_is_named_or_counted(tmp_path: Path, sheet: str, ids: list[str]) -> None:
    """A name counts before a place; hidden sheets have no place."""

    def hidden(made: Any, sheet: Any) -> None:
        rows(("id", "years"), ("z", 1))(made, sheet)
        sheet.hide()

    more = [("Hidden", hidden), ("B", rows(("id", "years"), ("x", 1))), ("2024", rows(("id", "years"), ("y", 1)))]
    assert read(book(tmp_path, rows(("id", "years"), ("1", 1)), *more), options=Options(sheet=sheet)).ids == ids


@pytest.mark.parametrize("place", ["0", "4", "99999999999999999999", "-1"])
def test_a_place_without_a_sheet_is_told(tmp_path: Path, place: str) -> None:
    """There is no such sheet."""
    found = read(book(tmp_path, rows(("id",), ("1",))), options=Options(sheet=place))
    assert found.messages == [f"D101 the workbook has no sheet `{place}`"]


def test_texts_are_what_is_shown(tmp_path: Path) -> None:
    """Runs of different looks are one text, readings of Asian words are none, and what Excel escapes is itself."""
    shared = (
        '<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><si><t>id</t></si><si><r><t>na</t></r><r><t>me</t></r></si>'
        "<si><t>東京</t><rPh sb='0' eb='2'><t>トウキョウ</t></rPh></si><si><t>a_x0041_&amp;b</t></si></sst>"
    )
    cells = "".join(
        f'<row r="{row}">' + "".join(f'<c r="{"AB"[at]}{row}" t="s"><v>{text}</v></c>' for at, text in enumerate(texts)) + "</row>"
        for row, texts in enumerate(([0, 1], [2, 3]), 1)
    )
    path = write_workbook(tmp_path / "p.xlsx", {"A": [["x"]]})
    parts = {"xl/sharedStrings.xml": shared, "xl/worksheets/sheet1.xml": f"<worksheet><sheetData>{cells}</sheetData></worksheet>"}
    found = read(with_parts(path, parts))
    assert (found.ids, found.column("name")) == (["東京"], ["aA&b"])


def with_parts(path: Path, parts: dict[str, str]) -> Path:
    """Put parts into a workbook in place of its own, and link its shared texts."""
    with zipfile.ZipFile(path) as old:
        held = {name: old.read(name) for name in old.namelist()} | {name: text.encode() for name, text in parts.items()}
    if "xl/sharedStrings.xml" in parts:
        link = b'<Relationship Id="rIdT" Type="http://x/sharedStrings" Target="sharedStrings.xml"/></Relationships>'
        held["xl/_rels/workbook.xml.rels"] = held["xl/_rels/workbook.xml.rels"].replace(b"</Relationships>", link)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as new:
        for name, data in held.items():
            new.writestr(name, data)
    return path


def test_a_workbook_says_what_its_csv_says(tmp_path: Path) -> None:
    """The same people as text in a CSV file and as typed cells of a workbook are the same people."""
    header = ("id", "role", "years", "reports", "owner", "since", "work")
    day = datetime.date(2024, 5, 6)
    made = [(f"p{n}", "lead" if n % 3 else "junior", n / 8, n, n % 2 == 0, day + datetime.timedelta(days=n), "craft") for n in range(40)]

    def fill(book_: Any, sheet: Any) -> None:
        rows(header, *((*one[:5], None, one[6]) for one in made))(book_, sheet)
        for row, one in enumerate(made, 1):
            sheet.write_datetime(row, 5, datetime.datetime.combine(one[5], datetime.time()), book_.add_format({"num_format": "dd.mm.yyyy"}))

    table = tmp_path / "p.csv"
    table.write_text("\n".join(",".join(str(cell) for cell in one) for one in (header, *made)) + "\n", encoding="utf-8")
    both = [read(path) for path in (book(tmp_path, fill), table)]
    names = ("id", "role", "a.years", "a.reports", "a.owner", "a.since", "a.work")
    assert [both[0].column(name) for name in names] == [both[1].column(name) for name in names]
    assert len(both[0].ids) == len(made)


@pytest.mark.slow
def test_a_sheet_is_read_alike_whatever_the_pieces(tmp_path: Path) -> None:
    """Rows that lie across the pieces in which a sheet is unpacked are whole."""
    lines = [("id", "years", "name"), *((f"p{n}", n % 60, "x" * 30) for n in range(30_000))]
    found = read(book(tmp_path, rows(*lines)), chunk_rows=7_000, of=PACK)
    assert found.ids == [f"p{n}" for n in range(30_000)]
    assert found.column("a.years") == [n % 60 for n in range(30_000)]
