"""diff on the command line: folders and git revisions, its formats, its limits and what it says where something is missing."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from evaluator.packs.revisions import RevisionProblem, source
from evaluator.reading.pack.pack import load_pack
from tests.calibration.diffing import DIRECTOR, PEOPLE, Said, called, edited
from tests.product import RULES

EDIT = (DIRECTOR, "direct_reports: {at_least: 2}", "direct_reports: {at_least: 4}")
ON = ("--on", str(PEOPLE), "--as-of", "2026-11-01")


def run(*words: str, given: str = "") -> Said:
    return called("diff", *words, given=given)


@pytest.fixture(scope="module")
def repository(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A repository with the default pack under hr/rules, then an edit of it, then a work tree with another."""
    top = tmp_path_factory.mktemp("repo") / "top"
    (top / "hr").mkdir(parents=True)
    edited(top / "hr" / "rules")
    git(top, "init", "--quiet", "--initial-branch=main")
    git(top, "add", ".")
    git(top, "commit", "--quiet", "-m", "first")
    path = top / "hr" / "rules" / DIRECTOR
    path.write_text(path.read_text(encoding="utf-8").replace(EDIT[1], EDIT[2], 1), encoding="utf-8")
    git(top, "commit", "--quiet", "-am", "second")
    path.write_text(path.read_text(encoding="utf-8").replace("{at_least: 8}", "{at_least: 9}", 1), encoding="utf-8")
    return top


def git(folder: Path, *words: str) -> str:
    named = {"GIT_AUTHOR_NAME": "a", "GIT_AUTHOR_EMAIL": "a@b", "GIT_COMMITTER_NAME": "a", "GIT_COMMITTER_EMAIL": "a@b"}
    done = subprocess.run(
        ["git", "-C", str(folder), "-c", "core.autocrlf=false", *words],
        env={**os.environ, **named, "GIT_CONFIG_GLOBAL": os.devnull},
        check=True,
        capture_output=True,
        text=True,
    )
    return done.stdout


def test_a_revision_is_the_pack_as_it_was(repository: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A revision of a folder, REVISION:FOLDER from the top, and ./ from where one stands are the same pack, named by revision."""
    monkeypatch.chdir(repository / "hr")
    found = [source(text, "rules").load() for text in ("HEAD~1", "HEAD~1:hr/rules", "HEAD~1:./rules")]
    assert {pack.content_hash for pack in found} == {load_pack(RULES).content_hash}
    assert {pack.folder for pack in found} == {"HEAD~1:hr/rules"}
    assert found[0].roles["product-director"].span.path == f"HEAD~1:hr/rules/{DIRECTOR}"


@pytest.mark.slow
def test_diff_reads_revisions_and_leaves_the_work_tree_alone(repository: Path) -> None:
    """Through the real command line: what changed since a revision, at places named by it, and nothing written."""
    before = git(repository, "status", "--porcelain=v2"), sorted(path.name for path in repository.rglob("*") if ".git" not in path.parts)
    command = [sys.executable, "-m", "evaluator", "diff", "HEAD~1", "hr/rules", *ON, "--fail-if", "ready -1"]
    done = subprocess.run(command, cwd=repository, capture_output=True, text=True, check=False, encoding="utf-8")
    assert done.returncode == 1
    assert f"HEAD~1:hr/rules/{DIRECTOR}:121 → hr/rules/{DIRECTOR}:121" in done.stdout
    assert "at least 8 years → at least 9 years" in done.stdout
    assert "✗ ready -1: ready 1 → 0 for Product Director" in done.stdout
    after = git(repository, "status", "--porcelain=v2"), sorted(path.name for path in repository.rglob("*") if ".git" not in path.parts)
    assert before == after


def test_two_revisions(repository: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Between two revisions alone, the folder is ./rules; the work tree does not count."""
    monkeypatch.chdir(repository / "hr")
    done = run("HEAD~1", "HEAD", "--format", "json")
    changed = json.loads(done.stdout)["changes"]
    assert [(one["what"], one["key"], one["aspect"]) for one in changed] == [("criterion", "led-people-or-interim", "test")]


@pytest.mark.parametrize(
    ("old", "says"),
    [
        ("HEAD~9", "git knows no revision `HEAD~9`"),
        ("HEAD:nowhere", "there is no pack in the folder `nowhere` of HEAD"),
        (":hr/rules", "git knows no revision"),
    ],
)
def test_revisions_that_are_not_there(repository: Path, monkeypatch: pytest.MonkeyPatch, old: str, says: str) -> None:
    """A revision or folder that git does not have is one sentence and exit code 2."""
    monkeypatch.chdir(repository)
    done = subprocess.run([sys.executable, "-m", "evaluator", "diff", old, "hr/rules"], capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert says in done.stderr.lower() or says in done.stderr
    assert "help:" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_revision_cannot_be_an_option_of_git(repository: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What looks like an option is taken for the name of a revision."""
    monkeypatch.chdir(repository)
    with pytest.raises(RevisionProblem, match="knows no revision"):
        source("--all:hr/rules", None)


def test_no_repository_and_no_git(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Outside a repository, and without git, a word that is no folder is explained."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))
    with pytest.raises(RevisionProblem, match="in no git repository"):
        source("HEAD~1:rules", None)
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(RevisionProblem, match="not installed"):
        source("HEAD~1:rules", None)


def test_a_broken_pack_of_a_revision_is_shown_by_the_revision(repository: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Findings in an old revision name it, not a folder that is gone by then."""
    monkeypatch.chdir(repository)
    git(repository, "stash", "--quiet")
    try:
        path = repository / "hr" / "rules" / "pack.yaml"
        text = path.read_text(encoding="utf-8")
        path.write_text(text.replace("verdicts:", "verdict:"), encoding="utf-8")
        git(repository, "commit", "--quiet", "-am", "broken")
        path.write_text(text, encoding="utf-8")
        git(repository, "commit", "--quiet", "-am", "mended")
        done = run("HEAD~1", "hr/rules")
    finally:
        git(repository, "reset", "--quiet", "--hard", "HEAD~2")
        git(repository, "stash", "pop", "--quiet")
    assert done.exit_code == 2
    assert "HEAD~1:hr/rules/pack.yaml:" in done.stderr
    assert "evaluator-" not in done.stderr


def test_a_link_in_a_revision_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A rule file that is a link is never skipped in silence."""
    rules = edited(tmp_path / "rules")
    (rules / DIRECTOR).rename(tmp_path / "elsewhere.yaml")
    (rules / DIRECTOR).symlink_to(tmp_path / "elsewhere.yaml")
    git(tmp_path, "init", "--quiet")
    git(tmp_path, "add", ".")
    git(tmp_path, "commit", "--quiet", "-m", "one")
    monkeypatch.chdir(tmp_path)
    with pytest.raises(RevisionProblem, match="is a link"):
        source("HEAD", "rules").load()


def test_markdown_folds_what_is_long(tmp_path: Path) -> None:
    """For a pull request: the changes and the matrix open, people and effects folded; no stray HTML from names."""
    new = edited(tmp_path / "new", EDIT, (DIRECTOR, "title: Has led people, even", "title: Has <b>led</b> people, even"))
    done = run(str(RULES), str(new), *ON, "--format", "markdown")
    assert done.exit_code == 0
    assert done.stdout.count("<details>") == done.stdout.count("</details>") == 3
    assert "<summary>Who, and what decided (" in done.stdout
    assert "<b>led</b>" not in done.stdout
    assert "| was ready |" in done.stdout


@pytest.mark.slow
def test_json_names_everybody_and_text_the_first(tmp_path: Path) -> None:
    """Text names ten people of a role and says how many more there are; json and --all name all."""
    new = edited(tmp_path / "new", ("pack.yaml", "score: {at_least: 0.5}", "score: {at_least: 0.9}"))
    roles = json.loads(run(str(RULES), str(new), *ON, "--format", "json").stdout)["people"]["roles"]
    most = max(roles, key=lambda role: role["moved"])
    assert len(most["people"]) == most["moved"] > 10
    assert f"{most['moved'] - 10} more; `--all` names everybody" in run(str(RULES), str(new), *ON).stdout
    assert all(person["id"] in run(str(RULES), str(new), *ON, "--all").stdout for person in most["people"][:3])


def test_without_people_only_the_meaning_is_told(tmp_path: Path) -> None:
    """Without --on nobody is judged, and limits have nothing to count."""
    new = edited(tmp_path / "new", EDIT)
    done = run(str(RULES), str(new))
    assert "1 change of meaning." in done.stdout
    assert "Who moves" not in done.stdout
    done = run(str(RULES), str(new), "--fail-if", "ready -5%")
    assert (done.exit_code, "--on" in done.stderr) == (2, True)


def test_standard_input_is_read_once(tmp_path: Path) -> None:
    """Where both packs read people differently, standard input is refused; where alike, it will do."""
    table = PEOPLE.read_text(encoding="utf-8")
    other = edited(tmp_path / "other", ("attributes.yaml", "also: [pm years", "also: [pm time, pm years"))
    done = run(str(RULES), str(other), "--on", "-", given=table)
    assert (done.exit_code, "standard input can be read only once" in done.stderr) == (2, True)
    alike = edited(tmp_path / "alike", EDIT)
    assert run(str(RULES), str(alike), "--on", "-", "--as-of", "2026-11-01", given=table).exit_code == 0


def test_a_limit_that_is_not_reached_passes(tmp_path: Path) -> None:
    """Exit code 0 and a word on it where no limit is reached."""
    done = run(str(RULES), str(edited(tmp_path / "new", EDIT)), *ON, "--fail-if", "moved 90%")
    assert (done.exit_code, "✓ none is reached" in done.stdout) == (0, True)
    done = run(str(RULES), str(tmp_path / "new"), *ON, "--fail-if", "ready -5% in product-directer")
    assert (done.exit_code, "did you mean `product-director`" in done.stderr) == (2, True)
