"""What a level of a scale or an option means is told wherever it is asked for or tested, and changes no verdict."""

from __future__ import annotations

import io
import json
import shutil
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from evaluator.cli.main import run
from evaluator.core.attributes import OptionWords
from evaluator.core.model import Pack
from evaluator.packs.changes.rules import changes
from evaluator.packs.lint import lint_pack
from evaluator.reading.pack.pack import load_pack
from evaluator.reading.pack.schema import schemas
from tests.bad.overlay import SMALL

Capture = pytest.CaptureFixture[str]
DAY = ["--as-of", "2026-11-01"]
IN_WORDS = "working: coaches without help; for example, talks a newcomer through"
BOTH = "[none, {working: {means: coaches without help, example: talks a newcomer through}}, {expert: {example: trains coaches}}]"
BARE = "[none, working, expert]"
ATTRIBUTES = """\
# yaml-language-server: $schema=schema/attributes.json
scales:
  skill: SCALE
attributes:
  coaching: {title: Coaching, type: scale, scale: skill, question: How well do you coach?}
  leading: {title: Leading, type: scale, scale: skill, question: How well do you lead?}
  work: {title: Preferred work, type: choice, options: OPTIONS, question: Which work?}
  fields: {title: Fields known, type: set, options: [pricing, {design: {means: how things look and behave}}], question: Which fields?}
"""
ROLE = """\
# yaml-language-server: $schema=../schema/role.json
role: ID
title: TITLE
track: craft
rung: RUNG
criteria:
  - id: coaches
    title: Coaches and leads
    kind: skill
    required: true
    when: {coaching: {at_least: working}, leading: {at_least: none}}
    basis: judgement
    advice: Try.
  - {id: work, title: Prefers people, kind: step, when: {work: {is: people}, fields: {includes: design}}, basis: judgement, advice: Try.}
"""
PROFILE = "profile: ada\nname: Ada\nrole: junior\nattributes: {coaching: expert, leading: working}\n"


def a_pack(folder: Path, scale: str = BOTH, options: str = "[{craft: {means: making things}}, people]") -> Path:
    """Write a small pack whose criteria test a scale, a choice and a set."""
    shutil.copytree(SMALL, folder)
    (folder / "attributes.yaml").write_text(ATTRIBUTES.replace("SCALE", scale).replace("OPTIONS", options), encoding="utf-8")
    for rung, name in enumerate(("junior", "lead"), 1):
        text = ROLE.replace("ID", name).replace("TITLE", name.title()).replace("RUNG", str(rung))
        (folder / f"roles/{name}.yaml").write_text(text, encoding="utf-8")
    (folder / "profiles/ada.yaml").write_text(PROFILE, encoding="utf-8")
    return folder


@pytest.fixture
def pack(tmp_path: Path) -> Path:
    """The pack with words for some of its levels."""
    return a_pack(tmp_path / "rules")


def said(capsys: Capture, *arguments: str) -> str:
    """Run a command and return what it printed, with the lines of a paragraph joined."""
    capsys.readouterr()
    assert run(list(arguments)) == 0
    return " ".join(capsys.readouterr().out.split())


@pytest.mark.parametrize(
    ("scale", "words"),
    [
        (BARE, {}),
        (BOTH, {"working": ("coaches without help", "talks a newcomer through"), "expert": (None, "trains coaches")}),
        ("[none, {working: {means: 'a, b: c'}}, expert]", {"working": ("a, b: c", None)}),
        ("\n    - none\n    - working:\n        means: alone\n    - expert", {"working": ("alone", None)}),
        ("[{none: {means: 1}}, {working: {means: true}}, expert]", {"none": ("1", None), "working": ("true", None)}),
    ],
)
def test_levels_are_read_with_and_without_words(tmp_path: Path, scale: str, words: dict[str, tuple[str | None, str | None]]) -> None:
    """Names alone, names with words and both mixed give the same levels in the same order."""
    read = load_pack(a_pack(tmp_path / "rules", scale))
    told = {option: OptionWords(means=means, example=example) for option, (means, example) in words.items()}
    assert read.scales["skill"].levels == ("none", "working", "expert")
    assert [read.attributes[name].option_words for name in ("coaching", "leading")] == [told, told]
    assert read.attributes["coaching"].type.options == ("none", "working", "expert")


def test_levels_are_told_where_they_are_tested(pack: Path, capsys: Capture) -> None:
    """A role's page, an explanation and a case in every format say once what the levels of their scales mean."""
    person = str(pack / "profiles/ada.yaml")
    pages = [
        said(capsys, "show", "lead", "--rules", str(pack)),
        said(capsys, "explain", person, "lead", "--rules", str(pack), *DAY),
        *(said(capsys, "case", person, "lead", "--rules", str(pack), "--format", f, *DAY) for f in ("text", "markdown", "html")),
    ]
    for page in pages:
        assert page.count("What the levels mean") == (2 if "<html" in page else 1)  # a page also lists its sections
        assert page.count(IN_WORDS) == 1
        assert "Coaching and leading" in page
        assert "craft: making things" in page
        assert "design: how things look and behave" in page


def test_a_pack_that_says_nothing_has_no_such_section(tmp_path: Path, capsys: Capture) -> None:
    """Where no level has words, nothing is said of them."""
    bare = a_pack(tmp_path / "rules", BARE, "[craft, people]")
    text = (bare / "attributes.yaml").read_text(encoding="utf-8").replace("{design: {means: how things look and behave}}", "design")
    (bare / "attributes.yaml").write_text(text, encoding="utf-8")
    person = str(bare / "profiles/ada.yaml")
    assert "levels mean" not in said(capsys, "show", "lead", "--rules", str(bare))
    assert "levels" not in said(capsys, "case", person, "lead", "--rules", str(bare), "--format", "html", *DAY).split("<main")[1]


def test_levels_are_told_where_they_are_asked_for(pack: Path, capsys: Capture, monkeypatch: pytest.MonkeyPatch) -> None:
    """The interview says them under its question, and the list of attributes beside the values."""
    monkeypatch.setattr("sys.stdin", io.StringIO("Ada\nJunior\nworking\n?\ndone\n"))
    run(["profile", "new", "--rules", str(pack), *DAY])
    asked = capsys.readouterr().err
    assert asked.count(f"\n    {IN_WORDS}\n") == 2  # at the first question on the scale, and for who asks at the next one
    assert "3 expert; ? says what they mean\n" in asked
    assert "    expert: for example, trains coaches\n" in asked
    assert IN_WORDS in said(capsys, "show", "--attributes", "--rules", str(pack))
    listed = json.loads(said(capsys, "show", "--attributes", "--rules", str(pack), "--format", "json"))["attributes"]
    words = next(one["option_words"] for one in listed if one["id"] == "coaching")
    assert words == {
        "working": {"means": "coaches without help", "example": "talks a newcomer through"},
        "expert": {"means": None, "example": "trains coaches"},
    }


def test_editors_are_told_while_a_level_is_chosen(pack: Path) -> None:
    """The schemas say it beside each option, in a profile and in a condition, and take files that say it."""
    made = schemas(load_pack(pack))
    told = {"none": "", "working": IN_WORDS.removeprefix("working: "), "expert": "for example, trains coaches"}
    text = json.dumps(made["profile"])
    assert json.dumps({"enum": list(told), "enumDescriptions": list(told.values())})[1:-1] in text
    assert json.dumps(list(told.values())) in json.dumps(made["role"])
    check = Draft202012Validator(made["attributes"])
    scales = [["none", {"working": {"means": "alone"}}], ["none", {"working": {}}], ["none", {"a": {"means": "b"}, "c": {"means": "d"}}]]
    attribute = {"coaching": {"title": "Coaching", "type": "scale", "scale": "skill", "question": "How?"}}
    assert [check.is_valid({"scales": {"skill": scale}, "attributes": attribute}) for scale in scales] == [True, False, False]


def changes_between(old: Pack, new: Pack) -> list[tuple[str, str, bool]]:
    """Return what changed: of what, which field, and whether it is a matter of words alone."""
    return [(change.key, change.field, change.wording) for change in changes(old, new)]


def test_words_of_a_level_are_no_change_of_meaning(tmp_path: Path) -> None:
    """A diff tells them among the words, once for all attributes on the scale."""
    old, new = (load_pack(a_pack(tmp_path / name, scale)) for name, scale in (("old", BARE), ("new", BOTH)))
    assert changes_between(old, new) == [("coaching", "option_words", True)]
    assert [other.id for change in changes(old, new) for other in change.others] == ["leading"]


@pytest.mark.parametrize(
    ("scale", "found"),
    [(BARE, ["R508"]), (BOTH, []), ("[none, {working: {example: alone}}, expert]", [])],
)
def test_lint_names_a_scale_of_which_nothing_is_said(tmp_path: Path, scale: str, found: list[str]) -> None:
    """One level in words is enough: those that need none may stay bare."""
    assert [one.code for one in lint_pack(a_pack(tmp_path / "rules", scale)) if one.code == "R508"] == found


def test_lint_leaves_out_scales_on_which_nothing_hangs(tmp_path: Path) -> None:
    """A scale that no rule reads, and one that is only ever computed, asks nobody to place people on it."""
    folder = a_pack(tmp_path / "rules")
    text = (folder / "attributes.yaml").read_text(encoding="utf-8").replace("attributes:\n", "  spare: [low, high]\nattributes:\n", 1)
    (folder / "attributes.yaml").write_text(text, encoding="utf-8")
    assert [one.code for one in lint_pack(folder) if one.code == "R508"] == []
