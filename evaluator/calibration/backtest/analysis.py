"""Past decisions against the verdicts of a pack: how far they agree, where they do not, and which criterion stands between them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

import attrs
import polars as pl

from evaluator.calibration.backtest.deciding import Decided
from evaluator.calibration.judged import SIDES, Judged, judged, sides
from evaluator.calibration.statistics import Confusion, Kappa, kappa
from evaluator.core.decisions import Choice
from evaluator.core.model import Criterion, Pack, Role
from evaluator.engines.columns.plan import applying, held, side
from evaluator.reading.decisions import Decision


@attrs.frozen(kw_only=True)
class Disagreement:
    """A decision that the verdict does not bear out; `reasons` are the criteria of which each alone would turn the verdict round."""

    decision: Decision
    low: str
    high: str
    reasons: tuple[Criterion, ...]


@attrs.frozen(kw_only=True)
class CriterionAgreement:
    """How one criterion, by itself, agrees with decisions: met is its yes, unmet its no; unknown and not applicable are left out.

    `single` counts the disagreements of which it is the only criterion that would turn the verdict round.
    """

    criterion: Criterion
    table: Confusion
    unknown: int
    not_applicable: int
    single: int

    @property
    def kappa(self) -> Kappa | None:
        """Agreement beyond chance."""
        return kappa(self.table)


@attrs.frozen(kw_only=True)
class RoleBacktest:
    """The decisions on one role against its verdicts.

    `counts` has each decision with both sides of the verdict; in `table` the verdict says yes where it is ready whatever the
    unknown turns out to be, in `generous` where it may be.
    """

    role: Role
    counts: Mapping[tuple[Choice, str, str], int]
    table: Confusion
    generous: Confusion
    criteria: tuple[CriterionAgreement, ...]
    disagreements: tuple[Disagreement, ...]

    @property
    def kappa(self) -> Kappa | None:
        """Agreement beyond chance."""
        return kappa(self.table)


def backtest(decided: Decided, pack: Pack) -> RoleBacktest:
    """Hold the decisions on a role against the verdicts of a pack."""
    found = judged(decided.people, pack, [decided.role])
    low, high = ([pack.verdicts[place] for place in found.verdict(decided.role, which)] for which in SIDES)
    ready = pack.verdicts[0]
    turned = _turning(decided, pack, found)
    disagreements = tuple(
        Disagreement(decision=one, low=low[place], high=high[place], reasons=turned[place])
        for place, one in enumerate(decided.decisions)
        if one.promoted is not (low[place] == ready)
    )
    return RoleBacktest(
        role=decided.role,
        counts=Counter((one.decision, low[place], high[place]) for place, one in enumerate(decided.decisions)),
        table=against(decided.decisions, [verdict == ready for verdict in low]),
        generous=against(decided.decisions, [verdict == ready for verdict in high]),
        criteria=tuple(_agreement(decided, found, one, disagreements) for one in decided.role.criteria),
        disagreements=disagreements,
    )


def against(decisions: Sequence[Decision], said: Sequence[bool]) -> Confusion:
    """Count how often a yes or no met a promotion or none."""
    pairs = Counter(zip(said, (one.promoted for one in decisions), strict=True))
    return Confusion(
        true_positive=pairs[True, True],
        false_positive=pairs[True, False],
        false_negative=pairs[False, True],
        true_negative=pairs[False, False],
    )


def _agreement(decided: Decided, found: Judged, criterion: Criterion, disagreements: Sequence[Disagreement]) -> CriterionAgreement:
    held_, applies = (None if one is None else one.to_list() for one in found.states(criterion))
    truths = held_ or []
    applied = applies or [True] * len(truths)
    known = [place for place, truth in enumerate(truths) if truth is not None and applied[place]]
    return CriterionAgreement(
        criterion=criterion,
        table=against([decided.decisions[place] for place in known], [bool(truths[place]) for place in known]),
        unknown=sum(applied[place] is None or (applied[place] and truth is None) for place, truth in enumerate(truths)),
        not_applicable=sum(applied[place] is False for place in range(len(truths))),
        single=sum(one.reasons == (criterion,) for one in disagreements),
    )


def _turning(decided: Decided, pack: Pack, found: Judged) -> list[tuple[Criterion, ...]]:
    """Return, for each decision, the criteria of which each, had it come out the other way, would bring verdict and decision together."""
    reasons: list[list[Criterion]] = [[] for _ in decided.decisions]
    for criterion in decided.role.criteria:
        other = sides(decided.people, pack, _otherwise(criterion, found.truths), [decided.role])
        now = found.verdict(decided.role, SIDES[0]) == 0
        then = other[side(decided.role, "v", SIDES[0])] == 0
        for place, one in enumerate(decided.decisions):
            if now[place] is not one.promoted and then[place] is one.promoted:
                reasons[place].append(criterion)
    return [tuple(found) for found in reasons]


def _otherwise(criterion: Criterion, truths: pl.DataFrame) -> pl.DataFrame:
    """Return the truths with one criterion unmet where it is met, and met where it is not; it stays out where it does not apply."""
    name = held(criterion)
    exchanged = ~pl.col(name).fill_null(value=False)
    if criterion.applies_when is not None:
        unapplied = ~pl.col(applying(criterion)).fill_null(value=True)
        exchanged = pl.when(unapplied).then(pl.col(name)).otherwise(exchanged)
    return truths.with_columns(exchanged.alias(name))
