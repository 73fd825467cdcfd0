"""Columns as people keep them → the columns that the plan reads: numbers, truths, words, lists of words and dates, in any frame.

Everything is an expression in the words of `language`, so that a frame of Polars, DuckDB or Spark is read where it lies. A value
that does not fit leaves nothing in the plan's column, since databases stumble over infinities and numbers that are none; it is
not taken for an unknown, for its own column holds something.
"""

from __future__ import annotations

import datetime
import functools
import operator
from collections.abc import Callable, Iterable, Mapping
from typing import Any

import attrs
import narwhals as nw
from narwhals.dtypes import DType

from evaluator.core.attributes import Attribute
from evaluator.core.dates import Precision, day_number
from evaluator.core.model import Pack
from evaluator.core.values import MOST_DIGITS, Kind, ValueType
from evaluator.diagnostics import EvaluatorError
from evaluator.engines.columns import language as x
from evaluator.engines.columns.derived import kind_of
from evaluator.engines.columns.language import Of
from evaluator.engines.columns.truths import any_of, column, encoded, member_column

_TOO_LARGE = 10.0**MOST_DIGITS
"""Numbers from here on have more digits than a float tells apart. NaN and infinities lie beyond it in every engine."""
_FIRST_DAY, _LAST_DAY = 1900_01_01, 9999_12_31
_SHORT_DECIMAL = r"^-?[0-9]{1,9}([.][0-9]{1,6}0*)?$"
_NEVER, _ALWAYS = False, True
_WORDS = nw.List(nw.String)


class FrameProblem(EvaluatorError, ValueError):
    """A frame cannot be read: one lower-case sentence and a next step."""


@attrs.frozen(kw_only=True)
class Source:
    """A column of a frame: its name and type."""

    name: str
    dtype: DType

    @property
    def cell(self) -> nw.Expr:
        """The column itself."""
        return x.col(self.name)

    @property
    def raw(self) -> nw.Expr:
        """The column as text, as it stands."""
        return x.col(self.name) if self.dtype == nw.String else x.cast(x.col(self.name), Of.TEXT)

    @property
    def text(self) -> nw.Expr:
        """The column as text."""
        return self.cell if self.dtype == nw.String else x.cast(self.cell, Of.TEXT)

    @property
    def name_text(self) -> nw.Expr:
        """The column as what names a person: of whole numbers that are kept as floats without a point, as people write them."""
        text = self.text
        return text.str.replace_all("[.]0$", "") if self.dtype.is_float() else text


@attrs.frozen(kw_only=True)
class ColumnConversion:
    """What became of a column: the plan's columns, the first of them null where nothing fits; where a number is too long for a float."""

    columns: Mapping[str, nw.Expr]
    doubt: nw.Expr | None = None


def absent(attribute: Attribute) -> dict[str, nw.Expr]:
    """Return the plan's columns of an attribute that no column states."""
    if attribute.kind is Kind.RECORDS:
        return {column(attribute.id): x.nothing(Of.TRUTH)}
    nothing = x.nothing(kind_of(attribute.type))
    return dict.fromkeys((column(attribute.id), *_members(attribute)), nothing)


def taken(attribute: Attribute, source: Source) -> ColumnConversion:
    """Return what becomes of the column that states an attribute; FrameProblem where its type is not the attribute's."""
    if not attribute.may_be_given:
        message = f"`{attribute.id}` is computed from other attributes, and the column `{source.name}` states it"
        raise FrameProblem(message, "leave the column out, or set may_be_given: true in attributes.yaml")
    if attribute.kind is Kind.RECORDS:
        step = "state what is computed from it in columns of their own"
        raise FrameProblem(f"`{attribute.id}` is a list of entries, which the column `{source.name}` cannot hold", step)
    if source.dtype == nw.Unknown:  # what a column is whose cells are all missing
        return ColumnConversion(columns=absent(attribute))
    fits, wanted, take = _TAKE[attribute.kind]
    if not fits(source.dtype):
        message = f"the column `{source.name}` holds {source.dtype}, and `{attribute.id}` is {attribute.kind.one}"
        raise FrameProblem(message, f"cast the column to {wanted}")
    return take(attribute, source)


def _number(attribute: Attribute, source: Source) -> ColumnConversion:
    """Take a number; 7.3 in 32 bits is 7.3, and not the 7.300000190734863 that it is in 64."""
    value = _float(source)
    fit = (value.abs() < _TOO_LARGE) & _inside(attribute.type, value)
    if attribute.kind is Kind.INTEGER and not source.dtype.is_integer():
        fit = fit & (value == value.floor())
    if not source.dtype.is_decimal():
        return _one(attribute, value, fit)
    return _one(attribute, value, fit & (_digits(source.text) <= MOST_DIGITS), ~source.text.str.contains(_SHORT_DECIMAL))


def _float(source: Source) -> nw.Expr:
    return x.cast(source.text if source.dtype == nw.Float32 else source.cell, Of.FLOAT)


def _digits(text: nw.Expr) -> nw.Expr:
    """Return how many digits a decimal has, without zeros before and behind it."""
    point = text.str.contains(".", literal=True)
    short = x.when(point).then(text.str.replace_all("[.]?0*$", "")).otherwise(text)
    return x.cast(short.str.replace_all("^-?[0.]*", "").str.replace_all(".", "", literal=True).str.len_chars(), Of.WHOLE)


def _flag(attribute: Attribute, source: Source) -> ColumnConversion:
    return ColumnConversion(columns={column(attribute.id): source.cell})


def _option(attribute: Attribute, source: Source) -> ColumnConversion:
    cases = ((source.text == x.lit(option), index) for index, option in enumerate(attribute.type.options))
    return ColumnConversion(columns={column(attribute.id): place_of(cases)})


def _date(attribute: Attribute, source: Source) -> ColumnConversion:
    """Take a date as the number its column holds, cut to the attribute's precision."""
    number = day_of(source, attribute.type.precision)
    fit = (number >= _FIRST_DAY) & (number <= _LAST_DAY) & _inside(attribute.type, number)
    return _one(attribute, number, fit)


def day_of(source: Source, precision: Precision = Precision.DAY) -> nw.Expr:
    """Return a column of dates as the numbers of days, cut to a precision."""
    cell = source.cell
    year, month, day = (x.cast(part, Of.WHOLE) for part in (cell.dt.year(), cell.dt.month(), cell.dt.day()))
    number = year * 10_000 + month * 100 + day
    if precision is Precision.DAY:
        return number
    return number // 10_000 * 10_000 + 101 if precision is Precision.YEAR else number // 100 * 100 + 1


def _set(attribute: Attribute, source: Source) -> ColumnConversion:
    """Take a list of words: each an option, and none twice, so that as many are found as there are."""
    options, cell = attribute.type.options, source.cell
    held = [cell.list.contains(word).fill_null(_NEVER) if source.dtype == _WORDS else x.lit(_NEVER) for word in options]
    expression = functools.reduce(operator.add, [x.when(one).then(x.lit(1)).otherwise(x.lit(0)) for one in held], x.lit(0))
    members = {name: _where(~cell.is_null(), one, Of.TRUTH) for name, one in zip(_members(attribute), held, strict=True)}
    fit = x.cast(cell.list.len(), Of.WHOLE) == expression
    return ColumnConversion(columns={column(attribute.id): _where(fit, x.lit(_ALWAYS), Of.TRUTH)} | members)


def _one(attribute: Attribute, value: nw.Expr, fit: nw.Expr, long: nw.Expr | None = None) -> ColumnConversion:
    return ColumnConversion(columns={column(attribute.id): _where(fit, value, kind_of(attribute.type))}, doubt=long)


def place_of(cases: Iterable[tuple[nw.Expr, int]]) -> nw.Expr:
    """Return the number of the first case that holds, or nothing."""
    chosen: Any = None
    for holds, index in cases:
        chosen = (x if chosen is None else chosen).when(holds).then(x.lit(index))
    return x.nothing(Of.WHOLE) if chosen is None else x.cast(chosen.otherwise(x.nothing(Of.WHOLE)), Of.WHOLE)


def _where(where: nw.Expr, value: nw.Expr, of: Of) -> nw.Expr:
    return x.when(where).then(value).otherwise(x.nothing(of))


def _inside(type_: ValueType, value: nw.Expr) -> nw.Expr:
    """Return whether a number, or the number of a day, lies in the range; true of one without a range."""
    inside = x.lit(_ALWAYS)
    for end, compare in zip((type_.lowest, type_.highest), type_.comparisons(), strict=True):
        if end is not None:
            inside = inside & compare(value, day_number(end) if isinstance(end, datetime.date) else float(encoded(type_, end)))
    return inside


def _members(attribute: Attribute) -> list[str]:
    options = attribute.type.options if attribute.kind is Kind.SET else ()
    return [member_column(attribute.id, index) for index in range(len(options))]


def _is_number(dtype: DType) -> bool:
    return dtype.is_numeric()


def _is_text(dtype: DType) -> bool:
    return isinstance(dtype, nw.String | nw.Categorical | nw.Enum)


def _is_words(dtype: DType) -> bool:
    return dtype in (_WORDS, nw.List(nw.Unknown))


_Taking = tuple[Callable[[DType], bool], str, Callable[[Attribute, Source], ColumnConversion]]
_TAKE: Mapping[Kind, _Taking] = {
    Kind.NUMBER: (_is_number, "a number", _number),
    Kind.INTEGER: (_is_number, "a number", _number),
    Kind.FLAG: (lambda dtype: dtype == nw.Boolean, "a boolean", _flag),
    Kind.SCALE: (_is_text, "text, one of the scale's labels", _option),
    Kind.CHOICE: (_is_text, "text, one of the options", _option),
    Kind.DATE: (lambda dtype: dtype == nw.Date, "a date without a time", _date),
    Kind.SET: (_is_words, "a list of text, one option each", _set),
}


def role_name(source: Source) -> nw.Expr:
    """Return the name of a role folded as names are compared: in lower case, with single spaces."""
    if source.dtype == nw.Unknown:
        return _where(~source.cell.is_null(), x.lit(""), Of.TEXT)
    if not _is_text(source.dtype):
        raise FrameProblem(f"the column `{source.name}` holds {source.dtype}, and a role is text", "name roles by id or title")
    return source.text.str.replace_all(r"\s+", " ").str.strip_chars().str.to_lowercase()


def role_place(pack: Pack, name: nw.Expr) -> nw.Expr:
    """Return the place of the role of a folded name: an id, a title or another name, as `Pack.find_role` finds it."""
    names: dict[str, list[str]] = {role: [] for role in pack.roles}
    for known, role in pack.role_names.items():
        names[role].append(known)
    return place_of((name.is_in(names[role]), index) for index, role in enumerate(pack.roles))


def in_doubt(parts: Iterable[ColumnConversion]) -> nw.Expr:
    """Return where a stated number is too long for a float to stand for it."""
    return any_of(part.doubt for part in parts if part.doubt is not None)
