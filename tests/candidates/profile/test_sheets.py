"""Questions as a sheet: written as CSV, Word and HTML, filled in elsewhere, and read back together or not at all."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from pathlib import Path

import docx
import pytest

from tests.candidates.profile.exports import Ran
from tests.product import PRODUCT

PROFILE = """profile: ada   # the id
name: Ada Lindqvist
role: senior-product-manager
attributes:
  product_management_years: 6   # from the file
"""
RULES = ["--rules", str(PRODUCT / "rules"), "--as-of", "2026-11-02"]
ROLE = "group-product-manager"


@pytest.fixture
def ada(tmp_path: Path) -> Path:
    path = tmp_path / "ada.yaml"
    path.write_text(PROFILE, encoding="utf-8")
    return path


def sheet(ada: Path, name: str, *words: str) -> Path:
    """Have a sheet of questions written beside the profile."""
    path = ada.with_name(name)
    ran = Ran("profile", "questions", str(ada), ROLE, "-o", str(path), *words, *RULES)
    assert ran.code == 0, ran.err
    return path


def rows(path: Path) -> list[list[str]]:
    return list(csv.reader(io.StringIO(path.read_text(encoding="utf-8"), newline="")))


def fill(path: Path, answers: dict[str, str], evidence: dict[str, str], *, delimiter: str = ",", encoding: str = "utf-8") -> None:
    """Fill in a sheet of CSV, as a spreadsheet saves it."""
    table = rows(path)
    for row in table[1:]:
        row[4], row[5] = answers.get(row[1], ""), evidence.get(row[1], "")
    out = io.StringIO(newline="")
    csv.writer(out, delimiter=delimiter, lineterminator="\r\n").writerows(table)
    path.write_bytes(out.getvalue().encode(encoding))


def back(ada: Path, path: Path, *words: str) -> Ran:
    return Ran("profile", "answer", str(ada), ROLE, "--from", str(path), *words, *RULES)


def test_the_sheet_has_what_is_open_in_the_order_of_the_interview(ada: Path) -> None:
    """A row each: what it sets, the question in the third person, the levels in words, and why it is asked."""
    table = rows(sheet(ada, "q.csv"))
    assert table[0][:4] == ["Profile", "Attribute", "Question", "How to answer"]
    first = table[1]
    asked = Ran("profile", "answer", str(ada), ROLE, *RULES).err
    assert first[2] in asked
    assert first[6].startswith("can decide the verdict for Group Product Manager")
    assert "working: does it without help" in next(row for row in table if row[1] == "coaching")[3]
    assert {row[0] for row in table[1:]} == {"ada"}
    assert "product_management_years" not in {row[1] for row in table}
    assert " you " not in " ".join(row[2] for row in table)
    assert " you " in " ".join(row[2] for row in rows(sheet(ada, "self.csv", "--self")))
    assert Ran("profile", "questions", str(ada), ROLE, *RULES).out == ada.with_name("q.csv").read_text(encoding="utf-8")


@pytest.mark.parametrize(("delimiter", "encoding"), [(",", "utf-8"), (";", "utf-8-sig"), ("\t", "cp1252")])
def test_a_filled_csv_is_read_back(ada: Path, delimiter: str, encoding: str) -> None:
    """As spreadsheets save it; options by name or number, what nobody knows stays open, evidence goes to the log."""
    path = sheet(ada, "q.csv")
    answers = {"coaching": "Practitioner", "leadership": "3", "mentees": "weiß nicht", "roadmap_reach": ""}
    fill(path, answers, {"coaching": "Prüfung; 2026-02; Lead\nPlan"}, delimiter=delimiter, encoding=encoding)
    ran = back(ada, path)
    assert ran.code == 0, ran.err
    assert ada.read_text(encoding="utf-8") == f"{PROFILE}  leadership: working\n  coaching: practitioner\n"
    log = [json.loads(line) for line in ada.with_name("ada.evidence.jsonl").read_text(encoding="utf-8").splitlines()]
    assert [(line["attribute"], line["what"], line.get("when")) for line in log] == [
        ("coaching", "Prüfung", "2026-02"),
        ("coaching", "Plan", None),
    ]
    assert "Leadership: unknown → working" in ran.out
    assert "wrote 2 answers into" in ran.out
    assert "Group Product Manager" in ran.out
    again = back(ada, path)
    assert "says all of it already" in again.out
    assert len(ada.with_name("ada.evidence.jsonl").read_text(encoding="utf-8").splitlines()) == 2


def test_a_filled_word_file_is_read_back(ada: Path) -> None:
    """Whatever else somebody wrote into it."""
    path = sheet(ada, "q.docx")
    held = docx.Document(str(path))
    table = next(one for one in held.tables if one.rows[0].cells[0].text == "Attribute")
    by_key = {row.cells[0].text: row for row in table.rows}
    by_key["coaching"].cells[3].text = " practitioner "
    by_key["coaching"].cells[4].text = "Review; 2026-02"
    held.add_paragraph("Thank you!")
    held.save(str(path))
    ran = back(ada, path)
    assert ran.code == 0, ran.err
    assert ada.read_text(encoding="utf-8") == f"{PROFILE}  coaching: practitioner\n"
    assert "Review" in ada.with_name("ada.evidence.jsonl").read_text(encoding="utf-8")


def test_a_page_is_for_printing_and_says_so(ada: Path) -> None:
    """It has no script and no form, and is not read back."""
    path = sheet(ada, "q.html")
    text = path.read_text(encoding="utf-8")
    assert "This page is for printing." in text
    assert "<script" not in text
    assert "How well can they coach people" in text
    assert "is no sheet that can be read back" in back(ada, path).err


def test_one_wrong_answer_and_nothing_is_written(ada: Path) -> None:
    """Every wrong one is told, with its row."""
    path = sheet(ada, "q.csv")
    fill(path, {"coaching": "gut", "leadership": "working", "mentees": "two"}, {"leadership": "x; 2029"})
    ran = back(ada, path)
    assert ran.code == 1
    assert ran.err.count("q.csv, row ") == 3
    for words in ("`gut` is none of the options", "`two` is no plain number", "2029 has not come yet", "nothing was written"):
        assert words in ran.err
    assert ada.read_text(encoding="utf-8") == PROFILE
    assert not ada.with_name("ada.evidence.jsonl").exists()


def test_what_the_profile_says_otherwise_by_now_is_asked_about(ada: Path) -> None:
    """Neither is lost silently: --prefer says which counts."""
    path = sheet(ada, "q.csv")
    fill(path, {"coaching": "expert", "leadership": "working"}, {})
    assert Ran("profile", "set", str(ada), "coaching=working", *RULES).code == 0
    before = ada.read_text(encoding="utf-8")
    refused = back(ada, path)
    assert refused.code == 1
    assert "Coaching is working in the profile, and expert in the sheet" in refused.err
    assert "--prefer sheet" in refused.err
    assert ada.read_text(encoding="utf-8") == before
    kept = back(ada, path, "--prefer", "profile")
    assert "1 answer of the sheet left out" in kept.out
    assert ada.read_text(encoding="utf-8") == before.replace("  coaching", "  leadership: working\n  coaching")
    assert back(ada, path, "--prefer", "sheet").code == 0
    assert "  coaching: expert\n" in ada.read_text(encoding="utf-8")


def _word_of(path: Path, document: str) -> None:
    with zipfile.ZipFile(path, "w") as packed:
        packed.writestr("[Content_Types].xml", '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>')
        packed.writestr("_rels/.rels", document)


@pytest.mark.parametrize("document", ["<a", "no XML at all"])
def test_a_word_file_that_is_broken_inside_is_refused(ada: Path, document: str) -> None:
    """In a sentence."""
    _word_of(ada.with_name("broken.docx"), document)
    ran = back(ada, ada.with_name("broken.docx"))
    assert ran.code == 2
    assert "broken.docx is no Word file" in ran.err


def test_a_cell_beyond_all_measure_is_no_sheet(ada: Path) -> None:
    """As of a file of something else."""
    before = csv.field_size_limit(131_072)
    try:
        path = ada.with_name("huge.csv")
        path.write_text("Attribute,Answer (empty: not known)\ncoaching," + "x" * 200_000 + "\n", encoding="utf-8")
        ran = back(ada, path)
    finally:
        csv.field_size_limit(before)
    assert ran.code == 2
    assert "is no sheet of questions" in ran.err


def test_an_answer_without_its_attribute_is_told_with_its_row(ada: Path) -> None:
    """It belongs to nothing."""
    path = ada.with_name("loose.csv")
    path.write_text("Attribute,Answer (empty: not known)\n,yes please\n", encoding="utf-8")
    ran = back(ada, path)
    assert ran.code in {1, 2}
    assert "loose.csv, row 2: an answer has no attribute beside it" in ran.err


def test_what_is_no_sheet_is_refused(ada: Path) -> None:
    """In a sentence with a next step, whatever is in the file."""
    other = ada.with_name("other.csv")
    other.write_text("id,coaching\nada,expert\n", encoding="utf-8")
    assert "is no sheet of questions" in back(ada, other).err
    (ada.with_name("bad.docx")).write_bytes(b"PK\x03\x04 no")
    assert "is no Word file" in back(ada, ada.with_name("bad.docx")).err
    with zipfile.ZipFile(ada.with_name("bomb.docx"), "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("word/document.xml", b" " * (40 * 1024 * 1024))
    assert "is too large" in back(ada, ada.with_name("bomb.docx")).err
    assert "there is no such file" in back(ada, ada.with_name("none.csv")).err
    path = sheet(ada, "q.csv")
    assert "nothing is filled in" in back(ada, path).err
    path.write_text(path.read_text(encoding="utf-8").replace("ada,coaching", "bo,coaching"), encoding="utf-8")
    fill(path, {"coaching": "expert"}, {})
    assert "the sheet is about bo, and not about ada" in back(ada, path).err
    assert Ran("profile", "answer", str(ada), ROLE, "--prefer", "sheet", *RULES).code == 2
    assert ada.read_text(encoding="utf-8") == PROFILE
