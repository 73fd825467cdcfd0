"""What a verb raises where it cannot go on, and how it ends where nobody reads its output any more."""

from __future__ import annotations

import os
import sys

from evaluator.cli.exits import UNUSABLE
from evaluator.diagnostics import EvaluatorError


class Unusable(EvaluatorError):
    """Wrong usage or unusable input: one lower-case sentence and a next step."""


def reader_gone() -> int:
    """Fall silent where whoever read the output has stopped reading; nothing more can reach them, nor messages that went the same way."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, sys.stdout.fileno())
    try:
        sys.stderr.flush()
    except BrokenPipeError:
        os.dup2(nowhere, sys.stderr.fileno())
    return UNUSABLE
