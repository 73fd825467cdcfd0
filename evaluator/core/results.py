"""What an evaluation says: verdicts, scores, gaps, questions, standings and next roles of one profile."""

from __future__ import annotations

import datetime
import enum
import functools
from collections.abc import Mapping
from fractions import Fraction
from typing import Protocol

import attrs

from evaluator.core.bounds import Bounds
from evaluator.core.conditions import AttributeTest, Truth, truth
from evaluator.core.expressions import Undefined
from evaluator.core.model import Criterion, Move, Profile, Role
from evaluator.core.notebook import html_table
from evaluator.core.text import first_words
from evaluator.core.values import Facts, Number, Value
from evaluator.diagnostics import Span

_INFORMS = "A verdict informs a decision that people take."
_SHOWN = 3


class State(enum.StrEnum):
    """What a criterion comes to for one profile."""

    MET = "met"
    UNMET = "unmet"
    UNKNOWN = "unknown"
    NOT_APPLICABLE = "not applicable"


@attrs.frozen(kw_only=True)
class Verdict:
    """The verdict with every unknown counted as unmet (`low`) and with every unknown counted as met (`high`)."""

    low: str
    high: str

    @property
    def decided(self) -> bool:
        """Whether both sides agree."""
        return self.low == self.high

    def __str__(self) -> str:
        return self.low if self.decided else f"undecided: {self.low} to {self.high}"


@attrs.frozen(kw_only=True)
class Score:
    """Weight of met criteria over weight of applicable ones, from 0 to 1, on the two sides of what is unknown."""

    low: Fraction
    high: Fraction


@attrs.frozen(kw_only=True)
class CriterionResult:
    """One criterion for one profile; `held` is the truth of its condition, `applies` of its `applies_when`."""

    criterion: Criterion
    applies: Truth
    held: Truth
    assumed: tuple[str, ...] = ()

    def __repr__(self) -> str:
        return f"CriterionResult({self.criterion.key!r}, {str(self.state)!r})"

    @classmethod
    def of(cls, criterion: Criterion, facts: Facts) -> CriterionResult:
        """Return what a criterion comes to by the definition of truth, given the facts."""
        applies = True if criterion.applies_when is None else truth(criterion.applies_when, facts)
        return cls(criterion=criterion, applies=applies, held=truth(criterion.when, facts))

    @property
    def state(self) -> State:
        """The criterion's state: unknown also where it is not known whether it applies."""
        if self.applies is None or (self.applies and self.held is None):
            return State.UNKNOWN
        if not self.applies:
            return State.NOT_APPLICABLE
        return State.MET if self.held else State.UNMET

    def completed(self, *, unknown_as_met: bool) -> State:
        """Return the state once everything unknown has come out at its best, or at its worst, for the score."""
        if self.applies is False:
            return State.NOT_APPLICABLE
        held = unknown_as_met if self.held is None else self.held
        if self.applies is None and held != unknown_as_met:
            return State.NOT_APPLICABLE
        return State.MET if held else State.UNMET


@attrs.frozen(kw_only=True)
class Need:
    """One test that is not met: what the profile has, what is needed and how far that is.

    `distance` is in `unit`, or None where no number can say it; `relative` sets it in relation to what is needed, to compare
    needs of different units. `have` is None where the attribute is unknown, for what is `undefined` if that is why, or known only to
    be `between` bounds, from the nearest end of which the distance is taken; `need` is the literal, or the other attribute's value.
    """

    test: AttributeTest
    have: Value | None
    need: Value | None
    distance: Number | None
    unit: str | None
    relative: Fraction
    between: Bounds | None = None
    undefined: tuple[Undefined, ...] = ()


@attrs.frozen(kw_only=True)
class Gap:
    """An unmet criterion: what the closest way to meet it needs, and the other ways."""

    criterion: Criterion
    needs: tuple[Need, ...]
    alternatives: tuple[tuple[Need, ...], ...]
    relative: Fraction
    almost: bool

    def __repr__(self) -> str:
        return f"Gap({self.criterion.key!r})"


@attrs.frozen(kw_only=True)
class Question:
    """An attribute to ask for: the criteria that hang on it, and whether the answer alone can move the verdict."""

    attribute: str
    decisive: bool
    criteria: tuple[str, ...]
    required: bool
    weight: Number
    caps_at: str | None = None
    """The worst verdict at which one of the criteria caps."""


@attrs.frozen(kw_only=True)
class UndefinedValue:
    """A computation to which the pack has no answer, and the criteria that it keeps unknown."""

    undefined: Undefined
    criteria: tuple[str, ...]


class Explaining(Protocol):
    """Whatever works out gaps and questions from the criteria of a role and its verdict."""

    def gaps(self, criteria: tuple[CriterionResult, ...]) -> tuple[Gap, ...]:
        """Return the unmet criteria as gaps, in order."""

    def questions(self, criteria: tuple[CriterionResult, ...], verdict: Verdict) -> tuple[Question, ...]:
        """Return what to ask for, in order."""

    def best_answered(self, criteria: tuple[CriterionResult, ...]) -> tuple[CriterionResult, ...]:
        """Return the criteria after the best answers that there can be."""

    def undefined(self, criteria: tuple[CriterionResult, ...]) -> tuple[UndefinedValue, ...]:
        """Return the computations without a result that keep criteria unknown, in order."""


@attrs.frozen(kw_only=True)
class RoleResult:
    """One role for one profile; `tally` is the count behind the worse side of the verdict.

    `held_by` are the criteria that hold the verdict at what they cap at, on one side or both, while its bands alone would give a better
    one; an unknown one holds the worse side alone.

    Gaps and questions follow from the rest; they are worked out by `explaining` when they are first read, and then kept.
    """

    role: Role
    verdict: Verdict
    score: Score
    tally: Facts
    held_by: tuple[CriterionResult, ...] = ()
    criteria: tuple[CriterionResult, ...]
    explaining: Explaining = attrs.field(repr=False)

    def __repr__(self) -> str:
        return f"RoleResult({self.role.id!r}, verdict={str(self.verdict)!r}, score={self._score!r})"

    def _repr_html_(self) -> str:
        rows = [(one.criterion.title, one.state, f"{float(one.criterion.weight):g}") for one in self.criteria]
        caption = f"{self.role.title}: {self.verdict}, {self._score}"
        return html_table(caption, ("criterion", "state", "weight"), rows, _INFORMS)

    @property
    def _score(self) -> str:
        """The score in percent, rounded down as everywhere, or the two that it lies between."""
        low, high = (int(side * 100) for side in (self.score.low, self.score.high))
        return f"{low} %" if low == high else f"{low} to {high} %"

    @functools.cached_property
    def gaps(self) -> tuple[Gap, ...]:
        """The unmet criteria: first those that cap, the lowest cap first, then required ones, then by weight, almost met, the closest."""
        return self.explaining.gaps(self.criteria)

    @functools.cached_property
    def questions(self) -> tuple[Question, ...]:
        """What to ask for: first what can alone move the verdict, then on criteria that cap, on required ones, then by weight."""
        return self.explaining.questions(self.criteria, self.verdict)

    @functools.cached_property
    def undefined(self) -> tuple[UndefinedValue, ...]:
        """What the pack itself has no answer to, so that nothing is asked for it: in the order of its attributes."""
        return self.explaining.undefined(self.criteria)

    @functools.cached_property
    def best_answered(self) -> tuple[CriterionResult, ...]:
        """The criteria after the answers that do most for the score: what the pack has no answer to stays unknown."""
        return self.explaining.best_answered(self.criteria)


@attrs.frozen(kw_only=True)
class Standing:
    """The highest roles of a track that are ready today, and higher ones that may be, once what is unknown is known."""

    track: str
    roles: tuple[str, ...]
    perhaps: tuple[str, ...]


@attrs.frozen(kw_only=True)
class NextRole:
    """A move that is open: its condition is met, or unknown and settled by the `asks`. A destination has no result.

    Where the condition is unknown and nothing is asked, the pack itself has no answer: `undefined` says to what.
    """

    move: Move
    role: Role
    result: RoleResult | None
    holds: Truth
    asks: tuple[str, ...]
    undefined: tuple[Undefined, ...] = ()

    def __repr__(self) -> str:
        verdict = "" if self.result is None else f", verdict={str(self.result.verdict)!r}"
        return f"NextRole({self.role.id!r}{verdict})"


@attrs.frozen(kw_only=True)
class Fired:
    """A rule that fired in an engine: its layer, its key, the truth it stands for, the line it stands on and what it was about.

    The subject of a verdict is the role, and the side of what is unknown: `product-director, worse side`.
    """

    layer: str
    key: str
    truth: bool
    span: Span
    subject: str = ""


@attrs.frozen(kw_only=True)
class Provenance:
    """All that it takes to get the same result again."""

    pack: str
    pack_version: str
    pack_hash: str
    profile_hash: str
    as_of: datetime.date
    tool_version: str
    engine: str


@attrs.frozen(kw_only=True)
class Evaluation:
    """Everything a pack says of one profile.

    `facts` are the values judged, a value of a scale as its rank from 0: `pack.show(evaluation.facts)` gives them as people read
    them. `assumed` are the attributes whose value is the pack's own assumption, `closed` the moves out of today's role whose
    condition is unmet, `demotions` those that are open and lead downwards, and are no next roles.
    """

    profile: Profile
    role: Role | None
    facts: Facts
    assumed: frozenset[str]
    roles: Mapping[str, RoleResult]
    standings: tuple[Standing, ...]
    next_roles: tuple[NextRole, ...]
    beyond: tuple[NextRole, ...]
    demotions: tuple[NextRole, ...] = ()
    closed: tuple[Move, ...]
    fired: tuple[Fired, ...]
    provenance: Provenance

    def __repr__(self) -> str:
        today = "" if self.role is None else f", role={self.role.id!r}"
        following = f", next_roles={[*self.next_roles]!r}" if self.next_roles else ""
        return f"Evaluation({self.profile.id!r}, as_of={self.provenance.as_of}{today}{following})"

    def _repr_html_(self) -> str:
        following = [one.result for one in self.next_roles if one.result is not None]
        others = [one for one in self.roles.values() if one not in following]
        rows = [(one.role.title, one.verdict, one._score, _titles(one), f"{len(one.questions)}") for one in following or others]  # noqa: SLF001 - one module
        today = "no role of the pack" if self.role is None else self.role.title
        which = "next roles" if following else "roles"
        caption = (
            f"{self.profile.id}, {today}: {which} as of {self.provenance.as_of}, {self.provenance.pack} {self.provenance.pack_version}"
        )
        return html_table(caption, ("role", "verdict", "score", "gaps", "questions"), rows, _INFORMS)


def _titles(result: RoleResult) -> str:
    """Return the titles of the first gaps of a role, and how many more there are."""
    return first_words([gap.criterion.title for gap in result.gaps], _SHOWN)
