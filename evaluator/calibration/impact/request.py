"""What is asked of an impact report, and who is considered and selected for it."""

from __future__ import annotations

import enum
from collections.abc import Iterator, Sequence
from functools import cached_property

import attrs
import polars as pl

from evaluator.calibration.disclosure import Rule
from evaluator.calibration.impact.groups import Words
from evaluator.calibration.judged import SIDES, JudgedPeople, judged
from evaluator.calibration.people import People
from evaluator.core.model import Pack, Role
from evaluator.engines.columns.plan import side


class Among(enum.StrEnum):
    """Who is considered for a role."""

    CANDIDATES = "candidates"
    """Those to whom an open move leads there from today's role."""
    EVERYONE = "everyone"
    """All people, whatever their role today."""


@attrs.frozen(kw_only=True)
class Law:
    """New York City's Local Law 144: its two columns, and why categories under 2 % are left out of ratios, if they are."""

    sex: str
    ethnicity: str
    reason: str | None = None


@attrs.frozen(kw_only=True)
class ImpactRequest:
    """What is asked: for which roles (all that lead on where none is named), which verdict is enough, among whom, by which groups.

    `selected` is the place of the verdict that is enough; the best is 0. `words` adds to what says nothing of a group; `rule` says
    what may be told by group.
    """

    roles: tuple[Role, ...] = ()
    selected: int = 0
    among: Among = Among.CANDIDATES
    by: tuple[str, ...] = ()
    words: Words = attrs.field(factory=Words)
    rule: Rule = attrs.field(factory=Rule)
    law: Law | None = None


def verdicts_considered(roles: Sequence[Role], pack: Pack) -> tuple[tuple[str, ...], ...]:
    """Return the lists of verdicts, best first, of the roles that count, each once: tracks may have their own."""
    lists = dict.fromkeys(map(pack.verdicts_of, roles)) or pack.roles_by_verdicts
    return tuple(lists) or (pack.verdicts,)


def selected_verdicts(asked: ImpactRequest, pack: Pack) -> list[str]:
    """Return the verdicts that are enough: of one list all down to one that was named, of several the best of each."""
    lists = verdicts_considered(asked.roles, pack)
    return list(dict.fromkeys(verdict for verdicts in lists for verdict in verdicts[: asked.selected + 1]))


@attrs.frozen(kw_only=True)
class Pool:
    """Some people and who of them is selected, with what is unknown at its worst (`low`) and at its best (`high`); aligned, whole.

    `score` is the exact share of criteria met by weight, with what is unknown at its worst; null where none applies.
    """

    role: Role | None
    who: pl.Series
    low: pl.Series
    high: pl.Series
    score: pl.Series


@attrs.frozen(slots=False, kw_only=True)
class Pools:
    """A population judged: a pool for each role, and one for the next step of everybody, whichever role that leads to."""

    people: People
    asked: ImpactRequest

    @cached_property
    def judged(self) -> JudgedPeople:
        """The people judged for the roles that count."""
        return judged(self.people, self.people.pack, self.asked.roles or None)

    def of(self, role: Role) -> Pool:
        """Return the pool of one role."""
        everyone = pl.repeat(value=True, n=self.people.height, dtype=pl.Boolean, eager=True)
        who = everyone if self.asked.among is Among.EVERYONE else self.people.candidates(role)
        low, high = (self.judged.verdict(role, which) <= self.asked.selected for which in SIDES)
        met, weight = (self.judged.sides[side(role, what, "low")].cast(pl.Float64) for what in "mw")
        score = pl.select(pl.when(weight > 0).then(met / weight)).to_series()
        return Pool(role=role, who=who, low=low & who, high=high & who, score=score)

    def each(self) -> Iterator[Pool]:
        """Yield the pool of each role for which somebody is considered, or of each that was named."""
        for role in self.judged.roles:
            pool = self.of(role)
            if self.asked.roles or pool.who.any():
                yield pool

    def together(self, pools: list[Pool]) -> Pool:
        """Return one pool of everybody who is in any: selected where any of their roles selects them, with their highest score."""
        names = [str(index) for index in range(len(pools))]
        who, low, high = (
            pl.DataFrame(dict(zip(names, parts, strict=True))).select(pl.any_horizontal(pl.all())).to_series()
            for parts in ([pool.who for pool in pools], [pool.low for pool in pools], [pool.high for pool in pools])
        )
        scores = [pl.select(pl.when(pool.who).then(pool.score)).to_series() for pool in pools]
        score = pl.DataFrame(dict(zip(names, scores, strict=True))).select(pl.max_horizontal(pl.all())).to_series()
        return Pool(role=None, who=who, low=low, high=high, score=score)
