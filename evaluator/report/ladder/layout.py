"""The measured ladder: boxes and arrows in the units of the picture."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from itertools import accumulate

import attrs

from evaluator.core.model import Move, Pack
from evaluator.report.ladder.grid import Cell, Grid, TrackColumns, grid
from evaluator.report.ladder.routes import Interval, Route, gutter_lanes, lanes, ports, routes

BOX_WIDTH = 150
BOX_HEIGHT = 58
MARGIN = 16
HEADER = 34
_GUTTER = 26
_CHANNEL = 30
_LANE = 9
_SIDE_STEP = 14

Point = tuple[float, float]


@attrs.frozen(kw_only=True)
class Box:
    """A rectangle."""

    x: float
    y: float
    width: float
    height: float

    def overlaps(self, other: Box) -> bool:
        """Whether two rectangles share more than an edge."""
        across = self.x < other.x + other.width and other.x < self.x + self.width
        return across and self.y < other.y + other.height and other.y < self.y + self.height


@attrs.frozen(kw_only=True)
class Arrow:
    """A move's line, corner by corner."""

    move: Move
    points: tuple[Point, ...]


@attrs.frozen(kw_only=True)
class Layout:
    """Everything placed."""

    boxes: Mapping[str, Box]
    tracks: tuple[tuple[TrackColumns, Box], ...]
    arrows: tuple[Arrow, ...]
    width: float
    height: float


@attrs.frozen(kw_only=True)
class _Measures:
    """Where columns and rows begin, and where the lanes of channels and gutters run."""

    lefts: Sequence[float]
    tops: Sequence[float]
    shares: Mapping[tuple[int, bool], float]
    gutter_lane: Mapping[int, Mapping[int, int]]
    channel_lane: Mapping[int, Mapping[tuple[int, bool], int]]

    def port(self, cell: Cell, number: int, *, arriving: bool) -> float:
        return self.lefts[cell.column] + BOX_WIDTH * self.shares[number, arriving]

    def gutter_x(self, gutter: int, number: int) -> float:
        return self.lefts[gutter] - _GUTTER / 2 - _LANE * self.gutter_lane[gutter][number] - MARGIN / 2

    def channel_y(self, channel: int, number: int, *, arriving: bool) -> float:
        return self.tops[channel] - _CHANNEL / 2 - _LANE * self.channel_lane[channel][number, arriving]


def layout(pack: Pack) -> Layout:
    """Place the boxes and arrows of a pack's ladder."""
    places = grid(pack)
    found = routes(pack, places)
    measures = _measure(found, places)
    boxes = {role: _box(cell, measures) for role, cell in places.cells.items()}
    width = measures.lefts[-1] + MARGIN
    height = measures.tops[-1] + MARGIN
    return Layout(
        boxes=boxes,
        tracks=tuple((track, _track_box(track, measures, height)) for track in places.tracks),
        arrows=tuple(Arrow(move=route.move, points=_points(route, found, boxes, measures)) for route in found),
        width=width,
        height=height,
    )


def _measure(found: Sequence[Route], places: Grid) -> _Measures:
    across = gutter_lanes(found)
    wide = [_GUTTER + MARGIN + _LANE * _count(across.get(gutter, {})) for gutter in range(places.columns + 1)]
    lefts = [MARGIN + left for left in accumulate([wide[0], *(BOX_WIDTH + gap for gap in wide[1:])])]
    shares = ports(found)
    partial = _Measures(lefts=lefts, tops=[], shares=shares, gutter_lane=across, channel_lane={})
    along = {channel: lanes(spans, apart=_LANE) for channel, spans in _spans(found, partial).items()}
    named = {channel: {_end(key): lane for key, lane in lane_of.items()} for channel, lane_of in along.items()}
    high = [_CHANNEL + _LANE * _count(along.get(channel, {})) for channel in range(places.rows + 1)]
    tops = [MARGIN + HEADER + top for top in accumulate([high[0], *(BOX_HEIGHT + gap for gap in high[1:])])]
    return attrs.evolve(partial, tops=tops, channel_lane=named)


def _count(lane_of: Mapping[int, int]) -> int:
    return max(lane_of.values(), default=0)


def _key(number: int, *, arriving: bool) -> int:
    return 2 * number + arriving


def _end(key: int) -> tuple[int, bool]:
    return key // 2, bool(key % 2)


def _spans(found: Sequence[Route], measures: _Measures) -> Mapping[int, dict[int, Interval]]:
    """Return how far each route runs along each channel; in one channel only, it runs there once."""
    spans: defaultdict[int, dict[int, Interval]] = defaultdict(dict)
    for route in found:
        if route.beside or route.straight:
            continue
        start = measures.port(route.origin, route.number, arriving=False)
        end = measures.port(route.target, route.number, arriving=True)
        if route.gutter is None:
            spans[route.leaves][_key(route.number, arriving=False)] = (min(start, end), max(start, end))
            continue
        turn = measures.gutter_x(route.gutter, route.number)
        spans[route.leaves][_key(route.number, arriving=False)] = (min(start, turn), max(start, turn))
        spans[route.arrives][_key(route.number, arriving=True)] = (min(end, turn), max(end, turn))
    return spans


def _box(cell: Cell, measures: _Measures) -> Box:
    return Box(x=measures.lefts[cell.column], y=measures.tops[cell.row], width=BOX_WIDTH, height=BOX_HEIGHT)


def _track_box(track: TrackColumns, measures: _Measures, height: float) -> Box:
    left = measures.lefts[track.first] - MARGIN / 2
    right = measures.lefts[track.last - 1] + BOX_WIDTH + MARGIN / 2
    return Box(x=left, y=MARGIN, width=right - left, height=height - 2 * MARGIN)


def _points(route: Route, found: Sequence[Route], boxes: Mapping[str, Box], measures: _Measures) -> tuple[Point, ...]:
    origin, target = boxes[route.move.origin], boxes[route.move.to]
    if route.beside:
        return _beside(route, found, origin, target)
    down = route.leaves > route.origin.row
    start_y = origin.y + (origin.height if down else 0)
    end_y = target.y + (target.height if route.arrives > route.target.row else 0)
    start_x = measures.port(route.origin, route.number, arriving=False)
    end_x = measures.port(route.target, route.number, arriving=True)
    if route.straight:
        return ((start_x, start_y), (end_x, end_y))
    first = measures.channel_y(route.leaves, route.number, arriving=False)
    if route.gutter is None:
        return ((start_x, start_y), (start_x, first), (end_x, first), (end_x, end_y))
    turn = measures.gutter_x(route.gutter, route.number)
    last = measures.channel_y(route.arrives, route.number, arriving=True)
    return ((start_x, start_y), (start_x, first), (turn, first), (turn, last), (end_x, last), (end_x, end_y))


def _beside(route: Route, found: Sequence[Route], origin: Box, target: Box) -> tuple[Point, ...]:
    """Run straight to the neighbour; several between the same two run above each other."""
    pair = {route.origin, route.target}
    same = [other.number for other in found if other.beside and {other.origin, other.target} == pair]
    step = min(_SIDE_STEP, origin.height / (len(same) + 1))
    y = origin.y + origin.height / 2 + step * (same.index(route.number) - (len(same) - 1) / 2)
    left_to_right = target.x > origin.x
    return ((origin.x + (origin.width if left_to_right else 0), y), (target.x + (0 if left_to_right else target.width), y))
