"""A plan: the least change that makes one person ready for a role, what time brings of it, and by when."""

from __future__ import annotations

import datetime
import enum
import math
from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from functools import cached_property

import attrs

from evaluator.candidates.plan.changes import Change, Changes
from evaluator.candidates.plan.options import Option, months_until
from evaluator.candidates.plan.residual import Terms
from evaluator.candidates.plan.search import PlanChoice, Search, TooManyWays, Work
from evaluator.core.attributes import Attribute
from evaluator.core.bounds import PartialFacts
from evaluator.core.conditions import AttributeTest
from evaluator.core.dates import months_before
from evaluator.core.effort import Effort
from evaluator.core.expressions import Since, within
from evaluator.core.facts import complete
from evaluator.core.model import Criterion, Pack, Profile, Role
from evaluator.core.operators import Operator
from evaluator.core.ready_for import tests_of
from evaluator.core.results import CriterionResult, Evaluation, RoleResult, State
from evaluator.core.values import Kind, Number, Value
from evaluator.core.windows import is_windowed
from evaluator.diagnostics import Span
from evaluator.engines.readiness import Evaluator

__all__ = ["Answer", "NoPlan", "Plan", "Planner", "RolePlan", "Step", "TooManyWays"]
_ALL_REQUIRED = AttributeTest(attribute="required_unmet", operator=Operator.AT_MOST, value=0, span=Span.whole_file("pack.yaml"))
_ANSWER = Effort(each=1)
_NO_EFFORT = frozenset({Kind.RECORDS, Kind.TEXT})
_CLOSE = Fraction(5, 4)
"""A second way is worth a word where it takes no more than this times the effort of the best."""


_MONTHS_AHEAD = 120
"""So far ahead days are looked at: the ten years that reports name."""
_MOST_TRIED = 100_000
"""So much is tried for a second way, in all: it is good to know, and not worth a wait."""
_LONGER = 12
"""A second way that takes longer by more months than this is not close, whatever its effort."""


@attrs.frozen(kw_only=True)
class Step:
    """One attribute that changes: from what to what, the effort of it or the months that time alone takes, and what it is for.

    `months` are counted from the day planned from; of a step of work they are the longest `takes` of the criteria that it helps to
    close, those of roles that the role waits for among them, or its own, if longer. `criteria` are those that
    read it, but for what waits for a role by way of that role's criteria. `done_on` is the day by which it is done; of what
    time brings it may lie before the day planned from.
    `have` is None where nothing is known: the effort is then counted from the least that it could be.
    """

    attribute: Attribute
    have: Value | None
    to: Value
    effort: Number
    months: int
    done_on: datetime.date
    by_time: bool
    criteria: tuple[Criterion, ...]


@attrs.frozen(kw_only=True)
class Plan:
    """Steps that make a verdict ready, in the order in which to begin; the effort of all, and the day by which they can be done.

    `after` is the result of the steps on the day planned from, `then` on the day by which they can be done, when what is dated is
    older; `lapsing` are the criteria that time takes away until then.
    """

    steps: tuple[Step, ...]
    effort: Number
    months: int
    ready_on: datetime.date
    after: RoleResult
    then: RoleResult
    lapsing: tuple[Criterion, ...] = ()


@attrs.frozen(kw_only=True)
class Answer:
    """An answer to an open question that makes the verdict ready together with the others.

    `to` would be enough; `options` are all the options of a scale, a choice or a flag that would be while the other answers stay as
    they are, in the order of the type, and nothing for what has no options.
    """

    attribute: Attribute
    to: Value
    options: tuple[Value, ...] = ()


class NoPlan(enum.StrEnum):
    """Why there is no plan."""

    NO_EFFORT = "the pack declares no effort, and nothing that time brings"
    TIME_ALONE = "the pack declares no effort, and time alone does not lead there"
    BLOCKED = "nothing that the pack declares meets a required criterion"
    TOO_LITTLE = "all that the pack declares does not add up to the verdict"
    TOO_LATE = "there is not enough time"


@attrs.frozen(kw_only=True)
class RolePlan:
    """What came of planning for a role: the evaluation for it alone, the best plan, and a second one where it is close.

    `answers` are answers to open questions that would make the verdict ready with nothing done; none where no answers would.
    Without a `best`, `why` says why, and `blocked` names required criteria that nothing declared in the pack can close, also those
    of roles that they wait for, and `dated` what of these is counted from a date; `dated_on` is a day, within ten years, on which
    days alone meet those that hang on it. Where only the time is too short, `later` is the plan that takes longer.
    """

    role: Role
    judged: Evaluation
    before: RoleResult
    best: Plan | None
    second: Plan | None
    blocked: tuple[Criterion, ...]
    later: Plan | None = None
    why: NoPlan | None = None
    dated: tuple[Attribute, ...] = ()
    dated_on: datetime.date | None = None
    answers: tuple[Answer, ...] = ()


@attrs.frozen(slots=False, kw_only=True)
class Planner:
    """Plans for one person and one role as of a day; `by` is the day by which it has to be done, None for whenever it can be.

    Time adds to what is stated from `facts_day` on, the day that the facts are of; without one, from the day planned from. Attributes
    `left_alone` stay as they are.
    """

    pack: Pack
    profile: Profile
    role: Role
    as_of: datetime.date
    facts_day: datetime.date | None = None
    by: datetime.date | None = None
    left_alone: frozenset[str] = frozenset()

    def plan(self) -> RolePlan:
        """Return the plan of least effort; raises TooManyWays where there is more than can be gone through."""
        judged = self._evaluated(self.profile)
        before = judged.roles[self.role.id]
        search = self._search()
        way = search.cheapest()
        if way is not None and not self._makes_ready(way):
            return attrs.evolve(self, left_alone=self.left_alone | self._half_known(way)).plan()
        best = None if way is None else self._plan(way)
        second = None if way is None or best is None or not way.chosen else self._second(search, way)
        if best is None and self.by is not None:
            whenever = attrs.evolve(self, by=None).plan()
            late = whenever.best is not None
            return attrs.evolve(whenever, best=None, second=None, later=whenever.best, why=NoPlan.TOO_LATE if late else whenever.why)
        blocked = () if way is not None else tuple(self._blocked(self.role))
        why = None if best is not None else self._why(blocked)
        dated = tuple(self._dated(blocked))
        return RolePlan(
            role=self.role,
            judged=judged,
            before=before,
            best=best,
            second=second,
            blocked=blocked,
            why=why,
            dated=dated,
            dated_on=self._dated_on(blocked, dated),
            answers=self._answers(before),
        )

    def _why(self, blocked: Sequence[Criterion]) -> NoPlan:
        attributes = self.pack.attributes.values()
        if all(attribute.effort is None for attribute in attributes):
            return NoPlan.TIME_ALONE if any(attribute.accrues for attribute in attributes) else NoPlan.NO_EFFORT
        return NoPlan.BLOCKED if blocked else NoPlan.TOO_LITTLE

    def _answers(self, before: RoleResult) -> tuple[Answer, ...]:
        """Return answers to open questions, none of which could be left out, that make the verdict ready with nothing done.

        They are the plan of somebody of whom what is known cannot change, and what is unknown can be whatever its type allows.
        """
        best = self._best
        if before.verdict.low == best or before.verdict.high != best:
            return ()
        facts = self._changes.facts
        attributes = {
            name: attrs.evolve(attribute, effort=_ANSWER if name not in facts and attribute.kind not in _NO_EFFORT else None, accrues=None)
            for name, attribute in self.pack.attributes.items()
        }
        asking = attrs.evolve(self, pack=attrs.evolve(self.pack, attributes=attributes), by=None, left_alone=frozenset())
        try:
            way = asking._search().cheapest()  # noqa: SLF001 - another of the same kind
        except TooManyWays:
            return ()
        if way is None or not asking._makes_ready(way):  # noqa: SLF001 - as above
            return ()
        steps = asking._plan(way).steps  # noqa: SLF001 - as above
        answers = {step.attribute.id: step.to for step in steps}
        return tuple(
            Answer(attribute=self.pack.attributes[name], to=value, options=tuple(self._enough(name, answers)))
            for name, value in answers.items()
        )

    def _enough(self, name: str, answers: Mapping[str, Value]) -> Iterable[Value]:
        """Yield the options of an attribute that make the verdict ready with the answers to the others."""
        for option in _options(self.pack.attributes[name]):
            answered = attrs.evolve(self.profile, given={**self.profile.given, **answers, name: option})
            if self._judged(answered).verdict.low == self._best:
                yield option

    @property
    def _best(self) -> str:
        """What the best verdict on the role is called."""
        return self.pack.best_of(self.role)

    @cached_property
    def _limit(self) -> int | None:
        """How many whole months there are."""
        if self.by is None:
            return None
        return max(0, (self.by.year - self.as_of.year) * 12 + self.by.month - self.as_of.month - (self.by.day < self.as_of.day))

    @cached_property
    def _changes(self) -> Changes:
        known = complete(self.pack, self.profile, self.as_of)
        return Changes(
            pack=self.pack,
            role=self.role,
            profile=self.profile,
            known=known,
            as_of=self.as_of,
            facts_day=self.facts_day or self.as_of,
            by=self.by,
            limit=self._limit,
            left_alone=self.left_alone,
        )

    @cached_property
    def _late(self) -> frozenset[str]:
        """The criteria, by key, that take longer than there is time, by work."""
        limit = self._limit
        criteria = [criterion for role in self._changes.roles for criterion in role.criteria]
        return frozenset(criterion.key for criterion in criteria if limit is not None and (criterion.takes_months or 0) > limit)

    def _search(self, role: Role | None = None) -> Search:
        options = {change.variable: tuple(option.value for option in change.options) for change in self._changes.found}
        known = self._changes.facts
        in_part = known if isinstance(known, PartialFacts) else None
        every = [(change, option) for change in self._changes.found for option in change.options]
        work = frozenset((change.variable, option.value) for change, option in every if option.effort > 0)
        terms = Terms(
            names=self._changes.terms,
            as_of=self.as_of,
            options=options,
            known=in_part,
            bands={waited.id: self.pack.bands_of(waited) for waited in self._changes.roles},
            late=self._late,
            work=work,
        )
        return Search(pack=self.pack, role=role or self.role, terms=terms, changes=self._changes.found, late=self._late)

    def _judged(self, profile: Profile) -> RoleResult:
        return self._evaluated(profile).roles[self.role.id]

    def _evaluated(self, profile: Profile, roles: Iterable[Role] = ()) -> Evaluation:
        return self._evaluator.evaluate(profile, as_of=self.as_of, only={self.role.id, *(role.id for role in roles)})

    def _criteria(self, profile: Profile) -> tuple[CriterionResult, ...]:
        """Return the criteria of the role, then those of the roles that it waits for, as they are for a profile."""
        results = self._evaluated(profile, self._changes.roles).roles
        return tuple(criterion for role in self._changes.roles for criterion in results[role.id].criteria)

    @cached_property
    def _criteria_before(self) -> tuple[CriterionResult, ...]:
        return self._criteria(self.profile)

    @cached_property
    def _evaluator(self) -> Evaluator:
        return Evaluator(self.pack, engine="reference")

    def _makes_ready(self, way: PlanChoice) -> bool:
        return self._judged(self.applied(way)).verdict.low == self._best

    def _half_known(self, way: PlanChoice) -> frozenset[str]:
        """Return the sets of which nothing is known and that a way adds to: stated, they are complete, and that may decide against."""
        found = frozenset(change.attribute for change, _ in way.chosen if not isinstance(change.variable, str))
        unknown = found.difference(self._changes.facts)
        if not unknown:
            raise AssertionError(f"the plan for {self.profile.id} and {self.role.id} does not make the verdict {self._best}")
        return unknown

    def _plan(self, way: PlanChoice) -> Plan:
        after = self._judged(self.applied(way))
        closed = _closed(self._criteria_before, self._criteria(self.applied(way)))
        steps = sorted(self._steps(way, closed), key=lambda step: (step.by_time, -step.months, step.attribute.id))
        ready_on = max((self.as_of, *(step.done_on for step in steps)))
        months = months_until(self.as_of, ready_on)
        then, lapsing = self._on(ready_on, self.applied(way), after)
        return Plan(steps=tuple(steps), effort=way.effort, months=months, ready_on=ready_on, after=after, then=then, lapsing=lapsing)

    def _on(self, day: datetime.date, profile: Profile, after: RoleResult) -> tuple[RoleResult, tuple[Criterion, ...]]:
        """Return the result of a profile on a day after the one planned from, and the criteria that are unmet by then and were not."""
        if day == self.as_of:
            return after, ()
        asked = [role.id for role in self._changes.roles]
        before, then = (self._evaluator.evaluate(profile, as_of=one, only={*asked, self.role.id}).roles for one in (self.as_of, day))
        unmet, by_then = ([_counts_against(criterion) for name in asked for criterion in one[name].criteria] for one in (before, then))
        pairs = zip((criterion for name in asked for criterion in then[name].criteria), unmet, by_then, strict=True)
        return then[self.role.id], tuple(result.criterion for result, was, now in pairs if now and not was)

    def applied(self, way: PlanChoice) -> Profile:
        """Return the profile as it is once a way is gone."""
        return attrs.evolve(self.profile, given={**self.profile.given, **self._reached(way.chosen)})

    def _reached(self, chosen: Iterable[tuple[Change, Option]]) -> Mapping[str, Value]:
        """Return the value that each changed attribute comes to; of a set, with the members that join it or leave it."""
        result: dict[str, Value] = {}
        for change, option in chosen:
            name = change.attribute
            if isinstance(change.variable, str):
                if option.value is not None:
                    result[name] = option.value
                continue
            have = result.get(name, self._changes.facts.get(name))
            members = have if isinstance(have, frozenset) else frozenset()
            result[name] = members | {change.variable[1]} if option.value else members - {change.variable[1]}
        return result

    def _steps(self, way: PlanChoice, closed: Sequence[Criterion]) -> Iterable[Step]:
        for name, value in self._reached(way.chosen).items():
            mine = [option for change, option in way.chosen if change.attribute == name]
            helped = tuple(criterion for criterion in closed if name in self._changes.read_by(criterion))
            due = max((option.due for option in mine if option.due is not None), default=None)
            by_time = due is not None
            takes = [] if by_time else [criterion.takes_months or 0 for criterion in helped]
            months = max([*takes, *(option.months for option in mine)])
            yield Step(
                attribute=self.pack.attributes[name],
                have=self._changes.facts.get(name),
                to=value,
                effort=sum(option.effort for option in mine),
                months=months,
                done_on=due or months_before(self.as_of, -months),
                by_time=by_time,
                criteria=tuple(criterion for criterion in helped if name in self._changes.read_by(criterion, through_roles=False)),
            )

    def _second(self, search: Search, way: PlanChoice) -> Plan | None:
        """Return the cheapest close way that does less than the best one of something, and so does something else."""
        plans: list[Plan] = []
        months = self._plan(way).months
        most = _close(way.effort)
        work = Work(left=_MOST_TRIED)
        for change, option in way.chosen:
            try:
                other = search.cheapest(fewer=_without(change, option), most=most, work=work)
            except TooManyWays:
                break
            if other is not None and self._makes_ready(other):
                plan = self._plan(other)
                if plan.months <= months + _LONGER:
                    plans.append(plan)
                    most = min(most, plan.effort)
        return min(plans, key=lambda one: (one.effort, one.months), default=None)

    def _blocked(self, role: Role) -> Iterable[Criterion]:
        """Yield the criteria of a role, required or capping, that nothing meets; after one that waits for a role, that role's."""
        states = {result.criterion.key: result.state for result in self._criteria_before}
        for criterion in role.criteria:
            needed = criterion.required or criterion.caps_at is not None
            if needed and states[criterion.key] not in {State.MET, State.NOT_APPLICABLE} and not self._can_close(role, criterion):
                yield criterion
                waited = [name for name, test in tests_of(criterion.when) if test is criterion.when and test.value is True]
                yield from (blocked for name in waited for blocked in self._blocked(self.pack.roles[name]))

    def _dated(self, criteria: Iterable[Criterion]) -> Iterable[Attribute]:
        """Yield what criteria hang on that is counted from a date: it changes as days pass, which no plan counts."""
        read = {name for criterion in criteria for name in self._changes.read_by(criterion)}
        computed = [
            attribute for attribute in self.pack.derived_attributes if attribute.id in read and attribute.id not in self.profile.given
        ]
        for attribute in computed:
            parts = () if attribute.derivation is None else within(attribute.derivation.expression)
            if any(isinstance(expression, Since) or is_windowed(expression) for expression in parts):
                yield attribute

    def _dated_on(self, criteria: Iterable[Criterion], dated: Iterable[Attribute]) -> datetime.date | None:
        """Return a day, within ten years, on which days alone meet the criteria that hang on dates, and do not on the day before."""
        names = {attribute.id for attribute in dated}
        waiting = {criterion.key for criterion in criteria if names & {*self._changes.read_by(criterion)}}
        if not waiting:
            return None
        asked = {role.id for role in self._changes.roles}

        def met(day: datetime.date) -> bool:
            roles = self._evaluator.evaluate(self.profile, as_of=day, only=asked).roles.values()
            results = (result for role in roles for result in role.criteria if result.criterion.key in waiting)
            return not any(_counts_against(result) for result in results)

        ends = (months_before(self.as_of, -months) for months in range(1, _MONTHS_AHEAD + 1))
        month = next((number for number, day in enumerate(ends, 1) if met(day)), None)
        if month is None:
            return None
        start, end = (months_before(self.as_of, -months) for months in (month - 1, month))
        return next(day for day in (start + datetime.timedelta(days=days) for days in range(1, (end - start).days + 1)) if met(day))

    def _can_close(self, role: Role, criterion: Criterion) -> bool:
        alone = attrs.evolve(role, criteria=(criterion,))
        first, *others = self.pack.bands_of(role)
        pack = self.pack.with_bands(self.pack.scale_of(role), (attrs.evolve(first, when=_ALL_REQUIRED), *others))
        return attrs.evolve(self._search(alone), pack=pack).cheapest() is not None


def _options(attribute: Attribute) -> Iterable[Value]:
    match attribute.kind:
        case Kind.SCALE:
            return range(len(attribute.type.options))
        case Kind.CHOICE:
            return attribute.type.options
        case Kind.FLAG:
            return (False, True)
        case _:
            return ()


def _close(effort: Number) -> Number:
    most = effort * _CLOSE
    return math.floor(most) if isinstance(effort, int) else most


def _closed(before: Iterable[CriterionResult], after: Iterable[CriterionResult]) -> tuple[Criterion, ...]:
    """Return the criteria that counted against the person, at the worst of what is unknown, and no longer do."""
    against = {result.criterion.key for result in before if _counts_against(result)}
    return tuple(result.criterion for result in after if result.criterion.key in against and not _counts_against(result))


def _counts_against(result: CriterionResult) -> bool:
    """Whether a criterion counts against the person, at the worst of what is unknown."""
    return result.completed(unknown_as_met=False) is State.UNMET


def _without(change: Change, option: Option) -> Change:
    """Return a change with an option, and what costs as much or more, taken out."""
    less = [one for one in change.options[1:] if (one.effort, one.months) < (option.effort, option.months)]
    return attrs.evolve(change, options=(change.options[0], *less))
