"""The questions about one role, in order, as expressions over the columns that the plan made."""

from __future__ import annotations

import functools
import operator

import attrs
import narwhals as nw

from evaluator.engines.columns.answers import Answers, choose
from evaluator.engines.columns.detail import SEPARATOR
from evaluator.engines.columns.plan import FrameT, Plan, applying, held, side
from evaluator.engines.columns.tallies import Completed, Tallies, verdict
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
    """Lists the questions about one role, all of them or those that lead."""

    plan: Plan
    role: Role
    most: int | None = None

    @property
    def _answers(self) -> Answers:
        return Answers(truths=self.plan.truths, attributes=self.plan.pack.attributes)

    def add(self, frame: FrameT) -> FrameT:
        """Add the columns of questions and of how many are decisive."""
        touched = self._touched()
        if not touched:
            return frame.with_columns(nw.lit("").alias(questions_column(self.role)), nw.lit(0).alias(decisive_column(self.role)))
        marks = [where.alias(_mark(name, one)) for name, about in touched.items() for one, where in about]
        frame = frame.with_columns(*marks)
        frame = frame.with_columns(*(self._decisive(name, about).alias(f"decides.{name}") for name, about in touched.items()))
        order = [name for name in self.plan.pack.attributes if name in touched]
        keys = [self._key(name, touched[name], place, len(order)).alias(f"ask.{name}") for place, name in enumerate(order)]
        counted = [nw.when(nw.col(f"decides.{name}")).then(nw.lit(1)).otherwise(nw.lit(0)) for name in order]
        frame = frame.with_columns(*keys, functools.reduce(operator.add, counted).alias(decisive_column(self.role)))
        frame = self._listed(frame, order)
        scratch = [_mark(name, one) for name, about in touched.items() for one, _ in about]
        return frame.drop(*scratch, *(f"{what}.{name}" for what in ("decides", "ask") for name in order))

    def _touched(self) -> dict[str, list[tuple[Criterion, nw.Expr]]]:
        """Return, for each attribute, the criteria that can hang on it, with where they do."""
        found: dict[str, list[tuple[Criterion, nw.Expr]]] = {}
        for criterion in self.role.criteria:
            opened = self._answers.opened(criterion.when)
            unknown = nw.col(held(criterion)).is_null()
            if criterion.applies_when is not None:
                applies = nw.col(applying(criterion))
                unknown = applies.is_null() | (applies.fill_null(value=False) & unknown)
                for name, where in self._answers.opened(criterion.applies_when).items():
                    opened[name] = opened[name] | where if name in opened else where
            for name, where in opened.items():
                found.setdefault(name, []).append((criterion, unknown & where))
        return found

    def _decisive(self, name: str, about: list[tuple[Criterion, nw.Expr]]) -> nw.Expr:
        low, high = nw.col(side(self.role, "v", "low")), nw.col(side(self.role, "v", "high"))
        raised, lowered = (verdict(self.plan.pack.bands, self._after(name, about, well=well)) for well in (True, False))
        asked = functools.reduce(operator.or_, [nw.col(_mark(name, one)) for one, _ in about])
        return asked & (low != high) & ((raised != low) | (lowered != high))

    def _after(self, name: str, about: list[tuple[Criterion, nw.Expr]], *, well: bool) -> Tallies:
        """Return the tally behind the worse verdict after the best answer, or behind the better one after the worst."""
        hang = {one.id for one, _ in about}
        return Tallies(criteria=[self._one_after(name, one, hangs=one.id in hang, well=well) for one in self.role.criteria])

    def _one_after(self, name: str, criterion: Criterion, *, hangs: bool, well: bool) -> Completed:
        before = self.plan.completed(criterion, unknown_as_met=not well)
        if not hangs:
            return before
        applies = None if criterion.applies_when is None else nw.col(applying(criterion))
        after = self._answers.to(name, criterion, nw.col(held(criterion)), applies, well=well)
        return choose(nw.col(_mark(name, criterion)), after, before)

    def _key(self, name: str, about: list[tuple[Criterion, nw.Expr]], place: int, places: int) -> nw.Expr:
        scale = Tallies(criteria=[self.plan.completed(one, unknown_as_met=False) for one in self.role.criteria]).scale
        marks = [(nw.col(_mark(name, one)), one) for one, _ in about]
        weight = functools.reduce(operator.add, [_if(mark, int(one.weight * scale)) for mark, one in marks])
        required = [mark for mark, one in marks if one.required]
        needed = functools.reduce(operator.or_, required) if required else nw.lit(False)  # noqa: FBT003 - never
        first = _if(~nw.col(f"decides.{name}"), 2) + _if(~needed, 1)
        key = (first.cast(nw.Int64) * _MOST_WEIGHT + (_MOST_WEIGHT - 1 - weight)) * places + place
        asked = functools.reduce(operator.or_, [mark for mark, _ in marks])
        return nw.when(asked).then(key).otherwise(nw.lit(None, nw.Int64))

    def _listed(self, frame: FrameT, order: list[str]) -> FrameT:
        """Take out the lowest key, then the lowest above it, and so on."""
        steps = len(order) if self.most is None else min(self.most, len(order))
        nothing = nw.lit(None, nw.Int64)
        for step in range(steps):
            keys = [nw.col(f"ask.{name}") for name in order]
            if step:
                last = nw.col(f"taken.{step - 1}")
                keys = [nw.when(key > last).then(key).otherwise(nothing) for key in keys]
            frame = frame.with_columns(nw.min_horizontal(*keys).alias(f"taken.{step}"))
        names = [self._named(nw.col(f"taken.{step}"), order) for step in range(steps)]
        listed = nw.concat_str(*names, separator=SEPARATOR, ignore_nulls=True) if len(names) > 1 else names[0].fill_null("")
        return frame.with_columns(listed.alias(questions_column(self.role))).drop(*(f"taken.{step}" for step in range(steps)))

    def _named(self, key: nw.Expr, order: list[str]) -> nw.Expr:
        result = nw.lit(None, nw.String)
        for place, name in enumerate(order):
            result = nw.when(key % len(order) == place).then(nw.lit(name)).otherwise(result)
        return result


def _mark(name: str, criterion: Criterion) -> str:
    return f"hangs.{criterion.id}.{name}"


def _if(where: nw.Expr, value: int) -> nw.Expr:
    return nw.when(where).then(nw.lit(value)).otherwise(nw.lit(0))
