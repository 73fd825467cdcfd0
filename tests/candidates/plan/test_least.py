"""A plan is of least effort: going through everything that a person could become finds nothing cheaper."""

from __future__ import annotations

import datetime
import itertools
import random
from collections.abc import Iterator, Sequence
from fractions import Fraction

import attrs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evaluator.candidates.plan.analysis import Planner
from evaluator.core.attributes import Attribute
from evaluator.core.conditions import OF_PERSON, AllOf, AnyOf, AtLeastOf, AttributeTest, Condition, NoneOf
from evaluator.core.effort import Effort
from evaluator.core.enums import Basis, CriterionKind
from evaluator.core.expressions import (
    Calculation,
    Ceil,
    Clamp,
    Derivation,
    Expression,
    Floor,
    Gather,
    Gathering,
    Half,
    Lookup,
    Missing,
    Operation,
    Reference,
    Round,
    Since,
    TableBand,
    Tally,
    TimeUnit,
    When,
)
from evaluator.core.expressions import Literal as Constant
from evaluator.core.model import EDITIONS, Band, Criterion, Pack, Profile, Role
from evaluator.core.operators import Operator
from evaluator.core.ready_for import flag_of
from evaluator.core.values import Kind, Number, Value, ValueType
from evaluator.engines.readiness import Evaluator
from tests.cases import SPAN, criterion, small_pack

DAY = datetime.date(2026, 11, 1)
MOST = 3
NEVER = 10**6
INTEGER = ValueType(kind=Kind.INTEGER, lowest=0, highest=MOST)
SCALE = ValueType(kind=Kind.SCALE, options=("low", "middle", "high"))
FLAG = ValueType(kind=Kind.FLAG)
NAMED = (("cheap", 1), ("dear", 2), ("dearest", 10))
SET = ValueType(kind=Kind.SET, options=("a", "b"))
DATE = ValueType(kind=Kind.DATE)
RECORDS = ValueType(kind=Kind.RECORDS, fields={"size": ValueType(kind=Kind.INTEGER), "start": DATE, "end": DATE})
DAYS = tuple(DAY - datetime.timedelta(days=number) for number in (40, 8, 2, 0))
ENTRIES = tuple({"size": number, "start": day, "end": DAY} for number, day in enumerate(DAYS))


def attribute(name: str, type_: ValueType, chance: random.Random) -> Attribute:
    """Return an attribute with an effort, with one way only, or with none."""
    each, down = (chance.choice((None, 1, 2, Fraction(7, 2), 5)) for _ in range(2))
    to = {"high": 1} if type_ is SCALE and chance.random() < 0.4 else {}
    effort = None if chance.random() < 0.15 else Effort(each=each, to=to, down=down)
    return Attribute(id=name, title=name, type=type_, effort=effort, span=SPAN)


def computed(name: str, expression: Expression) -> Attribute:
    kind = ValueType(kind=Kind.NUMBER)
    return Attribute(id=name, title=name, type=kind, derivation=Derivation(expression=expression, span=SPAN), may_be_given=False, span=SPAN)


def check(name: str, operator: Operator, value: object) -> AttributeTest:
    return AttributeTest(attribute=name, operator=operator, value=value, span=SPAN)  # type: ignore[arg-type]


def leaf(chance: random.Random, attributes: Sequence[Attribute]) -> Condition:
    found = chance.choice(attributes)
    words = (Operator.AT_LEAST, Operator.AT_LEAST, Operator.ABOVE, Operator.AT_MOST, Operator.IS, Operator.IS_NOT, Operator.BELOW)
    if chance.random() < 0.05:
        return check(found.id, Operator.KNOWN, chance.random() < 0.7)
    if found.kind is Kind.FLAG:
        return check(found.id, Operator.IS, chance.random() < 0.7)
    if found.kind is Kind.SET:
        word = chance.choice((Operator.INCLUDES, Operator.INCLUDES_ALL, Operator.INCLUDES_ANY, Operator.INCLUDES_NONE))
        return check(found.id, word, frozenset(chance.sample(("a", "b"), 1 if word is Operator.INCLUDES else chance.randint(1, 2))))
    if found.kind is Kind.SCALE and chance.random() < 0.2:
        return check(found.id, chance.choice((Operator.ONE_OF, Operator.NONE_OF)), frozenset(chance.sample(range(3), chance.randint(1, 2))))
    if found.kind is Kind.SCALE:
        return check(found.id, chance.choice(words), chance.randint(0, 2))
    alike = [other.id for other in attributes if other is not found and other.kind in {Kind.INTEGER, Kind.NUMBER}]
    if alike and chance.random() < 0.1:
        return AttributeTest(attribute=found.id, operator=chance.choice(words), other=chance.choice(alike), span=SPAN)
    if found.kind is Kind.NUMBER:
        return check(found.id, chance.choice(words[:4]), chance.choice((1, 2, Fraction(5, 2), 3, 5)))
    return check(found.id, chance.choice(words), chance.randint(0, MOST))


def condition(chance: random.Random, attributes: Sequence[Attribute], depth: int = 2) -> Condition:
    if depth == 0 or chance.random() < 0.45:
        return leaf(chance, attributes)
    parts = tuple(condition(chance, attributes, depth - 1) for _ in range(chance.randint(2, 3)))
    kind = chance.choice((AllOf, AnyOf, AnyOf, NoneOf, AtLeastOf))
    if kind is not AtLeastOf:
        return kind(parts=parts, span=SPAN)
    count = chance.randint(1, len(parts))
    share = chance.choice((None, Fraction(2 * count - 1, 2 * len(parts))))
    return AtLeastOf(count=count, share=share, parts=parts, span=SPAN)


def expression(chance: random.Random, attributes: Sequence[Attribute]) -> Expression:
    numbers = [Reference(attribute=one.id) for one in attributes if one.kind in {Kind.INTEGER, Kind.NUMBER}]
    missing = chance.choice((Missing.UNKNOWN, Missing.SKIP, 0, 1))
    draws = tuple(leaf(chance, attributes) for _ in range(3))
    found: list[Expression] = [
        Tally(conditions=draws, share=chance.random() < 0.3, missing=missing),
        When(branches=((draws[0], Constant(value=2)),), otherwise=Constant(value=0)),
    ]
    if numbers:
        parts = tuple(chance.choice(numbers) for _ in range(2))
        most = (Operation.SUM, Operation.MEAN, Operation.MAX, Operation.PRODUCT)
        total = Calculation(operation=chance.choice((*most, *Operation)), parts=parts, missing=missing)
        ends = chance.choice(((None, 3), (1, None), (1, 3)))
        bands = (
            TableBand(lowest=None, includes_lowest=False, highest=2, includes_highest=True, gives=1),
            TableBand(lowest=2, includes_lowest=False, highest=None, includes_highest=False, gives=3),
        )
        weighted = Calculation(operation=Operation.MEAN, parts=parts, weights=(1, 2), missing=missing)
        rows = {key: chance.randint(0, 3) for key in range(chance.choice((3, 4, 4)))}
        found += [
            total,
            Floor(of=weighted),
            Ceil(of=weighted),
            Lookup(of=total, table="t", bands=bands),
            Lookup(of=parts[0], table="r", rows=rows),
        ]
        found.append(Clamp(of=total, lowest=ends[0], highest=ends[1]))
        found.append(Round(of=weighted, step=chance.choice((1, Fraction(1, 2), 2)), half=chance.choice(list(Half))))
    return chance.choice(found)


def fixed(chance: random.Random, stated: Sequence[Attribute]) -> tuple[Attribute, Attribute]:
    """Return what no effort changes, a day or entries, and a number that is computed from it; of entries what is stated may decide."""
    if chance.random() < 0.5:
        unit = chance.choice(list(TimeUnit))
        since = Calculation(
            operation=Operation.RATIO, parts=(Since(of="fixed", unit=unit), Constant(value=4 if unit is TimeUnit.DAYS else 1))
        )
        return Attribute(id="fixed", title="fixed", type=DATE, span=SPAN), computed("d2", since)
    gathering = chance.choice(list(Gathering))
    held_against = [
        AttributeTest(attribute="size", operator=chance.choice((Operator.AT_LEAST, Operator.IS)), other=OF_PERSON + one.id, span=SPAN)
        for one in stated
        if one.kind is Kind.INTEGER
    ]
    where = chance.choice((None, check("size", Operator.AT_LEAST, 1), *held_against[:1]))
    months = chance.choice((None, 1)) if gathering is Gathering.YEARS else None
    gathered = Gather(
        gathering=gathering, records="fixed", where=where, field="size", by="start", start="start", end="end", within_months=months
    )
    return Attribute(id="fixed", title="fixed", type=RECORDS, span=SPAN), computed("d2", gathered)


def pack_of(chance: random.Random) -> Pack:
    """Return a pack with a role, and from edition 2 on often with one or two others that it may wait for to be ready for."""
    stated = [attribute(f"x{place}", chance.choice((INTEGER, INTEGER, SCALE, FLAG, SET)), chance) for place in range(chance.randint(2, 4))]
    derived = [computed("d0", expression(chance, stated))] if chance.random() < 0.6 else []
    every = [*stated, *derived]
    edition = chance.choice(EDITIONS)
    if edition > 1 and derived and chance.random() < 0.5:
        every.append(computed("d1", expression(chance, every)))
    settled = list(fixed(chance, stated)) if chance.random() < 0.3 else []
    every += settled[1:]
    score = check("score", Operator.AT_LEAST, Fraction(3, 4))
    required = check("required_unmet", Operator.AT_MOST, 0)
    bands = (
        Band(verdict="ready", when=AllOf(parts=(required, score), span=SPAN), span=SPAN),
        Band(verdict="not yet", when=None, span=SPAN),
    )
    roles = {}
    for name in ["lower", "middle"][: chance.choice((0, 0, 1, 2)) if edition > 1 else 0]:
        roles[name] = role(chance, name, every, edition)
        flag = Attribute(id=flag_of(name), title=name, type=FLAG, may_be_given=False, implied=True, ready_for=name, span=SPAN)
        every += [flag] * chance.randint(1, 3)
    roles["role"] = role(chance, "role", every, edition)
    return attrs.evolve(small_pack({each.id: each for each in (*settled, *every)}, ()), roles=roles, bands=bands, language=edition)


def role(chance: random.Random, name: str, attributes: Sequence[Attribute], edition: int) -> Role:
    criteria = tuple(
        Criterion(
            id=f"c{index}",
            role=name,
            title="c",
            kind=CriterionKind.SKILL,
            required=chance.random() < 0.5,
            weight=chance.choice((1, 2, Fraction(1, 2))),
            when=condition(chance, attributes),
            applies_when=condition(chance, attributes, 1) if chance.random() < 0.25 else None,
            basis=Basis.JUDGEMENT,
            span=SPAN,
        )
        for index in range(chance.randint(1, 4 if name == "role" else 2))
    )
    criteria = tuple(_capping(criterion, chance) for criterion in criteria) if edition > 1 and chance.random() < 0.5 else criteria
    return Role(id=name, title=name, track="craft", rung=1, criteria=criteria, span=SPAN)


def _capping(one: Criterion, chance: random.Random) -> Criterion:
    """Return a criterion that may cap, with a weight or without one."""
    if chance.random() < 0.5:
        return one
    cap = attrs.evolve(one, caps_at="not yet")
    return cap if chance.random() < 0.4 else attrs.evolve(cap, required=False, weight=0)


def profile_of(chance: random.Random, pack: Pack) -> Profile:
    values: dict[ValueType, list[Value]] = {
        INTEGER: list(range(MOST + 1)),
        SCALE: [0, 1, 2],
        FLAG: [True, False],
        SET: [frozenset(), frozenset("a"), frozenset("ab")],
        DATE: [*DAYS],
        RECORDS: [(), ENTRIES[:1], ENTRIES[1:3], ENTRIES],
    }
    stated = [each for each in pack.attributes.values() if each.derivation is None and each.ready_for is None]
    known = [one for one in stated if one.type is SET or chance.random() < 0.6]
    return Profile(id="p", given={one.id: chance.choice(values[one.type]) for one in known}, span=SPAN)


def ways(attribute: Attribute, have: Value | None) -> Iterator[tuple[Value | None, Number]]:
    """Yield every value that an attribute can be brought to, with its effort: nothing is thought of thresholds here."""
    effort = attribute.effort
    yield have, 0
    if effort is None:
        return
    if attribute.kind is Kind.FLAG:
        yield from ((value, cost) for value, cost in ((True, effort.each), (False, effort.down)) if value != have and cost is not None)
    elif attribute.kind is Kind.SET:
        yield from _sets(effort, have)
    else:
        yield from _steps(attribute, effort, have)


def _sets(effort: Effort, have: Value | None) -> Iterator[tuple[Value | None, Number]]:
    before = have if isinstance(have, frozenset) else frozenset[str]()
    for size in range(3):
        for members in itertools.combinations("ab", size):
            after = frozenset(members)
            costs = [effort.each] * len(after - before) + [effort.down] * len(before - after)
            if None not in costs and (have is not None or after):
                yield after, sum(cost or 0 for cost in costs)


def _steps(attribute: Attribute, effort: Effort, have: Value | None) -> Iterator[tuple[Value | None, Number]]:
    start = have if isinstance(have, int) else 0
    top = MOST if attribute.kind is Kind.INTEGER else 2
    for value in range(top + 1):
        if value >= start:
            names = [SCALE.options[rank] if attribute.kind is Kind.SCALE else "" for rank in range(start + 1, value + 1)]
            costs = [effort.to.get(name, effort.each) for name in names]
        else:
            costs = [effort.down] * (start - value)
        if None not in costs:
            yield value, sum(cost or 0 for cost in costs)


def least(pack: Pack, profile: Profile) -> Number | None:
    """Return the least effort of all that the person could become and be ready, by trying everything."""
    evaluator = Evaluator(pack, engine="reference")
    stated = [each for each in pack.attributes.values() if each.derivation is None and each.ready_for is None]
    best: Number | None = None
    for choice in itertools.product(*(list(ways(one, profile.given.get(one.id))) for one in stated)):
        cost = sum(price for _, price in choice)
        if best is not None and cost >= best:
            continue
        given_ = {one.id: value for one, (value, _) in zip(stated, choice, strict=True) if value is not None}
        result = evaluator.evaluate(attrs.evolve(profile, given=given_), as_of=DAY).roles["role"]
        if result.verdict.low == "ready":
            best = cost
    return best


@settings(max_examples=150, deadline=None)
@given(st.randoms(use_true_random=False))
def test_nothing_is_cheaper(chance: random.Random) -> None:
    """Over random packs with alternatives, optional criteria, sums and lookups, and people with gaps in what is known."""
    pack = pack_of(chance)
    profile = profile_of(chance, pack)
    planned = Planner(pack=pack, profile=profile, role=pack.roles["role"], as_of=DAY).plan()
    expected = least(pack, profile)
    assert (None if planned.best is None else planned.best.effort) == expected
    if planned.best is not None:
        assert planned.best.after.verdict.low == "ready"
        assert sum(step.effort for step in planned.best.steps) == planned.best.effort


@pytest.mark.parametrize(("wanted", "expected"), [(False, 7), (True, 0)])
def test_the_way_out_of_being_ready_for_another_role_is_seen(wanted: bool, expected: int) -> None:  # noqa: FBT001
    """Who must not be ready for the lower role does better with less, and who must with more: neither is dropped for the other."""
    named = [Attribute(id=name, title=name, type=INTEGER, effort=Effort(each=cost, down=cost), span=SPAN) for name, cost in NAMED]
    total = computed("total", Calculation(operation=Operation.SUM, parts=tuple(Reference(attribute=name) for name, _ in NAMED)))
    flag = Attribute(id=flag_of("lower"), title="lower", type=FLAG, may_be_given=False, implied=True, ready_for="lower", span=SPAN)
    spare = Attribute(id="spare", title="spare", type=INTEGER, effort=Effort(each=100), span=SPAN)
    tests = {"lower": ["total", Operator.AT_LEAST, 5], "role": [flag.id, Operator.IS, wanted]}
    criteria = {name: (attrs.evolve(criterion("c", check(*test)), role=name),) for name, test in tests.items()}
    criteria["role"] += (criterion("d", check("spare", Operator.AT_LEAST, 1)),)
    roles = {name: Role(id=name, title=name, track="craft", rung=1, criteria=own, span=SPAN) for name, own in criteria.items()}
    half = check("score", Operator.AT_LEAST, Fraction(1, 2))
    bands = (Band(verdict="ready", when=half, span=SPAN), Band(verdict="not yet", when=None, span=SPAN))
    pack = attrs.evolve(small_pack({each.id: each for each in (*named, spare, total, flag)}, ()), roles=roles, bands=bands, language=2)
    profile = Profile(id="p", given={"cheap": 3, "dear": 3, "dearest": 3, "spare": 0}, span=SPAN)
    planned = Planner(pack=pack, profile=profile, role=roles["role"], as_of=DAY).plan()
    assert planned.best is not None
    assert planned.best.effort == expected == least(pack, profile)


@pytest.mark.parametrize("wanted", [False, True])
def test_what_is_known_in_part_is_not_known(wanted: bool) -> None:  # noqa: FBT001
    """Where something computed must not be known, somebody with an input missing is ready with nothing to be done."""
    level = Attribute(id="level", title="level", type=INTEGER, effort=Effort(each=1), span=SPAN)
    either = computed("either", When(branches=((check("level", Operator.AT_LEAST, 2), Constant(value=2)),), otherwise=Constant(value=0)))
    asked = criterion("c", check("either", Operator.KNOWN, wanted))
    bands = (Band(verdict="ready", when=check("met", Operator.AT_LEAST, 1), span=SPAN), Band(verdict="no", when=None, span=SPAN))
    pack = attrs.evolve(small_pack({"level": level, "either": either}, (asked,)), bands=bands, language=2)
    profile = Profile(id="p", given={}, span=SPAN)
    planned = Planner(pack=pack, profile=profile, role=pack.roles["role"], as_of=DAY).plan()
    assert planned.best is not None
    assert planned.best.effort == least(pack, profile) == 0


@pytest.mark.soak
@pytest.mark.parametrize("hundred", range(20))
def test_nothing_is_cheaper_for_long(hundred: int) -> None:
    """The same for two thousand more, a hundred a test, as every run collects them."""
    for seed in range(100 * hundred, 100 * hundred + 100):
        chance = random.Random(seed)
        pack = pack_of(chance)
        profile = profile_of(chance, pack)
        planned = Planner(pack=pack, profile=profile, role=pack.roles["role"], as_of=DAY).plan()
        assert (None if planned.best is None else planned.best.effort) == least(pack, profile), seed
