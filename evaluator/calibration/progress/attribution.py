"""What moved something: time, facts or rules, told apart by what is found in every mixture of the old and the new.

The causes are taken in one order, time first, then facts, then rules: time passes whatever anybody does, facts are what people did and
reported until the new day, and an edit of the rules is then seen on today's people, as `diff` shows it. The steps in that order lead from
the old to the new exactly. Beside them stand the smallest sets of causes that alone lead there, which know of no order.
"""

from __future__ import annotations

import enum
import itertools
from collections.abc import Hashable, Iterator, Mapping, Sequence
from typing import Any, Generic, TypeVar

import attrs


class Cause(enum.StrEnum):
    """What can move a verdict; in the order in which steps are taken."""

    TIME = "time"
    """The day judged for is a later one."""
    FACTS = "facts"
    """What is stated of a person is another."""
    RULES = "rules"
    """The pack is another."""


Mixture = frozenset[Cause]
"""Which of the three are the new ones."""
OLD: Mixture = frozenset()
Found = TypeVar("Found", bound=Hashable)


@attrs.frozen(kw_only=True)
class Step(Generic[Found]):
    """One cause taken in order, and what was found before and after it."""

    cause: Cause
    before: Found
    after: Found


@attrs.frozen(kw_only=True)
class Attribution(Generic[Found]):
    """What changed something: the steps that changed it, in order, and the smallest sets of causes that alone lead to what it is now.

    Nothing has changed where there are neither. Either is None where a mixture that it takes could not be judged, since a pack cannot read
    what the other one reads.
    """

    steps: tuple[Step[Found], ...] | None
    sets: tuple[Mixture, ...] | None

    @property
    def alone(self) -> Cause | None:
        """The one cause that alone leads there, where no other does."""
        only = self.sets[0] if self.sets is not None and len(self.sets) == 1 else OLD
        return next(iter(only)) if len(only) == 1 else None

    @property
    def together(self) -> bool:
        """Whether it takes several causes."""
        return bool(self.sets) and min(map(len, self.sets or ())) > 1


UNMOVED: Attribution[Any] = Attribution(steps=(), sets=())
"""Of what no mixture makes anything else."""


def path(causes: Sequence[Cause]) -> tuple[Mixture, ...]:
    """Return the mixtures from the old to the new, a cause more in each, in the order of causes."""
    return tuple(frozenset(causes[:number]) for number in range(len(causes) + 1))


def mixtures(causes: Sequence[Cause]) -> Iterator[Mixture]:
    """Yield every mixture, those of fewer causes first."""
    return (frozenset(some) for number in range(len(causes) + 1) for some in itertools.combinations(causes, number))


def attributed(found: Mapping[Mixture, Found], causes: Sequence[Cause]) -> Attribution[Found]:
    """Return what led from what was found in the old to what is found in the new; `found` lacks mixtures that could not be judged."""
    whole = path(causes)
    steps: tuple[Step[Found], ...] | None = None
    if all(mixture in found for mixture in whole):
        pairs = zip(causes, whole, whole[1:], strict=False)
        taken = (Step(cause=cause, before=found[one], after=found[other]) for cause, one, other in pairs)
        steps = tuple(step for step in taken if step.before != step.after)
    before, after = found[OLD], found[frozenset(causes)]
    if before == after:
        return Attribution(steps=steps, sets=())
    if any(mixture not in found for mixture in mixtures(causes)):
        return Attribution(steps=steps, sets=None)
    sets: list[Mixture] = []
    for mixture in mixtures(causes):
        if found[mixture] == after and not any(smaller <= mixture for smaller in sets):
            sets.append(mixture)
    return Attribution(steps=steps, sets=tuple(sets))
