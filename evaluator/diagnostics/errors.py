"""What stops a population run, as a sentence with a next step."""

from __future__ import annotations

from evaluator.diagnostics import EvaluatorError


class PopulationProblem(EvaluatorError):
    """A population run cannot start, go on or end."""


class Disagreement(EvaluatorError):
    """Two engines judged one person differently; carries both explanations, line by line."""

    def __init__(self, message: str, lines: tuple[str, ...]) -> None:
        super().__init__(message, "this is an error of the tool: report it with these lines")
        self.lines = lines

    def __reduce__(self) -> tuple[type[Disagreement], tuple[str, tuple[str, ...]]]:
        return (type(self), (self.message, self.lines))
