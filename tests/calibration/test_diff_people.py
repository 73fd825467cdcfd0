"""Who moves between two packs is what judging everybody one by one by both of them says."""

from __future__ import annotations

import itertools
import json
from collections import Counter
from pathlib import Path

import attrs
import pytest

from evaluator.calibration.diff.analysis import Diff, PeopleDiff, diff
from evaluator.calibration.diff.groups import ByGroup
from evaluator.calibration.diff.limits import parsed, reached
from evaluator.calibration.diff.people import both
from evaluator.calibration.diff.report import summary
from evaluator.calibration.disclosure import Rule
from evaluator.calibration.people_limits import LimitProblem
from evaluator.cli.main import run
from evaluator.core.model import Pack
from evaluator.core.results import Evaluation
from evaluator.reading.pack.pack import load_pack
from tests.calibration.diffing import DIRECTOR, edited, evaluations, people_of
from tests.calibration.small import FILES, write_pack
from tests.product import PROFILES, RULES

EDITS = (
    (DIRECTOR, "product_management_years: {at_least: 8}", "product_management_years: {at_least: 5}"),
    (DIRECTOR, "direct_reports: {at_least: 2}", "direct_reports: {at_least: 4}"),
    (DIRECTOR, "  - id: outcomes\n", "  - id: results\n"),
    (DIRECTOR, "      product_lines: {at_least: 2}", "      product_lines: {at_least: 1}"),
    ("roles/senior-product-manager.yaml", "required: true", "required: false"),
    ("pack.yaml", "score: {at_least: 0.5}", "score: {at_least: 0.55}"),
    ("moves.yaml", "organisation_size: {at_least: very-large}", "organisation_size: {at_least: large}"),
)


@pytest.fixture(scope="module")
def packs(tmp_path_factory: pytest.TempPathFactory) -> tuple[Pack, Pack]:
    return load_pack(RULES), load_pack(edited(tmp_path_factory.mktemp("packs") / "new", *EDITS))


@pytest.fixture(scope="module")
def found(packs: tuple[Pack, Pack]) -> PeopleDiff:
    people = diff(*packs, both(*packs, people_of(packs[0]), None)).people
    assert people is not None
    return people


@pytest.fixture(scope="module")
def by_definition(packs: tuple[Pack, Pack], found: PeopleDiff) -> tuple[list[Evaluation], list[Evaluation]]:
    """Everybody by the old pack and by the new one, judged one by one."""
    return evaluations(packs[0], found.both.old.people), evaluations(packs[1], found.both.old.people)


Sides = tuple[list[Evaluation], list[Evaluation]]


def test_who_moves_for_several_roles_is_told(packs: tuple[Pack, Pack], found: PeopleDiff) -> None:
    """The counts of the roles come to more than the people, which the sentence says; it is silent where they add up."""
    alone = Diff(old=packs[0], renamed=packs[0], new=packs[1], changes=(), people=found)
    assert found.moved == sum(len(one.moved) for one in found.roles)
    assert "counted for" not in summary(alone)
    found = attrs.evolve(found, among_everyone=True)
    counts = Counter(mover.id for one in found.roles for mover in one.movers())
    several = sum(number > 1 for number in counts.values())
    assert (found.moved, found.moved_often) == (len(counts), several)
    assert several > 1
    whole = Diff(old=packs[0], renamed=packs[0], new=packs[1], changes=(), people=found)
    assert f"; {several} people are counted for more than one role." in summary(whole)
    assert f" {len(counts)} of 200 people get" in summary(whole)


@pytest.mark.slow
def test_matrix_movers_and_next_roles_are_those_of_the_definition(by_definition: Sides, found: PeopleDiff) -> None:
    """Each role's matrix, its movers and its candidates equal a count over evaluations by the reference."""
    before, after = by_definition
    for one in found.roles:
        pairs = [
            (old.profile.id, old.roles[one.role.id].verdict, new.roles[one.role.id].verdict)
            for old, new in zip(before, after, strict=True)
            if any(move.role.id == one.role.id for side in (old, new) for move in side.next_roles)
        ]
        words = Counter(tuple(verdict.low if verdict.decided else "undecided" for verdict in (old, new)) for _, old, new in pairs)
        assert one.counted == len(pairs)
        assert one.matrix == words
        assert {(mover.id, mover.before, mover.after) for mover in one.movers()} == {pair for pair in pairs if pair[1] != pair[2]}
    assert sum(len(one.moved) for one in found.roles) > 10


def test_standings_and_next_roles_are_counted(packs: tuple[Pack, Pack], by_definition: Sides, found: PeopleDiff) -> None:
    """Rises and falls of standings, and moves that open and close, are those of the evaluations."""
    before, after = by_definition
    ahead = [[{move.role.id for move in (*one.next_roles, *one.beyond)} for one in side] for side in (before, after)]
    for role in found.next_roles.roles:
        opened = sum(role.role.id in new - old for old, new in zip(*ahead, strict=True))
        closed = sum(role.role.id in old - new for old, new in zip(*ahead, strict=True))
        assert (role.opened, role.closed) == (opened, closed)
    assert found.next_roles.people == sum(old != new for old, new in zip(*ahead, strict=True))
    roles = packs[1].roles
    for track in found.standings:
        heights = [
            [
                max((roles[name].rung for one in person.standings if one.track == track.track for name in one.roles), default=-1)
                for person in side
            ]
            for side in (before, after)
        ]
        assert track.rises == sum(new > old for old, new in zip(*heights, strict=True))
        assert track.falls == sum(new < old for old, new in zip(*heights, strict=True))


WEIGHED = """
role: lead
title: Lead
track: line
rung: 2
criteria:
  - {id: experience, title: Five years, kind: qualification, weight: 4, basis: judgement, when: {years: {at_least: 5}}}
  - {id: leads, title: Leads, kind: step, weight: 2, basis: judgement, when: {reports: {at_least: 2}}}
  - {id: skill, title: Good, kind: skill, weight: WEIGHT, basis: judgement, when: {level: {at_least: good}}}
"""
BANDED = """  - {verdict: ready, when: {score: {at_least: READY}}}
  - {verdict: nearly, when: {score: {at_least: NEARLY}}}
  - {verdict: not yet}
"""


def weighed(folder: Path, weight: int, ready: float, nearly: float) -> Pack:
    """Return a pack of three criteria, with the weight of the last one and the bands of the score."""
    write_pack(folder)
    (folder / "roles" / "lead.yaml").write_text(WEIGHED.replace("WEIGHT", str(weight)), encoding="utf-8")
    head = FILES["pack.yaml"].partition("  - {verdict")[0].lstrip()
    (folder / "pack.yaml").write_text(head + BANDED.replace("READY", str(ready)).replace("NEARLY", str(nearly)), encoding="utf-8")
    return load_pack(folder)


@pytest.mark.parametrize(("ready", "nearly", "after"), [(0.8, 0.2, "nearly to ready"), (0.9, 0.4, "not yet to nearly")])
def test_a_change_that_opens_a_verdict_both_ways_decides_nobody(tmp_path: Path, ready: float, nearly: float, after: str) -> None:
    """Heavier, the unknown criterion alone takes 57 to 71 % to 25 to 88 %, no better and no worse; the bands alone move nobody."""
    old, new = weighed(tmp_path / "old", 1, 0.8, 0.4), weighed(tmp_path / "new", 10, ready, nearly)
    (tmp_path / "people.csv").write_text("id,role,years,reports,level\nada,junior,6,0,\n", encoding="utf-8")
    people = diff(old, new, both(old, new, people_of(old, tmp_path / "people.csv"), None)).people
    assert people is not None
    mover = next(role for role in people.roles if role.role.id == "lead" for _ in role.moved)
    moved = next(mover.movers())
    assert (str(moved.before), f"{moved.after.low} to {moved.after.high}") == ("nearly", after)
    assert moved.causes == ()


@pytest.mark.slow
def test_who_decided_is_found_by_trying_each_change_alone(packs: tuple[Pack, Pack], found: PeopleDiff) -> None:
    """A change is named for a person exactly where the old pack with that change alone moves them the same way."""
    old, new = packs
    one = next(role for role in found.roles if role.role.id == "product-director")
    criteria = {criterion.id: criterion for criterion in new.roles["product-director"].criteria}
    role = old.roles["product-director"]
    tried = {None: attrs.evolve(old, bands=new.bands)}
    for name in ("product-experience", "led-people-or-interim", "product-lines"):
        swapped = tuple(criteria[name] if criterion.id == name else criterion for criterion in role.criteria)
        tried[name] = attrs.evolve(old, roles={**old.roles, role.id: attrs.evolve(role, criteria=swapped)})
    alone = {
        name: {person.profile.id: person.roles[role.id].verdict for person in evaluations(pack, found.both.old.people)}
        for name, pack in tried.items()
    }
    order = {verdict: place for place, verdict in enumerate(old.verdicts)}
    seen = Counter[int]()
    for mover in one.movers():
        was, now = (order[verdict.low] + order[verdict.high] for verdict in (mover.before, mover.after))
        expected = set()
        for name, verdicts in alone.items():
            verdict = verdicts[mover.id]
            rank = order[verdict.low] + order[verdict.high]
            if verdict == mover.after or (verdict != mover.before and (rank - was) * (now - was) > 0):
                expected.add(name)
        assert {cause.criterion.id if cause.criterion else None for cause in mover.causes} == expected
        seen[len(expected)] += 1
    assert sum(seen.values()) > 3


def test_what_a_change_does_alone_is_counted(by_definition: Sides, found: PeopleDiff) -> None:
    """Truths that change are those of the criterion's condition before and after."""
    one = next(role for role in found.roles if role.role.id == "product-director")
    effect = next(
        effect.effect
        for effect in one.effects
        if effect.effect.cause.criterion and effect.effect.cause.criterion.id == "product-experience"
    )
    before, after = by_definition
    gained = 0
    for place in one.rows:
        states = [
            next(c.state for c in side[place].roles["product-director"].criteria if c.criterion.id == "product-experience")
            for side in (before, after)
        ]
        gained += states[0] != "met" and states[1] == "met"
    assert effect.states_changed(to_met=True) == gained > 0
    assert effect.states_changed(to_met=False) == 0


def test_groups_before_and_after(found: PeopleDiff) -> None:
    """Considered and ready people add up, group by group, to all that are counted; without being asked for, none is counted."""
    assert found.groups == {}
    told = attrs.evolve(found, by_group=ByGroup(rule=Rule(exact=True))).groups
    assert set(told) == {one.role.id for one in found.roles if len(one.moved)}
    for one in found.roles:
        for rates in told.get(one.role.id, ()):
            assert sum(group.before.considered for group in rates.groups) == one.counted
            assert sum(group.after.selected for group in rates.groups) == one.numbers(one.after)["ready"]
    held = attrs.evolve(found, by_group=ByGroup()).groups
    assert all(rates.held and not rates.groups for rates in itertools.chain.from_iterable(held.values()))


@pytest.mark.slow
def test_an_attribute_that_is_computed_otherwise_moves_people_too(tmp_path: Path) -> None:
    """Where values of an attribute change, people are read by both packs, and the criterion that reads it is named."""
    old = load_pack(edited(tmp_path / "old", ("attributes.yaml", "  mentees:\n", "  mentees:\n    absent_means: 0\n")))
    new = load_pack(RULES)
    found = diff(old, new, both(old, new, people_of(old), people_of(new)), among_everyone=True).people
    assert found is not None
    before, after = evaluations(old, found.both.old.people), evaluations(new, found.both.new.people)
    causes = set()
    for one in found.roles:
        expected = {
            a.profile.id for a, b in zip(before, after, strict=True) if a.roles[one.role.id].verdict != b.roles[one.role.id].verdict
        }
        assert {mover.id for mover in one.movers()} == expected
        causes |= {(cause.facts, cause.criterion.id) for mover in one.movers() for cause in mover.causes if cause.criterion}
    assert causes
    assert all(facts for facts, _ in causes)


def test_people_whom_one_pack_cannot_read_are_told(tmp_path: Path) -> None:
    """A row outside the new range is read by the old pack alone, and its id is told."""
    table = tmp_path / "people.csv"
    table.write_text("id,role,PM years\na,product-manager,9\nb,product-manager,30\n", encoding="utf-8")
    old = load_pack(RULES)
    years = attrs.evolve(old.attributes["product_management_years"].type, highest=20)
    new = attrs.evolve(
        old, attributes={**old.attributes, "product_management_years": attrs.evolve(old.attributes["product_management_years"], type=years)}
    )
    found = both(old, new, people_of(old, table), people_of(new, table))
    assert (found.height, found.unpaired.old, found.unpaired.new) == (1, ("b",), ())


def test_a_role_that_is_new_moves_nobody(tmp_path: Path) -> None:
    """A role that only one pack judges has its numbers, and no matrix."""
    old = load_pack(RULES)
    fewer = {name: role for name, role in old.roles.items() if name != "product-director"}
    less = attrs.evolve(old, roles=fewer, moves=tuple(move for move in old.moves if "product-director" not in {move.origin, move.to}))
    people = people_of(old)
    found = diff(less, old, both(less, old, people_of(less, _without(tmp_path)), people)).people
    assert found is not None
    one = next(role for role in found.roles if role.role.id == "product-director")
    assert (one.before, len(one.moved), one.matrix) == (None, 0, {})
    assert sum(one.numbers(one.after).values()) == one.counted > 0


def _without(folder: Path) -> Path:
    from tests.calibration.diffing import PEOPLE

    lines = PEOPLE.read_text(encoding="utf-8").splitlines(keepends=True)
    path = folder / "people.csv"
    path.write_text(
        "".join(line for line in lines if ",product-director," not in line and ",Product Director," not in line), encoding="utf-8"
    )
    return path


@pytest.mark.parametrize(
    ("text", "hits"),
    [
        ("ready -5%", True),
        ("not yet +1 in product-director", True),
        ("moved 1 in Product Director", True),
        ("moved 100%", False),
        ("ready -1000", False),
        ("Undecided -1", True),
    ],
)
def test_limits(packs: tuple[Pack, Pack], text: str, hits: bool) -> None:  # noqa: FBT001 - a table of cases
    """A limit is reached at its number or more, in any role or in one; a share is of those who were it."""
    harder = load_pack(RULES)
    role = harder.roles["product-director"]
    strict = tuple(attrs.evolve(one, required=True) for one in role.criteria)
    harder = attrs.evolve(harder, roles={**harder.roles, role.id: attrs.evolve(role, criteria=strict)})
    people = diff(packs[0], harder, both(packs[0], harder, people_of(packs[0]), None)).people
    assert people is not None
    assert bool(list(reached([parsed(text, packs[0].verdicts)], people))) is hits


@pytest.mark.parametrize("text", ["", "5", "ready", "ready 5%", "redy -5%", "moved +3", "ready -0", "ready -5 %% in x"])
def test_limits_that_say_nothing_are_refused(text: str) -> None:
    """A limit that cannot be understood is an error with a next step."""
    with pytest.raises(LimitProblem) as caught:
        parsed(text, ("ready", "nearly", "not yet"))
    assert caught.value.step


def test_profiles_and_a_table_are_judged_together_where_the_packs_differ_in_attributes(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    """What is computed from entries stands elsewhere in the columns of profiles than in those of a table."""
    added = ("attributes.yaml", "  work_years:\n", "  extra:\n    title: Extra\n    type: flag\n    question: Extra?\n  work_years:\n")
    new = edited(tmp_path / "new", added)
    on = [word for path in (PROFILES, PROFILES / "people.csv") for word in ("--on", str(path))]
    assert run(["diff", str(RULES), str(new), *on, "--as-of", "2026-11-28", "--format", "json"]) == 0
    assert json.loads(capfd.readouterr().out)["people"]["judged"] == 221
