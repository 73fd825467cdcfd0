"""Whether a verdict can still be reached: each count between the least and the most that the open criteria may bring."""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from fractions import Fraction
from functools import lru_cache
from typing import assert_never

import attrs

from evaluator.candidates.plan.tallying import CAPS, Tallying
from evaluator.core.conditions import AttributeTest, Condition, Truth, combined
from evaluator.core.operators import Comparison, Operator, comparison_of
from evaluator.core.values import Number

Bounds = tuple[Number, Number]
_TRUTHS = (True, False, None)


@attrs.frozen(slots=False, kw_only=True, eq=False)
class Reach:
    """Decides from bounds alone: never wrong about what is out of reach, at times too hopeful."""

    tallying: Tallying

    @lru_cache(maxsize=1 << 16)  # noqa: B019 - as long-lived as the search
    def possible(self, tally: tuple[int, ...], left: frozenset[int]) -> bool:
        """Whether the first verdict may come out, with these criteria still open."""
        first = self.tallying.bands[0].when
        if first is None or not left:
            return first is None or self.tallying.ready(tally)
        bounds = self._bounds(tally, left)
        return not (CAPS in bounds and bounds[CAPS][0]) and _may(first, bounds) is not False

    def _bounds(self, tally: tuple[int, ...], left: frozenset[int]) -> Mapping[str, Bounds]:
        low, high = list(tally), list(tally)
        for index in left:
            worths = self._worths(index)
            low = [have + min(worth[at] for worth in worths) for at, have in enumerate(low)]
            high = [have + max(worth[at] for worth in worths) for at, have in enumerate(high)]
        found: dict[str, Bounds] = {name: (low[at], high[at]) for at, name in enumerate(self.tallying.names)}
        most = tally[-1] + sum(self._weight(position) for position in left)
        met = tally[-2] + sum(self._weight(position) for position in left)
        least = Fraction(tally[-2], most) if most else Fraction(0)
        best = max(Fraction(met, most) if most else Fraction(0), Fraction(tally[-2], tally[-1]) if tally[-1] else Fraction(0))
        return {**found, "score": (least, best)}

    @lru_cache(maxsize=1024)  # noqa: B019 - as above
    def _worths(self, index: int) -> tuple[tuple[int, ...], ...]:
        applies = (True,) if self.tallying.criteria[index].applies_when is None else _TRUTHS
        return tuple({self.tallying.worth(index, one, held) for one, held in itertools.product(applies, _TRUTHS)})

    def _weight(self, index: int) -> int:
        return self.tallying.worth(index, True, True)[-1]  # noqa: FBT003 - a truth


def _may(condition: Condition, bounds: Mapping[str, Bounds]) -> Truth:
    """Return whether a condition over the tally is sure to hold, sure not to, or neither."""
    if not isinstance(condition, AttributeTest):
        return combined(condition, [_may(part, bounds) for part in condition.parts])
    if condition.of_presence:
        return bool(condition.value)
    low, high = bounds[condition.attribute]
    value = condition.value
    need = bounds[condition.other] if condition.other is not None else (value, value)
    least, most = need
    if not isinstance(least, int | Fraction) or not isinstance(most, int | Fraction):
        return None
    return compared(comparison_of(condition.operator), (low, high), (least, most))


def _at_least(low: Number, high: Number, least: Number, most: Number) -> Truth:
    return True if low >= most else False if high < least else None


def _above(low: Number, high: Number, least: Number, most: Number) -> Truth:
    return True if low > most else False if high <= least else None


def _not(truth: Truth) -> Truth:
    return None if truth is None else not truth


def _is(low: Number, high: Number, least: Number, most: Number) -> Truth:
    if low == high == least == most:
        return True
    return False if high < least or low > most else None


def compared(how: Comparison, have: Bounds, need: Bounds) -> Truth:
    """Return the truth of a comparison of two numbers that lie between bounds, where it is the same for all of them."""
    (low, high), (least, most) = have, need
    match how:
        case Operator.AT_LEAST:
            result = _at_least(low, high, least, most)
        case Operator.ABOVE:
            result = _above(low, high, least, most)
        case Operator.AT_MOST:
            result = _not(_above(low, high, least, most))
        case Operator.BELOW:
            result = _not(_at_least(low, high, least, most))
        case Operator.IS:
            result = _is(low, high, least, most)
        case Operator.IS_NOT:
            result = _not(_is(low, high, least, most))
        case never:
            assert_never(never)
    return result
