"""prove: what follows from a pack's rules for everybody."""

from __future__ import annotations

import datetime
from collections.abc import Sequence

import click
from click.core import ParameterSource

from evaluator.calibration.prove.analysis import SECONDS
from evaluator.calibration.prove.analysis import prove as proofs_of
from evaluator.calibration.prove.findings import Question
from evaluator.calibration.prove.report import OPEN, proof_gates, proofs_page
from evaluator.calibration.prove.to_json import proofs_json
from evaluator.cli import options
from evaluator.cli.clock import today
from evaluator.cli.completion import role_names
from evaluator.cli.failures import Unusable
from evaluator.cli.gates import ended
from evaluator.cli.loading import judged_role, load_pack
from evaluator.cli.output import Output
from evaluator.report.jsons import dumps

_NOTHING = "nothing"
_FAILING = (Question.CRITERIA, Question.DIRECTION, Question.BANDS)
_WORDS = tuple(str(question) for question in Question)


@click.command(
    epilog="""\b
Examples:
  evaluator prove
  evaluator prove product-director --only criteria --only implied
  evaluator prove --fail-on order --fail-on direction --format json
""",
)
@click.argument("words", metavar="[PACK] [ROLE...]", type=options.PACK_OR_ROLE, shell_complete=role_names, nargs=-1)
@click.option("--only", type=click.Choice(_WORDS), multiple=True, help="Ask this question alone; may be given more than once.")
@click.option(
    "--fail-on",
    "failing",
    type=click.Choice((*_WORDS, OPEN, _NOTHING)),
    multiple=True,
    default=tuple(map(str, _FAILING)),
    help=f"Which findings make the exit code 1; `open` is a question not decided. [default: {', '.join(_FAILING)}]",
)
@click.option("--seconds", metavar="N", type=click.FloatRange(min=0.1), default=SECONDS, show_default=True, help="The time for one proof.")
@options.output("text", "json", "markdown", about_rules=True)
@options.CHECKED_RULES
@options.AS_OF
def prove(  # noqa: PLR0913 - one argument an option
    *,
    words: Sequence[str],
    only: Sequence[str],
    failing: Sequence[str],
    seconds: float,
    output: Output,
    rules: str | None,
    as_of: datetime.date | None,
) -> int:
    """Prove what a pack's rules can never do, and show by an example what they can.

    Finds criteria that nobody or everybody meets, criteria that another one implies, roles easier than the rung below, better values
    that lower a verdict, and verdicts that nobody can get. ROLE is a role's id, title or another of its names; without one, all roles.
    PACK is the pack's folder, ./rules without one.
    """
    folder, roles = options.own_pack_and_roles(words, rules)
    pack = load_pack(folder)
    strange = [word for word in failing if only and _given("failing") and word in _WORDS and word not in only]
    if strange:
        raise Unusable(f"`--fail-on {strange[0]}` fails nothing, as --only leaves that question out", f"add `--only {strange[0]}`")
    chosen = [judged_role(name, pack) for name in roles]
    proofs = proofs_of(
        pack,
        as_of=as_of or today(),
        roles=chosen or None,
        questions=tuple(question for question in Question if not only or question in only),
        seconds=seconds,
    )
    if output.format == "json":
        output.write(dumps(proofs_json(proofs, pack, failing, today=today())))
    else:
        output.write(output.written(proofs_page(proofs, pack, failing, today=today())))
    return ended(proof_gates(proofs, failing), output)


def _given(name: str) -> bool:
    """Whether an option was given, and is not what it is by default."""
    return click.get_current_context().get_parameter_source(name) is ParameterSource.COMMANDLINE
