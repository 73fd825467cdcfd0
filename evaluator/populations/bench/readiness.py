"""Who is ready for which role on one day, and to whom it is open: by columns, and by the reference where columns are in doubt."""

from __future__ import annotations

import enum
from collections.abc import Mapping
from functools import cached_property
from typing import Any

import attrs
import polars as pl

from evaluator.core.conditions import Truth
from evaluator.core.model import Move, Pack, Role
from evaluator.core.recommendation import Outlook, move_open, outlook_of, steps_to
from evaluator.core.results import Evaluation
from evaluator.engines.columns.decode import decoded
from evaluator.engines.columns.language import speaking
from evaluator.engines.columns.plan import DOUBT, Plan, role_today, side
from evaluator.engines.columns.tallies import counts_read
from evaluator.populations.judging import Judge
from evaluator.populations.prepared_queries import PreparedQuery

_UNKNOWN = "unknown"
"""How the counts of a tally end that count what is unknown."""
_MAY_BE = frozenset({Outlook.BEST, Outlook.OPEN, Outlook.NO_ANSWER})


class Among(enum.StrEnum):
    """Who can be on a bench."""

    CANDIDATES = "candidates"
    """Those for whom the role would be a step."""
    EVERYONE = "everyone"
    """All people but those who hold the role today."""


@attrs.frozen(kw_only=True)
class Readiness:
    """Of each person whether they are ready for a role, whether they may be, and whether it is open to them, null where unknown."""

    sure: pl.Series
    may_be: pl.Series
    open: pl.Series


@attrs.frozen(slots=False, kw_only=True)
class ReadinessJudge:
    """A pack made ready to say who is ready for its roles."""

    judge: Judge
    among: Among

    @property
    def pack(self) -> Pack:
        """The pack."""
        return self.judge.pack

    @cached_property
    def ways(self) -> Mapping[str, tuple[Move, ...]]:
        """The moves by which each judged role is a step."""
        return {role.id: steps_to(role.id, self.pack) for role in self.pack.judged_roles}

    def open_to(self, role: str | None) -> bool:
        """Whether anything can be open to people who hold a role today, or none."""
        return self.among is Among.EVERYONE or any(move.origin == role for moves in self.ways.values() for move in moves)

    @cached_property
    def _query(self) -> PreparedQuery:
        return PreparedQuery(lambda frame: _asked(self.judge.plan, frame))

    def of(self, frame: pl.DataFrame) -> Mapping[str, Readiness]:
        """Return who of a frame is ready for each judged role."""
        if self.judge.request.in_columns:
            found = self._query.run(frame)
            if (doubtful := found[DOUBT]).any():
                places = doubtful.arg_true()
                found = found.with_columns(_scattered(found, places, self._answered(frame[places])))
        else:
            found = self._answered(frame)
        return {role.id: self._role(role, frame, found) for role in self.pack.judged_roles}

    def _answered(self, frame: pl.DataFrame) -> pl.DataFrame:
        """Return the same columns by single evaluations."""
        rows = [self._row(evaluation) for evaluation in self.judge.evaluations(frame, self.judge.first)]
        return pl.DataFrame(rows, schema=dict.fromkeys(_columns(self.pack), pl.Boolean))

    def _row(self, evaluation: Evaluation) -> dict[str, Truth]:
        found: dict[str, Truth] = {}
        for role in self.pack.judged_roles:
            verdict, best = evaluation.roles[role.id].verdict, self.pack.best_of(role)
            found[_ready(role, "low")], found[_ready(role, "high")] = verdict.low == best, verdict.high == best
        here = None if evaluation.role is None else evaluation.role.id
        return found | {
            _way(index): move_open(move, evaluation) if move.origin == here else False for index, move in enumerate(self.pack.moves)
        }

    def _role(self, role: Role, frame: pl.DataFrame, found: pl.DataFrame) -> Readiness:
        sure, may_be = (found[_ready(role, which)] for which in ("low", "high"))
        opened = self._open(role, frame, found)
        if any(name.endswith(_UNKNOWN) for name in counts_read(self.pack.bands_of(role))):
            left = (~may_be & opened.fill_null(value=True)).arg_true()
            may_be = may_be.scatter(left, self._outlooks(role, frame[left]))
        return Readiness(sure=sure, may_be=may_be, open=opened)

    def _open(self, role: Role, frame: pl.DataFrame, found: pl.DataFrame) -> pl.Series:
        if self.among is Among.EVERYONE:
            place = list(self.pack.roles).index(role.id)
            return (frame[role_today(self.pack)] != place).fill_null(value=True)
        numbers = [index for index, move in enumerate(self.pack.moves) if move in self.ways[role.id]]
        if not numbers:
            return pl.Series([False]).new_from_index(0, frame.height)
        return found.select(pl.any_horizontal(_way(index) for index in numbers)).to_series()

    def _outlooks(self, role: Role, frame: pl.DataFrame) -> pl.Series:
        """Return who may be ready where verdicts count what is unknown: both sides may be another, and answers still lead there."""
        people = decoded(self.pack, frame)
        results = (self.judge.first.evaluate(one.profile, as_of=one.as_of, only={role.id}).roles[role.id] for one in people)
        return pl.Series([outlook_of(result, self.pack) in _MAY_BE for result in results], dtype=pl.Boolean)


def _ready(role: Role, which: str) -> str:
    return f"ready.{role.id}.{which}"


def _way(index: int) -> str:
    return f"way.{index}"


def _columns(pack: Pack) -> list[str]:
    roles = [_ready(role, which) for role in pack.judged_roles for which in ("low", "high")]
    return [*roles, *(_way(index) for index in range(len(pack.moves)))]


def _asked(plan: Plan, frame: pl.LazyFrame) -> pl.LazyFrame:
    """Return, of each person, for which roles they are ready on both sides of what is unknown, and which moves are open to them."""
    pack = plan.pack
    places = {role: place for place, role in enumerate(pack.roles)}
    with speaking(pl):
        wide: pl.LazyFrame = plan.verdicts(plan.criteria(plan.derive(frame)))
        truths: list[Any] = [pl.lit(True) if move.when is None else plan.truths.of(move.when) for move in pack.moves]  # noqa: FBT003
    today = pl.col(role_today(pack))
    ways = [
        ((today == places[move.origin]).fill_null(value=False) & truth).alias(_way(index))
        for index, (move, truth) in enumerate(zip(pack.moves, truths, strict=True))
    ]
    ready = [(pl.col(side(role, "v", which)) == 0).alias(_ready(role, which)) for role in pack.judged_roles for which in ("low", "high")]
    return wide.select(DOUBT, *ready, *ways)


def _scattered(found: pl.DataFrame, places: pl.Series, others: pl.DataFrame) -> list[pl.Series]:
    return [found[name].scatter(places, others[name]) for name in others.columns]
