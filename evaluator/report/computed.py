"""What a reader has to know of values that are computed from dated entries: the running month, what has not begun, windows."""

from __future__ import annotations

import datetime
from collections.abc import Iterator

from evaluator.core.conditions import AttributeTest, truth
from evaluator.core.dates import months_before
from evaluator.core.expressions import Gather, Gathering, within
from evaluator.core.facts import complete
from evaluator.core.model import Pack
from evaluator.core.results import Evaluation
from evaluator.core.values import Facts
from evaluator.core.windows import is_windowed, windows_in

_A_DAY = datetime.timedelta(days=1)
_MOST_DAYS = 24
"""So many days to come are looked at."""


def computed_words(test: AttributeTest, evaluation: Evaluation, pack: Pack) -> str:
    """Say what a test hangs on that is computed from dated entries: the running month, entries yet to begin, the end of a window."""
    gathers = [gather for name in test.attributes for gather in _gathers(name, evaluation, pack)]
    years = [gather for gather in gathers if gather.gathering is Gathering.YEARS]
    told = (*_running(test, evaluation, pack), *_ahead(years, evaluation)) if years else ()
    return ", ".join((*told, *_until(test, [gather for gather in gathers if is_windowed(gather)], evaluation, pack)))


def _gathers(name: str, evaluation: Evaluation, pack: Pack) -> Iterator[Gather]:
    """Yield what goes over entries behind a value that was not stated, directly or through others."""
    derivation = pack.attributes[name].derivation
    if derivation is None or name in evaluation.profile.given:
        return
    yield from (expression for expression in within(derivation.expression) if isinstance(expression, Gather))
    for read in derivation.expression.inputs:
        yield from _gathers(read, evaluation, pack)


def _until(test: AttributeTest, windowed: list[Gather], evaluation: Evaluation, pack: Pack) -> Iterator[str]:
    """Say from which day on a test comes out otherwise, as entries leave a window, with nothing new added."""
    held = truth(test, evaluation.facts)
    if held is None:
        return
    for day in sorted({day for gather in windowed for day in _leaving(gather, evaluation)})[:_MOST_DAYS]:
        if truth(test, complete(pack, evaluation.profile, day).facts) is not held:
            yield f"{'met until' if held else 'not met until'} {day - _A_DAY} if nothing is added"
            return


def _leaving(gather: Gather, evaluation: Evaluation) -> Iterator[datetime.date]:
    """Yield the days on which entries that lie in a window now no longer do; of years, the months to come, each of which moves it."""
    today = evaluation.provenance.as_of
    entries = evaluation.facts.get(gather.records)
    for window in (window for condition in gather.conditions for window in windows_in(condition)):
        for entry in entries if isinstance(entries, tuple) else ():
            date = entry.get(window.field)
            if isinstance(date, datetime.date) and window.holds(entry, today):
                yield window.ends(date)
    if gather.within_months is not None:
        yield from (months_before(today.replace(day=1), -ahead) for ahead in range(1, _MOST_DAYS + 1))


def _running(test: AttributeTest, evaluation: Evaluation, pack: Pack) -> Iterator[str]:
    """Say that the running month is counted in full where the value hangs on it, and that the test does where that turns on it."""
    before = _month_before(evaluation, pack)
    if all(before.get(name) == evaluation.facts.get(name) for name in test.attributes):
        return
    held = truth(test, evaluation.facts)
    turns = held is not None and truth(test, before) is not held
    yield f"{'met' if held else 'not met'} only with the running month counted in full" if turns else "the running month counted in full"


def _month_before(evaluation: Evaluation, pack: Pack) -> Facts:
    """Return the facts as of the last day of the month before the one that is running."""
    day = evaluation.provenance.as_of
    return complete(pack, evaluation.profile, day.replace(day=1) - _A_DAY).facts if day > datetime.date(1, 1, 31) else evaluation.facts


def _ahead(years: list[Gather], evaluation: Evaluation) -> Iterator[str]:
    day = evaluation.provenance.as_of
    for records, start in dict.fromkeys((year.records, year.start or "") for year in years):
        entries = evaluation.facts.get(records)
        ahead = [entry[start] for entry in entries if isinstance(entry.get(start), datetime.date)] if isinstance(entries, tuple) else []
        number = sum(isinstance(begins, datetime.date) and begins > day for begins in ahead)
        if number:
            yield f"{number} {'entry begins' if number == 1 else 'entries begin'} later and count{'s' if number == 1 else ''} for nothing"
