"""Two packs held against each other: whether they say the same, but for one name."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

import attrs

from evaluator.core.conditions import OF_PERSON
from evaluator.core.model import Pack
from evaluator.core.ready_for import flag_of
from evaluator.core.windows import window_of
from evaluator.diagnostics import Span
from evaluator.packs.rename.names import Renaming
from evaluator.reading.pack.imports import Imports, PositionRules
from evaluator.reading.references import ROLES, Sort

_APART = frozenset({"span", "places", "row", "number", "content_hash", "folder", "files", "declared_in"})
_PROSE = frozenset({
    "title", "shared_title", "advice", "summary", "question", "theme", "reason", "unit", "otherwise", "means", "example",
    "also", "wordings", "publisher", "author", "date", "sections", "section", "version", "name",
})  # fmt: skip
"""What people read; it may change with a cell of a table alone, which stands for a name and in a text as well."""


def first_difference(old: Pack | Imports, new: Pack | Imports, renamed: Renaming) -> str | None:
    """Return where two packs, or what they say of imports, differ in more than the one name and their prose, as a route through them."""
    return _Comparison(renamed).difference(old, new, "pack" if isinstance(old, Pack) else "imports")


def prose_changed(old: Pack, new: Pack, renamed: Renaming) -> tuple[str, ...]:
    """Return the texts that read otherwise, as they are now: those that are made of a cell that was renamed."""
    comparison = _Comparison(renamed)
    comparison.difference(old, new, "pack")
    return tuple(dict.fromkeys(comparison.prose))


class _Comparison:
    def __init__(self, renamed: Renaming) -> None:
        self._names = {renamed.old: renamed.new}
        if renamed.sort is Sort.ROLE:
            self._names[flag_of(renamed.old)] = flag_of(renamed.new)
        if renamed.sort is Sort.ATTRIBUTE:
            self._names[OF_PERSON + renamed.old] = OF_PERSON + renamed.new
        self.prose: list[str] = []

    def difference(self, old: Any, new: Any, route: str) -> str | None:  # noqa: ANN401 - whatever a pack is made of
        if isinstance(old, Span) or old is new:
            return None
        if attrs.has(type(old)):
            return self._of_fields(old, new, route) if type(old) is type(new) else route
        if isinstance(old, Mapping):
            return self._of_mapping(old, new, route)
        if isinstance(old, frozenset):
            return None if {self._name(one) for one in old} == {*new} or old == new else route
        if isinstance(old, tuple):
            return self._of_parts(old, new, route)
        same = old == new or (isinstance(old, str) and self._name(old) == new)
        return None if same and isinstance(old, bool) == isinstance(new, bool) else route

    def _of_fields(self, old: Any, new: Any, route: str) -> str | None:  # noqa: ANN401 - whatever a pack is made of
        if getattr(old, "declared_in", "") == ROLES:  # in the order of the files, which have the names of roles
            return None if {*new.options} in ({*old.options}, {*map(self._name, old.options)}) else route
        kind: Any = type(old)
        for name in _compared(kind):
            before, after = getattr(old, name), getattr(new, name)
            if name in _PROSE and kind is not PositionRules:  # which has the field of a title, and no title
                self.prose += [] if before == after else [str(after)]
            elif (found := self.difference(before, after, f"{route}.{name}")) is not None:
                return found
        return None

    def _of_mapping(self, old: Mapping[Any, Any], new: Any, route: str) -> str | None:  # noqa: ANN401 - whatever a pack is made of
        if not isinstance(new, Mapping) or len(old) != len(new):
            return route
        for key, before in old.items():
            name = self._name(key) if self._name(key) in new else key
            if name not in new:
                return f"{route}.{key}"
            if (found := self.difference(before, new[name], f"{route}.{key}")) is not None:
                return found
        return None

    def _of_parts(self, old: tuple[Any, ...], new: Any, route: str) -> str | None:  # noqa: ANN401 - whatever a pack is made of
        if not isinstance(new, tuple) or len(old) != len(new):
            return route
        pairs = enumerate(zip(old, new, strict=True))
        return next(
            (found for index, (one, other) in pairs if (found := self.difference(one, other, f"{route}.{index}")) is not None), None
        )

    def _name(self, name: object) -> object:
        if not isinstance(name, str):
            return name
        window = window_of(name)
        return (
            self._names.get(name, name) if window is None else attrs.evolve(window, field=self._names.get(window.field, window.field)).name
        )


@cache
def _compared(kind: type[Any]) -> tuple[str, ...]:
    return tuple(field.name for field in attrs.fields(kind) if field.name not in _APART)
