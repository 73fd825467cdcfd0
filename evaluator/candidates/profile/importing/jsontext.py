"""JSON text → nodes with positions, read strictly: no NaN, nothing nested without end, and no key twice unless that is asked for."""

from __future__ import annotations

import bisect
import json
import re

import attrs

from evaluator.core.values import clip
from evaluator.diagnostics import Problems, Span
from evaluator.reading.yaml.nodes import Entry, ListNode, MappingNode, Node, ScalarNode

_MOST_DEPTH = 32
_MOST_VALUES = 100_000
_SPACE = re.compile(r"[ \t\r\n]*")
_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?")
_WORD = re.compile(r"-?[A-Za-z]+")
_WORDS = frozenset({"true", "false", "null"})
_DECODER = json.JSONDecoder()


class _Stopped(Exception):
    """The text cannot be read on from a place; carries the sentence, the place and a next step."""

    def __init__(self, message: str, index: int, step: str | None = None) -> None:
        super().__init__(message)
        self.message, self.place, self.step = message, index, step


def parse_json(text: str, path: str, problems: Problems, twice: dict[Span, str] | None = None) -> Node | None:
    """Read a JSON text into nodes; a problem and None where it is none.

    With `twice`, a key that stands twice in an object is no problem: its place goes in there, and stands for what it holds.
    """
    problems.texts[path] = text
    reader = _Reader(text=text, path=path, starts=[0, *(match.end() for match in re.finditer("\n", text))], twice=twice)
    try:
        return reader.whole()
    except _Stopped as stopped:
        problems.add("I101", stopped.message, reader.span(stopped.place, stopped.place + 1), help=stopped.step)
        return None


@attrs.define(kw_only=True)
class _Reader:
    """Reads values from places in a text, and counts them."""

    text: str
    path: str
    starts: list[int]
    twice: dict[Span, str] | None = None
    values: int = 0

    def whole(self) -> Node:
        """Read the one value that the text is."""
        node, end = self.value(self.space(0), 0)
        if self.space(end) < len(self.text):
            raise _Stopped("something follows after the end of the JSON text", self.space(end), "keep one object in the file")
        return node

    def space(self, index: int) -> int:
        """Return the next place that is no space."""
        match = _SPACE.match(self.text, index)
        return index if match is None else match.end()

    def span(self, start: int, end: int) -> Span:
        """Return a stretch of the text as lines and columns."""
        (line, column), (end_line, end_column) = self._place(start), self._place(end)
        return Span(path=self.path, line=line, column=column, end_line=end_line, end_column=end_column)

    def _place(self, index: int) -> tuple[int, int]:
        line = bisect.bisect_right(self.starts, index)
        return line, index - self.starts[line - 1] + 1

    def value(self, index: int, depth: int) -> tuple[Node, int]:
        """Read a value; returns it and the place after it."""
        self.values += 1
        if self.values > _MOST_VALUES:
            raise _Stopped(f"the text holds more than {_MOST_VALUES:,} values", index, "no résumé is that long")
        if depth > _MOST_DEPTH:
            raise _Stopped(f"the text is nested deeper than {_MOST_DEPTH} levels", index, "a résumé needs six")
        first = self.text[index : index + 1]
        if first == "{":
            return self._object(index, depth)
        if first == "[":
            return self._array(index, depth)
        return self._string(index) if first == '"' else self._scalar(index)

    def _string(self, index: int) -> tuple[ScalarNode, int]:
        try:
            text, end = _DECODER.raw_decode(self.text, index)
        except json.JSONDecodeError as error:
            raise _Stopped(f"this text is not written as JSON asks: {_lowered(error.msg)}", min(error.pos, len(self.text)), None) from None
        return ScalarNode(text=text, plain=False, span=self.span(index, end)), end

    def _scalar(self, index: int) -> tuple[Node, int]:
        if match := _NUMBER.match(self.text, index):
            return ScalarNode(text=match[0], plain=True, span=self.span(index, match.end())), match.end()
        word = _WORD.match(self.text, index)
        if word and word[0] in _WORDS:
            return ScalarNode(text=word[0], plain=True, span=self.span(index, word.end())), word.end()
        if word:
            raise _Stopped(f"`{clip(word[0])}` is no value of JSON", index, "write null where nothing is known, and text in double quotes")
        if index >= len(self.text):
            raise _Stopped("the text ends in the middle", index, "the file may have been cut off")
        raise _Stopped(f"`{clip(self.text[index])}` is no value of JSON", index)

    def _array(self, index: int, depth: int) -> tuple[Node, int]:
        items: list[Node] = []
        end = self.space(index + 1)
        while self.text[end : end + 1] != "]":
            item, end = self.value(end, depth + 1)
            items.append(item)
            end = self._after(end, "]")
        return ListNode(items=tuple(items), span=self.span(index, end + 1)), end + 1

    def _object(self, index: int, depth: int) -> tuple[Node, int]:
        entries: dict[str, Entry] = {}
        end = self.space(index + 1)
        while self.text[end : end + 1] != "}":
            key, end = self._key(end)
            again = key.text in entries
            if again and self.twice is None:
                raise _Stopped(f"the key `{clip(key.text)}` stands twice in one object", end, "keep one of the two")
            value, end = self.value(self.space(end + 1), depth + 1)
            if again and self.twice is not None:
                self.twice[key.span] = key.text
                value = ScalarNode(text=key.text, plain=False, span=key.span)
            entries[key.text] = Entry(key=key, value=value)
            end = self._after(end, "}")
        return MappingNode(entries=tuple(entries.values()), span=self.span(index, end + 1)), end + 1

    def _key(self, index: int) -> tuple[ScalarNode, int]:
        if self.text[index : index + 1] != '"':
            raise _Stopped("a key in double quotes is expected here", index)
        key, end = self._string(index)
        colon = self.space(end)
        if self.text[colon : colon + 1] != ":":
            raise _Stopped(f"a colon is expected after the key `{clip(key.text)}`", colon)
        return key, colon

    def _after(self, index: int, closing: str) -> int:
        """Return the place of the next item, or of the closing bracket."""
        end = self.space(index)
        if self.text[end : end + 1] == closing:
            return end
        if self.text[end : end + 1] != ",":
            raise _Stopped(f"a comma or `{closing}` is expected here", min(end, len(self.text)))
        following = self.space(end + 1)
        if self.text[following : following + 1] == closing:
            raise _Stopped(f"there is a comma before `{closing}`", end, "take it out")
        return following


def _lowered(message: str) -> str:
    return message[:1].lower() + message[1:]
