"""Every verb that shows a verdict by every day that it can be asked for: refused, told as a projection, told as old, or nothing said."""

from __future__ import annotations

import datetime
import json
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import pytest

from evaluator.cli import clock
from evaluator.cli.main import run
from evaluator.core.days import Days
from evaluator.report.days import days_words

TODAY = datetime.date(2026, 11, 28)
Capture = pytest.CaptureFixture[str]

PACK = {
    "pack.yaml": """
pack: small
title: Small
version: 1.0.0
effective: 2020-01-01
tracks:
  line: {title: Line}
facts: {stale_after: 6 months}
verdicts:
  - {verdict: ready, when: {required_unmet: {at_most: 0}, score: {at_least: 0.5}}}
  - {verdict: not yet}
""",
    "attributes.yaml": """
attributes:
  years:
    title: Years
    type: number
    unit: years
    range: {at_least: 0, at_most: 40}
    question: How many years?
    effort: {each: 1}
    derive: {years: {records: history, from: start, to: end}}
    may_be_given: true
  history:
    title: Positions
    type: records
    question: Which positions?
    fields: {start: {type: date, precision: month}, end: {type: date, precision: month}}
  reports: {title: Reports, type: integer, unit: people, range: {at_least: 0, at_most: 99}, question: How many report to you?}
""",
    "moves.yaml": "moves:\n  - {from: junior, to: lead, kind: promotion, basis: judgement}\n",
    "roles/junior.yaml": """
role: junior
title: Junior
track: line
rung: 1
criteria:
  - {id: begun, title: Has begun, kind: qualification, basis: judgement, when: {years: {at_least: 0}}}
""",
    "roles/lead.yaml": """
role: lead
title: Lead
track: line
rung: 2
criteria:
  - {id: experience, title: Five years, kind: qualification, required: true, weight: 2, basis: judgement, when: {years: {at_least: 5}}}
""",
}
REFUSED, PROJECTION, OLD, NOTHING = "refused", "projection", "old", "nothing"
DAYS: Mapping[str, tuple[datetime.date | None, datetime.date | None, frozenset[str]]] = {
    "nothing stated": (None, None, frozenset()),
    "today": (TODAY, None, frozenset()),
    "tomorrow": (TODAY + datetime.timedelta(days=1), None, frozenset({PROJECTION})),
    "in five years": (datetime.date(2031, 11, 1), None, frozenset({PROJECTION})),
    "at the limit": (datetime.date(2026, 5, 28), None, frozenset()),
    "a day beyond the limit": (datetime.date(2026, 5, 27), None, frozenset({OLD})),
    "gathered today": (None, TODAY, frozenset()),
    "gathered long ago": (None, datetime.date(2025, 9, 1), frozenset({OLD})),
    "gathered long ago, judged ahead": (datetime.date(2031, 11, 1), datetime.date(2025, 9, 1), frozenset({PROJECTION, OLD})),
    "gathered long ago, judged today": (TODAY, datetime.date(2025, 9, 1), frozenset({OLD})),
    "gathered now, judged long ago": (datetime.date(2025, 9, 1), TODAY, frozenset({OLD})),
}
"""The day to judge for, the day of the facts, and what is to be told of them."""


def write(folder: Path, files: Mapping[str, str]) -> None:
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text.lstrip("\n"), encoding="utf-8")


def profile(name: str, judged: datetime.date | None, gathered: datetime.date | None) -> str:
    """Return a profile with those days."""
    lines = [
        f"profile: {name}",
        "role: junior",
        *([f"as_of: {judged}"] if judged else []),
        *([f"gathered: {gathered}"] if gathered else []),
    ]
    return "\n".join([*lines, "attributes:", "  years: 4", "  reports: 3"]) + "\n"


def table(judged: datetime.date | None, gathered: datetime.date | None) -> str:
    """Return a table of two people with those days."""
    rows = "".join(f"{name},junior,4,3,{judged or ''},{gathered or ''}\n" for name in ("ada", "ben"))
    return f"id,role,years,reports,as_of,gathered\n{rows}"


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Stand in a folder with the pack."""
    write(tmp_path / "rules", PACK)
    write(tmp_path / "stricter", {**PACK, "roles/lead.yaml": PACK["roles/lead.yaml"].replace("at_least: 5", "at_least: 3")})
    monkeypatch.chdir(tmp_path)
    return tmp_path


ONE = ("ada.yaml",)
MANY = ("people.csv",)
VERBS: Mapping[str, Sequence[str]] = {
    "evaluate": ("evaluate", *ONE),
    "evaluate as markdown": ("evaluate", *ONE, "--format", "markdown"),
    "evaluate as csv": ("evaluate", *ONE, "--format", "csv"),
    "evaluate a table": ("evaluate", *MANY),
    "evaluate a population": ("evaluate", *MANY, "-o", "out.csv"),
    "evaluate a population by role": ("evaluate", *MANY, "--level", "roles", "-o", "out.jsonl"),
    "evaluate a population by criterion": ("evaluate", *MANY, "--level", "criteria", "-o", "out.parquet"),
    "evaluate a population as html": ("evaluate", *MANY, "-o", "out.html"),
    "evaluate a population as a sheet": ("evaluate", *MANY, "-o", "out.xlsx"),
    "evaluate in a database": ("evaluate", *MANY, "--engine", "duckdb", "-o", "out.csv"),
    "evaluate a folder as a population": ("evaluate", "people", "-o", "out.csv"),
    "explain": ("explain", *ONE, "lead"),
    "explain as markdown": ("explain", *ONE, "lead", "--format", "markdown"),
    "rank": ("rank", *MANY, "--role", "lead"),
    "rank as csv": ("rank", *MANY, "--role", "lead", "--format", "csv"),
    "bench": ("bench", *MANY),
    "plan": ("plan", *ONE, "lead"),
    "whatif": ("whatif", *ONE, "--set", "years=6", "--role", "lead"),
    "diff": ("diff", "rules", "stricter", "--on", *MANY),
    "sweep": ("sweep", "lead", "experience.years.at_least", "--on", *MANY),
    "impact": ("impact", "--on", "groups.csv", "--by", "sex"),
    "watch": ("watch", "--on", *MANY, "--rules", "rules", "--saves", "1"),
}
LOOKING_BACK: Mapping[str, Sequence[str]] = {
    "case": ("case", *ONE, "lead"),
    "case as html": ("case", *ONE, "lead", "--format", "html"),
    "case as markdown": ("case", *ONE, "lead", "--format", "markdown"),
    "case of a table": ("case", *MANY, "lead", "--person", "ada"),
    "case of a parquet": ("case", "people.parquet", "lead", "--person", "ada"),
    "blind case": ("case", *ONE, "lead", "--anonymous"),
    "compare": ("compare", *ONE, "ben.yaml", "--role", "lead"),
    "compare as html": ("compare", *ONE, "ben.yaml", "--role", "lead", "--format", "html"),
    "compare a mix": ("compare", "ben.yaml", "one.csv", "--role", "lead"),
    "compare a table": ("compare", *MANY, "--role", "lead"),
    "decide": ("decide", *ONE, "lead", "--decision", "deferred", "--reason", "Not now."),
    "decide as json": ("decide", *ONE, "lead", "--decision", "deferred", "--reason", "Not now.", "--format", "json"),
    "decide of a table": ("decide", *MANY, "lead", "--person", "ada", "--decision", "deferred", "--reason", "Not now."),
}


def lay(judged: datetime.date | None, gathered: datetime.date | None) -> None:
    """Write profiles and tables with those days."""
    import polars as pl

    for place in (Path(), Path("people")):
        write(place, {f"{name}.yaml": profile(name, judged, gathered) for name in ("ada", "ben")})
    Path("people.csv").write_text(table(judged, gathered))
    Path("one.csv").write_text(table(judged, gathered).replace("ben,", "cleo,").partition("cleo")[0])
    sexes = table(judged, gathered).splitlines()
    Path("groups.csv").write_text("\n".join([f"{sexes[0]},group:sex", f"{sexes[1]},f", f"{sexes[2]},m"]) + "\n")
    people = {"id": ["ada", "ben"], "role": ["junior"] * 2, "years": [4, 4], "as_of": [judged] * 2, "gathered": [gathered] * 2}
    pl.DataFrame(people, schema_overrides={"as_of": pl.Date, "gathered": pl.Date}).write_parquet("people.parquet")


def unbroken(text: str) -> str:
    """Return a text without its line breaks: what is told of days is broken at 80 columns, be there a terminal or not."""
    return " ".join(text.split())


def told(shown: str) -> frozenset[str]:
    """Return what an output tells of days."""
    found, shown = set(), unbroken(shown)
    if "rojection to 20" in shown:
        found.add(PROJECTION)
    if "acts as of 20" in shown or "udged as of 20" in shown:
        found.add(OLD)
    return frozenset(found)


def said(words: Sequence[str], capfd: Capture) -> tuple[int, str]:
    """Run a verb and return its exit code and all that it says."""
    if words[0] == "watch":
        _save_once()
    code = run(list(words))
    out, err = capfd.readouterr()
    return code, out + err


def _save_once() -> None:
    """Have a rule file saved a moment later."""
    import threading

    path = Path("rules/roles/lead.yaml").resolve()
    threading.Timer(0.7, lambda: path.write_text(path.read_text().replace("weight: 2", "weight: 3"))).start()


@pytest.mark.slow
@pytest.mark.parametrize("day", DAYS)
@pytest.mark.parametrize("verb", VERBS)
def test_what_looks_ahead_tells_projections_and_old_days(verb: str, day: str, capfd: Capture) -> None:
    """A verdict for a day to come is called a projection to it, old facts and old days are told, and of what is of now nothing is said."""
    judged, gathered, expected = DAYS[day]
    lay(judged, gathered)
    code, shown = said(VERBS[verb], capfd)
    assert code == 0, shown
    assert told(shown) == expected
    if PROJECTION in expected:
        assert f"projection to {judged}" in shown


@pytest.mark.slow
@pytest.mark.parametrize("day", DAYS)
@pytest.mark.parametrize("verb", LOOKING_BACK)
def test_what_decides_refuses_a_day_to_come_and_tells_an_old_one(verb: str, day: str, capfd: Capture) -> None:
    """Cases, comparisons and decisions are not made for a day to come; old facts and days are told in them."""
    judged, gathered, expected = DAYS[day]
    lay(judged, gathered)
    code, shown = said(LOOKING_BACK[verb], capfd)
    if PROJECTION in expected:
        assert code == 2
        assert f"`as_of` is {judged}, a day that has not come" in shown
        assert not Path("decisions.log.jsonl").exists()
        again, _ = said([*LOOKING_BACK[verb], "--as-of", str(TODAY)], capfd)
        assert again == 0
    else:
        assert code == 0, shown
        assert told(shown) == expected


@pytest.mark.parametrize("verb", LOOKING_BACK)
def test_what_decides_refuses_an_option_for_a_day_to_come(verb: str, capfd: Capture) -> None:
    """--as-of is held to the same; the step that is told works."""
    lay(None, None)
    code, shown = said([*LOOKING_BACK[verb], "--as-of", "2026-11-29"], capfd)
    assert code == 2
    assert "--as-of 2026-11-29 has not come yet" in shown
    assert "say --as-of 2026-11-28 for today" in shown
    assert said([*LOOKING_BACK[verb], "--as-of", "2026-11-28"], capfd)[0] == 0


@pytest.mark.parametrize("verb", LOOKING_BACK)
def test_what_decides_refuses_facts_of_a_day_to_come(verb: str, capfd: Capture) -> None:
    """Facts that are said to be of a day to come would look fresh for ever."""
    lay(None, datetime.date(2031, 11, 1))
    code, shown = said([*LOOKING_BACK[verb], "--as-of", str(TODAY)], capfd)
    assert code == 2
    assert "`gathered` is 2031-11-01, a day that has not come" in shown


def test_the_place_of_the_day_is_told(capfd: Capture) -> None:
    """By path, line and column: of a profile, of a cell, and of a row of another format; all of a mix at once."""
    lay(datetime.date(2031, 11, 1), None)
    assert "ada.yaml:3:8: error P109" in said(["case", "ada.yaml", "lead"], capfd)[1]
    assert "people.csv:3:16: error P109" in said(["case", "people.csv", "lead", "--person", "ben"], capfd)[1]
    assert "people.parquet:2:1: error P109" in said(["case", "people.parquet", "lead", "--person", "ben"], capfd)[1]
    shown = said(["compare", "ben.yaml", "one.csv", "--role", "lead"], capfd)[1]
    assert [place in shown for place in ("ben.yaml:3:8", "one.csv:2:16")] == [True, True]


WORDS: Mapping[tuple[str | None, str | None], str] = {
    (
        "2031-11-01",
        "2025-09-01",
    ): "projection to 2031-11-01: what is stated stays as of 2025-09-01 and only what is computed from dates is carried "
    "forward; facts as of 2025-09-01, 14 months old",
    ("2026-11-29", None): "projection to 2026-11-29: what is stated stays as it is and only what is computed from dates is carried forward",
    ("2020-01-01", "2026-11-01"): "judged as of 2020-01-01, 82 months ago; facts as of 2026-11-01, 82 months after that day",
    ("2026-10-01", "2026-11-28"): "judged as of 2026-10-01; facts as of 2026-11-28, 1 month after that day",
    ("2026-11-27", "2026-11-28"): "judged as of 2026-11-27; facts as of 2026-11-28, after that day",
    ("2025-01-01", "2025-03-01"): "judged as of 2025-01-01, 22 months ago; facts as of 2025-03-01, 20 months old, 2 months after that day",
    ("2020-01-01", "2020-01-01"): "facts as of 2020-01-01, 82 months old",
    ("2026-11-28", "2026-11-01"): "",
}
"""What a reader is told, by the day judged for and the day of the facts, on 2026-11-28."""


@pytest.mark.parametrize("days", WORDS)
def test_what_is_told_of_days(days: tuple[str | None, str | None]) -> None:
    """What a projection leaves as it was, and facts of a later day than the one that is judged."""
    judged, gathered = (None if day is None else datetime.date.fromisoformat(day) for day in days)
    assert judged is not None
    assert days_words(Days(judged=judged, facts=gathered, today=TODAY, limit=12)) == WORDS[days]


def test_nobody_knows_of_which_day_facts_are(capfd: Capture) -> None:
    """Judged for a day long ago by facts without a day: they may be of any."""
    lay(None, None)
    for name in ("evaluate", "explain", "plan", "rank"):
        code, shown = said([*VERBS[name], "--as-of", "2020-01-01"], capfd)
        assert code == 0, shown
        assert "judged as of 2020-01-01, 82 months ago; of which day the facts are is not stated" in unbroken(shown)
        assert all(len(line) <= 80 for line in shown.splitlines() if line.startswith("Days "))


@pytest.mark.parametrize("verb", [*VERBS, *LOOKING_BACK])
def test_facts_of_a_later_day_are_told(verb: str, capfd: Capture) -> None:
    """Wherever the day is shown: judged for 2024, by what was gathered two years later."""
    lay(datetime.date(2024, 11, 1), datetime.date(2026, 11, 1))
    code, shown = said({**VERBS, **LOOKING_BACK}[verb], capfd)
    assert code == 0, shown
    assert "acts as of 2026-11-01, 24 months after that day" in unbroken(shown)


@pytest.mark.parametrize("verb", VERBS)
def test_a_projection_says_what_it_carries_forward(verb: str, capfd: Capture) -> None:
    """One sentence, wherever a projection is told."""
    lay(datetime.date(2031, 11, 1), None)
    shown = said(VERBS[verb], capfd)[1]
    assert "what is stated stays as it is and only what is computed from dates is carried forward" in unbroken(shown)


def test_the_claims_of_page_one_agree_with_the_items_below(capfd: Capture) -> None:
    """Evidence from after the day judged for carries nothing on that day, and is counted so; it makes nothing sound."""
    text = profile("ada", None, datetime.date(2026, 11, 1)).replace("years: 4", "years: 6")
    Path("ada.yaml").write_text(f"{text}evidence:\n  years:\n    - {{what: File, when: 2026-10, confirmed_by: People team}}\n")
    shown = said(["case", "ada.yaml", "lead", "--as-of", "2024-11-01"], capfd)[1]
    assert "for 1 of 1 claim behind met criteria (1 later than the day judged for, 1 from one source)" in shown
    assert "1 item of evidence, later evidence, one source only" in shown
    assert "the only claim behind met criteria carries evidence that is later than the day judged for" in shown
    shown = said(["case", "ada.yaml", "lead", "--as-of", "2026-11-01"], capfd)[1]
    assert "for 1 of 1 claim behind met criteria (1 from one source)" in shown


JSON_VERBS: Mapping[str, tuple[Sequence[str], Callable[[dict[str, object]], object]]] = {
    "evaluate": (("evaluate", *ONE, "--format", "json"), lambda found: found["days"]),
    "explain": (("explain", *ONE, "lead", "--format", "json"), lambda found: found["days"]),
    "plan": (("plan", *ONE, "lead", "--format", "json"), lambda found: found["days"]),
    "whatif": (("whatif", *ONE, "--set", "years=6", "--format", "json"), lambda found: found["days"]),
    "rank": (("rank", *MANY, "--role", "lead", "--format", "json"), lambda found: found["days"]),
    "bench": (("bench", *MANY, "--format", "json"), lambda found: found["days"]),
    "diff": (("diff", "rules", "stricter", "--on", *MANY, "--format", "json"), lambda found: found["days"]),
    "sweep": (("sweep", "lead", "experience.years.at_least", "--on", *MANY, "--format", "json"), lambda found: found["days"]),
    "impact": (("impact", "--on", "groups.csv", "--by", "sex", "--format", "json"), lambda found: found["days"]),
}


@pytest.mark.parametrize("verb", JSON_VERBS)
def test_json_has_the_days_as_fields(verb: str, capfd: Capture) -> None:
    """What text says in words is a field in JSON: the day projected to, the day of the facts, and whether they are old."""
    words, days = JSON_VERBS[verb]
    lay(datetime.date(2031, 11, 1), datetime.date(2025, 9, 1))
    assert run(list(words)) == 0
    found = days(json.loads(capfd.readouterr().out))
    assert isinstance(found, dict)
    assert "2031-11-01" in str(found["projection_to"])
    assert "2025-09-01" in str(found["facts_as_of"])
    assert found["facts_old"]
    lay(None, None)
    assert run(list(words)) == 0
    found = days(json.loads(capfd.readouterr().out))
    assert isinstance(found, dict)
    assert not found["projection_to"]
    assert not found["facts_old"]


@pytest.mark.parametrize("ending", ["csv", "jsonl", "parquet", "xlsx", "html"])
def test_tables_have_the_days_of_every_row(ending: str, capfd: Capture) -> None:
    """Whoever gets a row alone sees that its verdict is a projection, and of which day its facts are."""
    lay(datetime.date(2031, 11, 1), datetime.date(2025, 9, 1))
    assert run(["evaluate", "people.csv", "-o", f"out.{ending}"]) == 0
    capfd.readouterr()
    rows = _rows(Path(f"out.{ending}"))
    assert [(str(row["projection_to"]), str(row["facts_as_of"])) for row in rows] == [("2031-11-01", "2025-09-01")] * 2


def _rows(path: Path) -> list[dict[str, object]]:
    import polars as pl

    if path.suffix == ".html":
        import re

        cells = [re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", line) for line in path.read_text().splitlines() if "<tr>" in line]
        return [dict(zip(cells[0], row, strict=True)) for row in cells[1:]]
    if path.suffix == ".xlsx":
        from python_calamine import CalamineWorkbook

        head, *rows = CalamineWorkbook.from_path(path).get_sheet_by_index(0).to_python()
        return [dict(zip(map(str, head), row, strict=True)) for row in rows]
    readers: dict[str, Callable[[Path], pl.DataFrame]] = {
        ".csv": pl.read_csv,
        ".jsonl": pl.read_ndjson,
        ".parquet": pl.read_parquet,
    }
    return readers[path.suffix](path).to_dicts()


def test_rule_tests_are_exempt(capfd: Capture) -> None:
    """Worked examples name the day that they are for; no day of theirs is told."""
    write(
        Path("rules/tests"),
        {"lead.yaml": "role: lead\nas_of: 2031-11-01\ntests:\n  - {name: Long there, attributes: {years: 9}, expect: {verdict: ready}}\n"},
    )
    code, shown = said(["test", "--rules", "rules"], capfd)
    assert code == 0, shown
    assert told(shown) == frozenset()


def test_part_of_a_population_is_counted(capfd: Capture) -> None:
    """The range of days, and how many people it is about."""
    rows = ["id,role,years,as_of,gathered", "a,junior,4,,2025-01-01", "b,junior,4,,2026-11-01", "c,junior,4,2027-03-01,", "d,junior,4,,"]
    Path("people.csv").write_text("\n".join(rows) + "\n")
    shown = said(["evaluate", "people.csv", "-o", "out.csv"], capfd)[1]
    assert "projection to 2027-03-01 for 1 of 4 people" in unbroken(shown)
    assert "facts as of 2025-01-01 to 2026-11-01, more than 6 months old for 1 of 4 people" in unbroken(shown)


def test_a_pack_that_says_nothing_takes_twelve_months(capfd: Capture, monkeypatch: pytest.MonkeyPatch) -> None:
    """On the day a year later nothing is said; a day after that it is."""
    write(Path("rules"), {"pack.yaml": PACK["pack.yaml"].replace("facts: {stale_after: 6 months}\n", "")})
    lay(None, datetime.date(2025, 11, 28))
    assert told(said(["explain", "ada.yaml", "lead"], capfd)[1]) == frozenset()
    monkeypatch.setattr(clock, "now", lambda: datetime.datetime(2026, 11, 29, tzinfo=datetime.UTC))
    assert "facts as of 2025-11-28, 12 months old" in unbroken(said(["explain", "ada.yaml", "lead"], capfd)[1])


def test_a_backtest_leaves_out_decisions_of_days_to_come(capfd: Capture) -> None:
    """A decision of a day that has not come was never taken: it is told with its place, and counts as a row that cannot be used."""
    lay(None, None)
    Path("decisions.csv").write_text("person,role,decision,date\nada,lead,promoted,2026-01-01\nben,lead,deferred,2031-01-01\n")
    code, shown = said(["backtest", "--decisions", "decisions.csv", "--on", "people.csv", "--no-search"], capfd)
    assert code == 1, shown
    assert "decisions.csv:3:19: error D106" in shown
    assert "the decision is dated 2031-01-01, a day that has not come" in shown
    assert "Lead: 1 decision against verdicts" in shown
    assert "projection" not in shown
    for day, ends in (("2026-11-28", 0), ("2026-11-29", 2)):
        Path("decisions.csv").write_text(f"person,role,decision,date\nada,lead,promoted,{day}\n")
        assert said(["backtest", "--decisions", "decisions.csv", "--on", "people.csv", "--no-search"], capfd)[0] == ends
