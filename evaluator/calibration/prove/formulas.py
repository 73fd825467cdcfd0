"""Conditions and computed attributes as z3 formulas over what a profile states: three-valued, as their definition is."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping
from typing import Any

import attrs
import z3

from evaluator.calibration.prove.attributes_read import Reads, computed
from evaluator.calibration.prove.symbols import NO, YES, Formula, Symbol, Term, constant, one_of_kind, read_value, unknowns_in
from evaluator.core.conditions import AllOf, AnyOf, AtLeastOf, AttributeTest, Condition, NoneOf, Operator
from evaluator.core.model import Pack
from evaluator.core.values import Kind, Value


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
        return [z3.substitute(one, *self.pairs) for one in formulas]


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

    `domain` is what holds of every value used so far, `free` the computed attributes taken to have any value.
    """

    reads: Reads
    as_of: datetime.date
    mark: str = ""
    domain: list[Formula] = attrs.field(factory=list)
    free: dict[str, None] = attrs.field(factory=dict)
    symbols: dict[str, Symbol] = attrs.field(factory=dict)

    @property
    def pack(self) -> Pack:
        """The pack whose attributes they are."""
        return self.reads.pack

    def twin(self, name: str) -> Twin:
        """Return another value of one attribute, and of those taken to have any value that are computed from it."""
        old = [name, *(one for one in self.free if name in self.reads.stated_for(one))]
        other = World(reads=self.reads, as_of=self.as_of, mark="'")
        for one in old:
            other.symbols[one] = other._unknown(one, surely=one == name)
        pairs = [pair for one in old for pair in _exchanged(self.symbol(one), other.symbol(one))]
        return Twin(before=self.symbol(name), after=other.symbol(name), pairs=tuple(pairs), domain=tuple(other.domain))

    def symbol(self, name: str) -> Symbol:
        """Return the value of an attribute, stated or computed."""
        if name not in self.symbols:
            self.symbols[name] = self._computed(name) if computed(self.pack.attributes[name]) else self._unknown(name)
        return self.symbols[name]

    def _unknown(self, name: str, *, surely: bool = True) -> Symbol:
        type_ = self.pack.attributes[name].type
        known = z3.Bool(f"{name}{self.mark} known") if name in self.reads.may_miss or not surely else YES
        if type_.kind is Kind.RECORDS:
            return Symbol(known=known)
        value, holds = one_of_kind(f"{name}{self.mark}", type_)
        self.domain.extend(holds)
        return Symbol(known=known, value=value)

    def _computed(self, name: str) -> Symbol:
        from evaluator.calibration.prove.expressions import translated

        derivation = self.pack.attributes[name].derivation
        try:
            if derivation is not None:
                return translated(derivation.expression, self, self.pack.attributes[name].type)
        except Untranslatable:
            self.free[name] = None
        return self._unknown(name, surely=False)

    def read(self, model: Any, names: Iterable[str]) -> dict[str, Value]:  # noqa: ANN401 - z3 declares no types
        """Return what a model says a profile states of some attributes; records without any entry."""
        found: dict[str, Value] = {}
        for name in names:
            symbol = self.symbol(name)
            if not z3.is_false(model.eval(symbol.known, model_completion=True)):
                found[name] = () if symbol.value is None else read_value(model, symbol.value, self.pack.attributes[name].type)
        return found

    def held(self, condition: Condition) -> Held:
        """Return the truth of a condition."""
        if isinstance(condition, AttributeTest):
            return self._test(condition)
        return combined(condition, [self.held(part) for part in condition.parts])

    def _test(self, test: AttributeTest) -> Held:
        have = self.symbol(test.attribute)
        if test.operator is Operator.KNOWN:
            met = have.known if test.value else z3.Not(have.known)
            return Held(met=met, unmet=z3.Not(met))
        need = None if test.other is None else self.symbol(test.other)
        known = have.known if need is None else z3.And(have.known, need.known)
        holds = compared(test, have.value, None if need is None else need.value)
        return Held(met=z3.And(known, holds), unmet=z3.And(known, z3.Not(holds)))


def combined(condition: AllOf | AnyOf | NoneOf | AtLeastOf, parts: list[Held]) -> Held:
    """Return the truth of a combination from the truths of its parts."""
    met, unmet = [part.met for part in parts], [part.unmet for part in parts]
    if isinstance(condition, AllOf):
        return Held(met=z3.And(*met), unmet=z3.Or(*unmet))
    if isinstance(condition, AnyOf):
        return Held(met=z3.Or(*met), unmet=z3.And(*unmet))
    if isinstance(condition, NoneOf):
        return Held(met=z3.And(*unmet), unmet=z3.Or(*met))
    return Held(met=_several(met, condition.count), unmet=_several(unmet, len(parts) - condition.count + 1))


def _several(truths: list[Formula], count: int) -> Formula:
    if count <= 0:
        return YES
    return NO if count > len(truths) else z3.PbGe([(one, 1) for one in truths], count)


def compared(test: AttributeTest, have: Term, other: Term) -> Formula:
    """Return whether a value passes a test against the literal, or the other value, it names."""
    if isinstance(have, Mapping):
        return _options(test, have, other)
    if isinstance(test.value, frozenset):
        among = z3.Or(*(have == constant(value) for value in sorted(test.value)))
        return among if test.operator is Operator.ONE_OF else z3.Not(among)
    need = constant(test.value) if other is None and test.value is not None else other
    return COMPARE[test.operator](have, need)


def _options(test: AttributeTest, have: Mapping[str, Formula], other: Mapping[str, Formula] | None) -> Formula:
    """Return whether a choice or set passes a test; `wanted` is the truth of each option's being asked for."""
    literal = sorted(map(str, test.value)) if isinstance(test.value, frozenset) else [str(test.value)]
    wanted = dict.fromkeys(literal, YES) if other is None else other
    if test.operator in {Operator.INCLUDES, Operator.INCLUDES_ALL}:
        return z3.And(*(z3.Implies(asked, have.get(option, NO)) for option, asked in wanted.items()))
    common = z3.Or(*(z3.And(asked, have.get(option, NO)) for option, asked in wanted.items()))
    return z3.Not(common) if test.operator in {Operator.IS_NOT, Operator.NONE_OF, Operator.INCLUDES_NONE} else common


COMPARE: Mapping[Operator, Any] = {
    Operator.AT_LEAST: lambda have, need: have >= need,
    Operator.AT_MOST: lambda have, need: have <= need,
    Operator.ABOVE: lambda have, need: have > need,
    Operator.BELOW: lambda have, need: have < need,
    Operator.IS: lambda have, need: have == need,
    Operator.IS_NOT: lambda have, need: have != need,
}
