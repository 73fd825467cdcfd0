"""Today's role as rules read it: the attributes that every pack of edition 2 has without declaring them.

What is stated is the role alone, `role`; `current_role`, `current_track` and `current_rung` are computed from it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import attrs

from evaluator.core.attributes import Attribute
from evaluator.core.conditions import attributes_read
from evaluator.core.expressions import Derivation, Lookup, Reference
from evaluator.core.model import ROLE, Pack, Role
from evaluator.core.ready_for import READY_FOR
from evaluator.core.values import Atom, Kind, ValueType
from evaluator.diagnostics import Span

CURRENT_ROLE, CURRENT_TRACK, CURRENT_RUNG = "current_role", "current_track", "current_rung"
IMPLIED = (ROLE, READY_FOR, CURRENT_ROLE, CURRENT_TRACK, CURRENT_RUNG)
"""Their names, which no attribute of a pack of edition 2 may bear; neither may it be called as a key of conditions is."""
_TABLE = "roles"


def types_implied(roles: Iterable[str], tracks: Iterable[str]) -> dict[str, ValueType]:
    """Return the types of what conditions and expressions may read of today's role, for roles and tracks in the order of the pack."""
    role = ValueType(kind=Kind.CHOICE, options=tuple(roles), declared_in="roles")
    track = ValueType(kind=Kind.CHOICE, options=tuple(tracks), declared_in="tracks")
    return {CURRENT_ROLE: role, CURRENT_TRACK: track, CURRENT_RUNG: ValueType(kind=Kind.INTEGER)}


def implied(roles: Mapping[str, Role], tracks: Iterable[str], span: Span) -> dict[str, Attribute]:
    """Return today's role as attributes: the one that is stated, then those computed from it."""
    known = list(tracks)
    types = types_implied(roles, known)
    placed = {role.id: role for role in roles.values() if role.track in known}
    rows: dict[str, Mapping[Atom, Atom]] = {
        CURRENT_TRACK: {role.id: role.track for role in placed.values()},
        CURRENT_RUNG: {role.id: role.rung for role in placed.values()},
    }
    stated = Reference(attribute=ROLE)
    expressions = {CURRENT_ROLE: stated} | {name: Lookup(of=stated, table=_TABLE, rows=found) for name, found in rows.items()}
    titles = {CURRENT_ROLE: "Role today", CURRENT_TRACK: "Track today", CURRENT_RUNG: "Rung today"}
    computed = {
        name: Attribute(
            id=name,
            title=titles[name],
            type=types[name],
            derivation=Derivation(expression=expression, span=span),
            may_be_given=False,
            implied=True,
            span=span,
        )
        for name, expression in expressions.items()
    }
    question = "Which role do they hold today?"
    role = Attribute(id=ROLE, title="Current role", type=types[CURRENT_ROLE], question=question, implied=True, span=span)
    return {ROLE: role, **computed}


def with_todays_role(pack: Pack, span: Span) -> Pack:
    """Return a pack with the attributes of today's role, where its rules read one of them or somebody without a role holds one."""
    attributes = implied(pack.roles, (track.id for track in pack.tracks), span)
    read = set(attributes_read(pack.conditions))
    read.update(name for attribute in pack.derived_attributes if attribute.derivation for name in attribute.derivation.expression.inputs)
    read.update(attributes_read(expectation.expect for expectation in pack.plausible))
    if pack.entry_role is None and read.isdisjoint(attributes):
        return pack
    return attrs.evolve(pack, attributes={**pack.attributes, **attributes})
