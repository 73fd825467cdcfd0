"""The gaps and questions of the role that each person is judged for: the people of one role at a time."""

from __future__ import annotations

from typing import TYPE_CHECKING

import narwhals as nw

from evaluator.engines.columns.asking import Questions, decisive_column, questions_column
from evaluator.engines.columns.detail import Gaps, gaps_column
from evaluator.engines.columns.plan import DOUBT, Plan
from evaluator.model import Role
from evaluator.populations.answers import details_types
from evaluator.populations.narrow import DECISIVE, GAPS, QUESTIONS

if TYPE_CHECKING:
    import polars as pl

PLACE = "place"
"""The place of a row in its chunk."""


def details(plan: Plan, frame: pl.DataFrame, about: pl.Series) -> pl.DataFrame:
    """Return gaps, questions and doubts for every row of a frame, in its order, given the place of each row's judged role."""
    import polars as pl

    types = details_types()
    rows = pl.DataFrame({PLACE: pl.int_range(frame.height, eager=True, dtype=pl.UInt32), "about": about})
    queries = []
    for (place,), part in rows.drop_nulls().partition_by("about", as_dict=True).items():
        some = frame[part[PLACE]] if part.height < frame.height else frame
        role = plan.pack.judged_roles[int(place)]  # type: ignore[call-overload]
        queries.append(_of(plan, some.with_columns(part[PLACE].alias(PLACE)), role))
    nothing = pl.DataFrame(schema={PLACE: pl.UInt32(), DOUBT: pl.Boolean(), **types})
    # What is common is materialised in stages already: to look for more of it takes longer than it saves.
    plainly = pl.QueryOptFlags(comm_subexpr_elim=False)
    found = pl.concat([nothing, *pl.collect_all(queries, optimizations=plainly)])
    missing = rows.filter(pl.col("about").is_null()).select(PLACE, pl.lit(value=False).alias(DOUBT))
    return pl.concat([found, missing], how="diagonal").sort(PLACE).drop(PLACE)


def _of(plan: Plan, frame: pl.DataFrame, role: Role) -> pl.LazyFrame:
    """Return the details of one role; what it does not need of the plan is never computed."""
    import polars as pl

    judged = plan.verdicts(plan.criteria(plan.derive(nw.from_native(frame.lazy()))))
    found: pl.LazyFrame = Questions(plan=plan, role=role).add(Gaps(plan=plan, role=role).add(judged)).to_native()
    names = {gaps_column(role): GAPS, questions_column(role): QUESTIONS, decisive_column(role): DECISIVE}
    return found.select(PLACE, DOUBT, *(pl.col(name).cast(details_types()[to]).alias(to) for name, to in names.items()))
