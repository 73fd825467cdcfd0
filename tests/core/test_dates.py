"""Dates: every form that is read, every form that is refused, and months counted by hand."""

from __future__ import annotations

import calendar
import datetime
import re
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evaluator.core.dates import DateProblem, Precision, month_number, months_since, months_weighted, parse_date, show_date, truncate
from tests.core.build import day

DAYS = st.dates(datetime.date(1950, 1, 1), datetime.date(2080, 12, 31))


@pytest.mark.parametrize(
    ("text", "first_day", "precision"),
    [
        ("2024", "2024-01-01", "year"),
        ("2024-05", "2024-05-01", "month"),
        ("2024-05-17", "2024-05-17", "day"),
        ("May 2024", "2024-05-01", "month"),
        ("may 2024", "2024-05-01", "month"),
        ("DEC 1999", "1999-12-01", "month"),
        ("2024-02-29", "2024-02-29", "day"),
        ("1900", "1900-01-01", "year"),
        ("9999-12-31", "9999-12-31", "day"),
        ("2024-5", "2024-05-01", "month"),
        ("2023-9-28", "2023-09-28", "day"),
        ("2023-9-3", "2023-09-03", "day"),
        ("June 2024", "2024-06-01", "month"),
        ("September 2024", "2024-09-01", "month"),
        ("sEPTEMBER 2024", "2024-09-01", "month"),
        ("Sept 2024", "2024-09-01", "month"),
        ("Sept. 2024", "2024-09-01", "month"),
        ("Sep.2024", "2024-09-01", "month"),
        ("Sep-2024", "2024-09-01", "month"),
        ("Sep/2024", "2024-09-01", "month"),
        ("May, 2024", "2024-05-01", "month"),
        ("May  2024", "2024-05-01", "month"),
        ("2024 May", "2024-05-01", "month"),
        ("2024, October", "2024-10-01", "month"),
        ("2024-Oct", "2024-10-01", "month"),
        ("17 May 2024", "2024-05-17", "day"),
        ("17. May 2024", "2024-05-17", "day"),
        ("1st March 2010", "2010-03-01", "day"),
        ("17-May-2024", "2024-05-17", "day"),
        ("May 17, 2024", "2024-05-17", "day"),
        ("May 2nd, 2024", "2024-05-02", "day"),
        ("December 3 1999", "1999-12-03", "day"),
        ("2024-May-17", "2024-05-17", "day"),
    ],
)
def test_every_form_of_a_date_is_read(text: str, first_day: str, precision: str) -> None:
    """A year, a month or a day stands for the first day it covers."""
    assert parse_date(text) == (day(first_day), Precision(precision))


@pytest.mark.parametrize("number", range(1, 13))
def test_every_month_has_its_names(number: int) -> None:
    """The twelve English names are read in full and by their first three letters, with or without a dot, in any case."""
    full = calendar.month_name[number]
    for name in (full, full[:3]):
        for spelt in (name, name.upper(), name.lower(), f"{name}."):
            assert parse_date(f"{spelt} 2024") == (datetime.date(2024, number, 1), Precision.MONTH)
            assert parse_date(f"7 {spelt} 2024") == (datetime.date(2024, number, 7), Precision.DAY)


SPELLINGS = {
    Precision.YEAR: ["{year}"],
    Precision.MONTH: [
        "{year}-{month:02}", "{year}-{month}",
        "{name} {year}", "{name}, {year}", "{short} {year}", "{short}. {year}", "{upper} {year}", "{year} {name}", "{short}-{year}",
    ],
    Precision.DAY: [
        "{year}-{month:02}-{day:02}", "{year}-{month}-{day}", "{day} {name} {year}", "{day:02} {short} {year}", "{day}. {short}. {year}",
        "{name} {day}, {year}", "{short} {day} {year}", "{day}-{short}-{year}", "{upper} {day}th, {year}",
    ],
}  # fmt: skip


@given(DAYS, st.sampled_from([(precision, form) for precision, forms in SPELLINGS.items() for form in forms]))
def test_a_date_is_the_same_in_whatever_spelling(date: datetime.date, spelt: tuple[Precision, str]) -> None:
    """Every spelling that is taken reads to the value that it was made from."""
    precision, form = spelt
    name = calendar.month_name[date.month]
    text = form.format(year=date.year, month=date.month, day=date.day, name=name, short=name[:3], upper=name.upper())
    assert parse_date(text) == (truncate(date, precision), precision)


@pytest.mark.parametrize(
    "text",
    [
        "", "24", "2024/05", "2024-05-17T00:00", "31.02.2024", "32/13/2024", "1.1.1800", "20241301", "17.5-2024",
        "2024-05-17 ", " 2024", "2024\n", "2024-005", "2024-5-",
        "24-5-7", "05/2024", "5/2024", "05.2024", "05-2024", "5/24", "05 2024", "2024.05",
        "May 24", "May '24", "17 May 24", "17 May", "May", "May 2024 ", "Mai 2024", "Foo 2024", "Ma 2024", "Mays 2024", "Septe 2024",
        "May 2024 June 2024", "May–2024", "May2024", "17May2024", "May\n2024", "ſep 2024", "May 017 2024", "May of 2024",
        "today", "now", "Present", "-2024", "٢٠٢٤", "２０２４", "2024-", "2024-05-", "12024",
    ],
)  # fmt: skip
def test_other_forms_are_refused(text: str) -> None:
    """Nothing is guessed: any other form is no date, and the help names forms that are read."""
    with pytest.raises(DateProblem, match="is no date") as caught:
        parse_date(text)
    assert caught.value.step == "write 2024, 2024-05, 2024-05-17 or May 2024"
    for example in ("2024", "2024-05", "2024-05-17", "May 2024"):
        parse_date(example)


@pytest.mark.parametrize(
    ("text", "step"),
    [
        ("2024/05/17", "write 2024-05-17"),
        ("2024.5.7", "write 2024-05-07"),
        ("20240517", "write 2024-05-17"),
        ("17.05.2024", "write 2024-05-17"),
        ("05/17/2024", "write 2024-05-17"),
        ("03/04/2026", "write 2026-04-03 if the day stands first, and 2026-03-04 if the month does"),
        ("5-6-2024", "write 2024-06-05 if the day stands first, and 2024-05-06 if the month does"),
        ("5.5.2024", "write 2024-05-05"),
    ],
)
def test_a_date_in_digits_is_told_with_every_reading(text: str, step: str) -> None:
    """Day and month can stand either way; what the help proposes is read."""
    with pytest.raises(DateProblem, match="is no date") as caught:
        parse_date(text)
    assert caught.value.step == step
    for proposed in re.findall("[0-9]{4}-[0-9]{2}-[0-9]{2}", step):
        parse_date(proposed)


@pytest.mark.parametrize("text", ["2024-13", "2024-00", "2024-02-30", "2023-02-29", "1900-02-29", "2024-04-31", "2024-01-00", "0000",
    "31 April 2024", "February 29, 2023", "0 May 2024", "32 May 2024", "2024-0-1", "May 0000"])  # fmt: skip
def test_days_that_do_not_exist_are_refused(text: str) -> None:
    """A month or a day that the calendar lacks is refused."""
    with pytest.raises(DateProblem, match="is no day of the calendar"):
        parse_date(text)


@pytest.mark.parametrize("text", ["1899", "1899-12-31", "Dec 1899", "0024", "December 1899", "31 Dec 1899"])
def test_dates_before_1900_are_refused(text: str) -> None:
    """A career starts after 1900; anything before is a slip of the pen."""
    with pytest.raises(DateProblem, match="lies before 1900"):
        parse_date(text)


@pytest.mark.parametrize(
    ("precision", "first_day", "shown"),
    [("day", "2024-05-17", "2024-05-17"), ("month", "2024-05-01", "2024-05"), ("year", "2024-01-01", "2024")],
)
def test_a_date_is_cut_to_a_precision(precision: str, first_day: str, shown: str) -> None:
    """A day is cut to the first of its month or year, and shown as that."""
    assert truncate(day("2024-05-17"), Precision(precision)) == day(first_day)
    assert show_date(day("2024-05-17"), Precision(precision)) == shown


@given(DAYS, st.sampled_from(Precision))
def test_what_is_shown_is_read_again(date: datetime.date, precision: Precision) -> None:
    """A date written at a precision is read as the same first day and the same precision."""
    assert parse_date(show_date(date, precision)) == (truncate(date, precision), precision)


@pytest.mark.parametrize(
    ("one", "other", "coarser"),
    [
        ("year", "month", True),
        ("year", "day", True),
        ("month", "day", True),
        ("day", "day", False),
        ("day", "month", False),
        ("month", "year", False),
    ],
)
def test_a_year_says_less_than_a_month_and_a_month_less_than_a_day(one: str, other: str, coarser: bool) -> None:  # noqa: FBT001 - a table
    """Precisions are ordered from day over month to year."""
    assert Precision(one).coarser_than(Precision(other)) is coarser


def test_months_have_numbers_that_subtract() -> None:
    """December and the next January are one month apart."""
    assert month_number(day("2025-01-01")) - month_number(day("2024-12-31")) == 1


@pytest.mark.parametrize(
    ("since", "as_of", "months"),
    [
        ("2026-11-01", "2026-11-01", 0),
        ("2026-10-01", "2026-11-01", 1),
        ("2026-10-02", "2026-11-01", 0),
        ("2025-11-01", "2026-11-01", 12),
        ("2025-11-02", "2026-11-01", 11),
        ("2024-01-31", "2024-02-29", 0),
        ("2024-01-31", "2024-03-01", 1),
        ("2024-01-31", "2024-03-30", 1),
        ("2024-01-31", "2024-03-31", 2),
        ("2024-03-31", "2024-04-30", 0),
        ("2024-03-31", "2024-05-01", 1),
        ("2024-02-29", "2025-02-28", 11),
        ("2024-02-29", "2025-03-01", 12),
        ("2024-02-29", "2028-02-28", 47),
        ("2024-02-29", "2028-02-29", 48),
        ("2023-12-31", "2024-01-01", 0),
        ("2026-11-02", "2026-11-01", 0),
        ("2026-11-30", "2026-11-01", 0),
        ("2026-12-01", "2026-11-01", -1),
        ("2026-12-31", "2026-11-01", -1),
        ("2027-11-01", "2026-11-01", -12),
        ("2024-03-01", "2024-01-31", -1),
    ],
)
def test_months_since_are_whole_months(since: str, as_of: str, months: int) -> None:
    """A month is whole once its day of the month has come; a month too short for that day is whole on the first of the next."""
    assert months_since(day(since), day(as_of)) == months


@given(DAYS, DAYS)
def test_time_to_come_is_the_time_gone_by_seen_from_there(one: datetime.date, other: datetime.date) -> None:
    """Months to a day ahead are the negative of the months between the two days the other way round."""
    assert months_since(one, other) == -months_since(other, one)


@pytest.mark.parametrize(
    ("periods", "months"),
    [
        ([], 0),
        ([("2025-01-01", "2025-01-01")], 1),
        ([("2025-01-01", "2025-12-01")], 12),
        ([("2025-01-31", "2025-02-01")], 2),
        ([("2025-01-01", "2025-06-01"), ("2025-07-01", "2025-12-01")], 12),
        ([("2025-01-01", "2025-06-01"), ("2025-04-01", "2025-09-01")], 9),
        ([("2025-01-01", "2025-12-01"), ("2025-03-01", "2025-04-01")], 12),
        ([("2025-01-01", "2025-06-01"), ("2025-01-01", "2025-06-01")], 6),
        ([("2025-01-01", "2025-06-01"), ("2025-06-01", "2025-06-01")], 6),
        ([("2026-09-01", None)], 3),
        ([("2026-09-01", None), ("2026-10-01", None)], 3),
        ([("2026-09-01", "2030-01-01")], 3),
        ([("2026-11-01", None)], 1),
        ([("2026-12-01", None)], 0),
        ([("2026-12-01", "2027-12-01")], 0),
        ([("2025-06-01", "2025-01-01")], 0),
        ([("2025-12-01", "2026-01-01")], 2),
    ],
)
def test_months_covered_count_each_month_once(periods: list[tuple[str, str | None]], months: int) -> None:
    """Both ends count, overlaps once, an open end runs to the as-of month and nothing counts after it."""
    made = [(day(start), None if end is None else day(end), 1) for start, end in periods]
    assert months_weighted(made, day("2026-11-15")) == months


WEIGHTS = st.sampled_from([0, 1, Fraction(1, 2), Fraction(1, 3), Fraction(3, 4)])
SOON = st.dates(datetime.date(2023, 1, 1), datetime.date(2027, 12, 31))


@given(st.lists(st.tuples(SOON, st.none() | SOON, WEIGHTS), max_size=6), SOON, st.none() | st.integers(1, 40))
def test_months_in_part_are_those_counted_one_by_one(
    periods: list[tuple[datetime.date, datetime.date | None, Fraction | int]], as_of: datetime.date, within: int | None
) -> None:
    """Of each month the weights of the periods in which it lies, and no more than the whole."""
    last = as_of.year * 12 + as_of.month
    months = range(2023 * 12 if within is None else last - within + 1, last + 1)

    def part(month: int) -> Fraction | int:
        ends = ((start, end or as_of, weight) for start, end, weight in periods)
        return sum(
            weight for start, end, weight in ends if start.year * 12 + start.month <= month <= end.year * 12 + end.month
        )  # fmt: skip

    assert months_weighted(periods, as_of, within) == sum(min(part(month), 1) for month in months)


def test_a_period_without_ends_costs_no_more_than_a_short_one() -> None:
    """An entry of which nothing is known may have begun in the year 1: its months are not gone through."""
    sums = 0

    class Counted(int):
        def __radd__(self, other: int) -> int:
            nonlocal sums
            sums += 1
            return int(self) + other

    assert months_weighted([(datetime.date.min, None, Counted(1))], day("2026-11-15")) == 2025 * 12 + 11
    assert sums <= 1
