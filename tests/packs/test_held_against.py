"""Entries held against attributes of the person, from the files to the verdicts of every engine, to questions, words and rule tests."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest

from evaluator.cli.main import run

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
scales: {level: [junior, senior, staff]}
attributes:
  target_level: {title: Level aimed for, type: scale, scale: level, question: Which level do they aim for?}
  joined_on: {title: Joined on, type: date, question: When did they join?}
  team: {title: Team of today, type: choice, options: [payments, search], question: In which team are they?}
  projects:
    title: Projects led
    type: records
    question: Which projects did they lead?
    fields:
      level: {type: scale, scale: level}
      began: {type: date}
      ended: {type: date}
      team: {type: text}
  fitting:
    title: Projects that count
    type: integer
    unit: projects
    derive:
      count:
        records: projects
        where:
          level: {at_least: {attribute: target_level}}
          began: {above: {profile: joined_on}, below: {field: ended}}
          team: {is: {profile: team}}
"""
ROLE = """\
role: lead
title: Lead
track: main
rung: 1
criteria:
  - {id: projects, title: Two projects, kind: step, required: true, when: {fitting: {at_least: 2}}, basis: judgement, advice: Lead one.}
"""
PROJECTS = [
    {"level": "senior", "began": "2022-02-01", "ended": "2022-09-01", "team": "payments"},
    {"level": "staff", "began": "2023-02-01", "ended": "2023-09-01", "team": "payments"},
    {"level": "staff", "began": "2020-01-01", "ended": "2020-09-01", "team": "payments"},
    {"level": "staff", "began": "2024-02-01", "ended": "2024-09-01", "team": "search"},
]
PEOPLE = [
    {"id": "ada", "target_level": "senior", "joined_on": "2021-01-01", "team": "payments", "projects": PROJECTS},
    {"id": "ben", "target_level": "staff", "joined_on": "2021-01-01", "team": "payments", "projects": PROJECTS},
    {"id": "cyd", "joined_on": "2021-01-01", "team": "payments", "projects": PROJECTS},
    {"id": "dan", "target_level": "staff", "joined_on": "2021-01-01", "projects": PROJECTS[:1]},
    {"id": "eve", "target_level": "junior", "joined_on": "2021-01-01", "team": "search"},
    {"id": "fay", "target_level": "senior", "joined_on": "2022-02-01", "team": "payments", "projects": PROJECTS},
]
EXPECTED = {
    "ada": ("ready", ""),
    "ben": ("not yet", ""),
    "cyd": ("not yet to ready", "target_level"),
    "dan": ("not yet", ""),  # one project at the most, whatever the team
    "eve": ("not yet to ready", "projects"),
    "fay": ("not yet", ""),  # what began on the day of joining is not after it
}
TESTS = """\
role: lead
as_of: 2026-11-01
base:
  attributes:
    target_level: senior
    joined_on: 2021-01-01
    team: payments
    projects:
      - {level: senior, began: 2022-02-01, ended: 2022-09-01, team: payments}
      - {level: staff, began: 2023-02-01, ended: 2023-09-01, team: payments}
tests:
  - {name: Two of the level, expect: {verdict: ready}}
  - {name: Aiming higher, attributes: {target_level: staff}, expect: {verdict: not yet}}
  - {name: Joined on the day, attributes: {joined_on: 2022-02-01}, expect: {verdict: not yet}}
  - {name: In another team, attributes: {team: search}, expect: {verdict: not yet}}
  - {name: No level aimed for, without: [target_level], expect: {verdict: {between: [not yet, ready]}, questions: [target_level]}}
"""


@pytest.fixture
def rules(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Write the pack and its people into a folder of their own, and go there."""
    files = {
        "rules/pack.yaml": PACK,
        "rules/attributes.yaml": ATTRIBUTES,
        "rules/roles/lead.yaml": ROLE,
        "rules/tests/lead.yaml": TESTS,
        "people.jsonl": "".join(f"{json.dumps(person)}\n" for person in PEOPLE),
    }
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def told(capsys: Capture, *arguments: str) -> tuple[int, str]:
    """Run a verb and return how it ends and what it says."""
    code = run([*arguments, "--rules", "rules"])
    return code, capsys.readouterr().out


@pytest.mark.parametrize("engine", ["columns", "reference", "inference"])
def test_people_come_out_alike_by_every_engine(rules: Path, capsys: Capture, engine: str) -> None:
    """Entries count that are of the level aimed for, began after the day of joining and belong to the team of today."""
    asked = ("evaluate", "people.jsonl", "--role", "lead", "--as-of", "2026-11-01", "--engine", engine, "-o", "out.csv")
    assert told(capsys, *asked)[0] == 0
    with (rules / "out.csv").open(encoding="utf-8") as file:
        found = {row["id"]: (row["verdict_worse"], row["verdict_better"], row["questions"]) for row in csv.DictReader(file)}
    for name, (verdict, questions) in EXPECTED.items():
        low, _, high = verdict.partition(" to ")
        assert found[name] == (low, high or low, questions)


def test_the_rule_tests_pass_and_tell_every_test_from_its_neighbours(rules: Path, capsys: Capture) -> None:
    """Each part of the condition decides a worked example both ways, and no small change of it goes unnoticed but by equal days."""
    assert rules.is_dir()
    code, shown = told(capsys, "test", "--coverage")
    assert code == 0
    assert "5 passed, 0 failed" in shown
    assert "began: {below: {attribute: ended}}" in shown  # never unmet: no example has a project that ends before it begins
    assert "{profile: target_level}" not in shown


def test_the_pack_is_without_fault_and_its_schema_knows_what_is_held_against_what(rules: Path, capsys: Capture) -> None:
    """What may stand behind a test of a field is what the editor offers."""
    code, shown = told(capsys, "lint")
    assert "error" not in shown
    assert code in {0, 1}
    told(capsys, "schema")
    schema = json.loads((rules / "rules/schema/attributes.json").read_text(encoding="utf-8"))
    team = schema["$defs"]["record_condition"]["properties"]["team"]["properties"]["is"]["anyOf"][1]["anyOf"]
    assert [list(one["properties"]) for one in team] == [["attribute"], ["field"], ["profile"]]
    began = schema["$defs"]["record_condition"]["properties"]["began"]["properties"]["above"]["anyOf"][1]["anyOf"]
    assert {"field": {"enum": ["began", "ended"]}} in [one["properties"] for one in began]
    assert {"profile": {"enum": ["joined_on"]}} in [one["properties"] for one in began]


def test_a_name_is_exchanged_where_entries_are_held_against_it(rules: Path, capsys: Capture) -> None:
    """Behind `attribute` and `profile` alike, and not where it would then be a field as well."""
    assert run(["rename", "attribute", "target_level", "aim", "--rules", "rules"]) == 0
    assert run(["rename", "attribute", "team", "team_today", "--rules", "rules"]) == 0
    assert run(["rename", "attribute", "aim", "level", "--rules", "rules"]) == 1
    capsys.readouterr()
    text = (rules / "rules/attributes.yaml").read_text(encoding="utf-8")
    assert "level: {at_least: {attribute: aim}}" in text
    assert "team: {is: {profile: team_today}}" in text
