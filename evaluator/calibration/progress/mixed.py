"""The same people in every mixture of old and new day, facts and rules: judged by columns, exact to the last one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from functools import cached_property

import attrs
import polars as pl

from evaluator.calibration.diff.people import RoleVerdicts
from evaluator.calibration.progress.attribution import Cause, Mixture, path
from evaluator.core.model import Pack
from evaluator.core.results import Score, Verdict
from evaluator.engines.columns.derived import AS_OF
from evaluator.engines.columns.plan import side
from evaluator.populations.held import HeldPopulation
from evaluator.populations.judging import Judge
from evaluator.populations.request import Level, Request
from evaluator.populations.result_codes import ABOUT, HIGH, LOW, STEPS


@attrs.frozen(kw_only=True)
class RoleOutcome:
    """The verdict and the score of somebody for a role; the best verdict of an old pack by its new name, where only that changed."""

    verdict: Verdict
    score: Score


@attrs.frozen(slots=False, kw_only=True)
class JudgedMixture:
    """Some people judged in one mixture; `rows` has the row of each of them, by their number among the people of both."""

    pack: Pack
    new_rules: bool
    judged: pl.DataFrame
    rows: Mapping[int, int]
    roles_today: Sequence[str | None]
    _lists: dict[str, list[int | None]] = attrs.field(factory=dict, init=False, repr=False)
    _outcomes: dict[tuple[str, int, int, int, int], RoleOutcome] = attrs.field(factory=dict, init=False, repr=False)

    def has(self, number: int) -> bool:
        """Whether somebody could be judged in it."""
        return number in self.rows

    def next_role(self, number: int) -> str | None:
        """Return the best next role of somebody, by its id."""
        found = self._value(ABOUT, number)
        return None if found is None else self.pack.judged_roles[found].id

    def role_today(self, number: int) -> str | None:
        """Return the role that somebody holds, as the pack reads it."""
        return self.roles_today[self.rows[number]]

    def outcome(self, number: int, role: str, verdicts: RoleVerdicts) -> RoleOutcome | None:
        """Return what somebody comes to for a role; None where the pack does not judge it."""
        found = self.pack.roles.get(role)
        if found is None or not found.judged:
            return None
        low, high, worse, better = (self._value(side(found, what, which), number) or 0 for what in "vs" for which in (LOW, HIGH))
        key = (role, low, high, worse, better)
        if key not in self._outcomes:  # few differ
            names = verdicts.after if self.new_rules else verdicts.before
            score = Score(low=Fraction(worse, STEPS), high=Fraction(better, STEPS))
            self._outcomes[key] = RoleOutcome(verdict=Verdict(low=names[low], high=names[high]), score=score)
        return self._outcomes[key]

    def _value(self, column: str, number: int) -> int | None:
        if column not in self._lists:
            self._lists[column] = self.judged[column].to_list()
        return self._lists[column][self.rows[number]]


@attrs.frozen(slots=False, kw_only=True)
class Mixtures:
    """The people of two populations, in the order of the new one, and what each mixture makes of them.

    `sides` are the populations by whether their facts and the rules that they are read by are the new ones; one is missing where a pack
    cannot read the other one's population at all.
    """

    sides: Mapping[tuple[bool, bool], HeldPopulation]
    ids: tuple[str, ...]
    _judged: dict[Mixture, JudgedMixture] = attrs.field(factory=dict, init=False, repr=False)

    @cached_property
    def causes(self) -> tuple[Cause, ...]:
        """What differs, in order: time only where somebody is judged for another day, rules only where there are two packs."""
        old, new = self.days
        differ = {Cause.TIME: bool((old != new).any()), Cause.FACTS: True, Cause.RULES: self._old.pack is not self._new.pack}
        return tuple(cause for cause in Cause if differ[cause])

    @property
    def _old(self) -> HeldPopulation:
        return self.sides[False, False]

    @property
    def _new(self) -> HeldPopulation:
        return self.sides[True, True]

    @cached_property
    def days(self) -> tuple[pl.Series, pl.Series]:
        """The days that the people are judged for, the old ones and the new ones, as numbers of days."""
        old, new = (one.frame[AS_OF][[one.places[name] for name in self.ids]] for one in (self._old, self._new))
        return old, new

    def pack(self, mixture: Mixture) -> Pack:
        """Return the pack of a mixture."""
        return (self._new if Cause.RULES in mixture else self._old).pack

    def side(self, mixture: Mixture) -> HeldPopulation | None:
        """Return the population that a mixture takes facts from, read by its rules; None where they cannot read it."""
        return self.sides.get((Cause.FACTS in mixture, Cause.RULES in mixture))

    def frame(self, mixture: Mixture, numbers: Sequence[int]) -> tuple[pl.DataFrame, list[int]]:
        """Return the rows of those people who can be read, each at the day of the mixture, and their numbers."""
        found = self.side(mixture)
        if found is None:
            raise ValueError(mixture)
        known = [number for number in numbers if self.ids[number] in found.places]
        places = [found.places[self.ids[number]] for number in known]
        return found.at(places, self.days[Cause.TIME in mixture][known]), known

    def judged(self, mixture: Mixture, numbers: Sequence[int]) -> JudgedMixture:
        """Return some people, or those who were judged before, judged in a mixture."""
        if mixture not in self._judged:
            found = self.side(mixture)
            pack, rules = self.pack(mixture), Cause.RULES in mixture
            if found is None:
                nobody = JudgedMixture(pack=pack, new_rules=rules, judged=pl.DataFrame(), rows={}, roles_today=())
                self._judged[mixture] = nobody
                return nobody
            frame, known = self.frame(mixture, numbers)
            self._judged[mixture] = JudgedMixture(
                pack=pack,
                new_rules=rules,
                judged=self.judge(pack).judge(frame),
                rows={number: row for row, number in enumerate(known)},
                roles_today=[found.role(found.places[self.ids[number]]) for number in known],
            )
        return self._judged[mixture]

    def judge(self, pack: Pack) -> Judge:
        """Return a pack made ready to judge, made once."""
        return self._judges[pack is self._new.pack]

    @cached_property
    def _judges(self) -> Mapping[bool, Judge]:
        request = Request(level=Level.ROLES)
        new = Judge(pack=self._new.pack, request=request)
        return {True: new, False: new if self._old.pack is self._new.pack else Judge(pack=self._old.pack, request=request)}

    @property
    def path(self) -> tuple[Mixture, ...]:
        """The mixtures from the old to the new, in order."""
        return path(self.causes)
