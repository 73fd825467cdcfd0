"""A question can change the verdict where one of its answers does, and nowhere else: every answer is tried."""

from __future__ import annotations

import random
from collections.abc import Mapping

import attrs
import pytest

from evaluator.core.model import Pack, Profile
from evaluator.core.results import Evaluation
from evaluator.core.values import Kind, Value
from evaluator.engines.readiness import Evaluator
from tests.core.build import AS_OF
from tests.strategies import random_pack, random_profile
from tests.test_foreign_ladders import POINTS, pack_of, people


def _all_answers(pack: Pack, name: str) -> list[Value]:
    """Return every answer there is; none where there are too many."""
    type_ = pack.attributes[name].type
    if type_.kind is Kind.FLAG:
        return [True, False]
    if type_.kind is Kind.CHOICE:
        return list(type_.options)
    if type_.kind is Kind.SCALE:
        return list(range(len(type_.options)))
    whole = type_.kind is Kind.INTEGER and isinstance(type_.lowest, int) and isinstance(type_.highest, int)
    return list(range(type_.lowest, type_.highest + 1)) if whole else []  # type: ignore[operator, arg-type] # whole numbers


def _compared(evaluator: Evaluator, profile: Profile) -> tuple[int, int, int]:
    """Return how many questions are said to change a verdict, how many wrongly, and how many do so that are not."""
    evaluation = evaluator.evaluate(profile, as_of=AS_OF)
    after: dict[str, list[Evaluation]] = {}
    said = wrong = missed = 0
    undecided = {role: result for role, result in evaluation.roles.items() if not result.verdict.decided}
    for role, result in undecided.items():
        for question in result.questions:
            if not _all_answers(evaluator.pack, question.attribute):
                continue
            if question.attribute not in after:
                answers: list[Mapping[str, Value]] = [
                    {**profile.given, question.attribute: answer} for answer in _all_answers(evaluator.pack, question.attribute)
                ]
                after[question.attribute] = [evaluator.evaluate(attrs.evolve(profile, given=given), as_of=AS_OF) for given in answers]
            moves = any(one.roles[role].verdict != result.verdict for one in after[question.attribute])
            said += question.decisive
            wrong += question.decisive and not moves
            missed += moves and not question.decisive
    return said, wrong, missed


@pytest.mark.slow
@pytest.mark.parametrize("dropped", [2, 4])
def test_on_a_ladder_of_points_the_questions_that_change_a_verdict_are_said_to(dropped: int) -> None:
    """With two answers missing, or four, none is wrong and none missed, of the people that the ladder's cases state."""
    chance = random.Random(dropped)
    evaluator = Evaluator(attrs.evolve(pack_of(POINTS), language=2), engine="reference")
    said = wrong = missed = 0
    for profile in people(POINTS, "milestones")[:24]:
        given = dict(profile.given)
        for name in chance.sample(sorted(given), dropped):
            del given[name]
        found = _compared(evaluator, attrs.evolve(profile, given=given))
        said, wrong, missed = said + found[0], wrong + found[1], missed + found[2]
    print(f"\n{said} questions can change a verdict with {dropped} answers missing")
    assert said > 50
    assert (wrong, missed) == (0, 0)


@pytest.mark.slow
def test_in_random_packs_the_questions_that_change_a_verdict_are_said_to() -> None:
    """Whatever is asked that has few answers: trying each of them shows the same."""
    said = wrong = missed = 0
    for seed in range(160):
        chance = random.Random(seed)
        evaluator = Evaluator(random_pack(chance, computed=seed % 2 == 0, language=2), engine="reference")
        for _ in range(4):
            found = _compared(evaluator, random_profile(chance, evaluator.pack))
            said, wrong, missed = said + found[0], wrong + found[1], missed + found[2]
    assert said > 40
    assert (wrong, missed) == (0, 0)
