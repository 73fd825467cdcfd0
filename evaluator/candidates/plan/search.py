"""The least effort that makes a role's verdict ready, found exactly.

One variable is fixed after the other, and of all ways to one state only the cheapest is kept. A state is what is still open of
each criterion, and the tally of those that are settled: two ways to it differ only in what they cost. States from which the
verdict cannot be reached any more are dropped.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cached_property
from typing import Any

import attrs

from evaluator.candidates.plan.changes import Change
from evaluator.candidates.plan.options import Option
from evaluator.candidates.plan.reach import Reach
from evaluator.candidates.plan.residual import Terms
from evaluator.candidates.plan.tallying import Tallying
from evaluator.candidates.plan.terms import Variable
from evaluator.core.model import Pack, Role
from evaluator.core.values import Number, Value

MOST_STATES = 200_000
Open = tuple[Any, ...]
"""What is open of a criterion: whether it applies, and whether it holds; then a mark where it was worked on without the time for it."""
State = tuple[tuple[int, ...], tuple[int, ...]]
"""The number of what is open of each criterion, -1 where it is settled; and the tally of those that are."""
_SETTLED = -1
_LATE = "late"
Cost = tuple[Number, int, int]
"""The effort, the months that time alone takes, and how many variables change."""


class TooManyWays(Exception):
    """There are more states than can be gone through; what was asked cannot be answered exactly."""


@attrs.frozen(kw_only=True)
class Way:
    """A cheapest way to make a verdict: the options that were chosen, and their effort."""

    chosen: tuple[tuple[Change, Option], ...]
    effort: Number


@attrs.frozen(slots=False, kw_only=True)
class Search:
    """Seeks the cheapest way to the pack's first verdict for a role.

    `late` are criteria that cannot be closed by work in the time there is: they count as met only where they are already, or
    where time alone closes them. Ways of more effort than `most` are not gone.
    """

    pack: Pack
    role: Role
    terms: Terms
    changes: Sequence[Change]
    late: frozenset[str] = frozenset()
    _memo: dict[Any, State | None] = attrs.field(factory=dict, init=False, repr=False)
    _numbers: dict[Open, int] = attrs.field(factory=dict, init=False, repr=False)
    _opens: list[Open] = attrs.field(factory=list, init=False, repr=False)
    _fixes: dict[Any, int] = attrs.field(factory=dict, init=False, repr=False)

    def cheapest(self, fewer: Change | None = None, most: Number | None = None) -> Way | None:
        """Return a cheapest way, or None where there is none; raises TooManyWays.

        `fewer` takes the place of the change of the same variable; ways of more effort than `most` are not gone.
        """
        layer: dict[State, tuple[Cost, Any]] = {}
        if (start := self._settled(self._start, range(len(self._reads)))) is not None:
            layer[start] = ((0, 0, 0), None)
        changes = [fewer if fewer is not None and fewer.variable == one.variable else one for one in self._ordered]
        for change in changes:
            layer = self._next(layer, change, most)
            if len(layer) > MOST_STATES:
                raise TooManyWays
        ends = [(cost, trail) for state, (cost, trail) in layer.items() if self._tallying.ready(state[1])]
        if not ends:
            return None
        cost, trail = min(ends, key=lambda one: one[0])
        return Way(chosen=tuple(reversed(list(_gone(trail)))), effort=cost[0])

    @cached_property
    def _tallying(self) -> Tallying:
        return Tallying(bands=self.pack.bands, criteria=self.role.criteria)

    @cached_property
    def _reach(self) -> Reach:
        return Reach(tallying=self._tallying)

    @cached_property
    def _start(self) -> State:
        whens = [self.terms.condition(one.when) for one in self.role.criteria]
        applying = [True if one.applies_when is None else self.terms.condition(one.applies_when) for one in self.role.criteria]
        return (tuple(self._number(one) for one in zip(applying, whens, strict=True)), self._tallying.nothing)

    def _number(self, found: Open) -> int:
        """Return the number of something open: the same for the same, so that states are quick to compare."""
        number = self._numbers.setdefault(found, len(self._opens))
        if number == len(self._opens):
            self._opens.append(found)
        return number

    @cached_property
    def _reads(self) -> tuple[frozenset[Variable], ...]:
        """The variables on which each criterion hangs at the start."""
        return tuple(frozenset(_variables(self._opens[number])) for number in self._start[0])

    @cached_property
    def _ordered(self) -> tuple[Change, ...]:
        """The changes, criterion by criterion, those that read the fewest variables first, so that little is open at a time."""
        by_name = {change.variable: change for change in self.changes}
        found: dict[Variable, Change] = {}
        left = list(range(len(self._reads)))
        while left:
            nearest = min(left, key=lambda place: len(self._reads[place] - found.keys()))
            left.remove(nearest)
            missing = sorted(self._reads[nearest] - found.keys(), key=str)
            found |= {variable: by_name[variable] for variable in missing}
        return tuple(found.values())

    def _next(self, layer: dict[State, tuple[Cost, Any]], change: Change, most: Number | None) -> dict[State, tuple[Cost, Any]]:
        """Fix one more variable in every state, each way it can be."""
        found: dict[State, tuple[Cost, Any]] = {}
        touched = [place for place, reads in enumerate(self._reads) if change.variable in reads]
        for state, (cost, trail) in layer.items():
            for number, option in enumerate(change.options):
                price = (cost[0] + option.effort, max(cost[1], option.months), cost[2] + (number > 0))
                then = None if most is not None and price[0] > most else self._fixed(state, change, option, touched)
                if then is None:
                    continue
                known = found.get(then)
                if known is None or price < known[0]:
                    found[then] = (price, (trail, change, option) if number else trail)
        return found

    def _fixed(self, state: State, change: Change, option: Option, touched: Sequence[int]) -> State | None:
        key = (state, change.variable, option.value)
        if key not in self._memo:
            opened = list(state[0])
            for place in touched:
                if opened[place] != _SETTLED:
                    late = option.effort > 0 and self.role.criteria[place].id in self.late
                    opened[place] = self._one_fixed(opened[place], change.variable, option.value, late=late)
            self._memo[key] = self._settled((tuple(opened), state[1]), touched)
        return self._memo[key]

    def _one_fixed(self, number: int, variable: Variable, value: Value | None, *, late: bool) -> int:
        key = (number, variable, value, late)
        if key not in self._fixes:
            node = self._opens[number]
            fixed = tuple(self.terms.fix(part, variable, value) for part in node[:2])
            self._fixes[key] = self._number((*fixed, _LATE) if late or _LATE in node else fixed)
        return self._fixes[key]

    def _settled(self, state: State, touched: Sequence[int]) -> State | None:
        """Move settled criteria to the tally; None where the verdict is out of reach by then."""
        opened, tally = list(state[0]), state[1]
        for place in touched:
            if opened[place] == _SETTLED:
                continue
            node = self._opens[opened[place]]
            applies, held = node[:2]
            if isinstance(applies, tuple) or (applies is not False and isinstance(held, tuple)):
                continue
            if isinstance(held, tuple):
                held = None
            elif _LATE in node and not self._already[place]:
                held = False
            tally = self._tallying.add(tally, place, applies, held)
            opened[place] = _SETTLED
        left = frozenset(place for place, number in enumerate(opened) if number != _SETTLED)
        return (tuple(opened), tally) if self._reach.possible(tally, left) else None

    @cached_property
    def _already(self) -> tuple[bool, ...]:
        """Which criteria are met with everything left as it is."""
        found = []
        for applies, when in (self._opens[number] for number in self._start[0]):
            for change in self.changes:
                applies, when = (self.terms.fix(part, change.variable, change.options[0].value) for part in (applies, when))  # noqa: PLW2901
            found.append(applies is True and when is True)
        return tuple(found)


def _gone(trail: Any) -> Iterator[tuple[Change, Option]]:  # noqa: ANN401 - a chain of pairs, the last first
    while trail is not None:
        yield trail[1], trail[2]
        trail = trail[0]


def _variables(node: Any) -> Iterator[Variable]:  # noqa: ANN401 - nested tuples
    """Yield the variables that a residual still hangs on."""
    if not isinstance(node, tuple):
        return
    if node and node[0] == "variable":
        yield node[1]
    elif node and node[0] == "members":
        yield from node[3]
    elif not node or node[0] != "value":
        for part in node:
            yield from _variables(part)
