"""Questions: which missing attributes to ask for, those that can move the verdict first."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import product

import attrs

from evaluator.conditions import AllOf, AnyOf, AttributeTest, Condition, Operator, Truth, open_attributes, plain, truth
from evaluator.expressions import inputs
from evaluator.model import Attribute, Band, Criterion
from evaluator.results import CriterionResult, Question, State, Verdict
from evaluator.tally import tally, verdict
from evaluator.values import Facts

_WORST_FIRST = (State.UNMET, State.NOT_APPLICABLE, State.MET)


def questions(
    criteria: Sequence[CriterionResult], found: Verdict, facts: Facts, attributes: Mapping[str, Attribute], bands: Sequence[Band]
) -> tuple[Question, ...]:
    """Return what to ask about a role: first what can alone move the verdict, then required criteria, then by weight."""
    touched: dict[str, list[Criterion]] = {}
    for result in criteria:
        if result.state is State.UNKNOWN:
            for name in asked(_open(result, facts), facts, attributes):
                touched.setdefault(name, []).append(result.criterion)
    place = {name: number for number, name in enumerate(attributes)}
    asks = []
    for name, about in touched.items():
        answer = _Answer(attribute=name, criteria=frozenset(one.id for one in about), facts=facts, attributes=attributes)
        asks.append(_question(name, about, not found.decided and _moves(criteria, answer, found, bands)))
    return tuple(sorted(asks, key=lambda ask: (not ask.decisive, not ask.required, -ask.weight, place[ask.attribute])))


def _open(result: CriterionResult, facts: Facts) -> tuple[str, ...]:
    criterion = result.criterion
    applies = () if criterion.applies_when is None else open_attributes(criterion.applies_when, facts)
    return (*applies, *open_attributes(criterion.when, facts))


def _question(name: str, about: Sequence[Criterion], decisive: bool) -> Question:  # noqa: FBT001 - one caller, beside it
    return Question(
        attribute=name,
        decisive=decisive,
        criteria=tuple(criterion.id for criterion in about),
        required=any(criterion.required for criterion in about),
        weight=sum(criterion.weight for criterion in about),
    )


@attrs.frozen(kw_only=True)
class _Answer:
    """An answer to one question alone, at its best or at its worst."""

    attribute: str
    criteria: frozenset[str]
    facts: Facts
    attributes: Mapping[str, Attribute]

    def settles(self, test: AttributeTest) -> bool:
        """Whether the test is unknown for want of this answer and no other."""
        if test.operator is Operator.KNOWN:
            return False
        missing = [name for name in test.attributes if name not in self.facts]
        return bool(missing) and all(self.attribute in asked((name,), self.facts, self.attributes) for name in missing)

    def applied(self, condition: Condition, *, well: bool) -> Condition:
        """Return a plain condition with every test that the answer settles met, or unmet."""
        if isinstance(condition, AttributeTest):
            return (AllOf if well else AnyOf)(parts=(), span=condition.span) if self.settles(condition) else condition
        return attrs.evolve(condition, parts=tuple(self.applied(part, well=well) for part in condition.parts))

    def truths(self, condition: Condition | None, held: Truth) -> tuple[Truth, ...]:
        """Return what a condition can come to by the answer."""
        if condition is None or held is not None:
            return (held,)
        return tuple(truth(self.applied(plain(condition), well=well), self.facts) for well in (True, False))

    def to(self, result: CriterionResult, *, well: bool) -> CriterionResult:
        """Return the criterion after the answer that does most for the score, or most against it."""
        criterion = result.criterion
        if criterion.id not in self.criteria:
            return result
        both = product(self.truths(criterion.applies_when, result.applies), self.truths(criterion.when, result.held))
        found = [attrs.evolve(result, applies=applies, held=held) for applies, held in both]
        return (max if well else min)(found, key=lambda one: _WORST_FIRST.index(one.completed(unknown_as_met=not well)))


def _moves(criteria: Sequence[CriterionResult], answer: _Answer, found: Verdict, bands: Sequence[Band]) -> bool:
    """Whether the best answer raises the worse verdict, or the worst one lowers the better verdict."""
    raised = verdict(bands, tally([answer.to(result, well=True) for result in criteria], unknown_as_met=False))
    lowered = verdict(bands, tally([answer.to(result, well=False) for result in criteria], unknown_as_met=True))
    return raised != found.low or lowered != found.high


def asked(names: Iterable[str], facts: Facts, attributes: Mapping[str, Attribute]) -> tuple[str, ...]:
    """Turn missing attributes into ones a person can be asked for: a derived one that cannot be given, into what it is computed from."""
    return tuple(dict.fromkeys(name for start in names for name in _asked(start, facts, attributes)))


def _asked(name: str, facts: Facts, attributes: Mapping[str, Attribute]) -> Iterable[str]:
    attribute = attributes[name]
    if attribute.derivation is None or attribute.may_be_given:
        return [name]
    reads = inputs(attribute.derivation.expression)
    missing = [read for read in reads if read not in facts] or reads
    return [leaf for read in missing for leaf in _asked(read, facts, attributes)]
