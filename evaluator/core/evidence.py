"""What carries a claim, and what a reader should know of it: marks that are shown beside a criterion and never scored."""

from __future__ import annotations

import datetime
import enum
from collections.abc import Iterator

import attrs

from evaluator.core.dates import months_before
from evaluator.core.model import Evidence, Pack, Profile
from evaluator.core.text import fold_spaces

OWN_WORD = frozenset({"self", "myself", "me", "own word"})
"""What `confirmed_by` says where nobody but the person can confirm an item; an item that names nobody counts as such too."""


class EvidenceMark(enum.StrEnum):
    """What a reader should know of the evidence for a claim."""

    NONE = "no evidence"
    STALE = "old evidence"
    LATER = "later evidence"
    UNDATED = "undated evidence"
    OWN_WORD = "own word only"
    ONE_SOURCE = "one source only"


@attrs.frozen(kw_only=True)
class WeighedItem:
    """One item as it stands at the as-of date.

    `attribute` is where the profile states it: the claim's own, or one that the claim is computed from. `stale` says that it is older
    than the pack's limit, `later` that it is dated after the as-of date, `own_word` that nobody but the person can confirm it.
    """

    item: Evidence
    attribute: str
    stale: bool
    later: bool
    own_word: bool


@attrs.frozen(kw_only=True)
class EvidenceFor:
    """The evidence for one attribute of a profile, latest first, and its marks; no marks where nothing is claimed."""

    attribute: str
    claimed: bool
    items: tuple[WeighedItem, ...]
    marks: tuple[EvidenceMark, ...]


def evidence_for(pack: Pack, profile: Profile, attribute: str, as_of: datetime.date) -> EvidenceFor:
    """Return the items that carry an attribute of a profile and their marks at the as-of date.

    A computed attribute is carried by its own items and, unless it was stated, by those of what it is computed from.
    An item is old where even the last day of its date lies more than `evidence: {stale_after}` of pack.yaml before the as-of date;
    the claim is marked old where no item is recent. Items dated after the as-of date are kept, and told apart: a claim of which every
    dated item is later is marked so, and a later one makes no old one recent.
    """
    names = tuple(_carriers(pack, profile, attribute))
    weighed_items = [_weighed(item, name, pack, profile, as_of) for name in names for item in profile.evidence.get(name, ())]
    items = tuple(sorted(weighed_items, key=lambda weighed_item: weighed_item.item.last_day or datetime.date.min, reverse=True))
    claimed = any(name in profile.given for name in names)
    return EvidenceFor(attribute=attribute, claimed=claimed, items=items, marks=tuple(_marks(items)) if claimed else ())


def _carriers(pack: Pack, profile: Profile, attribute: str) -> dict[str, None]:
    result = {attribute: None}
    derivation = pack.attributes[attribute].derivation
    if derivation is not None and attribute not in profile.given:
        for name in derivation.expression.inputs:
            result |= _carriers(pack, profile, name)
    return result


def _weighed(item: Evidence, attribute: str, pack: Pack, profile: Profile, as_of: datetime.date) -> WeighedItem:
    limit, last = pack.stale_after_months, item.last_day
    return WeighedItem(
        item=item,
        attribute=attribute,
        stale=limit is not None and last is not None and last < months_before(as_of, limit),
        later=item.when is not None and item.when > as_of,
        own_word=_source(item) in _own_names(profile),
    )


def _own_names(profile: Profile) -> frozenset[str]:
    own = (profile.id, profile.name or "")
    return OWN_WORD | {"", *(fold_spaces(name) for name in own)}


def _source(item: Evidence) -> str:
    return fold_spaces(item.confirmed_by or "")


def _marks(items: tuple[WeighedItem, ...]) -> Iterator[EvidenceMark]:
    if not items:
        yield EvidenceMark.NONE
        return
    dated = [weighed_item for weighed_item in items if weighed_item.item.when is not None]
    if not dated:
        yield EvidenceMark.UNDATED
    elif all(weighed_item.later for weighed_item in dated):
        yield EvidenceMark.LATER
    elif all(weighed_item.stale for weighed_item in dated if not weighed_item.later):
        yield EvidenceMark.STALE
    if all(weighed_item.own_word for weighed_item in items):
        yield EvidenceMark.OWN_WORD
    elif len({_source(weighed_item.item) for weighed_item in items if not weighed_item.own_word}) == 1:
        yield EvidenceMark.ONE_SOURCE
