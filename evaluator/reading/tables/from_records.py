"""Attributes that are computed from records, which no column can hold: here, where the records are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from evaluator.core.attributes import Attribute
from evaluator.core.dates import day_of
from evaluator.core.expressions import Gather
from evaluator.core.facts import complete
from evaluator.core.model import Pack, Profile
from evaluator.core.unknowns import Unknowns
from evaluator.core.values import Kind, Value
from evaluator.diagnostics import Span
from evaluator.engines.columns.codec import entries_text, gathered_attributes, keeps_entries, series_of, value_of, written
from evaluator.engines.columns.derived import AS_OF, ENTRIES
from evaluator.engines.columns.encode import beyond_floats, gathered_facts, reasons_of
from evaluator.engines.columns.plan import DOUBT
from evaluator.engines.columns.truths import cause_column, column

if TYPE_CHECKING:
    import polars as pl

_SPAN = Span.whole_file("")


def gather(pack: Pack, frame: pl.DataFrame, records: Mapping[int, Mapping[str, Value]]) -> pl.DataFrame:
    """Compute what reads records, given by row number; what reads records alone is unknown without them, and stays so."""
    gathered = gathered_attributes(pack)
    mixed = [attribute for attribute in gathered if not _alone(attribute)]
    import polars as pl

    if not frame.height or not (records or mixed):
        beside = [cause_column(attribute.id) for attribute in gathered] + ([ENTRIES] if keeps_entries(pack) else [])
        return frame.with_columns(pl.lit(None, pl.String).alias(name) for name in beside)
    if mixed:
        return _computed(pack, frame, gathered, records)
    some = frame["row"].is_in(list(records))
    frame = frame.with_columns(pl.lit(None, pl.String).alias(cause_column(attribute.id)) for attribute in gathered)
    made = _computed(pack, frame.filter(some), gathered, records)
    return pl.concat([frame.filter(~some), made]).sort("row")


def _computed(pack: Pack, frame: pl.DataFrame, gathered: Sequence[Attribute], records: Mapping[int, Mapping[str, Value]]) -> pl.DataFrame:
    import polars as pl

    days = [day_of(day) for day in frame[AS_OF]]
    given = [stated(pack, row) | dict(records.get(int(str(row["row"])), {})) for row in frame.iter_rows(named=True)]
    facts = [complete(pack, _profile(one), day).facts for one, day in zip(given, days, strict=True)]
    reasons = reasons_of(gathered, pack)
    made = [
        gathered_facts(reasons, Unknowns(facts=known, attributes=pack.attributes, as_of=day))
        for known, day in zip(facts, days, strict=True)
    ]
    for attribute in gathered:
        frame = frame.with_columns(*series_of(attribute, [facts_.get(attribute.id) for facts_ in made]).values())
    causes = [pl.Series(reason.fact, [one.get(reason.fact) for one in made], dtype=pl.String) for reason in reasons.values()]
    names = _records(pack)
    known_records = [pl.Series(column(name), [True if name in one else None for one in given], dtype=pl.Boolean) for name in names]
    if keeps_entries(pack):
        causes.append(pl.Series(ENTRIES, [entries_text(pack, one) for one in given], dtype=pl.String))
    long = pl.Series([any(map(beyond_floats, fact.values())) for fact in facts], dtype=pl.Boolean)
    return frame.with_columns(*causes, *known_records, pl.col(DOUBT) | long)


def _records(pack: Pack) -> list[str]:
    return [name for name, attribute in pack.attributes.items() if attribute.kind is Kind.RECORDS]


def _alone(attribute: Attribute) -> bool:
    expression = None if attribute.derivation is None else attribute.derivation.expression
    return isinstance(expression, Gather) and expression.attributes == (expression.records,)


def _profile(given: Mapping[str, Value]) -> Profile:
    return Profile(id="row", given=given, span=_SPAN)


def stated(pack: Pack, row: Mapping[str, object]) -> dict[str, Value]:
    """Return what a row of the engine's columns states; a float stands for the shortest decimal that is read as it."""
    attributes = (attribute for attribute in pack.attributes.values() if attribute.kind is not Kind.RECORDS)
    return {attribute.id: value for attribute in attributes if (value := value_of(attribute, row, written)) is not None}
