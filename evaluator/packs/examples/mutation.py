"""Mutation testing: which small changes of the rules the rule tests notice, and a profile for each that they do not."""

from __future__ import annotations

import datetime
import math
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice, product

import attrs

from evaluator.core.conditions import AttributeTest, Condition, Truth, attributes_read, truth
from evaluator.core.model import Criterion, Move, Pack, Role
from evaluator.core.operators import Operator
from evaluator.core.results import State
from evaluator.core.values import Facts
from evaluator.packs.examples.combinations import Assignment, Side, contrasts, same_order
from evaluator.packs.examples.counterexamples import Donor, Search, Witness
from evaluator.packs.examples.mutant_status import Fate, MutantResult
from evaluator.packs.examples.mutants import Mutant, MutantTarget, mutants
from evaluator.packs.examples.mutation_runner import Bench
from evaluator.packs.examples.partitions import MOST_CELLS, Cell, Cells, cells, facts_of, stated
from evaluator.packs.examples.running import Outcome, reported_value
from evaluator.packs.examples.satisfying import Realiser
from evaluator.packs.examples.views import view
from evaluator.packs.lint.possible_values import PossibleValues

_TRIED = 8
_WIDE = frozenset({MutantTarget.ATTRIBUTE, MutantTarget.CONDITION})
"""What is changed at one place and read at others."""


def mutate(pack: Pack, outcomes: Sequence[Outcome], roles: tuple[str, ...] | None = None) -> Iterator[MutantResult]:
    """Yield each mutant of a pack, or of some roles, with what became of it; every outcome has to have passed."""
    bench, search = Bench(outcomes=outcomes), _Judge(search=Search(pack=pack, outcomes=outcomes))
    for mutant in mutants(pack, roles):
        killer = bench.killer(mutant)
        yield search.judged(mutant) if killer is None else MutantResult(mutant=mutant, fate=Fate.KILLED, killer=killer)


@attrs.frozen(kw_only=True)
class _Judge:
    """Decides about mutants that no rule test noticed."""

    search: Search

    @property
    def pack(self) -> Pack:
        return self.search.pack

    def judged(self, mutant: Mutant) -> MutantResult:
        """Return a mutant with a witness; or as equivalent, where every profile can be shown to come out alike."""
        decide = {MutantTarget.COUNTING: self._counting, MutantTarget.BAND: self._band, MutantTarget.MOVE: self._move}.get(
            mutant.what, self._conditions
        )
        witness, alike = decide(mutant)
        return MutantResult(mutant=mutant, fate=Fate.EQUIVALENT if alike and witness is None else Fate.SURVIVED, witness=witness)

    def _conditions(self, mutant: Mutant) -> tuple[Witness | None, bool]:
        """Decide about a changed condition of a criterion, or a changed derived attribute, by the cells of what reads it."""
        alike = True
        for before, after in self._changed(mutant):
            space = self._space(mutant, [*_conditions(before), *_conditions(after)], after.role)
            differing = self._differing(mutant, space, before, after)
            if witness := self.search.by_cells(mutant, after.role, differing):
                return witness, False
            alike = alike and space.complete
        moves = zip(self.pack.moves, mutant.pack.moves, strict=True) if mutant.what in _WIDE else ()
        for move, other in moves:
            if move.origin in mutant.origins and (move != other or self._reads(move.when, mutant)):
                witness, same = self._moved(mutant, move, other)
                if witness is not None:
                    return witness, False
                alike = alike and same
        if not mutant.reported:
            return None, alike
        witness, same = self._shown(mutant)
        return witness, witness is None and alike and same

    def _changed(self, mutant: Mutant) -> Iterator[tuple[Criterion, Criterion]]:
        """Yield the criteria that a mutant changes, or that read what it changes, as they are and as they become."""
        if mutant.what not in _WIDE:
            for after in _copies(mutant):
                if after is not None:
                    yield next(one for one in self.pack.roles[after.role].criteria if one.id == after.id), after
            return
        for role in mutant.roles:
            for before, after in zip(self.pack.roles[role].criteria, mutant.pack.roles[role].criteria, strict=True):
                if before != after or any(self._reads(condition, mutant) for condition in _conditions(before)):
                    yield before, after

    def _reads(self, condition: Condition | None, mutant: Mutant) -> bool:
        return condition is not None and not mutant.touched.isdisjoint(attributes_read([condition]))

    def _shown(self, mutant: Mutant) -> tuple[Witness | None, bool]:
        """Return a profile of which results show something else, and whether there is none, as every one there can be was looked at."""
        role = min(self.pack.judged_roles, key=lambda role: not self.search.has_tests(role.id), default=None)
        if role is None:
            return None, False
        donors = self.search.donors(role.id)
        if witness := self.search.best(mutant, ((donor, donor.profile.given) for donor in donors)):
            return witness, False
        alike = True
        for name in sorted(mutant.reported):
            space, whole = self._inputs(mutant, name, role.id)
            if witness := self.search.by_cells(mutant, role.id, self._showing(mutant, name, space, donors[0].as_of)):
                return witness, False
            alike = alike and whole
        return None, alike

    def _inputs(self, mutant: Mutant, name: str, role: str) -> tuple[Iterable[Cell], bool]:
        """Return statements of what an attribute is computed from: all there can be, where they are few, and else some."""
        attribute = self.pack.attributes[name]
        expression = None if attribute.derivation is None else attribute.derivation.expression
        choices = None if expression is None else PossibleValues(pack=self.pack).choices(expression)
        if choices is not None and math.prod(map(len, choices.values())) <= MOST_CELLS:
            return (dict(zip(choices, values, strict=True)) for values in product(*choices.values())), True
        asked = AttributeTest(attribute=name, operator=Operator.KNOWN, value=True, span=attribute.span)
        return self._space(mutant, [asked], role), False

    def _showing(self, mutant: Mutant, name: str, space: Iterable[Cell], as_of: datetime.date) -> Iterator[Cell]:
        attribute = self.pack.attributes[name]
        for cell in space:
            before, after = (reported_value(attribute, facts_of(one, stated({}, cell), as_of)) for one in (self.pack, mutant.pack))
            if before != after:
                yield cell

    def _space(self, mutant: Mutant, conditions: Sequence[Condition | None], role: str) -> Cells:
        as_of = self.search.donors(role)[0].as_of
        if mutant.what not in _WIDE:
            return cells((self.pack,), conditions, as_of)
        return cells((self.pack, mutant.pack), conditions, as_of, expand=mutant.touched)

    def _differing(self, mutant: Mutant, space: Cells, before: Criterion, after: Criterion) -> Iterator[Cell]:
        for cell in space:
            facts = facts_of(self.pack, stated({}, cell), space.as_of)
            other = facts if mutant.what not in _WIDE else facts_of(mutant.pack, stated({}, cell), space.as_of)
            if view(before, facts) != view(after, other):
                yield cell

    def _move(self, mutant: Mutant) -> tuple[Witness | None, bool]:
        after = mutant.move
        if after is None:
            return None, False
        before = next(move for move in self.pack.moves if move.key == after.key)
        return self._moved(mutant, before, after)

    def _moved(self, mutant: Mutant, before: Move, after: Move) -> tuple[Witness | None, bool]:
        ends = [end for end in (after.to, after.origin) if self.pack.roles[end].judged]
        role = next((end for end in ends if self.search.has_tests(end)), ends[0] if ends else None)
        if role is None:
            return None, False
        space = self._space(mutant, [before.when, after.when], role)
        witness = self.search.by_cells(mutant, role, self._parting(mutant, space, before, after), origin=after.origin)
        return witness, witness is None and space.complete

    def _parting(self, mutant: Mutant, space: Cells, before: Move, after: Move) -> Iterator[Cell]:
        for cell in space:
            facts = facts_of(self.pack, stated({}, cell), space.as_of)
            other = facts if mutant.what not in _WIDE else facts_of(mutant.pack, stated({}, cell), space.as_of)
            if _open(before, facts) != _open(after, other):
                yield cell

    def _counting(self, mutant: Mutant) -> tuple[Witness | None, bool]:
        """Decide about a changed weight, required flag or cap, role by role where it is a policy's."""
        alike = True
        for name in sorted(mutant.roles, key=lambda role: not self.search.has_tests(role)):
            witness, same = self._counted(mutant, self.pack.roles[name], mutant.pack.roles[name])
            if witness is not None:
                return witness, False
            alike = alike and same
        return None, alike

    def _counted(self, mutant: Mutant, role: Role, changed: Role) -> tuple[Witness | None, bool]:
        found, whole = contrasts(*(Side(role=one, bands=self.pack.bands_of(one)) for one in (role, changed)))
        telling = [contrast.assignment for contrast in found if contrast.verdicts[0] != contrast.verdicts[1]]
        telling += [
            contrast.assignment
            for contrast in found
            if contrast.scores[0] != contrast.scores[1] and contrast.verdicts[0] == contrast.verdicts[1]
        ][:_TRIED]
        index = next(place for place, criterion in enumerate(role.criteria) if mutant.criterion and criterion.id == mutant.criterion.id)
        witness = self._realised(mutant, role, [*telling[:_TRIED], *_pairs(role, index)])
        return witness, whole and not telling and same_order(role, changed, self.pack.verdicts_of(role))

    def _band(self, mutant: Mutant) -> tuple[Witness | None, bool]:
        """Decide about a changed verdict band, role by role."""
        alike = True
        roles = (role for role in self.pack.judged_roles if role.id in mutant.roles)
        for role in sorted(roles, key=lambda role: not self.search.has_tests(role.id)):
            found, whole = contrasts(*(Side(role=role, bands=pack.bands_of(role)) for pack in (self.pack, mutant.pack)))
            telling = [contrast.assignment for contrast in found if contrast.verdicts[0] != contrast.verdicts[1]]
            if witness := self._realised(mutant, role, telling[:_TRIED]):
                return witness, False
            alike = alike and whole and not telling
        return None, alike

    def _realised(self, mutant: Mutant, role: Role, wanted: Iterable[Assignment]) -> Witness | None:
        donors = self.search.donors(role.id)
        donor = max(donors, key=lambda donor: self._met(donor, role))
        realiser = Realiser(pack=self.pack, role=role, donor=donor)
        given = (facts for states in wanted if (facts := realiser.given(states)) is not None)
        return self.search.best(mutant, ((donor, one) for one in given))

    def _met(self, donor: Donor, role: Role) -> int:
        facts = facts_of(self.pack, donor.profile.given, donor.as_of)
        return sum(view(criterion, facts)[1] is True for criterion in role.criteria)


def _copies(mutant: Mutant) -> tuple[Criterion | None, ...]:
    """Return what a mutant has made of a criterion, for each role that holds it."""
    criterion = mutant.criterion
    if criterion is None or not criterion.policy:
        return (criterion,)
    return tuple(attrs.evolve(criterion, role=role) for role in mutant.roles)


def _conditions(criterion: Criterion) -> tuple[Condition | None, ...]:
    return (criterion.when, criterion.applies_when, criterion.almost)


def _open(move: Move, facts: Facts) -> Truth:
    return True if move.when is None else truth(move.when, facts)


def _pairs(role: Role, index: int) -> Iterator[Assignment]:
    """Yield assignments in which a criterion and one other are unmet, where their order may tell."""
    others = (other for other in range(len(role.criteria)) if other != index)
    for other in islice(others, 2 * _TRIED):
        yield tuple(State.UNMET if at in {index, other} else State.MET for at in range(len(role.criteria)))
