"""What a spreadsheet would run, and what would steer whoever looks at a table: made harmless where it is written, restored where read.

In CSV a cell that begins like a formula gets an apostrophe in front. So does what follows a `;`, a tab, a `|` or a line end inside a cell
and begins like one: where a spreadsheet goes by that separator, it begins a cell (`a;=1`). Characters that steer a terminal or turn the
direction of text are written by their names, such as `<U+001B>`. Each of these can be told from text that says the same by itself.
"""

from __future__ import annotations

import re

import attrs

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠", "﹦", "﹢", "﹣", "﹫")
PLAIN_NUMBER = r"[+-]?[0-9]+(\.[0-9]+)?"
"""A pattern: text that begins like a formula and is a number all the same."""
_PLAIN_NUMBER = re.compile(PLAIN_NUMBER)
_SIGNS = re.escape("".join(start for start in FORMULA_STARTS if not start.isspace()))
_SEPARATORS = r";|\t\r\n"
_STEERING = r"\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069"
_STEER = re.compile(f"[{_STEERING}]|(?<=<)(?='*U\\+[0-9A-F]{{4}}>)")
_NAMED = re.compile(r"<('*)U\+([0-9A-F]{4})>")
_NUMBER_ALONE = rf"[+-][0-9]+(?:\.[0-9]+)?(?:[{_SEPARATORS}]|$)"
_RUNS = rf"(?=[\"']*[{_SIGNS}])(?!{_NUMBER_ALONE})"
_APART = re.compile(rf"(?<=[{_SEPARATORS}]){_RUNS}(?!(?<=[\r\n])[+-] )")
"""Before what would begin like a formula if the character before separated cells: but no plain number, and no bullet of a list."""
_TOGETHER = re.compile(rf"(?<=[{_SEPARATORS}])'{_RUNS}")
FORMULA_START = rf"^'*[\t\r\n{_SIGNS}]"
"""A pattern, as Polars reads it: text that may begin like a formula."""
LOOKED_AT = FORMULA_START + r"|[;|\t\r\n\x00-\x1f\x7f-\x{9f}\x{202a}-\x{202e}\x{2066}-\x{2069}]|<'*U\+"
"""A pattern, as Polars reads it: text in which `guarded` may change something."""


@attrs.frozen(kw_only=True)
class CsvStyle:
    """How CSV is written: what stands between cells, what before decimals, and whether it begins with a byte order mark."""

    delimiter: str = ","
    decimal: str = "."
    bom: bool = False


def harmless(cell: str) -> str:
    """Put an apostrophe before a cell that a spreadsheet would run; plain numbers stay numbers."""
    return f"'{cell}" if _runs(cell) else cell


def guarded(cell: str) -> str:
    """Make a cell of CSV harmless, at its start and inside, so that `restored` gives back what it says."""
    cell = _APART.sub("'", _STEER.sub(_name, cell))
    return f"'{cell}" if _runs(cell.lstrip("'")) else cell


def restored(cell: str) -> str:
    """Return what a cell of CSV says that `guarded` made harmless, and any other as it is."""
    if cell.startswith("'") and _runs(cell.lstrip("'")):
        cell = cell[1:]
    return _NAMED.sub(_character, _TOGETHER.sub("", cell))


def _runs(cell: str) -> bool:
    return cell.startswith(FORMULA_STARTS) and not _PLAIN_NUMBER.fullmatch(cell)


def _name(match: re.Match[str]) -> str:
    """Write a character by its name; a name that a text spells out itself gets an apostrophe in its bracket."""
    return f"<U+{ord(match[0]):04X}>" if match[0] else "'"


def _character(match: re.Match[str]) -> str:
    if match[1]:
        return f"<{match[1][1:]}U+{match[2]}>"
    letter = chr(int(match[2], 16))
    return letter if _STEER.fullmatch(letter) else match[0]
