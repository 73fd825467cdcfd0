"""Conditions, needs and bands in plain words."""

from __future__ import annotations

import datetime
from fractions import Fraction

import pytest

from evaluator.core.conditions import AllOf, AnyOf, AtLeastOf, AttributeTest, Condition, NoneOf
from evaluator.core.facts import complete
from evaluator.core.gaps import need_of
from evaluator.core.model import Pack, Profile
from evaluator.core.operators import Operator
from evaluator.core.results import Score
from evaluator.core.values import Atom, Facts
from evaluator.diagnostics import Span
from evaluator.report.bands import band_words
from evaluator.report.grammar import in_sentence, plural
from evaluator.report.needs import need_words
from evaluator.report.sentences import condition_words
from evaluator.report.sentences import test_words as words_of_test
from evaluator.report.words import joined, percent, score_words, some

HERE = Span(path="x.yaml", line=1, column=1, end_line=1, end_column=2)
JUNE = datetime.date(2026, 6, 1)


def a_test(attribute: str, operator: str, value: Atom | frozenset[Atom] | None = None, other: str | None = None) -> AttributeTest:
    """Return a test without a place of its own."""
    return AttributeTest(attribute=attribute, operator=Operator(operator), value=value, other=other, span=HERE)


SENTENCES = [
    (a_test("product_years", "at_least", 8), "At least 8 years in product management"),
    (a_test("product_years", "below", Fraction(3, 2)), "Less than 1.5 years in product management"),
    (a_test("direct_reports", "above", 1), "Direct reports are more than 1 person"),
    (a_test("reached", "at_least", other="target"), "Improvement reached is at least as high as improvement aimed for"),
    (a_test("leadership", "at_least", 3), "Leadership is at least practitioner"),
    (a_test("leadership", "one_of", frozenset({2, 4})), "Leadership is working or expert"),
    (a_test("preferred", "is_not", "craft"), "Preferred work is not craft"),
    (a_test("preferred", "none_of", frozenset({"craft", "either"})), "Preferred work is none of craft or either"),
    (a_test("knowledge", "includes_all", frozenset({"pricing", "market-research"})), "Knowledge areas include market research and pricing"),
    (a_test("knowledge", "includes_any", frozenset({"pricing", "market-research"})), "Knowledge areas include market research or pricing"),
    (a_test("knowledge", "includes_none", frozenset({"pricing"})), "Knowledge areas do not include pricing"),
    (a_test("budget", "is", value=True), "Owns a budget: yes"),
    (a_test("budget", "known", value=False), "Owns a budget: not known"),
    (a_test("reviewed", "at_least", JUNE), "Latest review is 2026-06 or later"),
    (a_test("reviewed", "below", JUNE), "Latest review is earlier than 2026-06"),
]


@pytest.mark.parametrize(("test", "words"), SENTENCES)
def test_a_test_reads_as_a_sentence(test: AttributeTest, words: str, pack: Pack) -> None:
    """Every operator has its own words, with the attribute's title and unit."""
    assert words_of_test(test, pack.attributes) == words


YEARS, REPORTS, BUDGET = a_test("product_years", "at_least", 8), a_test("direct_reports", "at_least", 2), a_test("budget", "is", value=True)
COMBINED: list[tuple[Condition, str]] = [
    (AllOf(parts=(), span=HERE), "always"),
    (AnyOf(parts=(YEARS, BUDGET), span=HERE), "any of: at least 8 years in product management or owns a budget: yes"),
    (
        AnyOf(parts=(AllOf(parts=(YEARS, REPORTS), span=HERE), BUDGET), span=HERE),
        "any of: at least 8 years in product management and direct reports are at least 2 people; or owns a budget: yes",
    ),
    (
        AllOf(parts=(BUDGET, NoneOf(parts=(YEARS, REPORTS), span=HERE)), span=HERE),
        "owns a budget: yes and (none of: at least 8 years in product management or direct reports are at least 2 people)",
    ),
    (
        AtLeastOf(count=2, parts=(YEARS, REPORTS, BUDGET), span=HERE),
        "at least 2 of: at least 8 years in product management, direct reports are at least 2 people or owns a budget: yes",
    ),
    (AnyOf(parts=(BUDGET,), span=HERE), "owns a budget: yes"),
]


@pytest.mark.parametrize(("condition", "words"), COMBINED)
def test_combinations_read_as_one_sentence(condition: Condition, words: str, pack: Pack) -> None:
    """Parts are joined by words, or by semicolons where a part has joints of its own."""
    assert condition_words(condition, pack.attributes) == words


FACTS: Facts = {
    "product_years": 6,
    "direct_reports": 1,
    "leadership": 2,
    "knowledge": frozenset({"market-research"}),
    "reached": 20,
    "target": 30,
    "preferred": "craft",
    "budget": False,
    "reviewed": datetime.date(2026, 1, 1),
}
NEEDS = [
    (a_test("product_years", "at_least", 8), "6 of 8 years: 2 years to go"),
    (a_test("product_years", "above", 6), "6 years, needs more than 6 years: only just missed"),
    (a_test("product_years", "at_most", 5), "6 years, needs at most 5 years: 1 year too many"),
    (a_test("leadership", "at_least", 3), "working, needs at least practitioner: 1 level up"),
    (a_test("leadership", "at_most", 0), "working, needs at most none: 2 levels down"),
    (a_test("knowledge", "includes_all", frozenset({"pricing", "web-development"})), "missing: pricing, web development"),
    (a_test("knowledge", "includes_any", frozenset({"pricing", "web-development"})), "missing: pricing or web development"),
    (a_test("knowledge", "includes_none", frozenset({"market-research"})), "to drop: market research"),
    (a_test("reached", "at_least", other="target"), "20 of 30 percent (“Improvement aimed for”): 10 percent to go"),
    (a_test("preferred", "one_of", frozenset({"people", "either"})), "craft, needs people or either"),
    (a_test("budget", "is", value=True), "no, needs yes"),
    (a_test("interim_months", "at_least", 6), "unknown, needs at least 6 months"),
    (a_test("reviewed", "at_least", JUNE), "2026-01, needs 2026-06 or later: 5 months to go"),
]


@pytest.mark.parametrize(("test", "words"), NEEDS)
def test_a_need_says_have_need_and_distance(test: AttributeTest, words: str, pack: Pack) -> None:
    """What is there, what is needed and how far that is, in the attribute's unit."""
    facts = complete(pack, Profile(id="x", given=FACTS, span=HERE), JUNE).facts
    assert need_words(need_of(test, facts, pack.attributes), pack.attributes) == words


def test_bands_read_as_counts(pack: Pack) -> None:
    """A band's condition names criteria and per cent, not the names of the tally."""
    assert [band_words(band) for band in pack.bands] == [
        "no unmet required criterion and a score of at least 75 %",
        "at most 1 unmet required criterion and a score of at least 50 %",
        "everything else",
    ]


@pytest.mark.parametrize(
    ("title", "many"),
    [
        ("Years in product management", True),
        ("Knowledge areas", True),
        ("Products launched", True),
        ("Product lines overseen", True),
        ("People mentored", True),
        ("Positions held", True),
        ("Review of product measures", False),
        ("Customer focus", False),
        ("Data analysis", False),
        ("Has run a product backlog", False),
        ("Leadership", False),
    ],
)
def test_the_noun_of_a_title_decides_its_number(title: str, many: bool) -> None:  # noqa: FBT001 - a table of expectations
    """The noun before the first preposition or participle is the one that counts."""
    assert plural(title) is many


def test_abbreviations_keep_their_capitals() -> None:
    """Only an ordinary first word loses its capital inside a sentence."""
    assert [in_sentence(title) for title in ("Tool adoption", "NPS of teams", "A b")] == ["tool adoption", "NPS of teams", "A b"]


def test_scores_are_rounded_down() -> None:
    """A score that misses a threshold never looks as if it had reached it."""
    assert percent(Fraction(7499, 10000)) == 74
    assert score_words(Score(low=Fraction(3, 5), high=Fraction(9, 11))) == "60–81 %"
    assert score_words(Score(low=Fraction(1), high=Fraction(1))) == "100 %"


def test_lists_of_words() -> None:
    """Lists end in a joint, and short lists say how much they leave out."""
    assert joined([]) == ""
    assert joined(["a", "b", "c"], "or") == "a, b or c"
    assert some(["a", "b", "c"], 2) == "a, b, +1"
