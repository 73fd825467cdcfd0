"""How much of anything is read: one table of limits for every format, each held before the memory for it is asked for.

docs/populations.md lists them for readers; tests/reading/test_limits.py holds that page to this table.
"""

from __future__ import annotations

import zipfile
from typing import Final

from evaluator.diagnostics import EvaluatorError

MIB: Final = 1 << 20

ROWS: Final = 10_000_000
"""Of a table."""
COLUMNS: Final = 16_384
"""Of a table, as many as a spreadsheet can have."""
CELL: Final = 1_000_000
"""Characters in a cell."""
LINE: Final = 4 * MIB
"""Bytes of a line of JSON Lines, which is one profile."""
KEYS: Final = 10_000
"""Keys of a JSON object."""
TEXT_FILE: Final = 4 * MIB
"""Bytes of a file of YAML, or of one profile."""
DEPTH: Final = 64
"""Levels of a YAML file, one within the other."""
VALUES: Final = 100_000
"""Values of a YAML file."""
SHEET_ROWS: Final = 1_048_576
"""The last row of a sheet."""
SHEET_CELLS: Final = 50_000_000
"""Cells of a sheet that hold anything."""
SHARED_TEXTS: Final = 5_000_000
"""Texts that the cells of a workbook share."""
MERGED: Final = 100_000
"""Merged ranges of a sheet."""
HELD_TEXT: Final = 1024 * MIB
"""Characters of a sheet, those that many cells share counted for each."""
CHUNK_TEXT: Final = 256 * MIB
"""Bytes of text of a Parquet file at a time."""
TABLE_TEXT: Final = 16_384 * MIB
"""Bytes of text of a Parquet file, each row's counted though many may share it."""
UNPACKED: Final = 4096 * MIB
"""Bytes of a workbook or of a compressed file, unpacked, and of what comes through standard input."""
OLD_WORKBOOK: Final = 128 * MIB
"""Bytes of a workbook of the old kind, .xls, which can be read only as a whole."""
WORKBOOK_PART: Final = 64 * MIB
"""Bytes of each part of a workbook that is no sheet: its list of sheets, its links, its styles."""
RATIO: Final = 200
"""How many times its size a part of an archive may unpack to, where that is more than `SMALL`."""
SMALL: Final = 16 * MIB
PARQUET_FOOTER: Final = 32 * MIB
"""Bytes in which a Parquet file describes itself."""
PARQUET_GROUP: Final = 1024 * MIB
"""Bytes of a row group of a Parquet file, unpacked."""
PARQUET_VALUES: Final = 100_000_000
"""Values of a column of a row group, those in lists counted each."""
ENTRIES: Final = 10_000
"""Files in an archive."""
EXPORTED: Final = 16 * MIB
"""Bytes of a file in the archive of one person's data, unpacked."""

SMALL_EXPORTED: Final = MIB
"""Bytes up to which such a file may be packed in whatever ratio."""


class TooMuch(EvaluatorError):
    """A file holds more than is read; carries one lower-case sentence and a next step."""


def check_directory(archive: zipfile.ZipFile) -> None:
    """Hold what an archive says of its own size against the limits; raises TooMuch."""
    entries = archive.infolist()
    if len(entries) > ENTRIES:
        raise TooMuch(f"the file holds more than {ENTRIES:,} files", "no spreadsheet does; save the sheet again")
    unpacked = sum(entry.file_size for entry in entries)
    if unpacked > UNPACKED:
        raise TooMuch(
            f"the file unpacks to more than {size_words(UNPACKED)}",
            "save the sheet as CSV UTF-8, in parts",
        )
    for entry in entries:
        if entry.file_size > SMALL and entry.file_size > RATIO * max(entry.compress_size, 1):
            raise TooMuch(
                f"a part of the file unpacks to more than {RATIO} times its size, {size_words(entry.file_size)}",
                "save the sheet as CSV UTF-8 in the program that wrote it",
            )


def check_shape(rows: int, columns: int) -> None:
    """Hold the rows and columns of a table against the limits; raises TooMuch."""
    if rows > ROWS:
        raise TooMuch(f"the table has {rows:,} rows, and at most {ROWS:,} are read", "give it in parts, each a file of its own")
    if columns > COLUMNS:
        raise TooMuch(f"the table has {columns:,} columns, and at most {COLUMNS:,} are read", "leave out those that are not needed")


def size_words(number: int) -> str:
    """Return a number of bytes in words."""
    return f"{number / (1024 * MIB):,.1f} GiB" if number >= 1024 * MIB else f"{number / MIB:,.0f} MiB"
