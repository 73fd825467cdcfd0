"""Conditions and computed attributes as z3 formulas over what a profile states: three-valued, as their definition is."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import reduce
from typing import Any, assert_never

import attrs
import z3

from evaluator.calibration.prove.attributes_read import AttributesRead, computed
from evaluator.calibration.prove.symbols import (
    DAYS,
    NO,
    YES,
    Formula,
    Symbol,
    Term,
    certain,
    constant,
    date_number,
    one_of_kind,
    read_value,
    unknowns_in,
)
from evaluator.core.attributes import Attribute
from evaluator.core.conditions import AllOf, AnyOf, AtLeastOf, AttributeTest, Condition, NoneOf
from evaluator.core.dates import DAYS_A_WEEK, MONTHS_A_YEAR, month_number
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
from evaluator.core.model import Pack, Role
from evaluator.core.operators import Comparison, Membership, Operator
from evaluator.core.values import Atom, Kind, Number, Value, ValueType

_BY_OPTION = frozenset({Kind.CHOICE, Kind.SET})


def translated(expression: Expression, world: World, type_: ValueType) -> Symbol:  # noqa: PLR0911 - a case for each operator
    """Return the value of an expression of a type; raises Untranslatable."""
    match expression:
        case Literal(value=value):
            return Symbol(known=YES, value=_atom(value, type_))
        case Reference(attribute=name):
            return world.symbol(name)
        case When():
            return _when(expression, world, type_)
        case Lookup():
            return _lookup(expression, world, type_)
        case Floor() | Ceil() | Clamp() | Round():
            symbol = _number(expression.of, world)
            return Symbol(known=symbol.known, value=_shaped(expression, symbol.value))
        case Calculation():
            return _calculation(expression, world)
        case Tally():
            return _tally(expression, world)
        case Since():
            return _since(expression, world)
        case Gather() | Stored():
            raise Untranslatable
        case _:
            assert_never(expression)


_NUMBER = ValueType(kind=Kind.NUMBER)


def _number(expression: Expression, world: World) -> Symbol:
    return translated(expression, world, _NUMBER)


def _atom(value: Atom, type_: ValueType) -> Term:
    if type_.kind in _BY_OPTION:
        return {option: YES if option == value else NO for option in type_.options}
    return constant(value)


def _shaped(expression: Floor | Ceil | Clamp | Round, value: Term) -> Term:
    match expression:
        case Floor():
            return _floored(value)
        case Ceil():
            return -_floored(-value)
        case Clamp():
            bounds = [(expression.lowest, _larger), (expression.highest, _smaller)]
            return reduce(lambda formula, bound: formula if bound[0] is None else bound[1](formula, constant(bound[0])), bounds, value)
        case Round():
            return _rounded(expression, value)
        case _:
            assert_never(expression)


def _rounded(expression: Round, value: Term) -> Term:
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


def _larger(term: Term, two: Term) -> Term:
    return z3.If(term >= two, term, two)


def _smaller(term: Term, two: Term) -> Term:
    return z3.If(term <= two, term, two)


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
    parts = [Symbol(known=z3.Or(truth.met, truth.unmet), value=z3.If(truth.met, 1, 0)) for truth in held]
    known, values = _filled(parts, expression.missing)
    count = z3.Sum(values)
    return Symbol(known=known, value=_real(count) / len(values) if expression.share else count)


def _since(expression: Since, world: World) -> Symbol:
    symbol, as_of = world.symbol(expression.of), world.as_of
    if expression.unit in {TimeUnit.DAYS, TimeUnit.WEEKS}:
        days = _day_count(z3.IntVal(date_number(as_of))) - _day_count(symbol.value)
        weeks = z3.If(days >= 0, days / DAYS_A_WEEK, -(-days / DAYS_A_WEEK))
        return Symbol(known=symbol.known, value=days if expression.unit is TimeUnit.DAYS else weeks)
    month, day = symbol.value / DAYS, symbol.value % DAYS
    past = month_number(as_of) - month - z3.If(day > as_of.day, 1, 0)
    coming = month - month_number(as_of) - z3.If(day < as_of.day, 1, 0)
    months = z3.If(symbol.value > month_number(as_of) * DAYS + as_of.day, -coming, past)
    return Symbol(known=symbol.known, value=months if expression.unit.whole else z3.ToReal(months) / MONTHS_A_YEAR)


_MARCH = 2
"""The number of March in a year whose months are counted from 0."""


def _day_count(day: z3.ArithRef) -> z3.ArithRef:
    """Return the number of a day: the days of whole years that begin in March, of whole months, and the day."""
    months, number = day / DAYS - _MARCH, day % DAYS
    year, month = months / MONTHS_A_YEAR, months % MONTHS_A_YEAR
    return 365 * year + year / 4 - year / 100 + year / 400 + (153 * month + 2) / 5 + number


def _choose(condition: Formula, term: Term, two: Term) -> Term:
    """Return one value where a condition holds, else another; of choices and sets, for each option."""
    if isinstance(term, Mapping) and isinstance(two, Mapping):
        return {option: z3.If(condition, held, two.get(option, NO)) for option, held in term.items()}
    return z3.If(condition, term, two)


def _when(expression: When, world: World, type_: ValueType) -> Symbol:
    symbol = translated(expression.otherwise, world, type_)
    for condition, value in reversed(expression.branches):
        held, gives = world.held(condition), translated(value, world, type_)
        later = symbol.known if expression.missing is Missing.SKIP else z3.And(held.unmet, symbol.known)
        symbol = Symbol(known=z3.If(held.met, gives.known, later), value=_choose(held.met, gives.value, symbol.value))
    return symbol


def _lookup(expression: Lookup, world: World, type_: ValueType) -> Symbol:
    key = translated(expression.of, world, _key_type(expression))
    rows = [(_is(key.value, row_key), gives) for row_key, gives in expression.rows.items()]
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


def _in_band(value: Any, band: TableBand) -> Formula:  # noqa: ANN401 - z3 declares no types
    low, high = band.lowest, band.highest
    above = YES if low is None else value >= constant(low) if band.includes_lowest else value > constant(low)
    below = YES if high is None else value <= constant(high) if band.includes_highest else value < constant(high)
    return z3.And(above, below)


@attrs.frozen(kw_only=True)
class Held:
    """The truth of a condition: met, unmet, and unknown where it is neither."""

    met: Formula
    unmet: Formula

    @property
    def unknown(self) -> Formula:
        """Whether it is neither."""
        return z3.Not(z3.Or(self.met, self.unmet))


class Untranslatable(Exception):
    """An expression has no formula."""


@attrs.frozen(kw_only=True)
class Twin:
    """An attribute's value before and after a change: what stands for what in any formula, and what holds of the new values."""

    before: Symbol
    after: Symbol
    pairs: tuple[tuple[Term, Term], ...]
    domain: tuple[Formula, ...]

    def exchanged(self, formulas: Iterable[Formula]) -> list[Formula]:
        """Return formulas as they are after the change."""
        return [z3.substitute(formula, *self.pairs) for formula in formulas]


def _exchanged(old: Symbol, new: Symbol) -> list[tuple[Term, Term]]:
    """Return which unknown of one value each unknown of another stands for."""
    olds, news = ([symbol.known, *_terms(symbol.value)] for symbol in (old, new))
    unknowns = [([*unknowns_in(one)], [*unknowns_in(two)]) for one, two in zip(olds, news, strict=True)]
    return [pair for ones, twos in unknowns for pair in zip(ones, twos, strict=True)]


def _terms(value: Term) -> list[Term]:
    return list(value.values()) if isinstance(value, Mapping) else [] if value is None else [value]


@attrs.define(kw_only=True)
class World:
    """One person about whom only the pack's ranges are known, and that some attributes may be missing.

    `readiness` says whether that person is ready for a role, as the conditions of others read it. `domain` is what holds of every value
    used so far, `free` the computed attributes taken to have any value.
    """

    reads: AttributesRead
    as_of: datetime.date
    readiness: Callable[[Role, World], Symbol]
    mark: str = ""
    domain: list[Formula] = attrs.field(factory=list)
    free: dict[str, None] = attrs.field(factory=dict)
    symbols: dict[str, Symbol] = attrs.field(factory=dict)
    in_part: dict[AttributeTest, Held] = attrs.field(factory=dict)
    """Tests of what may be known in part, which are taken to come out in any way."""

    @property
    def pack(self) -> Pack:
        """The pack whose attributes they are."""
        return self.reads.pack

    def twin(self, name: str) -> Twin:
        """Return another value of one attribute, and of those taken to have any value that are computed from it."""
        old = [name, *(other_name for other_name in self.free if name in self.reads.stated_for(other_name))]
        other = World(reads=self.reads, as_of=self.as_of, readiness=self.readiness, mark="'")
        for name_read in old:
            other.symbols[name_read] = other._unknown(name_read, surely=name_read == name)
        pairs = [pair for one in old for pair in _exchanged(self.symbol(one), other.symbol(one))]
        for test, held in self.in_part.items():
            if not set(old).isdisjoint(test.attributes):
                after = other._any_way(test)
                pairs += [(held.met, after.met), (held.unmet, after.unmet)]
        return Twin(before=self.symbol(name), after=other.symbol(name), pairs=tuple(pairs), domain=tuple(other.domain))

    def symbol(self, name: str) -> Symbol:
        """Return the value of an attribute, stated or computed."""
        if name not in self.symbols:
            self.symbols[name] = self._symbol(self.pack.attributes[name])
        return self.symbols[name]

    def _symbol(self, attribute: Attribute) -> Symbol:
        if attribute.ready_for is not None:
            return self.readiness(self.pack.roles[attribute.ready_for], self)
        return self._computed(attribute.id) if computed(attribute) else self._unknown(attribute.id)

    def _unknown(self, name: str, *, surely: bool = True) -> Symbol:
        type_ = self.pack.attributes[name].type
        known = z3.Bool(f"{name}{self.mark} known") if name in self.reads.may_miss or not surely else YES
        if type_.kind is Kind.RECORDS:
            return Symbol(known=known)
        value, holds = one_of_kind(f"{name}{self.mark}", type_)
        self.domain.extend(holds)
        return Symbol(known=known, value=value)

    def _computed(self, name: str) -> Symbol:

        derivation = self.pack.attributes[name].derivation
        try:
            if derivation is not None and not self._may_be_known_in_part(name):
                return translated(derivation.expression, self, self.pack.attributes[name].type)
        except Untranslatable:
            pass
        self.free[name] = None
        for read in sorted(self.reads.stated_for(name)):
            self.symbol(read)  # what an example has to state
        return self._unknown(name, surely=False)

    def read(self, model: Any, names: Iterable[str]) -> dict[str, Value]:  # noqa: ANN401 - z3 declares no types
        """Return what a model says a profile states of some attributes; records without any entry."""
        result: dict[str, Value] = {}
        for name in names:
            symbol = self.symbol(name)
            if not z3.is_false(model.eval(symbol.known, model_completion=True)):
                result[name] = () if symbol.value is None else read_value(model, symbol.value, self.pack.attributes[name].type)
        return result

    def held(self, condition: Condition) -> Held:
        """Return the truth of a condition."""
        if isinstance(condition, AttributeTest):
            return self._test(condition)
        return combined(condition, [self.held(part) for part in condition.parts])

    def _test(self, test: AttributeTest) -> Held:
        have = self.symbol(test.attribute)
        if any(map(self._may_be_known_in_part, test.attributes)):
            return self._any_way(attrs.evolve(test, span=self.pack.bands[0].span))
        if test.of_presence:
            met = have.known if test.value else z3.Not(have.known)
            return Held(met=met, unmet=z3.Not(met))
        need = None if test.other is None else self.symbol(test.other)
        known = have.known if need is None else z3.And(have.known, need.known)
        holds = compared(test, have.value, None if need is None else need.value)
        return Held(met=z3.And(known, holds), unmet=z3.And(known, z3.Not(holds)))

    def _may_be_known_in_part(self, name: str) -> bool:
        """Whether something computed may be met or unmet by its bounds, since what it is computed from may be missing."""
        attribute = self.pack.attributes[name]
        return self.pack.language > 1 and computed(attribute) and bool(self.reads.stated_for(name) & self.reads.may_miss)

    def _any_way(self, test: AttributeTest) -> Held:
        if test not in self.in_part:
            met, unmet = (z3.Bool(f"test {len(self.in_part)}{self.mark} {word}") for word in ("met", "unmet"))
            self.domain.append(z3.Not(z3.And(met, unmet)))
            self.in_part[test] = Held(met=met, unmet=unmet)
        return self.in_part[test]


def combined(condition: AllOf | AnyOf | NoneOf | AtLeastOf, parts: list[Held]) -> Held:
    """Return the truth of a combination from the truths of its parts."""
    met, unmet = [part.met for part in parts], [part.unmet for part in parts]
    match condition:
        case AllOf():
            return Held(met=z3.And(*met), unmet=z3.Or(*unmet))
        case AnyOf():
            return Held(met=z3.Or(*met), unmet=z3.And(*unmet))
        case NoneOf():
            return Held(met=z3.And(*unmet), unmet=z3.Or(*met))
        case AtLeastOf(count=count):
            return Held(met=_several(met, count), unmet=_several(unmet, len(parts) - count + 1))
        case _:
            assert_never(condition)


def _several(truths: list[Formula], count: int) -> Formula:
    if count <= 0:
        return YES
    return NO if count > len(truths) else z3.PbGe([(truth, 1) for truth in truths], count)


def compared(test: AttributeTest, have: Term, other: Term) -> Formula:
    """Return whether a value passes a test against the literal, or the other value, it names."""
    if isinstance(have, Mapping):
        return _options(test, have, other)
    match test.operator:
        case Operator.AT_LEAST | Operator.AT_MOST | Operator.ABOVE | Operator.BELOW | Operator.IS | Operator.IS_NOT as how:
            if other is None and test.value is not None and not isinstance(test.value, frozenset):
                other = constant(test.value)
            return comparison(have, how, other)
        case Operator.ONE_OF | Operator.NONE_OF as how:
            return _among(have, how, sorted(_listed(test)))
        case Operator.INCLUDES | Operator.INCLUDES_ALL | Operator.INCLUDES_ANY | Operator.INCLUDES_NONE | Operator.KNOWN:
            raise TypeError(f"one value is not tested by {test.operator}")
        case never:
            assert_never(never)


def _among(have: Term, how: Membership, values: Iterable[Atom]) -> Formula:
    among = z3.Or(*(have == constant(value) for value in values))
    match how:
        case Operator.ONE_OF:
            return among
        case Operator.NONE_OF:
            return z3.Not(among)
        case never:
            assert_never(never)


def _listed(test: AttributeTest) -> frozenset[Any]:
    return test.value if isinstance(test.value, frozenset) else frozenset((test.value,))


def _options(test: AttributeTest, have: Mapping[str, Formula], other: Mapping[str, Formula] | None) -> Formula:
    """Return whether a choice or set passes a test; `wanted` is the truth of each option's being asked for."""
    wanted = dict.fromkeys(sorted(map(str, _listed(test))), YES) if other is None else other
    match test.operator:
        case Operator.INCLUDES | Operator.INCLUDES_ALL:
            return z3.And(*(z3.Implies(asked, have.get(option, NO)) for option, asked in wanted.items()))
        case Operator.IS | Operator.ONE_OF | Operator.INCLUDES_ANY:
            return _common(have, wanted)
        case Operator.IS_NOT | Operator.NONE_OF | Operator.INCLUDES_NONE:
            return z3.Not(_common(have, wanted))
        case Operator.AT_LEAST | Operator.AT_MOST | Operator.ABOVE | Operator.BELOW | Operator.KNOWN:
            raise TypeError(f"options are not tested by {test.operator}")
        case never:
            assert_never(never)


def _common(have: Mapping[str, Formula], wanted: Mapping[str, Formula]) -> Formula:
    return z3.Or(*(z3.And(asked, have.get(option, NO)) for option, asked in wanted.items()))


def comparison(have: Term, how: Comparison, need: Term) -> Formula:
    """Return whether one value stands to another as a comparison asks."""
    match how:
        case Operator.AT_LEAST:
            result = have >= need
        case Operator.AT_MOST:
            result = have <= need
        case Operator.ABOVE:
            result = have > need
        case Operator.BELOW:
            result = have < need
        case Operator.IS:
            result = have == need
        case Operator.IS_NOT:
            result = have != need
        case never:
            assert_never(never)
    return result
