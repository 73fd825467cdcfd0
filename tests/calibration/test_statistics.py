"""The statistics equal scipy's, published examples and brute force."""

from __future__ import annotations

import itertools
import math
import random
import types
from bisect import bisect_left
from fractions import Fraction

import pytest

from evaluator.calibration.statistics import (
    Confusion,
    Counts,
    below_four_fifths,
    fisher,
    flips,
    impact_ratio,
    kappa,
    katz,
    shortfall,
    two_sided,
    wilson,
    z_score,
)

TABLES = 800


@pytest.fixture(name="stats", scope="module")
def _stats() -> types.ModuleType:
    """Return scipy's, imported where it is used: every process that collects the tests would take seconds for it."""
    from scipy import stats

    return stats


def tables(most: int, number: int = TABLES) -> list[tuple[Counts, Counts]]:
    """Random tables of two groups, the same ones on every run."""
    chance = random.Random(most)

    def one() -> Counts:
        considered = chance.randint(1, most)
        return Counts(chance.randint(0, considered), considered)

    return [(one(), one()) for _ in range(number)]


def four(group: Counts, best: Counts) -> list[list[int]]:
    return [[group.selected, group.considered - group.selected], [best.selected, best.considered - best.selected]]


@pytest.mark.slow
@pytest.mark.parametrize("most", [5, 60, 2000])
def test_fishers_exact_test_is_scipys(most: int, stats: types.ModuleType) -> None:
    """The two-sided p-value of thousands of random tables is scipy's."""
    for group, best in tables(most):
        assert fisher(group, best) == pytest.approx(stats.fisher_exact(four(group, best)).pvalue, rel=1e-8, abs=1e-280)


def test_fishers_exact_test_by_its_definition() -> None:
    """Every table with up to nine in a group: the sum, in fractions, of what is no likelier."""
    for n_g, n_h in itertools.product(range(1, 10), repeat=2):
        for s_g, s_h in itertools.product(range(n_g + 1), range(n_h + 1)):
            chosen = s_g + s_h
            ways = [math.comb(n_g, k) * math.comb(n_h, chosen - k) for k in range(max(0, chosen - n_h), min(n_g, chosen) + 1)]
            here = math.comb(n_g, s_g) * math.comb(n_h, s_h)
            exact = Fraction(sum(way for way in ways if way <= here), math.comb(n_g + n_h, chosen))
            assert fisher(Counts(s_g, n_g), Counts(s_h, n_h)) == pytest.approx(float(exact), rel=1e-12)


def test_fishers_exact_test_of_many_people(stats: types.ModuleType) -> None:
    """A hundred thousand people are no harder than ten, and the far tail is as exact as the middle."""
    for group, best in [((9_800, 50_000), (10_100, 50_000)), ((10, 40_000), (90, 60_000)), ((4_000, 50_000), (6_000, 50_000))]:
        one, other = Counts(*group), Counts(*best)
        assert fisher(one, other) == pytest.approx(stats.fisher_exact(four(one, other)).pvalue, rel=1e-6)


@pytest.mark.parametrize("most", [8, 60, 5000])
def test_z_squared_is_chi_squared_without_correction(most: int, stats: types.ModuleType) -> None:
    """The square of Z and its p-value are scipy's chi-squared, and Z is above 0 where the group's rate is lower."""
    for group, best in tables(most, 1500):
        z = z_score(group, best)
        if 0 < group.selected + best.selected < group.considered + best.considered:
            expected = stats.chi2_contingency(four(group, best), correction=False)
            assert z is not None
            assert z * z == pytest.approx(expected.statistic, rel=1e-9, abs=1e-12)
            assert two_sided(z) == pytest.approx(expected.pvalue, rel=1e-7, abs=1e-300)
            assert (z > 0) == (Fraction(group.selected, group.considered) < Fraction(best.selected, best.considered))
        else:
            assert z is None


@pytest.mark.parametrize("most", [4, 60, 100_000])
def test_wilsons_interval_is_scipys(most: int, stats: types.ModuleType) -> None:
    """Both ends equal scipy's."""
    for counts, _ in tables(most, 1000):
        expected = stats.binomtest(counts.selected, counts.considered).proportion_ci(method="wilson")
        found = wilson(counts)
        assert found is not None
        assert (found.low, found.high) == pytest.approx((expected.low, expected.high), rel=1e-9, abs=1e-12)


@pytest.mark.parametrize("most", [6, 60, 100_000])
def test_katzs_interval_is_scipys(most: int) -> None:
    """Both ends equal scipy's where both groups have somebody selected, and there is none elsewhere."""
    from scipy.stats.contingency import relative_risk

    for group, best in tables(most, 2000):
        found = katz(group, best)
        if group.selected and best.selected:
            expected = relative_risk(group.selected, group.considered, best.selected, best.considered).confidence_interval()
            assert found is not None
            assert (found.low, found.high) == pytest.approx((expected.low, expected.high), rel=1e-9)
        else:
            assert found is None


def test_four_fifths_is_exact_on_every_table() -> None:
    """Every table with up to 60 in each group, 3.6 million: its two rates as whole numbers over one common denominator."""
    common = math.lcm(*range(1, 61))
    rates = sorted(((s * common // n, Counts(s, n)) for n in range(1, 61) for s in range(n + 1)), key=lambda rate: rate[0])
    keys, groups = [key for key, _ in rates], [group for _, group in rates]
    for key, best in rates:
        under = bisect_left(keys, 4 * key, key=lambda rate: 5 * rate)
        assert [below_four_fifths(group, best) for group in groups] == [True] * under + [False] * (len(groups) - under)


def test_four_fifths_is_compared_in_integers() -> None:
    """Where floats say 0.7999… or 0.8000…1, whole numbers say which."""
    assert not below_four_fifths(Counts(12, 60), Counts(15, 60))
    assert below_four_fifths(Counts(11, 60), Counts(15, 60))
    huge = 10**18
    assert below_four_fifths(Counts(4 * huge - 1, 5 * huge), Counts(5 * huge, 5 * huge))
    assert not below_four_fifths(Counts(4 * huge, 5 * huge), Counts(5 * huge, 5 * huge))


@pytest.mark.parametrize(
    ("rows", "published"),
    [
        (((412, 797), (204, 408), (170, 390)), ("1.00", "0.97", "0.84")),
        (((18, 28), (15, 40), (16, 32), (5, 8), (10, 24)), ("1.00", "0.58", "0.78", "0.97", "0.65")),
    ],
)
def test_the_city_laws_example_rows(rows: tuple[tuple[int, int], ...], published: tuple[str, ...]) -> None:
    """The ratios of the rule's own examples come out as published."""
    best = Counts(*rows[0])
    assert tuple(f"{float(impact_ratio(Counts(*row), best) or 0):.2f}" for row in rows) == published


def test_ratios_and_rates_of_nobody_are_undefined() -> None:
    """No one considered has no rate; where nobody is selected there is no ratio, no interval and no Z."""
    nobody, none_selected, some = Counts(0, 0), Counts(0, 5), Counts(3, 5)
    assert nobody.rate is None
    assert wilson(nobody) is None
    assert impact_ratio(nobody, some) is None
    assert impact_ratio(none_selected, none_selected) is None
    assert impact_ratio(none_selected, some) == 0
    assert z_score(none_selected, none_selected) is None
    assert katz(none_selected, some) is None
    assert fisher(none_selected, none_selected) == 1.0
    with pytest.raises(ValueError, match="6 of 5"):
        Counts(6, 5)


def test_the_shortfall_is_counted_at_the_rate_of_all() -> None:
    """Twenty of a hundred and ten of a hundred: at 15 % of all, five more of the second group."""
    assert shortfall(Counts(10, 100), Counts(30, 200)) == 5
    assert shortfall(Counts(20, 100), Counts(30, 200)) == -5
    assert shortfall(Counts(0, 3), Counts(0, 0)) is None


def test_one_different_choice_that_turns_the_result() -> None:
    """The flip test, checked by making the choice."""
    assert flips(Counts(2, 10), Counts(3, 10))
    assert not flips(Counts(1, 10), Counts(3, 10))
    for group, best in tables(12):
        if group.selected < group.considered and best.selected:
            after = Fraction(group.selected + 1, group.considered), Fraction(best.selected - 1, best.considered)
            assert flips(group, best) is (after[0] > after[1])


def test_kappa_of_published_examples() -> None:
    """Fifty grant applications by two readers, and two tables of equal agreement and different margins."""
    assert kappa(Confusion(true_positive=20, false_positive=5, false_negative=10, true_negative=15)).value == Fraction(2, 5)  # type: ignore[union-attr]
    for cells, expected in (((45, 15, 25, 15), 0.1304), ((25, 35, 5, 35), 0.2593)):
        names = ("true_positive", "false_positive", "false_negative", "true_negative")
        found = kappa(Confusion(**dict(zip(names, cells, strict=True))))
        assert found is not None
        assert float(found.value) == pytest.approx(expected, abs=5e-5)


def test_kappas_interval_is_the_delta_methods() -> None:
    """The standard error equals the one from a numeric gradient of kappa over the four shares."""

    def value(cells: list[float]) -> float:
        total = sum(cells)
        a, b, c, d = (cell / total for cell in cells)
        chance = (a + b) * (a + c) + (c + d) * (b + d)
        return (a + d - chance) / (1 - chance)

    def error(cells: tuple[int, ...]) -> float:
        total = sum(cells)
        shares, step = [cell / total for cell in cells], 1e-6
        slopes = [
            (value([s + step * (i == j) for j, s in enumerate(shares)]) - value([s - step * (i == j) for j, s in enumerate(shares)]))
            / (2 * step)
            for i in range(4)
        ]
        mean = sum(slope * s for slope, s in zip(slopes, shares, strict=True))
        return math.sqrt((sum(slope * slope * s for slope, s in zip(slopes, shares, strict=True)) - mean * mean) / total)

    chance = random.Random(1969)
    for _ in range(300):
        cells = tuple(chance.randint(8, 60) for _ in range(4))
        found = kappa(Confusion(true_positive=cells[0], false_positive=cells[1], false_negative=cells[2], true_negative=cells[3]))
        assert found is not None
        reach = 1.959963984540054 * error(cells)
        expected = (max(-1, float(found.value) - reach), min(1, float(found.value) + reach))
        assert (found.interval.low, found.interval.high) == pytest.approx(expected, abs=1e-6)


def test_kappa_is_undefined_where_chance_alone_agrees() -> None:
    """Everybody said yes and everybody turned out yes: agreement says nothing."""
    assert kappa(Confusion(true_positive=9, false_positive=0, false_negative=0, true_negative=0)) is None
    assert kappa(Confusion(true_positive=0, false_positive=0, false_negative=0, true_negative=0)) is None
    complete = kappa(Confusion(true_positive=4, false_positive=0, false_negative=0, true_negative=5))
    assert complete is not None
    assert (complete.value, complete.interval.low, complete.interval.high) == (1, 1.0, 1.0)


def test_the_measures_of_a_confusion_matrix() -> None:
    """Twelve yes of which nine right, eleven that turned out yes, twenty cases."""
    table = Confusion(true_positive=9, false_positive=3, false_negative=2, true_negative=6)
    assert (table.total, table.accuracy, table.precision, table.recall, table.specificity) == (
        20, Fraction(3, 4), Fraction(3, 4), Fraction(9, 11), Fraction(2, 3),
    )  # fmt: skip
    empty = Confusion(true_positive=0, false_positive=0, false_negative=0, true_negative=0)
    assert (empty.accuracy, empty.precision, empty.recall, empty.specificity) == (None,) * 4
    with pytest.raises(ValueError, match="less than never"):
        Confusion(true_positive=-1, false_positive=0, false_negative=0, true_negative=0)
