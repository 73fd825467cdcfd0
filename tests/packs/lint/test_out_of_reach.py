"""Roles that nobody can be ready for, and divisors that may be 0: told where they are so, and nowhere else."""

from __future__ import annotations

import random
from fractions import Fraction
from pathlib import Path

import attrs
import pytest

from evaluator.core.conditions import Condition
from evaluator.core.model import Band, Criterion
from evaluator.core.ready_for import flag_of, with_ready_for
from evaluator.core.values import Kind, ValueType
from evaluator.diagnostics import Diagnostic, Problems
from evaluator.engines.readiness import Evaluator
from evaluator.packs.lint import lint_pack
from evaluator.packs.lint.logic import nobody_ready
from tests.bad.overlay import BASE, found_in, laid_over
from tests.core.build import DEFAULT_BANDS, SPAN, all_of, any_of, attribute, bands, check, criterion, flag, none_of, pack, role
from tests.product import ROOT
from tests.strategies import random_as_of, random_pack, random_profile

FEW = attrs.evolve(attribute("n", "integer"), type=ValueType(kind=Kind.INTEGER, lowest=0, highest=3))
FLAGS = (*(attribute(name, "flag") for name in "abc"), FEW)
NOT_A, BEYOND = flag("a", value=False), check("n", "at_least", 4)


def unready(*criteria: Criterion, verdicts: tuple[Band, ...] = DEFAULT_BANDS, asked: Condition | None = None) -> list[str]:
    """Return what is said where a role is asked for that has some criteria."""
    waiting = role("lead", criterion("waits", flag(flag_of("low")) if asked is None else asked))
    roles = [role("low", *(attrs.evolve(one, role="low") for one in criteria)), waiting]
    problems = Problems()
    nobody_ready(with_ready_for(pack(*FLAGS, roles=roles, verdicts=verdicts), SPAN), problems)
    return [one.message for one in problems]


def required(name: str, when: Condition, applies_when: Condition | None = None) -> Criterion:
    """Return a criterion that nobody can do without."""
    return criterion(name, when, required=True, applies_when=applies_when)


def capping(name: str, when: Condition) -> Criterion:
    """Return a criterion that caps and stands in no count."""
    return attrs.evolve(criterion(name, when, weight=0), caps_at="not yet")


def ready(when: Condition) -> tuple[Band, ...]:
    """Return bands whose best one has a condition."""
    return bands(ready=when, not_yet=None)


OUT_OF_REACH = [
    pytest.param([required("one", BEYOND)], DEFAULT_BANDS, id="a criterion beyond the range"),
    pytest.param([required("one", flag("a")), required("two", NOT_A)], DEFAULT_BANDS, id="two that contradict each other"),
    pytest.param([required("one", flag("a")), capping("two", NOT_A)], DEFAULT_BANDS, id="one against a cap"),
    pytest.param([capping("one", BEYOND), criterion("two", flag("a"))], DEFAULT_BANDS, id="a cap that nobody escapes"),
    pytest.param([required("one", flag("a"), flag("b")), required("two", BEYOND, check("n", "at_least", 0))], DEFAULT_BANDS, id="applies"),
    pytest.param([criterion("one", flag("a"))], ready(check("met", "at_least", 2)), id="more than there are"),
    pytest.param([criterion("one", flag("a"))], ready(check("step_met", "at_least", 1)), id="none of the kind"),
    pytest.param(
        [criterion("one", flag("a")), criterion("two", BEYOND)], ready(check("score", "above", Fraction(1, 2))), id="a score of half"
    ),
    pytest.param(
        [criterion("one", flag("a"), weight=3), criterion("two", NOT_A)],
        ready(check("score", "at_least", Fraction(4, 5))),
        id="a score of both",
    ),
    pytest.param([criterion("one", flag("a")), criterion("two", NOT_A)], ready(check("unmet", "at_most", 0)), id="all of them"),
    pytest.param(
        [criterion("one", BEYOND)],
        ready(any_of(check("met", "at_least", 1), check("score", "at_least", Fraction(1, 2)))),
        id="neither of two ways",
    ),
    pytest.param([required("one", all_of(flag("a"), check("n", "above", 2), check("n", "below", 3)))], DEFAULT_BANDS, id="within one"),
]
WITHIN_REACH = [
    pytest.param([required("one", flag("a"))], DEFAULT_BANDS, id="a plain one"),
    pytest.param(
        [required("one", flag("a")), criterion("two", NOT_A, weight=Fraction(1, 10))], DEFAULT_BANDS, id="one of two need not be met"
    ),
    pytest.param([required("one", flag("a")), required("two", NOT_A, flag("b"))], DEFAULT_BANDS, id="one that need not apply"),
    pytest.param([required("one", BEYOND, flag("b")), required("two", flag("a"))], DEFAULT_BANDS, id="beyond, and need not apply"),
    pytest.param(
        [criterion("one", flag("a")), criterion("two", BEYOND)], ready(check("score", "at_least", Fraction(1, 2))), id="half is enough"
    ),
    pytest.param([criterion("one", flag("a")), criterion("two", BEYOND)], ready(check("met", "at_least", 1)), id="one is enough"),
    pytest.param(
        [criterion("one", flag("a"), weight=4), criterion("two", NOT_A)],
        ready(check("score", "at_least", Fraction(4, 5))),
        id="one weighs enough",
    ),
    pytest.param(
        [criterion("one", flag("a"))], ready(any_of(check("met", "at_least", 2), check("unmet", "at_most", 0))), id="the other way"
    ),
]


@pytest.mark.parametrize(("criteria", "verdicts"), OUT_OF_REACH)
def test_a_role_that_nobody_can_be_ready_for_is_told_where_it_is_asked_for(criteria: list[Criterion], verdicts: tuple[Band, ...]) -> None:
    """Its own criteria contradict each other, the ranges or the verdict; asked for or asked not to be."""
    told = ["nobody can be ready for `low`, which this asks for"]
    assert unready(*criteria, verdicts=verdicts) == told
    assert unready(*criteria, verdicts=verdicts, asked=none_of(flag(flag_of("low")))) == told


@pytest.mark.parametrize(("criteria", "verdicts"), WITHIN_REACH)
def test_a_role_that_somebody_can_be_ready_for_is_left_in_peace(criteria: list[Criterion], verdicts: tuple[Band, ...]) -> None:
    """Where somebody can do without what contradicts, nothing is said."""
    assert unready(*criteria, verdicts=verdicts) == []


def test_of_roles_that_wait_for_each_other_the_one_with_the_cause_is_told() -> None:
    """What follows from it is not told as well; the criteria that contradict each other are named, and no others."""
    low = role(
        "low", *(attrs.evolve(one, role="low") for one in (required("x", flag("c")), required("y", flag("a")), required("z", NOT_A)))
    )
    middle = role("middle", attrs.evolve(required("w", flag(flag_of("low"))), role="middle"))
    high = role("high", attrs.evolve(required("v", flag(flag_of("middle"))), role="high"))
    problems = Problems()
    nobody_ready(with_ready_for(pack(*FLAGS, roles=[high, middle, low]), SPAN), problems)
    (found,) = problems
    assert found.message == "nobody can be ready for `low`, which this asks for"
    assert len(found.related) == 2  # y and z


@pytest.mark.parametrize("seed", range(150))
def test_nobody_is_ready_for_what_is_called_out_of_reach(seed: int) -> None:
    """Over random packs and people: a role that is told has no one who is ready."""
    chance = random.Random(seed)
    made = random_pack(chance, language=2)
    problems = Problems()
    nobody_ready(made, problems)
    told = {one.message.split("`")[1] for one in problems}
    evaluator = Evaluator(made, engine="reference")
    for _ in range(8 if told else 0):
        evaluation = evaluator.evaluate(random_profile(chance, made), as_of=random_as_of(chance), only=told)
        assert not [name for name in told if evaluation.roles[name].verdict.low == made.best_of(made.roles[name])]


LADDERS = [ROOT / "tests/ladders" / name for name in ("points-ladder", "skill-levels-ladder")]


@pytest.mark.parametrize("folder", LADDERS, ids=lambda folder: folder.name)
def test_ladders_that_others_published_have_neither(folder: Path) -> None:
    """In their own edition."""
    assert {one.code for one in lint_pack(folder)}.isdisjoint({"R310", "R311"})


ATTRIBUTES = (BASE / "attributes.yaml").read_text(encoding="utf-8")
RANGE = "range: {at_least: 0, at_most: 60}"
STEP = "else divide in a `when` that asks for `years: {above: 0}`"


def divisors(derive: str, range_: str, folder: Path, monkeypatch: pytest.MonkeyPatch, *, language: int = 2) -> list[Diagnostic]:
    """Return what is found of divisors where an attribute is computed in some way."""
    computed = f"  rate:\n    title: Rate\n    type: number\n    derive: {derive}\n"
    head = (BASE / "pack.yaml").read_text(encoding="utf-8").replace("version: 1.0.0\n", f"version: 1.0.0\nlanguage: {language}\n")
    files = {"attributes.yaml": (ATTRIBUTES.replace(RANGE, range_, 1) + computed).encode(), "pack.yaml": head.encode()}
    found = list(found_in(laid_over(BASE, files, folder), (), monkeypatch))
    assert {one.code for one in found} <= {"R311", "R501", "R302"}
    return [one for one in found if one.code == "R311"]


@pytest.mark.parametrize(
    ("derive", "range_", "step", "followed"),
    [
        (
            "{ratio: [reports, years]}",
            RANGE,
            f"where 0 is no answer, write `above: 0` for `at_least: 0` in its range; {STEP}",
            "range: {above: 0, at_most: 60}",
        ),
        ("{ratio: [reports, years]}", "", f"where 0 is no answer, declare `range: {{above: 0}}` for it; {STEP}", "range: {above: 0}"),
        (
            "{ratio: [reports, years]}",
            "range: {below: 9}",
            f"where 0 is no answer, add `above: 0` to its range; {STEP}",
            "range: {above: 0, below: 9}",
        ),
        (
            "{floor: {product: [2, {ratio: [{sum: [reports, 1]}, years]}]}}",
            "range: {at_least: 0}",
            f"where 0 is no answer, write `above: 0` for `at_least: 0` in its range; {STEP}",
            "range: {above: 0}",
        ),
        (
            "{when: [{if: {reports: {at_least: 1}}, then: {ratio: [reports, years]}}, {otherwise: 0}]}",
            RANGE,
            f"where 0 is no answer, write `above: 0` for `at_least: 0` in its range; {STEP}",
            "range: {above: 0, at_most: 60}",
        ),
        ("{ratio: [reports, years]}", "absent_means: 0", "divide in a `when` that asks for `years: {above: 0}`", None),
    ],
)
def test_the_next_step_leaves_no_divisor_that_may_be_zero(  # noqa: PLR0913, PLR0917 - a row of a table
    derive: str, range_: str, step: str, followed: str | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What the help line says takes the finding away, each of its two ways."""
    (found,) = divisors(derive, range_, tmp_path / "before", monkeypatch)
    assert found.help == step
    assert followed is None or divisors(derive, followed, tmp_path / "range", monkeypatch) == []
    guarded = "{when: [{if: {years: {above: 0}}, then: {ratio: [reports, years]}}, {otherwise: 0}]}"
    assert divisors(guarded, range_, tmp_path / "when", monkeypatch) == []


@pytest.mark.parametrize(
    ("derive", "range_"),
    [
        ("{ratio: [reports, years]}", "range: {at_least: 0.5}"),
        ("{ratio: [reports, years]}", "range: {at_least: -5, at_most: 5}"),
        ("{ratio: [years, 4]}", RANGE),
        ("{difference: [years, reports]}", RANGE),
        ("{when: [{if: {years: {is: 0}}, then: 0}, {otherwise: {ratio: [reports, years]}}]}", RANGE),
        (
            "{when: [{if: {years: {below: 1}}, then: 0}, {if: {reports: {above: 2}}, then: 1}, {otherwise: {ratio: [reports, years]}}]}",
            RANGE,
        ),
    ],
)
def test_a_divisor_that_is_never_zero_is_left_in_peace(derive: str, range_: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """By its range, by a `when` that leaves 0 out, or where no range could leave out 0 alone."""
    assert divisors(derive, range_, tmp_path, monkeypatch) == []


def test_the_first_edition_is_left_in_peace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No range of it can leave 0 out."""
    assert divisors("{ratio: [reports, years]}", RANGE, tmp_path, monkeypatch, language=1) == []
