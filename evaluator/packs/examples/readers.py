"""Who reads an attribute, directly or through what is derived from it: criteria, and with them roles, and moves."""

from __future__ import annotations

import attrs

from evaluator.core.conditions import attributes_read
from evaluator.core.model import Criterion, Move, Pack


@attrs.frozen(kw_only=True)
class Readers:
    """What hangs on an attribute: the attribute with those derived from it, and the criteria and moves whose conditions read one."""

    names: frozenset[str]
    criteria: tuple[Criterion, ...]
    moves: tuple[Move, ...]

    @property
    def roles(self) -> tuple[str, ...]:
        """The roles of the criteria, each once."""
        return tuple(dict.fromkeys(criterion.role for criterion in self.criteria))

    @property
    def origins(self) -> tuple[str, ...]:
        """The roles that the moves lead out of, each once."""
        return tuple(dict.fromkeys(move.origin for move in self.moves))


def readers(pack: Pack, name: str) -> Readers:
    """Return what hangs on an attribute."""
    touched = {name}
    for attribute in pack.derived_attributes:
        if attribute.derivation and touched.intersection(attribute.derivation.expression.inputs):
            touched.add(attribute.id)
    criteria = (criterion for role in pack.judged_roles for criterion in role.criteria)
    return Readers(
        names=frozenset(touched),
        criteria=tuple(criterion for criterion in criteria if touched.intersection(criterion_reads(criterion))),
        moves=tuple(move for move in pack.moves if move.when is not None and touched.intersection(attributes_read([move.when]))),
    )


def criterion_reads(criterion: Criterion) -> tuple[str, ...]:
    """Return the attributes that a criterion's conditions read."""
    return attributes_read(criterion.all_conditions)
