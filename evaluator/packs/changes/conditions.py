"""Two conditions → what changed between them, test by test where their shapes allow it."""

from __future__ import annotations

import enum
from collections import Counter
from collections.abc import Callable, Hashable, Iterator, Sequence
from functools import partial
from typing import TypeVar

import attrs

from evaluator.core.conditions import AllOf, AnyOf, AtLeastOf, AttributeTest, Condition, NoneOf
from evaluator.packs.changes.same_meaning import meaning

Thing = TypeVar("Thing")
_WORDS: dict[type, str] = {AllOf: "all_of", AnyOf: "any_of", NoneOf: "none_of", AtLeastOf: "at_least_of"}


class Turn(enum.StrEnum):
    """What happened to a part of a condition."""

    TEST = "test"
    """One test of an attribute asks something else of it."""
    COUNT = "count"
    """Another number or another share of the alternatives has to hold."""
    ADDED = "part added"
    REMOVED = "part removed"
    OTHER = "condition"
    """It says something else altogether."""


@attrs.frozen(kw_only=True)
class PartChange:
    """One difference between two conditions; `within` is the combination it stands in, by its word in a rule file."""

    turn: Turn
    before: Condition | None
    after: Condition | None
    within: str = "all_of"


def condition_changes(
    old: Condition | None, new: Condition | None, within: str = "all_of", shared: frozenset[str] = frozenset()
) -> Iterator[PartChange]:
    """Yield what changed between two conditions, nothing where they say the same in whatever order.

    What changed in a condition that both packs have under one of the `shared` names is told there, and not where it is used.
    """
    if canonical(old) == canonical(new) or canonical(old, shared) == canonical(new, shared):
        return
    if old is None or new is None:
        turn = Turn.ADDED if old is None else Turn.REMOVED
        yield PartChange(turn=turn, before=old, after=new, within=within)
    elif any(_shared_name(one, shared) for one in (old, new)):
        yield PartChange(turn=Turn.OTHER, before=old, after=new, within=within)
    elif isinstance(old, AttributeTest) and isinstance(new, AttributeTest):
        turn = Turn.TEST if old.attribute == new.attribute else Turn.OTHER
        yield PartChange(turn=turn, before=old, after=new, within=within)
    elif type(old) is type(new) or {type(old), type(new)} == {AttributeTest, AllOf}:
        yield from _combination_changes(old, new, shared)
    else:
        yield PartChange(turn=Turn.OTHER, before=old, after=new, within=within)


def _shared_name(condition: Condition, shared: frozenset[str]) -> str | None:
    return condition.named.id if condition.named is not None and condition.named.id in shared else None


def _combination_changes(old: Condition, new: Condition, shared: frozenset[str]) -> Iterator[PartChange]:
    within = _WORDS.get(type(old), "all_of")
    if isinstance(old, AtLeastOf) and isinstance(new, AtLeastOf) and (old.count, old.share) != (new.count, new.share):
        yield PartChange(turn=Turn.COUNT, before=old, after=new, within=within)
    for before, after in paired(_parts(old), _parts(new), (partial(canonical, shared=shared), _tested, _about, type)):
        yield from condition_changes(before, after, within, shared)


def _parts(condition: Condition) -> tuple[Condition, ...]:
    return (condition,) if isinstance(condition, AttributeTest) else condition.parts


def paired(
    old: Sequence[Thing], new: Sequence[Thing], likenesses: Sequence[Callable[[Thing], Hashable]]
) -> list[tuple[Thing | None, Thing | None]]:
    """Pair things that are alike, the closest likeness first; what has no partner stands alone, and None is like nothing."""
    left, right = dict(enumerate(old)), dict(enumerate(new))
    pairs: list[tuple[Thing | None, Thing | None]] = []
    for likeness in likenesses:
        waiting: dict[Hashable, list[int]] = {}
        for place, other in reversed(right.items()) if left else ():
            waiting.setdefault(likeness(other), []).append(place)
        for place, one in list(left.items()) if waiting else ():
            key = likeness(one)
            if key is not None and waiting.get(key):
                pairs.append((left.pop(place), right.pop(waiting[key].pop())))
    return [*pairs, *((one, None) for one in left.values()), *((None, one) for one in right.values())]


def _tested(condition: Condition) -> Hashable:
    return (condition.attribute, condition.operator) if isinstance(condition, AttributeTest) else None


def _about(condition: Condition) -> Hashable:
    return condition.attribute if isinstance(condition, AttributeTest) else None


def canonical(condition: Condition | None, shared: frozenset[str] = frozenset()) -> Hashable:
    """Return what a condition says, whatever the order of its parts; None for no condition. Of some named ones, it is their name."""
    if condition is not None and (name := _shared_name(condition, shared)):
        return ("condition", name)
    if condition is None or isinstance(condition, AttributeTest):
        return meaning(condition)
    parts = Counter(canonical(part, shared) for part in condition.parts)
    count = (condition.count, condition.share) if isinstance(condition, AtLeastOf) else None
    return (_WORDS[type(condition)], count, frozenset(parts.items()))
