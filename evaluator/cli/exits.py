"""Exit codes, defined once."""

DONE = 0
"""All went well; `not yet` is an answer, not a failure."""

FINDINGS = 1
"""There are findings, failed rule tests, or profiles that were left out."""

UNUSABLE = 2
"""Wrong usage, or nothing that could be read."""

INTERRUPTED = 130
"""Stopped by Ctrl-C."""
