"""The space in which a panel writes down what it decides."""

from __future__ import annotations

DECISION: tuple[tuple[str, tuple[str, ...], bool], ...] = (
    ("Panel", (), False),
    ("Date", (), False),
    ("Decision", ("promoted", "deferred", "declined"), False),
    ("Departs from the recommendation", ("no", "yes, for the reasons below"), False),
    ("Reasons", (), True),
    ("To be looked at again on", (), False),
    ("Name and signature", (), False),
    ("Name and signature", (), False),
    ("Name and signature", (), False),
)
"""Label, boxes to tick, and whether there is much to write."""
