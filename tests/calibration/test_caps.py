"""Caps and policies of the calibrators' verbs: diff tells an edit of a policy once, sweep and set reach both by one path."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from evaluator.calibration.diff.analysis import diff
from evaluator.calibration.diff.people import both
from evaluator.calibration.diff.words import change_words
from evaluator.calibration.people import gathered
from evaluator.core.model import Pack
from evaluator.diagnostics import Problems
from evaluator.engines.readiness import Evaluator
from evaluator.packs.changes.rules import ChangeSubject, changes
from evaluator.packs.edits import apply
from evaluator.packs.other_values import with_value
from evaluator.packs.set.scalar_paths import PathProblem, edited
from evaluator.packs.thresholds import all_thresholds, find, thresholds
from evaluator.reading.pack.pack import load_pack
from evaluator.reading.tables import Options, open_population
from evaluator.reading.yaml.splicing import EditProblem
from tests.calibration.diffing import DAY, called

PACK = """\
pack: gated
title: Gated
version: 1.0.0
language: 2
effective: 2026-01-01
tracks:
  craft: {title: Craft}
  management: {title: Management}
verdicts:
  - verdict: ready
    when: {required_unmet: {at_most: 0}}
  - verdict: nearly
    when: {required_unmet: {at_most: 1}}
  - verdict: not yet
policies:
  - id: no-plan
    title: Not on a performance plan
    kind: step
    caps_at: not yet
    when: {warnings: {at_most: 0}}
    basis: judgement
"""
ATTRIBUTES = """\
attributes:
  years: {title: Years, type: integer, unit: years, range: {at_least: 0, at_most: 40}, question: How many years?}
  warnings: {title: Warnings, type: integer, range: {at_least: 0, at_most: 9}, question: How many warnings?}
  talked: {title: Talked, type: flag, question: Did it take place?}
"""
ROLE = """\
role: {role}
title: {title}
track: {track}
rung: {rung}
criteria:
  - {{id: years, title: Years of work, kind: qualification, required: true, when: {{years: {{at_least: {years}}}}}, basis: judgement}}
  - {{id: talked, title: The conversation took place, kind: step, caps_at: nearly, when: {{talked: true}}, basis: judgement}}
"""
ROLES = (("junior", "Junior", "craft", 1, 1), ("lead", "Lead", "craft", 2, 3), ("head", "Head", "management", 1, 5))
PEOPLE = [(f"p{place}", place % 7, place % 3 if place % 5 else "", ("true", "false", "")[place % 3]) for place in range(60)]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a pack of three roles with a cap each and one policy for all."""
    made = tmp_path / "gated"
    (made / "roles").mkdir(parents=True)
    (made / "pack.yaml").write_text(PACK, encoding="utf-8")
    (made / "attributes.yaml").write_text(ATTRIBUTES, encoding="utf-8")
    for role, title, track, rung, years in ROLES:
        text = ROLE.format(role=role, title=title, track=track, rung=rung, years=years)
        (made / f"roles/{role}.yaml").write_text(text, encoding="utf-8")
    rows = ["id,years,warnings,talked", *(",".join(map(str, row)) for row in PEOPLE)]
    (tmp_path / "people.csv").write_text("\n".join(rows) + "\n", encoding="utf-8")
    return made


def other(folder: Path, *edits: tuple[str, str, str]) -> Pack:
    """Return a copy of the pack with texts exchanged."""
    copy = folder.with_name(f"other-{len(list(folder.parent.iterdir()))}")
    shutil.copytree(folder, copy)
    for name, before, after in edits:
        text = (copy / name).read_text(encoding="utf-8")
        assert before in text, before
        (copy / name).write_text(text.replace(before, after, 1), encoding="utf-8")
    return load_pack(copy)


def told(old: Pack, new: Pack) -> list[str]:
    return [change_words(one, old, new) for one in changes(old, new)]


CAP = ("pack.yaml", "caps_at: not yet", "caps_at: nearly")
TEST = ("pack.yaml", "warnings: {at_most: 0}", "warnings: {at_most: 1}")


@pytest.mark.parametrize(
    ("edit", "expected"),
    [
        (CAP, "Not on a performance plan: verdict at which it caps “not yet” → nearly; for Junior, Lead and Head"),
        (TEST, "Not on a performance plan: warnings, at most 0 → at most 1; for Junior, Lead and Head"),
        (
            ("pack.yaml", "    basis: judgement\n", "    basis: judgement\n    tracks: [craft]\n"),
            "Not on a performance plan: holds for every judged role → every judged role of Craft",
        ),
        (
            ("pack.yaml", "    basis: judgement\n", "    basis: judgement\n    roles: [lead, head]\n"),
            "Not on a performance plan: holds for every judged role → Lead and Head",
        ),
        (("pack.yaml", "kind: step", "kind: skill"), "Not on a performance plan: kind step → skill; for Junior, Lead and Head"),
    ],
)
def test_an_edit_of_a_policy_is_told_once_with_its_roles(folder: Path, edit: tuple[str, str, str], expected: str) -> None:
    """One line for it, whatever the number of roles, and one place."""
    old, new = load_pack(folder), other(folder, edit)
    assert told(old, new) == [expected]
    (change,) = changes(old, new)
    assert (change.what, change.roles) == (ChangeSubject.POLICY, ("junior", "lead", "head"))
    assert {span.path for span in change.places if span} == {f"{pack.folder}/pack.yaml" for pack in (old, new)}


def test_a_policy_that_comes_or_goes_is_told_once(folder: Path) -> None:
    """Added and removed; a criterion that becomes a policy is told as that, and moves nobody."""
    old, without = load_pack(folder), other(folder, ("pack.yaml", PACK[PACK.index("policies:") :], ""))
    assert told(old, without) == ["Not on a performance plan: removed: warnings are at most 0 (caps at not yet); for Junior, Lead and Head"]
    assert told(without, old) == ["Not on a performance plan: added: warnings are at most 0 (caps at not yet); for Junior, Lead and Head"]


def test_a_criterion_that_becomes_a_policy_of_its_role_moves_nobody(folder: Path) -> None:
    """It is told at its role, as wording, beside the policy that came."""
    line = "  - {id: talked, title: The conversation took place, kind: step, caps_at: nearly, when: {talked: true}, basis: judgement}\n"
    moved = line.replace("basis: judgement}", "basis: judgement, roles: [head]}")
    old, new = load_pack(folder), other(folder, ("roles/head.yaml", line, ""), ("pack.yaml", "policies:\n", f"policies:\n{moved}"))
    assert "The conversation took place: is now said once, as a policy in pack.yaml" in told(old, new)
    assert any(words.startswith("The conversation took place: added") and words.endswith("; for Head") for words in told(old, new))


def test_a_cap_that_moved_is_told_at_its_criterion(folder: Path) -> None:
    """The verdict before and after, and its coming and going."""
    old, new = load_pack(folder), other(folder, ("roles/lead.yaml", "caps_at: nearly", "caps_at: not yet"))
    assert told(old, new) == ["The conversation took place: verdict at which it caps nearly → “not yet”"]


@pytest.mark.parametrize(
    "edits",
    [
        [CAP],
        [TEST],
        [("roles/lead.yaml", "caps_at: nearly", "caps_at: not yet")],
        [("roles/lead.yaml", "caps_at: nearly, ", "")],
        [("pack.yaml", "  - verdict: nearly\n    when: {required_unmet: {at_most: 1}}\n", ""), ("pack.yaml", "not yet\npol", "never\npol")]
        + [("pack.yaml", "caps_at: not yet", "caps_at: never")]
        + [(f"roles/{role}.yaml", "caps_at: nearly", "caps_at: never") for role in ("junior", "lead", "head")],
    ],
)
def test_who_moves_is_what_the_definition_says(folder: Path, edits: list[tuple[str, str, str]]) -> None:
    """Everybody's verdict by both packs, role by role; each change tried alone ends in verdicts of the two packs."""
    old, new = load_pack(folder), other(folder, *edits)
    source = folder.parent / "people.csv"
    people = gathered(open_population([source], old, Options(groups=True), as_of=DAY, problems=Problems()), old)
    found = diff(old, new, both(old, new, people, None), among_everyone=True).people
    assert found is not None
    moved = 0
    for role_diff in found.roles:
        expected = []
        for row in range(people.height):
            profile = people.profile(row)
            before, after = (
                Evaluator(pack, engine="reference").evaluate(profile, as_of=DAY).roles[role_diff.role.id].verdict for pack in (old, new)
            )
            if before != after:
                expected.append((before, after))
        assert [(mover.before, mover.after) for mover in role_diff.movers()] == expected
        assert all(effect.better + effect.worse >= 0 for effect in role_diff.effects)
        moved += len(expected)
    assert moved


def test_paths_reach_caps_and_policies(folder: Path) -> None:
    """The same path in each role, once in the list of all; a value set holds for every role of a policy."""
    pack = load_pack(folder)
    for role in pack.judged_roles:
        paths = {threshold.path for threshold in thresholds(pack, role)}
        assert {"talked.caps_at", "policies.no-plan.caps_at", "policies.no-plan.warnings.at_most"} <= paths
    assert [threshold.path for _, threshold in all_thresholds(pack)].count("policies.no-plan.caps_at") == 1
    threshold = find(pack, pack.roles["lead"], "policies.no-plan.caps_at")
    assert (threshold.value, threshold.written(threshold.value), threshold.parse("nearly")) == ("not yet", "not yet", "nearly")
    changed = with_value(pack, threshold, "nearly")
    assert {one.caps_at for role in changed.judged_roles for one in role.criteria if one.policy} == {"nearly"}
    assert changed.policies[0].criterion.caps_at == "nearly"
    moved = with_value(pack, find(pack, pack.roles["head"], "policies.no-plan.warnings.at_most"), 2)
    assert len({str(one.when) for role in moved.judged_roles for one in role.criteria if one.policy}) == 1
    assert moved.roles["lead"].criteria[-1].when != pack.roles["lead"].criteria[-1].when


@pytest.mark.parametrize(
    ("path", "value", "file", "expected"),
    [
        ("talked.caps_at", "not yet", "roles/lead.yaml", "caps_at: not yet, when: {talked"),
        ("policies.no-plan.caps_at", "nearly", "pack.yaml", "caps_at: nearly\n    when: {warnings"),
        ("policies.no-plan.warnings.at_most", "2", "pack.yaml", "when: {warnings: {at_most: 2}}"),
    ],
)
def test_set_changes_the_one_place(folder: Path, path: str, value: str, file: str, expected: str) -> None:
    """One scalar in the file that holds it, whichever role the path was found under."""
    pack = load_pack(folder)
    edit, _ = edited(pack, pack.roles["lead"], path, value)
    apply(edit)
    assert expected in (folder / file).read_text(encoding="utf-8")


def test_set_refuses_what_is_no_cap(folder: Path) -> None:
    """The best verdict, a strange one, a criterion that does not cap, and a key that a policy does not state."""
    pack = load_pack(folder)
    lead = pack.roles["lead"]
    for value in ("ready", "excluded"):
        said = called("set", "lead", "talked.caps_at", value, "--rules", str(folder))
        assert said.exit_code == 2
        assert "nearly" in said.stderr
    with pytest.raises(PathProblem):
        edited(pack, lead, "years.caps_at", "nearly")
    with pytest.raises(EditProblem, match="states no `weight`"):
        edited(pack, lead, "policies.no-plan.weight", "2")


def test_set_says_for_whom_a_policy_holds(folder: Path) -> None:
    """The line names the roles; worked examples aside, nothing else is said of them."""
    said = called("set", "lead", "policies.no-plan.caps_at", "nearly", "--rules", str(folder), "--dry-run")
    assert said.exit_code == 0, said.stderr
    assert "it belongs to a policy, and holds for Junior, Lead and Head\n" in said.stdout


@pytest.mark.parametrize("path", ["talked.caps_at", "policies.no-plan.caps_at", "policies.no-plan.warnings.at_most"])
def test_a_sweep_counts_what_the_definition_says(folder: Path, path: str) -> None:
    """At each value, everybody's verdict by the pack with that value."""
    people = folder.parent / "people.csv"
    said = called(
        "sweep",
        "lead",
        path,
        "--on",
        str(people),
        "--as-of",
        "2026-11-01",
        "--rules",
        str(folder),
        "--among",
        "everyone",
        "--format",
        "json",
    )
    assert said.exit_code == 0, said.stderr
    points = json.loads(said.stdout)["points"]
    pack = load_pack(folder)
    threshold = find(pack, pack.roles["lead"], path)
    read = gathered(open_population([people], pack, Options(groups=True), as_of=DAY, problems=Problems()), pack)
    assert len(points) > 1
    for point in points:
        changed = Evaluator(with_value(pack, threshold, threshold.parse(point["values"][0])), engine="reference")
        verdicts = [changed.evaluate(read.profile(row), as_of=DAY).roles["lead"].verdict for row in range(read.height)]
        expected = {word: sum(one.decided and one.low == word for one in verdicts) for word in pack.verdicts}
        assert point["verdicts"] == expected | {"undecided": sum(not one.decided for one in verdicts)}
