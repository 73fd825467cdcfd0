"""Days in profiles that have not come: ones to judge for, ones on which facts are said to be gathered, and dates of what is to be."""

from __future__ import annotations

import datetime
from collections.abc import Iterator

from evaluator.core.expressions import Gather, Gathering, Since
from evaluator.core.model import Pack, Profile
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
    starts = dict.fromkeys(
        (expression.records, expression.start)
        for expression in made
        if isinstance(expression, Gather) and expression.gathering is Gathering.YEARS
    )
    for records, start in starts:
        entries = profile.given.get(records)
        for entry in entries if isinstance(entries, tuple) else ():
            day = entry.get(start or "")
            if isinstance(day, datetime.date) and day > today:
                yield f"an entry of `{records}` begins on {day}, which has not come", profile.places.get(records, profile.span)
    for name in dict.fromkeys(expression.of for expression in made if isinstance(expression, Since)):
        since = profile.given.get(name)
        if isinstance(since, datetime.date) and since > today:
            yield f"`{name}` is {since}, which has not come", profile.places.get(name, profile.span)


def _shown(profile: Profile, today: datetime.date) -> Iterator[tuple[str, Span]]:
    for name, items in profile.evidence.items():
        for item in items:
            if item.when is not None and item.when > today:
                yield f"evidence for `{name}` is dated {item.date_words}, which has not come", item.span
