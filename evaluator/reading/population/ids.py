"""Ids that were seen: sixteen bytes each, so that ten million fit into some 200 megabytes.

An id is kept as two hashes, of 64 and 32 bits, and the number of its row; two different ids among ten million are taken for one
with a chance below one in 10^15. The hashes stand in a few sorted runs of growing size, merged as they fill up: looking up a
chunk is a binary search in each, and the whole costs little more than sorting all ids once.
"""

from __future__ import annotations

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

        keys = pl.DataFrame({"key": ids.hash(_SEEDS[0]), "check": _short(ids), "row": numbers.cast(pl.UInt32), "place": range(len(ids))})
        keys = keys.with_columns(pl.col("place").cast(pl.UInt32)).sort("key", "check", "row")
        found = self._before(keys)
        first = pl.struct("key", "check").is_first_distinct()
        within = keys.with_columns(first=pl.when(first).then(pl.col("row")).forward_fill(), again=~first).filter("again")
        found |= {place: row for place, row in zip(within["place"], within["first"], strict=True) if place not in found}
        new = keys.filter(~pl.col("place").is_in(list(found))) if found else keys
        self._remember(new.drop("place"))
        return found

    def _before(self, keys: pl.DataFrame) -> dict[int, int]:
        found: dict[int, int] = {}
        for run in self._runs:
            at = run["key"].search_sorted(keys["key"])
            at = at.clip(0, run.height - 1) if run.height else at
            same = (run["key"].gather(at) == keys["key"]) & (run["check"].gather(at) == keys["check"])
            if same.any():
                found |= dict(zip(keys["place"].filter(same), run["row"].gather(at.filter(same)), strict=True))
        return found

    def _remember(self, keys: pl.DataFrame) -> None:
        if keys.height:
            self._runs.append(keys)
        while len(self._runs) > 1 and self._runs[-1].height * 2 > self._runs[-2].height:
            last, before = self._runs.pop(), self._runs.pop()
            self._runs.append(before.merge_sorted(last, key="key"))


def _short(ids: pl.Series) -> pl.Series:
    import polars as pl

    return (ids.hash(_SEEDS[1]) % 2**32).cast(pl.UInt32)
