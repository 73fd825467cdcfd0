"""Columns of cells → columns of values: at once where a cell is written plainly, one by one where it is not.

A column is first read by expressions that take only what is certainly right. Whatever is left, empty of meaning or not, is
looked up text by text through `CellReader`, so that a table means here what it means everywhere else.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING

import attrs

from evaluator.core.attributes import Attribute
from evaluator.core.dates import Precision, day_number
from evaluator.core.values import NUMERIC, Kind, ValueType
from evaluator.engines.columns.codec import Cell, cells_of, dtypes_of, names_of
from evaluator.engines.columns.truths import MOST_TINY
from evaluator.reading.tables.cell_values import CellReader
from evaluator.reading.tables.model import Misfit
from evaluator.reading.tables.native_types import texts_of

if TYPE_CHECKING:
    import polars as pl


Quick = tuple[tuple["pl.Expr", ...], "pl.Expr"]
"""The values of a column, and which cells need a second look."""
_TRUE, _FALSE = ("true", "True", "TRUE"), ("false", "False", "FALSE")
_MOST_QUICK = 10**15


def quick(attribute: Attribute, source: str, dtype: pl.DataType, reader: CellReader) -> Quick:
    """Return the quick reading of an attribute's column of a type."""
    import polars as pl

    cell = pl.col(source)
    if isinstance(dtype, pl.Categorical | pl.Enum):
        cell, dtype = cell.cast(pl.String), pl.String()
    if dtype == pl.List(pl.String) and attribute.kind is Kind.SET:
        cell, dtype = joined_list(cell), pl.String()
    made = None
    if attribute.may_be_given:
        made = _text(attribute, cell, reader) if dtype == pl.String else _native(attribute, cell, dtype)
    return made or nothing_quick(attribute, cell, dtype)


def nothing_quick(attribute: Attribute, cell: pl.Expr, dtype: pl.DataType) -> Quick:
    """Look twice at every cell that is not empty."""
    import polars as pl

    doubtful = there(cell) if dtype == pl.String else cell.is_not_null()
    return tuple(pl.lit(None, kind) for kind in dtypes_of(attribute)), doubtful


def there(cell: pl.Expr) -> pl.Expr:
    """Whether a cell of text holds anything."""
    return (cell != "").fill_null(value=False)


def _text(attribute: Attribute, cell: pl.Expr, reader: CellReader) -> Quick | None:
    if attribute.kind in NUMERIC:
        return _number(attribute, cell, reader)
    if attribute.kind is Kind.SET and any(";" in option for option in attribute.type.options):
        return None
    makers: dict[Kind, Callable[[ValueType, pl.Expr], Quick]] = {
        Kind.FLAG: _flag,
        Kind.SCALE: _option,
        Kind.CHOICE: _option,
        Kind.DATE: _date,
        Kind.SET: _set,
    }
    return makers[attribute.kind](attribute.type, cell) if attribute.kind in makers else None


def _number(attribute: Attribute, cell: pl.Expr, reader: CellReader) -> Quick:
    """Numbers of up to fourteen digits, which a float holds as they are."""
    import polars as pl

    sign = reader.decimal

    pattern = r"^-?[0-9]{1,14}$" if attribute.kind is Kind.INTEGER else r"^-?[0-9]{1,8}(?:[.][0-9]{1,6})?$"
    plain = cell.str.contains(pattern if sign == "." else pattern.replace("[.]", ","))
    if reader.dots_unclear:
        plain &= ~cell.str.contains(r"^-?[1-9][0-9]{0,2}[.][0-9]{3}$")
    dotted = cell if sign == "." else cell.str.replace(",", ".", literal=True)
    value = dotted.cast(pl.Float64, strict=False) + 0.0  # no minus before a zero
    return (value,), there(cell) & ~(plain & _inside(attribute.type, value)).fill_null(value=False)


def _inside(type_: ValueType, value: pl.Expr) -> pl.Expr:
    """Whether a number or the number of a day lies in the range; true of one without a range."""
    import polars as pl

    inside = pl.lit(True)  # noqa: FBT003 - nothing is asked
    for end, compare in zip((type_.lowest, type_.highest), type_.comparisons(), strict=True):
        if end is not None:
            inside &= compare(value, day_number(end) if isinstance(end, datetime.date) else float(end))
    return inside


def _flag(_: ValueType, cell: pl.Expr) -> Quick:
    import polars as pl

    code = cell.cast(pl.Enum([*_TRUE, *_FALSE]), strict=False).to_physical()
    return (code < len(_TRUE),), there(cell) & code.is_null()


def _option(type_: ValueType, cell: pl.Expr) -> Quick:
    import polars as pl

    held = pl.Int8 if len(type_.options) <= MOST_TINY else pl.Int64
    code = cell.cast(pl.Enum(list(type_.options)), strict=False).to_physical().cast(held)
    return (code,), there(cell) & code.is_null()


def _date(type_: ValueType, cell: pl.Expr) -> Quick:
    import polars as pl

    plain = cell.str.contains("^(?:19|2[0-9])[0-9]{2}-[0-9]{2}-[0-9]{2}$")
    number = day_numbers(cell.str.to_date("%Y-%m-%d", strict=False), type_.precision)
    return (pl.when(plain).then(number),), there(cell) & ~(plain & number.is_not_null() & _inside(type_, number)).fill_null(value=False)


def day_numbers(day: pl.Expr, precision: Precision = Precision.DAY) -> pl.Expr:
    """Return dates as the numbers that columns hold, cut to a precision."""
    import polars as pl

    year = day.dt.year().cast(pl.Int64) * 10_000
    month = 100 if precision is Precision.YEAR else day.dt.month().cast(pl.Int64) * 100
    return year + month + (day.dt.day().cast(pl.Int64) if precision is Precision.DAY else 1)


def _set(type_: ValueType, cell: pl.Expr) -> Quick:
    """Members between semicolons, each an option and none twice."""
    import polars as pl

    around = ";" + cell + ";"
    held = [around.str.contains(f";{option};", literal=True) for option in type_.options]
    known = pl.sum_horizontal(member.cast(pl.Int32) for member in held) if held else pl.lit(0, pl.Int32)
    right = (cell == "none") | (known == cell.str.count_matches(";", literal=True).cast(pl.Int32) + 1)
    doubtful = there(cell) & ~right.fill_null(value=False)
    answered = there(cell) & ~doubtful
    members = tuple(pl.when(answered).then(member & (cell != "none")) for member in held)
    return (pl.when(answered).then(pl.lit(True)), *members), doubtful  # noqa: FBT003 - it is known


def joined_list(cell: pl.Expr) -> pl.Expr:
    """Return lists of words as the text of a cell; what such a text cannot say comes out as a text that is no option."""
    import polars as pl

    item = pl.element()
    odd = (item.is_null() | item.str.contains(";", literal=True) | (item.str.strip_chars() == "") | (item == "none")).fill_null(value=True)
    joined = pl.when(cell.list.eval(odd).list.any()).then(pl.lit("\x00")).otherwise(cell.list.join(";"))
    return pl.when(cell.list.len() == 0).then(pl.lit("none")).otherwise(joined)


def _native(attribute: Attribute, cell: pl.Expr, dtype: pl.DataType) -> Quick | None:
    import polars as pl

    if attribute.kind in NUMERIC and dtype.is_integer():
        value = cell.cast(pl.Float64)
        return (value,), ~((value.abs() < _MOST_QUICK) & _inside(attribute.type, value)).fill_null(value=True)
    if attribute.kind in NUMERIC and dtype.is_float():
        return _float(attribute, cell, dtype)
    if attribute.kind is Kind.FLAG and dtype == pl.Boolean:
        return (cell,), pl.lit(False)  # noqa: FBT003 - all are right
    if attribute.kind is Kind.DATE and isinstance(dtype, pl.Date | pl.Datetime):
        return _day(attribute.type, cell, dtype)
    return None


def _float(attribute: Attribute, cell: pl.Expr, dtype: pl.DataType) -> Quick:
    """Floats below the size at which digits run out: each stands for the shortest decimal that is read as it."""
    import polars as pl

    value = (cell.cast(pl.String).cast(pl.Float64) if dtype == pl.Float32 else cell.cast(pl.Float64)) + 0.0
    right = value.is_finite() & (value.abs() < _MOST_QUICK) & _inside(attribute.type, value)
    if attribute.kind is Kind.INTEGER:
        right &= value == value.floor()
    return (value,), ~right.fill_null(value=True)


def _day(type_: ValueType, cell: pl.Expr, dtype: pl.DataType) -> Quick:
    import polars as pl

    day = cell.dt.date()
    whole = day.cast(dtype) == cell if isinstance(dtype, pl.Datetime) else pl.lit(True)  # noqa: FBT003
    number = day_numbers(day, type_.precision)
    return (number,), ~(whole & (day.dt.year() >= 1900) & (day.dt.year() < 3000) & _inside(type_, number)).fill_null(value=True)  # noqa: PLR2004


_BITS = 62
Read = Callable[[str], "tuple[Cell, ...] | Misfit"]


@attrs.frozen(kw_only=True)
class Outcome:
    """What became of a column: the columns of its values, and where and why cells cannot be used (text by row of the frame)."""

    values: Sequence[pl.Series]
    bad: Mapping[int, tuple[str, Misfit]] = attrs.field(factory=dict)


@attrs.frozen(kw_only=True)
class Caster:
    """How one column is read: the names of what it becomes, the quick expressions for them, and the careful reading of a text."""

    source: str
    names: tuple[str, ...]
    quick: tuple[pl.Expr, ...]
    doubtful: pl.Expr
    read: Read
    by_text: bool = False
    """Whether texts repeat so much, and cost so much to read, that each is read once only."""

    def outcome(self, raw: pl.DataFrame, answered: pl.DataFrame | None) -> Outcome:
        """Return what became of the column of a raw frame."""
        return self._once_each(raw) if answered is None else self.settle(raw, answered)

    def _once_each(self, raw: pl.DataFrame) -> Outcome:
        import polars as pl

        cells = raw.get_column(self.source).cast(pl.Categorical(pl.Categories.random()))
        once, at = cells.unique().drop_nulls(), cells.to_physical()
        texts = once.gather(once.to_physical().arg_sort()).cast(pl.String).to_frame()
        read = self.settle(texts, texts.lazy().select(self.asked()).collect())
        places = at.is_in(list(read.bad)).arg_true().to_list() if read.bad else []
        bad = {place: read.bad[text] for place, text in zip(places, at.gather(places), strict=True)}
        return Outcome(values=_gathered(read.values, at), bad=bad)

    def asked(self) -> list[pl.Expr]:
        """Return the expressions to be run over a raw frame: the values, and which cells need a second look."""
        return [*(expression.alias(name) for name, expression in zip(self.names, self.quick, strict=True)), self.doubtful.alias(self._mark)]

    @property
    def _mark(self) -> str:
        return f"?{self.names[0]}"

    def settle(self, raw: pl.DataFrame, answered: pl.DataFrame) -> Outcome:
        """Take the answers and look a second time where that is needed."""
        values = [answered.get_column(name) for name in self.names]
        mark = answered.get_column(self._mark)
        if not mark.any():
            return Outcome(values=values)
        return self._second_look(raw.get_column(self.source), mark, values)

    def _second_look(self, cells: pl.Series, mark: pl.Series, values: Sequence[pl.Series]) -> Outcome:
        import polars as pl

        places = mark.arg_true()
        texts = texts_of(cells.gather(places))
        said = {text: self.read(text) for text in texts.unique().to_list()}
        answers = [said[text] for text in texts.to_list()]
        bad = {place: (text, answer) for place, text, answer in zip(places, texts, answers, strict=True) if isinstance(answer, Misfit)}
        settled: list[pl.Series] = []
        for which, value in enumerate(values):
            found = [None if isinstance(answer, Misfit) else answer[which] for answer in answers]
            settled.append(value.scatter(places, pl.Series(found, dtype=value.dtype, strict=False)))
        return Outcome(values=settled, bad=bad)


def _gathered(values: Sequence[pl.Series], at: pl.Series) -> list[pl.Series]:
    """Take values from places; truths by way of one number that holds all of them, a bit each."""
    import polars as pl

    if len(values) > _BITS or any(value.dtype != pl.Boolean for value in values):
        return [value.gather(at) for value in values]
    frame = pl.DataFrame([value.alias(str(bit)) for bit, value in enumerate(values)])
    bits = [pl.when(pl.col(str(bit))).then(1 << bit).otherwise(0).cast(pl.Int64) for bit in range(len(values))]
    known = pl.col("0").is_not_null()  # all are known, or none
    mask = frame.lazy().select(pl.when(known).then(pl.sum_horizontal(bits))).collect().to_series().gather(at).alias("mask")
    expressions = [(pl.col("mask") & (1 << bit) != 0).alias(value.name) for bit, value in enumerate(values)]
    return mask.to_frame().lazy().select(expressions).collect().get_columns()


def attribute_caster(attribute: Attribute, source: str, dtype: pl.DataType, reader: CellReader) -> Caster:
    """Return how a column of an attribute is read."""
    import polars as pl

    names = names_of(attribute)
    values, doubtful = quick(attribute, source, dtype, reader)
    by_text = attribute.kind is Kind.SET and dtype == pl.String
    reader = attrs.evolve(reader, typed=dtype.is_float(), decimal=".") if dtype.is_numeric() else reader
    read = nested_reading(attribute.id) if is_nested(attribute, dtype) else _reading(attribute, reader)
    return Caster(source=source, names=names, quick=values, doubtful=doubtful, read=read, by_text=by_text)


def is_nested(attribute: Attribute, dtype: pl.DataType) -> bool:
    """Whether cells are lists or structures where single values belong."""
    return dtype.is_nested() and attribute.kind not in {Kind.SET, Kind.RECORDS}


def nested_reading(name: str) -> Read:
    """Refuse a list or a structure."""
    return lambda _: Misfit("P102", f"`{name}` is a single value, and the cell holds a list or a structure; write the value alone")


def _reading(attribute: Attribute, reader: CellReader) -> Read:
    def read(text: str) -> tuple[Cell, ...] | Misfit:
        value = reader.attribute(attribute, text)
        return value if isinstance(value, Misfit) else cells_of(attribute, value)

    return read
