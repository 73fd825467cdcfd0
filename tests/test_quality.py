"""The house is in order: types, lint, the direction of imports, the size of modules, the schemas in step."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
MOST_LINES = 500


@pytest.mark.parametrize(
    "command",
    [
        ["mypy"],
        ["ruff", "check", "."],
        ["importlinter.cli", "lint"],
    ],
    ids=["types", "lint", "imports"],
)
def test_the_checker_passes(command: list[str]) -> None:
    """Every checker passes on the whole tree."""
    program = (
        [sys.executable, "-m", *command] if command[0] != "importlinter.cli" else [str(Path(sys.executable).with_name("lint-imports"))]
    )
    ran = subprocess.run(program, cwd=ROOT, capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stdout + ran.stderr


@pytest.mark.parametrize("path", sorted((ROOT / "evaluator").rglob("*.py")), ids=lambda path: str(path.relative_to(ROOT)))
def test_a_module_is_no_longer_than_a_room_should_be(path: Path) -> None:
    """No module is longer than 500 lines."""
    assert len(path.read_text(encoding="utf-8").splitlines()) <= MOST_LINES
