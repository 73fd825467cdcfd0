"""Roles from a table beside a template: what each row comes to, and that every message and edit points at its cell."""

from __future__ import annotations

from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from evaluator.cli.completion import _roles_of
from evaluator.core.comparable import spanless
from evaluator.core.conditions import leaves
from evaluator.core.model import Pack
from evaluator.core.results import Evaluation
from evaluator.diagnostics import Problems
from evaluator.engines.readiness import ENGINES, Evaluator
from evaluator.packs.changes.rules import changes
from evaluator.packs.edits import apply
from evaluator.packs.lint import lint_pack
from evaluator.packs.other_values import with_value
from evaluator.packs.set.scalar_paths import edited
from evaluator.packs.thresholds import find
from evaluator.reading.pack.pack import load_pack
from evaluator.reading.pack.schema import schemas
from evaluator.reading.profile.people import read_people
from evaluator.reading.yaml.nodes import read_yaml
from evaluator.reading.yaml.splicing import EditProblem
from evaluator.report.documents import text
from evaluator.report.explain import explanation
from tests.packs.test_schema import as_an_editor_reads
from tests.tiny_pack import AS_OF, FILES, PEOPLE, write

HEAD = FILES["pack.yaml"].replace("pack: tiny\n", "pack: tiny\nlanguage: 2\n")
TABLE = """track: craft
title: Expert {grade}
defaults: {kind: skill, basis: judgement}
roles:
  expert: {rung: 1, grade: one, years: 2, of: [people, either], least: 1, weight: 2, below: ~}
  expert-two: {rung: 2, grade: two, years: 4, of: [people], least: 2, weight: 3, below: expert}
  expert-three: {rung: 3, title: The third, grade: three, years: ~, of: [craft], least: 1, weight: 1, below: expert-two}
criteria:
  - id: years
    title: Years of grade {grade}
    weight: '{weight}'
    when:
      product_years: {at_least: '{years}', at_most: 40}
      preferred: {one_of: '{of}'}
  - id: some
    title: Some of them
    when:
      at_least_of:
        count: '{least}'
        of: [{budget: true}, {direct_reports: {at_least: 3}}]
  - id: before
    title: Ready for what comes before
    when: {ready_for: '{below}'}
"""
OWN = """role: {id}
title: {title}
track: craft
rung: {rung}
criteria:
  - id: years
    title: Years of grade {grade}
    kind: skill
    basis: judgement
    weight: {weight}
    when: {when}
  - id: some
    title: Some of them
    kind: skill
    basis: judgement
    when: {{at_least_of: {{count: {least}, of: [{{budget: true}}, {{direct_reports: {{at_least: 3}}}}]}}}}
"""
BEFORE = """  - id: before
    title: Ready for what comes before
    kind: skill
    basis: judgement
    when: {{ready_for: {below}}}
"""
ROWS = [
    {"id": "expert", "title": "Expert one", "rung": 1, "grade": "one", "weight": 2, "least": 1, "years": 2, "of": "people, either"},
    {"id": "expert-two", "title": "Expert two", "rung": 2, "grade": "two", "weight": 3, "least": 2, "years": 4, "of": "people"},
    {"id": "expert-three", "title": "The third", "rung": 3, "grade": "three", "weight": 1, "least": 1, "years": None, "of": "craft"},
]
BELOW = (None, "expert", "expert-two")


def table_files(table: str = TABLE) -> dict[str, str]:
    """Return the tiny pack with its expert in a table of three."""
    return {**{name: text for name, text in FILES.items() if name != "roles/expert.yaml"}, "pack.yaml": HEAD, "roles/grades.yaml": table}


def own_files() -> dict[str, str]:
    """Return the same with a file for each role, written by hand."""
    files = {**FILES, "pack.yaml": HEAD}
    for row, below in zip(ROWS, BELOW, strict=True):
        least = f"at_least: {row['years']}, " if row["years"] else ""
        when = f"{{product_years: {{{least}at_most: 40}}, preferred: {{one_of: [{row['of']}]}}}}"
        files[f"roles/{row['id']}.yaml"] = OWN.format(**row, when=when) + (BEFORE.format(below=below) if below else "")
    return files


@pytest.fixture
def pack(tmp_path: Path) -> Pack:
    """Give the pack with the table."""
    return load_pack(write(tmp_path / "rules", table_files()))


def test_a_row_is_the_role_that_a_file_would_be(pack: Pack, tmp_path: Path) -> None:
    """Every row comes to what a file of its own says, whatever its cells hold: numbers, lists, counts, weights, roles, or nothing."""
    written = load_pack(write(tmp_path / "own", own_files()))
    for row in ROWS:
        assert spanless(pack.roles[str(row["id"])]) == spanless(written.roles[str(row["id"])]), row["id"]
    assert list(changes(written, pack)) == []
    assert pack.declared_roles == written.declared_roles


@pytest.mark.parametrize("engine", sorted(ENGINES))
def test_engines_judge_rows_as_files(engine: str, pack: Pack, tmp_path: Path) -> None:
    """The verdicts are those of the roles written by hand, by every engine."""
    written = load_pack(write(tmp_path / "own", own_files()))
    folder = write(tmp_path / "people", PEOPLE)

    def verdicts(own: Pack) -> list[tuple[str, str, object]]:
        evaluator, problems = Evaluator(own, engine=engine), Problems()
        found: list[Evaluation] = [evaluator.evaluate(one, as_of=AS_OF) for one in read_people([folder], own, problems)]
        return sorted((one.profile.id, role, result.verdict) for one in found for role, result in one.roles.items())

    assert verdicts(pack) == verdicts(written)
    assert len(verdicts(pack)) == 15


def test_every_value_stands_at_its_cell(pack: Pack) -> None:
    """The place of a test is the cell of its row, and that of what all rows share is in the template."""
    tests = {test.attribute: test.span for test in leaves(pack.roles["expert-two"].criteria[0].when)}
    lines = TABLE.splitlines()
    row = pack.roles["expert-two"].row
    assert row is not None
    assert lines[row.line - 1].startswith("  expert-two:")
    shared = next(test.span for test in leaves(pack.roles["expert-two"].criteria[0].when) if test.value == 40)
    assert lines[shared.line - 1][shared.column - 1 : shared.end_column - 1] == "at_most: 40"
    assert lines[tests["preferred"].line - 1][tests["preferred"].column - 1 : tests["preferred"].end_column - 1] == "[people]"


EDITS = {
    "years.product_years.at_least": ("5", "years: 4,", "years: 5,", 0),
    "years.product_years.at_most": ("30", "at_most: 40", "at_most: 30", 3),
    "some.at_least_of.count": ("1", "least: 2,", "least: 1,", 0),
    "years.weight": ("7", "weight: 3,", "weight: 7,", 0),
    "some.direct_reports.at_least": ("9", "direct_reports: {at_least: 3}", "direct_reports: {at_least: 9}", 3),
    "some.budget.is": ("false", "budget: true", "budget: false", 3),
}
"""Paths, the value that they are set to, the text before and after, and for how many criteria it holds where it is several."""


def test_a_text_that_is_put_together_from_cells_is_no_single_value(tmp_path: Path) -> None:
    """To write a number over `1{least}` would change every row, and lose the column."""
    table = TABLE.replace("weight: '{weight}'", "weight: '1{weight}'").replace("at_least: '{years}', at_most: 40", "at_least: '1{least}'")
    for years in ("years: ~, ", "years: 2, ", "years: 4, "):
        table = table.replace(years, "")
    rules = write(tmp_path / "rules", table_files(table))
    made = load_pack(rules)
    for path in ("years.weight", "years.product_years.at_least"):
        with pytest.raises(EditProblem, match="is put together from cells of a table"):
            edited(made, made.roles["expert-two"], path, "13")


def test_a_row_says_nothing_that_the_template_says(tmp_path: Path) -> None:
    """Criteria of one row alone belong into a file of its own, and the step says so."""
    rules = write(tmp_path, table_files(TABLE.replace("rung: 2, grade: two", "rung: 2, criteria: [], grade: two")))
    (found,) = [one for one in lint_pack(rules).errors if one.code == "R101"]
    assert found.message == "a row has no key `criteria`"
    assert "a file of its own" in str(found.help)


@pytest.mark.parametrize("path", EDITS)
def test_an_edit_is_made_in_the_cell(path: str, pack: Pack, tmp_path: Path) -> None:
    """`set` writes the cell, or the template, and no other byte, and a moved pack is the one that is read from there."""
    value, old, new, holds_for = EDITS[path]
    role = pack.roles["expert-two"]
    edit, target = edited(pack, role, path, value)
    assert edit.after.decode() == TABLE.replace(old, new)
    assert len(target.holds_for) == holds_for
    apply(edit)
    again = load_pack(tmp_path / "rules")
    if not path.endswith("weight"):
        threshold = find(pack, role, path)
        moved = with_value(pack, threshold, threshold.parse(value))
        assert spanless(moved.roles) == spanless(again.roles)


def test_explain_names_the_cell(pack: Pack, tmp_path: Path) -> None:
    """`explain` points at the cell of the row and at the template."""
    (profile,) = read_people([write(tmp_path / "one", {"ada.yaml": PEOPLE["ada.yaml"]})], pack, Problems())
    evaluation = Evaluator(pack, engine="reference").evaluate(profile, as_of=AS_OF)
    shown = " ".join(text(explanation(evaluation, "expert-two", pack)).split())
    column = TABLE.splitlines()[5].index("4,") + 1
    assert f"grades.yaml:6:{column}, by the template at 9:9" in shown


def test_findings_are_told_at_the_row(tmp_path: Path) -> None:
    """What is wrong with one row is told there once, and what is wrong with the template once for all rows."""
    folder = write(tmp_path, table_files(TABLE.replace("years: 4", "years: 50").replace("Some of them", "'Some of them'")))
    found = [(one.code, one.span.line) for one in lint_pack(folder) if Path(one.span.path).name == "grades.yaml"]
    assert ("R301", 13) in found or ("R301", 6) in found
    assert len(found) == len(set(found))


def test_an_empty_row_is_told(tmp_path: Path) -> None:
    """A row whose empty cells leave no criterion is an error of that row."""
    table = "track: craft\nrung: 1\nroles:\n  expert: {title: Expert, years: ~}\ncriteria:\n"
    table += "  - {id: a, title: A, kind: skill, basis: judgement, when: {product_years: {at_least: '{years}'}}}\n"
    found = [(one.code, one.message, one.span.line) for one in lint_pack(write(tmp_path, table_files(table))).errors]
    assert found == [("R105", "the empty cells of `expert` leave out every criterion", 4)]


@pytest.mark.parametrize(
    ("old", "new", "fits"),
    [
        ("", "", True),
        ("at_least: '{years}'", "at_least: 'years'", False),
        ("kind: skill", "kind: skil", False),
        ("weight: '{weight}'", "weight: '{weight}'\n    required: true", True),
        ("weight: '{weight}'", "weight: heavy", False),
        ("track: craft\n", "", False),
        ("  expert: {rung: 1,", "  expert: {rung: one,", False),
        ("criteria:", "criterias:", False),
        ("roles:\n", "roles: {}\nrole:\n", False),
    ],
)
def test_editors_take_tables(old: str, new: str, fits: bool, pack: Pack, tmp_path: Path) -> None:  # noqa: FBT001 - a row
    """The schema takes a table with columns in the place of values, and refuses what is wrong in it."""
    schema = schemas(pack)["role"]
    Draft202012Validator.check_schema(schema)
    node = read_yaml(write(tmp_path, {"t.yaml": TABLE.replace(old, new, 1)}) / "t.yaml", Problems())
    assert node is not None
    assert Draft202012Validator(schema).is_valid(as_an_editor_reads(node)) == fits


def test_editors_still_take_files_of_one_role(pack: Pack, tmp_path: Path) -> None:
    """A file of one role fits the same schema."""
    for name in ("manager", "director", "chief"):
        node = read_yaml(tmp_path / f"rules/roles/{name}.yaml", Problems())
        assert node is not None
        assert Draft202012Validator(schemas(pack)["role"]).is_valid(as_an_editor_reads(node))


def test_shells_complete_the_rows(tmp_path: Path) -> None:
    """Completion offers the ids of rows, not of the file, however a row is laid out."""
    blocks = "title: T\nroles:\n  # first\n  one:\n    {rung: 1}\n\n  two: {rung: 2}\ncriteria:\n  three: x\n"
    folder = write(tmp_path, {"t.yaml": TABLE, "b.yaml": blocks, "lead.yaml": "role: lead\n"})
    names = [_roles_of(folder / name) for name in ("t.yaml", "b.yaml", "lead.yaml")]
    assert names == [["expert", "expert-two", "expert-three"], ["one", "two"], ["lead"]]
