"""What lint calls impossible or certain, against every value that there is."""

from __future__ import annotations

import datetime
import itertools
from collections.abc import Iterator, Mapping
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evaluator.core.conditions import AllOf, AnyOf, AtLeastOf, AttributeTest, Condition, NoneOf, truth
from evaluator.core.operators import Operator
from evaluator.core.values import Atom, Facts, Kind, Value, ValueType
from evaluator.diagnostics import Span
from evaluator.packs.lint.intervals import Interval
from evaluator.packs.lint.ranges import always, never

SPAN = Span.whole_file("made-up.yaml")
WORDS = ("a", "b", "c")
DAYS = tuple(datetime.date(2024, 1, day) for day in (1, 2, 3))
TYPES: Mapping[str, ValueType] = {
    "whole": ValueType(kind=Kind.INTEGER, lowest=0, highest=3),
    "open": ValueType(kind=Kind.INTEGER),
    "number": ValueType(kind=Kind.NUMBER, lowest=0, highest=2),
    "within": ValueType(kind=Kind.NUMBER, lowest=0, highest=2, lowest_open=True, highest_open=True),
    "day": ValueType(kind=Kind.DATE, lowest=DAYS[0], highest=DAYS[-1]),
    "rank": ValueType(kind=Kind.SCALE, options=WORDS),
    "word": ValueType(kind=Kind.CHOICE, options=WORDS),
    "flag": ValueType(kind=Kind.FLAG),
}
DOMAINS: Mapping[str, tuple[Value, ...]] = {
    "whole": (0, 1, 2, 3),
    "open": tuple(range(-2, 7)),
    "number": tuple(Fraction(quarter, 4) for quarter in range(9)),
    "within": tuple(Fraction(quarter, 4) for quarter in range(1, 8)),
    "day": DAYS,
    "rank": (0, 1, 2),
    "word": WORDS,
    "flag": (True, False),
}
"""Every value within the declared ranges; of numbers enough that one lies between any two thresholds, and beyond each."""
LITERALS: Mapping[str, tuple[Atom, ...]] = {
    "whole": (-1, 0, 1, 2, 3, 4),
    "open": (0, 2, 4),
    "number": (Fraction(-1, 2), 0, Fraction(1, 2), 1, 2, Fraction(5, 2)),
    "within": (Fraction(-1, 2), 0, Fraction(1, 2), 1, 2, Fraction(5, 2)),
    "day": (datetime.date(2023, 12, 31), *DAYS, datetime.date(2024, 1, 4)),
    "rank": (0, 1, 2),
    "word": WORDS,
}
COMPARISONS = (Operator.AT_LEAST, Operator.AT_MOST, Operator.ABOVE, Operator.BELOW, Operator.IS, Operator.IS_NOT)


def check(name: str, operator: Operator, value: Atom | frozenset[Atom]) -> AttributeTest:
    """Return a test of one attribute."""
    return AttributeTest(attribute=name, operator=operator, value=value, span=SPAN)


def _single_tests() -> Iterator[AttributeTest]:
    for name in ("whole", "open", "number", "within", "day", "rank"):
        for operator, value in itertools.product(COMPARISONS, LITERALS[name]):
            yield check(name, operator, value)
    for operator, value in itertools.product((Operator.IS, Operator.IS_NOT), WORDS):
        yield check("word", operator, value)
    for name in ("rank", "word"):
        for size in (1, 2, 3):
            for members in itertools.combinations(LITERALS[name], size):
                yield check(name, Operator.ONE_OF, frozenset(members))
                yield check(name, Operator.NONE_OF, frozenset(members))
    yield check("flag", Operator.IS, True)  # noqa: FBT003 - as in a rule file
    yield check("flag", Operator.IS, False)  # noqa: FBT003 - as in a rule file


def spelt(test: AttributeTest) -> str:
    """Return a test in words, the same in every run."""
    value = "+".join(sorted(map(str, test.value))) if isinstance(test.value, frozenset) else test.value
    return f"{test.attribute}-{test.operator}-{value}"


SINGLE = tuple(_single_tests())
KNOWN = tuple(check(name, Operator.KNOWN, value) for name in TYPES for value in (True, False))


def outcomes(condition: Condition, *, missing: bool) -> set[bool | None]:
    """Return the truth of a condition under every assignment of the attributes it reads, with or without missing ones."""
    names = sorted({test.attribute for test in _leaves(condition)})
    options = [(*DOMAINS[name], *((None,) if missing else ())) for name in names]
    found: set[bool | None] = set()
    for values in itertools.product(*options):
        facts: Facts = {name: value for name, value in zip(names, values, strict=True) if value is not None}
        found.add(truth(condition, facts))
    return found


def _leaves(condition: Condition) -> Iterator[AttributeTest]:
    if isinstance(condition, AttributeTest):
        yield condition
    else:
        for part in condition.parts:
            yield from _leaves(part)


@pytest.mark.parametrize("test", SINGLE, ids=spelt)
def test_a_single_test_is_judged_exactly(test: AttributeTest) -> None:
    """Of a single test it is always found whether anybody can meet it, and whether everybody does."""
    found = outcomes(test, missing=False)
    assert never(test, TYPES) == (True not in found)
    assert always(test, TYPES) == (found == {True})


@pytest.mark.parametrize("test", KNOWN, ids=lambda test: f"{test.attribute}-{test.value}")
def test_presence_can_be_and_need_not(test: AttributeTest) -> None:
    """Whether something is known is never certain."""
    assert not never(test, TYPES)
    assert not always(test, TYPES)


def _grown(parts: st.SearchStrategy[Condition]) -> st.SearchStrategy[Condition]:
    several = st.lists(parts, min_size=1, max_size=3).map(tuple)
    joined = [st.builds(join, parts=several, span=st.just(SPAN)) for join in (AllOf, AnyOf, NoneOf)]
    counted = several.flatmap(
        lambda found: st.builds(AtLeastOf, count=st.integers(1, len(found)), parts=st.just(found), span=st.just(SPAN))
    )
    return st.one_of(*joined, counted)


NESTED: st.SearchStrategy[Condition] = st.recursive(st.sampled_from((*SINGLE, *KNOWN)), _grown, max_leaves=6)
FEW = tuple(test for test in (*SINGLE, *KNOWN) if test.attribute in {"whole", "rank", "flag"})
TIGHT: st.SearchStrategy[Condition] = st.recursive(st.sampled_from(FEW), _grown, max_leaves=6)
"""Conditions over few attributes, so that tests meet and contradict each other often."""


def _attributes(condition: Condition) -> int:
    return len({test.attribute for test in _leaves(condition)})


@pytest.mark.slow
@settings(max_examples=500, deadline=None)
@given((NESTED | TIGHT).filter(lambda condition: _attributes(condition) <= 4))
def test_what_is_called_impossible_is(condition: Condition) -> None:
    """What is said never to be met is met by no assignment; what is said always to be met is unmet by none."""
    if never(condition, TYPES):
        assert True not in outcomes(condition, missing=True)
    if always(condition, TYPES):
        assert False not in outcomes(condition, missing=True)


PAIRS = [(one, other) for one, other in itertools.combinations(SINGLE, 2) if one.attribute == other.attribute]


@pytest.mark.parametrize("name", ["whole", "number", "rank", "word", "flag"])
def test_two_tests_of_one_attribute_are_judged_exactly(name: str) -> None:
    """Two tests that have to be met together are found to contradict each other exactly where they do."""
    for one, other in PAIRS:
        if one.attribute == name:
            both = AllOf(parts=(one, other), span=SPAN)
            assert never(both, TYPES) == (True not in outcomes(both, missing=False)), both


def test_an_interval_holds_what_is_cut_out_of_it() -> None:
    """Ends that are in it or not, steps from anywhere, no ends: a number is in it where the piece from it to itself is."""
    numbers = [Fraction(number, 4) for number in range(-8, 13)]
    ends = (None, Fraction(-1), Fraction(1, 2), Fraction(2))
    seen = set()
    for low, high, low_open, high_open in itertools.product(ends, ends, (False, True), (False, True)):
        for step, base in (
            (None, Fraction(0)),
            (Fraction(1), Fraction(0)),
            (Fraction(1), Fraction(1, 2)),
            (Fraction(3, 4), Fraction(1, 4)),
        ):
            interval = Interval(low=low, low_open=low_open, high=high, high_open=high_open, step=step, base=base)
            for number in numbers:
                seen.add(interval.holds(number))
                assert interval.holds(number) is (interval.cut(number, False, number, False) is not None), (interval, number)  # noqa: FBT003 - ends
    assert seen == {True, False}
