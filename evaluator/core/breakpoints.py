"""What conditions look at: for each attribute a profile can state, the values at which a condition changes its mind.

A derived attribute that nobody can state is followed down to what it is computed from.
"""

from __future__ import annotations

import datetime
import math
from collections.abc import Iterable
from fractions import Fraction
from typing import assert_never

import attrs

from evaluator.core.conditions import AttributeTest, Condition, leaves, members_tested, person_attributes
from evaluator.core.dates import DAYS_A_WEEK, MONTHS_A_YEAR, days_before, months_before
from evaluator.core.expressions import (
    Calculation,
    Ceil,
    Clamp,
    Expression,
    Floor,
    Gather,
    Literal,
    Lookup,
    Reference,
    Round,
    Since,
    Stored,
    Tally,
    TimeUnit,
    When,
)
from evaluator.core.model import Pack
from evaluator.core.values import Atom, Kind, Number

_SMALL: tuple[Number, ...] = (0, 1)


@attrs.define(kw_only=True)
class Marks:
    """The values that matter of each attribute, and the attributes compared with each other.

    `complete` is lost where something is computed in a way that cannot be turned round: then other values may matter as well.
    """

    pack: Pack
    as_of: datetime.date
    expand: frozenset[str] = frozenset()
    found: dict[str, set[Atom]] = attrs.field(factory=dict)
    peers: list[frozenset[str]] = attrs.field(factory=list)
    gathers: dict[str, list[tuple[Gather, frozenset[Atom]]]] = attrs.field(factory=dict)
    blocked: set[str] = attrs.field(factory=set)
    complete: bool = True

    def condition(self, condition: Condition | None) -> None:
        """Take in every test of a condition."""
        for test in () if condition is None else leaves(condition):
            self.attribute(test.attribute, self._values(test))
            if test.other is not None:
                self.attribute(test.other, frozenset())
                self.peers.append(frozenset((test.attribute, test.other)))

    def _values(self, test: AttributeTest) -> frozenset[Atom]:
        """Return the values at which a test turns, of a set the members that decide it."""
        if test.of_presence or test.value is None:
            return frozenset()
        type_ = self.pack.attributes[test.attribute].type
        if type_.kind is Kind.SET:
            return frozenset[Atom](members_tested(test, type_.options))
        return test.value if isinstance(test.value, frozenset) else frozenset((test.value,))

    def attribute(self, name: str, marks: Iterable[Atom]) -> None:
        """Take in values of an attribute that matter."""
        attribute = self.pack.attributes[name]
        if attribute.ready_for is not None:
            self._conditions(one for criterion in self.pack.roles[attribute.ready_for].criteria for one in criterion.conditions)
            return
        if attribute.derivation is None or (attribute.may_be_given and name not in self.expand):
            self.found.setdefault(name, set()).update(marks)
            return
        self.blocked.update([name] if attribute.may_be_given else [])
        self._expression(attribute.derivation.expression, frozenset(marks))

    def _expression(self, expression: Expression, marks: frozenset[Atom]) -> None:  # noqa: C901 - a case for each operator
        match expression:
            case Literal():
                return
            case Reference(attribute=name):
                self.attribute(name, marks)
            case Tally(conditions=conditions):
                self._conditions(conditions)
            case When():
                self._conditions(expression.conditions)
                for value in expression.children:
                    self._expression(value, marks)
            case Lookup():
                self._lookup(expression)
            case Since(of=of, unit=unit):
                self.attribute(of, self._dates(marks, unit))
            case Gather(records=records):
                self.complete = False
                self.found.setdefault(records, set())
                self.gathers.setdefault(records, []).append((expression, marks))
                for name in person_attributes(expression.conditions):
                    self.attribute(name, frozenset())
            case Floor() | Ceil() | Clamp() | Round() | Calculation():
                self._computed(expression, marks)
            case Stored(original=original):
                self._expression(original, marks)
            case _:
                assert_never(expression)

    def _conditions(self, conditions: Iterable[Condition]) -> None:
        for condition in conditions:
            self.condition(condition)

    def _lookup(self, lookup: Lookup) -> None:
        ends = {end for band in lookup.bands for end in (band.lowest, band.highest) if end is not None}
        self._expression(lookup.of, frozenset(lookup.rows) | frozenset(ends))

    def _computed(self, expression: Floor | Ceil | Clamp | Round | Calculation, marks: frozenset[Atom]) -> None:
        self.complete = False
        parts = expression.children
        numbers = {mark for mark in marks if isinstance(mark, int | Fraction)}
        near = {mark + step for mark in numbers for step in (-1, 1)} | {Fraction(mark) / len(parts) for mark in numbers}
        for number in _literals(parts):
            near |= {turned for mark in numbers for turned in _turned_round(mark, number)}
        ends = {expression.lowest, expression.highest} - {None} if isinstance(expression, Clamp) else set()
        for part in parts:
            self._expression(part, frozenset({*marks, *near, *_SMALL, *(end for end in ends if end is not None)}))

    def _dates(self, marks: frozenset[Atom], unit: TimeUnit) -> frozenset[Atom]:
        """Return the days on which so much time has passed at the as-of date, and those of a step less and more."""
        times = {mark for mark in marks if isinstance(mark, int | Fraction)}
        if unit in {TimeUnit.DAYS, TimeUnit.WEEKS}:
            days_each = DAYS_A_WEEK if unit is TimeUnit.WEEKS else 1
            days = {math.floor(time * days_each) + step for time in times or {1} for step in (-days_each, -1, 0, 1, days_each)}
            return frozenset(days_before(self.as_of, number) for number in days)
        months = {math.floor(time * (1 if unit.whole else MONTHS_A_YEAR)) for time in times} or {MONTHS_A_YEAR}
        return frozenset(months_before(self.as_of, near) for month in months for near in (month - 1, month, month + 1))


def _literals(parts: Iterable[Expression]) -> tuple[Number, ...]:
    values = (part.value for part in parts if isinstance(part, Literal))
    return tuple(value for value in values if isinstance(value, int | Fraction))


def _turned_round(mark: Number, number: Number) -> tuple[Number, ...]:
    """Return what makes the mark together with a number written beside it, whichever way the two are put together."""
    return (mark - number, mark + number, number - mark, mark * number, *((Fraction(mark) / number,) if number else ()))
