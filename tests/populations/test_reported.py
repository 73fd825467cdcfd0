"""What a pack reports beside verdicts, and what each criterion has and needs: the same from every engine, numbers as numbers."""

from __future__ import annotations

import csv
import itertools
import json
import shlex
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from evaluator.cli.main import run
from tests.tiny_pack import write

FILES = {
    "pack.yaml": """
pack: points
title: Points
version: 1.0.0
language: 2
effective: 2026-01-01
tracks: {craft: {title: Craft}}
verdicts:
  - {verdict: ready, when: {required_unmet: {at_most: 0}}}
  - {verdict: not yet}
""",
    "attributes.yaml": """
scales: {level: [none, working, expert]}
tables:
  growth:
    type: scale
    scale: level
    bands: [{at_least: 0, below: 3, gives: none}, {at_least: 3, below: 7, gives: working}, {at_least: 7, gives: expert}]
attributes:
  a: {title: Mobile, type: integer, unit: points, range: {at_least: 0, at_most: 5}, question: a}
  b: {title: Servers, type: integer, unit: points, range: {at_least: 0, at_most: 5}, question: b}
  skill: {title: Skill, type: scale, scale: level, question: s}
  lead: {title: Leads people, type: flag, question: l}
  joined: {title: Joined, type: date, question: j}
  total: {title: Total, type: integer, unit: points, report: true, derive: {sum: [a, b]}}
  average: {title: Average, type: number, unit: points, report: true, derive: {mean: [a, b, 0]}}
  growth: {title: Growth, type: scale, scale: level, report: true, derive: {lookup: {of: total, table: growth}}}
  half: {title: Half of it, type: flag, report: true, derive: {when: [{if: {total: {at_least: 5}}, then: true}, {otherwise: false}]}}
  days: {title: Days here, type: integer, unit: days, report: true, may_be_given: true, question: d, derive: {days_since: joined}}
  verdict:
    title: Word
    type: choice
    options: [low, high]
    report: true
    derive: {when: [{if: {a: {above: 2}}, then: high}, {otherwise: low}]}
  unseen: {title: Unseen, type: integer, unit: points, report: false, derive: {sum: [a, 1]}}
""",
    "roles/lead.yaml": """
role: lead
title: Lead
track: craft
rung: 1
criteria:
  - {id: points, title: Points, kind: step, required: true, basis: judgement, advice: x, when: {total: {at_least: 7}}}
  - {id: skilled, title: Skilled, kind: skill, required: true, basis: judgement, advice: x, when: {skill: {at_least: working}}}
  - {id: both, title: Both, kind: skill, basis: judgement, advice: x, when: {a: {at_least: 3}, lead: true}}
  - {id: led, title: Has led, kind: skill, basis: judgement, advice: x, when: {none_of: [{b: {below: 2}}]}, applies_when: {lead: true}}
""",
    "moves.yaml": "moves: []\n",
}
PEOPLE = """id,a,b,skill,lead,joined,total
ann,5,5,expert,true,2026-10-22,kept
bob,1,,none,,,kept
cat,2,2,,false,2026-11-03,kept
"""
COLUMNS = ["total_between", "average", "average_between", "growth", "growth_between", "half", "half_between", "days", "days_between"]
REPORTED = {
    "ann": (10, None, 10 / 3, None, "expert", None, True, None, 10, None, "high", None),
    "bob": (None, "1 to 6 points", None, "0.33 to 2 points", None, "none to working", None, None, None, None, "low", None),
    "cat": (4, None, 4 / 3, None, "working", None, False, None, -2, None, "low", None),
}
NAMES = ["total", *COLUMNS, "reported.verdict", "verdict_between"]
MEASURED = {
    ("ann", "points"): ("total", 10.0, 7.0, 0.0, "points", "10 points", "at least 7 points"),
    ("ann", "skilled"): ("skill", None, None, 0.0, "levels", "expert", "at least working"),
    ("ann", "both"): (None, None, None, None, None, None, None),
    ("ann", "led"): ("b", 5.0, 2.0, 0.0, "points", "5 points", "at least 2 points"),
    ("bob", "points"): ("total", None, 7.0, 1.0, "points", "1 to 6 points", "at least 7 points"),
    ("bob", "skilled"): ("skill", None, None, 1.0, "levels", "none", "at least working"),
    ("bob", "both"): ("a; lead", None, None, None, None, "1 point; unknown", "at least 3 points; yes"),
    ("bob", "led"): ("b", None, 2.0, None, "points", "unknown", "at least 2 points"),
    ("cat", "points"): ("total", 4.0, 7.0, 3.0, "points", "4 points", "at least 7 points"),
    ("cat", "skilled"): ("skill", None, None, None, None, "unknown", "at least working"),
    ("cat", "both"): ("a; lead", None, None, None, None, "2 points; no", "at least 3 points; yes"),
    ("cat", "led"): (None, None, None, None, None, None, None),
}
"""By hand: of one test numbers, of several that are short words alone, of what is met or does not apply no more than there is."""
MEASURES = ["attribute", "have", "need", "distance", "unit", "have_words", "need_words"]


@pytest.fixture(name="folder")
def _folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    write(tmp_path / "rules", FILES)
    (tmp_path / "people.csv").write_text(PEOPLE.replace(",total", "").replace(",kept", ""), encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def table(words: str, path: str = "out.parquet") -> pl.DataFrame:
    """Return what `evaluate` writes."""
    assert run(shlex.split(f"evaluate people.csv --rules rules -o {path} --as-of 2026-11-01 {words}")) == 0
    return pl.read_parquet(path)


@pytest.mark.usefixtures("folder")
@pytest.mark.parametrize(
    ("engine", "level"),
    [*itertools.product(("columns", "reference", "inference"), ("people", "roles", "criteria")), ("duckdb", "people")],
)
def test_reported_attributes_are_columns_at_every_level_from_every_engine(engine: str, level: str) -> None:
    """The exact values, and bounds in words; a name that a result has already gets a prefix, and one not reported has no column."""
    found = table(f"--role lead --level {level} --engine {engine}")
    assert found.columns[-len(NAMES) :] == NAMES
    assert "unseen" not in found.columns
    rows = found.select("id", *NAMES).unique(maintain_order=True).rows()
    assert {who: tuple(cells) for who, *cells in rows} == REPORTED
    assert [found.schema[name] for name in ("total", "average", "growth", "half")] == [pl.Int64, pl.Float64, pl.String, pl.Boolean]


@pytest.mark.usefixtures("folder")
@pytest.mark.parametrize("engine", ["columns", "reference", "inference"])
def test_a_criterion_has_and_needs_the_same_from_every_engine(engine: str) -> None:
    """Numbers as numbers, of scales and flags in words."""
    found = table(f"--role lead --level criteria --engine {engine}")
    assert {(row["id"], row["criterion"]): tuple(row[name] for name in MEASURES) for row in found.to_dicts()} == MEASURED


@pytest.mark.usefixtures("folder")
@pytest.mark.parametrize("ending", ["csv", "jsonl", "xlsx"])
def test_every_format_holds_them(ending: str) -> None:
    """CSV as text, JSON Lines and Excel as numbers."""
    assert run(shlex.split(f"evaluate people.csv --rules rules --role lead -o out.{ending} --as-of 2026-11-01")) == 0
    rows: list[dict[str, Any]]
    if ending == "csv":
        rows = list(csv.DictReader(Path("out.csv").read_text(encoding="utf-8").splitlines()))
        assert [(row["total"], row["total_between"]) for row in rows] == [("10", ""), ("", "1 to 6 points"), ("4", "")]
        return
    if ending == "jsonl":
        rows = [json.loads(line) for line in Path("out.jsonl").read_text(encoding="utf-8").splitlines()]
    else:
        calamine = pytest.importorskip("python_calamine")
        head, *cells = calamine.CalamineWorkbook.from_path("out.xlsx").get_sheet_by_index(0).to_python()
        rows = [dict(zip(head, [cell if cell != "" else None for cell in row], strict=True)) for row in cells]
    assert [(row["total"], row["total_between"]) for row in rows] == [(10, None), (None, "1 to 6 points"), (4, None)]


def test_a_column_carried_along_gives_way_to_a_reported_attribute(folder: Path) -> None:
    """As to any column of the results."""
    (folder / "people.csv").write_text(PEOPLE.replace(",total", ",total_between"), encoding="utf-8")
    found = table("--role lead --keep total_between")
    assert found["kept.total_between"].to_list() == ["kept"] * 3
    assert found["total_between"].to_list() == [None, "1 to 6 points", None]


def test_json_explain_and_a_case_tell_them(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """With `between` in JSON, and in words wherever a person reads them."""
    (folder / "bob.yaml").write_text("profile: bob\nname: Bob\nattributes: {a: 1, skill: none}\n", encoding="utf-8")
    for verb in ("explain bob.yaml lead", "case bob.yaml lead", "case bob.yaml lead --format markdown"):
        assert run(shlex.split(f"{verb} --rules rules --as-of 2026-11-01")) == 0
        told = " ".join(capsys.readouterr().out.split())
        assert "1 to 6 points" in told
        assert "Unseen" not in told
    for verb in ("evaluate bob.yaml --role lead", "explain bob.yaml lead"):
        assert run(shlex.split(f"{verb} --rules rules --as-of 2026-11-01 --format json")) == 0
        found = {one["attribute"]: one for one in json.loads(capsys.readouterr().out)["reported"]}
        assert list(found) == ["total", "average", "growth", "half", "days", "verdict"]
        assert found["total"] == {
            "attribute": "total",
            "title": "Total",
            "value": None,
            "between": [1, 6],
            "unit": "points",
            "words": "1 to 6 points",
        }
        assert (found["growth"]["between"], found["half"]["between"]) == (["none", "working"], [False, True])
        assert (found["verdict"]["value"], found["verdict"]["between"], found["days"]["words"]) == ("low", None, "unknown")


def test_a_pack_that_reports_nothing_has_no_column_and_an_empty_list(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """As before."""
    path = folder / "rules/attributes.yaml"
    path.write_text(path.read_text(encoding="utf-8").replace("report: true", "report: false"), encoding="utf-8")
    assert table("--role lead").columns[-1] == "pack_hash"
    (folder / "bob.yaml").write_text("profile: bob\nattributes: {a: 1}\n", encoding="utf-8")
    capsys.readouterr()
    assert run(shlex.split("evaluate bob.yaml --role lead --rules rules --as-of 2026-11-01 --format json")) == 0
    assert json.loads(capsys.readouterr().out)["reported"] == []


@pytest.mark.usefixtures("folder")
def test_lint_counts_what_is_reported_as_used() -> None:
    """And says how to have the rest shown."""
    assert run(shlex.split("lint --rules rules --format json -o found.json")) in {0, 1}
    found = [one for one in json.loads(Path("found.json").read_text(encoding="utf-8"))["findings"] if one["code"] == "R501"]
    assert [(one["message"], one["help"]) for one in found] == [
        ("nothing reads the attribute `unseen`", "use it in a rule, say `report: true` where results are to show it, or take it out")
    ]


def test_a_number_too_large_for_a_column_is_told(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Ten to the power of twenty has no column of whole numbers."""
    path = folder / "rules/attributes.yaml"
    large = "{sum: [{product: [10000000000, 10000000000]}, {product: [0, a, b]}]}"
    text = path.read_text(encoding="utf-8").replace("{sum: [a, 1]}", large).replace("report: false", "report: true")
    path.write_text(text, encoding="utf-8")
    assert run(shlex.split("evaluate people.csv --rules rules --role lead -o out.csv --as-of 2026-11-01")) == 2
    assert "`unseen` comes to 100000000000000000000 points, which is too large for a column" in " ".join(capsys.readouterr().err.split())


def _profiles(folder: Path) -> None:
    (folder / "people").mkdir()
    for row in csv.DictReader(PEOPLE.splitlines()):
        given = ", ".join(f"{name}: {row[name]}" for name in ("a", "b", "skill", "lead", "joined") if row[name])
        text = f"profile: {row['id']}\nname: {row['id'].title()}\nattributes: {{{given}}}\n"
        (folder / "people" / f"{row['id']}.yaml").write_text(text, encoding="utf-8")


def _text(value: object) -> str:
    return "" if value is None else str(value).lower() if isinstance(value, bool) else str(value)


def test_rows_of_profiles_hold_what_tables_of_people_hold(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """By the same names, each value and what it lies between, of one profile and of a folder."""
    _profiles(folder)
    for path, ids in (("people", list(REPORTED)), ("people/bob.yaml", ["bob"])):
        assert run(shlex.split(f"evaluate {path} --role lead --rules rules --as-of 2026-11-01 --format csv")) == 0
        rows = {row["id"]: row for row in csv.DictReader(capsys.readouterr().out.splitlines())}
        assert list(rows) == ids
        for name, row in rows.items():
            assert list(row)[-len(NAMES) :] == NAMES
            assert [row[column] for column in NAMES] == [_text(value) for value in REPORTED[name]]


def test_a_ranking_and_a_comparison_tell_them(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A column each in the table of a ranking, a line each over a comparison, a value or what it lies between."""
    _profiles(folder)
    assert run(shlex.split("rank people.csv --role lead --among everyone --rules rules --as-of 2026-11-01 --format csv")) == 0
    ranked = {row["id"]: row for row in csv.DictReader(capsys.readouterr().out.splitlines())}
    assert (ranked["ann"]["total"], ranked["bob"]["total_between"]) == ("10", "1 to 6 points")
    assert run(shlex.split("rank people.csv --role lead --among everyone --rules rules --as-of 2026-11-01")) == 0
    head, _, *lines = capsys.readouterr().out.splitlines()[3:8]
    assert [title in head for title in ("Total", "Average", "Growth", "Half of it", "Days here", "Word")] == [True] * 6
    assert ["10 points" in line for line in lines] == [True, False, False]
    assert ["1 to 6 points" in line for line in lines].count(True) == 1
    assert run(shlex.split("compare people/ann.yaml people/bob.yaml --role lead --rules rules --as-of 2026-11-01")) == 0
    told = {line.split("  ")[0]: line for line in capsys.readouterr().out.splitlines()}
    assert "10 points" in told["Total"]
    assert "1 to 6 points" in told["Total"]
    assert "working" in told["Growth"]


def test_a_change_tells_what_it_makes_of_them(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Before and after where they differ, what they lie between too, and once where they do not."""
    _profiles(folder)
    words = "whatif people/bob.yaml --set b=2 --role lead --rules rules --as-of 2026-11-01"
    assert run(shlex.split(words)) == 0
    told = {line.split("  ")[0]: " ".join(line.split()[1:]) for line in capsys.readouterr().out.splitlines()}
    assert told["Total"] == "1 to 6 points, then 3 points"
    assert told["Word"] == "low"
    assert run(shlex.split(f"{words} --format json")) == 0
    found = json.loads(capsys.readouterr().out)["reported"]
    before, after = ({one["attribute"]: (one["value"], one["between"]) for one in found[side]} for side in ("before", "after"))
    assert (before["total"], after["total"]) == ((None, [1, 6]), (3, None))


def test_what_breaks_ties_is_told_in_part_where_the_pack_reports_it(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """In the one column that it has in the report: its value, or what that lies between."""
    _profiles(folder)
    path = folder / "rules/pack.yaml"
    path.write_text(
        f"{path.read_text(encoding='utf-8')}ranking: {{tie_breakers: [{{attribute: total, prefer: high}}]}}\n", encoding="utf-8"
    )
    assert run(shlex.split("rank people.csv --role lead --among everyone --rules rules --as-of 2026-11-01")) == 0
    head, _, *lines = capsys.readouterr().out.splitlines()[3:8]
    assert head.count("Total") == 1
    assert sorted((" 10 " in line, "1 to 6 points" in line) for line in lines) == [(False, False), (False, True), (True, False)]


def test_a_pack_that_reports_nothing_ranks_and_compares_as_before(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """No column and no line more."""
    _profiles(folder)
    path = folder / "rules/attributes.yaml"
    path.write_text(path.read_text(encoding="utf-8").replace("report: true, ", "").replace("    report: true\n", ""), encoding="utf-8")
    assert run(shlex.split("evaluate people --role lead --rules rules --as-of 2026-11-01 --format csv")) == 0
    assert capsys.readouterr().out.splitlines()[0].endswith("pack_hash")
    assert run(shlex.split("rank people.csv --role lead --among everyone --rules rules --as-of 2026-11-01")) == 0
    assert capsys.readouterr().out.splitlines()[3].split() == ["Rank", "Name", "Role", "today", "Verdict", "Score", "Gaps"]
