"""Nodes → the expressions of derived attributes, with the type of every part checked."""

from __future__ import annotations

from collections.abc import Callable, Container, Mapping

import attrs

from evaluator.core.expressions import Expression, Literal, Lookup, Missing, Reference
from evaluator.core.model import Pack
from evaluator.core.values import NUMERIC, Kind, Number, ValueProblem, ValueType, clip, parse_number
from evaluator.diagnostics import Problems
from evaluator.reading.pack.conditions import ConditionReader, NamedConditions
from evaluator.reading.pack.shapes import check_edition
from evaluator.reading.pack.tables import Table
from evaluator.reading.references import refer_compared, refer_value
from evaluator.reading.yaml.nodes import Entry, MappingNode, Node, ScalarNode
from evaluator.reading.yaml.scalars import Numeral, Schema, wrong_shape

NUMBER = ValueType(kind=Kind.NUMBER)
INTEGER = ValueType(kind=Kind.INTEGER)


@attrs.frozen(kw_only=True)
class TypedExpression:
    """An expression and the type of its value."""

    expression: Expression
    type: ValueType


@attrs.frozen(kw_only=True)
class Use:
    """One use of an operator: its entry, the entry of `missing` beside it, and the type expected of the result."""

    entry: Entry
    missing: Entry | None
    expected: ValueType | None

    @property
    def node(self) -> Node:
        """What the operator is given."""
        return self.entry.value


@attrs.frozen(kw_only=True)
class ReadableOperator:
    """How an operator is read, what editors are told of it, whether `missing` may stand beside it, and the edition it belongs to."""

    read: Callable[[ExpressionReader, Use], TypedExpression | None]
    doc: str
    schema: Callable[[Pack], Schema]
    takes_missing: bool = False
    since: int = 1


@attrs.frozen(kw_only=True)
class ExpressionReader:
    """Reads expressions over attributes and tables, with the operators it is given; `declared` names could not be read."""

    types: Mapping[str, ValueType]
    tables: Mapping[str, Table]
    operators: Mapping[str, ReadableOperator]
    problems: Problems
    declared: Container[str] = frozenset()
    declared_tables: Container[str] = frozenset()
    named: NamedConditions | None = None

    @property
    def conditions(self) -> ConditionReader:
        """A reader of conditions over the same attributes."""
        return ConditionReader(types=self.types, problems=self.problems, declared=self.declared, named=self.named)

    def read(self, node: Node, expected: ValueType | None = None) -> TypedExpression | None:
        """Read an expression; a bare word is a value where one of a type that is no number is expected, else an attribute."""
        if isinstance(node, ScalarNode) and not node.empty:
            return self._scalar(node, expected)
        if not isinstance(node, MappingNode):
            return wrong_shape(node, "a number, an attribute or an operator", self.problems)
        operators = [entry for entry in node.entries if entry.key.text != "missing"]
        if len(operators) != 1:
            step = "put one inside the other" if operators else "write one, such as sum: [one, another]"
            self.problems.add("R103", f"an expression has one operator, and this has {len(operators)}", node.span, help=step)
            return None
        return self._operator(operators[0], node, expected)

    def number(self, node: Node) -> TypedExpression | None:
        """Read an expression that has to be a number."""
        typed_expression = self.read(node, NUMBER)
        if typed_expression is not None and typed_expression.type.kind not in NUMERIC:
            message = f"a number is needed here, and this is {typed_expression.type.kind.one}"
            self.problems.add(
                "R211", message, node.span, help=NUMBER_STEPS.get(typed_expression.type.kind, "turn it into one with a lookup table")
            )
            return None
        return typed_expression

    def fitting(self, node: Node, wanted: ValueType) -> Expression | None:
        """Read an expression whose value has to be of a type."""
        typed_expression = self.read(node, wanted)
        if typed_expression is None:
            return None
        if why := misfit(typed_expression.type, wanted):
            self.problems.add("R211", why, node.span, help=misfit_step(typed_expression, wanted))
            return None
        return typed_expression.expression

    def _scalar(self, node: ScalarNode, expected: ValueType | None) -> TypedExpression | None:
        numeric = expected is None or expected.kind in NUMERIC
        try:
            if not numeric and expected is not None:
                literal = expected.parse(node.text)
                refer_value(expected, literal, node.span)
                return TypedExpression(expression=Literal(value=literal), type=expected)
            if node.text[:1].isdigit() or node.text[:1] == "-":
                value = parse_number(node.text)
                return TypedExpression(expression=Literal(value=value), type=INTEGER if isinstance(value, int) else NUMBER)
        except ValueProblem as problem:
            self.problems.add("R204", problem.message, node.span, help=problem.step)
            return None
        return self.reference(node)

    def reference(self, node: ScalarNode) -> TypedExpression | None:
        """Read the name of an attribute."""
        type_ = self.conditions.known(node)
        return None if type_ is None else TypedExpression(expression=Reference(attribute=node.text), type=type_)

    def _operator(self, entry: Entry, whole: MappingNode, expected: ValueType | None) -> TypedExpression | None:
        name, missing = entry.key.text, whole.get("missing")
        operator = self.operators.get(name)
        if operator is None:
            step = _MEANT.get(name) or self.problems.did_you_mean(name, self.operators) or f"use one of {', '.join(self.operators)}"
            self.problems.add("R207", f"there is no operator called `{clip(name)}`", entry.key.span, help=step)
            return None
        check_edition(operator.since, f"`{name}`", entry.key.span, self.problems)
        if missing is not None and not operator.takes_missing:
            self.problems.add(
                "R101", f"`{name}` takes no `missing`: its one input, missing, makes it unknown", missing.key.span, help="take it out"
            )
        return operator.read(self, Use(entry=entry, missing=missing, expected=expected))

    def missing(self, entry: Entry | None, *, numbers: bool, of_conditions: bool = False) -> Missing | Number:
        """Read what a missing input does; an input that is a condition can stand for 0 or 1 alone."""
        if entry is None:
            return Missing.UNKNOWN
        words = [str(word) for word in Missing]
        if isinstance(entry.value, ScalarNode) and entry.value.text in words:
            return Missing(entry.value.text)
        if numbers:
            value = Numeral().read(entry.value, Problems())
            if value is not None and of_conditions and value not in (0, 1):
                self.problems.add("R104", "a condition that is unknown can stand for 0 or 1", entry.value.span, help="write one of the two")
                return Missing.UNKNOWN
            if value is not None:
                return value
        choices = "unknown, skip" + (" or a number" if numbers else "")
        self.problems.add("R104", "this is nothing that a missing input can do", entry.value.span, help=f"use {choices}")
        return Missing.UNKNOWN


_MEANT = {
    **dict.fromkeys(("add", "plus"), "write `sum`"),
    **dict.fromkeys(("subtract", "minus"), "write `difference`"),
    **dict.fromkeys(("multiply", "times"), "write `product`"),
    **dict.fromkeys(("divide", "quotient"), "write `ratio`"),
    **dict.fromkeys(("average", "avg"), "write `mean`, or `weighted_mean`"),
    **dict.fromkeys(("lowest", "minimum"), "write `min`"),
    **dict.fromkeys(("highest", "maximum"), "write `max`"),
    **dict.fromkeys(("percent", "percentage"), "write `share`, which goes from 0 to 1, and multiply it by 100 with `product`"),
    **dict.fromkeys(("last", "newest"), "write `latest`"),
    **dict.fromkeys(("first", "oldest"), "write `earliest`"),
    **dict.fromkeys(("ceiling", "round_up", "roundup"), "write `ceil`"),
    **dict.fromkeys(("round_down", "rounddown", "trunc", "int"), "write `floor`"),
    **dict.fromkeys(("if", "case", "switch"), "write `when`, a list of {if:, then:} that ends with {otherwise:}"),
    "table": "write `lookup`",
}
"""What is written for words that people try."""

NUMBER_STEPS = {
    Kind.DATE: "count from it with months_since or years_since",
    Kind.FLAG: "count flags with a count of conditions: count: [name: true]",
    Kind.SET: "count what it includes with a count of conditions: count: [name: {includes: option}]",
    Kind.RECORDS: "count its entries with count: {records: name}, or add up one of their fields with total",
}
"""How what is no number becomes one, where a lookup table is not the way."""


def misfit_step(typed_expression: TypedExpression, wanted: ValueType) -> str | None:
    """Say how an expression that is no whole number becomes one; None where no other type can be made of it."""
    if (typed_expression.type.kind, wanted.kind) != (Kind.NUMBER, Kind.INTEGER):
        return None
    expression = typed_expression.expression
    given = [*expression.rows.values(), *(band.gives for band in expression.bands)] if isinstance(expression, Lookup) else []
    if isinstance(expression, Lookup) and all(isinstance(value, int) for value in given):
        return f"say type: integer in the table `{expression.table}`"
    return "round it, or take its floor"


def misfit(value_type: ValueType, wanted: ValueType) -> str | None:
    """Say why a value of one type cannot stand where another is wanted; None where it can."""
    if value_type.kind is not wanted.kind and (value_type.kind, wanted.kind) != (Kind.INTEGER, Kind.NUMBER):
        return f"{wanted.kind.one} is needed here, and this is {value_type.kind.one}"
    if wanted.kind is Kind.DATE and value_type.precision is not wanted.precision:
        return f"a date to the {wanted.precision} is needed here, and this is one to the {value_type.precision}"
    if wanted.kind in {Kind.SCALE, Kind.CHOICE} and value_type.options != wanted.options:
        return f"this {value_type.kind} has other options than are needed here"
    refer_compared(value_type, wanted)
    return None
