"""Criteria that nobody or everybody meets, each with the parts that contradict each other."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from evaluator.calibration.prove.findings import Claim, Finding, Given, Question
from evaluator.calibration.prove.prover import Prover, Satisfiability
from evaluator.core.conditions import AllOf, Condition, negated
from evaluator.core.model import Criterion, Role
from evaluator.core.results import Evaluation, State

_STATES = {Claim.NEVER_APPLIES: State.NOT_APPLICABLE, Claim.NEVER_MET: State.UNMET, Claim.ALWAYS_MET: State.MET}


def criteria_alone(prover: Prover, role: Role) -> None:
    """Find the criteria of a role that can never be met, are met by everybody, or apply to nobody."""
    for criterion in role.criteria:
        prover.asked[Question.CRITERIA] += 1
        claim = _claim(prover, criterion)
        if claim is not None:
            prover.findings.append(_shown(prover, role, criterion, claim))


def _applies(criterion: Criterion) -> list[Condition]:
    return [] if criterion.applies_when is None else [criterion.applies_when]


def _claim(prover: Prover, criterion: Criterion) -> Claim | None:
    applies = _applies(criterion)
    applying = prover.can(applies).yes
    if applying is None:
        prover.leave_open(Question.CRITERIA, prover.pack.roles[criterion.role], f"whether {criterion.id} can apply")
        return None
    if not applying:
        return Claim.NEVER_MET if _in_doubt(prover, criterion) else Claim.NEVER_APPLIES
    met = prover.can([*applies, criterion.when])
    if met.yes is False:
        return Claim.NEVER_MET
    missed = prover.can([*applies, negated(criterion.when)])
    if missed.yes is False:
        return Claim.ALWAYS_MET
    _doubt(prover, criterion, met, State.MET)
    _doubt(prover, criterion, missed, State.UNMET)
    return None


def _in_doubt(prover: Prover, criterion: Criterion) -> bool:
    """Whether it can be unknown if a criterion applies."""
    if not prover.reads.may_be_unknown(criterion):
        return False
    solved = prover.solving.ask(prover.solving.judged(criterion).applies.unknown)
    return prover.solved(solved, ()).yes is not False


def _doubt(prover: Prover, criterion: Criterion, satisfiability: Satisfiability, state: State) -> None:
    """Leave it open where z3 did, or where its example does not hold."""
    unconfirmed = bool(satisfiability.yes) and prover.examples.state(satisfiability.given, criterion) is not state
    if satisfiability.yes is None or unconfirmed:
        about = f"whether {criterion.id} can be {state}"
        prover.leave_open(Question.CRITERIA, prover.pack.roles[criterion.role], about, unconfirmed=unconfirmed)


def _shown(prover: Prover, role: Role, criterion: Criterion, claim: Claim) -> Finding:
    conditions = _applies(criterion) if claim is Claim.NEVER_APPLIES else criterion.conditions
    parts = [part for condition in conditions for part in _conjuncts(condition)]
    conflict = () if claim is Claim.ALWAYS_MET else _conflict(prover, parts)
    others = [[*(other for other in parts if other is not part), negated(part)] for part in conflict]
    example = _example(prover, role, criterion, claim, others)
    return Finding(claim=claim, role=role, criteria=(criterion,), conflict=conflict, examples=(example,))


def _conjuncts(condition: Condition) -> list[Condition]:
    """Return the parts that have to be met together."""
    return [part for one in condition.parts for part in _conjuncts(one)] if isinstance(condition, AllOf) else [condition]


def _conflict(prover: Prover, parts: Sequence[Condition]) -> tuple[Condition, ...]:
    """Return parts that cannot be met together, none of them without need."""
    left = list(parts)
    for part in parts:
        rest = [other for other in left if other is not part]
        if rest and prover.can(rest).yes is False:
            left = rest
    return tuple(left)


def _example(prover: Prover, role: Role, criterion: Criterion, claim: Claim, close: Sequence[Sequence[Condition]]) -> Evaluation:
    """Evaluate somebody who comes as close as one can, else somebody to whom the claim holds, else somebody of whom nothing is known."""
    for given in _candidates(prover, criterion, claim, close):
        short = prover.examples.shortened([given], lambda givens: prover.examples.state(givens[0], criterion) is _STATES[claim])
        if short is not None:
            return prover.examples.evaluated(short[0], [role])
    return prover.examples.evaluated({}, [role])


def _candidates(prover: Prover, criterion: Criterion, claim: Claim, close: Sequence[Sequence[Condition]]) -> Iterator[Given]:
    last = {
        Claim.NEVER_APPLIES: [negated(apply) for apply in _applies(criterion)],
        Claim.NEVER_MET: [*_applies(criterion), negated(criterion.when)],
        Claim.ALWAYS_MET: [*_applies(criterion), criterion.when],
    }
    for conditions in [*close, last[claim]]:
        satisfiability = prover.can(conditions)
        if satisfiability.yes:
            yield satisfiability.given
