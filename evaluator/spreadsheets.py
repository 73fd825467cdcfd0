"""What a spreadsheet would run: how cells begin that have to be made harmless before they are written."""

from __future__ import annotations

import re

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n")
PLAIN_NUMBER = r"[+-]?[0-9]+(\.[0-9]+)?"
"""A pattern: text that begins like a formula and is a number all the same."""
_PLAIN_NUMBER = re.compile(PLAIN_NUMBER)


def restored(cell: str) -> str:
    """Take the apostrophe off a cell that was made harmless with it, and off no other."""
    inner = cell.lstrip("'")
    if inner != cell and inner.startswith(FORMULA_STARTS) and not _PLAIN_NUMBER.fullmatch(inner):
        return cell[1:]
    return cell
