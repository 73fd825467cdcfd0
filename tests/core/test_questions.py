"""Questions: what is asked where something is unknown, and what is asked first."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from evaluator.core.attributes import Attribute
from evaluator.core.conditions import Condition
from evaluator.core.expressions import Calculation, Expression, Floor, Lookup, Operation, Reference, When
from evaluator.core.model import Band, Criterion
from evaluator.core.questions import questions
from evaluator.core.results import Question, Verdict
from evaluator.core.tally import verdict
from evaluator.core.unknowns import Unknowns
from evaluator.core.values import Facts, Number, Value
from tests.core.build import (
    AS_OF,
    CONDITIONS,
    DEFAULT_BANDS,
    EVERYTHING,
    VALUES,
    all_of,
    any_of,
    at_least_of,
    attribute,
    bands,
    check,
    criterion,
    flag,
    judged,
    none_of,
    vocabulary,
)

FLAGS = vocabulary(*(attribute(name, "flag") for name in "abcdefg"))
ANY = FLAGS | vocabulary(attribute("x"), attribute("y"))
PLAIN = vocabulary(*(attribute(name) for name in VALUES))


def sides(criteria: Sequence[Criterion], facts: Facts, made: tuple[Band, ...] = DEFAULT_BANDS) -> Verdict:
    """Return the verdict of criteria on both sides."""
    results = [judged(one, facts) for one in criteria]
    return Verdict(low=verdict(results, made, unknown_as_met=False), high=verdict(results, made, unknown_as_met=True))


def ask(
    criteria: Sequence[Criterion], facts: Facts, attributes: dict[str, Attribute] = FLAGS, made: tuple[Band, ...] = DEFAULT_BANDS
) -> tuple[Question, ...]:
    """Return the questions about criteria."""
    unknowns = Unknowns(facts=facts, attributes=attributes, as_of=AS_OF)
    return questions([judged(one, facts) for one in criteria], sides(criteria, facts, made), unknowns, made)


def names(found: Sequence[Question]) -> list[str]:
    """Return the attributes asked for, in order."""
    return [question.attribute for question in found]


def test_a_question_says_what_hangs_on_it() -> None:
    """A question names its criteria, their weight together and whether one of them is required."""
    criteria = [
        criterion("one", flag("a"), weight=2),
        criterion("two", all_of(flag("a"), flag("b")), required=True, weight=Fraction(1, 2)),
        criterion("three", flag("c")),
    ]
    by_name = {question.attribute: question for question in ask(criteria, {"c": True})}
    assert set(by_name) == {"a", "b"}
    assert (by_name["a"].criteria, by_name["a"].required, by_name["a"].weight) == (("one", "two"), True, Fraction(5, 2))
    assert (by_name["b"].criteria, by_name["b"].required, by_name["b"].weight) == (("two",), True, Fraction(1, 2))


def test_only_what_keeps_a_criterion_unknown_is_asked() -> None:
    """Nothing is asked about criteria that are settled or do not apply, nor about parts that no longer matter."""
    criteria = [
        criterion("met", any_of(flag("a"), flag("b"))),
        criterion("unmet", all_of(flag("c"), flag("d"))),
        criterion("not-applicable", flag("e"), applies_when=flag("c")),
        criterion("open", any_of(flag("f"), all_of(flag("c"), flag("g")))),
    ]
    assert names(ask(criteria, {"a": True, "c": False})) == ["f"]


@pytest.mark.parametrize(
    ("facts", "expected"),
    [({}, ["a", "b"]), ({"a": True}, ["b"]), ({"b": True}, ["a"]), ({"b": False}, ["a"]), ({"a": False}, []), ({"a": True, "b": True}, [])],
)
def test_whether_a_criterion_applies_is_asked_too(facts: Facts, expected: list[str]) -> None:
    """A criterion that may not apply asks for what its applies-when reads, besides what its condition reads."""
    assert names(ask([criterion("one", flag("b"), applies_when=flag("a"))], facts)) == expected


def test_decisive_questions_come_first() -> None:
    """What can move the verdict alone comes before a required criterion's question that can't."""
    made = bands(ready=check("qualification_unmet", "at_most", 0), not_yet=None)
    criteria = [
        criterion("required", flag("a"), required=True, weight=9),
        criterion("decisive", flag("b"), kind="qualification"),
    ]
    found = ask(criteria, {}, made=made)
    assert [(question.attribute, question.decisive) for question in found] == [("b", True), ("a", False)]


def test_required_questions_come_before_heavier_ones() -> None:
    """Among questions as decisive as each other, those in required criteria come first, then the heaviest, then the file's order."""
    criteria = [
        criterion("c1", flag("d")),
        criterion("c2", flag("c")),
        criterion("c3", flag("e"), weight=5),
        criterion("c4", flag("a"), required=True),
        criterion("c5", flag("b"), required=True, weight=2),
    ]
    decided = bands(ready=None)
    assert names(ask(criteria, {}, made=decided)) == ["b", "a", "e", "c", "d"]
    assert not any(question.decisive for question in ask(criteria, {}, made=decided))


@pytest.mark.parametrize(
    ("known", "low", "high", "decisive"),
    [
        ({}, "not yet", "ready", {"a": False, "b": True, "c": True}),
        ({"a": True}, "not yet", "ready", {"b": True, "c": True}),
        ({"b": True}, "nearly", "ready", {"a": False, "c": True}),
        ({"c": True}, "not yet", "ready", {"a": False, "b": True}),
        ({"a": True, "b": True}, "nearly", "ready", {"c": True}),
        ({"b": False}, "not yet", "not yet", {"a": False, "c": False}),
    ],
)
def test_what_can_move_the_verdict(known: Facts, low: str, high: str, decisive: dict[str, bool]) -> None:
    """With weights of 1, 4 and 2 and bands at 6 of 7 and 4 of 7, only some answers move a side of the verdict alone."""
    made = bands(ready=check("score", "at_least", Fraction(6, 7)), nearly=check("score", "at_least", Fraction(4, 7)), not_yet=None)
    criteria = [criterion("a", flag("a"), weight=1), criterion("b", flag("b"), weight=4), criterion("c", flag("c"), weight=2)]
    assert sides(criteria, known, made) == Verdict(low=low, high=high)
    assert {question.attribute: question.decisive for question in ask(criteria, known, made=made)} == decisive


A, B = Reference(attribute="a"), Reference(attribute="b")


def total(*parts: Expression) -> Calculation:
    """Return a sum."""
    return Calculation(operation=Operation.SUM, parts=parts)


DERIVED = vocabulary(
    attribute("a"),
    attribute("b"),
    attribute("total", derive=total(A, B)),
    attribute("top", derive=total(Reference(attribute="total"), Reference(attribute="told"))),
    attribute("told", derive=Floor(of=A), given=True),
    attribute("level", derive=Lookup(of=A, table="levels", rows={1: 1})),
    attribute("twice", derive=Lookup(of=Reference(attribute="level"), table="levels", rows={1: 1})),
    attribute("chosen", derive=When(branches=((flag("c"), A),), otherwise=B)),
    attribute("c", "flag"),
)


@pytest.mark.parametrize(
    ("start", "facts", "expected"),
    [
        (["a"], {}, ("a",)),
        (["total"], {}, ("a", "b")),
        (["total"], {"a": 1}, ("b",)),
        (["total", "b", "a"], {}, ("a", "b")),
        (["told"], {}, ("told",)),
        (["top"], {}, ("a", "b", "told")),
        (["top"], {"a": 1, "told": 1}, ("b",)),
        (["chosen"], {}, ("c", "a", "b")),
        (["chosen"], {"c": True, "b": 2}, ("a",)),
        (["level"], {"a": 7}, ()),
        (["twice"], {"a": 7}, ()),
        (["level"], {}, ("a",)),
    ],
)
def test_a_derived_attribute_is_asked_through_what_it_is_computed_from(start: list[str], facts: Facts, expected: tuple[str, ...]) -> None:
    """A person is asked for inputs that are missing, down the chain; for what may be given itself; for nothing where a table has a hole."""
    unknowns = Unknowns(facts=facts, attributes=DERIVED, as_of=AS_OF)
    assert tuple(dict.fromkeys(ask for name in start for ask in unknowns.attribute(name).asks)) == expected


def test_the_questions_about_a_derived_attribute_are_those_of_its_inputs() -> None:
    """A criterion over a derived attribute is touched by the questions for its inputs."""
    found = ask([criterion("one", check("total", "at_least", 3))], {"a": 1}, attributes=DERIVED)
    assert [(question.attribute, question.criteria) for question in found] == [("b", ("one",))]


WEIGHTS: st.SearchStrategy[Number] = st.sampled_from([1, 2, 3, Fraction(1, 2)])
CRITERIA = st.lists(st.tuples(CONDITIONS, st.none() | CONDITIONS, st.booleans(), WEIGHTS), min_size=1, max_size=3).map(
    lambda found: [
        criterion(f"c{number}", when, applies_when=applies, required=required, weight=weight)
        for number, (when, applies, required, weight) in enumerate(found)
    ]
)
SOME = st.sets(st.sampled_from(sorted(VALUES)))


def without(everything: Facts, missing: set[str]) -> dict[str, Value]:
    """Return facts without some of their attributes."""
    return {name: value for name, value in everything.items() if name not in missing}


@given(CRITERIA, EVERYTHING, SOME)
def test_answering_every_question_decides(criteria: list[Criterion], everything: Facts, missing: set[str]) -> None:
    """An undecided role has questions, they ask for missing attributes only, and any answers to all of them decide it."""
    facts = without(everything, missing)
    found = ask(criteria, facts, attributes=PLAIN)
    if not sides(criteria, facts).decided:
        assert found
    assert not set(names(found)) & set(facts)
    answered = {**facts, **{name: everything[name] for name in names(found)}}
    assert sides(criteria, answered).decided
    assert ask(criteria, answered, attributes=PLAIN) == ()


@pytest.mark.slow
@given(CRITERIA, EVERYTHING, SOME)
def test_no_answer_that_moves_the_verdict_is_missed(criteria: list[Criterion], everything: Facts, missing: set[str]) -> None:
    """Where one answer alone changes a side of the verdict, its question is decisive and so among the first."""
    facts = without(everything, missing)
    before = sides(criteria, facts)
    assume(not before.decided)
    found = ask(criteria, facts, attributes=PLAIN)
    for question in found:
        after = sides(criteria, {**facts, question.attribute: everything[question.attribute]})
        if after != before:
            assert question.decisive
    flags = [question.decisive for question in found]
    assert flags == sorted(flags, reverse=True)


@pytest.mark.parametrize(
    ("when", "applies", "facts", "decisive"),
    [
        (all_of(flag("a"), flag("b")), None, {}, {"a": True, "b": True}),
        (any_of(flag("a"), flag("b")), None, {}, {"a": True, "b": True}),
        (at_least_of(2, flag("a"), flag("b"), flag("c"), flag("d")), None, {}, {"a": False, "b": False, "c": False, "d": False}),
        (none_of(all_of(flag("a"), flag("b")), flag("c")), None, {}, {"a": False, "b": False, "c": True}),
        (flag("a"), flag("b"), {}, {"a": True, "b": True}),
        (any_of(flag("a"), flag("c")), flag("b"), {}, {"a": False, "b": True, "c": False}),
        (flag("a"), flag("b"), {"a": True}, {"b": True}),
        (check("x", "at_least", other="y"), None, {}, {"x": False, "y": False}),
        (check("x", "at_least", other="y"), None, {"x": 3}, {"y": True}),
    ],
)
def test_an_answer_has_to_move_the_verdict_alone(
    when: Condition, applies: Condition | None, facts: Facts, decisive: dict[str, bool]
) -> None:
    """A question is decisive only where no other answer is needed besides its own."""
    criteria = [criterion("one", when, applies_when=applies, required=True)]
    assert not sides(criteria, facts).decided
    assert {question.attribute: question.decisive for question in ask(criteria, facts, attributes=ANY)} == decisive


@pytest.mark.parametrize(("held", "decisive"), [(True, True), (False, False)])
def test_a_criterion_that_may_not_apply_can_only_come_out_as_it_is(held: bool, decisive: bool) -> None:  # noqa: FBT001 - a table
    """Of 1 met and 2 open, a met third makes 2 of 4 and so a half; an unmet one makes 1 of 4, and without it 1 of 3 is left."""
    made = bands(ready=check("score", "at_least", Fraction(1, 2)), not_yet=None)
    criteria = [
        criterion("perhaps", flag("a"), applies_when=flag("b")),
        criterion("met", flag("c")),
        criterion("open", all_of(flag("d"), flag("e"), flag("f")), weight=2),
    ]
    facts = {"a": held, "c": True}
    assert sides(criteria, facts, made) == Verdict(low="not yet", high="ready")
    found = {question.attribute: question.decisive for question in ask(criteria, facts, made=made)}
    assert found["b"] is decisive


def test_an_answer_between_two_ways_is_weighed_too() -> None:
    """A number that is neither enough nor little enough makes both ways unmet, so asking for it can lower the better verdict."""
    made = bands(ready=check("required_unmet", "at_most", 0), not_yet=None)
    either = criterion("either", any_of(check("x", "at_least", 3), none_of(check("x", "at_least", 1))), required=True)
    other = criterion("other", flag("a"), required=True)
    found = {question.attribute: question.decisive for question in ask([either, other], {}, attributes=ANY, made=made)}
    assert found == {"x": True, "a": True}


SEVEN = "abcdefg"


def tree(draw: st.DrawFn, names_left: list[str], depth: int = 2) -> Condition:
    """Return a condition in which no flag is read twice."""
    if not names_left:
        return all_of()
    if depth == 0 or draw(st.booleans()):
        return flag(names_left.pop(), draw(st.booleans()))
    parts = [tree(draw, names_left, depth - 1) for _ in range(draw(st.integers(1, 3)))]
    kind = draw(st.sampled_from(["all", "any", "none"]))
    return all_of(*parts) if kind == "all" else any_of(*parts) if kind == "any" else none_of(*parts)


@st.composite
def flags_read_once(draw: st.DrawFn) -> list[Criterion]:
    """Criteria of one role in which no flag is read twice."""
    left: list[str] = draw(st.permutations(list(SEVEN)).map(list))
    made: list[Criterion] = []
    while left and len(made) < 3:
        when = tree(draw, left)
        applies = tree(draw, left, 1) if draw(st.booleans()) and left else None
        made.append(criterion(f"c{len(made)}", when, applies_when=applies, required=draw(st.booleans()), weight=draw(st.integers(1, 3))))
    return made


@given(flags_read_once(), st.dictionaries(st.sampled_from(SEVEN), st.booleans(), max_size=4))
def test_decisive_means_that_one_of_the_answers_moves_a_side(criteria: list[Criterion], facts: Facts) -> None:
    """Where no attribute is read twice, a question is decisive exactly where yes or no to it alone moves a side of the verdict."""
    before = sides(criteria, facts)
    assume(not before.decided)
    for question in ask(criteria, facts):
        moved = any(sides(criteria, {**facts, question.attribute: answer}) != before for answer in (True, False))
        assert question.decisive is moved
