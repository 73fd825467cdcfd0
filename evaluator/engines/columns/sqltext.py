"""Spark's SQL as text: expressions that grow as narwhals' do."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

import attrs

from evaluator.engines.columns.sqlparts import Dates, Lists, Texts

if TYPE_CHECKING:
    from evaluator.engines.columns.sqlwords import Words

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
