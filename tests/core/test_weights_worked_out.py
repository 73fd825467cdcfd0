"""Means by weights that are worked out: their value, what bounds them, what has no result and what is asked for."""

from __future__ import annotations

import itertools
import random
from collections.abc import Mapping
from fractions import Fraction

import attrs
import pytest

from evaluator.core.attributes import Attribute
from evaluator.core.bounds import Interval, Outcome, PartialFacts, is_value
from evaluator.core.expressions import Calculation, Derivation, Expression, Literal, Operation, Reference, weighted_ratio
from evaluator.core.facts import complete
from evaluator.core.model import Pack, Profile
from evaluator.core.unknowns import Unknowns
from evaluator.core.values import Kind, Value, ValueType
from evaluator.report.undefined import undefined_words
from tests.cases import criterion, small_pack
from tests.core.build import AS_OF, check
from tests.drawing import SPAN

RANGES = {"a": (0, 5), "b": (-2, 2), "v": (0, 2), "w": (1, 3)}
A, B, V, W = (Reference(attribute=name) for name in RANGES)
MEAN = weighted_ratio((A, B), (V, W))


def pack_of(expression: Expression) -> Pack:
    """Return a pack that computes `x`."""
    types = {name: ValueType(kind=Kind.INTEGER, lowest=low, highest=high) for name, (low, high) in RANGES.items()}
    attributes = {name: Attribute(id=name, title=name, type=type_, span=SPAN) for name, type_ in types.items()}
    derivation = Derivation(expression=expression, span=SPAN)
    made = Attribute(id="x", title="Mean", type=ValueType(kind=Kind.NUMBER), derivation=derivation, may_be_given=False, span=SPAN)
    return attrs.evolve(small_pack({**attributes, "x": made}, (criterion("c", check("x", "at_least", 1)),)), language=2)


def facts_of(expression: Expression, given: Mapping[str, Value]) -> PartialFacts:
    """Return what is known of somebody."""
    facts = complete(pack_of(expression), Profile(id="p", given=given, span=SPAN), AS_OF).facts
    assert isinstance(facts, PartialFacts)
    return facts


def x_of(expression: Expression, given: Mapping[str, Value]) -> Outcome:
    """Return what is known of `x`."""
    facts = facts_of(expression, given)
    return facts.get("x", facts.bounds.get("x"))


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({"a": 5, "b": 2, "v": 1, "w": 2}, 3),
        ({"a": 5, "b": 2, "v": 0, "w": 2}, 2),
        ({"a": 5, "b": 2, "v": 2, "w": 1}, 4),
        ({"a": 2, "b": 2, "v": 2}, 2),  # of parts that are equal no weight matters
        ({"b": 0, "v": 1, "w": 1}, Interval(lowest=0, highest=Fraction(5, 2))),
        ({"a": 3, "b": 1, "v": 1}, Interval(lowest=1, highest=3)),
        ({}, Interval(lowest=-2, highest=5)),
    ],
)
def test_a_mean_by_weights_is_worked_out_and_lies_within_what_it_is_of(given: Mapping[str, Value], expected: Outcome) -> None:
    """With a weight missing it is no wider than the least and the greatest of its parts."""
    assert x_of(MEAN, given) == expected


def test_weights_that_may_add_up_to_nothing_give_no_bounds_and_are_told_by_name() -> None:
    """The divisor is the sum of the weights, which may be 0 where each may."""
    expression = weighted_ratio((A, B), (V, V))
    assert x_of(expression, {"a": 1, "b": 2}) is None
    pack = pack_of(expression)
    unknowns = Unknowns(facts=facts_of(expression, {"a": 1, "b": 2, "v": 0}), attributes=pack.attributes, as_of=AS_OF)
    cause = unknowns.attribute("x")
    assert cause.asks == ()
    assert [undefined_words(one, pack.attributes) for one in cause.undefined] == ["the weights of “Mean” add up to 0"]
    open_ones = Unknowns(facts=facts_of(MEAN, {"a": 1}), attributes=pack_of(MEAN).attributes, as_of=AS_OF)
    assert set(open_ones.attribute("x").asks) == {"b", "v", "w"}


def test_only_a_sum_of_parts_over_the_sum_of_their_own_weights_is_a_mean() -> None:
    """Any other ratio is what it was."""
    assert MEAN.averaged == (A, B)
    turned = Calculation(operation=Operation.SUM, parts=(W, V))
    assert Calculation(operation=Operation.RATIO, parts=(MEAN.parts[0], turned)).averaged == ()
    assert Calculation(operation=Operation.RATIO, parts=(A, W)).averaged == ()
    assert Calculation(operation=Operation.SUM, parts=(A, W)).averaged == ()


def test_no_answers_make_false_what_bounds_say_of_means_by_weights() -> None:
    """Brute force over every completion: the mean lies within its bounds."""
    chance, bounded, exact = random.Random(4), 0, 0
    for _ in range(120):
        parts = tuple(chance.choice((A, B, Literal(value=chance.choice((1, 3))))) for _ in range(chance.randint(1, 3)))
        expression = weighted_ratio(parts, [chance.choice((V, W, W, Literal(value=2))) for _ in parts])
        given = {name: chance.randint(*ends) for name, ends in RANGES.items() if chance.random() < 0.5}
        found = x_of(expression, given)
        missing = [name for name in RANGES if name not in given]
        values: list[Fraction] = []
        for chosen in itertools.product(*(range(RANGES[name][0], RANGES[name][1] + 1) for name in missing)):
            value = x_of(expression, {**given, **dict(zip(missing, chosen, strict=True))})
            assert value is None or is_value(value)
            if isinstance(found, Interval):
                assert isinstance(value, int | Fraction)
                values.append(Fraction(value))
            elif found is not None:
                assert value == found
        if isinstance(found, Interval):
            assert found.lowest <= min(values)  # type: ignore[operator]
            assert max(values) <= found.highest  # type: ignore[operator]
            bounded += 1
            exact += (found.lowest, found.highest) == (min(values), max(values))
    assert bounded > 30
    assert exact > 15
