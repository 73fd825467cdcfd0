"""Names in the order of their keys, row by row: a few lowest and highest instead of every key against every other.

The keys of a row are brought in order by Batcher's odd-even mergesort, whose comparisons are the same whatever the keys are
(Batcher, "Sorting networks and their applications", 1968): every engine has the lower and the higher of two columns.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator, Sequence

import narwhals as nw

from evaluator.engines.columns import language as x
from evaluator.engines.columns.language import Of
from evaluator.engines.columns.plan import FrameT

LAST = 1 << 62
"""The key of what is not in a row: it comes after everything else."""
Layer = tuple[tuple[int, int], ...]


@functools.cache
def network(count: int) -> tuple[Layer, ...]:
    """Return which places are compared, layer by layer; the pairs of a layer have no place in common."""
    layers: list[Layer] = []
    size = 1
    while size < count:
        step = size
        while step >= 1:
            if layer := tuple(_pairs(count, size, step)):
                layers.append(layer)
            step //= 2
        size *= 2
    return tuple(layers)


def _pairs(count: int, size: int, step: int) -> Iterator[tuple[int, int]]:
    for start in range(step % size, count - step, 2 * step):
        for low in range(start, min(start + step, count - step)):
            if low // (2 * size) == (low + step) // (2 * size):
                yield low, low + step


def ordered(frame: FrameT, keys: Sequence[str]) -> FrameT:
    """Return a frame whose columns of keys hold, row by row, the same keys from the lowest to the highest."""
    for layer in network(len(keys)):
        lows = [x.least(x.col(keys[one]), x.col(keys[other])).alias(keys[one]) for one, other in layer]
        highs = [x.greatest(x.col(keys[one]), x.col(keys[other])).alias(keys[other]) for one, other in layer]
        frame = frame.with_columns(*lows, *highs)
    return frame


def named(key: nw.Expr, words: Sequence[str]) -> nw.Expr:
    """Return the word whose place a key holds in its last digit, to the base of their number; nothing where the key is `LAST`."""
    return x.worded(x.when(key < x.lit(LAST, Of.WHOLE)).then(key % len(words)).otherwise(x.nothing(Of.WHOLE)), words)


def listed(keys: Sequence[str], words: Sequence[str], separator: str) -> nw.Expr:
    """Return the words of ordered keys in one text."""
    return together([named(x.col(key), words) for key in keys], separator)


def together(parts: Sequence[nw.Expr], separator: str) -> nw.Expr:
    """Join texts, where they are known."""
    return x.joined(*parts, separator=separator) if len(parts) > 1 else parts[0].fill_null("")


Said = Callable[[str], str]
"""What is written for an id in a list."""


def as_it_is(name: str) -> str:
    """Write an id as it is."""
    return name
