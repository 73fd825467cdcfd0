"""A chunk of people → the narrow frame: by columns, with the reference asked wherever rounding could have decided."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property

import attrs
import polars as pl

from evaluator.core.facts import complete
from evaluator.core.model import Pack
from evaluator.core.results import Evaluation
from evaluator.engines.columns.decode import closed_to_records, decoded
from evaluator.engines.columns.encode import Person, frame_of
from evaluator.engines.columns.plan import DOUBT, JUDGED_FOR, Plan, plan
from evaluator.engines.columns.truths import cause_column
from evaluator.engines.columns.without_records import without_records
from evaluator.engines.readiness import Evaluator
from evaluator.populations.gaps_and_questions import FEW, Details
from evaluator.populations.prepared_queries import PreparedQuery
from evaluator.populations.profile_codes import answers, details_of
from evaluator.populations.request import Request
from evaluator.populations.result_codes import ABOUT, columns, narrowed, narrowed_answers

_AT_ONCE = 1000


@attrs.frozen(slots=False, kw_only=True)
class Judge:
    """A pack made ready to judge chunks of people for one request."""

    pack: Pack
    request: Request
    few: int = FEW
    many: int = 500

    @cached_property
    def plan(self) -> Plan:
        """The pack compiled to columns; without records where a database judged."""
        return plan(without_records(self.pack) if self.request.in_database else self.pack)

    @cached_property
    def _narrowed(self) -> PreparedQuery:
        make = narrowed_answers if self.request.in_database else narrowed
        return PreparedQuery(lambda frame: make(self.plan, frame, self.request))

    @cached_property
    def _plan_stated(self) -> Plan:
        """The plan over facts that are stated to the last one, so that nothing is rounded."""
        return attrs.evolve(self.plan, truths=attrs.evolve(self.plan.truths, inexact=frozenset(), stated=frozenset()))

    @cached_property
    def _stated(self) -> PreparedQuery:
        """The same as `_narrowed` over such facts: nothing is computed."""
        return PreparedQuery(lambda frame: narrowed(self._plan_stated, frame, self.request, derive=False))

    @cached_property
    def _details(self) -> Details:
        return Details(pack=self.pack, plan=self.plan, few=self.few)

    @cached_property
    def _details_stated(self) -> Details:
        return Details(pack=self.pack, plan=self._plan_stated, few=self.few)

    @cached_property
    def closed(self) -> Pack:
        """The pack by which people are judged who were columns before."""
        return self.pack if self.request.in_database else closed_to_records(self.pack)

    @cached_property
    def first(self) -> Evaluator:
        """The engine asked for, or the one that is asked where columns are in doubt."""
        return Evaluator(self.closed, engine="reference" if self.request.in_columns else self.request.engine)

    @cached_property
    def second(self) -> Evaluator:
        """The engine of the second opinion."""
        return Evaluator(self.closed, engine=self.request.opinion)

    def judge(self, frame: pl.DataFrame) -> pl.DataFrame:
        """Return the narrow rows of a frame of people, in its order."""
        if not self.request.in_columns:
            return self.answered(frame, self.first)
        judged, doubtful = self._judged(frame, self._narrowed, self._details, frame)
        return _replaced(judged, doubtful, self._settled(frame.filter(doubtful))) if doubtful.any() else judged

    def _judged(
        self, frame: pl.DataFrame, narrowing: PreparedQuery, details: Details, people: pl.DataFrame
    ) -> tuple[pl.DataFrame, pl.Series]:
        """Return the narrow rows by columns, and which of them are in doubt; `people` is the frame as it was read."""
        judged_frame = narrowing.run(frame)
        detailed = details.of(judged_frame)
        rows = detailed.rows.drop(DOUBT)
        if (left := detailed.left & ~judged_frame[DOUBT]).any():
            rows = _replaced(rows, left, self._detailed(people.filter(left), judged_frame.filter(left)[ABOUT]))
        judged = pl.concat([judged_frame.select(*columns(self.pack, self.request.level)), rows], how="horizontal")
        return judged, judged_frame[DOUBT] | detailed.rows[DOUBT]

    def _detailed(self, people: pl.DataFrame, about: pl.Series) -> pl.DataFrame:
        """Return the gaps and questions of people, one by one, each about the role that columns judged them for, and no other."""
        roles = self.pack.judged_roles
        results = (
            self.first.evaluate(person.profile, as_of=person.as_of, only={roles[place].id}).roles[roles[place].id]
            for person, place in zip(decoded(self.pack, people), about, strict=True)
        )
        return details_of(results, self.pack)

    def details_about(self, frame: pl.DataFrame, rows: Sequence[int], about: Sequence[int]) -> pl.DataFrame:
        """Return gaps and questions of people of a frame, by their rows, each about one judged role, by its place; a row for each pair."""
        wide = self._narrowed.run(frame)[rows].with_columns(pl.Series(ABOUT, about, dtype=pl.Int16))
        detailed = self._details.of(wide)
        left = detailed.left | wide[DOUBT] | detailed.rows[DOUBT]
        details = detailed.rows.drop(DOUBT)
        return _replaced(details, left, self._detailed(frame[rows].filter(left), wide[ABOUT].filter(left))) if left.any() else details

    def _settled(self, frame: pl.DataFrame) -> pl.DataFrame:
        """Judge what is in doubt again: many by columns of exact facts, and what is still in doubt, or few, by the reference.

        What is known in part is no fact that could be stated exactly, so a pack that knows of it goes by the reference.
        """
        if frame.height <= self.many or self.pack.language > 1:
            return self.answered(frame, self.first)
        judged, doubtful = self._judged(exactly(self.closed, frame), self._stated, self._details_stated, frame)
        return _replaced(judged, doubtful, self.answered(frame.filter(doubtful), self.first)) if doubtful.any() else judged

    def answered(self, frame: pl.DataFrame, evaluator: Evaluator) -> pl.DataFrame:
        """Return the narrow rows that an evaluator makes of a frame's people, one by one."""
        parts = [
            answers(self.evaluations(part, evaluator), self.pack, self.request, part[JUDGED_FOR] if JUDGED_FOR in part.columns else None)
            for part in frame.iter_slices(_AT_ONCE)
        ]
        return pl.concat(parts) if parts else answers((), self.pack, self.request)

    def evaluations(self, frame: pl.DataFrame, evaluator: Evaluator) -> Iterator[Evaluation]:
        """Yield the evaluation of each row's person."""
        return _evaluated(decoded(self.pack, frame), evaluator)


def exactly(pack: Pack, frame: pl.DataFrame) -> pl.DataFrame:
    """Return a frame with every fact that is assumed or computed worked out exactly, and stated."""
    people = [_with_facts(pack, person) for person in decoded(pack, frame)]
    attributes = {name: attrs.evolve(attribute, derivation=None) for name, attribute in pack.attributes.items()}
    causes = [name for name in (*map(cause_column, pack.attributes), JUDGED_FOR) if name in frame.columns]
    return frame_of(attrs.evolve(pack, attributes=attributes), people).hstack(frame.select(causes))


def _with_facts(pack: Pack, person: Person) -> Person:
    facts = complete(pack, person.profile, person.as_of).facts
    return attrs.evolve(person, profile=attrs.evolve(person.profile, given=facts))


def _replaced(judged: pl.DataFrame, where: pl.Series, others: pl.DataFrame) -> pl.DataFrame:
    """Put other rows, in their order, in the place of some."""
    order = pl.int_range(judged.height, eager=True).alias("place")
    parts = [judged.filter(~where).with_columns(order.filter(~where)), others.with_columns(order.filter(where))]
    return pl.concat(parts).sort("place").drop("place")


def _evaluated(people: Iterable[Person], evaluator: Evaluator) -> Iterator[Evaluation]:
    for person in people:
        day: datetime.date = person.as_of
        yield evaluator.evaluate(person.profile, as_of=day)
