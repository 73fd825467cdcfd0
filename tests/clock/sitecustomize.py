"""Stops the clock of every Python that a test starts; its folder is put on PYTHONPATH by tests/conftest.py."""

from __future__ import annotations

import contextlib
import datetime

NOW = datetime.datetime(2026, 11, 28, 9, 30, tzinfo=datetime.UTC)

with contextlib.suppress(ImportError):  # another Python than the tests' own has no evaluator
    from evaluator.cli import clock

    clock.now = lambda: NOW
