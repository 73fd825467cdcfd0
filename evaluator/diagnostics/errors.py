"""What stops a population run, as a sentence with a next step."""

from __future__ import annotations


class PopulationProblem(Exception):
    """A population run cannot start, go on or end: one lower-case sentence and a next step."""

    def __init__(self, message: str, step: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.step = step


class Disagreement(Exception):
    """Two engines judged one person differently; carries both explanations, line by line."""

    def __init__(self, message: str, lines: tuple[str, ...]) -> None:
        super().__init__(message)
        self.message = message
        self.lines = lines
