"""Conditions that a pack says once, by name: what they come to, and how every verb tells, moves and compares them."""

from __future__ import annotations

import json
import shlex
from collections.abc import Callable
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from evaluator.calibration.diff.words import change_words
from evaluator.cli.main import run
from evaluator.core.comparable import spanless
from evaluator.core.conditions import AllOf, leaves, names_used, negated
from evaluator.core.model import Pack
from evaluator.diagnostics import Problems
from evaluator.packs.changes.rules import Aspect, ChangeSubject, changes
from evaluator.packs.lint import lint_pack
from evaluator.packs.other_values import with_value
from evaluator.packs.thresholds import all_thresholds, find, thresholds
from evaluator.reading.pack.pack import load_pack
from evaluator.reading.pack.schema import schemas
from evaluator.reading.yaml.nodes import read_yaml
from evaluator.report.sentences import condition_words
from tests.packs.test_schema import as_an_editor_reads
from tests.tiny_pack import FILES, PEOPLE, write

Command = Callable[[str], tuple[int, str]]
HEAD = FILES["pack.yaml"].replace("pack: tiny\n", "pack: tiny\nlanguage: 2\n")
LED = "{any_of: [{direct_reports: {at_least: 2}}, {interim_months: {at_least: 6}}]}"
SENIOR = "{product_years: {at_least: 5}}"
BOTH = "{all_of: [{condition: led_people}, {condition: senior}]}"
NAMED = f"""
conditions:
  led_people: {{title: Has led people, when: {LED}}}
  senior: {{when: {SENIOR}}}
  both: {{title: Senior and a leader, when: {BOTH}}}
"""
EXPERT = """
role: expert
title: Expert
track: craft
rung: 2
criteria:
  - id: led
    title: Led
    kind: step
    basis: judgement
    when: LED
    almost: SENIOR
  - id: both
    title: Both
    kind: skill
    basis: judgement
    when: {all_of: [BOTH, {budget: true}]}
    applies_when: {none_of: [SENIOR]}
"""
MOVES = "moves:\n  - {from: manager, to: expert, kind: lateral, basis: judgement, when: SENIOR}\n"
MOVES += "  - {from: manager, to: director, kind: promotion, basis: judgement}\n"
MOVES += "  - {from: director, to: chief, kind: specialisation, basis: judgement}\n"
COMPUTED = "  steps: {title: Steps taken, type: integer, unit: steps, derive: {count: [LED, {budget: true}]}}\n"
WRITTEN_OUT = {"LED": LED, "SENIOR": SENIOR, "BOTH": f"{{all_of: [{LED}, {SENIOR}]}}"}
BY_NAME = {"LED": "{condition: led_people}", "SENIOR": "{condition: senior}", "BOTH": "{condition: both}"}


def files(terms: dict[str, str], declared: str = NAMED, **words: str) -> dict[str, str]:
    """Return the tiny pack with conditions in a role, a move and a computed attribute, written out or by their names."""

    def put(text: str) -> str:
        for term, meaning in terms.items():
            text = text.replace(term, meaning)
        return text

    made = {
        **FILES,
        "pack.yaml": HEAD + declared,
        "attributes.yaml": FILES["attributes.yaml"] + put(COMPUTED),
        "roles/expert.yaml": put(EXPERT),
        "moves.yaml": put(MOVES),
    }
    for old, new in words.items():
        made["pack.yaml"] = made["pack.yaml"].replace(old, new)
    return made


@pytest.fixture
def pack(tmp_path: Path) -> Pack:
    """Give the pack that uses conditions by name."""
    return load_pack(write(tmp_path / "rules", files(BY_NAME)))


@pytest.fixture
def command(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Command:
    """Give a way to run a command in a folder: its exit code, and all that it printed in one line."""
    monkeypatch.chdir(tmp_path)

    def command(line: str) -> tuple[int, str]:
        capfd.readouterr()
        code = run(shlex.split(line))
        return code, " ".join("".join(capfd.readouterr()).split())

    return command


def test_a_name_means_what_it_stands_for(pack: Pack, tmp_path: Path) -> None:
    """Criteria, moves and computed attributes are the same as with every condition written out, wherever a name stands."""
    plain = load_pack(write(tmp_path / "plain", files(WRITTEN_OUT, declared="")))
    assert spanless(pack.roles) == spanless(plain.roles)
    assert spanless(pack.moves) == spanless(plain.moves)
    assert spanless(pack.attributes["steps"].derivation) == spanless(plain.attributes["steps"].derivation)
    assert list(changes(plain, pack)) == [change for change in changes(plain, pack) if change.wording]


def test_a_condition_knows_where_it_is_declared_and_used(pack: Pack) -> None:
    """The place of a named condition is its declaration, and beside it stands where it is used."""
    led, both = pack.roles["expert"].criteria
    assert led.when.named is not None
    assert (Path(led.when.span.path).name, Path(led.when.named.place.path).name) == ("pack.yaml", "expert.yaml")
    assert (led.when.named.place.line, led.when.named.label) == (10, "Has led people")
    assert [name.label for name in names_used(both.when)] == ["Senior and a leader", "Has led people", "Senior"]
    assert not any(name for leaf in leaves(negated(led.when)) for name in names_used(leaf))


def test_a_name_that_only_stands_for_another_keeps_its_own(tmp_path: Path) -> None:
    """A condition that is another one alone is told by both names."""
    declared = f"conditions:\n  one: {{when: {SENIOR}}}\n  other: {{title: The other, when: {{condition: one}}}}\n"
    role = EXPERT.replace("LED", "{condition: other}").replace("SENIOR", "{condition: one}").replace("BOTH", "{condition: one}")
    pack = load_pack(write(tmp_path, {**FILES, "pack.yaml": HEAD + declared, "roles/expert.yaml": role}))
    when = pack.roles["expert"].criteria[0].when
    assert isinstance(when, AllOf)
    words = "“The other” (“One” (at least 5 years in product management))"
    assert condition_words(when, pack.attributes) == words


def test_words_name_a_condition_and_say_what_it_is(pack: Pack) -> None:
    """A condition in a sentence is called by its name, with what it says in brackets."""
    led, both = pack.roles["expert"].criteria
    inner = "any of: at least 2 direct reports or at least 6 months as an interim lead"
    told = condition_words(led.when, pack.attributes)
    assert told.startswith("“Has led people” (any of: ")
    assert condition_words(both.when, pack.attributes).startswith("“Senior and a leader” (“Has led people” (any of: ")
    assert "“Senior” (at least 5 years in product management)" in condition_words(both.when, pack.attributes)
    assert inner[:8] in told


def test_explain_and_show_name_it(pack: Pack, command: Command, tmp_path: Path) -> None:
    """`explain` and `show` head what a condition says by its name."""
    assert pack.named_conditions
    write(tmp_path, PEOPLE)
    code, text = command("evaluator explain ada.yaml expert --rules rules --as-of 2026-11-01".removeprefix("evaluator "))
    assert code == 0
    assert "“Has led people”, any of:" in text
    assert "“Senior”: ✓" in text
    code, text = command("show expert --rules rules")
    assert code == 0
    assert "“Senior and a leader”:" in text
    assert command("case ada.yaml expert --rules rules --as-of 2026-11-01")[0] == 0
    assert command("compare ada.yaml bo.yaml --role expert --rules rules --as-of 2026-11-01")[0] == 0


def test_its_values_stand_at_one_path(pack: Pack) -> None:
    """A threshold in a named condition has one path under every role that uses it, also by way of a computed attribute."""
    paths = [threshold.path for _, threshold in all_thresholds(pack)]
    assert sorted(path for path in paths if path.startswith("conditions.")) == [
        "conditions.led_people.direct_reports.at_least",
        "conditions.led_people.interim_months.at_least",
        "conditions.senior.product_years.at_least",
    ]
    own = [
        threshold.path
        for threshold in thresholds(pack, pack.roles["expert"])
        if not threshold.path.startswith(("conditions.", "verdicts."))
    ]
    assert own == ["both.budget.is"]
    assert "conditions.senior.product_years.at_least" in {threshold.path for threshold in thresholds(pack, pack.roles["manager"])}


def test_a_value_is_moved_wherever_it_is_used(pack: Pack, tmp_path: Path) -> None:
    """A pack with another value is the one whose file says that value."""
    threshold = find(pack, pack.roles["expert"], "conditions.led_people.direct_reports.at_least")
    moved = with_value(pack, threshold, 7)
    written = load_pack(write(tmp_path / "seven", files(BY_NAME, **{"direct_reports: {at_least: 2}": "direct_reports: {at_least: 7}"})))
    for name in ("roles", "moves", "attributes", "named_conditions", "policies", "plausible"):
        assert spanless(getattr(moved, name)) == spanless(getattr(written, name)), name
    assert spanless(moved.attributes) != spanless(pack.attributes)
    assert [name.id for name in names_used(moved.roles["expert"].criteria[0].when)] == ["led_people"]


def test_diff_tells_an_edit_once(pack: Pack, tmp_path: Path) -> None:
    """An edit of a named condition is one change, with all that uses it; nothing is told where it is used."""
    edited = load_pack(write(tmp_path / "new", files(BY_NAME, **{"product_years: {at_least: 5}": "product_years: {at_least: 6}"})))
    (change,) = changes(pack, edited)
    assert (change.what, change.key, change.aspect, change.wording) == (ChangeSubject.CONDITION, "senior", Aspect.CONDITION, False)
    assert change.roles == ("expert",)
    places = [place.line for place in change.places if place]
    assert places == [22, 22]
    words = change_words(change, pack, edited)
    assert words.startswith("“Senior”: years in product management, at least 5 years → at least 6 years; used by “Led” of Expert, ")
    assert "the move Manager → Expert" in words


def test_diff_tells_what_is_computed_by_it_once(pack: Pack, tmp_path: Path) -> None:
    """A computed attribute that uses an edited condition is named there, and is no change of its own."""
    edited = load_pack(write(tmp_path / "new", files(BY_NAME, **{"direct_reports: {at_least: 2}": "direct_reports: {at_least: 3}"})))
    (change,) = changes(pack, edited)
    assert "“Steps taken”, which is computed" in change_words(change, pack, edited)


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ({"title: Has led people": "title: Led others"}, [(ChangeSubject.CONDITION, "title", True)]),
        ({"when: {product_years: {at_least: 5}}": "when: {all_of: [{product_years: {at_least: 5}}]}"}, []),
    ],
)
def test_diff_tells_words_from_meaning(
    pack: Pack, words: dict[str, str], told: list[tuple[ChangeSubject, str, bool]], tmp_path: Path
) -> None:
    """Another title is wording, and another way to write the same is nothing."""
    edited = load_pack(write(tmp_path / "new", files(BY_NAME, **words)))
    assert [(change.what, change.field, change.wording) for change in changes(pack, edited)] == told


def test_diff_tells_a_criterion_that_uses_another_condition(pack: Pack, tmp_path: Path) -> None:
    """Where a criterion asks for another condition by name, the criterion has changed."""
    changed = files({**BY_NAME, "LED": "{condition: senior}"})
    edited = load_pack(write(tmp_path / "new", changed))
    told = [(change.what, change.key) for change in changes(pack, edited) if not change.wording]
    assert (ChangeSubject.CRITERION, "led") in told
    assert ChangeSubject.CONDITION not in {what for what, _ in told}


def test_set_changes_the_declaration(pack: Pack, command: Command, tmp_path: Path) -> None:
    """`set` changes one value in pack.yaml and says what it holds for."""
    before = (tmp_path / "rules/pack.yaml").read_bytes()
    code, text = command("set expert conditions.senior.product_years.at_least 6 --rules rules")
    assert code == 0
    assert (tmp_path / "rules/pack.yaml").read_bytes() == before.replace(b"product_years: {at_least: 5}", b"product_years: {at_least: 6}")
    assert "it is said once, and holds for “Led” of Expert" in text
    assert pack.roles


def test_sweep_moves_it_through_what_is_computed(command: Command, pack: Pack, tmp_path: Path) -> None:
    """A sweep over a condition that a computed attribute counts gives what the edited pack gives."""
    asks = "  - {id: steps, title: Steps, kind: step, required: true, basis: judgement, when: {steps: {at_least: 1}}}\n"
    role = "role: expert\ntitle: Expert\ntrack: craft\nrung: 2\ncriteria:\n"
    made = files(BY_NAME)
    write(tmp_path / "rules", {**made, "roles/expert.yaml": role + asks})
    table = "id,role,product_years,direct_reports,interim_months,budget\n"
    people = [f"p{number},manager,6,{number},0,false\n" for number in range(1, 6)]
    (tmp_path / "people.csv").write_text(table + "".join(people), encoding="utf-8")
    path = "conditions.led_people.direct_reports.at_least"
    options = "--on people.csv --values 2,4 --rules rules --among everyone --as-of 2026-11-01"
    assert pack.named_conditions
    code, text = command(f"sweep expert {path} {options} --format json -o sweep.json")
    assert (code, text.count("Traceback")) == (0, 0)
    points = json.loads((tmp_path / "sweep.json").read_text(encoding="utf-8"))["points"]
    assert [point["verdicts"]["ready"] for point in points] == [4, 2]  # of 1, 2, 3, 4 and 5 people led
    code, text = command(f"sweep expert {path} {options}")
    assert code == 0
    assert "A named condition holds wherever it is used, here by 1 rule" in text


def test_what_is_used_nowhere_is_told_once(tmp_path: Path) -> None:
    """A condition that nothing uses is a finding; one that only it uses is none."""
    declared = f"conditions:\n  one: {{when: {SENIOR}}}\n  two: {{when: {{condition: one}}}}\n"
    folder = write(tmp_path, {**FILES, "pack.yaml": HEAD + declared})
    assert [(one.code, one.message) for one in lint_pack(folder) if one.code == "R509"] == [("R509", "nothing uses the condition `two`")]


def test_editors_complete_names(pack: Pack, tmp_path: Path) -> None:
    """The schemas of a pack take its own names, and no others."""
    role = schemas(pack)["role"]
    for name, fits in (("senior", True), ("seniors", False)):
        text = EXPERT.replace("LED", f"{{condition: {name}}}").replace("SENIOR", "{budget: true}").replace("BOTH", "{budget: true}")
        node = read_yaml(write(tmp_path, {"expert.yaml": text}) / "expert.yaml", Problems())
        assert node is not None
        assert Draft202012Validator(role).is_valid(as_an_editor_reads(node)) == fits
    node = read_yaml(tmp_path / "rules/pack.yaml", Problems())
    assert node is not None
    assert Draft202012Validator(schemas(pack)["pack"]).is_valid(as_an_editor_reads(node))
