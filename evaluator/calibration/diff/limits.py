"""Limits on who may move: `ready -5%`, `not yet +10 in product-director`, `moved 20`; held against a diff, for CI.

A limit is a verdict (or `undecided`), a sign with a number, and where wanted a role. It is reached when at least that many more
(`+`) or fewer (`-`) people have the verdict than before; with `%`, that share of those who had it before. `moved` takes no sign
and counts everybody whose verdict changes; its share is of all who are counted. Without a role, each role is held against it by
itself.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from fractions import Fraction

import attrs

from evaluator.calibration.diff.analysis import UNDECIDED, PeopleDiff, RoleDiff
from evaluator.core.model import Role
from evaluator.core.text import fold_spaces
from evaluator.core.values import parse_number
from evaluator.diagnostics import EvaluatorError, did_you_mean

MOVED = "moved"
_LIMIT = re.compile(
    r"\s*(?P<what>.+?)\s*(?P<sign>[+\u2212-]?)\s*(?P<number>[0-9]+(?:\.[0-9]+)?)\s*(?P<share>%?)(?:\s+in\s+(?P<role>.+?))?\s*"
)
_SHAPE = 'write a verdict, a sign and a number, such as "ready -5%", "not yet +10 in product-director" or "moved 20"'


class LimitProblem(EvaluatorError):
    """A limit cannot be understood; carries one lower-case sentence and a next step."""

    def __init__(self, message: str, step: str = _SHAPE) -> None:
        super().__init__(message, step)


@attrs.frozen(kw_only=True)
class Limit:
    """A limit as it was written, and what it says: the verdict (or moved), up or down, how much, whether a share, and the role."""

    text: str
    what: str
    up: bool
    amount: Fraction
    share: bool
    role: str | None


@attrs.frozen(kw_only=True)
class Reached:
    """A limit that a role reached: how many there were, how many there are (or move), of how many."""

    limit: Limit
    role: Role
    before: int
    after: int


@attrs.frozen(kw_only=True)
class Checked:
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
    found = _LIMIT.fullmatch(text)
    if found is None:
        raise LimitProblem(f"`{text}` is no limit")
    what = fold_spaces(found["what"])
    names = {name.casefold(): name for name in (*verdicts, UNDECIDED, MOVED)}
    if what not in names:
        raise LimitProblem(f"`{text}` names no verdict", did_you_mean(what, names) or f"the verdicts are {', '.join(names.values())}")
    if (what == MOVED) == bool(found["sign"]):
        sign = "takes no sign: it counts everybody who moves" if what == MOVED else "says neither + nor -"
        raise LimitProblem(f"`{text}` {sign}")
    amount = Fraction(parse_number(found["number"]))
    if not amount:
        raise LimitProblem(f"`{text}` is reached always, even where nobody moves", "write a number above 0")
    return Limit(
        text=text.strip(), what=names[what], up=found["sign"] in {"+", ""}, amount=amount, share=bool(found["share"]), role=found["role"]
    )


def reached(limits: Sequence[Limit], people: PeopleDiff) -> Iterator[Reached]:
    """Yield each limit with each role that reaches it; raises LimitProblem where a limit names a role that neither pack has."""
    for limit in limits:
        yield from checked(limit, people).reached


def checked(limit: Limit, people: PeopleDiff) -> Checked:
    """Hold a limit against the role it names, or each role; raises LimitProblem where it names a role that neither pack has."""
    meant = _meant(limit, people)
    judged = [one for one in meant if one.before is not None and one.after is not None]
    hit = tuple(found for one in judged if (found := _reached(limit, one)))
    undecided = sum(one.undecided for one in judged)
    return Checked(
        limit=limit,
        reached=hit,
        nobody=tuple(one for one in judged if not one.counted and (limit.role is not None or not one.unchanged)),
        one_pack=tuple(one for one in meant if one.after is None and one.counted),
        counted=sum(one.counted for one in judged),
        all_undecided=bool(undecided) and undecided == sum(one.counted for one in judged),
    )


def _reached(limit: Limit, one: RoleDiff) -> Reached | None:
    before, after = _numbers(limit, one)
    hit = _hit(limit, one.counted if limit.what == MOVED else before, before, after)
    return Reached(limit=limit, role=one.role, before=before, after=after) if hit else None


def _meant(limit: Limit, people: PeopleDiff) -> Sequence[RoleDiff]:
    if limit.role is None:
        return people.roles
    judged = [one for one in people.roles if one.before is not None and one.after is not None]
    packs = (people.both.old.pack, people.both.new.pack)
    ids = {role.id for pack in packs if (role := pack.find_role(limit.role)) is not None}
    found = [one for one in judged if ids & {role.id for role in (one.pair.old, one.pair.new) if role}]
    if not found:
        known = [one.role.id for one in judged]
        raise LimitProblem(
            f"`{limit.text}` names no role that both packs judge", did_you_mean(limit.role, known) or f"the roles are {', '.join(known)}"
        )
    return found


def _numbers(limit: Limit, one: RoleDiff) -> tuple[int, int]:
    if limit.what == MOVED:
        return 0, len(one.moved)
    return one.numbers(one.before)[limit.what], one.numbers(one.after)[limit.what]


def _hit(limit: Limit, whole: int, before: int, after: int) -> bool:
    """Whether a change is as large as a limit, in exact numbers; of nobody, any change at all is."""
    change = after - before if limit.up else before - after
    needed = limit.amount * whole / 100 if limit.share else limit.amount
    return change > 0 and change >= needed
