"""A profile in the making: what it states, with a comment on where that comes from, and what is put forward for a person to decide."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping

import attrs

from evaluator.core.model import Evidence, Profile
from evaluator.core.values import Value


@attrs.frozen(kw_only=True)
class Statement:
    """An attribute's value; `note` tells where it comes from, `entry_notes` the same for each entry of a list of records."""

    attribute: str
    value: Value
    note: str | None = None
    entry_notes: tuple[str, ...] = ()


@attrs.frozen(kw_only=True)
class Proposal:
    """An attribute that nobody has stated: a value put forward, or none, and what a person needs to know to decide."""

    attribute: str
    value: Value | None = None
    note: str


@attrs.frozen(kw_only=True)
class Draft:
    """A profile to be written; `head` are comments above everything."""

    id: str
    name: str | None = None
    role: str | None = None
    role_note: str | None = None
    gathered: datetime.date | None = None
    as_of: datetime.date | None = None
    statements: Mapping[str, Statement] = attrs.field(factory=dict)
    proposals: tuple[Proposal, ...] = ()
    evidence: Mapping[str, tuple[Evidence, ...]] = attrs.field(factory=dict)
    groups: Mapping[str, str] = attrs.field(factory=dict)
    notes: str | None = None
    head: tuple[str, ...] = ()


def draft_of(profile: Profile, *, head: Iterable[str] = ()) -> Draft:
    """Return what a profile states, to be written anew."""
    return Draft(
        id=profile.id,
        name=profile.name,
        role=profile.role or profile.other_role,
        gathered=profile.gathered,
        as_of=profile.as_of,
        statements={name: Statement(attribute=name, value=value) for name, value in profile.given.items()},
        evidence=profile.evidence,
        groups=profile.groups,
        notes=profile.notes,
        head=tuple(head),
    )
