"""A case in Word: headings, tables and pictures as Word knows them, and how LibreOffice draws it."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import docx
import pytest

from evaluator.cli.main import run
from evaluator.report import fonts, pictures
from tests.candidates.case.casing import written
from tests.product import PROFILES, RULES

PEOPLE = [str(PROFILES / f"{name}.yaml") for name in ("ada-lindqvist", "sofia-marquez", "priya-nair")]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the case of somebody with gaps, steps of a plan and evidence."""
    to = tmp_path_factory.mktemp("word") / "case.docx"
    written("case", PEOPLE[1], "chief-product-officer", to=to)
    return to


def test_headings_are_headings(made: Path) -> None:
    """A reader of the outline finds every section, below one title."""
    outline = [
        (one.style.name, one.text)
        for one in docx.Document(str(made)).paragraphs
        if one.style and one.style.name.startswith(("Heading", "Title"))
    ]
    assert outline[0] == ("Title", "Promotion case: Sofía Márquez as Chief Product Officer")
    assert [text for style, text in outline if style == "Heading 1"] == [
        "Recommendation",
        "Criteria",
        "Place on the ladder",
        "Gaps and what to do",
        "Open questions",
        "Plan",
        "Likely objections",
        "What the levels mean",
        "The panel’s decision",
    ]
    assert [text for style, text in outline if style == "Heading 2"][:3] == ["Strongest points", "What is missing", "What is unknown"]


def test_tables_repeat_their_head_and_keep_rows_whole(made: Path) -> None:
    """The table of the plan can run over pages."""
    plan = next(one for one in docx.Document(str(made)).tables if one.cell(0, 0).text == "What changes")
    assert "w:tblHeader" in plan.rows[0]._tr.xml
    assert all("w:cantSplit" in row._tr.xml for row in plan.rows)
    assert "w:tblHeader" not in plan.rows[1]._tr.xml


def test_pictures_have_a_text_that_stands_for_them(made: Path) -> None:
    """The ladder, and have against need for each kind that has something to measure."""
    pictures_ = [one._inline.docPr for one in docx.Document(str(made)).inline_shapes]
    assert len(pictures_) >= 3
    assert all(one.get("descr") and one.get("title") for one in pictures_)
    assert any("Group Product Manager → Product Director" in one.get("descr") for one in pictures_)
    assert any("Leadership: has practitioner, needs at least expert" in one.get("descr") for one in pictures_)


def test_a_file_says_the_as_of_date_and_no_clock(made: Path) -> None:
    """Created and changed on the day of the case; so are the entries of the archive."""
    about = docx.Document(str(made)).core_properties
    assert str(about.created).startswith("2026-11-01")
    assert about.created == about.modified
    with zipfile.ZipFile(made) as parts:
        assert {entry.date_time[:3] for entry in parts.infolist()} == {(2026, 11, 1)}


def test_without_a_font_pictures_are_left_out_with_a_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No picture comes without its text in silence."""
    monkeypatch.setattr(pictures, "find_font", lambda: None)
    written("case", PEOPLE[0], "product-director", to=tmp_path / "case.docx")
    document = docx.Document(str(tmp_path / "case.docx"))
    assert not document.inline_shapes
    assert "The picture “The ladder” is left out: no font was found to draw its text with." in [one.text for one in document.paragraphs]


def test_a_font_that_is_found_is_there() -> None:
    """A family's files exist, and text drawn with it leaves ink."""
    font = fonts.find_font()
    if font is None:
        pytest.skip("none of the fonts is installed")
    assert all(Path(file).is_file() for file in font.files)
    head = '<svg xmlns="http://www.w3.org/2000/svg" width="80" height="20" font-family="Nowhere">'
    blank, drawn = (pictures.png(f"{head}{inner}</svg>") for inner in ("", '<text x="2" y="15">Words</text>'))
    assert blank is not None
    assert drawn is not None
    assert len(drawn) > len(blank) + 100


def test_a_missing_extra_is_one_sentence(tmp_path: Path) -> None:
    """With the command that installs it, and exit code 2."""
    blocked = "import sys; sys.modules['docx'] = None; from evaluator.cli.main import main; main()"
    words = ["case", PEOPLE[0], "product-director", "--rules", str(RULES), "-o", str(tmp_path / "case.docx")]
    done = subprocess.run([sys.executable, "-c", blocked, *words], capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert "pip install 'promotion-readiness-evaluator[docx]'" in done.stderr
    assert "Traceback" not in done.stderr
    assert not (tmp_path / "case.docx").exists()


def test_word_is_nothing_for_a_terminal(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """The bytes of a file are not poured onto a screen."""
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    assert run(["case", PEOPLE[0], "product-director", "--rules", str(RULES), "--format", "docx"]) == 2
    assert "name a file with -o" in capsys.readouterr().err


@pytest.mark.slow
@pytest.mark.word
@pytest.mark.parametrize(
    ("verb", "words"), [("case", [PEOPLE[1], "chief-product-officer"]), ("compare", [*PEOPLE, "--role", "product-director"])]
)
def test_libreoffice_draws_every_section(tmp_path: Path, verb: str, words: list[str]) -> None:
    """It opens without complaint and prints: page one by itself, every heading, no word outside the paper."""
    if shutil.which("soffice") is None or shutil.which("pdftotext") is None:
        if os.environ.get("MUST_LOOK"):
            pytest.fail("LibreOffice or poppler-utils is not installed")
        pytest.skip("LibreOffice or poppler-utils is not installed")
    file = tmp_path / "made.docx"
    written(verb, *words, to=file)
    home = f"-env:UserInstallation={(tmp_path / 'office').as_uri()}"
    command = ["soffice", "--headless", home, "--convert-to", "pdf", "--outdir", str(tmp_path), str(file)]
    subprocess.run(command, check=True, capture_output=True, timeout=240)
    subprocess.run(["pdftotext", "-bbox", str(tmp_path / "made.pdf"), str(tmp_path / "made.html")], check=True)
    pages = re.findall(r"<page .*?</page>", (tmp_path / "made.html").read_text(encoding="utf-8"), re.DOTALL)
    said = [" ".join(re.findall(r">([^<]+)</word>", page)) for page in pages]
    for one in docx.Document(str(file)).paragraphs:
        if one.style and one.style.name.startswith("Heading"):
            assert any(one.text in page for page in said), one.text
    if verb == "case":
        assert "What is unknown" in said[0]
        assert "Criteria" in said[1]
        assert "Name and signature" in said[-1]
    for page in pages:
        wide = float(re.findall(r'<page width="([\d.]+)"', page)[0])
        for left, right in re.findall(r'xMin="([\d.-]+)" yMin="[\d.-]+" xMax="([\d.-]+)"', page):
            assert float(left) >= 20
            assert float(right) <= wide - 20
