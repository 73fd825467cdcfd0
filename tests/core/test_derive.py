"""Derived attributes: every operator with every treatment of what is missing, worked out by hand."""

from __future__ import annotations

import datetime
import graphlib
import itertools
from collections.abc import Mapping
from fractions import Fraction

import attrs
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from evaluator.core.dates import Precision
from evaluator.core.derive import derived
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
    Missing,
    Operation,
    Reference,
    Round,
    Since,
    TableBand,
    Tally,
    TimeUnit,
    When,
)
from evaluator.core.values import Atom, Facts, Number, PartialDate, Record, Value
from tests.core.build import AS_OF, all_of, attribute, check, day, flag, none_of, pack

A, B, C = Reference(attribute="a"), Reference(attribute="b"), Reference(attribute="c")
UNKNOWN, SKIP = Missing.UNKNOWN, Missing.SKIP


def calculation(operation: str, *parts: Expression, missing: Missing | Number = UNKNOWN) -> Calculation:
    """Return an operation over parts."""
    return Calculation(operation=Operation(operation), parts=parts, missing=missing)


def weighted(*weights: Number, missing: Missing | Number = UNKNOWN) -> Calculation:
    """Return the weighted mean of a, b, c."""
    return Calculation(operation=Operation.MEAN, parts=(A, B, C)[: len(weights)], weights=weights, missing=missing)


def worth(expression: Expression, facts: Facts) -> Value | None:
    """Return the value of an expression at the as-of date of these tests."""
    return derived(expression, facts, AS_OF)


@pytest.mark.parametrize(
    ("operation", "values", "expected"),
    [
        ("sum", (2, 3, 5), 10),
        ("sum", (Fraction("0.1"), Fraction("0.2"), 0), Fraction("0.3")),
        ("sum", (-2, 2, 0), 0),
        ("product", (2, 3, 5), 30),
        ("product", (2, 0, 5), 0),
        ("product", (Fraction(1, 3), 3, 1), 1),
        ("mean", (2, 3, 5), Fraction(10, 3)),
        ("mean", (2, 3, 4), 3),
        ("mean", (-1, 0, 0), Fraction(-1, 3)),
        ("min", (2, -3, 5), -3),
        ("max", (2, -3, 5), 5),
        ("difference", (2, 5), -3),
        ("difference", (5, 2), 3),
        ("ratio", (2, 5), Fraction(2, 5)),
        ("ratio", (6, 3), 2),
        ("ratio", (-1, 4), Fraction(-1, 4)),
        ("ratio", (0, 5), 0),
        ("ratio", (5, 0), None),
        ("ratio", (0, 0), None),
    ],
)
def test_operations_are_exact(operation: str, values: tuple[Number, ...], expected: Number | None) -> None:
    """Operations over lists are exact, whole results are ints, and nothing can be divided by zero."""
    found = worth(calculation(operation, *(A, B, C)[: len(values)]), dict(zip("abc", values, strict=False)))
    assert found == expected
    assert type(found) is type(expected)


@pytest.mark.parametrize(
    ("operation", "missing", "expected"),
    [
        ("sum", UNKNOWN, None),
        ("sum", SKIP, 6),
        ("sum", 10, 16),
        ("product", UNKNOWN, None),
        ("product", SKIP, 8),
        ("product", 10, 80),
        ("mean", UNKNOWN, None),
        ("mean", SKIP, 3),
        ("mean", 0, 2),
        ("min", UNKNOWN, None),
        ("min", SKIP, 2),
        ("min", 0, 0),
        ("max", UNKNOWN, None),
        ("max", SKIP, 4),
        ("max", 10, 10),
    ],
)
def test_a_missing_input_does_what_the_expression_says(operation: str, missing: Missing | Number, expected: Number | None) -> None:
    """Of 2, nothing and 4: unknown by default, the other two with skip, or with the number that stands in."""
    assert worth(calculation(operation, A, B, C, missing=missing), {"a": 2, "c": 4}) == expected


@pytest.mark.parametrize("operation", ["sum", "product", "mean", "min", "max", "difference", "ratio"])
def test_nothing_left_is_unknown(operation: str) -> None:
    """Where every input is left out nothing is left, and the result is unknown rather than zero."""
    assert worth(calculation(operation, A, B, missing=SKIP), {}) is None
    assert worth(calculation(operation, A, B, missing=UNKNOWN), {}) is None


@pytest.mark.parametrize(
    ("operation", "missing", "facts", "expected"),
    [
        ("difference", UNKNOWN, {"a": 2}, None),
        ("difference", SKIP, {"a": 2}, None),
        ("difference", SKIP, {"b": 2}, None),
        ("difference", 5, {"a": 2}, -3),
        ("difference", 5, {"b": 2}, 3),
        ("ratio", UNKNOWN, {"b": 2}, None),
        ("ratio", SKIP, {"a": 2}, None),
        ("ratio", 5, {"a": 2}, Fraction(2, 5)),
        ("ratio", 5, {"b": 2}, Fraction(5, 2)),
        ("ratio", 0, {"a": 2}, None),
        ("ratio", 0, {"b": 2}, 0),
    ],
)
def test_two_sided_operations_need_both_sides(operation: str, missing: Missing | Number, facts: Facts, expected: Number | None) -> None:
    """A difference or a ratio is unknown without one of its sides, unless a number stands in for it."""
    assert worth(calculation(operation, A, B, missing=missing), facts) == expected


@pytest.mark.parametrize(
    ("expression", "facts", "expected"),
    [
        (weighted(1, 1), {"a": 2, "b": 4}, 3),
        (weighted(3, 1), {"a": 2, "b": 4}, Fraction(5, 2)),
        (weighted(1, 2, 3), {"a": 6, "b": 3, "c": 2}, 3),
        (weighted(Fraction("0.5"), Fraction("0.25")), {"a": 1, "b": 4}, 2),
        (weighted(3, 1), {"a": 2}, None),
        (weighted(3, 1, missing=SKIP), {"a": 2}, 2),
        (weighted(3, 2, 1, missing=SKIP), {"a": 2, "c": 6}, 3),
        (weighted(3, 1, missing=0), {"a": 2}, Fraction(3, 2)),
        (weighted(3, 1, missing=SKIP), {}, None),
    ],
)
def test_a_weighted_mean(expression: Calculation, facts: Facts, expected: Number | None) -> None:
    """A skipped part takes its weight with it; a part that is stood in for keeps it."""
    assert worth(expression, facts) == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [(Fraction(5, 2), 2), (3, 3), (Fraction(-5, 2), -3), (-3, -3), (Fraction(-1, 100), -1), (Fraction(1, 100), 0)],
)
def test_the_floor_is_at_or_below(value: Number, expected: int) -> None:
    """The floor is the whole number at or below, below zero too."""
    assert worth(Floor(of=A), {"a": value}) == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [(Fraction(5, 2), 3), (3, 3), (0, 0), (Fraction(-5, 2), -2), (-3, -3), (Fraction(-1, 100), 0), (Fraction(1, 100), 1), (None, None)],
)
def test_the_ceiling_is_at_or_above(value: Number | None, expected: int | None) -> None:
    """The whole number at or above, which of -1/100 is 0 and of a whole number itself."""
    assert worth(Ceil(of=A), {} if value is None else {"a": value}) == expected


@pytest.mark.parametrize(
    ("lowest", "highest", "value", "expected"),
    [
        (0, 10, -1, 0),
        (0, 10, 0, 0),
        (0, 10, 5, 5),
        (0, 10, 10, 10),
        (0, 10, 11, 10),
        (None, 10, -99, -99),
        (None, 10, 99, 10),
        (0, None, 99, 99),
        (0, None, -99, 0),
        (-5, -1, 0, -1),
        (-5, -1, -6, -5),
        (Fraction(1, 2), None, 0, Fraction(1, 2)),
    ],
)
def test_a_clamp_holds_a_number_inside(lowest: Number | None, highest: Number | None, value: Number, expected: Number) -> None:
    """A clamp holds a number inside its bounds, either of which may be left out."""
    assert worth(Clamp(of=A, lowest=lowest, highest=highest), {"a": value}) == expected


@pytest.mark.parametrize(
    ("value", "step", "up", "even"),
    [
        ("2.5", "1", "3", "2"),
        ("3.5", "1", "4", "4"),
        ("2.4", "1", "2", "2"),
        ("2.6", "1", "3", "3"),
        ("0.5", "1", "1", "0"),
        ("-0.5", "1", "0", "0"),
        ("-1.5", "1", "-1", "-2"),
        ("-2.5", "1", "-2", "-2"),
        ("-2.6", "1", "-3", "-3"),
        ("0.25", "0.5", "0.5", "0"),
        ("0.75", "0.5", "1", "1"),
        ("1.25", "0.5", "1.5", "1"),
        ("1.24", "0.5", "1", "1"),
        ("1.3", "0.5", "1.5", "1.5"),
        ("-0.25", "0.5", "0", "0"),
        ("-0.75", "0.5", "-0.5", "-1"),
        ("2.345", "0.01", "2.35", "2.34"),
        ("5", "10", "10", "0"),
        ("15", "10", "20", "20"),
        ("14.9", "10", "10", "10"),
        ("4", "1", "4", "4"),
    ],
)
def test_rounding_to_a_step(value: str, step: str, up: str, even: str) -> None:
    """Halves go up, below zero too, or to the even step; everything else to the nearest."""
    facts = {"a": Fraction(value)}
    assert worth(Round(of=A, step=Fraction(step), half=Half.UP), facts) == Fraction(up)
    assert worth(Round(of=A, step=Fraction(step), half=Half.EVEN), facts) == Fraction(even)


@pytest.mark.parametrize(
    "expression",
    [
        Floor(of=A),
        Clamp(of=A, lowest=0, highest=10),
        Round(of=A, step=1, half=Half.UP),
        Lookup(of=A, table="t", rows={0: 1}),
        Since(of="a", unit=TimeUnit.YEARS),
        Since(of="a", unit=TimeUnit.MONTHS),
        A,
    ],
)
def test_operators_of_one_input_are_unknown_without_it(expression: Expression) -> None:
    """An operator of one input is unknown where that is missing."""
    assert worth(expression, {}) is None


POINTS: Mapping[Atom, Atom] = {0: 0, 1: 1, 2: 3, 3: 6, 4: 12, 5: 20}


@pytest.mark.parametrize(("key", "expected"), [(0, 0), (4, 12), (Fraction(4), 12), (6, None), (-1, None), (Fraction(7, 2), None)])
def test_rows_are_looked_up_by_exact_key(key: Number, expected: int | None) -> None:
    """A row gives its value for exactly its key; without a row the result is unknown."""
    assert worth(Lookup(of=A, table="points", rows=POINTS), {"a": key}) == expected


def test_rows_may_have_words_for_keys() -> None:
    """A choice is looked up by its word."""
    table = Lookup(of=A, table="reach", rows={"team": 1, "company": 3})
    assert worth(table, {"a": "company"}) == 3
    assert worth(table, {"a": "world"}) is None


def stretch(lowest: Number | None, highest: Number | None, gives: Atom, *, ends: str = "[)") -> TableBand:
    """Return a band with ends in the notation of intervals: a square bracket is closed, a round one open."""
    return TableBand(lowest=lowest, includes_lowest=ends[0] == "[", highest=highest, includes_highest=ends[1] == "]", gives=gives)


LEVELS = Lookup(
    of=A,
    table="levels",
    bands=(
        stretch(None, 0, "below", ends="()"),
        stretch(0, 5, "1.1", ends="[)"),
        stretch(5, 10, "1.2", ends="[]"),
        stretch(12, 15, "1.3", ends="(]"),
        stretch(20, None, "2", ends="(]"),
    ),
)


@pytest.mark.parametrize(
    ("points", "level"),
    [
        ("-100", "below"),
        ("-0.01", "below"),
        ("0", "1.1"),
        ("4.99", "1.1"),
        ("5", "1.2"),
        ("10", "1.2"),
        ("10.01", None),
        ("11", None),
        ("12", None),
        ("12.01", "1.3"),
        ("15", "1.3"),
        ("15.01", None),
        ("20", None),
        ("20.01", "2"),
        ("1000", "2"),
    ],
)
def test_bands_state_their_ends(points: str, level: str | None) -> None:
    """A band takes in its closed ends and not its open ones; a side without an end goes on for ever; between bands is unknown."""
    assert worth(LEVELS, {"a": Fraction(points)}) == level


LONG, SHORT = check("a", "at_least", 10), check("a", "below", 5)
BRANCHES = ((LONG, Literal(value="long")), (flag("b"), Literal(value="told")), (SHORT, Literal(value="short")))


@pytest.mark.parametrize(
    ("facts", "by_default", "with_skip"),
    [
        ({"a": 10, "b": True}, "long", "long"),
        ({"a": 10}, "long", "long"),
        ({"a": 7, "b": True}, "told", "told"),
        ({"a": 3, "b": True}, "told", "told"),
        ({"a": 3, "b": False}, "short", "short"),
        ({"a": 7, "b": False}, "between", "between"),
        ({"a": 3}, None, "short"),
        ({"a": 7}, None, "between"),
        ({"b": True}, None, "told"),
        ({"b": False}, None, "between"),
        ({}, None, "between"),
    ],
)
def test_when_takes_the_first_branch_that_is_met(facts: Facts, by_default: str | None, with_skip: str) -> None:
    """The first branch met wins; one that is unknown before it makes the result unknown, or is passed over with skip."""
    assert worth(When(branches=BRANCHES, otherwise=Literal(value="between")), facts) == by_default
    assert worth(When(branches=BRANCHES, otherwise=Literal(value="between"), missing=SKIP), facts) == with_skip


def test_a_branch_without_its_value_is_unknown() -> None:
    """A branch that is met gives its expression, even where that is unknown; the next branch is not tried."""
    expression = When(branches=((flag("b"), A),), otherwise=C)
    assert worth(expression, {"b": True, "c": 3}) is None
    assert worth(expression, {"b": False, "c": 3}) == 3
    assert worth(expression, {"b": False, "a": 3}) is None


HELD = (flag("a"), flag("b"), flag("c"), flag("d"))


@pytest.mark.parametrize(
    ("facts", "missing", "count", "share"),
    [
        ({"a": True, "b": True, "c": False, "d": True}, UNKNOWN, 3, Fraction(3, 4)),
        ({"a": False, "b": False, "c": False, "d": False}, UNKNOWN, 0, 0),
        ({"a": True, "b": True, "c": True, "d": True}, UNKNOWN, 4, 1),
        ({"a": True, "b": True, "c": False}, UNKNOWN, None, None),
        ({"a": True, "b": True, "c": False}, SKIP, 2, Fraction(2, 3)),
        ({"a": True, "b": True, "c": False}, 0, 2, Fraction(1, 2)),
        ({"a": True, "b": True, "c": False}, 1, 3, Fraction(3, 4)),
        ({}, UNKNOWN, None, None),
        ({}, SKIP, None, None),
        ({}, 0, 0, 0),
        ({}, 1, 4, 1),
    ],
)
def test_conditions_are_counted(facts: Facts, missing: Missing | Number, count: Number | None, share: Number | None) -> None:
    """A count is how many conditions are met, a share the part of all; skip takes an unknown one out of both."""
    assert worth(Tally(conditions=HELD, share=False, missing=missing), facts) == count
    assert worth(Tally(conditions=HELD, share=True, missing=missing), facts) == share


def job(function: str | None = None, start: str | None = None, end: str | None = None, **more: Atom) -> Record:
    """Return a position held."""
    found: dict[str, Atom] = dict(more)
    if function:
        found["function"] = function
    if start:
        found["start"] = day(f"{start}-01")
    if end:
        found["end"] = day(f"{end}-01")
    return found


def gather(gathering: str, *, where: str | None = None, missing: Missing | Number = UNKNOWN, **names: str) -> Gather:
    """Return a gathering over `jobs`, of those of one function where one is named."""
    condition = None if where is None else check("function", "is", where)
    return Gather(gathering=Gathering(gathering), records="jobs", where=condition, missing=missing, **names)


def of(jobs: list[Record], expression: Gather) -> Value | None:
    """Return what a gathering makes of jobs."""
    return worth(expression, {"jobs": tuple(jobs)})


@pytest.mark.parametrize(
    "expression",
    [
        gather(name, missing=missing, field="team", by="start", start="start", end="end")
        for name in Gathering
        for missing in (UNKNOWN, SKIP, 0)
    ],
)
def test_nothing_is_gathered_from_a_list_that_is_missing(expression: Gather) -> None:
    """Without the list everything gathered from it is unknown; a missing list is not an empty one."""
    assert worth(expression, {}) is None


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        (gather("count"), 0),
        (gather("count_distinct", field="team"), 0),
        (gather("total", field="team"), 0),
        (gather("latest", field="team", by="start"), None),
        (gather("latest", field="start"), None),
        (gather("earliest", field="team", by="start"), None),
        (gather("mean", field="team"), None),
        (gather("min", field="team"), None),
        (gather("max", field="start"), None),
        (gather("years", start="start", end="end"), 0),
    ],
)
def test_an_empty_list_holds_nothing(expression: Gather, expected: int | None) -> None:
    """An empty list counts as none, sums up to 0 and has no latest entry, nor a mean, a least or a greatest value."""
    assert of([], expression) == expected


LED = [job("product", "2024-03", team=4), job("sales", "2020-01", team=9), job("product", "2022-06", team=8), job("product", "2019-05")]


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        (gather("mean", field="team", where="sales"), 9),
        (gather("mean", field="team", missing=SKIP), 7),
        (gather("mean", field="team", missing=3), 6),
        (gather("mean", field="team"), None),
        (gather("mean", field="team", where="product", missing=SKIP), 6),
        (gather("min", field="team", missing=SKIP), 4),
        (gather("min", field="team", missing=0), 0),
        (gather("min", field="team"), None),
        (gather("min", field="start"), day("2019-05-01")),
        (gather("max", field="team", missing=SKIP), 9),
        (gather("max", field="team", where="product", missing=SKIP), 8),
        (gather("max", field="start", where="sales"), day("2020-01-01")),
        (gather("earliest", field="start"), day("2019-05-01")),
        (gather("earliest", field="team", by="start"), None),
        (gather("earliest", field="team", by="start", missing=SKIP), 9),
        (gather("earliest", field="team", by="start", missing=1), 1),
        (gather("earliest", field="function", by="start", where="sales"), "sales"),
        (gather("latest", field="team", by="start"), 4),
    ],
)
def test_a_field_of_entries_has_a_mean_a_least_a_greatest_and_a_first(expression: Gather, expected: Value | None) -> None:
    """Of teams of 4, 9, 8 and one that is not stated, in an order that is not that of the dates."""
    assert of(LED, expression) == expected


@pytest.mark.parametrize(("name", "expected"), [("earliest", None), ("latest", 4)])
def test_entries_of_the_first_day_have_to_agree(name: str, expected: int | None) -> None:
    """Two begin on the first day with teams of 2 and 3; the last one stands alone."""
    jobs = [job(start="2020-01", team=2), job(start="2021-01", team=4), job(start="2020-01", team=3)]
    assert of(jobs, gather(name, field="team", by="start")) == expected
    assert of([jobs[0], jobs[1], jobs[0]], gather("earliest", field="team", by="start")) == 2


PRODUCT, SALES, UNSAID = job("product", team=4), job("sales", team=9), job(team=2)


@pytest.mark.parametrize(
    ("jobs", "where", "missing", "expected"),
    [
        ([PRODUCT, SALES, UNSAID], None, UNKNOWN, 3),
        ([PRODUCT, SALES, PRODUCT], "product", UNKNOWN, 2),
        ([SALES], "product", UNKNOWN, 0),
        ([PRODUCT, UNSAID], "product", UNKNOWN, None),
        ([PRODUCT, UNSAID], "product", SKIP, 1),
        ([PRODUCT, UNSAID], "product", 0, 1),
        ([PRODUCT, UNSAID], "product", 1, 2),
    ],
)
def test_records_are_counted(jobs: list[Record], where: str | None, missing: Missing | Number, expected: int | None) -> None:
    """Entries that meet the condition are counted; one that may meet it makes the count unknown, is left out or stood in for."""
    assert of(jobs, gather("count", where=where, missing=missing)) == expected


@pytest.mark.parametrize(
    ("jobs", "where", "missing", "distinct", "total"),
    [
        ([PRODUCT, SALES, UNSAID], None, UNKNOWN, 3, 15),
        ([PRODUCT, PRODUCT, SALES], None, UNKNOWN, 2, 17),
        ([PRODUCT, PRODUCT, SALES], "product", UNKNOWN, 1, 8),
        ([PRODUCT, job("product")], "product", UNKNOWN, None, None),
        ([PRODUCT, job("product")], "product", SKIP, 1, 4),
        ([PRODUCT, job("product")], "product", 7, 2, 11),
        ([PRODUCT, job("product"), job("product")], "product", 7, 2, 18),
        ([PRODUCT, job("sales")], "product", UNKNOWN, 1, 4),
        ([PRODUCT, UNSAID], "product", UNKNOWN, None, None),
        ([PRODUCT, UNSAID], "product", SKIP, 1, 4),
        ([job(team=Fraction("0.1")), job(team=Fraction("0.2"))], None, UNKNOWN, 2, Fraction("0.3")),
    ],
)
def test_fields_are_counted_and_summed(
    jobs: list[Record], where: str | None, missing: Missing | Number, distinct: int | None, total: Number | None
) -> None:
    """Different values are counted once and all values summed, exactly; only the entries that meet the condition matter."""
    assert of(jobs, gather("count_distinct", where=where, field="team", missing=missing)) == distinct
    assert of(jobs, gather("total", where=where, field="team", missing=missing)) == total


@pytest.mark.parametrize(
    ("jobs", "where", "missing", "expected"),
    [
        ([job("product", "2020-01", team=4), job("sales", "2022-01", team=9)], None, UNKNOWN, 9),
        ([job("sales", "2022-01", team=9), job("product", "2020-01", team=4)], None, UNKNOWN, 9),
        ([job("product", "2020-01", team=4), job("sales", "2022-01", team=9)], "product", UNKNOWN, 4),
        ([job("sales", "2022-01", team=9)], "product", UNKNOWN, None),
        ([job("product", "2020-01", team=4), job("product", team=9)], None, UNKNOWN, None),
        ([job("product", "2020-01", team=4), job("product", team=9)], None, SKIP, 4),
        ([job("product", "2020-01", team=4), job("product", "2022-01")], None, UNKNOWN, None),
        ([job("product", "2020-01", team=4), job("product", "2022-01")], None, SKIP, 4),
        ([job("product", "2020-01", team=4), job("product", "2022-01")], None, 1, 1),
        ([job("product", "2020-01"), job("product", "2022-01")], None, SKIP, None),
        ([job("product", "2022-01", team=4), job("sales", "2022-01", team=4)], None, UNKNOWN, 4),
        ([job("product", "2022-01", team=4), job("sales", "2022-01", team=9)], None, UNKNOWN, None),
        ([job("product", "2020-01", team=4), job(None, "2022-01", team=9)], "product", UNKNOWN, None),
        ([job("product", "2020-01", team=4), job(None, "2022-01", team=9)], "product", SKIP, 4),
    ],
)
def test_the_latest_entry_gives_its_field(jobs: list[Record], where: str | None, missing: Missing | Number, expected: int | None) -> None:
    """The field of the latest entry that meets the condition; unknown where a date, its field or a tie leaves it open."""
    assert of(jobs, gather("latest", where=where, field="team", by="start", missing=missing)) == expected


def test_the_latest_date_needs_no_other_field() -> None:
    """Without `by`, the field is the date itself."""
    jobs = [job("product", "2020-01"), job("sales", "2022-01"), job("product", "2021-01")]
    assert of(jobs, gather("latest", field="start")) == day("2022-01-01")
    assert of(jobs, gather("latest", where="product", field="start")) == day("2021-01-01")


@pytest.mark.parametrize(
    ("jobs", "where", "missing", "months"),
    [
        ([job("product", "2020-01", "2020-12")], None, UNKNOWN, 12),
        ([job("product", "2020-01", "2020-12"), job("product", "2020-07", "2021-06")], None, UNKNOWN, 18),
        ([job("product", "2020-01", "2020-06"), job("sales", "2020-07", "2020-12")], None, UNKNOWN, 12),
        ([job("product", "2020-01", "2020-06"), job("sales", "2020-07", "2020-12")], "product", UNKNOWN, 6),
        ([job("product", "2026-01")], None, UNKNOWN, 11),
        ([job("product", "2026-01"), job("sales", "2025-01", "2026-03")], None, UNKNOWN, 23),
        ([job("product", "2026-01", "2031-12")], None, UNKNOWN, 11),
        ([job("product", "2027-01")], None, UNKNOWN, 0),
        ([job("product", "2027-01", "2027-12")], None, UNKNOWN, 0),
        ([job("product", "2020-01", "2020-06"), job("product", None, "2022-06")], None, UNKNOWN, None),
        ([job("product", "2020-01", "2020-06"), job("product", None, "2022-06")], None, SKIP, 6),
        ([job("product", "2020-01", "2020-06"), job(None, "2021-01", "2021-06")], "product", UNKNOWN, None),
        ([job("product", "2020-01", "2020-06"), job(None, "2021-01", "2021-06")], "product", SKIP, 6),
        ([job("product", "2020-01", "2020-06"), job("sales", None, "2021-06")], "product", UNKNOWN, 6),
    ],
)
def test_years_are_months_covered_over_twelve(jobs: list[Record], where: str | None, missing: Missing | Number, months: int | None) -> None:
    """Overlaps count once, both ends count, an open end runs to November 2026 and nothing counts after it."""
    expected = None if months is None else Fraction(months, 12)
    assert of(jobs, gather("years", where=where, start="start", end="end", missing=missing)) == expected


@pytest.mark.parametrize(
    ("since", "months"),
    [
        ("2026-11-01", 0),
        ("2026-10-02", 0),
        ("2026-10-01", 1),
        ("2024-02-29", 32),
        ("2023-10-31", 36),
        ("2016-11-01", 120),
        ("2026-12-01", -1),
        ("2027-11-01", -12),
    ],
)
def test_time_since_a_date(since: str, months: int) -> None:
    """Whole months up to the as-of date, over twelve for years; negative for a date to come."""
    facts = {"a": day(since)}
    assert worth(Since(of="a", unit=TimeUnit.MONTHS), facts) == months
    assert worth(Since(of="a", unit=TimeUnit.YEARS), facts) == Fraction(months, 12)


@pytest.mark.parametrize(
    ("since", "days", "weeks"),
    [
        ("2026-11-01", 0, 0),
        ("2026-10-26", 6, 0),
        ("2026-10-25", 7, 1),
        ("2025-11-02", 364, 52),
        ("2025-11-01", 365, 52),
        ("2024-02-29", 611 + 365, 139),
        ("2026-11-07", -6, 0),
        ("2026-11-08", -7, -1),
        ("2026-11-16", -15, -2),
    ],
)
def test_days_and_weeks_since_a_date(since: str, days: int, weeks: int) -> None:
    """Counted on the calendar, a begun week not at all, on either side of the as-of date; 52 weeks are a day less than a year."""
    facts = {"a": day(since)}
    assert worth(Since(of="a", unit=TimeUnit.DAYS), facts) == days
    assert worth(Since(of="a", unit=TimeUnit.WEEKS), facts) == weeks


def test_a_literal_is_its_own_value() -> None:
    """A number or a word written in an expression is just that."""
    assert worth(Literal(value=7), {}) == 7
    assert worth(Literal(value="craft"), {}) == "craft"


def test_expressions_nest() -> None:
    """The mean of a looked-up 12 points and a ratio of 7 over 2, rounded to halves: 7.75 is 8."""
    points = Lookup(of=A, table="points", rows=POINTS)
    mean = calculation("mean", points, calculation("ratio", B, Literal(value=2)))
    assert worth(Round(of=mean, step=Fraction(1, 2), half=Half.UP), {"a": 4, "b": 7}) == 8
    assert worth(Round(of=mean, step=Fraction(1, 2), half=Half.UP), {"a": 9, "b": 7}) is None


@given(st.lists(st.fractions(), min_size=1, max_size=5))
def test_a_mean_lies_between_the_least_and_the_greatest(values: list[Fraction]) -> None:
    """A mean of exact numbers never leaves their range, and times their number it is their sum."""
    parts = tuple(Literal(value=value) for value in values)
    mean = worth(calculation("mean", *parts), {})
    assert isinstance(mean, int | Fraction)
    assert min(values) <= mean <= max(values)
    assert mean * len(values) == worth(calculation("sum", *parts), {})


@pytest.mark.parametrize(
    ("expression", "names"),
    [
        (Literal(value=1), ()),
        (A, ("a",)),
        (calculation("sum", B, A, calculation("product", B, C)), ("b", "a", "c")),
        (Floor(of=A), ("a",)),
        (Clamp(of=A, lowest=None, highest=None), ("a",)),
        (Round(of=A, step=1, half=Half.UP), ("a",)),
        (Lookup(of=A, table="t"), ("a",)),
        (Since(of="a", unit=TimeUnit.YEARS), ("a",)),
        (gather("count", where="product"), ("jobs",)),
        (Tally(conditions=(flag("b"), all_of(flag("a"), none_of(flag("b")))), share=True), ("b", "a")),
        (When(branches=((flag("c"), A),), otherwise=B), ("c", "a", "b")),
        (When(branches=((check("c", "above", other="d"), Literal(value=1)),), otherwise=C), ("c", "d")),
    ],
)
def test_an_expression_names_what_it_reads(expression: Expression, names: tuple[str, ...]) -> None:
    """Every attribute read is named once, in order; the fields of records are none."""
    assert expression.inputs == names


def test_derived_attributes_come_after_what_they_read() -> None:
    """Derived attributes are ordered so that each finds its inputs computed, wherever they stand in the file."""
    made = pack(
        attribute("top", derive=calculation("sum", Reference(attribute="middle"), A)),
        attribute("middle", derive=calculation("sum", Reference(attribute="low"), A)),
        attribute("low", derive=Floor(of=A)),
        attribute("a"),
    )
    assert [found.id for found in made.derived_attributes] == ["low", "middle", "top"]


def test_a_circle_is_an_error() -> None:
    """Attributes derived from each other have no order."""
    made = pack(attribute("a", derive=Floor(of=B)), attribute("b", derive=Floor(of=A)))
    with pytest.raises(graphlib.CycleError):
        _ = made.derived_attributes


PARTLY: dict[str, tuple[list[Record], int | None]] = {
    "a year inside a position that covers it": (
        [
            {"start": day("2014-01-01"), "end": day("2016-12-01")},
            {"start": PartialDate(day=day("2015-01-01")), "end": PartialDate(day=day("2016-01-01"))},
        ],
        36,
    ),
    "a year that begins before the other position": (
        [{"start": day("2015-02-01"), "end": day("2016-12-01")}, {"start": PartialDate(day=day("2015-01-01")), "end": day("2016-03-01")}],
        None,
    ),
    "an end that nobody knows": ([{"start": day("2020-01-01"), "end": PartialDate()}], None),
    "an end that nobody knows beside one that goes on": (
        [{"start": day("2025-12-01"), "end": PartialDate()}, {"start": day("2025-12-01")}],
        12,
    ),
    "an end that nobody knows in the as-of month": ([{"start": AS_OF.replace(day=1), "end": PartialDate()}], 1),
    "a start that nobody knows": ([{"start": PartialDate(), "end": day("2020-01-01")}, {"start": day("2000-01-01")}], None),
    "a day that is not known": ([{"start": PartialDate(day=day("2020-05-01"), precision=Precision.MONTH), "end": day("2020-06-01")}], 2),
    "years to come": ([{"start": PartialDate(day=day("2030-01-01"))}], 0),
}


@pytest.mark.parametrize("name", PARTLY)
def test_years_of_dates_known_in_part_are_known_where_the_rest_makes_no_difference(name: str) -> None:
    """The least and the most that they can come to agree, or the years are unknown; where missing is skipped, such an entry is left out."""
    jobs, months = PARTLY[name]
    found = of(jobs, gather("years", start="start", end="end"))
    assert found == (None if months is None else Fraction(months, 12))
    exact = [job for job in jobs if not any(isinstance(value, PartialDate) for value in job.values())]
    skipped = of(jobs, gather("years", start="start", end="end", missing=SKIP))
    assert skipped == (of(exact, gather("years", start="start", end="end")) if exact else None)


MONTH = st.integers(0, 59).map(lambda number: datetime.date(2022 + number // 12, number % 12 + 1, 1))
PART = MONTH | MONTH.map(lambda found: PartialDate(day=found.replace(month=1)))
JOB = st.tuples(PART, st.none() | PART | st.just(PartialDate()))


def months_of(part: object, start: datetime.date) -> list[datetime.date | None]:
    """Return every month that a date can be: of an end that nobody knows, from the start on up to the as-of date, or none."""
    if isinstance(part, PartialDate) and part.day is not None:
        return [part.day.replace(month=month) for month in range(1, 13)]
    if isinstance(part, PartialDate):
        later = (datetime.date(2022 + number // 12, number % 12 + 1, 1) for number in range(60))
        return [None, *(month for month in later if month >= start)]
    return [part if isinstance(part, datetime.date) else None]


@settings(max_examples=60, deadline=None)
@given(st.lists(JOB, min_size=1, max_size=2))
def test_years_that_are_known_are_those_of_every_month_that_there_could_be(jobs: list[tuple[object, object]]) -> None:
    """Every completion of what is known in part is counted; where they differ, the years are unknown."""
    records: list[Record] = [{"start": start, **({} if end is None else {"end": end})} for start, end in jobs]  # type: ignore[dict-item]
    every = []
    for start, end in jobs:
        starts = [month for month in months_of(start, datetime.date.min) if month]
        pairs = [(first, last) for first in starts for last in months_of(end, first) if last is None or last >= first]
        assume(pairs)  # one that ends before it starts is refused when it is read
        every.append(pairs)
    counted = {
        of([{"start": first, **({} if last is None else {"end": last})} for first, last in one], gather("years", start="start", end="end"))
        for one in itertools.islice(itertools.product(*every), 1500)
    }
    found = of(records, gather("years", start="start", end="end"))
    assert found is None or counted == {found}


@pytest.mark.parametrize("missing", [UNKNOWN, SKIP])
def test_a_date_known_in_part_is_missing_to_every_other_operator(missing: Missing) -> None:
    """As if it were left out: of the latest, of different values, and in a condition on the entries."""
    jobs: list[Record] = [{"start": PartialDate(day=day("2020-01-01")), "points": 3}, {"start": day("2019-01-01"), "points": 1}]
    without: list[Record] = [{"points": 3}, {"start": day("2019-01-01"), "points": 1}]
    for made in (
        gather("latest", field="points", by="start", missing=missing),
        gather("count_distinct", field="start", missing=missing),
        attrs.evolve(gather("count", missing=missing), where=check("start", "at_least", day("2018-01-01"))),
    ):
        assert of(jobs, made) == of(without, made)
