"""Attributes as symbols for z3: whether one is known, and a value of its kind within the declared range.

Numbers are reals, whole numbers and ranks are integers, a date is one integer (its month counted from the year 0, times 32, plus its
day), a flag is a truth, a choice and a set have a truth for each option.
"""

from __future__ import annotations

import calendar
import datetime
from collections.abc import Iterator, Mapping
from fractions import Fraction
from typing import Any

import attrs
import z3

from evaluator.calibration.prove.interval_check import EARLIEST
from evaluator.core.dates import MONTHS_A_YEAR, Precision, month_number
from evaluator.core.values import Atom, Kind, Value, ValueType, tidy

Formula = Any
"""A z3 truth; z3 declares no types."""
Term = Any
"""A z3 value: a number or truth, or for choices and sets the truth of each option."""
DAYS = 32
"""Steps a month in the integer of a date; more than any month has days."""
_LAST = datetime.date(9999, 12, 31)
YES, NO = z3.BoolVal(True), z3.BoolVal(False)  # noqa: FBT003 - z3's own signature


@attrs.frozen(kw_only=True)
class Symbol:
    """An attribute's value, and the truth of its being known; there is no value to records."""

    known: Formula
    value: Term = None


def certain(known: Formula) -> bool:
    """Whether a truth needs no solving to be seen to hold."""
    return bool(z3.is_true(z3.simplify(known)))


def date_number(day: datetime.date) -> int:
    """Return the integer that stands for a day."""
    return month_number(day) * DAYS + day.day


def constant(value: Atom) -> Term:
    """Return a number, rank, date or truth as a z3 value."""
    if isinstance(value, bool):
        return z3.BoolVal(value)
    if isinstance(value, datetime.date):
        return z3.IntVal(date_number(value))
    return z3.IntVal(value) if isinstance(value, int) else z3.RealVal(str(value))


def one_of_kind(name: str, type_: ValueType) -> tuple[Term, list[Formula]]:
    """Return an unknown value of a type under a name, and what holds of it."""
    if type_.kind in {Kind.CHOICE, Kind.SET}:
        options = {option: z3.Bool(f"{name}={option}") for option in type_.options}
        constraints = [z3.PbEq([(held, 1) for held in options.values()], 1)] if type_.kind is Kind.CHOICE else []
        return options, constraints
    if type_.kind is Kind.FLAG:
        return z3.Bool(name), []
    if type_.kind is Kind.DATE:
        return _date(name, type_)
    value = z3.Real(name) if type_.kind is Kind.NUMBER else z3.Int(name)
    if type_.kind is Kind.SCALE:
        return value, [value >= 0, value <= len(type_.options) - 1]
    ends = zip((type_.lowest, type_.highest), type_.comparisons(), strict=True)
    return value, [compare(value, constant(end)) for end, compare in ends if end is not None]


def _date(name: str, type_: ValueType) -> tuple[Term, list[Formula]]:
    month, day = z3.Int(f"{name} month"), z3.Int(f"{name} day")
    value = month * DAYS + day
    within = [value >= constant(type_.lowest or EARLIEST), value <= constant(type_.highest or _LAST)]
    if type_.precision is Precision.DAY:
        return value, [*within, day >= 1, day <= _days(month)]
    return value, [*within, day == 1, *([month % MONTHS_A_YEAR == 0] if type_.precision is Precision.YEAR else [])]


def _days(month: Term) -> Term:
    of_year, year = month % MONTHS_A_YEAR, month / MONTHS_A_YEAR
    leap = z3.And(year % 4 == 0, z3.Or(year % 100 != 0, year % 400 == 0))
    short = z3.Or(*(of_year == place for place in (3, 5, 8, 10)))
    return z3.If(of_year == 1, z3.If(leap, 29, 28), z3.If(short, 30, 31))


def unknowns_in(term: Term) -> Iterator[Term]:
    """Yield the unknowns of a small term, in its order."""
    if z3.is_const(term) and term.decl().kind() == z3.Z3_OP_UNINTERPRETED:
        yield term
    for part in term.children():
        yield from unknowns_in(part)


def read_value(model: Any, value: Term, type_: ValueType) -> Value:  # noqa: ANN401 - z3 declares no types
    """Return what a model of z3 says of a value."""
    if isinstance(value, Mapping):
        held = [option for option, formula in value.items() if z3.is_true(model.eval(formula, model_completion=True))]
        return frozenset(held) if type_.kind is Kind.SET else held[0]
    number = model.eval(value, model_completion=True)
    if type_.kind is Kind.FLAG:
        return bool(z3.is_true(number))
    if type_.kind is Kind.DATE:
        months, day = divmod(number.as_long(), DAYS)
        year, month = divmod(months, MONTHS_A_YEAR)
        return datetime.date(year, month + 1, min(day, calendar.monthrange(year, month + 1)[1]))
    return _number(number)


def _number(numeral: Any) -> int | Fraction:  # noqa: ANN401 - z3 declares no types
    if z3.is_algebraic_value(numeral):
        numeral = numeral.approx(12)
    return (
        tidy(Fraction(numeral.numerator_as_long(), numeral.denominator_as_long()))
        if z3.is_rational_value(numeral)
        else int(numeral.as_long())
    )
