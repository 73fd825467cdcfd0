"""The values that one attribute can be brought to, and what each takes."""

from __future__ import annotations

import datetime
import math
from collections.abc import Iterator
from fractions import Fraction

import attrs

from evaluator.core.attributes import Attribute
from evaluator.core.conditions import AttributeTest, members_tested
from evaluator.core.dates import MONTHS_A_YEAR, months_before, months_since
from evaluator.core.effort import Accrual, Effort
from evaluator.core.values import Kind, Number, Value, tidy

LEAST_STEP = Fraction(1, 100)
"""How far beyond a threshold a number is taken that has to lie above or below it."""


@attrs.frozen(kw_only=True)
class Option:
    """A value that a variable can have: the effort of getting there, the months it takes at least from the day planned from.

    `due` is the day by which time alone brings it, which may be one before; None for what is no matter of time.
    """

    value: Value | None
    effort: Number = 0
    months: int = 0
    due: datetime.date | None = None

    @property
    def by_time(self) -> bool:
        """Whether time alone brings it."""
        return self.due is not None


@attrs.frozen(kw_only=True)
class Clock:
    """The day that is planned from, and the one from which time adds to a number: that of the fact it is added to."""

    as_of: datetime.date
    since: datetime.date

    def after(self, months: int) -> Option:
        """Return what holds so many months after the fact; the value is to be filled in."""
        due = months_before(self.since, -months)
        return Option(value=None, months=months_until(self.as_of, due), due=due)


def months_until(day: datetime.date, due: datetime.date) -> int:
    """Return the months from a day to a later one, begun ones counted whole; none to one that is not later."""
    whole = max(0, months_since(day, due))
    return whole + (months_before(day, -whole) < due)


def lowest(attribute: Attribute) -> Number:
    """Return the least that a number can be."""
    least = attribute.type.lowest
    return least if isinstance(least, int | Fraction) else 0


def number(attribute: Attribute, accrual: Accrual | None, value: Number, start: Number, clock: Clock) -> Option | None:
    """Return what it takes from one number to another; what time brings is left to time. None where it cannot be done."""
    if value > start and accrual is not None:
        months = math.ceil((Fraction(value) - Fraction(start)) * MONTHS_A_YEAR / accrual.per_year)
        return attrs.evolve(clock.after(months), value=value)
    effort = attribute.effort or Effort()
    each = effort.each if value > start else effort.down
    if value == start:
        return Option(value=value)
    far = abs(Fraction(value) - Fraction(start))
    return None if each is None else Option(value=value, effort=tidy(far * each), months=math.ceil(far * effort.months))


def ranks(attribute: Attribute, effort: Effort, have: Value | None) -> Iterator[Option]:
    """Yield each rank that can be reached, step by step."""
    start = have if isinstance(have, int) else 0
    if have is None:
        yield Option(value=0)
    cost: Number = 0
    for rank in range(start + 1, len(attribute.type.options)):
        step = effort.to.get(attribute.type.options[rank], effort.each)
        if step is None:
            break
        cost += step
        yield Option(value=rank, effort=cost, months=math.ceil((rank - start) * effort.months))
    for rank in range(start - 1, -1, -1):
        if effort.down is not None and have is not None:
            yield Option(value=rank, effort=effort.down * (start - rank))


def turns(test: AttributeTest, attribute: Attribute) -> set[Value]:
    """Return the values at which a test turns, and those just beside them: a test may have to hold, or not to."""
    value = test.value
    if value is None or test.of_presence:
        return set()
    if attribute.kind is Kind.SET:
        return {members_tested(test, attribute.type.options)}
    if isinstance(value, frozenset):
        return set(value)
    if not isinstance(value, int | Fraction) or isinstance(value, bool):
        return {value}
    step = LEAST_STEP if attribute.kind is Kind.NUMBER else 1
    return {value - step, value, value + step}
