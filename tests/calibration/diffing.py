"""Packs and people for the tests of diff and sweep: copies of the default pack with lines exchanged, judged by the definition."""

from __future__ import annotations

import contextlib
import datetime
import io
import shutil
from collections.abc import Collection
from pathlib import Path
from typing import NamedTuple
from unittest import mock

from evaluator.calibration.people import People, gathered
from evaluator.cli.main import run
from evaluator.core.model import Pack
from evaluator.core.results import Evaluation
from evaluator.diagnostics import Problems
from evaluator.engines.columns.decode import closed_to_records
from evaluator.engines.readiness import Evaluator
from evaluator.reading.tables import Options, open_population
from tests.product import PROFILES, RULES

DAY = datetime.date(2026, 11, 1)
PEOPLE = PROFILES / "people.csv"
DIRECTOR = "roles/product-director.yaml"
YEARS = "product-experience.product_management_years.at_least"


def edited(folder: Path, *edits: tuple[str, str, str]) -> Path:
    """Copy the default pack into a folder and exchange the first occurrence of a text in some of its files."""
    shutil.copytree(RULES, folder)
    for name, before, after in edits:
        path = folder / name
        text = path.read_text(encoding="utf-8")
        assert before in text, before
        path.write_text(text.replace(before, after, 1), encoding="utf-8")
    return folder


def people_of(pack: Pack, path: Path = PEOPLE) -> People:
    """Read people by a pack."""
    return gathered(open_population([path], pack, Options(groups=True), as_of=DAY, problems=Problems()), pack)


def evaluations(pack: Pack, people: People, only: Collection[str] | None = None) -> list[Evaluation]:
    """Judge everybody by the definition, for some roles or all; the people have to be read with the pack's attributes."""
    reference = Evaluator(closed_to_records(pack), engine="reference")
    return [reference.evaluate(people.profile(row), as_of=DAY, only=only) for row in range(people.height)]


class Said(NamedTuple):
    """What a call of the command line came to."""

    exit_code: int
    stdout: str
    stderr: str


def called(*words: str, given: str = "") -> Said:
    """Run the command line in this process, with a text as its standard input."""
    out, err = io.StringIO(), io.StringIO()
    stdin = io.TextIOWrapper(io.BytesIO(given.encode("utf-8")), encoding="utf-8")
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err), mock.patch("sys.stdin", stdin):
        code = run(list(words))
    return Said(code, out.getvalue(), err.getvalue())
