"""The plan of a case: what the planner found, in words, or why there is no plan."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from evaluator.candidates.case.view import PlanStep, PlanView
from evaluator.candidates.plan.analysis import NoPlan, Plan, Planner, RolePlan, Step, TooManyWays
from evaluator.candidates.plan.report import (
    answers_words,
    counted_words,
    dated_words,
    day_words,
    effort_words,
    has_passed,
    lapsing_words,
    months_words,
    verdict_then,
    why_words,
)
from evaluator.core.days import Days
from evaluator.core.model import Criterion, Pack, Role
from evaluator.core.results import Evaluation, RoleResult
from evaluator.core.values import show_number
from evaluator.report.changed_values import change_words
from evaluator.report.words import counted, joined


def plan_view(evaluation: Evaluation, result: RoleResult, pack: Pack, days: Days) -> PlanView:
    """Return the plan for one role from the day judged for on."""
    best = pack.best_of(result.role)
    if result.verdict.low == best:
        return PlanView(summary=f"Nothing has to be done for the verdict “{best}”: it is given {day_words(days)}.")
    day = days.judged
    try:
        planned = Planner(pack=pack, profile=evaluation.profile, role=result.role, as_of=day, facts_day=days.counted_from).plan()
    except TooManyWays:
        return PlanView(summary="There are more ways to get there than can be gone through, so none is called the least: see the gaps.")
    if planned.best is None:
        answers = answers_words(planned, pack, days)
        return PlanView(summary=answers or _none(planned, pack), notes=(_none(planned, pack),) if answers else ())
    return _found(planned, planned.best, pack, days)


def _none(planned: RolePlan, pack: Pack) -> str:
    if planned.why is NoPlan.BLOCKED:
        titles = joined(_titles(planned.blocked, planned.role, pack))
        none = f"Nothing that the pack declares can close {titles}, so there is no plan to “{pack.best_of(planned.role)}”."
        return " ".join(part for part in (none, dated_words(planned)) if part)
    return why_words(planned, pack)


def _titles(criteria: Iterable[Criterion], role: Role, pack: Pack) -> list[str]:
    """Return the titles of criteria, each of another role, which the planned one waits for, with that role's."""
    return [
        f"“{criterion.title}”" + ("" if criterion.role == role.id else f" for {pack.roles[criterion.role].title}") for criterion in criteria
    ]


def _found(planned: RolePlan, plan: Plan, pack: Pack, days: Days) -> PlanView:
    waiting = sum(step.by_time for step in plan.steps)
    work = len(plan.steps) - waiting
    parts = [f"{counted(work, 'thing')} to work on"] if work else []
    parts += [f"{waiting} that time alone brings" if work else f"{counted(waiting, 'thing')} that time alone brings"] if waiting else []
    effort = f"at an effort of {show_number(plan.effort)} in the pack’s own measure, the least there is" if work else "without effort"
    passed = ", which has passed," if has_passed(plan, days) else ""
    reached = "could be reached" if plan.then.verdict.low != plan.after.verdict.low else "can be reached"
    summary = f"“{plan.after.verdict.low}” {reached} by {plan.ready_on.isoformat()}{passed}: {joined(parts)}, {effort}."
    return PlanView(
        summary=" ".join(part for part in (answers_words(planned, pack, days), summary) if part),
        steps=tuple(_step(step, plan.after.role, pack, days) for step in plan.steps),
        notes=tuple(_notes(planned, plan, days)),
    )


def _step(step: Step, role: Role, pack: Pack, days: Days) -> PlanStep:
    months = months_words(step, days)
    waits = ", ".join([months] * bool(months) + ["by time alone"]) if step.done_on > days.judged else "brought by time: ask"
    takes = waits if step.by_time else f"about {months}" if months else "not stated"
    return PlanStep(
        what=_change(step),
        by=step.done_on.isoformat(),
        takes=takes,
        effort=effort_words(step.effort),
        closes=joined(_titles(step.criteria, role, pack)) or "the score",
    )


def _instead(plan: Plan, second: Plan) -> str:
    """Say how a second way differs from the first."""
    first, other = ([_change(step) for step in one.steps] for one in (plan, second))
    new = "; ".join(one for one in other if one not in first)
    old = "; ".join(one for one in first if one not in other)
    return f"{new or 'fewer steps'}{f', instead of {old}' if old else ''}"


def _change(step: Step) -> str:
    have, need = change_words(step.attribute, step.have, step.to)
    if isinstance(step.have, frozenset) and step.have:
        return f"{step.attribute.title}: {need}"
    return f"{step.attribute.title}: from {have} to {need}"


def _notes(planned: RolePlan, plan: Plan, days: Days) -> Iterator[str]:
    if any(step.have is None for step in plan.steps):
        yield "What is unknown is planned for from the least that it could be; an answer to the open questions may shorten the plan."
    yield from (words for words in (counted_words(plan, days), lapsing_words(plan)) if words)
    second = planned.second
    if second is not None:
        when = second.ready_on.isoformat()
        yield f"A second way is close, at an effort of {show_number(second.effort)} and by {when}: {_instead(plan, second)}."
    yield f"With these changes, and nothing else, the verdict is {verdict_then(plan, days)}."
