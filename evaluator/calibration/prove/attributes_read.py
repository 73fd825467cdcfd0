"""What conditions read once computed attributes are followed down to what a profile states."""

from __future__ import annotations

import functools
from collections.abc import Iterable

import attrs

from evaluator.core.attributes import Attribute
from evaluator.core.conditions import Condition, attributes_read, leaves
from evaluator.core.expressions import conditions_within
from evaluator.core.model import Criterion, Pack, Role
from evaluator.core.ready_for import flag_of


def computed(attribute: Attribute) -> bool:
    """Whether an attribute is only ever computed."""
    return attribute.derivation is not None and not attribute.may_be_given


@attrs.frozen(slots=False, kw_only=True)
class AttributesRead:
    """The attributes of a pack by what they are computed from."""

    pack: Pack

    @functools.cached_property
    def _inputs(self) -> dict[str, frozenset[str]]:
        result = {name: frozenset({name}) for name, attribute in self.pack.attributes.items() if not computed(attribute)}
        for derived_attribute in self.pack.derived_attributes:
            if computed(derived_attribute) and derived_attribute.derivation is not None:
                result[derived_attribute.id] = frozenset().union(*(result[name] for name in derived_attribute.derivation.expression.inputs))
        for role in self.pack.ready_order:
            conditions = [condition for criterion in role.criteria for condition in criterion.conditions]
            result[flag_of(role.id)] = frozenset().union(*(result[name] for name in attributes_read(conditions)))
        return result

    def stated(self, conditions: Iterable[Condition]) -> tuple[str, ...]:
        """Return the attributes that a profile has to state for the conditions to be decided, in the order of the pack."""
        names = frozenset().union(*(self._inputs[name] for name in attributes_read(conditions)))
        return tuple(name for name in self.pack.attributes if name in names)

    def stated_for(self, name: str) -> frozenset[str]:
        """Return what a profile has to state for an attribute."""
        return self._inputs[name]

    def expected(self, conditions: Iterable[Condition]) -> bool:
        """Whether the pack expects anything of what conditions hang on together with other attributes."""
        return bool(self._expectations & set(self.stated(conditions)))

    @functools.cached_property
    def _expectations(self) -> frozenset[str]:
        return frozenset().union(*self._expected_together)

    def of_criterion(self, criterion: Criterion) -> frozenset[str]:
        """Return what a criterion hangs on."""
        return frozenset(self.stated(criterion.conditions))

    def related(self, criterion: Criterion, two: Criterion) -> bool:
        """Whether criteria hang on the same, or on what the pack expects something of together; nothing else lets one imply the other."""
        reached = self.of_criterion(criterion)
        while wider := {name for linked in self._expected_together if linked & reached for name in linked} - reached:
            reached |= wider
        return bool(reached & self.of_criterion(two))

    @functools.cached_property
    def _expected_together(self) -> tuple[frozenset[str], ...]:
        return tuple(frozenset(self.stated([expectation.expect])) for expectation in self.pack.plausible)

    def of_role(self, role: Role) -> tuple[str, ...]:
        """Return what a role hangs on."""
        return self.stated(condition for criterion in role.criteria for condition in criterion.conditions)

    def may_be_unknown(self, criterion: Criterion) -> bool:
        """Whether a criterion may come out unknown although all is stated: it reads what is computed, or may be missing."""
        names = criterion.attributes_read
        attributes = self.pack.attributes
        return any(computed(attributes[name]) or attributes[name].ready_for or name in self.may_miss for name in names)

    @functools.cached_property
    def may_miss(self) -> frozenset[str]:
        """The stated attributes whose being known is itself tested, and that the pack assumes no value for."""
        conditions = [condition for role in self.pack.roles.values() for criterion in role.criteria for condition in criterion.conditions]
        conditions += [
            condition
            for derived_attribute in self.pack.derived_attributes
            if derived_attribute.derivation is not None
            for condition in conditions_within(derived_attribute.derivation.expression)
        ]
        tested = {test.attribute for condition in conditions for test in leaves(condition) if test.of_presence}
        names = frozenset().union(*(self._inputs[name] for name in tested))
        return frozenset(name for name in names if self.pack.attributes[name].absent_means is None)
