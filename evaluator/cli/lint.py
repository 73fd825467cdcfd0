"""lint: what is wrong with a pack."""

from __future__ import annotations

import click

from evaluator.cli import options
from evaluator.cli.exits import DONE, FINDINGS
from evaluator.cli.output import Output, write_error
from evaluator.diagnostics import Problems, ReadingError
from evaluator.lint import lint_pack
from evaluator.report.findings import count_words, findings_github, findings_json, findings_text
from evaluator.report.jsons import dumps


@click.command(
    epilog="""\b
Examples:
  evaluator lint
  evaluator lint --rules rules --strict
  evaluator lint --format github
""",
)
@click.option("--strict", is_flag=True, help="Let warnings count as errors.")
@options.output("text", "json", "github")
@options.RULES
def lint(strict: bool, output: Output, rules: str) -> int:  # noqa: FBT001 - a click flag
    """Find what is wrong with a pack, with the place and a next step.

    Ends with exit code 1 where there are errors; `evaluator explain-code CODE` explains a finding.
    """
    problems = lint_pack(rules)
    if any(found.span.path == rules for found in problems.errors):
        raise ReadingError(problems)
    output.write(_written(problems, output))
    if output.format == "github" or output.file:
        write_error(f"{count_words(problems)}\n")
    for note in problems.notes:
        write_error(f"note: {note}\n")
    return FINDINGS if problems.errors or (strict and len(problems)) else DONE


def _written(problems: Problems, output: Output) -> str:
    if output.format == "json":
        return dumps(findings_json(problems))
    if output.format == "github":
        return findings_github(problems)
    return findings_text(problems, columns=output.columns, paint=output.paint)
