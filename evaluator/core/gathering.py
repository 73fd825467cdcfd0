"""What is gathered from the entries of records, for one profile, in exact arithmetic."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterable, Mapping, Sequence
from fractions import Fraction
from typing import Any, TypeVar

from evaluator.core.conditions import Truth, truth
from evaluator.core.dates import MONTHS_A_YEAR, months_weighted
from evaluator.core.expressions import Gather, Gathering, Missing
from evaluator.core.values import Atom, Facts, Number, PartialDate, Record, Value, certain, day_bounds
from evaluator.core.windows import EntryReader

T = TypeVar("T")
_Dated = tuple[datetime.date, Atom | None]
"""The date of an entry, and what it is worth to an operator."""
Months = tuple[datetime.date, datetime.date | None]
"""From a month to a month, both included; without an end it goes on."""
WeightedMonths = tuple[Months | None, Months, Number]
"""The months that an entry covers at the least, those at the most, and what part of each it counts for."""


def left(inputs: Sequence[T | None], missing: Missing | Number) -> list[T] | None:
    """Return the inputs that are left of an operator's once those that are missing (None) are skipped; None where the result is unknown.

    It is unknown where one is missing that may not be skipped, and where there were inputs and nothing is left of them. Where there
    were none to begin with, as in an empty list of records, nothing is missing. What stands in for an input is no longer missing.
    """
    known = [value for value in inputs if value is not None]
    if len(known) < len(inputs) and (missing is not Missing.SKIP or not known):
        return None
    return known


def stand_in(missing: Missing | Number) -> Number | None:
    """Return the number that stands in for a missing input, if one does."""
    return None if isinstance(missing, Missing) else missing


def counted(held: Truth, missing: Missing | Number) -> int | None:
    """Return what a condition adds to a count; of one that is unknown, what stands in for it."""
    instead = stand_in(missing)
    return int(held) if held is not None else None if instead is None else int(bool(instead))


def gathered_value(expression: Gather, facts: Facts, as_of: datetime.date) -> Value | None:
    """Return what an operator makes of the entries of records; None where that is unknown."""
    records = facts.get(expression.records)
    if not isinstance(records, tuple):
        return None
    values = left(gathered(expression, records, facts, as_of), expression.missing)
    if values is not None and expression.last is not None:
        values = picked(expression, values)
    return None if values is None else _GATHER[expression.gathering](values, expression, as_of)


def held(expression: Gather, records: Iterable[Record], facts: Facts, as_of: datetime.date) -> list[tuple[Record, Truth]]:
    """Return each entry with whether it meets `where`."""
    if expression.where is None:
        return [(record, True) for record in records]
    reader = EntryReader.of(expression.where, facts, as_of)
    return [(record, truth(expression.where, reader.read(record))) for record in records]


def gathered(expression: Gather, records: Iterable[Record], facts: Facts, as_of: datetime.date) -> list[Any]:
    """Return the inputs of an operator over records, None for each that is missing.

    Of `count` they are what every entry adds. Of the others they are the entries that `where` does not rule out, missing where it
    is unknown whether they belong to them, or where what the operator reads of them is.
    """
    entries = held(expression, records, facts, as_of)
    if expression.last is not None:
        worth, counting = _worth(expression, facts, as_of), [(record, met) for record, met in entries if met is not False]
        return [None if met is None else _dated(expression, record, worth) for record, met in counting]
    if expression.gathering is Gathering.COUNT:
        return [counted(met, expression.missing) for _, met in entries]
    read = _READ[expression.gathering]
    return [None if met is None else read(expression, record) for record, met in entries if met is not False]


def _field(expression: Gather, record: Record) -> Atom | None:
    known = certain(record)
    value = known.get(expression.field or "", stand_in(expression.missing))
    if expression.weight is None:
        return value
    part = known.get(expression.weight)
    return value * part if isinstance(value, int | Fraction) and isinstance(part, int | Fraction) else None


def _worth(expression: Gather, facts: Facts, as_of: datetime.date) -> Callable[[Gather, Record], Atom | None]:
    """Return what says what an entry is worth to an operator: its field, or whether it meets what those counted have to meet."""
    if expression.of_which is None:
        return _field
    condition, reader = expression.of_which, EntryReader.of(expression.of_which, facts, as_of)
    return lambda _, record: counted(truth(condition, reader.read(record)), expression.missing)


def _dated(expression: Gather, record: Record, worth: Callable[[Gather, Record], Atom | None] | None = None) -> _Dated | None:
    """Return the date of an entry and what it is worth, unless that is missing and to be skipped."""
    day, value = record.get(expression.dated_by), (worth or _field)(expression, record)
    if not isinstance(day, datetime.date) or (value is None and expression.missing is Missing.SKIP):
        return None
    return day, value


def period(expression: Gather, record: Record) -> tuple[Months | None, Months] | None:
    """Return the months that an entry covers at the least, None for none that are certain, and those that it may cover at the most.

    They differ where a date is known in part; that is an input that is missing, which can be skipped.
    """
    start, end = record.get(expression.start or ""), record.get(expression.end or "")
    partly = isinstance(start, PartialDate) or isinstance(end, PartialDate)
    starts, ends = day_bounds(start), day_bounds(end)
    if starts is None or (partly and expression.missing is Missing.SKIP):
        return None
    earliest = None if end is None else starts[0] if ends is None else ends[0]
    least = (starts[1], earliest) if earliest is None or starts[1] <= earliest else None
    return least, (starts[0], None if ends is None else ends[1])


def _weighted_period(expression: Gather, record: Record) -> WeightedMonths | None:
    """Return the months that an entry covers, and what part of each it counts for."""
    months = period(expression, record)
    if expression.weight is None:
        return None if months is None else (*months, 1)
    part = certain(record).get(expression.weight, stand_in(expression.missing))
    return (*months, part) if months is not None and isinstance(part, int | Fraction) else None


_READ: Mapping[Gathering, Callable[[Gather, Record], Any]] = {
    Gathering.COUNT_DISTINCT: _field,
    Gathering.TOTAL: _field,
    Gathering.MEAN: _field,
    Gathering.MIN: _field,
    Gathering.MAX: _field,
    Gathering.LATEST: _dated,
    Gathering.EARLIEST: _dated,
    Gathering.YEARS: _weighted_period,
}


def ordered(expression: Gather, entries: Sequence[_Dated]) -> list[_Dated]:
    """Return entries in the order of their dates, from the end that an operator begins at."""
    return sorted(entries, key=lambda entry: entry[0], reverse=expression.gathering is not Gathering.EARLIEST)


def level(expression: Gather, entries: Sequence[_Dated]) -> tuple[datetime.date, list[Atom | None]] | None:
    """Return the day that decides what is taken, with what the entries of that day are worth; None where none does.

    It is the day of the n-th entry; with `last`, that of entries of which some are among the last and some are not.
    """
    in_order, place = ordered(expression, entries), expression.last or expression.nth
    if len(in_order) < place or (expression.last and (len(in_order) == place or in_order[place][0] != in_order[place - 1][0])):
        return None
    day = in_order[place - 1][0]
    return day, [value for other, value in entries if other == day]


def picked(expression: Gather, entries: Sequence[_Dated]) -> list[Any] | None:
    """Return what the last so many entries are worth; None where one of them lacks that, or several that are level differ."""
    at_the_end = level(expression, entries)
    values = [value for _, value in ordered(expression, entries)[: expression.last]]
    return None if None in values or (at_the_end is not None and len(set(at_the_end[1])) > 1) else values


def _of_the_day(entries: Sequence[_Dated], expression: Gather, _as_of: datetime.date) -> Value | None:
    """Return the field of the n-th entry; all of its day have to agree."""
    found = level(expression, entries)
    values = set() if found is None else set(found[1])
    return values.pop() if len(values) == 1 else None


def _years(periods: list[WeightedMonths], expression: Gather, as_of: datetime.date) -> Value | None:
    """Return the years of all entries, where the least and the most that they can come to agree."""
    least, most = months_at_least(periods, expression, as_of), months_at_most(periods, expression, as_of)
    return Fraction(most) / MONTHS_A_YEAR if most == least else None


def months_at_least(periods: Iterable[WeightedMonths], expression: Gather, as_of: datetime.date) -> Number:
    """Return the months that periods cover for certain."""
    return months_weighted(((*least, part) for least, _, part in periods if least), as_of, expression.within_months)


def months_at_most(periods: Iterable[WeightedMonths], expression: Gather, as_of: datetime.date) -> Number:
    """Return the months that periods may cover at the most."""
    return months_weighted(((*most, part) for _, most, part in periods), as_of, expression.within_months)


_GATHER: Mapping[Gathering, Callable[[list[Any], Gather, datetime.date], Value | None]] = {
    Gathering.COUNT: lambda ones, *_: sum(ones),
    Gathering.COUNT_DISTINCT: lambda values, *_: len(set(values)),
    Gathering.TOTAL: lambda values, *_: sum(values),
    Gathering.MEAN: lambda values, *_: Fraction(sum(values)) / len(values) if values else None,
    Gathering.MIN: lambda values, *_: min(values, default=None),
    Gathering.MAX: lambda values, *_: max(values, default=None),
    Gathering.LATEST: _of_the_day,
    Gathering.EARLIEST: _of_the_day,
    Gathering.YEARS: _years,
}
