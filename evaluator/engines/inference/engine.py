"""The inference engine: facts in, rules that fired out."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from functools import cached_property, lru_cache

import attrs

from evaluator.core.conditions import Condition, Truth, truth
from evaluator.core.model import Pack
from evaluator.core.results import Fired
from evaluator.core.values import Facts
from evaluator.engines.inference.compile import Program, Ruleset, compile_layer
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
        self._layers = {layer.name: _LayerEngine(layer) for layer in layers(pack)}

    def judge(self, layer: str, facts: Facts, keys: Collection[str]) -> Judgement:
        """Return the truth of the layer's rules of those keys, and the machine's rules that fired for them, in order."""
        return self._layers[layer].judge(facts, keys)


@attrs.frozen(kw_only=True)
class _Plan:
    """What it takes to answer for some keys: the machines to run, the fields to fill and the guards to ask."""

    units: tuple[_Unit, ...]
    fields: tuple[Field, ...]
    guards: Mapping[str, Condition | None]


class _LayerEngine:
    """One layer, with a machine for each of its rulesets."""

    def __init__(self, layer: Layer) -> None:
        self._program: Program = compile_layer(layer)
        self._units = [_Unit(layer.name, ruleset) for ruleset in self._program.rulesets]
        self._plan = lru_cache(maxsize=_PLANS)(self._make_plan)

    def _make_plan(self, keys: tuple[str, ...]) -> _Plan:
        guards = {key: self._program.rules[key].guard for key in keys}
        units = tuple(unit for unit in self._units if not unit.keys.isdisjoint(keys))
        fields = dict.fromkeys(field for unit in units for field in unit.tokens)
        return _Plan(units=units, fields=tuple(fields), guards=guards)

    def judge(self, facts: Facts, keys: Collection[str]) -> Judgement:
        plan = self._plan(tuple(keys))
        numbers = self._program.keys.encode(plan.fields, facts)
        truths: dict[str, Truth] = {key: None for key, guard in plan.guards.items() if guard is None or truth(guard, facts)}
        fired: list[Fired] = []
        with _problems():
            lines = [line for unit in plan.units for line in unit.run(numbers)]
        for key, held, found in lines:
            before = truths.get(key, _NOT_ASKED)
            # A rule with several ways may fire once for each.
            if before is None:
                truths[key] = held
                fired.append(found)
            elif before is not held and key in plan.guards:
                raise EngineProblem(f"the inference engine contradicts itself about `{key}`", _REPORT, found.span)
        return Judgement(truths=truths, fired=tuple(fired))


class _Unit:
    """A ruleset with its machine, which is built when it is first asked."""

    def __init__(self, layer: str, ruleset: Ruleset) -> None:
        self._ruleset = ruleset
        self._fired = {
            name: (line.rule.key, line.truth, Fired(layer=layer, key=line.rule.key, truth=line.truth, span=line.rule.span))
            for name, line in ruleset.named().items()
        }
        self.keys = {line.rule.key for line in ruleset.lines}
        self.tokens = ruleset.tokens

    @cached_property
    def _machine(self) -> Machine:
        return Machine(self._ruleset.name, self._ruleset.rules())

    def run(self, numbers: Mapping[Field, int]) -> list[tuple[str, bool, Fired]]:
        """Return what fired, in order."""
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
