"""profile set: what a profile says, changed without an editor."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import click

from evaluator.candidates.profile.editing.assignments import Assigning, Assignment
from evaluator.candidates.profile.editing.effect import Effect
from evaluator.candidates.profile.editing.profile_file import ProfileFile
from evaluator.cli import options
from evaluator.cli.clock import today
from evaluator.cli.completion import role_names
from evaluator.cli.exits import DONE, FINDINGS
from evaluator.cli.loading import day_for, judged_role, load_pack, refuse_days_to_come
from evaluator.cli.options import Setting
from evaluator.cli.output import Output, write_findings
from evaluator.core.model import Pack
from evaluator.diagnostics import Problems
from evaluator.reading.yaml.mapping_edits import said
from evaluator.reading.yaml.splicing import parsed


@click.command(
    name="set",
    short_help="Change what a profile says, and nothing else in its file.",
    epilog="""\b
Examples:
  evaluator profile set jana.yaml coaching=practitioner "people managed=4"
  evaluator profile set jana.yaml departments+=sales direct_reports=unknown --role product-director
  evaluator profile set jana.yaml "history+=title: Product Manager, start: 2022-11"
  evaluator profile set jana.yaml history.2.function=product --dry-run
""",
)
@click.argument("profile", metavar="PROFILE", type=options.FILE)
@click.argument("assignments", metavar="[ATTRIBUTE=VALUE]...", nargs=-1)
@click.option("--unset", multiple=True, metavar="ATTRIBUTE", help="Take a value out, so that it is unknown. Repeatable.")
@click.option(
    "--role",
    "roles",
    multiple=True,
    metavar="ROLE",
    shell_complete=role_names,
    help="Tell what it does to this role. [default: the roles ahead]",
)
@click.option("--dry-run", is_flag=True, help="Tell what would change, and write nothing.")
@options.setting
def set_(  # noqa: PLR0913, PLR0917 - as click gives them
    profile: str,
    assignments: tuple[str, ...],
    unset: tuple[str, ...],
    roles: tuple[str, ...],
    dry_run: bool,  # noqa: FBT001 - a click flag
    setting: Setting,
) -> int:
    """Change what a profile says, and tell what that does to the verdicts.

    An attribute goes by its id, its title or another of its names; `name`, `role`, `gathered`, `as_of` and `notes` can be set too, and
    += and -= add to a set or a list and take out of it. Only what changes is written, all or nothing: comments, order and quotes stay.
    Ends with exit code 1, with nothing written, where the profile would not be usable.
    """
    if not assignments and not unset:
        raise click.UsageError("nothing is to be set; write it as ATTRIBUTE=VALUE, such as coaching=expert")
    pack = load_pack(setting.rules)
    wanted = [judged_role(name, pack) for name in roles]
    before = ProfileFile.read(profile, pack)
    made = _made(before, pack, assignments, unset)
    after = before.changed([change for assignment in made for change in assignment.changes], pack)
    if after.profile is None:
        return _refused(before, after)
    refuse_days_to_come([after.profile], None, today())
    refuse_days_to_come([], setting.as_of, today())
    effect = Effect.of(pack, before.profile, after.profile, day_for(after.profile, setting, today()), setting.engine)
    if not dry_run and after.data != before.data:
        after.write(before)
    brought = Problems()
    for finding in after.brought(before):
        brought.add(finding.code, finding.message, finding.span, help=finding.help, related=finding.related)
    brought.texts |= after.problems.texts
    lines = [*_told(made, after, dry_run=dry_run), *([] if all(one.idle for one in made) else effect.lines(wanted, pack))]
    Output(format="text").write("".join(f"{line}\n" for line in lines))
    if len(brought):
        write_findings(brought)
    return DONE


def _made(before: ProfileFile, pack: Pack, assignments: Sequence[str], unset: Sequence[str]) -> list[Assignment]:
    given = {} if before.profile is None else dict(before.profile.given)
    assigning = Assigning(pack=pack, said=said(parsed(before.text, before.path)), given=given)
    made = [assigning.read(typed) for typed in assignments]
    return [*made, *(assigning.unset(name) for name in unset)]


def _refused(before: ProfileFile, after: ProfileFile) -> int:
    write_findings(after.problems)
    Output(format="text").write(f"{before.path} was left as it was: it could not be used with these changes\n")
    return FINDINGS


def _told(made: Sequence[Assignment], after: ProfileFile, *, dry_run: bool) -> Iterator[str]:
    """Say of each what it was and what it is, with its place in the file."""
    for one in made:
        if one.idle:
            yield f"{one.title}: it is {one.before} already, and nothing was changed"
            continue
        places = {} if after.profile is None else after.profile.places
        place = places.get(str(one.route[1])) if len(one.route) > 1 else None
        yield f"{f'{place}: ' if place else ''}{one.title}: {one.before} → {one.after}{' (nothing written)' if dry_run else ''}"
