"""JSON → nodes that know where they stand, so that single names in it can be exchanged."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator

from evaluator.reading import limits
from evaluator.reading.text_places import Lines
from evaluator.reading.yaml.nodes import Entry, ListNode, MappingNode, Node, ScalarNode

_SPACE = re.compile(r"[ \t\r\n]*")
_STRINGS = json.JSONDecoder(strict=False)
_PLAIN = re.compile(r"-?[0-9][0-9.eE+-]*|true|false|null|-?Infinity|NaN")


class NoJson(ValueError):
    """What stands there is no JSON; the message says where."""


class JsonReader:
    """Reads JSON values from a text, one after the other."""

    def __init__(self, text: str, path: str) -> None:
        self._text, self._path, self._lines = text, path, Lines(text)

    def values(self) -> Iterator[Node]:
        """Yield every value that stands at the top: one of a document, one a line of JSON Lines."""
        place = self._after_space(0)
        while place < len(self._text):
            node, place = self._value(place, 0)
            yield node
            place = self._after_space(place)

    def _after_space(self, place: int) -> int:
        found = _SPACE.match(self._text, place)
        return place if found is None else found.end()

    def _value(self, place: int, depth: int) -> tuple[Node, int]:
        first = self._text[place : place + 1]
        if depth > limits.DEPTH:
            raise NoJson(f"line {self._lines.span(self._path, place, place).line} is nested too deeply")
        if first == '"':
            return self._string(place)
        if first == "{":
            entries: list[Entry] = []

            def entry(at: int) -> int:
                key, at = self._string(at)
                at = self._expected(self._after_space(at), ":")
                value, at = self._value(self._after_space(at), depth + 1)
                entries.append(Entry(key=key, value=value))
                return at

            end = self._parts(place, "}", entry)
            return MappingNode(entries=tuple(entries), span=self._lines.span(self._path, place, end)), end
        if first == "[":
            items: list[Node] = []

            def item(at: int) -> int:
                node, at = self._value(at, depth + 1)
                items.append(node)
                return at

            end = self._parts(place, "]", item)
            return ListNode(items=tuple(items), span=self._lines.span(self._path, place, end)), end
        found = _PLAIN.match(self._text, place)
        if found is None:
            raise self._unexpected(place)
        return ScalarNode(text=found[0], plain=True, span=self._lines.span(self._path, place, found.end())), found.end()

    def _string(self, place: int) -> tuple[ScalarNode, int]:
        if self._text[place : place + 1] != '"':
            raise self._unexpected(place)
        try:
            text, end = _STRINGS.raw_decode(self._text, place)
        except json.JSONDecodeError:
            raise self._unexpected(place) from None
        return ScalarNode(text=text, plain=False, span=self._lines.span(self._path, place, end)), end

    def _parts(self, place: int, close: str, part: Callable[[int], int]) -> int:
        """Read parts with commas between them, and return where they are closed."""
        place = self._after_space(place + 1)
        if self._text.startswith(close, place):
            return place + 1
        while True:
            place = self._after_space(part(self._after_space(place)))
            if self._text.startswith(close, place):
                return place + 1
            place = self._expected(place, ",")

    def _expected(self, place: int, sign: str) -> int:
        if not self._text.startswith(sign, place):
            raise self._unexpected(place)
        return place + 1

    def _unexpected(self, place: int) -> NoJson:
        span = self._lines.span(self._path, place, place)
        return NoJson(f"line {span.line} is no JSON from column {span.column} on")
