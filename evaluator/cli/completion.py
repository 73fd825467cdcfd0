"""Completion in a shell: cheap, and silent where something cannot be read."""

from __future__ import annotations

import re
from pathlib import Path

import click

from evaluator.cli.options import default_rules
from evaluator.core.files import YAML_ENDINGS


def role_names(ctx: click.Context, _param: click.Parameter, incomplete: str) -> list[str]:
    """Return the ids of the pack's roles that begin so: the names of its role files, and the rows of those that are tables."""
    try:
        folder = Path(ctx.params.get("rules") or default_rules()) / "roles"
        names = sorted({name for file in folder.iterdir() if file.suffix in YAML_ENDINGS for name in _roles_of(file)})
    except (OSError, ValueError):
        return []
    return [name for name in names if name.startswith(incomplete.casefold())]


def _roles_of(file: Path) -> list[str]:
    """Return the rows of a table of roles by the look of its lines, else the file's name."""
    _, table, rest = f"\n{file.read_text(encoding='utf-8')}".partition("\nroles:\n")
    rows = re.match(r"(?:[ #].*\n|\n)*", f"{rest}\n") if table else None
    names = re.findall(r"^( +)([a-z0-9][a-z0-9-]*):(?=\s)", rows[0], re.MULTILINE) if rows else []
    return [name for indent, name in names if indent == names[0][0]] if table else [file.stem]
