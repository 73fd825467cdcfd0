"""decisions replay: recorded verdicts, confirmed."""

from __future__ import annotations

import click

from evaluator.candidates.decisions.log_option import log_argument, nothing_recorded, opened
from evaluator.cli import options
from evaluator.cli.exits import DONE, FINDINGS
from evaluator.cli.failures import Unusable
from evaluator.cli.output import Output, write_error
from evaluator.report.jsons import dumps


@click.command(
    short_help="Evaluate the facts of decisions again, by the rules as they were.",
    epilog="""\b
Examples:
  evaluator decisions replay
  evaluator decisions replay panel.jsonl --number 7
""",
)
@log_argument
@click.option("--number", "numbers", type=click.IntRange(1), multiple=True, metavar="N", help="Only this record. Repeatable.")
@options.output("text", "json", "markdown")
def replay(log: str, numbers: tuple[int, ...], output: Output) -> int:
    """Evaluate the facts of decisions again, by the rules as they were and for the same day, and compare.

    Ends with exit code 1 where a verdict, a score or a hash comes out otherwise than it was recorded, and where the log or what is
    kept beside it was altered.
    """
    from evaluator.candidates.decisions.replaying import Replayer
    from evaluator.candidates.decisions.report import replayed_page
    from evaluator.candidates.decisions.to_json import replayed_json

    read, snapshots = opened(log)
    if missing := sorted(set(numbers) - {record.number for record in read.records}):
        raise Unusable(f"{log} has no record {missing[0]}", "`evaluator decisions list` shows the numbers")
    wanted = [record for record in read.records if not numbers or record.number in numbers]
    if not wanted and not read.faults:
        raise nothing_recorded(log)
    found = list(Replayer(snapshots=snapshots).all(wanted))
    as_json = output.format == "json"
    output.write(dumps(replayed_json(read, found)) if as_json else output.written(replayed_page(read, found, snapshots)))
    if read.faults:
        write_error(f"{log} is not as it was written; `evaluator decisions verify {log}` says what is wrong\n")
    return DONE if all(one.confirmed for one in found) and not read.faults else FINDINGS
