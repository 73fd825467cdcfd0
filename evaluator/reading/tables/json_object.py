"""JSON → its rows, a line each or an object of a document each; and of one row its texts, or why it is none."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

import attrs

from evaluator.core.files import open_to_read
from evaluator.core.values import clip
from evaluator.reading import limits
from evaluator.reading.tables.meanings import GROUP
from evaluator.reading.tables.model import sentence
from evaluator.reading.tables.text_stream import Blocks, Utf8

_PIECE, _BLOCK = 1 << 20, 1 << 24
_DEEPEST = 8
"""Objects within objects that become columns such as `a.b`."""
_OVERLAP = 1 << 16
_FLAT_GROUP = re.compile(rb'"(?i:group):([^"\\]{1,200})"\s*:')
_GROUPS = re.compile(rb'"groups"\s*:\s*\{([^{}]{1,10000})\}')
_KEY = re.compile(rb'"([^"\\]{1,200})"\s*:')

_APART = frozenset({"attributes", "groups", "notes", "evidence"})


class NumberText(str):
    """A number with a dot or an exponent, as it stands in the file; texts of a file are plain ones."""

    __slots__ = ()


Json = str | bool | None | list["Json"] | dict[str, "Json"]
"""A value of JSON; a number is the text that stands there."""


@attrs.frozen
class Refused:
    """Why a line is no row."""

    reason: str


@attrs.frozen(kw_only=True)
class ObjectColumns:
    """An object: its values by key, as columns; `strict` are attributes that have to be called by their ids."""

    values: Mapping[str, Json]
    strict: Mapping[str, Json] = attrs.field(factory=dict)

    @property
    def keys(self) -> list[str]:
        """The keys, as columns."""
        return list(self.values)


class _Twice(ValueError):
    """A key stands twice in one object."""


def _object(pairs: Sequence[tuple[str, Json]]) -> dict[str, Json]:
    made = dict(pairs)
    if len(made) != len(pairs):
        seen: set[str] = set()
        raise _Twice(next(key for key, _ in pairs if key in seen or seen.add(key)))
    return made


_DECODER = json.JSONDecoder(object_pairs_hook=_object, parse_float=NumberText, parse_int=str, parse_constant=str)


def parsed(row: bytes, known: Callable[[str], bool]) -> ObjectColumns | Refused:
    """Read a row; one that is too long is not even tried. What `known` says of a key is whether it is a column by itself."""
    result = decoded(row)
    if isinstance(result, Refused):
        return result
    return _flat(result, known) if isinstance(result, dict) else Refused("the line is no object; write one object in braces a line")


def decoded(row: bytes) -> Json | Refused:
    """Return what a row says, numbers as they are written, or why it says nothing."""
    if row in _ENDS:
        return Refused(_ENDS[row])
    if len(row) > limits.LINE:
        return Refused(f"the line is longer than {limits.LINE >> 20} MiB; write one profile a line")
    try:
        result: Json = _DECODER.decode(row.decode("utf-8").strip())
        if b"\\u" in row:
            json.dumps(result, ensure_ascii=False).encode()
    except (UnicodeError, ValueError, RecursionError) as error:
        return Refused(_why(error, row))
    return result


def _why(error: Exception, row: bytes) -> str:
    """Say why a row is no JSON."""
    match error:
        case UnicodeDecodeError():
            return f"the byte 0x{row[error.start]:02x} in this line is no UTF-8; save the file as UTF-8"
        case UnicodeEncodeError():
            half = ascii(error.object[error.start]).strip("'")
            return f"`{half}` in this line is half of a letter, and no text; write the letter itself, or both halves"
        case json.JSONDecodeError():
            return f"the line is no JSON from column {error.colno} on; write one object in braces a line"
        case _Twice():
            return f"the key `{clip(str(error))}` stands twice in one object; keep one of the two"
    return "the line is nested too deep; a profile needs three levels"


def _flat(found: dict[str, Json], known: Callable[[str], bool]) -> ObjectColumns | Refused:
    """Take the shape of a profile's file apart; of other objects, those within are columns such as `a.b`."""
    attributes, groups = found.get("attributes"), found.get("groups")
    if "profile" not in found and not isinstance(attributes, dict) and not isinstance(groups, dict):
        return _spread(found, known)
    for key, held in (("attributes", attributes), ("groups", groups)):
        if held is not None and not isinstance(held, dict):
            return Refused(sentence(f"`{key}` holds no object", "write names and values in braces"))
    if "profile" in found and "id" in found:
        return Refused("the line has both an `id` and a `profile`; keep one of the two")
    rest = {("id" if key == "profile" else key): value for key, value in found.items() if key not in _APART}
    facts = {GROUP + key: value for key, value in groups.items()} if isinstance(groups, dict) else {}
    return ObjectColumns(values=rest | facts, strict=attributes if isinstance(attributes, dict) else {})


def _spread(found: dict[str, Json], known: Callable[[str], bool]) -> ObjectColumns | Refused:
    if not any(isinstance(value, dict) for value in found.values()):
        return ObjectColumns(values=found) if len(found) <= limits.KEYS else _TOO_MANY
    values: dict[str, Json] = {}
    waiting = [(key, value, 1) for key, value in reversed(found.items())]
    while waiting:
        key, value, depth = waiting.pop()
        if isinstance(value, dict) and value and depth < _DEEPEST and not known(key):
            waiting += [(f"{key}.{inner}", one, depth + 1) for inner, one in reversed(value.items())]
        elif key in values:
            return Refused(f"the key `{clip(key)}` stands twice in one object; keep one of the two")
        elif len(values) == limits.KEYS:
            return _TOO_MANY
        else:
            values[key] = value
    return ObjectColumns(values=values)


_TOO_MANY = Refused(f"the line has more than {limits.KEYS:,} keys; leave out those that say nothing of the person")
_CUT_OFF, _TOO_LONG = b"\x00cut", b"\x00long"
_ENDS = {
    _CUT_OFF: "the list of rows is not closed, and rows may be missing; write the file again, a copy may have stopped half-way",
    _TOO_LONG: f"a text in this row is longer than {limits.LINE >> 20} MiB, and the rows from here on were not read; shorten it",
}
"""What stands for the end of a document that is none, and what is said of it."""
_BETWEEN = re.compile(rb"[\s,\[\]]*")
_MARK = re.compile(rb'["{}]')
_STRING = re.compile(rb'"[^"\\]*(?:\\.[^"\\]*)*"', re.DOTALL)
_WORD = re.compile(rb'[^\s,\[\]{}"]+|}')


def json_rows(path: Path, encoding: str | None) -> Iterator[tuple[int, bytes]]:
    """Yield the rows of a file, with the numbers of the lines on which they begin: its lines, or the objects of a document."""
    with open_to_read(path) as file:
        document = is_document(Utf8(file, encoding).read(_PIECE))
        file.seek(0)
        yield from _Document(Utf8(file, encoding)).rows() if document else _lines(Utf8(file, encoding))


def is_document(first: bytes) -> bool:
    """Whether JSON that begins so is one document, a list of objects or an object over several lines, and not one object a line."""
    line = first.lstrip().split(b"\n", 1)[0].strip()
    return line.startswith(b"[") or (line.startswith(b"{") and line.endswith((b"{", b"[", b",")))


def _lines(stream: Utf8) -> Iterator[tuple[int, bytes]]:
    number = 0
    blocks = Blocks(stream, quotes=False)
    while block := blocks.block(_BLOCK):
        for number, line in enumerate(block.split(b"\n")[: None if not block.endswith(b"\n") else -1], number + 1):  # noqa: B020
            if line.strip():
                yield number, line


class _Document:
    """Yields the objects of a document as they come, however long it is."""

    def __init__(self, stream: Utf8) -> None:
        self._stream = stream
        self._data = b""
        self._line = 1

    def rows(self) -> Iterator[tuple[int, bytes]]:
        """Yield the rows, with the numbers of the lines on which they begin."""
        listed = closed = False
        while True:
            between = _BETWEEN.match(self._data)
            if between and between[0]:
                listed, closed = listed or b"[" in between[0], b"]" in between[0]
                self._drop(between.end())
            if not self._data and not self._more():
                break
            if _BETWEEN.fullmatch(self._data[:1]):
                continue
            line = self._line
            row = self._row()
            yield line, row
            if row is _TOO_LONG:
                return
        if listed and not closed:
            yield self._line, _CUT_OFF

    def _row(self) -> bytes:
        """Take the row that the bytes begin with; of one that is too long only the beginning is kept."""
        at = depth = 0
        kept = b""
        while True:
            mark = self._next_mark(at, depth)
            if mark is not None:
                at, depth = mark.end(), depth + {b"{": 1, b"}": -1}.get(mark[0], 0)
                if depth <= 0:
                    break
                continue
            if len(self._data) - at > 2 * limits.LINE:
                return _TOO_LONG
            if at > limits.LINE:
                kept = kept or self._data[: limits.LINE + 1]
                self._drop(at)
                at = 0
            if not self._more():
                at = len(self._data)
                break
        row = kept or self._data[: min(at, limits.LINE + 1)]
        self._drop(at)
        return row

    def _next_mark(self, at: int, depth: int) -> re.Match[bytes] | None:
        """Return the next brace or text of an object, or a word that stands alone; None where it may go on behind the bytes."""
        data = self._data
        if not depth and not data.startswith((b"{", b'"')):
            word = _WORD.match(data)
            return None if word is not None and word.end() == len(data) and word[0] != b"}" else word
        mark = _MARK.search(data, at)
        return _STRING.match(data, mark.start()) if mark is not None and mark[0] == b'"' else mark

    def _more(self) -> bool:
        piece = self._stream.read(max(_PIECE, len(self._data)))
        self._data += piece
        return bool(piece)

    def _drop(self, size: int) -> None:
        self._line += self._data.count(b"\n", 0, size)
        self._data = self._data[size:]


def group_names(path: Path) -> list[str]:
    """Return the names of all facts of groups in a file, so that none comes too late for its column."""
    names: dict[str, None] = {}
    before = b""
    with open_to_read(path) as file:
        while piece := file.read(_BLOCK):
            data = before + piece
            if b"roup" in data or b"ROUP" in data:
                found = [*_FLAT_GROUP.findall(data), *(key for inner in _GROUPS.findall(data) for key in _KEY.findall(inner))]
                names.update(dict.fromkeys(name.decode("utf-8", "replace").strip() for name in found))
            before = piece[-_OVERLAP:]
    return list(names)
