"""Bounds of computed numbers as expressions over columns: the least and the greatest that answers could make of them, row by row.

A row for which columns cannot tell is in doubt, and the reference is asked: where a bound may be off by what rounding does and
lies near what it is compared with, where two bounds are so near that they may be one number, and what is worked out for no column.
"""

from __future__ import annotations

import datetime
import functools
import operator
from collections.abc import Callable, Iterable, Mapping, Sequence
from fractions import Fraction
from typing import assert_never

import attrs
import narwhals as nw

from evaluator.core.attributes import Attribute
from evaluator.core.bounds import AnswerRanges, Interval, Options, Outcome, PartialFacts, agreed, interval_of
from evaluator.core.conditions import Condition, leaves
from evaluator.core.dates import day_number
from evaluator.core.derive_bounds import outcome
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
    within,
)
from evaluator.core.values import NUMERIC, Kind, ValueType
from evaluator.engines.columns import language as x
from evaluator.engines.columns.derived import DerivedColumn, Maker, time_until_as_of
from evaluator.engines.columns.language import Of
from evaluator.engines.columns.truths import Truths, any_of, cause_column, column, count, high_column, in_part_column, low_column, near

_DAY = datetime.date(2026, 1, 1)
"""Any day: what hangs on no day is worked out on it."""
_MOST_EXACT = 2**52
Hull = tuple[Fraction | None, Fraction | None]


@attrs.frozen(kw_only=True)
class Ends:
    """The least and the greatest that an expression can come to in a row: its value where that is known, null where there is no limit.

    `there` is where it has a value, or bounds at all; None: everywhere. `least` and `most` hold of every row. Ends that are `exact` are
    whole numbers, and those that are `certain` the floats nearest to the exact ones, and themselves inside; others may be off by what
    rounding does. `value_only` ends are told of rows with a value alone; where there might be bounds beside that, a row is in doubt.
    """

    low: nw.Expr
    high: nw.Expr
    there: nw.Expr | None = None
    least: Fraction | None = None
    most: Fraction | None = None
    exact: bool = True
    certain: bool = True
    doubts: tuple[nw.Expr, ...] = ()
    value_only: bool = False


@attrs.frozen(kw_only=True)
class BoundsMaker:
    """Turns expressions of numbers into their ends.

    `hulls` are the least and the greatest that each computed attribute with columns of bounds can be in any row.
    """

    truths: Truths
    attributes: Mapping[str, Attribute]
    ranges: AnswerRanges
    hulls: Mapping[str, Hull]
    made: Mapping[int, DerivedColumn] = attrs.field(factory=dict)
    """Numbers that columns hold already, by the identity of their expressions."""

    def make(self, expression: Expression) -> Ends:  # noqa: C901, PLR0911, PLR0912 - a case for each operator
        """Return the ends of an expression."""
        if (single := self._of_one(expression)) is not None:
            return single
        match expression:
            case Literal():
                return self._literal(expression)
            case Reference():
                return self._reference(expression)
            case Calculation():
                return self._calculation(expression)
            case Clamp():
                return self._clamp(expression)
            case Floor():
                return self._to_whole(expression, lambda end: end.floor())
            case Ceil():
                return self._to_whole(expression, lambda end: end.ceil())
            case Tally():
                return self._tally(expression)
            case When():
                return self._when(expression)
            case Since():
                return self._since(expression)
            case Round(of=of) | Lookup(of=of):
                return self._value_only(expression, () if isinstance(of, Reference) else (self.make(of),))
            case Gather() | Stored():
                raise TypeError("no column holds the entries of records")
            case _:
                assert_never(expression)

    def _value_only(self, expression: Expression, parts: Sequence[Ends] = ()) -> Ends:
        """Return the value alone of an expression whose bounds no column holds: rows in which it may have some are in doubt."""
        value = self._value(expression)
        doubt = value.is_null() & self.lacks_input(expression)
        there = _all_there(parts)
        return Ends(
            low=value,
            high=value,
            there=~value.is_null(),
            exact=self._exact(expression),
            certain=self._certain(expression),
            doubts=(*_doubts(parts), doubt if there is None else doubt & there),
            value_only=True,
        )

    def lacks_input(self, expression: Expression) -> nw.Expr:
        """Return where something that an expression reads is missing; elsewhere it has a value, or neither value nor bounds."""
        return any_of(x.col(column(name)).is_null() for name in dict.fromkeys(expression.inputs))

    def _derived(self, expression: Expression) -> DerivedColumn:
        return self.made.get(id(expression)) or Maker(truths=self.truths, wanted=_NUMBER).number(expression)

    def _value(self, expression: Expression) -> nw.Expr:
        return self._derived(expression).value

    def without_answers(self, expression: Expression) -> Outcome:
        """Return what the reference knows of an expression of one stated attribute where that is missing."""
        return outcome(expression, PartialFacts({}, ranges=self.ranges), _DAY)

    def alone(self, expression: Expression) -> str | None:
        """Return the attribute that an expression reads, if it is a single one that is stated, and no day matters."""
        names = set(expression.inputs)
        dated = any(isinstance(one, Since | Gather | Stored) for one in within(expression))
        stated = [name for name in names if self.attributes[name].derivation is None]
        return stated[0] if len(names) == len(stated) == 1 and not dated else None

    def decides_nothing(self, name: str, conditions: Iterable[Condition]) -> bool:
        """Whether what bounds a computed attribute is the same in every row, and leaves each test of it in some conditions unknown.

        Nothing may be computed from it.
        """
        attribute = self.attributes[name]
        if attribute.derivation is None or any(name in _inputs(one) for one in self.attributes.values()):
            return False
        widest = self._widest(attribute.derivation.expression)
        tests = [test for condition in conditions for test in leaves(condition) if name in test.attributes and not test.of_presence]
        if not isinstance(widest, Interval | Options) or any(test.other is not None for test in tests):
            return False
        return all(agreed(test.operator, widest, test.value) is None for test in tests)

    def _widest(self, expression: Expression) -> Outcome:
        if isinstance(expression, Since):
            return Interval() if self.ranges.bounds.get(expression.of) == Interval() else None
        return None if self.alone(expression) is None else self.without_answers(expression)

    def doubts(self, name: str) -> list[nw.Expr]:
        """Return where the reference is asked of a computed attribute whose bounds no column holds."""
        attribute, where = self.attributes[name], self.may_be_in_part(name)
        if attribute.derivation is None or where is None:
            return []
        expression = attribute.derivation.expression
        if any(isinstance(one, Gather) for one in within(expression)):
            return [x.col(column(name)).is_null() & where]
        if attribute.kind in NUMERIC:
            return list(self.make(expression).doubts)
        if (single := self.alone(expression)) is not None:
            return [x.col(column(single)).is_null()]
        looked_up = [one.of for one in within(expression) if isinstance(one, Lookup) and not isinstance(one.of, Reference)]
        return [x.col(column(name)).is_null() & where, *(doubt for of in looked_up for doubt in self.make(of).doubts)]

    def may_be_in_part(self, name: str) -> nw.Expr | None:
        """Return where a computed attribute without a value may be known in part; None where it never is, in no row."""
        attribute = self.attributes[name]
        if attribute.derivation is None:
            return None
        expression = attribute.derivation.expression
        if self.alone(expression) is not None:
            return None if self.without_answers(expression) is None else x.lit(True)  # noqa: FBT003 - a truth
        if all(isinstance(one, Gather) or _hands_on(one) for one in within(expression)):
            if any(isinstance(one, Gather) for one in within(expression)):
                return self._had_entries(name)  # without entries at hand nothing is known of what is gathered
            if any(self.attributes[read].kind is Kind.RECORDS for read in expression.inputs):
                return None
        lacks = self.lacks_input(expression)
        return lacks | self._had_entries(name) if any(isinstance(one, Gather) for one in within(expression)) else lacks

    @staticmethod
    def _had_entries(name: str) -> nw.Expr:
        """Return where a computed attribute is unknown although there were entries to compute it from."""
        return ~x.col(cause_column(name)).is_null()

    def _of_one(self, expression: Expression) -> Ends | None:
        """Return the ends of what reads one stated attribute alone: where that is missing, they are the same in every row."""
        name = self.alone(expression)
        if name is None or isinstance(expression, Literal | Reference):
            return None
        value, lacking = self._value(expression), x.col(column(name)).is_null()
        found = self.without_answers(expression)
        interval = interval_of(found)
        if interval is None:
            return Ends(low=value, high=value, there=~value.is_null(), exact=self._exact(expression), certain=self._certain(expression))
        low, high = (_number(end) for end in (interval.lowest, interval.highest))
        return _bounded(
            Ends(
                low=value if low is None else x.when(lacking).then(x.lit(float(low))).otherwise(value),
                high=value if high is None else x.when(lacking).then(x.lit(float(high))).otherwise(value),
                there=lacking | ~value.is_null(),
                least=low,
                most=high,
                exact=self._exact(expression) and _whole(interval),
                certain=self._certain(expression) and _closed(interval),
                # Here a value follows all the same, which may be another one than what stands in for what is missing.
                doubts=() if isinstance(found, Interval) else (lacking & ~near(value, x.lit(float(low or 0))).fill_null(value=False),),
            )
        )

    def _exact(self, expression: Expression) -> bool:
        return self._derived(expression).exact

    def _certain(self, expression: Expression) -> bool:
        return self._derived(expression).rounded is None

    def _literal(self, expression: Literal) -> Ends:
        number = _number(expression.value)
        if number is None:
            raise TypeError(f"{expression.value!r} is no number")
        value = x.lit(float(number))
        return Ends(low=value, high=value, least=number, most=number, exact=number.denominator == 1)

    def _reference(self, expression: Reference) -> Ends:
        name = expression.attribute
        attribute, value = self.attributes[name], self._value(expression)
        if attribute.kind not in NUMERIC:  # records, of which nothing is at hand
            return Ends(low=value, high=value, there=~value.is_null(), exact=False)
        exact = name not in self.truths.inexact and attribute.kind is not Kind.NUMBER
        if attribute.derivation is None:
            interval = self.ranges.bounds.get(name)
            if not isinstance(interval, Interval):
                return Ends(low=value, high=value, there=~value.is_null(), exact=exact)
            low, high = _number(interval.lowest), _number(interval.highest)
            return _bounded(
                Ends(
                    low=value if low is None else value.fill_null(float(low)),
                    high=value if high is None else value.fill_null(float(high)),
                    least=low,
                    most=high,
                    exact=exact and _whole(interval),
                    certain=_closed(interval),
                )
            )
        known = ~value.is_null()
        if (hull := self.hulls.get(name)) is None:  # rows in which it may be known in part are in doubt
            certain = name not in self.truths.inexact
            return Ends(low=value, high=value, there=None if attribute.may_be_given else known, exact=exact, certain=certain)
        there = None if attribute.may_be_given else known | x.col(in_part_column(name))
        certain = name in self.truths.certain_bounds and name not in self.truths.inexact
        ends = Ends(low=x.col(low_column(name)), high=x.col(high_column(name)), there=there, exact=exact and certain, certain=certain)
        return ends if attribute.may_be_given else attrs.evolve(ends, least=hull[0], most=hull[1])

    def _calculation(self, expression: Calculation) -> Ends:
        known = [self.make(part) for part in expression.parts]
        if expression.missing is not Missing.UNKNOWN:
            value = self._value(expression)
            return Ends(
                low=value, high=value, there=~value.is_null(), exact=False, certain=self._certain(expression), doubts=_doubts(known)
            )
        return self._calculated(expression, known) or self._value_only(expression, known)

    def _calculated(self, expression: Calculation, known: Sequence[Ends]) -> Ends | None:  # noqa: PLR0911 - a case for each operation
        match expression.operation:
            case Operation.SUM:
                return _weighted(known, [Fraction(1)] * len(known))
            case Operation.DIFFERENCE:
                return _weighted(known, [Fraction(1), Fraction(-1)])
            case Operation.MEAN:
                weights = [Fraction(weight) for weight in expression.weights or (1,) * len(known)]
                total = sum(weights)
                return _weighted(known, [weight / total for weight in weights]) if total else None
            case Operation.MIN:
                return self._seen(expression, _smallest(known))
            case Operation.MAX:
                return self._seen(expression, _greatest(known))
            case Operation.PRODUCT:
                product: Ends | None = known[0]
                for part in known[1:]:
                    product = None if product is None else _product(product, part)
                return None if product is None else self._seen(expression, product)
            case Operation.RATIO if expression.averaged:
                return None  # no wider than what it is a mean of: the reference is asked
            case Operation.RATIO:
                ratio = self._ratio(expression, known)
                return None if ratio is None else self._seen(expression, ratio)
            case _:
                assert_never(expression.operation)

    def _seen(self, expression: Expression, ends: Ends) -> Ends:
        """Return ends with a doubt where they may be one and the same number, of an expression that has no value."""
        one = self._value(expression).is_null() & near(ends.low, ends.high)
        return attrs.evolve(ends, doubts=(*ends.doubts, one if ends.there is None else one & ends.there))

    def _ratio(self, expression: Calculation, parts: Sequence[Ends]) -> Ends | None:
        """Return the ends of a ratio of what is never negative, by what is above 0 in the row."""
        over, under = parts
        if over.least is None or over.least < 0 or under.least is None or under.least < 0:
            return None
        divisor = expression.parts[1]
        never_nought = under.low > 0.0
        if isinstance(divisor, Reference) and self.attributes[divisor.attribute].type.lowest_open:
            never_nought = never_nought | x.col(column(divisor.attribute)).is_null()
        plain = under.exact or (isinstance(divisor, Reference) and self.attributes[divisor.attribute].derivation is None)
        near_nought = () if plain else (near(under.low, x.lit(0.0)),)
        nought = over.high == 0.0
        return Ends(
            low=x.when(under.high.is_null()).then(x.lit(0.0)).otherwise(over.low / under.high),
            high=x.when(nought).then(x.lit(0.0)).when(under.low > 0.0).then(over.high / under.low).otherwise(x.nothing(Of.FLOAT)),
            there=_all_there([over, under, Ends(low=under.low, high=under.high, there=never_nought.fill_null(value=False))]),
            least=Fraction(0),
            exact=False,
            certain=False,
            doubts=(*_doubts(parts), *near_nought),
        )

    def _clamp(self, expression: Clamp) -> Ends:
        of = self.make(expression.of)
        low, high = of.low, of.high
        least, most = of.least, of.most
        if expression.lowest is not None:
            bottom = Fraction(expression.lowest)
            low = x.greatest(low, x.lit(float(bottom)))
            high = x.when(high < float(bottom)).then(x.lit(float(bottom))).otherwise(high)
            least, most = bottom if least is None else max(least, bottom), None if most is None else max(most, bottom)
        if expression.highest is not None:
            top = Fraction(expression.highest)
            high = x.least(high, x.lit(float(top)))
            low = x.when(low > float(top)).then(x.lit(float(top))).otherwise(low)
            least, most = None if least is None else min(least, top), top if most is None else min(most, top)
        whole = all(end is None or isinstance(end, int) for end in (expression.lowest, expression.highest))
        clamped = _bounded(attrs.evolve(of, low=low, high=high, least=least, most=most, exact=of.exact and whole))
        return self._seen(expression, clamped)

    def _to_whole(self, expression: Floor | Ceil, turned: Callable[[nw.Expr], nw.Expr]) -> Ends:
        of = self.make(expression.of)
        if of.exact:
            return of
        unknown = self._value(expression.of).is_null()
        near_whole = [unknown & near(end, end.round(0)) for end in (of.low, of.high)]
        floored = attrs.evolve(
            of, low=turned(of.low), high=turned(of.high), least=None, most=None, certain=True, doubts=(*of.doubts, *near_whole)
        )
        return self._seen(expression, floored)

    def _tally(self, expression: Tally) -> Ends:
        truths = [self.truths.of(condition) for condition in expression.conditions]
        doubts = tuple(doubt for condition in expression.conditions for doubt in self.truths.doubts(condition))
        number = len(truths)
        if expression.missing is not Missing.UNKNOWN:
            value = self._value(expression)
            return Ends(low=value, high=value, there=~value.is_null(), exact=False, certain=self._certain(expression))
        settled = [(condition, truth) for condition, truth in zip(expression.conditions, truths, strict=True) if self._blocks(condition)]
        there = [~truth.is_null() | self._can_be_settled(condition) for condition, truth in settled]
        of = x.type_of(Of.FLOAT)
        low = count(truths).cast(of)
        high = float(number) - count([~truth for truth in truths]).cast(of)
        least, most = Fraction(0), Fraction(number)
        if expression.share:
            low, high, most = low / number, high / number, Fraction(1)
        return Ends(
            low=low,
            high=high,
            there=functools.reduce(operator.and_, there) if there else None,
            least=least,
            most=most,
            exact=not expression.share,
            doubts=doubts,
        )

    def _blocks(self, condition: Condition) -> bool:
        """Whether a condition reads what may stay without a value whatever is answered."""
        return any(name not in self.ranges.answerable for test in leaves(condition) for name in test.attributes)

    def _can_be_settled(self, condition: Condition) -> nw.Expr:
        """Return where each attribute that a condition reads has a value once all is answered."""
        names = dict.fromkeys(name for test in leaves(condition) if not test.of_presence for name in test.attributes)
        parts = [self._settles(name) for name in names if name not in self.ranges.answerable]
        return functools.reduce(operator.and_, parts) if parts else x.lit(True)  # noqa: FBT003 - a truth

    def _settles(self, name: str) -> nw.Expr:
        known = ~x.col(column(name)).is_null()
        return known | x.col(in_part_column(name)) if name in self.hulls else known

    def _when(self, expression: When) -> Ends:
        """Return what holds the values of all branches that may be the first whose condition is met."""
        branches = [(condition, self.make(value)) for condition, value in expression.branches]
        otherwise = self.make(expression.otherwise)
        reached = x.lit(True)  # noqa: FBT003 - a truth
        there: list[nw.Expr] = []
        reachable: list[tuple[nw.Expr, Ends]] = []
        doubts: list[nw.Expr] = []
        for condition, ends in branches:
            truth = self.truths.of(condition)
            doubts += self.truths.doubts(condition)
            met = truth.fill_null(value=False)
            possible = met if expression.missing is Missing.SKIP else truth.fill_null(value=True)
            if expression.missing is not Missing.SKIP and self._blocks(condition):
                there.append(~reached | ~truth.is_null() | self._can_be_settled(condition))
            reachable.append((reached & possible, ends))
            reached = reached & ~met
        reachable.append((reached, otherwise))
        there += [~where | ends.there for where, ends in reachable if ends.there is not None]
        every = [ends for _, ends in reachable]
        united = Ends(
            low=_outermost([(where, ends.low) for where, ends in reachable], x.least),
            high=_outermost([(where, ends.high) for where, ends in reachable], x.greatest),
            there=functools.reduce(operator.and_, there) if there else None,
            least=None if any(ends.least is None for ends in every) else min(ends.least for ends in every if ends.least is not None),
            most=None if any(ends.most is None for ends in every) else max(ends.most for ends in every if ends.most is not None),
            exact=all(ends.exact for ends in every),
            certain=all(ends.certain for ends in every),
            doubts=(*doubts, *_doubts(every)),
        )
        return self._seen(expression, united)

    def _since(self, expression: Since) -> Ends:
        attribute = self.attributes[expression.of]
        if attribute.derivation is not None:
            return self._value_only(expression)
        value = self._value(expression)
        interval = self.ranges.bounds.get(expression.of)
        if not isinstance(interval, Interval):
            return self._value_only(expression)
        first, last = (end if isinstance(end, datetime.date) else None for end in (interval.lowest, interval.highest))
        low, high = (None if end is None else time_until_as_of(x.lit(day_number(end)), expression.unit) for end in (last, first))
        ends = Ends(
            low=value if low is None else x.first_known(value, low.cast(x.type_of(Of.FLOAT))),
            high=value if high is None else x.first_known(value, high.cast(x.type_of(Of.FLOAT))),
            exact=expression.unit.whole,
        )
        return self._seen(expression, ends)


_NUMBER = ValueType(kind=Kind.NUMBER)


def _hands_on(expression: Expression) -> bool:
    """Whether an operator has no bounds where one of its inputs has none."""
    match expression:
        case Calculation(missing=missing):
            return missing is Missing.UNKNOWN
        case Literal() | Reference() | Floor() | Ceil() | Clamp() | Round() | Lookup():
            return True
        case When() | Tally() | Gather() | Since() | Stored():
            return False
        case _:
            assert_never(expression)


def _inputs(attribute: Attribute) -> tuple[str, ...]:
    return () if attribute.derivation is None else attribute.derivation.expression.inputs


def _number(value: object) -> Fraction | None:
    return Fraction(value) if isinstance(value, int | Fraction) and not isinstance(value, bool) else None


def _whole(interval: Interval) -> bool:
    """Whether the ends of an interval are whole numbers, and inside it."""
    ends = [_number(end) for end in (interval.lowest, interval.highest) if end is not None]
    return _closed(interval) and all(end is not None and end.denominator == 1 for end in ends)


def _closed(interval: Interval) -> bool:
    return not interval.lowest_open and not interval.highest_open


def _bounded(ends: Ends) -> Ends:
    """Return ends that are exact only as far as floats tell whole numbers apart, in every row."""
    small = all(end is not None and abs(end) < _MOST_EXACT for end in (ends.least, ends.most))
    exact = ends.exact and small
    return attrs.evolve(ends, exact=exact, certain=ends.certain or exact)


def _doubts(parts: Sequence[Ends]) -> tuple[nw.Expr, ...]:
    return tuple(doubt for part in parts for doubt in part.doubts)


def _all_there(parts: Sequence[Ends]) -> nw.Expr | None:
    found = [part.there for part in parts if part.there is not None]
    return functools.reduce(operator.and_, found) if found else None


def _weighted(parts: Sequence[Ends], factors: Sequence[Fraction]) -> Ends:
    """Return the ends of a sum of parts, each times a factor; a negative one turns its part round."""
    whole = all(factor.denominator == 1 for factor in factors)
    scaled = [_scaled(part, factor) for part, factor in zip(parts, factors, strict=True)]
    least, most = ([getattr(part, name) for part in scaled] for name in ("least", "most"))
    ends = Ends(
        certain=False,
        low=functools.reduce(operator.add, [part.low for part in scaled]),
        high=functools.reduce(operator.add, [part.high for part in scaled]),
        there=_all_there(scaled),
        least=None if None in least else sum(least, Fraction(0)),
        most=None if None in most else sum(most, Fraction(0)),
        exact=whole and all(part.exact for part in scaled),
        doubts=_doubts(scaled),
    )
    return _bounded(ends)


def _scaled(part: Ends, factor: Fraction) -> Ends:
    if factor == 1:
        return part
    if factor == 0:
        return attrs.evolve(part, low=x.lit(0.0), high=x.lit(0.0), least=Fraction(0), most=Fraction(0))
    times = float(factor)
    certain = part.certain and factor == -1
    least, most = (None if end is None else end * factor for end in (part.least, part.most))
    low, high = part.low * times, part.high * times
    exact = part.exact and factor.denominator == 1
    if factor < 0:
        return attrs.evolve(part, low=high, high=low, least=most, most=least, exact=exact, certain=certain)
    return attrs.evolve(part, low=low, high=high, least=least, most=most, exact=exact, certain=certain)


def _all_known(parts: Sequence[nw.Expr], result: nw.Expr) -> nw.Expr:
    known = functools.reduce(operator.and_, [~part.is_null() for part in parts])
    return x.when(known).then(result).otherwise(x.nothing(Of.FLOAT))


def _smallest(parts: Sequence[Ends]) -> Ends:
    lows, highs = [part.low for part in parts], [part.high for part in parts]
    least = [part.least for part in parts]
    most = [part.most for part in parts if part.most is not None]
    return Ends(
        low=_all_known(lows, x.least(*lows)),
        high=x.least(*highs),
        there=_all_there(parts),
        least=None if None in least else min(end for end in least if end is not None),
        most=min(most, default=None),
        exact=all(part.exact for part in parts),
        certain=all(part.certain for part in parts),
        doubts=_doubts(parts),
    )


def _greatest(parts: Sequence[Ends]) -> Ends:
    turned = _smallest([_scaled(part, Fraction(-1)) for part in parts])
    return _scaled(turned, Fraction(-1))


def _product(one: Ends, other: Ends) -> Ends | None:
    """Return the ends of a product of two parts that are never negative, or of which one is the same in every row."""
    for constant, part in ((one, other), (other, one)):
        if constant.least is not None and constant.least == constant.most:
            return attrs.evolve(_bounded(_scaled(part, constant.least)), there=_all_there([one, other]), doubts=_doubts([one, other]))
    if one.least is None or one.least < 0 or other.least is None or other.least < 0:
        return None
    nought = ((one.high == 0.0) | (other.high == 0.0)).fill_null(value=False)
    ends = Ends(
        certain=False,
        low=one.low * other.low,
        high=x.when(nought).then(x.lit(0.0)).otherwise(one.high * other.high),
        there=_all_there([one, other]),
        least=one.least * other.least,
        most=None if one.most is None or other.most is None else one.most * other.most,
        exact=one.exact and other.exact,
        doubts=_doubts([one, other]),
    )
    return _bounded(ends)


def _outermost(cases: Sequence[tuple[nw.Expr, nw.Expr]], outer: object) -> nw.Expr:
    """Return the lowest or the highest end of the cases that are reached; nothing where one of these has no limit."""
    unlimited = any_of([where & end.is_null() for where, end in cases])
    listed = [x.when(where).then(end).otherwise(x.nothing(Of.FLOAT)) for where, end in cases]
    chosen = outer(*listed)  # type: ignore[operator]  # `least` or `greatest`
    return x.when(unlimited).then(x.nothing(Of.FLOAT)).otherwise(chosen)
