"""graph: the ladder as a picture."""

from __future__ import annotations

import click

from evaluator.cli import options
from evaluator.cli.exits import DONE
from evaluator.cli.loading import load_pack
from evaluator.cli.output import Output
from evaluator.report.ladder.mermaid import mermaid
from evaluator.report.ladder.svg import svg


@click.command(
    epilog="""\b
Examples:
  evaluator graph
  evaluator graph -o ladder.svg
  evaluator graph --rules rules --format mermaid -o ladder.mmd
""",
)
@options.output("mermaid", "svg", about_rules=True)
@options.RULES
def graph(output: Output, rules: str) -> int:
    """Draw the ladder of roles and moves.

    Mermaid is text that GitHub and many editors turn into a picture; SVG is a picture for a browser or a document.
    """
    pack = load_pack(rules)
    output.write(svg(pack) if output.format == "svg" else mermaid(pack))
    return DONE
