"""How many people of a chunk are not as the pack expects of attributes together: counted by columns, changing nothing."""

from __future__ import annotations

from collections import Counter
from typing import Any

import attrs
import polars as pl

from evaluator.core.conditions import attributes_read
from evaluator.core.model import Pack
from evaluator.engines.columns.language import speaking
from evaluator.engines.columns.plan import plan
from evaluator.engines.columns.truths import any_of


def implausible(frame: pl.DataFrame, pack: Pack) -> Counter[str]:
    """Return how many people do not meet each expectation of the pack; a computed number that lies next to a threshold is let pass."""
    if not pack.plausible or not frame.height:
        return Counter()
    words = plan(_narrowed(pack), everything=True)
    with speaking(pl):
        derived: pl.LazyFrame = words.derive(frame.lazy())
        odd: list[Any] = [
            (~words.truths.of(expectation.expect) & ~any_of(words.truths.doubts(expectation.expect)))
            .fill_null(value=False)
            .sum()
            .alias(str(index))
            for index, expectation in enumerate(pack.plausible)
        ]
    counts = derived.select(*odd).collect().row(0)
    return Counter({expectation.otherwise: count for expectation, count in zip(pack.plausible, counts, strict=True) if count})


def _narrowed(pack: Pack) -> Pack:
    """Return the pack with nothing but what the expectations read, so that nothing else is computed."""
    waiting, seen = list(attributes_read(expectation.expect for expectation in pack.plausible)), set[str]()
    while waiting:
        name = waiting.pop()
        seen.add(name)
        derivation = pack.attributes[name].derivation
        waiting += [read for read in (derivation.expression.inputs if derivation else ()) if read not in seen]
    attributes = {name: attribute for name, attribute in pack.attributes.items() if name in seen}
    return attrs.evolve(pack, attributes=attributes, roles={}, moves=(), tie_breakers=())
