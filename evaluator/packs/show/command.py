"""show: a role in plain sentences, the handbook of the whole ladder, or the attributes that profiles may state."""

from __future__ import annotations

import click

from evaluator.cli import options
from evaluator.cli.completion import role_names
from evaluator.cli.exits import DONE
from evaluator.cli.failures import Unusable
from evaluator.cli.loading import load_pack, role_called
from evaluator.cli.output import Output
from evaluator.core.model import Pack
from evaluator.packs.show.handbook import beyond_page, handbook, handbook_parts
from evaluator.packs.show.roles import role_page
from evaluator.report.attributes import attributes_asked, attributes_json, attributes_page
from evaluator.report.figures import markdown_with_figures
from evaluator.report.jsons import dumps
from evaluator.report.ladder.svg import svg


@click.command(
    epilog="""\b
Examples:
  evaluator show product-director
  evaluator show "Head of Product" --format markdown -o head-of-product.md
  evaluator show --all -o ladder.html
  evaluator show senior-product-manager --beyond product-manager
  evaluator show --attributes
  evaluator show product-director --attributes --format json
""",
)
@click.argument("role", metavar="[ROLE]", required=False, shell_complete=role_names)
@click.option("--all", "everything", is_flag=True, help="Write the handbook of the whole ladder, also as HTML or Word.")
@click.option("--beyond", "other", metavar="ROLE", shell_complete=role_names, help="Show what ROLE asks beyond this one.")
@click.option("--attributes", is_flag=True, help="List the attributes that profiles may state; with ROLE, those that it rests on.")
@options.output("text", "markdown", "html", "docx", "json", about_rules=True)
@options.RULES
def show(role: str | None, everything: bool, other: str | None, attributes: bool, output: Output, rules: str) -> int:  # noqa: FBT001, PLR0913, PLR0917 - as click gives them
    """Tell a role in plain sentences, or the whole ladder, or list the attributes.

    ROLE is a role's id, title or another of its names. The handbook of the ladder has its picture, every role with what it asks beyond the
    rung below, the levels in words and the sources, and an address for each criterion. Attributes are listed with type, unit, range,
    question and other names.
    """
    _check(role, everything=everything, other=other, attributes=attributes, form=output.format)
    pack = load_pack(rules)
    if everything:
        _write_handbook(pack, output)
        return DONE
    chosen = None if role is None else role_called(role, pack)
    if chosen is not None and other is not None:
        output.write(output.written(beyond_page(chosen, role_called(other, pack), pack)))
    elif chosen is not None and not attributes:
        output.write(output.written(role_page(chosen, pack)))
    elif output.format == "json":
        output.write(dumps(attributes_json(attributes_asked(pack, chosen), pack)))
    else:
        output.write(output.written(attributes_page(attributes_asked(pack, chosen), pack, chosen)))
    return DONE


def _check(role: str | None, *, everything: bool, other: str | None, attributes: bool, form: str) -> None:
    """Refuse what does not go together."""
    if everything and (role or other or attributes):
        raise Unusable("--all shows the whole ladder", "leave out the role, --beyond and --attributes")
    if not everything and role is None and (other or not attributes):
        raise Unusable(
            "there is nothing to show", "name a role, show the whole ladder with --all, or list the attributes with --attributes"
        )
    if other and attributes:
        raise Unusable("--beyond compares two roles, and --attributes lists what they rest on", "ask for one of the two")
    if form == "json" and not attributes:
        raise Unusable("json is written of the attributes alone", "add --attributes, or choose text or markdown")
    if form in {"html", "docx"} and not everything:
        raise Unusable(f"{form} is written of the whole ladder alone", "add --all, or choose text or markdown")


def _write_handbook(pack: Pack, output: Output) -> None:
    if output.format == "html":
        from evaluator.report.pages import blocks_page

        blocks, styles = handbook(pack), ("handbook.css",)
        output.write(blocks_page(blocks, title=pack.title, pictures=(svg(pack),), styles=styles, contents=True))
    elif output.format == "docx":
        from evaluator.report.word import Paper, word_bytes

        tracks = frozenset(track.title for track in pack.tracks)
        output.write_bytes(word_bytes(handbook_parts(pack), Paper(title=pack.title, day=pack.effective, new_pages=tracks)))
    elif output.format == "markdown":
        output.write(markdown_with_figures(handbook_parts(pack)))
    else:
        output.write(output.written(handbook(pack)))
