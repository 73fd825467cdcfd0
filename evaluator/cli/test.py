"""test: a pack's worked examples, run."""

from __future__ import annotations

from collections.abc import Sequence

import click

from evaluator.cli import options
from evaluator.cli.exits import DONE, FINDINGS
from evaluator.cli.failures import Unusable
from evaluator.cli.loading import judged_role
from evaluator.cli.output import Output, write_findings
from evaluator.diagnostics import Problems
from evaluator.reading.pack import load_pack
from evaluator.reading.ruletests import read_rule_tests
from evaluator.report.jsons import dumps
from evaluator.report.ruletests import outcomes_json, outcomes_text
from evaluator.ruletests import run


@click.command(
    epilog="""\b
Examples:
  evaluator test
  evaluator test product-director
  evaluator test --rules rules --format json
""",
)
@click.argument("roles", metavar="[ROLE...]", nargs=-1)
@options.output("text", "json")
@options.RULES
@options.ENGINE
def test(roles: Sequence[str], output: Output, rules: str, engine: str) -> int:
    """Run a pack's worked examples, all or those of some roles.

    Ends with exit code 1 where one does not come out as written.
    """
    pack = load_pack(rules)
    problems = Problems()
    wanted = [judged_role(name, pack).id for name in roles] or None
    tests = read_rule_tests(pack, problems, wanted)
    if len(problems):
        write_findings(problems)
    if not tests and not problems.errors:
        raise Unusable(f"the pack has no worked examples{' of these roles' if roles else ''}", f"write them into {rules}/tests/<role>.yaml")
    outcomes = list(run(pack, tests, engine=engine))
    output.write(dumps(outcomes_json(outcomes)) if output.format == "json" else outcomes_text(outcomes, paint=output.paint))
    return DONE if all(outcome.passed for outcome in outcomes) and not problems.errors else FINDINGS
