"""A table of an export → rows by the names of its columns, whatever their case and order; a row that is wrong costs that row alone."""

from __future__ import annotations

import bisect
import re
from collections.abc import Iterator, Mapping, Sequence

import attrs

from evaluator.candidates.profile.importing.export import Source
from evaluator.candidates.profile.importing.exported import Said
from evaluator.candidates.profile.importing.texts import folded, plain
from evaluator.core.values import clip
from evaluator.diagnostics import Problems, Span

_MOST_ROWS = 10_000
_MOST_BEFORE = 10
_MOST_CELL = 1_000_000
_MOST_BROKEN = 20
"""Rows with a quote that is not closed, after which a table is given up: its end is looked for far into the text."""
_DELIMITERS = ",;\t|"
_BREAK = re.compile(r"\r\n|\r|\n")
_OTHER_BREAKS = str.maketrans("\x85\u2028\u2029", "   ")
Columns = Mapping[str, Sequence[str]]
"""The columns that are read, by our name, with the headers that name them."""


@attrs.frozen(kw_only=True)
class Line:
    """A row of a table: its texts by our names of the columns, empty ones left out."""

    said: Mapping[str, Said]
    span: Span

    def get(self, name: str) -> Said | None:
        """Return a text, or None where the row says nothing."""
        return self.said.get(name)


@attrs.frozen(kw_only=True)
class Lines:
    """The rows of a table, and where rows stand that could not be read; rows one behind the other count as one."""

    read: tuple[Line, ...] = ()
    lost: tuple[Span, ...] = ()


@attrs.frozen(kw_only=True)
class _Row:
    """A row: its cells with their places, the place behind it, and where it cannot be understood why, with a next step."""

    cells: tuple[str, ...]
    places: tuple[tuple[int, int], ...]
    start: int
    end: int
    broken: tuple[str, str] | None = None
    at: int | None = None


class _Text:
    """A text of rows and cells: what stands in quotes may hold delimiters and line breaks.

    Spaces around quotes do not count, and a quote inside a quoted text is one of the text unless the cell ends behind it.
    """

    def __init__(self, text: str, path: str, delimiter: str) -> None:
        self.text, self._path = text, path
        self._starts = [0, *(found.end() for found in _BREAK.finditer(text))]
        ends = re.escape(delimiter)
        self._plain = re.compile(rf"[^{ends}\r\n]*")
        self._opening = re.compile(' *"')
        self._closing = re.compile(rf'" *(?=[{ends}\r\n]|\Z)')

    def span(self, start: int, end: int) -> Span:
        """Return a stretch of the text as lines and columns."""
        (line, column), (end_line, end_column) = self._place(start), self._place(end)
        return Span(path=self._path, line=line, column=column, end_line=end_line, end_column=end_column)

    def _place(self, place: int) -> tuple[int, int]:
        line = bisect.bisect_right(self._starts, place)
        return line, place - self._starts[line - 1] + 1

    def next_line(self, place: int) -> int:
        """Return where the line after the one at a place begins."""
        line = bisect.bisect_right(self._starts, place)
        return self._starts[line] if line < len(self._starts) else len(self.text)

    def rows(self, width: int | None = None, start: int = 0) -> Iterator[_Row]:
        """Yield the rows from a place on; with the number of columns, a quote that is left open costs no row behind it."""
        while start < len(self.text):
            row = self._row(start)
            if row.broken is None and width is not None and self._swallows(row, width):
                step = "close it where the cell ends"
                row = attrs.evolve(row, broken=("a quote that begins in this row is not closed, or closed too late", step))
            if row.broken:
                row = attrs.evolve(row, end=self.next_line(start))
            yield row
            start = row.end

    def _row(self, start: int) -> _Row:
        cells: list[str] = []
        places: list[tuple[int, int]] = []
        place = start
        while True:
            cell, end = self._cell(place)
            if isinstance(cell, tuple):
                return _Row(cells=(), places=(), start=start, end=end, broken=cell, at=place if end == len(self.text) else None)
            cells.append(cell)
            places.append((place, end))
            found = _BREAK.match(self.text, end)
            if found or end == len(self.text):
                return _Row(cells=tuple(cells), places=tuple(places), start=start, end=found.end() if found else end)
            place = end + 1

    def _cell(self, start: int) -> tuple[str | tuple[str, str], int]:
        """Return a cell, or what is wrong with it, and where it ends."""
        opening = self._opening.match(self.text, start)
        if opening is None:
            plainly = self._plain.match(self.text, start)
            end = plainly.end() if plainly else start
            return (self.text[start:end], end) if end - start <= _MOST_CELL else (_LONG, end)
        place, parts = opening.end(), []
        while (quote := self.text.find('"', place)) >= 0 and quote - start <= _MOST_CELL:
            if self.text.startswith('""', quote):
                parts.append(self.text[place : quote + 1])
                place = quote + 2
            elif closing := self._closing.match(self.text, quote):
                return "".join([*parts, self.text[place:quote]]), closing.end()
            else:
                parts.append(self.text[place : quote + 1])
                place = quote + 1
        return (_LONG, start) if quote >= 0 or len(self.text) - start > _MOST_CELL else (_NOT_CLOSED, len(self.text))

    def _swallows(self, row: _Row, width: int) -> bool:
        """Whether a row goes over lines that are rows of their own, or goes over several lines and is none itself."""
        behind = self.next_line(row.start)
        if behind >= row.end:
            return False
        if len(row.cells) != width or width == 1:
            return True
        inner = []
        while (following := self.next_line(behind)) < row.end:
            inner.append(self._row(behind))
            behind = following
        return bool(inner) and width >= _ENOUGH and all(one.broken is None and len(one.cells) == width for one in inner)


_ENOUGH = 5
"""Columns from which on a line inside a cell is no row by chance."""
_LONG = (f"a cell of this row is longer than {_MOST_CELL:,} characters", "a quote before it may not be closed")
_NOT_CLOSED = ("the quote that begins here is not closed", "close it where the cell ends")


def lines(source: Source, columns: Columns, problems: Problems) -> Lines:
    """Return the rows of a table; problems where it has no header that is known, a column twice, or a row that cannot be read."""
    known = {folded(header): name for name, headers in columns.items() for header in headers}
    problems.texts[source.place] = source.text.translate(_OTHER_BREAKS)
    text, header = _header(source, known)
    if header is None:
        wanted = ", ".join(headers[0] for headers in columns.values())
        step = f"the first line names the columns: {wanted}"
        problems.add("I101", "the table has no header that is known", Span.whole_file(source.place), help=step)
        return Lines()
    reader = _Reader(text=text, places=_places(text, header, known, problems), width=len(header.cells), problems=problems)
    return reader.lines(header.end)


def _header(source: Source, known: Mapping[str, str]) -> tuple[_Text, _Row | None]:
    """Find the header among the first rows, by the delimiter with which it names most columns that are known."""
    best: tuple[int, _Text, _Row] | None = None
    for delimiter in _DELIMITERS:
        text = _Text(source.text, source.place, delimiter)
        for number, row in enumerate(text.rows()):
            named = sum(folded(cell) in known for cell in row.cells)
            if named and (best is None or named > best[0]):
                best = (named, text, row)
            if named or number > _MOST_BEFORE:
                break
    if best is None:
        return _Text(source.text, source.place, ","), None
    _, text, row = best
    # where the header is one name alone, a delimiter in a row below is part of what the row says
    return (_Text(source.text, source.place, "\n"), row) if len(row.cells) == 1 else (text, row)


def _places(text: _Text, header: _Row, known: Mapping[str, str], problems: Problems) -> dict[str, int]:
    found: dict[str, int] = {}
    for place, cell in enumerate(header.cells):
        name = known.get(folded(cell))
        if name is not None and name in found:
            problems.add(
                "I101",
                f"the column `{clip(cell)}` is there twice",
                text.span(*header.places[place]),
                help="only the first of the two was read",
            )
        elif name is not None:
            found[name] = place
    return found


@attrs.frozen(kw_only=True)
class _Reader:
    """Reads the rows below a header."""

    text: _Text
    places: Mapping[str, int]
    width: int
    problems: Problems

    def lines(self, start: int) -> Lines:
        """Return the rows from a place on."""
        read: list[Line] = []
        lost: list[Span] = []
        last, broken = -1, 0
        for number, row in enumerate(self.text.rows(self.width, start)):
            broken += row.broken is not None
            if number >= _MOST_ROWS or broken >= _MOST_BROKEN:
                self.problems.add("I101", self._too_much(number), self._first_line(row), help="the rows from here on were not read")
                lost.append(self._first_line(row))
                break
            if row.broken is None and not any(cell.strip() for cell in row.cells):
                continue
            if self._fits(row):
                read.append(self._line(row))
                continue
            if last != number - 1:
                lost.append(self._first_line(row))
            last = number
        return Lines(read=tuple(read), lost=tuple(lost))

    def _too_much(self, number: int) -> str:
        many = f"the table has more than {_MOST_ROWS:,} rows"
        return many if number >= _MOST_ROWS else f"{_MOST_BROKEN} rows of the table cannot be read for their quotes"

    def _fits(self, row: _Row) -> bool:
        """Whether a row can be used; report one that cannot. Empty cells beyond the header's are none."""
        if row.broken is not None:
            message, step = row.broken
            place = self._first_line(row) if row.at is None else self.text.span(row.at, self.text.next_line(row.at))
            self.problems.add("D101", message, place, help=f"{step}; the row was not used")
            return False
        if len(row.cells) < self.width or any(cell.strip() for cell in row.cells[self.width :]):
            message = f"the row has {len(row.cells)} cells, and the header {self.width}"
            step = "put text with commas or line breaks in quotes; the row was not used"
            self.problems.add("I103", message, self._first_line(row), help=step)
            return False
        return True

    def _first_line(self, row: _Row) -> Span:
        end = self.text.next_line(row.start)
        written = self.text.text[row.start : end].rstrip("\r\n")
        return self.text.span(row.start, row.start + len(written))

    def _line(self, row: _Row) -> Line:
        said = {
            name: Said(text=plain(row.cells[place]), span=self.text.span(*row.places[place]), column=name)
            for name, place in self.places.items()
        }
        return Line(said={name: one for name, one in said.items() if one.text}, span=self._first_line(row))
