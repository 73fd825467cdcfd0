"""The words for texts, dates and lists in Spark's SQL."""

from __future__ import annotations

import string
from typing import TYPE_CHECKING

import attrs

if TYPE_CHECKING:
    from evaluator.engines.columns.sqltext import Sql


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
