"""Opening the population that a calibration is about, and saying what of it could not be read."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from typing import TYPE_CHECKING

import attrs
import click

from evaluator.cli.options import ANYWHERE
from evaluator.cli.output import write_error, write_findings
from evaluator.cli.tables import Tables, today
from evaluator.diagnostics import Problems, ReadingError
from evaluator.model import Pack

if TYPE_CHECKING:
    from evaluator.calibrate.people import People

_SHOWN = 3
ON = click.option(
    "--on", "on", multiple=True, required=True, metavar="POPULATION", type=ANYWHERE, help="Whom to judge: a file or folder. Repeatable."
)


@attrs.frozen(kw_only=True)
class Gathered:
    """A population in memory, the day it is judged for, and whether every file and every row of it could be used."""

    people: People
    as_of: datetime.date
    complete: bool


def gather(paths: Sequence[str], pack: Pack, tables: Tables, as_of: datetime.date | None) -> Gathered:
    """Read a population by a pack's attributes; what cannot be read is told on standard error and left out.

    A row is judged for its own date unless one is given, and for today where neither says. Raises ReadingError where no file can
    be used.
    """
    from evaluator.calibrate.people import gathered
    from evaluator.reading.population import open_population

    problems, day = Problems(), as_of or today()
    population = open_population(paths, pack, tables.reading(), as_of=day, as_of_wins=as_of is not None, problems=problems)
    if problems.errors and not population.tables:
        raise ReadingError(problems)
    if len(problems):
        write_findings(problems)
    people = gathered(population, pack)
    _tell(people)
    return Gathered(people=people, as_of=day, complete=not problems.errors and not people.rejected)


def _tell(people: People) -> None:
    """Say which rows are left out, the first few with their reasons."""
    rows = {(one.path, one.row): one for one in reversed(people.rejected)}
    if not rows:
        return
    write_error(f"{len(rows):,} of {people.rows:,} rows cannot be judged and are left out:\n")
    for one in sorted(rows.values(), key=lambda found: (found.path, found.row))[:_SHOWN]:
        write_error(f"  {one.path}, row {one.row}{f', {one.column}' if one.column else ''}: {one.reason}\n")
    write_error("`evaluator evaluate` writes all of them to a file\n\n")
