"""Small changes of a derived attribute: a number to its neighbour, a row or band of a table, a condition inside."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, TypeVar, assert_never

import attrs

from evaluator.core.expressions import (
    Calculation,
    Ceil,
    Clamp,
    Derivation,
    Expression,
    Floor,
    Gather,
    Literal,
    Lookup,
    Operation,
    Reference,
    Round,
    Since,
    Stored,
    TableBand,
    Tally,
    When,
    exchanged,
)
from evaluator.core.model import Pack
from evaluator.core.trial_values import moved
from evaluator.core.values import Atom, Kind, Number, ValueType, decimal_text
from evaluator.core.windows import entry_types
from evaluator.diagnostics import Span
from evaluator.packs.examples.condition_mutants import changes
from evaluator.packs.examples.writing import value_text
from evaluator.reading.pack.tables import overlap

_T = TypeVar("_T")
_NUMBER = ValueType(kind=Kind.NUMBER)
_ENDS = (("lowest", "includes_lowest", ("at_least", "above")), ("highest", "includes_highest", ("at_most", "below")))
_OTHER_OPERATIONS = {
    Operation.MIN: Operation.MAX,
    Operation.MAX: Operation.MIN,
    Operation.SUM: Operation.MEAN,
    Operation.MEAN: Operation.SUM,
    Operation.PRODUCT: Operation.SUM,
}


@attrs.frozen(kw_only=True)
class ExpressionChange:
    """An expression a little otherwise, as a `Change` is of a condition."""

    expression: Expression
    span: Span
    was: str
    now: str


@attrs.frozen(kw_only=True)
class _Changing:
    """Where an expression stands and what types it is made of."""

    span: Span
    types: Mapping[str, ValueType]
    fields: Mapping[str, Mapping[str, ValueType]]
    type: ValueType

    def change(self, expression: Expression, was: str, now: str, span: Span | None = None) -> ExpressionChange:
        return ExpressionChange(expression=expression, span=span or self.span, was=was, now=now)

    def of(self, expression: Expression) -> Iterator[ExpressionChange]:
        """Yield an expression with each small change of it: those of what stands inside it, then its own."""
        yield from self._inside(expression)
        match expression:
            case Literal(value=value):
                for other in _near(self.type, value):
                    yield self.change(Literal(value=other), value_text(value, self.type), value_text(other, self.type))
            case Calculation():
                yield from self._calculation(expression)
            case Clamp():
                yield from self._bound(expression, "lowest", "at_least")
                yield from self._bound(expression, "highest", "at_most")
            case Floor():
                yield self.change(Ceil(of=expression.of), "floor", "ceil")
                yield self.change(expression.of, "floor", "nothing")
            case Ceil():
                yield self.change(Floor(of=expression.of), "ceil", "floor")
                yield self.change(expression.of, "ceil", "nothing")
            case Lookup():
                yield from self._table(expression)
            case Gather():
                yield from self._gather(expression)
            case Reference() | Round() | When() | Tally() | Since() | Stored():
                return
            case _:
                assert_never(expression)

    def _gather(self, gather: Gather) -> Iterator[ExpressionChange]:
        """Yield the operator with one month, one entry or one place more and less, where it goes by such a number."""
        numbers = (
            ("within_months", gather.within_months, _months),
            ("last", gather.last, lambda number: f"last: {number}"),
            ("nth", gather.nth if gather.gathering.by_date else None, lambda number: f"nth: {number}"),
        )
        for field, value, words in numbers:
            for step in (-1, 1) if value is not None else ():
                if value is not None and value + step > 0:
                    yield self.change(_evolved(gather, field, value + step), words(value), words(value + step))

    def _inside(self, expression: Expression) -> Iterator[ExpressionChange]:
        child = self if isinstance(expression, When | Stored) else attrs.evolve(self, type=_NUMBER)
        types = self.types if expression.records is None else self.fields[expression.records]
        for index, part in enumerate(expression.inside()):
            if isinstance(part, Expression):
                for inner in child.of(part):
                    yield attrs.evolve(inner, expression=exchanged(expression, index, inner.expression))
            else:
                for change in changes(part, entry_types(part, types)):
                    yield self.change(exchanged(expression, index, change.condition), change.was, change.now, change.span)

    def _bound(self, clamp: Clamp, bound: str, word: str) -> Iterator[ExpressionChange]:
        value: Number | None = getattr(clamp, bound)
        for other in () if value is None else _near(_NUMBER, value):
            changed = _evolved(clamp, bound, other)
            yield self.change(changed, f"{word}: {value_text(value, _NUMBER)}", f"{word}: {value_text(other, _NUMBER)}")

    def _calculation(self, expression: Calculation) -> Iterator[ExpressionChange]:
        weights = expression.weights
        for index, weight in enumerate(weights or ()):
            for other in _near(_NUMBER, weight):
                if isinstance(other, int) and other > 0:
                    changed = attrs.evolve(expression, weights=_with(weights or (), index, other))
                    yield self.change(changed, f"weight: {decimal_text(weight)}", f"weight: {decimal_text(other)}")
        operation = None if weights else _OTHER_OPERATIONS.get(expression.operation)
        if operation is not None and len(expression.parts) > 1:
            yield self.change(attrs.evolve(expression, operation=operation), str(expression.operation), str(operation))

    def _table(self, lookup: Lookup) -> Iterator[ExpressionChange]:
        where = f"table {lookup.table}"
        for key, gives in lookup.rows.items():
            keys = self.types[lookup.of.attribute] if isinstance(lookup.of, Reference) else _NUMBER
            for other in _near(self.type, gives):
                row = f"{where}, row {value_text(key, keys)}: "
                changed = attrs.evolve(lookup, rows={**lookup.rows, key: other})
                yield self.change(changed, row + value_text(gives, self.type), row + value_text(other, self.type))
        for index, band in enumerate(lookup.bands):
            for gives in _near(self.type, band.gives):
                changed = attrs.evolve(lookup, bands=_with(lookup.bands, index, attrs.evolve(band, gives=gives)))
                was, now = (f"{where}, gives: {value_text(value, self.type)}" for value in (band.gives, gives))
                yield self.change(changed, was, now)
            for was, now, bands in self._ends(lookup.bands, index):
                if bands_fit(bands):
                    yield self.change(attrs.evolve(lookup, bands=bands), f"{where}, {was}", f"{where}, {now}")

    def _ends(self, bands: tuple[TableBand, ...], index: int) -> Iterator[tuple[str, str, tuple[TableBand, ...]]]:
        """Yield a table with an end of one of its bands moved, or let in or left out; where two bands meet, the border moves for both."""
        band = bands[index]
        for end, closed, words in _ENDS:
            value: Number | None = getattr(band, end)
            meets = _meeting(bands, index, end)
            if value is None or (end == "highest" and meets is not None):
                continue
            word, other = words if getattr(band, closed) else reversed(words)
            text = value_text(value, _NUMBER)
            for near in _near(_NUMBER, value):
                moved_bands = _with(bands, index, _evolved(band, end, near))
                moved_bands = moved_bands if meets is None else _with(moved_bands, meets, _evolved(bands[meets], "highest", near))
                yield f"{word}: {text}", f"{word}: {value_text(near, _NUMBER)}", moved_bands
            turned = _with(bands, index, _evolved(band, closed, not getattr(band, closed)))
            turned = turned if meets is None else _with(turned, meets, attrs.evolve(bands[meets], includes_highest=band.includes_lowest))
            yield f"{word}: {text}", f"{other}: {text}", turned


def _meeting(bands: Sequence[TableBand], index: int, end: str) -> int | None:
    """Return the place of the band that ends where another one begins, or begins where it ends, with the border in one of the two."""
    band = bands[index]
    for place, other in enumerate(bands):
        border = (band.lowest, other.highest) if end == "lowest" else (band.highest, other.lowest)
        inside = (band.includes_lowest, other.includes_highest) if end == "lowest" else (band.includes_highest, other.includes_lowest)
        if place != index and border[0] is not None and border[0] == border[1] and inside[0] != inside[1]:
            return place
    return None


def bands_fit(bands: Sequence[TableBand]) -> bool:
    """Whether each band holds a number and no two overlap, so that a table may say so."""
    for place, band in enumerate(bands):
        low, high = band.lowest, band.highest
        both = band.includes_lowest and band.includes_highest
        if low is not None and high is not None and (low > high or (low == high and not both)):
            return False
        if any(overlap(band, other) for other in bands[place + 1 :]):
            return False
    return True


def derivation_changes(derivation: Derivation, pack: Pack, type_: ValueType) -> Iterator[ExpressionChange]:
    """Yield the expression of a derived attribute of a type with each small change of it, one at a time."""
    types = {name: attribute.type for name, attribute in pack.attributes.items()}
    fields = {name: attribute.type.fields for name, attribute in pack.attributes.items()}
    plain = attrs.evolve(type_, lowest=None, highest=None, lowest_open=False, highest_open=False)
    yield from _Changing(span=derivation.span, types=types, fields=fields, type=plain).of(derivation.expression)


def _evolved(thing: _T, name: str, value: Any) -> _T:  # noqa: ANN401 - whatever the attribute of that name takes
    changed: _T = attrs.evolve(thing, **{name: value})  # type: ignore[misc]
    return changed


def _months(number: int) -> str:
    return f"within: {number} {'month' if number == 1 else 'months'}"


def _near(type_: ValueType, value: Atom) -> tuple[Atom, ...]:
    """Return the neighbours of a value: a step up and down, the options beside it, the other truth."""
    if isinstance(value, bool):
        return (not value,)
    if isinstance(value, str):
        index = type_.options.index(value) if value in type_.options else -1
        return tuple(type_.options[near] for near in (index - 1, index + 1) if index >= 0 and 0 <= near < len(type_.options))
    return tuple(other for steps in (-1, 1) if (other := moved(type_, value, steps)) is not None)


def _with(items: Sequence[_T], index: int, item: _T) -> tuple[_T, ...]:
    return (*items[:index], item, *items[index + 1 :])
