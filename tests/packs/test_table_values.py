"""The rows and bands of lookup tables as values that are set, swept and compared like any other."""

from __future__ import annotations

import json
import shlex
from pathlib import Path

import pytest

from evaluator.calibration.diff.words import change_words
from evaluator.calibration.sweep.words import cell_words
from evaluator.cli.main import run
from evaluator.core.comparable import spanless
from evaluator.core.model import Pack
from evaluator.core.values import ValueProblem
from evaluator.packs.changes.rules import Aspect, ChangeSubject, changes
from evaluator.packs.edits import apply
from evaluator.packs.lint import lint_pack
from evaluator.packs.other_values import with_value
from evaluator.packs.set.scalar_paths import edited
from evaluator.packs.thresholds import TableCell, all_thresholds, find, thresholds
from evaluator.reading.pack.pack import load_pack
from tests.tiny_pack import write

HEAD = """pack: ranks
title: Ranks
version: 1.0.0
effective: 2026-11-01
tracks:
  craft: {title: Craft}
verdicts:
  - verdict: ready
    when: {required_unmet: {at_most: 0}}
  - verdict: not yet
"""
ATTRIBUTES = """scales:
  level: [low, mid, high]
tables:
  seminars_by_rank:
    title: Seminars for a rank
    type: integer
    rows: {private: 0, Corporal: 4, Staff Sergeant: 7}
  level_by_points:
    type: scale
    scale: level
    bands:
      - {at_least: 0, below: 2.5, gives: low}
      - {at_least: 2.5, at_most: 10, gives: mid}   # the middle
      - {above: 10, gives: high}
  unused_one:
    rows: {1: 2}
attributes:
  rank: {title: Rank, type: choice, options: [private, Corporal, Staff Sergeant], question: Which?}
  points: {title: Points, type: number, range: {at_least: 0}, question: How many?}
  seminars: {title: Seminars attended, type: integer, question: How many?}
  needed: {title: Seminars needed, type: integer, derive: {lookup: {of: rank, table: seminars_by_rank}}}
  level: {title: Level, type: scale, scale: level, derive: {lookup: {of: points, table: level_by_points}}}
"""
LEAD = """role: lead
title: Lead
track: craft
rung: 1
defaults: {kind: step, required: true, basis: judgement}
criteria:
  - {id: seminars, title: Enough seminars, when: {seminars: {at_least: {attribute: needed}}}}
  - {id: level, title: High enough, when: {level: {at_least: mid}}}
"""
FILES = {"pack.yaml": HEAD.replace("effective", "language: 2\neffective"), "attributes.yaml": ATTRIBUTES, "roles/lead.yaml": LEAD}
PEOPLE = "id,rank,points,seminars\na,Corporal,2,3\nb,Corporal,3,4\nc,Corporal,4,5\nd,private,20,1\n"
BORDER = ("at_least: 0, below: 2.5, gives: low}\n      - {at_least: 2.5,", "at_least: 0, below: 4, gives: low}\n      - {at_least: 4,")
UPPER = tuple(f"at_most: {end}, gives: mid}}   # the middle\n      - {{above: {end}" for end in (10, 12))
EDITS = {
    "tables.seminars_by_rank.private": ("1", "private: 0", "private: 1"),
    "tables.seminars_by_rank.Corporal": ("5", "Corporal: 4", "Corporal: 5"),
    "tables.seminars_by_rank.Staff Sergeant": ("8", "Sergeant: 7", "Sergeant: 8"),
    "tables.level_by_points.0.gives": ("mid", "gives: low", "gives: mid"),
    "tables.level_by_points.0.at_least": ("1", "at_least: 0, below", "at_least: 1, below"),
    "tables.level_by_points.2.5.gives": ("high", "gives: mid", "gives: high"),
    "tables.level_by_points.2.5.at_least": ("4", *BORDER),
    "tables.level_by_points.10.gives": ("mid", "gives: high", "gives: mid"),
    "tables.level_by_points.10.above": ("12", *UPPER),
}
"""Every path to a table of the pack, a value, and what the file says before and after."""


def pack_of(folder: Path, attributes: str = ATTRIBUTES) -> Pack:
    """Return the pack with other attributes."""
    return load_pack(write(folder, {**FILES, "attributes.yaml": attributes}))


@pytest.fixture
def pack(tmp_path: Path) -> Pack:
    """Give the pack."""
    return pack_of(tmp_path / "rules")


def test_every_value_of_a_table_that_is_read_has_a_path(pack: Pack) -> None:
    """Rows, what bands give, and their ends, a border of two bands once; no value of a table that no rule comes to."""
    paths = [threshold.path for threshold in thresholds(pack, pack.roles["lead"]) if threshold.path.startswith("tables.")]
    assert paths == list(EDITS)
    assert [threshold.path for _, threshold in all_thresholds(pack) if threshold.path.startswith("tables.")] == paths


@pytest.mark.parametrize("ending", ["\n", "\r\n"], ids=["lines", "crlf"])
@pytest.mark.parametrize("path", EDITS)
def test_a_value_is_set_and_moved_alike(path: str, ending: str, tmp_path: Path) -> None:
    """`set` changes the cell, at both places of a border, and no other byte; a moved pack is the one that is read from there."""
    value, old, new = EDITS[path]
    write(tmp_path, FILES)
    before = ATTRIBUTES.replace("\n", ending).encode()
    (tmp_path / "attributes.yaml").write_bytes(before)
    pack = load_pack(tmp_path)
    role = pack.roles["lead"]
    threshold = find(pack, role, path)
    moved = with_value(pack, threshold, threshold.parse(value))
    edit, target = edited(pack, role, path, value)
    assert (edit.before, edit.after) == (before, ATTRIBUTES.replace(old, new).replace("\n", ending).encode())
    title = "Seminars needed" if "seminars" in path else "Level"
    assert target.holds_for == (f"“{title}”, which is computed",)
    apply(edit)
    again = load_pack(tmp_path)
    assert spanless(moved.attributes) == spanless(again.attributes)
    cells = [[(entry.gives, entry.band) for table in one.tables.values() for entry in table.entries] for one in (moved, again)]
    assert cells[0] == cells[1]
    assert spanless(moved.attributes) != spanless(pack.attributes)


@pytest.mark.parametrize(("path", "value"), [("tables.level_by_points.2.5.at_least", "11"), ("tables.seminars_by_rank.Corporal", "many")])
def test_a_value_that_does_not_fit_is_refused(path: str, value: str, pack: Pack, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An end beyond the other end of a band, and a word for a number, leave the file as it is."""
    monkeypatch.chdir(tmp_path)
    before = (tmp_path / "rules/attributes.yaml").read_bytes()
    assert pack.tables
    assert run(shlex.split(f"set lead {path} {value} --rules rules")) != 0
    assert (tmp_path / "rules/attributes.yaml").read_bytes() == before
    threshold = find(pack, pack.roles["lead"], path)
    if value == "many":
        with pytest.raises(ValueProblem):
            threshold.parse(value)
    else:
        assert threshold.type.outside(threshold.parse(value))  # type: ignore[arg-type]  # a number


SWEEPS = {
    "tables.seminars_by_rank.Corporal": ("3..5", [3, 3, 2]),
    "tables.level_by_points.2.5.at_least": ("2,2.5,4,5", [3, 3, 2, 1]),
    "tables.level_by_points.2.5.gives": ("low,mid", [1, 3]),
}
"""How many are ready at each value: of Corporals with 3, 4 and 5 seminars and 2, 3 and 4 points, and a private with 1 and 20."""


@pytest.mark.parametrize("path", SWEEPS)
def test_a_sweep_moves_what_is_computed(path: str, pack: Pack, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """People are judged by the table as it is at each value."""
    values, ready = SWEEPS[path]
    assert pack.tables
    monkeypatch.chdir(tmp_path)
    (tmp_path / "people.csv").write_text(PEOPLE, encoding="utf-8")
    line = f"sweep lead {path} --values {values} --on people.csv --rules rules --among everyone --as-of 2026-11-01 --format json -o s.json"
    assert run(shlex.split(line)) == 0
    points = json.loads((tmp_path / "s.json").read_text(encoding="utf-8"))["points"]
    assert [point["verdicts"]["ready"] for point in points] == ready


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("Corporal: 4", "Corporal: 5", ["“Seminars for a rank”: row Corporal: 4 → 5; for “Seminars needed”"]),
        ("gives: mid", "gives: high", ["“Level by points”: at least 2.5 and at most 10: mid → high; for “Level”"]),
        (
            *BORDER,
            [
                "“Level by points”: at least 0 and below 2.5 → at least 0 and below 4, which gives low; for “Level”",
                "“Level by points”: at least 2.5 and at most 10 → at least 4 and at most 10, which gives mid; for “Level”",
            ],
        ),
        (", Staff Sergeant: 7", "", ["“Seminars for a rank”: row Staff Sergeant: 7 → nothing; for “Seminars needed”"]),
        ("title: Seminars for a rank", "title: By rank", ["“By rank”: title “Seminars for a rank” → “By rank”"]),
        ("{private: 0, Corporal: 4,", "{Corporal: 4, private: 0,", []),
        ("  unused_one:\n    rows: {1: 2}\n", "", ["“Unused one”: removed"]),
    ],
)
def test_diff_names_the_cell(old: str, new: str, words: list[str], pack: Pack, tmp_path: Path) -> None:
    """An edit of a table is told by row or band, with both values, and not once more where the table is looked up."""
    edited_pack = pack_of(tmp_path / "new", ATTRIBUTES.replace(old, new))
    found = changes(pack, edited_pack)
    assert {change.what for change in found} <= {ChangeSubject.TABLE}
    assert [change_words(change, pack, edited_pack) for change in found] == words
    for change in found:
        if change.entries is not None:
            places = [place for place in change.places if place is not None]
            assert all(Path(place.path).name == "attributes.yaml" and place.line > 3 for place in places)
            assert change.roles == ("lead",)
        elif change.aspect is not Aspect.FIELD:
            assert change.wording


def test_the_pack_lints(tmp_path: Path) -> None:
    """The pack has no error of its own."""
    assert not lint_pack(write(tmp_path, FILES)).errors


def test_a_sweep_says_what_of_a_table_it_moves(tmp_path: Path) -> None:
    """A row by its key, what a band gives, and where it begins or ends."""
    pack = load_pack(write(tmp_path, FILES))
    told = {threshold.path: cell_words(threshold.test) for _, threshold in all_thresholds(pack) if isinstance(threshold.test, TableCell)}
    assert told["tables.seminars_by_rank.Corporal"] == "row Corporal"
    assert told["tables.level_by_points.0.gives"] == "what the band from 0 gives"
    assert told["tables.level_by_points.10.gives"] == "what the band from 10 gives"
    assert told["tables.level_by_points.2.5.at_least"] == "where the band from 2.5 begins"
    assert told["tables.level_by_points.10.above"] == "where the band from 10 begins"
