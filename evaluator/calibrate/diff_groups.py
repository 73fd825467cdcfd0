"""Selection rates before and after an edit, group by group: who is hit."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import TYPE_CHECKING

import attrs

from evaluator.calibrate.statistics import Counts, below_four_fifths, impact_ratio

if TYPE_CHECKING:
    import polars as pl

UNSTATED = "not stated"


@attrs.frozen(kw_only=True)
class Group:
    """One group: how many of it are ready before and after, of how many considered; impact ratios to the highest rate each time."""

    name: str | None
    before: Counts
    after: Counts
    ratio_before: Fraction | None
    ratio_after: Fraction | None
    falls_below: bool


@attrs.frozen(kw_only=True)
class GroupRates:
    """One fact of people's groups, such as sex, and its groups; who states none comes last and is in no comparison."""

    dimension: str
    groups: tuple[Group, ...]


def group_rates(groups: Sequence[tuple[str, pl.Series]], before: pl.Series, after: pl.Series) -> tuple[GroupRates, ...]:
    """Return the selection rates before and after by each fact of groups; `before` and `after` say who is ready."""
    return tuple(GroupRates(dimension=name, groups=_groups(labels, before, after)) for name, labels in groups)


def _groups(column: pl.Series, before: pl.Series, after: pl.Series) -> tuple[Group, ...]:
    import polars as pl

    frame = pl.DataFrame({"group": column, "before": before, "after": after})
    found = frame.group_by("group").agg(pl.len(), pl.col("before").sum(), pl.col("after").sum()).sort("group", nulls_last=True)
    counts = [(name, Counts(old, number), Counts(new, number)) for name, number, old, new in found.iter_rows()]
    known = [one for one in counts if one[0] is not None]
    best = [max((one[side] for one in known), key=_rate, default=Counts(0, 0)) for side in (1, 2)]
    return tuple(_group(name, old, new, best) for name, old, new in counts)


def _rate(counts: Counts) -> Fraction:
    return counts.rate or Fraction(0)


def _group(name: str | None, before: Counts, after: Counts, best: list[Counts]) -> Group:
    if name is None:
        return Group(name=None, before=before, after=after, ratio_before=None, ratio_after=None, falls_below=False)
    below = [below_four_fifths(one, top) for one, top in ((before, best[0]), (after, best[1]))]
    return Group(
        name=name,
        before=before,
        after=after,
        ratio_before=impact_ratio(before, best[0]),
        ratio_after=impact_ratio(after, best[1]),
        falls_below=below[1] and not below[0],
    )
