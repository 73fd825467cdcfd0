"""Exit codes, defined once; `evaluator.cli.gates` has the one rule from what a command found out to its code."""

from __future__ import annotations

DONE = 0
"""All went well; `not yet` is an answer, not a failure."""

FINDINGS = 1
"""There are findings, failed rule tests, broken limits, or profiles that were left out."""

UNUSABLE = 2
"""Wrong usage, nothing that could be read, nobody to judge, or a limit that was not tested."""

INTERRUPTED = 130
"""Stopped by Ctrl-C."""
