"""R4: what a pack owes to those it judges: reachable roles, something required, advice."""

from __future__ import annotations

from collections.abc import Callable

from evaluator.conditions import attributes_read
from evaluator.diagnostics import Problems
from evaluator.model import Pack

Check = Callable[[Pack, Problems], None]


def unreachable_role(pack: Pack, problems: Problems) -> None:
    """R402: a role that no chain of moves leads to from the lowest rung of a track. A pack without moves has no ladder to climb.

    A role whose file has errors, in its track perhaps, is left for when they are mended.
    """
    if not pack.moves:
        return
    lowest = {track.id: min((role.rung for role in pack.roles.values() if role.track == track.id), default=0) for track in pack.tracks}
    reached = {role.id for role in pack.roles.values() if not role.destination and role.rung == lowest.get(role.track)}
    waiting = list(reached)
    while waiting:
        for move in pack.moves_from(waiting.pop()):
            if move.to not in reached:
                reached.add(move.to)
                waiting.append(move.to)
    broken = _broken(problems)
    for role in pack.roles.values():
        if role.id not in reached and role.span.path not in broken:
            step = "add a move to it in moves.yaml, or put it on the lowest rung of its track"
            problems.add("R402", f"no chain of moves leads to `{role.id}`", role.span, help=step)


def _broken(problems: Problems) -> set[str]:
    return {found.span.path for found in problems.errors}


def nothing_required(pack: Pack, problems: Problems) -> None:
    """R405: a role none of whose criteria is required, so that anybody may be ready on score alone.

    Where the best verdict counts criteria itself (`met`, `skill_unmet` …), as a ladder of three out of four does, nothing is missing:
    `required` would change nothing there. A role whose file has errors is left for when they are mended.
    """
    best = pack.bands[0].when if pack.bands else None
    counts = set(attributes_read(() if best is None else (best,))) - {"score"}
    by_required = {name for name in counts if name.startswith("required_")}
    if counts and not by_required:
        return
    step = "mark what nobody can do without as required"
    if not by_required:
        step += f", and let the verdict `{pack.verdicts[0]}` ask for it: required_unmet: {{at_most: 0}}"
    broken = _broken(problems)
    for role in pack.roles.values():
        if role.span.path not in broken and role.criteria and not any(criterion.required for criterion in role.criteria):
            problems.add(
                "R405",
                f"`{role.id}` requires nothing: every criterion can be made up for by others",
                role.span,
                help=step,
            )


def no_advice(pack: Pack, problems: Problems) -> None:
    """R504: a required criterion that says nothing about how to close its gap."""
    for role in pack.roles.values():
        for criterion in role.criteria:
            if criterion.required and criterion.advice is None:
                problems.add(
                    "R504",
                    "a required criterion has no advice",
                    criterion.span,
                    help="say in a sentence what somebody can do about the gap",
                )


GOVERNANCE: tuple[Check, ...] = (no_advice,)
