"""Computed attributes as z3 values; what works on the entries of records has none."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import reduce
from typing import Any

import z3

from evaluator.calibration.prove.formulas import Untranslatable, World
from evaluator.calibration.prove.symbols import DAYS, NO, YES, Formula, Symbol, Term, certain, constant
from evaluator.core.dates import MONTHS_A_YEAR, month_number
from evaluator.core.expressions import (
    Calculation,
    Clamp,
    Expression,
    Floor,
    Half,
    Literal,
    Lookup,
    Missing,
    Operation,
    Reference,
    Round,
    Since,
    Stretch,
    Tally,
    When,
)
from evaluator.core.values import Atom, Kind, Number, ValueType

_BY_OPTION = frozenset({Kind.CHOICE, Kind.SET})


def translated(expression: Expression, world: World, type_: ValueType) -> Symbol:
    """Return the value of an expression of a type; raises Untranslatable."""
    if isinstance(expression, Literal):
        return Symbol(known=YES, value=_atom(expression.value, type_))
    if isinstance(expression, Reference):
        return world.symbol(expression.attribute)
    if isinstance(expression, When | Lookup):
        return _when(expression, world, type_) if isinstance(expression, When) else _lookup(expression, world, type_)
    if isinstance(expression, Floor | Clamp | Round):
        found = _number(expression.of, world)
        return Symbol(known=found.known, value=_shaped(expression, found.value))
    if type(expression) in _NUMBERS:
        return _NUMBERS[type(expression)](expression, world)
    raise Untranslatable


_NUMBER = ValueType(kind=Kind.NUMBER)


def _number(expression: Expression, world: World) -> Symbol:
    return translated(expression, world, _NUMBER)


def _atom(value: Atom, type_: ValueType) -> Term:
    if type_.kind in _BY_OPTION:
        return {option: YES if option == value else NO for option in type_.options}
    return constant(value)


def _shaped(expression: Floor | Clamp | Round, value: Term) -> Term:
    if isinstance(expression, Floor):
        return _floored(value)
    if isinstance(expression, Clamp):
        bounds = [(expression.lowest, _larger), (expression.highest, _smaller)]
        return reduce(lambda found, bound: found if bound[0] is None else bound[1](found, constant(bound[0])), bounds, value)
    step = constant(expression.step)
    steps = _real(value) / _real(step)
    if expression.half is Half.UP:
        return _floored(steps + z3.Q(1, 2)) * step
    below = _floored(steps)
    rest = steps - z3.ToReal(below)
    up = z3.Or(rest > z3.Q(1, 2), z3.And(rest == z3.Q(1, 2), below % 2 == 1))
    return z3.If(up, below + 1, below) * step


def _real(value: Term) -> Term:
    return z3.ToReal(value) if z3.is_int(value) else value


def _floored(value: Term) -> Term:
    return value if z3.is_int(value) else z3.ToInt(value)


def _larger(one: Term, two: Term) -> Term:
    return z3.If(one >= two, one, two)


def _smaller(one: Term, two: Term) -> Term:
    return z3.If(one <= two, one, two)


def _filled(parts: Sequence[Symbol], missing: Missing | Number) -> tuple[Formula, list[Term]]:
    """Treat missing inputs as the expression says; one that may be skipped changes what is computed, and has no formula."""
    if missing is Missing.SKIP and not all(certain(part.known) for part in parts):
        raise Untranslatable
    if isinstance(missing, Missing):
        return z3.And(*(part.known for part in parts)), [part.value for part in parts]
    stand_in = constant(missing)
    return YES, [part.value if certain(part.known) else z3.If(part.known, part.value, stand_in) for part in parts]


def _calculation(expression: Calculation, world: World) -> Symbol:
    known, values = _filled([_number(part, world) for part in expression.parts], expression.missing)
    if expression.weights is not None:
        total = constant(sum(expression.weights))
        weighed = [_real(value) * _real(constant(weight)) for value, weight in zip(values, expression.weights, strict=True)]
        return Symbol(known=known, value=z3.Sum(weighed) / _real(total))
    if expression.operation is Operation.RATIO:
        over, under = values
        return Symbol(known=z3.And(known, under != 0), value=_real(over) / _real(under))
    return Symbol(known=known, value=_CALCULATE[expression.operation](values))


_CALCULATE: Mapping[Operation, Callable[[list[Term]], Term]] = {
    Operation.SUM: z3.Sum,
    Operation.PRODUCT: z3.Product,
    Operation.MEAN: lambda values: _real(z3.Sum(values)) / len(values),
    Operation.MIN: lambda values: reduce(_smaller, values),
    Operation.MAX: lambda values: reduce(_larger, values),
    Operation.DIFFERENCE: lambda values: values[0] - values[1],
}


def _tally(expression: Tally, world: World) -> Symbol:
    held = [world.held(condition) for condition in expression.conditions]
    parts = [Symbol(known=z3.Or(one.met, one.unmet), value=z3.If(one.met, 1, 0)) for one in held]
    known, values = _filled(parts, expression.missing)
    count = z3.Sum(values)
    return Symbol(known=known, value=_real(count) / len(values) if expression.share else count)


def _since(expression: Since, world: World) -> Symbol:
    found, as_of = world.symbol(expression.of), world.as_of
    month, day = found.value / DAYS, found.value % DAYS
    past = month_number(as_of) - month - z3.If(day > as_of.day, 1, 0)
    coming = month - month_number(as_of) - z3.If(day < as_of.day, 1, 0)
    months = z3.If(found.value > month_number(as_of) * DAYS + as_of.day, -coming, past)
    return Symbol(known=found.known, value=z3.ToReal(months) / MONTHS_A_YEAR if expression.years else months)


def _choose(condition: Formula, one: Term, two: Term) -> Term:
    """Return one value where a condition holds, else another; of choices and sets, for each option."""
    if isinstance(one, Mapping) and isinstance(two, Mapping):
        return {option: z3.If(condition, held, two.get(option, NO)) for option, held in one.items()}
    return z3.If(condition, one, two)


def _when(expression: When, world: World, type_: ValueType) -> Symbol:
    found = translated(expression.otherwise, world, type_)
    for condition, value in reversed(expression.branches):
        held, gives = world.held(condition), translated(value, world, type_)
        later = found.known if expression.missing is Missing.SKIP else z3.And(held.unmet, found.known)
        found = Symbol(known=z3.If(held.met, gives.known, later), value=_choose(held.met, gives.value, found.value))
    return found


def _lookup(expression: Lookup, world: World, type_: ValueType) -> Symbol:
    key = translated(expression.of, world, _key_type(expression))
    rows = [(_is(key.value, one), gives) for one, gives in expression.rows.items()]
    rows += [(_in_band(key.value, band), band.gives) for band in expression.bands]
    known, value = NO, _atom(rows[-1][1], type_)
    for holds, gives in reversed(rows):
        known, value = z3.Or(holds, known), _choose(holds, _atom(gives, type_), value)
    return Symbol(known=z3.And(key.known, known), value=value)


def _key_type(expression: Lookup) -> ValueType:
    words = tuple(key for key in expression.rows if isinstance(key, str))
    return ValueType(kind=Kind.CHOICE, options=words) if words else _NUMBER


def _is(value: Term, key: Atom) -> Formula:
    return value.get(key, NO) if isinstance(value, Mapping) else value == constant(key)


def _in_band(value: Any, band: Stretch) -> Formula:  # noqa: ANN401 - z3 declares no types
    low, high = band.lowest, band.highest
    above = YES if low is None else value >= constant(low) if band.includes_lowest else value > constant(low)
    below = YES if high is None else value <= constant(high) if band.includes_highest else value < constant(high)
    return z3.And(above, below)


_NUMBERS: Mapping[type, Callable[..., Symbol]] = {Calculation: _calculation, Since: _since, Tally: _tally}
