"""How people decide on somebody's promotion."""

from __future__ import annotations

import enum


class Choice(enum.StrEnum):
    """How people decided."""

    PROMOTED = "promoted"
    DEFERRED = "deferred"
    DECLINED = "declined"
