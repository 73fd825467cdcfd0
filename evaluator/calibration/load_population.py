"""Opening the population that a calibration is about, and saying what of it could not be read."""

from __future__ import annotations

import datetime
import shlex
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import attrs
import click

from evaluator.cli.clock import today
from evaluator.cli.failures import Unusable
from evaluator.cli.options import ANYWHERE, default_rules
from evaluator.cli.output import write_error, write_findings
from evaluator.cli.tables import Tables
from evaluator.core.model import Pack
from evaluator.diagnostics import Problems, ReadingError
from evaluator.report.words import counted, some

if TYPE_CHECKING:
    from evaluator.calibration.people import People
    from evaluator.core.days import ManyDays
    from evaluator.reading.tables import Rejected

_SHOWN, _ROLES = 3, 6
ON = click.option(
    "--on", "on", multiple=True, required=True, metavar="POPULATION", type=ANYWHERE, help="Whom to judge: a file or folder. Repeatable."
)


@attrs.frozen(kw_only=True)
class LoadedPopulation:
    """A population in memory, the day it is judged for, its people's days, and whether every file and every row of it could be used."""

    people: People
    as_of: datetime.date
    days: ManyDays
    complete: bool


def gather(paths: Sequence[str], pack: Pack, tables: Tables, as_of: datetime.date | None, *, groups: bool = False) -> LoadedPopulation:
    """Read a population by a pack's attributes; what cannot be read is told on standard error and left out.

    A row is judged for its own date unless one is given, and for today where neither says. Facts of people's groups are read only
    where `groups` asks for them. Raises ReadingError where no file can be used, and Unusable where nobody can be judged, so that no
    check passes for want of people.
    """
    from evaluator.calibration.people import gathered
    from evaluator.populations.counting import count_days, many_days
    from evaluator.reading.tables import open_population

    now = today()
    problems, day = Problems(), as_of or now
    reading = attrs.evolve(tables.reading(paths), groups=groups)
    population = open_population(paths, pack, reading, as_of=day, as_of_wins=as_of is not None, problems=problems)
    if problems.errors and not population.tables:
        raise ReadingError(problems)
    if len(problems):
        write_findings(problems)
    people = gathered(population, pack)
    _tell(people, paths)
    if not people.height:
        raise _nobody(people, paths)
    days = many_days(count_days(people.frame), pack, now)
    return LoadedPopulation(people=people, as_of=day, days=days, complete=not problems.errors and not people.rejected)


def _nobody(people: People, paths: Sequence[str]) -> Unusable:
    named = ", ".join(paths)
    if people.rows:
        rows = "the only row" if people.rows == 1 else f"any of the {people.rows:,} rows"
        step = f"mend the rows; {_command(people, paths)} keeps each with its reason"
        return Unusable(f"nobody can be judged by {rows} of {named}", step)
    return Unusable(f"there is nobody in {named}", "name a table with one person a row, a profile, or a folder of profiles")


def _tell(people: People, paths: Sequence[str]) -> None:
    """Say which rows are left out, the first few with their reasons."""
    if people.other_roles:
        held = people.other_roles.total()
        listed = some([f"{role} ({number:,})" for role, number in people.other_roles.most_common()], _ROLES)
        write_error(f"{counted(held, 'person has', 'people have')} a role that the pack does not have, read without one: {listed}\n\n")
    rows = people.left_out
    if not rows:
        return
    verb = "is" if len(rows) == 1 else "are"
    write_error(f"{len(rows):,} of {people.rows:,} rows cannot be judged and {verb} left out:\n")
    write_error("".join(f"  {_place(row)}: {row.reason}\n" for row in rows[:_SHOWN]))
    rest = len(rows) - _SHOWN
    more = f"  and {rest:,} more; " if rest > 0 else "  "
    write_error(f"{more}for all of them, with each reason: {_command(people, paths)}\n\n")


def _place(rejected: Rejected) -> str:
    """Say where a row stands: by the line of its file, as an editor and a spreadsheet count, where that is known."""
    row = f"row {rejected.row}" if rejected.line is None else f"line {rejected.line}"
    return f"{rejected.path}, {row}{f', {rejected.column}' if rejected.column else ''}"


def _command(people: People, paths: Sequence[str]) -> str:
    """Return the command that keeps every row that is left out."""
    folder = people.pack.folder
    rules = ["--rules", folder] if folder != default_rules() and Path(folder).is_dir() else []
    return f"`{shlex.join(['evaluator', 'evaluate', *paths, '-o', 'results.csv', *rules])}`"
