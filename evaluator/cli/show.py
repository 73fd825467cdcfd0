"""show: a role in plain sentences."""

from __future__ import annotations

import click

from evaluator.cli import options
from evaluator.cli.exits import DONE
from evaluator.cli.loading import load_pack, role_called
from evaluator.cli.output import Output
from evaluator.report.roles import role_page


@click.command(
    epilog="""\b
Examples:
  evaluator show product-director
  evaluator show "Head of Product" --format markdown -o head-of-product.md
""",
)
@click.argument("role", metavar="ROLE")
@options.output("text", "markdown")
@options.RULES
def show(role: str, output: Output, rules: str) -> int:
    """Tell a role in plain sentences.

    ROLE is a role's id, title or another of its names.
    """
    pack = load_pack(rules)
    output.write(output.written(role_page(role_called(role, pack), pack)))
    return DONE
