"""The words that expressions over columns are built from: narwhals' own, or Polars' where a frame is Polars.

The two read alike. Narwhals speaks to DuckDB and Spark as well, and takes about a tenth of a millisecond for each word of an
expression on its way to Polars; a pack has some hundred thousand words, so Polars is spoken to directly.
"""

from __future__ import annotations

import enum
import functools
import operator
from collections.abc import Hashable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any

import narwhals as nw

if TYPE_CHECKING:
    from types import ModuleType

    from narwhals.functions import When

_SPOKEN: ContextVar[Any] = ContextVar("spoken", default=nw)


class Of(enum.StrEnum):
    """The types of columns."""

    FLOAT = "Float64"
    WHOLE = "Int64"
    SMALL = "Int32"
    SHORT = "Int16"
    TINY = "Int8"
    TRUTH = "Boolean"
    TEXT = "String"


_BITS = ((Of.TINY, 7), (Of.SHORT, 15), (Of.SMALL, 31))


@contextmanager
def speaking(module: ModuleType) -> Iterator[None]:
    """Build expressions in the words of a module, narwhals or polars."""
    token = _SPOKEN.set(module)
    try:
        yield
    finally:
        _SPOKEN.reset(token)


def type_of(name: Of) -> Any:  # noqa: ANN401 - the module's own type
    """Return a column type."""
    return getattr(_SPOKEN.get(), name)


def col(name: str) -> nw.Expr:
    """Return a column."""
    return _expression(_SPOKEN.get().col(name))


def lit(value: Hashable, name: Of | None = None) -> nw.Expr:
    """Return a literal, of a type if one is named."""
    return _expression(_SPOKEN.get().lit(value)) if name is None else _typed(_SPOKEN.get(), type(value), value, name)


@functools.lru_cache(maxsize=4096)
def _typed(spoken: ModuleType, _: type, value: Hashable, name: Of) -> nw.Expr:
    """Make a literal once: Polars casts a series for each, and a large pack asks for the same few ten thousands of times."""
    return _expression(spoken.lit(value, getattr(spoken, name)))


def roomy(most: int) -> Of:
    """Return the smallest type of whole numbers that reaches so far on both sides of 0."""
    return next((of for of, bits in _BITS if most < 1 << bits), Of.WHOLE)


def nothing(name: Of) -> nw.Expr:
    """Return what is missing, of a type."""
    return lit(None, name)


def when(condition: nw.Expr) -> When:
    """Begin a choice: `when(...).then(...).otherwise(...)`."""
    choice: When = _SPOKEN.get().when(condition)
    return choice


def chosen(expression: nw.Expr, cases: Sequence[tuple[int, nw.Expr]], none: nw.Expr) -> nw.Expr:
    """Return the value of a place, out of cases by rising place; `none` at any other place, and where none is known.

    Halved again and again, a choice of hundreds is not hundreds deep: what plans a query takes a square of the depth for it.
    """
    if len(cases) <= 1:
        return when(expression == cases[0][0]).then(cases[0][1]).otherwise(none) if cases else none
    middle = len(cases) // 2
    below, above = (chosen(expression, half, none) for half in (cases[:middle], cases[middle:]))
    return when(expression < cases[middle][0]).then(below).otherwise(above)


def cast(expression: nw.Expr, name: Of) -> nw.Expr:
    """Return an expression as a type."""
    return expression.cast(type_of(name))


def quotient(number: nw.Expr, divisor: int) -> nw.Expr:
    """Return a whole number, such as of a day, divided by one above 0, and rounded down.

    By way of floats, where it is exact for numbers below 2 to the 53rd: of `//`, narwhals writes the dividend seven times into SQL, and
    of a quotient of a quotient 49 times.
    """
    return cast((number / divisor).floor(), Of.WHOLE)


def least(*parts: nw.Expr) -> nw.Expr:
    """Return the least of the parts that are known."""
    return _expression(_SPOKEN.get().min_horizontal(*parts))


def greatest(*parts: nw.Expr) -> nw.Expr:
    """Return the greatest of the parts that are known."""
    return _expression(_SPOKEN.get().max_horizontal(*parts))


def sum_of_least(parts: Sequence[nw.Expr], count: int) -> nw.Expr:
    """Return what the least of some numbers, so many of them, add up to; none of them is missing.

    It is the most, over each number as a mark, of the mark so many times less what the numbers below it lack of it.
    """
    spoken = _SPOKEN.get()
    if spoken.__name__ == "polars":
        return _expression(spoken.concat_list(parts).list.sort().list.head(count).list.sum())
    marks = [mark * float(count) - functools.reduce(operator.add, [greatest(lit(0.0), mark - part) for part in parts]) for mark in parts]
    return greatest(*marks)


def first_known(*parts: nw.Expr) -> nw.Expr:
    """Return the first part that is known."""
    return _expression(_SPOKEN.get().coalesce(*parts))


def joined(*parts: nw.Expr, separator: str) -> nw.Expr:
    """Return the texts that are known, joined."""
    return _expression(_SPOKEN.get().concat_str(*parts, separator=separator, ignore_nulls=True))


def worded(expression: nw.Expr, words: Sequence[str]) -> nw.Expr:
    """Return the word at a place, nothing where there is none."""
    spoken = _SPOKEN.get()
    if spoken.__name__ == "polars":
        return _expression(expression.cast(spoken.UInt32).cat.to(spoken.Enum(list(words))).cast(spoken.String))  # type: ignore[attr-defined]
    return chosen(expression, [(number, lit(word)) for number, word in enumerate(words)], nothing(Of.TEXT))


def _expression(made: Any) -> nw.Expr:  # noqa: ANN401 - both modules' expressions read alike
    expression: nw.Expr = made
    return expression
