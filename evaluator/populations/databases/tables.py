"""A table of people in a database: opened, its columns understood, ready to be judged where it lies."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Mapping
from pathlib import Path

import narwhals as nw

from evaluator.core.model import Pack
from evaluator.diagnostics import Problems, Span
from evaluator.diagnostics.errors import PopulationProblem
from evaluator.engines.columns.from_columns import Source
from evaluator.engines.columns.truths import column
from evaluator.engines.columns.without_records import without_records
from evaluator.populations.databases.given_columns import Stated
from evaluator.populations.databases.people import Database, DatabasePeople
from evaluator.reading.tables import Options
from evaluator.reading.tables.columns import ColumnMap, HeaderReader, vocabulary
from evaluator.reading.tables.meanings import DAYS, GROUP


def _duckdb(path: str) -> Database:
    from evaluator.populations.databases.duckdb_table import open_duckdb

    return open_duckdb(path)


def _spark(path: str) -> Database:
    from evaluator.populations.databases.spark_table import open_spark

    return open_spark(path)


_OPEN: Mapping[str, Callable[[str], Database]] = {"duckdb": _duckdb, "spark": _spark}


def open_table(  # noqa: PLR0913 - what a run is asked for
    engine: str,
    path: str,
    pack: Pack,
    options: Options,
    *,
    as_of: datetime.date,
    as_of_wins: bool,
    chunk_rows: int,
    scratch: Path | None,
    problems: Problems,
) -> DatabasePeople | None:
    """Open a table in an engine; None, and problems, where its columns say nothing usable.

    Raises PopulationProblem where the engine is missing, or cannot read the table, or a column's type is not the attribute's.
    """
    if not options.source.names_alone:
        raise PopulationProblem(
            f"the mapping file says how cells are read, and the engine {engine} reads tables as they are",
            "leave everything out of it but which column is which, or choose --engine columns",
        )
    words = vocabulary(pack, options, problems)
    database = _OPEN[engine](path)
    schema = database.schema()
    span = Span.whole_file(path)
    header = schema.names()
    columns = HeaderReader(words=words, options=options, problems=problems, path=path, span=lambda _: span).read(header)
    if columns is None or problems.errors:
        return None
    if columns.names:
        step = "name the column of whole names, or choose --engine columns"
        raise PopulationProblem(f"several columns hold parts of names, and the engine {engine} puts none together", step)
    kept = {GROUP + name: header[index] for name, index in columns.groups.items()}
    kept |= {name: header[index] for name, index in columns.kept.items()}
    sources = _said(columns, schema)
    stated = Stated(pack=without_records(pack), said=sources, kept=tuple(kept.values()), as_of=as_of, days_win=not as_of_wins)
    _fitting(stated)
    return DatabasePeople(
        pack=pack,
        database=database,
        stated=stated,
        kept=kept,
        scratch=scratch,
        chunk_rows=chunk_rows,
        options=options,
        as_of_wins=as_of_wins,
        path=path,
        headers=tuple(header),
        looked_at=columns.looked_at,
    )


def _said(columns: ColumnMap, schema: nw.Schema) -> dict[str, Source]:
    """Return what each column that is read says, in the table's order."""
    places = {index: name for name, index in columns.own.items()} | {
        attribute: column(name) for name, attribute in columns.attributes.items()
    }
    header = schema.names()
    return {name: Source(name=header[index], dtype=schema[header[index]]) for index, name in sorted(places.items())}


def _fitting(stated: Stated) -> None:
    """Raise FrameProblem or PopulationProblem where a column's type is not the attribute's, before anything is run."""
    stated.facts(_Nothing())  # type: ignore[type-var]
    for own in (stated.said[name] for name in DAYS if name in stated.said):
        if own.dtype != nw.Date:
            raise PopulationProblem(f"the column `{own.name}` holds {own.dtype}, and it names a day", "cast the column to a date")


class _Nothing:
    """A frame that does nothing with the expressions it is given."""

    def select(self, *_: object) -> _Nothing:
        """Return itself."""
        return self

    with_columns = select
