"""Plans on ladders of points: sums over many attributes, in little work and little memory, and still of the least effort there is."""

from __future__ import annotations

import itertools
import json
import random
import resource
import subprocess
import sys
from collections.abc import Mapping, Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any

import attrs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evaluator.candidates.plan import search as searching
from evaluator.candidates.plan.analysis import Planner, RolePlan
from evaluator.candidates.plan.dominance import undominated
from evaluator.candidates.plan.search import Search, TooManyWays
from evaluator.core.attributes import Attribute
from evaluator.core.conditions import AllOf, AnyOf, AttributeTest, Condition
from evaluator.core.effort import Effort
from evaluator.core.enums import Basis, CriterionKind
from evaluator.core.expressions import Calculation, Clamp, Expression, Floor, Lookup, Missing, Operation, Reference, TableBand, Tally
from evaluator.core.model import Band, Criterion, Pack, Profile
from evaluator.core.operators import Operator
from evaluator.core.values import Kind, ValueType
from tests.candidates.plan.test_least import DAY, attribute, check, computed, least
from tests.candidates.plan.test_least import INTEGER as SHORT
from tests.cases import SPAN, small_pack
from tests.tiny_pack import write

POINTS = {0: 0, 1: 1, 2: 3, 3: 6, 4: 12, 5: 20}
"""What each milestone is worth."""
MILESTONES, CATEGORIES = 15, 4
REQUIRED = check("required_unmet", Operator.AT_MOST, 0)
READY = AllOf(parts=(REQUIRED, check("score", Operator.AT_LEAST, Fraction(3, 4))), span=SPAN)


def criterion(name: str, when: Condition, *, required: bool = True) -> Criterion:
    kind = CriterionKind.SKILL
    return Criterion(id=name, role="role", title=name, kind=kind, required=required, weight=1, when=when, basis=Basis.JUDGEMENT, span=SPAN)


def pack_with(attributes: Sequence[Attribute], criteria: Sequence[Criterion], ready: Condition = READY) -> Pack:
    bands = (Band(verdict="ready", when=ready, span=SPAN), Band(verdict="not yet", when=None, span=SPAN))
    return attrs.evolve(small_pack({one.id: one for one in attributes}, tuple(criteria)), bands=bands)


def points(places: Sequence[int]) -> Calculation:
    """Return the sum of what some milestones are worth."""
    return Calculation(
        operation=Operation.SUM, parts=tuple(Lookup(of=Reference(attribute=f"m{one}"), table="p", rows=POINTS) for one in places)
    )


def ladder(total: int, least_of_each: Sequence[int], efforts: Sequence[int] = (1,) * MILESTONES) -> Pack:
    """Return a role that asks for points over all milestones, and in categories of which milestones take turns to be part."""
    type_ = ValueType(kind=Kind.INTEGER, lowest=0, highest=5)
    stated = [Attribute(id=f"m{one}", title="M", type=type_, effort=Effort(each=efforts[one]), span=SPAN) for one in range(MILESTONES)]
    sums = [computed("total", points(range(MILESTONES)))]
    sums += [computed(f"category{one}", points(range(one, MILESTONES, CATEGORIES))) for one in range(len(least_of_each))]
    needs = [total, *least_of_each]
    criteria = [criterion(one.id, check(one.id, Operator.AT_LEAST, need)) for one, need in zip(sums, needs, strict=True)]
    return pack_with([*stated, *sums], criteria)


def planned(pack: Pack, have: Mapping[str, Any]) -> RolePlan:
    profile = Profile(id="p", given=dict(have), span=SPAN)
    return Planner(pack=pack, profile=profile, role=pack.roles["role"], as_of=DAY).plan()


def cheapest(total: int, least_of_each: Sequence[int], have: Sequence[int], efforts: Sequence[int]) -> int | None:
    """Return the least effort, worked out apart: what each number of points costs in each category, then over categories together."""
    together = {0: 0}
    for category in range(CATEGORIES):
        inside = {0: 0}
        for place in range(category, MILESTONES, CATEGORIES):
            steps = [(POINTS[to], efforts[place] * (to - have[place])) for to in range(have[place], 6)]
            inside = _added(inside, steps)
        needed = least_of_each[category] if category < len(least_of_each) else 0
        together = _added(together, [(gained, cost) for gained, cost in inside.items() if gained >= needed])
    return min((cost for gained, cost in together.items() if gained >= total), default=None)


def _added(before: Mapping[int, int], more: Sequence[tuple[int, int]]) -> dict[int, int]:
    found: dict[int, int] = {}
    for have, spent in before.items():
        for gained, cost in more:
            found[have + gained] = min(found.get(have + gained, 10**9), spent + cost)
    return found


@pytest.fixture
def tries(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Count how often a variable is fixed in a state."""
    found = [0]
    fixed = Search._fixed

    def counted(self: Search, *arguments: Any) -> Any:
        found[0] += 1
        return fixed(self, *arguments)

    monkeypatch.setattr(Search, "_fixed", counted)
    return found


CASES = {
    "one milestone away": (95, [12, 12, 12, 12], [3] * MILESTONES),
    "eight steps away": (135, [20, 20, 20, 20], [3] * MILESTONES),
    "a total alone": (135, [], [3] * MILESTONES),
    "from nothing": (135, [30, 30, 30, 30], [0] * MILESTONES),
    "two categories": (58, [10, 10], [1] * MILESTONES),
    "uneven": (200, [30, 50, 30, 40], [4, 0, 1, 3, 2, 2, 0, 4, 1, 1, 3, 0, 2, 4, 0]),
    "there by now": (60, [12, 12, 12, 12], [3] * MILESTONES),
    "more than there is": (301, [], [3] * MILESTONES),
}


@pytest.mark.parametrize("case", CASES)
@pytest.mark.parametrize("seed", [None, 1, 2], ids=["even efforts", "efforts of 1 to 4", "other efforts"])
def test_fifteen_milestones_take_little_work(case: str, seed: int | None, tries: list[int]) -> None:
    """The effort is what a programme over points and categories finds, and the second way is worked out within the same work."""
    total, each, have = CASES[case]
    chance = random.Random(seed)
    efforts = [1 if seed is None else chance.randint(1, 4) for _ in range(MILESTONES)]
    found = planned(ladder(total, each, efforts), {f"m{place}": value for place, value in enumerate(have)})
    expected = cheapest(total, each, have, efforts)
    assert (None if found.best is None else found.best.effort) == expected
    assert tries[0] < 60_000


def test_unknown_milestones_count_from_nothing(tries: list[int]) -> None:
    """What is not known is planned for from the least that it could be."""
    total, each, have = CASES["eight steps away"]
    known = {f"m{place}": value for place, value in enumerate(have) if place not in {2, 7}}
    found = planned(ladder(total, each), known)
    assert found.best is not None
    assert found.best.effort == cheapest(
        total, each, [0 if place in {2, 7} else value for place, value in enumerate(have)], [1] * MILESTONES
    )
    assert tries[0] < 60_000


def test_what_is_too_much_is_said_after_bounded_work(tries: list[int], monkeypatch: pytest.MonkeyPatch) -> None:
    """Four means of other weights each over the same fifteen attributes: no sum says how far all of them have come."""
    monkeypatch.setattr(searching, "MOST_TRIED", 10_000)
    chance = random.Random(1)
    type_ = ValueType(kind=Kind.INTEGER, lowest=0, highest=5)
    stated = [Attribute(id=f"m{place}", title="M", type=type_, effort=Effort(each=1), span=SPAN) for place in range(MILESTONES)]
    parts = tuple(Reference(attribute=one.id) for one in stated)
    weights = [tuple(chance.randint(1, 9) for _ in stated) for _ in range(4)]
    means = [computed(f"d{place}", Calculation(operation=Operation.MEAN, parts=parts, weights=one)) for place, one in enumerate(weights)]
    pack = pack_with([*stated, *means], [criterion(one.id, check(one.id, Operator.AT_LEAST, 3), required=False) for one in means])
    with pytest.raises(TooManyWays):
        planned(pack, {one.id: chance.randint(0, 3) for one in stated})
    assert tries[0] <= searching.MOST_TRIED


@pytest.mark.parametrize("numbers", range(5))
@pytest.mark.parametrize("seed", range(20))
def test_states_are_dropped_where_another_is_ahead_at_no_more_effort(numbers: int, seed: int) -> None:
    """What is dropped has another that stays and is nowhere behind it; of up to two numbers, none stays behind one of less effort."""
    chance = random.Random(seed)
    states: list[Any] = [
        ((chance.randint(0, 6), 0, chance.randint(0, 2)), (7, *(chance.randint(0, 5) for _ in range(numbers))), (place,))
        for place in range(40)
    ]
    kept = set(undominated(states))

    def ahead(one: Any, other: Any) -> bool:
        cheaper = one[0][0] < other[0][0] or (one[0][0] == other[0][0] and one[0][2] <= other[0][2])
        return cheaper and all(mine >= theirs for mine, theirs in zip(one[1], other[1], strict=True))

    staying = [one for one in states if one[2] in kept]
    assert all(any(ahead(one, other) for one in staying) for other in states if other[2] not in kept)
    if numbers <= 2:
        behind = [other for other in staying if any(ahead(one, other) and one[0][0] < other[0][0] for one in staying)]
        assert not behind


def expression(chance: random.Random, stated: Sequence[Attribute], inner: Sequence[Attribute] = ()) -> Expression:
    """Return a number made of several: sums inside sums, means, weights, counts, least and greatest, differences, bands over them."""
    names = [one.id for one in (*stated, *inner) if one.kind is not Kind.FLAG]
    parts = tuple(Reference(attribute=chance.choice(names)) for _ in range(chance.randint(2, 4)))
    missing = chance.choice((Missing.UNKNOWN, Missing.UNKNOWN, Missing.SKIP, 1))
    several = (Operation.SUM, Operation.SUM, Operation.MEAN, Operation.MIN, Operation.MAX, Operation.PRODUCT)
    total: Expression = Calculation(operation=chance.choice(several), parts=parts, missing=missing)
    nested = Calculation(operation=Operation.SUM, parts=(total, *parts[:2]), missing=chance.choice((Missing.UNKNOWN, missing)))
    apart = Calculation(operation=Operation.DIFFERENCE, parts=(total, parts[0]))
    share = Calculation(operation=Operation.RATIO, parts=(parts[0], total))
    weights = tuple(chance.choice((1, 2, Fraction(1, 2), 3)) for _ in parts)
    weighted = Calculation(operation=Operation.MEAN, parts=parts, weights=weights, missing=missing)
    counted = Tally(conditions=tuple(check(one.attribute, Operator.AT_LEAST, 2) for one in parts), share=False, missing=missing)
    worth = tuple(Lookup(of=part, table="t", rows=dict(zip(range(4), chance.sample(range(9), 4), strict=True))) for part in parts)
    found = [total, nested, apart, share, weighted, counted, Calculation(operation=Operation.SUM, parts=worth, missing=missing)]
    chosen = chance.choice(found)
    gives = sorted(chance.sample(range(9), 3)) if chance.random() < 0.7 else chance.sample(range(9), 3)
    ends = [None, Fraction(3, 2), 4, None]
    bands = tuple(
        TableBand(lowest=low, includes_lowest=True, highest=high, includes_highest=False, gives=gives[place])
        for place, (low, high) in enumerate(itertools.pairwise(ends))
        if chance.random() < 0.9
    )
    over = [Floor(of=chosen), Clamp(of=chosen, lowest=1, highest=5), Lookup(of=chosen, table="b", bands=bands)]
    return chance.choice((chosen, chosen, *over))


def pack_of(chance: random.Random) -> Pack:
    stated = [attribute(f"x{place}", SHORT, chance) for place in range(chance.randint(2, 4))]
    first = [computed("d0", expression(chance, stated))]
    every = [*stated, *first, computed("d1", expression(chance, stated, first))]

    def test() -> AttributeTest:
        words = (Operator.AT_LEAST, Operator.AT_LEAST, Operator.ABOVE, Operator.AT_MOST, Operator.BELOW, Operator.IS, Operator.IS_NOT)
        name = chance.choice([one.id for one in every[len(stated) :]] if chance.random() < 0.8 else [one.id for one in stated])
        if chance.random() < 0.15:
            return AttributeTest(attribute=name, operator=chance.choice(words), value=None, other=chance.choice(every).id, span=SPAN)
        return check(
            name, chance.choice(words), chance.choice((1, 2, 3, 4, 6, 8) if name[0] == "x" else (1, 2, Fraction(5, 2), 3, 4, 6, 8))
        )

    def condition() -> Condition:
        kind = chance.choice((None, None, AllOf, AnyOf))
        return test() if kind is None else kind(parts=(test(), test()), span=SPAN)

    criteria = [criterion(f"c{place}", condition(), required=chance.random() < 0.6) for place in range(chance.randint(1, 3))]
    rewards = check("unmet", Operator.AT_LEAST, 1)
    return pack_with(every, criteria, chance.choice((READY, READY, REQUIRED, AllOf(parts=(REQUIRED, rewards), span=SPAN))))


def same_as_brute_force(chance: random.Random) -> None:
    pack = pack_of(chance)
    stated = [one for one in pack.attributes.values() if one.derivation is None]
    have = {one.id: chance.randint(0, 3) for one in stated if chance.random() < 0.85}
    found = planned(pack, have)
    expected = least(pack, Profile(id="p", given=have, span=SPAN))
    assert (None if found.best is None else found.best.effort) == expected


@settings(max_examples=60, deadline=None)
@given(st.randoms(use_true_random=False))
def test_nothing_is_cheaper_on_small_ladders_of_points(chance: random.Random) -> None:
    """Over sums in sums, means, counts and bands, whether a verdict can only be gained or also lost by a criterion that is met."""
    same_as_brute_force(chance)


@pytest.mark.soak
@pytest.mark.parametrize("hundred", range(20))
def test_nothing_is_cheaper_on_small_ladders_of_points_for_long(hundred: int) -> None:
    """The same for two thousand more, a hundred a test, as every run collects them."""
    for seed in range(100 * hundred, 100 * hundred + 100):
        same_as_brute_force(random.Random(seed))


FILES = {
    "pack.yaml": """
pack: points
title: Points
version: 1.0.0
effective: 2026-01-01
tracks: {level: {title: Level}}
verdicts:
  - {verdict: ready, when: {required_unmet: {at_most: 0}}}
  - verdict: not yet
""",
    "moves.yaml": "moves: []\n",
    "roles/senior.yaml": """
role: senior
title: Senior
track: level
rung: 1
criteria:
  - {id: points, title: 135 points, kind: skill, required: true, basis: judgement, when: {total: {at_least: 135}}}
""",
}


def test_a_command_plans_on_a_ladder_of_points_in_little_memory(tmp_path: Path) -> None:
    """The verb itself, with a pack of files, in a quarter of a gigabyte."""
    names = [f"m{place}" for place in range(MILESTONES)]
    rows = ", ".join(f"{milestone}: {worth}" for milestone, worth in POINTS.items())
    lines = ["tables:", f"  points: {{type: integer, rows: {{{rows}}}}}", "attributes:"]
    lines += [
        f"  {one}: {{title: {one}, type: integer, range: {{at_least: 0, at_most: 5}}, question: What?, effort: {{each: 1}}}}"
        for one in names
    ]
    worth = ", ".join(f"{{lookup: {{of: {one}, table: points}}}}" for one in names)
    lines += [f"  total: {{title: Total, type: integer, derive: {{sum: [{worth}]}}}}"]
    rules = write(tmp_path / "rules", {**FILES, "attributes.yaml": "\n".join(lines) + "\n"})
    person = write(tmp_path, {"p.yaml": f"profile: p\nattributes: {{{', '.join(f'{one}: 3' for one in names)}}}\n"}) / "p.yaml"
    command = [sys.executable, "-m", "evaluator", "plan", str(person), "senior", "--rules", str(rules), "--as-of", "2026-11-01"]
    run = subprocess.run([*command, "--format", "json"], capture_output=True, text=True, check=False, preexec_fn=_limited)
    assert run.returncode == 0, run.stderr
    assert json.loads(run.stdout)["best"]["effort"] == cheapest(135, [], [3] * MILESTONES, [1] * MILESTONES)


def _limited() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (250_000_000, 250_000_000))
