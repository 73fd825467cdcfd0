"""What orders candidates: the keys that a pack names, and the sides of what is unknown that each is looked at from."""

from __future__ import annotations

import itertools
from collections.abc import Iterator

from evaluator.core.enums import RankBy
from evaluator.core.model import Pack, TieBreaker

LOW, HIGH = "low", "high"


def ranking_keys(pack: Pack) -> tuple[RankBy | TieBreaker, ...]:
    """Return what candidates are ordered by, first things first: verdict, score and tie-breakers where a pack names no order."""
    return pack.ranking or (RankBy.VERDICT, RankBy.SCORE, *pack.tie_breakers)


def ranking_sides(pack: Pack) -> Iterator[tuple[RankBy, str] | TieBreaker]:
    """Yield the same with a side for each verdict and score.

    Where they stand together, what is known of both comes before what answers could make of them.
    """
    for of_people, keys in itertools.groupby(ranking_keys(pack), key=lambda key: isinstance(key, TieBreaker)):
        together = list(keys)
        if of_people:
            yield from (key for key in together if isinstance(key, TieBreaker))
        else:
            yield from ((key, side) for side in (LOW, HIGH) for key in together if isinstance(key, RankBy))
