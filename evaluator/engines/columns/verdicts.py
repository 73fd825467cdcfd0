"""Verdict bands as expressions over columns: the first whose condition a tally meets."""

from __future__ import annotations

import functools
import math
import operator
from collections.abc import Sequence
from fractions import Fraction
from typing import assert_never

import narwhals as nw

from evaluator.core.conditions import AllOf, AnyOf, AtLeastOf, AttributeTest, Condition, NoneOf
from evaluator.core.model import Band
from evaluator.core.operators import Comparison, Operator, comparison_of
from evaluator.engines.columns import language as x
from evaluator.engines.columns.language import Of
from evaluator.engines.columns.tallies import Counted, Ratio, choice, lifted
from evaluator.engines.columns.truths import compared


def verdict(bands: Sequence[Band], tallies: Counted) -> nw.Expr:
    """Return the place of the first verdict whose condition the tally meets; the best is 0."""
    result = x.lit(len(bands) - 1, Of.TINY)
    for index, band in reversed(list(enumerate(bands[:-1]))):
        if band.when is not None:
            result = x.when(_holds(band.when, tallies)).then(x.lit(index, Of.TINY)).otherwise(result)
    return result


def capped(found: nw.Expr, caps: Sequence[tuple[int, nw.Expr]]) -> nw.Expr:
    """Return the place of the worst of a verdict and of those at which criteria cap, each with where its criterion is unmet."""
    if not caps:
        return found
    lows = [choice(Of.TINY, (unmet, place)) for place, unmet in caps]
    return x.greatest(x.cast(found, Of.TINY), *lows)


def _holds(condition: Condition, tallies: Counted) -> nw.Expr:
    """Return whether a condition over the tally holds; nothing in a tally is ever unknown."""
    if isinstance(condition, AttributeTest):
        return _test(condition, tallies)
    parts = [_holds(part, tallies) for part in condition.parts]
    match condition:
        case AllOf():
            return functools.reduce(operator.and_, parts)
        case AnyOf():
            return functools.reduce(operator.or_, parts)
        case NoneOf():
            return ~functools.reduce(operator.or_, parts)
        case AtLeastOf(count=count):
            return _enough(parts, count)
        case _:
            assert_never(condition)


def _enough(parts: Sequence[nw.Expr], count: int) -> nw.Expr:
    of = x.roomy(len(parts))
    return functools.reduce(operator.add, [choice(of, (part, 1)) for part in parts], x.lit(0, of)) >= count


def _test(test: AttributeTest, tallies: Counted) -> nw.Expr:
    if test.of_presence:
        return x.lit(bool(test.value))
    have, how = tallies.ratio(test.attribute), comparison_of(test.operator)
    if test.other is not None:
        return _crosswise(have, how, tallies.ratio(test.other))
    need = Fraction(test.value if isinstance(test.value, int | Fraction) else 0)
    need = min(max(need, Fraction(-1)), Fraction(have.most + 1))  # beyond all that it can be; the product of more with a weight has no room
    if isinstance(have.lower, int):
        return _bounded(lifted(have.upper), how, need * have.lower)
    return _beside(have, how, need)


def _beside(have: Ratio, how: Comparison, need: Fraction) -> nw.Expr:
    """Compare a fraction with a number, by way of the nearest number that such a fraction can be: a product of both has room then."""
    below, above = neighbours(need, have.most)
    match how:
        case Operator.AT_LEAST | Operator.BELOW:
            return _crosswise(have, how, Ratio.of(above))
        case Operator.AT_MOST | Operator.ABOVE:
            return _crosswise(have, how, Ratio.of(below))
        case Operator.IS | Operator.IS_NOT:
            return _crosswise(have, how, Ratio.of(need)) if below == above else x.lit(how is Operator.IS_NOT)
        case never:
            assert_never(never)


def neighbours(number: Fraction, most: int) -> tuple[Fraction, Fraction]:
    """Return the greatest fraction at or below a number, and the least at or above it, whose lower part is no more than `most`.

    They are the last two that its continued fraction comes to (Khinchin, "Continued Fractions").
    """
    if number.denominator <= most:
        return number, number
    upper, lower = number.numerator, number.denominator
    before, last = (0, 1), (1, 0)
    while (next_lower := before[1] + (whole := upper // lower) * last[1]) <= most:
        before, last = last, (before[0] + whole * last[0], next_lower)
        upper, lower = lower, upper - whole * lower
    times = (most - before[1]) // last[1]
    ends = Fraction(before[0] + times * last[0], before[1] + times * last[1]), Fraction(*last)
    return min(ends), max(ends)


def _crosswise(have: Ratio, how: Comparison, need: Ratio) -> nw.Expr:
    """Compare two fractions crosswise, with room for the products."""
    of = x.roomy(max(have.most, 1) * max(need.most, 1))
    left = x.cast(lifted(have.upper), of) * x.cast(lifted(need.lower), of)
    return compared(left, how, x.cast(lifted(need.upper), of) * x.cast(lifted(have.lower), of))


def _bounded(have: nw.Expr, how: Comparison, bound: Fraction) -> nw.Expr:
    """Compare a whole number with a bound, by way of the whole number that says the same."""
    match how:
        case Operator.AT_LEAST | Operator.BELOW:
            whole = math.ceil(bound)
        case Operator.AT_MOST | Operator.ABOVE:
            whole = math.floor(bound)
        case Operator.IS | Operator.IS_NOT:
            if bound.denominator != 1:
                return x.lit(how is Operator.IS_NOT)
            whole = int(bound)
        case never:
            assert_never(never)
    return compared(have, how, x.lit(whole))
