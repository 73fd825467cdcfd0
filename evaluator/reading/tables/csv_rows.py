"""CSV text → rows that know where each of their cells stands."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Iterator

import attrs

from evaluator.diagnostics import Problems, Span

DELIMITERS = ",;\t"
_MOST_CELL = 1_000_000
_LAST = 1_000_000
_BREAK = re.compile(r"\r\n|\r|\n")
_OTHER_BREAKS = str.maketrans("\x85\u2028\u2029", "   ")


@attrs.frozen(kw_only=True)
class Row:
    """A row: its cells, the line on which it starts, and its text as written; only an exact one looks for the places of cells."""

    path: str
    line: int
    cells: list[str]
    written: str
    delimiter: str
    exact: bool = False

    @property
    def span(self) -> Span:
        """The row as a whole: its first line."""
        first = _BREAK.split(self.written, maxsplit=1)[0]
        return Span(path=self.path, line=self.line, column=1, end_line=self.line, end_column=len(first) + 1)

    def cell(self, place: int) -> Span:
        """Where a cell stands; of a row that is not exact, its first line."""
        if not self.exact:
            return Span(path=self.path, line=self.line, column=1, end_line=self.line, end_column=1)
        starts = [0, *(end + 1 for end in _ends(self.written, self.delimiter))]
        start = starts[min(place, len(starts) - 1)]
        end = starts[place + 1] - 1 if place + 1 < len(starts) else len(self.written.rstrip("\r\n"))
        before, until = _BREAK.split(self.written[:start]), _BREAK.split(self.written[:end])
        return Span(
            path=self.path,
            line=self.line + len(before) - 1,
            column=len(before[-1]) + 1,
            end_line=self.line + len(until) - 1,
            end_column=len(until[-1]) + 1,
        )


def _ends(written: str, delimiter: str) -> Iterator[int]:
    """Yield where a row's cells end: at each delimiter outside quotes."""
    quoted, may_open = False, True
    for place, letter in enumerate(written):
        if letter == '"' and (quoted or may_open):
            quoted, may_open = not quoted, quoted  # right after a closing quote, another one goes on with the cell
        else:
            may_open = letter == delimiter and not quoted
            if may_open:
                yield place


class _Lines:
    """The lines of a text, remembered from one row to the next."""

    def __init__(self, text: str) -> None:
        self._lines = io.StringIO(text, newline="")
        self.taken: list[str] = []

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        self.taken.append(next(self._lines))
        return self.taken[-1]


def rows_of(text: str, path: str, is_header: Callable[[list[str]], bool], problems: Problems) -> Iterator[Row]:
    """Yield the rows of a CSV text; the delimiter is the one by which the first row is a header."""
    csv.field_size_limit(_MOST_CELL)
    problems.texts[path] = text.translate(_OTHER_BREAKS)
    delimiter = _delimiter(text, is_header)
    lines = _Lines(text)
    reader = csv.reader(lines, delimiter=delimiter, strict=True)
    while True:
        line = reader.line_num + 1
        lines.taken.clear()
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            _report(error, Row(path=path, line=line, cells=[], written="".join(lines.taken), delimiter=delimiter, exact=True), problems)
            return
        yield Row(path=path, line=line, cells=cells, written="".join(lines.taken), delimiter=delimiter)


def _delimiter(text: str, is_header: Callable[[list[str]], bool]) -> str:
    first = next(iter(_Lines(text)), "")
    for delimiter in DELIMITERS:
        try:
            cells = next(csv.reader([first], delimiter=delimiter), [])
        except csv.Error:
            continue
        if len(cells) > 1 and is_header(cells):
            return delimiter
    return max(DELIMITERS, key=first.count)


def _report(error: csv.Error, row: Row, problems: Problems) -> None:
    if "field larger" in str(error):
        what, step = f"a cell of this row is longer than {_MOST_CELL:,} characters", "a quote before it may not be closed"
    elif "NUL" in str(error):
        what, step = "this row holds a NUL character", "save the table as CSV UTF-8"
    elif "unexpected end" in str(error):
        what, step = "the quote that begins here is not closed", "close it where the cell ends"
    else:
        what, step = "text goes on after a closing quote in this row", 'to write a quote inside quotes, double it: ""'
    place = row.cell(_LAST) if "unexpected end" in str(error) else row.span
    problems.add("D101", what, place, help=f"{step}; the rows from here on were not read")
