"""Sets of values: finitely many, listed one by one, and intervals of numbers, with the arithmetic that expressions do on them.

Every operation returns a set that holds whatever can come of it. Whether it holds nothing else is said by `exact`: the inputs of an
operation are taken to vary independently.
"""

from __future__ import annotations

import datetime
import math
from collections.abc import Callable, Iterable, Iterator
from fractions import Fraction

import attrs

from evaluator.core.expressions import Half
from evaluator.core.values import Atom, Number, tidy

MOST = 1000
"""Sets of at most so many values are kept value by value."""
_PIECES = 200
_LARGEST = 10**40
"""Larger numbers, and denominators, are not told apart: bounds beyond it are none."""
_PAIRS = 5000


@attrs.frozen(kw_only=True)
class Interval:
    """A interval of numbers; an end of None is no limit. With a `step`, only `base` and what lies whole steps from it are in it."""

    low: Fraction | None = None
    low_open: bool = False
    high: Fraction | None = None
    high_open: bool = False
    step: Fraction | None = None
    base: Fraction = Fraction(0)

    def settled(self) -> Interval | None:
        """Return the same with ends that are in it where there are steps; None where nothing is in it."""
        if self.step is not None:
            low, high = self._lowest(), self._highest()
            interval = attrs.evolve(self, low=low, low_open=False, high=high, high_open=False)
            return None if low is not None and high is not None and low > high else interval
        if self.low is None or self.high is None:
            return self
        empty = self.low > self.high or (self.low == self.high and (self.low_open or self.high_open))
        return None if empty else self

    def _lowest(self) -> Fraction | None:
        if self.low is None or self.step is None:
            return self.low
        steps = math.ceil((self.low - self.base) / self.step)
        number = self.base + steps * self.step
        return number + self.step if self.low_open and number == self.low else number

    def _highest(self) -> Fraction | None:
        if self.high is None or self.step is None:
            return self.high
        steps = math.floor((self.high - self.base) / self.step)
        number = self.base + steps * self.step
        return number - self.step if self.high_open and number == self.high else number

    def values(self) -> frozenset[Atom] | None:
        """Return the numbers in it where they are few."""
        if self.low is not None and self.low == self.high:
            return frozenset({tidy(self.low)})
        if self.step is None or self.low is None or self.high is None or (self.high - self.low) / self.step > MOST:
            return None
        return frozenset(tidy(self.low + index * self.step) for index in range(int((self.high - self.low) / self.step) + 1))

    def holds(self, number: Number) -> bool:
        """Whether a number is in it."""
        if self.step is not None and (number - self.base) % self.step:
            return False
        above = self.low is None or number > self.low or (number == self.low and not self.low_open)
        return above and (self.high is None or number < self.high or (number == self.high and not self.high_open))

    def reaches(self, other: Interval) -> bool:
        """Whether nothing lies between it and another one of the same steps, which begins no earlier."""
        if self.high is None or other.low is None:
            return True
        touching = other.low == self.high and not (self.high_open and other.low_open)
        return touching or other.low < self.high or (self.step is not None and other.low <= self.high + self.step)

    def cut(self, low: Number | None, low_open: bool, high: Number | None, high_open: bool) -> Interval | None:  # noqa: FBT001 - ends
        """Return what of it lies within bounds."""
        interval = self
        if low is not None and (interval.low is None or low > interval.low or (low == interval.low and low_open)):
            interval = attrs.evolve(interval, low=Fraction(low), low_open=low_open)
        if high is not None and (interval.high is None or high < interval.high or (high == interval.high and high_open)):
            interval = attrs.evolve(interval, high=Fraction(high), high_open=high_open)
        return interval.settled()

    def without(self, low: Number | None, low_open: bool, high: Number | None, high_open: bool) -> Iterator[Interval]:  # noqa: FBT001 - ends
        """Yield what of it lies outside bounds."""
        below = None if low is None else self.cut(None, False, low, not low_open)  # noqa: FBT003 - ends
        above = None if high is None else self.cut(high, not high_open, None, False)  # noqa: FBT003 - ends
        yield from (interval for interval in (below, above) if interval is not None)


@attrs.frozen(kw_only=True)
class ValueSet:
    """A set of values: some listed one by one, numbers in intervals, or `anything` at all; not `exact` where it may hold too much."""

    listed: frozenset[Atom] = frozenset()
    intervals: tuple[Interval, ...] = ()
    anything: bool = False
    exact: bool = True

    @property
    def empty(self) -> bool:
        """Whether nothing is in it."""
        return not (self.listed or self.intervals or self.anything)

    def holds(self, value: Atom) -> bool:
        """Whether a value may be in it."""
        if self.anything or value in self.listed:
            return True
        if isinstance(value, bool | str | datetime.date):
            return False
        return any(interval.holds(value) for interval in self.intervals)

    def numbers(self) -> list[Fraction]:
        """Return the numbers among those listed."""
        return [Fraction(value) for value in self.listed if isinstance(value, int | Fraction) and not isinstance(value, bool)]

    def ends(self) -> tuple[Interval, ...]:
        """Return all of it as intervals: each single number is one of its own."""
        return (*(Interval(low=number, high=number) for number in self.numbers()), *self.intervals)

    def hull(self) -> Interval | None:
        """Return the interval from its least to its greatest number."""
        pieces = self.ends()
        if not pieces:
            return None
        low = (
            None
            if any(piece.low is None for piece in pieces)
            else min((piece.low, piece.low_open) for piece in pieces if piece.low is not None)
        )
        high = (
            None
            if any(piece.high is None for piece in pieces)
            else max((piece.high, not piece.high_open) for piece in pieces if piece.high is not None)
        )
        return Interval(
            low=None if low is None else low[0],
            low_open=low is not None and low[1],
            high=None if high is None else high[0],
            high_open=high is not None and not high[1],
        )

    def inexact(self) -> ValueSet:
        """Return the same, which may hold too much."""
        return attrs.evolve(self, exact=False)


NOTHING = ValueSet()
ANYTHING = ValueSet(anything=True)


def value_set(listed: Iterable[Atom] = (), intervals: Iterable[Interval | None] = (), *, exact: bool = True) -> ValueSet:
    """Return a set, with intervals of few numbers taken apart; one of too many pieces becomes the interval around them."""
    apart = set(listed)
    kept: list[Interval] = []
    if any(isinstance(value, int | Fraction) and _unwieldy(value) for value in apart):
        intervals = [
            *intervals,
            *(Interval(low=Fraction(value), high=Fraction(value)) for value in apart if isinstance(value, int | Fraction)),
        ]
        apart, exact = {value for value in apart if not isinstance(value, int | Fraction)}, False
    for interval in intervals:
        bounded = None if interval is None else _wieldy(interval)
        exact = exact and bounded is interval
        settled = None if bounded is None else bounded.settled()
        if settled is None:
            continue
        numbers = settled.values()
        if numbers is None:
            kept.append(settled)
        else:
            apart |= numbers
    joined = _joined(kept)
    outside = {value for value in apart if isinstance(value, bool | str | datetime.date) or not any(piece.holds(value) for piece in joined)}
    result = ValueSet(listed=frozenset(outside), intervals=joined, exact=exact)
    numbers_listed = result.numbers()
    if len(numbers_listed) > MOST or len(result.intervals) > _PIECES:
        hull = result.hull()
        return ValueSet(listed=result.listed - set(numbers_listed), intervals=() if hull is None else (hull,), exact=False)
    return result


def _joined(intervals: Iterable[Interval]) -> tuple[Interval, ...]:
    """Return intervals with those that meet or overlap as one, where both have the same steps."""
    by_steps: dict[tuple[Fraction | None, Fraction], list[Interval]] = {}
    for interval in intervals:
        by_steps.setdefault((interval.step, Fraction(0) if interval.step is None else interval.base % interval.step), []).append(interval)
    joined: list[Interval] = []
    for same in by_steps.values():
        first, *rest = sorted(same, key=lambda one: (one.low is not None, one.low or 0, one.low_open))
        for interval in rest:
            if first.reaches(interval):
                first = attrs.evolve(first, high=_later(first, interval).high, high_open=_later(first, interval).high_open)
            else:
                joined.append(first)
                first = interval
        joined.append(first)
    return tuple(joined)


def _later(interval: Interval, other: Interval) -> Interval:
    """Return that of two intervals which goes on longer."""
    if interval.high is None or other.high is None:
        return interval if interval.high is None else other
    return interval if (interval.high, not interval.high_open) >= (other.high, not other.high_open) else other


def _unwieldy(number: Number) -> bool:
    return not -_LARGEST <= number <= _LARGEST or Fraction(number).denominator > _LARGEST


def _wieldy(interval: Interval) -> Interval:
    """Return an interval whose numbers are of a size to reckon with: the same, or one around it."""
    if not any(_unwieldy(number) for number in (interval.low or 0, interval.high or 0, interval.step or 0, interval.base)):
        return interval
    low = None if interval.low is None or abs(interval.low) > _LARGEST else Fraction(math.floor(interval.low))
    high = None if interval.high is None or abs(interval.high) > _LARGEST else Fraction(math.ceil(interval.high))
    return Interval(low=low, high=high)


def union(parts: Iterable[ValueSet]) -> ValueSet:
    """Return what is in one of several sets."""
    sets = list(parts)
    result = value_set(
        (value for part in sets for value in part.listed),
        (interval for part in sets for interval in part.intervals),
        exact=all(part.exact for part in sets),
    )
    return attrs.evolve(result, anything=any(part.anything for part in sets))


def combined(
    one: ValueSet, other: ValueSet, of_two: Callable[[Fraction, Fraction], Fraction], of_intervals: Callable[[Interval, Interval], _Made]
) -> ValueSet:
    """Return what an operation makes of every pair."""
    exact = one.exact and other.exact
    if not one.intervals and not other.intervals and len(one.listed) * len(other.listed) <= _PAIRS:
        return value_set((tidy(of_two(left, right)) for left in one.numbers() for right in other.numbers()), exact=exact)
    left, right = (_coarse(part) for part in (one, other))
    exact = exact and left.exact and right.exact
    made = [of_intervals(first, second) for first in left.ends() for second in right.ends()]
    return value_set((), (piece for pieces, _ in made for piece in pieces), exact=exact and all(sure for _, sure in made))


_Made = tuple[list[Interval], bool]
_PLENTY = 40


def _coarse(part: ValueSet) -> ValueSet:
    """Return a set of so few pieces that all pairs can be gone through."""
    hull = part.hull()
    if hull is None or len(part.listed) + len(part.intervals) <= _PLENTY:
        return part
    return ValueSet(intervals=(_with_steps(part, hull),), exact=part.exact and _is_run(part))


def _with_steps(part: ValueSet, hull: Interval) -> Interval:
    """Return the hull of whole numbers with steps of one."""
    whole = all(number.denominator == 1 for number in part.numbers()) and all(interval.step is not None for interval in part.intervals)
    return attrs.evolve(hull, step=Fraction(1)) if whole and not part.intervals else hull


def _is_run(part: ValueSet) -> bool:
    """Whether a set is nothing but whole numbers, one after the other."""
    numbers = sorted(part.numbers())
    return not part.intervals and all(number.denominator == 1 for number in numbers) and numbers[-1] - numbers[0] == len(numbers) - 1


def _add_end(number: Fraction | None, other: Fraction | None) -> Fraction | None:
    return None if number is None or other is None else number + other


def added(one: Interval, other: Interval) -> _Made:
    """Return the sums of two intervals."""
    interval = Interval(
        low=_add_end(one.low, other.low),
        low_open=one.low_open or other.low_open,
        high=_add_end(one.high, other.high),
        high_open=one.high_open or other.high_open,
    )
    first, second = (_length(part) for part in (one, other))
    if first == 0 or second == 0:
        single, long = (one, other) if first == 0 else (other, one)
        return [attrs.evolve(interval, step=long.step, base=long.base + (single.low or 0))], True
    if one.step is None or other.step is None:
        smooth, gap, length = (one, other.step, first) if one.step is None else (other, one.step, second)
        both_open = smooth.low_open and smooth.high_open
        return [interval], gap is None or length is None or length > gap or (length == gap and not both_open)
    step = Fraction(math.gcd(one.step.numerator * other.step.denominator, other.step.numerator * one.step.denominator)) / (
        one.step.denominator * other.step.denominator
    )
    fine, coarse = sorted(((one.step, first), (other.step, second)), key=lambda pair: pair[0])
    whole = (coarse[0] / fine[0]).denominator == 1 and (fine[1] is None or fine[1] >= coarse[0] - fine[0])
    return [attrs.evolve(interval, step=step, base=one.base + other.base)], whole


def _length(interval: Interval) -> Fraction | None:
    return None if interval.low is None or interval.high is None else interval.high - interval.low


def scaled(interval: Interval, by: Fraction) -> Interval:
    """Return the numbers of a interval times another one."""
    if by == 0:
        return Interval(low=Fraction(0), high=Fraction(0))
    low, high = (None if end is None else end * by for end in (interval.low, interval.high))
    step = None if interval.step is None else interval.step * abs(by)
    if by < 0:
        return Interval(low=high, low_open=interval.high_open, high=low, high_open=interval.low_open, step=step, base=interval.base * by)
    return Interval(low=low, low_open=interval.low_open, high=high, high_open=interval.high_open, step=step, base=interval.base * by)


def multiplied(one: Interval, other: Interval) -> _Made:
    """Return the products of two intervals: of one with a single number exactly, else all between the least and the greatest."""
    for single, long in ((one, other), (other, one)):
        if single.low is not None and single.low == single.high:
            return [scaled(long, single.low)], True
    corners = [_corner(left, right) for left in _corners(one) for right in _corners(other)]
    lows, highs = [end for end, _ in corners if end != math.inf], [end for end, _ in corners if end != -math.inf]
    low, high = min(lows, default=None), max(highs, default=None)
    interval = Interval(
        low=None if low in {None, -math.inf} else Fraction(low or 0),
        low_open=all(opened for end, opened in corners if end == low),
        high=None if high in {None, math.inf} else Fraction(high or 0),
        high_open=all(opened for end, opened in corners if end == high),
    )
    return [interval], one.step is None and other.step is None


_End = tuple[Fraction | float, bool]


def _corners(interval: Interval) -> list[_End]:
    ends: list[_End] = [(-math.inf, True) if interval.low is None else (interval.low, interval.low_open)]
    ends.append((math.inf, True) if interval.high is None else (interval.high, interval.high_open))
    inside = interval.cut(0, False, 0, False)  # noqa: FBT003 - ends
    return [*ends, (Fraction(0), False)] if inside is not None else ends


def _corner(left: _End, right: _End) -> _End:
    (one, one_open), (other, other_open) = left, right
    if one == 0 or other == 0:
        return Fraction(0), (one_open if one == 0 else True) and (other_open if other == 0 else True)
    if one in {math.inf, -math.inf} or other in {math.inf, -math.inf}:
        return (math.inf if (one > 0) == (other > 0) else -math.inf), True
    return Fraction(one) * Fraction(other), one_open or other_open


def inverses(part: ValueSet) -> ValueSet:
    """Return one over each number of a set that is not 0."""
    intervals: list[Interval] = []
    sure = part.exact
    for interval in part.ends():
        for low, high in ((None, Fraction(0)), (Fraction(0), None)):
            side = interval.cut(low, True, high, True)  # noqa: FBT003 - ends
            if side is None:
                continue
            sure = sure and (side.step is None or side.low == side.high)
            ends = [None if end in {None, 0} else 1 / end for end in (side.high, side.low)]
            low_end, high_end = ends
            if side.high is None:
                low_end, found_low_open = Fraction(0), True
            else:
                found_low_open = side.high_open
            if side.low is None:
                high_end, found_high_open = Fraction(0), True
            else:
                found_high_open = side.low_open
            intervals.append(Interval(low=low_end, low_open=found_low_open, high=high_end, high_open=found_high_open))
    return value_set((), intervals, exact=sure)


def least(one: ValueSet, other: ValueSet) -> ValueSet:
    """Return the lesser of each pair: what of either set is not above all of the other."""
    pieces = [*_not_above(one, other.hull()), *_not_above(other, one.hull())]
    return value_set((), pieces, exact=one.exact and other.exact)


def _not_above(one: ValueSet, hull: Interval | None) -> Iterator[Interval | None]:
    return (piece.cut(None, False, hull.high, hull.high_open) for piece in one.ends()) if hull else iter(())  # noqa: FBT003 - ends


def mapped(part: ValueSet, by: Fraction) -> ValueSet:
    """Return a set times a number."""
    return value_set(
        (tidy(number * by) for number in part.numbers()), (scaled(interval, by) for interval in part.intervals), exact=part.exact
    )


def clamped(part: ValueSet, low: Number | None, high: Number | None) -> ValueSet:
    """Return a set held inside bounds."""
    ends = [Fraction(end) for end in (low, high) if end is not None]
    outside = [
        any(end.low is None or end.low < low for end in part.ends()) if low is not None else False,
        any(end.high is None or end.high > high for end in part.ends()) if high is not None else False,
    ]
    reached = [
        tidy(end)
        for end, beyond in zip(ends, [one for one, end in zip(outside, (low, high), strict=True) if end is not None], strict=True)
        if beyond
    ]
    inside = [end.cut(low, False, high, False) for end in part.ends()]  # noqa: FBT003 - ends
    return value_set(reached, inside, exact=part.exact)


def floored(part: ValueSet) -> ValueSet:
    """Return the whole numbers at or below."""
    return _stepped(part, lambda number: Fraction(math.floor(number)), Fraction(1), Fraction(0))


def rounded(part: ValueSet, step: Number, half: Half) -> ValueSet:
    """Return the nearest steps."""

    def nearest(number: Fraction) -> Fraction:
        steps = number / step
        return (math.floor(steps + Fraction(1, 2)) if half is Half.UP else round(steps)) * Fraction(step)

    return _stepped(part, nearest, Fraction(step), Fraction(step) / 2)


def _stepped(part: ValueSet, move: Callable[[Fraction], Fraction], step: Fraction, shift: Fraction) -> ValueSet:
    """Return what a rise in steps makes of a set: `shift` below a step begin the numbers that go there."""
    intervals: list[Interval] = []
    sure = part.exact
    for interval in part.intervals:
        low = None if interval.low is None else move(interval.low)
        high = None if interval.high is None else move(interval.high)
        if interval.high_open and interval.high is not None and high is not None and interval.high == high - shift:
            high -= step
        if interval.low_open and interval.low is not None and low is not None:
            sure = sure and shift == 0
        intervals.append(Interval(low=low, high=high, step=step))
        sure = sure and (interval.step is None or (interval.step <= step and (step / interval.step).denominator == 1))
    return value_set((tidy(move(number)) for number in part.numbers()), intervals, exact=sure)
