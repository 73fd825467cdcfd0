"""What a reader has to know of values that are computed from dated entries: the running month, and what has not begun."""

from __future__ import annotations

import datetime
from collections.abc import Iterator

from evaluator.core.conditions import AttributeTest, truth
from evaluator.core.expressions import Gather, Gathering, inputs, within
from evaluator.core.facts import complete
from evaluator.core.model import Pack
from evaluator.core.results import Evaluation
from evaluator.core.values import Facts

_A_DAY = datetime.timedelta(days=1)


def computed_words(test: AttributeTest, evaluation: Evaluation, pack: Pack) -> str:
    """Say what years that a test reads hang on, where they are computed from dated entries: the running month, entries yet to begin."""
    years = [year for name in test.attributes for year in _years(name, evaluation, pack)]
    return ", ".join((*_running(test, evaluation, pack), *_ahead(years, evaluation))) if years else ""


def _years(name: str, evaluation: Evaluation, pack: Pack) -> Iterator[Gather]:
    """Yield what counts years behind a value that was not stated, directly or through others."""
    derivation = pack.attributes[name].derivation
    if derivation is None or name in evaluation.profile.given:
        return
    yield from (
        expression
        for expression in within(derivation.expression)
        if isinstance(expression, Gather) and expression.gathering is Gathering.YEARS
    )
    for read in inputs(derivation.expression):
        yield from _years(read, evaluation, pack)


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
