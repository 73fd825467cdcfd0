"""Order keys: every value that reaches the rule engine is a small integer that compares as the value does.

Attributes that are compared with each other form a family, which shares one sorted list of all the literals that its members
are compared with. The i-th literal, from 1, has the key i * step. A value that is one of the literals has that literal's key;
any other lies in the gap above the i-th literal, at i * step + 1, + 2 … by its order among the values of the same profile in
that gap. So whatever is compared, two attributes as well as an attribute and a literal, has the order and the equality of the
values themselves: dates, fractions of any size and words alike.
"""

from __future__ import annotations

import enum
from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence
from typing import assert_never, cast

import attrs

from evaluator.core.conditions import AttributeTest
from evaluator.core.values import Atom, Facts, Value


class Aspect(enum.Enum):
    """What one number says of an attribute."""

    KEY = "its order key; missing where the attribute is"
    KNOWN = "1 where it is known, else 0"
    HITS = "how many of some members it has, or is; missing where the attribute is"
    PARTS = "how many parts of a condition hold, by rules that fired before; missing where none does"


@attrs.frozen(kw_only=True, eq=False)
class Field:
    """One number of a fact: an aspect of an attribute. Made by `Keys` alone, once each, so that a look-up compares nothing."""

    aspect: Aspect
    attribute: str
    members: frozenset[Atom] = frozenset()


@attrs.frozen(kw_only=True)
class Family:
    """Attributes that are compared with each other, and the literals they are compared with, sorted."""

    members: tuple[str, ...]
    literals: tuple[Atom, ...]

    @property
    def step(self) -> int:
        """The distance between the keys of two literals: more than there are values to go into the gap between them."""
        return len(self.members) + 1

    def of_literal(self, value: Atom) -> int:
        """Return the key of one of the literals."""
        return (_place(self.literals, value) + 1) * self.step

    def keys(self, facts: Facts) -> dict[str, int]:
        """Return the key of every member that the facts know."""
        if len(self.members) == 1:
            alone = facts.get(self.members[0])
            return {} if alone is None else {self.members[0]: self._key(cast("Atom", alone), -1)}
        known = {name: cast("Atom", facts[name]) for name in self.members if name in facts}
        keys: dict[Atom, int] = {}
        last = -1
        for value in sorted(set(known.values())):
            keys[value] = last = self._key(value, last)
        return {name: keys[value] for name, value in known.items()}

    def _key(self, value: Atom, last: int) -> int:
        step = len(self.members) + 1
        index = bisect_left(self.literals, value)
        if index < len(self.literals) and self.literals[index] == value:
            return (index + 1) * step
        return max(index * step, last) + 1


def _place(literals: Sequence[Atom], value: Atom) -> int:
    return bisect_left(literals, value)


class Keys:
    """The families of one layer, made from all of its tests."""

    def __init__(self, tests: Iterable[AttributeTest]) -> None:
        """Sort the tested attributes into families with their literals."""
        literals: dict[str, set[Atom]] = {}
        joined: dict[str, set[str]] = {}
        for test in tests:
            if test.of_presence or isinstance(test.value, frozenset):
                continue
            found = literals.setdefault(test.attribute, set())
            if test.other is not None:
                literals.setdefault(test.other, set())
                _join(joined, test.attribute, test.other)
            elif test.value is not None:
                found.add(test.value)
        self._families = _families(literals, joined)
        self._fields: dict[tuple[Aspect, str, frozenset[Atom]], Field] = {}

    def field(self, aspect: Aspect, attribute: str, members: frozenset[Atom] = frozenset()) -> Field:
        """Return the one field of that aspect, attribute and members."""
        made = Field(aspect=aspect, attribute=attribute, members=members)
        return self._fields.setdefault((aspect, attribute, members), made)

    def of_literal(self, attribute: str, value: Atom) -> int:
        """Return the key of a literal that the attribute is compared with."""
        return self._families[attribute].of_literal(value)

    def encode(self, fields: Iterable[Field], facts: Facts) -> dict[Field, int]:
        """Return the number of every field that the facts say anything about."""
        keys: dict[str, int] = {}
        done: set[str] = set()
        result: dict[Field, int] = {}
        for field in fields:
            if field.aspect is Aspect.KEY and field.attribute not in done:
                family = self._families[field.attribute]
                done.update(family.members)
                keys |= family.keys(facts)
            number = _number(field, facts.get(field.attribute), keys)
            if number is not None:
                result[field] = number
        return result


def _number(field: Field, value: Value | None, keys: Mapping[str, int]) -> int | None:
    match field.aspect:
        case Aspect.KNOWN:
            return int(value is not None)
        case Aspect.KEY:
            return keys.get(field.attribute)
        case Aspect.HITS:
            if value is None:
                return None
            return len(value & field.members) if isinstance(value, frozenset) else int(value in field.members)
        case Aspect.PARTS:
            return None
        case never:
            assert_never(never)


def _join(joined: dict[str, set[str]], left: str, right: str) -> None:
    together = joined.get(left, {left}) | joined.get(right, {right})
    joined.update(dict.fromkeys(together, together))


def _families(literals: Mapping[str, set[Atom]], joined: Mapping[str, set[str]]) -> dict[str, Family]:
    families: dict[str, Family] = {}
    for name in literals:
        if name not in families:
            members = sorted(joined.get(name, {name}))
            values = set().union(*(literals[member] for member in members))
            family = Family(members=tuple(members), literals=tuple(sorted(values)))
            families.update(dict.fromkeys(members, family))
    return families
