"""Bytes of a file → UTF-8 without a byte order mark, piece by piece; what is no text stays recognisably none."""

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
