"""Small changes of a condition: a threshold to its neighbour, an operator to its like, a member or a part taken out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import attrs

from evaluator.core.conditions import AllOf, AnyOf, AtLeastOf, AttributeTest, Condition, NoneOf
from evaluator.core.operators import ROWS, Operator, Takes
from evaluator.core.trial_values import moved
from evaluator.core.values import Atom, Kind, ValueType
from evaluator.core.windows import window_of
from evaluator.diagnostics import Span
from evaluator.packs.examples.writing import COMBINATORS, condition_text, enough_text

_COMBINED_OTHERWISE: dict[type, type[AllOf | AnyOf]] = {AllOf: AnyOf, AnyOf: AllOf, NoneOf: AnyOf}


@attrs.frozen(kw_only=True)
class Change:
    """A condition a little otherwise: the place of the change, and what stood there and stands there now, as a rule file says it."""

    condition: Condition
    span: Span
    was: str
    now: str


def changes(condition: Condition, types: Mapping[str, ValueType]) -> Iterator[Change]:
    """Yield a condition with each small change of it, one at a time; what is said once is changed where it is declared."""
    if condition.named is not None:
        return
    if isinstance(condition, AttributeTest):
        yield from _test_changes(condition, types[condition.attribute])
        return
    for index, part in enumerate(condition.parts):
        for change in changes(part, types):
            parts = (*condition.parts[:index], change.condition, *condition.parts[index + 1 :])
            yield attrs.evolve(change, condition=attrs.evolve(condition, parts=parts))
    yield from _combination_changes(condition, types)


def _combination_changes(condition: AllOf | AnyOf | NoneOf | AtLeastOf, types: Mapping[str, ValueType]) -> Iterator[Change]:
    parts = condition.parts
    if isinstance(condition, AtLeastOf):
        for other in (condition.at(count) for count in (condition.count - 1, condition.count + 1) if 1 <= count <= len(parts)):
            yield _change(other, condition.span, enough_text(condition), enough_text(other))
        return
    if len(parts) < 2 and not isinstance(condition, NoneOf):  # noqa: PLR2004 - a part alone is the same in all and any
        return
    combined = _COMBINED_OTHERWISE[type(condition)]
    was, now = COMBINATORS[type(condition)], COMBINATORS[combined]
    yield _change(combined(parts=parts, span=condition.span), condition.span, was, now)
    for index, part in enumerate(parts) if len(parts) > 1 else ():
        left = (*parts[:index], *parts[index + 1 :])
        yield _change(attrs.evolve(condition, parts=left), part.span, condition_text(part, types), "nothing")


def _test_changes(test: AttributeTest, type_: ValueType) -> Iterator[Change]:
    for other in _tests(test, type_):
        yield _change(other, test.span, condition_text(test, {test.attribute: type_}), condition_text(other, {other.attribute: type_}))


def _tests(test: AttributeTest, type_: ValueType) -> Iterator[AttributeTest]:
    if isinstance(test.value, bool):
        yield attrs.evolve(test, value=not test.value)
        window = window_of(test.attribute)
        moved_windows = () if window is None else map(window.moved, (-1, 1))
        yield from (attrs.evolve(test, attribute=other.name) for other in moved_windows if other is not None)
        return
    members = test.value if isinstance(test.value, frozenset) else frozenset()
    other = ROWS[test.operator].neighbour
    if other is not None and not (len(members) == 1 and {test.operator, other} == {Operator.INCLUDES_ALL, Operator.INCLUDES_ANY}):
        yield attrs.evolve(test, operator=other)
    if members:
        yield from (attrs.evolve(test, value=value) for value in _memberships(members, type_, test.operator))
    elif test.value is not None and type_.options and type_.kind is not Kind.SCALE:
        yield from (attrs.evolve(test, value=option) for option in _beside(str(test.value), type_))
    elif test.value is not None and not isinstance(test.value, frozenset):
        neighbours = (moved(type_, test.value, steps) for steps in (-1, 1))
        yield from (attrs.evolve(test, value=value) for value in neighbours if value is not None)


def _memberships(members: frozenset[Atom], type_: ValueType, operator: Operator) -> Iterator[frozenset[Atom]]:
    """Yield the list without each of its members, and with one more; of a list of one, that one exchanged."""
    options: tuple[Atom, ...] = tuple(range(len(type_.options))) if type_.kind is Kind.SCALE else type_.options
    order = [option for option in options if option in members] or sorted(members, key=str)
    spare = [option for option in options if option not in members]
    if len(order) == 1:
        yield from (frozenset({option}) for option in spare[:1])
    else:
        yield from (members - {member} for member in order)
    if ROWS[operator].takes is Takes.LIST:
        yield from (members | {option} for option in spare[:1])


def _beside(option: str, type_: ValueType) -> tuple[str, ...]:
    index = type_.options.index(option)
    return tuple(type_.options[near] for near in (index - 1, index + 1) if 0 <= near < len(type_.options))


def _change(condition: Condition, span: Span, was: str, now: str) -> Change:
    return Change(condition=condition, span=span, was=was, now=now)
