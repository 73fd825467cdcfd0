"""Groups held against the one with the highest rate: every measure side by side, so that none is read alone."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from fractions import Fraction
from functools import cached_property

import attrs

from evaluator.calibration import statistics
from evaluator.calibration.statistics import Counts, Interval

SIGNIFICANT = 1.96
"""The standard errors beyond which a difference of rates is significant at 5 %."""
_LEVEL = 0.05
FEW = 5
"""A count under this is held back, or marked where everything is told: single people can be made out, and one choice moves the rate far."""


@attrs.frozen(slots=False, kw_only=True)
class Group:
    """One group against the comparison group, which has the highest rate.

    `compared` is false for a group that is shown only. A ratio is None where nobody was selected at all, or the group is left out.
    """

    name: str
    counts: Counts
    best: Counts | None
    compared: bool
    everybody: Counts

    @property
    def rate(self) -> Fraction:
        """The share selected; no group is empty."""
        return Fraction(self.counts.selected, self.counts.considered)

    @property
    def rate_interval(self) -> Interval | None:
        """Wilson's interval of the rate."""
        return statistics.wilson(self.counts)

    @cached_property
    def ratio(self) -> Fraction | None:
        """The impact ratio."""
        return statistics.impact_ratio(self.counts, self.best) if self.compared and self.best else None

    @property
    def ratio_interval(self) -> Interval | None:
        """Katz's interval of the impact ratio."""
        return statistics.katz(self.counts, self.best) if self._lower and self.best else None

    @property
    def below_four_fifths(self) -> bool:
        """Whether the ratio is under four fifths, in integers."""
        return self.compared and self.best is not None and statistics.below_four_fifths(self.counts, self.best)

    @cached_property
    def z(self) -> float | None:
        """How many standard errors the rate lies below the highest."""
        return statistics.z_score(self.counts, self.best) if self._lower and self.best else None

    @cached_property
    def fisher_p(self) -> float | None:
        """The two-sided p-value of Fisher's exact test."""
        return statistics.fisher(self.counts, self.best) if self._lower and self.best else None

    @cached_property
    def significant(self) -> bool:
        """Whether the difference is significant at 5 %: by Z, or by Fisher's test where a count of under five is to be expected."""
        if self.z is None or self.fisher_p is None or self.best is None:
            return False
        both = self.counts + self.best
        smaller = min(both.selected, both.considered - both.selected) * min(self.counts.considered, self.best.considered)
        return self.fisher_p < _LEVEL if smaller < FEW * both.considered else abs(self.z) > SIGNIFICANT

    @cached_property
    def shortfall(self) -> Fraction | None:
        """How many more would be selected at the rate of everybody together."""
        return statistics.shortfall(self.counts, self.everybody)

    @property
    def flips(self) -> bool:
        """Whether one different choice would put this group ahead."""
        return self._lower and self.best is not None and statistics.flips(self.counts, self.best)

    @property
    def few(self) -> bool:
        """Whether a count is under five: considered, selected, or not selected."""
        return min(self.counts.selected, self.counts.considered - self.counts.selected) < FEW

    @cached_property
    def _lower(self) -> bool:
        """Whether there is a comparison to make: with a group of a higher rate."""
        return self.ratio is not None and self.ratio < 1


@attrs.frozen(slots=False, kw_only=True)
class Comparison:
    """All groups of a dimension, the highest rate first; `best` is the comparison group, None where nobody was selected."""

    groups: tuple[Group, ...]
    best: str | None

    @cached_property
    def behind(self) -> tuple[Group, ...]:
        """The groups whose ratio is under 1."""
        return tuple(group for group in self.groups if group.ratio is not None and group.ratio < 1)

    @cached_property
    def worst_hit(self) -> Group | None:
        """The group that falls short by the most people, of equal ones the one with the lowest ratio; None where none is behind."""
        return max(self.behind, key=lambda group: (group.shortfall or 0, -(group.ratio or 0)), default=None)

    def ratio(self, name: str) -> Fraction | None:
        """Return the ratio of a group, None where it has none or there is no such group."""
        return next((group.ratio for group in self.groups if group.name == name), None)

    def group(self, name: str) -> Group:
        """Return a group by its name; raises KeyError where there is none."""
        result = next((group for group in self.groups if group.name == name), None)
        if result is None:
            raise KeyError(name)
        return result


def compared(counts: Mapping[str, Counts], *, left_out: Collection[str] = ()) -> Comparison:
    """Hold groups against the one with the highest rate, of equal rates the largest; those left out are shown without a ratio."""
    there = {name: count for name, count in counts.items() if count.considered}
    ranked = sorted(there, key=lambda name: (-_rate(there[name]), -there[name].considered, name))
    taking_part = [name for name in ranked if name not in left_out and there[name].selected]
    best = taking_part[0] if taking_part else None
    everybody = sum(there.values(), Counts(0, 0))
    groups = tuple(
        Group(
            name=name,
            counts=there[name],
            best=there[best] if best is not None else None,
            compared=name not in left_out,
            everybody=everybody,
        )
        for name in ranked
    )
    return Comparison(groups=groups, best=best)


def _rate(counts: Counts) -> Fraction:
    return Fraction(counts.selected, counts.considered)
