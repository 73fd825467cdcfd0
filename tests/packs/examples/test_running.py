"""Rule tests can expect what is close and what lies beyond, and say what is missing and what is extra."""

from __future__ import annotations

from pathlib import Path

import pytest

from evaluator.packs.examples.report import outcomes_json, outcomes_text
from tests.packs.examples.small import criterion, outcomes, write_pack

YEARS = criterion("years", "{years: {at_least: 8}}", more="almost: {years: {at_least: 6}}")
SKILL = criterion("skill", "{skill: {at_least: much}}", more="almost: {skill: {at_least: some}}")
MOVES = "  - {from: lead, to: top, kind: promotion, when: {large: true}, basis: judgement}\n"


def _tests(expect: str, attributes: str = "{years: 6, skill: none}", role: str = "") -> str:
    return f"tests:\n  - name: one\n    {role}\n    attributes: {attributes}\n    expect: {expect}\n"


@pytest.mark.parametrize(
    ("expect", "passes"),
    [("{almost: [years]}", True), ("{almost: [years, skill]}", False), ("{almost: []}", False), ("{almost: [skill]}", False)],
)
def test_almost_names_every_gap_that_counts_as_close(tmp_path: Path, expect: str, passes: bool) -> None:  # noqa: FBT001 - a parameter
    """Six years of eight are close, no skill is not: only the exact list passes."""
    _, found = outcomes(write_pack(tmp_path, [YEARS, SKILL], _tests(expect)))
    assert found[0].passed is passes


@pytest.mark.parametrize(("large", "expected", "passes"), [("true", "[top]", True), ("false", "[]", True), ("false", "[top]", False)])
def test_beyond_names_the_destinations_that_moves_lead_to(tmp_path: Path, large: str, expected: str, passes: bool) -> None:  # noqa: FBT001 - a parameter
    """A destination is never a next role, and stands under `beyond`."""
    tests = _tests(f"{{next_roles: [], beyond: {expected}}}", f"{{large: {large}}}", "role: lead")
    _, found = outcomes(write_pack(tmp_path, [YEARS], tests, moves=MOVES))
    assert found[0].passed is passes


def test_beyond_alone_holds_no_next_role(tmp_path: Path) -> None:
    """A role that a move leads to is judged, and no destination, also where an example names no `next_roles`."""
    moves = MOVES + "  - {from: lead, to: chief, kind: promotion, basis: judgement}\n"
    folder = write_pack(tmp_path, [YEARS], _tests("{beyond: [top]}", "{large: true}", "role: lead"), moves=moves)
    (folder / "roles" / "chief.yaml").write_text(f"role: chief\ntitle: Chief\ntrack: craft\nrung: 3\ncriteria:\n{YEARS}", encoding="utf-8")
    _, found = outcomes(folder)
    assert found[0].passed, found[0].mismatches


def test_a_failure_says_what_is_missing_and_what_is_extra(tmp_path: Path) -> None:
    """The layout of a failure, as a whole."""
    tests = _tests("{verdict: ready, gaps: [fields, skill]}", "{years: 9, skill: none, fields: [], large: false}")
    more = [criterion("large", "{large: true}"), criterion("fields", "{fields: {includes: art}}")]
    folder = write_pack(tmp_path, [YEARS, SKILL, *more], tests)
    _, found = outcomes(folder)
    place = folder / "tests" / "lead.yaml"
    assert outcomes_text(found) == (
        f"{place}:4:11: failed: lead: one\n"
        "   verdict (line 7)\n"
        "      expected  ready\n"
        "      came out  not yet\n"
        "   gaps (line 7)\n"
        "      expected  fields, skill\n"
        "      came out  skill, large, fields\n"
        "      extra     large\n"
        "\n"
        "0 passed, 1 failed\n"
    )
    mismatch = outcomes_json(found)["tests"][0]["mismatches"][1]  # type: ignore[index,call-overload]
    assert mismatch["extra"] == ["large"]  # type: ignore[index,call-overload]


def test_another_order_is_called_that(tmp_path: Path) -> None:
    """The same gaps in another order are neither missing nor extra."""
    _, found = outcomes(write_pack(tmp_path, [YEARS, SKILL], _tests("{gaps: [skill, years]}")))
    shown = outcomes_text(found)
    assert "the same ones, in another order" in shown
    assert "missing" not in shown
    assert "extra" not in shown
