"""A sheet that shows other than it keeps: XlsxWriter writes it, and `saved/` holds what LibreOffice saved of it as .xls and .ods."""

from __future__ import annotations

from pathlib import Path
from typing import Any

Cell = tuple[float, str] | str | float | bool | None
ROWS: list[list[Cell]] = [
    ["id", "name", "role", "years", "reports", "owner", "since", "month", "knowledge", "kept"],
    [
        (42, "00000"),
        "Zoë 東京",
        None,
        (0.5, "0%"),
        1,
        True,
        (45418, "dd.mm.yyyy"),
        (45418, "mmm yyyy"),
        "pricing;data",
        (1234.5, "#,##0.00"),
    ],
    ["x y ", "=a+b", None, 0.1 + 0.2, 2, False, (45418.6, "yyyy-mm-dd"), None, "none", (0.125, "# ?/?")],
    [(7, '"E-"000'), None, None, (12500, '0.0,"k"'), None, None, (45418, "mmm yyyy"), None, None, (12345, "0.00E+00")],
    [(1234, "#,##0"), None, None, (3.96, "0"), None, None, (45418, "d mmm"), None, None, (-5, "0;(0)")],
    [8, None, None, (5, ";;;"), None, None, (45418, "d mmm yyyy"), None, None, (1, "[<2]0;0.0%")],
    [(1.5, "0.0"), None, None, None, None, None, (45418.25, "yyyy-mm-dd hh:mm"), None, None, (0.875, "0.0%")],
    [(123456, "000-000"), None, None, (4, '0" years"'), None, None, None, None, None, (1.75, "[h]:mm")],
    [12345678901, None, None, (4.25, "0.0"), None, None, (45418, "yyyy-mm-dd"), (45418, "mmmm yyyy"), None, (45418, "yyyy")],
    ["007", None, None, (1000.0, "#,##0"), None, None, None, None, None, (45418, "[$-409]dddd, d mmmm yyyy")],
    ["=1+1", None, None, 0, None, None, None, None, None, (0.25, "hh:mm")],
    [(5, '0"%"'), None, None, (5, '0"%"'), None, None, None, None, None, (5, "0 %")],
    ["last", None, "junior", (0, '#,##0;-#,##0;"-"'), None, None, None, None, None, "x"],
]


def write_shown(path: Path) -> Path:
    """Write the sheet, with one that is hidden and one of notes beside it."""
    import xlsxwriter

    with xlsxwriter.Workbook(path) as made:
        sheet = made.add_worksheet("People")
        for row, cells in enumerate(ROWS):
            for column, cell in enumerate(cells):
                _write(made, sheet, row, column, cell)
        sheet.merge_range("C2:C3", "Team Lead")
        sheet.write_string(14, 0, "f1")
        sheet.write_formula(14, 3, "=1/0", None, "#DIV/0!")
        sheet.write_string(15, 0, "f2")
        sheet.write_formula(15, 3, "=1+2", None, 3)
        sheet.write_string(16, 0, "f3")
        sheet.write_formula(16, 3, "=NA()", None, "#N/A")
        sheet.write_string(17, 0, "f4")
        sheet.write_formula(17, 5, "=1=1", None, True)  # noqa: FBT003
        sheet.write_comment("I2", "a note")
        sheet.write_rich_string("I4", made.add_format({"bold": True}), "pri", "cing")
        sheet.set_row(5, None, None, {"hidden": True})
        sheet.set_column("I:I", None, None, {"hidden": True})
        sheet.write("M4", "beside")
        hidden = made.add_worksheet("Hidden")
        hidden.write_column("A1", ["id", "zz"])
        hidden.hide()
        made.add_worksheet("Notes").write("A1", "read me")
    return path


def _write(made: Any, sheet: Any, row: int, column: int, cell: Cell) -> None:
    if isinstance(cell, tuple):
        sheet.write_number(row, column, cell[0], made.add_format({"num_format": cell[1]}))
    elif isinstance(cell, str):
        sheet.write_string(row, column, cell)
    elif cell is not None:
        sheet.write(row, column, cell)
