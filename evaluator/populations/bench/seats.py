"""Seats beside a bench: how many a role has, which come free and when, and whether somebody is ready by then; no verdict hangs on them."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping

import attrs

from evaluator.core.dates import MONTHS_A_YEAR, months_before
from evaluator.populations.bench.analysis import AHEAD, RoleBench
from evaluator.reading.seats import Seat


@attrs.frozen(kw_only=True)
class Shortage:
    """The first day by which more seats are free than people are ready: how many of each."""

    on: datetime.date
    free: int
    ready: int


@attrs.frozen(kw_only=True)
class RoleSeats:
    """The seats of one role; `free` are the days on which seats come free, the day looked at for those that are free by then."""

    seats: int
    free: tuple[datetime.date, ...]
    short: Shortage | None

    def free_by(self, day: datetime.date) -> int:
        """Return how many are free by a day."""
        return sum(one <= day for one in self.free)


def seats_of(seats: Iterable[Seat], benches: Iterable[RoleBench], day: datetime.date) -> Mapping[str, RoleSeats]:
    """Return the seats of each judged role that has any.

    A seat is free from the day on that its row names, and today where it names nobody as the holder. Where no holders are told, as many are
    taken as people hold the role. Of who is ready by a day those count who are on the last day before it that was looked at.
    """
    by_role: dict[str, list[Seat]] = {}
    for seat in seats:
        by_role.setdefault(seat.role, []).append(seat)
    return {one.role.id: _of_role(by_role[one.role.id], one, day) for one in benches if one.role.id in by_role}


def _of_role(seats: Iterable[Seat], bench: RoleBench, day: datetime.date) -> RoleSeats:
    free: list[datetime.date] = []
    number = taken = untold = 0
    for seat in seats:
        number += seat.number
        if seat.free_on is not None:
            free += [max(seat.free_on, day)] * seat.number
            taken += seat.number
        elif not seat.told:
            untold += seat.number
        elif seat.holder is None:
            free += [day] * seat.number
        else:
            taken += seat.number
    free += [day] * max(0, untold - max(0, bench.holders - taken))
    ordered = tuple(sorted(free))
    return RoleSeats(seats=number, free=ordered, short=_shortage(ordered, bench, day))


def _shortage(free: tuple[datetime.date, ...], bench: RoleBench, day: datetime.date) -> Shortage | None:
    ends = [months_before(day, -MONTHS_A_YEAR * years) for years in AHEAD]
    for one in dict.fromkeys(free):
        ready = bench.ready[max(years for years in AHEAD if ends[years] <= one)]
        seats = sum(other <= one for other in free)
        if seats > ready:
            return Shortage(on=one, free=seats, ready=ready)
    return None
