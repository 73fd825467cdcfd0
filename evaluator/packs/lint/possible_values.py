"""Which values an expression can take, given what attributes are declared to be: never too listed, and exactly where it says so."""

from __future__ import annotations

import datetime
import itertools
import math
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from fractions import Fraction
from typing import assert_never

import attrs

from evaluator.core.attributes import Attribute
from evaluator.core.conditions import AttributeTest, Condition, attributes_read, person_attributes
from evaluator.core.dates import MONTHS_A_YEAR, Precision
from evaluator.core.derive import derived
from evaluator.core.expressions import (
    Calculation,
    Ceil,
    Clamp,
    Expression,
    Floor,
    Gather,
    Gathering,
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
from evaluator.core.model import Pack
from evaluator.core.values import NUMERIC, Atom, Facts, Kind, Number, Value, ValueType, tidy
from evaluator.core.windows import windows_in
from evaluator.packs.lint.intervals import (
    ANYTHING,
    MOST,
    NOTHING,
    Interval,
    ValueSet,
    added,
    clamped,
    combined,
    floored,
    inverses,
    least,
    mapped,
    multiplied,
    rounded,
    union,
    value_set,
)
from evaluator.packs.lint.ranges import always, never

_MOST_TRIED = 2000
"""Where attributes have few values, so many combinations of them are gone through, one by one."""
MOST_EVALUATED = 60_000
"""So many computations are tried out in all for one pack; what is left is worked out by arithmetic."""
_MANY = 1000
"""How often an attribute is read is counted so far."""
_DAY = datetime.date(2026, 1, 1)
_MOST_WEIGHTS = 64


@attrs.frozen(kw_only=True)
class PossibleValues:
    """Works out which values attributes and expressions of a pack can take, at a cost that grows with the pack and no faster."""

    pack: Pack
    _known: dict[str, ValueSet] = attrs.field(factory=dict, init=False)
    _reads: dict[str, Counter[str]] = attrs.field(factory=dict, init=False)
    _chains: dict[str, frozenset[str]] = attrs.field(factory=dict, init=False)
    _untried: set[str] = attrs.field(factory=set, init=False)
    _lacking: dict[str, bool] = attrs.field(factory=dict, init=False)
    _sets: dict[int, tuple[Expression, ValueSet]] = attrs.field(factory=dict, init=False)
    _evaluated: list[int] = attrs.field(factory=lambda: [0], init=False)

    @property
    def evaluated(self) -> int:
        """How many computations were tried out so far."""
        return self._evaluated[0]

    def __attrs_post_init__(self) -> None:
        """Note what each computed attribute reads, each after those that it reads itself."""
        for attribute in self.pack.derived_attributes:
            if attribute.derivation is not None:
                counts = self.reads(attribute.derivation.expression)
                if not self.can_be_tried(attribute.derivation.expression):
                    self._untried.add(attribute.id)
                self._reads[attribute.id] = counts + Counter({attribute.id: 1}) if attribute.may_be_given else counts
                self._chains[attribute.id] = self._chain(attribute.derivation.expression) | {attribute.id}

    def attribute(self, name: str) -> ValueSet:
        """Return the values that an attribute can have."""
        if name not in self._chains:
            return declared(self.pack.attributes[name].type)
        if name not in self._known:
            waiting = self._chains[name] - self._known.keys()
            for attribute in self.pack.derived_attributes:  # one after the other, so that no chain is too long to follow
                if attribute.id in waiting and attribute.derivation is not None:
                    values = self.of(attribute.derivation.expression)
                    self._known[attribute.id] = union([values, declared(attribute.type)]) if attribute.may_be_given else values
                    self._lacking[attribute.id] = self.may_lack(attribute.derivation.expression)
        return self._known[name]

    def of(self, expression: Expression) -> ValueSet:
        """Return the values that an expression can take: all combinations tried where they are few, else by arithmetic."""
        if id(expression) not in self._sets:
            self._sets[id(expression)] = (expression, self._of(expression))
        return self._sets[id(expression)][1]

    def _of(self, expression: Expression) -> ValueSet:
        tried = self._tried(expression)
        if tried is not None:
            return tried
        values = self._worked_out(expression)
        return values.inexact() if any(number > 1 for number in self.reads(expression).values()) else values

    def _worked_out(self, expression: Expression) -> ValueSet:  # noqa: C901, PLR0911, PLR0912 - a case for each operator
        match expression:
            case Literal(value=value):
                return value_set([value])
            case Reference(attribute=name):
                return self.attribute(name)
            case Calculation():
                return self._calculation(expression)
            case Floor(of=of):
                return floored(self.of(of))
            case Ceil(of=of):
                return mapped(floored(mapped(self.of(of), Fraction(-1))), Fraction(-1))
            case Clamp(of=of, lowest=lowest, highest=highest):
                return clamped(self.of(of), lowest, highest)
            case Round(of=of, step=step, half=half):
                return rounded(self.of(of), step, half)
            case Lookup():
                return self._lookup(expression)
            case When():
                return self._when(expression)
            case Tally():
                return self._tally(expression)
            case Since():
                return self._since(expression)
            case Gather():
                return self._gather(expression)
            case Stored(original=original):
                return self.of(original)
            case _:
                assert_never(expression)

    def reads(self, expression: Expression) -> Counter[str]:
        """Count how often each attribute is read that may be stated, by way of computed ones too; large numbers are cut off."""
        counts: Counter[str] = Counter()
        for name in expression.reads():
            counts += self._reads.get(name, Counter({name: 1}))
        return Counter({name: min(number, _MANY) for name, number in counts.items()})

    def types(self, names: Iterable[str]) -> dict[str, ValueType]:
        """Return the types of attributes, those of computed numbers with the bounds that their computation has."""
        return {name: self._bounded(self.pack.attributes[name]) for name in dict.fromkeys(names)}

    def _bounded(self, attribute: Attribute) -> ValueType:
        if attribute.derivation is None or attribute.may_be_given or attribute.kind not in NUMERIC:
            return attribute.type
        hull = self.attribute(attribute.id).hull()
        if hull is None:
            return attribute.type
        low, high = (None if end is None else tidy(end) for end in (hull.low, hull.high))
        return attrs.evolve(attribute.type, lowest=low, highest=high, lowest_open=hull.low_open, highest_open=hull.high_open)

    def choices(self, expression: Expression) -> dict[str, list[Atom | None]] | None:
        """Return the values of each attribute that an expression reads, None for one that is missing; None where they are not few."""
        result: dict[str, list[Atom | None]] = {}
        for name in self.reads(expression):
            attribute = self.pack.attributes[name]
            part = declared(attribute.type)
            if attribute.derivation is not None or part.intervals or part.anything:
                return None
            listed: list[Atom | None] = sorted(part.listed, key=str)
            result[name] = listed if attribute.absent_means is not None else [*listed, None]
        return result

    def _tried(self, expression: Expression) -> ValueSet | None:
        """Return what an expression comes to over all combinations of what it reads; None where they are too many."""
        choices = self.choices(expression) if self.can_be_tried(expression) else None
        if choices is None:
            return None
        size = math.prod(map(len, choices.values()))
        chain = self.chain(expression)
        cost = size * (1 + len(chain))
        if size > _MOST_TRIED or self._evaluated[0] + cost > MOST_EVALUATED:
            return None
        self._evaluated[0] += cost
        results: set[Atom] = set()
        for chosen in itertools.product(*choices.values()):
            facts: dict[str, Value] = {name: value for name, value in zip(choices, chosen, strict=True) if value is not None}
            value = value_of(expression, chain, facts)
            if value is not None and not isinstance(value, frozenset | tuple):
                results.add(value)
        return value_set(results)

    def can_be_tried(self, expression: Expression) -> bool:
        """Whether an expression hangs on stated values alone, no day and no list, and none of them is read too often."""
        if any(isinstance(part, Since | Gather) for part in within(expression)) or not self._untried.isdisjoint(expression.reads()):
            return False
        return all(number < _MANY for number in self.reads(expression).values())

    def all_within(self, expression: Expression) -> Iterator[Expression]:
        """Yield an expression, every one inside it, and those of the computed attributes that it reads."""
        yield from within(expression)
        for attribute in self.chain(expression):
            yield from () if attribute.derivation is None else within(attribute.derivation.expression)

    def chain(self, expression: Expression) -> list[Attribute]:
        """Return the computed attributes that an expression reads, each after those that it reads itself."""
        read = self._chain(expression)
        return [derived_attribute for derived_attribute in self.pack.derived_attributes if derived_attribute.id in read]

    def _chain(self, expression: Expression) -> frozenset[str]:
        return frozenset[str]().union(*(self._chains.get(name, ()) for name in expression.reads()))

    def may_lack(self, expression: Expression) -> bool:
        """Whether an expression may have no value, as far as can be told: where it says no, it always has one."""
        match expression:
            case Literal():
                result = False
            case Reference(attribute=name):
                result = self._lacks(name)
            case Calculation():
                result = self._calculation_may_lack(expression)
            case Floor(of=of) | Ceil(of=of) | Clamp(of=of) | Round(of=of):
                result = self.may_lack(of)
            case Lookup(of=of):
                result = self.may_lack(of) or not without_entry(expression, self.of(of)).empty
            case When(missing=missing):
                unknown = missing is Missing.UNKNOWN and any(map(self._lacks, attributes_read(expression.conditions)))
                result = unknown or any(map(self.may_lack, expression.children))
            case Tally(conditions=conditions, missing=missing):
                result = isinstance(missing, Missing) and any(map(self._lacks, attributes_read(conditions)))
            case Since() | Gather() | Stored():
                result = True
            case _:
                assert_never(expression)
        return result

    def _calculation_may_lack(self, expression: Calculation) -> bool:
        lacking = [self.may_lack(part) for part in expression.parts]
        if expression.operation is Operation.RATIO:
            return any(lacking) or self.of(expression.parts[1]).holds(0)
        if not isinstance(expression.missing, Missing):
            return False
        every = expression.missing is Missing.SKIP and expression.operation is not Operation.DIFFERENCE
        return all(lacking) if every else any(lacking)

    def _lacks(self, name: str) -> bool:
        if name in self._chains:
            self.attribute(name)
            return self._lacking[name]
        return self.pack.attributes[name].absent_means is None

    def _parts(self, expression: Calculation) -> list[tuple[ValueSet, bool]]:
        """Return what each part can be, and whether it may be left out."""
        return [self._part(part, expression.missing) for part in expression.parts]

    def _part(self, part: Expression, missing: Missing | Number) -> tuple[ValueSet, bool]:
        values = self.of(part)
        if missing is Missing.UNKNOWN or not self.may_lack(part):
            return values, False
        simple = isinstance(part, Reference) and self.pack.attributes[part.attribute].derivation is None
        values = values if simple else values.inexact()
        return (values, True) if missing is Missing.SKIP else (union([values, value_set([missing])]), False)

    def _calculation(self, expression: Calculation) -> ValueSet:
        parts = self._parts(expression)
        if expression.operation is Operation.DIFFERENCE:
            return _sum(parts[0][0], mapped(parts[1][0], Fraction(-1)))
        if expression.operation is Operation.RATIO:
            return combined(parts[0][0], inverses(parts[1][0]), lambda number, other: number * other, multiplied)
        if expression.operation is Operation.MEAN:
            return _mean(parts, expression.weights or (1,) * len(parts))
        return _folded(parts, _FOLD[expression.operation])

    def _lookup(self, expression: Lookup) -> ValueSet:
        keys = self.of(expression.of)
        reached = reached_entries(expression, keys)
        gives = (*expression.rows.values(), *(band.gives for band in expression.bands))
        return value_set((give for give, there in zip(gives, reached, strict=True) if there), exact=keys.exact)

    def _when(self, expression: When) -> ValueSet:
        types = self.types(attributes_read(expression.conditions))
        outcomes: list[ValueSet] = []
        for condition, value in expression.branches:
            if never(condition, types):
                continue
            outcomes.append(self.of(value))
            if always(condition, types) and expression.missing is Missing.UNKNOWN:
                return union(outcomes).inexact()
        return union([*outcomes, self.of(expression.otherwise)]).inexact()

    def _tally(self, expression: Tally) -> ValueSet:
        types = self.types(attributes_read(expression.conditions))
        number = len(expression.conditions)
        sure = sum(always(condition, types) and expression.missing is Missing.UNKNOWN for condition in expression.conditions)
        stands_in = not isinstance(expression.missing, Missing) and bool(expression.missing)
        possible = number if stands_in else sum(not never(condition, types) for condition in expression.conditions)
        exact = expression.missing is Missing.UNKNOWN and all(map(self._free, expression.conditions))
        if not expression.share:
            return value_set(range(sure, possible + 1), exact=exact)
        sizes = range(1, number + 1) if expression.missing is Missing.SKIP else (number,)
        if len(sizes) * number > MOST:
            return value_set((), [Interval(low=Fraction(0), high=Fraction(1))], exact=False)
        return value_set((Fraction(met, size) for size in sizes for met in range(min(sure, size), min(possible, size) + 1)), exact=exact)

    def _free(self, condition: Condition) -> bool:
        """Whether a condition tests one stated attribute against a value: of these it is known whether they can be met, or missed."""
        test = condition if isinstance(condition, AttributeTest) else None
        if test is None or test.other is not None or test.of_presence:
            return False
        return self.pack.attributes[test.attribute].derivation is None

    def _since(self, expression: Since) -> ValueSet:
        step = Fraction(1) if expression.unit.whole else Fraction(1, MONTHS_A_YEAR)
        return value_set((), [Interval(step=step)])

    def _gather(self, expression: Gather) -> ValueSet:
        values = self._gathered(expression)
        return values if self._unrestricted(expression) else values.inexact()

    def _gathered(self, expression: Gather) -> ValueSet:
        fields = self.pack.attributes[expression.records].type.fields
        type_ = fields.get(expression.field or "")
        each = ANYTHING if type_ is None else declared(type_)
        if expression.gathering.needs_an_entry:
            read = each if isinstance(expression.missing, Missing) else union([each, value_set([expression.missing])])
            return _mean_of(read) if expression.gathering is Gathering.MEAN else read
        if expression.gathering is Gathering.YEARS:
            return value_set((), [Interval(low=Fraction(0), step=None if expression.weight else Fraction(1, MONTHS_A_YEAR))])
        if expression.gathering is Gathering.COUNT and expression.last is not None:
            return value_set(range(min(expression.last, MOST - 1) + 1))
        if expression.gathering is Gathering.TOTAL and type_ is not None:
            return _total(_parts_of(each, expression.missing) if expression.weight else each, expression.missing)
        if expression.gathering is Gathering.COUNT_DISTINCT and each.listed and not each.intervals:
            extra = not isinstance(expression.missing, Missing) and expression.missing not in each.listed
            return value_set(range(len(each.listed) + extra + 1))
        return value_set((), [Interval(low=Fraction(0), step=Fraction(1))])

    def _unrestricted(self, expression: Gather) -> bool:
        """Whether what is read of entries may be anything in those that count: what they have to meet is about other fields, and can be."""
        read = {expression.field, expression.by, expression.start, expression.end}
        fields = self.pack.attributes[expression.records].type.fields
        if any(fields[name].ranged for name in (expression.start, expression.end) if name):
            return False
        where = expression.where
        if person_attributes(expression.conditions):
            return False
        if where is None:
            return True
        if windows_in(where) or expression.last is not None or expression.weight is not None:
            return False
        return isinstance(where, AttributeTest) and not read & set(where.attributes) and where.other is None and not never(where, fields)


def value_of(expression: Expression, chain: Iterable[Attribute], facts: Facts) -> Value | None:
    """Return what an expression comes to, with the computed attributes that it reads computed before; stated ones are in the facts."""
    known = dict(facts)
    for attribute in chain:
        made = None if attribute.derivation is None else derived(attribute.derivation.expression, known, _DAY)
        if made is not None:
            known[attribute.id] = made
    return derived(expression, known, _DAY)


def declared(type_: ValueType) -> ValueSet:
    """Return the values that a type has."""
    low, high = type_.lowest, type_.highest
    if type_.kind is Kind.FLAG:
        return ValueSet(listed=frozenset({True, False}))
    if type_.kind is Kind.SCALE:
        return ValueSet(listed=frozenset(range(len(type_.options))))
    if type_.kind is Kind.CHOICE:
        return ValueSet(listed=frozenset(type_.options))
    if type_.kind not in NUMERIC or isinstance(low, datetime.date) or isinstance(high, datetime.date):
        return ValueSet(listed=_days(type_)) if _days(type_) else ANYTHING
    ends = [None if end is None else Fraction(end) for end in (low, high)]
    step = Fraction(1) if type_.kind is Kind.INTEGER else None
    return value_set((), [Interval(low=ends[0], low_open=type_.lowest_open, high=ends[1], high_open=type_.highest_open, step=step)])


def _days(type_: ValueType) -> frozenset[Atom]:
    """Return the days of a range that has listed of them."""
    low, high = type_.lowest, type_.highest
    if type_.precision is not Precision.DAY or not isinstance(low, datetime.date) or not isinstance(high, datetime.date):
        return frozenset()
    number = (high - low).days + 1
    return frozenset(low + datetime.timedelta(days=index) for index in range(number)) if number <= _MOST_TRIED else frozenset()


def _sum(one: ValueSet, other: ValueSet) -> ValueSet:
    return combined(one, other, lambda left, right: left + right, added)


def _product(one: ValueSet, other: ValueSet) -> ValueSet:
    return combined(one, other, lambda left, right: left * right, multiplied)


def _greatest(one: ValueSet, other: ValueSet) -> ValueSet:
    return mapped(least(mapped(one, Fraction(-1)), mapped(other, Fraction(-1))), Fraction(-1))


_FOLD: Mapping[Operation, Callable[[ValueSet, ValueSet], ValueSet]] = {
    Operation.SUM: _sum,
    Operation.PRODUCT: _product,
    Operation.MIN: least,
    Operation.MAX: _greatest,
}


def _folded(parts: list[tuple[ValueSet, bool]], fold: Callable[[ValueSet, ValueSet], ValueSet]) -> ValueSet:
    """Return what an operation makes of parts, of which some may be left out, but not all."""
    result: ValueSet = NOTHING
    none_yet = True
    for part, may_be_left_out in parts:
        ways = [fold(result, part)] if not result.empty else []
        ways += [part] if none_yet else []
        ways += [result] if may_be_left_out else []
        result = union(ways)
        none_yet = none_yet and may_be_left_out
    return result


def _mean(parts: list[tuple[ValueSet, bool]], weights: tuple[Number, ...]) -> ValueSet:
    """Return weighted means: what is left out takes its weight with it."""
    weighed = [(mapped(part, Fraction(weight)), left_out, weight) for (part, left_out), weight in zip(parts, weights, strict=True)]
    sums: dict[Number, ValueSet] = {0: value_set([0])}
    for part, left_out, weight in weighed:
        after: dict[Number, list[ValueSet]] = {}
        for total, sum_values in sums.items():
            after.setdefault(total + weight, []).append(_sum(sum_values, part))
            if left_out:
                after.setdefault(total, []).append(sum_values)
        sums = {total: union(ways) for total, ways in after.items()}
        if len(sums) > _MOST_WEIGHTS:
            return value_set((), [union(part for part, _ in parts).hull()], exact=False)
    return union(mapped(found, 1 / Fraction(total)) for total, found in sums.items() if total)


def _total(part: ValueSet, missing: Missing | Number) -> ValueSet:
    """Return the sums of any number of values, none among them."""
    each = part if isinstance(missing, Missing) else union([part, value_set([missing])])
    hull = each.hull()
    if hull is None:
        return ANYTHING if each.anything else value_set([0])
    ends = [0 if hull.low is not None and hull.low >= 0 else None, 0 if hull.high is not None and hull.high <= 0 else None]
    whole = all(number.denominator == 1 for number in each.numbers()) and all(interval.step is not None for interval in each.intervals)
    step = Fraction(1) if whole else None
    low, high = (None if end is None else Fraction(end) for end in ends)
    if whole:
        smooth = (high is not None or each.holds(1)) and (low is not None or each.holds(-1))
    else:
        smooth = len(each.ends()) == 1 and each.holds(0)
    return value_set((), [Interval(low=low, high=high, step=step)], exact=each.exact and smooth)


def _parts_of(each: ValueSet, missing: Missing | Number) -> ValueSet:
    """Return any part, from nothing to the whole, of values and of what stands in for one that is missing."""
    return _mean_of(union([each, value_set([0] if isinstance(missing, Missing) else [0, missing])]))


def _mean_of(each: ValueSet) -> ValueSet:
    """Return the means of any number of values, which lie between the least and the greatest."""
    hull = each.hull()
    if hull is None:
        return ANYTHING if each.anything else NOTHING
    return value_set((), [attrs.evolve(hull, step=None)], exact=False)


def reached_entries(lookup: Lookup, keys: ValueSet) -> list[bool]:
    """Return, for each row or band of a table, whether one of some values may fall on it."""
    if lookup.rows:
        return [keys.holds(key) for key in lookup.rows]
    return [
        keys.anything or any(end.cut(band.lowest, not band.includes_lowest, band.highest, not band.includes_highest) for end in keys.ends())
        for band in lookup.bands
    ]


def without_entry(lookup: Lookup, keys: ValueSet) -> ValueSet:
    """Return which of some values have no entry in a table."""
    if lookup.rows:
        listed = {key for key in keys.listed if key not in lookup.rows}
        pieces = list(keys.intervals)
        for key in lookup.rows:
            if isinstance(key, int | Fraction) and not isinstance(key, bool):
                pieces = [rest for piece in pieces for rest in piece.without(key, False, key, False)]  # noqa: FBT003 - ends
        return attrs.evolve(value_set(listed, pieces, exact=keys.exact), anything=keys.anything)
    listed = {key for key in keys.listed if isinstance(key, int | Fraction) and not any(key in band for band in lookup.bands)}
    pieces = list(keys.intervals)
    for band in lookup.bands:
        ends = (band.lowest, not band.includes_lowest, band.highest, not band.includes_highest)
        pieces = [rest for piece in pieces for rest in piece.without(*ends)]
    return attrs.evolve(value_set(listed, pieces, exact=keys.exact), anything=keys.anything)
