"""Facts → the columns that the plan reads."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from typing import TYPE_CHECKING

import attrs

from evaluator.core.attributes import Attribute
from evaluator.core.bounds import known_in_part
from evaluator.core.dates import day_number
from evaluator.core.expressions import Stored, within
from evaluator.core.facts import complete
from evaluator.core.model import ROLE as TODAY
from evaluator.core.model import Pack, Profile
from evaluator.core.unknowns import Unknowns, letters_of, stored
from evaluator.core.values import Facts, Value
from evaluator.engines.columns.codec import entries_text, gathered_attributes, keeps_entries, series_of
from evaluator.engines.columns.derived import AS_OF, ENTRIES, OWN_DAYS
from evaluator.engines.columns.plan import DOUBT, ROLE
from evaluator.engines.columns.truths import cause_column

if TYPE_CHECKING:
    import polars as pl


_SMALL = 1_000_000
"""Fractions this small lie so far apart that floats keep them so."""


@attrs.frozen(kw_only=True)
class Person:
    """A profile and the date for which it is evaluated."""

    profile: Profile
    as_of: datetime.date


def frame_of(pack: Pack, people: Sequence[Person]) -> pl.DataFrame:
    """Return the columns of people; what is computed from records is computed here, where the records are."""
    import polars as pl

    reasons = reasons_of(gathered_attributes(pack), pack)
    stated = [_stated(pack, person, reasons) for person in people]
    roles = {role: index for index, role in enumerate(pack.roles)}
    data: dict[str, pl.Series] = {
        "id": pl.Series([person.profile.id for person in people], dtype=pl.String),
        AS_OF: pl.Series([day_number(person.as_of) for person in people], dtype=pl.Int32),
        **{
            name: pl.Series([None if day is None else day_number(day) for day in days], dtype=pl.Int32)
            for name, days in zip(OWN_DAYS, zip(*map(_own_days, people), strict=True) if people else ((), ()), strict=True)
        },
        ROLE: pl.Series([roles.get(person.profile.role or "") for person in people], dtype=pl.Int16),
    }
    for attribute in pack.attributes.values():
        data |= series_of(attribute, [facts.get(attribute.id) for facts in stated])
    if TODAY in pack.attributes:
        data |= series_of(pack.attributes[TODAY], [person.profile.given.get(TODAY, pack.role_held(person.profile)) for person in people])
    for reason in reasons.values():
        data[reason.fact] = pl.Series([facts.get(reason.fact) for facts in stated], dtype=pl.String)
    if keeps_entries(pack):
        data[ENTRIES] = pl.Series([entries_text(pack, person.profile.given) for person in people], dtype=pl.String)
    data[DOUBT] = pl.Series([any(map(beyond_floats, facts.values())) for facts in stated], dtype=pl.Boolean)
    return pl.DataFrame(data)


def _own_days(person: Person) -> tuple[datetime.date | None, datetime.date | None]:
    return (person.profile.as_of, person.profile.gathered)


def beyond_floats(value: Value) -> bool:
    """Whether a number is too long for a float to stand for it: it might not compare as the exact number does."""
    if not isinstance(value, int | Fraction) or (value.denominator <= _SMALL and -_SMALL <= value <= _SMALL):
        return False
    return Fraction(repr(float(value))) != value


def reasons_of(gathered: Iterable[Attribute], pack: Pack) -> Mapping[str, Stored]:
    """Return, for each attribute that is computed from records, how it is kept where they are gone."""
    return {attribute.id: stored(attribute.id, pack.attributes, cause_column(attribute.id)) for attribute in gathered}


def _stated(pack: Pack, person: Person, reasons: Mapping[str, Stored]) -> Facts:
    if not reasons:
        return person.profile.given
    unknowns = Unknowns(facts=complete(pack, person.profile, person.as_of).facts, attributes=pack.attributes, as_of=person.as_of)
    return {**gathered_facts(reasons, unknowns), **person.profile.given}


def gathered_facts(reasons: Mapping[str, Stored], unknowns: Unknowns) -> Facts:
    """Return what is computed from records: the value of each attribute, or why it has none, which the records themselves hold."""
    result: dict[str, Value] = {}
    for name, reason in reasons.items():
        if name in unknowns.facts:
            result[name] = unknowns.facts[name]
        elif any(expression.records in unknowns.facts for expression in within(reason.original) if expression.records is not None):
            result[reason.fact] = letters_of(unknowns.computed(unknowns.attributes[name]), reason, known_in_part(unknowns.facts, name))
    return result
