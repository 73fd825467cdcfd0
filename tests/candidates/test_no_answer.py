"""People of whom the rules leave something without an answer: no verb asks for it, and none says that answers could change it."""

from __future__ import annotations

import csv
import json
import shlex
from collections.abc import Callable
from pathlib import Path

import pytest

from evaluator.cli.main import run

Command = Callable[[str], str]
DAY = "--as-of 2026-11-01"
FILES = {
    "rules/pack.yaml": """
pack: holes
title: A ladder with holes
version: 1.0.0
effective: 2026-01-01
language: @@
tracks:
  craft: {title: Craft}
verdicts:
  - verdict: ready
    when: {required_unmet: {at_most: 0}, score: {at_least: 0.75}}
  - verdict: nearly
    when: {score: {at_least: 0.5}}
  - verdict: not yet
""",
    "rules/attributes.yaml": """
tables:
  level:
    title: Level by points
    type: integer
    bands:
      - {at_least: 0, below: 15, gives: 1}
      - {at_least: 20, gives: 2}
attributes:
  points: {title: Points, type: number, unit: points, range: {at_least: 0}, question: How many points?}
  work: {title: Work, type: number, range: {at_least: 0}, question: How much work?}
  hours: {title: Hours, type: number, range: {at_least: 0}, question: How many hours?}
  level: {title: Level, type: integer, derive: {lookup: {of: points, table: level}}}
  rate: {title: Rate, type: number, derive: {ratio: [work, hours]}}
  craft: {title: Craft, type: flag, question: Do you know the craft?}
""",
    "rules/roles/junior.yaml": """
role: junior
title: Junior
track: craft
rung: 1
criteria:
  - {id: known, title: Knows something, kind: skill, basis: judgement, when: {craft: true}}
""",
    "rules/roles/senior.yaml": """
role: senior
title: Senior
track: craft
rung: 2
criteria:
  - {id: leveled, title: Is on level two, kind: skill, required: true, basis: judgement, when: {level: {at_least: 2}}}
  - {id: fast, title: Works fast, kind: skill, basis: judgement, when: {rate: {at_least: 1}}}
  - {id: skilled, title: Knows the craft, kind: skill, basis: judgement, when: {craft: true}}
""",
    "rules/moves.yaml": "moves:\n  - {from: junior, to: senior, kind: promotion, basis: judgement}\n",
    "people.csv": """
id,name,role,points,work,hours,craft
ann,Ann,junior,25,3,2,false
cid,Cid,junior,16,3,0,true
dan,Dan,junior,,3,,true
gap,Gap,junior,15,3,2,true
nil,Nil,junior,25,0,0,true
""",
}
NO_ENTRY, NOUGHT = "has no entry in “Level by points”", "“Rate” divides by “Hours”, which is 0"


@pytest.fixture(params=[1, 2])
def command(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Command:
    """Give a way to run a command over a pack with a hole and a division by what may be 0, of either edition: what it printed."""
    for name, text in FILES.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text.lstrip("\n").replace("@@", str(request.param)), encoding="utf-8")
    monkeypatch.chdir(tmp_path)

    def command(line: str) -> str:
        capfd.readouterr()
        run(shlex.split(line))
        return "".join(capfd.readouterr())

    return command


@pytest.mark.parametrize(("person", "told"), [("cid", (NO_ENTRY, NOUGHT)), ("gap", (NO_ENTRY,)), ("nil", (NOUGHT,))])
@pytest.mark.parametrize("verb", ["explain", "case", "plan"])
def test_each_verb_for_one_person_names_it_and_asks_nothing(command: Command, verb: str, person: str, told: tuple[str, ...]) -> None:
    """By name, with what was looked up or divided by; and that answers may help is not said of whom nothing is asked."""
    words = " ".join(command(f"{verb} people.csv senior --person {person} {DAY}").split())
    assert all(one in words for one in told)
    assert "answers alone may" not in words
    assert not any(question in words for question in ("How many points?", "How many hours?", "How much work?"))


def test_json_of_people_has_it_by_name_and_no_question(command: Command) -> None:
    """One list for questions, another for what the rules have no answer to."""
    found = json.loads(command(f"evaluate people.csv --format json {DAY}"))["evaluations"]
    told = {one["profile"]["id"]: {role["role"]: role for role in one["roles"]}["senior"] for one in found}
    undefined = {name: [one["attribute"] for one in role["undefined"]] for name, role in told.items()}
    asked = {name: sorted(one["attribute"] for one in role["questions"]) for name, role in told.items()}
    assert undefined == {"ann": [], "cid": ["level", "rate"], "dan": [], "gap": ["level"], "nil": ["rate"]}
    assert asked == {"ann": [], "cid": [], "dan": ["hours", "points"], "gap": [], "nil": []}


@pytest.mark.parametrize("engine", ["columns", "duckdb"])
def test_columns_of_people_have_it_by_name_and_no_question(command: Command, engine: str) -> None:
    """Tables of results have a column for either, whatever the engine."""
    line = command(f"evaluate people.csv -o out.csv --role senior --engine {engine} {DAY}")
    with Path("out.csv").open(encoding="utf-8", newline="") as file:
        cells = {row["id"]: (row["questions"], row["undefined"]) for row in csv.DictReader(file)}
    assert cells.pop("dan")[1] == ""
    assert cells == {"ann": ("", ""), "cid": ("", "level, rate"), "gap": ("", "level"), "nil": ("", "rate")}
    assert "“Points” has no entry in “Level by points”" in line
    assert "“Rate” divides by “Hours” that is 0" in line


def test_only_whom_answers_can_help_could_come_up(command: Command) -> None:
    """Comparison and ranking speak of Dan alone, whose answers are missing; what nobody can answer raises nobody."""
    words = " ".join(command(f"compare people.csv --role senior {DAY}").split())
    assert "answers to open questions could bring Dan to place 1." in words
    assert NO_ENTRY in words
    ranked = " ".join(command(f"rank people.csv --role senior {DAY}").split())
    assert "with answers to open questions 1 of those shown could come up" in ranked
    first = " ".join(command(f"rank people.csv --role senior --top 2 {DAY}").split())
    assert "1 not shown could come before the last one shown" in first
