"""A folder of packs that hold from a day each: the day of the run picks one, in every verb, and it is told."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from evaluator.cli.main import run
from tests.bad.overlay import SMALL

Capture = pytest.CaptureFixture[str]
PROFILE = "profile: ada\nname: Ada\nrole: junior\nas_of: 2020-01-01\nattributes: {years: 4, reports: 3}\n"


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Two versions of one pack: from 2024 on three years are enough to lead, from 2026 on it takes five."""
    monkeypatch.chdir(tmp_path)
    for name, version, effective, years in (("old", "1.0.0", "2024-07-01", 3), ("new", "2.0.0", "2026-01-01", 5)):
        shutil.copytree(SMALL, f"rules/{name}")
        edit(f"rules/{name}/pack.yaml", "version: 1.0.0\neffective: 2026-11-01", f"version: {version}\neffective: {effective}")
        edit(f"rules/{name}/roles/lead.yaml", "at_least: 3", f"at_least: {years}")
    Path("ada.yaml").write_text(PROFILE, encoding="utf-8")
    Path("people.csv").write_text("id,role,as_of,years,reports\nada,junior,2020-01-01,4,3\n", encoding="utf-8")
    return tmp_path


def edit(file: str, old: str, new: str) -> None:
    """Change one text."""
    text = Path(file).read_text(encoding="utf-8")
    assert old in text
    Path(file).write_text(text.replace(old, new), encoding="utf-8")


def judged(capsys: Capture, *words: str) -> tuple[str, str, str]:
    """Return by which version somebody was judged, the verdict, and what was told beside."""
    assert run(["evaluate", *words, "--role", "lead", "--rules", "rules", "--format", "json"]) == 0
    captured = capsys.readouterr()
    found = json.loads(captured.out)
    found = found[0] if isinstance(found, list) else found.get("people", [found])[0] if "people" in found else found
    return found["provenance"]["pack_version"], json.dumps(found), captured.err


@pytest.mark.parametrize(
    ("day", "version"), [("2024-07-01", "1.0.0"), ("2025-12-31", "1.0.0"), ("2026-01-01", "2.0.0"), ("2026-11-01", "2.0.0")]
)
@pytest.mark.usefixtures("here")
def test_the_day_of_the_run_picks_the_pack(day: str, version: str, capsys: Capture) -> None:
    """From its own day on, to the day before the next one's."""
    found, text, told = judged(capsys, "ada.yaml", "--as-of", day)
    assert (found, '"ready"' in text.split('"criteria"')[0]) == (version, version == "1.0.0")
    assert f"{version} of the packs in rules holds on {day}" in told
    assert f"rules/{'old' if version == '1.0.0' else 'new'}" in told


@pytest.mark.usefixtures("here")
def test_without_a_day_it_is_today_for_everybody(capsys: Capture) -> None:
    """A day that a profile states itself would be one on which other rules held: it does not count, and that is told."""
    found, text, told = judged(capsys, "ada.yaml")
    assert found == "2.0.0"
    assert '"as_of": "2020-01-01"' not in text.split('"attributes"')[0]
    assert "for which everybody is judged" in told


@pytest.mark.usefixtures("here")
def test_a_table_and_a_person_are_judged_alike(capsys: Capture) -> None:
    """Rows that state a day of their own too."""
    assert run(["evaluate", "people.csv", "--role", "lead", "--rules", "rules", "--as-of", "2025-01-01", "-o", "out.csv"]) == 0
    assert "ready" in Path("out.csv").read_text(encoding="utf-8")
    assert run(["evaluate", "people.csv", "--role", "lead", "--rules", "rules", "-o", "out.csv"]) == 0
    assert "not yet" in Path("out.csv").read_text(encoding="utf-8")
    capsys.readouterr()


@pytest.mark.parametrize("words", [["explain", "ada.yaml", "lead"], ["case", "ada.yaml", "lead"], ["plan", "ada.yaml", "lead"]])
@pytest.mark.usefixtures("here")
def test_verbs_about_one_person_go_by_the_same_door(words: list[str], capsys: Capture) -> None:
    """The result names the version."""
    assert run([*words, "--rules", "rules", "--as-of", "2025-01-01"]) == 0
    captured = capsys.readouterr()
    assert "1.0.0" in captured.out
    assert "2.0.0" not in captured.out


@pytest.mark.usefixtures("here")
def test_a_decision_is_replayed_by_the_pack_that_was_picked(capsys: Capture) -> None:
    """Its snapshot has that pack alone, whatever holds later."""
    words = ["--decision", "promoted", "--reason", "r", "--on", "2025-01-01", "--log", "log.jsonl"]
    assert run(["decide", "ada.yaml", "lead", *words, "--rules", "rules", "--as-of", "2025-01-01"]) == 0
    shutil.rmtree("rules/old")
    assert run(["decisions", "replay", "log.jsonl"]) == 0
    assert "1.0.0" in Path("log.jsonl").read_text(encoding="utf-8")
    capsys.readouterr()


REFUSED = {
    "before the first": ("", "", "2024-06-30", "no pack of rules holds on 2024-06-30: the first, 1.0.0, takes effect on 2024-07-01"),
    "two on one day": (
        "effective: 2026-01-01",
        "effective: 2024-07-01",
        "2026-11-01",
        "rules/new and rules/old both take effect on 2024-07-01",
    ),
    "two packs": ("pack: small-ladder", "pack: other", "2026-11-01", "versions of one pack have one name"),
    "no day": ("effective: 2026-01-01", "effective: soon", "2026-11-01", "soon"),
}


@pytest.mark.parametrize("case", REFUSED)
@pytest.mark.usefixtures("here")
def test_where_no_single_pack_holds_nobody_is_judged(case: str, capsys: Capture) -> None:
    """It is refused with what to do."""
    old, new, day, told = REFUSED[case]
    if old:
        edit("rules/new/pack.yaml", old, new)
    assert run(["explain", "ada.yaml", "lead", "--rules", "rules", "--as-of", day]) == 2
    assert told in capsys.readouterr().err


@pytest.mark.usefixtures("here")
def test_rules_that_are_versions_are_never_passed_over_for_the_pack_of_the_tool(capsys: Capture) -> None:
    """Without --rules, ./rules is what holds, also where it is a folder of versions."""
    assert run(["explain", "ada.yaml", "lead", "--as-of", "2025-01-01"]) == 0
    assert "1.0.0" in capsys.readouterr().out
    assert run(["lint"]) == 2
    assert run(["show", "lead"]) == 2
