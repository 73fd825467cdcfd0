"""Which words are offered for a misspelt one: slips are, other words are not."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evaluator.diagnostics.spelling import _edits, close_words

ROLES = (
    "Associate Product Manager",
    "Product Manager",
    "Senior Product Manager",
    "Group Product Manager",
    "Product Director",
    "Senior Product Director",
    "VP of Product Operations",
    "Head of Product",
    "Chief Product Officer",
    "Principal Product Manager",
    "Product Operations Manager",
)
AREAS = ("Business", "Pricing Strategy", "Product strategy", "Market research", "Data analysis", "Design", "SQL")
COLUMNS = (
    "product_management_years",
    "years at work",
    "direct_reports",
    "departments",
    "education",
    "communication",
    "mentees",
    "budget_role",
)
WORDS = ("at_least", "at_most", "any_of", "all_of", "is", "is_not", "includes", "missing", "lint", "test", "each", "weight")

SLIPS = [
    ("Product Manger", ROLES, "Product Manager"),
    ("produkt manager", ROLES, "Product Manager"),
    ("Prodcut Manager", ROLES, "Product Manager"),
    ("PRODUCT-MANAGER", ROLES, "Product Manager"),
    ("ProductManager", ROLES, "Product Manager"),
    ("Manager Product", ROLES, "Product Manager"),
    ("Director Product", ROLES, "Product Director"),
    ("Direktor, Product", ROLES, "Product Director"),
    ("Head Product", ROLES, "Head of Product"),
    ("Cheif Product Oficer", ROLES, "Chief Product Officer"),
    ("VP Product Operations", ROLES, "VP of Product Operations"),
    ("Product Strategies", AREAS, "Product strategy"),
    ("Strategy Product", AREAS, "Product strategy"),
    ("Buisness", AREAS, "Business"),
    ("Désign", AREAS, "Design"),
    ("market_reserch", AREAS, "Market research"),
    ("product_managment_year", COLUMNS, "product_management_years"),
    ("Department", COLUMNS, "departments"),
    ("comunicaton", COLUMNS, "communication"),
    ("Reports direct", COLUMNS, "direct_reports"),
    ("at_lest", WORDS, "at_least"),
    ("any", WORDS, "any_of"),
    ("isnot", WORDS, "is_not"),
    ("linst", WORDS, "lint"),
    ("wieght", WORDS, "weight"),
]
OTHER_WORDS = [
    ("Product Wizard", ROLES),
    ("Product Owner", ROLES),
    ("Product", ROLES),
    ("Manager", ROLES),
    ("Data Scientist", ROLES),
    ("Chief of Police", ROLES),
    ("Head Chef", ROLES),
    ("Sales Director", ROLES),
    ("Czech Cuisine", AREAS),
    ("Baking", AREAS),
    ("Resign", ("Reason",)),
    ("PHP", AREAS),
    ("C", ("D", "R", "Go")),
    ("Worker", COLUMNS),
    ("Location", COLUMNS),
    ("Years in Role", COLUMNS),
    ("Years as PM", COLUMNS),
    ("Name of Manager", COLUMNS),
    ("init", WORDS),
    ("where", ("sheet", "shared")),
    ("", WORDS),
    ("—", WORDS),
]


@pytest.mark.parametrize(("word", "known", "meant"), SLIPS)
def test_a_slip_is_offered_what_was_meant(word: str, known: tuple[str, ...], meant: str) -> None:
    """One or two letters wrong, words in another order, a small one left out, an ending, an accent, a hyphen."""
    assert close_words(word, known)[:1] == [meant]


@pytest.mark.parametrize(("word", "known"), OTHER_WORDS)
def test_another_word_is_offered_nothing(word: str, known: tuple[str, ...]) -> None:
    """Words that share a part, or as many letters by chance, are no slips of each other."""
    assert close_words(word, known) == []


def test_the_closest_comes_first_and_of_as_close_ones_the_first() -> None:
    """What is further off by more than a letter is not named beside it; spellings of one name count once."""
    assert close_words("leed", ["lead", "reed", "feed", "lewd"]) == ["lead", "reed"]
    assert close_words("redy", ["reedy", "ready"], most=1) == ["reedy"]
    assert close_words("Lead", ["lead", "leads"]) == ["lead", "leads"]
    assert close_words("at_least", ["at_most", "at least", "at_least"]) == ["at_least"]
    assert close_words("experts", ["expense", "expert"]) == ["expert"]


@pytest.mark.parametrize("word", ["departments", "communication", "Product Manager", "weights"])
def test_every_single_slip_of_a_long_word_is_caught(word: str) -> None:
    """A letter left out, doubled, or swapped with its neighbour, anywhere."""
    slips = {word[:at] + word[at + 1 :] for at in range(len(word))}
    slips |= {word[:at] + word[at] + word[at:] for at in range(len(word))}
    slips |= {word[:at] + word[at + 1] + word[at] + word[at + 2 :] for at in range(len(word) - 1)}
    assert {slip: close_words(slip, [word]) for slip in slips} == {slip: [word] for slip in slips}


@pytest.mark.parametrize("name", ["Head of Product Operations", "Years managing people", "direct reports"])
def test_words_may_stand_in_any_order(name: str) -> None:
    """All orders of the words of a name lead to it."""
    for order in itertools.permutations(name.split()):
        assert close_words(" ".join(order), [name]) == [name]


@given(st.text(max_size=150), st.lists(st.text(max_size=150), max_size=6))
def test_only_known_words_are_offered_and_a_known_one_is_its_own(word: str, known: list[str]) -> None:
    """Whatever is typed: what is returned is known, at most two, and a known word comes before others that are spelt alike."""
    close = close_words(word, known)
    assert set(close) <= set(known)
    assert len(close) <= 2
    if word in known and close:
        assert close[0] == word or close[0].casefold() != word.casefold()


def whole_table(one: str, other: str) -> int:
    """Return how many letters differ, by the whole table of both texts."""
    table = [[row + column if not row or not column else 0 for column in range(len(other) + 1)] for row in range(len(one) + 1)]
    for row, column in itertools.product(range(1, len(one) + 1), range(1, len(other) + 1)):
        same = one[row - 1] == other[column - 1]
        cost = min(table[row - 1][column] + 1, table[row][column - 1] + 1, table[row - 1][column - 1] + (not same))
        if row > 1 and column > 1 and (one[row - 2], one[row - 1]) == (other[column - 1], other[column - 2]):
            cost = min(cost, table[row - 2][column - 2] + 1)
        table[row][column] = cost
    return table[-1][-1]


@given(st.text("abc", max_size=9), st.text("abc", max_size=9), st.integers(0, 3))
def test_counting_letters_within_a_bound_is_counting_them(one: str, other: str, most: int) -> None:
    """What is cut off lies beyond the bound."""
    whole = whole_table(one, other)
    assert _edits(one, other, most) == (whole if whole <= most else None)
