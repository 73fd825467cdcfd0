"""What is told of days, in every report: whether a verdict is a projection, and how old the facts behind it are."""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Sequence

from evaluator.core.days import Days, ManyDays
from evaluator.report.blocks import Fact
from evaluator.report.plain_values import Json
from evaluator.report.words import Style, counted

LABEL = "Days"
CARRIED = "what is stated stays {} and only what is computed from dates is carried forward"
"""What a projection is: nobody knows how a stated number grows, so that none does."""
Counts = Sequence[tuple[Days, int]]


def projected(text: str, days: Days | ManyDays | None) -> str:
    """Return a title or a verdict, with the day that it is projected to where that has not come."""
    found = _counts(days)
    words = _projection([pair for pair in found if pair[0].projection_to], _people(found))
    return f"{text} ({words})" if words else text


def days_words(days: Days | ManyDays | None) -> str:
    """Say what a reader has to know of the days behind a verdict, or nothing: `projection to 2031-11-01; facts …, 14 months old`."""
    return "; ".join(_words(_counts(days)))


def decision_days_words(days: Days) -> str:
    """Say what a reader has to know of the days behind a recorded verdict, seen from the day of the decision, which is `today`."""
    later = [(what, day) for what, day in (("judged", days.judged), ("facts", days.facts)) if day is not None and day > days.today]
    if later:
        return "; ".join(f"{what} as of {day}, after the day of the decision" for what, day in later)
    return days_words(days)


def days_facts(days: Days | ManyDays | None) -> Iterator[Fact]:
    """Yield the line of a report that says it, where there is something to say."""
    if words := days_words(days):
        yield Fact(LABEL, words, style=Style.CLOSE, broken=True)


def population_days(as_of: datetime.date, days: ManyDays | None) -> Iterator[Fact]:
    """Yield the day for which a population is judged, and the line that says what a reader has to know of its days."""
    yield Fact("As of", f"{as_of}, where a row has no day of its own")
    yield from days_facts(days)


def days_json(days: Days) -> dict[str, Json]:
    """Return one person's days as JSON."""
    return {
        "today": days.today.isoformat(),
        "projection_to": _iso(days.projection_to),
        "facts_as_of": _iso(days.facts_as_of),
        "facts_months_old": days.facts_months,
        "facts_months_after_day_judged": days.facts_months_after,
        "facts_old": days.facts_old,
    }


def many_days_json(days: ManyDays | None) -> Json:
    """Return a population's days as JSON: ranges of days, and how many people are judged for one to come or by old facts."""
    if days is None:
        return None
    found = days.each()
    projections, facts = (
        [(one, number) for one, number in found if getattr(one, name) is not None] for name in ("projection_to", "facts_as_of")
    )
    return {
        "today": days.today.isoformat(),
        "projection_to": _ends([one.judged for one, _ in projections]),
        "projections": _people(projections),
        "facts_as_of": _ends([one.facts_as_of for one, _ in facts]),
        "facts_old": _people([pair for pair in facts if pair[0].facts_old]),
        "facts_after_day_judged": _people([pair for pair in facts if pair[0].facts_after]),
        "facts_without_a_day": _people(found) - _people(facts),
    }


def _counts(days: Days | ManyDays | None) -> Counts:
    if days is None:
        return []
    return [(days, 1)] if isinstance(days, Days) else days.each()


def _people(found: Counts) -> int:
    return sum(number for _, number in found)


def _words(found: Counts) -> Iterator[str]:
    people = _people(found)
    if ahead := [pair for pair in found if pair[0].projection_to]:
        yield f"{_projection(ahead, people)}: {_carried(ahead)}"
    known = [pair for pair in found if pair[0].facts_as_of]
    old = [pair for pair in known if pair[0].facts_old]
    if old and not (len(found) == 1 and found[0][0].facts_after):
        months = [days.facts_months for days, _ in old if days.facts_months is not None]
        yield f"facts as of {_age([days.facts_as_of for days, _ in known], months, old, 'old', people)}"
    if old := [pair for pair in found if pair[0].judged_old]:
        yield f"judged as of {_age([days.judged for days, _ in old], [days.judged_months for days, _ in old], old, 'ago', people)}"
        if undated := [pair for pair in old if pair[0].facts is None]:
            yield f"of which day the facts are is not stated{_share(_people(undated), people)}"
    if later := [pair for pair in found if pair[0].facts_after]:
        yield from _later(later, people)
    if ahead := [pair for pair in found if pair[0].facts_to_come]:
        day = _range([days.facts_to_come for days, _ in ahead])
        yield f"facts said to be of {day}, which has not come{_share(_people(ahead), people)}"


def _carried(found: Counts) -> str:
    """Say what a projection carries forward, and what it does not."""
    days = [one.facts_as_of for one, _ in found]
    stays = "as it is" if None in days else f"as of {_range(days)}"
    return CARRIED.format(stays)


def _later(found: Counts, people: int) -> Iterator[str]:
    """Say that people are judged for a day by facts of a later one; the day judged for too, where its age has not told it."""
    share = _share(_people(found), people)
    if not all(one.judged_old for one, _ in found):
        yield f"judged as of {_range([one.judged for one, _ in found])}{share}"
    days, months = ({getattr(one, name) for one, _ in found} for name in ("facts_after", "facts_months_after"))
    after = f"{counted(months.pop(), 'month')} after that day" if len(days) == len(months) == 1 and months != {0} else "after that day"
    old = [one.facts_months for one, _ in found if one.facts_old and one.facts_months is not None]
    age = f"{counted(old[0], 'month')} old, " if old and people == _people(found) and len(found) == 1 else ""
    yield f"facts as of {_range(list(days))}, {age}{after}{share}"


def _projection(found: Counts, people: int) -> str:
    days = _ends([one.judged for one, _ in found])
    return f"projection to {' up to '.join(dict.fromkeys(days))}{_share(_people(found), people)}" if days else ""


def _age(days: Sequence[datetime.date | None], months: Sequence[int], old: Counts, ending: str, people: int) -> str:
    """Say a day and its age; of several, the first and the last, and the limit that some lie beyond."""
    share = _share(_people(old), people)
    if len(set(days)) == 1:
        return f"{days[0]}, {counted(months[0], 'month')} {ending}{share}"
    return f"{_range(days)}, more than {counted(old[0][0].limit, 'month')} {ending}{share}"


def _share(number: int, people: int) -> str:
    return "" if number == people else f" for {number:,} of {people:,} people"


def _range(days: Sequence[datetime.date | None]) -> str:
    return " to ".join(dict.fromkeys(_ends(days)))


def _ends(days: Sequence[datetime.date | None]) -> list[str]:
    known = [day for day in days if day is not None]
    return [min(known).isoformat(), max(known).isoformat()] if known else []


def _iso(day: datetime.date | None) -> str | None:
    return None if day is None else day.isoformat()
