"""Limits on who may move: `ready -5%`, `not yet +10 in product-director`, `moved 20`; held against a diff, for CI.

A limit is a verdict (or `undecided`), a sign with a number, and where wanted a role. It is reached when at least that many more
(`+`) or fewer (`-`) people have the verdict than before; with `%`, that share of those who had it before. `ready` stands for the
best verdict, whatever the packs call it. `moved` takes no sign and counts everybody whose verdict changes; its share is of all who
are counted. Without a role, each role is held against it by itself.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

import attrs

from evaluator.calibration.diff.analysis import PeopleDiff, RoleDiff
from evaluator.calibration.people_limits import AMOUNT, LimitProblem, PeopleLimit, amount_of
from evaluator.core.model import READY, UNDECIDED, Role
from evaluator.core.text import fold_spaces
from evaluator.diagnostics import did_you_mean

MOVED = "moved"
_LIMIT = re.compile(rf"\s*(?P<what>.+?)\s*(?P<sign>[+\u2212-]?)\s*{AMOUNT}")
_SHAPE = 'write a verdict, a sign and a number, such as "ready -5%", "not yet +10 in product-director" or "moved 20"'


@attrs.frozen(kw_only=True)
class Limit(PeopleLimit):
    """A limit on a verdict, or on who moved, that is reached by more people or by fewer."""

    up: bool


@attrs.frozen(kw_only=True)
class Reached:
    """A limit that a role reached: how many there were, how many there are (or move), of how many."""

    limit: Limit
    role: Role
    before: int
    after: int


@attrs.frozen(kw_only=True)
class LimitOutcome:
    """What a limit came to: who `reached` it, and the roles of which it was not tested.

    For `nobody` are roles that mean something else now, or that it names, and for which nobody is counted; of `one_pack` those that
    the new pack no longer judges, though people are counted for them. Nothing was tested where nobody is `counted` at all, or
    `all_undecided` are so by both packs.
    """

    limit: Limit
    reached: tuple[Reached, ...]
    nobody: tuple[RoleDiff, ...]
    one_pack: tuple[RoleDiff, ...]
    counted: int
    all_undecided: bool

    @property
    def tested(self) -> bool:
        """Whether the limit was held against everything that it is on."""
        return bool(self.counted) and not (self.nobody or self.one_pack or self.all_undecided)


def parsed(text: str, verdicts: Sequence[str]) -> Limit:
    """Read a limit; the verdicts are those of both packs. Raises LimitProblem."""
    match = _LIMIT.fullmatch(text)
    if match is None:
        raise LimitProblem(f"`{text}` is no limit", _SHAPE)
    what = fold_spaces(match["what"])
    names = {fold_spaces(name): name for name in (*verdicts, READY, UNDECIDED, MOVED)}
    if what not in names:
        known = dict.fromkeys((*verdicts, UNDECIDED, MOVED))
        raise LimitProblem(
            f"`{text}` names no verdict",
            did_you_mean(what, names) or f"the verdicts are {', '.join(known)}",
        )
    if (what == MOVED) == bool(match["sign"]):
        sign = "takes no sign: it counts everybody who moves" if what == MOVED else "says neither + nor -"
        raise LimitProblem(f"`{text}` {sign}", _SHAPE)
    amount = amount_of(match, "nobody moves")
    return Limit(
        text=text.strip(), what=names[what], up=match["sign"] in {"+", ""}, amount=amount, share=bool(match["share"]), role=match["role"]
    )


def reached(limits: Sequence[Limit], people: PeopleDiff) -> Iterator[Reached]:
    """Yield each limit with each role that reaches it; raises LimitProblem where a limit names a role that neither pack has."""
    for limit in limits:
        yield from checked(limit, people).reached


def checked(limit: Limit, people: PeopleDiff) -> LimitOutcome:
    """Hold a limit against the role it names, or each role; raises LimitProblem where it names a role that neither pack has."""
    meant = _meant(limit, people)
    judged = [role_diff for role_diff in meant if role_diff.before is not None and role_diff.after is not None]
    hit = tuple(found for role_diff in judged if (found := _reached(limit, role_diff)))
    undecided = sum(role_diff.undecided for role_diff in judged)
    return LimitOutcome(
        limit=limit,
        reached=hit,
        nobody=tuple(role_diff for role_diff in judged if not role_diff.counted and (limit.role is not None or not role_diff.unchanged)),
        one_pack=tuple(role_diff for role_diff in meant if role_diff.after is None and role_diff.counted),
        counted=sum(role_diff.counted for role_diff in judged),
        all_undecided=bool(undecided) and undecided == sum(role_diff.counted for role_diff in judged),
    )


def _reached(limit: Limit, role_diff: RoleDiff) -> Reached | None:
    before, after = _numbers(limit, role_diff)
    hit = _hit(limit, role_diff.counted if limit.what == MOVED else before, before, after)
    return Reached(limit=limit, role=role_diff.role, before=before, after=after) if hit else None


def _meant(limit: Limit, people: PeopleDiff) -> Sequence[RoleDiff]:
    if limit.role is None:
        return [role_diff for role_diff in people.roles if _has_word(role_diff, limit)]
    judged = [role_diff for role_diff in people.roles if role_diff.before is not None and role_diff.after is not None]
    packs = (people.both.old.pack, people.both.new.pack)
    ids = {role.id for pack in packs if (role := pack.find_role(limit.role)) is not None}
    role_diffs = [role_diff for role_diff in judged if ids & {role.id for role in (role_diff.pair.old, role_diff.pair.new) if role}]
    if not role_diffs:
        known = [role_diff.role.id for role_diff in judged]
        raise LimitProblem(
            f"`{limit.text}` names no role that both packs judge", did_you_mean(limit.role, known) or f"the roles are {', '.join(known)}"
        )
    if lacking := next((role_diff for role_diff in role_diffs if not _has_word(role_diff, limit)), None):
        message = f"`{limit.text}` names no verdict that there is on {lacking.role.title}"
        raise LimitProblem(message, f"its verdicts are {', '.join(lacking.verdicts.every)}")
    return role_diffs


def _has_word(role_diff: RoleDiff, limit: Limit) -> bool:
    """Whether a limit is on something that is said of a role: tracks may have verdicts of their own."""
    return limit.what in {MOVED, READY, *role_diff.words}


def _numbers(limit: Limit, role_diff: RoleDiff) -> tuple[int, int]:
    if limit.what == MOVED:
        return 0, len(role_diff.moved)
    sides = (role_diff.verdicts.before, role_diff.verdicts.after)
    what = [verdicts[0] if limit.what == READY else limit.what for verdicts in sides]
    return role_diff.numbers(role_diff.before).get(what[0], 0), role_diff.numbers(role_diff.after).get(what[1], 0)


def _hit(limit: Limit, whole: int, before: int, after: int) -> bool:
    """Whether a change is as large as a limit, in exact numbers; of nobody, any change at all is."""
    change = after - before if limit.up else before - after
    return change > 0 and change >= limit.needed(whole)
