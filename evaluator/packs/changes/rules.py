"""Two packs → every line of meaning that changed between them, with its place on both sides; wording apart."""

from __future__ import annotations

import enum
from collections import Counter
from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from typing import Any

import attrs

from evaluator.core.attributes import Attribute, LookupTable, TableEntry
from evaluator.core.comparable import TABLE_PREFIX, differ, spanless
from evaluator.core.conditions import NamedCondition
from evaluator.core.model import Band, Criterion, Document, Move, Pack, Policy, Role, Track
from evaluator.core.pack_conditions import uses_of
from evaluator.core.values import Kind, ValueType
from evaluator.diagnostics import Span
from evaluator.packs.changes.conditions import PartChange, canonical, condition_changes, paired
from evaluator.packs.changes.renames import Renamed, names_of, renames, with_names
from evaluator.packs.changes.scale_levels import (
    Ranks,
    attribute_with_ranks,
    pack_with_ranks,
    ranks_between,
    reversed_ranks,
    table_with_ranks,
    with_ranks,
)
from evaluator.packs.thresholds import tables_of
from evaluator.reading.references import Sort

Thing = Attribute | Band | Criterion | Document | LookupTable | Move | NamedCondition | Pack | Policy | Role | Track


class ChangeSubject(enum.StrEnum):
    """What a change is about."""

    PACK = "pack"
    ATTRIBUTE = "attribute"
    VERDICT = "verdict"
    TRACK = "track"
    ROLE = "role"
    CRITERION = "criterion"
    POLICY = "policy"
    CONDITION = "condition"
    """A condition that is said once, under a name."""
    TABLE = "table"
    """A lookup table, or one of its rows or bands."""
    MOVE = "move"
    DOCUMENT = "document"


class Aspect(enum.StrEnum):
    """What happened to it."""

    ADDED = "added"
    REMOVED = "removed"
    RENAMED = "renamed"
    CONDITION = "condition"
    """A part of one of its conditions changed."""
    FIELD = "field"
    """Another of its keys changed."""


@attrs.frozen(kw_only=True)
class Change:
    """One line that says something else: `before` and `after` are the thing on either side, None where it is not there.

    `field` is the key that changed, `part` what changed in a condition. Wording moves nobody: titles, advice, sources and the like.
    `roles` are the judged roles that a change of a policy, of a named condition or of a lookup table touches; `entries` are the row or band
    of a table on either side; `others` are what else has a scale of which the same is to be told; `track` is that whose own
    verdict it is about.
    """

    what: ChangeSubject
    aspect: Aspect
    key: str
    before: Thing | None
    after: Thing | None
    field: str = ""
    part: PartChange | None = None
    entries: tuple[TableEntry | None, TableEntry | None] | None = None
    wording: bool = False
    role: str | None = None
    roles: tuple[str, ...] = ()
    others: tuple[Attribute | LookupTable, ...] = ()
    track: Track | None = None

    @property
    def places(self) -> tuple[Span | None, Span | None]:
        """Where it stands on either side: the test itself where one changed, else the thing."""
        if self.entries is not None:
            one, other = self.entries
            return (one.span if one else _place(self.before)), (other.span if other else _place(self.after))
        if self.part is None:
            return _place(self.before), _place(self.after)
        old, new = self.part.before, self.part.after
        return (old.span if old else _place(self.before)), (new.span if new else _place(self.after))


def _place(thing: Thing | None) -> Span | None:
    return None if thing is None or isinstance(thing, Pack) else thing.span


_MEANING: dict[ChangeSubject, tuple[str, ...]] = {
    ChangeSubject.PACK: ("name", "language", "effective", "stale_after_months", "facts_stale_after_months", "tie_breakers", "ranking"),
    ChangeSubject.ATTRIBUTE: ("type", "derivation", "absent_means", "may_be_given", "also"),
    ChangeSubject.ROLE: ("track", "rung", "order", "destination", "entry", "interim", "held_only", "also"),
    ChangeSubject.CRITERION: ("required", "weight", "kind", "caps_at"),
    ChangeSubject.MOVE: ("kind",),
    ChangeSubject.TRACK: ("cumulative",),
}
_CONDITIONS: dict[ChangeSubject, tuple[str, ...]] = {
    ChangeSubject.CRITERION: ("applies_when", "when", "almost"),
    ChangeSubject.MOVE: ("when",),
    ChangeSubject.VERDICT: ("when",),
    ChangeSubject.CONDITION: ("when",),
}
_WORDING: dict[ChangeSubject, tuple[str, ...]] = {
    ChangeSubject.PACK: ("title", "version"),
    ChangeSubject.ATTRIBUTE: ("title", "question", "theme", "option_words", "wordings", "report", "effort", "accrues"),
    ChangeSubject.ROLE: ("title", "summary", "source"),
    ChangeSubject.CRITERION: ("title", "advice", "takes_months", "source", "basis"),
    ChangeSubject.MOVE: ("reason", "source", "basis"),
    ChangeSubject.TRACK: ("title",),
    ChangeSubject.CONDITION: ("title",),
    ChangeSubject.DOCUMENT: ("title", "publisher", "author", "date", "sections"),
}


@attrs.frozen(kw_only=True)
class RolePair:
    """Roles of two packs that are the same role, and their criteria that are the same criterion; None where one is missing."""

    old: Role | None
    new: Role | None
    criteria: tuple[tuple[Criterion | None, Criterion | None], ...]

    @property
    def role(self) -> Role:
        """The role as it is now, or as it was where it is gone."""
        found = self.new or self.old
        if found is None:
            raise ValueError(self)
        return found


def matched(old: Pack, new: Pack) -> tuple[RolePair, ...]:
    """Match the roles of two packs: by id, else where all that a role asks for is the same; in the order of the new pack."""
    pairs = _by_id_or_likeness(old.roles, new.roles, _asked)
    return tuple(RolePair(old=one, new=other, criteria=_criteria(one, other)) for one, other in pairs)


def _asked(role: Role) -> Hashable:
    """Return all that a role asks for, in whatever order; None where that is nothing."""
    counted = Counter((canonical(one.when), one.required, one.weight, one.caps_at) for one in role.criteria)
    return frozenset(counted.items()) or None


def _by_id(old: Mapping[str, Any], new: Mapping[str, Any]) -> list[tuple[Any, Any]]:
    return [(old.get(name), one) for name, one in new.items()] + [(one, None) for name, one in old.items() if name not in new]


def _by_id_or_likeness(old: Mapping[str, Any], new: Mapping[str, Any], likeness: Callable[[Any], Hashable]) -> list[tuple[Any, Any]]:
    """Pair things by their names, else those that are alike; None is like nothing."""
    gone = [thing for name, thing in old.items() if name not in new]
    come = {name: thing for name, thing in new.items() if name not in old}
    pairs = paired([(None, thing) for thing in gone], [*come.items()], (lambda pair: likeness(pair[1]),))
    partners = {other[0]: one[1] for one, other in pairs if one is not None and other is not None}
    alone = [(one[1], None) for one, other in pairs if one is not None and other is None]
    return [*((old.get(name) or partners.get(name), thing) for name, thing in new.items()), *alone]


def _criteria(old: Role | None, new: Role | None) -> tuple[tuple[Criterion | None, Criterion | None], ...]:
    """Match criteria by id, else, where one was renamed, by what they ask for."""
    befores, afters = ({criterion.id: criterion for criterion in role.criteria} if role else {} for role in (old, new))
    return tuple(_by_id_or_likeness(befores, afters, lambda criterion: canonical(criterion.when)))


@attrs.frozen(kw_only=True)
class Compared:
    """All changes between two packs, and the old one with its names as they are now, by which changes speak of it."""

    old: Pack
    changes: tuple[Change, ...]


def changes(old: Pack, new: Pack) -> tuple[Change, ...]:
    """Return every change between two packs, those of meaning first within each thing; before all what was only renamed, each once."""
    return compared(old, new).changes


def compared(old: Pack, new: Pack) -> Compared:
    """Return every change between two packs, with the old pack as changes speak of it."""
    renamed = renames(old, new)
    told = tuple(_renaming(one) for one in renamed)
    old = with_names(old, names_of(renamed))
    shared = old.named_conditions.keys() & new.named_conditions.keys()
    tables = {f"{TABLE_PREFIX}{name}" for name in old.tables.keys() & new.tables.keys()}
    ranks = ranks_between(old, new)
    found = _changes(pack_with_ranks(old, ranks) if ranks else old, new, frozenset({*shared, *tables}))
    if ranks:
        back = reversed_ranks(ranks)
        found = (_with_own_ranks(change, back) for change in found)
    return Compared(old=old, changes=(*told, *_scales_told_once(list(found))))


def _renaming(one: Renamed) -> Change:
    """Return a rename as one change; nobody is read or judged otherwise by that of a track or a table."""
    what = ChangeSubject.ATTRIBUTE if one.field else ChangeSubject(str(one.sort))
    change = Change(what=what, aspect=Aspect.RENAMED, key=one.names[1], before=one.before, after=one.after)
    return attrs.evolve(change, field="fields" if one.field else "", wording=one.sort in {Sort.TRACK, Sort.TABLE})


def _with_own_ranks(change: Change, ranks: Ranks) -> Change:
    """Return a change whose old side names levels by the ranks of the old pack again."""
    before, part, entries = _thing_with_ranks(change.before, ranks), change.part, change.entries
    if part is not None and part.before is not None:
        part = attrs.evolve(part, before=with_ranks(part.before, ranks))
    if entries is not None and entries[0] is not None and isinstance(before, LookupTable):
        entries = (next(entry for entry in before.entries if entry.key == entries[0].key), entries[1])
    return attrs.evolve(change, before=before, part=part, entries=entries)


def _thing_with_ranks(thing: Thing | None, ranks: Ranks) -> Thing | None:
    match thing:
        case Attribute():
            return attribute_with_ranks(thing, ranks)
        case LookupTable():
            return table_with_ranks(thing, ranks)
        case Criterion():
            return _criterion_with_ranks(thing, ranks)
        case Policy():
            return attrs.evolve(thing, criterion=_criterion_with_ranks(thing.criterion, ranks))
        case Move() | NamedCondition():
            return thing if thing.when is None else attrs.evolve(thing, when=with_ranks(thing.when, ranks))
    return thing


def _criterion_with_ranks(criterion: Criterion, ranks: Ranks) -> Criterion:
    when, applies, almost = (one and with_ranks(one, ranks) for one in (criterion.when, criterion.applies_when, criterion.almost))
    return attrs.evolve(criterion, when=when or criterion.when, applies_when=applies, almost=almost)


def _scales_told_once(found: Sequence[Change]) -> Iterator[Change]:
    """Yield the changes; where the levels of a scale changed that several attributes or tables have, with the first of them alone."""
    scales: dict[Hashable, list[Change]] = {}
    for change in found:
        if (levels := _levels(change)) is not None:
            scales.setdefault(levels, []).append(change)
    told = {levels: sorted(same, key=lambda change: not _is_scale(change.after)) for levels, same in scales.items()}
    for change in found:
        levels = _levels(change)
        same = [change] if levels is None else told[levels]
        if change is same[0]:
            yield attrs.evolve(change, others=tuple(one.after for one in same[1:] if isinstance(one.after, Attribute | LookupTable)))


def _is_scale(thing: Thing | None) -> bool:
    return isinstance(thing, Attribute) and thing.kind is Kind.SCALE


def _levels(change: Change) -> Hashable:
    """Return the levels of a scale on either side, or their words, where nothing else is told by a change; else None.

    It is the scale of an attribute, of fields of its entries, or of what a table gives.
    """
    before, after = change.before, change.after
    if (
        change.aspect is not Aspect.FIELD
        or not isinstance(before, Attribute | LookupTable)
        or not isinstance(after, Attribute | LookupTable)
    ):
        return None
    if change.field == "option_words" and isinstance(before, Attribute) and isinstance(after, Attribute):
        return "words", spanless(before.option_words), spanless(after.option_words)
    if change.field != "type" or differ(_without_levels(before.type), _without_levels(after.type)):
        return None
    pairs = {pair for pair in zip(_levels_in(before.type), _levels_in(after.type), strict=True) if pair[0] != pair[1]}
    return ("levels", *pairs) if len(pairs) == 1 else None


def _levels_in(type_: ValueType) -> list[tuple[str, ...]]:
    return [one.options for one in (type_, *type_.fields.values()) if one.kind is Kind.SCALE]


def _without_levels(type_: ValueType) -> ValueType:
    fields = {name: _without_levels(field) for name, field in type_.fields.items()}
    return attrs.evolve(type_, options=() if type_.kind is Kind.SCALE else type_.options, fields=fields)


def _changes(old: Pack, new: Pack, shared: frozenset[str]) -> Iterator[Change]:
    """Yield every change; what changed in a named condition of both packs is told once, and not where it is used."""
    yield from _compared(ChangeSubject.PACK, old.name, old, new)
    yield from _listed(ChangeSubject.TRACK, _named(old.tracks), _named(new.tracks))
    yield from _listed(ChangeSubject.ATTRIBUTE, old.declared_attributes, new.declared_attributes, shared)
    yield from _bands(old.bands, new.bands)
    for before, after in _by_id(_named(old.tracks), _named(new.tracks)):
        yield from () if before is None or after is None else _bands_of_track(before, after)
    for change in _listed(ChangeSubject.CONDITION, old.named_conditions, new.named_conditions, shared):
        roles = dict.fromkeys((*_roles_of(change.before, old), *_roles_of(change.after, new)))
        yield attrs.evolve(change, roles=tuple(roles), wording=change.wording or change.aspect in {Aspect.ADDED, Aspect.REMOVED})
    yield from _tables(old, new)
    yield from _policies(old, new, shared)
    for pair in matched(old, new):
        yield from _compared(ChangeSubject.ROLE, pair.role.id, pair.old, pair.new)
        for before, after in pair.criteria if pair.old and pair.new else ():
            if (before is None or before.policy) and (after is None or after.policy):
                continue
            key = after.id if after else before.id if before else ""
            yield from _compared(ChangeSubject.CRITERION, key, before, after, pair.role.id, shared=shared)
    yield from _listed(ChangeSubject.MOVE, {move.key: move for move in old.moves}, {move.key: move for move in new.moves}, shared)
    yield from _listed(ChangeSubject.DOCUMENT, old.documents, new.documents)


def _bands(old: Sequence[Band], new: Sequence[Band]) -> Iterator[Change]:
    """Yield what changed in verdict bands; the best is the same verdict by whatever name."""
    words, others = ([band.verdict for band in bands] for bands in (old, new))
    names = {words[0]: others[0]} if best_renamed(words, others) else {}
    befores = {names.get(band.verdict, band.verdict): band for band in old}
    yield from _listed(ChangeSubject.VERDICT, befores, {band.verdict: band for band in new})


def _bands_of_track(old: Track, new: Track) -> Iterator[Change]:
    """Yield what changed in a track's own verdicts, or that it has its own now, or has them no longer."""
    if old.bands and new.bands:
        yield from (attrs.evolve(change, key=f"{new.id}.{change.key}", track=new) for change in _bands(old.bands, new.bands))
    elif old.bands or new.bands:
        yield Change(what=ChangeSubject.TRACK, aspect=Aspect.FIELD, key=new.id, before=old, after=new, field="bands")


def best_renamed(old: Sequence[str], new: Sequence[str]) -> bool:
    """Whether the best of two lists of verdicts has another name in the new one, and neither list has the other's."""
    return bool(old and new) and old[0] not in new and new[0] not in old


def _roles_of(thing: Thing | None, pack: Pack) -> list[str]:
    """Return the judged roles whose criteria use a named condition, policies among them."""
    uses = () if not isinstance(thing, NamedCondition) else uses_of(pack, thing.id)
    roles = [use.role for use in uses if isinstance(use, Criterion)]
    return [*roles, *(role for use in uses if isinstance(use, Policy) for role in _held_by(use, pack))]


def _tables(old: Pack, new: Pack) -> Iterator[Change]:
    """Yield what changed in each lookup table, row by row and band by band; of one that came or went, only that."""
    for before, after in _by_id(old.tables, new.tables):
        name = (after or before).id
        roles = tuple(dict.fromkeys(role.id for pack in (old, new) for role in pack.judged_roles if _looks_up(pack, role, name)))
        change = Change(what=ChangeSubject.TABLE, aspect=Aspect.FIELD, key=name, before=before, after=after, roles=roles)
        if before is None or after is None:
            yield attrs.evolve(change, aspect=Aspect.ADDED if before is None else Aspect.REMOVED, wording=True)
            continue
        if before.title != after.title:
            yield attrs.evolve(change, field="title", wording=True)
        if differ(before.type, after.type):
            yield attrs.evolve(change, field="type")
        for one, other in _paired_entries(before, after):
            if one is None or other is None or (one.gives, one.band) != (other.gives, other.band):
                key = f"{name}.{(other or one or before).key}" if one or other else name
                yield attrs.evolve(change, key=key, field="entry", entries=(one, other))


def _paired_entries(old: LookupTable, new: LookupTable) -> Iterator[tuple[TableEntry | None, TableEntry | None]]:
    """Pair rows and bands by their keys, then bands whose beginning moved by what they give, in order."""
    befores, afters = ({entry.key: entry for entry in table.entries} for table in (old, new))
    yield from _by_id_or_likeness(befores, afters, lambda entry: None if entry.band is None else (entry.gives,))


def _looks_up(pack: Pack, role: Role, table: str) -> bool:
    return any(one.id == table for one in tables_of(pack, role))


def _policies(old: Pack, new: Pack, shared: frozenset[str]) -> Iterator[Change]:
    """Yield what changed in policies, each once, with every role that it touches."""
    for before, after in _by_id_or_likeness(_by_name(old), _by_name(new), _holds):
        roles = tuple(dict.fromkeys((*_held_by(before, old), *_held_by(after, new))))
        change = Change(what=ChangeSubject.POLICY, aspect=Aspect.FIELD, key=(after or before).id, before=before, after=after, roles=roles)
        if before is None or after is None:
            yield attrs.evolve(change, aspect=Aspect.ADDED if before is None else Aspect.REMOVED)
            continue
        for one in _compared(ChangeSubject.CRITERION, change.key, before.criterion, after.criterion, shared=shared):
            yield attrs.evolve(one, what=ChangeSubject.POLICY, roles=roles)
        if (before.tracks, before.roles) != (after.tracks, after.roles):
            yield attrs.evolve(change, field="roles", wording=_held_by(before, old) == _held_by(after, new))


def _holds(policy: Policy) -> Hashable:
    """Return what a policy asks for, and of whom."""
    return (canonical(policy.criterion.when), policy.tracks, policy.roles)


def _by_name(pack: Pack) -> dict[str, Policy]:
    return {policy.id: policy for policy in pack.policies}


def _held_by(policy: Policy | None, pack: Pack) -> list[str]:
    return [] if policy is None else [role.id for role in pack.judged_roles if policy.holds_for(role)]


def _named(tracks: Sequence[Track]) -> dict[str, Track]:
    return {track.id: track for track in tracks}


def _listed(what: ChangeSubject, old: Mapping[str, Any], new: Mapping[str, Any], shared: frozenset[str] = frozenset()) -> Iterator[Change]:
    for before, after in _by_id(old, new):
        name = next(name for side, thing in ((new, after), (old, before)) if thing is not None for name in side if side[name] is thing)
        yield from _compared(what, name, before, after, shared=shared)
    common = [name for name in old if name in new]
    if what in {ChangeSubject.VERDICT, ChangeSubject.MOVE} and common != [name for name in new if name in old]:
        first = next(name for name, other in zip((name for name in new if name in old), common, strict=True) if name != other)
        yield Change(what=what, aspect=Aspect.FIELD, key=first, before=old[first], after=new[first], field="order")


def _compared(  # noqa: PLR0913 - what is compared, and what is told elsewhere
    what: ChangeSubject, key: str, old: Thing | None, new: Thing | None, role: str | None = None, *, shared: frozenset[str] = frozenset()
) -> Iterator[Change]:
    """Yield what changed in one thing, or that it came or went."""
    change = Change(what=what, aspect=Aspect.FIELD, key=key, before=old, after=new, role=role)
    if old is None or new is None:
        added = Aspect.ADDED if old is None else Aspect.REMOVED
        yield attrs.evolve(change, aspect=added, wording=what in {ChangeSubject.DOCUMENT, ChangeSubject.TRACK})
        return
    if what in {ChangeSubject.ROLE, ChangeSubject.CRITERION} and getattr(old, "id", "") != getattr(new, "id", ""):
        yield attrs.evolve(change, aspect=Aspect.RENAMED, wording=what is ChangeSubject.CRITERION)
    if isinstance(old, Band) and isinstance(new, Band) and old.verdict != new.verdict:
        yield attrs.evolve(change, aspect=Aspect.RENAMED, wording=True)
    if isinstance(old, Criterion) and isinstance(new, Criterion) and old.policy != new.policy:
        yield attrs.evolve(change, field="policy", wording=True)
    for field in _CONDITIONS.get(what, ()):
        for part in condition_changes(getattr(old, field), getattr(new, field), shared=shared):
            yield attrs.evolve(change, aspect=Aspect.CONDITION, field=field, part=part)
    for fields, wording in ((_MEANING, False), (_WORDING, True)):
        for field in _fields_of(fields.get(what, ()), old, new):
            before, after = getattr(old, field), getattr(new, field)
            if differ(before, after) and spanless(before, shared) != spanless(after, shared):
                yield attrs.evolve(change, field=field, wording=wording)


def _fields_of(fields: Sequence[str], old: object, new: object) -> list[str]:
    """Return the fields in which two things are compared: where `ranking: by` names what orders, it names the tie-breakers as well."""
    ranked = any(isinstance(pack, Pack) and pack.ranking for pack in (old, new))
    return [field for field in fields if not (ranked and field == "tie_breakers")]


def read_alike(old: Pack, new: Pack) -> bool:
    """Whether both packs read a population in the same way: the same attributes and names, the same roles in the same order."""
    if old.ready_order or new.ready_order:
        return False  # who is ready for what, which conditions read, hangs on the rules of each
    return said_alike(old, new)


def said_alike(old: Pack, new: Pack) -> bool:
    """Whether what a population says is read in the same way by both packs, also where it is known in part, which hangs on the edition."""
    return old.language == new.language and attributes_alike(old, new)


def attributes_alike(old: Pack, new: Pack) -> bool:
    """Whether what a population says means the same to both packs."""
    fields = ("title", *_MEANING[ChangeSubject.ATTRIBUTE])
    same = [
        spanless([(attribute.id, *(getattr(attribute, field) for field in fields)) for attribute in pack.attributes.values()])
        for pack in (old, new)
    ]
    return same[0] == same[1] and list(old.roles) == list(new.roles) and old.role_names == new.role_names
