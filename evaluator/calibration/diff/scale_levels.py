"""Scales whose levels are others in the new pack: what names a level says the same where that level has another rank."""

from __future__ import annotations

from collections.abc import Mapping

import attrs

from evaluator.core.attributes import Attribute
from evaluator.core.conditions import AttributeTest, Condition
from evaluator.core.model import Pack
from evaluator.core.pack_conditions import with_conditions
from evaluator.core.values import Atom, Kind

Ranks = Mapping[str, Mapping[int, int]]
"""By attribute: the rank of each level in the one pack, and the rank that stands for it."""


def ranks_between(old: Pack, new: Pack) -> Ranks:
    """Return the new rank of each level by its old one, for each attribute whose scale has other levels now.

    A level that is gone has a rank below zero, which no other level has.
    """
    ranks: dict[str, Mapping[int, int]] = {}
    for name, before in old.attributes.items():
        after = new.attributes.get(name)
        if after is None or not before.kind is after.kind is Kind.SCALE or before.type.options == after.type.options:
            continue
        places = {level: rank for rank, level in enumerate(after.type.options)}
        ranks[name] = {rank: places.get(level, -1 - rank) for rank, level in enumerate(before.type.options)}
    return ranks


def reversed_ranks(ranks: Ranks) -> Ranks:
    """Return the ranks the other way round."""
    return {name: {after: before for before, after in of_scale.items()} for name, of_scale in ranks.items()}


def with_ranks(condition: Condition, ranks: Ranks) -> Condition:
    """Return a condition whose tests of these scales name other ranks."""
    if not isinstance(condition, AttributeTest):
        return attrs.evolve(condition, parts=tuple(with_ranks(part, ranks) for part in condition.parts))
    of_scale = ranks.get(condition.attribute)
    if of_scale is None or condition.value is None:
        return condition
    if isinstance(condition.value, frozenset):
        return attrs.evolve(condition, value=frozenset(_rank(value, of_scale) for value in condition.value))
    return attrs.evolve(condition, value=_rank(condition.value, of_scale))


def _rank(value: Atom, of_scale: Mapping[int, int]) -> Atom:
    return of_scale.get(value, value) if isinstance(value, int) else value


def attribute_with_ranks(attribute: Attribute, ranks: Ranks) -> Attribute:
    """Return an attribute that has another rank where nothing is stated."""
    of_scale, absent = ranks.get(attribute.id), attribute.absent_means
    return attribute if of_scale is None or not isinstance(absent, int) else attrs.evolve(attribute, absent_means=_rank(absent, of_scale))


def pack_with_ranks(pack: Pack, ranks: Ranks) -> Pack:
    """Return a pack that names other ranks of these scales; what its attributes are computed from stays."""
    attributes = {name: attribute_with_ranks(attribute, ranks) for name, attribute in pack.attributes.items()}
    return attrs.evolve(with_conditions(pack, lambda condition: with_ranks(condition, ranks)), attributes=attributes)
