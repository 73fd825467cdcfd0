"""Mutants: which survive, known by hand; which are equivalent; and that each example given really tells."""

from __future__ import annotations

import itertools
import random
from pathlib import Path

import pytest

from evaluator.engines.readiness import Evaluator
from evaluator.packs.examples.condition_mutants import changes
from evaluator.packs.examples.examples import example
from evaluator.packs.examples.mutant_status import Fate, Fates, MutantResult
from evaluator.packs.examples.mutation import mutate
from evaluator.packs.examples.mutation_runner import Bench
from evaluator.packs.examples.views import seen
from tests.core.build import all_of, any_of, at_least_of, check, none_of, value_type
from tests.packs.examples.small import ATTRIBUTES, criterion, outcomes, write_pack
from tests.strategies import random_pack, random_profile

TYPES = {"years": value_type("integer"), "skill": value_type("scale"), "fields": value_type("set", options=("art", "law", "music"))}
YEARS = criterion("years", "{years: {at_least: 8}}")
LOOSE = "base: {attributes: {skill: none}}\ntests:\n" + "".join(
    f"  - name: t\n    attributes: {{years: {years}}}\n    expect: {{verdict: {verdict}}}\n"
    for years, verdict in ((20, "ready"), (2, "not yet"))
)
TIGHT = LOOSE.replace("20", "8").replace("2}", "7}")


def _judged(folder: Path) -> list[MutantResult]:
    pack, found = outcomes(folder)
    return list(mutate(pack, found))


def _words(judged: list[MutantResult], fate: Fate) -> set[str]:
    return {f"{one.mutant.was} → {one.mutant.now}" for one in judged if one.fate is fate}


def test_survivors_known_by_hand(tmp_path: Path) -> None:
    """Twenty years and two tell nothing of where between them the threshold lies; weight and bands hang on one criterion."""
    judged = _judged(write_pack(tmp_path, [YEARS], LOOSE))
    when = "years: {at_least: 8} → years: "
    assert _words(judged, Fate.SURVIVED) == {when + "{above: 8}", when + "{at_least: 7}", when + "{at_least: 9}"}
    assert _words(judged, Fate.EQUIVALENT) == {"weight: 1 → weight: 2"}


def test_examples_at_the_threshold_kill_them(tmp_path: Path) -> None:
    """Eight years and seven leave nothing alive."""
    judged = _judged(write_pack(tmp_path, [YEARS], TIGHT))
    assert _words(judged, Fate.SURVIVED) == set()
    assert Fates.of(judged).share == 1


def test_a_part_that_another_covers_is_equivalent(tmp_path: Path) -> None:
    """Beside `at_least: 6` in an any-of, no profile can tell `at_least: 8` from its neighbours, or from nothing."""
    when = "{any_of: [{years: {at_least: 8}}, {years: {at_least: 6}}]}"
    judged = _judged(write_pack(tmp_path, [criterion("years", when)], LOOSE))
    assert {"years: {at_least: 8} → years: {at_least: 9}", "years: {at_least: 8} → nothing"} <= _words(judged, Fate.EQUIVALENT)
    assert "years: {at_least: 6} → years: {at_least: 7}" in _words(judged, Fate.SURVIVED)


WIDE = [
    criterion("years", "{any_of: [{years: {at_least: 8}}, {fields: {includes_all: [art, law]}}]}", more="almost: {years: {at_least: 6}}"),
    criterion("skill", "{skill: {at_least: some}}", required=False, more="applies_when: {large: true}"),
    criterion("half", "{at_least_of: {count: 2, of: [{large: true}, {half: {above: 3}}, {skill: {is: much}}]}}", required=False),
]
HALF = "  half: {title: Half, type: number, derive: {ratio: [years, 2]}}\n"
MOVES = "  - {from: lead, to: top, kind: promotion, when: {fields: {includes: music}}, basis: judgement}\n"


@pytest.fixture
def wide(tmp_path: Path) -> Path:
    """Return a pack with a bit of everything, and next to no examples."""
    return write_pack(tmp_path, WIDE, LOOSE, attributes=ATTRIBUTES + HALF, moves=MOVES)


def test_each_example_passes_as_it_stands_and_notices_its_change(wide: Path) -> None:
    """Pasted into the role's file, every example given for a survivor comes out as written, and kills exactly that mutant."""
    pack, found = outcomes(wide)
    path = wide / "tests" / "lead.yaml"
    before = path.read_text(encoding="utf-8")
    survivors = [one for one in mutate(pack, found) if one.fate is Fate.SURVIVED]
    assert len(survivors) > 20
    for one in survivors:
        assert one.witness is not None, one.mutant
        path.write_text(before + example(pack, one.mutant, one.witness), encoding="utf-8")
        _, more = outcomes(wide)
        assert more[-1].passed, more[-1].mismatches
        assert Bench(outcomes=more[-1:]).killer(one.mutant) is more[-1].test


def test_pasting_all_examples_kills_everything(wide: Path) -> None:
    """With all of the examples in the file nothing survives."""
    pack, found = outcomes(wide)
    path = wide / "tests" / "lead.yaml"
    texts = [example(pack, one.mutant, one.witness) for one in mutate(pack, found) if one.witness is not None]
    path.write_text(path.read_text(encoding="utf-8") + "".join(texts), encoding="utf-8")
    assert _words(_judged(wide), Fate.SURVIVED) == set()


def test_the_small_changes_of_each_kind_of_condition() -> None:
    """Neighbours, operators, members and parts, one at a time."""
    art = none_of(check("fields", "includes_any", frozenset({"art"})))
    condition = any_of(all_of(check("years", "at_least", 3), check("skill", "is", 2)), art)
    found = {f"{one.was} → {one.now}" for one in changes(condition, TYPES)}
    assert {"years: {at_least: 3} → years: {above: 3}", "years: {at_least: 3} → years: {at_least: 2}", "any_of → all_of"} <= found
    assert {"all_of → any_of", "none_of → any_of", "skill: {is: working} → skill: {is: practitioner}"} <= found
    assert "fields: {includes_any: [art]} → fields: {includes_any: [law]}" in found
    counts = {one.now for one in changes(at_least_of(1, check("years", "at_least", 3), check("years", "at_most", 1)), TYPES)}
    assert "count: 2" in counts
    assert "count: 0" not in counts


@pytest.mark.parametrize("seed", [2, pytest.param(0, marks=pytest.mark.slow), pytest.param(1, marks=pytest.mark.soak)])
def test_what_is_called_equivalent_is_so_for_random_people(seed: int) -> None:
    """In random packs, no random profile tells an equivalent mutant from the pack in verdict, score, states or moves."""
    chance = random.Random(seed)
    pack = random_pack(chance)
    people = [random_profile(chance, pack) for _ in range(15)]
    plain = Evaluator(pack, engine="reference")
    keys = ("verdict", "score", "states", "next_roles", "beyond")
    for judged in itertools.islice(mutate(pack, (), (pack.judged_roles[0].id,)), 60):
        if judged.fate is Fate.EQUIVALENT:
            mutated = Evaluator(judged.mutant.pack, engine="reference")
            for person in people:
                one, other = (engine.evaluate(person, as_of=pack.effective) for engine in (plain, mutated))
                for role in one.roles:
                    assert [seen(one, role)[key] for key in keys] == [seen(other, role)[key] for key in keys], judged.mutant
        elif judged.witness is not None:
            assert judged.witness.differences
