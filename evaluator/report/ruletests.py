"""The outcomes of rule tests, as text and as JSON."""

from __future__ import annotations

from collections.abc import Sequence

from evaluator.report.plain_values import Json
from evaluator.report.tables import Paint, no_paint
from evaluator.report.words import Style
from evaluator.ruletests import Mismatch, Outcome

FORMAT = "evaluator/rule-tests"
VERSION = 1


def outcomes_text(outcomes: Sequence[Outcome], *, paint: Paint = no_paint) -> str:
    """Write what did not come out as expected, with its place, then the closing count `N passed, N failed`."""
    failed = [outcome for outcome in outcomes if not outcome.passed]
    written = ["\n".join(_lines(outcome, paint)) for outcome in failed]
    count = f"{len(outcomes) - len(failed)} passed, {len(failed)} failed"
    return "\n\n".join([*written, paint(count, Style.BAD if failed else Style.GOOD)]) + "\n"


def _lines(outcome: Outcome, paint: Paint) -> list[str]:
    test = outcome.test
    head = f"{paint(str(test.span), Style.STRONG)}: {paint('failed', Style.BAD)}: {test.role}: {test.name}"
    return [head, *(line for mismatch in outcome.mismatches for line in _mismatch(mismatch))]


def _mismatch(mismatch: Mismatch) -> list[str]:
    return [f"   {mismatch.what} (line {mismatch.span.line})", f"      expected  {mismatch.expected}", f"      came out  {mismatch.found}"]


def outcomes_json(outcomes: Sequence[Outcome]) -> dict[str, Json]:
    """Return the outcomes in a versioned shape."""
    tests: list[Json] = [
        {
            "name": outcome.test.name,
            "role": outcome.test.role,
            "passed": outcome.passed,
            "path": outcome.test.span.path,
            "line": outcome.test.span.line,
            "mismatches": [
                {"what": one.what, "expected": one.expected, "found": one.found, "line": one.span.line} for one in outcome.mismatches
            ],
        }
        for outcome in outcomes
    ]
    return {"format": FORMAT, "version": VERSION, "passed": sum(one.passed for one in outcomes), "tests": tests}
