"""Of many cases that say the same of other random packs, a few are quick enough for every run while editing."""

from __future__ import annotations

from collections.abc import Iterable

import pytest


def mostly_slow(values: Iterable[object], *, quick: int) -> list[object]:
    """Return the cases of a test, with all but the first few marked as slow."""
    return [value if index < quick else pytest.param(value, marks=pytest.mark.slow) for index, value in enumerate(values)]
