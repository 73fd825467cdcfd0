"""rename: a name of a pack, exchanged wherever it is used."""

from __future__ import annotations

import os
import shlex
from collections.abc import Iterator, Sequence
from pathlib import Path

import click

from evaluator.cli import options
from evaluator.cli.exits import DONE, FINDINGS, UNUSABLE
from evaluator.cli.output import Output, write_error, write_findings
from evaluator.core.values import clip
from evaluator.diagnostics import ReadingError
from evaluator.packs.rename.edits import FileEdit
from evaluator.packs.rename.names import SORTS, Renaming, renaming
from evaluator.packs.rename.pack_edits import NamedPack, Tried, edits_of, mentions, read_named, tried
from evaluator.packs.rename.people import checked, files_in, in_mapping, in_people
from evaluator.packs.rename.writing import take_back, write_all
from evaluator.packs.revisions import versioned
from evaluator.report.words import counted

_MOST = 12
_WIDTH = 80


@click.command(
    epilog="""\b
Examples:
  evaluator rename role product-director director-of-product
  evaluator rename criterion product-director/product-experience experience --dry-run
  evaluator rename attribute direct_reports reports --also mapping.yaml --in profiles/
  evaluator rename field history.title position --in profiles/
  evaluator rename option skill_level.expert principal --in people.csv
""",
)
@click.argument("kind", metavar="KIND", type=click.Choice(SORTS))
@click.argument("old", metavar="OLD")
@click.argument("new", metavar="NEW")
@click.option("--also", multiple=True, metavar="FILE", type=options.FILE, help="A saved mapping of columns that uses it too. Repeatable.")
@click.option(
    "--in",
    "people",
    multiple=True,
    metavar="PATH",
    type=options.ANYWHERE,
    help="Profiles, people or decisions that use it too: a file or folder. Repeatable.",
)
@click.option("--dry-run", is_flag=True, help="Show what would change, and write nothing.")
@options.OWN_RULES
def rename(kind: str, old: str, new: str, also: tuple[str, ...], people: tuple[str, ...], dry_run: bool, rules: str) -> int:  # noqa: FBT001, PLR0913, PLR0917 - each is a thing of its own on the command line
    """Rename what a pack declares, wherever it is used.

    KIND is role, criterion, attribute, field, option, track, scale, table, condition, policy, verdict or document. A criterion that
    several roles have is written as ROLE/CRITERION, a field of entries as ATTRIBUTE.FIELD, an option or the level of a scale as
    ATTRIBUTE.OPTION or SCALE.LEVEL, a verdict that tracks have too as TRACK.VERDICT or pack.VERDICT. All files are written, or none;
    titles and other prose stay. The pack has to say the same afterwards, but for the name: what would not read stays as it is, and the
    command ends with exit code 1.
    """
    if (stopped := take_back(rules, dry_run=dry_run)) is not None:
        write_error(f"{stopped}\n")
    named = read_named(rules)
    renamed = renaming(kind, old, new, named.pack, named.references)
    edits = edits_of(named, renamed)
    output = Output(format="text")
    try:
        beside = [edit for path in dict.fromkeys(also) if (edit := in_mapping(path, named.pack, renamed)) is not None]
        read = {path: in_people(path, named.pack, renamed) for given in people for path in files_in(given)}
    except ReadingError as problem:
        write_findings(problem.problems)
        write_error("nothing was renamed: every file that is named has to read first\n")
        return UNUSABLE
    beside += [found.edit for found in read.values() if found.edit is not None]
    try:
        trial = tried(named, edits, renamed)
        checked((found.edit for found in read.values() if found.edit is not None), trial.pack)
    except ReadingError as problem:
        write_findings(problem.problems)
        output.tell([f"nothing was renamed: with `{clip(renamed.new)}` it would not read"])
        return FINDINGS
    every = tuple({os.path.realpath(edit.path): edit for edit in (*edits, *beside)}.values())
    if not dry_run:
        write_all(every, rules)
    notes = [found.note for found in read.values() if found.note]
    touched = {edit.path for edit in every} | {path for path, found in read.items() if found.note}
    notes += [f"{given} does not use it" for given in dict.fromkeys((*also, *people)) if touched.isdisjoint(files_in(given))]
    output.tell(_told(named, renamed, every, trial, notes, dry_run=dry_run), copied=[edit.diff for edit in every])
    return DONE


def _told(  # noqa: PLR0913 - what was done, and what is to be said of it
    named: NamedPack, renamed: Renaming, edits: Sequence[FileEdit], trial: Tried, notes: Sequence[str], *, dry_run: bool
) -> Iterator[str]:
    if dry_run:
        yield from (edit.diff for edit in edits)
    places = sum(edit.places for edit in edits)
    would = "would be" if dry_run else "is now"
    yield (
        f"the {renamed.sort} `{clip(renamed.old)}` {would} called `{clip(renamed.new)}`,"
        f" at {counted(places, 'place')} in {counted(len(edits), 'file')}{' (nothing written)' if dry_run else ''}"
    )
    for edit in edits:
        moved = f" → {Path(edit.to).name}" if edit.to != edit.path else ""
        yield f"  {edit.path}{moved}: {counted(edit.places, 'place')}"
    yield from notes
    if trial.prose:
        yield "a cell of a table stands for the name and in a text as well, which reads otherwise now:"
        yield from _some([clip(text, _WIDTH) for text in trial.prose])
    if left := mentions(named, edits, renamed):
        lines, one = counted(len(left), "line"), len(left) == 1
        yield f"{lines} also {'mentions' if one else 'mention'} it, and {'stays' if one else 'stay'} as written:"
        yield from _some([_line(*line) for line in left])
    examples = f", and {counted(trial.examples, 'worked example')} {'comes' if trial.examples == 1 else 'come'} out as before"
    yield f"the pack says the same but for the name{examples if trial.examples else ''}"
    if dry_run:
        return
    folder = named.pack.folder
    if (Path(folder) / "schema").is_dir():
        yield f"`{shlex.join(['evaluator', 'schema', folder])}` brings the schemas for editors up to date"
    if versioned(folder):
        yield f"`{shlex.join(['evaluator', 'diff', 'HEAD', folder])}` tells it as one change"


def _line(path: str, number: int, text: str) -> str:
    return f"{path}:{number}: {text}"


def _some(lines: Sequence[str]) -> Iterator[str]:
    yield from (f"  {line}" for line in lines[:_MOST])
    if len(lines) > _MOST:
        yield f"  and {len(lines) - _MOST} more"
