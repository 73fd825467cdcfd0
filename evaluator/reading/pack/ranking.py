"""The `ranking:` of pack.yaml → what puts candidates of equal verdict and score in order."""

from __future__ import annotations

from collections.abc import Mapping

from evaluator.core.enums import Prefer
from evaluator.core.model import Attribute, TieBreaker
from evaluator.core.values import ORDERED, Kind
from evaluator.diagnostics import Problems
from evaluator.reading.pack.shapes import At, Got, Key, ListOf, Located, Object
from evaluator.reading.yaml.scalars import Text, Word

TIE_BREAKER = Object(
    what="a tie-breaker",
    keys=[
        Key(name="attribute", shape=At(shape=Text(definition="attribute")), doc="a number, date, scale or flag", required=True),
        Key(name="prefer", shape=Word(words=Prefer), doc="whether more comes first (high) or less (low); high where not given"),
    ],
)
RANKING = Object(
    what="ranking",
    keys=[
        Key(
            name="tie_breakers",
            shape=ListOf(shape=TIE_BREAKER),
            doc="what orders candidates of equal verdict and score, first things first",
        )
    ],
)


def read_tie_breakers(ranking: Got | None, attributes: Mapping[str, Attribute], problems: Problems) -> tuple[TieBreaker, ...]:
    """Read the tie-breakers; unusable ones are reported and left out."""
    items: tuple[Got, ...] = () if ranking is None else ranking.get("tie_breakers", ())
    tie_breakers: dict[str, TieBreaker] = {}
    for got in items:
        placed: Located[str] | None = got.get("attribute")
        attribute = None if placed is None else _attribute(placed, attributes, problems)
        if placed is None or attribute is None:
            continue
        if attribute.id in tie_breakers:
            problems.add("R208", f"`{attribute.id}` breaks ties twice", placed.span, help="keep it once")
        tie_breakers.setdefault(attribute.id, TieBreaker(attribute=attribute.id, prefer=got.get("prefer", Prefer.HIGH), span=placed.span))
    return tuple(tie_breakers.values())


def _attribute(placed: Located[str], attributes: Mapping[str, Attribute], problems: Problems) -> Attribute | None:
    attribute = attributes.get(placed.value)
    if attribute is None:
        step = problems.did_you_mean(placed.value, attributes) or "use an attribute of attributes.yaml"
        problems.add("R201", f"there is no attribute called `{placed.value}`", placed.span, help=step)
    elif attribute.kind not in ORDERED | {Kind.FLAG}:
        step = "use a number, a date, a scale or a flag"
        problems.add("R203", f"{attribute.kind.one}, which `{attribute.id}` is, has no order to break ties by", placed.span, help=step)
        return None
    return attribute
