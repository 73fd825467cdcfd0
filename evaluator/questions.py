"""Questions: which missing attributes to ask for, those that can move the verdict first."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import attrs

from evaluator.conditions import open_attributes
from evaluator.expressions import inputs
from evaluator.model import Attribute, Band, Criterion
from evaluator.results import CriterionResult, Question, State, Verdict
from evaluator.tally import tally, verdict
from evaluator.values import Facts


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
    asks = [_question(name, about, _moves(criteria, about, found, bands)) for name, about in touched.items()]
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


def _moves(criteria: Sequence[CriterionResult], about: Sequence[Criterion], found: Verdict, bands: Sequence[Band]) -> bool:
    """Whether settling the criteria one way raises the worse verdict, or settling them the other way lowers the better one."""
    if found.decided:
        return False
    settled = {held: [_settled(result, about, held=held) for result in criteria] for held in (True, False)}
    raised = verdict(bands, tally(settled[True], unknown_as_met=False))
    lowered = verdict(bands, tally(settled[False], unknown_as_met=True))
    return raised != found.low or lowered != found.high


def _settled(result: CriterionResult, about: Sequence[Criterion], *, held: bool) -> CriterionResult:
    return attrs.evolve(result, applies=True, held=held) if any(result.criterion is one for one in about) else result


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
