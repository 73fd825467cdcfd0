"""Breaks in a career: the example of docs/rule-language.md, decided by rule tests and judged alike in every engine."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from evaluator.cli.main import run

PAGE = Path(__file__).parents[2] / "docs/rule-language.md"
PACK = """\
pack: careers
title: Careers
version: 1.0.0
language: 2
effective: 2026-11-01
tracks: {craft: {title: Craft}}
verdicts:
  - verdict: ready
    when: {required_unmet: {at_most: 0}}
  - verdict: not yet
"""
ROLE = """\
role: lead
title: Lead
track: craft
rung: 1
criteria:
  - {id: time, title: Two years in grade, kind: qualification, required: true, when: {years_in_grade: {at_least: 2}}, basis: judgement}
"""
TESTS = """\
role: lead
as_of: 2026-11-15
base: {attributes: {in_grade_since: 2024-11, leave: []}}
tests:
  - {name: Two years without leave, expect: {verdict: ready, gaps: []}}
  - {name: A month less, attributes: {in_grade_since: 2024-12}, expect: {verdict: not yet, gaps: [time]}}
  - name: Three months of a sabbatical count
    attributes: {leave: [{kind: sabbatical, start: 2025-03, end: 2025-05, months: 3}]}
    expect: {verdict: ready, gaps: []}
  - name: Four months do not
    attributes: {leave: [{kind: sabbatical, start: 2025-03, end: 2025-06, months: 4}]}
    expect: {verdict: not yet, gaps: [time]}
  - name: Time made good for four months
    attributes: {in_grade_since: 2024-07, leave: [{kind: sabbatical, start: 2025-03, end: 2025-06, months: 4}]}
    expect: {verdict: ready, gaps: []}
  - name: Parental leave counts, however long
    attributes: {leave: [{kind: parental, start: 2025-01, end: 2025-12, months: 12}]}
    expect: {verdict: ready, gaps: []}
  - name: Two breaks at a time are one
    attributes:
      in_grade_since: 2024-07
      leave:
        - {kind: sabbatical, start: 2025-03, end: 2025-06, months: 4}
        - {kind: unpaid, start: 2025-03, end: 2025-06, months: 4}
    expect: {verdict: ready, gaps: []}
  - name: Nobody says how long it was
    attributes: {leave: [{kind: unpaid, start: 2025-03, end: 2025-06}]}
    expect: {verdict: {between: [not yet, ready]}, questions: [leave]}
"""


@pytest.fixture
def rules(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Write a pack with the attributes that the page shows, and go there."""
    attributes = PAGE.read_text(encoding="utf-8").split("#### Breaks")[1].split("```yaml\n")[1].split("```")[0]
    files = {"pack.yaml": PACK, "attributes.yaml": f"attributes:\n{attributes}", "roles/lead.yaml": ROLE, "tests/lead.yaml": TESTS}
    for name, text in files.items():
        (tmp_path / "rules" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "rules" / name).write_text(text, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_every_part_of_the_policy_is_decided(rules: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Eight people, and no small change of the rules goes unnoticed."""
    assert rules.is_dir()
    assert run(["test", "--coverage", "--mutate", "--rules", "rules"]) == 0
    shown = capsys.readouterr().out
    assert "8 passed, 0 failed" in shown
    assert " 0 survived" in shown


@pytest.mark.parametrize("engine", ["columns", "inference", "reference"])
def test_a_break_is_judged_alike_in_every_engine(rules: Path, engine: str) -> None:
    """Three months of a sabbatical count, four do not, and a break of which no length is stated may."""
    leave = {"kind": "sabbatical", "start": "2025-03", "end": "2025-05", "months": 3}
    lists = [[], [leave], [{**leave, "end": "2025-06", "months": 4}], [{"start": "2025-03", "end": "2025-06"}]]
    people = [{"id": str(place), "in_grade_since": "2024-11", "leave": one} for place, one in enumerate(lists)]
    (rules / "people.jsonl").write_text("".join(f"{json.dumps(one)}\n" for one in people), encoding="utf-8")
    words = ["evaluate", "people.jsonl", "--rules", "rules", "--role", "lead", "--as-of", "2026-11-15", "--engine", engine]
    assert run([*words, "-o", "out.csv"]) == 0
    rows = (rules / "out.csv").read_text(encoding="utf-8").splitlines()[1:]
    assert ["undecided" in row for row in rows] == [False, False, False, True]
    assert ["not yet" in row for row in rows] == [False, False, True, True]
