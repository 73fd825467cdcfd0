"""Columns → facts: a row of a frame as the profile it stands for, so that another engine can judge it again."""

from __future__ import annotations

from collections.abc import Container, Iterator, Mapping
from typing import TYPE_CHECKING, Any

import attrs

from evaluator.core.attributes import Attribute
from evaluator.core.dates import day_of
from evaluator.core.facts import complete
from evaluator.core.model import ROLE as TODAY
from evaluator.core.model import Pack, Profile
from evaluator.core.unknowns import stored
from evaluator.core.values import Value
from evaluator.diagnostics import Span
from evaluator.engines.columns.codec import gathered_attributes, keeps_entries, read_entries, value_of
from evaluator.engines.columns.derived import AS_OF, ENTRIES, OWN_DAYS
from evaluator.engines.columns.encode import Person
from evaluator.engines.columns.plan import ROLE
from evaluator.engines.columns.truths import cause_column

if TYPE_CHECKING:
    import polars as pl

Row = Mapping[str, Any]
_OTHER = "another role"
"""Stands for a role that is none of the pack's: no column holds what it is called."""


def decoded(pack: Pack, frame: pl.DataFrame) -> Iterator[Person]:
    """Yield the person behind each row; judge them by `closed_to_records` of the pack."""
    roles = tuple(pack.roles)
    attributes = tuple(pack.attributes.values())
    causes = [name for name in map(cause_column, pack.attributes) if name in frame.columns]
    apart = {name for attribute in gathered_attributes(pack) for name in (attribute.id, cause_column(attribute.id))}
    for index, row in enumerate(frame.iter_rows(named=True)):
        given = {attribute.id: value for attribute in attributes if (value := value_of(attribute, row)) is not None}
        held = given.pop(TODAY, None)
        given |= {name: row[name] for name in causes if row.get(name) is not None}
        if (kept := row.get(ENTRIES)) is not None:
            given = _with_entries(given, kept, apart)
        today = row[ROLE]
        as_of, gathered = (None if row.get(name) is None else day_of(row[name]) for name in OWN_DAYS)
        profile = Profile(
            id=str(row["id"]),
            name=row.get("name"),
            role=None if today is None else roles[today],
            other_role=_OTHER if TODAY in pack.attributes and held is None else None,
            as_of=as_of,
            gathered=gathered,
            given=given,
            span=_span(row, index),
        )
        yield Person(profile=profile, as_of=day_of(row[AS_OF]))


def _with_entries(given: Mapping[str, Value], kept: str, apart: Container[str]) -> dict[str, Value]:
    """Return what a person states with lists of entries, and without what is computed from them unless it is stated too."""
    lists, stated = read_entries(kept)
    return {name: value for name, value in given.items() if name not in apart or name in stated} | lists


def with_records(pack: Pack, person: Person, records: Mapping[str, Value]) -> Profile:
    """Return a person's profile with the lists of entries that no column holds; what is computed from them is computed again.

    A value of an attribute that is computed from records and may be stated was stated where it is another than the computed one.
    """
    gathered = gathered_attributes(pack)
    apart = {name for attribute in gathered for name in (attribute.id, cause_column(attribute.id))}
    given = {name: value for name, value in person.profile.given.items() if name not in apart} | dict(records)
    again = complete(pack, attrs.evolve(person.profile, given=given), person.as_of).facts
    stated = {
        attribute.id: person.profile.given[attribute.id]
        for attribute in gathered
        if attribute.may_be_given and attribute.id in person.profile.given
    }
    given |= {name: value for name, value in stated.items() if again.get(name) != value}
    return attrs.evolve(person.profile, given=given)


def closed_to_records(pack: Pack) -> Pack:
    """Return the pack with everything that is gathered from records left to what its column says.

    The entries of records are gone once they are columns. What was computed from them is stated in its own column, and stays
    unknown where that is empty; why it is unknown stands in a column too, with what bounds it. Where bounds hang on records and on
    other attributes at once, the entries themselves are kept in a column, and the pack is as it was.
    """
    if keeps_entries(pack):
        return pack
    attributes = {name: _closed(pack, attribute) for name, attribute in pack.attributes.items()}
    return attrs.evolve(pack, attributes=attributes)


def _closed(pack: Pack, attribute: Attribute) -> Attribute:
    if attribute.derivation is None or not attribute.derivation.expression.gathers:
        return attribute
    kept = stored(attribute.id, pack.attributes, cause_column(attribute.id))
    return attrs.evolve(attribute, derivation=attrs.evolve(attribute.derivation, expression=kept))


def _span(row: Row, index: int) -> Span:
    line = int(row.get("line") or row.get("row") or index + 1)
    return Span(path="population", line=line, column=1, end_line=line, end_column=1)
