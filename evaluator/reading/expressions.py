"""Nodes → the expressions of derived attributes, with the type of every part checked."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import attrs

from evaluator.conditions import Condition
from evaluator.diagnostics import Problems, Span, did_you_mean
from evaluator.expressions import (
    Calculation,
    Clamp,
    Expression,
    Floor,
    Half,
    Literal,
    Lookup,
    Missing,
    Operation,
    Reference,
    Round,
    Since,
    Tally,
    When,
)
from evaluator.reading.conditions import ConditionReader
from evaluator.reading.nodes import Entry, ListNode, MappingNode, Node, ScalarNode
from evaluator.reading.shapes import Got, Key, ListOf, Numeral, Object, Raw, Word, wrong_shape
from evaluator.reading.tables import Table
from evaluator.values import NUMERIC, Kind, Number, ValueProblem, ValueType, clip, parse_number

NUMBER = ValueType(kind=Kind.NUMBER)
INTEGER = ValueType(kind=Kind.INTEGER)
_PAIRS = frozenset({Operation.DIFFERENCE, Operation.RATIO})
_WHOLE = frozenset({Operation.SUM, Operation.PRODUCT, Operation.MIN, Operation.MAX, Operation.DIFFERENCE})
_EXPRESSION = Raw(definition="expression")
_WEIGHTED = ListOf(
    shape=Object(
        what="a part of a weighted mean",
        keys=[
            Key(name="of", shape=_EXPRESSION, doc="an expression", required=True),
            Key(name="weight", shape=Numeral(above=0), doc="its weight, above 0", required=True),
        ],
    )
)
_CLAMP = Object(
    what="clamp",
    keys=[
        Key(name="of", shape=_EXPRESSION, doc="an expression", required=True),
        Key(name="at_least", shape=Numeral(), doc="the lower bound"),
        Key(name="at_most", shape=Numeral(), doc="the upper bound"),
    ],
)
_ROUND = Object(
    what="round",
    keys=[
        Key(name="of", shape=_EXPRESSION, doc="an expression", required=True),
        Key(name="to", shape=Numeral(above=0), doc="the step, 1 where not given"),
        Key(name="half", shape=Word(words=Half), doc="where a value halfway goes: up or to the even step"),
    ],
)
_LOOKUP = Object(
    what="lookup",
    keys=[
        Key(name="of", shape=_EXPRESSION, doc="an expression", required=True),
        Key(name="table", shape=Raw(definition="text"), doc="a table of attributes.yaml", required=True),
    ],
)


@attrs.frozen(kw_only=True)
class Typed:
    """An expression and the type of its value."""

    expression: Expression
    type: ValueType


@attrs.frozen(kw_only=True)
class ExpressionReader:
    """Reads expressions over attributes and tables."""

    types: Mapping[str, ValueType]
    tables: Mapping[str, Table]
    problems: Problems

    @property
    def conditions(self) -> ConditionReader:
        """A reader of conditions over the same attributes."""
        return ConditionReader(types=self.types, problems=self.problems)

    def read(self, node: Node, expected: ValueType | None = None) -> Typed | None:
        """Read an expression; a bare word is a value where one of a type that is no number is expected, else an attribute."""
        if isinstance(node, ScalarNode):
            return self._scalar(node, expected)
        if not isinstance(node, MappingNode):
            return wrong_shape(node, "a number, an attribute or an operator", self.problems)
        operators = [entry for entry in node.entries if entry.key.text != "missing"]
        if len(operators) != 1:
            self.problems.add("R103", f"an expression has one operator, and this has {len(operators)}", node.span)
            return None
        return self._operator(operators[0], node, expected)

    def number(self, node: Node) -> Typed | None:
        """Read an expression that has to be a number."""
        found = self.read(node, NUMBER)
        if found is not None and found.type.kind not in NUMERIC:
            self.problems.add("R211", f"a number is needed here, and this is a {found.type.kind}", node.span, help="turn it into one with a lookup table")
            return None
        return found

    def fitting(self, node: Node, wanted: ValueType) -> Expression | None:
        """Read an expression whose value has to be of a type."""
        found = self.read(node, wanted)
        if found is None:
            return None
        if misfit := _misfit(found.type, wanted):
            step = "round it, or take its floor" if wanted.kind is Kind.INTEGER and found.type.kind is Kind.NUMBER else None
            self.problems.add("R211", misfit, node.span, help=step)
            return None
        return found.expression

    def _scalar(self, node: ScalarNode, expected: ValueType | None) -> Typed | None:
        numeric = expected is None or expected.kind in NUMERIC
        try:
            if not numeric and expected is not None:
                return Typed(expression=Literal(value=expected.parse(node.text)), type=expected)
            if node.text[:1].isdigit() or node.text[:1] == "-":
                value = parse_number(node.text)
                return Typed(expression=Literal(value=value), type=INTEGER if isinstance(value, int) else NUMBER)
        except ValueProblem as problem:
            self.problems.add("R204", problem.message, node.span, help=problem.step)
            return None
        return self._reference(node)

    def _reference(self, node: ScalarNode) -> Typed | None:
        type_ = self.conditions.known(node)
        return None if type_ is None else Typed(expression=Reference(attribute=node.text), type=type_)

    def _operator(self, entry: Entry, whole: MappingNode, expected: ValueType | None) -> Typed | None:
        from evaluator.reading.gathering import RECORD_OPERATORS, GatheringReader  # noqa: PLC0415 - the two read each other's parts

        name, missing = entry.key.text, whole.get("missing")
        if name in RECORD_OPERATORS and isinstance(entry.value, MappingNode):
            return GatheringReader(reader=self).read(name, entry.value, self.missing(missing, numbers=True))
        if name not in _OPERATORS:
            known = [*_OPERATORS, *RECORD_OPERATORS]
            step = did_you_mean(name, known) or f"use one of {', '.join(known)}"
            self.problems.add("R207", f"there is no operator called `{clip(name)}`", entry.key.span, help=step)
            return None
        if missing is not None and name not in _TAKE_MISSING:
            self.problems.add("R101", f"`{name}` takes no `missing`: its one input, missing, makes it unknown", missing.key.span)
        return _OPERATORS[name](self, entry, missing, expected)

    def missing(self, entry: Entry | None, *, numbers: bool) -> Missing | Number:
        """Read what a missing input does."""
        if entry is None:
            return Missing.UNKNOWN
        words = [str(word) for word in Missing]
        if isinstance(entry.value, ScalarNode) and entry.value.text in words:
            return Missing(entry.value.text)
        if numbers:
            value = Numeral().read(entry.value, Problems())
            if value is not None:
                return value
        choices = "unknown, skip" + (" or a number" if numbers else "")
        self.problems.add("R104", "this is nothing that a missing input can do", entry.value.span, help=f"use {choices}")
        return Missing.UNKNOWN

    def _calculation(self, entry: Entry, missing: Entry | None, _: ValueType | None) -> Typed | None:
        operation = Operation(entry.key.text)
        if not isinstance(entry.value, ListNode) or not entry.value.items:
            return wrong_shape(entry.value, "a list of expressions", self.problems)
        if operation in _PAIRS and len(entry.value.items) != 2:  # noqa: PLR2004 - a pair
            self.problems.add("R103", f"`{operation}` takes two expressions, and here are {len(entry.value.items)}", entry.value.span)
            return None
        parts = self._parts(entry.value)
        if parts is None:
            return None
        stand_in = self.missing(missing, numbers=True)
        whole = operation in _WHOLE and all(part.type.kind is Kind.INTEGER for part in parts) and not _fractional(stand_in)
        made = Calculation(operation=operation, parts=tuple(part.expression for part in parts), missing=stand_in)
        return Typed(expression=made, type=INTEGER if whole else NUMBER)

    def _parts(self, node: ListNode) -> list[Typed] | None:
        read = [self.number(item) for item in node.items]
        parts = [part for part in read if part is not None]
        return parts if len(parts) == len(read) else None

    def _weighted_mean(self, entry: Entry, missing: Entry | None, _: ValueType | None) -> Typed | None:
        items = _WEIGHTED.read(entry.value, self.problems)
        if items is None or not all(item.has("of", "weight") for item in items):
            return None
        parts = [self.number(item["of"]) for item in items]
        if None in parts:
            return None
        made = Calculation(
            operation=Operation.MEAN,
            parts=tuple(part.expression for part in parts if part is not None),
            weights=tuple(item["weight"] for item in items),
            missing=self.missing(missing, numbers=True),
        )
        return Typed(expression=made, type=NUMBER)

    def _floor(self, entry: Entry, _: Entry | None, __: ValueType | None) -> Typed | None:
        of = self.number(entry.value)
        return None if of is None else Typed(expression=Floor(of=of.expression), type=INTEGER)

    def _of(self, shape: Object, entry: Entry) -> tuple[Got, Typed] | None:
        got = shape.read(entry.value, self.problems)
        of = None if got is None or not got.has("of") else self.number(got["of"])
        return None if got is None or of is None else (got, of)

    def _clamp(self, entry: Entry, _: Entry | None, __: ValueType | None) -> Typed | None:
        found = self._of(_CLAMP, entry)
        if found is None:
            return None
        got, of = found
        low, high = got.get("at_least"), got.get("at_most")
        if low is not None and high is not None and low > high:
            self.problems.add("R211", "the lower bound is above the upper one", got.places["at_most"])
            return None
        whole = of.type.kind is Kind.INTEGER and not _fractional(low) and not _fractional(high)
        return Typed(expression=Clamp(of=of.expression, lowest=low, highest=high), type=INTEGER if whole else NUMBER)

    def _round(self, entry: Entry, _: Entry | None, __: ValueType | None) -> Typed | None:
        found = self._of(_ROUND, entry)
        if found is None:
            return None
        got, of = found
        step = got.get("to", 1)
        return Typed(expression=Round(of=of.expression, step=step, half=got.get("half", Half.UP)), type=NUMBER if _fractional(step) else INTEGER)

    def _lookup(self, entry: Entry, _: Entry | None, __: ValueType | None) -> Typed | None:
        got = _LOOKUP.read(entry.value, self.problems)
        if got is None or not got.has("of", "table"):
            return None
        of, table = self.read(got["of"]), self._table(got["table"])
        if of is None or table is None:
            return None
        if table.bands and of.type.kind not in NUMERIC:
            self.problems.add("R211", f"a table of bands takes a number, and this is a {of.type.kind}", got["of"].span)
            return None
        rows = table.keyed(of.type, self.problems)
        return None if rows is None else Typed(expression=Lookup(of=of.expression, table=table.id, rows=rows, bands=table.bands), type=table.type)

    def _table(self, node: Node) -> Table | None:
        name = node.text if isinstance(node, ScalarNode) else ""
        if name not in self.tables:
            self.problems.add("R207", f"there is no table called `{clip(name)}`", node.span, help=did_you_mean(name, self.tables))
        return self.tables.get(name)

    def _when(self, entry: Entry, missing: Entry | None, expected: ValueType | None) -> Typed | None:
        branches, otherwise = _branches(entry.value, self.problems)
        if otherwise is None:
            return None
        last = self.read(otherwise, expected)
        type_ = expected or (last.type if last else None)
        read = [(self.conditions.read(condition), self._branch(value, type_)) for condition, value in branches]
        usable = [(condition, value.expression) for condition, value in read if condition is not None and value is not None]
        if last is None or type_ is None or len(usable) < len(read):
            return None
        kinds = [last.type, *(value.type for _, value in read if value is not None)]
        whole = INTEGER if all(kind.kind is Kind.INTEGER for kind in kinds) else NUMBER
        stated = self.missing(missing, numbers=False)
        made = When(branches=tuple(usable), otherwise=last.expression, missing=stated if isinstance(stated, Missing) else Missing.UNKNOWN)
        return Typed(expression=made, type=whole if type_.kind in NUMERIC else type_)

    def _branch(self, node: Node, type_: ValueType | None) -> Typed | None:
        found = self.read(node, type_)
        if found is not None and type_ is not None and (misfit := _misfit(found.type, NUMBER if type_.kind in NUMERIC else type_)):
            self.problems.add("R211", misfit, node.span)
            return None
        return found

    def _tally(self, entry: Entry, missing: Entry | None, _: ValueType | None) -> Typed | None:
        conditions: tuple[Condition, ...] | None = self.conditions.conditions(entry.value)
        if conditions is None:
            return None
        stand_in = self.missing(missing, numbers=True)
        if not isinstance(stand_in, Missing) and stand_in not in (0, 1) and missing is not None:
            self.problems.add("R104", "a condition that is unknown can stand for 0 or 1", missing.value.span)
            return None
        share = entry.key.text == "share"
        return Typed(expression=Tally(conditions=conditions, share=share, missing=stand_in), type=NUMBER if share else INTEGER)

    def _since(self, entry: Entry, _: Entry | None, __: ValueType | None) -> Typed | None:
        if not isinstance(entry.value, ScalarNode):
            return wrong_shape(entry.value, "the name of a date attribute", self.problems)
        found = self._reference(entry.value)
        if found is not None and found.type.kind is not Kind.DATE:
            self.problems.add("R211", f"a date is needed here, and `{entry.value.text}` is a {found.type.kind}", entry.value.span)
            return None
        years = entry.key.text == "years_since"
        return None if found is None else Typed(expression=Since(of=entry.value.text, years=years), type=NUMBER if years else INTEGER)

    def _attribute(self, entry: Entry, _: Entry | None, __: ValueType | None) -> Typed | None:
        return self._reference(entry.value) if isinstance(entry.value, ScalarNode) else wrong_shape(entry.value, "a name", self.problems)


_Reads = Callable[[ExpressionReader, Entry, Entry | None, ValueType | None], Typed | None]
_OPERATORS: dict[str, _Reads] = {
    "attribute": ExpressionReader._attribute,
    **{str(operation): ExpressionReader._calculation for operation in Operation},
    "weighted_mean": ExpressionReader._weighted_mean,
    "floor": ExpressionReader._floor,
    "clamp": ExpressionReader._clamp,
    "round": ExpressionReader._round,
    "lookup": ExpressionReader._lookup,
    "when": ExpressionReader._when,
    "count": ExpressionReader._tally,
    "share": ExpressionReader._tally,
    "years_since": ExpressionReader._since,
    "months_since": ExpressionReader._since,
}
_TAKE_MISSING = frozenset({*map(str, Operation), "weighted_mean", "when", "count", "share"})


def _fractional(value: Missing | Number | None) -> bool:
    return value is not None and not isinstance(value, int | Missing)


def _misfit(found: ValueType, wanted: ValueType) -> str | None:
    if found.kind is not wanted.kind and (found.kind, wanted.kind) != (Kind.INTEGER, Kind.NUMBER):
        return f"a {wanted.kind} is needed here, and this is a {found.kind}"
    if wanted.kind in {Kind.SCALE, Kind.CHOICE} and found.options != wanted.options:
        return f"this {found.kind} has other options than are needed here"
    return None


def _branches(node: Node, problems: Problems) -> tuple[list[tuple[Node, Node]], Node | None]:
    """Split the list of a `when` into its branches and what comes otherwise."""
    branches: list[tuple[Node, Node]] = []
    items = node.items if isinstance(node, ListNode) else ()
    for item in items[:-1]:
        condition, value = (item.get(key) if isinstance(item, MappingNode) else None for key in ("if", "then"))
        if condition is None or value is None or len(item.entries) != 2:  # type: ignore[union-attr]  # noqa: PLR2004 - if and then
            wrong_shape(item, "{if: condition, then: value}", problems)
            return [], None
        branches.append((condition.value, value.value))
    last = items[-1] if items else node
    otherwise = last.get("otherwise") if isinstance(last, MappingNode) else None
    if otherwise is None or not branches or len(last.entries) != 1:  # type: ignore[union-attr]
        wrong_shape(last, "a list of {if:, then:} that ends with {otherwise: value}", problems)
        return [], None
    return branches, otherwise.value


def place_of(entry: Entry) -> Span:
    """Return the stretch from a key to the end of its value."""
    return attrs.evolve(entry.key.span, end_line=entry.value.span.end_line, end_column=entry.value.span.end_column)
