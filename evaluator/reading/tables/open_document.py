"""OpenDocument spreadsheets, .ods, read piece by piece: sheets, number formats in the words of Excel, and rows of cells."""

from __future__ import annotations

import datetime
import re
import zipfile
from collections.abc import Iterator, Mapping
from functools import partial

import attrs

from evaluator.reading import limits
from evaluator.reading.tables.archive_xml import Attributes, Xml, pieces
from evaluator.reading.tables.model import MOST_ABOVE
from evaluator.reading.tables.number_formats import GENERAL, is_moment
from evaluator.reading.tables.open_document_formats import Styles
from evaluator.reading.tables.workbooks import Cell, Merged, Row, Sheet, Workbook, WorkbookProblem, damaged, locked, stored

_CONTENT, _STYLES, _KIND, _LISTED = "content.xml", "styles.xml", "mimetype", "META-INF/manifest.xml"
_MOST_SHEETS = 1000
_MOST_NAMES = 1000
_MOST_BEGUN = 2_000_000
_NAMESPACE = re.compile(r".*:xmlns:([a-z-]+):[0-9.]+ ")
_PREFIXES = {"datastyle": "number", "drawing": "draw"}
_SPREADSHEET = b"application/vnd.oasis.opendocument.spreadsheet"
_OTHER = {
    b"application/vnd.oasis.opendocument.text": "an OpenDocument text",
    b"application/vnd.oasis.opendocument.presentation": "a presentation",
    b"application/vnd.oasis.opendocument.graphics": "a drawing",
}
_ERROR = re.compile(r"#[A-Z/0]+[!?]?|#N/A|Err:[0-9]{3}")
_TIME = re.compile(r"(-?)PT(?:([0-9]+)H)?(?:([0-9]+)M)?(?:([0-9]+(?:[.,][0-9]+)?)S)?")
_NUMBERS = {"float", "percentage", "currency"}
_FIRST = datetime.date(1899, 12, 30)
_PLAIN_DAYS = 61
"""From this day on Excel counts days as everybody does."""
_SECONDS = 86_400
_REPEATED = re.compile(r"[0-9]{1,7}")


class _Names(dict[str, str]):
    """Names of elements and attributes with the prefixes that the standard uses, whatever a file calls its namespaces."""

    def __missing__(self, name: str) -> str:
        match = _NAMESPACE.match(name)
        plain = name if match is None else f"{_PREFIXES.get(match[1], match[1])}:{name[match.end() :]}"
        if len(self) < _MOST_NAMES:
            self[name] = plain
        return plain


def is_one(archive: zipfile.ZipFile) -> bool:
    """Whether an archive is an OpenDocument file of any kind."""
    return bool({_CONTENT, "encrypted-package"} & {*archive.namelist()})


def workbook(archive: zipfile.ZipFile) -> Workbook:
    """Return the workbook of an archive; raises WorkbookProblem and TooMuch."""
    names = {*archive.namelist()}
    if "encrypted-package" in names or (_LISTED in names and b"encryption-data" in b"".join(_small(archive, _LISTED))):
        raise locked()
    kind = b"".join(_small(archive, _KIND)).strip() if _KIND in names else _SPREADSHEET
    other = next((words for start, words in _OTHER.items() if kind.startswith(start)), None)
    if other is not None:
        raise WorkbookProblem(f"the file is {other}, and no table", "save its table as CSV UTF-8")
    styles = Styles()
    if _STYLES in names:
        _parse(archive, _STYLES, styles)
    styles.begin_own()
    sheets = _Sheets(archive, styles)
    _parse(archive, _CONTENT, sheets)
    return Workbook(
        sheets=[
            Sheet(name=name, hidden=hidden, opened=partial(_OpenSheet, archive, styles, at), begin=sheets.begins[at])
            for at, (name, hidden) in enumerate(sheets.found)
        ],
        formats=styles.formats,
    )


def _small(archive: zipfile.ZipFile, part: str) -> Iterator[bytes]:
    if archive.getinfo(part).file_size > limits.WORKBOOK_PART:
        raise damaged()
    return pieces(archive, part)


def _parse(archive: zipfile.ZipFile, part: str, listener: Styles | _Sheets) -> None:
    for _ in _parsing(archive, part, listener):
        pass


def _parsing(archive: zipfile.ZipFile, part: str, listener: Styles | _Sheets | _OpenSheet) -> Iterator[None]:
    """Parse a part, and stop after each of its pieces."""
    names = _Names()

    def start(tag: str, attributes: Attributes) -> None:
        listener.start(names[tag], {names[name]: value for name, value in attributes.items()})

    def end(tag: str) -> None:
        listener.end(names[tag])

    parser = Xml(part, start, listener.text, end, between=" ")
    for data in pieces(archive, part):
        parser.feed(data)
        yield
    parser.feed(b"", last=True)


class _Sheets:
    """Lists the sheets of a spreadsheet with the beginning of each, and takes the styles that are its own."""

    def __init__(self, archive: zipfile.ZipFile, styles: Styles) -> None:
        self.found: list[tuple[str, bool]] = []
        self.begins: list[list[Row]] = []
        self._archive, self._styles = archive, styles
        self._depth = self._held = 0
        self._sheet: _OpenSheet | None = None

    def start(self, tag: str, attributes: Attributes) -> None:
        if tag == "table:table":
            if not self._depth:
                self._begin(attributes)
            self._depth += 1
        elif not self._depth:
            self._styles.start(tag, attributes)
        if self._sheet is not None:
            self._sheet.start(tag, attributes)

    def _begin(self, attributes: Attributes) -> None:
        self.found.append((attributes.get("table:name", ""), self._styles.hides(attributes.get("table:style-name", ""))))
        self.begins.append([])
        if len(self.found) > _MOST_SHEETS:
            raise limits.TooMuch(f"the workbook holds more than {_MOST_SHEETS:,} sheets", "save the sheet that is meant as CSV UTF-8")
        self._sheet = _OpenSheet(self._archive, self._styles)

    def end(self, tag: str) -> None:
        if self._sheet is not None:
            self._sheet.end(tag)
            self._gather(self._sheet)
        if tag == "table:table":
            self._depth -= 1
        elif not self._depth:
            self._styles.end(tag)

    def _gather(self, sheet: _OpenSheet) -> None:
        """Keep the rows at the beginning of a sheet, and leave the others alone."""
        rows = sheet.taken()
        self._held += sum(len(row.cells) for row in rows)
        if self._held > _MOST_BEGUN:
            raise limits.TooMuch("the sheets of the workbook are wider than any that are read", "save the sheet that is meant as CSV UTF-8")
        self.begins[-1] += [row for row in rows if row.number <= MOST_ABOVE]
        if sheet.done or sheet.number >= MOST_ABOVE:
            self._sheet = None

    def text(self, data: str) -> None:
        if not self._depth:
            self._styles.text(data)
        elif self._sheet is not None:
            self._sheet.text(data)


@attrs.define(kw_only=True)
class _Open:
    """A cell that is being read: what it says of itself, its paragraphs, and how often it stands there."""

    attributes: Attributes
    covered: bool
    times: int
    pieces: list[str] = attrs.field(factory=list)
    paragraphs: int = 0
    length: int = 0


class _OpenSheet:
    """The cells of a sheet, and what holds for the whole."""

    def __init__(self, archive: zipfile.ZipFile, styles: Styles, index: int = 0) -> None:
        self.merged: list[Merged] = []
        self.hidden_columns: list[tuple[int, int]] = []
        self._archive, self._styles, self._index = archive, styles, index
        self._tables = self._depth = 0
        self._columns: list[tuple[int, str]] = []
        self._rows: list[Row] = []
        self._count = self._column = 0
        self._row: Attributes = {}
        self._cells: list[Cell] = []
        self._cell: _Open | None = None
        self._aside = self._paragraph = 0
        self.done = False
        self.number = 0

    def taken(self) -> list[Row]:
        """Return the rows that are ready, once."""
        ready, self._rows = self._rows, []
        return ready

    def rows(self) -> Iterator[Row]:
        """Yield the rows that hold anything, in order; merged ranges are complete after the last one."""
        for _ in _parsing(self._archive, _CONTENT, self):
            yield from self.taken()
            if self.done:
                return

    def start(self, tag: str, attributes: Attributes) -> None:
        if tag == "table:table":
            self._depth += 1
            self._tables += self._depth == 1
            if self._depth > 1 and self._here:
                raise damaged("a cell of the workbook holds a table of its own")
        elif not self._here or self.done:
            return
        elif self._cell is not None:
            self._inside(tag, attributes)
        elif tag in {"table:table-cell", "table:covered-table-cell"}:
            times = _times(attributes, "table:number-columns-repeated")
            self._cell = _Open(attributes=attributes, covered=tag != "table:table-cell", times=times)
            self._aside = self._paragraph = 0
        elif tag == "table:table-row":
            self._row, self._cells, self._column = attributes, [], 0
        elif tag == "table:table-column":
            self._take_columns(attributes)

    @property
    def _here(self) -> bool:
        return self._depth > 0 and self._tables == self._index + 1

    def end(self, tag: str) -> None:
        if tag == "table:table":
            self.done = self.done or self._here
            self._depth -= 1
        elif not self._here or self.done:
            return
        elif tag in {"table:table-cell", "table:covered-table-cell"} and self._cell is not None and not self._aside:
            cell, self._cell = self._cell, None
            self._take(cell)
        elif self._cell is not None:
            self._aside -= bool(self._aside)
            self._paragraph -= tag in {"text:p", "text:h"} and not self._aside and self._paragraph > 0
        elif tag == "table:table-row":
            self._end_row()

    def text(self, data: str) -> None:
        if self._cell is not None and self._paragraph and not self._aside:
            self._add(data)

    def _add(self, text: str) -> None:
        cell = self._cell
        if cell is not None:
            cell.length += len(text)
            if cell.length <= limits.CELL:
                cell.pieces.append(text)

    def _inside(self, tag: str, attributes: Attributes) -> None:
        """Take what stands within a cell; notes, pictures and readings of Asian words are no part of its text."""
        if self._aside or tag == "office:annotation" or tag.startswith("draw:") or tag == "text:ruby-text":
            self._aside += 1
        elif tag in {"text:p", "text:h"}:
            self._paragraph += 1
            if self._cell is not None:
                self._cell.paragraphs += 1
                if self._cell.paragraphs > 1:
                    self._add("\n")
        elif tag == "text:s":
            self._add(" " * min(_times(attributes, "text:c"), limits.CELL + 1))
        elif tag in {"text:tab", "text:line-break"}:
            self._add("\t" if tag == "text:tab" else "\n")

    def _take_columns(self, attributes: Attributes) -> None:
        first = self._columns[-1][0] if self._columns else 0
        last = first + _times(attributes, "table:number-columns-repeated")
        if last > limits.COLUMNS:
            raise damaged("the workbook is damaged: a column stands outside the sheet")
        self._columns.append((last, attributes.get("table:default-cell-style-name", "")))
        if attributes.get("table:visibility", "visible") != "visible":
            self.hidden_columns.append((first + 1, last))

    def _style(self, cell: _Open) -> str:
        own = cell.attributes.get("table:style-name") or self._row.get("table:default-cell-style-name")
        return own or next((style for last, style in self._columns if self._column < last), "")

    def _take(self, found: _Open) -> None:
        """Take a cell, as often as it stands there."""
        first, last = self._column, self._column + found.times
        if last > limits.COLUMNS:
            raise damaged("the workbook is damaged: a cell stands outside the sheet")
        if not found.covered:
            self._merge(found.attributes)
        if found.pieces or found.length or "office:value-type" in found.attributes:
            one = self._read(found)
            self._count += found.times * _times(self._row, "table:number-rows-repeated")
            if self._count > limits.SHEET_CELLS:
                raise limits.TooMuch(f"the sheet holds more than {limits.SHEET_CELLS:,} cells", "save it as CSV UTF-8, in parts")
            self._cells += [attrs.evolve(one, column=column) for column in range(first, last)]
        self._column = last

    def _read(self, found: _Open) -> Cell:
        given, text = found.attributes, "".join(found.pieces)
        kind = given.get("office:value-type", "string")
        formula = "table:formula" in given
        style = self._styles.of_cell(self._style(found))
        cell = Cell(column=0, kind="text", style=style, text=text, formula=formula, empty=False, too_long=found.length > limits.CELL)
        if given.get("calcext:value-type") == "error" or (formula and kind == "string" and _ERROR.fullmatch(text)):
            return attrs.evolve(cell, kind="e", text=text)
        if kind == "date":
            return self._day(cell, given.get("office:date-value", ""))
        if kind == "time":
            return self._time(cell, given.get("office:time-value", ""))
        if kind in {*_NUMBERS, "boolean"}:
            if kind == "percentage" and self._styles.formats[style] == GENERAL:
                cell = attrs.evolve(cell, style=self._styles.number_of("0.00%"))
            what, where = ("b", "office:boolean-value") if kind == "boolean" else ("n", "office:value")
            return attrs.evolve(cell, kind=what, text=given.get(where, "?")[: limits.CELL])
        own = text or given.get("office:string-value", "")
        return attrs.evolve(cell, text=own[: limits.CELL], too_long=cell.too_long or len(own) > limits.CELL)

    def _day(self, cell: Cell, written: str) -> Cell:
        """Take a day, or a moment, as far as its format shows it."""
        try:
            moment = datetime.datetime.fromisoformat(written)
        except ValueError:
            return attrs.evolve(cell, kind="d", text=written)
        days = (moment.date() - _FIRST).days
        if days < _PLAIN_DAYS or not is_moment(days, self._styles.formats[cell.style]):
            return attrs.evolve(cell, kind="d", text=written)
        seconds = moment.hour * 3600 + moment.minute * 60 + moment.second
        return attrs.evolve(cell, kind="n", text=stored(days + seconds / _SECONDS))

    def _time(self, cell: Cell, written: str) -> Cell:
        match = _TIME.fullmatch(written)
        if match is None:
            return attrs.evolve(cell, kind="text", text=written)
        hours, minutes, seconds = (float((part or "0").replace(",", ".")) for part in match.groups()[1:])
        value = (hours * 3600 + minutes * 60 + seconds) / _SECONDS * (-1 if match[1] else 1)
        style = cell.style if is_moment(value, self._styles.formats[cell.style]) else self._styles.number_of("[h]:mm:ss")
        return attrs.evolve(cell, kind="n", style=style, text=stored(value))

    def _merge(self, attributes: Attributes) -> None:
        rows, columns = _times(attributes, "table:number-rows-spanned"), _times(attributes, "table:number-columns-spanned")
        if rows == columns == 1:
            return
        if len(self.merged) >= limits.MERGED:
            raise limits.TooMuch(f"the sheet holds more than {limits.MERGED:,} merged ranges", "save it as CSV UTF-8")
        top = self.number + 1
        self.merged.append(Merged(top=top, bottom=top + rows - 1, left=self._column, right=self._column + columns - 1))

    def _end_row(self) -> None:
        times = _times(self._row, "table:number-rows-repeated")
        if self.number + times > limits.SHEET_ROWS:
            raise damaged("the workbook is damaged: a row stands outside the sheet")
        if self._cells:
            hidden = self._row.get("table:visibility", "visible") != "visible"
            self._rows += [Row(number=self.number + 1 + at, hidden=hidden, cells=self._cells) for at in range(times)]
        self.number += times


def _times(attributes: Mapping[str, str], name: str) -> int:
    """Return how often something stands there, or over how much it spans; at least once."""
    written = attributes.get(name, "1")
    if not _REPEATED.fullmatch(written):
        raise damaged("the workbook is damaged: what is repeated in it has no number")
    return max(int(written), 1)
