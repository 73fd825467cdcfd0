"""Spark's SQL as text: expressions that grow as narwhals' do, the words that they are built from, and frames that are queries."""

from __future__ import annotations

import secrets
import string
from collections.abc import Callable, Iterable, Mapping
from types import ModuleType
from typing import TYPE_CHECKING, Any

import attrs

from evaluator.engines.columns.language import speaking

if TYPE_CHECKING:
    from pyspark.sql import DataFrame


@attrs.frozen(kw_only=True)
class Texts:
    """What can be asked of a text."""

    of: Sql

    def contains(self, pattern: str, *, literal: bool = False) -> Sql:
        """Return where it holds a pattern, or a text."""
        return self.of.words.call("CONTAINS" if literal else "REGEXP_LIKE", self.of, pattern)

    def replace_all(self, pattern: str, value: str, *, literal: bool = False) -> Sql:
        """Return it with every match of a pattern, or a text, replaced."""
        return self.of.words.call("REPLACE" if literal else "REGEXP_REPLACE", self.of, pattern, value)

    def strip_chars(self) -> Sql:
        """Return it without the spaces around it."""
        return self.of.words.call("BTRIM", self.of, string.whitespace)

    def to_lowercase(self) -> Sql:
        """Return it in lower case."""
        return self.of.words.call("LOWER", self.of)

    def len_chars(self) -> Sql:
        """Return how many characters it has."""
        return self.of.words.call("CHAR_LENGTH", self.of)

    def slice(self, offset: int, length: int) -> Sql:
        """Return a part of it."""
        return self.of.words.call("SUBSTR", self.of, offset + 1, length)


@attrs.frozen(kw_only=True)
class Dates:
    """What can be asked of a date."""

    of: Sql

    def year(self) -> Sql:
        """Return its year."""
        return self.of.words.call("YEAR", self.of)

    def month(self) -> Sql:
        """Return its month."""
        return self.of.words.call("MONTH", self.of)

    def day(self) -> Sql:
        """Return its day of the month."""
        return self.of.words.call("DAY", self.of)


@attrs.frozen(kw_only=True)
class Lists:
    """What can be asked of a list."""

    of: Sql

    def contains(self, item: str) -> Sql:
        """Return where it holds an item."""
        return self.of.words.call("ARRAY_CONTAINS", self.of, item)

    def len(self) -> Sql:
        """Return how many items it has; missing where it is."""
        return self.of.words.call("ARRAY_SIZE", self.of)


_PLAIN = frozenset(string.ascii_letters + string.digits + " -_.,:;!?/()[]+*#%&=<>|~@^$")
_MARKS: Mapping[str, str] = {"TINYINT": "Y", "SMALLINT": "S", "BIGINT": "L"}


class Words(ModuleType):
    """The words of narwhals, as far as expressions over columns use them, making SQL; `texts` are handed over beside it."""

    Float64, Int64, Int32, Int16, Int8 = "DOUBLE", "BIGINT", "INT", "SMALLINT", "TINYINT"
    Boolean, String = "BOOLEAN", "STRING"

    def __init__(self) -> None:
        super().__init__("sqltext")
        self.texts: dict[str, str] = {}

    def col(self, name: str) -> Sql:
        """Return a column."""
        return Sql(text=quoted(name), words=self)

    def lit(self, value: object, type_: str | None = None) -> Sql:
        """Return a literal, of a type if one is named."""
        text = self.literal(value)
        if type_ is None or (type_ == "INT" and isinstance(value, int)):
            return Sql(text=text, words=self)
        if type_ in _MARKS and isinstance(value, int) and value >= 0:
            return Sql(text=text + _MARKS[type_], words=self)
        return Sql(text=f"CAST({text} AS {type_})", words=self)

    def literal(self, value: object) -> str:
        """Write a literal; a text with anything but plain letters becomes a parameter."""
        if value is None:
            return "NULL"
        if isinstance(value, bool):
            return "TRUE" if value else "FALSE"
        if isinstance(value, float):
            return f"{value!r}D" if value >= 0 else f"({value!r}D)"
        if isinstance(value, int):
            return str(value) if value >= 0 else f"({value})"
        if not isinstance(value, str):
            raise TypeError(f"no SQL is written for {value!r}")
        return f"'{value}'" if _PLAIN.issuperset(value) else self._parameter(value)

    def _parameter(self, value: str) -> str:
        name = next((name for name, text in self.texts.items() if text == value), f"text{len(self.texts)}")
        self.texts[name] = value
        return f":{name}"

    def when(self, condition: Sql) -> Case:
        """Begin a choice."""
        return Case(words=self, branches=(), condition=condition.text)

    def call(self, function: str, *parts: object) -> Sql:
        """Return a call of a function."""
        return Sql(text=f"{function}({', '.join(self.text_of(part) for part in parts)})", words=self)

    def text_of(self, part: object) -> str:
        """Write an expression, or a literal."""
        return self.lifted(part).text

    def lifted(self, part: object) -> Sql:
        """Return an expression, or the one of a literal."""
        return part if isinstance(part, Sql) else Sql(text=self.literal(part), words=self)

    def coalesce(self, *parts: Sql) -> Sql:
        """Return the first that is known."""
        return self.call("COALESCE", *parts)

    def min_horizontal(self, *parts: Sql) -> Sql:
        """Return the least that is known."""
        return parts[0] if len(parts) == 1 else self.call("LEAST", *parts)

    def max_horizontal(self, *parts: Sql) -> Sql:
        """Return the greatest that is known."""
        return parts[0] if len(parts) == 1 else self.call("GREATEST", *parts)

    def concat_str(self, *parts: Sql, separator: str, ignore_nulls: bool) -> Sql:
        """Return the texts that are known, joined."""
        if not ignore_nulls:
            raise TypeError("no SQL is written for joining what is missing")
        return self.call("CONCAT_WS", separator, *parts)


def quoted(name: str) -> str:
    """Write a name."""
    return "`" + name.replace("`", "``") + "`"


@attrs.frozen(kw_only=True)
class SqlFrame:
    """A query and the names of its columns."""

    query: str
    names: tuple[str, ...]

    def select(self, *columns: Sql) -> SqlFrame:
        """Return a frame of columns alone."""
        listed = ", ".join(f"{column.text} AS {quoted(column.name)}" for column in columns)
        return self._over(listed, tuple(column.name for column in columns))

    def with_columns(self, *columns: Sql) -> SqlFrame:
        """Return the frame with more columns, or other ones in their place."""
        made = {column.name: column.text for column in columns}
        names = tuple(dict.fromkeys((*self.names, *made)))
        listed = ", ".join(f"{made[name]} AS {quoted(name)}" if name in made else quoted(name) for name in names)
        return self._over(listed, names)

    def drop(self, *names: str) -> SqlFrame:
        """Return the frame without some columns."""
        left = tuple(name for name in self.names if name not in names)
        return self._over(", ".join(map(quoted, left)), left)

    def _over(self, listed: str, names: tuple[str, ...]) -> SqlFrame:
        return SqlFrame(query=f"SELECT {listed} FROM ({self.query})", names=names)  # noqa: S608 - texts are literals or parameters


def through_sql(frame: DataFrame, build: Callable[[Any], Any]) -> DataFrame:
    """Build expressions over a frame of Spark as one query, and return the frame that it stands for."""
    words, view = Words(), f"evaluator_{secrets.token_hex(8)}"
    with speaking(words):
        query: SqlFrame = build(SqlFrame(query=f"SELECT * FROM {view}", names=tuple(frame.columns)))  # noqa: S608 - a name of our own
    frame.createOrReplaceTempView(view)
    try:
        return frame.sparkSession.sql(query.query, args=dict(words.texts))
    finally:
        frame.sparkSession.catalog.dropTempView(view)


Text = str
"""An expression has a member called `str`, as narwhals' have."""


@attrs.frozen(kw_only=True)
class Case:
    """A choice that is being written."""

    words: Words
    branches: tuple[str, ...]
    condition: str = ""

    def when(self, condition: Sql) -> Case:
        """Add a condition."""
        return attrs.evolve(self, condition=condition.text)

    def then(self, value: object) -> Case:
        """Add what holds under the condition."""
        return attrs.evolve(self, branches=(*self.branches, f"WHEN {self.condition} THEN {self.words.text_of(value)}"), condition="")

    def otherwise(self, value: object) -> Sql:
        """End with what holds else; a choice inside that place becomes part of this one, so that nothing nests deep."""
        if isinstance(value, Sql) and value.branches:
            return _case(self.words, self.branches + value.branches, value.otherwise)
        return _case(self.words, self.branches, self.words.text_of(value))


def _case(words: Words, branches: tuple[str, ...], otherwise: str) -> Sql:
    return Sql(text=f"CASE {' '.join(branches)} ELSE {otherwise} END", words=words, branches=branches, otherwise=otherwise)


_PRODUCT, _SUM, _TEST, _NOT, _AND, _OR = range(1, 7)
"""How tightly operators bind: brackets only where they are needed, for Spark's parser takes long over them."""


@attrs.frozen(kw_only=True, eq=False)
class Sql:
    """An expression; of a choice, its branches are known, of a named one its name, and of an operator how tightly it binds."""

    text: Text
    words: Words
    branches: tuple[str, ...] = ()
    otherwise: Text = ""
    name: Text = ""
    level: int = 0

    __hash__ = None  # type: ignore[assignment]

    def alias(self, name: Text) -> Sql:
        """Return the expression under a name."""
        return attrs.evolve(self, name=name)

    def _with(self, level: int, operator: Text, other: object) -> Sql:
        return _pair(self, level, operator, self.words.lifted(other))

    def _behind(self, level: int, operator: Text, other: object) -> Sql:
        return _pair(self.words.lifted(other), level, operator, self)

    def __add__(self, other: object) -> Sql:
        return self._with(_SUM, "+", other)

    def __radd__(self, other: object) -> Sql:
        return self._behind(_SUM, "+", other)

    def __sub__(self, other: object) -> Sql:
        return self._with(_SUM, "-", other)

    def __rsub__(self, other: object) -> Sql:
        return self._behind(_SUM, "-", other)

    def __mul__(self, other: object) -> Sql:
        return self._with(_PRODUCT, "*", other)

    def __rmul__(self, other: object) -> Sql:
        return self._behind(_PRODUCT, "*", other)

    def __truediv__(self, other: object) -> Sql:
        return self.words.call("TRY_DIVIDE", self, other)

    def __floordiv__(self, other: object) -> Sql:
        return self._with(_PRODUCT, "DIV", other)  # whole numbers from 0 on: to cut and to round down are the same

    def __mod__(self, other: object) -> Sql:
        return self._with(_PRODUCT, "%", other)

    def __and__(self, other: object) -> Sql:
        return self._with(_AND, "AND", other)

    def __or__(self, other: object) -> Sql:
        return self._with(_OR, "OR", other)

    def __invert__(self) -> Sql:
        return Sql(text=f"NOT {self.within(_NOT)}", words=self.words, level=_NOT)

    def __eq__(self, other: object) -> Sql:  # type: ignore[override]
        return self._with(_TEST, "=", other)

    def __ne__(self, other: object) -> Sql:  # type: ignore[override]
        return self._with(_TEST, "<>", other)

    def __lt__(self, other: object) -> Sql:
        return self._with(_TEST, "<", other)

    def __le__(self, other: object) -> Sql:
        return self._with(_TEST, "<=", other)

    def __gt__(self, other: object) -> Sql:
        return self._with(_TEST, ">", other)

    def __ge__(self, other: object) -> Sql:
        return self._with(_TEST, ">=", other)

    def within(self, level: int) -> Text:
        """Return the text for a place where only what binds as tightly needs no brackets."""
        return self.text if self.level <= level else f"({self.text})"

    def cast(self, type_: Text) -> Sql:
        """Return the expression as a type."""
        return Sql(text=f"CAST({self.text} AS {type_})", words=self.words)

    def is_null(self) -> Sql:
        """Return where it is missing."""
        return Sql(text=f"{self.within(_SUM)} IS NULL", words=self.words, level=_TEST)

    def fill_null(self, value: object) -> Sql:
        """Return it with something in the place of what is missing."""
        return self.words.call("COALESCE", self, value)

    def abs(self) -> Sql:
        """Return it without its sign."""
        return self.words.call("ABS", self)

    def floor(self) -> Sql:
        """Return the whole number at or below."""
        return self.words.call("FLOOR", self).cast("DOUBLE")

    def ceil(self) -> Sql:
        """Return the whole number at or above."""
        return self.words.call("CEIL", self).cast("DOUBLE")

    def round(self, places: int) -> Sql:
        """Return it rounded."""
        return self.words.call("ROUND", self, places)

    def is_in(self, values: Iterable[object]) -> Sql:
        """Return where it is one of some values."""
        listed = ", ".join(self.words.literal(value) for value in values)
        if not listed:
            return self.words.lit(value=False)
        return Sql(text=f"{self.within(_SUM)} IN ({listed})", words=self.words, level=_TEST)

    @property
    def str(self) -> Texts:
        """The words for texts."""
        return Texts(of=self)

    @property
    def dt(self) -> Dates:
        """The words for dates."""
        return Dates(of=self)

    @property
    def list(self) -> Lists:
        """The words for lists."""
        return Lists(of=self)


def _pair(left: Sql, level: int, operator: str, right: Sql) -> Sql:
    """Join two expressions; what stands right of an operator has to bind more tightly, left of a comparison too."""
    before = left.within(level - (level == _TEST))
    return Sql(text=f"{before} {operator} {right.within(level - 1)}", words=left.words, level=level)
