"""Years that are computed from dated entries: where a verdict hangs on the running month, that is said."""

from __future__ import annotations

from pathlib import Path

import pytest

from evaluator.cli.main import run

RULES = str(Path(__file__).parents[2] / "rules")
Capture = pytest.CaptureFixture[str]
FULL = "the running month counted in full"


@pytest.mark.parametrize(
    ("start", "as_of", "said"),
    [
        ("2020-12", "2026-11-01", f"has 6 years (computed), met only with {FULL}"),
        ("2020-11", "2026-11-01", f"(computed), {FULL}"),
        ("2021-01", "2026-11-01", f"(computed), {FULL}"),
        ("2018-01, end: 2025-12", "2026-11-01", "has 8 years (computed)"),
        ("2018-01, end: 2026-11", "2026-11-28", FULL),
    ],
)
def test_the_running_month_is_told(start: str, as_of: str, said: str, tmp_path: Path, capfd: Capture) -> None:
    """Where it tips the test, where it only counts, and where it does not."""
    path = tmp_path / "ada.yaml"
    entry = f"{{title: Product Manager, function: product, start: {start}}}"
    path.write_text(f"profile: ada\nrole: product-manager\nattributes: {{history: [{entry}]}}\n")
    for verb in ("explain", "case"):
        assert run([verb, str(path), "group-product-manager", "--as-of", as_of, "--rules", RULES]) == 0
        shown = capfd.readouterr().out
        line = next(one for one in shown.splitlines() if "Years in product management are at least 6 years" in one)
        assert said in line
        assert (FULL in line) is (FULL in said)


def test_an_entry_that_has_not_begun_is_told(tmp_path: Path, capfd: Capture) -> None:
    """It brings no years, and `profile check` warns of it."""
    path = tmp_path / "ada.yaml"
    entries = "{title: PM, function: product, start: 2020-01}, {title: PM, function: product, start: 2027-02}"
    path.write_text(f"profile: ada\nattributes: {{history: [{entries}]}}\n")
    assert run(["explain", str(path), "group-product-manager", "--rules", RULES]) == 0
    assert "1 entry begins later and counts for nothing" in capfd.readouterr().out
    assert run(["profile", "check", str(path), "--rules", RULES]) == 0
    assert "P205 dated-ahead: an entry of `history` begins on 2027-02-01, which has not come" in capfd.readouterr().out
