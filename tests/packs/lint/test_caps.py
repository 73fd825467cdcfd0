"""Caps that hold nobody, and findings in policies, each told once."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import attrs
import pytest

from evaluator.core.conditions import Condition
from evaluator.core.model import Band, Criterion, Policy
from evaluator.diagnostics import Problems
from evaluator.packs.lint import lint_pack
from evaluator.packs.lint.governance import no_advice, nothing_required, policy_without_role
from evaluator.packs.lint.logic import caps_that_never_bind
from evaluator.packs.lint.style import duplicate_title, unused_attribute
from evaluator.reading.pack.roles import with_policies
from tests.core.build import DEFAULT_BANDS, all_of, any_of, attribute, bands, check, criterion, flag, pack, role

FLAGS = [attribute(name, "flag") for name in "abc"]
NO_PLAN = attrs.evolve(criterion("no-plan", flag("c"), weight=0), caps_at="not yet", policy=True, title="No plan", role="")


def capping(at: str, *, required: bool = False, weight: int = 1, kind: str = "skill") -> Criterion:
    """Return a criterion that counts and caps."""
    return attrs.evolve(criterion("gate", flag("b"), required=required, weight=weight, kind=kind), caps_at=at)


def made(when: Condition) -> tuple[Band, ...]:
    """Return bands whose best one has a condition."""
    return bands(ready=when, nearly=check("required_unmet", "at_most", 1), not_yet=None)


@pytest.mark.parametrize(
    ("gate", "verdicts", "told"),
    [
        (capping("nearly", required=True), DEFAULT_BANDS, True),
        (capping("not yet", required=True), DEFAULT_BANDS, False),  # nearly lets one be unmet
        (capping("nearly"), DEFAULT_BANDS, False),  # a score of three quarters lets it be unmet
        (capping("nearly", required=True, weight=0), DEFAULT_BANDS, False),  # it stands in no count
        (capping("nearly"), made(check("unmet", "at_most", 0)), True),
        (capping("nearly"), made(check("unmet", "at_most", 1)), False),
        (capping("nearly"), made(check("unmet", "below", 1)), True),
        (capping("nearly", kind="step"), made(check("step_unmet", "is", 0)), True),
        (capping("nearly", kind="step"), made(check("skill_unmet", "is", 0)), False),
        (capping("nearly"), made(check("required_unmet", "at_most", 0)), False),
        (capping("nearly"), made(all_of(check("score", "at_least", Fraction(1, 2)), check("unmet", "at_most", 0))), True),
        (capping("nearly"), made(any_of(check("score", "at_least", Fraction(1, 2)), check("unmet", "at_most", 0))), False),
    ],
)
def test_a_cap_that_the_counts_make_idle_is_told(gate: Criterion, verdicts: tuple[Band, ...], told: bool) -> None:  # noqa: FBT001 - a truth
    """Where no verdict better than the cap is given while the criterion is unmet, by the counts alone, the cap holds nobody."""
    problems = Problems()
    caps_that_never_bind(pack(*FLAGS, roles=[role("lead", criterion("one", flag("a")), gate)], verdicts=verdicts), problems)
    assert [one.code for one in problems] == (["R309"] if told else [])


def test_findings_in_a_policy_are_told_once() -> None:
    """Of three roles that hold it: no advice, and a title that each of them has already, at its own criterion."""
    policy = Policy(criterion=NO_PLAN)
    roles = [with_policies(role(name, attrs.evolve(criterion("one", flag("a"), role=name), title="No plan")), [policy]) for name in "xyz"]
    found = attrs.evolve(pack(*FLAGS, roles=roles), policies=(policy,))
    problems = Problems()
    no_advice(found, problems)
    assert [one.message for one in problems] == ["a criterion that caps has no advice"]


def test_a_title_that_a_policy_shares_is_told_at_each_role(tmp_path: Path) -> None:
    """Each role's own criterion is told at its place, with the policy beside it."""
    (tmp_path / "roles").mkdir()
    (tmp_path / "pack.yaml").write_text(
        "pack: p\ntitle: P\nversion: 1.0.0\nlanguage: 2\neffective: 2026-01-01\ntracks:\n  craft: {title: Craft}\nverdicts:\n"
        "  - {verdict: ready, when: {score: {at_least: 0.5}}}\n  - verdict: not yet\npolicies:\n"
        "  - {id: plan, title: No plan, kind: step, caps_at: not yet, when: {a: true}, basis: judgement, advice: See it through.}\n",
        encoding="utf-8",
    )
    (tmp_path / "attributes.yaml").write_text("attributes:\n  a: {title: A, type: flag, question: A?}\n", encoding="utf-8")
    for name in ("one", "two"):
        (tmp_path / f"roles/{name}.yaml").write_text(
            f"role: {name}\ntitle: {name}\ntrack: craft\nrung: 1\ncriteria:\n"
            "  - {id: own, title: No plan, kind: step, required: true, when: {a: true}, basis: judgement, advice: See it through.}\n",
            encoding="utf-8",
        )
    found = [one for one in lint_pack(tmp_path) if one.code == "R503"]
    assert [Path(one.span.path).name for one in found] == ["one.yaml", "two.yaml"]
    assert {(Path(each.span.path).name, each.message) for one in found for each in one.related} == {("pack.yaml", "the policy")}


def test_a_policy_without_a_role_is_told_and_reads_its_attributes() -> None:
    """It holds for nobody, and what it asks is not called unused besides."""
    policy = Policy(criterion=NO_PLAN, tracks=("management",))
    found = attrs.evolve(pack(*FLAGS[:1], FLAGS[2], roles=[role("lead", criterion("one", flag("a")))]), policies=(policy,))
    problems = Problems()
    policy_without_role(found, problems)
    unused_attribute(found, problems)
    duplicate_title(found, problems)
    assert [one.code for one in problems] == ["R407"]


def test_a_role_that_something_caps_requires_something() -> None:
    """Nobody is ready on score alone who misses what caps."""
    problems = Problems()
    nothing_required(pack(*FLAGS, roles=[role("lead", criterion("one", flag("a")), capping("nearly", weight=0))]), problems)
    assert list(problems) == []
