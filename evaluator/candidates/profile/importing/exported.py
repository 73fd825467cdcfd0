"""What an export says of a person, whatever system it comes from: texts as they stand there, each with its place."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import PurePath

import attrs

from evaluator.diagnostics import Span


@attrs.frozen(kw_only=True)
class ExportedText:
    """A text of an export, its entities decoded and its spaces made single, and where it stands.

    `unreadable` is one of which only the place is known: what it says could not be read, and that was reported.
    """

    text: str
    span: Span
    column: str = ""
    unreadable: bool = False


@attrs.frozen(kw_only=True)
class Position:
    """A position: its texts, None for what is not said. One without an end goes on."""

    title: ExportedText | None
    employer: ExportedText | None
    start: ExportedText | None
    end: ExportedText | None
    span: Span


@attrs.frozen(kw_only=True)
class Study:
    """An education: the degree with its field as one or two texts, None for what is not said."""

    degree: ExportedText | None
    subject: ExportedText | None
    start: ExportedText | None
    end: ExportedText | None
    span: Span


@attrs.frozen(kw_only=True)
class Certificate:
    """A certificate: its name, and when it was given and ends, where that is said."""

    name: ExportedText
    start: ExportedText | None
    end: ExportedText | None


@attrs.frozen(kw_only=True)
class Export:
    """An export: its system's name, the files read, what they say, and parts that are not read at all, in words.

    `lost` are entries that are there and could not be read, by section (positions, studies, certificates, skills): no list that lacks
    some of its entries counts as the whole.
    """

    system: str
    files: tuple[str, ...]
    name: str | None = None
    positions: tuple[Position, ...] = ()
    studies: tuple[Study, ...] = ()
    certificates: tuple[Certificate, ...] = ()
    skills: tuple[ExportedText, ...] = ()
    lost: Mapping[str, tuple[Span, ...]] = attrs.field(factory=dict)
    unread: tuple[str, ...] = ()


def is_placeholder(*texts: ExportedText | None) -> bool:
    """Whether an entry says nothing: none of its texts has a letter or a digit."""
    return not any(text and (text.unreadable or any(map(str.isalnum, text.text))) for text in texts)


def place_words(span: Span) -> str:
    """Name a place of an export for the profile made of it: the file's own name and the line."""
    return f"{PurePath(span.path).name}:{span.line}"
