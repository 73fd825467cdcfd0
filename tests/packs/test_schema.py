"""The JSON Schemas accept every file of the default pack, refuse what the reader refuses, and are in step with it."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from evaluator.diagnostics import Problems
from evaluator.reading.pack.pack import load_pack
from evaluator.reading.pack.schema import FILES, schema_text, schemas
from evaluator.reading.yaml.nodes import ListNode, Node, ScalarNode, read_yaml
from tests.product import ROOT

RULES = ROOT / "rules"


def _schema_name(path: Path) -> str:
    if path.parent.name in {"roles", "tests", "profiles"}:
        return {"roles": "role", "tests": "tests", "profiles": "profile"}[path.parent.name]
    return path.stem


FILES_OF_THE_PACK = sorted(
    [*RULES.glob("*.yaml"), *RULES.glob("roles/*.yaml"), *RULES.glob("tests/*.yaml"), *(ROOT / "profiles").glob("*.yaml")]
)


def as_an_editor_reads(node: Node) -> object:
    """Resolve scalars by the core schema of YAML 1.2, as an editor's language server does."""
    if isinstance(node, ScalarNode):
        if not node.plain:
            return node.text
        if node.empty:
            return None
        if node.text in {"true", "false"}:
            return node.text == "true"
        if re.fullmatch(r"-?[0-9]+", node.text):
            return int(node.text)
        return float(node.text) if re.fullmatch(r"-?[0-9]+\.[0-9]+", node.text) else node.text
    if isinstance(node, ListNode):
        return [as_an_editor_reads(item) for item in node.items]
    return {entry.key.text: as_an_editor_reads(entry.value) for entry in node.entries}


@pytest.fixture(scope="module")
def made() -> dict[str, dict[str, object]]:
    """The schemas of the default pack."""
    return schemas(load_pack(RULES))


@pytest.mark.parametrize("name", FILES)
def test_the_stored_schema_is_in_step_with_the_model(name: str, made: dict[str, dict[str, object]]) -> None:
    """What lies in rules/schema is what the shapes and the pack give today; `evaluator schema` brings it up to date."""
    assert (RULES / "schema" / f"{name}.json").read_text(encoding="utf-8") == schema_text(made[name])


@pytest.mark.parametrize("name", FILES)
def test_the_schema_is_a_valid_one(name: str, made: dict[str, dict[str, object]]) -> None:
    """Every schema is valid 2020-12."""
    Draft202012Validator.check_schema(made[name])


@pytest.mark.parametrize("path", FILES_OF_THE_PACK, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_a_file_of_the_pack_fits_its_schema(path: Path, made: dict[str, dict[str, object]]) -> None:
    """What the reader takes, the schema takes; and the file's first line names that schema."""
    node = read_yaml(path, Problems())
    assert node is not None
    name = _schema_name(path)
    errors = [
        f"{'/'.join(map(str, error.absolute_path))}: {error.message[:200]}"
        for error in Draft202012Validator(made[name]).iter_errors(as_an_editor_reads(node))
    ]
    assert not errors
    first = path.read_text(encoding="utf-8").split("\n", 1)[0]
    named = first.removeprefix("# yaml-language-server: $schema=")
    assert (path.parent / named).resolve() == RULES / "schema" / f"{name}.json"


BAD_ROLES = {
    "a misspelt attribute": {"product_managment_years": {"at_least": 8}},
    "an operator of another type": {"product_management_years": {"includes": 8}},
    "a sign for an operator": {"product_management_years": {">=": 8}},
    "a word that is no option": {"preferred_work": {"is": "managing"}},
    "an unknown combinator": {"some_of": []},
    "an empty condition": {},
}


@pytest.mark.parametrize("when", BAD_ROLES.values(), ids=BAD_ROLES)
def test_the_role_schema_refuses(when: dict[str, object], made: dict[str, dict[str, object]]) -> None:
    """What the reader refuses in a condition, an editor underlines too."""
    criterion = {"id": "one", "title": "One", "kind": "step", "basis": "judgement", "when": when}
    role = {"role": "one", "title": "One", "track": "management", "rung": 1, "criteria": [criterion]}
    assert list(Draft202012Validator(made["role"]).iter_errors(role))


def test_the_schemas_are_json_without_surprises(made: dict[str, dict[str, object]]) -> None:
    """A schema read back from its text is the schema."""
    for schema in made.values():
        assert json.loads(schema_text(schema)) == schema


def test_a_section_is_one_of_the_document_cited(made: dict[str, dict[str, object]]) -> None:
    """An editor offers and takes the headings of the document that is named, and of no other."""
    pack = load_pack(RULES)
    listed = [document for document in pack.documents.values() if document.sections]
    assert len(listed) > 1
    for document in listed:
        others = {section for other in listed for section in other.sections} - set(document.sections)
        for section, fits in (*((one, True) for one in document.sections), *((one, False) for one in others)):
            criterion = {
                "id": "one",
                "title": "One",
                "kind": "step",
                "basis": "documented",
                "when": {"direct_reports": {"at_least": 1}},
                "source": {"document": document.id, "section": section},
            }
            role = {"role": "one", "title": "One", "track": "management", "rung": 1, "criteria": [criterion]}
            assert Draft202012Validator(made["role"]).is_valid(role) is fits


def test_keys_that_exclude_each_other_do_so_in_an_editor(made: dict[str, dict[str, object]]) -> None:
    """A band closed and open at one end is refused, as the reader refuses it."""
    attribute = {"title": "A", "type": "scale", "scale": "s", "question": "A?", "absent_means": "low"}
    assert Draft202012Validator(made["attributes"]).is_valid({"attributes": {"a": attribute}})
    computed = {**attribute, "derive": {"attribute": "direct_reports"}}
    assert not Draft202012Validator(made["attributes"]).is_valid({"attributes": {"a": computed}})


def test_everything_that_is_completed_says_what_it_does(made: dict[str, dict[str, object]]) -> None:
    """Each test, each combination and each operator of `derive:` has a description."""
    definitions = {**made["role"]["$defs"], **made["attributes"]["$defs"]}  # type: ignore[dict-item]
    bodies = [part for name, body in definitions.items() if name.startswith("tests-") for part in (body, *body.get("anyOf", ()))]
    tests = [(name, shape) for body in bodies for name, shape in body.get("properties", {}).items()]
    combined = [(name, definitions["condition"]["properties"][name]) for name in ("all_of", "any_of", "none_of", "at_least_of")]
    operators = list(definitions["expression"]["anyOf"][1]["properties"].items())
    assert len(tests) > 20
    assert len(operators) > 20
    assert not [name for name, shape in (*tests, *combined, *operators) if not shape.get("description")]
