"""Tallies and verdicts as expressions over columns: integers throughout, so that a score is compared exactly."""

from __future__ import annotations

import functools
import operator
from collections.abc import Callable, Iterable, Mapping, Sequence
from fractions import Fraction
from typing import Protocol

import attrs
import narwhals as nw

from evaluator.core.conditions import attributes_read
from evaluator.core.model import Band, Criterion
from evaluator.core.tally import scale_of
from evaluator.core.values import Number
from evaluator.engines.columns import language as x
from evaluator.engines.columns.language import Of

_FALSE = False
MET_WEIGHT, WEIGHT, SCORE = "met_weight", "weight", "score"


@attrs.frozen(kw_only=True)
class Completed:
    """A criterion with everything unknown at its worst or its best: where it is met, where unmet, and where it is unknown.

    Of one that always applies, `sure` is what has to be known: on the worse side that it is met, on the better one that it is
    unmet (`denies`). Where that is not true, null or not, the criterion counts as the other.
    """

    criterion: Criterion
    met: nw.Expr
    unmet: nw.Expr
    unknown: nw.Expr
    sure: nw.Expr | None = None
    denies: bool = False

    def counted(self, worth: Worth, of: Of) -> nw.Expr | int:
        """Return what a criterion is worth, as a number where that is always the same."""
        if worth.unknown:
            return choice(of, (self.unknown, worth.unknown))
        if worth.met == worth.unmet and (self.sure is not None or worth.met == 0):
            return worth.met
        if self.sure is None:
            return choice(of, *((where, number) for where, number in ((self.met, worth.met), (self.unmet, worth.unmet)) if number))
        sure, otherwise = (worth.unmet, worth.met) if self.denies else (worth.met, worth.unmet)
        return choice(of, (self.sure, sure), otherwise=otherwise)


@attrs.frozen(kw_only=True)
class Worth:
    """What a criterion adds to a count where it is met and where it is unmet; or else where it is unknown."""

    met: int = 0
    unmet: int = 0
    unknown: int = 0


def choice(of: Of, *cases: tuple[nw.Expr, int], otherwise: int = 0) -> nw.Expr:
    """Return the number of the first case that is true: cheaper than a product, and a null is no case."""
    result = x.lit(otherwise, of)
    for where, number in reversed(cases):
        result = x.when(where).then(x.lit(number, of)).otherwise(result)
    return result


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
        sure = ~held if unknown_as_met else held
        return Completed(criterion=criterion, met=met, unmet=~met, unknown=held.is_null(), sure=sure, denies=unknown_as_met)
    unknown = applies.is_null() | (is_true(applies) & held.is_null())
    if unknown_as_met:
        met, unmet = ~is_false(applies) & ~is_false(held), is_true(applies) & is_false(held)
    else:
        met, unmet = is_true(applies) & is_true(held), ~is_false(applies) & ~is_true(held)
    return Completed(criterion=criterion, met=met, unmet=unmet, unknown=unknown)


@attrs.frozen(kw_only=True)
class Ratio:
    """An exact number as a fraction of two whole ones, the lower above 0 and neither beyond `most`."""

    upper: nw.Expr | int
    lower: nw.Expr | int = 1
    most: int

    @classmethod
    def of(cls, number: Fraction) -> Ratio:
        """Return a number that stands in the pack."""
        return cls(upper=number.numerator, lower=number.denominator, most=max(abs(number.numerator), number.denominator))


@attrs.frozen(kw_only=True)
class Tallies:
    """The counts of one role on one side of what is unknown."""

    criteria: Sequence[Completed]
    whole: Number | None = None
    """What weights are multiplied with, where that is not for these criteria alone to say."""

    @functools.cached_property
    def scale(self) -> Number:
        """What weights are multiplied with to be whole."""
        return scale_of(criterion.criterion for criterion in self.criteria) if self.whole is None else self.whole

    @functools.cached_property
    def most(self) -> int:
        """The largest weight or count that there can be."""
        return max(1, len(self.criteria), sum(self.weight_of(criterion.criterion) for criterion in self.criteria))

    @functools.cached_property
    def met_weight(self) -> nw.Expr | int:
        """The weight of what is met."""
        return _total((criterion, Worth(met=self.weight_of(criterion.criterion))) for criterion in self.criteria)

    @functools.cached_property
    def weight(self) -> nw.Expr | int:
        """The weight of what applies; 1 where nothing does, so that the score is 0."""
        return at_least_one(self.applicable_weight)

    @functools.cached_property
    def applicable_weight(self) -> nw.Expr | int:
        """The weight of what applies, 0 where nothing does; a number where everything always applies."""
        return _total(
            (criterion, Worth(met=self.weight_of(criterion.criterion), unmet=self.weight_of(criterion.criterion)))
            for criterion in self.criteria
        )

    def weight_of(self, criterion: Criterion) -> int:
        """Return a criterion's weight as a whole number."""
        return int(Fraction(criterion.weight) * self.scale)

    def ratio(self, name: str) -> Ratio:
        """Return a count of the tally by its name, or the score."""
        if name == SCORE:
            return Ratio(upper=self.met_weight, lower=self.weight, most=self.most)
        prefix, _, counted = name.rpartition("_")
        chosen = [criterion for criterion in self.criteria if has(criterion.criterion, prefix)]
        return Ratio(upper=_total((one, WORTH[counted]) for one in chosen), most=self.most)


WORTH: Mapping[str, Worth] = {
    "met": Worth(met=1),
    "unmet": Worth(unmet=1),
    "unknown": Worth(unknown=1),
    "applicable": Worth(met=1, unmet=1),
}


def _total(parts: Iterable[tuple[Completed, Worth]]) -> nw.Expr | int:
    """Add up what criteria are worth, in a type with just enough room; a number where that is always the same."""
    listed = list(parts)
    of = x.roomy(sum(max(worth.met, worth.unmet, worth.unknown) for _, worth in listed))
    counts = [one.counted(worth, of) for one, worth in listed]
    always = sum(count for count in counts if isinstance(count, int))
    varying = [count for count in counts if not isinstance(count, int)]
    if not varying:
        return always
    return functools.reduce(operator.add, [*varying, x.lit(always, of)] if always else varying)


def lifted(number: nw.Expr | int) -> nw.Expr:
    """Return a number as an expression."""
    return x.lit(number, x.roomy(abs(number))) if isinstance(number, int) else number


def has(criterion: Criterion, prefix: str) -> bool:
    """Whether a criterion is among those that a count with such a prefix counts."""
    return criterion.counts and (prefix in {"", str(criterion.kind)} or (prefix == "required" and criterion.required))


def at_least_one(weight: nw.Expr | int) -> nw.Expr | int:
    """Return a weight that can be divided by."""
    if isinstance(weight, int):
        return weight or 1
    return x.when(weight > 0).then(weight).otherwise(x.lit(1, Of.TINY))


class Counted(Protocol):
    """Whatever knows the counts of a tally."""

    def ratio(self, name: str) -> Ratio:
        """Return a count by its name, or the score."""


@attrs.frozen(kw_only=True)
class Stored:
    """A tally whose counts stand in columns by now; `column` names the one of each."""

    tallies: Tallies
    column: Callable[[str], str]

    def ratio(self, name: str) -> Ratio:
        """Return a count by its name, or the score."""
        ratio = self.tallies.ratio(name)
        if name != SCORE:
            return attrs.evolve(ratio, upper=self._stored(name, ratio.upper))
        return attrs.evolve(ratio, upper=self._stored(MET_WEIGHT, ratio.upper), lower=self._stored(WEIGHT, ratio.lower))

    def _stored(self, name: str, number: nw.Expr | int) -> nw.Expr | int:
        return number if isinstance(number, int) else x.col(self.column(name))


@attrs.frozen(kw_only=True)
class Shifted:
    """A tally that was counted before, with some criteria exchanged; `base` names the column of each count and weight."""

    base: Mapping[str, str]
    whole: Tallies
    before: Tallies
    after: Tallies

    def ratio(self, name: str) -> Ratio:
        """Return a count by its name, or the score."""
        if name == SCORE:
            met = self._shifted(MET_WEIGHT, self.after.met_weight, self.before.met_weight)
            return Ratio(upper=met, lower=self._weight(), most=self.whole.most)
        return Ratio(upper=self._shifted(name, self.after.ratio(name).upper, self.before.ratio(name).upper), most=self.whole.most)

    def _weight(self) -> nw.Expr | int:
        if isinstance(self.whole.weight, int):
            return self.whole.weight
        return at_least_one(self._shifted(WEIGHT, self.after.applicable_weight, self.before.applicable_weight))

    def _shifted(self, name: str, after: nw.Expr | int, before: nw.Expr | int) -> nw.Expr:
        return x.col(self.base[name]) + lifted(after) - lifted(before)


def counts_read(bands: Sequence[Band]) -> tuple[str, ...]:
    """Return the names of the tally that verdict bands read."""
    return attributes_read(band.when for band in bands if band.when is not None)


def counted(tallies: Tallies, names: Iterable[str]) -> dict[str, nw.Expr]:
    """Return the counts and weights that `Shifted` starts from."""
    found = {name: lifted(tallies.ratio(name).upper) for name in names if name != SCORE}
    return found | {MET_WEIGHT: lifted(tallies.met_weight), WEIGHT: lifted(tallies.applicable_weight)}
