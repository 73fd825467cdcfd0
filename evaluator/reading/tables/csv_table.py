"""A CSV file as a source of rows: a block at once where that is certain to be right, row by row where it is not."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import Path

import attrs
import polars as pl

from evaluator.core.files import open_to_read
from evaluator.diagnostics import Span
from evaluator.reading.tables.columns import ColumnMap, Vocabulary
from evaluator.reading.tables.csv_rows import Row, RowReader, columns_of, no_text, opened, ragged
from evaluator.reading.tables.meanings import ID
from evaluator.reading.tables.model import WITHHELD, Chunk, Options, Raw, Rejected, raw_name, rejected, sentence
from evaluator.reading.tables.rows import Door
from evaluator.reading.tables.sources import Asking, File
from evaluator.reading.tables.text_stream import Blocks, encoding_problem

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
            start = opened(file, attrs.evolve(self.options, delimiter=self.delimiter), self.words.names_ids)
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
        ended = block if block.endswith((b"\n", b"\r")) else block + b"\n"
        frame = fast_frame(ended, self.delimiter, len(self.columns.header), self.columns.used)
        if frame is None:
            return self._by_row(block, blocks, row, line)
        behind = line + frame.height
        frame, lines = self._without_blank(ended, frame, pl.int_range(line, behind, eager=True))
        return Raw(frame=frame, numbers=pl.int_range(row, row + frame.height, eager=True), lines=lines, rows=frame.height), behind

    def _without_blank(self, block: bytes, frame: pl.DataFrame, lines: pl.Series) -> tuple[pl.DataFrame, pl.Series]:
        """Take out rows in which no cell holds anything: they are no rows."""
        ids = frame[raw_name(self.columns.own[ID])]
        if not (ids.is_null() | (ids.str.strip_chars() == "")).any():
            return frame, lines
        width = len(self.columns.header)
        every = fast_frame(block, self.delimiter, width, range(width))
        blank = (frame if every is None else every).select(pl.all_horizontal(pl.all().fill_null("").str.strip_chars() == "")).to_series()
        return frame.filter(~blank), lines.filter(~blank)

    def _by_row(self, block: bytes, blocks: Blocks, row: int, line: int) -> tuple[Raw, int]:
        rows = _Rows(columns=self.columns, path=self.path, encoding=self.options.encoding)
        reader = RowReader(blocks=blocks, delimiter=self.delimiter, width=len(self.columns.header), line=line)
        for number, read in enumerate(reader.rows(block), row):
            rows.add(read, number)
        return rows.raw(), reader.line


def open_csv(file: File, asking: Asking) -> CsvTable | None:
    """Open a CSV file and understand its header; problems where that fails."""
    with open_to_read(file.place) as opening:
        sample = opening.read(_SAMPLE)
        if wrong := encoding_problem(sample, asking.options.encoding):
            asking.problems.add("D101", wrong[0], Span.whole_file(file.path), help=wrong[1])
            return None
        opening.seek(0)
        start = opened(opening, asking.options, asking.words.names_ids, asking.words.may_be_header)
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
        row_bytes=len(sample) / max(len(sample.splitlines()) - 1, 1),
    )


@attrs.define(kw_only=True)
class _Rows:
    """Gathers rows that were read one by one, and why some cannot be used."""

    columns: ColumnMap
    path: str
    encoding: str | None
    cells: list[Sequence[str]] = attrs.field(factory=list)
    numbers: list[int] = attrs.field(factory=list)
    lines: list[int] = attrs.field(factory=list)
    rejected: list[Rejected] = attrs.field(factory=list)
    rows: int = 0

    def add(self, row: Row, number: int) -> None:
        """Add a row, or say why it cannot be used."""
        self.rows += 1
        width = len(self.columns.header)
        if row.broken is not None:
            self._reject("D101", sentence(*row.broken), row, number)
        elif len(row.cells) != width:
            self._reject("D102", sentence(*ragged(len(row.cells), width)), row, number)
        elif row.written.isascii() or not self._undecodable(row, number):
            self.cells.append(row.cells)
            self.numbers.append(number)
            self.lines.append(row.line)

    def _reject(self, code: str, reason: str, row: Row, number: int) -> None:
        index = self.columns.own[ID]
        name = row.cells[index].strip() if len(row.cells) > index else None
        text = WITHHELD if self.columns.withheld else _shown(row.written.rstrip("\r\n"))
        self.rejected.append(
            rejected(code, reason, row=number, line=row.line, text=text, id_=None if name is None else _shown(name), path=self.path)
        )

    def _undecodable(self, row: Row, number: int) -> bool:
        """Reject a row for each of its cells that is no text."""
        name = _shown(row.cells[self.columns.own[ID]].strip())
        count = len(self.rejected)
        for at, (label, cell) in enumerate(zip(self.columns.header, row.cells, strict=True)):
            wrong = no_text(cell, self.encoding, nul=False)
            if wrong is not None:
                reason = sentence(*wrong)
                text = WITHHELD if at in self.columns.withheld else _shown(cell)
                self.rejected.append(
                    rejected("D101", reason, row=number, line=row.line, column=label.strip(), text=text, id_=name, path=self.path)
                )
        return len(self.rejected) > count

    def raw(self) -> Raw:
        """Return what was added."""
        indexes = self.columns.used
        frame = pl.DataFrame({raw_name(index): pl.Series([cells[index] for cells in self.cells], dtype=pl.String) for index in indexes})
        numbers, lines = pl.Series(self.numbers, dtype=pl.Int64), pl.Series(self.lines, dtype=pl.Int64)
        return Raw(frame=frame, numbers=numbers, lines=lines, rejected=tuple(self.rejected), rows=self.rows)


def _shown(text: str) -> str:
    return text.encode("utf-8", "surrogateescape").decode("utf-8", "replace")


def fast_frame(block: bytes, delimiter: str, width: int, used: Sequence[int]) -> pl.DataFrame | None:
    """Return the used columns of a block, one row a line, or None where that is not certain to be right."""
    returns = block.count(b"\r")
    if not block.endswith(b"\n") or b"\x00" in block or (returns and returns != block.count(b"\r\n")):
        return None
    quoted = b'"' in block
    rows = block.count(b"\n")
    try:
        if quoted and not _well_quoted(block, delimiter, width, rows):
            return None
        frame = pl.read_csv(
            block,
            has_header=False,
            separator=delimiter,
            quote_char='"' if quoted else None,
            schema={raw_name(index): pl.String for index in range(width)},
            columns=list(used),
        )
    except (pl.exceptions.PolarsError, pl.exceptions.PanicException):
        return None
    if frame.height != rows or (not quoted and block.count(delimiter.encode()) != rows * (width - 1)):
        return None
    return frame


def _well_quoted(block: bytes, delimiter: str, width: int, rows: int) -> bool:
    """Whether every line is a whole row by itself, with quotes only around cells and doubled inside."""
    lines = pl.read_csv(block, has_header=False, separator="\x01", quote_char=None, schema={"line": pl.String})["line"]
    between = re.escape(delimiter)
    cell = f'(?:[^"{between}\r]*|"(?:[^"\r]|"")*")'
    return len(lines) == rows and bool(lines.str.contains(f"^{cell}(?:{between}{cell}){{{width - 1}}}$").fill_null(width == 1).all())
