"""A pack for frames without records: what is gathered from them stays unknown, since no column holds entries."""

from __future__ import annotations

import attrs

from evaluator.core.expressions import Calculation, Clamp, Expression, Floor, Gather, Lookup, Operation, Reference, Round, When
from evaluator.core.model import Attribute, Pack


def without_records(pack: Pack) -> Pack:
    """Return the pack with what is gathered from records left unknown: no column holds records."""
    attributes = {name: _without_records(attribute) for name, attribute in pack.attributes.items()}
    return attrs.evolve(pack, attributes=attributes)


def _without_records(attribute: Attribute) -> Attribute:
    if attribute.derivation is None:
        return attribute
    return attrs.evolve(attribute, derivation=attrs.evolve(attribute.derivation, expression=ungathered(attribute.derivation.expression)))


def ungathered(expression: Expression) -> Expression:
    """Return an expression with each operator over records replaced by one that is unknown where they are."""
    if isinstance(expression, Gather):
        return Calculation(operation=Operation.SUM, parts=(Reference(attribute=expression.records),))
    if isinstance(expression, Calculation):
        return attrs.evolve(expression, parts=tuple(ungathered(part) for part in expression.parts))
    if isinstance(expression, When):
        branches = tuple((condition, ungathered(value)) for condition, value in expression.branches)
        return attrs.evolve(expression, branches=branches, otherwise=ungathered(expression.otherwise))
    if isinstance(expression, Floor | Clamp | Round | Lookup):
        return attrs.evolve(expression, of=ungathered(expression.of))
    return expression
