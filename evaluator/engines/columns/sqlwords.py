"""Spark's SQL as text: the words that expressions are built from, as narwhals has them.

Narwhals speaks to Spark too, a call from Python to Java for each word and a look through the whole plan for each frame: for a pack
of a few hundred criteria that takes most of a minute before anything runs. One text is parsed and looked through once.
"""

from __future__ import annotations

import string
from collections.abc import Mapping
from types import ModuleType

from evaluator.engines.columns.sqltext import Case, Sql

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
