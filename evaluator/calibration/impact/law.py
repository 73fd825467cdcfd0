"""The tables of New York City's Local Law 144 (6 RCNY 5-301): selection and scoring, by sex, by race or ethnicity, and by both."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import TYPE_CHECKING

import attrs

from evaluator.calibration.disclosure import Disclosure
from evaluator.calibration.impact.measures import Comparison, compared
from evaluator.calibration.impact.request import Law, Pool

if TYPE_CHECKING:
    import polars as pl

SMALL = Fraction(2, 100)
"""A category under this share of a table's data may be left out of its ratios."""
SEX, ETHNICITY, BOTH = "sex", "race/ethnicity", "sex and race/ethnicity"


@attrs.frozen(kw_only=True)
class LawTable:
    """One table, of what may be told: people `beside` it belong to no category that is known, or is large enough, and are left out.

    `small` categories are under 2 % of its data; those `left_out`, with a reason, stay in the table without a ratio. `held` says that
    all of it is held back.
    """

    title: str
    comparison: Comparison
    beside: int | None
    small: tuple[str, ...]
    left_out: tuple[str, ...]
    hidden: tuple[str, ...] = ()
    unnamed: int = 0
    held: bool = False


@attrs.frozen(kw_only=True)
class LawTables:
    """The three tables of selection and the three of scoring, for one pool.

    `median` is that of the scores of everybody considered, of unknown category too; None where nobody has a score. `unscored` people
    have none and are in no table of scoring.
    """

    selection: tuple[LawTable, ...]
    scoring: tuple[LawTable, ...]
    median: float | None
    unscored: int
    reason: str | None


def law_tables(pool: Pool, by: Sequence[Disclosure], law: Law) -> LawTables:
    """Return a pool's tables, by sex, race or ethnicity, and both."""
    scored = pool.who & pool.score.is_not_null()
    median = pool.score.filter(scored).median()
    middle = median if isinstance(median, float) else None
    above = (pool.score > middle).fill_null(value=False) & scored if middle is not None else scored
    titles = dict(zip((SEX, ETHNICITY, BOTH), by, strict=True))
    return LawTables(
        selection=tuple(_table(title, disclosure, pool.who, pool.low, law) for title, disclosure in titles.items()),
        scoring=tuple(_table(title, disclosure, scored, above, law) for title, disclosure in titles.items()),
        median=middle,
        unscored=int((pool.who & ~scored).sum()),
        reason=law.reason,
    )


def _table(title: str, disclosure: Disclosure, who: pl.Series, yes: pl.Series, law: Law) -> LawTable:
    """Return a table; of small categories, which of them are left out of the ratios is for the law to say, and not for `smallest`."""
    selection = disclosure.selection(who, yes)
    counts = {group.name: group.counts for group in selection.comparison.groups}
    whole = sum(count.considered for count in counts.values())
    small = tuple(sorted(name for name, count in counts.items() if count.considered < SMALL * whole))
    left_out = small if law.reason else ()
    return LawTable(
        title=title,
        comparison=compared(counts, left_out=left_out),
        beside=selection.beside,
        small=small,
        left_out=left_out,
        hidden=tuple(hidden.name for hidden in selection.hidden),
        unnamed=selection.unnamed,
        held=selection.held is not None,
    )
