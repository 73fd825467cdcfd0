"""A Parquet file as a source of rows."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import attrs

from evaluator.diagnostics import Span
from evaluator.reading import limits
from evaluator.reading.tables.columns import ColumnMap
from evaluator.reading.tables.model import Chunk, Misfit, Raw, raw_name, rejected
from evaluator.reading.tables.native_types import native_type
from evaluator.reading.tables.parquet_pages import NoParquet, check_size
from evaluator.reading.tables.rows import Door
from evaluator.reading.tables.sources import Asking, File

if TYPE_CHECKING:
    import polars as pl

_DAMAGED = "the file is damaged here, and the row cannot be read; write the file again"
_LONGEST = 4 * limits.CELL
"""Bytes of a text that has more characters than a cell may have, however they are written."""
_LONG = Misfit("D101", f"the cell is longer than {limits.CELL:,} characters; shorten it")
_INSTEAD = "?"
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
    kept_types: Mapping[str, pl.DataType]

    def chunks(self, door: Door) -> Iterator[Chunk]:
        """Read the rows, some at a time."""
        for raw in self.raws():
            yield door.chunk(raw, self.columns, self.path)

    def raws(self) -> Iterator[Raw]:
        """Yield the rows as they are, some at a time."""
        held = 0
        for start in range(0, self.total_rows, self.chunk_rows):
            for raw, size in _bounded(self._raw(start, min(self.chunk_rows, self.total_rows - start)), self.columns.header):
                held += size
                if held > limits.TABLE_TEXT:
                    words = f"{self.path} holds more than {limits.size_words(limits.TABLE_TEXT)} of text, and no more is read"
                    raise limits.TooMuch(words, "give it in parts, or leave out the columns of long texts")
                yield raw

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
            with _quiet():
                frame = pl.scan_parquet(self.place, glob=False).slice(start, height).select(self._selected()).collect()
        except (pl.exceptions.PolarsError, OSError, pl.exceptions.PanicException):
            return None
        return frame if frame.height == height else None

    def _selected(self) -> list[pl.Expr]:
        import polars as pl

        return [pl.col(self.columns.header[place]).alias(raw_name(place)) for place in self.columns.used]


@contextmanager
def _quiet() -> Iterator[None]:
    """Keep off the screen what the library writes there by itself of a file that is damaged; it raises an error as well."""
    try:
        kept = os.dup(2)
    except OSError:  # closed: nothing can be written there
        yield
        return
    try:
        with open(os.devnull, "wb") as nothing:  # noqa: PTH123 - a device
            os.dup2(nothing.fileno(), 2)
        yield
    finally:
        os.dup2(kept, 2)
        os.close(kept)


def _bounded(raw: Raw, header: Sequence[str]) -> Iterator[tuple[Raw, int]]:
    """Yield rows in parts whose texts can be held at a time, and how long these are; cells that are too long are put aside.

    A column keeps a text once for all of its rows; whatever is made of it does so for each.
    """
    import polars as pl

    sizes = {name: size for name, dtype in raw.frame.schema.items() if (size := _text_size(name, dtype)) is not None}
    if not sizes or not raw.frame.height:
        yield raw, 0
        return
    lengths = raw.frame.select(size.fill_null(0).cast(pl.Int64).alias(name) for name, size in sizes.items())
    raw = _without_long(raw, lengths, header)
    totals = lengths.select(pl.sum_horizontal(pl.all().clip(0, _LONGEST))).to_series().cum_sum()
    start, before = 0, 0
    while start < raw.frame.height:
        end = max(int(totals.search_sorted(before + limits.CHUNK_TEXT, side="right")), start + 1)
        after = int(totals[end - 1])
        yield (raw if end - start == raw.frame.height else _part(raw, start, end)), after - before
        start, before = end, after


def _text_size(name: str, dtype: pl.DataType) -> pl.Expr | None:
    import polars as pl

    cell = pl.col(name)
    if dtype == pl.List(pl.String):
        return cell.list.eval(pl.element().str.len_bytes()).list.sum()
    if dtype == pl.Binary:
        return cell.bin.size()
    return cell.cast(pl.String).str.len_bytes() if dtype == pl.String or isinstance(dtype, pl.Categorical | pl.Enum) else None


def _without_long(raw: Raw, lengths: pl.DataFrame, header: Sequence[str]) -> Raw:
    import polars as pl

    frame, bad = raw.frame, {place: list(wrong) for place, wrong in raw.bad.items()}
    for name in lengths.columns:
        long = lengths[name] > _LONGEST
        if long.any():
            instead = pl.lit(_INSTEAD) if frame.schema[name] == pl.String else pl.lit(None)
            frame = frame.with_columns(pl.when(~long).then(pl.col(name)).otherwise(instead).alias(name))
            for place in long.arg_true().to_list():
                bad.setdefault(place, []).append((header[int(name[1:])].strip(), "", _LONG))
    return attrs.evolve(raw, frame=frame, bad=bad)


def _part(raw: Raw, start: int, end: int) -> Raw:
    """Return some of the rows; those that were put aside already go with the first."""
    first = start == 0
    return Raw(
        frame=raw.frame[start:end],
        numbers=raw.numbers[start:end],
        lines=None if raw.lines is None else raw.lines[start:end],
        rejected=raw.rejected if first else (),
        rows=end - start + (raw.rows - raw.frame.height if first else 0),
        bad={place - start: wrong for place, wrong in raw.bad.items() if start <= place < end},
    )


def open_parquet(file: File, asking: Asking) -> ParquetTable | None:
    """Open a Parquet file and understand its columns; problems where that fails."""
    import polars as pl

    span = Span.whole_file(file.path)
    try:
        check_size(file.place)
        with _quiet():
            lazy = pl.scan_parquet(file.place, glob=False)
            schema = lazy.collect_schema()
            header = list(schema)
            total = int(lazy.select(pl.len()).collect().item())
        limits.check_shape(total, len(header))
    except (NoParquet, limits.TooMuch) as problem:
        asking.problems.add("D101", problem.message, span, help=problem.step)
        return None
    except (pl.exceptions.PolarsError, pl.exceptions.PanicException):
        damaged = NoParquet()
        asking.problems.add("D101", damaged.message, span, help=damaged.step)
        return None
    columns = asking.header(file.path, lambda _: span).read(header)
    if columns is None:
        return None
    native = {name: native_type(schema[header[column]]) for name, column in columns.kept.items()}
    return ParquetTable(
        path=file.path,
        place=file.place,
        columns=columns,
        chunk_rows=asking.chunk_rows,
        total_rows=total,
        kept_types={name: dtype for name, dtype in native.items() if dtype is not None},
    )
