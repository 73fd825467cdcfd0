"""Tie-breakers are read from pack.yaml, and refused where they could break no tie."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from evaluator.core.enums import Prefer
from evaluator.core.model import Pack
from evaluator.diagnostics import Problems
from evaluator.reading.pack.pack import read_pack
from tests.product import RULES


def _read(folder: Path, ranking: str) -> tuple[Pack, list[str]]:
    shutil.copytree(RULES, folder / "rules")
    path = folder / "rules" / "pack.yaml"
    path.write_text(path.read_text(encoding="utf-8") + ranking, encoding="utf-8")
    problems = Problems()
    pack = read_pack(folder / "rules", problems)
    assert pack is not None
    return pack, [found.code for found in problems.errors]


def test_tie_breakers_are_read_in_order(tmp_path: Path) -> None:
    """The first listed is the first to decide, and more comes first where nothing is said."""
    ranking = "ranking:\n  tie_breakers:\n    - {attribute: mentees}\n    - {attribute: cycle_time_now, prefer: low}\n"
    pack, errors = _read(tmp_path, ranking)
    assert not errors
    assert [(one.attribute, one.prefer) for one in pack.tie_breakers] == [("mentees", Prefer.HIGH), ("cycle_time_now", Prefer.LOW)]


@pytest.mark.parametrize(
    ("item", "code"),
    [
        ("{attribute: mentes}", "R201"),
        ("{attribute: preferred_work}", "R203"),
        ("{attribute: mentees, prefer: most}", "R104"),
        ("{prefer: low}", "R102"),
    ],
)
def test_a_tie_breaker_that_cannot_be_used_is_refused(item: str, code: str, tmp_path: Path) -> None:
    """An unknown attribute, one without an order, an unknown word and a missing attribute are each reported."""
    _, errors = _read(tmp_path, f"ranking:\n  tie_breakers:\n    - {item}\n")
    assert errors == [code]
