"""What drives a disparity: how each criterion by itself falls on groups, and what verdicts would be if everybody met it."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from fractions import Fraction
from functools import cached_property
from typing import TYPE_CHECKING

import attrs

from evaluator.calibrate.impact.asking import Pool
from evaluator.calibrate.impact.groups import Dimension
from evaluator.calibrate.impact.measures import Comparison, compared
from evaluator.calibrate.judged import Judged
from evaluator.calibrate.statistics import Counts
from evaluator.engines.columns.language import speaking
from evaluator.engines.columns.plan import applying, held, side
from evaluator.model import Criterion, Role

if TYPE_CHECKING:
    import polars as pl

_GROUP = "group"
_PEOPLE = "people"
_COUNTS = ("met", "applies", "unknown", "without")


@attrs.frozen(kw_only=True)
class Driver:
    """One criterion and its part in a disparity.

    `met` compares how often groups meet it, among those to whom it applies; who is `unknown` counts as not meeting it. `without`
    compares selection if everybody met it, all else as it is. `change` is how far that moves the ratio of the group that is worst
    hit today; None where there is none.
    """

    criterion: Criterion
    met: Comparison
    unknown: int
    not_applicable: int
    without: Comparison
    change: Fraction | None

    @property
    def order(self) -> tuple[bool, Fraction, Fraction]:
        """What puts those first without which the ratio of the worst hit would rise the most, then those that hit a group hardest."""
        hit = self.met.worst_hit
        own = -hit.shortfall if hit is not None and hit.shortfall is not None else Fraction(0)
        return (self.change is None, -(self.change or Fraction(0)), own)


@attrs.frozen(slots=False, kw_only=True)
class Drivers:
    """A role's criteria, looked at among the people of a pool; `selected` is the place of the verdict that is enough."""

    judged: Judged
    role: Role
    pool: Pool
    selected: int

    def by(self, dimension: Dimension, today: Comparison, left_out: Collection[str] = ()) -> tuple[Driver, ...]:
        """Return each criterion's part in a disparity as it is today, the largest first."""
        counts = self._counts(dimension)
        return tuple(sorted((self._driver(one, counts, today, left_out) for one in self.role.criteria), key=lambda driver: driver.order))

    def _driver(
        self, criterion: Criterion, counts: Mapping[str, Mapping[str, int]], today: Comparison, left_out: Collection[str]
    ) -> Driver:
        met, applies, unknown, selected = (
            {group: numbers[_named(what, criterion)] for group, numbers in counts.items()} for what in _COUNTS
        )
        people = {group: numbers[_PEOPLE] for group, numbers in counts.items()}
        without = compared({group: Counts(selected[group], people[group]) for group in counts}, left_out=left_out)
        worst = today.worst_hit
        after = None if worst is None else without.ratio(worst.name)
        return Driver(
            criterion=criterion,
            met=compared({group: Counts(met[group], applies[group]) for group in counts}, left_out=left_out),
            unknown=sum(unknown.values()),
            not_applicable=sum(people.values()) - sum(applies.values()),
            without=without,
            change=None if worst is None or worst.ratio is None or after is None else after - worst.ratio,
        )

    def _counts(self, dimension: Dimension) -> dict[str, dict[str, int]]:
        """Return what is counted of each criterion, by group; who belongs to none that is known is left out."""
        import polars as pl

        sums = [number.alias(_named(what, one)) for one in self.role.criteria for what, number in _numbers(one, self.selected).items()]
        grouped = self._frame.with_columns(dimension.labels.filter(self.pool.who).alias(_GROUP)).drop_nulls(_GROUP).group_by(_GROUP)
        rows = grouped.agg(pl.len().alias(_PEOPLE), *sums).to_dicts()
        return {row[_GROUP]: row for row in rows}

    @cached_property
    def _frame(self) -> pl.DataFrame:
        """What is true of the people of the pool, and their verdict on the worse side if a criterion were met by all.

        People of whom the same is true have the same verdicts, so each pattern of truths is judged once.
        """
        import polars as pl

        truths = self.judged.truths.select(_columns(self.role)).filter(self.pool.who)
        patterns = truths.unique(maintain_order=True)
        met = [patterns.with_columns(pl.lit(value=True).alias(held(one))) for one in self.role.criteria]
        verdicts = self._verdicts(pl.concat(met))
        parts = (verdicts.slice(place * patterns.height, patterns.height) for place in range(len(met)))
        judged = patterns.with_columns(part.alias(_named("verdict", one)) for part, one in zip(parts, self.role.criteria, strict=True))
        return truths.join(judged, on=truths.columns, how="left", nulls_equal=True, maintain_order="left")

    def _verdicts(self, truths: pl.DataFrame) -> pl.Series:
        """Return the place of the role's verdict on the worse side, for whatever is true."""
        import polars as pl

        narrow = attrs.evolve(self.judged.pack, roles={self.role.id: self.role}, moves=())
        with speaking(pl):
            found: pl.LazyFrame = attrs.evolve(self.judged.people.plan, pack=narrow).verdicts(truths.lazy())
        return found.select(side(self.role, "v", "low")).collect().to_series()


def _columns(role: Role) -> list[str]:
    return [*(held(one) for one in role.criteria), *(applying(one) for one in role.criteria if one.applies_when is not None)]


def _named(what: str, criterion: Criterion) -> str:
    return f"{what}.{criterion.id}"


def _numbers(criterion: Criterion, selected: int) -> dict[str, pl.Expr]:
    """Return what is counted of a criterion in each group; one that perhaps does not apply counts as unknown."""
    import polars as pl

    truth = pl.col(held(criterion))
    without = (pl.col(_named("verdict", criterion)) <= selected).sum()
    if criterion.applies_when is None:
        return {"met": truth.sum(), "applies": pl.len(), "unknown": truth.is_null().sum(), "without": without}
    applies = pl.col(applying(criterion))
    unknown = applies.is_null() | (applies & truth.is_null())
    counted = {"met": truth & applies, "applies": applies.fill_null(value=True), "unknown": unknown}
    return {name: number.sum() for name, number in counted.items()} | {"without": without}
