"""Changing one value in a rule file: the text between its two ends, and no other byte."""

from __future__ import annotations

import codecs
import difflib
import os
import re
from collections.abc import Hashable, Iterator
from pathlib import Path

import attrs

from evaluator.core.files import ORDINARY, write
from evaluator.diagnostics import Span, lines_of
from evaluator.reading.text_places import Lines
from evaluator.reading.yaml.nodes import ListNode, MappingNode, Node, ScalarNode
from evaluator.reading.yaml.splicing import EditProblem, held_as_read, parsed

_PLAIN = re.compile(r"(?:-(?=[0-9]))?[\w.+][\w.+/-]*(?: [\w.+/-]+)*")
Route = tuple[str | int, ...]
GONE = "see where it went, and read the pack again"
"""What to do where a rule file is there no longer."""


@attrs.frozen(kw_only=True)
class Edit:
    """One scalar of one file exchanged for another: the file's bytes before and after, and the scalar's text."""

    path: str
    place: Span
    before: bytes
    after: bytes
    old: str
    new: str

    @property
    def diff(self) -> str:
        """The change as a unified diff, with three lines of context."""
        return unified(self.before, self.after, self.path, self.path)


def unified(before: bytes, after: bytes, path: str, to: str) -> str:
    """Return the difference of two files as a unified diff, with three lines of context."""
    old, new = (_lines(data.decode("utf-8-sig", "replace")) for data in (before, after))
    return "".join(f"{line}\n" for line in difflib.unified_diff(old, new, path, to, lineterm=""))


def scalars_under(text: str, name: str, span: Span) -> Iterator[tuple[str, ScalarNode]]:
    """Yield each scalar that stands within a stretch of a YAML text, with the key it stands under; a list's items have its key.

    Raises ReadingError where the text is no usable YAML.
    """
    yield from _keyed(parsed(text, name), "", span)


def changed(path: str | os.PathLike[str], data: bytes, span: Span, value: str) -> Edit:
    """Return the edit that puts a value in the place of the scalar at `place`, in the quotes that stand there, if any.

    Raises EditProblem where no scalar stands there, or where the change would not stay the only one.
    """
    name, mark = os.fspath(path), codecs.BOM_UTF8 if data.startswith(codecs.BOM_UTF8) else b""
    text = data.removeprefix(mark).decode("utf-8")
    start, end = Lines(text).bounds(span)
    old = _at(parsed(text, name), span)
    if old is None:
        raise EditProblem(f"no single value stands at {span}", "edit the file by hand")
    after = text[:start] + written(value, text[start:end]) + text[end:]
    _prove_alone(parsed(text, name), parsed(after, name), old, value)
    return Edit(path=name, place=span, before=data, after=mark + after.encode("utf-8"), old=old.text, new=value)


def apply(edit: Edit) -> None:
    """Write an edit into its file, whole or not at all; raises EditProblem, with nothing written, where the file is not what it was."""
    path = Path(edit.path)
    with held_as_read(path, edit.before, GONE):
        write(path, edit.after, mode=ORDINARY)


def _keyed(node: Node, key: str, span: Span) -> Iterator[tuple[str, ScalarNode]]:
    if isinstance(node, ScalarNode):
        if _within(node.span, span):
            yield key, node
    elif isinstance(node, ListNode):
        for item in node.items:
            yield from _keyed(item, key, span)
    else:
        for entry in node.entries:
            yield from _keyed(entry.value, entry.key.text, span)


def _within(inner: Span, outer: Span) -> bool:
    begins = (outer.line, outer.column) <= (inner.line, inner.column)
    return begins and (inner.end_line, inner.end_column) <= (outer.end_line, outer.end_column)


def _at(node: Node, span: Span) -> ScalarNode | None:
    return next(
        (scalar_node for _, scalar_node in _keyed(node, "", span) if scalar_node.span == attrs.evolve(span, path=scalar_node.span.path)),
        None,
    )


def _lines(text: str) -> list[str]:
    return lines_of(text)[:-1] if text.endswith(("\n", "\r")) else lines_of(text)


def written(value: str, before: str) -> str:
    """Write a value in the style that stands there; in single quotes where it would not stay text without any."""
    if any(ord(letter) < ord(" ") for letter in value):
        raise EditProblem("a value stands on one line and holds no control characters", "leave line ends and tabs out")
    if before.startswith('"'):
        return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'
    if before.startswith("'") or not _PLAIN.fullmatch(value):
        return "'" + value.replace("'", "''") + "'"
    return value


def _prove_alone(before: Node, after: Node, old: ScalarNode, value: str) -> None:
    """See that one scalar changed and nothing else did."""
    mine, theirs = dict(walked(before, ())), dict(walked(after, ()))
    differing = [path for path in mine.keys() | theirs.keys() if mine.get(path) != theirs.get(path)]
    if old.text == value and not differing:
        return
    if len(differing) != 1 or theirs.get(differing[0]) != value:
        raise EditProblem(f"`{value}` cannot be put there without changing more than that value", "edit the file by hand")


def walked(node: Node, path: Route = ()) -> Iterator[tuple[Route, Hashable]]:
    """Yield all that a YAML text says: each node's path, with a scalar's text, or how many parts the node has."""
    if isinstance(node, ScalarNode):
        yield path, node.text
        return
    if isinstance(node, MappingNode):
        yield path, ("mapping", tuple(entry.key.text for entry in node.entries))
        for entry in node.entries:
            yield from walked(entry.value, (*path, entry.key.text))
        return
    yield path, ("list", len(node.items))
    for index, item in enumerate(node.items):
        yield from walked(item, (*path, index))
