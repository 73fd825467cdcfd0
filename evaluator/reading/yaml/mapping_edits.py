"""Entries of mappings put in, exchanged and taken out in a YAML text: comments, order, quotes and every other byte stay.

A change is made where what it says has to stand, and the text is read again: what does not come out as it was to be is no edit.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import attrs

from evaluator.core.values import clip
from evaluator.diagnostics import ReadingError
from evaluator.reading.yaml.nodes import ListNode, MappingNode, Node, ScalarNode
from evaluator.reading.yaml.places import BY_HAND, Pieces, Route, Text
from evaluator.reading.yaml.splicing import EditProblem, parsed, spliced
from evaluator.reading.yaml.written import Word, Written

Said = str | None | list["Said"] | dict[str, "Said"]
"""What a YAML text says: texts, lists and mappings, None for what is empty."""
Orders = Mapping[Route, Sequence[str]]
"""The keys of mappings by their route, in the order in which new ones are put among them."""


@attrs.frozen(kw_only=True)
class Put:
    """A value to stand at a route, whose last part is a key, or the number of an item from 0."""

    route: Route
    value: Written


@attrs.frozen(kw_only=True)
class Append:
    """An item to be added to the list at a route, which is begun where there is none."""

    route: Route
    item: Written


@attrs.frozen(kw_only=True)
class Remove:
    """An entry of a mapping, or an item of a list, to be taken out.

    Comments beside it stay where they are: of an entry the key stays there too, without a value.
    """

    route: Route


Change = Put | Append | Remove


def edited(text: str, name: str, changes: Sequence[Change], orders: Orders) -> str:
    """Return a text after all the changes, one after the other.

    Raises EditProblem where one cannot be made without changing what else the text says, and ReadingError where the text is no YAML.
    """
    expected = said(parsed(text, name))
    for change in changes:
        expected = _after(expected, change)
        text = _changed(Text.of(text, name), change, orders)
        try:
            found = said(parsed(text, name))
        except ReadingError:
            found = None
        if not _same(found, expected):
            raise EditProblem(f"{_words(change)} cannot be changed in {name} without changing more than that", BY_HAND)
    return text


def _changed(text: Text, change: Change, orders: Orders) -> str:
    """Return the text after one change."""
    if isinstance(change, Append):
        there = text.at(change.route)
        if isinstance(there, ListNode):
            return spliced(text.text, text.appended(there, change.item))
        change = Put(route=change.route, value=[change.item])
    route, last = change.route[:-1], change.route[-1]
    parent = text.at(route)
    if isinstance(last, int) and isinstance(parent, ListNode) and last < len(parent.items):
        return spliced(text.text, _of_item(text, parent, last, change))
    if isinstance(last, str) and isinstance(parent, MappingNode):
        return spliced(text.text, _of_entry(text, parent, last, change, orders.get(route, ())))
    if parent is None and route and isinstance(last, str):
        return text.text if isinstance(change, Remove) else _changed(text, Put(route=route, value={last: change.value}), orders)
    raise EditProblem(f"{_words(change)} is written in a way that cannot be edited", BY_HAND)


def _of_item(text: Text, parent: ListNode, index: int, change: Put | Remove) -> Pieces:
    """Return the pieces of a change to an item of a list."""
    return text.item_removed(parent, index) if isinstance(change, Remove) else text.exchanged(parent.items[index], change.value)


def _of_entry(text: Text, parent: MappingNode, key: str, change: Put | Remove, order: Sequence[str]) -> Pieces:
    """Return the pieces of a change to an entry of a mapping."""
    entry = parent.get(key)
    if isinstance(change, Remove):
        return {} if entry is None else text.removed(parent, entry)
    return text.inserted(parent, key, change.value, order) if entry is None else text.replaced(entry, change.value)


def said(node: Node) -> Said:
    """Return what a node says."""
    if isinstance(node, ScalarNode):
        return None if node.empty else node.text
    if isinstance(node, ListNode):
        return [said(item) for item in node.items]
    return {entry.key.text: said(entry.value) for entry in node.entries}


def _of_written(value: Written) -> Said:
    if isinstance(value, Word):
        return value.text
    if isinstance(value, Mapping):
        return {key: _of_written(part) for key, part in value.items()}
    return [_of_written(part) for part in value]


def _after(before: Said, change: Change) -> Said:
    """Return what a text is to say after a change, worked out from what it says alone."""
    first, rest = change.route[0], attrs.evolve(change, route=change.route[1:])
    if isinstance(before, list) and isinstance(first, int):
        if isinstance(change, Remove) and not rest.route:
            return [*before[:first], *before[first + 1 :]]
        return [_one(item, rest) if index == first else item for index, item in enumerate(before)]
    inside = before if isinstance(before, dict) else {}
    if isinstance(change, Remove) and not rest.route:
        return {key: part for key, part in inside.items() if key != first}
    return {**inside, str(first): _one(inside.get(str(first)), rest)}


def _one(there: Said, rest: Change) -> Said:
    if rest.route:
        return _after(there, rest)
    if isinstance(rest, Append):
        return [*(there if isinstance(there, list) else []), _of_written(rest.item)]
    return _of_written(rest.value) if isinstance(rest, Put) else there


def _same(found: Said, expected: Said) -> bool:
    """Whether a text says what it is to say; what is empty says as much as what is not there."""
    if isinstance(expected, dict):
        mine = {} if found is None else found
        if not isinstance(mine, dict):
            return False
        keys = mine.keys() | expected.keys()
        return all(_same(mine.get(key), expected.get(key)) for key in keys)
    if isinstance(found, list) and isinstance(expected, list):
        return len(found) == len(expected) and all(map(_same, found, expected))
    return found == expected


def _words(change: Change) -> str:
    return f"`{clip('.'.join(map(str, change.route)))}`"
