"""Hostile inputs: each is told in a sentence, and every row ends among the read or the put aside."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.populations.people_pack import read
from tests.reading.tables.hostile.cases import CASES, Case


@pytest.mark.slow
@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
@pytest.mark.parametrize("chunk_rows", [500_000, 1], ids=["at once", "row by row"])
def test_every_row_ends_somewhere_and_is_told_of(case: Case, chunk_rows: int, tmp_path: Path) -> None:
    """What is said and what happens is what the table says."""
    found = read(case.made(tmp_path), options=case.options, chunk_rows=chunk_rows)
    assert found.ids == list(case.read)
    assert [one.row for one in found.rejected] == [row for row, _ in case.left_out]
    for one, (_, part) in zip(found.rejected, case.left_out, strict=True):
        assert part in one.reason
    assert len(found.messages) == len(case.said) or len({part[:4] for part in case.said}) == 1, found.messages
    for part in case.said:
        assert any(part in message for message in found.messages), found.messages


def test_there_are_enough_of_them() -> None:
    """At least forty."""
    assert len(CASES) >= 40
