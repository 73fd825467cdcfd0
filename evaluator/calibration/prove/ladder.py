"""Roles that are easier than the rung below them, and verdicts that nobody can get."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any

from evaluator.calibration.prove.findings import Claim, Finding, Given, Question
from evaluator.calibration.prove.prover import Prover, Satisfiability
from evaluator.core.enums import MoveKind
from evaluator.core.model import Criterion, Pack, Role
from evaluator.core.results import State

READY = 0
"""The place of the best verdict."""


def roles_below(prover: Prover, role: Role) -> tuple[Role, ...]:
    """Return the judged roles of the next rung down on the same track from which a move leads to a role, past interim roles too.

    Nothing is held against an interim role, nor it against others; a demotion leads nowhere that is higher.
    """
    standing = () if role.interim else prover.pack.standing_roles.get(role.track, ())
    origins = origins_below(prover.pack, role)
    lower = [lower_role for lower_role in standing if lower_role in origins]
    rung = max((role_below.rung for role_below in lower), default=0)
    return tuple(role_below for role_below in lower if role_below.rung == rung)


def origins_below(pack: Pack, role: Role) -> tuple[Role, ...]:
    """Return the roles of any kind on lower rungs of the same track from which a move leads to a role, past interim roles too."""
    origins = _origins(pack, role)
    return tuple(one for one in pack.roles.values() if one.track == role.track and one.rung < role.rung and one.id in origins)


def _origins(pack: Pack, role: Role) -> frozenset[str]:
    """Return the roles from which moves lead to a role, at once or through interim roles."""
    found: set[str] = set()
    waiting = [role.id]
    while waiting:
        to = waiting.pop()
        new = {move.origin for move in pack.moves if move.to == to and move.kind is not MoveKind.DEMOTION} - found
        found |= new
        waiting += [origin for origin in sorted(new) if pack.roles[origin].interim]
    return frozenset(found)


def easier(prover: Prover, role: Role) -> None:
    """Find somebody who is ready for a role and for none of the rung below it."""
    below = roles_below(prover, role)
    if not below:
        return
    prover.asked[Question.ORDER] += 1
    solving = prover.solving
    ready = [solving.ruling(role).low[READY], *(_not(solving.ruling(role_below).high[READY]) for role_below in below)]
    satisfiability = prover.solved(solving.ask(*ready), prover.stated([role, *below]))
    if satisfiability.yes is None:
        prover.leave_open(Question.ORDER, role, f"whether it is easier than {_titles(below)}")
    if not satisfiability.yes:
        return
    alone = _enough(prover, role, below, ready)
    examples = [*(given for _, given in alone), satisfiability.given]
    for given in examples:
        short = prover.examples.shortened([given], lambda givens: _passes_by(prover, role, below, givens[0]))
        if short is not None:
            example = prover.examples.evaluated(short[0], [role, *below])
            missed = tuple(criterion for criterion, _ in alone)
            prover.findings.append(Finding(claim=Claim.EASIER, role=role, below=below, also=missed, examples=(example,)))
            return
    prover.leave_open(Question.ORDER, role, f"whether it is easier than {_titles(below)}", unconfirmed=True)


def _titles(roles: Sequence[Role]) -> str:
    return " and ".join(role.id for role in roles)


def _not(formula: Any) -> Any:  # noqa: ANN401 - z3 declares no types
    import z3

    return z3.Not(formula)


def _passes_by(prover: Prover, role: Role, below: Sequence[Role], given: Given) -> bool:
    best = prover.pack.best_of
    return prover.examples.see(given, role).verdict.low == best(role) and all(
        prover.examples.see(given, role_below).verdict.high != best(role_below) for role_below in below
    )


def _enough(prover: Prover, role: Role, below: Sequence[Role], ready: Sequence[Any]) -> list[tuple[Criterion, Given]]:
    """Return the criteria of the rung below that, missed alone, keep from it those who are ready for the role; weightiest first."""
    result: list[tuple[Criterion, Given]] = []
    for role_below in below:
        judged = prover.solving.ruling(role_below).criteria
        for missed in sorted(judged, key=lambda judged: (not judged.criterion.required, -judged.criterion.weight)):
            others = [_not(other.unmet) for other in judged if other is not missed]
            reply = prover.solved(prover.solving.ask(*ready, missed.unmet, *others), prover.stated([role, *below]))
            if reply.yes and prover.examples.state(reply.given, missed.criterion) is State.UNMET:
                result.append((missed.criterion, reply.given))
    return result


def out_of_reach(prover: Prover, role: Role) -> None:
    """Find the verdicts that nobody can get for a role."""
    names = prover.stated([role])
    satisfiabilities: list[Satisfiability] = []
    for index, verdict in enumerate(prover.pack.verdicts_of(role)):
        prover.asked[Question.BANDS] += 1
        reply = prover.solved(prover.solving.ask(prover.solving.ruling(role).decided(index)), names)
        unconfirmed = bool(reply.yes) and str(prover.examples.see(reply.given, role).verdict) != verdict
        if reply.yes is None or unconfirmed:
            prover.leave_open(Question.BANDS, role, f"whether `{verdict}` can be reached", unconfirmed=unconfirmed)
        satisfiabilities.append(Satisfiability(yes=None) if unconfirmed else reply)
    for index, reply in enumerate(satisfiabilities):
        if reply.yes is False:
            _shown(prover, role, index, satisfiabilities)


def _comes_to(prover: Prover, role: Role, verdict: str, givens: Sequence[Given]) -> bool:
    return str(prover.examples.see(givens[0], role).verdict) == verdict


def _shown(prover: Prover, role: Role, index: int, satisfiabilities: Sequence[Satisfiability]) -> None:
    """Show the nearest verdict that somebody can get instead, a worse one first."""
    near = sorted((other for other, reply in enumerate(satisfiabilities) if reply.yes), key=lambda other: (abs(other - index), -other))
    verdicts = prover.pack.verdicts_of(role)
    examples = []
    for other in near[:1]:
        word = verdicts[other]
        short = prover.examples.shortened([satisfiabilities[other].given], partial(_comes_to, prover, role, word))
        examples = [prover.examples.evaluated(short[0], [role])] if short else []
    prover.findings.append(Finding(claim=Claim.OUT_OF_REACH, role=role, verdict=verdicts[index], examples=tuple(examples)))
