"""The outcomes of rule tests, as text and as JSON."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from evaluator.packs.examples import Mismatch, Outcome
from evaluator.report.plain_values import Json
from evaluator.report.tables import Cell, Paint, Table, no_paint, table_text
from evaluator.report.text import fitted
from evaluator.report.words import Style

_HANG = 10
"""So far beyond the beginning of its line what was expected, and what came out, go on."""


def outcomes_text(outcomes: Sequence[Outcome], *, columns: int | None = None, paint: Paint = no_paint) -> str:
    """Write what did not come out as expected, with its place, the roles it is about, and the count `N passed, N failed`."""
    failed = [outcome for outcome in outcomes if not outcome.passed]
    written = [fitted("\n".join(_lines(outcome, paint)), columns, hang=_HANG) for outcome in failed]
    if len({outcome.test.role for outcome in outcomes}) > 1 and failed:
        written.append(table_text(_roles(outcomes), columns=columns, paint=paint))
    count = f"{len(outcomes) - len(failed)} passed, {len(failed)} failed"
    return "\n\n".join([*written, paint(count, Style.BAD if failed else Style.GOOD)]) + "\n"


def _lines(outcome: Outcome, paint: Paint) -> list[str]:
    test = outcome.test
    head = f"{paint(str(test.span), Style.STRONG)}: {paint('failed', Style.BAD)}: {test.role}: {test.name}"
    return [head, *(line for mismatch in outcome.mismatches for line in _mismatch(mismatch))]


def _mismatch(mismatch: Mismatch) -> Iterable[str]:
    yield f"   {mismatch.what} (line {mismatch.span.line})"
    yield f"      expected  {mismatch.expected}"
    yield f"      came out  {mismatch.found}"
    if mismatch.missing:
        yield f"      missing   {', '.join(mismatch.missing)}"
    if mismatch.extra:
        yield f"      extra     {', '.join(mismatch.extra)}"
    if mismatch.reordered:
        yield "      the same ones, in another order"


def _roles(outcomes: Iterable[Outcome]) -> Table:
    """Count the roles with failures, and nothing of the others."""
    counts = passed_by_role(outcomes)
    rows = [(role, passed, failed) for role, (passed, failed) in counts.items() if failed]
    cells = tuple((Cell(role), Cell(str(passed)), Cell(str(failed), Style.BAD)) for role, passed, failed in rows)
    return Table(("role", "passed", "failed"), cells)


def passed_by_role(outcomes: Iterable[Outcome]) -> Mapping[str, tuple[int, int]]:
    """Return for each role how many of its tests passed and failed."""
    result: dict[str, tuple[int, int]] = {}
    for outcome in outcomes:
        passed, failed = result.get(outcome.test.role, (0, 0))
        result[outcome.test.role] = (passed + outcome.passed, failed + (not outcome.passed))
    return result


def outcomes_json(outcomes: Sequence[Outcome]) -> dict[str, Json]:
    """Return the outcomes as data."""
    tests: list[Json] = [
        {
            "name": outcome.test.name,
            "role": outcome.test.role,
            "passed": outcome.passed,
            "path": outcome.test.span.path,
            "line": outcome.test.span.line,
            "mismatches": [_mismatch_json(mismatch) for mismatch in outcome.mismatches],
        }
        for outcome in outcomes
    ]
    roles = {role: {"passed": passed, "failed": failed} for role, (passed, failed) in passed_by_role(outcomes).items()}
    return {"passed": sum(outcome.passed for outcome in outcomes), "roles": roles, "tests": tests}


def _mismatch_json(mismatch: Mismatch) -> dict[str, Json]:
    document: dict[str, Json] = {"what": mismatch.what, "expected": mismatch.expected, "found": mismatch.found, "line": mismatch.span.line}
    return document | {"missing": list(mismatch.missing), "extra": list(mismatch.extra)}
