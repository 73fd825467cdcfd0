"""Counting criteria: the tally that verdict bands read, exact and on either side of what is unknown."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from fractions import Fraction

import attrs

from evaluator.core.conditions import truth
from evaluator.core.enums import CriterionKind
from evaluator.core.model import Band, Criterion
from evaluator.core.results import CriterionResult, State
from evaluator.core.values import Facts, Kind, Number, ValueType

_COUNTS = ("met", "unmet", "unknown", "applicable")
_PREFIXES = ("", "required_", *(f"{kind}_" for kind in CriterionKind))

TALLY_TYPES: dict[str, ValueType] = {
    "score": ValueType(kind=Kind.NUMBER, lowest=0, highest=1),
    **{f"{prefix}{count}": ValueType(kind=Kind.INTEGER, lowest=0) for prefix in _PREFIXES for count in _COUNTS},
}
"""The names a verdict band may read, with their types."""


MOST_WEIGHT = 10**9
"""The weights of a role, as whole numbers without a common divisor, may add up to so much in tables of people."""


def scale_of(criteria: Iterable[Criterion]) -> Number:
    """Return what weights are multiplied with to be whole numbers without a common divisor."""
    weights = [Fraction(criterion.weight) for criterion in criteria]
    return (
        Fraction(math.lcm(*(weight.denominator for weight in weights)), math.gcd(*(weight.numerator for weight in weights)))
        if weights
        else 1
    )


def whole_weight(criteria: Sequence[Criterion]) -> int:
    """Return what the weights of criteria add up to, as whole numbers without a common divisor: 33.3, 33.3 and 33.4 add up to 1,000."""
    return int(sum(Fraction(criterion.weight) for criterion in criteria) * scale_of(criteria))


@attrs.define(kw_only=True)
class Count:
    """A tally that grows: counts by name, and the weights of what is met and of what applies."""

    unknown_as_met: bool
    counts: dict[str, int]
    met_weight: Number = 0
    weight: Number = 0

    @classmethod
    def of(cls, criteria: Iterable[CriterionResult], *, unknown_as_met: bool) -> Count:
        """Count criteria with everything unknown at its best or at its worst."""
        count = cls(unknown_as_met=unknown_as_met, counts=dict.fromkeys(_COUNTED, 0))
        for result in criteria:
            count.add(result)
        return count

    def add(self, result: CriterionResult, times: int = 1) -> None:
        """Count a criterion in, or with -1 out again."""
        state = result.completed(unknown_as_met=self.unknown_as_met)
        for name in _counted(result, state):
            self.counts[name] += times
        if state is not State.NOT_APPLICABLE:
            self.weight += result.criterion.weight * times
            self.met_weight += result.criterion.weight * times if state is State.MET else 0

    def changed(self, changes: Iterable[tuple[CriterionResult, CriterionResult]]) -> Count:
        """Return the count with some criteria exchanged for what they would come to."""
        other = attrs.evolve(self, counts=dict(self.counts))
        for before, after in changes:
            other.add(before, -1)
            other.add(after)
        return other

    @property
    def facts(self) -> Facts:
        """The tally as verdict bands read it."""
        return {**self.counts, "score": Fraction(self.met_weight) / self.weight if self.weight else Fraction(0)}


def tally(criteria: Iterable[CriterionResult], *, unknown_as_met: bool) -> Facts:
    """Count a role's criteria with everything unknown at its best or at its worst; `unknown` counts stay what they are."""
    return Count.of(criteria, unknown_as_met=unknown_as_met).facts


def _counted(result: CriterionResult, state: State) -> Iterable[str]:
    unknown = result.state is State.UNKNOWN
    return _NAMES[result.criterion.kind, result.criterion.required, state, unknown]


def _names(kind: CriterionKind, state: State, *, required: bool, unknown: bool) -> tuple[str, ...]:
    prefixes = ["", f"{kind}_", *(["required_"] if required else [])]
    counts = [] if state is State.NOT_APPLICABLE else [str(state), "applicable"]
    counts += ["unknown"] if unknown else []
    return tuple(prefix + count for prefix in prefixes for count in counts)


_COUNTED = tuple(name for name in TALLY_TYPES if name != "score")
_NAMES = {
    (kind, required, state, unknown): _names(kind, state, required=required, unknown=unknown)
    for kind in CriterionKind
    for required in (False, True)
    for state in (State.MET, State.UNMET, State.NOT_APPLICABLE)
    for unknown in (False, True)
}


def verdict(bands: Sequence[Band], counts: Facts) -> str:
    """Return the first verdict whose condition the tally meets; the last band has none and takes the rest."""
    return next(band.verdict for band in bands if band.when is None or truth(band.when, counts))
