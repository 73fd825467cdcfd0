"""Bounds of computed numbers in columns: what is met or unmet whatever is answered, as in the reference, with few rows in doubt."""

from __future__ import annotations

import datetime
import itertools
import random
from collections.abc import Mapping, Sequence
from fractions import Fraction
from pathlib import Path

import attrs
import narwhals as nw
import polars as pl
import pytest

from evaluator.core.attributes import Attribute
from evaluator.core.conditions import AttributeTest, Condition, truth
from evaluator.core.dates import day_number
from evaluator.core.expressions import (
    Calculation,
    Ceil,
    Clamp,
    Derivation,
    Expression,
    Floor,
    Literal,
    Lookup,
    Missing,
    Operation,
    Reference,
    Since,
    TableBand,
    Tally,
    TimeUnit,
    When,
    weighted_ratio,
)
from evaluator.core.facts import complete
from evaluator.core.model import Pack, Profile
from evaluator.core.operators import Operator
from evaluator.core.values import Kind, Number, Value, ValueType
from evaluator.engines.columns.calculations import day_count
from evaluator.engines.columns.encode import Person, frame_of
from evaluator.engines.columns.language import speaking
from evaluator.engines.columns.plan import Plan, held, plan
from evaluator.reading.pack.pack import load_pack
from tests.cases import criterion, small_pack
from tests.drawing import SPAN
from tests.slow import mostly_slow

LADDER = Path(__file__).parents[1] / "ladders" / "points-ladder"
DAY = datetime.date(2026, 11, 1)
A, B, N, P, Z, U = (Reference(attribute=name) for name in "abnpzu")
SMALL = ValueType(kind=Kind.INTEGER, lowest=0, highest=5)
STATED: Mapping[str, ValueType] = {
    "a": SMALL,
    "b": SMALL,
    "n": ValueType(kind=Kind.NUMBER),
    "p": ValueType(kind=Kind.NUMBER, lowest=1, highest=4),
    "z": ValueType(kind=Kind.NUMBER, lowest=0, highest=10),
    "u": ValueType(kind=Kind.NUMBER, lowest=0, lowest_open=True, highest=4),
    "f": ValueType(kind=Kind.FLAG),
    "g": ValueType(kind=Kind.FLAG),
    "day": ValueType(kind=Kind.DATE, lowest=datetime.date(2020, 1, 1), highest=datetime.date(2026, 1, 1)),
    "known_since": ValueType(kind=Kind.DATE),
}
VALUES: Mapping[str, Sequence[Value | None]] = {
    "a": (None, 0, 3, 5),
    "b": (None, 0, 4),
    "n": (None, -2, 7),
    "p": (None, 1, Fraction(5, 2)),
    "z": (None, 0, 5),
    "u": (None, Fraction(1, 2), 4),
    "f": (None, True, False),
    "g": (None, True, False),
    "day": (None, datetime.date(2024, 5, 17)),
    "known_since": (None, datetime.date(2027, 1, 31)),
}


def calculation(operation: Operation, *parts: Expression, weights: tuple[Number, ...] | None = None, skip: bool = False) -> Calculation:
    """Return an operation over parts."""
    return Calculation(operation=operation, parts=parts, weights=weights, missing=Missing.SKIP if skip else Missing.UNKNOWN)


def flag(name: str) -> Condition:
    """Return that a flag holds."""
    return AttributeTest(attribute=name, operator=Operator.IS, value=True, span=SPAN)


def compared(name: str, operator: Operator, value: Number | None = None, other: str | None = None) -> AttributeTest:
    """Return a test of a number."""
    return AttributeTest(attribute=name, operator=operator, value=value, other=other, span=SPAN)


BANDS = (
    TableBand(lowest=None, includes_lowest=False, highest=2, includes_highest=True, gives=1),
    TableBand(lowest=2, includes_lowest=False, highest=None, includes_highest=False, gives=4),
)
SUM = calculation(Operation.SUM, A, B)
POINTS = Lookup(of=A, table="points", rows={0: 0, 1: 1, 2: 3, 3: 6, 4: 12, 5: 20})
HOLED = Lookup(of=A, table="holed", rows={0: 0, 1: 1, 2: 3, 3: 6, 5: 20})
EXPRESSIONS: Mapping[str, Expression] = {
    "sum": SUM,
    "sum without a limit": calculation(Operation.SUM, A, N),
    "difference": calculation(Operation.DIFFERENCE, A, B),
    "difference of itself": calculation(Operation.DIFFERENCE, A, A),
    "mean": calculation(Operation.MEAN, A, B, P),
    "weighted mean": calculation(Operation.MEAN, A, P, weights=(3, 1)),
    "mean with a weight below nothing": calculation(Operation.MEAN, A, B, weights=(3, -1)),
    "min": calculation(Operation.MIN, A, N),
    "max": calculation(Operation.MAX, A, N, B),
    "product": calculation(Operation.PRODUCT, A, B),
    "product without a limit": calculation(Operation.PRODUCT, A, U, Reference(attribute="of_sum")),
    "product with a literal": calculation(Operation.PRODUCT, Literal(value=-3), A, Literal(value=Fraction(1, 2))),
    "product of any sign": calculation(Operation.PRODUCT, N, A),
    "ratio": calculation(Operation.RATIO, A, P),
    "ratio by what may be 0": calculation(Operation.RATIO, A, Z),
    "ratio by what is above 0": calculation(Operation.RATIO, B, U),
    "mean by weights": weighted_ratio((A, P), (B, U)),
    "mean by weights that may be 0": weighted_ratio((A, N), (Z, B)),
    "clamp": Clamp(of=SUM, lowest=2, highest=7),
    "clamp without a limit": Clamp(of=calculation(Operation.SUM, N, A), lowest=1, highest=3),
    "floor of a mean": Floor(of=calculation(Operation.MEAN, A, B)),
    "floor of a ratio": Floor(of=calculation(Operation.RATIO, A, P)),
    "ceil of a mean": Ceil(of=calculation(Operation.MEAN, A, B)),
    "ceil of a number": Ceil(of=P),
    "ceil of a ratio": Ceil(of=calculation(Operation.RATIO, A, P)),
    "ceil between whole numbers": Ceil(of=calculation(Operation.SUM, calculation(Operation.MEAN, A, B), Literal(value=Fraction(1, 8)))),
    "ceil between whole numbers below 0": Ceil(
        of=calculation(Operation.DIFFERENCE, Literal(value=Fraction(1, 8)), calculation(Operation.MEAN, A, B))
    ),
    "floor between whole numbers": Floor(of=calculation(Operation.SUM, calculation(Operation.MEAN, A, B), Literal(value=Fraction(1, 8)))),
    "ceil of what is below 0": Ceil(of=calculation(Operation.PRODUCT, A, Literal(value=Fraction(-1, 2)))),
    "lookup": POINTS,
    "lookup with a hole": HOLED,
    "sum of lookups": calculation(Operation.SUM, POINTS, Lookup(of=B, table="points", rows=POINTS.rows), POINTS),
    "sum with a hole": calculation(Operation.SUM, POINTS, HOLED),
    "bands of a sum": Lookup(of=SUM, table="bands", bands=BANDS),
    "count": Tally(conditions=(flag("f"), flag("g"), compared("of_sum", Operator.AT_LEAST, 4)), share=False),
    "share": Tally(conditions=(flag("f"), flag("g"), compared("a", Operator.ABOVE, 2)), share=True),
    "count over a ratio": Tally(conditions=(flag("f"), compared("of_ratio", Operator.AT_LEAST, 1)), share=False),
    "when": When(branches=((flag("f"), A), (flag("g"), Literal(value=9))), otherwise=Literal(value=2)),
    "when both are alike": When(branches=((flag("f"), Literal(value=2)),), otherwise=Literal(value=2)),
    "when over a ratio": When(branches=((compared("of_ratio", Operator.AT_LEAST, 1), A),), otherwise=B),
    "when, passing over": When(branches=((flag("f"), A),), otherwise=B, missing=Missing.SKIP),
    "days": Since(of="day", unit=TimeUnit.DAYS),
    "weeks": Since(of="day", unit=TimeUnit.WEEKS),
    "months": Since(of="day", unit=TimeUnit.MONTHS),
    "years": Since(of="day", unit=TimeUnit.YEARS),
    "months without a range": Since(of="known_since", unit=TimeUnit.MONTHS),
    "of another": calculation(Operation.SUM, Reference(attribute="of_sum"), Reference(attribute="of_ratio"), B),
    "skipping": calculation(Operation.SUM, A, B, skip=True),
    "skipping what follows all the same": calculation(
        Operation.SUM, When(branches=((flag("f"), Literal(value=2)),), otherwise=Literal(value=2)), A, skip=True
    ),
}
NEEDED = (-3, 0, Fraction(1, 2), 2, 3, 5, 9, 20)
OPERATORS = (Operator.AT_LEAST, Operator.AT_MOST, Operator.ABOVE, Operator.BELOW, Operator.IS, Operator.IS_NOT)
LEFT_TO_THE_REFERENCE = frozenset(
    {
        "mean by weights",
        "mean by weights that may be 0",
        *("bands of a sum", "product of any sign", "when both are alike", "skipping what follows all the same"),
        *("product without a limit", "product with a literal", "ratio", "ratio by what is above 0", "clamp without a limit"),
        *(
            "floor of a mean",
            "floor of a ratio",
            "ceil of a mean",
            "ceil of a ratio",
            "ceil of what is below 0",
            "mean with a weight below nothing",
        ),
    }
)
"""What no column holds the bounds of, or holds as floats that rounding has moved, of which each end is one of the numbers tested for."""


def computed(name: str, expression: Expression, *, may_be_given: bool = False) -> Attribute:
    """Return a computed number."""
    derivation = Derivation(expression=expression, span=SPAN)
    return Attribute(id=name, title=name, type=ValueType(kind=Kind.NUMBER), derivation=derivation, may_be_given=may_be_given, span=SPAN)


def pack_of(expression: Expression, *, may_be_given: bool = False, of_every: slice = slice(None)) -> Pack:
    """Return a pack of the second edition whose criteria test what an expression comes to in every way, or in some of them."""
    attributes = {name: Attribute(id=name, title=name, type=type_, span=SPAN) for name, type_ in STATED.items()}
    attributes |= {"of_sum": computed("of_sum", SUM), "of_ratio": computed("of_ratio", calculation(Operation.RATIO, A, Z))}
    attributes["it"] = computed("it", expression, may_be_given=may_be_given)
    tests = [compared("it", operator, need) for operator, need in itertools.product(OPERATORS, NEEDED)]
    tests += [compared("it", operator, other=other) for operator, other in itertools.product(OPERATORS, ("n", "of_sum"))]
    tests += [AttributeTest(attribute="it", operator=Operator.KNOWN, value=True, span=SPAN)]
    criteria = tuple(criterion(f"c{index}", test) for index, test in enumerate(tests[of_every]))
    return attrs.evolve(small_pack(attributes, criteria), language=2)


def people_of(read: Sequence[str], chance: random.Random) -> list[Person]:
    """Return people with each combination of values of some attributes, and any of the others."""
    others = [name for name in STATED if name not in read]
    found = []
    for index, values in enumerate(itertools.product(*(VALUES[name] for name in read))):
        given = dict(zip(read, values, strict=True)) | {name: chance.choice(VALUES[name]) for name in others}
        profile = Profile(id=str(index), given={name: value for name, value in given.items() if value is not None}, span=SPAN)
        found.append(Person(profile=profile, as_of=DAY))
    return found


def judged(pack: Pack, people: Sequence[Person], *, in_duckdb: bool) -> list[dict[str, object]]:
    """Return what columns say of criteria, in Polars or in DuckDB."""
    encoded = frame_of(pack, people)
    if in_duckdb:
        duckdb = pytest.importorskip("duckdb")
        compiled: Plan = plan(pack)
        frame = nw.from_native(duckdb.sql("select * from encoded"))
        found = compiled.criteria(compiled.derive(frame)).collect("polars").to_native()
    else:
        with speaking(pl):
            compiled = plan(pack)
            found = compiled.criteria(compiled.derive(encoded.lazy())).collect()
    order = {person.profile.id: index for index, person in enumerate(people)}
    return sorted(found.iter_rows(named=True), key=lambda row: order[row["id"]])


@pytest.mark.parametrize("in_duckdb", mostly_slow([False, True], quick=1))
@pytest.mark.parametrize("name", EXPRESSIONS)
def test_each_operator_is_known_in_part_as_in_the_reference(name: str, in_duckdb: bool) -> None:  # noqa: FBT001 - two engines
    """Every test of every combination of what is missing comes out as in the reference, wherever the row is not in doubt.

    In DuckDB, which takes longer, one test of three of each expression, and all of them over the expressions; those of a database are
    made of the same expressions.
    """
    expression = EXPRESSIONS[name]
    chance = random.Random(7)
    for may_be_given in (False,) if in_duckdb else (False, True):
        pack = pack_of(expression, may_be_given=may_be_given, of_every=slice([*EXPRESSIONS].index(name) % 3, None, 3 if in_duckdb else 1))
        leaves = {one for one in STATED if one in repr(expression).replace("of_sum", "'a' 'b'").replace("of_ratio", "'a' 'z'").split("'")}
        people = people_of(sorted(leaves), chance)
        open_rows = in_doubt = 0
        for person, row in zip(people, judged(pack, people, in_duckdb=in_duckdb), strict=True):
            facts = complete(pack, person.profile, DAY).facts
            open_rows += "it" not in facts
            in_doubt += "it" not in facts and bool(row["doubt"])
            if not row["doubt"]:
                for one in pack.roles["role"].criteria:
                    assert row[held(one)] is truth(one.when, facts), (name, one.when, person.profile.given)
        assert name in LEFT_TO_THE_REFERENCE or in_doubt <= open_rows / 2, (in_doubt, open_rows)


@pytest.mark.parametrize("in_duckdb", [False, True])
def test_each_day_has_the_number_that_the_calendar_gives_it(in_duckdb: bool) -> None:  # noqa: FBT001 - two engines
    """Days on both sides of every end of a month, over four centuries, are as far from each other as dates say."""
    ends = [datetime.date(year, month, 1) for year in range(1799, 2202) for month in range(1, 13)]
    days = [end + datetime.timedelta(days=off) for end in ends for off in (-1, 0, 27)]
    encoded = pl.DataFrame({"index": range(len(days)), "day": [day_number(day) for day in days]})
    if in_duckdb:
        duckdb = pytest.importorskip("duckdb")
        frame = nw.from_native(duckdb.sql("select * from encoded")).select("index", number=day_count(nw.col("day"))).collect("polars")
        numbers = frame.to_native().sort("index")["number"].to_list()
    else:
        with speaking(pl):
            numbers = encoded.lazy().select(day_count(pl.col("day"))).collect().to_series().to_list()  # type: ignore[arg-type]
    assert {number - day.toordinal() for number, day in zip(numbers, days, strict=True)} == {numbers[0] - days[0].toordinal()}


@pytest.mark.parametrize("name", ["days", "weeks", "months", "years"])
def test_a_time_is_no_long_question_to_a_database(name: str) -> None:
    """What is divided and divided again is not written out again and again: weeks were five million letters once."""
    duckdb = pytest.importorskip("duckdb")
    pack = pack_of(EXPRESSIONS[name])
    encoded = frame_of(pack, people_of(["day"], random.Random(7)))
    assert len(encoded)
    compiled: Plan = plan(pack)
    frame = compiled.criteria(compiled.derive(nw.from_native(duckdb.sql("select * from encoded"))))
    assert len(nw.to_native(frame).sql_query()) < 100_000


@pytest.mark.parametrize("in_duckdb", [False, True])
def test_a_ladder_of_points_is_judged_without_the_reference(in_duckdb: bool) -> None:  # noqa: FBT001 - two engines
    """With up to eight of sixteen answers missing nobody is in doubt, and each criterion comes out as in the reference."""
    pack = attrs.evolve(load_pack(LADDER), language=2)
    chance = random.Random(1)
    names = [attribute.id for attribute in pack.attributes.values() if attribute.kind is Kind.INTEGER and attribute.derivation is None]
    people = []
    for index in range(120):
        left = [name for name in names if chance.random() > index % 9 / 18]
        profile = Profile(id=str(index), given={name: chance.randint(0, 5) for name in left}, span=SPAN)
        people.append(Person(profile=profile, as_of=DAY))
    rows = judged(pack, people, in_duckdb=in_duckdb)
    assert not any(row["doubt"] for row in rows)
    decided = 0
    for person, row in zip(people, rows, strict=True):
        facts = complete(pack, person.profile, DAY).facts
        for role in pack.judged_roles:
            for one in role.criteria:
                assert row[held(one)] is truth(one.when, facts)
                decided += len(facts) <= len(names) and row[held(one)] is not None
    assert decided > 500


def test_a_pack_of_the_first_edition_has_no_columns_of_bounds() -> None:
    """It pays nothing for them, and a sum with something missing stays unknown."""
    pack = attrs.evolve(pack_of(SUM), language=1)
    people = people_of(["a", "b"], random.Random(1))
    rows = judged(pack, people, in_duckdb=False)
    assert not any(name.startswith(("low.", "high.", "part.")) for name in rows[0])
    assert all(row[held(pack.roles["role"].criteria[0])] is None for row in rows if row["a.a"] is None)


@pytest.mark.parametrize(
    ("operator", "need", "has_columns"),
    [(Operator.AT_LEAST, 5, False), (Operator.AT_MOST, 0, False), (Operator.AT_LEAST, 0, True), (Operator.ABOVE, 20, True)],
)
def test_bounds_that_decide_nothing_take_no_columns(operator: Operator, need: int, has_columns: bool) -> None:  # noqa: FBT001 - a truth
    """Points go from 0 to 20: only a test that all of them meet, or none, is known before the answer is."""
    attributes = {"a": Attribute(id="a", title="a", type=SMALL, span=SPAN), "it": computed("it", POINTS)}
    test = compared("it", operator, need)
    pack = attrs.evolve(small_pack(attributes, (criterion("c", test),)), language=2)
    people = [Person(profile=Profile(id=str(index), given=given, span=SPAN), as_of=DAY) for index, given in enumerate(({}, {"a": 3}))]
    rows = judged(pack, people, in_duckdb=False)
    assert ("low.it" in rows[0]) is has_columns
    assert not any(row["doubt"] for row in rows)
    assert [row["c.role/c"] for row in rows] == [truth(test, complete(pack, person.profile, DAY).facts) for person in people]
