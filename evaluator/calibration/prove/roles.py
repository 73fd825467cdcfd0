"""Roles as z3 formulas: the states of their criteria, the tally on both sides of what is unknown, and the verdict."""

from __future__ import annotations

from collections.abc import Sequence

import attrs
import z3

from evaluator.calibration.prove.formulas import Held, Twin, World, combined, compared, comparison
from evaluator.calibration.prove.symbols import NO, YES, Formula, Symbol, Term, constant
from evaluator.core.conditions import AttributeTest, Condition
from evaluator.core.model import Criterion, Role
from evaluator.core.operators import comparison_of
from evaluator.core.tally import cap_rank

_SCORE = "score"


@attrs.frozen(kw_only=True)
class CriterionFormula:
    """A criterion for one person: whether it applies and whether it holds."""

    criterion: Criterion
    applies: Held
    held: Held

    @property
    def met(self) -> Formula:
        """It applies and is met."""
        return z3.And(self.applies.met, self.held.met)

    @property
    def unmet(self) -> Formula:
        """It applies and is unmet."""
        return z3.And(self.applies.met, self.held.unmet)

    @property
    def unknown(self) -> Formula:
        """Its state is unknown."""
        return z3.Or(self.applies.unknown, z3.And(self.applies.met, self.held.unknown))

    def side(self, *, best: bool) -> tuple[Formula, Formula]:
        """Return whether it counts as met and as unmet, with everything unknown at its best or at its worst."""
        doubt = self.applies.unknown
        if best:
            held = z3.Not(self.held.unmet)
            return z3.And(z3.Not(self.applies.unmet), held), z3.And(self.applies.met, z3.Not(held))
        return z3.And(self.applies.met, self.held.met), z3.And(z3.Or(self.applies.met, doubt), z3.Not(self.held.met))


def judged(criterion: Criterion, world: World) -> CriterionFormula:
    """Return a criterion's states for a person."""
    applies = Held(met=YES, unmet=NO) if criterion.applies_when is None else world.held(criterion.applies_when)
    return CriterionFormula(criterion=criterion, applies=applies, held=world.held(criterion.when))


@attrs.frozen(kw_only=True)
class Ruling:
    """A role for one person: its criteria, and whether each verdict is given on the worse and on the better side."""

    role: Role
    criteria: tuple[CriterionFormula, ...]
    low: tuple[Formula, ...]
    high: tuple[Formula, ...]

    def decided(self, verdict: int) -> Formula:
        """Whether a verdict is given, whatever is unknown."""
        return z3.And(self.low[verdict], self.high[verdict])

    def exchanged(self, twin: Twin) -> Ruling:
        """Return the verdicts after a change."""
        return attrs.evolve(self, low=tuple(twin.exchanged(self.low)), high=tuple(twin.exchanged(self.high)))

    def lower_than(self, other: Ruling) -> Formula:
        """Whether the verdict is lower than another person's on one side and on none higher."""
        worse = [_below(one, two) for one, two in ((self.low, other.low), (self.high, other.high))]
        better = [_below(two, one) for one, two in ((self.low, other.low), (self.high, other.high))]
        return z3.And(z3.Or(*worse), *(z3.Not(formula) for formula in better))


def readiness(role: Role, world: World) -> Symbol:
    """Return whether a person is ready for a role, which is not known where the sides of the verdict differ on that."""
    decided = ruling(role, world)
    ready = decided.decided(0)
    return Symbol(known=z3.Or(ready, z3.Not(decided.high[0])), value=ready)


def _below(one: Sequence[Formula], two: Sequence[Formula]) -> Formula:
    return z3.Or(*(z3.And(later, *(z3.Not(earlier) for earlier in two[index:])) for index, later in enumerate(one)))


def ruling(role: Role, world: World) -> Ruling:
    """Return a role's verdicts for a person."""
    criteria = tuple(judged(criterion, world) for criterion in role.criteria)
    low, high = (_verdicts(role, criteria, world, best=best) for best in (False, True))
    return Ruling(role=role, criteria=criteria, low=low, high=high)


def _verdicts(role: Role, criteria: Sequence[CriterionFormula], world: World, *, best: bool) -> tuple[Formula, ...]:
    """Return whether each verdict is given: by its band, the first that holds, or at worst by the lowest cap of what is unmet."""
    counted = [criterion for criterion in criteria if criterion.criterion.counts]
    counts = TallyFormula(criteria=counted, sides=tuple(criterion.side(best=best) for criterion in counted))
    formulas: list[Formula] = []
    earlier: list[Formula] = []
    for band in world.pack.bands_of(role):
        holds = YES if band.when is None else counts.held(band.when).met
        formulas.append(z3.And(holds, *(z3.Not(formula) for formula in earlier)))
        earlier.append(holds)
    return _capped(formulas, criteria, world.pack.verdicts_of(role), best=best)


def _capped(given: Sequence[Formula], criteria: Sequence[CriterionFormula], verdicts: Sequence[str], *, best: bool) -> tuple[Formula, ...]:
    """Return whether each verdict is the worst of the one that the bands give and of those at which unmet criteria cap."""
    caps = [(cap_rank(one.criterion, verdicts), one.side(best=best)[1]) for one in criteria if one.criterion.caps_at is not None]
    if not caps:
        return tuple(given)
    return tuple(
        z3.And(
            z3.Not(z3.Or(*given[index + 1 :], *(unmet for rank, unmet in caps if rank > index))),
            z3.Or(given[index], *(unmet for rank, unmet in caps if rank == index)),
        )
        for index in range(len(given))
    )


@attrs.frozen(kw_only=True)
class TallyFormula:
    """A tally as z3 numbers."""

    criteria: Sequence[CriterionFormula]
    sides: Sequence[tuple[Formula, Formula]]

    def held(self, condition: Condition) -> Held:
        """Return the truth of a band's condition, which is always known."""
        if not isinstance(condition, AttributeTest):
            return combined(condition, [self.held(part) for part in condition.parts])
        if condition.of_presence:
            return Held(met=z3.BoolVal(bool(condition.value)), unmet=z3.BoolVal(not condition.value))
        holds = self._score(condition) if condition.attribute == _SCORE and condition.other is None else self._count(condition)
        return Held(met=holds, unmet=z3.Not(holds))

    def _score(self, test: AttributeTest) -> Formula:
        """Compare a score without dividing: met weight against the literal times all weight; a score of nothing is 0."""
        met = self._weight([side[0] for side in self.sides])
        weight = self._weight([z3.Or(*side) for side in self.sides])
        literal = constant(test.value)  # type: ignore[arg-type]
        how = comparison_of(test.operator)
        return z3.If(weight > 0, comparison(met, how, literal * weight), comparison(z3.RealVal(0), how, literal))

    def _weight(self, truths: Sequence[Formula]) -> Term:
        return z3.Sum(
            [
                z3.RealVal(0),
                *(
                    z3.If(formula, z3.RealVal(str(criterion_formula.criterion.weight)), z3.RealVal(0))
                    for formula, criterion_formula in self._with(truths)
                ),
            ]
        )

    def _with(self, truths: Sequence[Formula]) -> list[tuple[Formula, CriterionFormula]]:
        return list(zip(truths, self.criteria, strict=True))

    def _count(self, test: AttributeTest) -> Formula:
        return compared(test, self.number(test.attribute).value, None if test.other is None else self.number(test.other).value)

    def number(self, name: str) -> Symbol:
        """Return a count by its name, such as `required_unmet`; a score that is set against a count is a division."""
        if name == _SCORE:
            met, weight = self._weight([side[0] for side in self.sides]), self._weight([z3.Or(*side) for side in self.sides])
            return Symbol(known=YES, value=z3.If(weight > 0, met / weight, z3.RealVal(0)))
        prefix, _, count = name.rpartition("_")
        chosen = [
            _states(side, criterion)[count]
            for side, criterion in zip(self.sides, self.criteria, strict=True)
            if not prefix or (prefix == "required" and criterion.criterion.required) or prefix == criterion.criterion.kind
        ]
        return Symbol(known=YES, value=z3.Sum([z3.IntVal(0), *(z3.If(formula, 1, 0) for formula in chosen)]))


def _states(side: tuple[Formula, Formula], criterion_formula: CriterionFormula) -> dict[str, Formula]:
    met, unmet = side
    return {"met": met, "unmet": unmet, "applicable": z3.Or(met, unmet), "unknown": criterion_formula.unknown}
