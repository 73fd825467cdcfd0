"""Stops the clock of every Python that a test starts, and lets what comes with the tool be the pack and the people of the tests.

Its folder is put on PYTHONPATH by tests/conftest.py; with AS_SHIPPED in the environment, what comes with the tool is rules/ and profiles/.
"""

from __future__ import annotations

import contextlib
import datetime
import os
from pathlib import Path

NOW = datetime.datetime(2026, 11, 28, 9, 30, tzinfo=datetime.UTC)

with contextlib.suppress(ImportError):  # another Python than the tests' own has no evaluator
    from evaluator.cli import clock
    from evaluator.reading import shipped

    clock.now = lambda: NOW
    if "AS_SHIPPED" not in os.environ:
        shipped._PACKAGE = Path(__file__).resolve().parents[1] / "ladders" / "product" / "evaluator"
