"""Rows that were read one by one → raw rows, and why some cannot be taken."""

from __future__ import annotations

from collections.abc import Sequence

import attrs

from evaluator.reading.tables.columns import ID, ColumnMap
from evaluator.reading.tables.csv_rowwise import Row
from evaluator.reading.tables.model import WITHHELD, Raw, Rejected, raw_name, rejected, sentence


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
            self._reject("D101", sentence(*found.broken), found, number)
        elif len(found.cells) != width:
            self._reject("D102", sentence(*ragged(len(found.cells), width)), found, number)
        elif found.written.isascii() or not self._undecodable(found, number):
            self.cells.append(found.cells)
            self.numbers.append(number)
            self.lines.append(found.line)

    def _reject(self, code: str, reason: str, found: Row, number: int) -> None:
        place = self.columns.own[ID]
        name = found.cells[place].strip() if len(found.cells) > place else None
        text = WITHHELD if self.columns.withheld else _shown(found.written.rstrip("\r\n"))
        self.rejected.append(
            rejected(code, reason, row=number, line=found.line, text=text, id_=None if name is None else _shown(name), path=self.path)
        )

    def _undecodable(self, found: Row, number: int) -> bool:
        """Reject a row for each of its cells that is no text."""
        name = _shown(found.cells[self.columns.own[ID]].strip())
        count = len(self.rejected)
        for at, (label, cell) in enumerate(zip(self.columns.header, found.cells, strict=True)):
            wrong = undecodable(cell, self.encoding)
            if wrong is not None:
                reason = sentence(*wrong)
                text = WITHHELD if at in self.columns.withheld else _shown(cell)
                self.rejected.append(
                    rejected("D101", reason, row=number, line=found.line, column=label.strip(), text=text, id_=name, path=self.path)
                )
        return len(self.rejected) > count

    def raw(self) -> Raw:
        """Return what was taken."""
        import polars as pl

        places = self.columns.used
        frame = pl.DataFrame({raw_name(place): pl.Series([cells[place] for cells in self.cells], dtype=pl.String) for place in places})
        numbers, lines = pl.Series(self.numbers, dtype=pl.Int64), pl.Series(self.lines, dtype=pl.Int64)
        return Raw(frame=frame, numbers=numbers, lines=lines, rejected=tuple(self.rejected), rows=self.rows)


def ragged(cells: int, width: int) -> tuple[str, str]:
    """Say that a row has more cells than the table has columns, or fewer, and what to do."""
    step = "quote cells that hold the separator; leave a cell empty where nothing is known"
    return f"the row has {cells} cells, and the table {width} columns", step


def undecodable(cell: str, encoding: str | None) -> tuple[str, str] | None:
    """Say which byte of a cell is no text, and what to do; None where all are."""
    byte = next((ord(letter) - 0xDC00 for letter in cell if "\udc80" <= letter <= "\udcff"), None)
    if byte is None:
        return None
    words = f"the byte 0x{byte:02x} in this cell is no UTF-8" if encoding is None else f"this cell holds a byte that is no {encoding}"
    return words, "save the file as UTF-8, or name its encoding with --encoding, such as windows-1252"


def _shown(text: str) -> str:
    return text.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
