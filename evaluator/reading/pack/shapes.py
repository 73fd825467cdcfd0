"""Shapes: what a file may hold, said once, for reading it and for its JSON Schema.

A shape reads a node into a value and reports what does not fit; None means that nothing usable was there and somebody was told.
"""

from __future__ import annotations

from collections.abc import Container, Mapping, Sequence
from typing import Any, Generic

import attrs

from evaluator.core.model import EDITIONS
from evaluator.core.values import clip
from evaluator.diagnostics import Problems, Related, Span
from evaluator.reading.yaml.nodes import ListNode, MappingNode, Node, ScalarNode
from evaluator.reading.yaml.scalars import SINCE, Schema, Shape, T, wrong_shape


@attrs.frozen(kw_only=True)
class Located(Generic[T]):
    """A value and where it stands."""

    value: T
    span: Span


@attrs.frozen(kw_only=True)
class At(Generic[T]):
    """A shape whose place is kept beside its value."""

    shape: Shape[T]

    def read(self, node: Node, problems: Problems) -> Located[T] | None:
        """Read the shape and keep its place."""
        value = self.shape.read(node, problems)
        return None if value is None else Located(value=value, span=node.span)

    def schema(self) -> Schema:
        """Describe the shape."""
        return self.shape.schema()


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
            message = f"the list needs at least {self.least} {'entry' if self.least == 1 else 'entries'}"
            problems.add("R105", message, node.span, help="add to it, or take the key out where it may be left out")
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

    def read(self, node: Node, problems: Problems) -> Mapping[str, Located[T]] | None:
        """Read every entry; the place is that of the key."""
        if not isinstance(node, MappingNode):
            return wrong_shape(node, "a mapping", problems)
        result: dict[str, Located[T]] = {}
        for entry in node.entries:
            key, value = self.key.read(entry.key, problems), self.shape.read(entry.value, problems)
            if key is not None and value is not None:
                result[key] = Located(value=value, span=entry.key.span)
        return result

    def schema(self) -> Schema:
        """Describe it."""
        return {"type": "object", "additionalProperties": self.shape.schema()}


@attrs.frozen(kw_only=True)
class Key:
    """A key of an object: its shape, whether it has to be there, and one line on what it says.

    One that is required and `inherited` may be said once, among defaults, in place of in each object: `with_defaults` sees to it.
    """

    name: str
    shape: Shape[Any]
    doc: str
    required: bool = False
    inherited: bool = False
    since: int = EDITIONS[0]


def check_edition(since: int, what: str, span: Span, problems: Problems) -> None:
    """Report what belongs to a later edition of the rule language than the pack's own."""
    if problems.edition is not None and since > problems.edition:
        message = f"{what} belongs to edition {since} of the rule language, and this pack is of edition {problems.edition}"
        step = f"write `language: {since}` in pack.yaml, after reading in docs/rule-language.md what else it changes"
        problems.add("R109", message, span, help=step)


@attrs.frozen(kw_only=True)
class Got:
    """What was read of an object: the values by key, and where keys, what stands behind them and the whole stand.

    `defaulted` are the keys that it takes from defaults; their places are those of the defaults.
    """

    values: Mapping[str, Any]
    places: Mapping[str, Span]
    value_places: Mapping[str, Span] = attrs.field(factory=dict)
    defaulted: frozenset[str] = frozenset()
    span: Span

    def __getitem__(self, key: str) -> Any:  # noqa: ANN401 - as `get`
        return self.values[key]

    def get(self, key: str, default: Any = None) -> Any:  # noqa: ANN401 - a bag between reading and the model, typed where it is unpacked
        """Return a value, or the default."""
        return self.values.get(key, default)

    def has(self, *keys: str) -> bool:
        """Whether every one of the keys was read."""
        return all(key in self.values for key in keys)


def _since(key: Key) -> Schema:
    return {SINCE: key.since} if key.since > EDITIONS[0] else {}


@attrs.frozen(kw_only=True)
class Object:
    """A mapping with declared keys; others are errors. At least one of `needs_one_of` has to be there.

    `also` names a definition of the schemas that holds for it besides.
    """

    what: str
    keys: Sequence[Key]
    excluding: tuple[tuple[str, str], ...] = ()
    needs_one_of: tuple[str, ...] = ()
    also: str | None = None

    def read(self, node: Node, problems: Problems) -> Got | None:
        """Read the keys; None where the node is no mapping. Missing required keys are reported and absent from the result."""
        if not isinstance(node, MappingNode):
            needed = [f"{key.name}: …" for key in self.keys if key.required]
            step = f"write {', '.join(needed)}" if needed and not (isinstance(node, ScalarNode) and node.empty) else None
            return wrong_shape(node, f"{self.what}, a mapping,", problems, step)
        shapes = {key.name: key.shape for key in self.keys}
        editions = {key.name: key.since for key in self.keys if key.since > EDITIONS[0]}
        values: dict[str, Any] = {}
        places: dict[str, Span] = {}
        value_places = {entry.key.text: entry.value.span for entry in node.entries}
        for entry in node.entries:
            name = entry.key.text
            if name not in shapes:
                step = problems.did_you_mean(name, shapes) or f"{self.what} may hold {', '.join(self._usual(problems))}"
                if " " in name and isinstance(entry.value, ScalarNode) and entry.value.empty:
                    step = "in braces a comma begins another key: put a text that holds one in quotes"
                problems.add("R101", f"{self.what} has no key `{clip(name)}`", entry.key.span, help=step)
            elif (value := shapes[name].read(entry.value, problems)) is not None:
                values[name] = value
            if name in editions:
                check_edition(editions[name], f"`{name}`", entry.key.span, problems)
            places[name] = entry.key.span
        self._check(node, places, problems)
        return Got(values=values, places=places, value_places=value_places, span=node.span)

    def _usual(self, problems: Problems) -> list[str]:
        """Return the keys of the edition that a pack is of."""
        return [key.name for key in self.keys if problems.edition is None or key.since <= problems.edition]

    def _check(self, node: MappingNode, places: Mapping[str, Span], problems: Problems) -> None:
        span = node.entries[0].key.span if node.entries else node.span
        for key in self.keys:
            if key.required and not key.inherited and key.name not in places:
                self._needs(key, span, problems)
        if self.needs_one_of and places.keys().isdisjoint(self.needs_one_of):
            first, *others = self.needs_one_of
            step = f"{first}: {next(key.doc for key in self.keys if key.name == first)}"
            problems.add("R102", f"{self.what} needs the key `{first}`, or {' or '.join(f'`{one}`' for one in others)}", span, help=step)
        for one, other in self.excluding:
            if one in places and other in places:
                related = [Related(span=places[one], message=f"`{one}` is here")]
                problems.add("R108", f"`{other}` cannot stand beside `{one}`", places[other], help="keep one of the two", related=related)

    def _needs(self, key: Key, span: Span, problems: Problems) -> None:
        problems.add("R102", f"{self.what} needs the key `{key.name}`", span, help=f"{key.name}: {key.doc}")

    def with_defaults(self, got: Got, defaults: Sequence[Got], problems: Problems, leave: Container[str] = ()) -> Got:
        """Return what was read with what it takes from defaults, the nearest first, but for some keys; report what neither says."""
        for nearest in defaults:
            new = [name for name in nearest.places if name not in got.places and name not in leave]
            got = attrs.evolve(
                got,
                values={**got.values, **{name: nearest[name] for name in new if nearest.has(name)}},
                places={**got.places, **{name: nearest.places[name] for name in new}},
                value_places={**got.value_places, **{name: nearest.value_places[name] for name in new}},
                defaulted=got.defaulted.union(new),
            )
        for key in self.keys:
            if key.required and key.inherited and key.name not in got.places:
                self._needs(key, next(iter(got.places.values()), got.span), problems)
        return got

    def schema(self) -> Schema:
        """Describe it; what may be said among defaults is no key that it needs."""
        properties = {key.name: {"description": key.doc} | key.shape.schema() | _since(key) for key in self.keys}
        required = [key.name for key in self.keys if key.required and not key.inherited]
        whole: Schema = {"type": "object", "properties": properties, "additionalProperties": False}
        besides: list[Schema] = [{"not": {"required": list(both)}} for both in self.excluding]
        besides += [{"anyOf": [{"required": [one]} for one in self.needs_one_of]}] if self.needs_one_of else []
        besides += [{"$ref": f"#/$defs/{self.also}"}] if self.also else []
        return whole | ({"required": required} if required else {}) | ({"allOf": besides} if besides else {})
