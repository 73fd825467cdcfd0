"""What of a criterion, and of an evaluation, a rule test can see."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from evaluator.core.attributes import Attribute
from evaluator.core.conditions import Truth, truth
from evaluator.core.model import Criterion
from evaluator.core.results import Evaluation
from evaluator.core.values import Facts
from evaluator.packs.examples.running import reported_value

View = tuple[Truth, Truth, bool]


def view(criterion: Criterion, facts: Facts) -> View:
    """Return whether a criterion applies, whether it holds, and whether it is almost met; nothing more once it does not apply."""
    applies = True if criterion.applies_when is None else truth(criterion.applies_when, facts)
    if applies is False:
        return (False, None, False)
    held = truth(criterion.when, facts)
    close = held is False and applies is True and criterion.almost is not None and truth(criterion.almost, facts) is True
    return (applies, held, close)


def seen(evaluation: Evaluation, role: str, reported: Iterable[Attribute] = ()) -> Mapping[str, Any]:
    """Return all that an expectation on a role can name, by the key that names it, the most telling first; with what is `reported`."""
    result = evaluation.roles.get(role)
    seen_values: dict[str, Any] = {}
    if result is not None:
        seen_values["verdict"] = result.verdict
        seen_values["score"] = result.score.low
        seen_values["gaps"] = tuple(gap.criterion.id for gap in result.gaps)
        seen_values["almost"] = tuple(gap.criterion.id for gap in result.gaps if gap.almost)
        seen_values["questions"] = tuple(question.attribute for question in result.questions)
        seen_values["states"] = {criterion.criterion.id: criterion.state for criterion in result.criteria}
    seen_values["next_roles"] = tuple(move.role.id for move in evaluation.next_roles)
    seen_values["beyond"] = tuple(move.role.id for move in evaluation.beyond)
    seen_values["demotions"] = tuple(move.role.id for move in evaluation.demotions)
    seen_values["reported"] = {attribute.id: reported_value(attribute, evaluation.facts) for attribute in reported}
    return seen_values
