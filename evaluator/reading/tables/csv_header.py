"""The beginning of a CSV file: its encoding, its delimiter and its first row."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from typing import BinaryIO

import attrs

from evaluator.diagnostics import Span
from evaluator.reading.tables.columns import ID, ColumnMap, Vocabulary
from evaluator.reading.tables.csv_lines import Blocks
from evaluator.reading.tables.csv_rows import Row as Placed
from evaluator.reading.tables.csv_rowwise import CarefulReader, Row
from evaluator.reading.tables.encodings import Utf8, known_encoding, looks_like_utf16, marked_encoding
from evaluator.reading.tables.model import Options
from evaluator.reading.tables.sources import Asking

DELIMITERS = (",", ";", "\t", "|")


@attrs.frozen(kw_only=True)
class Start:
    """A file opened behind its header; the header is None where there is none."""

    blocks: Blocks
    delimiter: str
    header: Row | None
    next_line: int


def opened(file: BinaryIO, options: Options, words: Vocabulary) -> Start:
    """Read the beginning of a file; blank lines before the header, and a line `sep=;`, are no header."""
    blocks = Blocks(Utf8(file, options.encoding))
    line = 1
    delimiter = options.delimiter
    while first := blocks.line():
        text = first.decode("utf-8", "replace")
        if text.lower().startswith("sep=") and len(text.rstrip("\r\n")) == len("sep=,"):
            delimiter = delimiter or text[4]
        elif text.strip():
            return _header(first, blocks, delimiter or detected(text, words), line)
        line += 1
    return Start(blocks=blocks, delimiter=delimiter or ",", header=None, next_line=line)


def _header(first: bytes, blocks: Blocks, delimiter: str, line: int) -> Start:
    reader = CarefulReader(blocks=blocks, delimiter=delimiter, width=None, line=line)
    ended = first if first.endswith((b"\n", b"\r")) else first + b"\n"
    header = next(reader.rows(ended), None)
    return Start(blocks=blocks, delimiter=delimiter, header=header, next_line=reader.line)


def detected(first: str, words: Vocabulary) -> str:
    """Return the delimiter by which the first line is a header; else the one that stands in it most often."""

    def cells(delimiter: str) -> Sequence[str]:
        try:
            return next(csv.reader([first], delimiter=delimiter), [])
        except csv.Error:
            return []

    for delimiter in DELIMITERS:
        found = cells(delimiter)
        if len(found) > 1 and any(words.meaning(cell) == ID for cell in found):
            return delimiter
    return max(DELIMITERS, key=first.count)


def encoding_problem(first: bytes, options: Options) -> tuple[str, str] | None:
    """Return what is wrong with the encoding of a file that begins so, and what to do; None where nothing is."""
    if options.encoding is not None and known_encoding(options.encoding) is None:
        return f"there is no encoding called `{options.encoding}`", "name one such as utf-8, utf-16 or windows-1252"
    found = looks_like_utf16(first) if options.encoding is None and marked_encoding(first)[0] is None else None
    if found is not None:
        return "the table looks like UTF-16 without a byte order mark", f"name it with --encoding {found}, or save the table as CSV UTF-8"
    return None


def columns_of(start: Start, path: str, asking: Asking) -> ColumnMap | None:
    """Understand the first row; problems, and None, where there is none or it cannot be used."""
    header = start.header
    if header is None or header.broken is not None:
        message = "the table is empty" if header is None or header.broken is None else header.broken[0]
        step = "its first line names the columns: id, name, role, and attributes" if header is None else "mend the first line"
        asking.problems.add("D101", message, Span.whole_file(path), help=step)
        return None
    asking.problems.texts.setdefault(path, "\n" * (header.line - 1) + header.written[:100_000])
    return asking.header(path, placed(header, path, start.delimiter).cell).read(header.cells)


def placed(row: Row, path: str, delimiter: str, *, exact: bool = True) -> Placed:
    """Return a row that knows where its cells stand."""
    return Placed(path=path, line=row.line, cells=list(row.cells), written=row.written, delimiter=delimiter, exact=exact)
