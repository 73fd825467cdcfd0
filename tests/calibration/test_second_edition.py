"""Every verb of calibration over a pack of windows, weights, named conditions, a table of roles and a best verdict of its own."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest

from evaluator.cli.main import run

FILES = {
    "pack.yaml": """\
pack: workshop
title: Workshop
version: 1.0.0
language: 2
effective: 2026-01-01
tracks: {craft: {title: Craft}}
verdicts:
  - {verdict: promotable, when: {required_unmet: {at_most: 0}}}
  - {verdict: growing, when: {required_unmet: {at_most: 1}}}
  - verdict: not yet
conditions:
  steady:
    title: Works steadily
    when: {full_time_years: {at_least: 2}, actions_that_count: {at_most: 0}}
policies:
  - {id: talk, title: Talked it over, kind: step, caps_at: growing, basis: judgement, advice: Talk., when: {talk: true}}
ranking:
  by: [verdict, {attribute: full_time_years, prefer: high}, score]
""",
    "attributes.yaml": """\
scales:
  rating: [below, meets, exceeds]
tables:
  step_by_points:
    type: integer
    bands: [{at_least: 0, below: 3, gives: 1}, {at_least: 3, gives: 2}]
attributes:
  talk: {title: Talk held, type: flag, question: Was the talk held?}
  points: {title: Points, type: integer, unit: points, range: {at_least: 0, at_most: 10}, question: How many points?}
  step: {title: Step, type: integer, report: true, derive: {lookup: {of: points, table: step_by_points}}}
  positions:
    title: Positions
    type: records
    question: Which positions?
    fields: {start: {type: date, precision: month}, end: {type: date, precision: month},
      share: {type: number, range: {at_least: 0, at_most: 1}}}
  full_time_years: {title: Years of full-time work, type: number, unit: years, report: true,
    derive: {years: {records: positions, from: start, to: end, weight: share}}}
  actions:
    title: Actions
    type: records
    question: Which actions?
    fields: {on: {type: date}}
  actions_that_count: {title: Actions that count, type: integer, unit: actions,
    derive: {count: {records: actions, where: {on: {within: 1 year}}}}}
  reviews:
    title: Reviews
    type: records
    question: Which reviews?
    fields: {held_on: {type: date}, rating: {type: scale, scale: rating}}
  exceeds_of_two: {title: Ratings of exceeds of the last two, type: integer, unit: ratings,
    derive: {count: {records: reviews, by: held_on, last: 2, of_which: {rating: {at_least: exceeds}}}}}
  rating_before: {title: Rating before the last one, type: scale, scale: rating,
    derive: {latest: {records: reviews, by: held_on, field: rating, nth: 2}}}
""",
    "moves.yaml": """\
moves:
  - {from: smith-1, to: smith-2, kind: promotion, basis: judgement, reason: Up.}
  - {from: smith-2, to: smith-1, kind: demotion, basis: judgement, reason: Down., when: {points: {below: 1}}}
""",
    "roles/levels.yaml": """\
title: Smith {level}
track: craft
roles:
  smith-1: {rung: 1, level: I, points: 2}
  smith-2: {rung: 2, level: II, points: 4}
defaults: {kind: skill, required: true, basis: judgement}
criteria:
  - {id: points, title: '{points} points', advice: Learn., when: {points: {at_least: '{points}'}}}
  - {id: steady, title: Steady, advice: Stay., when: {condition: steady}}
  - {id: reviews, title: Reviews, advice: Work.,
     when: {exceeds_of_two: {at_least: 1}, rating_before: {at_least: meets}, step: {at_least: 1}}}
""",
}
STRICTER = {
    "attributes.yaml": [
        ("within: 1 year", "within: 2 years"),
        ("below: 3", "below: 5"),
        ("at_least: 3, gives", "at_least: 5, gives"),
        ("last: 2", "last: 1"),
    ],
    "pack.yaml": [("at_least: 2}", "at_least: 3}")],
    "roles/levels.yaml": [("points: 4", "points: 5")],
}


def written(folder: Path, *, stricter: bool = False) -> Path:
    """Write the pack, or a stricter one."""
    for name, text in FILES.items():
        for old, new in STRICTER.get(name, []) if stricter else []:
            assert old in text
            text = text.replace(old, new)  # noqa: PLW2901 - one edit after the other
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    return folder


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a folder with both packs, twelve people and what was decided on them."""
    monkeypatch.chdir(tmp_path)
    written(tmp_path / "rules")
    written(tmp_path / "stricter", stricter=True)
    people = [
        {
            "id": f"p{number}",
            "name": f"Person {number}",
            "role": "smith-1",
            "talk": number % 4 != 0,
            "points": number % 7,
            "positions": [{"start": f"{2021 + number % 4}-01", "share": [1, 0.5, 0.8][number % 3]}],
            "actions": [{"on": "2026-03-01"}] if number % 5 == 0 else [],
            "reviews": [
                {"held_on": "2025-06-01", "rating": ["meets", "exceeds"][number % 2]},
                {"held_on": "2026-06-01", "rating": ["exceeds", "meets", "exceeds"][number % 3]},
            ],
            "group:sex": ["female", "male"][number % 2],
        }
        for number in range(12)
    ]
    (tmp_path / "people.jsonl").write_text("".join(json.dumps(person) + "\n" for person in people))
    with (tmp_path / "decisions.csv").open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["person", "role", "decision", "date"])
        writer.writerows([f"p{number}", "smith-2", "promoted" if number % 3 else "declined", "2026-10-01"] for number in range(12))
    return tmp_path


ON = ["--on", "people.jsonl", "--rules", "rules", "--as-of", "2026-11-01"]
PERSON = ["people.jsonl", "--person", "p3", "--rules", "rules", "--as-of", "2026-11-01"]
VERBS = {
    "diff": (
        ["diff", "rules", "stricter", "--on", "people.jsonl", "--as-of", "2026-11-01"],
        [
            "years of full-time work, at least 2 years → at least 3 years; used by “Steady” of Smith I and “Steady” of Smith II",
            "“Step by points”: at least 3 → at least 5, which gives 2; for “Step”",
            "points, at least 4 points → at least 5 points",
            "4 of 12 people get another verdict: 4 for Smith II",
        ],
    ),
    "sweep of a border": (
        ["sweep", "smith-2", "tables.step_by_points.3.at_least", "--values", "2,3,5", *ON],
        ["2 are “promotable”", "The counts are the same at every value shown."],
    ),
    "sweep of a named condition": (
        ["sweep", "smith-2", "conditions.steady.full_time_years.at_least", "--values", "1..3", *ON],
        ["A named condition holds wherever it is used, here by 2 rules", "3 1 5 6 0"],
    ),
    "sweep of a cell": (["sweep", "smith-2", "points.points.at_least", "--values", "4,5", *ON], ["4 today 2 7 3 0"]),
    "impact": (
        ["impact", "--role", "smith-2", "--by", "sex", "--exact", *ON],
        ["Adverse impact: promotable by sex", "12 people to whom a move is open: 2 promotable."],
    ),
    "backtest": (
        ["backtest", "--on", "people.jsonl", "--decisions", "decisions.csv", "--rules", "rules"],
        ["of those “promotable” were promoted", "of those promoted were “promotable”", "Promoted, and not “promotable”: "],
    ),
    "whatif": (
        ["whatif", *PERSON, "--role", "smith-2", "--set", "points=5"],
        ["growing 66 % promotable 100 % a promotion", "4 points: unmet → met, required"],
    ),
    "compare": (
        ["compare", "people.jsonl", "--role", "smith-2", "--rules", "rules", "--as-of", "2026-11-01"],
        ["Person 6 and Person 11 are “promotable”"],
    ),
    "rank": (
        ["rank", "people.jsonl", "--role", "smith-2", "--rules", "rules", "--as-of", "2026-11-01"],
        ["verdict, Years of full-time work (more first), score"],
    ),
    "set of a named condition": (
        ["set", "smith-2", "conditions.steady.full_time_years.at_least", "3", "--rules", "rules", "--dry-run"],
        ["2 → 3 years (nothing written)", "it is said once, and holds for “Steady” of Smith I and “Steady” of Smith II"],
    ),
    "set of a border": (
        ["set", "smith-2", "tables.step_by_points.3.at_least", "4", "--rules", "rules", "--dry-run"],
        ["{at_least: 0, below: 4, gives: 1}, {at_least: 4, gives: 2}"],
    ),
    "set of a cell": (
        ["set", "smith-2", "points.points.at_least", "6", "--rules", "rules", "--dry-run"],
        ["rules/roles/levels.yaml:5:", "points: 6"],
    ),
}


@pytest.mark.parametrize(("arguments", "told"), VERBS.values(), ids=VERBS)
def test_each_verb_tells_the_pack_in_its_own_words(
    arguments: list[str], told: list[str], place: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """No verb fails over such a pack, and each calls things by their names: the best verdict as the pack does, and not ready."""
    assert place.is_dir()
    assert run(arguments) == 0
    shown = " ".join(capsys.readouterr().out.split())
    for words in told:
        assert words in shown, shown
    assert " ready " not in shown.replace("ready for", "")
