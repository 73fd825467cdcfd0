"""A chunk of people → the narrow frame: by columns, with the reference asked wherever rounding could have decided."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Iterator
from functools import cached_property
from typing import TYPE_CHECKING

import attrs

from evaluator.engines.columns.decode import closed_to_records, decoded
from evaluator.engines.columns.encode import Person
from evaluator.engines.columns.plan import DOUBT, Plan, plan
from evaluator.model import Pack
from evaluator.populations.answers import answers
from evaluator.populations.details import FEW, Details
from evaluator.populations.narrow import columns, narrowed
from evaluator.populations.request import COLUMNS, Request
from evaluator.populations.slots import Slot
from evaluator.readiness import Evaluator
from evaluator.results import Evaluation

if TYPE_CHECKING:
    import polars as pl

_AT_ONCE = 1000


@attrs.frozen(slots=False, kw_only=True)
class Judge:
    """A pack made ready to judge chunks of people for one request."""

    pack: Pack
    request: Request
    few: int = FEW

    @cached_property
    def plan(self) -> Plan:
        """The pack compiled to columns."""
        return plan(self.pack)

    @cached_property
    def _narrowed(self) -> Slot:
        return Slot(lambda frame: narrowed(self.plan, frame, self.request))

    @cached_property
    def _details(self) -> Details:
        return Details(plan=self.plan, few=self.few)

    @cached_property
    def closed(self) -> Pack:
        """The pack by which people are judged who were columns before."""
        return closed_to_records(self.pack)

    @cached_property
    def first(self) -> Evaluator:
        """The engine asked for, or the one that is asked where columns are in doubt."""
        return Evaluator(self.closed, engine="reference" if self.request.engine == COLUMNS else self.request.engine)

    @cached_property
    def second(self) -> Evaluator:
        """The engine of the second opinion."""
        return Evaluator(self.closed, engine=self.request.opinion)

    def judge(self, frame: pl.DataFrame) -> pl.DataFrame:
        """Return the narrow rows of a frame of people, in its order."""
        if self.request.engine != COLUMNS:
            return self.answered(frame, self.first)
        import polars as pl

        found = self._narrowed.run(frame)
        detailed = self._details.of(found)
        doubtful = found[DOUBT] | detailed[DOUBT].fill_null(value=False)
        judged = pl.concat([found.select(*columns(self.pack, self.request.level)), detailed.drop(DOUBT)], how="horizontal")
        return self._settled(frame, judged, doubtful) if doubtful.any() else judged

    def _settled(self, frame: pl.DataFrame, judged: pl.DataFrame, doubtful: pl.Series) -> pl.DataFrame:
        """Put what the reference says in the place of what is in doubt."""
        import polars as pl

        order = pl.int_range(frame.height, eager=True).alias("place")
        again = self.answered(frame.filter(doubtful), self.first).with_columns(order.filter(doubtful))
        kept = judged.filter(~doubtful).with_columns(order.filter(~doubtful))
        return pl.concat([kept, again]).sort("place").drop("place")

    def answered(self, frame: pl.DataFrame, evaluator: Evaluator) -> pl.DataFrame:
        """Return the narrow rows that an evaluator makes of a frame's people, one by one."""
        import polars as pl

        parts = [answers(self.evaluations(part, evaluator), self.pack, self.request) for part in frame.iter_slices(_AT_ONCE)]
        return pl.concat(parts) if parts else answers((), self.pack, self.request)

    def evaluations(self, frame: pl.DataFrame, evaluator: Evaluator) -> Iterator[Evaluation]:
        """Yield the evaluation of each row's person."""
        return _evaluated(decoded(self.pack, frame), evaluator)


def _evaluated(people: Iterable[Person], evaluator: Evaluator) -> Iterator[Evaluation]:
    for person in people:
        day: datetime.date = person.as_of
        yield evaluator.evaluate(person.profile, as_of=day)
