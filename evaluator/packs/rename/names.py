"""What is to be renamed: a declared name, found among all that the readers resolved, and a new one that can stand in its place."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import attrs

from evaluator.core.model import Pack
from evaluator.core.text import first_words, fold_name
from evaluator.core.values import Kind, clip
from evaluator.diagnostics import EvaluatorError, did_you_mean
from evaluator.reading.references import Reference, References, Sort
from evaluator.reading.yaml.scalars import KEBAB, RESERVED, SNAKE

SORTS = tuple(str(sort) for sort in Sort)
_SNAKE = frozenset({Sort.ATTRIBUTE, Sort.SCALE, Sort.TABLE, Sort.CONDITION, Sort.FIELD})
_TEXTS = frozenset({Sort.OPTION, Sort.VERDICT})
_OF_PACK = "pack"
"""Stands in front of a verdict of the pack's own, where tracks have their own, as a track does of one of its."""
_LISTED = 8
_IMPLIED = "it follows from the roles of the pack, and no file declares it"


class RenameProblem(EvaluatorError):
    """A name that cannot be exchanged for another: one lower-case sentence, and a next step."""


@attrs.frozen(kw_only=True)
class Renaming:
    """One name and the one that takes its place.

    `owners` are the roles of a criterion, the scales and attributes of an option, the track of a verdict, none where it is the pack's, or
    the attribute whose entries have a field.
    """

    sort: Sort
    old: str
    new: str
    owners: frozenset[str]
    declared: tuple[Reference, ...]

    def means(self, reference: Reference) -> bool:
        """Whether a name that was resolved is the one that is renamed."""
        return reference.sort is self.sort and reference.name == self.old and reference.owner in self.owners

    def stands(self, text: str) -> bool:
        """Whether a text is the name itself, as it may be written where a title or another name may stand as well."""
        if self.sort is Sort.ROLE:
            return " ".join(text.split()).casefold() == self.old.casefold()
        return fold_name(text) == fold_name(self.old) if self.sort is Sort.ATTRIBUTE else True


def renaming(kind: str, old: str, new: str, pack: Pack, references: References) -> Renaming:
    """Return what a name and its new one mean in a pack; raises RenameProblem where there is no such name, or it cannot be called so."""
    sort = Sort(kind)
    declared = [reference for reference in references.names if reference.declares and reference.sort is sort]
    spelt = _spelt(sort, declared, pack)
    found = spelt.get(old, ())
    if not found:
        raise _unknown(sort, old, spelt, pack)
    name, first = found[0].name, found[0]
    prefix = old.removesuffix(name)
    new = new.removeprefix(prefix) if prefix else new
    if len({reference.span for reference in found}) > 1:
        several = [spelling for spelling, meant in spelt.items() if spelling != old and set(meant) & set(found)]
        step = f"say which: {_listed(sorted(several))}"
        raise RenameProblem(f"{len({one.span for one in found})} {_plural(sort)} are called `{clip(old)}`", step)
    owners = frozenset(one.owner for one in declared if one.name == name and one.span == first.span)
    owners = _compared(owners, name, declared, references) if sort is Sort.OPTION else owners
    wanted = Renaming(
        sort=sort,
        old=name,
        new=new,
        owners=owners,
        declared=tuple(dict.fromkeys(one for one in declared if one.name == name and one.owner in owners)),
    )
    _check(wanted, declared, pack)
    return wanted


def _spelt(sort: Sort, declared: Iterable[Reference], pack: Pack) -> Mapping[str, tuple[Reference, ...]]:
    """Return every way to write a declared name, with what it means."""
    spelt: dict[str, tuple[Reference, ...]] = {}

    def add(spelling: str, reference: Reference) -> None:
        if reference not in spelt.get(spelling, ()):
            spelt[spelling] = (*spelt.get(spelling, ()), reference)

    listed = tuple(declared)
    of_tracks = sort is Sort.VERDICT and any(reference.owner for reference in listed)
    for reference in listed:
        add(reference.name, reference)
        if of_tracks:
            add(f"{reference.owner or _OF_PACK}.{reference.name}", reference)
        if sort is Sort.CRITERION:
            add(f"{reference.owner}/{reference.name}", reference)
        if sort is Sort.FIELD:
            add(f"{reference.owner}.{reference.name}", reference)
        for owner in _owners(reference.owner, pack) if sort is Sort.OPTION else ():
            add(f"{owner}.{reference.name}", reference)
    return spelt


def _owners(owner: str, pack: Pack) -> list[str]:
    """Return by which names that which has options can be meant: a scale also by its attributes."""
    where, _, name = owner.partition(".")
    on_scale = [attribute.id for attribute in pack.declared_attributes.values() if attribute.type.declared_in == owner]
    return [name, *on_scale] if where == "scales" else [name]


def _compared(owners: frozenset[str], name: str, declared: Iterable[Reference], references: References) -> frozenset[str]:
    """Return all that has the same option because its values are held against each other."""
    having = {reference.owner for reference in declared if reference.name == name}
    found = set(owners)
    grown = True
    while grown:
        near = {other for pair in references.compared if found & {*pair} for other in pair if other in having}
        grown = not near <= found
        found |= near
    return frozenset(found)


def _unknown(sort: Sort, old: str, spelt: Mapping[str, object], pack: Pack) -> RenameProblem:
    implied = sort is Sort.ATTRIBUTE and old in pack.attributes
    if implied:
        return RenameProblem(f"`{clip(old)}` cannot be renamed: {_IMPLIED}", "rename a role or a track")
    other = Sort.POLICY if sort is Sort.CRITERION and any(policy.id == old for policy in pack.policies) else None
    if other:
        return RenameProblem(f"`{clip(old)}` is a policy", f"write `evaluator rename policy {old} NEW`")
    records, _, field = old.partition(".")
    if sort is Sort.ATTRIBUTE and records in pack.declared_attributes and field in pack.attributes[records].type.fields:
        return RenameProblem(f"`{clip(old)}` is a field of entries", f"write `evaluator rename field {old} NEW`")
    near = did_you_mean(old, spelt)
    known = _listed(list(spelt)) if spelt else ""
    step = near or (f"the pack has {known}" if known else f"the pack declares no {sort}")
    return RenameProblem(f"there is no {sort} called `{clip(old)}`", step)


def _check(wanted: Renaming, declared: Iterable[Reference], pack: Pack) -> None:
    """Refuse a new name that is none, or that something of the same sort has already."""
    new, sort = wanted.new, wanted.sort
    if new == wanted.old:
        raise RenameProblem(f"the {sort} is called `{clip(new)}` already", "nothing has to be done; or write another name")
    if sort in _TEXTS:
        if not new.strip() or new != new.strip() or not new.isprintable():
            raise RenameProblem(f"`{clip(new)}` cannot be the name of {_one(sort)}", "write it on one line, without spaces around it")
    else:
        pattern, joint = (SNAKE, "underscores") if sort in _SNAKE else (KEBAB, "hyphens")
        if pattern.fullmatch(new) is None:
            raise RenameProblem(f"`{clip(new)}` is no id of {_one(sort)}", f"write lower-case words joined by {joint}")
        if sort in {Sort.ATTRIBUTE, Sort.FIELD} and new in RESERVED:
            raise RenameProblem(f"`{new}` has a meaning of its own in conditions", "choose another name")
    taken = [one for one in declared if one.name == new and one.owner in wanted.owners]
    if taken:
        raise RenameProblem(f"there is {_one(sort)} called `{clip(new)}` already, at {taken[0].span}", "choose another name")
    if sort is Sort.ATTRIBUTE and new in pack.attributes:
        raise RenameProblem(f"`{new}` is what rules call today's role", "choose another name")


def _one(sort: Sort) -> str:
    return f"{'an' if sort in {Sort.ATTRIBUTE, Sort.OPTION} else 'a'} {sort}"


def _plural(sort: Sort) -> str:
    return {Sort.CRITERION: "criteria", Sort.POLICY: "policies"}.get(sort, f"{sort}s")


def _listed(names: list[str]) -> str:
    return first_words([f"`{name}`" for name in names], _LISTED)


def attributes_holding(renamed: Renaming, pack: Pack) -> frozenset[str]:
    """Return the attributes of which a value may be the option that is renamed, and those that have it, or the field, in their entries."""
    if renamed.sort is Sort.FIELD:
        return renamed.owners
    if renamed.sort is not Sort.OPTION:
        return frozenset()
    types = {attribute.id: (attribute.type, *attribute.type.fields.values()) for attribute in pack.declared_attributes.values()}
    return frozenset(name for name, several in types.items() if any(type_.declared_in in renamed.owners for type_ in several))


def in_entries(renamed: Renaming, pack: Pack) -> frozenset[str]:
    """Return those that have it in their entries."""
    names = attributes_holding(renamed, pack)
    return frozenset(name for name in names if pack.attributes[name].kind is Kind.RECORDS)
