"""A stream of bytes → blocks of whole rows for the quick reader, and physical lines for the careful one."""

from __future__ import annotations

from evaluator.reading.tables.encodings import Utf8

MOST_LINE = 64 << 20
"""Bytes in a line; what is longer is no line of a table."""
_TRIES = 1000
_PIECE = 1 << 16


class Blocks:
    """The rows of a stream, some at a time; whoever reads lines takes them from the same place."""

    def __init__(self, stream: Utf8, *, quotes: bool = True) -> None:
        self._stream = stream
        self._quotes = quotes
        self._rest = b""
        self._ended = False

    def block(self, size: int) -> bytes:
        """Return about so many bytes, cut behind a row wherever that can be told; nothing at the end."""
        while True:
            data = self._filled(size)
            if self._ended and len(data) <= size:
                self._rest = b""
                return data
            cut = _cut(data, min(size, len(data)), quotes=self._quotes)
            if cut or size >= MOST_LINE:
                break
            size *= 2
        cut = cut or size
        self._rest = data[cut:]
        return data[:cut]

    def _filled(self, size: int) -> bytes:
        pieces, length = [self._rest], len(self._rest)
        while length < size and not self._ended:
            piece = self._stream.read(size - length)
            self._ended = not piece
            pieces.append(piece)
            length += len(piece)
        self._rest = b"".join(pieces)
        return self._rest

    def line(self) -> bytes:
        """Return one physical line, with its end; of a longer one than `MOST_LINE` only that much, and nothing at the end."""
        data = self._filled(_PIECE)
        while not (end := _line_end(data, ended=self._ended)) and len(data) < MOST_LINE and not self._ended:
            data = self._filled(len(data) * 2)
        self._rest = data[end or len(data) :]
        if end or self._ended:
            return data[: end or len(data)]
        self._skip_line()
        return data + b"\n"

    def _skip_line(self) -> None:
        """Leave out the rest of a line."""
        while not (end := _line_end(self._rest, ended=self._ended)) and not self._ended:
            self._rest = b""
            self._filled(_PIECE)
        self._rest = self._rest[end or len(self._rest) :]

    def give_back(self, data: bytes) -> None:
        """Put bytes back in front."""
        self._rest = data + self._rest


def _line_end(data: bytes, *, ended: bool) -> int:
    """Return where the first line ends, its end included; 0 where that cannot be told yet."""
    lf = data.find(b"\n")
    cr = data.find(b"\r", 0, lf if lf >= 0 else len(data))
    if cr < 0 or lf == cr + 1:
        return lf + 1
    return cr + 1 if cr + 1 < len(data) or ended else 0


def _cut(data: bytes, size: int, *, quotes: bool) -> int:
    """Return where the last row ends that can be told: behind a line's end with as many quotes before it as close each other."""
    cut = data.rfind(b"\n", 0, size) + 1
    if cut == 0:
        return data.rfind(b"\r", 0, size - 1) + 1
    odd = data.count(b'"', 0, cut) % 2 if quotes else 0
    place = cut
    for _ in range(_TRIES):
        if not odd:
            return place
        quote = data.rfind(b'"', 0, place)
        end = data.rfind(b"\n", 0, max(quote, 0)) + 1
        odd = (odd + data.count(b'"', end, place)) % 2 if end else 0
        place = end
    return cut
