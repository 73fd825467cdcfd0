"""Objections that a panel is likely to raise: from criteria that are not met, not known or thinly evidenced, and from the ladder."""

from __future__ import annotations

from collections.abc import Iterator

from evaluator.candidates.case.points import evidence_words, listed, thinness
from evaluator.candidates.case.view import Point
from evaluator.core.model import Criterion, Pack
from evaluator.core.recommendation import Relation, recommend
from evaluator.core.results import CriterionResult, Evaluation, Gap, RoleResult, State
from evaluator.report.evidence import bring_words, criterion_evidence
from evaluator.report.explain import advice_words
from evaluator.report.needs import needs_words
from evaluator.report.sentences import condition_words
from evaluator.report.words import Style, counted, sentence_case

_MOST = 5


def objections(evaluation: Evaluation, result: RoleResult, pack: Pack) -> tuple[Point, ...]:
    """Return the objections, each with what there is to say or to bring.

    Criteria that are not met come first where they are required or cap, then what the ladder holds against it, then other unmet ones,
    then what is unknown of the required and those that cap, then what is thinly evidenced, and last what the pack assumes. The thinly
    evidenced are ordered too: required criteria first, then by weight, then those with the least behind them.
    """
    return (
        *(_unmet(gap, pack) for gap in result.gaps if _needed(gap.criterion)),
        *_ladder(evaluation, result, pack),
        *(_unmet(gap, pack) for gap in result.gaps if not _needed(gap.criterion)),
        *_unknown(result),
        *_thin(evaluation, result, pack),
        *_assumed(result, pack),
    )


def _needed(criterion: Criterion) -> bool:
    """Whether nobody comes to the best verdict without it."""
    return criterion.required or criterion.caps_at is not None


def _unmet(gap: Gap, pack: Pack) -> Point:
    lead = "A required criterion is not met" if gap.criterion.required else "Not met, though not required"
    if gap.criterion.caps_at is not None:
        lead = f"Not met, and the verdict is no better than “{gap.criterion.caps_at}” until it is"
    almost = ("It is almost met.",) if gap.almost else ()
    advice = (f"{sentence_case(advice_words(gap.criterion))}",) if gap.criterion.advice else ()
    needs = needs_words(gap.needs, pack.attributes)
    return Point(text=f"{lead}: {gap.criterion.title}", note=needs, style=Style.BAD, more=(*almost, *advice))


def _ladder(evaluation: Evaluation, result: RoleResult, pack: Pack) -> Iterator[Point]:
    today, recommendation = evaluation.role, recommend(evaluation, result.role.id, pack)
    if today is None or recommendation.relation is Relation.HELD:
        return
    if recommendation.relation is Relation.DOWN:
        yield Point(text=f"{result.role.title} would be a step down: {today.title} stands above it on the ladder.", style=Style.CLOSE)
    elif recommendation.move is None:
        yield Point(text=f"The ladder has no move from {today.title} straight to {result.role.title}.", style=Style.CLOSE)
    elif recommendation.open is not True and recommendation.move.when is not None:
        lead = "The condition of this move is not met" if recommendation.open is False else "Whether this move is open is not known"
        yield Point(text=f"{lead}: {condition_words(recommendation.move.when, pack.attributes)}", style=Style.CLOSE)


def _unknown(result: RoleResult) -> Iterator[Point]:
    asked = {criterion for question in result.questions for criterion in question.criteria}
    required = [one.criterion for one in result.criteria if one.state is State.UNKNOWN and _needed(one.criterion)]
    if unanswered := [criterion.title for criterion in required if criterion.id not in asked]:
        more = ("The facts are stated; it is for the owner of the rules to say what holds.",)
        yield Point(text=f"The rules have no answer to this: {listed(unanswered)}", style=Style.OPEN, more=more)
    if titles := [criterion.title for criterion in required if criterion.id in asked]:
        more = ("The open questions say what to ask for.",)
        yield Point(text=f"Nobody has said whether this is so: {listed(titles)}", style=Style.OPEN, more=more)


def _thin(evaluation: Evaluation, result: RoleResult, pack: Pack) -> Iterator[Point]:
    met = [criterion for criterion in result.criteria if criterion.state is State.MET]
    if met and not evaluation.profile.evidence:
        more = ("Bring for each of the strongest points one item that somebody else can confirm.",)
        yield Point(text="No claim in this profile carries evidence.", style=Style.CLOSE, more=more)
        return
    thin = [criterion_result for criterion_result in met if thinness(criterion_result, evaluation, pack)]
    thin.sort(
        key=lambda criterion_result: (
            not criterion_result.criterion.required,
            -criterion_result.criterion.weight,
            -thinness(criterion_result, evaluation, pack),
        )
    )
    yield from (_thinly(criterion_result, evaluation, pack) for criterion_result in thin[:_MOST])
    if len(thin) > _MOST:
        yield Point(text=f"{counted(len(thin) - _MOST, 'more met criterion', 'more met criteria')} with thin evidence", style=Style.FAINT)


def _thinly(criterion_result: CriterionResult, evaluation: Evaluation, pack: Pack) -> Point:
    wanted: dict[str, list[str]] = {}
    for claim in criterion_evidence(criterion_result.criterion, evaluation, pack):
        if claim.marks:
            wanted.setdefault(bring_words(claim.marks), []).append(pack.attributes[claim.attribute].title)
    return Point(
        text=f"Thinly evidenced: {criterion_result.criterion.title}",
        note=evidence_words(criterion_result, evaluation, pack),
        style=Style.CLOSE,
        more=tuple(f"Bring {item} for {listed(titles)}." for item, titles in wanted.items()),
    )


def _assumed(result: RoleResult, pack: Pack) -> Iterator[Point]:
    for criterion in result.criteria:
        if criterion.assumed and criterion.state is State.MET:
            titles = listed([pack.attributes[name].title for name in criterion.assumed])
            yield Point(
                text=f"Rests on what the pack assumes where nothing is stated, of {titles}: {criterion.criterion.title}", style=Style.CLOSE
            )
