"""Rows that were left out, as a table: where each stands, what is wrong with it, and why."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import polars as pl

from evaluator.reading.tables import Rejected

NAMES = ("row", "line", "column", "id", "text", "code", "reason", "path")


def quarantined(rejected: Iterable[Rejected]) -> pl.DataFrame:
    """Return rejections as a table."""
    schema = {name: pl.Int64 if name in {"row", "line"} else pl.String for name in NAMES}
    return pl.DataFrame([[getattr(row, name) for name in NAMES] for row in rejected], schema=schema, orient="row")


def unread_beside(output: Path) -> Path:
    """Return where cells are listed that could not be read and count as unknown in an output."""
    return output.with_name(f"{output.name}.unread.csv")


def quarantine_beside(output: Path) -> Path:
    """Return where the rows go that are left out of an output."""
    return output.with_name(f"{output.name}.rejected.csv")
