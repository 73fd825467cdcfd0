"""Past decisions: a table or JSON Lines of who was decided on, for which role, how and when → decisions, each with its place."""

from __future__ import annotations

import datetime
import enum
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence

import attrs

from evaluator.core.dates import DateProblem, Precision, parse_date
from evaluator.core.model import Pack
from evaluator.core.spreadsheets import restored
from evaluator.core.values import clip
from evaluator.diagnostics import Problems, Span, did_you_mean
from evaluator.reading.tables.csv_rows import Row, rows_of
from evaluator.reading.tables.formats import JSON_LINES, format_named
from evaluator.reading.yaml.files import read_text


class Choice(enum.StrEnum):
    """How people decided."""

    PROMOTED = "promoted"
    DEFERRED = "deferred"
    DECLINED = "declined"


NEEDED = ("person", "role", "decision", "date")
CORRECTS = "corrects"
"""The column in which a decision names the number of one that it puts right, as the log of decisions has it."""
ALSO = ("profile", "reason", "number", "verdict", "pack", "pack_version", "pack_hash", "profile_hash", "departed")
"""Columns that may be there too: `profile` is the id under which a population has the person's facts, where it is not `person`."""


@attrs.frozen(kw_only=True)
class Decision:
    """A decision that people took on one person and one role; `profile` is the id of the facts it was taken on."""

    person: str
    profile: str
    role: str
    decision: Choice
    date: datetime.date
    span: Span
    dated: Span | None = None

    @property
    def promoted(self) -> bool:
        """Whether it was a yes."""
        return self.decision is Choice.PROMOTED


@attrs.frozen(kw_only=True)
class _Line:
    """What one row says, by column, with where each says it."""

    cells: Mapping[str, str]
    places: Mapping[str, Span]
    span: Span

    def place(self, name: str) -> Span:
        return self.places.get(name, self.span)


def read_decisions(
    path: str, pack: Pack, problems: Problems, means: Mapping[str, str] | None = None, today: datetime.date | None = None
) -> tuple[Decision, ...]:
    """Read a file of decisions, CSV or, by its ending, JSON Lines; rows that cannot be used are reported and left out.

    One that is dated later than today, where that is given, was never taken and cannot be used.

    `means` says which decision another word stands for, such as approved: promoted.
    """
    text = read_text(path, problems)
    if text is None:
        return ()
    lines = _json_lines(text, path, problems) if format_named(path) is JSON_LINES else _table_lines(text, path, problems)
    words = {str(word): str(word) for word in Choice} | {word.casefold(): to for word, to in (means or {}).items()}
    strange: dict[str, list[Span]] = {}
    found = [_decision(line, pack, words, strange, problems) for line in _in_force(list(lines), problems)]
    _report_strange(strange, problems)
    read = [one for one in found if one is not None and not _to_come(one, today, problems)]
    return tuple(_once(read, problems))


def _to_come(decision: Decision, today: datetime.date | None, problems: Problems) -> bool:
    """Report a decision of a day that has not come."""
    if today is None or decision.date <= today:
        return False
    message = f"the decision is dated {decision.date}, a day that has not come"
    problems.add("D106", message, decision.dated or decision.span, help="correct the date, or take the row out until then")
    return True


def _in_force(lines: Sequence[_Line], problems: Problems) -> Iterator[_Line]:
    """Yield the rows that no other one corrects; those that were corrected are told."""
    corrected = {line.cells[CORRECTS]: line for line in lines if line.cells.get(CORRECTS)}
    for line in lines:
        by = corrected.get(line.cells.get("number", ""))
        if by is None or by is line:
            yield line
        else:
            message = f"decision {clip(line.cells['number'])} was corrected on line {by.span.line} and is left out"
            problems.add("D202", message, line.span, help="nothing has to be done; `evaluator decisions export` leaves such records out")


def _report_strange(strange: Mapping[str, Sequence[Span]], problems: Problems) -> None:
    """Report each word that is no decision once, at its first place, with how many rows have it."""
    for word, places in strange.items():
        often = f", in {len(places)} rows" if len(places) > 1 else ""
        step = f"write {', '.join(Choice)}, or say what it means: --means {clip(word, 20)}={'|'.join(Choice)}"
        problems.add("D106", f"`{clip(word)}` is no decision{often}", places[0], help=step)


def _decision(line: _Line, pack: Pack, words: Mapping[str, str], strange: dict[str, list[Span]], problems: Problems) -> Decision | None:
    before = len(problems)
    missing = [name for name in NEEDED if not line.cells.get(name)]
    for name in missing:
        problems.add("D106", f"the decision says no {name}", line.place(name), help=f"fill in its `{name}`")
    if missing:
        return None
    role = pack.find_role(line.cells["role"])
    if role is None or role.destination:
        known = [one.id for one in pack.judged_roles]
        what = "is never judged" if role else "is no role of the pack"
        step = (None if role else did_you_mean(line.cells["role"], pack.role_names)) or f"name one of {', '.join(known)}"
        problems.add("D106", f"`{clip(line.cells['role'])}` {what}", line.place("role"), help=step)
    word = words.get(line.cells["decision"].casefold())
    if word is None:
        strange.setdefault(line.cells["decision"], []).append(line.place("decision"))
    day = _day(line, problems)
    if role is None or word is None or day is None or len(problems) > before:
        return None
    person = line.cells["person"]
    profile = line.cells.get("profile") or person
    return Decision(
        person=person, profile=profile, role=role.id, decision=Choice(word), date=day, span=line.span, dated=line.places.get("date")
    )


def _day(line: _Line, problems: Problems) -> datetime.date | None:
    text = line.cells["date"]
    try:
        day, precision = parse_date(text)
    except DateProblem as problem:
        problems.add("D106", problem.message, line.place("date"), help=f"write it as {Precision.DAY.example}")
        return None
    if precision is not Precision.DAY:
        problems.add("D106", f"`{clip(text)}` names no day", line.place("date"), help=f"write it as {Precision.DAY.example}")
        return None
    return day


def _once(decisions: Iterable[Decision], problems: Problems) -> Iterator[Decision]:
    """Yield decisions, each once; the second of a person, a role and a day is reported."""
    seen: dict[tuple[str, str, datetime.date], Decision] = {}
    for one in decisions:
        first = seen.setdefault((one.person, one.role, one.date), one)
        if first is one:
            yield one
        else:
            message = f"`{clip(one.person)}` was decided on for `{one.role}` on that day before, on line {first.span.line}"
            problems.add("D106", message, one.span, help="keep one of the two")


def _table_lines(text: str, path: str, problems: Problems) -> Iterator[_Line]:
    rows = rows_of(text, path, lambda cells: set(NEEDED) <= {_folded(cell) for cell in cells}, problems)
    header = next(rows, None)
    if header is None or not _complete([_folded(cell) for cell in header.cells], header.span, problems):
        return
    names = [_folded(cell) for cell in header.cells]
    for place, name in enumerate(names):
        if name not in {*NEEDED, *ALSO, CORRECTS}:
            cell = attrs.evolve(header, exact=True).cell(place)
            problems.add("D201", f"the column `{clip(name)}` is not read", cell, help="take it out, or leave it: decisions do without")
    for row in rows:
        if any(cell.strip() for cell in row.cells):
            yield from _row(row, names, problems)


def _row(row: Row, names: list[str], problems: Problems) -> Iterator[_Line]:
    if len(row.cells) != len(names):
        problems.add("D102", f"the row has {len(row.cells)} cells, and the header {len(names)}", row.span, help="see that each row has all")
        return
    exact = attrs.evolve(row, exact=True)
    cells = {name: restored(cell.strip()) for name, cell in zip(names, row.cells, strict=True)}
    yield _Line(cells=cells, places={name: exact.cell(place) for place, name in enumerate(names) if name in NEEDED}, span=row.span)


def _complete(names: list[str], span: Span, problems: Problems) -> bool:
    lacking = [name for name in NEEDED if name not in names]
    twice = [name for name in {*NEEDED, *ALSO, CORRECTS} if names.count(name) > 1]
    if lacking:
        problems.add("D106", f"decisions need a column `{lacking[0]}`", span, help=f"the columns are {', '.join(NEEDED)}")
    if twice:
        problems.add("D106", f"the column `{twice[0]}` is there twice", span, help="keep one of the two")
    return not lacking and not twice


def _json_lines(text: str, path: str, problems: Problems) -> Iterator[_Line]:
    for number, line in enumerate(text.split("\n"), 1):
        if not line.strip():
            continue
        span = Span(path=path, line=number, column=1, end_line=number, end_column=len(line.rstrip("\r")) + 1)
        try:
            found = json.loads(line)
        except (ValueError, RecursionError):
            problems.add("D101", "this line is no JSON", span, help="write one object a line")
            continue
        if not isinstance(found, dict):
            problems.add("D101", "this line is no JSON object", span, help='write {"person": …, "role": …, "decision": …, "date": …}')
            continue
        said = {_folded(str(name)): value for name, value in found.items() if value is not None}
        if wrong := [name for name in (*NEEDED, "profile") if not isinstance(said.get(name, ""), str)]:
            problems.add("D106", f"`{wrong[0]}` has to be text, and this is {clip(str(said[wrong[0]]))}", span, help="put it in quotes")
            continue
        yield _Line(cells={name: str(value).strip() for name, value in said.items()}, places={}, span=span)


def _folded(name: str) -> str:
    return "_".join(name.strip().casefold().split())
