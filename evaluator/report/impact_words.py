"""How the numbers of an impact report read: rates, ratios, intervals, probabilities."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

from evaluator.calibrate.impact.measures import FEW, Group
from evaluator.calibrate.statistics import Interval
from evaluator.report.words import NOTHING

_FOUR_FIFTHS = Fraction(4, 5)
_CLOSE = 6
_SMALL_P = 0.001
MARK = "*"


def rounded(number: Fraction | float, digits: int) -> str:
    """Round half up, as people do."""
    exact = Fraction(number)
    scaled = Decimal(exact.numerator) / Decimal(exact.denominator)
    return str(scaled.quantize(Decimal(1).scaleb(-digits), rounding=ROUND_HALF_UP))


def ratio_words(ratio: Fraction | None) -> str:
    """Show an impact ratio to two digits, or to as many as show on which side of four fifths it lies."""
    if ratio is None:
        return NOTHING
    for digits in range(2, _CLOSE):
        shown = rounded(ratio, digits)
        if (Fraction(shown) < _FOUR_FIFTHS) == (ratio < _FOUR_FIFTHS):
            return shown
    return "just under 0.8"


def published(ratio: Fraction | None) -> str:
    """Show a ratio as the city law's tables do: two digits."""
    return "undefined" if ratio is None else rounded(ratio, 2)


def rate_words(rate: Fraction) -> str:
    """Show a rate in per cent, to one digit."""
    return f"{rounded(rate * 100, 1)} %"


def rate_with_interval(group: Group) -> str:
    """Show a rate with Wilson's interval, in per cent."""
    interval = group.rate_interval
    return rate_words(group.rate) if interval is None else f"{rate_words(group.rate)} ({_ends(interval, 100, 0)})"


def ratio_with_interval(group: Group) -> str:
    """Show a ratio with Katz's interval."""
    interval = group.ratio_interval
    return ratio_words(group.ratio) if interval is None else f"{ratio_words(group.ratio)} ({_ends(interval, 1, 2)})"


def _ends(interval: Interval, times: int, digits: int) -> str:
    return f"{rounded(interval.low * times, digits)}–{rounded(interval.high * times, digits)}"


def p_words(probability: float | None) -> str:
    """Show a probability to three digits."""
    if probability is None:
        return NOTHING
    return f"<{_SMALL_P}" if probability < _SMALL_P else rounded(probability, 3)


def z_words(z: float | None) -> str:
    """Show standard errors to two digits."""
    return NOTHING if z is None else rounded(z, 2)


def short_words(group: Group) -> str:
    """Show how many more would be selected at the rate of all; nothing where none would."""
    short = group.shortfall
    return NOTHING if short is None or short <= 0 else rounded(short, 1)


def count_words(group: Group) -> str:
    """Show how many of how many, marked where a count is small."""
    return f"{group.counts.selected:,} of {group.counts.considered:,}{MARK if group.few else ''}"


FEW_WORDS = f"{MARK} fewer than {FEW} selected, or fewer than {FEW} not: single people can be made out; think before you pass it on"
