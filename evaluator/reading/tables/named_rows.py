"""Tables that are not of people: rows with columns of fixed names, of any format that people are read of, each cell with its place."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence

import attrs

from evaluator.core.files import open_to_read
from evaluator.core.model import Pack
from evaluator.core.spreadsheets import restored
from evaluator.core.values import clip
from evaluator.diagnostics import Problems, Span
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

_CHUNK, _SAMPLE = 50_000, 1 << 20


@attrs.frozen(kw_only=True)
class NamedColumns:
    """The columns of a table: those that it has to have, the first of which says what a row is of, and those that it may have.

    `rows` is what its rows are called, `code` that of the finding where one cannot be used, and `texts` are columns that JSON has to hold
    as text.
    """

    rows: str
    code: str
    needed: tuple[str, ...]
    also: tuple[str, ...]
    texts: tuple[str, ...]

    @property
    def asked(self) -> str:
        """The columns that are asked for, in words."""
        return ", ".join(self.needed if len(self.needed) > 1 else self.known)

    @property
    def known(self) -> tuple[str, ...]:
        """All columns that are read."""
        return (*self.needed, *self.also)

    def is_header(self, cells: Sequence[str]) -> bool:
        """Whether cells name every column that there has to be."""
        return set(self.needed) <= set(map(folded, cells))


@attrs.frozen(kw_only=True)
class NamedRow:
    """What one row says, by column, with where it stands; `cell` says where one of its cells does."""

    cells: Mapping[str, str]
    span: Span
    cell: Callable[[str], Span] | None = None

    def place(self, name: str) -> Span:
        """Return where a column of it stands."""
        return self.span if self.cell is None else self.cell(name)


def named_rows(path: str, columns: NamedColumns, pack: Pack, options: Options, problems: Problems) -> Iterator[NamedRow]:
    """Yield the rows of a table, or of those in a folder; what cannot be read is reported and left out.

    Of the options the encoding, the sheet and the row of the header count.
    """
    for file in files_under(path, problems):
        yield from _of_file(file, columns, pack, options, problems)


def _of_file(file: File, columns: NamedColumns, pack: Pack, options: Options, problems: Problems) -> Iterator[NamedRow]:
    note_owner(file.path, problems)
    words = _Words(pack=pack, names={}, mapped={}, named=columns)
    asking = _Asking(pack=pack, words=words, options=options, chunk_rows=_CHUNK, problems=problems, named=columns)
    try:
        found = format_of(file.place, file.path)
        if found in {CSV, PROFILE} or not found.reader:
            yield from _csv_rows(file, asking)
        elif found in {JSON, JSON_LINES}:
            yield from _json_rows(file, asking)
        else:
            yield from _typed_rows(file, asking)
    except OSError:
        message = "the file cannot be read: there is no such file, or it may not be read"
        problems.add("R001", message, Span.whole_file(file.path), help="check the name and the permissions")


@attrs.frozen(kw_only=True)
class _Words(Vocabulary):
    """What the columns are called: what a row is of stands where a table of people has the id."""

    named: NamedColumns

    def meaning(self, column: str) -> str | None:
        """Return what a column says, or nothing known."""
        name = folded(column)
        return ID if name == self.named.needed[0] else name if name in self.named.known else None


@attrs.frozen(kw_only=True)
class _Header(HeaderReader):
    """Reads the header of such a table."""

    named: NamedColumns

    def read(self, header: Sequence[str]) -> ColumnMap | None:
        """Return where each column stands; None, and problems, where one is missing or there twice."""
        named, names = self.named, [folded(cell) for cell in header]
        lacking = [name for name in named.needed if name not in names]
        twice = [name for name in named.known if names.count(name) > 1]
        first, last = self.span(0), self.span(max(len(header) - 1, 0))
        whole = attrs.evolve(first, end_line=last.end_line, end_column=last.end_column)
        if lacking and self.later is not None:
            message = (
                f"row {self.row} was taken for the header, and row {self.later} looks like it: the first names no column `{lacking[0]}`"
            )
            self.problems.add(named.code, message, whole, help=f"name the row with --header-row {self.later}")
        elif lacking:
            self.problems.add(named.code, f"{named.rows} need a column `{lacking[0]}`", whole, help=f"the columns are {named.asked}")
        if twice:
            self.problems.add(named.code, f"the column `{twice[0]}` is there twice", whole, help="keep one of the two")
        if lacking or twice:
            return None
        for index, name in enumerate(names):
            if name not in named.known:
                step = f"take it out, or leave it: {named.rows} do without"
                self.problems.add("D201", f"the column `{clip(header[index].strip())}` is not read", self.span(index), help=step)
        own = {self.words.meaning(name) or name: index for index, name in enumerate(names) if name in named.known}
        return ColumnMap(header=tuple(header), own=own, attributes={}, groups={}, kept={})


@attrs.frozen(kw_only=True)
class _Asking(Asking):
    """What is asked of such a table."""

    named: NamedColumns

    def header(self, path: str, span: Callable[[int], Span], *, row: int | None = None, later: int | None = None) -> HeaderReader:
        """Return a reader of its header."""
        return _Header(
            words=self.words, options=self.options, problems=self.problems, path=path, span=span, row=row, later=later, named=self.named
        )


def _csv_rows(file: File, asking: _Asking) -> Iterator[NamedRow]:
    problems, encoding, path = asking.problems, asking.options.encoding, file.path
    with open_to_read(file.place) as stream:
        wrong = encoding_problem(stream.read(_SAMPLE), encoding)
        stream.seek(0)
        start = None if wrong else opened(stream, asking.options, asking.named.is_header, asking.named.is_header)
        wrong = wrong or (header_problem(start.header, asking.named.asked, asking.options.header_row) if start else None)
        if start is None or start.header is None or wrong:
            problems.add("D101", wrong[0] if wrong else "", Span.whole_file(path), help=wrong[1] if wrong else None)
            return
        with open_to_read(file.place) as again:
            keep_shown(again, path, encoding, problems)
        header, delimiter = start.header, start.delimiter
        reader = asking.header(path, lambda index: header.cell(path, delimiter, index), row=header.line, later=start.later)
        columns = reader.read(header.cells)
        for row in start.rows() if columns is not None else ():
            yield from _csv_row(row, path, delimiter, columns, asking) if columns else ()


def _csv_row(row: Row, path: str, delimiter: str, columns: ColumnMap, asking: _Asking) -> Iterator[NamedRow]:
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
        indexes = _by_name(columns, asking.named)
        cells = {name: restored(row.cells[index].strip()) for name, index in indexes.items()}
        yield NamedRow(cells=cells, span=row.span(path), cell=lambda name: row.cell(path, delimiter, indexes[name]))


def _by_name(columns: ColumnMap, named: NamedColumns) -> dict[str, int]:
    return {named.needed[0] if name == ID else name: index for name, index in columns.own.items()}


def _typed_rows(file: File, asking: _Asking) -> Iterator[NamedRow]:
    """Yield the rows of a table whose cells have types: each as the text that a person would have written."""
    table = opener(file)(file, asking)
    raws: Iterator[Raw] = iter(()) if table is None else table.raws()
    for raw in raws:
        for one in raw.rejected:
            message, _, step = one.reason.partition("; ")
            asking.problems.add(one.code, message, _row_span(file, one.line or one.row), help=step)
        texts = {name: texts_of(raw.frame[raw_name(index)]).to_list() for name, index in _by_name(table.columns, asking.named).items()}
        lines = (raw.numbers if raw.lines is None else raw.lines).to_list()
        for place, line in enumerate(lines):
            span = _row_span(file, line)
            for column, text, misfit in raw.bad.get(place, ()):
                asking.problems.add(misfit.code, f"{misfit.reason} ({column}: {clip(text)})", span)
            if place not in raw.bad:
                yield NamedRow(cells={name: cells[place].strip() for name, cells in texts.items()}, span=span)


def _row_span(file: File, line: int) -> Span:
    return Span(path=file.path, line=line, column=1, end_line=line, end_column=1)


def _json_rows(file: File, asking: _Asking) -> Iterator[NamedRow]:
    named, problems = asking.named, asking.problems
    with open_to_read(file.place) as stream:
        keep_shown(stream, file.path, asking.options.encoding, problems)
    for number, row in json_rows(file.place, asking.options.encoding):
        first = row.partition(b"\n")[0].decode("utf-8", "replace").rstrip("\r")
        span = Span(path=file.path, line=number, column=1, end_line=number, end_column=len(first) + 1)
        found = decoded(row)
        if isinstance(found, Refused):
            message, _, step = found.reason.partition("; ")
            problems.add("D101", message, span, help=step)
        elif not isinstance(found, dict):
            keys = ", ".join(f'"{name}": …' for name in named.needed)
            problems.add("D101", "this line is no JSON object", span, help=f"write {{{keys}}}")
        else:
            said = {folded(name): "" if value is None else value for name, value in found.items()}
            wrong = [name for name in named.texts if not isinstance(said.get(name, ""), str)]
            for name in wrong[:1]:
                problems.add(named.code, f"`{name}` has to be text, and this is {clip(str(said[name]))}", span, help="put it in quotes")
            if not wrong:
                yield NamedRow(cells={name: str(value).strip() for name, value in said.items()}, span=span)


def folded(name: str) -> str:
    """Return the name of a column as it is looked up."""
    return "_".join(name.strip().casefold().split())
