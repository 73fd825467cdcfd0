"""One line of JSON → the texts of a row, or why it is none."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from pathlib import Path

import attrs

from evaluator.core.files import open_to_read
from evaluator.core.values import clip
from evaluator.reading.tables.columns import GROUP
from evaluator.reading.tables.model import sentence

MOST_LINE = 4 << 20
_PIECE = 1 << 24
_OVERLAP = 1 << 16
_FLAT_GROUP = re.compile(rb'"(?i:group):([^"\\]{1,200})"\s*:')
_GROUPS = re.compile(rb'"groups"\s*:\s*\{([^{}]{1,10000})\}')
_KEY = re.compile(rb'"([^"\\]{1,200})"\s*:')

_APART = frozenset({"attributes", "groups", "notes", "evidence"})

Json = str | bool | None | list["Json"] | dict[str, "Json"]
"""A value of JSON; a number is the text that stands there."""


@attrs.frozen
class Refused:
    """Why a line is no row."""

    reason: str


@attrs.frozen(kw_only=True)
class Found:
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
        keys = [key for key, _ in pairs]
        raise _Twice(next(key for key in keys if keys.count(key) > 1))
    return made


_DECODER = json.JSONDecoder(object_pairs_hook=_object, parse_float=str, parse_int=str, parse_constant=str)


def parsed(line: bytes) -> Found | Refused:
    """Read a line; one that is too long is not even tried."""
    if len(line) > MOST_LINE:
        return Refused(f"the line is longer than {MOST_LINE >> 20} MiB; write one profile a line")
    found = _decoded(line)
    if isinstance(found, Refused):
        return found
    return _flat(found) if isinstance(found, dict) else Refused("the line is no object; write one object in braces a line")


def _decoded(line: bytes) -> Json | Refused:
    try:
        found: Json = _DECODER.decode(line.decode("utf-8").strip())
    except UnicodeDecodeError as error:
        return Refused(f"the byte 0x{line[error.start]:02x} in this line is no UTF-8; save the file as UTF-8")
    except json.JSONDecodeError as error:
        return Refused(f"the line is no JSON from column {error.colno} on; write one object in braces a line")
    except _Twice as error:
        return Refused(f"the key `{clip(str(error))}` stands twice in one object; keep one of the two")
    except RecursionError:
        return Refused("the line is nested too deep; a profile needs three levels")
    return found


def _flat(found: dict[str, Json]) -> Found | Refused:
    """Take the shape of a profile's file apart."""
    attributes, groups = found.get("attributes"), found.get("groups")
    if "profile" not in found and not isinstance(attributes, dict) and not isinstance(groups, dict):
        return Found(values=found)
    for key, held in (("attributes", attributes), ("groups", groups)):
        if held is not None and not isinstance(held, dict):
            return Refused(sentence(f"`{key}` holds no object", "write names and values in braces"))
    if "profile" in found and "id" in found:
        return Refused("the line has both an `id` and a `profile`; keep one of the two")
    rest = {("id" if key == "profile" else key): value for key, value in found.items() if key not in _APART}
    facts = {GROUP + key: value for key, value in groups.items()} if isinstance(groups, dict) else {}
    return Found(values=rest | facts, strict=attributes if isinstance(attributes, dict) else {})


def group_names(place: Path) -> list[str]:
    """Return the names of all facts of groups in a file, so that none comes too late for its column."""
    names: dict[str, None] = {}
    before = b""
    with open_to_read(place) as file:
        while piece := file.read(_PIECE):
            data = before + piece
            if b"roup" in data or b"ROUP" in data:
                found = [*_FLAT_GROUP.findall(data), *(key for inner in _GROUPS.findall(data) for key in _KEY.findall(inner))]
                names.update(dict.fromkeys(name.decode("utf-8", "replace").strip() for name in found))
            before = piece[-_OVERLAP:]
    return list(names)
