"""Tables out, as a format: CSV, JSON Lines, Parquet, Excel and HTML, from parts that need not fit into memory at once."""

from __future__ import annotations

import itertools
import shutil
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import IO

import polars as pl

from evaluator.core.spreadsheets import FORMULA_START, LOOKED_AT, CsvStyle, guarded, harmless
from evaluator.diagnostics.errors import PopulationProblem
from evaluator.reading.tables.formats import WRITTEN_ENDINGS
from evaluator.report.days import CARRIED

FOLDER = "folder"
"""A folder of Parquet files, one for each part; it has to be there, empty."""
FORMATS = ("csv", "jsonl", "parquet", "xlsx", "html")
_GROUP = 250_000


def format_of(path: Path | None, named: str | None) -> str:
    """Return the format that was named, else the one that a file's name ends in; CSV for standard output."""
    if named in FORMATS:
        return named
    if path is None:
        return "csv"
    if path.suffix.lower() not in WRITTEN_ENDINGS:
        raise PopulationProblem(
            f"`{path.name}` ends in no format of tables", f"end it in {', '.join(WRITTEN_ENDINGS)}, or name one with --format"
        )
    return WRITTEN_ENDINGS[path.suffix.lower()]


def folder_or(path: Path, named: str | None) -> str:
    """Return the format of what Spark's people go to: a folder of Parquet files, unless the name or an option says another."""
    return FOLDER if named is None and path.suffix.lower() not in WRITTEN_ENDINGS else format_of(path, named)


Types = Mapping[str, pl.DataType]
"""Of columns that were carried along and are no text in their table: the type that they have there."""


Titles = Callable[[pl.DataFrame], pl.DataFrame]
"""What puts titles in the place of ids."""


def write(  # noqa: PLR0913 - what is written, where, and how
    parts: Sequence[Path],
    target: Path,
    format_: str,
    *,
    csv: CsvStyle | None = None,
    types: Types | None = None,
    titles: Titles = lambda frame: frame,
) -> None:
    """Write the tables of Arrow files, one after the other, into one file; `csv` says how, where it is CSV.

    Where the format has types, columns that were carried along get back those that they had. A workbook and a page, which people read,
    have `titles` where other formats have ids.
    """
    if format_ == "csv":
        _csv(parts, target, csv or CsvStyle(), types or {})
    elif format_ == "html":
        _html(parts, target, titles)
    elif format_ == "xlsx":
        _xlsx(parts, target, types or {}, titles)
    else:
        _WRITERS[format_](parts, target, types or {})


def _typed(frame: pl.LazyFrame, types: Types) -> pl.LazyFrame:
    """Give columns that were carried along, as text, the types that they had."""
    names = frame.collect_schema().names()
    made: list[pl.Expr] = []
    for name, dtype in types.items():
        column = _carried_as(name, names)
        cell = pl.when(pl.col(column) != "").then(pl.col(column))
        value = cell == "true" if dtype == pl.Boolean else cell.str.to_date("%Y-%m-%d") if dtype == pl.Date else cell.cast(dtype)
        made += [value.alias(column)] if column in names else []
    return frame.with_columns(made) if made else frame


def in_pages(frame: pl.DataFrame) -> pl.DataFrame:
    """Make the texts of a table harmless that becomes a page: what a spreadsheet would run that is given the page."""
    return _with_texts(frame, FORMULA_START, harmless)


def in_csv(frame: pl.DataFrame) -> pl.DataFrame:
    """Make the texts of a table harmless that becomes CSV, in cells and headers."""
    return _with_texts(frame, LOOKED_AT, guarded)


def _with_texts(frame: pl.DataFrame, looked_at: str, made: Callable[[str], str]) -> pl.DataFrame:
    """Change texts, and the words of enumerations; most cells match no pattern of what is to be looked at, and stay as they are."""
    for name, type_ in frame.schema.items():
        if isinstance(type_, pl.Enum) and any(made(word) != word for word in type_.categories):
            frame = frame.with_columns(pl.col(name).cast(pl.String))
    for name in frame.select(pl.col(pl.String)).columns:
        risky = frame[name].str.contains(looked_at).fill_null(value=False)
        if risky.any():
            texts = pl.Series(name, [made(cell) for cell in frame[name].filter(risky)], dtype=pl.String)
            frame = frame.with_columns(frame[name].scatter(risky.arg_true(), texts))
    return frame.rename({name: made(name) for name in frame.columns if made(name) != name})


def _csv(parts: Sequence[Path], target: Path, style: CsvStyle, types: Types) -> None:
    """Write CSV; numbers that were carried along, as text, have the same decimal sign as all others."""
    comma = style.decimal == ","

    def write_one(frame: pl.DataFrame, stream: IO[bytes], first: bool) -> None:  # noqa: FBT001 - as all writers are called
        safe = in_csv(frame)
        if comma:
            there = {name: carried for name in types if (carried := _carried_as(name, safe.columns)) in safe.columns}
            safe = safe.with_columns(pl.col(there[name]).str.replace(".", ",", literal=True) for name in there if types[name].is_float())
        bom = first and style.bom
        safe.write_csv(stream, include_header=first, include_bom=bom, separator=style.delimiter, decimal_comma=comma)

    _each(parts, target, write_one)


def _carried_as(name: str, columns: Sequence[str]) -> str:
    """Return what a column that was carried along is called beside the columns of results."""
    return f"kept.{name}" if f"kept.{name}" in columns else name


def _jsonl(parts: Sequence[Path], target: Path, types: Types) -> None:
    _each(parts, target, lambda frame, stream, _: _typed(frame.lazy(), types).collect().write_ndjson(stream))


def _each(parts: Sequence[Path], target: Path, write_one: Callable[[pl.DataFrame, IO[bytes], bool], None]) -> None:
    with target.open("wb") as stream:
        for index, part in enumerate(parts):
            write_one(pl.read_ipc(part), stream, index == 0)


def _parquet(parts: Sequence[Path], target: Path, types: Types) -> None:
    _typed(pl.scan_ipc(list(parts)), types).sink_parquet(target, row_group_size=_GROUP, maintain_order=True, statistics=True)


def _folder(parts: Sequence[Path], target: Path, types: Types) -> None:
    for index, part in enumerate(parts):
        _typed(pl.scan_ipc(part), types).sink_parquet(target / f"part-{index:05d}.parquet", row_group_size=_GROUP, maintain_order=True)


def _xlsx(parts: Sequence[Path], target: Path, types: Types, titles: Titles) -> None:
    from evaluator.populations.evaluate.excel_file import write_sheet

    write_sheet([_typed(pl.scan_ipc(part), types) for part in parts], target, titles)


def _html(parts: Sequence[Path], target: Path, titles: Titles) -> None:
    from evaluator.report.pages import write_table_page

    frames = (in_pages(titles(pl.read_ipc(part))) for part in parts)
    first = next(frames, pl.DataFrame())
    rows = (row for frame in itertools.chain((first,), frames) for row in frame.iter_rows())
    with target.open("w", encoding="utf-8", newline="\n") as stream:
        write_table_page(first.columns, rows, stream, title="Promotion readiness", days=_days(parts))


def _days(parts: Sequence[Path]) -> str:
    """Say that verdicts of a table are projections, and to which days; nothing where none is."""
    if not parts:
        return ""
    days = pl.scan_ipc(list(parts)).select(first=pl.col("projection_to").min(), last=pl.col("projection_to").max()).collect().row(0)
    known = [str(day) for day in dict.fromkeys(days) if day is not None]
    words = "A verdict is a projection to the day that stands beside it under projection_to"
    return f"{words}: {' up to '.join(known)}; {CARRIED.format('as it is')}." if known else ""


_WRITERS: Mapping[str, Callable[[Sequence[Path], Path, Types], None]] = {
    "jsonl": _jsonl,
    "parquet": _parquet,
    FOLDER: _folder,
}


def copy(path: Path, stream: IO[bytes]) -> None:
    """Copy a whole file to a stream."""
    with path.open("rb") as source:
        shutil.copyfileobj(source, stream)
