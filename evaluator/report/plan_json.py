"""A plan as JSON."""

from __future__ import annotations

import datetime

from evaluator.advice.plan import Plan, Planned, Step
from evaluator.model import Pack, Profile
from evaluator.report.plain_values import Json, number, plain

FORMAT = "evaluator/plan"
VERSION = 1


def plan_json(planned: Planned, pack: Pack, profile: Profile, as_of: datetime.date, by: datetime.date | None) -> dict[str, Json]:
    """Return the plan of a person for a role."""
    verdict = planned.before.verdict
    return {
        "format": FORMAT,
        "version": VERSION,
        "profile": profile.id,
        "role": planned.role.id,
        "as_of": as_of.isoformat(),
        "by": None if by is None else by.isoformat(),
        "pack": {"name": pack.name, "version": pack.version, "hash": pack.content_hash},
        "verdict": {"worse": verdict.low, "better": verdict.high},
        "best": None if planned.best is None else _plan(planned.best),
        "second": None if planned.second is None else _plan(planned.second),
        "blocked": [one.id for one in planned.blocked],
        "later": None if planned.later is None else _plan(planned.later),
    }


def _plan(plan: Plan) -> Json:
    return {
        "effort": number(plan.effort),
        "months": plan.months,
        "ready_on": plan.ready_on.isoformat(),
        "verdict": plan.after.verdict.low,
        "steps": [_step(step) for step in plan.steps],
    }


def _step(step: Step) -> Json:
    return {
        "attribute": step.attribute.id,
        "have": plain(step.attribute, step.have),
        "to": plain(step.attribute, step.to),
        "effort": number(step.effort),
        "months": step.months,
        "by_time": step.by_time,
        "criteria": [one.id for one in step.criteria],
    }
