"""What prove makes of computed attributes is what the definition says, of random expressions, for everybody there can be."""

from __future__ import annotations

import random
from fractions import Fraction

import attrs
import pytest
import z3

from evaluator.calibration.prove.attributes_read import AttributesRead
from evaluator.calibration.prove.formulas import World
from evaluator.calibration.prove.monotonicity import senses
from evaluator.core.conditions import AttributeTest, truth
from evaluator.core.facts import complete
from evaluator.core.operators import Operator
from tests.calibration.small_packs import everybody, random_pack, values_of
from tests.core.build import AS_OF, SPAN, all_of, check, criterion, profile, role
from tests.slow import mostly_soaked
from tests.test_operators import pins

PEOPLE = 12


@pytest.mark.parametrize("seed", mostly_soaked(range(40), ordinary=20))
def test_formulas_of_random_expressions_say_what_the_definition_says(seed: int) -> None:
    """With all that is stated of somebody, or not, put in, a formula is that very number, or unknown."""
    chance = random.Random(seed)
    for _ in range(4):
        made = random_pack(chance)
        missing = tuple(values_of(made)) if chance.random() < 0.5 else ()
        known = [AttributeTest(attribute=name, operator=Operator.KNOWN, value=True, span=SPAN) for name in missing]
        asking = {"asking": role("asking", criterion("known", all_of(*known), role="asking"))} if known else {}
        made = attrs.evolve(made, roles={**made.roles, **asking})
        world = World(reads=AttributesRead(pack=made), as_of=AS_OF, readiness=lambda one, world: world.symbol(one.id))
        symbol = world.symbol("d")
        for given in chance.sample(list(everybody(made, missing)), PEOPLE) if not world.free else ():
            pinned = [pair for name in values_of(made) for pair in pins(world, name, given.get(name))]
            value = complete(made, profile(**given), AS_OF).facts.get("d")
            told = z3.is_true(z3.simplify(z3.substitute(symbol.known, *pinned)))
            assert told is (value is not None)
            if isinstance(value, int | Fraction):
                number = z3.simplify(z3.substitute(symbol.value, *pinned))
                assert Fraction(str(number)) == value, (given, number)


@pytest.mark.parametrize("seed", mostly_soaked(range(40), ordinary=20))
def test_ways_of_random_expressions_are_those_of_everybody(seed: int) -> None:
    """Where an attribute moves a computed number one way alone, nobody with more of it goes the other; what is no use moves nothing."""
    chance = random.Random(seed)
    for _ in range(4):
        made = random_pack(chance)
        test = check("d", "at_least", chance.choice((Fraction(1, 2), 1, 2)))
        ways: dict[str, set[int]] = {}
        for one in senses(test, made):
            ways.setdefault(one.attribute, set()).add(one.sign)
        everyone = list(everybody(made))
        for given in chance.sample(everyone, PEOPLE):
            before = truth(test, complete(made, profile(**given), AS_OF).facts)
            for name, values in values_of(made).items():
                for more in [value for value in values if name in {"x", "y", "f", "day"} and value > given[name]]:  # type: ignore[operator]
                    after = truth(test, complete(made, profile(**{**given, name: more}), AS_OF).facts)
                    (way,) = ways.get(name, {0}) if len(ways.get(name, {0})) == 1 else (0,)
                    assert before == after or name in ways
                    if way and before is not None and after is not None:
                        assert before is after or after is (way > 0), (given, name, more)
