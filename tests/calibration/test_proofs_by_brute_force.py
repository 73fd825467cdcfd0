"""Every claim about small packs, and every silence, is held against all profiles there are."""

from __future__ import annotations

import random
from collections.abc import Sequence
from itertools import combinations
from typing import Any

import attrs
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from evaluator.calibration.prove.analysis import prove
from evaluator.calibration.prove.directions import directions
from evaluator.calibration.prove.findings import Claim, Proofs, Question
from evaluator.calibration.prove.interval_check import TooMuch, together
from evaluator.calibration.prove.lowered_verdicts import is_better
from evaluator.core.conditions import Condition, attributes_read, truth
from evaluator.core.expressions import Missing, Tally
from evaluator.core.model import Expectation, Pack, Role
from evaluator.core.results import Evaluation, State
from evaluator.core.values import Value
from tests.calibration import small_packs
from tests.calibration.small_packs import evaluations, everybody, random_pack
from tests.core.build import AS_OF, CONDITIONS, any_of, attribute, check, criterion, flag
from tests.core.build import role as made_role

Everybody = Sequence[tuple[dict[str, Value], Evaluation]]
_CLAIMS = set[tuple[Any, ...]]


def found(proofs: Proofs) -> _CLAIMS:
    """Return the claims, without what shows them."""
    claims: _CLAIMS = set()
    for one in proofs.findings:
        criteria = tuple(criterion.id for criterion in one.criteria)
        named = [(name,) for name in (one.verdict, one.attribute, *one.alike) if name] or [()]
        claims |= {(one.claim, one.role.id, *criteria, *name) for name in named}
    return claims


def expected(made: Pack, people: Everybody) -> _CLAIMS:
    """Return what holds of all profiles, counted one by one."""
    claims: _CLAIMS = set()
    for role in made.judged_roles:
        states = {one.id: [judged.roles[role.id].criteria[place].state for _, judged in people] for place, one in enumerate(role.criteria)}
        alone = {name: claim for name, seen in states.items() if (claim := _alone(set(seen)))}
        claims |= {(claim, role.id, name) for name, claim in alone.items()}
        claims |= _pairs(role, {name: seen for name, seen in states.items() if name not in alone})
        verdicts = [(str(judged.roles[role.id].verdict)) for _, judged in people]
        claims |= {(Claim.OUT_OF_REACH, role.id, verdict) for verdict in made.verdicts_of(role) if verdict not in verdicts}
        claims |= _lowered(made, role, people)
    junior, senior = made.roles.get("junior"), made.roles.get("senior")
    if (junior and senior and junior.track == senior.track) and any(
        _ready(made, one, "senior") and not _maybe(made, one, "junior") for _, one in people
    ):
        claims.add((Claim.EASIER, "senior"))
    return claims


def _alone(seen: set[State]) -> Claim | None:
    if seen <= {State.NOT_APPLICABLE}:
        return Claim.NEVER_APPLIES
    if State.MET not in seen:
        return Claim.NEVER_MET
    return Claim.ALWAYS_MET if State.UNMET not in seen else None


def _pairs(role: Role, states: dict[str, list[State]]) -> _CLAIMS:
    claims: _CLAIMS = set()
    for one, two in combinations(states, 2):
        both = list(zip(states[one], states[two], strict=True))
        if (State.MET, State.MET) not in both:
            continue
        fine = (State.MET, State.NOT_APPLICABLE)
        forth = all(right in fine for left, right in both if left is State.MET)
        back = all(left in fine for left, right in both if right is State.MET)
        if forth or back:
            names = (one, two) if forth else (two, one)
            claims.add((Claim.SAME if forth and back else Claim.IMPLIED, role.id, *names))
    return claims


def _lowered(made: Pack, role: Role, people: Everybody) -> _CLAIMS:
    better = directions(made)
    places = {tuple(sorted(known.items(), key=str)): judged.roles[role.id].verdict for known, judged in people}
    claims: _CLAIMS = set()
    values = small_packs.values_of(made)
    for name in {name for name, _ in better}:
        for known, judged in people:
            for value in values[name]:
                if name in known and is_better(better, name, known[name], value):
                    other = places.get(tuple(sorted({**known, name: value}.items(), key=str)))
                    if other is None:
                        continue
                    now = judged.roles[role.id].verdict
                    steps = [
                        made.verdicts_of(role).index(other.low) - made.verdicts_of(role).index(now.low),
                        made.verdicts_of(role).index(other.high) - made.verdicts_of(role).index(now.high),
                    ]
                    if min(steps) >= 0 and max(steps) > 0:
                        claims.add((Claim.LOWERED, role.id, name))
    return claims


def _ready(made: Pack, judged: Evaluation, role: str) -> bool:
    return judged.roles[role].verdict.low == made.best_of(made.roles[role])


def _maybe(made: Pack, judged: Evaluation, role: str) -> bool:
    return judged.roles[role].verdict.high == made.best_of(made.roles[role])


def held_against_everybody(made: Pack) -> _CLAIMS | None:
    """Hold what is proved of a pack against everybody that there can be, and return what was claimed; None where there is nobody."""
    proofs = prove(made, as_of=AS_OF)
    people = evaluations(made, proofs.missing)
    if not people:
        return None
    wanted, claimed = expected(made, people), found(proofs)
    left_open = {(one.question, one.role.id) for one in proofs.open}
    assert claimed <= wanted
    assert {(claim.question, role) for claim, role, *_ in wanted - claimed} <= left_open
    return claimed


@pytest.mark.slow
@settings(max_examples=20, deadline=None)
@given(st.integers(0, 10**9))
def test_proofs_say_what_counting_says(seed: int) -> None:
    """Findings are what all profiles show, no more, on random packs; what is missing was said to be open."""
    assume(held_against_everybody(random_pack(random.Random(seed))) is not None)


def test_of_what_is_taken_to_have_any_value_it_is_said_that_it_is_not_known_what_implies_what() -> None:
    """A count that skips what may be missing has no formula: that its criterion follows from a part is left open, not passed over."""
    counted = Tally(conditions=(flag("f"), check("word", "is", "c")), share=False, missing=Missing.SKIP)
    criteria = (criterion("flag", flag("f"), role="lead"), criterion("count", check("d", "at_least", 1), role="lead"))
    made = small_packs.pack(*small_packs.stated(), attribute("d", derive=counted), roles=[made_role("lead", *criteria)])
    gap = check("word", "known", value=False)
    sometimes = attrs.evolve(made, roles={"lead": made_role("lead", *criteria, criterion("gap", any_of(gap, flag("f")), role="lead"))})
    assert (Claim.IMPLIED, "lead", "flag", "count") in (held_against_everybody(made) or ())
    assert held_against_everybody(sometimes) is not None
    assert Question.IMPLIED in {left.question for left in prove(sometimes, as_of=AS_OF).open}


def test_criteria_that_only_what_is_plausible_ties_together_are_told() -> None:
    """Two with nothing in common but that the pack expects x to be at most y."""
    lead = made_role(
        "lead", criterion("one", check("x", "at_least", 2), role="lead"), criterion("two", check("y", "at_least", 1), role="lead")
    )
    made = small_packs.pack(*small_packs.stated(), roles=[lead])
    expected_of_all = Expectation(expect=check("x", "at_most", other="y"), otherwise="odd", span=made.bands[0].span)
    assert (Claim.IMPLIED, "lead", "one", "two") in (held_against_everybody(attrs.evolve(made, plausible=(expected_of_all,))) or ())


@settings(max_examples=100, deadline=None)
@given(st.lists(CONDITIONS, min_size=1, max_size=3))
def test_boxes_say_what_counting_says(conditions: list[Condition]) -> None:
    """Plain reasoning finds values for conditions exactly where some are there, or declines."""
    made = small_packs.pack_for_conditions()
    try:
        values = together(conditions, made)
    except TooMuch:
        return
    people = small_packs.facts_for_conditions(attributes_read(conditions))
    held = any(all(truth(one, facts) for one in conditions) for facts in people)
    assert (values is not None) == held
    if values is not None:
        assert all(truth(one, values) for one in conditions)


def test_everybody_is_everybody() -> None:
    """The count of profiles is the product of what each attribute can be."""
    assert len(list(everybody(small_packs.pack(*small_packs.stated())))) == 4 * 4 * 2 * 3 * 4
