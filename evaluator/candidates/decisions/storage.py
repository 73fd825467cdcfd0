"""Where a log keeps what its records rest on: a folder beside it."""

from __future__ import annotations

import stat
from pathlib import Path

from evaluator.candidates.decisions.problems import LogProblem
from evaluator.core.files import ORDINARY, PRIVATE
from evaluator.reading.tables.formats import JSON_LINES


def folder_of(log: Path) -> Path:
    """Return the folder beside a log: decisions.log.jsonl has decisions.log.d. Raises LogProblem where the name is no log's."""
    if log.suffix.lower() not in JSON_LINES.endings:
        raise LogProblem(f"{log} is no name for a log", "end it in .jsonl")
    return log.with_suffix(".d")


def mode_beside(log: Path) -> int:
    """Return the mode of new files beside a log that is there: they are for whom the log is."""
    return stat.S_IMODE(log.stat().st_mode) & ORDINARY | PRIVATE
