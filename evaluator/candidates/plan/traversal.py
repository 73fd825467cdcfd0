"""Walks through expressions: the conditions inside them, and the attributes whose very value goes into a calculation."""

from __future__ import annotations

from collections.abc import Iterator

from evaluator.core.conditions import Condition
from evaluator.core.expressions import Calculation, Clamp, Expression, Floor, Lookup, Reference, Round, Tally, When


def conditions_in(made: Expression) -> Iterator[Condition]:
    """Yield the conditions inside an expression."""
    match made:
        case Tally(conditions=conditions):
            yield from conditions
        case When(branches=branches, otherwise=otherwise):
            for condition, value in branches:
                yield condition
                yield from conditions_in(value)
            yield from conditions_in(otherwise)
        case _:
            for part in _parts(made):
                yield from conditions_in(part)


def calculated(made: Expression) -> Iterator[str]:
    """Yield the attributes whose very value goes into a calculation, not only whether a test of them holds."""
    match made:
        case Reference(attribute=name):
            yield name
        case When(branches=branches, otherwise=otherwise):
            for _, value in branches:
                yield from calculated(value)
            yield from calculated(otherwise)
        case _:
            for part in _parts(made):
                yield from calculated(part)


def _parts(made: Expression) -> tuple[Expression, ...]:
    match made:
        case Calculation(parts=parts):
            return parts
        case Floor(of=of) | Clamp(of=of) | Round(of=of) | Lookup(of=of):
            return (of,)
        case _:
            return ()
