"""The interview: which question comes next, worked out anew after each answer, until what lies ahead is decided."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Iterator

import attrs

from evaluator.candidates.profile.drafting.answers import answered
from evaluator.candidates.profile.drafting.draft import Draft, Proposal, draft_of
from evaluator.core.attributes import Attribute
from evaluator.core.model import ROLE as TODAY
from evaluator.core.model import Pack, Profile, Role
from evaluator.core.questions import further_questions
from evaluator.core.results import Evaluation
from evaluator.core.values import Value, ValueProblem, clip
from evaluator.diagnostics import did_you_mean
from evaluator.engines.readiness import Evaluator

NAME, ROLE = "@name", "@role"
"""The keys of the two questions that ask for no attribute: the person's name and today's role."""


@attrs.frozen(kw_only=True)
class Answer:
    """An answer as it was typed; `text` is None where the question was skipped, or nobody knew."""

    key: str
    text: str | None


@attrs.frozen(kw_only=True)
class Ask:
    """A question that can still matter: for which criteria of which roles, and whether its answer alone can move a verdict.

    One without criteria decides whether the moves to its roles are open; one that is `assumed` takes the place of what the pack assumes.
    """

    attribute: Attribute
    assumed: bool = False
    decisive: bool
    required: bool
    weight: float
    criteria: tuple[str, ...]
    roles: tuple[str, ...]


@attrs.define(kw_only=True)
class Interview:
    """An interview about one person; `base` is what was known before it, `ahead` the role it is held for, None for those ahead.

    With `everything` it goes on past what decides the verdicts, to every open question of these roles. `as_of` is the day on which it
    is held, for which everything is judged.
    """

    evaluator: Evaluator
    base: Profile
    ahead: Role | None
    as_of: datetime.date
    everything: bool = False
    answers: list[Answer] = attrs.field(factory=list)
    _unassuming: Evaluator = attrs.field(init=False)

    def __attrs_post_init__(self) -> None:
        attributes = {name: attrs.evolve(attribute, absent_means=None) for name, attribute in self.pack.attributes.items()}
        self._unassuming = Evaluator(attrs.evolve(self.pack, attributes=attributes), engine="reference")

    @property
    def pack(self) -> Pack:
        """The pack whose questions are asked."""
        return self.evaluator.pack

    @property
    def gathered(self) -> datetime.date:
        """The day that the facts are of: of what was known before and of the answers the earlier one."""
        before = self.base.facts_as_of
        return self.as_of if before is None else min(before, self.as_of)

    def profile(self) -> Profile:
        """Return what is known so far."""
        said = {answer.key: answer.text for answer in self.answers if answer.text is not None}
        given = dict(self.base.given)
        given |= {key: self.value(key, text) for key, text in said.items() if key not in {NAME, ROLE}}
        role = self.role(said[ROLE]) if ROLE in said else self.base.role
        return attrs.evolve(self.base, name=said.get(NAME, self.base.name), role=role, gathered=self.gathered, as_of=None, given=given)

    def value(self, key: str, text: str) -> Value:
        """Return the value of an answer about an attribute; raises ValueProblem."""
        return answered(self.pack, self.pack.attributes[key], text)

    def role(self, text: str) -> str:
        """Return the id of a role by any of its names; raises ValueProblem."""
        found = self.pack.find_role(text)
        if several := self.pack.titled(text):
            raise ValueProblem(f"{len(several)} roles are called `{clip(text)}`", f"say which: {' or '.join(several)}")
        if found is None:
            names = [name for one in self.pack.roles.values() for name in (one.title, *one.also)]
            step = did_you_mean(text, names) or "press Enter where the ladder has no such role; ? lists them"
            raise ValueProblem(f"the pack has no role called `{clip(text)}`", step)
        return found.id

    def take(self, key: str, text: str | None) -> None:
        """Record an answer, or with None that there is none.

        Raises ValueProblem where it does not fit, and KeyError where the pack has no such attribute; nothing is recorded then.
        """
        if key not in {NAME, ROLE, *self.pack.attributes}:
            raise KeyError(key)
        if text is not None and key == ROLE:
            self.role(text)
        elif text is not None and key != NAME:
            self.value(key, text)
        self.answers.append(Answer(key=key, text=text))

    def back(self) -> str | None:
        """Take the last answer away; returns its key, or None where there is none."""
        return self.answers.pop().key if self.answers else None

    def next_key(self) -> str | None:
        """Return what to ask next: the name, today's role, an attribute, or None where nothing is left that can matter."""
        had = {answer.key for answer in self.answers}
        if NAME not in had and self.base.name is None:
            return NAME
        if ROLE not in had and self.base.role is None:
            return ROLE
        asks = self.asks()
        return asks[0].attribute.id if asks else None

    def evaluation(self) -> Evaluation:
        """Judge what is known so far."""
        return self._judged(self.evaluator)

    def _judged(self, evaluator: Evaluator) -> Evaluation:
        only = None if self.ahead is None else {self.ahead.id}
        return evaluator.evaluate(self.profile(), as_of=self.as_of, only=only)

    def asks(self) -> tuple[Ask, ...]:
        """Return the questions that are left.

        Those that can alone move a verdict come first, then required ones, then by weight, with what the move to the role named hangs on
        behind them; and last those that take the place of what the pack assumes, where a verdict could change by them.
        """
        evaluation = self.evaluation()
        roles = self.roles_ahead(evaluation)
        found: dict[str, Ask] = {}
        for ask in (*self._unknown(evaluation, roles), *self._of_moves(evaluation, roles), *self._assumed(evaluation, roles)):
            _merge(found, ask)
        had = {answer.key for answer in self.answers}  # today's role was asked for first
        place = {name: number for number, name in enumerate(self.pack.attributes)}

        def order(ask: Ask) -> tuple[bool, bool, bool, float, int]:
            return (ask.assumed, not ask.decisive, not ask.required, -ask.weight, place[ask.attribute.id])

        return tuple(sorted((ask for name, ask in found.items() if name not in had and name != TODAY), key=order))

    def _unknown(self, evaluation: Evaluation, roles: Iterable[str]) -> Iterator[Ask]:
        """Yield the questions of criteria that are unknown, of all roles or of those whose verdict is open."""
        for role in roles:
            result = evaluation.roles[role]
            for question in result.questions if self.everything or not result.verdict.decided else ():
                yield Ask(
                    attribute=self.pack.attributes[question.attribute],
                    decisive=question.decisive,
                    required=question.required or question.caps_at is not None,
                    weight=float(question.weight),
                    criteria=question.criteria,
                    roles=(role,),
                )

    def _of_moves(self, evaluation: Evaluation, roles: Iterable[str]) -> Iterator[Ask]:
        """Yield what the moves from today's role hang on; of roles that are not named, one that is closed is ahead no more."""
        for role in roles:
            for question in further_questions(evaluation, role, self.pack):
                if question.move is not None:
                    attribute = self.pack.attributes[question.attribute]
                    yield Ask(attribute=attribute, decisive=False, required=self.ahead is None, weight=0, criteria=(), roles=(role,))

    def _assumed(self, evaluation: Evaluation, roles: Iterable[str]) -> Iterator[Ask]:
        """Yield the questions that there would be if the pack assumed nothing, of attributes of which it does."""
        if not evaluation.assumed:
            return
        unassumed = self._judged(self._unassuming)
        for ask in self._unknown(unassumed, roles):
            if ask.attribute.id in evaluation.assumed:
                yield attrs.evolve(ask, assumed=True)

    def roles_ahead(self, evaluation: Evaluation) -> tuple[str, ...]:
        """Return the roles it is about: the one named, else those that moves lead to from today's, else all."""
        if self.ahead is not None:
            return (self.ahead.id,)
        following = tuple(dict.fromkeys(move.role.id for move in evaluation.next_roles))
        return following or tuple(evaluation.roles)

    def undecided(self) -> tuple[str, ...]:
        """Return the roles ahead whose verdict is still open."""
        evaluation = self.evaluation()
        return tuple(role for role in self.roles_ahead(evaluation) if not evaluation.roles[role].verdict.decided)

    def draft(self, head: Iterable[str]) -> Draft:
        """Return what is known as a draft; what nobody knew stands in it as a comment."""
        profile = self.profile()
        unknown = [answer.key for answer in self.answers if answer.text is None and answer.key in self.pack.attributes]
        proposals = tuple(Proposal(attribute=name, note="asked, and left open") for name in unknown if name not in profile.given)
        return attrs.evolve(draft_of(profile, head=head), proposals=proposals)


def _merge(asks: dict[str, Ask], ask: Ask) -> None:
    other = asks.get(ask.attribute.id)
    asks[ask.attribute.id] = (
        ask
        if other is None
        else attrs.evolve(
            other,
            assumed=other.assumed and ask.assumed,
            decisive=other.decisive or ask.decisive,
            required=other.required or ask.required,
            weight=other.weight + ask.weight,
            criteria=(*other.criteria, *ask.criteria),
            roles=(*other.roles, *ask.roles),
        )
    )
