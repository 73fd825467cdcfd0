"""Conditions, values and needs in plain words, with the titles and units of attributes."""

from __future__ import annotations

import re
from collections.abc import Mapping
from fractions import Fraction
from typing import assert_never

from evaluator.core.attributes import Attribute, Wording
from evaluator.core.bounds import Bounds, Interval, Options
from evaluator.core.conditions import AllOf, AnyOf, AtLeastOf, AttributeTest, Condition, NoneOf, nameless
from evaluator.core.expressions import Gather, Tally
from evaluator.core.model import Criterion, Move, Pack, Policy
from evaluator.core.operators import ROWS, Operator, Takes, comparison_of, inclusion_of
from evaluator.core.values import MOST_DIGITS, NUMERIC, Atom, Kind, Number, Value, decimal_places, decimal_text, show_number, with_unit
from evaluator.report.grammar import counts, in_sentence, one_of_them, plural, without
from evaluator.report.operator_words import COMPARISON_WORDS, LIST_WORDS
from evaluator.report.words import joined, sentence_case

Attributes = Mapping[str, Attribute]
LANGUAGE = "en"
"""The language of reports."""
ASKED, NUMBER = "{}", "{number}"
"""What stands in an attribute's wording for what a test asks, with its unit, and for the number without one."""
_PLACES = 100
_JOINT = re.compile(r" and | or |, ")
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
    """Say a condition as part of a sentence: `years at work are at least 3 years and budget role is at least owns`.

    One that the pack says once, under a name, is called by it, with what it says in brackets.
    """
    if condition.named is not None:
        return f"“{condition.named.label}” ({condition_words(nameless(condition), attributes)})"
    if isinstance(condition, AttributeTest):
        words = test_words(condition, attributes)
        own = words.startswith("A ") and attributes[condition.attribute].wordings  # an article that an attribute's own words begin with
        return f"a{words[1:]}" if own else in_sentence(words)
    parts = [_part_words(part, condition, attributes) for part in condition.parts]
    if isinstance(condition, AllOf):
        if (between := _between(condition.parts, attributes)) is not None:
            return in_sentence(between)
        return _all_listed(parts) if parts else "always"
    if isinstance(condition, AnyOf) and len(parts) == 1:
        return parts[0]
    return f"{lead_words(condition)} {_listed(parts)}"


def _all_listed(parts: list[str]) -> str:
    """Join parts that must all hold, by semicolons where one that is not in brackets has joints of its own."""
    if len(parts) > 1 and any(_JOINT.search(part) for part in parts if not part.startswith("(")):
        return f"{'; '.join(parts[:-1])}; and {parts[-1]}"
    return joined(parts)


def _listed(parts: list[str]) -> str:
    """Join alternatives by commas, or by semicolons where one has joints of its own."""
    if any(" and " in part or ", " in part for part in parts):
        return "; or ".join(["; ".join(parts[:-1]), parts[-1]]) if len(parts) > 1 else parts[0]
    return joined(parts, "or")


def _part_words(part: Condition, whole: Condition, attributes: Attributes) -> str:
    words = condition_words(part, attributes)
    if part.named is not None:
        return words
    alone = isinstance(part, AttributeTest) or len(part.parts) == 1
    range_ = isinstance(part, AllOf) and _between(part.parts, attributes) is not None
    bare = alone or range_ or (isinstance(part, AllOf) and not isinstance(whole, AllOf))
    return words if bare and "; " not in words else f"({words})"


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
    """Say one test as a person would: `At least 8 years in product management`, or by the attribute's title what is asked of it.

    Where the attribute says how its tests read, it is said so.
    """
    attribute = attributes[test.attribute]
    if attribute.ready_for is not None and not test.of_presence:
        return attribute.title if test.value is True else f"Not r{attribute.title[1:]}"
    if attribute.kind is Kind.FLAG:
        return _flag_words(test, attribute)
    if test.of_presence:
        return f"{attribute.title} {_be(attribute)} {asked_words(test, attributes)}"
    if test.other is not None:
        return _compared_words(test, attribute, attributes[test.other])
    if attribute.kind is Kind.SET:
        return _set_words(test, attribute)
    none = asks_for_none(test, attribute)
    return _around(
        attribute,
        asked_words(test, attributes),
        "no" if none else _bare_words(test, attribute),
        0 if none else test.value,
        behind_title=_compared(test, attributes) if none else None,
    )


def asks_for_none(test: AttributeTest, attribute: Attribute) -> bool:
    """Whether a test of how many things there are is met by none of them alone, so that it reads `no actions`."""
    type_, expression = attribute.type, None if attribute.derivation is None else attribute.derivation.expression
    counted = isinstance(expression, Gather | Tally) and not attribute.may_be_given
    if type_.kind is not Kind.INTEGER or not type_.unit or not (counted or type_.lowest == 0):
        return False
    return (test.operator, test.value) in {(Operator.AT_MOST, 0), (Operator.IS, 0), (Operator.BELOW, 1)} and test.other is None


def _be(attribute: Attribute) -> str:
    if attribute.kind is Kind.SCALE and attribute.title.split(" ", 1)[0].casefold().endswith("ing"):
        return "is"  # a skill that is named by what is done: managing product outcomes
    return "are" if plural(attribute.title) else "is"


def _wording(attribute: Attribute) -> Wording | None:
    """Return how an attribute's tests read in the language of reports, where it says so."""
    return attribute.wordings.get(LANGUAGE) or attribute.wordings.get("")


def _around(attribute: Attribute, asked: str, bare: str, value: object, *, behind_title: str | None = None) -> str:
    """Put what is asked, with its unit and without, into the attribute's own words, into those that its unit allows, or behind its title.

    What stands behind a number without its unit is in the singular where that `value` is 1. Behind its title other words may be needed.
    """
    wording, one = _wording(attribute), value == 1
    if wording is not None and wording.text is not None:
        text = wording.text.replace(ASKED, asked)
        before, number, after = text.partition(NUMBER)
        phrase = after.strip()
        return sentence_case(f"{before}{bare} {one_of_them(phrase) if one and phrase else phrase}".rstrip() if number else text)
    title, unit = attribute.title, attribute.type.unit
    if attribute.kind in NUMERIC and unit and counts(title, unit):
        return sentence_case(f"{bare} {one_of_them(in_sentence(title)) if one else in_sentence(title)}")
    return f"{title} {_be(attribute)} {behind_title or asked}"


def _bare_words(test: AttributeTest, attribute: Attribute) -> str:
    """Say what is asked of a number, without a unit."""
    if attribute.kind not in NUMERIC:
        return asked_words(test, {attribute.id: attribute})
    words = COMPARISON_WORDS[comparison_of(test.operator)].count
    words = words if attribute.kind is Kind.INTEGER else words.replace("fewer", "less")
    return words.format(exact_words(test.value if isinstance(test.value, int | Fraction) else 0))


def _flag_words(test: AttributeTest, attribute: Attribute) -> str:
    title = attribute.title
    if test.of_presence:
        return f"{title}: {'known' if test.value else 'not known'}"
    wording, negative = _wording(attribute), without(title)
    if wording is not None and wording.met is not None and wording.unmet is not None:
        return sentence_case(wording.met if test.value else wording.unmet)
    if negative is None or test.other is not None:
        return f"{title}: {'yes' if test.value else 'no'}"
    return title if test.value else negative


def _set_words(test: AttributeTest, attribute: Attribute) -> str:
    title, asked = attribute.title, _members_asked(test, attribute)
    words, many, wording = LIST_WORDS[test.operator], plural(attribute.title), _wording(attribute)
    if wording is not None and wording.text is not None:
        return sentence_case(wording.text.replace(ASKED, words.of(asked)))
    if inclusion_of(test.operator) is Operator.INCLUDES_NONE:
        return f"{title} {'do' if many else 'does'} not include {joined(asked, words.link)}"
    return f"{title} {'include' if many else 'includes'} {words.of(asked)}"


def _compared_words(test: AttributeTest, attribute: Attribute, other: Attribute) -> str:
    words, second = COMPARISON_WORDS[comparison_of(test.operator)], _named(other)
    if attribute.kind in {Kind.DATE, Kind.CHOICE, Kind.TEXT}:
        return f"{attribute.title} {_be(attribute)} {words.other_date.format(second)}"
    if attribute.kind in NUMERIC and all(one.type.unit and counts(one.title, one.type.unit) for one in (attribute, other)):
        return sentence_case(words.counts.format(in_sentence(attribute.title), second))
    return f"{attribute.title} {_be(attribute)} {(words.other_many if plural(attribute.title) else words.other).format(second)}"


def _named(attribute: Attribute) -> str:
    """Name an attribute inside a sentence, in quotes where its title has joints of its own."""
    title = attribute.title
    return f"“{title}”" if re.search(r"[,;:.“”]| (?:and|or|than|as) ", title) else in_sentence(title)


def _between(parts: tuple[Condition, ...], attributes: Attributes) -> str | None:
    """Say two tests of one number that leave a range, both ends in it: `2 to 5 years in product management`."""
    if len(parts) != 2 or not all(isinstance(part, AttributeTest) and part.other is None and part.named is None for part in parts):  # noqa: PLR2004 - both ends
        return None
    ends = {part.operator: part for part in parts if isinstance(part, AttributeTest)}
    low, high = ends.get(Operator.AT_LEAST), ends.get(Operator.AT_MOST)
    if low is None or high is None or low.attribute != high.attribute or attributes[low.attribute].kind not in NUMERIC:
        return None
    first, last = low.value, high.value
    if not isinstance(first, int | Fraction) or not isinstance(last, int | Fraction) or first >= last:
        return None
    attribute, unit = attributes[low.attribute], attributes[low.attribute].type.unit
    bare = f"{exact_words(first)} to {exact_words(last)}"
    return _around(attribute, f"{bare} {unit}" if unit else bare, bare, None)


def asked_words(test: AttributeTest, attributes: Attributes) -> str:
    """Say what a test asks, without the attribute: `at least 8 years`, `market research and pricing`."""
    attribute = attributes[test.attribute]
    match ROWS[test.operator].takes:
        case Takes.VALUE if attribute.kind is Kind.FLAG:
            return "yes" if test.value else "no"
        case Takes.VALUE if asks_for_none(test, attribute):
            return f"no {attribute.type.unit}"
        case Takes.VALUE:
            return _compared(test, attributes)
        case Takes.LIST | Takes.OPTION:
            return LIST_WORDS[test.operator].of(_members_asked(test, attribute))
        case Takes.PRESENCE:
            return "known" if test.value else "not known"
        case never:
            assert_never(never)


def _compared(test: AttributeTest, attributes: Attributes) -> str:
    words = COMPARISON_WORDS[comparison_of(test.operator)].of(attributes[test.attribute].kind)
    return words.format(_compared_with(test, attributes))


def _compared_with(test: AttributeTest, attributes: Attributes) -> str:
    if test.other is not None:
        return f"“{attributes[test.other].title}”"
    attribute, value = attributes[test.attribute], None if isinstance(test.value, frozenset) else test.value
    if attribute.kind in NUMERIC and isinstance(value, int | Fraction):
        return exact_words(value, attribute.type.unit)
    return value_words(attribute, value)


def _members_asked(test: AttributeTest, attribute: Attribute) -> list[str]:
    return member_words(attribute, test.value if isinstance(test.value, frozenset) else frozenset())


def exact_words(value: Number, unit: str | None = None) -> str:
    """Show a number with all its decimals; one that has no end, or too many, is about what it is to two places."""
    exact = Fraction(value)
    if (exact * _PLACES).denominator == 1:
        return with_unit(value, unit)
    places = decimal_places(value)
    if places is None or places > MOST_DIGITS:
        return f"about {with_unit(value, unit)}"
    return f"{decimal_text(value)} {unit}" if unit else decimal_text(value)


def use_words(use: Criterion | Policy | Move | Attribute, pack: Pack) -> str:
    """Name what uses a value or a condition that is said once."""
    match use:
        case Policy() | Criterion(policy=True):
            return f"the policy “{use.title}”"
        case Criterion():
            return f"“{use.title}” of {pack.roles[use.role].title}"
        case Move():
            return f"the move {pack.roles[use.origin].title} → {pack.roles[use.to].title}"
        case Attribute():
            return f"“{use.title}”, which is computed"
        case never:
            assert_never(never)
