"""What a change would do: a person judged as they are and as they would be, and what differs."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from functools import cached_property

import attrs

from evaluator.core.attributes import Attribute
from evaluator.core.model import Pack, Profile, Role
from evaluator.core.results import CriterionResult, Evaluation, RoleResult
from evaluator.core.values import Value
from evaluator.engines.readiness import Evaluator


@attrs.frozen(kw_only=True)
class Changed:
    """An attribute before and after; None where it is unknown. `set` says whether it was asked for or follows from what was."""

    attribute: Attribute
    before: Value | None
    after: Value | None
    asked: bool


@attrs.frozen(kw_only=True)
class RoleChange:
    """One role before and after, and the criteria whose state differs."""

    role: Role
    before: RoleResult
    after: RoleResult
    criteria: tuple[tuple[CriterionResult, CriterionResult], ...]

    @property
    def moved(self) -> bool:
        """Whether the verdict or the score differs."""
        return (self.before.verdict, self.before.score) != (self.after.verdict, self.after.score)


@attrs.frozen(slots=False, kw_only=True)
class WhatIf:
    """A person judged twice: as the profile says, and with some values exchanged, or taken out where None."""

    pack: Pack
    profile: Profile
    values: Mapping[str, Value | None]
    as_of: datetime.date
    engine: str = "reference"

    @cached_property
    def before(self) -> Evaluation:
        """The evaluation as things are."""
        return self._evaluator.evaluate(self.profile, as_of=self.as_of)

    @cached_property
    def after(self) -> Evaluation:
        """The evaluation as they would be."""
        given = {name: value for name, value in {**self.profile.given, **self.values}.items() if value is not None}
        return self._evaluator.evaluate(attrs.evolve(self.profile, given=given), as_of=self.as_of)

    @cached_property
    def _evaluator(self) -> Evaluator:
        return Evaluator(self.pack, engine=self.engine)

    @property
    def attributes(self) -> tuple[Changed, ...]:
        """Every attribute whose value differs: those that were asked for first, then those that follow."""
        old, new = self.before.facts, self.after.facts
        names = [*self.values, *(name for name in self.pack.attributes if name not in self.values and old.get(name) != new.get(name))]
        return tuple(
            Changed(attribute=self.pack.attributes[name], before=old.get(name), after=new.get(name), asked=name in self.values)
            for name in names
        )

    def roles(self, wanted: Sequence[Role] | None = None) -> tuple[RoleChange, ...]:
        """Return the roles of which something differs, or the wanted ones whatever differs."""
        role_changes = [self._role(role) for role in (self.pack.judged_roles if wanted is None else wanted)]
        return tuple(role_change for role_change in role_changes if wanted is not None or role_change.moved or role_change.criteria)

    def _role(self, role: Role) -> RoleChange:
        before, after = self.before.roles[role.id], self.after.roles[role.id]
        pairs = zip(before.criteria, after.criteria, strict=True)
        return RoleChange(
            role=role,
            before=before,
            after=after,
            criteria=tuple((criterion_result, other) for criterion_result, other in pairs if criterion_result.state is not other.state),
        )
