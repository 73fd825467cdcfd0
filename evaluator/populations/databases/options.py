"""Tables that stay where they lie: what the engines duckdb and spark are given, and what they cannot give, by name."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from evaluator.cli.failures import Unusable
from evaluator.cli.output import write_findings
from evaluator.core.database_address import is_address
from evaluator.diagnostics import ReadingError
from evaluator.populations.judging_options import JudgingOptions
from evaluator.reading.tables.formats import CSV, format_at

if TYPE_CHECKING:
    from evaluator.populations.databases.file_people import FilePeople
    from evaluator.populations.databases.people import DatabasePeople

CHUNK_ROWS = 100_000
_COLUMNS = "--engine columns does"
_WHOLE = frozenset({"json", "markdown"})


def refuse(judging_options: JudgingOptions, *, all_roles: bool) -> None:
    """Refuse by name whatever an engine of databases cannot do."""
    engine = judging_options.setting.engine
    if all_roles:
        raise Unusable(f"the engine {engine} gives a row for each person, and no `--all-roles`", f"leave it out; {_COLUMNS}")
    for what, step in _beyond(judging_options):
        raise Unusable(f"the engine {engine} {what}", step)


def _beyond(judging_options: JudgingOptions) -> Iterator[tuple[str, str]]:
    tables = judging_options.tables
    if len(judging_options.paths) != 1:
        yield "judges one table at a time", "name one table"
    yield from _elsewhere(judging_options.paths[0])
    if tables.level not in {None, "people"}:
        yield f"gives a row for each person, and no `--level {tables.level}`", f"leave it out; {_COLUMNS}"
    if tables.resume:
        yield "begins every run anew, and has no `--resume`", f"leave it out; {_COLUMNS}"
    if judging_options.where is not None and not _reads_file(judging_options):
        yield "takes tables as they are, and has no `--where`", f"name a view that holds the people you mean; {_COLUMNS}"
    if judging_options.role_column is not None and not _reads_file(judging_options):
        yield "judges everybody of a table for one role, and has no `--role-column`", f"name a file of CSV or Parquet; {_COLUMNS}"
    for name in _idle(judging_options):
        if getattr(tables, name) is not None:
            yield f"reads tables as they are, and has no `--{name.replace('_', '-')}`", f"leave it out; {_COLUMNS}"
    if judging_options.output.format in _WHOLE:
        yield f"writes tables, and no {judging_options.output.format}", "choose csv, jsonl, parquet, xlsx or html"


def _elsewhere(path: str) -> Iterator[tuple[str, str]]:
    if is_address(path):
        yield "asks no other database", f"leave the engine out: the people of {path} are judged in columns"
    if path == "-":
        yield "reads no standard input", f"name a table; {_COLUMNS}"


def opened(
    judging_options: JudgingOptions, path: Path | None, chunk_rows: int, day: datetime.date
) -> tuple[DatabasePeople | FilePeople, bool]:
    """Open the one table, in the engine that was asked for, and say whether all of it can be used."""
    from evaluator.populations.databases.tables import open_table

    if _reads_file(judging_options):
        return _file_people(judging_options, path, chunk_rows, day)
    problems = judging_options.findings
    people = open_table(
        judging_options.setting.engine,
        judging_options.paths[0],
        judging_options.pack,
        judging_options.reading,
        as_of=day,
        as_of_wins=judging_options.setting.as_of is not None,
        chunk_rows=chunk_rows,
        scratch=_waiting(path),
        problems=problems,
    )
    if people is None:
        raise ReadingError(problems)
    if len(problems):
        write_findings(problems)
    return people, True


def _idle(judging_options: JudgingOptions) -> tuple[str, ...]:
    """Name the options that nothing about the table would heed."""
    if not _reads_file(judging_options):
        return ("encoding", "decimal", "dates", "sheet", "header_row")
    return ("sheet",) if format_at(judging_options.paths[0]) is CSV else ("encoding", "sheet", "header_row")


def _reads_file(judging_options: JudgingOptions) -> bool:
    from evaluator.populations.databases.duckdb_table import reads_file

    return judging_options.setting.engine == "duckdb" and reads_file(judging_options.paths[0])


def _file_people(judging_options: JudgingOptions, path: Path | None, chunk_rows: int, day: datetime.date) -> tuple[FilePeople, bool]:
    from evaluator.populations.databases.duckdb_table import require
    from evaluator.populations.databases.file_people import FilePeople

    require()
    population, complete = judging_options.opened(chunk_rows, day)
    return FilePeople(pack=judging_options.pack, population=population, scratch=_waiting(path)), complete


def _waiting(path: Path | None) -> Path | None:
    """Return where answers of a database wait until they are written."""
    return None if path is None else path.with_name(f".{path.name}.judged")
