"""lint --against: the version of a pack is held against what the pack was, in git or in another folder."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from evaluator.cli.main import run
from evaluator.core.model import Pack
from evaluator.diagnostics import Problems
from evaluator.packs.changes.rules import changes
from evaluator.packs.lint.versions import check_version
from evaluator.reading.pack.pack import load_pack
from tests.packs.rename.growth_pack import written

Capture = pytest.CaptureFixture[str]
MEANING = {
    "a threshold": ("roles/growth.yaml", "{at_least: 5}", "{at_least: 6}"),
    "what is almost enough": ("roles/growth.yaml", "almost: {growth: {at_least: 4}}", "almost: {growth: {at_least: 3}}"),
    "a weight": (
        "roles/other.yaml",
        "kind: step, basis: judgement, when: {growth",
        "kind: step, weight: 3, basis: judgement, when: {growth",
    ),
    "required": ("roles/growth.yaml", "required: true", "required: false"),
    "a verdict band": ("pack.yaml", "score: {at_least: 0.75}", "score: {at_least: 0.8}"),
    "verdicts of a track": (
        "pack.yaml",
        "craft: {title: Craft}",
        "craft: {title: Craft, verdicts: [{verdict: yes, when: {score: {at_least: 0.5}}}, {verdict: no}]}",
    ),
    "an assumption": ("attributes.yaml", "absent_means: growth", "absent_means: low"),
    "an option": ("attributes.yaml", "options: [growth, calm]", "options: [growth, calm, low]"),
    "another name of a column": ("attributes.yaml", "also: [growth rate]", "also: [growth rate, rate]"),
    "a row of a table": ("attributes.yaml", "rows: {growth: 1, depth: 2}", "rows: {growth: 1, depth: 3}"),
    "a computation": ("attributes.yaml", "missing: skip", "missing: 0"),
    "a move's condition": ("moves.yaml", "current_track: {one_of: [growth, craft]}", "current_track: {is: growth}"),
    "a move": ("moves.yaml", "kind: lateral", "kind: specialisation"),
    "a rung": ("roles/other.yaml", "rung: 1", "rung: 3"),
    "whom a policy holds for": ("pack.yaml", "roles: [other, 'growth']", "roles: [other, one, 'growth']"),
    "a named condition": ("pack.yaml", "{growth: {at_least: 3}}", "{growth: {at_least: 2}}"),
    "the ranking": ("pack.yaml", "prefer: high", "prefer: low"),
    "a cell of a table of roles": ("roles/steps.yaml", "level: growth, before: growth", "level: high, before: growth"),
}
WORDS = {
    "a title": ("roles/growth.yaml", "title: A field", "title: Another field"),
    "advice": ("roles/growth.yaml", "advice: growth, growth and growth", "advice: more growth"),
    "a comment": ("pack.yaml", "# growth: the pack of growth", "# the pack"),
    "a question": ("attributes.yaml", "question: Which mood?", "question: Which mood are you in?"),
    "a source": ("sources.yaml", "sections: [growth]", "sections: [growth, depth]"),
    "the order of alternatives": ("pack.yaml", "{one_of: [growth, depth]}", "{one_of: [depth, growth]}"),
    "the name of a criterion": ("roles/steps.yaml", "  - id: before", "  - id: earlier"),
    "what a level means": ("attributes.yaml", "means: growth, example", "means: more growth, example"),
    "why somebody would move": ("moves.yaml", "reason: growth", "reason: more"),
    "a worked example": ("tests/one.yaml", "name: growth of one", "name: one"),
}  # fmt: skip


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A pack in git."""
    monkeypatch.chdir(written(tmp_path))
    git("init", "-q")
    commit()
    return tmp_path


def git(*words: str) -> None:
    """Run git."""
    subprocess.run(["git", "-c", "user.name=a", "-c", "user.email=a@example.org", *words], check=True, capture_output=True)


def commit() -> None:
    """Commit all there is."""
    git("add", "-A")
    git("commit", "-qm", "x", "--allow-empty")


def edit(file: str, old: str, new: str) -> None:
    """Change one text of the pack."""
    path = Path("pack", file)
    text = path.read_text(encoding="utf-8")
    assert text.count(old) >= 1, old
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def codes(capsys: Capture, *words: str) -> list[str]:
    """Return the codes of what lint finds about the version."""
    run(["lint", "pack", *words])
    out = capsys.readouterr().out
    return [code for code in ("R408", "R409") if f"error {code}" in out]


@pytest.mark.parametrize("case", ["a threshold", "a row of a table"])
def test_another_meaning_under_the_same_version_is_found(case: str, here: Path, capsys: Capture) -> None:
    """The place is the version's, and the exit code 1."""
    edit(*MEANING[case])
    assert run(["lint", "pack", "--against", "HEAD"]) == 1
    out = capsys.readouterr().out
    assert "pack/pack.yaml:4:10: error R408 version-unchanged: the rules mean something else than they did as version 1.0.0" in out
    assert "help: give it a new one, such as 1.1.0; `evaluator diff` says what changed" in out
    edit("pack.yaml", "version: 1.0.0", "version: 1.1.0")
    assert codes(capsys, "--against", "HEAD") == []
    assert here.is_dir()


@pytest.mark.parametrize("case", ["a title", "a comment"])
@pytest.mark.usefixtures("here")
def test_other_words_need_no_new_version(case: str, capsys: Capture) -> None:
    """Nobody is judged otherwise by them."""
    edit(*WORDS[case])
    assert codes(capsys, "--against", "HEAD") == []


@pytest.mark.parametrize("case", [*MEANING, *WORDS])
def test_diff_and_lint_mean_the_same_by_meaning(case: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What diff calls a change of meaning is one to lint, and nothing else is."""
    monkeypatch.chdir(written(tmp_path))
    before = load_pack("pack")
    edit(*{**MEANING, **WORDS}[case])
    assert unchanged_version(before) == means_something_else(before) == (case in MEANING)


def unchanged_version(before: Pack) -> bool:
    """Whether lint says that the pack means something else under the same version."""
    problems = Problems()
    check_version(load_pack("pack"), before, problems)
    return [error.code for error in problems.errors] == ["R408"]


def means_something_else(before: Pack) -> bool:
    """Whether diff tells a change of meaning."""
    return any(not change.wording for change in changes(before, load_pack("pack")))


RENAMED = {
    ("track", "growth"): False,
    ("verdict", "ready"): False,
    ("table", "growth"): False,
    ("scale", "growth"): False,
    ("condition", "growth"): False,
    ("policy", "growing"): False,
    ("document", "growth"): False,
    ("criterion", "growth/growth"): False,
    ("verdict", "growth"): True,
    ("role", "growth"): True,
    ("attribute", "growth"): True,
    ("option", "mood.growth"): True,
}
"""What a rename changes for people: whether files have to say something else, or results do."""


@pytest.mark.parametrize("case", RENAMED)
def test_diff_and_lint_mean_the_same_by_a_rename(
    case: tuple[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Capture
) -> None:
    """A name that nobody is judged or read by, such as that of a track, needs no new version."""
    monkeypatch.chdir(written(tmp_path))
    before = load_pack("pack")
    assert run(["rename", *case, "expansion", "--rules", "pack"]) == 0, capsys.readouterr().err
    assert unchanged_version(before) == means_something_else(before) == RENAMED[case]


VERSIONS = {
    ("1.9.0", "1.10.0"): [],
    ("1.10.0", "1.9.0"): ["R409"],
    ("2.0", "1.99"): ["R409"],
    ("1.0.0", "1.0"): [],
    ("2025-1", "2024-1"): [],
}


@pytest.mark.parametrize("versions", VERSIONS)
@pytest.mark.usefixtures("here")
def test_a_version_that_goes_down_is_found(versions: tuple[str, str], capsys: Capture) -> None:
    """Versions are compared number by number; what has no numbers has no order."""
    edit("pack.yaml", "version: 1.0.0", f"version: {versions[0]}")
    commit()
    edit("pack.yaml", f"version: {versions[0]}", f"version: {versions[1]}")
    assert codes(capsys, "--against", "HEAD") == VERSIONS[versions]


@pytest.mark.usefixtures("here")
def test_a_version_that_comes_back_with_other_rules_is_found(capsys: Capture) -> None:
    """It is held against each revision and folder that is named."""
    git("tag", "first")
    edit("pack.yaml", "version: 1.0.0", "version: 1.1.0")
    commit()
    edit("pack.yaml", "version: 1.1.0", "version: 1.0.0")
    edit(*MEANING["a threshold"])
    assert codes(capsys, "--against", "first", "--against", "HEAD") == ["R408", "R409"]


@pytest.mark.usefixtures("here")
def test_a_folder_can_be_named_too(capsys: Capture) -> None:
    """Without git, another folder is what the pack was."""
    git("worktree", "add", "-q", "before")
    edit(*MEANING["a threshold"])
    assert codes(capsys, "--against", "before/pack") == ["R408"]


@pytest.mark.usefixtures("here")
def test_what_is_not_there_is_no_green_light(capsys: Capture) -> None:
    """A revision that git does not know ends with 2."""
    assert run(["lint", "pack", "--against", "nowhere"]) == 2
    assert "git knows no revision `nowhere`" in capsys.readouterr().err


@pytest.mark.usefixtures("here")
def test_a_pack_with_errors_is_told_not_to_be_held_against_anything(capsys: Capture) -> None:
    """Its errors come first."""
    edit("moves.yaml", "to: one", "to: nobody")
    assert run(["lint", "pack", "--against", "HEAD"]) == 1
    assert "the version was not held against what it was" in capsys.readouterr().err


@pytest.mark.usefixtures("here")
def test_an_annotation_shows_it_beside_the_line(capsys: Capture) -> None:
    """GitHub is told the place of the version."""
    edit(*MEANING["a threshold"])
    assert run(["lint", "pack", "--against", "HEAD", "--format", "github"]) == 1
    assert "::error file=pack/pack.yaml,line=4,col=10,endLine=4,endColumn=15,title=R408 version-unchanged::" in capsys.readouterr().out
