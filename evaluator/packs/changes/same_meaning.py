"""What a condition says, without the place it stands at: the same for two conditions that mean the same line for line."""

from __future__ import annotations

from collections.abc import Hashable

from evaluator.core.conditions import AtLeastOf, AttributeTest, Condition
from evaluator.core.model import Criterion, Pack, Role


def meaning(condition: Condition | None) -> Hashable:
    """Return what a condition says as a value that can be compared and used as a key; None for no condition."""
    if condition is None:
        return None
    if isinstance(condition, AttributeTest):
        return (condition.attribute, condition.operator, condition.value, type(condition.value).__name__, condition.other)
    parts = tuple(meaning(part) for part in condition.parts)
    count = condition.count if isinstance(condition, AtLeastOf) else None
    return (type(condition).__name__, count, parts)


def _conditions(criterion: Criterion) -> tuple[Condition | None, ...]:
    return (criterion.when, criterion.applies_when)


def role_meaning(role: Role, pack: Pack) -> Hashable:
    """Return what a role's verdicts hang on: its criteria, as far as they count, and its bands, whatever the best is called."""
    criteria = tuple(
        (criterion.id, criterion.kind, criterion.required, criterion.weight, criterion.caps_at, *map(meaning, _conditions(criterion)))
        for criterion in role.criteria
    )
    return (role.id, criteria, tuple((band.verdict if place else "", meaning(band.when)) for place, band in enumerate(pack.bands_of(role))))
