"""The parts of an .xlsx workbook, read piece by piece: what it holds, the texts that cells share, number formats, and rows of cells."""

from __future__ import annotations

import posixpath
import re
import zipfile
from collections.abc import Iterator, Sequence
from functools import partial

from evaluator.core.values import clip
from evaluator.reading import limits
from evaluator.reading.tables.archive_xml import Attributes, Xml, parsed, pieces
from evaluator.reading.tables.number_formats import GENERAL, built_in
from evaluator.reading.tables.workbooks import Cell, Merged, Row, Sheet, Workbook, cell_name, column_number, damaged

_MOST_NAMES = 1000
_WHERE = re.compile(r"([A-Z]{1,3})([0-9]{1,7})")
_RANGE = re.compile(r"\$?([A-Z]{1,3})\$?([0-9]{1,7})(?::\$?([A-Z]{1,3})\$?([0-9]{1,7}))?")
_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")
_TRUE = {"1", "true"}


def main_part(archive: zipfile.ZipFile) -> str | None:
    """Return the part that lists the sheets; None where the archive is no such workbook."""
    names = set(archive.namelist())
    links = _links(archive, "_rels/.rels") if "_rels/.rels" in names else {}
    main = next((target for kind, target in links.values() if kind == "officeDocument"), "xl/workbook.xml")
    return main if main in names else None


def workbook(archive: zipfile.ZipFile, main: str) -> Workbook:
    """Return the workbook of an archive whose sheets are listed in its part `main`."""
    names = set(archive.namelist())
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
            hidden = one.get("state", "visible") != "visible"
            sheets.append(Sheet(name=one.get("name", ""), hidden=hidden, opened=partial(SheetParser, archive=archive, part=part)))
    parts = {kind: target for kind, target in links.values() if target in names}
    formats = _formats(archive, parts["styles"]) if "styles" in parts else ()
    texts = partial(_shared_texts, archive, parts["sharedStrings"]) if "sharedStrings" in parts else list
    return Workbook(sheets=sheets, since_1904=since_1904, formats=formats, read_texts=texts)


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


class _Names(dict[str, str]):
    """Names of elements without their prefixes."""

    def __missing__(self, name: str) -> str:
        plain = name.rpartition(":")[2]
        if len(self) < _MOST_NAMES:
            self[name] = plain
        return plain


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
        parser = Xml(self._part, self._start, self._text, self._end)
        for data in pieces(self._archive, self._part):
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
        if where is not None and where != cell_name(column, self._number):
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
