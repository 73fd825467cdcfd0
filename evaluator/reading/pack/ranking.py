"""The `ranking:` of pack.yaml → what puts candidates of equal verdict and score in order."""

from __future__ import annotations

from collections.abc import Mapping

import attrs

from evaluator.core.attributes import Attribute
from evaluator.core.enums import Prefer, RankBy
from evaluator.core.model import TieBreaker
from evaluator.core.values import ORDERED, Kind, clip
from evaluator.diagnostics import Problems
from evaluator.reading.pack.shapes import At, Got, Key, ListOf, Located, Object
from evaluator.reading.references import Sort, refer
from evaluator.reading.yaml.nodes import Node, ScalarNode
from evaluator.reading.yaml.scalars import Schema, Text, Word

TIE_BREAKER = Object(
    what="a tie-breaker",
    keys=[
        Key(name="attribute", shape=At(shape=Text(definition="attribute")), doc="a number, date, scale or flag", required=True),
        Key(name="prefer", shape=Word(words=Prefer), doc="whether more comes first (high) or less (low); high where not given"),
    ],
)


@attrs.frozen(kw_only=True)
class RankingKey:
    """The verdict, the score, or an attribute with which end of it comes first."""

    def read(self, node: Node, problems: Problems) -> Located[RankBy] | Got | None:
        """Read a word or a mapping; an attribute named alone is told how it is named."""
        if not isinstance(node, ScalarNode) or node.empty:
            return TIE_BREAKER.read(node, problems)
        if node.text in set(RankBy):
            return Located(value=RankBy(node.text), span=node.span)
        step = problems.did_you_mean(node.text, set(RankBy)) or f"name an attribute as `{{attribute: {node.text}, prefer: high}}`"
        problems.add("R104", f"`{clip(node.text)}` is neither verdict nor score", node.span, help=step)
        return None

    def schema(self) -> Schema:
        """Describe both forms."""
        return {"anyOf": [{"enum": list(map(str, RankBy))}, TIE_BREAKER.schema()]}


RANKING = Object(
    what="ranking",
    keys=[
        Key(
            name="tie_breakers",
            shape=ListOf(shape=TIE_BREAKER),
            doc="what orders candidates of equal verdict and score, first things first",
        ),
        Key(
            name="by",
            shape=ListOf(shape=RankingKey()),
            doc="what orders candidates, first things first: verdict, score and attributes; name and id come last",
            since=2,
        ),
    ],
    excluding=(("by", "tie_breakers"),),
)


def read_ranking(
    ranking: Got | None, attributes: Mapping[str, Attribute], problems: Problems
) -> tuple[tuple[TieBreaker, ...], tuple[RankBy | TieBreaker, ...]]:
    """Read the tie-breakers, and what the whole order goes by where it is named; unusable keys are reported and left out."""
    named: tuple[Located[RankBy] | Got, ...] = () if ranking is None else ranking.get("by", ())
    items: tuple[Located[RankBy] | Got, ...] = () if ranking is None else (named or ranking.get("tie_breakers", ()))
    found: dict[str, RankBy | TieBreaker] = {}
    for item in items:
        key = item.value if isinstance(item, Located) else _tie_breaker(item, attributes, problems)
        if key is None:
            continue
        told, name = (f"`{key.attribute}`", f"attribute {key.attribute}") if isinstance(key, TieBreaker) else (f"the {key}", str(key))
        if name in found:
            span = key.span if isinstance(key, TieBreaker) else item.span
            problems.add("R208", f"{told} {'orders' if named else 'breaks ties'} twice", span, help="keep it once")
        found.setdefault(name, key)
    tie_breakers = tuple(key for key in found.values() if isinstance(key, TieBreaker))
    return tie_breakers, tuple(found.values()) if named else ()


def _tie_breaker(got: Got, attributes: Mapping[str, Attribute], problems: Problems) -> TieBreaker | None:
    placed: Located[str] | None = got.get("attribute")
    attribute = None if placed is None else _attribute(placed, attributes, problems)
    if placed is None or attribute is None:
        return None
    return TieBreaker(attribute=attribute.id, prefer=got.get("prefer", Prefer.HIGH), span=placed.span)


def _attribute(placed: Located[str], attributes: Mapping[str, Attribute], problems: Problems) -> Attribute | None:
    attribute = attributes.get(placed.value)
    refer(Sort.ATTRIBUTE, placed.value, placed.span)
    if attribute is None:
        step = problems.did_you_mean(placed.value, attributes) or "use an attribute of attributes.yaml"
        problems.add("R201", f"there is no attribute called `{placed.value}`", placed.span, help=step)
    elif attribute.kind not in ORDERED | {Kind.FLAG}:
        step = "use a number, a date, a scale or a flag"
        problems.add("R203", f"{attribute.kind.one}, which `{attribute.id}` is, has no order to break ties by", placed.span, help=step)
        return None
    return attribute
