"""Calibration over some of the people: diff, sweep and impact take those whom a condition takes, say so, and tell no groups by it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from evaluator.cli.main import run
from evaluator.report.json_documents import schema
from tests.calibration.small import write_pack

Capture = pytest.CaptureFixture[str]
DAY = ("--as-of", "2026-11-01")
ON = ("--on", "people.csv", *DAY)
YEARS = "experience.years.at_least"


@pytest.fixture(name="place")
def _place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A hundred juniors, forty of them in Payments; who has an even number has six years, and everybody else four."""
    monkeypatch.chdir(tmp_path)
    write_pack(tmp_path / "rules")
    write_pack(tmp_path / "other")
    role = tmp_path / "other" / "roles" / "lead.yaml"
    role.write_text(role.read_text().replace("years: {at_least: 5}", "years: {at_least: 7}"))
    rows = [
        f"p{at},junior,{6 if at % 2 == 0 else 4},3,good,{'Payments' if at < 40 else 'Sales'},{'f' if at % 3 else 'm'}" for at in range(100)
    ]
    (tmp_path / "people.csv").write_text("\n".join(["id,role,years,reports,level,unit,group:sex", *rows]) + "\n")
    return tmp_path


@pytest.mark.usefixtures("place")
def test_an_edit_is_shown_for_those_who_are_taken(capfd: Capture) -> None:
    """Twenty of the forty in Payments fall behind; the page and its data say whom it is about."""
    assert run(["diff", "rules", "other", *ON, "--where", "unit = 'Payments'", "--fail-if", "moved 20"]) == 1
    assert "unit = 'Payments': 40 of 100 people" in " ".join(capfd.readouterr().out.split())
    assert run(["diff", "rules", "other", *ON, "--where", "unit = 'Payments'", "--fail-if", "moved 21", "--format", "json"]) == 0
    told = json.loads(capfd.readouterr().out)
    Draft202012Validator(schema("diff")).validate(told)
    assert told["people"]["data"]["new"]["where"] == {"condition": "unit = 'Payments'", "people": 100, "taken": 40, "unknown": 0}
    assert run(["diff", "rules", "other", "--where", "unit = 'Payments'"]) == 2
    assert "none are given" in capfd.readouterr().err


@pytest.mark.usefixtures("place")
def test_a_threshold_is_moved_for_those_who_are_taken(capfd: Capture) -> None:
    """Of sixty in Sales thirty are ready at five years, and all at four."""
    assert run(["sweep", "lead", YEARS, "--values", "4,5", *ON, "--where", "unit = 'Sales'", "--format", "json"]) == 0
    told = json.loads(capfd.readouterr().out)
    Draft202012Validator(schema("sweep")).validate(told)
    assert told["data"] == {
        "rows": 100,
        "judged": 60,
        "rejected": 0,
        "where": {"condition": "unit = 'Sales'", "people": 100, "taken": 60, "unknown": 0},
    }
    assert run(["sweep", "lead", YEARS, "--values", "4,5", *ON, "--where", "unit = 'Sales'"]) == 0
    assert "unit = 'Sales': 60 of 100 people" in " ".join(capfd.readouterr().out.split())


@pytest.mark.usefixtures("place")
def test_groups_are_counted_of_those_who_are_taken(capfd: Capture) -> None:
    """The rows add up."""
    assert run(["impact", *ON, "--role", "lead", "--where", "unit = 'Payments'"]) == 0
    said = " ".join(capfd.readouterr().out.split())
    assert "100 rows = 40 judged + 0 rejected + 60 left out" in said
    assert "unit = 'Payments': 40 of 100 people" in said
    assert run(["impact", *ON, "--role", "lead", "--where", "unit = 'Payments'", "--format", "json"]) == 0
    Draft202012Validator(schema("impact")).validate(json.loads(capfd.readouterr().out))


@pytest.mark.parametrize("verb", [
    ["impact", *ON, "--role", "lead", "--smallest-pool", "20"],
    ["sweep", "lead", YEARS, "--values", "4,5", "--by", "sex", *ON, "--smallest-pool", "20"],
    ["diff", "rules", "other", "--by-group", *ON, "--smallest-pool", "20"],
])  # fmt: skip
@pytest.mark.usefixtures("place")
def test_everybody_but_one_is_not_told_by_group(verb: list[str], capfd: Capture) -> None:
    """Beside the report of everybody it would say which group that one is of; --exact is for those who may see it."""
    assert run([*verb, "--where", "id <> 'p7'"]) == 2
    assert "--where leaves out only 1 person: beside a report of everybody, this one would tell their groups" in capfd.readouterr().err
    assert run([*verb[:-2], "--where", "id <> 'p7'", "--exact"]) == 0
    assert run([*verb, "--where", "unit = 'Payments'"]) == 0


@pytest.mark.parametrize("verb", [["impact", *ON], ["sweep", "lead", YEARS, *ON], ["diff", "rules", "other", *ON]])
@pytest.mark.usefixtures("place")
def test_results_and_groups_choose_nobody_here(verb: list[str], capfd: Capture) -> None:
    """A selection among the selected says nothing, and a fact of groups makes no list."""
    assert run([*verb, "--where", "verdict = 'ready'"]) == 2
    assert "which is a result, and here people are chosen before anybody is judged" in capfd.readouterr().err
    assert run([*verb, "--where", "\"group:sex\" = 'f'"]) == 2
    assert "a fact of people's groups" in capfd.readouterr().err
    assert run([*verb, "--where", "unit = 'Legal'"]) == 2
    assert "nobody of 100 people meets --where" in capfd.readouterr().err
