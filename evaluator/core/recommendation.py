"""What is to be said of a person and a role: worked out from today's role, the moves, both sides of the verdict and the day.

Every report that says promote, ask or wait, every list of candidates and every record of a decision goes by this module. The evidence
never changes what is recommended, and neither does the order of anything in a file.
"""

from __future__ import annotations

import datetime
import enum

import attrs

from evaluator.core.conditions import Truth, truth
from evaluator.core.enums import MoveKind
from evaluator.core.expressions import Undefined
from evaluator.core.model import Move, Pack
from evaluator.core.results import CriterionResult, Evaluation, RoleResult, State
from evaluator.core.tally import verdict

DEPARTURE_RULE = 2
"""By which rule it is worked out whether a decision departs: 1 went by the verdict alone, 2 by the recommendation."""


class Relation(enum.StrEnum):
    """How a role stands to the one that is held today."""

    PROMOTION = "promotion"
    SIDEWAYS = "sideways move"
    HELD = "role held"
    DOWN = "step down"
    NO_MOVE = "no move"
    NO_ROLE = "no role today"


class Outlook(enum.StrEnum):
    """How near a verdict is to the best one."""

    BEST = "the best"
    OPEN = "may be the best"
    BETWEEN = "between"
    LAST = "the last"
    OUT_OF_REACH = "undecided, and never the best"
    NO_ANSWER = "kept from the best by what the rules have no answer to"


class Advice(enum.StrEnum):
    """What is said."""

    PROMOTE = "promote"
    MOVE = "move"
    CONFIRM = "confirm"
    ASK = "ask"
    ASK_FOR_MOVE = "ask whether the move is open"
    WAIT = "wait"
    NOT_YET = "not yet"
    WHATEVER_THE_ANSWERS = "not yet, whatever the answers"
    HELD_AND_NOT_MET = "held and not met"
    STEP_DOWN = "a step down"
    NO_MOVE = "no move"
    CLOSED = "the move is closed"
    NO_ROLE = "no role today"
    NO_ANSWER = "the rules have no answer"


_SHORT = {
    Outlook.BETWEEN: Advice.WAIT,
    Outlook.LAST: Advice.NOT_YET,
    Outlook.OUT_OF_REACH: Advice.WHATEVER_THE_ANSWERS,
}
_UNKNOWN = {Outlook.OPEN: Advice.ASK, Outlook.NO_ANSWER: Advice.NO_ANSWER}
_WHATEVER_THE_VERDICT = {Relation.NO_ROLE: Advice.NO_ROLE, Relation.DOWN: Advice.STEP_DOWN}
_MOVING = frozenset({Relation.PROMOTION, Relation.SIDEWAYS})


@attrs.frozen(kw_only=True)
class Recommendation:
    """What the facts say of a person and a role.

    `move` is the move from today's role, of several the one that is most open; `open` is the truth of its condition, True where it has
    none, and None where there is no move. `projection` says that the day judged lies ahead of today: then nothing is recommended, and
    `advice` is what it would be.
    """

    relation: Relation
    outlook: Outlook
    advice: Advice
    move: Move | None = None
    open: Truth = None
    projection: bool = False

    @property
    def candidate(self) -> bool:
        """Whether the role would be a step for the person: a move leads there, not downwards, and it is not closed."""
        return self.relation in _MOVING and self.open is not False

    def departs(self, *, promoted: bool) -> Truth:
        """Return whether a decision departs from what the facts say; None where they leave it open."""
        if self.relation is Relation.HELD:
            return promoted
        if self.projection or self.advice in {Advice.ASK, Advice.ASK_FOR_MOVE, Advice.NO_ANSWER}:
            return None
        if self.advice is Advice.NO_ROLE and self.outlook in {Outlook.BEST, Outlook.OPEN, Outlook.NO_ANSWER}:
            return None
        return promoted is not (self.advice in {Advice.PROMOTE, Advice.MOVE})


def recommend(evaluation: Evaluation, role: str, pack: Pack, today: datetime.date | None = None) -> Recommendation:
    """Return what is to be said of a person and a role that the evaluation has judged; without `today`, of the day judged."""
    projection = today is not None and evaluation.provenance.as_of > today
    outlook = outlook_of(evaluation.roles[role], pack)
    relation, move = relation_of(evaluation, role, pack)
    holds = None if move is None else move_open(move, evaluation)
    advice = advice_on(relation, outlook, holds)
    if advice in {Advice.ASK, Advice.ASK_FOR_MOVE} and relation in _MOVING and move_undefined(move, evaluation):
        advice = Advice.NO_ANSWER
    return Recommendation(relation=relation, outlook=outlook, advice=advice, move=move, open=holds, projection=projection)


def move_undefined(move: Move | None, evaluation: Evaluation) -> tuple[Undefined, ...]:
    """Return what the rules have no answer to where nothing else keeps it open whether a move is open."""
    ways = (*evaluation.next_roles, *evaluation.beyond)
    return next((way.undefined for way in ways if way.move is move and way.holds is None and not way.asks), ())


def advice_on(relation: Relation, outlook: Outlook, holds: Truth) -> Advice:
    """Return what is said: by how the role stands to today's, how near the verdict is to the best one, and whether the move is open."""
    if relation in _WHATEVER_THE_VERDICT:
        return _WHATEVER_THE_VERDICT[relation]
    if relation is Relation.HELD:
        return {Outlook.BEST: Advice.CONFIRM, **_UNKNOWN}.get(outlook, Advice.HELD_AND_NOT_MET)
    if relation is not Relation.NO_MOVE and holds is False:
        return Advice.CLOSED
    if outlook in _SHORT and (relation, outlook) != (Relation.NO_MOVE, Outlook.BETWEEN):  # waiting brings no move
        return _SHORT[outlook]
    if relation is Relation.NO_MOVE:
        return Advice.NO_MOVE
    known = Advice.PROMOTE if relation is Relation.PROMOTION else Advice.MOVE
    return _UNKNOWN.get(outlook, Advice.ASK_FOR_MOVE if holds is None else known)


def outlook_of(result: RoleResult, pack: Pack) -> Outlook:
    """Return how near a role's verdict is to the best one: open only where some answers to what is unknown make it that."""
    bands, verdicts = pack.bands_of(result.role), pack.verdicts_of(result.role)
    found, best = result.verdict, verdicts[0]
    if found.decided and found.low == best:
        return Outlook.BEST
    answered = verdict(result.best_answered, bands, unknown_as_met=False)
    if answered == best or (not result.undefined and best in {found.low, found.high}):
        return Outlook.OPEN
    if result.undefined and best in {found.high, verdict(map(_met, result.criteria), bands, unknown_as_met=True)}:
        return Outlook.NO_ANSWER
    if not found.decided:
        return Outlook.OUT_OF_REACH
    return Outlook.LAST if found.low == verdicts[-1] else Outlook.BETWEEN


def _met(criterion_result: CriterionResult) -> CriterionResult:
    """Return a criterion once everything unknown is known and met: bands may count what is unknown, and that is then nothing."""
    if criterion_result.state is not State.UNKNOWN:
        return criterion_result
    applies = criterion_result.completed(unknown_as_met=True) is not State.NOT_APPLICABLE
    return attrs.evolve(criterion_result, applies=applies, held=True)


def relation_of(evaluation: Evaluation, role: str, pack: Pack) -> tuple[Relation, Move | None]:
    """Return how a role stands to today's, and the move that leads there: the most open one, of equally open ones a promotion."""
    today = None if evaluation.role is None else evaluation.role.id
    move = move_to(evaluation, role, pack)
    if move is None or not steps(today, role, pack):
        return placed(today, role, pack), move
    return (Relation.PROMOTION if move.kind is MoveKind.PROMOTION else Relation.SIDEWAYS), move


def move_to(evaluation: Evaluation, role: str, pack: Pack) -> Move | None:
    """Return the move from today's role to another: of several the most open one, of equally open ones a promotion."""
    moves = [] if evaluation.role is None else [move for move in pack.moves_from(evaluation.role.id) if move.to == role]
    return min(moves, key=lambda move: (_CLOSEDNESS[move_open(move, evaluation)], move.kind is not MoveKind.PROMOTION), default=None)


_CLOSEDNESS: dict[Truth, int] = {True: 0, None: 1, False: 2}


def move_open(move: Move, evaluation: Evaluation) -> Truth:
    """Return whether the condition of a move is met; one without a condition is open to everybody."""
    return True if move.when is None else truth(move.when, evaluation.facts)


def steps(today: str | None, role: str, pack: Pack) -> tuple[Move, ...]:
    """Return the moves by which a role is a step from today's; whoever one of them is not closed to is a candidate.

    There are none to the role that is held and none downwards, whatever moves the ladder has.
    """
    if today is None or placed(today, role, pack) is not Relation.NO_MOVE:
        return ()
    return tuple(move for move in pack.moves_from(today) if move.to == role)


def steps_to(role: str, pack: Pack) -> tuple[Move, ...]:
    """Return every move by which a role is a step: to hold where one begins that is not closed makes a candidate."""
    return tuple(
        move for today in dict.fromkeys(move.origin for move in pack.moves if move.to == role) for move in steps(today, role, pack)
    )


def placed(today: str | None, role: str, pack: Pack) -> Relation:
    """Return how a role stands to today's where no move is a step to it."""
    if today is None:
        return Relation.NO_ROLE
    if today == role:
        return Relation.HELD
    down = any(move.origin == today and move.to == role and move.kind is MoveKind.DEMOTION for move in pack.moves)
    return Relation.DOWN if down or stands_above(today, role, pack) else Relation.NO_MOVE


def stands_above(today: str, role: str, pack: Pack) -> bool:
    """Whether today's role stands above another.

    It does where it is a higher rung of the same track, and where promotions lead up to it from the other role and none leads straight
    back: rungs of different tracks say nothing of each other.
    """
    here, there = pack.roles[today], pack.roles[role]
    if here.track == there.track and here.rung != there.rung:
        return here.rung > there.rung
    if any(move.origin == today and move.to == role and move.kind is MoveKind.PROMOTION for move in pack.moves):
        return False
    return today in _promoted_to(role, pack)


def _promoted_to(role: str, pack: Pack) -> frozenset[str]:
    """Return the roles that promotions lead to from a role, one after the other."""
    onward: dict[str, list[str]] = {}
    for move in pack.moves:
        if move.kind is MoveKind.PROMOTION:
            onward.setdefault(move.origin, []).append(move.to)
    names: set[str] = set()
    waiting = [role]
    while waiting:
        new = set(onward.get(waiting.pop(), ())) - names
        names |= new
        waiting += new
    return frozenset(names - {role})
