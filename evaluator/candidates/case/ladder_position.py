"""The person's place on the ladder and the way ahead: the part of it that is drawn, and the same in words."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Sequence

import attrs

from evaluator.candidates.case.view import Place
from evaluator.core.conditions import Truth
from evaluator.core.enums import MoveKind
from evaluator.core.model import Move, Pack, Role
from evaluator.core.recommendation import move_open, move_to
from evaluator.core.results import Evaluation, RoleResult
from evaluator.report.sentences import condition_words
from evaluator.report.words import joined

_AHEAD = 4
TODAY, ASKED = "today", "in question"
_HOLDS: dict[Truth, str] = {
    True: "that is met",
    False: "that is not met",
    None: "whether that is so, and so whether this move is open, is not known",
}
_ORDER: tuple[Truth, ...] = (True, None, False)
_ONWARD: dict[Truth, str] = {
    True: "From {role} the ladder leads on to {to}: open, by what is known today.",
    None: "Whether it leads on from {role} to {to} is an open question.",
    False: "From {role} to {to} the way is closed, by what is known today.",
}


def place(evaluation: Evaluation, result: RoleResult, pack: Pack) -> Place:
    """Return the roles from today's to the one in question, and what that one leads to; the picture has those that the words name."""
    today, role = evaluation.role, result.role
    ways = _ways(today, role, pack)
    onward = ahead(evaluation, role, pack)
    shown = {
        role.id,
        *(move.to for move, _ in onward[:_AHEAD]),
        *_between(today, role, pack),
        *(name for way in ways for name in way),
        *([today.id] if today else []),
    }
    labels = {role.id: ASKED} | ({today.id: TODAY if today.id != role.id else f"{TODAY}, {ASKED}"} if today else {})
    words = (*_words(evaluation, role, ways, pack), *_ahead_words(onward, role, pack))
    return Place(pack=_part(pack, shown), labels=labels, words=words)


def ahead(evaluation: Evaluation, role: Role, pack: Pack) -> tuple[tuple[Move, Truth], ...]:
    """Return the moves on from a role, one for each role that they lead to, and whether each is open to the person.

    What is open comes first, then what is not known, then what is closed; then promotions before other moves, the track of the role
    before others, and the nearest rung.
    """

    def order(found: tuple[Move, Truth]) -> tuple[int, bool, bool, int, str]:
        move, open_ = found
        to = pack.roles[move.to]
        return (_ORDER.index(open_), move.kind is not MoveKind.PROMOTION, to.track != role.track, to.rung, to.id)

    onward = [move for move in pack.moves_from(role.id) if move.kind is not MoveKind.DEMOTION]
    moves = sorted(((move, move_open(move, evaluation)) for move in onward), key=order)
    found: dict[str, tuple[Move, Truth]] = {}
    for move, open_ in moves:
        found.setdefault(move.to, (move, open_))
    return tuple(found.values())


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
        for move in (one for one in pack.moves_from(way[-1]) if one.kind is not MoveKind.DEMOTION):
            if move.to == role.id:
                found.append((*way, move.to))
            elif depth.setdefault(move.to, len(way)) == len(way):
                waiting.append((*way, move.to))
    return tuple(dict.fromkeys(found))


def _words(evaluation: Evaluation, role: Role, ways: tuple[tuple[str, ...], ...], pack: Pack) -> Iterator[str]:
    today = evaluation.role
    yield f"Today: {'not stated' if today is None else _rung(today, pack)}."
    yield f"In question: {_rung(role, pack)}."
    direct = move_to(evaluation, role.id, pack)
    if direct is not None:
        yield _move_words(direct, evaluation, pack)
    elif today is not None and today.id != role.id:
        steps = "; or ".join(" → ".join(pack.roles[name].title for name in way) for way in ways)
        yield f"The ladder leads there by {steps}." if ways else "No moves of the ladder lead there from today’s role."


def _ahead_words(onward: Sequence[tuple[Move, Truth]], role: Role, pack: Pack) -> Iterator[str]:
    """Say where the ladder leads on to by what is known of the person: the nearest roles by name, and how many more there are."""
    for open_, words in _ONWARD.items():
        named = [pack.roles[move.to].title for move, one in onward[:_AHEAD] if one is open_]
        more = sum(one is open_ for _, one in onward[_AHEAD:])
        rest = [f"{more} more" if named else f"{more} further {'role' if more == 1 else 'roles'}"] if more else []
        if named or rest:
            yield words.format(role=role.title, to=joined([*named, *rest]))


def _move_words(move: Move, evaluation: Evaluation, pack: Pack) -> str:
    way = f"The ladder leads there directly: {pack.roles[move.origin].title} → {pack.roles[move.to].title} ({move.kind})"
    if move.when is None:
        return f"{way}."
    return f"{way}, where: {condition_words(move.when, pack.attributes)}; {_HOLDS[move_open(move, evaluation)]}."


def _rung(role: Role, pack: Pack) -> str:
    track = next(track.title for track in pack.tracks if track.id == role.track)
    return f"{role.title} ({track}, rung {role.rung})"
