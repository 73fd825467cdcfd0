"""The gaps and questions of the role that each person is judged for: the people of one role at a time."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import attrs

from evaluator.engines.columns.asking import Questions, decisive_column, questions_column
from evaluator.engines.columns.detail import Gaps, gaps_column
from evaluator.engines.columns.language import speaking
from evaluator.engines.columns.plan import DOUBT, Plan
from evaluator.model import Role
from evaluator.populations.answers import details_types
from evaluator.populations.narrow import ABOUT, DECISIVE, GAPS, QUESTIONS
from evaluator.populations.slots import Slot

if TYPE_CHECKING:
    import polars as pl

PLACE = "place"
"""The place of a row in its chunk."""

FEW = 60
"""It takes as long to build the query of a role as to ask the reference about this many people."""


@attrs.frozen(kw_only=True)
class Details:
    """Finds gaps and questions, with one query for each role that more than a `few` people are judged for."""

    plan: Plan
    few: int = FEW
    _slots: dict[int, Slot] = attrs.field(factory=dict, init=False)

    def of(self, judged: pl.DataFrame) -> pl.DataFrame:
        """Return gaps, questions and doubts for every row of a judged frame, in its order; a few people of a role are all in doubt."""
        import polars as pl

        rows = judged.with_row_index(PLACE)
        found = [pl.DataFrame(schema={PLACE: pl.UInt32(), DOUBT: pl.Boolean(), **details_types()})]
        for place in sorted(judged[ABOUT].unique().drop_nulls()):
            some = rows.filter(pl.col(ABOUT) == place)
            if place not in self._slots and some.height <= self.few:
                found.append(some.select(PLACE, pl.lit(value=True).alias(DOUBT)))
                continue
            slot = self._slots.setdefault(place, Slot(partial(_query, self.plan, self.plan.pack.judged_roles[place])))
            found.append(slot.run(some))
        without = rows.filter(pl.col(ABOUT).is_null()).select(PLACE, pl.lit(value=False).alias(DOUBT))
        return pl.concat([*found, without], how="diagonal").sort(PLACE).drop(PLACE)


def _query(plan: Plan, role: Role, rows: pl.LazyFrame) -> pl.LazyFrame:
    import polars as pl

    with speaking(pl):
        found: pl.LazyFrame = Questions(plan=plan, role=role).add(Gaps(plan=plan, role=role).add(rows))
    names = {gaps_column(role): GAPS, questions_column(role): QUESTIONS, decisive_column(role): DECISIVE}
    return found.select(PLACE, DOUBT, *(pl.col(name).cast(details_types()[to]).alias(to) for name, to in names.items()))
