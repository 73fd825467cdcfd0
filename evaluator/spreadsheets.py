"""What a spreadsheet would run, and what could steer whoever looks at a table: made harmless before it is written, and restored when read.

A cell that begins like a formula gets an apostrophe in front. In CSV a separator inside a cell can begin another cell where a spreadsheet
goes by other separators (`a;=1`), so that what would then begin like a formula gets one too.
"""

from __future__ import annotations

import re

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠", "﹦", "﹢", "﹣", "﹫")
PLAIN_NUMBER = r"[+-]?[0-9]+(\.[0-9]+)?"
"""A pattern: text that begins like a formula and is a number all the same."""
_PLAIN_NUMBER = re.compile(PLAIN_NUMBER)
_SIGNS = re.escape("".join(start for start in FORMULA_STARTS if not start.isspace()))
_SEPARATORS = r";|\t\r\n"
_STEERING = r"\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\u202a-\u202e\u2066-\u2069"
"""Letters that steer a terminal, or turn the direction of what follows; no text has another use for them."""
_STEER = re.compile(f"[{_STEERING}]")
_NUMBER_ALONE = rf"[+-][0-9]+(?:\.[0-9]+)?(?:[{_SEPARATORS}]|$)"
_RUNS = rf"(?=[\"']*[{_SIGNS}])(?!{_NUMBER_ALONE})"
_APART = re.compile(rf"(?<=[{_SEPARATORS}]){_RUNS}(?!(?<=[\r\n])[+-] )")
"""Before what would begin like a formula if the letter before were a separator: but no plain number, and no bullet of a list."""
_TOGETHER = re.compile(rf"(?<=[{_SEPARATORS}])'{_RUNS}")
MARK = "\ufffd"


def harmless(cell: str) -> str:
    """Put an apostrophe before a cell that a spreadsheet would run; plain numbers stay numbers."""
    return f"'{cell}" if cell.startswith(FORMULA_STARTS) and not _PLAIN_NUMBER.fullmatch(cell) else cell


def apart(cell: str) -> str:
    """Make the inside of a cell of CSV harmless: where another separator is taken, and for whoever looks at the file."""
    return _APART.sub("'", _STEER.sub(MARK, cell))


def restored(cell: str) -> str:
    """Take the apostrophes off a cell that was made harmless with them, and off no other."""
    inner = cell.lstrip("'")
    if inner != cell and inner.startswith(FORMULA_STARTS) and not _PLAIN_NUMBER.fullmatch(inner):
        cell = cell[1:]
    return _TOGETHER.sub("", cell)
