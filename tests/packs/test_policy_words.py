"""What a pack of policies showed of words: nothing counted, demotions that are open, roles that nobody states, tables of today's role."""

from __future__ import annotations

import datetime
import json
from pathlib import Path

import pytest

from evaluator.cli.main import run
from evaluator.diagnostics import Problems
from evaluator.packs.lint import lint_pack
from evaluator.reading.days import report_dated_ahead
from evaluator.reading.pack.pack import load_pack
from evaluator.reading.profile.profile import load_profile
from evaluator.report.sentences import condition_words

POLICIES = Path(__file__).parents[1] / "ladders" / "policies"
PACK = """\
pack: shop
title: Shop
version: 1.0.0
language: 2
effective: 2026-01-01
tracks: {craft: {title: Craft}}
verdicts:
  - {verdict: ready, when: {required_unmet: {at_most: 0}}}
  - verdict: not yet
conditions:
  clean: {title: Nothing on file, when: {warnings: {at_most: 0}}}
"""
ATTRIBUTES = """\
tables:
  months_by_role: {type: integer, rows: {ROWS}}
attributes:
  warnings: {title: Warnings, type: integer, unit: warnings, range: {at_least: 0}, question: How many warnings?}
  open_actions:
    title: Actions that still count
    type: integer
    unit: actions
    derive: {count: {records: actions, where: {on: {within: 1 year}}}}
  late: {title: Days late, type: integer, unit: days, range: {at_least: -5}, question: How late?}
  failed: {title: Failures, type: integer, range: {at_least: 0}, question: How many failures?}
  reports: {title: Reports, type: integer, unit: people, range: {at_least: 0}, wording: '{number} direct reports', question: How many?}
  months: {title: Months in role, type: integer, unit: months, range: {at_least: 0}, question: How many months?}
  needed: {title: Months needed, type: integer, unit: months, derive: {lookup: {of: current_role, table: months_by_role}}}
  actions:
    title: Actions
    type: records
    question: Which actions?
    fields: {on: {type: date}, what: {type: text}}
  jobs:
    title: Jobs
    type: records
    question: Which jobs?
    fields: {start: {type: date, precision: month}, end: {type: date, precision: month}}
  job_years:
    title: Years in jobs
    type: number
    unit: years
    derive: {years: {records: jobs, from: start, to: end, where: {end: {within: 5 years}}}}
"""
CRITERION = "  - {{id: {id}, title: {id}, kind: skill, required: true, basis: judgement, advice: Learn., when: {when}}}\n"
ROLES = {
    "newcomer": "role: newcomer\ntitle: Newcomer\ntrack: craft\nrung: 0\nentry: true\n",
    "smith": "role: smith\ntitle: Smith\ntrack: craft\nrung: 1\ncriteria:\n"
    + CRITERION.format(id="months", when="{months: {at_least: {attribute: needed}}}")
    + CRITERION.format(id="clean", when="{condition: clean, open_actions: {at_most: 0}, job_years: {at_least: 0}}"),
    "master": "role: master\ntitle: Master\ntrack: craft\nrung: 2\ncriteria:\n"
    + CRITERION.format(
        id="more", when="{months: {at_least: {attribute: needed}}, late: {at_most: 0}, failed: {at_most: 0}, reports: {is: 0}}"
    ),
}
MOVES = """\
moves:
  - {from: newcomer, to: smith, kind: promotion, basis: judgement, reason: Up.}
  - {from: smith, to: master, kind: promotion, basis: judgement, reason: Up.}
  - {from: master, to: smith, kind: demotion, basis: judgement, reason: Down., when: {warnings: {at_least: 3}}}
"""


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    """Return the folder of a pack whose table has a row for each role from which a move leads on."""
    return written(tmp_path / "rules", "newcomer: 0, smith: 12")


def written(folder: Path, rows: str, moves: str = MOVES) -> Path:
    """Write the pack with some rows in its table over today's role."""
    (folder / "roles").mkdir(parents=True)
    (folder / "pack.yaml").write_text(PACK)
    (folder / "attributes.yaml").write_text(ATTRIBUTES.replace("ROWS", rows))
    (folder / "moves.yaml").write_text(moves)
    for name, text in ROLES.items():
        (folder / "roles" / f"{name}.yaml").write_text(text)
    return folder


WORDS = {
    "warnings: {at_most: 0}": "no warnings",
    "warnings: {is: 0}": "no warnings",
    "warnings: {below: 1}": "no warnings",
    "warnings: {at_most: 1}": "at most 1 warning",
    "warnings: {at_least: 1}": "at least 1 warning",
    "open_actions: {at_most: 0}": "no actions that still count",
    "late: {at_most: 0}": "days late is at most 0 days",
    "failed: {at_most: 0}": "failures are at most 0",
    "reports: {is: 0}": "no direct reports",
}


@pytest.mark.parametrize(("when", "words"), WORDS.items(), ids=WORDS)
def test_none_of_what_is_counted(when: str, words: str, tmp_path: Path) -> None:
    """What cannot be below none reads `no warnings`; a number that can, or of which nothing is counted, reads by its title."""
    folder = written(tmp_path / "rules", "newcomer: 0, smith: 12")
    (folder / "roles/smith.yaml").write_text(
        ROLES["smith"].replace("{condition: clean, open_actions: {at_most: 0}, job_years: {at_least: 0}}", f"{{{when}}}")
    )
    pack = load_pack(folder)
    assert condition_words(pack.roles["smith"].criteria[1].when, pack.attributes) == words


def test_a_gap_of_none(shop: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A gap says what is needed in the same words."""
    person = shop / "ada.yaml"
    person.write_text("profile: ada\nattributes: {months: 0, warnings: 2, jobs: [], actions: []}\n")
    assert run(["explain", str(person), "smith", "--rules", str(shop), "--as-of", "2026-11-01"]) == 0
    shown = capsys.readouterr().out
    assert "needs no warnings" in shown
    assert "at most 0" not in shown


def test_explain_names_a_named_condition_in_data(shop: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """JSON says which named condition of the pack a part of a condition is."""
    person = shop / "ada.yaml"
    person.write_text("profile: ada\nattributes: {months: 0, warnings: 2}\n")
    assert run(["explain", str(person), "smith", "--rules", str(shop), "--as-of", "2026-11-01", "--format", "json"]) == 0
    when = json.loads(capsys.readouterr().out)["criteria"][1]["when"]
    assert when["condition"] is None
    assert [part["condition"] for part in when["parts"]] == [{"id": "clean", "title": "Nothing on file"}, None, None]


def test_an_open_demotion_is_told(shop: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """`evaluate` says for whom a demotion is open, and of whom it is not known; of who is not touched, nothing."""
    for name, warnings in (("ada", "{warnings: 3}"), ("bob", "{}"), ("cy", "{warnings: 0}")):
        (shop / f"{name}.yaml").write_text(f"profile: {name}\nrole: master\nattributes: {warnings}\n")
    (shop / "dan.yaml").write_text("profile: dan\nrole: smith\nattributes: {warnings: 3}\n")
    people = [str(shop / f"{name}.yaml") for name in ("ada", "bob", "cy", "dan")]
    assert run(["evaluate", *people, "--rules", str(shop), "--as-of", "2026-11-01"]) == 0
    notes = [line.strip() for line in capsys.readouterr().out.splitlines() if "demotion" in line]
    assert [note.removeprefix("Note").strip() for note in notes] == [
        "a demotion to Smith is open for ada",
        "whether a demotion to Smith is open is not known of bob",
    ]


@pytest.mark.parametrize("engine", ["columns", "inference", "reference"])
def test_rank_names_the_entry_role_of_who_states_none(engine: str, shop: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Whoever states no role holds the entry role, in the table as in the moves."""
    table = shop / "people.csv"
    table.write_text("id,role,months,warnings\na,,3,0\nb,newcomer,2,0\n")
    base = ["rank", str(table), "--role", "smith", "--rules", str(shop), "--as-of", "2026-11-01", "--engine", engine]
    if engine == "columns":
        assert run(base) == 0
        assert capsys.readouterr().out.count("Newcomer") == 2
    assert run([*base, "--format", "json"]) in {0, 2}
    shown = capsys.readouterr().out
    assert not shown or [one["role"] for one in json.loads(shown)["candidates"]] == ["newcomer", "newcomer"]


def test_a_table_over_todays_role_needs_rows_for_roles_that_lead_on(tmp_path: Path) -> None:
    """No row is asked for of the top role, from which no move leads on but down; a role that leads on has to have one."""

    def told(rows: str, moves: str = MOVES) -> list[str]:
        folder = written(tmp_path / str(len(list(tmp_path.iterdir()))), rows, moves)
        return [one.message for one in lint_pack(folder) if one.code == "R305"]

    assert told("newcomer: 0, smith: 12") == []
    (missing,) = told("newcomer: 0")
    assert "smith" in missing
    assert "master" not in missing
    up = MOVES.replace("moves:\n", "moves:\n  - {from: master, to: smith, kind: lateral, basis: judgement, reason: Across.}\n").replace(
        "  - {from: master, to: smith, kind: demotion, basis: judgement, reason: Down., when: {warnings: {at_least: 3}}}\n", ""
    )
    assert len(told("newcomer: 0, smith: 12", up)) == 1


def test_show_names_the_row_of_a_role_from_a_table(capsys: pytest.CaptureFixture[str]) -> None:
    """The file of a role from a table is named with the line of its row."""
    assert run(["show", "gs-13", "--rules", str(POLICIES)]) == 0
    shown = " ".join(capsys.readouterr().out.split())
    assert "roles/general-schedule.yaml:5:3, a row of a table of roles" in shown


DATES = {
    "in a window": ("actions: [{on: 2026-12-01, what: x}]", "an entry of `actions` has the `on` 2026-12-01, which has not come"),
    "in a window, past": ("actions: [{on: 2026-10-01, what: x}]", None),
    "an end to come": ("jobs: [{start: 2026-01, end: 2027-01}]", None),
    "a start to come": ("jobs: [{start: 2026-12, end: 2027-01}]", "an entry of `jobs` begins on 2026-12-01, which has not come"),
}


@pytest.mark.parametrize(("stated", "told"), DATES.values(), ids=DATES)
def test_entries_that_a_window_reads_and_that_have_not_come(stated: str, told: str | None, shop: Path) -> None:
    """An entry dated ahead is told where a window reads its date; the end of something that goes on may lie ahead."""
    (shop / "ada.yaml").write_text(f"profile: ada\nattributes:\n  {stated}\n")
    pack, problems = load_pack(shop), Problems()
    report_dated_ahead(pack, load_profile(shop / "ada.yaml", pack), datetime.date(2026, 11, 1), problems)
    assert [one.message for one in problems] == ([] if told is None else [told])
