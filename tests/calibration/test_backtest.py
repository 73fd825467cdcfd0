"""Past decisions are held against verdicts, each as of its day."""

from __future__ import annotations

import datetime
import json
import subprocess
import sys
from collections.abc import Callable, Sequence
from fractions import Fraction
from pathlib import Path

import pytest

from evaluator.calibration.backtest.alternatives import search
from evaluator.calibration.backtest.analysis import RoleBacktest, backtest
from evaluator.calibration.backtest.deciding import MatchedDecisions, matched
from evaluator.calibration.people import People, gathered
from evaluator.cli.main import run
from evaluator.core.decisions import Choice
from evaluator.core.model import Pack
from evaluator.diagnostics import Problems
from evaluator.reading.decisions import read_decisions
from evaluator.reading.pack.pack import load_pack
from evaluator.reading.tables import Options, open_population
from tests.calibration.small import write_pack
from tests.product import PRODUCT

PEOPLE = """id,role,years,reports,level
all,junior,6,3,good
no-years,junior,3,3,good
no-reports,junior,6,0,some
neither,junior,1,0,none
unknown,junior,6,,good
unskilled,junior,9,2,some
"""
DECISIONS = """person,role,decision,date
all,lead,promoted,2026-01-10
no-years,lead,promoted,2026-02-10
no-reports,lead,declined,2026-03-10
neither,lead,promoted,2026-04-10
unknown,lead,promoted,2026-05-10
unskilled,lead,deferred,2026-06-10
gone,lead,deferred,2026-06-10
"""
Capture = pytest.CaptureFixture[str]
Made = Callable[[str, str], tuple[Pack, MatchedDecisions]]


@pytest.fixture
def made(tmp_path: Path) -> Made:
    """Return what reads people and decisions, given as CSV, by the small pack."""

    def make(people: str, decisions: str) -> tuple[Pack, MatchedDecisions]:
        pack = load_pack(write_pack(tmp_path / "rules"))
        (tmp_path / "people.csv").write_text(people, encoding="utf-8")
        (tmp_path / "decisions.csv").write_text(decisions, encoding="utf-8")
        problems = Problems()
        listed = read_decisions(str(tmp_path / "decisions.csv"), pack, problems)
        assert not len(problems)
        return pack, matched(listed, pack, lambda day: read([tmp_path / "people.csv"], pack, day))

    return make


def read(paths: Sequence[Path], pack: Pack, day: datetime.date) -> People:
    return gathered(open_population(paths, pack, Options(), as_of=day, as_of_wins=True, problems=Problems()), pack)


@pytest.fixture
def lead(made: Made) -> RoleBacktest:
    pack, found = made(PEOPLE, DECISIONS)
    return backtest(found.roles[0], pack)


def test_decisions_are_counted_by_both_sides_of_the_verdict(lead: RoleBacktest) -> None:
    """Worked out by hand from the pack's bands."""
    assert dict(lead.counts) == {
        (Choice.PROMOTED, "ready", "ready"): 1,
        (Choice.PROMOTED, "nearly", "nearly"): 1,
        (Choice.DECLINED, "nearly", "nearly"): 1,
        (Choice.PROMOTED, "not yet", "not yet"): 1,
        (Choice.PROMOTED, "nearly", "ready"): 1,
        (Choice.DEFERRED, "ready", "ready"): 1,
    }
    table, wide = lead.table, lead.generous
    assert (table.true_positive, table.false_positive, table.false_negative, table.true_negative) == (1, 1, 3, 1)
    assert (wide.true_positive, wide.false_positive, wide.false_negative, wide.true_negative) == (2, 1, 2, 1)


def test_a_disagreement_names_the_criteria_that_alone_would_turn_it(lead: RoleBacktest) -> None:
    """Of somebody who lacks both, none would; of somebody ready, either required one would."""
    reasons = {one.decision.person: [criterion.id for criterion in one.reasons] for one in lead.disagreements}
    assert reasons == {"no-years": ["experience"], "neither": [], "unknown": ["leads"], "unskilled": ["experience", "leads"]}


def test_each_criterion_is_held_against_decisions_by_itself(lead: RoleBacktest) -> None:
    """Unknown and not applicable are counted apart; single reasons are those with no other."""
    found = {one.criterion.id: one for one in lead.criteria}
    leads, skill = found["leads"], found["skill"]
    assert (leads.table.true_positive, leads.table.false_positive, leads.table.false_negative, leads.table.true_negative) == (2, 1, 1, 1)
    assert (leads.unknown, leads.not_applicable, leads.single) == (1, 0, 1)
    assert found["experience"].single == 1
    assert (skill.table.true_positive, skill.table.false_negative, skill.table.false_positive, skill.table.true_negative) == (2, 0, 0, 1)
    assert (skill.unknown, skill.not_applicable, skill.single) == (1, 2, 0)


def test_decisions_on_people_who_are_not_there_are_kept_apart(made: Made) -> None:
    """Nobody is guessed."""
    assert [one.person for one in made(PEOPLE, DECISIONS)[1].unmatched] == ["gone"]


def test_a_decision_may_name_the_facts_it_was_taken_on(made: Made) -> None:
    """`profile` is the id in the population, for somebody who was decided on twice."""
    decisions = "person,profile,role,decision,date\nx,neither,lead,declined,2025-01-01\nx,all,lead,promoted,2026-01-01\n"
    pack, found = made(PEOPLE, decisions)
    assert backtest(found.roles[0], pack).table.true_positive == 1
    assert not found.unmatched


def test_years_are_those_of_the_day_of_the_decision(tmp_path: Path) -> None:
    """Of somebody with dated jobs, a decision years ago is held against the years that there were then."""
    pack = load_pack(PRODUCT / "rules")
    history = "history: [{title: Product Manager, function: product, start: 2018-01, employer: Brightwater}]"
    (tmp_path / "ann.yaml").write_text(f"profile: ann\nattributes:\n  {history}\n", encoding="utf-8")
    table = tmp_path / "decisions.csv"
    table.write_text(
        "person,role,decision,date\nann,product-director,deferred,2020-01-01\nann,product-director,promoted,2026-06-01\n", encoding="utf-8"
    )
    problems = Problems()
    decisions = read_decisions(str(table), pack, problems)
    found = matched(decisions, pack, lambda day: read([tmp_path / "ann.yaml"], pack, day))
    role = backtest(found.roles[0], pack)
    experience = next(one for one in role.criteria if one.criterion.id == "product-experience")
    assert (experience.table.true_negative, experience.table.true_positive) == (1, 1)


def decided_by(need: float, *, people: int, noise: int) -> tuple[str, str]:
    """Return people with years from 0 to 10, and decisions of a panel that asks for `need` years, every so many-th the other way."""
    years = [place % 41 / 4 for place in range(people)]
    rows = "".join(f"p{place},junior,{have},3,good\n" for place, have in enumerate(years))
    yes = [(have >= need) != (bool(noise) and place % noise == 0) for place, have in enumerate(years)]
    said = "".join(f"p{place},lead,{'promoted' if one else 'declined'},2026-01-01\n" for place, one in enumerate(yes))
    return f"id,role,years,reports,level\n{rows}", f"person,role,decision,date\n{said}"


def test_the_threshold_that_a_panel_went_by_is_found(made: Made) -> None:
    """A panel that asked for three years, where the pack asks for five, is found out on people the value was not chosen on."""
    pack, found = made(*decided_by(3, people=410, noise=0))
    result = search(found.roles[0], pack)
    assert [one.threshold.path for one in result.alternatives] == ["experience.years.at_least"]
    best = result.alternatives[0]
    assert abs(Fraction(str(best.value)) - 3) <= Fraction(3, 4)
    assert best.then > best.today
    assert best.wronged <= best.righted
    assert best.chance < 0.001


def test_nothing_is_suggested_where_the_pack_agrees_best(made: Made) -> None:
    """Where decisions follow the pack's own value but for noise, no other is named."""
    pack, found = made(*decided_by(5, people=410, noise=11))
    assert search(found.roles[0], pack).alternatives == ()


def test_few_decisions_say_nothing(made: Made) -> None:
    """A handful is noise, and nothing is sought."""
    pack, found = made(PEOPLE, DECISIONS)
    assert search(found.roles[0], pack).too_few


def test_the_halves_do_not_hang_on_who_else_is_there(made: Made) -> None:
    """The same seed divides the same; another seed divides otherwise."""
    pack, found = made(*decided_by(3, people=200, noise=7))
    first, again = (search(found.roles[0], pack) for _ in range(2))
    assert first == again
    assert search(found.roles[0], pack, seed=7).halves != first.halves


def test_the_sample_decisions_through_the_command_line() -> None:
    """The sample's panel asked for less experience than the pack; the report says where to look, and prints the line to run."""
    command = [
        sys.executable,
        "-m",
        "evaluator.cli.main",
        "backtest",
        "--decisions",
        "profiles/decisions.csv",
        "--on",
        "profiles/people.csv",
    ]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=PRODUCT)
    assert done.returncode == 0, done.stderr
    assert "140 decisions against verdicts" in done.stdout
    assert "product-experience.product_management_years.at_least" in done.stdout
    assert "None of this is beyond chance" in done.stdout
    assert "evaluator set" not in done.stdout
    assert "This informs a decision that people take" in done.stdout


def test_json_has_it_all(capfd: Capture, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every decision is in the counts, and every disagreement is listed."""
    monkeypatch.chdir(PRODUCT)
    arguments = ["--decisions", "profiles/decisions.csv", "--on", "profiles/people.csv", "--format", "json", "--no-search"]
    assert run(["backtest", *arguments]) == 0
    role = json.loads(capfd.readouterr().out)["roles"][0]
    assert sum(one["count"] for one in role["counts"]) == 140
    assert len(role["disagreements"]) == role["ready"]["false_positive"] + role["ready"]["false_negative"]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--means", "approved=yes"], "`--means approved=yes` says nothing"),
        (["--role", "chief product oficer"], "did you mean"),
        (["--on", "nowhere.csv"], "nowhere.csv"),
    ],
)
def test_wrong_usage_is_a_sentence(arguments: list[str], said: str, capfd: Capture, monkeypatch: pytest.MonkeyPatch) -> None:
    """Exit code 2, and what to do."""
    monkeypatch.chdir(PRODUCT)
    given = [] if arguments[0] == "--on" else ["--on", "profiles/people.csv"]
    assert run(["backtest", "--decisions", "profiles/decisions.csv", *given, *arguments]) == 2
    assert said in capfd.readouterr().err


def test_a_word_that_is_no_decision_is_said_once(tmp_path: Path, capfd: Capture, monkeypatch: pytest.MonkeyPatch) -> None:
    """However many rows have it, with how many they are."""
    monkeypatch.chdir(PRODUCT)
    table = tmp_path / "decisions.csv"
    rows = "".join(f"p{place:03d},product-director,yes,2026-01-01\n" for place in range(1, 50))
    table.write_text(f"person,role,decision,date\n{rows}", encoding="utf-8")
    assert run(["backtest", "--decisions", str(table), "--on", "profiles/people.csv"]) == 2
    err = capfd.readouterr().err
    assert err.count("is no decision") == 1
    assert "in 49 rows" in err
    assert "--means yes=promoted|deferred|declined" in err


def test_a_role_without_decisions_is_said(capfd: Capture, monkeypatch: pytest.MonkeyPatch) -> None:
    """And on which roles there are some."""
    monkeypatch.chdir(PRODUCT)
    arguments = ["--decisions", "profiles/decisions.csv", "--on", "profiles/people.csv", "--role", "product-director"]
    assert run(["backtest", *arguments]) == 2
    err = capfd.readouterr().err
    assert "is on product-director" in err
    assert "there are decisions on senior-product-manager" in err


def test_people_who_cannot_be_judged_are_told_from_strangers(tmp_path: Path, capfd: Capture, monkeypatch: pytest.MonkeyPatch) -> None:
    """A row that cannot be read is no stranger; a decision of a day to come cannot be used; both leave their traces in the report."""
    monkeypatch.chdir(PRODUCT)
    people = (PRODUCT / "profiles" / "people.csv").read_text(encoding="utf-8").replace("Product Manager,5.25", "Product Manager,many", 1)
    (tmp_path / "people.csv").write_text(people, encoding="utf-8")
    decisions = "person,role,decision,date\n" + "".join(
        f"{person},senior-product-manager,declined,{day}\n"
        for person, day in (("p001", "2026-01-01"), ("p003", "2999-01-01"), ("nobody", "2026-01-01"), ("p005", "2026-01-01"))
    )
    (tmp_path / "decisions.csv").write_text(decisions, encoding="utf-8")
    assert run(["backtest", "--decisions", str(tmp_path / "decisions.csv"), "--on", str(tmp_path / "people.csv")]) == 1
    out, err = capfd.readouterr()
    assert "1 decision on people who are not there: nobody" in out
    assert "1 decision on people whose rows cannot be judged: p001" in out
    assert "decisions.csv:3:38: error D106" in err
    assert "the decision is dated 2999-01-01, a day that has not come" in err


def test_decisions_on_strangers_are_said(tmp_path: Path, capfd: Capture, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where nobody is found, the ids are what to look at."""
    monkeypatch.chdir(PRODUCT)
    table = tmp_path / "decisions.csv"
    table.write_text("person,role,decision,date\nnobody,product-director,promoted,2026-01-01\n", encoding="utf-8")
    assert run(["backtest", "--decisions", str(table), "--on", "profiles/people.csv"]) == 2
    assert "the people's `id` has to be the decisions' `person`" in capfd.readouterr().err
