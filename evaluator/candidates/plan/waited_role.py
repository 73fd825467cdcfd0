"""How far somebody has come to be ready for a role that another one waits for."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property

import attrs

from evaluator.candidates.plan.reach import Reach
from evaluator.candidates.plan.tallying import Tallying
from evaluator.core.conditions import Truth
from evaluator.core.model import Band, Role

Tallies = tuple[tuple[int, ...], tuple[int, ...]]
"""The tally of settled criteria with what is unknown at its worst, and at its best."""


@attrs.frozen(slots=False, kw_only=True, eq=False)
class WaitedRole:
    """Counts a role's settled criteria on either side of what is unknown.

    Somebody is ready where the first verdict is given on both sides, and not where the better side has another one.
    """

    role: Role
    bands: Sequence[Band]

    @cached_property
    def _worst(self) -> Tallying:
        return Tallying(bands=self.bands, criteria=self.role.criteria)

    @cached_property
    def _best(self) -> Reach:
        return Reach(tallying=Tallying(bands=self.bands, criteria=self.role.criteria, unknown_as_met=True))

    @property
    def nothing(self) -> Tallies:
        """The tallies of no criteria."""
        return self._worst.nothing, self._worst.nothing

    def add(self, tallies: Tallies, index: int, applies: Truth, held: Truth) -> Tallies:
        """Return the tallies with one more criterion."""
        return self._worst.add(tallies[0], index, applies, held), self._best.tallying.add(tallies[1], index, applies, held)

    def ready(self, tallies: Tallies) -> Truth:
        """Return whether somebody is ready, with every criterion settled."""
        if not self._best.tallying.ready(tallies[1]):
            return False
        return True if self._worst.ready(tallies[0]) else None

    def possible(self, tallies: Tallies, left: frozenset[int]) -> bool:
        """Whether somebody may still come to be ready, or it may stay unknown, with these criteria open."""
        return self._best.possible(tallies[1], left)

    @property
    def grows(self) -> bool:
        """Whether being ready can only be gained, never lost, by a criterion that is met instead of unmet."""
        return self._worst.grows
