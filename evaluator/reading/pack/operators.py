"""The operators of expressions: how each is read, and the type of its result."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from fractions import Fraction

import attrs

from evaluator.core.dates import Precision
from evaluator.core.expressions import (
    Calculation,
    Ceil,
    Clamp,
    Floor,
    Gathering,
    Half,
    Literal,
    Lookup,
    Missing,
    Operation,
    Reference,
    Round,
    Since,
    Tally,
    TimeUnit,
    When,
    weighted_ratio,
)
from evaluator.core.model import EDITIONS, Pack
from evaluator.core.values import NUMERIC, Kind, Number, ValueType, clip
from evaluator.diagnostics import Problems
from evaluator.reading.pack.aggregates import RECORD_OPERATORS, read_gathering
from evaluator.reading.pack.expressions import (
    INTEGER,
    NUMBER,
    NUMBER_STEPS,
    ExpressionReader,
    ReadableOperator,
    TypedExpression,
    Use,
    misfit,
)
from evaluator.reading.pack.shapes import Got, Key, ListOf, Object, Raw, check_edition
from evaluator.reading.pack.tables import Table
from evaluator.reading.references import Sort, refer, refer_compared
from evaluator.reading.yaml.nodes import Entry, ListNode, MappingNode, Node, ScalarNode
from evaluator.reading.yaml.scalars import Numeral, Schema, Word, object_schema, wrong_shape

_SEVERAL = frozenset({Kind.SET, Kind.RECORDS})
_PAIRS = frozenset({Operation.DIFFERENCE, Operation.RATIO})
_WHOLE = frozenset({Operation.SUM, Operation.PRODUCT, Operation.MIN, Operation.MAX, Operation.DIFFERENCE})
_EXPRESSION = Raw(definition="expression")
_WEIGHTED = ListOf(
    shape=Object(
        what="a part of a weighted mean",
        keys=[
            Key(name="of", shape=_EXPRESSION, doc="an expression", required=True),
            Key(name="weight", shape=_EXPRESSION, doc="its weight: a number above 0, or from edition 2 on an expression", required=True),
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


def _calculation(reader: ExpressionReader, use: Use) -> TypedExpression | None:
    if use.entry.key.text in _OVER_BOTH and _of_records(use.node):
        return read_gathering(reader, use)
    operation = Operation(use.entry.key.text)
    items = (use.node,) if _of_several(use.node) else use.node.items if isinstance(use.node, ListNode) else ()
    if not items or (operation in _PAIRS and not isinstance(use.node, ListNode)):
        return wrong_shape(use.node, "a list of expressions", reader.problems)
    if operation in _PAIRS and len(items) != 2:  # noqa: PLR2004 - a pair
        reader.problems.add("R103", f"`{operation}` takes two expressions, and here are {len(items)}", use.node.span)
        return None
    parts = _parts(reader, items, several=operation not in _PAIRS)
    if parts is None:
        return None
    stand_in = reader.missing(use.missing, numbers=True)
    whole = operation in _WHOLE and all(part.type.kind is Kind.INTEGER for part in parts) and not _fractional(stand_in)
    calculation = Calculation(operation=operation, parts=tuple(part.expression for part in parts), missing=stand_in)
    return TypedExpression(expression=calculation, type=INTEGER if whole else NUMBER)


def _parts(reader: ExpressionReader, items: Sequence[Node], *, several: bool) -> list[TypedExpression] | None:
    """Read a list of expressions, in which a lookup of several stands for one lookup of each."""
    read: list[TypedExpression | None] = []
    for item in items:
        read += _each_looked_up(reader, item) if several and _of_several(item) else [reader.number(item)]
    parts = [part for part in read if part is not None]
    return parts if len(parts) == len(read) else None


def _of_records(node: Node) -> bool:
    """Whether an operator that goes over lists and over records is given what speaks of records."""
    return isinstance(node, MappingNode) and any(node.get(key) is not None for key in ("records", "field"))


def _of_several(node: Node) -> bool:
    """Whether an expression looks up several things in one table."""
    return _several(node) is not None


def _several(node: Node) -> tuple[MappingNode, Entry, MappingNode, Entry, ListNode] | None:
    """Return the parts of a lookup of several: its mapping, the entry of `lookup`, what that holds, the entry of `of`, and the list."""
    entry = node.get("lookup") if isinstance(node, MappingNode) else None
    of = entry.value.get("of") if entry is not None and isinstance(entry.value, MappingNode) else None
    if of is None or not isinstance(of.value, ListNode) or entry is None:
        return None
    return (node, entry, entry.value, of, of.value)  # type: ignore[return-value]  # both are mappings, or nothing stands in them


def _each_looked_up(reader: ExpressionReader, node: Node) -> list[TypedExpression | None]:
    """Read a lookup of several as one lookup for each of them."""
    if (found := _several(node)) is None:
        return [None]
    whole, entry, inner, of, listed = found
    check_edition(2, "a lookup of several", listed.span, reader.problems)
    if not listed.items:
        reader.problems.add("R105", "the list is empty", listed.span, help="list what is looked up")
        return [None]
    return [reader.number(_with_value(whole, entry, _with_value(inner, of, item))) for item in listed.items]


def _with_value(node: MappingNode, entry: Entry, value: Node) -> MappingNode:
    """Return a mapping with another value at one of its keys."""
    return attrs.evolve(node, entries=tuple(attrs.evolve(one, value=value) if one is entry else one for one in node.entries))


def _weighted_mean(reader: ExpressionReader, use: Use) -> TypedExpression | None:
    items = _WEIGHTED.read(use.node, reader.problems)
    if items is None or not all(item.has("of", "weight") for item in items):
        return None
    read = [reader.number(item["of"]) for item in items]
    weights = [_weight(reader, item["weight"]) for item in items]
    parts, by = ([one.expression for one in some if one is not None] for some in (read, weights))
    if len(parts) < len(read) or len(by) < len(weights):
        return None
    numbers = [one.value for one in by if isinstance(one, Literal) and isinstance(one.value, int | Fraction)]
    if len(numbers) == len(by):
        missing = reader.missing(use.missing, numbers=True)
        return TypedExpression(
            expression=Calculation(operation=Operation.MEAN, parts=tuple(parts), weights=tuple(numbers), missing=missing), type=NUMBER
        )
    if use.missing is not None:
        message = "`weighted_mean` takes no `missing` where a weight is worked out: what lacks a part or a weight has no mean"
        step = "take it out, and say in an attribute of its own what stands in for what is missing"
        reader.problems.add("R101", message, use.missing.key.span, help=step)
    return TypedExpression(expression=weighted_ratio(parts, by), type=NUMBER)


def _weight(reader: ExpressionReader, node: Node) -> TypedExpression | None:
    """Read a weight: a number above 0, or from edition 2 on an expression, which is never below 0."""
    if isinstance(node, ScalarNode) and re.match(r"[-+]?[0-9.]", node.text):
        value = Numeral(above=0).read(node, reader.problems)
        return None if value is None else TypedExpression(expression=Literal(value=value), type=NUMBER)
    found = reader.number(node)
    if found is not None:
        check_edition(2, "a weight that is worked out", node.span, reader.problems)
    if found is None or not isinstance(found.expression, Reference) or (found.type.lowest is not None and found.type.lowest >= 0):  # type: ignore[operator]
        return found
    message = f"`{found.expression.attribute}` says how much a part counts, and may lie below 0"
    reader.problems.add("R211", message, node.span, help="declare it with range: {at_least: 0}, or {above: 0} where it always counts")
    return None


def _floor(reader: ExpressionReader, use: Use) -> TypedExpression | None:
    of = reader.number(use.node)
    return None if of is None else TypedExpression(expression=Floor(of=of.expression), type=INTEGER)


def _ceil(reader: ExpressionReader, use: Use) -> TypedExpression | None:
    of = reader.number(use.node)
    return None if of is None else TypedExpression(expression=Ceil(of=of.expression), type=INTEGER)


def _of(reader: ExpressionReader, shape: Object, use: Use) -> tuple[Got, TypedExpression] | None:
    got = shape.read(use.node, reader.problems)
    of = None if got is None or not got.has("of") else reader.number(got["of"])
    return None if got is None or of is None else (got, of)


def _clamp(reader: ExpressionReader, use: Use) -> TypedExpression | None:
    found = _of(reader, _CLAMP, use)
    if found is None:
        return None
    got, of = found
    low, high = got.get("at_least"), got.get("at_most")
    if low is not None and high is not None and low > high:
        reader.problems.add("R211", "the lower bound is above the upper one", got.places["at_most"], help="swap the two")
        return None
    whole = of.type.kind is Kind.INTEGER and not _fractional(low) and not _fractional(high)
    return TypedExpression(expression=Clamp(of=of.expression, lowest=low, highest=high), type=INTEGER if whole else NUMBER)


def _round(reader: ExpressionReader, use: Use) -> TypedExpression | None:
    found = _of(reader, _ROUND, use)
    if found is None:
        return None
    got, of = found
    step = got.get("to", 1)
    return TypedExpression(
        expression=Round(of=of.expression, step=step, half=got.get("half", Half.UP)), type=NUMBER if _fractional(step) else INTEGER
    )


def _lookup(reader: ExpressionReader, use: Use) -> TypedExpression | None:
    got = _LOOKUP.read(use.node, reader.problems)
    if got is None or not got.has("of", "table"):
        return None
    of, table = _key(reader, got["of"]), _table(reader, got["table"])
    if of is None or table is None:
        return None
    kind = of.type.kind
    if kind in _SEVERAL:
        reader.problems.add("R211", f"a table takes one value, and this is {kind.one}", got["of"].span, help=NUMBER_STEPS[kind])
        return None
    if table.bands and kind not in NUMERIC:
        step = NUMBER_STEPS[Kind.DATE] if kind is Kind.DATE else "give the table rows instead of bands"
        reader.problems.add("R211", f"a table of bands takes a number, and this is {kind.one}", got["of"].span, help=step)
        return None
    rows = table.keyed(of.type, reader.problems)
    if rows is None:
        return None
    lookup = Lookup(of=of.expression, table=table.id, title=table.title, rows=rows, bands=table.bands)
    return TypedExpression(expression=lookup, type=table.type)


def _key(reader: ExpressionReader, node: Node) -> TypedExpression | None:
    """Read the one value that is looked up."""
    if isinstance(node, ListNode):
        message = "a lookup of several gives a list, and one value is needed here"
        reader.problems.add("R103", message, node.span, help="put it under sum, product, mean, min or max")
        return None
    return reader.read(node)


def _table(reader: ExpressionReader, node: Node) -> Table | None:
    name = node.text if isinstance(node, ScalarNode) else ""
    refer(Sort.TABLE, name, node.span)
    if name not in reader.tables and name not in reader.declared_tables:
        reader.problems.add(
            "R207", f"there is no table called `{clip(name)}`", node.span, help=reader.problems.did_you_mean(name, reader.tables)
        )
    return reader.tables.get(name)


def _when(reader: ExpressionReader, use: Use) -> TypedExpression | None:
    branches, otherwise = _branches(use.node, reader.problems)
    if otherwise is None:
        return None
    last = reader.read(otherwise, use.expected)
    type_ = use.expected or (last.type if last else None)
    read = [(reader.conditions.read(condition), _branch(reader, value, type_)) for condition, value in branches]
    usable = [(condition, value.expression) for condition, value in read if condition is not None and value is not None]
    if last is None or type_ is None or len(usable) < len(read):
        return None
    refer_compared(last.type, type_)
    kinds = [last.type, *(value.type for _, value in read if value is not None)]
    whole = INTEGER if all(kind.kind is Kind.INTEGER for kind in kinds) else NUMBER
    stated = reader.missing(use.missing, numbers=False)
    when = When(branches=tuple(usable), otherwise=last.expression, missing=stated if isinstance(stated, Missing) else Missing.UNKNOWN)
    return TypedExpression(expression=when, type=whole if type_.kind in NUMERIC else type_)


def _branch(reader: ExpressionReader, node: Node, type_: ValueType | None) -> TypedExpression | None:
    typed_expression = reader.read(node, type_)
    if (
        typed_expression is not None
        and type_ is not None
        and (why := misfit(typed_expression.type, NUMBER if type_.kind in NUMERIC else type_))
    ):
        reader.problems.add("R211", why, node.span)
        return None
    return typed_expression


def _tally(reader: ExpressionReader, use: Use) -> TypedExpression | None:
    conditions = reader.conditions.conditions(use.node)
    if conditions is None:
        return None
    stand_in = reader.missing(use.missing, numbers=True, of_conditions=True)
    share = use.entry.key.text == "share"
    return TypedExpression(expression=Tally(conditions=conditions, share=share, missing=stand_in), type=NUMBER if share else INTEGER)


def _since(reader: ExpressionReader, use: Use) -> TypedExpression | None:
    if not isinstance(use.node, ScalarNode):
        return wrong_shape(use.node, "the name of a date attribute", reader.problems)
    typed_expression = reader.reference(use.node)
    if typed_expression is not None and typed_expression.type.kind is not Kind.DATE:
        reader.problems.add("R211", f"a date is needed here, and `{use.node.text}` is {typed_expression.type.kind.one}", use.node.span)
        return None
    if typed_expression is None:
        return None
    unit = _UNITS[use.entry.key.text]
    if unit in {TimeUnit.DAYS, TimeUnit.WEEKS} and typed_expression.type.precision is not Precision.DAY:
        known = f"`{use.node.text}` is known to the {typed_expression.type.precision}"
        step = f"let `{use.node.text}` have the precision of a day, or count with months_since"
        reader.problems.add("R211", f"{known}, and {unit} are counted from days", use.node.span, help=step)
        return None
    return TypedExpression(expression=Since(of=use.node.text, unit=unit), type=INTEGER if unit.whole else NUMBER)


_UNITS = {f"{unit}_since": unit for unit in TimeUnit}
"""What time is counted in, by the operator's word."""


def _attribute(reader: ExpressionReader, use: Use) -> TypedExpression | None:
    return reader.reference(use.node) if isinstance(use.node, ScalarNode) else wrong_shape(use.node, "a name", reader.problems)


def _count(reader: ExpressionReader, use: Use) -> TypedExpression | None:
    return read_gathering(reader, use) if isinstance(use.node, MappingNode) else _tally(reader, use)


def _fractional(value: Missing | Number | None) -> bool:
    return value is not None and not isinstance(value, int | Missing)


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
    if isinstance(last, MappingNode) and last.get("if") is not None:
        problems.add("R102", "the list does not say what holds otherwise", last.span, help="end it with `- {otherwise: …}`")
        return [], None
    if otherwise is None or not branches or len(last.entries) != 1:  # type: ignore[union-attr]
        wrong_shape(last, "a list of {if:, then:} that ends with {otherwise: value}", problems)
        return [], None
    return branches, otherwise.value


def _dates(pack: Pack) -> Schema:
    return {"enum": [attribute.id for attribute in pack.attributes.values() if attribute.kind is Kind.DATE]}


def _days(pack: Pack) -> Schema:
    days = [
        name for name, attribute in pack.attributes.items() if attribute.kind is Kind.DATE and attribute.type.precision is Precision.DAY
    ]
    return {"enum": days}


def _weighted_schema(pack: Pack) -> Schema:
    """Describe the parts of a weighted mean, whose weights are numbers in the first edition."""
    schema = _WEIGHTED.schema()
    if pack.language > EDITIONS[0]:
        return schema
    number = {"description": "its weight, above 0"} | Numeral(above=0).schema()
    return schema | {"items": schema["items"] | {"properties": schema["items"]["properties"] | {"weight": number}}}


_SOME = _EXPRESSION.schema()
_SEVERAL_SCHEMA: Schema = {"type": "array", "items": _SOME, "minItems": 1}
_OTHERWISE = object_schema({"otherwise": _SOME}, required=["otherwise"])
_CONDITION_SCHEMA, _CONDITIONS_SCHEMA = Raw(definition="condition").schema(), Raw(definition="conditions").schema()
_OPERATION_DOCS = {
    Operation.SUM: "what all parts add up to",
    Operation.PRODUCT: "all parts multiplied",
    Operation.MEAN: "the sum of the parts divided by their number",
    Operation.MIN: "the smallest of the parts",
    Operation.MAX: "the largest of the parts",
    Operation.DIFFERENCE: "the first part less the second",
    Operation.RATIO: "the first part divided by the second",
}
_GATHERING_DOCS = {
    Gathering.COUNT_DISTINCT: "how many different values a field of records has",
    Gathering.TOTAL: "what a field of records adds up to",
    Gathering.MEAN: "the mean of a field of records",
    Gathering.MIN: "the least value of a field of records",
    Gathering.MAX: "the greatest value of a field of records",
    Gathering.LATEST: "a field of the latest entry of records",
    Gathering.EARLIEST: "a field of the earliest entry of records",
    Gathering.YEARS: "the years that records cover, overlaps counted once",
}


_LOOKUP_OF_SEVERAL: Schema = object_schema(
    {"lookup": object_schema({"of": _SEVERAL_SCHEMA, "table": {"type": "string"}}, required=["of", "table"])}, required=["lookup"]
)
_OVER_BOTH = frozenset(map(str, Operation)) & frozenset(map(str, Gathering))
"""The words of operators over a list of expressions, and over the entries of records."""


def _listed(pack: Pack, *others: Schema) -> Schema:
    """Describe a list of expressions, in which a lookup of several may stand from edition 2 on, or which it may be; or others."""
    if pack.language == EDITIONS[0]:
        return _SEVERAL_SCHEMA
    return {"anyOf": [{"type": "array", "items": {"anyOf": [_SOME, _LOOKUP_OF_SEVERAL]}, "minItems": 1}, _LOOKUP_OF_SEVERAL, *others]}


def _operation(operation: Operation) -> ReadableOperator:
    doc = _OPERATION_DOCS[operation]
    if operation in _PAIRS:
        return ReadableOperator(
            read=_calculation, takes_missing=True, doc=doc, schema=lambda _: _SEVERAL_SCHEMA | {"minItems": 2, "maxItems": 2}
        )
    if operation not in _OVER_BOTH:
        return ReadableOperator(read=_calculation, takes_missing=True, doc=doc, schema=_listed)
    shape, of_records = RECORD_OPERATORS[str(operation)], _GATHERING_DOCS[Gathering(str(operation))]
    doc = f"{doc}, or from edition 2 on {of_records}"
    return ReadableOperator(read=_calculation, takes_missing=True, doc=doc, schema=lambda pack: _listed(pack, shape.schema()))


def _over_records(gathering: Gathering) -> ReadableOperator:
    shape = RECORD_OPERATORS[gathering]
    since = 2 if gathering is Gathering.EARLIEST else EDITIONS[0]
    return ReadableOperator(
        read=read_gathering, takes_missing=True, doc=_GATHERING_DOCS[gathering], schema=lambda _: shape.schema(), since=since
    )


EXPRESSION_OPERATORS: Mapping[str, ReadableOperator] = {
    "attribute": ReadableOperator(read=_attribute, doc="the value of an attribute", schema=lambda pack: {"enum": list(pack.attributes)}),
    **{str(operation): _operation(operation) for operation in Operation},
    "weighted_mean": ReadableOperator(
        read=_weighted_mean,
        takes_missing=True,
        doc="the mean of parts that count differently",
        schema=_weighted_schema,
    ),
    "floor": ReadableOperator(read=_floor, doc="rounded down to a whole number", schema=lambda _: _SOME),
    "ceil": ReadableOperator(read=_ceil, doc="rounded up to a whole number", schema=lambda _: _SOME, since=2),
    "clamp": ReadableOperator(
        read=_clamp,
        doc="kept within bounds",
        schema=lambda _: _CLAMP.schema(),
    ),
    "round": ReadableOperator(
        read=_round,
        doc="rounded to the nearest step",
        schema=lambda _: _ROUND.schema(),
    ),
    "lookup": ReadableOperator(
        read=_lookup,
        doc="what a lookup table gives for a value",
        schema=lambda _: _LOOKUP.schema(),
    ),
    "when": ReadableOperator(
        read=_when,
        takes_missing=True,
        doc="the value of the first branch whose condition is met, else the last",
        schema=lambda _: {
            "type": "array",
            "items": {"anyOf": [object_schema({"if": _CONDITION_SCHEMA, "then": _SOME}, required=["if", "then"]), _OTHERWISE]},
            "minItems": 2,
            "contains": _OTHERWISE,
            "maxContains": 1,
        },
    ),
    "share": ReadableOperator(
        read=_tally,
        takes_missing=True,
        doc="how many of the conditions are met, as a share from 0 to 1",
        schema=lambda _: _CONDITIONS_SCHEMA,
    ),
    "count": ReadableOperator(
        read=_count,
        takes_missing=True,
        doc="how many of the conditions are met, or how many entries records have",
        schema=lambda _: {"anyOf": [_CONDITIONS_SCHEMA, RECORD_OPERATORS[Gathering.COUNT].schema()]},
    ),
    **{str(gathering): _over_records(gathering) for gathering in Gathering if str(gathering) not in {Gathering.COUNT, *_OVER_BOTH}},
    "years_since": ReadableOperator(read=_since, doc="whole months from a date to the day judged, divided by 12", schema=_dates),
    "months_since": ReadableOperator(read=_since, doc="whole months from a date to the day judged", schema=_dates),
    "weeks_since": ReadableOperator(read=_since, doc="whole weeks from a date to the day judged", schema=_days, since=2),
    "days_since": ReadableOperator(read=_since, doc="days from a date to the day judged", schema=_days, since=2),
}
"""Every operator, by its word in attributes.yaml."""
