"""`plausible:` in attributes.yaml → what a pack expects of attributes together; and profiles held against it."""

from __future__ import annotations

import datetime
from collections.abc import Mapping

from evaluator.core.conditions import attributes_read, truth
from evaluator.core.expectations import Expectation
from evaluator.core.facts import complete
from evaluator.core.model import Pack, Profile
from evaluator.diagnostics import Problems, Related, Span
from evaluator.reading.pack.conditions import ConditionReader
from evaluator.reading.pack.shapes import Key, ListOf, Object, Raw
from evaluator.reading.yaml.nodes import MappingNode, Node
from evaluator.reading.yaml.scalars import Text

EXPECTATION = Object(
    what="an expectation",
    keys=[
        Key(name="expect", shape=Raw(definition="condition"), doc="what holds for every profile that can be true", required=True),
        Key(name="otherwise", shape=Text(), doc="what is odd where it does not hold, in a few words", required=True),
    ],
)
PLAUSIBLE = Key(name="plausible", shape=ListOf(shape=EXPECTATION), doc="what is expected of attributes together; else a warning")


def read_plausible(node: Node | None, conditions: ConditionReader) -> tuple[Expectation, ...]:
    """Read what the pack expects of attributes together; unusable expectations are reported and left out."""
    entry = node.get(PLAUSIBLE.name) if isinstance(node, MappingNode) else None
    listed = None if entry is None else PLAUSIBLE.shape.read(entry.value, Problems())  # its shape was told of with the file's
    expectations: list[Expectation] = []
    for got in listed or ():
        condition = conditions.read(got["expect"]) if got.has("expect", "otherwise") else None
        if condition is not None:
            expectations.append(Expectation(expect=condition, otherwise=got["otherwise"], span=got.span))
    return tuple(expectations)


def report_implausible(pack: Pack, profile: Profile, as_of: datetime.date, places: Mapping[str, Span], problems: Problems) -> None:
    """Warn of attributes that, at the as-of date, do not go together as the pack expects; what is unknown is no reason to."""
    facts = complete(pack, profile, as_of).facts if pack.plausible else {}
    for expectation in pack.plausible:
        if truth(expectation.expect, facts) is False:
            read = [pack.attributes[name] for name in attributes_read([expectation.expect]) if name in facts]
            values = ", ".join(f"`{attribute.id}` is {attribute.show(facts[attribute.id])}" for attribute in read)
            span = next((places[attribute.id] for attribute in read if attribute.id in places), profile.span)
            related = [Related(span=expectation.span, message="what the pack expects")]
            problems.add("P203", f"{expectation.otherwise}: {values}", span, help="correct what is wrong, or leave it", related=related)
