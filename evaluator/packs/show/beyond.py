"""What a role asks beyond another one: criteria that are new, that ask for something else, that stay, and that are not named any more."""

from __future__ import annotations

import enum
from collections.abc import Callable, Hashable, Sequence

import attrs

from evaluator.core.conditions import attributes_read
from evaluator.core.enums import MoveKind
from evaluator.core.model import Criterion, Pack, Role
from evaluator.report.sentences import condition_words

_ROLES_BELOW = 3


class Change(enum.Enum):
    """How a criterion of the one role stands to the other role."""

    NEW = "new"
    OTHER = "other"
    SAME = "same"
    GONE = "gone"


@attrs.frozen(kw_only=True)
class Step:
    """A criterion of a role beside its counterpart in the other one; one of the two may be missing."""

    change: Change
    here: Criterion | None
    there: Criterion | None


def roles_below(role: Role, pack: Pack) -> tuple[Role, ...]:
    """Return what a role is the next step from: the judged roles on the nearest rung below, else those that promotions come from."""
    judged = [one for one in pack.judged_roles if not one.interim]
    below = [one for one in judged if one.track == role.track and one.rung < role.rung]
    nearest = max((one.rung for one in below), default=0)
    found = [one for one in below if one.rung == nearest]
    if not found:
        origins = {move.origin for move in pack.moves if move.to == role.id and move.kind is MoveKind.PROMOTION}
        found = [one for one in judged if one.id in origins and one.id != role.id]
    return tuple(found[:_ROLES_BELOW])


def beyond(role: Role, other: Role, pack: Pack) -> tuple[Step, ...]:
    """Set a role's criteria beside those of another: by id, else by what they ask, else by the attributes that they alone read.

    First come those that are new, then those that ask for something else, those that stay, and those that are not named any more.
    """
    pairs = _pairs(role.criteria, other.criteria, pack)
    steps = [
        Step(change=_change(criterion, pairs.get(criterion.id), pack), here=criterion, there=pairs.get(criterion.id))
        for criterion in role.criteria
    ]
    kept = {criterion.id for criterion in pairs.values()}
    steps += [Step(change=Change.GONE, here=None, there=criterion) for criterion in other.criteria if criterion.id not in kept]
    order = list(Change)
    return tuple(sorted(steps, key=lambda step: order.index(step.change)))


def asks(criterion: Criterion, pack: Pack) -> str:
    """Say what a criterion asks, and where it counts, in words that are the same wherever that is."""
    words = condition_words(criterion.when, pack.attributes)
    where = f", where {condition_words(criterion.applies_when, pack.attributes)}" if criterion.applies_when else ""
    return f"{words}{where}"


def _change(criterion: Criterion, there: Criterion | None, pack: Pack) -> Change:
    if there is None:
        return Change.NEW
    alike = (asks(criterion, pack), criterion.required, criterion.caps_at) == (asks(there, pack), there.required, there.caps_at)
    return Change.SAME if alike else Change.OTHER


def _pairs(criteria: Sequence[Criterion], others: Sequence[Criterion], pack: Pack) -> dict[str, Criterion]:
    """Return the counterparts of criteria by their ids; none is the counterpart of two."""
    keys: tuple[Callable[[Criterion], Hashable], ...] = (
        lambda criterion: criterion.id,
        lambda criterion: asks(criterion, pack),
        lambda criterion: frozenset(attributes_read([criterion.when])),
    )
    pairs: dict[str, Criterion] = {}
    for key in keys:
        free = [other for other in others if other.id not in {found.id for found in pairs.values()}]
        waiting = [criterion for criterion in criteria if criterion.id not in pairs]
        here, there = _alone(waiting, key), _alone(free, key)
        pairs |= {here[value].id: there[value] for value in here if value in there}
    return pairs


def _alone(criteria: Sequence[Criterion], key: Callable[[Criterion], Hashable]) -> dict[Hashable, Criterion]:
    """Return the criteria by a key that no other one of them has."""
    found: dict[Hashable, list[Criterion]] = {}
    for criterion in criteria:
        found.setdefault(key(criterion), []).append(criterion)
    return {value: same[0] for value, same in found.items() if len(same) == 1}
