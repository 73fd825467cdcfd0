"""Whatever a verb writes as JSON is one kind of document: the same head and foot, and a schema that describes it."""

from __future__ import annotations

import copy
import importlib.util
import json
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click
import pytest
from jsonschema import Draft202012Validator, ValidationError

from evaluator import __version__, load_pack
from evaluator.cli.main import Verbs, run
from evaluator.report.json_documents import DOCUMENTS, FOLDER, schema
from evaluator.report.jsons import document
from evaluator.report.words import NOTICE
from tests.product import PRODUCT, ROOT

Capture = pytest.CaptureFixture[str]
SOFIA = "profiles/sofia-marquez.yaml"
ON = "--on profiles/people.csv"
YEARS = "product-experience.product_management_years.at_least"
DAY = "--as-of 2026-11-01"
PAST = "--decisions profiles/decisions.csv"
RUNS: tuple[tuple[str, str, int], ...] = (
    ("evaluation", f"evaluate {SOFIA} {DAY}", 0),
    ("evaluation", f"evaluate {SOFIA} --role product-director --as-of 2031-01-01 --engine reference", 0),
    ("evaluations", f"evaluate profiles/ada-lindqvist.yaml {SOFIA} {DAY}", 0),
    ("explanation", f"explain {SOFIA} product-director {DAY}", 0),
    ("explanation", f"explain profiles/people.csv head-of-product --person p017 {DAY}", 0),
    ("explanation", f"explain empty.yaml senior-product-manager {DAY}", 0),
    ("ranking", f"rank profiles/people.csv --role product-director {DAY}", 0),
    ("ranking", f"rank profiles/people.csv --role head-of-product --among everyone --top 40 --keep name {DAY}", 0),
    ("ranking", "rank profiles/people.csv --role product-director --as-of 2031-01-01 --engine reference", 0),
    ("bench", f"bench profiles/people.csv {DAY}", 0),
    ("bench", f"bench profiles/people.csv --seats seats.csv {DAY}", 0),
    ("bench", "bench profiles/people.csv --among everyone --where \"role = 'Product Director'\" --as-of 2031-01-01", 0),
    ("progress", f"progress profiles/people.csv later.csv --as-of-old 2026-03-31 --rules-old rules --rules stricter {DAY}", 1),
    ("progress", f"progress profiles/people.csv later.csv --as-of-old 2026-11-01 --role product-director --fail-if 'left 1' {DAY}", 1),
    ("plan", f"plan {SOFIA} product-director {DAY}", 0),
    ("plan", f"plan {SOFIA} product-director --by 2026-12-01 {DAY}", 0),
    ("plan", f"plan empty.yaml product-director {DAY}", 0),
    ("whatif", f"whatif {SOFIA} --set product_management_years=8 --set knowledge+=pricing {DAY}", 0),
    ("whatif", f"whatif profiles/people.csv --person p017 --set direct_reports=unknown --role product-director {DAY}", 0),
    ("decision", f"decide {SOFIA} product-director --decision deferred --reason Later --by Panel --log new.jsonl {DAY}", 0),
    ("decisions", "decisions list log.jsonl", 0),
    ("decisions-verified", "decisions verify log.jsonl --witness heads.jsonl", 0),
    ("decisions-verified", f"decisions verify torn.jsonl --expect 1:{'0' * 64}", 1),
    ("decisions-replayed", "decisions replay log.jsonl", 0),
    ("findings", "lint", 0),
    ("findings", "lint strange", 1),
    ("findings", "lint pieces", 1),
    ("findings", "profile check profiles", 0),
    ("findings", f"profile check wrong.yaml {SOFIA}", 1),
    ("rule-tests", "test --coverage product-director", 0),
    ("rule-tests", "test lowered", 1),
    ("rule-tests", "test --mutate product-director", 0),
    ("attributes", "show --attributes", 0),
    ("attributes", "show product-director --attributes", 0),
    ("proofs", f"prove product-director --only criteria --only implied {DAY}", 0),
    ("proofs", f"prove lowered product-director --only order --only direction --only bands --fail-on order {DAY}", 1),
    ("diff", "diff rules rules", 0),
    ("diff", f'diff rules stricter {ON} --fail-if "moved 1" {DAY}', 1),
    ("diff", f"diff rules stricter {ON} --by-group --among everyone {DAY}", 0),
    ("diff", f"diff rules stricter {ON} --by-group --exact --among everyone {DAY}", 0),
    ("sweep", f"sweep product-director {YEARS} --values 6,8,10 --by sex {ON} {DAY}", 0),
    ("sweep", f"sweep senior-product-manager {YEARS} --values 3,4 {ON} {PAST} --among everyone --by sex --exact {DAY}", 0),
    ("backtest", f"backtest {PAST} {ON} --seed 1", 0),
    ("backtest", f"backtest --decisions few.csv {ON} --no-search", 0),
    ("impact", f"impact {ON} --by sex --role product-director {DAY}", 0),
    ("impact", f"impact {ON} --law nyc144 --role product-director {DAY}", 0),
    ("impact", f"impact {ON} --among everyone --law nyc144 --exact --fail-if 'sex ratio < 0.8' {DAY}", 1),
)
"""The document, what writes it, and the exit code."""


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a folder with the sample data, packs of which something is wrong or changed, and logs of decisions."""
    there = tmp_path_factory.mktemp("documents")
    for name in ("rules", "profiles"):
        shutil.copytree(PRODUCT / name, there / name)
    role, years = Path("roles/product-director.yaml"), "product_management_years: {at_least: 8}"
    for name, new in (("stricter", years.replace("8", "9")), ("lowered", years.replace("8", "2"))):
        shutil.copytree(PRODUCT / "rules", there / name)
        text = (there / name / role).read_text(encoding="utf-8")
        assert years in text
        (there / name / role).write_text(text.replace(years, new), encoding="utf-8")
    shutil.copytree(PRODUCT / "rules", there / "strange")
    with (there / "strange" / role).open("a", encoding="utf-8") as file:
        file.write("strange: 1\n")
    (there / "pieces").mkdir()
    (there / "pieces" / "pack.yaml").write_text("pack: [\n", encoding="utf-8")
    (there / "empty.yaml").write_text("profile: empty\nname: Nobody\nrole: product-manager\nattributes: {}\n", encoding="utf-8")
    (there / "wrong.yaml").write_text("profile: wrong\nattributes: {coachin: 3}\n", encoding="utf-8")
    rows = (there / "profiles" / "people.csv").read_text(encoding="utf-8").splitlines()
    rows[1:4] = [rows[1].replace("p001", "new"), rows[2].replace("9.75", "many"), rows[3].replace("Product Manager", "Product Director")]
    (there / "later.csv").write_text("\n".join(rows[:-1]) + "\n", encoding="utf-8")
    (there / "seats.csv").write_text("role,holder,leaving\nHead of Product,,\nproduct-director,Leo,2027-06-30\n", encoding="utf-8")
    (there / "few.csv").write_text(
        "person,role,decision,date\np163,senior-product-manager,promoted,2024-03-22\nnobody,product-director,declined,2024-03-22\n",
        encoding="utf-8",
    )
    return there


def arguments(words: str) -> list[str]:
    import shlex

    return [*shlex.split(words), "--format", "json"]


@pytest.fixture
def there(written: Path, monkeypatch: pytest.MonkeyPatch, capsys: Capture) -> None:
    """Go to the folder, and take the decisions that some verbs are about."""
    monkeypatch.chdir(written)
    if not Path("log.jsonl").exists():
        first = f"decide {SOFIA} product-director --decision promoted --reason Now --by Panel --log log.jsonl --witness heads.jsonl {DAY}"
        assert run(arguments(first)) == 0
        assert run(arguments(first.replace("promoted", "declined") + " --corrects 1")) == 0
        Path("torn.jsonl").write_bytes(Path("log.jsonl").read_bytes().replace(b"Panel", b"Board", 1) + b'{"half')
        capsys.readouterr()


@pytest.mark.slow
@pytest.mark.parametrize(("name", "words", "code"), RUNS, ids=[f"{name} {place}" for place, (name, _, _) in enumerate(RUNS)])
@pytest.mark.usefixtures("there")
def test_what_a_verb_writes_fits_its_schema(name: str, words: str, code: int, capsys: Capture) -> None:
    """On the sample data, through the real command line."""
    assert run(arguments(words)) == code, capsys.readouterr()
    found = json.loads(capsys.readouterr().out)
    Draft202012Validator(schema(name)).validate(found)
    assert (found["format"], found["version"]) == (f"evaluator/{name}", 1)
    if name == "decision":
        assert found["tool_version"] == __version__
        return
    assert list(found)[:3] == ["format", "version", "provenance"]
    assert found["provenance"]["tool_version"] == __version__
    assert found["notice"] == NOTICE


def test_a_line_of_jsonl_is_an_evaluation(written: Path, monkeypatch: pytest.MonkeyPatch, capsys: Capture) -> None:
    """Each line is one document."""
    monkeypatch.chdir(written)
    assert run(["evaluate", "profiles/ada-lindqvist.yaml", SOFIA, *DAY.split(), "--format", "jsonl"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 2
    for line in lines:
        Draft202012Validator(schema("evaluation")).validate(json.loads(line))


def test_the_pack_is_told_the_same_in_every_document(written: Path, monkeypatch: pytest.MonkeyPatch, capsys: Capture) -> None:
    """Name, version and hash are those of the pack; of two packs each has its own; of one that cannot be read, none."""
    monkeypatch.chdir(written)
    packs = {name: load_pack(name) for name in ("rules", "stricter")}
    told = {name: {"pack": one.name, "pack_version": one.version, "pack_hash": one.content_hash} for name, one in packs.items()}
    assert told["rules"] != told["stricter"]
    heads = {}
    for words in ("show --attributes", "lint", "diff rules stricter", "lint pieces", f"rank profiles/people.csv --role expert {DAY}"):
        if run(arguments(words)) < 2:
            heads[words] = json.loads(capsys.readouterr().out)["provenance"]
        capsys.readouterr()
    assert heads["show --attributes"] == heads["lint"] == {"tool_version": __version__, **told["rules"]}
    assert heads["diff rules stricter"] == {"tool_version": __version__, "old": told["rules"], "new": told["stricter"]}
    assert heads["lint pieces"] == {"tool_version": __version__, "pack": None, "pack_version": None, "pack_hash": None}


def options_of(group: click.Group, before: str = "") -> Iterator[tuple[str, click.Command]]:
    ctx = click.Context(group)
    for name in group.list_commands(ctx):
        found = group.get_command(ctx, name)
        if isinstance(found, click.Group):
            yield from options_of(found, f"{before}{name} ")
        elif found is not None:
            yield f"{before}{name}", found


def test_every_verb_that_writes_json_is_driven_here() -> None:
    """A verb that gets --format json needs a document, and a run above."""
    writers = {
        name
        for name, command in options_of(Verbs(name="evaluator"))
        for option in command.params
        if option.name == "format" and isinstance(option.type, click.Choice) and "json" in option.type.choices
    }
    assert len(writers) >= 16
    assert writers == {name for name in writers if any(words.startswith(name) for _, words, _ in RUNS)}
    assert {name for name, _, _ in RUNS} == set(DOCUMENTS) - {"run"}  # which test_unattended.py holds: it is written beside results


def generator() -> Any:
    spec = importlib.util.spec_from_file_location("json_schemas", ROOT / "docs" / "json_schemas.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_schemas_are_in_step_with_what_makes_them() -> None:
    """`python docs/json_schemas.py` would write what is there; two are written by hand."""
    made = generator()
    assert set(made.BODIES) == set(DOCUMENTS) - {"evaluation", "evaluations", "decision"}
    stale = [name for name in made.BODIES if made.made(name) != DOCUMENTS[name].schema_file.read_text(encoding="utf-8")]
    assert not stale, "run `python docs/json_schemas.py`"
    assert {path.name for path in FOLDER.iterdir()} == {one.schema_file.name for one in DOCUMENTS.values()}


@pytest.mark.parametrize("name", DOCUMENTS)
def test_each_schema_is_one_and_refuses_what_it_does_not_know(name: str) -> None:
    """It is valid by its meta-schema, and an object with keys lists all of them: none can be added or left out unseen."""
    Draft202012Validator.check_schema(schema(name))
    for shape in shapes(schema(name)):
        if "properties" in shape:
            assert "additionalProperties" in shape, shape
            assert set(shape["required"]) <= set(shape["properties"])


def shapes(schema: object) -> Iterator[dict[str, Any]]:
    if isinstance(schema, dict):
        yield schema
        for part in schema.values():
            yield from shapes(part)
    elif isinstance(schema, list):
        for part in schema:
            yield from shapes(part)


CHANGES = {
    "a key too many": lambda found: found.update(extra=1),
    "no notice": lambda found: found.pop("notice"),
    "no provenance": lambda found: found.pop("provenance"),
    "another version": lambda found: found.update(version=2),
    "another format": lambda found: found.update(format="evaluator/plan"),
    "a key gone": lambda found: found.pop("considered"),
    "a number as text": lambda found: found["left_out"].update(why="3"),
    "a candidate without an id": lambda found: found["candidates"][0].pop("id"),
    "no tool": lambda found: found["provenance"].pop("tool_version"),
}


@pytest.mark.parametrize("change", CHANGES)
def test_a_document_that_is_not_whole_does_not_fit(change: str) -> None:
    """The schema sees what is missing, what is too much, and what is of another kind."""
    body = {
        "role": "lead",
        "as_of": "2026-11-01",
        "days": None,
        "among": "candidates",
        "considered": 1,
        "left_out": {"he holds it": 3},
        "rejected": 2,
        "candidates": [{"rank": 1, "id": "ada", "verdict": "ready"}],
        "level_with_the_last": 0,
        "open": {"shown_that_could_come_up": 0, "not_shown_that_could_come_before_the_last": 0},
    }
    made_by = {"tool_version": "1", "pack": "p", "pack_version": "1", "pack_hash": "0" * 16, "engine": "columns"}
    found: Any = copy.deepcopy(document("ranking", body, made_by))  # type: ignore[arg-type]
    check = Draft202012Validator(schema("ranking"))
    check.validate(found)
    CHANGES[change](found)
    with pytest.raises(ValidationError):
        check.validate(found)


def test_the_documentation_lists_every_document() -> None:
    """Each format stands in the table with what writes it and a link to its schema, and nothing else does."""
    text = (ROOT / "docs" / "evaluation-format.md").read_text(encoding="utf-8")
    row = re.compile(r"^\| \[`evaluator/([a-z-]+)`\]\((.+?)\) \| (.+?) \|", re.MULTILINE)
    rows = {name: (writer, link) for name, link, writer in row.findall(text)}
    assert rows == {one.name: (one.written_by, f"../{one.schema_file.relative_to(ROOT)}") for one in DOCUMENTS.values()}
