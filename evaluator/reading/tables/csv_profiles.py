"""A CSV table → profiles: read row by row, each cell with its place and every number exact."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator, Mapping, Sequence

import attrs

from evaluator.core.model import Pack, Profile
from evaluator.core.values import Value
from evaluator.diagnostics import Problems, Span
from evaluator.reading.tables.cell_values import CellReader, states_something
from evaluator.reading.tables.columns import ColumnMap, vocabulary
from evaluator.reading.tables.csv_rows import Row, columns_of, no_text, opened, ragged, shown
from evaluator.reading.tables.mapped_cells import Meant, TableMapping
from evaluator.reading.tables.mapping import Constants
from evaluator.reading.tables.meanings import AS_OF, DAYS, GATHERED, ID, NAME, ROLE
from evaluator.reading.tables.model import Options
from evaluator.reading.tables.sources import Asking
from evaluator.reading.tables.text_stream import Utf8, encoding_problem

_SAMPLE = 1 << 20
CellSpan = Callable[[int], Span]


def read_table(data: bytes, path: str, pack: Pack, problems: Problems, options: Options | None = None) -> Iterator[Profile]:
    """Read the rows of a CSV table as profiles; rows with an error are reported, cell by cell, and left out."""
    given = attrs.evolve(options or Options(), groups=True)
    if wrong := encoding_problem(data[:_SAMPLE], given.encoding):
        problems.add("D101", wrong[0], Span.whole_file(path), help=wrong[1])
        return
    problems.texts[path] = shown(Utf8(io.BytesIO(data), given.encoding).read(len(data) * 4).decode("utf-8", "surrogateescape"))
    asking = Asking(pack=pack, words=vocabulary(pack, given, problems), options=given, chunk_rows=0, problems=problems)
    start = opened(io.BytesIO(data), given, asking.words.names_ids, asking.words.may_be_header)
    columns = columns_of(start, path, asking)
    if columns is not None and not asking.words.unknown:
        cells = CellReader(
            pack=pack, decimal=given.sign, dates=given.dates, dots_unclear=columns.dots_unclear, outside=given.source.outside
        )
        constants = asking.words.constants
        reader = _ProfileReader(
            path=path,
            delimiter=start.delimiter,
            columns=columns,
            cells=cells,
            encoding=given.encoding,
            source=given.source,
            constants=constants,
        )
        for row in start.rows():
            own = Problems()
            profile = reader.read(row, own)
            problems.extend(own)
            if profile is not None and not own.errors:
                yield profile


@attrs.frozen(kw_only=True)
class _ProfileReader:
    """Reads rows of a table whose columns are understood."""

    path: str
    delimiter: str
    columns: ColumnMap
    cells: CellReader
    encoding: str | None
    source: TableMapping
    constants: Constants
    _meant: Mapping[int, Meant] = attrs.field(init=False)
    """How the texts of columns are meant, where a mapping says more of them than their name."""

    @_meant.default
    def _all_meant(self) -> Mapping[int, Meant]:
        attributes, header = self.cells.pack.attributes, self.columns.header
        read = {at: self.source.cell(header[at], attributes[name], self.cells.decimal) for name, at in self.columns.attributes.items()}
        read |= {at: self.source.cell(header[at], None, self.cells.decimal) for own, at in self.columns.own.items() if own in DAYS}
        read |= {at: self.source.role() for own, at in self.columns.own.items() if own == ROLE}
        return {at: meant for at, meant in read.items() if meant is not None}

    def _dated(self, at: int) -> CellReader:
        """Return how the cells of a column are read, with the order of its own days."""
        dates = self.source.dates_of(self.columns.header[at], self.cells.dates)
        return self.cells if dates == self.cells.dates else attrs.evolve(self.cells, dates=dates)

    def read(self, row: Row, problems: Problems) -> Profile | None:
        """Read a row, and once more for the exact places of its cells where something is wrong with it."""
        own = Problems()
        start = Span(path=self.path, line=row.line, column=1, end_line=row.line, end_column=1)
        profile = self._profile(row, lambda _: start, own)
        if len(own):
            profile = self._profile(row, lambda index: self._cell(row, index), problems)
        return profile

    def _cell(self, row: Row, index: int) -> Span:
        return row.cell(self.path, self.delimiter, index)

    def _profile(self, row: Row, span: CellSpan, problems: Problems) -> Profile | None:
        if self._refused(row, span, problems):
            return None
        own = self.columns.own
        cells = [self._meant[at](cell) if at in self._meant else cell for at, cell in enumerate(row.cells)]
        days = {name: self._cell(row, own[name]) for name in DAYS if name in own and cells[own[name]].strip()}
        read = {name: self._dated(own[name]).day_at(cells[own[name]], name, day, problems) for name, day in days.items()}
        name = cells[own[ID]].strip()
        if not name:
            problems.add("D105", "the row has no id", span(own[ID]), help="give it one that no other row has")
            return None
        role = self.cells.role_at(cells[own[ROLE]], span(own[ROLE]), problems) if ROLE in own else None
        return Profile(
            id=name,
            name=self._name(cells),
            role=role or self.constants.role,
            other_role=cells[own[ROLE]].strip() if ROLE in own and role is None and self._reads_role(cells[own[ROLE]]) else None,
            as_of=read.get(AS_OF) or self.constants.days.get(AS_OF),
            gathered=read.get(GATHERED) or self.constants.days.get(GATHERED),
            given={**self._given(cells, span, problems), **self.constants.attributes},
            groups={name: cells[at].strip() for name, at in self.columns.groups.items() if cells[at].strip()},
            span=row.span(self.path),
            places=days,
        )

    def _name(self, cells: Sequence[str]) -> str | None:
        """Return a person's name, put together where several columns hold parts of it."""
        places = self.columns.names or ((self.columns.own[NAME],) if NAME in self.columns.own else ())
        return " ".join(part for at in places if (part := cells[at].strip())) or None

    def _reads_role(self, cell: str) -> bool:
        """Whether a role that is none of the pack's makes a difference: the rules read today's role, and one is stated."""
        return ROLE in self.cells.pack.attributes and states_something(cell)

    def _given(self, cells: Sequence[str], span: CellSpan, problems: Problems) -> dict[str, Value]:
        attributes = self.cells.pack.attributes
        read = {
            name: self._dated(at).value(attributes[name], cells[at], span(at), problems) for name, at in self.columns.attributes.items()
        }
        return {name: value for name, value in read.items() if value is not None}

    def _refused(self, row: Row, span: CellSpan, problems: Problems) -> bool:
        """Report a row that cannot be understood, or whose cells are no text."""
        if row.broken is not None:
            problems.add("D101", row.broken[0], row.span(self.path), help=row.broken[1])
        elif len(row.cells) != len(self.columns.header):
            message, step = ragged(len(row.cells), len(self.columns.header))
            problems.add("D102", message, row.span(self.path), help=step)
        elif not row.written.isascii() or "\x00" in row.written:
            texts = {*self.columns.own.values(), *self.columns.groups.values()}
            for at, cell in enumerate(row.cells):
                wrong = no_text(cell, self.encoding, nul=at in texts)
                if wrong is not None:
                    problems.add("D101", wrong[0], span(at), help=wrong[1])
        return len(problems) > 0
