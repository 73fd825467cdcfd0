"""The gaps and questions of the role that each person is judged for: the people of one role at a time."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import partial
from typing import Any

import attrs
import polars as pl

from evaluator.core.conditions import attributes_read
from evaluator.core.model import Pack, Role
from evaluator.engines.columns.gaps import Gaps, gaps_column, holders
from evaluator.engines.columns.language import speaking
from evaluator.engines.columns.plan import DOUBT, Plan, applying, held, side
from evaluator.engines.columns.questions import Questions, decisive_column, questions_column, undefined_column
from evaluator.engines.columns.truths import cause_column
from evaluator.engines.columns.unknowns import Computation
from evaluator.populations.name_codes import gap_letters, question_letters, undefined_letters
from evaluator.populations.prepared_queries import PreparedQuery
from evaluator.populations.profile_codes import details_types
from evaluator.populations.result_codes import ABOUT, DECISIVE, GAPS, HELD_BY, QUESTIONS, SIDES, UNDEFINED

PLACE = "place"
"""The place of a row in its chunk."""

_IN_DOUBT = "questions in doubt"
"""The column that says where the reference is asked which questions can move a verdict."""

FEW = 60
"""It takes as long to build the queries of a role as to ask the reference about this many people."""


@attrs.frozen(kw_only=True)
class Detailed:
    """The gaps, questions and doubts of a judged frame, in its order; `left` are rows without, whose roles few people are judged for."""

    rows: pl.DataFrame
    left: pl.Series


@attrs.frozen(kw_only=True)
class Details:
    """Finds gaps and questions, by queries of their own for each role that more than a `few` people are judged for.

    `pack` is the one in whose words they are told: that of the plan may be without what is gathered from records.
    """

    pack: Pack
    plan: Plan
    few: int = FEW
    _slots: dict[tuple[int, str], PreparedQuery] = attrs.field(factory=dict, init=False)

    def of(self, judged: pl.DataFrame) -> Detailed:
        """Return gaps, questions and doubts for every row of a judged frame but those of roles that few people are judged for."""
        gaps = [pl.DataFrame(schema={PLACE: pl.UInt32, **_typed(DOUBT, GAPS, HELD_BY)})]
        questions = [pl.DataFrame(schema={PLACE: pl.UInt32, **_typed(QUESTIONS, DECISIVE, UNDEFINED), _IN_DOUBT: pl.Boolean})]
        left: list[int] = []
        numbered = judged.with_row_index(PLACE)
        for (place,), rows in judged.select(ABOUT).with_row_index(PLACE).drop_nulls().partition_by(ABOUT, as_dict=True).items():
            waiting = self.plan.pack.judged_roles[place].id in self.plan.pack.waiting_roles
            if waiting or ((place, GAPS) not in self._slots and rows.height <= self.few):
                left += rows[PLACE].to_list()
                continue
            role = self.plan.pack.judged_roles[place]
            some = numbered.select(PLACE, DOUBT, *needed(self.plan, role))[rows[PLACE]]
            gaps.append(self._slot(place, GAPS, _gaps).run(some))
            questions += self._questions(place, some.filter(_open(role)), side(role, "v", "low"), side(role, "v", "high"))
        frame = judged.select(ABOUT).with_row_index(PLACE).join(pl.concat(gaps), on=PLACE, how="left", maintain_order="left")
        frame = frame.join(pl.concat(questions), on=PLACE, how="left", maintain_order="left")
        judged_for, none = pl.col(ABOUT).is_not_null(), {QUESTIONS: "", DECISIVE: 0, UNDEFINED: ""}
        asked = [pl.when(judged_for).then(pl.col(name).fill_null(empty)) for name, empty in none.items()]
        doubts = [pl.col(name).fill_null(value=False) for name in (DOUBT, _IN_DOUBT)]
        rows = frame.select(pl.any_horizontal(doubts).alias(DOUBT), GAPS, HELD_BY, *asked)
        return Detailed(rows=rows, left=frame[PLACE].is_in(left))

    def _questions(self, index: int, frame: pl.DataFrame, low: str, high: str) -> Iterator[pl.DataFrame]:
        """Yield the questions about one role: of those whose verdict an answer may move, and of the others."""
        for undecided, which in ((True, pl.col(low) != pl.col(high)), (False, pl.col(low) == pl.col(high))):
            if (some := frame.filter(which)).height:
                yield self._slot(
                    index, f"{QUESTIONS}, {undecided}", partial(_asked, letters=undefined_letters(self.pack), undecided=undecided)
                ).run(some)

    def _slot(self, index: int, what: str, query: Callable[[Plan, Role, pl.LazyFrame], pl.LazyFrame]) -> PreparedQuery:
        return self._slots.setdefault((index, what), PreparedQuery(partial(query, self.plan, self.plan.pack.judged_roles[index])))


def _typed(*names: str) -> dict[str, pl.DataType]:
    types = {**details_types(), DOUBT: pl.Boolean()}
    return {name: types[name] for name in names}


def needed(plan: Plan, role: Role) -> list[str]:
    """Return the columns that gaps and questions of a role are made from: facts, truths of criteria and verdicts."""
    pack = plan.pack
    conditions = [
        condition
        for criterion in role.criteria
        for condition in (criterion.when, criterion.applies_when, criterion.almost)
        if condition is not None
    ]
    read = list(attributes_read(conditions))
    for name in read:
        derivation = pack.attributes[name].derivation
        read += [] if derivation is None else [one for one in derivation.expression.inputs if one not in read]
    found = [name for one in read for name in plan.truths.columns(one)]
    found += [cause_column(name) for name in read if (one := pack.attributes[name].derivation) and one.expression.gathers]
    found += [held(criterion) for criterion in role.criteria] + [
        applying(criterion) for criterion in role.criteria if criterion.applies_when is not None
    ]
    return [*found, *(side(role, what, which) for what in "vmw" for which in SIDES)]


def _open(role: Role) -> pl.Expr:
    """Return where a criterion of a role is unknown, or may be."""
    names = [held(criterion) for criterion in role.criteria] + [
        applying(criterion) for criterion in role.criteria if criterion.applies_when is not None
    ]
    return pl.any_horizontal(pl.col(name).is_null() for name in names)


def _gaps(plan: Plan, role: Role, rows: pl.LazyFrame) -> pl.LazyFrame:
    letters = gap_letters(plan.pack)
    with speaking(pl):
        frame: pl.LazyFrame = Gaps(plan=plan, role=role, said=lambda one: letters[f"{role.id}/{one}"], separator="").add(rows)
        held_by: Any = holders(plan, role, lambda one: letters[f"{role.id}/{one}"], "")
    return frame.select(PLACE, DOUBT, pl.col(gaps_column(role)).alias(GAPS), held_by.alias(HELD_BY))


def _asked(plan: Plan, role: Role, rows: pl.LazyFrame, *, letters: Mapping[Computation, str], undecided: bool) -> pl.LazyFrame:
    with speaking(pl):
        said, told = question_letters(plan.pack).__getitem__, letters.__getitem__
        questions = Questions(plan=plan, role=role, undecided=undecided, said=said, told=told, separator="")
        frame: pl.LazyFrame = questions.add(rows)
    names = {questions_column(role): QUESTIONS, decisive_column(role): DECISIVE, undefined_column(role): UNDEFINED}
    found = (pl.col(name).cast(details_types()[to]).alias(to) for name, to in names.items())
    return frame.select(PLACE, *found, pl.col(DOUBT).alias(_IN_DOUBT))
