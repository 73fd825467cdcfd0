"""Pages as people see them: on a desktop, on a phone and on paper, in a real browser."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest
from axe_core_python.base import AXE_FILE_PATH

from tests.browser.chromium import Chromium

pytestmark = [pytest.mark.browser, pytest.mark.slow]
LOOKING = (Path(__file__).parent / "looking.js").read_text(encoding="utf-8")
PRINTED = ("ready", "not-yet", "undecided", "trying", "two", "many", "blind", "impact", "sweep", "heat")
CASES = PRINTED[:3]
NAMES = (*PRINTED, "table", "handbook")
DESKTOP, PHONE = 1280, 375
PAPERS = {"A4": (8.27, 11.69), "letter": (8.5, 11.0)}


@pytest.mark.parametrize("width", [DESKTOP, PHONE])
@pytest.mark.parametrize("name", NAMES)
def test_nothing_overflows_is_cut_off_pale_or_without_words(browser: Chromium, pages: dict[str, Path], name: str, width: int) -> None:
    """Every text lies within the page, whole, with a contrast of 4.5 to 1; every picture has an alternative text."""
    assert browser.open(pages[name], width).ask(LOOKING) == []


@pytest.mark.parametrize("name", NAMES)
def test_an_accessibility_check_finds_nothing(browser: Chromium, pages: dict[str, Path], name: str) -> None:
    """What axe-core checks of WCAG 2.1 A and AA, and of good practice, holds."""
    page = browser.open(pages[name], DESKTOP)
    page.ask(Path(AXE_FILE_PATH).read_text(encoding="utf-8"))
    violations = page.ask(
        "axe.run().then((found) => found.violations.map((one) => [one.id, one.nodes.map((node) => node.html.slice(0, 200))]))"
    )
    assert violations == []


@pytest.mark.parametrize("name", NAMES)
def test_a_page_fetches_nothing_runs_nothing_and_keeps_its_style(browser: Chromium, pages: dict[str, Path], name: str) -> None:
    """The policy of the page lets its own style through, and the browser has nothing to say against it."""
    page = browser.open(pages[name], DESKTOP)
    assert page.fetched == [pages[name].as_uri()]
    assert page.complaints == []
    assert page.ask("getComputedStyle(document.body).color") == "rgb(27, 39, 51)"
    assert page.ask("document.querySelectorAll('script, iframe, object, embed, link, img, form, [onload], [onerror]').length") == 0


def test_markup_in_a_profile_is_shown_as_text(browser: Chromium, pages: dict[str, Path]) -> None:
    """A browser reads out what the profile says, letter by letter, and makes no element of it."""
    page = browser.open(pages["trying"], DESKTOP)
    said = page.ask("document.body.textContent")
    for text in ("<b>Lovelace</b>", "<script>alert(1)</script>", "[x](javascript:alert(1)) | a | {{7*7}}"):
        assert text in said
    assert "<img" not in said, "notes are in no case"
    assert "49" not in re.findall(r"\| a \| (\S+)", said)
    links = page.ask("[...document.querySelectorAll('a')].map((one) => new URL(one.href).protocol)")
    assert set(links) <= {"file:", "https:"}
    assert "\u202e" not in said
    assert "\u200f" not in said


@pytest.mark.parametrize("width", [DESKTOP, PHONE])
def test_looking_finds_what_is_wrong(browser: Chromium, tmp_path: Path, width: int) -> None:
    """The check itself sees an overflow, a cut-off text, a pale text and a picture without words."""
    bad = tmp_path / "bad.html"
    bad.write_text(
        '<!DOCTYPE html><html lang="en"><body style="margin:0"><p style="width:2000px">far too wide for any page that there is here</p>'
        '<p style="width:80px;overflow:hidden;white-space:nowrap">this is cut off</p><p style="color:#999">pale</p>'
        '<svg width="50" height="20" role="img"><text x="0" y="15">outside of its frame</text></svg></body></html>',
        encoding="utf-8",
    )
    found = "\n".join(browser.open(bad, width).ask(LOOKING))
    for words in ("the page is", "cut off at the side", "contrast", "without an alternative text", "cut off by its picture"):
        assert words in found


@pytest.mark.parametrize("paper", PAPERS)
@pytest.mark.parametrize("name", PRINTED)
def test_paper_holds_every_word(browser: Chromium, pages: dict[str, Path], tmp_path: Path, name: str, paper: str) -> None:
    """Nothing printed lies outside the margins; every page has its running head and number."""
    printed = pages_printed(browser, pages[name], tmp_path, paper)
    for number, page in enumerate(printed, start=1):
        wide, high = (float(found) for found in re.findall(r'<page width="([\d.]+)" height="([\d.]+)"', page)[0])
        for left, top, right, bottom, word in re.findall(
            r'xMin="([\d.-]+)" yMin="([\d.-]+)" xMax="([\d.-]+)" yMax="([\d.-]+)">([^<]*)<', page
        ):
            inside = float(left) >= 20 and float(right) <= wide - 20 and float(top) >= 0 and float(bottom) <= high
            assert inside, f"page {number}: {word}"
        words = " ".join(re.findall(r">([^<]+)</word>", page))
        assert f"{number} / {len(printed)}" in words
        assert "Informs a decision that people take." in words


@pytest.mark.parametrize("paper", PAPERS)
@pytest.mark.parametrize("name", CASES)
def test_page_one_of_a_case_is_one_page(browser: Chromium, pages: dict[str, Path], tmp_path: Path, name: str, paper: str) -> None:
    """What is read in a minute stands on the first sheet alone: recommendation, score, points, and what it all rests on."""
    first, second, *_, last = (
        " ".join(re.findall(r">([^<]+)</word>", page)) for page in pages_printed(browser, pages[name], tmp_path, paper)
    )
    for words in (
        "Recommendation",
        "Verdict",
        "Score",
        "Strongest points",
        "What is missing",
        "What is unknown",
        "As of",
        "hash",
        "people take",
    ):
        assert words in first
    assert "Criteria" in second
    assert "Qualifications" not in first
    assert "Name and signature" in last


def pages_printed(browser: Chromium, file: Path, folder: Path, paper: str) -> list[str]:
    """Print a file and return each page's words with their places."""
    if shutil.which("pdftotext") is None:
        pytest.skip("pdftotext, of poppler-utils, is not installed")
    pdf = folder / "printed.pdf"
    pdf.write_bytes(browser.open(file, DESKTOP).print(PAPERS[paper]))
    subprocess.run(["pdftotext", "-bbox", str(pdf), str(folder / "printed.html")], check=True)
    text = (folder / "printed.html").read_text(encoding="utf-8")
    return re.findall(r"<page .*?</page>", text, re.DOTALL)
