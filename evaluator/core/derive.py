"""Derived attributes: what their expressions are worth for one profile, in exact arithmetic."""

from __future__ import annotations

import datetime
import math
from collections.abc import Callable, Sequence
from fractions import Fraction
from typing import assert_never

from evaluator.core.conditions import truth
from evaluator.core.dates import MONTHS_A_YEAR, months_since, weeks_since
from evaluator.core.expressions import (
    Calculation,
    Ceil,
    Clamp,
    Expression,
    Floor,
    Gather,
    Half,
    Literal,
    Lookup,
    Missing,
    Operation,
    Reference,
    Round,
    Since,
    Stored,
    Tally,
    TimeUnit,
    When,
)
from evaluator.core.gathering import counted, gathered_value, left, stand_in
from evaluator.core.values import Facts, Number, Value, tidy


def derived(expression: Expression, facts: Facts, as_of: datetime.date) -> Value | None:
    """Return the value of an expression given the facts it reads, or None where it is unknown."""
    value = _value(expression, facts, as_of)
    return tidy(value) if isinstance(value, Fraction) else value


def _value(expression: Expression, facts: Facts, as_of: datetime.date) -> Value | None:  # noqa: C901, PLR0911, PLR0912 - a case for each operator
    match expression:
        case Reference(attribute=name):
            return facts.get(name)
        case Literal(value=value):
            return value
        case Calculation():
            return _calculation(expression, facts, as_of)
        case Floor(of=of):
            number = _number(of, facts, as_of)
            return None if number is None else math.floor(number)
        case Ceil(of=of):
            number = _number(of, facts, as_of)
            return None if number is None else math.ceil(number)
        case Clamp():
            return _clamp(expression, facts, as_of)
        case Round():
            return _round(expression, facts, as_of)
        case Lookup():
            return _lookup(expression, facts, as_of)
        case When():
            return _when(expression, facts, as_of)
        case Tally():
            return _tally(expression, facts)
        case Gather():
            return gathered_value(expression, facts, as_of)
        case Since():
            return _since(expression, facts, as_of)
        case Stored():
            return None
        case _:
            assert_never(expression)


def _number(expression: Expression, facts: Facts, as_of: datetime.date) -> Number | None:
    value = derived(expression, facts, as_of)
    return value if value is None or isinstance(value, int | Fraction) else None


def _calculation(expression: Calculation, facts: Facts, as_of: datetime.date) -> Value | None:
    return calculated(expression, [_number(part, facts, as_of) for part in expression.parts])


def calculated(expression: Calculation, numbers: Sequence[Number | None]) -> Number | None:
    """Return what a calculation makes of the numbers of its parts, None for each that is missing."""
    weights = expression.weights or (1,) * len(expression.parts)
    instead = stand_in(expression.missing)
    filled = [(instead if value is None else value, weight) for value, weight in zip(numbers, weights, strict=True)]
    pairs = left([None if value is None else (value, weight) for value, weight in filled], expression.missing)
    if pairs is None:
        return None
    if expression.weights is not None:
        total = sum(weight for _, weight in pairs)
        return sum(value * weight for value, weight in pairs) / Fraction(total)
    return _CALCULATE[expression.operation]([value for value, _ in pairs])


def _difference(values: list[Number]) -> Number | None:
    return values[0] - values[1] if len(values) == 2 else None  # noqa: PLR2004 - a skipped side leaves no difference


def _ratio(values: list[Number]) -> Number | None:
    return Fraction(values[0]) / values[1] if len(values) == 2 and values[1] != 0 else None  # noqa: PLR2004 - as above


_CALCULATE: dict[Operation, Callable[[list[Number]], Number | None]] = {
    Operation.SUM: sum,
    Operation.PRODUCT: math.prod,
    Operation.MEAN: lambda values: Fraction(sum(values)) / len(values),
    Operation.MIN: min,
    Operation.MAX: max,
    Operation.DIFFERENCE: _difference,
    Operation.RATIO: _ratio,
}


def _clamp(expression: Clamp, facts: Facts, as_of: datetime.date) -> Value | None:
    value = _number(expression.of, facts, as_of)
    if value is None:
        return None
    raised = value if expression.lowest is None else max(value, expression.lowest)
    return raised if expression.highest is None else min(raised, expression.highest)


def _round(expression: Round, facts: Facts, as_of: datetime.date) -> Value | None:
    value = _number(expression.of, facts, as_of)
    return None if value is None else rounded(expression, value)


def rounded(expression: Round, value: Number) -> Number:
    """Return a number rounded to the nearest step."""
    steps = Fraction(value) / expression.step
    whole = math.floor(steps + Fraction(1, 2)) if expression.half is Half.UP else round(steps)
    return whole * expression.step


def _lookup(expression: Lookup, facts: Facts, as_of: datetime.date) -> Value | None:
    return looked_up(expression, derived(expression.of, facts, as_of))


def looked_up(expression: Lookup, key: Value | None) -> Value | None:
    """Return what a table has for a key, None where it has nothing."""
    if key is None or isinstance(key, frozenset | tuple):
        return None
    if expression.rows:
        return expression.rows.get(key)
    number = key if isinstance(key, int | Fraction) else None
    return next((band.gives for band in expression.bands if number is not None and number in band), None)


def _when(expression: When, facts: Facts, as_of: datetime.date) -> Value | None:
    for condition, value in expression.branches:
        held = truth(condition, facts)
        if held:
            return derived(value, facts, as_of)
        if held is None and expression.missing is Missing.UNKNOWN:
            return None
    return derived(expression.otherwise, facts, as_of)


def _tally(expression: Tally, facts: Facts) -> Value | None:
    ones = left([counted(truth(condition, facts), expression.missing) for condition in expression.conditions], expression.missing)
    if ones is None:
        return None
    return Fraction(sum(ones), len(ones)) if expression.share else sum(ones)


def _since(expression: Since, facts: Facts, as_of: datetime.date) -> Value | None:
    day = facts.get(expression.of)
    return time_since(expression, day, as_of) if isinstance(day, datetime.date) else None


def time_since(expression: Since, day: datetime.date, as_of: datetime.date) -> Number:
    """Return the time from a day to the as-of date, in the unit of the expression; a begun one does not count."""
    match expression.unit:
        case TimeUnit.DAYS:
            return (as_of - day).days
        case TimeUnit.WEEKS:
            return weeks_since(day, as_of)
        case TimeUnit.MONTHS:
            return months_since(day, as_of)
        case TimeUnit.YEARS:
            return Fraction(months_since(day, as_of), MONTHS_A_YEAR)
        case _:
            assert_never(expression.unit)
