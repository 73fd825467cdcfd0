"""new role: a role file and its examples to start from."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import click

from evaluator.cli import options
from evaluator.cli.clock import today
from evaluator.cli.failures import Unusable
from evaluator.cli.loading import begun_pack
from evaluator.cli.output import columns_of, write_file
from evaluator.core.files import ORDINARY
from evaluator.core.model import Pack
from evaluator.packs.scaffold import NewRole, scaffold
from evaluator.reading.pack.pack import load_pack
from evaluator.reading.pack.schema import write_schemas
from evaluator.reading.yaml.scalars import KEBAB
from evaluator.report.text import wrap


@click.group()
def new() -> None:
    """Start a new role."""


@new.command(
    short_help="Write a role file and its examples to start from.",
    epilog="""\b
Examples:
  evaluator new role lead-product-manager --title "Lead Product Manager" --track management --rung 4
""",
)
@click.argument("name", metavar="ROLE")
@click.option("--title", help="The role's title. [default: the id in words]")
@click.option("--track", required=True, help="The id of its track in pack.yaml.")
@click.option("--rung", required=True, type=click.IntRange(min=0), help="Its height on the track; peers share one.")
@options.OWN_RULES
def role(name: str, title: str | None, track: str, rung: int, rules: str) -> None:
    """Write roles/ROLE.yaml and tests/ROLE.yaml to start from, and say which move to add."""
    pack = begun_pack(rules)
    _check(name, track, pack)
    new_role = NewRole(id=name, title=title or name.replace("-", " ").capitalize(), track=track, rung=rung)
    made = scaffold(pack, new_role, as_of=today())
    paths = [Path(rules) / path for path in made.files]
    for path in paths:
        if os.path.lexists(path):
            raise Unusable(f"{path} is there already", "choose another name, or move the file away")
    for path, content in zip(paths, made.files.values(), strict=True):
        path.parent.mkdir(parents=True, exist_ok=True)
        write_file(path, content, mode=ORDINARY, replace=False)
        click.echo(f"wrote {path}")
    if (Path(rules) / "schema").is_dir():
        write_schemas(load_pack(rules), Path(rules) / "schema")
        click.echo(f"brought {Path(rules) / 'schema'} up to date")
    at = "" if rules == "rules" else f" --rules {rules}"
    moves = Path(rules) / "moves.yaml"
    columns = columns_of(sys.stdout)
    move = (f"For a move that leads to it, add to {moves}, with the condition and source that fit:", "\n" + made.move.rstrip("\n"))
    last = (f"Then write its criteria and examples, and run `evaluator lint{at}` and `evaluator test{at}`.", "")
    for words, after in (move, last) if pack.roles else (last,):
        click.echo("\n".join(["", *wrap(words, columns), *([after] if after else [])]))


def _check(name: str, track: str, pack: Pack) -> None:
    if not KEBAB.fullmatch(name):
        raise Unusable(f"`{name}` is no name: names are lower-case words joined by hyphens")
    if name in pack.roles:
        raise Unusable(f"there is a role called `{name}` already", "edit its file, or choose another name")
    tracks = [one.id for one in pack.tracks]
    if track not in tracks:
        raise Unusable(f"there is no track called `{track}`", f"use one of {', '.join(tracks)}, or declare it in pack.yaml")
