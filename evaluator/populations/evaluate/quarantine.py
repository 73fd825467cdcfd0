"""Rejected rows as a workbook to send back: each as it stood, with what is wrong in its cells, to be mended and read again."""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Protocol

import attrs
import polars as pl

from evaluator.core.files import PRIVATE, whole
from evaluator.core.groups import is_group_fact
from evaluator.core.model import Pack
from evaluator.core.spreadsheets import CsvStyle
from evaluator.core.text import fold_name
from evaluator.diagnostics import Problems, did_you_mean
from evaluator.diagnostics.errors import PopulationProblem
from evaluator.populations.evaluate.excel_file import MOST_LETTERS, MOST_ROWS, new_book, xlsxwriter_module
from evaluator.populations.evaluate.writers import write
from evaluator.reading.tables.as_it_stands import has_named_columns, look_through
from evaluator.reading.tables.columns import ColumnMap, is_private
from evaluator.reading.tables.formats import CSV, format_of
from evaluator.reading.tables.meanings import ID
from evaluator.reading.tables.model import Options, Raw, raw_name
from evaluator.reading.tables.native_types import texts_of
from evaluator.reading.tables.population import Book
from evaluator.reading.tables.sources import File
from evaluator.reading.yaml.writing import slug
from evaluator.report.words import counted

_BOOK = "xlsx"
_ROWS, _REASONS = "Rows to mend", "Reasons"
_WITHOUT = "without"
_PLAIN_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]{0,14})(?:[.][0-9]{1,15})?")
_WIDEST, _NARROWEST = 40, 10
_WIDTHS = {"reason": 80, "text": 24, "column": 24, "file": 24}
_LINE = 15
"""Points that a line of text is high."""
_MOST_NOTE = 1_000
_AMBER = "#FFE5A0"
_COLUMNS = ("row", "line", "column", "person", "text", "code", "reason", "file")
Reasons = Mapping[int, Sequence[tuple[str | None, str]]]
"""Why rows cannot be judged, by number: the column of each reason, and the reason."""


class Source(Protocol):
    """A population whose files can be read anew."""

    @property
    def files(self) -> Sequence[File]:
        """The files that it is read from."""

    @property
    def pack(self) -> Pack:
        """The pack by which it is read."""

    @property
    def options(self) -> Options:
        """How it is read."""


@attrs.frozen(kw_only=True)
class _Sheet:
    """Rows of one table as they stood: the places of columns that are sent along, and of each row its number and texts."""

    name: str
    path: str
    header: tuple[str, ...]
    header_row: int
    rows: Sequence[tuple[int, tuple[str, ...]]]
    reasons: Reasons
    typed: bool


def is_book(path: Path) -> bool:
    """Whether rejected rows go into a workbook, by the name of the file."""
    return path.suffix.lower().removeprefix(".") == _BOOK


def check_quarantine(people: Source, split_by: str | None) -> None:
    """Raise PopulationProblem where rejected rows cannot be sent back as a workbook, before anybody is judged."""
    xlsxwriter_module()
    without = [file.path for file in people.files if not has_named_columns(file)]
    if without:
        step = "name a .csv for rejected rows"
        raise PopulationProblem(f"{without[0]} names no columns in a row of their own, and a workbook of its rows would have none", step)
    if split_by is None:
        return
    if is_group_fact(split_by) or is_private(split_by):
        raise PopulationProblem(f"`{split_by}` is a fact of people's groups or a note, and no file is named by it", "name another column")
    headers = {fold_name(name): name.strip() for table in getattr(people, "tables", ()) for name in table.columns.header}
    if fold_name(split_by) not in headers:
        step = did_you_mean(split_by, headers.values()) or f"its columns are {', '.join(headers.values())}"
        raise PopulationProblem(f"--split-by names the column `{split_by}`, which the table has not", step)


def quarantine_books(parts: Sequence[Path], target: Path, people: Source, split_by: str | None) -> Iterator[tuple[Path, bytes]]:
    """Yield the workbooks of rejected rows: one, or one for each text in a column, which stands in the file's name.

    A workbook has the rows of each table under their own names of columns, in the row and under the name of the sheet where the table
    has them, so that the options that read the table read it too; cells that cannot be used are coloured and say why. A second sheet
    lists all reasons. Facts of groups and notes are left out, and so are rows that could not be told into cells: their text is a reason.
    """
    rejected = pl.concat([pl.scan_ipc(part) for part in parts]).collect()
    sheets = [sheet for file in people.files if (sheet := _sheet(file, people, rejected.filter(pl.col("path") == file.path))) is not None]
    if split_by is None:
        yield target, _book(sheets, rejected)
        return
    texts = dict.fromkeys(text for sheet in sheets for text in _split(sheet, split_by).values())
    taken: set[str] = set()
    for text in texts:
        some = [_only(sheet, [number for number, one in _split(sheet, split_by).items() if one == text]) for sheet in sheets]
        name = slug(text) or _WITHOUT
        unique = next(one for one in (name, *(f"{name}-{number}" for number in range(2, len(texts) + 2))) if one not in taken)
        taken.add(unique)
        numbers = [(sheet.path, number) for sheet in some for number, _ in sheet.rows]
        wanted = pl.DataFrame(numbers, schema={"path": pl.String, "row": pl.Int64}, orient="row")
        listed = rejected.join(wanted, on=["path", "row"], how="semi", maintain_order="left")
        yield target.with_name(f"{target.stem}-{unique}{target.suffix}"), _book(some, listed)


def _split(sheet: _Sheet, column: str) -> dict[int, str]:
    """Return what each row of a sheet says in a column, by its number."""
    places = [place for place, name in enumerate(sheet.header) if fold_name(name) == fold_name(column)]
    return {number: cells[places[0]].strip() if places else "" for number, cells in sheet.rows}


def _only(sheet: _Sheet, numbers: Sequence[int]) -> _Sheet:
    wanted = set(numbers)
    return attrs.evolve(sheet, rows=[row for row in sheet.rows if row[0] in wanted])


def _sheet(file: File, people: Source, rejected: pl.DataFrame) -> _Sheet | None:
    """Read the rejected rows of a table anew; None where none of its rows is rejected."""
    if not rejected.height:
        return None
    reasons: dict[int, list[tuple[str | None, str]]] = {}
    for row, column, reason in rejected.select("row", "column", "reason").iter_rows():
        reasons.setdefault(row, []).append((column, reason))
    rows: list[tuple[int, tuple[str, ...]]] = []
    shown: list[int] = []

    def look(raw: Raw, columns: ColumnMap) -> None:
        shown[:] = [place for place in columns.used if not is_private(columns.header[place])]
        wanted = raw.numbers.is_in(list(reasons))
        texts = [texts_of(raw.frame[raw_name(place)].filter(wanted)).to_list() for place in shown]
        rows.extend(zip(raw.numbers.filter(wanted).to_list(), zip(*texts, strict=True), strict=True))

    looked = look_through(file, people.pack, people.options, Problems(), look)
    if looked is None:
        return None
    table, _ = looked
    header = tuple(table.columns.header[place].strip() for place in shown)
    name = table.sheet if isinstance(table, Book) else _ROWS
    typed = format_of(file.place, file.path) is not CSV
    return _Sheet(
        name=name, path=file.path, header=header, header_row=people.options.header_row or 1, rows=rows, reasons=reasons, typed=typed
    )


def _book(sheets: Sequence[_Sheet], rejected: pl.DataFrame) -> bytes:
    """Return a workbook of some rows and all reasons for them."""
    if any(len(sheet.rows) > MOST_ROWS - sheet.header_row for sheet in sheets) or rejected.height > MOST_ROWS:
        raise PopulationProblem(f"an Excel sheet holds {MOST_ROWS:,} rows, and more are rejected", "name a .csv for rejected rows")
    packed = io.BytesIO()
    with new_book(packed) as book:
        names: set[str] = set()
        for sheet in (one for one in sheets if one.rows):
            name = _free(sheet.name, names)
            _fill(book, book.add_worksheet(name), sheet)
        _list(book, book.add_worksheet(_free(_REASONS, names)), rejected)
    return packed.getvalue()


def _free(name: str, names: set[str]) -> str:
    """Return a name that a sheet may have and none has yet."""
    plain = re.sub(r"[\[\]:*?/\\]", " ", name).strip("' ")[:28] or _ROWS
    found = next(one for one in (plain, *(f"{plain} {number}" for number in range(2, 1_000))) if one.casefold() not in names)
    names.add(found.casefold())
    return found


def _fill(book: Any, page: Any, sheet: _Sheet) -> None:  # noqa: ANN401 - the library has no types
    """Write the rows of a sheet, and beside what cannot be used why."""
    bold = book.add_format({"bold": True})
    writer = _Cells(
        page=page,
        plain=book.add_format({"num_format": "@"}),
        bad=book.add_format({"bg_color": _AMBER, "num_format": "@"}),
        bad_number=book.add_format({"bg_color": _AMBER}),
        typed=sheet.typed,
    )
    top = sheet.header_row - 1
    if top:
        page.write_string(0, 0, f"{counted(len(sheet.rows), 'row')} to mend: the coloured cells say why")
    places = {fold_name(name): place for place, name in reversed([*enumerate(sheet.header)])}
    for place, name in enumerate(sheet.header):
        page.write_string(top, place, name, bold)
        longest = max([len(name), *(len(cells[place]) for _, cells in sheet.rows)])
        page.set_column(place, place, min(max(longest + 2, _NARROWEST), _WIDEST))
    page.freeze_panes(top + 1, 0)
    page.set_landscape()
    page.fit_to_pages(1, 0)
    page.repeat_rows(top)
    if sheet.header:
        page.autofilter(top, 0, top + len(sheet.rows), len(sheet.header) - 1)
    for at, (number, cells) in enumerate(sheet.rows, top + 1):
        notes: dict[int, list[str]] = {}
        for column, reason in sheet.reasons[number]:
            notes.setdefault(places.get(fold_name(column or ID), 0), []).append(reason)
        for place, cell in enumerate(cells):
            writer.write(at, place, cell, number, notes.get(place, ()))


@attrs.frozen(kw_only=True)
class _Cells:
    """Writes cells as they stood: numbers where the table held numbers, else text; one that cannot be used is coloured, with a note."""

    page: Any
    plain: Any
    bad: Any
    bad_number: Any
    typed: bool

    def write(self, at: int, place: int, cell: str, number: int, notes: Sequence[str]) -> None:
        """Write a cell of the row of that number."""
        if len(cell) > MOST_LETTERS:
            step = "name a .csv for rejected rows"
            raise PopulationProblem(f"a cell of row {number} is longer than the {MOST_LETTERS:,} letters an Excel cell holds", step)
        if self.typed and _PLAIN_NUMBER.fullmatch(cell):
            self.page.write_number(at, place, float(cell), self.bad_number if notes else None)
        elif cell or notes:
            self.page.write_string(at, place, cell, self.bad if notes else self.plain)
        if notes:
            words = "\n".join(notes)
            shown = words if len(words) <= _MOST_NOTE else words[: _MOST_NOTE - 1] + "…"
            self.page.write_comment(at, place, shown, {"x_scale": 2.5, "y_scale": 1.5})


def _list(book: Any, page: Any, rejected: pl.DataFrame) -> None:  # noqa: ANN401 - as above
    bold, wrapped = book.add_format({"bold": True}), book.add_format({"text_wrap": True, "valign": "top"})
    page.freeze_panes(1, 0)
    page.set_landscape()
    page.fit_to_pages(1, 0)
    page.repeat_rows(0)
    for place, name in enumerate(_COLUMNS):
        page.write_string(0, place, name, bold)
        page.set_column(place, place, _WIDTHS.get(name, _NARROWEST), wrapped if name == "reason" else None)
    for at, cells in enumerate(rejected.iter_rows(), 1):
        page.set_row(at, _LINE * -(-len(cells[_COLUMNS.index("reason")]) // _WIDTHS["reason"]))
        for place, cell in enumerate(cells):
            if isinstance(cell, int):
                page.write_number(at, place, cell)
            elif cell is not None:
                page.write_string(at, place, cell[:MOST_LETTERS])


@attrs.frozen(kw_only=True)
class RejectedRows:
    """Where rejected rows go, and how: as a table in CSV, or as one workbook or several to send back."""

    target: Path
    people: Any
    split_by: str | None = None
    csv: CsvStyle = attrs.field(factory=CsvStyle)
    mode: int = PRIVATE
    mark: str = ""

    def write(self, parts: Sequence[Path], check: Callable[[], None] = lambda: None) -> None:
        """Write them, each file whole or not at all; `check` is asked before one takes its place."""
        if not is_book(self.target):
            with whole(self.target, mode=self.mode, mark=self.mark) as beside:
                write(parts, beside, "csv", csv=self.csv)
                check()
            return
        for path, data in quarantine_books(parts, self.target, self.people, self.split_by):
            with whole(path, mode=self.mode, mark=self.mark) as beside:
                beside.write_bytes(data)
                check()
