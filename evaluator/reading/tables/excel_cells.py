"""The parts of an Excel workbook, read piece by piece: what it holds, the texts that cells share, number formats, and rows of cells."""

from __future__ import annotations

import posixpath
import re
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO
from xml.parsers import expat

import attrs

from evaluator.core.files import open_to_read
from evaluator.core.values import clip
from evaluator.diagnostics import EvaluatorError
from evaluator.reading import limits
from evaluator.reading.tables.number_formats import GENERAL, built_in

_PIECE = 1 << 20
_LONGEST_TAG = 1 << 25
_MOST_NAMES = 1000
_WHERE = re.compile(r"([A-Z]{1,3})([0-9]{1,7})")
_RANGE = re.compile(r"\$?([A-Z]{1,3})\$?([0-9]{1,7})(?::\$?([A-Z]{1,3})\$?([0-9]{1,7}))?")
_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")
_TRUE = {"1", "true"}
_ENCRYPTED = 0x1
_DAMAGED = (zipfile.BadZipFile, zlib.error, struct.error, EOFError, KeyError, NotImplementedError, OverflowError, RuntimeError, ValueError)
"""What the standard library raises of archives that are no good."""

Attributes = Mapping[str, str]


class WorkbookProblem(EvaluatorError):
    """A workbook cannot be used; carries one lower-case sentence and a next step."""


def damaged(what: str = "the file is no Excel workbook, or it is damaged") -> WorkbookProblem:
    """Return the problem of a workbook that does not hold together."""
    return WorkbookProblem(what, "open it in Excel and save it again as .xlsx")


@attrs.frozen(kw_only=True)
class Sheet:
    """A sheet of a workbook: its name, the part of the archive that holds it, and whether it is hidden."""

    name: str
    part: str
    hidden: bool


@attrs.define(kw_only=True)
class Cell:
    """A cell as it is stored: its column from 0, its type, the number of its style, its text, and whether a formula works it out."""

    column: int
    kind: str
    style: int
    text: str = ""
    formula: bool = False
    empty: bool = True
    too_long: bool = False


@attrs.frozen(kw_only=True)
class Row:
    """A row of a sheet: its number from 1, whether it is hidden, and its cells."""

    number: int
    hidden: bool
    cells: Sequence[Cell]


@attrs.frozen(kw_only=True)
class Merged:
    """A range of merged cells: its first and last rows from 1, and columns from 0."""

    top: int
    bottom: int
    left: int
    right: int


@attrs.define(kw_only=True)
class Workbook:
    """An opened workbook: its sheets, its texts and formats, and whether its days are counted from 1904."""

    archive: zipfile.ZipFile
    sheets: Sequence[Sheet]
    since_1904: bool
    formats: Sequence[str]
    texts_part: str | None
    _texts: list[str] | None = None

    def texts(self) -> Sequence[str]:
        """Return the texts that cells share."""
        if self._texts is None:
            self._texts = [] if self.texts_part is None else _shared_texts(self.archive, self.texts_part)
        return self._texts

    def format_of(self, style: int) -> str:
        """Return the number format of a style; one that is not there formats nothing."""
        return self.formats[style] if 0 <= style < len(self.formats) else GENERAL

    def sheet(self, sheet: Sheet) -> SheetParser:
        """Return a parser of a sheet."""
        return SheetParser(archive=self.archive, part=sheet.part)


@contextmanager
def opened(path: Path) -> Iterator[Workbook]:
    """Open a workbook; raises WorkbookProblem and TooMuch for what is none, is damaged, or holds too much."""
    with open_to_read(path) as file:
        try:
            with zipfile.ZipFile(file) as archive:
                yield _workbook(archive)
        except _DAMAGED as problem:
            raise _no_workbook(file) from problem
        except MemoryError:
            step = "save the sheet as CSV UTF-8, in parts"
            raise limits.TooMuch("the workbook holds more than fits into memory", step) from None


def _no_workbook(file: BinaryIO) -> WorkbookProblem:
    """Say what a file is that is no workbook of today's kind."""
    file.seek(0)
    start = file.read(limits.SMALL)
    if not start.startswith(b"\xd0\xcf\x11\xe0"):
        return damaged()
    if "EncryptedPackage".encode("utf-16-le") in start:
        return WorkbookProblem("the workbook is protected by a password", "open it in Excel, take the password off and save it again")
    if any(name.encode("utf-16-le") in start for name in ("Workbook", "Book")):
        return WorkbookProblem("the workbook is of the old kind, .xls, which does not say plainly what cells show", "save it as .xlsx")
    return damaged("the file is no Excel workbook, or it is damaged or protected by a password")


_OTHERS = {
    "xl/workbook.bin": ("the workbook is a binary one, .xlsb", "save it as .xlsx"),
    "content.xml": ("the file is an OpenDocument spreadsheet, .ods", "save it as .xlsx"),
    "Index/Document.iwa": ("the file is a spreadsheet of Numbers", "export it to Excel, as .xlsx"),
    "word/document.xml": ("the file is a Word document, and no table", "save its table as CSV UTF-8"),
    "ppt/presentation.xml": ("the file is a presentation, and no table", "save its table as CSV UTF-8"),
}


def _workbook(archive: zipfile.ZipFile) -> Workbook:
    limits.check_directory(archive)
    names = set(archive.namelist())
    links = _links(archive, "_rels/.rels") if "_rels/.rels" in names else {}
    main = next((target for kind, target in links.values() if kind == "officeDocument"), "xl/workbook.xml")
    if main not in names or main in _OTHERS:
        raise next((WorkbookProblem(*words) for name, words in _OTHERS.items() if name in names), damaged())
    folder, name = posixpath.split(main)
    links = _links(archive, f"{folder}/_rels/{name}.rels".removeprefix("/"))
    found: list[Attributes] = []
    since_1904 = False

    def start(tag: str, attributes: Attributes) -> None:
        nonlocal since_1904
        tag = tag.rpartition(":")[2]
        if tag == "sheet":
            found.append(attributes)
        elif tag == "workbookPr":
            since_1904 = attributes.get("date1904", "") in _TRUE

    parsed(archive, main, start)
    sheets = []
    for one in found:
        link = next((value for key, value in one.items() if key.rpartition(":")[2] == "id" and ":" in key), "")
        kind, part = links.get(link, ("", ""))
        if kind == "worksheet" and part in names:
            sheets.append(Sheet(name=one.get("name", ""), part=part, hidden=one.get("state", "visible") != "visible"))
    parts = {kind: target for kind, target in links.values() if target in names}
    formats = _formats(archive, parts["styles"]) if "styles" in parts else ()
    return Workbook(archive=archive, sheets=sheets, since_1904=since_1904, formats=formats, texts_part=parts.get("sharedStrings"))


def _links(archive: zipfile.ZipFile, part: str) -> dict[str, tuple[str, str]]:
    """Return the links of a part: by id, what kind of part each leads to, and its name."""
    folder = posixpath.dirname(posixpath.dirname(part))
    result: dict[str, tuple[str, str]] = {}

    def start(tag: str, attributes: Attributes) -> None:
        tag = tag.rpartition(":")[2]
        if tag == "Relationship" and attributes.get("TargetMode") != "External":
            target = attributes.get("Target", "")
            name = target.lstrip("/") if target.startswith("/") else posixpath.normpath(posixpath.join(folder, target))
            result[attributes.get("Id", "")] = (attributes.get("Type", "").rpartition("/")[2], name)

    parsed(archive, part, start)
    return result


def _formats(archive: zipfile.ZipFile, part: str) -> Sequence[str]:
    """Return the number format of each style of cells."""
    own: dict[str, str] = {}
    styles: list[str] = []
    inside = False

    def start(tag: str, attributes: Attributes) -> None:
        nonlocal inside
        tag = tag.rpartition(":")[2]
        if tag == "numFmt":
            own[attributes.get("numFmtId", "")] = attributes.get("formatCode", GENERAL)
        elif tag in {"cellXfs", "cellStyleXfs", "cellStyles", "dxfs"}:
            inside = tag == "cellXfs"
        elif tag == "xf" and inside:
            styles.append(attributes.get("numFmtId", "0"))

    parsed(archive, part, start)
    return [own[number] if number in own else built_in(int(number)) if number.isdecimal() else GENERAL for number in styles]


def _shared_texts(archive: zipfile.ZipFile, part: str) -> list[str]:
    """Return the texts that cells share: runs of different looks joined, and readings of Asian words left out."""
    texts: list[list[str]] = []
    reading = aside = False

    def start(tag: str, _: Attributes) -> None:
        nonlocal reading, aside
        tag = tag.rpartition(":")[2]
        if tag == "si":
            if len(texts) >= limits.SHARED_TEXTS:
                raise limits.TooMuch(f"the workbook holds more than {limits.SHARED_TEXTS:,} texts", "save the sheet as CSV UTF-8, in parts")
            texts.append([])
            aside = False
        aside = aside or tag == "rPh"
        reading = tag == "t" and not aside

    def text(data: str) -> None:
        if reading and texts:
            texts[-1].append(data)

    def end(tag: str) -> None:
        nonlocal reading
        reading = reading and tag.rpartition(":")[2] != "t"

    parsed(archive, part, start, text, end)
    return [unescaped("".join(pieces)) for pieces in texts]


def unescaped(text: str) -> str:
    """Return a text with what Excel writes as `_x000D_` as the character that it is."""
    return _ESCAPED.sub(_letter, text) if "_x" in text else text


def _letter(match: re.Match[str]) -> str:
    """Return the character that an escape stands for; half of one is none, and stays as it is written."""
    number = int(match[1], 16)
    return match[0] if 0xD800 <= number < 0xE000 else chr(number)  # noqa: PLR2004 - the halves of pairs


Start = Callable[[str, Attributes], None]
Text = Callable[[str], None]
End = Callable[[str], None]


def parsed(archive: zipfile.ZipFile, part: str, start: Start, text: Text | None = None, end: End | None = None) -> None:
    """Read a part of an archive as XML: a small one, if it holds no texts."""
    if archive.getinfo(part).file_size > (limits.HELD_TEXT if text else limits.WORKBOOK_PART):
        raise limits.TooMuch(f"the part {clip(part, 60)} of the workbook is larger than any that is read", "save the sheet as CSV UTF-8")
    parser = _Xml(part, start, text, end)
    for data in _pieces(archive, part):
        parser.feed(data)
    parser.feed(b"", last=True)


def _pieces(archive: zipfile.ZipFile, part: str) -> Iterator[bytes]:
    """Yield the bytes of a part of an archive, some at a time; raises WorkbookProblem for one that is packed as no workbook is."""
    entry = archive.getinfo(part)
    if entry.flag_bits & _ENCRYPTED:
        raise WorkbookProblem("the workbook is protected by a password", "open it in Excel, take the password off and save it again")
    if entry.compress_type not in {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}:
        raise damaged("the workbook is packed in a way that no spreadsheet program uses")
    with archive.open(entry) as opened_part:
        while data := opened_part.read(_PIECE):
            yield data


class _Names(dict[str, str]):
    """Names of elements without their prefixes."""

    def __missing__(self, name: str) -> str:
        plain = name.rpartition(":")[2]
        if len(self) < _MOST_NAMES:
            self[name] = plain
        return plain


class _Xml:
    """A parser of XML that is fed piece by piece; raises WorkbookProblem."""

    def __init__(self, part: str, start: Start, text: Text | None, end: End | None) -> None:
        self._part, self._fed = part, 0
        self._parser = parser = expat.ParserCreate()
        parser.buffer_text = True
        parser.buffer_size = 1 << 16
        parser.StartDoctypeDeclHandler = _no_doctype
        parser.StartElementHandler = start
        if text is not None:
            parser.CharacterDataHandler = text
        if end is not None:
            parser.EndElementHandler = end

    def feed(self, data: bytes, *, last: bool = False) -> None:
        """Take a piece."""
        try:
            self._parser.Parse(data, last)
        except expat.ExpatError as problem:
            raise damaged(f"the workbook is damaged: {clip(self._part, 60)} is no whole XML") from problem
        self._fed += len(data)
        if self._fed - self._parser.CurrentByteIndex > _LONGEST_TAG:
            raise damaged("the workbook is damaged: a piece of it never ends")


def _no_doctype(*_: object) -> None:
    raise damaged("the workbook declares words of its own, as no spreadsheet program does")


class SheetParser:
    """Takes a sheet apart: rows as they come, and beside them what holds for the whole: merged ranges and hidden columns."""

    def __init__(self, *, archive: zipfile.ZipFile, part: str) -> None:
        self.merged: list[Merged] = []
        self.hidden_columns: list[tuple[int, int]] = []
        self._archive, self._part = archive, part
        self._rows: list[Row] = []
        self._row: list[Cell] | None = None
        self._hidden = False
        self._number = self._count = 0
        self._cell: Cell | None = None
        self._reading = self._aside = False
        self._names = _Names()

    def rows(self) -> Iterator[Row]:
        """Yield the rows that hold anything, in order; merged ranges are complete after the last one."""
        parser = _Xml(self._part, self._start, self._text, self._end)
        for data in _pieces(self._archive, self._part):
            parser.feed(data)
            ready, self._rows = self._rows, []
            yield from ready
        parser.feed(b"", last=True)
        yield from self._rows

    def _start(self, tag: str, attributes: Attributes) -> None:
        tag = self._names[tag]
        if tag == "c":
            self._begin(attributes)
        elif tag in {"v", "t"}:
            self._reading = self._cell is not None and not self._aside
            if self._cell is not None and tag == "v":
                self._cell.empty = False
        elif tag == "f":
            if self._cell is not None:
                self._cell.formula = True
        elif tag == "rPh":
            self._aside = True
        elif tag == "row":
            number = _number(attributes["r"]) if "r" in attributes else self._number + 1
            self._begin_row(number, hidden=attributes.get("hidden", "") in _TRUE)
        elif tag == "mergeCell":
            self._merge(attributes.get("ref", ""))
        elif tag == "col" and attributes.get("hidden", "") in _TRUE:
            self.hidden_columns.append((_number(attributes.get("min", "")), _number(attributes.get("max", ""))))

    def _begin_row(self, number: int, *, hidden: bool) -> None:
        if not self._number < number <= limits.SHEET_ROWS:
            raise damaged(f"the workbook is damaged: row {number:,} stands after row {self._number:,}")
        self._number, self._row, self._hidden = number, [], hidden

    def _begin(self, attributes: Attributes) -> None:
        if self._row is None:
            raise damaged("the workbook is damaged: a cell stands in no row")
        column = self._row[-1].column + 1 if self._row else 0
        where = attributes.get("r")
        if where is not None:
            match = _WHERE.fullmatch(where)
            if match is None or int(match[2]) != self._number or column_number(match[1]) < column:
                raise damaged(f"the workbook is damaged: a cell of row {self._number:,} says that it stands in `{clip(where)}`")
            column = column_number(match[1])
        if column >= limits.COLUMNS:
            raise damaged("the workbook is damaged: a cell stands outside the sheet")
        self._count += 1
        if self._count > limits.SHEET_CELLS:
            raise limits.TooMuch(f"the sheet holds more than {limits.SHEET_CELLS:,} cells", "save it as CSV UTF-8, in parts")
        style = attributes.get("s", "0")
        self._cell = Cell(column=column, kind=attributes.get("t", "n"), style=int(style) if style.isdecimal() and len(style) < 7 else -1)  # noqa: PLR2004 - no workbook has a million styles
        self._row.append(self._cell)
        self._aside = False

    def _text(self, data: str) -> None:
        if not self._reading or self._cell is None:
            return
        self._cell.empty = False
        if len(self._cell.text) + len(data) > limits.CELL:
            self._cell.too_long = True
        else:
            self._cell.text += data

    def _end(self, tag: str) -> None:
        tag = self._names[tag]
        if tag in {"v", "t"}:
            self._reading = False
        elif tag == "c":
            self._cell = None
        elif tag == "row" and self._row is not None:
            self._rows.append(Row(number=self._number, hidden=self._hidden, cells=self._row))
            self._row = None

    def _merge(self, ref: str) -> None:
        match = _RANGE.fullmatch(ref)
        if match is None:
            raise damaged(f"the workbook is damaged: `{clip(ref)}` is no range of cells")
        if len(self.merged) >= limits.MERGED:
            raise limits.TooMuch(f"the sheet holds more than {limits.MERGED:,} merged ranges", "save it as CSV UTF-8")
        left, top, right, bottom = column_number(match[1]), int(match[2]), column_number(match[3] or match[1]), int(match[4] or match[2])
        if left > right or top > bottom:
            raise damaged(f"the workbook is damaged: `{clip(ref)}` is no range of cells")
        self.merged.append(Merged(top=top, bottom=bottom, left=left, right=right))


def _number(text: str) -> int:
    if not text.isdecimal() or len(text) > 8:  # noqa: PLR2004 - rows have seven digits
        raise damaged(f"the workbook is damaged: `{clip(text)}` is no number of a row or column")
    return int(text)


def column_number(letters: str) -> int:
    """Return the number, from 0, of a column by its letters."""
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number - 1


def cell_name(column: int, row: int) -> str:
    """Return what a cell is called, such as `B7`."""
    letters, rest = "", column + 1
    while rest:
        rest, letter = divmod(rest - 1, 26)
        letters = chr(65 + letter) + letters
    return f"{letters}{row}"
