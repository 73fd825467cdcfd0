"""What can go wrong with a log of decisions, as a sentence with a next step."""

from __future__ import annotations


class LogProblem(Exception):
    """Raised where a log cannot be read, written or trusted: one lower-case sentence and a next step."""

    def __init__(self, message: str, step: str) -> None:
        self.message = message
        self.step = step
        super().__init__(f"{message}; {step}")
