"""What is gathered from entries of which something is missing: the least and the greatest value that it could come to."""

from __future__ import annotations

import datetime
import math
from collections.abc import Sequence
from fractions import Fraction
from typing import Any, assert_never

import attrs

from evaluator.core.bounds import (
    AnswerRanges,
    Interval,
    Options,
    Outcome,
    added,
    between,
    greatest,
    interval_of,
    is_value,
    smallest,
    union,
)
from evaluator.core.conditions import Truth
from evaluator.core.dates import MONTHS_A_YEAR
from evaluator.core.expressions import Gather, Gathering
from evaluator.core.gathering import decisive_day, held, months_at_least, months_at_most, period
from evaluator.core.values import Record, certain

_Entry = tuple[Record, bool]
"""An entry that may count, and whether it does for sure."""
_End = tuple[Any, bool]
"""An end of an interval, and whether it is itself outside."""


def least_and_most(truths: Sequence[Truth]) -> tuple[int, int]:
    """Return how many are met at the least and at the most."""
    return truths.count(True), len(truths) - truths.count(False)


def gathered_outcome(expression: Gather, records: Sequence[Record], ranges: AnswerRanges, as_of: datetime.date) -> Outcome:
    """Return what is known of an operator over entries, none of which may be skipped or stood in for."""
    return _Gathering(expression=expression, ranges=ranges, as_of=as_of).of(records)


@attrs.frozen(kw_only=True)
class _Gathering:
    """Works out what one operator can come to."""

    expression: Gather
    ranges: AnswerRanges
    as_of: datetime.date

    def of(self, records: Sequence[Record]) -> Outcome:  # noqa: PLR0911 - a case for each operator
        truths = held(self.expression, records, self.as_of)
        if self.expression.gathering is Gathering.COUNT:
            return between(*((end, False) for end in least_and_most([met for _, met in truths])))
        entries = [(record, met is True) for record, met in truths if met is not False]
        match self.expression.gathering:
            case Gathering.TOTAL:
                return self._total(entries)
            case Gathering.COUNT_DISTINCT:
                return self._count_distinct(entries)
            case Gathering.MEAN:
                return self._mean(entries)
            case Gathering.MIN | Gathering.MAX:
                return self._extreme(entries)
            case Gathering.LATEST | Gathering.EARLIEST:
                return self._of_the_day(entries)
            case Gathering.YEARS:
                return self._years(entries)
            case never:
                assert_never(never)

    def _field(self, record: Record) -> Outcome:
        """Return what is known of the field of an entry: its value, else what its type allows."""
        value = certain(record).get(self.expression.field or "")
        return self.ranges.fields.get((self.expression.records, self.expression.field or "")) if value is None else value

    def _intervals(self, entries: Sequence[_Entry]) -> list[tuple[Interval, bool]] | None:
        """Return what is known of the field of each entry, and whether it counts for sure; None where nothing is known of one."""
        found = [(interval_of(self._field(record)), sure) for record, sure in entries]
        known = [(interval, sure) for interval, sure in found if interval is not None]
        return known if len(known) == len(found) else None

    def _total(self, entries: Sequence[_Entry]) -> Outcome:
        parts: list[Interval] = []
        for record, sure in entries:
            part = interval_of(self._field(record))
            whole = part if sure or part is None else interval_of(union([part, 0]))
            if whole is None:
                return None
            parts.append(whole)
        total = added(parts)
        return between(total.low, total.high)

    def _mean(self, entries: Sequence[_Entry]) -> Outcome:
        """Return what bounds a mean: entries that may count are taken as far as they bring it down, and up."""
        parts = self._intervals(entries)
        if parts is None or not any(sure for _, sure in parts):
            return None
        low, is_open = _least_mean([(part.low, sure) for part, sure in parts])
        high, is_open_above = _least_mean([((-part.high[0], part.high[1]), sure) for part, sure in parts])
        return between((low, is_open), (-high, is_open_above))

    def _extreme(self, entries: Sequence[_Entry]) -> Outcome:
        """Return what bounds the least or the greatest: one end hangs on the entries that count for sure, the other on all."""
        parts = self._intervals(entries)
        certainly = [part for part, sure in parts or () if sure]
        if parts is None or not certainly:
            return None
        every = [part for part, _ in parts]
        if self.expression.gathering is Gathering.MIN:
            return between(smallest(every).low, smallest(certainly).high)
        return between(greatest(certainly).low, greatest(every).high)

    def _count_distinct(self, entries: Sequence[_Entry]) -> Outcome:
        field = self.expression.field or ""
        sure = {certain(record).get(field) for record, is_sure in entries if is_sure}
        possible = {certain(record).get(field) for record, _ in entries}
        lacking = sum(certain(record).get(field) is None for record, _ in entries)
        most = len(possible - {None}) + lacking
        options = self.ranges.fields.get((self.expression.records, field))
        if isinstance(options, Options):
            most = min(most, len(options.values))
        return between((max(len(sure - {None}), min(len(sure), 1)), False), (most, False))

    def _of_the_day(self, entries: Sequence[_Entry]) -> Outcome:
        """Return what holds the field of every entry that may be the last or the first; none where there may be no such entry."""
        dated = [(record.get(self.expression.dated_by), record, sure) for record, sure in entries]
        decisive = decisive_day(self.expression.gathering, (day for day, _, sure in dated if sure and isinstance(day, datetime.date)))
        if decisive is None or not all(isinstance(day, datetime.date) for day, _, _ in dated):
            return None
        found: dict[object, Outcome] = {}
        for day, record, _ in dated:
            if isinstance(day, datetime.date) and decisive_day(self.expression.gathering, (day, decisive)) == day:
                field = self._field(record)
                if day in found and (not is_value(field) or found[day] != field):
                    return None
                found[day] = field
        return union(found.values())

    def _years(self, entries: Sequence[_Entry]) -> Outcome:
        spans = [(period(self.expression, record), sure) for record, sure in entries]
        known = [(span, sure) for span, sure in spans if span is not None]
        if len(known) < len(spans):
            return None
        least = months_at_least([span for span, sure in known if sure], self.expression, self.as_of)
        most = months_at_most([span for span, _ in known], self.expression, self.as_of)
        return between((Fraction(least, MONTHS_A_YEAR), False), (Fraction(most, MONTHS_A_YEAR), False))


def _least_mean(ends: Sequence[tuple[_End, bool]]) -> _End:
    """Return the least mean of numbers that count for sure, and of any of the others; each is itself outside where it is open."""
    if any(end[0] == -math.inf for end, _ in ends):
        return (-math.inf, True)
    taken = [end for end, sure in ends if sure]
    for end in sorted(end for end, sure in ends if not sure):
        if end[0] * len(taken) < sum(value for value, _ in taken):
            taken.append(end)
    return Fraction(sum(value for value, _ in taken)) / len(taken), any(is_open for _, is_open in taken)
