"""From an evaluation to a case: every section put together, once, for whatever format it is written in."""

from __future__ import annotations

import datetime

import attrs

from evaluator.candidates.case.blind import Redactor
from evaluator.candidates.case.criteria import kinds, path
from evaluator.candidates.case.ladder_position import place
from evaluator.candidates.case.objections import objections
from evaluator.candidates.case.plan import plan_view
from evaluator.candidates.case.points import front, undefined_point
from evaluator.candidates.case.view import Case, Point
from evaluator.core.days import days_of
from evaluator.core.model import Pack
from evaluator.core.results import CriterionResult, Evaluation, Gap, RoleResult, State, UndefinedValue
from evaluator.report.attributes import meanings
from evaluator.report.explain import OpenQuestion, advice_words, assumption_words, counts_words, open_questions, touched_words
from evaluator.report.needs import needs_words, titled_need
from evaluator.report.undefined import NOTHING_TO_ASK
from evaluator.report.words import STATE_MARKS, STATE_STYLES, Style, sentence_case


def case_for(  # noqa: PLR0913 - what a case is made of
    evaluation: Evaluation,
    role: str,
    pack: Pack,
    *,
    anonymous: bool = False,
    veil: Redactor | None = None,
    today: datetime.date | None = None,
) -> Case:
    """Return the case of a person for a role that the evaluation has judged, as it reads today; `anonymous` makes it a blind one.

    A veil does so too, and knows afterwards what it took out of the texts.
    """
    days = days_of(evaluation, pack, today)
    over = veil or (Redactor(profile=evaluation.profile, pack=pack) if anonymous else None)
    told = evaluation if over is None else over.over(evaluation)
    result = told.roles[role]
    who = told.profile.label
    return Case(
        title=f"{who if over is None else sentence_case(who)} as {result.role.title}",
        who=who,
        role=result.role.title,
        as_of=told.provenance.as_of,
        front=front(told, result, pack, days),
        kinds=kinds(told, result, pack),
        place=place(told, result, pack),
        path=tuple(map(_step, path(result))),
        gaps=tuple(_gap(gap, told, result, pack) for gap in result.gaps),
        questions=(
            *map(_question, open_questions(told, result, pack)),
            *(_undefined(undefined_value, result, pack) for undefined_value in result.undefined),
        ),
        plan=plan_view(evaluation, result, pack, days),
        objections=objections(told, result, pack),
        levels=tuple(Point(text=titles, more=lines) for titles, lines in meanings(pack, result.role)),
        anonymous=over is not None,
    )


def _step(criterion_result: CriterionResult) -> Point:
    done = {State.MET: "done", State.UNMET: "open", State.UNKNOWN: "not known"}.get(criterion_result.state, str(criterion_result.state))
    note = f"{done}, {counts_words(criterion_result.criterion)}"
    return Point(
        text=criterion_result.criterion.title,
        note=note,
        mark=STATE_MARKS[criterion_result.state],
        style=STATE_STYLES[criterion_result.state],
    )


def _gap(gap: Gap, evaluation: Evaluation, result: RoleResult, pack: Pack) -> Point:
    criterion_result = next(criterion for criterion in result.criteria if criterion.criterion.id == gap.criterion.id)
    almost = ", almost met" if gap.almost else ""
    others = [f"or: {needs_words(way, pack.attributes)}" for way in gap.alternatives]
    advice = [sentence_case(advice_words(gap.criterion))] if gap.criterion.advice else []
    return Point(
        text=gap.criterion.title,
        note=f"{counts_words(gap.criterion)}{almost}",
        mark=STATE_MARKS[State.UNMET],
        style=Style.CLOSE if gap.almost else Style.BAD,
        more=(
            *(titled_need(need, pack.attributes) for need in gap.needs),
            *others,
            *advice,
            *assumption_words(criterion_result, evaluation, pack),
        ),
    )


def _question(open_question: OpenQuestion) -> Point:
    more = (f"answer as: {open_question.answer}", f"for: {open_question.touched}")
    return Point(text=open_question.text, note=open_question.note, mark=STATE_MARKS[State.UNKNOWN], style=Style.OPEN, more=more)


def _undefined(undefined_value: UndefinedValue, result: RoleResult, pack: Pack) -> Point:
    point = undefined_point(undefined_value, pack)
    return attrs.evolve(point, more=(f"for: {touched_words(undefined_value.criteria, result)}", NOTHING_TO_ASK))
