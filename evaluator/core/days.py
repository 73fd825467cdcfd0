"""The day that somebody is judged for and the day that the facts are of, against the day on which the tool runs."""

from __future__ import annotations

import datetime
from collections import Counter
from collections.abc import Iterable

import attrs

from evaluator.core.dates import months_before, months_since
from evaluator.core.model import Pack, Profile
from evaluator.core.results import Evaluation


@attrs.frozen(kw_only=True)
class Days:
    """One person's days; `facts` is the day that the facts are said to be of, None where nothing is said."""

    judged: datetime.date
    facts: datetime.date | None
    today: datetime.date
    limit: int
    """The age in months above which a day is told as old."""

    @property
    def projection_to(self) -> datetime.date | None:
        """The day judged for, where it has not come."""
        return self.judged if self.judged > self.today else None

    @property
    def facts_as_of(self) -> datetime.date | None:
        """The day that the facts are of; none where nothing is said of it, or a day that has not come."""
        return self.facts if self.facts is not None and self.facts <= self.today else None

    @property
    def facts_to_come(self) -> datetime.date | None:
        """A day that has not come on which the facts are said to be gathered; the same day as a projection's says nothing of them."""
        return self.facts if self.facts is not None and self.facts > self.today and self.facts != self.judged else None

    @property
    def facts_months(self) -> int | None:
        """The age of the facts in whole months."""
        return None if self.facts_as_of is None else months_since(self.facts_as_of, self.today)

    @property
    def facts_old(self) -> bool:
        """Whether the facts are older than the limit."""
        return self.facts_as_of is not None and self._old(self.facts_as_of)

    @property
    def facts_after(self) -> datetime.date | None:
        """The day that the facts are of, where it lies after the day judged for: what is stated may not have been so by then."""
        return self.facts_as_of if self.facts_as_of is not None and self.facts_as_of > self.judged else None

    @property
    def facts_months_after(self) -> int | None:
        """How many whole months after the day judged for the facts are; None where they are not later."""
        return None if self.facts_after is None else months_since(self.judged, self.facts_after)

    @property
    def counted_from(self) -> datetime.date:
        """The day from which time adds to what is stated: that of the facts, else the day judged for, and none that has not come."""
        return self.facts_as_of or min(self.judged, self.today)

    @property
    def judged_months(self) -> int:
        """How many whole months ago the day judged for is; negative for one to come."""
        return months_since(self.judged, self.today)

    @property
    def judged_old(self) -> bool:
        """Whether the day judged for lies further back than the limit, which is no news where it is the day of the facts."""
        return self._old(self.judged) and self.judged != self.facts_as_of

    def _old(self, day: datetime.date) -> bool:
        return day < months_before(self.today, self.limit)


def days_of(evaluation: Evaluation, pack: Pack, today: datetime.date | None = None) -> Days:
    """Return the days of an evaluation, seen from today; from the day that is judged for, where no other is given."""
    return person_days(evaluation.profile, evaluation.provenance.as_of, pack, today)


def person_days(profile: Profile, judged: datetime.date, pack: Pack, today: datetime.date | None = None) -> Days:
    """Return the days of a person who is judged for a day."""
    return Days(judged=judged, facts=profile.facts_as_of, today=today or judged, limit=pack.facts_stale_after_months)


def example_days(judged: datetime.date, pack: Pack, today: datetime.date | None = None) -> Days:
    """Return the days of somebody who is made up: nothing is said of the day of the facts."""
    return Days(judged=judged, facts=None, today=today or judged, limit=pack.facts_stale_after_months)


Pair = tuple[datetime.date, datetime.date | None]
"""The day judged for, and the one that the facts are said to be of."""


@attrs.frozen(kw_only=True)
class ManyDays:
    """The days of a population: how many people share each pair of a day judged for and a day of the facts."""

    pairs: Counter[Pair]
    today: datetime.date
    limit: int

    @classmethod
    def of(cls, evaluations: Iterable[Evaluation], pack: Pack, today: datetime.date | None = None) -> ManyDays:
        """Return the days of evaluations, seen from today; from the last day that is judged for, where no other is given."""
        pairs = Counter((evaluation.provenance.as_of, evaluation.profile.facts_as_of) for evaluation in evaluations)
        return cls(pairs=pairs, today=today or max(judged for judged, _ in pairs), limit=pack.facts_stale_after_months)

    @property
    def projected(self) -> bool:
        """Whether anybody is judged for a day that has not come."""
        return any(judged > self.today for judged, _ in self.pairs)

    def each(self) -> list[tuple[Days, int]]:
        """Return each pair, and how many people have it, in the order of days."""
        pairs = sorted(self.pairs.items(), key=lambda pair: (pair[0][0], pair[0][1] or datetime.date.min))
        return [(Days(judged=judged, facts=facts, today=self.today, limit=self.limit), number) for (judged, facts), number in pairs]
