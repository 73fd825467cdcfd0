"""Evaluations of single profiles as rows of the narrow frame, in the same small numbers as the plan's."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from fractions import Fraction
from typing import Any

import polars as pl

from evaluator.core.conditions import Truth
from evaluator.core.model import Pack
from evaluator.core.results import Evaluation, RoleResult
from evaluator.engines.columns.plan import side
from evaluator.populations import result_codes as narrow
from evaluator.populations.name_codes import gap_letters, question_letters, undefined_letters
from evaluator.populations.request import Level, Request, role_place
from evaluator.populations.result_codes import (
    ABOUT,
    DECISIVE,
    DETAILS,
    GAPS,
    HIGH,
    LOW,
    QUESTIONS,
    STEPS,
    TRUTHS,
    UNDEFINED,
    UNKNOWN,
    mask,
    rank,
    shown,
    stands,
    state,
)

Numbers = dict[str, Any]


def answers(evaluations: Iterable[Evaluation], pack: Pack, request: Request) -> pl.DataFrame:
    """Return the rows of evaluations, with the details."""
    schema = {**narrow.columns(pack, request.level), **details_types()}
    return pl.DataFrame([_answer(evaluation, pack, request) for evaluation in evaluations], schema=schema)


def details_types() -> Mapping[str, pl.DataType]:
    """Return the types of the details: a letter for each, and how many of the questions are decisive."""
    return {GAPS: pl.String(), QUESTIONS: pl.String(), DECISIVE: pl.Int16(), UNDEFINED: pl.String()}


def _answer(evaluation: Evaluation, pack: Pack, request: Request) -> Numbers:
    result = asked_about(evaluation, request)
    found: Numbers = {ABOUT: None if result is None else role_place(pack, result.role.id)}
    found |= _judged(result, pack)
    found |= _masks(evaluation, pack)
    if request.level is Level.ROLES:
        found |= _roles(evaluation, pack)
    if request.level is Level.CRITERIA:
        for role in evaluation.roles.values():
            found |= {state(one.criterion): _code(one.held) * TRUTHS + _code(one.applies) for one in role.criteria}
    return {**found, **_details(result, pack)}


def asked_about(evaluation: Evaluation, request: Request) -> RoleResult | None:
    """Return the result for the role that is asked about: the one for everybody, else the best next one."""
    if request.role is not None:
        return evaluation.roles[request.role]
    return evaluation.next_roles[0].result if evaluation.next_roles else None


def _judged(result: RoleResult | None, pack: Pack) -> Numbers:
    if result is None:
        return {shown(what, which): None for what in "vs" for which in (LOW, HIGH)}
    return {shown(name, which): value for (name, which), value in _numbers(result, pack).items()}


def _numbers(result: RoleResult, pack: Pack) -> Mapping[tuple[str, str], int]:
    place = pack.verdicts.index
    verdict, score = result.verdict, result.score
    return {
        ("v", LOW): place(verdict.low),
        ("v", HIGH): place(verdict.high),
        ("s", LOW): _steps(score.low),
        ("s", HIGH): _steps(score.high),
    }


def _steps(score: Fraction) -> int:
    return score.numerator * STEPS // score.denominator


def _masks(evaluation: Evaluation, pack: Pack) -> Numbers:
    standing = {role for one in evaluation.standings for role in one.roles}
    return {mask(track): sum(1 << bit for bit, role in enumerate(roles) if role.id in standing) for track, roles in narrow.tracks(pack)}


def _roles(evaluation: Evaluation, pack: Pack) -> Numbers:
    standing = {role for one in evaluation.standings for role in one.roles}
    perhaps = {role for one in evaluation.standings for role in one.perhaps}
    ranks: dict[str, int] = {}
    for place, found in enumerate(evaluation.next_roles, 1):
        ranks.setdefault(found.role.id, place)
    numbers: Numbers = {}
    for role in pack.judged_roles:
        numbers |= {side(role, what, which): value for (what, which), value in _numbers(evaluation.roles[role.id], pack).items()}
        numbers[stands(role)] = 2 if role.id in standing else int(role.id in perhaps)
        numbers[rank(role)] = ranks.get(role.id)
    return numbers


def _code(truth: Truth) -> int:
    return UNKNOWN if truth is None else int(truth)


def _details(result: RoleResult | None, pack: Pack) -> Mapping[str, str | int | None]:
    if result is None:
        return dict.fromkeys(DETAILS)
    gaps, questions = gap_letters(pack), question_letters(pack)
    undefined = undefined_letters(pack) if result.undefined else {}
    return {
        GAPS: "".join(gaps[gap.criterion.key] for gap in result.gaps),
        QUESTIONS: "".join(questions[ask.attribute] for ask in result.questions),
        DECISIVE: sum(ask.decisive for ask in result.questions),
        UNDEFINED: "".join(undefined[one.undefined.computation] for one in result.undefined),
    }
