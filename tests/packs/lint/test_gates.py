"""What lint ends by is in its JSON as in its exit code: held, broken and not tested are three things."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from evaluator.cli.main import run
from tests.bad.overlay import BASE, laid_over

Capture = pytest.CaptureFixture[str]


def made(folder: Path, kind: str) -> Path:
    """Return a pack with nothing wrong, with a warning (a file that is not read), or with an error."""
    laid_over(BASE, {}, folder)
    if kind == "warning":
        (folder / "rolez.yaml").write_text("a: 1\n", encoding="utf-8")
    if kind == "error":
        lead = folder / "roles" / "lead.yaml"
        lead.write_text(lead.read_text(encoding="utf-8").replace("weight: 2", "weigth: 2"), encoding="utf-8")
    return folder


@pytest.mark.parametrize(
    ("kind", "strict", "code", "gates"),
    [
        ("nothing", False, 0, [("errors", "held")]),
        ("nothing", True, 0, [("errors", "held"), ("warnings", "held")]),
        ("warning", False, 0, [("errors", "held")]),
        ("warning", True, 1, [("errors", "held"), ("warnings", "broken")]),
        ("error", False, 1, [("errors", "broken")]),
        ("error", True, 1, [("errors", "broken"), ("warnings", "not tested")]),
    ],
)
def test_gates_and_exit_code_say_the_same(  # noqa: PLR0913 - a row of a table
    kind: str, *, strict: bool, code: int, gates: list[tuple[str, str]], tmp_path: Path, capsys: Capture
) -> None:
    """Broken comes before not tested; without --strict warnings are no gate."""
    folder = made(tmp_path / "rules", kind)
    assert run(["lint", str(folder), "--format", "json", *(["--strict"] if strict else [])]) == code
    found = json.loads(capsys.readouterr().out)
    assert [(one["limit"], one["state"]) for one in found["gates"]] == gates
    assert run(["lint", str(folder), *(["--strict"] if strict else [])]) == code
