"""The second opinion: a random sample of the whole run, judged again by another engine and compared line by line."""

from __future__ import annotations

import heapq
import random
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import attrs

from evaluator.core.model import Pack
from evaluator.core.results import Evaluation
from evaluator.diagnostics.errors import Disagreement
from evaluator.engines.columns.plan import JUDGED_FOR
from evaluator.populations import result_codes as narrow
from evaluator.populations.judging import Judge
from evaluator.populations.name_codes import gap_words, in_words, question_words, undefined_words
from evaluator.populations.profile_codes import asked_about
from evaluator.populations.request import Level
from evaluator.populations.result_codes import GAPS, HELD_BY, QUESTIONS, TRUTHS, UNDEFINED, UNKNOWN

if TYPE_CHECKING:
    import polars as pl


def lots(seed: int, chunk: int, rows: int, most: int) -> Iterator[float]:
    """Yield the lowest of as many random numbers as a chunk has rows, in order, without drawing the others."""
    chance = random.Random(f"{seed}/{chunk}")  # noqa: S311 - a sample that can be drawn again
    lot = 0.0
    for left in range(rows, max(rows - most, 0), -1):
        lot += (1 - lot) * (1 - chance.random() ** (1 / left))
        yield lot


@attrs.define(kw_only=True)
class Sample:
    """Draws people evenly from a run of unknown length: everybody has a lot, and the lowest lots of the run are in the sample."""

    seed: int
    most: int
    lowest: list[float] = attrs.field(factory=list)

    def draw(self, chunk: int, rows: int) -> list[int]:
        """Return the places of the rows of a chunk that belong to the lowest so far; later ones may push them out, unchecked by none."""
        drawn = list(lots(self.seed, chunk, rows, self.most))
        self.lowest = heapq.nsmallest(self.most, [*self.lowest, *drawn])
        entered = sum(lot <= self.lowest[-1] for lot in drawn) if self.lowest else 0
        chance = random.Random(f"{self.seed}/{chunk}/places")  # noqa: S311 - as above
        return sorted(chance.sample(range(rows), entered))


def compare(judge: Judge, people: pl.DataFrame, frame: pl.DataFrame) -> None:
    """Judge people again by the second engine; raises Disagreement where one narrow row differs."""
    again = judge.answered(people, judge.second)
    for index, (one, other) in enumerate(zip(frame.rows(), again.rows(), strict=True)):
        if one != other:
            raise _disagreement(judge, people[index], frame[index], again[index])


def _disagreement(judge: Judge, person: pl.DataFrame, first: pl.DataFrame, second: pl.DataFrame) -> Disagreement:
    evaluation = next(judge.evaluations(person, judge.second))
    engines = (judge.request.engine, judge.request.opinion)
    who = f"the person `{person['id'][0]}` in row {person['row'][0]}"
    said = [_in_words(row.row(0, named=True), judge.pack) for row in (first, second)]
    lines = [_difference(name, said[0][name], said[1][name], engines) for name in first.columns if said[0][name] != said[1][name]]
    lines += _truths(judge, person, evaluation, engines)
    return Disagreement(f"{engines[0]} and {engines[1]} do not judge {who} alike, so nothing was written", tuple(lines))


def _in_words(row: dict[str, Any], pack: Pack) -> dict[str, Any]:
    words = {GAPS: gap_words(pack), HELD_BY: gap_words(pack), QUESTIONS: question_words(pack), UNDEFINED: undefined_words(pack)}
    return row | {name: in_words(row[name], word) for name, word in words.items()}


def _difference(name: str, one: object, other: object, engines: tuple[str, str]) -> str:
    return f"{name}: {engines[0]} says {one!r}, {engines[1]} says {other!r}"


def _truths(judge: Judge, person: pl.DataFrame, evaluation: Evaluation, engines: tuple[str, str]) -> Iterator[str]:
    """Yield both explanations: what each engine makes of every criterion of the role that is asked about."""
    closer = attrs.evolve(judge, request=attrs.evolve(judge.request, level=Level.CRITERIA))
    first = closer.judge(person)
    judged_for = person[JUDGED_FOR][0] if JUDGED_FOR in person.columns else None
    result = asked_about(evaluation, judge.pack, judge.request, judged_for)
    if result is None:
        return
    yield f"{engines[1]} comes to {result.verdict}, score {result.score.low} to {result.score.high}, for {result.role.id}"
    for criterion in result.criteria:
        code = first[narrow.state(criterion.criterion)][0]
        held, applies = (_truth(code // TRUTHS), _truth(code % TRUTHS))
        mine, theirs = f"held {held}, applies {applies}", f"held {criterion.held}, applies {criterion.applies}"
        at = f"{criterion.criterion.id} ({criterion.criterion.span})"
        yield f"{at}: both say {mine}" if mine == theirs else f"{at}: {engines[0]} says {mine}, {engines[1]} says {theirs}"


def _truth(code: int) -> bool | None:
    return None if code == UNKNOWN else bool(code)
