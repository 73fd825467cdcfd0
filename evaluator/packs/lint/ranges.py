"""Plain interval reasoning: whether a condition can be met at all, from tests of one attribute at a time.

Sound, not complete: what is called impossible is; what is not called so may still be. Numbers, dates and ranks are stretches with
open or closed ends, choices and flags are sets of what is left. Sets and attribute against attribute are left alone.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping
from typing import assert_never

import attrs

from evaluator.core.conditions import AllOf, AnyOf, AtLeastOf, AttributeTest, Condition, NoneOf, negated, plain, truth
from evaluator.core.operators import ROWS, Operator, comparison_of
from evaluator.core.values import ORDERED, Kind, Number, Value, ValueType

_Point = Number | datetime.date
_FEW = 1000


@attrs.frozen(kw_only=True)
class ValueRange:
    """A stretch of an ordered domain; None is no limit."""

    low: _Point | None = None
    low_open: bool = False
    high: _Point | None = None
    high_open: bool = False

    def meet(self, other: ValueRange) -> ValueRange:
        """Return what the two have in common."""
        low, low_open = _tighter(self.low, self.low_open, other.low, other.low_open, upper=False)
        high, high_open = _tighter(self.high, self.high_open, other.high, other.high_open, upper=True)
        return ValueRange(low=low, low_open=low_open, high=high, high_open=high_open)

    def empty(self) -> bool:
        """Whether nothing is in it."""
        if self.low is None or self.high is None:
            return False
        return self.low_open or self.high_open if self.low == self.high else bool(self.low > self.high)  # type: ignore[operator]

    def whole_numbers(self) -> range | None:
        """Return the whole numbers in it, where there are few enough to look at each."""
        if not isinstance(self.low, int) or not isinstance(self.high, int):
            return None
        numbers = range(self.low + self.low_open, self.high - self.high_open + 1)
        return numbers if len(numbers) <= _FEW else None


def _tighter(point: _Point | None, one_open: bool, two: _Point | None, two_open: bool, *, upper: bool) -> tuple[_Point | None, bool]:  # noqa: FBT001 - ends of stretches
    if point is None or two is None:
        return (two, two_open) if point is None else (point, one_open)
    if point == two:
        return point, one_open or two_open
    first = (point < two) == upper  # type: ignore[operator]
    return (point, one_open) if first else (two, two_open)


def never(condition: Condition, types: Mapping[str, ValueType]) -> bool:
    """Whether the condition can be shown never to be met, whatever a profile within the declared ranges says."""
    return _never(plain(condition), types)


def always(condition: Condition, types: Mapping[str, ValueType]) -> bool:
    """Whether the condition can be shown always to be met wherever what it reads is known."""
    return _never(negated(condition), types)


def _never(condition: Condition, types: Mapping[str, ValueType]) -> bool:
    match condition:
        case AttributeTest():
            return _contradict([condition], types)
        case AnyOf(parts=parts):
            return all(_never(part, types) for part in parts)
        case AtLeastOf(parts=parts, count=count):
            return sum(not _never(part, types) for part in parts) < count
        case AllOf(parts=parts) | NoneOf(parts=parts):
            tests = [test for part in parts for test in _conjuncts(part)]
            return any(_never(part, types) for part in parts) or _contradict(tests, types)
        case _:
            assert_never(condition)


def _conjuncts(condition: Condition) -> Iterable[AttributeTest]:
    """Yield the tests that have to be met together."""
    match condition:
        case AttributeTest():
            return [condition]
        case AllOf(parts=parts) | NoneOf(parts=parts):
            return [test for part in parts for test in _conjuncts(part)]
        case AnyOf() | AtLeastOf():
            return []
        case _:
            assert_never(condition)


def _contradict(tests: Iterable[AttributeTest], types: Mapping[str, ValueType]) -> bool:
    """Whether tests that have to be met together leave no value of some attribute."""
    by_attribute: dict[str, list[AttributeTest]] = {}
    for test in tests:
        if test.other is None:
            by_attribute.setdefault(test.attribute, []).append(test)
    return any(_nothing_left(group, types[name]) for name, group in by_attribute.items())


def _nothing_left(tests: list[AttributeTest], type_: ValueType) -> bool:
    known = {test.value for test in tests if test.of_presence}
    others = [test for test in tests if not test.of_presence]
    if False in known and (True in known or others):
        return True
    if type_.kind in {Kind.SCALE, Kind.CHOICE, Kind.FLAG}:
        domain: set[Value] = {True, False} if type_.kind is Kind.FLAG else set(_options(type_))
        return not [value for value in domain if all(_holds(test, value) for test in others)] and bool(others)
    if type_.kind in ORDERED:
        stretch = ValueRange(low=type_.lowest, low_open=type_.lowest_open, high=type_.highest, high_open=type_.highest_open)
        for test in others:
            stretch = stretch.meet(_stretch(test))
        if type_.kind is Kind.INTEGER and (whole := stretch.whole_numbers()) is not None:
            return not any(all(_holds(test, value) for test in others) for value in whole)
        return stretch.empty() or _excluded(stretch, others)
    return False


def _options(type_: ValueType) -> Iterable[Value]:
    return range(len(type_.options)) if type_.kind is Kind.SCALE else type_.options


def _holds(test: AttributeTest, value: Value) -> bool:
    return truth(test, {test.attribute: value}) is True


def _stretch(test: AttributeTest) -> ValueRange:
    value = test.value
    if isinstance(value, frozenset | str | bool) or value is None:
        return ValueRange()
    strict = ROWS[test.operator].strict
    match comparison_of(test.operator):
        case Operator.AT_LEAST | Operator.ABOVE:
            return ValueRange(low=value, low_open=strict)
        case Operator.AT_MOST | Operator.BELOW:
            return ValueRange(high=value, high_open=strict)
        case Operator.IS:
            return ValueRange(low=value, high=value)
        case Operator.IS_NOT:
            return ValueRange()
        case never:
            assert_never(never)


def _excluded(stretch: ValueRange, tests: list[AttributeTest]) -> bool:
    """Whether the one value that is left is ruled out by an is-not."""
    single = stretch.low is not None and stretch.low == stretch.high
    return single and any(test.operator is Operator.IS_NOT and test.value == stretch.low for test in tests)
