"""What a pack says once: defaults of criteria and moves, and one lookup of several attributes."""

from __future__ import annotations

from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from evaluator.core.enums import Basis, CriterionKind
from evaluator.core.model import Criterion, Pack
from evaluator.diagnostics import Problems
from evaluator.packs.changes.rules import changes
from evaluator.packs.set.scalar_paths import edited
from evaluator.reading.pack.pack import load_pack
from evaluator.reading.pack.schema import schemas
from evaluator.reading.yaml.nodes import read_yaml
from tests.packs.test_schema import as_an_editor_reads
from tests.tiny_pack import FILES, write

SECOND = {**FILES, "pack.yaml": FILES["pack.yaml"].replace("pack: tiny\n", "pack: tiny\nlanguage: 2\n")}
HANDBOOK = "source: {document: handbook, section: Directors}"
TWO = """role: expert
title: Expert
track: craft
rung: 2
DEFAULTS
criteria:
  - {id: leads, title: Leads, when: {leadership: {at_least: expert}}FIRST}
  - {id: money, title: Owns money, when: {budget: true}SECOND}
"""


def pack_with(folder: Path, *, pack: str = "", role: str = "", first: str = "", second: str = "") -> Pack:
    """Return the tiny pack with defaults in pack.yaml and in a role of two criteria, and what these say themselves."""
    text = TWO.replace("DEFAULTS", f"defaults: {role}" if role else "")
    text = text.replace("FIRST", f", {first}" if first else "").replace("SECOND", f", {second}" if second else "")
    head = SECOND["pack.yaml"] + (f"defaults: {pack}\n" if pack else "")
    return load_pack(write(folder, {**SECOND, "pack.yaml": head, "roles/expert.yaml": text}))


def expert(pack: Pack) -> tuple[Criterion, Criterion]:
    """Return the criteria of the expert."""
    first, second = pack.roles["expert"].criteria
    return first, second


def test_the_nearest_default_wins(tmp_path: Path) -> None:
    """A criterion goes by what it says, then by its role, then by the pack, key by key."""
    pack = pack_with(tmp_path, pack="{kind: skill, basis: judgement, weight: 5}", role="{weight: 3, required: true}", second="kind: step")
    first, second = expert(pack)
    assert (first.kind, first.basis, first.weight, first.required) == (CriterionKind.SKILL, Basis.JUDGEMENT, 3, True)
    assert (second.kind, second.weight) == (CriterionKind.STEP, 3)
    assert (pack.roles["manager"].criteria[0].kind, pack.roles["manager"].criteria[0].weight) == (CriterionKind.QUALIFICATION, 5)


def test_a_judgement_takes_no_source_of_others(tmp_path: Path) -> None:
    """No document is cited for what is a judgement, wherever it is said that it is one."""
    stated = f"{{kind: skill, basis: documented, {HANDBOOK}}}"
    first, second = expert(pack_with(tmp_path / "a", role=stated, second="basis: judgement"))
    assert first.source is not None
    assert second.source is None
    pack = pack_with(tmp_path / "b", pack=f"{{kind: skill, {HANDBOOK}}}", role="{basis: judgement}", second="basis: inferred")
    first, second = expert(pack)
    assert (first.source, second.source is None) == (None, False)


def test_no_default_makes_a_cap_count(tmp_path: Path) -> None:
    """What only caps stands in no count, whatever weight others have by default; with a weight of its own it takes the rest."""
    role = "{kind: skill, basis: judgement, weight: 3, required: true}"
    first, second = expert(pack_with(tmp_path, role=role, first="caps_at: nearly", second="caps_at: nearly, weight: 1"))
    assert (first.counts, first.required) == (False, False)
    assert (second.weight, second.required) == (1, True)


def test_policies_and_moves_have_defaults_too(tmp_path: Path) -> None:
    """Policies go by the defaults of the pack, moves by those of their file."""
    policies = "policies:\n  - {id: talked, title: Talked, when: {budget: true}}\n"
    moves = "defaults: {kind: promotion, basis: judgement}\nmoves:\n  - {from: manager, to: director}\n"
    moves += "  - {from: manager, to: expert, kind: lateral}\n"
    head = f"{SECOND['pack.yaml']}defaults: {{kind: step, basis: judgement, weight: 2}}\n{policies}"
    pack = load_pack(write(tmp_path, {**SECOND, "pack.yaml": head, "moves.yaml": moves}))
    assert (pack.policies[0].criterion.kind, pack.policies[0].criterion.weight) == (CriterionKind.STEP, 2)
    assert [(str(move.kind), move.basis) for move in pack.moves] == [("promotion", Basis.JUDGEMENT), ("lateral", Basis.JUDGEMENT)]


@pytest.mark.parametrize(
    ("old", "new", "fields"),
    [
        ({"role": "{kind: skill, basis: judgement}"}, {"pack": "{kind: skill, basis: judgement}"}, []),
        (
            {"role": "{kind: skill, basis: judgement}"},
            {"first": "kind: skill, basis: judgement", "second": "kind: skill, basis: judgement"},
            [],
        ),
        (
            {"role": "{kind: skill, basis: judgement}"},
            {"role": "{kind: skill, basis: judgement}", "pack": f"{{kind: step, basis: inferred, {HANDBOOK}}}"},
            [],
        ),
        (
            {"role": "{kind: skill, basis: judgement, weight: 2}"},
            {"role": "{kind: skill, basis: judgement, weight: 3}", "second": "weight: 2"},
            [("leads", "weight")],
        ),
        (
            {"role": "{kind: skill, basis: judgement}"},
            {"role": "{kind: skill, basis: judgement, required: true}"},
            [("leads", "required"), ("money", "required")],
        ),
    ],
)
def test_diff_compares_what_defaults_come_to(
    old: dict[str, str], new: dict[str, str], fields: list[tuple[str, str]], tmp_path: Path
) -> None:
    """A default that is moved without effect is no change; one that has an effect is one wherever it has it."""
    packs = pack_with(tmp_path / "old", **old), pack_with(tmp_path / "new", **new)
    assert [(change.key, change.field) for change in changes(*packs)] == fields


@pytest.mark.parametrize(
    ("role", "path", "place", "criteria"),
    [
        ("{kind: skill, basis: judgement, weight: 2}", "leads.weight", (5, 51), 2),
        ("{kind: skill, basis: judgement, weight: 2, required: false}", "money.required", (5, 64), 2),
    ],
)
def test_a_default_is_set_where_it_stands(role: str, path: str, place: tuple[int, int], criteria: int, tmp_path: Path) -> None:
    """`set` changes the default itself, says for which criteria it is said, and changes no other byte."""
    pack = pack_with(tmp_path, role=role)
    edit, target = edited(pack, pack.roles["expert"], path, "true" if "required" in path else "7")
    assert (edit.place.line, edit.place.column) == place
    assert len(target.holds_for) == criteria
    line = edit.before.split(b"\n")[4]
    assert [one for one in edit.after.split(b"\n") if one not in edit.before.split(b"\n")] == [
        line[: place[1] - 1] + edit.new.encode() + line[place[1] - 1 + len(edit.old) :]
    ]


def test_what_a_criterion_says_itself_is_set_there(tmp_path: Path) -> None:
    """A weight of its own is the one that is changed, and holds for no other criterion."""
    pack = pack_with(tmp_path, role="{kind: skill, basis: judgement, weight: 2}", second="weight: 4")
    edit, target = edited(pack, pack.roles["expert"], "money.weight", "5")
    assert (edit.place.line, edit.old, target.holds_for) == (8, "4", ())


@pytest.mark.parametrize(
    ("name", "file", "text", "fits"),
    [
        ("role", "roles/expert.yaml", TWO.replace("DEFAULTS", "defaults: {kind: step, basis: judgement}"), True),
        ("role", "roles/expert.yaml", TWO.replace("DEFAULTS", "defaults: {kind: step}"), False),
        ("role", "roles/expert.yaml", TWO.replace("DEFAULTS", "defaults: {kind: stepp, basis: judgement}"), False),
        ("moves", "moves.yaml", "defaults: {kind: lateral, basis: judgement}\nmoves: [{from: manager, to: director}]\n", True),
        ("moves", "moves.yaml", "defaults: {kind: lateral}\nmoves: [{from: manager, to: director}]\n", False),
        ("attributes", "attributes.yaml", "sum: {lookup: {of: [direct_reports, interim_months], table: points}}", True),
        ("attributes", "attributes.yaml", "sum: [{lookup: {of: [direct_reports], table: points}}, direct_reports]", True),
        ("attributes", "attributes.yaml", "lookup: {of: [direct_reports], table: points}", False),
        ("attributes", "attributes.yaml", "difference: [{lookup: {of: [direct_reports], table: points}}, 1]", False),
    ],
)
def test_editors_take_what_the_tool_takes(name: str, file: str, text: str, fits: bool, tmp_path: Path) -> None:  # noqa: FBT001 - a row
    """The schemas for editors and the reader of files agree on what is said once."""
    files = dict(SECOND)
    if name == "attributes":
        table = "tables:\n  points:\n    rows: {0: 0, 1: 2}\n"
        made = f"  made:\n    title: Made\n    type: number\n    derive:\n      {text}\n"
        files[file] = table + FILES[file].lstrip("\n") + made
    else:
        files[file] = text.replace("FIRST", "").replace("SECOND", "")
    folder = write(tmp_path, files)
    plain = load_pack(write(tmp_path / "plain", SECOND))
    schema = schemas(plain)[name]
    node = read_yaml(folder / file, Problems())
    assert node is not None
    assert Draft202012Validator(schema).is_valid(as_an_editor_reads(node)) == fits
    if fits:
        load_pack(folder)
