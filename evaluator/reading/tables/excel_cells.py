"""Cells that a reader of Excel hands over as empty although they are not: errors, and formulas without a saved result."""

from __future__ import annotations

import re
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from pathlib import Path

from evaluator.core.files import open_to_read
from evaluator.diagnostics import EvaluatorError

MOST_BYTES = 4 << 30
_PIECE = 1 << 24
_CELL = re.compile(rb"<(?:\w+:)?c\b([^>]*?)(?<!/)>(.*?)</(?:\w+:)?c>", re.DOTALL)
_WHERE = re.compile(rb'\br="([A-Z]{1,3})([0-9]{1,7})"')
_VALUE = re.compile(rb"<(?:\w+:)?v[^>/]*>([^<]+)</")
_SHEET = re.compile(r"<(?:\w+:)?sheet\b[^>]*>")
_ATTRIBUTE = re.compile(r'([\w:]+)="([^"]*)"')

Odd = Mapping[tuple[int, int], str]
"""By line (from 1) and column (from 0): the name of the error, or `=…` for a formula without a result."""


class WorkbookProblem(EvaluatorError):
    """A workbook cannot be used; carries one lower-case sentence and a next step."""


def odd_cells(place: Path, sheet: str) -> Odd:
    """Return the cells of a sheet that are errors, or formulas whose results were not saved."""
    found: dict[tuple[int, int], str] = {}
    try:
        with open_to_read(place) as file, zipfile.ZipFile(file) as book:
            if sum(part.file_size for part in book.infolist()) > MOST_BYTES:
                raise WorkbookProblem(f"the workbook unpacks to more than {MOST_BYTES >> 30} GiB", "save the sheet as CSV UTF-8")
            for data in _pieces(book, _part(book, sheet)):
                if b't="e"' in data or b"<f" in data or b":f" in data:
                    found.update(_odd_in(data))
    except (zipfile.BadZipFile, zlib.error, KeyError, EOFError, RuntimeError, NotImplementedError):
        raise WorkbookProblem("the file is no Excel workbook, or it is damaged", "open it in Excel and save it again as .xlsx") from None
    return found


def _part(book: zipfile.ZipFile, sheet: str) -> str:
    """Return the part of the archive that holds a sheet."""
    from html import unescape

    listed = [dict(_ATTRIBUTE.findall(tag)) for tag in _SHEET.findall(book.read("xl/workbook.xml").decode("utf-8", "replace"))]
    link = next(one["r:id"] for one in listed if unescape(one.get("name", "")) == sheet and "r:id" in one)
    rels = book.read("xl/_rels/workbook.xml.rels").decode("utf-8", "replace")
    links = [dict(_ATTRIBUTE.findall(tag)) for tag in re.findall(r"<(?:\w+:)?Relationship\b[^>]*>", rels)]
    target = next(one["Target"] for one in links if one.get("Id") == link)
    return target.lstrip("/") if target.startswith("/") else f"xl/{target}"


def _pieces(book: zipfile.ZipFile, part: str) -> Iterator[bytes]:
    """Yield a part in pieces that end where a row does."""
    rest = b""
    with book.open(part) as opened:
        while data := opened.read(_PIECE):
            rest += data
            cut = rest.rfind(b"row>") + len(b"row>")
            if cut >= len(b"row>") and b"row>" in rest:
                yield rest[:cut]
                rest = rest[cut:]
    yield rest


def _odd_in(data: bytes) -> Iterator[tuple[tuple[int, int], str]]:
    for match in _CELL.finditer(data):
        tag, inside = match.groups()
        error = b't="e"' in tag
        formula = (b"<f" in inside or b":f" in inside) and b't="str"' not in tag
        value = _VALUE.search(inside)
        if error or (formula and value is None):
            where = _WHERE.search(tag)
            if where is None:
                raise WorkbookProblem("a cell with an error says not where it stands", "open the workbook in Excel and save it again")
            name = value[1].decode("utf-8", "replace") if error and value else "=…"
            yield (int(where[2]), _column(where[1])), name


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number - 1
