"""Conditions, values and needs in plain words, with the titles and units of attributes."""

from __future__ import annotations

import re
from collections.abc import Mapping
from fractions import Fraction
from typing import assert_never

from evaluator.core.bounds import Bounds, Interval, Options
from evaluator.core.conditions import AllOf, AnyOf, AtLeastOf, AttributeTest, Condition, NoneOf
from evaluator.core.model import Attribute
from evaluator.core.operators import ROWS, Takes, comparison_of
from evaluator.core.values import NUMERIC, Atom, Kind, Number, Value, show_number
from evaluator.report.grammar import in_sentence, plural
from evaluator.report.operator_words import COMPARISON_WORDS, LIST_WORDS
from evaluator.report.words import joined

Attributes = Mapping[str, Attribute]
_HYPHEN = re.compile(r"(?<=[^\W\d_])-(?=[^\W\d_])")


def value_words(attribute: Attribute, value: Value | Bounds | None) -> str:
    """Show a value, or what bounds it, as a person would write it: options without hyphens, numbers with their unit."""
    if isinstance(value, Interval | Options):
        return attribute.show(value) if attribute.kind in {*NUMERIC, Kind.DATE} else _unhyphened(attribute.show(value))
    if value is None:
        return "unknown"
    if isinstance(value, frozenset):
        return joined(member_words(attribute, value)) or "none"
    text = attribute.show(value)
    return text if attribute.kind is Kind.TEXT or not isinstance(value, int | str) else _unhyphened(text)


def member_words(attribute: Attribute, members: frozenset[Atom] | frozenset[str]) -> list[str]:
    """Name the members of a set in the order in which the attribute lists its options."""
    options = attribute.type.options
    if attribute.kind is Kind.SCALE:
        return [_unhyphened(options[rank]) for rank in sorted(members) if isinstance(rank, int)]
    place = {option: number for number, option in enumerate(options)}
    return [_unhyphened(name) for name in sorted(map(str, members), key=lambda name: (place.get(name, len(place)), name))]


def _unhyphened(option: str) -> str:
    return _HYPHEN.sub(" ", option)


def condition_words(condition: Condition, attributes: Attributes) -> str:
    """Say a condition as part of a sentence: `years at work are at least 3 years and budget role is at least owns`."""
    if isinstance(condition, AttributeTest):
        return in_sentence(test_words(condition, attributes))
    parts = [_part_words(part, condition, attributes) for part in condition.parts]
    if isinstance(condition, AllOf):
        return joined(parts) if parts else "always"
    if isinstance(condition, AnyOf) and len(parts) == 1:
        return parts[0]
    return f"{lead_words(condition)} {_listed(parts)}"


def _listed(parts: list[str]) -> str:
    """Join parts by commas, or by semicolons where a part holds commas of its own."""
    if any(" and " in part or ", " in part for part in parts[:-1]):
        return "; or ".join(["; ".join(parts[:-1]), parts[-1]]) if len(parts) > 1 else parts[0]
    return joined(parts, "or")


def _part_words(part: Condition, whole: Condition, attributes: Attributes) -> str:
    words = condition_words(part, attributes)
    alone = isinstance(part, AttributeTest) or len(part.parts) == 1
    bare = alone or (isinstance(part, AllOf) and not isinstance(whole, AllOf))
    return words if bare else f"({words})"


def lead_words(condition: AllOf | AnyOf | NoneOf | AtLeastOf) -> str:
    """Say how many parts of a combination have to hold, as the words before a list."""
    if isinstance(condition, AllOf):
        return "all of:"
    if isinstance(condition, AnyOf):
        return "any of:"
    if isinstance(condition, NoneOf):
        return "none of:"
    if condition.share is not None:
        return f"at least {part_words(condition.share)} of these, {condition.count} of {len(condition.parts)}:"
    return f"at least {condition.count} of:"


def part_words(share: Number) -> str:
    """Show what part of some things is meant, exactly: 80 %, 12.5 %, or 2/3 where per cent would have no end."""
    percent = Fraction(share) * 100
    return f"{show_number(percent)} %" if (percent * 100).denominator == 1 else str(Fraction(share))


def test_words(test: AttributeTest, attributes: Attributes) -> str:
    """Say one test: its attribute's title and what is asked of it."""
    attribute = attributes[test.attribute]
    if attribute.ready_for is not None and not test.of_presence:
        return attribute.title if test.value is True else f"Not r{attribute.title[1:]}"
    if attribute.kind is Kind.FLAG:
        return f"{attribute.title}: {asked_words(test, attributes)}"
    if attribute.kind is Kind.SET and not test.of_presence:
        return f"{attribute.title} {'include' if plural(attribute.title) else 'includes'} {asked_words(test, attributes)}"
    return f"{attribute.title} {'are' if plural(attribute.title) else 'is'} {asked_words(test, attributes)}"


def asked_words(test: AttributeTest, attributes: Attributes) -> str:
    """Say what a test asks, without the attribute: `at least 8 years`, `market research and pricing`."""
    attribute = attributes[test.attribute]
    match ROWS[test.operator].takes:
        case Takes.VALUE:
            return COMPARISON_WORDS[comparison_of(test.operator)].of(attribute.kind).format(_compared_with(test, attributes))
        case Takes.LIST | Takes.OPTION:
            return LIST_WORDS[test.operator].of(_members_asked(test, attribute))
        case Takes.PRESENCE:
            return "known" if test.value else "not known"
        case never:
            assert_never(never)


def _compared_with(test: AttributeTest, attributes: Attributes) -> str:
    if test.other is not None:
        return f"“{attributes[test.other].title}”"
    return value_words(attributes[test.attribute], None if isinstance(test.value, frozenset) else test.value)


def _members_asked(test: AttributeTest, attribute: Attribute) -> list[str]:
    return member_words(attribute, test.value if isinstance(test.value, frozenset) else frozenset())
