"""Mutants of a pack: the same pack with one small change of one rule, as somebody might slip it in."""

from __future__ import annotations

import enum
from collections.abc import Iterator, Mapping
from fractions import Fraction

import attrs

from evaluator.core.attributes import Attribute
from evaluator.core.conditions import AllOf, Condition, NamedCondition, attributes_read, exchanged
from evaluator.core.model import Band, Criterion, Move, Pack
from evaluator.core.pack_conditions import with_conditions
from evaluator.core.tally import TALLY_TYPES
from evaluator.core.values import Number, ValueType, decimal_text
from evaluator.diagnostics import Span
from evaluator.packs.examples.condition_mutants import Change, changes
from evaluator.packs.examples.derivation_mutants import derivation_changes
from evaluator.packs.examples.readers import criterion_reads, readers
from evaluator.packs.examples.writing import condition_text
from evaluator.packs.other_values import with_policy
from evaluator.packs.thresholds import owner_path
from evaluator.reading.pack.roles import WEIGHT

Place = tuple[Span, str, str]
"""Where a change is, what stood there and what stands there now."""


class MutantTarget(enum.StrEnum):
    """The part of a pack that a mutant changes."""

    CRITERION = "criterion"
    COUNTING = "counting"
    MOVE = "move"
    BAND = "verdict"
    ATTRIBUTE = "attribute"
    CONDITION = "condition"


@attrs.frozen(kw_only=True)
class Mutant:
    """A pack with one small change: where, of what, what stood there and what stands there now.

    `roles` are the roles whose results may differ by it, `origins` the roles whose moves may; `subject` is the id of what changed,
    and `criterion` or `move` what it has become. `touched` are the attributes that are computed otherwise, those computed from them too.
    """

    what: MutantTarget
    subject: str
    part: str
    span: Span
    was: str
    now: str
    pack: Pack
    roles: tuple[str, ...] = ()
    origins: tuple[str, ...] = ()
    criterion: Criterion | None = None
    move: Move | None = None
    touched: frozenset[str] = frozenset()

    @property
    def reported(self) -> frozenset[str]:
        """The attributes that results show and that may be shown otherwise."""
        return self.touched.intersection(attribute.id for attribute in self.pack.reported)


def mutants(pack: Pack, roles: tuple[str, ...] | None = None) -> Iterator[Mutant]:
    """Yield the mutants of a pack; with `roles`, only those of these roles' criteria."""
    for role in pack.judged_roles:
        if roles is None or role.id in roles:
            for criterion in role.criteria:
                yield from () if criterion.policy else _criterion_mutants(pack, criterion)
    for policy in pack.policies:
        holding = [role.id for role in pack.judged_roles if policy.holds_for(role)]
        if first := next((role for role in holding if roles is None or role in roles), None):
            yield from _criterion_mutants(pack, attrs.evolve(policy.criterion, role=first))
    if roles is None:
        yield from _mutants_around_roles(pack)


def _mutants_around_roles(pack: Pack) -> Iterator[Mutant]:
    for move in pack.moves:
        yield from _move_mutants(pack, move)
    yield from _band_mutants(pack)
    for attribute in (derived for derived in pack.derived_attributes if not derived.implied):
        yield from _attribute_mutants(pack, attribute)
    for named in pack.named_conditions.values():
        yield from _named_mutants(pack, named)


def _types(pack: Pack) -> Mapping[str, ValueType]:
    return {name: attribute.type for name, attribute in pack.attributes.items()}


def _criterion_mutants(pack: Pack, criterion: Criterion) -> Iterator[Mutant]:
    types = _types(pack)
    for change in changes(criterion.when, types):
        yield _of_criterion(pack, attrs.evolve(criterion, when=change.condition), MutantTarget.CRITERION, "when", _place(change))
    for almost, place in _or_nothing(criterion.almost, types):
        yield _of_criterion(pack, attrs.evolve(criterion, almost=almost), MutantTarget.CRITERION, "almost", place)
    for applies, place in _or_nothing(criterion.applies_when, types):
        yield _of_criterion(pack, attrs.evolve(criterion, applies_when=applies), MutantTarget.CRITERION, "applies_when", place)
    yield from _cap_mutants(pack, criterion)
    if not criterion.counts:
        return
    words = [str(flag).lower() for flag in (criterion.required, not criterion.required)]
    flipped = attrs.evolve(criterion, required=not criterion.required)
    yield _of_criterion(
        pack, flipped, MutantTarget.COUNTING, "required", (criterion.span, f"required: {words[0]}", f"required: {words[1]}")
    )
    for weight in _weights(criterion.weight):
        place = (criterion.span, f"weight: {decimal_text(criterion.weight)}", f"weight: {decimal_text(weight)}")
        yield _of_criterion(pack, attrs.evolve(criterion, weight=weight), MutantTarget.COUNTING, "weight", place)


def _cap_mutants(pack: Pack, criterion: Criterion) -> Iterator[Mutant]:
    """Yield a criterion that caps at each other verdict, and one that does not cap."""
    if criterion.caps_at is not None:
        for cap in (*(verdict for verdict in pack.caps_for(criterion) if verdict != criterion.caps_at), None):
            place = (criterion.span, f"caps_at: {criterion.caps_at}", "nothing" if cap is None else f"caps_at: {cap}")
            yield _of_criterion(pack, attrs.evolve(criterion, caps_at=cap), MutantTarget.COUNTING, "caps_at", place)


def _or_nothing(condition: Condition | None, types: Mapping[str, ValueType]) -> Iterator[tuple[Condition | None, Place]]:
    """Yield an optional condition with each change of it, and taken out."""
    if condition is not None:
        yield from ((change.condition, _place(change)) for change in changes(condition, types))
        yield None, (condition.span, condition_text(condition, types), "nothing")


def _place(change: Change) -> Place:
    return (change.span, change.was, change.now)


def _weights(weight: Number) -> tuple[Number, ...]:
    """Return the weight one more, and one less or, where that leaves nothing, half of it."""
    less = weight - 1 if weight > 1 else Fraction(weight) / 2 if weight != 1 else None
    return tuple(
        weight_tried for weight_tried in (less, weight + 1) if weight_tried is not None and weight_tried <= (WEIGHT.most or weight_tried)
    )


def _of_criterion(pack: Pack, criterion: Criterion, what: MutantTarget, part: str, place: Place) -> Mutant:
    if criterion.policy:
        other = with_policy(pack, criterion)
        holding = tuple(role.id for role in other.judged_roles if any(one.policy and one.id == criterion.id for one in role.criteria))
        return attrs.evolve(_mutant(other, what, owner_path(criterion), part, place, roles=holding), criterion=criterion)
    role = pack.roles[criterion.role]
    criteria = tuple(criterion if one.id == criterion.id else one for one in role.criteria)
    other = attrs.evolve(pack, roles={**pack.roles, role.id: attrs.evolve(role, criteria=criteria)})
    return attrs.evolve(_mutant(other, what, criterion.key, part, place, roles=(role.id,)), criterion=criterion)


def _move_mutants(pack: Pack, move: Move) -> Iterator[Mutant]:
    if move.when is None:
        return
    types = _types(pack)
    for when, place in _or_nothing(move.when, types):
        other = attrs.evolve(move, when=when)
        moves = tuple(other if one is move else one for one in pack.moves)
        yield attrs.evolve(
            _mutant(attrs.evolve(pack, moves=moves), MutantTarget.MOVE, move.key, "when", place, origins=(move.origin,)), move=other
        )


def _band_mutants(pack: Pack) -> Iterator[Mutant]:
    for track, bands in pack.scales_of_verdicts.items():
        for band in bands:
            yield from _mutants_of_band(pack, band, track)


def _mutants_of_band(pack: Pack, band: Band, track: str | None) -> Iterator[Mutant]:
    roles = tuple(role.id for role in pack.judged_roles if pack.scale_of(role) == track)
    subject = band.verdict if track is None else f"{band.verdict} of {track}"
    for change in () if band.when is None else changes(band.when, TALLY_TYPES):
        bands = tuple(attrs.evolve(one, when=change.condition) if one is band else one for one in pack.scales_of_verdicts[track])
        yield _mutant(pack.with_bands(track, bands), MutantTarget.BAND, subject, "when", _place(change), roles=roles)


def _attribute_mutants(pack: Pack, attribute: Attribute) -> Iterator[Mutant]:
    derivation = attribute.derivation
    if derivation is None:
        return
    reading = readers(pack, attribute.id)
    for change in derivation_changes(derivation, pack, attribute.type):
        other = attrs.evolve(attribute, derivation=attrs.evolve(derivation, expression=change.expression))
        changed = attrs.evolve(pack, attributes={**pack.attributes, attribute.id: other})
        place = (change.span, change.was, change.now)
        mutant = _mutant(changed, MutantTarget.ATTRIBUTE, attribute.id, "derive", place, roles=reading.roles, origins=reading.origins)
        yield attrs.evolve(mutant, touched=reading.names)


def _named_mutants(pack: Pack, named: NamedCondition) -> Iterator[Mutant]:
    """Yield a condition that is said once with each small change of it, wherever it is used; nothing where nothing uses it."""
    for change in changes(named.when, _types(pack)):
        other = _with_named(pack, named, change.condition)
        touched = frozenset(
            name
            for attribute in pack.derived_attributes
            if attribute.derivation != other.attributes[attribute.id].derivation
            for name in readers(pack, attribute.id).names
        )
        reading = [criterion for criterion in _criteria(other) if touched.intersection(criterion_reads(criterion))]
        before = {criterion.key: criterion for criterion in _criteria(pack)}
        changed = [criterion for criterion in _criteria(other) if criterion != before[criterion.key]]
        roles = tuple(dict.fromkeys(criterion.role for criterion in (*changed, *reading)))
        moves = zip(pack.moves, other.moves, strict=True)
        origins = tuple(
            dict.fromkeys(
                after.origin
                for move, after in moves
                if after != move or (after.when is not None and touched.intersection(attributes_read([after.when])))
            )
        )
        if roles or origins or touched:
            mutant = _mutant(other, MutantTarget.CONDITION, f"conditions.{named.id}", "when", _place(change), roles=roles, origins=origins)
            yield attrs.evolve(mutant, touched=touched)


def _criteria(pack: Pack) -> Iterator[Criterion]:
    return (criterion for role in pack.judged_roles for criterion in role.criteria)


def _with_named(pack: Pack, named: NamedCondition, new: Condition) -> Pack:
    """Return a pack in which a named condition says something else, wherever it is used."""
    whole = new if new.named is None else AllOf(parts=(new,), span=new.span)

    def changed(condition: Condition) -> Condition | None:
        used = condition.named is not None and condition.named.id == named.id
        return attrs.evolve(whole, named=condition.named) if used else None

    other = with_conditions(pack, lambda condition: exchanged(condition, changed))
    declared = {**other.named_conditions, named.id: attrs.evolve(named, when=new)}
    return attrs.evolve(other, named_conditions=declared)


def _mutant(  # noqa: PLR0913 - all that a mutant says
    pack: Pack,
    what: MutantTarget,
    subject: str,
    part: str,
    place: Place,
    *,
    roles: tuple[str, ...] = (),
    origins: tuple[str, ...] = (),
) -> Mutant:
    span, was, now = place
    return Mutant(what=what, subject=subject, part=part, span=span, was=was, now=now, pack=pack, roles=roles, origins=origins)
