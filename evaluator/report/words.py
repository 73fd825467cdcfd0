"""The words that every report shares: verdicts, scores, lists, counts and the sentence on what a result is for."""

from __future__ import annotations

import enum
import math
from collections.abc import Mapping, Sequence
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

from evaluator.core.conditions import Truth
from evaluator.core.model import READY, Role
from evaluator.core.results import Score, State, Verdict

NOTICE = "This informs a decision that people take; it does not take the decision."
NOTHING = "–"
_MOST_DIGITS = 9
MARKS: dict[Truth, str] = {True: "✓", False: "✗", None: "?"}
STATE_MARKS: Mapping[State, str] = {State.MET: "✓", State.UNMET: "✗", State.UNKNOWN: "?", State.NOT_APPLICABLE: NOTHING}


class Style(enum.Enum):
    """What a piece of text means to the eye; the command line decides whether and how to colour it."""

    PLAIN = "plain"
    STRONG = "strong"
    GOOD = "good"
    CLOSE = "close"
    OPEN = "open"
    BAD = "bad"
    FAINT = "faint"


STATE_STYLES: Mapping[State, Style] = {
    State.MET: Style.GOOD,
    State.UNMET: Style.BAD,
    State.UNKNOWN: Style.OPEN,
    State.NOT_APPLICABLE: Style.FAINT,
}
TRUTH_STYLES: dict[Truth, Style] = {True: Style.GOOD, False: Style.BAD, None: Style.OPEN}


def verdict_words(verdict: Verdict) -> str:
    """Name a verdict, or the two that it lies between."""
    return verdict.low if verdict.decided else f"undecided: {verdict.low} to {verdict.high}"


def best_words(best: str) -> str:
    """Say in a sentence what people of the best verdict are: ready, or in quotation marks what a pack calls it."""
    return best if best == READY else f"“{best}”"


def verdict_style(verdict: Verdict, verdicts: Sequence[str]) -> Style:
    """Return the style of a verdict, given all verdicts from best to worst."""
    if not verdict.decided:
        return Style.OPEN
    if verdict.low == verdicts[0]:
        return Style.GOOD
    return Style.PLAIN if verdict.low == verdicts[-1] else Style.CLOSE


def percent(share: Fraction) -> int:
    """Return whole per cent, rounded down, so that no score looks as if it reached a threshold that it missed."""
    return math.floor(share * 100)


def rounded(number: Fraction | float, digits: int) -> str:
    """Round half up, as people do."""
    exact = Fraction(number)
    scaled = Decimal(exact.numerator) / Decimal(exact.denominator)
    return str(scaled.quantize(Decimal(1).scaleb(-digits), rounding=ROUND_HALF_UP))


def percent_words(share: Fraction | float, digits: int = 0) -> str:
    """Show a share in per cent, with more digits where fewer would say that it is all or nothing, and it is not."""
    return f"{rounded(Fraction(share) * 100, _digits(digits, Fraction(share) * 100, (0, 100)))} %"


def ends_words(low: float, high: float, *, times: int = 1, digits: int = 0) -> str:
    """Show the ends of an interval, with more digits where fewer would make the ends one, or say all or nothing of one that is not."""
    ends = [Fraction(low) * times, Fraction(high) * times]
    whole = (0, 100) if times == 100 else (0,)  # noqa: PLR2004 - per cent
    shown = max(_digits(digits, end, whole) for end in ends)
    while ends[0] != ends[1] and shown < _MOST_DIGITS and rounded(ends[0], shown) == rounded(ends[1], shown):
        shown += 1
    return "–".join(rounded(end, shown) for end in ends)


def _digits(least: int, number: Fraction, whole: Sequence[int]) -> int:
    """Return how many digits show that a number is not one of those that say all or nothing."""
    shown = range(least, _MOST_DIGITS)
    return next((digits for digits in shown if number in whole or Fraction(rounded(number, digits)) not in whole), _MOST_DIGITS)


def score_words(score: Score) -> str:
    """Show a score, as one number where both sides of what is unknown agree."""
    low, high = percent(score.low), percent(score.high)
    return f"{low} %" if low == high else f"{low}–{high} %"


def joined(words: Sequence[str], last: str = "and") -> str:
    """Join words as a sentence does: a, b and c."""
    if len(words) <= 1:
        return "".join(words)
    return f"{', '.join(words[:-1])} {last} {words[-1]}"


def joined_some(words: Sequence[str], most: int) -> str:
    """Join the first words as a sentence does, with how many more there are: a, b and 3 more."""
    return joined([*words[:most], f"{len(words) - most} more"] if len(words) > most else words)


def role_words(role: Role) -> str | None:
    """Say what a role is that is none like most: a destination, an entry role, an interim one, one that is held only."""
    if role.destination:
        return "a destination"
    if role.entry:
        return "an entry role"
    return "interim" if role.interim else "held only" if role.held_only else None


def counted(number: int, singular: str, plural: str | None = None) -> str:
    """Show a count with its noun: 1 error, 2 errors, 2,000 errors."""
    return f"{number:,} {singular if number == 1 else plural or singular + 's'}"


def some(words: Sequence[str], most: int) -> str:
    """Join the first words with commas and say how many more there are."""
    rest = len(words) - most
    return ", ".join(words[:most]) + (f", +{rest}" if rest > 0 else "")


def sentence_case(text: str) -> str:
    """Return the text with its first letter as a capital."""
    return text[:1].upper() + text[1:]
