"""Sentences of promotion policies as one pack: its examples pass, engines agree about people with records, and the page is true."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

import polars as pl
import pytest

from evaluator.cli.main import run
from evaluator.core.model import Pack
from evaluator.diagnostics import Problems
from evaluator.engines.readiness import ENGINES
from evaluator.packs.examples import run as run_examples
from evaluator.packs.lint import lint_pack
from evaluator.reading.pack.pack import load_pack
from evaluator.reading.pack.ruletests import read_rule_tests

ROOT = Path(__file__).parents[1]
FOLDER = ROOT / "tests" / "ladders" / "policies"
PAGE = ROOT / "docs" / "policies.md"
ROW = re.compile(
    r"^\| (?P<sentence>[^|]+) \| (?P<by>[^|]+) \| `(?P<file>[\w./-]+)`: `(?P<entry>[^`|]+)` \| (?P<lines>\d+) \|$", re.MULTILINE
)
CLOSE, OPEN = "undecided: close to eligible", "undecided: not yet to eligible"
VERDICTS = {
    "gs-early": {"gs-12": "close", "next-step": "eligible"},
    "gs-on-time": {"gs-13": "eligible", "gs-13-temporary": "eligible"},
    "gs-not-reviewed": {"gs-13": CLOSE},
    "captain-passed-over-twice": {"major": "close"},
    "captain-second-board-open": {"major": CLOSE},
    "colonel-waived": {"brigadier-general": "eligible"},
    "sergeant-basic": {"sergeant": "eligible", "staff-sergeant": "not yet"},
    "sergeant-advanced-alone": {"sergeant": "not yet", "staff-sergeant": "eligible"},
    "officer-leave": {
        "police-sergeant": "close",
        "police-sergeant-agreement": "not yet",
        "police-sergeant-reading": "eligible",
        "police-sergeant-massachusetts": "eligible",
    },
    "officer-open-kind": {
        "police-sergeant": "eligible",
        "police-sergeant-agreement": "eligible",
        "police-sergeant-reading": OPEN,
        "police-sergeant-massachusetts": "eligible",
    },
    "professor-half-time": {
        "associate-virginia": "not yet",
        "associate-princeton": "not yet",
        "associate-washington": "eligible",
        "associate-boulder": "eligible",
        "associate-stony-brook": "not yet",
        "senior-lecturer": "eligible",
    },
    "professor-little-known": {
        "associate-virginia": OPEN,
        "associate-princeton": OPEN,
        "associate-washington": OPEN,
        "associate-boulder": OPEN,
        "associate-stony-brook": "eligible",
        "senior-lecturer": OPEN,
    },
    "engineer-all-met": {"senior-engineer": "eligible"},
    "engineer-no-talk": {"senior-engineer": "close"},
    "engineer-suspended": {"senior-engineer": "not yet"},
    "senior-part-time": {"staff-engineer": "eligible"},
    "nothing-known": {"senior-engineer": OPEN},
}
"""What the sentences, read by a person, say of the people in people.jsonl on the first of November 2026."""

each_engine = pytest.mark.parametrize("engine", [*sorted(ENGINES), "columns"])


@cache
def pack() -> Pack:
    """Return the pack of all sentences."""
    return load_pack(FOLDER)


def entry(file: Path, name: str) -> list[str]:
    """Return the lines of an entry of a YAML file: of its key or id, and of all that stands deeper below."""
    lines = file.read_text(encoding="utf-8").splitlines()
    told = [line.strip().removeprefix("- ") for line in lines]
    at = next(n for n, line in enumerate(told) if line in {f"id: {name}", name} or line.startswith(f"{name}:"))
    deep = len(lines[at]) - len(lines[at].lstrip())
    below = (n for n in range(at + 1, len(lines)) if lines[n].strip() and len(lines[n]) - len(lines[n].lstrip()) <= deep)
    return lines[at : next(below, len(lines))]


def lines_of(file: Path, name: str) -> int:
    """Count the lines of an entry and of what it reads, without blank ones, titles, questions, sources, advice and reasons."""
    vocabulary = FOLDER / "attributes.yaml"
    names = set(re.findall(r"^  (\w+):", vocabulary.read_text(encoding="utf-8"), re.MULTILINE))
    read: dict[str, list[str]] = {}
    ahead = entry(file, name)
    told = list(ahead)
    while found := names & set(re.findall(r"\w+", rules_in(ahead))) - read.keys():
        read |= {other: entry(vocabulary, other) for other in found}
        ahead = [line for other in found for line in read[other]]
        told += ahead
    skipped = ("#", "title:", "question:", "source:", "advice:", "reason:")
    return sum(bool(line.strip()) and not line.strip().startswith(skipped) for line in told)


def rules_in(lines: list[str]) -> str:
    """Return what of some lines can name attributes: no ids, titles, questions, advice, sources and reasons."""
    words = r"(?:title|question|advice|reason|id|source|kind): (?:\{[^}]*\}|'[^']*'|[^,}]*)"
    return "\n".join(re.sub(words, "", line) for line in lines)


def test_lint_finds_nothing() -> None:
    """The pack is clean."""
    assert list(lint_pack(FOLDER)) == []


@pytest.mark.parametrize("engine", sorted(ENGINES))
def test_both_sides_of_every_border_come_out(engine: str) -> None:
    """All worked examples pass, and every role that is judged has some."""
    problems = Problems()
    tests = read_rule_tests(pack(), problems)
    assert list(problems) == []
    assert {test.role for test in tests} == {role.id for role in pack().judged_roles}
    assert [(outcome.test.name, outcome.mismatches) for outcome in run_examples(pack(), tests, engine=engine) if not outcome.passed] == []


@each_engine
def test_people_with_records_come_out_as_the_sentences_say(engine: str, tmp_path: Path) -> None:
    """Every engine reads entries from JSON Lines and says of each person what the sentences say."""
    out = tmp_path / "roles.csv"
    more = ["--rules", str(FOLDER), "--level", "roles", "--as-of", "2026-11-01", "--check", "0", "--engine", engine, "-o", str(out)]
    assert run(["evaluate", str(FOLDER / "people.jsonl"), *more]) == 0
    rows = pl.read_csv(out, infer_schema=False)
    found: dict[str, dict[str, str]] = {}
    for name, role, verdict in rows.select("id", "judged_role", "verdict").iter_rows():
        found.setdefault(name, {})[role] = verdict
    assert {name: {role: found[name][role] for role in roles} for name, roles in VERDICTS.items()} == VERDICTS
    assert found.keys() == VERDICTS.keys()
    standing = rows.filter(pl.col("judged_role").is_in(["sergeant", "staff-sergeant"]), pl.col("standing") == "standing")
    assert standing["id"].to_list() == ["sergeant-basic"]


def test_the_page_counts_the_lines_of_every_sentence() -> None:
    """Each row of the page names an entry of the pack and as many lines as it takes, and no criterion is left out."""
    rows = list(ROW.finditer(PAGE.read_text(encoding="utf-8")))
    assert {f"{row['file']} {row['entry']}": int(row["lines"]) for row in rows} == {
        f"{row['file']} {row['entry']}": lines_of(FOLDER / row["file"], row["entry"]) for row in rows
    }
    criteria = {criterion.id for role in pack().judged_roles for criterion in role.criteria}
    assert criteria - {row["entry"] for row in rows} == set()
