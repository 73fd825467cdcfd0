"""template: a table to fill in."""

from __future__ import annotations

import click

from evaluator.cli import options
from evaluator.cli.completion import role_names
from evaluator.cli.exits import DONE
from evaluator.cli.loading import judged_role, load_pack
from evaluator.cli.output import Output, write_error
from evaluator.report.tables import csv_text
from evaluator.report.words import counted


@click.command(
    epilog="""\b
Examples:
  evaluator template -o people.xlsx
  evaluator template --role product-director --role head-of-product -o candidates.xlsx
  evaluator template --format csv
""",
)
@click.option("--role", "roles", multiple=True, metavar="ROLE", shell_complete=role_names, help="Ask for what a role rests on. Repeatable.")
@click.option("--rows", type=click.IntRange(1, 100_000), default=1_000, show_default=True, metavar="N", help="Rows with choices.")
@options.output("xlsx", "csv", document=True, about_rules=True)
@options.RULES
def template(roles: tuple[str, ...], rows: int, output: Output, rules: str) -> int:
    """Make a table of people to fill in: a row each, with a column for everything that the rules rest on.

    In a workbook, cells offer the pack's own words, and say what is asked, in which unit and within which range; a second sheet has all
    questions with what their answers mean. What stays empty is unknown. `evaluate` and every other verb read it as it is.
    """
    from evaluator.populations.template.workbook import Template

    pack = load_pack(rules)
    wanted = [judged_role(role, pack).id for role in roles]
    made = Template.of(pack, wanted, rows)
    if output.format == "csv":
        output.write(csv_text(made.header, []))
    else:
        output.write_bytes(made.workbook())
    lists = made.left_out(wanted)
    if lists:
        names = ", ".join(attribute.title for attribute in lists)
        are, them = ("is a list", "it") if len(lists) == 1 else ("are lists", "them")
        write_error(f"{names} {are} of entries, which no cell can hold; profiles and JSON Lines state {them}\n")
    write_error(f"{counted(len(made.attributes), 'attribute')} of {pack.title}\n")
    return DONE
