"""decisions export: recorded decisions, and the facts behind them, as a backtest reads them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import attrs
import click

from evaluator.candidates.decisions.log_option import log_argument, opened
from evaluator.cli import options
from evaluator.cli.exits import DONE, FINDINGS
from evaluator.cli.failures import Unusable
from evaluator.cli.output import Output, is_there, refuse_there, write_error, write_file
from evaluator.core.files import make_folder, read_bytes
from evaluator.reading.tables.formats import JSON_LINES
from evaluator.report.words import counted

if TYPE_CHECKING:
    from evaluator.candidates.decisions.entry import Record
    from evaluator.candidates.decisions.snapshots import Snapshots
    from evaluator.core.model import Pack, Profile


@click.command(
    short_help="Write decisions and the facts behind them for a backtest.",
    epilog="""\b
Examples:
  evaluator decisions export -o decisions.csv --profiles facts/
  evaluator decisions export panel.jsonl -o decisions.csv --profiles facts.jsonl
  evaluator backtest --decisions decisions.csv --on facts/
""",
)
@log_argument
@click.option(
    "--profiles", "facts", type=options.WRITTEN_ANYWHERE, metavar="DIR|FILE.jsonl", help="Where the facts that decisions were taken on go."
)
@click.option("--keep", multiple=True, metavar="GROUP", help="Export facts of groups: group:*, or one by name. Repeatable.")
@options.output("csv", "jsonl", document=True)
def export(log: str, facts: str | None, keep: tuple[str, ...], output: Output) -> int:
    """Write decisions and the facts behind them for a backtest.

    Records that were corrected are left out. The column `profile` names the facts, which go to a folder of profiles or a file of
    JSON Lines; facts of people's groups only where --keep names them. Nothing in that folder is written over.
    """
    from evaluator.candidates.decisions.export import exported_csv, exported_lines
    from evaluator.candidates.decisions.recording import in_force

    if wrong := next((one for one in keep if not one.casefold().startswith("group:")), None):
        raise click.UsageError(f"`--keep {wrong}` names no fact of groups; write --keep 'group:*', or --keep group:sex")
    target = None if facts is None else _Facts(place=Path(options.writable(facts, "--profiles") or facts), output=output)
    read, snapshots = opened(log)
    if read.faults:
        step = f"`evaluator decisions verify {log}` says what is wrong"
        raise Unusable(f"{log} is not as it was written, and nothing was exported", step)
    records = in_force(read)
    complete = True if target is None else _export_facts(records, snapshots, target, keep)
    output.write(exported_csv(records) if output.format == "csv" else exported_lines(records))
    corrected = len(read.records) - len(records)
    if corrected:
        write_error(f"{counted(corrected, 'record')} left out: corrected by a later one\n")
    return DONE if complete else FINDINGS


@attrs.frozen(kw_only=True)
class _Facts:
    """Where facts go: a file of JSON Lines, or a folder of profiles, of which one that is there already has to be the same."""

    place: Path
    output: Output

    def __attrs_post_init__(self) -> None:
        if self.lines:
            refuse_there(self.place, replace=self.output.replace)

    @property
    def lines(self) -> bool:
        """Whether they go to one file."""
        return self.place.suffix.lower() in JSON_LINES.endings

    def write(self, lines: str, texts: dict[str, str]) -> None:
        """Write them, in the one shape or the other."""
        mode, replace = self.output.mode, self.output.replace
        if self.lines:
            write_file(self.place, lines, mode=mode, replace=replace)
            return
        others = [path for name, text in texts.items() if (path := self.place / name).exists() and not _says(path, text)]
        if others and not replace:
            raise is_there(others[0])
        make_folder(self.place, mode)
        for name, text in texts.items():
            if not (self.place / name).exists() or replace:
                write_file(self.place / name, text, mode=mode, replace=replace)


def _says(path: Path, text: str) -> bool:
    return path.is_file() and read_bytes(path) == text.encode()


def _export_facts(records: Sequence[Record], snapshots: Snapshots, target: _Facts, keep: Sequence[str]) -> bool:
    """Write the facts of each record once, and say whether all are there."""
    from evaluator.candidates.decisions.export import facts_line, facts_yaml
    from evaluator.candidates.decisions.snapshots import with_groups_named

    packs: dict[str, Pack] = {}
    lines, texts, complete = [], {}, True
    for record in {one.profile_snapshot: one for one in records}.values():
        faults = (*snapshots.profile_faults(record.profile_snapshot), *snapshots.pack_faults(record.pack_snapshot))
        if faults:
            write_error(f"record {record.number}: {faults[0].message}, and its facts are left out\n")
            complete = False
            continue
        profile, pack = _facts(record, snapshots, packs)
        profile = with_groups_named(profile, keep)
        lines.append(facts_line(record, profile, pack))
        texts[f"{record.profile}.yaml"] = facts_yaml(record, profile, pack)
    target.write("".join(lines), texts)
    return complete


def _facts(record: Record, snapshots: Snapshots, packs: dict[str, Pack]) -> tuple[Profile, Pack]:
    if record.pack_snapshot not in packs:
        packs[record.pack_snapshot] = snapshots.read_pack(record.pack_snapshot)
    pack = packs[record.pack_snapshot]
    return snapshots.read_profile(record.profile_snapshot, record.person, pack), pack
