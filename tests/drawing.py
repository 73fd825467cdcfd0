"""Random types, values and conditions, for `strategies`."""

from __future__ import annotations

import datetime
import random
from collections.abc import Mapping
from fractions import Fraction

from evaluator.core.conditions import AllOf, AnyOf, AtLeastOf, AttributeTest, Condition, NoneOf
from evaluator.core.dates import Precision, truncate
from evaluator.core.operators import COMPARISONS, OPERATORS, Operator
from evaluator.core.values import NUMERIC, Atom, Kind, Number, Record, Value, ValueType
from evaluator.diagnostics import Span

SPAN = Span.whole_file("pack.yaml")
NUMBERS: tuple[Number, ...] = (
    *(0, 1, 2, 3, 8, -1),
    *(Fraction(1, 4), Fraction(1, 2), Fraction(3, 4), Fraction(5, 2), Fraction(1, 10), Fraction(1, 10**6)),
    *(10**15 - 1, -(10**14), Fraction(123456789012345, 1000), 2**53 - 1),
)
DATES = tuple(datetime.date(*day) for day in [(2024, 5, 17), (2024, 5, 18), (2024, 6, 1), (2020, 2, 29), (1900, 1, 1), (2099, 12, 31)])
WORDS = ("craft", "either", "people", "", "5", "true", "null", "1e5", "NaN", "é", 'a "b" \\', "none")


def random_type(chance: random.Random, kind: Kind) -> ValueType:
    """Return a type of that kind; scales share few lists of options, so that two of them can be compared."""
    if kind is Kind.SCALE:
        return ValueType(kind=kind, options=chance.choice((WORDS[:4], ("low", "high"))))
    if kind in {Kind.CHOICE, Kind.SET}:
        return ValueType(kind=kind, options=tuple(chance.sample(WORDS, chance.randint(2, 6))))
    return ValueType(kind=kind, precision=chance.choice(list(Precision)) if kind is Kind.DATE else Precision.DAY)


def random_value(chance: random.Random, found: ValueType) -> Value:
    """Return a value of that type."""
    if found.kind is Kind.SET:
        return frozenset(option for option in found.options if chance.random() < 0.5)
    if found.kind is Kind.RECORDS:
        stated = chance.choice((0.0, 0.4, 0.85, 0.85))
        return tuple(_record(chance, found, stated) for _ in range(chance.randint(0, 4)))
    return random_atom(chance, found)


def _record(chance: random.Random, found: ValueType, stated: float) -> Record:
    """Return an entry of which fields are missing: few, most or all of them."""
    return {name: _of_field(chance, field) for name, field in found.fields.items() if chance.random() < stated}


def _of_field(chance: random.Random, field: ValueType) -> Atom:
    """Return a value of a field; of one that has a range, a part of 1."""
    return chance.choice(_PARTS) if field.ranged else random_atom(chance, field)


_PARTS: tuple[Number, ...] = (0, 1, Fraction(1, 2), Fraction(1, 4), Fraction(3, 5))


def random_atom(chance: random.Random, found: ValueType) -> Atom:
    """Return a value of that type, which is no set; of a set, one of its members."""
    if found.kind is Kind.FLAG:
        return chance.random() < 0.5
    if found.kind is Kind.SCALE:
        return chance.randrange(len(found.options))
    if found.kind is Kind.DATE:
        return truncate(chance.choice(DATES), found.precision)
    if found.kind in NUMERIC:
        return chance.choice([number for number in NUMBERS if found.kind is Kind.NUMBER or isinstance(number, int)])
    return chance.choice(found.options or WORDS)


def random_condition(chance: random.Random, types: Mapping[str, ValueType], depth: int) -> Condition:
    """Return a condition over attributes of those types, nested at most that deep."""
    if depth == 0 or chance.random() < 0.3:
        return random_test(chance, types)
    parts = tuple(random_condition(chance, types, depth - 1) for _ in range(chance.randint(1, 4 if depth == 1 else 3)))
    combinators: tuple[type[AllOf | AnyOf | NoneOf] | None, ...] = (AllOf, AnyOf, NoneOf, None)
    combinator = chance.choice(combinators)
    if combinator is None:
        count = chance.randint(1, len(parts))
        share = Fraction(2 * count - 1, 2 * len(parts)) if (count + len(parts)) % 3 else None
        return AtLeastOf(count=count, share=share, parts=parts, span=SPAN)
    return combinator(parts=parts, span=SPAN)


def random_test(chance: random.Random, types: Mapping[str, ValueType]) -> AttributeTest:
    """Return a test of one of the attributes, by any operator that its type takes."""
    name = chance.choice(list(types))
    found = types[name]
    operators = sorted(OPERATORS[found.kind])
    operator = chance.choice(operators)
    if operator is Operator.KNOWN and len(operators) > 1:
        operator = chance.choice(operators)
    if operator is Operator.KNOWN:
        return AttributeTest(attribute=name, operator=operator, value=chance.random() < 0.5, span=SPAN)
    others = [other for other, like in types.items() if other != name and alike(found, like)]
    if others and operator in COMPARISONS and found.kind is not Kind.FLAG and chance.random() < 0.3:
        return AttributeTest(attribute=name, operator=operator, other=chance.choice(others), span=SPAN)
    return AttributeTest(attribute=name, operator=operator, value=_needed(chance, found, operator), span=SPAN)


def alike(one: ValueType, other: ValueType) -> bool:
    """Whether values of the two types can be compared."""
    return one.kind is other.kind and (one.kind is not Kind.SCALE or one.options == other.options)


def _needed(chance: random.Random, found: ValueType, operator: Operator) -> Atom | frozenset[Atom]:
    if operator in COMPARISONS:
        return random_atom(chance, found)
    most = 1 if operator is Operator.INCLUDES else 3
    return frozenset(random_atom(chance, found) for _ in range(chance.randint(1, most)))
