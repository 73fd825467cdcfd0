"""Random packs with attributes of every kind: no random profile contradicts what was proved of all of them."""

from __future__ import annotations

import datetime
import random
from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evaluator.calibration.prove.analysis import prove
from evaluator.calibration.prove.findings import Claim, Finding, Proofs, Question
from evaluator.calibration.prove.ladder import roles_below
from evaluator.calibration.prove.prover import Prover
from evaluator.core.model import Pack
from evaluator.core.results import Evaluation, State
from evaluator.core.values import Value, ValueType
from evaluator.engines.readiness import Evaluator
from tests.core.build import AS_OF
from tests.strategies import random_pack, random_profile

PROFILES = 60


def known(chance: random.Random, made: Pack) -> Iterator[Evaluation]:
    """Yield evaluations of random profiles that state all that can be stated."""
    evaluator = Evaluator(made, engine="reference")
    names = {name for name, one in made.attributes.items() if one.derivation is None or one.may_be_given}
    for _ in range(PROFILES):
        person = random_profile(chance, made)
        inside = all(_readable(made.attributes[name].type, value) for name, value in person.given.items())
        if inside and names <= set(person.given):
            yield evaluator.evaluate(person, as_of=AS_OF)


def _readable(type_: ValueType, value: Value) -> bool:
    """Whether a profile's file may state a value."""
    if isinstance(value, tuple | frozenset):
        return True
    return not type_.outside(value) and not (isinstance(value, datetime.date) and value.year < 1900)


def contradicts(finding: Finding, seen: Evaluation) -> bool:
    """Whether a profile shows that a proof is wrong."""
    result = seen.roles[finding.role.id]
    states = {one.criterion.id: one.state for one in result.criteria}
    mine = [states[criterion.id] for criterion in finding.criteria]
    fine = (State.MET, State.NOT_APPLICABLE)
    match finding.claim:
        case Claim.NEVER_MET:
            return mine[0] is State.MET
        case Claim.ALWAYS_MET:
            return mine[0] is State.UNMET
        case Claim.NEVER_APPLIES:
            return mine[0] is not State.NOT_APPLICABLE
        case Claim.IMPLIED:
            return mine[0] is State.MET and mine[1] not in fine
        case Claim.SAME:
            return (mine[0] is State.MET and mine[1] not in fine) or (mine[1] is State.MET and mine[0] not in fine)
        case Claim.OUT_OF_REACH:
            return str(result.verdict) == finding.verdict
    return False


def silences(made: Pack, proofs: Proofs, seen: Evaluation) -> Iterator[str]:
    """Yield the roles of which nothing was said although a profile is ready for one and for none of the rung below."""
    said = {one.role.id for one in proofs.findings if one.claim is Claim.EASIER}
    said |= {one.role.id for one in proofs.open if one.question is Question.ORDER}
    for role in made.judged_roles:
        below = roles_below(Prover(pack=made, as_of=AS_OF, seconds=1), role)
        ready = seen.roles[role.id].verdict.low == made.best_of(role)
        if below and ready and all(seen.roles[one.id].verdict.high != made.best_of(one) for one in below) and role.id not in said:
            yield role.id


@pytest.mark.slow
@settings(max_examples=10, deadline=None)
@given(st.integers(0, 10**9))
def test_no_profile_contradicts_a_proof(seed: int) -> None:
    """What was said to be impossible does not happen, and what happens was not passed over."""
    chance = random.Random(seed)
    made = random_pack(chance, computed=chance.random() < 0.5)
    proofs = prove(made, as_of=AS_OF, seconds=1)
    for seen in known(chance, made):
        assert not [one for one in proofs.findings if contradicts(one, seen)]
        assert not list(silences(made, proofs, seen))
