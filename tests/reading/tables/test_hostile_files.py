"""A hundred and twenty hostile files, read by the readers that people use, under a limit of memory: each is told in a sentence."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from tests.reading.tables.hostile.files import Hostile
from tests.reading.tables.hostile.other_workbooks import EVERY_FILE

pytest.importorskip("resource")
pytestmark = pytest.mark.slow
ROOT = Path(__file__).parents[3]
MOST_HELD = 3 << 30


@pytest.fixture(scope="module")
def outcomes(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, Any]:
    """Read all files in one program of their own; what that wrote until it ended is what came of them."""
    command = [sys.executable, "-m", "tests.reading.tables.hostile.reading", str(tmp_path_factory.mktemp("hostile"))]
    made = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, env=os.environ | {"POLARS_MAX_THREADS": "1"}, check=False)
    lines = [json.loads(line) for line in made.stdout.splitlines()]
    found = {line["name"]: line for line in lines if "read" in line}
    peak = next((line["peak"] for line in lines if "peak" in line), None)
    return found | {"": {"peak": peak, "last": lines[-1].get("name") if lines else None, "errors": made.stderr[-3000:]}}


def test_the_program_came_to_its_end(outcomes: Mapping[str, Any]) -> None:
    """No file took all memory, ended the program or raised an error that nobody expected."""
    assert outcomes[""]["peak"] is not None, f"it ended while it read {outcomes['']['last']}: {outcomes['']['errors']}"
    assert outcomes[""]["peak"] < MOST_HELD


@pytest.mark.parametrize("file", EVERY_FILE, ids=lambda file: file.name)
def test_a_hostile_file_is_told_in_a_sentence(file: Hostile, outcomes: Mapping[str, Any]) -> None:
    """What can be read is, and what cannot is said on one line, in lower case, with a part that names the reason."""
    found = outcomes.get(file.name)
    assert found is not None, f"it was not read: {outcomes['']['errors']}"
    assert found["read"] == file.read, found["said"]
    assert any(file.said in message for message in found["said"]) or not file.said, found["said"]
    for message in found["said"]:
        assert "\n" not in message
        assert "Traceback" not in message
        assert len(message) < 1500


def test_there_are_enough_of_them() -> None:
    """At least a hundred and twenty, each by a name of its own."""
    assert len({file.name for file in EVERY_FILE}) == len(EVERY_FILE) >= 120
