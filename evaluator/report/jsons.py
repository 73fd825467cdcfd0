"""Documents in JSON: what each begins and ends with, and evaluations; `schemas/` beside this module describes them."""

from __future__ import annotations

import datetime
import json
from collections.abc import Iterable, Mapping
from typing import assert_never

from evaluator._version import __version__
from evaluator.core.days import days_of
from evaluator.core.expressions import Calculation, Gather, Lookup, Partial, Undefined
from evaluator.core.model import Citation, Pack
from evaluator.core.results import CriterionResult, Evaluation, Gap, Need, NextRole, Provenance, Question, RoleResult, Score, Verdict
from evaluator.diagnostics import Span
from evaluator.report.days import days_json
from evaluator.report.json_documents import DOCUMENTS
from evaluator.report.needs import need_words
from evaluator.report.plain_values import Json, between, number, plain
from evaluator.report.reported import reported_json
from evaluator.report.undefined import undefined_place, undefined_words
from evaluator.report.words import NOTICE


def dumps(document: Json, *, indent: int | None = 2) -> str:
    """Write a document as JSON text that ends in a line break."""
    return json.dumps(document, ensure_ascii=False, indent=indent, allow_nan=False) + "\n"


def document(name: str, body: Mapping[str, Json], provenance: Mapping[str, Json]) -> dict[str, Json]:
    """Return a document: format and version, the tool and the pack that it was made by, its own keys, and what it is for."""
    known = DOCUMENTS[name]
    return {"format": known.format, "version": known.version, "provenance": provenance, **body, "notice": NOTICE}


def made_by(pack: Pack | None = None) -> dict[str, Json]:
    """Return what a document of no single person rests on: the tool, and the pack where it is about one."""
    return {"tool_version": __version__} | ({} if pack is None else pack_json(pack))


def pack_json(pack: Pack) -> dict[str, Json]:
    """Return which pack it is."""
    return {"pack": pack.name, "pack_version": pack.version, "pack_hash": pack.content_hash}


def evaluations_json(
    evaluations: Iterable[Evaluation],
    pack: Pack,
    *,
    only: str | None = None,
    listed: bool = False,
    today: datetime.date | None = None,
) -> Json:
    """Return one evaluation as itself, unless it is to be `listed`, and any other number of them as a list under one head."""
    found = [evaluation_json(evaluation, pack, only=only, today=today) for evaluation in evaluations]
    return found[0] if len(found) == 1 and not listed else document("evaluations", {"evaluations": found}, made_by(pack))


def evaluation_json(evaluation: Evaluation, pack: Pack, *, only: str | None = None, today: datetime.date | None = None) -> dict[str, Json]:
    """Return an evaluation with all its roles, or `only` one, as it reads today; without today, as it reads on the day judged for."""
    body: dict[str, Json] = {
        "days": days_json(days_of(evaluation, pack, today)),
        "profile": profile_json(evaluation),
        "roles": [role_json(result, pack) for result in evaluation.roles.values() if only in {None, result.role.id}],
        "standings": [
            {"track": standing.track, "roles": list(standing.roles), "perhaps": list(standing.perhaps)} for standing in evaluation.standings
        ],
        "next_roles": [_next_role(next_role, pack) for next_role in evaluation.next_roles],
        "beyond": [_next_role(next_role, pack) for next_role in evaluation.beyond],
        "demotions": [_next_role(next_role, pack) for next_role in evaluation.demotions],
        "closed": [{"role": move.to, "move": str(move.kind), "place": place_json(move.span)} for move in evaluation.closed],
        "assumed": sorted(evaluation.assumed),
        "reported": reported_json(evaluation, pack),
    }
    return document("evaluation", body, provenance_json(evaluation.provenance))


def profile_json(evaluation: Evaluation) -> dict[str, Json]:
    """Return who was evaluated; facts of a person's group and notes stay out of every result."""
    profile = evaluation.profile
    return {"id": profile.id, "name": profile.name, "role": profile.role}


def provenance_json(provenance: Provenance) -> dict[str, Json]:
    """Return all that it takes to get the same result again."""
    return {
        "pack": provenance.pack,
        "pack_version": provenance.pack_version,
        "pack_hash": provenance.pack_hash,
        "profile_hash": provenance.profile_hash,
        "as_of": provenance.as_of.isoformat(),
        "tool_version": provenance.tool_version,
        "engine": provenance.engine,
    }


def role_json(result: RoleResult, pack: Pack) -> dict[str, Json]:
    """Return one role's verdict, score, criteria, gaps and questions."""
    return {
        "role": result.role.id,
        "title": result.role.title,
        "track": result.role.track,
        "interim": result.role.interim,
        "verdict": verdict_json(result.verdict, pack.best_of(result.role)),
        "score": score_json(result.score),
        "held_by": [holder.criterion.id for holder in result.held_by],
        "criteria": [criterion_json(criterion) for criterion in result.criteria],
        "gaps": [gap_json(gap, pack) for gap in result.gaps],
        "questions": [question_json(question, pack) for question in result.questions],
        "undefined": [
            undefined_json(undefined_value.undefined, pack) | {"criteria": list(undefined_value.criteria)}
            for undefined_value in result.undefined
        ],
    }


def verdict_json(verdict: Verdict, best: str) -> dict[str, Json]:
    """Return both sides of a verdict, and whether it is the best: null where that is open."""
    surely, perhaps = verdict.low == best, verdict.high == best
    return {"low": verdict.low, "high": verdict.high, "decided": verdict.decided, "best": surely if surely is perhaps else None}


def score_json(score: Score) -> dict[str, Json]:
    """Return both sides of a score, for reading and exactly."""
    return {"low": number(score.low), "high": number(score.high), "exact": [str(score.low), str(score.high)]}


def criterion_json(criterion_result: CriterionResult) -> dict[str, Json]:
    """Return one criterion's state, and the line it stands on."""
    criterion = criterion_result.criterion
    return {
        "id": criterion.id,
        "title": criterion.title,
        "kind": str(criterion.kind),
        "required": criterion.required,
        "weight": number(criterion.weight),
        "caps_at": criterion.caps_at,
        "policy": criterion.policy,
        "state": str(criterion_result.state),
        "assumed": list(criterion_result.assumed),
        "basis": str(criterion.basis),
        "source": source_json(criterion.source),
        "place": place_json(criterion.span),
    }


def source_json(source: Citation | None) -> Json:
    """Return the document and section that carry something."""
    return None if source is None else {"document": source.document, "section": source.section}


def place_json(span: Span) -> dict[str, Json]:
    """Return where something stands."""
    return {"path": span.path, "line": span.line, "column": span.column}


def gap_json(gap: Gap, pack: Pack) -> dict[str, Json]:
    """Return a gap with what the closest way to meet it needs, and the other ways."""
    return {
        "criterion": gap.criterion.id,
        "required": gap.criterion.required,
        "weight": number(gap.criterion.weight),
        "caps_at": gap.criterion.caps_at,
        "almost": gap.almost,
        "needs": [need_json(need, pack) for need in gap.needs],
        "alternatives": [[need_json(need, pack) for need in way] for way in gap.alternatives],
        "advice": gap.criterion.advice,
        "takes_months": gap.criterion.takes_months,
    }


def need_json(need: Need, pack: Pack) -> dict[str, Json]:
    """Return what one test needs, as values and in words."""
    attribute = pack.attributes[need.test.attribute]
    return {
        "attribute": need.test.attribute,
        "operator": str(need.test.operator),
        "other": need.test.other,
        "have": plain(attribute, need.have),
        "between": between(attribute, need.between),
        "need": plain(attribute, need.need),
        "distance": None if need.distance is None else number(need.distance),
        "unit": need.unit,
        "words": need_words(need, pack.attributes),
    }


def question_json(question: Question, pack: Pack) -> dict[str, Json]:
    """Return what to ask, and what hangs on it."""
    return {
        "attribute": question.attribute,
        "question": pack.attributes[question.attribute].question,
        "decisive": question.decisive,
        "caps_at": question.caps_at,
        "criteria": list(question.criteria),
    }


def undefined_json(found: Undefined, pack: Pack) -> dict[str, Json]:
    """Return a computation that has no result: what the pack has no answer to, and where that stands."""
    operator = found.operator
    table = operator.table if isinstance(operator, Lookup) else None
    return {
        "attribute": found.attribute,
        "operator": _operator_word(operator),
        "table": table,
        "words": undefined_words(found, pack.attributes),
        "place": place_json(undefined_place(*found.computation, pack)),
    }


def _operator_word(operator: Partial) -> str:
    match operator:
        case Lookup():
            return "lookup"
        case Calculation(operation=operation):
            return str(operation)
        case Gather(gathering=gathering):
            return str(gathering)
        case _:
            assert_never(operator)


def _next_role(next_role: NextRole, pack: Pack) -> dict[str, Json]:
    judged = next_role.result
    return {
        "role": next_role.role.id,
        "title": next_role.role.title,
        "move": str(next_role.move.kind),
        "open": "yes" if next_role.holds else "unknown",
        "asks": list(next_role.asks),
        "undefined": [undefined_json(one, pack) for one in next_role.undefined],
        "verdict": None if judged is None else verdict_json(judged.verdict, pack.best_of(judged.role)),
        "score": None if judged is None else score_json(judged.score),
    }
