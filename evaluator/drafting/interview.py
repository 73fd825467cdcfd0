"""The interview: which question comes next, worked out anew after each answer, until what lies ahead is decided."""

from __future__ import annotations

import datetime
from collections.abc import Iterable

import attrs

from evaluator.diagnostics import did_you_mean
from evaluator.drafting.answers import answered
from evaluator.drafting.draft import Draft, Proposal, draft_of
from evaluator.model import Attribute, Pack, Profile, Role
from evaluator.readiness import Evaluator
from evaluator.results import Evaluation
from evaluator.values import Value, ValueProblem, clip

NAME, ROLE = "@name", "@role"
"""The keys of the two questions that ask for no attribute: the person's name and today's role."""


@attrs.frozen(kw_only=True)
class Answer:
    """An answer as it was typed; `text` is None where the question was skipped, or nobody knew."""

    key: str
    text: str | None


@attrs.frozen(kw_only=True)
class Ask:
    """A question that can still matter: for which criteria of which roles, and whether its answer alone can move a verdict."""

    attribute: Attribute
    decisive: bool
    required: bool
    weight: float
    criteria: tuple[str, ...]
    roles: tuple[str, ...]


@attrs.define(kw_only=True)
class Interview:
    """An interview about one person; `base` is what was known before it, `ahead` the role it is held for, None for those ahead.

    With `everything` it goes on past what decides the verdicts, to every open question of these roles.
    """

    evaluator: Evaluator
    base: Profile
    ahead: Role | None
    as_of: datetime.date
    everything: bool = False
    answers: list[Answer] = attrs.field(factory=list)

    @property
    def pack(self) -> Pack:
        """The pack whose questions are asked."""
        return self.evaluator.pack

    def profile(self) -> Profile:
        """Return what is known so far."""
        said = {one.key: one.text for one in self.answers if one.text is not None}
        given = dict(self.base.given)
        given |= {key: self.value(key, text) for key, text in said.items() if key not in {NAME, ROLE}}
        role = self.role(said[ROLE]) if ROLE in said else self.base.role
        return attrs.evolve(self.base, name=said.get(NAME, self.base.name), role=role, as_of=self.as_of, given=given)

    def value(self, key: str, text: str) -> Value:
        """Return the value of an answer about an attribute; raises ValueProblem."""
        return answered(self.pack, self.pack.attributes[key], text)

    def role(self, text: str) -> str:
        """Return the id of a role by any of its names; raises ValueProblem."""
        found = self.pack.find_role(text)
        if found is None:
            names = [name for one in self.pack.roles.values() for name in (one.title, *one.also)]
            step = did_you_mean(text, names) or "press Enter where the ladder has no such role; ? lists them"
            raise ValueProblem(f"the pack has no role called `{clip(text)}`", step)
        return found.id

    def options(self, key: str) -> tuple[str, ...]:
        """Return the options of what is asked, if it has any."""
        return self.pack.attributes[key].type.options if key in self.pack.attributes else ()

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
        had = {one.key for one in self.answers}
        if NAME not in had and self.base.name is None:
            return NAME
        if ROLE not in had and self.base.role is None:
            return ROLE
        asks = self.asks()
        return asks[0].attribute.id if asks else None

    def evaluation(self) -> Evaluation:
        """Judge what is known so far."""
        only = None if self.ahead is None else {self.ahead.id}
        return self.evaluator.evaluate(self.profile(), as_of=self.as_of, only=only)

    def asks(self) -> tuple[Ask, ...]:
        """Return the questions that are left, those first that can alone move a verdict, then required ones, then by weight."""
        evaluation = self.evaluation()
        found: dict[str, Ask] = {}
        for role in self.roles_ahead(evaluation):
            result = evaluation.roles[role]
            for question in result.questions if self.everything or not result.verdict.decided else ():
                made = Ask(
                    attribute=self.pack.attributes[question.attribute],
                    decisive=question.decisive,
                    required=question.required,
                    weight=float(question.weight),
                    criteria=question.criteria,
                    roles=(role,),
                )
                _merge(found, made)
        for move in () if self.ahead else evaluation.next_roles:
            for name in move.asks:
                attribute = self.pack.attributes[name]
                _merge(found, Ask(attribute=attribute, decisive=False, required=True, weight=0, criteria=(), roles=(move.role.id,)))
        had = {one.key for one in self.answers}
        place = {name: number for number, name in enumerate(self.pack.attributes)}
        left = (ask for name, ask in found.items() if name not in had)
        return tuple(sorted(left, key=lambda ask: (not ask.decisive, not ask.required, -ask.weight, place[ask.attribute.id])))

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
        unknown = [one.key for one in self.answers if one.text is None and one.key in self.pack.attributes]
        proposals = tuple(Proposal(attribute=name, note="asked, and left open") for name in unknown if name not in profile.given)
        return attrs.evolve(draft_of(profile, head=head), proposals=proposals)


def _merge(found: dict[str, Ask], ask: Ask) -> None:
    other = found.get(ask.attribute.id)
    found[ask.attribute.id] = (
        ask
        if other is None
        else attrs.evolve(
            other,
            decisive=other.decisive or ask.decisive,
            required=other.required or ask.required,
            weight=other.weight + ask.weight,
            criteria=(*other.criteria, *ask.criteria),
            roles=(*other.roles, *ask.roles),
        )
    )
