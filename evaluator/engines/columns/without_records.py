"""A pack for frames without records: what is gathered from them stays unknown, since no column holds entries."""

from __future__ import annotations

import attrs

from evaluator.core.attributes import Attribute
from evaluator.core.expressions import Calculation, Expression, Operation, Reference, unchanged
from evaluator.core.model import Pack


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
    if expression.records is not None:
        return Calculation(operation=Operation.SUM, parts=(Reference(attribute=expression.records),))
    return expression.rebuilt(ungathered, unchanged)
