"""The careful reader of CSV: row by row, rejecting only what cannot be understood, and going on behind it."""

from __future__ import annotations

import csv
from collections import deque
from collections.abc import Iterator, Sequence

import attrs

from evaluator.reading.tables.csv_lines import Blocks
from evaluator.reading.tables.model import MOST_CELL

Broken = tuple[str, str]
"""Why a row cannot be understood, and what to do."""
_SWALLOWED = (
    "the quote that begins in this row is not closed, and the lines behind it are rows of their own",
    "close it where the cell ends",
)
_ENOUGH = 5
"""Columns from which on a line inside a cell is no row by chance."""


@attrs.frozen(kw_only=True)
class Row:
    """A row: the line where it begins, its cells, and where it cannot be understood why not."""

    line: int
    cells: Sequence[str]
    written: str
    broken: Broken | None = None


class _Lines:
    """The lines of a block as text, and those behind it where a row goes on there; lines can be put back."""

    def __init__(self, block: bytes, blocks: Blocks) -> None:
        found = block.splitlines(keepends=True)
        if found and not found[-1].endswith((b"\n", b"\r")):
            blocks.give_back(found.pop())
            self._open = 1
        else:
            self._open = 0
        self._block: deque[bytes] = deque(found)
        self._blocks = blocks
        self._back: deque[str] = deque()
        self.taken: list[str] = []

    @property
    def done(self) -> bool:
        """Whether the block is used up; a last row that goes on behind it still belongs to it."""
        return not (self._back or self._block or self._open)

    def put_back(self, lines: Sequence[str]) -> None:
        """Put lines back in front."""
        self._back.extendleft(reversed(lines))

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        if self._back:
            line = self._back.popleft()
        else:
            data = self._block.popleft() if self._block else self._behind()
            if not data:
                raise StopIteration
            line = data.decode("utf-8", "surrogateescape")
        self.taken.append(line)
        return line

    def _behind(self) -> bytes:
        self._open = 0
        return self._blocks.line()


@attrs.define(kw_only=True)
class CarefulReader:
    """Reads the rows that begin in a block; `line` is where the next one begins."""

    blocks: Blocks
    delimiter: str
    width: int | None
    line: int

    def rows(self, block: bytes) -> Iterator[Row]:
        """Yield the rows; blank lines are none."""
        csv.field_size_limit(MOST_CELL)
        lines = _Lines(block, self.blocks)
        reader = csv.reader(lines, delimiter=self.delimiter, strict=True)
        while not lines.done:
            lines.taken.clear()
            broken, cells = None, []
            try:
                cells = next(reader)
                broken = _suspicious(lines.taken, self.delimiter, self.width)
            except StopIteration:
                return
            except csv.Error as error:
                broken = _words(error)
            if broken is not None:
                lines.put_back(lines.taken[1:])
                del lines.taken[1:]
                reader = csv.reader(lines, delimiter=self.delimiter, strict=True)
            line, self.line = self.line, self.line + len(lines.taken)
            if broken is not None or any(cell.strip() for cell in cells):
                yield Row(line=line, cells=cells, written="".join(lines.taken), broken=broken)


def _suspicious(taken: Sequence[str], delimiter: str, width: int | None) -> Broken | None:
    """Say where the lines inside a cell are rows of their own: then a quote before them was not closed where it should be."""
    inner = taken[1:-1]
    if width is None or width < _ENOUGH or not inner:
        return None
    own = all(line.count(delimiter) >= width - 1 and _width(line, delimiter) == width for line in inner)
    return _SWALLOWED if own else None


def _width(line: str, delimiter: str) -> int:
    try:
        return len(next(csv.reader([line], delimiter=delimiter, strict=True), []))
    except csv.Error:
        return 0


def _words(error: csv.Error) -> Broken:
    said = str(error)
    if "field larger" in said:
        return f"a cell of this row is longer than {MOST_CELL:,} characters", "a quote before it may not be closed"
    if "unexpected end" in said:
        return "a quote that begins in this row is not closed", "close it where the cell ends"
    return "text goes on after a closing quote in this row", 'to write a quote inside quotes, double it: ""'
