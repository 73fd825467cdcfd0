"""From states to a profile: statements with which the criteria of a role come out as wanted."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import attrs

from evaluator.core.model import Criterion, Pack, Role
from evaluator.core.results import CriterionResult, State
from evaluator.core.values import Facts, Value
from evaluator.packs.examples.combinations import Assignment
from evaluator.packs.examples.counterexamples import Donor
from evaluator.packs.examples.partitions import Cell, cells, facts_of, stated
from evaluator.packs.examples.views import view

_TRIED = 80
_LOOKED_AT = 3000


@attrs.frozen(kw_only=True)
class Realiser:
    """Finds statements for wanted states of a role's criteria, starting from a donor; keeps the cells it has worked out."""

    pack: Pack
    role: Role
    donor: Donor
    _kept: dict[tuple[str, State], tuple[Cell, ...]] = attrs.field(factory=dict, init=False)

    def given(self, wanted: Assignment) -> Mapping[str, Value] | None:
        """Return statements that bring the states about; None where a greedy search, criterion by criterion, finds none."""
        given: Mapping[str, Value] = self.donor.profile.given
        settled: dict[str, State] = {}
        states = self._states(given)
        places = sorted(range(len(wanted)), key=lambda position: states[position] is not wanted[position])
        for index in places:
            criterion = self.role.criteria[index]
            settled[criterion.id] = wanted[index]
            if self._states(given)[index] is not wanted[index]:
                found = next(self._steps(given, criterion, wanted[index], settled), None)
                if found is None:
                    return None
                given = found
        return given

    def _steps(
        self, given: Mapping[str, Value], criterion: Criterion, state: State, settled: Mapping[str, State]
    ) -> Iterator[Mapping[str, Value]]:
        for cell in self._cells(criterion, state):
            changed = stated(given, cell)
            states = {one.id: found for one, found in zip(self.role.criteria, self._states(changed), strict=True)}
            if all(states[name] is wanted for name, wanted in settled.items()):
                yield changed

    def _cells(self, criterion: Criterion, state: State) -> tuple[Cell, ...]:
        """Return cells of a criterion that bring it to a state, those that state most first."""
        key = (criterion.id, state)
        if key not in self._kept:
            space = cells((self.pack,), (criterion.when, criterion.applies_when), self.donor.as_of)
            found: list[Cell] = []
            for looked, cell in enumerate(space):
                if looked > _LOOKED_AT or len(found) > _TRIED:
                    break
                if state_of(criterion, facts_of(self.pack, stated({}, cell), self.donor.as_of)) is state:
                    found.append(cell)
            self._kept[key] = tuple(sorted(found, key=lambda cell: sum(value is None for value in cell.values())))
        return self._kept[key]

    def _states(self, given: Mapping[str, Value]) -> tuple[State, ...]:
        facts = facts_of(self.pack, given, self.donor.as_of)
        return tuple(state_of(criterion, facts) for criterion in self.role.criteria)


def state_of(criterion: Criterion, facts: Facts) -> State:
    """Return the state of a criterion for some facts."""
    applies, held, _ = view(criterion, facts)
    return CriterionResult(criterion=criterion, applies=applies, held=held).state
