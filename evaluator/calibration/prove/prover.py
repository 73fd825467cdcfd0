"""What the questions share: plain reasoning first, z3 where it is needed, and a list of what was found and what stayed open."""

from __future__ import annotations

import datetime
from collections import Counter
from collections.abc import Iterable, Sequence
from functools import cached_property
from typing import TYPE_CHECKING

import attrs

from evaluator.calibration.prove.attributes_read import AttributesRead
from evaluator.calibration.prove.directions import Directions, directions
from evaluator.calibration.prove.examples import Examples
from evaluator.calibration.prove.findings import Finding, Given, Open, Question
from evaluator.calibration.prove.interval_check import TooMuch, together
from evaluator.core.conditions import Condition
from evaluator.core.model import Pack, Role
from evaluator.diagnostics import EvaluatorError

if TYPE_CHECKING:
    from evaluator.calibration.prove.solving import PackSolver, Solved


_INSTALL = "install it with: pip install 'promotion-readiness-evaluator[prove]'"


class NoSolver(EvaluatorError):
    """A question needs z3, which is not installed; one lower-case sentence, with a next step."""


@attrs.frozen(kw_only=True)
class Satisfiability:
    """Whether conditions can be met together: True with what a profile states then, False, or None where it stayed open."""

    yes: bool | None
    given: Given = attrs.field(factory=dict)


@attrs.define(slots=False, kw_only=True)
class Prover:
    """The state of a run over one pack."""

    pack: Pack
    as_of: datetime.date
    seconds: float
    findings: list[Finding] = attrs.field(factory=list)
    open: list[Open] = attrs.field(factory=list)
    asked: Counter[Question] = attrs.field(factory=Counter)

    @cached_property
    def reads(self) -> AttributesRead:
        """What conditions hang on."""
        return AttributesRead(pack=self.pack)

    @cached_property
    def examples(self) -> Examples:
        """Makes and judges example profiles."""
        return Examples(pack=self.pack, as_of=self.as_of)

    @cached_property
    def better(self) -> Directions:
        """Which way attributes get better."""
        return directions(self.pack)

    @cached_property
    def solving(self) -> PackSolver:
        """Take up z3; raises NoSolver."""
        try:
            from evaluator.calibration.prove.solving import PackSolver
        except ModuleNotFoundError as problem:
            if problem.name != "z3":
                raise
            raise NoSolver("proofs over whole roles need z3, which is not installed", _INSTALL) from None
        return PackSolver(reads=self.reads, as_of=self.as_of, seconds=self.seconds)

    @property
    def free(self) -> tuple[str, ...]:
        """The computed attributes that were taken to have any value."""
        return tuple(self.__dict__["solving"].world.free) if "solving" in self.__dict__ else ()

    def can(self, conditions: Iterable[Condition]) -> Satisfiability:
        """Return whether conditions can be met together."""
        wanted = list(conditions)
        try:
            answers = together(wanted, self.pack)
            if answers is None or not self.reads.expected(wanted):
                return Satisfiability(yes=answers is not None, given=answers or {})
        except TooMuch:
            pass
        return self.solved(self.solving.ask(*self.solving.met(wanted)), self.reads.stated(wanted))

    def solved(self, found: Solved, names: Iterable[str]) -> Satisfiability:
        """Return what z3 replied, with what a profile of its model states."""
        from evaluator.calibration.prove.solving import Reply

        if found.reply is Reply.YES:
            return Satisfiability(yes=True, given=self.solving.world.read(found.model, names))
        return Satisfiability(yes=None if found.reply is Reply.OPEN else False)

    def leave_open(self, question: Question, role: Role, about: str, *, unconfirmed: bool = False) -> None:
        """Note that something was not decided."""
        self.open.append(Open(question=question, role=role, about=about, unconfirmed=unconfirmed))

    def stated(self, roles: Sequence[Role]) -> tuple[str, ...]:
        """Return what roles hang on, in the order of the pack."""
        names = {name for role in roles for name in self.reads.of_role(role)}
        return tuple(name for name in self.pack.attributes if name in names)
