"""Days in profiles that have not come: ones to judge for, ones on which facts are said to be gathered, and dates of what is to be."""

from __future__ import annotations

import datetime
from collections.abc import Iterator

from evaluator.core.conditions import leaves
from evaluator.core.expressions import Gather, Gathering, Since
from evaluator.core.model import Pack, Profile
from evaluator.core.windows import window_of
from evaluator.diagnostics import Problems, Span


def report_days(profile: Profile, today: datetime.date, problems: Problems, *, judged_for: bool = True) -> None:
    """Report the day that a profile is to be judged for, and the day of its facts, where they have not come.

    Where another day is judged for than the profile's own, only the day of the facts matters.
    """
    named = [("gathered", profile.gathered), *([("as_of", profile.as_of)] if judged_for else [])]
    for name, day in named:
        if day is not None and day > today:
            span = profile.places.get(name, profile.span)
            problems.add("P109", f"`{name}` is {day}, a day that has not come", span, help=_STEPS[name].format(today=today))


_STEPS = {
    "as_of": "write {today} or an earlier day, or leave it out to judge for today",
    "gathered": "write the day on which the facts were gathered, {today} or an earlier one, or leave it out",
}


def report_dated_ahead(pack: Pack, profile: Profile, today: datetime.date, problems: Problems) -> None:
    """Warn of facts and evidence that are dated later than today: what has not begun brings no years, and shows nothing yet."""
    for message, span in (*_begun(pack, profile, today), *_shown(profile, today)):
        problems.add("P205", message, span, help="correct the date, or take it out until then")


def _begun(pack: Pack, profile: Profile, today: datetime.date) -> Iterator[tuple[str, Span]]:
    made = list(pack.expressions())
    gathers = [expression for expression in made if isinstance(expression, Gather)]
    starts = dict.fromkeys((one.records, one.start or "", "begins on") for one in gathers if one.gathering is Gathering.YEARS)
    ends = {(one.records, one.end) for one in gathers}
    dated = [(one.records, name) for one in gathers for name in (*([one.by] if one.by else []), *_windowed(one))]
    known = {(records, name) for records, name, _ in starts} | ends
    starts |= dict.fromkeys((records, name, f"has the `{name}`") for records, name in dated if (records, name) not in known)
    for records, name, words in starts:
        entries = profile.given.get(records)
        for entry in entries if isinstance(entries, tuple) else ():
            day = entry.get(name)
            if isinstance(day, datetime.date) and day > today:
                yield f"an entry of `{records}` {words} {day}, which has not come", profile.places.get(records, profile.span)
    for name in dict.fromkeys(expression.of for expression in made if isinstance(expression, Since)):
        since = profile.given.get(name)
        if isinstance(since, datetime.date) and since > today:
            yield f"`{name}` is {since}, which has not come", profile.places.get(name, profile.span)


def _windowed(gather: Gather) -> Iterator[str]:
    """Yield the date fields that an operator over entries holds against a window of time."""
    for condition in (gather.where, gather.of_which):
        for test in () if condition is None else leaves(condition):
            if (window := window_of(test.attribute)) is not None:
                yield window.field


def _shown(profile: Profile, today: datetime.date) -> Iterator[tuple[str, Span]]:
    for name, items in profile.evidence.items():
        for item in items:
            if item.when is not None and item.when > today:
                yield f"evidence for `{name}` is dated {item.date_words}, which has not come", item.span
