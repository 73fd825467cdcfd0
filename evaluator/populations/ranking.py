"""Candidates for one role in order: by verdict, score and the pack's tie-breakers, chunk after chunk, with ties shown as ties."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

import attrs

from evaluator.engines.columns.language import speaking
from evaluator.engines.columns.truths import column
from evaluator.kinds import Prefer
from evaluator.model import Attribute, Pack
from evaluator.populations.judging import Judge
from evaluator.populations.levels import tidy
from evaluator.populations.narrow import HIGH, LOW, shown
from evaluator.populations.request import Request
from evaluator.reading.population import Chunk
from evaluator.values import ORDERED, Kind

if TYPE_CHECKING:
    import polars as pl

RANK = "rank"
_KEYS = ((shown("v", LOW), False), (shown("v", HIGH), False), (shown("s", LOW), True), (shown("s", HIGH), True))
"""What orders candidates before any tie-breaker, and whether more of it is better."""


@attrs.frozen(kw_only=True)
class Breaker:
    """An attribute by which candidates with the same verdict and score are ordered; who lacks it comes last."""

    attribute: Attribute
    high: bool

    @property
    def key(self) -> str:
        """The column that orders by it."""
        return f"tie.{self.attribute.id}"


@attrs.frozen(kw_only=True)
class Ranking:
    """The best candidates, how many more share the last one's rank, and who was considered."""

    candidates: pl.DataFrame
    beyond: int
    judged: int
    holders: int
    rejected: int


def tie_breakers(pack: Pack) -> tuple[Breaker, ...]:
    """Return the tie-breakers that a pack declares, of attributes that can be ordered."""
    declared = [(pack.attributes[one.attribute], one.prefer) for one in pack.tie_breakers]
    usable = [(attribute, prefer) for attribute, prefer in declared if attribute.kind in ORDERED | {Kind.FLAG}]
    return tuple(Breaker(attribute=attribute, high=prefer is Prefer.HIGH) for attribute, prefer in usable)


@attrs.define(kw_only=True)
class Ranker:
    """Keeps the best candidates while a population goes by."""

    pack: Pack
    role: str
    top: int
    engine: str = "columns"

    def rank(self, people: Iterable[Chunk]) -> Ranking:
        """Rank everybody who does not hold the role already."""
        judge = Judge(pack=self.pack, request=Request(role=self.role, engine=self.engine))
        best: pl.DataFrame | None = None
        beyond = judged = holders = rejected = 0
        for chunk in people:
            others, held = self._others(chunk.frame)
            found = self._candidates(others, judge)
            holders, judged = holders + held, judged + others.height
            rejected += len({one.row for one in chunk.rejected})
            best, beyond = self._merged(best, found, beyond)
        if best is None:
            raise ValueError("a population has at least one chunk")
        return Ranking(candidates=self._ranked(best), beyond=beyond, judged=judged, holders=holders, rejected=rejected)

    def _others(self, frame: pl.DataFrame) -> tuple[pl.DataFrame, int]:
        """Leave out who holds the role, and count them."""
        import polars as pl

        place = list(self.pack.roles).index(self.role)
        others = frame.filter(pl.col("role").ne_missing(place))
        return others, frame.height - others.height

    def _candidates(self, frame: pl.DataFrame, judge: Judge) -> pl.DataFrame:
        """Return a chunk's people with what is told of them and what orders them, best first."""
        import polars as pl

        found = judge.judge(frame)
        told = tidy(frame, found, self.pack, judge.request, pl.DataFrame())
        keys = found.select(*(name for name, _ in _KEYS))
        return self._ordered(pl.concat([told, keys, self._ties(frame, judge)], how="horizontal"))

    def _ties(self, frame: pl.DataFrame, judge: Judge) -> pl.DataFrame:
        """Return what breaks ties: stated values, or computed ones."""
        import polars as pl

        breakers = tie_breakers(self.pack)
        with speaking(pl):
            derived: pl.DataFrame = judge.plan.derive(frame.lazy()).collect()
        return derived.select(pl.col(column(one.attribute.id)).cast(pl.Float64).alias(one.key) for one in breakers)

    def _keys(self) -> list[tuple[str, bool]]:
        return [*_KEYS, *((one.key, one.high) for one in tie_breakers(self.pack))]

    def _ordered(self, frame: pl.DataFrame) -> pl.DataFrame:
        keys = self._keys()
        return frame.sort([*(name for name, _ in keys), "row"], descending=[*(more for _, more in keys), False], nulls_last=True)

    def _merged(self, best: pl.DataFrame | None, found: pl.DataFrame, beyond: int) -> tuple[pl.DataFrame, int]:
        """Return the best so far, and how many more are level with the last of them."""
        import polars as pl

        everybody = found if best is None else self._ordered(pl.concat([best, found]))
        kept, rest = everybody.head(self.top), everybody.slice(self.top)
        if not kept.height or not (rest.height or beyond):
            return kept, 0
        names = [name for name, _ in self._keys()]
        last = kept.select(names).tail(1)
        level = rest.select(names).join(last, on=names, how="semi", nulls_equal=True).height
        still = best is not None and best.height == self.top and best.select(names).tail(1).equals(last)
        return kept, level + (beyond if still else 0)

    def _ranked(self, best: pl.DataFrame) -> pl.DataFrame:
        """Add each candidate's rank: as many as come before, and one; the same for those who are level."""
        import polars as pl

        names = [name for name, _ in self._keys()]
        ranked = best.with_row_index(RANK, offset=1).with_columns(pl.col(RANK).first().over(names))
        shown_ties = [self._told(ranked, one) for one in tie_breakers(self.pack)]
        told = [name for name in ranked.columns if name not in {*names, RANK}]
        return ranked.select(RANK, *told).with_columns(*shown_ties)

    def _told(self, frame: pl.DataFrame, one: Breaker) -> pl.Series:
        import polars as pl

        type_ = one.attribute.type
        values = frame[one.key].to_list()
        if one.attribute.kind is Kind.SCALE:
            return pl.Series(one.attribute.id, [None if value is None else type_.options[int(value)] for value in values], dtype=pl.String)
        return pl.Series(one.attribute.id, values, dtype=pl.Float64)
