"""Packs and people written as files, apart from the other random ones, come out of every engine as the reference has them."""

from __future__ import annotations

import pytest

from tests.written_packs import made
from tests.written_soak import Count, compared

PACKS, PEOPLE = 8, 12
WORDS = (
    *("caps_at", "policies", "ready_for", "cumulative", "entry", "interim", "held_only", "destination", "share", "at_least_of", "none_of"),
    *(
        "current_rung",
        "current_role",
        "absent_means",
        "applies_when",
        "almost",
        "lookup",
        "bands",
        "weighted_mean",
        "missing",
        "may_be_given",
    ),
    *("latest", "count_distinct", "years_since", "0.299999999999999", "33.3", "includes_none", "language", "above", "known"),
)


@pytest.mark.parametrize("seed", range(PACKS))
def test_packs_in_files_evaluate_alike(seed: int) -> None:
    """Reference, inference and columns, of every role of everybody."""
    count, found = compared(f"ordinary/{seed}", PEOPLE)
    assert not found
    assert count.inference > 0
    assert count.rows == PEOPLE


@pytest.mark.parametrize("seed", range(2))
def test_packs_in_files_evaluate_alike_in_duckdb(seed: int) -> None:
    """The same expressions, in the words of SQL."""
    pytest.importorskip("duckdb")
    count, found = compared(f"duckdb/{seed}", PEOPLE, duckdb=True)
    assert not found
    assert count.duckdb > 0


def test_packs_in_files_hold_what_the_language_has() -> None:
    """Each of its words in several packs, and both editions."""
    packs = [made(f"words/{seed}", 1) for seed in range(120)]
    texts = [" ".join(one.files.values()) for one in packs]
    assert [word for word in WORDS if sum(f'"{word}"' in text or f" {word}" in text for text in texts) < 3] == []
    assert 10 < sum(text.count('"verdicts"') > 1 for text in texts) < 60
    assert 20 < sum('"language": 2' in text for text in texts) < 100
    assert 20 < sum(one.with_records for one in packs) < 100


def test_the_same_seed_makes_the_same_pack() -> None:
    """So that a difference can be looked at again."""
    assert made("again", 3) == made("again", 3)
    assert made("again", 3) != made("other", 3)


@pytest.mark.soak
def test_five_million_verdicts_of_packs_in_files() -> None:
    """About three hours of one processor."""
    whole = Count()
    while whole.verdicts < 5_000_000:
        count, found = compared(f"soak/{whole.packs}", duckdb=whole.packs % 40 == 0)
        assert not found, f"soak/{whole.packs}"
        whole.add(count)
    assert whole.columns > whole.verdicts // 2
