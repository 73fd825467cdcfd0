"""The quick reader of CSV: a block at once, refused wherever it could differ from the careful one."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from evaluator.reading.tables.model import raw_name

if TYPE_CHECKING:
    import polars as pl


def quick_frame(block: bytes, delimiter: str, width: int, used: Sequence[int]) -> pl.DataFrame | None:
    """Return the used columns of a block, one row a line, or None where that is not certain to be right."""
    import polars as pl

    returns = block.count(b"\r")
    if not block.endswith(b"\n") or b"\x00" in block or (returns and returns != block.count(b"\r\n")):
        return None
    quoted = b'"' in block
    rows = block.count(b"\n")
    try:
        if quoted and not _well_quoted(block, delimiter, width, rows):
            return None
        frame = pl.read_csv(
            block,
            has_header=False,
            separator=delimiter,
            quote_char='"' if quoted else None,
            schema={raw_name(place): pl.String for place in range(width)},
            columns=list(used),
        )
    except (pl.exceptions.PolarsError, pl.exceptions.PanicException):
        return None
    if frame.height != rows or (not quoted and block.count(delimiter.encode()) != rows * (width - 1)):
        return None
    return frame


def _well_quoted(block: bytes, delimiter: str, width: int, rows: int) -> bool:
    """Whether every line is a whole row by itself, with quotes only around cells and doubled inside."""
    import polars as pl

    lines = pl.read_csv(block, has_header=False, separator="\x01", quote_char=None, schema={"line": pl.String})["line"]
    between = re.escape(delimiter)
    cell = f'(?:[^"{between}\r]*|"(?:[^"\r]|"")*")'
    return len(lines) == rows and bool(lines.str.contains(f"^{cell}(?:{between}{cell}){{{width - 1}}}$").fill_null(width == 1).all())
