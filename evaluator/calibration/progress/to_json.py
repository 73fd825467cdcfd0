"""Progress as JSON, in a versioned shape: everybody of whom anything is otherwise, and whoever is in one population alone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from evaluator.calibration.progress.analysis import Changed, Movement, OneSided, PersonProgress, Progress, RoleProgress
from evaluator.calibration.progress.attribution import Attribution, Cause, Found, Mixture
from evaluator.calibration.progress.explanations import CriterionChange, Explanations, FactChange
from evaluator.calibration.progress.mixed import RoleOutcome
from evaluator.calibration.progress.report import ProgressOptions
from evaluator.core.attributes import Attribute
from evaluator.core.bounds import Bounds, Interval, Options
from evaluator.core.dates import day_of
from evaluator.core.results import Verdict
from evaluator.core.values import Value
from evaluator.engines.columns.derived import AS_OF
from evaluator.populations.held import HeldPopulation
from evaluator.report.days import many_days_json
from evaluator.report.gates import gates_json
from evaluator.report.jsons import document, made_by, pack_json, verdict_json
from evaluator.report.plain_values import Json, number, plain


def progress_json(progress: Progress, options: ProgressOptions) -> dict[str, Json]:
    """Return what changed, with everybody of whom anything is otherwise."""
    people = (*progress.changed, *progress.there_and_back)
    told = Explanations(progress=progress).of(people)
    body: dict[str, Json] = {
        "role": None if progress.role is None else progress.role.id,
        "old": _side(progress.old, options.old),
        "new": _side(progress.new, options.new),
        "days": many_days_json(options.days),
        "causes": [str(cause) for cause in progress.causes],
        "compared": len(progress.people),
        "changed": len(progress.changed),
        "there_and_back": len(progress.there_and_back),
        "not_told_apart": progress.not_told_apart,
        "movements": {str(movement): len({person.id for person, _ in progress.moved(movement)}) for movement in Movement},
        "people": [_person(person, progress, told) for person in people],
        "arrived": [_one_sided(person, progress, now=True) for person in progress.arrived],
        "left": [_one_sided(person, progress, now=False) for person in progress.left],
        "judged_again": [_one_sided(person, progress, now=True) for person in progress.judged_again],
        "not_judged_now": [_one_sided(person, progress, now=False) for person in progress.no_longer_judged],
        "never_judged": progress.never_judged,
        "gates": gates_json(options.gates),
    }
    return document("progress", body, made_by() | {"old": pack_json(progress.old.pack), "new": pack_json(progress.new.pack)})


def _side(side: HeldPopulation, source: str) -> Json:
    days = [day_of(int(day)).isoformat() for day in (side.frame[AS_OF].min(), side.frame[AS_OF].max()) if isinstance(day, int)]
    return {
        "source": source,
        "rows": side.rows,
        "judged": side.frame.height,
        "rejected": len(side.left_out),
        "rejected_without_id": sum(row.id is None for row in side.left_out),
        "first_day": days[0] if days else None,
        "last_day": days[-1] if days else None,
    }


def _person(person: PersonProgress, progress: Progress, told: Mapping[tuple[int, str], Sequence[CriterionChange]]) -> Json:
    days = [day_of(int(series[person.number])).isoformat() for series in progress.mixtures.days]
    return {
        "id": person.id,
        "name": person.name,
        "days": days,
        "role_today": _changed(person.role_today),
        "next_role": _changed(person.next_role),
        "roles": [_role(role, progress, told.get((person.number, role.role.id), ())) for role in person.roles],
    }


def _changed(changed: Changed) -> Json:
    return {"before": changed.before, "after": changed.after, **_attribution(changed.attribution, lambda role: role)}


def _attribution(attribution: Attribution[Found], shown: object) -> dict[str, Json]:
    show = shown if callable(shown) else str
    steps = attribution.steps
    return {
        "causes": None if attribution.sets is None else [_mixture(mixture) for mixture in attribution.sets],
        "steps": None
        if steps is None
        else [{"cause": str(step.cause), "before": show(step.before), "after": show(step.after)} for step in steps],
    }


def _mixture(mixture: Mixture) -> list[Json]:
    return [str(cause) for cause in Cause if cause in mixture]


def _role(role: RoleProgress, progress: Progress, changes: Sequence[CriterionChange]) -> Json:
    verdicts = progress.verdicts(role.role.id)
    return {
        "role": role.role.id,
        "title": role.role.title,
        "movement": None if role.movement is None else str(role.movement),
        "before": _outcome(role.before, verdicts.before[0]),
        "after": _outcome(role.after, verdicts.after[0]),
        **_attribution(role.verdict, _verdict),
        "criteria": [_criterion(change) for change in changes],
    }


def _verdict(verdict: Verdict | None) -> Json:
    return None if verdict is None else {"low": verdict.low, "high": verdict.high}


def _outcome(outcome: RoleOutcome | None, best: str) -> Json:
    if outcome is None:
        return None
    score = outcome.score
    return {"verdict": verdict_json(outcome.verdict, best), "score": {"low": number(score.low), "high": number(score.high)}}


def _criterion(change: CriterionChange) -> Json:
    return {
        "criterion": change.criterion.id,
        "title": change.criterion.title,
        "cause": str(change.cause),
        "before": None if change.before is None else str(change.before),
        "after": None if change.after is None else str(change.after),
        "asks_otherwise": change.asks_otherwise,
        "asks": None if change.asks is None else list(change.asks),
        "counts_otherwise": change.counts_otherwise,
        "facts": [_fact(fact) for fact in change.facts],
    }


def _fact(fact: FactChange) -> Json:
    before, after = fact.words
    return {
        "attribute": fact.attribute.id,
        "title": fact.attribute.title,
        "before": _value(fact.old or fact.attribute, fact.before),
        "after": _value(fact.new or fact.attribute, fact.after),
        "words": [before, after],
    }


def _value(attribute: Attribute, value: Value | Bounds | None) -> Json:
    """Return a value; of one that is known in part, nothing: its words say what it lies between."""
    return None if isinstance(value, Interval | Options) else plain(attribute, value)


def _one_sided(person: OneSided, progress: Progress, *, now: bool) -> Json:
    about = progress.role.id if progress.role is not None else person.next_role
    verdicts = None if about is None else progress.verdicts(about)
    best = "" if verdicts is None else (verdicts.after if now else verdicts.before)[0]
    return {
        "id": person.id,
        "name": person.name,
        "role_today": person.role_today,
        "next_role": person.next_role,
        "outcome": _outcome(person.outcome, best),
        "rejected": None
        if person.rejected is None
        else {"path": person.rejected.path, "row": person.rejected.row, "reason": person.rejected.reason},
    }
