"""Conditions and computed attributes of which some inputs are fixed and others still open, in a form that is the same where it matters.

A part that is settled shrinks to its value; a count, a sum or a choice of alternatives shrinks to how far it has come. So two
ways of fixing some inputs that leave the same open are one and the same, and a search over them need not go both.

A test that comes out the same whatever is left to be fixed is settled at once: a sum that has reached what is needed, or cannot reach it
any more, is no longer told apart by how far it has come.
"""

from __future__ import annotations

import datetime
import itertools
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from fractions import Fraction
from typing import Any, assert_never

import attrs

from evaluator.candidates.plan.reach import compared
from evaluator.candidates.plan.terms import Computed, Fixed, Members, Readiness, Term, Variable, Varying
from evaluator.candidates.plan.waited_role import Tallies, WaitedRole
from evaluator.core.bounds import (
    AnswerRanges,
    Interval,
    Options,
    Outcome,
    PartialFacts,
    added,
    agreed,
    between,
    interval_of,
    is_value,
    scaled,
)
from evaluator.core.conditions import (
    AllOf,
    AnyOf,
    AtLeastOf,
    AttributeTest,
    Condition,
    NoneOf,
    Truth,
    attributes_read,
    members_tested,
    plain,
    truth,
)
from evaluator.core.derive import derived
from evaluator.core.derive_bounds import is_whole, outcome
from evaluator.core.expressions import (
    Calculation,
    Ceil,
    Clamp,
    Expression,
    Floor,
    Gather,
    Literal,
    Lookup,
    Missing,
    Operation,
    Reference,
    Round,
    Since,
    Stored,
    TableBand,
    Tally,
    When,
    unchanged,
)
from evaluator.core.model import Band, Criterion, Role
from evaluator.core.operators import comparison_of
from evaluator.core.values import Facts, Number, Value

Node = tuple[Any, ...] | bool | None
"""An open condition as nested tuples, or a truth where nothing is open."""
_OPEN = object()
Ends = tuple[Number, Number]
"""The least and the greatest that an open number can come to; a number without them may come to be unknown."""
_MERGED = frozenset({Operation.MIN, Operation.MAX, Operation.PRODUCT})
"""Operations over several numbers whose order and grouping do not matter, so that those that are settled become one."""


@attrs.frozen(kw_only=True)
class Terms:
    """What the parts of residuals refer to by number: tests and expressions, which need not be hashed again and again.

    `names` says what each attribute is made of: the variable that fixes it, its members, a value that never changes, or the
    expression that computes it. With `known`, the facts of a pack of edition 2 or later, what stays missing counts by what it can be:
    a value is then an outcome, which may be bounds.
    """

    names: Mapping[str, Term]
    as_of: datetime.date
    tests: list[AttributeTest] = attrs.field(factory=list)
    expressions: list[Any] = attrs.field(factory=list)
    options: Mapping[Variable, tuple[Value | None, ...]] = attrs.field(factory=dict)
    """The values that each variable can be fixed to."""
    known: PartialFacts | None = None
    bands: Mapping[str, Sequence[Band]] = attrs.field(factory=dict)
    """Those of each role that another one waits for, which say who is ready for it."""
    late: frozenset[str] = frozenset()
    """The criteria, by key, that cannot be closed by work in the time there is."""
    work: frozenset[tuple[Variable, Value | None]] = frozenset()
    """What takes work to bring about."""
    waited: list[WaitedRole] = attrs.field(factory=list)
    _fixed_parts: dict[tuple[Any, ...], Any] = attrs.field(factory=dict, init=False, repr=False)
    _bounds: dict[tuple[Any, ...], Ends | None] = attrs.field(factory=dict, init=False, repr=False)

    def condition(self, condition: Condition) -> Node:
        """Return the residual of a condition with nothing fixed but what never changes."""
        return self._condition(plain(condition))

    def _condition(self, condition: Condition) -> Node:
        match condition:
            case AttributeTest():
                number = len(self.tests)
                self.tests.append(condition)
                right = ("value", None) if condition.other is None else self.attribute(condition.other)
                return self._test(number, self._tested(condition), right)
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
            return ("value", self._stays(name) if term.value is None else term.value)
        if isinstance(term, Varying):
            return ("variable", term.variable)
        if isinstance(term, Members):
            return _members(term.certain, term.sure, term.open)
        if isinstance(term, Readiness):
            return self._readiness(term.role)
        return self.expression(term.expression)

    def _readiness(self, role: Role) -> tuple[Any, ...]:
        """Return the residual of whether somebody is ready for a role: its criteria that are open, and the tallies of the others."""
        number, waited = len(self.waited), WaitedRole(role=role, bands=self.bands[role.id])
        self.waited.append(waited)
        parts = []
        for index, criterion in enumerate(role.criteria):
            applies = True if criterion.applies_when is None else self.condition(criterion.applies_when)
            held = self.condition(criterion.when)
            parts.append((index, applies, held, self._no_time_for(criterion, applies, held)))
        return self._ready(number, waited.nothing, parts)

    def _no_time_for(self, criterion: Criterion, applies: Node, held: Node) -> frozenset[Variable]:
        """Return the variables that work must not change for a criterion to count: those of one that takes too long, and is not met yet."""
        if criterion.key not in self.late:
            return frozenset()
        read = frozenset(variables_of((applies, held)))
        for variable in read:
            applies, held = (self.fix(part, variable, self.options[variable][0]) for part in (applies, held))
        return frozenset() if applies is True and held is True else read

    def _fix_ready(self, node: Any, variable: Variable, value: Value | None) -> Any:  # noqa: ANN401
        parts = []
        for index, applies, held, no_time_for in node[3]:
            too_late = variable in no_time_for and (variable, value) in self.work
            after = False if too_late else self.fix(held, variable, value)
            parts.append((index, self.fix(applies, variable, value), after, frozenset() if too_late else no_time_for))
        return self._ready(node[1], node[2], parts)

    def _ready(self, number: int, tallies: Tallies, parts: Iterable[tuple[Any, ...]]) -> tuple[Any, ...]:
        """Count what is settled of a role's criteria."""
        waited, left = self.waited[number], []
        for part in parts:
            index, applies, held, _ = part
            if isinstance(applies, tuple) or (applies is not False and isinstance(held, tuple)):
                left.append(part)
            else:
                tallies = waited.add(tallies, index, applies, None if isinstance(held, tuple) else held)
        if not left:
            return ("value", waited.ready(tallies))
        may_be = waited.possible(tallies, frozenset(part[0] for part in left))
        return ("ready", number, tallies, tuple(left)) if may_be else ("value", False)

    def expression(self, expression: Expression) -> tuple[Any, ...]:  # noqa: PLR0911 - a case for each sort of operator
        """Return the residual of an expression."""
        match expression:
            case Reference(attribute=name):
                return self.attribute(name)
            case Literal(value=value):
                return ("value", value)
            case Calculation(operation=Operation.SUM | Operation.MEAN, parts=parts):
                weights = expression.weights or (1,) * len(parts)
                found = tuple(
                    term
                    for weight, part in zip(weights, parts, strict=True)
                    for term in self._terms(expression, weight, self.expression(part))
                )
                return self._sum(self._kept(expression), 0, 0, found)
            case Calculation(parts=parts):
                return self._parts(self._kept(expression), tuple(self.expression(part) for part in parts))
            case Tally(conditions=conditions) if not self._reads_what_may_be_known_in_part(conditions):
                found = tuple((1, ("truth", self._condition(plain(one)))) for one in conditions)
                return self._sum(self._kept(expression), 0, 0, found)
            case _:  # right for every operator, since the reference engine works it out once all that it reads is fixed
                number, inside = self._kept(expression), expression.inside()
                if len(inside) == 1 and inside == expression.children and not expression.attributes:
                    return self._over(number, self.expression(expression.children[0]))
                return self._whole(number, tuple((name, self.attribute(name)) for name in self._open(expression)))

    def _stays(self, name: str) -> Outcome:
        """Return what an attribute can be that stays without a value, for what is computed from it."""
        return None if self.known is None else self.known.outcome(name)

    def _reads_what_may_be_known_in_part(self, conditions: Iterable[Condition]) -> bool:
        """Whether conditions test something computed: what is open of a count then hangs on more than on truths."""
        return self.known is not None and any(
            isinstance(self.names[name], Computed | Fixed) and name not in self.known.ranges.answerable
            for name in attributes_read(conditions)
        )

    def _terms(self, outer: Calculation, weight: Number, part: tuple[Any, ...]) -> Iterator[tuple[Number, tuple[Any, ...]]]:
        """Yield the terms of a part of a sum: of a sum inside a sum, its own, so that one number says how far both have come."""
        inside = part[0] == "sum" and _adds_up(self.expressions[part[1]])
        if inside and _adds_up(outer):
            yield weight, ("value", part[2])
            yield from ((weight * each, term) for each, term in part[4])
        else:
            yield weight, part

    def _open(self, expression: Expression) -> list[str]:
        return [name for name in expression.inputs if not isinstance(self.names[name], Fixed)]

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
        if node[0] not in _KEPT:
            return _FIX[node[0]](self, node, variable, value)
        key = (node, variable, value)
        if key not in self._fixed_parts:
            self._fixed_parts[key] = _FIX[node[0]](self, node, variable, value)
        return self._fixed_parts[key]

    def _fix_test(self, node: Any, variable: Variable, value: Value | None) -> Any:  # noqa: ANN401
        return self._test(node[1], self.fix(node[2], variable, value), self.fix(node[3], variable, value))

    def _test(self, number: int, left: Any, right: Any) -> Node:  # noqa: ANN401
        test = self.tests[number]
        left, right = self._tested_value(test.attribute, left), self._tested_value(test.other, right)
        if left[0] != "value" or (test.other is not None and right[0] != "value"):
            found = self._sure(test, left, right)
            return ("test", number, left, right) if found is None else found
        if isinstance(left[1], Interval | Options) or isinstance(right[1], Interval | Options):
            if test.of_presence:
                return not test.value  # what is known in part is not known
            need = test.value if test.other is None else right[1]
            return None if left[1] is None or need is None else agreed(test.operator, left[1], need)
        facts = {} if left[1] is None else {test.attribute: left[1]}
        if test.other is not None and right[1] is not None:
            facts[test.other] = right[1]
        return truth(test, facts)

    def _tested_value(self, name: str | None, node: Any) -> Any:  # noqa: ANN401
        """Return what a test reads of an attribute: of one that is stated and stays missing nothing, whatever it can be."""
        if name is None or node[0] != "value" or not isinstance(node[1], Interval | Options) or isinstance(self.names[name], Computed):
            return node
        return ("value", None if self.known is None else self.known.bounds.get(name))

    def _sure(self, test: AttributeTest, left: Any, right: Any) -> Truth:  # noqa: ANN401
        """Return the truth of a comparison of numbers where it is the same whatever is left to be fixed."""
        if not isinstance(test.value, int | Fraction) and test.other is None:
            return None
        have = self.bounds(left)
        need = self.bounds(right if test.other is not None else ("value", test.value))
        return None if have is None or need is None or test.of_presence else compared(comparison_of(test.operator), have, need)

    def bounds(self, node: Any) -> Ends | None:  # noqa: ANN401
        """Return between which numbers an open number comes out; None where that is not known, or it may be unknown."""
        if node[0] == "value":
            return ends_of(node[1])
        if node[0] == "sum":
            return self._bounds_of_sum(node)
        if node not in self._bounds:
            self._bounds[node] = self._bounds_of(node)
        return self._bounds[node]

    def _bounds_of(self, node: Any) -> Ends | None:  # noqa: ANN401
        if node[0] == "variable":
            return _ends(self.options.get(node[1], ()))
        if node[0] == "parts":
            return self._bounds_of_parts(node)
        variables = set(variables_of(node))
        if len(variables) != 1:
            return self._bounds_over(node) if node[0] == "over" else None
        (variable,) = variables
        found = [self.fix(node, variable, value) for value in self.options.get(variable, ())]
        return _ends([one[1] if one[0] == "value" else None for one in found])

    def _bounds_of_sum(self, node: Any) -> Ends | None:  # noqa: ANN401
        so_far = ends_of(node[2])
        if so_far is None:
            return None
        (low, high), weight = so_far, node[3]
        for each, part in node[4]:
            ends = None if part[0] == "truth" else self.bounds(part)
            if ends is None:
                return None
            low += each * ends[each < 0]
            high += each * ends[each >= 0]
            weight += each
        found = [_summed(self.expressions[node[1]], total, weight) for total in (low, high)]
        return _ends(found)

    def _bounds_of_parts(self, node: Any) -> Ends | None:  # noqa: ANN401
        ends = [self.bounds(part) for part in node[2]]
        known = [end for end in ends if end is not None]
        operation = self.expressions[node[1]].operation
        if len(known) < len(ends) or operation is Operation.PRODUCT or (operation is Operation.RATIO and known[1][0] <= 0 <= known[1][1]):
            return None
        if operation in GROWS:
            return _ends([self._computed(node[1], [one[side] for one in known]) for side in (0, 1)])
        corners = itertools.product(*known)
        return _ends([self._computed(node[1], corner) for corner in corners])

    def _bounds_over(self, node: Any) -> Ends | None:  # noqa: ANN401
        """Return the bounds of an operator over one number, where it never falls as the number grows."""
        ends = self.bounds(node[2])
        if ends is None or not never_falls(self.expressions[node[1]]):
            return None
        return _ends([self._over(node[1], ("value", end))[1] for end in ends])

    def _outcome(self, expression: Expression, values: Sequence[Outcome], *, whole: bool = False) -> Outcome:
        """Return what an expression comes to that reads values, or what bounds them, as the attributes 0, 1, 2 and so on."""
        named = {str(index): value for index, value in enumerate(values)}
        bounds = {name: value for name, value in named.items() if isinstance(value, Interval | Options)}
        ranges = AnswerRanges(answerable=frozenset(bounds), bounds=bounds, whole=frozenset(named if whole else ()))
        facts = {name: value for name, value in named.items() if is_value(value)}
        return outcome(expression, PartialFacts(facts, ranges=ranges), self.as_of)

    def _computed(self, number: int, values: Sequence[Outcome]) -> Outcome:
        """Return what an operation over several numbers comes to."""
        if any(isinstance(value, Interval) for value in values):
            references = tuple(Reference(attribute=str(index)) for index in range(len(values)))
            return self._outcome(attrs.evolve(self.expressions[number], parts=references), values)
        parts = tuple(Literal(value=value) for value in values)  # type: ignore[arg-type] # None is what is unknown
        return derived(attrs.evolve(self.expressions[number], parts=parts), {}, self.as_of)

    def _fix_parts(self, node: Any, variable: Variable, value: Value | None) -> Any:  # noqa: ANN401
        return self._parts(node[1], tuple(self.fix(part, variable, value) for part in node[2]))

    def _parts(self, number: int, parts: tuple[Any, ...]) -> tuple[Any, ...]:
        """Return an operation over several numbers; what is settled of one that grows or shrinks with each of them becomes one."""
        expression = self.expressions[number]
        settled, left = [part for part in parts if part[0] == "value"], [part for part in parts if part[0] != "value"]
        if not left:
            return ("value", self._computed(number, [part[1] for part in parts]))
        if expression.operation not in _MERGED or not settled:
            return ("parts", number, parts)
        if expression.missing is Missing.UNKNOWN and any(part[1] is None for part in settled):
            return ("value", None)
        return ("parts", number, (("value", self._computed(number, [part[1] for part in settled])), *left))

    def _fix_enough(self, node: Any, variable: Variable, value: Value | None) -> Node:  # noqa: ANN401
        return _enough(node[1], node[2], [self.fix(part, variable, value) for part in node[3]])

    def _fix_variable(self, node: Any, variable: Variable, value: Value | None) -> Any:  # noqa: ANN401
        if node[1] != variable:
            return node
        return ("value", self._stays(variable) if value is None and isinstance(variable, str) else value)

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

    def _sum(self, number: int, total: Number | Interval, weight: Number, parts: Iterable[Any]) -> tuple[Any, ...]:
        """Add up what is settled: the total and the weight behind it."""
        expression = self.expressions[number]
        left = []
        for each, part in parts:
            found = _settled(part, in_part=self.known is not None and expression.missing is Missing.UNKNOWN)
            if found is _OPEN:
                left.append((each, part))
                continue
            if found is None and expression.missing is Missing.UNKNOWN:
                return ("value", None)
            number_of = expression.missing if found is None and not isinstance(expression.missing, Missing) else found
            if number_of is not None:
                total, weight = _plus(total, each, number_of), weight + each
        return ("sum", number, total, weight, tuple(left)) if left else ("value", _summed(expression, total, weight))

    def _fix_over(self, node: Any, variable: Variable, value: Value | None) -> Any:  # noqa: ANN401
        return self._over(node[1], self.fix(node[2], variable, value))

    def _over(self, number: int, of: Any) -> tuple[Any, ...]:  # noqa: ANN401
        if of[0] != "value":
            return ("over", number, of)
        if isinstance(of[1], Interval | Options):
            expression = self.expressions[number]
            whole = self.known is not None and is_whole(expression.children[0], self.known.ranges.whole)
            return ("value", self._outcome(expression.rebuilt(lambda _: Reference(attribute="0"), unchanged), [of[1]], whole=whole))
        return ("value", derived(self.expressions[number].rebuilt(lambda _: Literal(value=of[1]), unchanged), {}, self.as_of))

    def _fix_whole(self, node: Any, variable: Variable, value: Value | None) -> Any:  # noqa: ANN401
        return self._whole(node[1], tuple((name, self.fix(part, variable, value)) for name, part in node[2]))

    def _whole(self, number: int, parts: tuple[Any, ...]) -> tuple[Any, ...]:
        if any(part[0] != "value" for _, part in parts):
            return ("whole", number, parts)
        facts = {name: part[1] for name, part in parts if is_value(part[1])}
        if self.known is None:
            return ("value", derived(self.expressions[number], {**self.fixed, **facts}, self.as_of))
        bounds = {
            name: part[1] for name, part in parts if isinstance(part[1], Interval | Options) and isinstance(self.names[name], Computed)
        }
        partial = PartialFacts({**self.fixed, **facts}, ranges=self.known.ranges, bounds={**self.known.bounds, **bounds})
        return ("value", outcome(self.expressions[number], partial, self.as_of))


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


def variables_of(node: Any) -> Iterator[Variable]:  # noqa: ANN401 - nested tuples
    """Yield the variables that a residual still hangs on."""
    if not isinstance(node, tuple):
        return
    if node and node[0] == "variable":
        yield node[1]
    elif node and node[0] == "members":
        yield from node[3]
    elif not node or node[0] != "value":
        for part in node:
            yield from variables_of(part)


def never_falls(expression: Expression) -> bool:
    """Whether an operator over one number never comes to less as the number grows, and is never unknown where the number is known."""
    match expression:
        case Lookup(bands=bands):
            return _bands_rise(bands)
        case Floor() | Ceil() | Clamp() | Round():
            return True
        case Literal() | Reference() | Calculation() | When() | Tally() | Gather() | Since() | Stored():
            return False
        case _:
            assert_never(expression)


def _bands_rise(listed: Sequence[TableBand]) -> bool:
    """Whether bands give something for every number, and never less for a greater one."""
    bands = sorted(listed, key=lambda table_band: (table_band.lowest is not None, table_band.lowest or 0))
    ends = [
        (table_band.highest, two.lowest, table_band.includes_highest != two.includes_lowest)
        for table_band, two in itertools.pairwise(bands)
    ]
    closed = all(high is not None and high == low and joined for high, low, joined in ends)
    gives = [band.gives for band in bands]
    numbers = all(map(is_number, gives)) and all(one <= two for one, two in itertools.pairwise(gives))  # type: ignore[operator]
    return bool(bands) and bands[0].lowest is None and bands[-1].highest is None and closed and numbers


def _adds_up(expression: Expression) -> bool:
    """Whether an expression is a plain sum, unknown where one of its parts is."""
    if not isinstance(expression, Calculation) or expression.weights is not None:
        return False
    return expression.operation is Operation.SUM and expression.missing is Missing.UNKNOWN


def ends_of(value: Any) -> Ends | None:  # noqa: ANN401 - what a settled part came to
    """Return the ends of a settled number, or of one that is known in part within limits."""
    if isinstance(value, Interval):
        return (value.lowest, value.highest) if is_number(value.lowest) and is_number(value.highest) else None  # type: ignore[return-value]
    return (value, value) if is_number(value) else None


def _plus(total: Number | Interval, weight: Number, part: Number | Interval) -> Number | Interval:
    """Return a total with a part more, so many times."""
    if isinstance(total, Interval) or isinstance(part, Interval):
        parts = [interval_of(total), interval_of(part)]
        return added([parts[0] or Interval(), scaled(parts[1] or Interval(), weight)])
    return total + weight * part


def is_number(value: object) -> bool:
    """Whether a value is a number, which a flag is not."""
    return isinstance(value, int | Fraction) and not isinstance(value, bool)


def _ends(values: Collection[Outcome]) -> Ends | None:
    """Return the least and the greatest of some values; None where one is no number, or there is none."""
    numbers = [value for value in values if isinstance(value, int | Fraction) and not isinstance(value, bool)]
    return (min(numbers), max(numbers)) if numbers and len(numbers) == len(values) else None


def _members(certain: bool, sure: frozenset[str], left: frozenset[Variable]) -> tuple[Any, ...]:  # noqa: FBT001 - a part of the node
    if left:
        return ("members", certain, sure, left)
    return ("value", sure if certain or sure else None)


def _settled(part: Any, *, in_part: bool) -> Any:  # noqa: ANN401
    """Return the number that a part of a sum came to, with `in_part` also what bounds it; None where it is unknown; or that it is open."""
    if part[0] == "truth":
        found = part[1]
        if found is None:
            return Interval(lowest=0, highest=1) if in_part else None
        return _OPEN if isinstance(found, tuple) else int(found)
    if part[0] != "value":
        return _OPEN
    return part[1] if isinstance(part[1], int | Fraction) or (in_part and isinstance(part[1], Interval)) else None


def _summed(expression: Any, total: Number | Interval, weight: Number) -> Outcome:  # noqa: ANN401
    if not weight:
        return None
    if isinstance(total, Interval):
        shared = (
            expression.share if isinstance(expression, Tally) else expression.operation is Operation.MEAN or expression.weights is not None
        )
        ends = scaled(total, Fraction(1) / weight) if shared else total
        return between(ends.low, ends.high)
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
    "ready": Terms._fix_ready,  # noqa: SLF001
    "parts": Terms._fix_parts,  # noqa: SLF001
}
_KEPT = frozenset({"over", "whole", "members", "ready"})
"""Nodes of which few differ, so that it is kept what fixing them comes to; of sums and what is made of them there are many."""
GROWS = frozenset({Operation.MIN, Operation.MAX})
