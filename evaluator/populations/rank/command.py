"""rank: the candidates for a role, in order."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING

import click

from evaluator.cli import options
from evaluator.cli.clock import today
from evaluator.cli.completion import role_names
from evaluator.cli.exits import DONE, FINDINGS
from evaluator.cli.failures import Unusable
from evaluator.cli.loading import judged_role, load_pack
from evaluator.cli.options import Setting
from evaluator.cli.output import Output, columns_of, painter, write_note
from evaluator.cli.tables import Tables, table_reading
from evaluator.core.files import scratch
from evaluator.core.values import clip
from evaluator.diagnostics import did_you_mean
from evaluator.populations.judging_options import JudgingOptions
from evaluator.populations.left_out import keeping_command, tell_left_out, tell_other_roles
from evaluator.populations.rank.report import nobody_words, ranking_page
from evaluator.populations.where import nobody_chosen
from evaluator.report.documents import text
from evaluator.report.jsons import dumps
from evaluator.report.tables import csv_text

if TYPE_CHECKING:
    import polars as pl

_CHUNK = 500_000


@click.command(
    epilog="""\b
Examples:
  evaluator rank people.csv --role product-director
  evaluator rank people.parquet --role "Head of Product" --top 25
  evaluator rank people.csv --role product-director --format csv -o candidates.csv
  evaluator rank people.csv --role product-director --among everyone
""",
)
@options.quiet_and_log
@click.argument("paths", nargs=-1, required=True, metavar="POPULATION...", type=options.ANYWHERE)
@click.option("--role", required=True, metavar="ROLE", shell_complete=role_names, help="The role to find candidates for.")
@click.option("--top", type=click.IntRange(1), default=10, show_default=True, metavar="N", help="How many to show.")
@click.option(
    "--among",
    type=click.Choice(("candidates", "everyone")),
    default="candidates",
    show_default=True,
    help="Who is ranked: for whom the role would be a step, or all.",
)
@click.option("--verdict", "verdicts", metavar="LIST", help="Rank only those with one of these verdicts, such as ready,nearly.")
@options.WHERE
@options.output("table", "json", "csv", "markdown", "xlsx", "html", csv_of_people=True)
@table_reading
@options.setting_for_tables
def rank(  # noqa: PLR0913, PLR0917 - each is a thing of its own on the command line
    paths: tuple[str, ...],
    role: str,
    top: int,
    among: str,
    verdicts: str | None,
    where: str | None,
    output: Output,
    tables: Tables,
    setting: Setting,
) -> int:
    """Rank a population's candidates for a role, ties shown as ties.

    The order goes by what is known: by what the pack names under `ranking: by`, else by verdict, score and its tie-breakers. Candidates
    are those for whom the role would be a step: a move of the ladder leads there from their role, not downwards, and is not closed to
    them.
    """
    from evaluator.populations.counting import many_days
    from evaluator.populations.empty_chunk import with_one
    from evaluator.populations.rank.ranking import Among, Ranker, tie_breakers
    from evaluator.populations.rank.to_json import ranking_json
    from evaluator.report.pages import blocks_page

    pack = load_pack(setting.rules)
    wanted = judged_role(role, pack)
    now = today()
    day = setting.as_of or now
    condition = _condition(where, verdicts, pack.verdicts_of(wanted))
    judging_options = JudgingOptions(paths=paths, pack=pack, role=wanted.id, setting=setting, tables=tables, output=output, where=condition)
    people, complete = judging_options.opened(_CHUNK, day)
    engine = setting.engine or "columns"
    ranker = Ranker(pack=pack, role=wanted.id, top=top, engine=engine, among=Among(among), today=now)
    ranker.where = judging_options.condition
    ranking = ranker.rank(with_one(people, pack, people.kept_columns))
    tell_other_roles(ranking.other_roles)
    tell_left_out(ranking.first_rejected, ranking.rejected, ranking.rows, keeping_command(paths, pack, tables))
    if ranking.chosen is not None and not ranking.chosen.taken and ranking.chosen.people:
        raise Unusable(*nobody_chosen(ranking.chosen.where, ranking.chosen.people, ranking.chosen.unknown))
    if not ranking.judged:
        raise Unusable(*nobody_words(ranking, wanted, among))
    days = many_days(ranking.days, pack, now)
    settings = {"as_of": str(day), "engine": engine, "among": among}
    page = ranking_page(ranking, tie_breakers(pack), pack, wanted, settings, days)
    if output.format == "json":
        output.write(dumps(ranking_json(ranking, pack, wanted, settings, days)))
    elif output.format == "csv":
        output.write(_csv(ranking.candidates, output))
    elif output.format == "xlsx":
        output.write_bytes(_workbook(ranking.candidates))
    elif output.format == "html":
        output.write(blocks_page(page, title=f"Candidates for {wanted.title}, {day}"))
    else:
        output.write(output.written(page))
    if output.format in {"json", "csv", "xlsx"}:
        write_note("\n" + text(page[2:], columns=columns_of(sys.stderr), paint=painter(sys.stderr)))
    return DONE if complete and not ranking.rejected else FINDINGS


def _csv(candidates: pl.DataFrame, output: Output) -> str:
    rows = ([("" if value is None else str(value)) for value in row] for row in candidates.iter_rows())
    numbers = [name for name, dtype in candidates.schema.items() if dtype.is_float()]
    return csv_text(candidates.columns, rows, output.csv, numbers=numbers)


def _workbook(candidates: pl.DataFrame) -> bytes:
    from evaluator.populations.evaluate.excel_file import write_sheet

    with scratch() as folder:
        write_sheet([candidates.lazy()], path := folder / "ranking.xlsx")
        return path.read_bytes()


def _condition(where: str | None, verdicts: str | None, known: Sequence[str]) -> str | None:
    """Return the condition on people, with the verdicts that they may have; raises Unusable at one that the role has not."""
    if verdicts is None:
        return where
    named = [word.strip() for word in verdicts.split(",")]
    for word in named:
        if word not in known:
            between = "--where \"verdict like 'undecided%'\" takes who lies between two"
            step = did_you_mean(word, known) or f"its verdicts are {', '.join(known)}; {between}"
            raise Unusable(f"--verdict `{clip(word)}` is no verdict of the role", step)
    listed = ", ".join("'" + word.replace("'", "''") + "'" for word in named)
    return f"verdict in ({listed})" if where is None else f"({where}) and verdict in ({listed})"
