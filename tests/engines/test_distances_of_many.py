"""How far a condition of many parts is: the least of what is not met, whatever the number of parts."""

from __future__ import annotations

import random

import narwhals as nw
import polars as pl
import pytest

from evaluator.core.conditions import AtLeastOf
from evaluator.core.model import Profile
from evaluator.engines.columns import language as x
from evaluator.engines.columns.encode import Person, frame_of
from evaluator.engines.columns.language import speaking
from evaluator.engines.readiness import Evaluator
from evaluator.populations.judging import Judge
from evaluator.populations.request import Request
from tests.cases import criterion, small_pack
from tests.core.build import attribute, check
from tests.drawing import SPAN
from tests.populations.people_pack import AS_OF


@pytest.mark.parametrize(("count", "parts"), [(1, 3), (2, 4), (4, 9), (10, 20), (30, 60)])
@pytest.mark.parametrize("spoken", [pl, nw], ids=["polars", "narwhals"])
def test_the_least_of_many_are_added_up(count: int, parts: int, spoken: object) -> None:
    """Sorted and summed in plain Python, the same comes out."""
    chance = random.Random(parts)
    rows = [[float(chance.randint(0, 9)) for _ in range(parts)] for _ in range(30)]
    frame = pl.DataFrame(rows, schema=[f"x{place}" for place in range(parts)], orient="row")
    with speaking(spoken):  # type: ignore[arg-type] # either module
        summed = x.sum_of_least([x.col(name) for name in frame.columns], count)
        native = frame if spoken is pl else nw.from_native(frame)
        found = native.select(summed.alias("sum"))["sum"].to_list()  # type: ignore[union-attr, arg-type]
    assert found == [sum(sorted(row)[:count]) for row in rows]


@pytest.mark.parametrize(("count", "parts"), [(3, 5), (6, 12), (10, 20), (25, 50)])
def test_gaps_of_many_parts_come_in_the_order_of_the_reference(count: int, parts: int) -> None:
    """Two criteria that weigh the same are ordered by how far each is: more ways to choose than could be gone through."""
    chance = random.Random(count)
    names = [f"n{place}" for place in range(parts)]
    wide = [
        AtLeastOf(count=count, parts=tuple(check(name, "at_least", chance.randint(5, 40)) for name in names), span=SPAN) for _ in range(4)
    ]
    attributes = {name: attribute(name, "integer") for name in names}
    pack = small_pack(attributes, tuple(criterion(f"c{place}", one) for place, one in enumerate(wide)))
    people = [
        Person(profile=Profile(id=f"p{place}", given={name: chance.randint(0, 20) for name in names}, span=SPAN), as_of=AS_OF)
        for place in range(60)
    ]
    frame = frame_of(pack, people)
    judge = Judge(pack=pack, request=Request(role="role"), few=0)
    assert judge.judge(frame).rows() == judge.answered(frame, Evaluator(pack, engine="reference")).rows()
