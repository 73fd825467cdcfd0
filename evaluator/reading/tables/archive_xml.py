"""XML in archives, as spreadsheet programs write it: unpacked and parsed piece by piece, within bounds."""

from __future__ import annotations

import zipfile
from collections.abc import Callable, Iterator, Mapping
from xml.parsers import expat

from evaluator.core.values import clip
from evaluator.reading import limits
from evaluator.reading.tables.workbooks import damaged, locked

_PIECE = 1 << 20
_LONGEST_TAG = 1 << 25
_ENCRYPTED = 0x1
Attributes = Mapping[str, str]
Start = Callable[[str, Attributes], None]
Text = Callable[[str], None]
End = Callable[[str], None]


def parsed(archive: zipfile.ZipFile, part: str, start: Start, text: Text | None = None, end: End | None = None) -> None:
    """Read a part of an archive as XML: a small one, if it holds no texts."""
    if archive.getinfo(part).file_size > (limits.HELD_TEXT if text else limits.WORKBOOK_PART):
        raise limits.TooMuch(f"the part {clip(part, 60)} of the workbook is larger than any that is read", "save the sheet as CSV UTF-8")
    parser = Xml(part, start, text, end)
    for data in pieces(archive, part):
        parser.feed(data)
    parser.feed(b"", last=True)


def pieces(archive: zipfile.ZipFile, part: str) -> Iterator[bytes]:
    """Yield the bytes of a part of an archive, some at a time; raises WorkbookProblem for one that is packed as no workbook is."""
    entry = archive.getinfo(part)
    if entry.flag_bits & _ENCRYPTED:
        raise locked()
    if entry.compress_type not in {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}:
        raise damaged("the workbook is packed in a way that no spreadsheet program uses")
    with archive.open(entry) as opened_part:
        while data := opened_part.read(_PIECE):
            yield data


class Xml:
    """A parser of XML that is fed piece by piece; raises WorkbookProblem.

    `between` stands between the namespace and the name of what is told; without it names are told as they are written.
    """

    def __init__(self, part: str, start: Start, text: Text | None = None, end: End | None = None, *, between: str | None = None) -> None:
        self._part, self._fed = part, 0
        self._parser = parser = expat.ParserCreate(namespace_separator=between)
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
