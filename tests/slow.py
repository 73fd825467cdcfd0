"""Of many cases that say the same of other random packs, a few are quick enough for every run while editing."""

from __future__ import annotations

from collections.abc import Iterable

import pytest


def mostly_slow(values: Iterable[object], *, quick: int) -> list[object]:
    """Return the cases of a test, with all but the first few marked as slow; a tuple is a case of several values."""
    cases = [value if isinstance(value, tuple) else (value,) for value in values]
    return [pytest.param(*case, marks=[] if index < quick else [pytest.mark.slow]) for index, case in enumerate(cases)]
