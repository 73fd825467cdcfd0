"""Roles that the pack does not have, as in an export of a whole company: people are judged for what can be judged, and that is told."""

from __future__ import annotations

import json
from pathlib import Path

import polars as pl
import pytest

from evaluator.cli.main import run
from tests.populations.runs import write_rules

Capture = pytest.CaptureFixture[str]
TABLE = "id,role,years\na,manager,9\nb,Head Gardener,9\nc,Sales Executive,3\nd,Sales Executive,9\ne,managr,9\nf,,9\ng,N/A,9\n"
MORE = ("--as-of", "2026-11-01", "--seed", "1", "--check", "0")


@pytest.fixture(name="place")
def _place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    write_rules(tmp_path / "rules")
    (tmp_path / "people.csv").write_text(TABLE)
    lines = [dict(zip(("id", "role", "years"), row.split(","), strict=True)) for row in TABLE.splitlines()[1:]]
    (tmp_path / "people.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines))
    pl.DataFrame(lines).with_columns(pl.col("years").cast(pl.Float64)).write_parquet("people.parquet")
    return tmp_path


@pytest.mark.parametrize("engine", ["columns", "duckdb", "inference", "reference"])
@pytest.mark.parametrize("name", ["people.csv", "people.parquet", "people.jsonl"])
def test_everybody_is_judged_for_a_role_that_is_asked_for(place: Path, engine: str, name: str, capfd: Capture) -> None:  # noqa: ARG001
    """But for a slip of the pen, which is told as before; who holds another role is counted by it."""
    if engine == "duckdb" and name.endswith("jsonl"):
        pytest.skip("DuckDB reads no JSON Lines")
    assert run(["evaluate", name, "--role", "director", "--engine", engine, "-o", "out.csv", *MORE]) == 1
    said = capfd.readouterr().out
    assert "Rows read    7 = 6 judged + 1 rejected" in said
    told = "3 people with a role that the pack does not have, judged without one: Sales Executive (2), Head Gardener (1)"
    assert told in " ".join(said.split())
    results = pl.read_csv("out.csv", infer_schema=False)
    assert results["id"].to_list() == ["a", "b", "c", "d", "f", "g"]
    assert results["role"].to_list() == ["manager", None, None, None, None, None]
    assert results["verdict"].null_count() == 0
    assert pl.read_csv("out.csv.rejected.csv", infer_schema=False)["code"].to_list() == ["P105"]


def test_without_a_role_it_is_told_apart_why_nobody_is_judged(place: Path, capfd: Capture) -> None:  # noqa: ARG001
    """A role that is none of the pack's is not a role that nobody stated."""
    assert run(["evaluate", "people.csv", "-o", "out.csv", *MORE]) == 1
    said = capfd.readouterr().out
    assert "none: no current role is stated" in said
    assert "none: the current role is none of the pack" in said


def test_verbs_for_a_few_people_and_for_calibration_tell_it_too(place: Path, capfd: Capture) -> None:  # noqa: ARG001
    """As a warning, with the place of the cell, and as a line."""
    assert run(["explain", "people.csv", "director", "--person", "b"]) == 0
    assert "the pack has no role called `Head Gardener`, and the row is read without one" in capfd.readouterr().err
    run(["impact", "--on", "people.csv", "--role", "director", "--among", "everyone"])
    assert "3 people have a role that the pack does not have" in capfd.readouterr().err
