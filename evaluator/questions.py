"""Questions: which missing attributes to ask for, those that can move the verdict first."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import product

import attrs

from evaluator.conditions import AttributeTest, Condition, NoneOf, Operator, Truth, combined, open_attributes, truth
from evaluator.expressions import inputs
from evaluator.model import Attribute, Band, Criterion, Move, Pack
from evaluator.results import CriterionResult, Evaluation, Question, State, Verdict
from evaluator.tally import Count, verdict
from evaluator.values import Facts

_WORST_FIRST = (State.UNMET, State.NOT_APPLICABLE, State.MET)


def questions(
    criteria: Sequence[CriterionResult], found: Verdict, facts: Facts, attributes: Mapping[str, Attribute], bands: Sequence[Band]
) -> tuple[Question, ...]:
    """Return what to ask about a role: first what can alone move the verdict, then required criteria, then by weight."""
    if all(result.state is not State.UNKNOWN for result in criteria):
        return ()
    touched: dict[str, list[Criterion]] = {}
    for result in criteria:
        if result.state is State.UNKNOWN:
            for name in asked(_open(result, facts), facts, attributes):
                touched.setdefault(name, []).append(result.criterion)
    place = {name: number for number, name in enumerate(attributes)}
    sides, known_asks = _Sides.of(criteria, bands), _Asks(facts=facts, attributes=attributes)
    asks = []
    for name, about in touched.items():
        answer = _Answer(attribute=name, criteria=frozenset(one.id for one in about), facts=facts, asks=known_asks)
        asks.append(_question(name, about, not found.decided and _moves(criteria, answer, found, sides)))
    return tuple(sorted(asks, key=lambda ask: (not ask.decisive, not ask.required, -ask.weight, place[ask.attribute])))


def _open(result: CriterionResult, facts: Facts) -> tuple[str, ...]:
    criterion = result.criterion
    applies = () if criterion.applies_when is None else open_attributes(criterion.applies_when, facts)
    return (*applies, *open_attributes(criterion.when, facts))


def _question(name: str, about: Sequence[Criterion], decisive: bool) -> Question:  # noqa: FBT001 - one caller, beside it
    return Question(
        attribute=name,
        decisive=decisive,
        criteria=tuple(criterion.id for criterion in about),
        required=any(criterion.required for criterion in about),
        weight=sum(criterion.weight for criterion in about),
    )


@attrs.frozen(kw_only=True)
class _Sides:
    """The counts behind the worse and the better verdict, and the bands that read them."""

    low: Count
    high: Count
    bands: Sequence[Band]

    @classmethod
    def of(cls, criteria: Sequence[CriterionResult], bands: Sequence[Band]) -> _Sides:
        """Count criteria on both sides of what is unknown."""
        low, high = (Count.of(criteria, unknown_as_met=side) for side in (False, True))
        return cls(low=low, high=high, bands=bands)


@attrs.frozen(kw_only=True)
class _Asks:
    """What to ask for where an attribute is missing, each worked out once."""

    facts: Facts
    attributes: Mapping[str, Attribute]
    known: dict[str, frozenset[str]] = attrs.field(factory=dict, init=False)

    def of(self, name: str) -> frozenset[str]:
        """Return the attributes that a person can be asked for in place of one."""
        if name not in self.known:
            self.known[name] = frozenset(asked((name,), self.facts, self.attributes))
        return self.known[name]


@attrs.frozen(kw_only=True)
class _Answer:
    """An answer to one question alone, at its best or at its worst."""

    attribute: str
    criteria: frozenset[str]
    facts: Facts
    asks: _Asks

    def settles(self, test: AttributeTest) -> bool:
        """Whether the test is unknown for want of this answer and no other."""
        if test.operator is Operator.KNOWN:
            return False
        missing = [name for name in test.attributes if name not in self.facts]
        return bool(missing) and all(self.attribute in self.asks.of(name) for name in missing)

    def truth(self, condition: Condition, *, well: bool) -> Truth:
        """Return a condition's truth with every test that the answer settles coming out well, or not."""
        if isinstance(condition, AttributeTest):
            return well if self.settles(condition) else truth(condition, self.facts)
        inside = well != isinstance(condition, NoneOf)
        return combined(condition, [self.truth(part, well=inside) for part in condition.parts])

    def truths(self, condition: Condition | None, held: Truth) -> tuple[Truth, ...]:
        """Return what a condition can come to by the answer."""
        if condition is None or held is not None:
            return (held,)
        return (self.truth(condition, well=True), self.truth(condition, well=False))

    def to(self, result: CriterionResult, *, well: bool) -> CriterionResult:
        """Return the criterion after the answer that does most for the score, or most against it."""
        criterion = result.criterion
        both = product(self.truths(criterion.applies_when, result.applies), self.truths(criterion.when, result.held))
        found = [attrs.evolve(result, applies=applies, held=held) for applies, held in both]
        return (max if well else min)(found, key=lambda one: _WORST_FIRST.index(one.completed(unknown_as_met=not well)))


def _moves(criteria: Iterable[CriterionResult], answer: _Answer, found: Verdict, sides: _Sides) -> bool:
    """Whether the best answer raises the worse verdict, or the worst one lowers the better verdict."""
    touched = [result for result in criteria if result.criterion.id in answer.criteria]
    raised = sides.low.changed((result, answer.to(result, well=True)) for result in touched)
    if verdict(sides.bands, raised.facts) != found.low:
        return True
    lowered = sides.high.changed((result, answer.to(result, well=False)) for result in touched)
    return verdict(sides.bands, lowered.facts) != found.high


@attrs.frozen(kw_only=True)
class FurtherQuestion:
    """A question beyond those of unknown criteria.

    Whether the `move` is open hangs on its answer, or the state of `criteria` rests on what the pack assumes in its place, or both.
    """

    attribute: str
    move: Move | None = None
    criteria: tuple[str, ...] = ()


def further_questions(evaluation: Evaluation, role: str, pack: Pack) -> tuple[FurtherQuestion, ...]:
    """Return what to ask about a role beyond its unknown criteria: for the move from today's role, then in place of assumptions."""
    found: dict[str, FurtherQuestion] = {}
    for move in _unsettled_moves(evaluation, role, pack):
        opened = () if move.when is None else open_attributes(move.when, evaluation.facts)
        for name in asked(opened, evaluation.facts, pack.attributes):
            found.setdefault(name, FurtherQuestion(attribute=name, move=move))
    for one in evaluation.roles[role].criteria:
        for name in assumptions(one, evaluation, pack):
            before = found.get(name, FurtherQuestion(attribute=name))
            found[name] = attrs.evolve(before, criteria=(*before.criteria, one.criterion.id))
    return tuple(found.values())


def _unsettled_moves(evaluation: Evaluation, role: str, pack: Pack) -> list[Move]:
    """Return the moves from today's role to a role that may or may not be open; none where one is open anyway."""
    moves = [] if evaluation.role is None else [move for move in pack.moves_from(evaluation.role.id) if move.to == role]
    truths = [True if move.when is None else truth(move.when, evaluation.facts) for move in moves]
    return [] if True in truths else [move for move, held in zip(moves, truths, strict=True) if held is None]


def assumptions(found: CriterionResult, evaluation: Evaluation, pack: Pack) -> tuple[str, ...]:
    """Return the attributes to ask for in place of what the pack assumes, where the state of a criterion rests on it; else nothing."""
    if not found.assumed:
        return ()
    stated = {name: value for name, value in evaluation.facts.items() if name not in evaluation.assumed}
    criterion = found.criterion
    applies = True if criterion.applies_when is None else truth(criterion.applies_when, stated)
    without = attrs.evolve(found, applies=applies, held=truth(criterion.when, stated))
    return () if without.state is found.state else asked(_open(without, stated), stated, pack.attributes)


def asked(names: Iterable[str], facts: Facts, attributes: Mapping[str, Attribute]) -> tuple[str, ...]:
    """Turn missing attributes into ones a person can be asked for: a derived one that cannot be given, into what it is computed from."""
    return tuple(dict.fromkeys(name for start in names for name in _asked(start, facts, attributes)))


def _asked(name: str, facts: Facts, attributes: Mapping[str, Attribute]) -> Iterable[str]:
    attribute = attributes[name]
    if attribute.derivation is None or attribute.may_be_given:
        return [name]
    reads = inputs(attribute.derivation.expression)
    missing = [read for read in reads if read not in facts] or reads
    return [leaf for read in missing for leaf in _asked(read, facts, attributes)]
