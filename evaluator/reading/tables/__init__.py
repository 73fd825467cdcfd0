"""Whole populations: CSV, JSON Lines, Parquet, Excel and folders of profiles → chunks that the columns engine can take.

What needs polars is imported when it is first used: a few rows are read as profiles without it.
"""

import importlib
from typing import TYPE_CHECKING

from evaluator.reading.tables.model import Chunk, Options, Rejected

if TYPE_CHECKING:
    from evaluator.reading.tables.mapping import read_mapping
    from evaluator.reading.tables.population import CHUNK_ROWS, Population, open_population

_HOMES = {"CHUNK_ROWS": "population", "Population": "population", "open_population": "population", "read_mapping": "mapping"}

__all__ = ["CHUNK_ROWS", "Chunk", "Options", "Population", "Rejected", "open_population", "read_mapping"]


def __getattr__(name: str) -> object:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(importlib.import_module(f"{__name__}.{_HOMES[name]}"), name)
