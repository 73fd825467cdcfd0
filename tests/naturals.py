"""Profiles as the frames that people keep them in, and what the reference says of such a frame."""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import attrs
import polars as pl

from evaluator.core.attributes import Attribute
from evaluator.core.model import Pack, Profile
from evaluator.core.results import Evaluation, RoleResult, Verdict
from evaluator.core.values import NUMERIC, Kind, Value
from evaluator.engines.columns.codec import exact
from evaluator.engines.readiness import Evaluator

Row = Mapping[str, Any]
TYPES: Mapping[Kind, Any] = {
    Kind.NUMBER: pl.Float64,
    Kind.INTEGER: pl.Int64,
    Kind.FLAG: pl.Boolean,
    Kind.SCALE: pl.String,
    Kind.CHOICE: pl.String,
    Kind.DATE: pl.Date,
    Kind.SET: pl.List(pl.String),
}
_TOO_LARGE = 10**15


def natural(pack: Pack, people: Sequence[Profile]) -> pl.DataFrame:
    """Return profiles as a frame, one a row, without what no column can hold."""
    data: dict[str, pl.Series] = {
        "id": pl.Series([one.id for one in people], dtype=pl.String),
        "name": pl.Series([one.name for one in people], dtype=pl.String),
        "role": pl.Series([one.role for one in people], dtype=pl.String),
    }
    for attribute in _stated(pack):
        cells = [_cell(attribute, one.given.get(attribute.id)) for one in people]
        data[attribute.id] = pl.Series(cells, dtype=TYPES[attribute.kind])
    return pl.DataFrame(data)


def _stated(pack: Pack) -> Iterator[Attribute]:
    return (one for one in pack.declared_attributes.values() if one.kind is not Kind.RECORDS and one.may_be_given)


def _cell(attribute: Attribute, value: Value | None) -> object:
    if value is None:
        return None
    if attribute.kind is Kind.SCALE and isinstance(value, int):
        return attribute.type.options[value]
    if isinstance(value, frozenset):
        return sorted(value)
    return float(value) if attribute.kind is Kind.NUMBER else value  # type: ignore[arg-type]


def told(profile: Profile, pack: Pack) -> Profile:
    """Return a profile as its row tells it: without records, and with the numbers that floats stand for."""
    stated = {one.id: one for one in _stated(pack)}
    given = {
        name: exact(float(value)) if stated[name].kind in NUMERIC else value  # type: ignore[arg-type]
        for name, value in profile.given.items()
        if name in stated
    }
    return attrs.evolve(profile, given=given, other_role=None)


def unfit(profile: Profile, pack: Pack) -> str | None:
    """Return the first column whose value is beyond what can be stated: fifteen digits, and dates from 1900."""
    for attribute in _stated(pack):
        value = profile.given.get(attribute.id)
        if attribute.kind in NUMERIC and value is not None and abs(float(value)) >= _TOO_LARGE:  # type: ignore[arg-type]
            return attribute.id
        if isinstance(value, datetime.date) and value.year < 1900:
            return attribute.id
    return None


def expected(evaluation: Evaluation, role: str | None = None) -> dict[str, object]:
    """Return what a frame has to say of an evaluation, but for doubt and what is invalid."""
    best = evaluation.next_roles[0].result if evaluation.next_roles else None
    result = best if role is None else evaluation.roles[role]
    found: dict[str, object] = {"id": evaluation.profile.id, "role": evaluation.profile.role}
    found |= {f"standing_{one.track}": ", ".join(one.roles) or None for one in evaluation.standings}
    return found | {"next_role" if role is None else "judged_role": result and result.role.id} | _judged(result)


def _judged(result: RoleResult | None) -> dict[str, object]:
    if result is None:
        return dict.fromkeys(("verdict", "verdict_worse", "verdict_better", "score_worse", "score_better"))
    verdict: Verdict = result.verdict
    undecided = f"undecided: {verdict.low} to {verdict.high}"
    return {
        "verdict": verdict.low if verdict.decided else undecided,
        "verdict_worse": verdict.low,
        "verdict_better": verdict.high,
        "score_worse": float(result.score.low),
        "score_better": float(result.score.high),
    }


def differences(pack: Pack, people: Sequence[Profile], rows: Sequence[Row], as_of: datetime.date, role: str | None = None) -> list[str]:
    """Return where rows differ from the reference; rows in doubt may, and invalid ones say nothing at all."""
    reference = Evaluator(pack, engine="reference")
    by_id = {row["id"]: row for row in rows}
    assert len(by_id) == len(people) == len(rows)
    found: list[str] = []
    for one in people:
        row, wrong = by_id[one.id], unfit(one, pack)
        wanted = expected(reference.evaluate(told(one, pack), as_of=as_of), role)
        if wrong is not None:
            wanted = dict.fromkeys(wanted) | {"id": one.id}
        if row["doubt"] and wrong is None:
            continue
        wanted["invalid"] = wrong
        found += [f"{one.id}: {name} is {row[name]!r}, and not {value!r}" for name, value in wanted.items() if row[name] != value]
    return found
