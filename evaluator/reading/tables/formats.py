"""Which formats of people's files there are: how each is known, by the end of its name and by its first bytes, and what is done with it."""

from __future__ import annotations

import gzip
import json
import os
import re
import zlib
from pathlib import Path
from typing import BinaryIO

import attrs

from evaluator.core.files import YAML_ENDINGS, open_to_read


@attrs.frozen(kw_only=True)
class Format:
    """A format: its name, what people call it, and how it is known.

    `reader` names who opens it, as `module.function` of this package, and is empty where it is only written; `written` are the
    endings by which results are written in it.
    """

    name: str
    words: str
    endings: tuple[str, ...]
    signatures: tuple[bytes, ...] = ()
    reader: str = ""
    written: tuple[str, ...] = ()

    @property
    def is_table(self) -> bool:
        """Whether it is read, and holds one person a row."""
        return bool(self.reader) and self is not PROFILE


COMPOUND_FILE = b"\xd0\xcf\x11\xe0"
OLD_WORKBOOKS = (COMPOUND_FILE, b"\x09\x08\x10\x00", b"\x09\x08\x08\x00", b"\x09\x04\x06\x00", b"\x09\x02\x06\x00", b"\x09\x00\x04\x00")
"""How workbooks of the old kind, .xls, begin: in a compound file, or as records alone."""
PROFILE = Format(name="profile", words="a profile", endings=YAML_ENDINGS, reader="profile_files.open_profiles")
CSV = Format(name="csv", words="CSV", endings=(".csv", ".tsv", ".tab", ".txt"), reader="csv_table.open_csv", written=(".csv",))
JSON_LINES = Format(
    name="jsonl", words="JSON Lines", endings=(".jsonl", ".ndjson"), reader="json_table.open_json", written=(".jsonl", ".ndjson")
)
JSON = Format(name="json", words="JSON", endings=(".json",), reader="json_table.open_json")
PARQUET = Format(
    name="parquet",
    words="Parquet",
    endings=(".parquet", ".pq"),
    signatures=(b"PAR1",),
    reader="parquet.open_parquet",
    written=(".parquet", ".pq"),
)
EXCEL = Format(
    name="xlsx",
    words="Excel",
    endings=(".xlsx", ".xlsm", ".xls", ".xlsb", ".ods"),
    signatures=(b"PK\x03\x04", b"PK\x05\x06", *OLD_WORKBOOKS),
    reader="excel.open_excel",
    written=(".xlsx",),
)
HTML = Format(name="html", words="a web page", endings=(".html", ".htm"), reader="refused.refuse", written=(".html", ".htm"))
DATABASE = Format(name="database", words="a DuckDB database", endings=(".duckdb", ".ddb", ".db"))
FORMATS = (PROFILE, CSV, JSON_LINES, JSON, PARQUET, EXCEL, HTML, DATABASE)

COMPRESSED = ".gz"
GZIP = b"\x1f\x8b"
"""The first bytes of what gzip compressed; any format may be, whatever its name."""
READ = "CSV, JSON Lines, Parquet or Excel file"
"""The formats of tables in the words of messages; a folder of profiles stands beside them."""
PROFILE_ENDINGS = frozenset(PROFILE.endings)
TABLE_ENDINGS = frozenset(ending for one in FORMATS if one.is_table and one is not HTML for ending in one.endings)
READ_ENDINGS = frozenset(ending for one in FORMATS for ending in one.endings) - {".txt"}
"""The ends of names that tell a format; .txt is a text of any kind."""
WRITTEN_ENDINGS = {ending: one.name for one in FORMATS for ending in one.written}
"""Which format of results a name's end stands for."""
_BY_ENDING = {ending: one for one in FORMATS for ending in one.endings}
_START = 1 << 16
_PROFILE_KEY = re.compile(rb"^profile: ", re.MULTILINE)
_YAML_KEY = re.compile(rb"[A-Za-z_-]+:(?: [^,;\t|]*)?\r?\n|---")
_MARK = b"\xef\xbb\xbf"
_PAGE = re.compile(
    rb"(?:<!--.*?-->\s*)?<(?:!doctype html|html|head|body|meta|style|title|div|table)\b|mime-version:|<\?xml\b", re.IGNORECASE | re.DOTALL
)
_NO_TEXT = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f]")


def ending(path: str | os.PathLike[str]) -> str:
    """Return the end of a name that tells its format, in lower case: `.csv` of people.CSV and of people.csv.gz."""
    name = os.fspath(path).lower()
    return Path(name.removesuffix(COMPRESSED)).suffix


def format_named(path: str | os.PathLike[str]) -> Format | None:
    """Return the format that a file's name says it has; None where it says none."""
    return _BY_ENDING.get(ending(path))


def format_of(path: Path, name: str | os.PathLike[str] | None = None) -> Format:
    """Return the format of a file, told by its first bytes where they tell, else by the end of its name.

    `name` is what it was called where its bytes lie elsewhere. Raises OSError where the file cannot be read.
    """
    named = format_named(path if name is None else name)
    with open_to_read(path) as file:
        first = _first_bytes(file)
    if named is EXCEL and first and _is_text(first):
        named = CSV
    by_bytes = next((one for one in FORMATS if one.signatures and first.startswith(one.signatures)), None)
    if by_bytes is not None:
        return by_bytes
    text = first.removeprefix(_MARK).lstrip()
    if named in {None, CSV, EXCEL, HTML} and _PAGE.match(text):
        return HTML
    if named in {None, CSV, JSON} and text.startswith((b"{", b"[")):
        if named is not CSV and _is_profile(text):
            return PROFILE
        return named or JSON_LINES if named is JSON else JSON_LINES
    if named is None:
        return PROFILE if _PROFILE_KEY.search(first) or _YAML_KEY.match(text) else CSV
    return named


def format_at(path: str | os.PathLike[str]) -> Format | None:
    """Return the format of what lies at a path; by its name alone where it cannot be read, and None of a folder or where nothing tells."""
    place, named = Path(path), format_named(path)
    if place.is_dir() or (named is None and not os.fspath(path).lower().endswith(COMPRESSED)):
        return None
    try:
        return format_of(place) if place.is_file() else named
    except OSError:
        return named


def is_table(path: str | os.PathLike[str]) -> bool:
    """Whether a path is a file with one person a row."""
    found = format_at(path)
    return found is not None and found.is_table


def holds_tables(folder: Path) -> bool:
    """Whether a path is a folder with tables in it and no profile, so that its tables are read."""
    endings = {ending(path) for path in folder.iterdir()} if folder.is_dir() else set()
    return bool(endings & TABLE_ENDINGS) and not endings & PROFILE_ENDINGS


def is_text(path: str | os.PathLike[str]) -> bool:
    """Whether what a file holds can be shown line by line: a profile or CSV, as it lies there."""
    return format_named(path) in {PROFILE, CSV} and not os.fspath(path).lower().endswith(COMPRESSED)


def _first_bytes(file: BinaryIO) -> bytes:
    """Return the beginning of a file; of a compressed one, that of what it holds."""
    first = file.read(_START)
    if not first.startswith(GZIP):
        return first
    file.seek(0)
    try:
        with gzip.GzipFile(fileobj=file) as opened:
            return opened.read(_START)
    except (OSError, EOFError, zlib.error):
        return first


def _is_text(first: bytes) -> bool:
    """Whether a file that is called a workbook begins as text, as what many programs write under that name."""
    if first.startswith((b"\xff\xfe", b"\xfe\xff")):
        return True
    return not _NO_TEXT.search(first)


def _is_profile(text: bytes) -> bool:
    """Whether JSON is the one document of a profile, and no line of a table."""
    try:
        found, end = json.JSONDecoder().raw_decode(text.decode("utf-8", "replace"))
    except (ValueError, RecursionError):
        return False
    return isinstance(found, dict) and "profile" in found and not text.decode("utf-8", "replace")[end:].strip()
