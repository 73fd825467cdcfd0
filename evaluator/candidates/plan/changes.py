"""What could be changed about a person for a role, to which values, and at what effort: only values at which some test turns."""

from __future__ import annotations

import datetime
import graphlib
import math
from collections.abc import Iterable, Iterator, Mapping
from fractions import Fraction
from functools import cached_property

import attrs

from evaluator.candidates.plan.options import Clock, Option, lowest, number, ranks, turns
from evaluator.candidates.plan.terms import Computed, Fixed, Members, Readiness, Term, Variable, Varying
from evaluator.core.attributes import Attribute
from evaluator.core.conditions import Condition, leaves
from evaluator.core.dates import truncate
from evaluator.core.effort import Accrual, Effort
from evaluator.core.expressions import Expression, conditions_within, within
from evaluator.core.facts import Completed
from evaluator.core.model import Criterion, Pack, Profile, Role
from evaluator.core.values import NUMERIC, Facts, Kind, Number, Value

_MOST_STEPS = 100
"""How many whole steps of a number are tried that others are computed from."""


@attrs.frozen(kw_only=True)
class Change:
    """A variable and its options; the first is to leave it as it is."""

    variable: Variable
    options: tuple[Option, ...]

    @property
    def attribute(self) -> str:
        """The attribute that it is about."""
        return self.variable if isinstance(self.variable, str) else self.variable[0]


@attrs.frozen(slots=False, kw_only=True)
class Changes:
    """Works out what could be changed for a role, by a day; None for whenever it can be, and `limit` is how many whole months that is.

    Time adds to what is stated from `facts_day` on, and to what is computed or unknown from the day planned from. Attributes
    `left_alone` are not changed.
    """

    pack: Pack
    role: Role
    profile: Profile
    known: Completed
    as_of: datetime.date
    facts_day: datetime.date
    by: datetime.date | None = None
    limit: int | None = None
    left_alone: frozenset[str] = frozenset()

    @cached_property
    def found(self) -> tuple[Change, ...]:
        """The variables that have more than one option, in the order in which criteria read them."""
        return tuple(change for name in self._reached for change in self._of(name) if len(change.options) > 1)

    @cached_property
    def terms(self) -> Mapping[str, Term]:
        """What each attribute is made of that the role's criteria read, directly or through others."""
        return {name: self._term(name) for name in self._reached}

    @cached_property
    def roles(self) -> tuple[Role, ...]:
        """The role, then those that it waits for to be ready for, directly or through others."""
        waited = [self._waited(name) for name in self._reached]
        return (self.role, *(role for role in waited if role is not None))

    def read_by(self, criterion: Criterion, *, through_roles: bool = True) -> frozenset[str]:
        """Return the attributes that a criterion hangs on, directly or through others, and by default through roles that it waits for."""
        read = criterion.attributes_read
        return frozenset(self._read_through(name for name in read if through_roles or self._waited(name) is None))

    @property
    def facts(self) -> Facts:
        """What is known of the person."""
        return self.known.facts

    def current(self, variable: Variable) -> Value | None:
        """Return what a variable is today."""
        if isinstance(variable, str):
            return self.facts.get(variable)
        members = self.facts.get(variable[0])
        return isinstance(members, frozenset) and variable[1] in members

    @cached_property
    def _conditions(self) -> tuple[Condition, ...]:
        """The conditions of the roles, then those inside what they read is computed from."""
        own = [condition for role in self.roles for criterion in role.criteria for condition in criterion.conditions]
        return (
            *own,
            *(condition for name in self._reached if (expression := self._made(name)) for condition in conditions_within(expression)),
        )

    @cached_property
    def _reached(self) -> tuple[str, ...]:
        """The attributes that are read, in the order in which criteria read them, then what they hang on."""
        return tuple(self._read_through(_read_in_order(self.role)))

    def _read_through(self, names: Iterable[str]) -> dict[str, None]:
        """Return attributes in their order, followed by what they hang on, directly or through others."""
        reached: dict[str, None] = {}
        waiting = list(names)
        while waiting:
            name = waiting.pop(0)
            if name not in reached:
                reached[name] = None
                waiting += self._inputs(name)
        return reached

    def _inputs(self, name: str) -> Iterable[str]:
        """Return the attributes that the value of one hangs on directly."""
        role, expression = self._waited(name), self._made(name)
        if role is not None:
            return _read_in_order(role)
        return () if expression is None else expression.inputs

    def _waited(self, name: str) -> Role | None:
        """Return the role of which an attribute says whether somebody is ready for it."""
        waited = self.pack.attributes[name].ready_for
        return None if waited is None else self.pack.roles[waited]

    def _made(self, name: str) -> Expression | None:
        """Return what an attribute is computed from, where that decides its value: nothing was stated, and nothing else changes it."""
        attribute = self.pack.attributes[name]
        if attribute.derivation is None or name in self.profile.given or (attribute.may_be_given and _can_change(attribute)):
            return None
        return attribute.derivation.expression

    def _term(self, name: str) -> Term:
        expression, role = self._made(name), self._waited(name)
        mine = [change.variable for change in self.found if change.attribute == name]
        members = frozenset(variable for variable in mine if not isinstance(variable, str))
        have = self.facts.get(name)
        if role is not None:
            return Readiness(role=role) if name in self._varying else Fixed(have)
        if expression is not None:
            return Computed(expression=expression) if name in self._varying else Fixed(have)
        if not mine:
            return Fixed(have)
        if not members:
            return Varying(name)
        sure = have - {member for _, member in members} if isinstance(have, frozenset) else frozenset[str]()
        return Members(certain=have is not None, sure=sure, open=members)

    @cached_property
    def _varying(self) -> frozenset[str]:
        """The attributes that change, or hang on one that does."""
        changing = {change.attribute for change in self.found}
        reads = {name: set(self._inputs(name)) for name in self._reached}
        for name in graphlib.TopologicalSorter(reads).static_order():
            if not changing.isdisjoint(reads[name]):
                changing.add(name)
        return frozenset(changing)

    @cached_property
    def _stepped(self) -> frozenset[str]:
        """The attributes of which every step counts: others are calculated from them, or compared with them."""
        made = [expression for one in self._reached if (expression := self._made(one))]
        read = {name for one in made for inner in within(one) for name in inner.attributes}
        tests = [test for condition in self._conditions for test in leaves(condition) if test.other is not None]
        return frozenset(read | {name for test in tests for name in test.attributes})

    @cached_property
    def marks(self) -> Mapping[str, set[Value]]:
        """The values of each attribute at which a test turns."""
        result: dict[str, set[Value]] = {name: set() for name in self._reached}
        tests = [test for condition in self._conditions for test in leaves(condition)]
        for test in tests:
            if test.attribute in result:
                result[test.attribute].update(turns(test, self.pack.attributes[test.attribute]))
        pairs = [(test.attribute, test.other) for test in tests if test.other is not None and test.attribute in result]
        for _ in pairs:
            for one, other in pairs:
                for mine, theirs in ((one, other), (other, one)):
                    have = self.facts.get(theirs)
                    result[mine] |= result[theirs] | (set() if have is None else {have})
        return result

    def _of(self, name: str) -> Iterator[Change]:
        attribute = self.pack.attributes[name]
        if self._made(name) is not None or not _can_change(attribute) or name in self.left_alone:
            return
        if attribute.kind is Kind.SET:
            yield from self._members(attribute)
            return
        have = self.facts.get(name)
        listed = {option.value: option for option in self._options(attribute, have) if option.value != have and self._in_time(option)}
        yield Change(variable=name, options=(Option(value=have), *listed.values()))

    def _in_time(self, option: Option) -> bool:
        if option.due is not None:
            return self.by is None or option.due <= self.by
        return self.limit is None or option.months <= self.limit

    def _options(self, attribute: Attribute, have: Value | None) -> Iterable[Option]:
        if attribute.kind in NUMERIC:
            return self._numbers(attribute, have)
        effort = attribute.effort or Effort()
        if attribute.kind is Kind.SCALE:
            return ranks(attribute, effort, have)
        if attribute.kind is Kind.DATE:
            today = truncate(self.as_of, attribute.type.precision)
            return [] if effort.each is None else [Option(value=today, effort=effort.each)]
        if attribute.kind is Kind.FLAG:
            ways = ((True, effort.each), (False, effort.down))
            return [Option(value=value, effort=cost, months=math.ceil(effort.months)) for value, cost in ways if cost is not None]
        wanted = [(option, effort.to.get(option, effort.each)) for option in attribute.type.options]
        return [Option(value=option, effort=cost, months=math.ceil(effort.months)) for option, cost in wanted if cost is not None]

    def _numbers(self, attribute: Attribute, have: Value | None) -> Iterator[Option]:
        start = have if isinstance(have, int | Fraction) else lowest(attribute)
        clock = Clock(as_of=self.as_of, since=self._counted_from(attribute, have))
        for value in sorted(self._numbers_at(attribute, start)):
            if attribute.type.outside(value) or (have is None and value < start):
                continue
            option = number(attribute, self._accrual(attribute), value, start, clock)
            if option is not None:
                yield option

    def _accrual(self, attribute: Attribute) -> Accrual | None:
        """Return what time brings this person of an attribute: only on the tracks that the pack names."""
        accrual = attribute.accrues
        held = self.pack.role_held(self.profile)
        return accrual if accrual is not None and accrual.holds_on(None if held is None else self.pack.roles[held].track) else None

    def _counted_from(self, attribute: Attribute, have: Value | None) -> datetime.date:
        """Return the day from which time adds to an attribute: of nothing known, no day before the facts."""
        if have is None:
            return max(self.as_of, self.facts_day)
        computed = attribute.derivation is not None and attribute.id not in self.profile.given
        return self.as_of if computed else self.facts_day

    def _numbers_at(self, attribute: Attribute, start: Number) -> set[Number]:
        found = {one for one in self.marks[attribute.id] if isinstance(one, int | Fraction) and not isinstance(one, bool)}
        if attribute.id in self._stepped:
            found |= {start + step for step in range(-_MOST_STEPS, _MOST_STEPS + 1)}
        if attribute.kind is Kind.INTEGER:
            found = {whole(one) for one in found for whole in (math.floor, math.ceil)}
        return found | ({start} if start != self.facts.get(attribute.id) else set())

    def _members(self, attribute: Attribute) -> Iterator[Change]:
        effort, have = attribute.effort or Effort(), self.facts.get(attribute.id)
        named = {member for mark in self.marks[attribute.id] if isinstance(mark, frozenset) for member in mark}
        for member in (option for option in attribute.type.options if option in named):
            there = isinstance(have, frozenset) and member in have
            cost = effort.down if there else effort.to.get(member, effort.each)
            if cost is not None and (self.limit is None or math.ceil(effort.months) <= self.limit):
                yield Change(
                    variable=(attribute.id, member),
                    options=(Option(value=there), Option(value=not there, effort=cost, months=math.ceil(effort.months))),
                )


def _read_in_order(role: Role) -> list[str]:
    """Return the attributes that a role's criteria read, in their order."""
    conditions = [condition for criterion in role.criteria for condition in criterion.conditions]
    return [name for condition in conditions for test in leaves(condition) for name in test.attributes]


def _can_change(attribute: Attribute) -> bool:
    return attribute.effort is not None or attribute.accrues is not None
