"""What `--format jsonl` holds is what docs/evaluation-format.md says: evaluations of profiles, rows of tables."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from evaluator.cli.main import run
from tests.populations.runs import write_people, write_rules

Capture = pytest.CaptureFixture[str]


@pytest.mark.parametrize("rows", [1, 3])
@pytest.mark.parametrize("engine", [[], ["--engine", "reference"], ["--engine", "columns"]])
def test_of_a_table_it_holds_rows(rows: int, engine: list[str], tmp_path: Path, capfd: Capture) -> None:
    """One a line, as CSV has them, whoever judges and however few there are."""
    rules = write_rules(tmp_path / "rules") or tmp_path / "rules"
    write_people(tmp_path / "people.csv", rows)
    more = ["--rules", str(rules), "--role", "director", "--as-of", "2026-11-01", "--seed", "1"]
    assert run(["evaluate", str(tmp_path / "people.csv"), "--format", "jsonl", *more, *engine]) == 0
    lines = [json.loads(line) for line in capfd.readouterr().out.splitlines()]
    assert len(lines) == rows
    assert all("verdict" in line and "format" not in line for line in lines)


def test_of_profiles_it_holds_evaluations(tmp_path: Path, capfd: Capture) -> None:
    """One a line, also of one person."""
    rules = write_rules(tmp_path / "rules") or tmp_path / "rules"
    (tmp_path / "ada.yaml").write_text("profile: ada\nrole: manager\nattributes: {years: 6}\n")
    assert run(["evaluate", str(tmp_path / "ada.yaml"), "--format", "jsonl", "--rules", str(rules), "--role", "director"]) == 0
    (line,) = capfd.readouterr().out.splitlines()
    assert json.loads(line)["format"] == "evaluator/evaluation"
