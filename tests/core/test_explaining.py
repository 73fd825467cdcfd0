"""Gaps and questions of a role are worked out when they are read, and a result stays what a frozen value is."""

from __future__ import annotations

import datetime
import pickle

import attrs
import pytest

from evaluator.core.gaps import gaps
from evaluator.core.questions import questions, undefined_values
from evaluator.core.results import Evaluation
from evaluator.core.unknowns import Unknowns
from evaluator.engines.readiness import Evaluator
from evaluator.populations.loading import load_people
from evaluator.reading.pack.pack import load_pack
from tests.product import PRODUCT

DAY = datetime.date(2026, 11, 1)


@pytest.fixture(scope="module")
def evaluations() -> list[Evaluation]:
    """The same person, evaluated twice."""
    pack = load_pack(PRODUCT / "rules")
    person = load_people([PRODUCT / "profiles" / "ada-lindqvist.yaml"], pack)[0]
    evaluator = Evaluator(pack, engine="reference")
    return [evaluator.evaluate(person, as_of=DAY) for _ in range(2)]


def test_what_is_read_is_what_the_rooms_for_gaps_and_questions_say(evaluations: list[Evaluation]) -> None:
    """And it is kept: the second reading gives the same object."""
    pack, evaluation = load_pack(PRODUCT / "rules"), evaluations[0]
    for result in evaluation.roles.values():
        assert result.gaps == gaps(result.criteria, evaluation.facts, pack.attributes)
        unknowns = Unknowns(facts=evaluation.facts, attributes=pack.attributes, as_of=DAY)
        assert result.questions == questions(result.criteria, result.verdict, unknowns, pack.bands)
        assert result.undefined == undefined_values(result.criteria, unknowns)
        assert result.gaps is result.gaps
    assert any(result.gaps for result in evaluation.roles.values())


def test_reading_changes_no_equality(evaluations: list[Evaluation]) -> None:
    """A result whose gaps were read equals one whose gaps were not."""
    one, other = (evaluation.roles["product-director"] for evaluation in evaluations)
    assert one.gaps
    assert one == other


def test_a_result_stays_frozen_and_can_be_stored(evaluations: list[Evaluation]) -> None:
    """Nothing can be set, and a copy from a pickle says the same."""
    result = evaluations[0].roles["product-director"]
    with pytest.raises(attrs.exceptions.FrozenInstanceError):
        result.gaps = ()  # type: ignore[misc]
    assert pickle.loads(pickle.dumps(result)).gaps == result.gaps  # noqa: S301 - our own
