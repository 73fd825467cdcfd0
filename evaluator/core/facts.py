"""From a profile to the facts that are judged: what is stated, what the pack assumes, what is computed."""

from __future__ import annotations

import datetime
from collections.abc import Mapping

import attrs

from evaluator.core.attributes import Attribute
from evaluator.core.bounds import Bounds, Interval, Options, PartialFacts, agreed, is_value
from evaluator.core.derive_bounds import outcome
from evaluator.core.expressions import Stored
from evaluator.core.model import ROLE, Pack, Profile
from evaluator.core.operators import Operator
from evaluator.core.ready_for import add_readiness, flag_of, rests_on
from evaluator.core.values import Facts, Value


@attrs.frozen(kw_only=True)
class Difference:
    """An attribute that was stated, and would be computed as something else, or as something within bounds that it is outside of."""

    attribute: str
    stated: Value
    computed: Value | Bounds


@attrs.frozen(kw_only=True)
class Completed:
    """The facts of one profile, which of them rest on an assumption of the pack, and what differs from what would be computed."""

    facts: Facts
    assumed: frozenset[str]
    differences: tuple[Difference, ...]


def complete(pack: Pack, profile: Profile, as_of: datetime.date) -> Completed:
    """Return the profile's facts at the as-of date: stated values first, then assumed ones, then derived ones.

    From edition 2 on, facts are `PartialFacts`: beside them stand the bounds of what is computed and known in part.
    """
    facts: dict[str, Value] = dict(profile.given) if pack.language == 1 else PartialFacts(profile.given, ranges=pack.answer_ranges)
    if ROLE in pack.attributes and ROLE not in facts and (held := pack.role_held(profile)) is not None:
        facts[ROLE] = held
    assumed = {name: default for name, default in _defaults(pack) if name not in facts}
    facts.update(assumed)
    marks = set(assumed)
    differences: list[Difference] = []
    for attribute in pack.derived_attributes:
        computed = None if attribute.derivation is None else outcome(attribute.derivation.expression, facts, as_of)
        if computed is None or attribute.derivation is None:
            continue
        if attribute.id in facts:
            differences += _difference(attribute, facts[attribute.id], computed)
            continue
        _add(facts, attribute.id, computed)
        if marks.intersection(attribute.derivation.expression.inputs):
            marks.add(attribute.id)
    add_readiness(pack, facts)
    for role in pack.ready_order:
        if marks and rests_on(role, marks):
            marks.add(flag_of(role.id))
    return Completed(facts=facts, assumed=frozenset(marks), differences=tuple(differences))


def _add(facts: dict[str, Value], name: str, computed: Value | Bounds) -> None:
    if not isinstance(computed, Interval | Options):
        facts[name] = computed
    if isinstance(facts, PartialFacts):
        if isinstance(computed, Interval | Options):
            facts.bounds[name] = computed
        else:
            facts.computed.add(name)


def answered(pack: Pack, facts: PartialFacts, answer: Mapping[str, Value], as_of: datetime.date) -> PartialFacts:
    """Return what facts come to with an answer: what is computed from it is computed anew, and so is who is ready for what."""
    dependents = [attribute for name in answer for attribute in pack.dependents[name]]
    recomputed = [attribute for attribute in dependents if attribute.id not in facts or attribute.id in facts.computed]
    stored = [attribute.derivation.expression for attribute in recomputed if attribute.derivation is not None]
    kept = [expression.fact for expression in stored if isinstance(expression, Stored)]
    changed = [*answer, *kept, *(attribute.id for attribute in recomputed)]
    after = facts.without(changed)
    after.update(answer)
    for attribute in recomputed:
        computed = (
            None if attribute.derivation is None or attribute.id in answer else outcome(attribute.derivation.expression, after, as_of)
        )
        if computed is not None:
            _add(after, attribute.id, computed)
    add_readiness(pack, after, changed)
    return after


def _difference(attribute: Attribute, stated: Value, computed: Value | Bounds) -> list[Difference]:
    differs = stated != computed if is_value(computed) else agreed(Operator.IS, computed, stated) is False
    return [Difference(attribute=attribute.id, stated=stated, computed=computed)] if differs else []


def _defaults(pack: Pack) -> list[tuple[str, Value]]:
    defaults = ((name, attribute.absent_means) for name, attribute in pack.attributes.items())
    return [(name, default) for name, default in defaults if default is not None]
