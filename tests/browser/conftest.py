"""A browser for the whole run, and the pages that are looked at."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from evaluator.cli.main import run
from tests.browser.chromium import Chromium, installed
from tests.product import PROFILES, RULES

AS_OF = "2026-11-01"
PEOPLE = ("--on", str(PROFILES / "people.csv"))
YEARS = "product-experience.product_management_years.at_least"
SCORE = "verdicts.ready.score.at_least"
LONG = "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft" * 3
TRYING = f"""
profile: trying
name: Ada {LONG} <b>Lovelace</b>
role: product-manager
attributes: {{work_years: 11, product_management_years: 7, direct_reports: 3, leadership: practitioner}}
evidence:
  direct_reports:
    - {{what: {LONG}, when: 2019, confirmed_by: "<script>alert(1)</script> {LONG}", link: "https://example.org/{LONG}"}}
  leadership:
    - {{what: "[x](javascript:alert(1)) | a | {{{{7*7}}}} \\u202e \\u200f", confirmed_by: self}}
notes: "<img src=x onerror=alert(1)> {LONG}"
"""
"""A profile that tries a page: words that never end, markup, letters that turn the direction."""


@pytest.fixture(scope="session")
def browser() -> Iterator[Chromium]:
    """Return a browser; a run that has to have one fails without it."""
    if installed() is None:
        if os.environ.get("MUST_LOOK"):
            pytest.fail("Chromium is not installed")
        pytest.skip("Chromium is not installed")
    with Chromium() as started:
        yield started


@pytest.fixture(scope="session")
def pages(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Return cases and comparisons, written by the command line."""
    folder = tmp_path_factory.mktemp("pages")
    trying = folder / "trying.yaml"
    trying.write_text(TRYING, encoding="utf-8")
    everybody = [str(PROFILES / f"{name}.yaml") for name in ("ada-lindqvist", "sofia-marquez", "priya-nair", "david-mbeki", "jonas-weber")]
    asked = {
        "ready": ["case", everybody[0], "product-director"],
        "not-yet": ["case", everybody[1], "chief-product-officer"],
        "undecided": ["case", everybody[2], "head-of-product", "--anonymous"],
        "trying": ["case", str(trying), "product-director"],
        "two": ["compare", *everybody[:2], "--role", "product-director"],
        "many": ["compare", *everybody, str(trying), str(PROFILES / "mei-lin-tan.yaml"), "--role", "product-director"],
        "impact": ["impact", *PEOPLE, "--by", "sex,ethnicity", "--exact"],
        "sweep": ["sweep", "product-director", YEARS, *PEOPLE, "--by", "sex", "--exact"],
        "heat": ["sweep", "product-director", YEARS, SCORE, *PEOPLE],
        "table": ["evaluate", PEOPLE[1]],
        "blind": ["compare", *everybody, str(trying), "--role", "product-director", "--anonymous"],
    }
    found = {name: folder / f"{name}.html" for name in asked}
    for name, words in asked.items():
        assert run([*words, "--rules", str(RULES), "--as-of", AS_OF, "-o", str(found[name])]) == 0, name
    found["handbook"] = folder / "handbook.html"
    assert run(["show", "--all", "--rules", str(RULES), "-o", str(found["handbook"])]) == 0
    return found
