"""Columns of cells → columns of values: at once where a cell is written plainly, one by one where it is not.

A column is first read by expressions that take only what is certainly right. Whatever is left, empty of meaning or not, is
looked up text by text through `CellReader`, so that a table means here what it means everywhere else.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING

import attrs

from evaluator.core.model import Attribute
from evaluator.core.values import NUMERIC, Kind, Value
from evaluator.engines.columns.truths import MOST_TINY, column, encoded, member_column
from evaluator.reading.tables.cell_values import CellReader
from evaluator.reading.tables.model import Misfit
from evaluator.reading.tables.native_types import texts_of

if TYPE_CHECKING:
    import polars as pl

_BITS = 62
Cell = int | float | bool | str | None
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
    taken = [(pl.col("mask") & (1 << bit) != 0).alias(value.name) for bit, value in enumerate(values)]
    return mask.to_frame().lazy().select(taken).collect().get_columns()


def attribute_caster(attribute: Attribute, source: str, dtype: pl.DataType, reader: CellReader) -> Caster:
    """Return how a column of an attribute is read."""
    import polars as pl

    from evaluator.reading.tables.columnwise import quick

    names = names_of(attribute)
    values, doubtful = quick(attribute, source, dtype, reader)
    by_text = attribute.kind is Kind.SET and dtype == pl.String
    read = nested_reading(attribute.id) if is_nested(attribute, dtype) else _reading(attribute, reader)
    return Caster(source=source, names=names, quick=values, doubtful=doubtful, read=read, by_text=by_text)


def is_nested(attribute: Attribute, dtype: pl.DataType) -> bool:
    """Whether cells are lists or structures where single values belong."""
    return dtype.is_nested() and attribute.kind not in {Kind.SET, Kind.RECORDS}


def nested_reading(name: str) -> Read:
    """Refuse a list or a structure."""
    return lambda _: Misfit("P102", f"`{name}` is a single value, and the cell holds a list or a structure; write the value alone")


def names_of(attribute: Attribute) -> tuple[str, ...]:
    """Name the engine's columns of an attribute."""
    members = (member_column(attribute.id, place) for place in range(len(attribute.type.options)))
    return (column(attribute.id), *(members if attribute.kind is Kind.SET else ()))


def dtypes_of(attribute: Attribute) -> tuple[type[pl.DataType], ...]:
    """Return the types of the engine's columns of an attribute."""
    import polars as pl

    if attribute.kind in NUMERIC:
        return (pl.Float64,)
    if attribute.kind in {Kind.FLAG, Kind.RECORDS, Kind.SET}:
        return (pl.Boolean,) * len(names_of(attribute))
    return (pl.Int8 if attribute.type.options and len(attribute.type.options) <= MOST_TINY else pl.Int64,)


def _reading(attribute: Attribute, reader: CellReader) -> Read:
    width = len(names_of(attribute))

    def read(text: str) -> tuple[Cell, ...] | Misfit:
        value = reader.attribute(attribute, text)
        if value is None:
            return (None,) * width
        return value if isinstance(value, Misfit) else cells_of(attribute, value)

    return read


def cells_of(attribute: Attribute, value: Value) -> tuple[Cell, ...]:
    """Return a value as the engine's columns hold it."""
    if isinstance(value, frozenset):
        return (True, *(option in value for option in attribute.type.options))
    if isinstance(value, tuple):
        return (True,)
    code = encoded(attribute.type, value)
    return (float(code) if attribute.kind in NUMERIC else code,)
