"""decide: a decision that people took, recorded with what it was taken on."""

from __future__ import annotations

import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from evaluator.candidates.decisions.problems import LogProblem
from evaluator.cli import options
from evaluator.cli.clock import now, today
from evaluator.cli.completion import role_names
from evaluator.cli.exits import DONE, FINDINGS
from evaluator.cli.failures import Unusable
from evaluator.cli.loading import day_for, evaluator_for, judged_role, refuse_days_to_come
from evaluator.cli.options import DEFAULT_LOG, Setting
from evaluator.cli.output import Output, write_error
from evaluator.cli.tables import Tables, table_reading
from evaluator.core.days import person_days
from evaluator.core.model import Pack, Profile
from evaluator.populations.choosing import is_other_table
from evaluator.populations.one_person import one_of
from evaluator.report.jsons import dumps

if TYPE_CHECKING:
    from evaluator.candidates.decisions.entry import Record
    from evaluator.candidates.decisions.witness import Witness

_CHOICES = ("promoted", "deferred", "declined")


@click.command(
    epilog="""\b
Examples:
  evaluator decide profiles/sofia-marquez.yaml product-director --decision deferred --reason "Nine months short of eight years."
  evaluator decide people.csv "Product Director" --person p017 --decision promoted --reason "…" --by "Ines Alba" --on 2026-11-03
  evaluator decide profiles/ada-lindqvist.yaml head-of-product --decision promoted --reason "…" --corrects 4
""",
)
@click.argument("profile", metavar="PROFILE", type=options.ANYWHERE)
@click.argument("role", metavar="ROLE", shell_complete=role_names)
@click.option("--decision", "choice", required=True, type=click.Choice(_CHOICES), help="What people decided.")
@click.option("--reason", required=True, metavar="TEXT", help="Why, in words.")
@click.option("--by", "decided_by", multiple=True, metavar="NAME", help="Who decided. Repeatable.")
@click.option("--on", "day", metavar="DATE", callback=options.day, help="The day of the decision. [default: today]")
@click.option("--corrects", type=click.IntRange(1), metavar="N", help="The number of a record whose place this one takes.")
@click.option(
    "--log", "log", type=options.OWN_LOG, metavar="FILE", default=DEFAULT_LOG, show_default=True, help="The log, begun where there is none."
)
@click.option(
    "--witness",
    type=options.WITNESS,
    metavar="FILE",
    help="A file kept elsewhere, to which the log’s new head is appended, for `decisions verify --witness`.",
)
@click.option("--person", metavar="PERSON", help="Whom of a table or folder it is about, by id or name.")
@options.output("text", "json", "markdown", document=True)
@table_reading
@options.setting
def decide(  # noqa: PLR0913, PLR0917 - each is a thing of its own on the command line
    profile: str,
    role: str,
    choice: str,
    reason: str,
    decided_by: tuple[str, ...],
    day: datetime.date | None,
    corrects: int | None,
    log: str,
    witness: str | None,
    person: str | None,
    output: Output,
    tables: Tables,
    setting: Setting,
) -> int:
    """Record a decision that people took on a person and a role.

    The person is evaluated, and one record goes to the end of the log: the decision with its reason, the verdict of that day, and
    whether it departs from what the facts recommend. Facts and rules are kept beside the log, so that `decisions replay` can confirm the
    verdict later. Nothing that is there is ever written over.
    """
    from evaluator.candidates.decisions.recording import DecisionTaken, take
    from evaluator.candidates.decisions.report import taken_page
    from evaluator.candidates.decisions.to_json import record_json
    from evaluator.candidates.decisions.witness import Witness
    from evaluator.core.decisions import Choice
    from evaluator.core.recommendation import recommend
    from evaluator.report.days import decision_days_words
    from evaluator.report.recommendation import departed_words, held_words

    elsewhere = None if witness is None else Witness(path=Path(witness))
    evaluator = evaluator_for(setting)
    wanted = judged_role(role, evaluator.pack).id
    found = _whole(profile, person, evaluator.pack, tables)
    on = _day(day)
    refuse_days_to_come([found], setting.as_of, today())
    evaluation = evaluator.evaluate(found, as_of=day_for(found, setting, on))
    decision_taken = DecisionTaken(role=wanted, decision=Choice(choice), date=on, reason=reason, decided_by=decided_by, corrects=corrects)
    record = take(Path(log), decision_taken, evaluation, evaluator.pack, now(), keep=tables.keep, witness=elsewhere, mode=output.mode)
    kept = elsewhere is None or _witnessed(elsewhere, Path(log), record)
    days = decision_days_words(person_days(found, record.as_of, evaluator.pack, on))
    if output.format == "json":
        output.write(dumps(record_json(record)))
        write_error(f"{days}\n" if days else "")
    else:
        best = evaluator.pack.best_of(evaluator.pack.roles[wanted])
        departed = departed_words(recommend(evaluation, wanted, evaluator.pack), best, record.decision)
        title, said, held = evaluator.pack.roles[wanted].title, witness if kept else None, held_words(evaluation.roles[wanted])
        page = taken_page(record, log, departed, name=found.label, role=title, witness=said, days=days, held=held)
        output.write(output.written(page))
    return DONE if kept else FINDINGS


def _witnessed(witness: Witness, log: Path, record: Record) -> bool:
    """Append the log's head to its witness, and say whether it is there: the record is, whatever becomes of that."""
    try:
        witness.append(log, record)
    except (OSError, LogProblem) as problem:
        why = problem.message if isinstance(problem, LogProblem) else (problem.strerror or str(problem)).lower()
        write_error(f"record {record.number} is in {log}, and its head is not in {witness.path}: {why}; keep {record.seal} elsewhere\n")
        return False
    if witness.beside(log):
        write_error(f"{witness.path} lies beside the log: whoever can write to the one can write to the other\n")
    return True


def _whole(path: str, person: str | None, pack: Pack, tables: Tables) -> Profile:
    """Return the one person who is meant, with all that is known: a table read in columns has no entries of lists left."""
    if is_other_table(Path(path)):
        step = "name the person's profile, or a table in CSV"
        raise Unusable(f"{path} is read in columns, and a decision is recorded with a person's facts as they stand", step)
    return one_of(path, person, pack, tables)


def _day(day: datetime.date | None) -> datetime.date:
    if day is not None and day > today():
        raise click.UsageError(f"--on {day} has not come yet; name the day on which people decided")
    return day or today()
