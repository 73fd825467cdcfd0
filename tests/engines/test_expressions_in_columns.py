"""Computed attributes of random packs come to the same number in columns, whatever is tested of them."""

from __future__ import annotations

import random
from fractions import Fraction

import attrs
import polars as pl
import pytest

from evaluator.core.conditions import AttributeTest
from evaluator.core.facts import complete
from evaluator.core.model import Pack
from evaluator.core.operators import Operator
from evaluator.core.values import NUMERIC
from evaluator.engines.columns.encode import Person, frame_of
from evaluator.engines.columns.language import speaking
from evaluator.engines.columns.plan import plan
from evaluator.engines.columns.truths import column
from tests.drawing import SPAN
from tests.slow import mostly_slow
from tests.strategies import random_as_of, random_pack, random_profile

PEOPLE = 40
NEAR = 1e-9
"""What floats may be off by, of a number that is in no doubt."""


def reading_all(pack: Pack) -> Pack:
    """Return a pack whose first role reads every computed number, since what nothing reads is in no column."""
    role = pack.judged_roles[0]
    numbers = [one.id for one in pack.derived_attributes if one.kind in NUMERIC]
    tests = [AttributeTest(attribute=name, operator=Operator.AT_LEAST, value=1, span=SPAN) for name in numbers]
    reads = [attrs.evolve(role.criteria[0], id=f"reads-{test.attribute}", when=test, applies_when=None, almost=None) for test in tests]
    return attrs.evolve(pack, roles={**pack.roles, role.id: attrs.evolve(role, criteria=(*role.criteria, *reads))})


@pytest.mark.parametrize("seed", mostly_slow(range(40), quick=10, ordinary=20))
def test_values_of_random_expressions_are_those_of_the_reference(seed: int) -> None:
    """Each number that is computed is there where the reference has one, and is the float next to it."""
    chance = random.Random(seed)
    pack = reading_all(random_pack(chance, computed=True))
    people = [Person(profile=random_profile(chance, pack), as_of=random_as_of(chance)) for _ in range(PEOPLE)]
    with speaking(pl):
        compiled = plan(pack)
        frame = compiled.criteria(compiled.derive(frame_of(pack, people).lazy())).collect()
    names = [one.id for one in pack.derived_attributes if one.kind in NUMERIC]
    for person, row in zip(people, frame.iter_rows(named=True), strict=True):
        facts = complete(pack, person.profile, person.as_of).facts
        for name in () if row["doubt"] else names:
            value, told = facts.get(name), row[column(name)]
            assert (told is None) is (value is None), (name, told, value)
            if isinstance(value, int | Fraction):
                assert abs(told - value) <= NEAR * max(1, abs(value)), (name, told, value)
