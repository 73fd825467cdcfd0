"""A file of JSON Lines as a source of rows: one profile an object, flat or in the shape of a profile's file."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import attrs

from evaluator.core.files import open_to_read
from evaluator.diagnostics import Span
from evaluator.reading.tables.cell_values import CellReader
from evaluator.reading.tables.columns import GROUP, OWN, ColumnMap, Vocabulary
from evaluator.reading.tables.csv_header import encoding_problem
from evaluator.reading.tables.csv_lines import Blocks
from evaluator.reading.tables.encodings import Utf8
from evaluator.reading.tables.json_object import Refused, group_names, parsed
from evaluator.reading.tables.json_rows import Rows
from evaluator.reading.tables.model import Chunk, Options
from evaluator.reading.tables.rows import Door
from evaluator.reading.tables.sources import Asking, File

_SAMPLE = 1 << 20
_BLOCK = 1 << 24
_SCANNED = 1000
_MOST_CHUNK = 100_000
"""Lines in memory at a time: they weigh more than rows of a table."""


@attrs.frozen(kw_only=True)
class JsonTable:
    """A file of JSON Lines whose keys were understood."""

    path: str
    place: Path
    options: Options
    words: Vocabulary
    columns: ColumnMap
    chunk_rows: int
    total_rows: int

    def chunks(self, door: Door) -> Iterator[Chunk]:
        """Read the lines, some at a time."""
        rows = self._rows(door.reader)
        for number, line in _lines(self.place, self.options):
            rows.take(line, number)
            if rows.count >= min(self.chunk_rows, _MOST_CHUNK):
                yield self._chunk(rows, door)
                rows = self._rows(door.reader, rows.last)
        if rows.count:
            yield self._chunk(rows, door)

    def _chunk(self, rows: Rows, door: Door) -> Chunk:
        raw = rows.raw()
        return door.chunk(raw, rows.columns_of(raw), self.path)

    def _rows(self, reader: CellReader, last: int = 0) -> Rows:
        return Rows(words=self.words, columns=self.columns, reader=reader, path=self.path, last=last)


def _lines(place: Path, options: Options) -> Iterator[tuple[int, bytes]]:
    """Yield the lines that are not blank, with their numbers."""
    number = 0
    with open_to_read(place) as file:
        blocks = Blocks(Utf8(file, options.encoding), quotes=False)
        while block := blocks.block(_BLOCK):
            for number, line in enumerate(block.split(b"\n")[: None if not block.endswith(b"\n") else -1], number + 1):  # noqa: B020
                if line.strip():
                    yield number, line


def open_json_lines(file: File, asking: Asking) -> JsonTable | None:
    """Open a file of JSON Lines and understand its keys; problems where that fails."""
    span = Span.whole_file(file.path)
    with open_to_read(file.place) as opened:
        sample = opened.read(_SAMPLE)
    if wrong := encoding_problem(sample, asking.options) or _no_lines(sample):
        asking.problems.add("D101", wrong[0], span, help=wrong[1])
        return None
    header, nested = _header(file, asking)
    if not header:
        asking.problems.add("D101", "the file holds no line that is a JSON object", span, help="write one object in braces a line")
        return None
    header = list(dict.fromkeys((*header, *(GROUP + name for name in group_names(file.place)))))
    reader = attrs.evolve(asking.header(file.path, lambda _: span), nested=nested)
    columns = reader.read(_first_spellings(header, asking.words))
    if columns is None:
        return None
    rows = max(sample.count(b"\n"), 1)
    total = round(file.place.stat().st_size * rows / len(sample))
    columns = _widened(columns, asking)
    return JsonTable(
        path=file.path,
        place=file.place,
        options=asking.options,
        words=asking.words,
        columns=columns,
        chunk_rows=asking.chunk_rows,
        total_rows=total,
    )


def _no_lines(sample: bytes) -> tuple[str, str] | None:
    first = sample.lstrip(b"\xef\xbb\xbf \t\r\n").split(b"\n", 1)[0].strip()
    if not first:
        return "the file is empty", 'write one object in braces a line, such as {"id": "ada", …}'
    if first in {b"{", b"["} or first.startswith(b"["):
        return "the file is one JSON document, and not a line for each profile", "write one object in braces a line"
    return None


def _header(file: File, asking: Asking) -> tuple[list[str], bool]:
    """Return the keys of the first lines, as columns, and whether attributes stand under `attributes` in any of them."""
    keys: dict[str, None] = {}
    nested = False
    for number, line in _lines(file.place, asking.options):
        found = parsed(line)
        if not isinstance(found, Refused):
            keys.update(dict.fromkeys(found.keys))
            nested = nested or bool(found.strict)
        if number >= _SCANNED:
            break
    return list(keys), nested


def _first_spellings(header: list[str], words: Vocabulary) -> list[str]:
    """Leave out keys that say what one before says: other lines may spell it so."""
    seen: dict[str, str] = {}
    return [key for key in header if seen.setdefault(words.meaning(key) or f"?{key}", key) == key]


def _widened(columns: ColumnMap, asking: Asking) -> ColumnMap:
    """Add columns for every attribute and own column: any line may hold it."""
    header = list(columns.header)

    def place(name: str) -> int:
        header.append(name)
        return len(header) - 1

    own = {name: columns.own[name] if name in columns.own else place(name) for name in OWN}
    attributes = {name: columns.attributes[name] if name in columns.attributes else place(name) for name in asking.pack.attributes}
    return attrs.evolve(columns, header=tuple(header), own=own, attributes=attributes)
