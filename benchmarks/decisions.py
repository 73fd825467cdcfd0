"""The decisions of a pack, ready to be written down by hand in any language: a sum for each role and side, and what it means.

A condition is written for one side of what is unknown at a time, with every negation pushed down to the tests, so that a
language without three truths can say it exactly. Of a role only one number is kept, its sum: the weight of what is met, plus a
large unit for each required criterion that is not. Where criteria may not apply, the weight of what applies stands between the two.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable, Mapping, Sequence
from fractions import Fraction
from typing import Generic, Protocol, TypeVar

import attrs

from evaluator.core.conditions import AllOf, AtLeastOf, AttributeTest, Condition, plain
from evaluator.core.model import Band, Criterion, Pack, Role
from evaluator.core.operators import Operator
from evaluator.core.values import Kind
from evaluator.engines.columns.truths import column, encoded, member_column

T = TypeVar("T")
SIDES = {"low": False, "high": True}
"""What is unknown, as unmet or as met."""


class CannotSay(Exception):
    """A way to judge has no words for a pack."""


class Words(Protocol[T]):
    """The words of a language; columns are called by the names of the frame that every way to judge starts from."""

    def compare(self, name: str, operator: Operator, need: float | str, *, unknown: bool) -> T:
        """Compare a number with a literal, or with another column."""

    def flag(self, name: str, *, wanted: bool, unknown: bool) -> T:
        """Ask a flag."""

    def known(self, name: str, *, wanted: bool) -> T:
        """Ask whether something is known."""

    def every(self, parts: Sequence[T]) -> T:
        """Ask for all."""

    def some(self, parts: Sequence[T]) -> T:
        """Ask for one."""

    def enough(self, parts: Sequence[T], count: int) -> T:
        """Ask for so many."""

    def choose(self, where: T, then: int | T, otherwise: int | T) -> T:
        """Take one number or another."""

    def add(self, parts: Sequence[T]) -> T:
        """Add numbers up."""


@attrs.frozen(kw_only=True)
class Writer(Generic[T]):
    """Writes a pack's conditions in some words."""

    pack: Pack
    words: Words[T]

    def condition(self, condition: Condition, *, unknown: bool) -> T:
        """Write a condition, with what is unknown as met or as unmet."""
        return self._plain(plain(condition), unknown=unknown)

    def _plain(self, condition: Condition, *, unknown: bool) -> T:
        if isinstance(condition, AttributeTest):
            return self._test(condition, unknown=unknown)
        parts = [self._plain(part, unknown=unknown) for part in condition.parts]
        if isinstance(condition, AtLeastOf):
            return self.words.enough(parts, condition.count)
        return self._joined(self.words.every if isinstance(condition, AllOf) else self.words.some, parts)

    def _joined(self, word: Callable[[Sequence[T]], T], parts: Sequence[T]) -> T:
        if not parts:
            raise CannotSay("a condition without parts")
        return parts[0] if len(parts) == 1 else word(parts)

    def _test(self, test: AttributeTest, *, unknown: bool) -> T:
        words, name = self.words, column(test.attribute)
        type_ = self.pack.attributes[test.attribute].type
        if test.operator is Operator.KNOWN:
            return words.known(name, wanted=bool(test.value))
        if isinstance(test.value, frozenset):
            return self._members(test, sorted(test.value, key=str), unknown=unknown)
        if type_.kind is Kind.FLAG:
            return words.flag(name, wanted=bool(test.value), unknown=unknown)
        if test.other is not None:
            if type_.options != self.pack.attributes[test.other].type.options:
                raise CannotSay("a comparison of two different scales")
            return words.compare(name, test.operator, column(test.other), unknown=unknown)
        return words.compare(name, test.operator, float(encoded(type_, test.value)), unknown=unknown)

    def _members(self, test: AttributeTest, members: Sequence[object], *, unknown: bool) -> T:
        words, name = self.words, column(test.attribute)
        type_ = self.pack.attributes[test.attribute].type
        either = test.operator in {Operator.ONE_OF, Operator.INCLUDES_ANY}
        if type_.kind is Kind.SET:
            wanted = test.operator is not Operator.INCLUDES_NONE
            places = [type_.options.index(str(member)) for member in members]
            tests = [words.flag(member_column(test.attribute, place), wanted=wanted, unknown=unknown) for place in places]
        else:
            one = Operator.IS if test.operator is Operator.ONE_OF else Operator.IS_NOT
            tests = [words.compare(name, one, float(encoded(type_, member)), unknown=unknown) for member in members]
        return self._joined(words.some if either else words.every, tests)

    def sum(self, role: Role, *, unknown: bool) -> T:
        """Write a role's sum, with what is unknown as met or as unmet."""
        units = Units.of(role)
        return self.words.add([self._share(one, units, unknown=unknown) for one in role.criteria])

    def _share(self, one: Criterion, units: Units, *, unknown: bool) -> T:
        weight, lost = int(one.weight), units.required * one.required
        met = self.condition(one.when, unknown=unknown)
        if units.weight == 0:
            return self.words.choose(met, weight, lost)
        met_and, unmet_and = weight + weight * units.weight, lost + weight * units.weight
        if one.applies_when is None:
            return self.words.choose(met, met_and, unmet_and)
        applies = {side: self.condition(one.applies_when, unknown=side) for side in (False, True)}
        otherwise = self.words.choose(applies[not unknown], unmet_and, 0)
        # What is met counts where it applies for certain on the worse side, and where it may on the better; what is unmet the other way.
        return self.words.choose(met, self.words.choose(applies[unknown], met_and, 0), otherwise)


@attrs.frozen(kw_only=True)
class Units:
    """What one of each thing counts in a role's sum; `weight` is 0 where every criterion always applies."""

    total: int
    weight: int
    required: int
    most: int

    @classmethod
    def of(cls, role: Role) -> Units:
        """Return a role's units: powers of two, so that a sum is taken apart by shifting."""
        if any(one.weight != int(one.weight) for one in role.criteria):
            raise CannotSay("weights that are no whole numbers")
        total = sum(int(one.weight) for one in role.criteria)
        room = 1 << total.bit_length()
        weight = room if any(one.applies_when is not None for one in role.criteria) else 0
        required = room * room if weight else room
        return cls(total=total, weight=weight, required=required, most=required * (1 + sum(one.required for one in role.criteria)))

    def apart(self, number: int) -> tuple[int, int, int]:
        """Take a sum apart: the weight of what is met, of what applies, and how many required ones are unmet."""
        weight = number % self.required // self.weight if self.weight else self.total
        return number % (self.weight or self.required), weight, number // self.required


@attrs.frozen(kw_only=True)
class Bound:
    """What a verdict asks for: at most so many required criteria unmet, and at least such a score."""

    unmet: int
    score: Fraction

    @classmethod
    def of(cls, band: Band) -> Bound:
        """Read a band; raises CannotSay for one that asks for anything else."""
        parts = band.when.parts if isinstance(band.when, AllOf) else ()
        found = {(part.attribute, part.operator): part.value for part in parts if isinstance(part, AttributeTest)}
        needed = {("required_unmet", Operator.AT_MOST), ("score", Operator.AT_LEAST)}
        if set(found) != needed or len(parts) != len(needed):
            raise CannotSay(f"a verdict that asks for something else: {band.verdict}")
        unmet, score = found["required_unmet", Operator.AT_MOST], found["score", Operator.AT_LEAST]
        if not isinstance(unmet, int) or not isinstance(score, int | Fraction):
            raise CannotSay(f"a verdict that asks for no number: {band.verdict}")
        return cls(unmet=unmet, score=Fraction(score))

    def met_by(self, met: int, weight: int, unmet: int) -> bool:
        """Whether a tally is enough."""
        return unmet <= self.unmet and met >= self.score * max(weight, 1)


def bounds(pack: Pack) -> tuple[Bound, ...]:
    """Return what each verdict but the last one asks for."""
    return tuple(map(Bound.of, pack.bands[:-1]))


@functools.cache
def table(units: Units, wanted: tuple[Bound, ...]) -> bytes:
    """Return the verdict of every sum that a role can come to."""

    def place(number: int) -> int:
        tally = units.apart(number)
        return next((place for place, bound in enumerate(wanted) if bound.met_by(*tally)), len(wanted))

    return bytes(map(place, range(units.most)))


def stretches(found: bytes) -> list[tuple[int, int, int]]:
    """Return a table as stretches of sums with the same verdict: first, last and verdict."""
    ends = [place for place in range(len(found)) if place + 1 == len(found) or found[place + 1] != found[place]]
    return [(first, last, found[last]) for first, last in zip([0, *(end + 1 for end in ends[:-1])], ends, strict=True)]


def columns_read(pack: Pack) -> list[str]:
    """Return the columns that the criteria of a pack read, in order."""
    names: list[str] = []
    writer = Writer(pack=pack, words=_Names(found=names))
    for condition in conditions(pack):
        writer.condition(condition, unknown=False)
    return list(dict.fromkeys(names))


def thresholds(pack: Pack) -> Mapping[str, Sequence[float]]:
    """Return the numbers that each column is compared with, in order; two columns that are compared stand as `one - other`, with 0."""
    found: dict[str, set[float]] = {}
    words = _Thresholds(found=found)
    writer = Writer(pack=pack, words=words)
    for condition in conditions(pack):
        writer.condition(condition, unknown=False)
    return {name: sorted(numbers) for name, numbers in found.items()}


def conditions(pack: Pack) -> Iterable[Condition]:
    """Yield every condition of the criteria."""
    for role in pack.judged_roles:
        for one in role.criteria:
            yield one.when
            if one.applies_when is not None:
                yield one.applies_when


def difference(name: str, other: str) -> str:
    """Name the column that holds the difference of two."""
    return f"{name} - {other}"


@attrs.frozen(kw_only=True)
class _Quiet:
    """Words that say nothing but what is overridden."""

    def compare(self, name: str, operator: Operator, need: float | str, *, unknown: bool) -> None: ...
    def flag(self, name: str, *, wanted: bool, unknown: bool) -> None: ...
    def known(self, name: str, *, wanted: bool) -> None: ...
    def every(self, parts: Sequence[None]) -> None: ...
    def some(self, parts: Sequence[None]) -> None: ...
    def enough(self, parts: Sequence[None], count: int) -> None: ...
    def choose(self, where: None, then: int | None, otherwise: int | None) -> None: ...
    def add(self, parts: Sequence[None]) -> None: ...


@attrs.frozen(kw_only=True)
class _Names(_Quiet):
    """Collects the names of columns."""

    found: list[str]

    def compare(self, name: str, operator: Operator, need: float | str, *, unknown: bool) -> None:  # noqa: ARG002 - see Words
        self.found.extend([name, need] if isinstance(need, str) else [name])

    def flag(self, name: str, *, wanted: bool, unknown: bool) -> None:  # noqa: ARG002 - see Words
        self.found.append(name)

    def known(self, name: str, *, wanted: bool) -> None:  # noqa: ARG002 - see Words
        self.found.append(name)


@attrs.frozen(kw_only=True)
class _Thresholds(_Quiet):
    """Collects what columns are compared with."""

    found: dict[str, set[float]]

    def compare(self, name: str, operator: Operator, need: float | str, *, unknown: bool) -> None:  # noqa: ARG002 - see Words
        key, number = (difference(name, need), 0.0) if isinstance(need, str) else (name, need)
        self.found.setdefault(key, set()).add(number)

    def known(self, name: str, *, wanted: bool) -> None:  # noqa: ARG002 - see Words
        self.found.setdefault(name, set())
