"""Why a value or a condition is unknown, as expressions over columns: the same as `evaluator.core.unknowns` works out for one profile.

Every expression here is about the rows in which the value or the condition in question is unknown, and means nothing elsewhere.
"""

from __future__ import annotations

import functools
import graphlib
import operator
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import assert_never

import attrs
import narwhals as nw

from evaluator.core.attributes import Attribute
from evaluator.core.conditions import AtLeastOf, AttributeTest, Condition, attributes_read
from evaluator.core.expressions import (
    Calculation,
    Ceil,
    Clamp,
    Expression,
    Floor,
    Gather,
    Literal,
    Lookup,
    Missing,
    Operation,
    Reference,
    Round,
    Since,
    Stored,
    Tally,
    When,
)
from evaluator.core.unknowns import partial_operators, stored
from evaluator.core.values import Kind, ValueType
from evaluator.engines.columns import language as x
from evaluator.engines.columns.derived import Maker
from evaluator.engines.columns.truths import Truths, cause_column, column, count
from evaluator.engines.columns.without_records import ungathered

Computation = tuple[str, Expression]
Where = Mapping[str, nw.Expr]


def never() -> nw.Expr:
    """Return what is true of no row."""
    return x.lit(False)  # noqa: FBT003 - a truth


def always() -> nw.Expr:
    """Return what is true of every row."""
    return x.lit(True)  # noqa: FBT003 - a truth


def any_of(parts: Iterable[nw.Expr]) -> nw.Expr:
    """Return where one of some truths that are never null holds."""
    listed = list(parts)
    return functools.reduce(operator.or_, listed) if listed else never()


def _ask(name: str, leaf: str) -> str:
    return f"why.{name}.ask.{leaf}"


def _undefined(name: str, index: int) -> str:
    return f"why.{name}.undefined.{index}"


def _settled(name: str) -> str:
    return f"why.{name}.settled"


def missing(name: str) -> nw.Expr:
    """Return where an attribute is missing."""
    return x.col(column(name)).is_null()


@attrs.frozen(kw_only=True)
class CauseColumns:
    """Where each attribute is to be asked for, where each computation has no result, and where answers change nothing (None: nowhere)."""

    asks: Where = attrs.field(factory=dict)
    undefined: Mapping[Computation, nw.Expr] = attrs.field(factory=dict)
    settled: nw.Expr | None = None

    def where(self, unknown: nw.Expr) -> CauseColumns:
        """Return the causes of a part, in the rows in which that part is what is unknown."""
        return CauseColumns(
            asks={name: unknown & where for name, where in self.asks.items()},
            undefined={one: unknown & where for one, where in self.undefined.items()},
            settled=None if self.settled is None else unknown & self.settled,
        )

    def unless(self, settled: nw.Expr | None) -> CauseColumns:
        """Return the same, with nothing to ask for in the rows in which answers change nothing."""
        if settled is None:
            return attrs.evolve(self, settled=None)
        return attrs.evolve(self, asks={name: where & ~settled for name, where in self.asks.items()}, settled=settled)


def _both(causes: Sequence[CauseColumns]) -> CauseColumns:
    """Return the causes of parts together; whether answers change nothing is for the caller to say."""
    asks: dict[str, list[nw.Expr]] = {}
    undefined: dict[Computation, list[nw.Expr]] = {}
    for cause in causes:
        for name, where in cause.asks.items():
            asks.setdefault(name, []).append(where)
        for one, where in cause.undefined.items():
            undefined.setdefault(one, []).append(where)
    return CauseColumns(
        asks={name: any_of(wheres) for name, wheres in asks.items()}, undefined={one: any_of(wheres) for one, wheres in undefined.items()}
    )


def _needed(causes: Sequence[CauseColumns]) -> CauseColumns:
    """Return the cause of what needs every one of its parts: where one is settled, answers to the others change nothing."""
    settled = [cause.settled for cause in causes if cause.settled is not None]
    return _both(causes).unless(any_of(settled) if settled else None)


@attrs.frozen(kw_only=True)
class UnknownColumns:
    """Finds out, row by row, why what is unknown is so.

    Why a computed attribute is unknown stands in columns of its own, so that what reads it does not work that out again; `stages`
    adds them.
    """

    truths: Truths
    attributes: Mapping[str, Attribute]
    _made: dict[str, CauseColumns] = attrs.field(factory=dict, init=False)

    def attribute(self, name: str) -> CauseColumns:
        """Return why an attribute is unknown where it is; one that may be stated is asked for itself."""
        attribute = self.attributes[name]
        if attribute.derivation is None:
            return CauseColumns(asks={name: always()})
        cause_columns = self._cause(attribute)
        named = CauseColumns(
            asks={leaf: x.col(_ask(name, leaf)) for leaf in cause_columns.asks},
            undefined={one: x.col(_undefined(name, index)) for index, one in enumerate(cause_columns.undefined)},
            settled=None if cause_columns.settled is None else x.col(_settled(name)),
        )
        return attrs.evolve(named, asks={name: always()}, settled=None) if attribute.may_be_given else named

    def stages(self, conditions: Iterable[Condition]) -> Iterator[list[nw.Expr]]:
        """Yield the columns to add for what conditions read, those of an attribute after those of what it reads."""
        waiting, seen = list(attributes_read(conditions)), set[str]()
        reads: dict[str, tuple[str, ...]] = {}
        while waiting:
            attribute = self.attributes[name := waiting.pop()]
            if name not in seen and attribute.derivation is not None:
                reads[name] = attribute.derivation.expression.inputs
                waiting += reads[name]
            seen.add(name)
        for name in graphlib.TopologicalSorter(reads).static_order():
            if name in reads:
                yield list(self._columns(self.attributes[name]))

    def _columns(self, attribute: Attribute) -> Iterator[nw.Expr]:
        cause_columns, name = self._cause(attribute), attribute.id
        yield from (where.alias(_ask(name, leaf)) for leaf, where in cause_columns.asks.items())
        yield from (where.alias(_undefined(name, index)) for index, where in enumerate(cause_columns.undefined.values()))
        if cause_columns.settled is not None:
            yield cause_columns.settled.alias(_settled(name))

    def _cause(self, attribute: Attribute) -> CauseColumns:
        if attribute.id not in self._made:
            self._made[attribute.id] = self._computed(attribute)
        return self._made[attribute.id]

    def _computed(self, attribute: Attribute) -> CauseColumns:
        """Return why what computes an attribute has no result; of what is computed from records, that may stand in a column."""
        if attribute.derivation is None:
            return CauseColumns()
        expression = attribute.derivation.expression
        if not expression.gathers:
            return self._expression(expression, attribute)
        reasons = stored(attribute.id, self.attributes, cause_column(attribute.id))
        letters = x.col(reasons.fact)

        def told(letter: str) -> nw.Expr:
            return letters.str.contains(letter, literal=True).fill_null(value=False)

        here = CauseColumns(
            asks={name: told(reasons.letter(name)) for name in reasons.asks},
            undefined={one: told(reasons.letter(one)) for one in reasons.undefined},
        )
        without = self._named(attribute, self._expression(ungathered(expression), attribute)).where(letters.is_null())
        asked = ~letters.is_null() & ~any_of(here.asks.values()) if reasons.undefined else None
        settled = [one for one in (asked, without.settled) if one is not None]
        return attrs.evolve(_both([here, without]), settled=any_of(settled) if settled else None)

    @staticmethod
    def _named(attribute: Attribute, without: CauseColumns) -> CauseColumns:
        """Return the causes of what computes an attribute without its records, by the computations as the pack has them."""
        written = [(attribute.id, ungathered(partial_operator), partial_operator) for partial_operator in partial_operators(attribute)]
        undefined: dict[Computation, nw.Expr] = {}
        for (name, bare), where in without.undefined.items():
            originals: list[Expression] = [one for owner, gone, one in written if (owner, gone) == (name, bare)]
            undefined |= {(name, expression): where for expression in originals or [bare]}
        return attrs.evolve(without, undefined=undefined)

    def condition(self, condition: Condition) -> CauseColumns:
        """Return why a condition is unknown where it is."""
        if isinstance(condition, AttributeTest):
            names = () if condition.of_presence else condition.attributes
            return _needed([self.attribute(name).where(missing(name)) for name in names])
        unknown = [self.truths.of(part).is_null() for part in condition.parts]
        causes = [self.condition(part).where(where) for part, where in zip(condition.parts, unknown, strict=True)]
        if all(cause.settled is None for cause in causes):
            return _both(causes)
        still_open = [_open(cause, where) for cause, where in zip(causes, unknown, strict=True)]
        if isinstance(condition, AtLeastOf):
            return _both(causes).unless(~self._settles(condition, still_open))
        return _both(causes).unless(~any_of(still_open))

    def _settles(self, condition: AtLeastOf, still_open: Sequence[nw.Expr]) -> nw.Expr:
        """Return where answers can make enough parts met, or enough of them unmet."""
        held = [self.truths.of(part) for part in condition.parts]
        answers, met, unmet = (count(parts) for parts in (still_open, held, [~part for part in held]))
        return (met + answers >= condition.count) | (len(held) - unmet - answers < condition.count)

    def _expression(self, expression: Expression, owner: Attribute) -> CauseColumns:  # noqa: PLR0911 - a case for each operator
        """Return why an expression is unknown where it is."""
        match expression:
            case Literal():
                return CauseColumns()
            case Reference(attribute=name) | Since(of=name):
                return self.attribute(name)
            case Floor(of=of) | Ceil(of=of) | Clamp(of=of) | Round(of=of):
                return self._expression(of, owner)
            case Lookup():
                return self._lookup(expression, owner)
            case Calculation():
                return self._calculation(expression, owner)
            case Tally():
                return self._tally(expression)
            case When():
                return self._when(expression, owner)
            case Gather() | Stored():
                raise TypeError("no column holds the entries of records")
            case _:
                assert_never(expression)

    def _maker(self) -> Maker:
        return Maker(truths=self.truths, wanted=_NUMBER)

    def _lookup(self, expression: Lookup, owner: Attribute) -> CauseColumns:
        unknown = self._maker().looked_up(expression.of)[0].value.is_null()
        inner = self._expression(expression.of, owner).where(unknown)
        settled = ~unknown if inner.settled is None else ~unknown | inner.settled
        return attrs.evolve(_with(inner, (owner.id, expression), ~unknown), settled=settled)

    def _calculation(self, expression: Calculation, owner: Attribute) -> CauseColumns:
        unknown = [self._maker().unknown(part) for part in expression.parts]
        causes = [self._expression(part, owner).where(where) for part, where in zip(expression.parts, unknown, strict=True)]
        stood_in = not isinstance(expression.missing, Missing)
        if expression.operation is Operation.RATIO:
            nought = self._maker().divides_by_nought(expression)
            cause_columns = _with(_needed(causes[1:] if stood_in else causes), (owner.id, expression), nought)
            return cause_columns.unless(nought if cause_columns.settled is None else nought | cause_columns.settled)
        if expression.missing is Missing.SKIP and expression.operation is not Operation.DIFFERENCE:
            return _alone(causes, unknown)
        return _needed(causes)

    def _tally(self, expression: Tally) -> CauseColumns:
        unknown = [self.truths.of(condition).is_null() for condition in expression.conditions]
        causes = [self.condition(condition).where(where) for condition, where in zip(expression.conditions, unknown, strict=True)]
        return _alone(causes, unknown) if expression.missing is Missing.SKIP else _needed(causes)

    def _when(self, expression: When, owner: Attribute) -> CauseColumns:
        """Return why a choice is unknown, branch by branch: `reached` is where none before was met, or stays unknown for ever."""
        maker = attrs.evolve(self._maker(), wanted=owner.type)
        reached, ways, unknown_before = always(), [], []
        causes: list[CauseColumns] = []
        for condition, value in expression.branches:
            held = self.truths.of(condition)
            unknown, met = reached & held.is_null(), reached & held.fill_null(value=False)
            unknown_before.append(unknown)
            causes.append(self.condition(condition).where(unknown))
            blocked = unknown & causes[-1].settled if causes[-1].settled is not None else never()
            ways.append((value, met | (unknown & ~blocked)))
            reached = reached & (~met if expression.missing is Missing.SKIP else ~met & ~blocked)
        ways.append((expression.otherwise, reached))
        outcomes = [self._expression(value, owner).where(where & maker.make(value).value.is_null()) for value, where in ways]
        settled = None
        if any(cause.settled is not None for cause in (*causes, *outcomes)):
            settled = ~any_of(_open(cause, where) for cause, (_, where) in zip(outcomes, ways, strict=True))
        certain = ~any_of(unknown_before) if settled is None else ~any_of(unknown_before) | settled
        told = [attrs.evolve(outcome, undefined={key: where & certain for key, where in outcome.undefined.items()}) for outcome in outcomes]
        return _both([*causes, *told]).unless(settled)


def _open(cause: CauseColumns, unknown: nw.Expr) -> nw.Expr:
    """Return where a part that is unknown may become known."""
    return unknown if cause.settled is None else unknown & ~cause.settled


def _alone(causes: Sequence[CauseColumns], unknown: Sequence[nw.Expr]) -> CauseColumns:
    """Return the cause of what needs one of its parts: it is settled where all of them are."""
    if any(cause.settled is None for cause in causes):
        return _both(causes)
    return _both(causes).unless(~any_of([_open(cause, where) for cause, where in zip(causes, unknown, strict=True)]))


def _with(cause: CauseColumns, computation: Computation, where: nw.Expr) -> CauseColumns:
    before = cause.undefined.get(computation)
    return attrs.evolve(cause, undefined={**cause.undefined, computation: where if before is None else before | where})


_NUMBER = ValueType(kind=Kind.NUMBER)
