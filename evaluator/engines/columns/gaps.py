"""The gaps of one role, in order, as expressions over the columns that the plan made."""

from __future__ import annotations

import functools
import itertools
import math
from collections.abc import Iterator, Sequence
from fractions import Fraction

import attrs
import narwhals as nw

from evaluator.core.conditions import attributes_read, plain
from evaluator.core.model import Criterion, Role
from evaluator.core.tally import cap_rank
from evaluator.engines.columns import language as x
from evaluator.engines.columns.distances import Distances
from evaluator.engines.columns.language import Of
from evaluator.engines.columns.ordering import LAST, Said, as_it_is, named, ordered, together
from evaluator.engines.columns.plan import DOUBT, FrameT, Plan, applying, held, side
from evaluator.engines.columns.tallies import is_false
from evaluator.engines.columns.truths import any_of, in_part_column
from evaluator.engines.columns.verdicts import verdict

SEPARATOR = ", "
_FINE = 1 << 30
"""Distances without a common denominator are compared in steps of one over this."""
_FAR = 1 << 50
"""A distance beyond so many steps is in doubt: it leaves no room for what else is in a key."""


def gaps_column(role: Role) -> str:
    """Name the column that lists a role's gaps by id, in order."""
    return f"gaps.{role.id}"


@attrs.frozen(kw_only=True)
class Gaps:
    """Lists the gaps of one role; most of their order is fixed by the pack, the rest by how far each is.

    `said` is what is written for the id of each, with a separator between two.
    """

    plan: Plan
    role: Role
    said: Said = as_it_is
    separator: str = SEPARATOR

    def add(self, frame: FrameT) -> FrameT:
        """Add the column of gaps, and the doubts that their order is in."""
        before = frame.collect_schema().names()
        tied = [group for group in self._groups if len(group.criteria) > 1]
        frame = frame.with_columns(*(self._unmet(criterion).alias(_name("unmet", criterion)) for criterion in self.role.criteria))
        if tied:
            frame = frame.with_columns(*(expression for group in tied for expression in group.distances()))
        if doubts := [doubt for group in tied for doubt in group.doubts()]:
            frame = frame.with_columns((x.col(DOUBT) | any_of(doubts)).alias(DOUBT))
        for group in tied:
            frame = ordered(frame.with_columns(*group.ranked()), group.columns)
        parts = [part for group in self._groups for part in self._places(group)]
        return frame.with_columns(together(parts, self.separator).alias(gaps_column(self.role))).select(*before, gaps_column(self.role))

    @functools.cached_property
    def _groups(self) -> list[Group]:
        """Return the criteria in the order that the pack fixes; those that only distance can order stand together."""
        verdicts = self.plan.pack.verdicts_of(self.role)

        def order(criterion: Criterion) -> tuple[int, bool, Fraction]:
            return (-cap_rank(criterion, verdicts), not criterion.required, -Fraction(criterion.weight))

        grouped = itertools.groupby(sorted(self.role.criteria, key=order), key=order)
        return [Group(plan=self.plan, criteria=tuple(group)) for _, group in grouped]

    def _unmet(self, criterion: Criterion) -> nw.Expr:
        unmet = is_false(x.col(held(criterion)))
        return unmet if criterion.applies_when is None else unmet & x.col(applying(criterion)).fill_null(value=False)

    def _places(self, group: Group) -> list[nw.Expr]:
        words = [self.said(criterion.id) for criterion in group.criteria]
        if len(words) > 1:
            return [named(x.col(name), words) for name in group.columns]
        return [x.when(x.col(_name("unmet", group.criteria[0]))).then(x.lit(words[0])).otherwise(x.nothing(Of.TEXT))]


def holders(plan: Plan, role: Role, said: Said = as_it_is, separator: str = SEPARATOR) -> nw.Expr:
    """Return the criteria of a role that hold its verdict, on one side or both, at what they cap at, in the order of gaps that cap."""
    capping = [criterion for criterion in role.criteria if criterion.caps_at is not None]
    holding: dict[str, list[nw.Expr]] = {criterion.id: [] for criterion in capping}
    for which, unknown_as_met in (("low", False), ("high", True)):
        given = verdict(plan.pack.bands_of(role), plan.tallies(role, unknown_as_met=unknown_as_met))
        found = x.col(side(role, "v", which))
        for criterion, (rank, one) in zip(capping, plan.caps(role, unknown_as_met=unknown_as_met), strict=True):
            holding[criterion.id].append((given < rank) & (found == rank) & one.unmet)
    order = sorted(capping, key=lambda criterion: -cap_rank(criterion, plan.pack.verdicts_of(role)))
    parts = [x.when(any_of(holding[criterion.id])).then(x.lit(said(criterion.id))).otherwise(x.nothing(Of.TEXT)) for criterion in order]
    return together(parts, separator) if parts else x.lit("")


@attrs.frozen(kw_only=True, slots=False)
class Group:
    """Criteria of a role that cap as low, are as required and weigh as much: first those almost met, then the closest, then the first."""

    plan: Plan
    criteria: Sequence[Criterion]

    @property
    def columns(self) -> list[str]:
        """The columns of keys."""
        return [_name("key", criterion) for criterion in self.criteria]

    @functools.cached_property
    def _common(self) -> int | None:
        """The common denominator of the distances that have one; None where it is too large."""
        found = [one for criterion in self.criteria if (one := self._plainly.denominator(plain(criterion.when))) is not None]
        common = math.lcm(*found)
        return common if common <= _FINE else None

    @functools.cached_property
    def _distances(self) -> Distances:
        common = self._common or 1
        exact = self._common is not None and all(map(self._exact, self.criteria))
        return Distances(truths=self.plan.truths, times=common if exact else -(-_FINE // common) * common)

    @functools.cached_property
    def _plainly(self) -> Distances:
        return Distances(truths=self.plan.truths)

    def _exact(self, criterion: Criterion) -> bool:
        return self._common is not None and self._plainly.denominator(plain(criterion.when)) is not None

    def distances(self) -> Iterator[nw.Expr]:
        """Yield how far each is, and where it is almost met."""
        for criterion in self.criteria:
            far = self._distances.unmet(plain(criterion.when))
            bounded = self._distances.bounded(plain(criterion.when))
            yield (far if bounded else x.when(far < _FAR).then(far).otherwise(x.lit(float(_FAR)))).alias(_name("far", criterion))
            if criterion.almost is not None:
                yield self.plan.truths.of(criterion.almost).fill_null(value=False).alias(_name("near", criterion))

    def doubts(self) -> Iterator[nw.Expr]:
        """Yield where two distances are closer than rounding, where one was no whole part, is out of range, or is that of a bound."""
        truths = self.plan.truths
        for criterion in self.criteria:
            read = [name for name in attributes_read([criterion.when]) if name in truths.bounded]
            yield from (_unmet(criterion) & x.col(in_part_column(name)) for name in read)
        vague = [criterion for criterion in self.criteria if not self._exact(criterion)]
        for one, other in itertools.combinations(self.criteria, 2):
            if one in vague or other in vague:
                apart = (_far(one) - _far(other)).abs()
                both = _unmet(one) & _unmet(other) & (apart <= 2)  # noqa: PLR2004 - each may be one step off
                yield both if any(self._distances.coarse(plain(each.when)) for each in (one, other)) else both & (apart > 0)
        for criterion in self.criteria:
            if criterion not in vague and self._distances.rounds(plain(criterion.when)):
                yield _unmet(criterion) & ((_far(criterion) - _far(criterion).round(0)).abs() > 0.01)  # noqa: PLR2004 - of one step
                yield from (_unmet(criterion) & finer for finer in self._distances.finer(plain(criterion.when)))
            if not self._distances.bounded(plain(criterion.when)):
                yield _unmet(criterion) & (_far(criterion) >= _FAR)

    def ranked(self) -> Iterator[nw.Expr]:
        """Yield the keys: almost met or not, how far, and the place in the pack."""
        for index, criterion in enumerate(self.criteria):
            far = _far(criterion) if self._exact(criterion) and not self._rounded(criterion) else _far(criterion).round(0)
            if criterion.almost is not None:
                far = x.when(x.col(_name("near", criterion))).then(far).otherwise(far + float(_FAR))
            elif any(one.almost is not None for one in self.criteria):
                far = far + float(_FAR)
            key = far.cast(x.type_of(Of.WHOLE)) * len(self.criteria) + index
            yield x.when(_unmet(criterion)).then(key).otherwise(x.lit(LAST, Of.WHOLE)).alias(_name("key", criterion))

    def _rounded(self, criterion: Criterion) -> bool:
        return self._distances.rounds(plain(criterion.when))


def _name(what: str, criterion: Criterion) -> str:
    return f"{what}.{criterion.key}"


def _far(criterion: Criterion) -> nw.Expr:
    return x.col(_name("far", criterion))


def _unmet(criterion: Criterion) -> nw.Expr:
    return x.col(_name("unmet", criterion))
