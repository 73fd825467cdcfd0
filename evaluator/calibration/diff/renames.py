"""Two packs → what has only been renamed between them, and the old pack with its names as they are now."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from functools import cache
from typing import Any

import attrs

from evaluator.calibration.diff.conditions import canonical
from evaluator.core.attributes import Attribute, LookupTable, TableEntry
from evaluator.core.conditions import OF_PERSON, AttributeTest, ConditionName
from evaluator.core.current_role import CURRENT_ROLE, CURRENT_TRACK, with_todays_role
from evaluator.core.effort import Accrual
from evaluator.core.expressions import Gather, Lookup, Reference, Since
from evaluator.core.model import ROLE, Criterion, Move, Pack, Policy, Role, TieBreaker, Track
from evaluator.core.ready_for import READY_FOR, flag_of, with_ready_for
from evaluator.core.values import ValueType
from evaluator.diagnostics import Span
from evaluator.reading.references import Sort

Names = Mapping[tuple[Sort, str], str]
"""The new name of each thing that has one, by its sort and old name."""


@attrs.frozen(kw_only=True)
class Renamed:
    """Something that two packs say alike, under two names."""

    sort: Sort
    before: Attribute | Role | Track | LookupTable
    after: Attribute | Role | Track | LookupTable


def renames(old: Pack, new: Pack) -> tuple[Renamed, ...]:
    """Return what has another name in the new pack and says the same: attributes, lookup tables, tracks and roles.

    What says the same but for names that changed as well is found too.
    """
    found: dict[tuple[Sort, str], Renamed] = {}
    while True:
        names = names_of(found.values())
        more = [one for one in _found(old, new, names) if (one.sort, one.before.id) not in found]
        if not more:
            return tuple(found.values())
        found |= {(one.sort, one.before.id): one for one in more}


def read_by_both(old: Pack, new: Pack) -> tuple[Pack, Pack]:
    """Return two packs for people: the old one with the names of the new one, and both read either name where people state it."""
    names = names_of(renames(old, new))
    former = {before: after for (sort, before), after in names.items() if sort is Sort.ATTRIBUTE and before not in new.attributes}
    roles = {after: before for (sort, before), after in names.items() if sort is Sort.ROLE and before not in new.role_names}
    renamed = with_names(old, names)
    if names:  # files are read by their names, which are those of roles
        ordered = {name: renamed.roles[name] for name in (*new.roles, *renamed.roles) if name in renamed.roles}
        renamed = _with_implied(attrs.evolve(renamed, roles=ordered), old)
    return _with_former(renamed, former, roles), _with_former(new, former, roles)


def _with_former(pack: Pack, former: Mapping[str, str], roles: Mapping[str, str]) -> Pack:
    if not former and not roles:
        return pack
    more = {name: attrs.evolve(role, also=(*role.also, roles[name])) if name in roles else role for name, role in pack.roles.items()}
    return attrs.evolve(pack, former_names={**pack.former_names, **former}, roles=more)


def names_of(found: Iterable[Renamed]) -> dict[tuple[Sort, str], str]:
    """Return the new names of what was renamed."""
    return {(one.sort, one.before.id): one.after.id for one in found}


def _found(old: Pack, new: Pack, names: Names) -> Iterator[Renamed]:
    shared = {sort: {name for kind, name in names if kind is sort} for sort in Sort}
    taken = {(sort, name) for (sort, _), name in names.items()}

    def gone(sort: Sort, before: Mapping[str, Any], after: Mapping[str, Any]) -> tuple[list[Any], list[Any]]:
        left = [thing for name, thing in before.items() if name not in after and name not in shared[sort]]
        come = [thing for name, thing in after.items() if name not in before and (sort, name) not in taken]
        return left, come

    for sort, before, after, says in (
        (Sort.ATTRIBUTE, old.declared_attributes, new.declared_attributes, _attribute_says),
        (Sort.TABLE, old.tables, new.tables, _table_says),
        (Sort.TRACK, {track.id: track for track in old.tracks}, {track.id: track for track in new.tracks}, _track_says),
        (Sort.ROLE, old.roles, new.roles, _role_says),
    ):
        left, come = gone(sort, before, after)
        for one, other in _paired(left, come, sort, names, says):
            yield Renamed(sort=sort, before=one, after=other)


def _paired(
    left: Sequence[Any], come: Sequence[Any], sort: Sort, names: Names, says: Callable[[Any], tuple[Hashable, ...]]
) -> Iterator[tuple[Any, Any]]:
    """Pair what says the same, first in everything, then in what people are judged by; what says nothing of that is paired with nothing."""
    right = list(come)
    for strict in (True, False) if right else ():
        for one in list(left):
            partner = next((other for other in right if _same(one, other, sort, names, says, strict=strict)), None)
            if partner is not None:
                right.remove(partner)
                left = [thing for thing in left if thing is not one]
                yield one, partner


def _same(  # noqa: PLR0913 - two things, and how they are compared
    one: Any,  # noqa: ANN401 - a role, an attribute, a track or a table
    other: Any,  # noqa: ANN401 - the same
    sort: Sort,
    names: Names,
    says: Callable[[Any], tuple[Hashable, ...]],
    *,
    strict: bool,
) -> bool:
    """Whether two things say the same once the one has the other's name, within itself too."""
    before, after = says(_renamed(one, {**names, (sort, one.id): other.id})), says(other)
    return before == after if strict else before[-1] == after[-1] is not None


def _attribute_says(attribute: Attribute) -> tuple[Hashable, ...]:
    judged = (attribute.type, attribute.derivation, attribute.absent_means, attribute.may_be_given)
    return ((_plain(judged), attribute.title, attribute.question), None)


def _table_says(table: LookupTable) -> tuple[Hashable, ...]:
    return ((_plain(table.type), tuple((entry.key, entry.gives, entry.band) for entry in table.entries)), None)


def _track_says(track: Track) -> tuple[Hashable, ...]:
    return ((track.title, track.cumulative, _plain(track.bands)), None)


def _role_says(role: Role) -> tuple[Hashable, ...]:
    counted = Counter((canonical(one.when), one.required, one.weight, one.caps_at) for one in role.criteria)
    asked = frozenset(counted.items())
    kind = (role.destination, role.entry, role.interim, role.held_only)
    return ((role.shared_title or role.title, role.track, role.rung, kind, asked), asked or None)


def with_names(pack: Pack, names: Names) -> Pack:
    """Return a pack with some of its names exchanged for others, wherever they are used."""
    if not names:
        return pack
    return _with_implied(_renamed(pack, names), pack)


def _with_implied(renamed: Pack, pack: Pack) -> Pack:
    """Return a pack with what follows from its roles as they are called now, where the pack that it was made of has that."""
    span = next((attribute.span for attribute in pack.attributes.values() if attribute.implied), None)
    declared = attrs.evolve(renamed, attributes=dict(renamed.declared_attributes))
    return declared if span is None else with_ready_for(with_todays_role(declared, span), span)


_OF: dict[type, dict[str, Sort]] = {
    AttributeTest: {"attribute": Sort.ATTRIBUTE, "other": Sort.ATTRIBUTE},
    Reference: {"attribute": Sort.ATTRIBUTE},
    Since: {"of": Sort.ATTRIBUTE},
    Gather: {"records": Sort.ATTRIBUTE},
    TieBreaker: {"attribute": Sort.ATTRIBUTE},
    Attribute: {"id": Sort.ATTRIBUTE},
    Role: {"id": Sort.ROLE, "track": Sort.TRACK},
    Criterion: {"role": Sort.ROLE},
    Move: {"origin": Sort.ROLE, "to": Sort.ROLE},
    Policy: {"roles": Sort.ROLE, "tracks": Sort.TRACK},
    Track: {"id": Sort.TRACK},
    Accrual: {"in_tracks": Sort.TRACK},
    LookupTable: {"id": Sort.TABLE},
    Lookup: {"table": Sort.TABLE},
    Pack: {"declared_roles": Sort.ROLE},
}
"""The fields that hold names, and of what."""
_KEYS = {"attributes": Sort.ATTRIBUTE, "roles": Sort.ROLE, "tables": Sort.TABLE}
"""The mappings of a pack that are kept by name."""
_LEFT = (Span, ConditionName, TableEntry)
_TODAY = {ROLE: Sort.ROLE, CURRENT_ROLE: Sort.ROLE, CURRENT_TRACK: Sort.TRACK}


def _renamed(thing: Any, names: Names) -> Any:  # noqa: ANN401 - whatever a pack is made of
    """Return a thing with names exchanged in every field that holds one; a thing without any is the same one."""
    if isinstance(thing, _LEFT) or (not isinstance(thing, Mapping | tuple) and not attrs.has(type(thing))):
        return thing
    if isinstance(thing, tuple):
        parts = tuple(_renamed(part, names) for part in thing)
        return thing if all(one is other for one, other in zip(parts, thing, strict=True)) else parts
    if isinstance(thing, Mapping):
        return {key: _renamed(value, names) for key, value in thing.items()}
    kind: Any = type(thing)
    changed = {name: _of_field(thing, name, names) for name in _fields(kind)}
    changed = {name: value for name, value in changed.items() if value is not getattr(thing, name)}
    return attrs.evolve(thing, **changed) if changed else thing


def _of_field(thing: Any, name: str, names: Names) -> Any:  # noqa: ANN401 - whatever a pack is made of
    value = getattr(thing, name)
    if isinstance(thing, Gather) and name in {"where", "of_which"}:  # tests of fields, which may be called as attributes are
        of_person: Names = {(sort, OF_PERSON + old): OF_PERSON + new for (sort, old), new in names.items() if sort is Sort.ATTRIBUTE}
        return _renamed(value, of_person)
    sort = _OF.get(type(thing), {}).get(name)
    if isinstance(thing, AttributeTest) and name == "attribute" and value.startswith(f"{READY_FOR}:"):
        role = value.partition(":")[2]
        return flag_of(names[Sort.ROLE, role]) if (Sort.ROLE, role) in names else value
    if isinstance(thing, AttributeTest) and name == "value":
        return _named(value, _TODAY.get(thing.attribute), names)
    if isinstance(thing, Lookup) and name == "rows" and isinstance(thing.of, Reference):
        return {_named(key, _TODAY.get(thing.of.attribute), names): gives for key, gives in value.items()}
    if isinstance(thing, Pack) and name in _KEYS:
        return {_named(key, _KEYS[name], names): _renamed(one, names) for key, one in value.items()}
    return _renamed(value, names) if sort is None else _named(value, sort, names)


def _named(value: Any, sort: Sort | None, names: Names) -> Any:  # noqa: ANN401 - a name, or several
    if sort is None:
        return value
    if isinstance(value, tuple | frozenset):
        parts = type(value)(_named(part, sort, names) for part in value)
        return value if parts == value else parts
    return names.get((sort, value), value) if isinstance(value, str) else value


_PLACES = frozenset({"span", "places", "row", "files", "folder", "content_hash", "number", "named"})


@cache
def _fields(kind: type[Any]) -> tuple[str, ...]:
    return tuple(field.name for field in attrs.fields(kind) if field.name not in _PLACES and kind is not ValueType)


def _plain(thing: Any) -> Hashable:  # noqa: ANN401 - whatever a pack is made of
    """Return a thing without its places."""
    if attrs.has(type(thing)):
        kind: Any = type(thing)
        names = [field.name for field in attrs.fields(kind) if field.name not in _PLACES and field.name != "declared_in"]
        return (kind.__name__, *((name, _plain(getattr(thing, name))) for name in names))
    if isinstance(thing, Mapping):
        return tuple((key, _plain(value)) for key, value in thing.items())
    return tuple(_plain(part) for part in thing) if isinstance(thing, tuple) else (isinstance(thing, bool), thing)
