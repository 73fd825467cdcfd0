"""Queries that are built once and run on one frame after the other."""

from __future__ import annotations

from collections.abc import Callable

import polars as pl


class PreparedQuery:
    """A query over a frame that is filled in for each run: to build one takes seconds, to run one a fraction of that."""

    def __init__(self, build: Callable[[pl.LazyFrame], pl.LazyFrame]) -> None:
        self._build = build
        self._query: pl.LazyFrame | None = None
        self._frame: pl.DataFrame | None = None

    def run(self, frame: pl.DataFrame) -> pl.DataFrame:
        """Run the query on a frame; every frame has to have the columns of the first."""
        if self._query is None:
            self._query = self._build(pl.defer(self._filled, schema=frame.schema))
        self._frame = frame
        try:
            return self._query.collect()
        finally:
            self._frame = None

    def _filled(self) -> pl.DataFrame:
        if self._frame is None:
            raise RuntimeError("a slot is run without a frame")
        return self._frame
