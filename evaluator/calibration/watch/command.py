"""watch: at every save of a rule file, what it came to."""

from __future__ import annotations

import datetime
import time
from typing import TYPE_CHECKING

import click

from evaluator.calibration.load_population import ON, gather
from evaluator.cli import error_messages, options
from evaluator.cli.exits import DONE, UNUSABLE
from evaluator.cli.loading import load_pack
from evaluator.cli.output import Output, write_error, write_findings
from evaluator.cli.tables import Tables, table_reading
from evaluator.core.model import Pack
from evaluator.diagnostics import EvaluatorError

if TYPE_CHECKING:
    from evaluator.calibration.people import People
    from evaluator.calibration.watch.report import Failed
    from evaluator.calibration.watch.watching import Watch
    from evaluator.core.days import ManyDays

_EVERY = 0.1
"""Seconds between two looks at the files."""


@click.command(
    epilog="""\b
Examples:
  evaluator watch --on people.csv
  evaluator watch --rules rules --on people.parquet --as-of 2026-11-01
""",
)
@ON
@click.option("--saves", type=click.IntRange(1), metavar="N", help="End after so many saves. [default: with Ctrl-C]")
@options.OWN_RULES
@options.AS_OF
@table_reading
def watch(on: tuple[str, ...], saves: int | None, rules: str, as_of: datetime.date | None, tables: Tables) -> int:
    """Watch a pack, and show at every save who moves.

    After each save of a rule file it is linted, its worked examples are run, and who moved since the last save and since the start
    is told. Ends with Ctrl-C.
    """
    from evaluator.calibration.watch.watching import Watch
    from evaluator.report.days import days_words
    from evaluator.report.views import people_words

    days: list[ManyDays] = []

    def read(pack: Pack) -> People:
        loaded_population = gather(on, pack, tables, as_of)
        days[:] = [loaded_population.days]
        return loaded_population.people

    watching = Watch(rules, load_pack(rules), read)
    words = f" ({days_words(days[0])})" if days_words(days[0]) else ""
    write_error(f"watching {rules} for {people_words(watching.start.people.height)}{words}; Ctrl-C ends it\n")
    if nobody := watching.nobody:
        write_error(f"nobody can move, as no one is a candidate: {nobody}\n")
    done, failed = 0, frozenset[tuple[str, str]]()
    try:
        while saves is None or done < saves:
            if files := watching.saved():
                try:
                    failed = _tell(watching, files, failed, days[0])
                except (click.ClickException, EvaluatorError) as problem:
                    error_messages.failed(problem)
                done += 1
            else:
                time.sleep(_EVERY)
    except KeyboardInterrupt:
        write_error("\n")
    return UNUSABLE if nobody and watching.nobody else DONE


def _tell(watching: Watch, files: tuple[str, ...], failed: Failed, days: ManyDays) -> Failed:
    """Tell of a save, and return which worked examples failed; those of the save before where none could be run."""
    from evaluator.calibration.watch.report import saved_page, still_failing, tests_line

    output = Output(format="text")
    saved = watching.look(files)
    output.write("\n" + output.written(saved_page(saved, days)))
    if len(saved.problems):
        write_findings(saved.problems)
    if saved.problems.errors:
        return failed
    outcomes = list(watching.tests(files, saved.problems))
    output.write("\n" + output.written(tests_line(outcomes, failed)))
    return still_failing(outcomes, failed)
