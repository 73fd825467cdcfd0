"""Nodes → conditions, with every name, operator and value held against a vocabulary."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Container, Mapping, Sequence
from typing import assert_never

import attrs

from evaluator.core.conditions import OF_PERSON, AllOf, AnyOf, AtLeastOf, AttributeTest, Condition, ConditionName, NamedCondition, NoneOf
from evaluator.core.dates import Precision
from evaluator.core.expressions import TimeUnit
from evaluator.core.groups import STEP, is_group_fact
from evaluator.core.operators import OPERATORS, ROWS, SIGNS, Operator, Takes
from evaluator.core.ready_for import READY_FOR, flag_of, tests_of
from evaluator.core.text import first_words
from evaluator.core.values import NUMERIC, Atom, Kind, ValueProblem, ValueType, clip
from evaluator.core.windows import WITHIN, Window
from evaluator.diagnostics import Problems, Related, Span
from evaluator.reading.pack.shapes import Got, Key, Located, MapOf, Object, Raw, check_edition
from evaluator.reading.references import Sort, refer, refer_compared, refer_value
from evaluator.reading.yaml.nodes import Entry, ListNode, MappingNode, Node, ScalarNode
from evaluator.reading.yaml.scalars import SNAKE, Duration, Identifier, Numeral, Ratio, Text, wrong_shape

ALL_OF, ANY_OF, NONE_OF, AT_LEAST_OF = "all_of", "any_of", "none_of", "at_least_of"
ATTRIBUTE, FIELD, OF_PROFILE = "attribute", "field", "profile"
"""What a test is held against that is no value: an attribute, and of the entries of records a field of theirs or what the profile says."""
CONDITION = "condition"
"""The key under which a condition names another one."""
NAMED_CONDITION = Object(
    what="a named condition",
    keys=[
        Key(name="title", shape=Text(), doc="what it says, in a few words; reports use its name where there is none"),
        Key(name="when", shape=Raw(definition="condition"), doc="the condition", required=True),
    ],
)
CONDITIONS = Key(
    name="conditions",
    shape=MapOf(key=Identifier(pattern=SNAKE), shape=NAMED_CONDITION),
    doc="conditions said once, which others use as `condition: NAME`",
    since=2,
)
_CONDITION = "write `attribute: {at_least: 8}` lines; alternatives are a list under any_of:"
_COMPARABLE = "compare it with an attribute of the same type and unit, or with a value"
_LISTED = 12


@attrs.frozen(kw_only=True)
class ConditionReader:
    """Reads conditions over a vocabulary: names and their types; `what` is the word for a name, such as attribute or field.

    `declared` are names that are there but could not be read, which was reported where they are declared. `roles` are those of which
    a condition may ask whether somebody is ready for them; None where it may ask for none. With `person` the names are fields of
    `records`, whose dates may be held against a window of time, and all of them against the attributes of the person that it has.
    """

    types: Mapping[str, ValueType]
    problems: Problems
    what: str = "attribute"
    declared: Container[str] = frozenset()
    roles: frozenset[str] | None = None
    named: NamedConditions | None = None
    records: str = ""
    person: ConditionReader | None = None

    @property
    def of_records(self) -> bool:
        """Whether the conditions are about the entries of records."""
        return self.person is not None

    def read(self, node: Node) -> Condition | None:
        """Read a condition; None where nothing usable is left of it."""
        if not isinstance(node, MappingNode):
            return wrong_shape(node, "a condition, a mapping from attributes to tests,", self.problems, _CONDITION)
        if not node.entries:
            self.problems.add("R105", "the condition is empty", node.span, help="name an attribute and a test, or take the key out")
            return None
        read = [self._entry(entry) for entry in node.entries]
        parts = [part for part in read if part is not None]
        if len(parts) < len(read):
            return None
        return parts[0] if len(parts) == 1 else AllOf(parts=tuple(parts), span=node.span)

    def conditions(self, node: Node) -> tuple[Condition, ...] | None:
        """Read a list of conditions; None where one of them is unusable."""
        if not isinstance(node, ListNode):
            return wrong_shape(node, "a list of conditions", self.problems)
        if not node.items:
            self.problems.add("R105", "the list of conditions is empty", node.span, help="list at least one, or take the key out")
            return None
        read = [self.read(item) for item in node.items]
        parts = tuple(part for part in read if part is not None)
        return parts if len(parts) == len(read) else None

    def _entry(self, entry: Entry) -> Condition | None:
        span = _place(entry)
        key = entry.key.text
        if key == AT_LEAST_OF:
            return self._at_least_of(entry.value, span)
        if key in _COMBINATORS:
            parts = self.conditions(entry.value)
            return None if parts is None else _COMBINATORS[key](parts=parts, span=span)
        if key == READY_FOR and key not in self.types:
            return self._ready_for(entry, span)
        if key == CONDITION and key not in self.types:
            return self._by_name(entry, span)
        type_ = self.known(entry.key)
        return None if type_ is None else self._tests(key, type_, entry.value, span)

    def _at_least_of(self, node: Node, span: Span) -> Condition | None:
        got = AT_LEAST_OF_SHAPE.read(node, self.problems)
        parts = None if got is None or not got.has("of") else self.conditions(got["of"])
        if got is None or parts is None:
            return None
        if got.has("share"):
            number = got.value_places["share"]
            return AtLeastOf(count=math.ceil(got["share"] * len(parts)), share=got["share"], parts=parts, number=number, span=span)
        if not got.has("count"):
            return None
        if got["count"] > len(parts):
            message = f"at least {got['count']} of {len(parts)} conditions can never be met"
            self.problems.add("R301", message, got.places["count"], help="lower the count, or list more conditions")
            return None
        return AtLeastOf(count=got["count"], parts=parts, number=got.value_places["count"], span=span)

    def _ready_for(self, entry: Entry, span: Span) -> Condition | None:
        """Read that somebody is ready for a role."""
        if self.problems.edition == 1:
            check_edition(2, f"`{READY_FOR}`", entry.key.span, self.problems)
            return None
        if self.roles is None:
            message = f"`{READY_FOR}` cannot stand here: facts, verdict bands and expectations never hang on a verdict"
            self.problems.add("R203", message, entry.key.span, help="use it in a criterion or a move")
            return None
        if not isinstance(entry.value, ScalarNode) or entry.value.empty:
            return wrong_shape(entry.value, "the id of a role", self.problems, f"write `{READY_FOR}: ROLE`, once for each role")
        role = entry.value.text
        if role not in self.roles:
            step = self.problems.did_you_mean(role, self.roles) or "name a role by its id"
            self.problems.add("R202", f"there is no role called `{clip(role)}`", entry.value.span, help=step)
            return None
        refer(Sort.ROLE, role, entry.value.span)
        return AttributeTest(attribute=flag_of(role), operator=Operator.IS, value=True, span=span)

    def _by_name(self, entry: Entry, span: Span) -> Condition | None:
        """Read the name of a condition that the pack says once."""
        if self.problems.edition == 1:
            check_edition(2, f"`{CONDITION}`", entry.key.span, self.problems)
            return None
        if not isinstance(entry.value, ScalarNode) or entry.value.empty:
            return wrong_shape(entry.value, "the name of a condition", self.problems, f"write `{CONDITION}: NAME`, once for each")
        if self.named is None:
            message = f"a named condition tests attributes, and what is tested here is a {self.what}"
            self.problems.add("R203", message, entry.key.span, help="write the condition out")
            return None
        return self.named.use(entry.value, self, span)

    def known(self, name: ScalarNode) -> ValueType | None:
        """Return the type of a name; report one that is unknown."""
        type_ = self.types.get(name.text)
        if type_ is None:
            if is_group_fact(name.text):
                self.problems.add(
                    "R403", f"`{clip(name.text)}` is a fact of a person's group, which no rule may read", name.span, help=STEP
                )
            elif name.text not in self.declared:
                code = "R201" if self.what == "attribute" else "R207"
                step = self._of_today(name.text) or self.problems.did_you_mean(name.text, [*self.types, *_COMBINATORS, AT_LEAST_OF])
                step = step or self._where(name.text)
                self.problems.add(code, f"there is no {self.what} called `{clip(name.text)}`", name.span, help=step)
        elif self.what == "attribute":
            refer(Sort.ATTRIBUTE, name.text, name.span)
        elif self.records:
            refer(Sort.FIELD, name.text, name.span, self.records)
        return type_

    def _of_today(self, name: str) -> str | None:
        """Say what reads today's role, its track or its rung, where a name means one of them."""
        today = name in {"role", "track", "rung"} and f"current_{name}" in self.types
        return f"write `current_{name}`, which is that of today's role" if today else None

    def _where(self, name: str) -> str:
        if self.what == "attribute":
            return f"declare `{clip(name)}` in attributes.yaml, or use one that is there"
        return f"use one of {first_words(list(self.types), _LISTED)}"

    def _tests(self, name: str, type_: ValueType, node: Node, span: Span) -> Condition | None:
        if isinstance(node, ScalarNode):
            return self._flag(name, type_, node, span)
        if not isinstance(node, MappingNode) or not node.entries:
            return wrong_shape(node, f"a test of `{name}`", self.problems, f"write {_example(type_)}")
        alone = len(node.entries) == 1 and not node.shortened
        read = [self._test(name, type_, entry, span if alone else None) for entry in node.entries]
        parts = [part for part in read if part is not None]
        if len(parts) < len(read):
            return None
        return parts[0] if len(parts) == 1 else AllOf(parts=tuple(parts), span=span)

    def _flag(self, name: str, type_: ValueType, node: ScalarNode, span: Span) -> Condition | None:
        if type_.kind is not Kind.FLAG:
            match = re.match(r"\s*([<>!=]=?)\s*(.*)", node.text)
            step = f"write {{{SIGNS[match[1]]}: {match[2]}}}" if match and match[1] in SIGNS else f"write {_example(type_, node.text)}"
            self.problems.add("R203", f"`{name}` is {type_.kind.one} and needs a test in words", node.span, help=step)
            return None
        value = self._literal(name, type_, node)
        return None if value is None else AttributeTest(attribute=name, operator=Operator.IS, value=value, span=span)

    def _test(self, name: str, type_: ValueType, entry: Entry, span: Span | None) -> Condition | None:
        if entry.key.text == WITHIN:
            return self._window(name, type_, entry, span)
        operator = self._operator(name, type_, entry.key)
        if operator is None:
            return None
        place = _place(entry) if span is None or _is_cell(entry.value) else span
        if isinstance(entry.value, MappingNode):
            other = self._other(name, type_, operator, entry.value)
            return None if other is None else AttributeTest(attribute=name, operator=operator, other=other, span=place)
        value = self._operand(name, type_, operator, entry.value)
        return None if value is None else AttributeTest(attribute=name, operator=operator, value=value, span=place)

    def _window(self, name: str, type_: ValueType, entry: Entry, span: Span | None) -> Condition | None:
        """Read that the date of an entry lies within so much time before the day judged for."""
        check_edition(2, f"`{WITHIN}`", entry.key.span, self.problems)
        if type_.kind is not Kind.DATE:
            message = f"`{WITHIN}` takes a date, and `{name}` is {type_.kind.one}"
            self.problems.add("R203", message, entry.key.span, help="name a date field of the records")
            return None
        if not self.of_records:
            message = f"`{WITHIN}` is asked of the entries of records alone, and `{name}` is an attribute"
            step = f"let an attribute be computed with months_since: {name}, and test that: {{below: 12}}"
            self.problems.add("R203", message, entry.key.span, help=step)
            return None
        return self.dated_within(name, entry.value, entry.key.span, span)

    def dated_within(self, name: str, node: Node, key: Span, span: Span | None = None) -> Condition | None:
        """Read that a date field of records lies within the length of time that stands behind a key."""
        type_, length = self.types[name], Duration().read(node, self.problems)
        if length is None:
            return None
        number, unit = length[0], TimeUnit(length[1])
        if unit in {TimeUnit.DAYS, TimeUnit.WEEKS} and type_.precision is not Precision.DAY:
            message = f"`{name}` is known to the {type_.precision}, and {unit} are counted from days"
            self.problems.add("R211", message, node.span, help=f"let `{name}` have the precision of a day, or count in months")
            return None
        window = Window(field=name, precision=type_.precision, number=number, unit=unit)
        return AttributeTest(attribute=window.name, operator=Operator.IS, value=True, span=span or _joined(key, node.span))

    def _operator(self, name: str, type_: ValueType, key: ScalarNode) -> Operator | None:
        allowed = OPERATORS[type_.kind] - ({Operator.IS} if type_.kind is Kind.FLAG else frozenset())
        if key.text in allowed:
            return Operator(key.text)
        words = [str(operator) for operator in Operator if operator in allowed]
        words += [WITHIN] if self.of_records and type_.kind is Kind.DATE else []
        sign = SIGNS.get(key.text)
        step = f"write `{sign}`" if sign in allowed and sign else self.problems.did_you_mean(key.text, words)
        if type_.kind is Kind.FLAG:
            step = f"write `{name}: true` or `{name}: false`"
        elif key.text.isdigit():
            step = "write decimals with a dot, such as 8.5: in braces, a comma separates tests"
        if type_.kind is Kind.RECORDS:
            step = f"let an attribute be derived from `{name}`, and test that"
        message = f"`{clip(key.text)}` is no test of {type_.kind.one}, which `{name}` is"
        self.problems.add("R203", message, key.span, help=step or f"use one of {', '.join(words)}")
        return None

    def _other(self, name: str, type_: ValueType, operator: Operator, node: MappingNode) -> str | None:
        entry = node.entries[0] if len(node.entries) == 1 else None
        words = (ATTRIBUTE, FIELD, OF_PROFILE) if self.of_records else (ATTRIBUTE,)
        if entry is None or entry.key.text not in words or not isinstance(entry.value, ScalarNode):
            return wrong_shape(node, "a value, or {attribute: another one},", self.problems)
        if entry.key.text != ATTRIBUTE:
            check_edition(2, f"`{entry.key.text}`", entry.key.span, self.problems)
        reader = self._reader_of_other(entry)
        other = None if reader is None else reader.known(entry.value)
        if other is None or reader is None:
            return None
        if ROWS[operator].takes is not Takes.VALUE:
            self.problems.add("R203", f"`{operator}` takes values, not another attribute", node.span, help="list the values in brackets")
            return None
        if misfit := _misfit(type_, other):
            self.problems.add("R210", f"`{name}` and `{entry.value.text}` cannot be compared: {misfit}", entry.value.span, help=_COMPARABLE)
            return None
        refer_compared(type_, other)
        return entry.value.text if reader is self else OF_PERSON + entry.value.text

    def _reader_of_other(self, entry: Entry) -> ConditionReader | None:
        """Return what knows the name behind a test: of entries their fields, or the attributes of the person; None where both may do."""
        name, key, person = entry.value, entry.key.text, self.person
        if person is None or not isinstance(name, ScalarNode) or key == FIELD:
            return self
        theirs = name.text in person.types or name.text in person.declared or is_group_fact(name.text)
        nearly = [self.problems.did_you_mean(name.text, types) for types in (self.types, person.types)]
        meant = theirs or (nearly[0] is None and nearly[1] is not None)
        if key == ATTRIBUTE and (name.text in self.types or not meant):
            if name.text in self.types and theirs and self.problems.edition != 1:
                message = f"`{name.text}` is a field of the entries and an attribute of the person, and either could be meant"
                step = f"write {{{FIELD}: {name.text}}} for the entry's own, or {{{OF_PROFILE}: {name.text}}} for the person's"
                self.problems.add("R210", message, name.span, help=step)
                return None
            return self
        check_edition(2, "comparing entries with an attribute of the person", name.span, self.problems)
        return person

    def _operand(self, name: str, type_: ValueType, operator: Operator, node: Node) -> Atom | frozenset[Atom] | None:
        match ROWS[operator].takes:
            case Takes.VALUE:
                return self._literal(name, type_, node)
            case Takes.OPTION:
                option = self._literal(name, type_, node)
                return None if option is None else frozenset({option})
            case Takes.LIST:
                return self._members(name, type_, operator, node)
            case Takes.PRESENCE:
                return self._literal(name, ValueType(kind=Kind.FLAG), node)
            case never:
                assert_never(never)

    def _members(self, name: str, type_: ValueType, operator: Operator, node: Node) -> frozenset[Atom] | None:
        if not isinstance(node, ListNode):
            return wrong_shape(node, "a list of values, in brackets or one a line,", self.problems)
        if not node.items:
            self.problems.add("R105", f"`{operator}` needs at least one value", node.span, help="list the values in brackets")
            return None
        read = [self._literal(name, type_, item) for item in node.items]
        return None if None in read else frozenset(value for value in read if value is not None)

    def _literal(self, name: str, type_: ValueType, node: Node) -> Atom | None:
        if not isinstance(node, ScalarNode) or node.empty:
            return wrong_shape(node, f"a value of `{name}`", self.problems)
        try:
            value = type_.parse(node.text)
        except ValueProblem as problem:
            self.problems.add("R204", f"{problem.message}, and `{name}` is {type_.kind.one}", node.span, help=problem.step)
            return None
        refer_value(type_, value, node.span)
        return value


@attrs.define(kw_only=True)
class NamedConditions:
    """The conditions that a pack declares by name; each is read once, where it is used first, and is the same wherever it is used.

    `declared` could be read as far as their shape goes, `listed` are all names; `roles` are those of which they may ask who is ready.
    """

    declared: Mapping[str, Located[Got]]
    listed: Container[str] = frozenset()
    roles: frozenset[str] = frozenset()
    _read: dict[str, Condition | None] = attrs.field(factory=dict, init=False)
    _open: list[str] = attrs.field(factory=list, init=False)

    def use(self, name: ScalarNode, reader: ConditionReader, place: Span) -> Condition | None:
        """Return what a name stands for at a place where it is used; report a name that is none, and a circle of names."""
        if name.text not in self.declared:
            if name.text not in self.listed:
                step = reader.problems.did_you_mean(name.text, self.declared) or "declare it under `conditions` in pack.yaml"
                reader.problems.add("R207", f"there is no condition called `{clip(name.text)}`", name.span, help=step)
            return None
        if name.text in self._open:
            steps = " → ".join([*self._open[self._open.index(name.text) :], name.text])
            message = f"the condition is defined by itself: {steps}"
            reader.problems.add("R209", message, name.span, help="take one of these steps out")
            return None
        refer(Sort.CONDITION, name.text, name.span)
        condition = self.read(name.text, reader)
        if condition is None or not self._may_stand(condition, reader, name):
            return None
        whole = condition if condition.named is None else AllOf(parts=(condition,), span=condition.span)
        title = self.declared[name.text].value.get("title")
        return attrs.evolve(whole, named=ConditionName(id=name.text, title=title, place=place))

    def read(self, name: str, reader: ConditionReader) -> Condition | None:
        """Return a condition by its name, as it is declared; None where it cannot be used, which was told."""
        if name not in self._read:
            got = self.declared[name].value
            self._open.append(name)
            self._read[name] = attrs.evolve(reader, roles=self.roles).read(got["when"]) if got.has("when") else None
            self._open.pop()
        return self._read[name]

    def all(self, reader: ConditionReader) -> dict[str, NamedCondition]:
        """Return every condition that can be used, by name, those too that are used nowhere."""
        for name, placed in self.declared.items():
            refer(Sort.CONDITION, name, placed.span, declares=True)
        read = {name: (placed, self.read(name, reader)) for name, placed in self.declared.items()}
        return {
            name: NamedCondition(id=name, title=placed.value.get("title"), when=condition, span=placed.span)
            for name, (placed, condition) in read.items()
            if condition is not None
        }

    def _may_stand(self, condition: Condition, reader: ConditionReader, name: ScalarNode) -> bool:
        """Report a condition on a verdict that is used where none may hang on one."""
        test = next((test for _, test in tests_of(condition)), None)
        if test is None or reader.roles is not None:
            return True
        message = f"`{clip(name.text)}` asks who is ready for a role, and facts, verdict bands and expectations never hang on a verdict"
        related = [Related(span=test.span, message=f"`{READY_FOR}` is here")]
        reader.problems.add("R203", message, name.span, help="use it in a criterion or a move", related=related)
        return False


_COMBINATORS: dict[str, Callable[..., Condition]] = {ALL_OF: AllOf, ANY_OF: AnyOf, NONE_OF: NoneOf}
AT_LEAST_OF_SHAPE = Object(
    what="at_least_of",
    keys=[
        Key(name="count", shape=Numeral(whole=True, least=1), doc="how many have to be met"),
        Key(
            name="share",
            shape=Ratio(positive=True),
            doc="in place of `count`: what part has to be met, such as 0.8 or 2/3",
            since=2,
        ),
        Key(name="of", shape=Raw(definition="conditions"), doc="the conditions to choose from", required=True),
    ],
    excluding=(("count", "share"),),
    needs_one_of=("count", "share"),
)


def _place(entry: Entry) -> Span:
    """Return where a test stands, from its key to the end of its value; where the value is the cell of a table, that."""
    return entry.value.span if _is_cell(entry.value) else _joined(entry.key.span, entry.value.span)


def _joined(start: Span, end: Span) -> Span:
    return attrs.evolve(start, end_line=end.end_line, end_column=end.end_column)


def _is_cell(node: Node) -> bool:
    return not isinstance(node, MappingNode) and node.cell


def _misfit(value_type: ValueType, other: ValueType) -> str | None:
    kinds = {value_type.kind, other.kind}
    if len(kinds) > 1 and not kinds <= NUMERIC and kinds != {Kind.TEXT, Kind.CHOICE}:
        return f"one is {value_type.kind.one}, the other {other.kind.one}"
    if value_type.unit != other.unit:
        return f"one is in {value_type.unit or 'no unit'}, the other in {other.unit or 'no unit'}"
    if value_type.kind is Kind.SCALE and value_type.options != other.options:
        return "their scales differ"
    return "their precisions differ" if value_type.precision is not other.precision else None


def _example(type_: ValueType, text: str = "") -> str:
    options: Sequence[str] = type_.options or ("…",)
    examples = {
        Kind.FLAG: "true",
        Kind.SET: f"{{includes: {options[0]}}}",
        Kind.CHOICE: f"{{is: {options[0]}}}",
        Kind.SCALE: f"{{at_least: {options[-1]}}}",
        Kind.DATE: "{at_least: 2024-05}",
        Kind.RECORDS: "{known: true}",
    }
    plain = re.fullmatch(r"\s*(-?[0-9.]+)\s*", text)
    return examples.get(type_.kind, f"{{at_least: {plain[1] if plain else 8}}}")
