"""Why a value or a condition is unknown: facts that are missing, which can be asked for, and computations that have no result.

A computed attribute may be unknown although all that it reads is known: a table has no entry for the value, the divisor is 0, there
is no entry of which one could be the latest. No answer changes that, so nothing is asked for it; it is told by name.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterable, Iterator, Mapping
from fractions import Fraction
from typing import TypeGuard, assert_never

import attrs

from evaluator.core.answers import Answers
from evaluator.core.attributes import Attribute
from evaluator.core.bounds import Bounds, PartialFacts, bounds_text
from evaluator.core.conditions import AtLeastOf, AttributeTest, Condition, NoneOf, Truth, combined, person_attribute, truth
from evaluator.core.derive_bounds import value_of
from evaluator.core.expressions import (
    Calculation,
    Ceil,
    Clamp,
    Expression,
    Floor,
    Gather,
    Literal,
    Lookup,
    Missing,
    Operation,
    Partial,
    Reference,
    Round,
    Since,
    Stored,
    Tally,
    Undefined,
    When,
    within,
)
from evaluator.core.gathering import gathered, level, ordered
from evaluator.core.model import Role
from evaluator.core.results import CriterionResult, State
from evaluator.core.values import Facts, Record, Value, tidy
from evaluator.core.windows import EntryReader


@attrs.frozen(kw_only=True)
class Cause:
    """Why something is unknown: the attributes to ask for, since answers may make it known, and what has no result."""

    asks: tuple[str, ...] = ()
    undefined: tuple[Undefined, ...] = ()

    @property
    def settled(self) -> bool:
        """Whether it stays unknown whatever is answered."""
        return not self.asks and bool(self.undefined)


NO_CAUSE = Cause()
"""What is known has none."""


def _both(causes: Iterable[Cause]) -> Cause:
    """Return causes together."""
    listed = list(causes)
    asks = dict.fromkeys(name for cause in listed for name in cause.asks)
    return Cause(asks=tuple(asks), undefined=_undefined(listed))


def _undefined(causes: Iterable[Cause]) -> tuple[Undefined, ...]:
    return tuple(dict.fromkeys(undefined for cause in causes for undefined in cause.undefined))


def _needed(causes: Iterable[Cause]) -> Cause:
    """Return the cause of what needs every one of its inputs: where one stays unknown, answers to the others change nothing."""
    listed = list(causes)
    return Cause(undefined=_undefined(listed)) if any(cause.settled for cause in listed) else _both(listed)


def partial_operators(attribute: Attribute) -> tuple[Partial, ...]:
    """Return the operators of a computed attribute that may have no result, each once, in order."""
    if attribute.derivation is None:
        return ()
    return tuple(dict.fromkeys(expression for expression in within(attribute.derivation.expression) if is_partial(expression)))


def is_partial(expression: Expression) -> TypeGuard[Partial]:
    """Whether an operator may have no result although its inputs are known."""
    match expression:
        case Lookup():
            return True
        case Calculation(operation=operation):
            return operation is Operation.RATIO
        case Gather():
            return expression.may_lack
        case Literal() | Reference() | Floor() | Ceil() | Clamp() | Round() | When() | Tally() | Since() | Stored():
            return False
        case _:
            assert_never(expression)


def stored(name: str, attributes: Mapping[str, Attribute], fact: str) -> Stored:
    """Return what stands for the computation of an attribute where its records are gone, with every reason that there can be."""
    derivation = attributes[name].derivation
    if derivation is None:
        raise ValueError(f"`{name}` is not computed")
    asks: dict[str, None] = {}
    undefined: dict[tuple[str, Expression], None] = {}
    waiting, seen = [name], {name}
    while waiting:
        attribute = attributes[waiting.pop()]
        if attribute.derivation is None or (attribute.may_be_given and attribute.id != name):
            asks[attribute.id] = None
        undefined |= dict.fromkeys((attribute.id, operator) for operator in partial_operators(attribute))
        reads = () if attribute.derivation is None else attribute.derivation.expression.inputs
        waiting += [read for read in reads if read not in seen]
        seen.update(reads)
    order = list(attributes)
    return Stored(
        original=derivation.expression,
        fact=fact,
        asks=tuple(sorted(asks, key=order.index)),
        undefined=tuple(sorted(undefined, key=lambda computation: order.index(computation[0]))),
    )


def letters_of(cause: Cause, reasons: Stored, bounds: Bounds | None = None) -> str:
    """Return a cause as the letters by which `Stored` keeps it, then what bounds the value, if it is known in part."""
    found: dict[tuple[str, Expression], Value | None] = {one.computation: one.value for one in cause.undefined}
    asks = (reasons.letter(name) for name in reasons.asks if name in cause.asks)
    kept = (f"{reasons.letter(one)}{_written_value(found[one])}" for one in reasons.undefined if one in found)
    return "".join((*asks, *kept, *([] if bounds is None else [bounds_text(bounds)])))


def _written_value(value: Value | None) -> str:
    if isinstance(value, int | Fraction) and not isinstance(value, bool):
        return str(value)
    return value.isoformat() if isinstance(value, datetime.date) else ""


def _read_value(text: str) -> Value | None:
    """Return the number or the date that a text begins with, if it begins with one."""
    if match := re.match(r"\d{4}-\d\d-\d\d", text, re.ASCII):
        return datetime.date.fromisoformat(match[0])
    number = re.match(r"-?\d+(/\d+)?", text, re.ASCII)
    return tidy(Fraction(number[0])) if number else None


def computations(attributes: Mapping[str, Attribute]) -> Iterator[tuple[str, Partial]]:
    """Yield every computation that may have no result, in the order of the pack: the attribute and the operator."""
    return ((name, partial_operator) for name, attribute in attributes.items() for partial_operator in partial_operators(attribute))


@attrs.frozen(kw_only=True)
class Unknowns:
    """Finds out why what is unknown of one profile is so; `attributes` are the pack's."""

    facts: Facts
    attributes: Mapping[str, Attribute] = attrs.field(eq=False)
    as_of: datetime.date
    answers: Answers | None = attrs.field(default=None, eq=False, repr=False)
    roles: Mapping[str, Role] = attrs.field(factory=dict, eq=False, repr=False)
    """The pack's roles, whose questions are asked where conditions read whether somebody is ready for one."""
    computations: tuple[tuple[str, Partial], ...] = attrs.field(eq=False, repr=False)
    _known: dict[str, Cause] = attrs.field(factory=dict, init=False, eq=False, repr=False)
    _answered: dict[str, tuple[Facts, ...]] = attrs.field(factory=dict, init=False, eq=False, repr=False)

    @computations.default
    def _computations(self) -> tuple[tuple[str, Partial], ...]:
        return tuple(computations(self.attributes))

    def answered(self, name: str) -> tuple[Facts, ...]:
        """Return what the facts come to with each answer to the question for an attribute; nothing where answers are not told apart."""
        if name not in self._answered:
            told_apart = self.answers is not None and isinstance(self.facts, PartialFacts)
            self._answered[name] = self.answers.outcomes(self.facts, name) if told_apart else ()  # type: ignore[union-attr, arg-type] # as was asked
        return self._answered[name]

    def attribute(self, name: str) -> Cause:
        """Return why an attribute is unknown; one that may be stated is asked for itself."""
        if name in self.facts:
            return NO_CAUSE
        if name not in self._known:
            self._known[name] = self._attribute(self.attributes[name])
        return self._known[name]

    def _attribute(self, attribute: Attribute) -> Cause:
        if attribute.ready_for is not None:
            return self._readiness(attribute.ready_for)
        if attribute.derivation is None:
            return Cause(asks=(attribute.id,))
        cause = self.computed(attribute)
        return attrs.evolve(cause, asks=(attribute.id,)) if attribute.may_be_given else cause

    def _readiness(self, role: str) -> Cause:
        """Return why it is unknown whether somebody is ready for a role: what its unknown criteria hang on."""
        states = (CriterionResult.of(criterion, self.facts) for criterion in self.roles[role].criteria)
        open_criteria = [result.criterion for result in states if result.state is State.UNKNOWN]
        conditions = [one for criterion in open_criteria for one in reversed(criterion.conditions)]
        return _both(self.condition(one) for one in conditions)

    def computed(self, attribute: Attribute) -> Cause:
        """Return why what computes an unknown attribute has no result, whether it may be stated or not."""
        return NO_CAUSE if attribute.derivation is None else self._expression(attribute.derivation.expression, attribute.id)

    def condition(self, condition: Condition) -> Cause:
        """Return why a condition is unknown. Parts that answers can settle count only where they can settle the whole."""
        if truth(condition, self.facts) is not None:
            return NO_CAUSE
        if isinstance(condition, AttributeTest):
            return _needed(self.attribute(name) for name in condition.attributes)
        causes = [self.condition(part) for part in condition.parts]
        if isinstance(condition, AtLeastOf) and not self._settles(condition, causes):
            return Cause(undefined=_undefined(causes))
        return _both(causes)

    def outcomes(self, condition: Condition) -> frozenset[Truth]:
        """Return what answers can make of a condition, one part at a time: met, unmet, or left unknown."""
        held = truth(condition, self.facts)
        if held is not None:
            return frozenset({held})
        if isinstance(condition, AttributeTest):
            return frozenset({None}) if self.condition(condition).settled else frozenset({True, False, None})
        parts = [self.outcomes(part) for part in condition.parts]
        met, unmet = (combined(condition, [_best(part, wanted) for part in parts]) for wanted in _wanted(condition))
        return frozenset({met, unmet, None})

    def _settles(self, condition: AtLeastOf, causes: list[Cause]) -> bool:
        """Whether answers can make enough parts met, or enough of them unmet."""
        held = [truth(part, self.facts) for part in condition.parts]
        open_parts = sum(bool(cause.asks) for cause in causes)
        return held.count(True) + open_parts >= condition.count or len(held) - held.count(False) - open_parts < condition.count

    def _value(self, expression: Expression) -> Value | None:
        return value_of(expression, self.facts, self.as_of)

    def _unless_known(self, expression: Expression, owner: str) -> Cause:
        return NO_CAUSE if self._value(expression) is not None else self._expression(expression, owner)

    def _expression(self, expression: Expression, owner: str) -> Cause:  # noqa: PLR0911 - a case for each operator
        """Return why an expression is unknown, given that it is."""
        match expression:
            case Literal():
                return NO_CAUSE
            case Reference(attribute=name) | Since(of=name):
                return self.attribute(name)
            case Floor(of=of) | Ceil(of=of) | Clamp(of=of) | Round(of=of):
                return self._expression(of, owner)
            case Lookup():
                return self._lookup(expression, owner)
            case Calculation():
                return self._calculation(expression, owner)
            case Tally():
                return self._tally(expression)
            case When():
                return self._when(expression, owner)
            case Gather():
                return self._gather(expression, owner)
            case Stored():
                return self._stored(expression, owner)
            case _:
                assert_never(expression)

    def _lookup(self, expression: Lookup, owner: str) -> Cause:
        value = self._value(expression.of)
        if value is None:
            return self._expression(expression.of, owner)
        return Cause(undefined=(Undefined(attribute=owner, operator=expression, value=value),))

    def _calculation(self, expression: Calculation, owner: str) -> Cause:
        causes = [self._unless_known(part, owner) for part in expression.parts]
        if expression.operation is Operation.RATIO:
            divisor = self._value(expression.parts[1])
            stood_in = not isinstance(expression.missing, Missing)
            if divisor == 0:
                others = () if stood_in else _undefined(causes)
                return Cause(undefined=(*others, Undefined(attribute=owner, operator=expression)))
            if stood_in:
                return causes[1]
        alone = expression.missing is Missing.SKIP and expression.operation not in _PAIRS
        return _both(causes) if alone else _needed(causes)

    def _tally(self, expression: Tally) -> Cause:
        causes = [self.condition(one) for one in expression.conditions]
        return _both(causes) if expression.missing is Missing.SKIP else _needed(causes)

    def _when(self, expression: When, owner: str) -> Cause:
        """Return why a choice is unknown: its open conditions, and what these may lead to, up to the first that is met."""
        causes: list[Cause] = []
        outcomes: list[Cause] = []
        for condition, value in (*expression.branches, (None, expression.otherwise)):
            held = condition is None or truth(condition, self.facts)
            if held is False:
                continue
            if held is None and condition is not None:
                causes.append(self.condition(condition))
                if causes[-1].settled and expression.missing is Missing.SKIP:
                    continue
                if causes[-1].settled:
                    outcomes.append(causes[-1])
                    break
            outcomes.append(self._unless_known(value, owner))
            if held:
                break
        if not causes:
            return outcomes[0]
        if all(outcome.settled for outcome in outcomes):
            return Cause(undefined=_undefined([*causes, *outcomes]))
        return Cause(asks=_both([*causes, *outcomes]).asks, undefined=_undefined(causes))

    def _stored(self, expression: Stored, owner: str) -> Cause:
        letters = self.facts.get(expression.fact)
        if not isinstance(letters, str):
            return self._expression(expression.original, owner)
        asks = tuple(name for name in expression.asks if expression.letter(name) in letters)
        kept = [(*one, expression.letter(one)) for one in expression.undefined if expression.letter(one) in letters]
        undefined = [
            Undefined(attribute=name, operator=one, value=_read_value(letters.partition(letter)[2]))  # type: ignore[arg-type]
            for name, one, letter in kept
        ]
        return Cause(asks=asks, undefined=tuple(undefined))

    def _gather(self, expression: Gather, owner: str) -> Cause:
        records = self.facts.get(expression.records)
        if not isinstance(records, tuple):
            return self.attribute(expression.records)
        entries = gathered(expression, records, self.facts, self.as_of)
        lacks = self._entries(expression, records)
        if None in entries or not expression.may_lack:
            return lacks
        found = level(expression, entries) if expression.gathering.by_date or expression.last else None
        lacking = found is not None and None in found[1]
        if lacking or (expression.last and any(value is None for _, value in ordered(expression, entries)[: expression.last])):
            return lacks
        day = None if found is None else found[0]
        return Cause(undefined=(Undefined(attribute=owner, operator=expression, value=day),))

    def _entries(self, expression: Gather, records: Iterable[Record]) -> Cause:
        """Return why entries are not all known as far as they are read: they lack something, or what they are held against is unknown."""
        causes = [cause for record in records for cause in self._of_entry(expression, record)]
        together = _both if expression.missing is Missing.SKIP else _needed
        return together(causes or [Cause(asks=(expression.records,))])

    def _of_entry(self, expression: Gather, record: Record) -> Iterator[Cause]:
        """Yield why it is unknown whether an entry counts, or what it is worth; nothing where that is known."""
        read = gathered(expression, [record], self.facts, self.as_of)
        if not read or (read[0] is not None and not (isinstance(read[0], tuple) and read[0][-1] is None)):
            return
        lacks = Cause(asks=(expression.records,))
        causes = [
            self._held_against(condition, EntryReader.of(condition, self.facts, self.as_of).read(record), lacks)
            for condition in expression.conditions
        ]
        yield from [cause for cause in causes if cause != NO_CAUSE] or [lacks]

    def _held_against(self, condition: Condition, entry: Facts, lacks: Cause) -> Cause:
        """Return why a condition is unknown of an entry: it lacks a field, or what that is held against is unknown of the person."""
        if truth(condition, entry) is not None:
            return NO_CAUSE
        if not isinstance(condition, AttributeTest):
            return _both(self._held_against(part, entry, lacks) for part in condition.parts)
        names = [(name, person_attribute(name)) for name in condition.attributes if name not in entry]
        return _needed(lacks if theirs is None else self.attribute(theirs) for _, theirs in names)


def _wanted(condition: Condition) -> tuple[bool, bool]:
    """Return what parts have to be for the whole to be met, and to be unmet."""
    return (False, True) if isinstance(condition, NoneOf) else (True, False)


def _best(outcomes: frozenset[Truth], wanted: bool) -> Truth:  # noqa: FBT001 - a truth
    """Return the outcome that is wanted, else one that leaves it open, else the other."""
    return next(outcome for outcome in (wanted, None, not wanted) if outcome in outcomes)


_PAIRS = frozenset({Operation.DIFFERENCE, Operation.RATIO})
