"""The options of a run that nobody watches: what has to hold for its results to be taken, and the summary for another program."""

from __future__ import annotations

from pathlib import Path

import attrs
import click

from evaluator.cli.failures import Unusable
from evaluator.cli.options import WRITTEN, Verb, bundle
from evaluator.cli.output import STANDARD_OUTPUT
from evaluator.core.groups import is_group_fact
from evaluator.core.values import clip
from evaluator.populations.acceptance import Acceptance, MostRejected
from evaluator.populations.judging_options import file_to_write


@attrs.frozen(kw_only=True)
class Unattended:
    """What is asked of a run, and where its summary goes."""

    acceptance: Acceptance = attrs.field(factory=Acceptance)
    summary: Path | None = None

    @property
    def said(self) -> bool:
        """Whether anything was said that only a run over a population heeds."""
        return self != Unattended()


def _made(summary: str | None, max_rejected: str | None, require: tuple[str, ...], strict: bool) -> Unattended:  # noqa: FBT001 - a click flag
    most = None if max_rejected is None else MostRejected.parsed(max_rejected)
    if max_rejected is not None and most is None:
        raise click.UsageError(f"--max-rejected {clip(max_rejected)} is no number of rows and no share of them; write it as 20 or 1%")
    for name in require:
        if is_group_fact(name):
            raise Unusable(f"--require {clip(name)} asks for a fact of people's groups, and no verdict rests on one", "leave it out")
    if summary == STANDARD_OUTPUT:
        raise Unusable("--summary is written to a file, as standard output holds the results", "name a file")
    path = None if summary is None else file_to_write(summary, "--summary")
    return Unattended(acceptance=Acceptance(most_rejected=most, required=tuple(dict.fromkeys(require)), strict=strict), summary=path)


def unattended(verb: Verb) -> Verb:
    """Give a verb the options for a run that nobody watches, as one `unattended`."""
    return bundle(
        verb,
        "unattended",
        _made,
        {
            "summary": click.option(
                "--summary", type=WRITTEN, metavar="FILE", help="Write what the run came to as JSON: counts, causes, hashes, times."
            ),
            "max_rejected": click.option(
                "--max-rejected", metavar="N|P%", help="Let so many rows be rejected, and no more: then results of last time stay."
            ),
            "require": click.option(
                "--require",
                multiple=True,
                metavar="COLUMN",
                help="A column or attribute that has to be there, and hold something. Repeatable.",
            ),
            "strict": click.option(
                "--strict",
                is_flag=True,
                help="Let warnings fail it: rejected rows, columns not read, roles not of the pack, the implausible.",
            ),
        },
    )
