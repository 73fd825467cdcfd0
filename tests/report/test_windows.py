"""Windows of time over records, as people see them: until when a test holds, what a plan does not promise, what rule tests decide."""

from __future__ import annotations

import json
from pathlib import Path

import jsonschema
import pytest

from evaluator.cli.main import run
from evaluator.report import json_documents

Capture = pytest.CaptureFixture[str]
PACK = """\
pack: small
title: Small
version: 0.1.0
language: 2
effective: 2020-01-01
tracks: {main: {title: Main}}
verdicts:
  - verdict: ready
    when: {required_unmet: {at_most: 0}}
  - verdict: not yet
"""
ATTRIBUTES = """\
attributes:
  actions:
    title: Disciplinary actions
    type: records
    question: Which disciplinary actions were taken, and when?
    fields: {kind: {type: choice, options: [warning, suspension]}, on: {type: date}}
  reviews:
    title: Reviews
    type: records
    question: Which reviews were held?
    fields: {on: {type: date}, points: {type: integer}}
  actions_lately:
    title: Actions that still count
    type: integer
    unit: actions
    derive:
      count:
        records: actions
        where:
          any_of:
            - {kind: {is: warning}, on: {within: 6 months}}
            - {kind: {is: suspension}, on: {within: 2 years}}
  reviews_lately:
    title: Reviews of the last twelve months
    type: integer
    unit: reviews
    derive: {count: {records: reviews, by: on, within: 12 months}}
  good_of_last_two:
    title: Reviews above 3 of the last two
    type: integer
    unit: reviews
    derive: {count: {records: reviews, by: on, last: 2, of_which: {points: {above: 3}}}}
  points_before:
    title: Points of the review before
    type: integer
    unit: points
    derive: {latest: {records: reviews, by: on, field: points, nth: 2}}
  projects:
    title: Projects led
    type: integer
    unit: projects
    range: {at_least: 0}
    question: How many projects have you led?
    effort: {each: 3, months: 6}
"""
ROLE = """\
role: lead
title: Lead
track: main
rung: 1
criteria:
  - {id: clean, title: No action that counts, kind: step, required: true, when: {actions_lately: {at_most: 0}}, basis: judgement}
  - {id: review, title: A recent review, kind: step, required: true, when: {reviews_lately: {at_least: 1}}, basis: judgement}
  - {id: projects, title: Two projects, kind: step, required: true, when: {projects: {at_least: 2}}, basis: judgement}
"""
TESTS = """\
role: lead
as_of: 2026-11-01
base: {attributes: {projects: 2, actions: [], reviews: [{on: 2025-11-02}]}}
tests:
  - {name: A review that just counts, expect: {verdict: ready, gaps: []}}
  - {name: A year old, attributes: {reviews: [{on: 2025-11-01}]}, expect: {verdict: not yet, gaps: [review]}}
  - {name: A warning, attributes: {actions: [{kind: warning, on: 2026-05-02}]}, expect: {verdict: not yet, gaps: [clean]}}
  - {name: An old warning, attributes: {actions: [{kind: warning, on: 2026-05-01}]}, expect: {verdict: ready, gaps: []}}
  - {name: A suspension, attributes: {actions: [{kind: suspension, on: 2024-11-02}]}, expect: {verdict: not yet, gaps: [clean]}}
  - {name: An old suspension, attributes: {actions: [{kind: suspension, on: 2024-11-01}]}, expect: {verdict: ready, gaps: []}}
  - {name: Too little done, attributes: {projects: 1}, expect: {verdict: not yet, gaps: [projects]}}
"""
ADA = """\
profile: ada
name: Ada
attributes:
  projects: 1
  actions: [{kind: warning, on: 2025-03-01}, {kind: suspension, on: 2025-02-14}]
  reviews: [{on: 2026-01-15}]
"""


@pytest.fixture
def rules(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Write the pack and a person into a folder of their own, and go there."""
    files = {
        "rules/pack.yaml": PACK,
        "rules/attributes.yaml": ATTRIBUTES,
        "rules/roles/lead.yaml": ROLE,
        "rules/tests/lead.yaml": TESTS,
        "ada.yaml": ADA,
    }
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def told(capsys: Capture, *words: str) -> tuple[int, str]:
    """Run a verb, and return its exit code and what it printed, on one line."""
    code = run([*words, "--rules", "rules"])
    return code, " ".join(capsys.readouterr().out.split())


def test_rule_tests_decide_the_ends_of_windows(rules: Path, capsys: Capture) -> None:
    """All branches are covered, and no window can be a month longer or shorter unnoticed."""
    assert rules.is_dir()
    code, shown = told(capsys, "test", "--coverage", "--mutate")
    assert "7 passed, 0 failed" in shown
    assert "within" not in shown
    assert code == 0


LAST = """\
  - {id: good, title: Two good reviews, kind: step, required: true, when: {good_of_last_two: {at_least: 2}}, basis: judgement}
  - {id: before, title: The review before, kind: step, required: true, when: {points_before: {at_least: 4}}, basis: judgement}
"""
LAST_TESTS = """\
role: lead
as_of: 2026-11-01
base:
  attributes:
    projects: 2
    actions: []
    reviews: [{on: 2026-05-01, points: 5}, {on: 2025-05-01, points: 4}, {on: 2024-05-01, points: 1}]
tests:
  - {name: Two in a row, expect: {verdict: ready, gaps: []}}
  - name: One in between
    attributes: {reviews: [{on: 2024-05-01, points: 5}, {on: 2025-05-01, points: 3}, {on: 2026-05-01, points: 9}]}
    expect: {verdict: not yet, gaps: [before, good]}
  - name: The last one alone is weak
    attributes: {reviews: [{on: 2024-05-01, points: 5}, {on: 2025-05-01, points: 4}, {on: 2026-05-01, points: 3}]}
    expect: {verdict: not yet, gaps: [good]}
  - name: The year before the last does not count
    attributes: {reviews: [{on: 2026-05-01, points: 3}, {on: 2025-05-01, points: 5}, {on: 2024-05-01, points: 6}]}
    expect: {verdict: not yet, gaps: [good]}
"""


def test_rule_tests_decide_which_entries_are_the_last(rules: Path, capsys: Capture) -> None:
    """Of the last two, and of the one before the last, a rule test tells each number from its neighbours."""
    (rules / "rules/roles/lead.yaml").write_text(ROLE.split("  - {id: clean", maxsplit=1)[0] + LAST, encoding="utf-8")
    (rules / "rules/tests/lead.yaml").write_text(LAST_TESTS, encoding="utf-8")
    _, shown = told(capsys, "test", "--mutate")
    assert "4 passed, 0 failed" in shown
    assert "last:" not in shown
    assert "nth:" not in shown
    assert "points: {above" not in shown


@pytest.mark.parametrize("written", ["on: {within: 7 months}", "on: {within: 5 months}"])
def test_a_window_of_another_length_breaks_a_rule_test(rules: Path, capsys: Capture, written: str) -> None:
    """The worked examples stand a day on either side of the end."""
    (rules / "rules/attributes.yaml").write_text(ATTRIBUTES.replace("on: {within: 6 months}", written), encoding="utf-8")
    assert told(capsys, "test")[0] == 1


def test_explain_says_until_when_a_window_holds(rules: Path, capsys: Capture) -> None:
    """The review of 15 January counts until the day before its anniversary, the suspension for two years."""
    assert rules.is_dir()
    _, shown = told(capsys, "explain", "ada.yaml", "lead", "--as-of", "2026-11-01")
    assert "At least 1 review of the last twelve months – has 1 review (computed), met until 2027-01-14 if nothing is added" in shown
    assert "has 1 action (computed), not met until 2027-02-13 if nothing is added" in shown


def test_a_projection_takes_entries_out_of_windows(rules: Path, capsys: Capture) -> None:
    """Judged for a later day, the suspension counts no more, and neither does the review."""
    assert rules.is_dir()
    _, shown = told(capsys, "explain", "ada.yaml", "lead", "--as-of", "2027-03-01")
    assert "has 0 actions (computed)" in shown
    assert "has 0 reviews (computed)" in shown
    assert "only what is computed from dates is carried forward" in shown


def test_a_plan_does_not_promise_what_time_takes_away(rules: Path, capsys: Capture) -> None:
    """The second project takes six months, by which the review is too old: said in the plan, its JSON and the case."""
    (rules / "ada.yaml").write_text(ADA.replace("2025-02-14", "2024-02-14"), encoding="utf-8")
    words = ("ada.yaml", "lead", "--as-of", "2026-11-01")
    _, shown = told(capsys, "plan", *words)
    assert "Then “not yet”" in shown
    assert "By 2027-05-01 what is dated has aged: unless something newer is added until then, “A recent review” is no longer met." in shown
    run(["plan", *words, "--rules", "rules", "--format", "json"])
    document = json.loads(capsys.readouterr().out)
    jsonschema.Draft202012Validator(json_documents.schema("plan")).validate(document)
    assert (document["best"]["ready_on"], document["best"]["verdict"], document["best"]["lapsing"]) == ("2027-05-01", "not yet", ["review"])
    _, shown = told(capsys, "case", *words)
    assert "“ready” could be reached by 2027-05-01" in shown
    assert "“A recent review” is no longer met" in shown


def test_a_plan_that_keeps_in_the_window_says_nothing_of_it(rules: Path, capsys: Capture) -> None:
    """With a review of last week the verdict holds on the day on which all is done."""
    (rules / "ada.yaml").write_text(ADA.replace("2025-02-14", "2024-02-14").replace("2026-01-15", "2026-10-25"), encoding="utf-8")
    _, shown = told(capsys, "plan", "ada.yaml", "lead", "--as-of", "2026-11-01")
    assert "Then “ready”" in shown
    assert "aged" not in shown


def test_a_plan_says_that_days_change_what_lies_in_a_window(rules: Path, capsys: Capture) -> None:
    """What counts against somebody for a time leaves with it: the plan names the first day on which the suspension is two years old."""
    (rules / "ada.yaml").write_text(ADA.replace("projects: 1", "projects: 2"), encoding="utf-8")
    _, shown = told(capsys, "plan", "ada.yaml", "lead", "--as-of", "2026-11-01")
    assert "2027-02-14" in shown
    assert "--as-of 2027-02-14" in shown


@pytest.mark.parametrize("engine", ["columns", "inference", "reference"])
def test_a_population_is_judged_by_each_row_s_own_day(rules: Path, capsys: Capture, engine: str) -> None:
    """The same entries, judged for two days, in every engine."""
    person = {"projects": 2, "actions": [], "reviews": [{"on": "2025-11-01"}]}
    people = [{"id": str(as_of), "as_of": as_of, **person} for as_of in ("2026-10-31", "2026-11-01")]
    (rules / "people.jsonl").write_text("".join(f"{json.dumps(one)}\n" for one in people), encoding="utf-8")
    code, _ = told(capsys, "evaluate", "people.jsonl", "--role", "lead", "-o", "out.csv", "--engine", engine)
    assert code == 0
    rows = (rules / "out.csv").read_text(encoding="utf-8").splitlines()
    assert ["not yet" in row for row in rows[1:]] == [False, True]
