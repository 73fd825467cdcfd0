"""What rule tests decide of a pack, as text and as JSON."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction

from evaluator.packs.examples import Outcome
from evaluator.packs.examples.branches import Branch, Part
from evaluator.packs.examples.coverage import BranchCoverage, Coverage
from evaluator.packs.examples.report import passed_by_role
from evaluator.report.plain_values import Json
from evaluator.report.tables import Cell, Paint, Table, no_paint, table_text
from evaluator.report.text import fitted
from evaluator.report.words import Style, counted, percent

_REST = "the pack itself"


def coverage_line(coverage: Coverage, *, paint: Paint = no_paint) -> str:
    """Say in one line how many branches the rule tests decide."""
    every = len(coverage.branches)
    share = f"coverage: {coverage.covered} of {counted(every, 'branch', 'branches')} decided, {percent(coverage.share)} %"
    return paint(share, Style.CLOSE if coverage.open else Style.GOOD)


def coverage_text(coverage: Coverage, outcomes: Sequence[Outcome], *, columns: int | None = None, paint: Paint = no_paint) -> str:
    """Write the branches that miss something, a line each with its place, then a table by role."""
    lines = [_line(branch_coverage, paint) for branch_coverage in coverage.open]
    written = [fitted("\n".join(lines), columns)] if lines else []
    return "\n\n".join([*written, table_text(_table(coverage, outcomes), columns=columns, paint=paint)]) + "\n"


def _line(branch_coverage: BranchCoverage, paint: Paint) -> str:
    branch = branch_coverage.branch
    return f"{paint(str(branch.span), Style.STRONG)}: {paint(branch_coverage.missing, Style.CLOSE)}: {branch_words(branch)}"


def branch_words(branch: Branch) -> str:
    """Name a branch: what it belongs to and what it asks."""
    if branch.part is Part.CRITERION:
        return f"{branch.subject}: {branch.words}"
    if branch.part in {Part.WHEN, Part.ALMOST, Part.APPLIES_WHEN, Part.CAP}:
        return f"{branch.subject}, {branch.part}: {branch.words}"
    name = {Part.MOVE: "move ", Part.VERDICT: "verdict ", Part.BAND: "verdict "}.get(branch.part, "")
    return f"{name}{branch.subject}: {branch.words}"


def _by_role(coverage: Coverage) -> Mapping[str, list[BranchCoverage]]:
    result: dict[str, list[BranchCoverage]] = {}
    for branch in coverage.branches:
        result.setdefault(branch.branch.role or _REST, []).append(branch)
    return result


def _table(coverage: Coverage, outcomes: Sequence[Outcome]) -> Table:
    return Table(("role", "tests", "branches", "decided", "share"), tuple(_rows(coverage, passed_by_role(outcomes))))


def _rows(coverage: Coverage, passed: Mapping[str, tuple[int, int]]) -> Iterator[tuple[Cell, ...]]:
    for role, branches in _by_role(coverage).items():
        full = sum(branch.full for branch in branches)
        share = Cell(f"{percent(Fraction(full, len(branches)))} %", Style.GOOD if full == len(branches) else Style.CLOSE)
        tests = "" if role == _REST else str(sum(passed.get(role, (0, 0))))
        yield (Cell(role), Cell(tests), Cell(str(len(branches))), Cell(str(full)), share)


def coverage_json(coverage: Coverage) -> dict[str, Json]:
    """Return the coverage as data: the counts and every branch that misses something."""
    missing: list[Json] = [
        {
            "part": str(branch_coverage.branch.part),
            "subject": branch_coverage.branch.subject,
            "role": branch_coverage.branch.role or None,
            "words": branch_coverage.branch.words,
            "missing": branch_coverage.missing,
            "path": branch_coverage.branch.span.path,
            "line": branch_coverage.branch.span.line,
            "column": branch_coverage.branch.span.column,
        }
        for branch_coverage in coverage.open
    ]
    return {"branches": len(coverage.branches), "decided": coverage.covered, "percent": percent(coverage.share), "missing": missing}
