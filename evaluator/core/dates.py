"""Dates as people write them, and months counted without a calendar library guessing anything."""

from __future__ import annotations

import calendar
import datetime
import enum
import itertools
import re
from collections.abc import Iterable
from fractions import Fraction

from evaluator.diagnostics import EvaluatorError

MONTHS_A_YEAR = 12
DAYS_A_WEEK = 7
MONTH_NAMES = (
    ("january", "jan"),
    ("february", "feb"),
    ("march", "mar"),
    ("april", "apr"),
    ("may",),
    ("june", "jun"),
    ("july", "jul"),
    ("august", "aug"),
    ("september", "sept", "sep"),
    ("october", "oct"),
    ("november", "nov"),
    ("december", "dec"),
)
"""Of each month its English names, in full and shortened."""


def _one_of(names: Iterable[str]) -> str:
    return "|".join("".join(f"[{letter.upper()}{letter}]" for letter in name) for name in names)


ANY_NAME = _one_of(name for names in MONTH_NAMES for name in names)


def date_patterns(month: str = ANY_NAME) -> dict[str, str]:
    """Return what a date can look like as regular expressions, by the order of its parts, each part a group.

    The parts are Y, a year of four digits; M, a month in digits; N, the name of a month, for which a pattern may be given; and D, a day.
    """
    gap = "(?:[.] *|[.]? *[,/-] *|[.]? +)"
    year, part, day, name = "([0-9]{4})", "([0-9]{1,2})", "([0-9]{1,2})(?:st|nd|rd|th)?", f"({month})"
    return {
        "Y": year,
        "YM": f"{year}-{part}",
        "YMD": f"{year}-{part}-{part}",
        "NY": f"{name}{gap}{year}",
        "YN": f"{year}{gap}{name}[.]?",
        "DNY": f"{day}{gap}{name}{gap}{year}",
        "NDY": f"{name}{gap}{day}{gap}{year}",
        "YND": f"{year}{gap}{name}{gap}{day}[.]?",
    }


_FORMS = {parts: re.compile(pattern) for parts, pattern in date_patterns().items()}
_MONTHS = {name: number for number, names in enumerate(MONTH_NAMES, 1) for name in names}
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


GENERAL_STEP = "write 2024, 2024-05, 2024-05-17 or May 2024"


class DateProblem(EvaluatorError, ValueError):
    """A text is no date; carries one lower-case sentence and a next step."""

    def __init__(self, message: str, step: str = GENERAL_STEP) -> None:
        super().__init__(message, step)


def parse_date(text: str) -> tuple[datetime.date, Precision]:
    """Return the first day that a date covers, and its precision; raises DateProblem.

    Read are `2024`, `2024-05`, `2024-05-17`, and what has the English name of a month in it, in full or shortened: `May 2024`,
    `Sept. 2019`, `17 May 2024`, `May 17, 2024`. A year has four digits; numbers alone stand in the order of year, month and day.
    """
    matched = next(((parts, match) for parts, form in _FORMS.items() if (match := form.fullmatch(text))), None)
    if matched is None:
        raise DateProblem(f"`{text[:40]}` is no date", _digits_step(text) or GENERAL_STEP)
    said = dict(zip(matched[0], matched[1].groups(), strict=True))
    year, day = said["Y"], said.get("D")
    month = _MONTHS[said["N"].lower()] if "N" in said else said.get("M")
    precision = Precision.DAY if day else Precision.MONTH if month else Precision.YEAR
    try:
        first = datetime.date(int(year), int(month or 1), int(day or 1))
    except ValueError:
        raise DateProblem(f"`{text[:40]}` is no day of the calendar") from None
    if first.year < _FIRST_YEAR:
        raise DateProblem(f"`{text[:40]}` lies before {_FIRST_YEAR}")
    return first, precision


def _digits_step(text: str) -> str | None:
    """Say how a date in digits alone is written, with both readings where day and month can stand either way."""
    turned = re.fullmatch(r"([0-9]{1,2})([./-])([0-9]{1,2})\2([0-9]{4})", text)
    if turned is not None:
        first, _, second, year = turned.groups()
        days = [day for day in (_day_in(year, second, first), _day_in(year, first, second)) if day is not None]
        if len(set(days)) > 1:
            return f"write {days[0]} if the day stands first, and {days[1]} if the month does"
        return f"write {days[0]}" if days else None
    ordered = re.fullmatch(r"([0-9]{4})[./]([0-9]{1,2})[./]([0-9]{1,2})|([0-9]{4})([0-9]{2})([0-9]{2})", text)
    day = _day_in(*(part for part in ordered.groups() if part)) if ordered is not None else None
    return f"write {day}" if day else None


def _day_in(year: str, month: str, day: str) -> datetime.date | None:
    try:
        found = datetime.date(int(year), int(month), int(day))
    except ValueError:
        return None
    return found if found.year >= _FIRST_YEAR else None


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
    """Return the day so many months earlier; the last of the month where that is shorter. The calendar goes from the year 1 to 9999."""
    last = month_number(datetime.date.max)
    year, month = divmod(min(max(month_number(day) - months, MONTHS_A_YEAR), last), MONTHS_A_YEAR)
    return datetime.date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def days_before(day: datetime.date, days: int) -> datetime.date:
    """Return the day so many days earlier. The calendar goes from the year 1 to 9999."""
    return datetime.date.fromordinal(min(max(day.toordinal() - days, 1), datetime.date.max.toordinal()))


def show_date(day: datetime.date, precision: Precision) -> str:
    """Write a date at its precision."""
    return day.isoformat()[: {Precision.DAY: 10, Precision.MONTH: 7, Precision.YEAR: 4}[precision]]


def day_number(day: datetime.date) -> int:
    """Return a date as the number by which columns hold it: 20240517."""
    return day.year * 10_000 + day.month * 100 + day.day


def day_of(number: int) -> datetime.date:
    """Return the date that a number stands for, as `day_number` makes it."""
    return datetime.date(number // 10_000, number // 100 % 100, number % 100)


def month_number(day: datetime.date) -> int:
    """Count a day's month from the year 0, so that months subtract."""
    return day.year * MONTHS_A_YEAR + day.month - 1


def months_since(day: datetime.date, as_of: datetime.date) -> int:
    """Return the whole months from a day to the as-of date; negative for a day to come."""
    if day > as_of:
        return -months_since(as_of, day)
    return month_number(as_of) - month_number(day) - (as_of.day < day.day)


def whole_months(day: datetime.date, end: datetime.date) -> int:
    """Return how many months can be added to a day without going beyond another; a month that is shorter ends with its last day."""
    months = months_since(day, end)
    return months + (months_before(day, -months - 1) <= end)


def weeks_since(day: datetime.date, as_of: datetime.date) -> int:
    """Return the whole weeks from a day to the as-of date; negative for a day to come."""
    days = (as_of - day).days
    return days // DAYS_A_WEEK if days >= 0 else -(-days // DAYS_A_WEEK)


def months_weighted(
    periods: Iterable[tuple[datetime.date, datetime.date | None, Fraction | int]], as_of: datetime.date, within: int | None = None
) -> Fraction | int:
    """Return the months covered by periods that count in part: of each month the sum of their weights, and no more than the whole."""
    last = month_number(as_of)
    first = 0 if within is None else last - within + 1
    turns: dict[int, Fraction | int] = {}
    for start, end, weight in periods:
        begun, over = max(month_number(start), first), (last if end is None else min(month_number(end), last)) + 1
        if begun < over:
            turns[begun] = turns.get(begun, 0) + weight
            turns[over] = turns.get(over, 0) - weight
    total: Fraction | int = 0
    part: Fraction | int = 0
    for month, after in itertools.pairwise(sorted(turns)):
        part += turns[month]
        total += min(part, 1) * (after - month)
    return total
