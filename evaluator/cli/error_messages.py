"""Failures as sentences: what went wrong and what to do next, on standard error."""

from __future__ import annotations

import errno
import os
import sys

import click

from evaluator.cli.exits import UNUSABLE
from evaluator.cli.failures import reader_gone
from evaluator.cli.output import painter, write_error, write_findings
from evaluator.diagnostics import EvaluatorError
from evaluator.diagnostics.spelling import close_words
from evaluator.report.words import Style

_MEANT = {"--blind": "--anonymous"}
"""Options that people ask for by another name, where an option of some other verb or meaning is spelt more like it."""
_SHORTENED = 3
_NO_ROOM = {errno.ENOSPC, errno.EFBIG, errno.EDQUOT}


def failed(problem: Exception, verb: str = "evaluator") -> int:
    """Say what went wrong and return the exit code; a failure of the program itself is raised again.

    `verb` is what was called, as it is typed: where the failure itself does not say, its help is the next step.
    """
    if isinstance(problem, BrokenPipeError):
        return reader_gone()
    if isinstance(problem, click.ClickException):
        return say(*_click_words(problem, verb))
    if isinstance(problem, OSError):
        return say(_os_words(problem), _os_step(problem))
    if isinstance(problem, EvaluatorError):
        return _library_failed(problem)
    raise problem


def say(message: str, step: str | None = None) -> int:
    """Write an error and its next step, and return the exit code for it."""
    paint = painter(sys.stderr)
    write_error(f"{paint('error', Style.BAD)}: {message}\n" + (f"help: {step}\n" if step else ""))
    return UNUSABLE


def _library_failed(problem: EvaluatorError) -> int:
    from evaluator.diagnostics import ReadingError
    from evaluator.diagnostics.errors import Disagreement

    if isinstance(problem, ReadingError):
        write_findings(problem.problems)
        return UNUSABLE
    location = f"{problem.span}: " if problem.span else ""
    lines = problem.lines if isinstance(problem, Disagreement) else ()
    return say("\n  ".join((f"{location}{problem.message}", *lines)), problem.step)


def _os_step(problem: OSError) -> str:
    from evaluator.core.files import SpecialFile

    if isinstance(problem, SpecialFile):
        return "name an ordinary file, or put one in its place"
    full = problem.errno in _NO_ROOM
    return "make room there, or write to another disk" if full else "check the path and that it may be read or written"


def _os_words(problem: OSError) -> str:
    reason = (problem.strerror or str(problem) or "it cannot be used").lower()
    return f"{os.fsdecode(problem.filename)}: {reason}" if isinstance(problem.filename, str | bytes) else reason


def _click_words(problem: click.ClickException, verb: str) -> tuple[str, str | None]:
    ctx = problem.ctx if isinstance(problem, click.UsageError) else None
    step = f"`{ctx.command_path if ctx else verb} --help` shows how it is used"
    if isinstance(problem, click.NoSuchOption):
        close = " or ".join(f"`{option}`" for option in _close_options(problem.option_name, ctx))
        return f"there is no option `{problem.option_name}`", f"did you mean {close}?" if close else step
    if isinstance(problem, click.MissingParameter) and problem.param is not None:
        return f"the {problem.param.param_type_name} {_named(problem.param, ctx)} is missing", step
    if isinstance(problem, click.BadParameter) and problem.param is not None:
        return f"{_named(problem.param, ctx)}: {_lowered(problem.message)}", step
    return _lowered(problem.format_message()), step


def _close_options(name: str, ctx: click.Context | None) -> list[str]:
    """Return the options of a verb that one of another name may stand for: what people call it, what it shortens, what it misspells."""
    known = sorted(option for param in ctx.command.params for option in (*param.opts, *param.secondary_opts)) if ctx else []
    known = [option for option in known if option.startswith("--")]
    if _MEANT.get(name) in known:
        return [_MEANT[name]]
    begun = [option for option in known if option.startswith(name)] if len(name.lstrip("-")) >= _SHORTENED else []
    return begun or close_words(name, known)


def _named(param: click.Parameter, ctx: click.Context | None) -> str:
    return param.get_error_hint(ctx).replace("'", "`") if ctx else f"`{param.name}`"


def _lowered(message: str) -> str:
    return (message[:1].lower() + message[1:]).rstrip(".").replace("'", "`")
