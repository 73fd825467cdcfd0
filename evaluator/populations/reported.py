"""Columns beside verdicts: the attributes that a pack reports, and what each criterion has and needs.

They are worked out from the exact facts of each person, whichever engine judged, so that they are the same from all of them.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Iterator, Mapping, Sequence
from fractions import Fraction
from typing import Any

import attrs
import polars as pl

from evaluator.core.attributes import Attribute
from evaluator.core.bounds import known_in_part
from evaluator.core.conditions import AttributeTest, Condition, Truth, attributes_read, plain
from evaluator.core.dates import Precision
from evaluator.core.facts import complete
from evaluator.core.gaps import gaps, need_of
from evaluator.core.model import Criterion, Pack
from evaluator.core.results import CriterionResult, Need, State
from evaluator.core.values import NUMERIC, Facts, Kind, Value
from evaluator.diagnostics.errors import PopulationProblem
from evaluator.engines.columns.decode import closed_to_records, decoded
from evaluator.populations.request import Request
from evaluator.report.sentences import asked_words, value_words

MEASURES: Mapping[str, pl.DataType] = {
    "attribute": pl.String(),
    "have": pl.Float64(),
    "need": pl.Float64(),
    "distance": pl.Float64(),
    "unit": pl.String(),
    "have_words": pl.String(),
    "need_words": pl.String(),
}
"""The columns of what a criterion has and needs: of one test as numbers, and of all that is still to be met in words."""
_MOST = 1 << 63
_JOINT = "; "
Row = tuple[str | float | None, ...]
_NOTHING: Row = (None,) * len(MEASURES)


def facts_of(people: pl.DataFrame, pack: Pack, request: Request) -> Iterator[Facts]:
    """Yield the facts of each row's person, exact: what is stated, assumed and computed."""
    closed = pack if request.in_database else closed_to_records(pack)
    return (complete(closed, person.profile, person.as_of).facts for person in decoded(pack, people))


def reported_columns(facts: Iterable[Facts], pack: Pack, names: Sequence[str]) -> pl.DataFrame:
    """Return the reported attributes of people, a row each."""
    types = [column_type for attribute in pack.reported for column_type in (_type(attribute), pl.String())]
    rows = [[cell for attribute in pack.reported for cell in _cells(attribute, known)] for known in facts]
    return pl.DataFrame(rows, schema=dict(zip(names, types, strict=True)), orient="row")


def _type(attribute: Attribute) -> pl.DataType:
    if attribute.kind is Kind.DATE and attribute.type.precision is Precision.DAY:
        return pl.Date()
    types: Mapping[Kind, pl.DataType] = {Kind.NUMBER: pl.Float64(), Kind.INTEGER: pl.Int64(), Kind.FLAG: pl.Boolean()}
    return types.get(attribute.kind, pl.String())


def _cells(attribute: Attribute, facts: Facts) -> tuple[Any, str | None]:
    value, bounds = facts.get(attribute.id), known_in_part(facts, attribute.id)
    words = None if bounds is None else attribute.show(bounds)
    return None if value is None else _cell(attribute, value), None if words == attribute.show(None) else words


def _cell(attribute: Attribute, value: Value) -> bool | int | float | str | datetime.date:
    if isinstance(value, bool):
        return value
    if attribute.kind in NUMERIC and isinstance(value, int | Fraction):
        if not -_MOST < value < _MOST:
            message = f"`{attribute.id}` comes to {attribute.show(value)}, which is too large for a column of numbers"
            raise PopulationProblem(message, "leave `report: true` away from it, or compute it in a larger unit")
        return int(value) if attribute.kind is Kind.INTEGER else float(value)
    if isinstance(value, datetime.date) and attribute.type.precision is Precision.DAY:
        return value
    return attribute.show(value)


@attrs.frozen(kw_only=True)
class Measures:
    """What one criterion has and needs, of many people: rows that differ, and which of them each person has."""

    criterion: Criterion
    attributes: Mapping[str, Attribute]
    rows: dict[Row, int] = attrs.field(factory=dict, init=False)
    indices: list[int] = attrs.field(factory=list, init=False)
    _known: dict[Any, int] = attrs.field(factory=dict, init=False)
    _reads: tuple[str, ...] = attrs.field(init=False)

    @_reads.default
    def _what_it_reads(self) -> tuple[str, ...]:
        return attributes_read([self.criterion.when])

    def add(self, held: Truth, applies: Truth, facts: Facts) -> None:
        """Add a person, by what an engine made of the criterion and the facts that it reads: who has the same gets the same row."""
        known = tuple([facts.get(name) for name in self._reads])
        bounds = tuple([known_in_part(facts, name) for name in self._reads]) if None in known else ()
        index = self._known.get(key := (held, applies, known, bounds))
        if index is None:
            row = measured(CriterionResult(criterion=self.criterion, held=held, applies=applies), facts, self.attributes)
            index = self._known[key] = self.rows.setdefault(row, len(self.rows))
        self.indices.append(index)

    @property
    def frame(self) -> pl.DataFrame:
        """The columns, a row for each person."""
        return pl.DataFrame(list(self.rows), schema=dict(MEASURES), orient="row")[self.indices]


def measured(result: CriterionResult, facts: Facts, attributes: Mapping[str, Attribute]) -> Row:
    """Return what a criterion has and needs: of the one test that it is, or is still short of, numbers; of several, words alone.

    A criterion that is met has a distance of 0; where it is unknown, or measured in no number, it has none; where it does not apply, or
    is met or unknown and made of several tests, nothing is said.
    """
    needs = _needs(result, facts, attributes)
    if not needs:
        return _NOTHING
    read = [attributes[need.test.attribute] for need in needs]
    values = [need.between if need.have is None else need.have for need in needs]
    have_words = [value_words(attribute, value) for attribute, value in zip(read, values, strict=True)]
    need_words = [asked_words(need.test, attributes) for need in needs]
    words = (_JOINT.join(have_words), _JOINT.join(need_words))
    names = _JOINT.join(attribute.id for attribute in read)
    if len(needs) > 1:
        return (names, None, None, None, None, *words)
    (need,), (attribute,) = needs, read
    distance = 0 if result.state is State.MET else need.distance
    unit = attribute.type.unit if need.unit is None else need.unit
    asked = None if need.test.of_presence else need.need
    return (names, _number(attribute, need.have), _number(attribute, asked), None if distance is None else float(distance), unit, *words)


def _needs(result: CriterionResult, facts: Facts, attributes: Mapping[str, Attribute]) -> tuple[Need, ...]:
    if result.state is State.NOT_APPLICABLE:
        return ()
    if result.state is State.UNMET:
        (gap,) = gaps([result], facts, attributes, (result.criterion.caps_at,) if result.criterion.caps_at else ())
        return gap.needs
    test = _only(plain(result.criterion.when))
    return () if test is None else (need_of(test, facts, attributes),)


def _only(condition: Condition) -> AttributeTest | None:
    """Return the one test that a condition is made of, if it is."""
    while not isinstance(condition, AttributeTest):
        if len(condition.parts) != 1:
            return None
        (condition,) = condition.parts
    return condition


def _number(attribute: Attribute, value: object) -> float | None:
    numeric = attribute.kind in NUMERIC
    return float(value) if numeric and isinstance(value, int | Fraction) and not isinstance(value, bool) else None
