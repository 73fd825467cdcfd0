"""Every condition of a pack, wherever it stands: gone through, and exchanged."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import attrs

from evaluator.core.attributes import Attribute
from evaluator.core.conditions import Condition, names_used
from evaluator.core.expressions import Expression, within
from evaluator.core.model import Criterion, Move, Pack, Policy

Change = Callable[[Condition], Condition]


def every_condition(pack: Pack) -> Iterator[Condition]:
    """Yield the conditions over attributes of roles, policies, moves, expectations and computed attributes, those of entries too."""
    yield from pack.conditions
    for policy in pack.policies:
        yield from policy.criterion.all_conditions
    yield from (expectation.expect for expectation in pack.plausible)
    for expression in pack.expressions():
        yield from expression.conditions


def uses_of(pack: Pack, name: str) -> tuple[Criterion | Policy | Move | Attribute, ...]:
    """Return what uses a named condition, by way of others too, each once and in the order of the pack."""

    def using(*conditions: Condition | None) -> bool:
        return any(one.id == name for condition in conditions if condition is not None for one in names_used(condition))

    own = (criterion for role in pack.roles.values() for criterion in role.criteria if not criterion.policy)
    derived = [(attribute, attribute.derivation) for attribute in pack.attributes.values()]
    return (
        *(criterion for criterion in own if using(*criterion.all_conditions)),
        *(policy for policy in pack.policies if using(*policy.criterion.all_conditions)),
        *(move for move in pack.moves if using(move.when)),
        *(
            attribute
            for attribute, derivation in derived
            if derivation is not None and using(*(one for inner in within(derivation.expression) for one in inner.conditions))
        ),
    )


def with_conditions(pack: Pack, change: Change) -> Pack:
    """Return a pack with another condition in the place of each that it states, those among its named conditions too."""

    def of_criterion(criterion: Criterion) -> Criterion:
        when, applies, almost = criterion.when, criterion.applies_when, criterion.almost
        return attrs.evolve(
            criterion,
            when=change(when),
            applies_when=None if applies is None else change(applies),
            almost=None if almost is None else change(almost),
        )

    roles = {
        name: attrs.evolve(role, criteria=tuple(map(of_criterion, role.criteria))) if role.criteria else role
        for name, role in pack.roles.items()
    }
    return attrs.evolve(
        pack,
        roles=roles,
        policies=tuple(attrs.evolve(policy, criterion=of_criterion(policy.criterion)) for policy in pack.policies),
        moves=tuple(move if move.when is None else attrs.evolve(move, when=change(move.when)) for move in pack.moves),
        plausible=tuple(attrs.evolve(expectation, expect=change(expectation.expect)) for expectation in pack.plausible),
        named_conditions={name: attrs.evolve(named, when=change(named.when)) for name, named in pack.named_conditions.items()},
        attributes=with_expressions(pack, lambda expression: expression, change).attributes,
    )


def with_expressions(pack: Pack, change: Callable[[Expression], Expression], of_condition: Change = lambda condition: condition) -> Pack:
    """Return a pack with another expression in the place of each in its computed attributes; what stands inside is changed first."""

    def changed(expression: Expression) -> Expression:
        return change(expression.rebuilt(changed, of_condition))

    def of_attribute(attribute: Attribute) -> Attribute:
        if attribute.derivation is None:
            return attribute
        expression = changed(attribute.derivation.expression)
        if expression == attribute.derivation.expression:
            return attribute
        return attrs.evolve(attribute, derivation=attrs.evolve(attribute.derivation, expression=expression))

    attributes = {name: of_attribute(attribute) for name, attribute in pack.attributes.items()}
    same = all(attributes[name] is attribute for name, attribute in pack.attributes.items())
    return pack if same else attrs.evolve(pack, attributes=attributes)
