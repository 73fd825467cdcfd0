"""Rejected rows as a workbook: each as it stood, coloured where it cannot be used, mended and read again by the same options."""

from __future__ import annotations

import zipfile
from pathlib import Path

import polars as pl
import pytest
from python_calamine import CalamineWorkbook

from evaluator.cli.main import run
from tests.populations.runs import write_rules
from tests.reading.tables.workbooks import write_workbook

Capture = pytest.CaptureFixture[str]
TABLE = """id,name,role,years,partner,site,notes,group:sex
007,Ann,manager,two,Kim Ö,Bonn,Zyx,f
008,Bob,manager,many,Kim Ö,Köln,Zyx,m
009,Cy,managr,3,Lee/Co,Kiel,Zyx,m
010,Di,manager,3,,Bonn,Zyx,f
010,Ed,manager,3,,Kiel,Zyx,f
"""
MORE = ("--as-of", "2026-11-01", "--seed", "1", "--check", "0", "--role", "director")


@pytest.fixture(name="place")
def _place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    write_rules(tmp_path / "rules")
    (tmp_path / "people.csv").write_text(TABLE, encoding="utf-8")
    return tmp_path


def sheet(path: Path, name: str = "Rows to mend") -> list[list[object]]:
    """Return the cells of a sheet."""
    return CalamineWorkbook.from_path(str(path)).get_sheet_by_name(name).to_python(skip_empty_area=False)


def test_rows_come_back_as_they_stood_and_are_read_again_when_mended(place: Path, capfd: Capture) -> None:
    """Every column but facts of groups and notes; cells that are wrong have a note each, and all reasons stand in a sheet of their own."""
    assert run(["evaluate", "people.csv", "-o", "out.csv", "--rejected", "bad.xlsx", *MORE]) == 1
    said = " ".join(capfd.readouterr().out.split())
    assert "Rejected P102 years (2), D104 id (1), P105 role (1); each with its reason in bad.xlsx" in said
    header = ["id", "name", "role", "years", "partner", "site"]
    assert sheet(place / "bad.xlsx") == [
        header,
        ["007", "Ann", "manager", "two", "Kim Ö", "Bonn"],
        ["008", "Bob", "manager", "many", "Kim Ö", "Köln"],
        ["009", "Cy", "managr", "3", "Lee/Co", "Kiel"],
        ["010", "Ed", "manager", "3", "", "Kiel"],
    ]
    reasons = sheet(place / "bad.xlsx", "Reasons")
    assert reasons[0] == ["row", "line", "column", "person", "text", "code", "reason", "file"]
    assert [(row[0], row[2], row[4]) for row in reasons[1:]] == [
        (1, "years", "two"),
        (2, "years", "many"),
        (3, "role", "managr"),
        (5, "id", "010"),
    ]
    with zipfile.ZipFile(place / "bad.xlsx") as book:
        notes = next(book.read(name).decode() for name in book.namelist() if "comments" in name)
        everything = "".join(book.read(name).decode("utf-8", "replace") for name in book.namelist())
    assert [notes.count(f'ref="{cell}"') for cell in ("D2", "D3", "C4", "A5")] == [1, 1, 1, 1]
    assert "did you mean" in notes
    assert "Zyx" not in everything
    mended = [header, ["007", "Ann", "manager", "2", "Kim Ö", "Bonn"], ["011", "Ed", "manager", 3, "", "Kiel"]]
    write_workbook(place / "mended.xlsx", {"Rows to mend": mended, "Reasons": [[str(cell) for cell in row] for row in reasons]})
    assert run(["evaluate", "mended.xlsx", "-o", "again.csv", *MORE]) == 0
    assert pl.read_csv(place / "again.csv", schema_overrides={"id": pl.String})["id"].to_list() == ["007", "011"]
    assert run(["evaluate", "bad.xlsx", "-o", "again.csv", *MORE]) == 1  # as it is: 010 is no longer there twice
    assert pl.read_csv(place / "again.csv", schema_overrides={"id": pl.String})["id"].to_list() == ["010"]


def test_a_workbook_for_each_text_of_a_column(place: Path, capfd: Capture) -> None:
    """Named by it in plain letters, and for those without any; each lists its own reasons alone."""
    assert run(["evaluate", "people.csv", "-o", "out.csv", "--rejected", "bad.xlsx", "--split-by", "PARTNER", *MORE]) == 1
    assert "each with its reason in bad-*.xlsx" in " ".join(capfd.readouterr().out.split())
    assert sorted(path.name for path in place.glob("bad*")) == ["bad-kim-o.xlsx", "bad-lee-co.xlsx", "bad-without.xlsx"]
    assert [row[0] for row in sheet(place / "bad-kim-o.xlsx")[1:]] == ["007", "008"]
    assert [row[3] for row in sheet(place / "bad-lee-co.xlsx", "Reasons")[1:]] == ["009"]


def test_titles_above_the_table_and_the_sheet_stay_where_they_are(place: Path) -> None:
    """So that the same options, or the same mapping file, read the workbook."""
    rows = [["Headcount"], ["as of today"], ["Nr", "Titel", "years"], [7, "manager", "two"], ["00008", "manager", 3], [9, "manager", -3]]
    write_workbook(place / "staff.xlsx", {"Cover": [["x"]], "Staff": rows})
    (place / "map.yaml").write_text("sheet: Staff\nheader_row: 3\ncolumns: {Nr: id, Titel: role}\n", encoding="utf-8")
    assert run(["evaluate", "staff.xlsx", "--map-file", "map.yaml", "-o", "out.csv", "--rejected", "bad.xlsx", *MORE]) == 1
    assert sheet(place / "bad.xlsx", "Staff")[2:] == [["Nr", "Titel", "years"], [7, "manager", "two"], [9, "manager", -3]]
    assert run(["evaluate", "bad.xlsx", "--map-file", "map.yaml", "-o", "out2.csv", *MORE]) == 2
    rejected = pl.read_csv(place / "out2.csv.rejected.csv")
    assert rejected["text"].to_list() == ["two", "'-3"] or rejected["text"].to_list() == ["two", "-3"]


def test_rows_of_two_tables_stand_in_sheets_of_their_own(place: Path) -> None:
    """A row that could not be told into cells has its text among the reasons."""
    (place / "tables").mkdir()
    (place / "tables" / "a.csv").write_text("id,role,years\n1,manager,x\n", encoding="utf-8")
    (place / "tables" / "b.csv").write_text("id,years\n2,y\n3,4,5,6\n4,4\n", encoding="utf-8")
    assert run(["evaluate", "tables", "-o", "out.csv", "--rejected", "bad.xlsx", *MORE]) == 1
    assert sheet(place / "bad.xlsx") == [["id", "role", "years"], ["1", "manager", "x"]]
    assert sheet(place / "bad.xlsx", "Rows to mend 2") == [["id", "years"], ["2", "y"]]
    assert [row[4] for row in sheet(place / "bad.xlsx", "Reasons")[1:]] == ["x", "y", "3,4,5,6"]


def test_numbers_of_a_typed_table_stay_numbers(place: Path) -> None:
    """And texts that look like some stay texts."""
    pl.DataFrame({"id": ["007", "008"], "role": ["managr", "manager"], "years": [2.5, 3.0]}).write_parquet(place / "p.parquet")
    assert run(["evaluate", "p.parquet", "-o", "out.csv", "--rejected", "bad.xlsx", *MORE]) == 1
    assert sheet(place / "bad.xlsx")[1:] == [["007", "managr", 2.5]]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["people.csv", "--split-by", "partner"], "name one with --rejected"),
        (["people.csv", "--rejected", "bad.xlsx", "--split-by", "partnr"], "did you mean `partner`?"),
        (["people.csv", "--rejected", "bad.xlsx", "--split-by", "group:sex"], "no file is named by it"),
        (["people.csv", "--rejected", "bad.xlsx", "--split-by", "notes"], "no file is named by it"),
        (["people.jsonl", "--rejected", "bad.xlsx"], "names no columns in a row of their own"),
    ],
)
def test_what_cannot_be_sent_back_is_refused_before_anybody_is_judged(
    arguments: list[str], words: str, place: Path, capfd: Capture
) -> None:
    """With the next step."""
    (place / "people.jsonl").write_text('{"id": "a", "years": "x"}\n', encoding="utf-8")
    assert run(["evaluate", *arguments, "-o", "out.csv", *MORE]) == 2
    assert words in capfd.readouterr().err
    assert not (place / "out.csv").exists()
    assert not [*place.glob("bad*")]


def test_standard_output_sends_rejected_rows_into_a_workbook_too(place: Path) -> None:
    """As into CSV."""
    assert run(["evaluate", "people.csv", "--format", "csv", "--rejected", "bad.xlsx", *MORE]) == 1
    assert len(sheet(place / "bad.xlsx")) == 5
