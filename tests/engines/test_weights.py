"""Weights of any decimals: scores are exact in columns, and moves and questions are in the order of the reference."""

from __future__ import annotations

import itertools
import math
import random
from collections.abc import Sequence
from fractions import Fraction

import attrs
import pytest

from evaluator.core.model import Pack
from evaluator.core.tally import MOST_WEIGHT, whole_weight
from evaluator.core.values import Number
from evaluator.diagnostics import EvaluatorError
from evaluator.engines.columns.encode import Person, frame_of
from evaluator.engines.columns.plan import plan
from evaluator.engines.columns.verdicts import neighbours
from evaluator.engines.readiness import Evaluator
from evaluator.populations.judging import Judge
from evaluator.populations.request import Level, Request
from tests.core.build import attribute, bands, check, criterion, flag, pack, profile, role
from tests.populations.people_pack import AS_OF
from tests.slow import mostly_slow
from tests.strategies import random_pack, random_profile

THIRDS = (Fraction("33.3"), Fraction("33.3"), Fraction("33.4"))
WEIGHTS: dict[str, Sequence[Number]] = {
    "thirds of a hundred": THIRDS,
    "three decimals": (Fraction("33.333"), Fraction("33.333"), Fraction("33.334")),
    "six decimals": (Fraction("33.333333"), Fraction("33.333333"), Fraction("33.333334")),
    "one is next to nothing": (100, Fraction("0.000001"), 50),
    "all alike, with many digits": (Fraction("33.33333333333333"),) * 3,
    "small whole numbers": (1, 2, 3),
    "hundreds": (100, 99, 98),
    "fractions": (Fraction(1, 7), Fraction(2, 11), Fraction(5, 13)),
}


def weighted(pack: Pack, weights: Sequence[Number], chance: random.Random) -> Pack:
    """Return a pack whose criteria have other weights."""
    roles = {
        name: attrs.evolve(role, criteria=tuple(attrs.evolve(one, weight=chance.choice(weights)) for one in role.criteria))
        for name, role in pack.roles.items()
    }
    return attrs.evolve(pack, roles=roles)


@pytest.mark.parametrize("weights", WEIGHTS.values(), ids=WEIGHTS)
@pytest.mark.parametrize("seed", mostly_slow(range(6), quick=2))
def test_every_weight_is_judged_as_in_the_reference(weights: Sequence[Number], seed: int) -> None:
    """Verdicts, scores, ranks of moves, gaps and questions of random packs."""
    chance = random.Random(seed)
    pack = weighted(random_pack(chance), weights, chance)
    people = [Person(profile=random_profile(chance, pack), as_of=AS_OF) for _ in range(40)]
    frame = frame_of(pack, people)
    judge = Judge(pack=pack, request=Request(level=Level.ROLES), few=0)
    assert judge.judge(frame).rows() == judge.answered(frame, Evaluator(judge.closed, engine="reference")).rows()


@pytest.mark.parametrize(
    ("weights", "together"),
    [
        (THIRDS, 1000),
        ((Fraction("33.33"),) * 3, 3),
        ((1, 2, 3), 6),
        ((2, 4, 6), 6),
        ((Fraction(1, 2), Fraction(3, 4)), 5),
        ((100, Fraction("0.5")), 201),
    ],
)
def test_whole_weights_have_no_common_divisor(weights: Sequence[Number], together: int) -> None:
    """By hand: 33.3, 33.3 and 33.4 are 333, 333 and 334 thousandths; three of 33.33 weigh one each."""
    assert whole_weight([criterion(f"c{place}", check("n", "at_least", 1), weight=one) for place, one in enumerate(weights)]) == together


@pytest.mark.parametrize("seed", range(30))
def test_neighbours_of_a_number_are_the_nearest_fractions(seed: int) -> None:
    """By going through all of them."""
    chance = random.Random(seed)
    number, most = Fraction(chance.randint(0, 10**6), chance.randint(1, 10**6)), chance.randint(1, 40)
    near = {Fraction(math.floor(number * lower) + more, lower) for lower in range(1, most + 1) for more in (0, 1)}
    below, above = max(one for one in near if one <= number), min(one for one in near if one >= number)
    assert neighbours(number, most) == (below, above)


def test_weights_beyond_whole_numbers_are_refused_in_a_sentence() -> None:
    """Fourteen decimals that differ add up to more than whole numbers hold: nothing is rounded."""
    chance = random.Random(3)
    fine = (Fraction("33.33333333333333"), Fraction("33.33333333333334"))
    pack = random_pack(chance)
    name, role = next((name, role) for name, role in pack.roles.items() if not role.destination)
    criteria = tuple(attrs.evolve(role.criteria[0], id=f"c{place}", weight=one) for place, one in enumerate(fine))
    pack = attrs.evolve(pack, roles={**pack.roles, name: attrs.evolve(role, criteria=criteria)})
    assert whole_weight(criteria) > MOST_WEIGHT
    with pytest.raises(EvaluatorError, match="have too many digits for the columns engine"):
        plan(pack)


@pytest.mark.parametrize("name", ["score", "met", "unmet", "required_unmet"])
@pytest.mark.parametrize("operator", ["at_least", "at_most", "above", "below", "is", "is_not"])
def test_bands_held_against_numbers_far_beyond_are_as_in_the_reference(name: str, operator: str) -> None:
    """A score times a large weight, held against a number of sixteen digits, has no room in a column."""
    far = [sign * number for number in (2**53 - 1, 10**15, Fraction(2**53, 3)) for sign in (1, -1)]
    tests = [check(name, operator, number) for number in (*far, 2, -1)]
    for test, weight in itertools.product(tests, (115_998, 118_998, 77_777_777, 999_999_999)):
        needed = [criterion("c0", flag("f"), weight=weight), criterion("c1", flag("g"), weight=1, required=True, applies_when=flag("h"))]
        made = pack(*(attribute(one, "flag") for one in "fgh"), roles=[role("lead", *needed)], verdicts=bands(ready=test, not_yet=None))
        answers = itertools.product((None, True, False), repeat=3)
        stated = [{one: value for one, value in zip("fgh", values, strict=True) if value is not None} for values in answers]
        people = [Person(profile=profile(**facts), as_of=AS_OF) for facts in stated]
        judge = Judge(pack=made, request=Request(level=Level.ROLES), few=0)
        frame = frame_of(made, people)
        assert judge.judge(frame).rows() == judge.answered(frame, Evaluator(judge.closed, engine="reference")).rows()
