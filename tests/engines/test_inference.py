"""The inference engine splits what is large, refuses what is too large, and says what fired."""

from __future__ import annotations

import random
import sys
from collections.abc import Iterable, Mapping
from fractions import Fraction
from itertools import pairwise

import attrs
import pytest

from evaluator.core.attributes import Attribute
from evaluator.core.conditions import AllOf, AnyOf, AtLeastOf, AttributeTest, Condition, NoneOf
from evaluator.core.enums import Basis, MoveKind
from evaluator.core.model import Band, Move, Pack
from evaluator.core.operators import Operator
from evaluator.core.values import Facts, Kind, ValueType
from evaluator.engines.inference.compile import MAX_LENGTH, MAX_LINES, compile_layer, count_ways, ways
from evaluator.engines.inference.engine import InferenceEngine
from evaluator.engines.inference.keys import Aspect, Family, Keys
from evaluator.engines.inference.machine import MAX_FIELDS, MAX_TESTS, Machine, MachineError
from evaluator.engines.reference import ReferenceEngine
from evaluator.engines.rule_layers import CRITERIA, MOVES, THE_MOVE, VERDICTS, EngineProblem, Layer, Rule
from tests.cases import criterion, small_pack
from tests.drawing import SPAN

NUMBER = ValueType(kind=Kind.NUMBER)
SKILLS = ValueType(kind=Kind.SET, options=("pricing", "research", "sql"))


def at_least(name: str, value: int) -> AttributeTest:
    """Return the test that an attribute is at least a value."""
    return AttributeTest(attribute=name, operator=Operator.AT_LEAST, value=value, span=SPAN)


def all_of(parts: Iterable[Condition]) -> AllOf:
    """Return the condition that all parts are met."""
    return AllOf(parts=tuple(parts), span=SPAN)


def any_of(parts: Iterable[Condition]) -> AnyOf:
    """Return the condition that any part is met."""
    return AnyOf(parts=tuple(parts), span=SPAN)


def at_least_of(count: int, names: Iterable[str]) -> AtLeastOf:
    """Return the condition that so many of the attributes are at least one."""
    return AtLeastOf(count=count, parts=tuple(at_least(name, 1) for name in names), span=SPAN)


def numbers(count: int) -> list[str]:
    """Return names of attributes."""
    return [f"number_{place}" for place in range(count)]


def pack_of(conditions: Mapping[str, Condition], types: Mapping[str, ValueType] | None = None) -> Pack:
    """Return a pack with a criterion for every condition."""
    found = types or dict.fromkeys(numbers(600), NUMBER)
    attributes = {name: Attribute(id=name, title=name, type=kind, span=SPAN) for name, kind in found.items()}
    return small_pack(attributes, tuple(criterion(name, condition) for name, condition in conditions.items()))


def check(conditions: Mapping[str, Condition], facts: Iterable[Facts], types: Mapping[str, ValueType] | None = None) -> InferenceEngine:
    """Hold the engine against the reference for every condition and all facts, and return it."""
    pack = pack_of(conditions, types)
    engine, reference = InferenceEngine(pack), ReferenceEngine(pack)
    keys = [f"role/{name}" for name in conditions]
    for known in facts:
        assert engine.judge(CRITERIA, known, keys).truths == reference.judge(CRITERIA, known, keys).truths
    return engine


def random_facts(names: Iterable[str], count: int = 20) -> list[Facts]:
    """Return facts with values about the literals used here, and some missing."""
    chance = random.Random(7)
    listed = list(names)
    return [{name: chance.randint(0, 2) for name in listed if chance.random() < 0.8} for _ in range(count)]


def layer_of(conditions: Mapping[str, Condition]) -> Layer:
    """Return a layer with a rule for every condition."""
    rules = tuple(Rule(key=name, condition=condition, span=SPAN) for name, condition in conditions.items())
    return Layer(name=CRITERIA, rules=rules, types={})


@pytest.mark.parametrize("count", [128, 256, 257])
def test_many_criteria_that_end_alike_are_split(count: int) -> None:
    """As many rules as crash the library in one ruleset, all ending in one condition, are shared out over several."""
    last = at_least("number_0", 1)
    check({f"c{place}": all_of([at_least(f"number_{1 + place % 9}", place), last]) for place in range(count)}, random_facts(numbers(10)))


def test_more_tests_than_one_ruleset_can_hold_are_split() -> None:
    """Six hundred different tests, on which one ruleset would hang, are answered."""
    check({f"c{place}": at_least(name, 1) for place, name in enumerate(numbers(600))}, random_facts(numbers(600), 3))


@pytest.mark.parametrize(("length", "apart"), [(1, 0), (40, 0), (60, 1), (100, 100)])
def test_every_ruleset_is_within_the_limits(length: int, apart: int) -> None:
    """No ruleset has more lines, tests or fields than a machine takes, and together they hold every line."""
    names = numbers(length + 30 * apart)
    guards = [all_of(at_least(name, 1) for name in names[place * apart : place * apart + length]) for place in range(30)]
    rules = tuple(Rule(key=f"c{place}", condition=all_of([]), guard=guard, span=SPAN) for place, guard in enumerate(guards))
    rulesets = compile_layer(Layer(name=CRITERIA, rules=rules, types={})).rulesets
    assert [line.rule.key for ruleset in rulesets for line in ruleset.lines] == [rule.key for rule in rules]
    for ruleset in rulesets:
        assert len(ruleset.lines) <= MAX_LINES
        assert sum(line.tests for line in ruleset.lines) <= MAX_TESTS
        assert len(ruleset.tokens) <= MAX_FIELDS
        with Machine(ruleset.name, ruleset.rules()) as machine:
            assert len(machine.run(dict.fromkeys(ruleset.tokens.values(), 1000))) == len(ruleset.lines)


def test_alternatives_are_spread_over_rulesets() -> None:
    """A criterion with more alternatives than one machine takes is answered by several, in every way it can be met."""
    names = numbers(10)
    engine = check({"half": at_least_of(5, names)}, random_facts(names, 200))
    assert engine.judge(CRITERIA, dict.fromkeys(names, 1), ["role/half"]).truths == {"role/half": True}


def test_deep_nesting_costs_nothing() -> None:
    """Forty combinators inside each other, too many for one rule of the library, are flattened."""
    nested: Condition = at_least("number_0", 1)
    for place in range(40):
        nested = any_of([nested]) if place % 2 else all_of([nested])
    check({"deep": nested}, random_facts(["number_0"]))


LARGE: dict[str, Condition] = {
    "six of twelve": at_least_of(6, numbers(12)),
    "ten of twenty": at_least_of(10, numbers(20)),
    "fifty of a hundred": at_least_of(50, numbers(100)),
    "one of 257": any_of(at_least(name, 1) for name in numbers(257)),
    "all of 300": all_of(at_least(name, 0) for name in numbers(300)),
    "none of 300": NoneOf(parts=tuple(at_least(name, 2) for name in numbers(300)), span=SPAN),
    "alternatives inside": all_of(any_of(at_least(name, place) for name in numbers(3)) for place in range(6)),
    "unmet in too many ways": any_of(all_of(at_least(f"number_{place}", value) for value in range(3)) for place in range(6)),
    "ten of twenty, each of two": AtLeastOf(
        count=10, parts=tuple(any_of([at_least(name, 2), at_least("number_20", 1)]) for name in numbers(20)), span=SPAN
    ),
    "one large part beside small ones": all_of([at_least_of(8, numbers(16)), at_least("number_16", 1), any_of([at_least("number_17", 1)])]),
    "large inside large inside large": any_of(
        [all_of([at_least_of(8, numbers(16)), at_least_of(9, numbers(18))]), NoneOf(parts=(at_least_of(7, numbers(14)),), span=SPAN)]
    ),
    "more than there are": at_least_of(21, numbers(20)),
}


def mixed_facts(count: int = 60) -> list[Facts]:
    """Return facts from hardly anything met to nearly all, with nothing unknown, little and much."""
    chance = random.Random(4)
    found: list[Facts] = []
    for _ in range(count):
        likely, known = chance.choice((0.02, 0.3, 0.5, 0.7, 0.99)), chance.choice((0.5, 0.97, 1))
        found.append({name: int(chance.random() < likely) * 3 - 1 for name in numbers(301) if chance.random() < known})
    return found


@pytest.mark.parametrize("condition", LARGE.values(), ids=LARGE)
def test_conditions_of_any_size_are_split_and_judged_as_in_the_reference(condition: Condition) -> None:
    """What has too many alternatives, or too long ones, is split into parts; each fact has the reference's truth."""
    check({"small": at_least("number_1", 1), "large": condition, "last": at_least("number_0", 1)}, mixed_facts())


def test_what_is_split_fires_in_its_place_and_once() -> None:
    """The trace names the criterion, not its parts, and follows the pack."""
    engine = InferenceEngine(pack_of({"b": at_least_of(10, numbers(20)), "a": at_least("number_0", 1)}))
    judged = engine.judge(CRITERIA, dict.fromkeys(numbers(20), 1), ["role/b", "role/a"])
    assert [(one.key, one.truth) for one in judged.fired] == [("role/b", True), ("role/a", True)]


def test_a_move_on_a_large_condition_keeps_its_guard() -> None:
    """Of two moves, the one that is not asked about has no answer, whatever its condition says."""
    condition = at_least_of(10, numbers(20))
    moves = [Move(origin="role", to="role", kind=MoveKind.PROMOTION, basis=Basis.JUDGEMENT, when=condition, span=SPAN)]
    pack = attrs.evolve(pack_of({"c": at_least("number_0", 1)}), moves=tuple(moves))
    engine, reference = InferenceEngine(pack), ReferenceEngine(pack)
    for facts in mixed_facts(20):
        asked = {**facts, THE_MOVE: moves[0].key}
        assert engine.judge(MOVES, asked, [moves[0].key]).truths == reference.judge(MOVES, asked, [moves[0].key]).truths


def test_counting_alternatives_takes_no_time() -> None:
    """Billions of alternatives are counted, not spelled out."""
    assert count_ways(at_least_of(20, numbers(40))) == 137_846_528_820
    assert ways(all_of([any_of([]), at_least_of(20, numbers(40))]), Keys([])) == []
    assert ways(at_least_of(0, numbers(40)), Keys([])) == [()]


@pytest.mark.parametrize("more", [-1, 0, 1])
def test_as_many_tests_as_one_machine_holds_and_one_more(more: int) -> None:
    """What fits into one machine is one rule, and one test more is split."""
    names = numbers(MAX_LENGTH + more)
    condition = all_of(at_least(name, 1) for name in names)
    check({"long": condition}, [*random_facts(names, 3), dict.fromkeys(names, 1), {**dict.fromkeys(names, 1), names[-1]: 0}])
    assert {one.stage for one in compile_layer(layer_of({"c": condition})).rulesets} == ({0} if more <= 0 else {0, 1})


def test_a_set_against_an_attribute_is_refused() -> None:
    """Sets are tested against words only; another attribute there is an error by name, not a wrong answer."""
    test = AttributeTest(attribute="skills", operator=Operator.INCLUDES_ANY, other="wanted", span=SPAN)
    with pytest.raises(EngineProblem, match="can't test a set against `wanted`"):
        InferenceEngine(pack_of({"set": test}, {"skills": SKILLS, "wanted": SKILLS}))


def test_a_way_that_asks_for_more_than_another_is_left_out() -> None:
    """Either of two tests, or both, is two lines, and as much again for unmet."""
    one, other = at_least("number_0", 1), at_least("number_1", 1)
    rulesets = compile_layer(layer_of({"c": any_of([one, other, all_of([one, other])])})).rulesets
    assert sum(line.truth for line in rulesets[0].lines) == 2
    assert len(rulesets[0].lines) == 3


def test_what_fired_is_told_in_order_and_once() -> None:
    """Met and unmet criteria fire once each, in the order of the pack, with their lines; unknown and unasked ones do not."""
    conditions: dict[str, Condition] = {
        "b": any_of([at_least("number_0", 1), at_least("number_0", 0)]),
        "a": at_least("number_0", 5),
        "unknown": at_least("number_1", 1),
        "unasked": at_least("number_0", 0),
    }
    engine = InferenceEngine(pack_of(conditions))
    judged = engine.judge(CRITERIA, {"number_0": 3}, ["role/a", "role/b", "role/unknown"])
    assert [(found.layer, found.key, found.truth, found.span) for found in judged.fired] == [
        (CRITERIA, "role/b", True, SPAN),
        (CRITERIA, "role/a", False, SPAN),
    ]
    assert judged.truths == {"role/a": False, "role/b": True, "role/unknown": None}


def test_only_machines_that_are_asked_are_built(monkeypatch: pytest.MonkeyPatch) -> None:
    """Asking for one criterion of many builds and runs the one machine it lives in."""
    built: list[str] = []

    def build(name: str, rules: object) -> Machine:
        built.append(name)
        return Machine(name, rules)  # type: ignore[arg-type]

    monkeypatch.setattr("evaluator.engines.inference.engine.Machine", build)
    engine = InferenceEngine(pack_of({f"c{place}": at_least(name, 1) for place, name in enumerate(numbers(100))}))
    assert built == []
    for _ in range(2):
        assert engine.judge(CRITERIA, {"number_50": 1}, ["role/c50"]).truths == {"role/c50": True}
    assert built == ["criteria-4"]


def moves_pack() -> Pack:
    """Return a pack with a verdict whose name holds a quotation mark, and two moves."""
    pack = pack_of({"only": at_least("number_0", 1)})
    ready = AttributeTest(attribute="score", operator=Operator.AT_LEAST, value=Fraction(3, 4), span=SPAN)
    bands = (Band(verdict='"ready" \\', when=ready, span=SPAN), Band(verdict="no", when=None, span=SPAN))
    up = Move(origin="role", to="up", kind=MoveKind.PROMOTION, when=at_least("number_0", 3), basis=Basis.JUDGEMENT, span=SPAN)
    return attrs.evolve(pack, bands=bands, moves=(up, attrs.evolve(up, to="aside", when=None)))


def test_a_rule_whose_guard_fails_has_no_answer() -> None:
    """Of two moves, only the one that the fact names is judged, whether its condition is met, unmet or unknown."""
    engine = InferenceEngine(moves_pack())
    for value, expected in ((3, True), (1, False), (None, None)):
        facts: dict[str, int | str] = {THE_MOVE: "role->up"} | ({} if value is None else {"number_0": value})
        judged = engine.judge(MOVES, facts, ["role->up", "role->aside"])
        assert judged.truths == {"role->up": expected}
        assert [found.truth for found in judged.fired] == [] if expected is None else [expected]
    for value in (3, 1):
        judged = engine.judge(MOVES, {THE_MOVE: "role->aside", "number_0": value}, ["role->up", "role->aside"])
        assert judged.truths == {"role->aside": True}


def test_the_last_verdict_always_holds_and_names_are_free() -> None:
    """The verdict without a condition fires by the marker alone, and no name of a verdict can upset the library."""
    engine = InferenceEngine(moves_pack())
    for score, expected in ((Fraction(3, 4), True), (Fraction(2, 3), False)):
        truths = engine.judge(VERDICTS, {"score": score}, ['"ready" \\', "no"]).truths
        assert truths == {'"ready" \\': expected, "no": True}


def test_a_contradiction_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine that says a criterion is both met and unmet is not believed."""
    monkeypatch.setattr(Machine, "run", lambda *_: ("0+", "1-"))
    with pytest.raises(EngineProblem, match="contradicts itself about `role/only`"):
        InferenceEngine(moves_pack()).judge(CRITERIA, {}, ["role/only"])


def test_a_rule_that_fires_without_its_guard_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    """A move that fires while another one was asked about is not believed."""
    monkeypatch.setattr(Machine, "run", lambda *_: ("0+",))
    with pytest.raises(EngineProblem, match="contradicts itself about `role->up`"):
        InferenceEngine(moves_pack()).judge(MOVES, {THE_MOVE: "role->aside"}, ["role->up", "role->aside"])


def test_a_failure_of_the_library_is_one_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    """What the machine raises reaches the user as a problem with a next step."""

    def fail(*_: object) -> None:
        raise MachineError("ruleset criteria-0 lost something")

    monkeypatch.setattr(Machine, "run", fail)
    with pytest.raises(EngineProblem, match="ruleset criteria-0 lost something") as raised:
        InferenceEngine(moves_pack()).judge(CRITERIA, {}, ["role/only"])
    assert raised.value.step


def test_a_missing_library_is_one_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where durable_rules can't be imported, making the engine says so and names the other one."""
    monkeypatch.setitem(sys.modules, "durable_rules_engine", None)
    with pytest.raises(EngineProblem, match="can't be imported") as raised:
        InferenceEngine(moves_pack())
    assert raised.value.step == "until then, use --engine reference"


def test_order_keys_compare_as_the_values_do() -> None:
    """Every comparison of two attributes, or of one with a literal, comes out on the keys as on the values."""
    chance = random.Random(11)
    for _ in range(2000):
        pool = [Fraction(chance.randint(-6, 6), chance.randint(1, 3)) for _ in range(6)]
        family = Family(members=("a", "b", "c"), literals=tuple(sorted(set(pool[: chance.randint(0, 4)]))))
        facts: Facts = {name: chance.choice(pool) + chance.choice((0, 0, 1)) for name in "abc" if chance.random() < 0.9}
        keys = family.keys(facts)
        assert keys.keys() == facts.keys()
        held = [(key, facts[name]) for name, key in keys.items()] + [(family.of_literal(value), value) for value in family.literals]
        for left, right in pairwise(sorted(held, key=lambda pair: pair[0])):
            assert (left[0] < right[0], left[0] == right[0]) == (left[1] < right[1], left[1] == right[1])  # type: ignore[operator]


def test_keys_stay_small() -> None:
    """However large or small the values, the library sees integers no larger than literals and family members need."""
    tests = [at_least("number_0", 10**300), AttributeTest(attribute="number_0", operator=Operator.IS, other="number_1", span=SPAN)]
    keys = Keys(tests)
    fields = [keys.field(Aspect.KEY, name) for name in ("number_0", "number_1")]
    assert list(keys.encode(fields, {"number_0": 10**301, "number_1": Fraction(1, 10**301)}).values()) == [4, 1]


def test_attributes_compared_in_a_chain_share_their_literals() -> None:
    """Where a is compared with b and b with c, all three and every literal of theirs are comparable."""
    chain = [AttributeTest(attribute=one, operator=Operator.BELOW, other=two, span=SPAN) for one, two in pairwise(numbers(12))]
    conditions = {f"c{place}": all_of([test, at_least(test.attribute, place % 3)]) for place, test in enumerate(chain)}
    check(conditions | {"loop": any_of([*chain[::3], at_least("number_11", 1)])}, random_facts(numbers(12), 100))
