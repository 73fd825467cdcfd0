"""Past decisions: a table of any format of who was decided on, for which role, how and when → decisions, each with its place."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Iterator, Mapping, Sequence

import attrs

from evaluator.core.dates import DateProblem, Precision, parse_date
from evaluator.core.decisions import Choice
from evaluator.core.model import Pack
from evaluator.core.values import clip
from evaluator.diagnostics import Problems, Span, did_you_mean
from evaluator.reading.tables.model import Options
from evaluator.reading.tables.named_rows import NamedColumns, NamedRow, named_rows

NEEDED = ("person", "role", "decision", "date")
CORRECTS = "corrects"
"""The column in which a decision names the number of one that it puts right, as the log of decisions has it."""
ALSO = ("profile", "reason", "number", "verdict", "pack", "pack_version", "pack_hash", "profile_hash", "departed")
"""Columns that may be there too: `profile` is the id under which a population has the person's facts, where it is not `person`."""


_COLUMNS = NamedColumns(rows="decisions", code="D106", needed=NEEDED, also=(*ALSO, CORRECTS), texts=(*NEEDED, "profile"))


@attrs.frozen(kw_only=True)
class Decision:
    """A decision that people took on one person and one role; `profile` is the id of the facts it was taken on."""

    person: str
    profile: str
    role: str
    decision: Choice
    date: datetime.date
    span: Span

    @property
    def promoted(self) -> bool:
        """Whether it was a yes."""
        return self.decision is Choice.PROMOTED


def read_decisions(  # noqa: PLR0913, PLR0917 - what is asked of the table
    path: str,
    pack: Pack,
    problems: Problems,
    means: Mapping[str, str] | None = None,
    today: datetime.date | None = None,
    options: Options | None = None,
) -> tuple[Decision, ...]:
    """Read a table of decisions of any format that people are read of; rows that cannot be used are reported and left out.

    One that is dated later than today, where that is given, was never taken and cannot be used. `means` says which decision another
    word stands for, such as approved: promoted. Of the options the encoding, the sheet and the row of the header count.
    """
    lines = list(named_rows(path, _COLUMNS, pack, options or Options(), problems))
    words = {str(word): str(word) for word in Choice} | {word.casefold(): to for word, to in (means or {}).items()}
    strange: dict[str, list[Span]] = {}
    read = [_decision(line, pack, words, strange, problems, today) for line in _in_force(lines, problems)]
    _report_strange(strange, problems)
    return tuple(_once((decision for decision in read if decision is not None), problems))


def _in_force(lines: Sequence[NamedRow], problems: Problems) -> Iterator[NamedRow]:
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


def _decision(  # noqa: PLR0913, PLR0917 - what a decision is read by
    line: NamedRow,
    pack: Pack,
    words: Mapping[str, str],
    strange: dict[str, list[Span]],
    problems: Problems,
    today: datetime.date | None,
) -> Decision | None:
    before = len(problems)
    missing = [name for name in NEEDED if not line.cells.get(name)]
    for name in missing:
        problems.add("D106", f"the decision says no {name}", line.place(name), help=f"fill in its `{name}`")
    if missing:
        return None
    role = pack.find_role(line.cells["role"])
    if role is None or not role.judged:
        known = [judged_role.id for judged_role in pack.judged_roles]
        several = pack.titled(line.cells["role"])
        what = "is never judged" if role else f"is what {len(several)} roles are called" if several else "is no role of the pack"
        step = (None if role else did_you_mean(line.cells["role"], pack.role_names)) or f"name one of {', '.join(known)}"
        step = f"say which: {' or '.join(f'`{title}`' for title in several)}" if several else step
        problems.add("D106", f"`{clip(line.cells['role'])}` {what}", line.place("role"), help=step)
    word = words.get(line.cells["decision"].casefold())
    if word is None:
        strange.setdefault(line.cells["decision"], []).append(line.place("decision"))
    day = _day(line, problems)
    if role is None or word is None or day is None or len(problems) > before:
        return None
    if today is not None and day > today:
        message = f"the decision is dated {day}, a day that has not come"
        problems.add("D106", message, line.place("date"), help="correct the date, or take the row out until then")
        return None
    person = line.cells["person"]
    return Decision(
        person=person, profile=line.cells.get("profile") or person, role=role.id, decision=Choice(word), date=day, span=line.span
    )


def _day(line: NamedRow, problems: Problems) -> datetime.date | None:
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
    for decision in decisions:
        first = seen.setdefault((decision.person, decision.role, decision.date), decision)
        if first is decision:
            yield decision
        else:
            message = f"`{clip(decision.person)}` was decided on for `{decision.role}` on that day before, on line {first.span.line}"
            problems.add("D106", message, decision.span, help="keep one of the two")
