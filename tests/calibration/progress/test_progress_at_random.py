"""Random packs and people: the causes compose, and every mixture of day, facts and rules is what the reference engine makes of it."""

from __future__ import annotations

import datetime
import itertools
import json
import random
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from evaluator.calibration.progress.analysis import PersonProgress, Progress, RoleProgress
from evaluator.calibration.progress.attribution import Cause, Mixture
from evaluator.calibration.progress.explanations import Explanations
from evaluator.core.model import Pack
from evaluator.core.results import Evaluation
from evaluator.diagnostics import Problems
from evaluator.engines.readiness import Evaluator
from evaluator.reading.pack.pack import load_pack
from evaluator.reading.profile.people import read_people
from tests.calibration.progress.comparing import progress_of
from tests.written_packs import Made, Plain, made, write_pack, written

PEOPLE = 30
SEEDS = tuple(f"progress/{number}" for number in (2, 4, 8, 11, 20))
CAUSES = tuple(Cause)
_DAY = re.compile(r"(?<=[ \[])([0-9]{4}-[0-9]{2}(?:-[0-9]{2})?)(?=[,}\]])")
"""A day that stands without quotation marks."""
EVERY: tuple[Mixture, ...] = tuple(frozenset(some) for number in range(4) for some in itertools.combinations(CAUSES, number))
Judged = Mapping[Mixture, Mapping[str, Evaluation]]


def parts_of(text: str) -> Any:
    """Read what `written` wrote, numbers and days as they stand."""
    return _plain(json.loads(_DAY.sub(r'"@\1"', text), parse_float=Plain))


def _plain(part: Any) -> Any:
    if isinstance(part, dict):
        return {key: _plain(value) for key, value in part.items()}
    if isinstance(part, list):
        return [_plain(value) for value in part]
    return Plain(part[1:]) if isinstance(part, str) and part.startswith("@") else part


def other_facts(chance: random.Random, people: list[str]) -> list[str]:
    """Return the people a quarter later: some facts are those of somebody else, some people are gone, and some are new."""
    rows: list[dict[str, Any]] = [parts_of(line) for line in people]
    changed = []
    for row in rows:
        if chance.random() < 0.1:
            continue
        other = chance.choice(rows)
        row = {name: other.get(name) if name != "id" and chance.random() < 0.5 else value for name, value in row.items()}  # noqa: PLW2901
        changed.append({name: value for name, value in row.items() if value is not None})
    return [written(row) for row in [*changed, {**rows[0], "id": "somebody-new"}]]


def other_rules(chance: random.Random, pack: Made) -> Made:
    """Return a pack that asks otherwise: criteria that are gone, are required or count otherwise, and other ends of verdicts."""
    files = dict(pack.files)
    for name, text in pack.files.items():
        if not name.startswith("roles/"):
            continue
        role = parts_of(text)
        for criterion in list(role.get("criteria", ())):
            if chance.random() < 0.2 and len(role["criteria"]) > 1:
                role["criteria"].remove(criterion)
            elif chance.random() < 0.3 and "caps_at" not in criterion:
                criterion["required"] = not criterion.get("required", False)
            elif chance.random() < 0.3:
                criterion["weight"] = 5
        files[name] = written(role)
    files["pack.yaml"] = files["pack.yaml"].replace('"at_least": 0.75', '"at_least": 0.5').replace('"at_least": 0.3', '"at_least": 0.6')
    return Made(files=files, people=pack.people, as_of=pack.as_of, with_records=pack.with_records)


def by_reference(files: tuple[Path, Path], packs: tuple[Pack, Pack], days: tuple[datetime.date, datetime.date]) -> Judged:
    """Judge everybody in every mixture, profile by profile."""
    evaluators = [Evaluator(pack, engine="reference") for pack in packs]
    found = {}
    for mixture in EVERY:
        new_day, new_facts, new_rules = (cause in mixture for cause in CAUSES)
        evaluator = evaluators[new_rules]
        profiles = read_people([str(files[new_facts])], evaluator.pack, Problems())
        found[mixture] = {profile.id: evaluator.evaluate(profile, as_of=days[new_day]) for profile in profiles}
    return found


def compare(seed: str, folder: Path) -> tuple[Progress, Judged]:
    """Compare two populations by two packs, and judge everybody in every mixture by the reference engine."""
    chance, pack = random.Random(seed), made(seed, PEOPLE)
    old, new = (load_pack(write_pack(one, folder / name)) for name, one in (("old", pack), ("new", other_rules(chance, pack))))
    files = (folder / "old.jsonl", folder / "new.jsonl")
    for file, people in zip(files, (pack.people, other_facts(chance, pack.people)), strict=True):
        file.write_text("\n".join(people) + "\n", encoding="utf-8")
    days = (pack.as_of, pack.as_of + datetime.timedelta(days=chance.choice([31, 366])))
    return progress_of(files, (old, new), days), by_reference(files, (old, new), days)


@pytest.fixture(scope="module")
def every_pair(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, tuple[Progress, Judged]]:
    """Give each seed's populations, compared."""
    return {seed: compare(seed, tmp_path_factory.mktemp("random")) for seed in SEEDS}


@pytest.fixture(params=SEEDS)
def compared(request: pytest.FixtureRequest, every_pair: Mapping[str, tuple[Progress, Judged]]) -> tuple[Progress, Judged]:
    """Give two populations, compared."""
    return every_pair[request.param]


def verdict_of(judged: Judged, mixture: Mixture, person: str, role: str) -> object:
    """Return the verdict of somebody in a mixture by the reference engine."""
    evaluation = judged[mixture][person]
    return evaluation.roles[role].verdict if role in evaluation.roles else None


def each_role(progress: Progress) -> Iterator[tuple[PersonProgress, RoleProgress]]:
    """Yield everybody with each role that they are compared for."""
    return ((person, one) for person in progress.people for one in person.roles)


def test_ends_are_those_of_two_evaluations(compared: tuple[Progress, Judged]) -> None:
    """The same people, roles today, next roles, verdicts and scores as judging each population by itself."""
    progress, judged = compared
    old, new = judged[frozenset()], judged[frozenset(CAUSES)]
    assert [person.id for person in progress.people] == [name for name in new if name in old]
    assert {person.id for person in progress.arrived} == new.keys() - old.keys() == {"somebody-new"}
    assert {person.id for person in progress.left} == old.keys() - new.keys()
    for person in progress.people:
        was, is_ = old[person.id], new[person.id]
        held = tuple(None if one.role is None else one.role.id for one in (was, is_))
        onward = tuple(one.next_roles[0].role.id if one.next_roles else None for one in (was, is_))
        assert (person.role_today.before, person.role_today.after) == held
        assert (person.next_role.before, person.next_role.after) == onward
        for one in person.roles:
            for outcome, evaluations in ((one.before, old), (one.after, new)):
                result = evaluations[person.id].roles[one.role.id]
                assert outcome is not None
                assert outcome.verdict == result.verdict
                floors = [
                    Fraction(score.numerator * 10**18 // score.denominator, 10**18) for score in (result.score.low, result.score.high)
                ]
                assert [outcome.score.low, outcome.score.high] == floors


def test_causes_lead_in_order_from_the_old_verdict_to_the_new(compared: tuple[Progress, Judged]) -> None:
    """Each step begins where the one before it ended, and is what the reference makes of the mixed states."""
    progress, judged = compared
    path = [frozenset(CAUSES[:number]) for number in range(4)]
    for person, one in each_role(progress):
        given = [verdict_of(judged, mixture, person.id, one.role.id) for mixture in path]
        steps = [(cause, *pair) for cause, pair in zip(CAUSES, itertools.pairwise(given), strict=True) if pair[0] != pair[1]]
        assert one.verdict.steps is not None
        assert [(step.cause, step.before, step.after) for step in one.verdict.steps] == steps


def test_smallest_sets_of_causes_are_those_found_by_trying_all(compared: tuple[Progress, Judged]) -> None:
    """A set is named where its mixture gives the new verdict and no smaller one within it does."""
    progress, judged = compared
    for person, one in each_role(progress):
        given = {mixture: verdict_of(judged, mixture, person.id, one.role.id) for mixture in EVERY}
        after = given[frozenset(CAUSES)]
        leading = [mixture for mixture in EVERY if given[mixture] == after and given[frozenset()] != after]
        smallest = {mixture for mixture in leading if not any(other < mixture for other in leading)}
        assert one.verdict.sets is not None
        assert set(one.verdict.sets) == smallest


def test_criteria_are_those_whose_state_changes(compared: tuple[Progress, Judged]) -> None:
    """Step by step, by the cause that is taken."""
    progress, judged = compared
    told = Explanations(progress=progress).of(progress.changed)
    path = [frozenset(CAUSES[:number]) for number in range(4)]
    for (number, role), changes in told.items():
        person = progress.people[number].id
        expected = set()
        for cause, (one, other) in zip(CAUSES, itertools.pairwise(path), strict=True):
            before, after = (judged[mixture][person].roles[role] for mixture in (one, other))
            if (before.verdict, before.score) == (after.verdict, after.score):
                continue
            states = [{each.criterion.id: each.state for each in result.criteria} for result in (before, after)]
            names = states[0].keys() | states[1].keys()
            expected |= {
                (cause, name, *(some.get(name) for some in states)) for name in names if states[0].get(name) != states[1].get(name)
            }
        found = {(one.cause, one.criterion.id, one.before, one.after) for one in changes if one.before != one.after}
        assert found == expected


def test_random_people_move_in_many_ways(every_pair: Mapping[str, tuple[Progress, Judged]]) -> None:
    """So that the other tests hold something: by facts, by rules, by either and by both together, and there and back."""
    movements: Counter[object] = Counter()
    ways: Counter[str] = Counter()
    for progress, _ in every_pair.values():
        assert not progress.not_told_apart
        for _, one in each_role(progress):
            movements[one.movement] += one.movement is not None
            sets, steps = one.verdict.sets, one.verdict.steps
            ways["several sets"] += len(sets or ()) > 1
            ways["there and back"] += bool(steps) and not sets
            ways.update("+".join(sorted(mixture)) for mixture in sets or ())
    assert len(+movements) >= 5
    assert min(ways[name] for name in ("facts", "rules", "facts+rules", "facts+time", "there and back", "several sets")) > 0
