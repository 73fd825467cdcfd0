"""People loaded from Python, their evaluations and what is wrong with them as frames, and how results show themselves in a notebook."""

from __future__ import annotations

import datetime
import re
from pathlib import Path

import polars as pl
import pytest
from polars.testing import assert_frame_equal

import evaluator
from evaluator.cli.main import run
from evaluator.core.model import Pack
from evaluator.populations.where import PopulationProblem
from tests.populations.people_pack import PACK
from tests.product import PROFILES, RULES

DAY = datetime.date(2026, 11, 1)
EXPORT = "Staff no;Title;Tenure;Unit\n1;Junior;3,5;Payments\n2;Lead;eight;Payments\n3;junior;9;Sales\n4;Junior;1;\n"
SOME = [str(PROFILES / f"{name}.yaml") for name in ("ada-lindqvist", "sofia-marquez")]
MAPPING = {"Staff no": "id", "Title": "role", "Tenure": "years"}


@pytest.fixture(scope="module")
def product() -> Pack:
    """The pack of the tests."""
    return evaluator.load_pack(RULES)


@pytest.fixture
def export(tmp_path: Path) -> Path:
    """An export with headers of its own, decimal commas, and a bad row."""
    path = tmp_path / "export.csv"
    path.write_text(EXPORT)
    return path


def test_people_are_loaded_by_a_mapping_and_bad_rows_are_a_frame(export: Path) -> None:
    """With `partial` those who can be read are there, and what is wrong with the others, to the column."""
    with pytest.raises(evaluator.ReadingError) as caught:
        evaluator.load_people(export, PACK, mapping=MAPPING, decimal=",")
    people = evaluator.load_people(export, PACK, mapping=MAPPING, decimal=",", partial=True)
    assert [one.id for one in people] == ["1", "3", "4"]
    assert float(people[0].given["years"]) == 3.5  # type: ignore[arg-type]
    found = evaluator.problems_frame(people.problems)
    wrong = found.filter(pl.col("severity") == "error").rows(named=True)
    assert [(row["path"], row["line"], row["column"], row["code"]) for row in wrong] == [(str(export), 3, 8, "P102")]
    assert "`eight`" in wrong[0]["message"]
    assert evaluator.problems_frame(caught.value.problems).filter(pl.col("severity") == "error").rows(named=True) == wrong
    assert repr(people).startswith("People(3 people, 1 error")


def test_a_mapping_file_says_how_tables_are_read(export: Path) -> None:
    """As with --map-file: columns, and the decimal sign of the source."""
    file = export.with_name("mapping.yaml")
    file.write_text("decimal: ','\ncolumns:\n  Staff no: id\n  Title: role\n  Tenure: years\n")
    people = evaluator.load_people([export], PACK, mapping=file, partial=True)
    assert [(one.id, one.role) for one in people] == [("1", "junior"), ("3", "junior"), ("4", "junior")]
    file.write_text("colums: {}\n")
    with pytest.raises(evaluator.ReadingError):
        evaluator.load_people(export, PACK, mapping=file, partial=True)


def test_people_are_chosen_by_a_condition(export: Path) -> None:
    """On columns that are no attributes too; of whom it is not known is left out and counted; what is no condition is an error."""
    people = evaluator.load_people(export, PACK, mapping=MAPPING, decimal=",", partial=True, where="Unit = 'Payments'")
    assert [one.id for one in people] == ["1"]
    assert "of 1 it is not known" in repr(people)
    old = evaluator.load_people(export, PACK, mapping=MAPPING, decimal=",", partial=True, where="years > 3 and role = 'junior'")
    assert [one.id for one in old] == ["1", "3"]
    with pytest.raises(PopulationProblem, match="which is a result"):
        evaluator.load_people(export, PACK, mapping=MAPPING, decimal=",", where="verdict = 'ready'")


@pytest.mark.parametrize("level", ["people", "roles", "criteria"])
def test_evaluations_are_the_frame_that_evaluate_writes(level: str, product: Pack, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Column by column, at every level, of profiles with records too."""
    monkeypatch.chdir(tmp_path)
    rules, profiles = Path(product.folder), Path(product.folder).parent / "profiles"
    options = ["--as-of", str(DAY), "--level", level, "--rules", str(rules), "--check", "0"]
    assert run(["evaluate", str(profiles), *options, "-o", "written.parquet"]) == 0
    engine = evaluator.Evaluator(product, engine="reference")
    found = evaluator.evaluations_frame(
        [engine.evaluate(one, as_of=DAY) for one in evaluator.load_people(profiles, product)], product, level=level
    )
    written = pl.read_parquet("written.parquet").drop("row")
    shared = [name for name in found.columns if name != "projection_to"]
    assert shared == [name for name in written.columns if name != "projection_to"]
    assert_frame_equal(found.select(shared), written.select(shared), check_dtypes=False, categorical_as_str=True)


def test_evaluations_of_another_pack_or_of_few_roles_are_refused(product: Pack) -> None:
    """By name, with a next step."""
    one = evaluator.evaluate(product, evaluator.load_people(SOME, product)[0], as_of=DAY)
    with pytest.raises(evaluator.FrameProblem, match="made by another pack"):
        evaluator.evaluations_frame([one], PACK)
    with pytest.raises(evaluator.FrameProblem, match="no level called `person`; use one of people, roles, criteria"):
        evaluator.evaluations_frame([one], product, level="person")
    with pytest.raises(evaluator.FrameProblem, match="for a role called `boss`"):
        evaluator.evaluations_frame([one], product, role="boss")
    few = evaluator.Evaluator(product).evaluate(one.profile, as_of=DAY, only={"product-director"})
    with pytest.raises(evaluator.FrameProblem, match="of other roles alone"):
        evaluator.evaluations_frame([few], product, level="roles")
    assert evaluator.evaluations_frame([few], product, role="Product Director")["judged_role"].to_list() == ["product-director"]
    assert evaluator.evaluations_frame([], product).height == 0


def test_results_are_short_in_a_console_and_a_table_in_a_notebook(product: Pack) -> None:
    """No name of a person, no note and no fact of groups is in a repr; texts of packs are escaped."""
    people = evaluator.load_people(SOME, product)
    one = next(one for one in people if one.name and one.role)
    evaluation = evaluator.evaluate(product, one, as_of=DAY)
    shown = [people, one, evaluation, product, people.problems, evaluator.Evaluator(product)]
    shown += [*evaluation.roles.values(), *evaluation.next_roles]
    shown += [part for result in evaluation.roles.values() for part in (*result.criteria, *result.gaps)]
    for result in shown:
        assert len(repr(result)) < 400, repr(result)
        assert str(one.name) not in repr(result)
        assert "\n" not in repr(result)
    for result in (people, evaluation, product, *evaluation.roles.values()):
        page = result._repr_html_()
        assert len(page) < 20_000
        assert page.count("<table>") == page.count("</table>") == 1
        assert not re.search(r"<(?!/?(?:p|table|thead|tbody|tr|th|td)>)", page)
        assert str(one.name) not in page
    assert evaluation.next_roles[0].role.title in evaluation._repr_html_()
    assert "A verdict informs a decision that people take." in evaluation._repr_html_()
