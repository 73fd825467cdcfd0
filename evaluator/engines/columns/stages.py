"""The plan for engines that take long over wide frames and deep expressions: each stage hands on only what a later one reads.

What is met is a column before it is counted, and what is counted is a column before verdicts are given, so that no expression
stands inside another one twice. The results are the plan's own.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

import attrs
import narwhals as nw

from evaluator.conditions import attributes_read
from evaluator.engines.columns import language as x
from evaluator.engines.columns.language import Of
from evaluator.engines.columns.natural import absent
from evaluator.engines.columns.plan import FrameT, Plan, applying, held, side
from evaluator.engines.columns.tallies import MET_WEIGHT, WEIGHT, Completed, Shifted, Tallies, at_least_one, counted, counts_read, lifted
from evaluator.engines.columns.verdicts import verdict
from evaluator.model import Criterion, Role

SIDES = {"low": False, "high": True}
"""The sides of what is unknown, and whether it counts as met there."""
SEPARATOR = ", "


def standing_column(track: str) -> str:
    """Name the column that lists the roles that are a track's standing; missing where there is none."""
    return f"track.{track}"


@attrs.frozen(kw_only=True)
class Stages:
    """Runs a plan; `own` are the columns that last from the first stage to the last."""

    plan: Plan
    own: tuple[str, ...]

    def run(self, frame: FrameT) -> FrameT:
        """Add each role's verdict and weights, each track's standing, and the best next move, and drop what they were made from."""
        frame = self._only(self.plan.criteria(self.plan.derive(frame)), (*self._truths(), *self._read_by_moves()))
        frame = self._only(self._verdicts(frame), (*self._sides(), *self._read_by_moves()))
        frame = self.plan.standings(frame).with_columns(*(_listed(roles).alias(standing_column(track)) for track, roles in self.tracks()))
        frame = self._only(frame, (*self._sides(), *self._standings(), *self._read_by_moves()))
        return self._only(self.plan.best(self.plan.moves(frame)), (*self._sides(), *self._standings(), "next"))

    def tracks(self) -> list[tuple[str, list[Role]]]:
        """Return the tracks that have judged roles, with them."""
        judged = self.plan.pack.judged_roles
        found = [(track.id, [role for role in judged if role.track == track.id]) for track in self.plan.pack.tracks]
        return [(track, roles) for track, roles in found if roles]

    def _only(self, frame: FrameT, names: Iterable[str]) -> FrameT:
        return frame.select(*(x.col(name).alias(name) for name in dict.fromkeys((*self.own, *names))))

    def _criteria(self) -> list[Criterion]:
        return [criterion for role in self.plan.pack.judged_roles for criterion in role.criteria]

    def _truths(self) -> list[str]:
        return [held(one) for one in self._criteria()] + [applying(one) for one in self._criteria() if one.applies_when is not None]

    def _sides(self) -> list[str]:
        return [side(role, what, which) for role in self.plan.pack.judged_roles for what in "vmw" for which in SIDES]

    def _standings(self) -> list[str]:
        return [standing_column(track) for track, _ in self.tracks()]

    def _read_by_moves(self) -> list[str]:
        reading = attributes_read(move.when for move in self.plan.pack.moves if move.when is not None)
        return [name for one in reading for name in absent(self.plan.pack.attributes[one])]

    def _verdicts(self, frame: FrameT) -> FrameT:
        """Add what `Plan.verdicts` adds, in three steps: what is met, the counts of it, the verdicts by those."""
        frame = frame.with_columns(*(made for one in self._criteria() for which in SIDES for made in self._met(one, which)))
        frame = frame.with_columns(*self._each(self._counts))
        return frame.with_columns(*self._each(self._verdict))

    def _each(self, make: Callable[[Role, str], Iterable[nw.Expr]]) -> list[nw.Expr]:
        return [made for role in self.plan.pack.judged_roles for which in SIDES for made in make(role, which)]

    def _met(self, criterion: Criterion, which: str) -> list[nw.Expr]:
        made = self.plan.completed(criterion, unknown_as_met=SIDES[which])
        found = [made.met.alias(_met(criterion, which))]
        return found if criterion.applies_when is None else [*found, made.unmet.alias(_unmet(criterion, which))]

    def _counts(self, role: Role, which: str) -> list[nw.Expr]:
        found = counted(self._tallies(role, which), counts_read(self.plan.pack.bands))
        return [expression.alias(_count(role, name, which)) for name, expression in found.items()]

    def _tallies(self, role: Role, which: str) -> Tallies:
        return Tallies(criteria=[self._completed(one, which) for one in role.criteria])

    def _completed(self, criterion: Criterion, which: str) -> Completed:
        met = x.col(_met(criterion, which))
        unmet = ~met if criterion.applies_when is None else x.col(_unmet(criterion, which))
        unknown = self.plan.completed(criterion, unknown_as_met=SIDES[which]).unknown
        sure = met if criterion.applies_when is None else None
        return Completed(criterion=criterion, met=met, unmet=unmet, unknown=unknown, sure=sure)

    def _verdict(self, role: Role, which: str) -> list[nw.Expr]:
        names = (*counts_read(self.plan.pack.bands), MET_WEIGHT, WEIGHT)
        base = {name: _count(role, name, which) for name in names}
        nobody = Tallies(criteria=())
        met, weight = x.col(base[MET_WEIGHT]), lifted(at_least_one(x.col(base[WEIGHT])))
        place = verdict(self.plan.pack.bands, Shifted(base=base, whole=self._tallies(role, which), before=nobody, after=nobody))
        made = (("m", met, Of.SMALL), ("w", weight, Of.SMALL), ("v", place, Of.TINY))
        return [x.cast(expression, of).alias(side(role, what, which)) for what, expression, of in made]


def _listed(roles: Sequence[Role]) -> nw.Expr:
    named = [x.when(x.col(f"standing.{role.id}")).then(x.lit(role.id)).otherwise(x.nothing(Of.TEXT)) for role in roles]
    listed = x.joined(*named, separator=SEPARATOR)
    return x.when(listed != "").then(listed).otherwise(x.nothing(Of.TEXT))


def _met(criterion: Criterion, which: str) -> str:
    return f"met.{criterion.key}.{which}"


def _unmet(criterion: Criterion, which: str) -> str:
    return f"unmet.{criterion.key}.{which}"


def _count(role: Role, name: str, which: str) -> str:
    return f"count.{role.id}.{name}.{which}"
