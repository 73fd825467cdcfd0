"""The values that a threshold is moved to: written out as `4,5,6..12/0.5`, or found from the attribute's range and its data."""

from __future__ import annotations

import datetime
import math
from collections.abc import Iterable, Iterator, Sequence
from fractions import Fraction
from typing import TYPE_CHECKING

from evaluator.core.conditions import AtLeastOf
from evaluator.core.dates import MONTHS_A_YEAR, Precision, day_of, month_number, truncate
from evaluator.core.model import Band
from evaluator.core.values import NUMERIC, ORDERED, Atom, Kind, Number, ValueProblem, parse_number, tidy
from evaluator.engines.columns.truths import column
from evaluator.packs.thresholds import Cap, Setting, TableCell, Threshold

if TYPE_CHECKING:
    import polars as pl

    from evaluator.calibration.people import People

MOST = 200
"""Values in one sweep."""
_USUAL = 16
_FEW = 4
_LOW, _HIGH = 0.02, 0.98
_STEPS = (Fraction(1), Fraction(2), Fraction(5, 2), Fraction(5), Fraction(10))
_SCORE_STEP = Fraction(1, 20)


def parsed_values(text: str, threshold: Threshold) -> tuple[Setting, ...]:
    """Read values and ranges between commas, today's value added; raises ValueProblem.

    A range is `4..12` or, with its step, `4..12/0.5`; between two options of a scale it takes every option, between two dates it
    steps by their precision.
    """
    if threshold.lists:
        step = "a sweep moves one value; try another list in a copy of the pack, with `evaluator diff`"
        raise ValueProblem("the test lists several values", step)
    settings: list[Setting] = []
    for part in filter(None, (part.strip() for part in text.split(","))):
        settings += _range(part, threshold) if ".." in part else [_checked(threshold, threshold.parse(part))]
        if len(settings) > MOST:
            raise ValueProblem(f"more than {MOST} values are too many for one sweep", "take a larger step: 4..12/0.5")
    if not settings:
        raise ValueProblem("there is no value to try", "write some, such as 4,5,6..12")
    return _ordered([*settings, threshold.value], threshold)


def _checked(threshold: Threshold, value: Setting) -> Setting:
    if not isinstance(value, frozenset) and threshold.type.kind in ORDERED and threshold.type.outside(value):
        raise ValueProblem(threshold.type.outside_words(threshold.written(value)), "leave it out")
    return value


def _range(part: str, threshold: Threshold) -> Iterator[Setting]:
    ends, _, step = part.partition("/")
    first, last = (threshold.parse(end) for end in ends.split("..", 1))
    if threshold.type.kind not in ORDERED or isinstance(first, frozenset) or isinstance(last, frozenset):
        raise ValueProblem(f"`{part}` is a range, and {threshold.type.kind.one} has no order", "list the values between commas")
    if last < first:  # type: ignore[operator]
        raise ValueProblem(f"`{part}` runs backwards", f"write {ends.split('..', 1)[1]}..{ends.split('..', 1)[0]}")
    wide = _step(step, threshold)
    for index in range(MOST + 1):
        value = _stepped(first, wide * index, threshold.type.precision)
        if value > last:  # type: ignore[operator]
            return
        yield _checked(threshold, value)


def _step(text: str, threshold: Threshold) -> Number:
    if not text:
        return _SCORE_STEP if threshold.in_per_cent else 1
    step = parse_number(text)
    if step <= 0 or (threshold.type.kind is not Kind.NUMBER and step.denominator != 1):
        raise ValueProblem(f"`{text}` is no step for {threshold.type.kind.one}", f"write a {'whole ' if step > 0 else ''}number above 0")
    return step


def _stepped(first: Atom, by: Number, precision: Precision) -> Atom:
    """Move a value up: a number by so much, a date by so many days, months or years."""
    if not isinstance(first, datetime.date):
        return tidy(Fraction(first) + by)
    if precision is Precision.DAY:
        return first + datetime.timedelta(days=int(by))
    months = month_number(first) + int(by) * (MONTHS_A_YEAR if precision is Precision.YEAR else 1)
    return first.replace(year=months // MONTHS_A_YEAR, month=months % MONTHS_A_YEAR + 1)


def usual_values(threshold: Threshold, people: People) -> tuple[Setting, ...]:  # noqa: PLR0911 - one line a kind of value
    """Return values worth trying: every option, or a dozen even steps over what people have, within the range; today's with them."""
    kind = threshold.type.kind
    if threshold.lists:
        return parsed_values("", threshold)
    if isinstance(threshold.value, bool):
        return (True, False)
    if kind is Kind.SCALE and isinstance(threshold.value, int):
        return tuple(range(len(threshold.type.options)))
    if isinstance(threshold.test, AtLeastOf):
        every = [threshold.test.at(count) for count in range(1, len(threshold.test.parts) + 1)]
        return _ordered([threshold.value, *(one.count if one.share is None else one.share for one in every)], threshold)
    if isinstance(threshold.owner, Band):
        return _ordered([*_of_tally(threshold), threshold.value], threshold)
    if kind in {Kind.CHOICE, Kind.SET}:
        options = threshold.type.options
        return tuple(frozenset({option}) for option in options) if kind is Kind.SET else options
    if isinstance(threshold.test, Cap):
        return threshold.type.options
    if isinstance(threshold.test, TableCell):
        return _ordered([*_over(people.frame["row"].head(0), threshold), threshold.value], threshold)
    have = people.derived[column(threshold.test.attribute)].drop_nulls()
    return _ordered([*_over(have, threshold), threshold.value], threshold)


def _of_tally(threshold: Threshold) -> Iterable[Number]:
    if threshold.type.kind is Kind.NUMBER:
        return [tidy(_SCORE_STEP * index) for index in range(int(1 / _SCORE_STEP) + 1)]
    value = threshold.value if isinstance(threshold.value, int) else 0
    return range(max(value, 4) + 2)


def _over(have: pl.Series, threshold: Threshold) -> Iterator[Atom]:
    """Yield even steps from what few people are below to what few are above, today's value between, within the range."""
    if threshold.type.kind is Kind.DATE:
        yield from _dates(have, threshold)
        return
    if threshold.type.kind not in NUMERIC or not isinstance(threshold.value, int | Fraction):
        return
    low, high = _ends(have, threshold.value)
    step = _nice(high - low, whole=threshold.type.kind is Kind.INTEGER)
    for index in range(math.floor(low / step), math.ceil(high / step) + 1):
        value = tidy(step * index)
        if not threshold.type.outside(value):
            yield value


def _ends(have: pl.Series, today: Number) -> tuple[Fraction, Fraction]:
    """Return what nearly all people lie between, today's value with it.

    Where nothing is known of them, that is from 0 to twice today's, and a few more than the lowest where all are alike.
    """
    known = [Fraction(have.quantile(share, "nearest") or 0) for share in (_LOW, _HIGH)] if len(have) else [Fraction(0), Fraction(2 * today)]
    low, high = min(*known, Fraction(today)), max(*known, Fraction(today))
    return low, high if high > low else low + _FEW


def _nice(width: Fraction, *, whole: bool) -> Fraction:
    """Return a step that people count in - 1, 2, 2.5, 5, 10, times a power of ten - of which about a dozen span the width."""
    rough = max(width, Fraction(1, 100)) / _USUAL
    power = Fraction(10) ** math.floor(math.log10(rough))
    step = next(power * number for number in _STEPS if power * number >= rough)
    return Fraction(max(1, math.ceil(step))) if whole else step


def _dates(have: pl.Series, threshold: Threshold) -> Iterator[datetime.date]:
    """Yield dates at even shares of the people, from the first few to the last few."""
    for index in range(_USUAL + 1 if len(have) else 0):
        number = int(have.quantile(_LOW + (_HIGH - _LOW) * index / _USUAL, "nearest") or 0)
        day = truncate(day_of(number), threshold.type.precision)
        if not threshold.type.outside(day):
            yield day


def _ordered(values: Sequence[Setting], threshold: Threshold) -> tuple[Setting, ...]:
    """Return each value once; those of an ordered kind from low to high."""
    once = list(dict.fromkeys(values))
    if threshold.type.kind in ORDERED and not any(isinstance(value, frozenset) for value in once):
        return tuple(sorted(once))
    return tuple(once)
