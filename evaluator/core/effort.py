"""What it takes to change an attribute, and what time brings of it, as its pack declares it."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction

import attrs

from evaluator.core.dates import MONTHS_A_YEAR
from evaluator.core.values import Number
from evaluator.diagnostics import Span


@attrs.frozen(kw_only=True)
class Effort:
    """The effort of changing an attribute, in the pack's own measure.

    `each` is that of one unit, rank or member more, or of setting a flag; `to` that of reaching single options, of a scale from the
    one below; `down` that of one unit, rank or member less. What is not declared cannot be done. `months` is the time that each
    takes at least, one after the other.
    """

    each: Number | None = None
    to: Mapping[str, Number] = attrs.field(factory=dict, hash=False)
    down: Number | None = None
    months: Number = 0


@attrs.frozen(kw_only=True)
class Accrual:
    """How much of an attribute a year by itself brings, to people whose role today is on one of the tracks, or to everybody."""

    per_year: Number
    in_tracks: tuple[str, ...] = ()
    span: Span

    def holds_on(self, track: str | None) -> bool:
        """Whether it brings anything to somebody whose role today is on a track, or who has none."""
        return not self.in_tracks or track in self.in_tracks

    def brings(self, months: int) -> Fraction:
        """Return what so many whole months bring."""
        return Fraction(self.per_year) * months / MONTHS_A_YEAR
