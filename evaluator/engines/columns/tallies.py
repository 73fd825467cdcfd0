"""Tallies and verdicts as expressions over columns: integers throughout, so that a score is compared exactly."""

from __future__ import annotations

import functools
import math
import operator
from collections.abc import Callable, Iterable, Mapping, Sequence
from fractions import Fraction
from typing import Protocol

import attrs
import narwhals as nw

from evaluator.conditions import AllOf, AnyOf, AtLeastOf, AttributeTest, Condition, NoneOf, Operator, attributes_read
from evaluator.engines.columns import language as x
from evaluator.engines.columns.truths import COMPARE
from evaluator.model import Band, Criterion
from evaluator.values import Number

_TRUE, _FALSE = True, False


@attrs.frozen(kw_only=True)
class Completed:
    """A criterion with everything unknown at its worst or its best: where it is met, where unmet, and where it is unknown."""

    criterion: Criterion
    met: nw.Expr
    unmet: nw.Expr
    unknown: nw.Expr


def is_true(truth: nw.Expr) -> nw.Expr:
    """Return where a truth is met; never null."""
    return truth.fill_null(_FALSE)


def is_false(truth: nw.Expr) -> nw.Expr:
    """Return where a truth is unmet; never null."""
    return (~truth).fill_null(_FALSE)


def completed(criterion: Criterion, held: nw.Expr, applies: nw.Expr | None, *, unknown_as_met: bool) -> Completed:
    """Complete a criterion, as `CriterionResult.completed` does for one profile."""
    if applies is None:
        met = ~is_false(held) if unknown_as_met else is_true(held)
        return Completed(criterion=criterion, met=met, unmet=~met, unknown=held.is_null())
    unknown = applies.is_null() | (is_true(applies) & held.is_null())
    if unknown_as_met:
        met, unmet = ~is_false(applies) & ~is_false(held), is_true(applies) & is_false(held)
    else:
        met, unmet = is_true(applies) & is_true(held), ~is_false(applies) & ~is_true(held)
    return Completed(criterion=criterion, met=met, unmet=unmet, unknown=unknown)


@attrs.frozen(kw_only=True)
class Ratio:
    """An exact number as a fraction of two integer expressions, the lower one above 0."""

    upper: nw.Expr
    lower: nw.Expr


@attrs.frozen(kw_only=True)
class Tallies:
    """The counts of one role on one side of what is unknown."""

    criteria: Sequence[Completed]
    whole: int | None = None
    """What weights are multiplied with, where that is not for these criteria alone to say."""

    @functools.cached_property
    def scale(self) -> int:
        """What weights are multiplied with to be whole."""
        if self.whole is not None:
            return self.whole
        return math.lcm(*(Fraction(one.criterion.weight).denominator for one in self.criteria)) if self.criteria else 1

    @functools.cached_property
    def met_weight(self) -> nw.Expr:
        """The weight of what is met."""
        return total((one.met, self._weight(one)) for one in self.criteria)

    @functools.cached_property
    def weight(self) -> nw.Expr:
        """The weight of what applies; 1 where nothing does, so that the score is 0."""
        return at_least_one(self.applicable_weight)

    @property
    def applicable_weight(self) -> nw.Expr:
        """Return the weight of what applies, 0 where nothing does."""
        return total((one.met | one.unmet, self._weight(one)) for one in self.criteria)

    def _weight(self, one: Completed) -> int:
        return int(Fraction(one.criterion.weight) * self.scale)

    def ratio(self, name: str) -> Ratio:
        """Return a count of the tally by its name, or the score."""
        if name == "score":
            return Ratio(upper=self.met_weight, lower=self.weight)
        prefix, _, counted = name.rpartition("_")
        chosen = [one for one in self.criteria if _has(one.criterion, prefix)]
        picks: Mapping[str, Callable[[Completed], nw.Expr]] = {
            "met": lambda one: one.met,
            "unmet": lambda one: one.unmet,
            "unknown": lambda one: one.unknown,
            "applicable": lambda one: one.met | one.unmet,
        }
        return Ratio(upper=total((picks[counted](one), 1) for one in chosen), lower=x.lit(1))


def _has(criterion: Criterion, prefix: str) -> bool:
    return prefix in {"", str(criterion.kind)} or (prefix == "required" and criterion.required)


def at_least_one(weight: nw.Expr) -> nw.Expr:
    """Return a weight that can be divided by."""
    return x.when(weight == 0).then(x.lit(1)).otherwise(weight)


class Counted(Protocol):
    """Whatever knows the counts of a tally."""

    def ratio(self, name: str) -> Ratio:
        """Return a count by its name, or the score."""


MET_WEIGHT, WEIGHT = "met_weight", "weight"


@attrs.frozen(kw_only=True)
class Shifted:
    """A tally that was counted before, with some criteria exchanged; `base` names the column of each count and weight."""

    base: Mapping[str, str]
    before: Tallies
    after: Tallies

    def ratio(self, name: str) -> Ratio:
        """Return a count by its name, or the score."""
        if name == "score":
            weight = x.col(self.base[WEIGHT]) + self.after.applicable_weight - self.before.applicable_weight
            met = x.col(self.base[MET_WEIGHT]) + self.after.met_weight - self.before.met_weight
            return Ratio(upper=met, lower=at_least_one(weight))
        return Ratio(upper=x.col(self.base[name]) + self.after.ratio(name).upper - self.before.ratio(name).upper, lower=x.lit(1))


def counts_read(bands: Sequence[Band]) -> tuple[str, ...]:
    """Return the names of the tally that verdict bands read."""
    return attributes_read(band.when for band in bands if band.when is not None)


def counted(tallies: Tallies, names: Iterable[str]) -> dict[str, nw.Expr]:
    """Return the counts and weights that `Shifted` starts from."""
    found = {name: tallies.ratio(name).upper for name in names if name != "score"}
    return found | {MET_WEIGHT: tallies.met_weight, WEIGHT: tallies.applicable_weight}


def total(parts: Iterable[tuple[nw.Expr, int]]) -> nw.Expr:
    """Add up weights where something is true; each is written as a choice, which is cheaper than a product."""
    listed = [x.when(where).then(x.lit(weight)).otherwise(x.lit(0)) for where, weight in parts]
    return functools.reduce(operator.add, listed) if listed else x.lit(0)


def verdict(bands: Sequence[Band], tallies: Counted) -> nw.Expr:
    """Return the place of the first verdict whose condition the tally meets; the best is 0."""
    result = x.lit(len(bands) - 1)
    for place, band in reversed(list(enumerate(bands[:-1]))):
        if band.when is not None:
            result = x.when(_holds(band.when, tallies)).then(x.lit(place)).otherwise(result)
    return result


def _holds(condition: Condition, tallies: Counted) -> nw.Expr:
    """Return whether a condition over the tally holds; nothing in a tally is ever unknown."""
    if isinstance(condition, AttributeTest):
        return _test(condition, tallies)
    parts = [_holds(part, tallies) for part in condition.parts]
    if isinstance(condition, AllOf):
        return functools.reduce(operator.and_, parts)
    if isinstance(condition, AnyOf):
        return functools.reduce(operator.or_, parts)
    if isinstance(condition, NoneOf):
        return ~functools.reduce(operator.or_, parts)
    return total((part, 1) for part in parts) >= condition.count if isinstance(condition, AtLeastOf) else x.lit(_TRUE)


def _test(test: AttributeTest, tallies: Counted) -> nw.Expr:
    if test.operator is Operator.KNOWN:
        return x.lit(bool(test.value))
    have = tallies.ratio(test.attribute)
    need = _literal(test.value) if test.other is None else tallies.ratio(test.other)
    return COMPARE[test.operator](have.upper * need.lower, need.upper * have.lower)


def _literal(value: object) -> Ratio:
    number: Number = value if isinstance(value, int | Fraction) else 0
    exact = Fraction(number)
    return Ratio(upper=x.lit(exact.numerator), lower=x.lit(exact.denominator))
