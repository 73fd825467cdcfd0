"""Derived attributes known in part: the least and the greatest value that any answers could give an expression.

What may stay without a value whatever is answered has no bounds: a divisor that may be 0, a hole in a table, nothing left of a list.
"""

from __future__ import annotations

import datetime
import functools
import itertools
import math
from collections.abc import Callable, Sequence
from collections.abc import Set as AbstractSet
from fractions import Fraction
from typing import Any, assert_never

import attrs

from evaluator.core.bounds import (
    Interval,
    Options,
    Outcome,
    PartialFacts,
    added,
    between,
    greatest,
    hull,
    interval_of,
    inverse,
    is_value,
    multiplied,
    overlap,
    read_bounds,
    scaled,
    smallest,
    union,
)
from evaluator.core.conditions import Condition, leaves, truth
from evaluator.core.derive import calculated, derived, looked_up, rounded, time_since
from evaluator.core.expressions import (
    Calculation,
    Ceil,
    Clamp,
    Expression,
    Floor,
    Gather,
    Gathering,
    Literal,
    Lookup,
    Missing,
    Operation,
    Reference,
    Round,
    Since,
    Stored,
    TableBand,
    Tally,
    When,
)
from evaluator.core.gathering_bounds import gathered_outcome, least_and_most
from evaluator.core.values import Facts, Number, Value, tidy


def is_whole(expression: Expression, whole: AbstractSet[str]) -> bool:  # noqa: C901, PLR0911, PLR0912 - a case for each operator
    """Whether an expression can come to whole numbers alone, given the attributes that do."""
    match expression:
        case Literal(value=value):
            return isinstance(value, int)
        case Reference(attribute=name):
            return name in whole
        case Calculation(operation=operation, missing=missing):
            kept = operation in _KEEPS_WHOLE and (isinstance(missing, Missing | int))
            return kept and all(is_whole(part, whole) for part in expression.parts)
        case Clamp(lowest=lowest, highest=highest):
            return all(end is None or isinstance(end, int) for end in (lowest, highest)) and is_whole(expression.of, whole)
        case Floor() | Ceil():
            return True
        case Round(step=step):
            return isinstance(step, int)
        case Lookup():
            return all(isinstance(gives, int) for gives in (*expression.rows.values(), *(band.gives for band in expression.bands)))
        case When():
            return all(is_whole(child, whole) for child in expression.children)
        case Tally(share=share):
            return not share
        case Gather(gathering=gathering):
            return gathering in {Gathering.COUNT, Gathering.COUNT_DISTINCT}
        case Since(unit=unit):
            return unit.whole
        case Stored(original=original):
            return is_whole(original, whole)
        case _:
            assert_never(expression)


_KEEPS_WHOLE = frozenset({Operation.SUM, Operation.PRODUCT, Operation.DIFFERENCE, Operation.MIN, Operation.MAX})


def outcome(expression: Expression, facts: Facts, as_of: datetime.date) -> Outcome:
    """Return what is known of an expression: its value, else what bounds it, as far as facts carry bounds at all; else None."""
    if not isinstance(facts, PartialFacts):
        return derived(expression, facts, as_of)
    if not isinstance(expression, Stored) and all(name in facts for name in expression.inputs):
        value = derived(expression, facts, as_of)
        if value is not None or not expression.gathers:
            return value  # entries of records may lack something although the records are known
    result = _Bounding(facts=facts, as_of=as_of).of(expression)
    return tidy(result) if isinstance(result, Fraction) else result


def value_of(expression: Expression, facts: Facts, as_of: datetime.date) -> Value | None:
    """Return the value of an expression, as `outcome` knows it; None where it is unknown or known in part."""
    result = outcome(expression, facts, as_of)
    return result if is_value(result) else None


@attrs.frozen(kw_only=True)
class _Bounding:
    """Works out what expressions can come to for one profile."""

    facts: PartialFacts
    as_of: datetime.date

    def of(self, expression: Expression) -> Outcome:  # noqa: C901, PLR0911, PLR0912 - a case for each operator
        match expression:
            case Reference(attribute=name):
                return self.facts.outcome(name)
            case Literal(value=value):
                return value
            case Calculation():
                return self._calculation(expression)
            case Floor(of=of):
                return self._mapped(of, _floor)
            case Ceil(of=of):
                return self._mapped(of, _ceil)
            case Clamp():
                return self._clamp(expression)
            case Round():
                return self._mapped(expression.of, lambda interval: _round(expression, interval))
            case Lookup():
                return self._lookup(expression)
            case When():
                return self._when(expression)
            case Tally():
                return self._tally(expression)
            case Gather():
                return self._gather(expression)
            case Since():
                return self._since(expression)
            case Stored():
                return self._stored(expression)
            case _:
                assert_never(expression)

    def _stored(self, expression: Stored) -> Outcome:
        """Return the bounds that were kept beside the reasons; where none were, nothing is known of the records, or they were answered."""
        letters = self.facts.get(expression.fact)
        if not isinstance(letters, str):
            return outcome(expression.original, self.facts, self.as_of)
        _, bracket, kept = letters.partition("[")
        return read_bounds(bracket + kept) if bracket else None

    def _interval(self, expression: Expression) -> Interval | None:
        return interval_of(self.of(expression))

    def _mapped(self, expression: Expression, function: Callable[[Interval], Outcome]) -> Outcome:
        interval = self._interval(expression)
        return None if interval is None else function(interval)

    def _calculation(self, expression: Calculation) -> Outcome:
        parts = [self._interval(part) for part in expression.parts]
        if expression.missing is not Missing.UNKNOWN:
            return calculated(expression, [None if part is None else _number(between(part.low, part.high)) for part in parts])
        intervals = [part for part in parts if part is not None]
        result = _calculated(expression, intervals) if len(intervals) == len(parts) else None
        if result is not None and expression.averaged:
            result = self._mean_by_weights(expression, result)
        return None if result is None else between(result.low, result.high)

    def _mean_by_weights(self, expression: Calculation, found: Interval) -> Interval:
        """Return bounds of a mean by weights that are worked out: where none is below 0, no wider than what it is of."""
        weights = [self._interval(weight) for weight in expression.parts[1].children]
        parts = [part for one in expression.averaged if (part := self._interval(one)) is not None]
        if len(parts) < len(weights) or any(weight is None or weight.low[0] < 0 for weight in weights):
            return found
        return overlap(found, interval_of(hull(parts)) or found)

    def _clamp(self, expression: Clamp) -> Outcome:
        interval = self._interval(expression.of)
        if interval is None:
            return None
        low, high = interval.low, interval.high
        if expression.lowest is not None:
            low = (expression.lowest, False) if low[0] < expression.lowest else low
            high = (expression.lowest, False) if high[0] <= expression.lowest else high
        if expression.highest is not None:
            low = (expression.highest, False) if low[0] >= expression.highest else low
            high = (expression.highest, False) if high[0] > expression.highest else high
        return between(low, high)

    def _lookup(self, expression: Lookup) -> Outcome:
        key = self.of(expression.of)
        if isinstance(key, Options):
            return union(looked_up(expression, value) for value in key.values)
        if not isinstance(key, Interval):
            return looked_up(expression, key)
        whole = is_whole(expression.of, self.facts.ranges.whole)
        if expression.bands:
            reached = _bands_reached(expression.bands, key, whole=whole)
            return None if reached is None else union(band.gives for band in reached)
        if not whole or not isinstance(key.lowest, int | Fraction) or not isinstance(key.highest, int | Fraction):
            return None
        (first, _), (last, _) = _ends(key, whole=True)
        return union(looked_up(expression, value) for value in range(first, last + 1)) if last - first < len(expression.rows) else None

    def _when(self, expression: When) -> Outcome:
        """Return what holds the values of all branches that may be the first whose condition is met."""
        outcomes: list[Outcome] = []
        for condition, value in expression.branches:
            held = truth(condition, self.facts)
            if held is False or (held is None and expression.missing is Missing.SKIP):
                continue
            if held is None and not self._can_be_settled(condition):
                return None
            outcomes.append(self.of(value))
            if held:
                return union(outcomes)
        return union([*outcomes, self.of(expression.otherwise)])

    def _can_be_settled(self, condition: Condition) -> bool:
        return self.facts.can_be_settled(name for test in leaves(condition) if not test.of_presence for name in test.attributes)

    def _tally(self, expression: Tally) -> Outcome:
        if expression.missing is not Missing.UNKNOWN:
            return derived(expression, self.facts, self.as_of)
        truths = [truth(condition, self.facts) for condition in expression.conditions]
        still_open = [condition for condition, held in zip(expression.conditions, truths, strict=True) if held is None]
        if not all(map(self._can_be_settled, still_open)):
            return None
        ends = least_and_most(truths)
        return between(*((Fraction(end, len(truths)) if expression.share else end, False) for end in ends))

    def _gather(self, expression: Gather) -> Outcome:
        records = self.facts.get(expression.records)
        if not isinstance(records, tuple) or expression.missing is not Missing.UNKNOWN:
            return derived(expression, self.facts, self.as_of)
        return gathered_outcome(expression, records, self.facts, self.as_of)

    def _since(self, expression: Since) -> Outcome:
        interval = interval_of(self.facts.outcome(expression.of))
        if interval is None:
            return None
        first, last = (end if isinstance(end, datetime.date) else None for end in (interval.lowest, interval.highest))
        return between(
            (-math.inf, True) if last is None else (time_since(expression, last, self.as_of), False),
            (math.inf, True) if first is None else (time_since(expression, first, self.as_of), False),
        )


def _number(outcome: Outcome) -> Number | None:
    return outcome if isinstance(outcome, int | Fraction) and not isinstance(outcome, bool) else None


def _calculated(expression: Calculation, parts: Sequence[Interval]) -> Interval | None:  # noqa: PLR0911 - a case for each operation
    match expression.operation:
        case Operation.SUM:
            return added(parts)
        case Operation.PRODUCT:
            return functools.reduce(multiplied, parts)
        case Operation.MEAN:
            weights = expression.weights or (1,) * len(parts)
            total = sum(weights)
            sums = added(scaled(part, weight) for part, weight in zip(parts, weights, strict=True))
            return scaled(sums, Fraction(1) / total) if total else None
        case Operation.MIN:
            return smallest(parts)
        case Operation.MAX:
            return greatest(parts)
        case Operation.DIFFERENCE:
            return added([parts[0], scaled(parts[1], -1)])
        case Operation.RATIO:
            over = inverse(parts[1])
            return None if over is None else multiplied(parts[0], over)
        case never:
            assert_never(never)


def _floor(interval: Interval) -> Outcome:
    (low, _), (high, is_open) = interval.low, interval.high
    lowest = (low, True) if interval.lowest is None else (math.floor(low), False)
    return between(lowest, (high, True) if interval.highest is None else (math.ceil(high) - 1 if is_open else math.floor(high), False))


def _ceil(interval: Interval) -> Outcome:
    (low, is_open), (high, _) = interval.low, interval.high
    highest = (high, True) if interval.highest is None else (math.ceil(high), False)
    return between((low, True) if interval.lowest is None else (math.floor(low) + 1 if is_open else math.ceil(low), False), highest)


def _round(expression: Round, interval: Interval) -> Outcome:
    """Return the steps that the numbers of an interval are rounded to; at an open end, that of the numbers just inside."""
    (low, low_open), (high, high_open) = interval.low, interval.high
    half = Fraction(1, 2)
    if interval.lowest is not None:
        low = math.floor(Fraction(low) / expression.step + half) * expression.step if low_open else rounded(expression, low)
    if interval.highest is not None:
        high = math.ceil(Fraction(high) / expression.step - half) * expression.step if high_open else rounded(expression, high)
    return between((low, interval.lowest is None), (high, interval.highest is None))


def _bands_reached(bands: Sequence[TableBand], interval: Interval, *, whole: bool) -> list[TableBand] | None:
    """Return the bands that some number of an interval falls in, in their order; None where some number falls in none."""
    ends = [(_ends(_interval_of_band(band), whole=whole), band) for band in bands]
    wanted = _ends(interval, whole=whole)
    reached = sorted(((low, high, band) for (low, high), band in ends if low <= wanted[1] and wanted[0] <= high), key=lambda one: one[:2])
    if not reached or reached[0][0] > wanted[0] or max(high for _, high, _ in reached) < wanted[1]:
        return None
    step = 1 if whole else 0
    for (_, high, _), (low, _, _) in itertools.pairwise(reached):
        if (low[0], low[1]) > (high[0] + step, high[1] + (0 if whole else 1)):
            return None
    return [band for _, _, band in reached]


def _interval_of_band(band: TableBand) -> Interval:
    return Interval(lowest=band.lowest, lowest_open=not band.includes_lowest, highest=band.highest, highest_open=not band.includes_highest)


_Cut = tuple[Any, int]
"""An end of a stretch of numbers: where it is, and -1 or 1 for just before or after that."""


def _ends(interval: Interval, *, whole: bool) -> tuple[_Cut, _Cut]:
    """Return the ends of an interval in such a way that they can be compared; with `whole`, of the whole numbers within it."""
    (low, low_open), (high, high_open) = interval.low, interval.high
    if not whole:
        return (low, int(low_open and interval.lowest is not None)), (high, -int(high_open and interval.highest is not None))
    first = low if interval.lowest is None else math.floor(low) + 1 if low_open else math.ceil(low)
    last = high if interval.highest is None else math.ceil(high) - 1 if high_open else math.floor(high)
    return (first, 0), (last, 0)
