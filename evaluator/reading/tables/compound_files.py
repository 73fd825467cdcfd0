"""Compound files, in which Office programs before 2007 keep their documents: streams in chains of sectors, like a small file system."""

from __future__ import annotations

import struct
from collections.abc import Mapping, Sequence

import attrs

from evaluator.reading.tables.workbooks import damaged

_HEADER = 512
_END_OF_CHAIN = 0xFFFFFFFE
_LAST_SECTOR = 0xFFFFFFFA
_ENTRY = 128
_STREAM, _ROOT = 2, 5
_IN_HEADER = 109
"""How many sectors of the table of chains the header names."""


@attrs.frozen(kw_only=True)
class CompoundFile:
    """A compound file: its bytes, its chains of sectors, and where each stream begins and how long it is."""

    data: bytes
    size: int
    chains: Sequence[int]
    small_size: int
    small_chains: Sequence[int]
    small_below: int
    small_data: bytes
    streams: Mapping[str, tuple[int, int]]

    def stream(self, name: str) -> bytes:
        """Return what a stream holds; raises WorkbookProblem where its chain does not hold together."""
        start, length = self.streams[name]
        if length < self.small_below:
            pieces = [self.small_data[at * self.small_size : (at + 1) * self.small_size] for at in _chain(self.small_chains, start)]
        else:
            pieces = [_sector(self.data, self.size, at) for at in _chain(self.chains, start)]
        whole = b"".join(pieces)
        if len(whole) < length:
            raise damaged("the workbook is damaged, or cut off")
        return whole[:length]


def compound_file(data: bytes) -> CompoundFile:
    """Return the compound file that some bytes are; raises WorkbookProblem where they are none that holds together."""
    if len(data) < _HEADER:
        raise damaged("the workbook is damaged, or cut off")
    size_power, small_power = struct.unpack_from("<HH", data, 30)
    directory, _, below, small_start, _, more_start, _ = struct.unpack_from("<IIIIIII", data, 48)
    if size_power not in {9, 12} or small_power != 6:  # noqa: PLR2004 - the sizes that there are, as powers of two
        raise damaged()
    size = 1 << size_power
    chains = _chains(data, size, more_start)
    entries = b"".join(_sector(data, size, at) for at in _chain(chains, directory))
    streams: dict[str, tuple[int, int]] = {}
    small = b""
    for at in range(0, len(entries) - _ENTRY + 1, _ENTRY):
        length, kind = struct.unpack_from("<HB", entries, at + 64)
        start, size_of = struct.unpack_from("<II", entries, at + 116)
        if kind == _STREAM:
            streams.setdefault(entries[at : at + max(min(length, 64) - 2, 0)].decode("utf-16-le", "replace"), (start, size_of))
        elif kind == _ROOT and size_of:
            small = b"".join(_sector(data, size, number) for number in _chain(chains, start))
    small_chains = b"".join(_sector(data, size, at) for at in _chain(chains, small_start))
    return CompoundFile(
        data=data,
        size=size,
        chains=chains,
        small_size=1 << small_power,
        small_chains=_numbers(small_chains),
        small_below=below,
        small_data=small,
        streams=streams,
    )


def _chains(data: bytes, size: int, more: int) -> Sequence[int]:
    """Return the table of chains: behind each sector, which one comes next."""
    sectors = list(struct.unpack_from(f"<{_IN_HEADER}I", data, 76))
    most = len(data) // size + 1
    seen: set[int] = set()
    while more < _LAST_SECTOR and more not in seen:
        seen.add(more)
        *named, more = _numbers(_sector(data, size, more))
        sectors += named
    numbers = [number for number in sectors if number < _LAST_SECTOR]
    if len(numbers) > most or len({*numbers}) != len(numbers):
        raise damaged()
    return _numbers(b"".join(_sector(data, size, number) for number in numbers))


def _numbers(data: bytes) -> Sequence[int]:
    return struct.unpack(f"<{len(data) // 4}I", data[: len(data) // 4 * 4])


def _chain(chains: Sequence[int], start: int) -> list[int]:
    """Return the sectors of a chain; raises WorkbookProblem where it runs in a circle or leads nowhere."""
    found: list[int] = []
    while start != _END_OF_CHAIN and start < _LAST_SECTOR:
        if start >= len(chains) or len(found) >= len(chains):
            raise damaged("the workbook is damaged, or cut off")
        found.append(start)
        start = chains[start]
    return found


def _sector(data: bytes, size: int, number: int) -> bytes:
    start = (number + 1) * size
    if start >= len(data):
        raise damaged("the workbook is damaged, or cut off")
    return data[start : start + size]
