"""Standings against every completion: the worse side is the least rung that any answers lead to, the better side the greatest."""

from __future__ import annotations

import datetime
import itertools
import random
from collections.abc import Mapping

import pytest

from evaluator.core.attributes import Attribute
from evaluator.core.conditions import AttributeTest
from evaluator.core.enums import Basis, CriterionKind
from evaluator.core.model import Band, Criterion, Pack, Profile, Role, Track
from evaluator.core.operators import Operator
from evaluator.core.results import Standing
from evaluator.core.values import Kind, ValueType
from evaluator.engines.readiness import Evaluator
from tests.drawing import SPAN

READY, NOT_YET = "ready", "not yet"


def ladder(*rungs: int, cumulative: bool, interim: tuple[int, ...] = ()) -> Pack:
    """Return a pack with a role on each of some rungs of one track; those at the places in `interim` are interim."""
    ready = AttributeTest(attribute="required_unmet", operator=Operator.AT_MOST, value=0, span=SPAN)
    roles = [_role(f"role-{place}", rung, interim=place in interim) for place, rung in enumerate(rungs)]
    return Pack(
        name="ladder",
        title="Ladder",
        version="1",
        language=2,
        effective=datetime.date(2026, 1, 1),
        bands=(Band(verdict=READY, when=ready, span=SPAN), Band(verdict=NOT_YET, when=None, span=SPAN)),
        tracks=(Track(id="craft", title="Craft", cumulative=cumulative, span=SPAN),),
        attributes={f"flag_{place}": _flag(f"flag_{place}") for place in range(len(rungs))},
        documents={},
        roles={role.id: role for role in roles},
        moves=(),
        content_hash="0" * 16,
        folder="rules",
    )


def _flag(name: str) -> Attribute:
    return Attribute(id=name, title=name, type=ValueType(kind=Kind.FLAG), span=SPAN)


def _role(name: str, rung: int, *, interim: bool) -> Role:
    criterion = Criterion(
        id="only",
        role=name,
        title="Only",
        kind=CriterionKind.SKILL,
        required=True,
        weight=1,
        when=AttributeTest(attribute=name.replace("role-", "flag_"), operator=Operator.IS, value=True, span=SPAN),
        basis=Basis.JUDGEMENT,
        span=SPAN,
    )
    return Role(id=name, title=name, track="craft", rung=rung, interim=interim, criteria=(criterion,), span=SPAN)


def stands(pack: Pack, verdicts: Mapping[str, str], only: set[str] | None = None) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the standing and what is perhaps one, for somebody who is ready (+), is not (-) or may be (?) for each role."""
    given = {role.replace("role-", "flag_"): sign == "+" for role, sign in verdicts.items() if sign != "?"}
    person = Profile(id="ada", given=given, span=SPAN)
    evaluation = Evaluator(pack, engine="reference").evaluate(person, as_of=pack.effective, only=only)
    (standing,) = evaluation.standings or (Standing(track="craft", roles=(), perhaps=()),)
    return standing.roles, standing.perhaps


def by_hand(rungs: list[tuple[int, list[bool]]], *, cumulative: bool) -> int:
    """Return the rung that somebody stands on who is or is not ready for each role of each rung; -1 for none."""
    reached = -1
    for rung, ready in sorted(rungs):
        if any(ready):
            reached = rung
        elif cumulative:
            return reached
    return reached


@pytest.mark.parametrize("cumulative", [True, False])
def test_both_sides_are_the_least_and_the_greatest_of_all_completions(cumulative: bool) -> None:  # noqa: FBT001 - a parameter
    """Of 1,000 random tracks, whatever is answered leads to the standing or to what it perhaps is, and some answers to either end."""
    chance = random.Random(7)
    for _ in range(1000):
        rungs = [chance.randint(0, 4) for _ in range(chance.randint(1, 5))]
        pack = ladder(*rungs, cumulative=cumulative)
        verdicts = {role: chance.choice("+-?") for role in pack.roles}
        roles, perhaps = stands(pack, verdicts)
        answers = [(True, False) if sign == "?" else (sign == "+",) for sign in verdicts.values()]
        reached = set()
        for ready in itertools.product(*answers):
            by_rung: dict[int, list[bool]] = {}
            for rung, one in zip(rungs, ready, strict=True):
                by_rung.setdefault(rung, []).append(one)
            reached.add(by_hand(list(by_rung.items()), cumulative=cumulative))
        rung_of = dict(zip(pack.roles, rungs, strict=True))
        low = max((rung_of[role] for role in roles), default=-1)
        assert low == min(reached), (rungs, verdicts)
        higher = {rung_of[role] for role in perhaps}
        assert max(higher, default=low) == max(reached), (rungs, verdicts)
        assert higher >= {rung for rung in reached if rung > low}, (rungs, verdicts)


@pytest.mark.parametrize(
    ("rungs", "verdicts", "interim", "expected"),
    [
        pytest.param((1, 2, 3), "+-+", (), (("role-0",), ()), id="a gap ends the walk"),
        pytest.param((1, 2, 3), "-++", (), ((), ()), id="nothing without the lowest rung"),
        pytest.param((1, 2, 3), "?++", (), ((), ("role-0", "role-1", "role-2")), id="perhaps above what is undecided"),
        pytest.param((1, 2, 2, 3), "+-++", (), (("role-3",), ()), id="one of the peers is enough"),
        pytest.param((1, 2, 2), "+++", (), (("role-1", "role-2"), ()), id="both peers are the standing"),
        pytest.param((1, 2, 3), "+-+", (1,), (("role-2",), ()), id="an interim role is no rung"),
        pytest.param((1, 2), "-+", (1,), ((), ()), id="an interim role is no standing"),
        pytest.param((1, 2), "-?", (1,), ((), ()), id="nor perhaps one"),
        pytest.param((2, 7), "++", (), (("role-1",), ()), id="rungs without roles are skipped"),
        pytest.param((1, 2, 3), "+?-", (), (("role-0",), ("role-1",)), id="no further than the better side"),
    ],
)
def test_a_cumulative_track(
    rungs: tuple[int, ...], verdicts: str, interim: tuple[int, ...], expected: tuple[tuple[str, ...], tuple[str, ...]]
) -> None:
    """Each case was worked out by hand from the page on the language."""
    pack = ladder(*rungs, cumulative=True, interim=interim)
    assert stands(pack, dict(zip(pack.roles, verdicts, strict=True))) == expected


def test_a_role_that_was_not_judged_keeps_a_cumulative_standing_open() -> None:
    """Judging the third rung alone claims no standing there."""
    everything = dict.fromkeys(("role-0", "role-1", "role-2"), "+")
    assert stands(ladder(1, 2, 3, cumulative=True), everything, {"role-2"}) == ((), ("role-2",))
    assert stands(ladder(1, 2, 3, cumulative=False), everything, {"role-2"}) == (("role-2",), ())
