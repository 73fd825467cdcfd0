"""A limit on a number or a share of people, as `--fail-if` of `diff` and of `progress` take it: `5%`, `10`, `3 in product-director`."""

from __future__ import annotations

import re
from fractions import Fraction

import attrs

from evaluator.core.values import parse_number
from evaluator.diagnostics import EvaluatorError

AMOUNT = r"(?P<number>[0-9]+(?:\.[0-9]+)?)\s*(?P<share>%?)(?:\s+in\s+(?P<role>.+?))?\s*"
"""How the end of a limit is written: how many, or which share, and where wanted for which role."""


class LimitProblem(EvaluatorError):
    """A limit cannot be understood; carries one lower-case sentence and a next step."""


@attrs.frozen(kw_only=True)
class PeopleLimit:
    """A limit as it was written, and what it says: what it is on, how much, whether that is a share, and for which role."""

    text: str
    what: str
    amount: Fraction
    share: bool
    role: str | None

    def needed(self, whole: int) -> Fraction:
        """Return how many of a number of people reach it, in exact numbers."""
        return self.amount * whole / 100 if self.share else self.amount


def amount_of(match: re.Match[str], otherwise: str) -> Fraction:
    """Return the amount of a limit; raises LimitProblem where it is 0, which is reached `otherwise` too."""
    amount = Fraction(parse_number(match["number"]))
    if not amount:
        raise LimitProblem(f"`{match.string}` is reached always, even where {otherwise}", "write a number above 0")
    return amount
