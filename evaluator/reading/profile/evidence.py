"""The `evidence:` of a profile → items that carry its claims, and the `evidence:` of pack.yaml → what they are held against."""

from __future__ import annotations

import datetime
import re
from collections.abc import Mapping
from urllib.parse import urlsplit

import attrs

from evaluator.core.attributes import Attribute
from evaluator.core.dates import DateProblem, Precision, parse_date
from evaluator.core.model import Evidence, Pack
from evaluator.core.values import clip
from evaluator.diagnostics import Problems, Span
from evaluator.reading.pack.shapes import Got, Key, ListOf, Located, MapOf, Object
from evaluator.reading.profile.names import meant
from evaluator.reading.references import Sort, refer
from evaluator.reading.yaml.nodes import Node, ScalarNode
from evaluator.reading.yaml.scalars import Months, Schema, Text, date_schema, wrong_shape

_WEB = frozenset({"http", "https"})
_LINK_STEP = "write it in full: https://…, http://… or mailto:name@example.org"


@attrs.frozen(kw_only=True)
class Link:
    """An address that is safe to follow: http, https or mailto."""

    def read(self, node: Node, problems: Problems) -> str | None:
        """Read the address."""
        if not isinstance(node, ScalarNode) or node.empty:
            return wrong_shape(node, "a link", problems)
        if not is_link(node.text):
            problems.add("P108", f"`{clip(node.text)}` is no link that can be followed safely", node.span, help=_LINK_STEP)
            return None
        return node.text

    def schema(self) -> Schema:
        """Describe it."""
        return {"type": "string", "pattern": "^([hH][tT][tT][pP][sS]?://|[mM][aA][iI][lL][tT][oO]:)[^\\s]+$"}


def is_link(text: str) -> bool:
    """Whether a text is an http, https or mailto address, without spaces, control characters or backslashes."""
    if not text.isprintable() or re.search(r"[\s\\<>\"]", text):
        return False
    try:
        parts = urlsplit(text)
    except ValueError:
        return False
    if parts.scheme == "mailto":
        return "@" in parts.path.strip("@")
    return parts.scheme in _WEB and bool(parts.hostname)


@attrs.frozen(kw_only=True)
class When:
    """A date with how exactly it was given."""

    def read(self, node: Node, problems: Problems) -> tuple[datetime.date, Precision] | None:
        """Read the date."""
        if not isinstance(node, ScalarNode) or node.empty:
            return wrong_shape(node, "a date", problems)
        try:
            return parse_date(node.text)
        except DateProblem as problem:
            problems.add("R104", problem.message, node.span, help=problem.step)
            return None

    def schema(self) -> Schema:
        """Describe it."""
        return date_schema()


@attrs.frozen(kw_only=True)
class ByAttribute:
    """A mapping from attributes of the pack to one shape."""

    items: MapOf[tuple[Got, ...]]

    def read(self, node: Node, problems: Problems) -> Mapping[str, Located[tuple[Got, ...]]] | None:
        """Read every entry."""
        return self.items.read(node, problems)

    def schema(self) -> Schema:
        """Describe it, with the pack's attributes to complete from."""
        return self.items.schema() | {"propertyNames": {"$ref": "#/$defs/attribute"}}


ITEM = Object(
    what="an item of evidence",
    keys=[
        Key(name="what", shape=Text(), doc="what shows it: a document, a release, a review, a project", required=True),
        Key(name="when", shape=When(), doc="when that was: a year, a month or a day"),
        Key(name="confirmed_by", shape=Text(), doc="who can confirm it: a person or a record; self for the person alone"),
        Key(name="link", shape=Link(), doc="where it can be seen: an http, https or mailto address"),
    ],
)
EVIDENCE = ByAttribute(items=MapOf(key=Text(), shape=ListOf(shape=ITEM)))
EVIDENCE_RULES = Object(
    what="evidence",
    keys=[Key(name="stale_after", shape=Months(), doc="the age above which evidence is marked as old, such as `24 months`")],
)


def read_evidence(
    read: Mapping[str, Located[tuple[Got, ...]]], stated: Mapping[str, Span], pack: Pack, problems: Problems
) -> dict[str, tuple[Evidence, ...]]:
    """Turn what was read into items by attribute; report attributes that the pack lacks, and ones that nothing is claimed of.

    What stands under the old and the new name of an attribute is evidence for the one that it is.
    """
    items: dict[str, tuple[Evidence, ...]] = {}
    for written, placed in read.items():
        name, attribute = carried(written, placed.span, pack, problems)
        items[name] = (*items.get(name, ()), *map(item_of, placed.value))
        if attribute is not None and name not in stated and attribute.derivation is None:
            step = f"state `{name}` under attributes, or take the evidence out"
            problems.add("P202", f"there is evidence for `{name}`, and the profile says nothing of it", placed.span, help=step)
    return {name: found for name, found in items.items() if found}


def carried(written: str, span: Span, pack: Pack, problems: Problems) -> tuple[str, Attribute | None]:
    """Return the name and the attribute that evidence is for; report a name that is none."""
    name = pack.former_names.get(written, written)
    attribute = pack.attributes.get(name)
    refer(Sort.ATTRIBUTE, name, span)
    if attribute is None:
        step = meant(name, pack, problems) or "the pack's attributes.yaml lists them all"
        problems.add("P101", f"the pack has no attribute called `{clip(name)}`", span, help=step)
    return name, attribute


def item_of(got: Got) -> Evidence:
    """Return an item of evidence as it was read."""
    day, precision = got.get("when") or (None, Precision.DAY)
    return Evidence(
        what=got.get("what", ""),
        when=day,
        precision=precision,
        confirmed_by=got.get("confirmed_by"),
        link=got.get("link"),
        span=got.span,
    )
