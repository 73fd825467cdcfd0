"""What held a verdict is kept with the decision, shown, and confirmed by a replay."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from evaluator.cli.main import run
from evaluator.report.json_documents import schema
from tests.guild_pack import guild

CAPS = """
policies:
  - {id: no-plan, title: Not on a plan, kind: step, caps_at: not yet, basis: judgement, advice: End it., when: {plan: false}}
  - {id: talk, title: Had a talk, kind: step, caps_at: nearly, basis: judgement, advice: Talk., when: {stands_in: true}}
"""
NEARLY = "  - {verdict: nearly, when: {required_unmet: {at_most: 1}}}\n"
PEOPLE = """id,name,role,pieces,taught,stands_in,plan
ada,Ada,journeyman,12,1,yes,no
ben,Ben,journeyman,12,1,no,no
cyd,Cyd,journeyman,12,1,no,yes
dov,Dov,journeyman,12,1,,yes
eve,Eve,journeyman,1,1,,no
fay,Fay,journeyman,12,1,,no
"""
HELD = {"ada": [], "ben": ["talk"], "cyd": ["no-plan"], "dov": ["no-plan"], "eve": [], "fay": ["talk"]}
"""By hand: a lower cap holds, a higher one does not then; what is unknown holds the worse side, but not where the bands give no better."""


@pytest.fixture(autouse=True)
def _folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Write the guild with two policies, and people."""
    monkeypatch.chdir(tmp_path)
    plan = "  plan: {title: On a plan, type: flag, question: On a plan?}\n"
    guild(
        tmp_path / "rules",
        pack=("  - {verdict: not yet}\n", f"{NEARLY}  - {{verdict: not yet}}\n{CAPS}"),
        attributes=("attributes:\n", f"attributes:\n{plan}"),
    )
    (tmp_path / "people.csv").write_text(PEOPLE)


def decided(capsys: pytest.CaptureFixture[str], person: str, *arguments: str) -> str:
    """Record that somebody was declined, and return what is said."""
    on = ["--reason", "Later.", "--on", "2026-10-01", "--log", "log.jsonl", "--rules", "rules"]
    assert run(["decide", "people.csv", "master", "--decision", "declined", "--person", person, *on, *arguments]) == 0
    return capsys.readouterr().out


def records() -> dict[str, Any]:
    """Return the records of the log by person."""
    return {one["person"]: one for one in map(json.loads, Path("log.jsonl").read_text().splitlines())}


def test_a_record_has_what_held_the_verdict(capsys: pytest.CaptureFixture[str]) -> None:
    """By its id in the record and the list, by its title when it is taken; left out where nothing held it."""
    told = {person: decided(capsys, person) for person in HELD}
    assert {person: one.get("held_by", []) for person, one in records().items()} == HELD
    assert "held_by" not in records()["ada"]
    for one in records().values():
        jsonschema.validate(one, schema("decision"))
    assert "held at “not yet” by “Not on a plan”" in told["cyd"]
    assert "perhaps held at “nearly” by “Had a talk”" in told["fay"]
    assert "held" not in told["ada"]
    assert run(["decisions", "list", "--log", "log.jsonl"]) == 0
    assert "not yet, held by no-plan" in capsys.readouterr().out


def test_a_replay_confirms_it(capsys: pytest.CaptureFixture[str]) -> None:
    """Under the rules of that day, whatever becomes of them; a record that does not say is confirmed as well."""
    for person in HELD:
        decided(capsys, person)
    path = Path("rules/pack.yaml")
    path.write_text(path.read_text().replace("caps_at: not yet", "caps_at: nearly"))
    assert run(["decisions", "verify", "--log", "log.jsonl"]) == 0
    assert run(["decisions", "replay", "--log", "log.jsonl"]) == 0
    assert "6 of 6 records confirmed" in capsys.readouterr().out


@pytest.mark.parametrize("name", ["columns", "reference", "inference", "duckdb"])
@pytest.mark.parametrize("ending", ["csv", "jsonl"])
def test_tables_of_results_have_it(name: str, ending: str) -> None:
    """A column of each engine, in every format; none where no criterion of the pack caps."""
    arguments = ["evaluate", "people.csv", "--rules", "rules", "--role", "master", "--engine", name, "--as-of", "2026-11-01"]
    assert run([*arguments, "-o", f"out.{ending}"]) == 0
    lines = Path(f"out.{ending}").read_text().splitlines()
    rows: list[dict[str, str]] = [json.loads(line) for line in lines] if ending == "jsonl" else list(csv.DictReader(lines))
    assert {row["id"]: [one for one in row["held_by"].split(", ") if one] for row in rows} == HELD
    path = Path("rules/pack.yaml")
    path.write_text(path.read_text().partition("policies:")[0])
    assert run([*arguments, "-o", "without.csv"]) == 0
    assert "held_by" not in Path("without.csv").read_text()
