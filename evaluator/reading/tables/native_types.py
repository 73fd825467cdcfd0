"""Cells that come with a type of their own → the text that a person would have written for them."""

from __future__ import annotations

import datetime
import decimal
import json
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import polars as pl

_WHOLE = 2**53


def texts_of(cells: pl.Series) -> pl.Series:
    """Return the texts of cells, empty for what is not there."""
    import polars as pl

    if cells.dtype == pl.String:
        return cells.fill_null("")
    if isinstance(cells.dtype, pl.Categorical | pl.Enum):
        return cells.cast(pl.String).fill_null("")
    if cells.dtype == pl.Float32:  # 7.3 in 32 bits is 7.3, and not the 7.300000190734863 it is in 64
        cells = cells.cast(pl.String).cast(pl.Float64)
    return pl.Series([text_of(value) for value in cells.to_list()], dtype=pl.String)


def native_type(dtype: pl.DataType) -> pl.DataType | None:
    """Return the type that a column carried through as text gets back where it is written; None where it stays text."""
    import polars as pl

    if dtype.is_integer():
        return None if dtype == pl.UInt64 else pl.Int64()
    if dtype.is_float():
        return pl.Float64()
    return dtype if dtype in {pl.Boolean(), pl.Date()} else None


def text_of(value: object) -> str:  # noqa: PLR0911 - one line a type
    """Return the text of a value of Python's."""
    if value is None:
        return ""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return number_text(value)
    if isinstance(value, decimal.Decimal):
        plain = f"{value:f}"
        return plain.rstrip("0").rstrip(".") if "." in plain else plain
    if isinstance(value, datetime.datetime):
        return day_text(value)
    if isinstance(value, list):
        return list_text(value)
    if isinstance(value, bytes):
        return value.decode("utf-8", "replace")
    return json.dumps(value, default=str, ensure_ascii=False) if isinstance(value, dict) else str(value)


def number_text(value: float) -> str:
    """Write a float as the shortest decimal that stands for it, plainly where that is short; `nan` and `inf` stay words."""
    if value != value or value in {float("inf"), float("-inf")}:  # noqa: PLR0124 - only NaN differs from itself
        return {"nan": "NaN", "inf": "Infinity", "-inf": "-Infinity"}[str(value)]
    if value.is_integer() and abs(value) < _WHOLE:
        return str(int(value))
    written = repr(value)
    return f"{decimal.Decimal(written):f}" if "e-" in written and abs(value) > 1e-15 else written  # noqa: PLR2004 - as long as digits go


def day_text(value: datetime.datetime) -> str:
    """Write a date alone where its time is midnight, as tables keep dates."""
    if value.time() == datetime.time(0) and value.tzinfo is None:
        return value.date().isoformat()
    return value.isoformat(sep=" ")


def list_text(value: list[object]) -> str:
    """Write a list of words as a cell of a table has it; any other list as JSON."""
    words = [item.strip() for item in value if isinstance(item, str)]
    if len(words) != len(value) or any(not word or ";" in word or word == "none" for word in words):
        return json.dumps(value, default=str, ensure_ascii=False)
    return ";".join(words) or "none"
