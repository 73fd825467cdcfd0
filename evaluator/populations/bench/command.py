"""bench: who is ready for each role now, and who will be in some years by what time alone brings."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from evaluator.cli import options
from evaluator.cli.clock import today
from evaluator.cli.exits import DONE, FINDINGS
from evaluator.cli.failures import Unusable
from evaluator.cli.loading import load_pack
from evaluator.cli.options import Setting
from evaluator.cli.output import Output, write_findings
from evaluator.cli.tables import Tables, table_reading
from evaluator.diagnostics import Problems, ReadingError
from evaluator.populations.judging_options import JudgingOptions
from evaluator.populations.left_out import keeping_command, nobody, tell_left_out, tell_other_roles
from evaluator.populations.where import nobody_chosen
from evaluator.report.jsons import dumps
from evaluator.report.tables import csv_text

if TYPE_CHECKING:
    from evaluator.populations.bench.analysis import Bench
    from evaluator.populations.bench.report import BenchOptions

_CHUNK = 500_000
_SHOWN = 10


@click.command(
    epilog="""\b
Examples:
  evaluator bench people.csv
  evaluator bench people.csv -o bench.html
  evaluator bench people.csv --where "department = 'Payments'" -o bench.xlsx
  evaluator bench people.csv --among everyone --format csv -o benches.csv
""",
)
@options.quiet_and_log
@click.argument("paths", nargs=-1, required=True, metavar="POPULATION...", type=options.ANYWHERE)
@click.option(
    "--among",
    type=click.Choice(("candidates", "everyone")),
    default="candidates",
    show_default=True,
    help="Who can be on a bench: for whom the role would be a step, or all who do not hold it.",
)
@click.option(
    "--all", "everybody", is_flag=True, help=f"Name everybody, not the first {_SHOWN} of each list. csv, xlsx and json always do."
)
@click.option(
    "--seats",
    "seats_file",
    type=options.FILE,
    metavar="FILE",
    help="A table of seats, told beside the benches: role; holder, seats, leaving.",
)
@options.WHERE
@options.output("text", "markdown", "html", "xlsx", "csv", "json", csv_of_people=True)
@table_reading
@options.setting_for_tables
def bench(  # noqa: PLR0913, PLR0917 - each is a thing of its own on the command line
    paths: tuple[str, ...],
    among: str,
    everybody: bool,  # noqa: FBT001 - a click flag
    seats_file: str | None,
    where: str | None,
    output: Output,
    tables: Tables,
    setting: Setting,
) -> int:
    """Show the succession bench of every role: who is ready now, and who will be in 1-2 and 3 years.

    Who is ready in some years is worked out by moving the day and adding what the pack says that a year brings (`accrues:`), and nothing
    else: if work goes on as it does today. Candidates are those for whom the role would be a step, as in `evaluator rank`. Whoever is
    undecided is shown as that, with what would settle it.
    """
    from evaluator.populations.bench.analysis import bench as benches
    from evaluator.populations.bench.projection import Projection
    from evaluator.populations.bench.readiness import Among
    from evaluator.populations.bench.report import BenchOptions
    from evaluator.populations.bench.seats import seats_of
    from evaluator.populations.bench.words import nobody_steps_words
    from evaluator.populations.counting import count_days, many_days
    from evaluator.populations.held import held
    from evaluator.populations.where import read_where
    from evaluator.reading.seats import read_seats

    pack = load_pack(setting.rules)
    now = today()
    day = setting.as_of or now
    if where is not None:  # people are chosen before anybody is judged, for every role
        read_where(where, pack, tables.reading(paths), None)
    judging_options = JudgingOptions(paths=paths, pack=pack, role=None, setting=setting, tables=tables, output=output, where=where)
    population, complete = judging_options.opened(_CHUNK, day)
    problems = Problems()
    seats = None if seats_file is None else read_seats(seats_file, pack, problems, tables.of_decisions(seats_file, paths))
    if problems.errors and not seats:
        raise ReadingError(problems)
    if len(problems):
        write_findings(problems)
    complete = complete and not problems.errors
    people = held(population, pack, judging_options.condition)
    tell_other_roles(people.other_roles)
    tell_left_out(people.left_out, len(people.left_out), people.rows, keeping_command(paths, pack, tables))
    if people.chosen is not None and people.chosen.people and not people.frame.height:
        raise Unusable(*nobody_chosen(people.chosen.where, people.chosen.people, people.chosen.unknown))
    if not people.frame.height:
        raise nobody(paths, people.rows)
    engine = setting.engine or "columns"
    found = benches(people, Projection(people=people, day=day, today=now), Among(among), engine)
    if not found.may_step:
        raise Unusable(nobody_steps_words(found), "`--among everyone` asks about all, whatever their role today")
    most = None if everybody else _SHOWN
    beside = None if seats is None else seats_of(seats, found.roles, day)
    days = many_days(count_days(people.frame), pack, now)
    bench_options = BenchOptions(days=days, engine=engine, rejected=len(people.left_out), most=most, seats=beside)
    if output.format == "xlsx":
        from evaluator.populations.bench.rows import sheets
        from evaluator.report.workbook import written

        output.write_bytes(written(sheets(found, bench_options), title="Succession bench"))
    else:
        output.write(_written(found, bench_options, output))
    return DONE if complete and not people.left_out else FINDINGS


def _written(found: Bench, bench_options: BenchOptions, output: Output) -> str:
    from evaluator.populations.bench.report import bench_page
    from evaluator.populations.bench.rows import HEADERS, rows
    from evaluator.populations.bench.to_json import bench_json
    from evaluator.report.pages import blocks_page

    if output.format == "json":
        return dumps(bench_json(found, bench_options))
    if output.format == "csv":
        return csv_text(HEADERS, (["" if value is None else str(value) for value in row] for row in rows(found)), output.csv)
    page = bench_page(found, bench_options)
    return blocks_page(page, title="Succession bench") if output.format == "html" else output.written(page)
