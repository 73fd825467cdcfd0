"""Which files of a pack's folder are told as not read, and which may lie there."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import pytest

from evaluator.diagnostics import Problems
from evaluator.packs.lint import lint_pack
from evaluator.reading.pack.pack import read_pack
from tests.bad.overlay import SMALL, laid_over

ROLE = (SMALL / "roles/lead.yaml").read_bytes()


def told(folder: Path) -> list[tuple[str, str]]:
    """Lint a pack and return what is told of files, by place and next step."""
    return [(Path(one.span.path).relative_to(folder).as_posix(), one.help or "") for one in lint_pack(folder) if one.code == "R506"]


@pytest.mark.parametrize(
    ("names", "place", "step"),
    [
        (["test/lead.yaml"], "test", "call it tests/"),
        (["Tests/lead.yaml", "Tests/junior.yml"], "Tests", "call it tests/"),
        (["tets/a/b/lead.yaml"], "tets", "call it tests/"),
        (["role/x.yaml"], "role", "call it roles/"),
        (["rolls/x.YAML"], "rolls", "call it roles/"),
        (["rolez.yaml"], "rolez.yaml", "move it to {}/roles/ if it is a role"),
        (["lead.yml"], "lead.yml", "move it to {}/roles/ if it is a role"),
        (["atributes.yaml"], "atributes.yaml", "move what it says to attributes.yaml"),
        (["Sources.yaml"], "Sources.yaml", "move what it says to sources.yaml"),
        (["import.yaml"], "import.yaml", "call it imports.yaml"),
        (["pack.yml"], "pack.yml", "move what it says to pack.yaml"),
        (["roles/old/x.yaml", "roles/old/older/y.yaml"], "roles/old", "move them to {}/roles/"),
        (["tests/2025/lead.yaml"], "tests/2025", "move them to {}/tests/"),
        (["roles/x.yaml.txt"], "roles/x.yaml.txt", "end with .yaml, not .txt"),
        (["roles/x.YAML"], "roles/x.YAML", "end with .yaml, not .YAML"),
        (["tests/lead.yml.txt"], "tests/lead.yml.txt", "end with .yaml, not .txt"),
    ],
)
def test_a_file_in_the_wrong_place_is_told_once(names: list[str], place: str, step: str, tmp_path: Path) -> None:
    """A file by its own place, those of a folder by the folder, with what to do about it."""
    folder = laid_over(SMALL, dict.fromkeys(names, ROLE), tmp_path / "p")
    ((where, what),) = told(folder)
    assert where == place
    assert step.format(folder) in what


MAY_LIE = (
    *("README.md", "CHANGELOG", "LICENSE.txt", "notes.txt", ".editorconfig", ".gitignore", ".hidden.yaml", ".git/config.yaml"),
    *(".github/workflows/ci.yml", "schema/role.json", "schema/x.yaml", "docs/example.yaml", "profiles/ada.yaml", "archive/lead.yaml"),
    *("roles/lead.yaml~", "roles/.lead.yaml.swp", "roles/#lead.yaml#", "roles/lead.yaml.bak", "roles/lead.yaml.orig", "roles/README.md"),
    *(
        "roles/notes/why.md",
        "tests/README.md",
        "tests/.cache/x.yaml",
        "people.csv",
        "other/pack.yaml",
        "ladder.svg",
        "test.py",
        "role/README.md",
    ),
)


@pytest.mark.parametrize("name", MAY_LIE)
def test_what_else_may_lie_in_a_pack_is_left_in_peace(name: str, tmp_path: Path) -> None:
    """Texts, hidden files, backups, schemas and folders with other names are no part of the pack, and nobody takes them for one."""
    assert told(laid_over(SMALL, {name: ROLE}, tmp_path / "p")) == []


def test_another_pack_in_a_folder_of_a_near_name_is_left_in_peace(tmp_path: Path) -> None:
    """A folder with a pack.yaml of its own is a pack of its own."""
    files: Iterable[str] = ("rules/pack.yaml", "rules/roles/lead.yaml", "role/pack.yaml")
    assert told(laid_over(SMALL, dict.fromkeys(files, ROLE), tmp_path / "p")) == []


def test_links_to_what_is_not_there_are_told(tmp_path: Path) -> None:
    """A role, the moves or the tests behind such a link are not left out in silence."""
    folder = laid_over(SMALL, {"moves.yaml": None}, tmp_path / "p")
    (folder / "roles" / "gone.yaml").symlink_to("nowhere")
    (folder / "moves.yaml").symlink_to("nowhere")
    (folder / "tests").symlink_to("nowhere")
    problems = Problems()
    read_pack(folder, problems)
    assert {(Path(one.span.path).name, one.code) for one in problems.errors} >= {("gone.yaml", "R001"), ("moves.yaml", "R001")}
    assert told(folder) == [("tests", "mend the link, or take it out")]
