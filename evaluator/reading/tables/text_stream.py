"""The bytes of a file of text → UTF-8 without a byte order mark, piece by piece, in blocks of whole rows or line by line."""

from __future__ import annotations

import codecs
from typing import BinaryIO

_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_PIECE = 1 << 20
MOST_LINE = 64 << 20
"""Bytes in a line; what is longer is no line of a table."""
_TRIES = 1000
_LINE_PIECE = 1 << 16
_KEEP, _BYTES = "evaluator.keep-undecodable", "evaluator.undecodable-bytes"


def _keep(error: UnicodeError) -> tuple[str, int]:
    """Stand in for what cannot be decoded with what is no letter, and comes out as a byte that is no UTF-8."""
    if not isinstance(error, UnicodeDecodeError):
        raise error
    return "\udcff", error.end


def _escape_or_pass(error: UnicodeError) -> tuple[bytes, int]:
    """Write what stands for undecodable bytes, and halves of surrogate pairs, as bytes that are no UTF-8."""
    if not isinstance(error, UnicodeEncodeError):
        raise error
    return b"\xff" * (error.end - error.start), error.end


codecs.register_error(_KEEP, _keep)
codecs.register_error(_BYTES, _escape_or_pass)


def known_encoding(name: str) -> str | None:
    """Return Python's name of an encoding of text, or None where there is none."""
    try:
        found = codecs.lookup(name)
        b"".decode(name)
    except (LookupError, ValueError):
        return None
    return found.name


def marked_encoding(first: bytes) -> tuple[str | None, int]:
    """Return the encoding that a byte order mark names, and the mark's length."""
    return next(((name, len(mark)) for mark, name in _MARKS if first.startswith(mark)), (None, 0))


def looks_like_utf16(first: bytes) -> str | None:
    """Return the byte order of UTF-16 without a mark, told by where the zeros of plain letters stand."""
    sample = first[:4096]
    zeros = (sample[0::2].count(0), sample[1::2].count(0))
    half = len(sample) // 2
    if half and max(zeros) * 2 > half and min(zeros) * 10 < half:
        return "utf-16-be" if zeros[0] > zeros[1] else "utf-16-le"
    return None


def encoding_problem(first: bytes, encoding: str | None) -> tuple[str, str] | None:
    """Return what is wrong with the encoding of a file that begins so, and what to do; None where nothing is."""
    if encoding is not None and known_encoding(encoding) is None:
        return f"there is no encoding called `{encoding}`", "name one such as utf-8, utf-16 or windows-1252"
    found = looks_like_utf16(first) if encoding is None and marked_encoding(first)[0] is None else None
    if found is not None:
        return "the table looks like UTF-16 without a byte order mark", f"name it with --encoding {found}, or save the table as CSV UTF-8"
    return None


class Utf8:
    """A file as a stream of UTF-8."""

    def __init__(self, file: BinaryIO, encoding: str | None) -> None:
        self._file = file
        first = file.read(4)
        marked, length = marked_encoding(first)
        if encoding is not None and not encoding.lower().startswith("utf"):
            marked, length = None, 0  # the encoding that was named has no mark: the bytes are text
        file.seek(file.tell() - len(first) + length)
        name = marked or encoding or "utf-8"
        plain = known_encoding(name) in {"utf-8", "ascii", "utf-8-sig"}
        self._decoder = None if plain else codecs.getincrementaldecoder(name)(_KEEP)
        self._ended = False

    def read(self, size: int) -> bytes:
        """Return about so many bytes; nothing at the end."""
        if self._decoder is None:
            return self._file.read(size)
        pieces: list[bytes] = []
        length = 0
        while length < size and not self._ended:
            data = self._file.read(_PIECE)
            self._ended = not data
            pieces.append(self._decoder.decode(data, final=not data).encode("utf-8", _BYTES))
            length += len(pieces[-1])
        return b"".join(pieces)


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
        data = self._filled(_LINE_PIECE)
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
            self._filled(_LINE_PIECE)
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
    index = cut
    for _ in range(_TRIES):
        if not odd:
            return index
        quote = data.rfind(b'"', 0, index)
        end = data.rfind(b"\n", 0, max(quote, 0)) + 1
        odd = (odd + data.count(b'"', end, index)) % 2 if end else 0
        index = end
    return cut
