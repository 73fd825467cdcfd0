"""The questions about one role, in order, as expressions over the columns that the plan made."""

from __future__ import annotations

import functools
import operator
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import attrs
import narwhals as nw

from evaluator.core.answers import Answers as PackAnswers
from evaluator.core.model import Criterion, Role
from evaluator.core.tally import cap_rank
from evaluator.core.unknowns import computations
from evaluator.core.values import Number
from evaluator.engines.columns import language as x
from evaluator.engines.columns import question_columns as asked
from evaluator.engines.columns.answer_effects import Answers, best, choose, turned
from evaluator.engines.columns.gaps import SEPARATOR
from evaluator.engines.columns.language import Of
from evaluator.engines.columns.ordering import LAST, Said, as_it_is, listed, ordered
from evaluator.engines.columns.plan import DOUBT, FrameT, Plan, applying, held, side
from evaluator.engines.columns.tallies import MET_WEIGHT, WEIGHT, Completed, Counted, Shifted, Tallies, counted, counts_read
from evaluator.engines.columns.tally_changes import Moved, Turned
from evaluator.engines.columns.unknowns import Computation, UnknownColumns, any_of
from evaluator.engines.columns.verdicts import capped, verdict

_MOST_WEIGHT = 1 << 30
"""More than the weights of a role may add up to."""
_STATES = ("met", "unmet", "unknown")
_BOTH = (True, False)
"""The two ways for an answer to come out, well or not."""


def questions_column(role: Role) -> str:
    """Name the column that lists a role's questions by attribute, in order."""
    return f"questions.{role.id}"


def decisive_column(role: Role) -> str:
    """Name the column that counts the questions whose answer alone can move a role's verdict."""
    return f"decisive.{role.id}"


def undefined_column(role: Role) -> str:
    """Name the column that lists the computations without a result that keep criteria of a role unknown, in the order of the pack."""
    return f"undefined.{role.id}"


def attribute_of(computation: Computation) -> str:
    """Name a computation by its attribute."""
    return computation[0]


@attrs.frozen(kw_only=True)
class Questions:
    """Lists the questions about one role, with `said` for the name of each and a separator between two.

    Beside them it lists what has no result, so that nothing is asked for it, with `told` for the name of each.

    Made once and added to many frames, it is worked out once. Where no row of a frame is undecided, `undecided` may be False:
    then no answer can move a verdict, and nothing is worked out to see whether it could.
    """

    plan: Plan
    role: Role
    undecided: bool = True
    said: Said = as_it_is
    told: Callable[[Computation], str] = attribute_of
    separator: str = SEPARATOR

    def add(self, frame: FrameT) -> FrameT:
        """Add the columns of questions, of how many are decisive, and of what has no result."""
        names = (questions_column(self.role), decisive_column(self.role), undefined_column(self.role))
        before = frame.collect_schema().names()
        conditions = (condition for criterion in self.role.criteria for condition in criterion.conditions)
        for why in self._answers.unknowns.stages(conditions):
            frame = frame.with_columns(*why)
        frame = frame.with_columns(self._undefined.alias(names[2]))
        if not self._touched:
            return frame.with_columns(x.lit("").alias(names[0]), x.lit(0).alias(names[1])).select(*before, *names)
        for stage in filter(None, self.stages):
            frame = frame.with_columns(*stage)
        if self.undecided and self._worked_out:
            frame = frame.with_columns((x.col(DOUBT) | any_of(self._worked_out)).alias(DOUBT))
        decided = [x.when(x.col(asked.decides(name))).then(x.lit(1, Of.SHORT)).otherwise(x.lit(0, Of.SHORT)) for name in self._order]
        decisive = functools.reduce(operator.add, decided) if self.undecided else x.lit(0, Of.SHORT)
        keys = [asked.key(name) for name in self._order]
        frame = ordered(frame.with_columns(decisive.alias(names[1])), keys)
        words = [self.said(name) for name in self._order]
        return frame.with_columns(listed(keys, words, self.separator).alias(names[0])).select(*before, *names)

    @functools.cached_property
    def stages(self) -> tuple[tuple[nw.Expr, ...], ...]:
        """The columns to add, stage by stage; the last stage holds a key for each question."""
        marks = tuple(where.alias(asked.mark(name, criterion)) for name, about in self._touched.items() for criterion, where in about)
        keys = tuple(self._keyed(name, index).alias(asked.key(name)) for index, name in enumerate(self._order))
        if not self.undecided:
            return (marks, keys)
        outcomes = tuple(outcome for name, about in self._touched.items() for outcome in self._outcomes(name, about))
        decisive = tuple(self._decisive(name).alias(asked.decides(name)) for name in self._order)
        after = tuple(after for name in self._order if not self._turns(name) for after in self._completions(name))
        return ((*marks, *self._bases()), outcomes, (*self._single(), *after), decisive, keys)

    @functools.cached_property
    def _worked_out(self) -> list[nw.Expr]:
        """Return where the reference is asked, since only answers worked out one by one show whether they can move the verdict."""
        if self.plan.pack.language == 1:
            return []
        answers = PackAnswers(pack=self.plan.pack, as_of=self.plan.pack.effective)
        conditions = [condition for criterion in self.role.criteria for condition in criterion.conditions]
        undecided = x.col(side(self.role, "v", "low")) != x.col(side(self.role, "v", "high"))
        marks = [
            x.col(asked.mark(name, criterion))
            for name, about in self._touched.items()
            if not answers.test_by_test(name, conditions)
            for criterion, _ in about
        ]
        return [undecided & mark for mark in marks]

    @functools.cached_property
    def _answers(self) -> Answers:
        return Answers(unknowns=UnknownColumns(truths=self.plan.truths, attributes=self.plan.pack.attributes))

    @functools.cached_property
    def _undefined(self) -> nw.Expr:
        """Return the computations without a result, listed."""
        found: dict[Computation, list[nw.Expr]] = {}
        for criterion in self.role.criteria:
            parts, unknown = [(x.col(held(criterion)), criterion.when)], x.col(held(criterion)).is_null()
            if criterion.applies_when is not None:
                applies = x.col(applying(criterion))
                unknown = applies.is_null() | (applies.fill_null(value=False) & unknown)
                parts.append((applies, criterion.applies_when))
            for truth, condition in parts:
                for one, where in self._answers.unknowns.condition(condition).undefined.items():
                    found.setdefault(one, []).append(unknown & truth.is_null() & where)
        order: list[Computation] = [computation for computation in computations(self.plan.pack.attributes) if computation in found]
        words = [x.when(any_of(found[one])).then(x.lit(self.told(one))).otherwise(x.nothing(Of.TEXT)) for one in order]
        return x.joined(*words, separator=self.separator) if words else x.lit("")

    @functools.cached_property
    def _touched(self) -> dict[str, list[tuple[Criterion, nw.Expr]]]:
        """Return, for each attribute, the criteria that can hang on it, with where they do."""
        result: dict[str, list[tuple[Criterion, nw.Expr]]] = {}
        for criterion in self.role.criteria:
            opened: dict[str, nw.Expr | None] = {**self._answers.opened(criterion.when)}
            unknown = x.col(held(criterion)).is_null()
            if criterion.applies_when is not None:
                applies = x.col(applying(criterion))
                unknown = applies.is_null() | (applies.fill_null(value=False) & unknown)
                opened = self._opened(criterion, applies)
            elif self._answers.alone(criterion.when):
                opened = dict.fromkeys(opened)
            for name, where in opened.items():
                result.setdefault(name, []).append((criterion, unknown if where is None else unknown & where))
        return result

    def _opened(self, criterion: Criterion, applies: nw.Expr) -> dict[str, nw.Expr | None]:
        """Return what settles a criterion or whether it applies, each with where that is unknown."""
        parts = [(x.col(held(criterion)), criterion.when)]
        parts += [] if criterion.applies_when is None else [(applies, criterion.applies_when)]
        result: dict[str, nw.Expr | None] = {}
        for truth, condition in parts:
            for name, where in self._answers.opened(condition).items():
                before, here = result.get(name), truth.is_null() & where
                result[name] = here if before is None else before | here
        return result

    @functools.cached_property
    def _order(self) -> list[str]:
        return [name for name in self.plan.pack.attributes if name in self._touched]

    @functools.cached_property
    def _read(self) -> tuple[str, ...]:
        return counts_read(self.plan.pack.bands_of(self.role))

    @property
    def _unseen(self) -> bool:
        """Whether verdict bands do not see what is unknown, but by what it may come to."""
        return not any(count.endswith("unknown") for count in self._read)

    def _turns(self, name: str) -> bool:
        """Whether what hangs on an attribute can only turn from unmet to met and back, as far as verdict bands see."""
        return self._unseen and all(criterion.applies_when is None for criterion, _ in self._touched[name])

    def _outcomes(self, name: str, about: Sequence[tuple[Criterion, nw.Expr]]) -> Iterator[nw.Expr]:
        """Yield what criteria can come to by the answer: where they turn, or all there is where that does not say enough."""
        for criterion, _ in about:
            if self._turns(name):
                yield from (self._turned(name, criterion, well=well).alias(asked.turns(name, criterion, well=well)) for well in _BOTH)
                continue
            conditions = [("c", criterion.when, held(criterion))]
            if criterion.applies_when is not None:
                conditions.append(("p", criterion.applies_when, applying(criterion)))
            for what, condition, truth in conditions:
                for way, outcome in enumerate(self._answers.outcomes(name, condition, x.col(truth))):
                    yield outcome.alias(asked.outcome(name, criterion, what, way))

    def _turned(self, name: str, criterion: Criterion, *, well: bool) -> nw.Expr:
        """Return where an unknown criterion turns out met by the best answer, or unmet by the worst one."""
        marked = x.col(asked.mark(name, criterion))
        if self._answers.alone(criterion.when) == name:
            return marked
        answered = self._answers.answered(name, criterion.when, well=well)
        return marked & (answered if well else ~answered).fill_null(value=False)

    def _completions(self, name: str) -> Iterator[nw.Expr]:
        for criterion, _ in self._touched[name]:
            helds = [x.col(asked.outcome(name, criterion, "c", way)) for way in (0, 1)]
            applies = None if criterion.applies_when is None else [x.col(asked.outcome(name, criterion, "p", way)) for way in (0, 1)]
            for well in _BOTH:
                before = self.plan.completed(criterion, unknown_as_met=not well)
                after = choose(x.col(asked.mark(name, criterion)), self._found(criterion, helds, applies, well=well), before)
                yield from (getattr(after, what).alias(asked.after(name, criterion, what, well=well)) for what in _STATES)

    def _found(self, criterion: Criterion, helds: Sequence[nw.Expr], applies: Sequence[nw.Expr] | None, *, well: bool) -> Completed:
        if applies is None or not self._unseen:
            return best(criterion, helds, applies, well=well)
        return turned(criterion, helds, applies, well=well)

    def _single(self) -> list[nw.Expr]:
        """Return, for each kind of criterion that alone hangs on an attribute, where turning it would move the verdict."""
        kinds = {_alike(about[0][0]): about[0][0] for name, about in self._touched.items() if len(about) == 1 and self._turns(name)}
        both = [(kind, well) for kind in kinds.values() for well in _BOTH]
        return [self._moves([Turned(criterion=criterion)], well=well).alias(asked.single(criterion, well=well)) for criterion, well in both]

    def _decisive(self, name: str) -> nw.Expr:
        """Return where the best answer raises the worse verdict, or the worst one lowers the better verdict."""
        about = [criterion for criterion, _ in self._touched[name]]
        undecided = x.col(side(self.role, "v", "low")) != x.col(side(self.role, "v", "high"))
        if self._turns(name) and len(about) == 1:
            turned = [x.col(asked.turns(name, about[0], well=well)) & x.col(asked.single(about[0], well=well)) for well in _BOTH]
            return undecided & (turned[0] | turned[1])
        if self._turns(name):
            pairs = [
                [Turned(criterion=criterion, where=x.col(asked.turns(name, criterion, well=well))) for criterion in about] for well in _BOTH
            ]
            raised, lowered = (self._moves(turned, well=well) for turned, well in zip(pairs, _BOTH, strict=True))
        else:
            raised, lowered = (
                self._moved(self._shifted(name, well=well), self._capping_after(name, well=well), well=well) for well in _BOTH
            )
        return self._asked(name) & undecided & (raised | lowered)

    def _moves(self, turned: Sequence[Turned], *, well: bool) -> nw.Expr:
        whole = self.plan.tallies(self.role, unknown_as_met=not well)
        changed = {one.criterion.id: self._unmet_after(one, well=well) for one in turned if one.criterion.caps_at is not None}
        return self._moved(Moved(base=self._based(well=well), whole=whole, turned=turned, well=well), changed, well=well)

    def _unmet_after(self, turned: Turned, *, well: bool) -> nw.Expr:
        """Return where a criterion is unmet once it is turned where it may be: to met by the best answer, to unmet by the worst."""
        before = self.plan.completed(turned.criterion, unknown_as_met=not well).unmet
        if turned.where is None:
            return x.lit(not well)
        return before & ~turned.where if well else before | turned.where

    def _moved(self, tally: Counted, changed: Mapping[str, nw.Expr], *, well: bool) -> nw.Expr:
        """Return where the verdict is another by a tally after an answer; `changed` says where criteria that it touches are unmet then."""
        caps = [(rank, changed.get(one.criterion.id, one.unmet)) for rank, one in self.plan.caps(self.role, unknown_as_met=not well)]
        after = capped(verdict(self.plan.pack.bands_of(self.role), tally), caps)
        return after != x.col(side(self.role, "v", "low" if well else "high"))

    def _shifted(self, name: str, *, well: bool) -> Shifted:
        """Return the tally behind the worse verdict after the best answer, or behind the better one after the worst."""
        about = [criterion for criterion, _ in self._touched[name]]
        before = [self.plan.completed(criterion, unknown_as_met=not well) for criterion in about]
        after = [self._one_after(name, criterion, well=well) for criterion in about]
        parts = {"before": Tallies(criteria=before, whole=self._scale), "after": Tallies(criteria=after, whole=self._scale)}
        return Shifted(base=self._based(well=well), whole=self.plan.tallies(self.role, unknown_as_met=not well), **parts)

    def _capping_after(self, name: str, *, well: bool) -> dict[str, nw.Expr]:
        about = [criterion for criterion, _ in self._touched[name] if criterion.caps_at is not None]
        return {criterion.id: x.col(asked.after(name, criterion, "unmet", well=well)) for criterion in about}

    def _one_after(self, name: str, criterion: Criterion, *, well: bool) -> Completed:
        parts: dict[str, Any] = {what: x.col(asked.after(name, criterion, what, well=well)) for what in _STATES}
        return Completed(criterion=criterion, **parts)

    @functools.cached_property
    def _scale(self) -> Number:
        return self.plan.tallies(self.role, unknown_as_met=False).scale

    def _based(self, *, well: bool) -> dict[str, str]:
        return {what: asked.base(what, well=well) for what in (*self._read, MET_WEIGHT, WEIGHT)}

    def _bases(self) -> Iterator[nw.Expr]:
        for well in _BOTH:
            for name, expression in counted(self.plan.tallies(self.role, unknown_as_met=not well), self._read).items():
                yield expression.cast(x.type_of(Of.SMALL)).alias(asked.base(name, well=well))

    def _asked(self, name: str) -> nw.Expr:
        return functools.reduce(operator.or_, [x.col(asked.mark(name, criterion)) for criterion, _ in self._touched[name]])

    def _keyed(self, name: str, index: int) -> nw.Expr:
        """Return the key of a question: decisive ones first, then those on caps, on required criteria, by weight, by place in the pack."""
        marks = [(x.col(asked.mark(name, criterion)), criterion) for criterion, _ in self._touched[name]]
        places, verdicts = len(self._order), self.plan.pack.verdicts_of(self.role)

        def worth(criterion: Criterion) -> int:
            return (_MOST_WEIGHT - int(criterion.weight * self._scale)) * places + index

        if len(marks) == 1:
            key = x.lit(worth(marks[0][1]) + (0 if marks[0][1].required else _MOST_WEIGHT * places), Of.WHOLE)
        else:
            weight = functools.reduce(operator.add, [_if(mark, int(criterion.weight * self._scale)) for mark, criterion in marks])
            required = [mark for mark, criterion in marks if criterion.required]
            needed = functools.reduce(operator.or_, required) if required else x.lit(False)  # noqa: FBT003 - never
            key = (_if(~needed, _MOST_WEIGHT) + _MOST_WEIGHT - weight) * places + index
        caps = [(mark, cap_rank(criterion, verdicts)) for mark, criterion in marks if criterion.caps_at is not None]
        lows = [_if(mark, rank) for mark, rank in caps] or [x.lit(0, Of.WHOLE)]
        low = x.greatest(*lows) if len(lows) > 1 else lows[0]
        key = key + (x.lit(len(verdicts) - 1, Of.WHOLE) - low) * (2 * _MOST_WEIGHT * places)
        if self.undecided:
            key = key + _if(~x.col(asked.decides(name)), 2 * len(verdicts) * _MOST_WEIGHT * places)
        return x.when(self._asked(name)).then(key).otherwise(x.lit(LAST, Of.WHOLE))


def _if(where: nw.Expr, value: int) -> nw.Expr:
    return x.when(where).then(x.lit(value, Of.WHOLE)).otherwise(x.lit(0, Of.WHOLE))


def _alike(criterion: Criterion) -> tuple[object, ...]:
    return (criterion.weight, criterion.required, criterion.kind) if criterion.caps_at is None else (criterion.id,)
