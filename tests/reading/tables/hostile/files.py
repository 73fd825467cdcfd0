"""Hostile files, made when they are needed: what each is, who reads it, and what has to come of it.

Small files that stand for large costs: counts and references that lie, pages and archives that unpack to gigabytes, cells in the last
row and column; and files that are damaged, cut off or of another kind than they say.
"""

from __future__ import annotations

import gzip
import io
import json
import struct
import zipfile
from collections.abc import Callable, Mapping, Sequence

import attrs

TABLE, PROFILE, EXPORT = "table", "profile", "export"
MIB = 1 << 20
_MAIN = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
_RELATIONS = 'xmlns="http://schemas.openxmlformats.org/package/2006/relationships"'
_KINDS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
HEADER = '<row r="1"><c r="A1" t="inlineStr"><is><t>id</t></is></c><c r="B1" t="inlineStr"><is><t>name</t></is></c></row>'
ROW = '<row r="2"><c r="A2" t="inlineStr"><is><t>ada</t></is></c></row>'
DAMAGED = "the workbook is damaged"


@attrs.frozen(kw_only=True)
class Hostile:
    """A file: its name, its bytes, who reads it, how many people are read of it, and parts of what is said."""

    name: str
    made: Callable[[], bytes]
    said: str = ""
    read: int = 0
    by: str = TABLE


def sheet(rows: str, after: str = "", before: str = "") -> str:
    """Return a sheet."""
    return f"<worksheet {_MAIN}>{before}<sheetData>{rows}</sheetData>{after}</worksheet>"


def book(  # noqa: PLR0913 - the parts of a workbook
    content: str | bytes,
    *,
    shared: str | None = None,
    styles: str | None = None,
    target: str = "worksheets/sheet1.xml",
    state: str = "",
    more: Mapping[str, bytes] | None = None,
    without: Sequence[str] = (),
    method: int = zipfile.ZIP_DEFLATED,
) -> bytes:
    """Return a workbook of one sheet."""
    parts: dict[str, str | bytes] = {
        "_rels/.rels": f'<Relationships {_RELATIONS}><Relationship Id="a" Type="{_KINDS}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook {_MAIN} xmlns:r="{_KINDS}"><sheets><sheet name="A" sheetId="1" r:id="r1"{state}/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": f'<Relationships {_RELATIONS}><Relationship Id="r1" Type="{_KINDS}/worksheet" Target="{target}"/>'
        f'<Relationship Id="r2" Type="{_KINDS}/sharedStrings" Target="sharedStrings.xml"/>'
        f'<Relationship Id="r3" Type="{_KINDS}/styles" Target="styles.xml"/></Relationships>',
        "xl/worksheets/sheet1.xml": content,
    }
    parts |= {} if shared is None else {"xl/sharedStrings.xml": f"<sst {_MAIN} {shared}</sst>"}
    parts |= {} if styles is None else {"xl/styles.xml": f"<styleSheet {_MAIN}>{styles}</styleSheet>"}
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", method) as archive:
        for name, data in {**parts, **(more or {})}.items():
            if name not in without:
                archive.writestr(name, data)
    return made.getvalue()


def rows(*cells: str, header: str = HEADER) -> bytes:
    """Return a workbook with a header and rows as they are given."""
    return book(sheet(header + "".join(cells)))


def patched(data: bytes, offset: int, value: bytes, part: bytes = b"xl/worksheets/sheet1.xml") -> bytes:
    """Change what the directory of an archive says of a part, at an offset from its entry."""
    at = data.rfind(part) - 46 + offset
    return data[:at] + value + data[at + len(value) :]


def archive(files: Mapping[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """Return an archive of files."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", method) as packed:
        for name, data in files.items():
            packed.writestr(name, data)
    return made.getvalue()


def link(name: str) -> bytes:
    """Return an archive with a link to another file."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as packed:
        entry = zipfile.ZipInfo(name)
        entry.external_attr = 0o120777 << 16
        packed.writestr(entry, "/etc/passwd")
    return made.getvalue()


def text_cell(where: str, text: str) -> str:
    """Return a cell of text."""
    return f'<c r="{where}" t="inlineStr"><is><t>{text}</t></is></c>'


def thrift(fields: Mapping[int, object]) -> bytes:
    """Return a structure in Thrift's compact protocol: whole numbers, lists of structures, and structures."""
    made, last = b"", 0
    for number, value in sorted(fields.items()):
        kind = 6 if isinstance(value, int) else 9 if isinstance(value, list) else 8 if isinstance(value, bytes) else 12
        made += bytes([(number - last) << 4 | kind]) + _value(value)
        last = number
    return made + b"\0"


def _value(value: object) -> bytes:
    if isinstance(value, int):
        return varint(value << 1 ^ value >> 63 if value < 0 else value << 1)
    if isinstance(value, bytes):
        return varint(len(value)) + value
    if isinstance(value, list):
        return b"\xfc" + varint(len(value)) + b"".join(value)
    assert isinstance(value, dict)
    return thrift(value)


def varint(number: int) -> bytes:
    """Return a whole number, seven bits a byte."""
    made = b""
    while number > 127:
        made, number = made + bytes([number & 127 | 128]), number >> 7
    return made + bytes([number])


def parquet(footer: bytes, pages: bytes = b"") -> bytes:
    """Return a Parquet file with a footer."""
    return b"PAR1" + pages + footer + struct.pack("<I4s", len(footer), b"PAR1")


def pages(*headers: Mapping[int, object], start: int = 4, length: int | None = None) -> bytes:
    """Return a Parquet file of one column whose pages have headers, and nothing in them."""
    data = b"".join(thrift(header) for header in headers)
    meta = {1: 6, 4: 0, 5: 1, 6: 1, 7: len(data) if length is None else length, 9: start}
    group = thrift({1: [thrift({2: 0, 3: meta})], 2: 1, 3: 1})
    schema = [thrift({4: b"schema", 5: 1}), thrift({1: 6, 3: 1, 4: b"id", 6: 0})]
    return parquet(thrift({1: 1, 2: schema, 3: 1, 4: [group]}), data)


def table_of(columns: Mapping[str, object]) -> Callable[[], bytes]:
    """Return a maker of a Parquet file that is sound."""

    def made() -> bytes:
        import polars as pl

        stream = io.BytesIO()
        pl.DataFrame(columns).write_parquet(stream)
        return stream.getvalue()

    return made


def as_text(text: str) -> Callable[[], bytes]:
    """Return a maker of a file of text."""
    return text.encode


def repeated(before: str, piece: str, times: int, after: str = "") -> Callable[[], bytes]:
    """Return a maker of a file of text with a piece many times over."""

    def made() -> bytes:
        return (before + piece * times + after).encode()

    return made


BOMB = bytes(20 * MIB)
GOOD = "id,name\nada,Ada\n"
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504)

WORKBOOKS = [
    Hostile(name="last-cell", made=lambda: rows(ROW, f'<row r="1048576">{text_cell("XFD1048576", "x")}</row>'), read=1, said="no id"),
    Hostile(name="dimension-lies", made=lambda: book(sheet(HEADER + ROW, before='<dimension ref="A1:XFD1048576"/>')), read=1),
    Hostile(
        name="four-billion-shared-texts",
        made=lambda: book(
            sheet(HEADER + '<row r="2"><c r="A2" t="s"><v>0</v></c></row>'),
            shared='count="4294967295" uniqueCount="4294967295"><si><t>a</t></si>',
        ),
        read=1,
    ),
    *(
        Hostile(
            name=f"text-{number}-of-1".replace("-", "_"),
            made=lambda number=number: book(
                sheet(HEADER + f'<row r="2"><c r="A2" t="s"><v>{number}</v></c></row>'), shared="><si><t>a</t></si>"
            ),
            said="refers to a text that the workbook does not hold",
        )
        for number in ("1", "-1", "99999999999999999999", "0.5", "x")
    ),
    Hostile(name="no-shared-texts", made=lambda: rows('<row r="2"><c r="A2" t="s"><v>0</v></c></row>'), said="refers to a text"),
    Hostile(name="row-beyond-the-sheet", made=lambda: rows('<row r="1048577"/>'), said=f"{DAMAGED}: row 1,048,577 stands after row 1"),
    Hostile(name="row-of-ten-digits", made=lambda: rows('<row r="4294967296"/>'), said=f"{DAMAGED}: `4294967296` is no number of a row"),
    Hostile(name="row-minus-one", made=lambda: rows('<row r="-1"/>'), said="is no number of a row"),
    Hostile(name="rows-backwards", made=lambda: rows('<row r="5"/><row r="4"/>'), said=f"{DAMAGED}: row 4 stands after row 5"),
    Hostile(name="row-twice", made=lambda: rows(ROW, ROW), said=f"{DAMAGED}: row 2 stands after row 2"),
    Hostile(name="cell-of-another-row", made=lambda: rows(f'<row r="2">{text_cell("A9", "x")}</row>'), said="says that it stands in `A9`"),
    Hostile(name="cell-twice", made=lambda: rows(f'<row r="2">{text_cell("A2", "x") * 2}</row>'), said="says that it stands in `A2`"),
    Hostile(
        name="cells-backwards", made=lambda: rows(f'<row r="2">{text_cell("B2", "x")}{text_cell("A2", "x")}</row>'), said="stands in `A2`"
    ),
    Hostile(name="cell-nowhere", made=lambda: rows(f'<row r="2">{text_cell("!!", "x")}</row>'), said="says that it stands in `!!`"),
    Hostile(name="cell-beyond-the-sheet", made=lambda: rows(f'<row r="2">{text_cell("XFE2", "x")}</row>'), said="outside the sheet"),
    Hostile(name="cell-in-no-row", made=lambda: rows(text_cell("A2", "x")), said=f"{DAMAGED}: a cell stands in no row"),
    Hostile(
        name="billion-laughs",
        made=lambda: book(
            '<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;">]>'
            + sheet("&c;")
        ),
        said="declares words of its own",
    ),
    Hostile(
        name="entity-of-a-file",
        made=lambda: book(
            '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>' + sheet(HEADER + f'<row r="2">{text_cell("A2", "&a;")}</row>')
        ),
        said="declares words of its own",
    ),
    Hostile(name="xml-cut-off", made=lambda: book(sheet(HEADER + ROW)[:-30]), said=f"{DAMAGED}: xl/worksheets/sheet1.xml is no whole XML"),
    Hostile(name="xml-twice", made=lambda: book(sheet(HEADER + ROW) * 2), said="is no whole XML"),
    Hostile(name="xml-of-bytes", made=lambda: book(bytes(range(256))), said="is no whole XML"),
    Hostile(
        name="xml-half-a-letter", made=lambda: book(sheet(HEADER + ROW).encode().replace(b"ada", b"\xed\xa0\x80")), said="is no whole XML"
    ),
    Hostile(name="xml-a-control-character", made=lambda: rows(ROW.replace("ada", "a&#1;")), said="is no whole XML"),
    Hostile(name="xml-nested-deep", made=lambda: book("<a>" * 50_000 + "</a>" * 50_000), said="the workbook is empty"),
    Hostile(
        name="xml-in-utf-16", made=lambda: book(('<?xml version="1.0" encoding="UTF-16"?>' + sheet(HEADER + ROW)).encode("utf-16")), read=1
    ),
    Hostile(
        name="bomb", made=lambda: book(sheet(HEADER + ROW).encode() + b" " * len(BOMB)), said="unpacks to more than 200 times its size"
    ),
    Hostile(
        name="bomb-beside", made=lambda: book(sheet(HEADER + ROW), more={"xl/media/a.png": BOMB}), said="unpacks to more than 200 times"
    ),
    Hostile(
        name="bomb-that-says-4-gib",
        made=lambda: patched(rows(ROW), 24, b"\xff\xff\xff\xfe"[::-1]),
        said="the file unpacks to more than 4.0 GiB",
    ),
    Hostile(name="size-too-small", made=lambda: patched(rows(ROW), 24, struct.pack("<I", 10)), said="no Excel workbook, or it is damaged"),
    Hostile(name="wrong-sum", made=lambda: patched(rows(ROW), 16, b"\0\0\0\0"), said="no Excel workbook, or it is damaged"),
    Hostile(name="encrypted-part", made=lambda: patched(rows(ROW), 8, b"\1"), said="protected by a password"),
    Hostile(
        name="packed-otherwise", made=lambda: book(sheet(HEADER + ROW), method=zipfile.ZIP_LZMA), said="packed in a way that no spreadsheet"
    ),
    Hostile(name="no-workbook", made=lambda: book(sheet(ROW), without=["xl/workbook.xml"]), said="no Excel workbook, or it is damaged"),
    Hostile(
        name="no-links", made=lambda: book(sheet(ROW), without=["xl/_rels/workbook.xml.rels"]), said="no Excel workbook, or it is damaged"
    ),
    Hostile(name="link-outside", made=lambda: book(sheet(ROW), target="../../../../../etc/passwd"), said="the workbook is empty"),
    Hostile(name="link-to-itself", made=lambda: book(sheet(ROW), target="workbook.xml"), said="the workbook is empty"),
    Hostile(name="all-sheets-hidden", made=lambda: book(sheet(HEADER + ROW), state=' state="veryHidden"'), said="the workbook is empty"),
    Hostile(
        name="ten-thousand-parts",
        made=lambda: book(sheet(HEADER + ROW), more={f"a{n}": b"" for n in range(10_001)}),
        said="holds more than 10,000 files",
    ),
    Hostile(
        name="text-of-two-million-letters",
        made=lambda: rows(f'<row r="2">{text_cell("A2", "x" * 2_000_000)}</row>'),
        said="longer than 1,000,000 characters",
    ),
    Hostile(
        name="a-long-text-many-times",
        made=lambda: book(
            sheet(HEADER + "".join(f'<row r="{n}"><c r="B{n}" t="s"><v>0</v></c></row>' for n in range(2, 1300))),
            shared=f"><si><t>{'x' * 999_999}</t></si>",
        ),
        said="holds more than 1,024 million characters",
    ),
    Hostile(
        name="all-merged", made=lambda: book(sheet(HEADER + ROW, '<mergeCells><mergeCell ref="A1:XFD1048576"/></mergeCells>')), said="no id"
    ),
    Hostile(
        name="merged-a-thousand-times",
        made=lambda: book(sheet(HEADER + ROW, '<mergeCell ref="A2:XFD1048576"/>' * 1000)),
        said="merged ranges of the sheet overlap",
    ),
    Hostile(
        name="merged-too-often",
        made=lambda: book(sheet(HEADER + ROW, '<mergeCell ref="Z2:Z3"/>' * 100_001)),
        said="more than 100,000 merged ranges",
    ),
    Hostile(name="merged-nowhere", made=lambda: book(sheet(HEADER + ROW, '<mergeCell ref="A1:!!"/>')), said="`A1:!!` is no range of cells"),
    Hostile(
        name="merged-backwards", made=lambda: book(sheet(HEADER + ROW, '<mergeCell ref="B9:A2"/>')), said="`B9:A2` is no range of cells"
    ),
    Hostile(name="style-four-billion", made=lambda: rows('<row r="2"><c r="A2" s="4294967295"><v>5</v></c></row>'), read=1),
    Hostile(
        name="format-of-a-megabyte",
        made=lambda: book(
            sheet(HEADER + '<row r="2"><c r="A2" s="0"><v>5</v></c></row>'),
            styles='<numFmts><numFmt numFmtId="200" formatCode="'
            + "[" * 500_000
            + "0" * 500_000
            + '"/></numFmts><cellXfs><xf numFmtId="200"/></cellXfs>',
        ),
        read=1,
    ),
    *(
        Hostile(name=f"number-{at}", made=lambda text=text: rows(f'<row r="2"><c r="A2"><v>{text}</v></c></row>'), said="holds no number")
        for at, text in enumerate(("1e999", "nan", "inf", "1_000", "٣", "0x10", "1" * 400))
    ),
    Hostile(name="escaped-nul", made=lambda: rows(f'<row r="2">{text_cell("A2", "a_x0000_")}</row>'), said="NUL character"),
    Hostile(name="escaped-half-a-letter", made=lambda: rows(f'<row r="2">{text_cell("A2", "a_xD800_")}</row>'), read=1),
    Hostile(name="fifty-thousand-empty-rows", made=lambda: rows(ROW, *(f'<row r="{n}"/>' for n in range(3, 50_000))), read=1),
    Hostile(name="password", made=lambda: _OLE + "EncryptedPackage".encode("utf-16-le"), said="protected by a password"),
    Hostile(name="old-workbook", made=lambda: _OLE + "Workbook".encode("utf-16-le"), said="no Excel workbook, or it is damaged"),
    Hostile(name="binary-workbook", made=lambda: archive({"xl/workbook.bin": b""}), said=".xlsb"),
    Hostile(name="open-document", made=lambda: archive({"content.xml": b"<a/>"}), said="the workbook is empty"),
    Hostile(name="word-document", made=lambda: archive({"word/document.xml": b"<a/>"}), said="a Word document"),
    Hostile(name="zip-of-a-table", made=lambda: archive({"people.csv": GOOD.encode()}), said="no Excel workbook"),
    Hostile(name="zip-without-anything", made=lambda: archive({}), said="no Excel workbook"),
    Hostile(name="zip-cut-off", made=lambda: rows(ROW)[:-40], said="no Excel workbook, or it is damaged"),
    Hostile(name="zip-of-zeros", made=lambda: b"PK\x03\x04" + bytes(5000), said="no Excel workbook, or it is damaged"),
    Hostile(name="no-bytes.xlsx", made=lambda: b"", said="the file is empty"),
]

_PAGE = {1: 0, 2: 8, 3: 0, 5: {1: 1, 2: 0, 3: 3, 4: 3}}
PARQUETS = [
    Hostile(
        name="rows-30-million",
        made=lambda: parquet(thrift({1: 1, 2: [], 3: 30_000_000, 4: []})),
        said="30,000,000 rows, and at most 10,000,000",
    ),
    Hostile(name="rows-quintillions", made=lambda: parquet(thrift({1: 1, 2: [], 3: 2**62, 4: []})), said="at most 10,000,000 are read"),
    Hostile(name="rows-minus-one", made=lambda: parquet(thrift({1: 1, 2: [], 3: -1, 4: []})), said="the file is no Parquet"),
    Hostile(
        name="columns-20000",
        made=lambda: parquet(thrift({1: 1, 2: [thrift({4: b"c"})] * 20_000, 3: 1, 4: []})),
        said="20,000 columns, and at most 16,384",
    ),
    Hostile(name="list-of-billions", made=lambda: parquet(b"\x29\xfc" + varint(2**31) + b"\0"), said="the file is no Parquet"),
    Hostile(name="nested-footer", made=lambda: parquet(b"\x1c" * 5000), said="the file is no Parquet"),
    Hostile(name="number-without-end", made=lambda: parquet(b"\x36" + b"\xff" * 50), said="the file is no Parquet"),
    Hostile(name="text-without-end", made=lambda: parquet(b"\x18" + varint(2**60)), said="the file is no Parquet"),
    Hostile(
        name="footer-longer-than-the-file", made=lambda: b"PAR1" + struct.pack("<I4s", 2**32 - 1, b"PAR1"), said="the file is no Parquet"
    ),
    Hostile(name="footer-of-33-mib", made=lambda: parquet(bytes(33 * MIB)), said="describes itself in more than 32 MiB"),
    Hostile(name="no-bytes.parquet", made=lambda: b"", said="the file is no Parquet"),
    Hostile(name="mark-alone", made=lambda: b"PAR1", said="the file is no Parquet"),
    Hostile(name="column-outside", made=lambda: pages(_PAGE, start=10**9), said="the file is no Parquet"),
    Hostile(name="column-before", made=lambda: pages(_PAGE, start=-5), said="the file is no Parquet"),
    Hostile(name="column-too-long", made=lambda: pages(_PAGE, length=10**12), said="the file is no Parquet"),
    Hostile(name="page-of-2-gib", made=lambda: pages(_PAGE | {2: 2**31 - 1}), said="a row group of the file unpacks to 2.0 GiB"),
    Hostile(name="pages-of-5-gib", made=lambda: pages(*[_PAGE | {2: 500 * MIB}] * 10), said="a row group of the file unpacks to 4.9 GiB"),
    Hostile(name="page-of-billions", made=lambda: pages(_PAGE | {5: {1: 2**31 - 1, 2: 0}}), said="more than 100,000,000 values"),
    Hostile(name="pages-without-anything", made=lambda: pages(_PAGE), said="the file is damaged here"),
    Hostile(
        name="cut-in-half",
        made=lambda: (lambda data: data[: len(data) // 2])(table_of({"id": ["a"] * 500})()),
        said="the file is no Parquet",
    ),
    Hostile(name="one-id-for-all", made=table_of({"id": ["ada"] * 300}), read=1, said="stands in row 1 already"),
    Hostile(name="long-text-for-all", made=table_of({"id": range(30), "name": ["x" * 5_000_000] * 30}), said="longer than 1,000,000"),
    Hostile(name="texts-of-a-gigabyte", made=table_of({"id": range(900), "name": ["x" * 600_000] * 900}), read=900),
    Hostile(name="list-of-a-million", made=table_of({"id": ["ada"], "knowledge": [["pricing"] * 1_000_000]}), said="longer than 1,000,000"),
    Hostile(name="bytes-that-are-no-text", made=table_of({"id": [b"\xff\xfe"]}), read=1),
    Hostile(name="nul-in-an-id", made=table_of({"id": ["a\0b"]}), said="NUL character"),
    Hostile(name="lists-for-ids", made=table_of({"id": [["a"]]}), said="single value"),
]

JSONS = [
    Hostile(name="nested-100000", made=repeated('{"id":"a","name":', "[", 100_000), said="no line that is a JSON object"),
    Hostile(name="objects-100000", made=repeated("", '{"a":', 100_000, "\n"), said="no line that is a JSON object"),
    Hostile(
        name="line-of-5-mib", made=repeated('{"id":"ada"}\n{"id":"b","name":"', "x", 5 * MIB, '"}\n'), read=1, said="longer than 4 MiB"
    ),
    Hostile(
        name="keys-20000",
        made=lambda: ('{"id":"ada"}\n' + json.dumps({"id": "b", **{f"k{n}": 1 for n in range(20_000)}}) + "\n").encode(),
        read=1,
        said="more than 10,000 keys",
    ),
    Hostile(
        name="key-twice-of-100000",
        made=lambda: ('{"id":"ada"}\n{' + ",".join(f'"k{n}":1' for n in range(100_000)) + ',"k99999":1}\n').encode(),
        read=1,
        said="the key `k99999` stands twice",
    ),
    Hostile(
        name="attributes-50000",
        made=lambda: (json.dumps({"profile": "a", "attributes": {f"yeers{n}": 1 for n in range(50_000)}}) + "\n").encode(),
        said="49,980 more attributes",
    ),
    *(
        Hostile(
            name=f"half-a-letter-{key.replace(':', '-')}",
            made=as_text('{"id":"ada"}\n{"id":"b","' + key + '":"\\ud800"}\n'),
            read=1,
            said="half of a letter",
        )
        for key in ("name", "role", "group:sex", "years", "x")
    ),
    Hostile(name="half-a-letter-id", made=as_text('{"id":"ada"}\n{"id":"\\udfff"}\n'), read=1, said="half of a letter"),
    Hostile(name="nul", made=as_text('{"id":"ada"}\n{"id":"b\\u0000"}\n'), read=1, said="NUL character"),
    Hostile(
        name="number-of-100000-digits",
        made=repeated('{"id":"ada"}\n{"id":"b","years":', "9", 100_000, "}\n"),
        read=1,
        said="more than 15 digits",
    ),
    Hostile(
        name="nan", made=as_text('{"id":"ada"}\n{"id":"b","years":NaN}\n{"id":"c","years":-Infinity}\n'), read=2, said="no plain number"
    ),
    Hostile(name="list-not-closed", made=as_text('[{"id":"ada"},'), read=1, said="not closed"),
    Hostile(name="lists-100000", made=repeated("", "[", 100_000), said="no line that is a JSON object"),
    Hostile(name="no-bytes.jsonl", made=lambda: b"", said="the file is empty"),
    Hostile(name="mark-alone.jsonl", made=lambda: b"\xef\xbb\xbf", said="the file is empty"),
    Hostile(name="bytes.jsonl", made=lambda: bytes(range(128, 256)) * 50, said="no line that is a JSON object"),
]

TEXTS = [
    Hostile(
        name="columns-20000.csv", made=lambda: ("id," + ",".join(f"c{n}" for n in range(20_000)) + "\n").encode(), said="16,384 are read"
    ),
    Hostile(name="a-column-5000-times.csv", made=repeated("id", ",years", 5000, "\n"), said="more columns say the same as others"),
    Hostile(
        name="quote-without-end.csv",
        made=repeated('id,name\na,"', "x" * 99 + ",y\n", 12_000),
        read=1,
        said="longer than 1,000,000 characters",
    ),
    Hostile(name="separators.csv", made=repeated("id,name\n", ",", 300_000, "\nada,Ada\n"), read=1),
    Hostile(
        name="line-without-end.csv", made=repeated("id,name\nada,Ada\nb,", "x", 3 * MIB), read=1, said="longer than 1,000,000 characters"
    ),
    Hostile(name="zeros.csv", made=lambda: bytes(MIB), said="longer than 1,000,000 characters"),
    Hostile(name="nul.csv", made=lambda: b"id,name\nada,Ada\nb\0,B\n", read=1, said="NUL character"),
    Hostile(name="breaks.csv", made=repeated("id,name\nada,Ada\n", "\r\n", 200_000), read=1),
    Hostile(name="packed-bomb.csv.gz", made=lambda: gzip.compress(BOMB), said="longer than 1,000,000 characters"),
    Hostile(name="packed-cut-off.csv.gz", made=lambda: gzip.compress(GOOD.encode() * 5000)[:60], said="damaged or cut off"),
    Hostile(name="packed-wrong-sum.csv.gz", made=lambda: gzip.compress(GOOD.encode())[:-8] + bytes(8), said="damaged or cut off"),
    Hostile(name="packed-twice.csv.gz", made=lambda: gzip.compress(gzip.compress(GOOD.encode())), said="no column `id`"),
    Hostile(name="packed-nothing.csv.gz", made=lambda: gzip.compress(b""), said="the table is empty"),
    Hostile(name="packed-workbook.xlsx.gz", made=lambda: gzip.compress(rows(ROW)), read=1),
]

_ALIASES = "a0: &a0 [x, x]\n" + "".join(f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]\n" for n in range(1, 14))
PROFILES = [
    Hostile(name="aliases.yaml", made=as_text("profile: aliases\n" + _ALIASES), said="R00", by=PROFILE),
    Hostile(name="nested.yaml", made=repeated("profile: nested\nattributes: ", "[", 100_000), said="R002", by=PROFILE),
    Hostile(name="long.yaml", made=repeated("profile: long\n# ", "x", 5 * MIB), said="larger than 4 MiB", by=PROFILE),
    Hostile(
        name="values.yaml", made=repeated("profile: values\nnotes: [", "a, ", 100_001, "a]\n"), said="more than 100,000 values", by=PROFILE
    ),
    Hostile(
        name="twice.yaml",
        made=repeated("profile: twice\nattributes:\n", "  years: 1\n", 5000),
        said="R007 `years` stands twice",
        by=PROFILE,
    ),
    Hostile(
        name="unknown.yaml",
        made=lambda: ("profile: unknown\nattributes:\n" + "".join(f"  yeers{n}: 1\n" for n in range(2000))).encode(),
        said="P101",
        by=PROFILE,
    ),
    Hostile(name="nul.yaml", made=lambda: b"profile: nul\nname: a\0b\n", said="R00", by=PROFILE),
    Hostile(name="half.yaml", made=as_text('profile: half\nname: "\\ud800"\n'), said="R00", by=PROFILE),
]

_POSITIONS = b"Company Name,Title,Started On,Finished On\nX,Product Manager,Mar 2020,\n"
EXPORTS = [
    Hostile(
        name="export-bomb.zip", made=lambda: archive({"Positions.csv": bytes(10 * MIB)}), said="more than 200 times its size", by=EXPORT
    ),
    Hostile(
        name="export-too-large.zip",
        made=lambda: archive({"Positions.csv": bytes(17 * MIB)}, zipfile.ZIP_STORED),
        said="larger than 16 MiB",
        by=EXPORT,
    ),
    Hostile(name="export-many.zip", made=lambda: archive({f"a{n}": b"" for n in range(10_001)}), said="more than 10,000 files", by=EXPORT),
    Hostile(name="export-outside.zip", made=lambda: archive({"../Positions.csv": _POSITIONS}), said="leads outside it", by=EXPORT),
    Hostile(name="export-link.zip", made=lambda: link("Positions.csv"), said="is a link to another file", by=EXPORT),
    Hostile(
        name="export-twice.zip",
        made=lambda: archive({"a/Positions.csv": _POSITIONS, "b/Positions.csv": _POSITIONS}),
        said="twice",
        by=EXPORT,
    ),
    Hostile(
        name="export-encrypted.zip",
        made=lambda: patched(archive({"Positions.csv": _POSITIONS}), 8, b"\1", b"Positions.csv"),
        said="is encrypted",
        by=EXPORT,
    ),
    Hostile(
        name="export-inside.zip",
        made=lambda: archive({"inner.zip": archive({"Positions.csv": _POSITIONS})}),
        said="holds another archive",
        by=EXPORT,
    ),
    Hostile(name="export-cut-off.zip", made=lambda: archive({"Positions.csv": _POSITIONS})[:-10], said="this is no ZIP archive", by=EXPORT),
    Hostile(
        name="export-wrong-sum.zip",
        made=lambda: patched(archive({"Positions.csv": _POSITIONS}), 16, bytes(4), b"Positions.csv"),
        said="damaged",
        by=EXPORT,
    ),
]


def _named(files: Sequence[Hostile], ending: str) -> list[Hostile]:
    return [one if one.name.endswith((ending, ".gz")) else attrs.evolve(one, name=one.name + ending) for one in files]


FILES = [*_named(WORKBOOKS, ".xlsx"), *_named(PARQUETS, ".parquet"), *_named(JSONS, ".jsonl"), *TEXTS, *PROFILES, *EXPORTS]
