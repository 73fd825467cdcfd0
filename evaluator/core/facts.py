"""From a profile to the facts that are judged: what is stated, what the pack assumes, what is computed."""

from __future__ import annotations

import datetime

import attrs

from evaluator.core.derive import derived
from evaluator.core.expressions import inputs
from evaluator.core.model import Attribute, Pack, Profile
from evaluator.core.values import Facts, Value


@attrs.frozen(kw_only=True)
class Difference:
    """An attribute that was stated, and would be computed as something else."""

    attribute: str
    stated: Value
    computed: Value


@attrs.frozen(kw_only=True)
class Completed:
    """The facts of one profile, which of them rest on an assumption of the pack, and what differs from what would be computed."""

    facts: Facts
    assumed: frozenset[str]
    differences: tuple[Difference, ...]


def complete(pack: Pack, profile: Profile, as_of: datetime.date) -> Completed:
    """Return the profile's facts at the as-of date: stated values first, then assumed ones, then derived ones."""
    facts = dict(profile.given)
    assumed = {name: default for name, default in _defaults(pack) if name not in facts}
    facts.update(assumed)
    marks = set(assumed)
    differences: list[Difference] = []
    for attribute in pack.derived_attributes:
        value = _computed(attribute, facts, as_of)
        if value is None:
            continue
        if attribute.id not in facts:
            facts[attribute.id] = value
            if attribute.derivation and marks.intersection(inputs(attribute.derivation.expression)):
                marks.add(attribute.id)
        elif facts[attribute.id] != value:
            differences.append(Difference(attribute=attribute.id, stated=facts[attribute.id], computed=value))
    return Completed(facts=facts, assumed=frozenset(marks), differences=tuple(differences))


def _defaults(pack: Pack) -> list[tuple[str, Value]]:
    found = ((name, attribute.absent_means) for name, attribute in pack.attributes.items())
    return [(name, default) for name, default in found if default is not None]


def _computed(attribute: Attribute, facts: Facts, as_of: datetime.date) -> Value | None:
    return None if attribute.derivation is None else derived(attribute.derivation.expression, facts, as_of)
