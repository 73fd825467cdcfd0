"""Plans and what-ifs, on the sample profiles and through the command line."""

from __future__ import annotations

import datetime
import json
import re
import subprocess
import sys
from fractions import Fraction
from itertools import product
from pathlib import Path

import attrs
import pytest

from evaluator.candidates.plan.analysis import Answer, Planner, RolePlan
from evaluator.candidates.plan.report import enough_words, plan_page
from evaluator.candidates.whatif.analysis import WhatIf
from evaluator.cli.main import run
from evaluator.core.days import Days
from evaluator.core.model import Pack, Profile
from evaluator.core.results import State
from evaluator.core.values import Kind, Value, ValueType
from evaluator.populations.loading import load_people
from evaluator.reading.pack.pack import load_pack
from evaluator.report.documents import text
from tests.guild_pack import GUILD
from tests.product import PRODUCT
from tests.tiny_pack import write

DAY = datetime.date(2026, 11, 1)
SOFIA = "profiles/sofia-marquez.yaml"
Capture = pytest.CaptureFixture[str]


@pytest.fixture(scope="module")
def pack() -> Pack:
    return load_pack(PRODUCT / "rules")


@pytest.fixture(scope="module")
def people(pack: Pack) -> dict[str, Profile]:
    return {one.id: one for one in load_people(PRODUCT / "profiles", pack)}


def planned_for(pack: Pack, profile: Profile, role: str) -> RolePlan:
    return Planner(pack=pack, profile=profile, role=pack.roles[role], as_of=profile.as_of or DAY).plan()


@pytest.mark.slow
@pytest.mark.parametrize("part", [0, *(pytest.param(part, marks=pytest.mark.soak) for part in (1, 2))])
def test_every_sample_person_has_a_plan_for_every_role_or_is_told_why(pack: Pack, people: dict[str, Profile], part: int) -> None:
    """Going every plan makes the verdict ready, as `evaluate` says; without one, something is named or nothing adds up."""
    pairs = list(product(people.values(), pack.judged_roles))[part::3]
    assert len(pairs) > 100
    for profile, role in pairs:
        planned = planned_for(pack, profile, role.id)
        if planned.best is None:
            states = {one.criterion.id: one.state for one in planned.before.criteria}
            assert all(states[one.id] in {State.UNMET, State.UNKNOWN} for one in planned.blocked)
        else:
            assert planned.best.after.verdict.low == "ready"
            assert (planned.best.effort == 0) or planned.best.steps


def test_time_alone_closes_what_accrues(pack: Pack, people: dict[str, Profile]) -> None:
    """Three quarters of a year short of eight years, the way to director is to wait nine months."""
    best = planned_for(pack, people["sofia-marquez"], "product-director").best
    assert best is not None
    assert [(step.attribute.id, step.to, step.by_time, step.months) for step in best.steps] == [("product_management_years", 8, True, 9)]
    assert str(best.ready_on) == "2027-08-01"


def test_years_of_work_take_years(pack: Pack, people: dict[str, Profile]) -> None:
    """Five years of managing people from nothing take sixty months, however short a criterion is said to take."""
    best = planned_for(pack, people["ada-lindqvist"], "chief-product-officer").best
    assert best is not None
    step = next(step for step in best.steps if step.attribute.id == "people_management_years")
    assert (step.to, step.months, step.by_time) == (5, 60, False)


def test_time_brings_nothing_on_another_track(pack: Pack, people: dict[str, Profile]) -> None:
    """Years in product management do not come to somebody whose role is not on the tracks that the pack names."""
    profile = attrs.evolve(people["sofia-marquez"], role="program-manager")
    planned = planned_for(pack, profile, "product-director")
    assert planned.best is None
    assert [one.id for one in planned.blocked] == ["product-experience"]


def test_a_close_second_differs_and_is_no_cheaper(pack: Pack, people: dict[str, Profile]) -> None:
    """It makes the verdict ready too, by doing less of something."""
    planned = planned_for(pack, people["aroha-ngata"], "product-director")
    assert planned.best is not None
    assert planned.second is not None
    assert planned.second.after.verdict.low == "ready"
    assert planned.best.effort <= planned.second.effort <= planned.best.effort * Fraction(5, 4)
    assert {(step.attribute.id, step.to) for step in planned.second.steps} != {(step.attribute.id, step.to) for step in planned.best.steps}


def test_a_day_too_early_says_so(capfd: Capture, monkeypatch: pytest.MonkeyPatch) -> None:
    """By a day before time has brought what is missing there is no way; by the day itself there is."""
    monkeypatch.chdir(PRODUCT)
    assert run(["plan", SOFIA, "product-director", "--by", "2027-07-31"]) == 0
    assert "cannot be reached by 2027-07-31. It can by 2027-08-01" in capfd.readouterr().out
    assert run(["plan", SOFIA, "product-director", "--by", "2027-08-01"]) == 0
    assert "Earliest  2027-08-01" in capfd.readouterr().out


def test_work_that_takes_longer_than_there_is_time_does_not_count(pack: Pack, people: dict[str, Profile]) -> None:
    """Within six months, criteria that take longer stay as they are."""
    profile = people["aroha-ngata"]
    assert profile.as_of is not None
    role = pack.roles["senior-product-manager"]
    hurried = Planner(pack=pack, profile=profile, role=role, as_of=profile.as_of, by=profile.as_of).plan()
    assert hurried.best is not None
    assert not hurried.best.steps


def test_the_plan_through_the_command_line() -> None:
    """A manager reads what to wait for, and by when."""
    command = [sys.executable, "-m", "evaluator.cli.main", "plan", SOFIA, "Product Director"]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=PRODUCT)
    assert done.returncode == 0, done.stderr
    assert "Sofía Márquez: the way to Product Director" in done.stdout
    assert "7.25 years" in done.stdout
    assert "2027-08-01 (9 months)" in done.stdout
    assert "This informs a decision" in done.stdout


def test_the_plan_as_json_adds_up(capfd: Capture, monkeypatch: pytest.MonkeyPatch) -> None:
    """The efforts of the steps are the effort of the plan."""
    monkeypatch.chdir(PRODUCT)
    assert run(["plan", "profiles/aroha-ngata.yaml", "product-director", "--format", "json"]) == 0
    best = json.loads(capfd.readouterr().out)["best"]
    assert sum(step["effort"] for step in best["steps"]) == best["effort"]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["plan", SOFIA, "product-director", "--by", "2020-01-01"], "lies before"),
        (["plan", SOFIA, "produkt-director"], "did you mean"),
        (["plan", "profiles/people.csv", "product-director"], "name one with --person"),
        (["whatif", SOFIA, "--set", "coaching"], "sets nothing"),
        (["whatif", SOFIA, "--set", "cocahing=expert"], "did you mean"),
        (["whatif", SOFIA, "--set", "coaching=good"], "none of the options"),
        (["whatif", SOFIA, "--set", "coaching+=expert"], "nothing is added"),
        (["whatif", SOFIA, "--set", "product_management_years=99"], "outside 0 to 60 years"),
        (["whatif", SOFIA, "--set", "director_knowledge=3"], "is computed"),
        (["whatif", SOFIA, "--set", "history=x"], "a list of entries"),
    ],
)
def test_wrong_usage_is_a_sentence(arguments: list[str], said: str, capfd: Capture, monkeypatch: pytest.MonkeyPatch) -> None:
    """Exit code 2, and what to do."""
    monkeypatch.chdir(PRODUCT)
    assert run(arguments) == 2
    assert said in capfd.readouterr().err


def test_a_what_if_shows_what_moves_and_why(pack: Pack, people: dict[str, Profile]) -> None:
    """The values that were asked for, those that follow, and the criteria behind the verdict."""
    profile = people["sofia-marquez"]
    assert profile.as_of is not None
    asked = {"product_management_years": 8, "departments": frozenset({"engineering"})}
    found = WhatIf(pack=pack, profile=profile, values=asked, as_of=profile.as_of)
    changed = {one.attribute.id: one.asked for one in found.attributes}
    assert changed["product_management_years"] is True
    assert changed["core_departments"] is False
    director = next(one for one in found.roles() if one.role.id == "product-director")
    states = {after.criterion.id: (before.state, after.state) for before, after in director.criteria}
    assert states["product-experience"] == (State.UNMET, State.MET)
    assert states["leads-across-departments"] == (State.MET, State.UNMET)


def test_a_value_can_be_taken_out_added_to_and_taken_from(capfd: Capture, monkeypatch: pytest.MonkeyPatch) -> None:
    """`=unknown`, `+=` and `-=`."""
    monkeypatch.chdir(PRODUCT)
    changes = ["--set", "coaching=unknown", "--set", "knowledge+=pricing,business", "--set", "knowledge-=customer-needs"]
    assert run(["whatif", SOFIA, *changes, "--format", "json"]) == 0
    after = {one["attribute"]: one["after"] for one in json.loads(capfd.readouterr().out)["attributes"]}
    assert after["coaching"] is None
    assert {"pricing", "business"} <= set(after["knowledge"])
    assert "customer-needs" not in after["knowledge"]


def test_a_what_if_through_the_command_line() -> None:
    """Before and after, side by side; the file stays as it is."""
    before = (PRODUCT / SOFIA).read_bytes()
    command = [sys.executable, "-m", "evaluator.cli.main", "whatif", SOFIA, "--set", "pm years=8"]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=PRODUCT)
    assert done.returncode == 0, done.stderr
    assert "Eight years in product management roles: unmet → met, required" in done.stdout
    assert (PRODUCT / SOFIA).read_bytes() == before


def test_questions_that_alone_can_settle_it_come_first(
    pack: Pack, people: dict[str, Profile], capfd: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Both are listed, with what would be enough; stated so, the verdict is ready with nothing done."""
    monkeypatch.chdir(PRODUCT)
    profile = people["sofia-marquez"]
    planned = planned_for(pack, profile, "head-of-product")
    assert [one.attribute.id for one in planned.answers] == ["emotional_intelligence", "adaptability"]
    answered = attrs.evolve(profile, given={**profile.given, **{one.attribute.id: one.to for one in planned.answers}})
    assert planned_for(pack, answered, "head-of-product").before.verdict.low == "ready"
    for left in planned.answers:
        less = attrs.evolve(answered, given={name: value for name, value in answered.given.items() if name != left.attribute.id})
        assert planned_for(pack, less, "head-of-product").before.verdict.low != "ready"
    assert run(["plan", SOFIA, "head-of-product"]) == 0
    shown = capfd.readouterr().out
    assert "the verdict is “ready” as of 2026-11-01: ask about Emotional intelligence and Adaptability." in shown
    assert "nothing to be done" not in shown  # her organisation is too large for the move
    assert shown.index("Ask first") < shown.index("Do, the longest first")
    assert "Earliest  as of 2026-11-01 if the answers come out well, else 2027-05-01" in shown


@pytest.mark.parametrize(
    ("asked", "enough"),
    [
        ("samuel-ortiz chief-product-officer organisation_size", "at most medium"),
        ("samuel-ortiz chief-product-officer leadership", "expert"),
        ("samuel-ortiz vp-of-product-operations organisation_size", "at least large"),
        ("priya-nair senior-product-manager roadmap_reach", "at least product"),
        ("samuel-ortiz product-manager backlog_owner", "yes"),
    ],
)
def test_every_option_that_would_be_enough_is_named(pack: Pack, people: dict[str, Profile], asked: str, enough: str) -> None:
    """The least of a scale alone would say that a small organisation is wanted where a medium one does as well."""
    who, role, attribute = asked.split()
    profile = people[who]
    planned = planned_for(pack, profile, role)
    answer = next(one for one in planned.answers if one.attribute.id == attribute)
    assert enough_words(answer) == enough
    given = {**profile.given, **{one.attribute.id: one.to for one in planned.answers}}
    for option in (False, True) if answer.attribute.kind is Kind.FLAG else range(len(answer.attribute.type.options)):
        answered = attrs.evolve(profile, given={**given, attribute: option})
        ready = planned_for(pack, answered, role).before.verdict.low == "ready"
        assert ready is (option in answer.options)


@pytest.mark.parametrize(
    ("kind", "options", "enough"),
    [
        (Kind.SCALE, (1, 3), "b or d"),
        (Kind.SCALE, (1, 2), "b or c"),
        (Kind.SCALE, (0, 1, 2), "at most c"),
        (Kind.SCALE, (1, 2, 3), "at least b"),
        (Kind.SCALE, (0, 1, 2, 3), "any answer"),
        (Kind.SCALE, (3,), "d"),
        (Kind.CHOICE, ("a", "c"), "a or c"),
        (Kind.CHOICE, ("a", "b", "c", "d"), "any answer"),
        (Kind.FLAG, (False, True), "any answer"),
        (Kind.FLAG, (True,), "yes"),
    ],
)
def test_what_would_be_enough_in_words(pack: Pack, kind: Kind, options: tuple[Value, ...], enough: str) -> None:
    """Options from one end of a scale on are told by the last of them; those of a choice have no order."""
    type_ = ValueType(kind=kind, options=() if kind is Kind.FLAG else ("a", "b", "c", "d"))
    attribute = attrs.evolve(pack.attributes["organisation_size"], type=type_)
    assert enough_words(Answer(attribute=attribute, to=options[0], options=options)) == enough


@pytest.mark.parametrize(
    ("size", "said"),
    [
        (2, "is closed to Sofía Márquez"),
        (1, "with nothing to be done: ask about Emotional intelligence and Adaptability."),
    ],
)
def test_below_a_closed_move_nothing_is_said_of_what_is_left_to_do(pack: Pack, people: dict[str, Profile], size: int, said: str) -> None:
    """Answers make the verdict ready, and open no move."""
    profile = people["sofia-marquez"]
    profile = attrs.evolve(profile, given={**profile.given, "organisation_size": size})
    planned = planned_for(pack, profile, "head-of-product")
    days = Days(judged=DAY, facts=DAY, today=DAY, limit=12)
    page = text(plan_page(planned, pack, profile, days, None))
    assert planned.answers
    assert said in page
    assert ("with nothing to be done" in page) is (size == 1)


@pytest.mark.parametrize(
    ("effort", "accrues", "said"),
    [
        (False, False, "The pack declares no effort, so that nothing can be planned. Say what a change takes with `effort:`"),
        (False, True, "The pack declares no effort, and what time alone brings does not lead to “ready”."),
        (True, False, "Nothing that the pack declares an effort for, or that time brings, meets this required criterion:"),
    ],
)
def test_why_there_is_no_plan_is_true(effort: bool, accrues: bool, said: str, pack: Pack, people: dict[str, Profile]) -> None:  # noqa: FBT001 - a table
    """No effort at all, none but what time brings, and none for what is missing are told apart."""
    from evaluator.candidates.plan.report import plan_page
    from evaluator.core.days import person_days
    from evaluator.report.documents import text

    years = "product_management_years"
    kept = {
        name: attrs.evolve(
            one, effort=one.effort if effort and name != years else None, accrues=one.accrues if accrues and name != years else None
        )
        for name, one in pack.attributes.items()
    }
    other, profile = attrs.evolve(pack, attributes=kept), people["sofia-marquez"]
    page = plan_page(planned_for(other, profile, "product-director"), other, profile, person_days(profile, DAY, other), None)
    assert said in text(page)


def test_a_plan_from_long_ago_says_that_its_day_has_passed(capfd: Capture, monkeypatch: pytest.MonkeyPatch) -> None:
    """The day it comes to has passed; the step that is told plans from today."""
    monkeypatch.chdir(PRODUCT)
    assert run(["plan", SOFIA, "head-of-product", "--as-of", "2021-01-01"]) == 0
    shown = capfd.readouterr().out
    assert "else 2021-07-01, which has passed; --as-of 2026-11-28 plans from today" in shown
    assert "judged as of 2021-01-01, 70 months ago; facts as of 2026-11-01, 70 months after that day" in " ".join(shown.split())
    assert run(["plan", SOFIA, "head-of-product", "--as-of", "2026-11-28"]) == 0
    assert "“ready” (projection to 2027-05-28)" in capfd.readouterr().out


@pytest.mark.parametrize(
    ("as_of", "gathered", "earliest", "done", "told"),
    [
        ("2026-11-01", "2026-11-01", "2027-08-01", "2027-08-01 (9 months)", ""),
        ("2026-11-28", "2026-11-01", "2027-08-01", "2027-08-01 (9 months)", "What is stated is of 2026-11-01"),
        ("2028-01-01", "2026-11-01", "2028-01-01", "2027-08-01  ", "By 2028-01-01 time has brought this, if all went on as it was: ask"),
        ("2027-08-01", "2026-11-01", "2027-08-01", "2027-08-01  ", "By 2027-08-01 time has brought this"),
        ("2027-07-31", "2026-11-01", "2027-08-01", "2027-08-01 (1 month)", "What is stated is of 2026-11-01"),
        ("2020-01-01", "2026-11-01", "2027-08-01", "2027-08-01  ", "What is stated is of 2026-11-01"),
        ("2026-11-28", "2025-09-01", "2026-11-28", "2026-06-01  ", "By 2026-11-28 time has brought this"),
        ("2028-01-01", None, "2028-01-01", "2027-08-28  ", "No day of the facts is stated: time is counted from today, 2026-11-28."),
        ("2026-11-28", None, "2027-08-28", "2027-08-28 (9 months)", ""),
    ],
)
def test_time_is_counted_from_the_day_of_the_facts(  # noqa: PLR0913, PLR0917 - a table
    as_of: str, gathered: str | None, earliest: str, done: str, told: str, tmp_path: Path, capfd: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Sofía has 7.25 of 8 years, nine months before she has them: she is never ready later for being asked later."""
    monkeypatch.chdir(PRODUCT)
    text = (PRODUCT / SOFIA).read_text(encoding="utf-8").replace("as_of: 2026-11-01\n", f"gathered: {gathered}\n" if gathered else "")
    (tmp_path / "sofia-marquez.yaml").write_text(text, encoding="utf-8")
    assert run(["plan", str(tmp_path / "sofia-marquez.yaml"), "product-director", "--as-of", as_of]) == 0
    shown = capfd.readouterr().out
    assert f"Earliest  {earliest}\n" in shown
    assert f"–         {done}" in shown
    assert told in shown
    assert ("time is counted" in shown) == (as_of != (gathered or "2026-11-28"))
    assert run(["plan", str(tmp_path / "sofia-marquez.yaml"), "product-director", "--as-of", as_of, "--by", earliest]) == 0
    assert f"Earliest  {earliest}\n" in capfd.readouterr().out


def test_years_that_are_computed_are_those_of_the_day_asked_for(tmp_path: Path, capfd: Capture, monkeypatch: pytest.MonkeyPatch) -> None:
    """Positions carry years forward by themselves, so that nothing is added twice: begun in 2020-01, eight years are full in 2027-12."""
    monkeypatch.chdir(PRODUCT)
    text = (PRODUCT / SOFIA).read_text(encoding="utf-8").replace("  product_management_years: 7.25\n", "")
    history = "  history:\n    - {title: Product Manager, function: product, start: 2020-01}\n"
    (tmp_path / "sofia-marquez.yaml").write_text(text.replace("attributes:\n", f"attributes:\n{history}"), encoding="utf-8")
    for day, earliest in (("2026-11-01", "2027-12-01"), ("2027-06-01", "2027-12-01"), ("2027-12-01", "2027-12-01")):
        assert run(["plan", str(tmp_path / "sofia-marquez.yaml"), "product-director", "--as-of", day]) == 0
        assert f"Earliest  {earliest}\n" in capfd.readouterr().out


def test_a_case_plans_from_the_day_of_the_facts_too(capfd: Capture, monkeypatch: pytest.MonkeyPatch) -> None:
    """The plan of a case and `plan` come to one day."""
    monkeypatch.chdir(PRODUCT)
    for day in ("2020-01-01", "2026-11-28"):
        assert run(["case", SOFIA, "product-director", "--as-of", day]) == 0
        shown = capfd.readouterr().out
        assert "“ready” can be reached by 2027-08-01: 1 thing that time alone brings" in shown
        assert "What is stated is of 2026-11-01, and time is counted from then." in shown


STEPS = {
    "a promotion": ("sofia-marquez", "product-director", "Wait before promoting Sofía Márquez to Product Director", "a promotion"),
    "the role held": (
        "sofia-marquez",
        "group-product-manager",
        "Confirm Sofía Márquez as Group Product Manager",
        "holds this role already",
    ),
    "a step down": ("sofia-marquez", "product-manager", "Product Manager would be a step down", "stands above it: a step down"),
    "no move": ("sofia-marquez", "vp-of-product-operations", "no move of the ladder leads there straight", "no move leads there"),
    "no role today": (
        "noah-friedman",
        "product-manager",
        "is not known, for no role today is stated",
        "not known: no role today is stated",
    ),
    "a closed move": (
        "sofia-marquez",
        "head-of-product",
        "The ladder’s move from Group Product Manager to Head of Product is closed",
        "closed",
    ),
}


@pytest.mark.parametrize("kind", STEPS)
def test_plans_and_what_ifs_say_whether_the_role_is_a_step(kind: str, capfd: Capture, monkeypatch: pytest.MonkeyPatch) -> None:
    """The sentence of a case, and a word beside each verdict."""
    monkeypatch.chdir(PRODUCT)
    person, role, sentence, step = STEPS[kind]
    assert run(["plan", f"profiles/{person}.yaml", role, "--as-of", "2026-11-01"]) == 0
    assert sentence in " ".join(capfd.readouterr().out.split())
    assert run(["whatif", f"profiles/{person}.yaml", "--set", "product_management_years=12", "--role", role]) == 0
    assert step in capfd.readouterr().out


def test_what_is_open_of_the_move_is_asked_too(capfd: Capture, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A verdict that answers can make ready is not all that is to be done where nobody knows whether the move is open."""
    monkeypatch.chdir(PRODUCT)
    text = re.sub(r"  (preferred_work|organisation_size): .*\n", "", (PRODUCT / SOFIA).read_text(encoding="utf-8"))
    (tmp_path / "sofia-marquez.yaml").write_text(text, encoding="utf-8")
    assert run(["plan", str(tmp_path / "sofia-marquez.yaml"), "head-of-product"]) == 0
    shown = " ".join(capfd.readouterr().out.split())
    assert "ask about Emotional intelligence and Adaptability, and whether the ladder’s move there is open." in shown


def test_what_is_written_is_named(capfd: Capture, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """On standard error, once it is there; a device, a pipe and standard output are told nothing of."""
    monkeypatch.chdir(PRODUCT)
    for arguments in (
        ["plan", SOFIA, "product-director", "-o", "plan.md"],
        ["case", SOFIA, "product-director", "-o", "case.html"],
        ["explain", SOFIA, "product-director", "-o", "explained.md"],
        ["rank", "profiles/people.csv", "--role", "product-director", "-o", "ranked.csv"],
        ["diff", "rules", "rules", "--on", "profiles/people.csv", "-o", "diff.md"],
    ):
        target = tmp_path / arguments[-1]
        assert run([*arguments[:-1], str(target)]) == 0
        assert capfd.readouterr().err.count(f"wrote {target}\n") == 1
        assert target.is_file()
    target = tmp_path / "imported.yaml"
    assert run(["profile", "import", "linkedin", "profiles/exports/linkedin", "-o", str(target)]) == 0
    assert capfd.readouterr().err.count(f"wrote {target}") == 1
    for place in ("-", "/dev/null"):
        assert run(["plan", SOFIA, "product-director", "-o", place]) == 0
        assert "wrote" not in capfd.readouterr().err


def test_what_is_counted_from_a_date_is_said_to_change_as_days_pass(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A plan stays at its day, so it does not say that nothing leads there; the day that it names meets it, and none before it."""
    attributes = "attributes:\n  since: {title: In grade since, type: date, question: Since when?}\n"
    weeks = "  weeks: {title: Weeks in grade, type: integer, unit: weeks, derive: {weeks_since: since}}\n"
    criterion = "criteria:\n  - {id: grade, title: A year in grade, kind: step, required: true, basis: judgement, advice: Wait., when: "
    files = {
        "pack.yaml": GUILD["pack.yaml"],
        "attributes.yaml": attributes + weeks,
        "moves.yaml": "moves: []\n",
        "roles/smith.yaml": f"role: smith\ntitle: Smith\ntrack: craft\nrung: 1\n{criterion}{{weeks: {{at_least: 52}}}}}}\n",
    }
    rules = write(tmp_path / "rules", files)
    table = tmp_path / "people.csv"
    table.write_text("id,role,since\na,smith,2026-03-02\n")
    told = "What is asked of Weeks in grade is met as days pass, on 2027-03-01. A plan from then on: --as-of 2027-03-01."
    for day, said in (("2026-11-01", True), ("2027-02-28", True), ("2027-03-01", False)):
        assert run(["plan", str(table), "smith", "--rules", str(rules), "--as-of", day]) == 0
        shown = " ".join(capsys.readouterr().out.split())
        assert (told in shown) is said
        assert "No way leads there" not in shown
        assert ("Nothing has to change for the verdict." in shown) is not said
    assert run(["plan", str(table), "smith", "--rules", str(rules), "--as-of", "2026-11-01", "--format", "json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert (found["counted_from_a_date"], found["met_by_days_on"]) == (["weeks"], "2027-03-01")


@pytest.mark.parametrize("since", ["2026-01-01", None])
def test_days_that_do_not_meet_it_are_said_not_to(tmp_path: Path, capsys: pytest.CaptureFixture[str], since: str | None) -> None:
    """What was long ago does not come back, and of a date that nobody knows no day can be named."""
    rules = write(
        tmp_path / "rules",
        {
            "pack.yaml": GUILD["pack.yaml"],
            "attributes.yaml": "attributes:\n  since: {title: Last warning, type: date, question: When?}\n"
            "  days: {title: Days since the last warning, type: integer, derive: {days_since: since}}\n",
            "moves.yaml": "moves: []\n",
            "roles/smith.yaml": "role: smith\ntitle: Smith\ntrack: craft\nrung: 1\ncriteria:\n"
            "  - {id: fresh, title: A fresh start, kind: step, required: true, basis: judgement, advice: Wait., when: "
            "{days: {at_most: 100}}}\n",
        },
    )
    table = tmp_path / "people.csv"
    table.write_text(f"id,role,since\na,smith,{since or ''}\n")
    assert run(["plan", str(table), "smith", "--rules", str(rules), "--as-of", "2029-12-01", "--format", "json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert (found["counted_from_a_date"], found["met_by_days_on"]) == (["days"], None)
