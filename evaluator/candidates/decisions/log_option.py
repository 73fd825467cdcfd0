"""What verbs on the log of decisions share: the log that is meant, and its problems as sentences."""

from __future__ import annotations

import functools
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from evaluator.cli import options
from evaluator.cli.failures import Unusable
from evaluator.cli.options import DEFAULT_LOG

if TYPE_CHECKING:
    from evaluator.candidates.decisions.reading import Log
    from evaluator.candidates.decisions.snapshots import Snapshots

Verb = Callable[..., Any]


def log_argument(verb: Verb) -> Verb:
    """Give a verb the log it is about: its path, or --log as `decide` has it."""

    @functools.wraps(verb)
    def named(*args: object, named: str | None, option: str | None, **given: object) -> object:
        if named and option and named != option:
            raise click.UsageError(f"two logs are named, {named} and --log {option}; name one")
        return verb(*args, log=named or option or DEFAULT_LOG, **given)

    taken = click.option("--log", "option", metavar="FILE", type=options.LOG, help=f"The same as LOG. [default: {DEFAULT_LOG}]")(named)
    return click.argument("named", metavar="[LOG]", type=options.LOG, required=False)(taken)


def nothing_recorded(log: str) -> Unusable:
    """Return the refusal to say anything of a log without a record."""
    return Unusable(f"{log} holds no record, so nothing is confirmed", "`evaluator decide` records a decision; or name another log")


def opened(log: str) -> tuple[Log, Snapshots]:
    """Read a log, and find the folder beside it."""
    from evaluator.candidates.decisions.reading import read_log
    from evaluator.candidates.decisions.snapshots import Snapshots
    from evaluator.candidates.decisions.storage import folder_of

    return read_log(Path(log)), Snapshots(folder=folder_of(Path(log)))
