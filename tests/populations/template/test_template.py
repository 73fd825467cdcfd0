"""template: a workbook to fill in is read as it is, offers the pack's words, and refuses what could not be read."""

from __future__ import annotations

import re
import zipfile
from pathlib import Path

import polars as pl
import pytest
from python_calamine import CalamineWorkbook

from evaluator.cli.main import run
from evaluator.reading.pack.pack import load_pack
from tests.product import RULES
from tests.reading.tables.workbooks import write_workbook

Capture = pytest.CaptureFixture[str]
DIRECTOR = ("--role", "product-director")


@pytest.fixture(name="made")
def _made(tmp_path: Path) -> Path:
    assert run(["template", *DIRECTOR, "--rules", str(RULES), "--rows", "50", "-o", str(tmp_path / "people.xlsx")]) == 0
    return tmp_path / "people.xlsx"


def header(path: Path) -> list[str]:
    """Return the columns of the people's sheet."""
    return [str(cell) for cell in CalamineWorkbook.from_path(str(path)).get_sheet_by_name("People").to_python()[0]]


def test_every_column_is_understood_and_everything_that_the_role_rests_on_has_one(made: Path, capfd: Capture) -> None:
    """No finding on any column, and nothing that no column gives, when a row is filled in as the choices offer it."""
    pack = load_pack(RULES)
    by_title = {attribute.title: attribute for attribute in pack.attributes.values()}
    names = header(made)
    assert names[:3] == ["id", "name", "role"]
    row: list[str | float] = ["p1", "Ann", "Group Product Manager"]
    for name in names[3:]:
        type_ = by_title[name].type
        row.append(type_.options[-1] if type_.options else {"flag": "yes", "date": "2026-05-17"}.get(str(type_.kind), 1))
    write_workbook(made.with_name("filled.xlsx"), {"People": [names, row]})
    out = made.with_name("out.jsonl")
    assert (
        run(["evaluate", str(made.with_name("filled.xlsx")), *DIRECTOR, "--rules", str(RULES), "--as-of", "2026-11-01", "-o", str(out)])
        == 0
    )
    said = capfd.readouterr()
    assert "D201" not in said.err
    assert "Not given" not in said.out
    assert pl.read_ndjson(out)["id"].to_list() == ["p1"]


def test_cells_offer_the_words_of_the_pack_and_say_what_is_asked(made: Path) -> None:
    """Lists stand on a hidden sheet; numbers keep to their range; each column says its question."""
    with zipfile.ZipFile(made) as book:
        people = book.read("xl/worksheets/sheet1.xml").decode()
        workbook = book.read("xl/workbook.xml").decode()
    rules = re.findall(r"<dataValidation [^>]*(?:/>|(?<!/)>.*?</dataValidation>)", people, re.DOTALL)
    assert len(rules) == len(header(made)) - 2  # all columns but id and name
    assert re.search(r'name="Lists" sheetId="3" state="hidden"', workbook)
    assert all("promptTitle=" in rule for rule in rules[1:])
    assert all('sqref="' in rule and ":" in rule for rule in rules)
    years = next(rule for rule in rules if 'promptTitle="Years in product management"' in rule)
    assert "<formula1>0.0</formula1><formula2>60.0</formula2>" in years
    scale = next(rule for rule in rules if 'promptTitle="Communication"' in rule)
    source = re.search(r"<formula1>Lists!\$(\w+)\$1:\$\w+\$(\d+)</formula1>", scale)
    assert source is not None
    lists = CalamineWorkbook.from_path(str(made)).get_sheet_by_name("Lists").to_python()
    place = ord(source[1]) - ord("A")
    assert [row[place] for row in lists[: int(source[2])]] == ["none", "awareness", "working", "practitioner", "expert"]


def test_the_questions_stand_on_a_sheet_of_their_own(made: Path) -> None:
    """With what the answers mean."""
    rows = CalamineWorkbook.from_path(str(made)).get_sheet_by_name("Questions").to_python()
    assert rows[0] == ["Column", "Question", "What goes there", "What the answers mean"]
    assert [row[0] for row in rows[1:]] == header(made)
    said = {str(row[0]): row for row in rows}
    assert str(said["Communication"][3]).startswith("none: ")
    assert "with semicolons between them" in str(said["Departments worked with"][2])


def test_a_template_for_all_roles_asks_for_more_and_says_what_no_cell_can_hold(tmp_path: Path, capfd: Capture) -> None:
    """Lists of entries are named."""
    assert run(["template", "--rules", str(RULES), "--format", "csv", "-o", str(tmp_path / "all.csv")]) == 0
    said = capfd.readouterr().err
    assert "Positions held is a list of entries, which no cell can hold" in said
    names = (tmp_path / "all.csv").read_text(encoding="utf-8").strip().split(",")
    assert len(names) == len(set(names))
    assert len(names) > 60


def test_a_template_that_is_there_stays(tmp_path: Path, capfd: Capture) -> None:
    """Somebody may have filled it in."""
    (tmp_path / "people.xlsx").write_bytes(b"filled in")
    assert run(["template", "--rules", str(RULES), "-o", str(tmp_path / "people.xlsx")]) == 2
    assert "stays as it is" in capfd.readouterr().err
    assert (tmp_path / "people.xlsx").read_bytes() == b"filled in"


def test_the_same_pack_gives_the_same_bytes(made: Path, tmp_path: Path) -> None:
    """So that a template in git does not change by itself."""
    assert run(["template", *DIRECTOR, "--rules", str(RULES), "--rows", "50", "-o", str(tmp_path / "again.xlsx")]) == 0
    assert made.read_bytes() == (tmp_path / "again.xlsx").read_bytes()
