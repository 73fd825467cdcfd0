"""Verdict bands in plain words: what a verdict takes, and how far somebody is from it."""

from __future__ import annotations

import math
from collections.abc import Iterator
from fractions import Fraction
from typing import assert_never

from evaluator.core.conditions import AllOf, AttributeTest, Condition, leaves, plain, truth
from evaluator.core.model import Band
from evaluator.core.operators import ROWS, Operator, comparison_of
from evaluator.core.results import CriterionResult
from evaluator.core.tally import caps_of, tally
from evaluator.core.values import Facts, Number, show_number
from evaluator.report.operator_words import COMPARISON_WORDS, ComparisonWords
from evaluator.report.sentences import lead_words
from evaluator.report.words import counted, joined, percent

_COUNTED = {"met": "{} met", "unmet": "unmet {}", "unknown": "unknown {}", "applicable": "{} that apply"}
_SCORE = "score"


def band_words(band: Band) -> str:
    """Say when a verdict is given: `no unmet required criterion and a score of at least 75 %`."""
    return "everything else" if band.when is None else _words(plain(band.when))


def takes_words(band: Band, *, caps: bool = False) -> str:
    """Say what a verdict takes, that caps are none of it where there are some, and on which side of a score's line who is on it is."""
    tests = _score_tests(band)
    lines = dict.fromkeys(f"{_percent_words(test)} itself {line}" for test in tests if (line := _comparison_words(test).line))
    met = ", and that nothing caps" if caps else ""
    return f"“{band.verdict}” takes {band_words(band)}{f' ({joined(list(lines))})' if lines else ''}{met}"


def distance_words(band: Band, criteria: tuple[CriterionResult, ...]) -> str:
    """Say how criteria stand against what a verdict takes, with what is unknown at its worst and at its best.

    `unmet required criteria: 1 (1 too many); score: 84 %, 9 percentage points above the line`.
    """
    low, high = (tally(criteria, unknown_as_met=side) for side in (False, True))
    told = [_distance(test, low, high) for test in leaves(plain(band.when)) if not test.of_presence] if band.when else []
    told += list(_caps(criteria))
    return "; ".join(dict.fromkeys(told)) or "nothing is needed"


def _caps(criteria: tuple[CriterionResult, ...]) -> Iterator[str]:
    """Say how many criteria cap that are unmet, where some can."""
    if any(one.criterion.caps_at is not None for one in criteria):
        worst, best = (len(caps_of(criteria, unknown_as_met=side)) for side in (False, True))
        yield f"criteria that cap: {_span(worst, best)}"


def _score_tests(band: Band) -> Iterator[AttributeTest]:
    if band.when is not None:
        yield from (test for test in leaves(plain(band.when)) if test.attribute == _SCORE and not test.of_presence)


def _words(condition: Condition) -> str:
    if isinstance(condition, AttributeTest):
        return _test_words(condition)
    parts = [_words(part) for part in condition.parts]
    if isinstance(condition, AllOf):
        return joined(parts)
    return f"{lead_words(condition)} {'; '.join(parts)}"


def _test_words(test: AttributeTest) -> str:
    if test.other is not None:
        return _comparison_words(test).counts.format(_noun(test.attribute, 2), _noun(test.other, 2))
    if test.of_presence:
        return "always" if test.value else "never"
    number = _number(test)
    if test.attribute == _SCORE:
        limit = _comparison_words(test).count.replace("fewer", "less").format(_percent_words(test))
        return f"a score of {limit}"
    if number == 0 and test.operator in {Operator.AT_MOST, Operator.IS}:
        return f"no {_noun(test.attribute, 1)}"
    return f"{_comparison_words(test).count.format(show_number(number))} {_noun(test.attribute, number)}"


def _comparison_words(test: AttributeTest) -> ComparisonWords:
    return COMPARISON_WORDS[comparison_of(test.operator)]


def _number(test: AttributeTest) -> Number:
    return test.value if isinstance(test.value, Number) and not isinstance(test.value, bool) else 0


def _percent_words(test: AttributeTest) -> str:
    return f"{show_number(_number(test) * 100)} %"


def _noun(name: str, number: Number) -> str:
    """Name what a count of the tally counts: `required_unmet` is `unmet required criteria`."""
    if name == _SCORE:
        return "the score"
    prefix, _, count = name.rpartition("_")
    noun = "criterion" if number == 1 else "criteria"
    return _COUNTED[count].format(f"{prefix} {noun}".strip())


def _distance(test: AttributeTest, low: Facts, high: Facts) -> str:
    if test.attribute == _SCORE:
        return _score_distance(test, low, high)
    have = _span(_count(low, test.attribute), _count(high, test.attribute))
    words = f"{_noun(test.attribute, 2)}: {have}"
    if test.other is not None:
        return f"{words}, {_noun(test.other, 2)}: {_span(_count(low, test.other), _count(high, test.other))}"
    away = [_away(test, side) for side in (low, high)]
    if not any(away):
        return words
    return f"{words} ({'' if away[0] == away[1] else 'at worst '}{away[0] or away[1]})"


def _away(test: AttributeTest, side: Facts) -> str:
    """Say how many too many or too few a count is; nothing where the test is met."""
    if truth(test, side):
        return ""
    have, need = _count(side, test.attribute), math.floor(_number(test))
    strict = ROWS[test.operator].strict
    match comparison_of(test.operator):
        case Operator.AT_LEAST | Operator.ABOVE:
            return f"{need + strict - have} too few"
        case Operator.AT_MOST | Operator.BELOW:
            return f"{have - need + strict} too many"
        case Operator.IS | Operator.IS_NOT:
            return f"{_comparison_words(test).count.format(show_number(_number(test)))} needed"
        case never:
            assert_never(never)


def _count(side: Facts, name: str) -> int:
    found = side[name]
    return found if isinstance(found, int) else 0


def _span(low: int, high: int) -> str:
    return str(low) if low == high else " to ".join(map(str, sorted((low, high))))


def _score_distance(test: AttributeTest, low: Facts, high: Facts) -> str:
    sides = [Fraction(side[_SCORE]) for side in (low, high)]  # type: ignore[arg-type]  # a tally's score is a fraction
    told = [f"{percent(side)} %{_from_line(test, side)}" for side in sides]
    return f"score: {told[0]}" if sides[0] == sides[1] else f"score: between {told[0]}, and {told[1]}"


def _from_line(test: AttributeTest, score: Fraction) -> str:
    comparison_words = _comparison_words(test)
    if comparison_words.line is None:
        return f", and {comparison_words.count.format(_percent_words(test))} is needed"
    away = (score - Fraction(_number(test))) * 100
    if not away:
        return f", exactly on the line, which {comparison_words.line}"
    whole = math.floor(abs(away)) if away > 0 else math.ceil(abs(away))
    points = counted(whole, "percentage point") if abs(away) >= 1 else "less than 1 percentage point"
    return f", {points} {'above' if away > 0 else 'below'} the line"
