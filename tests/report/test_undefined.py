"""What the rules have no answer to is said by name in every report, by every engine, and nothing is asked for it."""

from __future__ import annotations

import csv
import importlib.util
import json
from fractions import Fraction
from pathlib import Path

import jsonschema
import pytest

from evaluator.cli.main import run
from evaluator.core.values import Number
from evaluator.report import json_documents
from evaluator.report.sentences import exact_words

Capture = pytest.CaptureFixture[str]
PACK = """\
pack: small
title: Small
version: 0.1.0
effective: 2020-01-01
tracks: {main: {title: Main}}
scoring: {default_weight: 1}
verdicts:
  - verdict: ready
    when: {required_unmet: {at_most: 0}, score: {at_least: 0.75}}
  - verdict: not yet
"""
ATTRIBUTES = """\
scales: {level: [l1, l2, l3]}
tables:
  level_by_points:
    type: scale
    scale: level
    bands: [{at_least: 0, below: 4, gives: l1}, {at_least: 4, below: 8, gives: l2}, {at_least: 8, below: 15, gives: l3}]
  worth:
    title: What a field is worth
    rows: {craft: 2, people: 3}
attributes:
  points: {title: Points, type: integer, unit: points, question: How many points?}
  points_level: {title: Level by points, type: scale, scale: level, derive: {lookup: {of: points, table: level_by_points}}}
  field: {title: Field, type: choice, options: [craft, people, both], question: Which field?}
  field_worth: {title: Worth of the field, type: number, derive: {lookup: {of: field, table: worth}}}
  before: {title: Days before, type: number, unit: days, question: How many days before?}
  now: {title: Days now, type: number, unit: days, question: How many days now?}
  part: {title: Part left, type: number, derive: {ratio: [now, before]}}
  jobs:
    title: Positions
    type: records
    question: Which positions?
    fields: {team: {type: integer}, start: {type: date, precision: month}}
  last_team: {title: Latest team, type: integer, derive: {latest: {records: jobs, by: start, field: team}}}
"""
SOURCES = "documents: {d: {title: Doc, publisher: P, sections: [S]}}\n"
ROLE = """\
role: lead
title: Lead
track: main
rung: 1
summary: Leads.
source: {document: d, section: S}
criteria:
  - {id: level, title: Has the level, kind: skill, required: true, when: {points_level: {at_least: l2}}, basis: judgement, advice: Learn.}
  - {id: field, title: Has a field, kind: skill, when: {field_worth: {at_least: 2}}, basis: judgement}
  - {id: part, title: Is faster, kind: skill, when: {part: {at_most: 0.5}}, basis: judgement}
  - {id: team, title: Had a team, kind: skill, when: {last_team: {at_least: 2}}, basis: judgement}
"""
PEOPLE = [
    {"id": "whole", "points": 9, "field": "craft", "before": 4, "now": 1, "jobs": [{"team": 3, "start": "2024-01"}]},
    {"id": "holed", "points": 16, "field": "both", "before": 0, "now": 1, "jobs": []},
    {
        "id": "tied",
        "points": 9,
        "field": "craft",
        "before": 4,
        "now": 1,
        "jobs": [{"team": 1, "start": "2024-01"}, {"team": 3, "start": "2024-01"}],
    },
    {"id": "asked", "jobs": [{"team": 3}]},
    {"id": "mixed", "points": 15, "before": 0},
]
WORDS = {
    "level": "16 points has no entry in “Level by points”",
    "field": "both for “Field” has no entry in “What a field is worth”",
    "part": "“Part left” divides by “Days before”, which is 0 days",
    "team": "“Positions” has no entry that could be the latest",
}
EXPECTED = {
    "whole": ("", ""),
    "holed": ("", "points_level, field_worth, part, last_team"),
    "tied": ("", "last_team"),
    "asked": ("points, field, before, now, jobs", ""),
    "mixed": ("field, jobs", "points_level, part"),
}
"""Questions, and what has no result, of everybody."""


@pytest.fixture
def rules(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Write the pack and the people into a folder of their own, and go there."""
    (tmp_path / "rules" / "roles").mkdir(parents=True)
    files = {"pack.yaml": PACK, "attributes.yaml": ATTRIBUTES, "sources.yaml": SOURCES, "roles/lead.yaml": ROLE}
    for name, text in files.items():
        (tmp_path / "rules" / name).write_text(text, encoding="utf-8")
    (tmp_path / "people.jsonl").write_text("".join(f"{json.dumps(_line(one))}\n" for one in PEOPLE), encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path / "rules"


def _line(person: dict[str, object]) -> dict[str, object]:
    return {"id": person["id"], **{name: value for name, value in person.items() if name != "id"}}


def asked(capsys: Capture, *words: str) -> tuple[int, str]:
    """Run a verb with the pack at a fixed day, and return its exit code and what it printed."""
    code = run([*words, "--rules", "rules", "--as-of", "2026-11-01"])
    return code, capsys.readouterr().out


def test_explain_names_what_has_no_answer_and_where_the_table_stands(rules: Path, capsys: Capture) -> None:
    """At the test that reads it and in a list of its own, with nothing under questions."""
    code, shown = asked(capsys, "explain", "people.jsonl", "lead", "--person", "holed")
    assert code == 0
    assert all(f"– {words}" in shown for words in WORDS.values())
    assert "not stated" not in shown.partition("Skills")[2]
    listed = shown.partition("What the rules have no answer to")[2]
    assert all(words in listed.replace("\n    ", " ") for words in WORDS.values())
    assert f"{rules.name}/attributes.yaml:3:3" in listed
    assert "\nQuestions\n" not in shown


def test_a_case_and_a_comparison_name_it(rules: Path, capsys: Capture) -> None:
    """A case says who has to settle it, asks nobody, and leaves no open question; a comparison counts what is without an answer."""
    assert rules.is_dir()
    code, shown = asked(capsys, "case", "people.jsonl", "lead", "--person", "holed", "--format", "markdown")
    assert code == 0
    assert "16 points has no entry in “Level by points”" in shown
    assert "The rules have no answer to this: “Has the level”" in shown
    assert "open question" not in shown.lower().replace("open questions", "")
    code, shown = asked(capsys, "compare", "people.jsonl", "--role", "lead", "--format", "markdown")
    assert code == 0
    assert "4 facts to which the rules have no answer" in shown


def test_json_lists_it_by_the_schema(rules: Path, capsys: Capture) -> None:
    """With attribute, operator, table, words and place; the published schema knows it."""
    assert rules.is_dir()
    code, shown = asked(capsys, "evaluate", "people.jsonl", "--role", "lead", "--format", "json")
    assert code == 0
    document = json.loads(shown)
    schema = json_documents.schema("evaluation")
    for one in document["evaluations"]:
        jsonschema.Draft202012Validator(schema).validate(one)
    roles = {one["profile"]["id"]: one["roles"][0] for one in document["evaluations"]}
    found = {one["criteria"][0]: (one["operator"], one["table"], one["words"]) for one in roles["holed"]["undefined"]}
    tables = {"level": ("lookup", "level_by_points"), "field": ("lookup", "worth"), "part": ("ratio", None), "team": ("latest", None)}
    assert found == {name: (*tables[name], words) for name, words in WORDS.items()}
    assert roles["holed"]["questions"] == []
    assert [one["words"] for one in roles["tied"]["undefined"]] == ["“Positions” has several latest entries, of 2024-01, and they differ"]
    assert {one["attribute"] for one in roles["asked"]["questions"]} == {"points", "field", "before", "now", "jobs"}


@pytest.mark.parametrize("engine", ["columns", "inference", "reference"])
def test_a_population_is_told_how_many_and_where(rules: Path, capsys: Capture, engine: str) -> None:
    """The results name the attributes, the summary counts the people, and no engine lists a hole as missing data."""
    assert rules.is_dir()
    code, shown = asked(capsys, "evaluate", "people.jsonl", "--role", "lead", "-o", "out.csv", "--engine", engine)
    assert code == 0
    with Path("out.csv").open(encoding="utf-8", newline="") as stream:
        rows = {row["id"]: row for row in csv.DictReader(stream)}
    for name, (questions, undefined) in EXPECTED.items():
        assert set(rows[name]["questions"].split(", ")) == set(questions.split(", ")), name
        assert rows[name]["undefined"] == undefined, name
    table = shown.partition("What the rules have no answer to")[2]
    assert "“Points” has no entry in “Level by points”" in table
    counts = [line.rstrip()[-1] for line in table.splitlines() if line.startswith("“")]
    assert counts == ["2", "2", "2", "1"]
    assert "Points " not in shown.partition("Most valuable missing data")[2].partition("What the rules")[0] or engine


@pytest.mark.parametrize(
    ("entries", "verdict"),
    [
        ([{"start": "2024-01"}], "undecided: not yet to ready"),
        ([{"start": "2024-01"}, {"start": "2025-01", "team": 3}], "ready"),
        ([{"start": "2024-01", "team": 0}], "not yet"),
        ([], "not yet"),
        (None, "undecided: not yet to ready"),
    ],
)
@pytest.mark.parametrize("output", [(), ("-o", "out.csv"), ("-o", "out.csv", "--engine", "columns")], ids=["shown", "written", "columns"])
def test_a_list_whose_entries_lack_the_field_stays_unknown_in_every_door(
    rules: Path, capsys: Capture, entries: list[object] | None, verdict: str, output: tuple[str, ...]
) -> None:
    """A small table, a table with an output and a profile say the same of somebody whose positions do not say how large the team was."""
    made = "  led: {title: People led, type: integer, derive: {total: {records: jobs, field: team}, missing: skip}}\n"
    (rules / "attributes.yaml").write_text(ATTRIBUTES + made, encoding="utf-8")
    led = "  - {id: led, title: Led, kind: skill, required: true, when: {led: {at_least: 1}}, basis: judgement, advice: Lead.}\n"
    (rules / "roles" / "lead.yaml").write_text(ROLE.partition("  - {id: level")[0] + led, encoding="utf-8")
    person = {"id": "x"} if entries is None else {"id": "x", "jobs": entries}
    Path("one.jsonl").write_text(json.dumps(person) + "\n", encoding="utf-8")
    stated = {} if entries is None else {"jobs": entries}
    Path("one.yaml").write_text(json.dumps({"profile": "one", "attributes": stated}), encoding="utf-8")
    assert asked(capsys, "evaluate", "one.jsonl", "--role", "lead", *output)[0] == 0
    found = asked(capsys, "explain", "one.jsonl", "lead", "--person", "x")[1]
    assert f"Verdict     {verdict}\n" in found
    assert f"Verdict     {verdict}\n" in asked(capsys, "explain", "one.yaml", "lead")[1]
    if output:
        with Path("out.csv").open(encoding="utf-8", newline="") as stream:
            assert [row["verdict"] for row in csv.DictReader(stream)] == [verdict]


@pytest.mark.skipif(importlib.util.find_spec("duckdb") is None, reason="DuckDB is not installed")
def test_where_the_data_lies_the_same_is_told(rules: Path, capsys: Capture) -> None:
    """A CSV table judged in DuckDB: what no column holds is asked for, what is stated is not."""
    assert rules.is_dir()
    Path("t.csv").write_text("id,points,field,before,now\nholed,16,both,0,1\nasked,,,,\n", encoding="utf-8")
    code, shown = asked(capsys, "evaluate", "t.csv", "--role", "lead", "-o", "out.csv", "--engine", "duckdb")
    assert code == 0
    with Path("out.csv").open(encoding="utf-8", newline="") as stream:
        rows = {row["id"]: (row["questions"], row["undefined"]) for row in csv.DictReader(stream)}
    assert rows["holed"] == ("jobs", "points_level, field_worth, part")
    assert set(rows["asked"][0].split(", ")) == {"points", "field", "before", "now", "jobs"}
    assert "“Field” has no entry in “What a field is worth”" in shown


@pytest.mark.parametrize(
    ("value", "unit", "shown"),
    [
        (16, "points", "16 points"),
        (1, "points", "1 point"),
        (Fraction("4.5"), None, "4.5"),
        (Fraction("0.299999999999999"), None, "0.299999999999999"),
        (Fraction("14.999"), "points", "14.999 points"),
        (Fraction("-0.001"), None, "-0.001"),
        (Fraction(5, 3), "years", "about 1.67 years"),
        (Fraction(-5, 3), None, "about -1.67"),
    ],
)
def test_a_value_without_an_entry_is_shown_to_the_last_digit(value: Number, unit: str | None, shown: str) -> None:
    """Rounded to two places, what lies just outside a band would seem to lie inside."""
    assert exact_words(value, unit) == shown


LIST = "jobs: {title: Positions, type: records, question: Which?, fields: {team: {type: integer}, start: {type: date, precision: month}}}"


@pytest.mark.parametrize(
    ("derive", "operator", "words", "jobs"),
    [
        ("{mean: {records: jobs, field: team}}", "mean", "“Positions” has no entry for “Teams”", []),
        ("{min: {records: jobs, field: team, where: {team: {above: 5}}}}", "min", "“Positions” has no entry for “Teams”", [4]),
        ("{max: {records: jobs, field: team}}", "max", "“Positions” has no entry for “Teams”", []),
        ("{earliest: {records: jobs, by: start, field: team}}", "earliest", "“Positions” has no entry that could be the earliest", []),
        (
            "{earliest: {records: jobs, by: start, field: team}}",
            "earliest",
            "“Positions” has several earliest entries, of 2024-01, and they differ",
            [4, 5],
        ),
        (
            "{latest: {records: jobs, by: start, field: team, nth: 2}}",
            "latest",
            "“Positions” has no entry that could be the second latest",
            [4],
        ),
        (
            "{latest: {records: jobs, by: start, field: team, nth: 2}}",
            "latest",
            "“Positions” has several second latest entries, of 2024-01, and they differ",
            [4, 5],
        ),
        (
            "{total: {records: jobs, field: team, by: start, last: 1}}",
            "total",
            "“Positions” has several entries of 2024-01, of which not all are among the last 1, and they differ",
            [4, 5],
        ),
        ("{mean: {records: jobs, field: team, by: start, last: 2}}", "mean", "“Positions” has no entry for “Teams”", []),
        (
            "{count: {records: jobs, by: start, last: 2, of_which: {team: {above: 4}}}}",
            "count",
            "“Positions” has several entries of 2024-01, of which not all are among the last 2, and they differ",
            [4, 5, 6],
        ),
        (
            "{earliest: {records: jobs, by: start, field: team, where: {team: {above: 5}}}}",
            "earliest",
            "“Positions” has no entry that could be the earliest of those that “Teams” counts",
            [4],
        ),
    ],
)
def test_what_needs_an_entry_says_so(  # noqa: PLR0913, PLR0917 - what is made, and what is said of it
    rules: Path, capsys: Capture, derive: str, operator: str, words: str, jobs: list[int]
) -> None:
    """In a document and in a table of people alike, by the operator that has no result, and nothing is asked."""
    (rules / "pack.yaml").write_text(PACK + "language: 2\n", encoding="utf-8")
    (rules / "attributes.yaml").write_text(
        f"attributes:\n  {LIST}\n  teams: {{title: Teams, type: number, derive: {derive}}}\n", encoding="utf-8"
    )
    (rules / "roles/lead.yaml").write_text(
        ROLE.split("criteria:", maxsplit=1)[0]
        + "criteria:\n  - {id: teams, title: Teams, kind: skill, when: {teams: {at_least: 2}}, basis: judgement, advice: Lead.}\n",
        encoding="utf-8",
    )
    entries = [{"team": team, "start": "2024-01"} for team in jobs]
    people = [{"id": name, "jobs": entries} for name in ("ada", "bo")]
    (rules.parent / "people.jsonl").write_text("".join(f"{json.dumps(one)}\n" for one in people), encoding="utf-8")
    _, document = asked(capsys, "evaluate", "people.jsonl", "--role", "lead", "--format", "json")
    for evaluation in json.loads(document)["evaluations"]:
        jsonschema.Draft202012Validator(json_documents.schema("evaluation")).validate(evaluation)
        assert [(one["operator"], one["words"]) for one in evaluation["roles"][0]["undefined"]] == [(operator, words)]
        assert evaluation["roles"][0]["questions"] == []
    code, table = asked(capsys, "evaluate", "people.jsonl", "--role", "lead", "--engine", "columns")
    assert code == 0
    assert "“Positions” has " in table
