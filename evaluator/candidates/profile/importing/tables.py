"""A table of an export → rows by the names of its columns, whatever their case and order; a row that is wrong costs that row alone."""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping, Sequence

import attrs

from evaluator.candidates.profile.importing.export import Source
from evaluator.candidates.profile.importing.exported import ExportedText
from evaluator.candidates.profile.importing.texts import folded, plain
from evaluator.core.values import clip
from evaluator.diagnostics import Problems, Span
from evaluator.reading.tables.csv_rows import DELIMITERS, NOT_CLOSED, Row, RowReader, shown
from evaluator.reading.tables.text_stream import Blocks, Utf8

_MOST_ROWS = 10_000
_MOST_BEFORE = 10
_MOST_BROKEN = 20
"""Rows with a quote that is not closed, after which a table is given up: its end is looked for far into the text."""
_NO_DELIMITER = "\x1f"
"""What no cell holds: where the header is one name alone, a delimiter in a row below is part of what the row says."""
Columns = Mapping[str, Sequence[str]]
"""The columns that are read, by our name, with the headers that name them."""


@attrs.frozen(kw_only=True)
class Line:
    """A row of a table: its texts by our names of the columns, empty ones left out."""

    said: Mapping[str, ExportedText]
    span: Span

    def get(self, name: str) -> ExportedText | None:
        """Return a text, or None where the row says nothing."""
        return self.said.get(name)


@attrs.frozen(kw_only=True)
class Lines:
    """The rows of a table, and where rows stand that could not be read; rows one behind the other count as one."""

    read: tuple[Line, ...] = ()
    lost: tuple[Span, ...] = ()


def lines(source: Source, columns: Columns, problems: Problems) -> Lines:
    """Return the rows of a table; problems where it has no header that is known, a column twice, or a row that cannot be read."""
    known = {folded(header): name for name, headers in columns.items() for header in headers}
    problems.texts[source.place] = shown(source.text)
    delimiter, header = _header(source, known)
    if header is None:
        wanted = ", ".join(headers[0] for headers in columns.values())
        step = f"the first line names the columns: {wanted}"
        problems.add("I101", "the table has no header that is known", Span.whole_file(source.place), help=step)
        return Lines()
    indexes = _indexes(source, header, delimiter, known, problems)
    reader = _Reader(source=source, delimiter=delimiter, indexes=indexes, width=len(header.cells), problems=problems)
    return reader.lines(header)


def _rows(source: Source, delimiter: str, header: Row | None = None) -> Iterator[Row]:
    """Yield the rows of a table, or those below its header."""
    blocks = Blocks(Utf8(io.BytesIO(source.text.encode("utf-8", "replace")), "utf-8"))
    reader = RowReader(blocks=blocks, delimiter=delimiter, width=None, line=1, lenient=True)
    for row in reader.all():
        if header is None or row.line > header.line:
            yield row
        elif row.line == header.line:
            reader.width = len(header.cells)


def _header(source: Source, known: Mapping[str, str]) -> tuple[str, Row | None]:
    """Find the header among the first rows, by the delimiter with which it names most columns that are known."""
    best: tuple[int, str, Row] | None = None
    for delimiter in DELIMITERS:
        for number, row in enumerate(_rows(source, delimiter)):
            named = sum(folded(cell) in known for cell in row.cells)
            if named and (best is None or named > best[0]):
                best = (named, delimiter, row)
            if named or number > _MOST_BEFORE:
                break
    if best is None:
        return ",", None
    _, delimiter, row = best
    return (_NO_DELIMITER, row) if len(row.cells) == 1 else (delimiter, row)


def _indexes(source: Source, header: Row, delimiter: str, known: Mapping[str, str], problems: Problems) -> dict[str, int]:
    result: dict[str, int] = {}
    for index, cell in enumerate(header.cells):
        name = known.get(folded(cell))
        if name is not None and name in result:
            place = header.cell(source.place, delimiter, index)
            problems.add("I101", f"the column `{clip(cell)}` is there twice", place, help="only the first of the two was read")
        elif name is not None:
            result[name] = index
    return result


@attrs.frozen(kw_only=True)
class _Reader:
    """Reads the rows below a header."""

    source: Source
    delimiter: str
    indexes: Mapping[str, int]
    width: int
    problems: Problems

    def lines(self, header: Row) -> Lines:
        """Return the rows below the header."""
        read: list[Line] = []
        lost: list[Span] = []
        last, broken = -1, 0
        for number, row in enumerate(_rows(self.source, self.delimiter, header)):
            broken += row.broken is not None
            span = row.span(self.source.place)
            if number >= _MOST_ROWS or broken >= _MOST_BROKEN:
                self.problems.add("I101", self._too_much(number), span, help="the rows from here on were not read")
                lost.append(span)
                break
            if self._fits(row, span):
                read.append(self._line(row, span))
                continue
            if last != number - 1:
                lost.append(span)
            last = number
        return Lines(read=tuple(read), lost=tuple(lost))

    def _too_much(self, number: int) -> str:
        many = f"the table has more than {_MOST_ROWS:,} rows"
        return many if number >= _MOST_ROWS else f"{_MOST_BROKEN} rows of the table cannot be read for their quotes"

    def _fits(self, row: Row, span: Span) -> bool:
        """Whether a row can be used; report one that cannot. Empty cells beyond the header's are none."""
        if row.broken is not None:
            message, step = row.broken
            if row.broken is NOT_CLOSED:
                message, span = "the quote that begins here is not closed", row.open_quote(self.source.place, self.delimiter)
            self.problems.add("D101", message, span, help=f"{step}; the row was not used")
            return False
        if len(row.cells) < self.width or any(cell.strip() for cell in row.cells[self.width :]):
            message = f"the row has {len(row.cells)} cells, and the header {self.width}"
            step = "put text with commas or line breaks in quotes; the row was not used"
            self.problems.add("I103", message, span, help=step)
            return False
        return True

    def _line(self, row: Row, span: Span) -> Line:
        said = {name: (plain(row.cells[index]), index) for name, index in self.indexes.items()}
        place, delimiter = self.source.place, self.delimiter
        return Line(
            said={
                name: ExportedText(text=text, span=row.cell(place, delimiter, index), column=name)
                for name, (text, index) in said.items()
                if text
            },
            span=span,
        )
