"""show: a role in plain sentences, or the attributes that profiles may state."""

from __future__ import annotations

import click

from evaluator.cli import options
from evaluator.cli.completion import role_names
from evaluator.cli.exits import DONE
from evaluator.cli.failures import Unusable
from evaluator.cli.loading import load_pack, role_called
from evaluator.cli.output import Output
from evaluator.packs.show.roles import role_page
from evaluator.report.attributes import attributes_asked, attributes_json, attributes_page
from evaluator.report.jsons import dumps


@click.command(
    epilog="""\b
Examples:
  evaluator show product-director
  evaluator show "Head of Product" --format markdown -o head-of-product.md
  evaluator show --attributes
  evaluator show product-director --attributes --format json
""",
)
@click.argument("role", metavar="[ROLE]", required=False, shell_complete=role_names)
@click.option("--attributes", is_flag=True, help="List the attributes that profiles may state; with ROLE, those that it rests on.")
@options.output("text", "markdown", "json", about_rules=True)
@options.RULES
def show(role: str | None, attributes: bool, output: Output, rules: str) -> int:  # noqa: FBT001 - a click flag
    """Tell a role in plain sentences, or list the attributes.

    ROLE is a role's id, title or another of its names. Attributes are listed with type, unit, range, question and other names.
    """
    if role is None and not attributes:
        raise Unusable("there is nothing to show", "name a role, or list the attributes with --attributes")
    if output.format == "json" and not attributes:
        raise Unusable("json is written of the attributes alone", "add --attributes, or choose text or markdown")
    pack = load_pack(rules)
    chosen = None if role is None else role_called(role, pack)
    if not attributes and chosen is not None:
        output.write(output.written(role_page(chosen, pack)))
        return DONE
    asked = attributes_asked(pack, chosen)
    if output.format == "json":
        output.write(dumps(attributes_json(asked, pack)))
    else:
        output.write(output.written(attributes_page(asked, pack, chosen)))
    return DONE
