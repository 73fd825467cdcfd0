"""The narrow frame: all that a level of detail says of each person, as small numbers, before any of it is put in words.

Two makers fill it and must agree: the columns of the plan here, and evaluations of single profiles in `answers`.
"""

from __future__ import annotations

import functools
import operator
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import polars as pl

from evaluator.core.model import Criterion, Pack, Role
from evaluator.engines.columns import language as x
from evaluator.engines.columns.language import Of, speaking
from evaluator.engines.columns.plan import DOUBT, JUDGED_FOR, Plan, applying, held, side
from evaluator.engines.columns.truths import cause_column
from evaluator.populations.request import Level, Request, role_place

ABOUT = "about"
"""The place, among the judged roles, of the one a person is judged for; nothing for a person without one."""
LOW, HIGH = "low", "high"
SIDES = (LOW, HIGH)
GAPS, HELD_BY, QUESTIONS, DECISIVE, UNDEFINED = "gaps", "held_by", "questions", "decisive", "undefined"
DETAILS = (GAPS, HELD_BY, QUESTIONS, DECISIVE, UNDEFINED)
OWN = ("row", "id", "name", "as_of", "role")
_DIGITS = 10**9
STEPS = _DIGITS * _DIGITS
"""Scores are whole numbers of steps of one over this, rounded down: two scores that differ lie further apart."""
TRUTHS = 3
UNKNOWN = 2


def shown(what: str, which: str) -> str:
    """Name the column of the verdict `v` or the score `s` of the role a person is judged for, on one side of what is unknown."""
    return f"{what}.{which}"


def mask(track: str) -> str:
    """Name the column that holds a track's standing, one bit for each of its judged roles."""
    return f"t.{track}"


def rank(role: Role) -> str:
    """Name the column of a role's rank among a person's open moves."""
    return f"rank.{role.id}"


def stands(role: Role) -> str:
    """Name the column that says whether a role is a standing (2), may be one (1) or neither (0)."""
    return f"stands.{role.id}"


def state(criterion: Criterion) -> str:
    """Name the column that holds both truths of a criterion in one number: 3 for each step of `held`, 1 for each of `applies`."""
    return f"x.{criterion.key}"


def columns(pack: Pack, level: Level) -> Mapping[str, pl.DataType]:
    """Return the columns of the narrow frame, without what is a person's own and without the details, and their types."""
    result: dict[str, pl.DataType] = {ABOUT: pl.Int16()}
    result |= {shown(what, which): _type(what) for what in "vs" for which in SIDES}
    result |= {mask(track): pl.Int64() for track, _ in tracks(pack)}
    if level is Level.ROLES:
        for role in pack.judged_roles:
            result |= {side(role, what, which): _type(what) for what in "vs" for which in SIDES}
            result |= {stands(role): pl.Int8(), rank(role): pl.Int16()}
    if level is Level.CRITERIA:
        result |= {state(criterion): pl.Int8() for criterion in criteria(pack)}
    return result


def _type(what: str) -> pl.DataType:
    return pl.Int8() if what == "v" else pl.Int64()


def tracks(pack: Pack) -> Sequence[tuple[str, Sequence[Role]]]:
    """Return the tracks that have roles which can be a standing, with them."""
    return tuple(pack.standing_roles.items())


def criteria(pack: Pack) -> Iterable[Criterion]:
    """Yield the criteria of the judged roles, in order."""
    return (criterion for role in pack.judged_roles for criterion in role.criteria)


def caps(pack: Pack) -> bool:
    """Whether a criterion of a pack caps, so that people's verdicts may be held by one."""
    return any(criterion.caps_at is not None for criterion in criteria(pack))


def narrowed(plan: Plan, frame: pl.LazyFrame, request: Request, *, derive: bool = True) -> pl.LazyFrame:
    """Run the plan over a frame, or what follows where nothing is left to derive; returns what the level says, and what details need."""
    with speaking(pl):
        known = plan.derive(frame) if derive else frame
        wide: pl.LazyFrame = plan.best(plan.moves(plan.standings(plan.verdicts(plan.criteria(known)))))
    return _narrowed(plan, wide, request)


def narrowed_answers(plan: Plan, frame: pl.LazyFrame, request: Request) -> pl.LazyFrame:
    """Return the same of a frame whose people a database has judged: what is derived is derived again, for the details."""
    with speaking(pl):
        return _narrowed(plan, plan.derive(frame), request)


def _narrowed(plan: Plan, wide: pl.LazyFrame, request: Request) -> pl.LazyFrame:
    wide = wide.with_columns(_about(plan.pack, request).alias(ABOUT))
    expressions = [*_shown(plan.pack, request), *_masks(plan.pack)]
    if request.level is Level.ROLES:
        expressions += [expression for role in plan.pack.judged_roles for expression in _role(plan, role)]
    if request.level is Level.CRITERIA:
        expressions += [_state(criterion).alias(state(criterion)) for criterion in criteria(plan.pack)]
    types = columns(plan.pack, request.level)
    casts = [pl.col(name).cast(type_) for name, type_ in types.items()]
    return wide.select(DOUBT, ABOUT, *expressions, *_for_details(plan, request)).with_columns(*casts)


def _for_details(plan: Plan, request: Request) -> list[pl.Expr]:
    """Return what gaps and questions are made from: the facts, the truths of criteria and the verdicts."""
    pack = plan.pack
    judged = [role for role in pack.judged_roles if request.role in {None, role.id}]
    listed = [criterion for role in judged for criterion in role.criteria]
    found = [name for attribute in pack.attributes if attribute in pack.read_by_rules for name in plan.truths.columns(attribute)]
    found += [
        cause_column(derived_attribute.id)
        for derived_attribute in pack.derived_attributes
        if derived_attribute.derivation and derived_attribute.derivation.expression.gathers
    ]
    found += [held(criterion) for criterion in listed] + [applying(criterion) for criterion in listed if criterion.applies_when is not None]
    verdicts = [side(role, what, which) for role in judged for what in "vmw" for which in SIDES]
    taken = set() if request.level is not Level.ROLES else set(columns(pack, request.level))
    return [pl.col(name) for name in (*found, *verdicts) if name not in taken]


def _about(pack: Pack, request: Request) -> pl.Expr:
    if request.role is not None:
        return pl.lit(role_place(pack, request.role), pl.Int16)
    if request.role_column is not None:
        return pl.col(JUDGED_FOR).cast(pl.Int16)
    places = {role.id: index for index, role in enumerate(pack.judged_roles)}
    to = {index: places[move.to] for index, move in enumerate(pack.moves) if move.to in places}
    return pl.col("next").replace_strict(to, default=None, return_dtype=pl.Int16) if to else pl.lit(None, pl.Int16)


def _score(met: pl.Expr, weight: pl.Expr) -> pl.Expr:
    """Return a score in steps, in whole numbers throughout: a quotient of floats may differ in its last bit."""
    met, weight = met.cast(pl.Int64), weight.cast(pl.Int64)
    first = met * _DIGITS // weight
    return first * _DIGITS + (met * _DIGITS - first * weight) * _DIGITS // weight


def _shown(pack: Pack, request: Request) -> list[pl.Expr]:
    """Return the verdict and score of the role a person is judged for."""
    judged = [(index, role) for index, role in enumerate(pack.judged_roles) if request.role in {None, role.id}]
    expressions: list[pl.Expr] = []
    for which in SIDES:
        verdict, met, weight = (_picked(judged, what, which) for what in "vmw")
        expressions += [verdict.alias(shown("v", which)), _score(met, weight).alias(shown("s", which))]
    return expressions


def _picked(judged: Sequence[tuple[int, Role]], what: str, which: str) -> pl.Expr:
    """Return the verdict `v`, met weight `m` or weight `w` of the role that a person is judged for."""
    with speaking(pl):
        cases = [(index, x.col(side(role, what, which))) for index, role in judged]
        picked: Any = x.chosen(x.col(ABOUT), cases, x.nothing(Of.SMALL))
    expression: pl.Expr = picked
    return expression


def _masks(pack: Pack) -> list[pl.Expr]:
    return [
        functools.reduce(
            operator.add,
            (pl.when(pl.col(f"standing.{role.id}")).then(1 << bit).otherwise(0).cast(pl.Int64) for bit, role in enumerate(roles)),
        ).alias(mask(track))
        for track, roles in tracks(pack)
    ]


def _role(plan: Plan, role: Role) -> list[pl.Expr]:
    expressions = [pl.col(side(role, "v", which)) for which in SIDES]
    for which in SIDES:
        met, weight = pl.col(side(role, "m", which)), pl.col(side(role, "w", which))
        expressions.append(_score(met, weight).alias(side(role, "s", which)))
    stood = pl.when(pl.col(f"standing.{role.id}")).then(2).when(pl.col(f"perhaps.{role.id}")).then(1).otherwise(0)
    return [*expressions, stood.alias(stands(role)), _rank(plan, role).alias(rank(role))]


def _rank(plan: Plan, role: Role) -> pl.Expr:
    """Return a role's place among the moves that are open to a person: only those of one origin are open at once."""
    result: pl.Expr = pl.lit(None, pl.Int16)
    judged = plan.judged_moves()
    for index, move in reversed(judged):
        if move.to == role.id:
            rivals = [other for other, move_from in judged if move_from.origin == move.origin and other != index]
            before = [_before(plan, other, index).fill_null(value=False).cast(pl.Int16) for other in rivals]
            ranked = functools.reduce(operator.add, before, pl.lit(1, pl.Int16))
            result = pl.when(pl.col(f"open.{index}")).then(ranked).otherwise(result)
    return result


def _before(plan: Plan, other: int, index: int) -> pl.Expr:
    with speaking(pl):
        before: Any = plan.before(other, index)
    expression: pl.Expr = before
    return expression


def _state(criterion: Criterion) -> pl.Expr:
    def code(name: str) -> pl.Expr:
        return pl.col(name).cast(pl.Int8).fill_null(UNKNOWN)

    return code(held(criterion)) * TRUTHS + (pl.lit(1, pl.Int8) if criterion.applies_when is None else code(applying(criterion)))
