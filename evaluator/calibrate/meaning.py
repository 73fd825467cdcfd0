"""What a condition says, without the place it stands at: the same for two conditions that mean the same line for line."""

from __future__ import annotations

from collections.abc import Hashable

from evaluator.conditions import AtLeastOf, AttributeTest, Condition


def meaning(condition: Condition | None) -> Hashable:
    """Return what a condition says as a value that can be compared and used as a key; None for no condition."""
    if condition is None:
        return None
    if isinstance(condition, AttributeTest):
        return (condition.attribute, condition.operator, condition.value, type(condition.value).__name__, condition.other)
    parts = tuple(meaning(part) for part in condition.parts)
    count = condition.count if isinstance(condition, AtLeastOf) else None
    return (type(condition).__name__, count, parts)
