"""What all tests share: the clock stands still, here and in every process that a test starts."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.clock.sitecustomize import NOW

pytest_plugins = ["tests.tiny_pack"]
CLOCK = Path(__file__).parent / "clock"


@pytest.fixture(scope="session", autouse=True)
def stopped_clock() -> Iterator[None]:
    """Let it be 28 November 2026, so that nothing that is told of days changes with the day of the run."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYTHONPATH", f"{CLOCK}", prepend=os.pathsep)
        patch.setattr("evaluator.cli.clock.now", lambda: NOW)
        yield
