"""profile check: what is wrong with profiles, before anybody is judged by them."""

from __future__ import annotations

import datetime

import click

from evaluator.candidates.profile.answer_command import answer
from evaluator.candidates.profile.evidence_command import evidence
from evaluator.candidates.profile.import_command import importing
from evaluator.candidates.profile.new_command import new
from evaluator.candidates.profile.questions_command import questions
from evaluator.candidates.profile.set_command import set_
from evaluator.cli import options
from evaluator.cli.clock import today
from evaluator.cli.exits import DONE, FINDINGS, UNUSABLE
from evaluator.cli.output import Output
from evaluator.cli.tables import Tables, table_reading
from evaluator.diagnostics import Problems
from evaluator.reading.days import report_dated_ahead, report_days
from evaluator.reading.pack.pack import load_pack
from evaluator.reading.pack.plausible import report_implausible
from evaluator.reading.profile.people import read_people
from evaluator.reading.profile.profile import report_differences
from evaluator.reading.tables.formats import is_table
from evaluator.report.findings import findings_github, findings_json, findings_text
from evaluator.report.jsons import dumps
from evaluator.report.words import counted

UNREADABLE = frozenset({"R001", "D101", "D103"})


@click.group()
def profile() -> None:
    """Make, import, change and check profiles."""


profile.add_command(new)
profile.add_command(importing)
profile.add_command(set_)
profile.add_command(evidence)
profile.add_command(answer)
profile.add_command(questions)


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
@table_reading
@options.RULES
@options.AS_OF
def check(paths: tuple[str, ...], output: Output, tables: Tables, rules: str, as_of: datetime.date | None) -> int:
    """Find what is wrong with profiles: unknown attributes, values that do not fit, dates that contradict each other, days to come.

    What the pack does not expect of attributes together is a warning, and so is what is dated later than today.

    Ends with exit code 1 where there are errors, and 2 where no file can be read, or there is no profile in them.
    """
    pack = load_pack(rules)
    problems = Problems()
    people = read_people(paths, pack, problems, tables.reading(paths))
    now = today()
    for person in people:
        report_days(person, now, problems)
        report_dated_ahead(pack, person, now, problems)
        if person.facts_as_of is None or is_table(person.span.path):
            day = person.facts_as_of or as_of or now
            report_differences(pack, person, day, {}, problems)
            report_implausible(pack, person, day, {}, problems)
    if output.format == "json":
        output.write(dumps(findings_json(problems, pack)))
    elif output.format == "github":
        output.write(findings_github(problems))
    else:
        found = findings_text(problems, columns=output.columns, paint=output.paint).rstrip()
        output.write(f"{found}; {counted(len(people), 'profile')} can be used\n")
    if not people and all(error.code in UNREADABLE for error in problems.errors):
        return UNUSABLE
    return FINDINGS if problems.errors else DONE
