"""The single changes of a role, each tried alone: what it does to truths, and whose verdict it changes without the others."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from functools import cached_property

import attrs
import polars as pl

from evaluator.calibration.diff.people import Both, RoleVerdicts
from evaluator.calibration.judged import JudgedPeople, sides
from evaluator.core.attributes import Attribute
from evaluator.core.comparable import differ, spanless
from evaluator.core.model import Criterion, Role
from evaluator.core.ready_for import tests_of
from evaluator.core.results import State
from evaluator.engines.columns.plan import applying, held
from evaluator.packs.changes.rules import RolePair

_READ = ("type", "derivation", "absent_means", "may_be_given")
_COUNTED = ("when", "applies_when", "required", "weight", "kind", "caps_at")
_STATES = (State.MET, State.UNMET, State.UNKNOWN, State.NOT_APPLICABLE)


@attrs.frozen(kw_only=True)
class Cause:
    """One change that can move a verdict: a criterion on either side, or the verdict bands where both are None.

    `facts` says that the criterion reads as before and other values reach it: since an attribute that it reads is another one, which
    `attributes` says, or since other people are ready for roles that it asks about, which `through` has.
    """

    old: Criterion | None = None
    new: Criterion | None = None
    facts: bool = False
    attributes: bool = False
    through: tuple[Through, ...] = ()

    @property
    def criterion(self) -> Criterion | None:
        """The criterion, as it is now where it is still there."""
        return self.new or self.old


@attrs.frozen(kw_only=True)
class Through:
    """A role for which somebody is ready, or no longer, and the changes of it that alone do that; none where it takes several."""

    role: Role
    causes: tuple[Cause, ...]


@attrs.frozen(kw_only=True)
class Effect:
    """What one change does alone: how many people's criterion went from one state to another, and whose verdict it changes.

    `verdicts` are codes of everybody counted, with this change alone in the old role.
    """

    cause: Cause
    states: dict[tuple[State | None, State | None], int]
    verdicts: pl.Series

    def states_changed(self, *, to_met: bool) -> int:
        """Count those for whom the criterion came to be met, or no longer is."""
        return sum(
            number
            for (old, new), number in self.states.items()
            if (old is State.MET) != (new is State.MET) and (new is State.MET) == to_met and old is not None and new is not None
        )


@attrs.frozen(slots=False, kw_only=True)
class Causes:
    """Finds and tries the changes of a role that both packs judge, for the people at some places."""

    both: Both
    pair: RolePair
    rows: pl.Series

    @cached_property
    def found(self) -> tuple[Cause, ...]:
        """Every change that can move a verdict of the role."""
        causes = [cause for old, new in self.pair.criteria if (cause := self._cause(old, new)) is not None]
        return (*causes, Cause()) if self._bands_differ else tuple(causes)

    def _cause(self, old: Criterion | None, new: Criterion | None) -> Cause | None:
        if old is None or new is None or any(differ(getattr(old, field), getattr(new, field)) for field in _COUNTED):
            return Cause(old=old, new=new)
        if self.both.shared or self._as_before(old, new):
            return None
        return Cause(old=old, new=new, facts=True, attributes=self._reads_otherwise(new))

    def _reads_otherwise(self, criterion: Criterion) -> bool:
        """Whether an attribute that a criterion reads, or that one is computed from, is another one by the new pack."""
        waiting, seen = [*criterion.attributes_read], set[str]()
        while waiting:
            name = waiting.pop()
            old, new = (side.pack.attributes.get(name) for side in (self.both.old, self.both.new))
            if name in seen or (new is not None and new.ready_for is not None):
                continue
            if old is None or new is None or _meaning(old) != _meaning(new):
                return True
            seen.add(name)
            waiting += new.derivation.expression.inputs if new.derivation else ()
        return False

    def _as_before(self, old: Criterion, new: Criterion) -> bool:
        before, after = self.both.old.states(old), self.both.new.states(new)
        return all(
            series is other or (series is not None and other is not None and bool(series.eq_missing(other).all()))
            for series, other in zip(before, after, strict=True)
        )

    @property
    def _bands_differ(self) -> bool:
        sides = ((self.both.old.pack, self.pair.old), (self.both.new.pack, self.pair.new))
        bands = [[band.when for band in pack.bands_of(role)] for pack, role in sides if role is not None]
        return self._verdicts.before != self._verdicts.after or differ(bands[0], bands[-1])

    @cached_property
    def _verdicts(self) -> RoleVerdicts:
        return self.both.verdicts(self.pair)

    @cached_property
    def effects(self) -> tuple[Effect, ...]:
        """Each change tried alone."""
        return tuple(Effect(cause=cause, states=self._states(cause), verdicts=self._alone(cause)) for cause in self.found)

    def _states(self, cause: Cause) -> dict[tuple[State | None, State | None], int]:
        if cause.criterion is None:
            return {}
        before, after = (self._state(judged, criterion) for judged, criterion in ((self.both.old, cause.old), (self.both.new, cause.new)))
        counted = pl.DataFrame({"before": before, "after": after}).group_by("before", "after").len().iter_rows()
        states: dict[tuple[State | None, State | None], int] = {}
        for old, new, number in counted:
            states[None if old is None else _STATES[old], None if new is None else _STATES[new]] = number
        return states

    def _state(self, judged: JudgedPeople, criterion: Criterion | None) -> pl.Series:
        """Return the state of a criterion for the people counted, as its place among states; null where there is no such criterion."""
        if criterion is None:
            return pl.repeat(None, len(self.rows), dtype=pl.Int8, eager=True)
        holds, applies = judged.states(criterion)
        base = pl.select(pl.when(holds).then(0).when(~holds).then(1).otherwise(2).cast(pl.Int8)).to_series()
        if applies is not None:
            base = pl.select(pl.when(~applies).then(3).when(applies.is_null()).then(2).otherwise(base).cast(pl.Int8)).to_series()
        return base[self.rows]

    def _alone(self, cause: Cause) -> pl.Series:
        """Judge the old role with one change in it."""
        role = self.pair.old
        if role is None:
            raise ValueError(self.pair)
        columns: dict[str, pl.Series] = {}
        kept = [criterion for criterion in role.criteria if cause.old is None or criterion.id != cause.old.id]
        criteria = [self._with_truths(criterion, criterion.id, self.both.old, columns) for criterion in kept]
        if cause.new is not None:
            criteria.append(self._with_truths(cause.new, f"{cause.new.id}, as it is now", self.both.new, columns))
        other = None if cause.criterion else self.pair.new
        pack = self.both.old.pack if other is None else self.both.new.pack
        verdicts = self._verdicts.before if other is None else self._verdicts.after
        judged = role if other is None else attrs.evolve(role, track=other.track)
        changed = attrs.evolve(judged, criteria=tuple(self._with_cap_in(pack.verdicts_of(judged), criterion) for criterion in criteria))
        truths = pl.DataFrame(columns) if columns else pl.DataFrame({"nobody": self.rows})
        return self._verdicts.codes(sides(self.both.old.people, pack, truths, [changed]), changed, verdicts)

    def _with_cap_in(self, verdicts: Sequence[str], criterion: Criterion) -> Criterion:
        """Return a criterion that caps at one of a pack's verdicts: the best one that is no better, where its own is none of them."""
        if criterion.caps_at is None or criterion.caps_at in verdicts:
            return criterion
        order = self._verdicts.every.index
        lower = [verdict for verdict in verdicts if order(verdict) >= order(criterion.caps_at)]
        return attrs.evolve(criterion, caps_at=lower[0] if lower else verdicts[-1])

    def _with_truths(self, criterion: Criterion, name: str, judged: JudgedPeople, columns: dict[str, pl.Series]) -> Criterion:
        """Return a criterion under a name of its own, with its truths added to the columns."""
        own = attrs.evolve(criterion, id=name, role=self.pair.old.id if self.pair.old else criterion.role)
        holds, applies = judged.states(criterion)
        columns[held(own)] = holds[self.rows]
        if applies is not None:
            columns[applying(own)] = applies[self.rows]
        return own


def _meaning(attribute: Attribute) -> Hashable:
    return spanless([getattr(attribute, field) for field in _READ])


def asked_roles(cause: Cause) -> tuple[str, ...]:
    """Return the roles about which a criterion asks whether somebody is ready, where it reads as before."""
    conditions = () if cause.new is None or not cause.facts else cause.new.conditions
    return tuple(dict.fromkeys(role for condition in conditions for role, _ in tests_of(condition)))
