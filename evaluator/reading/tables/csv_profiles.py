"""A CSV table → profiles: read by the door for populations, row by row, each cell with its place and every number exact."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator

import attrs

from evaluator.core.model import Pack, Profile
from evaluator.core.values import Value
from evaluator.diagnostics import Problems, Span
from evaluator.reading.tables.cell_values import CellReader
from evaluator.reading.tables.columns import AS_OF, DAYS, GATHERED, ID, NAME, ROLE, ColumnMap, vocabulary
from evaluator.reading.tables.csv_header import Start, columns_of, encoding_problem, opened, placed
from evaluator.reading.tables.csv_raw_rows import ragged, undecodable
from evaluator.reading.tables.csv_rows import Row as Placed
from evaluator.reading.tables.csv_rowwise import CarefulReader, Row
from evaluator.reading.tables.encodings import Utf8
from evaluator.reading.tables.model import Options
from evaluator.reading.tables.sources import Asking

_BLOCK = 1 << 20
_SAMPLE = 1 << 20
_NUL = ("the cell holds a NUL character", "save the table as CSV UTF-8")
_HALF = re.compile("[\ud800-\udfff]")
_OTHER_BREAKS = str.maketrans("\x85\u2028\u2029", "   ")


def read_table(data: bytes, path: str, pack: Pack, problems: Problems, options: Options | None = None) -> Iterator[Profile]:
    """Read the rows of a CSV table as profiles; rows with an error are reported, cell by cell, and left out."""
    asked = attrs.evolve(options or Options(), groups=True)
    if wrong := encoding_problem(data[:_SAMPLE], asked):
        problems.add("D101", wrong[0], Span.whole_file(path), help=wrong[1])
        return
    text = Utf8(io.BytesIO(data), asked.encoding).read(len(data) * 4).decode("utf-8", "surrogateescape")
    problems.texts[path] = _HALF.sub("\ufffd", text).translate(_OTHER_BREAKS)
    asking = Asking(pack=pack, words=vocabulary(pack, asked, problems), options=asked, chunk_rows=0, problems=problems)
    start = opened(io.BytesIO(data), asked, asking.words)
    columns = columns_of(start, path, asking)
    if columns is not None and not asking.words.unknown:
        cells = CellReader(pack=pack, decimal=asked.decimal)
        reader = _RowReader(path=path, delimiter=start.delimiter, columns=columns, cells=cells, encoding=asked.encoding)
        for row in _rows(start, columns):
            own = Problems()
            profile = reader.read(row, own)
            problems.extend(own)
            if profile is not None and not own.errors:
                yield profile


def _rows(start: Start, columns: ColumnMap) -> Iterator[Row]:
    reader = CarefulReader(blocks=start.blocks, delimiter=start.delimiter, width=len(columns.header), line=start.next_line)
    while block := start.blocks.block(_BLOCK):
        yield from reader.rows(block)


@attrs.frozen(kw_only=True)
class _RowReader:
    """Reads rows of a table whose columns are understood."""

    path: str
    delimiter: str
    columns: ColumnMap
    cells: CellReader
    encoding: str | None

    def read(self, row: Row, problems: Problems) -> Profile | None:
        """Read a row, and once more for the exact places of its cells where something is wrong with it."""
        own = Problems()
        profile = self._profile(row, placed(row, self.path, self.delimiter, exact=False), own)
        if len(own):
            profile = self._profile(row, placed(row, self.path, self.delimiter), problems)
        return profile

    def _profile(self, row: Row, place: Placed, problems: Problems) -> Profile | None:
        if self._refused(row, place, problems):
            return None
        own, cells = self.columns.own, row.cells
        days = {name: own[name] for name in DAYS if name in own and cells[own[name]].strip()}
        places = placed(row, self.path, self.delimiter) if days else place
        read = {name: self.cells.day_at(cells[at], name, places.cell(at), problems) for name, at in days.items()}
        name = cells[own[ID]].strip()
        if not name:
            problems.add("D105", "the row has no id", place.cell(own[ID]), help="give it one that no other row has")
            return None
        return Profile(
            id=name,
            name=cells[own[NAME]].strip() or None if NAME in own else None,
            role=self.cells.role_at(cells[own[ROLE]], place.cell(own[ROLE]), problems) if ROLE in own else None,
            as_of=read.get(AS_OF),
            gathered=read.get(GATHERED),
            given=self._given(row, place, problems),
            groups={name: cells[at].strip() for name, at in self.columns.groups.items() if cells[at].strip()},
            span=place.span,
            places={name: places.cell(at) for name, at in days.items()},
        )

    def _given(self, row: Row, place: Placed, problems: Problems) -> dict[str, Value]:
        attributes = self.cells.pack.attributes
        read = {
            name: self.cells.value(attributes[name], row.cells[at], place.cell(at), problems)
            for name, at in self.columns.attributes.items()
        }
        return {name: value for name, value in read.items() if value is not None}

    def _refused(self, row: Row, place: Placed, problems: Problems) -> bool:
        """Report a row that cannot be understood, or whose cells are no text."""
        if row.broken is not None:
            problems.add("D101", row.broken[0], place.span, help=row.broken[1])
        elif len(row.cells) != len(self.columns.header):
            message, step = ragged(len(row.cells), len(self.columns.header))
            problems.add("D102", message, place.span, help=step)
        elif not row.written.isascii() or "\x00" in row.written:
            texts = {*self.columns.own.values(), *self.columns.groups.values()}
            for at, cell in enumerate(row.cells):
                wrong = undecodable(cell, self.encoding) or (_NUL if at in texts and "\x00" in cell else None)
                if wrong is not None:
                    problems.add("D101", wrong[0], place.cell(at), help=wrong[1])
        return len(problems) > 0
