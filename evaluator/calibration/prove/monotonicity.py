"""Which way an attribute moves a condition: with it (1), against it (-1), or either way (0).

Followed by the shape of conditions and computed attributes alone, so a 0 may still be one way for certain values.
"""

from __future__ import annotations

import datetime
import itertools
from collections.abc import Iterable, Iterator, Sequence
from fractions import Fraction
from typing import assert_never

import attrs

from evaluator.calibration.prove.attributes_read import computed
from evaluator.core.conditions import AttributeTest, Condition, NoneOf, members_tested, person_attributes
from evaluator.core.expressions import (
    Calculation,
    Ceil,
    Clamp,
    Expression,
    Floor,
    Gather,
    Literal,
    Lookup,
    Operation,
    Reference,
    Round,
    Since,
    Stored,
    Tally,
    When,
)
from evaluator.core.model import Pack
from evaluator.core.operators import ROWS, Operator
from evaluator.core.values import Atom, Kind, ValueType

UP, DOWN, EITHER = 1, -1, 0


@attrs.frozen(kw_only=True)
class AttributeUse:
    """One use of a stated attribute, of a set's member by name: the way it moves the condition, and whether it can make it unknown."""

    attribute: str
    member: str | None = None
    sign: int
    sure: bool = True


def senses(condition: Condition, pack: Pack, sign: int = UP) -> Iterator[AttributeUse]:
    """Yield every use of what a profile states in a condition, computed attributes followed down."""
    if isinstance(condition, AttributeTest):
        yield from _of_test(condition, pack, sign)
        return
    for part in condition.parts:
        yield from senses(part, pack, -sign if isinstance(condition, NoneOf) else sign)


def _of_test(test: AttributeTest, pack: Pack, sign: int) -> Iterator[AttributeUse]:
    type_ = pack.attributes[test.attribute].type
    way = sign * _sign(test, type_)
    if test.of_presence:
        if computed(pack.attributes[test.attribute]):
            yield from _unsure(senses_of_attribute(test.attribute, pack, EITHER), sure=False)
        return
    if type_.kind is Kind.SET and isinstance(test.value, frozenset):
        for member in sorted(members_tested(test, type_.options)):
            yield AttributeUse(attribute=test.attribute, member=member, sign=way)
        return
    yield from senses_of_attribute(test.attribute, pack, EITHER if type_.kind is Kind.SET else way)
    if test.other is not None:
        yield from senses_of_attribute(test.other, pack, EITHER if type_.kind is Kind.SET else -way)


def _sign(test: AttributeTest, type_: ValueType) -> int:
    """Return the way of a test, as its row says, or as its value; nothing said is either way, which is true of any."""
    if grows := ROWS[test.operator].grows:
        return grows
    match test.operator:
        case Operator.IS | Operator.ONE_OF:
            return _of_some(test, type_)
        case Operator.IS_NOT | Operator.NONE_OF:
            return -_of_some(test, type_)
        case _:
            return EITHER


def _of_some(test: AttributeTest, type_: ValueType) -> int:
    """Return the way of a test for one value, or for some: one where they are the highest or the lowest that there are."""
    if type_.kind is Kind.FLAG:
        return EITHER if test.other is not None else UP if test.value else DOWN
    if isinstance(test.value, frozenset):
        ranks = {rank for rank in test.value if isinstance(rank, int)}
        return _of_ranks(ranks, len(type_.options)) if type_.kind is Kind.SCALE else EITHER
    ends = (0, len(type_.options) - 1) if type_.kind is Kind.SCALE else (type_.lowest, type_.highest)
    return EITHER if test.value is None or test.value not in ends else UP if test.value == ends[1] else DOWN


def _of_ranks(ranks: set[int], count: int) -> int:
    """Return the way of a test for some ranks: one where they are the highest or the lowest ones."""
    if ranks == set(range(count - len(ranks), count)):
        return UP
    return DOWN if ranks == set(range(len(ranks))) else EITHER


def senses_of_attribute(name: str, pack: Pack, sign: int) -> Iterator[AttributeUse]:
    """Yield every use of what a profile states in an attribute that moves something with the sign."""
    attribute = pack.attributes[name]
    if computed(attribute) and attribute.derivation is not None:
        yield from _of_expression(attribute.derivation.expression, pack, sign)
    elif attribute.kind is not Kind.RECORDS:
        yield AttributeUse(attribute=name, sign=EITHER if attribute.kind is Kind.CHOICE else sign)


def _of_expression(expression: Expression, pack: Pack, sign: int) -> Iterator[AttributeUse]:  # noqa: C901, PLR0912 - a case for each operator
    match expression:
        case Literal():
            return
        case Gather():
            for name in person_attributes(expression.conditions):
                yield from _unsure(senses_of_attribute(name, pack, EITHER), sure=False)
        case Reference(attribute=name):
            yield from senses_of_attribute(name, pack, sign)
        case Since(of=name):
            yield from senses_of_attribute(name, pack, -sign)
        case Floor(of=of) | Ceil(of=of) | Clamp(of=of) | Round(of=of):
            yield from _of_expression(of, pack, sign)
        case Tally(conditions=conditions):
            yield from (sense for condition in conditions for sense in senses(condition, pack, sign))
        case Calculation():
            for part, way in zip(expression.parts, _ways(expression, pack), strict=True):
                yield from _unsure(_of_expression(part, pack, sign * way), sure=expression.operation is not Operation.RATIO)
        case Lookup(of=of):
            yield from _unsure(_of_expression(of, pack, sign * _lookup_way(expression)), sure=False)
        case When():
            yield from _of_when(expression, pack, sign)
        case Stored(original=original):
            yield from _of_expression(original, pack, sign)
        case _:
            assert_never(expression)


def _unsure(attribute_uses: Iterable[AttributeUse], *, sure: bool) -> Iterator[AttributeUse]:
    return (attribute_use if sure else attrs.evolve(attribute_use, sure=False) for attribute_use in attribute_uses)


def _ways(expression: Calculation, pack: Pack) -> list[int]:
    """Return the way in which each part moves a calculation."""
    parts = expression.parts
    match expression.operation:
        case Operation.DIFFERENCE:
            return [UP, DOWN]
        case Operation.RATIO:
            over, under = (_at_least_nothing(part, pack) for part in parts)
            return [UP if under else EITHER, DOWN if over and under else EITHER]
        case Operation.PRODUCT:
            return [UP if all(_at_least_nothing(other, pack) for other in parts if other is not part) else EITHER for part in parts]
        case Operation.SUM | Operation.MEAN | Operation.MIN | Operation.MAX:
            weights = expression.weights or (1,) * len(parts)
            return [UP if weight >= 0 else DOWN for weight in weights]
        case _:
            assert_never(expression.operation)


def _at_least_nothing(expression: Expression, pack: Pack) -> bool:
    """Whether a value is known never to be below 0."""
    if isinstance(expression, Literal):
        return isinstance(expression.value, int | Fraction) and expression.value >= 0
    if isinstance(expression, Tally):
        return True
    if not isinstance(expression, Reference):
        return False
    attribute = pack.attributes[expression.attribute]
    if computed(attribute) and attribute.derivation is not None:
        return _at_least_nothing(attribute.derivation.expression, pack)
    return isinstance(attribute.type.lowest, int | Fraction) and attribute.type.lowest >= 0


def _lookup_way(expression: Lookup) -> int:
    rows = sorted((key, gives) for key, gives in expression.rows.items() if isinstance(key, int | Fraction))
    bands = sorted(expression.bands, key=lambda band: (band.lowest is not None, band.lowest or 0))
    if len(rows) < len(expression.rows):
        return EITHER
    return _order([gives for _, gives in rows] + [band.gives for band in bands])


def _order(values: Sequence[Atom]) -> int:
    """Return whether values rise, fall, or do neither."""
    numbers = [value for value in values if isinstance(value, int | Fraction | datetime.date)]
    if len(numbers) < len(values):
        return EITHER
    pairs = list(itertools.pairwise(numbers))
    if all(one <= two for one, two in pairs):  # type: ignore[operator]
        return UP
    return DOWN if all(one >= two for one, two in pairs) else EITHER  # type: ignore[operator]


def _of_when(expression: When, pack: Pack, sign: int) -> Iterator[AttributeUse]:
    """Conditions move a choice between literals with it where the first of them give the most."""
    values = [value for _, value in expression.branches] + [expression.otherwise]
    literals = [value.value for value in values if isinstance(value, Literal)]
    way = -_order(literals) if len(literals) == len(values) else EITHER
    for condition, _ in expression.branches:
        yield from senses(condition, pack, sign * way)
    for value in values:
        yield from _unsure(_of_expression(value, pack, sign), sure=False)
