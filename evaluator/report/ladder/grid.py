"""Where the roles of a ladder stand: tracks side by side, one row for each rung, the highest on top."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping

import attrs

from evaluator.core.model import Pack, Role, Track


@attrs.frozen
class Cell:
    """A place in the grid, counted from the left and from the top."""

    column: int
    row: int


@attrs.frozen(kw_only=True)
class TrackColumns:
    """The columns that a track takes up, the last exclusive."""

    track: Track
    first: int
    last: int


@attrs.frozen(kw_only=True)
class Grid:
    """Every role's cell, and the columns of each track."""

    cells: Mapping[str, Cell]
    tracks: tuple[TrackColumns, ...]
    rows: int

    @property
    def columns(self) -> int:
        """The number of columns of all tracks."""
        return self.tracks[-1].last if self.tracks else 0


def grid(pack: Pack) -> Grid:
    """Give every role a cell; peers of one rung stand side by side in the middle of their track."""
    rungs = sorted({role.rung for role in pack.roles.values()}, reverse=True)
    row = {rung: number for number, rung in enumerate(rungs)}
    cells: dict[str, Cell] = {}
    tracks: list[TrackColumns] = []
    first = 0
    for track in pack.tracks:
        peers = _peers(pack, track)
        if not peers:
            continue
        wide = max(map(len, peers.values()))
        for rung, roles in peers.items():
            start = first + (wide - len(roles)) // 2
            cells |= {role.id: Cell(start + number, row[rung]) for number, role in enumerate(roles)}
        tracks.append(TrackColumns(track=track, first=first, last=first + wide))
        first += wide
    return Grid(cells=cells, tracks=tuple(tracks), rows=len(rungs))


def _peers(pack: Pack, track: Track) -> dict[int, list[Role]]:
    """Return the roles of a track by rung; among peers, those that can be judged come first."""
    result: defaultdict[int, list[Role]] = defaultdict(list)
    for role in sorted(pack.roles.values(), key=lambda role: (not role.judged, role.id)):
        if role.track == track.id:
            result[role.rung].append(role)
    return result
