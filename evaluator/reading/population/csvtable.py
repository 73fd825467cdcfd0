"""A CSV file as a source of rows."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

import attrs

from evaluator.diagnostics import Problems, Span
from evaluator.reading import csvrows
from evaluator.reading.population.columns import ID, ColumnMap, HeaderReader, Vocabulary
from evaluator.reading.population.csvcareful import Row, careful_rows
from evaluator.reading.population.csvlines import Blocks
from evaluator.reading.population.csvquick import quick_frame
from evaluator.reading.population.encodings import Utf8, known_encoding, looks_like_utf16, marked_encoding
from evaluator.reading.population.model import Chunk, Options, Raw, Rejected, raw_name, rejected
from evaluator.reading.population.rows import Door

if TYPE_CHECKING:
    import polars as pl

DELIMITERS = ",;\t|"
_SAMPLE = 1 << 20
_LEAST, _MOST = 1 << 16, 256 << 20


@attrs.frozen(kw_only=True)
class CsvTable:
    """A CSV file whose header was understood."""

    path: str
    place: Path
    options: Options
    delimiter: str
    columns: ColumnMap
    chunk_rows: int
    size: int
    row_bytes: float
    door: Door

    @property
    def total_rows(self) -> int | None:
        """About how many rows there are, by the length of the first ones."""
        return round(self.size / self.row_bytes)

    def chunks(self) -> Iterator[Chunk]:
        """Read the rows, a block at a time."""
        with self.place.open("rb") as file:
            blocks, _, line = _opened(file, self.options)
            row = 0
            size = int(min(max(self.chunk_rows * self.row_bytes, _LEAST), _MOST))
            while block := blocks.block(size):
                raw, line = self._raw(block, blocks, row + 1, line)
                row += raw.rows
                if raw.rows:
                    yield self.door.chunk(raw, self.columns, self.path)

    def _raw(self, block: bytes, blocks: Blocks, row: int, line: int) -> tuple[Raw, int]:
        """Read a block; returns the line behind it too."""
        ended = block if block.endswith((b"\n", b"\r")) else block + b"\n"
        frame = quick_frame(ended, self.delimiter, len(self.columns.header), self.columns.used)
        if frame is None:
            return self._careful(block, blocks, row, line)
        height = frame.height
        import polars as pl

        lines = pl.int_range(line, line + height, eager=True)
        frame, lines = self._without_blank(block, frame, lines)
        return Raw(frame=frame, numbers=pl.int_range(row, row + frame.height, eager=True), lines=lines, rows=frame.height), line + height

    def _without_blank(self, block: bytes, frame: pl.DataFrame, lines: pl.Series) -> tuple[pl.DataFrame, pl.Series]:
        """Take out rows in which no cell holds anything: they are no rows."""
        import polars as pl

        ids = frame[raw_name(self.columns.own[ID])]
        if not (ids.is_null() | (ids.str.strip_chars() == "")).any():
            return frame, lines
        every = quick_frame(block if block.endswith(b"\n") else block + b"\n", self.delimiter, len(self.columns.header), range(len(self.columns.header)))
        blank = (frame if every is None else every).select(pl.all_horizontal(pl.all().fill_null("").str.strip_chars() == "")).to_series()
        return frame.filter(~blank), lines.filter(~blank)

    def _careful(self, block: bytes, blocks: Blocks, row: int, line: int) -> tuple[Raw, int]:
        careful = _Careful(table=self)
        for found in careful_rows(block, blocks, self.delimiter, len(self.columns.header), line):
            careful.take(found, row)
            row += 1
            line = found.line + _lines_in(found.written)
        return careful.raw(), max(line, line)


@attrs.define(kw_only=True)
class _Careful:
    """Rows that are read one by one."""

    table: CsvTable
    cells: list[Sequence[str]] = attrs.field(factory=list)
    numbers: list[int] = attrs.field(factory=list)
    lines: list[int] = attrs.field(factory=list)
    rejected: list[Rejected] = attrs.field(factory=list)
    rows: int = 0

    def take(self, found: Row, number: int) -> None:
        """Take a row, or say why it cannot be taken."""
        self.rows += 1
        width = len(self.table.columns.header)
        if found.broken is not None:
            self._reject("D101", found.broken, found, number)
        elif len(found.cells) != width:
            step = "quote cells that hold the separator; leave a cell empty where nothing is known"
            self._reject("D102", f"the row has {len(found.cells)} cells, and the table {width} columns; {step}", found, number)
        elif "\udc80" <= max(found.written) and self._undecodable(found, number):
            pass
        else:
            self.cells.append(found.cells)
            self.numbers.append(number)
            self.lines.append(found.line)

    def _reject(self, code: str, reason: str, found: Row, number: int) -> None:
        place = self.table.columns.own[ID]
        name = found.cells[place].strip() if len(found.cells) > place else None
        text = _shown(found.written.rstrip("\r\n"))
        self.rejected.append(
            rejected(code, reason, row=number, line=found.line, text=text, id_=None if name is None else _shown(name), path=self.table.path)
        )

    def _undecodable(self, found: Row, number: int) -> bool:
        """Reject a row for each of its cells that is no text."""
        name = _shown(found.cells[self.table.columns.own[ID]].strip())
        count = len(self.rejected)
        for label, cell in zip(self.table.columns.header, found.cells, strict=True):
            byte = next((ord(letter) - 0xDC00 for letter in cell if "\udc80" <= letter <= "\udcff"), None)
            if byte is not None:
                reason = f"{_byte_words(byte, self.table.options.encoding)}; save the file as UTF-8, or name its encoding, such as windows-1252"
                self.rejected.append(
                    rejected("D101", reason, row=number, line=found.line, column=label.strip(), text=_shown(cell), id_=name, path=self.table.path)
                )
        return len(self.rejected) > count

    def raw(self) -> Raw:
        """Return what was taken."""
        import polars as pl

        places = self.table.columns.used
        frame = pl.DataFrame({raw_name(place): pl.Series([cells[place] for cells in self.cells], dtype=pl.String) for place in places})
        numbers, lines = pl.Series(self.numbers, dtype=pl.Int64), pl.Series(self.lines, dtype=pl.Int64)
        return Raw(frame=frame, numbers=numbers, lines=lines, rejected=tuple(self.rejected), rows=self.rows)


def _byte_words(byte: int, encoding: str | None) -> str:
    if encoding is None:
        return f"the byte 0x{byte:02x} in this cell is no UTF-8"
    return f"this cell holds a byte that is no {encoding}"


def _shown(text: str) -> str:
    return text.encode("utf-8", "surrogateescape").decode("utf-8", "replace")


def _lines_in(written: str) -> int:
    return len(written.encode("utf-8", "surrogateescape").splitlines())
