"""How far unmet conditions are, as expressions over columns: the same relations as in `gaps`, in whole parts where they have one.

Distances are fractions. Multiplied with a common denominator they are whole numbers, which floats hold and compare exactly.
"""

from __future__ import annotations

import datetime
import functools
import math
import operator
from collections.abc import Sequence
from fractions import Fraction
from typing import assert_never

import attrs
import narwhals as nw

from evaluator.core.conditions import AllOf, AnyOf, AtLeastOf, AttributeTest, Condition, NoneOf, leaves
from evaluator.core.operators import ROWS, Inclusion, Operator
from evaluator.core.values import Kind
from evaluator.engines.columns import language as x
from evaluator.engines.columns.calculations import day_count, day_count_of
from evaluator.engines.columns.language import Of
from evaluator.engines.columns.truths import Truths, column, encoded, in_parts, members

_A_YEAR = 365
_DECIMALS = 10_000
"""What numbers are taken to be whole parts of; of one with more decimals, the distance is in doubt."""

_LARGE = 1_000_000
"""Fractions of denominators up to this lie so far apart that floats keep them so."""


@attrs.frozen(kw_only=True)
class Distances:
    """Turns plain conditions into how far they are from being met, `times` over: 0 where they are, `times` for what no number can say."""

    truths: Truths
    times: int = 1

    def of(self, condition: Condition) -> nw.Expr:
        """Return the distance of a condition without none-of."""
        held = self.truths.of(condition).fill_null(value=False)
        return x.when(held).then(x.lit(0.0)).otherwise(self.unmet(condition))

    def unmet(self, condition: Condition) -> nw.Expr:
        """Return the distance of a condition that is not met."""
        if isinstance(condition, AttributeTest):
            return self._test(condition)
        parts = [self.of(part) for part in condition.parts]
        match condition:
            case AnyOf():
                return _smallest(parts)
            case AtLeastOf(count=count):
                return _sum_of_smallest(parts, count)
            case AllOf() | NoneOf():
                return functools.reduce(operator.add, parts)
            case _:
                assert_never(condition)

    def denominator(self, condition: Condition) -> int | None:
        """Return a number by which every distance of a condition is whole; None where it hangs on the row."""
        found = [self._denominator(test) for test in leaves(condition)]
        return None if None in found else math.lcm(*(one for one in found if one is not None))

    def rounds(self, condition: Condition) -> bool:
        """Whether a distance comes out whole only after rounding, for it was made from decimals."""
        return any(self._kind(test) is Kind.NUMBER or _size(test).denominator > 1 for test in leaves(condition) if self._measured(test))

    def finer(self, condition: Condition) -> list[nw.Expr]:
        """Return where a number has more decimals than distances are counted in, so that it is none of their whole parts."""
        names = dict.fromkeys(test.attribute for test in leaves(condition) if self._measured(test) and self._kind(test) is Kind.NUMBER)
        return [~in_parts(x.col(column(name)), _DECIMALS) for name in names]

    def bounded(self, condition: Condition) -> bool:
        """Whether the ranges of attributes keep a distance below a billion times."""
        return all(self._bounded(test) for test in leaves(condition))

    def _bounded(self, test: AttributeTest) -> bool:
        type_ = self.truths.types[test.attribute]
        if not self._measured(test):
            return type_.kind is not Kind.DATE
        ranged = type_.kind is Kind.SCALE or None not in {type_.lowest, type_.highest}
        ends = [end for end in (type_.lowest, type_.highest) if isinstance(end, int | Fraction)]
        return ranged and test.other is None and all(-_DECIMALS <= end <= _DECIMALS for end in ends)

    def coarse(self, condition: Condition) -> bool:
        """Whether needs may be so large that a float holds two different distances as one."""
        return any(self._coarse(test) for test in leaves(condition) if self._measured(test))

    def _coarse(self, test: AttributeTest) -> bool:
        if test.other is None:
            return _size(test) > _LARGE
        type_ = self.truths.types[test.other]
        ends = [end for end in (type_.lowest, type_.highest) if isinstance(end, int | Fraction)]
        return type_.kind is not Kind.SCALE and not (len(ends) == 2 and all(-_LARGE <= end <= _LARGE for end in ends))  # noqa: PLR2004 - both

    def _kind(self, test: AttributeTest) -> Kind:
        return self.truths.types[test.attribute].kind

    def _measured(self, test: AttributeTest) -> bool:
        """Whether a test compares numbers or ranks, so that it tells by how much it is not met."""
        plain = ROWS[test.operator].measured and not isinstance(test.value, frozenset)
        return plain and self._kind(test) in {Kind.NUMBER, Kind.INTEGER, Kind.SCALE}

    def _denominator(self, test: AttributeTest) -> int | None:
        if not ROWS[test.operator].measured:
            return 1
        if isinstance(test.value, frozenset):
            ranks = [max(rank, 1) for rank in test.value if isinstance(rank, int)]
            return math.lcm(*ranks) if ranks else len(test.value)
        if self._measured(test):
            return self._of_numbers(test)
        return _A_YEAR if self._kind(test) is Kind.DATE else 1

    def _of_numbers(self, test: AttributeTest) -> int | None:
        if test.other is not None or set(test.attributes).intersection(self.truths.inexact):
            return None
        step = Fraction(1, _DECIMALS if self._kind(test) is Kind.NUMBER else 1)
        need = Fraction(encoded(self.truths.types[test.attribute], test.value)) if not isinstance(test.value, Fraction) else test.value
        return math.lcm((step / _size(test)).denominator, (need / _size(test)).denominator)

    def _test(self, test: AttributeTest) -> nw.Expr:
        match test.operator:
            case Operator.AT_LEAST | Operator.AT_MOST | Operator.ABOVE | Operator.BELOW | Operator.IS:
                expression = self._comparison(test)
            case Operator.ONE_OF:
                expression = self._membership(test)
            case Operator.INCLUDES | Operator.INCLUDES_ALL | Operator.INCLUDES_ANY | Operator.INCLUDES_NONE as how:
                expression = self._inclusion(test, how)
            case Operator.IS_NOT | Operator.NONE_OF | Operator.KNOWN:
                expression = self._nothing
            case never:
                assert_never(never)
        return expression.fill_null(float(self.times))

    @property
    def _nothing(self) -> nw.Expr:
        """The distance of what no number can say."""
        return x.lit(float(self.times))

    def _comparison(self, test: AttributeTest) -> nw.Expr:
        if self._measured(test):
            return self._relation(test, x.col(column(test.attribute)))
        return self._days(test) * float(Fraction(self.times, _A_YEAR)) if self._kind(test) is Kind.DATE else self._nothing

    def _relation(self, test: AttributeTest, have: nw.Expr) -> nw.Expr:
        have = have.cast(x.type_of(Of.FLOAT))
        more = float(ROWS[test.operator].strict and self._kind(test) is not Kind.NUMBER)
        if test.other is None:
            size = _size(test)
            apart = (have - float(encoded(self.truths.types[test.attribute], test.value))).abs()
            return (apart + more if more else apart) * float(self.times / size)
        need = x.col(column(test.other)).cast(x.type_of(Of.FLOAT))
        size_ = x.when(need.abs() > 1.0).then(need.abs()).otherwise(x.lit(1.0))
        return ((need - have).abs() + more) / size_ * float(self.times)

    def _membership(self, test: AttributeTest) -> nw.Expr:
        if self._kind(test) is not Kind.SCALE:
            return self._nothing
        have = x.col(column(test.attribute)).cast(x.type_of(Of.FLOAT))
        return self._nearest(have, sorted(rank for rank in members(test) if isinstance(rank, int)))

    def _inclusion(self, test: AttributeTest, how: Inclusion) -> nw.Expr:
        held = self.truths.held(test)
        match how:
            case Operator.INCLUDES | Operator.INCLUDES_ALL:
                wrong = [~expression for expression in held]
            case Operator.INCLUDES_NONE:
                wrong = held
            case Operator.INCLUDES_ANY:
                return self._nothing
            case never:
                assert_never(never)
        each = float(Fraction(self.times, len(held)))
        counted = functools.reduce(operator.add, [x.when(expression).then(x.lit(each)).otherwise(x.lit(0.0)) for expression in wrong])
        return x.when(~x.col(column(test.attribute)).is_null()).then(counted).otherwise(x.nothing(Of.FLOAT))

    def _nearest(self, have: nw.Expr, ranks: Sequence[int]) -> nw.Expr:
        """Return the relation to the nearest of some ranks, the lower of two that are as near."""
        result = x.nothing(Of.FLOAT)
        best = x.lit(float("inf"))
        for rank in ranks:
            distance = (have - rank).abs()
            closer = distance < best
            result = x.when(closer).then(distance * float(Fraction(self.times, max(rank, 1)))).otherwise(result)
            best = x.when(closer).then(distance).otherwise(best)
        return x.when(~have.is_null()).then(result).otherwise(x.nothing(Of.FLOAT))

    def _days(self, test: AttributeTest) -> nw.Expr:
        have = day_count(x.col(column(test.attribute)))
        literal = test.value if isinstance(test.value, datetime.date) else None
        need = day_count(x.col(column(test.other or ""))) if literal is None else x.lit(day_count_of(literal))
        days = (need - have).abs()
        return x.when(days < 1).then(x.lit(1, Of.WHOLE)).otherwise(days).cast(x.type_of(Of.FLOAT))


def _size(test: AttributeTest) -> Fraction:
    """Return what a distance from a literal is set in relation to: the literal, or 1 where it is less."""
    need = test.value if isinstance(test.value, int | Fraction) else 1
    return max(abs(Fraction(need)), Fraction(1))


def _smallest(parts: Sequence[nw.Expr]) -> nw.Expr:
    return x.least(*parts) if len(parts) > 1 else parts[0]


def _sum_of_smallest(parts: Sequence[nw.Expr], count: int) -> nw.Expr:
    """Return the least that so many parts add up to; what is met adds nothing."""
    if count >= len(parts):
        return functools.reduce(operator.add, parts)
    return x.sum_of_least(parts, count)
