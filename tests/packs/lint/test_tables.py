"""What lint says that a table has no entry for, and that no entry is reached by, against every value there is."""

from __future__ import annotations

import datetime
import itertools
import random
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from fractions import Fraction

import attrs
import pytest

from evaluator.core.attributes import Attribute, LookupTable
from evaluator.core.conditions import AttributeTest, Condition, Truth, attributes_read, truth
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
from evaluator.core.facts import complete
from evaluator.core.model import Pack, Profile
from evaluator.core.operators import Operator
from evaluator.core.values import Atom, Kind, Number, Record, Value, ValueType, tidy
from evaluator.diagnostics import Problems
from evaluator.packs.lint.intervals import ValueSet
from evaluator.packs.lint.logic import never_or_always
from evaluator.packs.lint.possible_values import MOST_EVALUATED, PossibleValues, reached_entries, without_entry
from evaluator.packs.lint.tables import Use, dead_entries, hole_words, missing, uses, values_without_entry
from tests.core.build import (
    AS_OF,
    SPAN,
    all_of,
    any_of,
    at_least_of,
    at_least_share_of,
    attribute,
    check,
    criterion,
    flag,
    none_of,
    pack,
    role,
)
from tests.slow import mostly_soaked

STATED: Mapping[str, tuple[ValueType, tuple[Value, ...]]] = {
    "a": (ValueType(kind=Kind.INTEGER, lowest=0, highest=4), (0, 1, 2, 3, 4)),
    "b": (ValueType(kind=Kind.INTEGER, lowest=-1, highest=2), (-1, 0, 1, 2)),
    "c": (ValueType(kind=Kind.SCALE, options=("low", "middle", "high")), (0, 1, 2)),
    "w": (ValueType(kind=Kind.CHOICE, options=("x", "y", "z")), ("x", "y", "z")),
    "f": (ValueType(kind=Kind.FLAG), (True, False)),
    "s": (ValueType(kind=Kind.SET, options=("p", "q")), tuple(frozenset(some) for some in ("", "p", "q", "pq"))),
    "day": (ValueType(kind=Kind.DATE), tuple(AS_OF - datetime.timedelta(days=number) for number in (400, 31, 7, 1, 0, -1, -8))),
}
"""Attributes with few values, and all of these; of days, some."""
NUMBERS = ("a", "b")
_STANDS_IN: tuple[Missing | Number, ...] = (Missing.UNKNOWN, Missing.SKIP, 0, Fraction(1, 2))
SEEDS = range(90)
LONG = (3, 56)
"""Of these seeds each takes as long as fifty others."""


def stated(*names: str) -> list[Attribute]:
    """Return attributes with few values."""
    return [attrs.evolve(attribute(name), type=STATED[name][0]) for name in names]


def random_bands(chance: random.Random) -> tuple[TableBand, ...]:
    """Return bands with holes between them and at their ends, of any ends."""
    ends = sorted(chance.sample([Fraction(place, 2) for place in range(-4, 20)], 6))
    chosen = [pair for pair in itertools.pairwise(ends) if chance.random() < 0.6] or [(ends[0], ends[1])]
    made = [
        TableBand(lowest=tidy(low), includes_lowest=chance.random() < 0.5, highest=tidy(high), includes_highest=False, gives=place)
        for place, (low, high) in enumerate(chosen)
    ]
    if chance.random() < 0.3:
        made[0] = attrs.evolve(made[0], lowest=None, includes_lowest=False)
    if chance.random() < 0.3:
        made[-1] = attrs.evolve(made[-1], highest=None)
    return tuple(made)


def random_rows(chance: random.Random, keys: Iterable[Atom]) -> dict[Atom, Atom]:
    """Return rows for some of the keys, and for one that nothing can be."""
    found: dict[Atom, Atom] = {key: chance.choice((0, 1, 5)) for key in keys if chance.random() < 0.6}
    return found or {next(iter(keys)): 1}


FEW = tuple("abcwf")
"""The attributes of which every combination is tried; those of sets and days are not listed."""


def random_number(chance: random.Random, depth: int, *, names: Sequence[str] = tuple(STATED)) -> Expression:
    """Return an expression over numbers, a table, conditions or a choice, and over the time since a day where names have one."""
    if depth == 0 or chance.random() < 0.2:
        if "day" in names and chance.random() < 0.5:
            return Since(of="day", unit=chance.choice(list(TimeUnit)))
        return chance.choice((Reference(attribute=chance.choice(NUMBERS)), Literal(value=chance.choice((0, 2, Fraction(3, 2))))))
    first, second = (random_number(chance, depth - 1, names=names) for _ in range(2))
    stand_in = chance.choice(_STANDS_IN)
    tests = tuple(random_condition(chance, names, chance.choice((0, 0, 1))) for _ in range(3))
    rows = random_rows(chance, (0, 1, 2))
    return chance.choice(
        (
            Calculation(operation=chance.choice(list(Operation)), parts=(first, second), missing=stand_in),
            Calculation(operation=Operation.MEAN, parts=(first, second), weights=(1, 3), missing=stand_in),
            Floor(of=first),
            Ceil(of=first),
            Ceil(of=Calculation(operation=Operation.PRODUCT, parts=(first, Literal(value=Fraction(-1, 2))))),
            Clamp(of=first, lowest=chance.choice((None, 0)), highest=chance.choice((None, 2))),
            Round(of=first, step=chance.choice((1, Fraction(1, 2), 2)), half=chance.choice(list(Half))),
            Tally(conditions=tests, share=chance.random() < 0.5, missing=chance.choice(_STANDS_IN[:3])),
            When(branches=((tests[0], first),), otherwise=second, missing=chance.choice(_STANDS_IN[:2])),  # type: ignore[arg-type]
            Lookup(of=Reference(attribute="c"), table="inner", rows=rows),
        )
    )


def made_of(of: Expression, chance: random.Random) -> tuple[Pack, Use]:
    """Return a pack with one look-up of an expression, half of the time by way of a computed attribute."""
    bands = random_bands(chance)
    through = chance.random() < 0.5
    lookup = Lookup(of=Reference(attribute="through") if through else of, table="outer", bands=bands)
    between = [attribute("through", derive=of)] if through else []
    made = pack(*stated(*STATED), *between, attribute("made", derive=lookup))
    return made, next(use for use in uses(PossibleValues(pack=made)) if use.lookup.table == "outer")


def everybody(names: Iterable[str], made: Pack) -> Iterator[dict[str, Value]]:
    """Yield every combination of the stated values that some attributes hang on, and of what is missing."""
    waiting, read = list(names), dict[str, None]()
    while waiting:
        derivation = made.attributes[name := waiting.pop()].derivation
        read |= {name: None} if derivation is None else {}
        waiting += () if derivation is None else derivation.expression.inputs
    for chosen in itertools.product(*((*STATED[name][1], None) for name in read)):
        yield {name: value for name, value in zip(read, chosen, strict=True) if value is not None}


def everything(made: Pack, use: Use) -> tuple[set[Atom], set[int]]:
    """Return, over every combination of stated values and of what is missing, what has no entry, and which entries are reached."""
    without: set[Atom] = set()
    reached: set[int] = set()
    for given in everybody(use.lookup.of.inputs, made):
        facts = complete(made, Profile(id="x", given=given, span=SPAN), AS_OF).facts
        key = derived(use.lookup.of, facts, AS_OF)
        if key is None or isinstance(key, frozenset | tuple):
            continue
        places = [place for place, band in enumerate(use.lookup.bands) if key in band]  # type: ignore[operator]
        reached.update(places)
        if not places:
            without.add(key)
    return without, reached


@pytest.mark.slow
@pytest.mark.parametrize("seed", mostly_soaked(sorted(SEEDS, key=LONG.__contains__), ordinary=45))
def test_where_all_combinations_can_be_tried_exactly_the_holes_are_found(seed: int) -> None:
    """Neither more nor fewer values are named, and no fewer entries taken for dead, than trying everything finds."""
    chance = random.Random(seed)
    made, use = made_of(random_number(chance, 2, names=FEW), chance)
    without, reached = everything(made, use)
    found = missing(PossibleValues(pack=made), use)
    assert not found.intervals
    assert not found.anything
    assert found.listed == without
    assert {place for place, there in enumerate(reached_entries(use.lookup, use.keys)) if there} == reached


@pytest.mark.parametrize("seed", range(60))
def test_what_is_counted_from_days_is_among_what_is_possible(seed: int) -> None:
    """Whatever the days and the day judged for are, what an expression comes to is in its set."""
    chance = random.Random(seed)
    expression = random_number(chance, 2)
    made = pack(*stated(*STATED))
    found = PossibleValues(pack=made).of(expression)
    for given in everybody(expression.inputs, made):
        key = derived(expression, complete(made, Profile(id="x", given=given, span=SPAN), AS_OF).facts, AS_OF)
        assert key is None or found.holds(key), (given, key)  # type: ignore[arg-type]  # a number


@pytest.mark.parametrize("unit", TimeUnit)
def test_time_since_a_day_is_whole_where_it_is_counted_whole(unit: TimeUnit) -> None:
    """Twelfths of years, whole days, weeks and months, below nothing too; and nothing between them."""
    found = PossibleValues(pack=pack(*stated(*STATED))).of(Since(of="day", unit=unit))
    steps = 12 if unit is TimeUnit.YEARS else 1
    assert [found.holds(Fraction(number, steps)) for number in (-3, 0, 1, 25)] == [True] * 4
    assert [found.holds(Fraction(number, 2 * steps)) for number in (-3, 1, 25)] == [False] * 3


@pytest.mark.slow
@pytest.mark.parametrize("seed", mostly_soaked(sorted(SEEDS, key=LONG.__contains__), ordinary=45))
def test_by_arithmetic_no_hole_is_missed_and_where_it_is_sure_none_is_invented(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """With combinations left untried, whatever an expression comes to is in the set; of an exact set nothing else is."""
    monkeypatch.setattr(PossibleValues, "_tried", lambda _self, _expression: None)
    chance = random.Random(seed)
    made, use = made_of(random_number(chance, 2, names=FEW), chance)
    without, reached = everything(made, use)
    found = without_entry(use.lookup, use.keys)
    assert all(found.holds(value) for value in without)
    assert reached <= {place for place, there in enumerate(reached_entries(use.lookup, use.keys)) if there}
    if found.exact:
        assert found.listed == without or found.intervals
        assert all(any(one.cut(value, False, value, False) for value in without) for one in found.intervals)  # type: ignore[arg-type]  # noqa: FBT003
    told = missing(PossibleValues(pack=made), use)
    assert told.exact or told.empty
    assert all(value in without for value in told.listed), "a hole is named that nobody can meet"


def test_arithmetic_is_sure_often_enough(monkeypatch: pytest.MonkeyPatch) -> None:
    """Else the test above would hold nothing."""
    monkeypatch.setattr(PossibleValues, "_tried", lambda _self, _expression: None)
    sure = 0
    for seed in SEEDS:
        chance = random.Random(seed)
        _, use = made_of(random_number(chance, 2, names=FEW), chance)
        sure += use.keys.exact
    assert sure >= len(SEEDS) // 4


EIGHTHS = [Fraction(place, 8) for place in range(-64, 200)]
"""Numbers among which one lies at, and between, any two ends of these tests."""


@pytest.mark.parametrize("seed", range(40))
@pytest.mark.parametrize("kind", [Kind.NUMBER, Kind.INTEGER])
@pytest.mark.parametrize("banded", [True, False], ids=["bands", "rows"])
def test_of_a_stated_number_the_holes_are_those_of_its_range(kind: Kind, seed: int, *, banded: bool) -> None:
    """With both ends, one or none declared: a number within the range has no entry exactly where lint says so."""
    chance = random.Random(seed)
    low = chance.choice((None, None, -2, 0, 1))
    high = chance.choice((None, None, 3, 8, 20))
    type_ = ValueType(kind=kind, lowest=low, highest=high)
    bands, rows = random_bands(chance), random_rows(chance, (-1, 0, 1, 3, 4))
    of = Reference(attribute="n")
    lookup = Lookup(of=of, table="outer", bands=bands) if banded else Lookup(of=of, table="outer", rows=rows)
    made = pack(attrs.evolve(attribute("n"), type=type_), attribute("made", derive=lookup))
    use = next(uses(PossibleValues(pack=made)))
    found = missing(PossibleValues(pack=made), use)
    assert found.exact
    for number in EIGHTHS:
        inside = (low is None or number >= low) and (high is None or number <= high) and (kind is Kind.NUMBER or number.denominator == 1)
        wrong = inside and number not in lookup.rows and not any(number in band for band in lookup.bands)
        assert found.holds(tidy(number)) is wrong, number
    assert bool(hole_words(found, type_)) is not found.empty


SHAPES: Mapping[str, Expression] = {
    "sum": Calculation(operation=Operation.SUM, parts=(Reference(attribute="n"), Reference(attribute="m"))),
    "difference": Calculation(operation=Operation.DIFFERENCE, parts=(Reference(attribute="n"), Reference(attribute="m"))),
    "mean": Calculation(operation=Operation.MEAN, parts=(Reference(attribute="n"), Reference(attribute="m"))),
    "product": Calculation(operation=Operation.PRODUCT, parts=(Reference(attribute="n"), Reference(attribute="m"))),
    "least": Calculation(operation=Operation.MIN, parts=(Reference(attribute="n"), Reference(attribute="m"))),
    "most": Calculation(operation=Operation.MAX, parts=(Reference(attribute="n"), Reference(attribute="m"))),
    "skipped": Calculation(operation=Operation.SUM, parts=(Reference(attribute="n"), Reference(attribute="m")), missing=Missing.SKIP),
    "floor": Floor(of=Reference(attribute="n")),
    "ceil": Ceil(of=Reference(attribute="n")),
    "halves": Round(of=Reference(attribute="n"), step=Fraction(1, 2), half=Half.UP),
    "clamp": Clamp(of=Reference(attribute="n"), lowest=1, highest=2),
}


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("seed", range(12))
def test_of_computed_numbers_the_holes_are_those_that_numbers_within_ranges_come_to(shape: str, seed: int) -> None:
    """Of decimals, on a grid of eighths: whatever is come to without an entry is told; and what is told lies next to such a number."""
    chance = random.Random(seed)
    ranges = {name: sorted(chance.sample(range(-1, 5), 2)) for name in ("n", "m")}
    numbers = {name: ValueType(kind=Kind.NUMBER, lowest=low, highest=high) for name, (low, high) in ranges.items()}
    lookup = Lookup(of=SHAPES[shape], table="outer", bands=random_bands(chance))
    made = pack(*(attrs.evolve(attribute(name), type=type_) for name, type_ in numbers.items()), attribute("made", derive=lookup))
    use = next(uses(PossibleValues(pack=made)))
    found = missing(PossibleValues(pack=made), use)
    assert use.keys.exact
    grid = [[*(Fraction(place, 8) for place in range(8 * low, 8 * high + 1)), None] for low, high in ranges.values()]
    come_to: set[Fraction] = set()
    for n, m in itertools.product(*grid):
        facts: dict[str, Value] = {name: tidy(one) for name, one in (("n", n), ("m", m)) if one is not None}
        key = derived(SHAPES[shape], facts, AS_OF)
        if isinstance(key, int | Fraction):
            come_to.add(Fraction(key))
    without = {key for key in come_to if not any(key in band for band in lookup.bands)}
    assert all(found.holds(tidy(key)) for key in without)
    assert not any(found.holds(tidy(key)) for key in come_to - without)
    for one in found.ends():
        near = [key for key in without if (one.low is None or key >= one.low) and (one.high is None or key <= one.high)]
        between = one.low == one.high and min(come_to) <= (one.low or 0) <= max(come_to)
        assert near or between, (one, use.keys)


def test_of_whole_numbers_far_apart_and_without_end_nothing_is_invented() -> None:
    """Sums, differences and multiples of whole numbers without an end are known by their steps."""
    attributes = [attrs.evolve(attribute(name), type=ValueType(kind=Kind.INTEGER, lowest=0)) for name in ("n", "m")]
    possible = PossibleValues(pack=pack(*attributes))
    n, m = (Reference(attribute=name) for name in ("n", "m"))
    threes = Calculation(operation=Operation.PRODUCT, parts=(n, Literal(value=3)))
    found = possible.of(threes)
    assert (found.exact, found.holds(9), found.holds(10), found.holds(-3)) == (True, True, False, False)
    mixed = possible.of(Calculation(operation=Operation.SUM, parts=(threes, m)))
    assert (mixed.exact, mixed.holds(10), mixed.holds(Fraction(1, 2))) == (True, True, False)
    apart = possible.of(Calculation(operation=Operation.DIFFERENCE, parts=(n, m)))
    assert (apart.exact, apart.holds(-(10**9)), apart.holds(Fraction(1, 2))) == (True, True, False)
    twice = possible.of(Calculation(operation=Operation.SUM, parts=(n, n)))
    assert (twice.exact, twice.holds(4)) == (False, True)


@pytest.mark.parametrize(
    ("found", "type_", "words"),
    [
        (ValueSet(listed=frozenset({7})), ValueType(kind=Kind.INTEGER, unit="points"), "7 points"),
        (ValueSet(listed=frozenset({7, 8, 9, 12})), ValueType(kind=Kind.INTEGER, unit="points"), "7 to 9 points and 12 points"),
        (ValueSet(listed=frozenset({2, 0})), STATED["c"][0], "`low` and `high`"),
        (ValueSet(listed=frozenset({True})), STATED["f"][0], "`true`"),
        (ValueSet(listed=frozenset({"z"})), STATED["w"][0], "`z`"),
        (ValueSet(listed=frozenset({0, 2, 4, 6, 8})), None, "0, 2, 4 and 2 more"),
        (ValueSet(listed=frozenset({Fraction("4.999")})), None, "4.999"),
        (ValueSet(anything=True), None, "any other value"),
        (ValueSet(), None, ""),
    ],
)
def test_values_are_named_in_words(found: ValueSet, type_: ValueType | None, words: str) -> None:
    """Whole numbers in a row are a range, words stand as they are written, and no more than three are listed."""
    assert hole_words(found, type_) == words


ROWS: dict[str, tuple[Atom, ...]] = {name: values for name, (_, values) in STATED.items()} | {
    "a": (0, 1, 2, 3, 4, 9),
    "b": (-3, -1, 0, 1, 2),
}
"""Keys of rows: the values of attributes, and of numbers some beyond their range."""


@pytest.mark.parametrize("name", FEW)
@pytest.mark.parametrize("seed", range(12))
def test_rows_are_missing_and_dead_exactly_where_no_row_and_no_value_is(name: str, seed: int) -> None:
    """Of integers, levels, options and flags every value without a row is told, and every row without a value."""
    chance = random.Random(seed)
    rows = random_rows(chance, ROWS[name])
    places = tuple(attrs.evolve(SPAN, line=line + 1, end_line=line + 1) for line in range(len(rows)))
    table = LookupTable(id="outer", type=ValueType(kind=Kind.NUMBER), span=SPAN, places=places)
    lookup = Lookup(of=Reference(attribute=name), table="outer", rows=rows)
    made = attrs.evolve(pack(*stated(*STATED), attribute("made", derive=lookup)), tables={"outer": table})
    problems = Problems()
    values_without_entry(made, problems)
    dead_entries(made, problems)
    values = STATED[name][1]
    without = {value for value in values if value not in rows}
    assert missing(PossibleValues(pack=made), next(uses(PossibleValues(pack=made)))).listed == without
    assert [one.code for one in problems].count("R305") == bool(without)
    assert {one.span.line for one in problems if one.code == "R306"} == {line + 1 for line, key in enumerate(rows) if key not in values}


def test_an_entry_is_dead_only_where_no_look_up_reaches_it() -> None:
    """What one look-up of a table cannot reach another may; what none can is told once."""
    rows: dict[Atom, Atom] = {-1: 1, 0: 1, 4: 1, 9: 1}
    places = tuple(attrs.evolve(SPAN, line=line + 1, end_line=line + 1) for line in range(len(rows)))
    derived_ones = [attribute(f"by_{name}", derive=Lookup(of=Reference(attribute=name), table="outer", rows=rows)) for name in NUMBERS]
    table = LookupTable(id="outer", type=ValueType(kind=Kind.NUMBER), span=SPAN, places=places)
    made = attrs.evolve(pack(*stated(*NUMBERS), *derived_ones), tables={"outer": table})
    problems = Problems()
    dead_entries(made, problems)
    assert [one.span.line for one in problems] == [4]


FIELDS: Mapping[str, ValueType] = {
    "n": ValueType(kind=Kind.INTEGER, lowest=0, highest=2),
    "w": ValueType(kind=Kind.CHOICE, options=("x", "y")),
    "d": ValueType(kind=Kind.DATE),
}
_DAYS = (datetime.date(2024, 1, 1), datetime.date(2025, 1, 1))
ENTRIES: tuple[Record, ...] = tuple(
    {name: value for name, value in (("n", n), ("w", w), ("d", d)) if value is not None}
    for n, w, d in itertools.product((0, 1, 2, None), ("x", "y", None), (*_DAYS, None))
)
GATHERS: tuple[Gather, ...] = tuple(
    Gather(gathering=gathering, records="r", where=where, field=field, by=by, start="d", within_months=months, missing=stand_in)
    for gathering, field, by in (
        (Gathering.COUNT, None, None),
        (Gathering.COUNT_DISTINCT, "w", None),
        (Gathering.COUNT_DISTINCT, "n", None),
        (Gathering.TOTAL, "n", None),
        (Gathering.LATEST, "n", "d"),
        (Gathering.LATEST, "w", "d"),
        (Gathering.EARLIEST, "n", "d"),
        (Gathering.EARLIEST, "w", "d"),
        (Gathering.MEAN, "n", None),
        (Gathering.MIN, "n", None),
        (Gathering.MAX, "n", None),
        (Gathering.YEARS, None, None),
    )
    for months in ((None, 24) if gathering is Gathering.YEARS else (None,))
    for where in (None, check("w", "is", "x"), check("n", "at_least", 1), check("n", "at_least", 3))
    for stand_in in (
        (Missing.UNKNOWN, Missing.SKIP)
        if gathering is Gathering.YEARS or (field == "w" and gathering.by_date)
        else (Missing.UNKNOWN, Missing.SKIP, 1)
    )
)


@pytest.mark.parametrize("place", range(len(GATHERS)))
def test_what_lists_of_entries_come_to_is_known(place: int) -> None:
    """Over all lists of up to two entries: what they come to is among the values, and of an exact set each small value is come to."""
    gather = GATHERS[place]
    records = attrs.evolve(attribute("r"), type=ValueType(kind=Kind.RECORDS, fields=FIELDS))
    found = PossibleValues(pack=pack(records)).of(gather)
    lists = itertools.chain(((),), ((one,) for one in ENTRIES), itertools.product(ENTRIES, repeat=2))
    come_to = {value for entries in lists if (value := derived(gather, {"r": entries}, AS_OF)) is not None}
    assert all(found.holds(value) for value in come_to if not isinstance(value, frozenset | tuple))
    if found.exact and gather.gathering is not Gathering.YEARS:  # these entries have few of all days
        assert {value for value in (*found.listed, *range(3)) if found.holds(value) and (isinstance(value, str) or value <= 2)} <= come_to


def test_most_lists_of_entries_are_known_exactly() -> None:
    """Else the test above would hold little."""
    records = attrs.evolve(attribute("r"), type=ValueType(kind=Kind.RECORDS, fields=FIELDS))
    exact = sum(PossibleValues(pack=pack(records)).of(gather).exact for gather in GATHERS)
    assert exact >= len(GATHERS) // 3


def chain_of(length: int, made: Callable[[Expression], Expression]) -> Pack:
    """Return a pack in which each attribute is computed from the one before, and the last is looked up."""
    attributes = stated("a")
    for place in range(length):
        attributes.append(attribute(f"c{place}", derive=made(Reference(attribute=attributes[-1].id))))
    bands = (TableBand(lowest=0, includes_lowest=True, highest=3, includes_highest=True, gives=1),)
    lookup = Lookup(of=Reference(attribute=attributes[-1].id), table="outer", bands=bands)
    return pack(*attributes, attribute("made", derive=lookup))


@pytest.mark.parametrize(
    "made",
    [
        lambda one: Calculation(operation=Operation.SUM, parts=(one, one)),
        lambda one: Calculation(operation=Operation.PRODUCT, parts=(one, one, Literal(value=Fraction(1, 3)))),
        lambda one: Calculation(operation=Operation.MEAN, parts=(one, one, Literal(value=1)), missing=Missing.SKIP),
        lambda one: Lookup(of=one, table="inner", rows={0: 1, 1: 2, 2: 0}),
        lambda one: When(branches=((check("a", "at_least", 2), one),), otherwise=Floor(of=one)),
    ],
)
def test_long_chains_are_followed_to_the_end(made: Callable[[Expression], Expression]) -> None:
    """Two hundred computed attributes, each of which reads the one before twice, are linted at once, and no computation is tried often."""
    found = chain_of(200, made)
    problems = Problems()
    values_without_entry(found, problems)
    dead_entries(found, problems)
    never_or_always(found, problems)
    possible = PossibleValues(pack=found)
    list(uses(possible))
    assert possible.evaluated <= MOST_EVALUATED


def numbered(condition: Condition, lines: Iterator[int]) -> Condition:
    """Return a condition with a place of its own for each part."""
    line = next(lines)
    span = attrs.evolve(SPAN, line=line, end_line=line)
    if isinstance(condition, AttributeTest):
        return attrs.evolve(condition, span=span)
    return attrs.evolve(condition, span=span, parts=tuple(numbered(part, lines) for part in condition.parts))


def random_test(chance: random.Random, names: Sequence[str]) -> Condition:
    """Return a test of a number, a level, an option, members, a flag, or of whether one is known; thresholds lie beyond the ranges too."""
    name = chance.choice(names)
    if name == "s":
        word = chance.choice(("includes", "includes_all", "includes_any", "includes_none"))
        return check("s", word, frozenset(chance.sample("pq", 1 if word == "includes" else chance.randint(1, 2))))
    if name == "f":
        return flag("f", chance.random() < 0.5)
    if name == "w":
        return check("w", chance.choice(("one_of", "none_of")), frozenset(chance.sample("xyz", chance.choice((1, 2, 3)))))
    if chance.random() < 0.1:
        return check(name, "known", chance.random() < 0.5)
    if name in NUMBERS and chance.random() < 0.1:
        return check(name, chance.choice(("at_least", "at_most", "above", "below")), other="b" if name == "a" else "a")
    if name == "day":
        return check(name, chance.choice(("at_least", "at_most", "above", "below")), chance.choice(STATED["day"][1][1:-1]))
    values = (0, 1, 2) if name == "c" else range(-3, 8)
    return check(name, chance.choice(("at_least", "at_most", "above", "below", "is", "is_not")), chance.choice(values))


def random_condition(chance: random.Random, names: Sequence[str], depth: int) -> Condition:
    """Return a condition of tests and combinators."""
    if depth == 0 or chance.random() < 0.3:
        return random_test(chance, names)
    parts = [random_condition(chance, names, depth - 1) for _ in range(chance.choice((2, 2, 3)))]
    counted = chance.choice((at_least_of, at_least_share_of))
    return chance.choice((all_of, any_of, none_of, lambda *some: counted(min(2, len(some)), *some)))(*parts)


def every_part(condition: Condition) -> Iterator[Condition]:
    """Yield a condition and all of its parts."""
    yield condition
    for part in () if isinstance(condition, AttributeTest) else condition.parts:
        yield from every_part(part)


def without(condition: Condition, lines: Collection[int]) -> Condition:
    """Return a condition without its parts on some lines."""
    if isinstance(condition, AttributeTest):
        return condition
    return attrs.evolve(condition, parts=tuple(without(part, lines) for part in condition.parts if part.span.line not in lines))


PLACES = 100
"""Parts of the condition stand on lines from here on, what is computed before."""


@pytest.mark.slow
@pytest.mark.parametrize("seed", mostly_soaked(range(120), ordinary=60))
def test_parts_are_idle_where_every_combination_says_so(seed: int) -> None:
    """Nothing is told of a part that some combination contradicts; and every test that all of them agree on is told, or lies in what is.

    Parts of several tests may be never or always met without being told: each attribute is looked at by itself.
    """
    chance = random.Random(seed)
    computed = random_number(chance, 1, names=FEW)
    names = (*STATED, "made")
    condition = numbered(random_condition(chance, names, 3), itertools.count(PLACES))
    made = pack(*stated(*STATED), attribute("made", derive=computed), roles=[role("lead", criterion("one", condition))])
    problems = Problems()
    never_or_always(made, problems)
    told = {one.span.line: one.code for one in problems if one.span.line >= PLACES}
    outcomes: dict[int, set[Truth]] = {part.span.line: set() for part in every_part(condition)}
    shorter = without(condition, {line for line, code in told.items() if code == "R312"})
    for given in everybody(attributes_read([condition]), made):
        facts = complete(made, Profile(id="x", given=given, span=SPAN), AS_OF).facts
        assert truth(shorter, facts) is truth(condition, facts)
        for part in every_part(condition):
            outcomes[part.span.line].add(truth(part, facts))
    for line, code in told.items():
        assert code == "R312" or (code in {"R301", "R307"}) not in outcomes[line], (code, line)
    _told_as_far_as_due(condition, told, outcomes)


def _told_as_far_as_due(part: Condition, told: Mapping[int, str], outcomes: Mapping[int, set[Truth]]) -> None:
    """Go down until something is told; a test of which nothing is told has to come out both ways, unless what it reads has no value."""
    if part.span.line in told:
        return
    if isinstance(part, AttributeTest):
        due = part.operator not in {Operator.KNOWN, *((Operator.IS, Operator.IS_NOT) if part.attribute == "made" else ())}
        assert not due or outcomes[part.span.line] in ({None}, {True, False}, {True, False, None}), part
        return
    for one in part.parts:
        _told_as_far_as_due(one, told, outcomes)
