"""Workbooks of the old kind, .xls: the records of Excel 97 to 2003, read within bounds as the cells of any other workbook."""

from __future__ import annotations

import itertools
import struct
from array import array
from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from typing import BinaryIO

from evaluator.reading import limits
from evaluator.reading.tables import compound_files
from evaluator.reading.tables.formats import COMPOUND_FILE, OLD_WORKBOOKS
from evaluator.reading.tables.number_formats import GENERAL, built_in
from evaluator.reading.tables.workbooks import Cell, Merged, Row, Sheet, Workbook, WorkbookProblem, cell_name, damaged, locked, stored

_VERSION = 0x0600
_COLUMNS = 256
_CUT_OFF = "the workbook is damaged, or cut off"
_BOF, _EOF, _PASSWORD, _SHEET, _DAYS, _FORMAT, _STYLE, _TEXTS, _MORE = 0x809, 0x0A, 0x2F, 0x85, 0x22, 0x41E, 0xE0, 0xFC, 0x3C
_ROW, _MERGED, _COLUMN = 0x208, 0xE5, 0x7D
_NUMBER, _SHORT, _SHORTS, _TEXT, _RICH, _SHARED, _TRUTH, _FORMULA, _RESULT = 0x203, 0x27E, 0xBD, 0x204, 0xD6, 0xFD, 0x205, 0x06, 0x207
_CELLS = {_NUMBER: 14, _SHORT: 10, _SHORTS: 6, _TEXT: 9, _RICH: 9, _SHARED: 10, _TRUTH: 8, _FORMULA: 16}
"""The records of cells, and how long each is at least."""
_LEAST = {**_CELLS, _ROW: 16, _COLUMN: 10, _MERGED: 2}
_TO_BE_WORKED_OUT = 2
_ERRORS = {0x00: "#NULL!", 0x07: "#DIV/0!", 0x0F: "#VALUE!", 0x17: "#REF!", 0x1D: "#NAME?", 0x24: "#NUM!", 0x2A: "#N/A"}
_WIDE, _ASIAN, _RUNS = 1, 4, 8
"""What may be said of a text: two bytes a letter; readings of Asian words behind it; changes of looks behind it."""
Records = Iterator[tuple[int, int, int]]
"""Records: the kind of each, and where what it holds begins and ends."""


def is_old(start: bytes) -> bool:
    """Whether a file that begins like this is a document of Office programs before 2007."""
    return start.startswith(OLD_WORKBOOKS)


def workbook(file: BinaryIO) -> Workbook:
    """Return the workbook that a file is; raises WorkbookProblem and TooMuch."""
    data = file.read(limits.OLD_WORKBOOK + 1)
    if len(data) > limits.OLD_WORKBOOK:
        step = "save it as .xlsx, or the sheet as CSV UTF-8"
        raise limits.TooMuch(f"the workbook is larger than {limits.size_words(limits.OLD_WORKBOOK)}, and of the old kind, .xls", step)
    if not data.startswith(COMPOUND_FILE):
        return _of_records(data)
    if "EncryptedPackage".encode("utf-16-le") in data:
        raise locked()
    held = compound_files.compound_file(data)
    name = next((name for name in ("Workbook", "Book", "WORKBOOK", "BOOK") if name in held.streams), None)
    if name is None:
        documents = {"WordDocument": "a Word document", "PowerPoint Document": "a presentation"}
        words = next((words for stream, words in documents.items() if stream in held.streams), None)
        raise damaged() if words is None else WorkbookProblem(f"the file is {words}, and no table", "save its table as CSV UTF-8")
    return _of_records(held.stream(name))


def _of_records(data: bytes) -> Workbook:
    """Return the workbook of the records before the first sheet."""
    own: dict[int, str] = {}
    styles: list[int] = []
    sheets: list[tuple[str, bool, int]] = []
    since_1904 = False
    texts: list[bytes] = []
    last = 0
    for kind, start, end in _records(data, 0):
        if kind == _BOF and struct.unpack_from("<H", data, start)[0] != _VERSION:
            raise WorkbookProblem("the workbook is of Excel 95 or before", "open it in a spreadsheet program and save it as .xlsx")
        if kind == _PASSWORD:
            raise locked()
        if kind == _SHEET and data[start + 5] == 0:
            text = _Text([data[start + 6 : end]]).text(wide_length=False)
            sheets.append((text, bool(data[start + 4] & 3), struct.unpack_from("<I", data, start)[0]))
        elif kind == _DAYS:
            since_1904 = bool(data[start])
        elif kind == _FORMAT:
            own[struct.unpack_from("<H", data, start)[0]] = _Text([data[start + 2 : end]]).text()
        elif kind == _STYLE:
            styles.append(struct.unpack_from("<H", data, start + 2)[0])
        elif kind == _TEXTS or (kind == _MORE and last == _TEXTS):
            texts.append(data[start:end])
            kind = _TEXTS  # noqa: PLW2901 - what goes on with it counts as it
        elif kind == _EOF:
            break
        last = kind
    formats = [_format(own, number) for number in styles]
    opened = [Sheet(name=name, hidden=hidden, opened=partial(_OldSheet, data, start)) for name, hidden, start in sheets]
    return Workbook(sheets=opened, since_1904=since_1904, formats=formats, read_texts=partial(_shared_texts, texts))


def _format(own: Mapping[int, str], number: int) -> str:
    code = own.get(number) or built_in(number)
    return GENERAL if code.lower() == GENERAL.lower() else code


def _records(data: bytes, start: int) -> Records:
    """Yield the records from a place on, without those of charts that stand between those of a sheet."""
    depth = 0
    if not 0 <= start < len(data) or struct.unpack_from("<H", data, start)[0] != _BOF:
        raise damaged()
    while start + 4 <= len(data):
        kind, length = struct.unpack_from("<HH", data, start)
        start += 4
        if start + length > len(data):
            raise damaged(_CUT_OFF)
        depth += kind == _BOF
        if depth == 1:
            yield kind, start, start + length
        depth -= kind == _EOF
        if depth == 0:
            return
        start += length
    raise damaged(_CUT_OFF)


class _Text:
    """Reads texts from what a record holds and those that go on with it."""

    def __init__(self, parts: Sequence[bytes]) -> None:
        self._parts, self._part, self._at = parts, 0, 0

    @property
    def done(self) -> bool:
        """Whether nothing is left."""
        while self._part < len(self._parts) and self._at >= len(self._parts[self._part]):
            self._part, self._at = self._part + 1, 0
        return self._part >= len(self._parts)

    def take(self, count: int) -> bytes:
        """Return some bytes, wherever they stand."""
        taken: list[bytes] = []
        while count:
            if self.done:
                raise damaged(_CUT_OFF)
            piece = self._parts[self._part][self._at : self._at + count]
            self._at += len(piece)
            count -= len(piece)
            taken.append(piece)
        return b"".join(taken)

    def text(self, *, wide_length: bool = True) -> str:
        """Return a text; how it goes on in a record of its own is said there anew."""
        length = int.from_bytes(self.take(2 if wide_length else 1), "little")
        flags = self.take(1)[0]
        behind = 4 * int.from_bytes(self.take(2), "little") if flags & _RUNS else 0
        behind += int.from_bytes(self.take(4), "little") if flags & _ASIAN else 0
        pieces: list[str] = []
        while length:
            if self._at >= len(self._parts[self._part]):
                if self.done:
                    raise damaged(_CUT_OFF)
                flags = self.take(1)[0]
            size = 2 if flags & _WIDE else 1
            letters = min(length, (len(self._parts[self._part]) - self._at) // size)
            if not letters:
                raise damaged(_CUT_OFF)
            pieces.append(self.take(letters * size).decode("utf-16-le" if flags & _WIDE else "latin-1", "surrogatepass"))
            length -= letters
        self.take(behind)
        return "".join(pieces).encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


def _shared_texts(parts: Sequence[bytes]) -> list[str]:
    """Return the texts that cells share."""
    if not parts:
        return []
    reader = _Text(parts)
    reader.take(4)
    count = int.from_bytes(reader.take(4), "little")
    found: list[str] = []
    while len(found) < count and not reader.done:
        if len(found) >= limits.SHARED_TEXTS:
            raise limits.TooMuch(f"the workbook holds more than {limits.SHARED_TEXTS:,} texts", "save the sheet as CSV UTF-8, in parts")
        found.append(reader.text())
    return found


class _OldSheet:
    """The cells of a sheet, and what holds for the whole."""

    def __init__(self, data: bytes, start: int) -> None:
        self.merged: list[Merged] = []
        self.hidden_columns: list[tuple[int, int]] = []
        self._data, self._start = data, start
        self._hidden: set[int] = set()

    def rows(self) -> Iterator[Row]:
        """Yield the rows that hold anything, in order."""
        cells: list[Cell] = []
        current = -1
        for place in self._in_order():
            row, start = place >> 32, place & 0xFFFFFFFF
            if row != current:
                if cells:
                    yield self._row(current, cells)
                current, cells = row, []
            cells += self._read(start)
        if cells:
            yield self._row(current, cells)

    def _row(self, row: int, cells: list[Cell]) -> Row:
        cells.sort(key=lambda cell: cell.column)
        for before, cell in itertools.pairwise(cells):
            if before.column == cell.column:
                raise damaged(f"the workbook is damaged: two cells stand in {cell_name(cell.column, row + 1)}")
        if cells[-1].column >= _COLUMNS:
            raise damaged("the workbook is damaged: a cell stands outside the sheet")
        return Row(number=row + 1, hidden=row in self._hidden, cells=cells)

    def _in_order(self) -> Sequence[int]:
        """Return the records of cells by row: its number and, in the lower half, where each begins; other records are read here."""
        data = self._data
        places = array("Q")
        in_order = True
        for kind, start, end in _records(data, self._start):
            if end - start < _LEAST.get(kind, 0):
                raise damaged(_CUT_OFF)
            if kind in _CELLS:
                place = struct.unpack_from("<H", data, start)[0] << 32 | start
                in_order = in_order and (not places or places[-1] < place)
                places.append(place)
            elif kind == _ROW and data[start + 12] & 0x20:
                self._hidden.add(struct.unpack_from("<H", data, start)[0])
            elif kind == _COLUMN and data[start + 8] & 1:
                first, last = struct.unpack_from("<HH", data, start)
                self.hidden_columns.append((first + 1, last + 1))
            elif kind == _MERGED:
                self._merge(start, end)
        return places if in_order else sorted(places)

    def _merge(self, start: int, end: int) -> None:
        (count,) = struct.unpack_from("<H", self._data, start)
        if end - start < 2 + 8 * count:
            raise damaged(_CUT_OFF)
        for number in range(count):
            top, bottom, left, right = struct.unpack_from("<HHHH", self._data, start + 2 + 8 * number)
            if top > bottom or left > right or right >= _COLUMNS:
                raise damaged("the workbook is damaged: a merged range is none")
            if len(self.merged) >= limits.MERGED:
                raise limits.TooMuch(f"the sheet holds more than {limits.MERGED:,} merged ranges", "save it as CSV UTF-8")
            self.merged.append(Merged(top=top + 1, bottom=bottom + 1, left=left, right=right))

    def _read(self, start: int) -> Iterator[Cell]:
        """Yield the cells of a record."""
        data = self._data
        kind, length = struct.unpack_from("<HH", data, start - 4)
        end = start + length
        _, column, style = struct.unpack_from("<HHH", data, start)
        if kind == _SHORTS:
            for number in range((length - 6) // 6):
                style, value = struct.unpack_from("<HI", data, start + 4 + 6 * number)
                yield Cell(column=column + number, kind="n", style=style, text=stored(_unpacked(value)), empty=False)
            return
        what, text, formula = self._content(kind, start, end)
        long = len(text) > limits.CELL
        yield Cell(column=column, kind=what, style=style, text="" if long else text, formula=formula, empty=False, too_long=long)

    def _content(self, kind: int, start: int, end: int) -> tuple[str, str, bool]:
        data = self._data
        if kind == _NUMBER:
            return "n", stored(struct.unpack_from("<d", data, start + 6)[0]), False
        if kind == _SHORT:
            return "n", stored(_unpacked(struct.unpack_from("<I", data, start + 6)[0])), False
        if kind == _SHARED:
            return "s", str(struct.unpack_from("<I", data, start + 6)[0]), False
        if kind == _TRUTH:
            return _truth(data[start + 6], is_error=bool(data[start + 7]))
        if kind == _FORMULA:
            return self._result(start, end)
        return "text", _Text([data[start + 6 : end]]).text(), False

    def _result(self, start: int, end: int) -> tuple[str, str, bool]:
        """Return the saved result of a formula."""
        data = self._data
        what = data[start + 6 : start + 14]
        if data[start + 14] & _TO_BE_WORKED_OUT and not any(what):
            return "n", "", True  # other programs write a zero where they leave the working out to whoever opens the file
        if what[6:] != b"\xff\xff":
            return "n", stored(struct.unpack("<d", what)[0]), True
        if what[0] == 0:
            return "text", self._text_behind(end), True
        if what[0] in {1, 2}:
            return (*_truth(what[2], is_error=what[0] == 2)[:2], True)  # noqa: PLR2004 - an error
        return "text", "", True

    def _text_behind(self, end: int) -> str:
        """Return the text that stands in a record behind a formula, and goes on in further ones."""
        data = self._data
        parts: list[bytes] = []
        while end + 4 <= len(data):
            kind, length = struct.unpack_from("<HH", data, end)
            if kind == _RESULT or (parts and kind == _MORE):
                parts.append(data[end + 4 : end + 4 + length])
            elif parts or kind in _CELLS or kind == _EOF:
                break
            end += 4 + length
        return _Text(parts).text() if parts else ""


def _truth(value: int, *, is_error: bool) -> tuple[str, str, bool]:
    return ("e", _ERRORS.get(value, "an error"), False) if is_error else ("b", str(int(bool(value))), False)


def _unpacked(value: int) -> float:
    """Return a number that is kept in four bytes: whole or the half of a float, and hundredths of it where the last bit says so."""
    if value & 2:
        number: float = struct.unpack("<i", struct.pack("<I", value))[0] >> 2
    else:
        number = struct.unpack("<d", bytes(4) + struct.pack("<I", value & 0xFFFFFFFC))[0]
    return number / 100 if value & 1 else number
