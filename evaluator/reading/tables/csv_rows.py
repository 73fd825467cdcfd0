"""CSV → rows that know where each of their cells stands: row by row, refusing only what cannot be understood, and going on behind it."""

from __future__ import annotations

import csv
import re
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from typing import BinaryIO

import attrs

from evaluator.diagnostics import Problems, Span
from evaluator.reading import limits
from evaluator.reading.tables.columns import ColumnMap
from evaluator.reading.tables.model import MOST_ABOVE, Options, no_header
from evaluator.reading.tables.sources import Asking
from evaluator.reading.tables.text_stream import Blocks, Utf8

DELIMITERS = (",", ";", "\t", "|")
_ENOUGH = 5
"""Columns from which on a line inside a cell is no row by chance."""
_BLOCK = 1 << 20
_BREAK = re.compile(r"\r\n|\r|\n")
_SPACED = re.compile(r'" | "')
_HALF = re.compile("[\ud800-\udfff]")
_OTHER_BREAKS = str.maketrans("\x85\u2028\u2029", "   ")
_MOST_SHOWN = 4 << 20
"""Bytes of a file of which lines are shown beside what is wrong with them."""
Broken = tuple[str, str]
"""Why a row cannot be understood, and what to do."""
NOT_CLOSED = ("a quote that begins in this row is not closed", "close it where the cell ends")
_SWALLOWED = (
    "the quote that begins in this row is not closed, and the lines behind it are rows of their own",
    "close it where the cell ends",
)
_NUL = ("the cell holds a NUL character", "save the table as CSV UTF-8")
IsHeader = Callable[[Sequence[str]], bool]


@attrs.frozen(kw_only=True)
class Row:
    """A row: the line on which it starts, its cells, its text as written, and where it cannot be understood why not."""

    line: int
    cells: Sequence[str]
    written: str
    broken: Broken | None = None

    def span(self, path: str) -> Span:
        """Return where the row as a whole stands: its first line."""
        first = _BREAK.split(self.written, maxsplit=1)[0]
        return Span(path=path, line=self.line, column=1, end_line=self.line, end_column=len(first) + 1)

    def cell(self, path: str, delimiter: str, index: int) -> Span:
        """Return where a cell stands."""
        starts = [0, *(end + 1 for end in _ends(self.written, delimiter))]
        start = starts[min(index, len(starts) - 1)]
        end = starts[index + 1] - 1 if index + 1 < len(starts) else len(self.written.rstrip("\r\n"))
        before, until = _BREAK.split(self.written[:start]), _BREAK.split(self.written[:end])
        return Span(
            path=path,
            line=self.line + len(before) - 1,
            column=len(before[-1]) + 1,
            end_line=self.line + len(until) - 1,
            end_column=len(until[-1]) + 1,
        )

    def open_quote(self, path: str, delimiter: str) -> Span:
        """Return where the cell begins whose quote is not closed: the last one, to the end of the line."""
        last = sum(1 for _ in _ends(self.written, delimiter))
        return self.cell(path, delimiter, last)


def _ends(written: str, delimiter: str) -> Iterator[int]:
    """Yield where a row's cells end: at each delimiter outside quotes."""
    quoted, may_open = False, True
    for index, letter in enumerate(written):
        if letter == '"' and (quoted or may_open):
            quoted, may_open = not quoted, quoted  # right after a closing quote, another one goes on with the cell
        elif not (may_open and letter == " "):
            may_open = letter == delimiter and not quoted
            if may_open:
                yield index


class _Lines:
    """The lines of a block as text, and those behind it where a row goes on there; lines can be put back.

    Whoever reads them gets them without the spaces around cells in quotes; `read` has them as they are written.
    """

    def __init__(self, block: bytes, blocks: Blocks, quotes: Quotes) -> None:
        lines = block.splitlines(keepends=True)
        if lines and not lines[-1].endswith((b"\n", b"\r")):
            blocks.give_back(lines.pop())
            self._open = True
        else:
            self._open = False
        self._block: deque[bytes] = deque(lines)
        self._blocks = blocks
        self._back: deque[str] = deque()
        self._quotes = quotes
        self._quoted = False
        self.read: list[str] = []

    @property
    def done(self) -> bool:
        """Whether the block is used up; a last row that goes on behind it still belongs to it."""
        return not (self._back or self._block or self._open)

    def begin_row(self) -> None:
        """Forget the lines of the row before."""
        self.read.clear()
        self._quoted = False

    def put_back(self, lines: Sequence[str]) -> None:
        """Put lines back in front."""
        self._back.extendleft(reversed(lines))

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        if self._back:
            line = self._back.popleft()
        else:
            data = self._block.popleft() if self._block else self._behind()
            if not data:
                raise StopIteration
            line = data.decode("utf-8", "surrogateescape")
        self.read.append(line)
        plain, self._quoted = self._quotes.plain(line, quoted=self._quoted)
        return plain

    def _behind(self) -> bytes:
        self._open = False
        return self._blocks.line()


class Quotes:
    """Takes the spaces around cells in quotes away; where it is `lenient`, a quote that ends no cell is one of the cell's text."""

    def __init__(self, delimiter: str, *, lenient: bool = False) -> None:
        ends = re.escape(delimiter)
        self._lenient = lenient
        self._opening = re.compile(' *"')
        self._cell = re.compile(rf"[^{ends}]*")
        self._inside = re.compile('(?:[^"]|"")*')
        self._closing = re.compile(rf'" *(?=[{ends}\r\n]|\Z)')

    def plain(self, line: str, *, quoted: bool) -> tuple[str, bool]:
        """Return a line as strict CSV has it, and whether it ends within quotes; `quoted` says whether it begins there."""
        if '"' not in line:
            return line, quoted
        if not self._lenient and not _SPACED.search(line):
            return line, quoted ^ bool(line.count('"') % 2)
        parts: list[str] = []
        at, may_open = 0, not quoted
        while at < len(line):
            if quoted:
                at, quoted = self._rest(line, at, parts)
            elif may_open and (opening := self._opening.match(line, at)):
                parts.append('"')
                at, quoted, may_open = opening.end(), True, False
            else:
                cell = self._cell.match(line, at)
                end = cell.end() if cell else at
                parts.append(line[at : end + 1])
                at, may_open = end + 1, True
        return "".join(parts), quoted

    def _rest(self, line: str, at: int, parts: list[str]) -> tuple[int, bool]:
        """Take the text within quotes, and the quote that closes it."""
        inside = self._inside.match(line, at)
        end = inside.end() if inside else at
        parts.append(line[at:end])
        if end == len(line):
            return end, True
        if closing := self._closing.match(line, end):
            parts.append('"')
            return closing.end(), False
        parts.append('""' if self._lenient else '"')
        return end + 1, self._lenient


@attrs.define(kw_only=True)
class RowReader:
    """Reads the rows that begin in a block; `line` is where the next one begins."""

    blocks: Blocks
    delimiter: str
    width: int | None
    line: int
    lenient: bool = False

    def all(self) -> Iterator[Row]:
        """Yield the rows of all blocks that are left."""
        while block := self.blocks.block(_BLOCK):
            yield from self.rows(block)

    def rows(self, block: bytes) -> Iterator[Row]:
        """Yield the rows; blank lines are none."""
        csv.field_size_limit(limits.CELL)
        lines = _Lines(block, self.blocks, Quotes(self.delimiter, lenient=self.lenient))
        reader = csv.reader(lines, delimiter=self.delimiter, strict=True)
        while not lines.done:
            lines.begin_row()
            broken, cells = None, []
            try:
                cells = next(reader)
                broken = self._swallows(lines.read, len(cells))
            except StopIteration:
                return
            except csv.Error as error:
                broken = _words(error)
            if broken is not None:
                lines.put_back(lines.read[1:])
                del lines.read[1:]
                reader = csv.reader(lines, delimiter=self.delimiter, strict=True)
            line, self.line = self.line, self.line + len(lines.read)
            if broken is not None or any(cell.strip() for cell in cells):
                yield Row(line=line, cells=cells, written="".join(lines.read), broken=broken)

    def _swallows(self, lines: Sequence[str], cells: int) -> Broken | None:
        """Say where the lines inside a cell are rows of their own: then a quote before them was not closed where it should be."""
        inner, width = lines[1:-1], self.width
        if width is None or len(lines) == 1:
            return None
        if self.lenient and (cells != width or width == 1):
            return "a quote that begins in this row is not closed, or closed too late", _SWALLOWED[1]
        if width < _ENOUGH or not inner:
            return None
        own = all(line.count(self.delimiter) >= width - 1 and self._width(line) == width for line in inner)
        return _SWALLOWED if own else None

    def _width(self, line: str) -> int:
        try:
            return len(next(csv.reader([line], delimiter=self.delimiter, strict=True), []))
        except csv.Error:
            return 0


def _words(error: csv.Error) -> Broken:
    said = str(error)
    if "field larger" in said:
        return f"a cell of this row is longer than {limits.CELL:,} characters", "a quote before it may not be closed"
    if "unexpected end" in said:
        return NOT_CLOSED
    return "text goes on after a closing quote in this row", 'to write a quote inside quotes, double it: ""'


@attrs.frozen(kw_only=True)
class Start:
    """A file opened behind its header; the header is None where there is none."""

    blocks: Blocks
    delimiter: str
    header: Row | None
    next_line: int
    later: int | None = None
    """The line of a row below that looks more like the header, where the header does not look like one."""

    def rows(self, *, lenient: bool = False) -> Iterator[Row]:
        """Yield the rows below the header."""
        width = None if self.header is None else len(self.header.cells)
        yield from RowReader(blocks=self.blocks, delimiter=self.delimiter, width=width, line=self.next_line, lenient=lenient).all()


def opened(file: BinaryIO, options: Options, is_header: IsHeader, may_be_header: IsHeader | None = None) -> Start:
    """Read the beginning of a file; blank lines before the header, and a line `sep=;`, are no header.

    The delimiter, where none is given, is the one by which the first row is a header, else the one that stands in it most often.
    `may_be_header` says which row is likely to be the header where the first is none; it is only looked for where that is given.
    """
    blocks = Blocks(Utf8(file, options.encoding))
    delimiter = options.delimiter
    line = 1
    while first := blocks.line():
        text = first.decode("utf-8", "replace")
        if options.header_row is not None and line != options.header_row:
            if line > options.header_row:
                break
            line += 1
            continue
        if text.lower().startswith("sep=") and len(text.rstrip("\r\n")) == len("sep=,"):
            delimiter = delimiter or text[4]
        elif text.strip():
            start = _header(first, blocks, delimiter or _detected(text, is_header), line)
            if start.header is None or may_be_header is None or is_header(start.header.cells):
                return start
            return attrs.evolve(start, later=_later(start, may_be_header))  # which reads on: the rows are gone
        line += 1
    return Start(blocks=blocks, delimiter=delimiter or ",", header=None, next_line=line)


def _later(start: Start, is_header: IsHeader) -> int | None:
    """Return the line of the first row that is a header, of those that follow what is none."""
    for line in range(start.next_line, MOST_ABOVE + 1):
        text = start.blocks.line().decode("utf-8", "replace")
        if not text:
            break
        if any(is_header(_cells(text, delimiter)) for delimiter in DELIMITERS):
            return line
    return None


def _header(first: bytes, blocks: Blocks, delimiter: str, line: int) -> Start:
    reader = RowReader(blocks=blocks, delimiter=delimiter, width=None, line=line)
    ended = first if first.endswith((b"\n", b"\r")) else first + b"\n"
    header = next(reader.rows(ended), None)
    return Start(blocks=blocks, delimiter=delimiter, header=header, next_line=reader.line)


def _detected(first: str, is_header: IsHeader) -> str:
    for delimiter in DELIMITERS:
        named = _cells(first, delimiter)
        if len(named) > 1 and is_header(named):
            return delimiter
    return max(DELIMITERS, key=first.count)


def _cells(text: str, delimiter: str) -> Sequence[str]:
    try:
        return next(csv.reader([text], delimiter=delimiter), [])
    except csv.Error:
        return []


def header_problem(header: Row | None, wanted: str, header_row: int | None = None) -> Broken | None:
    """Return why a file has no header that can be understood, and what to do; `wanted` are the columns it names."""
    if header is None and header_row is not None:
        return no_header(header_row)
    if header is None:
        return "the table is empty", f"its first line names the columns: {wanted}"
    return None if header.broken is None else (header.broken[0], "mend the first line")


def columns_of(start: Start, path: str, asking: Asking) -> ColumnMap | None:
    """Understand the first row; problems, and None, where there is none or it cannot be used."""
    header = start.header
    if wrong := header_problem(header, "id, name, role, and attributes", asking.options.header_row):
        asking.problems.add("D101", wrong[0], Span.whole_file(path), help=wrong[1])
    if header is None or wrong:
        return None
    asking.problems.texts.setdefault(path, "\n" * (header.line - 1) + header.written[:100_000])
    reader = asking.header(path, lambda index: header.cell(path, start.delimiter, index), row=header.line, later=start.later)
    columns = reader.read(header.cells)
    unclear = start.delimiter == ";" and asking.options.decimal is None
    return attrs.evolve(columns, dots_unclear=True) if columns is not None and unclear else columns


def ragged(cells: int, width: int) -> Broken:
    """Say that a row has more cells than the table has columns, or fewer, and what to do."""
    step = "quote cells that hold the separator; leave a cell empty where nothing is known"
    return f"the row has {cells} cells, and the table {width} columns", step


def no_text(cell: str, encoding: str | None, *, nul: bool = True) -> Broken | None:
    """Say why a cell is no text, a byte of another encoding or a NUL, and what to do; None where it is text."""
    byte = next((ord(letter) - 0xDC00 for letter in cell if "\udc80" <= letter <= "\udcff"), None)
    if byte is None:
        return _NUL if nul and "\x00" in cell else None
    words = f"the byte 0x{byte:02x} in this cell is no UTF-8" if encoding is None else f"this cell holds a byte that is no {encoding}"
    return words, "save the file as UTF-8, or name its encoding with --encoding, such as windows-1252"


def keep_shown(file: BinaryIO, path: str, encoding: str | None, problems: Problems) -> None:
    """Keep the text of a file beside its problems, unless it is long, so that its lines can be shown."""
    text = Utf8(file, encoding).read(_MOST_SHOWN)
    problems.texts[path] = shown(text.decode("utf-8", "surrogateescape"))
    file.seek(0)


def shown(text: str) -> str:
    """Return text without half letters, in which only the ends of lines of files end lines."""
    return _HALF.sub("\ufffd", text).translate(_OTHER_BREAKS)
