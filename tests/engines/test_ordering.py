"""Keys come out in order, row by row, however many there are."""

from __future__ import annotations

import random

import narwhals as nw
import polars as pl
import pytest

from evaluator.engines.columns.language import speaking
from evaluator.engines.columns.ordering import LAST, listed, network, ordered

MOST = 40


@pytest.mark.parametrize("count", range(1, MOST))
def test_a_network_sorts_every_row_of_zeros_and_ones(count: int) -> None:
    """What sorts zeros and ones sorts everything: all rows of up to ten, and many of more, those with one boundary among them."""
    chance = random.Random(count)
    rows = [[number >> place & 1 for place in range(count)] for number in range(1 << min(count, 10))]
    rows += [[int(place < ones) for place in range(count)] for ones in range(count + 1)]
    rows += [[chance.randint(0, 1) for _ in range(count)] for _ in range(200)]
    for row in rows:
        found = list(row)
        for layer in network(count):
            for one, other in layer:
                found[one], found[other] = min(found[one], found[other]), max(found[one], found[other])
        assert found == sorted(row)


def test_pairs_of_a_layer_have_no_place_in_common() -> None:
    """They can be compared at once."""
    for count in range(2, MOST):
        for layer in network(count):
            places = [place for pair in layer for place in pair]
            assert len(places) == len(set(places))


def _listed(in_polars: bool) -> list[str]:  # noqa: FBT001 - the two cases of a test
    names, words = ["a", "b", "c"], ["first", "second", "third"]
    frame = pl.DataFrame({"a": [30, LAST, LAST, 0], "b": [4, 7, LAST, 1], "c": [LAST, 5, LAST, 2]})
    if in_polars:
        with speaking(pl):
            return ordered(frame.lazy(), names).select(listed(names, words, "; ").alias("said")).collect()["said"].to_list()
    lazily = nw.from_native(frame.lazy())
    return ordered(lazily, names).select(listed(names, words, "; ").alias("said")).collect()["said"].to_list()


@pytest.mark.parametrize("in_polars", [True, False])
def test_words_stand_in_the_order_of_their_keys(in_polars: bool) -> None:  # noqa: FBT001 - the two cases
    """The last digit of a key, to the base of the words, says which; what is not there is left out."""
    assert _listed(in_polars) == ["second; first", "third; second", "", "first; second; third"]
