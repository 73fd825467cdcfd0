"""Tables as an Excel file, row by row, so that memory stays small; the same table gives the same bytes."""

from __future__ import annotations

import datetime
import io
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import polars as pl

from evaluator.core.files import scratch
from evaluator.diagnostics.errors import PopulationProblem

MOST_ROWS = 1_048_575
MOST_LETTERS = 32_767
_MOST_NUMBER = 10**15
"""From here on Excel does not keep every digit; larger numbers, and what is no number, are written as text."""
_EPOCH = datetime.datetime(2000, 1, 1, tzinfo=datetime.UTC)
_QUIET = {"strings_to_formulas": False, "strings_to_numbers": False, "strings_to_urls": False}


def write_sheet(parts: Sequence[pl.LazyFrame], target: Path, shown: Callable[[pl.DataFrame], pl.DataFrame] = lambda frame: frame) -> None:
    """Write the tables as one sheet, each as it is `shown`; raises PopulationProblem where they do not fit into one."""
    rows = sum(part.select(pl.len()).collect().item() for part in parts)
    if rows > MOST_ROWS:
        raise PopulationProblem(f"an Excel sheet holds {MOST_ROWS:,} rows, and these are {rows:,}", "choose .csv or .parquet")
    packed = io.BytesIO()
    with new_book(packed, in_order=True) as book:
        _fill(book, parts, shown)
    with target.open("wb") as stream:
        stream.write(packed.getbuffer())


@contextmanager
def new_book(packed: io.BytesIO, *, title: str = "", comments: str = "", in_order: bool = False) -> Iterator[Any]:
    """Give an empty workbook that becomes bytes: texts stay texts, and the same content gives the same bytes.

    Where its cells are written `in_order`, row by row, little of it is in memory at once. A disk that is full is told of by our own
    writing, not by the library's.
    """
    xlsxwriter = xlsxwriter_module()
    try:
        with scratch() as folder, xlsxwriter.Workbook(packed, {**_QUIET, "constant_memory": in_order, "tmpdir": str(folder)}) as book:
            book.set_properties({"created": _EPOCH, "title": title, "comments": comments})
            yield book
    except xlsxwriter.exceptions.FileCreateError as problem:
        raise OSError(*problem.args[0].args) from problem


def xlsxwriter_module() -> Any:  # noqa: ANN401 - the library has no types
    """Return the library that writes workbooks; raises PopulationProblem where it is not installed."""
    try:
        import xlsxwriter  # type: ignore[import-untyped]
    except ImportError:
        raise PopulationProblem(
            "writing Excel files needs XlsxWriter", "pip install promotion-readiness-evaluator[xlsx], or choose .csv"
        ) from None
    return xlsxwriter


def _fill(book: Any, parts: Sequence[pl.LazyFrame], shown: Callable[[pl.DataFrame], pl.DataFrame]) -> None:  # noqa: ANN401 - the library has no types
    sheet = book.add_worksheet("results")
    day, bold = book.add_format({"num_format": "yyyy-mm-dd"}), book.add_format({"bold": True})
    row = 0
    for part in parts:
        frame = shown(part.collect())
        if row == 0:
            _head(sheet, frame, bold)
        for cells in frame.iter_rows():
            row += 1
            _row(sheet, row, cells, day)


def _head(sheet: Any, frame: pl.DataFrame, bold: Any) -> None:  # noqa: ANN401 - as above
    sheet.freeze_panes(1, 1)
    sheet.set_landscape()
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(0)
    for index, name in enumerate(frame.columns):
        sheet.write_string(0, index, name, bold)


def _row(sheet: Any, row: int, cells: Sequence[object], day: Any) -> None:  # noqa: ANN401 - as above
    for index, cell in enumerate(cells):
        if cell is None:
            continue
        if isinstance(cell, datetime.date):
            sheet.write_datetime(row, index, cell, day)
        elif isinstance(cell, int | float) and abs(cell) < _MOST_NUMBER:
            sheet.write(row, index, cell)
        elif len(str(cell)) > MOST_LETTERS:
            raise PopulationProblem(
                f"a cell of row {row} is longer than the {MOST_LETTERS:,} letters an Excel cell holds", "choose .csv or .parquet"
            )
        else:
            sheet.write_string(row, index, str(cell))
