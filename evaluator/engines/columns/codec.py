"""An attribute as the engine's columns hold it: their names and types, a value as cells, and cells as the value they stand for."""

from __future__ import annotations

import datetime
import functools
import json
from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from evaluator.core.attributes import Attribute
from evaluator.core.dates import Precision, day_of
from evaluator.core.model import Pack
from evaluator.core.values import MOST_DIGITS, NUMERIC, Atom, Kind, Number, PartialDate, Record, Value, ValueType, tidy
from evaluator.engines.columns.truths import MOST_TINY, column, encoded, member_column

if TYPE_CHECKING:
    import polars as pl

Cell = int | float | bool | str | None
_SMALL = 1_000_000
"""Fractions with parts this small lie so far apart that the nearest one to a float is the one it was made from."""


def names_of(attribute: Attribute) -> tuple[str, ...]:
    """Name the columns of an attribute: its own and, of a set, one for each option."""
    members = (member_column(attribute.id, index) for index in range(len(attribute.type.options)))
    return (column(attribute.id), *(members if attribute.kind is Kind.SET else ()))


def dtypes_of(attribute: Attribute) -> tuple[type[pl.DataType], ...]:
    """Return the types of the columns of an attribute."""
    import polars as pl

    if attribute.kind in NUMERIC:
        return (pl.Float64,)
    if attribute.kind in {Kind.FLAG, Kind.RECORDS, Kind.SET}:
        return (pl.Boolean,) * len(names_of(attribute))
    return (pl.Int8 if attribute.type.options and len(attribute.type.options) <= MOST_TINY else pl.Int64,)


def cells_of(attribute: Attribute, value: Value | None) -> tuple[Cell, ...]:
    """Return a value as the columns hold it; of records, only that there are some."""
    if value is None:
        return (None,) * len(names_of(attribute))
    if isinstance(value, frozenset):
        return (True, *(option in value for option in attribute.type.options))
    if isinstance(value, tuple):
        return (True,)
    code = encoded(attribute.type, value)
    return (float(code) if attribute.kind in NUMERIC else code,)


def series_of(attribute: Attribute, values: Sequence[Value | None]) -> dict[str, pl.Series]:
    """Return values, one a row, as the columns of an attribute, by name."""
    import polars as pl

    rows = [cells_of(attribute, value) for value in values]
    columns = zip(names_of(attribute), dtypes_of(attribute), strict=True)
    return {name: pl.Series(name, [row[index] for row in rows], dtype=dtype) for index, (name, dtype) in enumerate(columns)}


@functools.lru_cache(maxsize=1 << 16)
def exact(number: float) -> Number:
    """Return the exact number that a float stands for: the decimal as it was written, else the simplest fraction that rounds to it."""
    decimal = Fraction(repr(number))
    if len(repr(number).partition("e")[0].lstrip("-").replace(".", "").strip("0")) <= MOST_DIGITS:
        return tidy(decimal)
    simple = Fraction(number).limit_denominator(_SMALL)
    return tidy(simple if float(simple) == number else decimal)


def written(number: float) -> Number:
    """Return the shortest decimal that is read as a float: the number that was written where it was stated and not computed."""
    return tidy(Fraction(repr(number)))


def value_of(attribute: Attribute, row: Mapping[str, Any], number: Callable[[float], Number] = exact) -> Value | None:
    """Return the value of an attribute in a row of the columns, None where it is unknown; `number` says what a float stands for.

    The entries of records are in no column: of them an empty list is all that is known.
    """
    code = row[column(attribute.id)]
    if code is None:
        return None
    if attribute.kind is Kind.SET:
        return frozenset(option for index, option in enumerate(attribute.type.options) if row[member_column(attribute.id, index)])
    if attribute.kind is Kind.RECORDS:
        return ()
    return number(code) if attribute.kind is Kind.NUMBER else _DECODE[attribute.kind](attribute.type, code)


def gathered_attributes(pack: Pack) -> tuple[Attribute, ...]:
    """Return the attributes that are computed from the entries of records, each after those that it reads."""
    return tuple(one for one in pack.derived_attributes if one.derivation is not None and one.derivation.expression.gathers)


def keeps_entries(pack: Pack) -> bool:
    """Whether bounds of a computed attribute hang on records and on other attributes at once, so that entries have to be at hand."""
    made = [one.derivation.expression for one in gathered_attributes(pack) if one.derivation is not None]
    return pack.language > 1 and any(pack.attributes[name].kind is not Kind.RECORDS for expression in made for name in expression.inputs)


def entries_text(pack: Pack, given: Mapping[str, Value]) -> str:
    """Write the lists that a person states, and which of what is computed from such lists is stated as well."""
    lists = {name: [_written_entry(entry) for entry in value] for name, value in given.items() if isinstance(value, tuple)}
    return json.dumps([lists, [one.id for one in gathered_attributes(pack) if one.id in given]])


def read_entries(text: str) -> tuple[dict[str, Value], frozenset[str]]:
    """Read what `entries_text` writes: the lists by attribute, and what is stated beside them."""
    lists, stated = json.loads(text)
    return {name: tuple(_read_entry(entry) for entry in entries) for name, entries in lists.items()}, frozenset(stated)


def _written_entry(entry: Record) -> dict[str, Any]:
    return {name: _written_field(value) for name, value in entry.items()}


def _written_field(value: Atom | PartialDate) -> Any:  # noqa: ANN401 - what JSON has
    if isinstance(value, PartialDate):
        return ["partly", None if value.day is None else value.day.isoformat(), str(value.precision)]
    if isinstance(value, datetime.date):
        return ["day", value.isoformat()]
    return ["number", str(value)] if isinstance(value, Fraction) else value


def _read_entry(entry: Mapping[str, Any]) -> Record:
    return {name: _read_field(value) for name, value in entry.items()}


def _read_field(value: Any) -> Atom | PartialDate:  # noqa: ANN401 - what JSON has
    match value:
        case ["partly", day, precision]:
            return PartialDate(day=None if day is None else datetime.date.fromisoformat(day), precision=Precision(precision))
        case ["day", day]:
            return datetime.date.fromisoformat(day)
        case ["number", number]:
            return Fraction(number)
        case _:
            atom: Atom = value
            return atom


_DECODE: Mapping[Kind, Callable[[ValueType, Any], Value]] = {
    Kind.INTEGER: lambda _, code: int(code),
    Kind.SCALE: lambda _, code: int(code),
    Kind.FLAG: lambda _, code: bool(code),
    Kind.DATE: lambda _, code: day_of(int(code)),
    Kind.CHOICE: lambda type_, code: type_.options[int(code)],
}
