"""Calibration verbs over nobody: what was not tested is told as that, in words, in data and by the exit code; never as held."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from evaluator.cli.main import run
from evaluator.core.gates import Gate, State, judged
from tests.calibration.small import write_pack

Capture = pytest.CaptureFixture[str]
DAY = ("--as-of", "2026-11-01")
HEADER = "id,role,years,reports,level"
READY, EDGE, OPEN = "6,3,good", "5,3,good", ",,"


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a pack as `rules` and `old`, and a stricter one as `new`: six years in place of five."""
    write_pack(tmp_path / "rules")
    for name in ("old", "new"):
        shutil.copytree(tmp_path / "rules", tmp_path / name)
    exchange(tmp_path / "new" / "roles" / "lead.yaml", "years: {at_least: 5}", "years: {at_least: 6}")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def exchange(path: Path, before: str, after: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert before in text
    path.write_text(text.replace(before, after), encoding="utf-8")


def people(*rows: str, header: str = HEADER) -> None:
    lines = [header, *(f"p{place},{row}" for place, row in enumerate(rows))]
    Path("people.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")


def diff(*arguments: str) -> int:
    return run(["diff", "old", "new", "--on", "people.csv", *DAY, *arguments])


def data(capsys: Capture) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(capsys.readouterr().out)
    return found


NOBODY = {
    "no column of roles": (lambda: people(*[EDGE] * 10, header="id,years,reports,level"), "nobody's current role is stated"),
    "a column of roles that is empty": (lambda: people(*[f",{EDGE}"] * 10), "nobody's current role is stated"),
    "roles that the pack does not have": (
        lambda: people(*[f"potter,{EDGE}"] * 7, *[f"Master Mason,{EDGE}"] * 2, f",{EDGE}"),
        "nobody's current role is one of the pack: potter (7), Master Mason (2)",
    ),
    "all at the top": (lambda: people(*[f"lead,{EDGE}"] * 10), "nobody holds a role from which a move leads on"),
}
NO_MOVES = "the pack has no moves"
LIMITS = ("ready -5%", "moved 1", "not yet +1", "undecided +1", "ready -1% in lead")


@pytest.mark.parametrize("limit", LIMITS)
@pytest.mark.parametrize("kind", NOBODY)
def test_a_limit_over_nobody_is_not_tested(kind: str, limit: str, place: Path, capsys: Capture) -> None:
    """No sentence says that nobody moves, no mark that the limit held, no exit code that all is well, and nothing allows it."""
    make, why = NOBODY[kind]
    make()
    assert place
    assert diff("--fail-if", limit) == 2
    shown = capsys.readouterr().out
    assert "No one of 10 people is a candidate: " + why in shown
    assert f"? {limit}: not tested, as no one of 10 people is a candidate" in shown
    assert "✓" not in shown
    assert "gets another verdict" not in shown
    assert diff("--fail-if", limit, "--allow-untested", "--format", "json") == 2
    found = data(capsys)
    assert [(one["limit"], one["state"], one["allowed"]) for one in found["gates"]] == [(limit, "not tested", False)]
    assert found["people"]["considered"] is False
    assert diff() == 2


def test_without_moves_nobody_is_a_candidate_and_everybody_can_be_judged(place: Path, capsys: Capture) -> None:
    """As with a pack that has no moves at all; `--among everyone`, which the report names, tests the limit, and it is broken."""
    people(*[f"junior,{EDGE}"] * 10)
    for name in ("old", "new", "rules"):
        (place / name / "moves.yaml").unlink()
    assert diff("--fail-if", "ready -5%") == 2
    assert "No one of 10 people is a candidate: the pack has no moves; `--among everyone` judges all." in capsys.readouterr().out
    assert diff("--fail-if", "ready -5%", "--among", "everyone") == 1
    assert "✗ ready -5%: ready 10 → 0 for Lead" in capsys.readouterr().out
    assert run(["sweep", "lead", "experience.years.at_least", "--on", "people.csv", *DAY]) == 2
    assert "no one of 10 people is a candidate for Lead: no move leads to Lead" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("rows", "limit", "states", "code", "allowed"),
    [
        ([f"junior,{EDGE}"] * 4, "ready -5%", ["broken"], 1, 1),
        ([f"junior,{READY}"] * 4, "ready -5%", ["held"], 0, 0),
        ([f"junior,{READY}"] * 4, "ready -5% in lead", ["held"], 0, 0),
        ([f"junior,{READY}"] * 4, "ready -5% in junior", ["not tested"], 2, 2),
        ([f"junior,{OPEN}"] * 4, "ready -5%", ["not tested"], 2, 2),
        ([f"junior,{OPEN}"] * 3 + [f"junior,{READY}"], "ready -5%", ["held"], 0, 0),
    ],
)
def test_three_ways_to_end(  # noqa: PLR0913, PLR0917 - a row of a table
    rows: list[str], limit: str, states: list[str], code: int, allowed: int, place: Path, capsys: Capture
) -> None:
    """Held, broken and not tested, each with its exit code; a limit on a role without candidates is not tested, whatever others have."""
    people(*rows)
    assert place
    assert diff("--fail-if", limit, "--format", "json") == code
    assert [one["state"] for one in data(capsys)["gates"]] == states
    assert diff("--fail-if", limit, "--allow-untested") == allowed


def test_a_role_that_changes_and_has_no_candidates_is_not_passed_over(place: Path, capsys: Capture) -> None:
    """Only the criteria of the junior change, for which nobody is a candidate: lead's candidates do not hold the limit for it."""
    people(*[f"junior,{READY}"] * 4)
    exchange(place / "new" / "roles" / "lead.yaml", "years: {at_least: 6}", "years: {at_least: 5}")
    exchange(place / "new" / "roles" / "junior.yaml", "years: {at_least: 0}", "years: {at_least: 1}")
    assert diff("--fail-if", "ready -5%") == 2
    shown = capsys.readouterr().out
    assert "Nobody of 4 people gets another verdict. Nobody is a candidate for Junior." in shown
    assert "? ready -5%: not tested, as nobody is a candidate for Junior, which changes" in shown
    assert diff("--fail-if", "ready -5%", "--allow-untested") == 0
    assert diff("--fail-if", "ready -5% in lead") == 0


def test_a_move_that_asks_who_is_ready_does_not_make_every_role_a_changed_one(place: Path, capsys: Capture) -> None:
    """Both packs read their people each for itself then, and junior, for which nobody is a candidate, means the same all the same."""
    for name in ("old", "new"):
        exchange(place / name / "pack.yaml", "version: 1.0.0", "version: 1.0.0\nlanguage: 2")
        exchange(place / name / "moves.yaml", "basis: judgement}", "basis: judgement, when: {ready_for: junior}}")
    people(*[f"junior,{READY}"] * 4)
    assert diff("--fail-if", "ready -5%") == 0
    assert "✓ none is reached" in capsys.readouterr().out
    exchange(place / "new" / "roles" / "junior.yaml", "years: {at_least: 0}", "years: {at_least: 1}")
    assert diff("--fail-if", "ready -5%") == 2
    assert "not tested, as nobody is a candidate for Junior, which changes" in capsys.readouterr().out


def test_a_role_that_is_gone_has_no_verdict_to_hold_against_a_limit(place: Path, capsys: Capture) -> None:
    """Those who were ready for it have lost that, which is no change between two verdicts."""
    people(*[f"junior,{READY}"] * 4)
    (place / "new" / "roles" / "lead.yaml").unlink()
    (place / "new" / "moves.yaml").unlink()
    assert diff("--fail-if", "ready -5%") == 2
    assert "✓" not in capsys.readouterr().out


def test_broken_comes_before_not_tested(place: Path, capsys: Capture) -> None:
    """One limit is broken and one is on a role without candidates: exit code 1, both told, the broken one first."""
    people(*[f"junior,{EDGE}"] * 4)
    assert place
    assert diff("--fail-if", "ready -5% in junior", "--fail-if", "ready -5% in lead") == 1
    shown = capsys.readouterr().out
    assert shown.index("✗ ready -5% in lead") < shown.index("? ready -5% in junior")


@pytest.mark.slow
@pytest.mark.parametrize("kind", NOBODY)
@pytest.mark.parametrize("format_", ["table", "json", "csv", "svg", "html"])
def test_a_sweep_over_nobody_says_so(kind: str, format_: str, place: Path, capsys: Capture) -> None:
    """Zeros of nobody are no result: exit code 2, a next step that works, and the old file as it was."""
    make, why = NOBODY[kind]
    make()
    (place / "swept").write_text("old", encoding="utf-8")
    asked = ["sweep", "lead", "experience.years.at_least", "--on", "people.csv", *DAY, "--format", format_, "-o", "swept"]
    assert run(asked) == 2
    said = capsys.readouterr().err
    assert f"no one of 10 people is a candidate for Lead: {why.replace('leads on', 'leads to Lead')}" in said
    assert (place / "swept").read_text(encoding="utf-8") == "old"
    assert run([*asked, "--among", "everyone", "--force"] if "--force" in said else [*asked, "--among", "everyone"]) == 0


def decisions(*rows: str) -> None:
    Path("past.csv").write_text("\n".join(["person,role,decision,date", *rows]) + "\n", encoding="utf-8")


def backtest(*arguments: str) -> int:
    return run(["backtest", "--decisions", "past.csv", "--on", "people.csv", "--no-search", *arguments])


BACKTESTS = {
    "nobody matches": (["x1,lead,promoted,2026-01-01"], [], "no decision in past.csv is on somebody"),
    "no decision on the role": (["p0,lead,promoted,2026-01-01"], ["--role", "junior"], "no decision in past.csv is on junior"),
    "one of two roles has none": (
        ["p0,lead,promoted,2026-01-01", "p1,lead,declined,2026-01-01"],
        ["--role", "lead", "--role", "junior"],
        "decisions on Junior: not tested, as none is on anybody of these people",
    ),
    "one of two roles matches nobody": (
        ["p0,lead,promoted,2026-01-01", "x1,junior,declined,2026-01-01"],
        ["--role", "lead", "--role", "junior"],
        "decisions on Junior: not tested, as none is on anybody of these people",
    ),
    "everybody is undecided": (
        ["p2,lead,promoted,2026-01-01", "p3,lead,declined,2026-01-01"],
        [],
        "decisions on Lead: not tested, as everybody is undecided on the day of the decision",
    ),
    "no decision at all": ([], [], "there is no decision in past.csv"),
}


@pytest.mark.parametrize("kind", BACKTESTS)
def test_a_backtest_of_nothing_says_so(kind: str, place: Path, capsys: Capture) -> None:
    """Nothing to hold against verdicts, for all roles or one that was named: exit code 2."""
    rows, arguments, said = BACKTESTS[kind]
    people(f"junior,{READY}", f"junior,{READY}", f"junior,{OPEN}", f"junior,{OPEN}")
    decisions(*rows)
    assert place
    assert backtest(*arguments) == 2
    shown = capsys.readouterr()
    assert said in shown.out + shown.err
    if shown.out:
        assert backtest(*arguments, "--format", "json") == 2
        assert "not tested" in {one["state"] for one in data(capsys)["gates"]}


FACTS = {
    "the facts that it was taken on": ("p0,p1", "ready", False),
    "none of those, but the person": ("p0,facts-9", "ready", True),
    "of one, and of the other not even the person": (
        "p0,p0\nx9,facts-9",
        "1 decision on people who are not there: facts-9",
        False,
    ),
    "of both the people": ("p0,facts-8\np1,facts-9", "2 decisions against verdicts", True),
    "no name of facts at all": ("p0,", "1 decision against verdicts", False),
}


@pytest.mark.parametrize("kind", FACTS)
def test_people_are_found_by_the_facts_of_decisions_or_by_themselves(kind: str, place: Path, capsys: Capture) -> None:
    """The column `profile` comes first; only where the population has none of those, `person` does, and that is told."""
    rows, said, by_person = FACTS[kind]
    people(f"junior,{READY}", f"junior,{READY}")
    lines = ["person,profile,role,decision,date", *(f"{row},lead,promoted,2026-01-01" for row in rows.split("\n"))]
    Path("past.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    assert place
    assert backtest() == 0
    shown = " ".join(capsys.readouterr().out.split())
    assert said in shown
    assert ("Facts those that the population has of each person now" in shown) is by_person


def test_a_backtest_with_something_to_say_passes(place: Path) -> None:
    """One undecided among others, and decisions on people who are not there beside those who are, are told, and no failure."""
    people(f"junior,{READY}", f"junior,{OPEN}")
    decisions("p0,lead,promoted,2026-01-01", "p1,lead,declined,2026-01-01", "x9,lead,declined,2026-01-01")
    assert place
    assert backtest() == 0
    assert backtest("--role", "lead") == 0


def test_watch_says_that_nobody_can_move(place: Path, capsys: Capture, monkeypatch: pytest.MonkeyPatch) -> None:
    """Over nobody, a save is told as that, not as a save after which nobody moves; the exit code is 2."""
    people(*[f",{EDGE}"] * 3)
    saves = iter([("rules/roles/lead.yaml",)])

    def saved(_: object) -> tuple[str, ...]:
        exchange(place / "rules" / "roles" / "lead.yaml", "years: {at_least: 5}", "years: {at_least: 6}")
        return next(saves)

    monkeypatch.setattr("evaluator.calibration.watch.watching.Watch.saved", saved)
    assert run(["watch", "--on", "people.csv", "--saves", "1", *DAY]) == 2
    shown = capsys.readouterr()
    assert "nobody can move, as no one is a candidate: nobody's current role is stated" in shown.out
    assert "nobody gets another verdict" not in shown.out
    assert "no one is a candidate" in shown.err


def test_limits_are_not_held_against_the_pack_that_comes_with_the_tool(place: Path, capsys: Capture) -> None:
    """`impact` with a limit is a check: without ./rules it ends with exit code 2; without a limit the report names its pack."""
    people("Product Manager,m", "Product Manager,f", header="id,role,group:sex")
    shutil.rmtree(place / "rules")
    assert run(["impact", "--on", "people.csv", *DAY, "--fail-if", "sex ratio < 0.8"]) == 2
    assert "there is no pack in ./rules" in capsys.readouterr().err
    assert run(["impact", "--on", "people.csv", *DAY]) == 0
    assert "Product careers" in capsys.readouterr().out


@pytest.mark.parametrize("state", State)
@pytest.mark.parametrize("too_small", [False, True])
@pytest.mark.parametrize("allow", [False, True])
def test_only_what_is_too_small_may_be_allowed(state: State, *, too_small: bool, allow: bool) -> None:
    """A gate passes where it was held, or was not tested for being too small and that is allowed; never where it was broken."""
    (found,) = judged([Gate(limit="x", state=state, reason="y", too_small=too_small)], allow_untested=allow)
    assert found.passes is (state is State.HELD or (state is State.NOT_TESTED and too_small and allow))
