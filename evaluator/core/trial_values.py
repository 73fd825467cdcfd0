"""From the marks of an attribute to the values worth trying: one of each stretch between marks, each mark itself, each option."""

from __future__ import annotations

import datetime
import math
import random
from collections.abc import Iterable, Iterator, Mapping, Sequence
from fractions import Fraction
from itertools import combinations, islice, pairwise, product

from evaluator.core.conditions import Condition, leaves, person_attribute
from evaluator.core.dates import MONTHS_A_YEAR, Precision, months_before, truncate
from evaluator.core.expressions import Gather
from evaluator.core.values import Atom, Kind, Number, Record, Value, ValueType, tidy
from evaluator.core.windows import window_of

MOST_MEMBERS = 10
"""Members of a set that are tried in every combination."""
_FEW_OPTIONS = 8
_FEW_ENTRIES = 60
MOST_ENTRIES = 120
_SEED = 20261101


def step_of(type_: ValueType, value: Number) -> Number:
    """Return the smallest change of a number as it is written: 1 for 8, 0.1 for 7.5, 0.01 for 0.75."""
    if type_.kind is not Kind.NUMBER or value.denominator == 1:
        return 1
    step = Fraction(1)
    while (value / step).denominator != 1 and step > Fraction(1, 10**6):
        step /= 10
    return step


def moved(type_: ValueType, value: Atom, steps: int) -> Atom | None:
    """Return the value so many of its own steps up or down; None where there is none or it lies outside the range."""
    if isinstance(value, datetime.date):
        found: Atom = _moved_date(value, type_.precision, steps)
    elif isinstance(value, int | Fraction) and not isinstance(value, bool):
        found = tidy(value + steps * step_of(type_, value))
    else:
        return None
    if type_.kind is Kind.SCALE:
        return found if isinstance(found, int) and 0 <= found < len(type_.options) else None
    return None if type_.outside(found) else found


def _moved_date(day: datetime.date, precision: Precision, steps: int) -> datetime.date:
    if precision is Precision.DAY:
        first, last = datetime.date.min.toordinal(), datetime.date.max.toordinal()
        return datetime.date.fromordinal(min(max(day.toordinal() + steps, first), last))
    return months_before(day, -steps * (1 if precision is Precision.MONTH else MONTHS_A_YEAR))


def points(type_: ValueType, marks: Iterable[Atom], *, crowded: bool = False) -> tuple[tuple[Value, ...], bool]:
    """Return the values of a type worth trying for some marks, and whether no other value can matter.

    With `crowded`, two values of each stretch are taken, since two attributes are compared with each other.
    """
    if type_.kind is Kind.FLAG:
        return (True, False), True
    if type_.kind is Kind.SCALE:
        return tuple(reversed(range(len(type_.options)))), True
    if type_.kind is Kind.SET:
        return _sets([mark for mark in type_.options if mark in set(marks)])
    if type_.kind in {Kind.CHOICE, Kind.TEXT}:
        return _words(type_, {str(mark) for mark in marks}), True
    if type_.kind is Kind.DATE:
        return _dates(type_, [mark for mark in marks if isinstance(mark, datetime.date)]), not crowded
    return _numbers(type_, [mark for mark in marks if isinstance(mark, int | Fraction)], crowded=crowded), True


def _numbers(type_: ValueType, marks: Sequence[Number], *, crowded: bool) -> tuple[Value, ...]:
    whole = sorted({tidy(mark) for mark in marks} or {_middle(type_)})
    numbers: set[Number] = set(whole)
    if type_.kind is Kind.INTEGER:
        numbers |= {mark + step for mark in whole for step in ((-2, -1, 1, 2) if crowded else (-1, 1))}
        numbers = {number for number in numbers if number.denominator == 1}
    else:
        parts = (Fraction(1, 4), Fraction(3, 4)) if crowded else (Fraction(1, 2),)
        numbers |= {tidy(low + (high - low) * part) for low, high in pairwise(whole) for part in parts}
        step = Fraction(step_of(type_, whole[0]))
        for part in (step, step / 2):
            numbers |= {tidy(whole[0] - part), tidy(whole[-1] + part)}
    numbers |= set(_ends(type_, whole))
    return tuple(sorted((number for number in numbers if not type_.outside(number)), reverse=True))


def _ends(type_: ValueType, marks: Sequence[Number]) -> Iterator[Number]:
    """Yield the ends of the range; for one that is open, what lies halfway to the first mark within, or to the other end."""
    inside = [mark for mark in marks if not type_.outside(mark)]
    for end, is_open, nearest in ((type_.lowest, type_.lowest_open, min), (type_.highest, type_.highest_open, max)):
        if isinstance(end, int | Fraction):
            yield tidy((Fraction(end) + nearest(inside, default=type_.near_lowest())) / 2) if is_open else end


def _middle(type_: ValueType) -> Number:
    return 10 if not type_.outside(10) else type_.near_lowest()


def _dates(type_: ValueType, marks: Sequence[datetime.date]) -> tuple[Value, ...]:
    days = {truncate(mark, type_.precision) for mark in marks} or {datetime.date(2024, 1, 1)}
    near_days = {near for day in days for near in (_moved_date(day, type_.precision, -1), day, _moved_date(day, type_.precision, 1))}
    return tuple(sorted((day for day in near_days if not type_.outside(day)), reverse=True))


def _words(type_: ValueType, marks: set[str]) -> tuple[Value, ...]:
    if type_.kind is Kind.TEXT:
        return (*sorted(marks), "something else")
    if len(type_.options) <= _FEW_OPTIONS:
        return type_.options
    others = [option for option in type_.options if option not in marks]
    return (*(option for option in type_.options if option in marks), *others[:1])


def _sets(members: Sequence[str]) -> tuple[tuple[Value, ...], bool]:
    sizes: Iterable[int] = range(len(members), -1, -1)
    if len(members) > MOST_MEMBERS:
        sizes = dict.fromkeys((len(members), len(members) - 1, len(members) - 2, 2, 1, 0))
    return tuple(frozenset(chosen) for size in sizes for chosen in combinations(members, size)), len(members) <= MOST_MEMBERS


def entries(
    type_: ValueType,
    gathers: Sequence[tuple[Gather, frozenset[Atom]]],
    as_of: datetime.date,
    person: Mapping[str, Iterable[Value]] | None = None,
    *,
    most: int = _FEW_ENTRIES,
) -> tuple[Value, ...]:
    """Return lists of records worth trying: none, and one entry of each kind that the gatherings tell apart, alone or twice.

    Of each kind are tried so many at `most`. `person` are the values of attributes of the person that fields may be held against.
    """
    found: list[Value] = []
    for gather, marks in gathers:
        fields = _field_points(type_, gather, marks, as_of)
        for name, values in _held_against(gather, person or {}):
            mine, others = points(type_.fields[name], values)[0], fields.get(name, ())
            fields[name] = tuple(dict.fromkeys((*mine, *others)))
        records = [_record(dict(zip(fields, values, strict=True))) for values in _combined(tuple(fields.values()), most)]
        found += [(record,) for record in records]
        found += [(records[0],) * int(mark) for mark in marks if isinstance(mark, int) and 1 < mark <= _FEW_OPTIONS]
        places = {gather.last or gather.nth, (gather.last or gather.nth) + 1}
        found += [(one, *((other,) * (place - 1))) for place in places if 1 < place <= _FEW_OPTIONS for one, other in pairwise(records)]
    return tuple({repr(value): value for value in (*found, ())}.values())


def _combined(fields: Sequence[tuple[Value | None, ...]], most: int) -> Iterator[tuple[Value | None, ...]]:
    """Yield every combination of the values of some fields; where they are too many, each value beside each of another field, and a sample.

    At first come those that differ from the first combination in one field, then in two: a change of a rule shows in one of these
    mostly. The sample is the same in every run.
    """
    if math.prod(map(len, fields)) <= most:
        yield from product(*fields)
        return
    first = tuple(values[0] for values in fields)
    seen = {first: None}
    for number in (1, 2):
        for places in combinations(range(len(fields)), number):
            for values in product(*(fields[place][1:] for place in places)):
                new = dict(zip(places, values, strict=True))
                seen[tuple(new.get(place, value) for place, value in enumerate(first))] = None
    chance = random.Random(_SEED)  # noqa: S311 - a sample, no secret
    for _ in range(most):
        seen[tuple(chance.choice(values) for values in fields)] = None
    yield from islice(seen, most)


def _field_points(type_: ValueType, gather: Gather, marks: frozenset[Atom], as_of: datetime.date) -> dict[str, tuple[Value | None, ...]]:
    asked: dict[str, set[Atom]] = {name: set() for name in (gather.field, gather.by, gather.weight) if name}
    for name, value in (*_where(gather.where, as_of), *_where(gather.of_which, as_of)):
        asked.setdefault(name, set()).update(value)
    result: dict[str, tuple[Value | None, ...]] = {name: points(type_.fields[name], marks)[0] for name, marks in asked.items()}
    if gather.start:
        years = sorted({mark for mark in marks if isinstance(mark, int | Fraction)} or {Fraction(1)})
        months = {round(mark * MONTHS_A_YEAR) + near for mark in years for near in (-1, 0, 1)}
        days = (truncate(months_before(as_of, count - 1), type_.fields[gather.start].precision) for count in months if count > 0)
        result[gather.start] = tuple(sorted(days))
    return result


def _held_against(gather: Gather, person: Mapping[str, Iterable[Value]]) -> Iterator[tuple[str, list[Atom]]]:
    """Yield the fields that are held against attributes of the person, with the values of these that a field can have too."""
    for test in (test for condition in gather.conditions for test in leaves(condition)):
        values = person.get(person_attribute(test.other) or "", ())
        if listed := [value for value in values if not isinstance(value, frozenset | tuple)]:
            yield test.attribute, listed


def _where(condition: Condition | None, as_of: datetime.date) -> Iterator[tuple[str, frozenset[Atom]]]:
    """Yield the fields that a condition over them tests, each with the values that matter; of a window, its first and its last day."""
    for test in () if condition is None else leaves(condition):
        value = test.value
        if (window := window_of(test.attribute)) is not None:
            yield window.field, frozenset({window.begins(as_of), as_of})
            continue
        yield test.attribute, value if isinstance(value, frozenset) else frozenset(() if value is None else (value,))


def _record(values: dict[str, Value | None]) -> Record:
    return {name: value for name, value in values.items() if value is not None and not isinstance(value, frozenset | tuple)}
