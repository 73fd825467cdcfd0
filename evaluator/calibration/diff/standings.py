"""What an edit does to standings and next roles, in numbers of people."""

from __future__ import annotations

import functools
import operator

import attrs
import polars as pl

from evaluator.calibration.diff.people import Both
from evaluator.calibration.diff.rules import RolePair, matched
from evaluator.calibration.judged import JudgedPeople
from evaluator.core.model import Role

NOWHERE = -(2**31)


@attrs.frozen(kw_only=True)
class Standings:
    """One track: for how many people its highest role that is ready lies higher or lower than before."""

    track: str
    rises: int
    falls: int


@attrs.frozen(kw_only=True)
class NextRole:
    """One role: for how many people a move there is open now and was not, and the other way round."""

    role: Role
    opened: int
    closed: int


@attrs.frozen(kw_only=True)
class NextRoles:
    """The roles whose candidates change, and how many people have other next roles than before."""

    roles: tuple[NextRole, ...]
    people: int


def standings(both: Both) -> tuple[Standings, ...]:
    """Return each track of the new pack in which somebody's standing changes; rungs are counted as the new pack has them."""
    found: list[Standings] = []
    for track in both.new.pack.tracks:
        pairs = [pair for pair in both.pairs if pair.role.track == track.id]
        if not pairs:
            continue
        before, after = (_highest(both, pairs, new=new) for new in (False, True))
        rises, falls = int((after > before).sum()), int((after < before).sum())
        if rises or falls:
            found.append(Standings(track=track.id, rises=rises, falls=falls))
    return tuple(found)


def _highest(both: Both, pairs: list[RolePair], *, new: bool) -> pl.Series:
    """Return the rung of the highest role that is ready, for everybody."""
    judged: JudgedPeople = both.new if new else both.old
    start = pl.repeat(NOWHERE, both.height, dtype=pl.Int32, eager=True).alias("start")
    rungs = {"start": start}
    for pair in pairs:
        role = pair.new if new else pair.old
        if role is not None and not role.destination:
            ready = judged.verdict(role, "low") == 0
            rungs[role.id] = pl.select(pl.when(ready).then(pair.role.rung).otherwise(NOWHERE).cast(pl.Int32)).to_series()
    return pl.DataFrame(rungs).max_horizontal()


def next_roles(both: Both) -> NextRoles:
    """Return the roles to which moves open or close for somebody."""
    found: list[NextRole] = []
    changed: list[pl.Series] = []
    for pair in matched(both.old.pack, both.new.pack):
        before, after = _open(both.old, pair.old), _open(both.new, pair.new)
        if before is None and after is None:
            continue
        opened = after if before is None else (after & ~before if after is not None else None)
        closed = before if after is None else (before & ~after if before is not None else None)
        parts = [part for part in (opened, closed) if part is not None and part.any()]
        if parts:
            changed += parts
            found.append(NextRole(role=pair.role, opened=_count(opened), closed=_count(closed)))
    people = int(functools.reduce(operator.or_, changed).sum()) if changed else 0
    return NextRoles(roles=tuple(found), people=people)


def _open(judged: JudgedPeople, role: Role | None) -> pl.Series | None:
    return None if role is None else judged.people.next_role(role, judged.pack.moves)


def _count(mask: pl.Series | None) -> int:
    return 0 if mask is None else int(mask.sum())
