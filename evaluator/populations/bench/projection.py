"""The same people in some years, if nothing happens but that time passes: the day moves on, and what a year brings is added."""

from __future__ import annotations

import datetime
import functools
import math
from collections.abc import Collection, Mapping, Sequence
from fractions import Fraction
from functools import cached_property

import attrs
import polars as pl

from evaluator.core.attributes import Attribute
from evaluator.core.dates import MONTHS_A_YEAR, day_number, day_of, months_before, whole_months
from evaluator.core.effort import Accrual
from evaluator.core.facts import complete
from evaluator.core.values import Facts, Kind, Number, Value, tidy
from evaluator.engines.columns.codec import exact, gathered_attributes
from evaluator.engines.columns.derived import AS_OF
from evaluator.engines.columns.encode import beyond_floats
from evaluator.engines.columns.plan import DOUBT
from evaluator.engines.columns.truths import column
from evaluator.populations.held import HeldPopulation
from evaluator.populations.levels import facts_day

_NEAR_THE_END = Fraction(1, 100)
"""How far below an end of its range that is open a number stays."""


@attrs.frozen(slots=False, kw_only=True)
class Projection:
    """A population today and in some years, counted from a day; whoever is judged for a later one stays there until it has come.

    Everybody keeps their role. A number of which the pack says what a year brings grows from the day that it was stated for; one that is
    computed, from the day that the person is judged for. What is not known stays unknown, and nothing else changes but by the day.
    """

    people: HeldPopulation
    day: datetime.date
    today: datetime.date

    def at(self, years: int) -> pl.DataFrame:
        """Return everybody in so many years; today as they are."""
        if not years:
            return self.people.frame
        ends = self.ends(years)
        places = range(self.people.frame.height)
        frame = self.people.at(places, pl.Series(AS_OF, list(map(day_number, ends)), dtype=pl.Int32), self._stated_anew(ends))
        return self._grown(frame, ends)

    def ends(self, years: int) -> list[datetime.date]:
        """Return the day that each person is judged for in so many years."""
        end = months_before(self.day, -MONTHS_A_YEAR * years)
        return self._judged if not years else [max(end, judged) for judged in self._judged]

    @cached_property
    def accruing(self) -> tuple[tuple[Attribute, Accrual], ...]:
        """The attributes of which the pack says what a year brings, with that."""
        return tuple((attribute, attribute.accrues) for attribute in self.people.pack.attributes.values() if attribute.accrues is not None)

    @cached_property
    def _judged(self) -> list[datetime.date]:
        return [day_of(day) for day in self.people.frame[AS_OF]]

    @cached_property
    def _facts_days(self) -> list[datetime.date]:
        """The day from which time adds to what each person states: that of the facts, else the day judged for, and none to come."""
        stated = [None if day is None else day_of(day) for day in self.people.frame.select(facts_day()).to_series()]
        return [
            facts if facts is not None and facts <= self.today else min(judged, self.today)
            for facts, judged in zip(stated, self._judged, strict=True)
        ]

    def _brings(self, accrual: Accrual) -> list[bool]:
        """Return to whom time brings something."""
        roles = self.people.pack.roles
        return [accrual.holds_on(None if role is None else roles[role].track) for role in self.people.roles_today]

    @cached_property
    def _by_columns(self) -> Mapping[str, Sequence[bool]]:
        """Of each attribute that grows, whose value grows as it stands in the column: it was stated, and nobody is written down anew."""
        anew = set(self._anew)
        return {
            attribute.id: [brings and place not in anew for place, brings in enumerate(self._brings(accrual))]
            for attribute, accrual in self.accruing
        }

    @cached_property
    def _anew(self) -> Mapping[int, Mapping[Attribute, tuple[Value, datetime.date]]]:
        """Of each person of whom something that grows is computed: what grows, and from which day on, by their places."""
        found: dict[int, dict[Attribute, tuple[Value, datetime.date]]] = {}
        grows = [(attribute, self._brings(accrual)) for attribute, accrual in self.accruing]
        for place in sorted(self._may_be_computed):
            profile, judged = self.people.profile(place), self._judged[place]
            facts = complete(self.people.pack, profile, judged).facts
            for attribute, brings in grows:
                if brings[place] and (value := facts.get(attribute.id)) is not None:
                    since = self._facts_days[place] if attribute.id in profile.given else judged
                    found.setdefault(place, {})[attribute] = (value, since)
        return found

    @property
    def _may_be_computed(self) -> Collection[int]:
        """The places of those of whom something that grows is computed, or may be."""
        gathered = {attribute.id for attribute in gathered_attributes(self.people.pack)}
        computed = [attribute for attribute, _ in self.accruing if attribute.derivation is not None]
        places = {*self.people.computed_from_entries} if computed else set()
        for attribute in computed:
            if attribute.id not in gathered:
                places.update(self.people.frame[column(attribute.id)].is_null().arg_true())
        return places

    def _stated_anew(self, ends: Sequence[datetime.date]) -> Mapping[int, Facts]:
        return {
            place: {attribute.id: _grown(attribute, value, whole_months(since, ends[place])) for attribute, (value, since) in grows.items()}
            for place, grows in self._anew.items()
        }

    def _grown(self, frame: pl.DataFrame, ends: Sequence[datetime.date]) -> pl.DataFrame:
        months_between = functools.lru_cache(maxsize=None)(whole_months)
        months = list(map(months_between, self._facts_days, ends))
        doubtful: set[int] = set()
        columns = []
        for attribute, _ in self.accruing:
            cells = functools.lru_cache(maxsize=None)(functools.partial(_cell, attribute))
            series = frame[column(attribute.id)]
            grows = self._by_columns[attribute.id]
            found = [
                (value, False) if value is None or not mine else cells(value, passed)
                for value, mine, passed in zip(series, grows, months, strict=True)
            ]
            columns.append(pl.Series(series.name, [value for value, _ in found], dtype=series.dtype))
            doubtful.update(place for place, (_, long) in enumerate(found) if long)
        places = pl.int_range(pl.len()).is_in(sorted(doubtful))
        return frame.with_columns(*columns, (pl.col(DOUBT) | places).alias(DOUBT))


def _cell(attribute: Attribute, number: float, months: int) -> tuple[float, bool]:
    """Return a number of a column after some months, and whether it is too long for a column."""
    value = _grown(attribute, exact(number), months)
    return float(value), beyond_floats(value)


def _grown(attribute: Attribute, value: Value, months: int) -> Number:
    """Return what some months make of a number: no more than its range, and of whole numbers what is whole."""
    if attribute.accrues is None or not isinstance(value, int | Fraction):
        raise TypeError(attribute.id)
    number: Number = value + attribute.accrues.brings(max(months, 0))
    high = attribute.type.highest
    if isinstance(high, int | Fraction) and attribute.type.outside(number):
        number = max(value, high - (_NEAR_THE_END if attribute.type.highest_open else 0))
    return math.floor(number) if attribute.kind is Kind.INTEGER else tidy(number)
