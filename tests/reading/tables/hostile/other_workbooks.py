"""Hostile workbooks of the old kind, .xls, and of OpenDocument, .ods; `EVERY_FILE` has them beside all others."""

from __future__ import annotations

import struct
from collections.abc import Callable

from tests.reading.tables.hostile.files import FILES, MIB, Hostile
from tests.reading.tables.old_books import SECTOR, Record, label, old_book, records
from tests.reading.tables.old_books import text as words
from tests.reading.tables.open_books import cells, ods, table

CUT_OFF = "the workbook is damaged, or cut off"
ADA = [label(0, 0, "id"), label(1, 0, "ada")]


def old(*more: Record, before: tuple[Record, ...] = ()) -> Callable[[], bytes]:
    """Return a maker of a workbook of one person and some records."""
    return lambda: old_book(records([*ADA, *more], before=before))


def changed(offset: int, value: bytes) -> Callable[[], bytes]:
    """Return a maker of a workbook of which some bytes are others."""

    def made() -> bytes:
        data = old()()
        return data[:offset] + value + data[offset + len(value) :]

    return made


def circle() -> bytes:
    """Return a workbook whose stream runs in a circle."""
    data = old()()
    chains = len(data) - SECTOR
    return data[:chains] + struct.pack("<I", 0) + data[chains + 4 :]


def one(content: str, name: str = "People") -> Callable[[], bytes]:
    """Return a maker of an OpenDocument spreadsheet whose first rows are one person."""
    return lambda: ods(table(cells("id"), cells("ada"), content, name=name))


_REPEATED = '<table:table-cell office:value-type="string" table:number-columns-repeated="{}"><text:p>x</text:p></table:table-cell>'
_SHARED = (0xFD, struct.pack("<HHHI", 1, 1, 0, 4_000_000_000))
OLD = [
    Hostile(name="plain", made=old(), read=1),
    Hostile(name="cut-off", made=lambda: old()()[:2000], said=CUT_OFF),
    Hostile(name="header-alone", made=lambda: old()()[:512], said=CUT_OFF),
    Hostile(name="half-a-header", made=lambda: old()()[:100], said=CUT_OFF),
    Hostile(name="zeros", made=lambda: b"\xd0\xcf\x11\xe0" + bytes(100_000), said="no Excel workbook, or it is damaged"),
    Hostile(name="circle", made=circle, said=CUT_OFF),
    Hostile(name="chain-outside", made=changed(48, b"\xf0\xff\xff\x00"), said=CUT_OFF),
    Hostile(name="sector-of-a-gigabyte", made=changed(30, b"\x1e\0"), said="no Excel workbook"),
    Hostile(name="tables-without-end", made=changed(68, struct.pack("<I", 0)), said="damaged"),
    Hostile(name="other-stream", made=lambda: old_book(records(ADA), "WordDocument"), said="a Word document"),
    Hostile(name="unknown-stream", made=lambda: old_book(records(ADA), "Contents"), said="no Excel workbook, or it is damaged"),
    Hostile(
        name="excel-95", made=lambda: old_book(records(ADA).replace(b"\x00\x06", b"\x00\x05", 1), "Book"), said="of Excel 95 or before"
    ),
    Hostile(name="old-password", made=old(before=((0x2F, bytes(54)),)), said="protected by a password"),
    Hostile(name="text-that-is-not-there", made=old(_SHARED), read=1),
    Hostile(
        name="id-that-is-not-there",
        made=old(label(2, 1, "x"), (0xFD, struct.pack("<HHHI", 2, 0, 0, 9))),
        read=1,
        said="a text that the workbook does not hold",
    ),
    Hostile(
        name="texts-four-billion",
        made=old((0xFD, struct.pack("<HHHI", 2, 0, 0, 0)), before=((0xFC, struct.pack("<II", 1, 2**32 - 1) + words("ben")),)),
        read=2,
    ),
    Hostile(name="text-longer-than-it-is", made=old((0x204, struct.pack("<HHHHB", 2, 0, 0, 60_000, 1) + b"x")), said=CUT_OFF),
    Hostile(name="runs-longer-than-they-are", made=old((0x204, struct.pack("<HHHHBH", 2, 0, 0, 1, 8, 60_000) + b"x")), said=CUT_OFF),
    Hostile(name="record-longer-than-the-file", made=lambda: records(ADA)[:-6] + struct.pack("<HH", 0x204, 8000) + bytes(20), said=CUT_OFF),
    Hostile(name="record-too-short", made=old((0x203, b"\0")), said=CUT_OFF),
    Hostile(name="no-end", made=lambda: records(ADA)[:-4], said=CUT_OFF),
    Hostile(
        name="sheet-nowhere",
        made=lambda: records(ADA).replace(
            struct.pack("<I", len(records(ADA)) - 4 - 20 - sum(len(data) + 4 for _, data in ADA)), b"\xff\xff\xff\x7f"
        ),
        said="no Excel workbook, or it is damaged",
    ),
    Hostile(name="same-cell-twice", made=old(label(1, 0, "ben")), said="two cells stand in A2"),
    Hostile(name="column-outside", made=old(label(2, 60_000, "x")), said="a cell stands outside the sheet"),
    Hostile(name="last-cell", made=old(label(65_535, 255, "x")), read=1, said="no id"),
    Hostile(name="merged-backwards", made=old((0xE5, struct.pack("<HHHHH", 1, 9, 1, 0, 0))), said="a merged range is none"),
    Hostile(name="merged-without-end", made=old((0xE5, struct.pack("<H", 60_000))), said=CUT_OFF),
    Hostile(
        name="no-number", made=old(label(2, 1, "x"), (0x203, struct.pack("<HHHd", 2, 0, 0, float("nan")))), read=1, said="holds no number"
    ),
    Hostile(
        name="charts-within", made=old((0x809, struct.pack("<HHHHII", 0x600, 0x20, 0, 0, 0, 0)), label(2, 0, "no"), (0x0A, b"")), read=1
    ),
    Hostile(name="charts-in-charts", made=lambda: old_book(records([(0x809, bytes(16))] * 100_000)), said=CUT_OFF),
    Hostile(name="too-large", made=lambda: b"\xd0\xcf\x11\xe0" + bytes(129 * MIB), said="larger than 128 MiB"),
]
OPEN = [
    Hostile(name="plain", made=one(""), read=1),
    Hostile(name="cut-off", made=lambda: one("")()[:-40], said="no Excel workbook, or it is damaged"),
    Hostile(name="xml-cut-off", made=one("</table:table>"), said="content.xml is no whole XML"),
    Hostile(
        name="password",
        made=lambda: ods(table(), more={"META-INF/manifest.xml": b"<manifest:encryption-data/>"}),
        said="protected by a password",
    ),
    Hostile(name="whole-password", made=lambda: ods(table(), more={"encrypted-package": b"x"}), said="protected by a password"),
    Hostile(name="letter", made=lambda: ods("", kind="text"), said="an OpenDocument text, and no table"),
    Hostile(name="slides", made=lambda: ods("", kind="presentation"), said="a presentation, and no table"),
    Hostile(name="no-tables", made=lambda: ods(""), said="the workbook is empty"),
    Hostile(
        name="rows-a-billion",
        made=one(cells("x", more=' table:number-rows-repeated="999999999"')),
        said="what is repeated in it has no number",
    ),
    Hostile(name="rows-outside", made=one(cells("x", more=' table:number-rows-repeated="1048576"')), said="a row stands outside the sheet"),
    Hostile(name="columns-outside", made=one(cells(_REPEATED.format(16_385))), said="a cell stands outside the sheet"),
    Hostile(
        name="cells-17-billion",
        made=one(cells(_REPEATED.format(16_384), more=' table:number-rows-repeated="1000000"')),
        said="more than 50,000,000 cells",
    ),
    Hostile(name="columns-backwards", made=one(cells(_REPEATED.format(-1))), said="what is repeated in it has no number"),
    Hostile(
        name="spaces-a-billion",
        made=one(cells('<table:table-cell><text:p>a<text:s text:c="9999999"/></text:p></table:table-cell>')),
        read=1,
        said="longer than 1,000,000 characters",
    ),
    Hostile(
        name="merged-all",
        made=one(cells('<table:table-cell table:number-rows-spanned="9999999" table:number-columns-spanned="9999999"/>')),
        read=1,
    ),
    Hostile(
        name="merged-too-often",
        made=one(cells(*['<table:table-cell table:number-rows-spanned="2"/>'] * 1000) * 101),
        said="more than 100,000 merged ranges",
    ),
    Hostile(
        name="tables-in-tables",
        made=one(cells(f"<table:table-cell>{table(cells('id'))}</table:table-cell>")),
        said="holds a table of its own",
    ),
    Hostile(name="sheets-1001", made=lambda: ods("".join(table(name=str(at)) for at in range(1001))), said="more than 1,000 sheets"),
    Hostile(name="no-value", made=one(cells('<table:table-cell office:value-type="float"/>')), read=1, said="holds no number"),
    Hostile(
        name="no-day",
        made=lambda: ods(
            table(cells("id", "since"), cells("ada", '<table:table-cell office:value-type="date" office:date-value="soon"/>'))
        ),
        said="`soon` is no date",
    ),
    Hostile(
        name="parents-in-a-circle",
        made=lambda: ods(
            table(cells("id"), cells('<table:table-cell table:style-name="a" office:value-type="float" office:value="7"/>')),
            styles='<style:style style:name="a" style:family="table-cell" style:parent-style-name="a"/>',
        ),
        read=1,
    ),
]
EVERY_FILE = [
    *FILES,
    *(
        Hostile(name=f"{file.name}.{ending}", made=file.made, said=file.said, read=file.read)
        for ending, files in (("xls", OLD), ("ods", OPEN))
        for file in files
    ),
]
