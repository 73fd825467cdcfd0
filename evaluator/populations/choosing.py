"""Which paths are a population, to be judged in columns, and which are a few profiles, to be shown one by one."""

from __future__ import annotations

import enum
from collections.abc import Sequence
from pathlib import Path

from evaluator.cli.failures import Unusable
from evaluator.cli.options import Setting
from evaluator.cli.output import Output
from evaluator.cli.tables import Tables
from evaluator.core.database_address import is_address
from evaluator.reading.tables.formats import CSV, PROFILE_ENDINGS, ending, format_at, holds_tables, is_table, is_text

_ONLY_OF_TABLES = frozenset({"parquet", "xlsx", "html"})
_WHOLE = frozenset({"json", "markdown"})
_LARGE = 1_000_000
_MANY = 200


class JudgingMode(enum.Enum):
    """How people are judged and shown."""

    ONE_BY_ONE = "read as profiles or as rows of tables, shown one by one"
    POPULATION = "read as a table, judged in columns, written as a table"


def way(paths: Sequence[str], setting: Setting, tables: Tables, output: Output, *, for_running: bool = False) -> JudgingMode:
    """Return how to judge: in columns what goes out as a table or is large, one by one what is small and for the eye.

    `for_running` says that something was asked for that only a run over a population heeds.
    """
    places = [Path(path) for path in paths]
    in_database = any(map(is_address, paths))
    all_tables = all(is_address(name) or _tabular(path) or _folder_of_many(path) for name, path in zip(paths, places, strict=True))
    large = in_database or sum(_size(path) for path in places) > _LARGE or any(_folder_of_many(path) for path in places)
    tabular = all_tables or tables.said or output.format in _ONLY_OF_TABLES
    for_running = for_running or tables.for_running or setting.engine == "columns"
    if output.format in _WHOLE and (for_running or (tabular and large)):
        step = "choose jsonl, csv, parquet, xlsx or html"
        raise Unusable(f"{output.format} is written of a few people at a time, and this is a run over a population", step)
    if tabular and (for_running or large or output.format not in {"table", *_WHOLE}):
        return JudgingMode.POPULATION
    if for_running:
        return JudgingMode.POPULATION
    return JudgingMode.ONE_BY_ONE


def holds_many(paths: Sequence[str]) -> bool:
    """Whether the paths are made to hold several people, be it one just now: a folder, a table, or more paths than one."""
    return len(paths) > 1 or any(is_address(path) or Path(path).is_dir() or _tabular(Path(path)) for path in paths)


def is_other_table(path: Path) -> bool:
    """Whether a path is a table that is not CSV, whose rows are read a column at a time."""
    table_format = format_at(path)
    return table_format is not None and table_format.is_table and not (table_format is CSV and is_text(path))


def _tabular(path: Path) -> bool:
    return is_table(path) or holds_tables(path)


def _folder_of_many(path: Path) -> bool:
    return path.is_dir() and sum(1 for file in path.iterdir() if ending(file) in PROFILE_ENDINGS) > _MANY


def _size(path: Path) -> int:
    return path.stat().st_size if path.is_file() else 0
