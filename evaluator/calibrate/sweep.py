"""One threshold, or two at once, moved through values → how many are ready, nearly, not yet and undecided at each."""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import attrs

from evaluator.calibrate.impact.measures import Comparison, compared
from evaluator.calibrate.judged import SIDES, judged
from evaluator.calibrate.paths import Setting, Threshold, find, with_value
from evaluator.calibrate.people import People
from evaluator.calibrate.statistics import Confusion, Counts
from evaluator.diagnostics import Problems
from evaluator.engines.columns.plan import side
from evaluator.lint.logic import almost_not_weaker
from evaluator.model import Criterion, Move, Pack, Role

if TYPE_CHECKING:
    import polars as pl

    from evaluator.calibrate.deciding import Decided
    from evaluator.calibrate.impact.groups import Dimension

UNDECIDED = "undecided"
_AT_ONCE = 24


@attrs.frozen(kw_only=True)
class Rates:
    """How the groups of one dimension compare, by the measures of an impact report."""

    dimension: str
    comparison: Comparison


@attrs.frozen(kw_only=True)
class Point:
    """What comes of one setting: verdicts by their words, of how many; agreement with past decisions, and rates, where asked.

    `almost_too_near` says that with it what counts as almost met is no weaker than the criterion, which lint warns of as R304.
    """

    values: tuple[Setting, ...]
    today: bool
    counted: int
    numbers: Mapping[str, int]
    agreement: Confusion | None
    rates: tuple[Rates, ...]
    almost_too_near: bool


@attrs.frozen(kw_only=True)
class Sweep:
    """A sweep of one threshold or two: `points` has one for each value, or each pair of them.

    `role` is the role whose thresholds are moved, `subject` the one whose verdicts are counted, `people` all who were read.
    """

    pack: Pack
    people: People
    role: Role
    subject: Role
    thresholds: tuple[Threshold, ...]
    values: tuple[tuple[Setting, ...], ...]
    points: tuple[Point, ...]
    among_everyone: bool
    decided: int | None

    @property
    def words(self) -> tuple[str, ...]:
        """The verdicts, best first, and undecided."""
        return (*self.pack.verdicts, UNDECIDED)

    @property
    def today(self) -> Point:
        """The point at which the pack stands today."""
        return next(point for point in self.points if point.today)


@attrs.frozen(kw_only=True)
class Sweeper:
    """Judges people at each setting; `decided` are past decisions on the role with their people, `groups` by which rates are asked.

    Groups of fewer than `smallest` people are compared with nobody.
    """

    people: People
    among_everyone: bool = False
    decided: Decided | None = None
    groups: Sequence[Dimension] = ()
    smallest: int = 1

    def sweep(self, pack: Pack, role: Role, thresholds: Sequence[Threshold], values: Sequence[Sequence[Setting]]) -> Sweep:
        """Try every combination of values for one threshold or two of a role."""
        subject = judged_by(pack, role, thresholds)
        settings = list(itertools.product(*values))
        self._prepare(pack, role, subject, thresholds, settings)
        points = tuple(self._point(_set(pack, role, thresholds, setting), subject, setting, thresholds) for setting in settings)
        return Sweep(
            pack=pack,
            people=self.people,
            role=role,
            subject=subject,
            thresholds=tuple(thresholds),
            values=tuple(map(tuple, values)),
            points=points,
            among_everyone=self.among_everyone,
            decided=None if self.decided is None else len(self.decided.decisions),
        )

    def _prepare(
        self, pack: Pack, role: Role, subject: Role, thresholds: Sequence[Threshold], settings: Sequence[tuple[Setting, ...]]
    ) -> None:
        """Work out the truths of every setting in a few queries."""
        for start in range(0, len(settings), _AT_ONCE):
            packs = [_set(pack, role, thresholds, setting) for setting in settings[start : start + _AT_ONCE]]
            criteria = [one for changed in packs for one in changed.roles[subject.id].criteria]
            conditions = [one for criterion in criteria for one in (criterion.when, criterion.applies_when) if one is not None]
            for people in (self.people, *([self.decided.people] if self.decided else [])):
                people.truths(conditions)

    def _point(self, pack: Pack, subject: Role, setting: tuple[Setting, ...], thresholds: Sequence[Threshold]) -> Point:
        role = pack.roles[subject.id]
        rows = self._rows(pack, role)
        found = judged(self.people, pack, [role]).sides
        low, high = (found[side(role, "v", which)][rows] for which in SIDES)
        ready = (low == 0) & (high == 0)
        return Point(
            values=setting,
            today=all(value == one.value for value, one in zip(setting, thresholds, strict=True)),
            counted=len(rows),
            numbers=_numbers(low, high, pack),
            agreement=self._agreement(pack, role),
            rates=tuple(_rates(one, one.labels[rows], ready, self.smallest) for one in self.groups),
            almost_too_near=_almost_too_near(pack, thresholds),
        )

    def _rows(self, pack: Pack, role: Role) -> pl.Series:
        import polars as pl

        if self.among_everyone:
            return pl.int_range(self.people.height, dtype=pl.UInt32, eager=True)
        return self.people.candidates(role, pack.moves).arg_true()

    def _agreement(self, pack: Pack, role: Role) -> Confusion | None:
        if self.decided is None:
            return None
        said = judged(self.decided.people, pack, [role]).sides[side(role, "v", "low")] == 0
        pairs = list(zip(said, (one.promoted for one in self.decided.decisions), strict=True))
        return Confusion(
            true_positive=pairs.count((True, True)),
            false_positive=pairs.count((True, False)),
            false_negative=pairs.count((False, True)),
            true_negative=pairs.count((False, False)),
        )


def judged_by(pack: Pack, role: Role, thresholds: Sequence[Threshold]) -> Role:
    """Return the role whose verdicts a sweep shows: the one a move leads to where a move's threshold is moved, else the role itself."""
    move = next((one.owner for one in thresholds if isinstance(one.owner, Move)), None)
    return role if move is None else pack.roles[move.to]


def _set(pack: Pack, role: Role, thresholds: Sequence[Threshold], setting: tuple[Setting, ...]) -> Pack:
    for threshold, value in zip(thresholds, setting, strict=True):
        if value != threshold.value:
            pack = with_value(pack, find(pack, pack.roles[role.id], threshold.path), value)
    return pack


def _numbers(low: pl.Series, high: pl.Series, pack: Pack) -> dict[str, int]:
    decided = low == high
    found = {name: int((decided & (low == place)).sum()) for place, name in enumerate(pack.verdicts)}
    return {**found, UNDECIDED: int((~decided).sum())}


def _almost_too_near(pack: Pack, thresholds: Sequence[Threshold]) -> bool:
    """Whether lint would warn that whoever is close to a criterion that is moved has met it already."""
    moved = {one.owner.key for one in thresholds if isinstance(one.owner, Criterion)}
    roles = {role.id: attrs.evolve(role, criteria=tuple(one for one in role.criteria if one.key in moved)) for role in pack.roles.values()}
    problems = Problems()
    almost_not_weaker(attrs.evolve(pack, roles=roles), problems)
    return len(problems) > 0


def _rates(dimension: Dimension, labels: pl.Series, ready: pl.Series, smallest: int) -> Rates:
    import polars as pl

    frame = pl.DataFrame({"group": labels, "ready": ready}).drop_nulls("group")
    found = frame.group_by("group").agg(pl.col("ready").sum(), pl.len()).sort("group")
    counts = {name: Counts(selected, considered) for name, selected, considered in found.iter_rows()}
    few = [name for name, one in counts.items() if one.considered < smallest]
    return Rates(dimension=dimension.name, comparison=compared(counts, left_out=few))
