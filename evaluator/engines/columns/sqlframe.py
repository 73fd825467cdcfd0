"""A frame that is a query still being written: each step wraps the one before."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import attrs

from evaluator.engines.columns.language import speaking
from evaluator.engines.columns.sqltext import Sql
from evaluator.engines.columns.sqlwords import Words, quoted

if TYPE_CHECKING:
    from pyspark.sql import DataFrame


@attrs.frozen(kw_only=True)
class SqlFrame:
    """A query and the names of its columns."""

    query: str
    names: tuple[str, ...]

    def select(self, *columns: Sql) -> SqlFrame:
        """Return a frame of columns alone."""
        listed = ", ".join(f"{one.text} AS {quoted(one.name)}" for one in columns)
        return self._over(listed, tuple(one.name for one in columns))

    def with_columns(self, *columns: Sql) -> SqlFrame:
        """Return the frame with more columns, or other ones in their place."""
        made = {one.name: one.text for one in columns}
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
