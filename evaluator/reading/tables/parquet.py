"""A Parquet file as a source of rows."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import attrs

from evaluator.diagnostics import Span
from evaluator.reading.tables.columns import ColumnMap
from evaluator.reading.tables.model import Chunk, Raw, raw_name, rejected
from evaluator.reading.tables.rows import Door
from evaluator.reading.tables.sources import Asking, File

if TYPE_CHECKING:
    import polars as pl

_DAMAGED = "the file is damaged here, and the row cannot be read; write the file again"
_PARTS, _LEAST = 64, 100
"""A damaged slice is read in so many parts, none of them smaller than that."""


@attrs.frozen(kw_only=True)
class ParquetTable:
    """A Parquet file whose columns were understood."""

    path: str
    place: Path
    columns: ColumnMap
    chunk_rows: int
    total_rows: int

    def chunks(self, door: Door) -> Iterator[Chunk]:
        """Read the rows, some at a time."""
        for raw in self.raws():
            yield door.chunk(raw, self.columns, self.path)

    def raws(self) -> Iterator[Raw]:
        """Yield the rows as they are, some at a time."""
        for start in range(0, self.total_rows, self.chunk_rows):
            yield self._raw(start, min(self.chunk_rows, self.total_rows - start))

    def _raw(self, start: int, height: int) -> Raw:
        """Read a slice; of a damaged one, the parts that can be read."""
        import polars as pl

        parts = list(self._parts(start, height, max(height // _PARTS, _LEAST)))
        empty = pl.DataFrame(schema={raw_name(place): pl.String for place in self.columns.used})
        good = [(begin, frame) for begin, _, frame in parts if frame is not None]
        numbers = [pl.int_range(begin + 1, begin + 1 + frame.height, eager=True) for begin, frame in good]
        lost = [number for begin, length, frame in parts if frame is None for number in range(begin + 1, begin + 1 + length)]
        return Raw(
            frame=pl.concat([frame for _, frame in good]) if good else empty,
            numbers=pl.concat(numbers) if numbers else pl.Series([], dtype=pl.Int64),
            lines=None,
            rejected=tuple(rejected("D101", _DAMAGED, row=number, path=self.path) for number in lost),
            rows=height,
        )

    def _parts(self, start: int, height: int, least: int) -> Iterator[tuple[int, int, pl.DataFrame | None]]:
        """Yield parts of a slice with what could be read of each, halving what cannot be read."""
        frame = self._slice(start, height)
        if frame is not None or height <= least:
            yield start, height, frame
            return
        half = height // 2
        yield from self._parts(start, half, least)
        yield from self._parts(start + half, height - half, least)

    def _slice(self, start: int, height: int) -> pl.DataFrame | None:
        import polars as pl

        try:
            frame = pl.scan_parquet(self.place, glob=False).slice(start, height).select(self._selected()).collect()
        except (pl.exceptions.PolarsError, OSError, pl.exceptions.PanicException):
            return None
        return frame if frame.height == height else None

    def _selected(self) -> list[pl.Expr]:
        import polars as pl

        return [pl.col(self.columns.header[place]).alias(raw_name(place)) for place in self.columns.used]


def open_parquet(file: File, asking: Asking) -> ParquetTable | None:
    """Open a Parquet file and understand its columns; problems where that fails."""
    import polars as pl

    span = Span.whole_file(file.path)
    try:
        lazy = pl.scan_parquet(file.place, glob=False)
        header = list(lazy.collect_schema())
        total = int(lazy.select(pl.len()).collect().item())
    except (pl.exceptions.PolarsError, OSError, pl.exceptions.PanicException):
        step = "write it again; a copy may have stopped half-way"
        asking.problems.add("D101", "the file is no Parquet, or not all of it", span, help=step)
        return None
    columns = asking.header(file.path, lambda _: span).read(header)
    if columns is None:
        return None
    return ParquetTable(path=file.path, place=file.place, columns=columns, chunk_rows=asking.chunk_rows, total_rows=total)
