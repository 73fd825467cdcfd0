"""Completion in a shell: cheap, and silent where something cannot be read."""

from __future__ import annotations

from pathlib import Path

import click

from evaluator.cli.options import default_rules
from evaluator.core.files import YAML_ENDINGS


def role_names(ctx: click.Context, _param: click.Parameter, incomplete: str) -> list[str]:
    """Return the ids of the pack's roles that begin so: the names of its role files, without reading them."""
    try:
        folder = Path(ctx.params.get("rules") or default_rules()) / "roles"
        names = sorted({file.stem for file in folder.iterdir() if file.suffix in YAML_ENDINGS})
    except (OSError, ValueError):
        return []
    return [name for name in names if name.startswith(incomplete.casefold())]
