"""A table with names of its own is told which columns are likely meant, in lines that work when they are pasted."""

from __future__ import annotations

import shlex
from pathlib import Path

import pytest

from evaluator.cli.main import run
from evaluator.reading.tables.likely_columns import likely_maps, map_options
from tests.product import RULES

Capture = pytest.CaptureFixture[str]

IDS = [
    *(
        "Employee ID",
        "employee_id",
        "EmployeeID",
        "EMPLOYEE-ID",
        "Emp No",
        "Emp. No.",
        "Emp #",
        "Employee Number",
        "Personnel No.",
        "Staff ID",
    ),
    *(
        "Worker ID",
        "Person Number",
        "Mitarbeiter-Nr.",
        "Personalnummer",
        "Pers.-Nr.",
        "Matricule",
        "Numéro d'employé",
        "PERNR",
        "Candidate ID",
    ),
]
NO_IDS = ["Manager ID", "Position ID", "Department No", "Cost Centre Code", "Employee", "Badge colour", "Idea", "Grade", "Valid", "no"]
FACTS = {
    "Years as PM": "product_management_years",
    "PM Years": "product_management_years",
    "Years of PM": "product_management_years",
    "Years of Experience": "work_years",
    "experience years": "work_years",
    "Launch": "products_launched",
    "Reports (Direct)": "direct_reports",
    "Size of the team": "direct_reports",
    "Regions number of": "regions",
}
NO_FACTS = [
    "Years in Role",
    "Years at Company",
    "Years",
    "Location",
    "Worker since",
    "Team",
    "Mentors",
    "Product",
    "PM years before",
    "Level",
    "Size",
]
NAMES = {
    "years at work": "work_years",
    "years of experience": "work_years",
    "pm years": "product_management_years",
    "launches": "products_launched",
    "direct reports": "direct_reports",
    "team size": "direct_reports",
    "number of regions": "regions",
    "people mentored": "mentees",
    "mentees": "mentees",
    "number of products": "products_owned",
}


@pytest.mark.parametrize("name", IDS)
def test_columns_of_ids_are_known_by_what_they_are_called(name: str) -> None:
    """In whatever case, with whatever punctuation, also in other languages."""
    assert likely_maps(["Location", name, "Grade"], NAMES) == {name: "id"}


@pytest.mark.parametrize("name", NO_IDS)
def test_ids_of_other_things_are_no_ids_of_people(name: str) -> None:
    """The manager's id would make one person of a team."""
    assert likely_maps([name], NAMES) == {}


@pytest.mark.parametrize("name", FACTS)
def test_facts_are_known_by_all_their_words(name: str) -> None:
    """The words of a title or another name, in any order, one or many."""
    assert likely_maps([name], NAMES) == {name: FACTS[name]}


@pytest.mark.parametrize("name", NO_FACTS)
def test_a_fact_is_not_proposed_by_some_of_its_words(name: str) -> None:
    """Years in a role are no years at work, and mentors are not mentees."""
    assert likely_maps([name], NAMES) == {}


def test_what_is_known_or_said_twice_is_not_proposed() -> None:
    """Two columns that both say launches: a person has to choose; of two ids the first is as good as the other."""
    assert likely_maps(["Launch", "The launches"], NAMES) == {}
    assert likely_maps(["Employee ID", "Emp No"], NAMES) == {"Employee ID": "id"}
    assert likely_maps(["Employee ID", "Launch", "Job"], NAMES, {"id", "products_launched"}) == {"Job": "role"}
    assert likely_maps(["sex", "group:age", ""], NAMES) == {}


@pytest.mark.parametrize("column", ["Emp No", "it's", 'the "id"', "$HOME", "a=b", "back`tick", "plain", "Größe (m)", "100%!", "a\\b"])
def test_an_option_that_is_pasted_into_a_shell_names_the_column(column: str) -> None:
    """Whatever signs it has."""
    assert shlex.split(map_options({column: "id"})) == ["--map", f"{column}=id"]


def test_all_likely_columns_are_named_at_once_and_work_when_pasted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Capture
) -> None:
    """An export with no name of the pack's own is judged after one answer."""
    monkeypatch.chdir(tmp_path)
    header = "Employee ID,Full Name,Job Title,Years as PM,Location"
    Path("hr.csv").write_text(f"{header}\n7,Ann,Product Manager,4,Rome\n8,Bo,Product Manager,1,Oslo\n", encoding="utf-8")
    common = ["evaluate", "hr.csv", "--rules", str(RULES), "--as-of", "2026-11-01"]
    assert run(common) == 2
    told = capsys.readouterr().err
    step = '--map "Employee ID=id" --map "Full Name=name" --map "Job Title=role" --map "Years as PM=product_management_years"'
    assert f"the table has no column `id`\n    1 | {header}\n      | ^^^^^^^^^^^\n   help: did you mean {step}?\n" in told
    assert run([*common, *shlex.split(step)]) == 0
    shown = capsys.readouterr()
    assert "Ann     Product Manager" in shown.out
    assert "the column `Location` is no attribute of the pack and is not read" in shown.err
    assert run([*common, "--map", "Employee ID=id"]) == 2
    assert step.removeprefix('--map "Employee ID=id" ') in capsys.readouterr().err


def test_a_column_that_is_not_read_is_told_with_its_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Capture) -> None:
    """Where others are read, each unread column is told by itself; what another column says already is not proposed again."""
    monkeypatch.chdir(tmp_path)
    Path("hr.csv").write_text("id,Job Title,pm years,Size of team,Years as PM\n7,Product Manager,4,2,5\n", encoding="utf-8")
    run(["evaluate", "hr.csv", "--rules", str(RULES), "--role", "product-director"])
    told = capsys.readouterr().err
    assert 'help: did you mean --map "Job Title=role"?' in told
    assert 'help: did you mean --map "Size of team=direct_reports"?' in told
    assert "Years as PM=" not in told
