"""lint: what is wrong with a pack."""

from __future__ import annotations

from collections.abc import Sequence

import click

from evaluator.cli import options
from evaluator.cli.gates import exit_code
from evaluator.cli.output import Output, write_error
from evaluator.core.gates import Gate, State
from evaluator.diagnostics import Problems, ReadingError
from evaluator.packs.lint import linted
from evaluator.packs.lint.versions import check_version
from evaluator.packs.revisions import source
from evaluator.report.findings import count_words, findings_github, findings_json, findings_text
from evaluator.report.jsons import dumps
from evaluator.report.people import PackRead
from evaluator.report.words import counted

_NOT_HELD = "the version was not held against what it was: mend the errors first, and lint again"


@click.command(
    epilog="""\b
Examples:
  evaluator lint
  evaluator lint my-rules/ --strict
  evaluator lint --against main
  evaluator lint --format github
""",
)
@options.PACK
@click.option("--strict", is_flag=True, help="Let warnings count as errors.")
@click.option(
    "--against",
    multiple=True,
    metavar="REV",
    type=options.PACK_OR_REVISION,
    help="Hold the version against what the pack was: a git revision, or a folder. Repeatable.",
)
@options.output("text", "json", "github", about_rules=True)
@options.CHECKED_RULES
def lint(pack: str | None, strict: bool, against: Sequence[str], output: Output, rules: str | None) -> int:  # noqa: FBT001 - a click flag
    """Find what is wrong with a pack, with the place and a next step.

    PACK is its folder, ./rules without one; never the pack that comes with the tool, unless its folder is named. With --against, a
    version that stayed the same although the rules mean something else is a finding, and one that went down. Ends with exit code 1
    where there are errors; `evaluator explain-code CODE` explains a finding.
    """
    folder = options.own_pack(pack, rules)
    read, problems = linted(folder)
    if any(error.span.path == folder for error in problems.errors):
        raise ReadingError(problems)
    earlier = [source(one, folder).load() for one in dict.fromkeys(against)]
    if earlier and (read is None or problems.errors):
        problems.notes.append(_NOT_HELD)
    else:
        for one in earlier:
            check_version(read, one, problems)  # type: ignore[arg-type]  # it was read, or there are errors
    checked = PackRead(pack=read, folder=folder)
    gates = _gates(problems, strict=strict)
    output.write(_written(problems, checked, gates, output))
    if output.format == "github" or output.file:
        write_error(f"{count_words(problems)}\n{checked.line}\n")
    for note in problems.notes:
        write_error(f"note: {note}\n")
    return exit_code(gates)


def _gates(problems: Problems, *, strict: bool) -> tuple[Gate, ...]:
    """Return what must hold: no errors, and if it is strict no warnings, for which a pack with errors is not wholly looked through."""
    gates = [_gate("errors", len(problems.errors))]
    if strict and problems.errors and not problems.warnings:
        why = "a pack with errors is not wholly looked through"
        gates.append(Gate(limit="warnings", state=State.NOT_TESTED, reason=why, step="mend the errors first"))
    elif strict:
        gates.append(_gate("warnings", len(problems.warnings)))
    return tuple(gates)


def _gate(limit: str, number: int) -> Gate:
    reason = counted(number, limit.removesuffix("s")) if number else "none"
    return Gate(limit=limit, state=State.BROKEN if number else State.HELD, reason=reason)


def _written(problems: Problems, checked: PackRead, gates: tuple[Gate, ...], output: Output) -> str:
    if output.format == "json":
        return dumps(findings_json(problems, checked.pack, checked.to_json(), gates))
    if output.format == "github":
        return findings_github(problems)
    return f"{findings_text(problems, columns=output.columns, paint=output.paint)}{checked.line}\n"
