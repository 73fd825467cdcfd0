"""Gaps: what an unmet criterion needs, how far that is in its own unit, and which gap comes first."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

import pytest
from hypothesis import given

from evaluator.core.attributes import Attribute
from evaluator.core.conditions import Condition, truth
from evaluator.core.gaps import gaps, need_of
from evaluator.core.model import Criterion
from evaluator.core.results import Gap, Need
from evaluator.core.values import Atom, Facts, Number, Value
from tests.core.build import (
    CONDITIONS,
    FACTS,
    WORDS,
    all_of,
    any_of,
    at_least_of,
    attribute,
    check,
    criterion,
    day,
    flag,
    judged,
    none_of,
    vocabulary,
)

ATTRIBUTES = vocabulary(
    attribute("years", unit="years"),
    attribute("peers", unit="years"),
    attribute("reports", "integer", unit="people"),
    attribute("growth"),
    attribute("skill", "scale"),
    attribute("since", "date"),
    attribute("since_month", "date", precision="month"),
    attribute("since_year", "date", precision="year"),
    attribute("work", "choice", options=("craft", "people", "either")),
    attribute("note", "text"),
    attribute("topics", "set", options=("a", "b", "c", "d")),
    attribute("budget", "flag"),
    attribute("history", "records"),
)
S = frozenset


def found(whens: Sequence[Criterion], facts: Facts, attributes: dict[str, Attribute] | None = None) -> tuple[Gap, ...]:
    """Return the gaps among criteria."""
    return gaps([judged(one, facts) for one in whens], facts, attributes or ATTRIBUTES)


def gap(condition: Condition, facts: Facts) -> Gap:
    """Return the gap of one criterion that is not met."""
    (only,) = found([criterion("one", condition)], facts)
    return only


def needed(needs: Sequence[Need]) -> list[str]:
    """Return the attributes that needs are about."""
    return [need.test.attribute for need in needs]


DISTANCES: list[tuple[str, str, Value, Atom | frozenset[Atom], Number | None, Fraction, str | None]] = [
    ("years", "at_least", 6, 8, 2, Fraction(2, 8), "years"),
    ("years", "at_least", Fraction("7.5"), 8, Fraction("0.5"), Fraction("0.5") / 8, "years"),
    ("years", "at_least", -2, 8, 10, Fraction(10, 8), "years"),
    ("years", "at_most", 10, 8, 2, Fraction(2, 8), "years"),
    ("years", "above", 8, 8, 0, Fraction(0), "years"),
    ("years", "above", 7, 8, 1, Fraction(1, 8), "years"),
    ("years", "below", 9, 8, 1, Fraction(1, 8), "years"),
    ("years", "is", 5, 8, 3, Fraction(3, 8), "years"),
    ("years", "is", 11, 8, 3, Fraction(3, 8), "years"),
    ("years", "is_not", 8, 8, None, Fraction(1), None),
    ("growth", "at_least", Fraction("0.1"), Fraction("0.5"), Fraction("0.4"), Fraction("0.4"), None),
    ("growth", "at_most", 3, 0, 3, Fraction(3), None),
    ("growth", "at_least", -10, -4, 6, Fraction(6, 4), None),
    ("reports", "at_least", 1, 3, 2, Fraction(2, 3), "people"),
    ("reports", "above", 3, 3, 1, Fraction(1, 3), "people"),
    ("reports", "above", 1, 3, 3, Fraction(3, 3), "people"),
    ("reports", "below", 3, 3, 1, Fraction(1, 3), "people"),
    ("reports", "at_most", 5, 3, 2, Fraction(2, 3), "people"),
    ("skill", "at_least", 1, 4, 3, Fraction(3, 4), "levels"),
    ("skill", "at_least", 0, 1, 1, Fraction(1), "levels"),
    ("skill", "above", 2, 2, 1, Fraction(1, 2), "levels"),
    ("skill", "below", 2, 2, 1, Fraction(1, 2), "levels"),
    ("skill", "at_most", 4, 3, 1, Fraction(1, 3), "levels"),
    ("skill", "is", 4, 2, 2, Fraction(2, 2), "levels"),
    ("skill", "one_of", 1, S({3, 4}), 2, Fraction(2, 3), "levels"),
    ("skill", "one_of", 2, S({1, 4}), 1, Fraction(1), "levels"),
    ("skill", "one_of", 2, S({0, 4}), 2, Fraction(2), "levels"),  # as near to both: towards the lower one
    ("skill", "one_of", 3, S({1, 4}), 1, Fraction(1, 4), "levels"),
    ("skill", "none_of", 3, S({3, 4}), None, Fraction(1), None),
    ("since", "above", day("2026-11-01"), day("2026-11-01"), 1, Fraction(1, 365), "days"),
    ("since", "below", day("2026-11-01"), day("2026-11-01"), 1, Fraction(1, 365), "days"),
    ("since", "above", day("2026-10-31"), day("2026-11-01"), 1, Fraction(1, 365), "days"),
    ("since", "at_most", day("2026-11-11"), day("2026-11-01"), 10, Fraction(10, 365), "days"),
    ("since", "at_least", day("2025-11-01"), day("2026-11-01"), 365, Fraction(1), "days"),
    ("since_month", "at_most", day("2026-03-01"), day("2026-01-01"), 2, Fraction(59, 365), "months"),
    ("since_month", "at_least", day("2025-11-01"), day("2026-01-01"), 2, Fraction(61, 365), "months"),
    ("since_year", "at_most", day("2026-01-01"), day("2023-01-01"), 3, Fraction(1096, 365), "years"),
    ("work", "is", "people", "craft", None, Fraction(1), None),
    ("work", "is_not", "craft", "craft", None, Fraction(1), None),
    ("work", "one_of", "people", S({"craft", "either"}), None, Fraction(1), None),
    ("work", "none_of", "craft", S({"craft", "either"}), None, Fraction(1), None),
    ("note", "is", "this", "that", None, Fraction(1), None),
    ("budget", "is", False, True, None, Fraction(1), None),
    ("topics", "includes", S(), S({"a"}), 1, Fraction(1), "entries"),
    ("topics", "includes_all", S({"a", "d"}), S({"a", "b", "c"}), 2, Fraction(2, 3), "entries"),
    ("topics", "includes_any", S({"d"}), S({"a", "b"}), 1, Fraction(1), "entries"),
    ("topics", "includes_none", S({"a", "b", "d"}), S({"a", "b", "c"}), 2, Fraction(2, 3), "entries"),
    ("history", "known", (), False, None, Fraction(1), None),
]


@pytest.mark.parametrize(("name", "operator", "have", "need", "distance", "relative", "unit"), DISTANCES)
def test_how_far_a_test_is_from_being_met(  # noqa: PLR0913, PLR0917 - a table
    name: str, operator: str, have: Value, need: Atom | frozenset[Atom], distance: Number | None, relative: Fraction, unit: str | None
) -> None:
    """A distance is in the attribute's unit, and set in relation to what is needed; a word or a flag has none."""
    test = check(name, operator, need)
    only = need_of(test, {name: have}, ATTRIBUTES)
    assert (only.distance, only.relative, only.unit) == (distance, relative, unit)
    assert (only.test, only.have, only.need) == (test, have, need)
    if truth(test, {name: have}) is False:
        assert gap(test, {name: have}).needs == (only,)


def test_a_need_against_another_attribute() -> None:
    """What is needed is the other attribute's value; without it nobody can say how far it is."""
    test = check("years", "at_least", other="peers")
    with_both = need_of(test, {"years": 6, "peers": 8}, ATTRIBUTES)
    assert (with_both.have, with_both.need) == (6, 8)
    assert (with_both.distance, with_both.relative) == (2, Fraction(1, 4))
    without = need_of(test, {"years": 6}, ATTRIBUTES)
    assert (without.have, without.need) == (6, None)
    assert (without.distance, without.relative) == (None, Fraction(1))


def test_what_is_unknown_has_no_distance() -> None:
    """A test of a missing attribute needs it, at a distance that no number can say."""
    only = need_of(check("years", "at_least", 8), {}, ATTRIBUTES)
    assert (only.have, only.need) == (None, 8)
    assert (only.distance, only.relative, only.unit) == (None, Fraction(1), None)


SIX = check("years", "at_least", 6)
EIGHT = check("years", "at_least", 8)
TWO_REPORTS = check("reports", "at_least", 2)
BUDGET = flag("budget")
EXPERT = check("skill", "at_least", 4)
PERSON: Facts = {"years": 6, "reports": 1, "budget": False, "skill": 3, "growth": 0}
"""2 of 8 years short (1/4), 1 of 2 people short (1/2), 1 of 4 levels short (1/4), no budget (1)."""


@pytest.mark.parametrize(
    ("condition", "relative", "needs", "alternatives"),
    [
        (EIGHT, "1/4", ["years"], []),
        (all_of(EIGHT, TWO_REPORTS), "3/4", ["years", "reports"], []),
        (all_of(SIX, TWO_REPORTS), "1/2", ["reports"], []),
        (any_of(TWO_REPORTS, EIGHT, BUDGET), "1/4", ["years"], [["reports"], ["budget"]]),
        (any_of(EIGHT, EXPERT), "1/4", ["years"], [["skill"]]),
        (any_of(EXPERT, EIGHT), "1/4", ["skill"], [["years"]]),
        (any_of(BUDGET, all_of(EIGHT, TWO_REPORTS)), "3/4", ["years", "reports"], [["budget"]]),
        (any_of(all_of(EIGHT, BUDGET), TWO_REPORTS), "1/2", ["reports"], [["years", "budget"]]),
        (all_of(any_of(BUDGET, EIGHT), any_of(TWO_REPORTS, BUDGET)), "3/4", ["years", "reports"], [["budget"], ["budget"]]),
        (at_least_of(1, BUDGET, TWO_REPORTS, EIGHT), "1/4", ["years"], [["reports"], ["budget"]]),
        (at_least_of(2, BUDGET, TWO_REPORTS, EIGHT), "3/4", ["years", "reports"], [["budget"]]),
        (at_least_of(2, SIX, BUDGET, TWO_REPORTS), "1/2", ["reports"], [["budget"]]),
        (at_least_of(3, SIX, BUDGET, TWO_REPORTS), "3/2", ["reports", "budget"], []),
        (none_of(SIX, flag("budget", value=False)), "1", ["years", "budget"], []),
        (none_of(check("growth", "below", 1)), "1", ["growth"], []),
        (none_of(all_of(check("years", "below", 8), check("skill", "at_most", 3))), "1/4", ["years"], [["skill"]]),
        (none_of(any_of(check("years", "below", 8), check("reports", "below", 2))), "3/4", ["years", "reports"], []),
        (none_of(none_of(EIGHT)), "1/4", ["years"], []),
    ],
)
def test_the_closest_way_leads(condition: Condition, relative: str, needs: list[str], alternatives: list[list[str]]) -> None:
    """An all-of adds up, an any-of is as far as its closest alternative, an at-least-of takes as many of the closest as are missing."""
    only = gap(condition, PERSON)
    assert only.relative == Fraction(relative)
    assert needed(only.needs) == needs
    assert [needed(way) for way in only.alternatives] == alternatives


def test_unknown_parts_of_an_unmet_whole_are_needed_too() -> None:
    """An unmet all-of with an unknown part needs both, the unknown one at a distance of 1."""
    only = gap(all_of(EIGHT, TWO_REPORTS), {"years": 6})
    assert needed(only.needs) == ["years", "reports"]
    assert only.relative == Fraction(5, 4)
    assert only.needs[1].have is None


@given(CONDITIONS, FACTS)
def test_a_gap_names_only_what_is_not_met(condition: Condition, facts: Facts) -> None:
    """Exactly an unmet criterion is a gap; each of its needs is a test that isn't met, and meeting nothing costs nothing."""
    attributes = vocabulary(
        *(attribute(name) for name in ("x", "y", "z")),
        *(attribute(name, "flag") for name in ("ready", "sure")),
        attribute("word", "choice", options=WORDS),
        attribute("skills", "set", options=WORDS),
    )
    made = found([criterion("one", condition)], facts, attributes)
    assert bool(made) is (truth(condition, facts) is False)
    for only in made:
        assert all(truth(need.test, facts) is not True for way in (only.needs, *only.alternatives) for need in way)
        assert only.relative == sum(need.relative for need in only.needs)
        assert only.needs


def ordered(*criteria: Criterion, facts: Facts = PERSON) -> list[str]:
    """Return the ids of the gaps, in order."""
    return [one.criterion.id for one in found(criteria, facts)]


def test_required_gaps_come_first() -> None:
    """A required gap comes before any other, whatever their weights."""
    assert ordered(criterion("light", EIGHT, weight=9), criterion("must", BUDGET, required=True)) == ["must", "light"]


def test_heavier_gaps_come_before_lighter_ones() -> None:
    """Among gaps as required as each other, the heavier one comes first, however far it is."""
    assert ordered(criterion("near", EIGHT, weight=Fraction(1, 2)), criterion("heavy", BUDGET, weight=1)) == ["heavy", "near"]


def test_almost_met_gaps_come_before_closer_ones() -> None:
    """Among gaps of one weight, those whose `almost` is met come first, and then the closest."""
    close = criterion("close", EIGHT)
    almost = criterion("almost", BUDGET, almost=SIX)
    not_almost = criterion("not-almost", TWO_REPORTS, almost=check("reports", "at_least", 5))
    open_almost = criterion("open-almost", EXPERT, almost=check("peers", "at_least", 1))
    assert ordered(not_almost, almost, close, open_almost) == ["almost", "close", "open-almost", "not-almost"]
    assert {one.criterion.id: one.almost for one in found([not_almost, almost, close, open_almost], PERSON)} == {
        "almost": True,
        "close": False,
        "open-almost": False,
        "not-almost": False,
    }


def test_equal_gaps_keep_the_order_of_the_file() -> None:
    """Gaps that nothing tells apart stand as they are written."""
    assert ordered(criterion("b", EIGHT), criterion("a", EIGHT), criterion("c", EIGHT)) == ["b", "a", "c"]


def test_only_unmet_criteria_are_gaps() -> None:
    """What is met, unknown, not applicable, or perhaps not applicable is no gap."""
    criteria = [
        criterion("met", SIX),
        criterion("unknown", check("peers", "at_least", 1)),
        criterion("not-applicable", EIGHT, applies_when=BUDGET),
        criterion("perhaps", EIGHT, applies_when=check("peers", "at_least", 1)),
        criterion("unmet", EIGHT, applies_when=SIX),
    ]
    assert ordered(*criteria) == ["unmet"]
