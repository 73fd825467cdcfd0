"""What a gate came to: a limit that was held, was broken, or was not tested, and why."""

from __future__ import annotations

import enum
from collections.abc import Iterable

import attrs


class State(enum.StrEnum):
    """The three ways in which a gate ends; no two of them are ever told as one."""

    HELD = "held"
    BROKEN = "broken"
    NOT_TESTED = "not tested"


@attrs.frozen(kw_only=True)
class Gate:
    """One limit, as it was written, and what it came to.

    `reason` goes on after the limit and a colon; `step` says what to do where it was not tested. `too_small` marks what was not
    tested although there were people to judge: too few of them, or held back as too few. That alone may be
    `allowed`; a gate that had nobody to judge never may.
    """

    limit: str
    state: State
    reason: str
    step: str = ""
    too_small: bool = False
    allowed: bool = False

    @property
    def passes(self) -> bool:
        """Whether the gate lets through: it was held, or is too small to test and that is allowed."""
        return self.state is State.HELD or self.allowed


def judged(gates: Iterable[Gate], *, allow_untested: bool) -> tuple[Gate, ...]:
    """Return the gates, with those allowed that are too small to be tested, where that is asked for."""
    return tuple(attrs.evolve(gate, allowed=allow_untested and gate.too_small and gate.state is State.NOT_TESTED) for gate in gates)
