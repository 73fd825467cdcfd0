"""What others copy into their CI: hooks, the action and the workflow, each step run in a repository of a small pack as GitHub would."""

from __future__ import annotations

import os
import re
import shutil
import stat
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.bad.overlay import SMALL

ROOT = Path(__file__).parents[1]
HOOKS: list[dict[str, Any]] = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8"))
ACTION: dict[str, Any] = yaml.safe_load((ROOT / "github-action" / "action.yml").read_text(encoding="utf-8"))
WORKFLOW: dict[str, Any] = yaml.safe_load((ROOT / "github-action" / "check-rules.yml").read_text(encoding="utf-8"))
STEPS = {step["id"]: step for step in ACTION["runs"]["steps"] if "id" in step}
EXPRESSION = re.compile(r"\$\{\{\s*(.*?)\s*\}\}")
EXAMPLES = """# yaml-language-server: $schema=../schema/tests.json
role: lead
as_of: 2026-11-01
tests:
  - name: Nine years and three people led
    role: junior
    attributes: {years: 9, reports: 3}
    expect: {verdict: ready}
  - name: One year
    role: junior
    attributes: {years: 1, reports: 0}
    expect: {verdict: not yet}
"""
PEOPLE = "id,role,years,reports\n" + "".join(f"p{number},junior,{number},3\n" for number in range(12))


@pytest.fixture
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A repository whose base has a pack of version 1.0.0 in hr/my rules, and people beside it."""
    folder = tmp_path / "repository"
    shutil.copytree(SMALL, folder / "hr" / "my rules")
    (folder / "hr" / "my rules" / "tests").mkdir()
    (folder / "hr" / "my rules" / "tests" / "lead.yaml").write_text(EXAMPLES, encoding="utf-8")
    (folder / "people.csv").write_text(PEOPLE, encoding="utf-8")
    (tmp_path / "bin").mkdir()
    for name, text in {"pip": 'echo "$CPPFLAGS" "$@"\n', "gh": 'printf "%s\\n" "$@"\ncat "${5}"\n'}.items():
        path = tmp_path / "bin" / name
        path.write_text(f"#!/bin/bash\n{text}", encoding="utf-8")
        path.chmod(path.stat().st_mode | stat.S_IXUSR)
    monkeypatch.chdir(folder)
    git("init", "-q", "-b", "main")
    git("add", "-A")
    git("-c", "user.name=a", "-c", "user.email=a@example.org", "commit", "-qm", "base")
    git("tag", "base")
    return folder


def git(*words: str) -> None:
    """Run git."""
    subprocess.run(["git", *words], check=True, capture_output=True)


def edit(old: str, new: str, file: str = "roles/lead.yaml") -> None:
    """Change one text of the pack."""
    path = Path("hr/my rules", file)
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def step_run(step: Mapping[str, Any], known: Mapping[str, str], folder: Path) -> subprocess.CompletedProcess[str]:
    """Run a step as GitHub does: bash with -e and pipefail, its `env` filled in, and the files that it gives."""
    values = {**{f"steps.prepare.outputs.{name}": value for name, value in outputs(folder).items()}, **known}
    given = {name: EXPRESSION.sub(lambda match: values[match[1]], str(value)) for name, value in step.get("env", {}).items()}
    beside = {name: str(folder.parent / name) for name in ("GITHUB_OUTPUT", "GITHUB_STEP_SUMMARY")}
    path = os.pathsep.join([str(folder.parent / "bin"), str(Path(sys.executable).parent), os.environ["PATH"]])
    ours = {"PATH": path, "RUNNER_TEMP": str(folder.parent), "GITHUB_ACTION_PATH": str(ROOT / "github-action"), **beside, **given}
    script = folder.parent / "step.sh"
    script.write_text(step["run"], encoding="utf-8")
    command = ["bash", "--noprofile", "--norc", "-e", "-o", "pipefail", str(script)]
    return subprocess.run(command, check=False, capture_output=True, text=True, cwd=folder, env={**os.environ, **ours})


def inputs(**given: str) -> dict[str, str]:
    """Return the inputs of the action with their defaults."""
    values = {name: str(one.get("default", "")) for name, one in ACTION["inputs"].items()} | {"rules": "hr/my rules", "base": "base"}
    return {f"inputs.{name}": value for name, value in {**values, **{name.replace("_", "-"): one for name, one in given.items()}}.items()}


def action_run(known: Mapping[str, str], folder: Path) -> dict[str, subprocess.CompletedProcess[str]]:
    """Run the steps of the action up to one that fails, and those whose condition holds after it, as GitHub does."""
    done: dict[str, subprocess.CompletedProcess[str]] = {}
    for name, step in STEPS.items():
        condition = str(step.get("if", "success()")).removeprefix("${{").removesuffix("}}").strip()
        if all(holds(part.strip(), known, done, folder) for part in condition.split("&&")):
            done[name] = step_run(step, known, folder)
    return done


def holds(part: str, known: Mapping[str, str], done: Mapping[str, subprocess.CompletedProcess[str]], folder: Path) -> bool:
    """Whether a part of the condition of a step holds."""
    if part in {"success()", "!cancelled()"}:
        return part == "!cancelled()" or not any(one.returncode for one in done.values())
    name, operator, value = part.split(" ", 2)
    outcomes = {f"steps.{step}.outcome": "failure" if one.returncode else "success" for step, one in done.items()}
    said = {**known, **outcomes, **{f"steps.prepare.outputs.{key}": given for key, given in outputs(folder).items()}}.get(name, "")
    assert operator in {"==", "!="}
    return (said == value.strip("'")) == (operator == "==")


def outputs(folder: Path) -> dict[str, str]:
    """Return what steps gave as their outputs."""
    path = folder.parent / "GITHUB_OUTPUT"
    lines = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
    return dict(line.split("=", 1) for line in lines)


def steps_of(document: dict[str, Any]) -> list[dict[str, Any]]:
    """Return all steps of an action or a workflow."""
    if "runs" in document:
        return list(document["runs"]["steps"])
    return [step for job in document["jobs"].values() for step in job["steps"]]


@pytest.mark.parametrize("document", [ACTION, WORKFLOW], ids=["action", "workflow"])
def test_no_script_holds_an_expression(document: dict[str, Any]) -> None:
    """What a pull request says reaches a script through its environment alone, where it is text and nothing that runs."""
    scripts = [step for step in steps_of(document) if "run" in step]
    assert scripts
    for step in scripts:
        assert "${{" not in step["run"]
    assert all(step.get("shell") == "bash" for step in scripts if document is ACTION)


def test_what_each_expression_names_is_there() -> None:
    """Inputs, steps and their outputs are those that the action declares."""
    text = (ROOT / "github-action" / "action.yml").read_text(encoding="utf-8")
    assert set(re.findall(r"inputs\.([a-z-]+)", text)) == set(ACTION["inputs"])
    for step, output in re.findall(r"steps\.([a-z]+)\.outputs\.([a-z]+)", text):
        assert f"{output}=" in STEPS[step]["run"]
    assert {*WORKFLOW["jobs"]["check"]["steps"][1]["with"]} <= set(ACTION["inputs"])
    assert WORKFLOW["permissions"] == {"contents": "read", "pull-requests": "write"}


def test_the_package_of_the_action_is_installed(repository: Path) -> None:
    """Its own folder is what pip is given, with the flags that the README names."""
    done = step_run(STEPS["install"], inputs(), repository)
    assert done.stdout == f"-DPyEval_CallObject=PyObject_CallObject install --quiet {ROOT / 'github-action'}/..\n"
    assert "CPPFLAGS=-DPyEval_CallObject=PyObject_CallObject" in (ROOT / "README.md").read_text(encoding="utf-8")


def test_an_unchanged_pack_is_green_from_end_to_end(repository: Path) -> None:
    """Lint, examples and diff say nothing is wrong, and the comment says that nothing changed."""
    run = action_run(inputs(), repository)
    assert list(run) == ["prepare", "install", "lint", "test", "diff"]
    for done in run.values():
        assert done.returncode == 0, done
        assert "::error" not in done.stdout
    assert "No line changed its meaning." in Path(outputs(repository)["comment"]).read_text(encoding="utf-8")
    assert "<testsuites" in Path(outputs(repository)["junit"]).read_text(encoding="utf-8")


def test_an_edit_without_a_new_version_and_a_broken_example_are_shown(repository: Path) -> None:
    """Each step ends as its verb does, and the comment tells the line."""
    edit("at_least: 3", "at_least: 10")
    run = action_run(inputs(), repository)
    lint, test, diff = run["lint"], run["test"], run["diff"]
    assert (lint.returncode, "title=R408 version-unchanged::" in lint.stdout) == (1, True)
    assert test.returncode == 1
    assert test.stdout.startswith("::error file=hr/my rules/tests/lead.yaml,line=8,")
    assert diff.returncode == 0
    comment = Path(outputs(repository)["comment"])
    assert "at least 10" in comment.read_text(encoding="utf-8")
    assert comment.read_text(encoding="utf-8") == (repository.parent / "GITHUB_STEP_SUMMARY").read_text(encoding="utf-8")


def test_limits_count_people_and_name_nobody(repository: Path) -> None:
    """Each line of the input is a limit; the criterion that moves people is shown."""
    edit("at_least: 3", "at_least: 10")
    given = inputs(population="people.csv", fail_if="ready -50%\n\nmoved 1\n")
    step_run(STEPS["prepare"], given, repository)
    done = step_run(STEPS["limits"], given, repository)
    assert done.returncode == 1
    assert "::error file=hr/my rules/roles/lead.yaml,line=" in done.stdout
    assert "title=broken%3A moved 1::" in done.stdout
    assert "p5" not in done.stdout + done.stderr


@pytest.mark.parametrize(
    ("given", "title"),
    [({"population": "people.csv", "fail_if": " \n"}, "no limits"), ({"fail_if": "moved 1"}, "no population")],
)
def test_half_of_a_limit_is_refused(given: dict[str, str], title: str, repository: Path) -> None:
    """A limit that nobody is held against, and people without a limit, would be green and check nothing."""
    run = action_run(inputs(**given), repository)
    assert {name: (done.returncode, done.stdout.split("::")[1]) for name, done in run.items()} == {"prepare": (2, f"error title={title}")}


def test_a_shallow_checkout_is_refused(repository: Path, tmp_path: Path) -> None:
    """Without the commit of the base nothing could be compared: the check is red at once, and says what to fetch."""
    edit("at_least: 3", "at_least: 10")
    git("-c", "user.name=a", "-c", "user.email=a@example.org", "commit", "-qam", "harder")
    base = subprocess.run(["git", "rev-parse", "base"], check=True, capture_output=True, text=True).stdout.strip()
    git("clone", "-q", "--depth=1", repository.as_uri(), str(tmp_path / "shallow"))
    run = action_run(inputs(base=base), tmp_path / "shallow")
    assert {name: done.returncode for name, done in run.items()} == {"prepare": 2}
    assert "::error title=no base::" in run["prepare"].stdout
    assert "fetch-depth: 0" in run["prepare"].stdout


def test_where_no_repository_is_the_check_says_so(repository: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A folder that was only copied has no base."""
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path))
    shutil.copytree(repository / "hr", tmp_path / "copied" / "hr")
    run = action_run(inputs(), tmp_path / "copied")
    assert {name: done.returncode for name, done in run.items()} == {"prepare": 2}
    assert "::error title=no repository::" in run["prepare"].stdout


def test_two_uses_in_one_job_write_into_folders_of_their_own(repository: Path) -> None:
    """The second one takes no file of the first."""
    folders = {outputs(repository)["folder"] for _ in range(2) if step_run(STEPS["prepare"], inputs(), repository)}
    assert len(folders) == 2
    assert all(STEPS[name]["env"]["FOLDER"] == "${{ steps.prepare.outputs.folder }}" for name in ("test", "diff"))


def test_examples_that_never_ran_have_no_outcomes(repository: Path) -> None:
    """No output names a file that is not there."""
    Path("hr/my rules/pack.yaml").unlink()
    assert action_run(inputs(base=""), repository)["test"].returncode == 2
    assert "junit" not in outputs(repository)


def test_a_new_pack_has_nothing_to_compare_with(repository: Path) -> None:
    """It is linted and tested all the same, there is no comment, and that is said."""
    Path("hr/my rules").rename("hr/new")
    run = action_run(inputs(rules="hr/new", population="people.csv", fail_if="moved 1"), repository)
    assert {name: done.returncode for name, done in run.items()} == {"prepare": 0, "install": 0, "lint": 0, "test": 0}
    assert "::notice title=nothing to compare with::" in run["prepare"].stdout
    assert "comment" not in outputs(repository)


def test_a_pack_is_compared_by_whichever_path_it_is_named(repository: Path) -> None:
    """A path from the root leads to the same folder of the base."""
    for path in ("hr/my rules", "./hr/my rules/", str(repository / "hr" / "my rules") + "/"):
        step_run(STEPS["prepare"], inputs(rules=path), repository)
        assert outputs(repository)["compare"] == "true"


def test_a_comment_that_is_too_long_gives_way_to_the_summary(repository: Path) -> None:
    """GitHub takes no longer one."""
    edit("at_least: 3", "at_least: 10")
    step_run(STEPS["prepare"], inputs(), repository)
    step = {**STEPS["diff"], "env": {**STEPS["diff"]["env"], "MOST": "20"}}
    assert step_run(step, inputs(), repository).returncode == 0
    assert "too long for a comment" in Path(outputs(repository)["comment"]).read_text(encoding="utf-8")
    assert "at least 10" in (repository.parent / "GITHUB_STEP_SUMMARY").read_text(encoding="utf-8")


HOSTILE = ['"; touch pwned; "$(touch pwned)`touch pwned`', "x' || touch pwned #\n::error::forged", "--help"]


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_texts_are_texts(text: str, repository: Path) -> None:
    """No input runs as a command or passes for an annotation of ours; each is a name that is not there."""
    for name, given in (("lint", {"rules": text}), ("prepare", {"base": text}), ("limits", {"population": text, "fail_if": "moved 1"})):
        for step in dict.fromkeys(("prepare", name)):
            done = step_run(STEPS[step], inputs(**given), repository)
            assert "\n::error::forged" not in done.stdout
        assert not list(repository.parent.rglob("pwned"))
        assert done.returncode == 2


def test_the_workflow_comments_with_what_the_action_wrote(repository: Path) -> None:
    """The comment of the pull request is edited, or made; its number and file come by the environment."""
    step = next(step for step in steps_of(WORKFLOW) if "run" in step)
    (repository.parent / "c.md").write_text("What changed\n", encoding="utf-8")
    known = {
        "github.token": "t",
        "github.repository": "o/r",
        "github.event.pull_request.number": "7",
        "steps.rules.outputs.comment": str(repository.parent / "c.md"),
    }
    done = step_run(step, known, repository)
    words = ["pr", "comment", "7", "--body-file", str(repository.parent / "c.md"), "--edit-last", "--create-if-none", "What changed"]
    assert done.stdout.splitlines() == words


@pytest.mark.parametrize("hook", HOOKS, ids=[hook["id"] for hook in HOOKS])
def test_a_hook_runs_its_verb_and_fails_with_it(hook: dict[str, Any], repository: Path) -> None:
    """It is called with the pack's folder, without names of files, and ends as the verb does."""
    assert hook["pass_filenames"] is False
    matches = re.compile(hook["files"])
    assert all(matches.search(path) for path in ("rules/pack.yaml", "hr/rules/roles/lead.yaml", "roles/lead.yml", "rules/tests/lead.yaml"))
    assert not any(matches.search(path) for path in ("profiles/ada.yaml", "README.md", "rules/schema/pack.json"))
    step = {"run": f'{hook["entry"]} "$RULES"', "env": {"RULES": "hr/my rules"}}
    assert step_run(step, {}, repository).returncode == 0
    edit("at_least: 3", "at_lest: 3" if hook["id"].endswith("lint") else "at_least: 10")
    assert step_run(step, {}, repository).returncode == 1
