"""The reference engine: plain Python, as short as it can be. What it says is what a rule means."""

from __future__ import annotations

from collections.abc import Collection

from evaluator.core.conditions import truth
from evaluator.core.model import Pack
from evaluator.core.values import Facts
from evaluator.engines.rule_layers import Judgement, layers


class ReferenceEngine:
    """Judges every rule by the definition of truth in `conditions`."""

    name = "reference"

    def __init__(self, pack: Pack) -> None:
        self._rules = {layer.name: {rule.key: rule for rule in layer.rules} for layer in layers(pack)}

    def judge(self, layer: str, facts: Facts, keys: Collection[str]) -> Judgement:
        """Return the truth of the layer's rules of those keys."""
        rules = [self._rules[layer][key] for key in keys]
        asked = [rule for rule in rules if rule.guard is None or truth(rule.guard, facts)]
        return Judgement(truths={rule.key: truth(rule.condition, facts) for rule in asked})
