"""Windows of time over records: whether the date of an entry lies within so much time before the day judged for.

To conditions a window is a flag beside the fields of an entry, by a name that no field can have.
"""

from __future__ import annotations

import datetime
import functools
import re
from collections.abc import Iterator, Mapping

import attrs

from evaluator.core.bounds import Bounds, PartialFacts, known_in_part
from evaluator.core.conditions import OF_PERSON, Condition, Truth, leaves, person_attributes
from evaluator.core.dates import DAYS_A_WEEK, MONTHS_A_YEAR, Precision, days_before, months_before, months_since, truncate
from evaluator.core.expressions import Expression, Gather, TimeUnit
from evaluator.core.values import Facts, Kind, PartialDate, Record, Value, ValueType, certain, singular

WITHIN = "within"
_NAME = re.compile(r"([a-z0-9_]+):(day|month|year) within ([0-9]+) (days|weeks|months|years)")
FLAG = ValueType(kind=Kind.FLAG)


@attrs.frozen(kw_only=True)
class Window:
    """So much time up to the day judged for, and the date field of records that has to lie in it, with the precision of the field.

    A date lies in it that is not to come, and since which fewer than `number` whole units have passed.
    """

    field: str
    precision: Precision
    number: int
    unit: TimeUnit

    @property
    def name(self) -> str:
        """The name of the flag by which conditions read it."""
        return f"{self.field}:{self.precision} {WITHIN} {self.number} {self.unit}"

    @property
    def length(self) -> str:
        """Its length as a rule file writes it: `12 months`, `1 year`."""
        return f"{self.number} {singular(self.unit) if self.number == 1 else self.unit}"

    @property
    def text(self) -> str:
        """The test as a rule file writes it."""
        return f"{self.field}: {{{WITHIN}: {self.length}}}"

    def holds(self, record: Record, as_of: datetime.date) -> Truth:
        """Return whether the date of an entry lies in it; of a date that is known in part, where all that it can be agrees."""
        date = record.get(self.field)
        if isinstance(date, PartialDate) and date.bounds is not None:
            first, last = date.bounds
            ends = {self._side(first, as_of), self._side(truncate(last, self.precision), as_of)}
            return ends == {0} if len(ends) == 1 else None
        return self._side(date, as_of) == 0 if isinstance(date, datetime.date) else None

    def _side(self, day: datetime.date, as_of: datetime.date) -> int:
        """Return -1 for a day before the window, 0 for one within it, and 1 for one to come."""
        if day > as_of:
            return 1
        passed = months_since(day, as_of) if self._months else (as_of - day).days
        return -1 if passed >= (self._months or self._days) else 0

    @property
    def _months(self) -> int:
        return self.number * {TimeUnit.MONTHS: 1, TimeUnit.YEARS: MONTHS_A_YEAR}.get(self.unit, 0)

    @property
    def _days(self) -> int:
        return self.number * {TimeUnit.DAYS: 1, TimeUnit.WEEKS: DAYS_A_WEEK}.get(self.unit, 0)

    def begins(self, as_of: datetime.date) -> datetime.date:
        """Return the first day that lies in it."""
        if not self._months:
            return days_before(as_of, self._days - 1)
        near = months_before(as_of, self._months)
        return next((day for day in _from(near) if self._side(day, as_of) == 0), near)

    def ends(self, day: datetime.date) -> datetime.date:
        """Return the first day on which the date of an entry no longer lies in it."""
        if not self._months:
            return days_before(day, -self._days)
        near = months_before(day, -self._months)
        return next((one for one in _from(near) if self._side(day, one) == -1), datetime.date.max)

    def moved(self, steps: int) -> Window | None:
        """Return the window so many units longer or shorter, if anything is left of it."""
        return attrs.evolve(self, number=self.number + steps) if self.number + steps > 0 else None


def _from(day: datetime.date) -> Iterator[datetime.date]:
    """Yield a day and those after it, as far as the calendar goes, where a month that is shorter may move the end of a window."""
    return (days_before(day, -step) for step in range(5))


@functools.lru_cache(maxsize=4096)
def window_of(name: str) -> Window | None:
    """Return the window that a test reads by a name; None of any other name."""
    match = _NAME.fullmatch(name)
    if match is None:
        return None
    field, precision, number, unit = match.groups()
    return Window(field=field, precision=Precision(precision), number=int(number), unit=TimeUnit(unit))


def windows_in(condition: Condition | None) -> tuple[Window, ...]:
    """Return the windows that a condition over the fields of records reads, each once."""
    return tuple(dict.fromkeys(_windows(condition)))


def _windows(condition: Condition | None) -> Iterator[Window]:
    for test in () if condition is None else leaves(condition):
        window = window_of(test.attribute)
        if window is not None:
            yield window


def is_windowed(expression: Expression) -> bool:
    """Whether an operator goes over records of which only those of so much time before the day judged for count."""
    return isinstance(expression, Gather) and (expression.within_months is not None or any(map(windows_in, expression.conditions)))


@attrs.frozen(kw_only=True)
class EntryReader:
    """Reads what a condition asks of the entries of records: their fields, windows of time, and attributes of the person beside them."""

    windows: tuple[Window, ...]
    person: Facts
    bounds: Mapping[str, Bounds]
    facts: Facts
    as_of: datetime.date

    @classmethod
    def of(cls, condition: Condition | None, facts: Facts, as_of: datetime.date) -> EntryReader:
        """Return the reader of what a condition asks, for a person of whom so much is known."""
        names = () if condition is None else person_attributes([condition])
        known = {OF_PERSON + name: facts[name] for name in names if name in facts}
        bounds = {OF_PERSON + name: found for name in names if (found := known_in_part(facts, name)) is not None}
        return cls(windows=windows_in(condition), person=known, bounds=bounds, facts=facts, as_of=as_of)

    def read(self, record: Record) -> Facts:
        """Return what is known of it: fields that are wholly known, whether dates lie in windows, where that is, and the person's facts."""
        known: dict[str, Value] = {**certain(record), **self.person}
        for window in self.windows:
            held = window.holds(record, self.as_of)
            if held is not None:
                known[window.name] = held
        if self.bounds and isinstance(self.facts, PartialFacts):
            return PartialFacts(known, ranges=self.facts.ranges, bounds=self.bounds)
        return known


def entry_types(condition: Condition | None, fields: Mapping[str, ValueType]) -> Mapping[str, ValueType]:
    """Return the types of what a condition over the fields of records tests."""
    windows = windows_in(condition)
    return {**fields, **{window.name: FLAG for window in windows}} if windows else fields
