"""explain: why a verdict is what it is."""

from __future__ import annotations

import datetime

import click

from evaluator.cli import options
from evaluator.cli.exits import DONE
from evaluator.cli.failures import Unusable
from evaluator.cli.loading import day_for, evaluator_for, judged_role, people
from evaluator.cli.options import Setting
from evaluator.cli.output import Output
from evaluator.diagnostics import did_you_mean
from evaluator.model import Pack, Profile
from evaluator.report.explain import explanation
from evaluator.report.explanation_json import explanation_json
from evaluator.report.jsons import dumps
from evaluator.report.words import some

_IDS_SHOWN = 8


@click.command(
    epilog="""\b
Examples:
  evaluator explain profiles/ada-lindqvist.yaml product-director
  evaluator explain people.csv "Head of Product" --person ada-lindqvist
  evaluator explain profiles/ada-lindqvist.yaml product-director --format markdown -o ada.md
""",
)
@click.argument("profile", metavar="PROFILE", type=options.ANYWHERE)
@click.argument("role", metavar="ROLE")
@click.option("--person", metavar="ID", help="Whom of a table or folder to explain.")
@options.output("text", "json", "markdown")
@options.setting
def explain(profile: str, role: str, person: str | None, output: Output, setting: Setting) -> int:
    """Trace a verdict back to the conditions and lines it stands on.

    PROFILE is a profile, or a table or folder together with --person. ROLE is a role's id, title or another of its names.
    """
    output.spare([profile])
    evaluator = evaluator_for(setting)
    pack = evaluator.pack
    wanted = judged_role(role, pack).id
    found = _person(profile, person, pack)
    today = datetime.datetime.now().astimezone().date()
    evaluation = evaluator.evaluate(found, as_of=day_for(found, setting, today))
    if output.format == "json":
        output.write(dumps(explanation_json(evaluation, wanted, pack)))
    else:
        output.write(output.written(explanation(evaluation, wanted, pack)))
    return DONE


def _person(path: str, person: str | None, pack: Pack) -> Profile:
    """Return the one profile that is meant; what is wrong with others beside it is told, and does not matter."""
    profiles, _ = people([path], pack)
    found = profiles if person is None else tuple(profile for profile in profiles if profile.id == person)
    if len(found) == 1:
        return found[0]
    ids = [profile.id for profile in profiles]
    if person is None:
        raise Unusable(f"{path} holds {len(ids)} people", f"name one with --person: {some(ids, _IDS_SHOWN)}")
    raise Unusable(f"{path} holds nobody with the id `{person}`", did_you_mean(person, ids) or f"it holds {some(ids, _IDS_SHOWN)}")
