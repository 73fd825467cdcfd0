"""One title for roles of different tracks: told apart by the track wherever a title is said, and never taken for one of them."""

from __future__ import annotations

import csv
import json
import shlex
from pathlib import Path

import polars as pl
import pytest

from evaluator.cli.main import run
from evaluator.populations.frames import FrameProblem, evaluate_frame
from evaluator.reading.pack.pack import load_pack
from tests.guild_pack import GUILD
from tests.populations.runs import AS_OF
from tests.tiny_pack import write

WHICH = "say which: `Master (Craft)` or `Master (Trade & sale)`"
TRADER = """
role: trader
title: MASTER
track: trade
rung: 4
criteria:
  - {id: sells, title: Sells, kind: step, required: true, basis: judgement, advice: Sell., when: {taught: {at_least: 3}}}
"""


@pytest.fixture(name="folder", autouse=True)
def _folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    files = dict(GUILD)
    files["pack.yaml"] = GUILD["pack.yaml"].replace("verdicts:", "  trade: {title: Trade & sale}\nverdicts:")
    files["roles/maker.yaml"] = GUILD["roles/master.yaml"].replace("role: master", "role: maker")
    del files["roles/master.yaml"]
    files["roles/trader.yaml"] = TRADER.replace("MASTER", "Master")
    files["moves.yaml"] = GUILD["moves.yaml"].replace("to: master", "to: maker")
    files["moves.yaml"] += "  - {from: journeyman, to: trader, kind: promotion, basis: judgement}\n"
    write(tmp_path / "rules", files)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def told(words: str, capsys: pytest.CaptureFixture[str], code: int) -> str:
    """Return what a command prints, in one line."""
    capsys.readouterr()
    assert run(shlex.split(words)) == code, "".join(capsys.readouterr())
    return " ".join("".join(capsys.readouterr()).split())


def _person(role: str) -> None:
    Path("ann.yaml").write_text(f"profile: ann\nname: Ann\nrole: {role}\nattributes: {{pieces: 12, taught: 1}}\n", encoding="utf-8")


def test_lint_finds_nothing_wrong(capsys: pytest.CaptureFixture[str]) -> None:
    """And the titles say the track."""
    assert "R208" not in told("lint --rules rules", capsys, 0)
    assert [role.title for role in load_pack(Path("rules")).judged_roles][-2:] == ["Master (Craft)", "Master (Trade & sale)"]


@pytest.mark.parametrize("name", ["Master (Craft)", "master (craft)", "maker"])
def test_a_title_with_its_track_and_an_id_name_a_role(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    """On the command line, in profiles, tables and frames."""
    _person(name)
    assert "Master (Craft)" in told(f"explain ann.yaml '{name}' --rules rules --as-of 2026-11-01", capsys, 0)
    Path("people.csv").write_text(f"id,role,pieces\nann,{name},12\n", encoding="utf-8")
    told("evaluate people.csv --role maker --rules rules --as-of 2026-11-01 -o out.csv", capsys, 0)
    assert [row["role"] for row in csv.DictReader(Path("out.csv").read_text(encoding="utf-8").splitlines())] == ["maker"]
    found = evaluate_frame(pl.DataFrame({"id": ["ann"], "role": [name], "pieces": [12]}), load_pack(Path("rules")), as_of=AS_OF, role=name)
    assert found["role"].to_list() == ["maker"]


@pytest.mark.parametrize("engine", ["columns", "inference", "duckdb"])
def test_a_title_alone_is_refused_with_both(engine: str, capsys: pytest.CaptureFixture[str]) -> None:
    """It is never taken for one of the two: not in a profile, a row, a decision or an option."""
    _person("Journeyman")
    assert f"2 roles are called `master` help: {WHICH}" in told("explain ann.yaml master --rules rules", capsys, 2)
    with pytest.raises(FrameProblem, match="2 roles are called `Master`"):
        evaluate_frame(pl.DataFrame({"id": ["ann"]}), load_pack(Path("rules")), as_of=AS_OF, role="Master")
    _person("Master")
    assert WHICH in told("explain ann.yaml maker --rules rules", capsys, 2)
    Path("people.csv").write_text("id,role,pieces\nann,Master,12\nbob,Journeyman,12\n", encoding="utf-8")
    words = f"evaluate people.csv --role maker --rules rules --as-of 2026-11-01 -o out.csv --engine {engine}"
    assert "1 rejected" in told(words, capsys, 1)
    (rejected,) = Path().glob("*rejected*")
    assert "2 roles are called `Master`" in rejected.read_text(encoding="utf-8")
    assert [row["id"] for row in csv.DictReader(Path("out.csv").read_text(encoding="utf-8").splitlines())] == ["bob"]
    Path("past.csv").write_text("person,role,decision,date\nbob,Master,promoted,2026-01-01\n", encoding="utf-8")
    assert "`Master` is what 2 roles are called" in told("backtest --decisions past.csv --on people.csv --rules rules", capsys, 2)


def test_outputs_tell_them_apart(capsys: pytest.CaptureFixture[str]) -> None:
    """In tables for people, in JSON and in drawings."""
    _person("Journeyman")
    for words in ("evaluate ann.yaml --all-roles --rules rules --as-of 2026-11-01", "graph --rules rules", "show trader --rules rules"):
        assert "Master (Trade" in told(words, capsys, 0)
    capsys.readouterr()
    assert run(shlex.split("evaluate ann.yaml --all-roles --rules rules --as-of 2026-11-01 --format json")) == 0
    titles = [role["title"] for role in json.loads(capsys.readouterr().out)["roles"]]
    assert titles[-2:] == ["Master (Craft)", "Master (Trade & sale)"]
