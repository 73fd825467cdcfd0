"""The person's place on the ladder and the way ahead: the part of it that is drawn, and the same in words."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator

import attrs

from evaluator.conditions import Truth, truth
from evaluator.kinds import MoveKind
from evaluator.model import Move, Pack, Role
from evaluator.report.case.view import Place
from evaluator.report.sentences import condition_words
from evaluator.report.words import joined
from evaluator.results import Evaluation, RoleResult

_AHEAD = 3
TODAY, ASKED = "today", "in question"
_HOLDS: dict[Truth, str] = {True: "is met", False: "is not met", None: "is open: something in it is unknown"}


def place(evaluation: Evaluation, result: RoleResult, pack: Pack) -> Place:
    """Return the roles from today's to the one in question, and what that one leads to."""
    today, role = evaluation.role, result.role
    ways = _ways(today, role, pack)
    beyond = [pack.roles[move.to] for move in pack.moves_from(role.id)]
    shown = {
        role.id,
        *_next(role, pack),
        *_between(today, role, pack),
        *(name for way in ways for name in way),
        *([today.id] if today else []),
    }
    labels = {role.id: ASKED} | ({today.id: TODAY if today.id != role.id else f"{TODAY}, {ASKED}"} if today else {})
    words = tuple(_words(evaluation, role, ways, beyond, pack))
    return Place(pack=_part(pack, shown), labels=labels, words=words)


def _next(role: Role, pack: Pack) -> list[str]:
    """Return the nearest roles that a promotion leads to from the one in question; the words name them all."""
    found = {move.to for move in pack.moves_from(role.id) if move.kind is MoveKind.PROMOTION}
    nearest = sorted(found, key=lambda name: (pack.roles[name].track != role.track, pack.roles[name].rung, name))
    return nearest[:_AHEAD]


def _between(today: Role | None, role: Role, pack: Pack) -> list[str]:
    """Return the roles that a direct move passes by on its track."""
    if today is None or today.track != role.track:
        return []
    low, high = sorted((today.rung, role.rung))
    return [one.id for one in pack.roles.values() if one.track == role.track and low < one.rung < high]


def _part(pack: Pack, shown: set[str]) -> Pack:
    """Return the pack with some of its roles, the tracks that these are on, and the moves between them."""
    roles = {name: role for name, role in pack.roles.items() if name in shown}
    tracks = tuple(track for track in pack.tracks if any(role.track == track.id for role in roles.values()))
    moves = tuple(move for move in pack.moves if move.origin in shown and move.to in shown)
    return attrs.evolve(pack, roles=roles, tracks=tracks, moves=moves)


def _ways(today: Role | None, role: Role, pack: Pack) -> tuple[tuple[str, ...], ...]:
    """Return the shortest ways from today's role to the one in question, each as the roles on it; none where no arrows lead there."""
    if today is None or today.id == role.id:
        return ()
    found: list[tuple[str, ...]] = []
    waiting: deque[tuple[str, ...]] = deque([(today.id,)])
    depth = {today.id: 0}
    while waiting:
        way = waiting.popleft()
        if found and len(way) >= len(found[0]):
            break
        for move in pack.moves_from(way[-1]):
            if move.to == role.id:
                found.append((*way, move.to))
            elif depth.setdefault(move.to, len(way)) == len(way):
                waiting.append((*way, move.to))
    return tuple(dict.fromkeys(found))


def _words(evaluation: Evaluation, role: Role, ways: tuple[tuple[str, ...], ...], beyond: list[Role], pack: Pack) -> Iterator[str]:
    today = evaluation.role
    yield f"Today: {'not stated' if today is None else _rung(today, pack)}."
    yield f"In question: {_rung(role, pack)}."
    direct = move_to(evaluation, role, pack)
    if direct is not None:
        yield _move_words(direct, evaluation, pack)
    elif today is not None and today.id != role.id:
        steps = "; or ".join(" → ".join(pack.roles[name].title for name in way) for way in ways)
        yield f"The ladder leads there by {steps}." if ways else "No moves of the ladder lead there from today’s role."
    if beyond:
        yield f"From there the ladder leads on to {joined(list(dict.fromkeys(one.title for one in beyond)))}."


def move_to(evaluation: Evaluation, role: Role, pack: Pack) -> Move | None:
    """Return the move from today's role to another; of several, one that is open."""
    today = evaluation.role
    found = [] if today is None else [move for move in pack.moves_from(today.id) if move.to == role.id]
    return min(found, key=lambda move: move_holds(move, evaluation) is False, default=None)


def move_holds(move: Move, evaluation: Evaluation) -> Truth:
    """Return whether the condition of a move is met; one without a condition is open to everybody."""
    return True if move.when is None else truth(move.when, evaluation.facts)


def _move_words(move: Move, evaluation: Evaluation, pack: Pack) -> str:
    way = f"The ladder leads there directly: {pack.roles[move.origin].title} → {pack.roles[move.to].title} ({move.kind})"
    if move.when is None:
        return f"{way}."
    return f"{way}, where {condition_words(move.when, pack.attributes)}; that {_HOLDS[move_holds(move, evaluation)]}."


def _rung(role: Role, pack: Pack) -> str:
    track = next(track.title for track in pack.tracks if track.id == role.track)
    return f"{role.title} ({track}, rung {role.rung})"
