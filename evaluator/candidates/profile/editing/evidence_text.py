"""Evidence as it is typed in one line, or into one cell: `what; when; who can confirm it; a link`."""

from __future__ import annotations

import datetime

from evaluator.cli.failures import Unusable
from evaluator.core.dates import DateProblem, Precision, parse_date
from evaluator.core.model import Evidence
from evaluator.core.values import clip
from evaluator.diagnostics import Span
from evaluator.reading.profile.evidence import is_link

_LINK_STEP = "write it in full: https://…, http://… or mailto:name@example.org"


def evidence_in(text: str, today: datetime.date) -> Evidence:
    """Return the item in a line: first what shows it, then, in any order, a date, a link and who can confirm it; raises Unusable."""
    what, *others = [" ".join(part.split()) for part in text.split(";")]
    when = link = who = None
    for part in filter(None, others):
        if "://" in part or part.startswith("mailto:"):
            link = part
        elif when is None and part[:1].isdigit() | _is_date(part):
            when = part
        elif who is None:
            who = part
        else:
            raise Unusable(f"`{clip(part)}` is one part too many", "write what shows it; when; who can confirm it; a link")
    return item(what, when=when, confirmed_by=who, link=link, today=today)


def item(what: str, *, when: str | None, confirmed_by: str | None, link: str | None, today: datetime.date) -> Evidence:
    """Return an item of evidence of its parts; raises Unusable for a date or a link that is none, and for a day that has not come."""
    if not what.strip():
        raise Unusable("the evidence says nothing", "say with --what what shows it: a document, a release, a review, a project")
    day, precision = (None, Precision.DAY) if when is None else _day(when, today)
    if link is not None and not is_link(link):
        raise Unusable(f"`{clip(link)}` is no link that can be followed safely", _LINK_STEP)
    who = None if confirmed_by is None else " ".join(confirmed_by.split()) or None
    return Evidence(what=" ".join(what.split()), when=day, precision=precision, confirmed_by=who, link=link, span=Span.whole_file(""))


def _is_date(text: str) -> bool:
    try:
        parse_date(text)
    except DateProblem:
        return False
    return True


def _day(text: str, today: datetime.date) -> tuple[datetime.date, Precision]:
    try:
        day, precision = parse_date(text.strip())
    except DateProblem as problem:
        raise Unusable(problem.message, problem.step) from None
    if day > today:
        raise Unusable(f"{clip(text)} has not come yet, and shows nothing today", "add it once it is there")
    return day, precision
