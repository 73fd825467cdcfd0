"""decisions: the log of decisions, verified, listed, exported, replayed and repaired."""

from __future__ import annotations

from pathlib import Path

import attrs
import click

from evaluator.candidates.decisions.export_command import export
from evaluator.candidates.decisions.log_option import log_argument, opened
from evaluator.candidates.decisions.replay_command import replay
from evaluator.cli import options
from evaluator.cli.exits import DONE, FINDINGS, UNUSABLE
from evaluator.cli.output import Output, write_error
from evaluator.report.jsons import dumps
from evaluator.report.words import counted


@click.group()
def decisions() -> None:
    """Verify, list, export and replay recorded decisions."""


decisions.add_command(export)
decisions.add_command(replay)


@decisions.command(
    short_help="Find any record or snapshot that was altered, removed, moved, put there or torn.",
    epilog="""\b
Examples:
  evaluator decisions verify
  evaluator decisions verify panel.jsonl --expect 12:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08
  evaluator decisions verify --witness /mnt/minutes/heads.jsonl
  evaluator decisions verify --format json
""",
)
@log_argument
@click.option("--expect", metavar="[N:]HASH", help="A hash that was kept elsewhere, with its record's number: that record has to be there.")
@click.option("--witness", type=options.FILE, metavar="FILE", help="The file of `decide --witness`: every head in it has to be there.")
@options.output("text", "json", "markdown")
def verify(log: str, expect: str | None, witness: str | None, output: Output) -> int:
    """Find any record or snapshot that was altered, removed, moved, put there or torn.

    LOG is a log that `decide` writes, ./decisions.log.jsonl by default. Ends with exit code 1 where anything is wrong, and
    with 2 where there is no record to verify. Without --expect or --witness, nothing can show that the end of a log was cut off, or
    all of it written anew.
    """
    from evaluator.candidates.decisions.report import verified_page
    from evaluator.candidates.decisions.to_json import verified_json
    from evaluator.candidates.decisions.verifying import Expected, verified
    from evaluator.candidates.decisions.witness import Witness

    wanted = None if expect is None else Expected.of(expect)
    if expect is not None and wanted is None:
        raise click.UsageError("--expect takes NUMBER:HASH as `decisions verify` prints it, or the 64 digits of the hash alone")
    found, seen = verified(*opened(log), wanted), None
    if witness is not None:
        seen = Witness(path=Path(witness)).held_against(found.log)
        found = attrs.evolve(found, faults=(*found.faults, *seen.faults))
    output.write(dumps(verified_json(found, seen)) if output.format == "json" else output.written(verified_page(found, seen)))
    return FINDINGS if found.faults else DONE if found.log.placed else UNUSABLE


@decisions.command(
    name="list",
    short_help="List the decisions that were recorded.",
    epilog="""\b
Examples:
  evaluator decisions list
  evaluator decisions list panel.jsonl --format markdown -o decisions.md
""",
)
@log_argument
@options.output("table", "json", "markdown")
def list_(log: str, output: Output) -> int:
    """List the decisions that were recorded, each with the verdict of its day.

    Ends with exit code 1 where the log is not as it was written; `decisions verify` says what is wrong.
    """
    from evaluator.candidates.decisions.report import listed_page
    from evaluator.candidates.decisions.to_json import listed_json

    found, snapshots = opened(log)
    output.write(dumps(listed_json(found)) if output.format == "json" else output.written(listed_page(found, snapshots)))
    if not found.faults:
        return DONE
    write_error(f"{log} is not as it was written; `evaluator decisions verify {log}` says what is wrong\n")
    return FINDINGS


@decisions.command(
    short_help="Clear away what a crash left: half a record, parts of snapshots.",
    epilog="""\b
Examples:
  evaluator decisions repair
  evaluator decisions repair panel.jsonl
""",
)
@log_argument
def repair(log: str) -> int:
    """Mend the end of a log where a crash left half a record, and nothing else of it.

    A record that lacks only its line break is completed. Anything less was never recorded: its bytes go to a file beside the log.
    Parts of snapshots that a crash left there are removed, and named.
    """
    from evaluator.candidates.decisions.repair import mend

    done = mend(Path(log))
    if done.completed is not None:
        words = f"record {done.completed} was complete but for its line break, and now is"
    elif done.aside is not None:
        words = f"{counted(done.torn, 'byte')} of a record that was never completed went to {done.aside}; take that decision again"
    else:
        words = "nothing is torn" if done.cleared else "nothing is torn, and nothing was changed"
    removed = "".join(f"removed {path}, a part of a snapshot that was never completed\n" for path in done.cleared)
    Output(format="text").write(f"{log}: {words}\n{removed}")
    return DONE
