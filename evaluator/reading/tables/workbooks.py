"""What a workbook of any kind is to whoever reads it: sheets, and rows of cells as they are stored, with their number formats."""

from __future__ import annotations

import functools
import itertools
from collections.abc import Callable, Iterator, Sequence
from typing import Protocol

import attrs

from evaluator.diagnostics import EvaluatorError
from evaluator.reading.tables.model import MOST_ABOVE
from evaluator.reading.tables.number_formats import GENERAL


class WorkbookProblem(EvaluatorError):
    """A workbook cannot be used; carries one lower-case sentence and a next step."""


def damaged(what: str = "the file is no Excel workbook, or it is damaged") -> WorkbookProblem:
    """Return the problem of a workbook that does not hold together."""
    return WorkbookProblem(what, "open it in Excel and save it again as .xlsx")


def locked() -> WorkbookProblem:
    """Return the problem of a workbook that only a password opens."""
    return WorkbookProblem("the workbook is protected by a password", "open it in Excel, take the password off and save it again")


@attrs.define(kw_only=True)
class Cell:
    """A cell as it is stored: its column from 0, its type, the number of its style, its text, and whether a formula works it out.

    Types are those of .xlsx, and `text` for a text that stands as it is.
    """

    column: int
    kind: str
    style: int
    text: str = ""
    formula: bool = False
    empty: bool = True
    too_long: bool = False


@attrs.frozen(kw_only=True)
class Row:
    """A row of a sheet: its number from 1, whether it is hidden, and its cells."""

    number: int
    hidden: bool
    cells: Sequence[Cell]


@attrs.frozen(kw_only=True)
class Merged:
    """A range of merged cells: its first and last rows from 1, and columns from 0."""

    top: int
    bottom: int
    left: int
    right: int


class SheetRows(Protocol):
    """A sheet that is read: its rows, and what holds for the whole, which is complete after the last row."""

    merged: list[Merged]
    hidden_columns: list[tuple[int, int]]

    def rows(self) -> Iterator[Row]:
        """Yield the rows that hold anything, in order."""


@attrs.frozen(kw_only=True)
class Sheet:
    """A sheet of a workbook: its name, whether it is hidden, and what reads it, each time from its beginning.

    `begin` holds the rows among the first `MOST_ABOVE`, where they were come by already.
    """

    name: str
    hidden: bool
    opened: Callable[[], SheetRows]
    begin: Sequence[Row] | None = None

    def first_rows(self) -> Iterator[Row]:
        """Yield those rows that hold anything among the first `MOST_ABOVE`."""
        rows = self.opened().rows() if self.begin is None else self.begin
        return itertools.takewhile(lambda row: row.number <= MOST_ABOVE, rows)


@attrs.define(kw_only=True)
class Workbook:
    """An opened workbook: its sheets, its texts and formats, and whether its days are counted from 1904."""

    sheets: Sequence[Sheet]
    since_1904: bool = False
    formats: Sequence[str] = ()
    read_texts: Callable[[], list[str]] = list
    _texts: list[str] | None = None

    def texts(self) -> Sequence[str]:
        """Return the texts that cells share."""
        if self._texts is None:
            self._texts = self.read_texts()
        return self._texts

    def format_of(self, style: int) -> str:
        """Return the number format of a style; one that is not there formats nothing."""
        return self.formats[style] if 0 <= style < len(self.formats) else GENERAL


def stored(value: float) -> str:
    """Return a number as a workbook of XML stores it, in as many digits as tell it from all others."""
    return f"{value:.17g}"


def column_number(letters: str) -> int:
    """Return the number, from 0, of a column by its letters."""
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number - 1


def cell_name(column: int, row: int) -> str:
    """Return what a cell is called, such as `B7`."""
    return f"{_letters(column)}{row}"


@functools.lru_cache(maxsize=1 << 14)
def _letters(column: int) -> str:
    letters, rest = "", column + 1
    while rest:
        rest, letter = divmod(rest - 1, 26)
        letters = chr(65 + letter) + letters
    return letters
