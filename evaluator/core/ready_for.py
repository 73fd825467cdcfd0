"""Whether somebody is ready for a role, as conditions on other roles read it: a flag among the facts, worked out from that role's rules."""

from __future__ import annotations

import graphlib
from collections.abc import Iterable, Iterator, Mapping, MutableMapping

import attrs

from evaluator.core.attributes import Attribute
from evaluator.core.conditions import AttributeTest, Condition, Truth, leaves
from evaluator.core.model import Band, Pack, Role
from evaluator.core.results import CriterionResult, State
from evaluator.core.tally import verdict
from evaluator.core.values import Kind, Value, ValueType
from evaluator.diagnostics import Span

READY_FOR = "ready_for"


def flag_of(role: str) -> str:
    """Name the fact that says whether somebody is ready for a role; no attribute of a pack has a colon in its name."""
    return f"{READY_FOR}:{role}"


def tests_of(condition: Condition) -> Iterator[tuple[str, AttributeTest]]:
    """Yield the tests of a condition that read whether somebody is ready for a role, with the role."""
    for test in leaves(condition):
        for name in test.attributes:
            if name.startswith(f"{READY_FOR}:"):
                yield name.partition(":")[2], test


def reads(role: Role) -> dict[str, AttributeTest]:
    """Return the roles whose verdicts a role's own conditions read, each with the first test that does."""
    pairs = [pair for criterion in role.criteria for condition in criterion.all_conditions for pair in tests_of(condition)]
    return dict(reversed(pairs))


def circle(roles: Mapping[str, Role]) -> tuple[str, ...]:
    """Return roles that wait for each other's verdicts, one after the other and the first again; none where there are none."""
    try:
        graphlib.TopologicalSorter({role.id: reads(role) for role in roles.values()}).prepare()
    except graphlib.CycleError as error:
        names: list[str] = list(reversed(error.args[1]))
        turn = names.index(min(names))
        return (*names[turn:-1], *names[:turn], names[turn])
    return ()


def waiting_for(pack: Pack, roles: Iterable[str]) -> tuple[Role, ...]:
    """Return the other judged roles whose verdicts hang on whether somebody is ready for some roles, also by way of others, in order."""
    wanted = set(roles)
    found = set(wanted)
    while more := {role.id for role in pack.judged_roles if role.id not in found and not found.isdisjoint(reads(role))}:
        found |= more
    return tuple(role for role in pack.judged_roles if role.id in found - wanted)


def with_ready_for(pack: Pack, span: Span) -> Pack:
    """Return a pack with the flags that its conditions read."""
    declared = (named.when for named in pack.named_conditions.values())
    names = [name for condition in (*pack.conditions, *declared) for name, _ in tests_of(condition)]
    flags = {flag_of(name): _flag(name, pack.roles.get(name), span) for name in dict.fromkeys(names)}
    return attrs.evolve(pack, attributes={**pack.attributes, **flags}) if flags else pack


def _flag(name: str, role: Role | None, span: Span) -> Attribute:
    title = f"Ready for {role.title if role else name}"
    type_ = ValueType(kind=Kind.FLAG)
    return Attribute(id=flag_of(name), title=title, type=type_, may_be_given=False, implied=True, ready_for=name, span=span)


def readiness(role: Role, bands: tuple[Band, ...], facts: Mapping[str, Value]) -> Truth:
    """Return whether somebody is ready for a role: met with the best verdict on both sides, unmet where the better side has another."""
    criteria = tuple(CriterionResult.of(criterion, facts) for criterion in role.criteria)
    best = bands[0].verdict
    if verdict(criteria, bands, unknown_as_met=True) != best:
        return False
    if all(result.state is not State.UNKNOWN for result in criteria):
        return True  # both sides are one
    return True if verdict(criteria, bands, unknown_as_met=False) == best else None


def add_readiness(pack: Pack, facts: MutableMapping[str, Value], changed: Iterable[str] | None = None) -> None:
    """Work out the flags that a pack's conditions read, each after those that it hangs on, and put those that are known among facts.

    Where facts have flags and only some other attributes are `changed`, only those flags are worked out anew that hang on them.
    """
    moved = None if changed is None else set(changed)
    for role in pack.ready_order:
        if moved is not None and moved.isdisjoint(role.attributes_read):
            continue
        flag = flag_of(role.id)
        before = facts.pop(flag, None)
        held = readiness(role, pack.bands_of(role), facts)
        if held is not None:
            facts[flag] = held
        if moved is not None and held is not before:
            moved.add(flag)


def rests_on(role: Role, names: Iterable[str]) -> bool:
    """Whether the verdict on a role hangs on one of some attributes."""
    return not role.attributes_read.isdisjoint(names)
