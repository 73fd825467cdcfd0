"""What a proof can say of a pack: findings with the evaluations that confirm them, and questions that stayed open."""

from __future__ import annotations

import datetime
import enum
from collections.abc import Mapping

import attrs

from evaluator.core.conditions import Condition
from evaluator.core.model import Criterion, Role
from evaluator.core.results import Evaluation
from evaluator.core.values import Number, Value


class Question(enum.StrEnum):
    """What can be asked of a pack, by its word on the command line."""

    CRITERIA = "criteria"
    IMPLIED = "implied"
    ORDER = "order"
    DIRECTION = "direction"
    BANDS = "bands"


class Claim(enum.StrEnum):
    """What a finding says."""

    NEVER_MET = "never met"
    ALWAYS_MET = "always met"
    NEVER_APPLIES = "never applies"
    IMPLIED = "implied"
    SAME = "same"
    EASIER = "easier"
    LOWERED = "lowered"
    OUT_OF_REACH = "out of reach"

    @property
    def question(self) -> Question:
        """The question that it answers."""
        return _QUESTIONS[self]


_QUESTIONS = {
    Claim.NEVER_MET: Question.CRITERIA,
    Claim.ALWAYS_MET: Question.CRITERIA,
    Claim.NEVER_APPLIES: Question.CRITERIA,
    Claim.IMPLIED: Question.IMPLIED,
    Claim.SAME: Question.IMPLIED,
    Claim.EASIER: Question.ORDER,
    Claim.LOWERED: Question.DIRECTION,
    Claim.OUT_OF_REACH: Question.BANDS,
}


@attrs.frozen(kw_only=True)
class Finding:
    """One claim about a role, and the evaluations that show it.

    `criteria` are those it is about: of an implied one, the one that implies and the one that adds nothing. `below` are the roles
    of the rung below, `verdict` the band out of reach, `attribute` what changed for the better between the two `examples`.
    `alike` are further attributes that change the same criteria. `conflict` are the parts of a condition that cannot hold together.
    `also` are criteria of the rung below that are each enough to be kept from it.
    """

    claim: Claim
    role: Role
    criteria: tuple[Criterion, ...] = ()
    below: tuple[Role, ...] = ()
    verdict: str | None = None
    attribute: str | None = None
    alike: tuple[str, ...] = ()
    conflict: tuple[Condition, ...] = ()
    also: tuple[Criterion, ...] = ()
    examples: tuple[Evaluation, ...] = ()


@attrs.frozen(kw_only=True)
class Open:
    """A question that was not decided, about a role and what of it; `unconfirmed` where an example was found and did not hold."""

    question: Question
    role: Role
    about: str
    unconfirmed: bool = False


@attrs.frozen(kw_only=True)
class Better:
    """Which way an attribute gets better: 1 up, -1 down; of a set for each member. `declared` where pack.yaml says so itself.

    `against` counts the weight of criteria that use it the other way.
    """

    attribute: str
    member: str | None = None
    sign: int
    declared: bool = False
    weight: Number = 0
    against: Number = 0


@attrs.frozen(kw_only=True)
class Proofs:
    """All that was found; what was assumed with it.

    `free` are computed attributes that were taken to have any value, `missing` the attributes that may be unknown in a profile,
    `undirected` those without a better direction, `asked` counts the answers by question.
    """

    as_of: datetime.date
    roles: tuple[Role, ...]
    questions: tuple[Question, ...]
    asked: Mapping[Question, int]
    findings: tuple[Finding, ...]
    open: tuple[Open, ...]
    free: tuple[str, ...]
    missing: tuple[str, ...]
    better: tuple[Better, ...]
    undirected: tuple[str, ...]


Given = Mapping[str, Value]
"""What an example profile states."""
