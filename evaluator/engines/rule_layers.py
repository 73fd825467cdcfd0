"""What an engine is asked: layers of rules over typed facts, the same for every engine."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Protocol

import attrs

from evaluator.core.conditions import AllOf, AttributeTest, Condition, Truth
from evaluator.core.model import Band, Pack
from evaluator.core.operators import Operator
from evaluator.core.results import Fired
from evaluator.core.tally import TALLY_TYPES
from evaluator.core.values import Facts, Kind, ValueType
from evaluator.diagnostics import EvaluatorError, Span

CRITERIA = "criteria"
VERDICTS = "verdicts"
MOVES = "moves"
THE_MOVE = "move"
"""The fact that says which move is asked about in the layer of moves."""


class EngineProblem(EvaluatorError):
    """An engine cannot take a pack, is missing, or failed; one lower-case sentence, with a next step."""


@attrs.frozen(kw_only=True)
class Rule:
    """A named condition; where its guard, a condition over facts that are always known, is unmet, it has no answer at all."""

    key: str
    condition: Condition
    guard: Condition | None = None
    span: Span


@attrs.frozen(kw_only=True)
class Layer:
    """Rules over one kind of facts, with the facts' types."""

    name: str
    rules: tuple[Rule, ...]
    types: Mapping[str, ValueType]


@attrs.frozen(kw_only=True)
class Judgement:
    """The truth of each rule asked about, and the rules that fired, in order (none in an engine that fires no rules)."""

    truths: Mapping[str, Truth]
    fired: tuple[Fired, ...] = ()


class Engine(Protocol):
    """Judges the rules of layers; made for one pack."""

    @property
    def name(self) -> str:
        """The engine's word on the command line."""

    def judge(self, layer: str, facts: Facts, keys: Collection[str]) -> Judgement:
        """Return the truth of the layer's rules of those keys, given the facts of one profile, one tally or one move."""


def layers(pack: Pack) -> tuple[Layer, ...]:
    """Return the layers of a pack: profile → criteria, tally → verdicts, verdict and preferences → moves.

    Of verdicts there is a layer for the pack's own bands, and one for each track that has its own.
    """
    types = {name: attribute.type for name, attribute in pack.attributes.items()}
    moves = types | {THE_MOVE: ValueType(kind=Kind.CHOICE, options=tuple(move.key for move in pack.moves))}
    return (
        Layer(name=CRITERIA, rules=_criteria_rules(pack), types=types),
        *(Layer(name=verdict_layer(track), rules=_verdict_rules(bands), types=TALLY_TYPES) for track, bands in pack.declared_bands.items()),
        Layer(name=MOVES, rules=_move_rules(pack), types=moves),
    )


def verdict_layer(track: str | None) -> str:
    """Name the layer of the verdicts of a track that has its own, and without a track of the pack's own."""
    return VERDICTS if track is None else f"{VERDICTS} of {track}"


def applies_key(key: str) -> str:
    """Return the key of the rule that says whether a criterion applies."""
    return f"{key}/applies"


def _criteria_rules(pack: Pack) -> tuple[Rule, ...]:
    rules: list[Rule] = []
    for criterion in (criterion for role in pack.judged_roles for criterion in role.criteria):
        rules.append(Rule(key=criterion.key, condition=criterion.when, span=criterion.span))
        if criterion.applies_when is not None:
            rules.append(Rule(key=applies_key(criterion.key), condition=criterion.applies_when, span=criterion.span))
    return tuple(rules)


def _verdict_rules(bands: Iterable[Band]) -> tuple[Rule, ...]:
    return tuple(Rule(key=band.verdict, condition=band.when or always(band.span), span=band.span) for band in bands)


def _move_rules(pack: Pack) -> tuple[Rule, ...]:
    return tuple(
        Rule(
            key=move.key,
            guard=AttributeTest(attribute=THE_MOVE, operator=Operator.IS, value=move.key, span=move.span),
            condition=move.when or always(move.span),
            span=move.span,
        )
        for move in pack.moves
    )


def always(span: Span) -> Condition:
    """Return the condition that is always met."""
    return AllOf(parts=(), span=span)
