"""The tally: counts on both sides of what is unknown, and the verdict that bands make of them."""

# ruff: noqa: FBT003 - the truths, flags and answers under test stand for themselves

from __future__ import annotations

from fractions import Fraction
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evaluator.core.conditions import Truth
from evaluator.core.results import CriterionResult, State, Verdict
from evaluator.core.tally import TALLY_TYPES, banded, tally, verdict
from evaluator.core.values import Facts
from tests.core.build import DEFAULT_BANDS, LETTERS, bands, check, result

NA, MET, UNMET = State.NOT_APPLICABLE, State.MET, State.UNMET


@pytest.mark.parametrize(
    ("applies", "held", "state", "at_worst", "at_best"),
    [
        ("m", "m", "met", MET, MET),
        ("m", "u", "unmet", UNMET, UNMET),
        ("m", "?", "unknown", UNMET, MET),
        ("u", "m", "not applicable", NA, NA),
        ("u", "u", "not applicable", NA, NA),
        ("u", "?", "not applicable", NA, NA),
        ("?", "m", "unknown", NA, MET),
        ("?", "u", "unknown", UNMET, NA),
        ("?", "?", "unknown", UNMET, MET),
    ],
)
def test_a_criterion_at_its_worst_and_at_its_best(applies: str, held: str, state: str, at_worst: State, at_best: State) -> None:
    """What is unknown comes out at its worst and at its best; a criterion that does not apply leaves every count."""
    found = result(LETTERS[applies], LETTERS[held])
    assert found.state == state
    assert found.completed(unknown_as_met=False) is at_worst
    assert found.completed(unknown_as_met=True) is at_best


MIXED = [
    result(True, True, kind="qualification", required=True, weight=3),
    result(True, False, kind="qualification", required=True, weight=2),
    result(True, None, kind="step", required=True, weight=1),
    result(True, True, kind="skill", weight=Fraction(1, 2)),
    result(None, False, kind="skill", weight=4),
    result(None, True, kind="responsibility", weight=5),
    result(False, True, kind="responsibility", required=True, weight=100),
]
WORST = {
    "met": 2, "unmet": 3, "unknown": 3, "applicable": 5,
    "required_met": 1, "required_unmet": 2, "required_unknown": 1, "required_applicable": 3,
    "qualification_met": 1, "qualification_unmet": 1, "qualification_unknown": 0, "qualification_applicable": 2,
    "step_met": 0, "step_unmet": 1, "step_unknown": 1, "step_applicable": 1,
    "skill_met": 1, "skill_unmet": 1, "skill_unknown": 1, "skill_applicable": 2,
    "responsibility_met": 0, "responsibility_unmet": 0, "responsibility_unknown": 1, "responsibility_applicable": 0,
    "score": Fraction(7, 21),
}  # fmt: skip
BEST = WORST | {
    "met": 4, "unmet": 1, "applicable": 5,
    "required_met": 2, "required_unmet": 1,
    "step_met": 1, "step_unmet": 0,
    "skill_unmet": 0, "skill_applicable": 1,
    "responsibility_met": 1, "responsibility_applicable": 1,
    "score": Fraction(19, 23),
}  # fmt: skip


@pytest.mark.parametrize(("unknown_as_met", "counts"), [(False, WORST), (True, BEST)])
def test_every_count_on_both_sides(unknown_as_met: bool, counts: Facts) -> None:  # noqa: FBT001 - a table
    """Every count of the rule language is there on both sides; `unknown` says how many are unknown on either."""
    assert dict(tally(MIXED, unknown_as_met=unknown_as_met)) == counts


def test_the_tally_has_the_names_that_the_rule_language_lists() -> None:
    """A band may read the score and four counts: of all, of required criteria and of each kind."""
    prefixes = ("", "required_", "qualification_", "step_", "skill_", "responsibility_")
    counts = {prefix + count for prefix in prefixes for count in ("met", "unmet", "unknown", "applicable")}
    assert set(TALLY_TYPES) == {"score"} | counts


@pytest.mark.parametrize("criteria", [[], [result(False, True)], [result(False, None), result(False, False)]])
def test_the_score_is_zero_where_nothing_applies(criteria: list[CriterionResult]) -> None:
    """A role with nothing that applies has nothing met either."""
    assert tally(criteria, unknown_as_met=True)["score"] == 0
    assert tally(criteria, unknown_as_met=False)["score"] == 0


def test_the_score_is_exact() -> None:
    """Three weights of a tenth out of ten are exactly three tenths."""
    criteria = [result(True, number < 3, weight=Fraction(1, 10)) for number in range(10)]
    assert tally(criteria, unknown_as_met=False)["score"] == Fraction(3, 10)


TRUTHS = st.sampled_from([True, False, None])
CRITERIA = st.lists(
    st.builds(
        lambda applies, held, required, weight: result(applies, held, required=required, weight=weight),
        st.sampled_from([True, True, False, None]),
        TRUTHS,
        st.booleans(),
        st.sampled_from([1, 2, 3, Fraction(1, 2)]),
    ),
    max_size=4,
)


def completions(criteria: list[CriterionResult]) -> list[list[tuple[bool, bool, CriterionResult]]]:
    """Return every way in which what is unknown may come out: whether each criterion applies, and whether it is met."""
    both: dict[Truth, tuple[bool, ...]] = {True: (True,), False: (False,), None: (True, False)}
    choices = [[(applies, held, one) for applies in both[one.applies] for held in both[one.held]] for one in criteria]
    return [list(chosen) for chosen in product(*choices)]


def scored(chosen: list[tuple[bool, bool, CriterionResult]]) -> Fraction:
    """Return the score of one completion, by the words of the rule language."""
    met = sum(one.criterion.weight for applies, held, one in chosen if applies and held)
    applicable = sum(one.criterion.weight for applies, _, one in chosen if applies)
    return Fraction(met) / applicable if applicable else Fraction(0)


def ranked(chosen: list[tuple[bool, bool, CriterionResult]]) -> int:
    """Return the verdict of one completion by the bands of the default pack, best 0."""
    failed = sum(one.criterion.required and applies and not held for applies, held, one in chosen)
    if failed == 0 and scored(chosen) >= Fraction(3, 4):
        return 0
    return 1 if failed <= 1 and scored(chosen) >= Fraction(1, 2) else 2


@given(CRITERIA)
def test_the_two_sides_are_the_least_and_the_greatest_score_there_can_be(criteria: list[CriterionResult]) -> None:
    """Among all completions of what is unknown, the worse side has the least score and the better side the greatest."""
    scores = [scored(chosen) for chosen in completions(criteria)]
    assert tally(criteria, unknown_as_met=False)["score"] == min(scores)
    assert tally(criteria, unknown_as_met=True)["score"] == max(scores)


@given(CRITERIA)
def test_no_completion_leaves_the_two_verdicts(criteria: list[CriterionResult]) -> None:
    """With the default bands no completion is worse than the worse verdict or better than the better one, and both can happen."""
    order = ["ready", "nearly", "not yet"]
    places = [ranked(chosen) for chosen in completions(criteria)]
    assert order.index(verdict(criteria, DEFAULT_BANDS, unknown_as_met=False)) == max(places)
    assert order.index(verdict(criteria, DEFAULT_BANDS, unknown_as_met=True)) == min(places)


@pytest.mark.parametrize(
    ("required_unmet", "score", "expected"),
    [
        (0, "1", "ready"),
        (0, "0.75", "ready"),
        (0, "0.7499", "nearly"),
        (1, "1", "nearly"),
        (1, "0.5", "nearly"),
        (1, "0.4999", "not yet"),
        (2, "1", "not yet"),
        (0, "0", "not yet"),
    ],
)
def test_the_default_bands(required_unmet: int, score: str, expected: str) -> None:
    """Ready: all required met and three quarters; nearly: at most one required not met and a half; else not yet."""
    assert banded(DEFAULT_BANDS, {"required_unmet": required_unmet, "score": Fraction(score)}) == expected


def test_the_first_band_that_holds_wins() -> None:
    """Bands are tried in their order, whether or not a later one would hold as well; the last takes the rest."""
    made = bands(ready=check("met", "at_least", 3), nearly=check("met", "at_least", 1), not_yet=None)
    assert [banded(made, {"met": met}) for met in range(5)] == ["not yet", "nearly", "nearly", "ready", "ready"]
    swapped = bands(nearly=check("met", "at_least", 1), ready=check("met", "at_least", 3), not_yet=None)
    assert banded(swapped, {"met": 3}) == "nearly"


@pytest.mark.parametrize(
    ("low", "high", "decided", "shown"),
    [("ready", "ready", True, "ready"), ("nearly", "ready", False, "undecided: nearly to ready")],
)
def test_a_verdict_says_whether_it_is_decided(low: str, high: str, decided: bool, shown: str) -> None:  # noqa: FBT001 - a table
    """Two equal sides are a verdict; two different ones are undecided between them."""
    found = Verdict(low=low, high=high)
    assert found.decided is decided
    assert str(found) == shown
