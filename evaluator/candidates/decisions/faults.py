"""What verification finds."""

from __future__ import annotations

import enum

import attrs


class FaultKind(enum.StrEnum):
    """What was done to a log, as far as it can be told."""

    ALTERED = "altered"
    MISSING = "missing"
    MOVED = "re-ordered"
    INSERTED = "inserted"
    TORN = "torn"
    SNAPSHOT_ALTERED = "snapshot altered"
    SNAPSHOT_MISSING = "snapshot missing"
    UNEXPECTED = "not as expected"


@attrs.frozen(kw_only=True)
class Fault:
    """One thing that is wrong: the line of the log it is about, None for the log as a whole, and a lower-case sentence."""

    kind: FaultKind
    line: int | None
    message: str
