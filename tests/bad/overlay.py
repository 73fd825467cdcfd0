"""A good pack with some of its files replaced, and all that is found wrong with it."""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Mapping
from pathlib import Path

import pytest

from evaluator.diagnostics import Problems
from evaluator.packs.lint import lint_pack
from evaluator.reading.days import report_dated_ahead, report_days
from evaluator.reading.decisions import read_decisions
from evaluator.reading.pack.pack import read_pack
from evaluator.reading.profile.people import read_people
from evaluator.reading.seats import read_seats
from tests.clock.sitecustomize import NOW

HERE = Path(__file__).parent
BASE = HERE / "base"
"""A pack with an attribute of every type, two roles and a destination, a profile, a table and a rule test."""
SMALL = HERE / "small"
"""A pack with two attributes and two roles, for the examples on the pages of codes."""
PEOPLE = ("profiles/", "people.csv")


def laid_over(base: Path, files: Mapping[str, bytes | None], folder: Path) -> Path:
    """Copy a pack into a folder and replace files in it; None takes a file away."""
    shutil.copytree(base, folder, dirs_exist_ok=True)
    for name, data in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.unlink(missing_ok=True) if data is None else path.write_bytes(data)
    return folder


def found_in(folder: Path, changed: Iterable[str], monkeypatch: pytest.MonkeyPatch) -> Problems:
    """Check the pack in a folder as `lint` does, then changed profiles, tables, decisions and seats; paths come out relative to it."""
    monkeypatch.chdir(folder)
    problems = lint_pack(".")
    people = [name for name in changed if name.startswith(PEOPLE)]
    decisions = [name for name in changed if name.startswith("decisions.")]
    seats = [name for name in changed if name.startswith("seats.")]
    pack = read_pack(".", Problems()) if people or decisions or seats else None
    if pack is not None:
        for person in read_people(people, pack, problems):
            report_days(person, NOW.date(), problems)
            report_dated_ahead(pack, person, NOW.date(), problems)
        for name in decisions:
            read_decisions(name, pack, problems)
        for name in seats:
            read_seats(name, pack, problems)
    return problems
