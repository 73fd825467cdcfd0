"""A population held in memory: the truth of any condition for each of its people, exact to the last one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterable, Mapping, Sequence
from functools import cached_property

import attrs
import polars as pl

from evaluator.core.conditions import Condition
from evaluator.core.enums import MoveKind
from evaluator.core.facts import complete
from evaluator.core.model import Move, Pack, Profile, Role
from evaluator.core.recommendation import steps_to
from evaluator.core.values import Facts, clip
from evaluator.engines.columns.decode import closed_to_records, decoded
from evaluator.engines.columns.language import speaking
from evaluator.engines.columns.plan import Plan, plan, role_today
from evaluator.packs.changes.same_meaning import meaning
from evaluator.populations.condition_truths import truths_of
from evaluator.populations.empty_chunk import with_one
from evaluator.populations.where import Chosen, Where, chosen, those
from evaluator.reading.tables import Population, Rejected
from evaluator.reading.tables.meanings import GROUP
from evaluator.reading.tables.model import first_reasons

_MOST = 3
_AT_ONCE = 64
"""Conditions in one query; the frame stays, so more queries cost little."""


@attrs.frozen(slots=False, kw_only=True)
class People:
    """A population as columns, read by the attributes of a pack.

    `frame` has a row each: `id`, `name`, `role` (the place among the pack's roles), `as_of`, `row`, and the facts. `groups` has
    the facts of people's groups, a column of text for each. `rows` counts all rows that were read, those in `rejected` too.
    """

    pack: Pack
    frame: pl.DataFrame
    groups: pl.DataFrame
    rows: int
    rejected: tuple[Rejected, ...] = ()
    other_roles: Counter[str] = attrs.field(factory=Counter)
    chosen: Chosen | None = None
    """Whom a condition takes, where not everybody is."""
    _truths: dict[Hashable, pl.Series] = attrs.field(factory=dict, init=False, repr=False, eq=False)
    sides: dict[Hashable, pl.DataFrame] = attrs.field(factory=dict, init=False, repr=False, eq=False)
    """What verdicts were worked out before, by what they mean; kept by those who work them out."""
    _candidates: dict[Hashable, pl.Series] = attrs.field(factory=dict, init=False, repr=False, eq=False)
    _facts: dict[int, Facts] = attrs.field(factory=dict, init=False, repr=False, eq=False)

    @property
    def height(self) -> int:
        """How many people can be judged."""
        return self.frame.height

    @cached_property
    def left_out(self) -> tuple[Rejected, ...]:
        """Each row that cannot be judged once, by its first reason, in the order of the files."""
        return first_reasons(self.rejected)

    @cached_property
    def plan(self) -> Plan:
        """The attributes compiled to columns."""
        return plan(self.pack, everything=True)

    @cached_property
    def derived(self) -> pl.DataFrame:
        """The frame with every attribute that is assumed or computed."""
        with speaking(pl):
            found: pl.LazyFrame = self.plan.derive(self.frame.lazy())
        return found.collect()

    def profile(self, index: int) -> Profile:
        """Return the profile of the person at a place, as another engine can judge it by `closed_to_records` of the pack."""
        return next(decoded(self.pack, self.frame[index])).profile

    def facts(self, index: int) -> Facts:
        """Return all that is known of the person at a place, worked out exactly."""
        if index not in self._facts:
            person = next(decoded(self.pack, self.frame[index]))
            self._facts[index] = complete(self._closed, person.profile, person.as_of).facts
        return self._facts[index]

    @cached_property
    def _closed(self) -> Pack:
        return closed_to_records(self.pack)

    def truths(self, conditions: Iterable[Condition]) -> dict[Hashable, pl.Series]:
        """Return the truth of each condition for everybody, by its meaning: true is met, false is unmet, null is unknown."""
        wanted = {meaning(condition): condition for condition in conditions}
        new = [key for key in wanted if key not in self._truths]
        for start in range(0, len(new), _AT_ONCE):
            self._truths.update(self._made({key: wanted[key] for key in new[start : start + _AT_ONCE]}))
        return {key: self._truths[key] for key in wanted}

    def truth(self, condition: Condition) -> pl.Series:
        """Return the truth of one condition for everybody."""
        return self.truths([condition])[meaning(condition)]

    def _made(self, conditions: Mapping[Hashable, Condition]) -> dict[Hashable, pl.Series]:
        return truths_of(conditions, self.plan, self.derived, self.facts)

    def current(self, role: Role) -> pl.Series:
        """Return who holds a role today."""
        index = list(self.pack.roles).index(role.id)
        return (self.frame[role_today(self.pack)] == index).fill_null(value=False)

    def candidates(self, role: Role, moves: Iterable[Move] | None = None) -> pl.Series:
        """Return for whom the role would be a step: a move there, not downwards, is not closed to them; by the pack's moves, or others."""
        pack = self.pack if moves is None else attrs.evolve(self.pack, moves=tuple(moves), roles={**self.pack.roles, role.id: role})
        return self._led(role, steps_to(role.id, pack))

    def next_role(self, role: Role, moves: Iterable[Move] | None = None) -> pl.Series:
        """Return whose next role it may be: any move that is not closed, and no demotion, leads there from today's role."""
        ways = [move for move in (self.pack.moves if moves is None else moves) if move.kind is not MoveKind.DEMOTION]
        return self._led(role, [move for move in ways if move.to == role.id])

    def _led(self, role: Role, ways: Sequence[Move]) -> pl.Series:
        key = (role.id, tuple((move.origin, meaning(move.when)) for move in ways))
        if key not in self._candidates:
            series = pl.repeat(value=False, n=self.height, dtype=pl.Boolean, eager=True)
            for move in ways:
                here = self.current(self.pack.roles[move.origin])
                series |= here if move.when is None else here & self.truth(move.when).fill_null(value=True)
            self._candidates[key] = series
        return self._candidates[key]


def read_by(pack: Pack, people: People) -> People:
    """Return people by a pack that computes attributes otherwise than the one they were read with; what they state is the same."""
    return people if pack.attributes == people.pack.attributes else attrs.evolve(people, pack=pack)


def why_no_candidates(people: People, roles: Sequence[Role] = (), moves: Iterable[Move] | None = None) -> str:
    """Say why nobody is a candidate for some roles, or for any, as a clause such as `no move leads to Lead`."""
    pack = people.pack if moves is None else attrs.evolve(people.pack, moves=tuple(moves))
    pack = attrs.evolve(pack, roles={**pack.roles, **{role.id: role for role in roles}})
    ways = [move for role in roles or pack.judged_roles for move in steps_to(role.id, pack)]
    to = f" to {' or '.join(role.title for role in roles)}" if roles else ""
    if not people.frame[role_today(people.pack)].is_not_null().any():
        others = _some(people.other_roles)
        return f"nobody's current role is one of the pack: {others}" if others else "nobody's current role is stated"
    if not ways:
        return f"no move leads{to}" if to else "the pack has no moves" if not pack.moves else "no move leads upwards"
    origins = [people.pack.roles[name] for name in dict.fromkeys(move.origin for move in ways)]
    held = pl.select(pl.any_horizontal([people.current(role) for role in origins])).to_series()
    return f"the moves{to} are open to nobody today" if held.any() else f"nobody holds a role from which a move leads{to or ' on'}"


def _some(roles: Counter[str]) -> str:
    """Name roles that the pack does not have, with how many people hold each: the first few."""
    listed = [f"{clip(role)} ({number:,})" for role, number in sorted(roles.items(), key=lambda item: (-item[1], item[0]))]
    more = len(listed) - _MOST
    return ", ".join([*listed[:_MOST], *([f"+{more}"] if more > 0 else [])])


def taken(people: People, rows: pl.Series) -> People:
    """Return some of the people, by their places and in that order."""
    groups = people.groups[rows] if people.groups.width else people.groups
    return attrs.evolve(people, frame=people.frame[rows], groups=groups)


def gathered(population: Population, pack: Pack, where: Where | None = None) -> People:
    """Hold the people of a population in memory, or those whom a condition takes, which may be nobody."""
    counted = None if where is None else Chosen(where=where.text)
    listed = []
    for chunk in with_one(population, pack, population.kept_columns):
        if where is None or counted is None:
            listed.append(chunk)
            continue
        met, part = chosen(where, chunk, None, pack)
        listed.append(those(chunk, met))
        counted = counted.and_(part)
    frame = pl.concat([chunk.kept for chunk in listed], rechunk=True)
    groups = frame.select(name for name in frame.columns if name.startswith(GROUP)).rename(lambda name: name.removeprefix(GROUP))
    return People(
        pack=pack,
        frame=pl.concat([chunk.frame for chunk in listed], how="diagonal", rechunk=True),
        groups=groups,
        rows=sum(chunk.rows for chunk in listed),
        rejected=tuple(row for chunk in listed for row in chunk.rejected),
        other_roles=sum((Counter(chunk.other_roles) for chunk in listed), Counter()),
        chosen=counted,
    )
