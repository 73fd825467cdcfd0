"""A population, a pack and what is asked → the impact on groups, for each role and for everybody's next step."""

from __future__ import annotations

from collections.abc import Iterator

import attrs

from evaluator.calibrate.impact.asking import Among, Asked, Law, Pool, Pools
from evaluator.calibrate.impact.drivers import Driver, Drivers
from evaluator.calibrate.impact.groups import Dimension, crossed, dimensions
from evaluator.calibrate.impact.law import LawTables, counted, law_tables
from evaluator.calibrate.impact.measures import Comparison, Group, compared
from evaluator.calibrate.people import People
from evaluator.model import Role


@attrs.frozen(kw_only=True)
class Outcome:
    """One dimension of a pool: selection with what is unknown at its worst, and at its best; people of `unknown` group in neither.

    `undecided` says, by group, of how many more it hangs on what is unknown whether they are selected.
    """

    dimension: Dimension
    worse: Comparison
    better: Comparison
    unknown: int
    undecided: dict[str, int]
    drivers: tuple[Driver, ...] = ()


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
    assessing = _Assessing(pools=Pools(people=people, asked=asked), by=by, law=law)
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

    def of(self, pool: Pool) -> Assessed:
        asked, selected = self.pools.asked, int(pool.low.sum())
        return Assessed(
            role=pool.role,
            considered=int(pool.who.sum()),
            selected=selected,
            undecided=int(pool.high.sum()) - selected,
            outcomes=tuple(self._outcomes(pool)),
            law=law_tables(pool, self.law, asked.law) if self.law and asked.law else None,
        )

    def _outcomes(self, pool: Pool) -> Iterator[Outcome]:
        asked = self.pools.asked
        looked_at = Drivers(judged=self.pools.judged, role=pool.role, pool=pool, selected=asked.selected) if pool.role else None
        for dimension in self.by:
            low, high = (counted(dimension, pool.who, yes) for yes in (pool.low, pool.high))
            few = [name for name, one in low.items() if one.considered < asked.smallest]
            worse = compared(low, left_out=few)
            yield Outcome(
                dimension=dimension,
                worse=worse,
                better=compared(high, left_out=few),
                unknown=int(pool.who.sum()) - sum(one.considered for one in low.values()),
                undecided={name: high[name].selected - low[name].selected for name in low},
                drivers=looked_at.by(dimension, worse, few) if looked_at else (),
            )
