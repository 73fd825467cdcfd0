"""A Parquet file as a source of rows."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import attrs

from evaluator.diagnostics import Span
from evaluator.reading.population.asking import Asking, File
from evaluator.reading.population.columns import ColumnMap
from evaluator.reading.population.model import Chunk, Raw, raw_name, rejected
from evaluator.reading.population.rows import Door

if TYPE_CHECKING:
    import polars as pl


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
        for start in range(0, self.total_rows, self.chunk_rows):
            height = min(self.chunk_rows, self.total_rows - start)
            yield door.chunk(self._raw(start, height), self.columns, self.path)

    def _raw(self, start: int, height: int) -> Raw:
        """Read a slice; where the file is damaged, none of its rows can be used."""
        import polars as pl

        try:
            frame = pl.scan_parquet(self.place, glob=False).slice(start, height).select(self._selected()).collect()
        except (pl.exceptions.PolarsError, OSError):
            frame = pl.DataFrame(schema={raw_name(place): pl.String for place in self.columns.used})
        if frame.height == height:
            return Raw(frame=frame, numbers=pl.int_range(start + 1, start + height + 1, eager=True), lines=None, rows=height)
        reason = "the file is damaged here, and the row cannot be read; write the file again"
        lost = tuple(rejected("D101", reason, row=start + place + 1, path=self.path) for place in range(height))
        return Raw(frame=frame.clear(), numbers=pl.Series([], dtype=pl.Int64), lines=None, rejected=lost, rows=height)

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
    except (pl.exceptions.PolarsError, OSError):
        step = "write it again; a copy may have stopped half-way"
        asking.problems.add("D101", "the file is no Parquet, or not all of it", span, help=step)
        return None
    columns = asking.header(file.path, lambda _: span).read(header)
    if columns is None:
        return None
    return ParquetTable(path=file.path, place=file.place, columns=columns, chunk_rows=asking.chunk_rows, total_rows=total)
