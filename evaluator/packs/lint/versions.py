"""A pack's version held against what the pack was before: what means something else has a version of its own, and a higher one."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Hashable, Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import attrs

from evaluator.core.conditions import AllOf, AnyOf, AtLeastOf, NoneOf
from evaluator.core.model import Band, Pack, Role
from evaluator.core.values import clip
from evaluator.diagnostics import Problems, Related, Span
from evaluator.reading.pack.pack import HEAD
from evaluator.reading.yaml.nodes import MappingNode, parse_yaml

_KEY = "version"
_NUMBERS = re.compile(r"v?([0-9]+(?:\.[0-9]+)*)")
_UNORDERED = (AllOf, AnyOf, NoneOf, AtLeastOf)
_WORDS = frozenset({"span", "places", "named", "number", "row", "declared_in", "title"})
"""Fields of conditions, types and expressions on which no meaning hangs."""


def check_version(pack: Pack, earlier: Pack, problems: Problems) -> None:
    """Report a version that a pack has although it means something else than it did, and one that is lower than it was."""
    span = _place(pack, problems)
    related = [Related(span=_place(earlier, problems), message=f"version {clip(earlier.version)} is here")]
    now, before = _numbers(pack.version), _numbers(earlier.version)
    if pack.version == earlier.version and meaning(pack) != meaning(earlier):
        message = f"the rules mean something else than they did as version {clip(pack.version)}, and the version is the same"
        step = f"give it a new one, such as {_next(pack.version)}; `evaluator diff` says what changed"
        problems.add("R408", message, span, help=step, related=related)
    elif now is not None and before is not None and now < before:
        message = f"the version went down, from {clip(earlier.version)} to {clip(pack.version)}"
        step = f"write a higher one, such as {_next(earlier.version)}"
        problems.add("R409", message, span, help=step, related=related)


def meaning(pack: Pack) -> Hashable:
    """Return all of a pack that a verdict, a score, a question or a move can hang on, as a value to compare; no title, advice or source."""
    attributes = frozenset(
        (name, *(_plain(getattr(attribute, field)) for field in ("type", "derivation", "absent_means", "may_be_given", "also")))
        for name, attribute in pack.declared_attributes.items()
    )
    return (
        pack.name,
        pack.language,
        pack.effective,
        pack.stale_after_months,
        pack.facts_stale_after_months,
        _plain(pack.ranking or pack.tie_breakers),
        _of_bands(pack.bands),
        frozenset((track.id, _of_bands(track.bands)) for track in pack.tracks if track.bands),
        pack.cumulative_tracks,
        attributes,
        frozenset(map(_of_role, pack.roles.values())),
        tuple((move.origin, move.to, move.kind, _plain(move.when)) for move in pack.moves),
    )


def _of_bands(bands: Iterable[Band]) -> Hashable:
    return tuple((band.verdict, _plain(band.when)) for band in bands)


def _of_role(role: Role) -> Hashable:
    criteria = Counter(
        (one.kind, one.required, one.weight, one.caps_at, _plain(one.when), _plain(one.applies_when), _plain(one.almost))
        for one in role.criteria
    )
    place = (role.track, role.rung, role.order, role.destination, role.entry, role.interim, role.held_only, role.also)
    return (role.id, place, frozenset(criteria.items()))


def _plain(thing: Any) -> Hashable:  # noqa: ANN401 - whatever a rule is made of
    """Return a thing as a value that compares by what it says; of conditions in whatever order their parts stand."""
    if isinstance(thing, _UNORDERED):
        parts: Iterable[Hashable] = map(_plain, thing.parts)
        return (type(thing).__name__, getattr(thing, "count", None), getattr(thing, "share", None), frozenset(Counter(parts).items()))
    if attrs.has(type(thing)):
        kind: Any = type(thing)
        return (kind.__name__, *((name, _plain(getattr(thing, name))) for name in _fields(kind)))
    if isinstance(thing, Mapping):
        return frozenset((_plain(key), _plain(value)) for key, value in thing.items())
    return tuple(map(_plain, thing)) if isinstance(thing, tuple) else (isinstance(thing, bool), thing)


@cache
def _fields(kind: type[Any]) -> tuple[str, ...]:
    return tuple(field.name for field in attrs.fields(kind) if field.name not in _WORDS)


def _place(pack: Pack, problems: Problems) -> Span:
    """Return where a pack says its version."""
    path = next((path for path in pack.files if Path(path).name == HEAD), None)
    if path is None:
        return Span.whole_file(str(Path(pack.folder) / HEAD))
    text = pack.files[path].decode("utf-8-sig")
    node = parse_yaml(text, path, Problems())
    entry = node.get(_KEY) if isinstance(node, MappingNode) else None
    problems.texts.setdefault(path, text)
    return Span.whole_file(path) if entry is None else entry.value.span


def _numbers(version: str) -> tuple[int, ...] | None:
    """Return the numbers of a version, which are compared one by one; None where it has others."""
    found = _NUMBERS.fullmatch(version)
    if found is None:
        return None
    numbers = [int(part) for part in found[1].split(".")]
    while len(numbers) > 1 and not numbers[-1]:
        numbers.pop()
    return tuple(numbers)


def _next(version: str) -> str:
    """Return a version that comes after another one."""
    head, dot, last = version.rpartition(".")
    if _NUMBERS.fullmatch(version) is None:
        return "1.0.1"
    middle = head.split(".") if dot else []
    if len(middle) > 1:
        return ".".join([*middle[:-1], str(int(middle[-1]) + 1), "0"])
    return f"{head}{dot}{int(last.removeprefix('v')) + 1}"
