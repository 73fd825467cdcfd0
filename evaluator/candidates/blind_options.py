"""What verbs that write for a blind panel share: the report to whoever makes the document, which is never in it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from evaluator.cli import options
from evaluator.cli.output import Output, write_error, write_file

if TYPE_CHECKING:
    from collections.abc import Callable

    from evaluator.candidates.case.blind import Redactor


def blind_report_option(verb: Callable[..., Any]) -> Callable[..., Any]:
    """Give a verb a file for the report of what was replaced and what still looks telling."""
    help_ = "Write the report on a blind document, what was replaced and what still looks telling, to a file too."
    return click.option("--blind-report", "report", type=options.WRITTEN, metavar="FILE", help=help_)(verb)


def check_report(report: str | None, output: Output, *, anonymous: bool) -> None:
    """Refuse a report that nobody asked a blind document for, or that would take the place of one that is there."""
    if report is None:
        return
    if not anonymous:
        raise click.UsageError("--blind-report is about a blind document; say --anonymous too")
    options.writable(report, "--blind-report", replace=output.replace)


def tell_blind(made: object, veils: Sequence[Redactor], output: Output, report: str | None) -> None:
    """Say what was replaced and what still looks telling, on standard error and where it is asked for."""
    from evaluator.candidates.case.blind_report import blind_report, report_text

    words = report_text(blind_report(made, veils), "blind document" if output.file is None else output.file)
    if output.file is not None and any(veil.mentions(Path(output.file).stem) for veil in veils):
        words = f"the name of the file, {Path(output.file).name}, tells who it is about: give it another before you send it\n{words}"
    write_error(words)
    if report is not None:
        write_file(Path(report), words, mode=output.mode, replace=output.replace)
