"""How far unmet conditions are, as expressions over columns: the same relations as in `gaps`, in floats."""

from __future__ import annotations

import datetime
import functools
import itertools
import operator
from collections.abc import Sequence

import attrs
import narwhals as nw

from evaluator.conditions import AnyOf, AtLeastOf, AttributeTest, Condition, Operator
from evaluator.engines.columns import language as x
from evaluator.engines.columns.language import Of
from evaluator.engines.columns.truths import Truths, column, encoded, member_column
from evaluator.values import Kind, ValueType

_A_YEAR = 365
_MOST_CHOICES = 256
_ONE = 1.0


@attrs.frozen(kw_only=True)
class Distances:
    """Turns plain conditions into how far they are from being met: 0 where they are, 1 for what no number can say."""

    truths: Truths

    def of(self, condition: Condition) -> nw.Expr:
        """Return the distance of a condition without none-of."""
        held = self.truths.of(condition).fill_null(value=False)
        return x.when(held).then(x.lit(0.0)).otherwise(self._unmet(condition))

    def _unmet(self, condition: Condition) -> nw.Expr:
        if isinstance(condition, AttributeTest):
            return self._test(condition).fill_null(_ONE)
        parts = [self.of(part) for part in condition.parts]
        if isinstance(condition, AnyOf):
            return _smallest(parts)
        if isinstance(condition, AtLeastOf):
            return _sum_of_smallest(parts, condition.count)
        return functools.reduce(operator.add, parts)

    def _test(self, test: AttributeTest) -> nw.Expr:
        type_ = self.truths.types[test.attribute]
        if test.operator in {Operator.KNOWN, Operator.IS_NOT, Operator.NONE_OF}:
            return x.lit(_ONE)
        if isinstance(test.value, frozenset):
            return self._members(test, type_, test.value)
        if type_.kind is Kind.DATE:
            return self._days(test)
        if type_.kind in {Kind.NUMBER, Kind.INTEGER, Kind.SCALE}:
            need = x.col(column(test.other)) if test.other is not None else x.lit(float(encoded(type_, test.value)))
            return _relation(x.col(column(test.attribute)).cast(x.type_of(Of.FLOAT)), need.cast(x.type_of(Of.FLOAT)), _beyond(test, type_))
        return x.lit(_ONE)

    def _members(self, test: AttributeTest, type_: ValueType, members: frozenset[object]) -> nw.Expr:
        have = x.col(column(test.attribute))
        if type_.kind is Kind.SCALE:
            ranks = sorted(rank for rank in members if isinstance(rank, int))
            return _nearest(have.cast(x.type_of(Of.FLOAT)), ranks)
        if type_.kind is not Kind.SET or test.operator is Operator.INCLUDES_ANY:
            return x.lit(_ONE)
        held = [x.col(member_column(test.attribute, type_.options.index(str(member)))) for member in sorted(map(str, members))]
        wrong = held if test.operator is Operator.INCLUDES_NONE else [~one for one in held]
        counted = functools.reduce(operator.add, [x.when(one).then(x.lit(1)).otherwise(x.lit(0)) for one in wrong])
        return x.when(~have.is_null()).then(counted.cast(x.type_of(Of.FLOAT)) / x.lit(float(len(held)))).otherwise(x.nothing(Of.FLOAT))

    def _days(self, test: AttributeTest) -> nw.Expr:
        have = _ordinal(x.col(column(test.attribute)))
        literal = test.value if isinstance(test.value, datetime.date) else None
        need = _ordinal(x.col(column(test.other or ""))) if literal is None else x.lit(_ordinal_of(literal))
        return (need - have).abs().cast(x.type_of(Of.FLOAT)) / x.lit(float(_A_YEAR))


def _beyond(test: AttributeTest, type_: ValueType) -> int:
    """Return what a strict comparison adds where there is nothing between whole numbers."""
    return int(test.operator in {Operator.ABOVE, Operator.BELOW} and type_.kind is not Kind.NUMBER)


def _relation(have: nw.Expr, need: nw.Expr, more: int) -> nw.Expr:
    size = x.when(need.abs() > _ONE).then(need.abs()).otherwise(x.lit(_ONE))
    return x.when(~(have.is_null() | need.is_null())).then(((need - have).abs() + float(more)) / size).otherwise(x.nothing(Of.FLOAT))


def _nearest(have: nw.Expr, ranks: Sequence[int]) -> nw.Expr:
    """Return the relation to the nearest of some ranks, the lower of two that are as near."""
    result = x.nothing(Of.FLOAT)
    best = x.lit(float("inf"))
    for rank in ranks:
        distance = (have - rank).abs()
        closer = distance < best
        result = x.when(closer).then(distance / x.lit(float(max(rank, 1)))).otherwise(result)
        best = x.when(closer).then(distance).otherwise(best)
    return x.when(~have.is_null()).then(result).otherwise(x.nothing(Of.FLOAT))


def _smallest(parts: Sequence[nw.Expr]) -> nw.Expr:
    return x.least(*parts) if len(parts) > 1 else parts[0]


def _sum_of_smallest(parts: Sequence[nw.Expr], count: int) -> nw.Expr:
    """Return the least that so many parts add up to; what is met adds nothing."""
    if count >= len(parts):
        return functools.reduce(operator.add, parts)
    chosen = itertools.combinations(parts, count)
    sums = [functools.reduce(operator.add, some) for some in itertools.islice(chosen, _MOST_CHOICES)]
    return _smallest(sums)


def _ordinal_of(day: datetime.date) -> int:
    """Return the number of a day, counted by the formula that `_ordinal` uses for columns."""
    year, month = (day.year, day.month) if day.month > 2 else (day.year - 1, day.month + 12)  # noqa: PLR2004 - the year begins in March
    return 365 * year + year // 4 - year // 100 + year // 400 + (153 * (month - 3) + 2) // 5 + day.day


def _ordinal(day: nw.Expr) -> nw.Expr:
    """Return a day's number from 20240517: days of whole years, of whole months from March on, and the day."""
    number = day.cast(x.type_of(Of.WHOLE))
    early = (number // 100) % 100 <= 2  # noqa: PLR2004 - January and February belong to the year before
    shift = x.when(early).then(x.lit(1)).otherwise(x.lit(0))
    year, month = number // 10_000 - shift, (number // 100) % 100 + shift * 12
    return year * 365 + year // 4 - year // 100 + year // 400 + ((month - 3) * 153 + 2) // 5 + number % 100
