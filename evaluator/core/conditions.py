"""Conditions and their truth: this module is the definition of what a rule means.

Truth has three values, by strong Kleene logic: True is met, False is unmet, None is unknown.
"""

from __future__ import annotations

import math
import operator
from collections.abc import Callable, Iterable, Iterator
from fractions import Fraction
from typing import assert_never

import attrs

from evaluator.core.bounds import PartialFacts, agreed
from evaluator.core.operators import ROWS, Negation, Operator, Takes, inclusion_of
from evaluator.core.text import id_as_title
from evaluator.core.values import Atom, Facts, Number, Value, tidy
from evaluator.diagnostics import Span

OF_PERSON = "profile:"
"""What a condition over the entries of records puts before the name of an attribute of the person, which no field can begin with."""
Truth = bool | None
TRUTH_WORDS: dict[Truth, str] = {True: "met", False: "unmet", None: "unknown"}


@attrs.frozen(kw_only=True)
class ConditionName:
    """The name under which a pack declares a condition, and where it is used here."""

    id: str
    title: str | None = None
    place: Span

    @property
    def label(self) -> str:
        """What the condition is called in a sentence: its title, or its name in words."""
        return self.title or id_as_title(self.id)


@attrs.frozen(kw_only=True)
class AttributeTest:
    """One attribute against a literal, or against `other`, an attribute of the same type; over records, fields of an entry.

    Over records `other` may also be an attribute of the person, named behind `OF_PERSON`.

    The literal of `one_of`, `none_of` and every inclusion is a frozenset; of a scale it is ranks; of `known` and a flag, a bool.
    """

    attribute: str
    operator: Operator
    value: Atom | frozenset[Atom] | None = None
    other: str | None = None
    named: ConditionName | None = attrs.field(default=None, eq=False, repr=False)
    span: Span

    @property
    def attributes(self) -> tuple[str, ...]:
        """The attributes the test reads."""
        return (self.attribute,) if self.other is None else (self.attribute, self.other)

    @property
    def of_presence(self) -> bool:
        """Whether the test asks only that something is known, so that it is never unknown and the value does not matter."""
        return ROWS[self.operator].takes is Takes.PRESENCE


@attrs.frozen(kw_only=True)
class AllOf:
    """Met when every part is met."""

    parts: tuple[Condition, ...]
    named: ConditionName | None = attrs.field(default=None, eq=False, repr=False)
    span: Span


@attrs.frozen(kw_only=True)
class AnyOf:
    """Met when at least one part is met."""

    parts: tuple[Condition, ...]
    named: ConditionName | None = attrs.field(default=None, eq=False, repr=False)
    span: Span


@attrs.frozen(kw_only=True)
class NoneOf:
    """Met when every part is unmet."""

    parts: tuple[Condition, ...]
    named: ConditionName | None = attrs.field(default=None, eq=False, repr=False)
    span: Span


@attrs.frozen(kw_only=True)
class AtLeastOf:
    """Met when at least `count` parts are met; `share` is the part of them that was written, where the count follows from it.

    `number` is where the count or the share is written.
    """

    count: int
    share: Number | None = None
    number: Span | None = attrs.field(default=None, eq=False, repr=False)
    parts: tuple[Condition, ...]
    named: ConditionName | None = attrs.field(default=None, eq=False, repr=False)
    span: Span

    def at(self, count: int) -> AtLeastOf:
        """Return the same for another number of parts, written as a share where this one is."""
        return attrs.evolve(self, count=count, share=None if self.share is None else tidy(Fraction(count, len(self.parts))))

    def at_share(self, share: Number) -> AtLeastOf:
        """Return the same for another share of the parts."""
        return attrs.evolve(self, count=math.ceil(share * len(self.parts)), share=share)


Condition = AttributeTest | AllOf | AnyOf | NoneOf | AtLeastOf


@attrs.frozen(kw_only=True)
class NamedCondition:
    """A condition that pack.yaml says once, under a name; `when` is as written, with the names of others that it uses."""

    id: str
    title: str | None = None
    when: Condition
    span: Span

    @property
    def label(self) -> str:
        """What it is called in a sentence."""
        return self.title or id_as_title(self.id)


def nameless(condition: Condition) -> Condition:
    """Return a condition as one that is written out in its place."""
    return condition if condition.named is None else attrs.evolve(condition, named=None)


def place_of(condition: Condition) -> Span:
    """Return where a condition stands: of a named one, where it is used."""
    return condition.span if condition.named is None else condition.named.place


def names_used(condition: Condition) -> Iterator[ConditionName]:
    """Yield the names of conditions that are used in a condition, and in those, each use."""
    if condition.named is not None:
        yield condition.named
    for part in () if isinstance(condition, AttributeTest) else condition.parts:
        yield from names_used(part)


def truth(condition: Condition, facts: Facts) -> Truth:
    """Return whether the condition is met (True), unmet (False) or unknown (None) given the facts."""
    if isinstance(condition, AttributeTest):
        return _test_truth(condition, facts)
    return combined(condition, [truth(part, facts) for part in condition.parts])


def combined(condition: AllOf | AnyOf | NoneOf | AtLeastOf, parts: list[Truth]) -> Truth:
    """Return the truth of a combination from the truths of its parts."""
    met, unmet = parts.count(True), parts.count(False)
    if isinstance(condition, NoneOf):
        met, unmet = unmet, met
    needed = _parts_needed(condition)
    if met >= needed:
        return True
    return False if len(parts) - unmet < needed else None


def _parts_needed(condition: AllOf | AnyOf | NoneOf | AtLeastOf) -> int:
    match condition:
        case AtLeastOf(count=count):
            return count
        case AnyOf():
            return 1
        case AllOf() | NoneOf():
            return len(condition.parts)
        case _:
            assert_never(condition)


def _test_truth(test: AttributeTest, facts: Facts) -> Truth:
    have: Value | None = facts.get(test.attribute)
    need = test.value if test.other is None else facts.get(test.other)
    row = ROWS[test.operator]
    if row.takes is not Takes.PRESENCE and (have is None or need is None):
        return _agreed(test, facts, have, need) if isinstance(facts, PartialFacts) else None
    return row.holds(have, need)


def _agreed(test: AttributeTest, facts: PartialFacts, have: Value | None, need: Value | frozenset[Atom] | None) -> Truth:
    """Return what all values agree on of a computed attribute that is known in part, on either side of a test."""
    this = facts.bounds.get(test.attribute) if have is None else have
    other = facts.bounds.get(test.other or "") if need is None else need
    return None if this is None or other is None else agreed(test.operator, this, other)


def exchanged(condition: Condition, change: Callable[[Condition], Condition | None]) -> Condition:
    """Return a condition with what `change` makes of it in its place, or where that is nothing, with its parts exchanged likewise."""
    found = change(condition)
    if found is not None:
        return found
    if isinstance(condition, AttributeTest):
        return condition
    parts = tuple(exchanged(part, change) for part in condition.parts)
    return condition if all(map(operator.is_, parts, condition.parts)) else attrs.evolve(condition, parts=parts)


def negated(condition: Condition) -> Condition:
    """Return the condition that is met exactly where this one is unmet, and unknown where it is, without any none-of."""
    if isinstance(condition, AttributeTest):
        return _negated_test(attrs.evolve(condition, named=None))
    if isinstance(condition, NoneOf):
        return AnyOf(parts=tuple(map(plain, condition.parts)), span=condition.span)
    parts = tuple(map(negated, condition.parts))
    if isinstance(condition, AllOf):
        return AnyOf(parts=parts, span=condition.span)
    if isinstance(condition, AnyOf):
        return AllOf(parts=parts, span=condition.span)
    return AtLeastOf(count=len(parts) - condition.count + 1, parts=parts, span=condition.span)


def plain(condition: Condition) -> Condition:
    """Return an equal condition without any none-of: negations are pushed down to the tests."""
    if isinstance(condition, AttributeTest):
        return condition
    if isinstance(condition, NoneOf):
        return AllOf(parts=tuple(map(negated, condition.parts)), span=condition.span)
    parts = tuple(map(plain, condition.parts))
    return condition if all(map(operator.is_, parts, condition.parts)) else attrs.evolve(condition, parts=parts)


def _negated_test(test: AttributeTest) -> Condition:
    if isinstance(test.value, bool):
        return attrs.evolve(test, value=not test.value)
    match ROWS[test.operator].negation:
        case Operator() as opposite:
            return attrs.evolve(test, operator=opposite)
        case Negation.MEMBERS:
            return _without_a_member(test)
        case Negation.VALUE:
            raise TypeError(f"a test of `{test.attribute}` by {test.operator} takes true or false")
        case never:
            assert_never(never)


def _without_a_member(test: AttributeTest) -> Condition:
    """Return that a set does not hold each member of a list: at least one of them is none of it."""
    members = sorted(test.value, key=str) if isinstance(test.value, frozenset) else []
    lacks = [attrs.evolve(test, operator=Operator.INCLUDES_NONE, value=frozenset({member})) for member in members]
    return lacks[0] if len(lacks) == 1 else AnyOf(parts=tuple(lacks), span=test.span)


def members_tested(test: AttributeTest, options: Iterable[str]) -> frozenset[str]:
    """Return those of a set's options that decide a test of the set: whether any other is held changes nothing."""
    listed = test.value if isinstance(test.value, frozenset) else frozenset[Atom]()
    match inclusion_of(test.operator):
        case Operator.INCLUDES | Operator.INCLUDES_ALL | Operator.INCLUDES_ANY | Operator.INCLUDES_NONE:
            return frozenset(option for option in options if option in listed)
        case never:
            assert_never(never)


def leaves(condition: Condition) -> Iterator[AttributeTest]:
    """Yield every test of the condition, in the order of the file."""
    if isinstance(condition, AttributeTest):
        yield condition
    else:
        for part in condition.parts:
            yield from leaves(part)


def person_attribute(name: str | None) -> str | None:
    """Return the attribute of the person that a condition over the entries of records calls by a name; None for a field."""
    return name.removeprefix(OF_PERSON) if name is not None and name.startswith(OF_PERSON) else None


def person_attributes(conditions: Iterable[Condition]) -> tuple[str, ...]:
    """Return the attributes of the person that conditions over the entries of records read, each once, in order."""
    names = (person_attribute(test.other) for condition in conditions for test in leaves(condition))
    return tuple(dict.fromkeys(name for name in names if name is not None))


def attributes_read(conditions: Iterable[Condition]) -> tuple[str, ...]:
    """Return the attributes that the conditions read, each once, in order."""
    names = (name for condition in conditions for test in leaves(condition) for name in test.attributes)
    return tuple(dict.fromkeys(names))
