"""A chunk without anybody, so that results have their columns where no row was read."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

import polars as pl

from evaluator.core.model import Pack
from evaluator.engines.columns.encode import frame_of
from evaluator.reading.tables import Chunk


def with_one(chunks: Iterable[Chunk], pack: Pack, kept_columns: Sequence[str]) -> Iterator[Chunk]:
    """Yield the chunks, or an empty one where there is none."""
    empty = True
    for chunk in chunks:
        empty = False
        yield chunk
    if empty:
        yield _nobody(pack, kept_columns)


def _nobody(pack: Pack, kept_columns: Sequence[str]) -> Chunk:
    nobody = frame_of(pack, []).with_columns(row=pl.lit(None, pl.Int64), line=pl.lit(None, pl.Int64), name=pl.lit(None, pl.String))
    frame = pl.DataFrame(schema=dict.fromkeys(kept_columns, pl.String))
    return Chunk(frame=nobody, kept=frame, rejected=(), rows=0)
