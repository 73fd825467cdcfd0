"""Values, verdicts and conditions as a rule file writes them inside brackets and braces, exactly and in one line."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from fractions import Fraction

from evaluator.core.bounds import Interval, Options, Outcome
from evaluator.core.conditions import AllOf, AnyOf, AtLeastOf, AttributeTest, Condition, NoneOf, person_attribute
from evaluator.core.dates import show_date
from evaluator.core.operators import ROWS, Operator, Takes
from evaluator.core.ready_for import READY_FOR
from evaluator.core.results import Verdict
from evaluator.core.values import Kind, Value, ValueType, decimal_text
from evaluator.core.windows import window_of
from evaluator.reading.yaml.writing import scalar

COMBINATORS: Mapping[type, str] = {AllOf: "all_of", AnyOf: "any_of", NoneOf: "none_of"}


def value_text(value: object, type_: ValueType) -> str:
    """Write a value of a type."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, frozenset):
        return f"[{', '.join(value_text(member, type_) for member in _ordered(value, type_))}]"
    if isinstance(value, tuple):
        entries = (", ".join(f"{name}: {value_text(found, type_.fields[name])}" for name, found in entry.items()) for entry in value)
        return f"[{', '.join(f'{{{entry}}}' for entry in entries)}]"
    if isinstance(value, datetime.date):
        return show_date(value, type_.precision)
    if type_.kind is Kind.SCALE and isinstance(value, int):
        return scalar(type_.options[value], listed=True)
    return decimal_text(value) if isinstance(value, int | Fraction) else scalar(str(value), listed=True)


def verdict_text(verdict: Verdict) -> str:
    """Write a verdict, or the two that it is undecided between."""
    low, high = (scalar(side, listed=True) for side in (verdict.low, verdict.high))
    return low if verdict.decided else f"{{between: [{low}, {high}]}}"


def outcome_text(outcome: Outcome, type_: ValueType) -> str:
    """Write what a computed attribute comes to, as a worked example expects it."""
    if outcome is None:
        return "{known: false}"
    if isinstance(outcome, Options):
        return f"{{one_of: [{', '.join(value_text(value, type_) for value in sorted(outcome.values, key=str))}]}}"
    if not isinstance(outcome, Interval):
        return value_text(outcome, type_)
    if outcome.lowest is not None and outcome.highest is not None and not outcome.lowest_open and not outcome.highest_open:
        return f"{{between: [{value_text(outcome.lowest, type_)}, {value_text(outcome.highest, type_)}]}}"
    ends = (
        (outcome.lowest, "above" if outcome.lowest_open else "at_least"),
        (outcome.highest, "below" if outcome.highest_open else "at_most"),
    )
    return f"{{{', '.join(f'{word}: {value_text(end, type_)}' for end, word in ends if end is not None)}}}"


def _ordered(members: frozenset[Value], type_: ValueType) -> list[Value]:
    place: dict[object, int] = {option: number for number, option in enumerate(type_.options)}
    return sorted(members, key=lambda member: (member if isinstance(member, int) else place.get(member, len(place)), str(member)))


def condition_text(condition: Condition, types: Mapping[str, ValueType]) -> str:
    """Write a condition, one that is said once by its name."""
    if condition.named is not None:
        return f"condition: {condition.named.id}"
    if isinstance(condition, AttributeTest):
        return _test_text(condition, types[condition.attribute])
    parts = ", ".join(condition_text(part, types) for part in condition.parts)
    if isinstance(condition, AtLeastOf):
        return f"at_least_of: {{{enough_text(condition)}, of: [{parts}]}}"
    return f"{COMBINATORS[type(condition)]}: [{parts}]"


def enough_text(condition: AtLeastOf) -> str:
    """Write how many of some conditions have to hold: `count: 3`, `share: 0.8`."""
    return f"count: {condition.count}" if condition.share is None else f"share: {decimal_text(condition.share)}"


def _test_text(test: AttributeTest, type_: ValueType) -> str:
    window = window_of(test.attribute)
    if window is not None:
        return window.text if test.value else f"none_of: [{window.text}]"
    if test.attribute.startswith(f"{READY_FOR}:") and isinstance(test.value, bool) and not test.of_presence:
        words = test.attribute.replace(":", ": ")
        return words if test.value else f"none_of: [{words}]"
    if test.other is not None:
        key = "attribute" if (name := person_attribute(test.other)) is None else "profile"
        return f"{test.attribute}: {{{test.operator}: {{{key}: {name or test.other}}}}}"
    if test.operator is Operator.IS and isinstance(test.value, bool):
        return f"{test.attribute}: {value_text(test.value, type_)}"
    if ROWS[test.operator].takes is Takes.OPTION and isinstance(test.value, frozenset) and len(test.value) == 1:
        return f"{test.attribute}: {{{test.operator}: {value_text(next(iter(test.value)), type_)}}}"
    return f"{test.attribute}: {{{test.operator}: {value_text(test.value, type_)}}}"
