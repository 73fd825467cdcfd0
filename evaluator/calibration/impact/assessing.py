"""A population, a pack and what is asked → the impact on groups, for each role and for everybody's next step."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import attrs

from evaluator.calibration.disclosure import Disclosure, Selection, disclosures
from evaluator.calibration.impact.drivers import Driver, Drivers
from evaluator.calibration.impact.groups import Dimension, crossed, dimensions
from evaluator.calibration.impact.law import LawTables, law_tables
from evaluator.calibration.impact.measures import Comparison, Group
from evaluator.calibration.impact.request import Among, Asked, Law, Pool, Pools
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
        return (*apart, *(one.name for one in self.told.hidden))


@attrs.frozen(kw_only=True)
class Assessed:
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
    asked: Asked
    dimensions: tuple[Dimension, ...]
    together: Assessed | None
    roles: tuple[Assessed, ...]

    @property
    def pools(self) -> tuple[Assessed, ...]:
        """Everybody's next step first, where there is such a pool, then the roles."""
        return self.roles if self.together is None else (self.together, *self.roles)

    @property
    def behind(self) -> tuple[Group, ...]:
        """Every group in any pool that is behind another: of twenty that chance puts there, one is so significantly."""
        return tuple(group for one in self.pools for by in one.outcomes for group in by.worse.behind)


def impact(people: People, asked: Asked) -> Impact:
    """Assess the impact on groups; raises PopulationProblem where groups cannot be told apart as asked."""
    by = dimensions(people, asked.by, asked.words)
    law = None if asked.law is None else _law_dimensions(people, asked, asked.law)
    each = disclosures(asked.rule, (*(law or ()), *by))
    assessing = _Assessing(pools=Pools(people=people, asked=asked), by=by, law=law, disclosures=each)
    pools = list(assessing.pools.each())
    together = assessing.pools.together(pools) if not asked.roles and asked.among is Among.CANDIDATES and pools else None
    return Impact(
        people=people,
        asked=asked,
        dimensions=by,
        together=None if together is None else assessing.of(together),
        roles=tuple(assessing.of(pool) for pool in pools),
    )


def _law_dimensions(people: People, asked: Asked, law: Law) -> tuple[Dimension, Dimension, Dimension]:
    sex, ethnicity = dimensions(people, (law.sex, law.ethnicity), asked.words)
    return (sex, ethnicity, crossed([sex, ethnicity]))


@attrs.frozen(kw_only=True)
class _Assessing:
    pools: Pools
    by: tuple[Dimension, ...]
    law: tuple[Dimension, Dimension, Dimension] | None
    disclosures: Mapping[tuple[str, ...], Disclosure]

    def of(self, pool: Pool) -> Assessed:
        asked, selected = self.pools.asked, int(pool.low.sum())
        return Assessed(
            role=pool.role,
            considered=int(pool.who.sum()),
            selected=selected,
            undecided=int(pool.high.sum()) - selected,
            outcomes=tuple(self._outcomes(pool)),
            law=law_tables(pool, [self.disclosures[one.columns] for one in self.law], asked.law) if self.law and asked.law else None,
        )

    def _outcomes(self, pool: Pool) -> Iterator[Outcome]:
        asked = self.pools.asked
        looked_at = Drivers(judged=self.pools.judged, role=pool.role, pool=pool, selected=asked.selected) if pool.role else None
        for dimension in self.by:
            disclosure = self.disclosures[dimension.columns]
            told = disclosure.selection(pool.who, pool.low)
            better = disclosure.more(told, pool.who, pool.high)
            undecided = {}
            if better is not None:
                undecided = {one.name: better.group(one.name).counts.selected - one.counts.selected for one in told.comparison.groups}
            drivers = looked_at.by(disclosure, told) if looked_at and told.names else ()
            yield Outcome(dimension=dimension, told=told, better=better, undecided=undecided, drivers=drivers)
