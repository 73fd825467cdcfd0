"""What a promotion case says, and where it takes it from."""

from __future__ import annotations

import datetime
import subprocess
import sys
from pathlib import Path

import attrs
import pytest

from evaluator.candidates.case import plan as planning
from evaluator.candidates.case.building import case_for
from evaluator.candidates.case.view import Case
from evaluator.cli.main import run
from evaluator.core.model import Pack, Profile
from evaluator.engines.readiness import Evaluator
from evaluator.populations.loading import load_people
from evaluator.reading.pack.pack import load_pack
from tests.candidates.case.casing import AS_OF, case_of
from tests.product import PROFILES, RULES


@pytest.fixture(scope="module")
def pack() -> Pack:
    """Return the shipped pack."""
    return load_pack(RULES)


@pytest.fixture(scope="module")
def evaluator(pack: Pack) -> Evaluator:
    """Return it made ready to run."""
    return Evaluator(pack, engine="reference")


def person(name: str, pack: Pack) -> Profile:
    """Return one of the shipped people."""
    (found,) = load_people(PROFILES / f"{name}.yaml", pack)
    return found


def made(profile: Profile, role: str, evaluator: Evaluator, *, anonymous: bool = False) -> Case:
    """Return a case as data."""
    return case_for(evaluator.evaluate(profile, as_of=AS_OF, only={role}), role, evaluator.pack, anonymous=anonymous)


def test_the_recommendation_follows_the_verdict(pack: Pack, evaluator: Evaluator) -> None:
    """Ready says promote, nearly says wait for what, not yet says do not, undecided says ask."""
    ada, sofia, priya = (person(name, pack) for name in ("ada-lindqvist", "sofia-marquez", "priya-nair"))
    assert made(ada, "product-director", evaluator).front.recommendation.startswith("Promote Ada Lindqvist to Product Director: ")
    wait = made(sofia, "product-director", evaluator).front.recommendation
    assert wait.startswith("Wait before promoting Sofía Márquez to Product Director: ")
    assert "“Eight years in product management roles”" in wait
    assert made(sofia, "chief-product-officer", evaluator).front.recommendation.startswith("Do not promote Sofía Márquez to ")
    assert made(priya, "product-director", evaluator).front.recommendation.startswith("Ask before confirming Priya Nair as ")
    for case in (made(one, "product-director", evaluator) for one in (ada, sofia, priya)):
        assert case.front.recommendation.count(". ") == 0


def test_the_strongest_points_are_met_heaviest_and_best_evidenced(pack: Pack, evaluator: Evaluator) -> None:
    """Of the heaviest met criteria, the two with items come before the two without."""
    case = made(person("ada-lindqvist", pack), "product-director", evaluator)
    titles = [point.text for point in case.front.strongest]
    assert set(titles[:2]) == {"Has led people, even in an interim role", "Thinks strategically and sets the strategy of a product"}
    assert titles[2] == "Eight years in product management roles"
    assert all("weight 3" in point.note for point in case.front.strongest)


def test_page_one_says_what_it_rests_on(pack: Pack, evaluator: Evaluator) -> None:
    """As-of date, pack with version and hash, hash of the profile, and the tool."""
    ada = person("ada-lindqvist", pack)
    facts = dict(made(ada, "product-director", evaluator).front.facts)
    evaluation = evaluator.evaluate(ada, as_of=AS_OF)
    assert facts["As of"] == "2026-11-01"
    assert pack.version in facts["Pack"]
    assert pack.content_hash in facts["Pack"]
    assert evaluation.provenance.profile_hash in facts["Profile"]
    assert evaluation.provenance.tool_version in facts["Tool"]


def test_every_criterion_stands_in_the_case_once(pack: Pack, evaluator: Evaluator) -> None:
    """By kind, with its state, its conditions and its source."""
    case = made(person("sofia-marquez", pack), "product-director", evaluator)
    shown = [one.id for kind in case.kinds for one in kind.criteria]
    assert sorted(shown) == sorted(one.id for one in pack.roles["product-director"].criteria)
    years = next(one for kind in case.kinds for one in kind.criteria if one.id == "product-experience")
    (line,) = years.lines
    assert (years.mark, years.state, line.values) == ("✗", "unmet", "has 7.25 years")
    assert line.bar is not None
    assert (line.bar.have, line.bar.need, line.bar.met) == (pytest.approx(7.25 / 8), 1.0, False)


def test_gaps_are_objections_and_the_required_one_leads(pack: Pack, evaluator: Evaluator) -> None:
    """A panel hears what is unmet first, and then what is thinly evidenced."""
    case = made(person("sofia-marquez", pack), "product-director", evaluator)
    assert case.objections[0].text == "A required criterion is not met: Eight years in product management roles"
    thin = [one.text for one in case.objections if one.text.startswith("Thinly evidenced: ")]
    assert "Thinly evidenced: Thinks strategically and sets the strategy of a product" in thin
    assert case.gaps[0].text == "Eight years in product management roles"


def test_a_way_that_the_ladder_lacks_is_an_objection(pack: Pack, evaluator: Evaluator) -> None:
    """From group product manager no arrow leads straight to the chief; the case says so and shows the way."""
    case = made(person("sofia-marquez", pack), "chief-product-officer", evaluator)
    assert any("no move from Group Product Manager straight to" in one.text for one in case.objections)
    assert any("Group Product Manager → Product Director → Chief Product Officer" in words for words in case.place.words)
    assert case.place.labels == {"group-product-manager": "today", "chief-product-officer": "in question"}


def test_the_plan_is_the_planners(pack: Pack, evaluator: Evaluator) -> None:
    """Nine months bring the three quarters of a year that are missing."""
    plan = made(person("sofia-marquez", pack), "product-director", evaluator).plan
    assert "2027-08-01" in plan.summary
    assert [(step.what, step.by) for step in plan.steps] == [("Years in product management: from 7.25 years to 8 years", "2027-08-01")]


def test_a_plan_that_cannot_be_found_is_told(pack: Pack, evaluator: Evaluator, monkeypatch: pytest.MonkeyPatch) -> None:
    """Too many ways, and a way that is blocked, are each a sentence."""

    class Lost:
        def __init__(self, **_: object) -> None: ...

        def plan(self) -> object:
            raise planning.TooManyWays

    sofia = person("sofia-marquez", pack)
    unchanging = attrs.evolve(
        pack, attributes={name: attrs.evolve(one, effort=None, accrues=None) for name, one in pack.attributes.items()}
    )
    silent = made(sofia, "product-director", Evaluator(unchanging, engine="reference")).plan
    assert silent.summary.startswith("The pack declares no effort, so that nothing can be planned. Say what a change takes with `effort:`")
    years = attrs.evolve(pack.attributes["product_management_years"], accrues=None)
    still = attrs.evolve(pack, attributes={**pack.attributes, years.id: years})
    blocked = made(sofia, "product-director", Evaluator(still, engine="reference")).plan
    assert "can close “Eight years in product management roles”, so there is no plan" in blocked.summary
    monkeypatch.setattr(planning, "Planner", Lost)
    assert "more ways to get there than can be gone through" in made(sofia, "product-director", evaluator).plan.summary


def test_questions_that_decide_come_first(pack: Pack, evaluator: Evaluator) -> None:
    """The one answer that can change Priya's verdict leads, on page one too."""
    case = made(person("priya-nair", pack), "product-director", evaluator)
    assert [bool(one.note) for one in case.questions] == sorted((bool(one.note) for one in case.questions), reverse=True)
    assert case.front.unknown[0].note == "can change the verdict"


def test_links_are_kept_only_where_they_are_safe(pack: Pack, evaluator: Evaluator) -> None:
    """An address that a reader would refuse is text even where a library hands it in."""
    sofia = person("sofia-marquez", pack)
    (item, *_) = sofia.evidence["product_lines"]
    unsafe = attrs.evolve(sofia, evidence={"product_lines": (attrs.evolve(item, link="javascript:alert(1)"), attrs.evolve(item))})
    items = [one for kind in made(unsafe, "product-director", evaluator).kinds for view in kind.criteria for one in view.evidence]
    assert [one.link for one in items] == ["", item.link]
    assert "javascript:alert(1)" in items[0].words


@pytest.mark.slow
@pytest.mark.parametrize("ending", ["html", "md", "docx"])
def test_the_same_input_gives_the_same_bytes(tmp_path: Path, ending: str) -> None:
    """No clock and no chance is in a case: two processes with other hash seeds write the same."""
    made = []
    for number in (1, 2):
        place = tmp_path / f"{number}.{ending}"
        words = ["case", str(PROFILES / "sofia-marquez.yaml"), "product-director", "--rules", str(RULES), "-o", str(place)]
        done = subprocess.run(
            [sys.executable, "-m", "evaluator", *words], env={"PYTHONHASHSEED": str(number)}, capture_output=True, text=True, check=False
        )
        assert (done.returncode, done.stderr) == (0, f"wrote {place}\n")
        made.append(place.read_bytes())
    assert made[0] == made[1]


def test_text_goes_to_the_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    """Without a file, the case is text, with everything in it."""
    assert run(["case", str(PROFILES / "ada-lindqvist.yaml"), "product-director", "--rules", str(RULES)]) == 0
    shown = capsys.readouterr().out
    for title in (
        "Recommendation",
        "Criteria",
        "Place on the ladder",
        "Steps of the path",
        "Gaps and what to do",
        "Open questions",
        "Plan",
    ):
        assert f"\n{title}\n" in shown
    for title in ("Likely objections", "The panel’s decision"):
        assert f"\n{title}\n" in shown
    assert "people take" in shown


def test_a_name_can_be_a_row_of_a_table(tmp_path: Path) -> None:
    """One person of a table is picked by --person."""
    table = tmp_path / "people.csv"
    table.write_text("id,name,role,product_management_years\np1,Ada,product-manager,9\np2,Bo,product-manager,3\n", encoding="utf-8")
    to = tmp_path / "bo.md"
    words = ["case", str(table), "product-director", "--person", "Bo", "--rules", str(RULES), "--as-of", "2026-11-01", "-o", str(to)]
    assert run(words) == 0
    assert "# Promotion case: Bo as Product Director" in to.read_text(encoding="utf-8")


def test_the_day_is_the_evaluations(tmp_path: Path) -> None:
    """--as-of moves the case to another day."""
    to = tmp_path / "later.md"
    words = [
        "case",
        str(PROFILES / "sofia-marquez.yaml"),
        "product-director",
        "--rules",
        str(RULES),
        "--as-of",
        "2026-11-20",
        "-o",
        str(to),
    ]
    assert run(words) == 0
    assert f"**As of:** {datetime.date(2026, 11, 20)}" in to.read_text(encoding="utf-8")


def test_a_markdown_case_has_its_headings_and_the_ladder(tmp_path: Path) -> None:
    """Sections in their order, and the ladder as a diagram with the place in it."""
    said = case_of("ada-lindqvist", "product-director", tmp_path / "case.md")
    heads = [line for line in said.splitlines() if line.startswith("## ")]
    assert heads == [
        "## Recommendation",
        "## Criteria",
        "## Place on the ladder",
        "## Steps of the path",
        "## Gaps and what to do",
        "## Open questions",
        "## Plan",
        "## Likely objections",
        "## What the levels mean",
        "## The panel’s decision",
    ]
    assert 'role_product_manager["Product Manager (today)"]' in said
