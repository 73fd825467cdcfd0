"""Counting criteria: the tally that verdict bands read, exact and on either side of what is unknown."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fractions import Fraction

from evaluator.conditions import truth
from evaluator.model import Band, CriterionKind
from evaluator.results import CriterionResult, State
from evaluator.values import Facts, Kind, Number, ValueType

_COUNTS = ("met", "unmet", "unknown", "applicable")
_PREFIXES = ("", "required_", *(f"{kind}_" for kind in CriterionKind))

TALLY_TYPES: dict[str, ValueType] = {
    "score": ValueType(kind=Kind.NUMBER, lowest=0, highest=1),
    **{f"{prefix}{count}": ValueType(kind=Kind.INTEGER, lowest=0) for prefix in _PREFIXES for count in _COUNTS},
}
"""The names a verdict band may read, with their types."""


def tally(criteria: Iterable[CriterionResult], *, unknown_as_met: bool) -> Facts:
    """Count a role's criteria with everything unknown at its best or at its worst; `unknown` counts stay what they are."""
    counts: dict[str, Number] = dict.fromkeys(TALLY_TYPES, 0)
    met_weight: Number = 0
    weight: Number = 0
    for result in criteria:
        state = result.completed(unknown_as_met=unknown_as_met)
        for name in _counted(result, state):
            counts[name] += 1
        if state is not State.NOT_APPLICABLE:
            weight += result.criterion.weight
            met_weight += result.criterion.weight if state is State.MET else 0
    return counts | {"score": Fraction(met_weight) / weight if weight else Fraction(0)}


def _counted(result: CriterionResult, state: State) -> Iterable[str]:
    prefixes = ["", f"{result.criterion.kind}_", *(["required_"] if result.criterion.required else [])]
    counts = [] if state is State.NOT_APPLICABLE else [str(state), "applicable"]
    counts += ["unknown"] if result.state is State.UNKNOWN else []
    return [prefix + count for prefix in prefixes for count in counts]


def verdict(bands: Sequence[Band], counts: Facts) -> str:
    """Return the first verdict whose condition the tally meets; the last band has none and takes the rest."""
    return next(band.verdict for band in bands if band.when is None or truth(band.when, counts))
