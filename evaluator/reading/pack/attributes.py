"""attributes.yaml → the vocabulary of a pack."""

from __future__ import annotations

import graphlib
from collections.abc import Mapping

import attrs

from evaluator.core.attributes import Attribute, LookupTable, Scale
from evaluator.core.current_role import IMPLIED
from evaluator.core.expressions import Derivation, Expression
from evaluator.core.groups import STEP, is_group_fact
from evaluator.core.ready_for import READY_FOR
from evaluator.core.text import fold_name
from evaluator.core.values import Atom, Kind, ValueProblem, ValueType, clip
from evaluator.diagnostics import Problems
from evaluator.reading.pack.conditions import CONDITION, NamedConditions
from evaluator.reading.pack.efforts import EFFORT_KEYS, read_accrual, read_effort
from evaluator.reading.pack.expressions import ExpressionReader
from evaluator.reading.pack.operators import EXPRESSION_OPERATORS
from evaluator.reading.pack.plausible import PLAUSIBLE
from evaluator.reading.pack.shapes import Got, Key, ListOf, MapOf, Object, Raw
from evaluator.reading.pack.tables import read_table
from evaluator.reading.pack.types import (
    OPTIONS_IN_WORDS,
    TYPE_KEYS,
    NameUse,
    check_shared_names,
    read_option_words,
    read_scales,
    read_type,
)
from evaluator.reading.pack.wordings import WORDING, read_wordings
from evaluator.reading.references import Sort, refer, refer_value
from evaluator.reading.yaml.nodes import ListNode, MappingNode, Node, ScalarNode, names_under, text_span
from evaluator.reading.yaml.scalars import SNAKE, Flag, Identifier, Text, wrong_shape

FIELD = Object(what="a field", keys=[Key(name="title", shape=Text(), doc="the field in words"), *TYPE_KEYS], also="field_needs")
ATTRIBUTE = Object(
    what="an attribute",
    keys=[
        Key(name="title", shape=Text(), doc="the attribute in a few words", required=True),
        Key(name="theme", shape=Text(), doc="a heading under which attributes are grouped"),
        Key(name="question", shape=Text(), doc="the question that asks a person for it"),
        WORDING,
        Key(name="also", shape=ListOf(shape=Text()), doc="other names, for columns of tables"),
        *(OPTIONS_IN_WORDS if key.name == "options" else key for key in TYPE_KEYS),
        Key(name="fields", shape=MapOf(key=Identifier(pattern=SNAKE), shape=FIELD), doc="the fields of a record"),
        Key(name="absent_means", shape=Raw(definition="value"), doc="the value that the pack assumes where none is stated"),
        Key(name="derive", shape=Raw(definition="expression"), doc="what the attribute is computed from"),
        Key(name="may_be_given", shape=Flag(), doc="whether a profile may state a computed attribute itself"),
        Key(name="report", shape=Flag(), doc="whether results show a computed attribute beside verdicts", since=2),
        *EFFORT_KEYS,
    ],
    excluding=(("absent_means", "derive"),),
    also="attribute_needs",
)
ATTRIBUTES = Object(
    what="attributes.yaml",
    keys=[
        Key(name="scales", shape=Raw(definition="scales"), doc="ordered choices, lowest first"),
        Key(name="tables", shape=MapOf(key=Identifier(pattern=SNAKE), shape=Raw(definition="table")), doc="lookup tables"),
        Key(name="attributes", shape=MapOf(key=Identifier(pattern=SNAKE), shape=ATTRIBUTE), doc="the attributes", required=True),
        PLAUSIBLE,
    ],
)


@attrs.frozen(kw_only=True)
class Vocabulary:
    """What attributes.yaml declares: the attributes, their scales, and the lookup tables that they are computed by."""

    attributes: Mapping[str, Attribute] = attrs.field(factory=dict)
    tables: Mapping[str, LookupTable] = attrs.field(factory=dict)
    scales: Mapping[str, Scale] = attrs.field(factory=dict)


def read_attributes(node: Node, problems: Problems, implied: Mapping[str, ValueType], named: NamedConditions | None = None) -> Vocabulary:
    """Read the vocabulary, whose expressions may read what is `implied` too; unusable attributes are reported and left out.

    `named` are the conditions that expressions may use by name.
    """
    got = ATTRIBUTES.read(node, problems)
    if got is None:
        return Vocabulary()
    scales = read_scales(got.get("scales"), problems)
    read = {name: read_table(name, placed, scales, problems) for name, placed in got.get("tables", {}).items()}
    tables = {name: table for name, table in read.items() if table is not None}
    attributes: dict[str, Attribute] = {}
    declared: dict[str, Got] = {}
    for name, placed in got.get("attributes", {}).items():
        refer(Sort.ATTRIBUTE, name, placed.span, declares=True)
        attribute = _attribute(name, placed.value, scales, problems)
        if implied and name in {*IMPLIED, CONDITION}:
            other = {READY_FOR: "who is ready for a role", CONDITION: "a condition said once, by its name,"}
            today = "" if name in other else ": rules read today's role as current_role, current_track and current_rung"
            step, what = f"choose another name{today}", other.get(name, "today's role")
            problems.add("R106", f"`{name}` means {what} in edition 2 of the rule language", placed.span, help=step)
        elif attribute is not None:
            attributes[name] = attrs.evolve(attribute, span=placed.span)
            declared[name] = placed.value
    _names(attributes, node, problems)
    reader = ExpressionReader(
        types={name: one.type for name, one in attributes.items()} | dict(implied),
        tables=tables,
        operators=EXPRESSION_OPERATORS,
        problems=problems,
        declared=names_under(node, "attributes"),
        declared_tables=names_under(node, "tables") if "tables" in got.places else frozenset(),
        named=named,
    )
    lookup_tables = {
        name: LookupTable(
            id=name,
            title=table.title,
            type=table.type,
            entries=table.entries,
            places=tuple(entry.span for entry in table.entries),
            span=table.span,
        )
        for name, table in tables.items()
    }
    return Vocabulary(attributes=_without_circles(_derived(attributes, declared, reader), problems), tables=lookup_tables, scales=scales)


def _attribute(name: str, got: Got, scales: Mapping[str, Scale], problems: Problems) -> Attribute | None:
    if "type" not in got.places:
        problems.add(
            "R102",
            "an attribute needs the key `type`",
            got.span,
            help=f"use one of {', '.join(kind for kind in Kind if kind is not Kind.TEXT)}",
        )
    type_ = read_type(got, scales, problems, declared_in=f"attributes.{name}")
    if type_ is None or not got.has("title"):
        return None
    if type_.kind is Kind.TEXT:
        problems.add("R104", "only a field of records can be text", got.places["type"], help="no rule could test it; use a choice")
        return None
    if type_.kind is Kind.RECORDS:
        type_ = attrs.evolve(type_, fields=_fields(name, got, scales, problems))
    derived, may_be_given = "derive" in got.places, got.get("may_be_given", False)
    _check_question(got, askable=not derived or may_be_given, problems=problems)
    if derived and not may_be_given and got.has("range"):
        problems.add(
            "R108", "an attribute that is only computed has no range", got.places["range"], help="use clamp, or say may_be_given: true"
        )
    _check_change(got, stated=not derived or may_be_given, problems=problems)
    if got.has("report") and not derived:
        step = "take it out: `evaluate --keep COLUMN` carries what a table states along"
        problems.add("R108", "`report` is only for computed attributes", got.places["report"], help=step)
    return Attribute(
        id=name,
        title=got["title"],
        type=type_,
        theme=got.get("theme"),
        question=got.get("question"),
        also=got.get("also", ()),
        absent_means=_absent(got.get("absent_means"), type_, problems),
        may_be_given=not derived or may_be_given,
        report=derived and got.get("report", False),
        effort=read_effort(got, type_, problems),
        accrues=read_accrual(got, type_, problems),
        wordings=read_wordings(got, type_, problems),
        option_words=read_option_words(got, scales) if type_.options else {},
        span=got.span,
    )


def _check_question(got: Got, *, askable: bool, problems: Problems) -> None:
    if askable and "question" not in got.places:
        problems.add("R102", "an attribute needs the key `question`", got.span, help="write the question that asks a person for it")
    if "may_be_given" in got.places and "derive" not in got.places:
        problems.add(
            "R108",
            "`may_be_given` is only for computed attributes",
            got.places["may_be_given"],
            help="take it out: this one is given anyway",
        )


def _check_change(got: Got, *, stated: bool, problems: Problems) -> None:
    for key in () if stated else ("effort", "accrues"):
        if key in got.places:
            message = f"an attribute that is only computed has no `{key}`"
            problems.add("R108", message, got.places[key], help="state it for what it is computed from")


def _fields(attribute: str, got: Got, scales: Mapping[str, Scale], problems: Problems) -> dict[str, ValueType]:
    value_types: dict[str, ValueType] = {}
    for name, placed in got.get("fields", {}).items():
        field: Got = placed.value
        refer(Sort.FIELD, name, placed.span, attribute, declares=True)
        if "type" not in field.places:
            problems.add("R102", "a field needs the key `type`", placed.span)
        type_ = read_type(field, scales, problems, declared_in=f"attributes.{attribute}.{name}")
        if type_ is not None and type_.kind in {Kind.RECORDS, Kind.SET}:
            step = "use a flag for each thing it may hold" if type_.kind is Kind.SET else "use a field for each part of it"
            problems.add("R104", f"a field of records cannot be {type_.kind.one}", field.places["type"], help=step)
        elif type_ is not None:
            value_types[name] = type_
    return value_types


def _absent(node: Node | None, type_: ValueType, problems: Problems) -> Atom | frozenset[str] | None:
    if node is None:
        return None
    if type_.kind is Kind.SET:
        if not isinstance(node, ListNode):
            return wrong_shape(node, "a list of options, `[]` for none of them,", problems)
        members = [_absent_value(item, type_, problems) for item in node.items]
        return frozenset(str(member) for member in members if member is not None)
    return _absent_value(node, type_, problems)


def _absent_value(node: Node, type_: ValueType, problems: Problems) -> Atom | None:
    if not isinstance(node, ScalarNode) or node.empty or type_.kind is Kind.RECORDS:
        return wrong_shape(node, f"a value of type {type_.kind}", problems)
    try:
        value = type_.read(node.text)
    except ValueProblem as problem:
        problems.add("R204", problem.message, node.span, help=problem.step)
        return None
    refer_value(type_, value, node.span)
    return value


def _names(attributes: Mapping[str, Attribute], node: Node, problems: Problems) -> None:
    """Report names that two attributes share and names of a person's group."""
    names: list[NameUse] = []
    listed = node.get("attributes") if isinstance(node, MappingNode) else None
    entries = listed.value.entries if listed is not None and isinstance(listed.value, MappingNode) else ()
    for attribute in attributes.values():
        if group_fact := next((name for name in (attribute.id, *attribute.also) if is_group_fact(name)), None):
            message = f"`{clip(group_fact)}` is a fact of a person's group, which no rule may read"
            problems.add("R403", message, attribute.span, help=STEP)
        entry = next((one.value for one in entries if one.key.text == attribute.id), node)
        for what, key, name in (
            ("id", "", attribute.id),
            ("title", "title", attribute.title),
            *(("other name", "also", name) for name in attribute.also),
        ):
            folded = fold_name(name)
            span = text_span(entry, key, name) or attribute.span
            names.append(NameUse(owner=attribute.id, what=what, name=name, folded=folded, span=span))
    check_shared_names(names, "attributes", problems)


def _derived(attributes: Mapping[str, Attribute], declared: Mapping[str, Got], reader: ExpressionReader) -> dict[str, Attribute]:
    made: dict[str, Attribute] = {}
    for name, attribute in attributes.items():
        node: Node | None = declared[name].get("derive")
        expression: Expression | None = None if node is None else reader.fitting(node, attribute.type)
        if node is None or expression is None:
            made[name] = attribute
        else:
            made[name] = attrs.evolve(attribute, derivation=Derivation(expression=expression, span=declared[name].places["derive"]))
    return made


def _without_circles(attributes: dict[str, Attribute], problems: Problems) -> dict[str, Attribute]:
    """Report circles among derived attributes and break them, so that reading can go on."""
    while True:
        reads = {name: attribute.derivation.expression.inputs for name, attribute in attributes.items() if attribute.derivation}
        try:
            graphlib.TopologicalSorter(reads).prepare()
        except graphlib.CycleError as error:
            names: list[str] = list(reversed(error.args[1]))
            start = min(names)
            turn = names.index(start)
            path = [*names[turn:-1], *names[:turn], start]
            derivation = attributes[start].derivation
            span = attributes[start].span if derivation is None else derivation.span
            problems.add("R209", f"the attribute is computed from itself: {' → '.join(path)}", span, help="take one of these steps out")
            attributes[start] = attrs.evolve(attributes[start], derivation=None)
        else:
            return attributes
