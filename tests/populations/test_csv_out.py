"""CSV for spreadsheets of other countries: what separates cells and what stands before decimals; read in again, it says the same."""

from __future__ import annotations

import csv
from pathlib import Path

import polars as pl
import pytest
from python_calamine import CalamineWorkbook

from evaluator.cli.main import run
from tests.populations.runs import write_rules

Capture = pytest.CaptureFixture[str]
MORE = ("--as-of", "2026-11-01", "--seed", "1", "--check", "0")
COMMA = ("--csv-decimal", ",")


@pytest.fixture(name="place")
def _place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    write_rules(tmp_path / "rules")
    people = pl.DataFrame({
        "id": ["a", "b", "c"],
        "role": ["manager"] * 3,
        "years": [8.5, -0.5, 9.0],
        "owns": [True, True, None],
        "unit": ["1.5;=1", "x,y", "0.5"],
    })  # fmt: skip
    people.write_parquet("people.parquet")
    return tmp_path


def cells(path: str, delimiter: str) -> list[dict[str, str]]:
    with Path(path).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, delimiter=delimiter))


@pytest.mark.parametrize(("given", "delimiter", "decimal"), [
    (COMMA, ";", ","),
    ((*COMMA, "--csv-delimiter", "tab"), "\t", ","),
    (("--csv-delimiter", "|"), "|", "."),
    ((), ",", "."),
])  # fmt: skip
@pytest.mark.usefixtures("place")
def test_numbers_have_the_sign_and_texts_stay(given: tuple[str, ...], delimiter: str, decimal: str) -> None:
    """Scores, and numbers that are carried along and were numbers; a text of digits is none."""
    keep = ("--keep", "years", "--keep", "unit", "--role", "director")
    assert run(["evaluate", "people.parquet", "-o", "out.csv", *keep, *MORE, *given]) == 1
    rows = cells("out.csv", delimiter)
    assert [row["id"] for row in rows] == ["a", "c"]
    assert [row["years"] for row in rows] == [f"8{decimal}5", "9"]
    assert rows[0]["unit"] == "1.5;'=1"
    assert rows[1]["unit"] == "0.5"
    assert all(row["score_worse"].partition(decimal)[2].isdigit() for row in rows)
    (left,) = cells("out.csv.rejected.csv", delimiter)
    assert left["id"] == "b"


@pytest.mark.usefixtures("place")
def test_what_is_written_so_is_read_so(capfd: Capture) -> None:
    """With the decimal sign named again, people are judged as before."""
    keep = ("--keep", "years", "--keep", "owns", "--role", "director")
    assert run(["evaluate", "people.parquet", "-o", "out.csv", *keep, *MORE, *COMMA]) == 1
    again = ("--map", "years=years", "--decimal", ",", "--role", "director")
    assert run(["evaluate", "out.csv", "-o", "again.csv", *again, *MORE, *COMMA]) == 0
    capfd.readouterr()
    first, second = (cells(name, ";") for name in ("out.csv", "again.csv"))
    for name in ("id", "verdict", "score_worse", "score_better", "gaps"):
        assert [row[name] for row in first] == [row[name] for row in second]


def test_other_verbs_and_a_few_people_are_written_so_too(place: Path) -> None:
    """A ranking, and profiles that are judged one by one."""
    assert run(["rank", "people.parquet", "--role", "director", "-o", "rank.csv", *MORE[:2], *COMMA]) == 1
    (place / "ada.yaml").write_text("profile: ada\nrole: manager\nattributes: {years: 9, owns: true}\n")
    assert run(["evaluate", "ada.yaml", "--role", "director", "-o", "ada.csv", *MORE[:2], *COMMA]) == 0
    scores = [row[side] for name in ("rank.csv", "ada.csv") for row in cells(name, ";") for side in ("score_worse", "score_better")]
    assert len(scores) == 6
    assert all(score.count(",") == 1 and "." not in score for score in scores)
    assert cells("ada.csv", ";")[0]["pack_version"] == "1.2.0"


@pytest.mark.usefixtures("place")
def test_a_ranking_is_a_workbook_or_a_page(capfd: Capture) -> None:
    """The workbook has the columns of CSV as numbers and texts, the page what the table for the eye says."""
    given = ["rank", "people.parquet", "--role", "director", *MORE[:2]]
    for name in ("rank.csv", "rank.xlsx", "rank.html"):
        assert run([*given, "-o", name]) == 1
    header, *rows = CalamineWorkbook.from_path("rank.xlsx").get_sheet_by_index(0).to_python()
    plain = pl.read_csv("rank.csv")
    assert header == plain.columns
    for name in ("rank", "id", "verdict", "score_worse"):
        assert [row[header.index(name)] for row in rows] == plain[name].to_list()
    page = Path("rank.html").read_text(encoding="utf-8")
    capfd.readouterr()
    assert run(given) == 1
    shown = capfd.readouterr().out
    for words in ("Candidates for Director", "Considered", "2 people", "ready"):
        assert words in page
        assert words in shown


@pytest.mark.parametrize("given", ["--csv-decimal , --csv-delimiter ,", "--csv-decimal , --format jsonl", "--csv-delimiter tab -o x.xlsx"])
def test_what_cannot_be_is_refused(given: str, place: Path, capfd: Capture) -> None:  # noqa: ARG001
    """A comma that says two things, and a format that has neither."""
    assert run(["evaluate", "people.parquet", *MORE, *given.split()]) == 2
    assert "csv-de" in capfd.readouterr().err
