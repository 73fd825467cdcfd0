"""The bench of each role: who is ready now, who will be in some years by time alone, of whom it is open, and who falls off again."""

from __future__ import annotations

import datetime
import itertools
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property

import attrs
import polars as pl

from evaluator.core.attributes import Attribute
from evaluator.core.effort import Accrual
from evaluator.core.model import Criterion, Pack, Role
from evaluator.core.results import CriterionResult, Evaluation, NextRole, RoleResult, State
from evaluator.engines.columns.decode import decoded
from evaluator.populations.bench.projection import Projection
from evaluator.populations.bench.readiness import Among, Readiness, ReadinessJudge
from evaluator.populations.held import HeldPopulation
from evaluator.populations.judging import Judge
from evaluator.populations.name_codes import question_words, undefined_words
from evaluator.populations.request import Request, role_place
from evaluator.populations.result_codes import DECISIVE, QUESTIONS, UNDEFINED

NOW, FAR = 0, 3
AHEAD = range(NOW, FAR + 1)
"""The years looked at: today, and each year as far as a bench looks ahead."""
NEAR = 2
"""Who is ready by then is ready in one to two years."""


@attrs.frozen(kw_only=True)
class OpenPoints:
    """What keeps it open whether somebody is ready in so many years: what to ask, and what the rules themselves have no answer to.

    An answer to any of the `decisive` questions alone can change the verdict; answers to `of_move` say whether the move there is open.
    """

    years: int
    decisive: tuple[str, ...] = ()
    others: tuple[str, ...] = ()
    of_move: tuple[str, ...] = ()
    undefined: tuple[str, ...] = ()


@attrs.frozen(kw_only=True)
class Lapse:
    """When somebody is no longer ready: the year, whether that is sure, and why.

    Time takes `criteria` away until then, or closes the move that leads there.
    """

    years: int
    sure: bool
    criteria: tuple[Criterion, ...] = ()
    move_closes: bool = False


@attrs.frozen(kw_only=True)
class Candidate:
    """Somebody on the bench of a role, or of whom that is open.

    `ready_in` is the first year in which they are ready, 0 for now; None where that is open as far as the bench looks. `open` is there
    where they may be ready before that, `lapse` where they are no longer ready after it.
    """

    place: int
    role: Role
    ready_in: int | None
    open: OpenPoints | None = None
    lapse: Lapse | None = None

    @property
    def on_bench(self) -> bool:
        """Whether they are ready in some year that is looked at."""
        return self.ready_in is not None


@attrs.frozen(kw_only=True)
class RoleBench:
    """The bench of one role: how many hold it today, whether any move leads there, and its candidates, the first to be ready first.

    `ready` says how many are ready on each of the days looked at.
    """

    role: Role
    holders: int
    led_to: bool
    candidates: tuple[Candidate, ...]
    ready: tuple[int, ...]

    def ready_within(self, first: int, last: int) -> tuple[Candidate, ...]:
        """Return who becomes ready in some years, both ends included."""
        return tuple(one for one in self.candidates if one.ready_in is not None and first <= one.ready_in <= last)

    @property
    def now(self) -> tuple[Candidate, ...]:
        """Who is ready now."""
        return self.ready_within(NOW, NOW)

    @property
    def undecided(self) -> tuple[Candidate, ...]:
        """Of whom it is open whether they are ready in any of the years."""
        return tuple(one for one in self.candidates if not one.on_bench)

    @property
    def empty(self) -> bool:
        """Whether nobody is ready now or in any of the years, though moves lead there."""
        return self.led_to and not any(one.on_bench for one in self.candidates)

    @property
    def single(self) -> Candidate | None:
        """The one person who is ready now, where there is exactly one."""
        return self.now[0] if len(self.now) == 1 else None


@attrs.frozen(slots=False, kw_only=True)
class Bench:
    """The benches of all roles that people are judged for, and the people they are about."""

    people: HeldPopulation
    among: Among
    roles: tuple[RoleBench, ...]
    accruing: tuple[tuple[Attribute, Accrual], ...]
    day: datetime.date
    may_step: bool
    """Whether anybody holds a role from which another one would be a step, or all are asked about."""

    @property
    def pack(self) -> Pack:
        """The pack."""
        return self.people.pack

    @cached_property
    def empty(self) -> tuple[RoleBench, ...]:
        """The roles with nobody."""
        return tuple(one for one in self.roles if one.empty)

    @cached_property
    def singles(self) -> Mapping[int, tuple[RoleBench, ...]]:
        """The roles for which exactly one person is ready now, by that person; who is the only one for most comes first."""
        pairs = [(one.single.place, one) for one in self.roles if one.single is not None]
        found = {place: tuple(bench for other, bench in pairs if other == place) for place, _ in pairs}
        return dict(sorted(found.items(), key=lambda item: -len(item[1])))

    @cached_property
    def several(self) -> Mapping[int, tuple[Candidate, ...]]:
        """Who is on the benches of several roles, with each; who is on most comes first."""
        found: dict[int, list[Candidate]] = {}
        for bench in self.roles:
            for candidate in bench.candidates:
                if candidate.on_bench:
                    found.setdefault(candidate.place, []).append(candidate)
        ordered = sorted(found.items(), key=lambda item: (-len(item[1]), item[0]))
        return {place: tuple(candidates) for place, candidates in ordered if len(candidates) > 1}

    @cached_property
    def on_a_bench(self) -> int:
        """How many people are on the bench of some role."""
        return len({candidate.place for bench in self.roles for candidate in bench.candidates if candidate.on_bench})

    def name(self, place: int) -> str:
        """Return what somebody is called: the name, or the id where there is none."""
        return self.people.names[place] or self.id(place)

    def id(self, place: int) -> str:
        """Return somebody's id."""
        return str(self.people.frame["id"][place])


def bench(people: HeldPopulation, projection: Projection, among: Among, engine: str) -> Bench:
    """Return the bench of every judged role."""
    judge = Judge(pack=people.pack, request=Request(engine=engine, today=projection.today))
    return _Benches(people=people, projection=projection, readiness=ReadinessJudge(judge=judge, among=among)).bench()


@attrs.frozen(slots=False, kw_only=True)
class _Benches:
    """Works the benches out: everybody is judged in each of the years, then the few who are asked about one by one."""

    people: HeldPopulation
    projection: Projection
    readiness: ReadinessJudge

    def bench(self) -> Bench:
        pack, among = self.people.pack, self.readiness.among
        listed = {role.id: self._candidates(role) for role in pack.judged_roles}
        points = dict(self._points(list(itertools.chain(*listed.values()))))
        roles = []
        for role in pack.judged_roles:
            candidates = (attrs.evolve(one, open=points.get((one.place, role.id))) for one in listed[role.id])
            roles.append(
                RoleBench(
                    role=role,
                    holders=self._holders[role.id],
                    led_to=among is Among.EVERYONE or bool(self.readiness.ways[role.id]),
                    candidates=tuple(sorted(map(self._with_lapse, candidates), key=_first)),
                    ready=tuple(int(_ready(year[role.id]).sum()) for year in self._years),
                )
            )
        held = set(self.people.roles_today)
        return Bench(
            people=self.people,
            among=among,
            roles=tuple(roles),
            accruing=self.projection.accruing,
            day=self.projection.day,
            may_step=any(map(self.readiness.open_to, held)),
        )

    @cached_property
    def _frames(self) -> list[pl.DataFrame]:
        return [self.projection.at(years) for years in AHEAD]

    @cached_property
    def _years(self) -> list[Mapping[str, Readiness]]:
        return [self.readiness.of(frame) for frame in self._frames]

    @cached_property
    def _holders(self) -> Counter[str]:
        return Counter(role for role in self.people.roles_today if role is not None)

    def _candidates(self, role: Role) -> list[Candidate]:
        years = [year[role.id] for year in self._years]
        ready = pl.DataFrame({str(year): _ready(one) for year, one in enumerate(years)})
        perhaps = pl.DataFrame({str(year): _perhaps(one) for year, one in enumerate(years)})
        some = pl.select(pl.any_horizontal(*ready, *perhaps)).to_series().arg_true()
        rows = zip(some, ready[some].iter_rows(), perhaps[some].iter_rows(), strict=True)
        return [_candidate(place, role, sure, open_) for place, sure, open_ in rows]

    def _points(self, candidates: Sequence[Candidate]) -> Iterator[tuple[tuple[int, str], OpenPoints]]:
        """Yield what would settle it for those of whom something is open."""
        for years in AHEAD:
            if some := [one for one in candidates if one.open is not None and one.open.years == years]:
                yield from self._points_in(years, some)

    def _points_in(self, years: int, some: Sequence[Candidate]) -> Iterator[tuple[tuple[int, str], OpenPoints]]:
        pack, places = self.people.pack, list(dict.fromkeys(one.place for one in some))
        rows = {place: row for row, place in enumerate(places)}
        about = [role_place(pack, one.role.id) for one in some]
        details = self.readiness.judge.details_about(self._frames[years][places], [rows[one.place] for one in some], about)
        asked, undefined = question_words(pack), undefined_words(pack)
        for one, row in zip(some, details.iter_rows(named=True), strict=True):
            names = [asked[letter] for letter in row[QUESTIONS]]
            ways = self._unsure_ways(years, one)
            without = [*(undefined[letter] for letter in row[UNDEFINED]), *(gone.attribute for way in ways for gone in way.undefined)]
            yield (
                (one.place, one.role.id),
                OpenPoints(
                    years=years,
                    decisive=tuple(names[: row[DECISIVE]]),
                    others=tuple(names[row[DECISIVE] :]),
                    of_move=tuple(dict.fromkeys(name for way in ways for name in way.asks)),
                    undefined=tuple(dict.fromkeys(without)),
                ),
            )

    def _unsure_ways(self, years: int, one: Candidate) -> list[NextRole]:
        """Return the moves to a role of which it is not known whether they are open, where none is known to be."""
        if self.readiness.among is Among.EVERYONE or self._years[years][one.role.id].open[one.place] is not None:
            return []
        return [way for way in self._evaluated(years, one).next_roles if way.role.id == one.role.id and way.holds is None]

    def _with_lapse(self, one: Candidate) -> Candidate:
        """Return a candidate with what time takes away, where they are no longer ready after they were."""
        if one.lapse is None:
            return one
        before, after = (self._evaluated(years, one).roles[one.role.id] for years in (one.lapse.years - 1, one.lapse.years))
        closes = self._years[one.lapse.years][one.role.id].open[one.place] is not True
        return attrs.evolve(one, lapse=attrs.evolve(one.lapse, criteria=tuple(_lost(before, after)), move_closes=closes))

    def _evaluated(self, years: int, one: Candidate) -> Evaluation:
        person = next(decoded(self.people.pack, self._frames[years][[one.place]]))
        return self.readiness.judge.first.evaluate(person.profile, as_of=person.as_of, only={one.role.id})


def _ready(readiness: Readiness) -> pl.Series:
    """Return who is sure to be ready, and to have the move open."""
    return readiness.sure & readiness.open.fill_null(value=False)


def _perhaps(readiness: Readiness) -> pl.Series:
    """Return who may be ready, and is not sure to be."""
    return readiness.may_be & readiness.open.fill_null(value=True) & ~_ready(readiness)


def _candidate(place: int, role: Role, sure: Sequence[bool], perhaps: Sequence[bool]) -> Candidate:
    ready_in = next((year for year in AHEAD if sure[year]), None)
    open_in = next((year for year in AHEAD if perhaps[year]), None)
    is_open = open_in is not None and (ready_in is None or open_in < ready_in)
    ends = None if ready_in is None else next((year for year in AHEAD if year > ready_in and not sure[year]), None)
    return Candidate(
        place=place,
        role=role,
        ready_in=ready_in,
        open=OpenPoints(years=open_in) if is_open and open_in is not None else None,
        lapse=None if ends is None else Lapse(years=ends, sure=not perhaps[ends]),
    )


def _first(candidate: Candidate) -> tuple[bool, int, int]:
    """Return what orders candidates: who is ready first comes first, those of whom it is open last; then as the data has them."""
    open_in = 0 if candidate.open is None else candidate.open.years
    return (candidate.ready_in is None, open_in if candidate.ready_in is None else candidate.ready_in, candidate.place)


def _lost(before: RoleResult, after: RoleResult) -> Iterable[Criterion]:
    """Yield the criteria that counted against nobody, and do by now."""
    for was, now in zip(before.criteria, after.criteria, strict=True):
        if _against(now) and not _against(was):
            yield now.criterion


def _against(result: CriterionResult) -> bool:
    return result.completed(unknown_as_met=False) is State.UNMET
