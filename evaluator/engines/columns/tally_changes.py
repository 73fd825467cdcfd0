"""Tallies after one answer: what was counted before, and what the criteria that hang on the answer add to it or take away."""

from __future__ import annotations

import functools
import operator
from collections.abc import Mapping, Sequence

import attrs
import narwhals as nw

from evaluator.core.model import Criterion
from evaluator.engines.columns import language as x
from evaluator.engines.columns.language import Of
from evaluator.engines.columns.tallies import MET_WEIGHT, SCORE, WEIGHT, WORTH, Ratio, Tallies, at_least_one, choice, has


@attrs.frozen(kw_only=True)
class Turned:
    """A criterion that always applies and that an answer may turn from unmet to met, or from met to unmet: where, or everywhere."""

    criterion: Criterion
    where: nw.Expr | None = None


@attrs.frozen(kw_only=True)
class Moved:
    """A tally that was counted before, with some criteria turned; `base` names the column of each count and weight."""

    base: Mapping[str, str]
    whole: Tallies
    turned: Sequence[Turned]
    well: bool

    def ratio(self, name: str) -> Ratio:
        """Return a count by its name, or the score."""
        if name == SCORE:
            met = self._moved(MET_WEIGHT, [self.whole.weight_of(one.criterion) for one in self.turned])
            lower = self.whole.weight if isinstance(self.whole.weight, int) else at_least_one(x.col(self.base[WEIGHT]))
            return Ratio(upper=met, lower=lower, most=self.whole.most)
        prefix, _, counted = name.rpartition("_")
        worth = WORTH[counted].met - WORTH[counted].unmet
        return Ratio(upper=self._moved(name, [worth * has(one.criterion, prefix) for one in self.turned]), most=self.whole.most)

    def _moved(self, name: str, changes: Sequence[int]) -> nw.Expr:
        signed = [(one, change if self.well else -change) for one, change in zip(self.turned, changes, strict=True) if change]
        found = [change if one.where is None else choice(Of.SMALL, (one.where, change)) for one, change in signed]
        return functools.reduce(operator.add, found, x.col(self.base[name]))
