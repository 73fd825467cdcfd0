"""A population, a pack and what is asked → the impact on groups, for each role and for everybody's next step."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import attrs

from evaluator.calibration.disclosure import Disclosure, Selection, disclosures
from evaluator.calibration.impact.drivers import Driver, Drivers
from evaluator.calibration.impact.groups import Dimension, crossed, dimensions
from evaluator.calibration.impact.law import LawTables, law_tables
from evaluator.calibration.impact.measures import Comparison, Group
from evaluator.calibration.impact.request import Among, ImpactRequest, Law, Pool, Pools
from evaluator.calibration.people import People
from evaluator.core.model import Role


@attrs.frozen(kw_only=True)
class Outcome:
    """One dimension of a pool: what is told of selection with what is unknown at its worst, and, where it is, at its best.

    `undecided` says, by group, of how many more it hangs on what is unknown whether they are selected.
    """

    dimension: Dimension
    told: Selection
    better: Comparison | None
    undecided: dict[str, int]
    drivers: tuple[Driver, ...] = ()

    @property
    def worse(self) -> Comparison:
        """How groups compare with what is unknown at its worst."""
        return self.told.comparison

    @property
    def unheld(self) -> tuple[str, ...]:
        """The groups that are considered and in no comparison."""
        apart = (group.name for group in self.worse.groups if not group.compared)
        return (*apart, *(hidden.name for hidden in self.told.hidden))


@attrs.frozen(kw_only=True)
class PoolImpact:
    """The impact within one pool: that of a role, or of everybody's next step where `role` is None."""

    role: Role | None
    considered: int
    selected: int
    undecided: int
    outcomes: tuple[Outcome, ...]
    law: LawTables | None


@attrs.frozen(kw_only=True)
class Impact:
    """The whole assessment: what was asked of whom, each pool, and how many ratios were compared in all."""

    people: People
    asked: ImpactRequest
    dimensions: tuple[Dimension, ...]
    together: PoolImpact | None
    roles: tuple[PoolImpact, ...]

    @property
    def pools(self) -> tuple[PoolImpact, ...]:
        """Everybody's next step first, where there is such a pool, then the roles."""
        return self.roles if self.together is None else (self.together, *self.roles)

    @property
    def behind(self) -> tuple[Group, ...]:
        """Every group in any pool that is behind another: of twenty that chance puts there, one is so significantly."""
        return tuple(group for pool in self.pools for by in pool.outcomes for group in by.worse.behind)


def impact(people: People, impact_request: ImpactRequest) -> Impact:
    """Assess the impact on groups; raises PopulationProblem where groups cannot be told apart as asked."""
    by = dimensions(people, impact_request.by, impact_request.words)
    law = None if impact_request.law is None else _law_dimensions(people, impact_request, impact_request.law)
    each = disclosures(impact_request.rule, (*(law or ()), *by))
    assessing = _Assessing(pools=Pools(people=people, asked=impact_request), by=by, law=law, disclosures=each)
    pools = list(assessing.pools.each())
    together = assessing.pools.together(pools) if not impact_request.roles and impact_request.among is Among.CANDIDATES and pools else None
    return Impact(
        people=people,
        asked=impact_request,
        dimensions=by,
        together=None if together is None else assessing.of(together),
        roles=tuple(assessing.of(pool) for pool in pools),
    )


def _law_dimensions(people: People, impact_request: ImpactRequest, law: Law) -> tuple[Dimension, Dimension, Dimension]:
    sex, ethnicity = dimensions(people, (law.sex, law.ethnicity), impact_request.words)
    return (sex, ethnicity, crossed([sex, ethnicity]))


@attrs.frozen(kw_only=True)
class _Assessing:
    pools: Pools
    by: tuple[Dimension, ...]
    law: tuple[Dimension, Dimension, Dimension] | None
    disclosures: Mapping[tuple[str, ...], Disclosure]

    def of(self, pool: Pool) -> PoolImpact:
        impact_request, selected = self.pools.asked, int(pool.low.sum())
        return PoolImpact(
            role=pool.role,
            considered=int(pool.who.sum()),
            selected=selected,
            undecided=int(pool.high.sum()) - selected,
            outcomes=tuple(self._outcomes(pool)),
            law=law_tables(pool, [self.disclosures[dimension.columns] for dimension in self.law], impact_request.law)
            if self.law and impact_request.law
            else None,
        )

    def _outcomes(self, pool: Pool) -> Iterator[Outcome]:
        impact_request = self.pools.asked
        looked_at = Drivers(judged=self.pools.judged, role=pool.role, pool=pool, selected=impact_request.selected) if pool.role else None
        for dimension in self.by:
            disclosure = self.disclosures[dimension.columns]
            selection = disclosure.selection(pool.who, pool.low)
            better = disclosure.more(selection, pool.who, pool.high)
            undecided = {}
            if better is not None:
                undecided = {
                    group.name: better.group(group.name).counts.selected - group.counts.selected for group in selection.comparison.groups
                }
            drivers = looked_at.by(disclosure, selection) if looked_at and selection.names else ()
            yield Outcome(dimension=dimension, told=selection, better=better, undecided=undecided, drivers=drivers)
