"""Dates as people write them, and months counted without a calendar library guessing anything."""

from __future__ import annotations

import calendar
import datetime
import enum
import re
from collections.abc import Iterable

MONTHS_A_YEAR = 12
_NAMES = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTHS = {name: number for number, name in enumerate(_NAMES, 1)}
_NUMERIC = re.compile(r"([0-9]{4})(?:-([0-9]{2})(?:-([0-9]{2}))?)?")
_WORDED = re.compile(r"([A-Za-z]{3}) ([0-9]{4})")
_FIRST_YEAR = 1900


class Precision(enum.StrEnum):
    """How exactly a date is given."""

    DAY = "day"
    MONTH = "month"
    YEAR = "year"

    @property
    def example(self) -> str:
        """A date written at this precision."""
        return {"day": "2024-05-17", "month": "2024-05", "year": "2024"}[self]

    def coarser_than(self, other: Precision) -> bool:
        """Whether this precision says less than the other."""
        order = list(Precision)
        return order.index(self) > order.index(other)


class DateProblem(ValueError):
    """A text is no date; carries one lower-case sentence and a next step."""

    def __init__(self, message: str, step: str = "write 2024, 2024-05, 2024-05-17 or May 2024") -> None:
        super().__init__(message)
        self.step = step


def parse_date(text: str) -> tuple[datetime.date, Precision]:
    """Read YYYY, YYYY-MM, YYYY-MM-DD or `Mon YYYY`; returns the first day it covers and its precision. Raises DateProblem."""
    if match := _NUMERIC.fullmatch(text):
        year, month, day = match.groups()
    elif (match := _WORDED.fullmatch(text)) and match[1].lower() in _MONTHS:
        year, month, day = match[2], str(_MONTHS[match[1].lower()]), None
    else:
        raise DateProblem(f"`{text[:40]}` is no date")
    precision = Precision.DAY if day else Precision.MONTH if month else Precision.YEAR
    try:
        found = datetime.date(int(year), int(month or 1), int(day or 1))
    except ValueError:
        raise DateProblem(f"`{text[:40]}` is no day of the calendar") from None
    if found.year < _FIRST_YEAR:
        raise DateProblem(f"`{text[:40]}` lies before {_FIRST_YEAR}")
    return found, precision


def truncate(day: datetime.date, precision: Precision) -> datetime.date:
    """Return the first day of the day's month or year, or the day itself."""
    if precision is Precision.YEAR:
        return day.replace(month=1, day=1)
    return day.replace(day=1) if precision is Precision.MONTH else day


def last_day(day: datetime.date, precision: Precision) -> datetime.date:
    """Return the last day of the day's year or month, or the day itself."""
    if precision is Precision.YEAR:
        return day.replace(month=12, day=31)
    return day.replace(day=calendar.monthrange(day.year, day.month)[1]) if precision is Precision.MONTH else day


def months_before(day: datetime.date, months: int) -> datetime.date:
    """Return the day so many months earlier; the last of the month where that is shorter. The calendar starts in the year 1."""
    year, month = divmod(max(month_number(day) - months, MONTHS_A_YEAR), MONTHS_A_YEAR)
    return datetime.date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def show_date(day: datetime.date, precision: Precision) -> str:
    """Write a date at its precision."""
    return day.isoformat()[: {Precision.DAY: 10, Precision.MONTH: 7, Precision.YEAR: 4}[precision]]


def month_number(day: datetime.date) -> int:
    """Count a day's month from the year 0, so that months subtract."""
    return day.year * MONTHS_A_YEAR + day.month - 1


def months_since(day: datetime.date, as_of: datetime.date) -> int:
    """Return the whole months from a day to the as-of date; negative for a day to come."""
    if day > as_of:
        return -months_since(as_of, day)
    return month_number(as_of) - month_number(day) - (as_of.day < day.day)


def months_covered(periods: Iterable[tuple[datetime.date, datetime.date | None]], as_of: datetime.date) -> int:
    """Return the months covered by periods: ends inclusive, overlaps once, an open end up to the as-of month, nothing after it."""
    last = month_number(as_of)
    months: set[int] = set()
    for start, end in periods:
        until = last if end is None else min(month_number(end), last)
        months.update(range(month_number(start), until + 1))
    return len(months)
