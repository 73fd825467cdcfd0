"""What goes through the door: options, raw rows as they were found, and chunks of rows that the engine can take."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

import attrs

from evaluator.core.text import first_words
from evaluator.core.values import Value, clip
from evaluator.diagnostics import Diagnostic
from evaluator.reading.tables.mapped_cells import TableMapping

if TYPE_CHECKING:
    import polars as pl

MOST_ABOVE = 100
"""The last row in which a header is looked for."""
MOST_TEXT = 1000
"""Letters of an offending text that are kept; a longer one is cut and ends in an ellipsis."""
WITHHELD = "(not repeated here: it may hold facts of people's groups)"
"""What stands for an offending text that may hold facts of groups that nobody asked for."""


@attrs.frozen(kw_only=True)
class Options:
    """How tables are read: encoding and delimiter (found out where None), decimal sign (a dot where None), and so on.

    `header_row` is the row of the columns' names, the first that holds anything where it is None.
    `dates` is the order of days in numbers, dmy or mdy; where it is None, only those with one reading are read.
    `mapping` says which column is which, and goes before `source`, what a mapping file says of columns, cells and everybody.
    `groups` says that facts of people's groups are read, to be counted; else only those that `keep` names are, and carried through.
    `bad_cells` is `unknown` where a cell that cannot be read costs only itself, and not its row.
    `required` are columns or attributes that every table has to have; those that are no attributes are read to see what they hold.
    So are the columns that people are `chosen_by`, each with what is to be said where the table has it not.
    `counted_by` are those that are carried through, as `keep` says too, because a report counts by them.
    `query` is what is asked of a database.
    """

    encoding: str | None = None
    delimiter: str | None = None
    decimal: str | None = None
    dates: str | None = None
    mapping: Mapping[str, str] = attrs.field(factory=dict)
    source: TableMapping = attrs.field(factory=TableMapping)
    keep: tuple[str, ...] = ()
    keep_all: bool = False
    sheet: str | None = None
    header_row: int | None = None
    groups: bool = False
    required: tuple[str, ...] = ()
    bad_cells: str | None = None
    chosen_by: Mapping[str, str] = attrs.field(factory=dict)
    counted_by: tuple[str, ...] = ()
    role_column: str | None = None
    """The column that names, of each row, the role that the person is judged for."""
    query: str | None = None

    def with_source(self, *, in_rows: bool, in_sheets: bool) -> Options:
        """Return the options with what the mapping file says of the whole table, where no option says otherwise.

        A row of the header and a sheet are named where a table can have one, so that one file serves all exports of a source.
        """
        return attrs.evolve(
            self,
            encoding=self.encoding or self.source.encoding,
            decimal=self.decimal or self.source.decimal,
            dates=self.dates or self.source.dates,
            sheet=self.sheet or (self.source.sheet if in_sheets else None),
            header_row=self.header_row or (self.source.header_row if in_rows else None),
        )

    @property
    def kept(self) -> Mapping[str, str]:
        """The columns that are carried through, each with the option that says so."""
        return {name: "--by" if name in self.counted_by else "--keep" for name in self.keep}

    @property
    def mapped(self) -> tuple[str, ...]:
        """The columns that have to be there, as something is said to stand in them."""
        return tuple(dict.fromkeys([*self.mapping, *(column for column, at in self.source.columns.items() if at.value is not None)]))

    @property
    def sign(self) -> str:
        """The decimal sign."""
        return self.decimal or "."

    def told(self) -> dict[str, str]:
        """Return each option in words; empty ones where it was not given."""
        said = attrs.asdict(self, recurse=False, filter=lambda field, _: field.name not in {"groups", "chosen_by", "counted_by"})
        said |= {"mapping": ", ".join(f"{column}={target}" for column, target in self.mapping.items()), "keep": ", ".join(self.keep)}
        said |= {"required": ", ".join(self.required), "source": self.source.told}
        return {name: "" if value is None else str(value) for name, value in said.items()}


@attrs.frozen(kw_only=True)
class Rejected:
    """One reason why a row was left out; a row has as many as it has offending cells."""

    row: int
    line: int | None
    column: str | None
    text: str
    reason: str
    code: str
    id: str | None
    path: str = ""


SHOWN_REJECTED = 3
"""So many rows are told with their reason where only a few are."""


def first_reasons(rejected: Iterable[Rejected]) -> tuple[Rejected, ...]:
    """Return each row that cannot be judged once, by its first reason, in the order of the files."""
    first: dict[tuple[str, int], Rejected] = {}
    for row in rejected:
        first.setdefault((row.path, row.row), row)
    return tuple(sorted(first.values(), key=lambda row: (row.path, row.row)))


def rejected(  # noqa: PLR0913 - what a rejection says
    code: str,
    reason: str,
    *,
    row: int,
    line: int | None = None,
    column: str | None = None,
    text: str = "",
    id_: str | None = None,
    path: str,
) -> Rejected:
    """Return a rejection, its text cut to what a reader can use, its reason on one line."""
    shown = text if len(text) <= MOST_TEXT else text[: MOST_TEXT - 1] + "…"
    name = None if id_ is None else clip(id_, MOST_TEXT)
    words = clip(reason, len(reason) * 2)
    return Rejected(row=row, line=line, column=column, text=shown, reason=words, code=code, id=name, path=path)


def sentence(message: str, step: str | None) -> str:
    """Join a message and its next step."""
    return f"{message}; {step}" if step else message


def told(diagnostic: Diagnostic) -> tuple[str, str]:
    """Return a diagnostic's code and what it says, with its next step."""
    return diagnostic.code, sentence(diagnostic.message, diagnostic.help)


@attrs.frozen
class Misfit:
    """Why a text cannot be used: a code and a sentence with its next step."""

    code: str
    reason: str


@attrs.frozen(kw_only=True)
class Raw:
    """Rows as they were found: a column `c0`, `c1`, … for each of the table's, of text or of the file's own type.

    `numbers` and `lines` say which row of the data, and which line of the file, each row of the frame is; `rows` counts all
    rows, those in `rejected` too. By place in the frame, `records` holds lists of entries, and `bad` what is wrong already.
    """

    frame: pl.DataFrame
    numbers: pl.Series
    lines: pl.Series | None
    rejected: tuple[Rejected, ...] = ()
    rows: int
    records: Mapping[int, Mapping[str, Value]] = attrs.field(factory=dict)
    bad: Mapping[int, Sequence[tuple[str | None, str, Misfit]]] = attrs.field(factory=dict)


@attrs.frozen(kw_only=True)
class Chunk:
    """Some rows, ready: what the engine reads, what is carried through beside it, and what was left out and why.

    `records` holds lists of entries, by row and attribute, where they were asked for: no column of the frame does.
    """

    frame: pl.DataFrame
    kept: pl.DataFrame
    rejected: tuple[Rejected, ...]
    rows: int
    path: str = ""
    unread: tuple[Rejected, ...] = ()
    """Cells that cannot be read and count as unknown, where they do."""
    records: Mapping[int, Mapping[str, Value]] = attrs.field(factory=dict)
    other_roles: Mapping[str, int] = attrs.field(factory=dict)
    """How many people hold each role that the pack does not have; they are read without one."""
    other_role_of: Mapping[int, str] = attrs.field(factory=dict)
    """The same by row, where people are chosen by a condition."""


def no_header(row: int) -> tuple[str, str]:
    """Say that the row which is named holds no header, and what to do."""
    return f"row {row} holds nothing, and no names of columns", "name the row of the columns with --header-row, counted from the top"


def raw_name(index: int) -> str:
    """Name the column of a raw frame that holds the table's column at a place."""
    return f"c{index}"


def joined_words(words: list[str], most: int = 8) -> str:
    """List a few names for a message."""
    return first_words([f"`{clip(word)}`" for word in words], most)
