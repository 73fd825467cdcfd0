"""What is asked of people who are read one by one, in the same files as a population: whom a condition takes, and the role of each."""

from __future__ import annotations

from collections.abc import Mapping

import attrs

from evaluator.cli.clock import today
from evaluator.core.results import Evaluation
from evaluator.diagnostics import Problems, ReadingError
from evaluator.engines.columns.plan import JUDGED_FOR
from evaluator.populations.judging_options import JudgingOptions
from evaluator.populations.profile_codes import answers
from evaluator.populations.request import Request
from evaluator.populations.where import Chosen, chosen, those, told_of
from evaluator.reading.tables import Population, Rejected, open_population
from evaluator.reading.tables.model import first_reasons

_CHUNK = 20_000


def chosen_ids(judging_options: JudgingOptions, evaluations: Mapping[str, Evaluation] | None = None) -> tuple[frozenset[str], Chosen]:
    """Return the ids of those who are taken, and how many they are; `evaluations` by id are what a condition on results is held against."""
    pack, where = judging_options.pack, judging_options.condition
    if where is None:
        raise ValueError(judging_options)
    request = Request(role=judging_options.role, role_column=judging_options.role_column, today=today())
    found, counted = set[str](), Chosen(where=where.text)
    for whole in _population(judging_options):
        chunk, results = whole, None
        if evaluations is not None:
            chunk = those(whole, whole.frame["id"].is_in(list(evaluations)))
            places = chunk.frame[JUDGED_FOR] if JUDGED_FOR in chunk.frame.columns else None
            judged = answers((evaluations[who] for who in chunk.frame["id"]), pack, request, places)
            results = told_of(chunk, judged, pack, request)
        met, how_many = chosen(where, chunk, results, pack)
        found.update(chunk.frame["id"].filter(met).to_list())
        counted = counted.and_(how_many)
    return frozenset(found), counted


@attrs.frozen(kw_only=True)
class NamedRoles:
    """The role that a column names for each person, by id, None where it names none; and the rows that cannot be judged by it."""

    roles: Mapping[str, str | None]
    rejected: tuple[Rejected, ...]
    rows: int


def named_roles(judging_options: JudgingOptions) -> NamedRoles:
    """Read the role that everybody is to be judged for."""
    judged = judging_options.pack.judged_roles
    roles: dict[str, str | None] = {}
    rejected: list[Rejected] = []
    rows = 0
    for chunk in _population(judging_options):
        named = chunk.frame[JUDGED_FOR]
        roles |= {who: None if place is None else judged[place].id for who, place in zip(chunk.frame["id"], named, strict=True)}
        rejected += chunk.rejected
        rows += chunk.rows
    return NamedRoles(roles=roles, rejected=first_reasons(rejected), rows=rows)


def _population(judging_options: JudgingOptions) -> Population:
    as_of, problems = judging_options.setting.as_of, Problems()
    people = open_population(
        judging_options.paths,
        judging_options.pack,
        judging_options.reading,
        as_of=as_of or today(),
        as_of_wins=as_of is not None,
        chunk_rows=_CHUNK,
        problems=problems,
    )
    if problems.errors and judging_options.role_column is not None:
        raise ReadingError(problems)
    return people
