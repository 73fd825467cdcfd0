"""Tables that stay where they lie: what the engines duckdb and spark are given, and what they cannot give, by name."""

from __future__ import annotations

import datetime
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from evaluator.cli.failures import Unusable
from evaluator.cli.output import write_findings
from evaluator.diagnostics import Problems, ReadingError

if TYPE_CHECKING:
    from evaluator.populations.databases.people import DatabasePeople
    from evaluator.populations.evaluate.run_command import Asked

CHUNK_ROWS = 100_000
_COLUMNS = "--engine columns does"
_WHOLE = frozenset({"json", "markdown"})


def refuse(asked: Asked, *, all_roles: bool) -> None:
    """Refuse by name whatever an engine of databases cannot do."""
    engine = asked.setting.engine
    if all_roles:
        raise Unusable(f"the engine {engine} gives a row for each person, and no `--all-roles`", f"leave it out; {_COLUMNS}")
    for what, step in _beyond(asked):
        raise Unusable(f"the engine {engine} {what}", step)


def _beyond(asked: Asked) -> Iterator[tuple[str, str]]:
    tables = asked.tables
    if len(asked.paths) != 1:
        yield "judges one table at a time", "name one table"
    if asked.paths[0] == "-":
        yield "reads no standard input", f"name a table; {_COLUMNS}"
    if tables.level not in {None, "people"}:
        yield f"gives a row for each person, and no `--level {tables.level}`", f"leave it out; {_COLUMNS}"
    if tables.resume:
        yield "begins every run anew, and has no `--resume`", f"leave it out; {_COLUMNS}"
    for name in ("encoding", "decimal", "sheet"):
        if getattr(tables, name) is not None:
            yield f"reads tables as they are, and has no `--{name}`", f"leave it out; {_COLUMNS}"
    if asked.output.format in _WHOLE:
        yield f"writes tables, and no {asked.output.format}", "choose csv, jsonl, parquet, xlsx or html"


def folder_or(place: Path, named: str | None) -> str:
    """Return the format of what Spark's people go to: a folder of Parquet files, unless the name or an option says another."""
    from evaluator.populations.evaluate.writers import ENDINGS, FOLDER, format_of

    return FOLDER if named is None and place.suffix.lower() not in ENDINGS else format_of(place, named)


@contextmanager
def clearing(place: Path) -> Iterator[None]:
    """Leave nothing of a run that is stopped, for it cannot go on."""
    from evaluator.populations.evaluate.parts import work_folder

    try:
        yield
    except BaseException:
        shutil.rmtree(work_folder(place), ignore_errors=True)
        raise


def opened(asked: Asked, place: Path | None, chunk_rows: int, day: datetime.date) -> DatabasePeople:
    """Open the one table, in the engine that was asked for."""
    from evaluator.populations.databases.tables import open_table

    problems = Problems()
    people = open_table(
        asked.setting.engine,
        asked.paths[0],
        asked.pack,
        asked.tables.reading(asked.paths),
        as_of=day,
        as_of_wins=asked.setting.as_of is not None,
        chunk_rows=chunk_rows,
        scratch=None if place is None else place.with_name(f".{place.name}.judged"),
        problems=problems,
    )
    if people is None:
        raise ReadingError(problems)
    if len(problems):
        write_findings(problems)
    return people
