"""What holds a verdict is said beside the score, with titles, in every report that explains one."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from evaluator.core.conditions import Truth
from evaluator.core.results import CriterionResult, RoleResult, Score, Verdict
from evaluator.core.tally import Count, banded, holding, verdict
from evaluator.report.recommendation import held_words
from tests.calibration.diffing import called
from tests.core.build import DEFAULT_BANDS, criterion, flag, role
from tests.core.test_caps import cap

PACK = """\
pack: gated
title: Gated
version: 1.0.0
language: 2
effective: 2026-01-01
tracks:
  craft: {title: Craft}
verdicts:
  - verdict: ready
    when: {required_unmet: {at_most: 0}, score: {at_least: 0.5}}
  - verdict: nearly
    when: {required_unmet: {at_most: 1}}
  - verdict: not yet
policies:
  - id: no-plan
    title: Not on a performance plan
    kind: step
    caps_at: not yet
    when: {plan: false}
    basis: judgement
"""
ATTRIBUTES = """\
attributes:
  years: {title: Years, type: integer, unit: years, range: {at_least: 0}, question: How many years?, effort: {each: 1}}
  plan: {title: On a performance plan, type: flag, question: Is there one?}
  talked: {title: Talked, type: flag, question: Did it take place?, effort: {each: 1}}
"""
ROLE = """\
role: lead
title: Lead
track: craft
rung: 2
criteria:
  - {id: years, title: Three years, kind: qualification, required: true, when: {years: {at_least: 3}}, basis: judgement}
  - {id: talked, title: The conversation took place, kind: step, caps_at: nearly, when: {talked: true}, basis: judgement}
"""
HELD = "held at “not yet” by “Not on a performance plan”"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a folder with a pack, somebody who is held by a plan, and somebody of whom nobody knows whether the talk took place."""
    (tmp_path / "gated/roles").mkdir(parents=True)
    for name, text in (("pack.yaml", PACK), ("attributes.yaml", ATTRIBUTES), ("roles/lead.yaml", ROLE)):
        (tmp_path / "gated" / name).write_text(text, encoding="utf-8")
    for name, given in (("ada", "years: 4, plan: true, talked: false"), ("bea", "years: 4, plan: false")):
        text = f"profile: {name}\nname: {name.title()}\nas_of: 2026-11-01\nattributes: {{{given}}}\n"
        (tmp_path / f"{name}.yaml").write_text(text, encoding="utf-8")
    return tmp_path


def said(folder: Path, verb: str, *words: str) -> str:
    found = called(verb, *words, "--rules", str(folder / "gated"))
    assert found.exit_code == 0, found.stderr
    return " ".join(found.stdout.split())


@pytest.mark.parametrize(
    ("verb", "words"),
    [
        ("evaluate", ("{}/ada.yaml", "--role", "lead")),
        ("explain", ("{}/ada.yaml", "lead")),
        ("case", ("{}/ada.yaml", "lead")),
        ("compare", ("{}/ada.yaml", "{}/bea.yaml", "--role", "lead")),
        ("whatif", ("{}/ada.yaml", "--set", "years=1")),
        ("whatif", ("{}/ada.yaml", "--set", "plan=false")),
    ],
)
def test_what_holds_a_verdict_is_named_in_every_report(folder: Path, verb: str, words: tuple[str, ...]) -> None:
    """By its title, with the verdict it holds at; a cap behind it that does not bind is not named so."""
    text = said(folder, verb, *(word.format(folder) for word in words))
    assert HELD in text
    assert "held at “nearly” by “The conversation took place” and" not in text


def test_a_recommendation_gives_the_cap_as_its_reason(folder: Path) -> None:
    """Explain and plan begin with it."""
    lead = "the verdict is “not yet”, held there by “Not on a performance plan”, with 1 of 1 required criterion met and a score of 100 %"
    for words in (("explain", f"{folder}/ada.yaml", "lead"), ("plan", f"{folder}/ada.yaml", "lead")):
        assert lead in said(folder, *words)


def test_a_plan_that_no_effort_helps_names_the_cap(folder: Path) -> None:
    """Nobody declares how a performance plan ends, so it stands in the way, and is called no required criterion."""
    text = said(folder, "plan", f"{folder}/ada.yaml", "lead")
    assert "meets this criterion, without which nobody is “ready”: - Not on a performance plan (no-plan)" in text.replace("· ", "- ")


def test_an_unknown_cap_holds_perhaps(folder: Path) -> None:
    """Of an undecided verdict the worse side is held by what nobody knows."""
    assert "100 %, perhaps held at “nearly” by “The conversation took place”" in said(folder, "explain", f"{folder}/bea.yaml", "lead")


def test_json_names_caps_and_what_holds(folder: Path) -> None:
    """Criteria and gaps say at what they cap, questions the lowest cap that hangs on them, the role what holds it."""
    found = called("evaluate", f"{folder}/ada.yaml", "--role", "lead", "--format", "json", "--rules", str(folder / "gated"))
    (result,) = json.loads(found.stdout)["roles"]
    assert result["held_by"] == ["no-plan"]
    assert [(one["id"], one["caps_at"], one["policy"], one["weight"]) for one in result["criteria"]] == [
        ("years", None, False, 1),
        ("talked", "nearly", False, 0),
        ("no-plan", "not yet", True, 0),
    ]
    assert [(gap["criterion"], gap["caps_at"]) for gap in result["gaps"]] == [("no-plan", "not yet"), ("talked", "nearly")]
    found = called("evaluate", f"{folder}/bea.yaml", "--role", "lead", "--format", "json", "--rules", str(folder / "gated"))
    (result,) = json.loads(found.stdout)["roles"]
    assert [(ask["attribute"], ask["caps_at"], ask["decisive"]) for ask in result["questions"]] == [("talked", "nearly", True)]


def test_show_says_which_verdicts_are_capped_and_for_whom_a_policy_holds(folder: Path) -> None:
    """The lowest cap first."""
    text = said(folder, "show", "lead")
    assert "no better than not yet while unmet: Not on a performance plan - no better than nearly while unmet" in text
    assert "a policy, for every judged role" in text


def test_the_words_for_each_way_to_be_held() -> None:
    """Known and unknown caps, one verdict or two, alone or together."""

    def words(*held: tuple[str, str, Truth]) -> str:
        caps = [CriterionResult(criterion=cap(name, flag("a"), at), applies=True, held=truth) for name, at, truth in held]
        results = [CriterionResult(criterion=criterion("one", flag("a")), applies=True, held=True), *caps]
        given = [banded(DEFAULT_BANDS, Count.of(results, unknown_as_met=side).facts) for side in (False, True)]
        low, high = (verdict(results, DEFAULT_BANDS, unknown_as_met=side) for side in (False, True))
        order = [band.verdict for band in DEFAULT_BANDS]
        return held_words(
            RoleResult(
                role=role("lead", criterion("one", flag("a"))),
                verdict=Verdict(low=low, high=high),
                score=Score(low=Count.of(results, unknown_as_met=False).score, high=Count.of(results, unknown_as_met=True).score),
                tally={},
                held_by=holding(results, given, Verdict(low=low, high=high), order),
                criteria=tuple(results),
                explaining=None,  # type: ignore[arg-type]  # not asked
            )
        )

    assert words(("A", "nearly", True)) == ""
    assert words(("A", "nearly", False)) == "held at “nearly” by “A”"
    assert words(("A", "nearly", False), ("B", "nearly", False)) == "held at “nearly” by “A” and “B”"
    assert words(("A", "nearly", None)) == "perhaps held at “nearly” by “A”"
    assert words(("A", "nearly", False), ("B", "not yet", False)) == "held at “not yet” by “B”"
    assert words(("A", "nearly", False), ("B", "not yet", None)) == "perhaps held at “not yet” by “B” and held at “nearly” by “A”"
