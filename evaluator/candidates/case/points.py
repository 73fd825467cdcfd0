"""Page one of a case: the recommendation in a sentence, the strongest points, what is missing and what is unknown."""

from __future__ import annotations

from collections.abc import Sequence

from evaluator.candidates.case.view import Front, Point
from evaluator.core.days import Days
from evaluator.core.evidence import EvidenceMark
from evaluator.core.model import Pack
from evaluator.core.questions import assumptions
from evaluator.core.recommendation import recommend
from evaluator.core.results import CriterionResult, Evaluation, Gap, RoleResult, State, UndefinedValue
from evaluator.core.values import Number
from evaluator.report.bands import distance_words, takes_words
from evaluator.report.days import days_words, projected
from evaluator.report.evidence import criterion_evidence, evidence_summary
from evaluator.report.explain import OpenQuestion, counts_words, open_questions
from evaluator.report.needs import needs_words
from evaluator.report.people import pack_words, tool_words
from evaluator.report.recommendation import recommendation_words, requires, score_told
from evaluator.report.reported import reported_lines
from evaluator.report.undefined import undefined_words
from evaluator.report.words import STATE_MARKS, Style, counted, joined, sentence_case, verdict_style, verdict_words

_STRONGEST = 3
_SHOWN = 4


def front(evaluation: Evaluation, result: RoleResult, pack: Pack, days: Days) -> Front:
    """Return page one."""
    recommendation = recommend(evaluation, result.role.id, pack, days.today)
    words = days_words(days)
    return Front(
        recommendation=recommendation_words(evaluation, result.role.id, pack, recommendation),
        days=f"{sentence_case(words)}." if words else "",
        verdict=projected(verdict_words(result.verdict), days),
        style=verdict_style(result.verdict, pack.verdicts_of(result.role)),
        score=score_told(result),
        score_low=float(result.score.low),
        score_high=float(result.score.high),
        required=requires(result),
        takes=takes_words(pack.bands_of(result.role)[0], caps=any(one.criterion.caps_at is not None for one in result.criteria)),
        distance=distance_words(pack.bands_of(result.role)[0], result.criteria),
        evidence=evidence_summary(result, evaluation, pack),
        strongest=tuple(_strong(criterion_result, evaluation, pack) for criterion_result in strongest(evaluation, result, pack)),
        missing=_some([_missing(gap, evaluation, result, pack) for gap in result.gaps], "the gaps below"),
        unknown=_some(
            [
                *(undefined_point(undefined_value, pack) for undefined_value in result.undefined),
                *map(_unknown, open_questions(evaluation, result, pack)),
            ],
            _below(result, len(open_questions(evaluation, result, pack))),
        ),
        facts=_facts(evaluation, pack),
    )


def _below(result: RoleResult, asked: int) -> str:
    """Say where the rest of the questions stands, and how many of all are not about the verdict, as a recommendation counts them."""
    others = asked - len(result.questions)
    if not others:
        return "the questions below"
    return f"the questions below, of which {counted(others, 'is', 'are')} about a move or an assumption and not about the verdict"


def _facts(evaluation: Evaluation, pack: Pack) -> tuple[tuple[str, str], ...]:
    provenance = evaluation.provenance
    return (
        *reported_lines(evaluation, pack),
        ("Role today", "not stated" if evaluation.role is None else evaluation.role.title),
        ("As of", provenance.as_of.isoformat()),
        ("Pack", pack_words(pack)),
        ("Profile", f"hash {provenance.profile_hash}"),
        ("Tool", tool_words(provenance)),
    )


def strongest(evaluation: Evaluation, result: RoleResult, pack: Pack) -> tuple[CriterionResult, ...]:
    """Return the met criteria that weigh most, of equal weight those with the best evidence, then required ones."""
    met = [criterion for criterion in result.criteria if criterion.state is State.MET]

    def order(criterion_result: CriterionResult) -> tuple[Number, int, bool]:
        return (-criterion_result.criterion.weight, thinness(criterion_result, evaluation, pack), not criterion_result.criterion.required)

    return tuple(sorted(met, key=order)[:_STRONGEST])


def thinness(criterion_result: CriterionResult, evaluation: Evaluation, pack: Pack) -> int:
    """Return 0 where every claim is carried and none is marked, then 1 for marks, 2 for claims that nothing carries, 3 for none carried."""
    claims = criterion_evidence(criterion_result.criterion, evaluation, pack)
    if not claims or not any(claim.items for claim in claims):
        return 3
    if any(EvidenceMark.NONE in claim.marks for claim in claims):
        return 2
    return int(any(claim.marks for claim in claims))


def evidence_words(criterion_result: CriterionResult, evaluation: Evaluation, pack: Pack) -> str:
    """Say how well a criterion is evidenced: `1 item`, `2 items, one source only`, `no evidence`."""
    claims = criterion_evidence(criterion_result.criterion, evaluation, pack)
    items = sum(len(claim.items) for claim in claims)
    marks = list(dict.fromkeys(str(mark) for claim in claims for mark in claim.marks if mark is not EvidenceMark.NONE))
    bare = any(EvidenceMark.NONE in claim.marks for claim in claims)
    if not items:
        return str(EvidenceMark.NONE)
    partly = ["no evidence for a part"] if bare else []
    return ", ".join([counted(items, "item of evidence", "items of evidence"), *marks, *partly])


def _strong(criterion_result: CriterionResult, evaluation: Evaluation, pack: Pack) -> Point:
    words = f"{counts_words(criterion_result.criterion)}; {evidence_words(criterion_result, evaluation, pack)}"
    return Point(text=criterion_result.criterion.title, note=words, mark=STATE_MARKS[State.MET], style=Style.GOOD)


def _missing(gap: Gap, evaluation: Evaluation, result: RoleResult, pack: Pack) -> Point:
    cap = "" if gap.criterion.caps_at is None else f"caps at {gap.criterion.caps_at}; "
    required = f"{cap}{'required; ' if gap.criterion.required else ''}"
    criterion_result = next(criterion for criterion in result.criteria if criterion.criterion.id == gap.criterion.id)
    assumed = "; not stated, but assumed by the pack" if assumptions(criterion_result, evaluation, pack) else ""
    note = f"{required}{needs_words(gap.needs, pack.attributes)}{assumed}"
    return Point(text=gap.criterion.title, note=note, mark=STATE_MARKS[State.UNMET], style=Style.BAD)


def _unknown(question: OpenQuestion) -> Point:
    return Point(text=question.text, note=question.note, mark=STATE_MARKS[State.UNKNOWN], style=Style.OPEN)


def undefined_point(undefined_value: UndefinedValue, pack: Pack) -> Point:
    """Return what the rules have no answer to."""
    text = sentence_case(undefined_words(undefined_value.undefined, pack.attributes))
    return Point(text=text, note="the rules have no answer", mark=STATE_MARKS[State.UNKNOWN], style=Style.OPEN)


def _some(points: Sequence[Point], where: str) -> tuple[Point, ...]:
    """Return the first few, and how many more there are and where."""
    if len(points) <= _SHOWN:
        return tuple(points)
    return (*points[: _SHOWN - 1], Point(text=f"and {len(points) - _SHOWN + 1} more, among {where}", style=Style.FAINT))


def listed(titles: Sequence[str]) -> str:
    """Return titles in quotation marks as a sentence lists them."""
    return joined([f"“{title}”" for title in titles])
