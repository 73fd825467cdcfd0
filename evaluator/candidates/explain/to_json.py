"""An explanation as JSON: one role of an evaluation, with the tree of every condition and the rules that fired."""

from __future__ import annotations

import datetime

from evaluator.core.bounds import known_in_part
from evaluator.core.conditions import TRUTH_WORDS
from evaluator.core.days import days_of
from evaluator.core.model import Pack
from evaluator.core.questions import FurtherQuestion, further_questions
from evaluator.core.recommendation import recommend
from evaluator.core.results import CriterionResult, Evaluation, Fired
from evaluator.report.branches import Branch, branch, origin_words
from evaluator.report.days import days_json
from evaluator.report.evidence import evidence_json
from evaluator.report.jsons import criterion_json, document, place_json, profile_json, provenance_json, role_json
from evaluator.report.plain_values import Json, between, plain
from evaluator.report.recommendation import recommendation_words
from evaluator.report.reported import reported_json
from evaluator.report.rule_trace import fired_for


def explanation_json(evaluation: Evaluation, role: str, pack: Pack, today: datetime.date | None = None) -> dict[str, Json]:
    """Return why the verdict on one role is what it is, as it reads today."""
    recommendation = recommend(evaluation, role, pack, today)
    result = evaluation.roles[role]
    criteria: list[Json] = [_criterion(criterion, evaluation, pack) for criterion in result.criteria]
    body: dict[str, Json] = {
        "days": days_json(days_of(evaluation, pack, today)),
        "profile": profile_json(evaluation),
        "recommendation": {
            "advice": str(recommendation.advice),
            "relation": str(recommendation.relation),
            "outlook": str(recommendation.outlook),
            "candidate": recommendation.candidate,
            "projection": recommendation.projection,
            "words": recommendation_words(evaluation, role, pack, recommendation),
        },
        **role_json(result, pack),
        "criteria": criteria,
        "further_questions": [_further(further_question, pack) for further_question in further_questions(evaluation, role, pack)],
        "reported": reported_json(evaluation, pack),
        "fired": [_fired(rule) for rule in fired_for(evaluation, role)],
    }
    return document("explanation", body, provenance_json(evaluation.provenance))


def _further(further_question: FurtherQuestion, pack: Pack) -> dict[str, Json]:
    return {
        "attribute": further_question.attribute,
        "question": pack.attributes[further_question.attribute].question,
        "move": None if further_question.move is None else {"from": further_question.move.origin, "to": further_question.move.to},
        "assumed_in": list(further_question.criteria),
    }


def _criterion(criterion_result: CriterionResult, evaluation: Evaluation, pack: Pack) -> dict[str, Json]:
    criterion = criterion_result.criterion
    applies = None if criterion.applies_when is None else _branch(branch(criterion.applies_when, evaluation, pack), evaluation, pack)
    return {
        **criterion_json(criterion_result),
        "when": _branch(branch(criterion.when, evaluation, pack), evaluation, pack),
        "applies_when": applies,
        "evidence": evidence_json(criterion_result, evaluation, pack),
    }


def _branch(tree: Branch, evaluation: Evaluation, pack: Pack) -> dict[str, Json]:
    shown: dict[str, Json] = {"words": tree.words, "truth": TRUTH_WORDS[tree.truth], "decides": tree.decides}
    shown["place"] = place_json(tree.span)
    shown["condition"] = None if tree.name is None else {"id": tree.name.id, "title": tree.name.label}
    if tree.test is None:
        return shown | {"parts": [_branch(part, evaluation, pack) for part in tree.parts]}
    values: list[Json] = [_value(name, evaluation, pack) for name in tree.test.attributes]
    return shown | {"operator": str(tree.test.operator), "values": values}


def _value(name: str, evaluation: Evaluation, pack: Pack) -> dict[str, Json]:
    attribute = pack.attributes[name]
    bounds = between(attribute, known_in_part(evaluation.facts, name))
    value = plain(attribute, evaluation.facts.get(name))
    return {"attribute": name, "value": value, "between": bounds, "origin": origin_words(name, evaluation, pack) or "profile"}


def _fired(rule: Fired) -> dict[str, Json]:
    return {
        "layer": rule.layer,
        "rule": rule.key,
        "truth": TRUTH_WORDS[rule.truth],
        "subject": rule.subject,
        "place": place_json(rule.span),
    }
