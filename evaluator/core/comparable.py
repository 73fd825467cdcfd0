"""What rules are made of as values that compare by what they say, and by no place in a file."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from functools import cache
from typing import Any

import attrs

from evaluator.core.expressions import Lookup

TABLE_PREFIX = "tables."
"""What the names of lookup tables begin with among names that two packs share."""
_PLACES = frozenset({"span", "places", "named", "number", "row", "declared_in"})
"""Fields that say where something is written, and by what name it is used; no meaning hangs on them."""


def differ(old: object, new: object) -> bool:
    """Whether two things differ in more than their places in a file."""
    return old is not new and spanless(old) != spanless(new)


def spanless(thing: object, shared: frozenset[str] = frozenset()) -> Hashable:
    """Return a thing as a value that compares whatever it is made of, but no place in a file; of some named conditions, their name."""
    kind: Any = type(thing)
    names = _compared_fields(kind)
    if names is not None:
        name = getattr(thing, "named", None)
        if name is not None and name.id in shared:
            return ("condition", name.id)
        if isinstance(thing, Lookup) and f"{TABLE_PREFIX}{thing.table}" in shared:
            return ("lookup", thing.table, spanless(thing.of, shared))
        return (type(thing).__name__, *((name, spanless(getattr(thing, name), shared)) for name in names))
    if isinstance(thing, Mapping):
        return tuple((spanless(key), spanless(value, shared)) for key, value in thing.items())
    if isinstance(thing, tuple | list):
        return tuple(spanless(part, shared) for part in thing)
    return (isinstance(thing, bool), thing)


@cache
def _compared_fields(kind: type[Any]) -> tuple[str, ...] | None:
    return tuple(field.name for field in attrs.fields(kind) if field.name not in _PLACES) if attrs.has(kind) else None
