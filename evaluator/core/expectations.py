"""What a pack expects of attributes together, whoever a profile is about."""

from __future__ import annotations

import attrs

from evaluator.core.conditions import Condition
from evaluator.diagnostics import Span


@attrs.frozen(kw_only=True)
class Expectation:
    """A condition that holds for every profile that can be true, and what is odd where it does not."""

    expect: Condition
    otherwise: str
    span: Span
