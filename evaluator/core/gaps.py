"""Gaps: what an unmet criterion still needs, and how far that is.

Distances of different units are compared by their relation to what is needed: a number or a rank by the shortfall over the need
(at least 1), a date by days over 365, a set by missing members over those asked for, anything else as 1.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from typing import assert_never

import attrs

from evaluator.core.attributes import Attribute
from evaluator.core.bounds import Interval, known_in_part
from evaluator.core.conditions import AllOf, AnyOf, AtLeastOf, AttributeTest, Condition, NoneOf, plain, truth
from evaluator.core.dates import MONTHS_A_YEAR, Precision, month_number
from evaluator.core.operators import ROWS, Inclusion, Operator, inclusion_of
from evaluator.core.results import CriterionResult, Gap, Need, State
from evaluator.core.tally import cap_rank
from evaluator.core.unknowns import Unknowns
from evaluator.core.values import Facts, Kind, Number, Value, tidy

_A_YEAR = 365


@attrs.frozen(kw_only=True)
class _Alternative:
    """One way to meet a condition: its needs, their distance together, and the other ways beside it."""

    relative: Fraction
    needs: tuple[Need, ...] = ()
    alternatives: tuple[tuple[Need, ...], ...] = ()


def gaps(
    criteria: Iterable[CriterionResult], facts: Facts, attributes: Mapping[str, Attribute], verdicts: Sequence[str] = ()
) -> tuple[Gap, ...]:
    """Return the unmet criteria as gaps: first those that cap, the lowest of the `verdicts` first, then required, then by weight.

    Of equal ones those almost met come first, then the closest.
    """
    unmet = [_gap(result, facts, attributes) for result in criteria if result.state is State.UNMET]
    return tuple(sorted(unmet, key=lambda gap: (-cap_rank(gap.criterion, verdicts), *_order(gap))))


def with_undefined(gap: Gap, unknowns: Unknowns) -> Gap:
    """Return a gap with what has no result named at each need whose attribute is unknown for that."""

    def told(needs: tuple[Need, ...]) -> tuple[Need, ...]:
        return tuple(attrs.evolve(need, undefined=unknowns.attribute(need.test.attribute).undefined) for need in needs)

    return attrs.evolve(gap, needs=told(gap.needs), alternatives=tuple(map(told, gap.alternatives)))


def _order(gap: Gap) -> tuple[bool, Number, bool, Fraction]:
    return (not gap.criterion.required, -gap.criterion.weight, not gap.almost, gap.relative)


def _gap(result: CriterionResult, facts: Facts, attributes: Mapping[str, Attribute]) -> Gap:
    criterion = result.criterion
    way = _way(plain(criterion.when), facts, attributes)
    almost = criterion.almost is not None and truth(criterion.almost, facts) is True
    return Gap(criterion=criterion, needs=way.needs, alternatives=way.alternatives, relative=way.relative, almost=almost)


def _way(condition: Condition, facts: Facts, attributes: Mapping[str, Attribute]) -> _Alternative:
    if isinstance(condition, AttributeTest):
        need = need_of(condition, facts, attributes)
        return _Alternative(relative=need.relative, needs=(need,))
    chosen, others = _choose(condition, [_way(part, facts, attributes) for part in condition.parts if not truth(part, facts)])
    if len(chosen) == 1 and not others:
        return chosen[0]
    return _Alternative(
        relative=sum((way.relative for way in chosen), Fraction(0)),
        needs=tuple(need for way in chosen for need in way.needs),
        alternatives=tuple(other for way in chosen for other in way.alternatives) + tuple(way.needs for way in others),
    )


def _choose(condition: AllOf | AnyOf | NoneOf | AtLeastOf, ways: list[_Alternative]) -> tuple[list[_Alternative], list[_Alternative]]:
    """Split the ways that are still to go into those that would do, the closest of them, and the rest."""
    met = len(condition.parts) - len(ways)
    match condition:
        case AllOf() | NoneOf():
            return ways, []
        case AnyOf():
            wanted = 1 - met
        case AtLeastOf(count=count):
            wanted = count - met
        case _:
            assert_never(condition)
    closest = sorted(ways, key=lambda way: way.relative)
    return closest[:wanted], closest[wanted:]


def need_of(test: AttributeTest, facts: Facts, attributes: Mapping[str, Attribute]) -> Need:
    """Return what an unmet or unknown test needs, given the facts."""
    attribute = attributes[test.attribute]
    have = facts.get(test.attribute)
    need: Value | None = facts.get(test.other) if test.other is not None else test.value  # type: ignore[assignment]
    bounds = known_in_part(facts, test.attribute) if have is None else None
    ends = [end for end in (bounds.lowest, bounds.highest) if end is not None] if isinstance(bounds, Interval) else []
    # Where it is unmet whatever it is, it is as far from it as its nearest end; a test that is unknown has no distance.
    near = ends if have is None and truth(test, facts) is False else [have]
    distances = [_distance(test, attribute, end, need) for end in near] or [_NO_DISTANCE]
    distance, relative, unit = min(distances, key=lambda measured: (measured[0] is None, measured[1]))
    return Need(test=test, have=have, need=need, distance=distance, unit=unit, relative=relative, between=bounds)


_NO_DISTANCE: tuple[None, Fraction, None] = (None, Fraction(1), None)


def _distance(
    test: AttributeTest, attribute: Attribute, have: Value | None, need: Value | None
) -> tuple[Number | None, Fraction, str | None]:
    if have is None or need is None or not ROWS[test.operator].measured:
        return _NO_DISTANCE
    if isinstance(have, frozenset) and isinstance(need, frozenset):
        return _set_distance(inclusion_of(test.operator), have, need)
    if isinstance(have, datetime.date) and isinstance(need, datetime.date):
        return _date_distance(attribute.type.precision, have, need)
    if isinstance(have, int | Fraction) and attribute.kind in {Kind.NUMBER, Kind.INTEGER, Kind.SCALE}:
        return _number_distance(test, attribute, have, need if isinstance(need, frozenset) else frozenset({need}))
    return _NO_DISTANCE


def _set_distance(how: Inclusion, have: frozenset[str], need: frozenset[object]) -> tuple[Number, Fraction, str]:
    match how:
        case Operator.INCLUDES | Operator.INCLUDES_ALL:
            wrong = len(need - have)
        case Operator.INCLUDES_ANY:
            return 1, Fraction(1), "entries"
        case Operator.INCLUDES_NONE:
            wrong = len(have & need)
        case never:
            assert_never(never)
    return wrong, Fraction(wrong, len(need)), "entries"


def _date_distance(precision: Precision, have: datetime.date, need: datetime.date) -> tuple[Number, Fraction, str]:
    days = abs((need - have).days)
    days += days == 0  # above or below the very day
    months = abs(month_number(need) - month_number(have))
    shown = {Precision.DAY: days, Precision.MONTH: months, Precision.YEAR: months // MONTHS_A_YEAR}[precision]
    return shown, Fraction(days, _A_YEAR), f"{precision}s"


def _number_distance(
    test: AttributeTest, attribute: Attribute, have: Number, wanted: frozenset[object]
) -> tuple[Number, Fraction, str | None]:
    needs: list[Number] = [need for need in wanted if isinstance(need, int | Fraction)]
    nearest = min(needs, key=lambda need: (abs(need - have), need))
    distance = max(nearest - have, have - nearest)
    if ROWS[test.operator].strict and attribute.kind is not Kind.NUMBER:
        distance += 1  # between whole numbers there is nothing
    unit = "levels" if attribute.kind is Kind.SCALE else attribute.type.unit
    return tidy(distance), Fraction(distance, max(nearest, -nearest, 1)), unit
