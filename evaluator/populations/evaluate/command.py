"""evaluate: judge one person or many."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path

import attrs
import click

from evaluator.cli import options
from evaluator.cli.clock import today
from evaluator.cli.completion import role_names
from evaluator.cli.exits import DONE, FINDINGS
from evaluator.cli.failures import Unusable
from evaluator.cli.loading import day_for, judged_role, load_pack, people
from evaluator.cli.options import Setting
from evaluator.cli.output import STANDARD_OUTPUT, Output, columns_of, painter, write_note
from evaluator.cli.progress import progress_bar
from evaluator.cli.tables import Tables, tables
from evaluator.core.model import Profile
from evaluator.core.results import Evaluation
from evaluator.core.values import clip
from evaluator.engines import DATABASES
from evaluator.engines.readiness import Evaluator
from evaluator.populations.choosing import JudgingMode, holds_many, way
from evaluator.populations.databases.options import refuse
from evaluator.populations.evaluate.run_command import run
from evaluator.populations.evaluate.unattended import Unattended, unattended
from evaluator.populations.judging_options import JudgingOptions
from evaluator.populations.where import nobody_chosen
from evaluator.reading.tables.formats import PROFILE_ENDINGS, ending
from evaluator.report.documents import text
from evaluator.report.jsons import dumps, evaluation_json, evaluations_json
from evaluator.report.people import footer, people_page
from evaluator.report.tables import csv_text
from evaluator.report.views import Selection, csv_headers, csv_numbers, csv_rows
from evaluator.report.words import joined


@click.command(
    epilog="""\b
Examples:
  evaluator evaluate profiles/ada-lindqvist.yaml
  evaluator evaluate profiles/ --role product-director
  evaluator evaluate people.csv -o verdicts.parquet
  evaluator evaluate people.csv --level criteria -o criteria.csv
  evaluator evaluate postgresql://ann@db/hr --query "select * from people" -o verdicts.csv
  evaluator evaluate company.duckdb::people --engine duckdb -o verdicts.parquet
  cat ada.yaml | evaluator evaluate - --format json
""",
)
@options.quiet_and_log
@click.argument("paths", nargs=-1, required=True, metavar="PATH...", type=options.ANYWHERE)
@click.option("--role", metavar="ROLE", shell_complete=role_names, help="Judge everybody for this role instead of the best next one.")
@click.option("--role-column", metavar="COLUMN", help="Judge each person for the role that this column names, by id, title or other name.")
@click.option("--all-roles", is_flag=True, help="Judge everybody for every role.")
@options.WHERE
@options.output("table", "json", "jsonl", "csv", "markdown", "parquet", "xlsx", "html", csv_of_people=True)
@tables
@options.setting_for_databases
@unattended
def evaluate(  # noqa: PLR0913, PLR0917 - each is a thing of its own on the command line
    paths: tuple[str, ...],
    role: str | None,
    role_column: str | None,
    all_roles: bool,  # noqa: FBT001 - a click flag
    where: str | None,
    output: Output,
    tables: Tables,
    setting: Setting,
    unattended: Unattended,
) -> int:
    """Judge people by a pack: verdict, score, gaps and next roles.

    PATH is a profile, a folder of profiles, a table with one person a row (CSV, JSON Lines, Parquet, Excel), or - for standard input;
    or postgresql://USER@HOST/DATABASE, with --query.
    Tables that go into a file, or are large, are judged in columns: a row for each person, or as --level says. With --engine duckdb
    PATH is a Parquet or CSV file or DATABASE.duckdb::TABLE, with --engine spark a Parquet file or a folder of them.
    """
    said = [f"`{name}`" for name, value in (("--role", role), ("--role-column", role_column), ("--all-roles", all_roles)) if value]
    if len(said) > 1:
        raise Unusable(f"{joined(said)} exclude each other", "leave one out" if len(said) == 2 else "leave all but one out")  # noqa: PLR2004 - a pair
    if role_column is not None:
        _refuse_profiles(paths, role_column, output)
    in_database = setting.engine in DATABASES
    many = unattended.said or ((where is not None or role_column is not None) and STANDARD_OUTPUT in paths)  # which is read only once
    chosen = JudgingMode.POPULATION if in_database else way(paths, setting, tables, output, for_running=many)
    pack = load_pack(setting.rules)
    selection = Selection(role=judged_role(role, pack).id if role else None, every=all_roles)
    levelled = attrs.evolve(tables, level=tables.level or "roles") if all_roles and chosen is JudgingMode.POPULATION else tables
    judging_options = JudgingOptions(
        paths=paths,
        pack=pack,
        role=selection.role,
        role_column=role_column,
        setting=setting,
        tables=levelled,
        output=output,
        every_role=all_roles,
        acceptance=unattended.acceptance,
        where=where,
        summary=unattended.summary,
    )
    if in_database:
        refuse(judging_options, all_roles=all_roles)
    if chosen is JudgingMode.POPULATION:
        return run(judging_options)
    profiles, complete = people(paths, pack, judging_options.reading)
    _refuse_kept(judging_options)
    by_results = judging_options.condition is not None and judging_options.condition.of_results
    if where is not None and not by_results:
        ids = _chosen(judging_options)
        profiles = tuple(profile for profile in profiles if profile.id in ids)
    if role_column is not None:
        profiles, selection, rejected = _named(profiles, judging_options)
        complete = complete and not rejected
    evaluations = _judge(profiles, Evaluator(pack, engine=setting.engine or options.default_engine()), setting)
    if by_results:
        ids = _chosen(judging_options, {evaluation.profile.id: evaluation for evaluation in evaluations})
        evaluations = tuple(evaluation for evaluation in evaluations if evaluation.profile.id in ids)
    _refuse_nobody(evaluations, judging_options, selection)
    output.write(_written(evaluations, judging_options, selection))
    if output.format == "csv":
        below = footer(evaluations, pack, selection, today=today())
        write_note("\n" + text(below, columns=columns_of(sys.stderr), paint=painter(sys.stderr)))
    return DONE if complete else FINDINGS


def _refuse_profiles(paths: Sequence[str], column: str, output: Output) -> None:
    """Refuse to judge by a column where there may be none, and to write what says nothing of the role that was meant."""
    if output.format == "json":
        step = "choose jsonl, csv, parquet, xlsx or html"
        raise Unusable("json tells of everybody every role, and not which one `--role-column` names", step)
    for path in map(Path, paths):
        inside = path.rglob("*") if path.is_dir() else (path,)
        if any(ending(one) in PROFILE_ENDINGS for one in inside):
            step = "name tables alone, or judge profiles with --role"
            raise Unusable(f"--role-column names the column `{clip(column)}`, and profiles as in {path} have no columns", step)


def _named(profiles: Sequence[Profile], judging_options: JudgingOptions) -> tuple[tuple[Profile, ...], Selection, int]:
    """Return those whose row can be judged by the role that a column names, and it; say which rows cannot, and return how many."""
    from evaluator.populations.chosen_people import named_roles
    from evaluator.populations.evaluate.unjudged import no_role_named
    from evaluator.populations.left_out import keeping_command, nobody, tell_left_out

    found = named_roles(judging_options)
    there = {profile.id for profile in profiles}
    first = [row for row in found.rejected if row.id in there and row.id not in found.roles]
    judged_by = ["--role-column", judging_options.role_column or ""]
    command = keeping_command(judging_options.paths, judging_options.pack, judging_options.tables, judged_by)
    tell_left_out(first, len(first), found.rows, command)
    taken = tuple(profile for profile in profiles if profile.id in found.roles)
    if not taken:
        raise nobody(judging_options.paths, found.rows)
    if not any(found.roles[profile.id] for profile in taken):
        raise Unusable(*no_role_named(judging_options.role_column or "", len(taken)))
    return taken, Selection(named=found.roles), len(first)


def _chosen(judging_options: JudgingOptions, evaluations: Mapping[str, Evaluation] | None = None) -> frozenset[str]:
    """Return the ids of those whom the condition takes, by what they are judged to be where it asks that, and say who is left out."""
    from evaluator.populations.chosen_people import chosen_ids

    ids, chosen = chosen_ids(judging_options, evaluations)
    if not ids:
        raise Unusable(*nobody_chosen(chosen.where, chosen.people, chosen.unknown))
    write_note(f"Where  {chosen.words}\n\n")
    return ids


def _refuse_kept(judging_options: JudgingOptions) -> None:
    """Refuse to carry columns through to where none are shown; those that are not there have been told before."""
    if judging_options.tables.keep or judging_options.tables.keep_all:
        said = "--keep" if judging_options.tables.keep else "--keep-all"
        what = judging_options.output.format if judging_options.output.format != "table" else "a table for the eye"
        step = "write csv, jsonl, parquet, xlsx or html"
        raise Unusable(f"{said} carries columns into rows of data, and {what} shows none of them", step)


def _refuse_nobody(evaluations: Sequence[Evaluation], judging_options: JudgingOptions, selection: Selection) -> None:
    """Refuse to show people of whom nobody gets a verdict; a single profile whose ladder ends says something."""
    from evaluator.populations.evaluate.unjudged import Reason, nobody_judged, reason

    if not selection.of_next_roles or any(evaluation.next_roles for evaluation in evaluations):
        return
    counts = Counter(reason(judging_options.pack, None if evaluation.role is None else evaluation.role.id) for evaluation in evaluations)
    if holds_many(judging_options.paths) or set(counts) == {Reason.NO_ROLE}:
        headers, named = judging_options.headers()
        raise Unusable(*nobody_judged(counts, headers, judging_options.pack, has_roles=named))


def _judge(profiles: Sequence[Profile], evaluator: Evaluator, setting: Setting) -> tuple[Evaluation, ...]:
    day = today()
    evaluations = []
    with progress_bar("evaluating", len(profiles), unit="people") as step:
        for profile in profiles:
            evaluations.append(evaluator.evaluate(profile, as_of=day_for(profile, setting, day)))
            step(1)
    return tuple(evaluations)


def _written(evaluations: tuple[Evaluation, ...], judging_options: JudgingOptions, selection: Selection) -> str:
    pack, output = judging_options.pack, judging_options.output
    if output.format == "json":
        return dumps(evaluations_json(evaluations, pack, only=selection.role, listed=holds_many(judging_options.paths), today=today()))
    if output.format == "jsonl":
        return "".join(
            dumps(evaluation_json(evaluation, pack, only=selection.role, today=today()), indent=None) for evaluation in evaluations
        )
    if output.format == "csv":
        return csv_text(csv_headers(pack), csv_rows(evaluations, pack, selection, today=today()), output.csv, numbers=csv_numbers(pack))
    return output.written(people_page(evaluations, pack, selection, today=today()))
