"""Derived attributes as expressions over columns; records are gathered before, where their entries are at hand."""

from __future__ import annotations

import functools
import math
import operator
from collections.abc import Callable, Iterable, Sequence
from fractions import Fraction
from typing import assert_never

import attrs
import narwhals as nw

from evaluator.core.dates import DAYS_A_WEEK, MONTHS_A_YEAR
from evaluator.core.expressions import (
    Calculation,
    Ceil,
    Clamp,
    Expression,
    Floor,
    Gather,
    Half,
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
    TimeUnit,
    When,
)
from evaluator.core.values import NUMERIC, Kind, ValueType
from evaluator.engines.columns import language as x
from evaluator.engines.columns.calculations import combine, day_count, parts_after, times
from evaluator.engines.columns.language import Of
from evaluator.engines.columns.truths import Truths, column, encoded, snapped, undecided

AS_OF = "as_of"
"""The column that holds each row's as-of date, as the number of a day."""
OWN_DAYS = ("own_as_of", "gathered")
"""The columns of the days that a profile names itself, which no rule reads: the one to judge for, and the one its facts are of."""
ENTRIES = "entries"
"""The column of what the lists of a person hold, which no expression reads: other engines judge by it what reads more than these."""
_LARGEST = 2**52
"""Whole numbers beyond this are in doubt: a float no longer tells them apart."""


@attrs.frozen(kw_only=True)
class DerivedColumn:
    """An expression over columns, whether its numbers are whole, and expressions for where rounding could have decided inside it.

    What is computed from whole numbers is exact. Any other number is the float nearest to the exact one, but where it is `rounded`.
    """

    value: nw.Expr
    exact: bool = True
    doubts: tuple[nw.Expr, ...] = ()
    rounded: nw.Expr | None = None
    """Where rounding may have moved the number; None where it never does."""
    parts: nw.Expr | None = None
    """Of what the exact number is whole parts: one over this, or a divisor of it; None where nobody knows."""


@attrs.define(kw_only=True)
class Columns:
    """The columns that hold what stands inside the expression of one attribute, so that what reads it often costs no more than once.

    `levels` are to be added one after the other: what is in one reads those before. `made` are the numbers that columns hold, by the
    identity of their expressions.
    """

    attribute: str
    levels: dict[int, list[nw.Expr]] = attrs.field(factory=dict)
    names: list[str] = attrs.field(factory=list)
    made: dict[int, DerivedColumn] = attrs.field(factory=dict)

    def bound(self, expression: Expression, derived_column: DerivedColumn) -> DerivedColumn:
        """Return the number of an expression, read from columns."""
        level = depth(expression)
        value = self._column(derived_column.value, level)
        rounded = None if derived_column.rounded is None else self._column(derived_column.rounded, level)
        parts = None if derived_column.parts is None else self._column(derived_column.parts, level)
        self.made[id(expression)] = attrs.evolve(derived_column, value=value, rounded=rounded, parts=parts)
        return self.made[id(expression)]

    def _column(self, expression: nw.Expr, level: int) -> nw.Expr:
        name = f"i.{self.attribute}.{len(self.names)}"
        self.names.append(name)
        self.levels.setdefault(level, []).append(expression.alias(name))
        return x.col(name)


@attrs.frozen(kw_only=True)
class Maker:
    """Turns the expressions of derived attributes of a type into expressions over columns.

    What stands inside them goes to `columns`, if there are any.
    """

    truths: Truths
    wanted: ValueType
    columns: Columns | None = None

    def make(self, expression: Expression) -> DerivedColumn:  # noqa: C901, PLR0911, PLR0912 - a case for each operator
        """Return an expression's value; raises TypeError for one over records, which are gathered before."""
        match expression:
            case Literal():
                return self.literal(expression)
            case Reference():
                return self.reference(expression)
            case Calculation():
                return self.calculation(expression)
            case Floor():
                return self.to_whole(expression, lambda number: number.floor())
            case Ceil():
                return self.to_whole(expression, lambda number: number.ceil() + 0.0)  # which is no 0 below nothing
            case Clamp():
                return self.clamp(expression)
            case Round():
                return self.round(expression)
            case Lookup():
                return self.lookup(expression)
            case When():
                return self.when(expression)
            case Tally():
                return self.tally(expression)
            case Since():
                return self.since(expression)
            case Gather() | Stored():
                raise TypeError("no column holds the entries of records")
            case _:
                assert_never(expression)

    def literal(self, expression: Literal) -> DerivedColumn:
        """Return a literal, as the type that is wanted encodes it."""
        value = expression.value
        exact = not isinstance(value, Fraction)
        parts = x.lit(float(Fraction(value).denominator)) if isinstance(value, int | Fraction) else None
        return DerivedColumn(value=x.lit(encoded(self.wanted, value)), exact=exact, parts=parts)

    def reference(self, expression: Reference) -> DerivedColumn:
        """Return another attribute."""
        name = expression.attribute
        exact = name not in self.truths.inexact and self.truths.types[name].kind is not Kind.NUMBER
        return DerivedColumn(value=x.col(column(name)), exact=exact, rounded=self.truths.rounded(name), parts=self.truths.parts(name))

    def calculation(self, expression: Calculation) -> DerivedColumn:
        """Return an operation over parts."""
        parts = [self.number(part) for part in expression.parts]
        values = [part.value for part in parts]
        doubts = _doubts(parts)
        if expression.operation is Operation.RATIO and (rounded := parts[1].rounded) is not None:
            doubts.append(rounded & undecided(values[1], x.lit(0.0), parts[1].parts))
            values[1] = _divisor(parts[1])
        weights: Sequence[float] | None = None if expression.weights is None else [float(weight) for weight in expression.weights]
        combined = combine(expression, values, weights)
        exact = expression.operation in _KEEPS_WHOLE and weights is None and all(part.exact for part in parts)
        exact = exact and isinstance(expression.missing, Missing | int)
        large = [combined.abs() >= _LARGEST] if exact else []
        rounded = None if exact else _rounded(parts) if expression.operation in _CHOOSES else _always()
        return DerivedColumn(value=combined, exact=exact, doubts=(*doubts, *large), rounded=rounded, parts=parts_after(expression, parts))

    def divides_by_nought(self, expression: Calculation) -> nw.Expr:
        """Return where the divisor of a ratio is known, and 0."""
        return (_divisor(self.number(expression.parts[1])) == 0).fill_null(value=False)

    def number(self, expression: Expression) -> DerivedColumn:
        """Return an expression as a float, so that no product overflows."""
        derived_column = attrs.evolve(self, wanted=_NUMBER).make(expression)
        derived_column = attrs.evolve(derived_column, value=derived_column.value.cast(x.type_of(Of.FLOAT)))
        return (
            derived_column
            if self.columns is None or isinstance(expression, Literal | Reference)
            else self.columns.bound(expression, derived_column)
        )

    def unknown(self, expression: Expression) -> nw.Expr:
        """Return where a number is unknown: one that is rounded or held inside bounds is so where the number itself is."""
        match expression:
            case Floor(of=of) | Ceil(of=of) | Clamp(of=of) | Round(of=of):
                return self.unknown(of)
            case Literal() | Reference() | Calculation() | Lookup() | When() | Tally() | Gather() | Since() | Stored():
                return self.number(expression).value.is_null()
            case _:
                assert_never(expression)

    def to_whole(self, expression: Floor | Ceil, turned: Callable[[nw.Expr], nw.Expr]) -> DerivedColumn:
        """Return the whole number that a number is turned into, down or up; one that rounding moved off a whole one counts as that."""
        of = self.number(expression.of)
        if of.rounded is None:
            return DerivedColumn(value=turned(of.value), doubts=of.doubts, parts=x.lit(1.0))
        whole = of.value.round(0)
        doubt = of.rounded & undecided(of.value, whole, of.parts)
        return DerivedColumn(value=turned(snapped(of.value, whole, of.rounded)), doubts=(*of.doubts, doubt), parts=x.lit(1.0))

    def clamp(self, expression: Clamp) -> DerivedColumn:
        """Return a number held inside bounds."""
        of = self.number(expression.of)
        value = of.value
        exact = of.exact
        for bound, outside in ((expression.lowest, operator.lt), (expression.highest, operator.gt)):
            if bound is not None:
                exact = exact and isinstance(bound, int)
                value = x.when(outside(value, float(bound))).then(x.lit(float(bound))).otherwise(value)
        return DerivedColumn(value=value, exact=exact, doubts=of.doubts, rounded=of.rounded)

    def round(self, expression: Round) -> DerivedColumn:
        """Return a number rounded to the nearest step."""
        of = self.number(expression.of)
        steps = of.value / float(expression.step)
        certain = of.rounded is None and expression.step == 1
        if not certain and of.parts is not None:
            steps = snapped(steps * 2.0, (steps * 2.0).round(0), _always()) / 2.0
        below = steps.floor()
        rest = steps - below
        even = (below % 2) == 0
        up = rest >= 0.5 if expression.half is Half.UP else (rest > 0.5) | ((rest == 0.5) & ~even)  # noqa: PLR2004 - a half
        whole = x.when(up).then(below + 1).otherwise(below)
        exact = isinstance(expression.step, int)
        doubt = () if certain else (undecided(steps, below + 0.5, times(of.parts, Fraction(expression.step).numerator * 2)),)
        # A null condition takes the other branch, so what is unknown has to be said again.
        value = x.when(~of.value.is_null()).then(whole * float(expression.step)).otherwise(x.nothing(Of.FLOAT))
        fine = x.lit(float(Fraction(expression.step).denominator))
        return DerivedColumn(value=value, exact=exact, doubts=(*of.doubts, *doubt), rounded=None if exact else _always(), parts=fine)

    def lookup(self, expression: Lookup) -> DerivedColumn:
        """Return a table's value."""
        of, of_type = self.looked_up(expression.of)
        outcome = (*expression.rows.values(), *(band.gives for band in expression.bands))
        exact = not any(isinstance(value, Fraction) for value in outcome)
        ends = [*expression.rows, *(end for band in expression.bands for end in (band.lowest, band.highest) if end is not None)]
        marks = list(dict.fromkeys(end for end in ends if of.rounded is not None and isinstance(end, int | Fraction)))
        cases = [(_at(of, encoded(of_type, key)) == encoded(of_type, key), gives) for key, gives in expression.rows.items()]
        cases += [(_inside(of, band), band.gives) for band in expression.bands]
        value = _cases(cases, lambda gives: x.lit(encoded(self.wanted, gives)), x.nothing(kind_of(self.wanted)))
        numbers = [Fraction(gives).denominator for gives in outcome if isinstance(gives, int | Fraction)]
        doubts = [undecided(of.value, x.lit(float(end)), times(of.parts, Fraction(end).denominator)) for end in marks]
        doubts = [doubt if of.rounded is None else of.rounded & doubt for doubt in doubts]
        return DerivedColumn(value=value, exact=exact, doubts=(*of.doubts, *doubts), parts=x.lit(float(math.lcm(*numbers))))

    def looked_up(self, expression: Expression) -> tuple[DerivedColumn, ValueType]:
        """Return what is looked up in a table, and its type."""
        if isinstance(expression, Reference):
            return self.reference(expression), self.truths.types[expression.attribute]
        return self.number(expression), _NUMBER

    def when(self, expression: When) -> DerivedColumn:
        """Return the value of the first condition that is met."""
        value = self.make(expression.otherwise)
        derived_columns = [value]
        result = value.value.cast(x.type_of(kind_of(self.wanted)))
        doubts: list[nw.Expr] = []
        for condition, then in reversed(expression.branches):
            held, branch = self.truths.of(condition), self.make(then)
            doubts += self.truths.doubts(condition)
            derived_columns.append(branch)
            chosen = x.when(held).then(branch.value.cast(x.type_of(kind_of(self.wanted))))
            if expression.missing is Missing.SKIP:
                result = chosen.otherwise(result)
            else:
                result = x.when(~held.is_null()).then(chosen.otherwise(result)).otherwise(x.nothing(kind_of(self.wanted)))
        return DerivedColumn(
            value=result,
            exact=all(derived_column.exact for derived_column in derived_columns),
            doubts=(*_doubts(derived_columns), *doubts),
            rounded=_rounded(derived_columns),
        )

    def tally(self, expression: Tally) -> DerivedColumn:
        """Return how many conditions are met, or the share of them."""
        ones = [self.truths.of(condition).cast(x.type_of(Of.WHOLE)) for condition in expression.conditions]
        doubts = tuple(doubt for condition in expression.conditions for doubt in self.truths.doubts(condition))
        operation = Operation.MEAN if expression.share else Operation.SUM
        counted = Calculation(operation=operation, parts=(), missing=expression.missing)
        value = combine(counted, [one.cast(x.type_of(Of.FLOAT)) for one in ones], None)
        return DerivedColumn(value=value, exact=not expression.share, doubts=doubts, rounded=_always() if expression.share else None)

    def since(self, expression: Since) -> DerivedColumn:
        """Return the time from a date to the as-of date, in its unit."""
        value = time_until_as_of(x.col(column(expression.of)), expression.unit)
        if not expression.unit.whole:
            return DerivedColumn(value=value, exact=False, rounded=_always(), parts=x.lit(float(MONTHS_A_YEAR)))
        return DerivedColumn(value=value, parts=x.lit(1.0))


def time_until_as_of(date: nw.Expr, unit: TimeUnit) -> nw.Expr:
    """Return the time from a date, as the number of a day, to the as-of date; years are whole months over twelve."""
    day, today = date.cast(x.type_of(Of.WHOLE)), x.col(AS_OF).cast(x.type_of(Of.WHOLE))
    if unit in {TimeUnit.DAYS, TimeUnit.WEEKS}:
        days = day_count(x.col(AS_OF)) - day_count(date)
        weeks = x.when(days >= 0).then(x.quotient(days, DAYS_A_WEEK)).otherwise(x.quotient(days * -1, DAYS_A_WEEK) * -1)
        return days if unit is TimeUnit.DAYS else weeks
    months = _month(today) - _month(day)
    passed = months - x.when(today % 100 < day % 100).then(x.lit(1)).otherwise(x.lit(0))
    ahead = months + x.when(day % 100 < today % 100).then(x.lit(1)).otherwise(x.lit(0))
    whole = x.when(day > today).then(ahead).otherwise(passed)
    return whole if unit.whole else whole / MONTHS_A_YEAR


_NUMBER = ValueType(kind=Kind.NUMBER)
_KEEPS_WHOLE = frozenset({Operation.SUM, Operation.PRODUCT, Operation.DIFFERENCE, Operation.MIN, Operation.MAX})
_CHOOSES = frozenset({Operation.MIN, Operation.MAX})


def depth(expression: Expression) -> int:
    """Return how many expressions stand inside each other."""
    return max((1 + depth(one) for one in expression.children), default=0)


def _always() -> nw.Expr:
    return x.lit(True)  # noqa: FBT003 - a truth


def _rounded(parts: Iterable[DerivedColumn]) -> nw.Expr | None:
    """Return where one of some numbers may have been moved by rounding; None where none ever is."""
    found = [part.rounded for part in parts if part.rounded is not None]
    return functools.reduce(operator.or_, found) if found else None


def _at(derived_column: DerivedColumn, mark: float) -> nw.Expr:
    """Return a number, made equal to a mark that it is near to where rounding may have moved it.

    What it is compared with is that mark alone, so that a table costs as much as it has ends, and not their number times itself.
    """
    return (
        derived_column.value
        if derived_column.rounded is None
        else snapped(derived_column.value, x.lit(float(mark)), derived_column.rounded)
    )


def _divisor(derived_column: DerivedColumn) -> nw.Expr:
    return _at(derived_column, 0.0)


def _doubts(parts: Iterable[DerivedColumn]) -> list[nw.Expr]:
    return [doubt for part in parts for doubt in part.doubts]


def _month(day: nw.Expr) -> nw.Expr:
    return x.quotient(day, 10_000) * MONTHS_A_YEAR + x.quotient(day, 100) % 100


def kind_of(type_: ValueType) -> Of:
    """Return the type of the column that holds values of a type."""
    if type_.kind in {Kind.FLAG, Kind.SET}:
        return Of.TRUTH
    return Of.FLOAT if type_.kind in NUMERIC else Of.WHOLE


def _inside(derived_column: DerivedColumn, band: TableBand) -> nw.Expr:
    inside = [~derived_column.value.is_null()]
    if band.lowest is not None:
        lowest, have = float(band.lowest), _at(derived_column, float(band.lowest))
        inside.append(have >= lowest if band.includes_lowest else have > lowest)
    if band.highest is not None:
        highest, have = float(band.highest), _at(derived_column, float(band.highest))
        inside.append(have <= highest if band.includes_highest else have < highest)
    return functools.reduce(operator.and_, inside)


def _cases(cases: Iterable[tuple[nw.Expr, object]], lift: Callable[[object], nw.Expr], otherwise: nw.Expr) -> nw.Expr:
    result = otherwise
    for condition, gives in reversed(list(cases)):
        result = x.when(condition).then(lift(gives)).otherwise(result)
    return result
