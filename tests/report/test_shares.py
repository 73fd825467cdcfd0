"""Shares in per cent: all and nothing are said of all and nothing alone, and an interval shows that it has two ends."""

from __future__ import annotations

from fractions import Fraction

import pytest

from evaluator.calibration.backtest.report import share_words
from evaluator.calibration.impact.measures import Group
from evaluator.calibration.impact.words import rate_with_interval, rate_words
from evaluator.calibration.statistics import Confusion, Counts
from evaluator.report.words import ends_words, percent_words, rounded


@pytest.mark.parametrize(
    ("share", "digits", "shown"),
    [
        (Fraction(49963, 50140), 0, "99.6 %"),
        (Fraction(177, 50140), 0, "0.4 %"),
        (Fraction(1), 0, "100 %"),
        (Fraction(0), 1, "0.0 %"),
        (Fraction(1), 1, "100.0 %"),
        (Fraction(99999, 100000), 0, "99.999 %"),
        (Fraction(1, 1000000), 1, "0.0001 %"),
        (Fraction(199, 200), 0, "99.5 %"),
        (Fraction(994, 1000), 0, "99 %"),
        (Fraction(1, 200), 0, "1 %"),
        (0.9999, 1, "99.99 %"),
        (Fraction(1, 3), 1, "33.3 %"),
    ],
)
def test_all_and_nothing_are_said_of_all_and_nothing(share: Fraction | float, digits: int, shown: str) -> None:
    """As many digits more as it takes."""
    assert percent_words(share, digits) == shown


@pytest.mark.parametrize("whole", [7, 200, 999, 50_140, 10_000_000])
def test_one_more_or_less_than_all_or_nothing_is_seen(whole: int) -> None:
    """For any size: one of them, all but one."""
    for part in (1, whole - 1):
        for digits in (0, 1, 2):
            assert Fraction(percent_words(Fraction(part, whole), digits).removesuffix(" %")) not in {0, 100}


@pytest.mark.parametrize(
    ("low", "high", "shown"),
    [
        (0.0883, 0.0917, "8.8–9.2"),
        (0.08996, 0.09004, "8.996–9.004"),
        (0.14, 0.69, "14–69"),
        (0.0, 0.79, "0–79"),
        (0.0007, 0.02, "0.1–2.0"),
        (0.5, 1.0, "50–100"),
        (0.96, 0.9993, "96.0–99.9"),
        (1.0, 1.0, "100–100"),
    ],
)
def test_an_interval_shows_its_two_ends(low: float, high: float, shown: str) -> None:
    """With more digits where fewer would make them one, or say nothing or all of an end that is not."""
    assert ends_words(low, high, times=100) == shown


def test_rates_of_large_groups_have_an_interval_that_can_be_read() -> None:
    """1,467 of 16,312 and 4,500 of 50,000, whose intervals round to one number; and all but one of a thousand."""
    assert rate_with_interval(_group(1467, 16312)) == "9.0 % (8.6–9.4)"
    assert rate_with_interval(_group(4500, 50000)) == "9.0 % (8.8–9.3)"
    assert rate_words(_group(9999, 10000).rate) == "99.99 %"


def _group(selected: int, considered: int) -> Group:
    counts = Counts(selected, considered)
    return Group(name="g", counts=counts, best=counts, compared=True, everybody=counts)


def test_shares_of_many_decisions_have_a_digit() -> None:
    """Of a thousand decisions on; of fewer, whole per cent say all there is, but never that nothing contradicts where something does."""
    many = Confusion(true_positive=700, false_positive=211, false_negative=10, true_negative=500)
    assert (share_words(many.precision, many), share_words(many.recall, many)) == ("76.8 %", "98.6 %")
    few = Confusion(true_positive=6, false_positive=1, false_negative=0, true_negative=300)
    assert (share_words(few.precision, few), share_words(few.recall, few), share_words(few.specificity, few)) == ("86 %", "100 %", "99.7 %")
    assert share_words(None, few) == "undefined"


@pytest.mark.parametrize(("number", "digits", "shown"), [(0.125, 2, "0.13"), (Fraction(5, 2), 0, "3"), (99.5, 0, "100")])
def test_halves_are_rounded_up(number: float | Fraction, digits: int, shown: str) -> None:
    """As people do."""
    assert rounded(number, digits) == shown
