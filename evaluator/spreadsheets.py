"""What a spreadsheet would run: how cells begin that have to be made harmless before they are written."""

from __future__ import annotations

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n")
PLAIN_NUMBER = r"[+-]?[0-9]+(\.[0-9]+)?"
"""A pattern: text that begins like a formula and is a number all the same."""
