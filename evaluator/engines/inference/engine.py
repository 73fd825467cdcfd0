"""The inference engine: facts in, rules that fired out."""

from __future__ import annotations

import itertools
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from functools import cached_property, lru_cache

import attrs

from evaluator.core.conditions import AttributeTest, Condition, Truth, exchanged, truth
from evaluator.core.model import Pack
from evaluator.core.operators import Operator
from evaluator.core.results import Fired
from evaluator.core.values import Facts, Kind, ValueType
from evaluator.engines.inference.compile import Part, Program, Ruleset, compile_layer
from evaluator.engines.inference.keys import Field
from evaluator.engines.inference.machine import EngineMissing, Machine, MachineError, load_engine
from evaluator.engines.rule_layers import EngineProblem, Judgement, Layer, layers

_PLANS = 512
"""Sets of keys whose plan is kept; a pack asks for one of criteria, one of verdicts and one for each move."""
_NOT_ASKED = object()
_REPORT = "please report this, with the pack and the profile; until then, use --engine reference"


class InferenceEngine:
    """Judges rules by forward chaining: a rule is met or unmet where the machine's rule for that fired, unknown where neither did."""

    name = "inference"

    def __init__(self, pack: Pack) -> None:
        """Compile the pack's layers; raises EngineProblem where the engine is missing or can't hold one of the rules."""
        with _problems():
            load_engine()
        known_in_part = frozenset(attribute.id for attribute in pack.derived_attributes) if pack.language > 1 else frozenset[str]()
        self._layers = {layer.name: _LayerEngine(layer, known_in_part) for layer in layers(pack)}

    def judge(self, layer: str, facts: Facts, keys: Collection[str]) -> Judgement:
        """Return the truth of the layer's rules of those keys, and the machine's rules that fired for them, in order."""
        return self._layers[layer].judge(facts, keys)


@attrs.frozen(kw_only=True)
class _Plan:
    """What it takes to answer for some keys: the machines to run, stage by stage, the fields to fill and the guards to ask."""

    stages: tuple[tuple[_Unit, ...], ...]
    fields: tuple[Field, ...]
    guards: Mapping[str, Condition | None]


class _LayerEngine:
    """One layer, with a machine for each of its rulesets.

    A test of an attribute that may be known in part is a fact of its own here, whose truth is worked out before the machine runs.
    """

    def __init__(self, layer: Layer, known_in_part: frozenset[str]) -> None:
        with_flags, self._tests = _tests_as_flags(layer, known_in_part)
        self._program: Program = compile_layer(with_flags)
        self._units = [_Unit(layer.name, ruleset) for ruleset in self._program.rulesets]
        self._plan = lru_cache(maxsize=_PLANS)(self._make_plan)
        self._order = {key: index for index, key in enumerate(self._program.rules)}

    def _make_plan(self, keys: tuple[str, ...]) -> _Plan:
        guards = {key: self._program.rules[key].guard for key in keys}
        units = tuple(unit for unit in self._units if not unit.keys.isdisjoint(keys))
        fields = dict.fromkeys(field for unit in units for field in unit.tokens)
        stages = tuple(tuple(some) for _, some in itertools.groupby(units, key=lambda unit: unit.stage))
        return _Plan(stages=stages, fields=tuple(fields), guards=guards)

    def judge(self, facts: Facts, keys: Collection[str]) -> Judgement:
        plan = self._plan(tuple(keys))
        numbers = self._program.keys.encode(plan.fields, self._with_flags(plan, facts))
        truths: dict[str, Truth] = {key: None for key, guard in plan.guards.items() if guard is None or truth(guard, facts)}
        fired: list[Fired] = []
        with _problems():
            lines = self._run(plan, numbers)
        for key, held, found in lines:
            before = truths.get(key, _NOT_ASKED)
            # A rule with several ways may fire once for each.
            if before is None:
                truths[key] = held
                fired.append(found)
            elif before is not held and key in plan.guards:
                raise EngineProblem(f"the inference engine contradicts itself about `{key}`", _REPORT, found.span)
        return Judgement(truths=truths, fired=tuple(fired))

    def _with_flags(self, plan: _Plan, facts: Facts) -> Facts:
        """Return facts with the truth of each test that is a fact of its own, where it is met or unmet."""
        names = {field.attribute for field in plan.fields} & self._tests.keys() if self._tests else ()
        truths = {name: truth(self._tests[name], facts) for name in names}
        return {**facts, **{name: held for name, held in truths.items() if held is not None}} if truths else facts

    def _run(self, plan: _Plan, numbers: dict[Field, int]) -> list[tuple[str, bool, Fired]]:
        """Return what fired, in the order of the rules; what fired for parts of rules is counted, for the stages after."""
        lines: list[tuple[str, bool, Fired]] = []
        for units in plan.stages:
            fired = [one for unit in units for one in unit.run(numbers)]
            lines += [line for line, part in fired if part is None]
            held = {(part.field, part.place) for _, part in fired if part is not None}
            for field, _ in held:
                numbers[field] = numbers.get(field, 0) + 1
        return lines if len(plan.stages) <= 1 else sorted(lines, key=lambda line: self._order[line[0]])


def _tests_as_flags(layer: Layer, attributes: frozenset[str]) -> tuple[Layer, Mapping[str, AttributeTest]]:
    """Return a layer with a flag in place of each test of some attributes, and the test that each flag stands for."""
    flags: dict[AttributeTest, str] = {}

    def flag(condition: Condition) -> Condition | None:
        if not isinstance(condition, AttributeTest) or condition.of_presence or attributes.isdisjoint(condition.attributes):
            return None
        same = attrs.evolve(condition, span=layer.rules[0].span)
        name = flags.setdefault(same, f"test {len(flags) + 1}")
        return AttributeTest(attribute=name, operator=Operator.IS, value=True, span=condition.span)

    rules = tuple(attrs.evolve(rule, condition=exchanged(rule.condition, flag)) for rule in layer.rules)
    types = {**layer.types, **dict.fromkeys(flags.values(), ValueType(kind=Kind.FLAG))}
    return attrs.evolve(layer, rules=rules, types=types), {name: test for test, name in flags.items()}


class _Unit:
    """A ruleset with its machine, which is built when it is first asked."""

    def __init__(self, layer: str, ruleset: Ruleset) -> None:
        self._ruleset = ruleset
        self._fired = {
            name: ((line.rule.key, line.truth, Fired(layer=layer, key=line.rule.key, truth=line.truth, span=line.rule.span)), line.part)
            for name, line in ruleset.named().items()
        }
        self.keys = {line.rule.key for line in ruleset.lines}
        self.tokens = ruleset.tokens
        self.stage = ruleset.stage

    @cached_property
    def _machine(self) -> Machine:
        return Machine(self._ruleset.name, self._ruleset.rules())

    def run(self, numbers: Mapping[Field, int]) -> list[tuple[tuple[str, bool, Fired], Part | None]]:
        """Return what fired, in order, each with the part of its rule that it is about, if it is about one."""
        fact = {token: numbers[field] for field, token in self.tokens.items() if field in numbers}
        return [self._fired[name] for name in self._machine.run(fact)]


@contextmanager
def _problems() -> Iterator[None]:
    try:
        yield
    except EngineMissing as missing:
        raise EngineProblem(str(missing), "until then, use --engine reference") from missing
    except MachineError as error:
        raise EngineProblem(str(error), _REPORT) from error
