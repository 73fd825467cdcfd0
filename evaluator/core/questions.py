"""Questions: which missing attributes to ask for, those that can move the verdict first."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import product

import attrs

from evaluator.core.bounds import facts_without
from evaluator.core.conditions import AttributeTest, Condition, NoneOf, Truth, combined, truth
from evaluator.core.expressions import Undefined
from evaluator.core.model import Band, Criterion, Move, Pack
from evaluator.core.results import CriterionResult, Evaluation, Question, State, UndefinedValue, Verdict
from evaluator.core.tally import Count, cap_rank
from evaluator.core.unknowns import Unknowns
from evaluator.core.values import Number

_WORST_FIRST = (State.UNMET, State.NOT_APPLICABLE, State.MET)


def questions(criteria: Sequence[CriterionResult], found: Verdict, unknowns: Unknowns, bands: Sequence[Band]) -> tuple[Question, ...]:
    """Return what to ask about a role: first what can alone move the verdict, then criteria that cap, required ones, by weight."""
    touched: dict[str, list[Criterion]] = {}
    for result in criteria:
        names = [name for condition in _open(result) for name in unknowns.condition(condition).asks]
        for name in dict.fromkeys(names):
            touched.setdefault(name, []).append(result.criterion)
    if not touched:
        return ()
    place = {name: number for number, name in enumerate(unknowns.attributes)}
    sides, verdicts = _Sides.of(criteria, bands), [band.verdict for band in bands]
    asks = []
    for name, about in touched.items():
        answer = _Answer(attribute=name, criteria=frozenset(criterion.id for criterion in about), unknowns=unknowns)
        lowest = max(about, key=lambda criterion: cap_rank(criterion, verdicts))
        moves = _moves if unknowns.answers is None else _some_answer_moves
        asks.append(_question(name, about, lowest.caps_at, not found.decided and moves(criteria, answer, found, sides)))

    def order(ask: Question) -> tuple[bool, int, bool, Number, int]:
        cap = 0 if ask.caps_at is None else verdicts.index(ask.caps_at)
        return (not ask.decisive, -cap, not ask.required, -ask.weight, place[ask.attribute])

    return tuple(sorted(asks, key=order))


def undefined_values(criteria: Sequence[CriterionResult], unknowns: Unknowns) -> tuple[UndefinedValue, ...]:
    """Return the computations without a result that keep criteria unknown, in the order of the pack."""
    if not unknowns.computations:
        return ()
    touched: dict[Undefined, list[Criterion]] = {}
    for result in criteria:
        computations = [undefined for condition in _open(result) for undefined in unknowns.condition(condition).undefined]
        for fromkey in dict.fromkeys(computations):
            touched.setdefault(fromkey, []).append(result.criterion)
    place = unknowns.computations.index
    listed = [
        UndefinedValue(undefined=undefined, criteria=tuple(criterion.id for criterion in about)) for undefined, about in touched.items()
    ]
    return tuple(sorted(listed, key=lambda undefined_value: place(undefined_value.undefined.computation)))


def best_answered(criteria: Sequence[CriterionResult], unknowns: Unknowns) -> tuple[CriterionResult, ...]:
    """Return criteria after the answers that do most for the score; what the pack has no answer to stays unknown."""
    return tuple(_best_answered(result, unknowns) if result.state is State.UNKNOWN else result for result in criteria)


def _best_answered(result: CriterionResult, unknowns: Unknowns) -> CriterionResult:
    criterion = result.criterion
    applying = {result.applies} if criterion.applies_when is None else unknowns.outcomes(criterion.applies_when)
    both = product((True, False, None), repeat=2)
    holding = unknowns.outcomes(criterion.when)
    criterion_results = [
        attrs.evolve(result, applies=applies, held=held) for applies, held in both if applies in applying and held in holding
    ]
    return max(criterion_results, key=lambda criterion_result: _WORST_FIRST.index(criterion_result.completed(unknown_as_met=False)))


def _open(result: CriterionResult) -> tuple[Condition, ...]:
    """Return the conditions of a criterion that is unknown."""
    return tuple(reversed(result.criterion.conditions)) if result.state is State.UNKNOWN else ()


def _question(name: str, about: Sequence[Criterion], caps_at: str | None, decisive: bool) -> Question:  # noqa: FBT001 - one caller
    return Question(
        attribute=name,
        decisive=decisive,
        criteria=tuple(criterion.id for criterion in about),
        required=any(criterion.required for criterion in about),
        weight=sum(criterion.weight for criterion in about),
        caps_at=caps_at,
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
class _Answer:
    """An answer to one question alone, at its best or at its worst."""

    attribute: str
    criteria: frozenset[str]
    unknowns: Unknowns

    def settles(self, test: AttributeTest) -> bool:
        """Whether the test is unknown for want of this answer and no other."""
        if test.of_presence:
            return False
        missing = [name for name in test.attributes if name not in self.unknowns.facts]
        return bool(missing) and all(self.attribute in self.unknowns.attribute(name).asks for name in missing)

    def truth(self, condition: Condition, *, well: bool) -> Truth:
        """Return a condition's truth with every test that the answer settles coming out well, or not."""
        if isinstance(condition, AttributeTest):
            return well if self.settles(condition) else truth(condition, self.unknowns.facts)
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
        criterion_results = [attrs.evolve(result, applies=applies, held=held) for applies, held in both]
        return (max if well else min)(
            criterion_results, key=lambda criterion_result: _WORST_FIRST.index(criterion_result.completed(unknown_as_met=not well))
        )


def _moves(criteria: Iterable[CriterionResult], answer: _Answer, found: Verdict, sides: _Sides) -> bool:
    """Whether the best answer raises the worse verdict, or the worst one lowers the better verdict."""
    touched = [result for result in criteria if result.criterion.id in answer.criteria]
    raised = sides.low.changed((result, answer.to(result, well=True)) for result in touched)
    if raised.verdict(sides.bands) != found.low:
        return True
    lowered = sides.high.changed((result, answer.to(result, well=False)) for result in touched)
    return lowered.verdict(sides.bands) != found.high


def _some_answer_moves(criteria: Iterable[CriterionResult], answer: _Answer, found: Verdict, sides: _Sides) -> bool:
    """Whether one of the answers, worked out through all that is computed from it, moves a side of the verdict."""
    answers = answer.unknowns.answers
    keys = frozenset() if answers is None else answers.criteria_on(answer.attribute)
    touched = [result for result in criteria if result.criterion.key in keys]
    for facts in answer.unknowns.answered(answer.attribute):
        changes = [(result, CriterionResult.of(result.criterion, facts)) for result in touched]
        low, high = (side.changed(changes) for side in (sides.low, sides.high))
        if (low.verdict(sides.bands), high.verdict(sides.bands)) != (found.low, found.high):
            return True
    return False


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
    questions_by_attribute: dict[str, FurtherQuestion] = {}
    unknowns = Unknowns(facts=evaluation.facts, attributes=pack.attributes, as_of=evaluation.provenance.as_of, roles=pack.roles)
    for move in _unsettled_moves(evaluation, role, pack):
        for name in () if move.when is None else unknowns.condition(move.when).asks:
            questions_by_attribute.setdefault(name, FurtherQuestion(attribute=name, move=move))
    for criterion in evaluation.roles[role].criteria:
        for name in assumptions(criterion, evaluation, pack):
            before = questions_by_attribute.get(name, FurtherQuestion(attribute=name))
            questions_by_attribute[name] = attrs.evolve(before, criteria=(*before.criteria, criterion.criterion.id))
    return tuple(questions_by_attribute.values())


def _unsettled_moves(evaluation: Evaluation, role: str, pack: Pack) -> list[Move]:
    """Return the moves from today's role to a role that may or may not be open; none where one is open anyway."""
    moves = [] if evaluation.role is None else [move for move in pack.moves_from(evaluation.role.id) if move.to == role]
    truths = [True if move.when is None else truth(move.when, evaluation.facts) for move in moves]
    return [] if True in truths else [move for move, held in zip(moves, truths, strict=True) if held is None]


def assumptions(criterion_result: CriterionResult, evaluation: Evaluation, pack: Pack) -> tuple[str, ...]:
    """Return the attributes to ask for in place of what the pack assumes, where the state of a criterion rests on it; else nothing."""
    if not criterion_result.assumed:
        return ()
    stated = facts_without(evaluation.facts, evaluation.assumed)
    criterion = criterion_result.criterion
    if CriterionResult.of(criterion, stated).state is criterion_result.state:
        return ()
    unknowns = Unknowns(facts=stated, attributes=pack.attributes, as_of=evaluation.provenance.as_of, roles=pack.roles)
    return tuple(dict.fromkeys(name for condition in reversed(criterion.conditions) for name in unknowns.condition(condition).asks))
