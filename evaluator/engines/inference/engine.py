"""The inference engine: facts in, rules that fired out."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from functools import cached_property

from evaluator.conditions import Truth, truth
from evaluator.engines.inference.compile import Line, Program, Ruleset, compile_layer
from evaluator.engines.inference.keys import Field
from evaluator.engines.inference.machine import EngineMissing, Machine, MachineError, load_engine
from evaluator.engines.layers import EngineProblem, Judgement, Layer, layers
from evaluator.model import Pack
from evaluator.results import Fired
from evaluator.values import Facts

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


class _LayerEngine:
    """One layer, with a machine for each of its rulesets."""

    def __init__(self, layer: Layer) -> None:
        self._name = layer.name
        self._program: Program = compile_layer(layer)
        self._units = [_Unit(ruleset) for ruleset in self._program.rulesets]
        self._units_of: dict[str, dict[_Unit, None]] = {rule.key: {} for rule in layer.rules}
        for unit in self._units:
            for line in unit.lines.values():
                self._units_of[line.rule.key][unit] = None

    def judge(self, facts: Facts, keys: Collection[str]) -> Judgement:
        wanted = set(keys)
        needed = {unit for key in keys for unit in self._units_of[key]}
        units = [unit for unit in self._units if unit in needed]
        numbers = self._program.keys.encode({field: None for unit in units for field in unit.tokens}, facts)
        fired = dict.fromkeys(found for unit in units for found in self._fired(unit, numbers) if found.key in wanted)
        guards = {key: self._program.rules[key].guard for key in keys}
        truths: dict[str, Truth] = {key: None for key, guard in guards.items() if guard is None or truth(guard, facts)}
        for found in fired:
            if found.key not in truths or truths[found.key] is not None:
                raise EngineProblem(f"the inference engine contradicts itself about `{found.key}`", _REPORT, found.span)
            truths[found.key] = found.truth
        return Judgement(truths=truths, fired=tuple(fired))

    def _fired(self, unit: _Unit, numbers: dict[Field, int]) -> Iterator[Fired]:
        for line in unit.run(numbers):
            yield Fired(layer=self._name, key=line.rule.key, truth=line.truth, span=line.rule.span)


class _Unit:
    """A ruleset with its machine, which is built when it is first asked."""

    def __init__(self, ruleset: Ruleset) -> None:
        self._ruleset = ruleset
        self.tokens = ruleset.tokens
        self.lines = ruleset.named()

    @cached_property
    def _machine(self) -> Machine:
        return Machine(self._ruleset.name, self._ruleset.rules())

    def run(self, numbers: dict[Field, int]) -> list[Line]:
        """Return the lines that fired, in order."""
        fact = {token: numbers[field] for field, token in self.tokens.items() if field in numbers}
        with _problems():
            return [self.lines[name] for name in self._machine.run(fact)]


@contextmanager
def _problems() -> Iterator[None]:
    try:
        yield
    except EngineMissing as missing:
        raise EngineProblem(str(missing), "until then, use --engine reference") from missing
    except MachineError as error:
        raise EngineProblem(str(error), _REPORT) from error
