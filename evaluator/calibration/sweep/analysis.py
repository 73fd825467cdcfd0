"""One threshold, or two at once, moved through values → how many are ready, nearly, not yet and undecided at each."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

import attrs
import polars as pl

from evaluator.calibration.disclosure import Disclosure, Rule, Selection, disclosures
from evaluator.calibration.impact.measures import Comparison, compared
from evaluator.calibration.judged import SIDES, judged
from evaluator.calibration.people import People, read_by
from evaluator.calibration.statistics import Confusion
from evaluator.core.attributes import Attribute, LookupTable
from evaluator.core.conditions import AttributeTest, NamedCondition
from evaluator.core.model import UNDECIDED, Band, Criterion, Move, Pack, Role
from evaluator.core.pack_conditions import uses_of
from evaluator.core.ready_for import waiting_for
from evaluator.diagnostics import Problems
from evaluator.engines.columns.plan import side
from evaluator.engines.columns.truths import column
from evaluator.packs.lint.logic import almost_not_weaker
from evaluator.packs.other_values import with_value
from evaluator.packs.thresholds import Setting, Threshold, find, named_conditions_of, tables_of

if TYPE_CHECKING:
    from evaluator.calibration.backtest.deciding import RoleDecisions
    from evaluator.calibration.impact.groups import Dimension

_AT_ONCE = 24


@attrs.frozen(kw_only=True)
class Rates:
    """How the groups of one dimension compare, by the measures of an impact report.

    `held` says that this is held back at this value, `hidden` which groups are held back at every one.
    """

    dimension: str
    comparison: Comparison
    held: bool = False
    hidden: tuple[str, ...] = ()


@attrs.frozen(kw_only=True)
class OtherMovers:
    """Who gets another verdict than today for a role that asks who is ready for the one whose threshold is moved.

    `people` has their ids and names, and nobody where numbers are told by group.
    """

    role: Role
    better: int
    worse: int
    people: tuple[tuple[str, str | None], ...]


@attrs.frozen(kw_only=True)
class Point:
    """What comes of one setting: verdicts by their words, of how many; agreement with past decisions, and rates, where asked.

    `others` are those who move for roles that wait for this one.

    `almost_too_near` says that with it what counts as almost met is no weaker than the criterion, which lint warns of as R304.
    """

    values: tuple[Setting, ...]
    today: bool
    counted: int
    numbers: Mapping[str, int]
    agreement: Confusion | None
    rates: tuple[Rates, ...]
    almost_too_near: bool
    others: tuple[OtherMovers, ...] = ()


@attrs.frozen(kw_only=True)
class _JudgedPoint:
    """A point without rates, with whom it is about and who of all people is ready."""

    point: Point
    who: pl.Series
    ready: pl.Series


@attrs.frozen(kw_only=True)
class Sweep:
    """A sweep of one threshold or two: `points` has one for each value, or each pair of them.

    `role` is the role whose thresholds are moved, `subject` the one whose verdicts are counted, `people` all who were read. `waiting` are
    roles whose criteria ask who is ready for one whose criterion is moved. `rule` says what may be told by group.
    """

    pack: Pack
    people: People
    role: Role
    subject: Role
    waiting: tuple[Role, ...]
    thresholds: tuple[Threshold, ...]
    values: tuple[tuple[Setting, ...], ...]
    points: tuple[Point, ...]
    among_everyone: bool
    decided: int | None
    rule: Rule

    @property
    def words(self) -> tuple[str, ...]:
        """The verdicts, best first, and undecided."""
        return (*self.pack.verdicts_of(self.subject), UNDECIDED)

    @property
    def best(self) -> str:
        """What the best verdict is called on the role whose verdicts are counted."""
        return self.pack.best_of(self.subject)

    @property
    def unknown(self) -> tuple[Attribute, ...]:
        """What the thresholds are held against and is known of nobody."""
        tested = dict.fromkeys(one.test.attribute for one in self.thresholds if isinstance(one.test, AttributeTest))
        known = self.people.derived
        columns = {name: column(name) for name in tested if column(name) in known.columns}
        return tuple(self.pack.attributes[name] for name, values in columns.items() if not known[values].is_not_null().any())

    @property
    def today(self) -> Point:
        """The point at which the pack stands today."""
        return next(point for point in self.points if point.today)


@attrs.frozen(kw_only=True)
class Sweeper:
    """Judges people at each setting; `decided` are past decisions on the role with their people, `groups` by which rates are asked.

    `rule` says what may be told by group.
    """

    people: People
    among_everyone: bool = False
    decided: RoleDecisions | None = None
    groups: Sequence[Dimension] = ()
    rule: Rule = attrs.field(factory=Rule)

    def sweep(self, pack: Pack, role: Role, thresholds: Sequence[Threshold], values: Sequence[Sequence[Setting]]) -> Sweep:
        """Try every combination of values for one threshold or two of a role."""
        subject = judged_by(pack, role, thresholds)
        settings = list(itertools.product(*values))
        self._prepare(pack, role, subject, thresholds, settings)
        points = [self._point(pack, role, subject, setting, thresholds) for setting in settings]
        return Sweep(
            pack=pack,
            people=self.people,
            role=role,
            subject=subject,
            waiting=_waiting(pack, subject, thresholds),
            thresholds=tuple(thresholds),
            values=tuple(map(tuple, values)),
            points=tuple(self._with_rates(points)),
            among_everyone=self.among_everyone,
            decided=None if self.decided is None else len(self.decided.decisions),
            rule=self.rule,
        )

    def _with_rates(self, judged: Sequence[_JudgedPoint]) -> Iterator[Point]:
        """Yield the points with the rates that may be told: of today first, then of those next to it, as long as none tells too much."""
        told: list[list[Rates]] = [[] for _ in judged]
        today = next(place for place, one in enumerate(judged) if one.point.today)
        for disclosure in disclosures(self.rule, self.groups).values():
            order = sorted(range(len(judged)), key=lambda position: (abs(position - today), position))
            first, base = _base(disclosure, judged, order)
            for index in order:
                judged_point = judged[index]
                comparison = base.comparison if index == first else disclosure.more(base, judged_point.who, judged_point.ready)
                held, hidden = comparison is None or not (base.names or self.rule.exact), tuple(group.name for group in base.hidden)
                shown = compared({}) if comparison is None else comparison
                told[index].append(Rates(dimension=disclosure.dimension.name, comparison=shown, held=held, hidden=hidden))
        for judged_point, rates in zip(judged, told, strict=True):
            yield attrs.evolve(judged_point.point, rates=tuple(rates))

    def _prepare(
        self, pack: Pack, role: Role, subject: Role, thresholds: Sequence[Threshold], settings: Sequence[tuple[Setting, ...]]
    ) -> None:
        """Work out the truths of every setting in a few queries."""
        for start in range(0, len(settings), _AT_ONCE):
            packs = [_set(pack, role, thresholds, setting) for setting in settings[start : start + _AT_ONCE]]
            alike = [changed for changed in packs if changed.attributes == self.people.pack.attributes]
            criteria = [criterion for changed in alike for criterion in changed.roles[subject.id].criteria]
            conditions = [one for criterion in criteria for one in criterion.conditions]
            for people in (self.people, *([self.decided.people] if self.decided else [])):
                people.truths(conditions)

    def _point(
        self, today: Pack, moved: Role, subject: Role, setting: tuple[Setting, ...], thresholds: Sequence[Threshold]
    ) -> _JudgedPoint:
        pack = _set(today, moved, thresholds, setting)
        role = pack.roles[subject.id]
        who = self._who(pack, role)
        frame = judged(read_by(pack, self.people), pack, [role]).sides
        low, high = (frame[side(role, "v", which)] for which in SIDES)
        point = Point(
            values=setting,
            today=all(value == threshold.value for value, threshold in zip(setting, thresholds, strict=True)),
            counted=int(who.sum()),
            numbers=_numbers(low.filter(who), high.filter(who), pack.verdicts_of(role)),
            agreement=self._agreement(pack, role),
            rates=(),
            almost_too_near=_almost_too_near(pack, thresholds),
            others=tuple(self._others(today, pack, _waiting(today, subject, thresholds))),
        )
        return _JudgedPoint(point=point, who=who, ready=who & (low == 0) & (high == 0))

    def _others(self, today: Pack, pack: Pack, waiting: Sequence[Role]) -> Iterator[OtherMovers]:
        """Yield who of the candidates for roles that wait gets another verdict than today."""
        if pack is today or not waiting:
            return
        before, after = (
            judged(read_by(either_pack, self.people), either_pack, [either_pack.roles[role.id] for role in waiting])
            for either_pack in (today, pack)
        )
        for role in waiting:
            low, high = ((after.verdict(role, which), before.verdict(role, which)) for which in SIDES)
            who = self._who(today, role) & ((low[0] != low[1]) | (high[0] != high[1]))
            if who.any():
                ranks = [pl.Series(low[side].cast(pl.Int16) + high[side].cast(pl.Int16)).filter(who) for side in (0, 1)]
                named = [] if self.groups else self.people.frame.select("id", "name").filter(who).rows()
                better, worse = int((ranks[0] < ranks[1]).sum()), int((ranks[0] > ranks[1]).sum())
                yield OtherMovers(role=role, better=better, worse=worse, people=tuple(named))

    def _who(self, pack: Pack, role: Role) -> pl.Series:
        if self.among_everyone:
            return pl.repeat(value=True, n=self.people.height, dtype=pl.Boolean, eager=True)
        return read_by(pack, self.people).candidates(role, pack.moves)

    def _agreement(self, pack: Pack, role: Role) -> Confusion | None:
        if self.decided is None:
            return None
        series = judged(read_by(pack, self.decided.people), pack, [role]).sides[side(role, "v", "low")] == 0
        pairs = list(zip(series, (decision.promoted for decision in self.decided.decisions), strict=True))
        return Confusion(
            true_positive=pairs.count((True, True)),
            false_positive=pairs.count((True, False)),
            false_negative=pairs.count((False, True)),
            true_negative=pairs.count((False, False)),
        )


def _base(disclosure: Disclosure, judged: Sequence[_JudgedPoint], order: Sequence[int]) -> tuple[int, Selection]:
    """Return the first point of which numbers of some group may be told, and what of it; the first of all where there is none."""
    tried: list[Selection] = []
    for index in order:
        tried.append(disclosure.selection(judged[index].who, judged[index].ready))
        if tried[-1].names:
            return index, tried[-1]
    return order[0], tried[0]


def judged_by(pack: Pack, role: Role, thresholds: Sequence[Threshold]) -> Role:
    """Return the role whose verdicts a sweep shows: the one a move leads to where a move's threshold is moved, else the role itself."""
    move = next((threshold.owner for threshold in thresholds if isinstance(threshold.owner, Move)), None)
    return role if move is None else pack.roles[move.to]


def _waiting(pack: Pack, subject: Role, thresholds: Sequence[Threshold]) -> tuple[Role, ...]:
    """Return the roles whose verdicts hang, by way of who is ready for what, on criteria whose thresholds are moved.

    Where tracks have verdicts of their own, they may also hang on a verdict of another track that is moved.
    """
    policies = {threshold.owner.id for threshold in thresholds if isinstance(threshold.owner, Criterion) and threshold.of_policy}
    owners = {threshold.owner.role for threshold in thresholds if isinstance(threshold.owner, Criterion) and not threshold.of_policy}
    named = {threshold.owner.id for threshold in thresholds if isinstance(threshold.owner, NamedCondition)}
    tables = {threshold.owner.id for threshold in thresholds if isinstance(threshold.owner, LookupTable)}
    owners |= {role.id for role in pack.judged_roles if tables and any(one.id in tables for one in tables_of(pack, role))}
    owners |= {role.id for role in pack.judged_roles if any(one.id in named for one in named_conditions_of(pack, role))}
    scales = {threshold.track for threshold in thresholds if isinstance(threshold.owner, Band)} if pack.tracks_with_bands else set()
    owners |= {role.id for role in pack.judged_roles if pack.scale_of(role) in scales}
    holders = {role.id for role in pack.judged_roles if any(one.policy and one.id in policies for one in role.criteria)}
    waiting = {role.id for roles in (owners, holders) for role in waiting_for(pack, roles)} - {subject.id}
    return tuple(role for role in pack.judged_roles if role.id in waiting)


def _set(pack: Pack, role: Role, thresholds: Sequence[Threshold], setting: tuple[Setting, ...]) -> Pack:
    for threshold, value in zip(thresholds, setting, strict=True):
        if value != threshold.value:
            pack = with_value(pack, find(pack, pack.roles[role.id], threshold.path), value)
    return pack


def _numbers(low: pl.Series, high: pl.Series, verdicts: Sequence[str]) -> dict[str, int]:
    decided = low == high
    counts = {name: int((decided & (low == index)).sum()) for index, name in enumerate(verdicts)}
    return {**counts, UNDECIDED: int((~decided).sum())}


def _almost_too_near(pack: Pack, thresholds: Sequence[Threshold]) -> bool:
    """Whether lint would warn that whoever is close to a criterion that is moved has met it already."""
    moved = {threshold.owner.key for threshold in thresholds if isinstance(threshold.owner, Criterion)}
    named = [threshold.owner.id for threshold in thresholds if isinstance(threshold.owner, NamedCondition)]
    moved |= {use.key for name in named for use in uses_of(pack, name) if isinstance(use, Criterion)}
    roles = {
        role.id: attrs.evolve(role, criteria=tuple(criterion for criterion in role.criteria if criterion.key in moved))
        for role in pack.roles.values()
    }
    problems = Problems()
    almost_not_weaker(attrs.evolve(pack, roles=roles), problems)
    return len(problems) > 0
