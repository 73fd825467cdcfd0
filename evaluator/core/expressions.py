"""The expressions of derived attributes: what a `derive:` says, as a tree.

Each class says once what stands inside it and how it is built again with other parts; every walk goes by that.
"""

from __future__ import annotations

import abc
import enum
import functools
import itertools
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Self, TypeVar

import attrs

from evaluator.core.conditions import Condition, leaves, person_attributes
from evaluator.core.text import id_as_title
from evaluator.core.values import Atom, Number, Value
from evaluator.diagnostics import Span

T = TypeVar("T")

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
    MEAN = "mean"
    MIN = "min"
    MAX = "max"
    LATEST = "latest"
    EARLIEST = "earliest"
    YEARS = "years"

    @property
    def needs_an_entry(self) -> bool:
        """Whether there is no result where no entry counts."""
        return self in {Gathering.MEAN, Gathering.MIN, Gathering.MAX, Gathering.LATEST, Gathering.EARLIEST}

    @property
    def by_date(self) -> bool:
        """Whether it takes the entry of the first or the last day."""
        return self in {Gathering.LATEST, Gathering.EARLIEST}


@attrs.frozen(kw_only=True)
class _Node:
    """What every operator says of itself; of no metaclass, by which each `match` and `isinstance` would take many times as long."""

    @property
    @abc.abstractmethod
    def attributes(self) -> tuple[str, ...]:
        """The attributes it reads by name, itself."""

    @abc.abstractmethod
    def inside(self) -> tuple[Expression | Condition, ...]:
        """Return the expressions and conditions directly inside, in the order of the file."""

    @abc.abstractmethod
    def rebuilt(self, child: Callable[[Expression], Expression], condition: Callable[[Condition], Condition]) -> Self:
        """Return the same operator over what is made of each expression and condition inside, which are gone through in their order."""

    @functools.cached_property
    def inputs(self) -> tuple[str, ...]:
        """The attributes that it and all inside it read, each once, in order."""
        return tuple(dict.fromkeys(self.reads()))

    def reads(self) -> Iterator[str]:
        """Yield the attributes that it and all inside it read, as often as they do, in the order of the file."""
        yield from self.attributes
        for part in self.inside():
            if isinstance(part, _Node):
                yield from part.reads()
            elif self.records is None:
                yield from (name for test in leaves(part) for name in test.attributes)

    @functools.cached_property
    def gathers(self) -> bool:
        """Whether it reads the entries of records anywhere, which is done where they are at hand."""
        return self.records is not None or any(child.gathers for child in self.children)

    @property
    def records(self) -> str | None:
        """The attribute of whose entries the conditions inside speak; None where they speak of the attributes of a profile."""
        return None

    @property
    def children(self) -> tuple[Expression, ...]:
        """The expressions directly inside, in the order of the file."""
        return tuple(expression for expression in self.inside() if isinstance(expression, _Node))

    @property
    def conditions(self) -> tuple[Condition, ...]:
        """The conditions directly inside, in the order of the file."""
        return tuple(expression for expression in self.inside() if not isinstance(expression, _Node))


class _Leaf(_Node):
    """An operator with nothing inside."""

    __slots__ = ()

    def inside(self) -> tuple[Expression | Condition, ...]:
        """Return nothing."""
        return ()

    def rebuilt(self, _child: Callable[[Expression], Expression], _condition: Callable[[Condition], Condition]) -> Self:
        """Return the operator itself."""
        return self


@attrs.frozen(kw_only=True)
class _Single(_Node):
    """An operator over one expression."""

    of: Expression

    @property
    def attributes(self) -> tuple[str, ...]:
        """None."""
        return ()

    def inside(self) -> tuple[Expression | Condition, ...]:
        """Return the one expression."""
        return (self.of,)

    def rebuilt(self, child: Callable[[Expression], Expression], _condition: Callable[[Condition], Condition]) -> Self:
        """Return the same operator over another expression."""
        return attrs.evolve(self, of=child(self.of))


@attrs.frozen(kw_only=True)
class Literal(_Leaf):
    """A value written in the expression itself."""

    value: Atom

    @property
    def attributes(self) -> tuple[str, ...]:
        """None."""
        return ()


@attrs.frozen(kw_only=True)
class Reference(_Leaf):
    """The value of another attribute."""

    attribute: str

    @property
    def attributes(self) -> tuple[str, ...]:
        """The attribute."""
        return (self.attribute,)


@attrs.frozen(kw_only=True)
class Calculation(_Node):
    """An operation over parts; of a weighted mean, `weights` go with the parts."""

    operation: Operation
    parts: tuple[Expression, ...]
    weights: tuple[Number, ...] | None = None
    missing: Missing | Number = Missing.UNKNOWN

    @property
    def attributes(self) -> tuple[str, ...]:
        """None."""
        return ()

    @property
    def averaged(self) -> tuple[Expression, ...]:
        """What a mean by weights that are worked out is of, as `weighted_ratio` makes it; nothing of any other calculation."""
        over, under = self.parts if self.operation is Operation.RATIO else (None, None)
        if not (isinstance(over, Calculation) and isinstance(under, Calculation)) or not over.operation is under.operation is Operation.SUM:
            return ()
        pairs = [part.parts for part in over.parts if isinstance(part, Calculation) and part.operation is Operation.PRODUCT]
        weights = tuple(pair[1] for pair in pairs if len(pair) == 2)  # noqa: PLR2004 - a part and its weight
        return tuple(pair[0] for pair in pairs) if weights == under.parts and len(pairs) == len(over.parts) else ()

    def inside(self) -> tuple[Expression | Condition, ...]:
        """Return the parts."""
        return self.parts

    def rebuilt(self, child: Callable[[Expression], Expression], _condition: Callable[[Condition], Condition]) -> Self:
        """Return the same operation over other parts."""
        return attrs.evolve(self, parts=tuple(map(child, self.parts)))


@attrs.frozen(kw_only=True)
class Floor(_Single):
    """The whole number at or below."""


@attrs.frozen(kw_only=True)
class Ceil(_Single):
    """The whole number at or above."""


@attrs.frozen(kw_only=True)
class Clamp(_Single):
    """A number held inside bounds."""

    lowest: Number | None
    highest: Number | None


@attrs.frozen(kw_only=True)
class Round(_Single):
    """A number rounded to the nearest step."""

    step: Number
    half: Half


@attrs.frozen(kw_only=True)
class TableBand:
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
class Lookup(_Single):
    """A table's value for an input: by exact key, or by the band it falls in."""

    table: str
    title: str | None = attrs.field(default=None, eq=False)
    rows: Mapping[Atom, Atom] = attrs.field(factory=dict, hash=False)
    bands: tuple[TableBand, ...] = ()

    @property
    def label(self) -> str:
        """What the table is called in a sentence: its title, or its id in words."""
        return self.title or id_as_title(self.table)


@attrs.frozen(kw_only=True)
class When(_Node):
    """The value of the first condition that is met, else another value."""

    branches: tuple[tuple[Condition, Expression], ...]
    otherwise: Expression
    missing: Missing = Missing.UNKNOWN

    @property
    def attributes(self) -> tuple[str, ...]:
        """None."""
        return ()

    def inside(self) -> tuple[Expression | Condition, ...]:
        """Return each condition and what it leads to, then what holds otherwise."""
        return (*itertools.chain.from_iterable(self.branches), self.otherwise)

    def rebuilt(self, child: Callable[[Expression], Expression], condition: Callable[[Condition], Condition]) -> Self:
        """Return a choice among other values by other conditions."""
        branches = tuple((condition(held), child(value)) for held, value in self.branches)
        return attrs.evolve(self, branches=branches, otherwise=child(self.otherwise))


@attrs.frozen(kw_only=True)
class Tally(_Node):
    """How many conditions are met, or with `share` the part of them that is."""

    conditions: tuple[Condition, ...]
    share: bool
    missing: Missing | Number = Missing.UNKNOWN

    @property
    def attributes(self) -> tuple[str, ...]:
        """None."""
        return ()

    def inside(self) -> tuple[Expression | Condition, ...]:
        """Return the conditions."""
        return self.conditions

    def rebuilt(self, _child: Callable[[Expression], Expression], condition: Callable[[Condition], Condition]) -> Self:
        """Return the same count of other conditions."""
        return attrs.evolve(self, conditions=tuple(map(condition, self.conditions)))


@attrs.frozen(kw_only=True)
class Gather(_Node):
    """One value out of the entries of a records attribute that meet `where`.

    Of years, `within_months` are the last so many months, up to the one of the day judged for, of which alone they are counted. With
    `last` only so many entries are gone over, those of the latest dates; `of_which` is what these have to meet to be counted. `nth` is
    the place of the entry that is taken, from the latest or the earliest on. `weight` is the field, from 0 to 1, that says what part
    of an entry counts.
    """

    gathering: Gathering
    records: str
    where: Condition | None = None
    field: str | None = None
    by: str | None = None
    start: str | None = None
    end: str | None = None
    within_months: int | None = None
    last: int | None = None
    of_which: Condition | None = None
    nth: int = 1
    weight: str | None = None
    missing: Missing | Number = Missing.UNKNOWN

    @property
    def may_lack(self) -> bool:
        """Whether it may have no result although all is known of the entries: there is none, or several that are level differ."""
        return self.gathering.needs_an_entry or self.last is not None

    @property
    def dated_by(self) -> str:
        """The date field that puts entries in order: the one named, else the field that is read."""
        return self.by or self.field or ""

    @property
    def attributes(self) -> tuple[str, ...]:
        """The attribute that holds the entries, and those of the person that entries are held against."""
        return (self.records, *person_attributes(self.conditions))

    def inside(self) -> tuple[Expression | Condition, ...]:
        """Return the conditions that entries have to meet, as far as there are any."""
        return tuple(condition for condition in (self.where, self.of_which) if condition is not None)

    def rebuilt(self, _child: Callable[[Expression], Expression], condition: Callable[[Condition], Condition]) -> Self:
        """Return the same operator over the entries that meet other conditions."""
        where, of_which = (None if one is None else condition(one) for one in (self.where, self.of_which))
        return attrs.evolve(self, where=where, of_which=of_which)


class TimeUnit(enum.StrEnum):
    """What time since a date is counted in."""

    DAYS = "days"
    WEEKS = "weeks"
    MONTHS = "months"
    YEARS = "years"

    @property
    def whole(self) -> bool:
        """Whether it is counted in whole ones; years are counted by their months."""
        return self is not TimeUnit.YEARS


@attrs.frozen(kw_only=True)
class Since(_Leaf):
    """The time from a date to the as-of date: whole days, weeks or months, or months over twelve; below 0 for one to come."""

    of: str
    unit: TimeUnit

    @property
    def attributes(self) -> tuple[str, ...]:
        """The date."""
        return (self.of,)


@attrs.frozen(kw_only=True)
class Stored(_Node):
    """What was computed where the records were: unknown here, for reasons that a fact of its own holds, a letter each.

    The letters are those of the attributes that are asked for, then of the computations, by attribute and operator, without a result,
    each of these followed by the number or date that had none; after them, what bounds the value, if it is known in part.
    """

    original: Expression
    fact: str
    asks: tuple[str, ...]
    undefined: tuple[tuple[str, Expression], ...]

    @property
    def attributes(self) -> tuple[str, ...]:
        """None beyond those of what was computed: its fact is no attribute of a pack."""
        return ()

    def inside(self) -> tuple[Expression | Condition, ...]:
        """Return what was computed where the records were."""
        return (self.original,)

    def rebuilt(self, child: Callable[[Expression], Expression], _condition: Callable[[Condition], Condition]) -> Self:
        """Return the same for another computation."""
        return attrs.evolve(self, original=child(self.original))

    def letter(self, reason: str | tuple[str, Expression]) -> str:
        """Return the letter of an attribute that is asked for, or of a computation that has no result."""
        return chr(_FIRST_LETTER + (*self.asks, *self.undefined).index(reason))


Expression = Stored | Literal | Reference | Calculation | Floor | Ceil | Clamp | Round | Lookup | When | Tally | Gather | Since


@attrs.frozen(kw_only=True)
class Derivation:
    """What an attribute is computed from, and where that is written."""

    expression: Expression
    span: Span


def weighted_ratio(parts: Sequence[Expression], weights: Sequence[Expression]) -> Calculation:
    """Return the mean of parts by weights that are worked out: the sum of each times its weight over the sum of the weights."""
    times = (Calculation(operation=Operation.PRODUCT, parts=pair) for pair in zip(parts, weights, strict=True))
    sums = (Calculation(operation=Operation.SUM, parts=tuple(some)) for some in (times, weights))
    return Calculation(operation=Operation.RATIO, parts=tuple(sums))


def within(expression: Expression) -> Iterator[Expression]:
    """Yield an expression and every one inside it, from the outside in, in the order of the file."""
    yield expression
    for child in expression.children:
        yield from within(child)


def conditions_on_profile(expression: Expression) -> tuple[Condition, ...]:
    """Return the conditions directly inside an expression that speak of the attributes of a profile, not of the entries of records."""
    return expression.conditions if expression.records is None else ()


def conditions_within(expression: Expression) -> Iterator[Condition]:
    """Yield every condition inside an expression that speaks of the attributes of a profile, in the order of the file."""
    for part in expression.inside():
        if isinstance(part, _Node):
            yield from conditions_within(part)
        elif expression.records is None:
            yield part


def unchanged(part: T) -> T:
    """Return a part as it is, for `rebuilt`."""
    return part


def exchanged(expression: Expression, index: int, part: Expression | Condition) -> Expression:
    """Return an expression with another part at a place of what stands inside it."""
    places = itertools.count()

    def put(old: T) -> T:
        return part if next(places) == index else old  # type: ignore[return-value] # of the sort that stands there

    return expression.rebuilt(put, put)


Partial = Lookup | Calculation | Gather
"""The operators that may have no result although their inputs are known: a lookup, a ratio, what needs an entry."""


@attrs.frozen(kw_only=True)
class Undefined:
    """A computation without a result: the attribute that it belongs to, the operator, and a value.

    The value is what was looked up, or the date that several entries have which differ; None of other computations.
    """

    attribute: str
    operator: Partial
    value: Value | None = None

    @property
    def computation(self) -> tuple[str, Partial]:
        """What has no result, whatever the value."""
        return (self.attribute, self.operator)
