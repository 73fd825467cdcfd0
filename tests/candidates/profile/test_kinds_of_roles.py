"""Interviews over packs with a table without a row, with today's role in rules, and with entry, interim and held-only roles."""

from __future__ import annotations

import io
from pathlib import Path

import pytest

from evaluator.cli.main import run
from tests.packs.test_policy_words import CRITERION, written

Shown = pytest.CaptureFixture[str]


def kinds(folder: Path) -> None:
    """Add an interim role and one that is held only."""
    late = CRITERION.format(id="late", when="{late: {at_most: 0}}")
    (folder / "roles/acting.yaml").write_text(
        f"role: acting\ntitle: Acting Master\ntrack: craft\nrung: 2\ninterim: true\ncriteria:\n{late}"
    )
    (folder / "roles/elder.yaml").write_text("role: elder\ntitle: Elder\ntrack: craft\nrung: 3\nheld_only: true\n")
    more = "  - {from: smith, to: acting, kind: promotion, basis: judgement, reason: Up.}\n"
    more += "  - {from: elder, to: master, kind: lateral, basis: judgement, reason: Back.}\n"
    (folder / "moves.yaml").write_text((folder / "moves.yaml").read_text() + more)


def held(folder: Path, answers: list[str], monkeypatch: pytest.MonkeyPatch, *more: str) -> int:
    """Hold an interview over lines that are piped in."""
    monkeypatch.setattr("sys.stdin", io.StringIO("\n".join(answers) + "\n"))
    return run(["profile", "new", "--rules", str(folder), "--as-of", "2026-11-01", *more])


def test_a_table_without_a_row_is_told_and_nothing_is_asked_for_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Shown) -> None:
    """What the rules have no answer to is named at the end, and no answer is asked for that could not help."""
    folder = written(tmp_path / "rules", "newcomer: 0")
    assert held(folder, ["Ada", "smith", "0", "none", "none"], monkeypatch, "--role", "smith") == 0
    shown = capsys.readouterr()
    assert "How many months?" not in shown.err
    assert "Still undecided, for the rules have no answer, Smith: " in shown.err
    assert "Months by role" in shown.err
    assert "for what was left open" not in shown.err
    assert "role: smith\n" in shown.out


def test_what_was_left_open_is_told_beside_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Shown) -> None:
    """Both causes are told where both keep a verdict open."""
    folder = written(tmp_path / "rules", "newcomer: 0")
    assert held(folder, ["Ada", "smith", "0", "", ""], monkeypatch, "--role", "smith") == 0
    told = capsys.readouterr().err
    assert "Still undecided, for what was left open: Smith." in told
    assert "Undecided, for the rules have no answer, Smith: " in told


def test_who_states_no_role_holds_the_entry_role(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Shown) -> None:
    """The roles ahead are those of the entry role, and what rules read of today's role is known."""
    folder = written(tmp_path / "rules", "newcomer: 0, smith: 12")
    assert held(folder, ["Ada", "", "0", "none", "12", ""], monkeypatch) == 0
    shown = capsys.readouterr()
    assert "can decide the verdict for Smith" in shown.err
    assert "Master" not in shown.err
    assert "role:" not in shown.out


def test_roles_of_every_kind_can_be_held_today(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Shown) -> None:
    """The list of roles names entry, interim and held-only ones; from one that is held only the interview goes on to where it leads."""
    folder = written(tmp_path / "rules", "newcomer: 0, smith: 12, elder: 1")
    kinds(folder)
    assert held(folder, ["Ada", "?", "Elder", "0", "0", "0", "3"], monkeypatch) == 0
    shown = capsys.readouterr()
    assert "Craft: Newcomer, Smith, Acting Master, Master, Elder" in shown.err
    assert "can decide the verdict for Master" in shown.err
    assert "Nothing that is left to ask can change a verdict ahead." in shown.err
    assert "role: elder\n" in shown.out


def test_an_interim_role_is_asked_for_as_any_other(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Shown) -> None:
    """Moves to an interim role lead on like others; an entry role can be named as today's, and cannot be asked for."""
    folder = written(tmp_path / "rules", "newcomer: 0, smith: 12")
    kinds(folder)
    assert held(folder, ["Ada", "smith", "12"], monkeypatch) == 0
    assert "can decide the verdict for Master, Acting Master" in capsys.readouterr().err
    assert held(folder, ["Ada"], monkeypatch, "--role", "newcomer") == 2
    assert "entry role" in capsys.readouterr().err
