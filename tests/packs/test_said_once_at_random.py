"""Random packs, said over again by names, defaults and tables of roles, mean what they meant written out."""

from __future__ import annotations

import random
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from evaluator.core.comparable import spanless
from evaluator.core.conditions import names_used
from evaluator.diagnostics import Problems
from evaluator.reading.pack.pack import load_pack
from evaluator.reading.yaml.nodes import ListNode, Node, ScalarNode, parse_yaml
from tests.written_packs import Made, Plain, made, write_pack, written

SEEDS = [f"said once {number}" for number in range(40)]
COMBINED = ("all_of", "any_of", "none_of")
CONDITIONS = ("when", "applies_when", "almost")


def value_of(node: Node) -> Any:
    """Return what a file says, its plain scalars as they stand."""
    if isinstance(node, ScalarNode):
        return Plain(node.text) if node.plain else node.text
    if isinstance(node, ListNode):
        return [value_of(item) for item in node.items]
    return {entry.key.text: value_of(entry.value) for entry in node.entries}


class Saying:
    """Says one pack over again; what it chooses comes from one seed."""

    def __init__(self, pack: Made, seed: str) -> None:
        self.chance = random.Random(seed)
        self.files: dict[str, Any] = {}
        for name, text in pack.files.items():
            node = parse_yaml(text, name, Problems())
            assert node is not None
            self.files[name] = value_of(node)
        self.named: dict[str, object] = {}

    def often(self, share: float) -> bool:
        """Return whether something that happens so often happens now."""
        return self.chance.random() < share

    def condition(self, condition: Any) -> Any:
        """Return a condition of which some parts, or all of it, stand under names."""
        made: dict[str, Any] = {}
        for key, part in condition.items():
            made[key] = [self.condition(one) for one in part] if key in COMBINED else part
            if key == "at_least_of":
                made[key] = part | {"of": [self.condition(one) for one in part["of"]]}
        if not self.often(0.4):
            return made
        name = f"named_{len(self.named)}"
        self.named[name] = {"when": made} | ({"title": f"Named {len(self.named)}"} if self.often(0.5) else {})
        return {"condition": name}

    def criterion(self, criterion: dict[str, Any], defaults: Mapping[str, Any], usual: object) -> dict[str, Any]:
        """Return a criterion without what defaults say, and with what they would change."""
        made = {key: self.condition(value) if key in CONDITIONS else value for key, value in criterion.items()}
        for key, value in defaults.items():
            if key in {"weight", "required"} and "caps_at" in made:
                if "weight" in made and key == "required":
                    made.setdefault("required", False)
                continue
            if key not in made:
                made[key] = usual if key == "weight" else False
            elif made[key] == value:
                del made[key]
        return made

    def role(self, name: str, usual: object) -> None:
        """Say a role by defaults, and perhaps as the row of a table with cells for some of its values."""
        role = self.files[name]
        if "criteria" not in role:
            return
        defaults: dict[str, Any] = {"basis": "judgement"}
        defaults |= {"kind": self.chance.choice(role["criteria"])["kind"]} if self.often(0.7) else {}
        defaults |= {"weight": Plain(self.chance.choice(["2", "0.5"]))} if self.often(0.5) else {}
        defaults |= {"required": True} if self.often(0.5) else {}
        role["criteria"] = [self.criterion(one, defaults, usual) for one in role["criteria"]]
        role["defaults"] = defaults
        if self.often(0.6):
            del self.files[name]
            cells: dict[str, Any] = {}
            template = {key: self.template(value, cells) if key == "criteria" else value for key, value in role.items() if key != "role"}
            own = {key: template.pop(key) for key in ("title", "rung") if self.often(0.5)}
            self.files[f"roles/table-of-{role['role']}.yaml"] = template | {"roles": {role["role"]: own | cells}}

    def template(self, value: Any, cells: dict[str, Any]) -> Any:
        """Return a part of a role with columns in the place of some values, which go into cells."""
        if isinstance(value, Mapping):
            return {key: self.template(part, cells) for key, part in value.items()}
        whole = isinstance(value, list) and not any(isinstance(one, Mapping | list) for one in value)
        if isinstance(value, list) and not whole:
            return [self.template(part, cells) for part in value]
        if not self.often(0.3):
            return value
        cells[f"cell_{len(cells)}"] = value
        return f"{{cell_{len(cells) - 1}}}"

    def again(self) -> dict[str, str]:
        """Return the files of the pack as they are said now."""
        head = self.files["pack.yaml"]
        usual = head["scoring"]["default_weight"]
        for name in [one for one in self.files if one.startswith("roles/")]:
            self.role(name, usual)
        for one in (*head.get("policies", ()), *self.files["moves.yaml"]["moves"]):
            one.update({key: self.condition(one[key]) for key in CONDITIONS if key in one})
        self.files["moves.yaml"]["defaults"] = {"basis": "judgement"}
        for move in self.files["moves.yaml"]["moves"]:
            if move["basis"] == "judgement":
                del move["basis"]
        head |= {"conditions": self.named} if self.named else {}
        return {name: written(content) for name, content in self.files.items()}


@pytest.mark.parametrize("seed", SEEDS)
def test_what_is_said_once_means_the_same(seed: str, tmp_path: Path) -> None:
    """Criteria, policies and moves are those of the pack written out, role by role, but for their places and names."""
    pack = made(seed, 1)
    if '"language": 2' not in pack.files["pack.yaml"]:
        return
    plain = load_pack(write_pack(pack, tmp_path / "plain"))
    pack.files = Saying(pack, seed).again()
    again = load_pack(write_pack(pack, tmp_path / "again"))
    assert {name: spanless(role) for name, role in again.roles.items()} == {name: spanless(role) for name, role in plain.roles.items()}
    assert spanless(again.moves) == spanless(plain.moves)
    assert spanless(again.policies) == spanless(plain.policies)


def test_random_packs_say_it_in_every_way(tmp_path: Path) -> None:
    """Among the packs are names within names, cells, and defaults of every key."""
    texts, used = "", 0
    for seed in SEEDS[:12]:
        pack = made(seed, 1)
        if '"language": 2' in pack.files["pack.yaml"]:
            pack.files = Saying(pack, seed).again()
            texts += "".join(pack.files.values())
            again = load_pack(write_pack(pack, tmp_path / seed.replace(" ", "-")))
            used += sum(len(list(names_used(condition))) > 1 for condition in again.conditions)
    assert used
    assert all(
        word in texts for word in ('{"condition":', '"{cell_0}"', '"roles": {"', '"defaults": {"basis"', '"weight"', '"required": true')
    )
