"""Timing things side by side: in rounds that go through all of them, so that whatever else the machine does falls on each."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Mapping

Seconds = Mapping[str, list[float]]
Clock = Callable[[], float]


def side_by_side(passes: Mapping[str, Callable[[], object]], rounds: int, clock: Clock = time.process_time) -> Seconds:
    """Return the seconds that each pass took in each round, of the processor if no clock is given; a first round does not count."""
    taken: dict[str, list[float]] = {name: [] for name in passes}
    for _ in range(rounds + 1):
        for name, run in passes.items():
            start = clock()
            run()
            taken[name].append(clock() - start)
    return {name: found[1:] for name, found in taken.items()}


def median(seconds: Seconds, name: str) -> float:
    """Return the median time of a pass."""
    return statistics.median(seconds[name])


def ratio(seconds: Seconds, name: str, base: str) -> float:
    """Return how many times a pass took as long as another: the median over the rounds, each compared within itself."""
    return statistics.median(one / other for one, other in zip(seconds[name], seconds[base], strict=True))
