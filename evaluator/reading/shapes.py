"""Shapes: what a file may hold, said once, for reading it and for its JSON Schema.

A shape reads a node into a value and reports what does not fit; None means that nothing usable was there and somebody was told.
"""

from __future__ import annotations

import datetime
import enum
import re
from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any, Generic, Protocol, TypeVar

import attrs

from evaluator.dates import DateProblem, parse_date
from evaluator.diagnostics import Problems, Related, Span, did_you_mean
from evaluator.reading.nodes import ListNode, MappingNode, Node, ScalarNode, node_words
from evaluator.values import Number, ValueProblem, clip, parse_number

T_co = TypeVar("T_co", covariant=True)
T = TypeVar("T")
Schema = dict[str, Any]

KEBAB = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")
SNAKE = re.compile(r"[a-z][a-z0-9]*(_[a-z0-9]+)*")
RESERVED = frozenset({"all_of", "any_of", "none_of", "at_least_of", "attribute", "missing", "move"})


class Shape(Protocol[T_co]):
    """Something that can be read from a node and described by a JSON Schema."""

    def read(self, node: Node, problems: Problems) -> T_co | None:
        """Read a node; report what does not fit."""

    def schema(self) -> Schema:
        """Describe what fits, as JSON Schema."""


def wrong_shape(node: Node, wanted: str, problems: Problems) -> None:
    """Report a node of the wrong shape."""
    problems.add("R103", f"{wanted} is expected here, and this is {node_words(node)}", node.span)


@attrs.frozen(kw_only=True)
class Text:
    """Any text that is not empty."""

    definition: str | None = None
    """The definition in a pack's schemas that lists what can stand here."""

    def read(self, node: Node, problems: Problems) -> str | None:
        """Read the text."""
        if not isinstance(node, ScalarNode) or (node.empty or not node.text.strip()):
            return wrong_shape(node, "text", problems)
        return node.text

    def schema(self) -> Schema:
        """Describe it."""
        return {"$ref": f"#/$defs/{self.definition}"} if self.definition else {"type": ["string", "number", "boolean"]}


@attrs.frozen(kw_only=True)
class Placed(Generic[T]):
    """A value and where it stands."""

    value: T
    span: Span


@attrs.frozen(kw_only=True)
class At(Generic[T]):
    """A shape whose place is kept beside its value."""

    shape: Shape[T]

    def read(self, node: Node, problems: Problems) -> Placed[T] | None:
        """Read the shape and keep its place."""
        value = self.shape.read(node, problems)
        return None if value is None else Placed(value=value, span=node.span)

    def schema(self) -> Schema:
        """Describe the shape."""
        return self.shape.schema()


@attrs.frozen(kw_only=True)
class Identifier:
    """A name: lower-case words joined by hyphens (KEBAB) or underscores (SNAKE)."""

    pattern: re.Pattern[str] = KEBAB

    def read(self, node: Node, problems: Problems) -> str | None:
        """Read the name."""
        if not isinstance(node, ScalarNode) or node.empty:
            return wrong_shape(node, "a name", problems)
        joint, word = ("-", "hyphens") if self.pattern is KEBAB else ("_", "underscores")
        if not self.pattern.fullmatch(node.text):
            better = re.sub(r"[^a-z0-9]+", joint, node.text.lower()).strip("-_ ")
            step = f"write `{better}`" if self.pattern.fullmatch(better) else None
            problems.add("R106", f"`{clip(node.text)}` is no name: names are lower-case words joined by {word}", node.span, help=step)
            return None
        if self.pattern is SNAKE and node.text in RESERVED:
            problems.add("R106", f"`{node.text}` has a meaning of its own in conditions", node.span, help="choose another name")
            return None
        return node.text

    def schema(self) -> Schema:
        """Describe it."""
        return {"type": "string", "pattern": f"^{self.pattern.pattern}$"}


@attrs.frozen(kw_only=True)
class Word(Generic[T]):
    """One word of an enumeration."""

    words: type[enum.StrEnum]

    def read(self, node: Node, problems: Problems) -> Any:
        """Read the word as a member of the enumeration."""
        if not isinstance(node, ScalarNode):
            return wrong_shape(node, "a word", problems)
        known = [str(word) for word in self.words]
        if node.text not in known:
            step = did_you_mean(node.text, known) or f"use one of {', '.join(known)}"
            problems.add("R104", f"{node_words(node)} is not one of the words that can stand here", node.span, help=step)
            return None
        return self.words(node.text)

    def schema(self) -> Schema:
        """Describe it."""
        return {"enum": [str(word) for word in self.words]}


@attrs.frozen(kw_only=True)
class Flag:
    """true or false."""

    def read(self, node: Node, problems: Problems) -> bool | None:
        """Read the flag."""
        if isinstance(node, ScalarNode) and node.text in {"true", "True", "TRUE", "false", "False", "FALSE"}:
            return node.text.lower() == "true"
        problems.add("R104", f"true or false is expected here, and this is {node_words(node)}", node.span)
        return None

    def schema(self) -> Schema:
        """Describe it."""
        return {"type": "boolean"}


@attrs.frozen(kw_only=True)
class Numeral:
    """A number, or with `whole` a whole one, with optional inclusive bounds."""

    whole: bool = False
    least: int | None = None
    most: int | None = None
    above: int | None = None
    code: str = "R104"

    def read(self, node: Node, problems: Problems) -> Number | None:
        """Read the number exactly."""
        if not isinstance(node, ScalarNode):
            return wrong_shape(node, "a number", problems)
        try:
            value = parse_number(node.text)
        except ValueProblem as problem:
            problems.add("R104", problem.message, node.span, help=problem.step)
            return None
        if problem_words := self._misfit(value):
            problems.add(self.code, f"`{node.text}` {problem_words}", node.span)
            return None
        return value

    def _misfit(self, value: Number) -> str | None:
        if self.whole and not isinstance(value, int):
            return "is no whole number"
        if self.least is not None and value < self.least:
            return f"is less than {self.least}"
        if self.above is not None and value <= self.above:
            return f"is not above {self.above}"
        return f"is more than {self.most}" if self.most is not None and value > self.most else None

    def schema(self) -> Schema:
        """Describe it."""
        bounds = {"minimum": self.least, "maximum": self.most, "exclusiveMinimum": self.above}
        return {"type": "integer" if self.whole else "number"} | {name: bound for name, bound in bounds.items() if bound is not None}


@attrs.frozen(kw_only=True)
class Ratio:
    """An exact number from 0 to 1, as a decimal or a fraction such as 2/3."""

    def read(self, node: Node, problems: Problems) -> Number | None:
        """Read it exactly."""
        text = node.text if isinstance(node, ScalarNode) else ""
        if re.fullmatch(r"[0-9]{1,6}/0*[1-9][0-9]{0,5}|[01](\.[0-9]{1,12})?", text) and 0 <= Fraction(text) <= 1:
            return Fraction(text)
        problems.add("R104", f"a part of 1 is expected here, and this is {node_words(node)}", node.span, help="write 0.75 or 3/4")
        return None

    def schema(self) -> Schema:
        """Describe it."""
        return {"type": ["number", "string"]}


@attrs.frozen(kw_only=True)
class Day:
    """A date: a day, a month or a year."""

    def read(self, node: Node, problems: Problems) -> datetime.date | None:
        """Read the first day that the date covers."""
        if not isinstance(node, ScalarNode):
            return wrong_shape(node, "a date", problems)
        try:
            return parse_date(node.text)[0]
        except DateProblem as problem:
            problems.add("R104", str(problem), node.span, help=problem.step)
            return None

    def schema(self) -> Schema:
        """Describe it."""
        return {"type": ["string", "integer"]}


@attrs.frozen(kw_only=True)
class Months:
    """A length of time, such as `12 months` or `2 years`, as months."""

    def read(self, node: Node, problems: Problems) -> int | None:
        """Read the months."""
        if isinstance(node, ScalarNode) and (match := re.fullmatch(r"([0-9]{1,3}) (month|year)s?", node.text)):
            return int(match[1]) * (12 if match[2] == "year" else 1)
        problems.add("R104", f"a length of time is expected here, and this is {node_words(node)}", node.span, help="write it as `12 months` or `2 years`")
        return None

    def schema(self) -> Schema:
        """Describe it."""
        return {"type": "string", "pattern": "^[0-9]{1,3} (month|year)s?$"}


@attrs.frozen(kw_only=True)
class Raw:
    """A node left for somebody who knows the vocabulary; `definition` names its schema."""

    definition: str

    def read(self, node: Node, problems: Problems) -> Node | None:  # noqa: ARG002 - every shape reads this way
        """Return the node itself."""
        return node

    def schema(self) -> Schema:
        """Refer to the definition."""
        return {"$ref": f"#/$defs/{self.definition}"}


@attrs.frozen(kw_only=True)
class ListOf(Generic[T]):
    """A list of one shape; unreadable items are reported and left out."""

    shape: Shape[T]
    least: int = 1

    def read(self, node: Node, problems: Problems) -> tuple[T, ...] | None:
        """Read every item."""
        if not isinstance(node, ListNode):
            return wrong_shape(node, "a list", problems)
        if len(node.items) < self.least:
            problems.add("R105", f"the list needs at least {self.least} {'entry' if self.least == 1 else 'entries'}", node.span)
            return None
        read = (self.shape.read(item, problems) for item in node.items)
        return tuple(value for value in read if value is not None)

    def schema(self) -> Schema:
        """Describe it."""
        return {"type": "array", "items": self.shape.schema()} | ({"minItems": self.least} if self.least else {})


@attrs.frozen(kw_only=True)
class MapOf(Generic[T]):
    """A mapping from names to one shape; unreadable ones are reported and left out."""

    key: Shape[str]
    shape: Shape[T]

    def read(self, node: Node, problems: Problems) -> Mapping[str, Placed[T]] | None:
        """Read every entry; the place is that of the key."""
        if not isinstance(node, MappingNode):
            return wrong_shape(node, "a mapping", problems)
        found: dict[str, Placed[T]] = {}
        for entry in node.entries:
            key, value = self.key.read(entry.key, problems), self.shape.read(entry.value, problems)
            if key is not None and value is not None:
                found[key] = Placed(value=value, span=entry.key.span)
        return found

    def schema(self) -> Schema:
        """Describe it."""
        return {"type": "object", "additionalProperties": self.shape.schema()}


@attrs.frozen(kw_only=True)
class Key:
    """A key of an object: its shape, whether it has to be there, and one line on what it says."""

    name: str
    shape: Shape[Any]
    doc: str
    required: bool = False


@attrs.frozen(kw_only=True)
class Got:
    """What was read of an object: the values by key, and where keys and the whole stand."""

    values: Mapping[str, Any]
    places: Mapping[str, Span]
    span: Span

    def __getitem__(self, key: str) -> Any:
        return self.values[key]

    def get(self, key: str, default: Any = None) -> Any:  # noqa: ANN401 - a bag between reading and the model, typed where it is unpacked
        """Return a value, or the default."""
        return self.values.get(key, default)

    def has(self, *keys: str) -> bool:
        """Whether every one of the keys was read."""
        return all(key in self.values for key in keys)


@attrs.frozen(kw_only=True)
class Object:
    """A mapping with declared keys; others are errors."""

    what: str
    keys: Sequence[Key]
    excluding: tuple[tuple[str, str], ...] = ()

    def read(self, node: Node, problems: Problems) -> Got | None:
        """Read the keys; None where the node is no mapping. Missing required keys are reported and absent from the result."""
        if not isinstance(node, MappingNode):
            return wrong_shape(node, f"{self.what}, a mapping,", problems)
        shapes = {key.name: key.shape for key in self.keys}
        values: dict[str, Any] = {}
        places: dict[str, Span] = {}
        for entry in node.entries:
            name = entry.key.text
            if name not in shapes:
                step = did_you_mean(name, shapes) or f"{self.what} may hold {', '.join(shapes)}"
                problems.add("R101", f"{self.what} has no key `{clip(name)}`", entry.key.span, help=step)
            elif (value := shapes[name].read(entry.value, problems)) is not None:
                values[name] = value
            places[name] = entry.key.span
        self._check(node, places, problems)
        return Got(values=values, places=places, span=node.span)

    def _check(self, node: MappingNode, places: Mapping[str, Span], problems: Problems) -> None:
        place = node.entries[0].key.span if node.entries else node.span
        for key in self.keys:
            if key.required and key.name not in places:
                problems.add("R102", f"{self.what} needs the key `{key.name}`", place, help=f"{key.name}: {key.doc}")
        for one, other in self.excluding:
            if one in places and other in places:
                related = [Related(span=places[one], message=f"`{one}` is here")]
                problems.add("R108", f"`{other}` cannot stand beside `{one}`", places[other], help="keep one of the two", related=related)

    def schema(self) -> Schema:
        """Describe it."""
        properties = {key.name: {"description": key.doc} | key.shape.schema() for key in self.keys}
        required = [key.name for key in self.keys if key.required]
        return {"type": "object", "properties": properties, "additionalProperties": False} | ({"required": required} if required else {})
