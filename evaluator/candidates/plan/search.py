"""The least effort that makes a role's verdict ready, found exactly.

One variable is fixed after the other, and of all ways to one state only the cheapest is kept. A state is what is still open of
each criterion, and the tally of those that are settled: two ways to it differ only in what they cost. States from which the
verdict cannot be reached any more are dropped, and so are

- those that another state is never worse than, at no more effort: it has come as far in every sum that is still open, or farther;
- those that lead only to ways of more effort than a limit: what a state has cost, and the least that a criterion which has to be
  met still takes by itself. The limit begins at that least and is raised until there is a way within it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property
from typing import Any

import attrs

from evaluator.candidates.plan.changes import Change
from evaluator.candidates.plan.dominance import Cost, State, progress, undominated
from evaluator.candidates.plan.options import Option
from evaluator.candidates.plan.reach import Reach
from evaluator.candidates.plan.residual import Terms, variables_of
from evaluator.candidates.plan.tallying import Tallying
from evaluator.candidates.plan.terms import Variable
from evaluator.core.conditions import Truth
from evaluator.core.model import Pack, Role
from evaluator.core.values import Number, Value

MOST_STATES = 50_000
MOST_TRIED = 200_000
"""So often a variable is fixed in a state before a search is given up."""
_MOST_OPEN = 200_000
"""So many open criteria are kept."""
_MOST_BOUNDS = 20_000
"""For so many open criteria it is worked out what each takes by itself; for more, nothing is known of that."""
_MOST_VARIABLES = 200
"""What a criterion takes by itself is worked out where it hangs on no more variables."""
Open = tuple[Any, ...]
"""What is open of a criterion: whether it applies, and whether it holds; then a mark where it was worked on without the time for it."""
_SETTLED = -1
_LATE = "late"


class TooManyWays(Exception):
    """There are more states than can be gone through; what was asked cannot be answered exactly."""


@attrs.define(kw_only=True)
class Work:
    """How much more may be tried."""

    left: int

    def take(self, tries: int) -> None:
        """Take some of it; raises TooManyWays where less is left."""
        self.left -= tries
        if self.left < 0:
            raise TooManyWays


@attrs.frozen(kw_only=True)
class PlanChoice:
    """A cheapest way to make a verdict: the options that were chosen, and their effort."""

    chosen: tuple[tuple[Change, Option], ...]
    effort: Number


@attrs.frozen(slots=False, kw_only=True)
class Search:
    """Seeks the cheapest way to the best verdict on a role.

    `late` are criteria, by key, that cannot be closed by work in the time there is: they count as met only where they are already, or
    where time alone closes them. Ways of more effort than `most` are not gone.
    """

    pack: Pack
    role: Role
    terms: Terms
    changes: Sequence[Change]
    late: frozenset[str] = frozenset()
    _numbers: dict[Open, int] = attrs.field(factory=dict, init=False, repr=False)
    _opens: list[Open] = attrs.field(factory=list, init=False, repr=False)
    _fixes: dict[Any, int] = attrs.field(factory=dict, init=False, repr=False)
    _least: dict[int, Number | None] = attrs.field(factory=dict, init=False, repr=False)
    _settled_truths: dict[tuple[int, int], tuple[Truth, Truth] | None] = attrs.field(factory=dict, init=False, repr=False)
    _possible_states: dict[State, bool] = attrs.field(factory=dict, init=False, repr=False)
    _steps: dict[tuple[State, int], tuple[State, Number] | None] = attrs.field(factory=dict, init=False, repr=False)
    _step_numbers: dict[tuple[Variable, Value | None, bool], int] = attrs.field(factory=dict, init=False, repr=False)
    _shapes: dict[int, tuple[int, tuple[Number, ...]]] = attrs.field(factory=dict, init=False, repr=False)
    _shape_numbers: dict[Any, int] = attrs.field(factory=dict, init=False, repr=False)

    def cheapest(self, fewer: Change | None = None, most: Number | None = None, work: Work | None = None) -> PlanChoice | None:
        """Return a cheapest way, or None where there is none; raises TooManyWays, also where that is more `work` than is left.

        `fewer` takes the place of the change of the same variable; ways of more effort than `most` are not gone.
        """
        work = work or Work(left=MOST_TRIED)
        start = self._settled(list(self._start[0]), self._start[1], range(len(self._reads)))
        if start is None or not self._possible(start):
            return None
        changes = [fewer if fewer is not None and fewer.variable == change.variable else change for change in self._ordered]
        least = limit = self._still(start)
        while least is not None and limit is not None and (most is None or limit <= most):
            way, beyond = self._within(start, changes, limit, work)
            if way is not None or beyond is None:
                return way
            farther = least + 2 * (limit - least)
            limit = max(beyond, farther if most is None else min(farther, most))
        return None

    def _within(self, start: State, changes: Sequence[Change], limit: Number, work: Work) -> tuple[PlanChoice | None, Number | None]:
        """Return a cheapest way of no more effort than a limit, else the least that a way beyond it may take: None if there is none."""
        layer: dict[State, tuple[Cost, Any]] = {start: ((0, 0, 0), None)}
        beyond: list[Number] = []
        for change in changes:
            work.take(len(layer) * len(change.options))
            layer = self._undominated(self._next(layer, change, limit, beyond))
        ends = [(cost, trail) for state, (cost, trail) in layer.items() if self._tallying.ready(state[1])]
        if not ends:
            return None, min(beyond, default=None)
        cost, trail = min(ends, key=lambda one: one[0])
        return PlanChoice(chosen=tuple(reversed(list(_gone(trail)))), effort=cost[0]), None

    @cached_property
    def _tallying(self) -> Tallying:
        return Tallying(bands=self.pack.bands_of(self.role), criteria=self.role.criteria)

    @cached_property
    def _reach(self) -> Reach:
        return Reach(tallying=self._tallying)

    @cached_property
    def _start(self) -> State:
        whens = [self.terms.condition(criterion.when) for criterion in self.role.criteria]
        applying = [
            True if criterion.applies_when is None else self.terms.condition(criterion.applies_when) for criterion in self.role.criteria
        ]
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
        return tuple(frozenset(variables_of(self._opens[number])) for number in self._start[0])

    @cached_property
    def _ordered(self) -> tuple[Change, ...]:
        """The changes, criterion by criterion, those that read the fewest variables first, so that little is open at a time."""
        by_name = {change.variable: change for change in self.changes}
        found: dict[Variable, Change] = {}
        left = list(range(len(self._reads)))
        while left:
            nearest = min(left, key=lambda index: len(self._reads[index] - found.keys()))
            left.remove(nearest)
            missing = sorted(self._reads[nearest] - found.keys(), key=str)
            found |= {variable: by_name[variable] for variable in missing}
        return tuple(found.values())

    def _next(
        self, layer: dict[State, tuple[Cost, Any]], change: Change, limit: Number, beyond: list[Number]
    ) -> dict[State, tuple[Cost, Any]]:
        """Fix one more variable in every state, each way it can be; of what takes more than the limit, the least goes to `beyond`."""
        result: dict[State, tuple[Cost, Any]] = {}
        touched = [index for index, reads in enumerate(self._reads) if change.variable in reads]
        options = [(number, option, self._step_number(change, option)) for number, option in enumerate(change.options)]
        for state, (cost, trail) in layer.items():
            for number, option, step in options:
                key = (state, step)
                reached = self._steps[key] if key in self._steps else self._step(key, change, option, touched)
                if reached is None:
                    continue
                then, still = reached
                price = (cost[0] + option.effort, max(cost[1], option.months), cost[2] + (number > 0))
                if price[0] + still > limit:
                    beyond[:] = [min([price[0] + still, *beyond])]
                    continue
                known = result.get(then)
                if known is None or price < known[0]:
                    result[then] = (price, (trail, change, option) if number else trail)
            if len(result) > MOST_STATES or len(self._opens) > _MOST_OPEN:
                raise TooManyWays
        return result

    def _step_number(self, change: Change, option: Option) -> int:
        """Return the number of a variable with a value: what it makes of a state is the same whenever a search comes by again."""
        return self._step_numbers.setdefault((change.variable, option.value, option.effort > 0), len(self._step_numbers))

    def _step(self, key: tuple[State, int], change: Change, option: Option, touched: Sequence[int]) -> tuple[State, Number] | None:
        """Return a state with one more variable fixed, and the least effort it still takes; None where it leads nowhere."""
        then = self._fixed(key[0], change, option, touched)
        still = None if then is None else self._still(then)
        reached = None if then is None or still is None else (then, still)
        if len(self._steps) < MOST_TRIED:
            self._steps[key] = reached
        return reached

    def _fixed(self, state: State, change: Change, option: Option, touched: Sequence[int]) -> State | None:
        """Return a state with one more variable fixed; None where the verdict is out of reach by then."""
        opened = list(state[0])
        for index in touched:
            if opened[index] != _SETTLED:
                late = option.effort > 0 and self.role.criteria[index].key in self.late
                opened[index] = self._one_fixed(opened[index], change.variable, option.value, late=late)
        return self._settled(opened, state[1], touched)

    def _still(self, state: State) -> Number | None:
        """Return the least effort that a state still takes, as far as single criteria that have to be met can tell; None for no way."""
        most: Number = 0
        for index in self._needed:
            number = state[0][index]
            still = 0 if number == _SETTLED else self._to_meet(index, number)
            if still is None:
                return None
            most = max(most, still)
        return most

    @cached_property
    def _needed(self) -> tuple[int, ...]:
        """The criteria without which the verdict is out of reach, and that apply whatever is done."""
        places = range(len(self.role.criteria))
        always = [one for one in places if self._opens[self._start[0][one]][0] is True and len(self._reads[one]) <= _MOST_VARIABLES]
        return tuple(alway for alway in always if not self._reach.possible(self._unmet(alway), frozenset(places) - {alway}))

    def _unmet(self, index: int) -> tuple[int, ...]:
        return self._tallying.add(self._tallying.nothing, index, applies=True, held=False)

    def _to_meet(self, index: int, number: int) -> Number | None:
        """Return the least effort by which an open criterion comes to be met, all else let be; 0 where nobody knows, None for no way."""
        node = self._opens[number]
        if not isinstance(node[1], tuple):
            return 0 if node[1] is True and (_LATE not in node or self._already[index]) else None
        if number in self._least:
            return self._least[number]
        if len(self._least) >= _MOST_BOUNDS:
            return 0
        change = self._first_of(number)
        result: Number | None = None
        for option in change.options:
            late = option.effort > 0 and self.role.criteria[index].key in self.late
            then = self._to_meet(index, self._one_fixed(number, change.variable, option.value, late=late))
            if then is not None and (result is None or option.effort + then < result):
                result = option.effort + then
        self._least[number] = result
        return result

    def _first_of(self, number: int) -> Change:
        """Return the change of the variable that is fixed next in an open criterion."""
        return self._ordered[min(self._order[variable] for variable in variables_of(self._opens[number]))]

    @cached_property
    def _order(self) -> dict[Variable, int]:
        return {change.variable: index for index, change in enumerate(self._ordered)}

    def _undominated(self, layer: dict[State, tuple[Cost, Any]]) -> dict[State, tuple[Cost, Any]]:
        """Return the states without those that another one is never worse than, at no more effort."""
        if len(layer) < 2 or not self._tallying.grows:  # noqa: PLR2004 - one alone is behind no other
            return layer
        groups: dict[Any, list[tuple[Cost, tuple[Number, ...], State]]] = {}
        for state, (cost, _) in layer.items():
            shapes = [(_SETTLED, ()) if number == _SETTLED else self._progress(number) for number in state[0]]
            key = (tuple(shape for shape, _ in shapes), state[1])
            groups.setdefault(key, []).append((cost, tuple(far for _, progress in shapes for far in progress), state))
        kept = {state for group in groups.values() for state in undominated(group)}
        return {state: entry for state, entry in layer.items() if state in kept}

    def _progress(self, number: int) -> tuple[int, tuple[Number, ...]]:
        """Return the number of the shape of an open criterion, and how far it has come: of two of one shape, farther is never worse."""
        if number not in self._shapes:
            node = self._opens[number]
            far: list[Number] = []
            shape = (True, progress(self.terms, node[1], far), *node[2:]) if node[0] is True else node
            self._shapes[number] = (self._shape_numbers.setdefault(shape, len(self._shape_numbers)), tuple(far))
        return self._shapes[number]

    def _one_fixed(self, number: int, variable: Variable, value: Value | None, *, late: bool) -> int:
        key = (number, variable, value, late)
        if key not in self._fixes:
            node = self._opens[number]
            fixed = tuple(self.terms.fix(part, variable, value) for part in node[:2])
            self._fixes[key] = self._number((*fixed, _LATE) if late or _LATE in node else fixed)
        return self._fixes[key]

    def _settled(self, opened: list[int], tally: tuple[int, ...], touched: Iterable[int]) -> State | None:
        """Move settled criteria to the tally; None where the verdict is out of reach by then."""
        before = tally
        for index in touched:
            truths = None if opened[index] == _SETTLED else self._truths(index, opened[index])
            if truths is not None:
                tally = self._tallying.add(tally, index, *truths)
                opened[index] = _SETTLED
        state = (tuple(opened), tally)
        return state if tally is before or self._possible(state) else None

    def _possible(self, state: State) -> bool:
        """Whether the verdict may be within reach of a state."""
        possible = self._possible_states.get(state)
        if possible is None:
            left = frozenset(index for index, number in enumerate(state[0]) if number != _SETTLED)
            possible = self._reach.possible(state[1], left)
            if len(self._possible_states) < MOST_STATES:
                self._possible_states[state] = possible
        return possible

    def _truths(self, index: int, number: int) -> tuple[Truth, Truth] | None:
        """Return whether what is open of a criterion applies, and holds; None where that is not settled yet."""
        key = (index, number)
        if key not in self._settled_truths:
            node = self._opens[number]
            applies, held = node[:2]
            if isinstance(applies, tuple) or (applies is not False and isinstance(held, tuple)):
                self._settled_truths[key] = None
            else:
                too_late = not isinstance(held, tuple) and _LATE in node and not self._already[index]
                self._settled_truths[key] = (applies, False if too_late else None if isinstance(held, tuple) else held)
        return self._settled_truths[key]

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
