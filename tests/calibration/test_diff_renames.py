"""diff reads a rename as one change: nothing is removed and added, and nobody moves by it."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from evaluator.calibration.diff.renames import read_by_both, renames
from evaluator.calibration.diff.rules import Aspect, Change, changes, read_alike
from evaluator.cli.main import run
from evaluator.reading.pack.pack import load_pack
from tests.bad.overlay import SMALL
from tests.packs.rename.growth_pack import written

Capture = pytest.CaptureFixture[str]
ONE = {
    "role": ("role", "growth"),
    "attribute": ("attribute", "growth"),
    "track": ("track", "growth"),
    "table": ("table", "growth"),
    "criterion": ("criterion", "growth/growth"),
    "criterion of a template": ("criterion", "one/growth"),
}
NO_CHANGE = {"scale": ("scale", "growth")}
"""What no result shows."""


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A pack, its people, and a copy of the pack in which something is renamed."""
    monkeypatch.chdir(written(tmp_path))
    shutil.copytree("pack", "after")
    return tmp_path


def rename(*words: str) -> None:
    """Rename in the copy."""
    assert run(["rename", *words, "expansion", "--rules", "after"]) == 0


def told() -> list[Change]:
    """Return what changed."""
    return list(changes(load_pack("pack"), load_pack("after")))


@pytest.mark.parametrize("case", ONE)
@pytest.mark.usefixtures("here")
def test_a_rename_is_one_change(case: str) -> None:
    """It is told as a rename; moves, conditions and policies that use the name have not changed."""
    rename(*ONE[case])
    found = [(change.aspect, str(change.what), change.key) for change in told()]
    wanted = [(Aspect.RENAMED, case.partition(" ")[0], "expansion")]
    assert found == (wanted * 2 if case == "criterion of a template" else wanted)


@pytest.mark.usefixtures("here")
def test_what_no_result_shows_is_no_change() -> None:
    """The name of a scale is nothing that anybody reads or is judged by."""
    for words in NO_CHANGE.values():
        rename(*words)
    assert told() == []


@pytest.mark.usefixtures("here")
def test_several_renames_that_name_each_other_are_each_one_change() -> None:
    """A role, its track and an attribute that it asks for, all renamed at once."""
    for kind in ("role", "track", "attribute", "table"):
        rename(kind, "growth")
    found = [(change.aspect, str(change.what)) for change in told()]
    assert sorted(found) == [(Aspect.RENAMED, what) for what in ("attribute", "role", "table", "track")]


@pytest.mark.usefixtures("here")
def test_an_edit_beside_a_rename_is_told_as_itself() -> None:
    """A threshold that is moved in a renamed attribute's test is one more change, and no other."""
    rename("attribute", "growth")
    path = Path("after/roles/growth.yaml")
    path.write_text(path.read_text(encoding="utf-8").replace("{at_least: 5}", "{at_least: 6}"), encoding="utf-8")
    found = [(change.aspect, str(change.what), change.key) for change in told()]
    assert found == [(Aspect.RENAMED, "attribute", "expansion"), (Aspect.CONDITION, "criterion", "growth")]


UNLIKE = {
    "another type": ("title: Growth in numbers\n    type: number", "title: Growth in numbers\n    type: integer"),
    "another title": ("title: Growth in numbers", "title: Something else"),
    "another question": ("question: How much growth?", "question: How much of it?"),
}


@pytest.mark.parametrize("case", UNLIKE)
@pytest.mark.usefixtures("here")
def test_what_says_something_else_is_no_rename(case: str) -> None:
    """It is removed and added, as nobody can tell that it is the same."""
    rename("attribute", "growth")
    path = Path("after/attributes.yaml")
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace(*UNLIKE[case]), encoding="utf-8")
    assert path.read_text(encoding="utf-8") != text
    found = [change.aspect for change in told() if str(change.what) == "attribute" and change.key in {"growth", "expansion"}]
    assert sorted(found) == [Aspect.ADDED, Aspect.REMOVED]


@pytest.mark.parametrize("sides", [("pack", "after"), ("after", "pack")])
@pytest.mark.parametrize("kind", ["role", "attribute"])
@pytest.mark.parametrize("people", ["people", "people.csv", "people.jsonl"])
@pytest.mark.usefixtures("here")
def test_nobody_moves_by_a_rename(kind: str, people: str, sides: tuple[str, str], capsys: Capture) -> None:
    """Whichever name people state, the old one or the new one, they are judged alike by both packs."""
    rename(kind, "growth")
    capsys.readouterr()
    assert run(["diff", *sides, "--on", people, "--as-of", "2026-11-01", "--among", "everyone", "--format", "json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert [one["aspect"] for one in found["changes"]] == ["renamed"]
    assert found["people"]["moved"] == 0
    assert all(role["verdicts"]["before"] == role["verdicts"]["after"] for role in found["people"]["roles"] if "verdicts" in role)


def test_people_are_read_once_where_a_role_alone_is_renamed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The files of roles come in the order of their names, and nothing that is read hangs on it."""
    shutil.copytree(SMALL, tmp_path / "pack")
    shutil.copytree(SMALL, tmp_path / "after")
    monkeypatch.chdir(tmp_path)
    assert run(["rename", "role", "junior", "novice", "--rules", "after"]) == 0
    old, new = read_by_both(load_pack("pack"), load_pack("after"))
    assert read_alike(old, new)
    assert list(old.roles) == ["lead", "novice"]


@pytest.mark.usefixtures("here")
def test_names_that_change_places_are_no_rename() -> None:
    """Two attributes that swap their names say something else: both are there on either side."""
    assert renames(load_pack("pack"), load_pack("pack")) == ()
