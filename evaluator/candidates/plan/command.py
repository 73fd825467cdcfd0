"""plan: the least change to ready, and by when."""

from __future__ import annotations

import datetime

import click

from evaluator.cli import options
from evaluator.cli.clock import today
from evaluator.cli.completion import role_names
from evaluator.cli.exits import DONE
from evaluator.cli.failures import Unusable
from evaluator.cli.loading import day_for, judged_role, load_pack
from evaluator.cli.options import Setting
from evaluator.cli.output import Output
from evaluator.cli.tables import Tables, table_reading
from evaluator.core.days import person_days
from evaluator.populations.one_person import one_of
from evaluator.report.jsons import dumps


@click.command(
    epilog="""\b
Examples:
  evaluator plan profiles/sofia-marquez.yaml product-director
  evaluator plan profiles/sofia-marquez.yaml product-director --by 2027-06-30
  evaluator plan people.csv "Product Director" --person p017 --format json
""",
)
@click.argument("profile", metavar="PROFILE", type=options.ANYWHERE)
@click.argument("role", metavar="ROLE", shell_complete=role_names)
@click.option("--by", metavar="DATE", callback=options.day, help="The day by which it has to be done. [default: whenever it can be]")
@click.option("--person", metavar="PERSON", help="Whom of a table or folder to plan for, by id or name.")
@options.output("text", "json", "markdown", document=True)
@table_reading
@options.setting
def plan(  # noqa: PLR0913, PLR0917 - each is a thing of its own on the command line
    profile: str, role: str, by: datetime.date | None, person: str | None, output: Output, tables: Tables, setting: Setting
) -> int:
    """Plan the least change that makes a person ready for a role.

    Effort is what the pack declares of each attribute, and time brings what accrues. No plan of less effort is there: the ways
    through alternatives, optional criteria and the score are all gone through.
    """
    from evaluator.candidates.plan.analysis import Planner, TooManyWays
    from evaluator.candidates.plan.report import plan_page
    from evaluator.candidates.plan.to_json import plan_json

    pack = load_pack(setting.rules)
    wanted = judged_role(role, pack)
    found = one_of(profile, person, pack, tables)
    days = person_days(found, day_for(found, setting, today()), pack, today())
    day = days.judged
    if by is not None and by < day:
        raise click.UsageError(f"--by {by} lies before {day}, the day to go by; name a later one")
    try:
        planned = Planner(pack=pack, profile=found, role=wanted, as_of=day, facts_day=days.counted_from, by=by).plan()
    except TooManyWays:
        unknown = any(attribute.effort is not None and attribute.id not in found.given for attribute in pack.attributes.values())
        step = f"{'state what is known of the person, or ' if unknown else ''}let fewer attributes of the pack have an effort"
        raise Unusable(f"there are too many ways to {wanted.id} to go through all of them", step) from None
    if output.format == "json":
        output.write(dumps(plan_json(planned, pack, found, days, by)))
    else:
        output.write(output.written(plan_page(planned, pack, found, days, by)))
    return DONE
