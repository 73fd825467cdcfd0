"""A pack with another value at a threshold, wherever that value is read, and everything else as it is."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import Any

import attrs

from evaluator.core.attributes import LookupTable, TableEntry
from evaluator.core.conditions import AtLeastOf, AttributeTest, Condition, NamedCondition, exchanged
from evaluator.core.expressions import Expression, Lookup
from evaluator.core.model import Band, Criterion, Move, Pack, Role
from evaluator.core.pack_conditions import with_conditions, with_expressions
from evaluator.diagnostics import Span
from evaluator.packs.thresholds import GIVES, LOWER, Cap, Setting, TableCell, Test, Threshold, ThresholdKey, path_of_test


def with_value(pack: Pack, threshold: Threshold, value: Setting) -> Pack:
    """Return the pack with a threshold set to another value, everything else as it is; its name, version and hash too."""
    owner = threshold.owner
    if isinstance(owner, LookupTable) and isinstance(threshold.test, TableCell):
        return _with_cell(pack, owner.id, threshold.test, value)
    if isinstance(owner, Criterion):
        return _of_criterion(pack, threshold, owner, value)
    if isinstance(owner, NamedCondition):
        new = _moved(threshold, value)
        return with_conditions(pack, lambda condition: _exchanged(condition, threshold.test, new))
    changed = _changed(threshold, value)
    if isinstance(owner, Move):
        return attrs.evolve(pack, moves=tuple(changed if move.key == owner.key else move for move in pack.moves))
    bands = pack.bands if threshold.track is None else pack.tracks_with_bands[threshold.track].bands
    name = owner.verdict if isinstance(owner, Band) else ""
    return pack.with_bands(threshold.track, tuple(changed if band.verdict == name else band for band in bands))


def _of_criterion(pack: Pack, threshold: Threshold, owner: Criterion, value: Setting) -> Pack:
    if not owner.policy and pack.roles[owner.role].row is not None:
        return _with_place(pack, threshold, value)
    changed = _changed(threshold, value)
    if owner.policy:
        return with_policy(pack, changed)
    role = pack.roles[owner.role]
    criteria = tuple(changed if criterion.id == owner.id else criterion for criterion in role.criteria)
    return attrs.evolve(pack, roles={**pack.roles, role.id: attrs.evolve(role, criteria=criteria)})


def _with_cell(pack: Pack, name: str, cell: TableCell, value: Setting) -> Pack:
    """Return the pack with another value in a cell of a lookup table, wherever the table is looked up."""
    table = pack.tables[name]
    moved = [(cell.entry, cell.cell), *([] if cell.meets is None else [cell.meets])]
    entries = list(table.entries)
    for entry, end in moved:
        index = table.entries.index(entry)
        entries[index] = _set_cell(entries[index], end, value)

    def changed(expression: Expression) -> Expression:
        if not isinstance(expression, Lookup) or expression.table != name:
            return expression
        if expression.bands:
            return attrs.evolve(expression, bands=tuple(entry.band for entry in entries if entry.band is not None))
        return attrs.evolve(expression, rows={key: entry.gives for key, entry in zip(expression.rows, entries, strict=True)})

    tables = {**pack.tables, name: attrs.evolve(table, entries=tuple(entries))}
    return with_expressions(attrs.evolve(pack, tables=tables), changed)


def _set_cell(entry: TableEntry, cell: str, value: Setting) -> TableEntry:
    new: Any = value
    if cell == GIVES:
        return attrs.evolve(entry, gives=new, band=None if entry.band is None else attrs.evolve(entry.band, gives=new))
    end = {"lowest": new} if cell in LOWER else {"highest": new}
    return entry if entry.band is None else attrs.evolve(entry, band=attrs.evolve(entry.band, **end))


def place_of_value(threshold: Threshold) -> Span:
    """Return where the value of a threshold is written: of a test, the test with its value, unless that is a cell of a table."""
    if isinstance(threshold.test, Cap):
        return threshold.test.criterion.places[ThresholdKey.CAPS_AT]
    if isinstance(threshold.test, TableCell):
        return threshold.test.span
    return (isinstance(threshold.test, AtLeastOf) and threshold.test.number) or threshold.test.span


def criteria_at(pack: Pack, place: Span) -> tuple[Criterion, ...]:
    """Return the criteria of a pack that have a value which is written at a place, as all roles of a table have those of its template."""

    def there(condition: Condition) -> bool:
        own = isinstance(condition, AttributeTest | AtLeastOf) and place in {condition.span, getattr(condition, "number", None)}
        return own or (not isinstance(condition, AttributeTest) and any(map(there, condition.parts)))

    every = (criterion for role in pack.roles.values() for criterion in role.criteria)
    return tuple(one for one in every if place in one.places.values() or any(map(there, one.all_conditions)))


def _with_place(pack: Pack, threshold: Threshold, value: Setting) -> Pack:
    """Return the pack with another value wherever the one that is written at the place of a threshold is read."""
    place = place_of_value(threshold)

    def changed(condition: Condition) -> Condition:
        if isinstance(condition, AttributeTest):
            return attrs.evolve(condition, value=value) if condition.span == place and condition.other is None else condition
        if isinstance(condition, AtLeastOf) and condition.number == place:
            number: Any = value
            condition = condition.at_share(number) if condition.share is not None else attrs.evolve(condition, count=number)
        return attrs.evolve(condition, parts=tuple(map(changed, condition.parts)))

    def of_role(role: Role) -> Role:
        moved = [{key: value for key in ("weight", "caps_at") if one.places.get(key) == place} for one in role.criteria]
        evolve: Callable[..., Criterion] = attrs.evolve
        return attrs.evolve(role, criteria=tuple(evolve(one, **new) for one, new in zip(role.criteria, moved, strict=True)))

    return with_conditions(attrs.evolve(pack, roles={name: of_role(role) for name, role in pack.roles.items()}), changed)


def with_policy(pack: Pack, changed: Criterion) -> Pack:
    """Return the pack with a policy in another form, for every role that it holds for."""

    def other(criterion: Criterion) -> Criterion:
        mine = criterion.policy and criterion.id == changed.id
        return attrs.evolve(changed, role=criterion.role) if mine else criterion

    policies = tuple(attrs.evolve(policy, criterion=other(policy.criterion)) for policy in pack.policies)
    roles = {name: attrs.evolve(role, criteria=tuple(map(other, role.criteria))) for name, role in pack.roles.items()}
    return attrs.evolve(pack, roles=roles, policies=policies)


def _changed(threshold: Threshold, value: Setting) -> Any:  # noqa: ANN401 - the owner's own type
    """Return what a threshold belongs to, with the threshold set to another value."""
    evolve: Callable[..., Any] = attrs.evolve
    if isinstance(threshold.test, Cap):
        return evolve(threshold.owner, caps_at=value)
    condition = _exchanged(getattr(threshold.owner, threshold.where), threshold.test, _moved(threshold, value))
    return evolve(threshold.owner, **{str(threshold.where): condition})


def _moved(threshold: Threshold, value: Setting) -> Condition:
    """Return the test of a threshold with another value."""
    evolve: Callable[..., Any] = attrs.evolve
    if isinstance(threshold.test, AtLeastOf) and threshold.is_share and isinstance(value, int | Fraction):
        return threshold.test.at_share(value)
    moved: Condition = evolve(threshold.test, **{"count" if isinstance(threshold.test, AtLeastOf) else "value": value})
    return moved


def _exchanged(condition: Condition, old: Test, new: Condition) -> Condition:
    """Put one part of a condition, found by its place in the file, in the place of another."""

    def put(part: Condition) -> Condition | None:
        there = type(part) is type(old) and part.span == old.span and _words_of(part) == _words_of(old)
        return attrs.evolve(new, named=part.named) if there else None

    return exchanged(condition, put)


def _words_of(condition: Condition | Test) -> str:
    return path_of_test(condition) if isinstance(condition, AttributeTest | AtLeastOf) else ""
