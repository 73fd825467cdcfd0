"""Reports as workbooks: sheets of cells, each with its headers frozen, filters, and columns as wide as what they hold."""

from __future__ import annotations

import datetime
import io
from collections.abc import Iterable
from typing import Any

import attrs

from evaluator.core.files import scratch
from evaluator.diagnostics.errors import PopulationProblem
from evaluator.report.text import width
from evaluator.report.words import NOTICE

_MOST_ROWS = 1_048_575
_EPOCH = datetime.datetime(2000, 1, 1, tzinfo=datetime.UTC)
_QUIET = {"strings_to_formulas": False, "strings_to_numbers": False, "strings_to_urls": False}
_WIDEST, _NARROWEST = 60, 8
_MOST_LETTERS = 32_767
Value = str | float | int | None


@attrs.frozen(kw_only=True)
class Sheet:
    """One sheet: its name, its headers and its rows; columns of shares are shown in per cent."""

    name: str
    headers: tuple[str, ...]
    rows: tuple[tuple[Value, ...], ...]
    shares: frozenset[str] = frozenset()


def written(sheets: Iterable[Sheet], *, title: str) -> bytes:
    """Return a workbook of sheets; raises PopulationProblem where it cannot be written."""
    try:
        import xlsxwriter  # type: ignore[import-untyped]
    except ImportError:
        step = "pip install promotion-readiness-evaluator[xlsx], or choose html or json"
        raise PopulationProblem("writing Excel files needs XlsxWriter", step) from None
    packed = io.BytesIO()
    with scratch() as folder, xlsxwriter.Workbook(packed, {**_QUIET, "tmpdir": str(folder)}) as book:
        book.set_properties({"created": _EPOCH, "title": title, "comments": NOTICE})
        for sheet in sheets:
            _write(book, sheet)
    return packed.getvalue()


def _write(book: Any, sheet: Sheet) -> None:  # noqa: ANN401 - the library has no types
    if len(sheet.rows) > _MOST_ROWS:
        raise PopulationProblem(f"a sheet holds {_MOST_ROWS:,} rows, and these are {len(sheet.rows):,}", "choose json")
    page = book.add_worksheet(sheet.name)
    head = book.add_format({"bold": True, "text_wrap": True, "valign": "top", "bottom": 1})
    plain = book.add_format({"text_wrap": True, "valign": "top"})
    share = book.add_format({"num_format": "0 %", "valign": "top"})
    page.freeze_panes(1, 1)
    page.set_landscape()
    page.fit_to_pages(1, 0)
    page.repeat_rows(0)
    for at, name in enumerate(sheet.headers):
        texts = [name[:_NARROWEST], *(str(row[at]) for row in sheet.rows if row[at] is not None)]
        page.set_column(at, at, min(max(_NARROWEST, *map(width, texts)) + 2, _WIDEST), share if name in sheet.shares else plain)
        page.write_string(0, at, name, head)
    for number, row in enumerate(sheet.rows, 1):
        for at, value in enumerate(row):
            if isinstance(value, str):
                page.write_string(number, at, value[:_MOST_LETTERS], plain)
            elif value is not None:
                page.write_number(number, at, value, share if sheet.headers[at] in sheet.shares else plain)
    if sheet.rows:
        page.autofilter(0, 0, len(sheet.rows), len(sheet.headers) - 1)
