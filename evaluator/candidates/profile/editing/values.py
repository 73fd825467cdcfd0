"""Values of attributes as they are written into a profile's file."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence

from evaluator.core.dates import show_date
from evaluator.core.values import Atom, Kind, PartialDate, Record, Value, ValueType
from evaluator.reading.yaml.writing import decimal
from evaluator.reading.yaml.written import Word, Written


def written_value(type_: ValueType, value: Value, before: Sequence[str] = ()) -> Written:
    """Return a value to be written; members of a set that were there before stay in the order in which they stood."""
    if isinstance(value, frozenset):
        kept = [member for member in before if member in value]
        return [Word(text=member) for member in (*kept, *(option for option in type_.options if option in value and option not in kept))]
    if isinstance(value, tuple):
        return [written_entry(type_, entry) for entry in value]
    return written_atom(type_, value)


def written_entry(type_: ValueType, entry: Record) -> Mapping[str, Written]:
    """Return an entry of a list, its fields in the pack's order."""
    return {name: written_atom(field, entry[name]) for name, field in type_.fields.items() if name in entry}


def written_atom(type_: ValueType, value: Atom | PartialDate) -> Word:
    """Return a single value: numbers, dates, true and false as they stand, texts in quotes where they need them."""
    if isinstance(value, PartialDate):
        return Word(text=str(value), bare=True)
    if isinstance(value, bool):
        return Word(text="true" if value else "false", bare=True)
    if isinstance(value, datetime.date):
        return Word(text=show_date(value, type_.precision), bare=True)
    if type_.kind is Kind.SCALE and isinstance(value, int):
        return Word(text=type_.options[value])
    return Word(text=value) if isinstance(value, str) else Word(text=decimal(value), bare=True)
