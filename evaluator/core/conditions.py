"""Conditions and their truth: this module is the definition of what a rule means.

Truth has three values, by strong Kleene logic: True is met, False is unmet, None is unknown.
"""

from __future__ import annotations

import enum
import operator
from collections.abc import Callable, Iterable, Iterator

import attrs

from evaluator.core.values import Atom, Facts, Kind, Value
from evaluator.diagnostics import Span

Truth = bool | None
TRUTH_WORDS: dict[Truth, str] = {True: "met", False: "unmet", None: "unknown"}


class Operator(enum.StrEnum):
    """A test of one attribute, by its word in a rule file."""

    AT_LEAST = "at_least"
    AT_MOST = "at_most"
    ABOVE = "above"
    BELOW = "below"
    IS = "is"
    IS_NOT = "is_not"
    ONE_OF = "one_of"
    NONE_OF = "none_of"
    INCLUDES = "includes"
    INCLUDES_ALL = "includes_all"
    INCLUDES_ANY = "includes_any"
    INCLUDES_NONE = "includes_none"
    KNOWN = "known"


COMPARISONS = frozenset({Operator.AT_LEAST, Operator.AT_MOST, Operator.ABOVE, Operator.BELOW, Operator.IS, Operator.IS_NOT})
MEMBERSHIPS = frozenset({Operator.ONE_OF, Operator.NONE_OF})
INCLUSIONS = frozenset({Operator.INCLUDES, Operator.INCLUDES_ALL, Operator.INCLUDES_ANY, Operator.INCLUDES_NONE})

OPERATORS: dict[Kind, frozenset[Operator]] = {
    Kind.NUMBER: COMPARISONS | {Operator.KNOWN},
    Kind.INTEGER: COMPARISONS | {Operator.KNOWN},
    Kind.DATE: COMPARISONS | {Operator.KNOWN},
    Kind.SCALE: COMPARISONS | MEMBERSHIPS | {Operator.KNOWN},
    Kind.CHOICE: MEMBERSHIPS | {Operator.IS, Operator.IS_NOT, Operator.KNOWN},
    Kind.TEXT: MEMBERSHIPS | {Operator.IS, Operator.IS_NOT, Operator.KNOWN},
    Kind.SET: INCLUSIONS | {Operator.KNOWN},
    Kind.FLAG: frozenset({Operator.IS, Operator.KNOWN}),
    Kind.RECORDS: frozenset({Operator.KNOWN}),
}


@attrs.frozen(kw_only=True)
class AttributeTest:
    """One attribute against a literal, or against `other`, an attribute of the same type.

    The literal of `one_of`, `none_of` and every inclusion is a frozenset; of a scale it is ranks; of `known` and a flag, a bool.
    """

    attribute: str
    operator: Operator
    value: Atom | frozenset[Atom] | None = None
    other: str | None = None
    span: Span

    @property
    def attributes(self) -> tuple[str, ...]:
        """The attributes the test reads."""
        return (self.attribute,) if self.other is None else (self.attribute, self.other)


@attrs.frozen(kw_only=True)
class AllOf:
    """Met when every part is met."""

    parts: tuple[Condition, ...]
    span: Span


@attrs.frozen(kw_only=True)
class AnyOf:
    """Met when at least one part is met."""

    parts: tuple[Condition, ...]
    span: Span


@attrs.frozen(kw_only=True)
class NoneOf:
    """Met when every part is unmet."""

    parts: tuple[Condition, ...]
    span: Span


@attrs.frozen(kw_only=True)
class AtLeastOf:
    """Met when at least `count` parts are met."""

    count: int
    parts: tuple[Condition, ...]
    span: Span


Condition = AttributeTest | AllOf | AnyOf | NoneOf | AtLeastOf

_COMPARE: dict[Operator, Callable[..., bool]] = {
    Operator.AT_LEAST: operator.ge,
    Operator.AT_MOST: operator.le,
    Operator.ABOVE: operator.gt,
    Operator.BELOW: operator.lt,
    Operator.IS: operator.eq,
    Operator.IS_NOT: operator.ne,
    Operator.ONE_OF: lambda have, need: have in need,
    Operator.NONE_OF: lambda have, need: have not in need,
    Operator.INCLUDES: lambda have, need: need <= have,
    Operator.INCLUDES_ALL: lambda have, need: need <= have,
    Operator.INCLUDES_ANY: lambda have, need: bool(need & have),
    Operator.INCLUDES_NONE: lambda have, need: not need & have,
}


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
    if isinstance(condition, AtLeastOf):
        return condition.count
    return 1 if isinstance(condition, AnyOf) else len(condition.parts)


def _test_truth(test: AttributeTest, facts: Facts) -> Truth:
    have: Value | None = facts.get(test.attribute)
    if test.operator is Operator.KNOWN:
        return (have is not None) == test.value
    need = test.value if test.other is None else facts.get(test.other)
    if have is None or need is None:
        return None
    return _COMPARE[test.operator](have, need)


_OPPOSITES = {
    Operator.AT_LEAST: Operator.BELOW,
    Operator.AT_MOST: Operator.ABOVE,
    Operator.IS: Operator.IS_NOT,
    Operator.ONE_OF: Operator.NONE_OF,
    Operator.INCLUDES_ANY: Operator.INCLUDES_NONE,
}
_OPPOSITES |= {right: left for left, right in _OPPOSITES.items()}


def negated(condition: Condition) -> Condition:
    """Return the condition that is met exactly where this one is unmet, and unknown where it is, without any none-of."""
    if isinstance(condition, AttributeTest):
        return _negated_test(condition)
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
    if test.operator in {Operator.INCLUDES, Operator.INCLUDES_ALL} and isinstance(test.value, frozenset):
        members = sorted(test.value, key=str)
        lacks = [attrs.evolve(test, operator=Operator.INCLUDES_NONE, value=frozenset({member})) for member in members]
        return lacks[0] if len(lacks) == 1 else AnyOf(parts=tuple(lacks), span=test.span)
    return attrs.evolve(test, operator=_OPPOSITES[test.operator])


def leaves(condition: Condition) -> Iterator[AttributeTest]:
    """Yield every test of the condition, in the order of the file."""
    if isinstance(condition, AttributeTest):
        yield condition
    else:
        for part in condition.parts:
            yield from leaves(part)


def attributes_read(conditions: Iterable[Condition]) -> tuple[str, ...]:
    """Return the attributes that the conditions read, each once, in order."""
    found = (name for condition in conditions for test in leaves(condition) for name in test.attributes)
    return tuple(dict.fromkeys(found))
