"""Criteria that another one of the same role implies."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations

from evaluator.calibration.prove.findings import Claim, Finding, Given, Question
from evaluator.calibration.prove.prover import Prover, Satisfiability
from evaluator.core.conditions import negated
from evaluator.core.model import Criterion, Role
from evaluator.core.results import State


def implied(prover: Prover, role: Role, beside: Sequence[Criterion]) -> None:
    """Find the criteria of a role that another one implies; those `beside` are met by nobody or everybody and left out.

    Criteria that read nothing in common, nor anything that the pack expects something of together, cannot imply each other.
    """
    left = [criterion for criterion in role.criteria if criterion not in beside]
    for one, two in combinations(left, 2):
        if prover.reads.related(one, two):
            prover.asked[Question.IMPLIED] += 1
            both = prover.can([*one.conditions, *two.conditions])
            if both.yes is None:
                prover.leave_open(Question.IMPLIED, role, f"whether {one.id} and {two.id} can both be met")
            if both.yes:
                _compare(prover, role, one, two, both)


def _compare(prover: Prover, role: Role, one: Criterion, two: Criterion, both: Satisfiability) -> None:
    forth, back = _implies(prover, role, one, two), _implies(prover, role, two, one)
    if not forth and not back:
        return
    strong, weak = (one, two) if forth else (two, one)
    apart = Satisfiability(yes=False) if forth and back else _without(prover, weak, strong)
    wanted = [State.MET, State.UNMET if apart.yes else State.MET]
    short = prover.examples.shortened(
        [apart.given if apart.yes else both.given],
        lambda givens: [prover.examples.state(givens[0], criterion) for criterion in (weak, strong)] == wanted,
    )
    if short is None:
        prover.leave_open(Question.IMPLIED, role, f"whether {strong.id} implies {weak.id}", unconfirmed=True)
        return
    example = prover.examples.evaluated(short[0], [role])
    claim = Claim.SAME if forth and back else Claim.IMPLIED
    prover.findings.append(Finding(claim=claim, role=role, criteria=(strong, weak), examples=(example,)))


def _without(prover: Prover, criterion: Criterion, two: Criterion) -> Satisfiability:
    """Return whether somebody can meet one criterion and miss another that applies."""
    return prover.can([*criterion.conditions, *two.conditions[1:], negated(two.when)])


def _implies(prover: Prover, role: Role, criterion: Criterion, two: Criterion) -> bool:
    """Whether nobody meets one criterion without meeting the other, or having nothing to do with it."""
    for apart, state in ((_without, State.UNMET), (_unknown_beside, State.UNKNOWN)):
        satisfiability = apart(prover, criterion, two)
        if satisfiability.yes is not False:
            # What is taken to have any value may only seem to keep them apart: then it is not known, and said not to be.
            unconfirmed = bool(satisfiability.yes and prover.free) and not _shows(prover, satisfiability.given, criterion, two, state)
            if satisfiability.yes is None or unconfirmed:
                prover.leave_open(Question.IMPLIED, role, f"whether {criterion.id} implies {two.id}", unconfirmed=unconfirmed)
            return False
    return True


def _shows(prover: Prover, given: Given, criterion: Criterion, two: Criterion, state: State) -> bool:
    """Whether an example meets one criterion while the other is in a state."""
    return [prover.examples.state(given, one) for one in (criterion, two)] == [State.MET, state]


def _unknown_beside(prover: Prover, criterion: Criterion, two: Criterion) -> Satisfiability:
    """Return whether somebody may meet one criterion while it is unknown what the other comes to."""
    if not prover.reads.may_be_unknown(two):
        return Satisfiability(yes=False)
    strong, weak = prover.solving.judged(criterion), prover.solving.judged(two)
    return prover.solved(prover.solving.ask(strong.met, weak.unknown), prover.reads.stated([*criterion.conditions, *two.conditions]))
