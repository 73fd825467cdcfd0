"""Evidence: what carries a claim, the marks it gets at a date, and that no verdict depends on it."""

from __future__ import annotations

import datetime
import json

import attrs
import pytest

from evaluator.core.dates import months_before
from evaluator.core.evidence import EvidenceMark, evidence_for
from evaluator.core.fingerprint import profile_hash
from evaluator.engines.readiness import Evaluator
from evaluator.reading.profile.evidence import is_link
from tests.candidates.profile.exports import Ran
from tests.candidates.profile.packs import AS_OF, pack, profile
from tests.product import PRODUCT


def marks(items: str, as_of: datetime.date = AS_OF, limit: int | None = 24) -> list[EvidenceMark]:
    """Return the marks of a claim with the given items."""
    evidence = f"evidence:\n  coaching:\n{items}" if items else ""
    found = profile(f"name: Ada Lindqvist\nattributes: {{coaching: expert}}\n{evidence}")
    return list(evidence_for(attrs.evolve(pack(), stale_after_months=limit), found, "coaching", as_of).marks)


@pytest.mark.parametrize(
    ("items", "expected"),
    [
        ("", [EvidenceMark.NONE]),
        ("    - {what: a, when: 2026-10, confirmed_by: Bo}\n    - {what: b, when: 2020, confirmed_by: Cy}\n", []),
        ("    - {what: a, when: 2026-10, confirmed_by: Bo}\n", [EvidenceMark.ONE_SOURCE]),
        (
            "    - {what: a, when: 2026-10, confirmed_by: Bo}\n    - {what: b, when: 2026, confirmed_by: ' bo '}\n",
            [EvidenceMark.ONE_SOURCE],
        ),
        ("    - {what: a, when: 2026-10, confirmed_by: Bo}\n    - {what: b, when: 2026, confirmed_by: self}\n", [EvidenceMark.ONE_SOURCE]),
        ("    - {what: a, when: 2026-10}\n", [EvidenceMark.OWN_WORD]),
        ("    - {what: a, when: 2026-10, confirmed_by: Ada LINDQVIST}\n    - {what: b, when: 2026-09}\n", [EvidenceMark.OWN_WORD]),
        ("    - {what: a, confirmed_by: Bo}\n    - {what: b, confirmed_by: Cy}\n", [EvidenceMark.UNDATED]),
        ("    - {what: a, when: 2020, confirmed_by: Bo}\n    - {what: b, confirmed_by: Cy}\n", [EvidenceMark.STALE]),
        ("    - {what: a, when: 2020}\n", [EvidenceMark.STALE, EvidenceMark.OWN_WORD]),
        ("    - {what: a, when: 2026-12, confirmed_by: Bo}\n    - {what: b, when: 2027, confirmed_by: Cy}\n", [EvidenceMark.LATER]),
        ("    - {what: a, when: 2026-12, confirmed_by: Bo}\n    - {what: b, confirmed_by: Cy}\n", [EvidenceMark.LATER]),
        ("    - {what: a, when: 2026-12, confirmed_by: Bo}\n    - {what: b, when: 2020, confirmed_by: Cy}\n", [EvidenceMark.STALE]),
        ("    - {what: a, when: 2026-12, confirmed_by: Bo}\n    - {what: b, when: 2026-10, confirmed_by: Cy}\n", []),
        ("    - {what: a, when: 2026-12}\n", [EvidenceMark.LATER, EvidenceMark.OWN_WORD]),
        ("    - {what: a, when: 2026-11-01, confirmed_by: Bo}\n    - {what: b, when: 2026-11-02, confirmed_by: Cy}\n", []),
    ],
)
def test_a_claim_is_marked_for_what_a_reader_should_know(items: str, expected: list[EvidenceMark]) -> None:
    """Nothing at all, nothing recent, nothing dated, nobody but the person, nobody but one."""
    assert marks(items) == expected


@pytest.mark.parametrize(
    ("when", "stale"),
    [("2024-11-01", False), ("2024-10-31", True), ("2024-11", False), ("2024-10", True), ("2024", False), ("2023", True)],
)
def test_evidence_is_old_only_where_it_surely_is(when: str, stale: bool) -> None:  # noqa: FBT001 - a case
    """Twenty-four months before 2026-11-01 is 2024-11-01; of a month or year, the last day counts."""
    found = marks(f"    - {{what: a, when: {when}, confirmed_by: Bo}}\n    - {{what: b, confirmed_by: Cy}}\n")
    assert found == ([EvidenceMark.STALE] if stale else [])


def test_without_a_limit_nothing_is_old() -> None:
    """A pack that states no limit marks nothing as old."""
    assert marks("    - {what: a, when: 1999, confirmed_by: Bo}\n    - {what: b, when: 1999, confirmed_by: Cy}\n", limit=None) == []


def test_the_limit_is_the_packs() -> None:
    """The default pack says 24 months."""
    assert pack().stale_after_months == 24


@pytest.mark.parametrize(
    ("day", "months", "before"),
    [("2026-11-01", 24, "2024-11-01"), ("2024-03-31", 1, "2024-02-29"), ("2023-03-30", 1, "2023-02-28"), ("2026-01-15", 13, "2024-12-15")],
)
def test_months_before_a_day_end_in_the_month(day: str, months: int, before: str) -> None:
    """The thirty-first goes to the last of a shorter month."""
    assert months_before(datetime.date.fromisoformat(day), months).isoformat() == before


def test_a_computed_claim_is_carried_by_what_it_is_computed_from() -> None:
    """Evidence for the history carries the years counted in it, unless they are stated themselves."""
    body = "attributes:\n  history: [{function: product, start: 2020-01}]\nevidence:\n  history: [{what: Contract, when: 2026}]\n"
    found = evidence_for(pack(), profile(body), "product_management_years", AS_OF)
    assert [(one.item.what, one.attribute) for one in found.items] == [("Contract", "history")]
    stated = evidence_for(
        pack(), profile(body.replace("  history: [{f", "  product_management_years: 3\n  history: [{f")), "product_management_years", AS_OF
    )
    assert stated.items == ()
    assert stated.marks == (EvidenceMark.NONE,)


def test_nothing_is_marked_where_nothing_is_claimed() -> None:
    """An attribute that the profile does not state has no marks, and one that the pack assumes has none either."""
    for name in ("coaching", "certifications", "product_management_years"):
        assert evidence_for(pack(), profile("attributes: {mentees: 2}\n"), name, AS_OF).marks == ()


def test_evidence_from_after_the_as_of_date_is_told_apart_and_comes_first() -> None:
    """It is kept, latest first, and says that it lies ahead."""
    items = "[{what: a, when: 2020}, {what: b, when: 2027-01}, {what: c}]"
    body = f"attributes: {{coaching: expert}}\nevidence:\n  coaching: {items}\n"
    found = evidence_for(pack(), profile(body), "coaching", AS_OF).items
    assert [(one.item.what, one.stale, one.later) for one in found] == [("b", False, True), ("a", True, False), ("c", False, False)]


def test_no_verdict_depends_on_evidence_and_the_hash_does() -> None:
    """The same roles, verdicts and scores with and without; another hash, so that a case can be reproduced."""
    body = "role: product-manager\nas_of: 2026-11-01\nattributes: {coaching: expert, mentees: 3}\n"
    bare, carried = profile(body), profile(f"{body}evidence: {{coaching: [{{what: Review, when: 2020}}]}}\n")
    evaluator = Evaluator(pack(), engine="reference")
    first, second = evaluator.evaluate(bare), evaluator.evaluate(carried)
    assert first.roles == second.roles
    assert profile_hash(bare) != profile_hash(carried)
    assert profile_hash(attrs.evolve(carried, evidence={})) == profile_hash(bare)


def test_every_part_of_an_item_is_in_the_hash() -> None:
    """What, when, who and the link each change it."""
    lines = [
        "{what: a}",
        "{what: b}",
        "{what: a, when: 2024}",
        "{what: a, when: 2024-01}",
        "{what: a, confirmed_by: Bo}",
        "{what: a, link: 'https://a.b'}",
    ]
    hashes = {profile_hash(profile(f"attributes: {{coaching: expert}}\nevidence: {{coaching: [{line}]}}\n")) for line in lines}
    assert len(hashes) == len(lines)


@pytest.mark.parametrize("link", ["https://a.example/b?c=d&e#f", "http://127.0.0.1:8000/", "mailto:bo@example.org", "HTTPS://EXAMPLE.ORG"])
def test_a_full_address_is_a_link(link: str) -> None:
    """Web and mail addresses may stand in evidence."""
    assert is_link(link)


@pytest.mark.parametrize(
    "link",
    [
        "javascript:alert(1)",
        "JaVaScRiPt:alert(1)",
        "java\nscript:alert(1)",
        "data:text/html,x",
        "file:///etc/passwd",
        "vbscript:x",
        "//example.org",
        "example.org",
        "https:/example.org",
        "https://",
        "https://exa mple.org",
        'https://a.b/"onclick=x',
        "https://a.b/<x>",
        "https://[::1",
        "\\\\server\\share",
        "mailto:",
        "mailto:@",
        "",
    ],
)
def test_nothing_else_is_a_link(link: str) -> None:
    """No scripts, files, halves of addresses, or letters that could leave an attribute of HTML."""
    assert not is_link(link)


def test_explain_shows_evidence_beside_the_criterion() -> None:
    """Items with date, confirmation, link and marks; what nothing carries; and the summary at the top."""
    ran = Ran("explain", str(PRODUCT / "profiles/sofia-marquez.yaml"), "product-director", "--rules", str(PRODUCT / "rules"))
    assert "· evidence: Contracts and personnel file (2026-10), confirmed by People team (one source only)" in ran.out
    paper = "Strategy paper for the second product line (2023-05, old)"
    assert f"· evidence: {paper}, confirmed by Head of Product (old evidence, one source only)" in ran.out
    guide = "Guide to prioritisation that four teams follow (2025-03)"
    assert f"· evidence: {guide}, the person’s own word, https://intranet.example.org/prioritisation" in ran.out
    assert "· no evidence for: “Products launched” and “Products scaled”" in ran.out
    assert "Evidence    for 4 of 27 claims behind met criteria (1 old, 1 on the person’s own word, 1 from one source)" in ran.out


def test_explain_says_where_a_profile_has_no_evidence() -> None:
    """One line at the top, and none at every criterion."""
    ran = Ran(
        "explain", str(PRODUCT / "profiles/priya-nair.yaml"), "product-director", "--rules", str(PRODUCT / "rules"), "--as-of", "2026-11-01"
    )
    assert "Evidence    none in the profile" in ran.out
    assert "evidence for" not in ran.out


def test_explain_gives_evidence_as_json() -> None:
    """Every criterion lists the claims it reads with marks and items."""
    path = str(PRODUCT / "profiles/sofia-marquez.yaml")
    ran = Ran("explain", path, "product-director", "--rules", str(PRODUCT / "rules"), "--format", "json")
    criteria = {one["id"]: one["evidence"] for one in json.loads(ran.out)["criteria"]}
    item = {"what": "Contracts and personnel file", "when": "2026-10", "confirmed_by": "People team", "link": None}
    expected = item | {"attribute": "product_management_years", "old": False, "later": False, "own_word": False}
    assert criteria["product-experience"] == [{"attribute": "product_management_years", "marks": ["one source only"], "items": [expected]}]
