"""Derived attributes: what their expressions are worth for one profile, in exact arithmetic."""

from __future__ import annotations

import datetime
import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from fractions import Fraction
from typing import Any, TypeVar, assert_never

from evaluator.core.conditions import Truth, truth
from evaluator.core.dates import MONTHS_A_YEAR, months_covered, months_since, weeks_since
from evaluator.core.expressions import (
    Calculation,
    Clamp,
    Expression,
    Floor,
    Gather,
    Gathering,
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
from evaluator.core.values import Atom, Facts, Number, PartialDate, Record, Value, certain, day_bounds, tidy

T = TypeVar("T")
Months = tuple[datetime.date, datetime.date | None]
"""From a month to a month, both included; without an end it goes on."""


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
            return _gather(expression, facts, as_of)
        case Since():
            return _since(expression, facts, as_of)
        case Stored():
            return None
        case _:
            assert_never(expression)


def _number(expression: Expression, facts: Facts, as_of: datetime.date) -> Number | None:
    value = derived(expression, facts, as_of)
    return value if value is None or isinstance(value, int | Fraction) else None


def left(inputs: Sequence[T | None], missing: Missing | Number) -> list[T] | None:
    """Return the inputs that are left of an operator's once those that are missing (None) are skipped; None where the result is unknown.

    It is unknown where one is missing that may not be skipped, and where there were inputs and nothing is left of them. Where there
    were none to begin with, as in an empty list of records, nothing is missing. What stands in for an input is no longer missing.
    """
    known = [value for value in inputs if value is not None]
    if len(known) < len(inputs) and (missing is not Missing.SKIP or not known):
        return None
    return known


def _stand_in(missing: Missing | Number) -> Number | None:
    return None if isinstance(missing, Missing) else missing


def _calculation(expression: Calculation, facts: Facts, as_of: datetime.date) -> Value | None:
    return calculated(expression, [_number(part, facts, as_of) for part in expression.parts])


def calculated(expression: Calculation, numbers: Sequence[Number | None]) -> Number | None:
    """Return what a calculation makes of the numbers of its parts, None for each that is missing."""
    weights = expression.weights or (1,) * len(expression.parts)
    stand_in = _stand_in(expression.missing)
    filled = [(stand_in if value is None else value, weight) for value, weight in zip(numbers, weights, strict=True)]
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
    ones = left([_one(truth(condition, facts), expression.missing) for condition in expression.conditions], expression.missing)
    if ones is None:
        return None
    return Fraction(sum(ones), len(ones)) if expression.share else sum(ones)


def _one(held: Truth, missing: Missing | Number) -> int | None:
    """Return what a condition adds to a count; of one that is unknown, what stands in for it."""
    stand_in = _stand_in(missing)
    return int(held) if held is not None else None if stand_in is None else int(bool(stand_in))


def _gather(expression: Gather, facts: Facts, as_of: datetime.date) -> Value | None:
    records = facts.get(expression.records)
    if not isinstance(records, tuple):
        return None
    values = left(gathered(expression, records), expression.missing)
    return None if values is None else _GATHER[expression.gathering](values, as_of)


def gathered(expression: Gather, records: Iterable[Record]) -> list[Any]:
    """Return the inputs of an operator over records, None for each that is missing.

    Of `count` they are what every entry adds. Of the others they are the entries that `where` does not rule out, missing where it
    is unknown whether they belong to them, or where what the operator reads of them is.
    """
    held = [(record, True if expression.where is None else truth(expression.where, certain(record))) for record in records]
    if expression.gathering is Gathering.COUNT:
        return [_one(met, expression.missing) for _, met in held]
    read = _READ[expression.gathering]
    return [None if met is None else read(expression, record) for record, met in held if met is not False]


def _field(expression: Gather, record: Record) -> Atom | None:
    return certain(record).get(expression.field or "", _stand_in(expression.missing))


def _dated(expression: Gather, record: Record) -> tuple[datetime.date, Atom | None] | None:
    """Return the date of an entry and its field, which matters of the latest alone, unless it is to be skipped where it is missing."""
    day, value = record.get(expression.by or expression.field or ""), _field(expression, record)
    if not isinstance(day, datetime.date) or (value is None and expression.missing is Missing.SKIP):
        return None
    return day, value


def period(expression: Gather, record: Record) -> tuple[Months | None, Months] | None:
    """Return the months that an entry covers at the least, None for none that are certain, and those that it may cover at the most.

    They differ where a date is known in part; that is an input that is missing, which can be skipped.
    """
    start, end = record.get(expression.start or ""), record.get(expression.end or "")
    partly = isinstance(start, PartialDate) or isinstance(end, PartialDate)
    starts, ends = day_bounds(start), day_bounds(end)
    if starts is None or (partly and expression.missing is Missing.SKIP):
        return None
    earliest = None if end is None else starts[0] if ends is None else ends[0]
    least = (starts[1], earliest) if earliest is None or starts[1] <= earliest else None
    return least, (starts[0], None if ends is None else ends[1])


_READ: Mapping[Gathering, Callable[[Gather, Record], Any]] = {
    Gathering.COUNT_DISTINCT: _field,
    Gathering.TOTAL: _field,
    Gathering.LATEST: _dated,
    Gathering.YEARS: period,
}


def _latest(entries: list[tuple[datetime.date, Atom | None]], _as_of: datetime.date) -> Value | None:
    last = max((day for day, _ in entries), default=None)
    values = {value for day, value in entries if day == last}
    return values.pop() if len(values) == 1 else None


def _years(periods: list[tuple[Months | None, Months]], as_of: datetime.date) -> Value | None:
    """Return the years of all entries, where the least and the most that they can come to agree."""
    months = months_covered([most for _, most in periods], as_of)
    certainly = months_covered([least for least, _ in periods if least], as_of)
    return Fraction(months, MONTHS_A_YEAR) if months == certainly else None


_GATHER: Mapping[Gathering, Callable[[list[Any], datetime.date], Value | None]] = {
    Gathering.COUNT: lambda ones, _: sum(ones),
    Gathering.COUNT_DISTINCT: lambda values, _: len(set(values)),
    Gathering.TOTAL: lambda values, _: sum(values),
    Gathering.LATEST: _latest,
    Gathering.YEARS: _years,
}


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
