"""Scales whose levels are others in the new pack: what names a level says the same where that level has another rank."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial

import attrs

from evaluator.core.attributes import Attribute, LookupTable
from evaluator.core.conditions import AttributeTest, Condition, exchanged
from evaluator.core.expressions import Expression, Gather, Literal, Lookup, Reference, TableBand, When
from evaluator.core.model import Pack
from evaluator.core.pack_conditions import with_conditions
from evaluator.core.values import Atom, Kind, ValueType

Place = tuple[str, ...]
"""What has a scale: an attribute, a field of records behind the attribute that holds them, or a lookup table behind `tables`."""
Ranks = Mapping[Place, Mapping[int, int]]
"""The rank of each level in the one pack, and the rank that stands for it, by what has the scale."""
_TABLE = "tables."
"""No attribute is called so."""


def ranks_between(old: Pack, new: Pack) -> Ranks:
    """Return the new rank of each level by its old one, for each attribute, field and table whose scale has other levels now.

    A level that is gone has a rank below zero, which no other level has.
    """
    after = _scales(new)
    pairs = ((place, before, after[place]) for place, before in _scales(old).items() if place in after)
    return {place: _ranks(before, now) for place, before, now in pairs if before != now}


def _scales(pack: Pack) -> dict[Place, tuple[str, ...]]:
    """Return the levels of all that has a scale."""
    types: dict[Place, ValueType] = {(_TABLE, name): table.type for name, table in pack.tables.items()}
    for name, attribute in pack.attributes.items():
        types[name,] = attribute.type
        types |= {(name, field): type_ for field, type_ in attribute.type.fields.items()}
    return {place: type_.options for place, type_ in types.items() if type_.kind is Kind.SCALE}


def _ranks(before: tuple[str, ...], after: tuple[str, ...]) -> dict[int, int]:
    places = {level: rank for rank, level in enumerate(after)}
    return {rank: places.get(level, -1 - rank) for rank, level in enumerate(before)}


def reversed_ranks(ranks: Ranks) -> Ranks:
    """Return the ranks the other way round."""
    return {place: {after: before for before, after in of_scale.items()} for place, of_scale in ranks.items()}


def with_ranks(condition: Condition, ranks: Ranks, records: str | None = None) -> Condition:
    """Return a condition whose tests of these scales name other ranks: of attributes, or of the fields of entries of some `records`."""

    def ranked(test: Condition) -> Condition | None:
        if not isinstance(test, AttributeTest) or test.value is None:
            return None
        of_scale = ranks.get((test.attribute,) if records is None else (records, test.attribute))
        if of_scale is None:
            return None
        if isinstance(test.value, frozenset):
            return attrs.evolve(test, value=frozenset(_rank(value, of_scale) for value in test.value))
        return attrs.evolve(test, value=_rank(test.value, of_scale))

    return exchanged(condition, ranked)


def _rank(value: Atom, of_scale: Mapping[int, int]) -> Atom:
    return of_scale.get(value, value) if isinstance(value, int) and not isinstance(value, bool) else value


def attribute_with_ranks(attribute: Attribute, ranks: Ranks) -> Attribute:
    """Return an attribute that names other ranks where nothing is stated, and in what it is computed from."""
    of_scale, absent, made = ranks.get((attribute.id,), {}), attribute.absent_means, attribute.derivation
    if isinstance(absent, int):
        attribute = attrs.evolve(attribute, absent_means=_rank(absent, of_scale))
    if made is None:
        return attribute
    return attrs.evolve(attribute, derivation=attrs.evolve(made, expression=_expression(made.expression, ranks, of_scale)))


def _expression(expression: Expression, ranks: Ranks, own: Mapping[int, int]) -> Expression:
    """Return an expression that names other ranks; `own` are those of what it gives."""
    child = partial(_expression, ranks=ranks, own={})
    match expression:
        case Literal():
            return attrs.evolve(expression, value=_rank(expression.value, own))
        case When():
            return expression.rebuilt(partial(_expression, ranks=ranks, own=own), partial(with_ranks, ranks=ranks))
        case Lookup():
            keys = ranks.get((expression.of.attribute,), {}) if isinstance(expression.of, Reference) else {}
            rows = {_rank(key, keys): _rank(gives, own) for key, gives in expression.rows.items()}
            bands = tuple(_band(band, own) for band in expression.bands)
            return attrs.evolve(expression, of=child(expression.of), rows=rows, bands=bands)
        case Gather():
            return expression.rebuilt(child, partial(with_ranks, ranks=ranks, records=expression.records))
    return expression.rebuilt(child, partial(with_ranks, ranks=ranks))


def _band(band: TableBand, own: Mapping[int, int]) -> TableBand:
    return attrs.evolve(band, gives=_rank(band.gives, own))


def table_with_ranks(table: LookupTable, ranks: Ranks) -> LookupTable:
    """Return a table that gives other ranks."""
    own = ranks.get((_TABLE, table.id), {})
    entries = (
        attrs.evolve(entry, gives=_rank(entry.gives, own), band=None if entry.band is None else _band(entry.band, own))
        for entry in table.entries
    )
    return attrs.evolve(table, entries=tuple(entries)) if own else table


def pack_with_ranks(pack: Pack, ranks: Ranks) -> Pack:
    """Return a pack that names other ranks of these scales, wherever it does."""
    return attrs.evolve(
        with_conditions(pack, lambda condition: with_ranks(condition, ranks)),
        attributes={name: attribute_with_ranks(attribute, ranks) for name, attribute in pack.attributes.items()},
        tables={name: table_with_ranks(table, ranks) for name, table in pack.tables.items()},
    )
