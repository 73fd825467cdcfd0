"""Values as something JSON can hold and a spreadsheet can read: scales by label, dates at their precision."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from fractions import Fraction

from evaluator.core.attributes import Attribute
from evaluator.core.bounds import Bounds, Options
from evaluator.core.values import Atom, Kind, Number, PartialDate, Value

Json = bool | int | float | str | Sequence["Json"] | Mapping[str, "Json"] | None


def number(value: Number) -> int | float:
    """Return a whole number as an integer, any other as the nearest float."""
    return value.numerator if value.denominator == 1 else float(value)


def plain(attribute: Attribute, value: Value | frozenset[Atom] | None) -> Json:
    """Return a value of an attribute; members of a set in the order of its options, records by their fields."""
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, frozenset):
        return [plain(attribute, member) for member in sorted(value, key=lambda member: _place(attribute, member))]
    if isinstance(value, tuple):
        return [{field: _atom(found) for field, found in entry.items()} for entry in value]
    if attribute.kind is Kind.SCALE and isinstance(value, int):
        return attribute.type.options[value]
    return attribute.type.show(value) if isinstance(value, datetime.date) else _atom(value)


def between(attribute: Attribute, bounds: Bounds | None) -> Json:
    """Return bounds as a list: the least and the greatest value, null for no limit; of a choice or a flag every value that is possible."""
    if bounds is None:
        return None
    if isinstance(bounds, Options):
        return [plain(attribute, value) for value in sorted(bounds.values, key=lambda value: _place(attribute, value))]
    return [plain(attribute, end) for end in (bounds.lowest, bounds.highest)]


def _place(attribute: Attribute, member: Atom) -> tuple[int, str]:
    options = attribute.type.options
    if isinstance(member, str) and member in options:
        return (options.index(member), member)
    return (member if isinstance(member, int) else len(options), str(member))


def _atom(value: Atom | PartialDate) -> Json:
    if isinstance(value, datetime.date):
        return value.isoformat()
    if isinstance(value, PartialDate):
        return str(value)
    return number(value) if isinstance(value, Fraction) else value
