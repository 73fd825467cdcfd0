"""What an edit does to standings and next roles, in numbers of people."""

from __future__ import annotations

import functools
import itertools
import operator
from collections.abc import Iterator, Mapping

import attrs
import polars as pl

from evaluator.calibration.diff.causes import Cause
from evaluator.calibration.diff.people import Both
from evaluator.calibration.judged import JudgedPeople
from evaluator.core.model import Role
from evaluator.packs.changes.rules import RolePair, matched

NOWHERE = -(2**31)


@attrs.frozen(kw_only=True)
class Standings:
    """One track: for how many people its highest role that is ready lies higher or lower than before."""

    track: str
    rises: int
    falls: int
    through: tuple[Turned, ...] = ()


@attrs.frozen(kw_only=True)
class Turned:
    """A role of a cumulative track by which alone the standing of some people, at these places, rises or falls.

    `causes` are the changes of the role that alone do that. Each person is counted for the lowest such role.
    """

    role: Role
    rows: pl.Series
    rises: int
    falls: int
    causes: tuple[Cause, ...] = ()


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
        before, after = (_highest(both, pairs, track.id, new=new) for new in (False, True))
        rises, falls = int((after > before).sum()), int((after < before).sum())
        if rises or falls:
            turned = _turned(both, pairs, track.id, before, after) if track.cumulative else ()
            found.append(Standings(track=track.id, rises=rises, falls=falls, through=tuple(turned)))
    return tuple(found)


def _turned(both: Both, pairs: list[RolePair], track: str, before: pl.Series, after: pl.Series) -> Iterator[Turned]:
    """Yield the roles of a track that alone turn somebody's standing the way that it turns, from the lowest rung on."""
    left = before != after
    for pair in sorted(pairs, key=lambda one: one.role.rung):
        if pair.old is None or pair.new is None or not (pair.old.judged and pair.new.judged):
            continue
        alone = _highest(both, pairs, track, new=False, ready={pair.old.id: both.new.verdict(pair.new, "low") == 0})
        turned = left & (((alone > before) & (after > before)) | ((alone < before) & (after < before)))
        left &= ~turned
        if turned.any():
            rises, falls = (int((turned & way).sum()) for way in (after > before, after < before))
            yield Turned(role=pair.role, rows=turned.arg_true(), rises=rises, falls=falls)


def _highest(both: Both, pairs: list[RolePair], track: str, *, new: bool, ready: Mapping[str, pl.Series] | None = None) -> pl.Series:
    """Return the rung of the highest role that is a standing, for everybody; `ready` says of some roles otherwise who is ready."""
    judged: JudgedPeople = both.new if new else both.old
    others = ready or {}
    sides = [(role, pair.role.rung) for pair in pairs if (role := pair.new if new else pair.old) is not None]
    standing = sorted(((role, rung) for role, rung in sides if role.judged and not role.interim), key=lambda one: one[0].rung)
    cumulative = track in judged.pack.cumulative_tracks
    climbing = pl.repeat(value=True, n=both.height, dtype=pl.Boolean, eager=True)
    highest = [pl.repeat(NOWHERE, both.height, dtype=pl.Int32, eager=True)]
    for _, peers in itertools.groupby(standing, key=lambda one: one[0].rung):
        readies = [(others[role.id] if role.id in others else judged.verdict(role, "low") == 0, rung) for role, rung in peers]
        reached = [(climbing & ready_, rung) for ready_, rung in readies]
        highest += [pl.select(pl.when(ready).then(rung).otherwise(NOWHERE).cast(pl.Int32)).to_series() for ready, rung in reached]
        climbing = functools.reduce(operator.or_, [ready for ready, _ in reached]) if cumulative else climbing
    return pl.DataFrame({str(index): heights for index, heights in enumerate(highest)}).max_horizontal()


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
