"""How the arrows of a ladder run: between the boxes, at right angles, each in a lane of its own.

Channel `k` is the free strip above row `k`, gutter `g` the one left of column `g`. An arrow leaves a box at the top or bottom,
runs along the channel there and, where its target stands more than one row away, changes to another channel through a gutter.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping

import attrs

from evaluator.core.model import Move, Pack
from evaluator.report.ladder.grid import Cell, Grid

_CROWDED = 0.2
Interval = tuple[float, float]


@attrs.frozen(kw_only=True)
class Route:
    """The strips a move runs through; `beside` its neighbour it needs none, in one channel it needs no gutter."""

    number: int
    move: Move
    origin: Cell
    target: Cell
    leaves: int
    arrives: int
    gutter: int | None
    beside: bool

    @property
    def straight(self) -> bool:
        """Whether one line from box to box will do."""
        return self.gutter is None and not self.beside and self.origin.column == self.target.column and self.origin.row != self.target.row


def routes(pack: Pack, places: Grid) -> tuple[Route, ...]:
    """Return the route of every move."""
    used: defaultdict[int, int] = defaultdict(int)
    found: list[Route] = []
    for number, move in enumerate(pack.moves):
        origin, target = places.cells[move.origin], places.cells[move.to]
        beside = origin.row == target.row and abs(origin.column - target.column) == 1
        leaves, arrives = _channels(origin, target)
        gutter = None if leaves == arrives else _gutter(origin, target, places, used)
        if gutter is not None:
            used[gutter] += 1
        found.append(
            Route(number=number, move=move, origin=origin, target=target, leaves=leaves, arrives=arrives, gutter=gutter, beside=beside)
        )
    return tuple(found)


def _channels(origin: Cell, target: Cell) -> tuple[int, int]:
    if target.row < origin.row:
        return origin.row, target.row + 1
    if target.row > origin.row:
        return origin.row + 1, target.row
    return origin.row, target.row


def _gutter(origin: Cell, target: Cell, places: Grid, used: Mapping[int, int]) -> int:
    """Choose the gutter with the shortest way, and among those near it one that is not crowded."""

    def cost(gutter: int) -> float:
        place = gutter - 0.5
        return abs(origin.column - place) + abs(target.column - place) + _CROWDED * used[gutter]

    return min(range(places.columns + 1), key=cost)


def lanes(intervals: Mapping[int, Interval], apart: float = 0) -> dict[int, int]:
    """Give every interval a lane in which nothing else overlaps it, the first that is free."""
    ends: list[float] = []
    result: dict[int, int] = {}
    for name, (low, high) in sorted(intervals.items(), key=lambda item: (item[1], item[0])):
        lane = next((number for number, end in enumerate(ends) if end + apart < low), len(ends))
        if lane == len(ends):
            ends.append(high)
        ends[lane] = high
        result[name] = lane
    return result


def gutter_lanes(found: Iterable[Route]) -> dict[int, dict[int, int]]:
    """Return, for each gutter, the lane of each route in it."""
    spans: defaultdict[int, dict[int, Interval]] = defaultdict(dict)
    for route in found:
        if route.gutter is not None:
            low, high = sorted((route.leaves, route.arrives))
            spans[route.gutter][route.number] = (low, high)
    return {gutter: lanes(intervals) for gutter, intervals in spans.items()}


def ports(found: Iterable[Route]) -> dict[tuple[int, bool], float]:
    """Return where each route leaves and arrives, as a share of its box's width.

    All ends in one channel and column get places of their own, so that no two of their lines can lie on each other.
    """
    ends: defaultdict[tuple[int, int], list[tuple[float, int, bool]]] = defaultdict(list)
    for route in found:
        if route.beside:
            continue
        towards = route.target.column if route.gutter is None else route.gutter - 0.5
        back = route.origin.column if route.gutter is None else route.gutter - 0.5
        ends[route.leaves, route.origin.column].append((towards, route.number, False))
        if not route.straight:
            ends[route.arrives, route.target.column].append((back, route.number, True))
    shares: dict[tuple[int, bool], float] = {}
    for listed in ends.values():
        for index, (_, number, arriving) in enumerate(sorted(listed)):
            shares[number, arriving] = (index + 1) / (len(listed) + 1)
    straight = {route.number for route in found if route.straight}
    return shares | {(number, True): shares[number, False] for number in straight}
