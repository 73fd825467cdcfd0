"""What changed between two packs is told line by line, in words, and nothing else is."""

from __future__ import annotations

from pathlib import Path

import attrs
import pytest

from evaluator.calibration.diff.words import change_words
from evaluator.core.attributes import Attribute
from evaluator.core.model import Band, Criterion, Document, Move, Pack, Role, Track
from evaluator.packs.changes.rules import _CONDITIONS, _MEANING, _WORDING, ChangeSubject, changes, read_alike
from evaluator.packs.other_values import with_value
from evaluator.packs.thresholds import all_thresholds
from evaluator.reading.pack.pack import load_pack
from tests.calibration.diffing import DIRECTOR, edited
from tests.product import RULES

OUTCOMES = "  - id: outcomes\n"


def told(tmp_path: Path, *edits: tuple[str, str, str]) -> tuple[list[str], list[str]]:
    """Return the changes of meaning and those of wording, in words."""
    old, new = load_pack(RULES), load_pack(edited(tmp_path / "new", *edits))
    found = changes(old, new)
    return [change_words(one, old, new) for one in found if not one.wording], [change_words(one, old, new) for one in found if one.wording]


def test_a_pack_does_not_differ_from_itself() -> None:
    """Nothing changed where nothing did."""
    assert changes(load_pack(RULES), load_pack(RULES)) == ()


@pytest.mark.parametrize(
    ("edit", "words"),
    [
        (
            (DIRECTOR, "product_management_years: {at_least: 8}", "product_management_years: {at_least: 9}"),
            "Eight years in product management roles: years in product management, at least 8 years → at least 9 years",
        ),
        (
            (DIRECTOR, "product_management_years: {at_least: 8}", "product_management_years: {above: 8}"),
            "Eight years in product management roles: years in product management, at least 8 years → more than 8 years",
        ),
        (
            (DIRECTOR, "      products_scaled: {at_least: 1}\n", ""),
            "Has launched three products and scaled one: asks no longer: at least 1 product scaled",
        ),
        (
            (DIRECTOR, "        - mentees: {at_least: 2}\n", "        - mentees: {at_least: 2}\n        - direct_reports: {at_least: 1}\n"),
            "Shares views in public or mentors others: can be met also by: at least 1 direct report",
        ),
        (
            (DIRECTOR, "        count: 2", "        count: 3"),
            "Runs planning, priorities and measures: at least 2 of its alternatives → at least 3",
        ),
        ((DIRECTOR, "    kind: qualification\n    weight: 2", "    kind: qualification\n    weight: 4"), "weight 2 → 4"),
        ((DIRECTOR, "    required: true\n    weight: 3", "    weight: 3"), "is no longer required"),
        (
            (DIRECTOR, "      organisation_size: {at_least: large}", "      organisation_size: {at_least: medium}"),
            "Has managed a budget: counts only where: size of the organisation, at least large → at least medium",
        ),
        (
            ("pack.yaml", "score: {at_least: 0.75}", "score: {at_least: 0.8}"),
            "Verdict ready: a score of at least 75 % → a score of at least 80 %",
        ),
        (
            ("moves.yaml", "{at_least: very-large}", "{at_least: large}"),
            "Product Director → Senior Product Director: size of the organisation, at least very large → at least large",
        ),
        (
            ("attributes.yaml", "range: {at_least: 0, at_most: 60}", "range: {at_least: 0, at_most: 70}"),
            "Years at work: range 0 to 60 years → 0 to 70 years",
        ),
        ((DIRECTOR, "rung: ", "rung: 1"), "rung 5 → 15"),
    ],
)
def test_each_change_of_meaning_is_one_line(tmp_path: Path, edit: tuple[str, str, str], words: str) -> None:
    """One edit is one line, which says what was and what is."""
    meaning, wording = told(tmp_path, edit)
    assert len(meaning) == 1
    assert meaning[0].endswith(words)
    assert not wording


def test_a_criterion_comes_and_goes(tmp_path: Path) -> None:
    """An added criterion says what it asks and how it counts; a removed one what it asked."""
    added = "  - id: languages\n    title: Has mentored\n    kind: skill\n    when:\n      mentees: {at_least: 1}\n    basis: judgement\n"
    meaning, _ = told(tmp_path, (DIRECTOR, OUTCOMES, added + OUTCOMES))
    assert meaning == ["Has mentored: added: at least 1 person mentored (weight 1)"]
    old, new = load_pack(tmp_path / "new"), load_pack(RULES)
    assert change_words(changes(old, new)[0], old, new).startswith("Has mentored: removed: ")


def test_renaming_a_criterion_changes_no_meaning(tmp_path: Path) -> None:
    """A criterion under another name whose condition is the same is the same one."""
    assert told(tmp_path, (DIRECTOR, OUTCOMES, "  - id: results\n")) == (
        [],
        ["Has reached the improvement that was aimed for: renamed, outcomes → results"],
    )


def test_wording_is_apart(tmp_path: Path) -> None:
    """Titles and advice change no meaning."""
    meaning, wording = told(
        tmp_path, (DIRECTOR, "title: Eight years", "title: Many years"), (DIRECTOR, "advice: Time closes", "advice: Work closes")
    )
    assert meaning == []
    assert len(wording) == 2


def test_the_order_of_keys_means_nothing(tmp_path: Path) -> None:
    """Two tests exchanged in a condition say the same."""
    before, after = ("      products_launched: {at_least: 3}\n", "      products_scaled: {at_least: 1}\n")
    assert told(tmp_path, (DIRECTOR, before + after, after + before)) == ([], [])


def test_places_are_those_of_the_test_on_both_sides(tmp_path: Path) -> None:
    """A change points at the line of the test in either pack."""
    new = load_pack(
        edited(tmp_path / "new", (DIRECTOR, "criteria:\n", "# a comment\ncriteria:\n"), (DIRECTOR, "{at_least: 8}", "{at_least: 9}"))
    )
    (one,) = changes(load_pack(RULES), new)
    before, after = one.places
    assert before is not None
    assert after is not None
    lines = [Path(place.path).read_text(encoding="utf-8").splitlines()[place.line - 1] for place in (before, after)]
    assert ["at_least: 8" in lines[0], "at_least: 9" in lines[1]] == [True, True]
    assert after.line == before.line + 1


@pytest.mark.slow
def test_every_threshold_that_moves_is_seen() -> None:
    """Whatever threshold of the default pack is moved, exactly that one change is told."""
    pack = load_pack(RULES)
    tried = 0
    for _, threshold in all_thresholds(pack):
        if isinstance(threshold.value, int) and not isinstance(threshold.value, bool):
            found = changes(pack, with_value(pack, threshold, threshold.value + 1))
            assert [(one.wording, one.part is not None) for one in found] == [(False, True)], threshold.path
            tried += 1
    assert tried > 100


def test_packs_that_read_people_alike(tmp_path: Path) -> None:
    """A threshold changes nothing in how people are read; an attribute's other name and an absent value do."""
    old = load_pack(RULES)
    assert read_alike(old, load_pack(edited(tmp_path / "a", (DIRECTOR, "{at_least: 8}", "{at_least: 9}"))))
    assert not read_alike(old, load_pack(edited(tmp_path / "b", ("attributes.yaml", "also: [pm years", "also: [pm time, pm years"))))
    attribute = attrs.evolve(old.attributes["mentees"], absent_means=None, title="Mentees")
    assert not read_alike(old, attrs.evolve(old, attributes={**old.attributes, "mentees": attribute}))


LOOKED_AT_BY_ITSELF = {
    ChangeSubject.PACK: {
        "bands", "policies", "tracks", "attributes", "tables", "scales", "named_conditions", "documents", "roles", "moves",
        "default_keys",  # what they say stands at each criterion
        "plausible",  # what prove and lint expect of profiles
        "declared_roles", "former_names", "former_fields", "content_hash", "folder", "files",
    },
    ChangeSubject.ATTRIBUTE: {"implied", "ready_for"},
    ChangeSubject.ROLE: {"shared_title", "criteria"},
    ChangeSubject.CRITERION: {"role", "policy"},
    ChangeSubject.MOVE: {"origin", "to"},
    ChangeSubject.TRACK: {"bands"},
    ChangeSubject.VERDICT: {"verdict"},
    ChangeSubject.DOCUMENT: set(),
}  # fmt: skip
CLASSES: dict[ChangeSubject, type[attrs.AttrsInstance]] = {
    ChangeSubject.PACK: Pack,
    ChangeSubject.ATTRIBUTE: Attribute,
    ChangeSubject.ROLE: Role,
    ChangeSubject.CRITERION: Criterion,
    ChangeSubject.MOVE: Move,
    ChangeSubject.TRACK: Track,
    ChangeSubject.VERDICT: Band,
    ChangeSubject.DOCUMENT: Document,
}


@pytest.mark.parametrize("what", CLASSES)
def test_every_key_of_a_pack_has_a_meaning_or_is_wording(what: ChangeSubject) -> None:
    """No key that is added later goes untold by diff, and unheld by lint --against."""
    told = {*_MEANING.get(what, ()), *_CONDITIONS.get(what, ()), *_WORDING.get(what, ())}
    fields = {field.name for field in attrs.fields(CLASSES[what])} - {"id", "span", "places", "row"}
    assert told | LOOKED_AT_BY_ITSELF[what] == fields
    assert not told & LOOKED_AT_BY_ITSELF[what]


def test_what_it_takes_to_change_an_attribute_is_wording(tmp_path: Path) -> None:
    """It moves nobody, and a plan goes by it."""
    effort = ("attributes.yaml", "    effort: {each: 6}\n", "    effort: {each: 7}\n")
    assert told(tmp_path, effort)[0] == []
    assert [words.partition(": ")[2] for words in told(tmp_path / "again", effort)[1]] == ["what it takes to change it changed"]
