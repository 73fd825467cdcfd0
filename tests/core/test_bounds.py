"""Bounds of computed attributes: the table of the language page, then brute force over all answers that there can be."""

from __future__ import annotations

import datetime
import itertools
import random
from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction

import attrs
import pytest

from evaluator.core.attributes import Attribute
from evaluator.core.bounds import Interval, Options, Outcome, PartialFacts, is_value
from evaluator.core.conditions import AllOf, AnyOf, AtLeastOf, AttributeTest, Condition, NoneOf, attributes_read, leaves, truth
from evaluator.core.dates import Precision
from evaluator.core.expressions import (
    Calculation,
    Ceil,
    Clamp,
    Derivation,
    Expression,
    Floor,
    Gather,
    Gathering,
    Half,
    Literal,
    Lookup,
    Missing,
    Operation,
    Reference,
    Round,
    Since,
    TableBand,
    Tally,
    TimeUnit,
    When,
    conditions_within,
    within,
)
from evaluator.core.facts import complete
from evaluator.core.gaps import need_of
from evaluator.core.model import Pack, Profile
from evaluator.core.operators import OPERATORS, ROWS, Operator, Takes
from evaluator.core.results import Need
from evaluator.core.values import Atom, Kind, Number, Value, ValueType
from evaluator.engines.readiness import Evaluator
from evaluator.report.needs import need_words
from tests.core.build import AS_OF, pack
from tests.expressions import SPAN
from tests.strategies import random_pack, random_profile

A, B, N, P, U, Z = (Reference(attribute=name) for name in "abnpuz")
SMALL = ValueType(kind=Kind.INTEGER, lowest=0, highest=5)
TYPES: Mapping[str, ValueType] = {
    "a": SMALL,
    "b": SMALL,
    "n": ValueType(kind=Kind.NUMBER),
    "p": ValueType(kind=Kind.NUMBER, lowest=1, highest=4),
    "u": ValueType(kind=Kind.NUMBER, lowest=0, lowest_open=True, highest=4),
    "z": ValueType(kind=Kind.NUMBER, lowest=0, highest=10),
    **{name: ValueType(kind=Kind.FLAG) for name in "fgh"},
    "day": ValueType(kind=Kind.DATE, lowest=datetime.date(2020, 1, 1), highest=datetime.date(2026, 1, 1)),
    "level": ValueType(kind=Kind.SCALE, options=("none", "working", "expert")),
    "work": ValueType(kind=Kind.CHOICE, options=("craft", "people", "either")),
}


def _attribute(name: str, type_: ValueType, expression: Expression | None = None, *, may_be_given: bool = False) -> Attribute:
    derivation = None if expression is None else Derivation(expression=expression, span=SPAN)
    given = may_be_given or expression is None
    return Attribute(id=name, title=name, type=type_, derivation=derivation, may_be_given=given, span=SPAN)


def _pack(computed: Mapping[str, tuple[ValueType, Expression]], stated: Mapping[str, ValueType] = TYPES) -> Pack:
    listed = [_attribute(name, type_) for name, type_ in stated.items()]
    listed += [_attribute(name, type_, expression) for name, (type_, expression) in computed.items()]
    return attrs.evolve(pack(*listed), language=2)


def _facts(whole: Pack, given: Mapping[str, Value]) -> PartialFacts:
    facts = complete(whole, Profile(id="x", given=given, span=SPAN), AS_OF).facts
    assert isinstance(facts, PartialFacts)
    return facts


NUMBER = ValueType(kind=Kind.NUMBER)


def _x(expression: Expression, given: Mapping[str, Value], type_: ValueType = NUMBER) -> tuple[Outcome, PartialFacts]:
    """Return what is known of an attribute `x` that is computed by an expression, and the facts around it."""
    facts = _facts(_pack({"x": (type_, expression)}), given)
    return facts.get("x", facts.bounds.get("x")), facts


def _calculation(operation: Operation, *parts: Expression, missing: Missing | Number = Missing.UNKNOWN) -> Calculation:
    return Calculation(operation=operation, parts=parts, missing=missing)


def _test(name: str, operator: str, value: Atom | frozenset[Atom]) -> AttributeTest:
    return AttributeTest(attribute=name, operator=Operator(operator), value=value, span=SPAN)


def _share(*, share: bool = True) -> Tally:
    conditions: tuple[Condition, ...] = tuple(_test(name, "is", True) for name in "fgh")  # noqa: FBT003 - a flag's value
    conditions += (_test("a", "at_least", 3), _test("b", "at_least", 3))
    return Tally(conditions=conditions, share=share)


def _between(low: Number | None, high: Number | None) -> Interval:
    return Interval(lowest=low, highest=high)


def _table(*, hole: bool = False, of: Expression = A) -> Lookup:
    gives = {0: 0, 1: 1, 2: 3, 3: 6, 4: 12, 5: 20}
    return Lookup(of=of, table="points", rows={key: give for key, give in gives.items() if key != 4 or not hole})


def _bands(of: Expression) -> Lookup:
    first = TableBand(lowest=0, includes_lowest=True, highest=4, includes_highest=True, gives=1)
    second = TableBand(lowest=5, includes_lowest=True, highest=10, includes_highest=True, gives=2)
    return Lookup(of=of, table="steps", bands=(second, first))


SUM, MEAN, RATIO = Operation.SUM, Operation.MEAN, Operation.RATIO
BRANCH = _test("f", "is", True)  # noqa: FBT003 - a flag's value
ALL = {"f": True, "g": True, "h": True, "a": 4}
NOTHING: Mapping[str, Value] = {}
TABLE: Mapping[str, tuple[Expression, Mapping[str, Value], Outcome, Sequence[tuple[str, Atom, bool | None]]]] = {
    "share, 4 met": (_share(), ALL, _between(Fraction(4, 5), 1), [("at_least", Fraction(4, 5), True), ("at_least", 1, None)]),
    "share, 2 unmet": (
        _share(),
        {"f": False, "g": False, "h": True, "a": 4},
        _between(Fraction(2, 5), Fraction(3, 5)),
        [("at_least", Fraction(4, 5), False), ("at_least", Fraction(1, 5), True)],
    ),
    "sum": (
        _calculation(SUM, A, B),
        {"a": 3},
        _between(3, 8),
        [("at_least", 3, True), ("at_least", 4, None), ("above", 8, False), ("is", 9, False), ("is_not", 9, True), ("is", 4, None)],
    ),
    "difference": (
        _calculation(Operation.DIFFERENCE, A, B),
        {"a": 3},
        _between(-2, 3),
        [("at_most", 3, True), ("below", -2, False), ("at_least", 0, None)],
    ),
    "min without range": (
        _calculation(Operation.MIN, A, N),
        {"a": 3},
        _between(None, 3),
        [("at_most", 3, True), ("below", 3, None), ("at_least", 0, None), ("above", 3, False)],
    ),
    "max without range": (_calculation(Operation.MAX, A, N), {"a": 3}, _between(3, None), [("at_least", 3, True), ("at_least", 4, None)]),
    "product with 0": (_calculation(Operation.PRODUCT, A, N), {"a": 0}, 0, [("is", 0, True), ("known", True, True)]),
    "ratio": (
        _calculation(RATIO, A, P),
        {"a": 4},
        _between(1, 4),
        [("at_least", 1, True), ("above", 4, False), ("at_least", 2, None)],
    ),
    "ratio by a possible 0": (_calculation(RATIO, A, Z), {"a": 4}, None, [("at_least", 0, None)]),
    "clamp": (Clamp(of=N, lowest=1, highest=3), NOTHING, _between(1, 3), [("at_least", 1, True), ("above", 3, False), ("is", 2, None)]),
    "floor of mean": (Floor(of=_calculation(MEAN, A, B)), {"a": 5}, _between(2, 5), [("at_least", 2, True), ("at_least", 3, None)]),
    "ceil of mean": (Ceil(of=_calculation(MEAN, A, B)), {"a": 5}, _between(3, 5), [("at_least", 3, True), ("at_most", 4, None)]),
    "ceil above an open end": (
        Ceil(of=Clamp(of=_calculation(MEAN, U, U), lowest=None, highest=Fraction(5, 2))),
        NOTHING,
        _between(1, 3),
        [("at_least", 1, True), ("at_most", 2, None), ("above", 3, False)],
    ),
    "ceil without a limit": (Ceil(of=N), NOTHING, _between(None, None), [("at_least", 0, None)]),
    "rows": (_table(), NOTHING, _between(0, 20), [("at_most", 20, True), ("is", 2, None)]),
    "rows with a hole": (_table(hole=True), NOTHING, None, [("at_most", 20, None)]),
    "bands of whole numbers": (
        _bands(_calculation(SUM, A, B)),
        {"a": 2},
        _between(1, 2),
        [("at_least", 1, True), ("at_least", 2, None)],
    ),
    "bands of numbers": (_bands(Z), NOTHING, None, [("at_least", 1, None)]),
    "branch": (
        When(branches=((BRANCH, A),), otherwise=Literal(value=2)),
        {"a": 4},
        _between(2, 4),
        [("at_least", 2, True), ("at_least", 3, None), ("above", 4, False)],
    ),
    "branches that agree": (
        When(branches=((BRANCH, Literal(value=2)),), otherwise=Literal(value=2)),
        NOTHING,
        2,
        [("is", 2, True), ("known", True, True)],
    ),
    "read twice": (_calculation(Operation.DIFFERENCE, A, A), NOTHING, _between(-5, 5), [("is", 0, None), ("at_most", 5, True)]),
    "skipped": (_calculation(MEAN, A, B, missing=Missing.SKIP), {"a": 4}, 4, [("is", 4, True)]),
    "stood in": (_calculation(SUM, A, B, missing=0), {"a": 4}, 4, [("is", 4, True)]),
    "nothing left": (_calculation(SUM, A, B, missing=Missing.SKIP), NOTHING, None, [("at_least", 0, None)]),
}


@pytest.mark.parametrize("name", TABLE)
def test_a_computed_attribute_is_bounded_as_the_table_of_the_language_says(name: str) -> None:
    """Each example of docs/rule-language.md, with the tests of it that hold whatever is answered."""
    expression, given, bounds, tests = TABLE[name]
    known, facts = _x(expression, given)
    assert known == bounds
    assert type(known) is type(bounds)
    for operator, value, held in tests:
        assert truth(_test("x", operator, value), facts) is held, (operator, value)


def test_time_since_a_day_is_bounded_by_its_range() -> None:
    """From 2020-01-01 to 2026-01-01, on 1 November 2026: 10 to 82 months."""
    known, facts = _x(Since(of="day", unit=TimeUnit.MONTHS), NOTHING)
    assert known == _between(10, 82)
    assert truth(_test("x", "at_least", 10), facts) is True
    assert truth(_test("x", "at_least", 11), facts) is None


def test_words_are_bounded_by_the_options_that_are_left() -> None:
    """A branch that leads to one of two of three options leaves those."""
    type_ = TYPES["work"]
    known, facts = _x(When(branches=((BRANCH, Literal(value="craft")),), otherwise=Literal(value="either")), NOTHING, type_)
    assert known == Options(values=frozenset({"craft", "either"}))
    assert truth(_test("x", "is", "people"), facts) is False
    assert truth(_test("x", "one_of", frozenset({"craft", "either"})), facts) is True
    assert truth(_test("x", "none_of", frozenset({"people"})), facts) is True
    assert truth(_test("x", "is", "craft"), facts) is None


def test_an_edition_of_one_knows_no_bounds() -> None:
    """The same pack of edition 1 leaves the attribute unknown, and every test of it."""
    first = attrs.evolve(_pack({"x": (NUMBER, _calculation(SUM, A, B))}), language=1)
    facts = complete(first, Profile(id="x", given={"a": 3}, span=SPAN), AS_OF).facts
    assert not isinstance(facts, PartialFacts)
    assert truth(_test("x", "at_least", 3), facts) is None


def test_a_bare_test_of_what_is_stated_stays_unknown_whatever_its_range() -> None:
    """An attribute from 0 to 5 that is missing is not known to be at most 5, on its own or against a computed one."""
    facts = _facts(_pack({"x": (NUMBER, _calculation(SUM, A, Literal(value=10)))}), NOTHING)
    assert truth(_test("a", "at_most", 5), facts) is None
    assert truth(AttributeTest(attribute="x", operator=Operator.AT_LEAST, other="a", span=SPAN), facts) is None


# --- brute force ------------------------------------------------------------------------------------------------------------------

ANSWERS: Mapping[str, Sequence[Value]] = {
    "i": (0, 1, 2, 3),
    "j": (-1, 0, 1),
    "k": (1, 2, 4),
    "f": (True, False),
    "s": (0, 1, 2),
    "c": ("craft", "people", "either"),
    "d": tuple(datetime.date(2026, month, day) for month, day in ((8, 1), (9, 15), (10, 31))),
    "t": (frozenset(), frozenset({"law"})),
}
SMALL_TYPES: Mapping[str, ValueType] = {
    "i": ValueType(kind=Kind.INTEGER, lowest=0, highest=3),
    "j": ValueType(kind=Kind.INTEGER, lowest=-1, highest=1),
    "k": ValueType(kind=Kind.NUMBER, lowest=1, highest=4),
    "f": ValueType(kind=Kind.FLAG),
    "s": TYPES["level"],
    "c": TYPES["work"],
    "d": ValueType(kind=Kind.DATE, lowest=datetime.date(2026, 8, 1), highest=datetime.date(2026, 10, 31)),
    "t": ValueType(kind=Kind.SET, options=("law",)),
}
_LITERALS: Mapping[Kind, Sequence[Atom]] = {
    Kind.NUMBER: (-2, 0, Fraction(1, 2), 1, 2, 3, 5),
    Kind.INTEGER: (-1, 0, 1, 2, 3),
    Kind.SCALE: (0, 1, 2),
    Kind.CHOICE: ("craft", "people", "either"),
    Kind.FLAG: (True, False),
    Kind.DATE: (datetime.date(2026, 8, 31), datetime.date(2026, 10, 1)),
    Kind.SET: ("law",),
}


@attrs.frozen(kw_only=True)
class _Drawing:
    """Draws random expressions and conditions over small attributes, computed ones among them."""

    chance: random.Random
    types: dict[str, ValueType] = attrs.field(factory=lambda: dict(SMALL_TYPES))

    def pick(self, *kinds: Kind) -> str:
        return self.chance.choice([name for name, type_ in self.types.items() if type_.kind in kinds])

    def literal(self, kind: Kind) -> Atom:
        return self.chance.choice(_LITERALS[kind])

    def test(self) -> AttributeTest:
        name = self.pick(*_LITERALS)
        type_ = self.types[name]
        operators = [operator for operator in sorted(OPERATORS[type_.kind]) if operator is not Operator.KNOWN]
        operator = self.chance.choice(operators)
        if ROWS[operator].takes is not Takes.VALUE:
            values = frozenset(self.literal(type_.kind) for _ in range(self.chance.choice((1, 2, 3))))
            return AttributeTest(attribute=name, operator=operator, value=values, span=SPAN)
        alike = [
            other
            for other, known in self.types.items()
            if known.kind is type_.kind or {known.kind, type_.kind} <= {Kind.NUMBER, Kind.INTEGER}
        ]
        if self.chance.random() < 0.25:
            return AttributeTest(attribute=name, operator=operator, other=self.chance.choice(alike), span=SPAN)
        return AttributeTest(attribute=name, operator=operator, value=self.literal(type_.kind), span=SPAN)

    def condition(self, depth: int = 1) -> Condition:
        if depth == 0 or self.chance.random() < 0.5:
            return self.test()
        parts = tuple(self.condition(depth - 1) for _ in range(self.chance.choice((2, 3))))
        made = self.chance.choice((AllOf, AnyOf, NoneOf, AtLeastOf))
        if made is AtLeastOf:
            return AtLeastOf(count=2, share=self.chance.choice((None, Fraction(3, 5))), parts=parts, span=SPAN)
        return made(parts=parts, span=SPAN)

    def number(self, depth: int) -> Expression:  # noqa: C901 - a case for each operator
        draw = self.chance.random()
        if depth == 0 or draw < 0.1:
            if self.chance.random() < 0.2:
                return Literal(value=self.literal(Kind.NUMBER))
            return Reference(attribute=self.pick(Kind.NUMBER, Kind.INTEGER))
        if draw < 0.5:
            operation = self.chance.choice(list(Operation))
            pair = operation in {Operation.DIFFERENCE, Operation.RATIO}
            parts = tuple(self.number(depth - 1) for _ in range(2 if pair else self.chance.choice((1, 2, 3))))
            missing = Missing.UNKNOWN if self.chance.random() < 0.8 else self.chance.choice((Missing.SKIP, 0, 1))
            weights = None
            if operation is Operation.MEAN and self.chance.random() < 0.5:
                weights = tuple(self.chance.choice((1, 2, Fraction(1, 2))) for _ in parts)
            return Calculation(operation=operation, parts=parts, weights=weights, missing=missing)
        if draw < 0.58:
            return self.chance.choice((Floor, Ceil))(of=self._apart(depth - 1))
        if draw < 0.66:
            ends = self.chance.choice(((0, 2), (None, 2), (1, None)))
            return Clamp(of=self.number(depth - 1), lowest=ends[0], highest=ends[1])
        if draw < 0.74:
            return Round(of=self._apart(depth - 1), step=self.chance.choice((1, Fraction(1, 2), 2)), half=self.chance.choice(list(Half)))
        if draw < 0.82:
            return self.lookup(depth)
        if draw < 0.9:
            branches = tuple((self.condition(), self.number(depth - 1)) for _ in range(self.chance.choice((1, 2))))
            return When(branches=branches, otherwise=self.number(depth - 1))
        if draw < 0.94:
            return Since(of="d", unit=self.chance.choice(list(TimeUnit)))
        return Tally(conditions=tuple(self.condition() for _ in range(3)), share=self.chance.random() < 0.5)

    def _apart(self, depth: int) -> Expression:
        """Return a number that often lies between whole ones, or below 0."""
        half = Literal(value=self.chance.choice((Fraction(1, 2), Fraction(-1, 2), Fraction(1, 3))))
        parts = (self.number(depth), half)
        return Calculation(operation=Operation.PRODUCT, parts=parts) if self.chance.random() < 0.6 else parts[0]

    def lookup(self, depth: int) -> Lookup:
        if self.chance.random() < 0.5:
            name = self.pick(Kind.SCALE, Kind.CHOICE, Kind.FLAG, Kind.INTEGER)
            keys = _LITERALS[self.types[name].kind]
            keys = range(4) if self.types[name].kind is Kind.INTEGER else keys
            rows = {key: self.chance.choice((0, 1, 2, Fraction(5, 2))) for key in keys if self.chance.random() < 0.9}
            return Lookup(of=Reference(attribute=name), table="t", rows=rows or {keys[0]: 1})
        points = sorted(self.chance.sample(range(-1, 5), 2))
        closed = self.chance.random() < 0.5
        whole = self.chance.random() < 0.3
        bands = (
            TableBand(lowest=None, includes_lowest=False, highest=points[0], includes_highest=closed, gives=self.chance.choice((0, 1))),
            TableBand(lowest=points[0] + whole, includes_lowest=whole or not closed, highest=points[1], includes_highest=False, gives=2),
            TableBand(lowest=points[1], includes_lowest=True, highest=None, includes_highest=False, gives=3),
        )
        return Lookup(of=self.number(depth - 1), table="t", bands=bands)

    def words(self, kind: Kind) -> Expression:
        branches = tuple((self.condition(), self._word(kind)) for _ in range(self.chance.choice((1, 2))))
        return When(branches=branches, otherwise=self._word(kind))

    def _word(self, kind: Kind) -> Expression:
        return Literal(value=self.literal(kind)) if self.chance.random() < 0.7 else Reference(attribute=self.pick(kind))

    def computed(self, name: str) -> tuple[ValueType, Expression]:
        draw = self.chance.random()
        if draw < 0.7:
            made: tuple[ValueType, Expression] = (NUMBER, self.number(2))
        else:
            kind = self.chance.choice((Kind.SCALE, Kind.CHOICE, Kind.FLAG))
            type_ = {Kind.SCALE: TYPES["level"], Kind.CHOICE: TYPES["work"], Kind.FLAG: TYPES["f"]}[kind]
            made = (type_, self.words(kind))
        self.types[name] = made[0]
        return made


def random_parts(chance: random.Random) -> tuple[list[Expression], Condition]:
    """Return two expressions, of which the second may read what the first computes, and a condition over both."""
    drawing = _Drawing(chance=chance)
    return [drawing.computed(name)[1] for name in ("x", "y")], drawing.condition(2)


def _completions(given: Mapping[str, Value]) -> Iterator[dict[str, Value]]:
    lacking = [name for name in ANSWERS if name not in given]
    for chosen in itertools.product(*(ANSWERS[name] for name in lacking)):
        yield {**given, **dict(zip(lacking, chosen, strict=True))}


def _skips(expression: Expression) -> bool:
    parts = [getattr(expression, "missing", Missing.UNKNOWN)]
    return any(part is not Missing.UNKNOWN for part in parts) or any(map(_skips, expression.children))


def counted(seed: int, rounds: int) -> tuple[int, int, int]:
    """Return how many tests of random packs were unsound, how many hold whatever is answered, and of how many of these that is known."""
    chance = random.Random(seed)
    unsound = settled = known = 0
    for _ in range(rounds):
        drawing = _Drawing(chance=chance)
        computed = {name: drawing.computed(name) for name in ("x", "y")}
        if any(_skips(expression) for _, expression in computed.values()):
            continue
        whole = _pack(computed, SMALL_TYPES)
        given = {name: chance.choice(values) for name, values in ANSWERS.items() if chance.random() < 0.55}
        facts = _facts(whole, given)
        conditions = [drawing.condition(2) for _ in range(12)]
        truths = [truth(condition, facts) for condition in conditions]
        answered = [_facts(whole, full) for full in _completions(given)]
        for condition, held in zip(conditions, truths, strict=True):
            results = {truth(condition, full) for full in answered}
            settled += len(results) == 1 and None not in results
            known += held is not None
            unsound += held is not None and results != {held}
        for name in computed:
            values = [full.get(name) for full in answered]
            bounds = facts.bounds.get(name)
            unsound += is_value(facts.get(name)) and set(values) != {facts[name]}
            unsound += bounds is not None and not all(_holds(bounds, value) for value in values)
    return unsound, settled, known


def _holds(bounds: Outcome, value: Value | None) -> bool:
    if value is None:
        return False
    if isinstance(bounds, Options):
        return value in bounds.values
    assert isinstance(bounds, Interval)
    low = bounds.lowest is None or value > bounds.lowest or (value == bounds.lowest and not bounds.lowest_open)
    high = bounds.highest is None or value < bounds.highest or (value == bounds.highest and not bounds.highest_open)
    return low and high


def test_no_answers_make_false_what_bounds_say() -> None:
    """Over random computed attributes and conditions, every completion agrees with what is met or unmet before it."""
    unsound, settled, known = counted(seed=1, rounds=250)
    assert unsound == 0
    assert known <= settled
    assert known > settled * 0.5


def _gap_need(test: AttributeTest, facts: PartialFacts, whole: Pack) -> Need:
    return need_of(test, facts, whole.attributes)


def test_what_is_known_in_part_and_unmet_is_as_far_away_as_its_nearest_end() -> None:
    """Of 8 years, 3 to 8 with a share known are 4 to 5: three to go at the least; below 3, one too many; words say both ends."""
    years = ValueType(kind=Kind.NUMBER, unit="years")
    whole = _pack({"x": (years, _calculation(SUM, A, Clamp(of=N, lowest=1, highest=2)))})
    facts = _facts(whole, {"a": 3})
    for operator, value, distance, words in (
        ("at_least", 8, 3, "4 to 5 years of 8 years: 3 years to go"),
        ("below", 3, 1, "4 to 5 years, needs less than 3 years: 1 year too many"),
        ("is", 7, 2, "4 to 5 years, needs 7 years: 2 years away"),
        ("at_least", 5, None, "4 to 5 years, needs at least 5 years"),
    ):
        need = _gap_need(_test("x", operator, value), facts, whole)
        assert (need.have, need.between, need.distance) == (None, _between(4, 5), distance)
        assert need_words(need, whole.attributes) == words


@pytest.mark.parametrize(
    ("bounds", "type_", "words"),
    [
        (_between(4, 5), ValueType(kind=Kind.NUMBER, unit="years"), "4 to 5 years"),
        (_between(0, 1), ValueType(kind=Kind.INTEGER, unit="people"), "0 to 1 person"),
        (_between(4, None), ValueType(kind=Kind.NUMBER, unit="years"), "at least 4 years"),
        (_between(None, Fraction(5, 2)), NUMBER, "at most 2.5"),
        (Interval(lowest=0, lowest_open=True, highest=5), NUMBER, "more than 0 and at most 5"),
        (Interval(lowest=0, highest=5, highest_open=True), ValueType(kind=Kind.NUMBER, unit="years"), "at least 0 and less than 5 years"),
        (Interval(highest=5, highest_open=True), NUMBER, "less than 5"),
        (Interval(), NUMBER, "unknown"),
        (Options(values=frozenset({True, False})), ValueType(kind=Kind.FLAG), "unknown"),
        (Options(values=frozenset({"either", "craft"})), TYPES["work"], "craft or either"),
        (_between(0, 1), TYPES["level"], "none to working"),
        (
            Interval(lowest=datetime.date(2024, 5, 1), highest=datetime.date(2025, 1, 1)),
            ValueType(kind=Kind.DATE, precision=Precision.MONTH),
            "2024-05 to 2025-01",
        ),
    ],
)
def test_bounds_read_as_a_person_would_write_them(bounds: Interval | Options, type_: ValueType, words: str) -> None:
    """Both ends, one, none; what says no more than the type does is unknown."""
    assert _attribute("x", type_).show(bounds) == words


def _overridden(whole: Pack, conditions: Sequence[Condition]) -> bool:
    """Whether conditions hang on what answers change on purpose: what is skipped, stands in or is assumed, and whether it is known."""
    if any(test.of_presence for condition in conditions for test in leaves(condition)):
        return True
    for name in attributes_read(conditions):
        attribute = whole.attributes[name]
        if attribute.ready_for is not None:
            return True  # it hangs on all that another role reads
        if attribute.absent_means is not None or (attribute.derivation is not None and attribute.may_be_given):
            return True
        if attribute.derivation is not None:
            expression = attribute.derivation.expression
            read = [AttributeTest(attribute=one, operator=Operator.IS, value=0, span=SPAN) for one in expression.inputs]
            if _skips(expression) or _overridden(whole, [*read, *conditions_within(expression)]):
                return True
    return False


def test_what_is_met_or_unmet_of_a_pack_stays_so_whatever_is_answered() -> None:
    """Over random packs: whatever criterion hangs on nothing that answers change on purpose keeps its truth."""
    chance = random.Random(7)
    kept = settled = 0
    for _ in range(250):
        whole = random_pack(chance, computed=True, language=2)
        full = random_profile(chance, whole)
        given = {name: value for name, value in full.given.items() if chance.random() < 0.6}
        evaluator = Evaluator(whole, engine="reference")
        before, after = (evaluator.evaluate(attrs.evolve(full, given=stated), as_of=AS_OF) for stated in (given, full.given))
        for role, result in before.roles.items():
            for one, other in zip(result.criteria, after.roles[role].criteria, strict=True):
                pairs = ((one.criterion.when, one.held, other.held), (one.criterion.applies_when, one.applies, other.applies))
                for condition, held, later in pairs:
                    if condition is not None and not _overridden(whole, [condition]):
                        assert held in {None, later}
                        kept += held is not None
                        settled += held is None and later is not None
    assert min(kept, settled) > 20


# --- records ----------------------------------------------------------------------------------------------------------------------

MONTH = ValueType(kind=Kind.DATE, precision=Precision.MONTH)
FIELDS: Mapping[str, ValueType] = {
    "size": ValueType(kind=Kind.INTEGER, lowest=-1, highest=2),
    "sort": ValueType(kind=Kind.CHOICE, options=("lead", "member")),
    "on": MONTH,
    "until": MONTH,
}
_FIELD_VALUES: Mapping[str, Sequence[Atom]] = {"size": (-1, 0, 1, 2), "sort": ("lead", "member")}
JOBS = ValueType(kind=Kind.RECORDS, fields=FIELDS)


def gather(gathering: Gathering, where: Condition | None = None, field: str | None = None) -> Gather:
    """Return an operator over the entries of jobs."""
    return Gather(gathering=gathering, records="jobs", where=where, field=field, by="on", start="on", end="until")


def _of_jobs(expression: Expression, type_: ValueType, jobs: Sequence[Mapping[str, Atom]]) -> Outcome:
    whole = _pack({"x": (type_, expression)}, {"jobs": JOBS})
    facts = _facts(whole, {"jobs": tuple(jobs)})
    return facts.get("x", facts.bounds.get("x"))


def month(number: int) -> datetime.date:
    """Return a month of 2024."""
    return datetime.date(2024, number, 1)


LEAD = _test("sort", "is", "lead")
TWO_JOBS: Sequence[Mapping[str, Atom]] = (
    {"sort": "lead", "size": 2, "on": month(1), "until": month(6)},
    {"on": month(4), "until": month(12)},
)
"""Six months as a lead; nine of which neither sort nor size is known, three of them beside the first."""


@pytest.mark.parametrize(
    ("expression", "type_", "bounds"),
    [
        (gather(Gathering.COUNT, LEAD), NUMBER, _between(1, 2)),
        (gather(Gathering.TOTAL, None, "size"), NUMBER, _between(1, 4)),
        (gather(Gathering.TOTAL, LEAD, "size"), NUMBER, _between(1, 4)),
        (gather(Gathering.COUNT_DISTINCT, None, "sort"), NUMBER, _between(1, 2)),
        (gather(Gathering.YEARS, LEAD), NUMBER, _between(Fraction(1, 2), 1)),
        (gather(Gathering.LATEST, None, "size"), FIELDS["size"], _between(-1, 2)),
        (gather(Gathering.LATEST, LEAD, "size"), FIELDS["size"], _between(-1, 2)),
        (gather(Gathering.LATEST, None, "sort"), FIELDS["sort"], Options(values=frozenset({"lead", "member"}))),
        (gather(Gathering.EARLIEST, None, "size"), FIELDS["size"], 2),
        (gather(Gathering.MEAN, None, "size"), NUMBER, _between(Fraction(1, 2), 2)),
        (gather(Gathering.MEAN, LEAD, "size"), NUMBER, _between(Fraction(1, 2), 2)),
        (gather(Gathering.MIN, None, "size"), FIELDS["size"], _between(-1, 2)),
        (gather(Gathering.MAX, LEAD, "size"), FIELDS["size"], 2),
        (gather(Gathering.MAX, _test("sort", "is", "member"), "size"), FIELDS["size"], None),
    ],
)
def test_entries_of_which_something_is_missing_are_bounds(expression: Expression, type_: ValueType, bounds: Outcome) -> None:
    """Of two jobs, of which one is not known to count, or not how much."""
    assert _of_jobs(expression, type_, TWO_JOBS) == bounds


_YEARS = gather(Gathering.YEARS)
_ALL_OF_2024: Mapping[str, Atom] = {"on": month(1), "until": month(12)}


@pytest.mark.parametrize(
    ("lowest", "highest", "expression", "jobs", "bounds"),
    [
        (None, None, _YEARS, ({**_ALL_OF_2024}, {"until": month(6)}), _between(1, None)),
        (month(1), None, _YEARS, ({"until": month(6)},), _between(0, Fraction(1, 2))),
        (None, month(4), _YEARS, ({"until": month(6)},), _between(Fraction(1, 4), None)),
        (month(1), month(4), _YEARS, ({"until": month(6)}, {"on": month(6), "until": month(9)}), _between(Fraction(1, 2), Fraction(3, 4))),
        (month(1), None, _YEARS, ({**_ALL_OF_2024}, {"until": month(6)}), 1),
        (None, None, attrs.evolve(_YEARS, within_months=12), ({},), _between(0, 1)),
        (None, None, gather(Gathering.YEARS, LEAD), ({"sort": "member"},), 0),
        (
            None,
            None,
            gather(Gathering.YEARS, LEAD),
            ({"sort": "lead", "until": month(6)}, {"on": month(1), "until": month(2)}),
            _between(0, None),
        ),
    ],
)
def test_years_of_an_entry_without_a_start_are_bounded_by_the_others_and_by_the_range(
    lowest: datetime.date | None, highest: datetime.date | None, expression: Expression, jobs: Sequence[Mapping[str, Atom]], bounds: Outcome
) -> None:
    """The others count for certain; how far back it may go is said by the range of the field, or by the window, or by nothing."""
    records = attrs.evolve(JOBS, fields={**FIELDS, "on": attrs.evolve(MONTH, lowest=lowest, highest=highest)})
    whole = _pack({"x": (NUMBER, expression)}, {"jobs": records})
    facts = _facts(whole, {"jobs": tuple(jobs)})
    assert facts.get("x", facts.bounds.get("x")) == bounds


def test_no_start_makes_false_what_bounds_say_of_years() -> None:
    """Brute force over every month that a start can be, of entries with ends, sorts and starts missing."""
    chance, bounded, exact = random.Random(9), 0, 0
    for _ in range(150):
        ends = (chance.choice((None, month(1), month(2))), chance.choice((None, month(5), month(6))))
        records = attrs.evolve(JOBS, fields={**FIELDS, "on": attrs.evolve(MONTH, lowest=ends[0], highest=ends[1])})
        months = [day for day in map(month, range(1, 13)) if (ends[0] or day) <= day <= (ends[1] or day)]
        within_months = chance.choice((None, None, 30))
        expression = attrs.evolve(gather(Gathering.YEARS, chance.choice((None, LEAD))), within_months=within_months)
        whole = _pack({"x": (NUMBER, expression)}, {"jobs": records})
        jobs: list[dict[str, Atom]] = []
        for _ in range(chance.randint(1, 3)):
            job: dict[str, Atom] = {"until": month(chance.randint(1, 12))} if chance.random() < 0.8 else {}
            job |= {"sort": chance.choice(("lead", "member"))} if chance.random() < 0.7 else {}
            jobs.append(job | ({"on": chance.choice(months)} if chance.random() < 0.5 else {}))
        facts = _facts(whole, {"jobs": tuple(jobs)})
        known = facts.get("x", facts.bounds.get("x"))
        domains = {"on": months, "sort": ("lead", "member")}
        lacking = [(place, name) for place, job in enumerate(jobs) for name in domains if name not in job]
        values: list[Fraction | int] = []
        for chosen in itertools.islice(itertools.product(*(domains[name] for _, name in lacking)), 400):
            full = [dict(job) for job in jobs]
            for (place, name), value in zip(lacking, chosen, strict=True):
                full[place][name] = value
            value = _facts(whole, {"jobs": tuple(full)})["x"]
            assert isinstance(value, int | Fraction)
            assert _holds(known, value) if isinstance(known, Interval) else known == value
            values.append(value)
        bounded += isinstance(known, Interval) and known.highest is not None
        exact += isinstance(known, Interval) and known.lowest == min(values) and known.highest == max(values)
    assert bounded > 30
    assert exact > 15


_SHAPES = (
    (Gathering.COUNT, None),
    (Gathering.TOTAL, "size"),
    (Gathering.COUNT_DISTINCT, "size"),
    (Gathering.COUNT_DISTINCT, "sort"),
    (Gathering.LATEST, "size"),
    (Gathering.EARLIEST, "size"),
    (Gathering.EARLIEST, "sort"),
    (Gathering.MEAN, "size"),
    (Gathering.MIN, "size"),
    (Gathering.MAX, "size"),
    (Gathering.YEARS, None),
)


def random_gathering(chance: random.Random) -> Expression:
    """Return an operator over the entries of jobs, sometimes held inside bounds."""
    gathering, field = chance.choice(_SHAPES)
    where = chance.choice((None, LEAD, _test("size", "at_least", 1)))
    months = chance.choice((None, 30)) if gathering is Gathering.YEARS else None
    expression: Expression = attrs.evolve(gather(gathering, where, field), within_months=months)
    return Clamp(of=expression, lowest=0, highest=1) if field != "sort" and chance.random() < 0.3 else expression


def test_no_entries_make_false_what_bounds_say_of_records() -> None:
    """Over random lists of entries with sorts and sizes missing: whatever they are, what is gathered lies within its bounds."""
    chance = random.Random(3)
    bounded = tight = 0
    for _ in range(900):
        expression = random_gathering(chance)
        (gathered,) = [part for part in within(expression) if isinstance(part, Gather)]
        jobs: list[dict[str, Atom]] = []
        for start in chance.sample(range(1, 7), chance.randint(0, 3)):
            dates: dict[str, Atom] = {"on": month(start), "until": month(start + chance.randint(0, 5))}
            jobs.append(dates | {name: chance.choice(values) for name, values in _FIELD_VALUES.items() if chance.random() < 0.6})
        known = _of_jobs(expression, NUMBER, jobs)
        values: list[Value] = []
        lacking = [(place, name) for place, job in enumerate(jobs) for name in _FIELD_VALUES if name not in job]
        for chosen in itertools.product(*(_FIELD_VALUES[name] for _, name in lacking)):
            full = [dict(job) for job in jobs]
            for (place, name), value in zip(lacking, chosen, strict=True):
                full[place][name] = value
            value = _of_jobs(expression, NUMBER, full)
            if isinstance(known, Interval | Options):
                assert is_value(value)
                assert _holds(known, value)
                values.append(value)
            elif known is not None:
                assert value == known
        if gathered.where is None and isinstance(known, Interval) and gathered.gathering in {Gathering.MEAN, Gathering.MIN, Gathering.MAX}:
            assert {known.lowest, known.highest} <= set(values)  # both ends are come to: bounds are no wider than they have to be
            tight += 1
        bounded += isinstance(known, Interval)
    assert bounded > 100
    assert tight > 20
