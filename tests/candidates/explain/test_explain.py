"""Explanations and role pages."""

from __future__ import annotations

import datetime

import pytest

from evaluator.candidates.explain.to_json import explanation_json
from evaluator.core.model import Pack, Profile
from evaluator.core.results import Evaluation
from evaluator.diagnostics import Span
from evaluator.engines.readiness import evaluate
from evaluator.packs.show.roles import role_page
from evaluator.report.branches import branch
from evaluator.report.documents import markdown, text
from evaluator.report.explain import explanation

People = dict[str, Evaluation]


def page(people: People, pack: Pack, person: str = "ada") -> str:
    """Return the explanation of a person as a director."""
    return text(explanation(people[person], "director", pack)).replace(pack.folder, "rules")


def test_the_head_says_verdict_score_date_and_pack(people: People, pack: Pack) -> None:
    """A reader sees at once what is explained."""
    assert page(people, pack).startswith(
        "Ada Lindqvist as Product Director\n"
        "=================================\n"
        "\n"
        "Verdict     not yet\n"
        "Score       28 %\n"
        "Role today  Manager\n"
        "As of       2026-11-01\n"
        f"Pack        Tiny ladder 2.1.0 (tiny, hash {pack.content_hash})\n"
    )


def test_every_criterion_shows_state_tree_source_and_line(people: People, pack: Pack) -> None:
    """The tree shows need, value, truth, and what does not decide."""
    assert (
        "✗ Eight years in product management (unmet, required, weight 3)\n"
        "  ✗ At least 8 years in product management – has 6 years\n"
        "  · source: The handbook, section “Directors” (documented)\n"
        "    rules/roles/director.yaml:8:9\n"
    ) in page(people, pack)
    assert (
        "✓ Has led people (met, weight 2)\n"
        "  ✓ any of:\n"
        "    ✗ Direct reports are at least 2 people – has 1 person, does not decide\n"
        "    ✓ all of:\n"
        "      ✓ At least 6 months as an interim lead – has 8 months\n"
        "      ✓ Leadership is at least working – has working\n"
    ) in page(people, pack)


def test_assumed_and_computed_values_are_marked(people: People, pack: Pack) -> None:
    """What the profile does not state is said to be the pack's, or computed."""
    shown = page(people, pack)
    assert "Views shared in public include articles or talks – has none of them (assumed by the pack)" in shown
    assert "At least 2 areas known – has 1 area (computed)" in shown
    assert "has pricing, lacks market research" in shown


def test_what_does_not_apply_does_not_decide(people: People, pack: Pack) -> None:
    """A criterion that does not apply shows why, and that its condition is beside the point."""
    assert (
        "– Owns money (not applicable, weight 1)\n"
        "  · counts only where:\n"
        "    ✗ Direct reports are at least 5 people – has 1 person\n"
        "  ? Owns a budget: yes – not stated, does not decide\n"
    ) in page(people, pack)


def test_gaps_say_how_far_and_what_to_do(people: People, pack: Pack) -> None:
    """A gap has its distance and the pack's advice."""
    assert (
        "✗ Eight years in product management (required, weight 3, almost met)\n"
        "  → Years in product management – 6 of 8 years: 2 years to go\n"
        "  · advice (about 12 months): Time closes this gap.\n"
    ) in page(people, pack)


def test_questions_say_what_hangs_on_them(people: People, pack: Pack) -> None:
    """What can change the verdict is marked, and how to state the answer is said."""
    shown = page(people, pack, "bo")
    asked = shown[shown.index("? Which areas? (can change the verdict)\n") :].splitlines()
    assert asked[1].startswith("  · answer as: ")
    assert asked[2] == "  · for: Knows the field"


def test_an_engine_without_rules_says_so(people: People, pack: Pack) -> None:
    """The reference engine has no chain to show."""
    assert "The reference engine fires no rules; use --engine inference to see the chain." in page(people, pack)


def test_the_chain_of_rules_ends_in_the_verdict_and_the_move(people: People, pack: Pack) -> None:
    """Criteria, then both sides of the verdict, then the moves into the role, each with its line."""
    inferred = evaluate(pack, people["ada"].profile, as_of=datetime.date(2026, 11, 1), engine="inference")
    shown = text(explanation(inferred, "director", pack)).replace(pack.folder, "rules")
    table = shown[shown.index("Layer  ") :]
    rows = [" ".join(line.split()) for line in table.splitlines()]
    assert rows[2] == "criteria years unmet rules/roles/director.yaml:8:9"
    assert "verdicts worse side: not yet met rules/pack.yaml:17:14" in rows
    assert "moves manager->director met rules/moves.yaml:2:6" in rows
    assert not any("manager.yaml" in row for row in rows)


def test_markdown_has_the_same_words(people: People, pack: Pack) -> None:
    """Nothing of the text is lost in the document."""
    shown = markdown(explanation(people["ada"], "director", pack))
    assert "- ✗ **Eight years in product management** (unmet, required, weight 3)\n" in shown
    assert "\n  - ✗ At least 8 years in product management – has 6 years\n" in shown
    assert f"`{pack.folder}/roles/director.yaml:8:9`" in shown


def test_json_has_tree_origins_and_places(people: People, pack: Pack) -> None:
    """The document for programs says what the page says."""
    found = explanation_json(people["ada"], "director", pack)
    assert (found["format"], found["version"], found["role"]) == ("evaluator/explanation", 1, "director")
    criteria = {criterion["id"]: criterion for criterion in found["criteria"]}  # type: ignore[union-attr, index, call-overload]
    seen = criteria["visible"]["when"]  # type: ignore[index, call-overload]
    assert seen["values"] == [{"attribute": "talks", "value": [], "between": None, "origin": "assumed by the pack"}]  # type: ignore[index, call-overload]
    assert criteria["money"]["applies_when"]["truth"] == "unmet"  # type: ignore[index, call-overload]


@pytest.mark.parametrize(
    ("facts", "deciding"),
    [
        ({"direct_reports": 3}, ["Direct reports are at least 2 people"]),
        (
            {"direct_reports": 1, "interim_months": 8, "leadership": 0},
            ["Direct reports are at least 2 people", "Leadership is at least working"],
        ),
        ({"direct_reports": 1, "leadership": 3}, ["At least 6 months as an interim lead"]),
    ],
)
def test_the_deciding_parts_are_those_the_truth_rests_on(facts: dict[str, int], deciding: list[str], pack: Pack) -> None:
    """Of an any-of that is met, what is met decides; where it is unmet, every part; where unknown, what is unknown."""
    here = Span.whole_file("x.yaml")
    evaluation = evaluate(pack, Profile(id="x", given=facts, span=here), as_of=datetime.date(2026, 11, 1), engine="reference")
    criterion = next(one for one in pack.roles["director"].criteria if one.id == "led")
    tree = branch(criterion.when, evaluation, pack)
    leaves = [part for part in (*tree.parts, *tree.parts[1].parts) if part.test]
    assert [leaf.words for leaf in leaves if leaf.decides] == deciding


def test_a_role_is_told_in_sentences(pack: Pack) -> None:
    """The page has bands, thresholds, sources, advice and moves."""
    shown = text(role_page(pack.roles["director"], pack)).replace(pack.folder, "rules")
    assert "Criteria     5 criteria, 1 of them required; weights add up to 8\n" in shown
    assert "- ready: no unmet required criterion and a score of at least 75 %\n" in shown
    assert (
        "- Eight years in product management (required, weight 3)\n"
        "  - At least 8 years in product management\n"
        "  - almost met where: at least 6 years in product management\n"
        "  - source: The handbook, section “Directors” (documented)\n"
        "  - advice (about 12 months): Time closes this gap.\n"
    ) in shown
    assert "- from Manager (promotion)\n  - where: preferred work is people or either\n  - reason: The usual way.\n" in shown
    assert "- to Chief Executive Officer (specialisation, beyond the ladder)\n" in shown


def test_a_destination_is_never_judged(pack: Pack) -> None:
    """Its page says what it is instead of listing criteria."""
    shown = text(role_page(pack.roles["chief"], pack))
    assert "it lies beyond the ladder, is named as what comes next and never judged" in shown
    assert "Verdicts" not in shown
