"""How the numbers of an impact report read: rates, ratios, intervals, probabilities."""

from __future__ import annotations

import math
from fractions import Fraction

from evaluator.calibration.disclosure import POOL, Hidden, Rule, Why
from evaluator.calibration.impact.measures import FEW, Group
from evaluator.report.words import NOTHING, ends_words, percent_words, rounded

_FOUR_FIFTHS = Fraction(4, 5)
_CLOSE = 6
_SMALL_P = 0.001
MARK = "*"


def ratio_words(ratio: Fraction | None) -> str:
    """Show an impact ratio to two digits, or to as many as show on which side of four fifths it lies."""
    if ratio is None:
        return NOTHING
    for digits in range(2, _CLOSE):
        text = rounded(ratio, digits)
        if (Fraction(text) < _FOUR_FIFTHS) == (ratio < _FOUR_FIFTHS):
            return text
    return "just under 0.8"


def published(ratio: Fraction | None) -> str:
    """Show a ratio as the city law's tables do: two digits."""
    return "undefined" if ratio is None else rounded(ratio, 2)


def rate_words(rate: Fraction) -> str:
    """Show a rate in per cent, to one digit, or to as many as show that it is not all or nothing."""
    return percent_words(rate, 1)


def rate_with_interval(group: Group) -> str:
    """Show a rate with Wilson's interval, in per cent."""
    interval = group.rate_interval
    return (
        rate_words(group.rate) if interval is None else f"{rate_words(group.rate)} ({ends_words(interval.low, interval.high, times=100)})"
    )


def ratio_with_interval(group: Group) -> str:
    """Show a ratio with Katz's interval."""
    interval = group.ratio_interval
    return (
        ratio_words(group.ratio)
        if interval is None
        else f"{ratio_words(group.ratio)} ({ends_words(interval.low, interval.high, digits=2)})"
    )


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


EXACT = "--exact"
"""The option with which everything is told."""
POOL_WORDS = "so few people are considered that somebody's group could be worked out from it"
EXACT_WORDS = (
    "Everything is told by group, small numbers too: single people's groups can be worked out. "
    "This is for those who may see facts of people's groups, and for nobody else."
)


def held_words(rule: Rule, where: str) -> str:
    """Say that numbers by group are held back, why, and how those see them who may."""
    why = f"where fewer than {rule.pool:,} people are considered, comparing two reports could tell whose group is which"
    return f"By group, numbers are held back{where}: {why}. {EXACT} tells them to those who may see facts of people's groups."


def lowered_words(rule: Rule) -> str:
    """Say what follows of telling numbers of fewer people than is usual."""
    words = f"Numbers by group are told from {rule.pool:,} people on, and not from {POOL:,}"
    return f"{words}: pass on one such report of these people, as two of them with other rules can tell whose group is which."


_WHYS = {Why.FEW: f"fewer than {FEW}", Why.OTHERS_FEW: f"all but fewer than {FEW}"}


def hidden_words(group: Hidden) -> str:
    """Say what is told of a number that is held back."""
    words = _WHYS.get(group.why, "held back")
    return words if group.considered is None else f"{words} of {group.considered:,}"


def most_words(group: Hidden) -> str:
    """Show what a ratio is at most, of which no more is told."""
    return NOTHING if group.most is None else f"at most {float(Fraction(math.ceil(group.most * 100), 100)):.2f}"


FEW_WORDS = f"{MARK} fewer than {FEW} selected, or fewer than {FEW} not: single people can be made out; think before you pass it on"
