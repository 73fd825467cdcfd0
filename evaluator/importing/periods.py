"""Dates of an export: read as they stand, reported where they are none, never filled in."""

from __future__ import annotations

import datetime

import attrs

from evaluator.dates import DateProblem, Precision, last_day, parse_date, truncate
from evaluator.diagnostics import Problems, Span
from evaluator.importing.found import Said
from evaluator.values import clip


@attrs.frozen(kw_only=True)
class Period:
    """When something was: its first days, None where nothing or nothing usable is said; `ongoing` where it has no end."""

    start: datetime.date | None
    end: datetime.date | None
    ongoing: bool
    lacking: tuple[str, ...] = ()


def date_of(said: Said | None, precision: Precision, problems: Problems) -> datetime.date | None:
    """Read a date that is at least as exact as asked; report one that is not."""
    if said is None:
        return None
    try:
        day, given = parse_date(said.text)
    except DateProblem as problem:
        return problems.add("I102", str(problem), said.span, help=f"{problem.step}; the date was not used")
    if given.coarser_than(precision):
        step = f"write it as {precision.example}; the date was not used"
        return problems.add("I102", f"`{clip(said.text)}` names no {precision}", said.span, help=step)
    return truncate(day, precision)


def days_of(said: Said | None, problems: Problems) -> tuple[datetime.date, datetime.date] | None:
    """Return the first and the last day that a date covers, or None where there is none; report one that is none."""
    if said is None:
        return None
    try:
        day, given = parse_date(said.text)
    except DateProblem as problem:
        return problems.add("I102", str(problem), said.span, help=f"{problem.step}; the date was not used")
    return day, last_day(day, given)


def period_of(start: Said | None, end: Said | None, precision: Precision, span: Span, problems: Problems) -> Period:
    """Read both ends of something; where they contradict each other neither is used."""
    first, last = date_of(start, precision, problems), date_of(end, precision, problems)
    if first and last and last < first:
        message = f"it ends ({clip(end.text if end else '')}) before it starts ({clip(start.text if start else '')})"
        problems.add("I102", message, end.span if end else span, help="correct one of the two; neither date was used")
        first = last = None
    lacking = [name for name, value, said in (("start", first, start), ("end", last, end)) if value is None and (said or name == "start")]
    return Period(start=first, end=last, ongoing=end is None, lacking=tuple(lacking))
