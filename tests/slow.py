"""Of many cases that say the same of other random packs, a few are quick enough for every run while editing."""

from __future__ import annotations

from collections.abc import Iterable

import pytest


def mostly_slow(values: Iterable[object], *, quick: int, ordinary: int | None = None) -> list[object]:
    """Return the cases of a test, with all but the first few marked as slow; a tuple is a case of several values.

    Those from `ordinary` on run with the soak alone.
    """
    cases = [value if isinstance(value, tuple) else (value,) for value in values]
    soaked = len(cases) if ordinary is None else ordinary
    marks = [[] if index < quick else [pytest.mark.slow if index < soaked else pytest.mark.soak] for index in range(len(cases))]
    return [pytest.param(*case, marks=mark) for case, mark in zip(cases, marks, strict=True)]


def mostly_soaked(values: Iterable[object], *, ordinary: int) -> list[object]:
    """Return the cases of a test, with all but the first few left to the soak."""
    return mostly_slow(values, quick=ordinary, ordinary=ordinary)
