"""Years that are computed from dated entries: where a verdict hangs on the running month, that is said."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

from evaluator.cli.main import run
from evaluator.diagnostics import Problems
from evaluator.reading.pack.imports import read_imports
from evaluator.reading.pack.pack import read_pack
from tests.product import PRODUCT

RULES = str(PRODUCT / "rules")
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
        line = next(one for one in shown.splitlines() if "At least 6 years in product management" in one)
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


WRAPPED = [
    "{made}",
    "sum: [{{{made}}}]",
    "clamp: {{of: {{{made}}}, at_most: 40}}",
    "max: [0, {{sum: [{{{made}}}, 0]}}]",
    "when: [{{if: {{work_years: {{known: false}}}}, then: 0}}, {{otherwise: {{{made}}}}}]",
]


@pytest.mark.parametrize("wrapped", WRAPPED)
def test_years_inside_other_operators_are_told_alike(wrapped: str, tmp_path: Path, capfd: Capture) -> None:
    """Wherever in a `derive` years are counted: the running month, what has not begun, and an entry that ends before it starts."""
    rules, path = tmp_path / "rules", tmp_path / "ada.yaml"
    shutil.copytree(RULES, rules)
    attributes = rules / "attributes.yaml"
    text = attributes.read_text(encoding="utf-8")
    written = (
        "      years:\n        records: history\n        from: start\n        to: end\n        where:\n          function: {is: product}\n"
    )
    assert text.count(written) == 1
    made = "years: {records: history, from: start, to: end, where: {function: {is: product}}}"
    attributes.write_text(text.replace(written, f"      {wrapped.format(made=made)}\n"), encoding="utf-8")

    def told(entries: str, *command: str) -> str:
        path.write_text(f"profile: ada\nrole: product-manager\nattributes: {{history: [{entries}]}}\n")
        run(
            [
                command[0],
                *command[1:],
                str(path),
                *(["group-product-manager", "--as-of", "2026-11-01"] if command == ("explain",) else []),
                "--rules",
                str(rules),
            ]
        )
        return capfd.readouterr().out

    begun = "{title: PM, function: product, start: 2020-12}"
    assert f"has 6 years (computed), met only with {FULL}" in told(begun, "explain")
    assert "1 entry begins later and counts for nothing" in told(f"{begun}, {{title: PM, function: product, start: 2027-02}}", "explain")


def test_years_are_found_inside_other_operators_alone(tmp_path: Path, capfd: Capture) -> None:
    """Where no attribute is years by themselves: entries that have not begun, that end before they start, and where positions go."""
    rules, path = tmp_path / "rules", tmp_path / "ada.yaml"
    shutil.copytree(RULES, rules)
    (rules / "imports.yaml").unlink()
    attributes = rules / "attributes.yaml"
    text, number = re.subn(
        r"^      years:\n((?:        .*\n)+)",
        lambda found: "      sum:\n        - years:\n" + found[1].replace("        ", "            "),
        attributes.read_text(encoding="utf-8"),
        flags=re.MULTILINE,
    )
    assert number > 1
    attributes.write_text(text, encoding="utf-8")
    for entry, said in (
        ("{title: PM, start: 2027-02}", "P205 dated-ahead: an entry of `history` begins on 2027-02-01, which has not come"),
        ("{title: PM, start: 2021-03, end: 2020-01}", "the entry ends before it starts: `end` lies before `start`"),
    ):
        path.write_text(f"profile: ada\nattributes: {{history: [{entry}]}}\n")
        run(["profile", "check", str(path), "--rules", str(rules)])
        assert said in capfd.readouterr().out
    problems = Problems()
    pack = read_pack(str(rules), problems)
    assert pack is not None
    history = read_imports(pack, problems).history
    assert history is not None
    assert (history.records, history.start, history.end) == ("history", "start", "end")
