"""Gaps in plain words: what is there, what is needed and how far that is."""

from __future__ import annotations

from fractions import Fraction
from typing import assert_never

from evaluator.core.attributes import Attribute
from evaluator.core.operators import ROWS, Operator, inclusion_of
from evaluator.core.results import Need
from evaluator.core.values import Kind, with_unit
from evaluator.report.sentences import Attributes, asked_words, member_words, value_words
from evaluator.report.undefined import undefined_words
from evaluator.report.words import joined


def need_words(need: Need, attributes: Attributes) -> str:
    """Say what a test needs: `6 years of 8 years: 2 years to go`."""
    attribute = attributes[need.test.attribute]
    if attribute.ready_for is not None and not need.test.of_presence and need.have is not None:
        return "no" if need.test.value is True else "yes, and must not be"
    if isinstance(need.have, frozenset) and not need.test.of_presence:
        return _set_words(need, attribute, need.have)
    have = "; ".join(undefined_words(one, attributes) for one in need.undefined) or value_words(
        attribute, need.between if need.have is None else need.have
    )
    distance = "" if need.distance is None else f": {_distance_words(need, attribute)}"
    if _is_amount(need, attribute):
        have = attribute.type.show(need.have, unit=False) if isinstance(need.have, int | Fraction) else have
        return f"{have} of {value_words(attribute, need.need)}{_other_words(need, attributes)}{distance}"
    return f"{have}, needs {asked_words(need.test, attributes)}{distance}"


def titled_need(need: Need, attributes: Attributes) -> str:
    """Say what a test needs, after the title of its attribute."""
    return f"{attributes[need.test.attribute].title} – {need_words(need, attributes)}"


def needs_words(needs: tuple[Need, ...], attributes: Attributes) -> str:
    """Say several needs that belong together, in one line."""
    return "; ".join(titled_need(need, attributes) for need in needs)


def _is_amount(need: Need, attribute: Attribute) -> bool:
    """Whether `have of need` can be said: an amount that has to grow to one that is known."""
    numeric = attribute.kind in {Kind.NUMBER, Kind.INTEGER}
    return (
        numeric
        and need.test.operator is Operator.AT_LEAST
        and (need.have is not None or need.distance is not None)
        and need.need is not None
    )


def _other_words(need: Need, attributes: Attributes) -> str:
    return "" if need.test.other is None else f" (“{attributes[need.test.other].title}”)"


def _distance_words(need: Need, attribute: Attribute) -> str:
    text = with_unit(need.distance or 0, need.unit)
    grows = ROWS[need.test.operator].grows
    if attribute.kind is Kind.SCALE:
        return f"{text} up" if grows > 0 else f"{text} down" if grows < 0 else f"{text} away"
    if grows > 0:
        return f"{text} to go" if need.distance else "only just missed"
    if grows < 0:
        return f"{text} too {'late' if attribute.kind is Kind.DATE else 'many'}" if need.distance else "only just missed"
    return f"{text} away"


def _set_words(need: Need, attribute: Attribute, have: frozenset[object]) -> str:
    asked = need.test.value if isinstance(need.test.value, frozenset) else need.need
    wanted: frozenset[object] = asked if isinstance(asked, frozenset) else frozenset()
    match inclusion_of(need.test.operator):
        case Operator.INCLUDES | Operator.INCLUDES_ALL:
            return f"missing: {', '.join(_names(attribute, wanted - have))}"
        case Operator.INCLUDES_ANY:
            return f"missing: {joined(_names(attribute, wanted), 'or')}"
        case Operator.INCLUDES_NONE:
            return f"to drop: {', '.join(_names(attribute, wanted & have))}"
        case never:
            assert_never(never)


def _names(attribute: Attribute, members: frozenset[object]) -> list[str]:
    return member_words(attribute, frozenset(str(member) for member in members))
