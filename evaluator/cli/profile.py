"""profile check: what is wrong with profiles, before anybody is judged by them."""

from __future__ import annotations

import datetime

import click

from evaluator.cli import options
from evaluator.cli.exits import DONE, FINDINGS, UNUSABLE
from evaluator.cli.output import Output
from evaluator.diagnostics import Problems
from evaluator.reading.pack import load_pack
from evaluator.reading.people import read_people
from evaluator.reading.profile import report_differences
from evaluator.report.findings import findings_github, findings_json, findings_text
from evaluator.report.jsons import dumps
from evaluator.report.words import counted

UNREADABLE = "R001"


@click.group()
def profile() -> None:
    """Check profiles."""


@profile.command(
    short_help="Find what is wrong with profiles.",
    epilog="""\b
Examples:
  evaluator profile check profiles/
  evaluator profile check profiles/people.csv --format json
""",
)
@click.argument("paths", metavar="PATH...", nargs=-1, required=True, type=options.ANYWHERE)
@options.output("text", "json", "github")
@options.RULES
@options.AS_OF
def check(paths: tuple[str, ...], output: Output, rules: str, as_of: datetime.date | None) -> int:
    """Find what is wrong with profiles: unknown attributes, values that do not fit, dates that contradict each other.

    Ends with exit code 1 where there are errors, and 2 where no file can be read.
    """
    pack = load_pack(rules)
    problems = Problems()
    people = read_people(paths, pack, problems)
    for person in people:
        if person.as_of is None:
            report_differences(pack, person, as_of or datetime.date.today(), {}, problems)  # noqa: DTZ011 - the reader's own day
    if output.format == "json":
        output.write(dumps(findings_json(problems)))
    elif output.format == "github":
        output.write(findings_github(problems))
    else:
        found = findings_text(problems, columns=output.columns, paint=output.paint).rstrip()
        output.write(f"{found}; {counted(len(people), 'profile')} can be used\n")
    if problems.errors and not people and all(found.code == UNREADABLE for found in problems.errors):
        return UNUSABLE
    return FINDINGS if problems.errors else DONE
