"""Two ladders that others published, expressed as packs alone: all of their published cases come out as they say.

The cases are read as a user's table would be, and everything compared is taken from the evaluation: no code knows these ladders.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from evaluator.core.model import Pack, Profile, Role
from evaluator.core.results import Evaluation, RoleResult
from evaluator.core.values import Number, Value
from evaluator.diagnostics import Problems
from evaluator.engines.readiness import ENGINES, Evaluator
from evaluator.packs.examples import run
from evaluator.packs.lint import lint_pack
from evaluator.reading.pack.pack import load_pack
from evaluator.reading.pack.ruletests import read_rule_tests
from evaluator.reading.tables.csv_profiles import read_table

PACKS = Path(__file__).parent / "ladders"
POINTS, SHORT, SKILLS = "points-ladder", "points-ladder-short", "skill-levels-ladder"
CASES = {POINTS: 600, SHORT: 600, SKILLS: 182}
"""How many cases were published for each ladder."""
LINES = {POINTS: 455, SHORT: 185}
"""How many lines of YAML a ladder takes, without blank ones, comments, titles, sources and advice."""

Case = Mapping[str, Any]
each_engine = pytest.mark.parametrize("engine", sorted(ENGINES))
each_ladder = pytest.mark.parametrize("ladder", CASES)
each_of_points = pytest.mark.parametrize("ladder", [POINTS, SHORT])


@cache
def pack_of(ladder: str) -> Pack:
    """Return the ladder's pack."""
    return load_pack(PACKS / ladder)


@cache
def cases_of(ladder: str) -> Mapping[str, Case]:
    """Return the ladder's cases by id; a ladder that is said in less has those of the longer one."""
    lines = (PACKS / ladder.removesuffix("-short") / "cases.jsonl").read_text(encoding="utf-8").splitlines()
    return {case["id"]: case for case in map(json.loads, lines)}


def people(ladder: str, key: str) -> list[Profile]:
    """Read what the cases state under a key as a table, one column for each name and one row for each case."""
    cases = cases_of(ladder).values()
    columns = list(dict.fromkeys(name for case in cases for name in case[key]))
    text = io.StringIO()
    table = csv.DictWriter(text, ["id", *columns])
    table.writeheader()
    table.writerows({"id": case["id"], **case[key]} for case in cases)
    problems = Problems()
    found = list(read_table(text.getvalue().encode(), "cases.csv", pack_of(ladder), problems))
    assert list(problems) == []
    return found


@cache
def evaluations(ladder: str, key: str, engine: str) -> tuple[tuple[Case, Evaluation], ...]:
    """Evaluate every case of a ladder on an engine, once for all tests."""
    pack = pack_of(ladder)
    evaluator = Evaluator(pack, engine=engine)
    return tuple((cases_of(ladder)[profile.id], evaluator.evaluate(profile, as_of=pack.effective)) for profile in people(ladder, key))


def is_ready(result: RoleResult) -> bool:
    """Whether a role's verdict is ready beyond doubt."""
    return result.verdict.decided and result.verdict.low == "ready"


def ready_titles(evaluation: Evaluation, *tracks: str) -> list[str]:
    """Return the titles of the roles that are ready on some tracks, by track and rung."""
    return [result.role.title for result in evaluation.roles.values() if result.role.track in tracks and is_ready(result)]


def standing(evaluation: Evaluation, track: str) -> tuple[str, ...]:
    """Return the highest roles that are ready on a track."""
    (found,) = (standing for standing in evaluation.standings if standing.track == track)
    assert found.perhaps == ()
    return found.roles


def to_next_rung(pack: Pack, evaluation: Evaluation, current: Role) -> Number | str | None:
    """Return the distance of what the next rung of the track still needs, or N/A where there is no further rung."""
    above = [role for role in pack.judged_roles if role.track == current.track and role.rung > current.rung]
    if not above:
        return "N/A"
    (gap,) = evaluation.roles[above[0].id].gaps
    (need,) = gap.needs
    assert need.unit == "points"
    return need.distance


def points_outcome(evaluation: Evaluation, ladder: str) -> dict[str, object]:
    """Return what the points ladder's cases expect, as the evaluation has it."""
    pack = pack_of(ladder)
    (name,) = standing(evaluation, "level")
    level = pack.roles[name]
    return {
        "totalPoints": evaluation.facts["total_points"],
        "level": level.also[0],
        "pointsToNextLevel": to_next_rung(pack, evaluation, level),
        "eligibleTitles": ready_titles(evaluation, "engineering", "leadership"),
    }


def skills_outcome(evaluation: Evaluation, target: str) -> dict[str, object]:
    """Return what the skill ladder's cases expect for a target, as the evaluation has it, in the words of its scale."""
    pack = pack_of(SKILLS)
    role = pack.find_role(target)
    assert role is not None
    result = evaluation.roles[role.id]
    below: dict[str, list[str]] = {}
    for need in (need for gap in result.gaps for need in gap.needs):
        attribute = pack.attributes[need.test.attribute]
        below[attribute.title] = [attribute.show(value) for value in (need.have, need.need)]
    return {"ready": is_ready(result), "below": below, "levels_met": ready_titles(evaluation, "product-manager")}


@each_of_points
@each_engine
def test_points_ladder(engine: str, ladder: str) -> None:
    """Total points, level, points to the next level and eligible titles are those of Medium's own logic, in every case."""
    found = {case["id"]: points_outcome(evaluation, ladder) for case, evaluation in evaluations(ladder, "milestones", engine)}
    assert len(found) == CASES[ladder]
    assert found == {name: case["expected"] for name, case in cases_of(POINTS).items()}


@each_engine
def test_skill_levels_ladder(engine: str) -> None:
    """Readiness for the target, what is below it and all role levels met are as expected, in every case."""
    found = {case["id"]: skills_outcome(evaluation, case["target"]) for case, evaluation in evaluations(SKILLS, "skills", engine)}
    assert len(found) == CASES[SKILLS]
    assert found == {name: case["expected"] for name, case in cases_of(SKILLS).items()}


@pytest.mark.parametrize("ladder", LINES)
def test_what_is_said_once_takes_fewer_lines(ladder: str) -> None:
    """The ladder takes as many lines as its page says."""
    files = [*(PACKS / ladder).glob("*.yaml"), *(PACKS / ladder / "roles").glob("*.yaml")]
    lines = (line.strip().removeprefix("- ") for file in files for line in file.read_text(encoding="utf-8").splitlines())
    assert sum(bool(line) and not line.startswith(("#", "title:", "source:", "advice:")) for line in lines) == LINES[ladder]


@each_engine
def test_standing_says_the_same(engine: str) -> None:
    """The titles somebody may hold are also the standing on the tracks of titles; skills that are not listed are marked as assumed."""
    for case, evaluation in evaluations(POINTS, "milestones", engine):
        held = [name for track in ("engineering", "leadership") for name in standing(evaluation, track)]
        assert [pack_of(POINTS).roles[name].title for name in held] == case["expected"]["eligibleTitles"], case["id"]
    for case, evaluation in evaluations(SKILLS, "skills", engine):
        assumed = {pack_of(SKILLS).attributes[name].title for name in evaluation.assumed}
        assert assumed == {attribute.title for attribute in pack_of(SKILLS).attributes.values()} - set(case["skills"]), case["id"]


@each_ladder
@each_engine
def test_rule_tests(ladder: str, engine: str) -> None:
    """The packs' own worked examples pass."""
    problems = Problems()
    tests = read_rule_tests(pack_of(ladder), problems)
    assert list(problems) == []
    assert tests
    assert [(outcome.test.name, outcome.mismatches) for outcome in run(pack_of(ladder), tests, engine=engine) if not outcome.passed] == []


@each_ladder
def test_lint_finds_nothing_but_what_is_so(ladder: str) -> None:
    """The packs are clean, but that one ladder's levels have bare names, as published, and the lowest of another asks for 0 points."""
    found = [(one.code, Path(one.span.path).name) for one in lint_pack(PACKS / ladder)]
    so = {POINTS: [("R302", "level-1-1.yaml")], SHORT: [("R302", "levels.yaml")], "skill-levels-ladder": [("R508", "attributes.yaml")]}
    assert found == so.get(ladder, [])


def test_a_missing_milestone_is_asked_for() -> None:
    """Where a milestone isn't stated, nothing is decided that hangs on the total, and the milestone is what is asked for."""
    pack = pack_of(POINTS)
    given: dict[str, Value] = {name: 5 for name in pack.attributes if name not in {"total_points", "craft"}}
    profile = Profile(id="ada", given=given, span=pack.tracks[0].span)
    evaluation = Evaluator(pack, engine="reference").evaluate(profile, as_of=pack.effective)
    result = evaluation.roles["level-5-3"]
    assert not result.verdict.decided
    assert [(question.attribute, question.decisive) for question in result.questions] == [("craft", True)]
