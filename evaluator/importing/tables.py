"""A table of an export → rows by the names of its columns, whatever their case and order; what is missing is empty."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import attrs

from evaluator.diagnostics import Problems, Span
from evaluator.importing.export import Source
from evaluator.importing.found import Said
from evaluator.importing.texts import folded, plain
from evaluator.reading.csvrows import Row, rows_of
from evaluator.values import clip

_MOST_ROWS = 10_000
_MOST_BEFORE = 10
_EXACT_BELOW = 10_000
Columns = Mapping[str, Sequence[str]]
"""The columns that are read, by our name, with the headers that name them."""


@attrs.frozen(kw_only=True)
class Line:
    """A row of a table: its texts by our names of the columns, empty ones left out."""

    said: Mapping[str, Said]
    span: Span

    def get(self, name: str) -> Said | None:
        """Return a text, or None where the row says nothing."""
        return self.said.get(name)


def lines(source: Source, columns: Columns, problems: Problems) -> Iterator[Line]:
    """Yield the rows of a table; problems where it has no header that is known, a column twice, or a row of another length."""
    known = {folded(header): name for name, headers in columns.items() for header in headers}
    rows = rows_of(source.text, source.place, lambda cells: _is_header(cells, known), problems)
    places: dict[str, int] | None = None
    width = 0
    for number, row in enumerate(rows):
        if number > _MOST_ROWS:
            problems.add("I101", f"the table has more than {_MOST_ROWS:,} rows", row.span, help="the rows from here on were not read")
            return
        if not any(cell.strip() for cell in row.cells):
            continue
        if places is None:
            if _is_header(row.cells, known):
                places, width = _places(row, known, problems), len(row.cells)
            elif number >= _MOST_BEFORE:
                break
        elif len(row.cells) != width:
            message = f"the row has {len(row.cells)} cells, and the header {width}"
            problems.add("I103", message, row.span, help="put text with commas or line breaks in quotes; the row was not used")
        else:
            yield _line(row, places)
    if places is None:
        wanted = ", ".join(headers[0] for headers in columns.values())
        step = f"the first line names the columns: {wanted}"
        problems.add("I101", "the table has no header that is known", Span.whole_file(source.place), help=step)


def _is_header(cells: Sequence[str], known: Mapping[str, str]) -> bool:
    return any(folded(cell) in known for cell in cells)


def _places(header: Row, known: Mapping[str, str], problems: Problems) -> dict[str, int]:
    found: dict[str, int] = {}
    for place, cell in enumerate(header.cells):
        name = known.get(folded(cell))
        if name is not None and name in found:
            where = attrs.evolve(header, exact=True).cell(place)
            problems.add("I101", f"the column `{clip(cell)}` is there twice", where, help="only the first of the two was read")
        elif name is not None:
            found[name] = place
    return found


def _line(row: Row, places: Mapping[str, int]) -> Line:
    row = attrs.evolve(row, exact=len(row.written) < _EXACT_BELOW)
    said = {name: Said(text=plain(row.cells[place]), span=row.cell(place), column=name) for name, place in places.items()}
    return Line(said={name: one for name, one in said.items() if one.text}, span=row.span)
