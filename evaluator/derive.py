"""Derived attributes: what their expressions are worth for one profile, in exact arithmetic."""

from __future__ import annotations

import datetime
import math
from collections.abc import Callable, Iterable, Mapping
from fractions import Fraction

from evaluator.conditions import truth
from evaluator.dates import MONTHS_A_YEAR, months_covered, months_since
from evaluator.expressions import (
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
    Tally,
    When,
)
from evaluator.values import Atom, Facts, Number, Record, Value, tidy


def derived(expression: Expression, facts: Facts, as_of: datetime.date) -> Value | None:
    """Return the value of an expression given the facts it reads, or None where it is unknown."""
    value = _EVALUATE[type(expression)](expression, facts, as_of)
    return tidy(value) if isinstance(value, Fraction) else value


def _number(expression: Expression, facts: Facts, as_of: datetime.date) -> Number | None:
    value = derived(expression, facts, as_of)
    return value if value is None or isinstance(value, int | Fraction) else None


def _literal(expression: Literal, _facts: Facts, _as_of: datetime.date) -> Value | None:
    return expression.value


def _reference(expression: Reference, facts: Facts, _as_of: datetime.date) -> Value | None:
    return facts.get(expression.attribute)


def _calculation(expression: Calculation, facts: Facts, as_of: datetime.date) -> Value | None:
    weights = expression.weights or (1,) * len(expression.parts)
    found = [(_number(part, facts, as_of), weight) for part, weight in zip(expression.parts, weights, strict=True)]
    pairs = _filled(found, expression.missing)
    if not pairs:
        return None
    if expression.weights is not None:
        total = sum(weight for _, weight in pairs)
        return sum(value * weight for value, weight in pairs) / Fraction(total)
    return _CALCULATE[expression.operation]([value for value, _ in pairs])


def _filled(found: list[tuple[Number | None, Number]], missing: Missing | Number) -> list[tuple[Number, Number]]:
    """Treat missing inputs as the expression says; empty where the result is unknown."""
    if missing is Missing.UNKNOWN and any(value is None for value, _ in found):
        return []
    stand_in = None if isinstance(missing, Missing) else missing
    filled = ((stand_in if value is None else value, weight) for value, weight in found)
    return [(value, weight) for value, weight in filled if value is not None]


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


def _floor(expression: Floor, facts: Facts, as_of: datetime.date) -> Value | None:
    value = _number(expression.of, facts, as_of)
    return None if value is None else math.floor(value)


def _clamp(expression: Clamp, facts: Facts, as_of: datetime.date) -> Value | None:
    value = _number(expression.of, facts, as_of)
    if value is None:
        return None
    raised = value if expression.lowest is None else max(value, expression.lowest)
    return raised if expression.highest is None else min(raised, expression.highest)


def _round(expression: Round, facts: Facts, as_of: datetime.date) -> Value | None:
    value = _number(expression.of, facts, as_of)
    if value is None:
        return None
    steps = Fraction(value) / expression.step
    whole = math.floor(steps + Fraction(1, 2)) if expression.half is Half.UP else round(steps)
    return whole * expression.step


def _lookup(expression: Lookup, facts: Facts, as_of: datetime.date) -> Value | None:
    key = derived(expression.of, facts, as_of)
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


def _tally(expression: Tally, facts: Facts, _as_of: datetime.date) -> Value | None:
    held = [truth(condition, facts) for condition in expression.conditions]
    ones = _filled([(None if one is None else int(one), 1) for one in held], expression.missing)
    if not ones:
        return None
    met = sum(value for value, _ in ones)
    return Fraction(met) / len(ones) if expression.share else met


def _gather(expression: Gather, facts: Facts, as_of: datetime.date) -> Value | None:
    records = facts.get(expression.records)
    if not isinstance(records, tuple):
        return None
    entries = _matching(expression, records)
    return None if entries is None else _GATHER[expression.gathering](expression, entries, as_of)


def _matching(expression: Gather, records: Iterable[Record]) -> list[Record] | None:
    """Return the entries that meet `where`; None where one may or may not and the result hangs on it, or where none is left to go by."""
    held = [(record, True if expression.where is None else truth(expression.where, record)) for record in records]
    counts = expression.gathering is Gathering.COUNT and not isinstance(expression.missing, Missing)
    if counts:
        held = [(record, bool(expression.missing) if met is None else met) for record, met in held]
    unknown = sum(met is None for _, met in held)
    if unknown and (expression.missing is not Missing.SKIP or unknown == len(held)):
        return None
    return [record for record, met in held if met]


def _count(_: Gather, entries: list[Record], _as_of: datetime.date) -> Value | None:
    return len(entries)


def _field_values(expression: Gather, entries: list[Record]) -> list[Atom] | None:
    """Return the field of every entry, missing ones treated as the expression says; None where that is unknown."""
    values: list[Atom | None] = [entry.get(expression.field or "") for entry in entries]
    if expression.missing is Missing.UNKNOWN and None in values:
        return None
    stand_in = None if isinstance(expression.missing, Missing) else expression.missing
    filled = (stand_in if value is None else value for value in values)
    return [value for value in filled if value is not None]


def _count_distinct(expression: Gather, entries: list[Record], _as_of: datetime.date) -> Value | None:
    values = _field_values(expression, entries)
    return None if values is None else len(set(values))


def _total(expression: Gather, entries: list[Record], _as_of: datetime.date) -> Value | None:
    values = _field_values(expression, entries)
    if values is None:
        return None
    return sum(value for value in values if isinstance(value, int | Fraction))


def _latest(expression: Gather, entries: list[Record], _as_of: datetime.date) -> Value | None:
    field = expression.field or ""
    stand_in = None if isinstance(expression.missing, Missing) else expression.missing
    found = [(entry.get(expression.by or field), entry.get(field, stand_in)) for entry in entries]
    dated = [(day, value) for day, value in found if isinstance(day, datetime.date)]
    if len(dated) < len(entries) and expression.missing is Missing.UNKNOWN:
        return None
    usable = [(day, value) for day, value in dated if value is not None or expression.missing is not Missing.SKIP]
    last = max((day for day, _ in usable), default=None)
    values = {value for day, value in usable if day == last}
    return values.pop() if len(values) == 1 else None


def _years(expression: Gather, entries: list[Record], as_of: datetime.date) -> Value | None:
    periods: list[tuple[datetime.date, datetime.date | None]] = []
    for entry in entries:
        start, end = entry.get(expression.start or ""), entry.get(expression.end or "")
        if isinstance(start, datetime.date):
            periods.append((start, end if isinstance(end, datetime.date) else None))
        elif expression.missing is Missing.UNKNOWN:
            return None
    return Fraction(months_covered(periods, as_of), MONTHS_A_YEAR)


_GATHER: dict[Gathering, Callable[[Gather, list[Record], datetime.date], Value | None]] = {
    Gathering.COUNT: _count,
    Gathering.COUNT_DISTINCT: _count_distinct,
    Gathering.TOTAL: _total,
    Gathering.LATEST: _latest,
    Gathering.YEARS: _years,
}


def _since(expression: Since, facts: Facts, as_of: datetime.date) -> Value | None:
    day = facts.get(expression.of)
    if not isinstance(day, datetime.date):
        return None
    months = months_since(day, as_of)
    return Fraction(months, MONTHS_A_YEAR) if expression.years else months


_EVALUATE: Mapping[type, Callable[..., Value | None]] = {
    Literal: _literal,
    Reference: _reference,
    Calculation: _calculation,
    Floor: _floor,
    Clamp: _clamp,
    Round: _round,
    Lookup: _lookup,
    When: _when,
    Tally: _tally,
    Gather: _gather,
    Since: _since,
}
