"""The gaps of one role, in order, and the questions about it, as expressions over the columns that the plan made."""

from __future__ import annotations

import functools
import itertools
import operator
from collections.abc import Iterable, Sequence
from fractions import Fraction

import attrs
import narwhals as nw

from evaluator.conditions import plain
from evaluator.engines.columns import language as x
from evaluator.engines.columns.distances import Distances
from evaluator.engines.columns.language import Of
from evaluator.engines.columns.plan import DOUBT, FrameT, Plan, applying, held
from evaluator.engines.columns.tallies import is_false
from evaluator.engines.columns.truths import NEAR, any_of
from evaluator.model import Criterion, Role

SEPARATOR = ", "


def gaps_column(role: Role) -> str:
    """Name the column that lists a role's gaps by id, in order."""
    return f"gaps.{role.id}"


@attrs.frozen(kw_only=True)
class Gaps:
    """Lists the gaps of one role; most of their order is fixed by the pack, the rest by how far each is."""

    plan: Plan
    role: Role

    def add(self, frame: FrameT) -> FrameT:
        """Add the column of gaps, and the doubts that their order is in."""
        groups = self._groups()
        tied = [criterion for group in groups if len(group) > 1 for criterion in group]
        distances = Distances(truths=self.plan.truths)
        measured = [distances.of(plain(criterion.when)).alias(self._name("far", criterion)) for criterion in tied]
        measured += [self._almost(criterion).alias(self._name("near", criterion)) for criterion in tied if criterion.almost is not None]
        unmet = [self._unmet(criterion).alias(self._name("unmet", criterion)) for criterion in self.role.criteria]
        frame = frame.with_columns(*unmet, *measured)
        ranks = [
            self._rank(criterion, group).alias(self._name("rank", criterion)) for group in groups if len(group) > 1 for criterion in group
        ]
        if ranks:
            frame = frame.with_columns(*ranks, (x.col(DOUBT) | any_of(self._doubts(groups))).alias(DOUBT))
        frame = frame.with_columns(self._listed(groups).alias(gaps_column(self.role)))
        return frame.drop(*self._scratch(tied))

    def _name(self, what: str, criterion: Criterion) -> str:
        return f"{what}.{criterion.key}"

    def _scratch(self, tied: Sequence[Criterion]) -> list[str]:
        names = [self._name("unmet", criterion) for criterion in self.role.criteria]
        names += [self._name(what, criterion) for what in ("far", "rank") for criterion in tied]
        return names + [self._name("near", criterion) for criterion in tied if criterion.almost is not None]

    def _groups(self) -> list[list[Criterion]]:
        """Return the criteria in the order that the pack fixes; those that only distance can order stand together."""

        def order(criterion: Criterion) -> tuple[bool, Fraction]:
            return (not criterion.required, -Fraction(criterion.weight))

        return [list(group) for _, group in itertools.groupby(sorted(self.role.criteria, key=order), key=order)]

    def _unmet(self, criterion: Criterion) -> nw.Expr:
        unmet = is_false(x.col(held(criterion)))
        return unmet if criterion.applies_when is None else unmet & x.col(applying(criterion)).fill_null(value=False)

    def _almost(self, criterion: Criterion) -> nw.Expr:
        return x.lit(False) if criterion.almost is None else self.plan.truths.of(criterion.almost).fill_null(value=False)  # noqa: FBT003

    def _rank(self, criterion: Criterion, group: Sequence[Criterion]) -> nw.Expr:
        """Return how many gaps of the group come before this one."""
        place = group.index(criterion)
        before = [self._before(other, criterion, first=group.index(other) < place) for other in group if other is not criterion]
        return functools.reduce(operator.add, [x.when(one).then(x.lit(1)).otherwise(x.lit(0)) for one in before])

    def _before(self, one: Criterion, other: Criterion, *, first: bool) -> nw.Expr:
        closer = x.col(self._name("far", one)) < x.col(self._name("far", other))
        level = x.col(self._name("far", one)) == x.col(self._name("far", other))
        by_distance = closer | level if first else closer
        nears = [x.lit(False) if each.almost is None else x.col(self._name("near", each)) for each in (one, other)]  # noqa: FBT003
        if one.almost is None and other.almost is None:
            ordered = by_distance
        else:
            ordered = (nears[0] & ~nears[1]) | ((nears[0] == nears[1]) & by_distance)
        return x.col(self._name("unmet", one)) & ordered

    def _doubts(self, groups: Iterable[Sequence[Criterion]]) -> list[nw.Expr]:
        """Return where two distances differ by no more than rounding could make them."""
        found: list[nw.Expr] = []
        for one, other in (pair for group in groups for pair in itertools.combinations(group, 2)):
            apart = (x.col(self._name("far", one)) - x.col(self._name("far", other))).abs()
            both = x.col(self._name("unmet", one)) & x.col(self._name("unmet", other))
            found.append(both & (apart > 0) & (apart <= NEAR))
        return found

    def _listed(self, groups: Iterable[Sequence[Criterion]]) -> nw.Expr:
        places = [place for group in groups for place in self._places(group)]
        return x.joined(*places, separator=SEPARATOR) if len(places) > 1 else places[0].fill_null("")

    def _places(self, group: Sequence[Criterion]) -> list[nw.Expr]:
        nothing = x.nothing(Of.TEXT)
        if len(group) == 1:
            return [x.when(x.col(self._name("unmet", group[0]))).then(x.lit(group[0].id)).otherwise(nothing)]
        found: list[nw.Expr] = []
        for place in range(len(group)):
            chosen = nothing
            for criterion in group:
                here = x.col(self._name("unmet", criterion)) & (x.col(self._name("rank", criterion)) == place)
                chosen = x.when(here).then(x.lit(criterion.id)).otherwise(chosen)
            found.append(chosen)
        return found
