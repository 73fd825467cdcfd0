"""What a Parquet file says of its own size, read before any of it is unpacked: rows, columns, and what every page unpacks to.

A library allocates what the header of a page says. So headers are read here first, in plain Python, each within the file.
"""

from __future__ import annotations

import mmap
import struct
from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path

import attrs

from evaluator.core.files import open_to_read
from evaluator.diagnostics import EvaluatorError
from evaluator.reading import limits

_MARK = b"PAR1"
_TAIL = 8
_MOST_DEPTH = 16
_STOP, _TRUE, _FALSE, _BYTE, _DOUBLE, _BINARY, _LIST, _SET, _MAP, _STRUCT = 0, 1, 2, 3, 7, 8, 9, 10, 11, 12
_INTEGERS = frozenset({4, 5, 6})
_SCHEMA, _ROWS, _GROUPS = 2, 3, 4
_COLUMNS, _META = 1, 3
_VALUES, _PACKED, _DATA_AT, _DICTIONARY_AT = 5, 7, 9, 11
_PAGE_UNPACKED, _PAGE_PACKED, _PAGE_DATA, _PAGE_DATA_2 = 2, 3, 5, 8

Fields = Mapping[int, object]


class NoParquet(EvaluatorError):
    """A file is no Parquet, or not all of it; carries one lower-case sentence and a next step."""

    def __init__(
        self,
        message: str = "the file is no Parquet, or not all of it",
        step: str | None = "write it again; a copy may have stopped half-way",
    ) -> None:
        super().__init__(message, step)


@attrs.define
class _Compact:
    """Reads structures of Thrift's compact protocol from bytes, never beyond their end."""

    data: mmap.mmap | bytes
    at: int
    end: int

    def structure(self, depth: int = 0) -> dict[int, object]:
        """Read a structure: its fields by number."""
        if depth > _MOST_DEPTH:
            raise NoParquet
        result: dict[int, object] = {}
        number = 0
        while (head := self._byte()) != _STOP:
            number = number + (head >> 4) if head >> 4 else self._signed()
            kind = head & 15
            result[number] = kind == _TRUE if kind in {_TRUE, _FALSE} else self._value(kind, depth)
        return result

    def _value(self, kind: int, depth: int) -> object:
        if kind in _INTEGERS:
            return self._signed()
        if kind == _BINARY:
            return self._skip(self._unsigned())
        if kind in {_LIST, _SET}:
            head = self._byte()
            size = self._unsigned() if head >> 4 == 15 else head >> 4  # noqa: PLR2004 - a longer list says how long it is
            return list(self._items(head & 15, size, depth))
        if kind == _STRUCT:
            return self.structure(depth + 1)
        if kind == _MAP:
            return self._map(depth)
        if kind in {_TRUE, _FALSE, _BYTE, _DOUBLE}:
            return self._skip(8 if kind == _DOUBLE else 1)
        raise NoParquet

    def _items(self, kind: int, size: int, depth: int) -> Iterator[object]:
        if size > self.end - self.at:
            raise NoParquet
        return (self._value(kind, depth + 1) for _ in range(size))

    def _map(self, depth: int) -> None:
        size = self._unsigned()
        kinds = self._byte() if size else 0
        if size > self.end - self.at:
            raise NoParquet
        for _ in range(size):
            self._value(kinds >> 4, depth + 1)
            self._value(kinds & 15, depth + 1)

    def _byte(self) -> int:
        if self.at >= self.end:
            raise NoParquet
        self.at += 1
        return self.data[self.at - 1]

    def _skip(self, size: int) -> None:
        if size > self.end - self.at:
            raise NoParquet
        self.at += size

    def _unsigned(self) -> int:
        number = shift = 0
        while shift < 70:  # noqa: PLR2004 - ten bytes hold 64 bits
            byte = self._byte()
            number |= (byte & 127) << shift
            if byte < 128:  # noqa: PLR2004 - the last byte
                return number
            shift += 7
        raise NoParquet

    def _signed(self) -> int:
        number = self._unsigned()
        return (number >> 1) ^ -(number & 1)


def check_size(path: Path) -> None:
    """Hold what a Parquet file says of its size against the limits; raises NoParquet and TooMuch."""
    with open_to_read(path) as file:
        if file.seek(0, 2) < len(_MARK) + _TAIL:
            raise NoParquet
        with mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
            _check(data, len(data))


def _check(data: mmap.mmap, size: int) -> None:
    length, mark = struct.unpack("<I4s", data[size - _TAIL :])
    if mark != _MARK or data[:4] != _MARK or length > size - _TAIL - len(_MARK):
        raise NoParquet
    if length > limits.PARQUET_FOOTER:
        step = "write it with larger row groups and fewer columns"
        raise limits.TooMuch(f"the file describes itself in more than {limits.PARQUET_FOOTER // limits.MIB} MiB", step)
    end = size - _TAIL - length
    footer = _Compact(data, end, size - _TAIL).structure()
    limits.check_shape(_whole(footer.get(_ROWS)), len(_list(footer.get(_SCHEMA))))
    total = 0
    for group in _list(footer.get(_GROUPS)):
        unpacked = sum(_unpacked(data, _fields(_fields(column).get(_META)), end) for column in _list(_fields(group).get(_COLUMNS)))
        total += unpacked
        if unpacked > limits.PARQUET_GROUP:
            most = limits.size_words(limits.PARQUET_GROUP)
            words = f"a row group of the file unpacks to {limits.size_words(unpacked)}, and at most {most} are read"
            raise limits.TooMuch(words, "write it with smaller row groups")
    if total > limits.UNPACKED:
        words = f"the file unpacks to {limits.size_words(total)}, and at most {limits.size_words(limits.UNPACKED)} are read"
        raise limits.TooMuch(words, "give the table in parts, each a file of its own")


def _unpacked(data: mmap.mmap, meta: Fields, end: int) -> int:
    """Return what the pages of a column unpack to, by their own headers."""
    starts = [_whole(meta[key]) for key in (_DATA_AT, _DICTIONARY_AT) if key in meta]
    at = min((start for start in starts if start), default=0)
    last = at + _whole(meta.get(_PACKED))
    if not len(_MARK) <= at <= last <= end:
        raise NoParquet
    unpacked = values = 0
    with suppress(NoParquet):  # where a header is damaged, nothing behind it can be read, and the rows are told when they are
        while at < last:
            header = _Compact(data, at, last)
            page = header.structure()
            unpacked += _whole(page.get(_PAGE_UNPACKED))
            values += sum(_whole(_fields(page[key]).get(1)) for key in (_PAGE_DATA, _PAGE_DATA_2) if key in page)
            at = header.at + _whole(page.get(_PAGE_PACKED))
    if values > limits.PARQUET_VALUES:
        raise limits.TooMuch(
            f"a column of a row group holds more than {limits.PARQUET_VALUES:,} values", "write it with smaller row groups"
        )
    return unpacked


def _whole(value: object) -> int:
    if not isinstance(value, int) or value < 0:
        raise NoParquet
    return value


def _list(value: object) -> list[object]:
    return value if isinstance(value, list) else []


def _fields(value: object) -> Fields:
    if not isinstance(value, dict):
        raise NoParquet
    return value
