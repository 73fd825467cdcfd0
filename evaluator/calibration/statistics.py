"""Statistics of two groups and of two judges, from the standard library: shares exact, their comparison with four fifths in integers.

Sources: Uniform Guidelines, 29 CFR 1607.4 D (four fifths); R. A. Fisher 1935 (exact test); E. B. Wilson 1927 (interval of a rate);
D. Katz, J. Baptista, S. P. Azen and M. C. Pike 1978 (interval of a ratio of rates); J. Cohen 1960 (kappa); J. L. Fleiss, J. Cohen
and B. S. Everitt 1969 (its standard error).
"""

from __future__ import annotations

import math
from bisect import bisect_left, bisect_right
from fractions import Fraction

import attrs

Z95 = 1.959963984540054
"""The standard normal distribution's 97.5 % quantile, for intervals that cover 95 %."""
_SAME = 1e-7
"""Two probabilities closer than this, in relation to each other, count as equal."""
_NOTHING = 1e-18


@attrs.frozen
class Interval:
    """The two ends of a 95 % confidence interval."""

    low: float
    high: float


@attrs.frozen
class Counts:
    """How many of a group were selected, of how many who were considered; raises ValueError for counts that cannot be."""

    selected: int
    considered: int

    def __attrs_post_init__(self) -> None:
        if not 0 <= self.selected <= self.considered:
            raise ValueError(f"{self.selected} of {self.considered} cannot be selected")

    @property
    def rate(self) -> Fraction | None:
        """The selection rate; None of nobody."""
        return share(self.selected, self.considered)

    def __add__(self, other: Counts) -> Counts:
        return Counts(self.selected + other.selected, self.considered + other.considered)


def share(part: int, whole: int) -> Fraction | None:
    """Return a part of a whole, exactly; None of nothing."""
    return Fraction(part, whole) if whole else None


def impact_ratio(group: Counts, best: Counts) -> Fraction | None:
    """Return a group's selection rate over the highest one; None where either is undefined or nobody was selected."""
    if not group.considered or not best.selected:
        return None
    return Fraction(group.selected * best.considered, group.considered * best.selected)


def below_four_fifths(group: Counts, best: Counts) -> bool:
    """Whether a group's rate is under four fifths of the highest, compared in integers; exactly four fifths is not (29 CFR 1607.4 D)."""
    return 5 * group.selected * best.considered < 4 * best.selected * group.considered


def shortfall(group: Counts, total: Counts) -> Fraction | None:
    """Return how many more of a group would be selected at the rate of all groups together; negative where more than that were."""
    return None if total.rate is None else group.considered * total.rate - group.selected


def flips(group: Counts, best: Counts) -> bool:
    """Whether one different choice, one of the group selected for one of the best group, would put the group ahead of it."""
    return (group.selected + 1) * best.considered > (best.selected - 1) * group.considered


def z_score(group: Counts, best: Counts) -> float | None:
    """Return the difference of two rates in standard errors, pooled; above 0 where the group's is lower, None where nothing varies."""
    pooled = (group + best).rate
    if group.rate is None or best.rate is None or pooled in {None, 0, 1}:
        return None
    spread = pooled * (1 - pooled) * (Fraction(1, best.considered) + Fraction(1, group.considered))
    return float(best.rate - group.rate) / math.sqrt(spread)


def two_sided(z: float) -> float:
    """Return the probability of a standard normal value at least as far from 0 as z."""
    return math.erfc(abs(z) / math.sqrt(2))


def wilson(counts: Counts) -> Interval | None:
    """Return the 95 % interval of a rate by Wilson 1927; None of nobody."""
    if not counts.considered:
        return None
    number, rate, square = counts.considered, counts.selected / counts.considered, Z95 * Z95
    middle = (rate + square / (2 * number)) / (1 + square / number)
    reach = Z95 * math.sqrt(rate * (1 - rate) / number + square / (4 * number * number)) / (1 + square / number)
    low = 0.0 if counts.selected == 0 else middle - reach
    return Interval(low, 1.0 if counts.selected == number else middle + reach)


def katz(group: Counts, best: Counts) -> Interval | None:
    """Return the 95 % interval of an impact ratio by Katz et al. 1978; None where nobody of a group was selected."""
    ratio = impact_ratio(group, best)
    if not ratio or group.rate is None or best.rate is None:
        return None
    reach = Z95 * math.sqrt((1 - group.rate) / group.selected + (1 - best.rate) / best.selected)
    return Interval(float(ratio) * math.exp(-reach), float(ratio) * math.exp(reach))


def fisher(group: Counts, best: Counts) -> float:
    """Return the two-sided p-value of Fisher's exact test: of all tables with these margins, those that are no likelier than this one.

    Fast for groups of any size: each tail is summed from its likeliest table outwards until nothing more is added.
    """
    chosen, people = group.selected + best.selected, group.considered + best.considered
    least, most = max(0, chosen - best.considered), min(group.considered, chosen)
    mode = min(most, max(least, (group.considered + 1) * (chosen + 1) // (people + 2)))
    whole = _log_ways(people, chosen)

    def log_p(selected: int) -> float:
        return _log_ways(group.considered, selected) + _log_ways(best.considered, chosen - selected) - whole

    limit = log_p(group.selected) + _SAME
    if log_p(mode) <= limit:
        return 1.0
    below = least - 1 + bisect_right(range(least, mode), limit, key=log_p)
    above = mode + 1 + bisect_left(range(mode + 1, most + 1), -limit, key=lambda selected: -log_p(selected))
    total = 0.0
    if below >= least:
        total += _tail(math.exp(log_p(below)), below, group.considered, chosen, best.considered - chosen)
    if above <= most:
        total += _tail(math.exp(log_p(above)), chosen - above, best.considered, chosen, group.considered - chosen)
    return min(total, 1.0)


def _log_ways(number: int, taken: int) -> float:
    """Return the logarithm of the number of ways to take so many of a number."""
    return math.lgamma(number + 1) - math.lgamma(taken + 1) - math.lgamma(number - taken + 1)


def _tail(first: float, start: int, size: int, chosen: int, left: int) -> float:
    """Sum the probabilities of `start` and fewer selected in a group of `size`; `left` is the other group's size less all selected."""
    total, term = 0.0, first
    for selected in range(start, -1, -1):
        total += term
        if term <= total * _NOTHING:
            break
        term *= selected * (left + selected) / ((size - selected + 1) * (chosen - selected + 1))
    return total


@attrs.frozen(kw_only=True)
class Confusion:
    """How often a yes or no was said of what turned out yes or no; raises ValueError for a negative count."""

    true_positive: int
    false_positive: int
    false_negative: int
    true_negative: int

    def __attrs_post_init__(self) -> None:
        if min(attrs.astuple(self)) < 0:
            raise ValueError("nothing happens less than never")

    @property
    def total(self) -> int:
        """How many cases there are."""
        return self.true_positive + self.false_positive + self.false_negative + self.true_negative

    @property
    def accuracy(self) -> Fraction | None:
        """The share of cases that agree."""
        return share(self.true_positive + self.true_negative, self.total)

    @property
    def precision(self) -> Fraction | None:
        """The share of those said yes that turned out yes; None where none was said."""
        return share(self.true_positive, self.true_positive + self.false_positive)

    @property
    def recall(self) -> Fraction | None:
        """The share of what turned out yes that was said yes; None where none turned out so."""
        return share(self.true_positive, self.true_positive + self.false_negative)

    @property
    def specificity(self) -> Fraction | None:
        """The share of what turned out no that was said no; None where none turned out so."""
        return share(self.true_negative, self.true_negative + self.false_positive)


@attrs.frozen(kw_only=True)
class Kappa:
    """Agreement beyond chance: 1 is complete, 0 is what chance gives, with its 95 % interval."""

    value: Fraction
    interval: Interval


def kappa(table: Confusion) -> Kappa | None:
    """Return Cohen's kappa with its 95 % interval (Fleiss, Cohen and Everitt 1969); None where chance alone would agree throughout."""
    if not table.total:
        return None
    cells = [
        [Fraction(number, table.total) for number in row]
        for row in ((table.true_positive, table.false_positive), (table.false_negative, table.true_negative))
    ]
    rows, columns = [sum(row) for row in cells], [cells[0][place] + cells[1][place] for place in (0, 1)]
    agreed, chance = cells[0][0] + cells[1][1], rows[0] * columns[0] + rows[1] * columns[1]
    if chance == 1:
        return None
    value = (agreed - chance) / (1 - chance)
    alike = sum(cells[i][i] * ((1 - chance) - (rows[i] + columns[i]) * (1 - agreed)) ** 2 for i in (0, 1))
    apart = (1 - agreed) ** 2 * sum(cells[i][1 - i] * (columns[i] + rows[1 - i]) ** 2 for i in (0, 1))
    variance = (alike + apart - (agreed * chance - 2 * chance + agreed) ** 2) / (table.total * (1 - chance) ** 4)
    reach = Z95 * math.sqrt(variance)
    return Kappa(value=value, interval=Interval(max(-1.0, float(value) - reach), min(1.0, float(value) + reach)))
