"""The options for whole populations, as one object: how tables are read, how detailed results are, how they are checked."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import attrs
import click

from evaluator.cli.failures import Unusable
from evaluator.cli.options import FILE, WRITTEN, bundle
from evaluator.cli.output import STANDARD_OUTPUT
from evaluator.core.database_address import is_address
from evaluator.core.groups import is_group_fact
from evaluator.core.text import fold_name
from evaluator.diagnostics import Problems, ReadingError
from evaluator.reading.tables.formats import CSV, EXCEL, PROFILE_ENDINGS, TABLE_ENDINGS, ending, format_at, format_named
from evaluator.reading.tables.meanings import EVERY_GROUP
from evaluator.reading.tables.model import MOST_ABOVE

if TYPE_CHECKING:
    from evaluator.reading.tables import Options

Verb = Callable[..., Any]
_LEVELS = ("people", "roles", "criteria")
CHECKED = 200


@attrs.frozen(kw_only=True)
class Tables:
    """What was said about tables; what was left unsaid is None, or empty."""

    level: str | None
    columns: tuple[str, ...]
    map_file: str | None
    keep: tuple[str, ...]
    keep_all: bool
    encoding: str | None
    decimal: str | None
    dates: str | None
    sheet: str | None
    header_row: int | None
    check: int | None
    seed: int | None
    resume: bool
    chunk_rows: int | None
    rejected: str | None
    split_by: str | None
    bad_cells: str | None
    by: tuple[str, ...] = ()
    """The columns that a report counts by, which are carried through too."""
    query: str | None
    query_file: str | None

    @property
    def said(self) -> bool:
        """Whether anything was said."""
        return any(value not in {None, False, ()} for value in attrs.astuple(self))

    @property
    def for_running(self) -> bool:
        """Whether something was said that only a run over a population heeds."""
        return any(getattr(self, name) != unsaid for name, unsaid in _UNSAID.items())

    @property
    def words(self) -> tuple[str, ...]:
        """The options that say how tables are read, as they are given to another verb."""
        once = {
            "--map-file": self.map_file,
            "--encoding": self.encoding,
            "--decimal": self.decimal,
            "--dates": self.dates,
            "--sheet": self.sheet,
            "--header-row": self.header_row,
            "--query": self.query,
            "--query-file": self.query_file,
        }
        said = [(name, str(value)) for name, value in once.items() if value is not None]
        return tuple(word for pair in [*said, *(("--map", column) for column in self.columns)] for word in pair)

    def of_decisions(self, file: str, people: Sequence[str] = ()) -> Options:
        """Return how a table of decisions is read: its columns have names of their own; a row named is the people's if it can be."""
        from evaluator.reading.tables import Options

        header_row = None if any(map(_may_have_header, people)) else self.header_row
        return Options(encoding=self.encoding, sheet=self.sheet if format_at(file) is EXCEL else None, header_row=header_row)

    def of_people(self, paths: Sequence[str], decisions: str) -> Tables:
        """Return what is said about the people's tables where a sheet of the decisions is named, and they have none."""
        only_there = format_at(decisions) is EXCEL and not any(format_at(path) is EXCEL for path in paths)
        header_row = self.header_row if any(map(_may_have_header, paths)) else None
        return attrs.evolve(self, sheet=None if only_there else self.sheet, header_row=header_row)

    def of_one(self, path: str, paths: Sequence[str]) -> Tables:
        """Return what is said about one of several populations: a query is for those of them that are databases."""
        idle = not is_address(path) and any(map(is_address, paths))
        return attrs.evolve(self, query=None, query_file=None) if idle else self

    def reading(self, paths: Sequence[str]) -> Options:
        """Return how the tables among some paths are read.

        Raises ReadingError where the mapping file is unusable, and Unusable where an option names a column or a sheet and no path
        can have one.
        """
        from evaluator.reading.tables import Options
        from evaluator.reading.tables.mapped_cells import TableMapping
        from evaluator.reading.tables.mapping import read_mapping

        problems = Problems()
        source = TableMapping() if self.map_file is None else read_mapping(self.map_file, problems)
        if problems.errors:
            raise ReadingError(problems)
        options = Options(
            encoding=self.encoding,
            decimal=self.decimal,
            dates=self.dates,
            mapping=_pairs(self.columns),
            source=source,
            keep=(*self.keep, *(name for name in self.by if fold_name(name) not in map(fold_name, self.keep))),
            counted_by=self.by,
            keep_all=self.keep_all,
            sheet=self.sheet,
            header_row=self.header_row,
            bad_cells=self.bad_cells,
            query=self._query(paths),
        )
        _refuse_idle(options, paths)
        return options.with_source(in_rows=any(map(_may_have_header, paths)), in_sheets=any(map(_may_be_workbook, paths)))

    def _query(self, paths: Sequence[str]) -> str | None:
        """Return what is asked of a database; refuses a query without a database, and a database without one."""
        if self.query is not None and self.query_file is not None:
            raise click.UsageError("`--query` and `--query-file` both say what is asked; name one")
        addresses = [path for path in paths if is_address(path)]
        said = "--query-file" if self.query_file is not None else "--query" if self.query is not None else ""
        if said and not addresses:
            raise Unusable(f"{said} asks a database, and no address of one is given", "name one, such as postgresql://USER@HOST/DATABASE")
        if addresses and not said:
            step = 'say it with --query "select …", or with --query-file FILE'
            raise Unusable(f"{addresses[0]} is a database, and no query says who is read of it", step)
        return self.query if self.query_file is None else query_in(self.query_file)


def _refuse_idle(options: Options, paths: Sequence[str]) -> None:
    """Refuse options that name a column, a row or a sheet where no path has any; standard input may be a table."""
    places = [Path(path) for path in paths]
    if options.header_row is not None and not any(map(_may_have_header, paths)):
        step = "leave it out, or name a CSV file or a workbook"
        raise Unusable(f"--header-row names row {options.header_row}, and no table has its columns named in a row", step)
    if options.sheet is not None and not any(map(_may_be_workbook, paths)):
        raise Unusable(f"--sheet names the sheet `{options.sheet}`, and no workbook is read", "leave it out, or name an .xlsx file")
    if STANDARD_OUTPUT in paths or any(map(_may_have_columns, places)):
        return
    named = [(name, who) for name, who in options.kept.items() if not is_group_fact(name) and fold_name(name) != EVERY_GROUP]
    named += [(name, "the mapping") for name in options.mapped]
    for name, who in named:
        raise Unusable(f"{who} names the column `{name}`, and profiles have no columns", "leave it out, or name a table")


def _may_be_workbook(path: str) -> bool:
    """Whether a path is a workbook, a folder with one in it, or standard input."""
    return path == STANDARD_OUTPUT or format_at(path) is EXCEL or any(format_named(one) is EXCEL for one in _read_of(Path(path)))


def _may_have_header(path: str) -> bool:
    """Whether a path is a table whose columns are named in a row, a folder with one in it, or standard input."""
    named = {format_at(path), *map(format_named, _read_of(Path(path)))}
    return path == STANDARD_OUTPUT or not named.isdisjoint({CSV, EXCEL})


def _may_have_columns(path: Path) -> bool:
    """Whether a path is a table, or a folder with one in it."""
    if path.is_dir():
        return any(ending(file) in TABLE_ENDINGS for file in _read_of(path))
    return ending(path) not in PROFILE_ENDINGS


def _read_of(folder: Path) -> list[Path]:
    """Return what lies in a folder and may be read as tables: nothing where there are profiles, as it is read by them then."""
    inside = [*folder.rglob("*")] if folder.is_dir() else []
    return [] if any(file.parent == folder and ending(file) in PROFILE_ENDINGS for file in inside) else inside


def query_in(file: str) -> str:
    """Return the query in a file; raises ReadingError where it cannot be read."""
    from evaluator.reading.yaml.files import read_text

    problems = Problems()
    text = read_text(file, problems)
    if text is None or problems.errors:
        raise ReadingError(problems)
    return text


def _pairs(columns: tuple[str, ...]) -> dict[str, str]:
    pairs = {}
    for pair in columns:
        column, sign, attribute = pair.rpartition("=")
        if not (column and sign and attribute):
            raise click.UsageError(f"`--map {pair}` maps nothing; write it as --map COLUMN=ATTRIBUTE")
        pairs[column] = attribute
    return pairs


READING: Mapping[str, Callable[[Verb], Verb]] = {
    "columns": click.option(
        "--map", "columns", multiple=True, metavar="COLUMN=ATTRIBUTE", help="Read a column as an attribute. Repeatable."
    ),
    "map_file": click.option(
        "--map-file", type=FILE, metavar="FILE", help="How the tables of a source are read; `evaluator map` proposes one."
    ),
    "keep": click.option(
        "--keep", multiple=True, metavar="COLUMN", help="Carry a column through; group:* names facts of groups. Repeatable."
    ),
    "keep_all": click.option("--keep-all", is_flag=True, help="Carry every column through that is no attribute and no fact of groups."),
    "encoding": click.option("--encoding", metavar="NAME", help="The encoding of text, such as windows-1252. [default: found out]"),
    "decimal": click.option(
        "--decimal", type=click.Choice((".", ",")), help="The decimal sign. [default: ., where it cannot be one of thousands]"
    ),
    "dates": click.option("--dates", type=click.Choice(("dmy", "mdy")), help="What 03/04/2026 is, day or month first. [default: refused]"),
    "sheet": click.option(
        "--sheet", metavar="NAME", help="The sheet of an Excel file, by name or place (2). [default: the only one with ids]"
    ),
    "header_row": click.option(
        "--header-row",
        type=click.IntRange(1, MOST_ABOVE),
        metavar="N",
        help="The row with the names of columns. [default: the first that holds anything]",
    ),
    "query": click.option("--query", metavar="SQL", help="What is asked of a database: select …, with a column `id`."),
    "query_file": click.option("--query-file", type=FILE, metavar="FILE", help="The file that such a query stands in."),
}
RUNNING: Mapping[str, Callable[[Verb], Verb]] = {
    "level": click.option("--level", type=click.Choice(_LEVELS), help="How detailed: a row each for … [default: people]"),
    "check": click.option(
        "--check", type=click.IntRange(0), metavar="N", help=f"How many people another engine judges again. [default: {CHECKED}]"
    ),
    "seed": click.option("--seed", type=int, metavar="N", help="Draw the same people for that again. [default: by chance, and told]"),
    "resume": click.option("--resume", is_flag=True, help="Go on from a run to the same file that was stopped."),
    "chunk_rows": click.option("--chunk-rows", type=click.IntRange(1), metavar="N", help="People at once. [default: as fits the level]"),
    "rejected": click.option(
        "--rejected", type=WRITTEN, metavar="FILE", help="Where rejected rows go; .xlsx to send back. [default: FILE.rejected.csv]"
    ),
    "bad_cells": click.option(
        "--bad-cells",
        type=click.Choice(("reject", "unknown")),
        help="What a cell that cannot be read costs: its row, or itself. [default: reject]",
    ),
    "split_by": click.option("--split-by", metavar="COLUMN", help="A workbook of rejected rows for each text of a column."),
}
_CARRIED: dict[str, Any] = {"keep": (), "keep_all": False}
_UNSAID: dict[str, Any] = {**dict.fromkeys(RUNNING), "resume": False}


def tables(verb: Verb) -> Verb:
    """Give a verb every option for populations, as one `tables`."""
    return bundle(verb, "tables", Tables, {**RUNNING, **READING})


def tables_judged_once(verb: Verb) -> Verb:
    """Give a verb that judges a table and keeps no rows of it the options for that, as one `tables`."""
    running = {name: RUNNING[name] for name in ("bad_cells", "check", "seed")}
    return _some_of(verb, {**running, **READING})


def table_reading(verb: Verb) -> Verb:
    """Give a verb the options that say how tables are read, as one `tables`."""
    return _some_of(verb, dict(READING))


def table_reading_alone(verb: Verb) -> Verb:
    """Give a verb these options but those that carry columns through, as it writes no rows of people."""
    return _some_of(verb, {name: option for name, option in READING.items() if name not in _CARRIED})


def _some_of(verb: Verb, options: dict[str, Callable[[Verb], Verb]]) -> Verb:
    def made(**given: Any) -> Tables:  # noqa: ANN401 - as click gives them
        return Tables(**{**_UNSAID, **_CARRIED, **given})

    return bundle(verb, "tables", made, options)
