"""profile import: what other systems know of a person, as a profile."""

from __future__ import annotations

import datetime
from collections.abc import Callable

import attrs
import click

from evaluator.candidates.profile.drafting.writing import profile_text
from evaluator.candidates.profile.files import Target, gathered_on, target
from evaluator.candidates.profile.importing.drafting import draft_from, years_words
from evaluator.candidates.profile.importing.exported import Export
from evaluator.candidates.profile.importing.jsonresume import read_jsonresume
from evaluator.candidates.profile.importing.linkedin import read_linkedin
from evaluator.candidates.profile.importing.report import ImportNotes, Left
from evaluator.cli import options
from evaluator.cli.exits import DONE, FINDINGS
from evaluator.cli.failures import Unusable
from evaluator.cli.output import write_error, write_findings
from evaluator.cli.path_overlap import Holds, ReadPath
from evaluator.diagnostics import Problems, ReadingError
from evaluator.reading.pack.imports import read_imports
from evaluator.reading.pack.pack import load_pack

_SHOWN = 40
Read = Callable[[str, Problems], Export]


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
""",
)
@click.argument("export", metavar="EXPORT", type=ReadPath(exists=True, holds=Holds.TABLES))
@target
@options.RULES
@options.GATHERED
def linkedin(export: str, target: Target, rules: str, as_of: datetime.date | None) -> int:
    """Make a profile from LinkedIn's copy of a person's data: a ZIP archive, or the folder that it was unpacked to.

    Positions, education, certifications, skills and the name are read, and nothing else. What the pack does not know by name
    is told on standard error, and never guessed. Ends with exit code 1 where dates or rows were wrong, and 2 where nothing can be used.
    """
    return _imported(read_linkedin, export, target, rules, as_of)


@importing.command(
    short_help="From a résumé in the shape of jsonresume.org.",
    epilog="""\b
Examples:
  evaluator profile import jsonresume resume.json -o profiles/jana-novak.yaml --as-of 2026-11-01
""",
)
@click.argument("resume", metavar="FILE", type=ReadPath(exists=True, dir_okay=False))
@target
@options.RULES
@options.GATHERED
def jsonresume(resume: str, target: Target, rules: str, as_of: datetime.date | None) -> int:
    """Make a profile from a JSON Resume: work, education, certificates, skills and the name are read, and nothing else.

    Ends with exit code 1 where dates or entries were wrong, and 2 where nothing can be used.
    """
    return _imported(read_jsonresume, resume, target, rules, as_of)


def _imported(read: Read, path: str, target: Target, rules: str, as_of: datetime.date | None) -> int:
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
    draft = attrs.evolve(draft, id=target.id(export.name))
    target.write(profile_text(draft, pack, schema=target.schema(rules)))
    if len(problems):
        write_findings(problems)
    import_notes.taken.extend(years_words(draft, pack, imports, day))
    write_error(_words(export, import_notes, day, stated=as_of is not None))
    if target.file:
        write_error(f"wrote {target.file}; read it, then run `evaluator profile check {target.file}`\n")
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
