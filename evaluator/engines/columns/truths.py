"""Conditions as expressions over columns: true is met, false is unmet, null is unknown.

Numbers that a pack computes are floats here and exact fractions in the reference. Where such a number lies so close to what it
is compared with that rounding could decide, the two are equal if the fractions that both may be lie further apart than that;
else the row is in doubt, and the reference is asked about it. A number that was stated is the float nearest to it, as those of the
pack are: two of them compare as the exact numbers do, and none is ever taken for another one that is near.
"""

from __future__ import annotations

import datetime
import functools
import operator
from collections.abc import Collection, Iterable, Mapping
from fractions import Fraction
from typing import assert_never

import attrs
import narwhals as nw

from evaluator.core.conditions import AllOf, AnyOf, AtLeastOf, AttributeTest, Condition, NoneOf
from evaluator.core.dates import day_number
from evaluator.core.operators import Comparison, Inclusion, Membership, Operator
from evaluator.core.values import Atom, Kind, ValueType
from evaluator.engines.columns import language as x
from evaluator.engines.columns.language import Of

NEAR = 1e-9
"""Two numbers closer than this, in relation to the larger of 1 and what is compared with, may be equal or either way round."""

MOST_TINY = 127
"""So many options have places that a byte holds."""


def column(attribute: str) -> str:
    """Name the column that holds an attribute's value; of a set, the column that is true where it is known."""
    return f"a.{attribute}"


def parts_column(attribute: str) -> str:
    """Name the column that says of what a computed number is whole parts: of one over this, or a divisor of it."""
    return f"d.{attribute}"


def rounded_column(attribute: str) -> str:
    """Name the column that says whether a number that may be stated was computed, so that it may be off by what rounding does."""
    return f"r.{attribute}"


def low_column(attribute: str) -> str:
    """Name the column of the least that a computed number can be: its value where that is known, nothing where there is no limit."""
    return f"low.{attribute}"


def high_column(attribute: str) -> str:
    """Name the column of the greatest that a computed number can be, in the same way."""
    return f"high.{attribute}"


def in_part_column(attribute: str) -> str:
    """Name the column that says where a computed number is not known, but for its bounds."""
    return f"part.{attribute}"


def cause_column(attribute: str) -> str:
    """Name the column that says why an attribute computed from records is unknown: a letter for each reason, as `Stored` has them."""
    return f"w.{attribute}"


def member_column(attribute: str, index: int) -> str:
    """Name the column that says whether a set holds its option at that place."""
    return f"a.{attribute}.{index}"


@attrs.frozen(kw_only=True)
class Truths:
    """Turns conditions into expressions; the numbers of `inexact` attributes are rounded where they were computed.

    Those of them in `stated` may have been stated instead, row by row. `bounded` attributes have columns of bounds, and those in
    `certain_bounds` bounds that no rounding moves.
    """

    types: Mapping[str, ValueType]
    inexact: Collection[str] = frozenset()
    stated: Collection[str] = frozenset()
    bounded: Collection[str] = frozenset()
    certain_bounds: Collection[str] = frozenset()

    def of(self, condition: Condition) -> nw.Expr:
        """Return the condition's truth."""
        if isinstance(condition, AttributeTest):
            return self._test(condition)
        parts = [self.of(part) for part in condition.parts]
        if not parts:
            return x.lit(True)  # noqa: FBT003 - nothing is asked
        match condition:
            case AllOf():
                return functools.reduce(operator.and_, parts)
            case AnyOf():
                return functools.reduce(operator.or_, parts)
            case NoneOf():
                return functools.reduce(operator.and_, [~part for part in parts])
            case AtLeastOf():
                return at_least_of(condition, parts)
            case _:
                assert_never(condition)

    def doubts(self, condition: Condition) -> list[nw.Expr]:
        """Return expressions that are true where rounding could decide one of the condition's tests."""
        if isinstance(condition, AttributeTest):
            return self._doubt(condition)
        return [doubt for part in condition.parts for doubt in self.doubts(part)]

    def _test(self, test: AttributeTest) -> nw.Expr:
        have = x.col(column(test.attribute))
        match test.operator:
            case Operator.AT_LEAST | Operator.AT_MOST | Operator.ABOVE | Operator.BELOW | Operator.IS | Operator.IS_NOT as how:
                return self._comparison(test, how, have)
            case Operator.ONE_OF | Operator.NONE_OF as how:
                return self._membership(test, how, have)
            case Operator.INCLUDES | Operator.INCLUDES_ALL | Operator.INCLUDES_ANY | Operator.INCLUDES_NONE as how:
                return self._inclusion(test, how)
            case Operator.KNOWN:
                return ~have.is_null() if test.value else have.is_null()
            case never:
                assert_never(never)

    def _comparison(self, test: AttributeTest, how: Comparison, have: nw.Expr) -> nw.Expr:
        if isinstance(test.value, bool):
            return _flag(have, how, value=test.value)
        need = x.col(column(test.other)) if test.other is not None else x.lit(encoded(self.types[test.attribute], test.value))
        if (rounded := self._rounded(test)) is not None:
            have = snapped(have, need, rounded)
        if not set(self.bounded).isdisjoint(test.attributes):
            other = (need, need) if test.other is None else self._ends(test.other)
            return x.first_known(compared(have, how, need), _in_part(self._ends(test.attribute), how, other))
        return self._compare_choices(test, how, have, need) if self._codes_differ(test) else compared(have, how, need)

    def _codes_differ(self, test: AttributeTest) -> bool:
        """Whether two choices with different options are compared, whose codes mean different words."""
        return test.other is not None and self.types[test.attribute].options != self.types[test.other].options

    def _compare_choices(self, test: AttributeTest, how: Comparison, have: nw.Expr, need: nw.Expr) -> nw.Expr:
        mine, theirs = self.types[test.attribute].options, self.types[test.other or ""].options
        shared = [(mine.index(word), theirs.index(word)) for word in mine if word in theirs]
        equal = functools.reduce(operator.or_, [(have == left) & (need == right) for left, right in shared], x.lit(False))  # noqa: FBT003
        known = x.when(~(have.is_null() | need.is_null()))
        match how:
            case Operator.IS:
                return known.then(equal).otherwise(x.nothing(Of.TRUTH))
            case Operator.IS_NOT:
                return known.then(~equal).otherwise(x.nothing(Of.TRUTH))
            case Operator.AT_LEAST | Operator.AT_MOST | Operator.ABOVE | Operator.BELOW:
                raise TypeError(f"choices have no order to compare them by with {how}")
            case never:
                assert_never(never)

    def _membership(self, test: AttributeTest, how: Membership, have: nw.Expr) -> nw.Expr:
        codes = sorted(encoded(self.types[test.attribute], value) for value in members(test))
        expression = functools.reduce(operator.or_, [have == code for code in codes])
        match how:
            case Operator.ONE_OF:
                return expression
            case Operator.NONE_OF:
                return ~expression
            case never:
                assert_never(never)

    def _inclusion(self, test: AttributeTest, how: Inclusion) -> nw.Expr:
        held = self.held(test)
        match how:
            case Operator.INCLUDES | Operator.INCLUDES_ALL:
                return functools.reduce(operator.and_, held)
            case Operator.INCLUDES_ANY:
                return functools.reduce(operator.or_, held)
            case Operator.INCLUDES_NONE:
                return ~functools.reduce(operator.or_, held)
            case never:
                assert_never(never)

    def held(self, test: AttributeTest) -> list[nw.Expr]:
        """Return whether each option that a test of a set lists is held, in the order of their names."""
        options = self.types[test.attribute].options
        return [x.col(member_column(test.attribute, options.index(member))) for member in sorted(map(str, members(test)))]

    def _doubt(self, test: AttributeTest) -> list[nw.Expr]:
        if test.of_presence or isinstance(test.value, frozenset):
            return []
        return [*self._doubt_of_rounding(test), *self._doubt_of_bounds(test)]

    def _doubt_of_bounds(self, test: AttributeTest) -> list[nw.Expr]:
        """Return where a test looks at a bound that rounding may have moved, and where it compares two attributes, one of them in part."""
        names = [name for name in test.attributes if name in self.bounded]
        if not names or all(self._certainly(name) for name in test.attributes):
            return []
        part = functools.reduce(operator.or_, [x.col(in_part_column(name)) for name in names])
        if test.other is None:
            need = x.lit(encoded(self.types[test.attribute], test.value))
            pairs = [(end, need) for end in self._ends(test.attribute)]
        else:
            pairs = list(zip(self._ends(test.attribute), reversed(self._ends(test.other)), strict=True))
        return [part & near(one, other) for one, other in pairs]

    def _ends(self, name: str) -> tuple[nw.Expr, nw.Expr]:
        """Return the bounds of a number, twice its value where it has no columns of bounds."""
        if name not in self.bounded:
            return x.col(column(name)), x.col(column(name))
        return x.col(low_column(name)), x.col(high_column(name))

    def _certainly(self, name: str) -> bool:
        """Whether rounding moves no bound of a number, nor its value where that is known."""
        return name in self.certain_bounds or (name not in self.bounded and name not in self.inexact)

    def _doubt_of_rounding(self, test: AttributeTest) -> list[nw.Expr]:
        rounded = self._rounded(test)
        if rounded is None:
            return []
        type_ = self.types[test.attribute]
        have = x.col(column(test.attribute))
        need = x.col(column(test.other)) if test.other is not None else x.lit(encoded(type_, test.value))
        literal = Fraction(test.value).denominator if isinstance(test.value, int | Fraction) else 1
        parts = functools.reduce(operator.mul, [self.parts(name) for name in test.attributes]) * float(literal)
        return [rounded & undecided(have, need, parts)]

    def _rounded(self, test: AttributeTest) -> nw.Expr | None:
        """Return where a test reads a number that rounding may have moved; None where it never does."""
        found = [rounded for name in test.attributes if (rounded := self.rounded(name)) is not None]
        return functools.reduce(operator.or_, found) if found else None

    def rounded(self, name: str) -> nw.Expr | None:
        """Return where rounding may have moved an attribute's number; None where it never does."""
        if name not in self.inexact:
            return None
        return x.col(rounded_column(name)) if name in self.stated else x.lit(True)  # noqa: FBT003 - always

    def columns(self, name: str) -> list[str]:
        """Name the columns an attribute's value is read from: what it holds, the options of a set, whether a number was computed."""
        type_ = self.types[name]
        members = [member_column(name, index) for index in range(len(type_.options))] if type_.kind is Kind.SET else []
        bounds = [low_column(name), high_column(name), in_part_column(name)] if name in self.bounded else []
        return [column(name), *members, *([rounded_column(name)] if name in self.stated else []), *bounds]

    def parts(self, name: str) -> nw.Expr:
        """Return of what an attribute's number is whole parts; null where nobody knows."""
        if name in self.inexact:
            return x.col(parts_column(name))
        return parts_of(x.col(column(name))) if self.types[name].kind is Kind.NUMBER else x.lit(1.0)


_Ends = tuple[nw.Expr, nw.Expr]


def _in_part(have: _Ends, how: Comparison, need: _Ends) -> nw.Expr:
    """Return what a comparison comes to of whatever lies between bounds on both sides; a bound that is missing says nothing."""
    (low, high), (least, most) = have, need
    match how:
        case Operator.AT_LEAST:
            met, unmet = low >= most, high < least
        case Operator.AT_MOST:
            met, unmet = high <= least, low > most
        case Operator.ABOVE:
            met, unmet = low > most, high <= least
        case Operator.BELOW:
            met, unmet = high < least, low >= most
        case Operator.IS | Operator.IS_NOT:
            apart = (low > most).fill_null(value=False) | (high < least).fill_null(value=False)
            return x.when(apart).then(x.lit(how is Operator.IS_NOT)).otherwise(x.nothing(Of.TRUTH))
        case never:
            assert_never(never)
    return x.when(met).then(x.lit(True)).when(unmet).then(x.lit(False)).otherwise(x.nothing(Of.TRUTH))  # noqa: FBT003 - truths


def _flag(have: nw.Expr, how: Comparison, *, value: bool) -> nw.Expr:
    match how:
        case Operator.IS:
            return have if value else ~have
        case Operator.IS_NOT:
            return ~have if value else have
        case Operator.AT_LEAST | Operator.AT_MOST | Operator.ABOVE | Operator.BELOW:
            raise TypeError(f"yes and no have no order to compare them by with {how}")
        case never:
            assert_never(never)


def members(test: AttributeTest) -> frozenset[Atom]:
    """Return the values that a test lists."""
    if not isinstance(test.value, frozenset):
        raise TypeError(f"a test of `{test.attribute}` by {test.operator} takes a list of values")
    return test.value


def compared(have: nw.Expr, how: Comparison, need: nw.Expr) -> nw.Expr:
    """Return the truth of a comparison of two columns that hold values in the same way."""
    match how:
        case Operator.AT_LEAST:
            expression = have >= need
        case Operator.AT_MOST:
            expression = have <= need
        case Operator.ABOVE:
            expression = have > need
        case Operator.BELOW:
            expression = have < need
        case Operator.IS:
            expression = have == need
        case Operator.IS_NOT:
            expression = have != need
        case never:
            assert_never(never)
    return expression


def parts_of(number: nw.Expr) -> nw.Expr:
    """Return what a number that was stated is whole parts of: hundredths; nothing where it has more decimals."""
    return x.when(in_parts(number, 100)).then(x.lit(100.0)).otherwise(x.nothing(Of.FLOAT))


def in_parts(number: nw.Expr, parts: int) -> nw.Expr:
    """Return whether a number that was stated is exactly so many whole parts: the quotient is the float nearest to them."""
    return (number * float(parts)).round(0) / float(parts) == number


def near(expression: nw.Expr, other: nw.Expr) -> nw.Expr:
    """Return whether two numbers are so close that rounding could decide between them."""
    return (expression - other).abs() <= _slack(other)


def snapped(expression: nw.Expr, other: nw.Expr, rounded: nw.Expr) -> nw.Expr:
    """Return a number, made equal to another one that is near, where rounding may have moved one of the two."""
    return x.when(rounded & near(expression, other)).then(other).otherwise(expression)


def undecided(expression: nw.Expr, other: nw.Expr, parts: nw.Expr | None) -> nw.Expr:
    """Return whether two numbers are near and yet may differ: their difference is whole parts of one over `parts`, if that is known."""
    close = near(expression, other)
    return close if parts is None else close & ~(parts * 2.0 * _slack(other) < 1.0).fill_null(value=False)


def _slack(other: nw.Expr) -> nw.Expr:
    return other.abs() * NEAR + NEAR


def encoded(type_: ValueType, value: object) -> int | float | bool:
    """Return a value as its column holds it: a rank, the place of an option, the number of a day, a number."""
    if isinstance(value, bool | int):
        return value
    if isinstance(value, Fraction):
        return float(value)
    if isinstance(value, datetime.date):
        return day_number(value)
    if isinstance(value, str):
        return type_.options.index(value) if value in type_.options else -1
    raise TypeError(f"no column can hold {value!r}")


def at_least_of(condition: AtLeastOf, parts: list[nw.Expr]) -> nw.Expr:
    """Return the truth of an at-least-of from the truths of its parts."""
    met = count(parts)
    enough, too_few = met >= condition.count, met + count([part.is_null() for part in parts]) < condition.count
    return x.when(enough).then(x.lit(True)).when(too_few).then(x.lit(False)).otherwise(x.nothing(Of.TRUTH))  # noqa: FBT003


def count(parts: Iterable[nw.Expr]) -> nw.Expr:
    """Return how many are true; null counts as not."""
    listed = list(parts)
    of = x.roomy(len(listed))
    return functools.reduce(operator.add, [x.when(part).then(x.lit(1, of)).otherwise(x.lit(0, of)) for part in listed])


def any_of(doubts: Iterable[nw.Expr]) -> nw.Expr:
    """Return whether one is true; null counts as not."""
    listed = list(doubts)
    return functools.reduce(operator.or_, [doubt.fill_null(value=False) for doubt in listed]) if listed else x.lit(False)  # noqa: FBT003
