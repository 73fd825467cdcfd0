"""The entry point: a group of verbs that are imported only when used, and every failure turned into a sentence."""

from __future__ import annotations

import importlib
import signal
import sys
from collections.abc import Sequence

import click

from evaluator._version import __version__
from evaluator.cli.exits import DONE, INTERRUPTED
from evaluator.cli.interrupts import Stopped, remembered
from evaluator.cli.messages import begin
from evaluator.cli.verbs import SECTIONS, VERBS
from evaluator.core.database_address import address_of

_BY_NAME = {verb.name: verb for verb in VERBS}
_LONGEST = max(map(len, _BY_NAME))


class Verbs(click.Group):
    """A group that knows its verbs from a table, and imports the one that is called."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        """Return the verbs' names."""
        return list(_BY_NAME)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002 - click's signature
        """Import the verb of that name."""
        if cmd_name not in _BY_NAME:
            return None
        module, _, function = _BY_NAME[cmd_name].target.partition(":")
        command = getattr(importlib.import_module(module), function)
        return command if isinstance(command, click.Command) else None

    def resolve_command(self, ctx: click.Context, args: list[str]) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the verb, or say which one may have been meant."""
        if args and args[0] not in _BY_NAME and not args[0].startswith("-"):
            from evaluator.cli.failures import Unusable
            from evaluator.diagnostics import did_you_mean

            raise Unusable(f"there is no verb `{args[0]}`", did_you_mean(args[0], _BY_NAME) or "`evaluator --help` lists the verbs")
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002 - click's signature
        """List the verbs under their headings, from the table alone."""
        for section in SECTIONS:
            rows = [(verb.name.ljust(_LONGEST), verb.line) for verb in VERBS if verb.section == section]
            if rows:
                with formatter.section(section):
                    formatter.write_dl(rows)


@click.group(
    cls=Verbs,
    invoke_without_command=True,
    context_settings={"help_option_names": ["-h", "--help"]},
    epilog="""\b
Examples:
  evaluator evaluate profiles/
  evaluator explain profiles/ada-lindqvist.yaml product-director
  evaluator lint --rules rules
""",
)
@click.version_option(__version__, prog_name="evaluator")
@click.pass_context
def verbs(ctx: click.Context) -> None:
    """Promotion criteria as code: judge people by sourced, tested, versioned rules."""
    if ctx.invoked_subcommand is None:
        click.echo(ctx.get_help())


def run(arguments: Sequence[str] | None = None) -> int:
    """Run the command line and return its exit code; a verb returns its own, or none for done."""
    given = [address_of(word) or word for word in (sys.argv[1:] if arguments is None else arguments)]
    said = begin(tuple(given))
    code = _run(given)
    try:
        said.end(code)
    except OSError as problem:  # the log cannot be written to, which is no reason to be silent about how it ended
        from evaluator.cli.error_messages import failed

        return failed(problem)
    return code


def _run(arguments: list[str]) -> int:
    try:
        with remembered(ending=True):
            code = verbs.main(arguments, prog_name="evaluator", standalone_mode=False)
            sys.stdout.flush()
    except (click.Abort, KeyboardInterrupt) as stopped:
        return _ended_by(stopped)
    except SystemExit:  # click's way out where messages and results go to one pipe, and its reader has stopped
        from evaluator.cli.failures import reader_gone

        return reader_gone()
    except Exception as problem:  # noqa: BLE001 - what is no known failure is raised again
        from evaluator.cli.error_messages import failed
        from evaluator.cli.failures import reader_gone

        try:
            return failed(problem, _called(arguments))
        except BrokenPipeError:
            return reader_gone()
    return code if isinstance(code, int) else DONE


def _called(arguments: Sequence[str]) -> str:
    """Return the verb that was called as it is typed, such as `evaluator decisions list`."""
    path = ["evaluator"]
    group: click.Group = verbs
    context = click.Context(verbs)
    for word in arguments:
        command = group.get_command(context, word)
        if command is None:
            break
        path.append(word)
        if not isinstance(command, click.Group):
            break
        group = command
    return " ".join(path)


def _ended_by(stopped: BaseException) -> int:
    """Return the exit code that shells know: 128 and the number of the signal, as 130 for Ctrl-C."""
    cause = stopped.__cause__ if isinstance(stopped, click.Abort) else stopped
    return 128 + cause.number if isinstance(cause, Stopped) else INTERRUPTED


def main() -> None:
    """Run the command line and exit."""
    leave(run())


def leave(code: int) -> None:
    """Exit; what is done is done, and Ctrl-C while Python takes itself down no longer changes the exit code."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    sys.exit(code)


if __name__ == "__main__":
    main()
