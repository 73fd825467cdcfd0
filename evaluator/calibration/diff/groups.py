"""Selection rates before and after an edit, group by group, as far as they may be told: who is hit."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction
from typing import TYPE_CHECKING

import attrs

from evaluator.calibration.disclosure import Disclosure, Rule
from evaluator.calibration.impact.groups import Words
from evaluator.calibration.impact.measures import Comparison
from evaluator.calibration.statistics import Counts

if TYPE_CHECKING:
    import polars as pl

UNSTATED = "not stated"


@attrs.frozen(kw_only=True)
class ByGroup:
    """That movers are counted by group, and nobody is named: what may be told, and which texts name a group."""

    rule: Rule = attrs.field(factory=Rule)
    words: Words = attrs.field(factory=Words)


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
    """One fact of people's groups, such as sex, and its groups; who states none comes last, where all is told, and is in no comparison.

    `held` says that nothing of it may be told here, `hidden` which groups may not.
    """

    dimension: str
    groups: tuple[Group, ...]
    held: bool = False
    hidden: tuple[str, ...] = ()


@attrs.frozen(kw_only=True)
class Readiness:
    """Who of all people is considered for a role, and who is ready for it before and after."""

    who: pl.Series
    before: pl.Series
    after: pl.Series


def group_rates(disclosures: Mapping[tuple[str, ...], Disclosure], ready: Readiness) -> tuple[GroupRates, ...]:
    """Return the selection rates before and after by each fact of groups."""
    return tuple(_rates(disclosure, ready) for disclosure in disclosures.values())


def _rates(disclosure: Disclosure, ready: Readiness) -> GroupRates:
    name = disclosure.dimension.name
    before = disclosure.selection(ready.who, ready.before)
    after = disclosure.more(before, ready.who, ready.after)
    exact = disclosure.rule.exact
    if after is None or not (before.names or exact):
        return GroupRates(dimension=name, groups=(), held=True)
    groups = [_group(one, before.comparison, after) for one in sorted(before.names)]
    unstated = _unstated(ready, before.comparison, after) if exact else ()
    return GroupRates(dimension=name, groups=(*groups, *unstated), hidden=tuple(hidden.name for hidden in before.hidden))


def _group(name: str, before: Comparison, after: Comparison) -> Group:
    old, new = before.group(name), after.group(name)
    return Group(
        name=name,
        before=old.counts,
        after=new.counts,
        ratio_before=old.ratio,
        ratio_after=new.ratio,
        falls_below=new.below_four_fifths and not old.below_four_fifths,
    )


def _unstated(ready: Readiness, before: Comparison, after: Comparison) -> Iterator[Group]:
    """Yield who states no group, by what is left of everybody."""
    known = sum((group.counts for group in before.groups), Counts(0, 0))
    rest = int(ready.who.sum()) - known.considered
    if rest:
        now = sum(group.counts.selected for group in after.groups)
        counts = [Counts(int(yes.sum()) - told, rest) for yes, told in ((ready.before, known.selected), (ready.after, now))]
        yield Group(name=None, before=counts[0], after=counts[1], ratio_before=None, ratio_after=None, falls_below=False)
