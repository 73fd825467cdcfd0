"""The page of a population as people see it: on a desktop, a tablet, a phone and on paper, light and dark, with and without its script."""

from __future__ import annotations

import csv
import re
from pathlib import Path

import pytest
from axe_core_python.base import AXE_FILE_PATH

from evaluator.cli.main import run
from tests.browser.chromium import Chromium, Page
from tests.browser.conftest import AS_OF, LONG
from tests.browser.test_looks import LOOKING, pages_printed
from tests.product import PROFILES, RULES

pytestmark = [pytest.mark.browser, pytest.mark.slow]
WIDTHS = (320, 390, 768, 1280)
NAMES = ("</script><img src=x onerror=alert(1)>", "يوسف حداد", LONG, "=1+1")


def write(path: Path, people: int, *, bad: bool) -> None:
    """Write so many people of the sample, with names that try a page, a column of departments and rows that cannot be judged."""
    with (PROFILES / "people.csv").open(encoding="utf-8", newline="") as stream:
        sample = list(csv.DictReader(stream))
    rows = [{**sample[number % len(sample)], "id": f"p{number:04d}"} for number in range(people)]
    for row, name in zip(rows[5:], NAMES, strict=False):
        row["name"] = name
    for number, row in enumerate(rows):
        row["Department"] = ("Payments", "Growth & Co", "מוצר", LONG, "")[number % 5]
    if bad:
        rows[0]["PM years"], rows[1]["leadership"], rows[2]["PM years"] = "x", LONG, "1,000"
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)


def report(folder: Path, people: int, *, bad: bool = False) -> Path:
    table, page = folder / "people.csv", folder / "report.html"
    write(table, people, bad=bad)
    words = ["report", str(table), "--rules", str(RULES), "--as-of", AS_OF, "--check", "0", "--by", "Department", "-o", str(page)]
    assert run(words) == (1 if bad else 0)
    return page


@pytest.fixture(scope="module", name="small")
def _small(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return report(tmp_path_factory.mktemp("small"), 60, bad=True)


@pytest.fixture(scope="module", name="large")
def _large(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return report(tmp_path_factory.mktemp("large"), 1_100)


@pytest.fixture(name="page")
def _page(browser: Chromium, small: Path) -> Page:
    return browser.open(small, 1280)


def seen(page: Page, scheme: str) -> Page:
    """See a page in the light or in the dark."""
    page.call("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": scheme}])
    return page


def shown(page: Page) -> list[str]:
    """Return the ids of the people that are shown, in order."""
    script = (
        "[...document.querySelectorAll('.people tbody:not([hidden]) tr.p .p-name')].map((one) => one.querySelector('.id bdi').textContent)"
    )
    found: list[str] = page.ask(script)
    return found


def choose(page: Page, **values: str) -> list[str]:
    """Fill in the form as a hand does, and return who is shown then."""
    page.ask("document.getElementById('filters').reset()")
    for name, value in values.items():
        page.ask(f"document.getElementById('filters').elements.{name}.value = {value!r}")
    page.ask("document.getElementById('filters').dispatchEvent(new Event('input', {bubbles: true}))")
    page.ask("new Promise((done) => setTimeout(done, 300))")
    return shown(page)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", WIDTHS)
def test_nothing_overflows_is_cut_off_pale_or_without_words(browser: Chromium, small: Path, width: int, scheme: str) -> None:
    """Every text lies within the page, whole, with a contrast of 4.5 to 1, in the light and in the dark."""
    assert seen(browser.open(small, width), scheme).ask(LOOKING) == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_an_accessibility_check_finds_nothing(page: Page, scheme: str) -> None:
    """What axe-core checks of WCAG 2.1 A and AA, and of good practice, holds."""
    seen(page, scheme)
    page.ask(Path(AXE_FILE_PATH).read_text(encoding="utf-8"))
    violations = page.ask(
        "axe.run().then((found) => found.violations.map((one) => [one.id, one.nodes.map((node) => node.html.slice(0, 200))]))"
    )
    assert violations == []


def test_it_fetches_nothing_and_runs_nothing_but_its_own_script(page: Page, small: Path) -> None:
    """The browser has nothing to say against it, and no name became an element."""
    assert page.fetched == [small.as_uri()]
    assert page.complaints == []
    assert page.ask("document.querySelectorAll('img, iframe, object, embed, link, [onload], [onerror], [style]').length") == 0
    assert page.ask("[...document.querySelectorAll('bdi')].some((one) => one.textContent.includes('onerror=alert(1)'))")
    assert page.ask("document.getElementById('filters').hidden") is False


def test_people_are_searched_chosen_and_sorted(page: Page) -> None:
    """By name and id, verdict, role and a column of the table; what is shown is counted."""
    everybody = shown(page)
    assert len(everybody) == 57
    assert choose(page, q="يوسف") == ["p0006"]
    assert page.ask("document.getElementById('shown').textContent") == "1 of 57 people."
    assert choose(page, q="P0006") == ["p0006"]
    assert choose(page, q="nobody at all") == []
    ready = choose(page, v="0")
    assert ready == everybody[: len(ready)]
    assert 0 < len(ready) < 57
    names = page.ask("[...document.querySelectorAll('[name=f2] option')].map((one) => one.textContent)")
    payments = choose(page, f2=str(names.index("Payments") - 1))
    assert payments
    assert {int(one[1:]) % 5 for one in payments} == {0}
    by_name = choose(page, s="name")
    assert sorted(by_name) == sorted(everybody)
    texts = page.ask("[...document.querySelectorAll('.people tbody:not([hidden]) tr.p .p-name > bdi')].map((one) => one.textContent)")
    assert texts == page.ask(f"{texts!r}.sort(new Intl.Collator('en', {{numeric: true}}).compare)")
    assert choose(page) == everybody


def test_without_a_script_everybody_is_there_and_no_control_is(browser: Chromium, small: Path) -> None:
    """The page is read without it."""
    page = browser.open(small, 1280)
    page.call("Emulation.setScriptExecutionDisabled", value=True)
    page.call("Page.reload")
    browser.events.clear()
    browser.wait("Page.loadEventFired")
    page.call("Emulation.setScriptExecutionDisabled", value=False)
    assert len(shown(page)) == 57
    assert page.ask("document.getElementById('filters').hidden") is True


def test_of_many_people_more_are_shown_when_they_are_asked_for(browser: Chromium, large: Path) -> None:
    """A hundred of each verdict at first; the next hundred at a press of the button, where the focus goes on."""
    page = browser.open(large, 1280)
    group = "[+one.querySelector('.n').textContent.replace(',', ''), one.querySelectorAll('tr.p').length]"
    groups = page.ask(f"[...document.querySelectorAll('.people tbody')].map((one) => {group})")
    assert sum(number for number, _ in groups) == 1_100
    assert [some for _, some in groups] == [min(number, 100) for number, _ in groups]
    before = len(shown(page))
    page.ask("document.querySelector('.more button').click()")
    assert before < len(shown(page)) <= before + 100
    assert page.ask("document.activeElement.className") == "p"
    assert len(choose(page, s="score")) == 100


def test_a_person_looks_the_same_whether_the_page_or_its_script_wrote_the_row(browser: Chromium, small: Path, tmp_path: Path) -> None:
    """Element for element."""
    spaces = "replace(/\\s+(?=<)|(?<=>)\\s+/g, '')"
    rows = f"[...document.querySelectorAll('tr.p')].map((one) => one.outerHTML.{spaces})"
    written = browser.open(small, 1280).ask(rows)
    bare = tmp_path / "bare.html"
    bare.write_text(
        re.sub(r'<tr role="row" class="p">.*?</tr>\s*', "", small.read_text(encoding="utf-8"), flags=re.DOTALL), encoding="utf-8"
    )
    made = browser.open(bare, 1280).ask(rows)
    assert len(written) == 57
    assert [sorted(re.findall(r"[^\s<>]+", one)) for one in made] == [sorted(re.findall(r"[^\s<>]+", one)) for one in written]


@pytest.mark.parametrize("paper", ["A4", "letter"])
def test_paper_holds_every_word(browser: Chromium, small: Path, tmp_path: Path, paper: str) -> None:
    """Nothing printed lies outside the margins; every page has its running head and number."""
    printed = pages_printed(browser, small, tmp_path, paper)
    for number, page in enumerate(printed, start=1):
        wide, high = (float(found) for found in re.findall(r'<page width="([\d.]+)" height="([\d.]+)"', page)[0])
        for left, top, right, bottom, word in re.findall(
            r'xMin="([\d.-]+)" yMin="([\d.-]+)" xMax="([\d.-]+)" yMax="([\d.-]+)">([^<]*)<', page
        ):
            inside = float(left) >= 20 and float(right) <= wide - 20 and float(top) >= 0 and float(bottom) <= high
            assert inside, f"page {number}: {word}"
        words = " ".join(re.findall(r">([^<]+)</word>", page))
        assert f"{number} / {len(printed)}" in words
        assert "Show everybody" not in words
