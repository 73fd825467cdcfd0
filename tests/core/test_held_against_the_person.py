"""Entries of records held against attributes of the person: what is known, what is known in part, and what is asked for."""

from __future__ import annotations

import datetime
import itertools
import random
from collections.abc import Mapping, Sequence

import attrs
import pytest

from evaluator.core.answers import Answers
from evaluator.core.attributes import Attribute
from evaluator.core.bounds import Interval, Options, Outcome, PartialFacts, is_value
from evaluator.core.conditions import OF_PERSON, AllOf, AnyOf, AttributeTest, Condition, NoneOf
from evaluator.core.derive_bounds import outcome
from evaluator.core.expressions import Calculation, Derivation, Expression, Gather, Gathering, Literal, Missing, Operation, Reference
from evaluator.core.facts import complete
from evaluator.core.model import Pack, Profile
from evaluator.core.operators import Operator
from evaluator.core.unknowns import Unknowns
from evaluator.core.values import Kind, Record, Value, ValueType
from tests.cases import criterion, small_pack
from tests.core.build import AS_OF, check
from tests.drawing import SPAN

LEVELS = ValueType(kind=Kind.SCALE, options=("junior", "senior", "staff"))
SIZE = ValueType(kind=Kind.INTEGER, lowest=0, highest=3)
DAY = ValueType(kind=Kind.DATE, lowest=datetime.date(2020, 1, 1), highest=datetime.date(2026, 1, 1))
TEAM = ValueType(kind=Kind.CHOICE, options=("payments", "search", "design"))
FIELDS = {"level": LEVELS, "size": SIZE, "on": DAY, "team": TEAM, "called": ValueType(kind=Kind.TEXT)}
STATED = {"target": LEVELS, "least": SIZE, "joined": DAY, "home": TEAM, "divisor": SIZE, "extra": SIZE}
NUMBER = ValueType(kind=Kind.NUMBER)


def against(field: str, how: str, name: str) -> AttributeTest:
    """Return a test of a field against an attribute of the person."""
    return AttributeTest(attribute=field, operator=Operator(how), other=OF_PERSON + name, span=SPAN)


def count(where: Condition | None, **more: object) -> Gather:
    """Return a count of entries."""
    return attrs.evolve(Gather(gathering=Gathering.COUNT, records="jobs", where=where), **more)  # type: ignore[arg-type]


def pack_of(expression: Expression, **others: Expression) -> Pack:
    """Return a pack of the second edition that computes `x` over jobs, from other computed attributes too."""
    attributes = {"jobs": Attribute(id="jobs", title="Jobs", type=ValueType(kind=Kind.RECORDS, fields=FIELDS), span=SPAN)}
    attributes |= {name: Attribute(id=name, title=name, type=type_, span=SPAN) for name, type_ in STATED.items()}
    for name, made in {**others, "x": expression}.items():
        derivation = Derivation(expression=made, span=SPAN)
        attributes[name] = Attribute(id=name, title=name, type=NUMBER, derivation=derivation, may_be_given=False, span=SPAN)
    return attrs.evolve(small_pack(attributes, (criterion("c", check("x", "at_least", 1)),)), language=2)


def facts_of(pack: Pack, given: Mapping[str, Value]) -> PartialFacts:
    """Return what is known of somebody who states so much."""
    facts = complete(pack, Profile(id="p", given=given, span=SPAN), AS_OF).facts
    assert isinstance(facts, PartialFacts)
    return facts


def x_of(expression: Expression, given: Mapping[str, Value], **others: Expression) -> Outcome:
    """Return what is known of `x`."""
    facts = facts_of(pack_of(expression, **others), given)
    return facts.get("x") if "x" in facts else facts.bounds.get("x")


JOBS: tuple[Record, ...] = (
    {"level": 0, "size": 1, "on": datetime.date(2021, 5, 1), "team": "payments", "called": "payments"},
    {"level": 1, "size": 2, "on": datetime.date(2022, 5, 1), "team": "search", "called": "Payments"},
    {"level": 2, "size": 3, "on": datetime.date(2023, 5, 1), "team": "payments", "called": "search"},
)
TABLE: Sequence[tuple[Condition, Mapping[str, Value], Outcome]] = (
    (against("level", "at_least", "target"), {"target": 1}, 2),
    (against("level", "above", "target"), {"target": 2}, 0),
    (against("level", "at_least", "target"), {}, Interval(lowest=0, highest=3)),
    (against("size", "is", "least"), {"least": 2}, 1),
    (against("size", "is_not", "least"), {"least": 2}, 2),
    (against("size", "below", "least"), {}, Interval(lowest=0, highest=3)),
    (against("on", "above", "joined"), {"joined": datetime.date(2022, 5, 1)}, 1),
    (against("on", "at_most", "joined"), {"joined": datetime.date(2022, 5, 1)}, 2),
    (against("team", "is", "home"), {"home": "payments"}, 2),
    (against("team", "is_not", "home"), {"home": "payments"}, 1),
    (against("called", "is", "home"), {"home": "payments"}, 1),
    (AllOf(parts=(against("team", "is", "home"), check("size", "at_least", 2)), span=SPAN), {}, Interval(lowest=0, highest=2)),
    (AnyOf(parts=(against("team", "is", "home"), check("size", "at_least", 2)), span=SPAN), {}, Interval(lowest=2, highest=3)),
    (NoneOf(parts=(against("level", "above", "target"),), span=SPAN), {"target": 1}, 2),
)


@pytest.mark.parametrize("place", range(len(TABLE)))
def test_entries_are_held_against_what_the_person_states(place: int) -> None:
    """By number, day, level, option and text; with nothing stated each entry may or may not count."""
    where, given, expected = TABLE[place]
    assert x_of(count(where), {"jobs": JOBS, **given}) == expected


def test_an_entry_without_the_field_is_unknown_and_an_empty_list_needs_nobody() -> None:
    """What no entry is held against does not matter."""
    where = against("size", "at_least", "least")
    assert x_of(count(where), {"jobs": ()}) == 0
    assert x_of(count(where), {"jobs": ({"size": 1}, {}), "least": 1}) == Interval(lowest=1, highest=2)
    assert x_of(count(where), {"least": 1}) is None
    assert x_of(count(where, missing=Missing.SKIP), {"jobs": ({"size": 1}, {}), "least": 1}) == 1


def test_what_is_known_of_the_person_in_part_decides_where_all_of_it_agrees() -> None:
    """A computed attribute from 2 to 5: an entry of 1 lies below it for certain, one of 3 may not."""
    aim = Calculation(operation=Operation.SUM, parts=(Literal(value=2), Reference(attribute="extra")))
    where = against("size", "at_least", "aim")
    assert x_of(count(where), {"jobs": ({"size": 1}, {"size": 3})}, aim=aim) == Interval(lowest=0, highest=1)
    assert x_of(count(where), {"jobs": ({"size": 1}, {"size": 3}), "extra": 0}, aim=aim) == 1
    assert x_of(count(against("size", "below", "aim")), {"jobs": ({"size": 1},)}, aim=aim) == 1


def test_what_may_stay_without_a_value_gives_no_bounds_and_is_told_by_name() -> None:
    """A ratio by 0 has no result whatever else is answered: nothing is asked for it, and no count hangs on it."""
    aim = Calculation(operation=Operation.RATIO, parts=(Literal(value=2), Reference(attribute="divisor")))
    pack = pack_of(count(against("size", "at_least", "aim")), aim=aim)
    for given in ({}, {"divisor": 0}):
        facts = facts_of(pack, {"jobs": ({"size": 1},), **given})
        assert "x" not in facts
        assert "x" not in facts.bounds
    cause = Unknowns(facts=facts, attributes=pack.attributes, as_of=AS_OF).attribute("x")
    assert cause.asks == ()
    assert [one.attribute for one in cause.undefined] == ["aim"]
    assert x_of(count(against("size", "at_least", "aim")), {"jobs": (), "divisor": 0}, aim=aim) == 0


@pytest.mark.parametrize(
    ("given", "asks"),
    [
        ({}, ("jobs",)),
        ({"jobs": ({"size": 1},)}, ("least",)),
        ({"jobs": ({},), "least": 1}, ("jobs",)),
        ({"jobs": ({}, {"size": 1})}, ("jobs", "least")),
        ({"jobs": (), "least": 1}, ()),
    ],
)
def test_the_question_is_for_what_an_entry_lacks_or_the_person(given: Mapping[str, Value], asks: Sequence[str]) -> None:
    """An answer about the person settles entries that are complete, and nothing else does."""
    pack = pack_of(count(against("size", "at_least", "least")))
    unknowns = Unknowns(facts=facts_of(pack, given), attributes=pack.attributes, as_of=AS_OF)
    assert set(unknowns.attribute("x").asks) == set(asks)


def test_answers_to_try_are_those_at_which_the_entries_of_the_person_turn() -> None:
    """Only an entry's own number meets a test of `is`, so that it has to be among what is tried."""
    number = ValueType(kind=Kind.NUMBER)
    pack = pack_of(count(against("size", "is", "least")))
    attributes = {**pack.attributes, "least": attrs.evolve(pack.attributes["least"], type=number)}
    pack = attrs.evolve(pack, attributes=attributes)
    facts = facts_of(pack, {"jobs": ({"size": 3},)})
    after = Answers(pack=pack, as_of=AS_OF).outcomes(facts, "least")
    assert {found.get("x") for found in after} == {0, 1}
    assert {found.get("x") for found in Answers(pack=pack, as_of=AS_OF).outcomes(facts_of(pack, {"least": 2}), "jobs")} >= {0, 1}


def test_reading_an_attribute_of_the_person_makes_it_an_input() -> None:
    """So that circles are seen, questions asked and what hangs on it worked out again."""
    expression = count(AllOf(parts=(against("size", "is", "least"), against("level", "is", "target")), span=SPAN), last=2, by="on")
    assert expression.attributes == ("jobs", "least", "target")
    pack = pack_of(expression)
    assert [one.id for one in pack.dependents["target"]] == ["x"]
    assert {"jobs", "least", "target"} <= pack.read_by_rules


_VALUES: Mapping[str, Sequence[Value]] = {"size": (0, 1, 2, 3), "level": (0, 1, 2), "team": TEAM.options}
_THEIRS: Mapping[str, Sequence[Value]] = {"least": (0, 1, 2, 3), "target": (0, 1, 2), "home": TEAM.options}
_PAIRS = (("size", "least"), ("level", "target"), ("team", "home"))


def _random_where(chance: random.Random) -> Condition:
    tests: list[Condition] = []
    for field, name in chance.sample(_PAIRS, chance.randint(1, 2)):
        ways = ("is", "is_not") if field == "team" else ("is", "is_not", "at_least", "at_most", "above", "below")
        tests.append(against(field, chance.choice(ways), name))
    tests += [check("size", "at_least", chance.choice((1, 2)))] if chance.random() < 0.3 else []
    return tests[0] if len(tests) == 1 else chance.choice((AllOf, AnyOf, NoneOf))(parts=tuple(tests), span=SPAN)


def _random_gathering(chance: random.Random) -> Gather:
    gathering = chance.choice((Gathering.COUNT, Gathering.COUNT, Gathering.TOTAL, Gathering.MAX, Gathering.LATEST, Gathering.MEAN))
    field = None if gathering is Gathering.COUNT else "size"
    where, of_which, last = _random_where(chance), None, None
    if gathering in {Gathering.COUNT, Gathering.TOTAL} and chance.random() < 0.4:
        last = chance.choice((1, 2))
        if gathering is Gathering.COUNT:
            where, of_which = chance.choice((where, check("size", "at_least", 1))), _random_where(chance)
    return Gather(gathering=gathering, records="jobs", where=where, of_which=of_which, last=last, field=field, by="on")


def test_no_answers_make_false_what_bounds_say_of_entries_held_against_the_person() -> None:
    """Brute force over every field and every attribute that is missing: whatever they are, the value lies within the bounds."""
    chance, bounded, known = random.Random(5), 0, 0
    for _ in range(500):
        expression = _random_gathering(chance)
        pack = pack_of(expression)
        jobs: list[dict[str, Value]] = []
        for year in chance.sample(range(2020, 2026), chance.randint(0, 3)):
            fields = {name: chance.choice(values) for name, values in _VALUES.items() if chance.random() < 0.85}
            jobs.append({"on": datetime.date(year, 1, 1), **fields})
        given: dict[str, Value] = {name: chance.choice(values) for name, values in _THEIRS.items() if chance.random() < 0.5}
        facts = facts_of(pack, {**given, "jobs": tuple(jobs)})  # type: ignore[dict-item]
        found = outcome(expression, facts, AS_OF)
        open_fields = [(place, name) for place, job in enumerate(jobs) for name in _VALUES if name not in job][:4]
        if any(name not in job for place, job in enumerate(jobs) for name in _VALUES if (place, name) not in open_fields):
            continue
        open_names = [name for name in _THEIRS if name not in given]
        domains = [*(_VALUES[name] for _, name in open_fields), *(_THEIRS[name] for name in open_names)]
        for chosen in itertools.islice(itertools.product(*domains), 300):
            full = [dict(job) for job in jobs]
            for (place, name), value in zip(open_fields, chosen, strict=False):
                full[place][name] = value
            theirs = dict(zip(open_names, chosen[len(open_fields) :], strict=True))
            value = outcome(expression, facts_of(pack, {**given, **theirs, "jobs": tuple(full)}), AS_OF)  # type: ignore[dict-item]
            if isinstance(found, Interval):
                assert is_value(value)
                assert found.lowest is None or found.lowest <= value  # type: ignore[operator]
                assert found.highest is None or value <= found.highest  # type: ignore[operator]
            elif found is not None and not isinstance(found, Options):
                assert value == found
        bounded += isinstance(found, Interval)
        known += is_value(found)
    assert bounded > 50
    assert known > 50
