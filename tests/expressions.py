"""Random derived attributes, for `strategies`."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping
from fractions import Fraction

from evaluator.core.conditions import OF_PERSON, AllOf, AttributeTest, Condition
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
)
from evaluator.core.operators import COMPARISONS, Operator
from evaluator.core.values import NUMERIC, Atom, Kind, Number, ValueType
from evaluator.core.windows import Window
from evaluator.diagnostics import Span

SPAN = Span.whole_file("attributes.yaml")
CHOICE = ValueType(kind=Kind.CHOICE, options=("craft", "people", "5"))
SCALE = ValueType(kind=Kind.SCALE, options=("low", "high"))
FLAG = ValueType(kind=Kind.FLAG)
NUMBER = ValueType(kind=Kind.NUMBER)
DATE = ValueType(kind=Kind.DATE)
_STANDS_IN: tuple[Missing | Number, ...] = (Missing.UNKNOWN, Missing.SKIP, 0, Fraction(1, 2))

Draw = Callable[[], Condition]


def derivation(chance: random.Random, types: Mapping[str, ValueType], draw: Draw) -> tuple[ValueType, Derivation]:
    """Return a derived attribute's type and what it is computed from, reading attributes of those types."""
    found, expression = chance.choice((_numeric, _numeric, _chosen, _looked_up, _branched))(chance, types, draw)
    return found, Derivation(expression=expression, span=SPAN)


def _numeric(chance: random.Random, types: Mapping[str, ValueType], draw: Draw) -> tuple[ValueType, Expression]:
    if chance.random() < 0.15:
        return NUMBER, Tally(conditions=(draw(), draw(), draw()), share=chance.random() < 0.5, missing=chance.choice(_STANDS_IN[:3]))
    dates = [name for name, found in types.items() if found.kind is Kind.DATE]
    if dates and chance.random() < 0.2:
        return NUMBER, Since(of=chance.choice(dates), unit=chance.choice(list(TimeUnit)))
    records = [name for name, found in types.items() if found.kind is Kind.RECORDS]
    if records and chance.random() < 0.5:
        found, gathered = _gathered(chance, chance.choice(records), types)
        if found is DATE or chance.random() < 0.6:
            return found, gathered
        parts = (gathered, _sum(chance, types, 1))
        return NUMBER, Calculation(operation=chance.choice(list(Operation)), parts=parts, missing=chance.choice(_STANDS_IN))
    return NUMBER, _sum(chance, types, 2)


def _looked_up(chance: random.Random, types: Mapping[str, ValueType], draw: Draw) -> tuple[ValueType, Expression]:
    """Return a table of rows, some of which are not there, over a word, a flag or a whole number."""
    keyed = [name for name, found in types.items() if found.kind in {Kind.SCALE, Kind.CHOICE, Kind.FLAG, Kind.INTEGER}]
    if not keyed:
        return _numeric(chance, types, draw)
    name = chance.choice(keyed)
    found = types[name]
    keys: Mapping[Kind, tuple[Atom, ...]] = {
        Kind.SCALE: tuple(range(len(found.options))),
        Kind.CHOICE: found.options,
        Kind.FLAG: (True, False),
        Kind.INTEGER: (0, 1, 2, 3, 8),
    }
    rows = {key: chance.choice((0, 1, 2, Fraction(5, 2))) for key in keys[found.kind] if chance.random() < 0.7}
    lookup = Lookup(of=Reference(attribute=name), table="rows", rows=rows or {keys[found.kind][0]: 1})
    if chance.random() < 0.5:
        return NUMBER, lookup
    other = _sum(chance, types, 1)
    return NUMBER, Calculation(operation=chance.choice(list(Operation)), parts=(lookup, other), missing=chance.choice(_STANDS_IN))


def _branched(chance: random.Random, types: Mapping[str, ValueType], draw: Draw) -> tuple[ValueType, Expression]:
    """Return a choice between numbers, each of which may have no value of its own."""
    branches = tuple((draw(), _looked_up(chance, types, draw)[1] if chance.random() < 0.5 else _sum(chance, types, 1)) for _ in range(2))
    if any(isinstance(value, Since | Gather | Tally) for _, value in branches):
        return _numeric(chance, types, draw)
    missing = chance.choice((Missing.UNKNOWN, Missing.SKIP))
    return NUMBER, When(branches=branches, otherwise=_sum(chance, types, 1), missing=missing)


def _sum(chance: random.Random, types: Mapping[str, ValueType], depth: int) -> Expression:
    numbers = [name for name, found in types.items() if found.kind in NUMERIC]
    if depth == 0 or not numbers:
        return Reference(attribute=chance.choice(numbers)) if numbers else Literal(value=chance.choice((0, 1, Fraction(5, 2))))
    first, second = (_sum(chance, types, depth - 1) for _ in range(2))
    weighted = Calculation(operation=Operation.MEAN, parts=(first, second), weights=(1, Fraction(3, 2)), missing=chance.choice(_STANDS_IN))
    plain = Calculation(operation=chance.choice(list(Operation)), parts=(first, second), missing=chance.choice(_STANDS_IN))
    bands = (
        TableBand(lowest=None, includes_lowest=False, highest=1, includes_highest=False, gives=0),
        TableBand(lowest=1, includes_lowest=chance.random() < 0.5, highest=8, includes_highest=True, gives=Fraction(5, 2)),
    )
    ends: tuple[Number | None, Number | None] = chance.choice(((0, None), (0, 8), (None, 8)))
    halved = Calculation(operation=Operation.PRODUCT, parts=(first, Literal(value=chance.choice((Fraction(1, 2), Fraction(-1, 2))))))
    apart = halved if chance.random() < 0.5 else first  # between whole numbers, and below 0
    shaped = (
        Floor(of=apart),
        Ceil(of=apart),
        Clamp(of=first, lowest=ends[0], highest=ends[1]),
        Round(of=apart, step=chance.choice((1, Fraction(1, 2))), half=chance.choice(list(Half))),
        Lookup(of=first, table="bands", bands=bands),
    )
    return chance.choice((plain, plain, weighted, *shaped))


def _held_against(chance: random.Random, types: Mapping[str, ValueType]) -> list[AttributeTest]:
    """Return a test of a field of entries against an attribute of the person, if there is one to hold it against."""
    fields = {Kind.NUMBER: "size", Kind.INTEGER: "size", Kind.DATE: "start", Kind.CHOICE: "what"}
    names = [name for name, found in types.items() if found.kind in fields]
    if not names:
        return []
    name = chance.choice(names)
    how = chance.choice(sorted(COMPARISONS if types[name].kind is not Kind.CHOICE else {Operator.IS, Operator.IS_NOT}))
    return [AttributeTest(attribute=fields[types[name].kind], operator=how, other=OF_PERSON + name, span=SPAN)]


def _gathered(chance: random.Random, records: str, types: Mapping[str, ValueType]) -> tuple[ValueType, Expression]:
    sized = AttributeTest(attribute="size", operator=Operator.AT_LEAST, value=chance.choice((0, 1, 2)), span=SPAN)
    begun = AttributeTest(attribute="start", operator=Operator.KNOWN, value=chance.random() < 0.5, span=SPAN)
    number, unit = chance.choice(((1, TimeUnit.MONTHS), (12, TimeUnit.MONTHS), (30, TimeUnit.MONTHS), (3, TimeUnit.YEARS)))
    window = Window(field=chance.choice(("start", "end")), precision=Precision.MONTH, number=number, unit=unit)
    recent = AttributeTest(attribute=window.name, operator=Operator.IS, value=chance.random() < 0.7, span=SPAN)
    shapes = (
        (NUMBER, Gathering.COUNT, None),
        (NUMBER, Gathering.COUNT_DISTINCT, "what"),
        (NUMBER, Gathering.TOTAL, "size"),
        (NUMBER, Gathering.MEAN, "size"),
        (NUMBER, Gathering.MIN, "size"),
        (NUMBER, Gathering.MAX, "size"),
        (DATE, Gathering.LATEST, "start"),
        (DATE, Gathering.EARLIEST, "start"),
        (NUMBER, Gathering.YEARS, None),
    )
    found, gathering, field = chance.choice(shapes)
    dated = gathering in {Gathering.LATEST, Gathering.EARLIEST}
    last = chance.choice((1, 2, 3)) if not dated and gathering is not Gathering.YEARS and chance.random() < 0.3 else None
    weighted = gathering in {Gathering.YEARS, Gathering.TOTAL} and chance.random() < 0.3
    theirs = _held_against(chance, types) if chance.random() < 0.4 else []
    stand_ins = {Gathering.COUNT: (0, 1)}.get(gathering, (0, 2) if field == "size" else ())
    return found, Gather(
        gathering=gathering,
        records=records,
        where=chance.choice((*theirs, *theirs, None, None, sized, begun, recent, AllOf(parts=(recent, *theirs, sized), span=SPAN))),
        field=field,
        by="start" if last else None,
        last=last,
        of_which=chance.choice((sized, recent, *theirs)) if last and gathering is Gathering.COUNT else None,
        nth=chance.choice((1, 1, 2, 3)) if dated else 1,
        weight="part" if weighted else None,
        start="start",
        end="end",
        within_months=chance.choice((1, 13, 60)) if gathering is Gathering.YEARS and chance.random() < 0.5 else None,
        missing=chance.choice((Missing.UNKNOWN, Missing.SKIP, Missing.SKIP, *stand_ins)),
    )


def _chosen(chance: random.Random, _types: Mapping[str, ValueType], draw: Draw) -> tuple[ValueType, Expression]:
    found = chance.choice((CHOICE, SCALE, FLAG))
    values = {Kind.CHOICE: CHOICE.options, Kind.SCALE: (0, 1), Kind.FLAG: (True, False)}[found.kind]
    branches = tuple((draw(), Literal(value=chance.choice(values))) for _ in range(chance.randint(1, 2)))
    missing = chance.choice((Missing.UNKNOWN, Missing.SKIP))
    return found, When(branches=branches, otherwise=Literal(value=chance.choice(values)), missing=missing)
