"""The evidence log beside a profile, `ada.evidence.jsonl`: an item a line, to which is added all year and from which nothing is taken."""

from __future__ import annotations

import datetime
import json
import os
from collections.abc import Iterable
from pathlib import Path

import attrs

from evaluator.core.files import YAML_ENDINGS
from evaluator.core.model import Evidence, Pack, Profile
from evaluator.core.values import clip
from evaluator.diagnostics import Problems, Span
from evaluator.reading.json_nodes import JsonReader
from evaluator.reading.pack.shapes import At, Key, Object
from evaluator.reading.profile.evidence import ITEM, carried, item_of
from evaluator.reading.yaml.files import read_text
from evaluator.reading.yaml.nodes import MappingNode, Node
from evaluator.reading.yaml.scalars import Day, Text

ENDING = ".evidence.jsonl"
_BROKEN = "take the line out where it was broken off, or put the log back from a copy"
_LINE = Object(
    what="a line of evidence",
    keys=[
        Key(name="attribute", shape=At(shape=Text()), doc="the attribute that it carries", required=True),
        *ITEM.keys,
        Key(name="added", shape=Day(), doc="the day on which it was added"),
        Key(name="by", shape=Text(), doc="who added it"),
    ],
)


@attrs.frozen(kw_only=True)
class Added:
    """A line of an evidence log: the attribute that it carries, the item, and when and by whom it was added."""

    attribute: str
    item: Evidence
    added: datetime.date | None = None
    by: str | None = None

    @property
    def line(self) -> bytes:
        """The line as it stands in the log."""
        item = self.item
        said = {
            "attribute": self.attribute,
            "what": item.what,
            "when": item.date_words if item.when else None,
            "confirmed_by": item.confirmed_by,
            "link": item.link,
            "added": None if self.added is None else self.added.isoformat(),
            "by": self.by,
        }
        return json.dumps({key: text for key, text in said.items() if text}, ensure_ascii=False).encode("utf-8")


def log_of(profile: str | os.PathLike[str]) -> Path:
    """Return the path of the evidence log of a profile's file: beside it, and called like it."""
    path = Path(profile)
    return path.with_name(path.name.removesuffix(next((end for end in YAML_ENDINGS if path.name.endswith(end)), "")) + ENDING)


def read_log(path: Path, pack: Pack, problems: Problems) -> tuple[Added, ...]:
    """Read every line of a log; what is wrong with one goes to the problems. A log that is not there has none."""
    if not os.path.lexists(path):
        return ()
    text = read_text(path, problems)
    if text is None:
        return ()
    name = os.fspath(path)
    for number, line in enumerate(text.split("\n"), 1):
        if line.strip() and not _is_object(line):
            span = Span(path=name, line=number, column=1, end_line=number, end_column=len(line) + 1)
            problems.add("R103", "a line of evidence has to be an object of JSON, and this is none", span, help=_BROKEN)
            return ()
    read = (_added(node, pack, problems) for node in JsonReader(text, name).values())
    return tuple(added for added in read if added is not None)


def _is_object(line: str) -> bool:
    try:
        return isinstance(json.loads(line), dict)
    except (ValueError, RecursionError):
        return False


def _added(node: Node, pack: Pack, problems: Problems) -> Added | None:
    keys = [entry.key.text for entry in node.entries] if isinstance(node, MappingNode) else []
    if twice := next((key for key in keys if keys.count(key) > 1), None):
        problems.add("R007", f"`{clip(twice)}` stands twice in one line of evidence", node.span, help="keep one of the two")
        return None
    got = _LINE.read(node, problems)
    if got is None or not got.has("attribute", "what"):
        return None
    name, attribute = carried(got["attribute"].value, got["attribute"].span, pack, problems)
    return None if attribute is None else Added(attribute=name, item=item_of(got), added=got.get("added"), by=got.get("by"))


def with_log(profile: Profile, lines: Iterable[Added]) -> Profile:
    """Return a profile with what its log holds behind its own evidence."""
    evidence = dict(profile.evidence)
    for line in lines:
        evidence[line.attribute] = (*evidence.get(line.attribute, ()), line.item)
    return attrs.evolve(profile, evidence=evidence)
