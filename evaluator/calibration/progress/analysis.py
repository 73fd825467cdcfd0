"""Two populations, matched by id → who became ready, fell back, is new, left, changed role, and what moved each of them."""

from __future__ import annotations

import enum
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property

import attrs

from evaluator.calibration.diff.people import RoleVerdicts
from evaluator.calibration.progress.attribution import UNMOVED, Attribution, Cause, Mixture, attributed, mixtures, path
from evaluator.calibration.progress.mixed import JudgedMixture, Mixtures, RoleOutcome
from evaluator.calibration.progress.sides import rejected_ids
from evaluator.core.model import Pack, Role
from evaluator.core.results import Verdict
from evaluator.populations.held import HeldPopulation
from evaluator.reading.tables import Rejected


class Movement(enum.StrEnum):
    """What became of somebody's verdict for a role; each change is exactly one of these."""

    BECAME_READY = "became ready"
    """The verdict is the best one on both sides, and was not."""
    FELL_BACK = "fell back"
    """The verdict was the best one on both sides, and is so on neither."""
    NO_LONGER_CERTAIN = "no longer certain"
    """The verdict was the best one on both sides, and is so only if what is unknown turns out well."""
    BETTER = "better"
    """The verdict is better on one side at least, and worse on neither."""
    WORSE = "worse"
    """The verdict is worse on one side at least, and better on neither."""
    WIDER = "more open"
    """The verdict is worse on one side and better on the other: less is known."""
    NARROWER = "less open"
    """The verdict is better on one side and worse on the other: more is known."""
    JUDGED_ANEW = "role judged anew"
    """The old rules do not judge the role."""
    NOT_JUDGED = "role no longer judged"
    """The new rules do not judge the role."""


@attrs.frozen(slots=False, kw_only=True)
class RoleProgress:
    """What became of somebody's verdict and score for a role, by what; `movement` is None where the verdict is the same."""

    role: Role
    before: RoleOutcome | None
    after: RoleOutcome | None
    movement: Movement | None
    verdict: Attribution[Verdict | None]
    outcomes: tuple[RoleOutcome | None, ...] | None
    """What each mixture from the old to the new comes to; None where one could not be judged."""

    @property
    def score_changed(self) -> bool:
        """Whether the score is another one."""
        return self.before is not None and self.after is not None and self.before.score != self.after.score

    @property
    def changed(self) -> bool:
        """Whether the verdict or the score is another one."""
        return self.movement is not None or self.score_changed


@attrs.frozen(kw_only=True)
class Changed:
    """A role of somebody, before and after, by its id, and what changed it."""

    before: str | None
    after: str | None
    attribution: Attribution[str | None]

    @property
    def differs(self) -> bool:
        """Whether it is another one."""
        return self.before != self.after


@attrs.frozen(kw_only=True)
class PersonProgress:
    """Somebody who is in both populations; `number` is the place among all who are.

    `then` and `now` are the outcomes for the next role of each time, or for the one that everybody is compared for.
    """

    number: int
    id: str
    name: str | None
    role_today: Changed
    next_role: Changed
    then: RoleOutcome | None
    now: RoleOutcome | None
    roles: tuple[RoleProgress, ...]

    @property
    def changed(self) -> bool:
        """Whether anything is otherwise: a role held, a next role, a verdict or a score."""
        return self.role_today.differs or self.next_role.differs or any(one.changed for one in self.roles)


@attrs.frozen(kw_only=True)
class OneSided:
    """Somebody who is judged in one of the populations alone; `rejected` is the row of the other one that cannot be judged, if any."""

    id: str
    name: str | None
    role_today: str | None
    next_role: str | None
    outcome: RoleOutcome | None
    rejected: Rejected | None = None


@attrs.frozen(slots=False, kw_only=True)
class Progress:
    """What changed between two populations; `role` is the one that everybody is compared for, None for their next ones."""

    sides: Mapping[tuple[bool, bool], HeldPopulation]
    role: Role | None = None

    @property
    def old(self) -> HeldPopulation:
        """The old population by the old rules."""
        return self.sides[False, False]

    @property
    def new(self) -> HeldPopulation:
        """The new population by the new rules."""
        return self.sides[True, True]

    @cached_property
    def mixtures(self) -> Mixtures:
        """The people of both, in the order of the new population."""
        return Mixtures(sides=self.sides, ids=tuple(name for name in self.new.places if name in self.old.places))

    @property
    def causes(self) -> tuple[Cause, ...]:
        """What differs between the two at all."""
        return self.mixtures.causes

    @cached_property
    def people(self) -> tuple[PersonProgress, ...]:
        """Everybody who is in both."""
        numbers = range(len(self.mixtures.ids))
        if not numbers:
            return ()
        whole = path(self.causes)
        found = {mixture: self.mixtures.judged(mixture, numbers) for mixture in whole}
        movers = [number for number in numbers if self._moves(number, found)]
        if movers:
            found |= {mixture: self.mixtures.judged(mixture, movers) for mixture in mixtures(self.causes) if mixture not in found}
        moving = frozenset(movers)
        return tuple(self._person(number, found, moving=number in moving) for number in numbers)

    @cached_property
    def changed(self) -> tuple[PersonProgress, ...]:
        """Those of whom anything is otherwise."""
        return tuple(person for person in self.people if person.changed)

    @cached_property
    def there_and_back(self) -> tuple[PersonProgress, ...]:
        """Those of whom nothing is otherwise, though one cause moved a verdict and another one moved it back."""
        return tuple(person for person in self.people if not person.changed and any(one.verdict.steps for one in person.roles))

    def moved(self, movement: Movement) -> Iterator[tuple[PersonProgress, RoleProgress]]:
        """Yield who moved so, with the role."""
        return ((person, one) for person in self.people for one in person.roles if one.movement is movement)

    def ready_then(self, person: PersonProgress, role: RoleProgress | None = None) -> bool:
        """Whether somebody was surely ready: for a role, or for any of those that count."""
        roles = person.roles if role is None else (role,)
        return any(one.before is not None and _is_best(one.before.verdict, self.verdicts(one.role.id).before[0]) for one in roles)

    def ready(self, outcome: RoleOutcome | None, role: str | None, *, now: bool) -> bool:
        """Whether an outcome for a role, then or now, is surely the best one."""
        if outcome is None or role is None:
            return False
        verdicts = self.verdicts(role)
        return _is_best(outcome.verdict, (verdicts.after if now else verdicts.before)[0])

    def verdicts(self, role: str) -> RoleVerdicts:
        """Return the verdicts on a role by both packs."""
        if role not in self._verdicts:
            before, after = (
                side.pack.verdicts_of(side.pack.roles[role]) if role in side.pack.roles else () for side in (self.old, self.new)
            )
            self._verdicts[role] = RoleVerdicts(given_before=before or after, after=after or before)
        return self._verdicts[role]

    @cached_property
    def _verdicts(self) -> dict[str, RoleVerdicts]:
        return {}

    def _compared(self, number: int, found: Mapping[Mixture, JudgedMixture]) -> tuple[str, ...]:
        """Return the roles that somebody is compared for: the next one now, and the one then of somebody who holds the same role today."""
        if self.role is not None:
            return (self.role.id,)
        first, last = (found[mixture] for mixture in (self.mixtures.path[0], self.mixtures.path[-1]))
        then = first.next_role(number) if first.role_today(number) == last.role_today(number) else None
        return tuple(dict.fromkeys(name for name in (last.next_role(number), then) if name is not None))

    def _moves(self, number: int, found: Mapping[Mixture, JudgedMixture]) -> bool:
        """Whether a mixture on the way makes something else of somebody than the one before it."""
        there = [judged for judged in found.values() if judged.has(number)]
        roles = self._compared(number, found)
        seen = {
            (one.role_today(number), one.next_role(number), *(one.outcome(number, role, self.verdicts(role)) for role in roles))
            for one in there
        }
        return len(seen) > 1

    def _person(self, number: int, found: Mapping[Mixture, JudgedMixture], *, moving: bool) -> PersonProgress:
        whole = self.mixtures.path
        there = {mixture: judged for mixture, judged in found.items() if judged.has(number)}
        if not moving:  # every mixture on the way makes the same of them, so that the ends say all
            there = {mixture: found[mixture] for mixture in (whole[0], whole[-1])}
        next_roles = {mixture: judged.next_role(number) for mixture, judged in there.items()}
        held = {mixture: judged.role_today(number) for mixture, judged in there.items()}
        then, now = (self._next_outcome(number, found[mixture]) for mixture in (whole[0], whole[-1]))
        place = self.new.places[self.mixtures.ids[number]]
        return PersonProgress(
            number=number,
            id=self.mixtures.ids[number],
            name=self.new.names[place],
            role_today=self._changed(held, moving=moving),
            next_role=self._changed(next_roles, moving=moving),
            then=then,
            now=now,
            roles=tuple(self._role(number, role, there, moving=moving) for role in self._compared(number, found)),
        )

    def _next_outcome(self, number: int, judged: JudgedMixture) -> RoleOutcome | None:
        """Return what somebody comes to for the next role, or the one that everybody is compared for."""
        about = judged.next_role(number) if self.role is None else self.role.id
        return None if about is None else judged.outcome(number, about, self.verdicts(about))

    def _changed(self, found: Mapping[Mixture, str | None], *, moving: bool) -> Changed:
        before, after = found[self.mixtures.path[0]], found[self.mixtures.path[-1]]
        return Changed(before=before, after=after, attribution=attributed(found, self.causes) if moving else UNMOVED)

    def _role(self, number: int, name: str, there: Mapping[Mixture, JudgedMixture], *, moving: bool) -> RoleProgress:
        verdicts, whole = self.verdicts(name), self.mixtures.path
        outcomes = {mixture: judged.outcome(number, name, verdicts) for mixture, judged in there.items()}
        before, after = outcomes[whole[0]], outcomes[whole[-1]]
        given = {mixture: None if outcome is None else outcome.verdict for mixture, outcome in outcomes.items()}
        known = {**dict.fromkeys(whole, after), **outcomes} if not moving else outcomes
        return RoleProgress(
            role=self.new.pack.roles.get(name) or self.old.pack.roles[name],
            before=before,
            after=after,
            movement=movement(given[whole[0]], given[whole[-1]], verdicts),
            verdict=attributed(given, self.causes) if moving else UNMOVED,
            outcomes=tuple(known[mixture] for mixture in whole) if all(mixture in known for mixture in whole) else None,
        )

    @cached_property
    def arrived(self) -> tuple[OneSided, ...]:
        """Those whom the new population has and the old one has no row of that could be told as theirs."""
        return tuple(person for person in self._only_new if person.rejected is None)

    @cached_property
    def left(self) -> tuple[OneSided, ...]:
        """Those whom the old population has and the new one has no row of that could be told as theirs."""
        return tuple(person for person in self._only_old if person.rejected is None)

    @cached_property
    def judged_again(self) -> tuple[OneSided, ...]:
        """Those who could not be judged in the old population, and can be now."""
        return tuple(person for person in self._only_new if person.rejected is not None)

    @cached_property
    def no_longer_judged(self) -> tuple[OneSided, ...]:
        """Those who could be judged in the old population, and cannot be now."""
        return tuple(person for person in self._only_old if person.rejected is not None)

    @cached_property
    def _only_new(self) -> tuple[OneSided, ...]:
        return tuple(self._one_sided(self.new, self.old))

    @cached_property
    def _only_old(self) -> tuple[OneSided, ...]:
        return tuple(self._one_sided(self.old, self.new))

    def _one_sided(self, side: HeldPopulation, other: HeldPopulation) -> Iterator[OneSided]:
        """Yield the people of one population whom the other one does not judge."""
        only = [name for name in side.places if name not in other.places]
        if not only:
            return
        reasons = {row.id: row for row in other.left_out if row.id is not None}
        places = [side.places[name] for name in only]
        frame = side.at(places)
        rules = side is self.new
        judged = JudgedMixture(
            pack=side.pack,
            new_rules=rules,
            judged=self.mixtures.judge(side.pack).judge(frame),
            rows={number: number for number in range(len(only))},
            roles_today=[side.role(place) for place in places],
        )
        for number, (name, place) in enumerate(zip(only, places, strict=True)):
            yield OneSided(
                id=name,
                name=side.names[place],
                role_today=side.role(place),
                next_role=judged.next_role(number),
                outcome=self._next_outcome(number, judged),
                rejected=reasons.get(name),
            )

    @cached_property
    def never_judged(self) -> int:
        """How many ids can be judged in neither population, and stand in both."""
        old, new = (set(rejected_ids(side)) - set(side.places) for side in (self.old, self.new))
        return len(old & new)

    @property
    def without_id(self) -> tuple[int, int]:
        """How many rows of each population cannot be judged and have no id, so that they may be anybody's."""
        old, new = (sum(row.id is None for row in side.left_out) for side in (self.old, self.new))
        return old, new

    @cached_property
    def not_told_apart(self) -> int:
        """How many changed in ways whose causes cannot be told apart, as one pack cannot read what the other one reads of them."""
        return sum(any(one.changed and one.verdict.steps is None for one in person.roles) for person in self.changed)

    def title(self, role: str | None) -> str | None:
        """Return what a role is called, now or before."""
        packs: Sequence[Pack] = (self.new.pack, self.old.pack)
        return next((pack.roles[role].title for pack in packs if role in pack.roles), None) if role is not None else None


def movement(before: Verdict | None, after: Verdict | None, verdicts: RoleVerdicts) -> Movement | None:
    """Return what became of a verdict, given the verdicts of both packs; None where it is the same."""
    if before == after:
        return None
    if before is None or after is None:
        return Movement.JUDGED_ANEW if before is None else Movement.NOT_JUDGED
    was, is_ = (_is_best(verdict, names[0]) for verdict, names in ((before, verdicts.before), (after, verdicts.after)))
    if was is not is_:
        perhaps = Movement.NO_LONGER_CERTAIN if after.high == verdicts.after[0] else Movement.FELL_BACK
        return Movement.BECAME_READY if is_ else perhaps
    place = verdicts.every.index
    worse = place(after.low) - place(before.low)
    better = place(after.high) - place(before.high)
    if worse * better < 0:
        return Movement.WIDER if worse > 0 else Movement.NARROWER
    return Movement.BETTER if worse + better < 0 else Movement.WORSE


def _is_best(verdict: Verdict, best: str) -> bool:
    return verdict.low == verdict.high == best
