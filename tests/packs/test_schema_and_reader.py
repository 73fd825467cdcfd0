"""What the reader takes, an editor's schema takes, and the other way round, over the files of random packs with random mistakes in them."""

from __future__ import annotations

import copy
import random
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from evaluator.core.model import Pack
from evaluator.diagnostics import Diagnostic, Problems
from evaluator.diagnostics.codes import Severity
from evaluator.reading.pack.imports import IMPORTS
from evaluator.reading.pack.pack import PACK, SOURCES, read_pack
from evaluator.reading.pack.roles import MOVES, ROLE
from evaluator.reading.pack.ruletests import TESTS, read_rule_tests
from evaluator.reading.pack.schema import schemas
from evaluator.reading.pack.shapes import Object
from evaluator.reading.profile.profile import PROFILE, read_profile
from evaluator.reading.yaml.nodes import parse_yaml
from tests.packs.test_said_once_at_random import value_of
from tests.packs.test_schema import as_an_editor_reads
from tests.written_packs import Plain, made, write_pack, written

UNSAID: tuple[tuple[str, str, str], ...] = (
    ("R107", "", "a schema does not know what its file is called"),
    ("R106", "is no name", "the id of a profile is its file's name, and of JSON Lines any text"),
    (
        "R201|R205|R207|R212",
        "there is no (?!field|scale|table)",
        "of names that a file declares and uses, the schema knows those of its last writing",
    ),
    ("R207", "there is no (field|scale|table) called", "the same: a file of attributes declares them itself"),
    ("R204", "none of the options|no level|is none of", "the same: the options of an attribute stand beside the rules that look them up"),
    ("R208", "", "no schema compares one name of a file with another"),
    ("R209", "", "no schema follows what is computed, or waits, from step to step"),
    ("R210|R211", "", "which type an expression has follows from what is computed inside it"),
    (
        "R204",
        "is no plain number|is no date|is neither true nor false|without decimals|no whole number",
        "the same: of which type a value has to be",
    ),
    ("R103", "one value is needed here", "the same: where several are looked up"),
    ("R203", "cannot stand here", "the same: where a condition on a verdict is used by its name"),
    ("R213", "", "no schema compares two numbers of a file: the ends of bands"),
    (
        "R204",
        "range|outside|between|up to|from .* up|lies before|lowest value|itself|leads up|on the rung",
        "the same: ends of ranges, days, and roles of a move",
    ),
    ("R204", "never judged|entry role|held only", "what kind of role is named stands in another file"),
    ("R104", "holds for it|never judged", "the same"),
    ("R301", "can never be met", "the same: how many conditions are listed and asked for"),
    ("R104", "no day of the calendar|more than 15 digits", "the form of a date or a number is said, and not which of them there are"),
    ("R204", "no day of the calendar|more than 15 digits|needs a day|day|month", "the same"),
    ("R102|R108", "only the last verdict|the last verdict", "no schema says which of a list is the last"),
    ("R103", r"a list of \{if", "the same: `otherwise` comes last"),
    ("R401", "names no source", "what a criterion takes from defaults of another file"),
    ("R102", r"a (criterion|policy|move) needs the key `(kind|basis)`", "the same"),
    (
        "R104",
        "missing input can do|can stand for 0 or 1|stands in for a part",
        "what may stand for what is missing hangs on the type of the expression",
    ),
    (
        "R102|R108",
        "`(within|last|by|of_which|latest|earliest)`|needs the key `by`|says nothing",
        "which keys go together in an operator over entries",
    ),
    ("R404|R403|P106", "group", "names of groups are known by their words"),
    ("P1", "", "a profile may state what the pack computes, or holds otherwise"),
)
"""What an error of the reader may say that no schema does: codes, words of the message, and why."""

ADDED: Mapping[str, object] = {
    "report": True,
    "caps_at": "nearly",
    "order": 1,
    "entry": True,
    "interim": True,
    "held_only": True,
    "destination": True,
    "cumulative": True,
    "defaults": {"kind": "skill"},
    "policies": [{"id": "p", "title": "P", "kind": "step", "basis": "judgement", "when": {"f0": True}}],
    "conditions": {"c": {"when": {"f0": True}}},
    "condition": "c",
    "ready_for": "role1",
    "current_rung": {"at_least": 1},
    "above": 0,
    "below": 5,
    "last": 2,
    "nth": 2,
    "within": "1 year",
    "of_which": {"people": {"at_least": 1}},
    "by": "start",
    "weight": "share",
    "share": Plain("0.5"),
    "roles": {"a": {"rung": 1}},
    "kind": "demotion",
    "language": 2,
    "missing": "skip",
    "may_be_given": True,
    "range": {"at_least": 0},
    "unit": "years",
    "ceil": "n0",
    "earliest": {"records": "jobs", "field": "start"},
    "lookup": {"of": ["n0", "n1"], "table": "by_points"},
    "required": True,
    "almost": {"f0": True},
    "criteria": [],
    "tracks": ["t0"],
}
"""Keys of both editions, each with a value that it takes somewhere."""
OTHERS = (3, "3", Plain("2.5"), "0.5", Plain("true"), "true", "word", [], {}, [1], {"a": 1}, Plain("~"), -1, Plain("2026-01-01"), "2026-01")
PROFILE_OF_ADA = {
    "profile": "ada",
    "name": "Ada",
    "role": "role0",
    "as_of": Plain("2026-12-01"),
    "gathered": Plain("2026-11-01"),
    "attributes": {"f0": True, "n0": 3, "s0": "mid", "c0": "red", "st": ["red"]},
    "evidence": {"n0": [{"what": "x", "when": 2026, "link": "https://example.org/c"}]},
    "groups": {"sex": "x"},
    "notes": "n",
}


def _tests_file(pack: Pack) -> tuple[str, dict[str, Any]]:
    role = next(role for role in pack.roles.values() if role.criteria)
    named = role.criteria[0].id
    first = {
        "name": "one",
        "attributes": {"c0": "red", "st": ["red"]},
        "without": ["f0"],
        "as_of": Plain("2026-12-01"),
        "expect": {
            "verdict": "ready",
            "score": Plain("0.5"),
            "gaps": [named],
            "questions": ["f0"],
            "standing": {"t0": "none"},
            "met": [named],
        },
    }
    if pack.language > 1:
        first["expect"] = {**first["expect"], "demotions": []}  # type: ignore[dict-item]
    second = {"name": "two", "expect": {"verdict": {"between": ["not yet", "ready"]}, "next_roles": [], "unmet": [named]}}
    base = {"role": role.id, "attributes": {"f0": True, "n0": 3, "s0": "mid"}}
    return f"tests/{role.id}.yaml", {"role": role.id, "as_of": Plain("2026-11-01"), "base": base, "tests": [first, second]}


Path_ = tuple[str | int, ...]


def _paths(value: Any, at: Path_ = ()) -> Iterator[Path_]:
    yield at
    entries = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, part in entries:
        yield from _paths(part, (*at, key))


def _at(value: Any, path: Path_) -> Any:
    for key in path:
        value = value[key]
    return value


def with_a_mistake(chance: random.Random, value: Any) -> Any:
    """Return what a file says with one edit: a key taken out, renamed or added, a value of another type, or one from elsewhere."""
    new = copy.deepcopy(value)
    paths = [path for path in _paths(new) if path]
    path = chance.choice(paths)
    parent, key = _at(new, path[:-1]), path[-1]
    match chance.choice(["drop", "rename", "retype", "add", "add", "swap"]):
        case "drop":
            del parent[key]
        case "rename" if isinstance(parent, dict):
            words = [one[-1] for one in paths if isinstance(one[-1], str)]
            other = chance.choice([f"{key}x", chance.choice(words), chance.choice(list(ADDED))])
            left = [(other if name == key else name, part) for name, part in parent.items() if name == key or name != other]
            parent.clear()
            parent.update(left)
        case "add":
            mappings = [one for one in (_at(new, path) for path in [(), *paths]) if isinstance(one, dict)]
            other = chance.choice(list(ADDED))
            chance.choice(mappings)[other] = ADDED[other]
        case "swap":
            parent[key] = copy.deepcopy(_at(new, chance.choice(paths)))
        case _:
            parent[key] = copy.deepcopy(chance.choice([*OTHERS, [parent[key]], {"x": parent[key]}]))
    return new


def _schema_name(name: str) -> str:
    return {"roles": "role", "tests": "tests", "profiles": "profile"}.get(name.split("/", 1)[0], Path(name).stem)


class Reading:
    """A random pack in a folder, its schemas, and both answers to a file of it: the reader's errors, and whether the schema fits."""

    def __init__(self, seed: str, folder: Path) -> None:
        pack = made(seed, 0)
        write_pack(pack, folder)
        self.folder = folder
        read = read_pack(folder, Problems())
        assert read is not None
        self.pack = read
        self.files: dict[str, Any] = {name: _value(text) for name, text in pack.files.items() if name != "sources.yaml"}
        name, value = _tests_file(read)
        self.files |= {name: value, "profiles/ada.yaml": PROFILE_OF_ADA}
        for one in (name, "profiles/ada.yaml"):
            (folder / one).parent.mkdir(exist_ok=True)
            self.write(one, self.files[one])
        self.validators = {kind: Draft202012Validator(schema) for kind, schema in schemas(read).items()}

    def write(self, name: str, value: Any) -> None:
        """Write a file."""
        (self.folder / name).write_text(written(value) + "\n", encoding="utf-8")

    def errors(self, name: str) -> tuple[Pack | None, list[Diagnostic]]:
        """Return what the reader has against a file."""
        problems = Problems()
        pack = read_pack(self.folder, problems)
        if pack is not None and not problems.errors:
            read_rule_tests(pack, problems)
            read_profile(self.folder / "profiles/ada.yaml", pack, problems)
        path = str(self.folder / name)
        return pack, [one for one in problems if one.severity is Severity.ERROR and one.span.path == path]

    def fits(self, name: str, value: Any, pack: Pack | None) -> bool:
        """Whether a file fits the schema that was written of the pack before, or one written now."""
        node = parse_yaml(written(value), name, Problems())
        assert node is not None
        read, kind = as_an_editor_reads(node), _schema_name(name)
        if self.validators[kind].is_valid(read):
            return True
        return pack is not None and Draft202012Validator(schemas(pack)[kind]).is_valid(read)


def _value(text: str) -> Any:
    node = parse_yaml(text, "file", Problems())
    assert node is not None
    return value_of(node)


def _unsaid(error: Diagnostic) -> bool:
    return any(re.match(codes, error.code) and re.search(words, error.message) for codes, words, _ in UNSAID)


@pytest.mark.parametrize("seed", range(6))
def test_reader_and_schema_take_the_same_files(seed: int, tmp_path: Path) -> None:
    """A file with a mistake is refused by both, but for what no schema can say; and one that the reader takes fits the schema."""
    chance = random.Random(f"mistakes {seed}")
    reading = Reading(f"schema {seed}", tmp_path)
    for name, value in reading.files.items():
        assert reading.fits(name, value, None), name
    refused = 0
    for _ in range(20):
        name = chance.choice(list(reading.files))
        value = with_a_mistake(chance, reading.files[name])
        reading.write(name, value)
        pack, errors = reading.errors(name)
        fits = reading.fits(name, value, None if errors else pack)
        reading.write(name, reading.files[name])
        refused += bool(errors)
        if fits and errors:
            assert all(map(_unsaid, errors)), (name, written(value), [(error.code, error.message) for error in errors])
        assert fits or errors, (name, written(value))
    assert refused > 8


def _keys_of(shape: object) -> Iterator[tuple[str, int]]:
    """Yield the keys of a shape, and of shapes inside it, with the edition that each belongs to."""
    if isinstance(shape, Object):
        for key in shape.keys:
            yield key.name, key.since
            yield from _keys_of(key.shape)
    elif (inner := getattr(shape, "shape", None)) is not None:
        yield from _keys_of(inner)


def _keys_in(schema: Any) -> Iterator[str]:
    """Yield the names that a schema lists as keys, wherever they stand."""
    if isinstance(schema, dict):
        for word, part in schema.items():
            if word == "properties":
                yield from part
            yield from _keys_in(list(part.values()) if word in {"properties", "$defs"} else part)
    elif isinstance(schema, list):
        for part in schema:
            yield from _keys_in(part)


def _minimal(folder: Path, edition: int) -> Pack:
    (folder / "roles").mkdir()
    (folder / "pack.yaml").write_text(
        f"pack: p\ntitle: P\nversion: 1.0.0\nlanguage: {edition}\neffective: 2026-01-01\ntracks: {{main: {{title: Main}}}}\n"
        "verdicts:\n  - {verdict: ready, when: {score: {at_least: 1}}}\n  - verdict: not yet\n"
    )
    (folder / "attributes.yaml").write_text("attributes: {a: {title: A, type: flag, question: A?}}\n")
    (folder / "roles/lead.yaml").write_text(
        "role: lead\ntitle: Lead\ntrack: main\nrung: 1\n"
        "criteria: [{id: a, title: A, kind: skill, basis: judgement, advice: Do., when: {a: true}}]\n"
    )
    pack = read_pack(folder, Problems())
    assert pack is not None
    return pack


@pytest.mark.parametrize("edition", [1, 2])
def test_an_editor_offers_the_keys_of_the_edition(edition: int, tmp_path: Path) -> None:
    """Keys that belong to edition 2 are offered in a pack of edition 2, and in none of edition 1."""
    every = [key for shape in (PACK, SOURCES, MOVES, IMPORTS, ROLE, TESTS, PROFILE) for key in _keys_of(shape)]
    later = {name for name, since in every if since > 1} - {name for name, since in every if since == 1}  # some stand elsewhere before
    assert {"policies", "conditions", "defaults", "caps_at", "entry", "interim", "held_only", "cumulative", "by"} <= later
    made_now = schemas(_minimal(tmp_path, edition))
    offered = set(_keys_in([made_now["pack"], made_now["role"], made_now["moves"], made_now["tests"]]))
    assert (offered & later == later) if edition > 1 else not offered & later
    assert not set(_keys_in(made_now)) & {"since"}
    kinds = made_now["moves"]["properties"]["moves"]["items"]["properties"]["kind"]["enum"]
    assert ("demotion" in kinds) is (edition > 1)


QUOTED = {
    "a weight in quotes": ("weight: 2", 'weight: "2"'),
    "a flag in quotes": ("required: true", 'required: "true"'),
    "a flag in capitals": ("required: true", "required: TRUE"),
    "a rung in quotes": ("rung: 1", "rung: '1'"),
    "an amount in quotes": ("{a: true}", '{a: "true"}'),
}


@pytest.mark.parametrize(("old", "new"), QUOTED.values(), ids=QUOTED)
def test_what_is_quoted_is_taken_by_both(old: str, new: str, tmp_path: Path) -> None:
    """Quotes change nothing for the reader, which goes by the declared type, nor for an editor."""
    pack = _minimal(tmp_path, 2)
    path = tmp_path / "roles/lead.yaml"
    text = path.read_text().replace("basis:", "weight: 2, required: true, basis:").replace(old, new)
    assert new in text
    path.write_text(text)
    problems = Problems()
    assert read_pack(tmp_path, problems) is not None
    assert not problems.errors
    node = parse_yaml(text, "lead.yaml", Problems())
    assert node is not None
    assert Draft202012Validator(schemas(pack)["role"]).is_valid(as_an_editor_reads(node))
