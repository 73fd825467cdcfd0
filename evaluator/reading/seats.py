"""The seats of roles: a table of any format of which roles have seats, who holds them, and when they come free."""

from __future__ import annotations

import datetime
from collections.abc import Iterator

import attrs

from evaluator.core.dates import DateProblem, Precision, parse_date
from evaluator.core.model import Pack, Role
from evaluator.core.values import clip
from evaluator.diagnostics import Problems, Span, did_you_mean
from evaluator.reading.tables.model import Options
from evaluator.reading.tables.named_rows import NamedColumns, NamedRow, named_rows

_HOLDER, _NUMBER, _DAYS = "holder", "seats", ("leaving", "due")
_COLUMNS = NamedColumns(rows="seats", code="D107", needed=("role",), also=(_HOLDER, _NUMBER, *_DAYS), texts=("role", _HOLDER, *_DAYS))
_MOST = 1_000_000


@attrs.frozen(kw_only=True)
class Seat:
    """One seat of a role, or several of which no holder is told; `free_on` is the day on which it comes free.

    A `holder` of None is nobody where the table has such a column, and else somebody of whom nothing is told: `told` says which.
    """

    role: str
    number: int
    holder: str | None
    told: bool
    free_on: datetime.date | None
    span: Span


def read_seats(path: str, pack: Pack, problems: Problems, options: Options | None = None) -> tuple[Seat, ...]:
    """Read a table of seats of any format that people are read of; rows that cannot be used are reported and left out."""
    rows = named_rows(path, _COLUMNS, pack, options or Options(), problems)
    return tuple(seat for row in rows if (seat := _seat(row, pack, problems)) is not None)


def _seat(row: NamedRow, pack: Pack, problems: Problems) -> Seat | None:
    before = len(problems)
    role = _role(row, pack, problems)
    number = _number(row, problems)
    days = list(_days(row, problems))
    holder = row.cells.get(_HOLDER) or None
    if holder is not None and number is not None and number > 1:
        step = "give each holder a row, or leave the holder out"
        problems.add("D107", f"one person holds one seat, and this row has {number:,}", row.place(_NUMBER), help=step)
    if role is None or number is None or len(problems) > before:
        return None
    told = _HOLDER in row.cells
    return Seat(role=role.id, number=number, holder=holder, told=told, free_on=min(days, default=None), span=row.span)


def _role(row: NamedRow, pack: Pack, problems: Problems) -> Role | None:
    name = row.cells.get("role", "")
    role, several = pack.find_role(name), pack.titled(name)
    if not name:
        problems.add("D107", "the seat says no role", row.place("role"), help="fill in its `role`")
    elif role is None:
        what = f"is what {len(several)} roles are called" if several else "is no role of the pack"
        step = f"say which: {' or '.join(f'`{title}`' for title in several)}" if several else did_you_mean(name, pack.role_names)
        problems.add("D107", f"`{clip(name)}` {what}", row.place("role"), help=step or f"name one of {', '.join(pack.roles)}")
    return role


def _number(row: NamedRow, problems: Problems) -> int | None:
    text = row.cells.get(_NUMBER) or "1"
    if text.isascii() and text.isdecimal() and len(text) < len(str(_MOST)) and int(text) > 0:
        return int(text)
    problems.add(
        "D107", f"`{clip(text)}` is no number of seats", row.place(_NUMBER), help="write a whole number, such as 2, or take the row out"
    )
    return None


def _days(row: NamedRow, problems: Problems) -> Iterator[datetime.date]:
    for name in _DAYS:
        if not (text := row.cells.get(name)):
            continue
        try:
            day, precision = parse_date(text)
        except DateProblem as problem:
            problems.add("D107", problem.message, row.place(name), help=f"write it as {Precision.DAY.example}")
            continue
        if precision is Precision.DAY:
            yield day
        else:
            problems.add("D107", f"`{clip(text)}` names no day", row.place(name), help=f"write it as {Precision.DAY.example}")
