"""Operations over several numbers as expressions over columns, with missing ones treated as the operation says."""

from __future__ import annotations

import datetime
import functools
import operator
from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from typing import Protocol, assert_never

import narwhals as nw

from evaluator.core.expressions import Calculation, Missing, Operation
from evaluator.engines.columns import language as x
from evaluator.engines.columns.language import Of


def combine(expression: Calculation, values: Sequence[nw.Expr], weights: Sequence[float] | None) -> nw.Expr:
    """Return an operation over numbers, with missing ones treated as it says."""
    if not isinstance(expression.missing, Missing):
        values = [value.fill_null(float(expression.missing)) for value in values]
    if expression.missing is not Missing.SKIP:
        return _all_known(expression.operation, values, weights)
    return _OVER_KNOWN[expression.operation](values, weights or [1.0] * len(values))


def _all_known(operation: Operation, values: Sequence[nw.Expr], weights: Sequence[float] | None) -> nw.Expr:  # noqa: PLR0911 - a case for each operation
    """Return an operation that is unknown where one value is: every operator here hands a null on."""
    if weights is not None:
        return functools.reduce(operator.add, [value * weight for value, weight in zip(values, weights, strict=True)]) / sum(weights)
    match operation:
        case Operation.SUM:
            return functools.reduce(operator.add, values)
        case Operation.PRODUCT:
            return functools.reduce(operator.mul, values)
        case Operation.DIFFERENCE:
            return functools.reduce(operator.sub, values)
        case Operation.MEAN:
            return functools.reduce(operator.add, values) / len(values)
        case Operation.RATIO:
            return x.when(values[1] != 0).then(values[0] / values[1]).otherwise(x.nothing(Of.FLOAT))
        case Operation.MIN:
            return _where_all_known(values, x.least(*values))
        case Operation.MAX:
            return _where_all_known(values, x.greatest(*values))
        case _:
            assert_never(operation)


def _where_all_known(values: Sequence[nw.Expr], result: nw.Expr) -> nw.Expr:
    known = functools.reduce(operator.and_, [~value.is_null() for value in values])
    return x.when(known).then(result).otherwise(x.nothing(Of.FLOAT))


def _where_known(values: Sequence[nw.Expr], then: Sequence[nw.Expr | float], nothing: float) -> nw.Expr:
    """Add up something for each value that is known."""
    lifted = [x.lit(one) if isinstance(one, float) else one for one in then]
    return functools.reduce(
        operator.add,
        [x.when(~value.is_null()).then(expression).otherwise(x.lit(nothing)) for value, expression in zip(values, lifted, strict=True)],
    )


def _if_any_known(values: Sequence[nw.Expr], result: nw.Expr) -> nw.Expr:
    some = functools.reduce(operator.or_, [~value.is_null() for value in values])
    return x.when(some).then(result).otherwise(x.nothing(Of.FLOAT))


def _known_sum(values: Sequence[nw.Expr], _weights: Sequence[float]) -> nw.Expr:
    return _if_any_known(values, _where_known(values, values, 0.0))


def _known_mean(values: Sequence[nw.Expr], weights: Sequence[float]) -> nw.Expr:
    weighted = [value * weight for value, weight in zip(values, weights, strict=True)]
    return _if_any_known(values, _where_known(values, weighted, 0.0) / _where_known(values, weights, 0.0))


def _known_product(values: Sequence[nw.Expr], _weights: Sequence[float]) -> nw.Expr:
    return _if_any_known(values, functools.reduce(operator.mul, [value.fill_null(1.0) for value in values]))


_OVER_KNOWN: Mapping[Operation, Callable[[Sequence[nw.Expr], Sequence[float]], nw.Expr]] = {
    Operation.SUM: _known_sum,
    Operation.MEAN: _known_mean,
    Operation.PRODUCT: _known_product,
    Operation.MIN: lambda values, _: x.least(*values),
    Operation.MAX: lambda values, _: x.greatest(*values),
    # A skipped side leaves no difference and no ratio.
    Operation.DIFFERENCE: lambda values, _: _all_known(Operation.DIFFERENCE, values, None),
    Operation.RATIO: lambda values, _: _all_known(Operation.RATIO, values, None),
}


class Parted(Protocol):
    """A number of which something is known: of what it is whole parts, one over that, or a divisor of it."""

    @property
    def value(self) -> nw.Expr:
        """The number."""

    @property
    def parts(self) -> nw.Expr | None:
        """Of what it is whole parts; None where nobody knows."""


def times(parts: nw.Expr | None, number: int) -> nw.Expr | None:
    """Return parts so many times as fine."""
    return None if parts is None else parts * float(number)


def parts_after(expression: Calculation, of: Sequence[Parted]) -> nw.Expr | None:
    """Return of what the result of an operation is whole parts: of no more than the product of what goes in.

    A part that is missing adds nothing to that, or what stands in for it does.
    """
    if expression.weights is not None or expression.operation is Operation.MEAN or any(one.parts is None for one in of):
        return None
    missing = expression.missing
    values, known = [one.value for one in of], [one.parts for one in of if one.parts is not None]
    if missing is not Missing.UNKNOWN:
        fine = x.lit(1.0 if isinstance(missing, Missing) else float(Fraction(missing).denominator))
        known = [x.when(value.is_null()).then(fine).otherwise(parts) for value, parts in zip(values, known, strict=True)]
    every = functools.reduce(operator.mul, known)
    if expression.operation is not Operation.RATIO:
        return every
    return every * (values[1] if isinstance(missing, Missing) else values[1].fill_null(float(missing))).abs()


def day_count_of(day: datetime.date) -> int:
    """Return the number of a day, counted by the formula that `day_count` uses for columns."""
    year, month = (day.year, day.month) if day.month > 2 else (day.year - 1, day.month + 12)  # noqa: PLR2004 - the year begins in March
    return 365 * year + year // 4 - year // 100 + year // 400 + (153 * (month - 3) + 2) // 5 + day.day


def day_count(day: nw.Expr) -> nw.Expr:
    """Return a day's number from 20240517: days of whole years, of whole months from March on, and the day."""
    number = day.cast(x.type_of(Of.WHOLE))
    month = x.quotient(number, 100) % 100
    shift = x.when(month <= 2).then(x.lit(1)).otherwise(x.lit(0))  # noqa: PLR2004 - January and February belong to the year before
    year = x.quotient(number, 10_000) - shift
    days = x.quotient((month + shift * 12 - 3) * 153 + 2, 5) + number % 100
    return year * 365 + x.quotient(year, 4) - x.quotient(year, 100) + x.quotient(year, 400) + days
