"""A diff of two packs as JSON, in a versioned shape."""

from __future__ import annotations

from collections.abc import Sequence

from evaluator._version import __version__
from evaluator.calibration.diff.analysis import Diff, EffectCount, Mover, PeopleDiff, RoleDiff
from evaluator.calibration.diff.causes import Cause, Through
from evaluator.calibration.diff.groups import Group
from evaluator.calibration.diff.limits import Reached
from evaluator.calibration.diff.people_report import direction
from evaluator.calibration.diff.report import DiffOptions
from evaluator.calibration.diff.standings import Standings, Turned
from evaluator.calibration.diff.words import change_words
from evaluator.calibration.impact.to_json import rule_json
from evaluator.calibration.left_out import data_json
from evaluator.core.model import Pack
from evaluator.diagnostics import Span
from evaluator.packs.changes.rules import Change
from evaluator.report.days import many_days_json
from evaluator.report.gates import gates_json
from evaluator.report.jsons import document, made_by, pack_json, place_json, verdict_json
from evaluator.report.plain_values import Json, number


def diff_json(diff: Diff, diff_options: DiffOptions) -> dict[str, Json]:
    """Return a diff with everybody who moves."""
    people = diff.people
    body: dict[str, Json] = {
        "tool_version": __version__,
        "as_of": None if diff_options.as_of is None else diff_options.as_of.isoformat(),
        "days": many_days_json(diff_options.days),
        "old": _pack(diff.old),
        "new": _pack(diff.new),
        "changes": [_change(change, diff) for change in diff.changes],
        "people": None if people is None else _people(people),
        "limits": {"asked": [limit.text for limit in diff_options.limits], "reached": [_reached(one) for one in diff_options.reached]},
        "gates": gates_json(diff_options.gates),
    }
    return document("diff", body, made_by() | {"old": pack_json(diff.old), "new": pack_json(diff.new)})


def _pack(pack: Pack) -> Json:
    return {"pack": pack.name, "version": pack.version, "hash": pack.content_hash, "from": pack.folder}


def _change(change: Change, diff: Diff) -> Json:
    old, new = change.places
    return {
        "what": str(change.what),
        "aspect": str(change.part.turn if change.part else change.aspect),
        "key": change.key,
        "role": change.role,
        "roles": list(change.roles),
        "field": change.field or None,
        "wording": change.wording,
        "words": change_words(change, diff.renamed, diff.new),
        "old_place": _place(old),
        "new_place": _place(new),
    }


def _place(span: Span | None) -> Json:
    return None if span is None else place_json(span)


def _people(people: PeopleDiff) -> Json:
    both = people.both
    return {
        "judged": both.height,
        "considered": people.considered,
        "data": {"old": data_json(both.old.people), "new": data_json(both.new.people)},
        "only_old": _unpaired(people, both.unpaired.old),
        "only_new": _unpaired(people, both.unpaired.new),
        "among": "everyone" if people.among_everyone else "candidates",
        "moved": people.moved,
        "by_group": None if people.by_group is None else rule_json(people.by_group.rule),
        "roles": [_role(role, people) for role in people.roles],
        "standings": [_standings(standing) for standing in people.standings],
        "next_roles": {
            "people": people.next_roles.people,
            "roles": [{"role": role.role.id, "opened": role.opened, "closed": role.closed} for role in people.next_roles.roles],
        },
    }


def _standings(standing: Standings) -> Json:
    through = [{**_through(one), "rises": one.rises, "falls": one.falls} for one in standing.through]
    return {"track": standing.track, "rises": standing.rises, "falls": standing.falls, "through": through}


def _unpaired(people: PeopleDiff, ids: Sequence[str]) -> Json:
    """Return the ids of people whom only one pack can read; how many they are where nobody is named."""
    return list(ids) if people.by_group is None else len(ids)


def _role(role_diff: RoleDiff, people: PeopleDiff) -> Json:
    found = people.groups.get(role_diff.role.id, ())
    return {
        "role": role_diff.role.id,
        "title": role_diff.role.title,
        "counted": role_diff.counted,
        "before": None if role_diff.before is None else role_diff.numbers(role_diff.before),
        "after": None if role_diff.after is None else role_diff.numbers(role_diff.after),
        "matrix": [{"before": old, "after": new, "people": many} for (old, new), many in role_diff.matrix.items()],
        "moved": len(role_diff.moved),
        "changes": [_effect(effect) for effect in role_diff.effects] if len(role_diff.moved) else [],
        "people": [_mover(mover, role_diff) for mover in role_diff.movers()] if people.by_group is None else None,
        "groups": {rates.dimension: [_group(group) for group in rates.groups] for rates in found},
        "groups_held_back": {rates.dimension: rates.held or list(rates.hidden) for rates in found},
    }


def _effect(effect_count: EffectCount) -> Json:
    states = [
        {"before": None if old is None else str(old), "after": None if new is None else str(new), "people": many}
        for (old, new), many in sorted(effect_count.effect.states.items(), key=str)
    ]
    return {
        **_cause(effect_count.effect.cause),
        "states": states,
        "better": effect_count.better,
        "worse": effect_count.worse,
        "direction": direction(effect_count),
    }


def _cause(cause: Cause) -> dict[str, Json]:
    if cause.criterion is None:
        return {"change": "verdict bands", "old": None, "new": None, "through": []}
    ids: dict[str, Json] = {
        name: None if criterion is None else criterion.id for name, criterion in (("old", cause.old), ("new", cause.new))
    }
    change = "criterion" if not cause.facts else "facts" if cause.attributes or not cause.through else "ready_for"
    return {"change": change, **ids, "through": [_through(one) for one in cause.through]}


def _through(through: Through | Turned) -> dict[str, Json]:
    """Return a role by whose changes somebody moves elsewhere."""
    return {"role": through.role.id, "title": through.role.title, "changes": [_cause(cause) for cause in through.causes]}


def _mover(mover: Mover, role_diff: RoleDiff) -> Json:
    old, new = (verdicts[0] for verdicts in (role_diff.verdicts.before, role_diff.verdicts.after))
    return {
        "id": mover.id,
        "name": mover.name,
        "before": verdict_json(mover.before, old),
        "after": verdict_json(mover.after, new),
        "decided_by": [_cause(cause) for cause in mover.causes],
    }


def _group(group: Group) -> Json:
    return {
        "group": group.name,
        "considered": group.before.considered,
        "selected_before": group.before.selected,
        "selected_after": group.after.selected,
        "impact_ratio_before": None if group.ratio_before is None else number(group.ratio_before),
        "impact_ratio_after": None if group.ratio_after is None else number(group.ratio_after),
        "falls_below_four_fifths": group.falls_below,
    }


def _reached(one: Reached) -> Json:
    return {"limit": one.limit.text, "role": one.role.id, "before": one.before, "after": one.after}
