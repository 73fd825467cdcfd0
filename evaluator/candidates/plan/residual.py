"""Conditions and computed attributes of which some inputs are fixed and others still open, in a form that is the same where it matters.

A part that is settled shrinks to its value; a count, a sum or a choice of alternatives shrinks to how far it has come. So two
ways of fixing some inputs that leave the same open are one and the same, and a search over them need not go both.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterable, Mapping
from fractions import Fraction
from typing import Any

import attrs

from evaluator.candidates.plan.terms import Fixed, Members, Term, Variable, Varying
from evaluator.core.conditions import AllOf, AnyOf, AtLeastOf, AttributeTest, Condition, NoneOf, members_tested, plain, truth
from evaluator.core.derive import derived
from evaluator.core.expressions import (
    Calculation,
    Expression,
    Literal,
    Missing,
    Operation,
    Reference,
    Tally,
    inputs,
    unchanged,
)
from evaluator.core.values import Facts, Number, Value

Node = tuple[Any, ...] | bool | None
"""An open condition as nested tuples, or a truth where nothing is open."""
_OPEN = object()


@attrs.frozen(kw_only=True)
class Terms:
    """What the parts of residuals refer to by number: tests and expressions, which need not be hashed again and again.

    `names` says what each attribute is made of: the variable that fixes it, its members, a value that never changes, or the
    expression that computes it.
    """

    names: Mapping[str, Term]
    as_of: datetime.date
    tests: list[AttributeTest] = attrs.field(factory=list)
    expressions: list[Any] = attrs.field(factory=list)
    memo: dict[tuple[Any, ...], Any] = attrs.field(factory=dict, repr=False)

    def condition(self, condition: Condition) -> Node:
        """Return the residual of a condition with nothing fixed but what never changes."""
        return self._condition(plain(condition))

    def _condition(self, condition: Condition) -> Node:
        match condition:
            case AttributeTest():
                self.tests.append(condition)
                right = ("value", None) if condition.other is None else self.attribute(condition.other)
                return self._test(len(self.tests) - 1, self._tested(condition), right)
            case AllOf(parts=parts):
                return _enough(len(parts), 0, [self._condition(part) for part in parts])
            case AnyOf(parts=parts):
                return _enough(1, 0, [self._condition(part) for part in parts])
            case AtLeastOf(parts=parts, count=count):
                return _enough(count, 0, [self._condition(part) for part in parts])
            case NoneOf():
                raise TypeError("a plain condition has no none-of")

    def _tested(self, test: AttributeTest) -> tuple[Any, ...]:
        """Return what a test reads: of a set, no more than the members that decide it."""
        term = self.names[test.attribute]
        if not isinstance(term, Members) or not isinstance(test.value, frozenset):
            return self.attribute(test.attribute)
        named = members_tested(test, term.sure | {member for _, member in term.open})
        return _members(term.certain, term.sure & named, frozenset(one for one in term.open if one[1] in named))

    def attribute(self, name: str) -> tuple[Any, ...]:
        """Return the residual of an attribute's value."""
        term = self.names[name]
        if isinstance(term, Fixed):
            return ("value", term.value)
        if isinstance(term, Varying):
            return ("variable", term.variable)
        if isinstance(term, Members):
            return _members(term.certain, term.sure, term.open)
        return self.expression(term.expression)

    def expression(self, expression: Expression) -> tuple[Any, ...]:
        """Return the residual of an expression."""
        match expression:
            case Reference(attribute=name):
                return self.attribute(name)
            case Literal(value=value):
                return ("value", value)
            case Calculation(operation=Operation.SUM | Operation.MEAN, parts=parts):
                weights = expression.weights or (1,) * len(parts)
                found = tuple((weight, self.expression(part)) for weight, part in zip(weights, parts, strict=True))
                return self._sum(self._kept(expression), 0, 0, found)
            case Tally(conditions=conditions):
                found = tuple((1, ("truth", self._condition(plain(one)))) for one in conditions)
                return self._sum(self._kept(expression), 0, 0, found)
            case _:  # right for every operator, since the reference engine works it out once all that it reads is fixed
                number, inside = self._kept(expression), expression.inside()
                if len(inside) == 1 and inside == expression.children and not expression.attributes:
                    return self._over(number, self.expression(expression.children[0]))
                return self._whole(number, tuple((name, self.attribute(name)) for name in self._open(expression)))

    def _open(self, expression: Expression) -> list[str]:
        return [name for name in inputs(expression) if not isinstance(self.names[name], Fixed)]

    @property
    def fixed(self) -> Facts:
        """What never changes and is known."""
        return {name: term.value for name, term in self.names.items() if isinstance(term, Fixed) and term.value is not None}

    def _kept(self, expression: Expression) -> int:
        self.expressions.append(expression)
        return len(self.expressions) - 1

    def fix(self, node: Any, variable: Variable, value: Value | None) -> Any:  # noqa: ANN401 - a node of either sort
        """Return a residual with one more variable fixed."""
        if not isinstance(node, tuple) or node[0] == "value":
            return node
        key = (node, variable, value)
        if key not in self.memo:
            self.memo[key] = _FIX[node[0]](self, node, variable, value)
        return self.memo[key]

    def _fix_test(self, node: Any, variable: Variable, value: Value | None) -> Any:  # noqa: ANN401
        return self._test(node[1], self.fix(node[2], variable, value), self.fix(node[3], variable, value))

    def _test(self, number: int, left: Any, right: Any) -> Node:  # noqa: ANN401
        test = self.tests[number]
        if left[0] != "value" or (test.other is not None and right[0] != "value"):
            return ("test", number, left, right)
        facts = {} if left[1] is None else {test.attribute: left[1]}
        if test.other is not None and right[1] is not None:
            facts[test.other] = right[1]
        return truth(test, facts)

    def _fix_enough(self, node: Any, variable: Variable, value: Value | None) -> Node:  # noqa: ANN401
        return _enough(node[1], node[2], [self.fix(part, variable, value) for part in node[3]])

    def _fix_variable(self, node: Any, variable: Variable, value: Value | None) -> Any:  # noqa: ANN401
        return ("value", value) if node[1] == variable else node

    def _fix_members(self, node: Any, variable: Variable, value: Value | None) -> Any:  # noqa: ANN401
        if variable not in node[3]:
            return node
        member = variable[1]
        sure = node[2] | {member} if value else node[2] - {member}
        return _members(node[1], sure, node[3] - {variable})

    def _fix_sum(self, node: Any, variable: Variable, value: Value | None) -> Any:  # noqa: ANN401
        parts = tuple((weight, self._fix_part(part, variable, value)) for weight, part in node[4])
        return self._sum(node[1], node[2], node[3], parts)

    def _fix_part(self, part: Any, variable: Variable, value: Value | None) -> Any:  # noqa: ANN401
        return ("truth", self.fix(part[1], variable, value)) if part[0] == "truth" else self.fix(part, variable, value)

    def _sum(self, number: int, total: Number, weight: Number, parts: Iterable[Any]) -> tuple[Any, ...]:
        """Add up what is settled: the total and the weight behind it."""
        expression = self.expressions[number]
        left = []
        for each, part in parts:
            found = _settled(part)
            if found is _OPEN:
                left.append((each, part))
                continue
            if found is None and expression.missing is Missing.UNKNOWN:
                return ("value", None)
            number_of = expression.missing if found is None and not isinstance(expression.missing, Missing) else found
            if number_of is not None:
                total, weight = total + each * number_of, weight + each
        return ("sum", number, total, weight, tuple(left)) if left else ("value", _summed(expression, total, weight))

    def _fix_over(self, node: Any, variable: Variable, value: Value | None) -> Any:  # noqa: ANN401
        return self._over(node[1], self.fix(node[2], variable, value))

    def _over(self, number: int, of: Any) -> tuple[Any, ...]:  # noqa: ANN401
        if of[0] != "value":
            return ("over", number, of)
        return ("value", derived(self.expressions[number].rebuilt(lambda _: Literal(value=of[1]), unchanged), {}, self.as_of))

    def _fix_whole(self, node: Any, variable: Variable, value: Value | None) -> Any:  # noqa: ANN401
        return self._whole(node[1], tuple((name, self.fix(part, variable, value)) for name, part in node[2]))

    def _whole(self, number: int, parts: tuple[Any, ...]) -> tuple[Any, ...]:
        if any(part[0] != "value" for _, part in parts):
            return ("whole", number, parts)
        facts = {name: part[1] for name, part in parts if part[1] is not None}
        return ("value", derived(self.expressions[number], {**self.fixed, **facts}, self.as_of))


def _enough(needed: int, unknown: int, parts: Iterable[Node]) -> Node:
    """Return the residual of so many parts having to hold, some of which turned out unknown."""
    left: list[Node] = []
    for part in parts:
        if part is True:
            needed -= 1
        elif part is None:
            unknown += 1
        elif part is not False:
            left.append(part)
    if needed <= 0:
        return True
    if len(left) + unknown < needed:
        return False
    if not left:
        return None
    return ("enough", needed, min(unknown, needed), tuple(left))


def _members(certain: bool, sure: frozenset[str], left: frozenset[Variable]) -> tuple[Any, ...]:  # noqa: FBT001 - a part of the node
    if left:
        return ("members", certain, sure, left)
    return ("value", sure if certain or sure else None)


def _settled(part: Any) -> Any:  # noqa: ANN401
    """Return the number that a part of a sum came to, None where it is unknown, or that it is open."""
    if part[0] == "truth":
        found = part[1]
        return _OPEN if isinstance(found, tuple) else None if found is None else int(found)
    if part[0] != "value":
        return _OPEN
    return part[1] if isinstance(part[1], int | Fraction) else None


def _summed(expression: Any, total: Number, weight: Number) -> Value | None:  # noqa: ANN401
    if not weight:
        return None
    if isinstance(expression, Tally):
        return Fraction(total) / weight if expression.share else total
    mean = expression.operation is Operation.MEAN or expression.weights is not None
    return derived(Literal(value=Fraction(total) / weight if mean else total), {}, datetime.date.min)


_FIX: Mapping[str, Callable[..., Any]] = {
    "test": Terms._fix_test,  # noqa: SLF001 - its own
    "enough": Terms._fix_enough,  # noqa: SLF001
    "variable": Terms._fix_variable,  # noqa: SLF001
    "members": Terms._fix_members,  # noqa: SLF001
    "sum": Terms._fix_sum,  # noqa: SLF001
    "over": Terms._fix_over,  # noqa: SLF001
    "whole": Terms._fix_whole,  # noqa: SLF001
}
