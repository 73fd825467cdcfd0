"""What rule tests decide of a pack, as text and as JSON."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction

from evaluator.packs.examples import Outcome
from evaluator.packs.examples.branches import Branch, Part
from evaluator.packs.examples.coverage import Coverage, Covered
from evaluator.packs.examples.report import passed_by_role
from evaluator.report.plain_values import Json
from evaluator.report.tables import Cell, Paint, Table, no_paint, table_text
from evaluator.report.words import Style, counted, percent

_REST = "the pack itself"


def coverage_line(coverage: Coverage, *, paint: Paint = no_paint) -> str:
    """Say in one line how many branches the rule tests decide."""
    every = len(coverage.branches)
    share = f"coverage: {coverage.covered} of {counted(every, 'branch', 'branches')} decided, {percent(coverage.share)} %"
    return paint(share, Style.CLOSE if coverage.open else Style.GOOD)


def coverage_text(coverage: Coverage, outcomes: Sequence[Outcome], *, paint: Paint = no_paint) -> str:
    """Write the branches that miss something, a line each with its place, then a table by role."""
    lines = [_line(one, paint) for one in coverage.open]
    written = ["\n".join(lines)] if lines else []
    return "\n\n".join([*written, table_text(_table(coverage, outcomes), paint=paint)]) + "\n"


def _line(one: Covered, paint: Paint) -> str:
    return f"{paint(str(one.branch.span), Style.STRONG)}: {paint(one.missing, Style.CLOSE)}: {branch_words(one.branch)}"


def branch_words(branch: Branch) -> str:
    """Name a branch: what it belongs to and what it asks."""
    if branch.part is Part.CRITERION:
        return f"{branch.subject}: {branch.words}"
    if branch.part in {Part.WHEN, Part.ALMOST, Part.APPLIES_WHEN}:
        return f"{branch.subject}, {branch.part}: {branch.words}"
    name = {Part.MOVE: "move ", Part.VERDICT: "verdict ", Part.BAND: "verdict "}.get(branch.part, "")
    return f"{name}{branch.subject}: {branch.words}"


def _by_role(coverage: Coverage) -> Mapping[str, list[Covered]]:
    found: dict[str, list[Covered]] = {}
    for one in coverage.branches:
        found.setdefault(one.branch.role or _REST, []).append(one)
    return found


def _table(coverage: Coverage, outcomes: Sequence[Outcome]) -> Table:
    return Table(("role", "tests", "branches", "decided", "share"), tuple(_rows(coverage, passed_by_role(outcomes))))


def _rows(coverage: Coverage, passed: Mapping[str, tuple[int, int]]) -> Iterator[tuple[Cell, ...]]:
    for role, branches in _by_role(coverage).items():
        full = sum(one.full for one in branches)
        share = Cell(f"{percent(Fraction(full, len(branches)))} %", Style.GOOD if full == len(branches) else Style.CLOSE)
        tests = "" if role == _REST else str(sum(passed.get(role, (0, 0))))
        yield (Cell(role), Cell(tests), Cell(str(len(branches))), Cell(str(full)), share)


def coverage_json(coverage: Coverage) -> dict[str, Json]:
    """Return the coverage as data: the counts and every branch that misses something."""
    missing: list[Json] = [
        {
            "part": str(one.branch.part),
            "subject": one.branch.subject,
            "role": one.branch.role or None,
            "words": one.branch.words,
            "missing": one.missing,
            "path": one.branch.span.path,
            "line": one.branch.span.line,
            "column": one.branch.span.column,
        }
        for one in coverage.open
    ]
    return {"branches": len(coverage.branches), "decided": coverage.covered, "percent": percent(coverage.share), "missing": missing}
