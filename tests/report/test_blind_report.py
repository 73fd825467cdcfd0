"""What the maker of a blind document is told: counts, what still looks telling and where; and nothing of it is in the document."""

from __future__ import annotations

import re
import zipfile
from pathlib import Path

import pytest

from evaluator.cli.main import run
from tests.product import PRODUCT

RULES = ("--rules", str(PRODUCT / "rules"), "--engine", "reference")
Capture = pytest.CaptureFixture[str]
PROFILE = """profile: moira-oneill
name: Moira O'Neill
role: group-product-manager
as_of: 2026-11-01
attributes:
  direct_reports: 3
  history:
    - {title: Product Manager, employer: Acme Corp, function: product, start: 2018-01, end: 2020-02}
    - {title: Head of Product, employer: Target, function: product, start: 2020-03}
evidence:
  direct_reports:
    - what: "Memo to Acme's CEO; her husband joined Project Falcon; 42 years old"
      confirmed_by: Jane Doe
      link: "https://acme.example/oneill"
    - {what: "Uni Bonn, University of Bonn; call +49 228 123456; catholic; leave in May 2024", confirmed_by: Acme HR}
    - {what: "Target customers; MO signed", confirmed_by: People team}
notes: Zyxnote
"""
TELLING = {
    "Jane Doe": "a name that no list knows",
    "42 years old": "age",
    "Project Falcon": "a project",
    "University of Bonn": "a school or university",
    "Uni Bonn": "a name that no list knows",
    "+49 228 123456": "a number such as of a telephone",
    "catholic": "religion",
    "leave in May 2024": "a time of leave",
    "Target": "could be the name, or an employer",
    "MO": "could be the name, or an employer",
}


@pytest.fixture
def moira(tmp_path: Path) -> Path:
    """Return a profile whose evidence tells who it is about in every way."""
    place = tmp_path / "moira-oneill.yaml"
    place.write_text(PROFILE, encoding="utf-8")
    return place


def told(moira: Path, form: str, *more: str) -> str:
    """Write a blind case and return all that is in the file, its properties, titles and ids included."""
    target = moira.parent / f"blind.{form}"
    assert run(["case", str(moira), "product-director", *RULES, "--anonymous", "-o", str(target), *more]) == 0
    if form != "docx":
        return target.read_text(encoding="utf-8")
    with zipfile.ZipFile(target) as archive:
        return "\n".join(archive.read(name).decode("utf-8", "replace") for name in archive.namelist())


@pytest.mark.parametrize("form", ["md", "html", "docx", "txt"])
def test_no_format_says_who_it_is(moira: Path, form: str) -> None:
    """Neither name, employer, link, file of the profile nor report, in any part of the file."""
    said = told(moira, form)
    for word in ("oneill", "o'neill", "moira", "acme", "husband", "zyxnote", "still look", "Read it before", "moira-oneill.yaml"):
        assert word.casefold() not in said.casefold(), word
    assert "candidate" in said


def test_the_report_counts_and_names_what_still_looks_telling(moira: Path, capfd: Capture) -> None:
    """On standard error: counts by kind without the words that went, then what is left, with its criterion and place."""
    told(moira, "md")
    said = capfd.readouterr().err
    flat = " ".join(said.split())
    assert "2 mentions of employers or schools, 1 word of family or leave and 1 link of evidence replaced" in flat
    assert "Read it before you send it." in flat
    assert "No rule finds a nickname" in flat
    for words, what in TELLING.items():
        assert re.search(rf"{re.escape(words)} +{re.escape(what)}", said), words
    assert f"{len(TELLING)} things still look telling" in said
    assert f"“Has led people, even in an interim role”; {moira}:12:7" in said
    assert "Acme" not in said
    assert "husband" not in said


def test_the_report_goes_to_a_file_where_that_is_asked_for(moira: Path, capfd: Capture) -> None:
    """The same words, in a file of their own."""
    report = moira.parent / "report.txt"
    told(moira, "md", "--blind-report", str(report))
    assert report.read_text(encoding="utf-8") in capfd.readouterr().err


@pytest.mark.parametrize(
    ("more", "said"),
    [
        (["--blind-report", "r.txt"], "say --anonymous too"),
        (["--anonymous", "-o", "b.md", "--blind-report", "b.md"], "both name b.md; name two files"),
        (["--anonymous", "--blind-report", "moira-oneill.yaml"], ""),
    ],
)
def test_a_report_that_would_be_in_the_wrong_place_is_refused(
    moira: Path, capfd: Capture, monkeypatch: pytest.MonkeyPatch, more: list[str], said: str
) -> None:
    """Without a blind document, into the document, over the profile: nothing is written."""
    monkeypatch.chdir(moira.parent)
    assert run(["case", "moira-oneill.yaml", "product-director", *RULES, *more]) == 2
    assert said in capfd.readouterr().err
    assert [path.name for path in moira.parent.iterdir()] == ["moira-oneill.yaml"]
    assert moira.read_text(encoding="utf-8") == PROFILE


@pytest.mark.parametrize("name", ["oneill.md", "Case_O'Neill.md", "MoiraONeill-v2.md", "acme-case.md", "case_m-oneill.md"])
def test_a_file_whose_name_tells_is_warned_of(moira: Path, capfd: Capture, name: str) -> None:
    """The file is written, and its maker told."""
    target = moira.parent / name
    assert run(["case", str(moira), "product-director", *RULES, "--anonymous", "-o", str(target)]) == 0
    assert f"the name of the file, {name}, tells who it is about" in capfd.readouterr().err
    assert target.exists()


def test_a_case_that_is_not_blind_has_no_report(moira: Path, capfd: Capture) -> None:
    """Nothing is said beside it, and the file's name may be anything."""
    assert run(["case", str(moira), "product-director", *RULES, "-o", str(moira.parent / "oneill.md")]) == 0
    assert "replaced" not in capfd.readouterr().err


def test_a_blind_comparison_has_one_too(moira: Path, capfd: Capture) -> None:
    """For all that are compared; the letters stand for them."""
    target = moira.parent / "both.md"
    other = str(PRODUCT / "profiles" / "ada-lindqvist.yaml")
    given = ["compare", str(moira), other, "--role", "product-director", *RULES, "--anonymous", "-o", str(target)]
    assert run(given) == 0
    assert "Read it before you send it." in " ".join(capfd.readouterr().err.split())
    assert not re.search("oneill|lindqvist|acme", target.read_text(encoding="utf-8"), re.IGNORECASE)


def test_a_sample_without_tells_says_so(tmp_path: Path, capfd: Capture) -> None:
    """Somebody whose texts name nobody: no list, and the sentence all the same."""
    given = [
        "case",
        str(PRODUCT / "profiles" / "fatima-al-sayed.yaml"),
        "product-director",
        *RULES,
        "--anonymous",
        "-o",
        str(tmp_path / "b.md"),
    ]
    assert run(given) == 0
    said = " ".join(capfd.readouterr().err.split())
    assert "nothing had to be replaced in its texts" in said
    assert "Nothing else looks telling" in said
    assert "Read it before you send it." in said
