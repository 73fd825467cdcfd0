"""explain: why a verdict is what it is."""

from __future__ import annotations

import click

from evaluator.candidates.explain.to_json import explanation_json
from evaluator.cli import options
from evaluator.cli.clock import today
from evaluator.cli.completion import role_names
from evaluator.cli.exits import DONE
from evaluator.cli.loading import day_for, evaluator_for, judged_role
from evaluator.cli.options import Setting
from evaluator.cli.output import Output
from evaluator.cli.tables import Tables, table_reading
from evaluator.populations.one_person import one_of
from evaluator.report.explain import explanation
from evaluator.report.jsons import dumps


@click.command(
    epilog="""\b
Examples:
  evaluator explain profiles/ada-lindqvist.yaml product-director
  evaluator explain people.csv "Head of Product" --person "Ada Lindqvist"
  evaluator explain profiles/ada-lindqvist.yaml product-director --format markdown -o ada.md
""",
)
@click.argument("profile", metavar="PROFILE", type=options.ANYWHERE)
@click.argument("role", metavar="ROLE", shell_complete=role_names)
@click.option("--person", metavar="PERSON", help="Whom of a table or folder to explain, by id or name.")
@options.output("text", "json", "markdown", document=True)
@table_reading
@options.setting
def explain(profile: str, role: str, person: str | None, output: Output, tables: Tables, setting: Setting) -> int:  # noqa: PLR0913, PLR0917
    """Trace a verdict back to the conditions and lines it stands on.

    PROFILE is a profile, or a table or folder together with --person. ROLE is a role's id, title or another of its names.
    """
    evaluator = evaluator_for(setting)
    pack = evaluator.pack
    wanted = judged_role(role, pack).id
    found = one_of(profile, person, pack, tables)
    evaluation = evaluator.evaluate(found, as_of=day_for(found, setting, today()))
    if output.format == "json":
        output.write(dumps(explanation_json(evaluation, wanted, pack, today=today())))
    else:
        output.write(output.written(explanation(evaluation, wanted, pack, today=today())))
    return DONE
