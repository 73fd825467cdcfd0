"""The gaps and questions of the role that each person is judged for: the people of one role at a time."""

from __future__ import annotations

from typing import TYPE_CHECKING

import narwhals as nw

from evaluator.engines.columns.asking import Questions, decisive_column, questions_column
from evaluator.engines.columns.detail import Gaps, gaps_column
from evaluator.engines.columns.plan import DOUBT, Plan
from evaluator.model import Role
from evaluator.populations.answers import details_types
from evaluator.populations.narrow import ABOUT, DECISIVE, GAPS, QUESTIONS

if TYPE_CHECKING:
    import polars as pl

PLACE = "place"
"""The place of a row in its chunk."""


def details(plan: Plan, judged: pl.DataFrame) -> pl.DataFrame:
    """Return gaps, questions and doubts for every row of a judged frame, in its order."""
    import polars as pl

    types = details_types()
    rows = judged.with_row_index(PLACE)
    queries = [_of(plan, rows.lazy().filter(pl.col(ABOUT) == place), plan.pack.judged_roles[place]) for place in judged[ABOUT].unique().drop_nulls()]
    nothing = pl.DataFrame(schema={PLACE: pl.UInt32(), DOUBT: pl.Boolean(), **types})
    # What is common is materialised in stages already: to look for more of it takes longer than it saves.
    plainly = pl.QueryOptFlags(comm_subexpr_elim=False)
    found = pl.concat([nothing, *pl.collect_all(queries, optimizations=plainly)])
    missing = rows.filter(pl.col(ABOUT).is_null()).select(PLACE, pl.lit(value=False).alias(DOUBT))
    return pl.concat([found, missing], how="diagonal").sort(PLACE).drop(PLACE)


def _of(plan: Plan, rows: pl.LazyFrame, role: Role) -> pl.LazyFrame:
    """Return the details of one role."""
    import polars as pl

    found: pl.LazyFrame = Questions(plan=plan, role=role).add(Gaps(plan=plan, role=role).add(nw.from_native(rows))).to_native()
    names = {gaps_column(role): GAPS, questions_column(role): QUESTIONS, decisive_column(role): DECISIVE}
    return found.select(PLACE, DOUBT, *(pl.col(name).cast(details_types()[to]).alias(to) for name, to in names.items()))
