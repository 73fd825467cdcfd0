"""The sample exports of HR systems: their mapping files read the very people that they were made of, and `map` proposes most of each."""

from __future__ import annotations

import csv
import datetime
import io
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from evaluator import load_pack
from evaluator.core.model import Pack
from evaluator.diagnostics import Problems
from evaluator.populations.map.proposal import Proposer
from evaluator.populations.map.survey import survey
from evaluator.populations.map.writing import mapping_text
from evaluator.reading.tables import Options, read_mapping
from evaluator.reading.tables.columns import vocabulary
from evaluator.reading.tables.mapped_cells import TableMapping
from tests.populations.people_pack import read
from tests.product import ROOT

FOLDER, PEOPLE = ROOT / "profiles" / "exports" / "hr", ROOT / "profiles" / "people.csv"
EXPORTS = sorted(path for path in FOLDER.iterdir() if path.suffix in {".csv", ".xlsx"})
pytestmark = pytest.mark.usefixtures("as_shipped")


@pytest.fixture(name="pack", scope="module")
def _pack() -> Pack:
    return load_pack(ROOT / "rules")


def mapping(export: Path) -> TableMapping:
    """Return the mapping file beside an export."""
    problems = Problems()
    found = read_mapping(export.with_suffix(".yaml"), problems)
    assert not len(problems), str(problems)
    return found


def options(export: Path) -> Options:
    """Return how an export is read by its mapping file alone."""
    return Options(source=mapping(FOLDER / export.name)).with_source(in_rows=True, in_sheets=export.suffix == ".xlsx")


@pytest.mark.parametrize("export", EXPORTS, ids=lambda path: path.stem)
def test_an_export_says_what_the_sample_people_say(export: Path, pack: Pack, tmp_path: Path) -> None:
    """Names, roles and every attribute that it has a column for, of all its people, whatever its words, signs and encoding."""
    found = read(export, options=options(export), of=pack)
    assert not found.rejected
    assert all(one.code == "D201" for one in found.problems), found.messages  # columns that a mapping does not name
    numbers = [int("".join(filter(str.isdigit, name))) for name in found.ids]
    with PEOPLE.open(encoding="utf-8", newline="") as file:
        people = {int(row["id"][1:]): row for row in csv.DictReader(file)}
    rows = [people[number] for number in numbers]
    stated = io.StringIO()
    writer = csv.DictWriter(stated, [*rows[0]], lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    (tmp_path / "same.csv").write_text(stated.getvalue(), encoding="utf-8")
    wanted = read(tmp_path / "same.csv", of=pack)
    assert len(rows) == 24
    assert [name.casefold() for name in found.column("name")] == [row["name"].casefold() for row in rows]
    assert found.column("role") == wanted.column("role")
    said = {at.value for at in mapping(export).columns.values()} - {None, "id", "name", "role"}
    compared = 0
    for name in said:
        held = [column for column in found.chunks[0].frame.columns if column == f"a.{name}" or column.startswith(f"a.{name}.")]
        assert held
        for column in held:
            assert found.column(column) == wanted.column(column), column
            compared += found.column(column).count(None) < len(rows)
    assert compared >= len(said)


@pytest.mark.parametrize("export", EXPORTS, ids=lambda path: path.stem)
def test_a_mapping_leaves_nothing_open(export: Path, pack: Pack) -> None:
    """No cell that is read is left to decide, and nothing has two readings."""
    reading = options(export)
    problems = Problems()
    found = survey(str(export), pack, reading, problems)
    assert found is not None
    proposal = Proposer(pack=pack, words=vocabulary(pack, reading, problems), options=reading).propose(found)
    assert not problems.errors
    assert not proposal.shared
    assert not proposal.ambiguous
    assert [(one.name, one.open) for one in proposal.columns if one.open] == []


@pytest.mark.parametrize(
    ("name", "settings", "least"),
    [
        ("workday-talent.xlsx", {"header_row": 5}, 21),
        ("successfactors-users.csv", {"header_row": 2}, 23),
        ("bamboohr-report.csv", {}, 23),
        ("lucca-collaborateurs.csv", {"encoding": "windows-1252"}, 7),
    ],
)
def test_most_of_an_export_is_proposed(name: str, settings: dict[str, object], least: int, pack: Pack) -> None:
    """The row of the names, the encoding, parts of names, and each column that the mapping file has, unless the pack has no such name."""
    problems = Problems()
    found = survey(str(FOLDER / name), pack, Options(), problems)
    assert found is not None
    proposal = Proposer(pack=pack, words=vocabulary(pack, Options(), problems), options=Options()).propose(found)
    written = yaml.safe_load(mapping_text(proposal, pack, datetime.date(2026, 11, 1)))
    columns = {column: target["attribute"] if isinstance(target, dict) else target for column, target in written.pop("columns").items()}
    assert written == settings
    decided = {column: at.value for column, at in mapping(FOLDER / name).columns.items()}
    proposed = {column: target for column, target in columns.items() if target is not None}
    assert proposed.items() <= decided.items()
    assert len(proposed) >= least


def test_the_exports_are_what_their_script_writes(pack: Pack, tmp_path: Path) -> None:
    """So that they follow the sample people."""
    code = (
        "import runpy, sys, pathlib; module = runpy.run_path(sys.argv[1]);"
        "main = module['main']; main.__globals__['FOLDER'] = pathlib.Path(sys.argv[2]); main()"
    )
    subprocess.run([sys.executable, "-c", code, str(ROOT / "docs" / "hr_exports.py"), str(tmp_path)], check=True)
    for export in EXPORTS:
        made = tmp_path / export.name
        if export.suffix == ".xlsx":
            frames = [read(path, options=options(export), of=pack).chunks[0].frame for path in (made, export)]
            assert frames[0].equals(frames[1])
        else:
            assert made.read_bytes() == export.read_bytes()
