"""Changes for the better that lower a verdict."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import attrs

from evaluator.calibration.prove.directions import Directions, only_helps
from evaluator.calibration.prove.findings import Claim, Finding, Given, Question
from evaluator.calibration.prove.monotonicity import UP
from evaluator.calibration.prove.prover import Prover
from evaluator.core.model import Role
from evaluator.core.results import State, Verdict
from evaluator.core.values import Value


def directed(better: Directions, attribute: str) -> bool:
    """Whether an attribute, or a member of a set, has a better direction."""
    return any(name == attribute for name, _ in better)


def lowered(prover: Prover, role: Role) -> None:
    """Find the attributes of which a better value lowers a role's verdict."""
    for name in prover.reads.of_role(role):
        if directed(prover.better, name):
            prover.asked[Question.DIRECTION] += 1
            if not only_helps(name, role, prover.pack, prover.better):
                _lowered_by(prover, role, name)


def _lowered_by(prover: Prover, role: Role, name: str) -> None:
    from evaluator.calibration.prove.symbols import read_value

    solving = prover.solving
    first, twin = solving.ruling(role), solving.world.twin(name)
    before, after = twin.before, twin.after
    improved = _improved(prover.better, name, before.value, after.value)
    lower = first.exchanged(twin).lower_than(first)
    expected = twin.exchanged(solving.expected)
    solved = solving.ask(*twin.domain, *expected, before.known, after.known, improved, lower)
    reply = prover.solved(solved, prover.reads.of_role(role))
    if reply.yes is None:
        prover.leave_open(Question.DIRECTION, role, f"whether a better {name} can lower the verdict")
    if reply.yes:
        better = read_value(solved.model, after.value, prover.pack.attributes[name].type)
        _show(prover, role, name, [reply.given, {**reply.given, name: better}])


def _show(prover: Prover, role: Role, name: str, pair: Sequence[Given]) -> None:
    """Add a finding, or its attribute to one in which the same criteria change in the same way."""
    falls = _falls(prover, role, name, *pair)
    states = _changed([prover.examples.see(given, role).states for given in pair])
    for index, other in enumerate(prover.findings):
        if falls and (other.claim, other.role) == (Claim.LOWERED, role) and changed(other) == states:
            prover.findings[index] = attrs.evolve(other, alike=(*other.alike, name))
            return
    verdicts = _verdicts(prover, role, pair)
    short = prover.examples.shortened(
        pair, lambda givens: _falls(prover, role, name, *givens) and _verdicts(prover, role, givens) == verdicts
    )
    if short is None:
        prover.leave_open(Question.DIRECTION, role, f"whether a better {name} can lower the verdict", unconfirmed=True)
        return
    examples = tuple(prover.examples.evaluated(given, [role], label) for given, label in zip(short, ("before", "after"), strict=True))
    prover.findings.append(Finding(claim=Claim.LOWERED, role=role, attribute=name, examples=examples))


def changed(finding: Finding) -> dict[str, tuple[State, State]]:
    """Return the criteria that came out otherwise in the second of two examples, with both states."""
    results = [example.roles[finding.role.id].criteria for example in finding.examples]
    return _changed([{criterion_result.criterion.id: criterion_result.state for criterion_result in result} for result in results])


def _changed(states: Sequence[Mapping[str, State]]) -> dict[str, tuple[State, State]]:
    before, after = states
    return {name: (state, after[name]) for name, state in before.items() if after[name] is not state}


def _improved(better: Directions, name: str, before: Any, after: Any) -> Any:  # noqa: ANN401 - z3 declares no types
    """Return that a value got better: of a set, that members changed each for the better and at least one did."""
    import z3

    if not isinstance(before, Mapping):
        up = better[name, None].sign == UP
        if z3.is_bool(before):
            return z3.And(z3.Not(before), after) if up else z3.And(before, z3.Not(after))
        return after > before if up else after < before
    moves = []
    for option, had in before.items():
        way = better.get((name, option))
        less, more = (had, after[option]) if way is None or way.sign == UP else (after[option], had)
        moves.append(less == more if way is None else z3.Implies(less, more))
    return z3.And(*moves, z3.Or(*(had != after[option] for option, had in before.items())))


def _falls(prover: Prover, role: Role, name: str, before: Given, after: Given) -> bool:
    """Whether the second example is better in the attribute and judged lower."""
    if name not in before or not is_better(prover.better, name, before[name], after[name]):
        return False
    place = prover.pack.verdicts_of(role).index
    verdict, two = _verdicts(prover, role, (before, after))
    steps = [place(two.low) - place(verdict.low), place(two.high) - place(verdict.high)]
    return min(steps) >= 0 and max(steps) > 0


def _verdicts(prover: Prover, role: Role, givens: Sequence[Given]) -> list[Verdict]:
    return [prover.examples.see(given, role).verdict for given in givens]


def is_better(better: Directions, name: str, before: Value, after: Value) -> bool:
    """Whether one value is better than another."""
    if isinstance(before, frozenset) and isinstance(after, frozenset):
        ways = {option: better.get((name, option)) for option in before ^ after}
        return bool(ways) and all(way is not None and (way.sign == UP) == (option in after) for option, way in ways.items())
    if isinstance(before, frozenset | tuple) or isinstance(after, frozenset | tuple) or before == after:
        return False
    return bool(after > before) == (better[name, None].sign == UP)  # type: ignore[operator]
