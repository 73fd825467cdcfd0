"""Past decisions: a table of any format of who was decided on, for which role, how and when → decisions, each with its place."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

import attrs

from evaluator.core.dates import DateProblem, Precision, parse_date
from evaluator.core.decisions import Choice
from evaluator.core.files import open_to_read
from evaluator.core.model import Pack
from evaluator.core.spreadsheets import restored
from evaluator.core.values import clip
from evaluator.diagnostics import Problems, Span, did_you_mean
from evaluator.reading.tables.columns import ColumnMap, HeaderReader, Vocabulary
from evaluator.reading.tables.csv_rows import Row, header_problem, keep_shown, no_text, opened, ragged
from evaluator.reading.tables.formats import CSV, JSON, JSON_LINES, PROFILE, format_of
from evaluator.reading.tables.json_object import Refused, decoded, json_rows
from evaluator.reading.tables.meanings import ID
from evaluator.reading.tables.model import Options, Raw, raw_name
from evaluator.reading.tables.native_types import texts_of
from evaluator.reading.tables.sources import Asking, File, files_under, opener
from evaluator.reading.tables.text_stream import encoding_problem
from evaluator.reading.yaml.files import note_owner

NEEDED = ("person", "role", "decision", "date")
CORRECTS = "corrects"
"""The column in which a decision names the number of one that it puts right, as the log of decisions has it."""
ALSO = ("profile", "reason", "number", "verdict", "pack", "pack_version", "pack_hash", "profile_hash", "departed")
"""Columns that may be there too: `profile` is the id under which a population has the person's facts, where it is not `person`."""


_KNOWN = (*NEEDED, *ALSO, CORRECTS)
_CHUNK, _SAMPLE = 50_000, 1 << 20


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


@attrs.frozen(kw_only=True)
class _Line:
    """What one row says, by column, with where it stands; `cell` says where one of its cells does."""

    cells: Mapping[str, str]
    span: Span
    cell: Callable[[str], Span] | None = None

    def place(self, name: str) -> Span:
        return self.span if self.cell is None else self.cell(name)


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
    lines = [line for file in files_under(path, problems) for line in _lines(file, pack, options or Options(), problems)]
    words = {str(word): str(word) for word in Choice} | {word.casefold(): to for word, to in (means or {}).items()}
    strange: dict[str, list[Span]] = {}
    read = [_decision(line, pack, words, strange, problems, today) for line in _in_force(lines, problems)]
    _report_strange(strange, problems)
    return tuple(_once((decision for decision in read if decision is not None), problems))


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


def _decision(  # noqa: PLR0913, PLR0917 - what a decision is read by
    line: _Line,
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
    for decision in decisions:
        first = seen.setdefault((decision.person, decision.role, decision.date), decision)
        if first is decision:
            yield decision
        else:
            message = f"`{clip(decision.person)}` was decided on for `{decision.role}` on that day before, on line {first.span.line}"
            problems.add("D106", message, decision.span, help="keep one of the two")


def _lines(file: File, pack: Pack, options: Options, problems: Problems) -> Iterator[_Line]:
    note_owner(file.path, problems)
    asking = _Asking(pack=pack, words=_Words(pack=pack, names={}, mapped={}), options=options, chunk_rows=_CHUNK, problems=problems)
    try:
        found = format_of(file.place, file.path)
        if found in {CSV, PROFILE} or not found.reader:
            yield from _csv_lines(file, asking)
        elif found in {JSON, JSON_LINES}:
            yield from _json_lines(file, options, problems)
        else:
            yield from _typed_lines(file, asking)
    except OSError:
        message = "the file cannot be read: there is no such file, or it may not be read"
        problems.add("R001", message, Span.whole_file(file.path), help="check the name and the permissions")


class _Words(Vocabulary):
    """What the columns of decisions are called: the person stands where a table of people has the id."""

    def meaning(self, column: str) -> str | None:
        """Return what a column says, or nothing known."""
        name = _folded(column)
        return ID if name == NEEDED[0] else name if name in _KNOWN else None


class _Header(HeaderReader):
    """Reads the header of a table of decisions."""

    def read(self, header: Sequence[str]) -> ColumnMap | None:
        """Return where each column of decisions stands; None, and problems, where one is missing or there twice."""
        names = [_folded(cell) for cell in header]
        lacking = [name for name in NEEDED if name not in names]
        twice = [name for name in _KNOWN if names.count(name) > 1]
        first, last = self.span(0), self.span(max(len(header) - 1, 0))
        whole = attrs.evolve(first, end_line=last.end_line, end_column=last.end_column)
        if lacking and self.later is not None:
            message = (
                f"row {self.row} was taken for the header, and row {self.later} looks like it: the first names no column `{lacking[0]}`"
            )
            self.problems.add("D106", message, whole, help=f"name the row with --header-row {self.later}")
        elif lacking:
            self.problems.add("D106", f"decisions need a column `{lacking[0]}`", whole, help=f"the columns are {', '.join(NEEDED)}")
        if twice:
            self.problems.add("D106", f"the column `{twice[0]}` is there twice", whole, help="keep one of the two")
        if lacking or twice:
            return None
        for index, name in enumerate(names):
            if name not in _KNOWN:
                step = "take it out, or leave it: decisions do without"
                self.problems.add("D201", f"the column `{clip(header[index].strip())}` is not read", self.span(index), help=step)
        own = {self.words.meaning(name) or name: index for index, name in enumerate(names) if name in _KNOWN}
        return ColumnMap(header=tuple(header), own=own, attributes={}, groups={}, kept={})


class _Asking(Asking):
    """What is asked of a table of decisions."""

    def header(self, path: str, span: Callable[[int], Span], *, row: int | None = None, later: int | None = None) -> HeaderReader:
        """Return a reader of its header."""
        return _Header(words=self.words, options=self.options, problems=self.problems, path=path, span=span, row=row, later=later)


def _csv_lines(file: File, asking: Asking) -> Iterator[_Line]:
    problems, encoding, path = asking.problems, asking.options.encoding, file.path
    with open_to_read(file.place) as stream:
        wrong = encoding_problem(stream.read(_SAMPLE), encoding)
        stream.seek(0)
        start = None if wrong else opened(stream, asking.options, _is_header, _is_header)
        wrong = wrong or (header_problem(start.header, ", ".join(NEEDED), asking.options.header_row) if start else None)
        if start is None or start.header is None or wrong:
            problems.add("D101", wrong[0] if wrong else "", Span.whole_file(path), help=wrong[1] if wrong else None)
            return
        with open_to_read(file.place) as again:
            keep_shown(again, path, encoding, problems)
        header, delimiter = start.header, start.delimiter
        reader = asking.header(path, lambda index: header.cell(path, delimiter, index), row=header.line, later=start.later)
        columns = reader.read(header.cells)
        for row in start.rows() if columns is not None else ():
            yield from _csv_line(row, path, delimiter, columns, asking) if columns else ()


def _csv_line(row: Row, path: str, delimiter: str, columns: ColumnMap, asking: Asking) -> Iterator[_Line]:
    problems, width = asking.problems, len(columns.header)
    before = len(problems)
    if row.broken is not None:
        problems.add("D101", row.broken[0], row.span(path), help=row.broken[1])
    elif len(row.cells) != width:
        message, step = ragged(len(row.cells), width)
        problems.add("D102", message, row.span(path), help=step)
    elif not row.written.isascii() or "\x00" in row.written:
        for index in columns.own.values():
            if wrong := no_text(row.cells[index], asking.options.encoding):
                problems.add("D101", wrong[0], row.cell(path, delimiter, index), help=wrong[1])
    if len(problems) == before:
        indexes = _by_name(columns)
        cells = {name: restored(row.cells[index].strip()) for name, index in indexes.items()}
        yield _Line(cells=cells, span=row.span(path), cell=lambda name: row.cell(path, delimiter, indexes[name]))


def _by_name(columns: ColumnMap) -> dict[str, int]:
    return {NEEDED[0] if name == ID else name: index for name, index in columns.own.items()}


def _typed_lines(file: File, asking: Asking) -> Iterator[_Line]:
    """Yield the rows of a table whose cells have types: each as the text that a person would have written."""
    table = opener(file)(file, asking)
    raws: Iterator[Raw] = iter(()) if table is None else table.raws()
    for raw in raws:
        for one in raw.rejected:
            message, _, step = one.reason.partition("; ")
            asking.problems.add(one.code, message, _row_span(file, one.line or one.row), help=step)
        texts = {name: texts_of(raw.frame[raw_name(index)]).to_list() for name, index in _by_name(table.columns).items()}
        lines = (raw.numbers if raw.lines is None else raw.lines).to_list()
        for place, line in enumerate(lines):
            span = _row_span(file, line)
            for column, text, misfit in raw.bad.get(place, ()):
                asking.problems.add(misfit.code, f"{misfit.reason} ({column}: {clip(text)})", span)
            if place not in raw.bad:
                yield _Line(cells={name: cells[place].strip() for name, cells in texts.items()}, span=span)


def _row_span(file: File, line: int) -> Span:
    return Span(path=file.path, line=line, column=1, end_line=line, end_column=1)


def _json_lines(file: File, options: Options, problems: Problems) -> Iterator[_Line]:
    with open_to_read(file.place) as stream:
        keep_shown(stream, file.path, options.encoding, problems)
    for number, row in json_rows(file.place, options.encoding):
        first = row.partition(b"\n")[0].decode("utf-8", "replace").rstrip("\r")
        span = Span(path=file.path, line=number, column=1, end_line=number, end_column=len(first) + 1)
        found = decoded(row)
        if isinstance(found, Refused):
            message, _, step = found.reason.partition("; ")
            problems.add("D101", message, span, help=step)
        elif not isinstance(found, dict):
            problems.add("D101", "this line is no JSON object", span, help='write {"person": …, "role": …, "decision": …, "date": …}')
        else:
            said = {_folded(name): value for name, value in found.items() if value is not None}
            wrong = [name for name in (*NEEDED, "profile") if not isinstance(said.get(name, ""), str)]
            for name in wrong[:1]:
                problems.add("D106", f"`{name}` has to be text, and this is {clip(str(said[name]))}", span, help="put it in quotes")
            if not wrong:
                yield _Line(cells={name: str(value).strip() for name, value in said.items()}, span=span)


def _is_header(cells: Sequence[str]) -> bool:
    return set(NEEDED) <= {_folded(cell) for cell in cells}


def _folded(name: str) -> str:
    return "_".join(name.strip().casefold().split())
