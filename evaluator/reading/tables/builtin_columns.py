"""The columns that are no attributes: id, name, role, as-of date, facts of groups, and what is carried through."""

from __future__ import annotations

from typing import TYPE_CHECKING

from evaluator.core.dates import day_number
from evaluator.core.model import Pack
from evaluator.engines.columns.codec import Cell
from evaluator.engines.columns.plan import JUDGED_FOR
from evaluator.reading import limits
from evaluator.reading.tables.cell_values import CellReader
from evaluator.reading.tables.cells import Caster, Read, day_numbers, nested_reading, there
from evaluator.reading.tables.model import Misfit

if TYPE_CHECKING:
    import polars as pl

_CODES = (*range(9, 14), *range(28, 33), 0x85, 0xA0, 0x1680, *range(0x2000, 0x200B), 0x2028, 0x2029, 0x202F, 0x205F, 0x3000)
SPACES = "".join(map(chr, _CODES))
"""What Python's `strip` takes off."""
NO_ID = Misfit("D105", "the row has no id; give it one that no other row has")
_NUL = Misfit("D101", "the cell holds a NUL character; save the table as CSV UTF-8")
_LONG = Misfit("D101", f"the cell is longer than {limits.CELL:,} characters; a quote before it may not be closed")
_UNSAFE = Misfit("D101", "the id is a number too long to be exact; store ids as text")
_EXACT = 2**53


def text_caster(source: str, name: str, dtype: pl.DataType, *, strip: bool = True) -> Caster:
    """Return how a column of text is read; an empty cell is nothing."""
    import polars as pl

    text = as_text(pl.col(source), dtype)
    if strip:
        text = text.str.strip_chars(SPACES)
    odd = text.str.contains("\x00", literal=True) | (text.str.len_bytes() > limits.CELL)
    known = pl.when(text != "").then(text)
    if dtype.is_nested():
        read = nested_reading(name.removeprefix("+"))
        return Caster(source=source, names=(name,), quick=(known,), doubtful=pl.col(source).is_not_null(), read=read)
    return Caster(source=source, names=(name,), quick=(known,), doubtful=odd.fill_null(value=False), read=_odd_text(strip=strip))


def id_caster(source: str, dtype: pl.DataType) -> Caster:
    """Return how the ids are read; none may be empty."""
    import polars as pl

    caster = text_caster(source, "id", dtype)
    empty = caster.quick[0].is_null()
    unsafe = (pl.col(source).abs() >= _EXACT).fill_null(value=False) if dtype.is_float() else pl.lit(False)  # noqa: FBT003
    read = caster.read if dtype.is_nested() else _id
    return Caster(source=source, names=("id",), quick=caster.quick, doubtful=caster.doubtful | empty | unsafe, read=read)


def as_text(cell: pl.Expr, dtype: pl.DataType) -> pl.Expr:
    """Return a column as text, numbers as people write them."""
    import polars as pl

    from evaluator.reading.tables.native_types import texts_of

    if dtype == pl.String:
        return cell
    if dtype.is_integer() or isinstance(dtype, pl.Categorical | pl.Enum | pl.Date):
        return cell.cast(pl.String)
    return cell.map_batches(texts_of, return_dtype=pl.String)


def _odd_text(*, strip: bool) -> Read:
    def read(text: str) -> tuple[Cell, ...] | Misfit:
        found = text.strip() if strip else text
        if "\x00" in found:
            return _NUL
        return _LONG if len(found) > limits.CELL else (found or None,)

    return read


def _id(text: str) -> tuple[Cell, ...] | Misfit:
    read = _odd_text(strip=True)(text)
    if isinstance(read, Misfit):
        return read
    if read[0] is None:
        return NO_ID
    return _UNSAFE if _is_unsafe(text) else read


def _is_unsafe(text: str) -> bool:
    try:
        return abs(float(text)) >= _EXACT
    except ValueError:
        return False


def role_caster(source: str, dtype: pl.DataType, pack: Pack, reader: CellReader) -> Caster:
    """Return how today's role is read: by id at once, by title or another name at second look."""
    import polars as pl

    places = {role: index for index, role in enumerate(pack.roles)}
    text = as_text(pl.col(source), dtype)
    code = text.cast(pl.Enum(list(places)), strict=False).to_physical().cast(pl.Int16)

    def read(written: str) -> tuple[Cell, ...] | Misfit:
        found = reader.role(written)
        return found if isinstance(found, Misfit) else (None if found is None else places[found],)

    return Caster(source=source, names=("role",), quick=(code,), doubtful=there(text) & code.is_null(), read=read)


def judged_role_caster(source: str, dtype: pl.DataType, pack: Pack, reader: CellReader) -> Caster:
    """Return how the role that somebody is judged for is read, as its place among the judged roles."""
    import polars as pl

    places = {role.id: index for index, role in enumerate(pack.judged_roles)}
    text = as_text(pl.col(source), dtype)
    code = text.cast(pl.Enum(list(places)), strict=False).to_physical().cast(pl.Int16)

    def read(written: str) -> tuple[Cell, ...] | Misfit:
        found = reader.judged_role(written)
        return found if isinstance(found, Misfit) else (None if found is None else places[found],)

    return Caster(source=source, names=(JUDGED_FOR,), quick=(code,), doubtful=there(text) & code.is_null(), read=read)


def day_caster(source: str, name: str, dtype: pl.DataType, reader: CellReader) -> Caster:
    """Return how a row's own day is read: the one to judge for, or the one on which the facts were gathered."""
    import polars as pl

    text = as_text(pl.col(source), dtype)
    plain = text.str.contains("^20[0-9]{2}-[0-9]{2}-[0-9]{2}$")
    number = pl.when(plain).then(day_numbers(text.str.to_date("%Y-%m-%d", strict=False))).cast(pl.Int32)

    def read(written: str) -> tuple[Cell, ...] | Misfit:
        found = reader.day(written, name)
        return found if isinstance(found, Misfit) else (None if found is None else day_number(found),)

    return Caster(source=source, names=(name,), quick=(number,), doubtful=there(text) & number.is_null(), read=read)
