"""YAML text → nodes with positions, read strictly.

Built from the parser's events in one loop: nothing recurses, nothing is resolved or constructed behind our back, and a scalar
stays text until somebody who knows its type reads it.
"""

from __future__ import annotations

import os
from collections.abc import Container, Iterator

import attrs
import yaml

from evaluator.core.values import clip
from evaluator.diagnostics import Problems, Related, Span, lines_of
from evaluator.reading import limits
from evaluator.reading.yaml.files import read_text
from evaluator.reading.yaml.source_mark import Mark
from evaluator.reading.yaml.syntax import report_syntax

_Loader: type = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@attrs.frozen(kw_only=True)
class ScalarNode:
    """A single value, as text; `plain` where it was written without quotes.

    One that is a `cell` stands in a row of a table, and is read in another place.
    """

    text: str
    plain: bool
    cell: bool = False
    span: Span

    @property
    def empty(self) -> bool:
        """Whether nothing is there: no text, `null` or `~`."""
        return self.plain and self.text in {"", "~", "null", "Null", "NULL"}


@attrs.frozen(kw_only=True)
class ListNode:
    """A list; one that is a `cell` stands in a row of a table, and is read in another place."""

    items: tuple[Node, ...]
    cell: bool = False
    span: Span


@attrs.frozen(kw_only=True)
class Entry:
    """A key of a mapping and what it holds."""

    key: ScalarNode
    value: Node


@attrs.frozen(kw_only=True)
class MappingNode:
    """A mapping; no key stands in it twice. Of one that is `shortened`, entries were left out that stand there."""

    entries: tuple[Entry, ...]
    shortened: bool = False
    span: Span

    def get(self, key: str) -> Entry | None:
        """Return the entry of a key, or None."""
        return next((entry for entry in self.entries if entry.key.text == key), None)


Node = ScalarNode | ListNode | MappingNode


class _Everything:
    """Holds every name: stands for what was declared where that cannot be read."""

    def __contains__(self, _: object) -> bool:
        return True


def names_under(node: Node | None, key: str) -> Container[str]:
    """Return the names that a file declares under a key, usable or not; where nobody can tell, every name."""
    entry = node.get(key) if isinstance(node, MappingNode) else None
    if entry is None or not isinstance(entry.value, MappingNode):
        return _Everything()
    return frozenset(each.key.text for each in entry.value.entries)


def text_span(node: Node, key: str, text: str) -> Span | None:
    """Return where a text stands under a key of a mapping, alone or in a list; None where it stands nowhere."""
    entry = node.get(key) if isinstance(node, MappingNode) else None
    values = () if entry is None else entry.value.items if isinstance(entry.value, ListNode) else (entry.value,)
    return next((value.span for value in values if isinstance(value, ScalarNode) and value.text == text), None)


def node_words(node: Node) -> str:
    """Say what a node is, for messages."""
    if isinstance(node, ScalarNode):
        return "nothing" if node.empty else f"`{clip(node.text)}`"
    if isinstance(node, ListNode):
        return "a list" if node.items else "an empty list"
    return "a mapping" if node.entries else "an empty mapping"


def read_yaml(path: str | os.PathLike[str], problems: Problems) -> Node | None:
    """Read a YAML file; what is wrong with it goes to the problems, and None comes back."""
    text = read_text(path, problems)
    return None if text is None else parse_yaml(text, os.fspath(path), problems)


def parse_yaml(text: str, name: str, problems: Problems) -> Node | None:
    """Turn YAML text into nodes; what is wrong with it goes to the problems, and None comes back."""
    problems.texts.setdefault(name, text)
    lines = lines_of(text)
    builder = _Builder(name, problems, end=(len(lines), len(lines[-1]) + 1))
    try:
        for event in _events(text):
            if not builder.take(event):
                return None
    except yaml.YAMLError as error:
        report_syntax(error, name, text, problems)
        return None
    if builder.root is None or (isinstance(builder.root, ScalarNode) and builder.root.empty):
        problems.add("R009", "the file is empty", Span.whole_file(name), help="see `evaluator explain-code R009` for a file to start from")
        return None
    return builder.root


def _events(text: str) -> Iterator[yaml.Event]:
    events: Iterator[yaml.Event] = yaml.parse(text, Loader=_Loader)
    return events


@attrs.define(slots=True)
class _Open:
    """A collection that has begun: its start, its children so far, and whether it is a mapping."""

    start: Mark | None
    mapping: bool
    children: list[Node] = attrs.field(factory=list)


class _Builder:
    """Takes events one by one and keeps the collections that are open on a stack."""

    def __init__(self, name: str, problems: Problems, *, end: tuple[int, int]) -> None:
        self.end = end
        self.name = name
        self.problems = problems
        self.root: Node | None = None
        self.open: list[_Open] = []
        self.documents = 0
        self.values = 0

    def take(self, event: yaml.Event) -> bool:
        """Take one event; False where reading has to stop."""
        if isinstance(event, yaml.ScalarEvent):
            return self._scalar(event)
        if isinstance(event, yaml.CollectionEndEvent):
            self._end(event)
            return True
        if isinstance(event, yaml.CollectionStartEvent):
            return self._only_plain(event) and self._begin(event)
        if isinstance(event, yaml.DocumentStartEvent):
            self.documents += 1
            if self.documents > 1:
                return self._refuse(event, "R006", "the file holds more than one document", "split it at `---`, one file each")
        return not isinstance(event, yaml.AliasEvent) or self._only_plain(event)

    def _scalar(self, event: yaml.ScalarEvent) -> bool:
        if (event.anchor or event.tag) and not self._only_plain(event):
            return False
        self.values += 1
        if self.values > limits.VALUES:
            return self._refuse(event, "R008", f"the file holds more than {limits.VALUES:,} values", "split it, or use a table of data")
        self._add(ScalarNode(text=event.value, plain=not event.style, span=self._span(event.start_mark, event.end_mark)))
        return True

    def _only_plain(self, event: yaml.Event) -> bool:
        """Refuse what YAML has beyond scalars, lists and mappings; `!` alone only says that a scalar is text."""
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
            return self._refuse(
                event, "R004", "anchors and aliases are no part of the rule language", "write the lines out where they count"
            )
        tag = getattr(event, "tag", None)
        if tag and not (isinstance(event, yaml.ScalarEvent) and tag == "!"):
            step = "leave the tag out; values are read by their declared type"
            wanted = "tests are words, such as {is_not: 8}" if str(tag).startswith("!=") else step
            return self._refuse(event, "R005", "tags are no part of the rule language", wanted)
        return True

    def _begin(self, event: yaml.CollectionStartEvent) -> bool:
        if len(self.open) >= limits.DEPTH:
            return self._refuse(
                event, "R003", f"the file is nested more than {limits.DEPTH} levels deep", "a condition rarely needs more than five"
            )
        self.open.append(_Open(start=event.start_mark, mapping=isinstance(event, yaml.MappingStartEvent)))
        return True

    def _end(self, event: yaml.Event) -> None:
        done = self.open.pop()
        last = done.children[-1].span if done.children else None
        end = self._span(done.start, event.end_mark)
        if last is not None and _same_place(event):  # block style: the end is noticed only on a later line
            end = attrs.evolve(end, end_line=last.end_line, end_column=last.end_column)
        self._add(self._mapping(done, end) if done.mapping else ListNode(items=tuple(done.children), span=end))

    def _add(self, node: Node) -> None:
        if self.open:
            self.open[-1].children.append(node)
        else:
            self.root = node

    def _mapping(self, done: _Open, span: Span) -> MappingNode:
        seen: dict[str, Entry] = {}
        for key, value in zip(done.children[::2], done.children[1::2], strict=True):
            if not isinstance(key, ScalarNode):
                self.problems.add(
                    "R103",
                    f"a key has to be a word, and this is {node_words(key)}",
                    key.span,
                    help="put text that begins with a bracket or brace in quotes",
                )
            elif key.text in seen:
                first = Related(span=seen[key.text].key.span, message="it stands here first")
                self.problems.add(
                    "R007", f"`{clip(key.text)}` stands twice in one mapping", key.span, help="keep one of the two", related=[first]
                )
            else:
                seen[key.text] = Entry(key=key, value=value)
        return MappingNode(entries=tuple(seen.values()), span=span)

    def _span(self, start: Mark | None, end: Mark | None) -> Span:
        if start is None or end is None:
            return Span.whole_file(self.name)
        line, end_line, (last, width) = start.line + 1, end.line + 1, self.end
        if end_line < last:  # the parser may say that something ends beyond the last line, nowhere else
            return Span(path=self.name, line=line, column=start.column + 1, end_line=end_line, end_column=end.column + 1)
        line, column = min((line, start.column + 1), (last, width))
        end_line, end_column = min((end_line, end.column + 1), (last, width))
        return Span(path=self.name, line=line, column=column, end_line=end_line, end_column=end_column)

    def _refuse(self, event: yaml.Event, code: str, message: str, step: str) -> bool:
        self.problems.add(code, message, self._span(event.start_mark, event.end_mark), help=step)
        return False


def _same_place(event: yaml.Event) -> bool:
    start, end = event.start_mark, event.end_mark
    return start is not None and end is not None and start.index == end.index
