"""Answers: what may be said to a question, as far as a pack's conditions can tell answers apart, and what facts come to with each."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property

import attrs

from evaluator.core.attributes import Attribute
from evaluator.core.bounds import PartialFacts
from evaluator.core.breakpoints import Marks
from evaluator.core.conditions import AttributeTest, Condition, NoneOf, attributes_read, leaves, person_attribute, person_attributes, truth
from evaluator.core.facts import answered
from evaluator.core.model import Band, Pack
from evaluator.core.operators import ROWS
from evaluator.core.trial_values import entries, points
from evaluator.core.values import NUMERIC, Atom, Facts, Kind, Value, certain

_FEW = 64
"""Whole numbers of a range of so many are tried one by one."""


_AMOUNTS = (-1_000_000, -1, 0, 1, 1_000_000)
"""Numbers that are tried as well of what something is computed from: less than anything asked for, and more."""


@attrs.frozen(slots=False, kw_only=True)
class Answers:
    """The answers worth trying to each question of a pack, on one day.

    Of options and of few whole numbers these are all; of other values each at which a condition turns, with the values beside it
    and the ends of the range; of lists of records those that the pack's computations tell apart.
    """

    pack: Pack
    as_of: datetime.date

    @cached_property
    def _marks(self) -> tuple[Marks, Marks]:
        """What conditions look at: with what may be stated as it is, and with what it is computed from in its place."""
        given = frozenset(attribute.id for attribute in self.pack.derived_attributes if attribute.may_be_given)
        read = tuple(Marks(pack=self.pack, as_of=self.as_of, expand=expand) for expand in (frozenset[str](), given))
        for marks in read:
            for condition in self.pack.conditions:
                marks.condition(condition)
        return read[0], read[1]

    @cached_property
    def _known(self) -> dict[str, tuple[Value, ...]]:
        return {}

    def to(self, name: str) -> tuple[Value, ...]:
        """Return the answers worth trying to the question for an attribute."""
        if name not in self._known:
            self._known[name] = self._to(self.pack.attributes[name], {})
        return self._known[name]

    def _to(self, attribute: Attribute, facts: Facts) -> tuple[Value, ...]:
        """Return the answers worth trying for a person of whom so much is known; what entries are held against matters too."""
        type_ = attribute.type
        if attribute.kind is Kind.RECORDS:
            gathers = [gather for marks in self._marks for gather in marks.gathers.get(attribute.id, ())]
            theirs = person_attributes(condition for gather, _ in gathers for condition in gather.conditions)
            person = {name: (facts[name],) if name in facts else self._stated(name) for name in theirs}
            return entries(type_, gathers, self.as_of, person)
        if attribute.kind is Kind.CHOICE:
            return type_.options
        lowest, highest = type_.lowest, type_.highest
        if attribute.kind is Kind.INTEGER and isinstance(lowest, int) and isinstance(highest, int) and highest - lowest < _FEW:
            return tuple(range(lowest, highest + 1))
        marked = [value for marks in self._marks for value in marks.found.get(attribute.id, ())]
        marked += [value for records, field in self._against.get(attribute.id, ()) for value in _field_values(facts, records, field)]
        return points(type_, [*marked, *_AMOUNTS] if attribute.kind in NUMERIC and self.pack.dependents[attribute.id] else marked)[0]

    def _stated(self, name: str) -> tuple[Value, ...]:
        """Return the answers to the question for an attribute, if there is one."""
        return self.to(name) if self.pack.attributes[name].derivation is None else ()

    @cached_property
    def _against(self) -> Mapping[str, frozenset[tuple[str, str]]]:
        """The fields of records, by attribute and field, that are held against each attribute of the person."""
        found: dict[str, set[tuple[str, str]]] = {}
        for records, condition in (
            (one.records, condition) for one in self.pack.expressions() if one.records for condition in one.conditions
        ):
            for test in leaves(condition):
                if (name := person_attribute(test.other)) is not None:
                    found.setdefault(name, set()).add((records, test.attribute))
        return {name: frozenset(pairs) for name, pairs in found.items()}

    def test_by_test(self, name: str, conditions: Iterable[Condition]) -> bool:
        """Whether the tests of an attribute can be taken one by one: some answer makes all of them come out well, and some all badly.

        That is not so where something is computed from it, or only its presence is tested, or where answers in between matter.
        """
        listed = tuple(conditions)
        dependents = {attribute.id for attribute in self.pack.dependents[name]}
        read = attributes_read(listed)
        if not dependents.isdisjoint(read) or any(self.pack.attributes[attribute].ready_for for attribute in read):
            return False
        tests = [(test, well) for condition in listed for test, well in _turned(condition) if name in test.attributes]
        if any(test.other is not None or test.of_presence for test, _ in tests):
            return False
        ways = {tuple(truth(test, {name: value}) is well for test, well in tests) for value in self.to(name)}
        extremes = {(True,) * len(tests), (False,) * len(tests)}
        return extremes <= ways and (ways == extremes or all(map(_grows, self.pack.every_band)))

    @cached_property
    def _readers(self) -> Mapping[str, frozenset[str]]:
        """The keys of the criteria that read each attribute."""
        readers: dict[str, set[str]] = {}
        for criterion in (criterion for role in self.pack.roles.values() for criterion in role.criteria):
            for name in criterion.attributes_read:
                readers.setdefault(name, set()).add(criterion.key)
        return {name: frozenset(keys) for name, keys in readers.items()}

    def criteria_on(self, name: str) -> frozenset[str]:
        """Return the keys of the criteria that can hang on an attribute: by what is computed from it, or by who is ready for a role."""
        flags = (attribute.id for attribute in self.pack.attributes.values() if attribute.ready_for)
        reading = (name, *(attribute.id for attribute in self.pack.dependents[name]), *flags)
        return frozenset().union(*(self._readers.get(one, frozenset()) for one in reading))

    def after(self, facts: PartialFacts, name: str, value: Value) -> PartialFacts:
        """Return what facts come to with an answer."""
        return answered(self.pack, facts, {name: value}, self.as_of)

    def outcomes(self, facts: PartialFacts, name: str) -> tuple[PartialFacts, ...]:
        """Return what facts come to with each of the answers to the question for an attribute."""
        attribute = self.pack.attributes[name]
        against = name in self._against or (attribute.kind is Kind.RECORDS and bool(self._against))
        return tuple(self.after(facts, name, value) for value in (self._to(attribute, facts) if against else self.to(name)))


def _field_values(facts: Facts, records: str, field: str) -> Iterator[Atom]:
    """Yield what a field of the entries of records is in those that a person has."""
    found = facts.get(records)
    for record in found if isinstance(found, tuple) else ():
        if (value := certain(record).get(field)) is not None:
            yield value


def _turned(condition: Condition, *, well: bool = True) -> Iterator[tuple[AttributeTest, bool]]:
    """Yield the tests of a condition, each with the truth that helps to meet it."""
    if isinstance(condition, AttributeTest):
        yield condition, well
    else:
        for part in condition.parts:
            yield from _turned(part, well=well != isinstance(condition, NoneOf))


def _grows(band: Band) -> bool:
    """Whether more that is met, and less that is unmet, can only help to reach a verdict."""
    tests = () if band.when is None else _turned(band.when)
    return all(well and _helps(test.attribute) == ROWS[test.operator].grows for test, well in tests)


def _helps(count: str) -> int | None:
    if count in {"score", "met"} or count.endswith("_met"):
        return 1
    return -1 if count == "unmet" or count.endswith("_unmet") else None


def answers_to(pack: Pack, as_of: datetime.date) -> Answers | None:
    """Return the answers of a pack that tells them apart; None of one of edition 1, which goes by single tests."""
    return Answers(pack=pack, as_of=as_of) if pack.language > 1 else None
