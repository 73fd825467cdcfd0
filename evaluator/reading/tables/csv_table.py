"""A CSV file as a source of rows."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import attrs

from evaluator.core.files import open_to_read
from evaluator.diagnostics import Span
from evaluator.reading.tables.columns import ID, ColumnMap, Vocabulary
from evaluator.reading.tables.csv_fast import quick_frame
from evaluator.reading.tables.csv_header import columns_of, encoding_problem, opened
from evaluator.reading.tables.csv_lines import Blocks
from evaluator.reading.tables.csv_raw_rows import Taking
from evaluator.reading.tables.csv_rowwise import CarefulReader
from evaluator.reading.tables.model import Chunk, Options, Raw, raw_name
from evaluator.reading.tables.rows import Door
from evaluator.reading.tables.sources import Asking, File

if TYPE_CHECKING:
    import polars as pl

_MOST = 256 << 20
_SAMPLE = 1 << 20


@attrs.frozen(kw_only=True)
class CsvTable:
    """A CSV file whose header was understood."""

    path: str
    place: Path
    options: Options
    delimiter: str
    words: Vocabulary
    columns: ColumnMap
    chunk_rows: int
    size: int
    row_bytes: float

    @property
    def total_rows(self) -> int | None:
        """About how many rows there are, by the length of the first ones."""
        return round(self.size / self.row_bytes)

    def chunks(self, door: Door) -> Iterator[Chunk]:
        """Read the rows, a block at a time."""
        with open_to_read(self.place) as file:
            start = opened(file, self.options, self.words)
            blocks, line, row = start.blocks, start.next_line, 0
            size = int(min(max(self.chunk_rows * self.row_bytes, 1), _MOST))
            while block := blocks.block(size):
                raw, line = self._raw(block, blocks, row + 1, line)
                row += raw.rows
                chunk = door.chunk(raw, self.columns, self.path) if raw.rows else None
                del raw, block  # not to be held while the chunk is evaluated
                if chunk is not None:
                    yield chunk

    def _raw(self, block: bytes, blocks: Blocks, row: int, line: int) -> tuple[Raw, int]:
        """Read a block; returns the line behind it too."""
        import polars as pl

        ended = block if block.endswith((b"\n", b"\r")) else block + b"\n"
        frame = quick_frame(ended, self.delimiter, len(self.columns.header), self.columns.used)
        if frame is None:
            return self._careful(block, blocks, row, line)
        behind = line + frame.height
        frame, lines = self._without_blank(ended, frame, pl.int_range(line, behind, eager=True))
        return Raw(frame=frame, numbers=pl.int_range(row, row + frame.height, eager=True), lines=lines, rows=frame.height), behind

    def _without_blank(self, block: bytes, frame: pl.DataFrame, lines: pl.Series) -> tuple[pl.DataFrame, pl.Series]:
        """Take out rows in which no cell holds anything: they are no rows."""
        import polars as pl

        ids = frame[raw_name(self.columns.own[ID])]
        if not (ids.is_null() | (ids.str.strip_chars() == "")).any():
            return frame, lines
        width = len(self.columns.header)
        every = quick_frame(block, self.delimiter, width, range(width))
        blank = (frame if every is None else every).select(pl.all_horizontal(pl.all().fill_null("").str.strip_chars() == "")).to_series()
        return frame.filter(~blank), lines.filter(~blank)

    def _careful(self, block: bytes, blocks: Blocks, row: int, line: int) -> tuple[Raw, int]:
        taking = Taking(columns=self.columns, path=self.path, encoding=self.options.encoding)
        reader = CarefulReader(blocks=blocks, delimiter=self.delimiter, width=len(self.columns.header), line=line)
        for number, found in enumerate(reader.rows(block), row):
            taking.take(found, number)
        return taking.raw(), reader.line


def open_csv(file: File, asking: Asking) -> CsvTable | None:
    """Open a CSV file and understand its header; problems where that fails."""
    span = Span.whole_file(file.path)
    with open_to_read(file.place) as opening:
        sample = opening.read(_SAMPLE)
        if wrong := encoding_problem(sample, asking.options):
            asking.problems.add("D101", wrong[0], span, help=wrong[1])
            return None
        opening.seek(0)
        start = opened(opening, asking.options, asking.words)
    columns = columns_of(start, file.path, asking)
    if columns is None:
        return None
    return CsvTable(
        path=file.path,
        place=file.place,
        options=asking.options,
        delimiter=start.delimiter,
        words=asking.words,
        columns=columns,
        chunk_rows=asking.chunk_rows,
        size=file.place.stat().st_size,
        row_bytes=_row_bytes(sample),
    )


def _row_bytes(sample: bytes) -> float:
    """Return about how long a row is."""
    return len(sample) / max(len(sample.splitlines()) - 1, 1)
