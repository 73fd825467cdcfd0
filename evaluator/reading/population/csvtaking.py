"""Rows that were read one by one → raw rows, and why some cannot be taken."""

from __future__ import annotations

from collections.abc import Sequence

import attrs

from evaluator.reading.population.columns import ID, ColumnMap
from evaluator.reading.population.csvcareful import Row
from evaluator.reading.population.model import Raw, Rejected, raw_name, rejected


@attrs.define(kw_only=True)
class Taking:
    """Takes rows one by one."""

    columns: ColumnMap
    path: str
    encoding: str | None
    cells: list[Sequence[str]] = attrs.field(factory=list)
    numbers: list[int] = attrs.field(factory=list)
    lines: list[int] = attrs.field(factory=list)
    rejected: list[Rejected] = attrs.field(factory=list)
    rows: int = 0

    def take(self, found: Row, number: int) -> None:
        """Take a row, or say why it cannot be taken."""
        self.rows += 1
        width = len(self.columns.header)
        if found.broken is not None:
            self._reject("D101", found.broken, found, number)
        elif len(found.cells) != width:
            step = "quote cells that hold the separator; leave a cell empty where nothing is known"
            self._reject("D102", f"the row has {len(found.cells)} cells, and the table {width} columns; {step}", found, number)
        elif found.written.isascii() or not self._undecodable(found, number):
            self.cells.append(found.cells)
            self.numbers.append(number)
            self.lines.append(found.line)

    def _reject(self, code: str, reason: str, found: Row, number: int) -> None:
        place = self.columns.own[ID]
        name = found.cells[place].strip() if len(found.cells) > place else None
        text = _shown(found.written.rstrip("\r\n"))
        self.rejected.append(
            rejected(code, reason, row=number, line=found.line, text=text, id_=None if name is None else _shown(name), path=self.path)
        )

    def _undecodable(self, found: Row, number: int) -> bool:
        """Reject a row for each of its cells that is no text."""
        name = _shown(found.cells[self.columns.own[ID]].strip())
        count = len(self.rejected)
        for label, cell in zip(self.columns.header, found.cells, strict=True):
            byte = next((ord(letter) - 0xDC00 for letter in cell if "\udc80" <= letter <= "\udcff"), None)
            if byte is not None:
                reason = f"{_byte_words(byte, self.encoding)}; save the file as UTF-8, or name its encoding, such as windows-1252"
                self.rejected.append(
                    rejected("D101", reason, row=number, line=found.line, column=label.strip(), text=_shown(cell), id_=name, path=self.path)
                )
        return len(self.rejected) > count

    def raw(self) -> Raw:
        """Return what was taken."""
        import polars as pl

        places = self.columns.used
        frame = pl.DataFrame({raw_name(place): pl.Series([cells[place] for cells in self.cells], dtype=pl.String) for place in places})
        numbers, lines = pl.Series(self.numbers, dtype=pl.Int64), pl.Series(self.lines, dtype=pl.Int64)
        return Raw(frame=frame, numbers=numbers, lines=lines, rejected=tuple(self.rejected), rows=self.rows)


def _byte_words(byte: int, encoding: str | None) -> str:
    if encoding is None:
        return f"the byte 0x{byte:02x} in this cell is no UTF-8"
    return f"this cell holds a byte that is no {encoding}"


def _shown(text: str) -> str:
    return text.encode("utf-8", "surrogateescape").decode("utf-8", "replace")

