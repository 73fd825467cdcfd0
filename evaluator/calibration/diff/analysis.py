"""Two packs → what changed between them, and who moves: role by role, person by person, with the change that decided it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from functools import cached_property

import attrs
import polars as pl

from evaluator.calibration.diff.causes import Cause, Causes, Effect, Through, asked_roles
from evaluator.calibration.diff.groups import ByGroup, GroupRates, Readiness, group_rates
from evaluator.calibration.diff.people import Both, RoleVerdicts
from evaluator.calibration.diff.standings import NextRoles, Standings, Turned, next_roles, standings
from evaluator.calibration.disclosure import disclosures
from evaluator.calibration.impact.groups import dimensions
from evaluator.calibration.people import why_no_candidates
from evaluator.core.model import UNDECIDED, Pack, Role
from evaluator.core.ready_for import reads
from evaluator.core.results import Verdict
from evaluator.packs.changes.rules import Change, RolePair, compared, said_alike
from evaluator.packs.changes.same_meaning import role_meaning


@attrs.frozen(kw_only=True)
class Mover:
    """Somebody whose verdict for a role is another one, and the changes that alone already do that; none where it takes several."""

    id: str
    name: str | None
    before: Verdict
    after: Verdict
    causes: tuple[Cause, ...]

    @property
    def label(self) -> str:
        """The name, or the id where there is none."""
        return self.name or self.id


@attrs.frozen(kw_only=True)
class EffectCount:
    """What one change does alone to the people counted: truths that change, and verdicts that get better or worse."""

    effect: Effect
    better: int
    worse: int


@attrs.frozen(slots=False, kw_only=True)
class RoleDiff:
    """One role by both packs, for the people counted; `rows` are their places, `everybody` has each role for all people, by its id."""

    both: Both
    pair: RolePair
    rows: pl.Series
    everybody: Mapping[str, RoleDiff]

    @property
    def role(self) -> Role:
        """The role as it is now, or as it was where it is gone."""
        return self.pair.role

    @property
    def counted(self) -> int:
        """How many people are counted."""
        return len(self.rows)

    @cached_property
    def verdicts(self) -> RoleVerdicts:
        """The verdicts on the role by both packs."""
        return self.both.verdicts(self.pair)

    @cached_property
    def before(self) -> pl.Series | None:
        """The codes of verdicts by the old pack; None where the role is new."""
        role, judged = self.pair.old, self.both.old
        return None if role is None or not role.judged else self.verdicts.codes(judged.sides, role, self.verdicts.before)[self.rows]

    @cached_property
    def after(self) -> pl.Series | None:
        """The codes of verdicts by the new pack; None where the role is gone."""
        role, judged = self.pair.new, self.both.new
        return None if role is None or not role.judged else self.verdicts.codes(judged.sides, role, self.verdicts.after)[self.rows]

    @cached_property
    def moved(self) -> pl.Series:
        """Places, among the rows, of those whose verdict changed; nobody moves where one pack does not judge the role."""
        if self.unchanged or self.before is None or self.after is None:
            return pl.Series([], dtype=pl.UInt32)
        return (self.before != self.after).arg_true()

    @property
    def unchanged(self) -> bool:
        """Whether people of whom both packs read the same are judged for a role that means the same by both."""
        old, new = self.pair.old, self.pair.new
        if old is None or new is None or self.verdicts.before != self.verdicts.after:
            return False
        if not self.both.shared and (reads(old) or reads(new) or not said_alike(self.both.old.pack, self.both.new.pack)):
            return False
        return role_meaning(old, self.both.old.pack) == role_meaning(new, self.both.new.pack)

    @property
    def undecided(self) -> int:
        """How many are undecided by both packs."""
        if self.before is None or self.after is None:
            return 0
        number = len(self.verdicts.every)
        return int(((self.before // number != self.before % number) & (self.after // number != self.after % number)).sum())

    @property
    def still_undecided(self) -> int:
        """How many of the movers are undecided as before, but between other verdicts."""
        if self.before is None or self.after is None:
            return 0
        number = len(self.verdicts.every)
        before, after = self.before[self.moved], self.after[self.moved]
        return int(((before // number != before % number) & (after // number != after % number)).sum())

    @property
    def words(self) -> tuple[str, ...]:
        """The verdicts, best first, and undecided."""
        return (*self.verdicts.every, UNDECIDED)

    @cached_property
    def matrix(self) -> dict[tuple[str, str], int]:
        """How many had one verdict and have another, by their words."""
        if self.before is None or self.after is None:
            return {}
        frame = pl.DataFrame({"before": self.before, "after": self.after}).group_by("before", "after").len().sort("before", "after")
        matrix: dict[tuple[str, str], int] = {}
        for old, new, number in frame.iter_rows():
            key = (self._word(old), self._word(new))
            matrix[key] = matrix.get(key, 0) + number
        return matrix

    def _word(self, code: int) -> str:
        verdict = self.verdicts.verdict(code)
        return verdict.low if verdict.decided else UNDECIDED

    def numbers(self, codes: pl.Series | None) -> dict[str, int]:
        """Count verdicts by their words."""
        result = dict.fromkeys(self.words, 0)
        for code, number in [] if codes is None else codes.alias("code").value_counts().iter_rows():
            result[self._word(code)] += number
        return result

    @cached_property
    def effects(self) -> tuple[EffectCount, ...]:
        """Each change of the role tried alone; nothing where one pack does not judge it."""
        if self.before is None or self.after is None:
            return ()
        rank = self.verdicts.rank(self.before)
        effect_counts = []
        for tried in self._causes.effects:
            effect = attrs.evolve(tried, cause=self._followed(tried.cause))
            alone = self.verdicts.rank(effect.verdicts)
            effect_counts.append(EffectCount(effect=effect, better=int((alone < rank).sum()), worse=int((alone > rank).sum())))
        return tuple(effect_counts)

    @cached_property
    def _causes(self) -> Causes:
        return Causes(both=self.both, pair=self.pair, rows=self.rows)

    @cached_property
    def _deciding(self) -> list[tuple[Cause, pl.Series]]:
        """Return, for each change, who of the movers would have moved in the same direction by it alone."""
        if self.before is None or self.after is None:
            return []
        before, after = self.verdicts.rank(self.before[self.moved]), self.verdicts.rank(self.after[self.moved])
        result = []
        for effect in self.effects:
            codes = effect.effect.verdicts[self.moved]
            alone = self.verdicts.rank(codes)
            same = ((alone < before) & (after < before)) | ((alone > before) & (after > before)) | (codes == self.after[self.moved])
            result.append((effect.effect.cause, same & (codes != self.before[self.moved])))
        return result

    @cached_property
    def readiness_changed(self) -> pl.Series:
        """The places, among the rows, of those who are ready, not ready, or perhaps ready, and were not before."""
        if self.before is None or self.after is None:
            return pl.Series([], dtype=pl.UInt32)
        before, after = self._ready(self.before, self.verdicts.before), self._ready(self.after, self.verdicts.after)
        return before.ne_missing(after).arg_true()

    def _ready(self, codes: pl.Series, verdicts: Sequence[str]) -> pl.Series:
        """Return who is ready by the codes of their verdicts, which are those of a pack: null where that is open."""
        best, number = self.verdicts.best(verdicts), len(self.verdicts.every)
        other = codes % number != best % number
        return pl.select(pl.when(codes == best).then(statement=True).when(other).then(statement=False)).to_series()

    @cached_property
    def _changed(self) -> frozenset[int]:
        return frozenset(self.readiness_changed)

    @cached_property
    def _place(self) -> dict[int, int]:
        return {row: index for index, row in enumerate(self.moved)}

    def deciding(self, places: Iterable[int]) -> tuple[Cause, ...]:
        """Return the changes that alone move some of those who move, by places among the rows, each with the roles it comes through."""
        indices = [self._place[place] for place in places]
        rows = [int(self.rows[place]) for place in places]
        return tuple(self._followed(cause, rows) for cause, decides in self._deciding if any(decides[index] for index in indices))

    def _followed(self, cause: Cause, rows: Collection[int] | None = None) -> Cause:
        """Return a change with the roles that it comes through for some people, or for all."""
        followed = (self.everybody[role].through(rows) for role in asked_roles(cause) if role in self.everybody)
        return attrs.evolve(cause, through=tuple(one for one in followed if one is not None)) if cause.facts else cause

    def through(self, rows: Collection[int] | None = None) -> Through | None:
        """Return the changes by which some people, or any, are ready for this role now, or no longer; None where that is nobody.

        It is asked of a role with all people, whose places among the rows are the rows themselves.
        """
        changed = self._changed if rows is None else self._changed.intersection(rows)
        return Through(role=self.role, causes=self.deciding(sorted(changed))) if changed else None

    def movers(self, most: int | None = None) -> Iterator[Mover]:
        """Yield who moves, in the order of the population, all or the first of them."""
        places = self.moved if most is None else self.moved.head(most)
        if self.before is None or self.after is None or not len(places):
            return
        people = self.both.new.people.frame.select("id", "name")[self.rows[places]]
        verdicts = zip(self.before[places], self.after[places], strict=True)
        for place, (id_, name), (old, new) in zip(places, people.iter_rows(), verdicts, strict=True):
            before, after = (self.verdicts.verdict(code) for code in (old, new))
            yield Mover(id=id_, name=name, before=before, after=after, causes=self.deciding((place,)))

    @property
    def readiness(self) -> Readiness | None:
        """Who of all people is considered, and has the best verdict before and after; None where one pack does not judge the role."""
        if self.before is None or self.after is None:
            return None

        def of_all(of_rows: pl.Series) -> pl.Series:
            return pl.repeat(value=False, n=self.both.height, dtype=pl.Boolean, eager=True).scatter(self.rows, of_rows)

        old, new = (self.verdicts.best(verdicts) for verdicts in (self.verdicts.before, self.verdicts.after))
        everybody = pl.repeat(value=True, n=len(self.rows), dtype=pl.Boolean, eager=True)
        return Readiness(who=of_all(everybody), before=of_all(self.before == old), after=of_all(self.after == new))


@attrs.frozen(slots=False, kw_only=True)
class PeopleDiff:
    """Who moves between two packs; `among_everyone` says that everybody counts for every role, not its candidates alone.

    Either movers are named, or, with `by_group`, they are counted by group: never both, as the one tells whom the other is about.
    """

    both: Both
    among_everyone: bool
    by_group: ByGroup | None = None

    @cached_property
    def roles(self) -> tuple[RoleDiff, ...]:
        """Every role that at least one pack judges."""
        return tuple(RoleDiff(both=self.both, pair=pair, rows=self._rows(pair), everybody=self.everybody) for pair in self.both.pairs)

    @cached_property
    def everybody(self) -> Mapping[str, RoleDiff]:
        """Every role that at least one pack judges, for all people, by its id."""
        rows = pl.int_range(self.both.height, dtype=pl.UInt32, eager=True)
        found: dict[str, RoleDiff] = {}
        found |= {pair.role.id: RoleDiff(both=self.both, pair=pair, rows=rows, everybody=found) for pair in self.both.pairs}
        return found

    @property
    def considered(self) -> bool:
        """Whether anybody counts for any role."""
        return any(role.counted for role in self.roles)

    def why_nobody(self, role_diff: RoleDiff | None = None) -> str:
        """Say, as a clause, why nobody counts for a role, or for any."""
        new = role_diff is None or role_diff.pair.new is not None
        side = self.both.new if new else self.both.old
        role = None if role_diff is None else (role_diff.pair.new or role_diff.pair.old)
        return why_no_candidates(side.people, () if role is None else (role,), side.pack.moves)

    def _rows(self, pair: RolePair) -> pl.Series:
        if self.among_everyone:
            return pl.int_range(self.both.height, dtype=pl.UInt32, eager=True)
        return self.both.candidates(pair).arg_true()

    @cached_property
    def moved(self) -> int:
        """How many people move for at least one role."""
        return self._movers.n_unique()

    @cached_property
    def moved_often(self) -> int:
        """How many people move for more than one role, and so are counted for each of them."""
        return int(self._movers.unique_counts().gt(1).sum())

    @property
    def _movers(self) -> pl.Series:
        """The rows of those who move, once for each role that they move for."""
        return pl.concat([pl.Series(dtype=pl.UInt32), *(role.rows[role.moved].cast(pl.UInt32) for role in self.roles)])

    @cached_property
    def groups(self) -> dict[str, tuple[GroupRates, ...]]:
        """The rates of the best verdict by each fact of people's groups, by role, where somebody moves and it is asked for."""
        if self.by_group is None:
            return {}
        told = disclosures(self.by_group.rule, dimensions(self.both.old.people, (), self.by_group.words))
        found = {role.role.id: role.readiness for role in self.roles if len(role.moved)}
        return {role: group_rates(told, ready) for role, ready in found.items() if ready is not None}

    @cached_property
    def standings(self) -> tuple[Standings, ...]:
        """How many people's standing rises or falls, track by track."""
        return tuple(attrs.evolve(found, through=tuple(self._turned(found))) for found in standings(self.both))

    def _turned(self, found: Standings) -> Iterator[Turned]:
        """Yield by which roles a standing changes, with the changes that alone do that."""
        for one in found.through:
            role_diff = self.everybody[one.role.id]
            yield attrs.evolve(one, causes=role_diff.deciding([int(row) for row in one.rows]))

    @cached_property
    def next_roles(self) -> NextRoles:
        """For how many people a role comes to be a next one, or no longer is."""
        return next_roles(self.both)


@attrs.frozen(kw_only=True)
class Diff:
    """What changed between two packs, and, where a population was given, who moves.

    `renamed` is the old pack with its names as they are now, by which changes speak of it.
    """

    old: Pack
    renamed: Pack
    new: Pack
    changes: tuple[Change, ...]
    people: PeopleDiff | None = None


def diff(old: Pack, new: Pack, people: Both | None = None, *, among_everyone: bool = False, by_group: ByGroup | None = None) -> Diff:
    """Compare two packs; `people` are those judged by both of them, who are named, or counted by group."""
    people_diff = None if people is None else PeopleDiff(both=people, among_everyone=among_everyone, by_group=by_group)
    found = compared(old, new)
    return Diff(old=old, renamed=found.old, new=new, changes=found.changes, people=people_diff)
