"""Why something is unknown: what is asked for, and what the pack has no answer to; by hand, and against every answer there is."""

from __future__ import annotations

import random
from collections.abc import Iterable, Mapping

import attrs
import pytest

from evaluator.core.attributes import Attribute
from evaluator.core.conditions import Condition, leaves, truth
from evaluator.core.expressions import (
    Calculation,
    Derivation,
    Expression,
    Floor,
    Gather,
    Gathering,
    Literal,
    Lookup,
    Missing,
    Operation,
    Reference,
    Tally,
    When,
    within,
)
from evaluator.core.facts import complete
from evaluator.core.model import Profile
from evaluator.core.operators import Operator
from evaluator.core.unknowns import Unknowns
from evaluator.core.values import Facts, Record, Value
from evaluator.engines.readiness import Evaluator
from tests.core.build import (
    AS_OF,
    SPAN,
    all_of,
    any_of,
    at_least_of,
    attribute,
    check,
    criterion,
    day,
    flag,
    move,
    none_of,
    pack,
    profile,
    role,
    vocabulary,
)
from tests.drawing import random_condition, random_value
from tests.strategies import random_attributes

SKIP = Missing.SKIP
A, B, C = (Reference(attribute=name) for name in "abc")


def looked_up(of: Expression) -> Lookup:
    """Return a table that has entries for 1 and 2."""
    return Lookup(of=of, table="levels", rows={1: 10, 2: 20})


def of(operation: str, *parts: Expression, missing: Missing | int = Missing.UNKNOWN) -> Calculation:
    """Return an operation over parts."""
    return Calculation(operation=Operation(operation), parts=parts, missing=missing)


LEVEL = looked_up(A)
MET = check("level", "at_least", 1)
"""A test of what has no value where a is 7."""
LATEST = Gather(gathering=Gathering.LATEST, records="jobs", field="team", by="start")
EARLIEST, MEAN = (attrs.evolve(LATEST, gathering=gathering) for gathering in (Gathering.EARLIEST, Gathering.MEAN))
JOBS: Mapping[str, tuple[Record, ...]] = {
    "none": (),
    "one": ({"start": day("2024-01-01"), "team": 3},),
    "without a date": ({"team": 3},),
    "without a team": ({"start": day("2024-01-01")},),
    "two that differ": ({"start": day("2024-01-01"), "team": 3}, {"start": day("2024-01-01"), "team": 4}),
}


def world(expression: Expression, *, given: bool = False) -> dict[str, Attribute]:
    """Return the attributes of these tests, and one that is computed."""
    stated = [attribute("a"), attribute("b"), attribute("c"), attribute("f", "flag"), attribute("jobs", "records")]
    return vocabulary(*stated, attribute("level", derive=LEVEL), attribute("made", derive=expression, given=given))


def cause(attributes: Mapping[str, Attribute], facts: Facts, name: str = "made") -> tuple[tuple[str, ...], list[str]]:
    """Return what is asked for an attribute, and the attributes whose computation has no result."""
    made = pack(*attributes.values())
    found = Unknowns(facts=complete(made, profile(**facts), AS_OF).facts, attributes=attributes, as_of=AS_OF).attribute(name)
    return found.asks, [one.attribute for one in found.undefined]


HOLE = {"a": 7}
"""With it, the table has no entry."""


@pytest.mark.parametrize(
    ("expression", "facts", "asks", "undefined"),
    [
        (LEVEL, {}, ("a",), []),
        (LEVEL, HOLE, (), ["made"]),
        (LEVEL, {"a": 1}, (), []),
        (Floor(of=LEVEL), HOLE, (), ["made"]),
        (Reference(attribute="level"), HOLE, (), ["level"]),
        (looked_up(Reference(attribute="level")), {"a": 1}, (), ["made"]),
        (looked_up(Reference(attribute="level")), HOLE, (), ["level"]),
        (of("sum", LEVEL, B), {}, ("a", "b"), []),
        (of("sum", LEVEL, B), {"a": 7, "b": 1}, (), ["made"]),
        (of("sum", LEVEL, B), HOLE, (), ["made"]),
        (of("sum", LEVEL, looked_up(B)), {"a": 7, "b": 7}, (), ["made", "made"]),
        (of("sum", LEVEL, B, missing=SKIP), HOLE, ("b",), ["made"]),
        (of("max", LEVEL, LEVEL, missing=SKIP), HOLE, (), ["made"]),
        (of("difference", LEVEL, B, missing=SKIP), HOLE, (), ["made"]),
        (of("ratio", A, B), {"a": 1, "b": 0}, (), ["made"]),
        (of("ratio", A, B), {"b": 0}, (), ["made"]),
        (of("ratio", A, B), {"a": 1}, ("b",), []),
        (of("ratio", A, B), {"b": 2}, ("a",), []),
        (of("ratio", A, B, missing=0), {"a": 1}, ("b",), []),
        (of("ratio", A, B, missing=0), {"b": 0}, (), ["made"]),
        (of("ratio", A, of("difference", B, C)), {"a": 1, "b": 2, "c": 2}, (), ["made"]),
        (of("mean", A, B, missing=SKIP), {}, ("a", "b"), []),
        (When(branches=((flag("f"), LEVEL),), otherwise=B), {"a": 7}, ("f", "b"), []),
        (When(branches=((flag("f"), LEVEL),), otherwise=LEVEL), {"a": 7}, (), ["made"]),
        (When(branches=((flag("f"), LEVEL),), otherwise=B), {"a": 7, "f": True}, (), ["made"]),
        (When(branches=((flag("f"), LEVEL),), otherwise=B), {"a": 7, "f": False}, ("b",), []),
        (When(branches=((flag("f"), B),), otherwise=C), {"f": True}, ("b",), []),
        (When(branches=((MET, B),), otherwise=C), HOLE, (), ["level"]),
        (When(branches=((MET, B),), otherwise=C, missing=SKIP), HOLE, ("c",), ["level"]),
        (When(branches=((flag("f"), B), (MET, B)), otherwise=C), {"a": 7, "b": 1}, ("f",), ["level"]),
        (Tally(conditions=(MET, flag("f")), share=False), HOLE, (), ["level"]),
        (Tally(conditions=(any_of(MET, flag("f")), flag("f")), share=True), HOLE, ("f",), ["level"]),
        (Tally(conditions=(MET, flag("f")), share=False, missing=SKIP), HOLE, ("f",), ["level"]),
        (LATEST, {}, ("jobs",), []),
        (LATEST, {"jobs": JOBS["none"]}, (), ["made"]),
        (LATEST, {"jobs": JOBS["two that differ"]}, (), ["made"]),
        (LATEST, {"jobs": JOBS["without a date"]}, ("jobs",), []),
        *((attrs.evolve(LATEST, gathering=Gathering(name)), {"jobs": JOBS["none"]}, (), ["made"]) for name in ("mean", "min", "earliest")),
        *(
            (attrs.evolve(LATEST, gathering=Gathering(name)), {"jobs": JOBS["without a team"]}, ("jobs",), [])
            for name in ("max", "earliest")
        ),
        (attrs.evolve(LATEST, gathering=Gathering.EARLIEST), {"jobs": JOBS["two that differ"]}, (), ["made"]),
        (attrs.evolve(LATEST, gathering=Gathering.MEAN), {"jobs": JOBS["two that differ"]}, (), []),
        (LATEST, {"jobs": JOBS["without a team"]}, ("jobs",), []),
        (attrs.evolve(LATEST, missing=SKIP), {"jobs": JOBS["without a team"]}, ("jobs",), []),
        (Gather(gathering=Gathering.TOTAL, records="jobs", field="team", missing=SKIP), {"jobs": JOBS["without a team"]}, ("jobs",), []),
        (of("sum", LATEST, B), {"jobs": JOBS["none"]}, (), ["made"]),
        (of("sum", LATEST, B), {"jobs": JOBS["one"]}, ("b",), []),
    ],
)
def test_why_a_computed_attribute_has_no_value(
    expression: Expression, facts: dict[str, Value], asks: tuple[str, ...], undefined: list[str]
) -> None:
    """What is missing is asked for, as long as an answer can matter; what the pack has no answer to is named, down the chain."""
    assert cause(world(expression), facts) == (asks, undefined)


def test_what_may_be_stated_is_asked_for_whatever_the_rules_say() -> None:
    """Of an attribute that may be given, the answer wins; that its table has no entry is told beside."""
    assert cause(world(LEVEL, given=True), HOLE) == (("made",), ["made"])
    assert cause(world(of("sum", Reference(attribute="told"), B)) | vocabulary(attribute("told", derive=LEVEL, given=True)), HOLE) == (
        ("told", "b"),
        ["told"],
    )


@pytest.mark.parametrize(
    ("condition", "facts", "asks", "undefined"),
    [
        (MET, HOLE, (), ["level"]),
        (check("b", "at_least", other="level"), HOLE, (), ["level"]),
        (all_of(MET, flag("f")), HOLE, ("f",), ["level"]),
        (all_of(MET, flag("f")), {"a": 7, "f": True}, (), ["level"]),
        (all_of(MET, flag("f")), {"a": 7, "f": False}, (), []),
        (any_of(MET, flag("f")), HOLE, ("f",), ["level"]),
        (any_of(MET, flag("f")), {"a": 7, "f": True}, (), []),
        (none_of(MET, flag("f")), HOLE, ("f",), ["level"]),
        (at_least_of(2, MET, MET, flag("f")), HOLE, (), ["level"]),
        (at_least_of(1, MET, MET, flag("f")), HOLE, ("f",), ["level"]),
        (at_least_of(3, MET, MET, flag("f")), HOLE, ("f",), ["level"]),
        (at_least_of(2, MET, flag("f"), check("b", "at_least", 1)), {"a": 7, "b": 1}, ("f",), ["level"]),
        (any_of(all_of(MET, MET), MET), HOLE, (), ["level"]),
    ],
)
def test_why_a_condition_is_unknown(condition: Condition, facts: dict[str, Value], asks: tuple[str, ...], undefined: list[str]) -> None:
    """Of several parts, those are asked for that can settle the whole with the others left as they are."""
    attributes = world(Literal(value=1))
    facts = complete(pack(*attributes.values()), profile(**facts), AS_OF).facts  # type: ignore[assignment]
    found = Unknowns(facts=facts, attributes=attributes, as_of=AS_OF).condition(condition)
    assert (found.asks, [one.attribute for one in found.undefined]) == (asks, undefined)


def test_a_role_tells_what_it_has_no_answer_to_and_asks_nothing_for_it() -> None:
    """The verdict stays undecided, the questions leave the hole out, and a move that hangs on it is open without anything to ask."""
    judged = role("lead", criterion("level", MET, required=True), criterion("flag", flag("f")))
    made = pack(
        *world(Literal(value=1)).values(), roles=[role("junior", criterion("f", flag("f"))), judged], moves=[move("junior", "lead", MET)]
    )
    for engine in ("reference", "inference"):
        found = Evaluator(made, engine=engine).evaluate(profile("junior", a=7), as_of=AS_OF)
        lead = found.roles["lead"]
        assert (lead.verdict.low, lead.verdict.high) == ("not yet", "ready")
        assert [one.attribute for one in lead.questions] == ["f"]
        assert [(one.undefined.attribute, one.undefined.value, one.criteria) for one in lead.undefined] == [("level", 7, ("level",))]
        assert [(one.holds, one.asks, [each.attribute for each in one.undefined]) for one in found.next_roles] == [(None, (), ["level"])]


def _plain(expression: Expression) -> Expression:
    """Return an expression in which whatever is missing makes unknown what reads it: then answers only ever add to what is known."""
    if isinstance(expression, Calculation):
        return attrs.evolve(expression, missing=Missing.UNKNOWN, parts=tuple(map(_plain, expression.parts)))
    if isinstance(expression, When):
        branches = tuple((condition, _plain(value)) for condition, value in expression.branches)
        return attrs.evolve(expression, missing=Missing.UNKNOWN, branches=branches, otherwise=_plain(expression.otherwise))
    if isinstance(expression, Tally | Gather):
        return attrs.evolve(expression, missing=Missing.UNKNOWN)
    return (
        attrs.evolve(expression, of=_plain(expression.of)) if hasattr(expression, "of") and attrs.has(type(expression.of)) else expression
    )


def _asks_presence(expression: Expression) -> bool:
    conditions: Iterable[Condition] = (
        condition
        for one in within(expression)
        for condition in (
            one.conditions if isinstance(one, Tally) else [first for first, _ in one.branches] if isinstance(one, When) else ()
        )
    )
    return any(test.operator is Operator.KNOWN for condition in conditions for test in leaves(condition))


def _random_world(chance: random.Random) -> dict[str, Attribute]:
    found: dict[str, Attribute] = {}
    for name, one in random_attributes(chance, least=3, most=6).items():
        plainly = attrs.evolve(one, absent_means=None, may_be_given=one.derivation is None)
        if one.derivation is not None:
            if _asks_presence(one.derivation.expression) or not set(one.derivation.expression.inputs) <= set(found):
                continue
            plainly = attrs.evolve(plainly, derivation=Derivation(expression=_plain(one.derivation.expression), span=SPAN))
        found[name] = plainly
    return found


@pytest.mark.parametrize("seed", range(30))
def test_only_answers_that_are_asked_for_make_known_what_is_unknown(seed: int) -> None:
    """Whatever else is answered, an attribute or a condition stays unknown; and it is never unknown without a reason."""
    chance = random.Random(seed)
    attributes = _random_world(chance)
    made = pack(*attributes.values())
    types = {name: one.type for name, one in attributes.items()}
    stated = [name for name, one in attributes.items() if one.derivation is None]
    conditions = [
        one for one in (random_condition(chance, types, 2) for _ in range(12)) if all(t.operator is not Operator.KNOWN for t in leaves(one))
    ]
    for _ in range(12):
        given = {name: random_value(chance, types[name]) for name in stated if chance.random() < 0.6}
        facts = complete(made, Profile(id="x", given=given, span=SPAN), AS_OF).facts
        unknowns = Unknowns(facts=facts, attributes=attributes, as_of=AS_OF)
        found = {name: unknowns.attribute(name) for name in attributes if name not in facts}
        settling = {place: unknowns.condition(one) for place, one in enumerate(conditions) if truth(one, facts) is None}
        assert all(one.asks or one.undefined for one in (*found.values(), *settling.values()))
        for name, one in found.items():
            after = _answered(chance, made, given, [other for other in stated if other not in one.asks])
            assert name not in after, (name, one)
        for place, one in settling.items():
            after = _answered(chance, made, given, [other for other in stated if other not in one.asks])
            assert truth(conditions[place], after) is None, (conditions[place], one)


def _answered(chance: random.Random, made: object, given: Mapping[str, Value], names: Iterable[str]) -> Facts:
    """Return the facts once some attributes that are missing are answered."""
    answers = {name: random_value(chance, made.attributes[name].type) for name in names if name not in given}  # type: ignore[attr-defined]
    return complete(made, Profile(id="x", given={**answers, **given}, span=SPAN), AS_OF).facts  # type: ignore[arg-type]
