"""A pack for frames without records: what is gathered from them stays unknown, since no column holds entries."""

from __future__ import annotations

import attrs

from evaluator.engines.columns.plan import gathers
from evaluator.expressions import Calculation, Clamp, Expression, Floor, Gather, Lookup, Operation, Reference, Round, When
from evaluator.model import Attribute, Pack


def without_records(pack: Pack) -> Pack:
    """Return the pack with what is gathered from records left unknown: no column holds records."""
    attributes = {name: _without_records(attribute) for name, attribute in pack.attributes.items()}
    return attrs.evolve(pack, attributes=attributes)


def _without_records(attribute: Attribute) -> Attribute:
    if attribute.derivation is None or not gathers(attribute.derivation.expression):
        return attribute
    return attrs.evolve(attribute, derivation=attrs.evolve(attribute.derivation, expression=_ungathered(attribute.derivation.expression)))


def _ungathered(expression: Expression) -> Expression:
    if isinstance(expression, Gather):
        return Calculation(operation=Operation.SUM, parts=(Reference(attribute=expression.records),))
    if isinstance(expression, Calculation):
        return attrs.evolve(expression, parts=tuple(_ungathered(part) for part in expression.parts))
    if isinstance(expression, When):
        branches = tuple((condition, _ungathered(value)) for condition, value in expression.branches)
        return attrs.evolve(expression, branches=branches, otherwise=_ungathered(expression.otherwise))
    if isinstance(expression, Floor | Clamp | Round | Lookup):
        return attrs.evolve(expression, of=_ungathered(expression.of))
    return expression
