"""The inference engine says what the reference says, of whole evaluations, at scale."""

import datetime
import gc
import itertools
import multiprocessing
import random
import statistics
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, reject, settings
from hypothesis import strategies as st

from evaluator.core.conditions import AttributeTest, Condition, truth
from evaluator.core.operators import Operator
from evaluator.engines.readiness import Evaluator
from evaluator.engines.rule_layers import CRITERIA, EngineProblem
from tests.cases import criterion, small_pack
from tests.drawing import SPAN, random_condition
from tests.soak import Count, disagreements, shrunk, soak, stripped
from tests.strategies import as_of_dates, packs, profiles, random_attributes, random_profile

VERDICTS = 60_000
SOAK_VERDICTS = 5_000_000
PAGES = Path("/proc/self/statm")


def compared(seed: int, verdicts: int) -> Count:
    """Run the soak to its end and return its last count."""
    count = Count()
    for count in soak(seed, verdicts):  # noqa: B007 - the last one counts
        pass
    return count


@pytest.mark.slow
def test_random_packs_and_profiles_evaluate_alike() -> None:
    """Sixty thousand verdicts of random packs are the reference's, with few packs refused as too large."""
    count = compared(seed=20_280, verdicts=VERDICTS)
    print(f"\n{count.verdicts:,} verdicts of {count.evaluations:,} evaluations with {count.packs} packs agree")
    assert count.verdicts >= VERDICTS
    assert count.refused <= count.packs * 0.03


@pytest.mark.soak
def test_a_soak_evaluates_alike() -> None:
    """Five million verdicts of other packs are the reference's."""
    assert compared(seed=random.SystemRandom().randrange(10**9), verdicts=SOAK_VERDICTS).verdicts >= SOAK_VERDICTS


@pytest.mark.slow
@settings(max_examples=100, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_one_pack_and_its_profiles_evaluate_alike(data: st.DataObject) -> None:
    """Whatever pack and profiles Hypothesis finds, both engines say the same; a disagreement is shrunk."""
    pack = data.draw(packs())
    try:
        inference = Evaluator(pack, engine="inference")
    except EngineProblem:
        reject()
    reference = Evaluator(pack, engine="reference")
    for profile in data.draw(st.lists(profiles(pack), min_size=1, max_size=4)):
        as_of = data.draw(as_of_dates())
        assert stripped(inference.evaluate(profile, as_of=as_of)) == stripped(reference.evaluate(profile, as_of=as_of))


def test_the_generators_reach_every_truth() -> None:
    """Random conditions are met, unmet and unknown about as often as each other."""
    chance = random.Random(1)
    found: list[bool | None] = []
    for _ in range(300):
        attributes = random_attributes(chance)
        types = {name: attribute.type for name, attribute in attributes.items()}
        pack = small_pack(attributes, (criterion("only", random_condition(chance, types, 2)),))
        found += [truth(pack.roles["role"].criteria[0].when, random_profile(chance, pack).given) for _ in range(10)]
    assert min(found.count(word) for word in (True, False, None)) > len(found) * 0.15


def test_a_disagreement_is_shrunk_to_one_test() -> None:
    """What the soak prints of a wrong condition is no larger than what is wrong with it."""
    chance = random.Random(3)
    types = {name: attribute.type for name, attribute in random_attributes(chance).items()}
    culprit = AttributeTest(attribute="stated_0", operator=Operator.KNOWN, value=True, span=SPAN)

    def wrong(condition: Condition) -> bool:
        return condition == culprit or (not isinstance(condition, AttributeTest) and any(map(wrong, condition.parts)))

    found = (random_condition(chance, types, 3) for _ in range(50_000))
    assert shrunk(next(one for one in found if not isinstance(one, AttributeTest) and wrong(one)), wrong) == culprit


def test_engines_that_agree_have_no_disagreements() -> None:
    """The search for what differs finds nothing where nothing does."""
    chance = random.Random(4)
    attributes = random_attributes(chance)
    types = {name: attribute.type for name, attribute in attributes.items()}
    pack = small_pack(attributes, (criterion("only", random_condition(chance, types, 2)),))
    assert not list(disagreements(pack, random_profile(chance, pack).given, "inference"))


def pages() -> int:
    """Return the pages of memory in use by what can still be reached."""
    gc.collect()
    return int(PAGES.read_text(encoding="ascii").split()[1])


def pages_after_evaluations(evaluations: int) -> list[int]:
    """Return the pages in use after each tenth of the evaluations of one evaluator."""
    chance = random.Random(5)
    attributes = random_attributes(chance)
    types = {name: attribute.type for name, attribute in attributes.items()}
    pack = small_pack(attributes, tuple(criterion(f"c{place}", random_condition(chance, types, 2)) for place in range(3)))
    evaluator = Evaluator(pack, engine="inference")
    people = [random_profile(chance, pack) for _ in range(100)]
    resident: list[int] = []
    for _ in range(10):
        for place in range(evaluations // 10):
            evaluator.evaluate(people[place % len(people)], as_of=datetime.date(2026, 11, 1))
        resident.append(pages())
    return resident


def pages_after_packs(packs_of_each: int) -> list[int]:
    """Return the pages in use after each of eight times so many packs, compiled and let go."""
    chance = random.Random(6)
    attributes = random_attributes(chance)
    types = {name: attribute.type for name, attribute in attributes.items()}
    pack = small_pack(attributes, tuple(criterion(f"c{place}", random_condition(chance, types, 1)) for place in range(12)))
    resident: list[int] = []
    for _ in range(8):
        for _ in range(packs_of_each):
            Evaluator(pack, engine="inference").engine.judge(CRITERIA, {}, [f"role/c{place}" for place in range(12)])
        resident.append(pages())
    return resident


def measured(pages_after: Callable[[int], list[int]], number: int) -> list[int]:
    """Measure in a process of its own: what other tests have left in this one is no matter of the engine."""
    with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as fresh:
        resident = fresh.submit(pages_after, number).result()
    print(f"\npages in memory: {resident}")
    return resident


def usual_growth(resident: Sequence[int]) -> float:
    """Return the median of the steps: what is kept of each round makes all of them rise, and an arena that is set up, one."""
    return statistics.median(after - before for before, after in itertools.pairwise(resident))


@pytest.mark.skipif(not PAGES.exists(), reason="reads the memory in use from /proc")
@pytest.mark.slow
@pytest.mark.parametrize("evaluations", [10_000, pytest.param(100_000, marks=pytest.mark.soak)])
def test_many_evaluations_leave_no_memory_behind(evaluations: int) -> None:
    """One evaluator's memory is flat: what it took after the first tenth of the evaluations is what it takes after the last."""
    resident = measured(pages_after_evaluations, evaluations)
    assert usual_growth(resident) < 28, "a mebibyte of pages over all tenths"


@pytest.mark.slow
@pytest.mark.skipif(not PAGES.exists(), reason="reads the memory in use from /proc")
def test_packs_that_are_let_go_leave_next_to_no_memory_behind() -> None:
    """Compiling one pack after the other keeps no more than a few kilobytes of each that is gone."""
    resident = measured(pages_after_packs, 60)
    assert usual_growth(resident) < 100, "six kilobytes a pack"
