"""What is left of an operator's inputs once missing ones are treated as it says: for every operator, in every engine.

Expected values are written by hand, or stand in docs/rule-language.md; none comes from the code under test.
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from pathlib import Path

import narwhals as nw
import polars as pl
import pytest

from evaluator.core.conditions import truth
from evaluator.core.expressions import Calculation, Expression, Gather, Gathering, Missing, Operation, Reference, Tally
from evaluator.core.model import Pack, Profile
from evaluator.core.values import Facts, Number, Record, Value
from evaluator.engines.columns.encode import Person, frame_of
from evaluator.engines.columns.language import speaking
from evaluator.engines.columns.plan import Plan, held, plan
from evaluator.engines.readiness import Evaluator
from tests.core.build import AS_OF, attribute, check, criterion, day, flag, pack, profile, role
from tests.strategies import random_pack, random_profile

ROOT = Path(__file__).parents[2]
UNKNOWN, SKIP = Missing.UNKNOWN, Missing.SKIP
Expected = Number | None

A: Record = {"function": "product", "people": 3, "start": day("2024-01-01"), "end": day("2024-12-01")}
B: Record = {"function": "product"}
C: Record = {"function": "sales", "people": 9, "start": day("2020-01-01"), "end": day("2023-12-01")}
D: Record = {"people": 5, "start": day("2019-01-01"), "end": day("2019-06-01")}
ENTRIES = {"A": A, "B": B, "C": C, "D": D}
OVER_RECORDS = ("count", "count_distinct", "total", "years", "latest", "earliest", "mean", "min", "max")


def gather(name: str, missing: Missing | Number) -> Gather:
    """Return an operator over the positions of a product function."""
    names = {"field": "people", "by": "start", "start": "start", "end": "end"}
    where = check("function", "is", "product")
    return Gather(gathering=Gathering(name), records="jobs", where=where, missing=missing, **names)


def in_all_engines(expression: Expression, people: Sequence[Facts], expected: Sequence[Expected], stated: Iterable[str]) -> None:
    """Hold what an expression is worth, by tests of `known` and of the value itself, against the same in every engine."""
    values = sorted({value for value in expected if value is not None})
    tests = [check("made", "known", True), *(check("made", "is", value) for value in (*values, -99))]  # noqa: FBT003 - as in a rule file
    kinds = {"jobs": "records", "f": "flag", "g": "flag"}
    attributes = [attribute(name, kinds.get(name, "number")) for name in stated]
    judged = role("lead", *(criterion(f"c{place}", test) for place, test in enumerate(tests)))
    made = pack(*attributes, attribute("made", derive=expression), roles=[judged])
    profiles = [profile(**facts) for facts in people]
    wanted = [[value is not None, *(None if value is None else value == one for one in (*values, -99))] for value in expected]
    for engine in ("reference", "inference"):
        evaluator = Evaluator(made, engine=engine)
        found = [[one.held for one in evaluator.evaluate(each, as_of=AS_OF).roles["lead"].criteria] for each in profiles]
        assert found == wanted, engine
    for name, rows in in_columns(made, profiles).items():
        certain = [(row, by_hand) for row, by_hand in zip(rows, wanted, strict=True) if row is not None]
        assert [row for row, _ in certain] == [by_hand for _, by_hand in certain], name


def in_columns(made: Pack, profiles: Sequence[Profile]) -> Mapping[str, list[list[bool | None] | None]]:
    """Return the truths of all criteria by the columns engine, on Polars and in DuckDB; None for a row that is in doubt."""
    people = [Person(profile=each, as_of=AS_OF) for each in profiles]
    encoded = frame_of(made, people).with_columns(pl.int_range(pl.len()).alias("id"))
    with speaking(pl):
        frames = {"columns": plan(made).run(encoded.lazy()).collect()}
    duckdb = pytest.importorskip("duckdb")
    compiled: Plan = plan(made)
    frames["duckdb"] = compiled.run(nw.from_native(duckdb.sql("select * from encoded"))).collect("polars").to_native().sort("id")
    names = [held(one) for one in made.judged_roles[0].criteria]
    return {
        name: [None if doubt else list(row) for doubt, *row in frame.select("doubt", *names).iter_rows()] for name, frame in frames.items()
    }


def documented() -> dict[str, list[Expected]]:
    """Return the table of docs/rule-language.md, a row of values for each list of entries."""
    text = (ROOT / "docs" / "rule-language.md").read_text(encoding="utf-8")
    head = "| entries | " + " | ".join(f"`{name}`" for name in OVER_RECORDS) + " |\n"
    rows = text.partition(head)[2].partition("\n\n")[0].splitlines()[1:]
    cells = [[cell.strip() for cell in row.strip("|").split("|")] for row in rows]
    return {first: [None if cell in {"unknown", "none"} else int(cell) for cell in others] for first, *others in cells}


DOCUMENTED = documented()


def listed(entries: str) -> Facts:
    """Return the facts of somebody with such entries."""
    if entries == "the list is not stated":
        return {}
    return {"jobs": tuple(ENTRIES[letter] for letter in re.findall("[ABCD]", entries))}


def test_the_documented_table_has_every_kind_of_list() -> None:
    """Nothing, each entry alone, and each with one that is known, are in the table."""
    assert {"none", "A", "B", "C", "D", "A, B", "B, C", "A, D", "C, D", "the list is not stated"} <= set(DOCUMENTED)


@pytest.mark.parametrize("name", OVER_RECORDS)
def test_what_is_skipped_of_records_is_as_documented(name: str) -> None:
    """With `missing: skip`, all that is missing leaves nothing, and all that is ruled out leaves zero, as the documented table says."""
    expected = [row[OVER_RECORDS.index(name)] for row in DOCUMENTED.values()]
    in_all_engines(gather(name, SKIP), [listed(entries) for entries in DOCUMENTED], expected, ["jobs"])


@pytest.mark.parametrize(
    ("name", "missing", "expected"),
    [
        ("count", UNKNOWN, {"": 0, "A": 1, "B": 1, "C": 0, "D": None, "AB": 2, "AD": None, "CD": None}),
        ("count", 0, {"": 0, "A": 1, "B": 1, "C": 0, "D": 0, "AB": 2, "AD": 1, "CD": 0}),
        ("count", 1, {"": 0, "A": 1, "B": 1, "C": 0, "D": 1, "AB": 2, "AD": 2, "CD": 1}),
        ("count_distinct", UNKNOWN, {"": 0, "A": 1, "B": None, "C": 0, "D": None, "AB": None, "AD": None, "CD": None}),
        ("count_distinct", 7, {"": 0, "A": 1, "B": 1, "C": 0, "D": None, "AB": 2, "AD": None, "CD": None}),
        ("total", UNKNOWN, {"": 0, "A": 3, "B": None, "C": 0, "D": None, "AB": None, "AD": None, "CD": None}),
        ("total", 7, {"": 0, "A": 3, "B": 7, "C": 0, "D": None, "AB": 10, "AD": None, "CD": None, "BC": 7}),
        ("years", UNKNOWN, {"": 0, "A": 1, "B": None, "C": 0, "D": None, "AB": None, "AD": None, "CD": None}),
        ("latest", UNKNOWN, {"": None, "A": 3, "B": None, "C": None, "D": None, "AB": None, "AD": None, "CD": None}),
        ("latest", 7, {"": None, "A": 3, "B": None, "C": None, "D": None, "AB": None, "AD": None, "CD": None}),
    ],
)
def test_what_is_missing_of_records_is_unknown_or_stood_in_for(name: str, missing: Missing | Number, expected: dict[str, Expected]) -> None:
    """By default one missing input is enough; a number stands in for a field, never for a date or for whether an entry belongs."""
    in_all_engines(gather(name, missing), [listed(entries) for entries in expected], list(expected.values()), ["jobs"])


NUMBERS: tuple[Facts, ...] = ({}, {"a": 2}, {"b": 4}, {"a": 2, "b": 4}, {"a": 0}, {"b": 0}, {"a": 0, "b": 0})


@pytest.mark.parametrize(
    ("name", "missing", "expected"),
    [
        ("sum", UNKNOWN, (None, None, None, 6, None, None, 0)),
        ("sum", SKIP, (None, 2, 4, 6, 0, 0, 0)),
        ("sum", 1, (2, 3, 5, 6, 1, 1, 0)),
        ("product", UNKNOWN, (None, None, None, 8, None, None, 0)),
        ("product", SKIP, (None, 2, 4, 8, 0, 0, 0)),
        ("product", 3, (9, 6, 12, 8, 0, 0, 0)),
        ("mean", UNKNOWN, (None, None, None, 3, None, None, 0)),
        ("mean", SKIP, (None, 2, 4, 3, 0, 0, 0)),
        ("mean", 2, (2, 2, 3, 3, 1, 1, 0)),
        ("min", UNKNOWN, (None, None, None, 2, None, None, 0)),
        ("min", SKIP, (None, 2, 4, 2, 0, 0, 0)),
        ("min", 1, (1, 1, 1, 2, 0, 0, 0)),
        ("max", UNKNOWN, (None, None, None, 4, None, None, 0)),
        ("max", SKIP, (None, 2, 4, 4, 0, 0, 0)),
        ("max", 1, (1, 2, 4, 4, 1, 1, 0)),
        ("difference", UNKNOWN, (None, None, None, -2, None, None, 0)),
        ("difference", SKIP, (None, None, None, -2, None, None, 0)),
        ("difference", 1, (0, 1, -3, -2, -1, 1, 0)),
        ("ratio", UNKNOWN, (None, None, None, Fraction(1, 2), None, None, None)),
        ("ratio", SKIP, (None, None, None, Fraction(1, 2), None, None, None)),
        ("ratio", 1, (1, 2, Fraction(1, 4), Fraction(1, 2), 0, None, None)),
        ("ratio", 0, (None, None, 0, Fraction(1, 2), None, None, None)),
    ],
)
def test_what_is_missing_of_attributes(name: str, missing: Missing | Number, expected: Sequence[Expected]) -> None:
    """Of nothing, a alone, b alone and both: unknown by default, the rest with skip, a number in its stead; nothing left is unknown."""
    parts = (Reference(attribute="a"), Reference(attribute="b"))
    in_all_engines(Calculation(operation=Operation(name), parts=parts, missing=missing), NUMBERS, expected, "ab")


@pytest.mark.parametrize(
    ("missing", "expected"),
    [
        (UNKNOWN, (None, None, None, Fraction(7, 2), None, None, 0)),
        (SKIP, (None, 2, 4, Fraction(7, 2), 0, 0, 0)),
        (6, (6, 5, Fraction(9, 2), Fraction(7, 2), Fraction(9, 2), Fraction(3, 2), 0)),
    ],
)
def test_what_is_missing_of_a_weighted_mean(missing: Missing | Number, expected: Sequence[Expected]) -> None:
    """Weights of 1 and 3: what is left out takes its weight with it, what is stood in for keeps it."""
    parts = (Reference(attribute="a"), Reference(attribute="b"))
    in_all_engines(Calculation(operation=Operation.MEAN, parts=parts, weights=(1, 3), missing=missing), NUMBERS, expected, "ab")


FLAGS: tuple[Facts, ...] = ({}, {"f": True}, {"f": False}, {"f": True, "g": False}, {"f": False, "g": False})


@pytest.mark.parametrize(
    ("missing", "count", "share"),
    [
        (UNKNOWN, (None, None, None, 1, 0), (None, None, None, Fraction(1, 2), 0)),
        (SKIP, (None, 1, 0, 1, 0), (None, 1, 0, Fraction(1, 2), 0)),
        (0, (0, 1, 0, 1, 0), (0, Fraction(1, 2), 0, Fraction(1, 2), 0)),
        (1, (2, 2, 1, 1, 0), (1, 1, Fraction(1, 2), Fraction(1, 2), 0)),
    ],
)
def test_what_is_missing_of_conditions(missing: Missing | Number, count: Sequence[Expected], share: Sequence[Expected]) -> None:
    """An unmet condition is known, and left; where every one is unknown, nothing is."""
    conditions = (flag("f"), flag("g"))
    in_all_engines(Tally(conditions=conditions, share=False, missing=missing), FLAGS, count, "fg")
    in_all_engines(Tally(conditions=conditions, share=True, missing=missing), FLAGS, share, "fg")


def test_a_chain_of_skips_has_nothing_left_where_every_link_has() -> None:
    """A total of which nothing is left is a missing input of the sum that reads it, and no zero there either."""
    total = gather("total", SKIP)
    chained = Calculation(operation=Operation.SUM, parts=(total, Reference(attribute="a")), missing=SKIP)
    people: list[dict[str, Value]] = [{"jobs": (B,)}, {"jobs": (B,), "a": 2}, {"jobs": (), "a": 2}, {"jobs": (C,)}, {"a": 2}, {}]
    in_all_engines(chained, people, (None, 2, 2, 0, 2, None), ["jobs", "a"])


def test_random_people_leave_nothing_often_enough() -> None:
    """The packs and people that the engines are compared on have lists of which nothing is left, so that the comparison holds this."""
    emptied = 0
    for seed in range(160):
        chance = random.Random(seed)
        made = random_pack(chance)
        found = [one.derivation.expression for one in made.derived_attributes if one.derivation]
        skipping = [one for one in found if isinstance(one, Gather) and one.missing is SKIP]
        for given in [random_profile(chance, made).given for _ in range(20)]:
            lists = [given.get(one.records) for one in skipping]
            emptied += sum(_emptied(one, entries) for one, entries in zip(skipping, lists, strict=True) if isinstance(entries, tuple))
        if emptied >= 20:
            break
    assert emptied >= 20


def _emptied(expression: Gather, entries: Sequence[Record]) -> bool:
    """Whether entries are there, none is ruled out, and none states the field: what is left of it is nothing."""
    kept = [one for one in entries if expression.where is None or truth(expression.where, one) is not False]
    field = expression.start if expression.gathering is Gathering.YEARS else expression.field
    return bool(kept) and field is not None and not any(field in one for one in kept)
