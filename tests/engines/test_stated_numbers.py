"""A number that was stated is exact in the columns engine: never taken for another one that is near, whatever it is compared with."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction

import narwhals as nw
import polars as pl
import pytest

from evaluator.core.conditions import Condition
from evaluator.core.expressions import (
    Calculation,
    Clamp,
    Expression,
    Floor,
    Half,
    Literal,
    Lookup,
    Operation,
    Reference,
    Round,
    TableBand,
    Tally,
)
from evaluator.core.model import Pack
from evaluator.core.values import Atom, Facts, Number
from evaluator.engines.columns.encode import Person, frame_of
from evaluator.engines.columns.language import speaking
from evaluator.engines.columns.plan import Plan, held, plan
from evaluator.engines.readiness import Evaluator
from tests.core.build import AS_OF, attribute, check, criterion, flag, pack, profile, role
from tests.strategies import at_the_edge

A, B = Reference(attribute="a"), Reference(attribute="b")
FIFTEEN = Fraction("0.299999999999999")
ENDS: tuple[Number, ...] = (0, 3, Fraction("0.3"), Fraction("2.5"), Fraction("-0.3"), Fraction("1234.56"))
STATED = tuple(number for end in ENDS for number in (end, *at_the_edge(end)))


def _made(*whens: Condition, derive: Expression, may_be_given: bool) -> Pack:
    attributes = [attribute("f", "flag"), attribute("a"), attribute("b"), attribute("made", derive=derive, given=may_be_given)]
    return pack(*attributes, roles=[role("lead", *(criterion(f"c{place}", when) for place, when in enumerate(whens)))])


def _by_engine(made: Pack, people: Sequence[Facts]) -> tuple[list[list[bool | None]], Mapping[str, list[tuple[bool, list[bool | None]]]]]:
    """Return the truths of all criteria by the reference, and those of columns on Polars and DuckDB, with what is in doubt."""
    profiles = [profile(**facts) for facts in people]
    reference = Evaluator(made, engine="reference")
    wanted = [[one.held for one in reference.evaluate(each, as_of=AS_OF).roles["lead"].criteria] for each in profiles]
    encoded = frame_of(made, [Person(profile=each, as_of=AS_OF) for each in profiles]).with_columns(pl.int_range(pl.len()).alias("id"))
    with speaking(pl):
        frames = {"polars": plan(made).run(encoded.lazy()).collect()}
    duckdb = pytest.importorskip("duckdb")
    compiled: Plan = plan(made)
    frames["duckdb"] = compiled.run(nw.from_native(duckdb.sql("select * from encoded"))).collect("polars").to_native().sort("id")
    names = [held(one) for one in made.judged_roles[0].criteria]
    return wanted, {
        name: [(doubt, list(row)) for doubt, *row in frame.select("doubt", *names).iter_rows()] for name, frame in frames.items()
    }


def alike(made: Pack, people: Sequence[Facts], *, certain: bool) -> None:
    """Hold columns against the reference wherever they are not in doubt, and where they must not be, everywhere."""
    wanted, found = _by_engine(made, people)
    for name, rows in found.items():
        for facts, by_hand, (doubt, row) in zip(people, wanted, rows, strict=True):
            assert doubt or row == by_hand, (name, facts)
            assert not (certain and doubt), (name, facts)


def comparisons(name: str, values: Sequence[Number]) -> list[Condition]:
    """Return every comparison with every value."""
    return [check(name, operator, value) for value in values for operator in ("at_least", "at_most", "above", "below", "is", "is_not")]


HALF = Calculation(operation=Operation.RATIO, parts=(Tally(conditions=(flag("f"),), share=True), Literal(value=2)))


def test_fifteen_digits_below_a_threshold_are_below_it() -> None:
    """0.299999999999999 was stated of a number that can be computed too: it does not reach 0.3, and nothing about it is in doubt."""
    made = _made(check("made", "at_least", Fraction("0.3")), derive=HALF, may_be_given=True)
    wanted, found = _by_engine(made, [{"made": FIFTEEN}, {"made": Fraction("0.3")}, {"f": True}, {"f": False}, {}])
    assert wanted == [[False], [True], [True], [False], [None]]
    assert found == {key: [(False, row) for row in wanted] for key in ("polars", "duckdb")}


@pytest.mark.parametrize("name", ["a", "made"])
def test_what_is_stated_compares_as_it_stands(name: str) -> None:
    """The numbers nearest to a threshold lie on their side of it, of a stated attribute and of one that may be stated."""
    made = _made(*comparisons(name, ENDS), derive=HALF, may_be_given=True)
    alike(made, [{name: number} for number in STATED], certain=True)


def test_two_stated_numbers_compare_as_they_stand() -> None:
    """Of two attributes that may be computed and were stated, the larger is the larger, to the last digit."""
    tests = [check("a", operator, other="made") for operator in ("at_least", "at_most", "above", "below", "is", "is_not")]
    made = _made(*tests, derive=HALF, may_be_given=True)
    alike(made, [{"a": one, "made": two} for one in STATED for two in (*at_the_edge(one), one)], certain=True)


def test_a_stated_number_and_a_computed_one_are_told_apart_or_in_doubt() -> None:
    """A sum of decimals against what was stated beside it: equal where it is equal, else no verdict that the reference does not give."""
    sums = Calculation(operation=Operation.SUM, parts=(A, B))
    made = _made(*(check("made", operator, other="a") for operator in ("at_least", "above", "is")), derive=sums, may_be_given=False)
    people = [{"a": number, "b": other} for number in STATED for other in (0, Fraction(1, 10**15), Fraction(-1, 10**15), Fraction("0.1"))]
    alike(made, people, certain=False)


def _bands(*ends: Number) -> tuple[TableBand, ...]:
    """Return bands that meet at ends, the lower one open; each gives its place."""
    pairs = zip((None, *ends), (*ends, None), strict=True)
    return tuple(
        TableBand(lowest=low, includes_lowest=True, highest=high, includes_highest=False, gives=place)
        for place, (low, high) in enumerate(pairs)
    )


ROWS: Mapping[Atom, Atom] = {number: place for place, number in enumerate(ENDS)}
SHAPED: Mapping[str, Expression] = {
    "bands": Lookup(of=A, table="t", bands=_bands(*sorted(ENDS))),
    "rows": Lookup(of=A, table="t", rows=ROWS),
    "floor": Floor(of=A),
    "clamp": Clamp(of=A, lowest=Fraction("0.3"), highest=Fraction("2.5")),
    "round": Round(of=A, step=1, half=Half.UP),
    "even": Round(of=A, step=1, half=Half.EVEN),
    "min": Calculation(operation=Operation.MIN, parts=(A, Literal(value=Fraction("0.3")))),
    "max": Calculation(operation=Operation.MAX, parts=(A, A)),
}


@pytest.mark.parametrize("shape", SHAPED)
def test_what_is_shaped_of_a_stated_number_is_exact(shape: str) -> None:
    """The edge of a band, a row, the whole number below, a bound, the next step: a stated number beside one is not taken for it."""
    values = [0, 1, 3, 4, Fraction("0.3")]
    alike(_made(*comparisons("made", values), derive=SHAPED[shape], may_be_given=False), [{"a": number} for number in STATED], certain=True)


@pytest.mark.parametrize("may_be_given", [True, False])
def test_bands_over_what_may_be_stated_tell_apart_row_by_row(may_be_given: bool) -> None:  # noqa: FBT001 - both ways
    """A table over a number that some state and others have computed: those who state it are exact."""
    chained = Lookup(of=Reference(attribute="made"), table="t", bands=_bands(*sorted(ENDS)))
    level = attribute("level", derive=chained)
    half = attribute("made", derive=Calculation(operation=Operation.SUM, parts=(A, B)), given=may_be_given)
    judged = role("lead", *(criterion(f"c{place}", check("level", "is", place)) for place in range(len(ENDS) + 1)))
    made = pack(attribute("a"), attribute("b"), half, level, roles=[judged])
    if may_be_given:
        alike(made, [{"made": number} for number in STATED], certain=True)
    alike(made, [{"a": number, "b": other} for number in STATED for other in (Fraction("0.1"), Fraction("0.2"), 0)], certain=False)


def test_a_divisor_of_nought_is_nought_whatever_floats_make_of_it() -> None:
    """One tenth and two tenths less three tenths is 0, and no number can be divided by it."""
    tenths = Calculation(operation=Operation.SUM, parts=(A, B))
    nought = Calculation(operation=Operation.DIFFERENCE, parts=(tenths, Literal(value=Fraction("0.3"))))
    made = _made(check("made", "known", True), derive=Calculation(operation=Operation.RATIO, parts=(A, nought)), may_be_given=False)  # noqa: FBT003
    people = [{"a": Fraction("0.1"), "b": Fraction("0.2")}, {"a": Fraction("0.1"), "b": Fraction("0.3")}]
    wanted, found = _by_engine(made, people)
    assert wanted == [[False], [True]]
    assert found == {key: [(False, row) for row in wanted] for key in ("polars", "duckdb")}


def test_forty_bands_of_a_computed_number_take_no_time() -> None:
    """What a table of many bands costs grows with the bands, not with their combinations."""
    bands = _bands(*(Fraction(place, 2) for place in range(60)))
    mean = Calculation(operation=Operation.MEAN, parts=(A, B))
    made = _made(check("made", "at_least", 9), derive=Lookup(of=mean, table="t", bands=bands), may_be_given=False)
    alike(made, [{"a": 4, "b": Fraction("4.5")}, {"a": 40, "b": 1}, {"a": 4}], certain=False)
