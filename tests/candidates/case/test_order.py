"""What comes first on page one of a case and among the objections: every order and tie that a docstring promises."""

from __future__ import annotations

import datetime
from collections.abc import Sequence

import attrs
import pytest

from evaluator.candidates.case.bars import bar_svg
from evaluator.candidates.case.objections import objections
from evaluator.candidates.case.points import strongest
from evaluator.candidates.case.view import Bar
from evaluator.core.model import Criterion, Evidence, Pack
from evaluator.core.results import Evaluation
from evaluator.engines.readiness import Evaluator
from tests.core.build import AS_OF, SPAN, attribute, criterion, flag, pack, profile, role

TWO_SOURCES = tuple(
    Evidence(what="Review", when=datetime.date(2026, 6, 1), confirmed_by=name, span=SPAN) for name in ("Jo Berg", "Ada Frost")
)
ONE_SOURCE = TWO_SOURCES[:1]
EVIDENCE = {"well": TWO_SOURCES, "marked": ONE_SOURCE, "none": ()}


def met(*criteria: tuple[str, int, bool, str]) -> tuple[Evaluation, Pack]:
    """Return an evaluation in which every criterion is met: each by a name, a weight, whether it is required, and its evidence."""
    made = [criterion(name, flag(name), required=required, weight=weight) for name, weight, required, _ in criteria]
    ladder = pack(*(attribute(one.id, "flag") for one in made), roles=[role("lead", *made)])
    person = attrs.evolve(
        profile(None, **{one.id: True for one in made}),
        evidence={name: EVIDENCE[carried] for name, _, _, carried in criteria if EVIDENCE[carried]},
    )
    return Evaluator(ladder, engine="reference").evaluate(person, as_of=AS_OF), ladder


def names(found: Sequence[Criterion]) -> list[str]:
    return [one.id for one in found]


@pytest.mark.parametrize(
    ("criteria", "first"),
    [
        ([("light", 1, True, "well"), ("heavy", 2, False, "none")], ["heavy", "light"]),
        ([("bare", 1, True, "none"), ("well", 1, False, "well")], ["well", "bare"]),
        ([("marked", 1, True, "marked"), ("well", 1, False, "well")], ["well", "marked"]),
        ([("bare", 1, True, "none"), ("marked", 1, False, "marked")], ["marked", "bare"]),
        ([("bonus", 1, False, "well"), ("needed", 1, True, "well")], ["needed", "bonus"]),
        ([("second", 1, True, "well"), ("first", 1, True, "well")], ["second", "first"]),
    ],
)
def test_the_strongest_points_go_by_weight_then_evidence_then_what_is_required(
    criteria: list[tuple[str, int, bool, str]], first: list[str]
) -> None:
    """Of what is alike in all three, the order of the rule file stays."""
    evaluation, ladder = met(*criteria)
    assert names([one.criterion for one in strongest(evaluation, evaluation.roles["lead"], ladder)]) == first


@pytest.mark.parametrize(
    ("criteria", "first"),
    [
        ([("heavy", 3, False, "marked"), ("needed", 1, True, "marked")], ["needed", "heavy"]),
        ([("light", 1, True, "none"), ("heavy", 2, True, "marked")], ["heavy", "light"]),
        ([("marked", 1, True, "marked"), ("bare", 1, True, "none")], ["bare", "marked"]),
    ],
)
def test_thin_evidence_is_raised_for_required_criteria_first_then_by_weight_then_the_thinnest(
    criteria: list[tuple[str, int, bool, str]], first: list[str]
) -> None:
    """A panel asks first about what the verdict hangs on."""
    evaluation, ladder = met(*criteria)
    told = [one.text for one in objections(evaluation, evaluation.roles["lead"], ladder)]
    assert [text.removeprefix("Thinly evidenced: ") for text in told if text.startswith("Thinly")] == first


@pytest.mark.parametrize("need", [0.0, 0.5, 1.0, 3.0])
def test_the_line_of_a_bar_stands_on_its_track(need: float) -> None:
    """What is needed is marked inside the track also where it is nothing, all of it, or more."""
    drawn = bar_svg(Bar(have=0.2, need=need, met=False, words="has 1, needs more"))
    at = float(drawn.partition('<path d="M')[2].partition(",")[0])
    left = float(drawn.partition('<rect x="')[2].partition('"')[0])
    wide = float(drawn.partition('width="159"')[1].removeprefix('width="').removesuffix('"'))
    assert left < at < left + wide
