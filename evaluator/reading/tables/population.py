"""The door for whole populations: files of any kind → chunks of rows that the engine can take, and what was left out."""

from __future__ import annotations

import datetime
import os
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Protocol, runtime_checkable

import attrs

from evaluator.core.model import Pack
from evaluator.diagnostics import Problems, Span
from evaluator.reading import limits
from evaluator.reading.tables.cell_values import CellReader
from evaluator.reading.tables.columns import ColumnMap, vocabulary
from evaluator.reading.tables.mapping import Constants
from evaluator.reading.tables.meanings import GROUP
from evaluator.reading.tables.model import Chunk, Options
from evaluator.reading.tables.rows import Door
from evaluator.reading.tables.sources import Asking, File, Fingerprint, files_under, fingerprint, opener
from evaluator.reading.yaml.files import note_owner

if TYPE_CHECKING:
    import polars as pl

CHUNK_ROWS = 500_000
UNKNOWN = "unknown"
"""What bad cells count as where they do not cost their row."""


class Table(Protocol):
    """A file of rows that was opened and understood."""

    @property
    def path(self) -> str:
        """The file's name as it was given."""

    @property
    def columns(self) -> ColumnMap:
        """What its columns mean."""

    @property
    def total_rows(self) -> int | None:
        """How many rows there are, or about how many."""

    def chunks(self, door: Door) -> Iterator[Chunk]:
        """Read the rows, some at a time."""


@runtime_checkable
class Typed(Protocol):
    """A table whose cells have types."""

    @property
    def kept_types(self) -> Mapping[str, pl.DataType]:
        """The types of columns that are carried through and are no text."""


@runtime_checkable
class Book(Protocol):
    """A table that is one of several sheets of a file."""

    @property
    def path(self) -> str:
        """The file's name as it was given."""

    @property
    def sheet(self) -> str:
        """The sheet that is read."""

    @property
    def sheets(self) -> Sequence[str]:
        """All sheets that can be seen."""


@attrs.frozen(kw_only=True)
class Population:
    """The people of one or more files; each iteration reads them anew, in the same chunks.

    `total_rows` is exact for Parquet, Excel and folders, and a guess from the first megabyte for text. `kept_columns` names the
    columns of every chunk's `kept`: facts of groups as `group:<name>`, then what is carried through.
    """

    tables: Sequence[Table]
    pack: Pack
    options: Options
    as_of: datetime.date
    as_of_wins: bool
    sources: tuple[Fingerprint, ...]
    files: tuple[File, ...] = ()
    """The files that it is read from."""
    constants: Constants = attrs.field(factory=Constants)
    """What a mapping says of everybody."""
    keeps_records: bool = False
    """Whether chunks hold lists of entries beside their frames, which costs memory."""

    @property
    def total_rows(self) -> int | None:
        """How many rows there are, or about how many; None where nobody can tell."""
        totals = [table.total_rows for table in self.tables]
        return None if None in totals else sum(total or 0 for total in totals)

    @property
    def kept_columns(self) -> tuple[str, ...]:
        """The columns of every chunk's `kept`."""
        groups = dict.fromkeys(GROUP + name for table in self.tables for name in table.columns.groups)
        return (*groups, *dict.fromkeys(name for table in self.tables for name in table.columns.kept))

    @property
    def looked_at(self) -> frozenset[str]:
        """Those of `kept_columns` that go into no result."""
        return frozenset(name for table in self.tables for name in table.columns.looked_at)

    @property
    def kept_types(self) -> Mapping[str, pl.DataType]:
        """The types of columns that are carried through and are no text, where all tables that have one agree."""
        found: dict[str, pl.DataType | None] = {}
        for table in self.tables:
            types = table.kept_types if isinstance(table, Typed) else {}
            for name in table.columns.kept:
                known = types.get(name)
                found[name] = known if found.get(name, known) == known else None
        return {name: dtype for name, dtype in found.items() if dtype is not None}

    @property
    def headers(self) -> tuple[str, ...]:
        """The columns of all tables, as they are written there."""
        return tuple(dict.fromkeys(name.strip() for table in self.tables for name in table.columns.header))

    @property
    def sheets(self) -> tuple[tuple[str, str, Sequence[str]], ...]:
        """Of each workbook its path, the sheet that is read, and all sheets that can be seen."""
        books = (table for table in self.tables if isinstance(table, Book))
        return tuple((book.path, book.sheet, book.sheets) for book in books)

    def names(self, own: str) -> bool:
        """Whether any table names one of a profile's own columns, such as the role."""
        return own in self.constants.places or any(own in table.columns.named for table in self.tables)

    def __iter__(self) -> Iterator[Chunk]:
        source = self.options.source
        reader = CellReader(pack=self.pack, decimal=self.options.sign, dates=self.options.dates, outside=source.outside)
        door = Door(
            pack=self.pack,
            reader=reader,
            as_of=self.as_of,
            as_of_wins=self.as_of_wins,
            kept_columns=self.kept_columns,
            keeps_records=self.keeps_records,
            source=source,
            constants=self.constants,
            skips_bad_cells=self.options.bad_cells == UNKNOWN,
            chooses=bool(self.options.chosen_by),
            names_roles=self.options.role_column is not None,
        )
        for table in self.tables:
            door.begin(table.path)
            rows = 0
            for chunk in table.chunks(door):
                rows += chunk.rows
                if rows > limits.ROWS:
                    step = "give it in parts, each a file of its own"
                    raise limits.TooMuch(f"{table.path} has more than {limits.ROWS:,} rows, and no more are read", step)
                yield chunk


def open_population(  # noqa: PLR0913 - what a run is asked for
    paths: Sequence[str | os.PathLike[str]],
    pack: Pack,
    options: Options,
    *,
    as_of: datetime.date,
    as_of_wins: bool = False,
    chunk_rows: int = CHUNK_ROWS,
    problems: Problems,
) -> Population:
    """Open the files of a population; one that cannot be used is reported, and the population comes without it.

    A row is evaluated for its own `as_of` where it has one and `as_of_wins` is false, else for `as_of`.
    """
    files = [file for path in paths for file in files_under(os.fspath(path), problems, options.query)]
    return population_of(files, pack, options, as_of=as_of, as_of_wins=as_of_wins, chunk_rows=chunk_rows, problems=problems)


def population_of(  # noqa: PLR0913 - what a run is asked for
    files: Sequence[File],
    pack: Pack,
    options: Options,
    *,
    as_of: datetime.date,
    as_of_wins: bool = False,
    chunk_rows: int = CHUNK_ROWS,
    problems: Problems,
) -> Population:
    """Open files as `open_population` does."""
    asking = Asking(pack=pack, words=vocabulary(pack, options, problems), options=options, chunk_rows=chunk_rows, problems=problems)
    opened = [(file, table) for file in files if (table := _opened(file, asking)) is not None]
    if asking.words.unknown:  # what a mapping means is not known, so no column of any table is
        opened = []
    read = tuple(file for file, _ in opened)
    return Population(
        tables=[table for _, table in opened],
        pack=pack,
        options=options,
        as_of=as_of,
        as_of_wins=as_of_wins,
        sources=tuple(map(fingerprint, read)),
        files=read,
        constants=asking.words.constants,
    )


def _opened(file: File, asking: Asking) -> Table | None:
    table: Table | None = None
    note_owner(file.path, asking.problems)
    try:
        table = opener(file)(file, asking)
    except OSError:
        message = "the file cannot be read: there is no such file, or it may not be read"
        asking.problems.add("D101", message, Span.whole_file(file.path), help="check the name and the permissions")
    return table
