"""Candidates for one role side by side: who stands where, then criterion by criterion, what differs first."""

from __future__ import annotations

import datetime
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from itertools import pairwise

import attrs

from evaluator.candidates.case.blind import Redactor
from evaluator.candidates.case.points import evidence_words
from evaluator.candidates.compare.order import letters, places, reachable_place, shuffled, standing
from evaluator.core.conditions import TRUTH_WORDS
from evaluator.core.days import ManyDays, days_of
from evaluator.core.model import Criterion, Pack
from evaluator.core.recommendation import Outlook, Relation, recommend
from evaluator.core.results import CriterionResult, Evaluation, RoleResult, State
from evaluator.report.branches import Branch, branch
from evaluator.report.days import days_facts, days_words
from evaluator.report.evidence import evidence_summary
from evaluator.report.explain import KIND_TITLES, counts_words
from evaluator.report.people import pack_words, tool_words
from evaluator.report.recommendation import requires, score_told, step_words
from evaluator.report.reported import reported_lines
from evaluator.report.sentences import condition_words
from evaluator.report.words import (
    STATE_MARKS,
    STATE_STYLES,
    Style,
    counted,
    joined,
    sentence_case,
    verdict_style,
    verdict_words,
)

__all__ = ["Candidate", "Comparison", "CriterionCell", "Row", "comparison"]
_AT_ONCE = 5
_NAMED = 4


@attrs.frozen(kw_only=True)
class Candidate:
    """One column's head: the place by what is known, shared ones as `=2`, what the role would be, and what page one of a case says.

    Who is compared and for whom the role would be no step is no candidate.
    """

    label: str
    place: str
    today: str
    step: str
    verdict: str
    style: Style
    score: str
    score_low: float
    score_high: float
    required: str
    unknown: str
    evidence: str
    about: str
    is_candidate: bool
    reported: tuple[tuple[str, str], ...] = ()
    """What the pack reports beside verdicts, by title."""


@attrs.frozen(kw_only=True)
class CriterionCell:
    """What one criterion comes to for one candidate: the state, what the candidate has, and how well a met one is evidenced."""

    mark: str
    state: str
    style: Style
    has: str
    evidence: str


@attrs.frozen(kw_only=True)
class Row:
    """One criterion and what it comes to for each candidate, in the order of the candidates."""

    title: str
    counts: str
    kind: str
    asks: str
    cells: tuple[CriterionCell, ...]

    @property
    def differs(self) -> bool:
        """Whether candidates differ in it."""
        return len({cell.state for cell in self.cells}) > 1


@attrs.frozen(kw_only=True)
class Comparison:
    """Candidates and criteria; `headline` says it in a sentence, `parts` are the ranges of candidates that fit beside each other."""

    role: str
    headline: str
    candidates: tuple[Candidate, ...]
    differing: tuple[Row, ...]
    alike: tuple[Row, ...]
    notes: tuple[str, ...]
    facts: tuple[tuple[str, str], ...]
    as_of: str
    day: datetime.date

    @property
    def parts(self) -> tuple[slice, ...]:
        """Ranges of candidates, as even as can be."""
        number = len(self.candidates)
        tables = -(-number // _AT_ONCE)
        ends = [number * index // tables for index in range(tables + 1)]
        return tuple(slice(start, end) for start, end in pairwise(ends))


def comparison(  # noqa: PLR0913 - what a comparison is made of
    evaluations: Sequence[Evaluation],
    role: str,
    pack: Pack,
    *,
    anonymous: bool = False,
    veils: list[Redactor] | None = None,
    today: datetime.date | None = None,
) -> Comparison:
    """Compare people for a role that each evaluation has judged, as it reads today.

    They stand in the order of what is known, by the pack's own keys or verdict, score and its tie-breakers; with `anonymous`, as A, B, C
    in the order of a hash that says nothing of them and is the same each time; the veils over them are put into `veils`.
    """
    ranked = sorted(evaluations, key=lambda evaluation: (standing(evaluation, role, pack), evaluation.profile.id))
    shared = dict(
        zip(
            (evaluation.profile.id for evaluation in ranked),
            places([standing(evaluation, role, pack) for evaluation in ranked]),
            strict=True,
        )
    )
    shown = sorted(evaluations, key=lambda evaluation: shuffled(evaluation, role)) if anonymous else ranked
    labels = [f"Candidate {letters(number)}" for number in range(len(shown))] if anonymous else _labels(shown)
    over = [Redactor(profile=one.profile, pack=pack, who=label) for one, label in zip(shown, labels, strict=True)] if anonymous else []
    told = [veil.over(evaluation) for veil, evaluation in zip(over, shown, strict=True)] if anonymous else shown
    if veils is not None:
        veils.extend(over)
    results = [evaluation.roles[role] for evaluation in told]
    rows = tuple(_rows(told, results, pack))
    several = sorted({evaluation.provenance.as_of for evaluation in told})
    as_of = " to ".join(dict.fromkeys((several[0].isoformat(), several[-1].isoformat())))
    days = ((days_fact.label, days_fact.text) for days_fact in days_facts(ManyDays.of(told, pack, today)))
    return Comparison(
        role=results[0].role.title,
        headline=headline(told, labels, role, pack),
        candidates=tuple(
            _candidate(evaluation, label, shared[source.profile.id], role, pack)
            for evaluation, label, source in zip(told, labels, shown, strict=True)
        ),
        differing=tuple(row for row in rows if row.differs),
        alike=tuple(row for row in rows if not row.differs),
        notes=(
            *_notes(shared, shown, labels, pack, days=len(several)),
            *_open_places(shared, shown, labels, role, pack),
            *_day_notes(shown, labels, pack, today),
        ),
        facts=(("As of", as_of), *days, ("Pack", pack_words(pack)), ("Tool", tool_words(told[0].provenance))),
        as_of=as_of,
        day=several[-1],
    )


def headline(evaluations: Sequence[Evaluation], labels: Sequence[str], role: str, pack: Pack) -> str:
    """Say in a sentence for whom the role would be a step and how they stand, and what it is to the others."""
    found = list(zip(labels, (recommend(evaluation, role, pack) for evaluation in evaluations), strict=True))
    title, best = pack.roles[role].title, pack.best_of(pack.roles[role])
    steps = [label for label, recommendation in found if recommendation.candidate]
    parts = [f"{title} would be a step for {_some(steps) if steps else 'nobody here'}"]
    if steps:
        ready, may = (
            [label for label, recommendation in found if recommendation.candidate and recommendation.outlook is outlook]
            for outlook in (Outlook.BEST, Outlook.OPEN)
        )
        said = [f"{_some(ready)} {'is' if len(ready) == 1 else 'are'} “{best}”"] if ready else []
        said += [f"{_some(may)} may be {'' if ready else f'“{best}” '}once open questions are answered"] if may else []
        parts[0] += f": {joined(said) or f'nobody of them is “{best}”, whatever the answers'}"
    for relation, (one_, many) in _OTHERS.items():
        names = [label for label, recommendation in found if recommendation.relation is relation and not recommendation.candidate]
        parts += [f"{_some(names)} {one_ if len(names) == 1 else many}"] if names else []
    closed = [
        label
        for label, recommendation in found
        if recommendation.open is False and recommendation.relation in {Relation.PROMOTION, Relation.SIDEWAYS}
    ]
    parts += [f"the ladder’s move is closed to {_some(closed)}"] if closed else []
    return f"{'; '.join(parts)}."


_OTHERS = {
    Relation.HELD: ("holds the role already", "hold the role already"),
    Relation.DOWN: ("stands above it", "stand above it"),
    Relation.NO_MOVE: ("has no move of the ladder that leads there", "have no move of the ladder that leads there"),
    Relation.NO_ROLE: ("states no role today", "state no role today"),
}


def _some(labels: Sequence[str]) -> str:
    """Name a few people, or the first of many and how many more there are."""
    return joined(labels if len(labels) <= _NAMED else [*labels[: _NAMED - 1], f"{len(labels) - _NAMED + 1} others"])


def _open_places(
    shared: Mapping[str, str], evaluations: Sequence[Evaluation], labels: Sequence[str], role: str, pack: Pack
) -> Iterator[str]:
    """Say whose place could come up by answers to open questions, and how far."""
    found = []
    for label, evaluation in zip(labels, evaluations, strict=True):
        index = reachable_place(evaluation, evaluations, role, pack)
        if index < int(shared[evaluation.profile.id].lstrip("=")):
            found.append((index, label))
    if found:
        by_place: dict[int, list[str]] = {}
        for index, label in sorted(found):
            by_place.setdefault(index, []).append(label)
        rising = joined([f"{joined(labels, 'or')} to place {position}" for position, labels in by_place.items()])
        yield f"Places go by what is known; answers to open questions could bring {rising}."


def _day_notes(evaluations: Sequence[Evaluation], labels: Sequence[str], pack: Pack, today: datetime.date | None) -> Iterator[str]:
    """Name each candidate whose facts are old, or who is judged for a day that is none of now."""
    for evaluation, label in zip(evaluations, labels, strict=True):
        if words := days_words(days_of(evaluation, pack, today)):
            yield f"{label}: {words}."


def _labels(evaluations: Sequence[Evaluation]) -> list[str]:
    names = Counter(evaluation.profile.label for evaluation in evaluations)
    return [
        evaluation.profile.label if names[evaluation.profile.label] == 1 else f"{evaluation.profile.label} ({evaluation.profile.id})"
        for evaluation in evaluations
    ]


def _candidate(evaluation: Evaluation, label: str, location: str, role: str, pack: Pack) -> Candidate:
    result, recommendation = evaluation.roles[role], recommend(evaluation, role, pack)
    return Candidate(
        label=label,
        place=location,
        today="not stated" if evaluation.role is None else evaluation.role.title,
        step=step_words(recommendation, pack),
        verdict=verdict_words(result.verdict),
        style=verdict_style(result.verdict, pack.verdicts_of(result.role)),
        score=score_told(result),
        score_low=float(result.score.low),
        score_high=float(result.score.high),
        required=requires(result),
        unknown=", ".join(_unknown(result)) or "nothing",
        evidence=evidence_summary(result, evaluation, pack),
        about=f"hash {evaluation.provenance.profile_hash}",
        is_candidate=recommendation.candidate,
        reported=reported_lines(evaluation, pack),
    )


def _unknown(result: RoleResult) -> Iterator[str]:
    """Yield how much is unknown: what can be asked for, and what the rules have no answer to."""
    if result.questions:
        yield counted(len(result.questions), "open question")
    if decisive := sum(question.decisive for question in result.questions):
        yield f"{decisive} can change the verdict"
    if result.undefined:
        yield f"{counted(len(result.undefined), 'fact')} to which the rules have no answer"


def _rows(evaluations: Sequence[Evaluation], results: Sequence[RoleResult], pack: Pack) -> Iterator[Row]:
    """Yield every criterion, required ones and heavy ones first."""
    order = sorted(range(len(results[0].criteria)), key=lambda position: _weight(results[0].criteria[position].criterion))
    shown = any(evaluation.profile.evidence for evaluation in evaluations)
    for index in order:
        criterion = results[0].criteria[index].criterion
        cells = tuple(
            _judged(result.criteria[index], evaluation, pack, evidence=shown)
            for evaluation, result in zip(evaluations, results, strict=True)
        )
        yield Row(
            title=criterion.title,
            counts=counts_words(criterion),
            kind=KIND_TITLES[criterion.kind],
            asks=sentence_case(condition_words(criterion.when, pack.attributes)),
            cells=cells,
        )


def _weight(criterion: Criterion) -> tuple[bool, bool, Fraction, int]:
    return (criterion.caps_at is None, not criterion.required, -Fraction(criterion.weight), list(KIND_TITLES).index(criterion.kind))


def _judged(criterion_result: CriterionResult, evaluation: Evaluation, pack: Pack, *, evidence: bool) -> CriterionCell:
    leaves = list(_leaves(branch(criterion_result.criterion.when, evaluation, pack)))
    titled = len({leaf.test.attribute for leaf in leaves if leaf.test}) > 1
    says = dict.fromkeys(_has(leaf, pack, titled=titled) for leaf in leaves)
    return CriterionCell(
        mark=STATE_MARKS[criterion_result.state],
        state=str(criterion_result.state),
        style=STATE_STYLES[criterion_result.state],
        has="; ".join(says),
        evidence=evidence_words(criterion_result, evaluation, pack) if evidence and criterion_result.state is State.MET else "",
    )


def _leaves(tree: Branch) -> Iterator[Branch]:
    if tree.test is not None:
        yield tree
    for part in tree.parts:
        yield from _leaves(part)


def _has(leaf: Branch, pack: Pack, *, titled: bool) -> str:
    words = ", ".join(leaf.values).removeprefix("has ") or TRUTH_WORDS[leaf.truth]
    return f"{pack.attributes[leaf.test.attribute].title}: {words}" if titled and leaf.test else words


def _notes(shared: Mapping[str, str], evaluations: Sequence[Evaluation], labels: Sequence[str], pack: Pack, *, days: int) -> Iterator[str]:
    for location in sorted({one for one in shared.values() if one.startswith("=")}, key=lambda one: int(one[1:])):
        tied = [label for label, evaluation in zip(labels, evaluations, strict=True) if shared[evaluation.profile.id] == location]
        broken = " and every tie-breaker of the pack" if pack.tie_breakers else ""
        level = "all that the pack ranks by" if pack.ranking else f"verdict and score{broken}"
        yield f"{joined(tied)} are level in {level}: they share place {location[1:]}, and nothing here puts one first."
    if days > 1:
        yield "They are judged as of different days, each as the profile says, or today; --as-of judges all as of one."
