"""R4: what a pack owes to those it judges: reachable roles, something required, advice."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from fractions import Fraction

from evaluator.core.conditions import attributes_read
from evaluator.core.model import Pack, Role
from evaluator.core.tally import MOST_WEIGHT, whole_weight
from evaluator.diagnostics import Problems

Check = Callable[[Pack, Problems], None]


def unreachable_role(pack: Pack, problems: Problems) -> None:
    """R402: a role that no chain of moves leads to from the lowest rung of a track. A pack without moves has no ladder to climb.

    Chains begin at entry roles and at roles that are held only too, and nothing has to lead to these.
    A role whose file has errors, in its track perhaps, is left for when they are mended.
    """
    if not pack.moves:
        return
    ladder = [role for role in pack.roles.values() if not role.held_only]
    lowest = {track.id: min((role.rung for role in ladder if role.track == track.id), default=0) for track in pack.tracks}
    start = {role.id for role in ladder if not role.destination and role.rung == lowest.get(role.track)}
    reached = _reached(pack, start | {role.id for role in pack.roles.values() if role.entry or role.held_only})
    broken = _broken(problems)
    for role, follow in _causes(pack, [role for role in pack.roles.values() if role.id not in reached]):
        if role.span.path not in broken:
            step = "add a move to it in moves.yaml, or put it on the lowest rung of its track"
            so = f", and so not to what comes after it ({follow} more)" if follow else ""
            problems.add("R402", f"no chain of moves leads to `{role.id}`{so}", role.span, help=step)


def _reached(pack: Pack, start: set[str]) -> set[str]:
    """Return the ids of the roles that moves lead to from some of them, and these."""
    reached, waiting = set(start), list(start)
    while waiting:
        for move in pack.moves_from(waiting.pop()):
            if move.to not in reached:
                reached.add(move.to)
                waiting.append(move.to)
    return reached


def _causes(pack: Pack, unreached: Sequence[Role]) -> Iterator[tuple[Role, int]]:
    """Yield each role whose missing move leaves others out of reach, with how many these are: one finding for one cause.

    First come those to which no move leads from another that is out of reach, then, of circles, the lowest rung.
    """
    ids = {role.id for role in unreached}
    follows = {move.to for move in pack.moves if move.origin in ids and move.to != move.origin}
    told: set[str] = set()
    for role in sorted(unreached, key=lambda unreached_role: (unreached_role.id in follows, unreached_role.rung)):
        if role.id not in told:
            after = _reached(pack, {role.id}) & ids
            yield role, len(after - told) - 1
            told |= after


def _broken(problems: Problems) -> set[str]:
    return {error.span.path for error in problems.errors}


def nothing_required(pack: Pack, problems: Problems) -> None:
    """R405: a role none of whose criteria is required or caps, so that anybody may be ready on score alone.

    Where the best verdict counts criteria itself (`met`, `skill_unmet` …), as a ladder of three out of four does, nothing is missing:
    `required` would change nothing there. A role whose file has errors is left for when they are mended.
    """
    broken = _broken(problems)
    for role in pack.roles.values():
        best = pack.bands_of(role)[0].when if pack.bands_of(role) else None
        counts = set(attributes_read(() if best is None else (best,))) - {"score"}
        by_required = {name for name in counts if name.startswith("required_")}
        if counts and not by_required:
            continue
        step = "mark what nobody can do without as required"
        if pack.bands_of(role) and not by_required:
            step += f", and let the verdict `{pack.best_of(role)}` ask for it: required_unmet: {{at_most: 0}}"
        needed = any(criterion.required or criterion.caps_at is not None for criterion in role.criteria)
        if role.span.path not in broken and role.criteria and not needed:
            problems.add(
                "R405",
                f"`{role.id}` requires nothing: every criterion can be made up for by others",
                role.span,
                help=step,
            )


def policy_without_role(pack: Pack, problems: Problems) -> None:
    """R407: a policy that holds for no role, since none is judged on the tracks that it names."""
    for policy in pack.policies:
        if not any(policy.holds_for(role) for role in pack.judged_roles):
            step = "name a track or a role that is judged, or take the policy out"
            problems.add("R407", f"the policy `{policy.id}` holds for no judged role", policy.span, help=step)


def no_advice(pack: Pack, problems: Problems) -> None:
    """R504: a criterion that is required, or caps, and says nothing about how to close its gap."""
    for role in pack.roles.values():
        for criterion in role.criteria:
            if (criterion.required or criterion.caps_at is not None) and criterion.advice is None:
                problems.add(
                    "R504",
                    "a required criterion has no advice" if criterion.required else "a criterion that caps has no advice",
                    criterion.span,
                    help="say in a sentence what somebody can do about the gap",
                )


def weights_too_fine(pack: Pack, problems: Problems) -> None:
    """R507: weights of so many different digits that tables of people cannot be judged by them."""
    for role in pack.judged_roles:
        if (together := whole_weight(role.criteria)) > MOST_WEIGHT:
            finest = max(role.criteria, key=lambda criterion: Fraction(criterion.weight).denominator)
            problems.add(
                "R507",
                f"the weights of `{role.id}` have too many digits: as whole numbers they add up to {together:,}, at most {MOST_WEIGHT:,}",
                finest.span,
                help="round the weights of the role: six decimals are enough for any share of a hundred",
            )


GOVERNANCE: tuple[Check, ...] = (no_advice, weights_too_fine)
