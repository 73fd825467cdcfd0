"""Workbooks of the old kind, .xls, written record by record, so that tests can put into them what no program writes."""

from __future__ import annotations

import struct
from collections.abc import Sequence

SECTOR = 512
FREE, END, TABLE = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD
Record = tuple[int, bytes]
BEGIN_ALL: Record = (0x809, struct.pack("<HHHHII", 0x600, 5, 0, 0, 0, 0))
BEGIN_SHEET: Record = (0x809, struct.pack("<HHHHII", 0x600, 16, 0, 0, 0, 0))
DONE: Record = (0x0A, b"")


def text(words: str, *, short: bool = False) -> bytes:
    """Return a text as a record holds it, two bytes a letter."""
    return struct.pack("<BB" if short else "<HB", len(words), 1) + words.encode("utf-16-le")


def label(row: int, column: int, words: str) -> Record:
    """Return a cell of text."""
    return 0x204, struct.pack("<HHH", row, column, 0) + text(words)


def number(row: int, column: int, value: float, style: int = 0) -> Record:
    """Return a cell of a number."""
    return 0x203, struct.pack("<HHHd", row, column, style, value)


def packed(records: Sequence[Record]) -> bytes:
    """Return records as they stand in a stream."""
    return b"".join(struct.pack("<HH", kind, len(data)) + data for kind, data in records)


def records(*sheets: Sequence[Record], before: Sequence[Record] = (), names: Sequence[str] = (), hidden: Sequence[int] = ()) -> bytes:
    """Return the stream of a workbook: what stands before the sheets, and each sheet."""
    called = [*names, *(f"S{at}" for at in range(len(names), len(sheets)))]
    listed = [(0x85, b"\0\0\0\0" + bytes([at in hidden, 0]) + text(name, short=True)) for at, name in enumerate(called)]
    start = len(packed([BEGIN_ALL, *before, *listed, DONE]))
    bodies = [packed([BEGIN_SHEET, *sheet, DONE]) for sheet in sheets]
    placed: list[Record] = []
    for (kind, data), body in zip(listed, bodies, strict=True):
        placed.append((kind, struct.pack("<I", start) + data[4:]))
        start += len(body)
    return packed([BEGIN_ALL, *before, *placed, DONE]) + b"".join(bodies)


def old_book(stream: bytes, name: str = "Workbook") -> bytes:
    """Return a compound file with one stream: the sectors of the stream, of the directory, and of the table of chains."""
    stream = stream.ljust(4096, b"\0")
    count = -(-len(stream) // SECTOR)
    tables = -(-(count + 2) // 127)
    chains = [*range(1, count), END, END, *[TABLE] * tables]
    chains += [FREE] * (tables * 128 - len(chains))
    written = name.encode("utf-16-le")
    root = "Root Entry".encode("utf-16-le")
    directory = _entry(root, 5, END, 0) + _entry(written, 2, 0, len(stream)) + _entry(b"", 0, 0, 0) * 2
    head = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16) + struct.pack("<HHHHH", 0x3E, 3, 0xFFFE, 9, 6) + bytes(10)
    head += struct.pack("<IIIIIIII", tables, count, 0, 4096, END, 0, END, 0)
    head += struct.pack("<109I", *(count + 1 + at if at < tables else FREE for at in range(109)))
    return head + stream.ljust(count * SECTOR, b"\0") + directory + struct.pack(f"<{len(chains)}I", *chains)


def _entry(name: bytes, kind: int, start: int, length: int) -> bytes:
    return (
        name.ljust(64, b"\0")
        + struct.pack("<HBBIII", len(name) + 2, kind, 1, FREE, FREE, FREE)
        + bytes(36)
        + struct.pack("<II", start, length)
        + bytes(4)
    )
