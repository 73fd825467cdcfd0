"""Counting criteria: the tally that verdict bands read, exact and on either side of what is unknown."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from fractions import Fraction

import attrs

from evaluator.core.conditions import truth
from evaluator.core.enums import CriterionKind
from evaluator.core.model import Band, Criterion
from evaluator.core.results import CriterionResult, State, Verdict
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
    weights = [Fraction(criterion.weight) for criterion in criteria if criterion.counts]
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
    """A tally that grows: counts by name, the weights of what is met and of what applies, and how many unmet criteria cap at a verdict."""

    unknown_as_met: bool
    counts: dict[str, int]
    caps: dict[str, int] = attrs.field(factory=dict)
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
        criterion, state = result.criterion, result.completed(unknown_as_met=self.unknown_as_met)
        if criterion.caps_at is not None and state is State.UNMET:
            self.caps[criterion.caps_at] = self.caps.get(criterion.caps_at, 0) + times
        if not criterion.counts:
            return
        for name in _NAMES[criterion.kind, criterion.required, state, result.state is State.UNKNOWN]:
            self.counts[name] += times
        if state is not State.NOT_APPLICABLE:
            self.weight += criterion.weight * times
            self.met_weight += criterion.weight * times if state is State.MET else 0

    def changed(self, changes: Iterable[tuple[CriterionResult, CriterionResult]]) -> Count:
        """Return the count with some criteria exchanged for what they would come to."""
        other = attrs.evolve(self, counts=dict(self.counts), caps=dict(self.caps))
        for before, after in changes:
            other.add(before, -1)
            other.add(after)
        return other

    @property
    def facts(self) -> Facts:
        """The tally as verdict bands read it."""
        return {**self.counts, "score": self.score}

    @property
    def score(self) -> Fraction:
        """Weight of what is met over weight of what applies, 0 where nothing does."""
        return Fraction(self.met_weight) / self.weight if self.weight else Fraction(0)

    def verdict(self, bands: Sequence[Band]) -> str:
        """Return the verdict: that of the bands, or the worst at which an unmet criterion caps, whichever is worse."""
        return capped(banded(bands, self.facts), (cap for cap, often in self.caps.items() if often), bands)


def tally(criteria: Iterable[CriterionResult], *, unknown_as_met: bool) -> Facts:
    """Count a role's criteria with everything unknown at its best or at its worst; `unknown` counts stay what they are."""
    return Count.of(criteria, unknown_as_met=unknown_as_met).facts


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


def verdict(criteria: Iterable[CriterionResult], bands: Sequence[Band], *, unknown_as_met: bool) -> str:
    """Return the verdict on criteria with everything unknown at its best or at its worst."""
    return Count.of(criteria, unknown_as_met=unknown_as_met).verdict(bands)


def banded(bands: Sequence[Band], counts: Facts) -> str:
    """Return the first verdict whose condition the tally meets, before any cap; the last band has none and takes the rest."""
    return next(band.verdict for band in bands if band.when is None or truth(band.when, counts))


def capped(found: str, caps: Iterable[str], bands: Sequence[Band]) -> str:
    """Return the worst of a verdict and of those at which unmet criteria cap."""
    order = {band.verdict: index for index, band in enumerate(bands)}
    return max((found, *caps), key=order.__getitem__)


def caps_of(criteria: Iterable[CriterionResult], *, unknown_as_met: bool) -> tuple[str, ...]:
    """Return the verdicts at which criteria cap that are unmet with everything unknown at its best or at its worst."""
    return tuple(
        result.criterion.caps_at
        for result in criteria
        if result.criterion.caps_at is not None and result.completed(unknown_as_met=unknown_as_met) is State.UNMET
    )


def holding(
    criteria: Iterable[CriterionResult], given: Sequence[str], found: Verdict, verdicts: Sequence[str]
) -> tuple[CriterionResult, ...]:
    """Return the criteria that hold the worse or the better side of a verdict at what they cap at, the lowest cap first.

    `given` are the verdicts that the bands alone give on the two sides.
    """
    held_at = [(side, cap) for side, band, cap in zip((False, True), given, (found.low, found.high), strict=True) if band != cap]
    if not held_at:
        return ()
    holders = [
        result
        for result in criteria
        if any(result.criterion.caps_at == cap and result.completed(unknown_as_met=side) is State.UNMET for side, cap in held_at)
    ]
    return tuple(sorted(holders, key=lambda result: -cap_rank(result.criterion, verdicts)))


def cap_rank(criterion: Criterion, verdicts: Sequence[str]) -> int:
    """Return how low a criterion caps: the index of the verdict, and 0, the best, where it does not cap."""
    return 0 if criterion.caps_at is None else verdicts.index(criterion.caps_at)
