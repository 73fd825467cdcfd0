"""Bounds: what a computed attribute can come to while some of its inputs are missing, and what a test of it comes to all the same."""

from __future__ import annotations

import datetime
import json
import math
import re
from collections.abc import Callable, Container, Iterable, Mapping
from fractions import Fraction
from typing import Any, TypeGuard, assert_never

import attrs

from evaluator.core.operators import Operator
from evaluator.core.values import Atom, Kind, Number, Value, ValueType, tidy

Point = int | Fraction | datetime.date
"""What an interval can end at: a number, the rank of a scale's level, or a day."""
_End = tuple[Any, bool]
"""An end of an interval, ±infinity where there is no limit, and whether it is itself outside."""


@attrs.frozen(kw_only=True)
class Interval:
    """All numbers, days or ranks between two ends; an end of None is no limit, and an open one is itself outside."""

    lowest: Point | None = None
    highest: Point | None = None
    lowest_open: bool = False
    highest_open: bool = False

    @property
    def low(self) -> _End:
        """The lower end, to reckon with."""
        return (-math.inf, True) if self.lowest is None else (self.lowest, self.lowest_open)

    @property
    def high(self) -> _End:
        """The upper end, to reckon with."""
        return (math.inf, True) if self.highest is None else (self.highest, self.highest_open)


@attrs.frozen(kw_only=True)
class Options:
    """Some options of a choice, or both answers to a flag."""

    values: frozenset[Atom]


Bounds = Interval | Options
Outcome = Value | Bounds | None
"""What is known of a computation: its value, what bounds it, or nothing."""


def bounds_of_type(type_: ValueType, *, ranged: bool = True) -> Bounds | None:
    """Return what a value of a type can be: of a number or a date what its range allows, or with `ranged` false anything."""
    match type_.kind:
        case Kind.NUMBER | Kind.INTEGER | Kind.DATE:
            if not ranged:
                return Interval()
            return Interval(lowest=type_.lowest, lowest_open=type_.lowest_open, highest=type_.highest, highest_open=type_.highest_open)
        case Kind.SCALE:
            return Interval(lowest=0, highest=len(type_.options) - 1)
        case Kind.CHOICE:
            return Options(values=frozenset(type_.options))
        case Kind.FLAG:
            return Options(values=frozenset({True, False}))
        case Kind.SET | Kind.RECORDS | Kind.TEXT:
            return None
        case never:
            assert_never(never)


def is_value(outcome: Outcome) -> TypeGuard[Value]:
    """Whether an outcome is one value."""
    return outcome is not None and not isinstance(outcome, Interval | Options)


def show_bounds(bounds: Bounds, type_: ValueType) -> str:
    """Return bounds in words: `4 to 5 years`, `at least 4`, `craft or people`; `unknown` where they are no narrower than the type."""
    if bounds == bounds_of_type(type_, ranged=False):
        return "unknown"
    if isinstance(bounds, Options):
        *others, last = sorted((type_.show(value) for value in bounds.values), key=_order_of(type_))
        return f"{', '.join(others)} or {last}" if others else last
    low = None if bounds.lowest is None else f"{'more than' if bounds.lowest_open else 'at least'} {type_.show(bounds.lowest)}"
    high = None if bounds.highest is None else f"{'less than' if bounds.highest_open else 'at most'} {type_.show(bounds.highest)}"
    if bounds.lowest is None or bounds.highest is None:
        return low or high or "unknown"
    if not bounds.lowest_open and not bounds.highest_open:
        return f"{type_.show(bounds.lowest, unit=False)} to {type_.show(bounds.highest)}"
    return f"{'more than' if bounds.lowest_open else 'at least'} {type_.show(bounds.lowest, unit=False)} and {high}"


def _order_of(type_: ValueType) -> Callable[[str], int]:
    options = list(type_.options)
    return lambda word: options.index(word) if word in options else 0


def bounds_text(bounds: Bounds) -> str:
    """Write bounds in ASCII, beginning with a bracket, so that `read_bounds` gives them back."""
    if isinstance(bounds, Options):
        return json.dumps(sorted(bounds.values, key=str))
    ends = [None if end is None else str(end) for end in (bounds.lowest, bounds.highest)]
    return json.dumps([[*ends, bounds.lowest_open, bounds.highest_open]])


def read_bounds(text: str) -> Bounds:
    """Read bounds as `bounds_text` writes them."""
    values = json.loads(text)
    if not isinstance(values[0], list):
        return Options(values=frozenset(values))
    low, high, low_open, high_open = values[0]
    return Interval(lowest=_read_end(low), highest=_read_end(high), lowest_open=low_open, highest_open=high_open)


def _read_end(text: str | None) -> Point | None:
    if text is None:
        return None
    return datetime.date.fromisoformat(text) if re.fullmatch(r"\d{4}-\d\d-\d\d", text, re.ASCII) else tidy(Fraction(text))


@attrs.frozen(kw_only=True)
class AnswerRanges:
    """What a pack says of answers: what may be stated at all, within which bounds, and which attributes are whole numbers.

    Of what is computed and may be stated, `bounds` are no narrower than its type: a computed value outside its range is not refused.
    `fields` are the bounds of the fields of records, by attribute and field.
    """

    answerable: frozenset[str] = frozenset()
    bounds: Mapping[str, Bounds] = attrs.field(factory=dict, hash=False)
    whole: frozenset[str] = frozenset()
    fields: Mapping[tuple[str, str], Bounds] = attrs.field(factory=dict, hash=False)


class PartialFacts(dict[str, Value]):
    """Facts, and beside them the bounds of computed attributes that are known in part; made of packs from edition 2 on.

    Whatever reads it as a plain mapping finds nothing where only bounds are known, and takes the attribute for unknown.
    """

    def __init__(
        self,
        facts: Mapping[str, Value],
        *,
        ranges: AnswerRanges,
        bounds: Mapping[str, Bounds] | None = None,
        computed: Iterable[str] = (),
    ) -> None:
        super().__init__(facts)
        self.ranges = ranges
        self.bounds: dict[str, Bounds] = dict(bounds or {})
        self.computed = set(computed)
        """The attributes whose value was computed, and not stated or assumed."""

    def also(self, facts: Mapping[str, Value]) -> PartialFacts:
        """Return these facts and others, which take the place of those of the same name."""
        after = self.without(facts)
        after.update(facts)
        return after

    def without(self, names: Iterable[str]) -> PartialFacts:
        """Return these facts less some."""
        gone = set(names)
        kept = {name: value for name, value in self.items() if name not in gone}
        bounds = {name: bounds for name, bounds in self.bounds.items() if name not in gone}
        return PartialFacts(kept, ranges=self.ranges, bounds=bounds, computed=self.computed - gone)

    def outcome(self, name: str) -> Outcome:
        """Return what is known of an attribute: its value, its bounds, what an answer to it can be, or nothing."""
        value = self.get(name)
        if value is not None:
            return value
        return self.bounds.get(name) or self.ranges.bounds.get(name)

    def can_be_settled(self, names: Iterable[str]) -> bool:
        """Whether each of some attributes has a value once all is answered that may be asked."""
        return all(name in self or name in self.bounds or name in self.ranges.answerable for name in names)


def facts_without(facts: Mapping[str, Value], names: Container[str]) -> Mapping[str, Value]:
    """Return facts less some, with the bounds that they carry."""
    kept = (name for name in (*facts, *(facts.bounds if isinstance(facts, PartialFacts) else ())) if name in names)
    return facts.without(kept) if isinstance(facts, PartialFacts) else {name: value for name, value in facts.items() if name not in names}


def with_also(facts: Mapping[str, Value], more: Mapping[str, Value]) -> Mapping[str, Value]:
    """Return facts with others beside them, and with the bounds that they carry."""
    return facts.also(more) if isinstance(facts, PartialFacts) else {**facts, **more}


def known_in_part(facts: Mapping[str, Value], name: str) -> Bounds | None:
    """Return the bounds of an attribute that is known in part."""
    return facts.bounds.get(name) if isinstance(facts, PartialFacts) else None


def between(low: _End, high: _End) -> Outcome:
    """Return the interval between two ends, or the one value that lies between them."""
    interval = _interval(low, high)
    if interval.lowest is None or interval.lowest != interval.highest:
        return interval
    return tidy(interval.lowest) if isinstance(interval.lowest, Fraction) else interval.lowest


def interval_of(outcome: Outcome) -> Interval | None:
    """Return an outcome as an interval, a single number, day or rank as one that begins where it ends; None of anything else."""
    if isinstance(outcome, Interval):
        return outcome
    if isinstance(outcome, bool) or not isinstance(outcome, int | Fraction | datetime.date):
        return None
    return Interval(lowest=outcome, highest=outcome)


def union(outcomes: Iterable[Outcome]) -> Outcome:
    """Return what holds each of several outcomes of one type; None where there is nothing to say of one of them."""
    listed = list(outcomes)
    if not listed or any(outcome is None for outcome in listed):
        return None
    if all(outcome == listed[0] for outcome in listed):
        return listed[0]
    intervals = [interval_of(outcome) for outcome in listed]
    if all(interval is not None for interval in intervals):
        return hull(interval for interval in intervals if interval is not None)
    words: set[Atom] = set()
    for outcome in listed:
        if isinstance(outcome, Options):
            words |= outcome.values
        elif isinstance(outcome, str | bool):
            words.add(outcome)
        else:
            return None
    return Options(values=frozenset(words))


def hull(intervals: Iterable[Interval]) -> Outcome:
    """Return the interval from the lowest to the highest end of several."""
    listed = list(intervals)
    return between(lowest(interval.low for interval in listed), highest(interval.high for interval in listed))


def lowest(ends: Iterable[_End]) -> _End:
    """Return the lower end furthest down: of equal ones that which is itself inside."""
    return min(ends, key=lambda end: (end[0], end[1]))


def highest(ends: Iterable[_End]) -> _End:
    """Return the upper end furthest up: of equal ones that which is itself inside."""
    return max(ends, key=lambda end: (end[0], not end[1]))


def added(intervals: Iterable[Interval]) -> Interval:
    """Return the sums of a number of each interval."""
    listed = list(intervals)
    low: _End = (sum(interval.low[0] for interval in listed), any(interval.low[1] for interval in listed))
    high: _End = (sum(interval.high[0] for interval in listed), any(interval.high[1] for interval in listed))
    return _interval(low, high)


def scaled(interval: Interval, factor: Number) -> Interval:
    """Return each number times a factor."""
    return multiplied(interval, Interval(lowest=factor, highest=factor))


def multiplied(interval: Interval, other: Interval) -> Interval:
    """Return the products of a number of each of two intervals."""
    corners = [_times(end, other_end) for end in (interval.low, interval.high) for other_end in (other.low, other.high)]
    return _interval(lowest(corners), highest(corners))


def _times(end: _End, other: _End) -> _End:
    if end[0] == 0 or other[0] == 0:
        # Nothing times whatever there is: reached where the 0 itself is inside.
        return 0, not any(number == 0 and not is_open for number, is_open in (end, other))
    return end[0] * other[0], end[1] or other[1]


def inverse(interval: Interval) -> Interval | None:
    """Return one over each number; None where 0 is among them."""
    low, high = interval.low, interval.high
    positive = low[0] > 0 or (low[0] == 0 and low[1])
    negative = high[0] < 0 or (high[0] == 0 and high[1])
    if not positive and not negative:
        return None
    return _interval(_over(high, -math.inf if negative else None), _over(low, math.inf if positive else None))


def _over(end: _End, limit: float | None) -> _End:
    if end[0] == 0:
        return limit, True
    return (0, True) if end[0] in {-math.inf, math.inf} else (Fraction(1) / end[0], end[1])


def _interval(low: _End, high: _End) -> Interval:
    lowest_point, highest_point = (None if end[0] in {-math.inf, math.inf} else end[0] for end in (low, high))
    return Interval(
        lowest=lowest_point,
        lowest_open=lowest_point is not None and low[1],
        highest=highest_point,
        highest_open=highest_point is not None and high[1],
    )


def smallest(intervals: Iterable[Interval]) -> Interval:
    """Return the smallest numbers that there can be among a number of each interval."""
    listed = list(intervals)
    return _interval(lowest(interval.low for interval in listed), min((interval.high for interval in listed), key=_upper))


def greatest(intervals: Iterable[Interval]) -> Interval:
    """Return the greatest numbers that there can be among a number of each interval."""
    listed = list(intervals)
    return _interval(max((interval.low for interval in listed), key=lambda end: (end[0], end[1])), highest(one.high for one in listed))


def overlap(one: Interval, other: Interval) -> Interval:
    """Return what two intervals have in common, of which there has to be something."""
    return _interval(max(one.low, other.low), min(one.high, other.high, key=_upper))


def _upper(end: _End) -> tuple[Any, bool]:
    return end[0], not end[1]


def agreed(operator: Operator, have: Value | Bounds, need: Any) -> bool | None:  # noqa: ANN401, PLR0911 - a literal of any operator, a case for each
    """Return what a test comes to whatever the value within bounds: met, unmet, or unknown where that hangs on it.

    `need` is a value, a list of values, or the bounds of another attribute.
    """
    match operator:
        case Operator.AT_LEAST:
            return _at_least(have, need)
        case Operator.AT_MOST:
            return _at_least(need, have)
        case Operator.ABOVE:
            return _opposite(_at_least(need, have))
        case Operator.BELOW:
            return _opposite(_at_least(have, need))
        case Operator.IS:
            return False if _apart(have, need) else None
        case Operator.IS_NOT:
            return True if _apart(have, need) else None
        case Operator.ONE_OF:
            return _among(have, need)
        case Operator.NONE_OF:
            return _opposite(_among(have, need))
        case Operator.INCLUDES | Operator.INCLUDES_ALL | Operator.INCLUDES_ANY | Operator.INCLUDES_NONE | Operator.KNOWN:
            return None
        case never:
            assert_never(never)


def _opposite(held: bool | None) -> bool | None:  # noqa: FBT001 - a truth
    return None if held is None else not held


def _at_least(have: Value | Bounds, need: Value | Bounds) -> bool | None:
    one, other = interval_of(have), interval_of(need)
    if one is None or other is None:
        return None
    if one.lowest is not None and other.highest is not None and one.low[0] >= other.high[0]:
        return True
    if one.highest is None or other.lowest is None or one.high[0] > other.low[0]:
        return None
    return False if one.high[0] < other.low[0] or one.high[1] or other.low[1] else None


def _apart(have: Value | Bounds, need: Value | Bounds) -> bool:
    """Whether no value of the one can be one of the other."""
    one, other = interval_of(have), interval_of(need)
    if one is not None and other is not None:
        return _at_least(have, need) is False or _at_least(need, have) is False
    words = [outcome.values if isinstance(outcome, Options) else frozenset({outcome}) for outcome in (have, need)]
    return words[0].isdisjoint(words[1])


def _among(have: Value | Bounds, need: frozenset[Atom]) -> bool | None:
    if isinstance(have, Options):
        possible = have.values
    elif isinstance(have, Interval) and isinstance(have.lowest, int) and isinstance(have.highest, int):
        possible = frozenset(range(have.lowest, have.highest + 1))
    else:
        return None
    return True if possible <= need else False if possible.isdisjoint(need) else None
