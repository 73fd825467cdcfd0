"""A report as blocks: built once, then written as text for a terminal or as Markdown."""

from __future__ import annotations

import attrs

from evaluator.report.tables import Table
from evaluator.report.words import Style


@attrs.frozen
class Heading:
    """A title; level 1 is the report's own. Pages can be led to it by its anchor."""

    text: str
    level: int = 2
    anchor: str = attrs.field(default="", kw_only=True)


@attrs.frozen
class Paragraph:
    """A run of text."""

    text: str
    style: Style = attrs.field(default=Style.PLAIN, kw_only=True)


@attrs.frozen
class Fact:
    """A label with what it stands for; one of several sentences is `broken` into lines of text also where nobody says how wide they are."""

    label: str
    text: str
    style: Style = attrs.field(default=Style.PLAIN, kw_only=True)
    broken: bool = attrs.field(default=False, kw_only=True)


@attrs.frozen
class Facts:
    """Labels and values under each other."""

    facts: tuple[Fact, ...]


@attrs.frozen
class Item:
    """An entry of a list: a mark before it, a note and a place in a file after it, further entries below.

    In pages it has the address `anchor`, and leads to that of `link`.
    """

    text: str
    mark: str = attrs.field(default="", kw_only=True)
    note: str = attrs.field(default="", kw_only=True)
    place: str = attrs.field(default="", kw_only=True)
    style: Style = attrs.field(default=Style.PLAIN, kw_only=True)
    strong: bool = attrs.field(default=False, kw_only=True)
    parts: tuple[Item, ...] = attrs.field(default=(), kw_only=True)
    anchor: str = attrs.field(default="", kw_only=True)
    link: str = attrs.field(default="", kw_only=True)


@attrs.frozen
class Listing:
    """Entries, nested as deep as they come; `spaced` sets an empty line between those of the first level."""

    items: tuple[Item, ...]
    spaced: bool = attrs.field(default=False, kw_only=True)


@attrs.frozen
class Folded:
    """Blocks under a title that opens them: folded in Markdown, below a heading in text."""

    title: str
    blocks: tuple[Block, ...]


Block = Heading | Paragraph | Facts | Listing | Table | Folded
