"""What day it is is asked in one place, where a test can stop it."""

from __future__ import annotations

import datetime
import re
import subprocess
import sys
from pathlib import Path

import pytest

from evaluator.cli import clock

PACKAGE = Path(clock.__file__).parents[1]


def test_no_other_module_asks_what_day_it_is() -> None:
    """A second place would be one that no test can stop."""
    asks = re.compile(r"\b(date(time)?\.(now|today|utcnow)|time\.(time|localtime|gmtime|strftime))\(")
    assert [path.name for path in PACKAGE.rglob("*.py") if asks.search(path.read_text(encoding="utf-8"))] == ["clock.py"]


def test_the_clock_stands_still_in_every_process(monkeypatch: pytest.MonkeyPatch) -> None:
    """Here and in what a test starts it is the same day, until a test sets another."""
    script = "from evaluator.cli.clock import today; print(today())"
    started = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True).stdout.strip()
    assert (str(clock.today()), started) == ("2026-11-28", "2026-11-28")
    monkeypatch.setattr(clock, "now", lambda: datetime.datetime(2030, 1, 2, tzinfo=datetime.UTC))
    assert str(clock.today()) == "2030-01-02"
