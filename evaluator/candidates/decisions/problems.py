"""What can go wrong with a log of decisions, as a sentence with a next step."""

from __future__ import annotations

from evaluator.diagnostics import EvaluatorError


class LogProblem(EvaluatorError):
    """Raised where a log cannot be read, written or trusted: one lower-case sentence and a next step."""
