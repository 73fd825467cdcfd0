"""rank: the candidates for a role, in order."""

from __future__ import annotations

import datetime
import sys
from typing import TYPE_CHECKING, Any

import click

from evaluator.cli import options
from evaluator.cli.clock import today
from evaluator.cli.completion import role_names
from evaluator.cli.exits import DONE, FINDINGS
from evaluator.cli.failures import Unusable
from evaluator.cli.loading import judged_role, load_pack
from evaluator.cli.options import Setting
from evaluator.cli.output import Output, columns_of, painter, write_error
from evaluator.cli.tables import Tables, table_reading
from evaluator.populations.evaluate.run_command import Asked
from evaluator.populations.rank.report import nobody_words, ranking_page
from evaluator.report.days import many_days_json
from evaluator.report.documents import text
from evaluator.report.jsons import dumps
from evaluator.report.tables import csv_text

if TYPE_CHECKING:
    from evaluator.core.days import ManyDays
    from evaluator.populations.rank.ranking import Ranking

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
@options.output("table", "json", "csv", "markdown")
@table_reading
@options.setting_for_tables
def rank(  # noqa: PLR0913, PLR0917 - each is a thing of its own on the command line
    paths: tuple[str, ...], role: str, top: int, among: str, output: Output, tables: Tables, setting: Setting
) -> int:
    """Rank a population's candidates for a role, ties shown as ties.

    The order goes by what is known, verdict before score, and then by the tie-breakers of the pack. Candidates are those for whom the
    role would be a step: a move of the ladder leads there from their role, not downwards, and is not closed to them.
    """
    from evaluator.populations.counting import many_days
    from evaluator.populations.empty_chunk import with_one
    from evaluator.populations.rank.ranking import Among, Ranker, tie_breakers

    pack = load_pack(setting.rules)
    wanted = judged_role(role, pack)
    now = today()
    day = setting.as_of or now
    asked = Asked(paths=paths, pack=pack, role=wanted.id, setting=setting, tables=tables, output=output)
    people, complete = asked.opened(_CHUNK, day)
    engine = setting.engine or "columns"
    ranker = Ranker(pack=pack, role=wanted.id, top=top, engine=engine, among=Among(among), today=now)
    ranking = ranker.rank(with_one(people, pack, people.kept_columns))
    if not ranking.judged:
        raise Unusable(*nobody_words(ranking, wanted, among))
    days = many_days(ranking.days, pack, now)
    page = ranking_page(ranking, tie_breakers(pack), pack, wanted, {"as_of": str(day), "engine": engine, "among": among}, days)
    if output.format in {"json", "csv"}:
        rows = ranking.candidates.to_dicts()
        names = ranking.candidates.columns
        as_text = ([("" if row[name] is None else str(row[name])) for name in names] for row in rows)
        shown = [{name: value.isoformat() if isinstance(value, datetime.date) else value for name, value in row.items()} for row in rows]
        output.write(csv_text(names, as_text) if output.format == "csv" else dumps(_json(ranking, shown, among, days)))
        write_error("\n" + text(page[2:], columns=columns_of(sys.stderr), paint=painter(sys.stderr)))
    else:
        output.write(output.written(page))
    return DONE if complete and not ranking.rejected else FINDINGS


def _json(ranking: Ranking, shown: list[dict[str, Any]], among: str, days: ManyDays) -> dict[str, Any]:
    left_out = {str(reason): number for reason, number in sorted(ranking.left_out.items())}
    return {
        "days": many_days_json(days),
        "among": among,
        "considered": ranking.judged,
        "left_out": left_out,
        "candidates": shown,
        "level_with_the_last": ranking.beyond,
        "open": {"shown_that_could_come_up": ranking.open, "not_shown_that_could_come_before_the_last": ranking.below},
    }
