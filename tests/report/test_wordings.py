"""How tests of attributes read: in their own words, by what their unit counts, or behind their title; never two conditions alike."""

from __future__ import annotations

import datetime
import itertools
from fractions import Fraction

import pytest

from evaluator.core.attributes import Attribute, Wording
from evaluator.core.conditions import AllOf, AnyOf, AttributeTest, Condition, NoneOf
from evaluator.core.model import Profile
from evaluator.core.operators import COMPARISONS, OPERATORS, Operator
from evaluator.core.values import Atom, Kind, ValueType, singular
from evaluator.engines.readiness import Evaluator
from evaluator.report.branches import branch, branch_items
from evaluator.report.grammar import counts, one_of_them, without
from evaluator.report.sentences import condition_words
from evaluator.report.sentences import test_words as words_of_test
from tests.cases import criterion, small_pack
from tests.drawing import SPAN

OPTIONS = ("craft", "people", "either")


def of_kind(kind: Kind, title: str, unit: str | None = None, wording: Wording | None = None, language: str = "") -> Attribute:
    """Return an attribute of a kind with a title and perhaps its own words."""
    options = OPTIONS if kind in {Kind.SCALE, Kind.CHOICE, Kind.SET} else ()
    type_ = ValueType(kind=kind, unit=unit, options=options)
    return Attribute(id=title.lower(), title=title, type=type_, wordings={} if wording is None else {language: wording}, span=SPAN)


def a_test(attribute: Attribute, how: str, value: Atom | frozenset[Atom] | None = None, other: str | None = None) -> AttributeTest:
    """Return a test of an attribute."""
    return AttributeTest(attribute=attribute.id, operator=Operator(how), value=value, other=other, span=SPAN)


def said(attribute: Attribute, how: str, value: Atom | frozenset[Atom] | None = None) -> str:
    """Say a test of an attribute that stands alone."""
    return words_of_test(a_test(attribute, how, value), {attribute.id: attribute})


NUMBERS = [
    ("Years in product management", "years", "at_least", 8, "At least 8 years in product management"),
    ("Years in product management", "years", "at_least", 1, "At least 1 year in product management"),
    ("Years in product management", "years", "below", Fraction(3, 2), "Less than 1.5 years in product management"),
    ("Years in product management", "years", "above", Fraction(8001, 1000), "More than 8.001 years in product management"),
    ("Core departments worked with", "departments", "at_least", 1, "At least 1 core department worked with"),
    ("People mentored", "people", "is", 1, "Exactly 1 person mentored"),
    ("People mentored", "people", "is_not", 3, "Any number but 3 people mentored"),
    ("Product launches", "launches", "at_least", 1, "At least 1 product launch"),
    ("PRs merged", "PRs", "at_most", 5, "At most 5 PRs merged"),
    ("Product lines overseen", "product lines", "at_least", 2, "At least 2 product lines overseen"),
    ("Direct reports", "people", "at_least", 2, "Direct reports are at least 2 people"),
    ("Teams led", "people", "at_least", 1, "Teams led are at least 1 person"),
    ("Cost of products", "products", "at_least", 2, "Cost of products is at least 2 products"),
    ("Improvement reached", "percent", "at_least", 20, "Improvement reached is at least 20 percent"),
    ("Rating", None, "above", 3, "Rating is more than 3"),
]


@pytest.mark.parametrize(("title", "unit", "how", "value", "words"), NUMBERS)
def test_a_number_reads_by_what_its_unit_counts(title: str, unit: str | None, how: str, value: Atom, words: str) -> None:
    """Where the title names what the unit counts, the number stands before it; elsewhere nothing is guessed, and the unit stays."""
    kind = Kind.INTEGER if title.startswith("People") else Kind.NUMBER
    assert said(of_kind(kind, title, unit), how, value) == words


def test_a_skill_named_by_what_is_done_is_one() -> None:
    """Managing product outcomes is one skill, whatever the outcomes; planning tools that are counted are several."""
    assert said(of_kind(Kind.SCALE, "Managing product outcomes"), "at_least", 1) == "Managing product outcomes is at least people"
    assert said(of_kind(Kind.NUMBER, "Planning tools"), "at_least", 1) == "Planning tools are at least 1"


def test_whole_numbers_are_fewer_and_others_less() -> None:
    """Fewer than 3 products, less than 3 years."""
    assert said(of_kind(Kind.INTEGER, "Products launched", "products"), "below", 3) == "Fewer than 3 products launched"
    assert said(of_kind(Kind.NUMBER, "Years at work", "years"), "below", 3) == "Less than 3 years at work"


OWN = [
    (Kind.NUMBER, "{} in the trade", "at_least", 8, "At least 8 years in the trade"),
    (Kind.NUMBER, "in the trade for {}", "at_least", 1, "In the trade for at least 1 year"),
    (Kind.INTEGER, "{number} direct reports", "at_least", 2, "At least 2 direct reports"),
    (Kind.INTEGER, "{number} direct reports", "below", 1, "Fewer than 1 direct report"),
    (Kind.INTEGER, "a team of {number}", "at_least", 1, "A team of at least 1"),
    (Kind.SCALE, "craft at {}", "at_least", 1, "Craft at at least people"),
    (Kind.CHOICE, "prefers {}", "is_not", "craft", "Prefers not craft"),
    (Kind.SET, "experience of {}", "includes_any", frozenset({"people", "craft"}), "Experience of craft or people"),
    (Kind.SET, "experience of {}", "includes_none", frozenset({"people", "craft"}), "Experience of none of craft or people"),
]


@pytest.mark.parametrize(("kind", "text", "how", "value", "words"), OWN)
def test_an_attribute_says_how_its_tests_read(kind: Kind, text: str, how: str, value: Atom, words: str) -> None:
    """What is asked takes the place of the braces, with its unit or as a number alone."""
    unit = "years" if kind in {Kind.NUMBER, Kind.INTEGER} else None
    told = [said(of_kind(kind, "Title", unit, Wording(text=text), language), how, value) for language in ("", "en")]
    assert told == [words, words]


def test_words_of_another_language_are_left_alone() -> None:
    """Reports are in English: words in another language alone change nothing."""
    assert (
        said(of_kind(Kind.NUMBER, "Years at work", "years", Wording(text="{} im Beruf"), "de"), "at_least", 2) == "At least 2 years at work"
    )


FLAGS = [
    ("Has run a backlog", "Has run a backlog", "Has not run a backlog"),
    ("Has a degree", "Has a degree", "Does not have a degree"),
    ("Is on call", "Is on call", "Is not on call"),
    ("Can travel", "Can travel", "Cannot travel"),
    ("On a performance plan", "On a performance plan", "Not on a performance plan"),
    ("Owns a budget", "Owns a budget: yes", "Owns a budget: no"),
    ("Start-up", "Start-up: yes", "Start-up: no"),
    ("Has", "Has: yes", "Has: no"),
]


@pytest.mark.parametrize(("title", "met", "unmet"), FLAGS)
def test_a_flag_reads_as_a_statement_where_english_allows(title: str, met: str, unmet: str) -> None:
    """A title that is a statement is said as it is, and negated where that is simple; others get yes and no."""
    attribute = of_kind(Kind.FLAG, title)
    assert [said(attribute, "is", value) for value in (True, False)] == [met, unmet]
    assert [said(attribute, "known", value) for value in (True, False)] == [f"{title}: known", f"{title}: not known"]


def test_a_flag_has_words_of_its_own_for_both_tests() -> None:
    """And inside a sentence its article is no capital."""
    attribute = of_kind(Kind.FLAG, "Start-up", wording=Wording(met="a start-up", unmet="no start-up"))
    assert [said(attribute, "is", value) for value in (True, False)] == ["A start-up", "No start-up"]
    assert condition_words(a_test(attribute, "is", value=True), {attribute.id: attribute}) == "a start-up"


YEARS, WORK = of_kind(Kind.NUMBER, "Years in sales", "years"), of_kind(Kind.NUMBER, "Years at work", "years")
REACHED, AIM = of_kind(Kind.NUMBER, "Improvement reached", "percent"), of_kind(Kind.NUMBER, "Improvement aimed for", "percent")
BEGAN, ENDED = of_kind(Kind.DATE, "First day"), of_kind(Kind.DATE, "Day of the end, or of leave")
PAIRS = [
    (YEARS, "at_least", WORK, "At least as many years in sales as years at work"),
    (YEARS, "above", WORK, "More years in sales than years at work"),
    (YEARS, "below", WORK, "Fewer years in sales than years at work"),
    (REACHED, "at_least", AIM, "Improvement reached is at least as high as improvement aimed for"),
    (REACHED, "is_not", AIM, "Improvement reached is higher or lower than improvement aimed for"),
    (BEGAN, "at_most", ENDED, "First day is no later than “Day of the end, or of leave”"),
]


@pytest.mark.parametrize(("one", "how", "two", "words"), PAIRS)
def test_two_attributes_are_compared_in_words(one: Attribute, how: str, two: Attribute, words: str) -> None:
    """As many, higher, no later; a title with joints of its own stands in quotes."""
    assert words_of_test(a_test(one, how, other=two.id), {one.id: one, two.id: two}) == words


def test_no_two_comparisons_of_attributes_read_the_same() -> None:
    """Each comparison has its own words, of counts, of numbers, of plurals, of dates and of choices, and none is that with a value."""
    pairs = [(YEARS, WORK), (REACHED, AIM), (of_kind(Kind.NUMBER, "Points"), AIM), (BEGAN, ENDED), (of_kind(Kind.CHOICE, "Work"), WORK)]
    for one, two in pairs:
        attributes = {one.id: one, two.id: two}
        words = [words_of_test(a_test(one, how, other=two.id), attributes) for how in sorted(COMPARISONS & OPERATORS[one.kind])]
        assert len(set(words)) == len(words)


def test_no_two_tests_in_an_attribute_s_own_words_read_the_same() -> None:
    """Values that differ in the third decimal, operators, and members of sets stay apart in the words of an attribute."""
    number = of_kind(Kind.NUMBER, "Title", "years", Wording(text="{} in sales"))
    values = [0, 1, 2, Fraction(8001, 1000), Fraction(8002, 1000), Fraction(1, 3)]
    tests = [(how, value) for how in ("at_least", "at_most", "above", "below", "is", "is_not") for value in values]
    words = [said(number, how, value) for how, value in tests]
    assert len(set(words)) == len(tests)
    some = of_kind(Kind.SET, "Title", wording=Wording(text="experience of {}"))
    pair = frozenset({"craft", "people"})
    assert len({said(some, how, pair) for how in ("includes_all", "includes_any", "includes_none")}) == 3


def test_both_ends_of_a_number_are_a_range() -> None:
    """At least 2 and at most 5 of one number are 2 to 5; ends of two numbers, or the wrong way round, are not."""
    attributes = {one.id: one for one in (YEARS, WORK, REACHED)}

    def both(one: Attribute, two: Attribute, low: int, high: int) -> str:
        return condition_words(AllOf(parts=(a_test(one, "at_least", low), a_test(two, "at_most", high)), span=SPAN), attributes)

    assert both(YEARS, YEARS, 2, 5) == "2 to 5 years in sales"
    assert both(REACHED, REACHED, 1, 20) == "improvement reached is 1 to 20 percent"
    assert both(YEARS, YEARS, 5, 2) == "at least 5 years in sales and at most 2 years in sales"
    assert both(YEARS, WORK, 2, 5) == "at least 2 years in sales and at most 5 years at work"


FIELDS = of_kind(Kind.SET, "Fields")
FIELD, ANY = (a_test(FIELDS, how, frozenset({"craft", "people"})) for how in ("includes_all", "includes_any"))
EIGHT, TWO = a_test(YEARS, "at_least", 8), a_test(WORK, "at_least", 2)
JOINED: list[tuple[Condition, str]] = [
    (AllOf(parts=(FIELD, EIGHT), span=SPAN), "fields include craft and people; and at least 8 years in sales"),
    (AllOf(parts=(EIGHT, ANY), span=SPAN), "at least 8 years in sales; and fields include craft or people"),
    (
        AnyOf(parts=(TWO, AllOf(parts=(EIGHT, TWO), span=SPAN)), span=SPAN),
        "any of: at least 2 years at work; or at least 8 years in sales and at least 2 years at work",
    ),
    (
        AnyOf(parts=(TWO, AllOf(parts=(EIGHT, ANY), span=SPAN)), span=SPAN),
        "any of: at least 2 years at work; or (at least 8 years in sales; and fields include craft or people)",
    ),
]


@pytest.mark.parametrize(("condition", "words"), JOINED)
def test_what_belongs_together_stays_together(condition: Condition, words: str) -> None:
    """Where a part has joints of its own, semicolons and brackets say what it holds."""
    assert condition_words(condition, {one.id: one for one in (YEARS, WORK, FIELDS)}) == words


def test_conditions_of_three_parts_stay_apart() -> None:
    """All ways to combine three tests by all, any and none of two at a time read differently."""
    attributes = {one.id: one for one in (YEARS, WORK, FIELDS)}
    said_by: dict[str, tuple[object, ...]] = {}
    for outer, inner in itertools.product((AllOf, AnyOf, NoneOf), repeat=2):
        for one, two, three in itertools.permutations((EIGHT, TWO, ANY)):
            for first in (True, False):
                group = inner(parts=(one, two), span=SPAN)
                whole = outer(parts=(group, three) if first else (three, group), span=SPAN)
                key = (outer, inner, one, two, three, first)
                flat = outer is inner is AllOf
                assert flat or said_by.setdefault(condition_words(whole, attributes), key) == key


@pytest.mark.parametrize(
    ("many", "one"),
    [("years", "year"), ("people", "person"), ("categories", "category"), ("launches", "launch"), ("criteria", "criterion"), ("ms", "ms")],
)
def test_one_of_many(many: str, one: str) -> None:
    """Regular plurals, and the few others that units are made of."""
    assert singular(many) == one


def test_the_little_grammar_says_when_it_does_not_know() -> None:
    """A unit that is not the noun of a title counts nothing, and a title that is no statement is not negated."""
    assert counts("Product lines overseen", "lines")
    assert not counts("Share of products", "products")
    assert one_of_them("core departments worked with") == "core department worked with"
    assert without("Leadership") is None
    assert without("Has red hair and a plan") is not None
    assert datetime.date(2026, 1, 1).isoformat() in said(BEGAN, "at_least", datetime.date(2026, 1, 1))


@pytest.mark.parametrize(
    ("title", "asked", "have", "line"),
    [
        ("On a performance plan", False, True, "✗ Not on a performance plan – “On a performance plan” is yes"),
        ("On a performance plan", False, False, "✓ Not on a performance plan – “On a performance plan” is no"),
        ("Has run a backlog", True, False, "✗ Has run a backlog – no"),
        ("Owns a budget", True, False, "✗ Owns a budget: yes – is no"),
        ("Owns a budget", False, False, "✓ Owns a budget: no – is no"),
    ],
)
def test_what_a_flag_is_cannot_be_taken_for_an_answer(title: str, asked: bool, have: bool, line: str) -> None:  # noqa: FBT001 - a table
    """Behind a sentence that says the opposite of its title, the value names the title."""
    attribute = of_kind(Kind.FLAG, title)
    condition = a_test(attribute, "is", asked)
    pack = small_pack({attribute.id: attribute}, (criterion("one", condition),))
    person = Profile(id="x", given={attribute.id: have}, span=SPAN)
    evaluation = Evaluator(pack, engine="reference").evaluate(person, as_of=datetime.date(2026, 11, 1))
    (item,) = branch_items(branch(condition, evaluation, pack))
    assert f"{item.mark} {item.text} {item.note}" == line
