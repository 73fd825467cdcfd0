"""Example profiles: judged by the definition of meaning, made as short as they can be, and evaluated before they are shown."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterable, Mapping, Sequence
from fractions import Fraction
from functools import cached_property

import attrs

from evaluator.calibration.prove.findings import Given
from evaluator.calibration.prove.interval_check import candidates
from evaluator.core.conditions import AttributeTest, leaves, truth
from evaluator.core.facts import complete
from evaluator.core.model import Criterion, Pack, Profile, Role
from evaluator.core.results import CriterionResult, Evaluation, State, Verdict
from evaluator.core.tally import verdict
from evaluator.core.values import MOST_DIGITS, Value
from evaluator.diagnostics import Span
from evaluator.engines.readiness import Evaluator

Holds = Callable[[Sequence[Given]], bool]
"""Whether one example, or two that are compared, show what they are meant to."""
_LONGEST = 10**MOST_DIGITS


@attrs.frozen(kw_only=True)
class Seen:
    """What one example comes to for one role."""

    states: Mapping[str, State]
    verdict: Verdict


@attrs.frozen(slots=False, kw_only=True)
class Examples:
    """Makes and judges example profiles of a pack at a date."""

    pack: Pack
    as_of: datetime.date

    @cached_property
    def _evaluator(self) -> Evaluator:
        return Evaluator(self.pack, engine="reference")

    @cached_property
    def _tests(self) -> Mapping[str, tuple[AttributeTest, ...]]:
        """The tests of each attribute anywhere in the pack's criteria."""
        found: dict[str, list[AttributeTest]] = {}
        for role in self.pack.judged_roles:
            for criterion in role.criteria:
                for test in (test for condition in criterion.conditions for test in leaves(condition)):
                    found.setdefault(test.attribute, []).append(test)
        return {name: tuple(tests) for name, tests in found.items()}

    def profile(self, given: Given, name: str = "example") -> Profile:
        """Return a profile that states what is given, in the order of the pack."""
        ordered = {attribute: given[attribute] for attribute in self.pack.attributes if attribute in given}
        return Profile(id=name, given=ordered, as_of=self.as_of, span=Span.whole_file(f"{name}.yaml"))

    def see(self, given: Given, role: Role) -> Seen:
        """Judge an example for one role by the definition of meaning."""
        facts = complete(self.pack, self.profile(given), self.as_of).facts
        results = [CriterionResult.of(criterion, facts) for criterion in role.criteria]
        low, high = (verdict(results, self.pack.bands_of(role), unknown_as_met=best) for best in (False, True))
        return Seen(states={result.criterion.id: result.state for result in results}, verdict=Verdict(low=low, high=high))

    def plausible(self, given: Given) -> bool:
        """Whether an example goes together as the pack expects."""
        facts = complete(self.pack, self.profile(given), self.as_of).facts if self.pack.plausible else {}
        return all(truth(expectation.expect, facts) is not False for expectation in self.pack.plausible)

    def state(self, given: Given, criterion: Criterion) -> State:
        """Return what one criterion comes to."""
        return self.see(given, self.pack.roles[criterion.role]).states[criterion.id]

    def evaluated(self, given: Given, roles: Iterable[Role], name: str = "example") -> Evaluation:
        """Evaluate an example for some roles, as `evaluate` does."""
        return self._evaluator.evaluate(self.profile(given, name), as_of=self.as_of, only=[role.id for role in roles])

    def shortened(self, givens: Sequence[Given], holds: Holds) -> tuple[Given, ...] | None:
        """Return the examples with as few and as plain values as still show the same; None where they do not show it."""

        def shows(tried: Sequence[Given]) -> bool:
            return all(map(self.plausible, tried)) and holds(tried)

        if not shows(givens):
            return None
        people = tuple(dict(given) for given in givens)
        for name in [attribute for attribute in self.pack.attributes if attribute in people[0]]:
            people = _first([_without(people, name)], shows) or _first(self._plainer(people, name), shows) or people
        return people if all(_writable(value) for given in people for value in given.values()) else None

    def _plainer(self, givens: Sequence[Given], name: str) -> Iterable[tuple[dict[str, Value], ...]]:
        """Yield the examples with other values of one attribute: the same in all, or in each its own where they differ."""
        values = list(self._values(name, [given[name] for given in givens if name in given]))
        if any(given.get(name) != givens[0].get(name) for given in givens):
            pairs = [(one, two) for one in values for two in values if one != two]
            return (tuple({**given, name: value} for given, value in zip(givens, pair, strict=True)) for pair in pairs)
        return (tuple({**given, name: value} for given in givens) for value in values)

    def _values(self, name: str, now: Sequence[Value]) -> Iterable[Value]:
        """Yield plain values to try, lowest first, then roundings of the present ones."""
        type_ = self.pack.attributes[name].type
        if isinstance(now[0], frozenset):
            smaller = [one - {member} for one in now if isinstance(one, frozenset) for member in sorted(one)]
            return [frozenset(), *(frozenset({member}) for member in sorted(now[0])), *smaller]
        roundings = [round(value, places) for value in now if isinstance(value, Fraction) for places in (0, 1, 2, 3)]
        usual = list(candidates(type_, self._tests.get(name, ())))
        return [*usual, *(Fraction(value) for value in roundings if not type_.outside(value))]


def _without(givens: Sequence[Given], name: str) -> tuple[dict[str, Value], ...]:
    return tuple({key: value for key, value in given.items() if key != name} for given in givens)


def _first(tried: Iterable[tuple[dict[str, Value], ...]], holds: Holds) -> tuple[dict[str, Value], ...] | None:
    return next((givens for givens in tried if holds(givens)), None)


def _writable(value: Value) -> bool:
    """Whether a number can be written in a profile: a plain decimal of few digits."""
    if not isinstance(value, Fraction):
        return True
    rest = value.denominator
    for prime in (2, 5):
        while rest % prime == 0:
            rest //= prime
    return rest == 1 and abs(value.numerator) < _LONGEST and value.denominator < _LONGEST
