"""diff reads a rename as one change: nothing is removed and added, and nobody moves by it."""

from __future__ import annotations

import json
import random
import shutil
from collections import Counter
from pathlib import Path
from unittest import mock

import attrs
import pytest

from evaluator.cli.main import run
from evaluator.core.conditions import AllOf, AttributeTest
from evaluator.core.model import Pack
from evaluator.core.operators import Operator
from evaluator.diagnostics import Problems
from evaluator.packs.changes import renames as renames_of_packs
from evaluator.packs.changes import rules as rules_of_packs
from evaluator.packs.changes.conditions import canonical, paired
from evaluator.packs.changes.renames import names_of, read_by_both, renames, with_names
from evaluator.packs.changes.rules import Aspect, Change, ChangeSubject, changes, read_alike
from evaluator.reading.pack.pack import load_pack
from evaluator.reading.profile.profile import profile_in
from evaluator.reading.references import Sort
from tests.bad.overlay import SMALL
from tests.core.build import SPAN
from tests.packs.rename.growth_pack import written
from tests.sized_pack import Size, write_pack
from tests.strategies import random_pack

Capture = pytest.CaptureFixture[str]
ONE = {
    "role": ("role", "growth"),
    "attribute": ("attribute", "growth"),
    "track": ("track", "growth"),
    "table": ("table", "growth"),
    "field": ("field", "projects.growth"),
    "field that windows and years are counted by": ("field", "projects.start"),
    "criterion": ("criterion", "growth/growth"),
    "criterion of a template": ("criterion", "one/growth"),
}
NO_CHANGE = {"scale": ("scale", "growth")}
"""What no result shows."""


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A pack, its people, and a copy of the pack in which something is renamed."""
    monkeypatch.chdir(written(tmp_path))
    shutil.copytree("pack", "after")
    return tmp_path


def rename(*words: str, new: str = "expansion") -> None:
    """Rename in the copy."""
    assert run(["rename", *words, new, "--rules", "after"]) == 0


def told() -> list[Change]:
    """Return what changed."""
    return list(changes(load_pack("pack"), load_pack("after")))


@pytest.mark.parametrize("case", ONE)
@pytest.mark.usefixtures("here")
def test_a_rename_is_one_change(case: str) -> None:
    """It is told as a rename; moves, conditions and policies that use the name have not changed."""
    rename(*ONE[case])
    found = [(change.aspect, str(change.what), change.key) for change in told()]
    what = case.partition(" ")[0]
    wanted = [(Aspect.RENAMED, "attribute", "projects.expansion") if what == "field" else (Aspect.RENAMED, what, "expansion")]
    assert found == (wanted * 2 if case == "criterion of a template" else wanted)


@pytest.mark.usefixtures("here")
def test_what_no_result_shows_is_no_change() -> None:
    """The name of a scale is nothing that anybody reads or is judged by."""
    for words in NO_CHANGE.values():
        rename(*words)
    assert told() == []


@pytest.mark.usefixtures("here")
def test_several_renames_that_name_each_other_are_each_one_change() -> None:
    """A role, its track and an attribute that it asks for, all renamed at once."""
    for kind in ("role", "track", "attribute", "table"):
        rename(kind, "growth")
    found = [(change.aspect, str(change.what)) for change in told()]
    assert sorted(found) == [(Aspect.RENAMED, what) for what in ("attribute", "role", "table", "track")]


@pytest.mark.usefixtures("here")
def test_an_edit_beside_a_rename_is_told_as_itself() -> None:
    """A threshold that is moved in a renamed attribute's test is one more change, and no other."""
    rename("attribute", "growth")
    path = Path("after/roles/growth.yaml")
    path.write_text(path.read_text(encoding="utf-8").replace("{at_least: 5}", "{at_least: 6}"), encoding="utf-8")
    found = [(change.aspect, str(change.what), change.key) for change in told()]
    assert found == [(Aspect.RENAMED, "attribute", "expansion"), (Aspect.CONDITION, "criterion", "growth")]


FIELD, TEXT, COUNTED = "      expansion: {type: integer, unit: growth}\n", "      name: {type: text}\n", "where: {kind: {is: growth}}}"
OTHER_FIELDS = {
    "another range": [(FIELD, FIELD.replace("unit: growth", "unit: growth, range: {at_least: 0}"))],
    "another place": [(FIELD, ""), (TEXT, TEXT + FIELD)],
    "another reader": [(COUNTED, "where: {kind: {is: growth}, expansion: {above: 1}}}")],
}


@pytest.mark.parametrize("case", OTHER_FIELDS)
@pytest.mark.usefixtures("here")
def test_a_field_that_says_something_else_is_no_rename(case: str) -> None:
    """Of another type, in another place, or read by another computation: nobody can tell that it is the same."""
    rename("field", "projects.growth")
    path = Path("after/attributes.yaml")
    text = path.read_text(encoding="utf-8")
    for before, after in OTHER_FIELDS[case]:
        assert before in text
        text = text.replace(before, after)
    path.write_text(text, encoding="utf-8")
    assert Aspect.RENAMED not in {change.aspect for change in told()}


@pytest.mark.usefixtures("here")
def test_a_field_is_told_by_both_of_its_names(capsys: Capture) -> None:
    """In words that name the attribute, too; an entry that states it under both names is refused, as nobody can tell which is meant."""
    rename("field", "projects.growth")
    capsys.readouterr()
    assert run(["diff", "pack", "after"]) == 0
    assert "Projects: a field of its entries is renamed, growth → expansion" in capsys.readouterr().out
    text = "profile: x\nattributes: {projects: [{growth: 1, expansion: 2}]}\n"
    for pack in read_by_both(load_pack("pack"), load_pack("after")):
        problems = Problems()
        assert profile_in(text, "x.yaml", pack, problems) is None
        assert [problem.message for problem in problems] == ["an entry of `projects` has no field `growth`"]


@pytest.mark.parametrize("kind", ["attribute", "role", "track", "table"])
@pytest.mark.parametrize("form", ["text", "json", "github"])
@pytest.mark.usefixtures("here")
def test_an_edit_of_what_uses_a_new_name_is_told_in_words(kind: str, form: str, capsys: Capture) -> None:
    """What the test asked before is read by the name that its attribute has now."""
    rename(kind, "growth")
    for path, before, after in (
        ("after/roles/other.yaml", "at_least: 1", "at_least: 2"),
        ("after/attributes.yaml", "depth: 2}", "depth: 3}"),
    ):
        text = Path(path).read_text(encoding="utf-8")
        Path(path).write_text(text.replace(before, after, 1), encoding="utf-8")
    capsys.readouterr()
    assert run(["diff", "pack", "after", "--format", form]) == 0
    assert "growth in numbers, at least 1 growth → at least 2 growth" in " ".join(capsys.readouterr().out.split())


UNLIKE = {
    "another type": ("title: Growth in numbers\n    type: number", "title: Growth in numbers\n    type: integer"),
    "another title": ("title: Growth in numbers", "title: Something else"),
    "another question": ("question: How much growth?", "question: How much of it?"),
}


@pytest.mark.parametrize("case", UNLIKE)
@pytest.mark.usefixtures("here")
def test_what_says_something_else_is_no_rename(case: str) -> None:
    """It is removed and added, as nobody can tell that it is the same."""
    rename("attribute", "growth")
    path = Path("after/attributes.yaml")
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace(*UNLIKE[case]), encoding="utf-8")
    assert path.read_text(encoding="utf-8") != text
    found = [change.aspect for change in told() if str(change.what) == "attribute" and change.key in {"growth", "expansion"}]
    assert sorted(found) == [Aspect.ADDED, Aspect.REMOVED]


@pytest.mark.parametrize("sides", [("pack", "after"), ("after", "pack")])
@pytest.mark.parametrize("kind", ["role", "attribute", "field"])
@pytest.mark.parametrize("people", ["people", "people.csv", "people.jsonl"])
@pytest.mark.usefixtures("here")
def test_nobody_moves_by_a_rename(kind: str, people: str, sides: tuple[str, str], capsys: Capture) -> None:
    """Whichever name people state, the old one or the new one, they are judged alike by both packs."""
    rename(kind, "growth")
    if kind == "field":
        rename(kind, "projects.start", new="begun")
    capsys.readouterr()
    assert run(["diff", *sides, "--on", people, "--as-of", "2026-11-01", "--among", "everyone", "--format", "json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert {one["aspect"] for one in found["changes"]} == {"renamed"}
    assert found["people"]["moved"] == 0
    told = {role["role"]: (role["before"], role["after"]) for role in found["people"]["roles"]}
    assert all(before == after for before, after in told.values())
    assert run(["evaluate", people, "--all-roles", "--rules", "pack", "--as-of", "2026-11-01", "--format", "json"]) in {0, 1}
    judged = Counter(
        (role["role"], role["verdict"]["low"] if role["verdict"]["decided"] else "undecided")
        for evaluation in json.loads(capsys.readouterr().out)["evaluations"]
        for role in evaluation["roles"]
    )
    assert len({verdict for _, verdict in judged}) > 1
    for role, (before, _) in told.items():
        assert before == {verdict: judged["growth" if role == "expansion" else role, verdict] for verdict in before}


@pytest.mark.parametrize("order", [("growth", "expansion"), ("expansion", "growth")])
@pytest.mark.usefixtures("here")
def test_evidence_under_either_name_is_evidence_for_the_attribute(order: tuple[str, str]) -> None:
    """Nothing of a file is dropped: what stands under the old name and what stands under the new one is all there."""
    rename("attribute", "growth")
    one, other = order
    text = f"profile: x\nattributes: {{{one}: 4}}\nevidence: {{{one}: [{{what: first}}], {other}: [{{what: second}}, {{what: third}}]}}\n"
    for pack in read_by_both(load_pack("pack"), load_pack("after")):
        problems = Problems()
        profile = profile_in(text, "x.yaml", pack, problems)
        assert (list(problems), profile is not None) == ([], True)
        assert {name: [item.what for item in items] for name, items in (profile.evidence if profile else {}).items()} == {
            "expansion": ["first", "second", "third"]
        }


def test_people_are_read_once_where_a_role_alone_is_renamed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The files of roles come in the order of their names, and nothing that is read hangs on it."""
    shutil.copytree(SMALL, tmp_path / "pack")
    shutil.copytree(SMALL, tmp_path / "after")
    monkeypatch.chdir(tmp_path)
    assert run(["rename", "role", "junior", "novice", "--rules", "after"]) == 0
    old, new = read_by_both(load_pack("pack"), load_pack("after"))
    assert read_alike(old, new)
    assert list(old.roles) == ["lead", "novice"]


def test_names_that_change_places_are_no_rename() -> None:
    """Two attributes that swap their names say something else: both are there on either side, and each says what the other one said."""
    old = load_pack(SMALL)
    new = with_names(old, {(Sort.ATTRIBUTE, "years"): "reports", (Sort.ATTRIBUTE, "reports"): "years"})
    assert renames(old, new) == ()
    found = {(change.key, change.field) for change in changes(old, new) if change.what is ChangeSubject.ATTRIBUTE}
    assert {("years", "title"), ("reports", "title"), ("years", "type"), ("reports", "type")} <= found


def sized(folder: Path, roles: int, seed: int, begins: str) -> Pack:
    """Return a pack of unlike roles whose names begin with a letter."""
    made = load_pack(write_pack(folder / f"{begins}{roles}", Size(roles=roles, criteria=4, attributes=20, seed=seed)))
    return with_names(made, {(Sort.ROLE, name): f"{begins}-{name}" for name in made.roles})


def test_the_work_grows_with_the_roles_and_not_with_their_square(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of two packs without a role in common, each role's conditions are looked at as often in a large pack as in a small one."""
    asked = mock.Mock(side_effect=canonical)
    monkeypatch.setattr(renames_of_packs, "canonical", asked)
    monkeypatch.setattr(rules_of_packs, "canonical", asked)
    counts = []
    for roles in (10, 40):
        old, new = (sized(tmp_path, roles, seed, begins) for seed, begins in ((1, "a"), (2, "b")))
        asked.reset_mock()
        found = [change.aspect for change in changes(old, new) if change.what is ChangeSubject.ROLE]
        assert sorted(found) == sorted([Aspect.ADDED, Aspect.REMOVED] * roles)
        counts.append(asked.call_count)
    assert 0 < counts[1] <= 4 * counts[0]


def test_what_is_renamed_in_random_packs_is_found_under_its_own_new_name() -> None:
    """Names by the dozen change at once, each thing naming others; none is taken for another one, and next to none is missed."""
    missed = 0
    for seed in range(20):
        chance = random.Random(seed)
        made = random_pack(chance, computed=True, language=2)
        things = {Sort.ATTRIBUTE: made.declared_attributes, Sort.TRACK: [track.id for track in made.tracks], Sort.ROLE: made.roles}
        names = {(sort, name): f"new-{name}" for sort, listed in things.items() for name in listed if chance.random() < 0.5}
        found = names_of(renames(made, with_names(made, names)))
        assert found.items() <= names.items()
        missed += len(names) - len(found)
    assert missed <= 5, "only what names each other in a circle is not found"


def test_equal_things_are_paired_in_their_order() -> None:
    """Of two roles that say the same, the first is the first, and conditions of one kind are paired likewise, whatever else is between."""
    before, after = ["a1", "b1", "a2", "a3"], ["c1", "a4", "b2", "a5"]
    assert paired(before, after, (lambda name: name[0],)) == [("a1", "a4"), ("b1", "b2"), ("a2", "a5"), ("a3", None), (None, "c1")]
    nothing: list[tuple[str | None, str | None]] = [("a1", None), (None, "a4")]
    assert paired(["a1"], ["a4"], (lambda _: None,)) == nothing


def test_what_is_listed_in_another_order_says_the_same() -> None:
    """Sets of the same ranks can come in two orders, and nothing hangs on it."""
    low, high = frozenset((0, 8)), frozenset((8, 0))
    assert str(low) != str(high), "two equal sets that read differently"
    others = AttributeTest(attribute="level", operator=Operator.ONE_OF, value=frozenset((4, 5)), span=SPAN)
    one, other = (AllOf(parts=(attrs.evolve(others, value=value), others), span=SPAN) for value in (low, high))
    assert canonical(one) == canonical(other)
