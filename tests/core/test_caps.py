"""Caps and policies: the verdict that an unmet criterion holds a role at, and what it counts for beside that."""

from __future__ import annotations

import itertools
import random
from collections.abc import Mapping, Sequence
from fractions import Fraction

import attrs
import pytest

from evaluator.core.conditions import Condition, Truth, leaves
from evaluator.core.model import Criterion, Pack, Profile
from evaluator.core.results import CriterionResult, Evaluation, RoleResult, State
from evaluator.core.tally import tally, verdict
from evaluator.core.values import Number
from evaluator.engines.readiness import Evaluator, evaluate
from tests.calibration import small_packs
from tests.core.build import AS_OF, DEFAULT_BANDS, any_of, attribute, bands, check, criterion, flag, pack, profile, role

FLAGS = [attribute(name, "flag") for name in "abcdef"]
ENGINES = ("reference", "inference")
ORDER = ("ready", "nearly", "not yet")
NO_UNMET = bands(ready=check("unmet", "at_most", 0), nearly=check("unmet", "at_most", 1), not_yet=None)


def cap(name: str, when: Condition, at: str, *, weight: Number = 0, applies_when: Condition | None = None) -> Criterion:
    """Return a criterion that caps; without a weight it stands in no count."""
    return attrs.evolve(criterion(name, when, weight=weight, applies_when=applies_when), caps_at=at)


def ladder(*criteria: Criterion, **more: object) -> Pack:
    """Return a pack of one role."""
    return pack(*FLAGS, roles=[role("lead", *criteria)], **more)  # type: ignore[arg-type]  # passed on


def person(**given: bool) -> Profile:
    """Return a profile of flags."""
    return profile(**given)


def judge(made: Pack, **given: bool) -> RoleResult:
    """Return the result of the role by both engines of profiles, which have to agree."""
    results = [evaluate(made, person(**given), as_of=AS_OF, engine=engine).roles["lead"] for engine in ENGINES]
    assert (results[0].verdict, results[0].held_by) == (results[1].verdict, results[1].held_by)
    return results[0]


APPLIES: Mapping[str, Mapping[str, bool]] = {"applies": {"b": True}, "unknown": {}, "does not": {"b": False}}
HOLDS: Mapping[str, Mapping[str, bool]] = {"met": {"c": True}, "unmet": {"c": False}, "unknown": {}}


@pytest.mark.parametrize(
    ("applies", "holds", "worse", "better"),
    [
        ("applies", "met", "ready", "ready"),
        ("applies", "unmet", "not yet", "not yet"),
        ("applies", "unknown", "not yet", "ready"),
        ("unknown", "unmet", "not yet", "ready"),
        ("unknown", "unknown", "not yet", "ready"),
        ("unknown", "met", "ready", "ready"),
        ("does not", "met", "ready", "ready"),
        ("does not", "unmet", "ready", "ready"),
        ("does not", "unknown", "ready", "ready"),
    ],
)
def test_a_cap_holds_the_side_on_which_its_criterion_is_unmet(applies: str, holds: str, worse: str, better: str) -> None:
    """Unmet, it holds both sides; unknown, or unmet where nobody knows whether it applies, the worse one; else neither."""
    made = ladder(criterion("one", flag("a")), cap("gate", flag("c"), "not yet", applies_when=flag("b")))
    found = judge(made, a=True, **APPLIES[applies], **HOLDS[holds])
    assert (found.verdict.low, found.verdict.high) == (worse, better)
    assert [one.criterion.id for one in found.held_by] == (["gate"] if "not yet" in {worse, better} else [])


def test_the_lowest_cap_holds_and_no_cap_betters_a_verdict() -> None:
    """Of several unmet caps the worst verdict is given; where the counts give a worse one, that stays, and nothing is held."""
    made = ladder(criterion("one", flag("a")), cap("soft", flag("b"), "nearly"), cap("hard", flag("c"), "not yet"))
    assert judge(made, a=True, b=False, c=True).verdict.low == "nearly"
    both = judge(made, a=True, b=False, c=False)
    assert (both.verdict.low, [one.criterion.id for one in both.held_by]) == ("not yet", ["hard"])
    below = judge(made, a=False, b=False, c=True)
    assert (below.verdict.low, below.held_by) == ("not yet", ())


def test_a_cap_on_one_side_alone_is_told() -> None:
    """An unmet cap that the counts of the worse side do not need still holds the better side."""
    made = ladder(criterion("one", flag("a"), required=True), criterion("two", flag("b"), required=True), cap("soft", flag("c"), "nearly"))
    found = judge(made, a=True, c=False)
    assert (found.verdict.low, found.verdict.high) == ("nearly", "nearly")
    assert [one.criterion.id for one in found.held_by] == ["soft"]


def test_without_a_weight_a_cap_stands_in_no_count_and_no_score() -> None:
    """Bands that count unmet criteria see nothing of it, and the score is that of the others."""
    made = ladder(criterion("one", flag("a")), cap("gate", flag("c"), "nearly"), verdicts=NO_UNMET)
    found = judge(made, a=True, c=False)
    assert (found.verdict.low, found.score.low) == ("nearly", 1)
    assert (found.tally["unmet"], found.tally["applicable"]) == (0, 1)
    assert [gap.criterion.id for gap in found.gaps] == ["gate"]


def test_with_a_weight_a_cap_counts_like_any_other() -> None:
    """Then it is unmet, weighs in the score, and caps besides."""
    made = ladder(criterion("one", flag("a")), cap("gate", flag("c"), "not yet", weight=3), verdicts=NO_UNMET)
    found = judge(made, a=True, c=False)
    assert (found.verdict.low, found.score.low, found.tally["unmet"]) == ("not yet", Fraction(1, 4), 1)


def test_a_role_of_caps_alone_has_no_score_to_reach() -> None:
    """Nothing counts, so the score is 0, as where nothing applies."""
    made = ladder(cap("gate", flag("c"), "not yet"), verdicts=bands(ready=check("score", "at_least", 0), not_yet=None))
    assert judge(made, c=True).verdict.low == "ready"
    assert judge(made, c=False).verdict.low == "not yet"


def test_gaps_begin_with_the_lowest_cap_whether_or_not_it_binds() -> None:
    """Caps by how low they cap, then required ones, then by weight."""
    made = ladder(
        criterion("heavy", flag("a"), weight=9),
        criterion("needed", flag("b"), required=True),
        cap("soft", flag("c"), "nearly"),
        cap("hard", flag("d"), "not yet"),
    )
    found = judge(made, a=False, b=False, c=False, d=False)
    assert [gap.criterion.id for gap in found.gaps] == ["hard", "soft", "needed", "heavy"]


def test_an_open_cap_leads_the_questions_and_is_decisive_where_it_alone_decides() -> None:
    """It comes before a heavier, required one that decides as much; a decisive question comes before a cap that decides nothing."""
    gated = ladder(criterion("one", flag("a")), criterion("needed", flag("b"), weight=1), cap("gate", flag("c"), "not yet"))
    alone = judge(gated, a=True, b=True)
    assert [(ask.attribute, ask.decisive, ask.caps_at) for ask in alone.questions] == [("c", True, "not yet")]
    together = judge(ladder(criterion("one", flag("a"), required=True, weight=5), cap("gate", flag("c"), "not yet")))
    assert [(ask.attribute, ask.decisive) for ask in together.questions] == [("c", True), ("a", True)]
    soft = judge(ladder(criterion("one", flag("a"), required=True), criterion("two", flag("b")), cap("gate", flag("c"), "nearly")), b=False)
    assert [(ask.attribute, ask.decisive) for ask in soft.questions] == [("a", True), ("c", False)]


def test_what_a_cap_settles_is_not_decisive() -> None:
    """Under an unmet cap at the last verdict nothing is undecided, and no answer can change the verdict."""
    found = judge(ladder(criterion("one", flag("a"), required=True), cap("gate", flag("c"), "not yet")), c=False)
    assert found.verdict.decided
    assert [(ask.attribute, ask.decisive) for ask in found.questions] == [("a", False)]


def test_one_answer_to_a_cap_and_a_counted_criterion_is_taken_together() -> None:
    """An attribute read by both is asked for once, with the lowest cap that hangs on it."""
    made = ladder(criterion("one", flag("a")), cap("soft", flag("a"), "nearly"), cap("hard", any_of(flag("a"), flag("b")), "not yet"))
    found = judge(made)
    assert [(ask.attribute, ask.criteria, ask.caps_at, ask.decisive) for ask in found.questions] == [
        ("a", ("one", "soft", "hard"), "not yet", True),
        ("b", ("hard",), "not yet", False),
    ]


def random_results(chance: random.Random) -> list[CriterionResult]:
    """Return a few criteria in random states, some of which cap."""
    found = []
    for place in range(chance.randint(1, 4)):
        caps = chance.choice((None, None, "nearly", "not yet"))
        weight: Number = chance.choice((1, 2, 3)) if caps is None or chance.random() < 0.5 else 0
        one = criterion(f"c{place}", flag("a"), required=bool(weight) and chance.random() < 0.4, weight=weight)
        truths: Sequence[Truth] = (True, False, None)
        applies = chance.choice((True, True, *truths))
        found.append(CriterionResult(criterion=attrs.evolve(one, caps_at=caps), applies=applies, held=chance.choice(truths)))
    return found


def by_hand(results: Sequence[CriterionResult]) -> int:
    """Return the place of the verdict where everything is known, worked out from the sentence of the language page."""
    counting = [one for one in results if one.criterion.weight and one.applies]
    failed = sum(one.criterion.required and not one.held for one in counting)
    weight = sum(Fraction(one.criterion.weight) for one in counting)
    score = sum(Fraction(one.criterion.weight) for one in counting if one.held) / weight if weight else Fraction(0)
    place = 0 if failed == 0 and score >= Fraction(3, 4) else 1 if failed <= 1 and score >= Fraction(1, 2) else 2
    return max(
        [place, *(ORDER.index(str(one.criterion.caps_at)) for one in results if one.criterion.caps_at and one.applies and not one.held)]
    )


def test_no_completion_leaves_the_two_sides_and_both_are_reached() -> None:
    """Among all completions of what is unknown, the worse side is the worst verdict and the better side the best."""
    chance = random.Random(20)
    held = 0
    for _ in range(2_000):
        results = random_results(chance)
        each = [itertools.product(*([(True, False) if one is None else (one,) for one in (r.applies, r.held)])) for r in results]
        places = [
            by_hand([attrs.evolve(one, applies=a, held=h) for one, (a, h) in zip(results, combination, strict=True)])
            for combination in itertools.product(*each)
        ]
        low, high = (verdict(results, DEFAULT_BANDS, unknown_as_met=side) for side in (False, True))
        assert (ORDER.index(low), ORDER.index(high)) == (max(places), min(places))
        held += low != verdict(
            [attrs.evolve(r, criterion=attrs.evolve(r.criterion, caps_at=None)) for r in results], DEFAULT_BANDS, unknown_as_met=False
        )
    assert held > 100


def test_counts_are_those_of_the_criteria_with_a_weight() -> None:
    """Taking the caps without a weight out of a role changes no count and no score."""
    chance = random.Random(21)
    for _ in range(500):
        results = random_results(chance)
        counted = [one for one in results if one.criterion.counts]
        for side in (False, True):
            assert tally(results, unknown_as_met=side) == tally(counted, unknown_as_met=side)


def test_evaluations_of_a_cap_that_is_met_are_those_without_it() -> None:
    """A met cap leaves no mark: no gap, no question, the same verdict."""
    plain, gated = ladder(criterion("one", flag("a"))), ladder(criterion("one", flag("a")), cap("gate", flag("c"), "nearly"))
    for given in ({"a": True}, {"a": False}, {}):
        with_it: Evaluation = evaluate(gated, person(**given, c=True), as_of=AS_OF, engine="reference")
        without = evaluate(plain, person(**given, c=True), as_of=AS_OF, engine="reference")
        assert with_it.roles["lead"].verdict == without.roles["lead"].verdict
        assert [gap.criterion.id for gap in with_it.roles["lead"].gaps] == [gap.criterion.id for gap in without.roles["lead"].gaps]
        assert with_it.roles["lead"].criteria[-1].state is State.MET


def test_decisive_questions_are_those_that_some_answer_alone_decides() -> None:
    """Over small packs with caps, each question held against every answer that it can have: none wrong, none missed.

    Bands that go by what is unknown, and tests of what is known, are left out: an answer moves them whatever it says.
    """
    chance = random.Random(22)
    decisive = 0
    for _ in range(200):
        made = small_packs.random_pack(chance)
        conditions = [one.when for role in made.judged_roles for one in role.criteria]
        conditions += [one.applies_when for role in made.judged_roles for one in role.criteria if one.applies_when]
        if made.language == 1 or made.every_band != DEFAULT_BANDS or any(test.of_presence for one in conditions for test in leaves(one)):
            continue
        evaluator = Evaluator(made, engine="reference")
        for _ in range(6):
            given = {name: chance.choice(values) for name, values in small_packs.values_of(made).items() if chance.random() < 0.5}
            for name, result in evaluator.evaluate(profile(**given), as_of=AS_OF).roles.items():
                for ask in result.questions:
                    answered = [{**given, ask.attribute: value} for value in small_packs.values_of(made)[ask.attribute]]
                    verdicts = [evaluator.evaluate(profile(**one), as_of=AS_OF, only=[name]).roles[name].verdict for one in answered]
                    assert ask.decisive == any(one != result.verdict for one in verdicts), (ask, result.verdict, verdicts)
                    decisive += ask.decisive
    assert decisive > 40
