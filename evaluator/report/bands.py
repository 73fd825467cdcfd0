"""Verdict bands in plain words."""

from __future__ import annotations

from evaluator.conditions import AllOf, AttributeTest, Condition, Operator, plain
from evaluator.model import Band
from evaluator.report.sentences import lead_words
from evaluator.report.words import joined
from evaluator.values import Number, show_number

_LIMITS = {
    Operator.AT_LEAST: "at least {}",
    Operator.AT_MOST: "at most {}",
    Operator.ABOVE: "more than {}",
    Operator.BELOW: "fewer than {}",
    Operator.IS: "exactly {}",
    Operator.IS_NOT: "any number but {}",
}
_COUNTED = {"met": "met", "unmet": "not met", "unknown": "unknown", "applicable": "that apply"}


def band_words(band: Band) -> str:
    """Say when a verdict is given: `no required criterion not met and a score of at least 75 %`."""
    return "everything else" if band.when is None else _words(plain(band.when))


def _words(condition: Condition) -> str:
    if isinstance(condition, AttributeTest):
        return _test_words(condition)
    parts = [_words(part) for part in condition.parts]
    if isinstance(condition, AllOf):
        return joined(parts)
    return f"{lead_words(condition)} {'; '.join(parts)}"


def _test_words(test: AttributeTest) -> str:
    number = test.value if isinstance(test.value, Number) and not isinstance(test.value, bool) else 0
    if test.other is not None:
        return f"{_noun(test.attribute, 2)}: {_LIMITS[test.operator].format(_noun(test.other, 2))}"
    if test.operator is Operator.KNOWN:
        return "always" if test.value else "never"
    if test.attribute == "score":
        limit = _LIMITS[test.operator].replace("fewer", "less").format(f"{show_number(number * 100)} %")
        return f"a score of {limit}"
    if number == 0 and test.operator in {Operator.AT_MOST, Operator.IS}:
        return f"no {_noun(test.attribute, 1)}"
    return f"{_LIMITS[test.operator].format(show_number(number))} {_noun(test.attribute, number)}"


def _noun(name: str, number: Number) -> str:
    """Name what a count of the tally counts: `required_unmet` is `required criteria not met`."""
    if name == "score":
        return "the score"
    prefix, _, count = name.rpartition("_")
    noun = "criterion" if number == 1 else "criteria"
    return " ".join(word for word in (prefix, noun, _COUNTED[count]) if word)
