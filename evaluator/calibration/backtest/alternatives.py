"""Thresholds that would agree better with past decisions: sought on one half of the people, and judged on the other."""

from __future__ import annotations

import math
import random
from collections.abc import Callable, Iterator, Sequence
from fractions import Fraction
from typing import TYPE_CHECKING

import attrs

from evaluator.calibration.backtest.analysis import against
from evaluator.calibration.backtest.deciding import RoleDecisions
from evaluator.calibration.judged import SIDES, judged
from evaluator.calibration.people import read_by
from evaluator.calibration.statistics import kappa
from evaluator.core.conditions import AtLeastOf, NamedCondition
from evaluator.core.model import Criterion, Pack, Role
from evaluator.core.values import Kind, Number
from evaluator.engines.columns.codec import exact
from evaluator.engines.columns.truths import column
from evaluator.packs.other_values import with_value
from evaluator.packs.thresholds import Cap, Setting, TableCell, Threshold, ThresholdKey, thresholds

if TYPE_CHECKING:
    import polars as pl

SEED = 2028
LEAST = 10
"""How many decisions of each kind, yes and no, a half has to have before anything is said: fewer would be noise."""
_MOST_VALUES = 16
_MOVABLE = frozenset({Kind.NUMBER, Kind.INTEGER, Kind.SCALE})


@attrs.frozen(kw_only=True)
class Alternative:
    """Another value of a threshold: its agreement beyond chance today and then, on the half that it was not chosen on.

    `righted` and `wronged` count decisions of that half that the other value would bring into line, or out of it; `chance` is how
    often a coin would come out so uneven (exact sign test, two-sided).
    """

    threshold: Threshold
    value: Setting
    today: Fraction
    then: Fraction
    righted: int
    wronged: int

    @property
    def chance(self) -> float:
        """The two-sided probability of so uneven a split if both values were equally good."""
        number, less = self.righted + self.wronged, min(self.righted, self.wronged)
        tail = sum(math.comb(number, count) for count in range(less + 1))
        return min(1.0, float(Fraction(2 * tail, 2**number)))


@attrs.frozen(kw_only=True)
class Search:
    """What was sought: the alternatives that did better on both halves, best first, and how many thresholds and values were tried.

    `halves` counts decisions for each half; `too_few` says that there were not enough to seek anything.
    """

    alternatives: tuple[Alternative, ...]
    thresholds: int
    values: int
    halves: tuple[int, int]
    too_few: bool


def search(decided: RoleDecisions, pack: Pack, *, seed: int = SEED, progress: Callable[[], None] = lambda: None) -> Search:
    """Seek, for each number and scale that a criterion of the role tests, the value that agrees best with half of the people.

    People, not decisions, are divided, by lot from the seed; what is found has to do better on the other half as well.
    """
    chosen, others = (decided.part(places) for places in _halves(decided, seed))
    if not all(_enough(half) for half in (chosen, others)):
        return Search(alternatives=(), thresholds=0, values=0, halves=(len(chosen.decisions), len(others.decisions)), too_few=True)
    alternatives, tried, listed = [], 0, sought(pack, decided.role)
    for threshold in listed:
        values = list(_values(threshold, chosen))
        tried += len(values)
        alternative = _best(threshold, values, chosen, others, pack)
        alternatives += [] if alternative is None else [alternative]
        progress()
    return Search(
        alternatives=tuple(sorted(alternatives, key=lambda one: (one.today - one.then, one.threshold.path))),
        thresholds=len(listed),
        values=tried,
        halves=(len(chosen.decisions), len(others.decisions)),
        too_few=False,
    )


def sought(pack: Pack, role: Role) -> tuple[Threshold, ...]:
    """Return the thresholds of a role's criteria that could be moved up or down."""
    return tuple(threshold for threshold in thresholds(pack, role) if _movable(threshold))


def _halves(decided: RoleDecisions, seed: int) -> tuple[list[int], list[int]]:
    """Divide decisions by person: the same person, the same half, whoever else is there."""
    halves: tuple[list[int], list[int]] = ([], [])
    for index, decision in enumerate(decided.decisions):
        halves[random.Random(f"{seed}/{decision.person}").random() < 1 / 2].append(index)  # noqa: S311 - lots that can be drawn again
    return halves


def _enough(half: RoleDecisions) -> bool:
    yes = sum(decision.promoted for decision in half.decisions)
    return min(yes, len(half.decisions) - yes) >= LEAST


def _movable(threshold: Threshold) -> bool:
    own = isinstance(threshold.owner, Criterion | NamedCondition) and threshold.where is not ThresholdKey.ALMOST
    return own and threshold.type.kind in _MOVABLE and not threshold.lists and not isinstance(threshold.value, bool)


def _values(threshold: Threshold, decided: RoleDecisions) -> Iterator[Setting]:
    """Yield the values that people have, as many as tell them apart without seeking noise, without today's."""
    if isinstance(threshold.test, AtLeastOf):
        test = threshold.test
        every = [test.at(count) for count in range(1, len(test.parts) + 1) if count != test.count]
        yield from (one.count if one.share is None else one.share for one in every)
        return
    if threshold.type.kind is Kind.SCALE:
        yield from (rank for rank in range(len(threshold.type.options)) if rank != threshold.value)
        return
    if isinstance(threshold.test, Cap | TableCell):
        return
    have: pl.Series = decided.people.derived[column(threshold.test.attribute)].drop_nulls().unique().sort()
    if not have.len():
        return
    places = sorted({round(step * (have.len() - 1) / (_MOST_VALUES - 1)) for step in range(_MOST_VALUES)})
    seen: dict[Number, None] = dict.fromkeys(_round(exact(float(have[index])), threshold) for index in places)
    yield from (value for value in seen if value != threshold.value)


def _round(value: Number, threshold: Threshold) -> Number:
    """Return a value that a rule file can state: quarters of a year, and whole numbers."""
    if threshold.type.kind is Kind.INTEGER:
        return int(value)
    near = Fraction(round(Fraction(value) * 4), 4)
    return int(near) if near.denominator == 1 else near


def _best(threshold: Threshold, values: Sequence[Setting], chosen: RoleDecisions, others: RoleDecisions, pack: Pack) -> Alternative | None:
    """Return the value that does best on the chosen half, if it does better than today's there and on the other half."""
    today = _agreed(chosen, pack)
    agreed = [(_agreed(chosen, with_value(pack, threshold, value)), value) for value in values]
    if not agreed:
        return None
    best, value = max(agreed, key=lambda pair: pair[0])
    number, then = _agreed(others, pack), _agreed(others, with_value(pack, threshold, value))
    if best <= today or then <= number:
        return None
    righted, wronged = _moved(others, pack, with_value(pack, threshold, value))
    return Alternative(threshold=threshold, value=value, today=number, then=then, righted=righted, wronged=wronged)


def _said(decided: RoleDecisions, pack: Pack) -> list[bool]:
    """Return whether each verdict is ready, whatever the unknown turns out to be."""
    role = pack.roles[decided.role.id]
    verdicts = judged(read_by(pack, decided.people), pack, [role]).verdict(role, SIDES[0])
    return [verdict == 0 for verdict in verdicts]


def _agreed(decided: RoleDecisions, pack: Pack) -> Fraction:
    agreement = kappa(against(decided.decisions, _said(decided, pack)))
    return Fraction(0) if agreement is None else agreement.value


def _moved(decided: RoleDecisions, pack: Pack, other: Pack) -> tuple[int, int]:
    triples = list(zip(decided.decisions, _said(decided, pack), _said(decided, other), strict=True))
    righted = sum(now is not decision.promoted and then is decision.promoted for decision, now, then in triples)
    return righted, sum(now is decision.promoted and then is not decision.promoted for decision, now, then in triples)
