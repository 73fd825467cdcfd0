"""Past decisions and the people they were taken on, as they stood on the day of each."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterable, Sequence

import attrs
import polars as pl

from evaluator.calibration.people import People, taken
from evaluator.core.dates import day_number
from evaluator.core.model import Pack, Role
from evaluator.core.values import Kind
from evaluator.engines.columns.derived import AS_OF
from evaluator.engines.columns.truths import column
from evaluator.reading.decisions import Decision

ReadFor = Callable[[datetime.date], People]
"""Reads a population for a day."""


@attrs.frozen(kw_only=True)
class RoleDecisions:
    """Decisions on one role and the people they were taken on, row by row."""

    role: Role
    decisions: tuple[Decision, ...]
    people: People

    def part(self, places: Sequence[int]) -> RoleDecisions:
        """Return some of them."""
        return attrs.evolve(
            self, decisions=tuple(self.decisions[index] for index in places), people=taken(self.people, pl.Series(places, dtype=pl.UInt32))
        )


@attrs.frozen(kw_only=True)
class MatchedDecisions:
    """Decisions by role, those on people whom the population does not have, and those on people whose rows cannot be judged.

    `by_person` says that the population has no facts under the ids that decisions name as theirs, but under those of the people.
    """

    roles: tuple[RoleDecisions, ...]
    unmatched: tuple[Decision, ...]
    unreadable: tuple[Decision, ...] = ()
    by_person: bool = False


def matched(decisions: Iterable[Decision], pack: Pack, read_for: ReadFor) -> MatchedDecisions:
    """Find the people of decisions by the id that each names, as they stood on its day.

    That is the id of the facts that it was taken on, or of the person where the population has none of those.

    What is computed from dated entries is computed for the day of the decision; what was stated is taken as the population has it.
    """
    listed = sorted(decisions, key=lambda decision: (decision.date, decision.person))
    if not listed:
        return MatchedDecisions(roles=(), unmatched=())
    base = read_for(listed[-1].date)
    places = {name: index for index, name in enumerate(base.frame["id"])}
    rejected = {row.id for row in base.rejected}
    known = {*places, *rejected}
    by_person = not any(decision.profile in known for decision in listed) and any(decision.person in known for decision in listed)
    if by_person:
        listed = [attrs.evolve(decision, profile=decision.person) for decision in listed]
    there = [decision for decision in listed if decision.profile in places]
    roles = [
        RoleDecisions(role=role, decisions=tuple(mine), people=_on_their_days(mine, base, places, read_for))
        for role in pack.judged_roles
        if (mine := [decision for decision in there if decision.role == role.id])
    ]
    left_out = [decision for decision in listed if decision.profile not in places]
    return MatchedDecisions(
        roles=tuple(roles),
        unmatched=tuple(decision for decision in left_out if decision.profile not in rejected),
        unreadable=tuple(decision for decision in left_out if decision.profile in rejected),
        by_person=by_person,
    )


def _on_their_days(decisions: Sequence[Decision], base: People, places: dict[str, int], read_for: ReadFor) -> People:
    people = taken(base, pl.Series([places[decision.profile] for decision in decisions], dtype=pl.UInt32))
    days = pl.Series(AS_OF, [day_number(decision.date) for decision in decisions], dtype=base.frame.schema[AS_OF])
    if not _have_entries(people):
        return attrs.evolve(people, frame=people.frame.with_columns(days))
    parts = [
        _read_again([decision for decision in decisions if decision.date == day], read_for(day))
        for day in sorted({decision.date for decision in decisions})
    ]
    return attrs.evolve(people, frame=pl.concat([part.frame for part in parts]), groups=pl.concat([part.groups for part in parts]))


def _read_again(decisions: Sequence[Decision], people: People) -> People:
    places = {name: index for index, name in enumerate(people.frame["id"])}
    return taken(people, pl.Series([places[decision.profile] for decision in decisions], dtype=pl.UInt32))


def _have_entries(people: People) -> bool:
    """Whether anybody has dated entries, such as a history, from which something is computed for a day."""
    names = [column(attribute.id) for attribute in people.pack.attributes.values() if attribute.kind is Kind.RECORDS]
    return any(people.frame[name].any() for name in names)
