"""What every operator of `derive:` says of itself: what stands inside it, what it reads, and how it is built again."""

import functools
import importlib
import pkgutil
import random
from collections.abc import Iterator
from typing import get_args

import attrs
import pytest

import evaluator
from evaluator.core.conditions import AllOf, AnyOf, AtLeastOf, AttributeTest, Condition, NoneOf
from evaluator.core.expressions import (
    Calculation,
    Ceil,
    Clamp,
    Expression,
    Floor,
    Gather,
    Gathering,
    Half,
    Literal,
    Lookup,
    Operation,
    Reference,
    Round,
    Since,
    Stored,
    Tally,
    TimeUnit,
    When,
    conditions_within,
    exchanged,
    unchanged,
    within,
)
from evaluator.core.operators import Operator
from tests.drawing import SPAN
from tests.strategies import random_pack

KINDS = get_args(Expression)
CONDITIONS = get_args(Condition)


def _test(name: str) -> AttributeTest:
    return AttributeTest(attribute=name, operator=Operator.AT_LEAST, value=1, span=SPAN)


A, B = Reference(attribute="a"), Reference(attribute="b")
EXAMPLES: dict[type, tuple[Expression, tuple[object, ...], tuple[str, ...]]] = {
    Literal: (Literal(value=1), (), ()),
    Reference: (A, (), ("a",)),
    Calculation: (Calculation(operation=Operation.SUM, parts=(B, A, B)), (B, A, B), ("b", "a")),
    Floor: (Floor(of=A), (A,), ("a",)),
    Ceil: (Ceil(of=A), (A,), ("a",)),
    Clamp: (Clamp(of=A, lowest=1, highest=None), (A,), ("a",)),
    Round: (Round(of=A, step=1, half=Half.UP), (A,), ("a",)),
    Lookup: (Lookup(of=A, table="t", rows={1: 2}), (A,), ("a",)),
    When: (
        When(branches=((_test("c"), A), (_test("d"), B)), otherwise=Since(of="e", unit=TimeUnit.MONTHS)),
        (_test("c"), A, _test("d"), B, Since(of="e", unit=TimeUnit.MONTHS)),
        ("c", "a", "d", "b", "e"),
    ),
    Tally: (Tally(conditions=(_test("c"), _test("a")), share=True), (_test("c"), _test("a")), ("c", "a")),
    Gather: (
        Gather(gathering=Gathering.COUNT, records="r", where=_test("field"), last=3, by="day", of_which=_test("other")),
        (_test("field"), _test("other")),
        ("r",),
    ),
    Since: (Since(of="day", unit=TimeUnit.YEARS), (), ("day",)),
    Stored: (Stored(original=Floor(of=A), fact="why", asks=("z",), undefined=()), (Floor(of=A),), ("a",)),
}
"""An expression of every class, written out: what stands inside it, and what it reads, in the order of the file."""


def _fields(one: Expression) -> Iterator[object]:
    """Yield what stands in the fields of a class, without its own word for it: lists taken apart, what is no part left as it is."""
    waiting = [getattr(one, field.name) for field in attrs.fields(type(one)) if field.name != "undefined"]
    while waiting:
        value = waiting.pop(0)
        if isinstance(value, tuple):
            waiting[:0] = value
        else:
            yield value


@functools.cache
def _random_expressions() -> tuple[Expression, ...]:
    packs = (random_pack(random.Random(seed), computed=True) for seed in range(60))
    made = (attribute.derivation for pack in packs for attribute in pack.derived_attributes)
    return tuple(one for derivation in made if derivation for one in within(derivation.expression))


@pytest.mark.parametrize("kind", KINDS)
def test_every_operator_says_what_is_inside_it(kind: type) -> None:
    """A new operator has to be written out here, and says by itself what it is made of."""
    expression, inside, read = EXAMPLES[kind]
    assert type(expression) is kind
    assert expression.inside() == inside
    assert expression.children == tuple(one for one in inside if isinstance(one, KINDS))
    assert expression.conditions == tuple(one for one in inside if isinstance(one, CONDITIONS))
    assert expression.inputs == read


@pytest.mark.parametrize("kind", KINDS)
def test_every_part_can_be_exchanged_alone(kind: type) -> None:
    expression, inside, _ = EXAMPLES[kind]
    for place, old in enumerate(inside):
        new: Expression | Condition = _test("new") if isinstance(old, CONDITIONS) else Literal(value=9)
        assert exchanged(expression, place, new).inside() == (*inside[:place], new, *inside[place + 1 :])


def test_nothing_inside_is_left_out() -> None:
    """Whatever field holds an expression or a condition, of random expressions and those above, is among what stands inside."""
    for one in (*_random_expressions(), *(example for example, _, _ in EXAMPLES.values())):
        assert list(one.inside()) == [found for found in _fields(one) if isinstance(found, (*KINDS, *CONDITIONS))]


def test_built_again_from_the_same_parts_it_is_the_same() -> None:
    for one in _random_expressions():
        seen: list[object] = []

        def note(part: object, seen: list[object] = seen) -> object:
            seen.append(part)
            return part

        again = one.rebuilt(note, note)  # type: ignore[arg-type] # hands on what it is given
        assert again == one
        assert type(again) is type(one)
        assert seen == list(one.inside())


def test_built_again_from_other_parts_it_has_these() -> None:
    def moved(part: Expression) -> Expression:
        return Calculation(operation=Operation.SUM, parts=(part, Literal(value=1)))

    def turned(part: Condition) -> Condition:
        return NoneOf(parts=(part,), span=SPAN)

    for one in _random_expressions():
        again = one.rebuilt(moved, turned)
        assert again.children == tuple(map(moved, one.children))
        assert again.conditions == tuple(map(turned, one.conditions))
        assert again.attributes == one.attributes
        assert again.rebuilt(lambda part: part.children[0], lambda part: part.parts[0]) == one  # type: ignore[union-attr]
        assert one.rebuilt(unchanged, turned).children == one.children


def test_what_entries_have_to_meet_is_nothing_that_a_profile_is_asked_for() -> None:
    counted = Gather(gathering=Gathering.COUNT, records="r", where=_test("field"))
    whole = When(
        branches=((AllOf(parts=(_test("c"), _test("c")), span=SPAN), counted),),
        otherwise=Floor(of=Tally(conditions=(_test("d"),), share=False)),
    )
    assert list(conditions_within(whole)) == [AllOf(parts=(_test("c"), _test("c")), span=SPAN), _test("d")]
    assert list(whole.reads()) == ["c", "c", "r", "d"]
    assert whole.inputs == ("c", "r", "d")
    assert whole.gathers
    assert not When(branches=((_test("c"), A),), otherwise=B).gathers


def test_random_packs_draw_every_operator() -> None:
    """Engines are held against each other on random packs: what is never drawn is never compared."""
    drawn = _random_expressions()
    assert {type(one) for one in drawn} == {*KINDS} - {Stored}
    assert {one.operation for one in drawn if isinstance(one, Calculation)} == {*Operation}
    assert {one.gathering for one in drawn if isinstance(one, Gather)} == {*Gathering}
    inside = {type(child) for one in drawn for child in one.children}
    assert inside >= {Calculation, Floor, Clamp, Round, Lookup, Reference, Literal, Gather}
    conditions = {type(held) for one in drawn for held in one.conditions}
    assert conditions >= {AttributeTest, AllOf, AnyOf, NoneOf, AtLeastOf}


BESIDE: dict[tuple[str, str], set[object]] = {
    ("core.gathering", "_READ"): {Gathering.COUNT},
    ("packs.lint.possible_values", "_FOLD"): {Operation.MEAN, Operation.DIFFERENCE, Operation.RATIO},
    ("packs.examples.derivation_mutants", "_OTHER_OPERATIONS"): {Operation.DIFFERENCE, Operation.RATIO},
    ("calibration.prove.formulas", "_CALCULATE"): {Operation.RATIO},
    ("reading.pack.operators", "_GATHERING_DOCS"): {Gathering.COUNT},
}
"""What a table leaves to the code beside it."""


def _tables() -> Iterator[tuple[tuple[str, str], dict[object, object]]]:
    """Yield every table of every module."""
    for found in pkgutil.walk_packages(evaluator.__path__, "evaluator."):
        if not found.name.endswith("__main__"):
            module = importlib.import_module(found.name)
            for name, value in vars(module).items():
                if isinstance(value, dict) and value and not name.startswith("__"):
                    yield (found.name.removeprefix("evaluator."), name), value


def test_every_table_over_operators_is_complete() -> None:
    """A table by class, operation or gathering, in whatever module, has a row for each, but for those named above."""
    tables = list(_tables())
    for every in ({*KINDS}, {*Operation}, {*Gathering}):
        for where, table in tables:
            if set(table) <= every:
                assert {*table} == every - BESIDE.get(where, set()), where
    assert {where for where, _ in tables} >= BESIDE.keys()
