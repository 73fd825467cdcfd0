"""Moves that lead downwards: told wherever moves are told, and no next role of anybody."""

from __future__ import annotations

import csv
import json
import shlex
from pathlib import Path

import pytest

from evaluator.cli.main import run
from tests.guild_pack import GUILD
from tests.tiny_pack import write

DOWN = """  - {from: master, to: journeyman, kind: demotion, basis: judgement, when: {taught: {at_most: 0}}}
  - {from: master, to: newcomer, kind: demotion, basis: judgement}
  - {from: master, to: apprentice, kind: demotion, basis: judgement, when: {taught: {at_least: 9}}}
"""
PEOPLE = "id,role,pieces,taught,stands_in\nann,master,12,0,false\nbob,journeyman,1,0,false\n"


@pytest.fixture(name="folder", autouse=True)
def _folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    write(tmp_path / "rules", GUILD | {"moves.yaml": GUILD["moves.yaml"] + DOWN})
    (tmp_path / "people.csv").write_text(PEOPLE, encoding="utf-8")
    (tmp_path / "ann.yaml").write_text("profile: ann\nname: Ann\nrole: master\nattributes: {pieces: 12, taught: 0}\n", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def said(words: str, capsys: pytest.CaptureFixture[str], code: int = 0) -> str:
    """Return what a command prints, in one line."""
    capsys.readouterr()
    assert run(shlex.split(words)) == code, "".join(capsys.readouterr())
    return " ".join("".join(capsys.readouterr()).split())


@pytest.mark.parametrize("engine", ["columns", "reference", "inference", "duckdb"])
def test_nobody_is_judged_for_a_demotion_as_a_next_role(engine: str) -> None:
    """Ann stands at the top; that moves lead down from there is no step on."""
    assert run(shlex.split(f"evaluate people.csv --rules rules --as-of 2026-11-01 --engine {engine} -o out.csv")) == 0
    rows = list(csv.DictReader(Path("out.csv").read_text(encoding="utf-8").splitlines()))
    assert [(row["id"], row["next_role"]) for row in rows] == [("ann", ""), ("bob", "master")]


def test_json_lists_the_open_ones(capsys: pytest.CaptureFixture[str]) -> None:
    """Judged where the role is; those that are closed stand among the closed moves."""
    capsys.readouterr()
    assert run(shlex.split("evaluate ann.yaml --rules rules --as-of 2026-11-01 --format json --all-roles")) == 0
    found = json.loads(capsys.readouterr().out)
    assert (found["next_roles"], found["beyond"]) == ([], [])
    assert [(one["role"], one["move"], one["verdict"] and one["verdict"]["low"]) for one in found["demotions"]] == [
        ("journeyman", "demotion", "not yet"),
        ("newcomer", "demotion", None),
    ]
    assert [one["role"] for one in found["closed"]] == ["apprentice"]


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ("explain ann.yaml journeyman --rules rules", "For Ann, who is Master today, Journeyman would be a step down and no promotion"),
        ("case ann.yaml journeyman --rules rules", "The ladder leads there directly: Master → Journeyman (demotion)"),
        ("show master --rules rules", "to Newcomer (demotion)"),
        ("graph --rules rules", "role_master --x role_newcomer"),
        ("graph --rules rules --format svg", "demotion"),
        ("rank people.csv --role journeyman --among candidates --rules rules", "would be a step for nobody of 2 people"),
        ("lint --rules rules", "0 errors"),
    ],
)
def test_it_is_told_as_what_it_is(words: str, told: str, capsys: pytest.CaptureFixture[str]) -> None:
    """In words, in drawings and in rankings."""
    capsys.readouterr()
    run(shlex.split(words if words.startswith(("show", "graph", "lint")) else f"{words} --as-of 2026-11-01"))
    text = " ".join("".join(capsys.readouterr()).split())
    assert told in text or (told == "0 errors" and "error" not in text), text


def test_diff_counts_no_demotion_among_the_ways_on(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Taking one out changes the rules and nobody's next roles."""
    write(folder / "old", GUILD)
    text = said("diff old rules --on people.csv --among everyone --as-of 2026-11-01", capsys)
    assert "3 changes of meaning" in text
    assert "the way there" not in text


def test_a_demotion_on_another_track_is_a_step_down(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Rungs of different tracks say nothing of each other; the move does."""
    path = folder / "rules/pack.yaml"
    path.write_text(path.read_text(encoding="utf-8").replace("tracks:\n", "tracks:\n  trade: {title: Trade}\n"), encoding="utf-8")
    path = folder / "rules/roles/journeyman.yaml"
    path.write_text(path.read_text(encoding="utf-8").replace("track: craft\nrung: 2", "track: trade\nrung: 7"), encoding="utf-8")
    text = said("explain ann.yaml journeyman --rules rules --as-of 2026-11-01", capsys)
    assert "would be a step down" in text
