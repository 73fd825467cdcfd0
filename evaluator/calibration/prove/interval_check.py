"""Whether conditions can be met together, in plain Python: exact for tests of stated attributes against literals.

Every attribute has a few values that stand for all others: the literals it is tested against, and one between each two. A choice of
alternatives is followed one way at a time; an attribute is dropped as soon as no value passes all its tests.
"""

from __future__ import annotations

import datetime
import itertools
import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from fractions import Fraction
from typing import assert_never

import attrs

from evaluator.calibration.prove.attributes_read import computed
from evaluator.core.attributes import Attribute
from evaluator.core.conditions import AllOf, AnyOf, AtLeastOf, AttributeTest, Condition, NoneOf, leaves, plain, truth
from evaluator.core.dates import Precision, truncate
from evaluator.core.model import Pack
from evaluator.core.operators import Operator, inclusion_of
from evaluator.core.values import Atom, Kind, Value, ValueType, tidy

_MOST_STEPS = 5000
EARLIEST = datetime.date(1900, 1, 1)
"""No profile may state an earlier day."""


class TooMuch(Exception):
    """Boxes do not decide it: something is computed, a verdict, compared with another or tested for being known, or it is too long."""


def together(conditions: Iterable[Condition], pack: Pack) -> Mapping[str, Value] | None:
    """Return values that meet all the conditions, or None where there are none; raises TooMuch."""
    wanted = [plain(condition) for condition in conditions]
    if not all(_plain_test(test, pack.attributes[test.attribute]) for condition in wanted for test in leaves(condition)):
        raise TooMuch
    search = _Search(pack=pack)
    found = next(search.ways(wanted, {}), None)
    return None if found is None else {name: search.value(name, tests) for name, tests in found.items()}  # type: ignore[misc]


def _plain_test(test: AttributeTest, attribute: Attribute) -> bool:
    stated = not computed(attribute) and attribute.ready_for is None and attribute.kind is not Kind.RECORDS
    return stated and test.other is None and not test.of_presence


_Tests = Mapping[str, tuple[AttributeTest, ...]]


@attrs.define(kw_only=True)
class _Search:
    pack: Pack
    steps: int = 0

    def ways(self, conditions: Sequence[Condition], tests: _Tests) -> Iterator[_Tests]:
        """Yield the ways to meet conditions, each as tests that leave a value to every attribute."""
        self.steps += 1
        if self.steps > _MOST_STEPS:
            raise TooMuch
        if not conditions:
            yield tests
            return
        first, rest = conditions[0], conditions[1:]
        if isinstance(first, AttributeTest):
            own = (*tests.get(first.attribute, ()), first)
            if self.value(first.attribute, own) is not None:
                yield from self.ways(rest, {**tests, first.attribute: own})
            return
        for parts in _alternatives(first):
            yield from self.ways([*parts, *rest], tests)

    def value(self, name: str, tests: Sequence[AttributeTest]) -> Value | None:
        """Return a value that passes the tests of one attribute, or None where there is none."""
        values = candidates(self.pack.attributes[name].type, tests)
        return next((value for value in values if all(truth(test, {name: value}) for test in tests)), None)


def _alternatives(condition: Condition) -> Iterable[Sequence[Condition]]:
    match condition:
        case AttributeTest():
            return [(condition,)]
        case AllOf(parts=parts):
            return [parts]
        case AnyOf(parts=parts):
            return [(part,) for part in parts]
        case AtLeastOf(parts=parts, count=count):
            return itertools.combinations(parts, count)
        case NoneOf():
            raise TypeError("none-of is pushed down to the tests before")
        case _:
            assert_never(condition)


def candidates(type_: ValueType, tests: Sequence[AttributeTest]) -> Iterable[Value]:
    """Return values of a type, lowest first, of which one passes each combination of the tests that any value passes."""
    literals = [test.value for test in tests if test.value is not None and not test.of_presence]
    if type_.kind is Kind.FLAG:
        return (False, True)
    if type_.kind is Kind.SCALE:
        return range(len(type_.options))
    if type_.kind is Kind.CHOICE:
        return type_.options
    if type_.kind is Kind.SET:
        return _sets(type_, tests)
    return _points(type_, [value for value in literals if not isinstance(value, frozenset)])


def _sets(type_: ValueType, tests: Sequence[AttributeTest]) -> Iterator[frozenset[str]]:
    """Yield the smallest set that the tests could ask for, then the largest."""
    allowed = frozenset(type_.options)
    needed: set[str] = set()
    choices: list[frozenset[str]] = []
    for test in tests:
        match inclusion_of(test.operator):
            case Operator.INCLUDES_NONE:
                allowed -= _members(test)
            case Operator.INCLUDES | Operator.INCLUDES_ALL:
                needed |= _members(test)
            case Operator.INCLUDES_ANY:
                choices.append(_members(test))
            case never:
                assert_never(never)
    for members in choices:
        if not needed & members:
            needed |= set(sorted(members & allowed, key=type_.options.index)[:1])
    yield frozenset(needed)
    yield allowed


def _members(test: AttributeTest) -> frozenset[str]:
    return frozenset(map(str, test.value)) if isinstance(test.value, frozenset) else frozenset()


def _points(type_: ValueType, literals: Sequence[Atom]) -> list[Value]:
    ends = [end for end in (type_.lowest, type_.highest) if end is not None]
    known = sorted({*literals, *ends} or {_somewhere(type_)})
    beside = [_beside(type_, value, step) for value in known for step in (-1, 0, 1)]
    between = [_middle(one, two) for one, two in itertools.pairwise(known)] if type_.kind is Kind.NUMBER else []
    found = {value for value in (*known, *beside, *between) if value is not None and _fits(type_, value)}
    return sorted(found)


def _somewhere(type_: ValueType) -> Atom:
    return datetime.date(2000, 1, 1) if type_.kind is Kind.DATE else 0


def _middle(atom: Atom, two: Atom) -> Atom:
    return tidy(Fraction(atom + two) / 2)  # type: ignore[operator, arg-type]


def _fits(type_: ValueType, value: Atom) -> bool:
    if type_.outside(value):
        return False
    if isinstance(value, datetime.date):
        return truncate(value, type_.precision) == value and value >= EARLIEST
    return type_.kind is not Kind.INTEGER or isinstance(value, int)


def _beside(type_: ValueType, value: Atom, step: int) -> Atom | None:
    """Return the nearest other value of a whole number or a date, and any other one of a number."""
    if isinstance(value, datetime.date):
        return _date_beside(type_.precision, value, step)
    if isinstance(value, int | Fraction):
        return math.floor(value) + step if type_.kind is Kind.INTEGER else value + step
    return None


def _date_beside(precision: Precision, day: datetime.date, step: int) -> datetime.date | None:
    first = truncate(day, precision)
    width = {Precision.DAY: 1, Precision.MONTH: 31, Precision.YEAR: 366}[precision]
    try:
        return truncate(first + datetime.timedelta(days=width if step > 0 else -1), precision)
    except OverflowError:
        return None
