"""Past decisions against the verdicts of a pack: how far they agree, where they do not, and which criterion stands between them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

import attrs
import polars as pl

from evaluator.calibration.backtest.deciding import RoleDecisions
from evaluator.calibration.judged import SIDES, JudgedPeople, judged, sides
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


def backtest(decided: RoleDecisions, pack: Pack) -> RoleBacktest:
    """Hold the decisions on a role against the verdicts of a pack."""
    judged_people = judged(decided.people, pack, [decided.role])
    verdicts = pack.verdicts_of(decided.role)
    low, high = ([verdicts[place] for place in judged_people.verdict(decided.role, which)] for which in SIDES)
    ready = verdicts[0]
    turned = _turning(decided, pack, judged_people)
    disagreements = tuple(
        Disagreement(decision=decision, low=low[index], high=high[index], reasons=turned[index])
        for index, decision in enumerate(decided.decisions)
        if decision.promoted is not (low[index] == ready)
    )
    return RoleBacktest(
        role=decided.role,
        counts=Counter((decision.decision, low[index], high[index]) for index, decision in enumerate(decided.decisions)),
        table=against(decided.decisions, [verdict == ready for verdict in low]),
        generous=against(decided.decisions, [verdict == ready for verdict in high]),
        criteria=tuple(_agreement(decided, judged_people, criterion, disagreements) for criterion in decided.role.criteria),
        disagreements=disagreements,
    )


def against(decisions: Sequence[Decision], said: Sequence[bool]) -> Confusion:
    """Count how often a yes or no met a promotion or none."""
    pairs = Counter(zip(said, (decision.promoted for decision in decisions), strict=True))
    return Confusion(
        true_positive=pairs[True, True],
        false_positive=pairs[True, False],
        false_negative=pairs[False, True],
        true_negative=pairs[False, False],
    )


def _agreement(
    decided: RoleDecisions, judged_people: JudgedPeople, criterion: Criterion, disagreements: Sequence[Disagreement]
) -> CriterionAgreement:
    held_, applies = (None if state is None else state.to_list() for state in judged_people.states(criterion))
    truths = held_ or []
    applied = applies or [True] * len(truths)
    known = [index for index, truth in enumerate(truths) if truth is not None and applied[index]]
    return CriterionAgreement(
        criterion=criterion,
        table=against([decided.decisions[index] for index in known], [bool(truths[index]) for index in known]),
        unknown=sum(applied[index] is None or (applied[index] and truth is None) for index, truth in enumerate(truths)),
        not_applicable=sum(applied[index] is False for index in range(len(truths))),
        single=sum(disagreement.reasons == (criterion,) for disagreement in disagreements),
    )


def _turning(decided: RoleDecisions, pack: Pack, judged_people: JudgedPeople) -> list[tuple[Criterion, ...]]:
    """Return, for each decision, the criteria of which each, had it come out the other way, would bring verdict and decision together."""
    reasons: list[list[Criterion]] = [[] for _ in decided.decisions]
    for criterion in decided.role.criteria:
        other = sides(decided.people, pack, _otherwise(criterion, judged_people.truths), [decided.role])
        now = judged_people.verdict(decided.role, SIDES[0]) == 0
        then = other[side(decided.role, "v", SIDES[0])] == 0
        for index, decision in enumerate(decided.decisions):
            if now[index] is not decision.promoted and then[index] is decision.promoted:
                reasons[index].append(criterion)
    return [tuple(reason) for reason in reasons]


def _otherwise(criterion: Criterion, truths: pl.DataFrame) -> pl.DataFrame:
    """Return the truths with one criterion unmet where it is met, and met where it is not; it stays out where it does not apply."""
    name = held(criterion)
    exchanged = ~pl.col(name).fill_null(value=False)
    if criterion.applies_when is not None:
        unapplied = ~pl.col(applying(criterion)).fill_null(value=True)
        exchanged = pl.when(unapplied).then(pl.col(name)).otherwise(exchanged)
    return truths.with_columns(exchanged.alias(name))
