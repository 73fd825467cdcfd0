"""The questions about one role, in order, as expressions over the columns that the plan made."""

from __future__ import annotations

import functools
import operator
from typing import Any

import attrs
import narwhals as nw

from evaluator.engines.columns import language as x
from evaluator.engines.columns.answers import Answers, best, choose
from evaluator.engines.columns.detail import SEPARATOR
from evaluator.engines.columns.language import Of
from evaluator.engines.columns.plan import FrameT, Plan, applying, held, side
from evaluator.engines.columns.tallies import MET_WEIGHT, WEIGHT, Completed, Shifted, Tallies, counted, counts_read
from evaluator.engines.columns.verdicts import verdict
from evaluator.model import Criterion, Role

_MOST_WEIGHT = 1 << 20


def questions_column(role: Role) -> str:
    """Name the column that lists a role's questions by attribute, in order."""
    return f"questions.{role.id}"


def decisive_column(role: Role) -> str:
    """Name the column that counts the questions whose answer alone can move a role's verdict."""
    return f"decisive.{role.id}"


@attrs.frozen(kw_only=True)
class Questions:
    """Lists the questions about one role, all of them or those that lead.

    Made once and added to many frames, it is worked out once. Where no row of a frame is undecided, `undecided` may be False:
    then no answer can move a verdict, and nothing is worked out to see whether it could.
    """

    plan: Plan
    role: Role
    most: int | None = None
    undecided: bool = True

    @functools.cached_property
    def _answers(self) -> Answers:
        return Answers(truths=self.plan.truths, attributes=self.plan.pack.attributes)

    @functools.cached_property
    def stages(self) -> tuple[tuple[nw.Expr, ...], ...]:
        """The columns to add, stage by stage; the last stage holds the questions and how many are decisive."""
        touched = self._touched
        if not touched:
            return ((x.lit("").alias(questions_column(self.role)), x.lit(0).alias(decisive_column(self.role))),)
        pairs = [(name, one) for name, about in touched.items() for one, _ in about]
        marks = [where.alias(_mark(name, one)) for name, about in touched.items() for one, where in about]
        order = [name for name in self.plan.pack.attributes if name in touched]
        keys = [self._key(name, touched[name], place, len(order)).alias(f"ask.{name}") for place, name in enumerate(order)]
        made = [tuple(marks)]
        if self.undecided:
            outcomes = (outcome for name, one in pairs for outcome in self._outcomes(name, one))
            made = [(*marks, *self._bases(), *outcomes)]
            made.append(tuple(after for name, one in pairs for well in (True, False) for after in self._completions(name, one, well=well)))
        made.append(tuple(self._decisive(name, about).alias(f"decides.{name}") for name, about in touched.items()))
        made.append(tuple(keys))
        return (*made, *self._listed(order))

    def add(self, frame: FrameT) -> FrameT:
        """Add the columns of questions and of how many are decisive."""
        before = frame.collect_schema().names()
        for stage in self.stages:
            frame = frame.with_columns(*stage)
        return frame.select(*before, questions_column(self.role), decisive_column(self.role))

    def _outcomes(self, name: str, criterion: Criterion) -> list[nw.Expr]:
        conditions = [("c", criterion.when, held(criterion))]
        if criterion.applies_when is not None:
            conditions.append(("p", criterion.applies_when, applying(criterion)))
        return [
            outcome.alias(_outcome(name, criterion, what, way))
            for what, condition, truth in conditions
            for way, outcome in enumerate(self._answers.outcomes(name, condition, x.col(truth)))
        ]

    def _completions(self, name: str, criterion: Criterion, *, well: bool) -> list[nw.Expr]:
        helds = [x.col(_outcome(name, criterion, "c", way)) for way in (0, 1)]
        applies = None if criterion.applies_when is None else [x.col(_outcome(name, criterion, "p", way)) for way in (0, 1)]
        before = self.plan.completed(criterion, unknown_as_met=not well)
        after = choose(x.col(_mark(name, criterion)), best(criterion, helds, applies, well=well), before)
        return [getattr(after, what).alias(_after(name, criterion, what, well=well)) for what in ("met", "unmet", "unknown")]

    @functools.cached_property
    def _touched(self) -> dict[str, list[tuple[Criterion, nw.Expr]]]:
        """Return, for each attribute, the criteria that can hang on it, with where they do."""
        found: dict[str, list[tuple[Criterion, nw.Expr]]] = {}
        for criterion in self.role.criteria:
            opened = self._answers.opened(criterion.when)
            unknown = x.col(held(criterion)).is_null()
            if criterion.applies_when is not None:
                applies = x.col(applying(criterion))
                unknown = applies.is_null() | (applies.fill_null(value=False) & unknown)
                for name, where in self._answers.opened(criterion.applies_when).items():
                    opened[name] = opened[name] | where if name in opened else where
            for name, where in opened.items():
                found.setdefault(name, []).append((criterion, unknown & where))
        return found

    def _decisive(self, name: str, about: list[tuple[Criterion, nw.Expr]]) -> nw.Expr:
        if not self.undecided:
            return x.lit(False)  # noqa: FBT003 - nothing moves
        low, high = x.col(side(self.role, "v", "low")), x.col(side(self.role, "v", "high"))
        raised, lowered = (verdict(self.plan.pack.bands, self._after(name, about, well=well)) for well in (True, False))
        asked = functools.reduce(operator.or_, [x.col(_mark(name, one)) for one, _ in about])
        return asked & (low != high) & ((raised != low) | (lowered != high))

    def _after(self, name: str, about: list[tuple[Criterion, nw.Expr]], *, well: bool) -> Shifted:
        """Return the tally behind the worse verdict after the best answer, or behind the better one after the worst."""
        before = [self.plan.completed(one, unknown_as_met=not well) for one, _ in about]
        after = [self._one_after(name, one, well=well) for one, _ in about]
        base = {what: _base(what, well=well) for what in (*counts_read(self.plan.pack.bands), MET_WEIGHT, WEIGHT)}
        parts = {"before": Tallies(criteria=before, whole=self._scale), "after": Tallies(criteria=after, whole=self._scale)}
        return Shifted(base=base, whole=self.plan.tallies(self.role, unknown_as_met=not well), **parts)

    def _one_after(self, name: str, criterion: Criterion, *, well: bool) -> Completed:
        parts: dict[str, Any] = {what: x.col(_after(name, criterion, what, well=well)) for what in ("met", "unmet", "unknown")}
        return Completed(criterion=criterion, **parts)

    @functools.cached_property
    def _scale(self) -> int:
        return self.plan.tallies(self.role, unknown_as_met=False).scale

    def _bases(self) -> list[nw.Expr]:
        names = counts_read(self.plan.pack.bands)
        found: list[nw.Expr] = []
        for well in (True, False):
            for name, made in counted(self.plan.tallies(self.role, unknown_as_met=not well), names).items():
                found.append(made.cast(x.type_of(Of.SMALL)).alias(_base(name, well=well)))
        return found

    def _key(self, name: str, about: list[tuple[Criterion, nw.Expr]], place: int, places: int) -> nw.Expr:
        marks = [(x.col(_mark(name, one)), one) for one, _ in about]
        weight = functools.reduce(operator.add, [_if(mark, int(one.weight * self._scale)) for mark, one in marks])
        required = [mark for mark, one in marks if one.required]
        needed = functools.reduce(operator.or_, required) if required else x.lit(False)  # noqa: FBT003 - never
        first = _if(~x.col(f"decides.{name}"), 2) + _if(~needed, 1)
        key = (first.cast(x.type_of(Of.WHOLE)) * _MOST_WEIGHT + (_MOST_WEIGHT - 1 - weight)) * places + place
        asked = functools.reduce(operator.or_, [mark for mark, _ in marks])
        return x.when(asked).then(key).otherwise(x.nothing(Of.WHOLE))

    def _listed(self, order: list[str]) -> list[tuple[nw.Expr, ...]]:
        """Take out the lowest key, then the lowest above it, and so on; then name them."""
        steps = len(order) if self.most is None else min(self.most, len(order))
        stages: list[tuple[nw.Expr, ...]] = []
        for step in range(steps):
            keys = [x.col(f"ask.{name}") for name in order]
            if step:
                last = x.col(f"taken.{step - 1}")
                keys = [x.when(key > last).then(key).otherwise(x.nothing(Of.WHOLE)) for key in keys]
            stages.append((x.least(*keys).alias(f"taken.{step}"),))
        names = [self._named(x.col(f"taken.{step}"), order) for step in range(steps)]
        listed = x.joined(*names, separator=SEPARATOR) if len(names) > 1 else names[0].fill_null("")
        decided = [x.when(x.col(f"decides.{name}")).then(x.lit(1)).otherwise(x.lit(0)) for name in order]
        decisive = functools.reduce(operator.add, decided).alias(decisive_column(self.role))
        return [*stages, (listed.alias(questions_column(self.role)), decisive)]

    def _named(self, key: nw.Expr, order: list[str]) -> nw.Expr:
        result = x.nothing(Of.TEXT)
        for place, name in enumerate(order):
            result = x.when(key % len(order) == place).then(x.lit(name)).otherwise(result)
        return result


def _mark(name: str, criterion: Criterion) -> str:
    return f"hangs.{criterion.id}.{name}"


def _outcome(name: str, criterion: Criterion, what: str, way: int) -> str:
    return f"outcome.{criterion.id}.{name}.{what}.{way}"


def _after(name: str, criterion: Criterion, what: str, *, well: bool) -> str:
    return f"after.{criterion.id}.{name}.{what}.{well}"


def _base(what: str, *, well: bool) -> str:
    return f"base.{what}.{well}"


def _if(where: nw.Expr, value: int) -> nw.Expr:
    return x.when(where).then(x.lit(value)).otherwise(x.lit(0))
