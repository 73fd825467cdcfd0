"""Tests have a pack and people of their own, and rules/ and profiles/ keep what the project promises of them, whatever they say."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from evaluator.cli.main import run
from evaluator.cli.options import default_rules
from evaluator.reading.shipped import shipped_profiles, shipped_rules
from tests.product import PRODUCT, PROFILES, ROOT, RULES

Capture = pytest.CaptureFixture[str]
SHIPPED = "from evaluator import shipped_profiles, shipped_rules; print(shipped_rules(), shipped_profiles(), sep='\\n')"


def shipped_in_a_process(folder: Path) -> list[Path]:
    """Return the folders that come with the tool, as a command that a test starts finds them."""
    ran = subprocess.run([sys.executable, "-c", SHIPPED], cwd=folder, capture_output=True, text=True, check=True)
    return [Path(line) for line in ran.stdout.splitlines()]


def test_a_test_begins_beside_the_pack_of_the_tests(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """There, and where there is no pack, it is the default one, also for commands that a test starts."""
    assert Path.cwd() == PRODUCT
    assert Path(default_rules()).resolve() == RULES
    monkeypatch.chdir(tmp_path)
    assert Path(default_rules()) == shipped_rules() == RULES
    assert [shipped_rules(), shipped_profiles()] == shipped_in_a_process(tmp_path) == [RULES, PROFILES]


@pytest.mark.usefixtures("as_shipped")
def test_what_says_something_of_the_shipped_pack_asks_for_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Then it is the default one in the same places."""
    assert Path(default_rules()).resolve() == ROOT / "rules"
    monkeypatch.chdir(tmp_path)
    assert [shipped_rules(), shipped_profiles()] == shipped_in_a_process(tmp_path) == [ROOT / "rules", ROOT / "profiles"]


@pytest.mark.usefixtures("as_shipped")
@pytest.mark.parametrize("words", ["lint", "schema --check", "profile check profiles", "profile check profiles/people.csv"])
def test_the_shipped_pack_and_the_sample_people_are_without_findings(words: str, capsys: Capture) -> None:
    """No warning either: the pack is sound, its schemas are in step, and everybody can be read."""
    code = run(words.split())
    told = capsys.readouterr().out
    assert code == 0, told
    assert "warning" not in told


ABOUT_THE_SHIPPED = {
    "reading/tables/test_hr_exports.py",
    "calibration/test_prove.py",
    "packs/examples/test_cli.py",
    "packs/set/test_set.py",
    "packs/test_facts.py",
    "packs/test_schema.py",
    "test_docs.py",
    "test_notebook.py",
    "test_product.py",
}


def test_only_what_says_something_of_the_shipped_pack_reads_it() -> None:
    """Any other test would fail with an edit of which it says nothing: it takes RULES and PROFILES of tests/product.py."""
    named = re.compile(r'(?:ROOT|root|parents\[\d\]) / "(?:rules|profiles)\b|shipped_(?:rules|profiles)\(|as_shipped')
    texts = {path.relative_to(ROOT / "tests").as_posix(): path.read_text(encoding="utf-8") for path in (ROOT / "tests").rglob("*.py")}
    assert {name for name, text in texts.items() if named.search(text)} - {"conftest.py", "product.py"} == ABOUT_THE_SHIPPED
