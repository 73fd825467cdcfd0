"""A sheet of an Excel workbook as a source of rows: each cell as its reader sees it."""

from __future__ import annotations

import bisect
import itertools
import math
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

import attrs

from evaluator.core.attributes import Attribute
from evaluator.core.text import first_words
from evaluator.core.values import NUMERIC, Kind
from evaluator.diagnostics import Problems, Span
from evaluator.reading import limits
from evaluator.reading.tables import number_formats
from evaluator.reading.tables.cell_values import PER_CENT, is_missing, signed
from evaluator.reading.tables.columns import ColumnMap
from evaluator.reading.tables.excel_cells import unescaped
from evaluator.reading.tables.meanings import DATED, ID, NAME, ROLE
from evaluator.reading.tables.model import Chunk, Misfit, Raw, joined_words, no_header, raw_name
from evaluator.reading.tables.rows import Door
from evaluator.reading.tables.sources import Asking, File
from evaluator.reading.tables.workbook_files import opened
from evaluator.reading.tables.workbooks import Cell, Merged, Row, Sheet, Workbook, WorkbookProblem, cell_name

if TYPE_CHECKING:
    import polars as pl

_DIGITS = 15
_PART = 50_000
"""Rows that are held as objects of Python's at a time."""
_MOST_KNOWN, _SHORT = 50_000, 40
"""How many cells are remembered with what they say, and how long they may be."""
_UNUSED = (-1, None, None)
_NUMBER = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[Ee][+-]?[0-9]{1,3})?")
_UNSAFE = Misfit("D101", "the id is a number of more digits than Excel keeps; store ids as text")
_NOT_SAVED = Misfit("P102", "the formula in this cell has no result beside it; open the workbook in Excel and save it again")
_NO_TEXT = Misfit("D101", "the cell refers to a text that the workbook does not hold; open the workbook in Excel and save it again")
_NO_NUMBER = Misfit("D101", "the cell holds no number, though it says so; open the workbook in Excel and save it again")
_TOO_LONG = Misfit("D101", f"the cell is longer than {limits.CELL:,} characters; shorten it")

Bad = dict[int, dict[int, tuple[str, Misfit]]]
"""What is wrong with cells, by place of the row and then of the column: the text and why it cannot be used."""


@attrs.frozen(kw_only=True)
class ExcelTable:
    """A sheet that was read: its rows as text, the number of each, and what is wrong with cells; `sheets` are all that can be seen."""

    path: str
    sheet: str
    sheets: Sequence[str]
    columns: ColumnMap
    chunk_rows: int
    frame: pl.DataFrame
    lines: pl.Series
    bad: Bad
    kept_types: Mapping[str, pl.DataType]

    @property
    def total_rows(self) -> int:
        """How many rows hold anything."""
        return self.frame.height

    def chunks(self, door: Door) -> Iterator[Chunk]:
        """Give the rows, some at a time."""
        for raw in self.raws():
            yield door.chunk(raw, self.columns, self.path)

    def raws(self) -> Iterator[Raw]:
        """Yield the rows as they are, some at a time."""
        for start in range(0, self.frame.height, self.chunk_rows):
            yield self._raw(start)

    def _raw(self, start: int) -> Raw:
        import polars as pl

        frame = self.frame.slice(start, self.chunk_rows)
        header = self.columns.header
        bad = {
            row - start: [(header[column].strip(), *wrong) for column, wrong in sorted(self.bad[row].items())]
            for row in range(start, start + frame.height)
            if row in self.bad
        }
        numbers = pl.int_range(start + 1, start + 1 + frame.height, eager=True)
        return Raw(frame=frame, numbers=numbers, lines=self.lines.slice(start, frame.height), rows=frame.height, bad=bad)


def open_excel(file: File, asking: Asking) -> ExcelTable | None:
    """Open a workbook, choose its sheet and read it; problems where that fails."""
    try:
        with opened(file.place) as book:
            return _Reading(book=book, file=file, asking=asking).table()
    except (WorkbookProblem, limits.TooMuch) as problem:
        asking.problems.add("D101", problem.message, Span.whole_file(file.path), help=problem.step)
    return None


@attrs.frozen(kw_only=True)
class _Reading:
    """What the reading of a workbook goes by."""

    book: Workbook
    file: File
    asking: Asking

    def table(self) -> ExcelTable | None:
        """Read the sheet that is meant."""
        chosen, seen = self._chosen()
        parser = chosen.opened()
        rows = parser.rows()
        header = next((row for row in rows if self._may_be_read(row)), None)
        if header is None and self.asking.options.header_row is not None:
            raise WorkbookProblem(*no_header(self.asking.options.header_row))
        if header is None:
            message = "the workbook is empty" if len(seen) < 2 else f"the sheet `{chosen.name}` is empty"  # noqa: PLR2004 - more than one
            raise WorkbookProblem(message, "its first line names the columns: id, name, role, and attributes")
        texts = self._texts(header)
        left = min(texts)
        span = Span(path=self.file.path, line=header.number, column=1, end_line=header.number, end_column=1)
        names = [texts.get(column, "") for column in range(left, max(texts) + 1)]
        reader = self.asking.header(self.file.path, lambda _: span, row=header.number, later=self._later(chosen, header, names))
        columns = reader.read(names)
        if columns is None:
            return None
        cells = _Cells(book=self.book, columns=columns, left=left, attributes=self.asking.pack.attributes, decimal=self.asking.options.sign)
        for row in rows:
            cells.take(row)
        cells.merge(parser.merged, header.number)
        _tell(cells, parser.hidden_columns, span, self.asking.problems)
        return ExcelTable(
            path=self.file.path,
            sheet=chosen.name,
            sheets=tuple(seen),
            columns=columns,
            chunk_rows=self.asking.chunk_rows,
            frame=cells.frame(),
            lines=cells.lines(),
            bad=cells.bad,
            kept_types=cells.kept_types(),
        )

    def _chosen(self) -> tuple[Sheet, list[str]]:
        """Return the sheet that was named, by its name or its place, or the only one that can be meant; and all that can be seen."""
        wanted = self.asking.options.sheet
        shown = [sheet for sheet in self.book.sheets if not sheet.hidden]
        names = [sheet.name for sheet in shown]
        if wanted is not None:
            by_place = shown[int(wanted) - 1 : int(wanted)] if wanted.isdecimal() and 0 < int(wanted[:9]) <= len(shown) else []
            named = [sheet for sheet in self.book.sheets if sheet.name == wanted] or by_place
            if not named:
                every = joined_words([sheet.name for sheet in self.book.sheets])
                raise WorkbookProblem(f"the workbook has no sheet `{wanted}`", f"it has {every}; name one, or its place, such as 1")
            return named[0], names
        headers = {sheet.name: texts for sheet in shown if (texts := self._header(sheet))}
        filled = [sheet for sheet in shown if sheet.name in headers]
        with_ids = [sheet for sheet in filled if ID in self._meanings(headers[sheet.name])]
        of_people = [sheet for sheet in filled if sheet in with_ids or self._is_of_people(headers[sheet.name])]
        candidates = of_people if with_ids else filled
        if len(candidates) > 1:
            listed = joined_words([sheet.name for sheet in candidates])
            raise WorkbookProblem(f"the workbook has {len(candidates)} sheets: {listed}", "name one with --sheet")
        if not candidates and self.asking.options.header_row is not None:
            raise WorkbookProblem(*no_header(self.asking.options.header_row))
        if not candidates:
            raise WorkbookProblem("the workbook is empty", "its first line names the columns: id, name, role, and attributes")
        return candidates[0], names

    def _header(self, sheet: Sheet) -> Mapping[int, str]:
        return next((self._texts(row) for row in sheet.first_rows() if self._may_be_read(row)), {})

    def _may_be_read(self, row: Row) -> bool:
        """Whether a row holds anything, and is the one that is named, where one is."""
        return self.asking.options.header_row in {None, row.number} and bool(self._texts(row))

    def _later(self, sheet: Sheet, header: Row, names: Sequence[str]) -> int | None:
        """Return the first row that is likely to be the header, below what is none."""
        if self.asking.words.names_ids(names):
            return None
        below = (row for row in sheet.first_rows() if row.number > header.number)
        return next((row.number for row in below if self.asking.words.may_be_header([*self._texts(row).values()])), None)

    def _meanings(self, header: Mapping[int, str]) -> set[str]:
        return {meaning for name in header.values() if (meaning := self.asking.words.meaning(name)) is not None}

    def _is_of_people(self, header: Mapping[int, str]) -> bool:
        """Whether a sheet without ids looks as if it were meant: it has a name or a role of each row, and something beside."""
        meanings = self._meanings(header)
        return bool(meanings & {NAME, ROLE}) and len(meanings) > 1

    def _texts(self, row: Row) -> dict[int, str]:
        """Return the texts of a row's cells by column, those that hold any."""
        texts = {cell.column: text for cell in row.cells if isinstance(text := text_of(cell, self.book), str)}
        return {column: text for column, text in texts.items() if text.strip()}


def text_of(  # noqa: PLR0911 - one line a type of cells
    cell: Cell, book: Workbook, attribute: Attribute | None = None, own: str | None = None
) -> str | Misfit:
    """Return what a reader sees in a cell, as the column of an attribute or one of the profile's own takes it; or why that is not clear."""
    if cell.too_long:
        return _TOO_LONG
    if cell.kind == "text":
        return cell.text
    if cell.kind == "s":
        return _shared(cell, book)
    if cell.kind in {"inlineStr", "str"}:
        return unescaped(cell.text)
    if cell.kind == "b":
        return "" if cell.empty else "true" if cell.text.strip() in {"1", "true"} else "false"
    if cell.kind == "e":
        name = cell.text or "an error"
        if is_missing(name):  # #N/A says that nothing is known
            return ""
        return Misfit("P102", f"`{name}` is an error of Excel, and no value; mend the formula, or empty the cell")
    if cell.kind == "d":
        return cell.text.strip().removesuffix("Z").removesuffix("T00:00:00").replace("T", " ")
    return _number_text(cell, book, attribute, own)


def _shared(cell: Cell, book: Workbook) -> str | Misfit:
    index = cell.text.strip()
    if not index and cell.empty:
        return ""
    texts = book.texts()
    return texts[int(index)] if index.isdecimal() and len(index) <= _DIGITS and int(index) < len(texts) else _NO_TEXT


def _number_text(cell: Cell, book: Workbook, attribute: Attribute | None, own: str | None) -> str | Misfit:
    written = cell.text.strip()
    if not written:
        return _NOT_SAVED if cell.formula else ""
    value = float(written) if _NUMBER.fullmatch(written) else math.inf
    if math.isinf(value) or (own == ID and abs(value) >= 10**_DIGITS):
        return _NO_NUMBER if math.isinf(value) else _UNSAFE
    code = book.format_of(cell.style)
    try:
        if own in DATED or (attribute is not None and attribute.kind in {*NUMERIC, Kind.DATE}):
            return _amount(value, code, book, attribute)
        return number_formats.shown(value, code, since_1904=book.since_1904)
    except number_formats.FormatProblem as problem:
        if attribute is None and own in {None, NAME}:  # only carried along
            return number_formats.number_text(value)
        return Misfit("P102", f"{problem.message}; {problem.step}")


def _amount(value: float, code: str, book: Workbook, attribute: Attribute | None) -> str | Misfit:
    """Return a number, or a day, as it counts for an attribute."""
    text = number_formats.amount(value, code, since_1904=book.since_1904)
    if not text.endswith("%") or attribute is None or attribute.kind not in NUMERIC:
        return text
    if attribute.type.unit in PER_CENT:
        return text
    plain, shown = number_formats.number_text(value), text.removesuffix("%")
    counted = f"is counted in {attribute.type.unit}" if attribute.type.unit else "is not counted in per cent"
    reason = f"the cell shows {text}, and `{attribute.id}` {counted}; give it an ordinary number format, and write {plain} or {shown}"
    return Misfit("P102", reason)


def _nature(cell: Cell, text: str) -> str:
    """Say what the text of a cell is by the cell's own type: a whole number, a number, a day, a truth or text."""
    if cell.kind == "b":
        return "truth"
    if cell.kind in {"n", "d"} and re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", text):
        return "day"
    if cell.kind != "n" or re.fullmatch(r"-?(?:0|[1-9][0-9]*)(?:[.][0-9]+)?", text) is None:
        return "text"
    return "number" if "." in text else "whole"


@attrs.define(kw_only=True)
class _Cells:
    """Takes the rows of a sheet below its header; a row without anything in it is none."""

    book: Workbook
    columns: ColumnMap
    left: int
    attributes: Mapping[str, Attribute]
    decimal: str
    bad: Bad = attrs.field(factory=dict)
    hidden: list[int] = attrs.field(factory=list)
    outside: str | None = None
    merged: list[str] = attrs.field(factory=list)
    _parts: list[pl.DataFrame] = attrs.field(factory=list)
    _texts: list[list[str]] = attrs.field(init=False)
    _numbers: list[int] = attrs.field(factory=list)
    _kinds: Mapping[int, tuple[int, Attribute | None, str | None]] = attrs.field(init=False)
    _known: dict[tuple[object, ...], str | Misfit] = attrs.field(factory=dict)
    _natures: dict[int, set[str]] = attrs.field(factory=dict)
    _held: int = 0

    def __attrs_post_init__(self) -> None:
        of = {column: name for name, column in self.columns.attributes.items()}
        own = {column: name for name, column in self.columns.own.items()}
        used = self.columns.used
        self._texts = [[] for _ in used]
        self._kinds = {
            self.left + column: (index, self.attributes[of[column]] if column in of else None, own.get(column))
            for index, column in enumerate(used)
        }

    def _text_of(self, cell: Cell, index: int, attribute: Attribute | None, own: str | None) -> str | Misfit:
        """Return what a reader sees in a cell; of short ones, it is remembered."""
        key = (index, cell.kind, cell.style, cell.text, cell.formula)
        text = self._known.get(key)
        if text is None:
            text = text_of(cell, self.book, attribute, own)
            if isinstance(text, str) and cell.kind == "n" and attribute is not None and attribute.kind in NUMERIC:
                text = signed(text, self.decimal)
            if len(self._known) < _MOST_KNOWN and len(cell.text) < _SHORT:
                self._known[key] = text
        return text

    def take(self, row: Row) -> None:
        """Take a row."""
        texts = [""] * len(self._texts)
        wrong: dict[int, tuple[str, Misfit]] = {}
        anything = False
        for cell in row.cells:
            index, attribute, own = self._kinds.get(cell.column, _UNUSED)
            text = self._text_of(cell, index, attribute, own)
            if isinstance(text, Misfit):
                wrong[cell.column - self.left] = ("=…" if text is _NOT_SAVED else cell.text, text)
                if own == ID:
                    texts[index] = cell.text or "?"  # the row has an id, though none that can be used
            elif not text or not text.strip():
                continue
            elif index >= 0:
                if attribute is None and own is None:
                    self._natures.setdefault(cell.column - self.left, set()).add(_nature(cell, text))
                texts[index] = text
                self._held += len(text)
            anything = True
            if not 0 <= cell.column - self.left < len(self.columns.header):
                self.outside = self.outside or cell_name(cell.column, row.number)
        if anything:
            self._add(row, texts, {column: one for column, one in wrong.items() if self.left + column in self._kinds})

    def _add(self, row: Row, texts: list[str], wrong: dict[int, tuple[str, Misfit]]) -> None:
        if self._held > limits.HELD_TEXT:
            step = "save it as CSV UTF-8, without the columns of long texts"
            raise limits.TooMuch(f"the sheet holds more than {limits.HELD_TEXT // limits.MIB:,} million characters", step)
        if wrong:
            self.bad[len(self._numbers)] = wrong
        if row.hidden:
            self.hidden.append(row.number)
        self._numbers.append(row.number)
        for column, text in zip(self._texts, texts, strict=True):
            column.append(text)
        if len(self._texts[0]) >= _PART:
            self._pack()

    def _pack(self) -> None:
        import polars as pl

        named = zip(self.columns.used, self._texts, strict=True)
        self._parts.append(pl.DataFrame({raw_name(column): pl.Series(texts, dtype=pl.String) for column, texts in named}))
        self._texts = [[] for _ in self.columns.used]

    def frame(self) -> pl.DataFrame:
        """Return the texts of all rows."""
        import polars as pl

        if self._texts[0] or not self._parts:
            self._pack()
        if len(self._parts) > 1:
            self._parts = [pl.concat(self._parts)]
        return self._parts[0]

    def kept_types(self) -> Mapping[str, pl.DataType]:
        """Return the types of columns that are carried through and hold nothing but numbers, days or truths."""
        import polars as pl

        types: dict[frozenset[str], pl.DataType] = {
            frozenset({"whole"}): pl.Int64(),
            frozenset({"number"}): pl.Float64(),
            frozenset({"whole", "number"}): pl.Float64(),
            frozenset({"day"}): pl.Date(),
            frozenset({"truth"}): pl.Boolean(),
        }
        found = {name: types.get(frozenset(self._natures.get(column, ()))) for name, column in self.columns.kept.items()}
        return {name: dtype for name, dtype in found.items() if dtype is not None}

    def lines(self) -> pl.Series:
        """Return the number of each row in the sheet."""
        import polars as pl

        return pl.Series(self._numbers, dtype=pl.Int64)

    def merge(self, ranges: Sequence[Merged], top: int) -> None:
        """Give the rows of merged cells what a reader sees there: of a column, what stands in the first; over columns, no value."""
        used = sorted(self._kinds)
        whole = len(self._numbers) * len(used)
        changed: dict[int, dict[int, str]] = {}
        for one in ranges:
            rows = range(bisect.bisect_left(self._numbers, max(one.top, top + 1)), bisect.bisect_right(self._numbers, one.bottom))
            columns = used[bisect.bisect_left(used, one.left) : bisect.bisect_right(used, one.right)]
            whole -= len(rows) * len(columns)
            if whole < 0:
                raise WorkbookProblem("merged ranges of the sheet overlap", "open it in Excel and save it again as .xlsx")
            if rows and columns and (len(rows) > 1 or one.right > one.left or one.top <= top):
                self._merge(one, rows, columns, changed)
        frame = self.frame()
        for column, texts in changed.items():
            series = frame.get_column(raw_name(column)).scatter(list(texts), list(texts.values()))
            frame = frame.with_columns(series)
        self._parts = [frame]

    def _merge(self, one: Merged, rows: range, columns: Sequence[int], changed: dict[int, dict[int, str]]) -> None:
        first = rows[0] if self._numbers[rows[0]] == one.top else None
        text, wrong = self._at(first, one.left)
        if text or wrong is not None:
            self.merged.append(f"{cell_name(one.left, one.top)}:{cell_name(one.right, one.bottom)}")
        reason = (
            f"the cell is merged with {cell_name(one.left, one.top)}, and one value cannot stand for several columns; write one into each"
        )
        across = (text, Misfit("P102", reason)) if text or wrong is not None else None
        for column, row in itertools.product(columns, rows):
            if row != first or column != one.left:
                self._cover(row, column, wrong if column == one.left else across)
                is_id = self._kinds[column][2] == ID  # an id is of one row alone
                kept = text if column == one.left and wrong is None and not is_id else ""
                changed.setdefault(column - self.left, {})[row] = kept

    def _at(self, row: int | None, column: int) -> tuple[str, tuple[str, Misfit] | None]:
        """Return the text of a cell, and what is wrong with it."""
        if row is None or column not in self._kinds:
            return "", None
        text = self.frame().item(row, self._kinds[column][0])
        return str(text), self.bad.get(row, {}).get(column - self.left)

    def _cover(self, row: int, column: int, wrong: tuple[str, Misfit] | None) -> None:
        """Take a cell that lies under another for what is wrong with that one."""
        self.bad.setdefault(row, {}).pop(column - self.left, None)
        if wrong is not None:
            self.bad[row][column - self.left] = wrong
        if not self.bad[row]:
            del self.bad[row]


def _tell(cells: _Cells, hidden_columns: Sequence[tuple[int, int]], span: Span, problems: Problems) -> None:
    """Say what is read otherwise than a reader of the sheet might think: what is hidden, merged or beside the table."""
    if cells.hidden:
        rows = "a row that is hidden is" if len(cells.hidden) == 1 else f"{len(cells.hidden):,} rows that are hidden are"
        step = "take them out, or show all rows, to see who is judged"
        problems.add("D203", f"{rows} read like all others: {_listed(map(str, cells.hidden))}", span, help=step)
    used = [cells.left + column for column in cells.columns.used]
    hidden = [column for column in used if any(first <= column + 1 <= last for first, last in hidden_columns)]
    if hidden:
        names = joined_words([cells.columns.header[column - cells.left].strip() for column in hidden])
        verb = "a column that is hidden is" if len(hidden) == 1 else f"{len(hidden)} columns that are hidden are"
        problems.add("D203", f"{verb} read like all others: {names}", span, help="take it out if it is not meant")
    if cells.merged:
        message = f"merged cells are read as if each of their rows held what stands there: {_listed(cells.merged)}"
        problems.add("D203", message, span, help="write the value into every row, so that no row hangs on another")
    if cells.outside is not None:
        message = f"cells that stand in no column of the table are not read, such as {cells.outside}"
        problems.add("D203", message, span, help="give the column a name in the header, or take the cells out")


def _listed(names: Iterator[str] | Sequence[str], most: int = 8) -> str:
    return first_words(list(names), most)
