"""profile import: what other systems know of a person, as a profile."""

from __future__ import annotations

import datetime
from collections.abc import Callable

import attrs
import click

from evaluator.candidates.profile.drafting.draft import Draft
from evaluator.candidates.profile.drafting.writing import profile_text
from evaluator.candidates.profile.editing.effect import Effect
from evaluator.candidates.profile.editing.profile_file import ProfileFile
from evaluator.candidates.profile.files import Target, gathered_on, target
from evaluator.candidates.profile.importing.drafting import draft_from, years_words
from evaluator.candidates.profile.importing.exported import Export
from evaluator.candidates.profile.importing.jsonresume import read_jsonresume
from evaluator.candidates.profile.importing.linkedin import read_linkedin
from evaluator.candidates.profile.importing.merging import EXPORT, PROFILE, Merge
from evaluator.candidates.profile.importing.report import ImportNotes, Left
from evaluator.cli import options
from evaluator.cli.clock import today
from evaluator.cli.exits import DONE, FINDINGS
from evaluator.cli.failures import Unusable
from evaluator.cli.output import Output, write_error, write_findings
from evaluator.cli.path_overlap import Holds, ReadPath
from evaluator.core.files import append_line
from evaluator.core.model import Pack
from evaluator.diagnostics import Problems, ReadingError
from evaluator.reading.pack.imports import read_imports
from evaluator.reading.pack.pack import load_pack
from evaluator.reading.profile.evidence_log import Added, log_of

_SHOWN = 40
Read = Callable[[str, Problems], Export]


@attrs.frozen(kw_only=True)
class Into:
    """The profile that an export is merged into, if any, and what counts where both say something else."""

    file: str | None
    prefer: str | None

    def checked(self, target: Target) -> Target | Into:
        """Return what is written to; raises a usage error where both are named, or neither needs --prefer."""
        if self.file is None and self.prefer is not None:
            raise click.UsageError("--prefer says what counts in a merge; name the profile with --into")
        if self.file is not None and target.file is not None:
            raise click.UsageError("-o writes a new profile, and --into adds to one that is there; name one of them")
        return target if self.file is None else self


def merging(verb: options.Verb) -> options.Verb:
    """Give a verb --into and --prefer, as one `into`."""
    help_words = "What counts where both say something else. [default: refused, and told]"
    given: dict[str, Callable[[options.Verb], options.Verb]] = {
        "into_file": click.option("--into", "into_file", metavar="PROFILE", type=options.FILE, help="Merge into a profile that is there."),
        "prefer": click.option("--prefer", type=click.Choice((EXPORT, PROFILE)), help=help_words),
    }
    return options.bundle(verb, "into", lambda into_file, prefer: Into(file=into_file, prefer=prefer), given)


@click.group(
    name="import",
    epilog="""\b
Examples:
  evaluator profile import linkedin export.zip -o profiles/jana-novak.yaml
  evaluator profile import jsonresume resume.json -o profiles/jana-novak.yaml
""",
)
def importing() -> None:
    """Make a profile from a LinkedIn export or a JSON Resume."""


@importing.command(
    short_help="From LinkedIn's copy of a person's data.",
    epilog="""\b
Examples:
  evaluator profile import linkedin export.zip -o profiles/jana-novak.yaml --as-of 2026-11-01
  evaluator profile import linkedin Basic_LinkedInDataExport/ -o jana-novak.yaml
  evaluator profile import linkedin newer.zip --into profiles/jana-novak.yaml
""",
)
@click.argument("export", metavar="EXPORT", type=ReadPath(exists=True, holds=Holds.TABLES))
@target
@merging
@options.RULES
@options.GATHERED
def linkedin(export: str, target: Target, into: Into, rules: str, as_of: datetime.date | None) -> int:
    """Make a profile from LinkedIn's copy of a person's data: a ZIP archive, or the folder that it was unpacked to.

    Positions, education, certifications, skills and the name are read, and nothing else. What the pack does not know by name
    is told on standard error, and never guessed. Ends with exit code 1 where dates or rows were wrong, and 2 where nothing can be used.
    """
    return _imported(read_linkedin, export, into.checked(target), rules, as_of)


@importing.command(
    short_help="From a résumé in the shape of jsonresume.org.",
    epilog="""\b
Examples:
  evaluator profile import jsonresume resume.json -o profiles/jana-novak.yaml --as-of 2026-11-01
""",
)
@click.argument("resume", metavar="FILE", type=ReadPath(exists=True, dir_okay=False))
@target
@merging
@options.RULES
@options.GATHERED
def jsonresume(resume: str, target: Target, into: Into, rules: str, as_of: datetime.date | None) -> int:
    """Make a profile from a JSON Resume: work, education, certificates, skills and the name are read, and nothing else.

    Ends with exit code 1 where dates or entries were wrong, and 2 where nothing can be used.
    """
    return _imported(read_jsonresume, resume, into.checked(target), rules, as_of)


def _imported(read: Read, path: str, target: Target | Into, rules: str, as_of: datetime.date | None) -> int:
    pack = load_pack(rules)
    problems, import_notes = Problems(), ImportNotes()
    imports = read_imports(pack, problems)
    if problems.errors:
        raise ReadingError(problems)
    day = gathered_on(as_of)
    export = read(path, problems)
    draft = draft_from(export, pack, imports, day, import_notes, problems)
    if not draft.statements and not draft.proposals:
        if problems.errors:
            raise ReadingError(problems)
        write_error(_words(export, import_notes, day, stated=as_of is not None))
        raise Unusable(f"{path} says nothing that the pack can use", "`evaluator profile new` asks for what matters")
    if isinstance(target, Into):
        write_error(_words(export, import_notes, day, stated=as_of is not None))
        return _merged(target, draft, pack, problems)
    draft = attrs.evolve(draft, id=target.id(export.name))
    target.write(profile_text(draft, pack, schema=target.schema(rules)))
    if len(problems):
        write_findings(problems)
    import_notes.taken.extend(years_words(draft, pack, imports, day))
    write_error(_words(export, import_notes, day, stated=as_of is not None))
    if target.file:
        write_error(f"wrote {target.file}; read it, then run `evaluator profile check {target.file}`\n")
    return FINDINGS if problems.errors else DONE


def _merged(into: Into, draft: Draft, pack: Pack, problems: Problems) -> int:
    """Write what an export adds to a profile, all of it or nothing, and tell what changed; returns the exit code."""
    before = ProfileFile.read(into.file or "", pack)
    if before.profile is None:
        raise ReadingError(before.problems)
    merge = Merge(pack=pack, profile=before.profile, prefer=into.prefer)
    merge.take(draft)
    if len(problems):
        write_findings(problems)
    if merge.conflicts:
        for words in merge.conflicts:
            write_error(f"{words}\n")
        write_error("nothing was written; --prefer export or --prefer profile says which counts\n")
        return FINDINGS
    after = before.changed(merge.changes, pack)
    if after.profile is None:
        write_findings(after.problems)
        write_error(f"{before.path} was left as it was: it could not be used with what the export says\n")
        return FINDINGS
    if after.data != before.data:
        after.write(before)
    for name in merge.touched:
        for item in draft.evidence.get(name, ()):
            append_line(log_of(before.path), Added(attribute=name, item=item, added=today()).line)
    lines = merge.told or [f"{before.path} says all of it already, and nothing was written"]
    lines += [f"kept: {words}" for words in merge.kept]
    if merge.told:
        day = after.profile.as_of or today()
        lines += Effect.of(pack, before.profile, after.profile, day, "reference").lines([], pack)
    Output(format="text").write("".join(f"{line}\n" for line in lines))
    write_error(f"`evaluator profile answer {before.path}` asks for what is still open\n")
    return FINDINGS if problems.errors else DONE


def _words(export: Export, import_notes: ImportNotes, day: datetime.date, *, stated: bool) -> str:
    lines = [
        f"as of {day}{'' if stated else ', which is today; --as-of names another day'}",
        f"read {', '.join(export.files)}",
        "taken:",
        *(f"  {words}" for words in import_notes.taken or ["nothing"]),
    ]
    for heading, lefts in (("to add or confirm in the profile:", import_notes.asked), ("not used:", import_notes.left)):
        lines += [heading] if lefts else []
        lines.extend(f"  {_left(left)}" for left in lefts[:_SHOWN])
        lines += [f"  and {len(lefts) - _SHOWN} more"] if len(lefts) > _SHOWN else []
    return "\n".join(lines) + "\n"


def _left(left: Left) -> str:
    location = f"{left.span}: " if left.span else ""
    why = f": {left.why}" if left.why else ""
    return f"{location}{left.what}{why}{f'; {left.hint}' if left.hint else ''}"
