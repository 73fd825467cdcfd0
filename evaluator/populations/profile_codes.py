"""Evaluations of single profiles as rows of the narrow frame, in the same small numbers as the plan's."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from functools import cached_property
from typing import Any

import attrs
import polars as pl

from evaluator.core.conditions import Truth
from evaluator.core.expressions import Expression
from evaluator.core.model import Pack, Role
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
    HELD_BY,
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


def answers(
    evaluations: Iterable[Evaluation], pack: Pack, request: Request, judged_for: Iterable[int | None] | None = None
) -> pl.DataFrame:
    """Return the rows of evaluations, with the details; where a column names the role of each, `judged_for` has their places."""
    schema = {**narrow.columns(pack, request.level), **details_types()}
    codes = _Codes(pack=pack, request=request)
    places = itertools.repeat(None) if judged_for is None else judged_for
    return pl.DataFrame([codes.row(evaluation, place) for evaluation, place in zip(evaluations, places, strict=False)], schema=schema)


def details_of(results: Iterable[RoleResult], pack: Pack) -> pl.DataFrame:
    """Return the details of results for one role each, a row for each."""
    codes = _Codes(pack=pack, request=Request())
    return pl.DataFrame([codes.details(result) for result in results], schema=details_types())


def details_types() -> Mapping[str, pl.DataType]:
    """Return the types of the details: a letter for each, and how many of the questions are decisive."""
    return {GAPS: pl.String(), HELD_BY: pl.String(), QUESTIONS: pl.String(), DECISIVE: pl.Int16(), UNDEFINED: pl.String()}


def asked_about(evaluation: Evaluation, pack: Pack, request: Request, judged_for: int | None = None) -> RoleResult | None:
    """Return the result for the role that is asked about: the one for everybody, the one that a column names, else the best next one."""
    if request.role is not None:
        return evaluation.roles[request.role]
    if request.role_column is not None:
        return None if judged_for is None else evaluation.roles[pack.judged_roles[judged_for].id]
    return evaluation.next_roles[0].result if evaluation.next_roles else None


def _numbers(result: RoleResult, pack: Pack) -> Mapping[tuple[str, str], int]:
    place = pack.verdicts_of(result.role).index
    verdict, score = result.verdict, result.score
    return {
        ("v", LOW): place(verdict.low),
        ("v", HIGH): place(verdict.high),
        ("s", LOW): _steps(score.low),
        ("s", HIGH): _steps(score.high),
    }


def _steps(score: Fraction) -> int:
    return score.numerator * STEPS // score.denominator


def _code(truth: Truth) -> int:
    return UNKNOWN if truth is None else int(truth)


@attrs.frozen(slots=False, kw_only=True)
class _Codes:
    """Turns evaluations into numbers; what is the same for everybody is worked out once."""

    pack: Pack
    request: Request

    @cached_property
    def _tracks(self) -> Sequence[tuple[str, Sequence[Role]]]:
        return narrow.tracks(self.pack)

    @cached_property
    def _gaps(self) -> Mapping[str, str]:
        return gap_letters(self.pack)

    @cached_property
    def _questions(self) -> Mapping[str, str]:
        return question_letters(self.pack)

    @cached_property
    def _undefined(self) -> Mapping[tuple[str, Expression], str]:
        return undefined_letters(self.pack)

    def row(self, evaluation: Evaluation, judged_for: int | None) -> Numbers:
        """Return all that the request's level says of an evaluation."""
        result = asked_about(evaluation, self.pack, self.request, judged_for)
        numbers: Numbers = {ABOUT: None if result is None else role_place(self.pack, result.role.id)}
        numbers |= self._judged(result)
        numbers |= self._masks(evaluation)
        if self.request.level is Level.ROLES:
            numbers |= self._roles(evaluation)
        if self.request.level is Level.CRITERIA:
            for role in evaluation.roles.values():
                numbers |= {
                    state(criterion.criterion): _code(criterion.held) * TRUTHS + _code(criterion.applies) for criterion in role.criteria
                }
        return {**numbers, **self.details(result)}

    def details(self, result: RoleResult | None) -> Mapping[str, str | int | None]:
        """Return the gaps, questions and computations without a result of a role."""
        if result is None:
            return dict.fromkeys(DETAILS)
        return {
            GAPS: "".join(self._gaps[gap.criterion.key] for gap in result.gaps),
            HELD_BY: "".join(self._gaps[holder.criterion.key] for holder in result.held_by),
            QUESTIONS: "".join(self._questions[ask.attribute] for ask in result.questions),
            DECISIVE: sum(ask.decisive for ask in result.questions),
            UNDEFINED: "".join(self._undefined[undefined_value.undefined.computation] for undefined_value in result.undefined),
        }

    def _judged(self, result: RoleResult | None) -> Numbers:
        if result is None:
            return {shown(what, which): None for what in "vs" for which in (LOW, HIGH)}
        return {shown(name, which): value for (name, which), value in _numbers(result, self.pack).items()}

    def _masks(self, evaluation: Evaluation) -> Numbers:
        standing = {role for one in evaluation.standings for role in one.roles}
        return {mask(track): sum(1 << bit for bit, role in enumerate(roles) if role.id in standing) for track, roles in self._tracks}

    def _roles(self, evaluation: Evaluation) -> Numbers:
        standing = {role for by_track in evaluation.standings for role in by_track.roles}
        perhaps = {role for by_track in evaluation.standings for role in by_track.perhaps}
        ranks: dict[str, int] = {}
        for index, next_role in enumerate(evaluation.next_roles, 1):
            ranks.setdefault(next_role.role.id, index)
        numbers: Numbers = {}
        for role in self.pack.judged_roles:
            numbers |= {side(role, what, which): value for (what, which), value in _numbers(evaluation.roles[role.id], self.pack).items()}
            numbers[stands(role)] = 2 if role.id in standing else int(role.id in perhaps)
            numbers[rank(role)] = ranks.get(role.id)
        return numbers
