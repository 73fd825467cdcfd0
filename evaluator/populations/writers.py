"""Tables out, as a format: CSV, JSON Lines, Parquet, Excel and HTML, from parts that need not fit into memory at once."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import IO, TYPE_CHECKING

from evaluator.populations.failures import PopulationProblem
from evaluator.spreadsheets import FORMULA_STARTS, PLAIN_NUMBER, apart

if TYPE_CHECKING:
    import polars as pl

ENDINGS = {
    ".csv": "csv",
    ".jsonl": "jsonl",
    ".ndjson": "jsonl",
    ".parquet": "parquet",
    ".pq": "parquet",
    ".xlsx": "xlsx",
    ".html": "html",
    ".htm": "html",
}
FOLDER = "folder"
"""A folder of Parquet files, one for each part; it has to be there, empty."""
FORMATS = ("csv", "jsonl", "parquet", "xlsx", "html")
_GROUP = 250_000
_LOOKED_AT = r"[;|\t\r\n\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x{9f}\x{202a}-\x{202e}\x{2066}-\x{2069}]"
"""What a cell holds that may have to be made harmless inside."""


def format_of(path: Path | None, named: str | None) -> str:
    """Return the format that was named, else the one that a file's name ends in; CSV for standard output."""
    if named in FORMATS:
        return named
    if path is None:
        return "csv"
    if path.suffix.lower() not in ENDINGS:
        raise PopulationProblem(f"`{path.name}` ends in no format of tables", f"end it in {', '.join(ENDINGS)}, or name one with --format")
    return ENDINGS[path.suffix.lower()]


def write(parts: Sequence[Path], target: Path, format_: str, *, bom: bool = False) -> None:
    """Write the tables of Arrow files, one after the other, into one file; CSV begins with a byte order mark where that is asked for."""
    if bom and format_ == "csv":
        _csv(parts, target, bom=True)
    else:
        _WRITERS[format_](parts, target)


def harmless(frame: pl.DataFrame) -> pl.DataFrame:
    """Put an apostrophe before each text, in cells and headers, that a spreadsheet would run; plain numbers stay as they are."""
    import polars as pl
    import polars.selectors as cs

    starts = "".join(f"\\x{{{ord(letter):x}}}" for letter in FORMULA_STARTS)
    text = cs.string()
    runs = text.str.contains(f"^[{starts}]") & ~text.str.contains(f"^(?:{PLAIN_NUMBER})$")
    names = {name: f"'{name}" for name in frame.columns if name.startswith(FORMULA_STARTS)}
    worded = frame.with_columns(cs.enum().cast(pl.String) if _risky(frame) else cs.enum())
    return worded.with_columns(pl.when(runs).then(pl.lit("'") + text).otherwise(text).name.keep()).rename(names)


def _risky(frame: pl.DataFrame) -> bool:
    """Whether a word of an enumeration begins like a formula."""
    import polars as pl

    words = (word for type_ in frame.dtypes if isinstance(type_, pl.Enum) for word in type_.categories)
    return any(word.startswith(FORMULA_STARTS) for word in words)


def _apart(frame: pl.DataFrame) -> pl.DataFrame:
    """Make the inside of cells harmless too; of the texts, most need no look at each."""
    import polars as pl

    for name in frame.select(pl.col(pl.String)).columns:
        column = frame[name]
        risky = column.str.contains(_LOOKED_AT).fill_null(value=False)
        if risky.any():
            made = pl.Series(name, [apart(cell) for cell in column.filter(risky)], dtype=pl.String)
            frame = frame.with_columns(column.scatter(risky.arg_true(), made))
    return frame


def _csv(parts: Sequence[Path], target: Path, *, bom: bool = False) -> None:
    def write_one(frame: pl.DataFrame, stream: IO[bytes], first: bool) -> None:  # noqa: FBT001 - as all writers are called
        harmless(_apart(frame)).write_csv(stream, include_header=first, include_bom=first and bom)

    _each(parts, target, write_one)


def _jsonl(parts: Sequence[Path], target: Path) -> None:
    _each(parts, target, lambda frame, stream, _: frame.write_ndjson(stream))


def _each(parts: Sequence[Path], target: Path, write_one: Callable[[pl.DataFrame, IO[bytes], bool], None]) -> None:
    import polars as pl

    with target.open("wb") as stream:
        for place, part in enumerate(parts):
            write_one(pl.read_ipc(part), stream, place == 0)


def _parquet(parts: Sequence[Path], target: Path) -> None:
    import polars as pl

    pl.scan_ipc(list(parts)).sink_parquet(target, row_group_size=_GROUP, maintain_order=True, statistics=True)


def _folder(parts: Sequence[Path], target: Path) -> None:
    import polars as pl

    for place, part in enumerate(parts):
        pl.scan_ipc(part).sink_parquet(target / f"part-{place:05d}.parquet", row_group_size=_GROUP, maintain_order=True)


def _xlsx(parts: Sequence[Path], target: Path) -> None:
    from evaluator.populations.sheets import write_sheet

    write_sheet(parts, target)


def _html(parts: Sequence[Path], target: Path) -> None:
    from evaluator.populations.pages import write_page

    write_page(parts, target)


_WRITERS: Mapping[str, Callable[[Sequence[Path], Path], None]] = {
    "csv": _csv,
    "jsonl": _jsonl,
    "parquet": _parquet,
    "xlsx": _xlsx,
    "html": _html,
    FOLDER: _folder,
}


def copy(path: Path, stream: IO[bytes]) -> None:
    """Copy a whole file to a stream."""
    with path.open("rb") as source:
        shutil.copyfileobj(source, stream)
