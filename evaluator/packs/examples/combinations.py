"""What a role's criteria can come to together, and what that makes of its tally: every combination, kept once for each tally."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction

import attrs

from evaluator.core.conditions import attributes_read
from evaluator.core.model import Band, Criterion, Role
from evaluator.core.results import CriterionResult, State
from evaluator.core.tally import Count, banded, cap_rank
from evaluator.core.values import Facts, Number

Assignment = tuple[State, ...]
"""The state of each criterion of a role, in order."""
_MOST = 20_000
_TRUTHS = {State.MET: (True, True), State.UNMET: (True, False), State.UNKNOWN: (True, None), State.NOT_APPLICABLE: (False, None)}


@attrs.frozen(kw_only=True)
class Side:
    """A role and the verdict bands it is judged by."""

    role: Role
    bands: Sequence[Band]


@attrs.frozen(kw_only=True)
class Contrast:
    """An assignment with the verdict and the score that two sides make of it."""

    assignment: Assignment
    verdicts: tuple[str, str]
    scores: tuple[Fraction, Fraction]


@attrs.frozen(kw_only=True)
class _Tally:
    """What is counted of one side so far: the weight met, the weight that applies, the counts that the bands read, and the lowest cap."""

    met: Number = 0
    weight: Number = 0
    counts: tuple[int, ...] = ()
    cap: int = 0

    def plus(self, other: _Tally) -> _Tally:
        counts = tuple(count + two for count, two in zip(self.counts, other.counts, strict=True))
        return _Tally(met=self.met + other.met, weight=self.weight + other.weight, counts=counts, cap=max(self.cap, other.cap))


def contrasts(before: Side, after: Side) -> tuple[tuple[Contrast, ...], bool]:
    """Return what the two sides make of every combination of states, and whether none was left out for their number."""
    names, verdicts = _read((*before.bands, *after.bands)), [band.verdict for band in before.bands]
    assignments: dict[tuple[_Tally, _Tally], Assignment] = {(_none(names), _none(names)): ()}
    whole = True
    for criterion, other in zip(before.role.criteria, after.role.criteria, strict=True):
        states = _states(criterion, names)
        steps = [(state, _tally(criterion, state, names, verdicts), _tally(other, state, names, verdicts)) for state in states]
        grown: dict[tuple[_Tally, _Tally], Assignment] = {}
        for (left, right), assignment in assignments.items():
            for state, more, more_after in steps:
                grown.setdefault((left.plus(more), right.plus(more_after)), (*assignment, state))
        whole = whole and len(grown) <= _MOST
        assignments = dict(list(grown.items())[:_MOST])
    return tuple(_contrast(pair, assignment, names, before, after) for pair, assignment in assignments.items()), whole


def _contrast(pair: tuple[_Tally, _Tally], assignment: Assignment, names: Sequence[str], before: Side, after: Side) -> Contrast:
    left, right = (_facts(tally, names) for tally in pair)
    return Contrast(
        assignment=assignment,
        verdicts=(_verdict(before.bands, left, pair[0].cap), _verdict(after.bands, right, pair[1].cap)),
        scores=(_score(pair[0]), _score(pair[1])),
    )


def _verdict(bands: Sequence[Band], counts: Facts, cap: int) -> str:
    verdicts = [band.verdict for band in bands]
    return verdicts[max(cap, verdicts.index(banded(bands, counts)))]


def _read(bands: Sequence[Band]) -> tuple[str, ...]:
    read = attributes_read(band.when for band in bands if band.when is not None)
    return tuple(name for name in read if name != "score")


def _states(criterion: Criterion, names: Sequence[str]) -> Iterator[State] | Sequence[State]:
    states = [State.MET, State.UNMET]
    if criterion.applies_when is not None:
        states.append(State.NOT_APPLICABLE)
    if any(name.endswith("unknown") for name in names):
        states.append(State.UNKNOWN)
    return states


def _none(names: Sequence[str]) -> _Tally:
    return _Tally(counts=(0,) * len(names))


def _tally(criterion: Criterion, state: State, names: Sequence[str], verdicts: Sequence[str]) -> _Tally:
    applies, held = _TRUTHS[state]
    count = Count.of([CriterionResult(criterion=criterion, applies=applies, held=held)], unknown_as_met=False)
    counts = tuple(count.counts[name] for name in names)
    return _Tally(met=count.met_weight, weight=count.weight, counts=counts, cap=cap_rank(criterion, verdicts) if count.caps else 0)


def _facts(tally: _Tally, names: Sequence[str]) -> Facts:
    counted: Mapping[str, int] = dict(zip(names, tally.counts, strict=True))
    return {**counted, "score": _score(tally)}


def _score(tally: _Tally) -> Fraction:
    return Fraction(tally.met) / tally.weight if tally.weight else Fraction(0)


def same_order(before: Role, after: Role, verdicts: Sequence[str]) -> bool:
    """Whether caps, required and weight put the criteria of a role in the same order, so that gaps come in the same one too."""
    ranks = [[(-cap_rank(one, verdicts), not one.required, -one.weight) for one in role.criteria] for role in (before, after)]
    places = range(len(before.criteria))
    orders = [[_sign(rank[one], rank[two]) for one in places for two in places] for rank in ranks]
    return orders[0] == orders[1]


def _sign(one: tuple[int, bool, Number], two: tuple[int, bool, Number]) -> int:
    return (one > two) - (one < two)
