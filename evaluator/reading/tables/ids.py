"""Ids that were seen: sixteen bytes each, so that ten million fit into some 200 megabytes.

An id is kept as two hashes, of 64 and 32 bits, and the number of its row; two different ids among ten million are taken for one
with a chance below one in 10^15. The hashes stand in a few sorted runs of growing size, merged as they fill up: looking up a
chunk is a binary search in each, and the whole costs little more than sorting all ids once.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import polars as pl

_SEEDS = (0x5EED, 0xD00B)


class SeenIds:
    """The ids of a run, and the row in which each came first."""

    def __init__(self) -> None:
        self._runs: list[pl.DataFrame] = []

    def repeated(self, ids: pl.Series, numbers: pl.Series) -> dict[int, int]:
        """Return which places of a chunk hold an id that came before, with the row where it came first; remember the others."""
        import polars as pl

        places = pl.int_range(len(ids), dtype=pl.UInt32, eager=True)
        keys = pl.DataFrame({"key": ids.hash(_SEEDS[0]), "check": _short(ids), "row": numbers.cast(pl.UInt32), "place": places})
        keys = keys.sort("key", maintain_order=True)
        result = self._before(keys)
        for index, row in _within(keys):
            result.setdefault(index, row)
        new = keys.filter(~pl.col("place").is_in(list(result))) if result else keys
        self._remember(new.drop("place"))
        return result

    def _before(self, keys: pl.DataFrame) -> dict[int, int]:
        result: dict[int, int] = {}
        for run in self._runs:
            at = run["key"].search_sorted(keys["key"])
            at = at.clip(0, run.height - 1) if run.height else at
            same = (run["key"].gather(at) == keys["key"]) & (run["check"].gather(at) == keys["check"])
            if same.any():
                result |= dict(zip(keys["place"].filter(same), run["row"].gather(at.filter(same)), strict=True))
        return result

    def _remember(self, keys: pl.DataFrame) -> None:
        if keys.height:
            self._runs.append(keys)
        while len(self._runs) > 1 and self._runs[-1].height * 2 > self._runs[-2].height:
            last, before = self._runs.pop(), self._runs.pop()
            self._runs.append(before.merge_sorted(last, key="key"))


def _within(keys: pl.DataFrame) -> Iterator[tuple[int, int]]:
    """Yield the places of a chunk whose id stands in it before, with the row where it does."""
    import polars as pl

    key = keys["key"]
    if not (key == key.shift(1)).any():
        return
    first: dict[tuple[int, int], int] = {}
    for one, check, row, place in keys.filter(pl.col("key").is_duplicated()).iter_rows():
        if first.setdefault((one, check), row) != row:
            yield place, first[one, check]


def _short(ids: pl.Series) -> pl.Series:
    import polars as pl

    return (ids.hash(_SEEDS[1]) % 2**32).cast(pl.UInt32)
