"""Rule tests: the worked examples of a pack, run and compared."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from fractions import Fraction

import attrs

from evaluator.diagnostics import Span
from evaluator.model import Pack
from evaluator.readiness import Evaluator
from evaluator.reading.ruletests import RuleTest
from evaluator.results import Evaluation, RoleResult, State


@attrs.frozen(kw_only=True)
class Mismatch:
    """One expectation that did not come out: what of, what was expected, what came, and where it is written."""

    what: str
    expected: str
    found: str
    span: Span


@attrs.frozen(kw_only=True)
class Outcome:
    """A rule test and its mismatches; it passed where there are none."""

    test: RuleTest
    mismatches: tuple[Mismatch, ...]

    @property
    def passed(self) -> bool:
        """Whether everything came out as expected."""
        return not self.mismatches


def run(pack: Pack, tests: Iterable[RuleTest], *, engine: str) -> Iterator[Outcome]:
    """Run rule tests one by one on an engine."""
    evaluator = Evaluator(pack, engine=engine)
    for test in tests:
        evaluation = evaluator.evaluate(test.profile, as_of=test.as_of, only=_asked(pack, test))
        yield Outcome(test=test, mismatches=tuple(_mismatches(test, evaluation)))


def _asked(pack: Pack, test: RuleTest) -> set[str] | None:
    """Return the roles that the expectations of a test hang on; None for all of them."""
    if test.expect.standing:
        return None
    moves = () if test.expect.next_roles is None or test.profile.role is None else pack.moves_from(test.profile.role)
    return {test.role, *(move.to for move in moves)}


def _mismatches(test: RuleTest, evaluation: Evaluation) -> Iterator[Mismatch]:
    result = evaluation.roles[test.role]
    for what, expected, found in _compared(test, evaluation, result):
        if expected != found:
            yield Mismatch(what=what, expected=expected, found=found, span=test.places.get(what, test.span))
    yield from _standing(test, evaluation)
    yield from _states(test, result)


def _compared(test: RuleTest, evaluation: Evaluation, result: RoleResult) -> Iterator[tuple[str, str, str]]:
    expect = test.expect
    if expect.verdict is not None:
        yield "verdict", str(expect.verdict), str(result.verdict)
    if expect.score is not None:
        yield "score", _exact(Fraction(expect.score)), _exact(result.score.low)
    lists: dict[str, tuple[tuple[str, ...] | None, Callable[[], Iterable[str]]]] = {
        "gaps": (expect.gaps, lambda: (gap.criterion.id for gap in result.gaps)),
        "questions": (expect.questions, lambda: (question.attribute for question in result.questions)),
        "next_roles": (expect.next_roles, lambda: (move.role.id for move in evaluation.next_roles)),
    }
    for what, (expected, found) in lists.items():
        if expected is not None:
            yield what, _listed(expected), _listed(found())


def _standing(test: RuleTest, evaluation: Evaluation) -> Iterator[Mismatch]:
    standings = {standing.track: standing.roles for standing in evaluation.standings}
    for track, expected in test.expect.standing.items():
        found = standings.get(track, ())
        if expected not in (found or ("none",)):
            came = f"{track}: {_listed(found)}"
            yield Mismatch(what="standing", expected=f"{track}: {expected}", found=came, span=test.places["standing"])


def _states(test: RuleTest, result: RoleResult) -> Iterator[Mismatch]:
    states = {one.criterion.id: one.state for one in result.criteria}
    for criterion, expected in test.expect.states.items():
        if states[criterion] is not expected:
            key = "not_applicable" if expected is State.NOT_APPLICABLE else str(expected)
            yield Mismatch(what=key, expected=f"{criterion}: {expected}", found=str(states[criterion]), span=test.places[key])


def _listed(names: Iterable[str]) -> str:
    return ", ".join(names) or "none"


def _exact(score: Fraction) -> str:
    return str(score)
