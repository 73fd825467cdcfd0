"""schema: the JSON Schemas of a pack's files."""

from __future__ import annotations

from pathlib import Path

import click

from evaluator.cli import options
from evaluator.cli.exits import DONE, FINDINGS
from evaluator.cli.loading import begun_pack
from evaluator.cli.output import write_error
from evaluator.core.files import read_bytes
from evaluator.reading.pack.schema import FILES, schema_text, schemas, write_schemas
from evaluator.report.people import PackRead


@click.command(
    epilog="""\b
Examples:
  evaluator schema
  evaluator schema --check my-rules/
  evaluator schema --print role
""",
)
@options.PACK
@click.option("--check", is_flag=True, help="Write nothing; end with exit code 1 where a schema is out of step.")
@click.option("--print", "printed", type=click.Choice(list(FILES)), help="Print one schema to standard output.")
@options.CHECKED_RULES
def schema(pack: str | None, check: bool, printed: str | None, rules: str | None) -> int:  # noqa: FBT001 - a click flag
    """Write the JSON Schemas for completion in editors, into the pack's schema folder.

    PACK is the pack's folder, ./rules without one.
    """
    root = options.own_pack(pack, rules)
    read = begun_pack(root)
    folder = Path(root) / "schema"
    if printed:
        click.echo(schema_text(schemas(read)[printed]), nl=False)
        return DONE
    if not check:
        for path in write_schemas(read, folder):
            click.echo(f"wrote {path}")
        return DONE
    stale = [name for name, made in schemas(read).items() if _stored(folder / f"{name}.json") != schema_text(made)]
    for name in stale:
        write_error(f"{folder / f'{name}.json'} is out of step with the pack\n")
    write_error("help: run `evaluator schema`\n" if stale else "the schemas are in step with the pack\n")
    write_error(f"{PackRead(pack=read, folder=root).line}\n")
    return FINDINGS if stale else DONE


def _stored(path: Path) -> str | None:
    return read_bytes(path).decode("utf-8") if path.is_file() else None
