"""Example profiles that tell a mutant from the rule as it stands, each confirmed by evaluating it with both."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from itertools import islice
from typing import Any

import attrs

from evaluator.core.model import ROLE, Pack, Profile
from evaluator.core.values import Value
from evaluator.diagnostics import Span
from evaluator.engines.readiness import Evaluator
from evaluator.packs.examples.mutants import Mutant
from evaluator.packs.examples.partitions import Cell, stated
from evaluator.packs.examples.running import Outcome
from evaluator.packs.examples.views import seen
from evaluator.reading.pack.ruletests import Base

_DONORS = 10
_CELLS = 6


@attrs.frozen(kw_only=True)
class Donor:
    """A profile to start from: that of a rule test, or one that states nothing."""

    role: str
    profile: Profile
    as_of: datetime.date
    base: Base | None


@attrs.frozen(kw_only=True)
class Witness:
    """A profile and what a rule test on `role` sees of it: with the pack as it stands, and with the mutant.

    `base` is what the role's file of rule tests has in common; None where the pack has no such file.
    """

    role: str
    profile: Profile
    as_of: datetime.date
    base: Base | None
    before: Mapping[str, Any]
    after: Mapping[str, Any]

    @property
    def differences(self) -> tuple[str, ...]:
        """The keys of an expectation that come out otherwise, the most telling first."""
        return tuple(key for key in self.before if self.before[key] != self.after[key])

    @property
    def stated_anew(self) -> int:
        """How many statements differ from what the file has in common."""
        shared = {} if self.base is None else self.base.given
        given = self.profile.given
        return sum(given.get(name) != shared.get(name) for name in {*given, *shared})


@attrs.frozen(slots=False, kw_only=True)
class Search:
    """Looks for witnesses, from the profiles of the rule tests outwards."""

    pack: Pack
    outcomes: Sequence[Outcome]

    @cached_property
    def evaluator(self) -> Evaluator:
        """The pack as it stands."""
        return Evaluator(self.pack, engine="reference")

    @cached_property
    def _by_role(self) -> Mapping[str, tuple[Outcome, ...]]:
        by_role: dict[str, list[Outcome]] = {}
        for outcome in self.outcomes:
            by_role.setdefault(outcome.test.role, []).append(outcome)
        return {role: tuple(tests) for role, tests in by_role.items()}

    def donors(self, role: str) -> tuple[Donor, ...]:
        """Return the profiles of a role's rule tests; one that states nothing where there are none."""
        tests = [outcome.test for outcome in self._by_role.get(role, ())]
        if not tests:
            nobody = Profile(id=role, span=Span.whole_file("example"))
            return (Donor(role=role, profile=nobody, as_of=self._any_date, base=None),)
        return tuple(Donor(role=role, profile=test.profile, as_of=test.as_of, base=test.base) for test in tests)

    def has_tests(self, role: str) -> bool:
        """Whether the pack has rule tests of a role."""
        return role in self._by_role

    @cached_property
    def _any_date(self) -> datetime.date:
        return next((outcome.test.as_of for outcome in self.outcomes), self.pack.effective)

    def by_cells(self, mutant: Mutant, role: str, cells: Iterable[Cell], *, origin: str | None = None) -> Witness | None:
        """Return the most telling witness among the role's donors with some of the cells on top; None where none tells."""
        few = sorted(islice(cells, 40), key=lambda cell: sum(value is None for value in cell.values()))[:_CELLS]
        donors = self.donors(role)[:_DONORS]
        return self.best(mutant, ((donor, stated(donor.profile.given, cell)) for cell in few for donor in donors), origin=origin)

    def best(self, mutant: Mutant, tries: Iterable[tuple[Donor, Mapping[str, Value]]], *, origin: str | None = None) -> Witness | None:
        """Return the most telling of some profiles that tell; the first one whose verdict, or next roles, differ ends the search."""
        mutated = Evaluator(mutant.pack, engine="reference")
        witnesses: list[Witness] = []
        for witness in self._told(mutated, tries, origin):
            witnesses.append(witness)
            if "verdict" in witness.differences or origin is not None:
                return witness
        return min(witnesses, key=lambda one: (list(one.before).index(one.differences[0]), one.stated_anew), default=None)

    def _told(self, mutated: Evaluator, tries: Iterable[tuple[Donor, Mapping[str, Value]]], origin: str | None) -> Iterator[Witness]:
        for donor, given in tries:
            today = given.get(ROLE) if ROLE in self.pack.attributes else None
            role = origin or (today if isinstance(today, str) else donor.profile.role)
            own = given if today is None else {name: value for name, value in given.items() if name != ROLE}
            profile = attrs.evolve(donor.profile, given=own, role=role)
            moves = () if origin is None else (move.to for move in self.pack.moves_from(origin))
            only = {donor.role, *moves}
            before, after = (
                seen(engine.evaluate(profile, as_of=donor.as_of, only=only), donor.role, self.pack.reported)
                for engine in (self.evaluator, mutated)
            )
            witness = Witness(role=donor.role, profile=profile, as_of=donor.as_of, base=donor.base, before=before, after=after)
            if witness.differences:
                yield witness
