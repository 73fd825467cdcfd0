"""A sheet of an Excel workbook as a source of rows."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import attrs

from evaluator.diagnostics import Span
from evaluator.reading.tables.columns import ID, ColumnMap
from evaluator.reading.tables.excel_cells import Odd, WorkbookProblem, odd_cells
from evaluator.reading.tables.model import Chunk, Misfit, Raw, joined_words, raw_name
from evaluator.reading.tables.native_types import text_of
from evaluator.reading.tables.opening import Asking, File
from evaluator.reading.tables.rows import Door

if TYPE_CHECKING:
    from python_calamine import CalamineSheet, CalamineWorkbook

_DIGITS = 15
_UNSAFE = Misfit("D101", "the id is a number of more digits than Excel keeps; store ids as text")
_NOT_SAVED = Misfit("P102", "the formula in this cell has no result beside it; open the workbook in Excel and save it again")


@attrs.frozen(kw_only=True)
class ExcelTable:
    """A sheet whose header was understood; `top` is the line of the header, `left` the first column that is used."""

    path: str
    place: Path
    sheet: str
    columns: ColumnMap
    chunk_rows: int
    top: int
    left: int
    total_rows: int
    odd: Odd

    def chunks(self, door: Door) -> Iterator[Chunk]:
        """Read the rows, some at a time."""
        sheet = _book(self.place).get_sheet_by_name(self.sheet)
        rows = _Rows(table=self)
        for line, cells in enumerate(sheet.iter_rows(), 1):
            if line > self.top:
                rows.take(line, cells)
            if len(rows.lines) == self.chunk_rows:
                yield door.chunk(rows.raw(), self.columns, self.path)
                rows = _Rows(table=self, last=rows.last)
        if rows.lines:
            yield door.chunk(rows.raw(), self.columns, self.path)


@attrs.define(kw_only=True)
class _Rows:
    """Takes rows; `last` is the number of the row before."""

    table: ExcelTable
    last: int = 0
    texts: list[Sequence[str]] = attrs.field(factory=list)
    lines: list[int] = attrs.field(factory=list)
    bad: dict[int, list[tuple[str | None, str, Misfit]]] = attrs.field(factory=dict)

    def take(self, line: int, cells: Sequence[object]) -> None:
        """Take a row; one without anything in it is none."""
        columns = self.table.columns
        places = {place: (line, place + self.table.left) for place in columns.used}
        odd = {place: self.table.odd[where] for place, where in places.items() if where in self.table.odd}
        if not odd and not any(cell != "" and not (isinstance(cell, str) and not cell.strip()) for cell in cells):
            return
        place = len(self.lines)
        for at, name in odd.items():
            self._wrong(place, at, name, _error(name))
        made = [cell_text(cells[at]) if at < len(cells) else "" for at in range(len(columns.header))]
        key = cells[columns.own[ID]] if columns.own[ID] < len(cells) else ""
        if isinstance(key, float) and abs(key) >= 10**_DIGITS:
            self._wrong(place, columns.own[ID], text_of(key), _UNSAFE)
        self.texts.append(made)
        self.lines.append(line)

    def _wrong(self, place: int, at: int, text: str, misfit: Misfit) -> None:
        self.bad.setdefault(place, []).append((self.table.columns.header[at].strip(), text, misfit))

    def raw(self) -> Raw:
        """Return what was taken."""
        import polars as pl

        used = self.table.columns.used
        frame = pl.DataFrame({raw_name(at): pl.Series([row[at] for row in self.texts], dtype=pl.String) for at in used})
        numbers = pl.int_range(self.last + 1, self.last + len(self.lines) + 1, eager=True)
        self.last += len(self.lines)
        return Raw(frame=frame, numbers=numbers, lines=pl.Series(self.lines, dtype=pl.Int64), rows=len(self.lines), bad=self.bad)


def _error(name: str) -> Misfit:
    if name.startswith("="):
        return _NOT_SAVED
    return Misfit("P102", f"`{name}` is an error of Excel, and no value; mend the formula, or empty the cell")


def cell_text(value: object) -> str:
    """Return what a cell says; a number as Excel shows it, to fifteen digits."""
    if isinstance(value, float) and not value.is_integer():
        return text_of(float(f"{value:.{_DIGITS}g}"))
    return text_of(value)


def _book(place: Path) -> CalamineWorkbook:
    from python_calamine import CalamineWorkbook

    return CalamineWorkbook.from_path(place)


def open_excel(file: File, asking: Asking) -> ExcelTable | None:
    """Open a workbook, choose its sheet and understand its header; problems where that fails."""
    span = Span.whole_file(file.path)
    try:
        from python_calamine import CalamineError
    except ImportError:
        step = "install the extra: pip install 'promotion-readiness-evaluator[xlsx]'; or save the sheet as CSV UTF-8"
        asking.problems.add("D101", "reading Excel files needs python-calamine, which is not installed", span, help=step)
        return None
    try:
        book = _book(file.place)
        return _opened(book, file, asking)
    except WorkbookProblem as problem:
        asking.problems.add("D101", problem.message, span, help=problem.step)
    except CalamineError:
        step = "open it in Excel and save it again as .xlsx, without a password"
        asking.problems.add("D101", "the file is no Excel workbook, or it is damaged or protected by a password", span, help=step)
    return None


def _opened(book: CalamineWorkbook, file: File, asking: Asking) -> ExcelTable | None:
    sheet = _chosen(book, asking)
    rows = list(zip(range(1, 1001), sheet.iter_rows(), strict=False))
    top, header = next(((line, cells) for line, cells in rows if any(str(cell).strip() for cell in cells)), (0, []))
    if not header:
        raise WorkbookProblem(f"the sheet `{sheet.name}` is empty", "its first line names the columns: id, name, role, and attributes")
    span = Span(path=file.path, line=top, column=1, end_line=top, end_column=1)
    names = [cell_text(cell) for cell in header]
    while names and not names[-1].strip():
        names.pop()
    columns = asking.header(file.path, lambda _: span).read(names)
    if columns is None:
        return None
    odd = odd_cells(file.place, sheet.name)
    left = (sheet.start or (0, 0))[1]
    return ExcelTable(
        path=file.path,
        place=file.place,
        sheet=sheet.name,
        columns=columns,
        chunk_rows=asking.chunk_rows,
        top=top,
        left=left,
        total_rows=max(sheet.total_height - top, 0),
        odd=odd,
    )


def _chosen(book: CalamineWorkbook, asking: Asking) -> CalamineSheet:
    """Return the sheet that was named, or the only one that can be meant."""
    wanted = asking.options.sheet
    if wanted is not None and wanted not in book.sheet_names:
        raise WorkbookProblem(f"the workbook has no sheet `{wanted}`", f"it has {joined_words(book.sheet_names)}")
    if wanted is not None:
        return book.get_sheet_by_name(wanted)
    shown = [one.name for one in book.sheets_metadata if str(one.visible).endswith(".Visible") and str(one.typ).endswith(".WorkSheet")]
    sheets = [sheet for name in shown if (sheet := book.get_sheet_by_name(name)).height]
    with_ids = [sheet for sheet in sheets if _has_id(sheet, asking)]
    if len(with_ids) > 1 or (not with_ids and len(sheets) > 1):
        names = joined_words([one.name for one in sheets])
        raise WorkbookProblem(f"the workbook has {len(sheets)} sheets: {names}", "name one with --sheet")
    if not sheets:
        raise WorkbookProblem("the workbook is empty", "its first line names the columns: id, name, role, and attributes")
    return (with_ids or sheets)[0]


def _has_id(sheet: CalamineSheet, asking: Asking) -> bool:
    first = next((cells for cells in sheet.iter_rows() if any(str(cell).strip() for cell in cells)), [])
    return any(asking.words.meaning(str(cell)) == ID for cell in first)
