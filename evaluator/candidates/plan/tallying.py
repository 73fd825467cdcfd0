"""The tally of a role's criteria as whole numbers that add up, and the verdict that it makes."""

from __future__ import annotations

import math
from collections.abc import Sequence
from fractions import Fraction
from functools import cached_property, lru_cache

import attrs

from evaluator.core.conditions import AttributeTest, Condition, NoneOf, Truth, attributes_read
from evaluator.core.model import Band, Criterion
from evaluator.core.operators import Operator
from evaluator.core.results import CriterionResult
from evaluator.core.tally import Count, banded

_SCORE = "score"
CAPS = "caps"
"""The count of unmet criteria that cap, each of which keeps everybody from the first verdict."""


@attrs.frozen(slots=False, kw_only=True, eq=False)
class Tallying:
    """Counts what a verdict comes from; a tally has the counts, then the met and the whole weight.

    Everything unknown counts at its worst, or with `unknown_as_met` at its best.
    """

    bands: Sequence[Band]
    criteria: Sequence[Criterion]
    unknown_as_met: bool = False

    @cached_property
    def names(self) -> tuple[str, ...]:
        """The counts that the bands read, then that of caps where there are any."""
        read = [name for name in attributes_read(band.when for band in self.bands if band.when is not None) if name != _SCORE]
        return (*read, CAPS) if any(criterion.caps_at for criterion in self.criteria) else tuple(read)

    @cached_property
    def scale(self) -> int:
        """What weights are multiplied with to be whole."""
        return math.lcm(*(Fraction(criterion.weight).denominator for criterion in self.criteria))

    @cached_property
    def nothing(self) -> tuple[int, ...]:
        """The tally of no criteria."""
        return (0,) * (len(self.names) + 2)

    def add(self, tally: tuple[int, ...], index: int, applies: Truth, held: Truth) -> tuple[int, ...]:
        """Return the tally with one more criterion."""
        return tuple(have + more for have, more in zip(tally, self.worth(index, applies, held), strict=True))

    @lru_cache(maxsize=4096)  # noqa: B019 - as long-lived as the search
    def worth(self, index: int, applies: Truth, held: Truth) -> tuple[int, ...]:
        """Return what a criterion adds to the tally."""
        count = Count.of([CriterionResult(criterion=self.criteria[index], applies=applies, held=held)], unknown_as_met=self.unknown_as_met)
        weights = (int(Fraction(count.met_weight) * self.scale), int(Fraction(count.weight) * self.scale))
        counts = count.counts | {CAPS: sum(count.caps.values())}
        return (*(counts[name] for name in self.names), *weights)

    @cached_property
    def grows(self) -> bool:
        """Whether the first verdict can only be gained, never lost, by a criterion that is met instead of unmet."""
        first = self.bands[0].when
        return first is not None and _grows(first)

    def ready(self, tally: tuple[int, ...]) -> bool:
        """Whether the first verdict is given."""
        score = Fraction(tally[-2], tally[-1]) if tally[-1] else Fraction(0)
        counts = dict(zip(self.names, tally, strict=False))
        return not counts.get(CAPS) and banded(self.bands, {**counts, _SCORE: score}) == self.bands[0].verdict


def _grows(condition: Condition) -> bool:
    """Whether a condition over the tally, once met, stays so as more criteria are met and fewer unmet."""
    if not isinstance(condition, AttributeTest):
        return not isinstance(condition, NoneOf) and all(map(_grows, condition.parts))
    if condition.other is not None or condition.of_presence:
        return False
    name = condition.attribute
    if name == _SCORE or name.rpartition("_")[2] == "met":
        return condition.operator in _MORE
    return name.rpartition("_")[2] == "unmet" and condition.operator in _LESS


_MORE = frozenset({Operator.AT_LEAST, Operator.ABOVE})
_LESS = frozenset({Operator.AT_MOST, Operator.BELOW})
