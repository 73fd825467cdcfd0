"""Whom a condition takes of people who are read one by one: asked of the same files as a population."""

from __future__ import annotations

from evaluator.cli.clock import today
from evaluator.diagnostics import Problems
from evaluator.populations.judging import Judge
from evaluator.populations.judging_options import JudgingOptions
from evaluator.populations.request import Request
from evaluator.populations.where import Chosen, chosen, told_of
from evaluator.reading.tables import open_population

_CHUNK = 20_000


def chosen_ids(judging_options: JudgingOptions) -> tuple[frozenset[str], Chosen]:
    """Return the ids of those who are taken, and how many they are; the same people are judged as when they are read one by one."""
    pack, where, as_of = judging_options.pack, judging_options.condition, judging_options.setting.as_of
    if where is None:
        raise ValueError(judging_options)
    request = Request(role=judging_options.role, today=today())
    judge = Judge(pack=pack, request=request)
    found, counted = set[str](), Chosen(where=where.text)
    people = open_population(
        judging_options.paths,
        pack,
        judging_options.reading,
        as_of=as_of or today(),
        as_of_wins=as_of is not None,
        chunk_rows=_CHUNK,
        problems=Problems(),
    )
    for chunk in people:
        results = told_of(chunk, judge.judge(chunk.frame), pack, request) if where.of_results else None
        met, how_many = chosen(where, chunk, results, pack)
        found.update(chunk.frame["id"].filter(met).to_list())
        counted = counted.and_(how_many)
    return frozenset(found), counted
