"""JSON as a source of rows: one profile an object, flat or in the shape of a profile's file, a line each or in one list."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path

import attrs
import polars as pl

from evaluator.core.files import open_to_read
from evaluator.core.groups import is_group_fact
from evaluator.core.text import fold_name
from evaluator.core.values import NUMERIC, Kind, Value, clip
from evaluator.diagnostics import Problems, Span
from evaluator.reading.profile.profile import StatementReader
from evaluator.reading.tables.cell_values import CellReader, signed
from evaluator.reading.tables.columns import ColumnMap, Vocabulary
from evaluator.reading.tables.json_object import Json, NumberText, ObjectColumns, Refused, group_names, is_document, json_rows, parsed
from evaluator.reading.tables.meanings import ATTRIBUTE, GROUP, ID, NAME, OWN
from evaluator.reading.tables.model import WITHHELD, Chunk, Misfit, Options, Raw, Rejected, raw_name, rejected, told
from evaluator.reading.tables.native_types import list_text
from evaluator.reading.tables.rows import Door
from evaluator.reading.tables.sources import Asking, File
from evaluator.reading.tables.text_stream import encoding_problem
from evaluator.reading.yaml.nodes import Entry, ListNode, MappingNode, Node, ScalarNode

_SAMPLE = 1 << 20
_SCANNED = 1000
_MOST_UNKNOWN = 20
"""Attributes of a row that the pack does not have, each told by name."""
_MOST_CHUNK = 100_000
"""Lines in memory at a time: they weigh more than rows of a table."""


@attrs.frozen(kw_only=True)
class JsonTable:
    """A file of JSON whose keys were understood."""

    path: str
    place: Path
    options: Options
    words: Vocabulary
    columns: ColumnMap
    chunk_rows: int
    total_rows: int | None

    def chunks(self, door: Door) -> Iterator[Chunk]:
        """Read the lines, some at a time."""
        rows = self._rows(door.reader)
        for number, row in json_rows(self.place, self.options.encoding):
            rows.add(row, number)
            if rows.count >= min(self.chunk_rows, _MOST_CHUNK):
                yield self._chunk(rows, door)
                rows = self._rows(door.reader, rows.last)
        if rows.count:
            yield self._chunk(rows, door)

    def _chunk(self, rows: _Rows, door: Door) -> Chunk:
        raw = rows.raw()
        return door.chunk(raw, rows.columns_of(raw), self.path)

    def _rows(self, reader: CellReader, last: int = 0) -> _Rows:
        return _Rows(words=self.words, columns=self.columns, reader=reader, path=self.path, last=last)


def open_json(file: File, asking: Asking) -> JsonTable | None:
    """Open a file of JSON and understand its keys; problems where that fails."""
    span = Span.whole_file(file.path)
    with open_to_read(file.place) as opened:
        sample = opened.read(_SAMPLE)
    if wrong := encoding_problem(sample, asking.options.encoding) or _is_empty(sample):
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
    total = None if is_document(sample) else round(file.place.stat().st_size * rows / len(sample))
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


def _is_empty(sample: bytes) -> tuple[str, str] | None:
    if sample.lstrip(b"\xef\xbb\xbf \t\r\n"):
        return None
    return "the file is empty", 'write one object in braces a line, such as {"id": "ada", …}'


def _header(file: File, asking: Asking) -> tuple[list[str], bool]:
    """Return the keys of the first lines, as columns, and whether attributes stand under `attributes` in any of them."""
    keys: dict[str, None] = {}
    nested = False
    for number, row in json_rows(file.place, asking.options.encoding):
        found = parsed(row, asking.words.knows)
        if not isinstance(found, Refused):
            keys.update(dict.fromkeys(found.keys))
            nested = nested or bool(found.strict)
        if number >= _SCANNED:
            break
    return list(keys), nested


def _first_spellings(header: list[str], words: Vocabulary) -> list[str]:
    """Leave out keys that say what one before says: other lines may spell it so."""
    seen: dict[str, str] = {}
    parts = {key for key, meaning in words.mapped.items() if meaning == NAME}

    def said(key: str) -> str:
        return fold_name(key) if len(parts) > 1 and fold_name(key) in parts else words.meaning(key) or f"?{key}"

    return [key for key in header if seen.setdefault(said(key), key) == key]


def _widened(columns: ColumnMap, asking: Asking) -> ColumnMap:
    """Add columns for every attribute and own column: any line may hold it."""
    header = list(columns.header)

    def place(name: str) -> int:
        header.append(name)
        return len(header) - 1

    own = {name: columns.own[name] if name in columns.own else place(name) for name in OWN}
    attributes = {name: columns.attributes[name] if name in columns.attributes else place(name) for name in asking.pack.attributes}
    return attrs.evolve(columns, header=tuple(header), own=own, attributes=attributes)


_SPAN = Span.whole_file("")


@attrs.define(kw_only=True)
class _Rows:
    """Gathers rows; `last` is the number of the row before."""

    words: Vocabulary
    columns: ColumnMap
    reader: CellReader
    path: str
    last: int
    count: int = 0
    texts: list[dict[int, str]] = attrs.field(factory=list)
    numbers: list[int] = attrs.field(factory=list)
    lines: list[int] = attrs.field(factory=list)
    rejected: list[Rejected] = attrs.field(factory=list)
    records: dict[int, dict[str, Value]] = attrs.field(factory=dict)
    bad: dict[int, list[tuple[str | None, str, Misfit]]] = attrs.field(factory=dict)
    _places: dict[str, int | None] = attrs.field(factory=dict, init=False)
    _single: frozenset[int] = attrs.field(init=False)
    _sets: frozenset[int] = attrs.field(init=False)
    _amounts: frozenset[int] = attrs.field(init=False)
    _records: dict[int, str] = attrs.field(init=False)

    def __attrs_post_init__(self) -> None:
        kinds = {attribute: (name, self.reader.pack.attributes[name].kind) for name, attribute in self.columns.attributes.items()}
        self._single = frozenset((*self.columns.own.values(), *self.columns.groups.values()))
        self._sets = frozenset(index for index, (_, kind) in kinds.items() if kind is Kind.SET)
        commas = self.reader.decimal == ","
        self._amounts = frozenset(index for index, (_, kind) in kinds.items() if commas and kind in NUMERIC)
        self._records = {index: name for index, (name, kind) in kinds.items() if kind is Kind.RECORDS}

    def add(self, row: bytes, number: int) -> None:
        """Add a row that begins on a line, or say why it cannot be used."""
        self.last += 1
        self.count += 1
        found = parsed(row, self.words.knows)
        if isinstance(found, Refused):
            text = row[:4096].decode("utf-8", "replace").strip()
            if self.columns.withheld or (b"group" in row.lower() and not self.columns.groups):
                text = WITHHELD
            self.rejected.append(rejected("D101", found.reason, row=self.last, line=number, text=text, path=self.path))
            return
        index = len(self.texts)
        self.texts.append(self._texts(found, index))
        self.numbers.append(self.last)
        self.lines.append(number)

    def _texts(self, object_columns: ObjectColumns, index: int) -> dict[int, str]:
        texts: dict[int, str] = {}
        for key, value in object_columns.values.items():
            at = self._places[key] if key in self._places else self._place(key)
            if at is None:
                continue
            if isinstance(value, str) and at not in texts:
                texts[at] = self._signed(value, at)
            else:
                self._put(texts, key, at, value, index)
        unknown: dict[str, Json] = {}
        for key, value in object_columns.strict.items():
            name = self.reader.pack.former_names.get(key, key)
            if name in self.columns.attributes:
                self._put(texts, key, self.columns.attributes[name], value, index)
            elif value is not None:
                unknown[key] = value
        for key in [*unknown][:_MOST_UNKNOWN]:
            self._unknown(key, unknown[key], index)
        if len(unknown) > _MOST_UNKNOWN:
            rest = f"the row states {len(unknown) - _MOST_UNKNOWN:,} more attributes that the pack does not have; take them out"
            self._wrong(index, "attributes", "", Misfit("P101", rest))
        return texts

    def _place(self, key: str) -> int | None:
        """Return the column of a key; None where it is not read."""
        meaning = self.words.meaning(key)
        columns = self.columns
        if meaning is None:
            at = columns.kept.get(key.strip())
            asked = columns.role_column
            if at is None and asked is not None and fold_name(columns.header[asked]) == fold_name(key):
                at = asked
        elif meaning.startswith(GROUP):
            at = columns.groups.get(meaning.removeprefix(GROUP))
        elif meaning == NAME and columns.names:
            parts = (at for at in columns.names if fold_name(columns.header[at]) == fold_name(key))
            at = next(parts, columns.own[NAME])
        else:
            at = columns.own[meaning] if meaning in columns.own else columns.attributes.get(meaning.removeprefix(ATTRIBUTE))
        self._places[key] = at
        return at

    def _put(self, texts: dict[int, str], key: str, at: int, value: Json, index: int) -> None:
        if value is None or (value in ([], {}) and at in self.columns.groups.values()):
            return
        if at in texts:
            self._wrong(index, key, _text(value), Misfit("D103", f"the key `{clip(key)}` says the same as another; keep one of the two"))
        elif isinstance(value, list) and at in self._records:
            self._add_records(self._records[at], value, index)
        elif isinstance(value, str):
            texts[at] = self._signed(value, at)
        elif isinstance(value, list | dict) and at in self._single:
            texts[at] = "?"
            misfit = Misfit("P102", f"`{clip(key)}` is one word or number, and no list or object; write it alone")
            self._wrong(index, key, _text(value), misfit)
        else:
            texts[at] = _text(value) if at in self._sets or not isinstance(value, list) else json.dumps(value, ensure_ascii=False)

    def _signed(self, text: str, at: int) -> str:
        return signed(text, self.reader.decimal) if at in self._amounts and isinstance(text, NumberText) else text

    def _add_records(self, name: str, value: Json, index: int) -> None:
        problems = Problems()
        reader = StatementReader(pack=self.reader.pack, problems=problems)
        attribute = reader.attribute(name, _SPAN)
        read = None if attribute is None else reader.value(attribute, _node(value))
        for error in problems.errors:
            self._wrong(index, name, _text(value), Misfit(*told(error)))
        if read is not None:
            self.records.setdefault(index, {})[name] = read

    def _unknown(self, key: str, value: Json, index: int) -> None:
        problems = Problems()
        StatementReader(pack=self.reader.pack, problems=problems).attribute(key, _SPAN)
        self._wrong(index, key, WITHHELD if is_group_fact(key) else _text(value), Misfit(*told(problems.errors[0])))

    def _wrong(self, index: int, key: str, text: str, misfit: Misfit) -> None:
        self.bad.setdefault(index, []).append((key, text, misfit))

    def columns_of(self, raw: Raw) -> ColumnMap:
        """Return the columns that came in these lines."""
        there = set(raw.frame.columns)

        def narrowed(columns: Mapping[str, int]) -> Mapping[str, int]:
            return {name: at for name, at in columns.items() if raw_name(at) in there}

        column_map = self.columns
        return attrs.evolve(
            column_map,
            own=narrowed(column_map.own),
            attributes=narrowed(column_map.attributes),
            groups=narrowed(column_map.groups),
            kept=narrowed(column_map.kept),
        )

    def raw(self) -> Raw:
        """Return what was added."""
        there = {at for row in self.texts for at in row} | {self.columns.own[ID], *self.columns.names}
        there |= set() if self.columns.role_column is None else {self.columns.role_column}
        frame = pl.DataFrame({raw_name(at): pl.Series([row.get(at) for row in self.texts], dtype=pl.String) for at in sorted(there)})
        numbers, lines = pl.Series(self.numbers, dtype=pl.Int64), pl.Series(self.lines, dtype=pl.Int64)
        return Raw(
            frame=frame, numbers=numbers, lines=lines, rejected=tuple(self.rejected), rows=self.count, records=self.records, bad=self.bad
        )


def _text(value: Json) -> str:
    """Return a value as the text of a cell."""
    if value is None or isinstance(value, bool):
        return "" if value is None else str(value).lower()
    if isinstance(value, list):
        return list_text(list(value))
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _node(value: Json) -> Node:
    """Return a value as a reader of profiles takes it."""
    if isinstance(value, dict):
        return MappingNode(entries=tuple(Entry(key=_scalar(key), value=_node(inner)) for key, inner in value.items()), span=_SPAN)
    if isinstance(value, list):
        return ListNode(items=tuple(_node(item) for item in value), span=_SPAN)
    return ScalarNode(text="", plain=True, span=_SPAN) if value is None else _scalar(_text(value))


def _scalar(text: str) -> ScalarNode:
    return ScalarNode(text=text, plain=False, span=_SPAN)
