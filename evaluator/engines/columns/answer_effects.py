"""What an answer could change, as expressions over columns: which attributes to ask for, and what criteria would come to."""

from __future__ import annotations

import functools
import itertools
import operator
from collections.abc import Iterable, Sequence
from typing import Any, assert_never

import attrs
import narwhals as nw

from evaluator.core.conditions import AllOf, AnyOf, AtLeastOf, AttributeTest, Condition, NoneOf
from evaluator.core.model import Criterion
from evaluator.engines.columns import language as x
from evaluator.engines.columns.tallies import Completed, completed
from evaluator.engines.columns.truths import Truths, at_least_of
from evaluator.engines.columns.unknowns import UnknownColumns, Where, always, any_of, missing, never


@attrs.frozen(kw_only=True)
class Answers:
    """Works out, for rows, what `questions` works out for one profile."""

    unknowns: UnknownColumns

    @property
    def truths(self) -> Truths:
        """The truths of conditions."""
        return self.unknowns.truths

    def asked(self, name: str) -> Where:
        """Return the attributes that a person can be asked for in place of one that is missing, each with where that is so."""
        return self.unknowns.attribute(name).asks

    def opened(self, condition: Condition) -> Where:
        """Return what to ask for to settle a condition that is unknown, each with where."""
        return self.unknowns.condition(condition).asks

    def alone(self, condition: Condition) -> str | None:
        """Return the attribute that a condition hangs on alone and that is asked for itself, if there is one."""
        if not isinstance(condition, AttributeTest) or condition.of_presence or condition.other is not None:
            return None
        attribute = self.unknowns.attributes[condition.attribute]
        return attribute.id if attribute.derivation is None or attribute.may_be_given else None

    def settles(self, attribute: str, test: AttributeTest) -> nw.Expr | None:
        """Return where a test is unknown for want of this answer and no other, if it ever is."""
        if test.of_presence or not any(attribute in self.asked(name) for name in test.attributes):
            return None
        some = any_of([missing(name) for name in test.attributes])
        return some & _all_of([~missing(name) | self.asked(name).get(attribute, never()) for name in test.attributes])

    def outcomes(self, attribute: str, condition: Condition, truth: nw.Expr) -> list[nw.Expr]:
        """Return what a condition can come to by the answer, well and badly: only what is unknown can change."""
        known = ~truth.is_null()
        return [x.when(known).then(truth).otherwise(self.answered(attribute, condition, well=well)) for well in (True, False)]

    def answered(self, attribute: str, condition: Condition, *, well: bool) -> nw.Expr:
        """Return a condition's truth with every test that the answer settles coming out well, or not."""
        if isinstance(condition, AttributeTest):
            if self.alone(condition) == attribute:
                return self.truths.of(condition).fill_null(well)
            settled = self.settles(attribute, condition)
            truth = self.truths.of(condition)
            return truth if settled is None else x.when(settled).then(x.lit(well)).otherwise(truth)
        inside = well != isinstance(condition, NoneOf)
        parts = [self.answered(attribute, part, well=inside) for part in condition.parts]
        match condition:
            case AtLeastOf():
                return at_least_of(condition, parts)
            case AnyOf():
                return any_of(parts)
            case AllOf():
                return _all_of(parts)
            case NoneOf():
                return _all_of([~part for part in parts])
            case _:
                assert_never(condition)


def best(criterion: Criterion, helds: Sequence[nw.Expr], applies: Sequence[nw.Expr] | None, *, well: bool) -> Completed:
    """Complete a criterion after the answer that does most for the score, or most against it.

    `helds` and `applies` are what its conditions can come to by the answer; they had better be columns, for they are used often.
    """
    both: Iterable[tuple[nw.Expr | None, nw.Expr]] = ((None, held) for held in helds)
    if applies is not None:
        both = itertools.product(applies, helds)
    found = [completed(criterion, held, applying, unknown_as_met=not well) for applying, held in both]
    return functools.reduce(_better if well else _worse, found)


def turned(criterion: Criterion, helds: Sequence[nw.Expr], applies: Sequence[nw.Expr], *, well: bool) -> Completed:
    """Return the same as `best` where nobody asks what stays unknown: whether some way out is met, does not apply, or is unmet."""
    held_true, held_false = (any_of([truth.fill_null(False) for truth in some]) for some in (helds, [~held for held in helds]))  # noqa: FBT003
    may_not, may = (any_of([truth.fill_null(False) for truth in some]) for some in ([~apply for apply in applies], applies))  # noqa: FBT003
    unsure = any_of([apply.is_null() for apply in applies])
    if well:
        met = may & held_true
        return Completed(criterion=criterion, met=met, unmet=~(met | may_not | (unsure & held_true)), unknown=never())
    unmet = may & held_false
    return Completed(criterion=criterion, met=~(unmet | may_not | (unsure & held_false)), unmet=unmet, unknown=never())


def _place(one: Completed) -> nw.Expr:
    """Return 0 where a criterion is unmet, 1 where it does not apply, 2 where it is met."""
    return x.when(one.met).then(x.lit(2)).when(one.unmet).then(x.lit(0)).otherwise(x.lit(1))


def _better(one: Completed, other: Completed) -> Completed:
    return choose(_place(other) > _place(one), other, one)


def _worse(one: Completed, other: Completed) -> Completed:
    return choose(_place(other) < _place(one), other, one)


def choose(where: nw.Expr, one: Completed, other: Completed) -> Completed:
    """Return one completion where something is true, and another elsewhere."""
    names = ("met", "unmet", "unknown")
    chosen: dict[str, Any] = {name: x.when(where).then(getattr(one, name)).otherwise(getattr(other, name)) for name in names}
    return Completed(criterion=one.criterion, **chosen)


def _all_of(parts: list[nw.Expr]) -> nw.Expr:
    return functools.reduce(operator.and_, parts) if parts else always()
