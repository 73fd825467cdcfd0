"""Questions put to z3, each with a time of its own; the model of a yes is read back as what a profile states."""

from __future__ import annotations

import datetime
import enum
from collections.abc import Iterable
from typing import Any

import attrs
import z3

from evaluator.calibration.prove.attributes_read import AttributesRead
from evaluator.calibration.prove.formulas import World
from evaluator.calibration.prove.roles import CriterionFormula, Ruling, judged, readiness, ruling
from evaluator.calibration.prove.symbols import YES, Formula
from evaluator.core.conditions import Condition
from evaluator.core.model import Criterion, Role

_MILLISECONDS = 1000


class Reply(enum.Enum):
    """Whether something can be: yes with a model, no for certain, or not decided in its time."""

    YES = "yes"
    NO = "no"
    OPEN = "open"


@attrs.frozen(kw_only=True)
class Solved:
    """A reply and the model of a yes."""

    reply: Reply
    model: Any = None


@attrs.define(kw_only=True)
class PackSolver:
    """z3 for one pack: what every role comes to for a person about whom only the declared ranges are known."""

    reads: AttributesRead
    as_of: datetime.date
    seconds: float
    world: World = attrs.field(init=False)
    _together: tuple[int, Formula] = attrs.field(default=(0, YES), init=False)
    _expected: list[Formula] | None = attrs.field(default=None, init=False)
    _rulings: dict[str, Ruling] = attrs.field(factory=dict, init=False)

    def __attrs_post_init__(self) -> None:
        self.world = World(reads=self.reads, as_of=self.as_of, readiness=readiness)

    def ruling(self, role: Role) -> Ruling:
        """Return a role for that person."""
        if role.id not in self._rulings:
            self._rulings[role.id] = ruling(role, self.world)
        return self._rulings[role.id]

    def judged(self, criterion: Criterion) -> CriterionFormula:
        """Return a criterion for that person."""
        return judged(criterion, self.world)

    def met(self, conditions: Iterable[Condition]) -> list[Formula]:
        """Return that conditions are met."""
        return [self.world.held(condition).met for condition in conditions]

    @property
    def expected(self) -> list[Formula]:
        """Return that nothing contradicts what the pack expects of attributes together."""
        if self._expected is None:
            self._expected = [z3.Not(self.world.held(expectation.expect).unmet) for expectation in self.reads.pack.plausible]
        return self._expected

    def _domain(self) -> Formula:
        """Return all that holds of the values used so far, put together once."""
        expected = self.expected
        if self._together[0] != len(self.world.domain):
            self._together = (len(self.world.domain), z3.And(*self.world.domain, *expected))
        return self._together[1]

    def _hangs_on_bounds(self, formulas: Iterable[Formula]) -> bool:
        """Whether formulas hang on tests that are taken to come out in any way, so that what can be so by them need not be so."""
        tests = {formula.get_id() for held in self.world.in_part.values() for formula in (held.met, held.unmet)}
        waiting, seen = list(formulas) if tests else [], set[int]()
        while waiting:
            part = waiting.pop()
            if part.get_id() in tests:
                return True
            if part.get_id() not in seen:
                seen.add(part.get_id())
                waiting += part.children()
        return False

    def ask(self, *formulas: Formula) -> Solved:
        """Return whether a person can be such that all the formulas hold."""
        solver = z3.Solver()
        solver.set("timeout", int(self.seconds * _MILLISECONDS))
        solver.add(self._domain(), *formulas)
        status = solver.check()
        if status == z3.sat and self._hangs_on_bounds([*formulas, *self.expected]):
            return Solved(reply=Reply.OPEN)
        if status == z3.sat:
            return Solved(reply=Reply.YES, model=solver.model())
        return Solved(reply=Reply.NO if status == z3.unsat else Reply.OPEN)
