"""Columns of text → what they say: the plain spellings of numbers, flags, options, dates and sets, in any frame.

A table such as CSV holds nothing but text. What is not plainly written leaves nothing, and its row is told as one that does not
fit: an engine where the data lies cannot look at a cell twice.
"""

from __future__ import annotations

import narwhals as nw

from evaluator.core.dates import NAME_PATTERNS, Precision, date_patterns
from evaluator.core.model import Attribute
from evaluator.core.values import Kind
from evaluator.engines.columns import language as x
from evaluator.engines.columns.language import Of

_WHOLE_NUMBER = r"^-?[0-9]{1,14}$"
_NUMBER = r"^-?[0-9]{1,9}([.][0-9]{1,6})?$"
_NEEDED = {Precision.YEAR: "Y", Precision.MONTH: "MN", Precision.DAY: "D"}
"""Of each precision the parts of which a date has to say one."""
_NAMED = "m"
_FILLED = (
    ("-m", "-"),
    ("^([0-9]{4}-)([0-9])((?:-.*)?)$", "{1}0{2}{3}"),
    ("^([0-9]{4}-[0-9]{2}-)([0-9])$", "{1}0{2}"),
    ("^([0-9]{4})$", "{1}-01-01"),
    ("^([0-9]{4}-[0-9]{2})$", "{1}-01"),
)
"""What makes a date of year, month and day with four and two digits of one whose parts are in that order."""
_LEAP = "(?:[0-9]{2}(?:0[48]|[2468][048]|[13579][26])|(?:[02468][048]|[13579][26])00)"
_OF_THE_CALENDAR = (
    f"^(?:[0-9]{{4}}-(?:(?:0[1-9]|1[0-2])-(?:0[1-9]|1[0-9]|2[0-8])|(?:0[13-9]|1[0-2])-(?:29|30)|(?:0[13578]|1[02])-31)|{_LEAP}-02-29)$"
)
_TRUE, _FALSE = ("true", "True", "TRUE"), ("false", "False", "FALSE")
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


def date(precision: Precision, text: nw.Expr) -> nw.Expr:
    """Return the number of the day of a date in any spelling that profiles take; less may be said where the precision asks for less."""
    forms = [pattern for parts, pattern in date_patterns().items() if set(parts) & set(_NEEDED[precision])]
    day = _where(text.str.contains(f"^(?:{'|'.join(forms)})$"), text)
    for number, names in enumerate(NAME_PATTERNS, 1):
        day = day.str.replace_all(names, f"{_NAMED}{number:02}")
    for parts, pattern in date_patterns(f"{_NAMED}[0-9]{{2}}").items():
        order = [parts.replace("N", "M").index(part) + 1 for part in "YMD" if part in parts.replace("N", "M")]
        day = x.rewritten(day, f"^{pattern}$", "-".join(f"{{{place}}}" for place in order))
    for pattern, written in _FILLED:
        day = x.rewritten(day, pattern, written)
    return x.cast(_where(day.str.contains(_OF_THE_CALENDAR), day).str.replace_all("-", "", literal=True), Of.WHOLE)


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
