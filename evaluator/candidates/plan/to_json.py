"""A plan as JSON."""

from __future__ import annotations

import datetime

from evaluator.candidates.plan.analysis import Plan, RolePlan, Step
from evaluator.candidates.plan.report import criterion_name
from evaluator.core.days import Days
from evaluator.core.model import Pack, Profile, Role
from evaluator.report.days import days_json
from evaluator.report.jsons import document, made_by
from evaluator.report.plain_values import Json, number, plain


def plan_json(planned: RolePlan, pack: Pack, profile: Profile, days: Days, by: datetime.date | None) -> dict[str, Json]:
    """Return the plan of a person for a role, from the day judged for on."""
    verdict = planned.before.verdict
    body: dict[str, Json] = {
        "profile": profile.id,
        "role": planned.role.id,
        "as_of": days.judged.isoformat(),
        "days": days_json(days),
        "by": None if by is None else by.isoformat(),
        "pack": {"name": pack.name, "version": pack.version, "hash": pack.content_hash},
        "verdict": {"worse": verdict.low, "better": verdict.high},
        "best": None if planned.best is None else _plan(planned.best, days),
        "second": None if planned.second is None else _plan(planned.second, days),
        "blocked": [criterion_name(criterion, planned.role) for criterion in planned.blocked],
        "later": None if planned.later is None else _plan(planned.later, days),
        "why": None if planned.why is None else planned.why.name.lower().replace("_", "-"),
        "counted_from_a_date": [attribute.id for attribute in planned.dated],
        "met_by_days_on": None if planned.dated_on is None else planned.dated_on.isoformat(),
        "answers": [{"attribute": answer.attribute.id, "enough": plain(answer.attribute, answer.to)} for answer in planned.answers],
    }
    return document("plan", body, made_by(pack))


def _plan(plan: Plan, days: Days) -> Json:
    return {
        "effort": number(plan.effort),
        "months": plan.months,
        "ready_on": plan.ready_on.isoformat(),
        "verdict": plan.then.verdict.low,
        "lapsing": [criterion_name(criterion, plan.after.role) for criterion in plan.lapsing],
        "projection_to": plan.ready_on.isoformat() if plan.ready_on > days.today else None,
        "steps": [_step(step, plan.after.role) for step in plan.steps],
    }


def _step(step: Step, role: Role) -> Json:
    return {
        "attribute": step.attribute.id,
        "have": plain(step.attribute, step.have),
        "to": plain(step.attribute, step.to),
        "effort": number(step.effort),
        "months": step.months,
        "done_on": step.done_on.isoformat(),
        "by_time": step.by_time,
        "criteria": [criterion_name(criterion, role) for criterion in step.criteria],
    }
