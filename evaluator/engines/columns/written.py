"""Columns of text → what they say: the plain spellings of numbers, flags, options, dates and sets, in any frame.

A table such as CSV holds nothing but text. What is not plainly written leaves nothing, and its row is told as one that does not
fit: an engine where the data lies cannot look at a cell twice.
"""

from __future__ import annotations

import narwhals as nw

from evaluator.dates import Precision
from evaluator.engines.columns import language as x
from evaluator.engines.columns.language import Of
from evaluator.model import Attribute
from evaluator.values import Kind

_WHOLE_NUMBER = r"^-?[0-9]{1,14}$"
_NUMBER = r"^-?[0-9]{1,9}([.][0-9]{1,6})?$"
_MONTH, _DAY = "-(0[1-9]|1[0-2])", "-(0[1-9]|[12][0-9]|3[01])"
_DATE = {
    Precision.YEAR: rf"^[0-9]{{4}}({_MONTH}({_DAY})?)?$",
    Precision.MONTH: rf"^[0-9]{{4}}{_MONTH}({_DAY})?$",
    Precision.DAY: rf"^[0-9]{{4}}{_MONTH}{_DAY}$",
}
_TRUE, _FALSE = ("true", "True", "TRUE"), ("false", "False", "FALSE")
_LONG_MONTHS, _FEBRUARY = (1, 3, 5, 7, 8, 10, 12), 2
NONE, MARK = "none", ";"


def cell(column: nw.Expr) -> nw.Expr:
    """Return a cell without the spaces around it; an empty one is missing."""
    text = column.str.strip_chars()
    return x.when(text != "").then(text).otherwise(x.nothing(Of.TEXT))


def number(attribute: Attribute, text: nw.Expr) -> nw.Expr:
    """Return a number of up to fifteen digits, written with digits, a sign and a point."""
    pattern = _WHOLE_NUMBER if attribute.kind is Kind.INTEGER else _NUMBER
    return x.cast(_where(text.str.contains(pattern), text), Of.FLOAT)


def flag(text: nw.Expr) -> nw.Expr:
    """Return what `true` and `false` say."""
    otherwise = x.when(text.is_in(_FALSE)).then(x.lit(False)).otherwise(x.nothing(Of.TRUTH))  # noqa: FBT003
    return x.when(text.is_in(_TRUE)).then(x.lit(True)).otherwise(otherwise)  # noqa: FBT003


def date(precision: Precision, text: nw.Expr) -> tuple[nw.Expr, nw.Expr, nw.Expr]:
    """Return year, month and day of a date such as 2024-05-17; less of it may be written where the precision asks for less."""
    plain = _where(text.str.contains(_DATE[precision]), text)
    year, month, day = (_part(plain, start, length) for start, length in ((0, 4), (5, 2), (8, 2)))
    leap = ((year % 4 == 0) & (year % 100 != 0)) | (year % 400 == 0)
    last = x.when(month.is_in(_LONG_MONTHS)).then(x.lit(31)).otherwise(x.lit(30))
    last = x.when(month == _FEBRUARY).then(x.when(leap).then(x.lit(29)).otherwise(x.lit(28))).otherwise(last)
    there = x.when(day <= last).then(year).otherwise(x.nothing(Of.WHOLE))
    return there, month, day


def _part(text: nw.Expr, start: int, length: int) -> nw.Expr:
    """Return a part of a date as a number, 1 where the date does not say it."""
    digits = text.str.slice(start, length)
    return x.cast(x.when(digits == "").then(x.lit("1")).otherwise(digits), Of.WHOLE)


def listed(text: nw.Expr) -> nw.Expr:
    """Return a list without the spaces around its items."""
    return text.str.replace_all(r"\s*;\s*", MARK)


def members(options: tuple[str, ...], text: nw.Expr) -> list[nw.Expr]:
    """Return which options a list such as `data;pricing` holds."""
    around = x.joined(x.lit(MARK), text, x.lit(MARK), separator="")
    return [around.str.contains(f"{MARK}{option}{MARK}", literal=True) for option in options]


def items(text: nw.Expr) -> nw.Expr:
    """Return how many items a list names; `none` names none."""
    marks = text.str.len_chars() - text.str.replace_all(MARK, "", literal=True).str.len_chars()
    return x.when(text == NONE).then(x.lit(0)).otherwise(x.cast(marks, Of.WHOLE) + 1)


def digits(text: nw.Expr) -> nw.Expr:
    """Return how many digits a decimal has, without zeros before and behind it."""
    point = text.str.contains(".", literal=True)
    short = x.when(point).then(text.str.replace_all("[.]?0*$", "")).otherwise(text)
    return x.cast(short.str.replace_all("^-?[0.]*", "").str.replace_all(".", "", literal=True).str.len_chars(), Of.WHOLE)


def _where(where: nw.Expr, value: nw.Expr) -> nw.Expr:
    return x.when(where).then(value).otherwise(x.nothing(Of.TEXT))
