"""The plan for engines that take long over wide frames: each stage hands on only what a later one reads."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import attrs
import narwhals as nw

from evaluator.core.conditions import attributes_read
from evaluator.core.model import Role
from evaluator.engines.columns import language as x
from evaluator.engines.columns.language import Of
from evaluator.engines.columns.plan import FrameT, Plan, applying, held, role_today, side

SIDES = ("low", "high")
SEPARATOR = ", "
NEXT = "next"


def standing_column(track: str) -> str:
    """Name the column that lists the roles that are a track's standing; missing where there is none."""
    return f"track.{track}"


def standing(role: Role) -> str:
    """Name the column that says whether a role is a standing of its track."""
    return f"standing.{role.id}"


def truths(roles: Iterable[Role]) -> list[str]:
    """Name the columns of the truths of criteria, and of what says whether they apply."""
    criteria = [criterion for role in roles for criterion in role.criteria]
    return [held(criterion) for criterion in criteria] + [
        applying(criterion) for criterion in criteria if criterion.applies_when is not None
    ]


@attrs.frozen(kw_only=True)
class Stages:
    """Runs a plan; `own` are the columns that last from the first stage to the last."""

    plan: Plan
    own: tuple[str, ...]

    def run(self, frame: FrameT) -> FrameT:
        """Add each role's verdict and weights, each track's standing in words, and the best next move; drop all else."""
        frame = self.judged(frame)
        if tracks := self.tracks():
            frame = frame.with_columns(*(_listed(roles).alias(standing_column(track)) for track, roles in tracks))
        return self._only(frame, (*self._sides(), *(standing_column(track) for track, _ in self.tracks()), NEXT))

    def judged(self, frame: FrameT) -> FrameT:
        """Add each role's verdict and weights, whether it is a standing, and the best next move; drop what they were made from."""
        frame = self.plan.criteria(self.plan.derive(frame))
        frame = self._only(frame, (*truths(self._roles), *self._read_by_moves()))
        frame = self._only(self.plan.verdicts(frame), (*self._sides(), *self._read_by_moves()))
        standings = [standing(role) for role in self._roles]
        frame = self._only(self.plan.standings(frame), (*self._sides(), *standings, *self._read_by_moves()))
        return self._only(self.plan.best(self.plan.moves(frame)), (*self._sides(), *standings, NEXT))

    @property
    def _roles(self) -> Sequence[Role]:
        return self.plan.pack.judged_roles

    def tracks(self) -> Sequence[tuple[str, Sequence[Role]]]:
        """Return the tracks that have roles which can be a standing, with them."""
        return tuple(self.plan.pack.standing_roles.items())

    def _only(self, frame: FrameT, names: Iterable[str]) -> FrameT:
        return frame.select(*(x.col(name).alias(name) for name in dict.fromkeys((*self.own, *names))))

    def _sides(self) -> list[str]:
        return [side(role, what, which) for role in self._roles for what in "vmw" for which in SIDES]

    def _read_by_moves(self) -> list[str]:
        reading = attributes_read(move.when for move in self.plan.pack.moves if move.when is not None)
        found = [name for one in reading for name in self.plan.truths.columns(one)]
        return [*found, role_today(self.plan.pack)]


def _listed(roles: Sequence[Role]) -> nw.Expr:
    named = [x.when(x.col(standing(role))).then(x.lit(role.id)).otherwise(x.nothing(Of.TEXT)) for role in roles]
    listed = x.joined(*named, separator=SEPARATOR)
    return x.when(listed != "").then(listed).otherwise(x.nothing(Of.TEXT))
