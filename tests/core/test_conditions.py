"""Conditions: truth tables of strong Kleene logic written out by hand, every test of every type, and what negation keeps."""

# ruff: noqa: FBT003 - the truths, flags and answers under test stand for themselves

from __future__ import annotations

from fractions import Fraction
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evaluator.core.conditions import AttributeTest, Condition, NoneOf, Truth, attributes_read, exchanged, leaves, negated, plain, truth
from evaluator.core.operators import OPERATORS
from evaluator.core.unknowns import Unknowns
from evaluator.core.values import Atom, Facts, Kind, Value
from tests.core.build import (
    AS_OF,
    CONDITIONS,
    CONDITIONS_WITH_KNOWN,
    EVERYTHING,
    FACTS,
    LETTERS,
    all_of,
    any_of,
    at_least_of,
    attribute,
    check,
    day,
    flag,
    none_of,
    vocabulary,
)

# Each table lists the truth for the first part met, unmet, unknown; within it the second part; within that the third.
TABLES = {
    "all_of": "mu? uuu ?u?  uuu uuu uuu  ?u? uuu ?u?",
    "any_of": "mmm mmm mmm  mmm mu? m??  mmm m?? m??",
    "none_of": "uuu uuu uuu  uuu um? u??  uuu u?? u??",
    "at_least_0": "mmm mmm mmm  mmm mmm mmm  mmm mmm mmm",
    "at_least_1": "mmm mmm mmm  mmm mu? m??  mmm m?? m??",
    "at_least_2": "mmm mu? m??  mu? uuu ?u?  m?? ?u? ???",
    "at_least_3": "mu? uuu ?u?  uuu uuu uuu  ?u? uuu ?u?",
    "at_least_4": "uuu uuu uuu  uuu uuu uuu  uuu uuu uuu",
}
PAIRS = {
    "all_of": "mu? uuu ?u?",
    "any_of": "mmm mu? m??",
    "none_of": "uuu um? u??",
    "at_least_1": "mmm mu? m??",
    "at_least_2": "mu? uuu ?u?",
}


def joined(name: str, *parts: Condition) -> Condition:
    """Join parts by the combinator of a table."""
    if name.startswith("at_least_"):
        return at_least_of(int(name.removeprefix("at_least_")), *parts)
    match name:
        case "all_of":
            return all_of(*parts)
        case "any_of":
            return any_of(*parts)
        case _:
            return none_of(*parts)


def rows(tables: dict[str, str], size: int) -> list[tuple[str, str, str]]:
    """Unfold tables into rows: combinator, truths of the parts, truth of the whole."""
    inputs = ["".join(found) for found in product("mu?", repeat=size)]
    return [(name, parts, whole) for name, table in tables.items() for parts, whole in zip(inputs, table.replace(" ", ""), strict=True)]


@pytest.mark.parametrize(("combinator", "parts", "whole"), rows(PAIRS, 2) + rows(TABLES, 3))
def test_combinators_follow_strong_kleene_logic(combinator: str, parts: str, whole: str) -> None:
    """Every combination of met, unmet and unknown parts comes to what the table says."""
    names = "abc"[: len(parts)]
    facts = {name: held for name, letter in zip(names, parts, strict=True) if (held := LETTERS[letter]) is not None}
    assert truth(joined(combinator, *map(flag, names)), facts) is LETTERS[whole]


@pytest.mark.parametrize(("condition", "held"), [(all_of(), True), (any_of(), False), (none_of(), True)])
def test_combinators_of_nothing(condition: Condition, held: Truth) -> None:
    """All of nothing and none of nothing hold, any of nothing does not."""
    assert truth(condition, {}) is held


# What a test says of a value below, equal to and above its own.
COMPARED = {"at_least": "umm", "at_most": "mmu", "above": "uum", "below": "muu", "is": "umu", "is_not": "mum"}
ORDERED: dict[str, tuple[Atom, Atom, Atom]] = {
    "number": (Fraction("7.4"), Fraction("7.5"), Fraction("7.6")),
    "integer": (-1, 0, 1),
    "date": (day("2024-05-16"), day("2024-05-17"), day("2024-05-18")),
    "scale": (0, 1, 2),
}


@pytest.mark.parametrize(
    ("kind", "operator", "place", "letter"),
    [(kind, operator, place, letter) for kind in ORDERED for operator, row in COMPARED.items() for place, letter in enumerate(row)],
)
def test_ordered_values_are_compared(kind: str, operator: str, place: int, letter: str) -> None:
    """Numbers, dates and ranks are compared below, at and above the bound; against another attribute all the same."""
    have, need = ORDERED[kind][place], ORDERED[kind][1]
    assert truth(check("x", operator, need), {"x": have}) is LETTERS[letter]
    assert truth(check("x", operator, other="bound"), {"x": have, "bound": need}) is LETTERS[letter]


@pytest.mark.parametrize("operator", COMPARED)
def test_a_missing_side_makes_a_comparison_unknown(operator: str) -> None:
    """A test is unknown without its value, and without the attribute it is held against."""
    assert truth(check("x", operator, 3), {}) is None
    assert truth(check("x", operator, other="bound"), {}) is None
    assert truth(check("x", operator, other="bound"), {"x": 3}) is None
    assert truth(check("x", operator, other="bound"), {"bound": 3}) is None


def test_numbers_compare_exactly() -> None:
    """A third is below 0.3334 and above 0.3333, and 0.75 is exactly three quarters."""
    assert truth(check("x", "above", Fraction("0.3333")), {"x": Fraction(1, 3)}) is True
    assert truth(check("x", "below", Fraction("0.3334")), {"x": Fraction(1, 3)}) is True
    assert truth(check("x", "at_least", Fraction("0.75")), {"x": Fraction(3, 4)}) is True


S = frozenset
WORDED: list[tuple[str, Atom | frozenset[Atom], Value, str]] = [
    ("is", "craft", "craft", "m"),
    ("is", "craft", "people", "u"),
    ("is_not", "craft", "craft", "u"),
    ("is_not", "craft", "people", "m"),
    ("one_of", S({"craft", "either"}), "either", "m"),
    ("one_of", S({"craft", "either"}), "people", "u"),
    ("none_of", S({"craft", "either"}), "either", "u"),
    ("none_of", S({"craft", "either"}), "people", "m"),
    ("one_of", S({0, 2}), 2, "m"),
    ("one_of", S({0, 2}), 1, "u"),
    ("none_of", S({0, 2}), 0, "u"),
    ("none_of", S({0, 2}), 3, "m"),
    ("is", True, True, "m"),
    ("is", True, False, "u"),
    ("is", False, False, "m"),
    ("is", False, True, "u"),
    ("includes", S({"a"}), S({"a", "b"}), "m"),
    ("includes", S({"a"}), S({"a"}), "m"),
    ("includes", S({"a"}), S({"b"}), "u"),
    ("includes", S({"a"}), S(), "u"),
    ("includes_all", S({"a", "b"}), S({"a", "b", "c"}), "m"),
    ("includes_all", S({"a", "b"}), S({"a", "b"}), "m"),
    ("includes_all", S({"a", "b"}), S({"a", "c"}), "u"),
    ("includes_all", S({"a", "b"}), S(), "u"),
    ("includes_any", S({"a", "b"}), S({"b", "c"}), "m"),
    ("includes_any", S({"a", "b"}), S({"a", "b"}), "m"),
    ("includes_any", S({"a", "b"}), S({"c"}), "u"),
    ("includes_any", S({"a", "b"}), S(), "u"),
    ("includes_none", S({"a", "b"}), S({"c"}), "m"),
    ("includes_none", S({"a", "b"}), S(), "m"),
    ("includes_none", S({"a", "b"}), S({"b", "c"}), "u"),
    ("includes_none", S({"a", "b"}), S({"a", "b"}), "u"),
]


@pytest.mark.parametrize(("operator", "need", "have", "letter"), WORDED)
def test_words_ranks_flags_and_sets_are_tested(operator: str, need: Atom | frozenset[Atom], have: Value, letter: str) -> None:
    """Every test of choices, texts, ranks, flags and sets, inside and outside, is met, unmet or, without a value, unknown."""
    condition = check("x", operator, need)
    assert truth(condition, {"x": have}) is LETTERS[letter]
    assert truth(condition, {}) is None
    assert truth(condition, {"other": have}) is None


PRESENT: list[Value] = [0, Fraction(1, 2), day("2024-05-17"), "", "craft", S(), S({"a"}), True, False, (), ({"title": "Lead"},)]


@pytest.mark.parametrize("value", PRESENT, ids=repr)
def test_known_asks_about_presence_alone(value: Value) -> None:
    """A value is known whatever it is, zero, false and empty lists included."""
    assert truth(check("x", "known", True), {"x": value}) is True
    assert truth(check("x", "known", False), {"x": value}) is False


def test_known_is_never_unknown() -> None:
    """A missing attribute is not known, and that is certain."""
    assert truth(check("x", "known", True), {}) is False
    assert truth(check("x", "known", False), {}) is True


COMPARISON_WORDS = "at_least at_most above below is is_not"


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        ("number", COMPARISON_WORDS),
        ("integer", COMPARISON_WORDS),
        ("date", COMPARISON_WORDS),
        ("scale", f"{COMPARISON_WORDS} one_of none_of"),
        ("choice", "is is_not one_of none_of"),
        ("text", "is is_not one_of none_of"),
        ("set", "includes includes_all includes_any includes_none"),
        ("flag", "is"),
        ("records", ""),
    ],
)
def test_every_type_has_the_tests_that_the_rule_language_lists(kind: str, words: str) -> None:
    """A type has the tests of the rule language's table, and `known`."""
    assert {str(operator) for operator in OPERATORS[Kind(kind)]} == {*words.split(), "known"}


def fuzzy(condition: Condition, facts: Facts) -> Fraction:
    """Judge by the logic's other definition: unknown is a half, all-of the least, any-of the greatest, at-least-n the n-th greatest."""
    if isinstance(condition, AttributeTest):
        return {True: Fraction(1), False: Fraction(0), None: Fraction(1, 2)}[truth(condition, facts)]
    values = sorted((fuzzy(part, facts) for part in condition.parts), reverse=True)
    match type(condition).__name__:
        case "AllOf":
            return values[-1]
        case "AnyOf":
            return values[0]
        case "NoneOf":
            return 1 - values[0]
        case _:
            return values[condition.count - 1]  # type: ignore[union-attr]


@given(CONDITIONS_WITH_KNOWN, FACTS)
def test_trees_follow_the_other_definition_of_the_logic(condition: Condition, facts: Facts) -> None:
    """However conditions are nested, their truth is the one of the logic's definition by least and greatest."""
    assert {True: 1, False: 0, None: Fraction(1, 2)}[truth(condition, facts)] == fuzzy(condition, facts)


@given(CONDITIONS_WITH_KNOWN, FACTS)
def test_a_negation_is_met_exactly_where_the_condition_is_unmet(condition: Condition, facts: Facts) -> None:
    """A negation is met where the condition is unmet, unmet where it is met and unknown where it is unknown."""
    held = truth(condition, facts)
    assert truth(negated(condition), facts) is (None if held is None else not held)
    assert truth(negated(negated(condition)), facts) is held


@given(CONDITIONS_WITH_KNOWN, FACTS)
def test_a_plain_condition_is_equal_in_truth(condition: Condition, facts: Facts) -> None:
    """Pushing negations down to the tests changes no truth."""
    assert truth(plain(condition), facts) is truth(condition, facts)


def holds_none_of(condition: Condition) -> bool:
    """Return whether a none-of is anywhere in the tree."""
    return isinstance(condition, NoneOf) or (not isinstance(condition, AttributeTest) and any(map(holds_none_of, condition.parts)))


@given(CONDITIONS_WITH_KNOWN)
def test_no_none_of_is_left(condition: Condition) -> None:
    """Neither a plain condition nor a negation holds a none-of."""
    assert not holds_none_of(plain(condition))
    assert not holds_none_of(negated(condition))


@pytest.mark.parametrize("operator", COMPARED)
def test_a_comparison_with_another_attribute_has_its_negation(operator: str) -> None:
    """A test against another attribute is negated too, and stays unknown where either is missing."""
    condition = check("x", operator, other="y")
    for have, need in product([None, 1, 2], repeat=2):
        facts = {name: value for name, value in (("x", have), ("y", need)) if value is not None}
        held = truth(condition, facts)
        assert truth(negated(condition), facts) is (None if held is None else not held)


@given(CONDITIONS, EVERYTHING, st.sets(st.sampled_from(["x", "y", "z", "ready", "sure", "word", "skills"])))
def test_more_information_never_turns_a_truth_around(condition: Condition, everything: Facts, missing: set[str]) -> None:
    """What is met or unmet with attributes missing is still so once they are filled in, and is never unknown with all of them."""
    part = {name: value for name, value in everything.items() if name not in missing}
    before, after = truth(condition, part), truth(condition, everything)
    assert after is not None
    assert before is None or before is after


def open_attributes(condition: Condition, facts: Facts) -> tuple[str, ...]:
    """Return what is asked for where a condition over stated attributes is unknown."""
    stated = vocabulary(*(attribute(name) for name in attributes_read([condition])))
    return Unknowns(facts=facts, attributes=stated, as_of=AS_OF).condition(condition).asks


@given(CONDITIONS, EVERYTHING, FACTS)
def test_answering_the_open_attributes_settles_a_condition(condition: Condition, answers: Facts, facts: Facts) -> None:
    """The open attributes are missing ones, there are some exactly where the condition is unknown, and their values settle it."""
    asked = open_attributes(condition, facts)
    assert bool(asked) is (truth(condition, facts) is None)
    assert not set(asked) & set(facts)
    assert len(set(asked)) == len(asked)
    assert truth(condition, {**facts, **{name: answers[name] for name in asked}}) is not None


@pytest.mark.parametrize(
    ("condition", "facts", "names"),
    [
        (check("x", "at_least", 3), {}, ("x",)),
        (check("x", "at_least", 3), {"x": 1}, ()),
        (check("x", "at_least", other="y"), {}, ("x", "y")),
        (check("x", "at_least", other="y"), {"x": 1}, ("y",)),
        (check("x", "at_least", other="y"), {"y": 1}, ("x",)),
        (check("x", "known", True), {}, ()),
        (all_of(flag("a"), flag("b")), {}, ("a", "b")),
        (all_of(flag("a"), flag("b")), {"a": False}, ()),
        (all_of(flag("a"), flag("b")), {"a": True}, ("b",)),
        (any_of(flag("b"), flag("a")), {}, ("b", "a")),
        (any_of(flag("a"), flag("b")), {"a": True}, ()),
        (none_of(flag("a"), flag("b")), {"a": True}, ()),
        (none_of(flag("a"), flag("b")), {"a": False}, ("b",)),
        (any_of(flag("a"), all_of(flag("b"), flag("c"))), {"b": False}, ("a",)),
        (any_of(flag("a"), all_of(flag("a"), flag("c"))), {}, ("a", "c")),
        (at_least_of(2, flag("a"), flag("b"), flag("c")), {"a": True}, ("b", "c")),
        (at_least_of(2, flag("a"), flag("b"), flag("c")), {"a": False, "b": False}, ()),
    ],
)
def test_open_attributes_are_the_missing_ones_that_matter(condition: Condition, facts: Facts, names: tuple[str, ...]) -> None:
    """Only what keeps a condition unknown is open: not what is beside a settled part."""
    assert open_attributes(condition, facts) == names


def test_the_attributes_of_conditions_are_listed_once_in_order() -> None:
    """Every attribute that is read is listed once, in the order of the file, the right side of a comparison too."""
    first = any_of(check("b", "at_least", other="d"), none_of(flag("a"), flag("b")))
    assert attributes_read([first, flag("c"), flag("a")]) == ("b", "d", "a", "c")
    assert [test.attribute for test in leaves(first)] == ["b", "a", "b"]


@given(CONDITIONS_WITH_KNOWN)
def test_a_condition_is_exchanged_part_by_part(condition: Condition) -> None:
    """What is made of nothing is the same one; what is made of each test stands in its place, and what is made of the whole is all."""
    assert exchanged(condition, lambda _: None) is condition
    other = flag("other")
    changed = exchanged(condition, lambda part: other if isinstance(part, AttributeTest) else None)
    assert list(leaves(changed)) == [other] * len(list(leaves(condition)))
    assert exchanged(condition, lambda _: other) is other
