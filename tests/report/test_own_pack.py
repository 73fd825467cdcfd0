"""Commands that check a pack check the one that is meant, and name it; that which comes with the tool is never taken instead."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from evaluator.cli.main import run
from tests.bad.overlay import SMALL, laid_over

Capture = pytest.CaptureFixture[str]
CHECKS = (["lint"], ["lint", "--strict"], ["lint", "--format", "json"], ["test"], ["schema", "--check"], ["prove", "--only", "criteria"])
TEST = b"""# yaml-language-server: $schema=../schema/tests.json
role: lead
as_of: 2026-11-01
tests:
  - name: Two years are not enough
    attributes: {years: 2}
    expect: {verdict: not yet}
"""


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder to be in."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def pack(folder: Path) -> Path:
    """Write a small pack with one worked example."""
    return laid_over(SMALL, {"tests/lead.yaml": TEST}, folder)


NO_PACK: dict[str, tuple[Callable[[Path], object], str]] = {
    "nothing at all": (lambda _: None, "there is no such folder"),
    "an empty ./rules": (lambda place: (place / "rules").mkdir(), "the folder is empty"),
    "./rules without pack.yaml": (lambda place: laid_over(SMALL, {"pack.yaml": None}, place / "rules"), "the folder holds no pack.yaml"),
    "pack.yaml under another name": (
        lambda place: pack(place / "rules").joinpath("pack.yaml").rename(place / "rules" / "pack.yml"),
        "call pack.yml pack.yaml",
    ),
    "./rules is a file": (lambda place: (place / "rules").write_text("x", encoding="utf-8"), "it is a file, and a pack is a folder"),
    "./rules is a broken link": (lambda place: (place / "rules").symlink_to("nowhere"), "it is a link to what is not there"),
    "the pack is one folder down": (lambda place: pack(place / "rules" / "v2"), "perhaps rules/v2"),
    "this folder is the pack": (pack, "name it: `.`"),
}


@pytest.mark.parametrize("command", CHECKS, ids=" ".join)
@pytest.mark.parametrize("kind", NO_PACK)
def test_without_a_pack_nothing_is_checked(command: list[str], kind: str, place: Path, capsys: Capture) -> None:
    """Exit code 2 and a sentence that says what is there instead; never a green light for another pack."""
    make, said = NO_PACK[kind]
    make(place)
    assert run(command) == 2
    shown = capsys.readouterr()
    assert shown.out == ""
    assert said in shown.err
    assert "Product" not in shown.err


@pytest.mark.parametrize("command", CHECKS, ids=" ".join)
@pytest.mark.parametrize("how", [["rules"], ["rules/"], ["./rules"], ["--rules", "rules"], ["rules/", "--rules", "./rules"], []])
def test_a_pack_is_named_as_people_type_it(command: list[str], how: list[str], place: Path, capsys: Capture) -> None:
    """As an argument or with --rules, or both where they agree; without either it is ./rules."""
    pack(place / "rules")
    (place / "rules" / "schema").mkdir()
    if command[0] == "schema":
        assert run(["schema"]) == 0
    assert run([command[0], *how, *command[1:]]) == 0
    shown = capsys.readouterr()
    assert "A small ladder" in shown.out + shown.err


@pytest.mark.parametrize("command", CHECKS, ids=" ".join)
@pytest.mark.parametrize(
    ("how", "said"),
    [
        (["a", "--rules", "b"], "the pack is named twice, as a and as --rules b"),
        (["c/"], "there is no such folder"),
        (["a/pack.yaml/"], "it is a file, and a pack is a folder"),
        (["./empty"], "the folder is empty"),
        (["--rules", "a/roles"], "the folder holds no pack.yaml"),
        (["--rules", "a/roles/lead.yaml"], "name the folder of the pack, a"),
    ],
)
def test_what_is_no_pack_is_refused(command: list[str], how: list[str], said: str, place: Path, capsys: Capture) -> None:
    """Two packs at once, a folder that is not there, a file, an empty folder, a part of a pack."""
    pack(place / "a")
    pack(place / "b")
    pack(place / "rules")
    (place / "empty").mkdir()
    assert run([command[0], *how, *command[1:]]) == 2
    assert said in capsys.readouterr().err


def test_data_names_the_pack(place: Path, capsys: Capture) -> None:
    """Title, version, hash and folder stand in the JSON of lint and test."""
    pack(place / "rules")
    for command in (["lint", "rules/", "--format", "json"], ["test", "rules/", "--format", "json"]):
        assert run(command) == 0
        named = json.loads(capsys.readouterr().out)["pack"]
        assert (named["title"], named["version"], named["folder"]) == ("A small ladder", "1.0.0", "rules")
        assert len(named["hash"]) == 16


def test_a_role_that_is_called_as_a_folder_is_a_role(place: Path) -> None:
    """A folder without a pack in it does not stand in the way of a role's name; the folder of a pack does, by its path."""
    pack(place / "rules")
    (place / "lead").mkdir()
    assert run(["test", "lead"]) == 0
    assert run(["test", "rules", "lead"]) == 0
    assert run(["test", "lead", "./rules"]) == 0
    assert run(["test", "rules", "leed"]) == 2


@pytest.mark.parametrize("arguments", [["--coverage"], ["--fail-under", "1"], ["--mutate"], ["--format", "json"], []])
@pytest.mark.parametrize("tests", [None, [], ["README.md"], ["lead.yaml~"], ["sub/lead.yaml"], ["lead.yaml.txt"]])
def test_without_worked_examples_nothing_is_tested(arguments: list[str], tests: list[str] | None, place: Path, capsys: Capture) -> None:
    """No folder of tests, an empty one, or one with other files: exit code 2, and never `0 failed`."""
    folder = laid_over(SMALL, {}, place / "rules")
    if tests is not None:
        (folder / "tests").mkdir()
        laid_over(folder, {f"tests/{name}": TEST for name in tests}, place / "copy")
    assert run(["test", *(["copy/"] if tests else []), *arguments]) == 2
    shown = capsys.readouterr()
    assert shown.out == ""
    assert "has no worked examples, so nothing is tested" in shown.err


def test_each_role_that_is_named_has_to_have_examples(place: Path, capsys: Capture) -> None:
    """Those of one role do not stand for another's: exit code 2, named; a failure comes before."""
    folder = pack(place / "rules")
    assert run(["test", "lead", "junior", "--format", "json"]) == 2
    gates = {one["limit"]: one["state"] for one in json.loads(capsys.readouterr().out)["gates"]}
    assert gates == {"examples": "held", "examples of junior": "not tested"}
    (folder / "tests" / "lead.yaml").write_bytes(TEST.replace(b"not yet", b"ready"))
    assert run(["test", "lead", "junior"]) == 1


def test_questions_that_were_never_put_prove_nothing(place: Path, capsys: Capture) -> None:
    """The lowest rung has none below it, so that the order of rungs was not asked: exit code 2 where that may fail the run."""
    pack(place / "rules")
    asked = ["prove", "junior", "--only", "order", "--fail-on", "order"]
    assert run(asked) == 2
    shown = capsys.readouterr().out
    assert "No findings" not in shown
    assert "not tested, as there was nothing to ask of" in shown
    assert run([*asked, "--format", "json"]) == 2
    assert [one["state"] for one in json.loads(capsys.readouterr().out)["gates"]] == ["not tested"]
    assert run(["prove", "--only", "criteria", "--fail-on", "order"]) == 2
    assert "--only leaves that question out" in capsys.readouterr().err


def test_a_first_role_can_be_started(place: Path, capsys: Capture) -> None:
    """The next step that lint names for a pack without a role is right when followed, and brings schemas for editors before."""
    missing = dict.fromkeys(("roles/junior.yaml", "roles/lead.yaml", "moves.yaml"), None)
    laid_over(SMALL, missing, place / "rules")
    assert run(["lint"]) == 1
    step = capsys.readouterr().out.split("`")[1]
    assert step == "evaluator new role ROLE --track craft --rung 1"
    assert run(["schema"]) == 0
    assert run(step.replace("ROLE", "designer").split()[1:]) == 0
    assert run(["test"]) in {0, 1}
    assert "passed" in capsys.readouterr().out
