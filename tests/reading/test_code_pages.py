"""Every code has a page, and what a page calls bad and good is."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

import attrs
import pytest

import evaluator.diagnostics.codes
from evaluator.diagnostics.codes import CODES
from tests.bad.overlay import SMALL, found_in, laid_over

PAGES = {path.stem: path for path in sorted(Path(evaluator.diagnostics.codes.__file__).parent.glob("*.md"))}
WITHOUT_EXAMPLE: Mapping[str, str] = {
    "R001": "a file that is not there, or is no text, cannot be printed",
    "R008": "four megabytes cannot be printed",
    "D203": "a workbook cannot be printed",
    "R408": "it takes what the pack was before; tried in tests/packs/lint/test_versions.py",
    "R409": "as R408",
    "I101": "exports are tried in tests/candidates/profile, file by file",
    "I102": "as I101",
    "I103": "as I101",
}
BLOCK = re.compile(r"^```(?:yaml|csv) (\S+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


@attrs.frozen(kw_only=True)
class Page:
    """A page: its title line, what it says, and the files that it calls bad and good."""

    title: str
    text: str
    bad: Mapping[str, bytes | None]
    good: Mapping[str, bytes | None]


def page(path: Path) -> Page:
    """Take a page apart."""
    text = path.read_text(encoding="utf-8")
    title, _, rest = text.partition("\n")
    said, _, examples = rest.partition("\n## Bad\n")
    bad, _, good = examples.partition("\n## Good\n")
    return Page(title=title, text=said.strip(), bad=files_in(bad), good=files_in(good))


def files_in(section: str) -> Mapping[str, bytes | None]:
    """Return the files that a section shows, by the names in their info strings."""
    return {name: body.encode() for name, body in BLOCK.findall(section)}


def codes_of(files: Mapping[str, bytes | None], folder: Path, monkeypatch: pytest.MonkeyPatch) -> set[str]:
    """Return the codes that are found with the files laid over the small pack."""
    return {found.code for found in found_in(laid_over(SMALL, files, folder), files, monkeypatch)}


def test_every_code_has_a_page_and_every_page_a_code() -> None:
    """Codes and pages go together."""
    assert sorted(PAGES) == sorted(CODES)


def test_the_small_pack_is_without_fault(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The pack that examples are laid over has no finding of its own."""
    assert codes_of({}, tmp_path, monkeypatch) == set()


@pytest.mark.parametrize("code", CODES)
def test_a_page_says_what_to_do(code: str) -> None:
    """A page begins with the code and its name, and explains them in one or two paragraphs."""
    found = page(PAGES[code])
    assert found.title == f"# {code} {CODES[code].name}"
    assert 1 <= len(found.text.split("\n\n")) <= 2
    assert bool(found.bad and found.good) != (code in WITHOUT_EXAMPLE)


@pytest.mark.parametrize("code", [code for code in CODES if code not in WITHOUT_EXAMPLE])
def test_a_bad_example_has_the_finding_and_no_other(code: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What a page calls bad is found bad, for that reason alone."""
    assert codes_of(page(PAGES[code]).bad, tmp_path, monkeypatch) == {code}


@pytest.mark.parametrize("code", [code for code in CODES if code not in WITHOUT_EXAMPLE])
def test_a_good_example_is_without_fault(code: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What a page calls good has no finding at all."""
    assert codes_of(page(PAGES[code]).good, tmp_path, monkeypatch) == set()
