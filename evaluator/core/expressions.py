"""The expressions of derived attributes: what a `derive:` says, as a tree."""

from __future__ import annotations

import enum
from collections.abc import Iterator, Mapping

import attrs

from evaluator.core.conditions import Condition, attributes_read
from evaluator.core.values import Atom, Number
from evaluator.diagnostics import Span

_FIRST_LETTER = 0x4E00
"""Letters of reasons begin here: more follow than any pack has attributes."""


class Missing(enum.StrEnum):
    """What a missing input does, where no number stands in for it."""

    UNKNOWN = "unknown"
    SKIP = "skip"


class Half(enum.StrEnum):
    """Where a value halfway between two steps is rounded to."""

    UP = "up"
    EVEN = "even"


class Operation(enum.StrEnum):
    """An operator over a list of expressions."""

    SUM = "sum"
    PRODUCT = "product"
    MEAN = "mean"
    MIN = "min"
    MAX = "max"
    DIFFERENCE = "difference"
    RATIO = "ratio"


class Gathering(enum.StrEnum):
    """An operator over the entries of a records attribute."""

    COUNT = "count"
    COUNT_DISTINCT = "count_distinct"
    TOTAL = "total"
    LATEST = "latest"
    YEARS = "years"


@attrs.frozen(kw_only=True)
class Literal:
    """A value written in the expression itself."""

    value: Atom


@attrs.frozen(kw_only=True)
class Reference:
    """The value of another attribute."""

    attribute: str


@attrs.frozen(kw_only=True)
class Calculation:
    """An operation over parts; of a weighted mean, `weights` go with the parts."""

    operation: Operation
    parts: tuple[Expression, ...]
    weights: tuple[Number, ...] | None = None
    missing: Missing | Number = Missing.UNKNOWN


@attrs.frozen(kw_only=True)
class Floor:
    """The whole number at or below."""

    of: Expression


@attrs.frozen(kw_only=True)
class Clamp:
    """A number held inside bounds."""

    of: Expression
    lowest: Number | None
    highest: Number | None


@attrs.frozen(kw_only=True)
class Round:
    """A number rounded to the nearest step."""

    of: Expression
    step: Number
    half: Half


@attrs.frozen(kw_only=True)
class Stretch:
    """One band of a table: its ends, each closed or open or without limit, and what it gives."""

    lowest: Number | None
    includes_lowest: bool
    highest: Number | None
    includes_highest: bool
    gives: Atom

    def __contains__(self, value: Number) -> bool:
        if self.lowest is not None and (value < self.lowest or (value == self.lowest and not self.includes_lowest)):
            return False
        return self.highest is None or value < self.highest or (value == self.highest and self.includes_highest)


@attrs.frozen(kw_only=True)
class Lookup:
    """A table's value for an input: by exact key, or by the band it falls in."""

    of: Expression
    table: str
    title: str | None = attrs.field(default=None, eq=False)
    rows: Mapping[Atom, Atom] = attrs.field(factory=dict, hash=False)
    bands: tuple[Stretch, ...] = ()

    @property
    def label(self) -> str:
        """What the table is called in a sentence: its title, or its id in words."""
        return self.title or (self.table[:1].upper() + self.table[1:]).replace("_", " ")


@attrs.frozen(kw_only=True)
class When:
    """The value of the first condition that is met, else another value."""

    branches: tuple[tuple[Condition, Expression], ...]
    otherwise: Expression
    missing: Missing = Missing.UNKNOWN


@attrs.frozen(kw_only=True)
class Tally:
    """How many conditions are met, or with `share` the part of them that is."""

    conditions: tuple[Condition, ...]
    share: bool
    missing: Missing | Number = Missing.UNKNOWN


@attrs.frozen(kw_only=True)
class Gather:
    """One value out of the entries of a records attribute that meet `where`."""

    gathering: Gathering
    records: str
    where: Condition | None = None
    field: str | None = None
    by: str | None = None
    start: str | None = None
    end: str | None = None
    missing: Missing | Number = Missing.UNKNOWN


@attrs.frozen(kw_only=True)
class Since:
    """Whole months from a date to the as-of date; over twelve for years."""

    of: str
    years: bool


@attrs.frozen(kw_only=True)
class Stored:
    """What was computed where the records were: unknown here, for reasons that a fact of its own holds, a letter each.

    The letters are those of the attributes that are asked for, then of the computations, by attribute and operator, without a result,
    each of these followed by the number or date that had none.
    """

    original: Expression
    fact: str
    asks: tuple[str, ...]
    undefined: tuple[tuple[str, Expression], ...]

    def letter(self, reason: str | tuple[str, Expression]) -> str:
        """Return the letter of an attribute that is asked for, or of a computation that has no result."""
        return chr(_FIRST_LETTER + (*self.asks, *self.undefined).index(reason))


Expression = Stored | Literal | Reference | Calculation | Floor | Clamp | Round | Lookup | When | Tally | Gather | Since


@attrs.frozen(kw_only=True)
class Derivation:
    """What an attribute is computed from, and where that is written."""

    expression: Expression
    span: Span


def inputs(expression: Expression) -> tuple[str, ...]:
    """Return the attributes an expression reads, each once, in order."""
    return tuple(dict.fromkeys(_inputs(expression)))


def _inputs(expression: Expression) -> Iterator[str]:
    match expression:
        case Literal():
            return
        case Stored(original=original):
            yield from _inputs(original)
        case Reference(attribute=name) | Gather(records=name) | Since(of=name):
            yield name
        case Calculation(parts=parts):
            for part in parts:
                yield from _inputs(part)
        case Floor(of=of) | Clamp(of=of) | Round(of=of) | Lookup(of=of):
            yield from _inputs(of)
        case Tally(conditions=conditions):
            yield from attributes_read(conditions)
        case When(branches=branches, otherwise=otherwise):
            for condition, value in branches:
                yield from attributes_read([condition])
                yield from _inputs(value)
            yield from _inputs(otherwise)


def within(expression: Expression) -> Iterator[Expression]:
    """Yield an expression and every one inside it, from the outside in, in the order of the file."""
    yield expression
    match expression:
        case Stored(original=original):
            inner: tuple[Expression, ...] = (original,)
        case Calculation(parts=parts):
            inner = parts
        case Floor(of=of) | Clamp(of=of) | Round(of=of) | Lookup(of=of):
            inner = (of,)
        case When(branches=branches, otherwise=otherwise):
            inner = (*(value for _, value in branches), otherwise)
        case _:
            inner = ()
    for one in inner:
        yield from within(one)
