"""Rule tests run: the worked examples of a pack, evaluated and compared with what they expect."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from fractions import Fraction

import attrs

from evaluator.core.attributes import Attribute
from evaluator.core.bounds import Interval, Options, bounds_of_type, known_in_part, show_bounds
from evaluator.core.bounds import Outcome as Known
from evaluator.core.model import Pack
from evaluator.core.results import Evaluation, RoleResult, State
from evaluator.core.values import Facts
from evaluator.diagnostics import Span
from evaluator.engines.readiness import Evaluator
from evaluator.reading.pack.ruletests import RuleTest


@attrs.frozen(kw_only=True)
class Mismatch:
    """One expectation that did not come out: what of, what was expected, what came, and where it is written.

    Of a list, `missing` are the names that should have come and did not, `extra` those that came and should not, and `reordered`
    says that it is the same ones in another order.
    """

    what: str
    expected: str
    found: str
    span: Span
    missing: tuple[str, ...] = ()
    extra: tuple[str, ...] = ()
    reordered: bool = False


@attrs.frozen(kw_only=True)
class Outcome:
    """A rule test, its evaluation and its mismatches; it passed where there are none."""

    test: RuleTest
    evaluation: Evaluation
    mismatches: tuple[Mismatch, ...]

    @property
    def passed(self) -> bool:
        """Whether everything came out as expected."""
        return not self.mismatches

    @property
    def result(self) -> RoleResult:
        """The result of the role under test."""
        return self.evaluation.roles[self.test.role]


def run(pack: Pack, tests: Iterable[RuleTest], *, engine: str) -> Iterator[Outcome]:
    """Run rule tests one by one on an engine."""
    evaluator = Evaluator(pack, engine=engine)
    for test in tests:
        evaluation = evaluator.evaluate(test.profile, as_of=test.as_of, only=roles_asked(pack, test))
        mismatches = (
            *role_mismatches(test, evaluation),
            *reported_mismatches(pack, test, evaluation.facts),
            *ladder_mismatches(test, evaluation),
        )
        yield Outcome(test=test, evaluation=evaluation, mismatches=mismatches)


def looks_at_moves(test: RuleTest) -> bool:
    """Whether a test says where the moves out of the current role lead."""
    return any(expected is not None for expected in (test.expect.next_roles, test.expect.beyond, test.expect.demotions))


def roles_asked(pack: Pack, test: RuleTest) -> set[str] | None:
    """Return the roles that the expectations of a test hang on; None for all of them."""
    expect = test.expect
    if expect.standing:
        return None
    moves = pack.moves_from(test.profile.role) if looks_at_moves(test) and test.profile.role is not None else ()
    return {test.role, *(move.to for move in moves)}


def role_mismatches(test: RuleTest, evaluation: Evaluation) -> Iterator[Mismatch]:
    """Yield what did not come out of the role under test itself: verdict, score, gaps, questions and states."""
    result, expect = evaluation.roles[test.role], test.expect
    if expect.verdict is not None and expect.verdict != result.verdict:
        yield _mismatch(test, "verdict", str(expect.verdict), str(result.verdict))
    if expect.score is not None and expect.score != result.score.low:
        yield _mismatch(test, "score", str(Fraction(expect.score)), str(result.score.low))
    yield from _lists(
        test,
        {
            "gaps": (expect.gaps, lambda: [gap.criterion.id for gap in result.gaps]),
            "almost": (expect.almost, lambda: [gap.criterion.id for gap in result.gaps if gap.almost]),
            "questions": (expect.questions, lambda: [question.attribute for question in result.questions]),
        },
    )
    yield from _states(test, result)


def reported_mismatches(pack: Pack, test: RuleTest, facts: Facts) -> Iterator[Mismatch]:
    """Yield what did not come out of computed attributes that results show."""
    for name, expected in test.expect.reported.items():
        attribute = pack.attributes[name]
        if (known := reported_value(attribute, facts)) != expected:
            words = (f"{name}: {_outcome_words(attribute, outcome)}" for outcome in (expected, known))
            yield _mismatch(test, "reported", *words)


def reported_value(attribute: Attribute, facts: Facts) -> Known:
    """Return the value of an attribute, or its bounds where they say more than its type; None where nothing is known of it."""
    bounds = known_in_part(facts, attribute.id)
    return facts.get(attribute.id, None if bounds == bounds_of_type(attribute.type, ranged=False) else bounds)


def _outcome_words(attribute: Attribute, outcome: Known) -> str:
    if outcome is None:
        return "unknown"
    return show_bounds(outcome, attribute.type) if isinstance(outcome, Interval | Options) else attribute.show(outcome)


def ladder_mismatches(test: RuleTest, evaluation: Evaluation) -> Iterator[Mismatch]:
    """Yield what did not come out of the ladder around the role: next roles, destinations, demotions and standings."""
    expect = test.expect
    yield from _lists(
        test,
        {
            "next_roles": (expect.next_roles, lambda: [move.role.id for move in evaluation.next_roles]),
            "beyond": (expect.beyond, lambda: [move.role.id for move in evaluation.beyond]),
            "demotions": (expect.demotions, lambda: [move.role.id for move in evaluation.demotions]),
        },
    )
    standings = {standing.track: standing.roles for standing in evaluation.standings}
    for track, expected in expect.standing.items():
        held = standings.get(track, ())
        if expected not in (held or ("none",)):
            yield _mismatch(test, "standing", f"{track}: {expected}", f"{track}: {_listed(held)}")


def _lists(test: RuleTest, lists: dict[str, tuple[tuple[str, ...] | None, Callable[[], list[str]]]]) -> Iterator[Mismatch]:
    for what, (expected, find) in lists.items():
        if expected is None or list(expected) == (actual := find()):
            continue
        missing = tuple(name for name in expected if name not in actual)
        extra = tuple(name for name in actual if name not in expected)
        mismatch = _mismatch(test, what, _listed(expected), _listed(actual))
        yield attrs.evolve(mismatch, missing=missing, extra=extra, reordered=not missing and not extra)


def _states(test: RuleTest, result: RoleResult) -> Iterator[Mismatch]:
    states = {criterion_result.criterion.id: criterion_result.state for criterion_result in result.criteria}
    for criterion, expected in test.expect.states.items():
        if states[criterion] is not expected:
            key = "not_applicable" if expected is State.NOT_APPLICABLE else str(expected)
            yield _mismatch(test, key, f"{criterion}: {expected}", f"{criterion}: {states[criterion]}")


def _mismatch(test: RuleTest, what: str, expected: str, found: str) -> Mismatch:
    return Mismatch(what=what, expected=expected, found=found, span=test.places.get(what, test.span))


def _listed(names: Sequence[str]) -> str:
    return ", ".join(names) or "none"
