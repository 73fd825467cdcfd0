"""Opening the population that a calibration is about, and saying what of it could not be read."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from typing import TYPE_CHECKING

import attrs
import click

from evaluator.cli.clock import today
from evaluator.cli.failures import Unusable
from evaluator.cli.options import ANYWHERE
from evaluator.cli.output import write_findings
from evaluator.cli.tables import Tables
from evaluator.core.model import Pack
from evaluator.diagnostics import Problems, ReadingError
from evaluator.populations.left_out import keeping_command, tell_left_out, tell_other_roles
from evaluator.report.views import people_words

if TYPE_CHECKING:
    from evaluator.calibration.disclosure import Rule
    from evaluator.calibration.people import People
    from evaluator.core.days import ManyDays

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


def gather(  # noqa: PLR0913 - what a population is asked for
    paths: Sequence[str],
    pack: Pack,
    tables: Tables,
    as_of: datetime.date | None,
    *,
    groups: bool = False,
    where: str | None = None,
) -> LoadedPopulation:
    """Read a population by a pack's attributes; what cannot be read is told on standard error and left out.

    A row is judged for its own date unless one is given, and for today where neither says. Facts of people's groups are read only
    where `groups` asks for them, and only people who meet the condition `where` are taken. Raises ReadingError where no file can be
    used, and Unusable where nobody can be judged or is taken, so that no check passes for want of people.
    """
    from evaluator.calibration.people import gathered
    from evaluator.populations.counting import count_days, many_days
    from evaluator.populations.where import nobody_chosen, read_where
    from evaluator.reading.tables import open_population

    now = today()
    problems, day = Problems(), as_of or now
    reading = attrs.evolve(tables.reading(paths), groups=groups)
    condition = None if where is None else read_where(where, pack, reading, None)
    reading = reading if condition is None else attrs.evolve(reading, chosen_by=condition.names)
    population = open_population(paths, pack, reading, as_of=day, as_of_wins=as_of is not None, problems=problems)
    if problems.errors and (condition is not None or not population.tables):
        raise ReadingError(problems)
    if len(problems):
        write_findings(problems)
    people = gathered(population, pack, condition)
    keeping = keeping_command(paths, pack, tables)
    tell_other_roles(people.other_roles)
    tell_left_out(people.left_out, len(people.left_out), people.rows, keeping)
    if people.chosen is not None and people.chosen.people and not people.height:
        raise Unusable(*nobody_chosen(people.chosen.where, people.chosen.people, people.chosen.unknown))
    if not people.height:
        raise _nobody(people, paths, keeping)
    days = many_days(count_days(people.frame), pack, now)
    return LoadedPopulation(people=people, as_of=day, days=days, complete=not problems.errors and not people.rejected)


def refuse_few_left(people: People, rule: Rule) -> None:
    """Refuse to count groups of nearly everybody: beside a report of everybody, it would tell the groups of those who are left out."""
    left = 0 if people.chosen is None else people.chosen.people - people.chosen.taken
    if left and rule.holds_back(left) and not rule.holds_back(people.height):  # else nothing is told here by group
        message = f"--where leaves out only {people_words(left)}: beside a report of everybody, this one would tell their groups"
        raise Unusable(message, "leave out more people, or nobody; --exact is for those who may see facts of groups")


def _nobody(people: People, paths: Sequence[str], keeping: str) -> Unusable:
    named = ", ".join(paths)
    if people.rows:
        rows = "the only row" if people.rows == 1 else f"any of the {people.rows:,} rows"
        step = f"mend the rows; {keeping} keeps each with its reason"
        return Unusable(f"nobody can be judged by {rows} of {named}", step)
    return Unusable(f"there is nobody in {named}", "name a table with one person a row, a profile, or a folder of profiles")
