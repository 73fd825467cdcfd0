"""The better direction of attributes: as the pack declares it, else as its criteria use them, by weight."""

from __future__ import annotations

from collections.abc import Mapping

from evaluator.calibration.prove.findings import Better
from evaluator.calibration.prove.monotonicity import DOWN, EITHER, UP, AttributeUse, senses, senses_of_attribute
from evaluator.core.conditions import AttributeTest, Condition, NoneOf, plain
from evaluator.core.enums import Prefer
from evaluator.core.model import Pack, Role
from evaluator.core.operators import ROWS
from evaluator.core.values import Kind, Number

Directions = Mapping[tuple[str, str | None], Better]
"""By attribute, and member where it is a set."""


def directions(pack: Pack) -> Directions:
    """Return which way each attribute gets better, where that can be said.

    Tie-breakers in pack.yaml say it themselves. Else every use in the `when` of a criterion counts with the criterion's weight, or as 1
    where it caps and has none, for the way in which it helps to meet it, and the heavier way wins; uses that help neither way do not
    count.
    """
    votes: dict[tuple[str, str | None], dict[int, Number]] = {}
    for criterion in (criterion for role in pack.judged_roles for criterion in role.criteria):
        for key, sign in {((sense.attribute, sense.member), sense.sign) for sense in senses(criterion.when, pack)}:
            counts = votes.setdefault(key, {UP: 0, DOWN: 0, EITHER: 0})
            counts[sign] += criterion.weight if criterion.counts else 1
    result = {key: _inferred(key, counts) for key, counts in sorted(votes.items(), key=str) if counts[UP] != counts[DOWN]}
    for breaker in pack.tie_breakers:
        for sense in senses_of_attribute(breaker.attribute, pack, UP if breaker.prefer is Prefer.HIGH else DOWN):
            if sense.sign != EITHER and pack.attributes[sense.attribute].kind is not Kind.SET:
                result[sense.attribute, None] = Better(attribute=sense.attribute, sign=sense.sign, declared=True)
    return result


def _inferred(key: tuple[str, str | None], counts: Mapping[int, Number]) -> Better:
    sign = UP if counts[UP] > counts[DOWN] else DOWN
    return Better(attribute=key[0], member=key[1], sign=sign, weight=counts[sign], against=counts[-sign])


def only_helps(attribute: str, role: Role, pack: Pack, better: Directions) -> bool:
    """Whether the shape of a role's criteria alone shows that a better value never lowers its verdict."""
    if not all(band.when is None or _rewards(band.when) for band in pack.bands_of(role)):
        return False
    for criterion in role.criteria:
        applies = () if criterion.applies_when is None else senses(criterion.applies_when, pack)
        if any(sense.attribute == attribute for sense in applies):
            return False
        for sense in senses(criterion.when, pack):
            if sense.attribute == attribute and not _helps(sense, pack, better):
                return False
    return True


def _helps(sense: AttributeUse, pack: Pack, better: Directions) -> bool:
    """Whether a use moves its condition with what is better; a member that is neither better nor worse never changes."""
    of_set = pack.attributes[sense.attribute].kind is Kind.SET
    way = better.get((sense.attribute, sense.member))
    return (of_set and sense.member is not None) if way is None else sense.sure and sense.sign == way.sign


def _rewards(condition: Condition) -> bool:
    """Whether a band stays within reach as criteria that apply go from unmet to met."""
    simplified = plain(condition)
    if isinstance(simplified, AttributeTest):
        return _rewarding(simplified)
    return not isinstance(simplified, NoneOf) and all(_rewards(part) for part in simplified.parts)


def _rewarding(test: AttributeTest) -> bool:
    if test.other is not None or test.attribute.endswith(("applicable", "unknown")):
        return False
    worse = test.attribute.endswith("unmet")
    return ROWS[test.operator].grows == (DOWN if worse else UP)
