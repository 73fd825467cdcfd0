"""set: one value of a rule file, changed."""

from __future__ import annotations

import re
import shlex
from collections.abc import Sequence

import click

from evaluator.cli import options
from evaluator.cli.completion import role_names
from evaluator.cli.exits import DONE, FINDINGS
from evaluator.cli.loading import load_pack, role_called
from evaluator.cli.output import Output, write_findings
from evaluator.core.model import Role
from evaluator.core.ready_for import waiting_for
from evaluator.packs.edits import Edit, apply
from evaluator.packs.revisions import versioned
from evaluator.packs.set.scalar_paths import Target, edited
from evaluator.packs.trial import Trial, trial
from evaluator.report.words import counted, joined, joined_some

_MOST = 5
_OF_OTHERS = ("moves.", "verdicts.", "policies.", "conditions.", "tables.", "tracks.")
"""Paths to what is no criterion of the role itself."""
_NEGATIVE = re.compile(r"-\.?[0-9]")


class _Signed(click.Command):
    """A verb that takes a negative number for a value, not for an option."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Let unknown options pass only where one of them is a number; what is too many is refused all the same."""
        ctx.ignore_unknown_options = any(map(_NEGATIVE.match, args))
        return super().parse_args(ctx, args)


@click.command(
    name="set",
    cls=_Signed,
    epilog="""\b
Examples:
  evaluator set product-director product-experience.product_management_years.at_least 9
  evaluator set product-director product-experience.weight 2 --dry-run
  evaluator set product-director verdicts.ready.score.at_least 0.8
""",
)
@click.argument("role", metavar="ROLE", shell_complete=role_names)
@click.argument("path", metavar="PATH")
@click.argument("value", metavar="VALUE")
@click.option("--dry-run", is_flag=True, help="Show what would change, and write nothing.")
@options.OWN_RULES
def set_(role: str, path: str, value: str, dry_run: bool, rules: str) -> int:  # noqa: FBT001 - a click flag
    """Change one value of a rule file, and nothing else in it.

    PATH is CRITERION.ATTRIBUTE.OPERATOR, as `evaluator sweep` prints it; CRITERION.weight, .required, .takes or .caps_at;
    policies.ID.…, conditions.NAME.…, tables.NAME.KEY, moves.ROLE.…, verdicts.NAME.… or tracks.TRACK.verdicts.NAME.…. The edit is linted
    first, and not written where it would bring an error. Ends with exit code 1 then.
    """
    pack = load_pack(rules)
    judged = role_called(role, pack)
    edit, target = edited(pack, judged, path, value.strip())
    output = Output(format="text")
    if edit.before == edit.after:
        output.tell([f"{edit.place}: it is {edit.old} already, and nothing was changed"])
        return DONE
    tried = trial(pack, edit)
    if tried.problems.errors:
        write_findings(tried.brought)
        output.tell([f"{edit.path} was left as it was: with {edit.new} it would not lint"])
        return FINDINGS
    if not dry_run:
        apply(edit)
    waiting = () if path.startswith(_OF_OTHERS) else waiting_for(pack, [judged.id])
    output.tell(_told(edit, target, tried, _waiting_words(waiting, judged), dry_run=dry_run), copied=[edit.diff])
    if len(tried.brought):
        write_findings(tried.brought)
    if not dry_run and versioned(rules):
        output.tell([f"`{shlex.join(['evaluator', 'diff', 'HEAD', rules])} --on POPULATION` shows who moves"])
    return DONE


def _waiting_words(waiting: Sequence[Role], judged: Role) -> list[str]:
    """Say which roles ask who is ready for the one that is edited."""
    names = joined([role.title for role in waiting])
    asks = "asks" if len(waiting) == 1 else "ask"
    return [f"{names} {asks} who is ready for {judged.title}, so that verdicts there can change too"] if waiting else []


def _told(edit: Edit, target: Target, tried: Trial, also: Sequence[str], *, dry_run: bool) -> list[str]:
    unit = f" {target.unit}" if target.unit else ""
    words = f" ({target.told})" if target.told else ""
    lines = [f"{edit.place}: {edit.old} → {edit.new}{unit}{words}{' (nothing written)' if dry_run else ''}", "", edit.diff]
    if target.policy:
        lines.append(f"it belongs to a policy, and holds for {joined([role.title for role in target.policy])}")
    if target.holds_for:
        lines.append(f"it is said once, and holds for {joined_some(target.holds_for, _MOST)}")
    if target.shared:
        whom = f"every role of “{target.track}”" if target.track else "every role whose track has no verdicts of its own"
        lines.append(f"it belongs to a verdict, and holds for {whom if target.track or target.apart else 'every role'}")
    lines += also
    if target.title:
        lines.append(f"its title says: {target.title}")
    if not len(tried.brought):
        standing = len(tried.problems)
        still = (
            f"; {counted(standing, 'finding')} of the pack stand{'s' if standing == 1 else ''} as before, and `evaluator lint` shows them"
        )
        lines.append(f"no new findings{still}" if standing else "no findings")
    if tried.broken:
        names = [f"“{test.name}”" for test in tried.broken]
        roles = sorted({test.role for test in tried.broken})
        lines.append(
            f"{counted(len(tried.broken), 'worked example')} no longer come{'s' if len(tried.broken) == 1 else ''} out as written:"
        )
        lines.append(f"  {joined_some(names, _MOST)}")
        lines.append(f"  `{' '.join(['evaluator test', *(roles if len(roles) <= _MOST else [])])}` shows what differs")
    return lines
