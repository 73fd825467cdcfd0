"""Somebody who knows everybody's verdict at every setting, and reads every report by group, tries to tell whose group is which.

Nothing is known of groups but what the data of reports says: counts, rates, ratios and what is held back. From two sets of people of
which one holds the other, the number of a group among those who are in the larger alone is bounded by subtraction; where as many as
there are have to be of the group, each of them is told.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from fractions import Fraction
from typing import Any

import attrs
import polars as pl

from evaluator.calibration.impact.request import ImpactRequest, Pools
from evaluator.calibration.people import People
from evaluator.core.model import Pack

Json = Any
Key = tuple[str, str]
"""A dimension and a group."""


def bits(who: pl.Series) -> int:
    """Return a set of people as the bits of a number, by their places."""
    return sum(1 << place for place in who.arg_true().to_list())


def without_groups(people: People, pack: Pack) -> People:
    """Return what the attacker has: the same people, of whose groups nothing is known, under a pack."""
    return attrs.evolve(people, pack=pack, groups=pl.DataFrame())


@attrs.define
class Attacker:
    """Gathers what reports tell of sets of people, and works out what follows."""

    found: dict[Key, dict[int, tuple[int, int]]] = attrs.field(factory=lambda: defaultdict(dict))

    def learn(self, key: Key, people: int, low: int, high: int) -> None:
        """Take in that of a set of people at least and at most so many are of a group."""
        before = self.found[key].get(people, (0, people.bit_count()))
        self.found[key][people] = (max(before[0], low), min(before[1], high))

    def told(self) -> dict[tuple[int, str], str]:
        """Return whose group of which dimension follows from what was told: by the person's place and the dimension."""
        known: dict[tuple[int, str], str] = {}
        for (dimension, group), sets in self.found.items():
            everything = {0: (0, 0), **sets}
            for larger, (least, _) in everything.items():
                for smaller, (_, most) in everything.items():
                    rest = larger & ~smaller
                    if rest and smaller & ~larger == 0 and least - most == rest.bit_count():
                        known |= {(place, dimension): group for place in range(rest.bit_length()) if rest >> place & 1}
        return known

    def impact(self, report: Json, people: People, asked: ImpactRequest) -> None:
        """Read an impact report as JSON; whom each part is about is worked out from verdicts alone."""
        pools = Pools(people=people, asked=asked)
        listed = list(pools.each())
        by_role = {None if one.role is None else one.role.id: one for one in listed}
        if not asked.roles and listed:
            by_role[None] = pools.together(listed)
        for told in report["pools"]:
            pool = by_role[told["role"]]
            for by in told["by"]:
                for name, yes in (("undecided_as_not_selected", pool.low), ("undecided_as_selected", pool.high)):
                    if by[name] is not None:
                        self._groups(by["dimension"], by[name]["groups"], bits(pool.who), bits(yes))
                for held in by["groups_held_back"]:
                    self._held(by["dimension"], held, bits(pool.who), bits(pool.low))

    def _held(self, dimension: str, held: Json, who: int, yes: int) -> None:
        key, number = (dimension, held["group"]), held["considered"]
        if number is None:
            return
        self.learn(key, who, number, number)
        if held["why"].startswith("fewer") and "not" not in held["why"]:
            self.learn(key, yes, 0, 4)
        elif held["why"].startswith("fewer"):
            self.learn(key, yes, number - 4, number)

    def _groups(self, dimension: str, groups: Iterable[Json], who: int, yes: int) -> None:
        for one in groups:
            key, number = (dimension, one["group"]), one["considered"]
            self.learn(key, who, number, number)
            for selected in _solved(one, number):
                self.learn(key, yes, selected, selected)

    def sweep(self, report: Json, sets: Iterable[tuple[int, int]]) -> None:
        """Read a sweep as JSON, with who is considered and who is ready at each of its points."""
        for point, (who, ready) in zip(report["points"], sets, strict=True):
            for dimension, groups in point["groups"].items():
                self._groups(dimension, groups, who, ready)

    def diff(self, report: Json, sets: Mapping[str, tuple[int, int, int]]) -> None:
        """Read a diff as JSON, with who is considered for each role, and who is ready before and after."""
        for role in report["people"]["roles"]:
            for dimension, groups in role["groups"].items():
                for one in groups:
                    if one["group"] is None:
                        continue
                    key, (who, before, after) = (dimension, one["group"]), sets[role["role"]]
                    for people, number in ((who, one["considered"]), (before, one["selected_before"]), (after, one["selected_after"])):
                        self.learn(key, people, number, number)


def _solved(one: Json, considered: int) -> Iterator[int]:
    """Yield how many of a group are selected, as it stands or worked out of its rate."""
    if one.get("selected") is not None:
        yield one["selected"]
    for name in ("rate", "selection_rate"):
        if one.get(name) is not None:
            yield round(Fraction(one[name]).limit_denominator(10_000) * considered)
    if one.get("shortfall") is not None and one.get("selected") is None:
        raise AssertionError("a number follows from how many are missing")
