"""Who moves for a role only because another one changed that its rules ask about: counted, named, and told through which role."""

from __future__ import annotations

import datetime
import json
import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from evaluator.calibration.people import gathered
from evaluator.calibration.watch.report import saved_page
from evaluator.calibration.watch.watching import Watch
from evaluator.cli.main import run
from evaluator.diagnostics import Problems
from evaluator.reading.pack.pack import load_pack
from evaluator.reading.tables import Options, open_population
from evaluator.report.documents import text
from tests.guild_pack import guild
from tests.packs.test_ready_for import PIECES, ladder

DAY = datetime.date(2026, 11, 1)
PEOPLE = """id,name,role,pieces,taught,stands_in
ada,Ada,journeyman,12,1,no
ben,Ben,journeyman,12,3,no
cyd,Cyd,journeyman,9,1,no
dov,Dov,journeyman,12,,no
eve,Eve,apprentice,1,1,no
"""
TAUGHT = ("roles/journeyman.yaml", "taught: {at_least: 1}", "taught: {at_least: 2}")
MORE = """
  - {id: old-hand, title: An old hand, kind: skill, required: true, basis: judgement, advice: Wait., when: {pieces: {at_least: 13}}}
"""
ANOTHER = ("roles/journeyman.yaml", "criteria:\n", f"criteria:{MORE}")


@pytest.fixture
def packs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Write a ladder on which a master has to be ready as a journeyman, and people, and go there."""
    ladder(tmp_path / "old")
    (tmp_path / "people.csv").write_text(PEOPLE)
    monkeypatch.chdir(tmp_path)


def edited(*edits: tuple[str, str, str]) -> None:
    """Write the pack once more with texts in the place of others."""
    shutil.copytree("old", "new", dirs_exist_ok=True)
    for name, old, new in edits:
        path = Path("new", name)
        assert old in path.read_text()
        path.write_text(path.read_text().replace(old, new))


def written(capsys: pytest.CaptureFixture[str], *arguments: str, on: bool = True) -> str:
    """Run a command of today's day and return what it writes."""
    assert run([*arguments, *(["--on", "people.csv"] if on else []), "--as-of", "2026-11-01"]) == 0
    return capsys.readouterr().out


def document(capsys: pytest.CaptureFixture[str], *arguments: str) -> Any:
    """Return what a command writes as JSON."""
    return json.loads(written(capsys, *arguments, "--format", "json"))


def decided(capsys: pytest.CaptureFixture[str], role: str = "master") -> dict[str, Any]:
    """Return by what the verdict of each who moves for a role was decided."""
    (found,) = [one for one in document(capsys, "diff", "old", "new", "--among", "everyone")["people"]["roles"] if one["role"] == role]
    return {one["id"]: one["decided_by"] for one in found["people"]}


def criteria(changes: Sequence[Any]) -> list[str]:
    """Return the ids of the criteria that changed, or what else did."""
    return [one["new"] or one["old"] or one["change"] for one in changes]


def through(decisions: dict[str, Any]) -> dict[str, list[tuple[str, list[str]]]]:
    """Return through which roles people move, and the changes there."""
    return {
        id_: [(one["role"], criteria(one["changes"])) for cause in causes for one in cause["through"]] for id_, causes in decisions.items()
    }


@pytest.mark.usefixtures("packs")
def test_whoever_moves_through_another_role_is_told_so_with_the_edit(capsys: pytest.CaptureFixture[str]) -> None:
    """Ada taught one apprentice: she is no journeyman any more, and so no master; in words, in Markdown and in JSON."""
    edited(TAUGHT)
    decisions = decided(capsys)
    assert through(decisions) == {"ada": [("journeyman", ["teaches"])]}
    assert decisions["ada"][0] | {"through": []} == {"change": "ready_for", "old": "ready", "new": "ready", "through": []}
    told = written(capsys, "diff", "old", "new")
    assert "A journeyman, through Journeyman (Teaches)" in told
    assert "attribute" not in told
    assert "| Ada | ada | ready | not yet | A journeyman, through Journeyman (Teaches) |" in written(
        capsys, "diff", "old", "new", "--format", "markdown"
    )


EDITS = [
    pytest.param([ANOTHER], {"ada": ["old-hand"], "ben": ["old-hand"], "dov": ["old-hand"]}, id="a criterion more"),
    pytest.param(
        [("roles/journeyman.yaml", "required: true, ", "")],
        {"dov": ["teaches"]},
        id="no longer required",
    ),
    pytest.param([TAUGHT, ANOTHER], {"ada": ["old-hand", "teaches"], "ben": ["old-hand"], "dov": ["old-hand"]}, id="two edits"),
    pytest.param(
        [("roles/journeyman.yaml", "taught: {at_least: 1}", "taught: {at_least: 4}")], {"ada": ["teaches"], "ben": ["teaches"]}, id="more"
    ),
    pytest.param([("roles/journeyman.yaml", "title: Teaches", "title: Teaches others")], {}, id="wording"),
    pytest.param([("roles/apprentice.yaml", "pieces: {at_least: 1}", "pieces: {at_least: 50}")], {}, id="another role"),
]


@pytest.mark.parametrize(("edits", "expected"), EDITS)
@pytest.mark.usefixtures("packs")
def test_the_very_edit_is_named(
    capsys: pytest.CaptureFixture[str], edits: list[tuple[str, str, str]], expected: dict[str, list[str]]
) -> None:
    """Each change that alone does it; none where the role's own changes do not come to it alone."""
    edited(*edits)
    found = through(decided(capsys))
    assert {id_: sorted(changes) for id_, [(_, changes)] in found.items() if changes} == {id_: one for id_, one in expected.items() if one}
    assert set(found) <= set(expected)


@pytest.mark.usefixtures("packs")
def test_roles_that_wait_one_for_another_are_followed_to_the_edit(capsys: pytest.CaptureFixture[str]) -> None:
    """A grand master waits for a master, who waits for a journeyman."""
    waits = "when: {ready_for: master}"
    Path("old/roles/grand-master.yaml").write_text(
        "role: grand-master\ntitle: Grand Master\ntrack: craft\nrung: 6\ncriteria:\n"
        f"  - {{id: master, title: A master, kind: step, required: true, basis: judgement, advice: Be one., {waits}}}\n"
    )
    edited(TAUGHT)
    ((cause,),) = decided(capsys, "grand-master").values()
    ((master,),) = [cause["through"]]
    assert (master["role"], through({"": master["changes"]})) == ("master", {"": [("journeyman", ["teaches"])]})
    told = written(capsys, "diff", "old", "new", "--among", "everyone")
    assert "A master, through Master (A journeyman, through Journeyman (Teaches))" in told


@pytest.mark.usefixtures("packs")
def test_an_attribute_that_changed_is_told_beside_the_role(capsys: pytest.CaptureFixture[str]) -> None:
    """Where an attribute that the criterion asks about is another one as well; elsewhere the attribute alone, or the role alone."""
    both = "when: {any_of: [{ready_for: journeyman}, {pieces: {at_least: 40}}]}}"
    path = Path("old/roles/master.yaml")
    path.write_text(path.read_text().replace("when: {ready_for: journeyman}}", both))
    attribute = (
        "attributes.yaml",
        "title: Finished pieces, type: integer, unit: pieces, range: {at_least: 0, at_most: 99}",
        "title: Finished pieces, type: integer, unit: pieces, range: {at_least: 0, at_most: 98}",
    )
    edited(TAUGHT, attribute)
    assert {id_: one[0]["change"] for id_, one in decided(capsys).items()} == {"ada": "facts"}
    told = written(capsys, "diff", "old", "new")
    assert "A journeyman, through Journeyman (Teaches) and by an attribute that changed" in told


def test_a_cumulative_standing_falls_through_the_rung_that_changed(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A master who is no journeyman any more stands as an apprentice, though the verdict on a master is the same."""
    monkeypatch.chdir(tmp_path)
    guild(tmp_path / "old")
    Path("people.csv").write_text(PEOPLE)
    edited(TAUGHT)
    found = document(capsys, "diff", "old", "new")["people"]
    assert [one["moved"] for one in found["roles"] if one["role"] == "master"] == [0]
    (standing,) = found["standings"]
    assert (standing["rises"], standing["falls"]) == (0, 3)  # Ada, Cyd and Eve
    ((by,),) = [standing["through"]]
    assert (by["role"], criteria(by["changes"]), by["rises"], by["falls"]) == ("journeyman", ["teaches"], 0, 3)
    assert "Craft: the standing falls for 3 people, through Journeyman (Teaches)" in written(capsys, "diff", "old", "new")


def test_a_standing_names_the_lowest_rung_that_turns_it(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of two rungs that changed, each with how many people; no role is named of a track that is not cumulative."""
    monkeypatch.chdir(tmp_path)
    guild(tmp_path / "old")
    Path("people.csv").write_text(PEOPLE)
    stricter = ("roles/master.yaml", PIECES, PIECES.replace("10", "13"))
    edited(TAUGHT, stricter)
    told = " ".join(written(capsys, "diff", "old", "new").split())
    assert "falls for 4 people, through Journeyman (Teaches) for 3 people and through Master (Ten pieces) for 1 person" in told
    for folder in ("old", "new"):
        path = Path(folder, "pack.yaml")
        path.write_text(path.read_text().replace(", cumulative: true", ""))
    told = " ".join(written(capsys, "diff", "old", "new").split())
    assert "the standing falls for 5 people People" in told  # Ada, Ben and Dov are no masters, Cyd and Eve no journeymen


def others(other: dict[str, Any]) -> tuple[Any, ...]:
    """Return who moves elsewhere: the role, how many, and who."""
    return other["role"], other["better"], other["worse"], [person["id"] for person in other["people"]]


@pytest.mark.usefixtures("packs")
def test_a_sweep_counts_and_names_who_moves_elsewhere(capsys: pytest.CaptureFixture[str]) -> None:
    """At each value against today: with 2 Ada is no master, with 4 nor is Ben."""
    arguments = ["sweep", "journeyman", "teaches.taught.at_least", "--rules", "old", "--among", "everyone", "--values", "0..4/1"]
    points = document(capsys, *arguments)["points"]
    assert {point["values"][0]: [others(one) for one in point["others"]] for point in points} == {
        "0": [],
        "1": [],
        "2": [("master", 0, 1, ["ada"])],
        "3": [("master", 0, 1, ["ada"])],
        "4": [("master", 0, 2, ["ada", "ben"])],
    }
    told = written(capsys, *arguments)
    assert "Master asks who is ready for Journeyman; against today:" in told
    assert "4 Master – 2 Ada, Ben To set" in " ".join(told.replace("-", "").split())
    assert "Who else moves" in written(capsys, *arguments, "--format", "html")
    assert "Who else moves" not in written(capsys, "sweep", "master", "masterpieces.pieces.at_least", "--rules", "old")
    told = written(capsys, *arguments[:-1], "1")
    assert "Nobody at any of these values: Master asks who is ready for Journeyman, and no verdict changes." in " ".join(told.split())


@pytest.mark.usefixtures("packs")
def test_a_sweep_of_two_thresholds_and_one_by_group_tell_it_as_well(capsys: pytest.CaptureFixture[str]) -> None:
    """At each pair of values; where numbers are told by group, nobody is named."""
    head, *rows = PEOPLE.splitlines()
    Path("people.csv").write_text("\n".join([f"{head},group:sex", *(f"{row},{sex}" for row, sex in zip(rows, "FMFMF", strict=True))]))
    paths = ["teaches.taught.at_least", "verdicts.ready.required_unmet.at_most"]
    arguments = ["sweep", "journeyman", *paths, "--rules", "old", "--among", "everyone", "--values", "1,2", "--values", "0,1"]
    points = document(capsys, *arguments)["points"]
    assert [point["values"] for point in points if point["others"]] == [["1", "1"], ["2", "0"], ["2", "1"]]
    one = ["sweep", "journeyman", paths[0], "--rules", "old", "--among", "everyone", "--values", "1,2", "--by", "sex", "--exact"]
    (found,) = [other for point in document(capsys, *one)["points"] for other in point["others"]]
    assert (found["worse"], found["people"]) == (1, None)
    assert "Ada" not in written(capsys, *one)
    assert "Ada" not in written(capsys, *one, "--format", "html")


@pytest.mark.usefixtures("packs")
def test_watch_runs_the_examples_of_roles_that_wait() -> None:
    """An edit of the journeyman breaks an example of the master, and is named as what moves Ada there."""
    Path("old/tests").mkdir()
    Path("old/tests/master.yaml").write_text(
        "role: master\nas_of: 2026-11-01\ntests:\n  - {name: enough, attributes: {pieces: 10, taught: 1}, expect: {verdict: ready}}\n"
    )
    pack = load_pack("old")
    watch = Watch(
        "old", pack, lambda read: gathered(open_population(["people.csv"], read, Options(), as_of=DAY, problems=Problems()), read)
    )
    path = Path("old/roles/journeyman.yaml")
    path.write_text(path.read_text().replace("taught: {at_least: 1}", "taught: {at_least: 2}"))
    saved = watch.look([str(path)])
    told = text(saved_page(saved))
    assert "Master, ready → not yet: 1 by A journeyman, through Journeyman (Teaches) (Ada)" in told
    assert [(one.test.name, one.passed) for one in watch.tests([str(path)], saved.problems)] == [("enough", False)]


@pytest.mark.usefixtures("packs")
def test_set_names_the_roles_that_wait(capsys: pytest.CaptureFixture[str]) -> None:
    """For a criterion of the role itself; nothing is added where no role waits, or where it holds for all roles anyway."""
    words = "Master asks who is ready for Journeyman, so that verdicts there can change too"
    for role, path, told in (
        ("journeyman", "teaches.taught.at_least", True),
        ("journeyman", "teaches.required", True),
        ("master", "masterpieces.pieces.at_least", False),
        ("journeyman", "verdicts.ready.required_unmet.at_most", False),
    ):
        assert run(["set", role, path, "false" if path.endswith("required") else "2", "--rules", "old", "--dry-run"]) == 0
        assert (words in capsys.readouterr().out) is told


@pytest.mark.usefixtures("packs")
def test_a_ranking_says_who_could_come_up_whoever_is_level(capsys: pytest.CaptureFixture[str]) -> None:
    """Dov and Fay are level, and an answer of either brings them up: two, and not one for standing second of the two."""
    Path("people.csv").write_text(f"{PEOPLE}fay,Fay,journeyman,12,,no\n")
    told = " ".join(written(capsys, "rank", "people.csv", "--role", "master", "--rules", "old", on=False).split())
    assert "answers to open questions 2 of those shown could come up" in told
    Path("people.csv").write_text("id,name,role,pieces,taught\nada,Ada,journeyman,12,1\ndov,Dov,journeyman,12,\n")
    told = " ".join(written(capsys, "rank", "people.csv", "--role", "master", "--rules", "old", on=False).split())
    assert "answers to open questions 1 of those shown could come up" in told  # to be level with Ada
    Path("people.csv").write_text("id,name,role,pieces,taught\nada,Ada,journeyman,9,1\ndov,Dov,journeyman,12,\n")
    told = " ".join(written(capsys, "rank", "people.csv", "--role", "master", "--rules", "old", on=False).split())
    assert "could come up" not in told  # Dov is first anyway


@pytest.mark.usefixtures("packs")
def test_past_decisions_are_held_against_caps_and_roles_that_wait(capsys: pytest.CaptureFixture[str]) -> None:
    """A criterion that caps is told as one, and whoever is promoted and no journeyman is not ready for that alone."""
    path = Path("old/pack.yaml")
    policy = "{id: no-stand-in, title: No stand-in, kind: step, basis: judgement, advice: Stop., caps_at: not yet"
    policy += ", when: {stands_in: false}, roles: [master]}"
    path.write_text(f"{path.read_text()}policies:\n  - {policy}\n")
    table = PEOPLE.replace("ada,Ada,journeyman,12,1,no", "ada,Ada,journeyman,12,0,no").replace("12,3,no", "12,3,yes")
    Path("people.csv").write_text(table)
    Path("decisions.csv").write_text(
        "person,role,decision,date\nada,master,promoted,2026-10-01\nben,master,promoted,2026-10-01\ncyd,master,declined,2026-10-01\n"
    )
    assert run(["backtest", "--decisions", "decisions.csv", "--on", "people.csv", "--rules", "old"]) == 0
    told = capsys.readouterr().out
    assert "no-stand-in (caps at not yet)" in told
    assert "ada, promoted on 2026-10-01: not yet (ready alone)" in told
    assert "ben, promoted on 2026-10-01: not yet (no-stand-in alone)" in told


@pytest.mark.usefixtures("packs")
def test_impact_names_the_role_that_a_criterion_waits_for(capsys: pytest.CaptureFixture[str]) -> None:
    """What drives that is told of that role alone, and the report says how to see it."""
    people = [f"p{number},journeyman,12,{int(number % 4 > 0)},{'mf'[number % 2]}" for number in range(24)]
    Path("people.csv").write_text("\n".join(["id,role,pieces,taught,group:sex", *people, ""]))
    words = ("impact", "--role", "master", "--rules", "old", "--among", "everyone", "--exact")
    (driver,) = [one for one in _drivers(document(capsys, *words)) if one["waits_for"]]
    assert (driver["criterion"], driver["waits_for"]) == ("ready", ["journeyman"])
    told = " ".join(written(capsys, *words).split())
    assert "ready asks who is ready for Journeyman: `evaluator impact --role journeyman` tells what drives that" in told


def _drivers(found: Any) -> list[Any]:
    """Return every criterion's part in a disparity, wherever in the report it stands."""
    if isinstance(found, dict):
        own = [found] if "change_of_ratio" in found else []
        return [*own, *(one for value in found.values() for one in _drivers(value))]
    return [one for value in found for one in _drivers(value)] if isinstance(found, list) else []
