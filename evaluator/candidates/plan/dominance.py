"""Which of several states of a search are behind another one: it has come as far in every part that is still open, at no more effort."""

from __future__ import annotations

import bisect
import itertools
import operator
from collections.abc import Iterator, Sequence
from typing import Any

from evaluator.candidates.plan.residual import GROWS, Terms, ends_of, is_number, never_falls
from evaluator.core.bounds import Interval
from evaluator.core.operators import Operator
from evaluator.core.values import Number

_MOST_COMPARED = 64
"""With so many others a state is compared that is told apart by more than two numbers."""
State = tuple[tuple[int, ...], tuple[int, ...]]
"""The number of what is open of each criterion, -1 where it is settled; and the tally of those that are."""
Cost = tuple[Number, int, int]
"""The effort, the months that time alone takes, and how many variables change."""


def progress(terms: Terms, node: Any, far: list[Number], sign: int = 1) -> Any:  # noqa: ANN401, PLR0911 - a case for each sort of node
    """Return the shape of a residual, and add to `far` how far it has come: of two residuals of one shape, farther is never worse.

    Worse is a condition that is unmet where the other is met, and a number that is less, or more where the sign is -1.
    """
    if not isinstance(node, tuple):
        return node
    match node[0]:
        case "enough":
            return (*node[:3], tuple(progress(terms, part, far, sign) for part in node[3]))
        case "test" if node[2][0] == "ready" and terms.waited[node[2][1]].grows and not terms.tests[node[1]].of_presence:
            test = terms.tests[node[1]]
            ready_way = sign if test.value is (test.operator is Operator.IS) else -sign
            return ("test", node[1], progress(terms, node[2], far, ready_way), node[3])
        case "ready":
            parts = ((*part[:2], progress(terms, part[2], far, sign) if part[1] is True else part[2], part[3]) for part in node[3])
            return (*node[:3], tuple(parts))
        case "test" if (way := _WAYS.get(terms.tests[node[1]].operator)) is not None:
            right = ("value", None) if terms.tests[node[1]].other is None else progress(terms, node[3], far, -way * sign)
            return ("test", node[1], progress(terms, node[2], far, way * sign), right)
        case "value" if is_number(node[1]):
            far.append(sign * node[1])
            return "number"
        case "sum":
            ends = ends_of(node[2])
            far += [] if ends is None else [sign * end for end in dict.fromkeys(ends)]
            shape = node[2] if ends is None else isinstance(node[2], Interval)
            return (*node[:2], shape, node[3], tuple((each, _progress_of(terms, part, far, sign, each)) for each, part in node[4]))
        case "parts" if terms.expressions[node[1]].operation in GROWS:
            return (*node[:2], tuple(progress(terms, part, far, sign) for part in node[2]))
        case "over" if never_falls(terms.expressions[node[1]]):
            return (*node[:2], progress(terms, node[2], far, sign))
    return node


def _progress_of(terms: Terms, part: Any, far: list[Number], sign: int, each: Number) -> Any:  # noqa: ANN401
    way = sign if each >= 0 else -sign
    return ("truth", progress(terms, part[1], far, way)) if part[0] == "truth" else progress(terms, part, far, way)


_WAYS = {Operator.AT_LEAST: 1, Operator.ABOVE: 1, Operator.AT_MOST: -1, Operator.BELOW: -1}
"""Whether a comparison is met by more or by less."""


def undominated(states: Sequence[tuple[Cost, tuple[Number, ...], State]]) -> Iterator[State]:
    """Yield, out of states with what each has cost and how far it has come, those that none is ahead of at no more cost."""
    if len(states) == 1:
        yield states[0][2]
        return
    differing = [index for index, numbers in enumerate(zip(*(far for _, far, _ in states), strict=True)) if len(set(numbers)) > 1]
    ahead = _Frontier()
    for _, some in itertools.groupby(sorted(states, key=lambda one: one[0]), key=lambda one: one[0][0]):
        kept: list[tuple[Cost, tuple[Number, ...]]] = []
        for cost, every, state in some:
            far = tuple(every[index] for index in differing)
            if ahead.covers(far) or any(_beats(one, (cost, far)) for one in kept[-_MOST_COMPARED:]):
                continue
            kept.append((cost, far))
            yield state
        for _, far in kept:
            ahead.add(far)


def _beats(one: tuple[Cost, tuple[Number, ...]], other: tuple[Cost, tuple[Number, ...]]) -> bool:
    """Whether one state of the same effort is nowhere behind another."""
    return all(map(operator.le, one[0], other[0])) and all(map(operator.ge, one[1], other[1]))


class _Frontier:
    """How far states of less effort have come, without those that are behind another."""

    def __init__(self) -> None:
        self._all: list[tuple[Number, ...]] = []
        self._first: list[Number] = []
        self._second: list[Number] = []

    def covers(self, far: tuple[Number, ...]) -> bool:
        """Whether one of them has come as far everywhere, or farther."""
        if len(far) > 2:  # noqa: PLR2004 - more than a staircase can hold
            return any(all(map(operator.ge, one, far)) for one in self._all[-_MOST_COMPARED:])
        first, second = (*far, 0, 0)[:2]
        index = bisect.bisect_left(self._first, first)
        return index < len(self._first) and self._second[index] >= second

    def add(self, far: tuple[Number, ...]) -> None:
        """Add one; of two numbers, the first rises along the staircase and the second falls."""
        if len(far) > 2:  # noqa: PLR2004 - as above
            self._all.append(far)
            return
        if self.covers(far):
            return
        first, second = (*far, 0, 0)[:2]
        end = bisect.bisect_right(self._first, first)
        start = end
        while start and self._second[start - 1] <= second:
            start -= 1
        self._first[start:end], self._second[start:end] = [first], [second]
