"""Attributes that are computed from records, in rows that have none."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import TYPE_CHECKING

from evaluator.derive import derived
from evaluator.diagnostics import Span
from evaluator.engines.columns.derived import AS_OF
from evaluator.engines.columns.plan import gathers
from evaluator.engines.columns.truths import column, member_column
from evaluator.expressions import Gather
from evaluator.facts import complete
from evaluator.model import Attribute, Pack, Profile
from evaluator.reading.population.cells import cells_of, dtypes_of, names_of
from evaluator.values import NUMERIC, Kind, Value, tidy

if TYPE_CHECKING:
    import polars as pl

_SPAN = Span.whole_file("")


def gather_without_records(pack: Pack, frame: pl.DataFrame) -> pl.DataFrame:
    """Compute what reads records among other things; what reads records alone is unknown without them, and stays so."""
    import polars as pl

    mixed = [one for one in pack.derived_attributes if one.derivation and gathers(one.derivation.expression) and not _alone(one)]
    if not mixed or not frame.height:
        return frame
    facts = [complete(pack, _profile(pack, row), day_of(row[AS_OF])).facts for row in frame.iter_rows(named=True)]
    days = frame[AS_OF].to_list()
    for attribute in mixed:
        found = [_cells(attribute, known, day_of(day)) for known, day in zip(facts, days, strict=True)]
        columns = zip(names_of(attribute), dtypes_of(attribute), strict=True)
        made = [pl.Series(name, [cells[which] for cells in found], dtype=dtype) for which, (name, dtype) in enumerate(columns)]
        frame = frame.with_columns(*made)
    return frame


def _alone(attribute: Attribute) -> bool:
    return attribute.derivation is not None and isinstance(attribute.derivation.expression, Gather)


def _cells(attribute: Attribute, facts: Mapping[str, Value], day: datetime.date) -> Sequence[object]:
    value = None if attribute.derivation is None else derived(attribute.derivation.expression, facts, day)
    value = facts.get(attribute.id, value)
    return (None,) * len(names_of(attribute)) if value is None else cells_of(attribute, value)


def _profile(pack: Pack, row: Mapping[str, object]) -> Profile:
    return Profile(id=str(row["id"]), given=stated(pack, row), span=_SPAN)


def stated(pack: Pack, row: Mapping[str, object]) -> dict[str, Value]:
    """Return what a row of the engine's columns states; a float stands for the shortest decimal that is read as it."""
    found = {name: value_of(attribute, row) for name, attribute in pack.attributes.items()}
    return {name: value for name, value in found.items() if value is not None}


def value_of(attribute: Attribute, row: Mapping[str, object]) -> Value | None:
    """Return the value of an attribute in a row of the engine's columns."""
    code = row[column(attribute.id)]
    if code is None or attribute.kind is Kind.RECORDS:
        return None
    if attribute.kind is Kind.SET:
        return frozenset(option for place, option in enumerate(attribute.type.options) if row[member_column(attribute.id, place)])
    if attribute.kind in NUMERIC:
        return tidy(Fraction(repr(code)))
    if attribute.kind is Kind.DATE:
        return day_of(code)
    return attribute.type.options[int(str(code))] if attribute.kind is Kind.CHOICE else code  # type: ignore[return-value]


def day_of(number: object) -> datetime.date:
    """Return the date that a column holds as a number."""
    whole = int(str(number))
    return datetime.date(whole // 10_000, whole // 100 % 100, whole % 100)
