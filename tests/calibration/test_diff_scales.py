"""A scale that gets, loses, renames or reorders levels is told once, and what names a level that is still there says the same."""

from __future__ import annotations

from pathlib import Path

import pytest

from evaluator.calibration.diff.words import change_words
from evaluator.cli.main import run
from evaluator.packs.changes.rules import changes
from evaluator.reading.pack.pack import load_pack
from tests.tiny_pack import write

LEVELS = "[none, awareness, working, expert]"
PACK = {
    "pack.yaml": """
pack: scales
title: Scales
version: 1.0.0
effective: 2026-01-01
tracks: {craft: {title: Craft}}
verdicts:
  - verdict: ready
    when: {required_unmet: {at_most: 0}}
  - verdict: not yet
""",
    "attributes.yaml": """
scales:
  skill: LEVELS
attributes:
  design: {title: Design, type: scale, scale: skill, question: How well?, absent_means: ABSENT}
  writing: {title: Writing, type: scale, scale: skill, question: How well?}
  talking: {title: Talking, type: scale, scale: skill, question: How well?}
""",
    "moves.yaml": """
moves:
  - {from: junior, to: senior, kind: promotion, basis: judgement, when: {talking: {at_least: working}}}
""",
    "roles/junior.yaml": """
role: junior
title: Junior
track: craft
rung: 1
summary: Learns.
criteria:
  - id: writes
    title: Writes
    kind: skill
    required: true
    when: {writing: {at_least: awareness}}
    basis: judgement
    advice: Write.
""",
    "roles/senior.yaml": """
role: senior
title: Senior
track: craft
rung: 2
summary: Leads.
criteria:
  - id: designs
    title: Designs
    kind: skill
    required: true
    applies_when: {talking: {is_not: none}}
    when:
      any_of:
        - design: {at_least: DESIGN}
        - writing: {one_of: [working, expert]}
    almost: {design: {at_least: awareness}}
    basis: judgement
    advice: Design.
""",
}


def pack(folder: Path, levels: str = LEVELS, design: str = "working", absent: str = "awareness") -> Path:
    """Write the pack with these levels, with this level of design asked of a senior."""
    made = {name: text.replace("LEVELS", levels).replace("DESIGN", design).replace("ABSENT", absent) for name, text in PACK.items()}
    return write(folder, made)


def told(old: Path, new: Path) -> list[str]:
    """Return the changes of meaning between two packs, in words."""
    before, after = load_pack(old), load_pack(new)
    return [change_words(change, before, after) for change in changes(before, after) if not change.wording]


@pytest.mark.parametrize(
    "levels",
    [
        "[none, novice, awareness, working, expert]",
        "[none, awareness, working, practitioner, expert]",
        "[nothing, none, awareness, working, expert, master]",
    ],
)
def test_a_level_more_is_told_once_and_nothing_else(levels: str, tmp_path: Path) -> None:
    """Whatever names one of the levels that were there already asks for what it asked for."""
    (words,) = told(pack(tmp_path / "old"), pack(tmp_path / "new", levels))
    assert words.startswith("Design: options none, awareness, working and expert → ")
    assert words.endswith("; so too of writing and talking")


def test_a_level_that_another_test_names_beside_a_new_level_is_told(tmp_path: Path) -> None:
    """With both levels in the words of their own pack."""
    new = pack(tmp_path / "new", "[none, novice, awareness, working, expert]", design="novice")
    _, words = told(pack(tmp_path / "old"), new)
    assert words == "Designs: design, at least working → at least novice"


def test_the_same_rank_by_another_level_is_told(tmp_path: Path) -> None:
    """Awareness has the rank that working had, and asks for less all the same."""
    new = pack(tmp_path / "new", "[none, novice, awareness, working, expert]", design="awareness")
    _, words = told(pack(tmp_path / "old"), new)
    assert words == "Designs: design, at least working → at least awareness"


def test_a_level_by_another_name_is_another_level(tmp_path: Path) -> None:
    """Nobody can tell that a name means what another one meant: each use is told, with both names."""
    levels = LEVELS.replace("working", "practised")
    made = {name: text.replace("working", "practised").replace("LEVELS", levels) for name, text in PACK.items()}
    made = {name: text.replace("DESIGN", "practised").replace("ABSENT", "awareness") for name, text in made.items()}
    words = told(pack(tmp_path / "old"), write(tmp_path / "new", made))
    assert words == [
        "Design: options none, awareness, working and expert → none, awareness, practised and expert; so too of writing and talking",
        "Designs: design, at least working → at least practised",
        "Designs: writing, working or expert → practised or expert",
        "Junior → Senior: talking, at least working → at least practised",
    ]


def test_levels_in_another_order_are_told(tmp_path: Path) -> None:
    """What asks for at least a level is met by others then, which the order of the options says."""
    (words,) = told(pack(tmp_path / "old"), pack(tmp_path / "new", "[none, working, awareness, expert]"))
    assert (
        words == "Design: options none, awareness, working and expert → none, working, awareness and expert; so too of writing and talking"
    )


def test_another_level_where_nothing_is_stated_is_told(tmp_path: Path) -> None:
    """By its name, beside a level more."""
    new = pack(tmp_path / "new", "[none, novice, awareness, working, expert]", absent="novice")
    _, words = told(pack(tmp_path / "old"), new)
    assert words == "Design: value where nothing is stated awareness → novice"


def test_words_of_levels_are_told_once(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Through the command line: three attributes have the scale, and one line tells of it."""
    old = pack(tmp_path / "old")
    new = pack(tmp_path / "new", "[none, {awareness: {means: knows of it}}, working, expert]")
    assert run(["diff", str(old), str(new)]) == 0
    out = capsys.readouterr().out
    assert "1 of wording only" in out
    assert "Design: what its levels mean" in out
    assert "so too of writing and talking" in out


COMPUTED = """
  courses:
    title: Courses
    type: records
    question: Which?
    fields:
      design: {type: scale, scale: skill}
      writing: {type: integer}
  good_courses:
    title: Good courses
    type: integer
    derive: {count: {records: courses, where: {design: {at_least: working}, writing: {at_least: 2}}}}
  both:
    title: Both
    type: integer
    derive: {count: [{design: {at_least: working}}, {writing: {at_least: awareness}}]}
  overall:
    title: Overall
    type: scale
    scale: skill
    derive: {when: [{if: {writing: {one_of: [working, expert]}}, then: expert}, {otherwise: working}]}
  points:
    title: Points
    type: integer
    derive: {lookup: {of: design, table: points}}
  level:
    title: Level by points
    type: scale
    scale: skill
    derive: {lookup: {of: points, table: by_points}}
tables:
  points: {title: Points by level, type: integer, rows: {none: 0, awareness: 1, working: 2, expert: 3}}
  by_points: {title: Level by points, type: scale, scale: skill, bands: [{below: 2, gives: awareness}, {at_least: 2, gives: GIVES}]}
"""


def computing(folder: Path, levels: str, gives: str = "working", counted: str = "working") -> Path:
    """Write the pack with attributes that are computed by levels, in conditions, over entries, and from tables."""
    made = pack(folder, levels) / "attributes.yaml"
    computed = COMPUTED.replace("GIVES", gives).replace(
        "{design: {at_least: working}, writing", f"{{design: {{at_least: {counted}}}, writing"
    )
    made.write_text(made.read_text(encoding="utf-8").rstrip("\n") + computed, encoding="utf-8")
    return folder


MORE = "[none, novice, awareness, working, expert]"


def test_what_is_computed_by_levels_is_told_once_with_its_scale(tmp_path: Path) -> None:
    """Conditions of computed attributes, fields of entries that are called as attributes are, values that are given, and tables."""
    changed = told(computing(tmp_path / "old", LEVELS), computing(tmp_path / "new", MORE))
    options = "Design: options none, awareness, working and expert → none, novice, awareness, working and expert"
    assert changed == [f"{options}; so too of writing, talking, overall, level by points, courses and 1 more"]


def test_another_level_in_what_is_computed_is_told_beside_it(tmp_path: Path) -> None:
    """What entries have to reach, and what a table gives, each by the name that the level has in its own pack."""
    _, *changed = told(computing(tmp_path / "old", LEVELS), computing(tmp_path / "new", MORE, gives="novice", counted="awareness"))
    assert changed == [
        "Good courses: how it is computed changed",
        "“Level by points”: at least 2: working → novice; for “Level by points”",
    ]
