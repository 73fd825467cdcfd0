"""A pack and people held in memory → every role's verdict and score for everybody, exact to the last one."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property

import attrs
import polars as pl

from evaluator.calibration.people import People
from evaluator.core.model import Criterion, Pack, Role
from evaluator.engines.columns.language import speaking
from evaluator.engines.columns.plan import applying, held, side
from evaluator.packs.changes.same_meaning import meaning, role_meaning

SIDES = ("low", "high")
"""With everything unknown at its worst, and at its best."""


@attrs.frozen(slots=False, kw_only=True)
class JudgedPeople:
    """People judged for some roles by a pack that has the attributes they were read with; other parts of it may differ."""

    people: People
    pack: Pack
    roles: tuple[Role, ...]

    @cached_property
    def truths(self) -> pl.DataFrame:
        """The truth of every criterion and of what says whether it applies, in the columns that `held` and `applying` name."""
        conditions = [(held(criterion), criterion.when) for role in self.roles for criterion in role.criteria]
        conditions += [
            (applying(criterion), criterion.applies_when)
            for role in self.roles
            for criterion in role.criteria
            if criterion.applies_when is not None
        ]
        found = self.people.truths(condition for _, condition in conditions)
        return pl.DataFrame({name: found[meaning(condition)] for name, condition in conditions})

    @cached_property
    def sides(self) -> pl.DataFrame:
        """Each role's verdict `v` (its place, the best is 0), met weight `m` and weight `w` on both sides, as `side` names them.

        What was worked out for a role that means the same, by the same verdict bands, is not worked out again.
        """
        known, keys = self.people.sides, {role.id: role_meaning(role, self.pack) for role in self.roles}
        if new := [role for role in self.roles if keys[role.id] not in known]:
            frame = sides(self.people, self.pack, self.truths, new)
            names = {role.id: [side(role, what, which) for what in "vmw" for which in SIDES] for role in new}
            known.update({keys[role.id]: frame.select(names[role.id]) for role in new})
        return pl.concat([known[keys[role.id]] for role in self.roles], how="horizontal") if self.roles else pl.DataFrame()

    def verdict(self, role: Role, which: str) -> pl.Series:
        """Return the place of everybody's verdict for a role on one side; the best is 0."""
        return self.sides[side(role, "v", which)]

    def pairs(self, role: Role) -> pl.Series:
        """Return everybody's verdict for a role as one number: `low * len(verdicts) + high`, by the verdicts on that role."""
        low, high = (self.verdict(role, which).cast(pl.Int16) for which in SIDES)
        return (low * len(self.pack.verdicts_of(role)) + high).alias(role.id)

    def states(self, criterion: Criterion) -> tuple[pl.Series, pl.Series | None]:
        """Return whether a criterion held for everybody, and whether it applied; None for one that always does."""
        applies = None if criterion.applies_when is None else self.truths[applying(criterion)]
        return self.truths[held(criterion)], applies


def judged(people: People, pack: Pack, roles: Sequence[Role] | None = None) -> JudgedPeople:
    """Judge people for some roles, or all; raises ValueError for a pack with other attributes than they were read with."""
    if pack.attributes is not people.pack.attributes and pack.attributes != people.pack.attributes:
        raise ValueError("people have to be read with the attributes of the pack that judges them")
    if pack.ready_order and pack is not people.pack:
        people = attrs.evolve(people, pack=pack)  # who is ready for what hangs on the rules of the pack
    return JudgedPeople(people=people, pack=pack, roles=pack.judged_roles if roles is None else tuple(roles))


def sides(people: People, pack: Pack, truths: pl.DataFrame, roles: Sequence[Role]) -> pl.DataFrame:
    """Judge roles, which need not be the pack's own, by the pack's verdict bands from the truths of their criteria.

    Returns each role's verdict, met weight and weight on both sides, as `JudgedPeople.sides` does, a row for each of `truths`.
    """
    narrow = attrs.evolve(pack, roles={role.id: role for role in roles}, moves=())
    plan = attrs.evolve(people.plan, pack=narrow)
    names = [side(role, what, which) for role in roles for what in "vmw" for which in SIDES]
    with speaking(pl):
        frame: pl.LazyFrame = plan.verdicts(truths.lazy())
    return frame.select(names).collect()
