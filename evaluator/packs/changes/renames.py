"""Two packs → what has only been renamed between them, and the old pack with its names as they are now."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping
from functools import cache
from typing import Any

import attrs

from evaluator.core.attributes import Attribute, LookupTable, TableEntry
from evaluator.core.comparable import spanless
from evaluator.core.conditions import OF_PERSON, AttributeTest, ConditionName, person_attribute
from evaluator.core.current_role import CURRENT_ROLE, CURRENT_TRACK, with_todays_role
from evaluator.core.effort import Accrual
from evaluator.core.expressions import Gather, Lookup, Reference, Since
from evaluator.core.model import ROLE, Criterion, Move, Pack, Policy, Role, TieBreaker, Track
from evaluator.core.ready_for import READY_FOR, flag_of, with_ready_for
from evaluator.core.values import ValueType
from evaluator.core.windows import window_of
from evaluator.diagnostics import Span
from evaluator.packs.changes.conditions import canonical
from evaluator.reading.references import Sort

Names = Mapping[tuple[Sort, str], str]
"""The new name of each thing that has one, by its sort and old name."""
NewName = Callable[[Sort, str], str]
"""What a name of a sort is exchanged for; itself where it stays."""
Says = Callable[[Any], tuple[Hashable, ...]]
"""What a thing says, without its own name; last, all that people are judged by, None where that is nothing."""


@attrs.frozen(kw_only=True)
class Renamed:
    """Something that two packs say alike, under two names; a field of the entries of an attribute by its name on either side."""

    sort: Sort
    before: Attribute | Role | Track | LookupTable
    after: Attribute | Role | Track | LookupTable
    field: tuple[str, str] | None = None

    @property
    def names(self) -> tuple[str, str]:
        """Its name on either side."""
        ids = (self.before.id, self.after.id)
        return ids if self.field is None else (f"{ids[0]}.{self.field[0]}", f"{ids[1]}.{self.field[1]}")


def renames(old: Pack, new: Pack) -> tuple[Renamed, ...]:
    """Return what has another name in the new pack and says the same: attributes, fields of entries, lookup tables, tracks and roles.

    What says the same but for names that changed as well is found too.
    """
    fields = list(_fields_renamed(old, new))
    old = with_names(old, names_of(fields))
    pairings = [_Pairing.between(sort, before, after, says) for sort, before, after, says in _things(old, new)]
    found: list[Renamed] = []
    names: Names | None = None
    while True:
        more = [one for pairing in pairings for one in pairing.found(names)]
        if not more:
            return (*fields, *found)
        found += more
        names = names_of(more)


def read_by_both(old: Pack, new: Pack) -> tuple[Pack, Pack]:
    """Return two packs for people: the old one with the names of the new one, and both read either name where people state it."""
    names = names_of(renames(old, new))
    former = {before: after for (sort, before), after in names.items() if sort is Sort.ATTRIBUTE and before not in new.attributes}
    roles = {after: before for (sort, before), after in names.items() if sort is Sort.ROLE and before not in new.role_names}
    fields = {before: after for (sort, before), after in names.items() if sort is Sort.FIELD}
    renamed = with_names(old, names)
    if names:  # files are read by their names, which are those of roles
        ordered = {name: renamed.roles[name] for name in (*new.roles, *renamed.roles) if name in renamed.roles}
        renamed = _with_implied(attrs.evolve(renamed, roles=ordered), old)
    renamed, new = (attrs.evolve(pack, former_fields={**pack.former_fields, **fields}) if fields else pack for pack in (renamed, new))
    return _with_former(renamed, former, roles), _with_former(new, former, roles)


def _fields_renamed(old: Pack, new: Pack) -> Iterator[Renamed]:
    """Yield the fields of entries that stand in the same place with the same type, and are read by the same attributes."""
    shared = [name for name in old.declared_attributes if name in new.declared_attributes]
    of_records = [name for name in shared if all(pack.attributes[name].type.fields for pack in (old, new))]
    if all([*old.attributes[name].type.fields] == [*new.attributes[name].type.fields] for name in of_records):
        return
    readers = tuple({name: _names_in(pack.attributes[name].derivation) for name in shared} for pack in (old, new))
    for name in of_records:
        before, after = old.attributes[name], new.attributes[name]
        fields = tuple(attribute.type.fields for attribute in (before, after))
        pairs = [(one, other) for one, other in zip(*fields, strict=False) if one != other]
        if len(fields[0]) == len(fields[1]) and all(
            one not in fields[1]
            and other not in fields[0]
            and spanless(fields[0][one]) == spanless(fields[1][other])
            and _reading(readers[0], f"{name}.{one}") == _reading(readers[1], f"{name}.{other}")
            for one, other in pairs
        ):
            yield from (Renamed(sort=Sort.FIELD, before=before, after=after, field=pair) for pair in pairs)


def _reading(readers: Mapping[str, frozenset[tuple[Sort, str]]], field: str) -> list[str]:
    """Return the attributes that are computed from a field."""
    return [name for name, names in readers.items() if (Sort.FIELD, field) in names]


def _with_former(pack: Pack, former: Mapping[str, str], roles: Mapping[str, str]) -> Pack:
    if not former and not roles:
        return pack
    more = {name: attrs.evolve(role, also=(*role.also, roles[name])) if name in roles else role for name, role in pack.roles.items()}
    return attrs.evolve(pack, former_names={**pack.former_names, **former}, roles=more)


def names_of(found: Iterable[Renamed]) -> dict[tuple[Sort, str], str]:
    """Return the new names of what was renamed."""
    return {(one.sort, one.names[0]): one.names[1] for one in found}


def _things(old: Pack, new: Pack) -> Iterator[tuple[Sort, Mapping[str, Any], Mapping[str, Any], Says]]:
    """Yield all that can have another name, on either side, by its name, and what it says."""
    yield Sort.ATTRIBUTE, old.declared_attributes, new.declared_attributes, _attribute_says
    yield Sort.TABLE, old.tables, new.tables, _table_says
    yield Sort.TRACK, {track.id: track for track in old.tracks}, {track.id: track for track in new.tracks}, _track_says
    yield Sort.ROLE, old.roles, new.roles, _role_says


@attrs.define(kw_only=True)
class _Gone:
    """Something that only the old pack has: as it was, with the new names that are known so far, and the names that it uses."""

    before: Any
    now: Any
    uses: frozenset[tuple[Sort, str]]


@attrs.frozen(kw_only=True)
class _Pairing:
    """The things of one sort that one of two packs lacks, to be paired by what they say, in which a placeholder stands for their own name.

    Each is asked once for what it says, and again where something that it uses has another name; those of the new pack are found by it, in
    all of it or in what people are judged by alone.
    """

    sort: Sort
    says: Says
    gone: dict[str, _Gone]
    come: tuple[Mapping[Hashable, list[Any]], Mapping[Hashable, list[Any]]]
    taken: set[str] = attrs.field(factory=set)

    @classmethod
    def between(cls, sort: Sort, before: Mapping[str, Any], after: Mapping[str, Any], says: Says) -> _Pairing:
        """Return what one of two packs lacks; none of the old one where the new one has nothing to pair it with."""
        by_all: dict[Hashable, list[Any]] = {}
        by_judged: dict[Hashable, list[Any]] = {}
        for name in reversed([name for name in after if name not in before]):
            said = says(_unnamed(after[name], sort))
            by_all.setdefault(said, []).append(after[name])
            by_judged.setdefault(said[-1], []).append(after[name])
        left = {name: thing for name, thing in before.items() if name not in after} if by_all else {}
        gone = {name: _Gone(before=thing, now=_unnamed(thing, sort), uses=_names_in(thing)) for name, thing in left.items()}
        return cls(sort=sort, says=says, gone=gone, come=(by_all, by_judged))

    def found(self, names: Names | None) -> Iterator[Renamed]:
        """Yield what says the same now that some more names are known; at first, without any, each thing is looked at."""
        due = {name: one for name, one in self.gone.items() if names is None or not one.uses.isdisjoint(names)}
        said: dict[str, tuple[Hashable, ...]] = {}
        for name, one in due.items():
            one.now = _renamed(one.now, _new_names(names)) if names else one.now
            said[name] = self.says(one.now)
        for of_all in (True, False):
            for name, words in list(said.items()):
                partner = self._partner(words, of_all=of_all)
                if partner is not None:
                    del said[name], self.gone[name]
                    yield Renamed(sort=self.sort, before=due[name].before, after=partner)

    def _partner(self, said: tuple[Hashable, ...], *, of_all: bool) -> Any:  # noqa: ANN401 - a role, an attribute, a track or a table
        by_all, by_judged = self.come
        waiting = by_all.get(said, []) if of_all else by_judged.get(said[-1], []) if said[-1] is not None else []
        while waiting and waiting[-1].id in self.taken:
            waiting.pop()
        if not waiting:
            return None
        self.taken.add(waiting[-1].id)
        return waiting.pop()


def _attribute_says(attribute: Attribute) -> tuple[Hashable, ...]:
    judged = (attribute.type, attribute.derivation, attribute.absent_means, attribute.may_be_given)
    return ((spanless(judged), attribute.title, attribute.question), None)


def _table_says(table: LookupTable) -> tuple[Hashable, ...]:
    return ((spanless(table.type), tuple((entry.key, entry.gives, entry.band) for entry in table.entries)), None)


def _track_says(track: Track) -> tuple[Hashable, ...]:
    return ((track.title, track.cumulative, spanless(track.bands)), None)


def _role_says(role: Role) -> tuple[Hashable, ...]:
    counted = Counter((canonical(one.when), one.required, one.weight, one.caps_at) for one in role.criteria)
    asked = frozenset(counted.items())
    kind = (role.destination, role.entry, role.interim, role.held_only)
    return ((role.shared_title or role.title, role.track, role.rung, kind, asked), asked or None)


def with_names(pack: Pack, names: Names) -> Pack:
    """Return a pack with some of its names exchanged for others, wherever they are used."""
    if not names:
        return pack
    return _with_implied(_renamed(pack, _new_names(names)), pack)


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
_OF_ENTRIES = frozenset({"where", "of_which", "field", "by", "start", "end", "weight"})
"""What an operator over entries has that holds names of their fields."""
_LEFT = (Span, ConditionName, TableEntry)
_TODAY = {ROLE: Sort.ROLE, CURRENT_ROLE: Sort.ROLE, CURRENT_TRACK: Sort.TRACK}


def _new_names(names: Names) -> NewName:
    return lambda sort, name: names.get((sort, name), name)


def _unnamed(thing: Any, sort: Sort) -> Any:  # noqa: ANN401 - a role, an attribute, a track or a table
    """Return a thing with a placeholder for its own name, also where it names itself; no name is like it."""
    return _renamed(thing, lambda of, name: "" if (of, name) == (sort, thing.id) else name)


def _names_in(thing: Any) -> frozenset[tuple[Sort, str]]:  # noqa: ANN401 - whatever a pack is made of
    """Return every name that a thing holds, with what it is a name of."""
    found: set[tuple[Sort, str]] = set()

    def seen(sort: Sort, name: str) -> str:
        found.add((sort, name))
        return name

    _renamed(thing, seen)
    return frozenset(found)


def _renamed(thing: Any, new_name: NewName) -> Any:  # noqa: ANN401 - whatever a pack is made of
    """Return a thing with names exchanged in every field that holds one; a thing without any is the same one."""
    if isinstance(thing, _LEFT) or (not isinstance(thing, Mapping | tuple) and not attrs.has(type(thing))):
        return thing
    if isinstance(thing, tuple):
        parts = tuple(_renamed(part, new_name) for part in thing)
        return thing if all(one is other for one, other in zip(parts, thing, strict=True)) else parts
    if isinstance(thing, Mapping):
        return {key: _renamed(value, new_name) for key, value in thing.items()}
    kind: Any = type(thing)
    changed = {name: _of_field(thing, name, new_name) for name in _fields(kind)}
    changed = {name: value for name, value in changed.items() if value is not getattr(thing, name)}
    return attrs.evolve(thing, **changed) if changed else thing


def _of_field(thing: Any, name: str, new_name: NewName) -> Any:  # noqa: ANN401 - whatever a pack is made of
    value = getattr(thing, name)
    if (isinstance(thing, Gather) and name in _OF_ENTRIES) or (isinstance(thing, Attribute) and name == "type"):
        return _with_fields(thing, value, new_name)
    sort = _OF.get(type(thing), {}).get(name)
    if isinstance(thing, AttributeTest) and name == "attribute" and value.startswith(f"{READY_FOR}:"):
        role = value.partition(":")[2]
        return flag_of(new) if (new := new_name(Sort.ROLE, role)) != role else value
    if isinstance(thing, AttributeTest) and name == "value":
        return _named(value, _TODAY.get(thing.attribute), new_name)
    if isinstance(thing, Lookup) and name == "rows" and isinstance(thing.of, Reference):
        return {_named(key, _TODAY.get(thing.of.attribute), new_name): gives for key, gives in value.items()}
    if isinstance(thing, Pack) and name in _KEYS:
        return {_named(key, _KEYS[name], new_name): _renamed(one, new_name) for key, one in value.items()}
    return _renamed(value, new_name) if sort is None else _named(value, sort, new_name)


def _with_fields(thing: Gather | Attribute, value: Any, new_name: NewName) -> Any:  # noqa: ANN401 - whatever names fields
    """Return what an operator over entries, or the attribute that they belong to, has under a key, with names of fields exchanged."""
    if isinstance(thing, Attribute):
        fields = {_field(new_name, thing.id, field): type_ for field, type_ in thing.type.fields.items()}
        return value if [*fields] == [*thing.type.fields] else attrs.evolve(thing.type, fields=fields)
    if isinstance(value, str):
        return _field(new_name, thing.records, value)
    return _renamed(value, _of_entries(new_name, thing.records))  # tests of fields, which may be called as attributes are


def _of_entries(new_name: NewName, records: str) -> NewName:
    """Return what names are exchanged for among tests of entries: those of fields, of windows over them, and of the person's attributes."""

    def named(sort: Sort, name: str) -> str:
        if sort is not Sort.ATTRIBUTE:
            return name
        attribute, window = person_attribute(name), window_of(name)
        if attribute is not None:
            return OF_PERSON + new_name(sort, attribute)
        if window is not None:
            return attrs.evolve(window, field=_field(new_name, records, window.field)).name
        return _field(new_name, records, name)

    return named


def _field(new_name: NewName, records: str, field: str) -> str:
    """Return what a field of the entries of an attribute is exchanged for."""
    return new_name(Sort.FIELD, f"{records}.{field}").rpartition(".")[2]


def _named(value: Any, sort: Sort | None, new_name: NewName) -> Any:  # noqa: ANN401 - a name, or several
    if sort is None:
        return value
    if isinstance(value, tuple | frozenset):
        parts = type(value)(_named(part, sort, new_name) for part in value)
        return value if parts == value else parts
    return new_name(sort, value) if isinstance(value, str) else value


_PLACES = frozenset({"span", "places", "row", "files", "folder", "content_hash", "number", "named"})


@cache
def _fields(kind: type[Any]) -> tuple[str, ...]:
    return tuple(field.name for field in attrs.fields(kind) if field.name not in _PLACES and kind is not ValueType)
