"""Entry, interim and held-only roles, and cumulative tracks, as files: linted, shown, drawn, compared and judged."""

from __future__ import annotations

import datetime
from pathlib import Path

import polars as pl
import pytest

from evaluator.calibration.diff.words import change_words
from evaluator.candidates.explain.to_json import explanation_json
from evaluator.cli.main import run
from evaluator.core.model import Profile
from evaluator.core.values import Value
from evaluator.diagnostics import Span
from evaluator.engines.readiness import evaluate
from evaluator.packs.changes.rules import changes
from evaluator.packs.lint import lint_pack
from evaluator.packs.show.roles import role_page
from evaluator.report.documents import text
from evaluator.report.explain import explanation
from evaluator.report.ladder.mermaid import mermaid
from evaluator.report.ladder.svg import svg
from tests.guild_pack import guild

AS_OF = datetime.date(2026, 11, 1)


def person(role: str | None = None, **given: Value) -> Profile:
    """Return somebody of whom some facts are known."""
    return Profile(id="ada", role=role, given=given, span=Span.whole_file("ada.yaml"))


def test_lint_finds_nothing_missing(tmp_path: Path) -> None:
    """No move has to lead to a newcomer or an elder, and chains of moves begin there; a role above without a move is told still."""
    guild(tmp_path)
    assert [one.code for one in lint_pack(tmp_path) if one.code != "R502"] == []
    moves = tmp_path / "moves.yaml"
    moves.write_text("".join(line for line in moves.read_text().splitlines(keepends=True) if "newcomer" not in line))
    (told,) = [one for one in lint_pack(tmp_path) if one.code == "R402"]
    assert "`apprentice`" in told.message


@pytest.mark.parametrize(
    ("role", "words"),
    [
        ("newcomer", "none: it is an entry role, held by anybody, and is never judged"),
        ("acting-master", "it is interim, so that being ready for it is no standing"),
        ("elder", "none: it is held only, nobody is promoted to it, and nobody is judged for it"),
        ("master", "Craft, rung 4; its standing is cumulative"),
    ],
)
def test_show_says_what_a_role_is(tmp_path: Path, role: str, words: str) -> None:
    """In one line each."""
    pack = guild(tmp_path)
    assert words in text(role_page(pack.roles[role], pack))


def test_the_ladder_is_drawn_with_what_roles_are(tmp_path: Path) -> None:
    """Beside their titles; a label stands behind it."""
    drawn = mermaid(guild(tmp_path), {"acting-master": "ready"})
    assert 'role_newcomer["Newcomer (an entry role)"]' in drawn
    assert 'role_acting_master["Acting Master (interim, ready)"]' in drawn
    assert 'role_elder["Elder (held only)"]' in drawn
    assert "(interim)" in svg(guild(tmp_path))


def test_an_interim_role_is_judged_and_is_no_standing(tmp_path: Path) -> None:
    """Explain and JSON say so."""
    pack = guild(tmp_path)
    evaluation = evaluate(pack, person("journeyman", pieces=1, taught=1, stands_in=True), as_of=AS_OF, engine="reference")
    assert str(evaluation.roles["acting-master"].verdict) == "ready"
    assert set(evaluation.roles) == {"apprentice", "journeyman", "acting-master", "master"}
    assert [(one.roles, one.perhaps) for one in evaluation.standings] == [(("journeyman",), ())]
    assert "Acting Master is interim: to be ready for it is no standing" in text(explanation(evaluation, "acting-master", pack))
    told = explanation_json(evaluation, "acting-master", pack)
    assert told["interim"] is True


def test_a_track_of_interim_roles_alone_is_judged_in_a_database_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It has no standing, and the roles on it their verdicts."""
    guild(
        tmp_path / "rules",
        pack=("tracks:\n", "tracks:\n  deputies: {title: Deputies}\n"),
        acting_master=("track: craft", "track: deputies"),
    )
    monkeypatch.chdir(tmp_path)
    pl.DataFrame({"id": ["ada", "ben"], "role": ["journeyman"] * 2, "stands_in": [True, False]}).write_parquet("people.parquet")
    arguments = ["evaluate", "people.parquet", "--rules", "rules", "--as-of", "2026-11-01", "--role", "acting-master"]
    rows = []
    for engine in ("columns", "duckdb"):
        assert run([*arguments, "--engine", engine, "-o", f"{engine}.csv"]) == 0
        rows.append(pl.read_csv(f"{engine}.csv").select("id", "verdict").rows())
    assert rows == [[("ada", "ready"), ("ben", "not yet")]] * 2


def test_a_cumulative_standing_has_no_gap(tmp_path: Path) -> None:
    """Ten pieces make no master who never taught."""
    pack = guild(tmp_path)
    evaluation = evaluate(pack, person("journeyman", pieces=12, taught=0, stands_in=False), as_of=AS_OF, engine="reference")
    assert [(one.roles, one.perhaps) for one in evaluation.standings] == [(("apprentice",), ())]
    evaluation = evaluate(pack, person("journeyman", pieces=12, stands_in=False), as_of=AS_OF, engine="reference")
    assert [(one.roles, one.perhaps) for one in evaluation.standings] == [(("apprentice",), ("journeyman", "master"))]


def test_an_edit_of_what_a_role_is_is_a_change_of_meaning(tmp_path: Path) -> None:
    """So is that of a track."""
    before = guild(tmp_path / "before")
    after = guild(tmp_path / "after", acting_master=("interim: true\n", ""), pack=(", cumulative: true", ""))
    told = {change_words(change, before, after) for change in changes(before, after) if not change.wording}
    assert told == {
        "Acting Master: whether it is interim yes → no",
        "Craft: whether its standing is cumulative yes → no",
    }
