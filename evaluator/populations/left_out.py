"""Saying on standard error which rows of a population cannot be judged, and which roles people hold that a pack does not have."""

from __future__ import annotations

import shlex
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from evaluator.cli.failures import Unusable
from evaluator.cli.options import default_rules
from evaluator.cli.output import STANDARD_OUTPUT, write_error, write_note
from evaluator.core.values import clip
from evaluator.reading.tables.model import SHOWN_REJECTED
from evaluator.report.words import counted, some

if TYPE_CHECKING:
    from evaluator.cli.tables import Tables
    from evaluator.core.model import Pack
    from evaluator.reading.tables import Rejected

_ROLES = 6


def tell_other_roles(roles: Counter[str]) -> None:
    """Say which roles people hold that the pack does not have."""
    if roles:
        listed = some(
            [f"{clip(role)} ({number:,})" for role, number in sorted(roles.items(), key=lambda item: (-item[1], item[0]))], _ROLES
        )
        held = counted(roles.total(), "person has", "people have")
        write_note(f"{held} a role that the pack does not have, read without one: {listed}\n\n")


def tell_left_out(first: Sequence[Rejected], number: int, rows: int, command: str) -> None:
    """Say how many rows are left out, the first few with their reasons, and the command that keeps them all."""
    if not number:
        return
    shown = first[:SHOWN_REJECTED]
    write_error(f"{number:,} of {counted(rows, 'row')} cannot be judged and {'is' if number == 1 else 'are'} left out:\n")
    write_error("".join(f"  {_place(row)}: {row.reason}\n" for row in shown))
    more = f"  and {number - len(shown):,} more; " if number > len(shown) else "  "
    write_error(f"{more}for all of them, with each reason: {command}\n\n")


def _place(rejected: Rejected) -> str:
    """Say where a row stands: by the line of its file, as an editor and a spreadsheet count, where that is known."""
    row = f"row {rejected.row}" if rejected.line is None else f"line {rejected.line}"
    return f"{rejected.path}, {row}{f', {rejected.column}' if rejected.column else ''}"


def keeping_command(paths: Sequence[str], pack: Pack, tables: Tables, more: Sequence[str] = ()) -> str:
    """Return the command that keeps every row that is left out, of tables that are read as `tables` and `more` options say."""
    rules = ["--rules", pack.folder] if pack.folder != default_rules() and Path(pack.folder).is_dir() else []
    return f"`{shlex.join(['evaluator', 'evaluate', *paths, '-o', 'results.csv', *more, *tables.words, *rules])}`"


def nobody(paths: Sequence[str], rows: int, kept: str = "", rejected: Path | None = None) -> Unusable:
    """Return the failure of a run in which nobody could be judged; `kept` says what became of the results."""
    named = ", ".join("standard input" if path == STANDARD_OUTPUT else path for path in paths)
    if not rows:
        return Unusable(f"there is nobody in {named}{kept}", "name a table with one person a row, a profile, or a folder of profiles")
    what = "the only row" if rows == 1 else f"any of the {rows:,} rows"
    where = f": {rejected} has each with its reason" if rejected is not None else ""
    return Unusable(f"nobody can be judged by {what} of {named}{kept}", f"mend the rows{where}")
