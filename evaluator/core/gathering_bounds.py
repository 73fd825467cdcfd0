"""What is gathered from entries of which something is missing: the least and the greatest value that it could come to."""

from __future__ import annotations

import datetime
import itertools
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
    PartialFacts,
    between,
    greatest,
    interval_of,
    is_value,
    multiplied,
    smallest,
    union,
)
from evaluator.core.conditions import Truth, person_attributes, truth
from evaluator.core.dates import MONTHS_A_YEAR
from evaluator.core.expressions import Gather, Gathering
from evaluator.core.gathering import Months, held, months_at_least, months_at_most, period
from evaluator.core.values import Number, PartialDate, Record, certain, day_bounds
from evaluator.core.windows import EntryReader

_Entry = tuple[Record, bool]
"""An entry that may count, and whether it does for sure."""
_End = tuple[Any, bool]
"""An end of an interval, and whether it is itself outside."""


@attrs.frozen(kw_only=True)
class _Part:
    """What part of an entry counts at the least and at the most."""

    lowest: Number
    highest: Number


def least_and_most(truths: Sequence[Truth]) -> tuple[int, int]:
    """Return how many are met at the least and at the most."""
    return truths.count(True), len(truths) - truths.count(False)


def gathered_outcome(expression: Gather, records: Sequence[Record], facts: PartialFacts, as_of: datetime.date) -> Outcome:
    """Return what is known of an operator over entries, none of which may be skipped or stood in for."""
    return _Gathering(expression=expression, facts=facts, as_of=as_of).of(records)


@attrs.frozen(kw_only=True)
class _Gathering:
    """Works out what one operator can come to."""

    expression: Gather
    facts: PartialFacts
    as_of: datetime.date

    @property
    def ranges(self) -> AnswerRanges:
        """What may be answered."""
        return self.facts.ranges

    def of(self, records: Sequence[Record]) -> Outcome:
        truths = held(self.expression, records, self.facts, self.as_of)
        if not self._can_be_settled(records, truths):
            return None
        if self.expression.gathering is Gathering.COUNT and self.expression.last is None:
            return between(*((end, False) for end in least_and_most([met for _, met in truths])))
        entries = [(record, met is True) for record, met in truths if met is not False]
        if self.expression.gathering.by_date:
            return self._nth(entries)
        last, certain_ones = self.expression.last, sum(sure for _, sure in entries)
        if last is None:
            return self._of(entries, some=certain_ones > 0)
        among = self._among_the_last(entries, last)
        number = min(last, len(entries)) if certain_ones == len(entries) else None
        return None if among is None else self._of(among, some=certain_ones > 0, number=number)

    def _can_be_settled(self, records: Sequence[Record], truths: Sequence[tuple[Record, Truth]]) -> bool:
        """Whether what an open entry is held against has a value once all is answered that may be asked."""
        where, of_which = self.expression.where, self.expression.of_which
        still_open = [where] if where is not None and any(met is None for _, met in truths) else []
        still_open += [of_which] if of_which is not None and any(self._worth(record) is None for record in records) else []
        return self.facts.can_be_settled(person_attributes(still_open))

    def _of(self, entries: Sequence[_Entry], *, some: bool, number: int | None = None) -> Outcome:
        """Return what entries come to that may count: with `some`, at least one of them does, with a number so many of them."""
        match self.expression.gathering:
            case Gathering.TOTAL | Gathering.COUNT:
                return self._total(entries, number)
            case Gathering.COUNT_DISTINCT:
                return self._count_distinct(entries)
            case Gathering.MEAN | Gathering.MIN | Gathering.MAX:
                return self._of_some(entries) if some else None
            case Gathering.YEARS:
                return self._years(entries)
            case Gathering.LATEST | Gathering.EARLIEST:
                raise TypeError(f"{self.expression.gathering} takes one entry")
            case never:
                assert_never(never)

    def _field(self, record: Record) -> Outcome:
        """Return what is known of the field of an entry, times what part of it counts: its value, else what its type allows."""
        worth = self._unweighted(record)
        if self.expression.weight is None:
            return worth
        interval, part = interval_of(worth), self._part(record)
        if interval is None or part is None:
            return None
        product = multiplied(interval, Interval(lowest=part.lowest, highest=part.highest))
        return between(product.low, product.high)

    def _unweighted(self, record: Record) -> Outcome:
        value = record.get(self.expression.field or "")
        if isinstance(value, PartialDate) and value.bounds is not None:
            return Interval(lowest=value.bounds[0], highest=value.bounds[1])
        if value is None or isinstance(value, PartialDate):
            return self.ranges.fields.get((self.expression.records, self.expression.field or ""))
        return value

    def _intervals(self, entries: Sequence[_Entry]) -> list[tuple[Interval, bool]] | None:
        """Return what is known of the field of each entry, and whether it counts for sure; None where nothing is known of one."""
        found = [(interval_of(self._field(record)), sure) for record, sure in entries]
        known = [(interval, sure) for interval, sure in found if interval is not None]
        return known if len(known) == len(found) else None

    def _total(self, entries: Sequence[_Entry], number: int | None) -> Outcome:
        """Return what bounds a sum; of entries that may count, so many are in it as make up the number, where that is certain."""
        worths = [(self._worth(record), sure) for record, sure in entries]
        known = [(_as_interval(worth, of_which=self.expression.of_which is not None), sure) for worth, sure in worths]
        parts = [(interval, sure) for interval, sure in known if interval is not None]
        if len(parts) < len(known):
            return None
        low, is_open = _least_sum([(part.low, sure) for part, sure in parts], number)
        high, is_open_above = _least_sum([((-part.high[0], part.high[1]), sure) for part, sure in parts], number)
        return between((low, is_open), (-high, is_open_above))

    def _of_some(self, entries: Sequence[_Entry]) -> Outcome:
        """Return what bounds a mean, the least or the greatest of entries, of which at least one counts."""
        parts = self._intervals(entries)
        if parts is None:
            return None
        every, certainly = [part for part, _ in parts], [part for part, sure in parts if sure]
        if not certainly:
            return between(smallest(every).low, greatest(every).high)
        match self.expression.gathering:
            case Gathering.MIN:
                return between(smallest(every).low, smallest(certainly).high)
            case Gathering.MAX:
                return between(greatest(certainly).low, greatest(every).high)
            case _:
                low, is_open = _least_mean([(part.low, sure) for part, sure in parts])
                high, is_open_above = _least_mean([((-part.high[0], part.high[1]), sure) for part, sure in parts])
                return between((low, is_open), (-high, is_open_above))

    def _worth(self, record: Record) -> Outcome:
        """Return what is known of what an entry is worth: its field, or whether it meets what those counted have to meet."""
        if self.expression.of_which is None:
            return self._field(record)
        return truth(self.expression.of_which, EntryReader.of(self.expression.of_which, self.facts, self.as_of).read(record))

    def _span(self, record: Record) -> tuple[float, float]:
        """Return between which places on the calendar the date of an entry lies, the higher the sooner its turn comes."""
        bounds = day_bounds(record.get(self.expression.dated_by))
        if bounds is None:
            return -math.inf, math.inf
        first, last = (day.toordinal() for day in bounds)
        return (-last, -first) if self.expression.gathering is Gathering.EARLIEST else (first, last)

    def _before(self, entries: Sequence[_Entry]) -> list[tuple[int, int]]:
        """Return of how many other entries each stands behind for sure, and of how many it may stand behind or be level with."""
        spans = [(self._span(record), sure) for record, sure in entries]
        return [
            (
                sum(sure and low > span[1] for place, ((low, _), sure) in enumerate(spans) if place != own),
                sum(high >= span[0] for place, ((_, high), _) in enumerate(spans) if place != own),
            )
            for own, (span, _) in enumerate(spans)
        ]

    def _may_differ(self, entries: Sequence[_Entry]) -> bool:
        """Whether two of some entries may be level, and worth different things."""
        known = [(self._span(record), self._worth(record)) for record, _ in entries]
        return any(
            one[0] <= other[1] and other[0] <= one[1] and not (is_value(worth) and worth == other_worth)
            for (one, worth), (other, other_worth) in itertools.combinations(known, 2)
        )

    def _among_the_last(self, entries: Sequence[_Entry], last: int) -> list[_Entry] | None:
        """Return the entries that may be among the last so many, and whether they are for sure; None where that may have no answer."""
        before = self._before(entries)
        border = [entry for entry, (least, most) in zip(entries, before, strict=True) if least < last <= most]
        if self._may_differ(border):
            return None
        return [(record, sure and most < last) for (record, sure), (least, most) in zip(entries, before, strict=True) if least < last]

    def _nth(self, entries: Sequence[_Entry]) -> Outcome:
        """Return what holds the field of every entry that may be the n-th; none where there may be no such entry."""
        place = self.expression.nth
        if sum(sure for _, sure in entries) < place:
            return None
        before = self._before(entries)
        candidates = [entry for entry, (least, most) in zip(entries, before, strict=True) if least < place <= most + 1]
        return None if self._may_differ(candidates) else union(self._field(record) for record, _ in candidates)

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

    def _years(self, entries: Sequence[_Entry]) -> Outcome:
        spans = [(period(self.expression, record) or self._of_any_start(record), self._part(record), sure) for record, sure in entries]
        known = [(span, part, sure) for span, part, sure in spans if part is not None]
        if len(known) < len(spans):
            return None
        sure_ones = [(*span, part.lowest) for span, part, sure in known if sure]
        least = months_at_least(sure_ones, self.expression, self.as_of)
        most = months_at_most([(*span, part.highest) for span, part, _ in known], self.expression, self.as_of)
        endless = self.expression.within_months is None and any(span[1][0] == datetime.date.min for span, _, _ in known)
        highest = (math.inf, True) if endless else (Fraction(most) / MONTHS_A_YEAR, False)
        return between((Fraction(least) / MONTHS_A_YEAR, False), highest)

    def _of_any_start(self, record: Record) -> tuple[Months | None, Months]:
        """Return the months of an entry without a start: for certain from the last day that it can be, at the most from the first."""
        range_ = self.ranges.fields.get((self.expression.records, self.expression.start or ""))
        first, last = (range_.lowest, range_.highest) if isinstance(range_, Interval) else (None, None)
        begun = first if isinstance(first, datetime.date) else datetime.date.min
        latest = last if isinstance(last, datetime.date) else None
        least, (_, until) = period(self.expression, {**record, self.expression.start or "": latest or begun}) or (None, (begun, None))
        return (None if latest is None else least), (begun, until)

    def _part(self, record: Record) -> _Part | None:
        """Return what part of an entry counts at the least and at the most; None where nothing is known of that."""
        if self.expression.weight is None:
            return _Part(lowest=1, highest=1)
        part = certain(record).get(self.expression.weight)
        found = interval_of(self.ranges.fields.get((self.expression.records, self.expression.weight)) if part is None else part)
        if found is None or not isinstance(found.lowest, int | Fraction) or not isinstance(found.highest, int | Fraction):
            return None
        return _Part(lowest=found.lowest, highest=found.highest)


def _as_interval(worth: Outcome, *, of_which: bool) -> Interval | None:
    """Return what an entry adds to a sum: a number, or 1 where it meets what those counted have to meet."""
    if not of_which:
        return interval_of(worth)
    return Interval(lowest=int(worth is True), highest=int(worth is not False))


def _least_sum(ends: Sequence[tuple[_End, bool]], number: int | None) -> _End:
    """Return the least sum of numbers that count for sure and of others: as many as make up the number, else any of them."""
    taken, others = [end for end, sure in ends if sure], sorted(end for end, sure in ends if not sure)
    taken += [end for end in others if end[0] < 0] if number is None else others[: max(number - len(taken), 0)]
    return sum(value for value, _ in taken), any(is_open for _, is_open in taken)


def _least_mean(ends: Sequence[tuple[_End, bool]]) -> _End:
    """Return the least mean of numbers that count for sure, and of any of the others; each is itself outside where it is open."""
    if any(end[0] == -math.inf for end, _ in ends):
        return (-math.inf, True)
    taken = [end for end, sure in ends if sure]
    for end in sorted(end for end, sure in ends if not sure):
        if end[0] * len(taken) < sum(value for value, _ in taken):
            taken.append(end)
    return Fraction(sum(value for value, _ in taken)) / len(taken), any(is_open for _, is_open in taken)
